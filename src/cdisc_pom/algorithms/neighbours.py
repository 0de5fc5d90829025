"""A record and its neighbours: the value before, the value so far, the place in the group."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.groups import group_starts, order_records
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    Used,
    algorithm,
)
from cdisc_pom.columns import Codes, Column, Mask, from_codes, group_codes, take

_HINT = "Name a further variable in order= that decides between them."


class PreviousArgs(Arguments):
    """Arguments of `previous` and `next`."""

    value: ColumnName
    by: ColumnNames
    order: ColumnNames


def _neighbours(
    by: tuple[Column, ...], order: tuple[Column, ...], eligible: Mask, step: int
) -> tuple[Codes, Mask]:
    """Position of each record's neighbour in the order of its group, or -1; and what ties."""
    found = order_records(by, order, eligible)
    n = len(found.positions)
    at = np.arange(n) - step
    inside = (at >= 0) & (at < n)
    partner = np.where(inside, at, 0)
    result: Codes = np.full(len(eligible), -1, dtype=np.int64)
    if n:
        inside &= found.groups[partner] == found.groups
        result[found.positions] = np.where(inside, found.positions[partner], -1)
    return result, found.ties(len(eligible))


def _shifted(
    value: Column, by: tuple[Column, ...], order: tuple[Column, ...], eligible: Mask, step: int
) -> Outcome:
    """Value of the neighbour; records that tie are a problem."""
    chosen, tied = _neighbours(by, order, eligible, step)
    result = take(value, chosen, value.index)
    if not tied.any():
        return Outcome(result)
    message = "records tie in the order, so that none is the one before the other"
    return Outcome(result, (Problem(tied, message, hint=_HINT, rule="order"),))


def _used_previous(
    value: Column, by: tuple[Column, ...], order: tuple[Column, ...], *, eligible: Mask
) -> Used:
    del value
    return Used(chosen=_neighbours(by, order, eligible, 1)[0])


def _used_next(
    value: Column, by: tuple[Column, ...], order: tuple[Column, ...], *, eligible: Mask
) -> Used:
    del value
    return Used(chosen=_neighbours(by, order, eligible, -1)[0])


@algorithm(
    "previous",
    arguments=PreviousArgs,
    used=_used_previous,
    whole=True,
    text="{value} of the record before, within {by}, in the order of {order}.",
    text_zh="在 {by} 内按 {order} 排序的前一条记录的 {value}。",
)
def previous(
    value: Column, by: tuple[Column, ...], order: tuple[Column, ...], *, eligible: Mask
) -> Outcome:
    """The value of the record before, such as the dose before a reduced one.

    Args:
        value: any column.
        by: columns that make a group.
        order: columns that put the records of a group in a total order.
        eligible: records that take part (the row's When).

    Returns:
        Values of the same kind; missing for the first record of a group; a problem where two
        records tie.

    Source: SAS LAG within BY groups; admiral, derive_vars_joined with join_type "before".

    Example:
        >>> doses = pd.Series([4.0, 3.0, 4.0])
        >>> days, subjects = pd.Series([1, 29, 1]), pd.Series(["01", "01", "02"])
        >>> previous(doses, (subjects,), (days,), eligible=np.ones(3, bool)).values.tolist()
        [nan, 4.0, nan]
    """
    return _shifted(value, by, order, eligible, 1)


@algorithm(
    "next",
    arguments=PreviousArgs,
    used=_used_next,
    whole=True,
    text="{value} of the record after, within {by}, in the order of {order}.",
    text_zh="在 {by} 内按 {order} 排序的后一条记录的 {value}。",
)
def following(
    value: Column, by: tuple[Column, ...], order: tuple[Column, ...], *, eligible: Mask
) -> Outcome:
    """The value of the record after, such as the start of the next dose.

    Args:
        value: any column.
        by: columns that make a group.
        order: columns that put the records of a group in a total order.
        eligible: records that take part (the row's When).

    Returns:
        Values of the same kind; missing for the last record of a group; a problem where two
        records tie.

    Source: admiral, derive_vars_joined with join_type "after".

    Example:
        >>> doses, days = pd.Series([4.0, 3.0]), pd.Series([1, 29])
        >>> following(doses, (pd.Series(["01", "01"]),), (days,),
        ...           eligible=np.ones(2, bool)).values.tolist()
        [3.0, nan]
    """
    return _shifted(value, by, order, eligible, -1)


class RunningArgs(Arguments):
    """Arguments of `running`."""

    value: ColumnName
    by: ColumnNames
    order: ColumnNames
    statistic: Literal["minimum", "maximum", "sum", "count"]
    current: bool = True


def _used_running(value: Column, by: tuple[Column, ...], *, eligible: Mask, **rest: object) -> Used:
    del rest
    counted = eligible & value.notna().to_numpy()
    return Used(compared=np.where(counted, group_codes(by), -1))


@algorithm(
    "running",
    arguments=RunningArgs,
    used=_used_running,
    whole=True,
    text="{statistic} of {value} so far, within {by}, in the order of {order} (the record itself "
    "counts: {current}).",
    text_zh="在 {by} 内按 {order} 排序，截至该记录的 {value} 的 {statistic}"
    "（包含该记录：{current}）。",
)
def running(
    value: Column,
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    statistic: str,
    current: bool = True,
    *,
    eligible: Mask,
) -> Outcome:
    """The minimum, maximum, sum or count of a value up to each record: nadir, cumulative dose.

    Records that tie in the order see the same: all of them are counted, or with `current=false`
    none of them.

    Args:
        value: numbers; missing ones do not count.
        by: columns that make a group.
        order: columns that order the records of a group.
        statistic: `minimum`, `maximum`, `sum` or `count`.
        current: whether the record itself (and what ties with it) counts.
        eligible: records that count (the row's When); the others get a value too.

    Returns:
        float64; minimum and maximum are missing before the first value, sum and count are 0.

    Source: admiral, derive_vars_joined_summary (join_type "before"); RECIST and IMWG nadir.

    Example:
        >>> sizes, days = pd.Series([50.0, 30.0, 40.0]), pd.Series([1, 2, 3])
        >>> running(sizes, (pd.Series(["01"] * 3),), (days,), "minimum",
        ...         eligible=np.ones(3, bool)).values.tolist()
        [50.0, 30.0, 30.0]
    """
    found = order_records(by, order)
    numbers = value.to_numpy(dtype=float, na_value=np.nan)[found.positions]
    numbers = np.where(eligible[found.positions], numbers, np.nan)
    runs = pd.Series(numbers).groupby(np.cumsum(found.starts))
    if statistic == "minimum":
        totals = runs.cummin().groupby(np.cumsum(found.starts)).ffill().to_numpy()
    elif statistic == "maximum":
        totals = runs.cummax().groupby(np.cumsum(found.starts)).ffill().to_numpy()
    else:
        counted = pd.Series(~np.isnan(numbers) if statistic == "count" else np.nan_to_num(numbers))
        totals = counted.astype(float).groupby(np.cumsum(found.starts)).cumsum().to_numpy()
    # Records of one moment see the total at its end, or at the end of the moment before.
    at = np.arange(len(totals))
    moments = ~found.same
    if current:
        place = np.minimum.accumulate(np.where(np.append(moments[1:], True), at, len(at))[::-1])
        totals = totals[place[::-1]] if len(at) else totals
    else:
        place = np.maximum.accumulate(np.where(moments, at, 0)) - 1 if len(at) else at
        first = place < group_starts(found.starts)
        none = np.nan if statistic in ("minimum", "maximum") else 0.0
        totals = np.where(first, none, totals[place]) if len(at) else totals
    result = np.empty(len(value))
    result[found.positions] = totals
    return Outcome(pd.Series(result, index=value.index))


class RankArgs(Arguments):
    """Arguments of `rank`."""

    order: ColumnNames
    by: ColumnNames = ("USUBJID",)


def _used_rank(order: tuple[Column, ...], by: tuple[Column, ...], *, eligible: Mask) -> Used:
    return Used(compared=np.where(eligible, group_codes(by, len(order[0])), -1))


@algorithm(
    "rank",
    arguments=RankArgs,
    used=_used_rank,
    whole=True,
    text="Number of {order} among the different ones within {by}, from 1.",
    text_zh="{order} 在 {by} 内不同取值中的序位（从 1 开始）。",
)
def rank(order: tuple[Column, ...], by: tuple[Column, ...], *, eligible: Mask) -> Column:
    """Numbers from 1 for the different values within a group: lines of therapy, cycles, days.

    Records that are equal in the order share a number; `sequence` gives each its own and calls
    records that are equal a problem.

    Args:
        order: columns that are numbered, in their sort order.
        by: columns within which to count.
        eligible: records that take part (the row's When); others get no number.

    Returns:
        Int64.

    Source: admiral, derive_var_obs_number (for numbers of different values: dense rank of SQL).

    Example:
        >>> days, subjects = pd.Series([1, 1, 8]), pd.Series(["01"] * 3)
        >>> rank((days,), (subjects,), eligible=np.ones(3, bool)).tolist()
        [1, 1, 2]
    """
    index = order[0].index
    found = order_records(by, order, eligible)
    steps = np.cumsum(~found.same)
    numbers = np.zeros(len(index), dtype=np.int64)
    if len(steps):
        numbers[found.positions] = steps - steps[group_starts(found.starts)] + 1
    return pd.Series(pd.arrays.IntegerArray(numbers, ~np.asarray(eligible)), index=index)


class RelativeFlagArgs(Arguments):
    """Arguments of `relative_flag`."""

    by: ColumnNames
    order: ColumnNames
    select: Literal["before", "after"] = "before"
    mode: Literal["first", "last"] = "first"
    inclusive: bool = True
    without: Literal["all", "none"] = "all"


def _used_relative(by: tuple[Column, ...], *, eligible: Mask, **rest: object) -> Used:
    del eligible, rest
    return Used(compared=group_codes(by))


@algorithm(
    "relative_flag",
    arguments=RelativeFlagArgs,
    used=_used_relative,
    whole=True,
    text="Y for the records {select} the {mode} record that fulfils the condition, within {by}, "
    "in the order of {order} (that record itself counts: {inclusive}; groups without such a "
    "record: {without}).",
    text_zh="在 {by} 内按 {order} 排序，满足条件的 {mode}（first 首条/last 末条）记录"
    "{select}（before 之前/after 之后）的记录标为 Y（包含该记录：{inclusive}；"
    "无此类记录的组：{without}）。",
)
def relative_flag(
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    select: str = "before",
    mode: str = "first",
    inclusive: bool = True,
    without: str = "all",
    *,
    eligible: Mask,
) -> Column:
    """Flag of the records before or after the one that fulfils the row's When.

    For example all responses up to the first progression: When `AVALC = 'PD'`, select=before.
    Records that tie with the one looked at count as it does.

    Args:
        by: columns that make a group.
        order: columns that order its records.
        select: `before` or `after`.
        mode: whether the `first` or the `last` record that fulfils the condition is looked at.
        inclusive: whether that record is flagged itself.
        without: `all` or `none`: what is flagged in a group in which no record fulfils it.
        eligible: records that fulfil the condition.

    Returns:
        `Y` or missing.

    Source: admiral, derive_var_relative_flag.

    Example:
        >>> days, subjects = pd.Series([1, 2, 3]), pd.Series(["01"] * 3)
        >>> progressed = np.array([False, True, False])
        >>> relative_flag((subjects,), (days,), eligible=progressed).tolist()
        ['Y', 'Y', nan]
    """
    index = by[0].index
    found = order_records(by, order)
    moments = np.cumsum(~found.same)
    hits = eligible[found.positions]
    runs = np.cumsum(found.starts) - 1
    size = int(runs.max(initial=-1)) + 1
    at = np.full(size, -1, dtype=np.int64)
    where = np.flatnonzero(hits)
    # The last assignment to a group stays.
    chosen = where if mode == "last" else where[::-1]
    at[runs[chosen]] = moments[chosen]
    mark = at[runs] if size else np.zeros(0, dtype=np.int64)
    if select == "before":
        inside = moments <= mark if inclusive else moments < mark
    else:
        inside = moments >= mark if inclusive else moments > mark
    flagged = np.where(mark < 0, without == "all", inside)
    codes = np.full(len(index), -1, dtype=np.int64)
    codes[found.positions] = np.where(flagged, 0, -1)
    return from_codes(codes, ["Y"], index)
