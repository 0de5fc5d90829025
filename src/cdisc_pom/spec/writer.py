"""Writing a workbook that people like to work in: frozen headers, filters, drop-downs."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.cell.cell import Cell as CellLike
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cdisc_pom.files import stable_zip, write_bytes
from cdisc_pom.spec.lists import Lists, add_lists, mark_proposals
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

Cells = Mapping[str, str | float | None]

_STAMP = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - spreadsheets know no time zone
_WIDEST, _NARROWEST = 60, 8
_LISTED = 255  # characters that Excel allows in an inline list
_DESCRIBES = {row.sheet for row in DESCRIBING}
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*<")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what Excel takes for a code of a character
_FILLS = {"describing": "1F4E78", "running": "375623", "contents": "7F6000"}


def write_workbook(
    path: Path,
    kind: str,
    sheets: Mapping[str, Sequence[Cells]],
    contents: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str | None]]]] | None = None,
    *,
    lists: Lists | None = None,
) -> None:
    """Write a workbook of a standard.

    Args:
        path: the .xlsx file.
        kind: `sdtm` or `adam`; gives the sheets, their columns and their order.
        sheets: rows by sheet, each a mapping of column header to cell.
        contents: header and records of the sheets that hold a data set's contents.
        lists: further drop-downs by sheet and column; the rows of proposals are coloured then.
    """
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]] = []
    for row_type in SHEETS[kind]:
        rows = sheets.get(row_type.sheet, ())
        if rows or not row_type.optional:
            header = list(row_type.headers())
            tables.append((row_type.sheet, header, [[row.get(h) for h in header] for row in rows]))
    tables += [(name, header, records) for name, (header, records) in (contents or {}).items()]
    write_sheets(path, kind, tables, lists=lists)


def write_sheets(
    path: Path,
    kind: str,
    sheets: Sequence[tuple[str, Sequence[Any], Sequence[Sequence[Any]]]],
    *,
    lists: Lists | None = None,
) -> None:
    """Write sheets with the columns that they have, in their order.

    Args:
        path: the .xlsx file.
        kind: `sdtm` or `adam`; known columns get the drop-downs of the language.
        sheets: name, header and records of each sheet. Texts stay texts, numbers keep all digits.
        lists: further drop-downs by sheet and column; the rows of proposals are coloured then.
    """
    schema = {row_type.sheet: row_type for row_type in SHEETS[kind]}
    book = Book()
    book.remove(book.active)
    for name, header, records in sheets:
        row_type = schema.get(name)
        style = "contents"
        if row_type is not None:
            style = "describing" if row_type.sheet in _DESCRIBES else "running"
        sheet = book.create_sheet(name)
        _fill(sheet, list(header), records, style)
        if row_type is not None:
            _add_choices(sheet, row_type, list(header), len(records) + 500)
            _expect_text(sheet, row_type, list(header))
            if lists is not None:
                mark_proposals(sheet, list(header))
    if lists is not None:
        add_lists(book, lists)
    write_bytes(path, workbook_bytes(book))


def workbook_bytes(book: Book) -> bytes:
    """The bytes of a workbook, the same each time: the clock is left out of them."""
    book.properties.creator = "cdisc_pom"
    book.properties.created = _STAMP
    stream, settled = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(settled, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":  # saving puts the time there
                data = _MODIFIED.sub(rb"\g<1>" + _STAMP.isoformat().encode() + b"Z<", data)
            target.writestr(name, data)
    return stable_zip(settled.getvalue())


def _add_choices(sheet: Worksheet, row_type: type[SheetRow], header: list[str], last: int) -> None:
    """Drop-downs, with room for rows that people add."""
    fields = row_type.headers()
    for at, name in enumerate(header, start=1):
        choices = row_type.choices(fields[name]) if name in fields else []
        if choices and len(",".join(choices)) <= _LISTED:
            rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            rule.errorTitle, rule.error = name, f"One of: {', '.join(choices)}"
            sheet.add_data_validation(rule)
            letter = get_column_letter(at)
            rule.add(f"{letter}2:{letter}{last}")


def _expect_text(sheet: Worksheet, row_type: type[SheetRow], header: list[str]) -> None:
    """What people type into a text column stays text: 001 does not become 1."""
    fields = row_type.headers()
    for at, name in enumerate(header, start=1):
        if name in fields and not row_type.takes_number(fields[name]):
            sheet.column_dimensions[get_column_letter(at)].number_format = "@"


def _fill(
    sheet: Worksheet, header: list[Any], records: Sequence[Sequence[Any]], style: str
) -> None:
    line = Border(bottom=Side(style="thin", color="D9D9D9"))
    plain, wrapped = (Alignment(vertical="top", wrap_text=wraps) for wraps in (False, True))
    for at, name in enumerate(header, start=1):
        cell = sheet.cell(1, at)
        put_cell(cell, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_FILLS[style])
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        width = max(
            _width(name), *(_width(record[at - 1]) for record in records if at <= len(record)), 0
        )
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = min(max(width + 2, _NARROWEST), _WIDEST)
    for row, record in enumerate(records, start=2):
        for at, value in enumerate(record, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(row, at)
            put_cell(cell, value)
            cell.border = line
            cell.alignment = wrapped if _width(value) > _WIDEST else plain
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(header), 1))}{len(records) + 1}"


def put_cell(cell: CellLike, value: Any) -> None:
    """A text is a text, also one such as =HGBU or _x0041_; a number keeps all its digits."""
    if isinstance(value, str):
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.number_format = "@"
        cell.data_type = "s"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cell.value = repr(value)
        cell.data_type = "n"
    else:
        cell.value = value


def _width(value: Any) -> int:
    """Columns that a text takes; Chinese characters take two."""
    text = "" if value is None else str(value)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)  # noqa: PLR2004
