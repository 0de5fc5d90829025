"""Data cut-off: what lies after a date is left out of SDTM, and told.

A record goes when the earliest day that its date may mean lies after the cut-off, or, when it has
no date, with its visit; a subject goes, with all records, when consent does. Of records that stay,
end dates (and the dates of DM) after the cut-off are missing, since they were not known then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.iso8601 import date_bounds
from cdisc_pom.columns import Codes, Column, Mask, distinct, map_text, take
from cdisc_pom.plan.block import Block
from cdisc_pom.plan.coerce import as_text

if TYPE_CHECKING:
    from cdisc_pom.plan.table import Table

SUBJECTS = "DM"
SUBJECT = "USUBJID"
VISIT = "VISITNUM"

Kind = Literal["late", "undated", "subject", "date"]
WORDS: Mapping[Kind, str] = {
    "late": "{variable} lies after the data cut-off {cutoff}",
    "undated": "undated; its visit lies after the data cut-off {cutoff}",
    "subject": "the subject consented after the data cut-off {cutoff}",
    "date": "{variable} lies after the data cut-off {cutoff} and is left out",
}


@dataclass(frozen=True)
class Removal:
    """Records of a data set that the cut-off removed, or of which it left a date out (`date`).

    `size` counts the records before. Origin, subject and date of each record stand in parallel.
    """

    dataset: str
    variable: str
    kind: Kind
    size: int
    origins: tuple[str, ...]
    subjects: tuple[str, ...]
    dates: tuple[str, ...]


def cut_records(table: Table, cutoff: str) -> None:
    """Drop the records of a data set that lie after the cut-off."""
    names = {row.variable for row in table.plan.variables}
    late = np.zeros(table.size, dtype=bool)
    timing = record_date(table.plan.name, names)
    if timing is not None:
        dates = table.column(timing)
        late = after(dates, cutoff)
        _tell(table, late, "late", cutoff, timing, dates)
    gone = late.copy()
    if timing is not None and VISIT in names:
        # Not done, so not dated: it goes with its visit, which SV has lost by now.
        lost = (table.column(timing).isna() & table.column(VISIT).isna()).to_numpy(dtype=bool)
        _tell(table, lost, "undated", cutoff, VISIT)
        gone |= lost
    if table.plan.name != SUBJECTS and SUBJECT in names and SUBJECTS in table.run.plan.datasets:
        known = table.run.table(SUBJECTS).column(SUBJECT)
        foreign = ~table.column(SUBJECT).isin(known.dropna()).to_numpy(dtype=bool) & ~gone
        _tell(table, foreign, "subject", cutoff, SUBJECT)
        gone |= foreign
    if gone.any():
        _keep(table, ~gone)
    table.forget()


def record_date(dataset: str, names: set[str]) -> str | None:
    """The variable that dates a record: start before single date, consent in DM."""
    if dataset == SUBJECTS:
        return next((name for name in ("RFICDTC", "RFSTDTC") if name in names), None)
    return next((n for n in (f"{dataset}STDTC", f"{dataset}DTC") if n in names), None)


def cut_values(table: Table, name: str, values: Column, cutoff: str) -> Column:
    """A date variable with what lies after the cut-off missing."""
    late = after(values, cutoff)
    if not late.any():
        return values
    _tell(table, late, "date", cutoff, name, values)
    return take(values, np.where(late, -1, np.arange(len(values))), values.index)


def after(dates: Column, cutoff: str) -> Mask:
    """Where the earliest day that an ISO 8601 date may mean lies after the cut-off."""
    first = map_text(dates, lambda text: (date_bounds(text) or (None,))[0])
    return (first.astype(object) > cutoff).to_numpy(dtype=bool) if first.notna().any() else (
        np.zeros(len(dates), dtype=bool)
    )  # fmt: skip


def _tell(
    table: Table, rows: Mask, kind: Kind, cutoff: str, variable: str, dates: Column | None = None
) -> None:
    if rows.any():
        removal = _removal(table, rows, kind, variable, dates)
        table.run.removed[removal.dataset, variable, kind] = removal
        message = WORDS[kind].format(variable=variable, cutoff=cutoff)
        table.run.report(
            rows, message, dataset=table.plan.name, origins=table.origins(), variable=variable,
            cell=table.plan.row.cell("dataset"), rule="cutoff", severity="note",
        )  # fmt: skip


def _removal(table: Table, rows: Mask, kind: Kind, variable: str, dates: Column | None) -> Removal:
    at = np.flatnonzero(rows)
    known = SUBJECT in table.kinds
    return Removal(
        table.plan.name, variable, kind, table.size, table.origins().take(at).texts(),
        _texts(table.column(SUBJECT) if known else None, at), _texts(dates, at),
    )  # fmt: skip


def _texts(column: Column | None, at: Codes) -> tuple[str, ...]:
    if column is None:
        return ("",) * len(at)
    codes, found = distinct(as_text(column))
    return tuple(np.array([*found, ""], dtype=object)[codes[at]].tolist())


def _keep(table: Table, kept: Mask) -> None:
    """Every block with the records that stay."""
    start = 0
    for number, block in enumerate(table.making):
        mine = np.flatnonzero(kept[start : start + block.size])
        start += block.size
        table.making[number] = _part(block, mine)


def _part(block: Block, at: np.ndarray) -> Block:
    index = pd.RangeIndex(len(at))
    moved = np.full(block.size, -1, dtype=np.int64)
    moved[at] = np.arange(len(at))
    parents = tuple(
        replace(p, rows=moved[p.rows][stays], positions=p.positions[stays])
        for p in block.parents
        for stays in [moved[p.rows] >= 0]
    )
    making = block.making and replace(block.making, which=block.making.which[at])
    raw = block.raw
    return Block(
        block.alias, len(at), lambda name: take(raw(name), at, index), block.origins.take(at),
        {name: take(column, at, index) for name, column in block.supplied.items()},
        parents=parents, making=making,
    )  # fmt: skip
