"""A workbook as its sheets, from whatever form it was opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from cdisc_pom.errors import Cell, Problems, SpecError
from cdisc_pom.spec.cells import SheetCells, is_blank, read_cells
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import SHEETS
from cdisc_pom.spec.workbook import LOOKUP

Row = dict[str, Any]

# Sheets that only one standard has.
_OWN = {
    kind: {row.sheet for row in rows} - {r.sheet for k in SHEETS if k != kind for r in SHEETS[k]}
    for kind, rows in SHEETS.items()
}


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
    def datasets(self) -> dict[str, Row]:
        """Rows of the sheet Datasets by name."""
        return {str(row.get("Dataset", "")): row for row in self.rows("Datasets")}

    def rows(self, name: str) -> list[Row]:
        """Records of a sheet by column header."""
        return rows_of(self.named.get(name))

    def with_rows(self, rows: Mapping[str, Sequence[Row]]) -> Book:
        """The same workbook with other records in some sheets; a new sheet stands in its place."""
        made = {name: self._filled(name, records) for name, records in rows.items()}
        kept = [made.pop(sheet.name, sheet) for sheet in self.sheets]
        order = list(self.schema)
        for name, sheet in made.items():
            before = order[: order.index(name)] if name in order else order
            at = max((n for n, each in enumerate(kept, start=1) if each.name in before), default=0)
            kept.insert(at, sheet)
        return replace(self, sheets=tuple(kept))

    def _filled(self, name: str, records: Sequence[Row]) -> SheetCells:
        there = self.named.get(name)
        header = list(there.header if there is not None else ())
        known = self.schema[name].headers() if name in self.schema else {}
        used = {column for record in records for column in record}
        header = list(dict.fromkeys([*header, *known, *sorted(used)]))
        return sheet_of(name, header, [[row.get(column, "") for column in header]
                                       for row in records])  # fmt: skip

    def is_table(self, sheet: SheetCells) -> bool:
        """Whether a sheet has columns: one of the language, a data set's contents, a look-up."""
        known = sheet.name in self.schema or sheet.name in self.datasets
        return known or sheet.name.startswith(LOOKUP)


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


def rows_of(sheet: SheetCells | None) -> list[Row]:
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
    for kind in ("adam", "sdtm"):
        if _OWN[kind] & set(named):
            return kind
    define = rows_of(named.get("Define", named.get("Study")))
    attributes = {str(row.get("Attribute", "")): str(row.get("Value", "")) for row in define}
    stated = attributes.get("StandardName", attributes.get("Standard Name", ""))
    if stated:
        return "adam" if "adam" in stated.casefold() else "sdtm"
    names = [str(row.get("Dataset", "")) for row in rows_of(named.get("Datasets"))]
    return "adam" if names and all(name.startswith("AD") for name in names) else "sdtm"
