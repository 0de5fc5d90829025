"""The chain of a value or record, walked from it to raw cells and cells of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cdisc_pom.errors import Cell
from cdisc_pom.trace.labels import Labels
from cdisc_pom.trace.model import Place, Role, Rule, Use, Written
from cdisc_pom.trace.uses import Uses

Kind = Literal["value", "record", "raw", "line", "workbook"]
# Nodes further away than this are not walked: no study is that deep, a mistake could be.
DEEPEST = 500


@dataclass(frozen=True)
class NodeKey:
    """What a node is: a value, a record, a raw cell, a raw line, a cell of the workbook."""

    kind: Kind
    name: str
    column: str = ""
    position: int = 0


@dataclass(frozen=True)
class Edge:
    """What a node uses, why, and how it was found."""

    target: NodeKey
    role: Role
    note: str = ""


@dataclass
class Node:
    """A node and what is said of it.

    `text` is the value, collected value or content of the cell, None where it is missing; `name`
    is the column that a cell of the workbook gives.
    `walked` is False where the walk ended before what the node uses. A missing value has no `rule`
    but those that were `tried`.
    """

    key: NodeKey
    text: str | None = None
    name: str = ""
    cell: Cell | None = None
    rule: Rule | None = None
    tried: list[Rule] = field(default_factory=list)
    compared: int = 0
    edges: list[Edge] = field(default_factory=list)
    walked: bool = False


@dataclass
class Graph:
    """Nodes in the order in which they were reached, and those that were asked for."""

    roots: list[NodeKey] = field(default_factory=list)
    nodes: dict[NodeKey, Node] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether each chain was walked to raw cells or cells of the workbook."""
        return all(
            bool(node.edges) or any(rule.constant for rule in (node.rule, *node.tried) if rule)
            for node in self.nodes.values()
            if node.key.kind == "value"
        )

    def add(self, other: Graph) -> None:
        """Take over the roots and nodes of another graph; what was walked further stays."""
        self.roots += [key for key in other.roots if key not in self.roots]
        for key, node in other.nodes.items():
            if key not in self.nodes or (node.walked and not self.nodes[key].walked):
                self.nodes[key] = node

    def leaves(self) -> Iterator[Node]:
        """Raw cells, raw lines and cells of the workbook."""
        for node in self.nodes.values():
            if node.key.kind in ("raw", "line", "workbook"):
                yield node


class Walk:
    """Walks the chains of a run."""

    def __init__(self, uses: Uses, labels: Labels) -> None:
        """Nothing is walked yet."""
        self.uses = uses
        self.labels = labels

    def value(self, dataset: str, variable: str, position: int) -> NodeKey:
        """The node of a value."""
        return NodeKey("value", dataset, variable, position)

    def record(self, dataset: str, position: int) -> NodeKey:
        """The node of a record."""
        return NodeKey("record", dataset, "", position)

    def walk(self, roots: list[NodeKey], depth: int | None = None) -> Graph:
        """Everything that some nodes use, at most `depth` steps away.

        Breadth first, so that a node which several chains share is walked at its least depth.
        """
        graph = Graph(list(dict.fromkeys(roots)))
        deepest = DEEPEST if depth is None else min(depth, DEEPEST)
        reached = dict.fromkeys(graph.roots)
        for key in graph.roots:
            graph.nodes[key] = self._node(key, None)
        for _ in range(deepest):
            following: dict[NodeKey, None] = {}
            for key in reached:
                node = graph.nodes[key]
                node.walked = True
                for edge, written in self._edges(node):
                    node.edges.append(edge)
                    if edge.target not in graph.nodes:
                        graph.nodes[edge.target] = self._node(edge.target, written)
                        following[edge.target] = None
            reached = following
            if not reached:
                break
        return graph

    def _node(self, key: NodeKey, written: Written | None) -> Node:
        if key.kind == "value":
            return Node(key, self.labels.value(key.name, key.column, key.position))
        if key.kind == "raw":
            return Node(key, self.labels.raw(key.name, key.column, key.position))
        if written is not None:
            return Node(key, written.text or None, written.name, written.cell)
        return Node(key)

    def _edges(self, node: Node) -> Iterator[tuple[Edge, Written | None]]:
        """What a node uses, in the order of its rule; and the cell where that is one."""
        key = node.key
        if key.kind == "record":
            for use in self.uses.records(key.name):
                yield from _edges_of(use, key.position)
        elif key.kind == "value" and node.text is None:
            yield from self._missing(node)
        elif key.kind == "value":
            number = int(self.uses.numbers(key.name, key.column)[key.position])
            if number < 0:
                return
            part = self.uses.parts(key.name, key.column)[number]
            node.rule = part.rule
            node.compared = part.compared_at(key.position)
            for use in part.uses:
                yield from _edges_of(use, key.position)

    def _missing(self, node: Node) -> Iterator[tuple[Edge, Written | None]]:
        """What the rules looked at that left a value missing, each target once."""
        key, seen = node.key, set()
        for part in self.uses.absent(key.name, key.column):
            at = int(np.searchsorted(part.rows, key.position))
            if at == len(part.rows) or part.rows[at] != key.position:
                continue
            node.tried.append(part.rule)
            for use in part.uses:
                for edge, written in _edges_of(use, key.position):
                    if edge.target not in seen:
                        seen.add(edge.target)
                        yield edge, written


def _edges_of(use: Use, row: int) -> Iterator[tuple[Edge, Written | None]]:
    for position in use.of(row).tolist():
        if isinstance(use.target, Place):
            yield Edge(_key(use.target, position), use.role, use.note), None
        else:
            written = use.target[position]
            key = NodeKey("workbook", str(written.cell), written.text)
            yield Edge(key, use.role, use.note), written


def _key(place: Place, position: int) -> NodeKey:
    if place.kind == "form":
        return NodeKey("raw" if place.column else "line", place.name, place.column, position)
    return NodeKey("value" if place.column else "record", place.name, place.column, position)
