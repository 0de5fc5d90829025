"""Files as data sets, one reader a format."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from cdisc_pom.compare.columns import Column, Numbers, Texts, column_of, column_of_arrow
from cdisc_pom.compare.errors import UnreadableFile
from cdisc_pom.compare.sources import (
    DataSet,
    SourceType,
    VariableInfo,
    check_names,
    data_set_of,
    plain_format,
)
from cdisc_pom.xpt import DatasetJsonFile, XportError, XportFile, missing_value
from cdisc_pom.xpt.dates import DateKind

Open = Callable[[], DataSet]


def open_file(path: Path, *, encoding: str = "utf-8") -> dict[str, Open]:
    """The data sets of a file by name (capitals), each opened when it is called.

    A file with one data set goes by the file's name, as in a package; a library by its members'.

    Args:
        path: a file whose suffix tells its format.
        encoding: of transport and CSV files, which do not tell it.

    Raises:
        UnreadableFile: the file is not there, of no known format, or broken.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(str(path), f"unknown kind of file; known: {', '.join(READERS)}.")
    if not path.is_file():
        raise UnreadableFile(str(path), "no such file.")
    return reader(path, encoding)


#: What libraries raise when a file is not what it should be.
_FAULTS = (XportError, OSError, UnicodeError, LookupError, ValueError, pa.ArrowException, csv.Error)


@contextmanager
def _plainly(path: str, *more: type[Exception]) -> Iterator[None]:
    """Whatever a library finds wrong with a file becomes one error that names it."""
    try:
        yield
    except (*_FAULTS, *more) as error:
        reason = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        raise UnreadableFile(path, f"{str(reason).strip().removesuffix('.')}.") from None


def _of_xport(path: Path, encoding: str) -> dict[str, Open]:
    with _plainly(str(path)):
        file = XportFile(path, encoding=encoding)
    if not file.members:
        raise UnreadableFile(str(path), "holds no data set.")
    if len(file.members) == 1:
        return {path.stem.upper(): partial(_xport_member, file, 0)}
    return {
        each.name.upper(): partial(_xport_member, file, number)
        for number, each in enumerate(file.members)
    }


def _xport_member(file: XportFile, number: int) -> DataSet:
    member = file.members[number]

    def read_columns(names: Sequence[str]) -> dict[str, Column]:
        with _plainly(file.path):
            frame = file.read(member.name, columns=list(dict.fromkeys(names)))
            return {each: column_of(frame[each]) for each in names}

    check_names([each.name for each in member.variables], file.path)
    return DataSet(
        name=member.name,
        label=member.label,
        path=file.path,
        file_format=f"XPT version {file.version}" if file.version != 5 else "XPT",  # noqa: PLR2004
        records=member.records or 0,
        variables=tuple(VariableInfo.of(each) for each in member.variables),
        read_columns=read_columns,
    )


def _of_sas7bdat(path: Path, _: str) -> dict[str, Open]:
    return {path.stem.upper(): lambda: _sas7bdat(str(path))}


def _sas7bdat(path: str) -> DataSet:
    from pyreadstat import PyreadstatError, ReadstatError, read_sas7bdat  # noqa: PLC0415 - slow

    def read_columns(names: Sequence[str]) -> dict[str, Column]:
        with _plainly(path, PyreadstatError, ReadstatError):
            frame, meta = read_sas7bdat(
                path,
                usecols=list(dict.fromkeys(names)),
                disable_datetime_conversion=True,
                user_missing=True,
            )
            marked = meta.missing_user_values
            return {
                each: _with_letters(frame[each]) if each in marked else column_of(frame[each])
                for each in names
            }

    with _plainly(path, PyreadstatError, ReadstatError):
        _, meta = read_sas7bdat(path, metadataonly=True)
    return DataSet(
        name=(meta.table_name or Path(path).stem).upper(),
        label=meta.file_label or "",
        path=path,
        file_format="SAS7BDAT",
        records=meta.number_rows or 0,
        variables=tuple(_sas_variable(each, meta) for each in meta.column_names),
        read_columns=read_columns,
    )


def _sas_variable(name: str, meta: Any) -> VariableInfo:
    return VariableInfo(
        name,
        "text" if meta.readstat_variable_types[name] == "string" else "number",
        label=meta.column_names_to_labels[name] or "",
        length=meta.variable_storage_width[name],
        format=plain_format(meta.original_variable_types[name]),
        informat=plain_format(meta.original_variable_informats[name]),
    )


def _with_letters(values: pd.Series[Any]) -> Numbers:
    """Numbers of a column that holds special missing values as letters."""
    doubles = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    letters = values.where(np.isnan(doubles))
    for letter in letters.dropna().unique():
        doubles[(letters == letter).to_numpy(dtype=np.bool_)] = missing_value(f".{letter}")
    return Numbers(doubles)


def _of_parquet(path: Path, _: str) -> dict[str, Open]:
    return {path.stem.upper(): lambda: _parquet(str(path))}


def _parquet(path: str) -> DataSet:
    with _plainly(path):
        file = pq.ParquetFile(path)
        schema, records = file.schema_arrow, file.metadata.num_rows
        file.close()
    check_names(schema.names, path)
    texts = [each.name for each in schema if str(each.type) in ("string", "large_string")]

    def read_columns(names: Sequence[str]) -> dict[str, Column]:
        with _plainly(path):
            # Text is dictionary-encoded in the file already: its codes are taken as they are.
            whole = pq.ParquetFile(path, read_dictionary=[each for each in texts if each in names])
            with whole:
                table = whole.read(columns=list(dict.fromkeys(names)))
        return {each: _arrow_column(table, each, path) for each in names}

    notes = schema.metadata or {}
    return DataSet(
        name=_note(notes, "name") or Path(path).stem.upper(),
        label=_note(notes, "label"),
        path=path,
        file_format="Parquet",
        records=records,
        variables=tuple(_parquet_variable(each) for each in schema),
        read_columns=read_columns,
    )


def _arrow_column(table: pa.Table, name: str, path: str) -> Column:
    try:
        return column_of_arrow(table.column(name))
    except (ValueError, pa.ArrowException) as error:
        raise UnreadableFile(path, f"{name} {error}.") from None


def _parquet_variable(field: pa.Field) -> VariableInfo:
    """Attributes as ``cdisc-pom xpt to-parquet`` writes them, or a plain ``label``."""
    notes = field.metadata or {}
    kind = _arrow_type(field.type)
    if b"xport" not in notes:
        return VariableInfo(field.name, kind, label=_note(notes, "label"))
    told = json.loads(notes[b"xport"])
    return VariableInfo(
        field.name,
        kind,
        label=told.get("label"),
        length=told.get("length"),
        format=plain_format(told.get("format")),
        informat=plain_format(told.get("informat")),
    )


def _note(notes: dict[bytes, bytes], name: str) -> str | None:
    content = notes.get(name.encode())
    return None if content is None else content.decode("utf-8", "replace")


def _arrow_type(kind: pa.DataType) -> SourceType:
    if pa.types.is_dictionary(kind):
        return _arrow_type(kind.value_type)
    if pa.types.is_null(kind):
        return ""
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        return "datetime"
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        return "time"
    return "text" if "string" in str(kind) else "number"


def _of_csv(path: Path, encoding: str) -> dict[str, Open]:
    return {path.stem.upper(): lambda: _csv(path, encoding)}


def _csv(path: Path, encoding: str) -> DataSet:
    """All columns as text; types come from the other side, see ``pairs``."""
    with _plainly(str(path)):
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as f:
            names = next(csv.reader(f), [])
        if not names:
            raise UnreadableFile(str(path), "has no header line.")
        check_names(names, str(path))
        table = pa_csv.read_csv(
            path,
            read_options=pa_csv.ReadOptions(encoding=encoding),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    found = dict(zip(names, table.columns, strict=True))
    return DataSet(
        name=path.stem.upper(),
        label=None,
        path=str(path),
        file_format="CSV",
        records=table.num_rows,
        variables=tuple(VariableInfo(each, "") for each in names),
        read_columns=lambda wanted: {each: _free(found[each]) for each in wanted},
    )


def _free(values: pa.ChunkedArray) -> Texts:
    column = column_of_arrow(values.dictionary_encode())
    assert isinstance(column, Texts)
    return Texts(column.texts, column.codes, free=True)


def _of_json(path: Path, _: str) -> dict[str, Open]:
    return {path.stem.upper(): lambda: _json(path)}


def _json(path: Path) -> DataSet:
    with _plainly(str(path)):
        file = DatasetJsonFile(path)
        frame = file.read()
    data = data_set_of(frame, path=os.fspath(path))
    columns = file.metadata.columns
    kinds = {each.name: each.kind for each in columns}
    keys = sorted((each.keySequence, each.name) for each in columns if each.keySequence)
    return DataSet(
        name=file.metadata.name,
        label=file.metadata.label,
        path=str(path),
        file_format="Dataset-JSON",
        records=len(frame),
        variables=tuple(
            VariableInfo(
                each.name,
                each.kind or ("number" if each.is_number else "text"),
                label=each.label,
                characters=each.length,
                format=plain_format(each.displayFormat),
            )
            for each in columns
        ),
        read_columns=lambda names: {
            each: _dated(column, kinds[each]) for each, column in data.read(names).items()
        },
        keys=tuple(name for _, name in keys),
    )


def _dated(column: Column, kind: DateKind | None) -> Column:
    return Numbers(column.values, kind) if isinstance(column, Numbers) else column


#: Readers by suffix.
READERS: dict[str, Callable[[Path, str], dict[str, Open]]] = {
    ".xpt": _of_xport,
    ".sas7bdat": _of_sas7bdat,
    ".parquet": _of_parquet,
    ".csv": _of_csv,
    ".json": _of_json,
    ".ndjson": _of_json,
}
