"""The tables that `imwg_response` returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation import RESULTS
from cdisc_pom.adam.confirmation_best import best_response, first_progression, first_response
from cdisc_pom.adam.confirmation_columns import NEVER, RESPONSES, flags_of, texts_of
from cdisc_pom.adam.imwg_course import Course, last_known
from cdisc_pom.adam.imwg_criteria import TEXTUAL, Bools, Criteria, Ints
from cdisc_pom.adam.imwg_evidence import PD, Decisions, rule_texts, withheld_texts
from cdisc_pom.adam.imwg_levels import CR, Levels, Status
from cdisc_pom.adam.imwg_progression import AT_ONCE, IMAGING, Measurable, Sign
from cdisc_pom.adam.imwg_records import Columns, Subjects
from cdisc_pom.algorithms.comparison import at_least

EPOCH: Final = np.datetime64("2000-01-01", "D")
"""First dose of everyone where only study days are known: confirmation works with dates."""

NUMBERS: Final = ("SMP", "UMP", "IFLC", "DFLC", "FLCR", "BMPC", "PLAS")
"""Quantities that the tables show."""

EVENTS: Final = ("NACTDT", "DTHDT", "DTHPDFL")
"""Columns that confirmation needs and the result does not have."""


class Outcome(NamedTuple):
    """All that was derived, before it is put in tables.

    `shown` marks the visits that have a row: not those of calcium or circulating plasma cells
    alone, unless they show progression.
    """

    subjects: Subjects
    course: Course
    measurable: Measurable
    status: Status
    levels: Levels
    signs: list[Sign]
    decisions: Decisions
    shown: Bools


def visit_table(
    outcome: Outcome, columns: Columns, targets: Ints, labels: list[Any] | None
) -> pd.DataFrame:
    """One row a visit, with the dates that confirmation needs."""
    rows = np.flatnonzero(outcome.shown)
    visits, decisions, given = outcome.course.visits, outcome.decisions, outcome.levels
    who, slot, day = visits.subject[rows], visits.slot[rows], decisions.day[rows]
    start = _starts(outcome.subjects, columns)[who]
    table = pd.DataFrame({columns.subject: outcome.subjects.name.take(who).to_numpy()})
    table["VISIT"] = _visit_names(slot, labels)
    if labels is None:
        table["TARGET"] = pd.array(np.append(targets + 1, 0)[slot], "Int64")
        table.loc[slot < 0, "TARGET"] = pd.NA
    table["ADY"] = _study_day(day)
    table["ADT"] = (start + day).astype("datetime64[D]").astype("datetime64[s]")
    table["AVALC"] = texts_of(decisions.response[rows], RESPONSES)
    table["RULE"] = _rules(outcome)[rows]
    table["WITHHELD"] = withheld_texts(decisions, given).to_numpy()[rows]
    for name, where in _flags(outcome).items():
        table[name] = flags_of(where[rows])
    for name in NUMBERS:
        table[name] = outcome.course.now(name)[rows]
    for name in ("SIFE", "UIFE"):
        place = np.nan_to_num(outcome.course.now(name), nan=-1).astype(np.int64)
        table[name] = texts_of(place[rows], TEXTUAL[name])
    return _with_events(table, outcome.subjects, who, start)


def _starts(subjects: Subjects, columns: Columns) -> Ints:
    """First dose in days since 1970."""
    if columns.day:
        return np.full(len(subjects.name), EPOCH.astype(np.int64))
    return subjects.start


def _study_day(day: Ints) -> Ints:
    """Study day of days from first dose: there is no day 0."""
    return np.where(day >= 0, day + 1, day)


def _visit_names(slot: Ints, labels: list[Any] | None) -> pd.Series:
    """The number of the target or the name of the visit; missing if unscheduled."""
    if labels is None:
        return pd.Series(slot + 1, dtype="Int64").mask(slot < 0)
    named = pd.Series(labels, dtype="object").reindex(slot).reset_index(drop=True)
    return named.infer_objects()


def _rules(outcome: Outcome) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """The rules of each visit."""
    course = outcome.course
    base = ~np.isnan(course.base_at_visits("SMP"))
    for name in ("UMP", "DFLC", "BMPC"):
        base |= ~np.isnan(course.base_at_visits(name))
    texts = rule_texts(outcome.status, base, outcome.decisions, course, outcome.signs)
    return texts.to_numpy()


def _flags(outcome: Outcome) -> dict[str, Bools]:
    """Flags of the visits."""
    nothing = np.zeros(len(outcome.decisions.response), bool)
    kinds = {"PDIFL": nothing, "PDOFL": nothing, "PDNCFL": nothing}
    for sign in outcome.signs:
        kind = "PDIFL" if sign.rule in IMAGING else "PDOFL"
        kinds[kind] = kinds[kind] | sign.met
        if sign.rule in AT_ONCE:
            kinds["PDNCFL"] = kinds["PDNCFL"] | sign.met
    not_pd = outcome.decisions.response != PD
    return kinds | {
        "MRFL": outcome.levels.minimal & not_pd,
        "CRMARFL": outcome.levels.no_marrow & not_pd,
        "CRRELFL": _relapse(outcome),
    }


def _relapse(outcome: Outcome) -> Bools:
    """After complete response: immunofixation positive again, or 5 % plasma cells in marrow."""
    course = outcome.course
    complete = np.zeros(len(outcome.shown) + len(outcome.subjects.name), bool)
    response = outcome.decisions.response
    complete[: len(response)] = (response >= CR) & (response < PD)
    before = last_known(course, complete, from_baseline=False, inclusive=False) >= 0
    positive = [course.now(name) == TEXTUAL[name].index("POSITIVE") for name in ("SIFE", "UIFE")]
    again: Bools = positive[0] | positive[1] | at_least(course.now("BMPC"), 5.0)
    return before & again


def _with_events(table: pd.DataFrame, subjects: Subjects, who: Ints, start: Ints) -> pd.DataFrame:
    """Dates of new therapy and death, and the cause, for each visit."""
    for name, event in {"NACTDT": subjects.new_therapy, "DTHDT": subjects.death}.items():
        days = event[who]
        dates = np.full(len(who), np.datetime64("NaT"), "datetime64[s]")
        known = days != NEVER
        dates[known] = (start + days)[known].astype("datetime64[D]")
        table[name] = dates
    if (subjects.death == NEVER).all():
        table = table.drop(columns="DTHDT")  # the flag alone then says how the subject died
    table["DTHPDFL"] = flags_of(subjects.myeloma_death[who])
    return table


def subject_table(
    outcome: Outcome, confirmed: pd.DataFrame, columns: Columns, criteria: Criteria
) -> pd.DataFrame:
    """One row a subject: what is measurable, baseline, best response, dates."""
    name = columns.subject
    table = pd.DataFrame({name: outcome.subjects.name})
    measurable = outcome.measurable
    table["MEASSFL"] = flags_of(measurable.serum)
    table["MEASUFL"] = flags_of(measurable.urine)
    table["MEASFFL"] = flags_of(measurable.flc)
    table["FOLLOWED"] = _followed(measurable)
    for number in NUMBERS:
        table[f"B{number}"] = outcome.course.base(number)
    everyone = table[[name]]
    for result, response in {"BOR": "AVALC", "CBOR": "CARRRESP"}.items():
        best = best_response(
            confirmed, subject=name, response=response, use_mr=criteria.use_mr, subjects=everyone
        )
        table[result] = best["BOR"].to_numpy()
    first = first_response(confirmed, subject=name)
    progressed = first_progression(confirmed, subject=name)
    for frame in (first, progressed):
        table = table.merge(frame, on=name, how="left", validate="one_to_one")
    return table


def _followed(measurable: Measurable) -> pd.Series:
    """The followed components as text; missing when there is none."""
    names = list(measurable.followed())
    mask = sum(
        of.astype(np.int64) << place for place, of in enumerate(measurable.followed().values())
    )
    texts = [
        "; ".join(name for place, name in enumerate(names) if value >> place & 1)
        for value in range(1 << len(names))
    ]
    return pd.Series(texts_of(np.where(mask == 0, -1, mask), texts))


def final_tables(
    visits: pd.DataFrame, subjects: pd.DataFrame, columns: Columns
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Without the columns of confirmation's input; in study days where these were given."""
    visits = visits.drop(columns=[name for name in EVENTS if name in visits])
    if not columns.day:
        return visits, subjects
    visits = visits.drop(columns="ADT")
    return _to_days(visits, RESULTS), _to_days(subjects, ("RSPDT", "PDDT"))


def _to_days(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Dates as study days: the name ends in DY."""
    table = table.copy()
    for name in names:
        if name.endswith("DT"):
            days = (table[name] - EPOCH).dt.days.astype("Int64")
            table[name] = days + (days >= 0)
            table = table.rename(columns={name: name.removesuffix("DT") + "DY"})
    return table
