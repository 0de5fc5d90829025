"""Flags of analysis: on treatment, treatment-emergent, worst record."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import day_numbers
from cdisc_pom.algorithms.groups import order_records
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    Used,
    algorithm,
)
from cdisc_pom.columns import (
    DATETIME,
    Codes,
    Column,
    Mask,
    from_codes,
    group_codes,
    sort_codes,
    stack,
)


class OnTreatmentArgs(Arguments):
    """Arguments of `on_treatment`."""

    start: ColumnName
    end: ColumnName = ""
    treatment_start: ColumnName = "TRTSDT"
    treatment_end: ColumnName = ""
    window: int = 0
    span: bool = False


@algorithm(
    "on_treatment",
    arguments=OnTreatmentArgs,
    text="Y when {start} lies from {treatment_start} to {treatment_end} plus {window} days, or is "
    "missing; not when {end} is before {treatment_start}. What began before and lasts into "
    "treatment counts: {span}.",
    text_zh="{start} 在 {treatment_start} 至 {treatment_end} 加 {window} 天之间或缺失时为 Y；"
    "{end} 早于 {treatment_start} 时不标。治疗前开始并延续至治疗期者计入：{span}。",
)
def on_treatment(
    start: Column,
    treatment_start: Column,
    end: Column | None = None,
    treatment_end: Column | None = None,
    window: int = 0,
    span: bool = False,
) -> Column:
    """Flag of what was observed, happened or was taken during treatment (ONTRTFL).

    Days are compared. Without `treatment_end` everything from the start of treatment on counts;
    with it a subject whose end date is missing is still treated. For values that were measured on
    the first day but before the dose, exclude them by the row's When.

    Args:
        start: date of an observation, or start of an event or medication.
        treatment_start: first day of treatment; without it nothing is on treatment.
        end: end of the event or medication; a missing one means ongoing.
        treatment_end: last day of treatment.
        window: days after it that still count.
        span: whether what began before treatment and lasts into it counts (concomitant use).

    Returns:
        `Y` or missing.

    Source: ADaMIG 1.3, section 3.3.8 (ONTRTFL); admiral, derive_var_ontrtfl.

    Example:
        >>> day = lambda text: pd.Series([text])
        >>> on_treatment(day("2020-02-24"), day("2020-01-01"), None, day("2020-03-01")).tolist()
        ['Y']
    """
    begins, treated = day_numbers(start), day_numbers(treatment_start)
    n = len(begins)
    last = np.full(n, np.inf) if treatment_end is None else day_numbers(treatment_end) + window
    last = np.where(np.isnan(last), np.inf, last)
    inside = np.isnan(begins) | ((begins >= treated) & (begins <= last))
    if end is not None:
        ends = day_numbers(end)
        if span:
            inside |= (begins < treated) & (np.isnan(ends) | (ends >= treated))
        inside &= ~(ends < treated)
    return from_codes(np.where(inside & ~np.isnan(treated), 0, -1), ["Y"], start.index)


class EmergentArgs(Arguments):
    """Arguments of `treatment_emergent`."""

    start: ColumnName
    end: ColumnName
    treatment_start: ColumnName = "TRTSDT"
    treatment_end: ColumnName = ""
    window: int = -1
    initial: ColumnName = ""
    worst: ColumnName = ""


@algorithm(
    "treatment_emergent",
    arguments=EmergentArgs,
    text="Y when {start} is on or after {treatment_start} (and, with a window, not later than "
    "{treatment_end} plus {window} days), when {start} is missing, or when an event that began "
    "before worsened from {initial} to {worst}; not when {end} is before {treatment_start}.",
    text_zh="{start} 不早于 {treatment_start}（指定窗口时不晚于 {treatment_end} 加 {window} 天）、"
    "{start} 缺失、或治疗前开始的事件由 {initial} 加重为 {worst} 时为 Y；"
    "{end} 早于 {treatment_start} 时不标。",
)
def treatment_emergent(
    start: Column,
    end: Column,
    treatment_start: Column,
    treatment_end: Column | None = None,
    window: int = -1,
    initial: Column | None = None,
    worst: Column | None = None,
) -> Column:
    """Flag of an event that began or worsened under treatment (TRTEMFL).

    The first case that applies decides: no treatment start, none; ended before it, none; no start
    date, `Y`, to be safe; began on or after it and inside the window, `Y`; began before it and
    became worse, `Y`. Days are compared, unless both are dates with time.

    Args:
        start: start of the event (imputed where it was partial).
        end: its end; a missing one means ongoing.
        treatment_start: first dose.
        treatment_end: last dose, for the window.
        window: days after the last dose in which an event still counts; -1 for no limit.
        initial: grade at the start of the event.
        worst: its worst grade; a missing grade on either side counts as worsening.

    Returns:
        `Y` or missing.

    Raises:
        ValueError: a window without treatment_end, or one grade without the other.

    Source: ADaM OCCDS 1.1, section 3.2.6 (TRTEMFL); admiral, derive_var_trtemfl.

    Example:
        >>> day = lambda text: pd.Series([text])
        >>> treatment_emergent(day("2021-12-30"), day(None), day("2022-01-01"), initial=day("1"),
        ...                    worst=day("3")).tolist()
        ['Y']
    """
    if window >= 0 and treatment_end is None:
        raise ValueError("a window needs treatment_end")
    if (initial is None) != (worst is None):
        raise ValueError("initial and worst are given together")
    begins, ends, treated = day_numbers(start), day_numbers(end), day_numbers(treatment_start)
    late = _later(start, treatment_start)
    new = late
    if treatment_end is not None and window >= 0:
        last = day_numbers(treatment_end) + window
        new = new & ~(begins > last)
    flagged = np.isnan(begins) | new
    if initial is not None and worst is not None:
        before, now = _joint_ranks(initial, worst)
        flagged |= ~late & ((now > before) | (now < 0) | (before < 0))
    flagged &= ~np.isnan(treated) & ~_earlier(end, treatment_start, ends, treated)
    return from_codes(np.where(flagged, 0, -1), ["Y"], start.index)


def _later(left: Column, right: Column) -> Mask:
    """Where a moment is on or after another; days decide unless both are dates with time."""
    if left.dtype == DATETIME and right.dtype == DATETIME:
        return np.asarray(left.to_numpy() >= right.to_numpy(), dtype=bool)
    return np.asarray(day_numbers(left) >= day_numbers(right), dtype=bool)


def _earlier(left: Column, right: Column, days: np.ndarray, others: np.ndarray) -> Mask:
    return np.asarray(~_later(left, right) & ~np.isnan(days) & ~np.isnan(others), dtype=bool)


def _joint_ranks(left: Column, right: Column) -> tuple[Codes, Codes]:
    """Ranks of two columns on one scale; -1 where missing."""
    ranks = sort_codes(stack([left.reset_index(drop=True), right.reset_index(drop=True)]))
    return ranks[: len(left)], ranks[len(left) :]


class WorstFlagArgs(Arguments):
    """Arguments of `worst_flag`."""

    value: ColumnName
    by: ColumnNames
    order: ColumnNames
    worst: Literal["high", "low"] = "high"


def _used_worst(value: Column, by: tuple[Column, ...], *, eligible: Mask, **rest: object) -> Used:
    del rest
    counted = eligible & value.notna().to_numpy()
    return Used(compared=np.where(counted, group_codes(by), -1))


@algorithm(
    "worst_flag",
    arguments=WorstFlagArgs,
    used=_used_worst,
    whole=True,
    text="Y for the record with the worst (the {worst}est) {value} within {by}; of several the "
    "first by {order}.",
    text_zh="在 {by} 内 {value} 最差（{worst}：high 取最高，low 取最低）的记录标为 Y；"
    "有多条时取按 {order} 排序的首条。",
)
def worst_flag(
    value: Column,
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    worst: str = "high",
    *,
    eligible: Mask,
) -> Outcome:
    """Flag of the record with the worst value of a group; of equal ones the earliest.

    Which parameters are worst when high and which when low is said by two rows with a When each.

    Args:
        value: numbers, or text that sorts (grades); records without a value take no part.
        by: what has one worst record: USUBJID, PARAMCD …
        order: columns that put records of one value in a total order.
        worst: `high` or `low`.
        eligible: records that take part (the row's When), e.g. `ONTRTFL = 'Y'`.

    Returns:
        `Y` or missing; a problem where two records tie after `order`.

    Source: admiral, derive_var_extreme_flag with slice by direction (formerly
        derive_var_worst_flag); ADaM OCCDS 1.1 (AOCCzzFL).

    Example:
        >>> grades, days = pd.Series([2.0, 3.0, 3.0]), pd.Series([1, 9, 5])
        >>> worst_flag(grades, (pd.Series(["01"] * 3),), (days,),
        ...            eligible=np.ones(3, bool)).values.tolist()
        [nan, nan, 'Y']
    """
    ranks = sort_codes(value)
    keys = pd.Series(-ranks if worst == "high" else ranks, index=value.index)
    kept = eligible & value.notna().to_numpy()
    found = order_records(by, (keys, *order), kept)
    codes = np.full(len(value), -1, dtype=np.int64)
    codes[found.positions[found.starts]] = 0
    result = from_codes(codes, ["Y"], value.index)
    rivals = np.zeros(len(value), dtype=bool)
    if len(found.starts):
        rivals[found.positions[np.insert(found.starts[:-1] & found.same[1:], 0, False)]] = True
    if not rivals.any():
        return Outcome(result)
    message = "two records tie for the worst value"
    hint = "Name a further variable that decides between them in order=."
    return Outcome(result, (Problem(rivals, message, hint=hint, rule="tie"),))
