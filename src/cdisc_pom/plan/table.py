"""A data set in the making: blocks of records, and variables filled when they are asked for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Link, Outcome, Problem
from cdisc_pom.columns import (
    Codes,
    Column,
    Mask,
    missing_like,
    stack,
    take,
)
from cdisc_pom.errors import Cell
from cdisc_pom.plan.block import Block
from cdisc_pom.plan.coerce import coerce
from cdisc_pom.plan.evaluate import EvaluationError
from cdisc_pom.plan.frames import (
    TIE,
    Origins,
    SourceFrame,
    least_of_groups,
    match,
    order_ranks,
    ties,
)
from cdisc_pom.plan.model import Condition, DatasetPlan, Ref, Source, Step

if TYPE_CHECKING:
    from cdisc_pom.plan.run import Run


@dataclass
class View:
    """The records that a step works on: all of them, or one block.

    `early` views belong to parameters that are being made, before all records are there.
    """

    table: Table
    block: int | None
    size: int
    early: bool = False

    @property
    def index(self) -> pd.RangeIndex:
        """Index of every column of the view."""
        return pd.RangeIndex(self.size)

    def column(self, ref: Ref) -> Column:
        """A column by its reference."""
        if ref.where == "target":
            return self._target(ref.name)
        if ref.where == "joined":
            frame = self.table.frame(ref.source)
            positions = self.table.joined(ref.source, self)
            return take(frame.column(ref.name), positions, self.index)
        if ref.where == "related":
            return self.table.frame(ref.source).column(ref.name)
        return self._source(ref)

    def _target(self, name: str) -> Column:
        if name == "*":
            return pd.Series(np.zeros(self.size), index=self.index)
        if self.block is None:
            return self.table.column(name)
        if self.early:
            return self.table.early_column(self.block, name)
        start, stop = self.table.bounds(self.block)
        return self.table.column(name).iloc[start:stop].reset_index(drop=True)

    def _source(self, ref: Ref) -> Column:
        """A raw column; records of other sources than the one that `ref` names miss it."""
        blocks = self.table.blocks if self.block is None else [self.table.making[self.block]]
        return stack(
            [
                block.raw(ref.name)
                if ref.source in ("*", block.alias)
                else missing_like("text", pd.RangeIndex(block.size))
                for block in blocks
            ]
        )

    def origins(self) -> Origins:
        """Where the view's records come from."""
        if self.block is not None:
            return self.table.making[self.block].origins
        return Origins.stack([block.origins for block in self.table.blocks])

    def mask(self, when: Condition | None) -> Mask | None:
        """Where a condition is true; None stands for everywhere."""
        if when is None:
            return None
        columns = {name: self.column(ref) for name, ref in when.refs.items()}
        return self.table.run.mask(when.expression, when.cell, columns, self.size)


@dataclass
class Piece:
    """What one step gave (or, without a step, a block had): values at positions of the data set.

    `view` is what the step worked on, `arguments` what its algorithm got.
    """

    step: Step | None
    positions: Codes
    values: Column
    view: View | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Table:
    """One data set of a run."""

    def __init__(self, run: Run, plan: DatasetPlan) -> None:
        """Nothing is made yet."""
        self.run = run
        self.plan = plan
        self.kinds = {row.variable: row.kind for row in plan.variables}
        self.overflow: dict[str, Column] = {}
        self.making: list[Block] = []
        self._made = False
        self._columns: dict[str, Column] = {}
        self._pieces: dict[str, list[Piece]] = {}
        self._joined: dict[tuple[str, int | None, bool], Codes] = {}
        self._frames: dict[str, SourceFrame] = {}

    @property
    def blocks(self) -> list[Block]:
        """All blocks; they are made on the first call."""
        from cdisc_pom.plan.blocks import make_blocks  # noqa: PLC0415 - blocks hold tables
        from cdisc_pom.plan.cutoff import cut_records  # noqa: PLC0415

        if not self._made:
            with self.run.making(self.plan.name, "its records"):
                for _ in make_blocks(self):
                    pass
            self._made = True
            if self.cutoff is not None:
                cut_records(self, self.cutoff)
        return self.making

    @property
    def cutoff(self) -> str | None:
        """The data cut-off, for tabulation data sets."""
        return self.run.cutoff if self.plan.standard == "sdtm" else None

    def origins(self) -> Origins:
        """Where each record comes from."""
        return Origins.stack([block.origins for block in self.making])

    def forget(self) -> None:
        """Columns are made anew: the records have changed."""
        self._columns.clear()
        self._pieces.clear()
        self._joined.clear()
        self.overflow.clear()

    @property
    def size(self) -> int:
        """Number of records."""
        return sum(block.size for block in self.blocks)

    def bounds(self, block: int) -> tuple[int, int]:
        """Positions of a block's first record and behind its last one."""
        start = sum(item.size for item in self.blocks[:block])
        return start, start + self.blocks[block].size

    def asked(self) -> tuple[set[str], set[str]]:
        """Variables and sources that were asked for."""
        early = {name for block in self.making for name in block.early}
        return {*self._columns, *early}, set(self._frames)

    def frame(self, alias: str) -> SourceFrame:
        """A joined or related source."""
        if alias not in self._frames:
            self._frames[alias] = self.run.source_frame(self.plan, self.plan.sources[alias])
        return self._frames[alias]

    def column(self, name: str) -> Column:
        """A variable over all records."""
        if name not in self._columns:
            with self.run.making(self.plan.name, name):
                self._columns[name] = self._cut(name, self._make(name))
        return self._columns[name]

    def _cut(self, name: str, values: Column) -> Column:
        """Dates of records that stay, without those after the data cut-off."""
        from cdisc_pom.plan.cutoff import cut_values, record_date  # noqa: PLC0415

        if self.cutoff is None or not name.endswith("DTC"):
            return values
        if name == record_date(self.plan.name, set(self.kinds)):
            return values
        return cut_values(self, name, values, self.cutoff)

    def early_column(self, block: int, name: str) -> Column:
        """A variable over one block, for a parameter that is being made from it."""
        found = self.making[block]
        if name in found.supplied:
            return found.supplied[name]
        if name not in found.early:
            view = View(self, block, found.size, early=True)
            pieces = [
                self._run_step(step, view)
                for step in self.plan.steps_of(name)
                if step.source in ("", found.alias) or (step.source == "*" and found.alias)
            ]
            found.early[name] = self._combine(name, pieces, found.size, view.origins)
        return found.early[name]

    def _make(self, name: str) -> Column:
        pieces = self.pieces(name)
        if self.run.remember:
            self._pieces[name] = pieces
        return self._combine(name, pieces, self.size, lambda: View(self, None, self.size).origins())

    def pieces(self, name: str) -> list[Piece]:
        """What blocks and steps give of a variable, in the order in which it is put together."""
        return self._pieces[name] if name in self._pieces else list(self._given(name))

    def _given(self, name: str) -> Iterator[Piece]:
        free = np.ones(self.size, dtype=bool)
        for at, block in enumerate(self.blocks):
            start, stop = self.bounds(at)
            if name in block.supplied:
                free[start:stop] = False
                yield Piece(None, np.arange(start, stop), block.supplied[name])
        for step in self.plan.steps_of(name):
            if step.source == "":
                yield self._run_step(step, View(self, None, self.size), free)
                continue
            for at, block in enumerate(self.blocks):
                if not block.alias or step.source not in ("*", block.alias):
                    continue
                start, stop = self.bounds(at)
                piece = self._run_step(step, View(self, at, block.size), free[start:stop])
                yield replace(piece, positions=piece.positions + start)

    def _run_step(self, step: Step, view: View, free: Mask | None = None) -> Piece:
        """What a step gives at the positions of the view that it serves."""
        mask = view.mask(step.when)
        if free is not None and not free.all():
            mask = free if mask is None else mask & free
        positions = np.arange(view.size) if mask is None else np.flatnonzero(mask)
        whole = "eligible" in inspect.signature(step.algorithm.function).parameters
        chosen = np.arange(view.size) if whole else positions
        index = pd.RangeIndex(len(chosen))
        arguments = self._arguments(step, view, chosen)
        if whole:
            arguments["eligible"] = np.ones(view.size, bool) if mask is None else mask
        try:
            if step.expression is not None:
                arguments["value"] = self._evaluated(step.expression, view, chosen, index)
            given = step.algorithm.function(**arguments)
        except (ValueError, TypeError, EvaluationError) as error:  # values of another type, too
            self.run.fault(step.cell, f"{step.algorithm.name}: {error}")
            given = missing_like(self.kinds.get(step.variable, "text"), index)
        outcome = given if isinstance(given, Outcome) else Outcome(given)
        self._tell(step, outcome.problems, view, chosen)
        for name, values in outcome.more.items():
            self._keep_overflow(name, values, view, chosen)
        return Piece(step, chosen, outcome.values, view, arguments)

    def _arguments(self, step: Step, view: View, chosen: Codes) -> dict[str, Any]:
        """What the algorithm of a step gets for positions of a view."""
        index = pd.RangeIndex(len(chosen))
        arguments: dict[str, Any] = dict(step.arguments)
        for name, refs in step.refs.items():
            if isinstance(refs, tuple):
                arguments[name] = tuple(self._argument(view, r, chosen, index) for r in refs)
            else:
                arguments[name] = self._argument(view, refs, chosen, index)
        if step.related is not None:
            arguments["link"] = self._link(step.related, view, chosen, index)
        return arguments

    def _evaluated(
        self, expression: Condition, view: View, chosen: Codes, index: pd.RangeIndex
    ) -> Column:
        columns = {
            name: self._argument(view, ref, chosen, index) for name, ref in expression.refs.items()
        }
        return self.run.evaluator.column(expression.expression, columns, len(index))

    def _argument(self, view: View, ref: Ref, chosen: Codes, index: pd.RangeIndex) -> Column:
        column = view.column(ref)
        if ref.where == "related" or len(chosen) == len(column):
            named = column.copy(deep=False)
        else:
            named = take(column, chosen, index)
        named.name = ref.name
        return named

    def _keep_overflow(self, name: str, values: Column, view: View, chosen: Codes) -> None:
        start = 0 if view.block is None else self.bounds(view.block)[0]
        positions = np.full(self.size, -1, dtype=np.int64)
        positions[chosen + start] = np.arange(len(chosen))
        column = take(values, positions, pd.RangeIndex(self.size))
        before = self.overflow.get(name)
        self.overflow[name] = column if before is None else column.where(column.notna(), before)

    def _link(self, alias: str, view: View, chosen: Codes, index: pd.RangeIndex) -> Link:
        frame, source = self.frame(alias), self.plan.sources[alias]
        left = [take(view.column(ref), chosen, index) for ref, _ in source.on]
        right = [frame.column(name) for _, name in source.on]
        targets, groups, size = match(left, right)
        dropped = np.ones(frame.size, dtype=bool)
        dropped[frame.kept] = False
        groups = np.where(dropped, -1, groups)
        return Link(index, np.where(targets < 0, size, targets), groups, size)

    def joined(self, alias: str, view: View) -> Codes:
        """Position of each record's partner in a joined source, or -1."""
        key = (alias, view.block, view.early)
        if key not in self._joined:
            self._joined[key] = self._join(self.plan.sources[alias], view)
        return self._joined[key]

    def _join(self, source: Source, view: View) -> Codes:
        frame = self.frame(source.alias)
        left = [view.column(ref) for ref, _ in source.on]
        kept = pd.RangeIndex(len(frame.kept))
        right = [take(frame.column(name), frame.kept, kept) for _, name in source.on]
        targets, groups, size = match(left, right)
        order = [take(frame.column(name), frame.kept, kept) for name in source.order]
        ranks = order_ranks(order, len(kept), last=source.kind == "last")
        firsts = least_of_groups(groups, ranks)
        chosen = np.full(size + 1, -1, dtype=np.int64)
        chosen[groups[firsts]] = frame.kept[firsts]
        chosen[size] = -1
        # Groups that no record looks for may hold what they like.
        self._refuse(source, np.where(np.isin(groups, targets), groups, -1), ranks, frame)
        return np.where(targets < 0, -1, chosen[np.where(targets < 0, size, targets)])

    def _refuse(self, source: Source, groups: Codes, ranks: Codes, frame: SourceFrame) -> None:
        """A join that may take several records for one is an error with its records."""
        keys = ", ".join(name for _, name in source.on)
        if source.kind == "left":
            counts = np.bincount(groups[groups >= 0], minlength=1)
            rows = np.zeros(frame.size, dtype=bool)
            rows[frame.kept[(groups >= 0) & (counts[np.maximum(groups, 0)] > 1)]] = True
            message = f"several records of {source.alias} have the same {keys}"
            hint = "Join it with first by or last by, narrow it with Where, or make it many."
        else:
            rows = ties(frame, source, frame.kept, groups, ranks)
            how = f"{source.kind} by {', '.join(source.order)}"
            message = f"records of {source.alias} tie for {how} with the same {keys}"
            hint = TIE
        if rows.any():
            self.run.report(
                rows, message, dataset=self.plan.name, origins=frame.origins, cell=source.cell,
                rule="join", hint=hint,
            )  # fmt: skip

    def _tell(self, step: Step, problems: tuple[Problem, ...], view: View, chosen: Codes) -> None:
        for problem in problems:
            self.run.tell(self.plan.name, step, problem, view.origins().take(chosen))

    def _combine(
        self, name: str, pieces: list[Piece], size: int, origins: Callable[[], Origins]
    ) -> Column:
        """One column from what the steps gave; two steps that fill a record are a finding."""
        kind = self.kinds.get(name)
        if name in self.overflow and not pieces:
            return self.overflow[name]
        index = pd.RangeIndex(size)
        filled = np.full(size, -1, dtype=np.int64)
        parts, offset = [], 0
        clashes: dict[tuple[Cell, Cell], Mask] = {}
        for piece in pieces:
            values = piece.values.reset_index(drop=True)
            if kind is not None:
                values, problems = coerce(values, kind)
                if piece.step is not None:
                    for problem in problems:
                        where = origins().take(piece.positions)
                        self.run.tell(self.plan.name, piece.step, problem, where)
            there = values.notna().to_numpy()
            at = piece.positions[there]
            for position in at[filled[at] >= 0]:
                self._clash(clashes, pieces, piece, filled, int(position), size)
            filled[at] = np.flatnonzero(there) + offset
            parts.append(values)
            offset += len(values)
        self._tell_clashes(name, clashes, origins)
        if not parts:
            return missing_like(kind or "text", index)
        return take(stack(parts), filled, index)

    @staticmethod
    def _clash(
        clashes: dict[tuple[Cell, Cell], Mask], pieces: list[Piece], piece: Piece,
        filled: Codes, position: int, size: int,
    ) -> None:  # fmt: skip
        ends = np.cumsum([len(item.values) for item in pieces])
        other = pieces[int(np.searchsorted(ends, filled[position], side="right"))]
        if piece.step is None or other.step is None:
            return
        pair = (other.step.cell, piece.step.cell)
        clashes.setdefault(pair, np.zeros(size, dtype=bool))[position] = True

    def _tell_clashes(
        self, name: str, clashes: Mapping[tuple[Cell, Cell], Mask], origins: Callable[[], Origins]
    ) -> None:
        for (first, second), rows in clashes.items():
            self.run.report(
                rows, f"two rows fill it ({first.sheet}!{first.ref} and {second.ref})",
                dataset=self.plan.name, variable=name, origins=origins(), cell=second,
                rule="overlap", hint="Make their When exclude each other.",
            )  # fmt: skip
