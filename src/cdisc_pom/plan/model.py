"""The compiled plan: every name resolved, every argument checked, nothing read yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cdisc_pom.algorithms.registry import Algorithm
from cdisc_pom.errors import Cell
from cdisc_pom.spec.expressions import ColumnName, Expression
from cdisc_pom.spec.sheets import DatasetRow, FindingRow, ParameterRow, VariableRow
from cdisc_pom.spec.tables import RelationRow

# Where a name leads: a column of the record's own source, a variable of the data set, a column
# joined to the record, a column of related records, a column of the findings step.
Where = Literal["source", "target", "joined", "related"]


@dataclass(frozen=True)
class Ref:
    """A resolved name."""

    where: Where
    name: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.source}.{self.name}" if self.source else self.name


@dataclass(frozen=True)
class Condition:
    """A checked expression with each of its names resolved."""

    expression: Expression
    refs: Mapping[ColumnName, Ref]
    cell: Cell


@dataclass(frozen=True)
class Distinct:
    """How duplicates of a source are resolved: by which columns, and which record stays.

    With `layouts` the columns of `order` hold dates or times written so; without, text.
    """

    by: tuple[str, ...]
    keep: Literal["first", "last"] | None
    order: tuple[str, ...]
    layouts: str = ""


@dataclass(frozen=True)
class CellSplit:
    """Which column of a source is split into records, and at which marks."""

    column: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class RelationStep:
    """One row of Relations, ready to run: which records of a data set, and the key they have."""

    row: RelationRow
    key: Condition | None
    where: Condition | None


@dataclass(frozen=True)
class Source:
    """A source of a data set.

    `kind` is `records` (makes records), `left`, `first`, `last` (joins one related record) or
    `many` (related records that algorithms look at). `origin` is (`form`, name), (`dataset`,
    name), (`sheet`, name), (`elements`, name) or (`relations`, name). `on` pairs a name of the
    record with a column of the source. `split` makes records of the parts of a cell. `given` is
    the name of the published data set that a form holds, where `From` names a data set.
    """

    alias: str
    kind: Literal["records", "left", "first", "last", "many"]
    origin: tuple[str, str]
    columns: frozenset[str]
    cell: Cell
    on: tuple[tuple[Ref, str], ...] = ()
    order: tuple[str, ...] = ()
    where: Condition | None = None
    distinct: Distinct | None = None
    pending: str | None = None
    split: CellSplit | None = None
    relations: tuple[RelationStep, ...] = ()
    given: str = ""

    @property
    def dataset(self) -> str:
        """The data set that the source is, made here or published; "" for anything else."""
        return self.given or (self.origin[1] if self.origin[0] == "dataset" else "")


@dataclass(frozen=True)
class Step:
    """One row of Mapping or Derivations, ready to run.

    `source` is the alias of a records source, `*` for each of them, or "" for all records.
    `arguments` holds plain values and resources, `refs` the arguments that are columns.
    """

    dataset: str
    variable: str
    source: str
    algorithm: Algorithm
    arguments: Mapping[str, Any]
    refs: Mapping[str, Ref | tuple[Ref, ...]]
    cell: Cell
    when: Condition | None = None
    related: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    expression: Condition | None = None

    def all_refs(self) -> tuple[Ref, ...]:
        """Every name that the step reads, its condition included."""
        return _all_refs(self.refs, (self.when, self.expression))


def _all_refs(
    refs: Mapping[str, Ref | tuple[Ref, ...]], conditions: tuple[Condition | None, ...]
) -> tuple[Ref, ...]:
    found: dict[Ref, None] = {}
    for ref in refs.values():
        for one in ref if isinstance(ref, tuple) else (ref,):
            found[one] = None
    for condition in conditions:
        if condition is not None:
            found.update(dict.fromkeys(condition.refs.values()))
    return tuple(found)


@dataclass(frozen=True)
class FindingStep:
    """One row of Findings, ready to run."""

    row: FindingRow
    where: Condition | None


@dataclass(frozen=True)
class EventStep:
    """One row of Events, ready to run: dates of a related source where a condition holds."""

    order: int
    kind: Literal["EVENT", "CENSOR"]
    source: str
    date: Ref
    where: Condition | None
    evntdesc: str | None
    cnsdtdsc: str | None
    cnsr: int
    cell: Cell

    @property
    def description(self) -> str:
        """The event, or what the date of a censoring is."""
        return (self.cnsdtdsc if self.kind == "CENSOR" else None) or self.evntdesc or ""


@dataclass(frozen=True)
class ComponentStep:
    """One row of Response, ready to run."""

    component: str
    source: str
    where: Condition | None
    date: Ref
    visit: Ref | None
    value: Condition | None
    text: Condition | None
    low: Condition | None
    high: Condition | None
    unit: Condition | None
    cell: Cell


@dataclass(frozen=True)
class ParameterStep:
    """One row of Parameters, ready to run."""

    row: ParameterRow
    algorithm: Algorithm
    sources: tuple[str, ...]
    arguments: Mapping[str, Any]
    refs: Mapping[str, Ref | tuple[Ref, ...]]
    where: Condition | None
    events: tuple[EventStep, ...] = ()
    subjects: str | None = None
    components: tuple[ComponentStep, ...] = ()

    def all_refs(self) -> tuple[Ref, ...]:
        """Every name that the parameter reads, its condition included."""
        return _all_refs(self.refs, (self.where,))

    def looked_at(self) -> dict[str, set[str]]:
        """Columns that its events and components use, by the alias of their source."""
        found: dict[str, set[str]] = {}
        for event in self.events:
            names = {ref.name for ref in _all_refs({"date": event.date}, (event.where,))}
            found.setdefault(event.source, {"USUBJID"}).update(names)
        for part in self.components:
            refs = {"date": part.date} | ({"visit": part.visit} if part.visit else {})
            expressions = (part.where, part.value, part.text, part.low, part.high)
            names = {ref.name for ref in _all_refs(refs, expressions)}
            found.setdefault(part.source, {"USUBJID"}).update(names)
        return found


@dataclass(frozen=True)
class DatasetPlan:
    """All that makes one data set."""

    name: str
    standard: str
    row: DatasetRow
    variables: tuple[VariableRow, ...]
    sources: Mapping[str, Source]
    steps: tuple[Step, ...]
    findings: tuple[FindingStep, ...] = ()
    parameters: tuple[ParameterStep, ...] = ()

    def record_sources(self) -> tuple[Source, ...]:
        """Sources that make records, in order."""
        return tuple(source for source in self.sources.values() if source.kind == "records")

    def steps_of(self, variable: str) -> tuple[Step, ...]:
        """Rows that fill a variable."""
        return tuple(step for step in self.steps if step.variable == variable)


@dataclass(frozen=True)
class Plan:
    """The data sets of a study in the order in which they can be finished."""

    datasets: Mapping[str, DatasetPlan]
    order: tuple[str, ...]
    sheets: Mapping[str, Any] = field(default_factory=dict)

    def forms(self) -> tuple[str, ...]:
        """Raw forms that data sets use."""
        origins = [s.origin for plan in self.datasets.values() for s in plan.sources.values()]
        return tuple(dict.fromkeys(name for kind, name in origins if kind == "form"))
