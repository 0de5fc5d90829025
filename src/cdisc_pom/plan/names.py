"""What a name in a cell leads to: a raw column, a variable, a joined or a related column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan.model import Condition, Ref, Source
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression

JOINED = ("left", "first", "last")


@dataclass
class Scope:
    """The names that a row of a data set may use."""

    dataset: str
    variables: frozenset[str]
    sources: Mapping[str, Source]
    faults: Collector = field(repr=False)

    def records(self) -> list[Source]:
        """Sources that make records."""
        return [source for source in self.sources.values() if source.kind == "records"]

    def column(self, name: ColumnName, source: str, cell: Cell) -> Ref | None:
        """A column of the record: own source first, then variables, then joined sources.

        `source` is the row's Source cell: an alias, `*`, or "".
        """
        if name.source:
            return self._qualified(name, source, cell)
        if name.name == "*":
            return Ref("target", "*")
        for ref in self._candidates(name.name, source):
            return ref
        joined = [s.alias for s in self._joined() if name.name in s.columns]
        if len(joined) == 1:
            return Ref("joined", name.name, joined[0])
        if joined:
            choices = ", ".join(f"{alias}.{name.name}" for alias in joined)
            self.faults.add(cell, f"'{name.name}' stands in several sources.", f"Say {choices}.")
            return None
        self.faults.unknown("column", name.name, self.known(source), place=cell)
        return None

    def _candidates(self, name: str, source: str) -> Iterable[Ref]:
        own = self.sources.get(source)
        if own is not None and own.kind == "records" and name in own.columns:
            yield Ref("source", name, source)
        if own is not None and own.kind in JOINED and name in own.columns:
            yield Ref("joined", name, source)
        everywhere = self.records() and all(name in s.columns for s in self.records())
        if source == "*" and everywhere:
            yield Ref("source", name, "*")
        if name in self.variables:
            yield Ref("target", name)
        if source == "" and everywhere:
            yield Ref("source", name, "*")

    def _joined(self) -> list[Source]:
        return [source for source in self.sources.values() if source.kind in JOINED]

    def _qualified(self, name: ColumnName, source: str, cell: Cell) -> Ref | None:
        found = self.sources.get(name.source)
        if found is None:
            if name.source == self.dataset:
                return self._variable(name.name, cell)
            known = [*self.sources, self.dataset]
            self.faults.unknown("source", name.source, known, place=cell)
            return None
        if found.kind == "many":
            message = f"'{name}' has many records for one."
            hint = f"Put {name.source} into Source and use first, last, count or exists."
            self.faults.add(cell, message, hint)
            return None
        own = self.sources.get(source)
        if found.kind == "records" and own is not None and own.kind == "records" and own != found:
            hint = f"A record comes from one source: leave Source empty, or say {name.source}."
            self.faults.add(cell, f"'{name}' is not of the row's source {source}.", hint)
            return None
        if name.name not in found.columns:
            if name.source == self.dataset and name.name in self.variables:
                return Ref("target", name.name)
            self.faults.unknown(f"column of {name.source}", name.name, found.columns, place=cell)
            return None
        return Ref("source" if found.kind == "records" else "joined", name.name, name.source)

    def _variable(self, name: str, cell: Cell) -> Ref | None:
        if name in self.variables:
            return Ref("target", name)
        self.faults.unknown(f"variable of {self.dataset}", name, self.variables, place=cell)
        return None

    def related(self, name: ColumnName, source: str, cell: Cell) -> Ref | None:
        """A column of the related source that a row names."""
        found = self.sources[source]
        if name.source and name.source != source:
            self.faults.add(cell, f"'{name}' is not of the related source {source}.")
            return None
        if name.name not in found.columns:
            self.faults.unknown(f"column of {source}", name.name, found.columns, place=cell)
            return None
        return Ref("related", name.name, source)

    def condition(self, text: str | None, source: str, cell: Cell) -> Condition | None:
        """A When cell with its names resolved; faults are kept."""
        return self._condition(text, cell, lambda name: self.column(name, source, cell))

    def source_condition(self, text: str | None, source: Source, cell: Cell) -> Condition | None:
        """A Where cell of a source: only the source's own columns may stand in it."""

        def resolve(name: ColumnName) -> Ref | None:
            if name.source not in ("", source.alias):
                self.faults.add(cell, f"'{name}' is not of the source {source.alias}.")
                return None
            if name.name not in source.columns:
                kind = f"column of {source.alias}"
                self.faults.unknown(kind, name.name, source.columns, place=cell)
                return None
            return Ref("source", name.name, source.alias)

        return self._condition(text, cell, resolve)

    def _condition(self, text, cell, resolve) -> Condition | None:  # type: ignore[no-untyped-def] # noqa: ANN001
        if text is None:
            return None
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            self.faults.add(cell, str(error))
            return None
        refs = {name: resolve(name) for name in expression.columns}
        if any(ref is None for ref in refs.values()):
            return None
        return Condition(expression, {n: ref for n, ref in refs.items() if ref}, cell)

    def known(self, source: str) -> list[str]:
        """Names that could have been meant."""
        names = set(self.variables)
        for found in self.sources.values():
            records = found.kind == "records" and source in ("*", "")
            if found.alias == source or records or found.kind in JOINED:
                names |= found.columns
        return sorted(names)


def column_name(text: str) -> ColumnName:
    """`SOURCE.COLUMN` or `COLUMN` as a name."""
    source, dot, name = text.partition(".")
    return ColumnName(name, source) if dot else ColumnName(text)
