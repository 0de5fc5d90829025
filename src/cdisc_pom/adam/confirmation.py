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
import pandas as pd

from cdisc_pom.adam.confirmation_best import best_response, first_progression, first_response
from cdisc_pom.adam.confirmation_checks import check_responses, find_faults, raise_faults
from cdisc_pom.adam.confirmation_columns import (
    NEVER,
    RANK,
    RESPONSES,
    Bools,
    Ints,
    Keys,
    ResponseColumns,
    Scatter,
    flags_of,
    is_flagged,
    ranks,
    to_days,
)

__all__ = [
    "best_response",
    "check_responses",
    "confirmed_response",
    "first_progression",
    "first_response",
]

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
    """One row a series and day, ordered by both: what confirmation looks at."""

    row: Ints
    series: Ints
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
            under their default name: then nothing of the kind is known. A date of the subject
            (start, new_therapy, death) may stand on some of the records only.
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
    keys = Keys.of(responses, columns)
    days = _days(responses, columns, keys, use_mr=use_mr)
    return _derive(responses, columns, keys, days, rules)


def _days(frame: pd.DataFrame, columns: ResponseColumns, keys: Keys, *, use_mr: bool) -> _Days:
    """One row a series and day, from first dose on.

    An assessment goes before a record that only confirms; then PD, the lower response, the
    higher one, NE; then `order` and the index.
    """
    day = to_days(frame[columns.date])
    rank = ranks(frame[columns.response], RESPONSES)
    if not use_mr:
        rank = np.where(rank == MR, SD, rank)
    at_once = np.zeros(len(frame), bool)
    for name in columns.no_confirmation:
        at_once |= is_flagged(frame, name) & (rank == PD)
    only_confirms = is_flagged(frame, columns.only_confirms)
    badness = np.select([rank == NE, at_once, rank == PD], [9, 0, 1], rank + 1)
    rows = np.flatnonzero(day >= keys.event_days(frame, columns.start, missing=-NEVER))
    of_day = keys.series * (np.ptp(day) + 1 if len(day) else 1) + day - day.min(initial=NEVER)
    rows = _one_each(frame, columns, rows, of_day, only_confirms * 10 + badness)
    died = is_flagged(frame, columns.myeloma_death)
    if columns.death in frame:
        death = keys.event_days(frame, columns.death, missing=NEVER)
    else:
        death = np.where(died, day, NEVER)
    return _Days(
        row=rows,
        series=keys.series[rows],
        day=day[rows],
        rank=rank[rows],
        at_once=at_once[rows],
        only_confirms=only_confirms[rows],
        new_therapy=keys.event_days(frame, columns.new_therapy, missing=NEVER)[rows],
        death=death[rows],
        myeloma_death=died[rows],
    )


def _one_each(
    frame: pd.DataFrame, columns: ResponseColumns, rows: Ints, of_day: Ints, worst: Ints
) -> Ints:
    """The record with the least `worst` of each day, ordered by day."""
    key = (of_day * 20 + worst)[rows]
    order = np.argsort(key, kind="stable")
    if (np.diff(key[order]) == 0).any():
        order = np.lexsort((_tie_rank(frame, columns.order)[rows], key))
    rows = rows[order]
    first = np.ones(len(rows), bool)
    first[1:] = np.diff(of_day[rows]) != 0
    return rows[first]


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
    frame: pd.DataFrame, columns: ResponseColumns, keys: Keys, days: _Days, rules: _Rules
) -> pd.DataFrame:
    """All results, put back to the rows of the input."""
    evaluable = (days.rank != NE) | (not rules.skip_ne)
    is_progression, progression_by, unconfirmed = _progression(days, evaluable, rules)
    keep = evaluable & ~(unconfirmed & rules.skip_ne)
    confirmed, response_by = _confirm(days, keep, rules)
    confirmed = np.select([is_progression, unconfirmed], [PD, NE], confirmed)
    confirmed_by = np.where(is_progression, progression_by, response_by)
    own = ~days.only_confirms
    end = _first_days(days, is_progression & own, keys)
    counts = own & (days.day <= end[days.row])
    carried, since = _carry(days, np.where(counts, confirmed, NE))

    result = frame.copy()
    put = Scatter(len(frame), days.row)
    result["CONFRESP"] = put.responses(confirmed, counts)
    result["CARRRESP"] = put.responses(carried, counts)
    result["RESPDT"] = put.dates(since, counts & (carried != NE))
    result["CONFDT"] = put.dates(confirmed_by, counts & (confirmed_by != NEVER))
    result["UNCPDFL"] = put.flags(counts & unconfirmed)
    result["PDFSTFL"] = put.flags(counts & is_progression)
    result["ANL01FL"] = put.flags(own)
    day = to_days(frame[columns.date])
    new_therapy = keys.event_days(frame, columns.new_therapy, missing=NEVER)
    result["ANL02FL"] = flags_of(day <= new_therapy)
    result["ANL03FL"] = flags_of(day <= end)
    return result


def _progression(days: _Days, evaluable: Bools, rules: _Rules) -> tuple[Bools, Ints, Bools]:
    """Which records are confirmed progressions, by which day, and which stay unconfirmed."""
    is_pd = days.rank == PD
    following = _next(days.series, evaluable)
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
    following = _next(days.series, keep)
    rank_then, day_then = days.rank[following], days.day[following]
    holds = (following >= 0) & (rank_then >= SD) & (rank_then < PD) & (day_then <= days.new_therapy)
    is_response = (days.rank >= MR) & (days.rank < PD)
    lower = np.where(holds, np.minimum(days.rank, rank_then), rules.unconfirmed)
    return (
        np.where(is_response, lower, days.rank),
        np.where(is_response & holds, day_then, NEVER),
    )


def _carry(days: _Days, confirmed: Ints) -> tuple[Ints, Ints]:
    """The highest confirmed rank so far in each series, and the day that it was first reached.

    A response after new therapy is none, so it does not raise what is carried.
    """
    counted = np.where((days.day > days.new_therapy) & (confirmed < PD), NE, confirmed)
    floor = days.series * len(RESPONSES)  # a new series starts above all of the one before
    carried = np.maximum.accumulate(floor + counted) - floor
    rises = np.ones(len(carried), bool)
    rises[1:] = (np.diff(carried) > 0) | (np.diff(days.series) > 0)
    since = np.maximum.accumulate(np.where(rises, np.arange(len(carried)), 0))
    return carried, days.day[since]


def _next(series: Ints, keep: Bools) -> Ints:
    """For each kept row the position of the next kept row of its series; -1 without one."""
    following = np.full(len(series), -1, np.int64)
    kept = np.flatnonzero(keep)
    same = series[kept[1:]] == series[kept[:-1]]
    following[kept[:-1][same]] = kept[1:][same]
    return following


def _first_days(days: _Days, event: Bools, keys: Keys) -> Ints:
    """For each record of the input the day of the first event of its series, or NEVER."""
    first = np.full(keys.series.max(initial=-1) + 1, NEVER, np.int64)
    rows = np.flatnonzero(event)[::-1]
    first[days.series[rows]] = days.day[rows]
    return first[keys.series]
