"""Time to event: the earliest event of a subject, or the latest censoring."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BeforeValidator

from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.registry import (
    ColumnName,
    EventsName,
    EventTable,
    ParameterArguments,
    Problem,
    Records,
    algorithm,
)
from cdisc_pom.columns import Column, distinct, from_codes, sort_codes, stack, take


def _numbers(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


OrderNumbers = Annotated[tuple[int, ...], BeforeValidator(_numbers)]


class TimeToEventArgs(ParameterArguments):
    """Arguments of `time_to_event`."""

    subject: ColumnName = "USUBJID"
    start: ColumnName
    events: EventsName = "Events"
    gap_days: int = 0
    gap_orders: OrderNumbers = ()
    gap_cnsr: int = 4
    gap_description: str = "TWO OR MORE MISSED ASSESSMENTS"


@algorithm(
    "time_to_event",
    arguments=TimeToEventArgs,
    shape="records",
    gives=(
        "USUBJID",
        "STARTDT",
        "ADT",
        "CNSR",
        "EVNTDESC",
        "CNSDTDSC",
        "SRCDOM",
        "SRCVAR",
        "SRCSEQ",
    ),
    text="From {start} to the earliest event, or else to the latest censoring date, of Events.",
    text_zh="自 {start} 至 Events 中最早的事件；无事件时至最晚的删失日期。",
)
def time_to_event(
    subject: Column,
    start: Column,
    *,
    events: EventTable,
    gap_days: int = 0,
    gap_orders: tuple[int, ...] = (),
    gap_cnsr: int = 4,
    gap_description: str = "TWO OR MORE MISSED ASSESSMENTS",
) -> Records:
    """One record a subject: date and kind of the event or censoring that ends the time.

    The earliest event wins; with none, the latest censoring. Dates that tie go to the smaller
    Order of the Events sheet, then to the source record with the smaller sequence number, so that
    the result does not depend on the order of input records. A date before the start counts as
    the start.

    Args:
        subject: subjects who get a record.
        start: start date of each.
        events: candidate dates.
        gap_days: an event counts only within so many days of the last assessment before it;
            otherwise the time is censored at that assessment (0: no such rule). Two missed
            assessments of a 28-day cycle with a window of 14 days are 70 days.
        gap_orders: Orders of the Events rows that hold the assessments; the start of time stands
            for a subject without any.
        gap_cnsr: CNSR of such a censoring.
        gap_description: CNSDTDSC of such a censoring.

    Returns:
        USUBJID, STARTDT, ADT, CNSR (0 event), EVNTDESC (the event, or what warrants censoring),
        CNSDTDSC (what the date of a censoring is), SRCDOM, SRCVAR, SRCSEQ; a problem for a
        subject with no date at all.

    Source: ADaM Basic Data Structure for Time-to-Event Analyses 1.0, section 4.

    Example:
        >>> table = EventTable({"USUBJID": pd.Series(["1", "1"]),
        ...     "DATE": pd.to_datetime(pd.Series(["2024-05-01", "2024-06-01"])),
        ...     "ORDER": pd.Series([1, 2]), "EVENT": pd.Series([True, False]),
        ...     "EVNTDESC": pd.Series(["DEATH", None]), "CNSR": pd.Series([0, 1]),
        ...     "CNSDTDSC": pd.Series([None, "LAST ALIVE"]),
        ...     "SRCDOM": pd.Series(["ADSL", "ADSL"]), "SRCVAR": pd.Series(["DTHDT", "LSTALVDT"]),
        ...     "SRCSEQ": pd.Series([None, None], dtype="Int64")})
        >>> made = time_to_event(pd.Series(["1"]), pd.Series(["2024-03-01"]), events=table)
        >>> made.columns["EVNTDESC"].tolist(), made.columns["CNSR"].tolist()
        (['DEATH'], [0])
    """
    missed = _missed(subject, start, events, gap_days, gap_orders)
    chosen = _chosen(subject, events, missed)
    index = pd.RangeIndex(len(subject))
    has = chosen >= 0
    days, starts = day_numbers(events.columns["DATE"]), day_numbers(start)
    ends = np.append(days, np.nan)[chosen]
    ends = np.where(starts > ends, starts, ends)
    event = np.append(events.columns["EVENT"].to_numpy(dtype=bool), False)[chosen] & has
    numbers = np.append(events.columns["CNSR"].to_numpy(dtype=float), np.nan)[chosen]
    late = has & ~event & _has_missed(subject, events, missed)
    numbers = np.where(late, gap_cnsr, numbers)
    codes, texts = distinct(take(events.columns["CNSDTDSC"], chosen, index))
    codes = np.where(late, len(texts), codes)
    columns = {
        "USUBJID": subject.reset_index(drop=True),
        "STARTDT": dates_from_days(starts, index),
        "ADT": dates_from_days(ends, index),
        "CNSR": pd.Series(numbers, index=index).astype("Int64"),
        "EVNTDESC": take(events.columns["EVNTDESC"], np.where(late, -1, chosen), index),
        "CNSDTDSC": from_codes(codes, [*texts, gap_description], index),
        "SRCDOM": take(events.columns["SRCDOM"], chosen, index),
        "SRCVAR": take(events.columns["SRCVAR"], chosen, index),
        "SRCSEQ": take(events.columns["SRCSEQ"], chosen, index),
    }
    problems: tuple[Problem, ...] = ()
    if not has.all():
        message = "subject '{value}' has neither an event nor a censoring date"
        hint = "Add a censoring row that every subject has to Events."
        problems = (Problem(~has, message, columns["USUBJID"], hint, "events"),)
    used = (np.flatnonzero(has), chosen[has])
    return Records(np.arange(len(subject)), columns, problems, used)


def _missed(
    subject: Column, start: Column, events: EventTable, gap_days: int, gap_orders: tuple[int, ...]
) -> np.ndarray:
    """Candidates that do not count: events after a gap, and all that follow the gap."""
    days = day_numbers(events.columns["DATE"])
    lost = np.zeros(len(days), dtype=bool)
    if not gap_days or not len(days):
        return lost
    who, count = _same_numbers(subject, events)
    mine, starts = who[:count], day_numbers(start)
    own_start = np.full(int(who.max(initial=-1)) + 1, np.nan)
    own_start[mine] = starts
    owner = who[count:]
    looked = np.isin(events.columns["ORDER"].to_numpy(), gap_orders)
    event = events.columns["EVENT"].to_numpy(dtype=bool)
    # The last assessment on an earlier day: one number orders subject and day together.
    room = np.nanmax(np.append(days, starts)) - np.nanmin(np.append(days, starts)) + 2
    keys = owner * room + (days - np.nanmin(np.append(days, starts)))
    assessed = np.sort(keys[looked])
    at = np.searchsorted(assessed, keys, side="left") - 1
    found = np.where(at >= 0, assessed[at], -1.0) if len(assessed) else np.full(len(keys), -1.0)
    last = np.where(found >= owner * room, days - (keys - found), own_start[owner])
    late = event & (days - last > gap_days)
    # Out are the first such event and all behind the assessment before it, but for an event that
    # came before it and was in time itself.
    first, gap = np.full(len(own_start), np.inf), np.full(len(own_start), np.inf)
    np.minimum.at(first, owner[late], days[late])
    np.minimum.at(gap, owner[late], last[late])
    in_time = event & (days < first[owner])
    return np.asarray((days > gap[owner]) & ~in_time, dtype=bool)


def _has_missed(subject: Column, events: EventTable, missed: np.ndarray) -> np.ndarray:
    """Subjects who lost an event to a gap."""
    who, count = _same_numbers(subject, events)
    event = events.columns["EVENT"].to_numpy(dtype=bool)
    lost = np.zeros(int(who.max(initial=-1)) + 1, dtype=bool)
    lost[who[count:][missed & event]] = True
    return np.asarray(lost[who[:count]], dtype=bool)


def _same_numbers(subject: Column, events: EventTable) -> tuple[np.ndarray, int]:
    """Numbers of the subjects, then those of the candidates' subjects, on one scale."""
    ids = events.columns["USUBJID"]
    codes, _ = distinct(stack([subject.reset_index(drop=True), ids.reset_index(drop=True)]))
    return codes, len(subject)


def _chosen(subject: Column, events: EventTable, missed: np.ndarray) -> np.ndarray:
    """Position of the candidate that ends each subject's time, or -1."""
    codes, count = _same_numbers(subject, events)
    days = day_numbers(events.columns["DATE"])
    event = events.columns["EVENT"].to_numpy(dtype=bool)
    order = events.columns["ORDER"].to_numpy(dtype=float)
    # Events come before censorings; among events the earliest, among censorings the latest.
    keys = [
        sort_codes(events.columns["SRCSEQ"]),
        order,
        np.where(event, days, -days),
        ~event,
        codes[count:],
    ]
    at = np.lexsort(keys)
    at = at[~missed[at]]
    mine = codes[count:][at]
    starts = np.insert(mine[1:] != mine[:-1], 0, True)[: len(at)]
    best = np.full(int(codes.max(initial=-1)) + 2, -1, dtype=np.int64)
    best[mine[starts]] = at[starts]
    best[-1] = -1
    return np.asarray(best[codes[:count]], dtype=np.int64)
