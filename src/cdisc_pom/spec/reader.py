"""Reading a workbook: cells as they are, rows as typed models, all faults at once."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from cdisc_pom.errors import Cell, Collector, Problems, SpecError, did_you_mean
from cdisc_pom.spec.rows import RowPlace, SheetRow
from cdisc_pom.spec.sheets import SHEETS, DatasetRow
from cdisc_pom.spec.workbook import Contents, Workbook

_AS_TEXT = "Format the cell as text and type the value again."
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*?>\s*<f[ />]')


def read_workbook(path: Path, kind: str) -> Workbook:
    """Read the workbook of a standard.

    Args:
        path: an Excel file (.xlsx).
        kind: `sdtm` or `adam`; decides which sheets must be there.

    Returns:
        The workbook; unknown sheets and columns are listed in `ignored`.

    Raises:
        Problems: the file is missing or unreadable, a sheet or a column is missing, a cell does
            not fit its column. Every fault is in it, each at its cell.
    """
    tables, formulas = _open(path)
    faults = Collector()
    schema = {row.sheet: row for row in SHEETS[kind]}
    sheets: dict[str, tuple[SheetRow, ...]] = {}
    ignored: list[str] = []
    for name, row_type in schema.items():
        if name not in tables:
            if not row_type.optional:
                near = did_you_mean(name, set(tables) - set(schema))
                faults.add(Cell(path.name), f"sheet '{name}' is missing.", near)
            continue
        rows, extra = _typed_rows(path.name, name, tables[name], row_type, faults)
        sheets[name] = rows
        ignored += [f"column {name}!{column}" for column in extra]
    datasets = {row.dataset for row in sheets.get("Datasets", ()) if isinstance(row, DatasetRow)}
    contents = {
        name: _contents(path.name, name, table, faults)
        for name, table in tables.items()
        if name in datasets
    }
    ignored += [f"sheet {name}" for name in tables if name not in schema and name not in contents]
    for name in (*sheets, *contents):
        faults.errors += _formula_faults(path.name, name, formulas.get(name, ()))
    faults.stop()
    return Workbook(path, kind, sheets, contents, tuple(ignored))


Tables = dict[str, list[list[Any]]]


def _open(path: Path) -> tuple[Tables, dict[str, tuple[str, ...]]]:
    """Cells of each sheet, and addresses of those that hold formulas."""
    if not path.is_file():
        raise Problems([_missing(path)])
    try:
        book = CalamineWorkbook.from_path(str(path))
        tables = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names
        }
        return tables, _formulas(path)
    except (CalamineError, OSError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        hint = "Open it in Excel and save it as .xlsx again."
        fault = SpecError(Cell(path.name), f"is not a readable Excel workbook ({error}).", hint)
        raise Problems([fault]) from error


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


def _formula_faults(workbook: str, sheet: str, cells: Iterable[str]) -> list[SpecError]:
    hint = "Paste the value in its place: a specification says what it means."
    return [SpecError(Cell(workbook, sheet, cell), "holds a formula.", hint) for cell in cells]


def _typed_rows(
    workbook: str,
    sheet: str,
    table: list[list[Any]],
    row_type: type[SheetRow],
    faults: Collector,
) -> tuple[tuple[SheetRow, ...], list[str]]:
    """Rows of a sheet as models, and the columns that the language does not know."""
    header = _header(workbook, sheet, table, faults)
    letters = {name: _letter(at) for at, name in enumerate(header) if name}
    known = row_type.headers()
    for name in row_type.required_headers():
        if name not in letters:
            hint = did_you_mean(name, [column for column in letters if column not in known])
            faults.add(Cell(workbook, sheet), f"column '{name}' is missing.", hint)
    rows: list[SheetRow] = []
    if all(name in letters for name in row_type.required_headers()):
        for number, cells in enumerate(table[1:], start=2):
            if all(_is_blank(cell) for cell in cells):
                continue
            place = RowPlace(workbook=workbook, sheet=sheet, row=number, letters=letters)
            row = _typed_row(dict(zip(header, cells, strict=False)), row_type, place, faults)
            if row is not None:
                rows.append(row)
    return tuple(rows), [name for name in letters if name not in known]


def _header(workbook: str, sheet: str, table: list[list[Any]], faults: Collector) -> list[str]:
    """Names of the columns; one that stands twice is a fault."""
    header = [str(cell).strip() for cell in table[0]] if table else []
    for name in dict.fromkeys(name for name in header if name and header.count(name) > 1):
        faults.add(Cell(workbook, sheet), f"column '{name}' stands twice.")
    return header


def _typed_row(
    cells: dict[str, Any], row_type: type[SheetRow], place: RowPlace, faults: Collector
) -> SheetRow | None:
    values: dict[str, Any] = {}
    clean = True
    for header, field in row_type.headers().items():
        cell = cells.get(header, "")
        if _is_blank(cell):
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
        return None
    return row if clean else None


def _sentence(header: str, detail: Any) -> str:
    if detail["type"] == "missing":
        return f"'{header}' is empty."
    text = str(detail["msg"]).removeprefix("Value error, ")
    given = detail["input"]
    return f"'{header}': {text[0].lower() + text[1:]} (found '{given}')."


def _contents(workbook: str, sheet: str, table: list[list[Any]], faults: Collector) -> Contents:
    header = tuple(_header(workbook, sheet, table, faults))
    letters = {name: _letter(at) for at, name in enumerate(header) if name}
    records, rows = [], []
    for number, cells in enumerate(table[1:], start=2):
        if all(_is_blank(cell) for cell in cells):
            continue
        rows.append(number)
        records.append(
            tuple(_content_cell(cell, (workbook, sheet, at, number), faults)
                  for at, cell in enumerate(cells[: len(header)]))
        )  # fmt: skip
    return Contents(workbook, sheet, header, tuple(records), tuple(rows), letters)


def _content_cell(cell: Any, at: tuple[str, str, int, int], faults: Collector) -> str | None:
    if _is_blank(cell):
        return None
    if isinstance(cell, str):
        return cell.strip()
    if _is_number(cell):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    workbook, sheet, column, row = at
    place = Cell(workbook, sheet, f"{_letter(column)}{row}")
    faults.add(place, f"holds {_what(cell)}, not text.", _AS_TEXT)
    return None


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _what(cell: Any) -> str:
    """What a cell holds that is no text."""
    if isinstance(cell, bool):
        return f"a truth value ({str(cell).upper()})"
    if _is_number(cell):
        return f"a number ({cell:g})" if isinstance(cell, float) else f"a number ({cell})"
    return f"a date ({cell})"


def _letter(column: int) -> str:
    """Column letters of a position counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
