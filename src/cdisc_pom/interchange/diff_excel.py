"""A comparison of two specifications as a workbook: the later one, with its cells coloured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cdisc_pom.files import write_bytes
from cdisc_pom.interchange.diff import KINDS, BookDiff, RowChange, SheetDiff
from cdisc_pom.interchange.diff_show import notes
from cdisc_pom.interchange.yaml_text import plain_number
from cdisc_pom.spec.writer import put_cell, workbook_bytes

_FILLS = {"added": "C6EFCE", "removed": "FFC7CE", "changed": "FFEB9C", "renamed": "FFEB9C",
          "moved": "EDEDED"}  # fmt: skip
_TITLE = "1F4E78"
_WIDEST, _LONGEST_NAME = 48, 31


def write_diff(path: Path, diff: BookDiff) -> None:
    """Write the sheets that differ, all their rows, and a first sheet with the counts.

    Added rows are green, removed ones red where they stood, changed cells yellow with the former
    value as a comment. The first column says the same in words, so that it can be filtered.

    Args:
        path: the .xlsx file.
        diff: the comparison.
    """
    book = Workbook()
    summary = book.active
    summary.title = "Changes"
    rows = [
        [sheet.name, *(sheet.counts.get(kind, "") for kind in KINDS), "; ".join(notes(sheet))]
        for sheet in diff.sheets if not sheet.equal
    ]  # fmt: skip
    _table(summary, [f"{diff.before} → {diff.after}", *KINDS, "Columns"], rows)
    names = {"changes"}
    for sheet in diff.sheets:
        if not sheet.equal:
            _fill_sheet(book.create_sheet(_name(sheet.name, names)), sheet)
    write_bytes(path, workbook_bytes(book))


def _name(name: str, taken: set[str]) -> str:
    """A sheet named as the first one gets an underscore."""
    while name.casefold() in taken:
        name = f"{name[: _LONGEST_NAME - 1]}_"
    taken.add(name.casefold())
    return name


def _fill_sheet(target: Worksheet, sheet: SheetDiff) -> None:
    columns = list(sheet.columns)
    records = [
        [_word(change), *(row.get(column, "") for column in columns)] for row, change in sheet.lines
    ]
    _table(target, ["Change", *columns], records)
    for at, column in enumerate(columns, start=2):
        kind = ("added" if column in sheet.added_columns else
                "removed" if column in sheet.removed_columns else "")  # fmt: skip
        if kind:
            target.cell(1, at).fill = PatternFill("solid", fgColor=_FILLS[kind])
            target.cell(1, at).font = Font(bold=True)
    for number, (_, change) in enumerate(sheet.lines, start=2):
        if change is not None:
            _colour(target, number, columns, change)


def _word(change: RowChange | None) -> str:
    if change is None:
        return ""
    return f"{change.kind}, moved" if change.moved and change.kind != "moved" else change.kind


def _colour(target: Worksheet, number: int, columns: list[str], change: RowChange) -> None:
    fill = PatternFill("solid", fgColor=_FILLS[change.kind])
    target.cell(number, 1).fill = fill
    if change.kind in ("added", "removed", "moved"):
        for at in range(2, len(columns) + 2):
            target.cell(number, at).fill = fill
        return
    for cell in change.cells:
        place = target.cell(number, columns.index(cell.column) + 2)
        place.fill = fill
        was = "empty" if cell.before is None else str(cell.before)
        place.comment = Comment(f"was: {was}", "cdisc_pom", height=120, width=320)


def _table(target: Worksheet, header: list[Any], records: list[list[Any]]) -> None:
    for at, name in enumerate(header, start=1):
        cell = target.cell(1, at)
        put_cell(cell, name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_TITLE)
        longest = max([len(str(name)), *(len(str(record[at - 1])) for record in records)])
        target.column_dimensions[get_column_letter(at)].width = min(longest + 2, _WIDEST)
    for number, record in enumerate(records, start=2):
        for at, value in enumerate(record, start=1):
            if value != "":
                cell = target.cell(number, at)
                put_cell(cell, plain_number(value))
                cell.alignment = Alignment(vertical="top", wrap_text=len(str(value)) > _WIDEST)
    target.freeze_panes = "B2"
    target.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(records) + 1}"
