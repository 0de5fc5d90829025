"""The values that a course of disease is judged by, at each visit and at baseline.

An array over places has one entry a visit and, after them, one entry a subject: its baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from cdisc_pom.adam.imwg_criteria import CODES, Bools, Criteria, Floats, Ints
from cdisc_pom.adam.imwg_records import Records, Subjects
from cdisc_pom.adam.imwg_visits import Visits
from cdisc_pom.algorithms.comparison import at_most

NOWHERE: Final = -1
"""The place of what is not there."""


@dataclass(frozen=True)
class Quantity:
    """A value at each place, with the day on which it was known and the records it comes from.

    A derived one has two sources a place; -1 stands for none.
    """

    value: Floats
    day: Ints
    sources: tuple[Ints, ...]

    def known(self) -> Bools:
        """Where there is a value."""
        return ~np.isnan(self.value)


@dataclass(frozen=True)
class Course:
    """All visits with their quantities.

    Attributes:
        visits: the visits.
        quantity: SMP, UMP, IFLC, DFLC, FLCR, SIFE, UIFE, BMPC, BMCLON, PLAS, BONE, CACORR, CPC.
        remark: place of the text beside the number, for PLAS and CACORR; -1 without one.
        ratio_normal: 1 where the free light chain ratio is normal, 0 where not, NaN if unknown.
    """

    visits: Visits
    quantity: dict[str, Quantity]
    remark: dict[str, Ints]
    ratio_normal: Floats

    @classmethod
    def of(cls, visits: Visits, records: Records, subjects: Subjects, criteria: Criteria) -> Course:
        """Derive the quantities from the records of the visits."""
        size = len(visits.subject) + len(subjects.name)
        place_subject = np.concatenate([visits.subject, np.arange(len(subjects.name))])
        raw = {name: _raw(visits.record.get(name), records, size) for name in CODES}
        kappa, lambda_ = subjects.is_kappa[place_subject], subjects.is_lambda[place_subject]
        involved = _first(raw["IFLC"], _choose(kappa, raw["KAP"], lambda_, raw["LAM"]))
        other = _first(raw["UFLC"], _choose(kappa, raw["LAM"], lambda_, raw["KAP"]))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = raw["KAP"].value / raw["LAM"].value
        difference = _both(involved.value - other.value, involved, other)
        calcium = raw["CA"].value + 0.02 * (40 - raw["ALB"].value)
        quantity = raw | {
            "IFLC": involved,
            "DFLC": _first(raw["dFLC"], difference),
            "FLCR": _first(raw["FLCR"], _both(ratio, raw["KAP"], raw["LAM"])),
            "CACORR": _first(raw["CACORR"], _both(calcium, raw["CA"], raw["ALB"])),
        }
        remark = {
            "PLAS": _remark(visits.record.get("PLAS"), records, size),
            "CACORR": np.maximum(
                _remark(visits.record.get("CACORR"), records, size),
                _remark(visits.record.get("CA"), records, size),
            ),
        }
        normal = _ratio_normal(quantity["FLCR"], visits.record.get("FLCR"), records, criteria)
        return cls(visits, quantity, remark, normal)

    def now(self, name: str) -> Floats:
        """Values at the visits."""
        return self.quantity[name].value[: len(self.visits.subject)]

    def base(self, name: str) -> Floats:
        """Values at baseline, one a subject."""
        return self.quantity[name].value[len(self.visits.subject) :]

    def base_at_visits(self, name: str) -> Floats:
        """The subject's value at baseline, at each visit."""
        return self.base(name)[self.visits.subject]

    def base_place(self) -> Ints:
        """The place of the subject's baseline, at each visit."""
        return len(self.visits.subject) + self.visits.subject

    def day_now(self, name: str) -> Ints:
        """Days of the values at the visits."""
        return self.quantity[name].day[: len(self.visits.subject)]


def _raw(record: Ints | None, records: Records, size: int) -> Quantity:
    """The values of one component."""
    if record is None:
        nothing = np.full(size, NOWHERE, np.int64)
        return Quantity(np.full(size, np.nan), np.zeros(size, np.int64), (nothing, nothing))
    value = np.append(records.value, np.nan)[record]
    day = np.append(records.day, 0)[record]
    return Quantity(value, day, (record, np.full(size, NOWHERE, np.int64)))


def _remark(record: Ints | None, records: Records, size: int) -> Ints:
    """The texts beside the numbers of one component."""
    if record is None:
        return np.full(size, -1, np.int64)
    return np.append(records.remark, -1)[record]


def _first(one: Quantity, two: Quantity) -> Quantity:
    """The given value, else the derived one."""
    given = one.known()
    if not given.any():
        return two
    return _where(given, one, two)


def _choose(one: Bools, a: Quantity, two: Bools, b: Quantity) -> Quantity:
    """`a` where `one`, `b` where `two`, else unknown."""
    chosen = _where(one, a, b)
    neither = ~(one | two)
    nothing = tuple(np.where(neither, NOWHERE, source) for source in chosen.sources)
    return Quantity(np.where(neither, np.nan, chosen.value), chosen.day, nothing)


def _where(condition: Bools, a: Quantity, b: Quantity) -> Quantity:
    """One quantity or the other."""
    return Quantity(
        np.where(condition, a.value, b.value),
        np.where(condition, a.day, b.day),
        tuple(np.where(condition, x, y) for x, y in zip(a.sources, b.sources, strict=True)),
    )


def _both(value: Floats, a: Quantity, b: Quantity) -> Quantity:
    """A value made of two others, known on the later of their days."""
    return Quantity(value, np.maximum(a.day, b.day), (a.sources[0], b.sources[0]))


def _ratio_normal(
    ratio: Quantity, record: Ints | None, records: Records, criteria: Criteria
) -> Floats:
    """Whether the free light chain ratio is normal, by the limits of its record or the usual."""
    low, high = (
        np.full(len(ratio.value), limit) for limit in (criteria.ratio_low, criteria.ratio_high)
    )
    if record is not None:
        given = np.append(records.low, np.nan)[record], np.append(records.high, np.nan)[record]
        low = np.where(np.isnan(given[0]), low, given[0])
        high = np.where(np.isnan(given[1]), high, given[1])
    normal = at_most(low, ratio.value) & at_most(ratio.value, high)
    return np.where(ratio.known(), normal, np.nan)


def last_known(
    course: Course, known: Bools, *, from_baseline: bool, inclusive: bool = True
) -> Ints:
    """For each visit the place of the last visit with `known`, itself included if `inclusive`.

    Without one the place of the baseline if `from_baseline` and that is known, else NOWHERE.
    """
    subject = course.visits.subject
    size = len(subject)
    visit = np.arange(size)
    last = np.maximum.accumulate(np.where(known[:size], visit, -1)) if size else visit
    if not inclusive:
        last = np.r_[-1, last[:-1]] if size else last
    start = np.searchsorted(subject, subject)
    place = np.where(last >= start, last, NOWHERE)
    if from_baseline:
        base = course.base_place()
        place = np.where((place == NOWHERE) & known[base], base, place)
    return place


def nadirs(course: Course, name: str, *, amount: float, confirmed: bool) -> Ints:
    """For each visit the place of the lowest earlier value, baseline included; or NOWHERE.

    With `confirmed` a value after baseline counts only when a neighbouring known one, before or
    after it, lies within 25 % of it or within `amount`; the baseline always counts.
    """
    quantity, subject = course.quantity[name], course.visits.subject
    size, base = len(subject), course.base_place()
    known = np.flatnonzero(quantity.known()[:size])
    who, value = subject[known], quantity.value[known]
    new = np.ones(len(known), bool)
    new[1:] = np.diff(who) != 0
    before = np.where(new, quantity.value[base[known]], np.r_[np.nan, value[:-1]][: len(value)])
    after = np.where(
        np.r_[new[1:], True][: len(value)], np.nan, np.r_[value[1:], np.nan][: len(value)]
    )
    counts = np.ones(len(known), bool)
    if confirmed:
        counts = _near(value, before, amount) | _near(value, after, amount)
    lowest = pd.Series(np.where(counts, value, np.inf)).groupby(who).cummin().to_numpy(np.float64)
    falls = new.copy()
    falls[1:] |= lowest[1:] < lowest[:-1]
    at = np.maximum.accumulate(np.where(falls, np.arange(len(known)), 0)) if len(known) else known
    earlier = np.where(new, np.inf, np.r_[np.inf, lowest[:-1]][: len(value)])
    place = np.full(size, NOWHERE, np.int64)
    place[known] = np.where(np.isinf(earlier), NOWHERE, known[np.r_[0, at[:-1]][: len(value)]])
    first = quantity.value[base]
    lower = np.full(size, np.inf)
    lower[known] = earlier
    return np.where(~np.isnan(first) & ~(lower < first), base, place)


def _near(value: Floats, neighbour: Floats, amount: float) -> Bools:
    """Whether the neighbour is within 25 % of the value or within an amount."""
    distance = np.abs(neighbour - value)
    return at_most(distance, 0.25 * np.abs(value)) | at_most(distance, np.full(len(value), amount))
