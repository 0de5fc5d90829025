"""Look-ups in related records: first and last values, counts, existence, the element of a date."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import day_numbers
from cdisc_pom.algorithms.iso8601 import date_bounds
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    Link,
    RelatedName,
    RelatedNames,
    Used,
    algorithm,
)
from cdisc_pom.columns import (
    Codes,
    Column,
    Mask,
    constant_text,
    distinct_rows,
    map_text,
    sort_codes,
    take,
)


class ExtremeArgs(Arguments):
    """Arguments of `first` and `last`."""

    value: RelatedName
    order: RelatedNames = ()


def _pick(value: Column, order: tuple[Column, ...], link: Link, *, last: bool) -> Codes:
    """Each record's first (or last) related record, or -1; missing values never win."""
    order = order or (value,)
    kept = value.notna().to_numpy() & (link.groups >= 0)
    for column in order:
        kept &= column.notna().to_numpy()
    positions = np.flatnonzero(kept)
    # Records that are equal in the order are told apart by their value, so that the order in
    # which records come never changes the result.
    keys = [sort_codes(column)[positions] for column in (*order, value)]
    sorted_positions = positions[np.lexsort([*reversed(keys), link.groups[positions]])]
    groups = link.groups[sorted_positions]
    ends = np.append(groups[1:] != groups[:-1], True) if last else np.insert(
        groups[1:] != groups[:-1], 0, True
    )  # fmt: skip
    chosen: Codes = np.full(link.size + 1, -1, dtype=np.int64)
    if len(groups):
        chosen[groups[ends]] = sorted_positions[ends]
    found: Codes = chosen[link.targets]
    return found


def _used_first(value: Column, order: tuple[Column, ...] = (), *, link: Link) -> Used:
    return Used(chosen=_pick(value, order, link, last=False))


def _used_last(value: Column, order: tuple[Column, ...] = (), *, link: Link) -> Used:
    return Used(chosen=_pick(value, order, link, last=True))


@algorithm(
    "first",
    arguments=ExtremeArgs,
    used=_used_first,
    text="First {value} by {order|value}.",
    text_zh="按 {order|value} 排序的首个 {value}。",
)
def first(value: Column, order: tuple[Column, ...] = (), *, link: Link) -> Column:
    """The value of a subject's first related record.

    Args:
        value: column of the related source.
        order: columns that order the related records; the value itself when left out.
        link: which related records belong to which record.

    Returns:
        One value a record; missing where no related record has a value and an order.

    Source: admiral, derive_vars_merged(mode = "first").

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> first(pd.Series(["b", "a"]), link=link).tolist()
        ['a']
    """
    return take(value, _pick(value, order, link, last=False), link.index)


@algorithm(
    "last",
    arguments=ExtremeArgs,
    used=_used_last,
    text="Last {value} by {order|value}.",
    text_zh="按 {order|value} 排序的末个 {value}。",
)
def last(value: Column, order: tuple[Column, ...] = (), *, link: Link) -> Column:
    """The value of a subject's last related record.

    Args:
        value: column of the related source.
        order: columns that order the related records; the value itself when left out.
        link: which related records belong to which record.

    Returns:
        One value a record; missing where no related record has a value and an order.

    Source: admiral, derive_vars_merged(mode = "last").

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> last(pd.Series(["b", "a"]), link=link).tolist()
        ['b']
    """
    return take(value, _pick(value, order, link, last=True), link.index)


class CountArgs(Arguments):
    """Arguments of `count`."""

    distinct_of: RelatedNames


def _used_count(distinct_of: tuple[Column, ...], *, link: Link) -> Used:
    return Used(counted=_countable(distinct_of, link))


def _countable(columns: tuple[Column, ...], link: Link) -> Mask:
    """Related records of a group that have all of the values."""
    kept = link.groups >= 0
    for column in columns:
        kept &= column.notna().to_numpy()
    return kept


@algorithm(
    "count",
    arguments=CountArgs,
    used=_used_count,
    text="Number of distinct {distinct_of}.",
    text_zh="不同 {distinct_of} 的个数。",
)
def count(distinct_of: tuple[Column, ...], *, link: Link) -> Column:
    """How many distinct values (or combinations) the related records have.

    Args:
        distinct_of: columns of the related source; combinations with a missing value do not count.
        link: which related records belong to which record.

    Returns:
        Int64, 0 where there is none.

    Source: admiral, derive_var_merged_summary with n_distinct.

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> count((pd.Series(["C1", "C1"]),), link=link).tolist()
        [1]
    """
    kept = _countable(distinct_of, link)
    joint, rows = distinct_rows(list(distinct_of))
    pairs = np.unique(link.groups[kept] * (len(rows) + 1) + joint[kept])
    counts = np.bincount(pairs // (len(rows) + 1), minlength=link.size + 1)
    counts[link.size :] = 0
    return pd.Series(counts[link.targets], index=link.index).astype("Int64")


class ExistsArgs(Arguments):
    """Arguments of `exists`."""

    value: RelatedName
    yes: str = "Y"
    no: str = ""


def _used_exists(value: Column, yes: str = "Y", no: str = "", *, link: Link) -> Used:
    del yes, no
    return Used(counted=_countable((value,), link))


@algorithm(
    "exists",
    arguments=ExistsArgs,
    used=_used_exists,
    text="'{yes}' when a related record with {value} exists, otherwise '{no}'.",
    text_zh="存在含 {value} 的相关记录时为“{yes}”，否则为“{no}”。",
)
def exists(value: Column, yes: str = "Y", no: str = "", *, link: Link) -> Column:
    """Whether a related record exists.

    Args:
        value: column of the related source that must not be missing.
        yes: text where one exists.
        no: text where none does; empty for missing.
        link: which related records belong to which record.

    Returns:
        Text.

    Source: admiral, derive_var_merged_exist_flag.

    Example:
        >>> link = Link(pd.RangeIndex(2), np.array([0, -1]), np.array([0]), 1)
        >>> exists(pd.Series(["x"]), no="N", link=link).tolist()
        ['Y', 'N']
    """
    there = np.zeros(link.size + 1, dtype=bool)
    there[link.groups[_countable((value,), link)]] = True
    there[link.size] = False
    result = constant_text(None, link.index)
    words = pd.Series(np.where(there[link.targets], yes, no or ""), index=link.index)
    return map_text(words, lambda word: word) if len(words) else result


class EpochArgs(Arguments):
    """Arguments of `epoch`."""

    date: ColumnName
    value: RelatedName = "EPOCH"
    start: RelatedName = "SESTDTC"
    end: RelatedName = "SEENDTC"


def _used_epoch(date: Column, value: Column, start: Column, end: Column, *, link: Link) -> Used:
    del value
    return Used(chosen=_element(date, start, end, link))


@algorithm(
    "epoch",
    arguments=EpochArgs,
    used=_used_epoch,
    text="{value} of the subject element in which {date} lies.",
    text_zh="{date} 所在受试者元素的 {value}。",
)
def epoch(date: Column, value: Column, start: Column, end: Column, *, link: Link) -> Column:
    """The epoch of the element in which a date lies.

    An element holds the days from its start up to the day before the next one starts; the last
    one holds its end date too and, without an end, all that follows. A partial date gets an epoch
    only when every day that it may mean lies in the same element.

    Args:
        date: ISO 8601 text, one a record.
        value: EPOCH of the related elements (SE).
        start: their start dates.
        end: their end dates.
        link: which elements belong to which record.

    Returns:
        Text; missing before the first and after the last element.

    Source: SDTMIG 3.4, section 5.3 (SE): a date on a boundary belongs to the later element.

    Example:
        >>> link = Link(pd.RangeIndex(1), np.array([0]), np.array([0, 0]), 1)
        >>> epoch(pd.Series(["2024-03-05"]), pd.Series(["SCREENING", "TREATMENT"]),
        ...       pd.Series(["2024-02-20", "2024-03-01"]), pd.Series(["2024-03-01", "2024-06-01"]),
        ...       link=link).tolist()
        ['TREATMENT']
    """
    return take(value, _element(date, start, end, link), link.index)


def _element(date: Column, start: Column, end: Column, link: Link) -> Codes:
    """Position of the element in which every day lies that a date may mean, or -1."""
    early = day_numbers(map_text(date, lambda item: (date_bounds(item) or (None,))[0]))
    late = day_numbers(map_text(date, lambda item: (date_bounds(item) or (None, None))[1]))
    starts, ends = day_numbers(start), day_numbers(end)
    first_at = _element_at(early, starts, ends, link)
    last_at = _element_at(late, starts, ends, link)
    return np.where(first_at == last_at, first_at, -1)


def _element_at(days: np.ndarray, starts: np.ndarray, ends: np.ndarray, link: Link) -> Codes:
    """Position of the related interval that holds each day, or -1."""
    kept = np.flatnonzero((link.groups >= 0) & ~np.isnan(starts))
    # Of elements that start on the same day the one that ends later is the later one.
    open_ends = np.where(np.isnan(ends), np.inf, ends)
    order = kept[np.lexsort([open_ends[kept], starts[kept], link.groups[kept]])]
    # One number orders group and day together: each group has room for every day there is.
    low = np.nanmin(starts[order], initial=0.0) - 1
    room = max(np.nanmax(days, initial=0.0), np.nanmax(starts[order], initial=0.0)) - low + 2
    keys = link.groups[order] * room + (starts[order] - low)
    known = ~np.isnan(days) & (link.targets >= 0)
    wanted = link.targets * room + np.maximum(np.where(known, days, low) - low, 0)
    at = np.searchsorted(keys, wanted, side="right") - 1
    hit = known & (at >= 0)
    found = order[np.where(hit, at, 0)] if len(order) else np.zeros(len(days), dtype=np.int64)
    if not len(order):
        return np.full(len(days), -1, dtype=np.int64)
    hit &= (link.groups[found] == link.targets) & ~(days > ends[found])
    return np.where(hit, found, -1)
