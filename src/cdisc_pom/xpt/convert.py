"""Transport files to and from CSV, Parquet and Dataset-JSON, chunk by chunk."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cdisc_pom.xpt.dataset_json import write_dataset_json
from cdisc_pom.xpt.dates import date_kind, to_sas_number
from cdisc_pom.xpt.errors import XportError
from cdisc_pom.xpt.files import replacing
from cdisc_pom.xpt.missing import missing_codes, set_missing, special_missing
from cdisc_pom.xpt.model import Member, Variable
from cdisc_pom.xpt.reader import XportFile
from cdisc_pom.xpt.writer import write_xport

Path_ = str | os.PathLike[str]
DateMode = Literal["number", "format"]

_ROWS = 100_000
_NUMBER = r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*"


def write_csv(
    source: Path_,
    target: Path_,
    *,
    encoding: str = "utf-8",
    member: str | None = None,
    columns: Sequence[str] | None = None,
    dates: DateMode = "number",
) -> int:
    """Write one data set as CSV in UTF-8.

    Missing is empty; special missing values are ``.A`` and so on; numbers have all the digits
    that bring them back.

    Returns:
        Number of records.
    """
    file = XportFile(source, encoding=encoding)
    records = 0
    with replacing(Path(target)) as out:
        chunks = file.chunks(member, rows=_ROWS, columns=columns, text="str", dates=dates)
        for number, frame in enumerate(chunks):
            shown = _with_special_missing(frame)
            content = shown.to_csv(index=False, header=not number, lineterminator="\n")
            out.write(content.encode("utf-8"))
            records += len(frame)
    return records


def _with_special_missing(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.copy()
    for name, values in frame.items():
        codes = missing_codes(values.to_numpy()) if values.dtype == np.float64 else np.zeros(0)
        if ((codes != 0) & (codes != ord("."))).any():
            texts = values.astype(object)
            shown[name] = texts.where(codes == 0, special_missing(values).replace(".", ""))
    return shown


def write_parquet(
    source: Path_,
    target: Path_,
    *,
    encoding: str = "utf-8",
    member: str | None = None,
    columns: Sequence[str] | None = None,
    dates: DateMode = "number",
) -> int:
    """Write one data set as Parquet.

    Missing is null; special missing values are NaN with their mark (see ``special_missing``).
    Type, length, label, format and informat of a variable are metadata of its column under
    ``xport``; name and label of the data set are metadata of the table.

    Returns:
        Number of records.
    """
    file = XportFile(source, encoding=encoding)
    records = 0
    schema: pa.Schema | None = None
    writer: pq.ParquetWriter | None = None
    with replacing(Path(target)) as out:
        for frame in file.chunks(member, rows=_ROWS, columns=columns, text="str", dates=dates):
            schema = schema or _schema(file, member, frame)
            writer = writer or pq.ParquetWriter(out, schema)
            arrays = [_array(frame.iloc[:, at], kind) for at, kind in enumerate(schema.types)]
            writer.write_table(pa.table(arrays, schema=schema))
            records += len(frame)
        if writer is not None:
            writer.close()
    return records


def _schema(file: XportFile, member: str | None, frame: pd.DataFrame) -> pa.Schema:
    described = next(
        each for each in file.members if member is None or each.name.upper() == member.upper()
    )
    variables = {each.name: each for each in described.variables}
    fields = []
    for name in frame.columns:
        kind = frame[name].dtype
        arrow = pa.large_string() if kind == "str" else pa.from_numpy_dtype(kind)
        notes = json.dumps(asdict(variables[name]), ensure_ascii=False)
        fields.append(pa.field(name, arrow, metadata={"xport": notes}))
    return pa.schema(fields, metadata={"name": described.name, "label": described.label})


def _array(values: pd.Series, kind: pa.DataType) -> pa.Array:
    if values.dtype != np.float64:
        return pa.array(values, type=kind, from_pandas=True)
    doubles = values.to_numpy()
    return pa.array(doubles, type=kind, mask=missing_codes(doubles) == ord("."))


def xport_to_json(
    source: Path_, target: Path_, *, encoding: str = "utf-8", member: str | None = None
) -> int:
    """Write one data set as Dataset-JSON 1.1.

    Returns:
        Number of records.
    """
    file = XportFile(source, encoding=encoding)
    frame = file.read(member, text="str")
    described = next(
        each for each in file.members if member is None or each.name.upper() == member.upper()
    )
    written = write_dataset_json(
        target,
        frame,
        name=described.name,
        label=described.label,
        variables=described.variables,
        created=described.created,
    )
    return written.records


def csv_to_xport(
    source: Path_,
    target: Path_,
    *,
    name: str,
    label: str = "",
    encoding: str = "utf-8",
    version: int = 5,
    numbers: Sequence[str] = (),
    like: Path_ | None = None,
    like_encoding: str = "utf-8",
) -> Member:
    """Write a transport file from a CSV file.

    Args:
        source: CSV in UTF-8 with a header line.
        target: the file to write.
        name: data set name.
        label: data set label.
        encoding: codec of the new file.
        version: 5 or 8.
        numbers: columns that are numbers; all others are text, nothing is guessed.
        like: a transport file with one data set whose variables are taken.
        like_encoding: codec of that file.

    Raises:
        XportError: a number column holds something else, or a limit is broken.
    """
    frame = pd.read_csv(source, dtype="str", keep_default_na=False, na_values=[""])
    variables: tuple[Variable, ...] | None = None
    if like is not None:
        variables = XportFile(like, encoding=like_encoding).members[0].variables
        numbers = [each.name for each in variables if each.type == "number"]
    formats = {each.name: each.format for each in variables or ()}
    for column in numbers:
        if column in frame.columns:
            frame[column] = _numbers(frame[column], formats.get(column, ""), os.fspath(source))
    return write_xport(
        target,
        frame,
        name=name,
        label=label,
        variables=variables,
        encoding=encoding,
        version=8 if version == 8 else 5,  # noqa: PLR2004
    )


def _numbers(values: pd.Series[str], format_text: str, path: str) -> pd.Series[float]:
    """Numbers, missing values ``.A`` and so on, and for a date format ISO 8601 text."""
    is_code = values.str.fullmatch(r"\.[A-Z_]?", na=False)
    is_number = values.str.fullmatch(_NUMBER, na=False)
    found = values.where(is_number).astype("float64")
    kind = date_kind(format_text)
    rest = found.isna() & values.notna() & ~is_code
    if kind in ("date", "datetime") and rest.any():
        moments = pd.to_datetime(values[rest], format="ISO8601", errors="coerce")
        found[rest] = to_sas_number(moments.to_numpy(), kind)
        rest = found.isna() & values.notna() & ~is_code
    if rest.any():
        row = int(rest.to_numpy().argmax())
        message = f"{path}: line {row + 2}: {values.name} is '{values.iloc[row]}', no number."
        raise XportError(message, path=path, expected="a number")
    for code in values[is_code].unique():
        found = set_missing(found, (values == code).to_numpy(dtype=bool, na_value=False), code)
    return found
