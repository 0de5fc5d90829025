"""The sheets of a workbook, column by column.

The describing sheets have the names and columns of Pinnacle 21's Excel specification; a Chinese
twin stands right of each text column. The running sheets are ours. `SHEETS` at the end is the
list that the reader, the writer and the documentation go by.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from cdisc_pom.spec.rows import Names, SheetRow, YesNo
from cdisc_pom.spec.tables import (
    GradeRow,
    LookupRow,
    RangeRow,
    RelationRow,
    SplitRow,
    SupplementalRow,
    WindowRow,
)


class DefineRow(SheetRow):
    """An attribute of the study or of the standard."""

    sheet: ClassVar[str] = "Define"
    attribute: str = Field(alias="Attribute")
    value: str | None = Field(None, alias="Value")
    value_zh: str | None = Field(None, alias="Value (zh)")


class DatasetRow(SheetRow):
    """A data set: its label, class, structure and keys."""

    sheet: ClassVar[str] = "Datasets"
    dataset: str = Field(alias="Dataset")
    label: str = Field(alias="Label")
    label_zh: str | None = Field(None, alias="Label (zh)")
    dataset_class: str = Field(alias="Class")
    subclass: str | None = Field(None, alias="SubClass")
    structure: str | None = Field(None, alias="Structure")
    structure_zh: str | None = Field(None, alias="Structure (zh)")
    keys: Names = Field(alias="Key Variables")
    standard: str | None = Field(None, alias="Standard")
    has_no_data: YesNo = Field(False, alias="Has No Data")
    repeating: YesNo = Field(True, alias="Repeating")
    reference_data: YesNo = Field(False, alias="Reference Data")
    comment: str | None = Field(None, alias="Comment")
    notes: str | None = Field(None, alias="Developer Notes")


DataType = Literal[
    "text", "integer", "float", "date", "time", "datetime", "partialDate", "partialTime",
    "partialDatetime", "incompleteDatetime", "durationDatetime", "intervalDatetime",
]  # fmt: skip


class VariableRow(SheetRow):
    """A variable of a data set."""

    sheet: ClassVar[str] = "Variables"
    order: int = Field(alias="Order")
    dataset: str = Field(alias="Dataset")
    variable: str = Field(alias="Variable")
    label: str = Field(alias="Label")
    label_zh: str | None = Field(None, alias="Label (zh)")
    data_type: DataType = Field(alias="Data Type")
    length: int | None = Field(None, alias="Length", ge=1)
    significant_digits: int | None = Field(None, alias="Significant Digits", ge=0)
    format: str | None = Field(None, alias="Format")
    mandatory: YesNo = Field(False, alias="Mandatory")
    assigned_value: str | None = Field(None, alias="Assigned Value")
    codelist: str | None = Field(None, alias="Codelist")
    common: YesNo = Field(False, alias="Common")
    origin: str | None = Field(None, alias="Origin")
    source: str | None = Field(None, alias="Source")
    pages: str | None = Field(None, alias="Pages")
    method: str | None = Field(None, alias="Method")
    predecessor: str | None = Field(None, alias="Predecessor")
    role: str | None = Field(None, alias="Role")
    core: str | None = Field(None, alias="Core")
    has_no_data: YesNo = Field(False, alias="Has No Data")
    comment: str | None = Field(None, alias="Comment")
    notes: str | None = Field(None, alias="Developer Notes")

    @property
    def supplemental(self) -> bool:
        """Whether the variable goes to SUPP--."""
        return (self.role or "").casefold().startswith("supplemental")

    @property
    def kind(self) -> Literal["text", "integer", "float", "date", "time", "datetime"]:
        """How the variable is held while data sets are made.

        A numeric variable with a SAS date, time or datetime format is held as such.
        """
        if self.data_type not in ("integer", "float"):
            return "text"
        name = (self.format or "").upper().rstrip("0123456789.")
        if name in ("DATETIME", "E8601DT"):
            return "datetime"
        if name in ("TIME", "TOD", "E8601TM"):
            return "time"
        if name in ("DATE", "YYMMDD", "E8601DA"):
            return "date"
        return self.data_type


class ValueLevelRow(SheetRow):
    """What a variable is where a clause holds."""

    sheet: ClassVar[str] = "ValueLevel"
    optional: ClassVar[bool] = True
    order: int = Field(alias="Order")
    dataset: str = Field(alias="Dataset")
    variable: str = Field(alias="Variable")
    where_clause: str = Field(alias="Where Clause")
    label: str | None = Field(None, alias="Label")
    label_zh: str | None = Field(None, alias="Label (zh)")
    data_type: DataType = Field(alias="Data Type")
    length: int | None = Field(None, alias="Length", ge=1)
    significant_digits: int | None = Field(None, alias="Significant Digits", ge=0)
    format: str | None = Field(None, alias="Format")
    mandatory: YesNo = Field(False, alias="Mandatory")
    assigned_value: str | None = Field(None, alias="Assigned Value")
    codelist: str | None = Field(None, alias="Codelist")
    origin: str | None = Field(None, alias="Origin")
    source: str | None = Field(None, alias="Source")
    pages: str | None = Field(None, alias="Pages")
    method: str | None = Field(None, alias="Method")
    predecessor: str | None = Field(None, alias="Predecessor")
    comment: str | None = Field(None, alias="Comment")
    notes: str | None = Field(None, alias="Developer Notes")


class WhereClauseRow(SheetRow):
    """One condition of a where clause; rows with the same ID hold together."""

    sheet: ClassVar[str] = "WhereClauses"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    dataset: str = Field(alias="Dataset")
    variable: str = Field(alias="Variable")
    comparator: Literal["EQ", "NE", "IN", "NOTIN", "LT", "LE", "GT", "GE"] = Field(
        alias="Comparator"
    )
    value: str | None = Field(None, alias="Value")
    comment: str | None = Field(None, alias="Comment")


class CodelistRow(SheetRow):
    """A term of a code list."""

    sheet: ClassVar[str] = "Codelists"
    id: str = Field(alias="ID")
    name: str = Field(alias="Name")
    name_zh: str | None = Field(None, alias="Name (zh)")
    nci_codelist_code: str | None = Field(None, alias="NCI Codelist Code")
    data_type: Literal["text", "integer", "float"] = Field("text", alias="Data Type")
    terminology: str | None = Field(None, alias="Terminology")
    comment: str | None = Field(None, alias="Comment")
    order: int | None = Field(None, alias="Order")
    term: str = Field(alias="Term")
    nci_term_code: str | None = Field(None, alias="NCI Term Code")
    decode: str | None = Field(None, alias="Decoded Value")
    decode_zh: str | None = Field(None, alias="Decoded Value (zh)")


class DictionaryRow(SheetRow):
    """An external dictionary, such as MedDRA."""

    sheet: ClassVar[str] = "Dictionaries"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    name: str = Field(alias="Name")
    data_type: str = Field("text", alias="Data Type")
    dictionary: str = Field(alias="Dictionary")
    version: str | None = Field(None, alias="Version")
    file: str | None = Field(None, alias="File")


class MethodRow(SheetRow):
    """A derivation method in words; what has no row gets its text from the algorithm."""

    sheet: ClassVar[str] = "Methods"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    name: str = Field(alias="Name")
    type: Literal["Computation", "Imputation"] = Field("Computation", alias="Type")
    description: str = Field(alias="Description")
    description_zh: str | None = Field(None, alias="Description (zh)")
    expression_context: str | None = Field(None, alias="Expression Context")
    expression_code: str | None = Field(None, alias="Expression Code")
    document: str | None = Field(None, alias="Document")
    pages: str | None = Field(None, alias="Pages")


class CommentRow(SheetRow):
    """A comment that data sets, variables and code lists refer to."""

    sheet: ClassVar[str] = "Comments"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    description: str = Field(alias="Description")
    description_zh: str | None = Field(None, alias="Description (zh)")
    document: str | None = Field(None, alias="Document")
    pages: str | None = Field(None, alias="Pages")


class DocumentRow(SheetRow):
    """A document that belongs to the package."""

    sheet: ClassVar[str] = "Documents"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    title: str = Field(alias="Title")
    title_zh: str | None = Field(None, alias="Title (zh)")
    href: str = Field(alias="Href")


class SourceRow(SheetRow):
    """The records that a data set is made of, or columns joined to them."""

    sheet: ClassVar[str] = "Sources"
    dataset: str = Field(alias="Dataset")
    source: str = Field(alias="Source")
    origin: str = Field(alias="From")
    join: str | None = Field(None, alias="Join")
    on: str | None = Field(None, alias="On")
    where: str | None = Field(None, alias="Where")
    distinct: str | None = Field(None, alias="Distinct")
    split: str | None = Field(None, alias="Split")
    note: str | None = Field(None, alias="Note")


class MappingRow(SheetRow):
    """One row gives one variable a value (SDTM)."""

    sheet: ClassVar[str] = "Mapping"
    dataset: str = Field(alias="Dataset")
    variable: str = Field(alias="Variable")
    source: str | None = Field(None, alias="Source")
    algorithm: str = Field(alias="Algorithm")
    inputs: str | None = Field(None, alias="Inputs")
    arguments: str | None = Field(None, alias="Arguments")
    when: str | None = Field(None, alias="When")
    method: str | None = Field(None, alias="Method")
    note: str | None = Field(None, alias="Note")


class DerivationRow(MappingRow):
    """One row gives one variable a value (ADaM)."""

    sheet: ClassVar[str] = "Derivations"


class FindingRow(SheetRow):
    """One collected test: a column of a raw form that becomes records."""

    sheet: ClassVar[str] = "Findings"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    source: str = Field(alias="Source")
    column: str = Field(alias="Column")
    testcd: str = Field(alias="Testcd")
    test: str = Field(alias="Test")
    category: str | None = Field(None, alias="Category")
    subcategory: str | None = Field(None, alias="Subcategory")
    specimen: str | None = Field(None, alias="Specimen")
    method: str | None = Field(None, alias="Method")
    unit: str | None = Field(None, alias="Unit")
    low: str | float | None = Field(None, alias="Low")
    high: str | float | None = Field(None, alias="High")
    standard_unit: str | None = Field(None, alias="Standard Unit")
    factor: float | None = Field(None, alias="Factor", gt=0)
    digits: int | None = Field(None, alias="Digits", ge=0)
    where: str | None = Field(None, alias="Where")
    note: str | None = Field(None, alias="Note")


class TermRow(SheetRow):
    """A collected value and the submission value that it means."""

    sheet: ClassVar[str] = "Terms"
    optional: ClassVar[bool] = True
    codelist: str = Field(alias="Codelist")
    collected: str = Field(alias="Collected")
    term: str = Field(alias="Term")
    language: str | None = Field(None, alias="Language")
    note: str | None = Field(None, alias="Note")


class UnitRow(SheetRow):
    """A conversion: value in `From` times factor, plus `Add` if any, gives the value in `To`."""

    sheet: ClassVar[str] = "Units"
    optional: ClassVar[bool] = True
    testcd: str | None = Field(None, alias="Testcd")
    origin: str = Field(alias="From")
    to: str = Field(alias="To")
    factor: float = Field(alias="Factor", gt=0)
    add: float | None = Field(None, alias="Add")
    note: str | None = Field(None, alias="Note")


class VisitRow(SheetRow):
    """A visit as it was collected and what it is called.

    `{n}` in the collected name stands for each number of the range in `n` (`2-26`); VISITNUM,
    VISITDY and VISIT may use it. A rule `after previous` numbers unscheduled visits by date.
    """

    sheet: ClassVar[str] = "Visits"
    optional: ClassVar[bool] = True
    collected: str = Field(alias="Visit as collected")
    n: str | None = Field(None, alias="n")
    visitnum: str | float | None = Field(None, alias="VISITNUM")
    visit: str = Field(alias="VISIT")
    visit_zh: str | None = Field(None, alias="VISIT (zh)")
    visitdy: str | float | None = Field(None, alias="VISITDY")
    window_from: int | None = Field(None, alias="Window from")
    window_to: int | None = Field(None, alias="Window to")
    rule: Literal["after previous"] | None = Field(None, alias="Unscheduled rule")
    planned: YesNo = Field(True, alias="Planned")
    start_rule: str | None = Field(None, alias="Start rule")
    end_rule: str | None = Field(None, alias="End rule")
    note: str | None = Field(None, alias="Note")


class ParameterRow(SheetRow):
    """A parameter of a basic data structure."""

    sheet: ClassVar[str] = "Parameters"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    paramcd: str = Field(alias="PARAMCD")
    param: str = Field(alias="PARAM")
    param_zh: str | None = Field(None, alias="PARAM (zh)")
    paramn: int | None = Field(None, alias="PARAMN")
    parcat1: str | None = Field(None, alias="PARCAT1")
    source: str = Field(alias="Source")
    where: str | None = Field(None, alias="Where")
    algorithm: str = Field(alias="Algorithm")
    inputs: str | None = Field(None, alias="Inputs")
    arguments: str | None = Field(None, alias="Arguments")
    note: str | None = Field(None, alias="Note")


class EventRow(SheetRow):
    """An event or a censoring of a time-to-event parameter."""

    sheet: ClassVar[str] = "Events"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    paramcd: str = Field(alias="PARAMCD")
    order: int = Field(alias="Order")
    kind: Literal["EVENT", "CENSOR"] = Field(alias="Kind")
    source: str = Field(alias="Source")
    date: str = Field(alias="Date")
    where: str | None = Field(None, alias="Where")
    evntdesc: str | None = Field(None, alias="EVNTDESC")
    cnsdtdsc: str | None = Field(None, alias="CNSDTDSC")
    cnsr: int = Field(alias="CNSR", ge=0)
    note: str | None = Field(None, alias="Note")


class ResponseRow(SheetRow):
    """Which records are a component of a response (M-protein, light chains, marrow, imaging).

    `Value` and `Text` are SQL expressions over the source's columns, in the component's standard
    unit; `Date` and `Visit` name columns. `Unit` is an expression for the unit of `Value`: where
    it is given, a number in another unit or in none is an error. `response_imwg` reads the rows of
    its data set.
    """

    sheet: ClassVar[str] = "Response"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    component: str = Field(alias="Component")
    source: str = Field(alias="Source")
    where: str | None = Field(None, alias="Where")
    value: str | None = Field(None, alias="Value")
    unit: str | None = Field(None, alias="Unit")
    text: str | None = Field(None, alias="Text")
    low: str | None = Field(None, alias="Low")
    high: str | None = Field(None, alias="High")
    date: str = Field(alias="Date")
    visit: str | None = Field(None, alias="Visit")
    note: str | None = Field(None, alias="Note")


class ImputationRow(SheetRow):
    """What is taken for a missing part of a date; `impute_date` names the rule by its ID."""

    sheet: ClassVar[str] = "Imputation"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    missing: Literal["day", "month"] = Field(alias="Missing part")
    take: Literal["first", "middle", "last"] = Field(alias="Take")
    note: str | None = Field(None, alias="Note")


class DisplayRow(SheetRow):
    """A row of a table or figure, and the published figure that it is compared with."""

    sheet: ClassVar[str] = "Displays"
    optional: ClassVar[bool] = True
    display: str = Field(alias="Display")
    display_zh: str | None = Field(None, alias="Display (zh)")
    order: int = Field(alias="Order")
    label: str = Field(alias="Row label")
    label_zh: str | None = Field(None, alias="Row label (zh)")
    statistic: str = Field(alias="Statistic")
    dataset: str = Field(alias="Dataset")
    parameter: str | None = Field(None, alias="Parameter")
    variable: str | None = Field(None, alias="Variable")
    population: str | None = Field(None, alias="Population")
    where: str | None = Field(None, alias="Where")
    group: str | None = Field(None, alias="Group")
    format: str | None = Field(None, alias="Format")
    published: str | None = Field(None, alias="Published")
    section: str | None = Field(None, alias="Section")
    section_zh: str | None = Field(None, alias="Section (zh)")
    arguments: str | None = Field(None, alias="Arguments")
    unit: str | None = Field(None, alias="Unit")
    footnote: str | None = Field(None, alias="Footnote")
    footnote_zh: str | None = Field(None, alias="Footnote (zh)")
    reason: str | None = Field(None, alias="Reason")
    purpose: str | None = Field(None, alias="Purpose")
    document: str | None = Field(None, alias="Document")
    pages: str | None = Field(None, alias="Pages")


# Sheets by standard, in the order in which people read them. A sheet whose name is a data set's
# (TA, TE, TI, TS, TV …) holds that data set's contents, one column a variable; one that is called
# `Lookup NAME` holds a look-up table.
DESCRIBING: tuple[type[SheetRow], ...] = (
    DefineRow, DatasetRow, VariableRow, ValueLevelRow, WhereClauseRow, CodelistRow,
    DictionaryRow, MethodRow, CommentRow, DocumentRow,
)  # fmt: skip
SDTM: tuple[type[SheetRow], ...] = (
    SourceRow, MappingRow, FindingRow, TermRow, UnitRow, VisitRow, ImputationRow, LookupRow,
    RangeRow, RelationRow, SupplementalRow, SplitRow,
)  # fmt: skip
ADAM: tuple[type[SheetRow], ...] = (
    SourceRow, DerivationRow, ParameterRow, EventRow, ResponseRow, ImputationRow, TermRow, UnitRow,
    LookupRow, RangeRow, WindowRow, GradeRow, DisplayRow,
)  # fmt: skip
SHEETS: dict[str, tuple[type[SheetRow], ...]] = {
    "sdtm": DESCRIBING + SDTM,
    "adam": DESCRIBING + ADAM,
}
