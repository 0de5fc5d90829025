"""What every rule may ask: workbooks, the plan of what is right, standards, an agency's limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cdisc_pom.errors import Collector, SpecError
from cdisc_pom.lint.guide import Guide
from cdisc_pom.lint.kinds import Kind, step_kind
from cdisc_pom.lint.model import Found
from cdisc_pom.plan.model import Condition, DatasetPlan, Plan, Ref, Step
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DisplayRow, VariableRow, VisitRow
from cdisc_pom.standards import Pin, Store, Terminology

if TYPE_CHECKING:
    from sqlglot import exp

    from cdisc_pom.package.profile import Profile
    from cdisc_pom.plan.resources import PlannedVisit
    from cdisc_pom.spec.study import Study
    from cdisc_pom.spec.workbook import Workbook

Use = Literal["when", "where", "value"]


@dataclass(frozen=True)
class Placed:
    """A condition of the plan, where it stands, and what it is for."""

    dataset: str
    use: Use
    condition: Condition

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.condition.expression.text


@dataclass
class Context:
    """One study under the lint.

    `faults` holds what reader and compiler found, by rule id; `whole` tells whether the plan is
    complete, so that a name without a use is really unused. `statistics` are the names that
    Displays may use, None when they are not known here.
    """

    study: Study
    plan: Plan
    faults: Mapping[str, list[SpecError]]
    profile: Profile
    encoding: str
    store: Store
    has_data: bool
    statistics: frozenset[str] | None = None
    touched: frozenset[str] = frozenset()
    _kinds: dict[tuple[str, str], Kind] = field(default_factory=dict)

    def found(self, rule: str) -> Iterator[Found]:
        """What reader and compiler said that belongs to a rule."""
        for fault in self.faults.get(rule, ()):
            yield Found(fault.place, fault.message, fault.hint)

    @property
    def books(self) -> list[Workbook]:
        """Workbooks, SDTM first."""
        return list(self.study.workbooks.values())

    @cached_property
    def guides(self) -> dict[str, Guide]:
        """The implementation guide of each workbook."""
        return {kind: Guide.of(book, self.store) for kind, book in self.study.workbooks.items()}

    @cached_property
    def terminologies(self) -> dict[str, Terminology]:
        """The terminology that each workbook pins."""
        return {
            kind: Terminology(pins(book), store=self.store)
            for kind, book in self.study.workbooks.items()
        }

    @cached_property
    def datasets(self) -> dict[str, Workbook]:
        """The workbook of each data set."""
        return {name: book for book in self.books for name in book.datasets}

    @cached_property
    def variables(self) -> dict[str, dict[str, VariableRow]]:
        """Variables of each data set by name."""
        return {
            name: {row.variable: row for row in book.variables(name)}
            for name, book in self.datasets.items()
        }

    def plans(self) -> Iterator[tuple[Workbook, DatasetPlan]]:
        """Data sets with their workbooks."""
        for name, plan in self.plan.datasets.items():
            yield self.datasets[name], plan

    def clean(self, dataset: str) -> bool:
        """Whether nothing is wrong with the rows that make a data set."""
        return dataset not in self.touched

    @cached_property
    def conditions(self) -> tuple[Placed, ...]:
        """Every condition and expression of the plan."""
        found: list[Placed] = []
        for _, plan in self.plans():
            name = plan.name
            for source in plan.sources.values():
                found += _placed(name, "where", source.where)
            for step in plan.steps:
                found += _placed(name, "when", step.when)
                found += _placed(name, "value", step.expression)
            for test in plan.findings:
                found += _placed(name, "where", test.where)
            for parameter in plan.parameters:
                found += _placed(name, "where", parameter.where)
                for event in parameter.events:
                    found += _placed(name, "where", event.where)
        return (*found, *self._display_conditions())

    def _display_conditions(self) -> Iterator[Placed]:
        for book in self.books:
            for row in book.rows(DisplayRow):
                known = self.variables.get(row.dataset, {})
                for name in ("population", "where"):
                    text = getattr(row, name)
                    if text is None:
                        continue
                    try:
                        expression = parse_expression(text)
                    except ExpressionError:
                        continue
                    columns = expression.columns
                    refs = {c: Ref("target", c.name) for c in columns if c.name in known}
                    condition = Condition(expression, refs, row.cell(name))
                    yield Placed(row.dataset, "where", condition)

    @cached_property
    def visits(self) -> list[list[PlannedVisit]]:
        """Planned visits of each workbook that has some, their ranges filled in."""
        from cdisc_pom.plan.resources import expand_visits  # noqa: PLC0415 - starts DuckDB

        tables = [book.rows(VisitRow) for book in self.books]
        return [expand_visits(rows, Collector()) for rows in tables if rows]

    @cached_property
    def refs(self) -> dict[str, set[Ref]]:
        """Every name that the rows of a data set lead to."""
        return {plan.name: set(_refs(plan)) for _, plan in self.plans()}

    def codelist(self, dataset: str, ref: Ref) -> tuple[Workbook, str] | None:
        """The code list of what a name leads to."""
        home = self.home(dataset, ref)
        row = self.variables.get(home, {}).get(ref.name) if home else None
        return (self.datasets[home], row.codelist) if home and row and row.codelist else None

    def home(self, dataset: str, ref: Ref) -> str | None:
        """The data set whose variable a name leads to; None for raw forms and sheets."""
        if ref.where == "target":
            return dataset
        plan = self.plan.datasets.get(dataset)
        source = plan.sources.get(ref.source) if plan is not None else None
        if source is None and plan is not None and ref.source == "*":
            origins = {item.origin for item in plan.record_sources()}
            origin = origins.pop() if len(origins) == 1 else ("", "")
        else:
            origin = source.origin if source is not None else ("", "")
        return origin[1] if origin[0] == "dataset" else None

    def kind(self, dataset: str, ref: Ref) -> Kind:
        """What kind of value a name leads to."""
        home = self.home(dataset, ref)
        if home is not None:
            row = self.variables.get(home, {}).get(ref.name)
            return row.kind if row is not None else self._work_kind(home, ref.name)
        return "float" if ref.name in ("FACTOR", "DIGITS") else "raw"

    def _work_kind(self, dataset: str, name: str) -> Kind:
        """The kind of a work variable: that of the rows that make it."""
        key = (dataset, name)
        if key not in self._kinds:
            self._kinds[key] = ""  # a circle of work variables has no kind
            plan = self.plan.datasets.get(dataset)
            steps = plan.steps_of(name) if plan is not None else ()
            kinds = {self.given(step) for step in steps}
            self._kinds[key] = kinds.pop() if len(kinds) == 1 else ""
        return self._kinds[key]

    def given(self, step: Step) -> Kind:
        """What kind of value a row gives."""
        return step_kind(
            step,
            lambda ref: self.kind(step.dataset, ref),
            lambda node: self.column_kind(step.dataset, step.expression, node),
        )

    def column_kind(self, dataset: str, condition: Condition | None, node: exp.Column) -> Kind:
        """What kind of value a column of an expression has."""
        name = ColumnName(node.name, node.table)
        ref = condition.refs.get(name) if condition is not None else None
        return self.kind(dataset, ref) if ref is not None else ""


def pins(book: Workbook) -> list[Pin]:
    """Terminology packages that a workbook's Define sheet names."""
    names = [part.strip() for part in book.attribute("CT Publishing Set").split(",")]
    versions = [part.strip() for part in book.attribute("CT Version").split(",")]
    if len(versions) == 1:
        versions *= len(names)
    return [Pin(n, v) for n, v in zip(names, versions, strict=False) if n and v]


def _placed(dataset: str, use: Use, condition: Condition | None) -> list[Placed]:
    return [] if condition is None else [Placed(dataset, use, condition)]


def _refs(plan: DatasetPlan) -> Iterator[Ref]:
    for source in plan.sources.values():
        yield from (ref for ref, _ in source.on)
        if source.where is not None:
            yield from source.where.refs.values()
    for step in plan.steps:
        yield from step.all_refs()
        yield from _related(step)
    for test in plan.findings:
        if test.where is not None:
            yield from test.where.refs.values()
    for parameter in plan.parameters:
        for ref in parameter.refs.values():
            yield from ref if isinstance(ref, tuple) else (ref,)
        if parameter.where is not None:
            yield from parameter.where.refs.values()


def _related(step: Step) -> Iterator[Ref]:
    if step.related is not None:
        yield Ref("related", "*", step.related)
