"""Confirmed myeloma response from the overall responses of the visits.

The input is the response that somebody gave at each assessment: an investigator, a committee or
`imwg.py`. The International Myeloma Working Group asks for a second assessment before a response
or a biochemical progression counts; this module finds it. The order of the rules is the order of
the functions below:

1. one record a day, the worst (`_days`);
2. progression: at once when imaging shows it, else with a second progression or death from
   myeloma (`_progression`);
3. response: the lower of the record and the next evaluable one (`_confirm`);
4. carried forward: the best so far, until confirmed progression ends it (`_carry`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.adam.confirmation_checks import (
    RANK,
    RESPONSES,
    ResponseColumns,
    find_faults,
    is_flagged,
    raise_faults,
    to_days,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER: Final = np.iinfo(np.int64).max
"""The day of an event that did not happen."""

NE: Final = RANK["NE"]
SD: Final = RANK["SD"]
MR: Final = RANK["MR"]
PD: Final = RANK["PD"]

RESULTS: Final = (
    "CONFRESP",
    "CARRRESP",
    "RESPDT",
    "CONFDT",
    "UNCPDFL",
    "PDFSTFL",
    "ANL01FL",
    "ANL02FL",
    "ANL03FL",
)
"""The columns that `confirmed_response` adds."""


class _Rules(NamedTuple):
    """The choices of `confirmed_response`."""

    skip_ne: bool
    unconfirmed: int
    progression_needs_confirmation: bool
    death_days: int


class _Days(NamedTuple):
    """One row a group and day, ordered by both: what confirmation looks at."""

    row: Ints
    group: Ints
    day: Ints
    rank: Ints
    at_once: Bools
    only_confirms: Bools
    new_therapy: Ints
    death: Ints
    myeloma_death: Bools


def confirmed_response(
    responses: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    subject: str = "USUBJID",
    date: str = "ADT",
    response: str = "AVALC",
    no_confirmation: Sequence[str] = ("PDIFL", "PDNCFL"),
    only_confirms: str = "ONLYCNFL",
    start: str = "TRTSDT",
    new_therapy: str = "NACTDT",
    death: str = "DTHDT",
    myeloma_death: str = "DTHPDFL",
    order: Sequence[str] = (),
    skip_ne: bool = True,
    unconfirmed_to_sd: bool = True,
    progression_needs_confirmation: bool = True,
    use_mr: bool = False,
    death_days: int = 84,
) -> pd.DataFrame:
    """Confirm each response by the next one and carry the best forward.

    A response (PR, VGPR, CR, sCR; MR where it is used) is confirmed by the next evaluable
    assessment on another date, at any interval: the lower of the two counts, at the date of the
    first. It is not confirmed when the next one is a progression, is absent or comes after new
    therapy. Progression by imaging counts at once; any other needs the next evaluable assessment
    to be PD too, or death from myeloma before it, and counts at the first of the two dates. A
    progression that is not confirmed becomes NE and is passed over like NE, so it does not stop
    the response before it from being confirmed by the one after it. Of several assessments on a
    day the worst counts.

    Args:
        responses: one row an assessment, with a unique index. Optional columns may be absent
            under their default name: then nothing of the kind is known.
        by: further columns that make a series, for example the evaluator.
        subject: subject identifier.
        date: date of the assessment, datetime64; a time of day is ignored.
        response: sCR, CR, VGPR, PR, MR, SD, PD or NE, spelled as in CDISC terminology.
        no_confirmation: flags (`Y` or true) of a progression that needs no second assessment:
            imaging (PDIFL), and PDNCFL for any other, such as hypercalcaemia. PDOFL, progression
            by other than imaging, is a laboratory finding and does need one.
        only_confirms: flag of a record that can confirm another one but is no assessment of
            its own.
        start: date of first dose; assessments before it do not count.
        new_therapy: date of new anti-myeloma therapy. An assessment on that day still counts;
            a later one confirms no response and is none, but may show or confirm progression.
        death: date of death.
        myeloma_death: flag, on the record of a progression, that the subject died of myeloma.
            Where no column `death` is given, the flag is enough.
        order: columns that decide between records of a day that are alike in all the above.
        skip_ne: NE is passed over when the next assessment is looked for.
        unconfirmed_to_sd: a response that is not confirmed becomes SD, otherwise NE.
        progression_needs_confirmation: false makes every PD count at once.
        use_mr: MR is a response of its own; otherwise it is read as SD.
        death_days: the most days between a progression and the death that confirms it.

    Returns:
        The same rows in the same order, with

        * CONFRESP: response confirmed at this record, before it is carried forward;
        * CARRRESP: best confirmed response so far, PD at the first confirmed progression;
        * RESPDT: the date from which CARRRESP holds;
        * CONFDT: date of the assessment, or death, that confirmed this record;
        * UNCPDFL: `Y` for a progression that was not confirmed (CONFRESP is NE);
        * PDFSTFL: `Y` for the first confirmed progression;
        * ANL01FL: `Y` for the record that stands for its day, on or after first dose;
        * ANL02FL: `Y` up to the day of new therapy; ANL03FL: `Y` up to confirmed progression.

        The first six are missing after confirmed progression, for records that only confirm,
        and where ANL01FL is not `Y`.

    Raises:
        ResponseError: all faults of the input at once, as `check_responses` lists them.

    Source: IMWG uniform response criteria (Durie 2006, Rajkumar 2011, Kumar 2016), two
    consecutive assessments; best confirmed category held until progression.

    Example:
        >>> visits = pd.DataFrame(
        ...     {
        ...         "USUBJID": ["01"] * 4,
        ...         "ADT": pd.to_datetime(["2024-01-29", "2024-02-26", "2024-03-25", "2024-04-22"]),
        ...         "AVALC": ["PR", "VGPR", "NE", "PR"],
        ...     }
        ... )
        >>> confirmed_response(visits)["CARRRESP"].tolist()
        ['PR', 'PR', 'PR', 'PR']
    """
    columns = ResponseColumns(
        subject=subject,
        by=tuple(by),
        date=date,
        response=response,
        no_confirmation=tuple(no_confirmation),
        only_confirms=only_confirms,
        start=start,
        new_therapy=new_therapy,
        death=death,
        myeloma_death=myeloma_death,
        order=tuple(order),
    )
    raise_faults(find_faults(responses, columns, results=RESULTS))
    rules = _Rules(
        skip_ne, SD if unconfirmed_to_sd else NE, progression_needs_confirmation, death_days
    )
    days = _days(responses, columns, use_mr=use_mr)
    return _derive(responses, columns, days, rules)


def _days(frame: pd.DataFrame, columns: ResponseColumns, *, use_mr: bool) -> _Days:
    """One row a group and day, from first dose on.

    An assessment goes before a record that only confirms; then PD, the lower response, the
    higher one, NE; then `order` and the index.
    """
    group = _groups(frame, columns)
    day = to_days(frame[columns.date])
    rank = np.asarray(frame[columns.response].map(RANK), np.int64)
    if not use_mr:
        rank = np.where(rank == MR, SD, rank)
    at_once = np.zeros(len(frame), bool)
    for name in columns.no_confirmation:
        at_once |= is_flagged(frame, name)
    only_confirms = is_flagged(frame, columns.only_confirms)
    badness = np.select([rank == NE, rank == PD], [PD, np.where(at_once, -1, 0)], rank)
    start = _event_days(frame, columns.start, missing=-NEVER)
    rows = np.flatnonzero(day >= start)
    total = (_tie_rank(frame, columns.order), badness, only_confirms, day, group)
    rows = rows[np.lexsort([key[rows] for key in total])]
    first = np.ones(len(rows), bool)
    first[1:] = (np.diff(group[rows]) != 0) | (np.diff(day[rows]) != 0)
    rows = rows[first]
    died = is_flagged(frame, columns.myeloma_death)
    if columns.death not in frame:
        death = np.where(died, day, NEVER)
    else:
        death = _event_days(frame, columns.death, missing=NEVER)
    new_therapy = _event_days(frame, columns.new_therapy, missing=NEVER)
    return _Days(
        row=rows,
        group=group[rows],
        day=day[rows],
        rank=rank[rows],
        at_once=(at_once & (rank == PD))[rows],
        only_confirms=only_confirms[rows],
        new_therapy=new_therapy[rows],
        death=death[rows],
        myeloma_death=died[rows],
    )


def _groups(frame: pd.DataFrame, columns: ResponseColumns) -> Ints:
    """A number for each subject and `by`; a missing `by` is a value of its own."""
    keys = [columns.subject, *columns.by]
    return np.asarray(frame.groupby(keys, sort=False, dropna=False).ngroup(), np.int64)


def _event_days(frame: pd.DataFrame, column: str, *, missing: int) -> Ints:
    """Days since 1970 of an optional date column."""
    if column not in frame:
        return np.full(len(frame), missing, np.int64)
    return np.where(frame[column].isna(), missing, to_days(frame[column]))


def _tie_rank(frame: pd.DataFrame, order: Sequence[str]) -> Ints:
    """A total order of the records that does not depend on where they stand."""
    rank = np.empty(len(frame), np.int64)
    by_label = frame.index.argsort()
    labelled = frame[list(order)].reset_index(drop=True).iloc[by_label]
    if order:
        labelled = labelled.sort_values(list(order), kind="stable")
    rank[labelled.index.to_numpy()] = np.arange(len(frame))
    return rank


def _derive(
    frame: pd.DataFrame, columns: ResponseColumns, days: _Days, rules: _Rules
) -> pd.DataFrame:
    """All results, put back to the rows of the input."""
    evaluable = (days.rank != NE) | (not rules.skip_ne)
    is_progression, progression_by, unconfirmed = _progression(days, evaluable, rules)
    keep = evaluable & ~(unconfirmed & rules.skip_ne)
    confirmed, response_by = _confirm(days, keep, rules)
    confirmed = np.select([is_progression, unconfirmed], [PD, NE], confirmed)
    own = ~days.only_confirms
    end = _first_day(days, is_progression & own)
    counts = own & (days.day <= end)
    carried, since = _carry(days, np.where(counts, confirmed, NE))
    confirmed_by = np.where(is_progression, progression_by, response_by)

    result = frame.copy()
    put = _Scatter(len(frame), days.row)
    result["CONFRESP"] = put.responses(confirmed, counts)
    result["CARRRESP"] = put.responses(carried, counts)
    result["RESPDT"] = put.dates(since, counts & (carried != NE))
    result["CONFDT"] = put.dates(confirmed_by, counts & (confirmed_by != NEVER))
    result["UNCPDFL"] = put.flags(counts & unconfirmed)
    result["PDFSTFL"] = put.flags(counts & is_progression)
    result["ANL01FL"] = put.flags(own)
    day = to_days(frame[columns.date])
    result["ANL02FL"] = _flags(day <= _event_days(frame, columns.new_therapy, missing=NEVER))
    result["ANL03FL"] = _flags(day <= _end_of_rows(frame, columns, days, end))
    return result


def _progression(days: _Days, evaluable: Bools, rules: _Rules) -> tuple[Bools, Ints, Bools]:
    """Which records are confirmed progressions, by which day, and which stay unconfirmed."""
    is_pd = days.rank == PD
    following = _next(days.group, evaluable)
    again = (following >= 0) & is_pd[following]
    wait = days.death - days.day
    dies = days.myeloma_death & (following < 0) & (wait >= 0) & (wait <= rules.death_days)
    at_once = is_pd & (days.at_once | (not rules.progression_needs_confirmation))
    confirmed = at_once | (is_pd & (again | dies))
    confirmed_by = np.select(
        [at_once, again, dies], [NEVER, days.day[following], days.death], NEVER
    )
    return confirmed, confirmed_by, is_pd & ~confirmed


def _confirm(days: _Days, keep: Bools, rules: _Rules) -> tuple[Ints, Ints]:
    """The lower of each response and the next kept one, and the day of that one."""
    following = _next(days.group, keep)
    rank_then, day_then = days.rank[following], days.day[following]
    holds = (following >= 0) & (rank_then >= SD) & (rank_then < PD) & (day_then <= days.new_therapy)
    is_response = (days.rank >= MR) & (days.rank < PD)
    lower = np.where(holds, np.minimum(days.rank, rank_then), rules.unconfirmed)
    return (
        np.where(is_response, lower, days.rank),
        np.where(is_response & holds, day_then, NEVER),
    )


def _carry(days: _Days, confirmed: Ints) -> tuple[Ints, Ints]:
    """The highest confirmed rank so far in each group, and the day that it was first reached.

    A response after new therapy is none, so it does not raise what is carried.
    """
    counted = np.where((days.day > days.new_therapy) & (confirmed < PD), NE, confirmed)
    series = np.cumsum(np.r_[0, np.diff(days.group) != 0]) if len(counted) else counted
    levels = len(RESPONSES)
    carried = np.maximum.accumulate(series * levels + counted) - series * levels
    rises = np.ones(len(carried), bool)
    rises[1:] = (np.diff(carried) > 0) | (np.diff(series) > 0)
    since = np.maximum.accumulate(np.where(rises, np.arange(len(carried)), 0))
    return carried, days.day[since]


def _next(group: Ints, keep: Bools) -> Ints:
    """For each kept row the position of the next kept row of its group; -1 where there is none."""
    following = np.full(len(group), -1, np.int64)
    kept = np.flatnonzero(keep)
    same = group[kept[1:]] == group[kept[:-1]]
    following[kept[:-1][same]] = kept[1:][same]
    return following


def _first_day(days: _Days, event: Bools) -> Ints:
    """Day of the first event of each row's group; NEVER without one."""
    first = np.full(days.group.max(initial=-1) + 1, NEVER, np.int64)
    rows = np.flatnonzero(event)[::-1]
    first[days.group[rows]] = days.day[rows]
    return first[days.group]


def _end_of_rows(frame: pd.DataFrame, columns: ResponseColumns, days: _Days, end: Ints) -> Ints:
    """Day of confirmed progression for every input row, also those that stand for no day."""
    group = _groups(frame, columns)
    ends = np.full(group.max(initial=-1) + 1, NEVER, np.int64)
    ends[days.group] = end
    return ends[group]


class _Scatter(NamedTuple):
    """Puts values of the days back to the rows of the input; the others stay missing."""

    size: int
    row: Ints

    def responses(self, rank: Ints, where: Bools) -> pd.api.extensions.ExtensionArray:
        """Response text from ranks."""
        codes = np.full(self.size, -1, np.int64)
        codes[self.row] = np.where(where, rank, -1)
        return _text(codes, RESPONSES)

    def dates(self, day: Ints, where: Bools) -> npt.NDArray[np.datetime64]:
        """Dates from days since 1970."""
        dates = np.full(self.size, np.datetime64("NaT"), "datetime64[s]")
        dates[self.row[where]] = day[where].astype("datetime64[D]")
        return dates

    def flags(self, where: Bools) -> pd.api.extensions.ExtensionArray:
        """`Y` or missing."""
        flagged = np.zeros(self.size, bool)
        flagged[self.row] = where
        return _flags(flagged)


def _flags(flagged: Bools) -> pd.api.extensions.ExtensionArray:
    """`Y` or missing."""
    return _text(np.where(flagged, 0, -1), ("Y",))


def _text(codes: Ints, values: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    """Text of codes; -1 is missing."""
    texts = pd.array([*values, None], dtype="str")
    return texts.take(codes)
