"""Look-up tables, windows, ranges, grades, relations, splits, names of qualifiers."""

from __future__ import annotations

from collections.abc import Iterator

from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.arguments import split_arguments
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import ParameterRow
from cdisc_pom.spec.tables import LookupRow, WindowRow
from cdisc_pom.spec.workbook import Workbook


@rule(
    "NAME.TABLE",
    faults=r"unknown (look-up table|rule of Windows|version of CTCAE|dictionary) "
    r"|'.*' is no PARAMCD",
)
def unknown_table(context: Context) -> Iterator[Found]:
    """A look-up table, window rule, dictionary, CTCAE version or parameter is not there.

    Look-up tables are in Lookups or in a sheet `Lookup NAME`, rules of windows in Windows,
    dictionaries in Dictionaries.
    """
    return context.found("NAME.TABLE")


@rule("UNUSED.TABLE", severity="warning")
def unused_table(context: Context) -> Iterator[Found]:
    """No row names a table of Lookups or a rule of Windows."""
    for book in context.books:
        used = _named(book)
        yield from _unused(book.rows(LookupRow), "table", "look-up table", used)
        yield from _unused(book.rows(WindowRow), "id", "rule of Windows", used)


@rule(
    "TERMS.TABLE",
    faults=r"table '.*' stands in|dictionary '.*' has no file|'.*' is version .* its file"
    r"|windows? '.*' |the sheet Ranges|the upper limit|'.*' is no complete ISO 8601 date",
)
def table_contradicts_itself(context: Context) -> Iterator[Found]:
    """A table of Lookups, Windows, Ranges or Dictionaries contradicts itself or has no file.

    Windows of a rule must not share days, a lower limit is not above the upper one, a dictionary's
    file is of the version that its row says.
    """
    return context.found("TERMS.TABLE")


@rule(
    "TERMS.RELATION",
    faults=r"relation '|says not what is related|unknown .* of Relations|'.*' is no part of",
)
def relation_is_not_whole(context: Context) -> Iterator[Found]:
    """A relation has one side only or does not say what it relates, or a split has a wrong name.

    RELREC is made of two or more rows of Relations; a part of a domain is named like it (QSPH).
    """
    return context.found("TERMS.RELATION")


@rule("TERMS.MASS", faults=r".* to .* is .*, not [\d.]+")
def factor_contradicts_units(context: Context) -> Iterator[Found]:
    """A factor of Units or Findings contradicts what the units or the molar mass say.

    10 g/dL are 100 g/L, 1 mg/dL of creatinine is 88.4 umol/L, whatever the row says.
    """
    return context.found("TERMS.MASS")


@rule("TERMS.QUALIFIER", faults=r".* is no supplemental qualifier|unknown supplemental qualifier")
def qualifier_is_none(context: Context) -> Iterator[Found]:
    """The sheet Supplemental names a variable that does not go to SUPP--."""
    return context.found("TERMS.QUALIFIER")


def _named(book: Workbook) -> set[str]:
    """All values of arguments in a workbook."""
    rows: list[str | None] = [row.arguments for name in book.datasets for row in book.mapping(name)]
    rows += [row.arguments for row in book.rows(ParameterRow)]
    found: set[str] = set()
    for text in rows:
        if text is not None and "=" in text:
            try:
                found.update(split_arguments(text).values())
            except ValueError:
                continue
    return found


def _unused(rows: tuple[SheetRow, ...], field: str, kind: str, used: set[str]) -> Iterator[Found]:
    told: set[str] = set()
    for row in rows:
        name = str(getattr(row, field))
        if name not in used and name not in told:
            told.add(name)
            yield Found(row.cell(field), f"nothing uses the {kind} '{name}'.")
