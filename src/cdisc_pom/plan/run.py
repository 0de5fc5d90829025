"""A run of a plan: sources read when needed, variables made when asked for, findings kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Problem
from cdisc_pom.columns import Column, Mask, distinct, from_codes, text_column
from cdisc_pom.errors import Cell, Example, Finding, SpecError
from cdisc_pom.plan.cells import split_cells
from cdisc_pom.plan.cutoff import Removal
from cdisc_pom.plan.elements import element_frame
from cdisc_pom.plan.evaluate import EvaluationError, Evaluator
from cdisc_pom.plan.frames import Origins, SourceFrame, apply_rules
from cdisc_pom.plan.model import DatasetPlan, Plan, Source
from cdisc_pom.plan.relations import relation_frame
from cdisc_pom.plan.resources import expand_visits
from cdisc_pom.plan.table import Table
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.expressions import ColumnName, Expression
from cdisc_pom.spec.sheets import VisitRow
from cdisc_pom.spec.study import Study
from cdisc_pom.spec.workbook import Contents

_MANY = 200
_FEW = 5


@dataclass(frozen=True)
class _Site:
    """What a finding is about: data set, variable, rule and the cell that asks for it."""

    dataset: str
    variable: str
    cell: Cell
    rule: str
    severity: str
    message_zh: str = ""


class Run:
    """Tables of all data sets and what was found on the way."""

    def __init__(
        self, study: Study, plan: Plan, raw: RawFolder, *, cutoff: str | None = None,
        remember: bool = False,
    ) -> None:  # fmt: skip
        """Nothing is made yet; `table(name).column(variable)` makes what it needs.

        `cutoff` is a date in ISO 8601: what lies after it is left out of SDTM. A run that is to
        be traced shall `remember` what each step gave.
        """
        self.cutoff = cutoff
        self.remember = remember
        self.study = study
        self.plan = plan
        self.raw = raw
        self.evaluator = Evaluator()
        self.findings: list[Finding] = []
        self.removed: dict[tuple[str, str, str], Removal] = {}
        self.faults: list[SpecError] = []
        self._tables: dict[str, Table] = {}
        self._stack: list[str] = []

    def table(self, name: str) -> Table:
        """A data set in the making."""
        if name not in self._tables:
            self._tables[name] = Table(self, self.plan.datasets[name])
        return self._tables[name]

    def made(self, name: str) -> bool:
        """Whether a data set was asked for."""
        return name in self._tables

    @contextmanager
    def making(self, dataset: str, what: str) -> Iterator[None]:
        """Guards against a variable that needs itself (the compiler finds cycles before)."""
        name = f"{dataset}.{what}"
        if name in self._stack:
            chain = " → ".join([*self._stack[self._stack.index(name) :], name])
            raise RecursionError(f"{chain} needs itself")
        self._stack.append(name)
        try:
            yield
        finally:
            self._stack.pop()

    # --- sources -----------------------------------------------------------------------------

    def source_frame(self, plan: DatasetPlan, source: Source) -> SourceFrame:
        """Columns and records of a source, its Where and Distinct applied."""
        kind, name = source.origin
        frame: SourceFrame
        if kind == "relations":
            frame = relation_frame(source.relations, self, partial(self._tell_relation, plan.name))
        else:
            frame = getattr(self, f"_{kind}_frame")(plan, name)
        if source.split is not None:
            frame = split_cells(frame, source.split)
        if source.where is None and source.distinct is None:
            return replace(frame, kept=np.arange(frame.size))

        def report(rows: Mask, message: str, **more: object) -> None:
            self.report(rows, message, dataset=plan.name, **more)  # type: ignore[arg-type]

        return apply_rules(frame, source, self.mask, report)

    def _form_frame(self, plan: DatasetPlan, name: str) -> SourceFrame:
        del plan
        form = self.raw.form(name)
        self.findings += [found for found in form.told if found not in self.findings]
        origins = Origins.of_file(form.file, form.lines)
        return SourceFrame(len(form), lambda column: form.columns[column], origins)

    def _dataset_frame(self, plan: DatasetPlan, name: str) -> SourceFrame:
        del plan
        table = self.table(name)
        origins = Origins.stack([block.origins for block in table.blocks])
        return SourceFrame(table.size, table.column, origins)

    def _sheet_frame(self, plan: DatasetPlan, name: str) -> SourceFrame:
        book = self.study.workbooks[plan.standard]
        if name == "Visits":
            return self._visits_frame(book.rows(VisitRow), book.name)
        return _contents_frame(book.contents[name])

    def _visits_frame(self, rows: tuple[VisitRow, ...], book: str) -> SourceFrame:
        from cdisc_pom.errors import Collector  # noqa: PLC0415

        planned = [item for item in expand_visits(rows, Collector()) if item.row.planned]
        number = [np.nan if p.visit.visitnum is None else p.visit.visitnum for p in planned]
        day = [np.nan if p.visit.visitdy is None else p.visit.visitdy for p in planned]
        columns = {
            "VISITNUM": pd.Series(number, dtype=float),
            "VISITDY": pd.Series(day, dtype=float),
            "VISIT": text_column([p.visit.visit for p in planned]),
            "VISIT_ZH": text_column([p.row.visit_zh for p in planned]),
            "STARTRULE": text_column([p.row.start_rule for p in planned]),
            "ENDRULE": text_column([p.row.end_rule for p in planned]),
        }
        lines = np.array([p.row.place.row for p in planned], dtype=np.int64)
        origins = Origins.of_file(f"{book} › Visits", lines)
        headers = {"VISIT_ZH": "VISIT (zh)", "STARTRULE": "Start rule", "ENDRULE": "End rule"}

        def cell(record: int, column: str) -> Cell:
            return planned[record].row.place.cell(headers.get(column, column))

        return SourceFrame(len(planned), lambda name: columns[name], origins, cell=cell)

    def _elements_frame(self, plan: DatasetPlan, name: str) -> SourceFrame:
        book = self.study.workbooks[plan.standard]
        subjects = self._dataset_frame(plan, "DM")
        return element_frame(book.contents[name], subjects, self.values)

    # --- findings ----------------------------------------------------------------------------

    def _tell_relation(self, dataset: str, problem: Problem, cell: Cell, origins: Origins) -> None:
        self.tell_at(dataset, cell, "RELID", problem, origins)

    def fault(self, cell: Cell, message: str) -> None:
        """Keep a fault of the workbook that only the data could show."""
        error = SpecError(cell, message if message.endswith((".", "?")) else f"{message}.")
        if error not in self.faults:
            self.faults.append(error)

    def values(
        self, expression: Expression, cell: Cell, columns: Mapping[ColumnName, Column], n: int
    ) -> Column | None:
        """An expression's values; one that fails on the data is a fault at `cell`."""
        try:
            return self.evaluator.column(expression, columns, n)
        except EvaluationError as error:
            self.fault(cell, f"'{expression.text}' fails: {error}")
            return None

    def mask(
        self, expression: Expression, cell: Cell, columns: Mapping[ColumnName, Column], n: int
    ) -> Mask:
        """Where a condition is true; nowhere, and a fault at `cell`, where it fails on the data."""
        try:
            return self.evaluator.mask(expression, columns, n)
        except EvaluationError as error:
            self.fault(cell, f"'{expression.text}' fails: {error}")
            return np.zeros(n, dtype=bool)

    def tell(self, dataset: str, step: object, problem: Problem, origins: Origins) -> None:
        """Keep an algorithm's problem as findings, one for each distinct value."""
        cell, variable = step.cell, step.variable  # type: ignore[attr-defined]
        self.tell_at(dataset, cell, variable, problem, origins)

    def tell_at(
        self, dataset: str, cell: Cell, variable: str, problem: Problem, origins: Origins
    ) -> None:
        """Keep a problem as findings at a cell."""
        hint = problem.hint if isinstance(problem.hint, str) else ""
        hints = None if isinstance(problem.hint, str) else problem.hint
        self.report(
            problem.rows, problem.message, dataset=dataset, origins=origins, cell=cell,
            rule=problem.rule, severity=problem.severity, hint=hint, hints=hints,
            variable=variable, values=problem.values,
        )  # fmt: skip

    def report(
        self, rows: Mask, message: str, *, dataset: str, origins: Origins, cell: Cell, rule: str,
        severity: str = "error", hint: str = "", variable: str = "",
        values: Column | None = None, hints: Callable[[str], str] | None = None,
        message_zh: str = "",
    ) -> None:  # fmt: skip
        """Keep findings about records, one for each distinct value that stands in them."""
        site = _Site(dataset, variable, cell, rule, severity, message_zh)
        positions = np.flatnonzero(rows)
        if values is None:
            self._keep(site, message, hint, "", positions, origins)
            return
        codes, found = distinct(_shown(values))
        asked = np.unique(codes[positions])
        for at in asked[:_MANY]:
            value = "" if at < 0 else str(found[at])
            chosen = positions[codes[positions] == at]
            advice = hints(value) if hints is not None else hint.replace("{value}", value)
            self._keep(site, message.replace("{value}", value), advice, value, chosen, origins)
        rest = positions[np.isin(codes[positions], asked[_MANY:])]
        if len(rest):
            told = f"{len(asked) - _MANY} further values are like the {_MANY} before"
            self._keep(site, told, "", "", rest, origins)

    def _keep(
        self, site: _Site, message: str, hint: str, value: str, positions: np.ndarray,
        origins: Origins,
    ) -> None:  # fmt: skip
        examples = tuple(Example("", value, origins.text(int(at))) for at in positions[:_FEW])
        finding = Finding(
            rule=site.rule, severity=site.severity, dataset=site.dataset,  # type: ignore[arg-type]
            message=message, variable=site.variable, value=value, place=str(site.cell),
            origin=examples[0].origin if examples else "",
            count=len(positions), hint=hint, examples=examples, message_zh=site.message_zh,
        )  # fmt: skip
        if finding not in self.findings:
            self.findings.append(finding)


def _shown(values: Column) -> Column:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    return text_column(values.astype(object))


def _contents_frame(contents: Contents) -> SourceFrame:
    """Records of a content sheet."""
    columns = {}
    index = pd.RangeIndex(len(contents.records))
    for at, name in enumerate(contents.header):
        values = [record[at] if at < len(record) else None for record in contents.records]
        columns[name] = from_codes(np.arange(len(values)), values, index)
    origins = Origins.of_file(f"{contents.workbook} › {contents.sheet}", np.array(contents.rows))
    return SourceFrame(len(index), lambda name: columns[name], origins, cell=contents.cell)
