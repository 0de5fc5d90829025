"""The level of response at a visit: what each level asks, and the highest that is given.

A level is given when all its conditions hold. A condition whose value is missing does not hold,
so the response steps down to a level that is proven. The response is that of the component that
responded least.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from cdisc_pom.adam.confirmation_columns import RANK
from cdisc_pom.adam.imwg_course import NOWHERE, Course, last_known
from cdisc_pom.adam.imwg_criteria import TEXTUAL, Bools, Criteria, Floats, Ints, fallen
from cdisc_pom.adam.imwg_progression import Measurable
from cdisc_pom.algorithms.comparison import below

SD: Final = RANK["SD"]
MR: Final = RANK["MR"]
PR: Final = RANK["PR"]
VGPR: Final = RANK["VGPR"]
CR: Final = RANK["CR"]
SCR: Final = RANK["sCR"]

CONDITIONS: Final = (
    *("SMP", "UMP", "DFLC", "BMPC"),  # the followed components
    *("UMP-100", "PLAS", "SIFE", "UIFE", "MARROW", "FLCR", "BMCLON", "IMAGING"),
)
"""Names of conditions. UMP-100: less than 100 mg/24 h in the urine of one who had M-protein
there; MARROW: less than 5 % plasma cells; IMAGING: imaging of plasmacytomas is too old."""


class Condition(NamedTuple):
    """One condition of a level: where it holds, and where its value is known."""

    name: str
    holds: Bools
    known: Bools


@dataclass(frozen=True)
class Status:
    """What the conditions look at, one entry a visit.

    Attributes:
        followed: where each quantity is followed.
        own: the level that each followed quantity reaches by itself.
        marrow: place of the last marrow after baseline, or NOWHERE.
        clones: place of the last clonality after baseline.
        imaging: place of the last size of plasmacytomas, baseline included.
        lesions: plasmacytomas at baseline or since.
        stale: there are, and the last imaging is too old.
        urine: M-protein in the urine at baseline or since, without being followed.
    """

    followed: dict[str, Bools]
    own: dict[str, Ints]
    marrow: Ints
    clones: Ints
    imaging: Ints
    lesions: Bools
    stale: Bools
    urine: Bools

    def evaluable(self, course: Course) -> Bools:
        """Something is followed, and all that is followed is known at the visit."""
        some = np.zeros(len(self.lesions), bool)
        all_known = ~some
        for name, followed in self.followed.items():
            some |= followed
            all_known &= ~followed | ~np.isnan(course.now(name))
        return some & all_known


class Levels(NamedTuple):
    """Level at each visit before progression is looked at; NE (0) where not evaluable.

    `withheld` has two bits a condition of the next level, failed and missing, above three bits
    for that level; 0 when nothing is withheld.
    """

    level: Ints
    minimal: Bools
    no_marrow: Bools
    withheld: Ints


def status(course: Course, measurable: Measurable, criteria: Criteria) -> Status:
    """Collect what the conditions look at."""
    subject = course.visits.subject
    followed = {name: of[subject] for name, of in measurable.followed().items()}
    plasmacytoma = course.quantity["PLAS"]
    imaging = last_known(course, plasmacytoma.known(), from_baseline=True)
    lesions = last_known(course, plasmacytoma.value > 0, from_baseline=True) != NOWHERE
    age = course.visits.last - np.append(plasmacytoma.day, 0)[imaging]
    positive = TEXTUAL["UIFE"].index("POSITIVE")
    in_urine = (course.quantity["UMP"].value > 0) | (course.quantity["UIFE"].value == positive)
    urine = last_known(course, in_urine, from_baseline=True) != NOWHERE
    return Status(
        followed=followed,
        own=_own_levels(course),
        marrow=last_known(course, course.quantity["BMPC"].known(), from_baseline=False),
        clones=last_known(course, course.quantity["BMCLON"].known(), from_baseline=False),
        imaging=imaging,
        lesions=lesions,
        stale=lesions & (age > criteria.plasmacytoma_days),
        urine=urine & ~followed["UMP"],
    )


def _own_levels(course: Course) -> dict[str, Ints]:
    """The level up to VGPR that each quantity reaches by its own fall."""
    serum, base = course.now("SMP"), course.base_at_visits("SMP")
    urine, urine_base = course.now("UMP"), course.base_at_visits("UMP")
    chains, chains_base = course.now("DFLC"), course.base_at_visits("DFLC")
    marrow, marrow_base = course.now("BMPC"), course.base_at_visits("BMPC")
    return {
        "SMP": _highest(
            {
                VGPR: fallen(serum, base, 90),
                PR: fallen(serum, base, 50),
                MR: fallen(serum, base, 25),
            }
        ),
        "UMP": _highest(
            {
                VGPR: below(urine, 100.0),
                PR: fallen(urine, urine_base, 90) | below(urine, 200.0),
                MR: fallen(urine, urine_base, 50),
            }
        ),
        "DFLC": _highest(
            {VGPR: fallen(chains, chains_base, 90), PR: fallen(chains, chains_base, 50)}
        ),
        "BMPC": _highest({PR: fallen(marrow, marrow_base, 50)}),
    }


def _highest(reached: dict[int, Bools]) -> Ints:
    """The highest level that is reached, SD if none; levels from high to low."""
    return np.select(list(reached.values()), list(reached), SD).astype(np.int64)


def levels(course: Course, state: Status, criteria: Criteria) -> Levels:
    """The highest level whose conditions all hold."""
    evaluable = state.evaluable(course)
    asked = {level: _conditions(level, course, state, criteria) for level in range(MR, SCR + 1)}
    level = np.where(evaluable, SD, 0)
    for rank, conditions in asked.items():
        level = np.where(evaluable & _all_hold(conditions), rank, level)
    minimal = level == MR
    if not criteria.use_mr:
        level = np.where(minimal, SD, level)
    capped = _cap(course, level, state.stale)
    withheld = _withheld(level, asked, criteria)
    withheld = np.where(capped < level, _bit("IMAGING", missing=True) | level, withheld)
    others = [condition for condition in asked[CR] if condition.name != "MARROW"]
    no_marrow = evaluable & _all_hold(others) & (state.marrow == NOWHERE)
    return Levels(capped, minimal & (capped == level), no_marrow, withheld)


def _conditions(level: int, course: Course, state: Status, criteria: Criteria) -> list[Condition]:
    """What a level asks."""
    asked = [
        Condition(
            name, ~followed | (state.own[name] >= min(level, VGPR)), ~np.isnan(course.now(name))
        )
        for name, followed in state.followed.items()
    ]
    if level < CR:
        percent = {
            MR: criteria.mr_plasmacytoma_fall,
            PR: 50.0,
            VGPR: criteria.vgpr_plasmacytoma_fall,
        }[level]
        asked.append(_plasmacytoma(course, state, percent))
    if level == VGPR:
        urine = course.now("UMP")
        asked.append(Condition("UMP-100", ~state.urine | below(urine, 100.0), ~np.isnan(urine)))
    if level >= CR:
        asked = _complete(course, state, asked)
    if level == SCR:
        asked += _stringent(course, state)
    return asked


def _plasmacytoma(course: Course, state: Status, percent: float) -> Condition:
    """Plasmacytomas that were there at baseline fell by so much."""
    base = course.base_at_visits("PLAS")
    size = _at(course, "PLAS", state.imaging)
    holds = ~(base > 0) | state.stale | fallen(size, base, percent)
    return Condition("PLAS", holds, ~np.isnan(size))


def _complete(course: Course, state: Status, followed: list[Condition]) -> list[Condition]:
    """Complete response: no M-protein by immunofixation, a clean marrow, no plasmacytoma.

    Free light chains alone need a normal ratio instead of a fall, the marrow less than 5 %.
    """
    negative = TEXTUAL["SIFE"].index("NEGATIVE")
    serum, urine = course.now("SIFE"), course.now("UIFE")
    normal = course.ratio_normal[: len(serum)]
    cells = _at(course, "BMPC", state.marrow)
    size = _at(course, "PLAS", state.imaging)
    chains = ~state.followed["DFLC"] | (normal == 1)
    return [
        *(condition for condition in followed if condition.name in {"SMP", "UMP"}),
        Condition("DFLC", chains, ~np.isnan(normal)),
        Condition("SIFE", serum == negative, ~np.isnan(serum)),
        Condition("UIFE", urine == negative, ~np.isnan(urine)),
        Condition("MARROW", below(cells, 5.0), ~np.isnan(cells)),
        Condition("PLAS", ~state.lesions | state.stale | (size == 0), ~np.isnan(size)),
    ]


def _stringent(course: Course, state: Status) -> list[Condition]:
    """Stringent complete response: a normal ratio and no clonal cells in the marrow."""
    normal = course.ratio_normal[: len(state.lesions)]
    clones = _at(course, "BMCLON", state.clones)
    absent = clones == TEXTUAL["BMCLON"].index("ABSENT")
    return [
        Condition("FLCR", normal == 1, ~np.isnan(normal)),
        Condition("BMCLON", absent, ~np.isnan(clones)),
    ]


def _at(course: Course, name: str, place: Ints) -> Floats:
    """Values at places; NaN at NOWHERE."""
    return np.append(course.quantity[name].value, np.nan)[place]


def _all_hold(conditions: list[Condition]) -> Bools:
    """Where all conditions hold."""
    holds: Bools = np.logical_and.reduce([condition.holds for condition in conditions])
    return holds


def _cap(course: Course, level: Ints, stale: Bools) -> Ints:
    """Where imaging is too old, no more than the last level that was given with imaging."""
    if not stale.any():
        return level
    proven = np.zeros(len(level) + len(course.ratio_normal), bool)
    proven[: len(level)] = (level >= SD) & ~stale
    place = last_known(course, proven, from_baseline=False)
    most = np.where(place == NOWHERE, SD, level[place])
    return np.where(stale, np.minimum(level, most), level)


def _withheld(level: Ints, asked: dict[int, list[Condition]], criteria: Criteria) -> Ints:
    """What stood between each visit and the next higher level."""
    order = [SD, *([MR] if criteria.use_mr else []), PR, VGPR, CR, SCR]
    withheld = np.zeros(len(level), np.int64)
    for given, following in pairwise(order):
        here = level == given
        mask = np.full(len(level), following, np.int64)
        for condition in asked[following]:
            failed = np.where(
                condition.known, _bit(condition.name), _bit(condition.name, missing=True)
            )
            mask |= np.where(condition.holds, 0, failed)
        withheld = np.where(here, mask, withheld)
    return withheld


def _bit(name: str, *, missing: bool = False) -> int:
    """The bit of a condition, above the three of the level."""
    return 1 << (3 + 2 * CONDITIONS.index(name) + missing)


def withheld_text(mask: int) -> str | None:
    """What a mask of `withheld` says, for example `CR-UIFE-MISSING; CR-MARROW`."""
    level = {rank: name for name, rank in RANK.items()}[mask & 7]
    parts = [
        f"{level}-{name}{'-MISSING' if missing else ''}"
        for name in CONDITIONS
        for missing in (False, True)
        if mask & _bit(name, missing=missing)
    ]
    return "; ".join(parts) if parts else None
