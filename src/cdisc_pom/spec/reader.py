"""Reading a workbook: cells as they are, rows as typed models, all faults at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cdisc_pom.errors import Cell, Collector, SpecError, did_you_mean
from cdisc_pom.spec.cells import SheetCells, column_letters, is_blank, read_cells
from cdisc_pom.spec.foreign import open_foreign
from cdisc_pom.spec.rows import RowPlace, SheetRow
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS, DatasetRow
from cdisc_pom.spec.workbook import LIBRARY, LISTS, LOOKUP, RAW_COLUMNS, Contents, Workbook

_AS_TEXT = "Format the cell as text and type the value again."


def read_workbook(path: Path, kind: str) -> Workbook:
    """Read the workbook of a standard.

    A specification of Pinnacle 21 opens as it is: its sheets and columns are taken for ours. A
    workbook without any running sheet is a specification only, which is no fault here.

    Args:
        path: an Excel file (.xlsx).
        kind: `sdtm` or `adam`; decides which sheets must be there.

    Returns:
        The workbook; unknown sheets and columns are listed in `ignored`.

    Raises:
        Problems: the file is missing or unreadable, a sheet or a column is missing, a cell does
            not fit its column. Every fault is in it, each at its cell.
    """
    opened = open_foreign(path.name, read_cells(path), kind)
    return typed_workbook(path, kind, opened.sheets, faults=opened.faults, notes=opened.notes)


def typed_workbook(
    path: Path,
    kind: str,
    cells: Sequence[SheetCells],
    *,
    faults: Sequence[SpecError] = (),
    notes: Sequence[str] = (),
) -> Workbook:
    """The workbook that cells mean; arguments and faults as for `read_workbook`."""
    found = Collector([*faults])
    book = _workbook(path, kind, cells, found, notes)
    found.stop()
    return book


def scan_workbook(path: Path, kind: str) -> tuple[Workbook, tuple[SpecError, ...]]:
    """A workbook and all of its faults, for who goes on despite them.

    A row with a faulty cell stays, with nothing (or the first thing that may stand there) in that
    cell's place, so that one fault is not told a second time through what it breaks.

    Raises:
        Problems: the file is missing or unreadable.
    """
    opened = open_foreign(path.name, read_cells(path), kind)
    found = Collector([*opened.faults])
    book = _workbook(path, kind, opened.sheets, found, opened.notes, mend=True)
    return book, tuple(dict.fromkeys(found.errors))


def _workbook(
    path: Path,
    kind: str,
    cells: Sequence[SheetCells],
    found: Collector,
    notes: Sequence[str],
    *,
    mend: bool = False,
) -> Workbook:
    schema = {row.sheet: row for row in SHEETS[kind]}
    tables = {sheet.name: sheet for sheet in cells}
    running = any(row.sheet in tables for row in SHEETS[kind] if row not in DESCRIBING)
    sheets: dict[str, tuple[SheetRow, ...]] = {}
    ignored: list[str] = []
    for name, row_type in schema.items():
        if name not in tables:
            if not row_type.optional and (running or row_type in DESCRIBING):
                near = did_you_mean(name, set(tables) - set(schema))
                found.add(Cell(path.name), f"sheet '{name}' is missing.", near)
            continue
        rows, extra = _typed_rows(path.name, tables[name], row_type, found, mend=mend)
        sheets[name] = rows
        ignored += [f"column {name}!{column}" for column in extra]
    datasets = {row.dataset for row in sheets.get("Datasets", ()) if isinstance(row, DatasetRow)}
    contents = {
        name: _contents(path.name, table, found)
        for name, table in tables.items()
        if name in datasets or name.startswith(LOOKUP)
    }
    known = {*schema, *contents, LISTS, LIBRARY, RAW_COLUMNS}
    ignored += [f"sheet {name}" for name in tables if name not in known]
    for name in (*sheets, *contents):
        found.errors += _formula_faults(path.name, tables[name])
    return Workbook(path, kind, sheets, contents, tuple(ignored), tuple(notes))


def _formula_faults(workbook: str, sheet: SheetCells) -> list[SpecError]:
    hint = "Paste the value in its place: a specification says what it means."
    return [
        SpecError(Cell(workbook, sheet.place_name, cell), "holds a formula.", hint)
        for cell in sheet.formulas
    ]


def _typed_rows(
    workbook: str,
    sheet: SheetCells,
    row_type: type[SheetRow],
    faults: Collector,
    *,
    mend: bool = False,
) -> tuple[tuple[SheetRow, ...], list[str]]:
    """Rows of a sheet as models, and the columns that the language does not know."""
    _check_header(workbook, sheet, faults)
    letters, known = sheet.letters, row_type.headers()
    missing = [name for name in row_type.required_headers() if name not in letters]
    for name in missing:
        hint = did_you_mean(name, [column for column in letters if column not in known])
        faults.add(Cell(workbook, sheet.place_name), f"column '{name}' is missing.", hint)
    rows: list[SheetRow] = []
    for number, cells in zip(sheet.rows, sheet.records, strict=True):
        if missing or all(is_blank(cell) for cell in cells):
            continue
        place = RowPlace(workbook=workbook, sheet=sheet.place_name, row=number, letters=letters)
        values = dict(zip(sheet.header, cells, strict=False))
        row = _typed_row(values, row_type, place, faults, mend=mend)
        if row is not None:
            rows.append(row)
    return tuple(rows), [name for name in letters if name not in known]


def _check_header(workbook: str, sheet: SheetCells, faults: Collector) -> None:
    """A column that stands twice is a fault."""
    header = sheet.header
    for name in dict.fromkeys(name for name in header if name and header.count(name) > 1):
        faults.add(Cell(workbook, sheet.place_name), f"column '{name}' stands twice.")


def _typed_row(
    cells: dict[str, Any],
    row_type: type[SheetRow],
    place: RowPlace,
    faults: Collector,
    *,
    mend: bool = False,
) -> SheetRow | None:
    values: dict[str, Any] = {}
    clean = True
    for header, field in row_type.headers().items():
        cell = cells.get(header, "")
        if is_blank(cell):
            continue
        if isinstance(cell, str):
            values[header] = cell.strip()
        elif row_type.takes_number(field) and _is_number(cell):
            values[header] = int(cell) if float(cell).is_integer() else cell
        else:
            clean = False
            faults.add(place.cell(header), f"holds {_what(cell)}, not text.", _AS_TEXT)
    try:
        row = row_type.model_validate({**values, "place": place})
    except ValidationError as error:
        for detail in error.errors():
            header = str(detail["loc"][0])
            if detail["type"] == "missing" and not clean:
                continue
            faults.add(place.cell(header), _sentence(header, detail))
        return _mended(values, row_type, place, error) if mend else None
    return row if clean or mend else None


def _mended(
    values: dict[str, Any], row_type: type[SheetRow], place: RowPlace, error: ValidationError
) -> SheetRow | None:
    """The row without its faulty cells; what must stand there is empty, 0 or the first choice."""
    good = dict(values)
    for detail in error.errors():
        header = str(detail["loc"][0])
        field = row_type.headers().get(header)
        if field is None:
            return None
        good.pop(header, None)
        info = row_type.model_fields[field]
        if info.is_required():
            choices = row_type.choices(field)
            number = info.annotation in (int, float)
            good[header] = choices[0] if choices else 0 if number else ""
    try:
        return row_type.model_validate({**good, "place": place})
    except ValidationError:
        return None


def _sentence(header: str, detail: Any) -> str:
    if detail["type"] == "missing":
        return f"'{header}' is empty."
    text = str(detail["msg"]).removeprefix("Value error, ")
    given = detail["input"]
    return f"'{header}': {text[0].lower() + text[1:]} (found '{given}')."


def _contents(workbook: str, sheet: SheetCells, faults: Collector) -> Contents:
    _check_header(workbook, sheet, faults)
    records, rows = [], []
    for number, cells in zip(sheet.rows, sheet.records, strict=True):
        if all(is_blank(cell) for cell in cells):
            continue
        rows.append(number)
        records.append(
            tuple(_content_cell(cell, (workbook, sheet.place_name, at, number), faults)
                  for at, cell in enumerate(cells[: len(sheet.header)]))
        )  # fmt: skip
    letters = sheet.letters
    return Contents(workbook, sheet.name, sheet.header, tuple(records), tuple(rows), letters)


def _content_cell(cell: Any, at: tuple[str, str, int, int], faults: Collector) -> str | None:
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return cell.strip()
    if _is_number(cell):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    workbook, sheet, column, row = at
    place = Cell(workbook, sheet, f"{column_letters(column)}{row}")
    faults.add(place, f"holds {_what(cell)}, not text.", _AS_TEXT)
    return None


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _what(cell: Any) -> str:
    """What a cell holds that is no text."""
    if isinstance(cell, bool):
        return f"a truth value ({str(cell).upper()})"
    if _is_number(cell):
        return f"a number ({cell:g})" if isinstance(cell, float) else f"a number ({cell})"
    return f"a date ({cell})"
