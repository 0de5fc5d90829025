"""Events, censorings and response components, gathered from their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cdisc_pom.adam.imwg_criteria import UNITS
from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.registry import ComponentTable, EventTable
from cdisc_pom.columns import Column, constant_text, missing_like, stack, take
from cdisc_pom.plan.coerce import as_text
from cdisc_pom.plan.frames import SourceFrame, where_mask
from cdisc_pom.plan.model import ComponentStep, Condition, EventStep

if TYPE_CHECKING:
    from cdisc_pom.plan.table import Table


# Where gathered rows came from: the row of the workbook, and positions in its source.
Gathered = list[tuple[EventStep | ComponentStep, np.ndarray]]


def candidates(table: Table, events: tuple[EventStep, ...]) -> tuple[EventTable, Gathered]:
    """Every date that may end a subject's time, one row a source record and row of Events."""
    at = [_dated(table, event, _positions(table, event)) for event in events]
    parts = [_rows(table, event, mine) for event, mine in zip(events, at, strict=True)]
    return EventTable(_stacked(parts)), list(zip(events, at, strict=True))


def components(table: Table, rows: tuple[ComponentStep, ...]) -> tuple[ComponentTable, Gathered]:
    """Every record that is a component of a response."""
    at = [_positions(table, row) for row in rows]
    parts = [_component(table, row, mine) for row, mine in zip(rows, at, strict=True)]
    return ComponentTable(_stacked(parts)), list(zip(rows, at, strict=True))


def _stacked(parts: list[dict[str, Column]]) -> dict[str, Column]:
    return {name: stack([part[name] for part in parts]) for name in parts[0]}


def _positions(table: Table, row: EventStep | ComponentStep) -> np.ndarray:
    """Records of the row's source that its Where keeps and that have a date."""
    frame = table.frame(row.source)
    kept = np.zeros(frame.size, dtype=bool)
    kept[frame.kept] = True
    if row.where is not None:
        kept &= where_mask(frame, row.where, table.run.mask)
    return np.flatnonzero(kept & frame.column(row.date.name).notna().to_numpy())


def _dated(table: Table, event: EventStep, at: np.ndarray) -> np.ndarray:
    """Positions whose date is complete; a partial one cannot end a time and is told."""
    frame = table.frame(event.source)
    dates = frame.column(event.date.name)
    lost = np.isnan(day_numbers(take(dates, at, pd.RangeIndex(len(at)))))
    if lost.any():
        rows = np.zeros(frame.size, dtype=bool)
        rows[at[lost]] = True
        table.run.report(
            rows, "'{value}' is not a complete date", dataset=table.plan.name,
            origins=frame.origins, cell=event.cell, rule="type", values=as_text(dates),
            hint="Use impute_date for partial dates.",
        )  # fmt: skip
    return at[~lost]


def _component(table: Table, row: ComponentStep, at: np.ndarray) -> dict[str, Column]:
    frame = table.frame(row.source)
    index = pd.RangeIndex(len(at))

    def expression(found: Condition | None) -> Column | None:
        if found is None:
            return None
        columns = {name: take(frame.column(ref.name), at, index)
                   for name, ref in found.refs.items()}  # fmt: skip
        return table.run.values(found.expression, found.cell, columns, len(at))

    def number(found: Condition | None) -> Column:
        values = expression(found)
        if found is None or values is None:
            return pd.Series(np.full(len(at), np.nan), index=index)
        try:
            return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=index)
        except ValueError:
            table.run.fault(found.cell, f"'{found.expression.text}' gives text, not a number")
            return pd.Series(np.full(len(at), np.nan), index=index)

    words, values = expression(row.text), number(row.value)
    if row.unit is not None:
        _check_units(table, row, at, values, expression(row.unit))
    return {
        "USUBJID": take(frame.column("USUBJID"), at, index),
        "COMPONENT": constant_text(row.component, index),
        "DATE": _date(frame, row, at, index),
        "VALUE": values,
        "TEXT": missing_like("text", index) if words is None else as_text(words),
        "LOW": number(row.low),
        "HIGH": number(row.high),
        "VISIT": missing_like("text", index) if row.visit is None else as_text(
            take(frame.column(row.visit.name), at, index)
        ),
    }  # fmt: skip


def _check_units(
    table: Table, row: ComponentStep, at: np.ndarray, values: Column, units: Column | None
) -> None:
    """Tell of numbers in another unit than the component's, or in none."""
    wanted = UNITS[row.component]
    found = missing_like("text", values.index) if units is None else as_text(units)
    fits = found.isin(wanted) | (found.isna() & ("" in wanted))
    lost = (values.notna() & ~fits).to_numpy(dtype=bool)
    if lost.any():
        frame = table.frame(row.source)
        rows = np.zeros(frame.size, dtype=bool)
        rows[at[lost]] = True
        places = np.full(frame.size, -1, dtype=np.int64)
        places[at] = np.arange(len(at))
        table.run.report(
            rows, f"{row.component} has unit '{{value}}' and not {wanted[0]}",
            dataset=table.plan.name, origins=frame.origins, cell=row.cell, rule="unit",
            values=take(found, places, pd.RangeIndex(frame.size)),
            hint="Convert it in Value, or ask for the unit.",
        )  # fmt: skip


def _date(
    frame: SourceFrame, row: EventStep | ComponentStep, at: np.ndarray, index: pd.RangeIndex
) -> Column:
    return dates_from_days(day_numbers(take(frame.column(row.date.name), at, index)), index)


def _rows(table: Table, event: EventStep, at: np.ndarray) -> dict[str, Column]:
    frame = table.frame(event.source)
    index = pd.RangeIndex(len(at))
    source = table.plan.sources[event.source]
    sequence = _sequence(source.columns)
    number = take(frame.column(sequence), at, index) if sequence else missing_like("integer", index)
    return {
        "USUBJID": take(frame.column("USUBJID"), at, index),
        "DATE": _date(frame, event, at, index),
        "ORDER": pd.Series(np.full(len(at), event.order), index=index),
        "EVENT": pd.Series(np.full(len(at), event.kind == "EVENT"), index=index),
        "EVNTDESC": constant_text(event.evntdesc, index),
        "CNSDTDSC": constant_text(event.cnsdtdsc, index),
        "CNSR": pd.Series(np.full(len(at), event.cnsr), index=index),
        "SRCDOM": constant_text(source.dataset or source.origin[1], index),
        "SRCVAR": constant_text(event.date.name, index),
        "SRCSEQ": number,
    }


def _sequence(columns: frozenset[str]) -> str | None:
    """The variable that numbers the source's records (--SEQ or ASEQ)."""
    named = sorted(name for name in columns if name.endswith("SEQ") and not name.startswith("SRC"))
    return "ASEQ" if "ASEQ" in named else (named[0] if named else None)
