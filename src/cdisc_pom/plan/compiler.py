"""Workbooks compiled into a plan: every name, argument and condition checked, no data read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from cdisc_pom.algorithms.registry import Algorithm, algorithms
from cdisc_pom.errors import Collector
from cdisc_pom.plan.derive import StepCompiler
from cdisc_pom.plan.model import Condition, DatasetPlan, FindingStep, Plan, Source, Step
from cdisc_pom.plan.names import Scope
from cdisc_pom.plan.parameters import check_events, compile_parameters
from cdisc_pom.plan.resources import Resources
from cdisc_pom.plan.sources import FINDING_COLUMNS, compile_sources
from cdisc_pom.plan.splits import check_splits
from cdisc_pom.plan.tables import check_factors, check_supplemental
from cdisc_pom.plan.twice import check_twice
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.sheets import FindingRow
from cdisc_pom.spec.study import Study
from cdisc_pom.spec.workbook import Workbook


def compile_study(study: Study, raw: RawFolder) -> Plan:
    """Compile all workbooks of a study.

    Args:
        study: the workbooks.
        raw: the raw forms; only their headers are read.

    Returns:
        The plan.

    Raises:
        Problems: every fault of every workbook, each at its cell.
    """
    plan, faults = scan_study(study, raw)
    faults.stop()
    return plan


def scan_study(study: Study, raw: RawFolder) -> tuple[Plan, Collector]:
    """The plan of what is right, and all faults, for who goes on despite them."""
    faults = Collector()
    known = {
        name: frozenset(_columns(book, name))
        for book in study.workbooks.values()
        for name in book.datasets
    }
    compiler = PlanCompiler(study, raw, known, algorithms(), faults)
    plans = {
        name: compiler.dataset(book, name)
        for book in study.workbooks.values()
        for name in book.datasets
    }
    compiler.check_sheets()
    return Plan(plans, tuple(plans), {}), faults


def work_variable(name: str) -> bool:
    """Whether a name is a work variable: made by rows, used by rows, never written."""
    return name.startswith("_")


def _columns(book: Workbook, dataset: str) -> list[str]:
    """Variables of a data set: declared ones and work variables of its rows."""
    declared = [row.variable for row in book.variables(dataset)]
    return declared + [row.variable for row in book.mapping(dataset) if work_variable(row.variable)]


class RowCompiler(Protocol):
    """Makes the steps of one data set, and checks that they fill what must be filled."""

    def rows(self) -> tuple[Step, ...]:
        """The steps."""

    def check(self, plan: DatasetPlan) -> None:
        """Keep what is wrong with the whole of them."""


class PlanCompiler:
    """Compiles one data set after the other with the same look-ups."""

    def __init__(
        self,
        study: Study,
        raw: RawFolder,
        known: Mapping[str, frozenset[str]],
        registry: Mapping[str, Algorithm],
        faults: Collector,
    ) -> None:
        """Hold what every data set needs."""
        self.study = study
        self.raw = raw
        self.known = known
        self.registry = registry
        self.faults = faults
        self.resources = {kind: Resources(book, faults) for kind, book in study.workbooks.items()}

    def dataset(self, book: Workbook, name: str) -> DatasetPlan:
        """Sources, rows, tests and parameters of one data set."""
        row = book.datasets[name]
        scope = Scope(name, self.known[name], {}, self.faults)
        scope.sources = compile_sources(book, name, scope, self.raw, self.known)
        findings = tuple(
            FindingStep(test, self._finding_where(test, scope)) for test in book.findings(name)
        )
        self._check_findings(book, name, scope)
        steps = self.row_compiler(book, name, scope)
        compiled = steps.rows()
        parameters = compile_parameters(book, row, scope, self.registry, self.resources[book.kind])
        variables = book.variables(name)
        if not variables:
            self.faults.add(row.cell("dataset"), f"'{name}' has no variables in Variables.")
        for key in row.keys:
            if key not in self.known[name]:
                self.faults.unknown("key variable", key, self.known[name], place=row.cell("keys"))
        plan = DatasetPlan(
            name, book.kind, row, variables, scope.sources, compiled, findings, parameters
        )
        steps.check(plan)
        return plan

    def row_compiler(self, book: Workbook, dataset: str, scope: Scope) -> RowCompiler:
        """What makes the steps of a data set: its rows of Mapping or Derivations."""
        resources = self.resources[book.kind]
        return StepCompiler(book, book.datasets[dataset], scope, self.registry, resources)

    def _check_findings(self, book: Workbook, name: str, scope: Scope) -> None:
        """Source, column, unit and limits of each collected test."""
        for test in book.findings(name):
            source = scope.sources.get(test.source)
            if source is None or source.kind != "records":
                records = [found.alias for found in scope.records()]
                self.faults.unknown("source", test.source, records, place=test.cell("source"))
                continue
            raw = self._raw_columns(source)
            for field in ("column", "unit", "low", "high"):
                cell = getattr(test, field)
                named = cell if field == "column" else _column_of(cell)
                if named is not None and named not in raw:
                    self.faults.unknown("column", named, raw, place=test.cell(field))

    def _finding_where(self, test: FindingRow, scope: Scope) -> Condition | None:
        """Which records hold a test: only raw columns tell, since the test is made from them."""
        source = scope.sources.get(test.source)
        if source is None:
            return None
        raw = replace(source, columns=self._raw_columns(source))
        return scope.source_condition(test.where, raw, test.cell("where"))

    def _raw_columns(self, source: Source) -> frozenset[str]:
        """Columns of a source without those that the findings step adds."""
        kind, name = source.origin
        own = frozenset(self.raw.header(name)) if kind == "form" else frozenset[str]()
        return source.columns - FINDING_COLUMNS | own

    def check_sheets(self) -> None:
        """Rows that belong to no data set, terms that are in no code list."""
        for book in self.study.workbooks.values():
            for sheet, rows in book.sheets.items():
                for row in rows:
                    dataset = getattr(row, "dataset", None)
                    if sheet == "Datasets" or dataset is None:
                        continue
                    allowed = set(self.known) if sheet in ("Displays", "WhereClauses") else set(
                        book.datasets
                    )  # fmt: skip
                    if dataset not in allowed:
                        self.faults.unknown("data set", dataset, allowed, place=row.cell("dataset"))
            self._check_codelists(book)
            check_twice(book, self.faults)
            check_events(book, self.faults)
            check_splits(book, self.faults)
            check_supplemental(book, self.faults)
            check_factors(book, self.faults)

    def _check_codelists(self, book: Workbook) -> None:
        lists = book.codelists
        for row in (row for name in book.datasets for row in book.variables(name)):
            if row.codelist is not None and row.codelist not in {*lists, *_dictionaries(book)}:
                self.faults.unknown("code list", row.codelist, lists, place=row.cell("codelist"))
        from cdisc_pom.spec.sheets import TermRow  # noqa: PLC0415 - only this check needs it

        for term in book.rows(TermRow):
            if term.codelist not in lists:
                self.faults.unknown("code list", term.codelist, lists, place=term.cell("codelist"))
            elif term.term not in lists[term.codelist].terms:
                kind = f"term of {term.codelist}"
                terms = lists[term.codelist].terms
                self.faults.unknown(kind, term.term, terms, place=term.cell("term"))


def _dictionaries(book: Workbook) -> set[str]:
    from cdisc_pom.spec.sheets import DictionaryRow  # noqa: PLC0415

    return {row.id for row in book.rows(DictionaryRow)}


def _column_of(cell: object) -> str | None:
    """The column that a cell such as `=HGBU` names; None for a constant."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("=") else None
