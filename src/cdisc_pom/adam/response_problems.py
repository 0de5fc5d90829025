"""Faults and doubts about responses and their components, as problems of an algorithm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import Severity
from cdisc_pom.algorithms.registry import Problem, Records
from cdisc_pom.columns import missing_like

_SHOWN = 5


def subject_labels(size: int) -> pd.Index:
    """Labels of subjects, below zero: no record of the components has one."""
    return pd.Index(-1 - np.arange(size))


def problems_of_both(findings: pd.DataFrame, size: int, subjects: int) -> tuple[Problem, ...]:
    """Problems of components, and those of the subjects themselves at the subjects' records."""
    labels = pd.to_numeric(findings["RECORD"])
    theirs = labels < 0
    own = findings[theirs].assign(RECORD=-1 - labels[theirs])
    return (*problems_of(findings[~theirs], size, gathered=True), *problems_of(own, subjects))


def problems_of(
    findings: pd.DataFrame, size: int, *, gathered: bool = False
) -> tuple[Problem, ...]:
    """Faults and doubts about the input, one for each sentence, with the records they are about."""
    found = []
    for (level, message), group in findings.groupby(["SEVERITY", "MESSAGE"], sort=True):
        severity: Severity = "error" if level == "error" else "warning"
        rows = np.zeros(size, dtype=bool)
        known = group["RECORD"].dropna()
        rows[known.to_numpy(dtype=np.int64)] = True
        hint = ""
        if known.empty:
            subjects = ", ".join(group["USUBJID"].dropna().astype(str).unique()[:_SHOWN])
            hint = f"Subjects: {subjects}." if subjects else ""
        found.append(
            Problem(rows, str(message).rstrip("."), None, hint, "response", severity, gathered)
        )
    return tuple(found)


def no_records(problems: tuple[Problem, ...]) -> Records:
    """No records, since the input has faults."""
    index = pd.RangeIndex(0)
    columns = {name: missing_like("text", index) for name in ("USUBJID", "AVALC")}
    return Records(np.zeros(0, dtype=np.int64), columns, problems)
