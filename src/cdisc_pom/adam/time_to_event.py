"""Time to event: the earliest event of a subject, or the latest censoring."""

from __future__ import annotations

import numpy as np
import pandas as pd

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


class TimeToEventArgs(ParameterArguments):
    """Arguments of `time_to_event`."""

    subject: ColumnName = "USUBJID"
    start: ColumnName
    events: EventsName = "Events"


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
def time_to_event(subject: Column, start: Column, *, events: EventTable) -> Records:
    """One record a subject: date and kind of the event or censoring that ends the time.

    The earliest event wins; with none, the latest censoring. Dates that tie go to the smaller
    Order of the Events sheet, then to the source record with the smaller sequence number, so that
    the result does not depend on the order of input records. A date before the start counts as
    the start.

    Args:
        subject: subjects who get a record.
        start: start date of each.
        events: candidate dates.

    Returns:
        USUBJID, STARTDT, ADT, CNSR (0 event), EVNTDESC, CNSDTDSC, SRCDOM, SRCVAR, SRCSEQ; a
        problem for a subject with no date at all.

    Source: ADaM Basic Data Structure for Time-to-Event Analyses 1.0, section 4.

    Example:
        >>> table = EventTable({"USUBJID": pd.Series(["1", "1"]),
        ...     "DATE": pd.to_datetime(pd.Series(["2024-05-01", "2024-06-01"])),
        ...     "ORDER": pd.Series([1, 2]), "EVENT": pd.Series([True, False]),
        ...     "DESCRIPTION": pd.Series(["DEATH", "LAST ALIVE"]), "CNSR": pd.Series([0, 1]),
        ...     "SRCDOM": pd.Series(["ADSL", "ADSL"]), "SRCVAR": pd.Series(["DTHDT", "LSTALVDT"]),
        ...     "SRCSEQ": pd.Series([None, None], dtype="Int64")})
        >>> made = time_to_event(pd.Series(["1"]), pd.Series(["2024-03-01"]), events=table)
        >>> made.columns["EVNTDESC"].tolist(), made.columns["CNSR"].tolist()
        (['DEATH'], [0])
    """
    chosen = _chosen(subject, events)
    index = pd.RangeIndex(len(subject))
    has = chosen >= 0
    days, starts = day_numbers(events.columns["DATE"]), day_numbers(start)
    ends = np.maximum(np.append(days, np.nan)[chosen], starts)
    event = np.append(events.columns["EVENT"].to_numpy(dtype=bool), False)[chosen] & has
    words = take(events.columns["DESCRIPTION"], chosen, index)
    codes, texts = distinct(words)
    numbers = np.append(events.columns["CNSR"].to_numpy(dtype=float), np.nan)[chosen]
    columns = {
        "USUBJID": subject.reset_index(drop=True),
        "STARTDT": dates_from_days(starts, index),
        "ADT": dates_from_days(ends, index),
        "CNSR": pd.Series(numbers, index=index).astype("Int64"),
        "EVNTDESC": from_codes(np.where(event, codes, -1), texts, index),
        "CNSDTDSC": from_codes(np.where(event, -1, codes), texts, index),
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


def _chosen(subject: Column, events: EventTable) -> np.ndarray:
    """Position of the candidate that ends each subject's time, or -1."""
    ids, count = events.columns["USUBJID"], len(subject)
    codes, values = distinct(stack([subject.reset_index(drop=True), ids.reset_index(drop=True)]))
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
    mine = codes[count:][at]
    starts = np.insert(mine[1:] != mine[:-1], 0, True)[: len(at)]
    best = np.full(len(values) + 1, -1, dtype=np.int64)
    best[mine[starts]] = at[starts]
    best[-1] = -1
    return best[codes[:count]]
