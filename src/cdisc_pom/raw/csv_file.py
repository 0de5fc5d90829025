"""A raw form as a CSV file: every cell is text, every record knows its line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from cdisc_pom.columns import Column, from_codes
from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.raw.form import RawForm

_FEW = 20
_MARK = b"\xef\xbb\xbf"
_START = 1 << 20  # bytes in which a header ends
# A quoted cell from its first quote to its last; or a quote that opens a cell and does not end it.
_QUOTED = re.compile(rb'(?:(?<=[,\r\n])|\A)(?:"[^"]*(?:""[^"]*)*"(?=[,\r\n]|\Z)|(?P<open>"))')


def read_header(path: Path) -> tuple[str, ...]:
    """Column names of a CSV file, without reading its records.

    Raises:
        Problems: no header row, an empty or a repeated name, bytes that are no UTF-8.
    """
    with path.open("rb") as handle:
        names, _ = _header(path.name, handle.read(_START).removeprefix(_MARK))
    return names


def _header(file: str, data: bytes) -> tuple[tuple[str, ...], int]:
    """Column names and the number of lines that they take."""
    reader = csv.reader(io.StringIO(data.decode("utf-8", errors="replace"), newline=""))
    names = tuple(name.strip() for name in next(reader, []))
    height = reader.line_num
    faults = _no_utf8(file, data.split(b"\n", height)[:height])
    if not names:
        faults.append(SpecError(Line(file, 1), "has no header row."))
    for at, name in enumerate(names, start=1):
        if not name:
            faults.append(SpecError(Line(file, 1), f"column {at} has no name."))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [SpecError(Line(file, 1), f"column '{name}' stands twice.") for name in twice]
    if faults:
        raise Problems(faults)
    return names, height


def read_csv(path: Path) -> RawForm:
    """Read a form.

    Args:
        path: UTF-8 text (a byte order mark is fine), comma separated, with a header row.

    Returns:
        Text columns (blank cells are missing) and the line on which each record starts.

    Raises:
        Problems: bytes that are no UTF-8, rows with too few or too many cells, quotes that do not
            end; each at its line.
    """
    data = path.read_bytes().removeprefix(_MARK)
    names, height = _header(path.name, data[:_START])
    if not data.endswith((b"\n", b"\r")):
        data += b"\n"
    if open_quotes := _open_quotes(path.name, data):
        raise Problems(_few(path.name, open_quotes))
    try:
        table = pa_csv.read_csv(
            io.BytesIO(data),
            read_options=pa_csv.ReadOptions(column_names=list(names), skip_rows=height),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.dictionary(pa.int32(), pa.string()) for name in names},
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Problems(_faults(path.name, data, len(names), str(error))) from error
    index = pd.RangeIndex(table.num_rows)
    columns = {name: _text(table.column(name), index) for name in names}
    return RawForm(path.name, columns, _lines(data, table.num_rows))


def _open_quotes(file: str, data: bytes) -> list[SpecError]:
    """Cells that open with a quote which does not end them: they would swallow what follows."""
    if b'"' not in data:
        return []
    message = "a cell opens with a quote that nothing closes."
    return [
        SpecError(Line(file, data.count(b"\n", 0, match.start()) + 1), message)
        for match in _QUOTED.finditer(data)
        if match["open"]
    ]


def _text(column: pa.ChunkedArray, index: pd.Index) -> Column:
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    values = [None if not value.strip() else value for value in whole.dictionary.to_pylist()]
    codes = whole.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return from_codes(codes, values, index)


def _lines(data: bytes, records: int) -> npt.NDArray[np.int64]:
    """Line on which each record starts; cells with line breaks make records longer."""
    lines = data.count(b"\n") + (0 if data.endswith(b"\n") or not data else 1)
    if lines == records + 1:
        return np.arange(2, records + 2, dtype=np.int64)
    starts, reader = [], csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    before = 0
    for row in reader:
        if row:
            starts.append(before + 1)
        before = reader.line_num
    return np.array(starts[1 : records + 1], dtype=np.int64)


def _faults(file: str, data: bytes, width: int, reason: str) -> list[SpecError]:
    """What is wrong, line by line; the fast reader says only the first."""
    found = _no_utf8(file, data.split(b"\n"))
    if not found:
        reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
        before = 0
        for row in reader:
            if row and len(row) != width:
                text = f"has {len(row)} cells, the header has {width}."
                found.append(SpecError(Line(file, before + 1), text))
            before = reader.line_num
    fallback = SpecError(Line(file), f"is not a readable CSV file ({reason}).")
    return _few(file, found) or [fallback]


def _no_utf8(file: str, lines: list[bytes]) -> list[SpecError]:
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            text = (
                f"holds bytes that are no UTF-8 ({line[error.start : error.start + 4].hex(' ')})."
            )
            found.append(SpecError(Line(file, number), text, "Export the form as UTF-8."))
    return found


def _few(file: str, faults: list[SpecError]) -> list[SpecError]:
    """The first faults, and how many more there are."""
    rest = len(faults) - _FEW
    if rest <= 0:
        return faults
    return [*faults[:_FEW], SpecError(Line(file), f"{rest} more lines are like that.")]
