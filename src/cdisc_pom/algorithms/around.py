"""Related records by date: the last one before, the first one after; and what they amount to."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import day_numbers
from cdisc_pom.algorithms.iso8601 import Parts, read_iso
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    Link,
    RelatedName,
    RelatedNames,
    Used,
    algorithm,
)
from cdisc_pom.columns import Codes, Column, map_number, sort_codes, take

_DAY = 86_400


class NearArgs(Arguments):
    """Arguments of `last_before` and `first_after`."""

    date: ColumnName
    value: RelatedName
    on: RelatedName
    then: RelatedNames = ()
    same: bool = True
    times: bool = False


def _used_before(
    date: Column,
    value: Column,
    on: Column,
    then: tuple[Column, ...] = (),
    same: bool = True,
    times: bool = False,
    *,
    link: Link,
) -> Used:
    return Used(_near(date, value, on, then, link, after=False, same=same, times=times))


def _used_after(
    date: Column,
    value: Column,
    on: Column,
    then: tuple[Column, ...] = (),
    same: bool = True,
    times: bool = False,
    *,
    link: Link,
) -> Used:
    return Used(_near(date, value, on, then, link, after=True, same=same, times=times))


@algorithm(
    "last_before",
    arguments=NearArgs,
    used=_used_before,
    text="{value} of the last related record by {on}, {then}, that is not after {date} (the same "
    "date counts: {same}).",
    text_zh="{on} 不晚于 {date} 的相关记录中按 {on}、{then} 排序的末条记录的 {value}"
    "（同日计入：{same}）。",
)
def last_before(
    date: Column,
    value: Column,
    on: Column,
    then: tuple[Column, ...] = (),
    same: bool = True,
    times: bool = False,
    *,
    link: Link,
) -> Column:
    """The value of the last related record on or before a date, such as the last dose before.

    Partial dates match nothing.

    Args:
        date: ISO 8601 text or dates, one a record.
        value: column of the related source; a missing one is passed over.
        on: dates of the related records.
        then: columns that decide between related records of the same date; the greatest wins.
        same: whether a related record of the same date counts.
        times: whether times of day are compared too; a missing time is then 00:00.
        link: which related records belong to which record.

    Returns:
        One value a record, of the same kind; missing where none is found.

    Source: admiral, derive_vars_joined (filter_join on dates) and its example of the last dose.

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> last_before(pd.Series(["2024-03-05"]), pd.Series([4.0, 3.0]),
        ...             pd.Series(["2024-03-01", "2024-03-08"]), link=link).tolist()
        [4.0]
    """
    chosen = _near(date, value, on, then, link, after=False, same=same, times=times)
    return take(value, chosen, link.index)


@algorithm(
    "first_after",
    arguments=NearArgs,
    used=_used_after,
    text="{value} of the first related record by {on}, {then}, that is not before {date} (the "
    "same date counts: {same}).",
    text_zh="{on} 不早于 {date} 的相关记录中按 {on}、{then} 排序的首条记录的 {value}"
    "（同日计入：{same}）。",
)
def first_after(
    date: Column,
    value: Column,
    on: Column,
    then: tuple[Column, ...] = (),
    same: bool = True,
    times: bool = False,
    *,
    link: Link,
) -> Column:
    """The value of the first related record on or after a date, such as the next assessment.

    Partial dates match nothing.

    Args:
        date: ISO 8601 text or dates, one a record.
        value: column of the related source; a missing one is passed over.
        on: dates of the related records.
        then: columns that decide between related records of the same date; the smallest wins.
        same: whether a related record of the same date counts.
        times: whether times of day are compared too; a missing time is then 00:00.
        link: which related records belong to which record.

    Returns:
        One value a record, of the same kind; missing where none is found.

    Source: admiral, derive_vars_joined (join_type "after").

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> first_after(pd.Series(["2024-03-05"]), pd.Series([4.0, 3.0]),
        ...             pd.Series(["2024-03-01", "2024-03-08"]), link=link).tolist()
        [3.0]
    """
    chosen = _near(date, value, on, then, link, after=True, same=same, times=times)
    return take(value, chosen, link.index)


def _near(
    date: Column,
    value: Column,
    on: Column,
    then: tuple[Column, ...],
    link: Link,
    *,
    after: bool,
    same: bool,
    times: bool,
) -> Codes:
    """Position of the related record next to each date, on its one or its other side; or -1."""
    asked, have = (_seconds(column, times=times) for column in (date, on))
    kept = np.flatnonzero((link.groups >= 0) & ~np.isnan(have) & value.notna().to_numpy())
    # Related records that tie are told apart by their value, so that their order never matters.
    keys = [sort_codes(column)[kept] for column in (*then, value)]
    order = kept[np.lexsort([*reversed(keys), have[kept], link.groups[kept]])]
    known = ~np.isnan(asked) & (link.targets >= 0) & (link.targets < link.size)
    chosen: Codes = np.full(len(asked), -1, dtype=np.int64)
    if len(order) and known.any():
        # One number orders group and moment together: each group has room for every moment.
        low = min(float(np.nanmin(asked[known])), float(have[order].min())) - 1
        room = max(float(np.nanmax(asked[known])), float(have[order].max())) - low + 2
        places = link.groups[order] * room + (have[order] - low)
        wanted = link.targets[known] * room + (asked[known] - low)
        if after:
            at = np.searchsorted(places, wanted, side="left" if same else "right")
        else:
            at = np.searchsorted(places, wanted, side="right" if same else "left") - 1
        inside = (at >= 0) & (at < len(order))
        found = order[np.where(inside, at, 0)]
        chosen[known] = np.where(inside & (link.groups[found] == link.targets[known]), found, -1)
    return chosen


def _seconds(column: Column, *, times: bool) -> np.ndarray:
    """Seconds since 1970-01-01 of complete dates, at midnight unless times count; else NaN."""
    if not times:
        return day_numbers(column) * _DAY
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        stamps = column.to_numpy().astype("datetime64[s]")
        return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(float))
    clock = map_number(column, _clock).to_numpy()
    return np.asarray(day_numbers(column) * _DAY + clock, dtype=float)


def _clock(item: str) -> float:
    parts = read_iso(item) or Parts()
    return (parts.hour or 0) * 3600.0 + (parts.minute or 0) * 60 + (parts.second or 0)


class SummaryArgs(Arguments):
    """Arguments of `summary`."""

    value: RelatedName
    statistic: Literal["sum", "mean", "median", "minimum", "maximum", "count"]


def _used_summary(value: Column, statistic: str, *, link: Link) -> Used:
    del statistic
    return Used(counted=(link.groups >= 0) & value.notna().to_numpy())


@algorithm(
    "summary",
    arguments=SummaryArgs,
    used=_used_summary,
    text="{statistic} of {value} over the related records.",
    text_zh="相关记录 {value} 的 {statistic}。",
)
def summary(value: Column, statistic: str, *, link: Link) -> Column:
    """Sum, mean, median, minimum, maximum or count of a value over the related records.

    Args:
        value: numeric column of the related source; missing values do not count.
        statistic: `sum`, `mean`, `median`, `minimum`, `maximum` or `count`.
        link: which related records belong to which record.

    Returns:
        float64; without a related value missing, a count 0.

    Source: admiral, derive_vars_merged_summary.

    Example:
        >>> link = Link(pd.RangeIndex(2), np.array([0, 1]), np.array([0, 0]), 2)
        >>> summary(pd.Series([4.0, 3.0]), "sum", link=link).tolist()
        [7.0, nan]
    """
    numbers = value.to_numpy(dtype=float, na_value=np.nan)
    kept = (link.groups >= 0) & ~np.isnan(numbers)
    totals = group_statistic(numbers[kept], link.groups[kept], link.size, statistic)
    none = 0.0 if statistic == "count" else np.nan
    return pd.Series(np.append(totals, none)[np.minimum(link.targets, link.size)], link.index)


def group_statistic(numbers: np.ndarray, groups: Codes, size: int, statistic: str) -> np.ndarray:
    """A statistic of the numbers of each group; NaN (a count: 0) for a group without any.

    Numbers are added in ascending order, so that the order of records changes no digit.
    """
    order = np.lexsort([numbers, groups])
    runs = pd.Series(numbers[order]).groupby(groups[order])
    names = {"minimum": "min", "maximum": "max"}
    found = runs.agg(names.get(statistic, statistic))
    totals = np.full(size, 0.0 if statistic == "count" else np.nan)
    totals[found.index.to_numpy(dtype=np.int64)] = found.to_numpy(dtype=float)
    return totals
