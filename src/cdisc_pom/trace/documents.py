"""What `cdisc-pom trace --json` prints: its models are the schema in docs/trace.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from cdisc_pom.trace.coverage import Coverage
from cdisc_pom.trace.figures import Figure, Side, named
from cdisc_pom.trace.graph import Graph, Kind, Node, NodeKey
from cdisc_pom.trace.labels import Labels
from cdisc_pom.trace.model import Role, Rule
from cdisc_pom.trace.words import Language

if TYPE_CHECKING:
    from cdisc_pom.trace.session import Onward


class Item(BaseModel):
    """Base of all parts; what does not apply is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class RuleItem(Item):
    """What filled a value: cell of the workbook, algorithm, and the rule in words."""

    cell: str
    algorithm: str
    text: str


class NodeItem(Item):
    """A value, a record, a raw cell, a raw line or a cell of the workbook.

    `record` is the number in the file that is written, from 1. `value` is left out where it is
    missing; then `tried` has the rules that left it so. `walked` is false where --depth ended the
    walk before what the node uses.
    """

    id: str
    kind: Kind
    dataset: str | None = None
    record: int | None = None
    key: dict[str, str] | None = None
    variable: str | None = None
    file: str | None = None
    line: int | None = None
    column: str | None = None
    cell: str | None = None
    value: str | None = None
    rule: RuleItem | None = None
    tried: tuple[RuleItem, ...] | None = None
    compared: int | None = None
    walked: bool | None = None


class EdgeItem(Item):
    """What a node uses, why (`role`), and by which source it was found (`note`)."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    role: Role
    note: str | None = None


class SideItem(Item):
    """Records of a figure: how many, of how many subjects, and the values that are shown."""

    dataset: str
    records: int
    subjects: int
    variables: tuple[str, ...]
    roots: tuple[str, ...]


class FigureItem(Item):
    """A figure of a display: as printed, its parts, the records that count, its population."""

    id: str | None = None
    display: str
    label: str
    level: str | None = None
    cell: str
    statistic: str
    text: str
    values: dict[str, float | str | None]
    counted: SideItem
    population: SideItem


class TraceDocument(Item):
    """Chains of values, records or figures as nodes and edges.

    `complete` says whether every chain ends in raw cells or cells of the workbook; it is left out
    where --depth ended the walk.
    """

    ok: Literal[True] = True
    study: str
    language: Language
    complete: bool | None = None
    roots: tuple[str, ...]
    nodes: tuple[NodeItem, ...]
    edges: tuple[EdgeItem, ...]
    figures: tuple[FigureItem, ...] | None = None


class ReachedItem(Item):
    """A record that uses the start: made from it (`made`), or values that do (`variables`)."""

    dataset: str
    record: int
    key: dict[str, str]
    made: bool
    variables: tuple[str, ...]


class HoldingItem(Item):
    """A figure that holds such records: how many of them count, how many are its population."""

    id: str | None = None
    display: str
    label: str
    level: str | None = None
    text: str
    counted: int
    population: int


class LeftOutItem(Item):
    """A source that reads the file and does not take the line: by its Where or Distinct."""

    dataset: str
    source: str
    cell: str


class ForwardDocument(Item):
    """Everything that uses a raw line or records."""

    ok: Literal[True] = True
    study: str
    start: tuple[str, ...]
    records: tuple[ReachedItem, ...]
    figures: tuple[HoldingItem, ...]
    left_out: tuple[LeftOutItem, ...]


class GapItem(Item):
    """Values without a complete chain."""

    dataset: str
    variable: str
    cell: str
    count: int


class CoverageItem(Item):
    """Non-missing values of a data set and those with a complete chain."""

    dataset: str
    standard: str
    values: int
    complete: int
    classes: int


class CoverageDocument(Item):
    """The share of values with a complete chain."""

    ok: bool
    study: str
    values: int
    complete: int
    share: float
    datasets: tuple[CoverageItem, ...]
    gaps: tuple[GapItem, ...]


def trace_document(
    graph: Graph, labels: Labels, *, language: Language, whole: bool, figures: Sequence[Figure] = ()
) -> TraceDocument:
    """Chains as a document; `whole` says that no depth ended the walk."""
    ids = {key: f"n{number}" for number, key in enumerate(graph.nodes, start=1)}
    edges = tuple(
        EdgeItem(
            source=ids[node.key], target=ids[edge.target], role=edge.role, note=edge.note or None
        )
        for node in graph.nodes.values()
        for edge in node.edges
    )
    return TraceDocument(
        study=labels.run.study.name,
        language=language,
        complete=graph.complete if whole else None,
        roots=tuple(ids[key] for key in graph.roots),
        nodes=tuple(_node(ids[n.key], n, labels, language) for n in graph.nodes.values()),
        edges=edges,
        figures=tuple(_figure(item, ids, language) for item in figures) if figures else None,
    )


def forward_document(found: Onward, labels: Labels, *, language: Language) -> ForwardDocument:
    """What was reached as a document."""
    records = tuple(
        ReachedItem(
            dataset=item.dataset,
            record=labels.number(item.dataset, at),
            key=labels.key(item.dataset, at),
            made=at in item.made,
            variables=tuple(item.variables.get(at, ())),
        )
        for item in found.reached
        for at in sorted(item.positions(), key=lambda at: labels.number(item.dataset, at))
    )
    held = tuple(
        HoldingItem(
            **_named(item.figure, language), text=item.figure.result.text,
            counted=item.counted, population=item.population,
        )
        for item in found.figures
    )  # fmt: skip
    lost = tuple(
        LeftOutItem(dataset=item.dataset, source=item.source, cell=str(item.cell))
        for item in found.left_out
    )
    return ForwardDocument(
        study=labels.run.study.name, start=found.start, records=records, figures=held, left_out=lost
    )


def coverage_document(found: Sequence[Coverage], study: str) -> CoverageDocument:
    """The coverage as a document."""
    values = sum(item.values for item in found)
    complete = sum(item.complete for item in found)
    return CoverageDocument(
        ok=values == complete,
        study=study,
        values=values,
        complete=complete,
        share=complete / values if values else 1.0,
        datasets=tuple(
            CoverageItem(
                dataset=item.dataset, standard=item.standard, values=item.values,
                complete=item.complete, classes=item.classes,
            )
            for item in found
        ),
        gaps=tuple(
            GapItem(dataset=gap.dataset, variable=gap.variable, cell=gap.place, count=gap.count)
            for item in found
            for gap in item.gaps
        ),
    )  # fmt: skip


def _node(identifier: str, node: Node, labels: Labels, language: Language) -> NodeItem:
    key = node.key
    rule = None if node.rule is None else _rule(node.rule, language)
    tried = tuple(_rule(item, language) for item in node.tried) or None
    if key.kind in ("value", "record"):
        return NodeItem(
            id=identifier, kind=key.kind, dataset=key.name, variable=key.column or None,
            record=labels.number(key.name, key.position), key=labels.key(key.name, key.position),
            value=node.text, rule=rule, tried=tried, compared=node.compared or None,
            walked=node.walked,
        )  # fmt: skip
    if key.kind == "workbook":
        column, cell = node.name or None, key.name
        return NodeItem(id=identifier, kind=key.kind, cell=cell, column=column, value=node.text)
    file, line = labels.line(key.name, key.position)
    column = key.column or None
    return NodeItem(
        id=identifier, kind=key.kind, file=file, line=line, column=column, value=node.text
    )


def _rule(rule: Rule, language: Language) -> RuleItem:
    words = rule.text_zh if language == "zh" else rule.text
    return RuleItem(cell=str(rule.cell), algorithm=rule.name, text=words)


def _figure(figure: Figure, ids: Mapping[NodeKey, str], language: Language) -> FigureItem:
    result = figure.result
    values = {
        name: None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
        for name, value in result.values.items()
    }
    return FigureItem(
        **_named(figure, language), cell=str(result.row.cell("label")),
        statistic=result.row.statistic, text=result.text, values=values,
        counted=_side(figure.counted, ids), population=_side(figure.population, ids),
    )  # fmt: skip


def _named(figure: Figure, language: Language) -> dict[str, str | None]:
    display, _, label = named(figure.result.row, language).partition(" › ")
    level = figure.result.level
    return {
        "id": figure.result.row.published, "display": display, "label": label,
        "level": None if level == "" else figure.result.level_label(language),
    }  # fmt: skip


def _side(side: Side, ids: Mapping[NodeKey, str]) -> SideItem:
    roots = [
        ids[key]
        for at in side.positions
        for name in side.variables
        if (key := NodeKey("value", side.dataset, name, at)) in ids
    ]
    return SideItem(
        dataset=side.dataset, records=len(side.positions), subjects=side.subjects,
        variables=side.variables, roots=tuple(roots),
    )  # fmt: skip
