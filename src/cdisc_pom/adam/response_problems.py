"""Faults and doubts about responses and their components, as problems of an algorithm."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import Severity
from cdisc_pom.algorithms.registry import Problem, Records
from cdisc_pom.columns import missing_like, text_column

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
    told = findings.assign(SENTENCE=_sentences(findings))
    for (level, sentence), group in told.groupby(["SEVERITY", "SENTENCE"], sort=True):
        severity: Severity = "error" if level == "error" else "warning"
        rows, values = np.zeros(size, dtype=bool), np.full(size, None, dtype=object)
        known = group[group["RECORD"].notna()]
        at = known["RECORD"].to_numpy(dtype=np.int64)
        rows[at], values[at] = True, known["VALUE"].to_numpy(dtype=object)
        hint = ""
        if known.empty:
            subjects = ", ".join(group["USUBJID"].dropna().astype(str).unique()[:_SHOWN])
            hint = f"Subjects: {subjects}." if subjects else ""
        shown = text_column(values) if "{value}" in str(sentence) else None
        message = str(sentence).rstrip(".")
        found.append(Problem(rows, message, shown, hint, "response", severity, gathered=gathered))
    return tuple(found)


def _sentences(findings: pd.DataFrame) -> np.ndarray:
    """Messages with `{value}` for the value that they tell, so that those of a kind are one."""
    pairs = findings[["MESSAGE", "VALUE"]].astype(object)
    codes = pairs.groupby(["MESSAGE", "VALUE"], dropna=False, sort=False).ngroup().to_numpy()
    _, firsts = np.unique(codes, return_index=True)
    distinct = [
        message.replace(value, "{value}") if isinstance(value, str) and value else message
        for message, value in pairs.iloc[firsts].itertuples(index=False, name=None)
    ]
    return np.array(distinct, dtype=object)[codes]


def no_records(problems: tuple[Problem, ...]) -> Records:
    """No records, since the input has faults."""
    index = pd.RangeIndex(0)
    columns = {name: missing_like("text", index) for name in ("USUBJID", "AVALC")}
    return Records(np.zeros(0, dtype=np.int64), columns, problems)
