"""Running sheets that are tables: look-ups, ranges, windows, grades, relations, splits."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from cdisc_pom.spec.rows import SheetRow, YesNo


class LookupRow(SheetRow):
    """A row of a look-up table: `lookup` finds a value by keys, `category_by_table` by a range.

    Tables with more columns, or with names of their own, stand in a sheet called `Lookup NAME`:
    the first row names the columns, and `give=` and `by=` choose among them.
    """

    sheet: ClassVar[str] = "Lookups"
    optional: ClassVar[bool] = True
    table: str = Field(alias="Table")
    key: str | None = Field(None, alias="Key")
    key_2: str | None = Field(None, alias="Key 2")
    key_3: str | None = Field(None, alias="Key 3")
    low: float | None = Field(None, alias="From")
    high: float | None = Field(None, alias="To")
    value: str | None = Field(None, alias="Value")
    value_2: str | None = Field(None, alias="Value 2")
    value_3: str | None = Field(None, alias="Value 3")
    note: str | None = Field(None, alias="Note")


class RangeRow(SheetRow):
    """A reference range, for `reference_range`; an empty cell holds for every record."""

    sheet: ClassVar[str] = "Ranges"
    optional: ClassVar[bool] = True
    testcd: str = Field(alias="Testcd")
    laboratory: str | None = Field(None, alias="Laboratory")
    sex: str | None = Field(None, alias="Sex")
    age_from: float | None = Field(None, alias="Age from", ge=0)
    age_to: float | None = Field(None, alias="Age to", ge=0)
    unit: str | None = Field(None, alias="Unit")
    low: float | None = Field(None, alias="Low")
    high: float | None = Field(None, alias="High")
    valid_from: str | None = Field(None, alias="Valid from")
    valid_to: str | None = Field(None, alias="Valid to")
    note: str | None = Field(None, alias="Note")


class WindowRow(SheetRow):
    """An analysis window; rows with one ID are a rule that `analysis_window` names.

    Days are study days, both ends inside; an empty end is open. Windows of a rule do not overlap.
    """

    sheet: ClassVar[str] = "Windows"
    optional: ClassVar[bool] = True
    id: str = Field(alias="ID")
    avisit: str = Field(alias="AVISIT")
    avisit_zh: str | None = Field(None, alias="AVISIT (zh)")
    avisitn: float = Field(alias="AVISITN")
    start: int | None = Field(None, alias="From")
    end: int | None = Field(None, alias="To")
    target: int | None = Field(None, alias="Target")
    note: str | None = Field(None, alias="Note")


class GradeRow(SheetRow):
    """A limit of a toxicity grade, where a study needs another than the packaged CTCAE has.

    The rows of a test and direction replace all packaged ones of that test and direction. `Limit`
    and `And` are written `< 80`, `> 3 x ULN`, `>= 1.5 x BASE`, `> ULN + 20`; `Unit` may list
    several units with `|` between them.
    """

    sheet: ClassVar[str] = "Grades"
    optional: ClassVar[bool] = True
    test: str = Field(alias="Test")
    term: str | None = Field(None, alias="Term")
    direction: Literal["HIGH", "LOW"] = Field(alias="Direction")
    unit: str | None = Field(None, alias="Unit")
    grade: int = Field(alias="Grade", ge=1, le=5)
    baseline: Literal["normal", "abnormal"] | None = Field(None, alias="Baseline")
    clinical: YesNo = Field(False, alias="Clinical")
    limit: str = Field(alias="Limit")
    also: str | None = Field(None, alias="And")
    note: str | None = Field(None, alias="Note")


class RelationRow(SheetRow):
    """One side of a relation between records or data sets; RELREC is made of these rows.

    Rows with one Relation belong together. With `Key`, records of a subject whose keys are equal
    are related: one RELREC record each, IDVAR names what identifies it. With `RELTYPE` whole data
    sets are related by IDVAR.
    """

    sheet: ClassVar[str] = "Relations"
    optional: ClassVar[bool] = True
    relation: str = Field(alias="Relation")
    dataset: str = Field(alias="Dataset")
    idvar: str = Field(alias="IDVAR")
    key: str | None = Field(None, alias="Key")
    where: str | None = Field(None, alias="Where")
    reltype: Literal["ONE", "MANY"] | None = Field(None, alias="RELTYPE")
    note: str | None = Field(None, alias="Note")


class SupplementalRow(SheetRow):
    """What a supplemental qualifier is called in SUPP--, where its variable's row does not fit.

    Every variable with the Role Supplemental Qualifier has its record in SUPP-- without a row
    here; an empty cell keeps what is generated.
    """

    sheet: ClassVar[str] = "Supplemental"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    variable: str = Field(alias="Variable")
    qnam: str | None = Field(None, alias="QNAM", max_length=8)
    qlabel: str | None = Field(None, alias="QLABEL")
    qlabel_zh: str | None = Field(None, alias="QLABEL (zh)")
    qorig: str | None = Field(None, alias="QORIG")
    qeval: str | None = Field(None, alias="QEVAL")
    note: str | None = Field(None, alias="Note")


class SplitRow(SheetRow):
    """A file that holds a part of a domain: QSPH of QS. The parts together hold each record once.

    `Where` is a condition over the domain's variables. SUPP-- is split as its parent is.
    """

    sheet: ClassVar[str] = "Splits"
    optional: ClassVar[bool] = True
    dataset: str = Field(alias="Dataset")
    split: str = Field(alias="Split", max_length=4)
    label: str = Field(alias="Label")
    label_zh: str | None = Field(None, alias="Label (zh)")
    where: str = Field(alias="Where")
    note: str | None = Field(None, alias="Note")
