"""What the implementation guides ask of data sets: class, label, keys, the variables they need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cdisc_pom.errors import Cell, nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.guide import Guide, guided_datasets, guided_variables
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.sheets import DatasetRow, FindingRow, ParameterRow
from cdisc_pom.spec.workbook import Workbook
from cdisc_pom.standards import StandardVariable
from cdisc_pom.standards.tables import standard_versions

_CLASSES = frozenset(
    {"SPECIAL PURPOSE", "FINDINGS", "FINDINGS ABOUT", "EVENTS", "INTERVENTIONS", "TRIAL DESIGN",
     "RELATIONSHIP", "STUDY REFERENCE", "SUBJECT LEVEL ANALYSIS DATASET", "BASIC DATA STRUCTURE",
     "OCCURRENCE DATA STRUCTURE", "ADAM OTHER", "MEDICAL DEVICE BASIC DATA STRUCTURE",
     "MEDICAL DEVICE OCCURRENCE DATA STRUCTURE", "DEVICE LEVEL ANALYSIS DATASET",
     "REFERENCE DATA STRUCTURE"}
)  # fmt: skip


@rule("IG.VERSION", severity="note")
def guide_is_not_at_hand(context: Context) -> Iterator[Found]:
    """The implementation guide that Define names is not at hand, so nothing is checked against it.

    Import its variable table once with `cdisc-pom ig import`.
    """
    for kind, book in context.study.workbooks.items():
        guide = context.guides[kind]
        if guide.known or not guide.standard:
            continue
        known = [str(pin) for pin in standard_versions(context.store)]
        row = book.attributes.get("StandardVersion")
        place = row.cell("value") if row is not None else Cell(book.name, "Define")
        text = f"{guide.standard} {guide.version} is not at hand."
        hint = f"Import it: cdisc-pom ig import FILE. At hand: {', '.join(known)}."
        yield Found(place, text, hint)


@rule("IG.DATASET", severity="note")
def dataset_is_not_of_the_guide(context: Context) -> Iterator[Found]:
    """A data set is none that the guide, as it is at hand, describes.

    Custom domains are allowed; they are checked by their class alone. The packed tables hold the
    common domains; `cdisc-pom ig import` brings all.
    """
    for _, guide, row in guided_datasets(context):
        if guide.tabulation and not guide.tables(row):
            near = nearest(row.dataset, guide.datasets)
            hint = f"Did you mean '{near}'?" if near else ""
            text = f"{row.dataset} is not in the tables of {guide.standard} {guide.version}."
            yield Found(row.cell("dataset"), text, hint)


@rule("IG.CLASS")
def class_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A data set's class is none, or not the one that the guide gives it.

    Classes are written as Define-XML 2.1 has them: SPECIAL PURPOSE, FINDINGS, BASIC DATA
    STRUCTURE.
    """
    for _, guide, row in guided_datasets(context):
        given = row.dataset_class.strip().upper().replace("-", " ")
        table = guide.datasets.get(guide.domain(row.dataset)) if guide.tabulation else None
        if given not in _CLASSES:
            near = nearest(given, _CLASSES)
            hint = f"Did you mean '{near}'?" if near else "Define-XML names the classes."
            yield Found(row.cell("dataset_class"), f"'{row.dataset_class}' is no class.", hint)
        elif table is not None and table.dataset_class and given != table.dataset_class:
            text = f"the class of {row.dataset} is {table.dataset_class}, not {given}."
            yield Found(row.cell("dataset_class"), text, f"Write {table.dataset_class}.")


@rule("IG.DATASETLABEL", severity="warning")
def dataset_label_is_not_the_guides(context: Context) -> Iterator[Found]:
    """A data set's label is not the guide's.

    Parts of a domain that was split may say what they hold.
    """
    for _, guide, row in guided_datasets(context):
        name = row.dataset if guide.tabulation else "ADSL" if row.dataset == "ADSL" else ""
        table = guide.datasets.get(name)
        if table is not None and table.label and name != "SUPPQUAL" and row.label != table.label:
            text = f"the label of {row.dataset} is '{table.label}', not '{row.label}'."
            yield Found(row.cell("label"), text, "Write the guide's label.")


@rule("IG.REQUIRED")
def required_variable_is_missing(context: Context) -> Iterator[Found]:
    """A data set lacks a variable that the guide requires."""
    for book, guide, row in guided_datasets(context):
        for variable in _missing(context, guide, row, "Req"):
            text = (
                f"{row.dataset} lacks {_name(variable, row)} ({variable.label}), which is Required."
            )
            yield Found(row.cell("dataset"), text, _add(book, variable))


@rule("IG.EXPECTED", severity="warning")
def expected_variable_is_missing(context: Context) -> Iterator[Found]:
    """A data set lacks a variable that the guide expects.

    Where nothing was collected, the variable stands there without values: set Has No Data.
    """
    for book, guide, row in guided_datasets(context):
        for variable in _missing(context, guide, row, "Exp"):
            text = f"{row.dataset} lacks {variable.name} ({variable.label}), which is Expected."
            hint = f"{_add(book, variable)} Without data set Has No Data."
            yield Found(row.cell("dataset"), text, hint)


@rule("IG.DOMAIN")
def domain_is_not_the_datasets(context: Context) -> Iterator[Found]:
    """DOMAIN has another value than the data set's domain."""
    for _, guide, row, variable in guided_variables(context):
        value = variable.assigned_value
        if not guide.tabulation or variable.variable != "DOMAIN" or value is None:
            continue
        if not row.dataset.startswith(value):
            text = f"DOMAIN of {row.dataset} is '{value}'."
            yield Found(variable.cell("assigned_value"), text, f"Write {row.dataset[:2]}.")


@rule("IG.KEYS", severity="warning")
def keys_do_not_name_the_subject(context: Context) -> Iterator[Found]:
    """A data set with records of subjects has Key Variables without USUBJID or STUDYID."""
    for _, _, row in guided_datasets(context):
        names = context.variables[row.dataset]
        for needed in ("STUDYID", "USUBJID"):
            if needed in names and needed not in row.keys and row.keys:
                text = f"the keys of {row.dataset} lack {needed}."
                yield Found(row.cell("keys"), text, "Keys tell records of all subjects apart.")


@rule("IG.SHORTNAME")
def short_name_is_no_name(context: Context) -> Iterator[Found]:
    """A test code or a parameter code could be no variable's name, or a test name is too long.

    --TESTCD and PARAMCD: up to 8 capital letters, digits and underscores, a letter first. --TEST:
    up to 40 characters.
    """
    pattern = re.compile(r"[A-Z_][A-Z0-9_]{0,7}")
    for book in context.books:
        for finding in book.rows(FindingRow):
            if finding.testcd and not pattern.fullmatch(finding.testcd):
                text = f"'{finding.testcd}' is no test code."
                hint = "Up to 8 capital letters, digits and underscores, a letter first."
                yield Found(finding.cell("testcd"), text, hint)
            if len(finding.test) > 40 and finding.dataset not in ("IE", "TI"):  # noqa: PLR2004
                text = f"'{finding.test}' has {len(finding.test)} characters."
                yield Found(finding.cell("test"), text, "A test name has up to 40.")
        for row in book.rows(ParameterRow):
            if not pattern.fullmatch(row.paramcd):
                hint = "Up to 8 capital letters, digits and underscores, a letter first."
                yield Found(row.cell("paramcd"), f"'{row.paramcd}' is no parameter code.", hint)


@rule("IG.ADSL")
def subject_level_dataset_is_missing(context: Context) -> Iterator[Found]:
    """An ADaM workbook has no ADSL.

    Every study with ADaM data sets has one.
    """
    for book, _, _ in guided_datasets(context):
        if book.kind == "adam" and "ADSL" not in book.datasets:
            yield Found(Cell(book.name, "Datasets"), "ADSL is missing.", "Add it.")
            return


def _missing(
    context: Context, guide: Guide, row: DatasetRow, core: str
) -> Iterator[StandardVariable]:
    names = context.variables[row.dataset]
    if not names:
        return  # MAP.UNFILLED has said so
    for variable in guide.variables(row):
        if variable.core != core or (guide.domain(row.dataset) == "SUPPQUAL"):
            continue
        if not any(variable.matches(name) for name in names):
            yield variable


def _name(variable: StandardVariable, row: DatasetRow) -> str:
    del row
    return variable.name.replace("xx", "01").replace("zz", "01") if variable.is_pattern else (
        variable.name
    )  # fmt: skip


def _add(book: Workbook, variable: StandardVariable) -> str:
    kind = "text" if variable.type == "Char" else "number"
    return f"Add a row to Variables of {book.name} ({kind}, {variable.role})."
