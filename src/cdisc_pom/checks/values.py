"""Tests of one column: each gives True for a record that passes.

Text is judged once per distinct value, never record by record: a column of a million records has
a few thousand texts. A test that does not fit the column's type passes every record, since the
wrong type is a finding of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cdisc_pom.checks import iso8601

Flags = npt.NDArray[np.bool_]
Passes = Callable[[pd.Series], pd.Series]

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Texts:
    """A text column as distinct texts and each record's position in them (-1 where missing)."""

    codes: npt.NDArray[np.int64]
    distinct: pa.LargeStringArray

    def records(self, flags: Flags) -> Flags:
        """The flag of each record's text; True where the text is missing."""
        if flags.all():
            return np.ones(len(self.codes), dtype=np.bool_)
        passed: Flags = np.append(flags, True)[self.codes]
        return passed


def as_texts(column: pd.Series) -> Texts | None:
    """The distinct texts of a column, or None when it does not hold text."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        if not (isinstance(column.dtype, pd.StringDtype) or _holds_only_text(column)):
            return None
        column = column.astype("category")
    categories = column.cat.categories
    if len(categories) and not (
        isinstance(categories.dtype, pd.StringDtype) or _holds_only_text(categories.to_series())
    ):
        return None
    distinct = pa.array(categories.to_numpy(dtype=object), type=pa.large_string(), from_pandas=True)
    return Texts(column.cat.codes.to_numpy().astype(np.int64), distinct)


def _holds_only_text(column: pd.Series) -> bool:
    if column.dtype != object:
        return False
    return pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty")


@dataclass(frozen=True)
class TextTest:
    """A test of a text column, made from a test of its distinct texts."""

    judge: Callable[[pa.LargeStringArray], Flags]

    def __call__(self, column: pd.Series) -> pd.Series:
        """One bool a record."""
        return hold_all([self], column)


def hold_all(tests: Iterable[Passes], column: pd.Series) -> pd.Series:
    """Whether a record passes all of these tests; the distinct texts are made once."""
    texts = as_texts(column)
    judged = np.ones(0 if texts is None else len(texts.distinct), dtype=np.bool_)
    passed = np.ones(len(column), dtype=np.bool_)
    for test in tests:
        if not isinstance(test, TextTest):
            passed &= test(column).to_numpy(dtype=np.bool_, na_value=True)
        elif texts is not None:
            judged = judged & test.judge(texts.distinct)
    if texts is not None and not judged.all():
        passed &= texts.records(judged)
    return pd.Series(passed, index=column.index)


def byte_lengths(distinct: pa.LargeStringArray, encoding: str) -> npt.NDArray[np.int64]:
    """Bytes of each text without trailing blanks; -1 where the encoding has no bytes for it."""
    trimmed = pc.utf8_rtrim(distinct, characters=" ")
    ascii_only = pc.string_is_ascii(trimmed)
    lengths: npt.NDArray[np.int64] = np.array(pc.fill_null(pc.binary_length(trimmed), 0))
    lengths = lengths.astype(np.int64)
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        return lengths
    for at in np.flatnonzero(~pc.fill_null(ascii_only, True).to_numpy(zero_copy_only=False)):
        try:
            lengths[at] = len(trimmed[int(at)].as_py().encode(encoding))
        except UnicodeEncodeError:
            lengths[at] = -1
    return lengths


def fits_in(limit: int, encoding: str) -> Passes:
    """Texts of at most `limit` bytes."""
    return TextTest(lambda distinct: byte_lengths(distinct, encoding) <= limit)


def has_bytes(encoding: str) -> Passes:
    """Texts that the encoding has bytes for."""
    return TextTest(lambda distinct: byte_lengths(distinct, encoding) >= 0)


def is_iso8601(data_type: str) -> Passes:
    """Texts that are a date, time, duration or interval that exists."""
    return TextTest(lambda distinct: iso8601.is_valid(distinct, data_type))


def is_whole_iso8601(data_type: str) -> Passes:
    """Texts of the data type's precision; what is no date at all passes: it fails elsewhere."""

    def judge(distinct: pa.LargeStringArray) -> Flags:
        flags: Flags = iso8601.is_exact(distinct, data_type) | ~iso8601.is_valid(
            distinct, data_type
        )
        return flags

    return TextTest(judge)


def _matches(distinct: pa.LargeStringArray, pattern: str) -> Flags:
    found = pc.fill_null(pc.match_substring_regex(distinct, pattern), False)
    flags: Flags = found.to_numpy(zero_copy_only=False)
    return flags


# A text does not start with a blank, nor with a full-width one.
has_no_leading_blank: Final = TextTest(lambda distinct: ~_matches(distinct, r"^[\s\x{3000}]+\S"))
# A text is not ".", which SAS shows for a missing number.
is_not_lone_dot: Final = TextTest(lambda distinct: ~_matches(distinct, r"^\s*\.\s*$"))
# A text has a character in it: an empty text is a missing value.
is_not_blank: Final = TextTest(lambda distinct: ~_matches(distinct, r"^[\s\x{3000}]*$"))


def is_present(column: pd.Series) -> pd.Series:
    """Records with a value."""
    return column.notna()


def is_missing(column: pd.Series) -> pd.Series:
    """Records without a value."""
    return column.isna()


def is_one_of(terms: Iterable[str], *, numeric: bool) -> Passes:
    """Values that are terms; those of a numeric variable are compared as numbers."""
    known = sorted(set(terms))
    numbers = [float(term) for term in known if _is_number(term)]
    texts = pa.array(known, type=pa.large_string())

    def judge(distinct: pa.LargeStringArray) -> Flags:
        found = pc.is_in(distinct, value_set=texts)
        flags: Flags = pc.or_(found, pc.is_null(distinct)).to_numpy(zero_copy_only=False)
        return flags

    def is_known(column: pd.Series) -> pd.Series:
        return column.isna() | column.isin(numbers)

    return is_known if numeric else TextTest(judge)


def _is_number(term: str) -> bool:
    try:
        float(term)
    except ValueError:
        return False
    return True


def is_whole(column: pd.Series) -> pd.Series:
    """Numbers without a fraction."""
    numbers = _floats(column)
    if numbers is None:
        return pd.Series(True, index=column.index)
    return pd.Series(np.isnan(numbers) | (numbers == np.floor(numbers)), index=column.index)


def is_finite(column: pd.Series) -> pd.Series:
    """Numbers that are not infinite, which no file format of a submission can hold."""
    numbers = _floats(column)
    if numbers is None:
        return pd.Series(True, index=column.index)
    return pd.Series(~np.isinf(numbers), index=column.index)


def is_time_of_day(column: pd.Series) -> pd.Series:
    """Seconds of one day."""
    numbers = _floats(column)
    if numbers is None:
        return pd.Series(True, index=column.index)
    return pd.Series(~((numbers < 0) | (numbers >= DAY_SECONDS)), index=column.index)


def is_midnight(column: pd.Series) -> pd.Series:
    """Dates without a time of day."""
    if not pd.api.types.is_datetime64_dtype(column.dtype):
        return pd.Series(True, index=column.index)
    midnight: pd.Series = column.isna() | (column == column.dt.normalize())
    return midnight


def has_dtype(dtype: str) -> Callable[[pd.Series], bool]:
    """Whether a column has a pandas dtype, its unit included."""
    return lambda column: str(column.dtype) == dtype


def is_number_text(data_type: str) -> Passes:
    """Texts that are an integer or a decimal number (value level data types)."""
    pattern = (
        r"^[+-]?\d+$" if data_type == "integer" else r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
    )

    def judge(distinct: pa.LargeStringArray) -> Flags:
        found = pc.fill_null(pc.match_substring_regex(distinct, pattern), True)
        flags: Flags = found.to_numpy(zero_copy_only=False)
        return flags

    return TextTest(judge)


def _floats(column: pd.Series) -> npt.NDArray[np.float64] | None:
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return None
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
