"""Which records make a visit, and which is the baseline.

Records on or before first dose are candidates for the baseline: the last one of each component.
Later ones belong to the window of a target day, where of each component the nearest to the
target is taken, then the later; or to a visit that the records name. What is left over (outside
the windows, or further from the target than another one) is not lost: it makes visits that were
not scheduled, in which records of neighbouring days stand together.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from cdisc_pom.adam.imwg_criteria import CODES, Bools, Criteria, Floats, Ints
from cdisc_pom.adam.imwg_records import Records

BASELINE: Final = 0
"""Slot of the records on or before first dose. Target t has slot 2 t + 2, what is not in a
window an odd one."""


class Visits(NamedTuple):
    """One entry a visit, ordered by subject and day; days count from first dose.

    `slot` is the number of the target or of the given visit, -1 for an unscheduled one;
    `record` has for each component the place in the records, -1 without one, for the visits
    and after them, for the baselines, one entry a subject.
    """

    subject: Ints
    slot: Ints
    first: Ints
    last: Ints
    record: dict[str, Ints]


class Duplicates(NamedTuple):
    """Rows of records of one component and day: those that differ and those that are alike."""

    differ: Ints
    alike: Ints


def target_days(records: Records, criteria: Criteria) -> Ints:
    """Target days, counted from first dose, up to the last record."""
    if criteria.targets:
        return np.unique(np.array(criteria.targets, np.int64)) - 1
    last = records.day.max(initial=0) + criteria.cycle_days
    return np.arange(criteria.cycle_days, last + 1, criteria.cycle_days)


def make_visits(
    records: Records, n_subjects: int, criteria: Criteria, *, named: bool
) -> tuple[Visits, Duplicates]:
    """Assign the records to visits and baselines.

    Args:
        records: usable records.
        n_subjects: number of subjects.
        criteria: windows and target days.
        named: the records name their visits; otherwise target days make them.
    """
    slot, distance = _slots(records, criteria, named=named)
    order, key = _sorted(records, slot, distance)
    same = np.zeros(len(order), bool)
    same[1:] = np.diff(key) == 0
    day = records.day[order]
    again = same.copy()
    again[1:] &= np.diff(day) == 0
    duplicates = _duplicates(records, order, again)

    slot = slot[order]
    is_base = ~same & (slot == BASELINE)
    in_window = ~same & (slot > BASELINE) & (slot % 2 == 0)
    left = ~again & ~in_window & (slot != BASELINE)
    windows = _groups(records.subject[order[in_window]], slot[in_window])
    others, other_groups = _unscheduled(records, order[left], criteria.gap)
    taken = np.concatenate([order[in_window], others])
    group = np.concatenate([windows, other_groups + windows.max(initial=-1) + 1])
    slots = np.concatenate([slot[in_window] // 2 - 1, np.full(len(others), -1)])
    visits = _visits(records, taken, group, slots, n_subjects)
    for code, place in enumerate(CODES):
        chosen = order[is_base & (records.code[order] == code)]
        if place in visits.record:
            visits.record[place][len(visits.subject) + records.subject[chosen]] = chosen
    return visits, duplicates


def _slots(records: Records, criteria: Criteria, *, named: bool) -> tuple[Ints, Ints]:
    """Slot of each record, and its distance from the target of the slot."""
    post = records.day > 0
    if named:
        distance = np.abs(
            np.where(np.isnan(records.target), records.day, records.target) - records.day
        )
        inside = (records.slot >= 0) & (distance <= criteria.window)
        slot = np.where(inside, records.slot * 2 + 2, 1)
    else:
        targets = target_days(records, criteria)
        after = np.minimum(np.searchsorted(targets, records.day), len(targets) - 1)
        before = np.maximum(after - 1, 0)
        nearer = records.day - targets[before] <= targets[after] - records.day
        near = np.where(nearer, before, after)
        distance = np.abs(targets[near] - records.day)
        inside = distance <= criteria.window
        slot = np.where(inside, near * 2 + 2, 1)
    slot = np.where(post, slot, BASELINE)
    distance = np.where(post & inside, distance, 0)
    return slot.astype(np.int64), distance.astype(np.int64)


def _sorted(records: Records, slot: Ints, distance: Ints) -> tuple[Ints, Ints]:
    """Order of the records and, in that order, what stands for subject, slot and component.

    Within these the nearest to the target comes first, then the later; of a day, the higher
    value (the marrow counts by the higher of aspirate and biopsy), then the label.
    """
    head = (records.subject * (slot.max(initial=0) + 1) + slot) * len(CODES) + records.code
    late = records.day.max(initial=0) - records.day
    tail = distance * (late.max(initial=0) + 1) + late
    span = tail.max(initial=0) + 1
    key = head * span + tail
    order = np.argsort(key, kind="stable")
    tied = np.zeros(len(order) + 1, bool)
    tied[1:-1] = np.diff(key[order]) == 0
    some = np.flatnonzero(tied[1:] | tied[:-1])
    rows = order[some]
    order[some] = rows[np.lexsort((records.label[rows], -records.value[rows], key[rows]))]
    return order, head[order]


def _duplicates(records: Records, order: Ints, again: Bools) -> Duplicates:
    """Records of one component and day. Of the marrow the higher counts, so they may differ."""
    late = np.flatnonzero(again)
    early = late - 1
    one, two = order[late], order[early]
    equal = (records.value[one] == records.value[two]) | (
        np.isnan(records.value[one]) & np.isnan(records.value[two])
    )
    equal &= records.remark[one] == records.remark[two]
    marrow = records.code[one] == CODES.index("BMPC")
    bad = ~equal & ~marrow
    differ = np.unique(records.row[np.concatenate([one[bad], two[bad]])])
    alike = np.unique(records.row[np.concatenate([one[equal], two[equal]])])
    return Duplicates(differ, np.setdiff1d(alike, differ))


def _groups(*keys: Ints) -> Ints:
    """A number for each run of equal keys."""
    new = np.zeros(len(keys[0]), bool)
    for key in keys:
        new[1:] |= np.diff(key) != 0
    return np.cumsum(new)


def _unscheduled(records: Records, left: Ints, gap: int) -> tuple[Ints, Ints]:
    """Records outside the windows, ordered, and the number of the visit that each is put in.

    Days at most `gap` apart make one visit; a component that comes twice makes two of it.
    """
    left = left[np.lexsort((records.code[left], records.day[left], records.subject[left]))]
    subject, day = records.subject[left], records.day[left]
    new = np.zeros(len(left), bool)
    new[1:] = (np.diff(subject) != 0) | (np.diff(day) > gap)
    cluster = np.cumsum(new)
    keys = [cluster, records.code[left]]
    turn = np.asarray(pd.Series(cluster).groupby(keys, sort=False).cumcount(), np.int64)
    again = np.lexsort((turn, cluster))
    return left[again], _groups(cluster[again], turn[again])


def _visits(records: Records, taken: Ints, group: Ints, slots: Ints, n_subjects: int) -> Visits:
    """Visits in the order of their days. `taken` are records by group, `group` starts at 0."""
    if not len(taken):
        none = np.zeros(0, np.int64)
        empty = {code: np.full(n_subjects, -1, np.int64) for code in _present(records)}
        return Visits(none, none, none, none, empty)
    starts = np.flatnonzero(np.r_[True, np.diff(group) != 0])
    day = records.day[taken]
    first, last = np.minimum.reduceat(day, starts), np.maximum.reduceat(day, starts)
    subject, slot = records.subject[taken[starts]], slots[starts]
    order = np.lexsort((np.arange(len(starts)), slot < 0, last, first, subject))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    visit = place[group]
    code = records.code[taken]
    record = {}
    for name in _present(records):
        chosen = code == CODES.index(name)
        record[name] = np.full(len(order) + n_subjects, -1, np.int64)
        record[name][visit[chosen]] = taken[chosen]
    return Visits(subject[order], slot[order], first[order], last[order], record)


def _present(records: Records) -> list[str]:
    """Components that occur."""
    return [CODES[code] for code in np.unique(records.code)]


def target_of(slot: Ints, targets: Ints) -> Floats:
    """Target day of each visit as a study day; missing for an unscheduled one."""
    days = np.append(targets, 0)[slot].astype(np.float64) + 1
    return np.where(slot >= 0, days, np.nan)
