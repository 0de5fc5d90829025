"""Values brought to the type that their variable declares, without guessing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.iso8601 import complete_date, read_iso
from cdisc_pom.algorithms.numbers import plain_text
from cdisc_pom.algorithms.registry import Problem
from cdisc_pom.algorithms.values import read_number
from cdisc_pom.columns import (
    DATE,
    DATETIME,
    Column,
    distinct,
    from_codes,
    missing_like,
    text_column,
)


def coerce(values: Column, kind: str) -> tuple[Column, tuple[Problem, ...]]:
    """A column as its declared kind.

    Args:
        values: what an algorithm gave.
        kind: `text`, `integer`, `float`, `date`, `datetime` or `time`.

    Returns:
        The column, and problems for values that do not fit (they are missing then).
    """
    if kind == "text":
        return as_text(values), ()
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _from_text(values, kind)
    if kind in ("date", "datetime"):
        if not pd.api.types.is_datetime64_any_dtype(values.dtype):
            return _refused(values, kind, values.notna().to_numpy())
        unit = DATE if kind == "date" else DATETIME
        return pd.Series(values.to_numpy().astype(unit), index=values.index), ()
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return _refused(values, kind, values.notna().to_numpy())
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if kind != "integer":
        return pd.Series(numbers, index=values.index), ()
    broken = ~np.isnan(numbers) & (numbers != np.round(numbers))
    whole = pd.Series(np.where(broken, np.nan, numbers), index=values.index).astype("Int64")
    return whole, _problem(values, kind, broken)


def as_text(values: Column) -> Column:
    """Numbers without trailing zeros, dates in ISO 8601, text as it is."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        width = len("yyyy-mm-dd") if values.dtype == DATE else len("yyyy-mm-ddThh:mm:ss")
        stamps = values.to_numpy().astype(DATETIME)
        shown = np.datetime_as_string(stamps, unit="s")
        return text_column(pd.Series([s[:width] if s != "NaT" else None for s in shown],
                                     index=values.index))  # fmt: skip
    if pd.api.types.is_numeric_dtype(values.dtype):
        codes, found = distinct(values)
        return from_codes(codes, [plain_text(float(item)) for item in found], values.index)
    return text_column(values)


def _from_text(values: Column, kind: str) -> tuple[Column, tuple[Problem, ...]]:
    codes, found = distinct(values)
    if kind in ("date", "datetime"):
        stamps = [_stamp(item, kind) for item in found]
        lost = np.array([stamp is None for stamp in stamps] + [False], dtype=bool)[codes]
        unit = DATE if kind == "date" else DATETIME
        table = np.array([s or "NaT" for s in stamps] + ["NaT"], dtype=unit)
        return pd.Series(table[codes], index=values.index), _problem(values, kind, lost)
    read = _seconds if kind == "time" else read_number
    numbers = [read(item) for item in found]
    whole = [n is None or (kind == "integer" and n != round(n)) for n in numbers]
    lost = np.array([*whole, False], dtype=bool)[codes]
    table = np.array([np.nan if bad else n for n, bad in zip(numbers, whole, strict=True)]
                     + [np.nan], dtype=float)  # fmt: skip
    column = pd.Series(table[codes], index=values.index)
    return column.astype("Int64") if kind == "integer" else column, _problem(values, kind, lost)


def _stamp(item: str, kind: str) -> str | None:
    if kind == "date":
        return complete_date(item)
    parts = read_iso(item)
    if parts is None or None in (parts.year, parts.month, parts.day, parts.hour, parts.minute):
        return None
    return item


_LAST_HOUR, _LAST_MINUTE = 23, 59


def _seconds(item: str) -> float | None:
    parts = [int(part) for part in item.split(":") if part.isdigit()]
    if len(parts) not in (2, 3) or len(parts) != len(item.split(":")):
        return None
    if parts[0] > _LAST_HOUR or max(parts[1:]) > _LAST_MINUTE:
        return None
    return float(parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0))  # noqa: PLR2004


def _refused(values: Column, kind: str, lost: np.ndarray) -> tuple[Column, tuple[Problem, ...]]:
    return missing_like(kind, values.index), _problem(values, kind, lost)


_EXPECTED = {
    "integer": "a whole number", "float": "a number", "date": "a complete date",
    "datetime": "a complete date and time", "time": "a time of day",
}  # fmt: skip


def _problem(values: Column, kind: str, lost: np.ndarray) -> tuple[Problem, ...]:
    if not lost.any():
        return ()
    hint = "Use impute_date for partial dates." if kind == "date" else ""
    message = f"'{{value}}' is not {_EXPECTED[kind]}"
    return (Problem(lost, message, as_text(values), hint, "type"),)
