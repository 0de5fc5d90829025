"""The order in which variables and data sets can be made; a cycle is found before any data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from cdisc_pom.errors import Cell, Problems, SpecError
from cdisc_pom.plan.model import DatasetPlan, Plan, Ref, Source

RECORDS = "records"
Node = tuple[str, str]


def making_order(plan: Plan) -> tuple[Node, ...]:
    """Every (data set, variable) of a plan, each after what it needs.

    `(dataset, "records")` stands for the records of a data set.

    Raises:
        Problems: variables that need each other, each circle with the chain of its names.
    """
    graph = {node: sorted(set(needs)) for node, needs in _graph(plan)}
    faults: list[SpecError] = []
    while True:
        try:
            order = tuple(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            circle: list[Node] = error.args[1]
            faults.append(_circle_fault(plan, circle))
            for node in circle:  # taken apart, so that the next circle shows
                graph[node] = [need for need in graph[node] if need not in circle]
    if faults:
        raise Problems(faults)
    return order


def _circle_fault(plan: Plan, circle: list[Node]) -> SpecError:
    chain = [".".join(node) for node in reversed(circle)]
    hint = "Break the circle: one of them must come from something else."
    text = f"variables need each other: {' → '.join(chain)}."
    return SpecError(_cell(plan, circle[0]), text, hint)


def _graph(plan: Plan) -> Iterator[tuple[Node, Iterable[Node]]]:
    for dataset in plan.datasets.values():
        records = (dataset.name, RECORDS)
        yield records, _record_needs(plan, dataset)
        names = {step.variable for step in dataset.steps}
        names |= {row.variable for row in dataset.variables}
        for name in sorted(names):
            needs = [records]
            for step in dataset.steps_of(name):
                for ref in step.all_refs():
                    needs += _needs(plan, dataset, ref)
                if step.related is not None:
                    needs += _join_needs(plan, dataset, dataset.sources[step.related])
            yield (dataset.name, name), needs


def _record_needs(plan: Plan, dataset: DatasetPlan) -> list[Node]:
    needs: list[Node] = []
    for source in dataset.record_sources():
        needs += _origin_needs(plan, source, everything=True)
    for parameter in dataset.parameters:
        used = [ref.name for ref in parameter.all_refs() if ref.where == "source"]
        for alias in parameter.sources:
            if alias in dataset.sources:
                needs += _column_needs(plan, dataset.sources[alias], used)
        for alias, names in parameter.looked_at().items():
            needs += _column_needs(plan, dataset.sources[alias], names)
        if parameter.subjects is not None:
            needs += _column_needs(plan, dataset.sources[parameter.subjects], ["USUBJID"])
        needs += _early_needs(plan, dataset, parameter.all_refs(), set())
    return [need for need in needs if need != (dataset.name, RECORDS)]


def _column_needs(plan: Plan, source: Source, names: Iterable[str]) -> list[Node]:
    """What some columns of a source need."""
    needs = _origin_needs(plan, source, everything=False)
    if source.origin[0] == "dataset":
        needs += [(source.origin[1], name) for name in names]
    return needs


def _early_needs(
    plan: Plan, dataset: DatasetPlan, refs: Iterable[Ref], seen: set[str]
) -> Iterator[Node]:
    """What other data sets give to variables that a parameter uses while records are made."""
    for ref in refs:
        if ref.where == "target" and ref.name not in seen:
            seen.add(ref.name)
            for step in dataset.steps_of(ref.name):
                yield from _early_needs(plan, dataset, step.all_refs(), seen)
        elif ref.where == "joined":
            source = dataset.sources[ref.source]
            yield from _column_needs(plan, source, [*(name for _, name in source.on), ref.name])


def _origin_needs(plan: Plan, source: Source, *, everything: bool) -> list[Node]:
    """What a source made of a data set needs: its records, and its columns when all are taken."""
    kind, name = source.origin
    if kind == "relations":
        return _relation_needs(source)
    if kind == "elements":
        name = "DM"
    elif kind != "dataset":
        return []
    needs = [(name, RECORDS)]
    if source.where is not None:
        needs += [(name, ref.name) for ref in source.where.refs.values()]
    if source.distinct is not None:
        needs += [(name, column) for column in (*source.distinct.by, *source.distinct.order)]
    if everything or (source.distinct is not None and not source.distinct.by):
        needs += [(name, row.variable) for row in plan.datasets[name].variables]
    return needs


def _relation_needs(source: Source) -> list[Node]:
    """What RELREC is made of: records, subjects, keys and identifying variables."""
    needs: list[Node] = []
    for step in source.relations:
        names = {"STUDYID", "USUBJID", step.row.idvar} if step.key else {"STUDYID"}
        for condition in (step.key, step.where):
            names |= {ref.name for ref in condition.refs.values()} if condition else set()
        dataset = step.row.dataset
        needs += [(dataset, RECORDS), *((dataset, name) for name in sorted(names))]
    return needs


def _needs(plan: Plan, dataset: DatasetPlan, ref: Ref) -> list[Node]:
    if ref.where == "target":
        return [] if ref.name == "*" else [(dataset.name, ref.name)]
    if ref.where == "source":
        return []  # the records of a data set need all of their sources already
    source = dataset.sources[ref.source]
    needs = _join_needs(plan, dataset, source)
    if source.origin[0] == "dataset":
        needs.append((source.origin[1], ref.name))
    return needs


def _join_needs(plan: Plan, dataset: DatasetPlan, source: Source) -> list[Node]:
    """What finding a record's partners needs: keys on both sides, filter and order."""
    needs = _origin_needs(plan, source, everything=False)
    for ref, name in source.on:
        needs += _needs(plan, dataset, ref)
        if source.origin[0] == "dataset":
            needs.append((source.origin[1], name))
    if source.origin[0] == "dataset":
        needs += [(source.origin[1], name) for name in source.order]
    return needs


def _cell(plan: Plan, node: Node) -> Cell:
    dataset, variable = node
    steps = plan.datasets[dataset].steps_of(variable)
    return steps[0].cell if steps else plan.datasets[dataset].row.cell("dataset")
