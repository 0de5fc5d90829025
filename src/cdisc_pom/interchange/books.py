"""A workbook as its sheets, from whatever form it was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cdisc_pom.errors import Cell, Problems, SpecError
from cdisc_pom.spec.cells import SheetCells, is_blank, read_cells
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import SHEETS

_ADAM_SHEETS = {"Derivations", "Parameters", "Events", "Response", "Imputation", "Displays"}


@dataclass(frozen=True)
class Book:
    """The sheets of a workbook, and the standard that it describes: `sdtm` or `adam`.

    `notes` says what of the file it was read from is not in the sheets.
    """

    name: str
    kind: str
    sheets: tuple[SheetCells, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def named(self) -> dict[str, SheetCells]:
        """Sheets by name."""
        return {sheet.name: sheet for sheet in self.sheets}

    @cached_property
    def schema(self) -> dict[str, type[SheetRow]]:
        """Sheets of the language by name."""
        return {row_type.sheet: row_type for row_type in SHEETS[self.kind]}

    @cached_property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """Rows of the sheet Datasets by name."""
        return {str(row.get("Dataset", "")): row for row in self.rows("Datasets")}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Records of a sheet by column header."""
        return rows_of(self.named.get(name))

    def is_table(self, sheet: SheetCells) -> bool:
        """Whether a sheet has columns: one of the language, or the contents of a data set."""
        return sheet.name in self.schema or sheet.name in self.datasets


def open_excel(path: Path, *, kind: str | None = None) -> Book:
    """An Excel file as it is.

    Args:
        path: the .xlsx file.
        kind: `sdtm` or `adam`; None finds out.

    Raises:
        Problems: the file is no workbook, or a cell that the language reads holds a formula.
    """
    sheets = read_cells(path)
    book = Book(path.name, kind or standard_of(sheets), tuple(sheets))
    hint = "Paste the value in its place: a specification says what it means."
    faults, notes = [], []
    for sheet in sheets:
        if book.is_table(sheet):
            places = [Cell(path.name, sheet.name, ref) for ref in sheet.formulas]
            faults += [SpecError(place, "holds a formula.", hint) for place in places]
        elif sheet.formulas:
            notes.append(f"sheet {sheet.name}: formulas became values (first: {sheet.formulas[0]})")
    if faults:
        raise Problems(faults)
    return Book(book.name, book.kind, book.sheets, tuple(notes))


def write_book(path: Path, book: Book) -> None:
    """Write the sheets as an Excel file, each with the columns that it has."""
    from cdisc_pom.spec.writer import write_sheets  # noqa: PLC0415 - openpyxl is slow to load

    write_sheets(
        path, book.kind, [(sheet.name, sheet.first, sheet.records) for sheet in book.sheets]
    )


def sheet_of(name: str, first: Sequence[Any], records: Sequence[Sequence[Any]]) -> SheetCells:
    """A sheet made of its first row and its records."""
    width = max([len(first), *(len(record) for record in records)])
    full = (*first, *[""] * (width - len(first)))
    filled = tuple((*record, *[""] * (width - len(record))) for record in records)
    header = tuple("" if is_blank(cell) else str(cell).strip() for cell in full)
    rows = tuple(range(2, len(filled) + 2))
    return SheetCells(name, header, filled, rows, first=full)


def rows_of(sheet: SheetCells | None) -> list[dict[str, Any]]:
    """Records by column header, without blank cells and blank records; texts are stripped."""
    if sheet is None:
        return []
    found = [
        {
            name: cell.strip() if isinstance(cell, str) else cell
            for name, cell in zip(sheet.header, record, strict=False)
            if name and not is_blank(cell)
        }
        for record in sheet.records
    ]
    return [row for row in found if row]


def standard_of(sheets: Sequence[SheetCells]) -> str:
    """`adam` where the sheets, the stated standard or the data sets say so, else `sdtm`."""
    named = {sheet.name: sheet for sheet in sheets}
    if _ADAM_SHEETS & set(named):
        return "adam"
    if "Mapping" in named:
        return "sdtm"
    define = rows_of(named.get("Define", named.get("Study")))
    attributes = {str(row.get("Attribute", "")): str(row.get("Value", "")) for row in define}
    stated = attributes.get("StandardName", attributes.get("Standard Name", ""))
    if stated:
        return "adam" if "adam" in stated.casefold() else "sdtm"
    names = [str(row.get("Dataset", "")) for row in rows_of(named.get("Datasets"))]
    return "adam" if names and all(name.startswith("AD") for name in names) else "sdtm"
