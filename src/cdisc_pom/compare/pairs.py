"""Two columns brought to one type, so that their values can be compared and numbered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cdisc_pom.compare.columns import Codes, Column, Doubles, Numbers, Rows, Texts
from cdisc_pom.xpt.dates import DAY, DateKind, date_kind, to_sas_number
from cdisc_pom.xpt.missing import missing_codes, missing_value

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
#: ``001`` is a code, not a number; ``+1`` is none that a program writes.
_PLAIN_NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"
#: A partial date is not completed in silence: it is no number.
_MOMENT = r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_LETTER = r"\.[A-Z_]?"


@dataclass(frozen=True)
class NumberPair:
    """Doubles of both sides, and what they count when they are dates."""

    base: Doubles
    compare: Doubles
    kind: DateKind | None = None


@dataclass(frozen=True)
class TextPair:
    """Texts of both sides."""

    base: Texts
    compare: Texts


Pair = NumberPair | TextPair


@dataclass(frozen=True)
class Mismatch:
    """Columns of different types, and the first value that keeps them so when a file tells none."""

    base: Literal["text", "number"]
    compare: Literal["text", "number"]
    value: str = ""


def pair_columns(
    base: Column, compare: Column, *, base_format: str = "", compare_format: str = ""
) -> Pair | Mismatch:
    """Both columns as numbers or both as text.

    A column whose file does not tell the type (CSV) takes the type of the other; two such columns
    are numbers when every value of both is written as a number without leading zeros.

    Args:
        base: column of base.
        compare: column of compare.
        base_format: SAS format of the variable in base, which tells what a number counts.
        compare_format: the same in compare.
    """
    if isinstance(base, Texts) and isinstance(compare, Texts):
        numbers = _both_numbers(base, compare) if base.free and compare.free else None
        return numbers or TextPair(base, compare)
    kinds = (_kind(base, base_format), _kind(compare, compare_format))
    if isinstance(base, Numbers) and isinstance(compare, Numbers):
        return _number_pair(base, compare, kinds)
    kind = kinds[0] or kinds[1]
    if isinstance(base, Numbers):
        assert isinstance(compare, Texts)
        found = _as_numbers(compare, kind, _NUMBER)
        if isinstance(found, str) or not compare.free:
            return Mismatch("number", "text", found if isinstance(found, str) else "")
        return NumberPair(base.values, found, kind)
    assert isinstance(compare, Numbers)
    found = _as_numbers(base, kind, _NUMBER)
    if isinstance(found, str) or not base.free:
        return Mismatch("text", "number", found if isinstance(found, str) else "")
    return NumberPair(found, compare.values, kind)


def _kind(column: Column, format_text: str) -> DateKind | None:
    if isinstance(column, Numbers) and column.calendar:
        return column.calendar
    try:
        return date_kind(format_text)
    except ValueError:
        return None


def _number_pair(
    base: Numbers, compare: Numbers, kinds: tuple[DateKind | None, DateKind | None]
) -> NumberPair:
    """Real dates are brought to the unit of the other side; SAS numbers stay as they are."""
    kind = kinds[0] or kinds[1]
    if kinds == ("date", "datetime") and (base.calendar or compare.calendar):
        if base.calendar:
            return NumberPair(base.values * DAY, compare.values, "datetime")
        return NumberPair(base.values, compare.values / DAY, "date")
    if kinds == ("datetime", "date") and (base.calendar or compare.calendar):
        if compare.calendar:
            return NumberPair(base.values, compare.values * DAY, "datetime")
        return NumberPair(base.values / DAY, compare.values, "date")
    return NumberPair(base.values, compare.values, kind)


def _both_numbers(base: Texts, compare: Texts) -> NumberPair | None:
    if base.missing_count == len(base) and compare.missing_count == len(compare):
        return None
    found = _as_numbers(base, None, _PLAIN_NUMBER), _as_numbers(compare, None, _PLAIN_NUMBER)
    if isinstance(found[0], str) or isinstance(found[1], str):
        return None
    return NumberPair(found[0], found[1])


def _as_numbers(column: Texts, kind: DateKind | None, pattern: str) -> Doubles | str:
    """Numbers of texts, made once for each distinct text; or the first that is none.

    ``.A`` and so on are special missing values, as ``cdisc-pom xpt to-csv`` writes them; where
    the other side has dates, ISO 8601 dates are read too.
    """
    if not column.free:
        return ""
    coded = column.coded()
    assert coded.codes is not None
    held = np.unique(coded.codes[coded.codes >= 0])
    texts = pd.Series(coded.texts.to_pylist(), dtype="str").iloc[held]
    is_letter = texts.str.fullmatch(_LETTER).to_numpy(dtype=np.bool_)
    is_number = texts.str.fullmatch(pattern).to_numpy(dtype=np.bool_)
    doubles = np.full(len(texts), np.nan)
    doubles[is_number] = texts[is_number].astype("float64").to_numpy()
    rest = ~is_letter & ~is_number
    if kind is not None and rest.any():
        doubles[rest] = _dates(texts[rest], kind)
        rest &= np.isnan(doubles)
    if rest.any():
        return str(texts[rest].iloc[0])
    for position in np.flatnonzero(is_letter):
        doubles[position] = missing_value(texts.iloc[position])
    table: Doubles = np.full(len(coded.texts) + 1, np.nan)
    table[held] = doubles
    return table.take(coded.codes)


def _dates(texts: pd.Series[str], kind: DateKind) -> Doubles:
    if kind == "time":
        return to_sas_number(pd.to_timedelta(texts, errors="coerce").to_numpy(), kind)
    complete = texts.where(texts.str.fullmatch(_MOMENT))
    moments = pd.to_datetime(complete, format="ISO8601", errors="coerce")
    return to_sas_number(moments.to_numpy(), kind)


def both_texts(pair: TextPair) -> tuple[Codes, Codes, pa.LargeStringArray]:
    """Codes of both sides into one list of distinct texts, -1 where missing."""
    base, compare = pair.base.coded(), pair.compare.coded()
    assert base.codes is not None
    assert compare.codes is not None
    joined = pa.concat_arrays([base.texts, compare.texts]).dictionary_encode()
    moves = joined.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    base_moves = np.append(moves[: len(base.texts)], -1)
    compare_moves = np.append(moves[len(base.texts) :], -1)
    return base_moves[base.codes], compare_moves[compare.codes], joined.dictionary


def unequal_texts(pair: TextPair, base_rows: Rows | None, compare_rows: Rows | None) -> Rows:
    """Positions of pairs whose texts differ; rows of None are all rows in their order."""
    plain = pair.base.codes is None and pair.compare.codes is None
    if plain and base_rows is None and compare_rows is None:
        left, right = pair.base.texts, pair.compare.texts
        missing = pc.and_(pc.is_null(left), pc.is_null(right))
        same = pc.or_(pc.fill_null(pc.equal(left, right), False), missing)
        return np.flatnonzero(~same.to_numpy(zero_copy_only=False))
    # Codes are moved to the partner's place much faster than texts.
    one, other, _ = both_texts(pair)
    one = one if base_rows is None else one[base_rows]
    other = other if compare_rows is None else other[compare_rows]
    return np.flatnonzero(one != other)


def joint_codes(pair: Pair) -> tuple[Codes, Codes]:
    """A number for each value of both sides, the same for equal values; missing is a value.

    The numbers follow the order of the values, so that they do not depend on that of the records.
    """
    if isinstance(pair, TextPair):
        base, compare, texts = both_texts(pair)
        ranks = np.empty(len(texts) + 1, dtype=np.int64)
        ranks[pc.sort_indices(texts).to_numpy()] = np.arange(1, len(texts) + 1)
        ranks[-1] = 0
        return ranks[base], ranks[compare]
    bits = np.concatenate([_bits(pair.base), _bits(pair.compare)])
    codes = _ranks(bits)
    return codes[: len(pair.base)], codes[len(pair.base) :]


def _bits(values: Doubles) -> npt.NDArray[np.int64]:
    """One word a value: -0.0 is 0.0, and each kind of missing value is one."""
    words = (values + 0.0).view(np.int64)
    missing = np.isnan(values)
    if missing.any():
        words[missing] = -1 - missing_codes(values[missing]).astype(np.int64)
    return words


#: Up to this many places for each value, a table is faster than hashing.
_DENSE = 4


def _ranks(words: npt.NDArray[np.int64]) -> Codes:
    if not words.size:
        return words
    low, high = int(words.min()), int(words.max())
    if high - low < _DENSE * words.size:
        present = np.zeros(high - low + 1, dtype=np.bool_)
        present[words - low] = True
        table = np.cumsum(present) - 1
        return table[words - low]
    codes, distinct = pd.factorize(words)
    ranks = np.empty(len(distinct), dtype=np.int64)
    ranks[np.argsort(np.asarray(distinct), kind="stable")] = np.arange(len(distinct))
    return ranks[codes]


def combine_codes(*parts: Codes) -> Codes:
    """One dense number for each distinct combination; the order of the parts is kept."""
    joint = parts[0]
    for part in parts[1:]:
        joint = joint * (int(part.max(initial=0)) + 1) + part
        joint = _ranks(joint)
    return joint


def values_at(pair: Pair, side: Literal["base", "compare"], rows: Rows) -> list[Any]:
    """Values of some records: texts or doubles."""
    if isinstance(pair, NumberPair):
        doubles = pair.base if side == "base" else pair.compare
        return list(doubles[rows])
    texts = pair.base if side == "base" else pair.compare
    return texts.values(rows)
