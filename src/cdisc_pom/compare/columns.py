"""Columns as the comparison sees them: numbers as doubles, text as codes into distinct texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cdisc_pom.xpt.columns import content_of
from cdisc_pom.xpt.dates import DateKind, to_sas_number

Codes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

#: From here on, not every whole number is a double.
_WHOLE = 2.0**53


@dataclass(frozen=True)
class Numbers:
    """A number column.

    Attributes:
        values: doubles, missing and special missing values as NaN (see ``xpt.missing``).
        calendar: what the numbers count when the file holds real dates; None for SAS numbers,
            whose format tells it.
    """

    values: Doubles
    calendar: DateKind | None = None

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Rows) -> Numbers:
        """The values at some positions."""
        return Numbers(self.values[rows], self.calendar)


@dataclass(frozen=True)
class Texts:
    """A text column. Blank is missing, and blanks at the end of a text are gone.

    Attributes:
        texts: one a record, or the distinct ones when ``codes`` is given; null where missing.
        codes: position in ``texts`` of each record, -1 where missing; None for one a record.
        free: the file does not tell the type (CSV): text or number, as the other side has it.
    """

    texts: pa.LargeStringArray
    codes: npt.NDArray[np.integer[Any]] | None = None
    free: bool = False

    def __len__(self) -> int:
        return len(self.texts if self.codes is None else self.codes)

    def take(self, rows: Rows) -> Texts:
        """The values at some positions."""
        if self.codes is None:
            return Texts(self.texts.take(pa.array(rows)), None, self.free)
        return Texts(self.texts, self.codes[rows], self.free)

    @property
    def missing_count(self) -> int:
        """Records without a text."""
        if self.codes is None:
            return int(self.texts.null_count)
        return int((self.codes < 0).sum())

    def coded(self) -> Texts:
        """The same column with codes."""
        if self.codes is not None:
            return self
        encoded = self.texts.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return Texts(encoded.dictionary, codes, self.free)

    def values(self, rows: Rows) -> list[str | None]:
        """The texts at some positions, None where missing."""
        if self.codes is None:
            found: list[str | None] = self.texts.take(pa.array(rows)).to_pylist()
            return found
        known = [*self.texts.to_pylist(), None] if len(self.texts) < len(rows) else None
        codes = self.codes[rows].tolist()
        if known is not None:
            return [known[code] for code in codes]
        return [None if code < 0 else self.texts[code].as_py() for code in codes]


Column = Numbers | Texts


def column_of(values: pd.Series[Any], *, free: bool = False) -> Column:
    """A column of a frame.

    Args:
        values: text, numbers, booleans, dates or times; an all-missing object column fits any.
        free: text whose type the other side tells.

    Raises:
        ValueError: values of several kinds, or of a kind that a data set cannot hold.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = values.cat.categories
        if content_of(pd.Series(categories)) in ("text", "empty"):
            texts = _texts_of(pd.Series(categories))
            return texts_column(texts, values.cat.codes.to_numpy(), free=free)
        values = values.astype(object)
    content = content_of(values)
    if content == "empty":
        return Texts(pa.nulls(len(values), pa.large_string()), None, free=True)
    if content == "text":
        return texts_column(_texts_of(values), free=free)
    if content == "number":
        return Numbers(_doubles(values))
    if content == "date":
        return moments_column(pd.to_datetime(values).to_numpy())
    if content == "time" and values.dtype != object:
        return moments_column(values.to_numpy())
    raise ValueError(f"holds values that are neither text nor numbers nor dates ({values.dtype})")


def _doubles(values: pd.Series[Any]) -> Doubles:
    doubles = np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if pd.api.types.is_integer_dtype(values.dtype) and (np.abs(doubles) >= _WHOLE).any():
        raise ValueError("holds integers of 2**53 or more, which a data set has no numbers for")
    return doubles


def _texts_of(values: pd.Series[Any]) -> pa.LargeStringArray:
    return _one(pa.array(values, type=pa.large_string(), from_pandas=True))


def _one(array: pa.Array | pa.ChunkedArray) -> Any:
    if not isinstance(array, pa.ChunkedArray):
        return array
    if not array.num_chunks:
        return pa.array([], array.type)
    return array.chunk(0) if array.num_chunks == 1 else pa.concat_arrays(array.chunks)


def texts_column(
    texts: pa.LargeStringArray,
    codes: npt.NDArray[np.integer[Any]] | None = None,
    *,
    free: bool = False,
) -> Texts:
    """A text column, its texts without trailing blanks; all blank is missing."""
    trimmed = texts
    # Looked at first: trimming copies all texts, and hardly any file needs it.
    if pc.any(pc.ends_with(texts, " ")).as_py():
        trimmed = pc.utf8_rtrim(texts, characters=" ")
    blank = pc.equal(pc.binary_length(trimmed), 0)
    if pc.any(blank).as_py():
        trimmed = pc.if_else(blank, pa.scalar(None, pa.large_string()), trimmed)
    if codes is None or not trimmed.null_count:
        return Texts(trimmed, codes, free)
    is_null = np.append(trimmed.is_null().to_numpy(zero_copy_only=False), True)
    return Texts(trimmed, np.where(is_null[codes], -1, codes), free)


def moments_column(moments: npt.NDArray[Any], calendar: DateKind | None = None) -> Numbers:
    """Real dates and times as SAS numbers: days when no time of day is there, else seconds."""
    if moments.dtype.kind == "m":
        return Numbers(to_sas_number(_in_ticks(moments), "time"), "time")
    ticks = _in_ticks(moments)
    if calendar is None:
        days = to_sas_number(ticks, "date")
        calendar = "date" if _all_whole(days) else "datetime"
    return Numbers(to_sas_number(ticks, calendar), calendar)


def _in_ticks(moments: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Days and the like in seconds: the unit that SAS numbers are made of."""
    unit, _ = np.datetime_data(moments.dtype)
    return (
        moments if unit in ("s", "ms", "us", "ns") else moments.astype(f"{moments.dtype.kind}8[s]")
    )


def _all_whole(values: Doubles) -> bool:
    return bool((np.isnan(values) | (values == np.floor(values))).all())


def column_of_arrow(values: pa.ChunkedArray) -> Column:
    """A column of an Arrow table (Parquet).

    Raises:
        ValueError: a type that a data set cannot hold, e.g. a list.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        if _is_text(kind.value_type):
            return _arrow_codes(values)
        return column_of_arrow(values.cast(kind.value_type))
    if _is_text(kind):
        return texts_column(_one(values.cast(pa.large_string())))
    if pa.types.is_null(kind):
        return Texts(pa.nulls(len(values), pa.large_string()), None, free=True)
    if pa.types.is_temporal(kind):
        return _arrow_moments(values)
    if pa.types.is_floating(kind):
        return Numbers(values.to_numpy().astype(np.float64, copy=False))
    if pa.types.is_boolean(kind):
        return Numbers(values.cast(pa.int8()).cast(pa.float64()).to_numpy())
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return Numbers(values.cast(pa.float64()).to_numpy())
    raise ValueError(f"has the type {kind}, which has no place in a data set")


def _arrow_codes(values: pa.ChunkedArray) -> Texts:
    whole = _one(values.unify_dictionaries())
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return texts_column(whole.dictionary.cast(pa.large_string()), codes)


def _arrow_moments(values: pa.ChunkedArray) -> Numbers:
    kind = values.type
    if pa.types.is_date(kind):
        return moments_column(values.cast(pa.timestamp("s")).to_numpy(), "date")
    if pa.types.is_timestamp(kind):
        return moments_column(values.to_numpy(), "datetime")
    if pa.types.is_time32(kind):
        values = values.cast(pa.int32()).cast(pa.int64()).cast(pa.duration(kind.unit))
    elif pa.types.is_time64(kind):
        values = values.cast(pa.int64()).cast(pa.duration(kind.unit))
    return moments_column(values.to_numpy())


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
