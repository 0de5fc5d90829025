"""Records of a data set looked at together: sequence numbers and flags."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.iso8601 import complete_date
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
    Codes,
    Column,
    Mask,
    from_codes,
    group_codes,
    map_text,
    sort_codes,
)


class SequenceArgs(Arguments):
    """Arguments of `sequence`."""

    order: ColumnNames
    by: ColumnNames = ("USUBJID",)


def _used_sequence(order: tuple[Column, ...], by: tuple[Column, ...]) -> Used:
    return Used(compared=group_codes(by, len((by or order)[0])))


@algorithm(
    "sequence",
    arguments=SequenceArgs,
    whole=True,
    used=_used_sequence,
    text="Sequence number within {by}, in the order of {order}.",
    text_zh="在 {by} 内按 {order} 排序的序号。",
)
def sequence(order: tuple[Column, ...], by: tuple[Column, ...]) -> Outcome:
    """Numbers from 1 within a subject, in the order of the key variables.

    Args:
        order: columns that put the records of a subject in a total order.
        by: columns within which to count.

    Returns:
        Int64; records that are equal in `by` and `order` are a problem, since their numbers
        would depend on the order of the input.

    Source: SDTMIG 3.4, section 4.1.3 (--SEQ).

    Example:
        >>> ids = pd.Series(["01", "01", "02"])
        >>> sequence((pd.Series(["b", "a", "a"]),), (ids,)).values.tolist()
        [2, 1, 1]
    """
    index = (by or order)[0].index
    groups = group_codes(by, len(index))
    positions, groups = _ordered(groups, order)
    starts = _starts(groups)
    numbers = np.empty(len(index), dtype=np.int64)
    numbers[positions] = _counted(starts)
    result = pd.Series(numbers, index=index).astype("Int64")
    tied = np.zeros(len(index), dtype=bool)
    same = ~starts
    for column in order:
        ranks = sort_codes(column)[positions]
        same &= np.insert(ranks[1:] == ranks[:-1], 0, False)
    tied[positions] = same
    if not tied.any():
        return Outcome(result)
    message = "records are equal in every variable that orders them"
    hint = "Add a variable to the order (Key Variables) or resolve the duplicates in Sources."
    return Outcome(result, (Problem(tied, message, hint=hint, rule="order"),))


def _ordered(groups: Codes, order: tuple[Column, ...]) -> tuple[Codes, Codes]:
    """Positions sorted by group and order, and the groups in that order."""
    keys = [sort_codes(column) for column in reversed(order)]
    positions = np.lexsort([*keys, groups]) if keys else np.argsort(groups, kind="stable")
    return positions.astype(np.int64), groups[positions]


def _starts(groups: Codes) -> Mask:
    return np.insert(groups[1:] != groups[:-1], 0, True) if len(groups) else groups.astype(bool)


def _counted(starts: Mask) -> Codes:
    at = np.arange(len(starts))
    return at - np.maximum.accumulate(np.where(starts, at, 0)) + 1 if len(starts) else at


class BaselineFlagArgs(Arguments):
    """Arguments of `baseline_flag`."""

    date: ColumnName
    before: ColumnName = "RFXSTDTC"
    by: ColumnNames
    then: ColumnNames = ()
    subject: ColumnName = "USUBJID"


def _used_baseline(
    date: Column, before: Column, by: tuple[Column, ...], then: tuple[Column, ...],
    subject: Column, *, eligible: Mask,
) -> Used:  # fmt: skip
    del date, before, then
    return Used(compared=np.where(eligible, group_codes((subject, *by)), -1))


@algorithm(
    "baseline_flag",
    arguments=BaselineFlagArgs,
    whole=True,
    used=_used_baseline,
    text="Y for the last record with a result on or before {before}, within {subject}, {by}; "
    "on the same day {then} decides.",
    text_zh="在 {subject}、{by} 内，{before} 当日或之前最后一条有结果的记录标为 Y；"
    "同日时由 {then} 决定。",
)
def baseline_flag(
    date: Column,
    before: Column,
    by: tuple[Column, ...],
    then: tuple[Column, ...],
    subject: Column,
    *,
    eligible: Mask,
) -> Outcome:
    """Flag of the last observation before the first treatment.

    With times on both sides a record must not be later than the treatment; with a date on either
    side the day decides, and the day of treatment counts as before it. Partial dates never count.

    Args:
        date: ISO 8601 text of the observation.
        before: ISO 8601 text of the first treatment, one a record.
        by: what one baseline belongs to, e.g. LBTESTCD, LBSPEC.
        then: columns that decide between records of the same date and time; the greatest wins.
        subject: the subject.
        eligible: records that may be a baseline (the row's When).

    Returns:
        `Y` or missing; a problem where two records tie after `then`.

    Source: SDTMIG 3.4, section 4.5.9 (--LOBXFL).

    Example:
        >>> flag = baseline_flag(pd.Series(["2024-02-20", "2024-03-01", "2024-03-08"]),
        ...     pd.Series(["2024-03-01"] * 3), (pd.Series(["HGB"] * 3),), (),
        ...     pd.Series(["01"] * 3), eligible=np.array([True, True, True]))
        >>> flag.values.tolist()
        [nan, 'Y', nan]
    """
    days = map_text(date, complete_date)
    starts = map_text(before, complete_date)
    ok = eligible & days.notna().to_numpy() & starts.notna().to_numpy()
    ranks = _joint_ranks(days, starts)
    ok &= ranks[0] <= ranks[1]
    clocks = [map_text(column, lambda item: item if len(item) > len("yyyy-MM-dd") else None)
              for column in (date, before)]  # fmt: skip
    timed = clocks[0].notna().to_numpy() & clocks[1].notna().to_numpy()
    stamps = _joint_ranks(*clocks)
    ok &= ~(timed & (stamps[0] > stamps[1]))
    return _flag_extreme(group_codes((subject, *by)), (date, *then), ok, last=True)


def _joint_ranks(left: Column, right: Column) -> tuple[Codes, Codes]:
    """Ranks of two text columns on one scale."""
    both = pd.concat([left.astype("str"), right.astype("str")], ignore_index=True)
    ranks = sort_codes(both.where(both.notna(), None))
    return ranks[: len(left)], ranks[len(left) :]


def _flag_extreme(groups: Codes, order: tuple[Column, ...], ok: Mask, *, last: bool) -> Outcome:
    """Y on the first or last eligible record of each group; ties are a problem."""
    index = order[0].index
    kept = np.flatnonzero(ok)
    keys = [sort_codes(column)[kept] for column in order]
    sorted_at = np.lexsort([*reversed(keys), groups[kept]])
    positions, found = kept[sorted_at], groups[kept][sorted_at]
    starts = _starts(found)
    chosen = np.append(starts[1:], True) if last else starts
    flags = np.zeros(len(index), dtype=np.int64) - 1
    if len(positions):
        flags[positions[chosen]] = 0
    result = from_codes(flags, ["Y"], index)
    same = ~starts if len(starts) else starts
    for key in keys:
        ranks = key[sorted_at]
        same = same & np.insert(ranks[1:] == ranks[:-1], 0, False) if len(ranks) else same
    rival = np.insert(chosen[1:] & same[1:], 0, False) if last else _after(starts, same)
    tied = np.zeros(len(index), dtype=bool)
    if len(positions):
        tied[positions] = rival
    if not tied.any():
        return Outcome(result)
    message = "two records tie for the flag"
    hint = "Name a further variable that decides between them (then= or order=)."
    return Outcome(result, (Problem(tied, message, hint=hint, rule="tie"),))


def _after(starts: Mask, same: Mask) -> Mask:
    """Records that follow a group's first one and are equal to it."""
    return np.insert(starts[:-1] & same[1:], 0, False) if len(starts) else starts


class ExtremeFlagArgs(Arguments):
    """Arguments of `extreme_flag`."""

    by: ColumnNames
    order: ColumnNames
    mode: str = "first"


def _used_extreme(
    by: tuple[Column, ...], order: tuple[Column, ...], mode: str = "first", *, eligible: Mask
) -> Used:
    del order, mode
    return Used(compared=np.where(eligible, group_codes(by), -1))


@algorithm(
    "extreme_flag",
    arguments=ExtremeFlagArgs,
    whole=True,
    used=_used_extreme,
    text="Y for the {mode} record within {by}, in the order of {order}.",
    text_zh="在 {by} 内按 {order} 排序的 {mode}（first 首条/last 末条）记录标为 Y。",
)
def extreme_flag(
    by: tuple[Column, ...], order: tuple[Column, ...], mode: str = "first", *, eligible: Mask
) -> Outcome:
    """Flag of the first or the last record of a group.

    Args:
        by: columns that make a group.
        order: columns that order its records.
        mode: `first` or `last`.
        eligible: records that take part (the row's When).

    Returns:
        `Y` or missing; a problem where two records tie.

    Raises:
        ValueError: the mode is neither `first` nor `last`.

    Source: admiral, derive_var_extreme_flag.

    Example:
        >>> flag = extreme_flag((pd.Series(["01", "01"]),), (pd.Series([2, 1]),),
        ...                     eligible=np.array([True, True]))
        >>> flag.values.tolist()
        [nan, 'Y']
    """
    if mode not in ("first", "last"):
        raise ValueError(f"mode '{mode}' is neither first nor last.")
    return _flag_extreme(group_codes(by), order, eligible, last=mode == "last")
