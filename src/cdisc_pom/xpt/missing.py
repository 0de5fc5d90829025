"""Special missing values ``._`` and ``.A``-``.Z`` in a column of doubles.

SAS knows 28 missing numbers. In pandas all of them are NaN, so ``isna`` and sums behave; which
one it is stands in the unused low bits of the NaN (its payload): three bytes ``SAS`` and one byte
for the letter. Copies, selection, sorting, merging, concatenation and Parquet keep it; assignment
and a change of dtype do not. A NaN without that mark is the ordinary missing value ``.``.
"""

from __future__ import annotations

import string

import numpy as np
import numpy.typing as npt
import pandas as pd

#: First bytes of a missing number in the file.
MISSING_CODES = b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: The quiet NaN whose payload says "SAS"; the low byte holds the letter.
TAG = np.uint64(0x7FF8_5341_5300_0000)
#: Bits that tell a tagged NaN; the sign is not one of them.
TAG_MASK = np.uint64(0x7FFF_FFFF_FFFF_FF00)


def missing_value(code: str) -> float:
    """The double that stands for one missing value.

    Args:
        code: ``.``, ``._`` or ``.A``-``.Z``.

    Returns:
        A NaN, tagged unless the code is ``.``.

    Raises:
        ValueError: no such missing value.

    Example:
        >>> import pandas as pd
        >>> special_missing(pd.Series([1.0, missing_value(".B"), missing_value(".")])).tolist()
        [nan, '.B', '.']
    """
    letter = code[1:]
    if code[:1] != "." or letter not in _LETTERS:
        raise ValueError(f"'{code}' is no missing value: '.', '._' or '.A' to '.Z'.")
    if not letter:
        return float("nan")
    return float((TAG | np.uint64(ord(letter))).view(np.float64))


_LETTERS = frozenset(["", "_", *string.ascii_uppercase])


def set_missing(values: pd.Series[float], where: npt.ArrayLike, code: str) -> pd.Series[float]:
    """Put one missing value into some records.

    Assigning ``missing_value(code)`` through pandas (``loc``, ``where``, ``fillna``) loses the
    mark, this does not.

    Args:
        values: float64 column.
        where: one True or False a record.
        code: ``.``, ``._`` or ``.A``-``.Z``.

    Returns:
        A new column on the same index.

    Example:
        >>> import pandas as pd
        >>> doses = set_missing(pd.Series([1.0, 2.0]), [False, True], ".N")
        >>> special_missing(doses).tolist()
        [nan, '.N']
    """
    doubles = np.array(values, dtype=np.float64)
    doubles[np.asarray(where, dtype=np.bool_)] = missing_value(code)
    return pd.Series(doubles, index=values.index, name=values.name)


def special_missing(values: pd.Series[float]) -> pd.Series[str]:
    """Which missing value each record has.

    Args:
        values: float64 column.

    Returns:
        Text on the same index: ``.``, ``._``, ``.A``-``.Z``; NaN where a number stands.
    """
    doubles = np.asarray(values, dtype=np.float64)
    codes = missing_codes(doubles)
    names = np.array([None] + [_name(code) for code in range(1, 256)], dtype=object)
    return pd.Series(names[codes], index=values.index, name=values.name, dtype="str")


def missing_codes(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """The byte of each missing value, 0 where a number stands."""
    bits = values.view(np.uint64)
    low = (bits & np.uint64(0xFF)).astype(np.uint8)
    tagged = ((bits & TAG_MASK) == TAG) & np.isin(low, list(MISSING_CODES))
    codes = np.where(tagged, low, np.uint8(ord(".")))
    codes[~np.isnan(values)] = 0
    return codes


def _name(code: int) -> str:
    return "." if code == ord(".") else f".{chr(code)}"
