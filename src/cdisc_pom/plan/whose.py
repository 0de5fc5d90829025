"""Whose record a finding of the run is about: subjects, found by where their records come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cdisc_pom.errors import Example, Finding
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard

SUBJECT = "USUBJID"


def name_subjects(
    findings: Sequence[Finding], standards: Iterable[BuiltStandard], raw: RawFolder
) -> list[Finding]:
    """The findings with the subject of each record that they show.

    A finding knows file and line of its records. The data set that it is about holds records of
    the same file and line, or another data set does, where the finding is about records that were
    looked at. A published data set of the raw folder names subjects by itself.
    """
    built = [dataset for standard in standards for dataset in standard.datasets]
    built = [dataset for dataset in built if SUBJECT in dataset.frame and dataset.origins]
    places = {
        shown.origin
        for finding in findings
        if finding.origin and not finding.key
        for shown in _shown(finding)
    } - {""}
    known = {item.meta.name: _subjects(item, places) for item in built} if places else {}
    known[""] = _given(raw, places)
    return [
        _named(finding, known) if finding.origin and not finding.key else finding
        for finding in findings
    ]


def _shown(finding: Finding) -> tuple[Finding | Example, ...]:
    return (finding, *finding.examples)


def _subjects(dataset: BuiltDataset, places: set[str]) -> dict[str, str]:
    """Subject of each place that a record of the data set comes from."""
    origins = pd.Index(dataset.origins, dtype="str")
    at = np.flatnonzero(origins.isin(list(places)))
    subjects = dataset.frame[SUBJECT].iloc[at]
    whose = pd.Series(subjects.to_numpy(), index=origins[at]).dropna()
    return {str(place): str(subject) for place, subject in whose.groupby(level=0).first().items()}


def _given(raw: RawFolder, places: set[str]) -> dict[str, str]:
    """Subject of each place in a file that has USUBJID."""
    lines: dict[str, list[int]] = {}
    for place in places:
        file, _, line = place.rpartition(":")
        if line.isdigit():
            lines.setdefault(file, []).append(int(line))
    found: dict[str, str] = {}
    for form, path in raw.files.items():
        if path.name not in lines or SUBJECT not in raw.header(form):
            continue
        records = raw.form(form)
        at = np.flatnonzero(np.isin(records.lines, lines[path.name]))
        subjects = records.columns[SUBJECT].iloc[at].tolist()
        named = zip(records.lines[at].tolist(), subjects, strict=True)
        found |= {f"{path.name}:{line}": str(name) for line, name in named if not pd.isna(name)}
    return found


def _named(finding: Finding, known: dict[str, dict[str, str]]) -> Finding:
    first = known.get(finding.dataset, {})

    def key(place: str) -> str:
        found = first.get(place) or next((m[place] for m in known.values() if place in m), None)
        return f"{SUBJECT}={found}" if found else ""

    examples = tuple(replace(each, key=key(each.origin)) for each in finding.examples)
    return replace(finding, key=key(finding.origin), examples=examples)
