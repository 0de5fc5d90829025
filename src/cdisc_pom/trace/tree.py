"""A chain as an indented tree that a reviewer reads from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cdisc_pom.trace.graph import Edge, Graph, Node, NodeKey
from cdisc_pom.trace.labels import Labels
from cdisc_pom.trace.words import ROLES, WORDS, Language


@dataclass(frozen=True)
class Branch:
    """A line of the tree: how deep it stands, what it says, and what kind of thing it is."""

    level: int
    text: str
    kind: str


class Tree:
    """Writes the chains of a graph; what several chains share is written once."""

    def __init__(self, graph: Graph, labels: Labels, language: Language) -> None:
        """Nothing is written yet."""
        self.graph = graph
        self.labels = labels
        self.language = language
        self.words = WORDS[language]
        self._shown: set[NodeKey] = set()

    def branches(self, root: NodeKey, level: int = 0) -> Iterator[Branch]:
        """Lines of the chain of one root."""
        yield from self._node(Edge(root, "input"), None, level)

    def within(self, key: NodeKey, record: NodeKey, level: int) -> Iterator[Branch]:
        """Lines of the chain of a value whose record was named above it."""
        yield from self._node(Edge(key, "input"), record, level)

    def _node(
        self, edge: Edge, around: NodeKey | None, level: int, *, alone: bool = True
    ) -> Iterator[Branch]:
        """A node and what it uses; `around` is the record that was named above it."""
        node = self.graph.nodes[edge.target]
        text = self._said(node, around)
        if alone:
            text += self._how(edge)
        seen = edge.target in self._shown and bool(node.edges or node.rule or node.tried)
        if seen:
            text += f" ({self.words['above']})"
        yield Branch(level, text, node.key.kind)
        if seen:
            return
        self._shown.add(edge.target)
        yield from self._ruled(node, level + 1)
        for edges in _by_record(node.edges):
            yield from self._group(edges, node.key, level + 1)

    def _ruled(self, node: Node, level: int) -> Iterator[Branch]:
        """The rule that filled a value, in words and with its cell."""
        if node.rule is not None:
            words = node.rule.text_zh if self.language == "zh" else node.rule.text
            yield Branch(level, f"← {words}  [{node.rule.cell}]", "rule")
            if node.compared:
                said = self.words["compared"].format(n=node.compared)
                yield Branch(level, f"  {said}", "rule")
        for rule in node.tried:
            words = rule.text_zh if self.language == "zh" else rule.text
            yield Branch(level, f"{self.words['tried']} {words}  [{rule.cell}]", "rule")
        if not node.walked and node.key.kind == "value":
            yield Branch(level, f"… {self.words['deeper']}", "rule")

    def _group(self, edges: list[Edge], around: NodeKey, level: int) -> Iterator[Branch]:
        """What a node uses of one record: several values stand under the record's name."""
        first = edges[0].target
        if len(edges) == 1 or (first.name, first.position) == (around.name, around.position):
            for edge in edges:
                yield from self._node(edge, around, level)
            return
        yield Branch(level, self.place(first) + self._how(edges[0]), "record")
        for edge in edges:
            yield from self._node(edge, first, level + 1, alone=False)

    def _said(self, node: Node, around: NodeKey | None) -> str:
        key = node.key
        if key.kind == "workbook":
            shown = node.text if node.text is not None else f"({self.words['blank']})"
            return f"[{key.name}]  {node.name} = {shown}" if node.name else f"[{key.name}]  {shown}"
        if key.kind in ("record", "line"):
            return self.place(key)
        same = around is not None and (
            (around.kind == "raw") == (key.kind == "raw")
            and (around.name, around.position) == (key.name, key.position)
        )
        start = "" if same else f"{self.place(key)}  "
        if key.kind == "raw":
            shown = f"'{node.text}'" if node.text is not None else f"({self.words['blank']})"
            return f"{start}{key.column}={shown}"
        shown = node.text if node.text is not None else f"({self.words['missing']})"
        return f"{start}{key.column} = {shown}"

    def place(self, key: NodeKey) -> str:
        """A record by its data set, number in the file and keys; a raw one by file and line."""
        if key.kind in ("raw", "line"):
            file, line = self.labels.line(key.name, key.position)
            return f"{file}:{line}"
        keys = self.labels.key(key.name, key.position)
        said = ", ".join(f"{name}={text}" for name, text in keys.items())
        return f"{key.name} #{self.labels.number(key.name, key.position)} ({said})"

    def _how(self, edge: Edge) -> str:
        """Why and by which source it was reached."""
        said = ": ".join(part for part in (ROLES[self.language][edge.role], edge.note) if part)
        return f"   ({said})" if said else ""


def _by_record(edges: list[Edge]) -> Iterator[list[Edge]]:
    """Edges that lead to values of one record in the same way, together."""
    found: dict[tuple[object, ...], list[Edge]] = {}
    for number, edge in enumerate(edges):
        key = edge.target
        if key.kind in ("value", "raw"):
            found.setdefault((key.kind, key.name, key.position, edge.role, edge.note), []).append(
                edge
            )
        else:
            found[number,] = [edge]
    yield from found.values()
