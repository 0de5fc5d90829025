"""An Excel file as cells: what stands where, before anybody asks what it means."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from cdisc_pom.errors import Cell, Problems, SpecError, did_you_mean

_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*?>\s*<f[ />]')


@dataclass(frozen=True)
class SheetCells:
    """A sheet: the cells of its first row, and those of each further row.

    `header` is text without spaces around it, `first` the same cells as they are. `rows` says in
    which row of the file a record stands, `file_name` under what name the file has the sheet; they
    differ from the obvious where a sheet was made of another tool's sheet.
    """

    name: str
    header: tuple[str, ...]
    records: tuple[tuple[Any, ...], ...]
    rows: tuple[int, ...]
    formulas: tuple[str, ...] = ()
    file_name: str = ""
    columns: tuple[str, ...] = ()
    first: tuple[Any, ...] = ()

    @property
    def place_name(self) -> str:
        """The sheet's name in the file, for messages."""
        return self.file_name or self.name

    @cached_property
    def letters(self) -> dict[str, str]:
        """Letters of a column by its header; of two columns with one header the last."""
        given = self.columns or tuple(column_letters(at) for at in range(len(self.header)))
        return {name: letters for name, letters in zip(self.header, given, strict=True) if name}

    def cell(self, workbook: str, record: int, column: str) -> Cell:
        """The place of a record's column."""
        ref = f"{self.letters.get(column, '')}{self.rows[record]}"
        return Cell(workbook, self.place_name, ref)


def read_cells(path: Path) -> list[SheetCells]:
    """The sheets of an Excel file, in their order.

    Args:
        path: an Excel file (.xlsx).

    Raises:
        Problems: the file is missing or is no workbook.
    """
    if not path.is_file():
        raise Problems([_missing(path)])
    try:
        book = CalamineWorkbook.from_path(str(path))
        formulas = _formulas(path)
        return [
            _sheet(book.get_sheet_by_name(name), formulas.get(name, ()))
            for name in book.sheet_names
        ]
    except (CalamineError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        hint = "Open it in Excel and save it as .xlsx again."
        fault = SpecError(Cell(path.name), f"is not a readable Excel workbook ({error}).", hint)
        raise Problems([fault]) from error


def _sheet(sheet: CalamineSheet, formulas: tuple[str, ...]) -> SheetCells:
    table = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right:  # one value for several rows
            for row in table[top + 1 : bottom + 1]:
                row[left] = table[top][left]
    header = tuple(str(cell).strip() for cell in table[0]) if table else ()
    records = tuple(tuple(cells) for cells in table[1:])
    rows = tuple(range(2, len(records) + 2))
    first = tuple(table[0]) if table else ()
    return SheetCells(sheet.name, header, records, rows, formulas, first=first)


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in a cell; spaces are nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_letters(column: int) -> str:
    """Column letters of a position counted from 0.

    Example:
        >>> column_letters(0), column_letters(26)
        ('A', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _missing(path: Path) -> SpecError:
    others = [file.name for file in path.parent.glob("*.xlsx")] if path.parent.is_dir() else []
    where = f"workbook is missing in {path.parent}."
    return SpecError(Cell(path.name), where, did_you_mean(path.name, others))


def _formulas(path: Path) -> dict[str, tuple[str, ...]]:
    """Addresses of formula cells by sheet: their shown values must not be taken for text."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name, member in _sheet_members(archive).items():
            cells = _FORMULA.findall(archive.read(member))
            found[name] = tuple(cell.decode() for cell in cells)
    return found


def _sheet_members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Archive member by sheet name, as the workbook's own relations tell."""
    members = set(archive.namelist())
    parts = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    if not members.issuperset(parts):
        return {}
    book, relations = (etree.fromstring(archive.read(part)) for part in parts)
    targets = {node.get("Id"): node.get("Target", "") for node in relations}
    sheets = {}
    for node in book.iterfind(".//{*}sheet"):
        relation = next(value for key, value in node.attrib.items() if key.endswith("}id"))
        target = targets.get(relation, "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in members:
            sheets[node.get("name", "")] = member
    return sheets
