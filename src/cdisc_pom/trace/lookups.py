"""Rows of look-up sheets that gave a value: terms, units, visits, imputation rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.iso8601 import read_iso
from cdisc_pom.algorithms.lookups import LookupTable, default_keys
from cdisc_pom.algorithms.values import fold
from cdisc_pom.columns import Codes, Column, distinct_rows, text_column
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan.model import Step
from cdisc_pom.plan.resources import expand_visits
from cdisc_pom.spec.sheets import ImputationRow, UnitRow, VisitRow
from cdisc_pom.spec.tables import LookupRow, WindowRow
from cdisc_pom.spec.workbook import LOOKUP, Workbook
from cdisc_pom.trace.model import Written

# A look-up says for a combination of inputs which row of the workbook answers it.
Answer = Callable[[tuple[Any, ...]], Written | None]
Found = tuple[tuple[str, ...], Answer] | None
Maker = Callable[[Workbook, Step, str], Found]


class Lookups:
    """The look-ups of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        """Nothing is made yet."""
        self.book = book
        self._made: dict[tuple[str, ...], Found] = {}

    def answers(
        self, step: Step, arguments: Mapping[str, Any]
    ) -> Iterator[tuple[Codes, tuple[Written, ...]]]:
        """For each look-up of a step the row of the workbook that answered each record.

        Args:
            step: a row of Mapping or Derivations.
            arguments: what its algorithm got.

        Yields:
            Numbers of cells, one a record (-1 where none was needed), and the cells.
        """
        for name, marker in step.algorithm.markers().items():
            if marker.role != "resource" or not step.texts.get(name):
                continue
            key = marker.resource, step.texts[name], step.dataset, str(step.cell)
            if key not in self._made:
                make = _MAKERS.get(marker.resource, _unknown)
                self._made[key] = make(self.book, step, step.texts[name])
            made = self._made[key]
            if made is None:
                continue
            columns = list(_given(made[0], arguments))
            if columns:
                yield _answers(columns, made[1])


def _given(names: tuple[str, ...], arguments: Mapping[str, Any]) -> Iterator[Column]:
    """Columns that an algorithm got under some names."""
    for name in names:
        found = arguments.get(name)
        for column in found if isinstance(found, tuple) else (found,):
            if isinstance(column, pd.Series):
                yield column


def _answers(columns: list[Column], answer: Answer) -> tuple[Codes, tuple[Written, ...]]:
    codes, rows = distinct_rows([_plain(column) for column in columns])
    cells: dict[Written, int] = {}
    at = []
    for row in rows:
        found = answer(row)
        at.append(-1 if found is None else cells.setdefault(found, len(cells)))
    return np.array([*at, -1], dtype=np.int64)[codes], tuple(cells)


def _plain(column: Column) -> Column:
    """Text, so that combinations of any kind of column can be counted."""
    return column if column.dtype == "category" else text_column(column)


def _codelist(book: Workbook, step: Step, name: str) -> Found:
    """Rows of Terms come before terms of the list, these before their decodes."""
    found = book.codelists.get(name)
    inputs = _columns(step)
    if found is None or not inputs:
        return None
    rows: dict[str, Written] = {}
    for field in ("decode_zh", "decode", "term"):
        for row in found.rows:
            text = getattr(row, field)
            if text is not None:
                rows[fold(text)] = Written(row.cell(field), f"{text} → {row.term}")
    for extra in found.collected:
        said = f"{extra.collected} → {extra.term}"
        rows[fold(extra.collected)] = Written(extra.cell("collected"), said)
    return inputs[:1], lambda values: None if values[0] is None else rows.get(fold(values[0]))


def _units(book: Workbook, step: Step, name: str) -> Found:
    """A factor for the test comes before one for any test; the same unit needs none."""
    del name
    if not {"testcd", "unit", "to"} <= set(step.refs):
        return None
    rows = {(row.testcd or "", row.origin, row.to): row for row in book.rows(UnitRow)}

    def answer(values: tuple[Any, ...]) -> Written | None:
        testcd, unit, to = values[:3]
        own = values[3] if len(values) > 3 else None  # noqa: PLR2004 - the fourth is the factor
        if unit == to or unit is None or to is None or own is not None:
            return None
        row = rows.get((testcd or "", unit, to)) or rows.get(("", unit, to))
        added = f" {row.add:+g}" if row and row.add is not None else ""
        said = row and f"{row.origin} → {row.to}: × {row.factor:g}{added}"
        return Written(row.cell("factor"), str(said)) if row else None

    return ("testcd", "unit", "to", "factor"), answer


def _visits(book: Workbook, step: Step, name: str) -> Found:
    del name
    planned = {
        fold(item.collected): Written(
            item.row.cell("collected"), f"{item.collected} → {item.visit.visit}"
        )
        for item in expand_visits(book.rows(VisitRow), Collector())
    }
    inputs = _columns(step)
    return inputs[:1], lambda values: None if values[0] is None else planned.get(fold(values[0]))


def _imputation(book: Workbook, step: Step, name: str) -> Found:
    rows = {row.missing: row for row in book.rows(ImputationRow) if row.id == name}

    def answer(values: tuple[Any, ...]) -> Written | None:
        parts = read_iso(values[0]) if values[0] is not None else None
        if parts is None or None not in (parts.month, parts.day):
            return None
        row = rows.get("month" if parts.month is None else "day")
        said = row and f"{row.id}: {row.missing} → {row.take}"
        return Written(row.cell("take"), str(said)) if row else None

    return _columns(step)[:1], answer


def _windows(book: Workbook, step: Step, name: str) -> Found:
    rows = [row for row in book.rows(WindowRow) if row.id == name]

    def answer(values: tuple[Any, ...]) -> Written | None:
        if values[0] is None:
            return None
        day = float(values[0])
        for row in rows:
            start = -math.inf if row.start is None else row.start
            end = math.inf if row.end is None else row.end
            if start <= day <= end:
                return Written(row.cell("avisit"), f"{row.avisit}: {start:g} – {end:g}")
        return None

    return _columns(step)[:1], answer


def _lookup(book: Workbook, step: Step, name: str) -> Found:
    """Rows of Lookups, or of the sheet that the table has of its own."""
    keys, give = step.refs.get("keys"), str(step.arguments.get("give", ""))
    table = step.arguments.get("table")
    if not isinstance(keys, tuple) or not isinstance(table, LookupTable):
        return None
    by = tuple(part.strip() for part in str(step.arguments.get("by", "")).split(",") if part)
    by = by or tuple(default_keys(table, [ref.name for ref in keys]))
    cells = _table_cells(book, name, give)
    rows: dict[tuple[str, ...], Written] = {}
    for at, cell in enumerate(cells):
        found = [table.columns[column][at] for column in by]
        if None not in found:
            said = f"{' / '.join(map(str, found))} → {table.columns[give][at]}"
            rows[tuple(fold(str(item)) for item in found)] = Written(cell, said)

    def answer(values: tuple[Any, ...]) -> Written | None:
        return None if None in values else rows.get(tuple(fold(str(item)) for item in values))

    return ("keys",), answer


def _table_cells(book: Workbook, name: str, give: str) -> list[Cell]:
    """The cell of a column in each row of a look-up table."""
    sheet = book.contents.get(f"{LOOKUP}{name}")
    if sheet is not None:
        return [sheet.cell(at, give) for at in range(len(sheet.records))]
    return [row.place.cell(give) for row in book.rows(LookupRow) if row.table == name]


def _unknown(book: Workbook, step: Step, name: str) -> Found:
    """A kind of look-up that is not known here has no row to show: the rule names it."""
    del book, step, name
    return None


def _columns(step: Step) -> tuple[str, ...]:
    """Arguments that are one column, in the order of the algorithm."""
    return tuple(name for name, ref in step.refs.items() if not isinstance(ref, tuple))


_MAKERS: Mapping[str, Maker] = {
    "codelist": _codelist, "units": _units, "visits": _visits, "imputation": _imputation,
    "windows": _windows, "lookup": _lookup,
}  # fmt: skip
