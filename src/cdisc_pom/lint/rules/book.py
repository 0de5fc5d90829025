"""Sheets, columns and cells: what the reader of workbooks finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cdisc_pom.errors import Cell, nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.sheets import SHEETS

# Characters that look like others and are none of them: hard spaces, zero-width signs.
_HIDDEN = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]")
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")
_NAMES = (
    "dataset", "variable", "source", "algorithm", "codelist", "id", "testcd", "paramcd",
    "where_clause", "method", "predecessor", "term", "nci_codelist_code", "nci_term_code", "column",
)  # fmt: skip


@rule("BOOK.FILE", faults=r"workbook is missing|is not a readable")
def file_cannot_be_read(context: Context) -> Iterator[Found]:
    """A workbook is missing or cannot be read.

    A study is a folder with `sdtm.xlsx`, `adam.xlsx` or both. Open the file in Excel and save it
    as .xlsx again.
    """
    return context.found("BOOK.FILE")


@rule("BOOK.SHEET", faults=r"sheet '.*' is missing")
def sheet_is_missing(context: Context) -> Iterator[Found]:
    """A sheet is missing.

    Sheets go by their exact names; `docs/sheets.md` lists them. Further sheets may stand beside.
    """
    return context.found("BOOK.SHEET")


@rule("BOOK.RUNS", severity="note", faults=r"has no sheet that says where records come from")
def nothing_runs(context: Context) -> Iterator[Found]:
    """A workbook describes data sets, but no sheet says how they are made.

    A specification of Pinnacle 21 is like that. It is checked as far as it goes; add Sources and
    Mapping (ADaM: Derivations) to build it.
    """
    yield from context.found("BOOK.RUNS")
    for book in context.books:
        if not book.runs:
            hint = "Add Sources and Mapping (ADaM: Derivations) to build from it."
            yield Found(Cell(book.name), "has no sheet that says where records come from.", hint)


@rule("BOOK.COLUMN", faults=r"column '.*' (is missing|stands twice)")
def column_is_missing(context: Context) -> Iterator[Found]:
    """A column is missing or stands twice.

    Columns go by the text of their first row; their order is free.
    """
    return context.found("BOOK.COLUMN")


@rule("BOOK.IGNORED", severity="note")
def sheet_or_column_is_ignored(context: Context) -> Iterator[Found]:
    """A sheet or column is not known and ignored.

    Notes and helper columns are welcome. A column that was meant but misspelled shows here.
    """
    for book in context.books:
        sheets = {row.sheet for row in SHEETS[book.kind]} - book.sheets.keys()
        for text in book.ignored:
            kind, _, name = text.partition(" ")
            sheet, _, column = name.partition("!")
            if kind == "sheet":
                near, place = nearest(sheet, sheets), Cell(book.name, sheet)
                said = f"sheet '{sheet}'"
            elif kind == "column":
                row = next((r for r in SHEETS[book.kind] if r.sheet == sheet), None)
                near = nearest(column, row.headers()) if row is not None else None
                place, said = Cell(book.name, sheet), f"column '{column}'"
            else:
                continue
            hint = f"Did you mean '{near}'?" if near is not None else ""
            yield Found(place, f"{said} is not known and ignored.", hint)


@rule("BOOK.NUMBER", faults=r"holds (?!a formula)")
def cell_is_no_text(context: Context) -> Iterator[Found]:
    """A text cell holds a number, a date or a truth value.

    Excel turns 001 into 1 and 2-1 into a date. Format the column as text and type the value again.
    """
    return context.found("BOOK.NUMBER")


@rule("BOOK.FORMULA", faults=r"holds a formula")
def cell_is_a_formula(context: Context) -> Iterator[Found]:
    """A cell holds a formula.

    What it shows depends on other cells and on who opened the file last. Paste the value.
    """
    return context.found("BOOK.FORMULA")


@rule("BOOK.EMPTY", faults=r"'[^']+' is empty\.|names no code list|'On' is empty")
def cell_is_empty(context: Context) -> Iterator[Found]:
    """A cell that needs a value is empty."""
    return context.found("BOOK.EMPTY")


@rule("BOOK.VALUE", faults=r"'[A-Za-z0-9 ()]+': .*\(found '")
def cell_does_not_fit(context: Context) -> Iterator[Found]:
    """A cell holds what its column does not take.

    Such as a Data Type that is none, a Mandatory that is neither Yes nor No, an Order in words.
    """
    return context.found("BOOK.VALUE")


@rule("BOOK.CHARACTER", severity="warning")
def name_has_hidden_characters(context: Context) -> Iterator[Found]:
    """A name holds characters that nobody sees: hard spaces, zero-width signs, full-width letters.

    They come from web pages and word processors; two names that look alike are not equal then.
    Type the name again.
    """
    for book in context.books:
        for rows in book.sheets.values():
            names = [name for name in _NAMES if rows and name in type(rows[0]).model_fields]
            for row in rows:
                for name in names:
                    value = getattr(row, name)
                    if not isinstance(value, str) or value.isascii():
                        continue
                    odd = _HIDDEN.search(value) or (
                        _FULL_WIDTH.search(value) if name in ("dataset", "variable") else None
                    )
                    if odd is not None:
                        text = f"'{value}' holds the character U+{ord(odd[0]):04X}."
                        yield Found(row.cell(name), text, "Type the name again.")
