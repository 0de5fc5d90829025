"""Myeloma response from laboratory values, by the uniform response criteria of the IMWG.

One long table of results and one row a subject go in; the response of each visit and of each
subject comes out, with the rule and the records that made it. The steps, each a module:

1. `imwg_records`: read the records, list what is wrong with them;
2. `imwg_visits`: records to visits and baselines;
3. `imwg_course`: the quantities of each visit, nadirs, what is carried forward;
4. `imwg_progression`: what is followed, and every sign of progression;
5. `imwg_levels`: the highest level whose conditions all hold;
6. `imwg_evidence`: progression above the levels, dates, rules and records;
7. `confirmation`: the second assessment, the best response.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation import confirmed_response
from cdisc_pom.adam.confirmation_checks import ResponseError, join_findings, raise_faults
from cdisc_pom.adam.imwg_checks import doubts
from cdisc_pom.adam.imwg_course import Course
from cdisc_pom.adam.imwg_criteria import SUPPORTING, Bools, Criteria
from cdisc_pom.adam.imwg_evidence import EVIDENCE, PD, decide, evidence
from cdisc_pom.adam.imwg_levels import levels, status
from cdisc_pom.adam.imwg_progression import Measurable, progression
from cdisc_pom.adam.imwg_records import (
    Columns,
    Records,
    Subjects,
    duplicate_faults,
    read_records,
    read_subjects,
)
from cdisc_pom.adam.imwg_tables import Outcome, final_tables, subject_table, visit_table
from cdisc_pom.adam.imwg_visits import Visits, make_visits, target_days

__all__ = ["Criteria", "ImwgResponse", "check_components", "imwg_response"]

USUAL: Final = Criteria.of("2011")


class ImwgResponse(NamedTuple):
    """What `imwg_response` returns; its docstring lists the columns."""

    visits: pd.DataFrame
    subjects: pd.DataFrame
    evidence: pd.DataFrame
    findings: pd.DataFrame


def imwg_response(
    components: pd.DataFrame,
    subjects: pd.DataFrame,
    *,
    criteria: Criteria = USUAL,
    subject: str = "USUBJID",
    component: str = "PARAMCD",
    date: str = "ADT",
    day: str | None = None,
    value: str = "AVAL",
    text: str = "AVALC",
    low: str = "ANRLO",
    high: str = "ANRHI",
    visit: str | None = None,
    target: str | None = None,
    start: str = "TRTSDT",
    light_chain: str = "MMLIGHT",
    new_therapy: str | None = None,
    death: str | None = None,
    myeloma_death: str = "DTHPDFL",
    skip_ne: bool = True,
    unconfirmed_to_sd: bool = True,
    progression_needs_confirmation: bool = True,
    death_days: int = 84,
    with_evidence: bool = True,
) -> ImwgResponse:
    """Derive the response of each visit and each subject from laboratory and imaging results.

    Args:
        components: one row a result, in standard units, with a unique index. Codes, units and
            texts: `NUMERIC`, `TEXTUAL` and `REMARKS` in `imwg_criteria`. A result not done has
            no row. Records on or before first dose give the baseline.
        subjects: one row a subject that shall have a row in the result.
        criteria: version, limits and choices.
        subject: subject identifier, in both tables.
        component: code of the component.
        date: date of the result, datetime64.
        day: study day of the result instead (1 is first dose, there is no 0). Then the dates
            of `subjects` are study days too, and `start` is not used.
        value: result as a number.
        text: result as text; may be absent.
        low: lower limit of normal of a free light chain ratio; may be absent.
        high: upper limit; may be absent.
        visit: visit that the site gave a record. Without it, windows around the target days
            of `criteria` make the visits.
        target: target study day of that visit; may be left out.
        start: date of first dose, in `subjects`.
        light_chain: KAPPA or LAMBDA at diagnosis, in `subjects`; may be absent.
        new_therapy: date or day of new anti-myeloma therapy, usually NACTDT or NACTDY.
        death: date or day of death, usually DTHDT or DTHDY.
        myeloma_death: flag that the subject died of myeloma.
        skip_ne: as for `confirmed_response`, like the next three.
        unconfirmed_to_sd: see there.
        progression_needs_confirmation: see there.
        death_days: see there.
        with_evidence: also list the records of each decision.

    Returns:
        visits: one row a visit by subject and day. VISIT (number of the target, or the visit
            given) and TARGET, missing if unscheduled; ADY, ADT (with dates); AVALC, the response
            not yet confirmed; RULE, why; WITHHELD, why not the next higher level; PDIFL (by
            imaging), PDOFL (by other), PDNCFL (needs no confirmation); MRFL (minimal response),
            CRMARFL (all of CR but no marrow), CRRELFL (relapse from CR that is no progression
            by itself); the quantities SMP, UMP, IFLC, DFLC, FLCR, BMPC, PLAS, SIFE, UIFE; and
            the columns of `confirmed_response`.
        subjects: one row a subject, in the given order. MEASSFL, MEASUFL, MEASFFL: serum,
            urine, free light chains are measurable; FOLLOWED; the baseline B + quantity; BOR
            and CBOR, unconfirmed and confirmed best response; RSPDT, PDDT (RSPDY, PDDY).
        evidence: VISITROW (position in visits), RULE, COMPONENT, ROLE (CURRENT, CARRIED, NADIR,
            BASELINE), RECORD (index label in `components`).
        findings: what is doubtful, as of `check_responses`.

    Raises:
        ResponseError: all faults of both tables at once, with subject and record.

    Source: Durie 2006, Rajkumar 2011, Kumar 2016.

    Example:
        >>> results = pd.DataFrame(
        ...     {"USUBJID": "01", "PARAMCD": "SMP", "ADY": [-3, 29, 57], "AVAL": [3.0, 1.5, 1.4]}
        ... )
        >>> everyone = pd.DataFrame({"USUBJID": ["01"]})
        >>> got = imwg_response(results, everyone, day="ADY")
        >>> got.visits[["ADY", "AVALC", "RULE", "CONFRESP"]].values.tolist()
        [[29, 'PR', 'PR-SMP', 'PR'], [57, 'PR', 'PR-SMP', 'SD']]
    """
    columns = Columns(
        subject=subject,
        component=component,
        date=date,
        day=day,
        value=value,
        text=text,
        low=low,
        high=high,
        visit=visit,
        target=target,
        start=start,
        light_chain=light_chain,
        new_therapy=new_therapy or ("NACTDY" if day else "NACTDT"),
        death=death or ("DTHDY" if day else "DTHDT"),
        myeloma_death=myeloma_death,
    )
    records, everyone, made, findings = _read(components, subjects, columns, criteria)
    outcome = _evaluate(records, everyone, made, criteria)
    labels = None if visit is None else np.unique(components[visit].dropna()).tolist()
    frame = visit_table(outcome, columns, target_days(records, criteria), labels)
    confirmed = confirmed_response(
        frame,
        subject=subject,
        skip_ne=skip_ne,
        unconfirmed_to_sd=unconfirmed_to_sd,
        progression_needs_confirmation=progression_needs_confirmation,
        use_mr=criteria.use_mr,
        death_days=death_days,
    )
    tables = final_tables(confirmed, subject_table(outcome, confirmed, columns, criteria), columns)
    shown = pd.DataFrame(columns=list(EVIDENCE))
    if with_evidence:
        shown = evidence(outcome.course, outcome.decisions, records, components)
        shown["VISITROW"] = (np.cumsum(outcome.shown) - 1)[shown["VISITROW"].to_numpy()]
    frames = components, subjects
    found = doubts(outcome, records, frames, columns, criteria)
    return ImwgResponse(*tables, shown, join_findings([findings, *found]))


def check_components(
    components: pd.DataFrame,
    subjects: pd.DataFrame,
    *,
    criteria: Criteria = USUAL,
    **names: Any,
) -> pd.DataFrame:
    """List all that is wrong or doubtful in the input of `imwg_response`.

    Args:
        components: as there.
        subjects: as there.
        criteria: as there.
        names: names of columns, as there.

    Returns:
        Errors (with these `imwg_response` refuses to work): columns that are absent or of the
        wrong kind; subjects that are missing, repeated or unknown; unknown component codes and
        texts; impossible numbers; records without a day, of study day 0 or after death; results
        of one component and day that differ. Warnings: records without a result or twice the
        same, and what `imwg_response` returns as findings. Columns as of `check_responses`.
    """
    try:
        return imwg_response(components, subjects, criteria=criteria, **names).findings
    except ResponseError as error:
        return error.findings


def _read(
    components: pd.DataFrame, subjects: pd.DataFrame, columns: Columns, criteria: Criteria
) -> tuple[Records, Subjects, Visits, pd.DataFrame]:
    """Records, subjects, visits and warnings; all errors are raised together."""
    everyone, about_subjects = read_subjects(subjects, columns)
    records, about_records = read_records(components, everyone, columns)
    if everyone is None or records is None:
        raise_faults(join_findings([about_subjects, about_records]))
    assert everyone is not None
    assert records is not None
    named = columns.visit is not None
    made, duplicates = make_visits(records, len(subjects), criteria, named=named)
    repeated = duplicate_faults(components, duplicates, columns) if len(records.row) else []
    findings = join_findings([about_subjects, about_records, *repeated])
    raise_faults(findings)
    return records, everyone, made, findings


def _evaluate(records: Records, subjects: Subjects, visits: Visits, criteria: Criteria) -> Outcome:
    """The steps of the criteria."""
    course = Course.of(visits, records, subjects, criteria)
    measurable = Measurable.of(course, criteria)
    signs = progression(course, measurable, criteria)
    state = status(course, measurable, criteria)
    given = levels(course, state, criteria)
    decisions = decide(course, state, given, signs)
    shown = _assessed(visits) | (decisions.response == PD)
    return Outcome(subjects, course, measurable, state, given, signs, decisions, shown)


def _assessed(visits: Visits) -> Bools:
    """Visits with a component that is more than supporting."""
    size = len(visits.subject)
    main = [of[:size] >= 0 for name, of in visits.record.items() if name not in SUPPORTING]
    assessed: Bools = np.logical_or.reduce([np.zeros(size, bool), *main])
    return assessed
