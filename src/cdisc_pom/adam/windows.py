"""Analysis windows: which visit of analysis a day belongs to, and which record stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.groups import order_records
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    Used,
    WindowsName,
    algorithm,
)
from cdisc_pom.columns import Column, Mask, from_codes, group_codes


@dataclass(frozen=True)
class Window:
    """A window: its visit and days, both ends inside; an end that is None is open."""

    avisit: str
    avisitn: float
    start: float | None
    end: float | None
    target: float | None

    @property
    def shown(self) -> str:
        """The window in words: AWRANGE."""
        first = "" if self.start is None else f"{self.start:g}"
        last = "" if self.end is None else f"{self.end:g}"
        if not first or not last:
            return f"<={last}" if last else f">={first}"
        return first if first == last else f"{first} - {last}"


@dataclass(frozen=True)
class WindowTable:
    """The windows of one rule, which do not overlap."""

    id: str
    windows: tuple[Window, ...]

    def position(self, days: np.ndarray) -> np.ndarray:
        """Position of the window that holds each day, or -1."""
        found = np.full(len(days), -1, dtype=np.int64)
        for at, window in enumerate(self.windows):
            inside = ~np.isnan(days)
            if window.start is not None:
                inside &= days >= window.start
            if window.end is not None:
                inside &= days <= window.end
            found[inside] = at
        return found


class WindowArgs(Arguments):
    """Arguments of `analysis_window`."""

    day: ColumnName
    rule: WindowsName
    give: Literal["AVISIT", "AVISITN", "AWRANGE", "AWLO", "AWHI", "AWTARGET", "AWTDIFF"]


@algorithm(
    "analysis_window",
    arguments=WindowArgs,
    text="{give} of the window of rule {rule} in which {day} lies.",
    text_zh="{day} 所在分析窗（规则 {rule}）的 {give}。",
)
def analysis_window(day: Column, rule: WindowTable, give: str) -> Column:
    """Visit, number, range, target or distance from it of the analysis window of a day.

    Args:
        day: study day (ADY).
        rule: windows of the Windows sheet by their ID.
        give: `AVISIT`, `AVISITN`, `AWRANGE`, `AWLO`, `AWHI`, `AWTARGET`, or `AWTDIFF`, the
            distance of the day from the target as days that really passed (there is no day 0).

    Returns:
        Text for AVISIT and AWRANGE, float64 otherwise; missing for a day in no window.

    Source: ADaMIG 1.3, section 3.3.3 (AVISIT, AWRANGE, AWTARGET, AWTDIFF).

    Example:
        >>> rule = WindowTable("STD", (Window("Baseline", 0, None, 1, 1),
        ...                            Window("Week 1", 1, 2, 11, 8)))
        >>> days = pd.Series([-3, 6, 20])
        >>> analysis_window(days, rule, "AVISIT").tolist()
        ['Baseline', 'Week 1', nan]
        >>> analysis_window(days, rule, "AWTDIFF").tolist()
        [3.0, 2.0, nan]
    """
    days = numbers_of(day)
    at = rule.position(days)
    if give in ("AVISIT", "AWRANGE"):
        names = [w.avisit if give == "AVISIT" else w.shown for w in rule.windows]
        return from_codes(at, names, day.index)
    field = {"AVISITN": "avisitn", "AWLO": "start", "AWHI": "end"}.get(give, "target")
    values = [getattr(window, field) for window in rule.windows]
    table = np.array([np.nan if item is None else item for item in values] + [np.nan], dtype=float)
    numbers = table[at]
    if give == "AWTDIFF":
        numbers = _apart(days, numbers)
    return pd.Series(numbers, index=day.index)


def _apart(days: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Days between study days, of which there is none numbered 0."""
    return np.asarray(np.abs(_whole(days) - _whole(targets)))


def _whole(days: np.ndarray) -> np.ndarray:
    return np.where(days < 0, days + 1, days)


class WindowFlagArgs(Arguments):
    """Arguments of `window_flag`."""

    day: ColumnName
    target: ColumnName = "AWTARGET"
    by: ColumnNames
    then: ColumnNames = ()


def _used_window(
    day: Column, target: Column, by: tuple[Column, ...], *, eligible: Mask, **rest: object
) -> Used:
    del rest
    counted = eligible & day.notna().to_numpy() & target.notna().to_numpy()
    return Used(compared=np.where(counted, group_codes(by), -1))


@algorithm(
    "window_flag",
    arguments=WindowFlagArgs,
    used=_used_window,
    whole=True,
    text="Y for the record within {by} whose {day} is nearest to {target}; of two equally near "
    "ones the later; on the same day {then} decides.",
    text_zh="在 {by} 内 {day} 距 {target} 最近的记录标为 Y；距离相同时取较晚者；"
    "同日时由 {then} 决定。",
)
def window_flag(
    day: Column,
    target: Column,
    by: tuple[Column, ...],
    then: tuple[Column, ...] = (),
    *,
    eligible: Mask,
) -> Outcome:
    """Flag of the record that stands for its window: nearest to the target, then the later one.

    Args:
        day: study day (ADY).
        target: target day of the record's window (AWTARGET).
        by: what has one record a window: USUBJID, PARAMCD, AVISITN.
        then: columns that decide between records of one day; the greatest wins.
        eligible: records that take part (the row's When).

    Returns:
        `Y` or missing; a problem where two records tie after `then`. Records without a day or a
        target take no part.

    Source: ADaMIG 1.3, section 4.5.3 (analysis visit windows, record chosen by ANL01FL).

    Example:
        >>> days, targets = pd.Series([6, 10, 8]), pd.Series([8, 8, 29])
        >>> groups = (pd.Series(["01"] * 3), pd.Series([1, 1, 4]))
        >>> window_flag(days, targets, groups, eligible=np.ones(3, bool)).values.tolist()
        [nan, 'Y', 'Y']
    """
    days = numbers_of(day)
    apart = _apart(days, numbers_of(target))
    order = (pd.Series(-apart, index=day.index), pd.Series(days, index=day.index), *then)
    found = order_records(by, order, eligible & ~np.isnan(apart))
    last = found.ends()
    codes = np.full(len(days), -1, dtype=np.int64)
    codes[found.positions[last]] = 0
    result = from_codes(codes, ["Y"], day.index)
    rivals = np.zeros(len(days), dtype=bool)
    rivals[found.positions[last & found.same]] = True
    if not rivals.any():
        return Outcome(result)
    message = "two records of a window are equally near to its target"
    hint = "Name a further variable that decides between them in then=."
    return Outcome(result, (Problem(rivals, message, hint=hint, rule="tie"),))
