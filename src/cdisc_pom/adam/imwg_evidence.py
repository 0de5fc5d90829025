"""Which rule made each decision, and which records it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_columns import NEVER, RANK, RESPONSES, texts_of
from cdisc_pom.adam.imwg_course import NOWHERE, Course
from cdisc_pom.adam.imwg_criteria import CODES, Bools, Ints
from cdisc_pom.adam.imwg_levels import CR, SCR, SD, VGPR, Levels, Status, withheld_text
from cdisc_pom.adam.imwg_progression import Sign
from cdisc_pom.adam.imwg_records import Records

PD: Final = RANK["PD"]
NE: Final = RANK["NE"]

ROLES: Final = ("CURRENT", "CARRIED", "NADIR", "BASELINE")
"""What a record is to a decision. CARRIED: of an earlier visit, still standing."""

EVIDENCE: Final = ("VISITROW", "RULE", "COMPONENT", "ROLE", "RECORD")
"""Columns of the evidence."""


class Use(NamedTuple):
    """A quantity that decided at some visits: where, by which rule, from which place.

    `rule` is the name of a rule, or empty for the level of the visit with the quantity's name.
    """

    rule: str
    quantity: str
    role: str
    where: Bools
    place: Ints


@dataclass(frozen=True)
class Decisions:
    """The response of each visit, the day that it counts from, and what made it."""

    response: Ints
    day: Ints
    uses: list[Use]


def decide(course: Course, state: Status, given: Levels, signs: list[Sign]) -> Decisions:
    """Put progression above the levels, and date each response.

    A progression counts from the earliest component that shows it, another response from the
    latest component that it needed; what cannot be evaluated from the last record of the visit.
    """
    size = len(given.level)
    visit = np.arange(size)
    progressed = np.logical_or.reduce([sign.met for sign in signs])
    response = np.where(progressed, PD, given.level)
    early = np.full(size, NEVER, np.int64)
    uses: list[Use] = []
    for sign in signs:
        day = course.day_now(sign.quantity)
        early = np.where(sign.met, np.minimum(early, day), early)
        uses.append(Use(sign.rule, sign.quantity, "CURRENT", sign.met, visit))
        uses.append(
            Use(sign.rule, sign.quantity, "NADIR", sign.met & (sign.nadir >= 0), sign.nadir)
        )
    supports = _supports(course, state, response)
    late = np.full(size, -NEVER, np.int64)
    for use in supports:
        now = use.where & (use.place == visit)
        late = np.where(now, np.maximum(late, course.day_now(use.quantity)), late)
    day = np.select([progressed, late > -NEVER], [early, late], course.visits.last)
    return Decisions(response, day, uses + supports)


def _supports(course: Course, state: Status, response: Ints) -> list[Use]:
    """What the levels from SD to sCR looked at."""
    visit = np.arange(len(response))
    base = course.base_place()
    shown = (response >= SD) & (response < PD)
    uses: list[Use] = []
    for name, followed in state.followed.items():
        uses.append(Use("", name, "CURRENT", shown & followed, visit))
        uses.append(Use("", name, "BASELINE", shown & followed, base))
    at_least_cr = shown & (response >= CR)
    uses += [Use("", name, "CURRENT", at_least_cr, visit) for name in ("SIFE", "UIFE")]
    ratio = at_least_cr & (state.followed["DFLC"] | (response == SCR))
    uses.append(Use("", "FLCR", "CURRENT", ratio, visit))
    uses.append(Use("", "UMP", "CURRENT", shown & (response == VGPR) & state.urine, visit))
    carried = {
        "BMPC": (at_least_cr, state.marrow),
        "BMCLON": (shown & (response == SCR), state.clones),
        "PLAS": (shown & state.lesions, state.imaging),
    }
    for name, (where, place) in carried.items():
        uses.append(Use("", name, "CURRENT", where & (place == visit), visit))
        uses.append(Use("", name, "CARRIED", where & (place != visit), place))
    lesions = shown & (course.base_at_visits("PLAS") > 0)
    uses.append(Use("", "PLAS", "BASELINE", lesions, base))
    return uses


def evidence(
    course: Course, decisions: Decisions, records: Records, components: pd.DataFrame
) -> pd.DataFrame:
    """One row for each record that a decision looked at.

    Returns:
        VISITROW, the position of the visit; RULE, for example `PD-SMP` or `VGPR-UMP`;
        COMPONENT, the code of the record; ROLE; RECORD, its index label in the components.
        Ordered by visit, rule, role and component.
    """
    rules = list(dict.fromkeys(use.rule for use in decisions.uses if use.rule))
    names = list(dict.fromkeys(use.quantity for use in decisions.uses))
    rules += [f"{level}-{name}" for level in RESPONSES[:PD] for name in names]
    parts = []
    for use in decisions.uses:
        rows = np.flatnonzero(use.where)
        if use.rule:
            rule = np.full(len(rows), rules.index(use.rule))
        else:
            first = rules.index(f"{RESPONSES[0]}-{use.quantity}")
            rule = first + decisions.response[rows] * len(names)
        for source in course.quantity[use.quantity].sources:
            record = source[use.place[rows]]
            some = record != NOWHERE
            role = np.full(int(some.sum()), ROLES.index(use.role))
            parts.append((rows[some], rule[some], role, record[some]))
    row, rule, role, record = (np.concatenate(part) for part in zip(*parts, strict=True))
    code = records.code[record] if len(record) else record
    key = ((row * len(rules) + rule) * len(ROLES) + role) * len(CODES) + code
    order = np.argsort(key, kind="stable")
    keep = np.ones(len(order), bool)
    keep[1:] = (np.diff(key[order]) != 0) | (np.diff(record[order]) != 0)
    order = order[keep]
    return pd.DataFrame(
        {
            "VISITROW": row[order],
            "RULE": _category(rule[order], rules),
            "COMPONENT": _category(code[order], list(CODES)),
            "ROLE": _category(role[order], list(ROLES)),
            "RECORD": components.index.take(records.row[record[order]]),
        }
    )


def _category(codes: Ints, values: list[str]) -> pd.Series:
    """Text of few values."""
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(values)))


def rule_texts(
    state: Status, measured: Bools, decisions: Decisions, course: Course, signs: list[Sign]
) -> pd.Series:
    """The rules of each visit in one text: `PD-SMP; PD-BONE`, `VGPR-SMP; VGPR-UMP`, `NE-UMP`.

    `measured`: the subject has a baseline by which something could be followed or not.
    """
    followed = list(state.followed)
    names = [sign.rule for sign in signs] + followed
    mask = np.zeros(len(decisions.response), np.int64)
    for place, sign in enumerate(signs):
        mask |= np.where(sign.met, 1 << place, 0)
    other = decisions.response != PD
    not_evaluable = decisions.response == NE
    for place, name in enumerate(followed, len(signs)):
        missing = np.isnan(course.now(name))
        named = other & state.followed[name] & (~not_evaluable | missing)
        mask |= np.where(named, 1 << place, 0)
    key = (mask << 1 | measured) << 3 | decisions.response
    codes, uniques = pd.factorize(key)
    texts = [_rule_text(int(value), names, len(signs)) for value in uniques]
    return pd.Series(texts_of(codes.astype(np.int64), texts))


def _rule_text(key: int, names: list[str], n_signs: int) -> str:
    """The text of one combination of rules."""
    response, measured, mask = RESPONSES[key & 7], key >> 3 & 1, key >> 4
    parts = [
        name if place < n_signs else f"{response}-{name}"
        for place, name in enumerate(names)
        if mask >> place & 1
    ]
    if parts:
        return "; ".join(parts)
    return "NE-NOT-MEASURABLE" if measured else "NE-NO-BASELINE"


def withheld_texts(decisions: Decisions, given: Levels) -> pd.Series:
    """Why the next higher level was not given, where the response is a level."""
    shown = (decisions.response >= SD) & (decisions.response < PD)
    codes, uniques = pd.factorize(np.where(shown, given.withheld, 0))
    texts = [withheld_text(int(value)) for value in uniques]
    places = np.array([-1 if text is None else place for place, text in enumerate(texts)], np.int64)
    return pd.Series(texts_of(places[codes], [text or "" for text in texts]))
