"""CDISC Dataset-JSON 1.1 and its NDJSON form, from the same variables and frames as XPORT files.

A suffix ``.ndjson`` means one line for the metadata and one line a record; any other suffix means
one JSON object. Text is always UTF-8.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import pandas as pd
from pydantic import ValidationError

from cdisc_pom.xpt.check import check_columns
from cdisc_pom.xpt.dates import date_kind
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.files import replacing
from cdisc_pom.xpt.infer import infer_variables
from cdisc_pom.xpt.json_columns import default_type, from_json, to_json
from cdisc_pom.xpt.json_model import ColumnJson, DatasetJson, DataType
from cdisc_pom.xpt.model import FIXED_STAMP, Member, Variable

Path_ = str | os.PathLike[str]

_STEP = 10_000
#: Room for the number of records, which is known only after the last one.
_COUNT_WIDTH = 15
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def write_dataset_json(
    path: Path_,
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    name: str,
    label: str = "",
    variables: Sequence[Variable] | None = None,
    data_types: Mapping[str, DataType] | None = None,
    keys: Sequence[str] = (),
    created: datetime | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> DatasetJson:
    """Write one data set as Dataset-JSON 1.1.

    Args:
        path: the file; ``.ndjson`` chooses the line form.
        frame: records, or an iterable of frames (then ``variables`` is needed).
        name: data set name.
        label: data set label.
        variables: as for ``write_xport``. A variable with a date format is written as ISO 8601 text
            with ``targetDataType`` integer. Informats and number lengths have no place.
        data_types: ``dataType`` by variable where the usual one is not wanted, e.g.
            ``{"AESTDTC": "date", "AGE": "integer"}``. Usual are ``string`` and ``double``; in one
            frame, whole numbers are ``integer``.
        keys: key variables in order, for ``keySequence``.
        created: creation stamp; None is 1960-01-01T00:00:00, so that output is reproducible.
        attributes: more top-level attributes, e.g. ``{"studyOID": "POM-001"}``.

    Returns:
        The metadata as written.

    Raises:
        XportError: a value has no place in the format (infinite numbers, special missing values,
            dates with a fraction of a day), or the metadata break the schema.

    Source: CDISC Dataset-JSON 1.1, "Top-level metadata attributes", "Column metadata".

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "dm.json"
        >>> dm = pd.DataFrame({"USUBJID": ["001", "002"], "AGE": [64, 71]})
        >>> [each.dataType for each in write_dataset_json(path, dm, name="DM").columns]
        ['string', 'integer']
        >>> read_dataset_json(path)["AGE"].tolist()
        [64.0, 71.0]
    """
    types = dict(data_types or {})
    _check_formats(variables or (), str(path))
    if isinstance(frame, pd.DataFrame):
        variables = infer_variables(frame) if variables is None else variables
        whole = [each for each in variables if each.name in frame.columns]
        types = {each.name: default_type(frame[each.name], each) for each in whole} | types
        frame = [frame]
    elif variables is None:
        raise XportError(f"{path}: an iterable of frames needs `variables`.", path=str(path))
    metadata = _metadata(name, label, variables, types, keys, created, attributes or {}, str(path))
    with replacing(Path(path)) as file:
        return _Writer(file, str(path), metadata, tuple(variables)).write(frame)


def _metadata(
    name: str,
    label: str,
    variables: Sequence[Variable],
    types: Mapping[str, DataType],
    keys: Sequence[str],
    created: datetime | None,
    attributes: Mapping[str, Any],
    path: str,
) -> DatasetJson:
    order = {key: number for number, key in enumerate(keys, start=1)}
    columns = [
        ColumnJson.of(each, name, types.get(each.name), order.get(each.name)) for each in variables
    ]
    content = {
        "datasetJSONCreationDateTime": (created or FIXED_STAMP).isoformat(timespec="seconds"),
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "records": 0,
        "name": name,
        "label": label,
        **attributes,
        "columns": [each.model_dump(exclude_none=True) for each in columns],
    }
    return _validated(content, path)


def _check_formats(variables: Sequence[Variable], path: str) -> None:
    problems = []
    for variable in variables:
        try:
            date_kind(variable.format)
        except ValueError as error:
            problems.append(Problem("format", str(error), variable.name, text=variable.format))
    if problems:
        raise XportError.of_problems(problems, path=path)


def _validated(content: object, path: str) -> DatasetJson:
    try:
        return DatasetJson.model_validate(content)
    except ValidationError as error:
        problems = [
            Problem("schema", f"{'.'.join(map(str, each['loc']))}: {each['msg']}.")
            for each in error.errors()
        ]
        lines = "\n  ".join(map(str, problems))
        message = f"{path}: is no Dataset-JSON 1.1.\n  {lines}"
        raise XportError(message, problems=tuple(problems), path=path) from None


class _Writer:
    """Writes metadata, records and at last their number."""

    def __init__(
        self, file: IO[bytes], path: str, metadata: DatasetJson, variables: tuple[Variable, ...]
    ) -> None:
        self._file = file
        self._path = path
        self._metadata = metadata
        self._variables = variables
        self._by_line = path.lower().endswith(".ndjson")

    def write(self, frames: Iterable[pd.DataFrame]) -> DatasetJson:
        self._file.write(self._head(0))
        records, problems = 0, list[Problem]()
        for frame in frames:
            problems += check_columns(frame, self._variables)
            for start in range(0, 0 if problems else len(frame), _STEP):
                part = frame.iloc[start : start + _STEP]
                problems += self._write_part(part, records + start, quiet=bool(problems))
            records += len(frame)
        if problems:
            raise XportError.of_problems(problems, path=self._path)
        self._file.write(b"" if self._by_line else b"]}\n")
        self._file.seek(0)
        self._file.write(self._head(records))
        return self._metadata.model_copy(update={"records": records})

    def _head(self, records: int) -> bytes:
        content = self._metadata.dump() | {"records": records}
        text = _dumps(content)
        count = f'"records":{records}'
        text = text.replace(count, count.ljust(len('"records":') + _COUNT_WIDTH), 1)
        return (text + "\n" if self._by_line else text[:-1] + ',"rows":[').encode("utf-8")

    def _write_part(self, part: pd.DataFrame, first: int, *, quiet: bool) -> list[Problem]:
        columns, problems = [], []
        described = zip(self._variables, self._metadata.columns, strict=True)
        for variable, column in described:
            values, found = to_json(part[variable.name], variable, column, first)
            columns.append(values)
            problems += found
        if problems or quiet:
            return problems
        rows = zip(*columns, strict=True)
        if self._by_line:
            text = "".join(f"{_dumps(row)}\n" for row in rows)
        else:
            text = ("," if first else "") + _dumps(list(rows))[1:-1]
        self._file.write(text.encode("utf-8"))
        return []


class DatasetJsonFile:
    """A Dataset-JSON file: its metadata at once, its records when asked for.

    Attributes:
        path: the file.
        metadata: all attributes, without rows.
    """

    def __init__(self, path: Path_) -> None:
        self.path = os.fspath(path)
        self._by_line = self.path.lower().endswith(".ndjson")
        self._rows: list[Any] = []
        with open(path, "rb") as file:  # noqa: PTH123 - beside the one of `chunks`
            content = self._parsed(file.readline() if self._by_line else file.read(), 0)
        if not isinstance(content, dict):
            raise XportError.at(0, "a JSON object", type(content).__name__, path=self.path)
        if not self._by_line:
            self._rows = content.pop("rows", None) or []
            if not isinstance(self._rows, list):
                raise XportError.at(0, "an array of rows", "something else", path=self.path)
        self.metadata = _validated(content, self.path)
        names = [each.name for each in self.metadata.columns]
        if len(set(names)) != len(names):
            raise XportError(f"{self.path}: a column name stands twice.", path=self.path)

    def describe(self, frame: pd.DataFrame, *, encoding: str = "utf-8") -> Member:
        """The metadata of an XPORT file for a frame that was read from here.

        Text lengths are the longest values in bytes of ``encoding``: the file counts characters.
        """
        lengths = {each.name: each for each in infer_variables(frame, encoding=encoding)}
        variables = tuple(each.variable(lengths[each.name]) for each in self.metadata.columns)
        return Member(self.metadata.name, self.metadata.label, variables, records=len(frame))

    def read(self) -> pd.DataFrame:
        """All records: text as ``str``, numbers and SAS dates as float64, a fresh index.

        Raises:
            XportError: a row does not fit the columns, or their number is not the one told.
        """
        frames = list(self.chunks())
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    def chunks(self, *, rows: int = 100_000) -> Iterator[pd.DataFrame]:
        """Records in frames of ``rows``; the line form is never held whole in memory."""
        done = 0
        for part in self._parts(rows):
            yield self._frame(part, done)
            done += len(part)
        if done != self.metadata.records:
            expected = f"{self.metadata.records} records"
            raise XportError.at(0, expected, f"{done}", path=self.path)

    def _parts(self, rows: int) -> Iterator[list[Any]]:
        if not self._by_line:
            for start in range(0, max(len(self._rows), 1), rows):
                yield self._rows[start : start + rows]
            return
        part: list[Any] = []
        with open(self.path, "rb") as file:  # noqa: PTH123 - lines of bytes
            file.readline()
            for number, line in enumerate(file, start=1):
                part.append(self._parsed(line, number))
                if len(part) == rows:
                    yield part
                    part = []
        yield part

    def _parsed(self, text: bytes, line: int) -> Any:
        try:
            return json.loads(text.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            message = f"{self.path}: line {line + 1}: no JSON: {error}."
            raise XportError(message, path=self.path) from None

    def _frame(self, rows: list[Any], first: int) -> pd.DataFrame:
        count = len(self.metadata.columns)
        if set(map(type, rows)) - {list} or set(map(len, rows)) - {count}:
            row = next(
                n for n, row in enumerate(rows) if type(row) is not list or len(row) != count
            )
            expected = f"a row of {count} values"
            message = f"{self.path}: row {first + row + 1}: expected {expected}."
            raise XportError(message, path=self.path, expected=expected)
        values = zip(*rows, strict=True) if rows else [()] * count
        problems: list[Problem] = []
        columns = {}
        for column, cells in zip(self.metadata.columns, values, strict=True):
            columns[column.name], wrong = from_json(list(cells), column, first)
            problems += wrong
        if problems:
            lines = "\n  ".join(map(str, problems))
            message = f"{self.path}: cannot be read.\n  {lines}"
            raise XportError(message, problems=tuple(problems), path=self.path)
        frame = pd.DataFrame(columns)
        frame.index = pd.RangeIndex(first, first + len(frame))
        return frame


def read_dataset_json(path: Path_) -> pd.DataFrame:
    """Read all records of a Dataset-JSON 1.1 file; see ``DatasetJsonFile``."""
    return DatasetJsonFile(path).read()


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no JSON")
