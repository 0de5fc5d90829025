"""What each value of a data set uses: the rule that filled it, its inputs, further records."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from string import ascii_uppercase

import numpy as np

from cdisc_pom.columns import Codes, Mask
from cdisc_pom.errors import Cell
from cdisc_pom.plan.methods import step_sentence
from cdisc_pom.plan.model import Ref, Source, Step
from cdisc_pom.plan.run import Run
from cdisc_pom.plan.table import Piece, Table
from cdisc_pom.spec.sheets import MethodRow
from cdisc_pom.trace.columns import (
    described,
    of_source,
    relation_sides,
    unmatched,
    uses_of,
    whole,
)
from cdisc_pom.trace.lookups import Lookups
from cdisc_pom.trace.model import Part, Place, Role, Rule, Use, Written
from cdisc_pom.trace.related import compared, peers, related_pairs
from cdisc_pom.trace.supplied import supplied_parts

# Arguments that hold the value itself, and the keys within which records are looked at.
_VALUE = "value"
_KEYS = frozenset({"by", "subject"})


class Uses:
    """What the values and records of a run use, worked out when it is asked for."""

    def __init__(self, run: Run) -> None:
        """Nothing is worked out yet."""
        self.run = run
        self.parts = cache(self._parts)
        self.absent = cache(self._absent)
        self.numbers = cache(self._numbers)
        self.records = cache(self._records)
        self.lookups = {kind: Lookups(book) for kind, book in run.study.workbooks.items()}

    def _parts(self, dataset: str, variable: str) -> tuple[Part, ...]:
        """The rules that filled a variable, each with its records and what they use."""
        table = self.run.table(dataset)
        there = table.column(variable).notna().to_numpy()
        pieces = list(table.pieces(variable))
        if not pieces and variable in table.overflow:
            return self._rest(table, variable)
        filled = np.full(table.size, -1, dtype=np.int64)
        for number, piece in enumerate(pieces):
            filled[piece.positions[piece.values.notna().to_numpy()]] = number
        filled[~there] = -1
        parts: list[Part] = []
        for number, piece in enumerate(pieces):
            rows = np.flatnonzero(filled == number)
            if piece.step is None:
                parts += supplied_parts(table, variable, rows)
            elif len(rows):
                parts.append(self._of_step(table, piece, piece.step, rows))
        return tuple(part for part in parts if len(part.rows))

    def _absent(self, dataset: str, variable: str) -> tuple[Part, ...]:
        """Why values are missing: the rules that could fill them, and what these looked at.

        A rule that served a record gave nothing there: its inputs say why. One whose When did not
        hold looked at the condition alone. A record that no rule serves names the variable's row.
        """
        table = self.run.table(dataset)
        lost = table.column(variable).isna().to_numpy()
        free, told = lost.copy(), np.zeros(table.size, dtype=bool)
        pieces = table.pieces(variable)
        parts: list[Part] = []
        for piece in pieces:
            if piece.step is None:
                free[piece.positions] = False
                told[piece.positions] = True
                parts += supplied_parts(table, variable, piece.positions[lost[piece.positions]])
        for piece in pieces:
            if piece.step is not None:
                parts += self._why_not(table, piece, piece.step, free)
        for part in parts:
            told[part.rows] = True
        alone = np.flatnonzero(lost & ~told)
        if len(alone):
            parts.append(Part(_no_rule(table, variable), alone, ()))
        return tuple(part for part in parts if len(part.rows))

    def _why_not(self, table: Table, piece: Piece, step: Step, free: Mask) -> Iterator[Part]:
        """What a step looked at in records that it left missing."""
        served = piece.positions[free[piece.positions]]
        if len(served):
            yield self._of_step(table, piece, step, served)
        assert piece.view is not None, "steps work on a view"
        block = piece.view.block
        start, stop = (0, table.size) if block is None else table.bounds(block)
        passed = free.copy()
        passed[:start] = False
        passed[stop:] = False
        passed[piece.positions] = False
        rows = np.flatnonzero(passed)
        if len(rows) and step.when is not None:
            refs = dict.fromkeys(step.when.refs.values())
            uses = [
                use.sorted()
                for ref in refs
                for use in uses_of(table, ref, (rows, rows), role="condition", view=piece.view)
            ]
            yield Part(_rule(table, step), rows, tuple(uses))

    def _numbers(self, dataset: str, variable: str) -> Codes:
        """The number of the part that filled each record, or -1."""
        found = np.full(self.run.table(dataset).size, -1, dtype=np.int64)
        for number, part in enumerate(self.parts(dataset, variable)):
            found[part.rows] = number
        return found

    def _of_step(self, table: Table, piece: Piece, step: Step, rows: Codes) -> Part:
        """What the values that a step filled use."""
        local = np.searchsorted(piece.positions, rows)
        at, others = peers(piece, step, local)
        uses = list(_read(table, piece, step, rows, np.delete(rows, at)))
        if step.related is not None:
            uses += _of_related(table, piece, step, rows, local)
        uses += _of_peers(table, piece, step, rows[at], piece.positions[others])
        for codes, cells in self.lookups[table.plan.standard].answers(step, piece.arguments):
            at = codes[local]
            uses.append(Use("lookup", rows[at >= 0], at[at >= 0], cells))
        kept = tuple(use.sorted() for use in uses if len(use.rows))
        counts = compared(piece, step)
        return Part(_rule(table, step), rows, kept, None if counts is None else counts[local])

    def _rest(self, table: Table, variable: str) -> tuple[Part, ...]:
        """What did not fit into another variable comes from what filled that one."""
        stem = variable.rstrip("0123456789")
        there = table.overflow[variable].notna().to_numpy()
        found = []
        for name in dict.fromkeys(
            step.variable for step in table.plan.steps if step.arguments.get("overflow") == stem
        ):
            found += [part.limited(there) for part in self.parts(table.plan.name, name)]
        return tuple(part for part in found if len(part.rows))

    def _records(self, dataset: str) -> tuple[Use, ...]:
        """What the records of a data set were made from, in the order of its blocks."""
        table = self.run.table(dataset)
        return tuple(use.sorted() for use in record_uses(table))


def record_uses(table: Table) -> Iterator[Use]:
    """Records (and rows of the workbook) that the records of a data set were made from."""
    for number, block in enumerate(table.blocks):
        start = table.bounds(number)[0]
        looked = () if block.making is None else block.making.looked()
        for parents in (*block.parents, *looked):
            pairs = parents.rows + start, parents.positions
            if parents.source:
                yield from _source_records(table, parents.source, pairs, parents.part)
            else:
                yield Use(parents.part, *pairs, Place("dataset", table.plan.name))
        if block.making is not None:
            written = tuple(
                Written(Cell(row.place.workbook, row.place.sheet, str(row.place.row)), str(name))
                for row in block.making.rows
                for name in [getattr(row, "paramcd", None) or getattr(row, "testcd", "")]
            )
            rows = np.arange(start, start + block.size)
            yield Use("row", rows, block.making.which, written)


def _source_records(
    table: Table, alias: str, pairs: tuple[Codes, Codes], role: Role
) -> Iterator[Use]:
    source, frame = table.plan.sources[alias], table.frame(alias)
    kind, name = source.origin
    note = described(source)
    if kind in ("form", "dataset"):
        place = Place("form" if kind == "form" else "dataset", name)
        yield Use(role, pairs[0], whole(frame, pairs[1]), place, note)
        return
    if kind == "relations":
        for step, mine, positions in relation_sides(frame, pairs[1]):
            if positions[0] >= 0:
                yield Use(role, pairs[0][mine], positions, Place("dataset", step.row.dataset))
    if kind == "elements":
        assert frame.subjects is not None, "elements have subjects"
        yield Use("record", pairs[0], frame.subjects[pairs[1]], Place("dataset", "DM"), note)
    wanted, numbers = np.unique(pairs[1], return_inverse=True)
    cells = tuple(Written(_row_cell(table, source, at), name) for at in wanted.tolist())
    yield Use("row", pairs[0], numbers.reshape(-1).astype(np.int64), cells, note)


def _row_cell(table: Table, source: Source, at: int) -> Cell:
    """The whole row of a content sheet."""
    frame = table.frame(source.alias)
    cell = next(found for name in sorted(source.columns) if (found := frame.cell(at, name)))
    return Cell(cell.workbook, cell.sheet, cell.ref.lstrip(ascii_uppercase))


# Steps: rows of Mapping and Derivations -----------------------------------------------------------


def _read(
    table: Table, piece: Piece, step: Step, rows: Codes, own: Codes
) -> Iterator[Use]:  # fmt: skip
    """Columns that the step reads at the record itself.

    A value that was taken from another record is read there; `own` are the rows of the rest.
    """
    read: dict[Ref, None] = {}
    for name, refs in step.refs.items():
        wanted = own if name == _VALUE and len(own) < len(rows) else rows
        for ref in refs if isinstance(refs, tuple) else (refs,):
            if ref.where != "related" and ref not in read:
                read[ref] = None
                yield from uses_of(table, ref, (wanted, wanted), view=piece.view)
    if step.expression is not None:
        for ref in dict.fromkeys(step.expression.refs.values()):
            read[ref] = None
            yield from uses_of(table, ref, (rows, rows), view=piece.view)
    if step.when is not None:
        for ref in dict.fromkeys(step.when.refs.values()):
            if ref not in read:
                yield from uses_of(table, ref, (rows, rows), role="condition", view=piece.view)


def _of_related(
    table: Table, piece: Piece, step: Step, rows: Codes, local: Codes
) -> Iterator[Use]:  # fmt: skip
    """Columns of the related records that gave the values; keys where there is none."""
    assert step.related is not None, "the step has related records"
    source = table.plan.sources[step.related]
    at, positions = related_pairs(piece, step, local)
    wanted: dict[str, None] = {}
    for ref in step.refs.values():
        for one in ref if isinstance(ref, tuple) else (ref,):
            if one.where == "related":
                wanted[one.name] = None
    note = described(source)
    for name in wanted:
        pairs = rows[at], positions
        yield from of_source(table, step.related, name, pairs, role="related", note=note)
    alone = np.ones(len(rows), dtype=bool)
    alone[at] = False
    if alone.any():
        yield from unmatched(table, source, (rows[alone], rows[alone]))


def _of_peers(
    table: Table, piece: Piece, step: Step, rows: Codes, others: Codes
) -> Iterator[Use]:  # fmt: skip
    """Columns of the records of the data set that the values were taken from, keys left out."""
    for name, refs in step.refs.items():
        if name not in _KEYS:
            for ref in refs if isinstance(refs, tuple) else (refs,):
                yield from uses_of(table, ref, (rows, others), role="peer", view=piece.view)


def _no_rule(table: Table, variable: str) -> Rule:
    """The row of Variables of a variable that no rule fills for some records."""
    row = next((row for row in table.plan.variables if row.variable == variable), None)
    cell = table.plan.row.cell("dataset") if row is None else row.cell("variable")
    english, chinese = "No row fills it for this record.", "没有行为该记录填写此变量。"
    return Rule(cell, "", english, chinese, constant=True)


def _rule(table: Table, step: Step) -> Rule:
    book = table.run.study.workbooks[table.plan.standard]
    english, chinese = step_sentence(step, "en"), step_sentence(step, "zh")
    variable = book.variable(step.dataset, step.variable)
    named = step.method or (variable.method if variable is not None else None)
    for row in book.rows(MethodRow):
        if row.id == named:
            english, chinese = row.description, row.description_zh or chinese
    refs = [ref for ref in step.all_refs() if ref != Ref("target", "*")]
    told = step.algorithm.used is not None or not step.algorithm.whole
    return Rule(
        step.cell, step.algorithm.name, english, chinese,
        constant=not refs and step.related is None, untold=not told,
    )  # fmt: skip
