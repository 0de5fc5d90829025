"""What is doubtful about a course of disease that can be derived all the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import Report
from cdisc_pom.adam.imwg_course import Course
from cdisc_pom.adam.imwg_criteria import TEXTUAL, Criteria, Ints
from cdisc_pom.adam.imwg_progression import Measurable
from cdisc_pom.adam.imwg_records import Columns, Records
from cdisc_pom.adam.imwg_tables import Outcome
from cdisc_pom.algorithms.comparison import above, at_least


def doubts(
    outcome: Outcome,
    records: Records,
    frames: tuple[pd.DataFrame, pd.DataFrame],
    columns: Columns,
    criteria: Criteria,
) -> Iterator[pd.DataFrame]:
    """Warnings: no baseline, nothing measurable, no light chain, results that do not fit.

    `frames` are the components and the subjects as given.
    """
    components, subjects = frames
    course, measurable = outcome.course, outcome.measurable
    report = Report(subjects, columns.subject)
    name = columns.subject
    has_records = np.zeros(len(subjects), bool)
    has_records[course.visits.subject] = True
    base = {code: ~np.isnan(course.base(code)) for code in ("SMP", "UMP", "DFLC", "BMPC")}
    none = ~np.logical_or.reduce(list(base.values()))
    message = (
        "no M-protein, free light chains or marrow on or before first dose: nothing is followed."
    )
    yield report.warning("no baseline", name, none & has_records, message)
    followed = np.logical_or.reduce(list(measurable.followed().values()))
    message = "nothing is measurable at baseline: only progression can be told."
    yield report.warning("not measurable", name, ~followed & ~none & has_records, message)
    message = "urine is followed, but serum has no baseline and is not."
    yield report.warning("no baseline", name, measurable.urine & ~base["SMP"], message)
    message = "serum is followed, but urine has no baseline and is not."
    yield report.warning("no baseline", name, measurable.serum & ~base["UMP"], message)
    yield from _light_chains(course, measurable, report, columns, criteria)
    yield from _immunofixation(course, records, components, columns, criteria)


def _light_chains(
    course: Course,
    measurable: Measurable,
    report: Report,
    columns: Columns,
    criteria: Criteria,
) -> Iterator[pd.DataFrame]:
    """Free light chains that cannot be told apart, or of which the wrong one is high."""
    size = len(course.visits.subject)
    chains = ~np.isnan(course.quantity["KAP"].value[size:]) | ~np.isnan(
        course.quantity["LAM"].value[size:]
    )
    unknown = chains & np.isnan(course.base("IFLC"))
    name = columns.light_chain if columns.light_chain in report.frame else columns.subject
    message = "the involved light chain is not known: free light chains are not followed."
    yield report.warning("light chain", name, unknown, message)
    high = at_least(course.base("IFLC"), criteria.flc_measurable)
    wrong = (
        high & ~above(course.base("DFLC"), 0.0) & ~measurable.flc & ~np.isnan(course.base("DFLC"))
    )
    message = "the uninvolved light chain is the higher one: free light chains are not followed."
    yield report.warning("light chain", name, wrong, message)


def _immunofixation(
    course: Course,
    records: Records,
    components: pd.DataFrame,
    columns: Columns,
    criteria: Criteria,
) -> Iterator[pd.DataFrame]:
    """Negative immunofixation beside a measurable M-protein of the same visit."""
    report = Report(components, columns.subject)
    limits = {
        "SIFE": ("SMP", criteria.serum_measurable),
        "UIFE": ("UMP", criteria.urine_measurable),
    }
    for name, (protein, limit) in limits.items():
        negative = course.now(name) == TEXTUAL[name].index("NEGATIVE")
        odd = np.flatnonzero(negative & at_least(course.now(protein), limit))
        where = np.zeros(len(components), bool)
        where[_rows(course, name, odd, records)] = True
        message = f"immunofixation is {{}}, but {protein} is measurable at the visit."
        yield report.warning("immunofixation", columns.text, where, message)


def _rows(course: Course, name: str, visits: Ints, records: Records) -> Ints:
    """Input rows of a component at visits."""
    return records.row[course.quantity[name].sources[0][visits]]
