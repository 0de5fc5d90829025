"""Columns of a frame as JSON values and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.xpt import dates
from cdisc_pom.xpt.columns import content_of
from cdisc_pom.xpt.errors import Problem
from cdisc_pom.xpt.json_model import ColumnJson, DataType
from cdisc_pom.xpt.missing import missing_codes
from cdisc_pom.xpt.model import Variable

_TYPES: dict[str, set[type]] = {
    "integer": {int},
    "float": {int, float},
    "double": {int, float},
    "boolean": {bool},
}
_UNITS: dict[str, Any] = {"date": "D", "datetime": "s"}


def default_type(values: pd.Series, variable: Variable) -> DataType:
    """The usual ``dataType`` of a column: dates by format, ``integer`` for whole numbers."""
    if variable.type == "text":
        return "string"
    kind = dates.date_kind(variable.format)
    if kind is not None:
        return kind
    if content_of(values) != "number":
        return "double"
    numbers = _doubles(values)
    known = numbers[~np.isnan(numbers)]
    return "integer" if known.size and (np.abs(known) < 2**53).all() and _whole(known) else "double"


def _whole(numbers: npt.NDArray[np.float64]) -> bool:
    return bool((numbers == np.floor(numbers)).all())


def _doubles(values: pd.Series) -> npt.NDArray[np.float64]:
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))


def to_json(
    values: pd.Series, variable: Variable, column: ColumnJson, first: int
) -> tuple[list[Any], list[Problem]]:
    """JSON values of one column, None where missing, and what has no place in the format.

    Args:
        values: the column.
        variable: its XPORT variable.
        column: its Dataset-JSON column.
        first: position of the first record.
    """
    content = content_of(values)
    is_text = variable.type == "text"
    if content == "empty":
        return [None] * len(values), []
    if (content == "text") != is_text or content == "mixed":
        message = f"is a {variable.type} variable, but its column has dtype {values.dtype}."
        return [], [Problem("wrong_type", message, variable.name)]
    if is_text:
        objects = values.astype(object)
        return objects.where(objects.notna(), None).tolist(), []
    if content in ("date", "time"):
        kind = column.kind or "datetime"
        numbers = dates.to_sas_number(values.to_numpy(), kind)
    else:
        numbers = _doubles(values)
    return _number_values(numbers, column, variable.name, first)


def _number_values(
    numbers: npt.NDArray[np.float64], column: ColumnJson, name: str, first: int
) -> tuple[list[Any], list[Problem]]:
    codes = missing_codes(numbers)
    missing = codes != 0
    known = np.where(missing, 0.0, numbers)
    unfit = (codes != 0) & (codes != ord("."))
    if column.kind:
        unfit |= ~missing & ~_is_date(known, column.kind)
    elif column.dataType == "integer":
        unfit |= (known != np.floor(known)) | (np.abs(known) >= 2**53)
    unfit |= np.isinf(known)
    if unfit.any():
        row = int(unfit.argmax())
        value = f".{chr(codes[row])}" if codes[row] else repr(float(numbers[row]))
        message = f"{value} has no place in Dataset-JSON as {column.dataType}."
        count = int(unfit.sum())
        return [], [Problem("no_json_value", message, name, first + row, text=value, count=count)]
    if column.kind:
        texts = _iso_texts(known, column.kind)
    elif column.dataType == "integer":
        texts = known.astype(np.int64).astype(object)
    elif column.dataType == "boolean":
        texts = (known != 0).astype(object)
    elif column.dataType == "decimal":
        texts = np.array([repr(each) for each in known.tolist()], dtype=object)
    else:
        texts = known.astype(object)
    texts[missing] = None
    return texts.tolist(), []


def _is_date(numbers: npt.NDArray[np.float64], kind: dates.DateKind) -> npt.NDArray[np.bool_]:
    fits: npt.NDArray[np.bool_] = numbers == np.floor(numbers)
    if kind == "time":
        fits &= (numbers >= 0) & (numbers < dates.DAY)
    else:
        fits &= dates.fits_pandas(numbers, kind)
    return fits


def _iso_texts(numbers: npt.NDArray[np.float64], kind: dates.DateKind) -> npt.NDArray[Any]:
    """ISO 8601 text, made once for each distinct number."""
    distinct, codes = np.unique(numbers, return_inverse=True)
    if kind == "time":
        clock = np.datetime64("1960-01-01", "s") + distinct.astype("timedelta64[s]")
        texts = np.array([each[11:] for each in np.datetime_as_string(clock).tolist()])
    else:
        moments = dates.from_sas_number(distinct, kind)
        texts = np.datetime_as_string(moments.astype("datetime64[s]"), unit=_UNITS[kind])
    found: npt.NDArray[Any] = texts.astype(object)[codes]
    return found


def from_json(cells: list[Any], column: ColumnJson, first: int) -> tuple[pd.Series, list[Problem]]:
    """One column of a frame: ``str`` or float64, and values of the wrong type.

    Args:
        cells: JSON values of consecutive records.
        column: their metadata.
        first: position of the first record.
    """
    wanted = _TYPES.get(column.dataType, {str})
    if set(map(type, cells)) - wanted - {type(None)}:
        row = next(n for n, cell in enumerate(cells) if type(cell) not in {*wanted, type(None)})
        message = f"expected {column.dataType}, found {cells[row]!r}."
        return pd.Series(), [Problem("wrong_type", message, column.name, first + row)]
    if column.kind:
        return _numbers_of_dates(_texts(cells), column, first)
    if not column.is_number:
        return _texts(cells), []
    if column.dataType == "decimal":
        return _numbers_of_decimals(_texts(cells), column, first)
    return _numbers(cells, column)


def _numbers(cells: list[Any], column: ColumnJson) -> tuple[pd.Series, list[Problem]]:
    try:
        numbers = pd.Series(cells, dtype="float64")
    except OverflowError:
        numbers = pd.Series([np.inf])
    if np.isinf(numbers.to_numpy()).any():
        message = f"holds a {column.dataType} that is no double."
        return pd.Series(), [Problem("wrong_type", message, column.name)]
    return numbers, []


def _numbers_of_decimals(
    texts: pd.Series[str], column: ColumnJson, first: int
) -> tuple[pd.Series, list[Problem]]:
    bad = ~texts.str.fullmatch(_DECIMAL, na=True).to_numpy(dtype=np.bool_)
    if bad.any():
        return pd.Series(), [_wrong_text(texts, bad, column, first)]
    return texts.astype("float64"), []


def _texts(cells: list[Any]) -> pd.Series[str]:
    texts = pd.Series(cells, dtype="str")
    return texts.where(texts != "")


def _wrong_text(
    texts: pd.Series[str], bad: npt.NDArray[np.bool_], column: ColumnJson, first: int
) -> Problem:
    row = int(bad.argmax())
    what = "decimal number" if column.dataType == "decimal" else f"complete {column.dataType}"
    message = f"expected a {what}, found '{texts.iloc[row]}'."
    return Problem("wrong_type", message, column.name, first + row, count=int(bad.sum()))


def _numbers_of_dates(
    texts: pd.Series[str], column: ColumnJson, first: int
) -> tuple[pd.Series, list[Problem]]:
    kind = column.kind or "date"
    bad = ~texts.str.fullmatch(_ISO[kind], na=True).to_numpy(dtype=np.bool_)
    known = texts.where(~bad)
    if kind == "time":
        moments: Any = pd.to_timedelta(known, errors="coerce").to_numpy()
    else:
        moments = pd.to_datetime(known, errors="coerce", format="ISO8601").to_numpy()
    bad |= np.isnat(moments) & texts.notna().to_numpy()
    if bad.any():
        return pd.Series(), [_wrong_text(texts, bad, column, first)]
    return pd.Series(dates.to_sas_number(moments, kind)), []


_DECIMAL = r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?"
#: Complete dates and times without a time zone: the numbers of SAS have no place for one.
_ISO = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?",
    "time": r"\d{2}:\d{2}:\d{2}(\.\d{1,9})?",
}
