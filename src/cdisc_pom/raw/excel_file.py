"""A raw form as the first sheet of an Excel file; cells become text as they are shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from cdisc_pom.columns import from_codes
from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.raw.form import RawForm


def read_excel(path: Path) -> RawForm:
    """Read a form from the first sheet of a workbook.

    Whole numbers lose their `.0`, dates become ISO 8601 text; everything else is the cell's text.
    A record's line is its row in the sheet.

    Raises:
        Problems: the file is no workbook, or its header has empty or repeated names.
    """
    table = _table(path)
    names = _names(path, table)
    rows = [(at, row) for at, row in enumerate(table[1:], start=2) if any(_text(c) for c in row)]
    index = pd.RangeIndex(len(rows))
    columns = {
        name: from_codes(np.arange(len(rows)), [_text(row[at]) for _, row in rows], index)
        for at, name in enumerate(names)
    }
    return RawForm(path.name, columns, np.array([at for at, _ in rows], dtype=np.int64))


def excel_header(path: Path) -> tuple[str, ...]:
    """Column names of the first sheet."""
    return _names(path, _table(path, rows=1))


def _table(path: Path, rows: int | None = None) -> list[list[Any]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        fault = SpecError(Line(path.name), f"is not a readable Excel workbook ({error}).")
        raise Problems([fault]) from error
    return sheet.to_python(skip_empty_area=False, nrows=rows)


def _names(path: Path, table: list[list[Any]]) -> tuple[str, ...]:
    names = tuple(str(cell).strip() for cell in table[0]) if table else ()
    faults = [SpecError(Line(path.name, 1), f"column {at} has no name.")
              for at, name in enumerate(names, start=1) if not name]  # fmt: skip
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [SpecError(Line(path.name, 1), f"column '{name}' stands twice.") for name in twice]
    if not names:
        faults.append(SpecError(Line(path.name, 1), "has no header row."))
    if faults:
        raise Problems(faults)
    return names


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    text = "" if cell is None else str(cell).strip()
    return text or None
