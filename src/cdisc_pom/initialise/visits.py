"""Visits as they were collected, in the order in which subjects had them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.columns import text_column
from cdisc_pom.initialise.dates import date_layout
from cdisc_pom.initialise.survey import SITE, SUBJECT, VISIT, RawTable
from cdisc_pom.initialise.words import squash
from cdisc_pom.spec.writer import Cells

_FREE = ("UNSCHEDULED", "UNPLANNED", "计划外", "非计划")
_ISO = "yyyy-MM-dd"


def visit_rows(forms: list[RawTable]) -> list[Cells]:
    """Rows of Visits, numbered from 1; unscheduled ones go after the visit before them."""
    names = list(dict.fromkeys(name for form in forms for name in _visits(form)))
    order = _order(forms)
    planned = [name for name in names if not _is_free(name)]
    planned.sort(key=lambda name: (order.get(name, float("inf")), names.index(name)))
    rows: list[Cells] = []
    for number, name in enumerate(planned, start=1):
        rows.append({
            "Visit as collected": name, "VISITNUM": number, "VISIT": name, "Planned": "Yes",
            "Note": "guess: number by the order of dates, name as collected",
        })  # fmt: skip
    rows += [
        {
            "Visit as collected": name, "VISIT": "UNSCHEDULED",
            "Unscheduled rule": "after previous", "Planned": "No", "Note": "by name",
        }
        for name in names if _is_free(name)
    ]  # fmt: skip
    return rows


def _is_free(name: str) -> bool:
    return any(word in squash(name) for word in _FREE)


def _visits(form: RawTable) -> tuple[str, ...]:
    return form.columns[form.parts[VISIT]].values if VISIT in form.parts else ()


def _order(forms: list[RawTable]) -> dict[str, int]:
    """How many visits each visit mostly comes after, in the subjects who had both."""
    found = [frame for form in forms if (frame := _days(form)) is not None]
    if not found:
        return {}
    days = pd.concat(found, ignore_index=True).dropna()
    first = days.pivot_table("date", ["site", "subject"], "visit", aggfunc="min")
    dates = first.to_numpy(dtype="datetime64[s]").astype(float)
    dates[first.isna().to_numpy()] = np.nan
    after = [
        int(((dates[:, [at]] > dates).sum(axis=0) > (dates[:, [at]] < dates).sum(axis=0)).sum())
        for at in range(dates.shape[1])
    ]
    return dict(zip(map(str, first.columns), after, strict=True))


def _days(form: RawTable) -> pd.DataFrame | None:
    """Site, subject, visit and date of a form whose first dates are plain ISO dates."""
    if not {SUBJECT, VISIT} <= set(form.parts):
        return None
    for column in form.columns.values():
        layout = date_layout(column.values) if not column.numeric else None
        if layout is not None and layout.formats[0] == _ISO and layout.whole:
            site = form.parts.get(SITE)
            return pd.DataFrame({
                "site": text_column(form.columns[site].data).astype(object) if site else "",
                "subject": text_column(form.columns[form.parts[SUBJECT]].data).astype(object),
                "visit": text_column(form.columns[form.parts[VISIT]].data).astype(object),
                "date": pd.to_datetime(
                    text_column(column.data).astype(object), format="%Y-%m-%d", errors="coerce"
                ),
            })  # fmt: skip
    return None
