"""Progressive disease at a visit: one criterion is enough.

Every rise counts from the nadir, the lowest earlier value, not from baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cdisc_pom.adam.imwg_course import NOWHERE, Course, last_known, nadirs
from cdisc_pom.adam.imwg_criteria import REMARKS, TEXTUAL, Bools, Criteria, Floats, Ints, risen
from cdisc_pom.algorithms.comparison import above, at_least

IMAGING: Final = frozenset({"PD-PLAS-NEW", "PD-PLAS-GROWN", "PD-PLAS-SPD", "PD-BONE"})
"""Rules that imaging decides."""

AT_ONCE: Final = IMAGING | {"PD-BMPC", "PD-CACORR"}
"""Rules that need no second assessment."""


@dataclass(frozen=True)
class Measurable:
    """What is followed, one entry a subject. Free light chains and marrow only if alone."""

    serum: Bools
    urine: Bools
    flc: Bools
    marrow: Bools

    @classmethod
    def of(cls, course: Course, criteria: Criteria) -> Measurable:
        """Classify the disease at baseline."""
        abnormal = course.ratio_normal[len(course.visits.subject) :] == 0
        flc = at_least(course.base("IFLC"), criteria.flc_measurable) & abnormal
        return cls(
            serum=at_least(course.base("SMP"), criteria.serum_measurable),
            urine=at_least(course.base("UMP"), criteria.urine_measurable),
            flc=flc & above(course.base("DFLC"), 0.0),
            marrow=at_least(course.base("BMPC"), criteria.marrow_measurable),
        )

    def followed(self) -> dict[str, Bools]:
        """Which quantity is followed for response, one entry a subject."""
        flc = self.flc & ~self.serum & ~self.urine
        marrow = self.marrow & ~self.serum & ~self.urine & ~self.flc
        return {"SMP": self.serum, "UMP": self.urine, "DFLC": flc, "BMPC": marrow}


@dataclass(frozen=True)
class Sign:
    """One criterion of progression: where it is met, by which quantity, from which place."""

    rule: str
    quantity: str
    met: Bools
    nadir: Ints


def progression(course: Course, measurable: Measurable, criteria: Criteria) -> list[Sign]:
    """All criteria of progression at each visit."""
    signs = [*_m_protein(course, measurable, criteria), *_marrow(course, measurable, criteria)]
    signs += [*_plasmacytoma(course), _bone(course)]
    if criteria.calcium_progression:
        signs.append(_calcium(course, criteria))
    if criteria.circulating_progression:
        signs.append(_circulating(course))
    return signs


def _from_nadir(
    course: Course, name: str, amount: float, criteria: Criteria
) -> tuple[Floats, Floats, Ints]:
    """Value now, its nadir, and the place of the nadir."""
    place = nadirs(course, name, amount=amount, confirmed=criteria.nadir == "confirmed")
    return course.now(name), _at(course, name, place), place


def _at(course: Course, name: str, place: Ints) -> Floats:
    """Values at places; NaN at NOWHERE."""
    return np.append(course.quantity[name].value, np.nan)[place]


def _m_protein(course: Course, measurable: Measurable, criteria: Criteria) -> list[Sign]:
    """Serum, urine and free light chains: 25 % and an amount, each from the nadir."""
    serum, low, place = _from_nadir(course, "SMP", 0.5, criteria)
    rise = risen(serum, low, 25) & at_least(serum, low + 0.5)
    high = at_least(low, 5.0) & at_least(serum, low + 1.0)
    signs = [Sign("PD-SMP", "SMP", rise, place), Sign("PD-SMP-HIGH", "SMP", high & ~rise, place)]
    urine, low, place = _from_nadir(course, "UMP", 200.0, criteria)
    rise = risen(urine, low, 25) & at_least(urine, low + 200)
    signs.append(Sign("PD-UMP", "UMP", rise, place))
    chains, low, place = _from_nadir(course, "DFLC", 100.0, criteria)
    alone = ~(measurable.serum | measurable.urine)[course.visits.subject]
    rise = alone & risen(chains, low, 25) & above(chains, low + 100)
    return [*signs, Sign("PD-DFLC", "DFLC", rise, place)]


def _marrow(course: Course, measurable: Measurable, criteria: Criteria) -> list[Sign]:
    """Marrow plasma cells: 25 % and 10 percentage points from the lowest value."""
    place = nadirs(course, "BMPC", amount=0, confirmed=False)
    cells, low = course.now("BMPC"), _at(course, "BMPC", place)
    rise = risen(cells, low, 25) & at_least(cells, low + 10)
    if criteria.marrow_progression == "sole":
        rise &= ~(measurable.serum | measurable.urine | measurable.flc)[course.visits.subject]
    return [Sign("PD-BMPC", "BMPC", rise, place)]


def _plasmacytoma(course: Course) -> list[Sign]:
    """A new lesion, one grown by half, or the sum of products 50 % above its lowest value."""
    place = nadirs(course, "PLAS", amount=0, confirmed=False)
    size, low = course.now("PLAS"), _at(course, "PLAS", place)
    remark = course.remark["PLAS"][: len(size)]
    grown = at_least(size, low * 1.5) & (size > 0)
    nowhere = np.full(len(size), NOWHERE)
    return [
        Sign("PD-PLAS-NEW", "PLAS", remark == REMARKS["PLAS"].index("NEW"), nowhere),
        Sign("PD-PLAS-GROWN", "PLAS", remark == REMARKS["PLAS"].index("INCREASED"), nowhere),
        Sign("PD-PLAS-SPD", "PLAS", grown, place),
    ]


def _bone(course: Course) -> Sign:
    """A new lytic lesion, or definite growth of one."""
    lesions = course.now("BONE")
    worse = lesions > TEXTUAL["BONE"].index("STABLE")
    return Sign("PD-BONE", "BONE", worse, np.full(len(worse), NOWHERE))


def _calcium(course: Course, criteria: Criteria) -> Sign:
    """Hypercalcaemia that develops and that nothing but the myeloma explains."""
    calcium = course.now("CACORR")
    size = len(calcium)
    known = course.quantity["CACORR"].known()
    before = last_known(course, known, from_baseline=True, inclusive=False)
    already = above(_at(course, "CACORR", before), criteria.calcium_limit)
    cause = course.remark["CACORR"][:size]
    if criteria.calcium_stated:
        ours = cause == REMARKS["CACORR"].index("MYELOMA")
    else:
        ours = cause != REMARKS["CACORR"].index("OTHER")
    high = above(calcium, criteria.calcium_limit) & ~already & ours
    return Sign("PD-CACORR", "CACORR", high, before)


def _circulating(course: Course) -> Sign:
    """Circulating plasma cells: 50 % above the lowest value and 200 cells/uL or more."""
    place = nadirs(course, "CPC", amount=0, confirmed=False)
    cells, low = course.now("CPC"), _at(course, "CPC", place)
    rise = risen(cells, low, 50) & at_least(cells, 200.0)
    return Sign("PD-CPC", "CPC", rise, place)
