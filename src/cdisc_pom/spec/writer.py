"""Writing a workbook that people like to work in: frozen headers, filters, drop-downs."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cdisc_pom.files import stable_zip, write_bytes
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

Cells = Mapping[str, str | float | None]

_STAMP = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - spreadsheets know no time zone
_WIDEST, _NARROWEST = 60, 8
_LISTED = 255  # characters that Excel allows in an inline list
_DESCRIBES = {row.sheet for row in DESCRIBING}
_FILLS = {"describing": "1F4E78", "running": "375623", "contents": "7F6000"}


def write_workbook(
    path: Path,
    kind: str,
    sheets: Mapping[str, Sequence[Cells]],
    contents: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str | None]]]] | None = None,
) -> None:
    """Write a workbook of a standard.

    Args:
        path: the .xlsx file.
        kind: `sdtm` or `adam`; gives the sheets, their columns and their order.
        sheets: rows by sheet, each a mapping of column header to cell.
        contents: header and records of the sheets that hold a data set's contents.
    """
    book = Book()
    book.remove(book.active)
    for row_type in SHEETS[kind]:
        rows = sheets.get(row_type.sheet, ())
        if rows or not row_type.optional:
            _typed_sheet(book.create_sheet(row_type.sheet), row_type, rows)
    for name, (header, records) in (contents or {}).items():
        sheet = book.create_sheet(name)
        _fill(sheet, list(header), [list(record) for record in records], "contents")
    book.properties.creator = "cdisc_pom"
    book.properties.created = _STAMP
    book.properties.modified = _STAMP
    stream = io.BytesIO()
    book.save(stream)
    write_bytes(path, stable_zip(stream.getvalue()))


def _typed_sheet(sheet: Worksheet, row_type: type[SheetRow], rows: Sequence[Cells]) -> None:
    header = list(row_type.headers())
    records = [[row.get(name) for name in header] for row in rows]
    style = "describing" if row_type.sheet in _DESCRIBES else "running"
    _fill(sheet, header, records, style)
    last = len(records) + 500  # room for rows that people add
    for at, (name, field) in enumerate(row_type.headers().items(), start=1):
        choices = row_type.choices(field)
        if choices and len(",".join(choices)) <= _LISTED:
            rule = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            rule.errorTitle, rule.error = name, f"One of: {', '.join(choices)}"
            sheet.add_data_validation(rule)
            letter = get_column_letter(at)
            rule.add(f"{letter}2:{letter}{last}")


def _fill(
    sheet: Worksheet, header: list[str], records: Sequence[Sequence[str | float | None]], style: str
) -> None:
    thin = Side(style="thin", color="D9D9D9")
    for at, name in enumerate(header, start=1):
        cell = sheet.cell(1, at, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_FILLS[style])
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        width = max([_width(name), *(_width(record[at - 1]) for record in records)])
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = min(max(width + 2, _NARROWEST), _WIDEST)
    for row, record in enumerate(records, start=2):
        for at, value in enumerate(record, start=1):
            if value is None:
                continue
            cell = sheet.cell(row, at, value)
            cell.border = Border(bottom=thin)
            cell.alignment = Alignment(vertical="top", wrap_text=_width(value) > _WIDEST)
            if isinstance(value, str):
                cell.number_format = "@"
                cell.data_type = "s"  # a text such as =HGBU is no formula
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(header), 1))}{len(records) + 1}"


def _width(value: str | float | None) -> int:
    """Columns that a text takes; Chinese characters take two."""
    text = "" if value is None else str(value)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)  # noqa: PLR2004
