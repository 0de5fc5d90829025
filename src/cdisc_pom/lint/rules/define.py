"""Study, data sets, variables and value level: what Define-XML and the files ask of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cdisc_pom.errors import Cell, nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.package.attributes import attribute_faults
from cdisc_pom.spec.sheets import DatasetRow, ValueLevelRow, VariableRow, WhereClauseRow
from cdisc_pom.spec.workbook import Workbook

_ATTRIBUTES = ("StudyName", "StudyDescription", "ProtocolName", "StandardName", "StandardVersion")
_STANDARDS = {"sdtm": ("SDTMIG",), "adam": ("ADaMIG",)}
_ORIGINS = frozenset(
    {"Collected", "Derived", "Assigned", "Protocol", "Predecessor", "Not Available", "Other"}
)
_SOURCES = frozenset({"Investigator", "Sponsor", "Subject", "Vendor"})
_FORMER = {"CRF": "Collected", "EDT": "Collected", "EDC": "Collected"}
_MOST_BYTES, _NUMBER_BYTES = 200, 8
_WORK = re.compile(r"_[A-Z0-9_]*")


@rule("DEFINE.ATTRIBUTE")
def attribute_is_missing(context: Context) -> Iterator[Found]:
    """The sheet Define lacks an attribute that Define-XML must have.

    StudyName, StudyDescription, ProtocolName, StandardName, StandardVersion.
    """
    for book in context.books:
        for name in _ATTRIBUTES:
            row = book.attributes.get(name)
            if row is None:
                near = nearest(name, book.attributes)
                hint = f"Did you mean '{near}'?" if near else f"Add a row {name}."
                yield Found(Cell(book.name, "Define"), f"'{name}' is missing.", hint)
            elif row.value is None:
                yield Found(row.cell("value"), f"'{name}' is empty.", "Fill its Value.")


@rule("DEFINE.STANDARD")
def standard_is_another_one(context: Context) -> Iterator[Found]:
    """StandardName is not the guide of the workbook, or a data set names another standard."""
    for book in context.books:
        row = book.attributes.get("StandardName")
        known = _STANDARDS[book.kind]
        if row is not None and row.value is not None and row.value not in known:
            near = nearest(row.value, known) or known[0]
            text = f"'{row.value}' is not the guide of {book.name}."
            yield Found(row.cell("value"), text, f"Write {near}.")
            continue
        wanted = f"{book.attribute('StandardName')} {book.attribute('StandardVersion')}"
        for dataset in book.rows(DatasetRow):
            if dataset.standard is not None and dataset.standard.strip() != wanted:
                text = f"{dataset.dataset} names '{dataset.standard}', Define '{wanted}'."
                yield Found(dataset.cell("standard"), text, "Say one standard in both.")


@rule("DEFINE.LANGUAGE")
def language_is_unknown(context: Context) -> Iterator[Found]:
    """Language is neither zh nor en, or CT Version and CT Publishing Set do not go together."""
    for book in context.books:
        row = book.attributes.get("Language")
        if row is not None and row.value not in ("zh", "en", None):
            yield Found(row.cell("value"), f"'{row.value}' is no language here.", "Write zh or en.")
        sets, dates = book.attribute("CT Publishing Set"), book.attribute("CT Version")
        many = len(dates.split(","))
        if sets and dates and many not in (1, len(sets.split(","))):
            place = book.attributes["CT Version"].cell("value")
            text = f"{len(sets.split(','))} publishing sets, but {many} versions."
            yield Found(place, text, "Write one version for each set, in their order.")


@rule("DEFINE.AGENCY")
def agency_is_unknown(context: Context) -> Iterator[Found]:
    """Agency names no agency that has a profile, or Encoding no encoding of text."""
    for fault in attribute_faults(context.study):
        yield Found(fault.place, fault.message, fault.hint)


@rule("DEFINE.DATASETNAME")
def dataset_name_is_no_name(context: Context) -> Iterator[Found]:
    """A data set's name cannot be a file's name at the agency.

    Up to 8 capital letters and digits, a letter first.
    """
    pattern = re.compile(context.profile.dataset_name)
    for book in context.books:
        for row in book.rows(DatasetRow):
            name = row.dataset
            if name and (not pattern.fullmatch(name.lower()) or name != name.upper()):
                hint = "Up to 8 capital letters and digits, a letter first."
                yield Found(row.cell("dataset"), f"'{name}' is no name of a data set.", hint)


@rule("DEFINE.VARIABLENAME")
def variable_name_is_no_name(context: Context) -> Iterator[Found]:
    """A variable's name is not possible in a transport file or at the agency.

    Up to 8 capital letters, digits and underscores, a letter first. It holds for supplemental
    qualifiers too: their name is QNAM.
    """
    pattern = re.compile(context.profile.variable_name)
    for book in context.books:
        for row in book.rows(VariableRow):
            if row.variable and not pattern.fullmatch(row.variable):
                hint = "Up to 8 capital letters, digits and underscores, a letter first."
                yield Found(
                    row.cell("variable"), f"'{row.variable}' is no name of a variable.", hint
                )
        for mapping in (row for name in book.datasets for row in book.mapping(name)):
            if mapping.variable.startswith("_") and not _WORK.fullmatch(mapping.variable):
                text = f"'{mapping.variable}' is no name of a work variable."
                hint = "An underscore, then capital letters, digits and underscores."
                yield Found(mapping.cell("variable"), text, hint)


@rule("DEFINE.LENGTH")
def length_is_not_possible(context: Context) -> Iterator[Found]:
    """A Length is longer than a transport file allows: 200 bytes of text, 8 of a number.

    Longer text goes on in SUPP-- or in further variables: `overflow=` of the algorithm text.
    """
    for book in context.books:
        for row in _described(book):
            number = row.data_type in ("integer", "float")
            if row.length is None:
                continue
            if not number and row.length > _MOST_BYTES:
                text = f"{row.variable} has {row.length} bytes, {_MOST_BYTES} are possible."
                yield Found(row.cell("length"), text, "Let the rest overflow.")
            elif number and row.data_type == "float" and row.length > 2 * _NUMBER_BYTES:
                text = f"{row.variable} has {row.length} digits."
                yield Found(row.cell("length"), text, "A number has up to 16 digits.")


@rule("DEFINE.DIGITS", severity="warning")
def digits_without_decimals(context: Context) -> Iterator[Found]:
    """Significant Digits stands at a variable that has none: text, or a whole number."""
    for book in context.books:
        for row in _described(book):
            if row.significant_digits is not None and row.data_type != "float":
                text = f"{row.variable} is {row.data_type} and has no decimals."
                yield Found(row.cell("significant_digits"), text, "Clear the cell.")


@rule("DEFINE.FORMAT", severity="warning")
def date_without_format(context: Context) -> Iterator[Found]:
    """A numeric date, time or datetime of ADaM has no date format, or a text has one.

    Without a format such as DATE9. nobody sees that 22646 is a day.
    """
    for book in context.books:
        guide = context.guides[book.kind]
        for name, row in book.datasets.items():
            for variable in book.variables(name):
                number = variable.data_type in ("integer", "float")
                found = guide.variable(row, variable.variable) if book.kind == "adam" else None
                dated = found is not None and _dated(variable.variable, found.label)
                if number and dated and variable.kind in ("integer", "float"):
                    text = f"{variable.variable} is a number without a date format."
                    yield Found(
                        variable.cell("format"), text, f"Write {_format(variable.variable)}."
                    )
                elif not number and (variable.format or "").upper().startswith(("DATE", "YYMMDD")):
                    text = f"{variable.variable} is {variable.data_type} and has the date format "
                    yield Found(variable.cell("format"), f"{text}{variable.format}.", "Clear it.")


@rule("DEFINE.ORIGIN")
def origin_is_none(context: Context) -> Iterator[Found]:
    """An Origin or its Source is not one of Define-XML 2.1's.

    Collected, Derived, Assigned, Protocol, Predecessor, Not Available, Other; Investigator,
    Sponsor, Subject, Vendor.
    """
    for book in context.books:
        for row in _described(book):
            if row.origin is not None and row.origin not in _ORIGINS:
                near = _FORMER.get(row.origin) or nearest(row.origin, _ORIGINS)
                hint = f"Write {near}." if near else f"One of {', '.join(sorted(_ORIGINS))}."
                yield Found(row.cell("origin"), f"'{row.origin}' is no origin.", hint)
            if row.source is not None and row.source not in _SOURCES:
                near = nearest(row.source, _SOURCES)
                hint = f"Write {near}." if near else f"One of {', '.join(sorted(_SOURCES))}."
                yield Found(row.cell("source"), f"'{row.source}' is no source of an origin.", hint)


@rule("DEFINE.PREDECESSOR", severity="warning")
def predecessor_and_origin_differ(context: Context) -> Iterator[Found]:
    """Origin Predecessor stands without a Predecessor, or a Predecessor beside another Origin."""
    for book in context.books:
        for row in book.rows(VariableRow):
            if row.origin == "Predecessor" and row.predecessor is None:
                text = f"{row.variable} has the origin Predecessor and names none."
                yield Found(row.cell("predecessor"), text, "Write its data set and name: DM.SEX.")
            elif row.predecessor is not None and row.origin not in ("Predecessor", None):
                text = f"{row.variable} has a predecessor, but its origin is {row.origin}."
                yield Found(row.cell("origin"), text, "Write Predecessor, or clear Predecessor.")


@rule("DEFINE.COPIED")
def predecessor_is_unknown(context: Context) -> Iterator[Found]:
    """A Predecessor beside a row leads to a data set or variable of the study that is not there."""
    for book in context.books:
        for row in book.rows(VariableRow):
            home, dot, name = (row.predecessor or "").partition(".")
            if not dot or not any(r.variable == row.variable for r in book.mapping(row.dataset)):
                continue  # the compiler looks at predecessors that fill a variable
            known = context.variables.get(home.strip())
            if known is None and len(context.books) > 1:
                near = nearest(home, context.variables)
                hint = f"Did you mean '{near}'?" if near else ""
                yield Found(row.cell("predecessor"), f"unknown data set '{home}'.", hint)
            elif known is not None and name.strip() not in known:
                near = nearest(name.strip(), known)
                hint = f"Did you mean '{near}'?" if near else ""
                text = f"unknown variable of {home} '{name.strip()}'."
                yield Found(row.cell("predecessor"), text, hint)


@rule("DEFINE.KEYS")
def key_cannot_be_a_key(context: Context) -> Iterator[Found]:
    """A key variable is a supplemental qualifier, has no data, or stands twice among the keys."""
    for book in context.books:
        for row in book.datasets.values():
            for at, key in enumerate(row.keys):
                variable = context.variables[row.dataset].get(key)
                if key in row.keys[:at]:
                    yield Found(row.cell("keys"), f"{key} stands twice among the keys.")
                elif variable is not None and variable.supplemental:
                    text = f"{key} is a supplemental qualifier and cannot be a key."
                    yield Found(row.cell("keys"), text, "Take a variable of the data set itself.")
                elif variable is not None and variable.has_no_data:
                    yield Found(
                        row.cell("keys"), f"{key} is a key and has no data.", "Leave it out."
                    )


@rule("DEFINE.SUPPLEMENTAL")
def supplemental_in_adam(context: Context) -> Iterator[Found]:
    """A variable of ADaM, or of a trial design data set, is a supplemental qualifier.

    SUPP-- belongs to the general observation classes of SDTM and to DM.
    """
    for book in context.books:
        for name, row in book.datasets.items():
            design = row.dataset_class.upper() in ("TRIAL DESIGN", "RELATIONSHIP")
            for variable in book.variables(name):
                if variable.supplemental and (book.kind == "adam" or design):
                    text = f"{name} has no SUPP{name[:2]}, but {variable.variable} is to go there."
                    yield Found(variable.cell("role"), text, "Make it a variable of its own.")


@rule("DEFINE.VALUE")
def value_level_contradicts(context: Context) -> Iterator[Found]:
    """A value level row is longer than its variable, or is text where the variable is a number."""
    for book in context.books:
        for row in book.rows(ValueLevelRow):
            variable = context.variables.get(row.dataset, {}).get(row.variable)
            if variable is None:
                continue
            if row.length and variable.length and row.length > variable.length:
                text = f"{row.length} bytes, but {row.variable} has {variable.length}."
                yield Found(row.cell("length"), text, "Raise the variable's Length.")
            number = variable.data_type in ("integer", "float")
            if number and row.data_type not in ("integer", "float"):
                text = f"is {row.data_type}, but {row.variable} is {variable.data_type}."
                yield Found(row.cell("data_type"), text, "A number has numbers as its values.")


@rule("DEFINE.CLAUSE")
def where_clause_asks_for_no_term(context: Context) -> Iterator[Found]:
    """A where clause asks for a value that is no term of the variable's code list."""
    for book in context.books:
        for row in book.rows(WhereClauseRow):
            variable = context.variables.get(row.dataset, {}).get(row.variable)
            home = context.datasets.get(row.dataset, book)
            codelist = home.codelists.get((variable.codelist or "") if variable else "")
            if (
                codelist is None
                or row.value is None
                or row.comparator not in ("EQ", "NE", "IN", "NOTIN")
            ):
                continue
            whole = row.comparator in ("EQ", "NE") or row.value in codelist.terms
            for value in [row.value] if whole else [v.strip() for v in row.value.split(",")]:
                if value.strip("\"'") not in codelist.terms:
                    near = nearest(value, codelist.terms)
                    hint = f"Did you mean '{near}'?" if near else "Add it to Codelists."
                    text = (
                        f"'{value}' is no term of '{codelist.id}', the code list of {row.variable}."
                    )
                    yield Found(row.cell("value"), text, hint)


def _described(book: Workbook) -> Iterator[VariableRow | ValueLevelRow]:
    yield from book.rows(VariableRow)
    yield from book.rows(ValueLevelRow)


def _dated(name: str, label: str) -> bool:
    """Whether a variable of ADaM is a date, time or datetime by its name."""
    return name.endswith(("DT", "DTM", "TM")) and not name.endswith("ELTM") and "Flag" not in label


def _format(name: str) -> str:
    return "DATETIME20." if name.endswith("DTM") else "TIME8." if name.endswith("TM") else "DATE9."
