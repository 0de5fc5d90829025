"""Dates of the events and censorings of a time-to-event parameter, from their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.registry import EventTable
from cdisc_pom.columns import Column, constant_text, missing_like, stack, take
from cdisc_pom.plan.frames import where_mask
from cdisc_pom.plan.model import EventStep

if TYPE_CHECKING:
    from cdisc_pom.plan.table import Table


def candidates(table: Table, events: tuple[EventStep, ...]) -> EventTable:
    """Every date that may end a subject's time, one row a source record and row of Events."""
    parts = [_rows(table, event) for event in events]
    return EventTable({name: stack([part[name] for part in parts]) for name in parts[0]})


def _rows(table: Table, event: EventStep) -> dict[str, Column]:
    frame = table.frame(event.source)
    kept = np.zeros(frame.size, dtype=bool)
    kept[frame.kept] = True
    if event.where is not None:
        kept &= where_mask(frame, event.where, table.run.evaluator)
    dates = frame.column(event.date.name)
    kept &= dates.notna().to_numpy()
    at = np.flatnonzero(kept)
    index = pd.RangeIndex(len(at))
    source = table.plan.sources[event.source]
    sequence = _sequence(source.columns)
    number = take(frame.column(sequence), at, index) if sequence else missing_like("integer", index)
    return {
        "USUBJID": take(frame.column("USUBJID"), at, index),
        "DATE": dates_from_days(day_numbers(take(dates, at, index)), index),
        "ORDER": pd.Series(np.full(len(at), event.order), index=index),
        "EVENT": pd.Series(np.full(len(at), event.kind == "EVENT"), index=index),
        "DESCRIPTION": constant_text(event.description, index),
        "CNSR": pd.Series(np.full(len(at), event.cnsr), index=index),
        "SRCDOM": constant_text(source.origin[1], index),
        "SRCVAR": constant_text(event.date.name, index),
        "SRCSEQ": number,
    }


def _sequence(columns: frozenset[str]) -> str | None:
    """The variable that numbers the source's records (--SEQ or ASEQ)."""
    named = sorted(name for name in columns if name.endswith("SEQ") and not name.startswith("SRC"))
    return "ASEQ" if "ASEQ" in named else (named[0] if named else None)
