"""Whose record a finding of the run is about: subjects, found by where their records come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cdisc_pom.errors import Example, Finding
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard

SUBJECT = "USUBJID"


def name_subjects(findings: Sequence[Finding], standards: Iterable[BuiltStandard]) -> list[Finding]:
    """The findings with the subject of each record that they show.

    A finding knows file and line of its records. The data set that it is about holds records of
    the same file and line, or another data set does, where the finding is about records that were
    looked at.
    """
    built = [dataset for standard in standards for dataset in standard.datasets]
    built = [dataset for dataset in built if SUBJECT in dataset.frame and dataset.origins]
    places = {
        shown.origin
        for finding in findings
        if finding.origin and not finding.key
        for shown in (finding, *finding.examples)
    } - {""}
    known = {item.meta.name: _subjects(item, places) for item in built} if places else {}
    return [
        _named(finding, known) if finding.origin and not finding.key else finding
        for finding in findings
    ]


def _subjects(dataset: BuiltDataset, places: set[str]) -> dict[str, str]:
    """Subject of each place that a record of the data set comes from."""
    origins = pd.Index(dataset.origins, dtype="str")
    at = np.flatnonzero(origins.isin(list(places)))
    subjects = dataset.frame[SUBJECT].iloc[at]
    whose = pd.Series(subjects.to_numpy(), index=origins[at]).dropna()
    return {str(place): str(subject) for place, subject in whose.groupby(level=0).first().items()}


def _named(finding: Finding, known: dict[str, dict[str, str]]) -> Finding:
    first = known.get(finding.dataset, {})

    def key(place: str) -> str:
        found = first.get(place) or next((m[place] for m in known.values() if place in m), None)
        return f"{SUBJECT}={found}" if found else ""

    examples = tuple(replace(each, key=key(each.origin)) for each in finding.examples)
    return replace(finding, key=key(finding.origin), examples=examples)
