"""A raw form as a CSV file: every cell is text, every record knows its line."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from cdisc_pom.columns import Column, from_codes
from cdisc_pom.errors import Line, Problems, SpecError

_FEW = 20


@dataclass(frozen=True)
class RawForm:
    """Records of a form: text columns on one index, and the file line of each record."""

    file: str
    columns: dict[str, Column]
    lines: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lines)


def read_header(path: Path) -> tuple[str, ...]:
    """Column names of a CSV file, without reading its records.

    Raises:
        Problems: no header row, an empty or a repeated name.
    """
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as handle:
        names = tuple(name.strip() for name in next(csv.reader(handle), []))
    faults = []
    if not names:
        faults.append(SpecError(Line(path.name, 1), "has no header row."))
    for at, name in enumerate(names, start=1):
        if not name:
            faults.append(SpecError(Line(path.name, 1), f"column {at} has no name."))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [SpecError(Line(path.name, 1), f"column '{name}' stands twice.") for name in twice]
    if faults:
        raise Problems(faults)
    return names


def read_csv(path: Path) -> RawForm:
    """Read a form.

    Args:
        path: UTF-8 text (a byte order mark is fine), comma separated, with a header row.

    Returns:
        Text columns (blank cells are missing) and the line on which each record starts.

    Raises:
        Problems: bytes that are no UTF-8, rows with too few or too many cells; each at its line.
    """
    names = read_header(path)
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        table = pa_csv.read_csv(
            io.BytesIO(data),
            read_options=pa_csv.ReadOptions(column_names=list(names), skip_rows=1),
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
    found = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            bad = line[error.start : error.start + 4].hex(" ")
            found.append(
                SpecError(Line(file, number), f"holds bytes that are no UTF-8 ({bad}).",
                          "Export the form as UTF-8.")
            )  # fmt: skip
    if not found:
        reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
        before = 0
        for row in reader:
            if row and len(row) != width:
                text = f"has {len(row)} cells, the header has {width}."
                found.append(SpecError(Line(file, before + 1), text))
            before = reader.line_num
    return found[:_FEW] or [SpecError(Line(file), f"is not a readable CSV file ({reason}).")]
