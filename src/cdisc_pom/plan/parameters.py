"""Rows of Parameters and Events compiled: which algorithm makes which records from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cdisc_pom.adam.formula import Formula
from cdisc_pom.adam.imwg_criteria import CODES
from cdisc_pom.algorithms.registry import Algorithm
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan.derive import bind, fill_inputs
from cdisc_pom.plan.model import ComponentStep, Condition, EventStep, ParameterStep, Source
from cdisc_pom.plan.names import Scope
from cdisc_pom.plan.resources import Resources
from cdisc_pom.spec.arguments import split_arguments, split_inputs
from cdisc_pom.spec.expressions import ColumnName
from cdisc_pom.spec.sheets import DatasetRow, EventRow, ParameterRow, ResponseRow
from cdisc_pom.spec.workbook import Workbook

# In Source: every parameter above. In PARAMCD: the parameter of the records that are looked at.
EACH = "*"


def compile_parameters(
    book: Workbook,
    dataset: DatasetRow,
    scope: Scope,
    registry: Mapping[str, Algorithm],
    resources: Resources,
) -> tuple[ParameterStep, ...]:
    """Parameters of a data set in the order of the sheet."""
    rows = book.parameters(dataset.dataset)
    compiled = [_parameter(row, rows, book, scope, registry, resources) for row in rows]
    return tuple(step for step in compiled if step is not None)


def _parameter(
    row: ParameterRow,
    rows: tuple[ParameterRow, ...],
    book: Workbook,
    scope: Scope,
    registry: Mapping[str, Algorithm],
    resources: Resources,
) -> ParameterStep | None:
    algorithm = registry.get(row.algorithm)
    records = {name for name, found in registry.items() if found.shape == "records"}
    if algorithm is None or algorithm.shape != "records":
        kind = "parameter algorithm"
        scope.faults.unknown(kind, row.algorithm, records, place=row.cell("algorithm"))
        return None
    sources = split_inputs(row.source)
    inner = _scope(row, sources, rows, scope)
    if inner is None:
        return None
    try:
        named = split_arguments(row.arguments)
    except ValueError as error:
        scope.faults.add(row.cell("arguments"), str(error))
        return None
    filled = fill_inputs(
        algorithm, split_inputs(row.inputs), named, row.cell("inputs"), scope.faults
    )
    if filled is None:
        return None
    raw, from_inputs = filled
    alias = "*" if inner.records() else ""
    bound = bind(
        algorithm, raw, from_inputs=from_inputs, scope=inner, source=alias, related=None,
        cells=(row.cell("inputs"), row.cell("arguments")), resources=resources,
    )  # fmt: skip
    where = inner.condition(row.where, alias, row.cell("where"))
    if bound is None or (row.where is not None and where is None):
        return None
    values, refs, _ = bound
    if not _names_fit(row, sources, values, refs, scope):
        return None
    resources_used = {marker.resource for marker in algorithm.markers().values()}
    events = _events(book, row, scope) if "events" in resources_used else ()
    components = _components(book, row, scope) if "components" in resources_used else ()
    subjects = _subjects(algorithm, values, row, scope)
    return ParameterStep(row, algorithm, sources, values, refs, where, events, subjects, components)


def _scope(
    row: ParameterRow, sources: tuple[str, ...], rows: tuple[ParameterRow, ...], scope: Scope
) -> Scope | None:
    """What the parameter's columns may be: of its sources, or of parameters made before."""
    codes = {other.paramcd for other in rows if other is not row} | {EACH}
    for name in sources:
        if name not in codes and name not in scope.sources:
            known = [*scope.sources, *codes]
            kind = "source or parameter"
            scope.faults.unknown(kind, name, known, place=row.cell("source"))
            return None
    own = [alias for alias in sources if alias in scope.sources]
    if own:
        # Their records become the parameter's own records, before any variable is made.
        found = {alias: replace(scope.sources[alias], kind="records") for alias in own}
        return Scope(scope.dataset, frozenset(), found, scope.faults)
    joined = {alias: s for alias, s in scope.sources.items() if s.kind != "records"}
    return Scope(scope.dataset, scope.variables, joined, scope.faults)


def _names_fit(
    row: ParameterRow,
    sources: tuple[str, ...],
    values: Mapping[str, object],
    refs: Mapping[str, object],
    scope: Scope,
) -> bool:
    """Whether a formula uses parameters of its Source, and `*` can tell its parameters apart."""
    found = [value for value in values.values() if isinstance(value, Formula)]
    unknown = [name for item in found for name in item.names if name not in sources]
    if found and sources != (EACH,):
        for name in unknown:
            kind = "parameter of Source"
            scope.faults.unknown(kind, name, sources, place=row.cell("arguments"))
        if unknown:
            return False
    by = refs.get("by", ())
    if row.paramcd == EACH and "PARAMCD" not in {getattr(ref, "name", "") for ref in by}:  # type: ignore[attr-defined]
        text = f"'{row.algorithm}' cannot make records of each parameter without PARAMCD in by."
        scope.faults.add(row.cell("paramcd"), text, "Add PARAMCD to by=, or name one parameter.")
        return False
    return True


def _subjects(
    algorithm: Algorithm, values: dict[str, object], row: ParameterRow, scope: Scope
) -> str | None:
    for name, marker in algorithm.markers().items():
        if marker.resource == "subjects" and values.get(name):
            alias = str(values.pop(name))
            if alias not in scope.sources:
                cell = row.cell("arguments")
                scope.faults.unknown("source", alias, scope.sources, place=cell)
                return None
            return alias
        values.pop(name, None) if marker.resource == "subjects" else None
    return None


def check_events(book: Workbook, faults: Collector) -> None:
    """Rows of Events that belong to no parameter."""
    for row in book.rows(EventRow):
        known = {parameter.paramcd for parameter in book.parameters(row.dataset)}
        if row.paramcd not in known:
            kind = f"parameter of {row.dataset}"
            faults.unknown(kind, row.paramcd, known, place=row.cell("paramcd"))


def _events(book: Workbook, row: ParameterRow, scope: Scope) -> tuple[EventStep, ...]:
    """Events and censorings of a time-to-event parameter, in their order."""
    mine = [
        event
        for event in book.rows(EventRow)
        if (event.dataset, event.paramcd) == (row.dataset, row.paramcd)
    ]
    if not mine:
        scope.faults.add(row.cell("paramcd"), f"Events has no row for {row.paramcd}.")
    steps = [_event(event, scope) for event in sorted(mine, key=lambda event: event.order)]
    return tuple(step for step in steps if step is not None)


def _event(row: EventRow, scope: Scope) -> EventStep | None:
    inner = _looked_at(row.source, row.cell("source"), scope)
    if inner is None:
        return None
    own = inner.sources[row.source]
    date = inner.related(ColumnName(row.date), row.source, row.cell("date"))
    where: Condition | None = inner.source_condition(row.where, own, row.cell("where"))
    if (row.kind == "EVENT") != (row.cnsr == 0):
        hint = "An event has CNSR 0, a censoring a number from 1."
        scope.faults.add(row.cell("cnsr"), f"{row.kind} has CNSR {row.cnsr}.", hint)
    censored = row.kind == "CENSOR"
    described = row.evntdesc or (row.cnsdtdsc if censored else None)
    if described is None:
        field = "cnsdtdsc" if censored else "evntdesc"
        scope.faults.add(row.cell(field), "describes nothing.", f"{row.kind} needs a text here.")
    if date is None or described is None or (row.where is not None and where is None):
        return None
    return EventStep(
        row.order, row.kind, row.source, date, where, row.evntdesc,
        row.cnsdtdsc if censored else None, row.cnsr, row.cell("date"),
    )  # fmt: skip


def _looked_at(alias: str, cell: Cell, scope: Scope) -> Scope | None:
    """A scope that has the columns of one source only."""
    source = scope.sources.get(alias)
    if source is None:
        scope.faults.unknown("source", alias, scope.sources, place=cell)
        return None
    own = Source(alias, "many", source.origin, source.columns, source.cell)
    return Scope(scope.dataset, scope.variables, {alias: own}, scope.faults)


def _components(book: Workbook, row: ParameterRow, scope: Scope) -> tuple[ComponentStep, ...]:
    """Components of the response that a parameter is derived from."""
    mine = [item for item in book.rows(ResponseRow) if item.dataset == row.dataset]
    if not mine:
        scope.faults.add(row.cell("algorithm"), f"Response has no row for {row.dataset}.")
    steps = [_component(item, scope) for item in mine]
    return tuple(step for step in steps if step is not None)


def _component(row: ResponseRow, scope: Scope) -> ComponentStep | None:
    inner = _looked_at(row.source, row.cell("source"), scope)
    if inner is None:
        return None
    own = inner.sources[row.source]
    date = inner.related(ColumnName(row.date), row.source, row.cell("date"))
    visit = None
    if row.visit is not None:
        visit = inner.related(ColumnName(row.visit), row.source, row.cell("visit"))
    parts = {
        field: inner.source_condition(getattr(row, field), own, row.cell(field))
        for field in ("where", "value", "text", "low", "high", "unit")
    }
    if row.component not in CODES:
        scope.faults.unknown("component", row.component, CODES, place=row.cell("component"))
        return None
    if row.value is None and row.text is None:
        hint = "Give the result as an expression in Value or in Text."
        scope.faults.add(row.cell("value"), "a component has neither value nor text.", hint)
    broken = [field for field, found in parts.items() if getattr(row, field) and found is None]
    if date is None or broken or (row.visit is not None and visit is None):
        return None
    return ComponentStep(
        component=row.component, source=row.source, date=date, visit=visit,
        cell=row.cell("component"), **parts,
    )  # fmt: skip
