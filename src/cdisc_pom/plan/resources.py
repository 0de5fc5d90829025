"""Sheets that algorithms look things up in, as the tables that algorithms take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cdisc_pom.adam.formula import Formula
from cdisc_pom.adam.toxicity_table import GradeTable
from cdisc_pom.adam.windows import WindowTable
from cdisc_pom.algorithms.dates import ImputationRule
from cdisc_pom.algorithms.lookups import LookupTable
from cdisc_pom.algorithms.numbers import UnitTable
from cdisc_pom.algorithms.ranges import Range
from cdisc_pom.algorithms.values import TermTable, fold
from cdisc_pom.algorithms.visits import Visit, VisitTable
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan import tables
from cdisc_pom.plan.evaluate import EvaluationError, Evaluator
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression
from cdisc_pom.spec.sheets import ImputationRow, UnitRow, VisitRow
from cdisc_pom.spec.workbook import Workbook


@dataclass
class Resources:
    """Look-up tables of one workbook, made when they are first asked for."""

    workbook: Workbook
    faults: Collector

    def __post_init__(self) -> None:
        """Nothing is made yet."""
        self._made: dict[tuple[str, str], Any] = {}
        self._evaluator: Evaluator | None = None

    def get(self, kind: str, name: str, cell: Cell) -> Any:
        """A look-up table by kind and name; an unknown name is a fault at `cell`."""
        if (kind, name) not in self._made:
            make = getattr(self, f"_{kind}")
            self._made[kind, name] = make(name, cell)
        return self._made[kind, name]

    def _codelist(self, name: str, cell: Cell) -> TermTable | None:
        found = self.workbook.codelists.get(name)
        if found is None:
            if not name:
                hint = "Fill Codelist of the variable, or say codelist=… in Arguments."
                self.faults.add(cell, "names no code list.", hint)
            else:
                self.faults.unknown("code list", name, self.workbook.codelists, place=cell)
            return None
        # A term, its decode and its Chinese decode mean the term; Terms rows come on top.
        terms: dict[str, str] = {}
        shown: dict[str, str] = {}
        doubtful: set[str] = set()
        for row in found.rows:
            for text in (row.decode_zh, row.decode):
                if text is not None:
                    if terms.setdefault(fold(text), row.term) != row.term:
                        doubtful.add(fold(text))
                    shown[text] = row.term
        for text in doubtful:
            del terms[text]
        for row in found.rows:
            terms[fold(row.term)] = row.term
            shown[row.term] = row.term
        for extra in found.collected:
            terms[fold(extra.collected)] = extra.term
            shown[extra.collected] = extra.term
        return TermTable(name, terms, shown)

    def _units(self, name: str, cell: Cell) -> UnitTable:
        del name, cell
        rows = self.workbook.rows(UnitRow)
        keys = [(row.testcd or "", row.origin, row.to) for row in rows]
        return UnitTable(
            {key: row.factor for key, row in zip(keys, rows, strict=True)},
            {key: row.add for key, row in zip(keys, rows, strict=True) if row.add is not None},
        )

    def _imputation(self, name: str, cell: Cell) -> ImputationRule | None:
        rows = self.workbook.rows(ImputationRow)
        mine = [row for row in rows if row.id == name]
        if not mine:
            self.faults.unknown("imputation rule", name, {row.id for row in rows}, place=cell)
            return None
        return ImputationRule(name, {row.missing: row.take for row in mine})

    def _visits(self, name: str, cell: Cell) -> VisitTable:
        del name, cell
        return visit_table(self.workbook.rows(VisitRow), self.faults)

    def _lookup(self, name: str, cell: Cell) -> LookupTable | None:
        return tables.lookup_table(self.workbook, name, cell, self.faults)

    def _dictionary(self, name: str, cell: Cell) -> LookupTable | None:
        return tables.dictionary_table(self.workbook, name, cell, self.faults)

    def _windows(self, name: str, cell: Cell) -> WindowTable | None:
        return tables.window_table(self.workbook, name, cell, self.faults)

    def _grades(self, name: str, cell: Cell) -> GradeTable | None:
        return tables.grade_table(self.workbook, name, cell, self.faults)

    def _ranges(self, name: str, cell: Cell) -> tuple[Range, ...] | None:
        del name
        return tables.range_table(self.workbook, cell, self.faults)

    def _formula(self, name: str, cell: Cell) -> Formula | None:
        self._evaluator = self._evaluator or Evaluator()
        return tables.formula_of(name, self._evaluator, cell, self.faults)


@dataclass(frozen=True)
class PlannedVisit:
    """One visit of the Visits sheet, its `{n}` filled in."""

    row: VisitRow
    collected: str
    visit: Visit


_RANGE = re.compile(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?$")


def expand_visits(rows: tuple[VisitRow, ...], faults: Collector) -> list[PlannedVisit]:
    """Visits with each number of their range in the place of `{n}`."""
    evaluator = Evaluator()
    found = []
    for row in rows:
        numbers = _numbers(row, faults)
        visitnums = _values(row, "visitnum", numbers, evaluator, faults)
        days = _values(row, "visitdy", numbers, evaluator, faults)
        for n, number, day in zip(numbers, visitnums, days, strict=True):

            def fill(text: str, n: int | None = n) -> str:
                return text if n is None else text.replace("{n}", str(n))

            unscheduled = row.rule is not None
            if number is None and not unscheduled:
                hint = "Give a number, or a rule in 'Unscheduled rule'."
                faults.add(row.cell("visitnum"), "'VISITNUM' is empty.", hint)
            visit = Visit(number, fill(row.visit), day, unscheduled)
            found.append(PlannedVisit(row, fill(row.collected), visit))
    return found


def visit_table(rows: tuple[VisitRow, ...], faults: Collector) -> VisitTable:
    """The Visits sheet as a look-up."""
    planned = expand_visits(rows, faults)
    visits: dict[str, Visit] = {}
    for item in planned:
        key = fold(item.collected)
        if key in visits:
            cell = item.row.cell("collected")
            faults.add(cell, f"'{item.collected}' stands twice in Visits.")
        visits[key] = item.visit
    return VisitTable(visits, tuple(item.collected for item in planned))


def _numbers(row: VisitRow, faults: Collector) -> list[int | None]:
    if row.n is None:
        return [None]
    match = _RANGE.match(row.n)
    if match is None:
        faults.add(row.cell("n"), f"'{row.n}' is no range such as 2-26.")
        return []
    first = int(match[1])
    return list(range(first, int(match[2] or first) + 1))


def _values(
    row: VisitRow, name: str, numbers: list[int | None], evaluator: Evaluator, faults: Collector
) -> list[float | None]:
    """A cell's value for each number of the range, worked out at once."""
    cell = getattr(row, name)
    if cell is None or isinstance(cell, (int, float)):
        return [cell] * len(numbers)
    try:
        expression = parse_expression(cell)
        counted = pd.Series(np.array(numbers, dtype=float))
        values = evaluator.column(expression, {ColumnName("n"): counted}, len(numbers))
        return [float(value) for value in values]
    except (ExpressionError, EvaluationError, KeyError, TypeError, ValueError):
        hint = "It is a number, or arithmetic on n such as 10 + n."
        faults.add(row.cell(name), f"'{cell}' cannot be worked out.", hint)
        return [None] * len(numbers)
