"""Baseline and what changed since: BASE, CHG, PCHG, ratios and shifts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    Used,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.columns import Codes, Column, Mask, combine, group_codes, take


class BaselineArgs(Arguments):
    """Arguments of `baseline`."""

    value: ColumnName
    by: ColumnNames
    flag: ColumnName = "ABLFL"


def _flagged(by: tuple[Column, ...], flag: Column, eligible: Mask) -> tuple[Codes, Mask]:
    """Position of the flagged record of each record's group, or -1; and flags that are many."""
    groups = group_codes(by, len(flag))
    flagged = np.flatnonzero((flag == "Y").fillna(False).to_numpy(dtype=bool))
    size = int(groups.max(initial=-1)) + 1
    at = np.full(size, -1, dtype=np.int64)
    at[groups[flagged]] = flagged
    many = np.zeros(len(flag), dtype=bool)
    many[flagged] = (np.bincount(groups[flagged], minlength=size) > 1)[groups[flagged]]
    return np.where(eligible, at[groups], -1), many


def _used_baseline(value: Column, by: tuple[Column, ...], flag: Column, *, eligible: Mask) -> Used:
    del value
    return Used(chosen=_flagged(by, flag, eligible)[0])


@algorithm(
    "baseline",
    arguments=BaselineArgs,
    used=_used_baseline,
    whole=True,
    text="{value} of the record with {flag} = Y, within {by}.",
    text_zh="在 {by} 内 {flag} 为 Y 的记录的 {value}。",
)
def baseline(value: Column, by: tuple[Column, ...], flag: Column, *, eligible: Mask) -> Outcome:
    """The value of the baseline record, on every record of its group.

    Serves BASE, BASEC, BNRIND, BTOXGR: whatever the flagged record holds.

    Args:
        value: any column.
        by: what one baseline belongs to: USUBJID, PARAMCD, BASETYPE …
        flag: `Y` on the baseline record.
        eligible: records that get the value (the row's When); the flagged record may be another.

    Returns:
        Values of the same kind; missing in a group without a flag; a problem where two records
        of a group are flagged.

    Source: ADaMIG 1.3, section 3.3.4 (BASE, BASEC); admiral, derive_var_base.

    Example:
        >>> flags = pd.Series(["Y", None, None])
        >>> baseline(pd.Series([90.0, 80.0, 70.0]), (pd.Series(["01", "01", "02"]),), flags,
        ...          eligible=np.ones(3, bool)).values.tolist()
        [90.0, 90.0, nan]
    """
    chosen, many = _flagged(by, flag, eligible)
    result = take(value, chosen, value.index)
    if not many.any():
        return Outcome(result)
    message = f"several records of a group have {flag.name} = Y"
    hint = "Make the flag unique, or name what tells the groups apart in by=."
    return Outcome(result, (Problem(many, message, hint=hint, rule="baseline"),))


class ChangeArgs(Arguments):
    """Arguments of `change`, `percent_change` and `ratio`."""

    value: ColumnName = "AVAL"
    base: ColumnName = "BASE"


@algorithm(
    "change",
    arguments=ChangeArgs,
    text="{value} minus {base}.",
    text_zh="{value} 减去 {base}。",
)
def change(value: Column, base: Column) -> Column:
    """Change from baseline.

    Args:
        value: numbers.
        base: their baseline.

    Returns:
        float64; missing where either is missing.

    Source: ADaMIG 1.3, section 3.3.4 (CHG = AVAL - BASE).

    Example:
        >>> change(pd.Series([80.0, None]), pd.Series([90.0, 90.0])).tolist()
        [-10.0, nan]
    """
    return pd.Series(numbers_of(value) - numbers_of(base), index=value.index)


@algorithm(
    "percent_change",
    arguments=ChangeArgs,
    text="({value} - {base}) / |{base}| × 100; missing when {base} is 0.",
    text_zh="({value} - {base}) / |{base}| × 100；{base} 为 0 时为缺失。",
)
def percent_change(value: Column, base: Column) -> Column:
    """Percent change from baseline.

    The divisor is the size of the baseline, so that a rise from a negative baseline is positive.

    Args:
        value: numbers.
        base: their baseline.

    Returns:
        float64; missing where either is missing and where the baseline is 0.

    Source: ADaMIG 1.3, section 3.3.4 (PCHG); admiral, derive_var_pchg.

    Example:
        >>> percent_change(pd.Series([80.0, 1.0]), pd.Series([100.0, 0.0])).tolist()
        [-20.0, nan]
    """
    numbers, bases = numbers_of(value), numbers_of(base)
    divisors = np.where(bases == 0, np.nan, np.abs(bases))
    return pd.Series((numbers - bases) / divisors * 100, index=value.index)


@algorithm(
    "ratio",
    arguments=ChangeArgs,
    text="{value} / {base}; missing when {base} is 0.",
    text_zh="{value} / {base}；{base} 为 0 时为缺失。",
)
def ratio(value: Column, base: Column) -> Column:
    """Ratio to baseline, or to a limit of the reference range.

    Serves R2BASE, R2ANRLO, R2ANRHI: `base` names the divisor.

    Args:
        value: numbers.
        base: what they are divided by.

    Returns:
        float64; missing where either is missing and where the divisor is 0.

    Source: ADaMIG 1.3, section 3.3.4 (R2BASE, R2AyHI); admiral, derive_var_analysis_ratio.

    Example:
        >>> ratio(pd.Series([80.0, 1.0]), pd.Series([100.0, 0.0])).tolist()
        [0.8, nan]
    """
    bases = numbers_of(base)
    return pd.Series(numbers_of(value) / np.where(bases == 0, np.nan, bases), index=value.index)


class ShiftArgs(Arguments):
    """Arguments of `shift`."""

    base: ColumnName = "BNRIND"
    value: ColumnName = "ANRIND"
    separator: str = "to"
    missing: str = "NULL"


@algorithm(
    "shift",
    arguments=ShiftArgs,
    text="{base}, '{separator}', {value}; a missing one as '{missing}'.",
    text_zh="{base}、“{separator}”、{value} 依次连接；缺失者写作“{missing}”。",
)
def shift(base: Column, value: Column, separator: str = "to", missing: str = "NULL") -> Column:
    """Shift from baseline: `NORMAL to HIGH`.

    Args:
        base: category at baseline (text or numbers, such as grades).
        value: category of the record.
        separator: what stands between, with a blank on each side.
        missing: what stands for a missing category.

    Returns:
        Text; missing where both are missing.

    Source: ADaMIG 1.3, section 3.3.4 (SHIFTy); admiral, derive_var_shift.

    Example:
        >>> shift(pd.Series(["NORMAL", None]), pd.Series(["HIGH", "LOW"])).tolist()
        ['NORMAL to HIGH', 'NULL to LOW']
    """

    def join(row: tuple[str | None, ...]) -> str | None:
        if row == (None, None):
            return None
        return f" {separator} ".join(missing if item is None else item for item in row)

    return combine([text_of(base), text_of(value)], join)
