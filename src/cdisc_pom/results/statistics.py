"""Numbers of a table: rounding, percentages, percentiles and exact limits.

Every function is pure and takes arrays; missing values are NaN and are left out where it says so.
How a number is printed is decided here once: half away from zero, as SAS prints it.
"""

from __future__ import annotations

from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

ROUNDING_FUZZ = 1e-12
"""Share of a value by which it may lie under a half and still be rounded up."""
RANK_FUZZ = 1e-9
"""Distance from a whole number at which `n * p` counts as that number."""
NOT_ESTIMABLE = "NE"


@overload
def round_half_up(value: float, digits: int) -> float: ...
@overload
def round_half_up(value: Floats, digits: int) -> Floats: ...
def round_half_up(value: float | Floats, digits: int) -> float | Floats:
    """Round half away from zero to decimal digits.

    A value written with few digits is seldom exact in binary: 2.345 is held as 2.34499999999999997.
    A value that lies under a half by no more than 1e-12 of itself (`ROUNDING_FUZZ`, some thousand
    times the resolution of a double) is therefore taken as the half that was meant.

    Args:
        value: one number or an array. NaN and infinities stay.
        digits: decimals to keep, 0 or more.

    Returns:
        The double nearest to the rounded decimal, so that printing it with `digits` decimals shows
        it exactly.

    Example:
        >>> round_half_up(2.345, 2), round_half_up(-0.5, 0), round_half_up(2.3449, 2)
        (2.35, -1.0, 2.34)
    """
    array = np.asarray(value, dtype=np.float64)
    scale = 10.0**digits
    scaled = np.abs(array) * scale
    whole = np.floor(scaled * (1 + ROUNDING_FUZZ) + 0.5)
    # beyond 2**52 a double has no decimals left to round
    rounded = np.where(scaled < 2.0**52, np.copysign(whole / scale, array) + 0.0, array)
    return float(rounded) if np.ndim(value) == 0 else rounded


def print_number(value: float, digits: int) -> str:
    """A number as a table shows it, `NE` when it cannot be estimated.

    Example:
        >>> print_number(12.05, 1), print_number(-0.04, 1), print_number(float("nan"), 1)
        ('12.1', '0.0', 'NE')
    """
    if not np.isfinite(value):
        return NOT_ESTIMABLE
    return f"{round_half_up(value, digits) + 0.0:.{digits}f}"


def percent(part: int, whole: int) -> float:
    """`part` of `whole` in percent, NaN when the whole is 0.

    Example:
        >>> percent(9, 36), percent(0, 0)
        (25.0, nan)
    """
    return 100 * part / whole if whole else float("nan")


def exact_interval(events: int, subjects: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson limits of a proportion, as quantiles of the beta distribution.

    Args:
        events: subjects with the event.
        subjects: all subjects. With none, both limits are NaN.
        confidence: coverage, two-sided.

    Returns:
        Lower and upper limit as proportions from 0 to 1.

    Raises:
        ValueError: more events than subjects, or a negative number.

    Source: Clopper and Pearson (1934), Biometrika 26:404-413; the limits of SAS PROC FREQ
    (EXACT BINOMIAL) and of R's binom.test.
    """
    if not 0 <= events <= subjects:
        raise ValueError(f"{events} events of {subjects} subjects is not a proportion")
    if not subjects:
        return float("nan"), float("nan")
    from scipy.special import betaincinv  # noqa: PLC0415 - heavy; scipy.stats takes a second more

    tail, others = (1 - confidence) / 2, subjects - events
    low = float(betaincinv(events, others + 1, tail)) if events else 0.0
    high = float(betaincinv(events + 1, others, 1 - tail)) if others else 1.0
    return low, high


def percentile(values: Floats, share: float) -> float:
    """A percentile by SAS's definition 5 (QNTLDEF=5): empirical distribution with averaging.

    With n values in order and `n * share = j + g` (j whole, 0 <= g < 1) it is the mean of the j-th
    and the next value when g is 0, the next value otherwise. g counts as 0 within 1e-9.

    Args:
        values: one value a subject, unordered; NaN is left out.
        share: 0.25 for the first quartile, 0.5 for the median.

    Returns:
        The percentile in the unit of the values, NaN when there is none.

    Source: SAS/STAT User's Guide, PROC UNIVARIATE and BOXPLOT, Percentile Definitions.

    Example:
        >>> percentile(np.array([2.0, 4.0, 1.0, 3.0]), 0.25)
        1.5
    """
    held = np.sort(values[~np.isnan(values)])
    if not len(held):
        return float("nan")
    rank = len(held) * share
    below = round(rank) if abs(rank - round(rank)) < RANK_FUZZ else int(np.floor(rank))
    exact = abs(rank - below) < RANK_FUZZ
    upper = held[min(below, len(held) - 1)]
    lower = held[max(below - 1, 0)] if exact else upper
    return float((lower + upper) / 2)


def month_range(dates: pd.Series) -> tuple[str, str]:
    """First and last month of dates as `yyyy-mm`, two empty texts when there is no date.

    Example:
        >>> month_range(pd.Series(pd.to_datetime(["2019-02-28", "2017-02-01", None])))
        ('2017-02', '2019-02')
    """
    held = dates.dropna()
    if held.empty:
        return "", ""
    first, last = held.min(), held.max()
    return f"{first:%Y-%m}", f"{last:%Y-%m}"
