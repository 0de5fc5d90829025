"""The records of a data set: from its sources, its collected tests, its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Records
from cdisc_pom.columns import Codes, Column, Mask, constant_text, distinct, from_codes, stack, take
from cdisc_pom.plan.block import Block, Making, Parents, Part
from cdisc_pom.plan.derive import FINDING_VARIABLES
from cdisc_pom.plan.evaluate import EvaluationError
from cdisc_pom.plan.events import Gathered, candidates, components
from cdisc_pom.plan.frames import Origins, SourceFrame, match, pairs
from cdisc_pom.plan.model import EventStep, ParameterStep, Ref, Source
from cdisc_pom.plan.parameters import EACH
from cdisc_pom.plan.table import View

if TYPE_CHECKING:
    from cdisc_pom.plan.table import Table

RECORDS = "records"
SUBJECT = "USUBJID"
# What the findings step gives to its records from the row of Findings itself.
TEST_TEXTS = {
    "COLUMN": "column", "TESTCD": "testcd", "TEST": "test", "CATEGORY": "category",
    "SUBCATEGORY": "subcategory", "SPECIMEN": "specimen", "METHOD": "method",
    "STANDARD_UNIT": "standard_unit",
}  # fmt: skip
TEST_NUMBERS = {"FACTOR": "factor", "DIGITS": "digits"}


def make_blocks(table: Table) -> Iterator[Block]:
    """Make the blocks of a data set one after the other; each is kept in `table.making`."""
    plan = table.plan
    for source in plan.record_sources():
        frame = table.frame(source.alias)
        if plan.parameters:
            block = _selected(table, source, frame)
        elif any(step.row.source == source.alias for step in plan.findings):
            block = _tested(table, source, frame)
        else:
            block = _plain(source.alias, frame, frame.kept)
        table.making.append(block)
        yield block
    for parameter in plan.parameters:
        if parameter.algorithm.name != RECORDS:
            block = _derived(table, parameter)
            table.making.append(block)
            yield block


def _plain(alias: str, frame: SourceFrame, positions: Codes) -> Block:
    """Records of a source at positions, column by column when asked for."""
    index = pd.RangeIndex(len(positions))
    whole = len(positions) == frame.size and bool((positions == np.arange(frame.size)).all())

    def column(name: str) -> Column:
        return frame.column(name) if whole else take(frame.column(name), positions, index)

    made = Parents(alias, np.arange(len(positions)), positions)
    return Block(alias, len(positions), column, frame.origins.take(positions), parents=(made,))


def _tested(table: Table, source: Source, frame: SourceFrame) -> Block:
    """One record for each collected test of each record of a source."""
    base = _plain(source.alias, frame, frame.kept)
    view = View(_Around(table, base), 0, base.size)  # type: ignore[arg-type]
    tests = [step for step in table.plan.findings if step.row.source == source.alias]
    positions, numbers, parts = [], [], []
    for number, step in enumerate(tests):
        column = base.raw(step.row.column)
        there = column.notna().to_numpy()
        mask = view.mask(step.where)
        at = np.flatnonzero(there if mask is None else there & mask)
        positions.append(at)
        numbers.append(np.full(len(at), number, dtype=np.int64))
        parts.append(_collected(step.row, base, at))
    at, which = np.concatenate(positions), np.concatenate(numbers)
    index = pd.RangeIndex(len(at))
    made = {
        name: stack([part[name] for part in parts]) for name in ("RESULT", "UNIT", "LOW", "HIGH")
    }
    for name, field in TEST_TEXTS.items():
        made[name] = from_codes(which, [getattr(step.row, field) for step in tests], index)
    for name, field in TEST_NUMBERS.items():
        values = [getattr(step.row, field) for step in tests]
        table_of = np.array([np.nan if value is None else float(value) for value in values])
        made[name] = pd.Series(table_of[which], index=index)

    def raw(name: str) -> Column:
        return made[name] if name in made else take(base.raw(name), at, index)

    known = {row.variable for row in table.plan.variables}
    prefix = table.plan.name
    supplied = {
        f"{prefix}{suffix}": made[name]
        for suffix, name in FINDING_VARIABLES.items()
        if f"{prefix}{suffix}" in known and not table.plan.steps_of(f"{prefix}{suffix}")
    }
    made_of = Parents(source.alias, np.arange(len(at)), frame.kept[at])
    making = Making(tuple(step.row for step in tests), which)
    origins = base.origins.take(at)
    return Block(source.alias, len(at), raw, origins, supplied, {}, (made_of,), making)


def _collected(row: Any, base: Block, at: Codes) -> dict[str, Column]:
    """Result, unit and limits of one test at positions."""
    index = pd.RangeIndex(len(at))

    def value(cell: str | float | None) -> Column:
        if isinstance(cell, str) and cell.startswith("="):
            return take(base.raw(cell[1:]), at, index)
        return constant_text(None if cell is None else str(cell), index)

    return {
        "RESULT": take(base.raw(row.column), at, index),
        "UNIT": value(row.unit),
        "LOW": value(row.low),
        "HIGH": value(row.high),
    }


class _Around:
    """A table that has just the one block, for conditions on raw columns."""

    def __init__(self, table: Table, block: Block) -> None:
        self.making = [block]
        self.run = table.run


def _selected(table: Table, source: Source, frame: SourceFrame) -> Block:
    """Records of a source for each parameter whose algorithm is `records`."""
    base = _plain(source.alias, frame, frame.kept)
    view = View(_Around(table, base), 0, base.size)  # type: ignore[arg-type]
    chosen: list[Codes] = []
    which: list[Codes] = []
    rows: list[ParameterStep] = []
    for parameter in table.plan.parameters:
        if parameter.algorithm.name != RECORDS or source.alias not in parameter.sources:
            continue
        mask = view.mask(parameter.where)
        at = np.arange(base.size) if mask is None else np.flatnonzero(mask)
        chosen.append(at)
        which.append(np.full(len(at), len(rows), dtype=np.int64))
        rows.append(parameter)
    none = np.zeros(0, dtype=np.int64)
    at = np.concatenate(chosen) if chosen else none
    block = _plain(source.alias, frame, frame.kept[at])
    codes = np.concatenate(which) if which else none
    block.supplied.update(_names(rows, codes))
    block.making = Making(tuple(step.row for step in rows), codes)
    return block


def _names(rows: list[ParameterStep], codes: Codes) -> dict[str, Column]:
    """PARAMCD, PARAM, PARAMN and PARCAT1 of records by the row that made them."""
    index = pd.RangeIndex(len(codes))
    found = {
        "PARAMCD": from_codes(codes, [step.row.paramcd for step in rows], index),
        "PARAM": from_codes(codes, [step.row.param for step in rows], index),
    }
    if any(step.row.paramn is not None for step in rows):
        numbers = [np.nan if step.row.paramn is None else step.row.paramn for step in rows]
        found["PARAMN"] = pd.Series(np.array(numbers)[codes], index=index).astype("Int64")
    if any(step.row.parcat1 is not None for step in rows):
        found["PARCAT1"] = from_codes(codes, [step.row.parcat1 for step in rows], index)
    return found


def _parameter_names(
    table: Table, step: ParameterStep, supplied: dict[str, Column], n: int
) -> dict[str, Column]:
    """PARAMCD and what belongs to it, of the row or of the parameters that records were made of."""
    if step.row.paramcd != EACH:
        return _names([step], np.zeros(n, dtype=np.int64))
    rows = {other.row.paramcd: other for other in reversed(table.plan.parameters)}
    places = {name: at for at, name in enumerate(rows)}
    codes, values = distinct(supplied["PARAMCD"])
    known = np.array([places[value] for value in values], dtype=np.int64)[codes]
    named = _names(list(rows.values()), known)
    return {name: values for name, values in named.items() if name not in supplied}


def _derived(table: Table, step: ParameterStep) -> Block:
    """Records that a parameter's algorithm makes."""
    given = _input(table, step)
    column, origins = given.column, given.origins
    arguments: dict[str, Any] = dict(step.arguments)
    arguments.pop("carry", None)
    carry = step.refs.get("carry", ())
    for name, refs in step.refs.items():
        if name == "carry":
            continue
        if isinstance(refs, tuple):
            arguments[name] = tuple(column(ref) for ref in refs)
        else:
            arguments[name] = column(refs)
    arguments.pop("events", None)
    arguments.pop("components", None)
    gathered: Gathered = []
    asked: Column | None = None
    if step.events:
        arguments["events"], gathered = candidates(table, step.events)
    if step.components:
        arguments["components"], gathered = components(table, step.components)
    if step.subjects is not None:
        frame = table.frame(step.subjects)
        index = pd.RangeIndex(len(frame.kept))
        asked = arguments["subjects"] = take(frame.column(SUBJECT), frame.kept, index)
    made = _called(table, step, arguments)
    index = pd.RangeIndex(len(made.rows))
    supplied = {ref.name: take(column(ref), made.rows, index) for ref in carry}  # type: ignore[union-attr]
    supplied |= {name: values.reset_index(drop=True) for name, values in made.columns.items()}
    supplied |= _parameter_names(table, step, supplied, len(index))
    looked = Origins.stack([table.frame(row.source).origins.take(at) for row, at in gathered])
    for problem in made.problems:
        table.run.tell_at(
            table.plan.name, step.row.cell("algorithm"), step.row.paramcd, problem,
            looked if problem.gathered else origins,
        )  # fmt: skip
    which = np.zeros(len(index), dtype=np.int64)
    making = Making(
        (step.row,), which, step, frozenset(made.columns),
        lambda: _looked(table, step, made, given, supplied, asked),
    )  # fmt: skip
    return Block(
        "", len(index), lambda _: constant_text(None, index), origins.take(made.rows), supplied,
        parents=_parents(made, given, gathered), making=making,
    )  # fmt: skip


def _called(table: Table, step: ParameterStep, arguments: dict[str, Any]) -> Records:
    """What the algorithm makes; an expression that fails is a fault and makes no records."""
    try:
        found: Records = step.algorithm.function(**arguments)
    except EvaluationError as error:
        table.run.fault(step.row.cell("arguments"), f"{step.algorithm.name}: {error}")
        none = pd.RangeIndex(0)
        columns = {name: constant_text(None, none) for name in ("USUBJID", "PARAMCD")}
        return Records(np.zeros(0, dtype=np.int64), columns)
    return found


def _parents(made: Records, given: _Given, gathered: Gathered) -> tuple[Parents, ...]:
    """What the records of a parameter were made from: its input, then events or components."""
    rows = np.flatnonzero(made.rows >= 0)
    found = _at_input(given, rows, made.rows[rows], "record")
    if made.used is not None:
        start = 0
        for step, at in gathered:
            here = (made.used[1] >= start) & (made.used[1] < start + len(at))
            part: Part = "event" if isinstance(step, EventStep) else "component"
            if here.any():
                positions = at[made.used[1][here] - start]
                found.append(Parents(step.source, made.used[0][here], positions, part, step))
            start += len(at)
    return tuple(found)


def _at_input(given: _Given, rows: Codes, at: Codes, part: Part) -> list[Parents]:
    """Input records at positions, as parents of records."""
    return [
        Parents(alias, rows[mine], positions[at[mine]], part)
        for alias, positions, own in given.places
        if (mine := own[at]).any()
    ]


def _looked(
    table: Table, step: ParameterStep, made: Records, given: _Given,
    supplied: dict[str, Column], asked: Column | None,
) -> tuple[Parents, ...]:  # fmt: skip
    """Further records that decided: those that the algorithm names, and what absence rests on.

    A record that was made from none (an N, a best response NE) rests on all records of its keys,
    and on the subject that asked for it.
    """
    found: list[Parents] = []
    if made.looked is not None:
        found += _at_input(given, *made.looked, "looked")
    keys = step.refs.get("by") or step.refs.get("subject") or ()
    names = keys if isinstance(keys, tuple) else (keys,)
    told = np.zeros(len(made.rows), dtype=bool)
    if made.looked is not None:
        told[made.looked[0]] = True
    alone = np.flatnonzero((made.rows < 0) & ~told)
    if len(alone) and names and all(ref.name in supplied for ref in names):
        index = pd.RangeIndex(len(alone))
        mine = [take(supplied[ref.name], alone, index) for ref in names]
        rows, at = pairs(*match(mine, [given.column(ref) for ref in names]))
        found += _at_input(given, alone[rows], at, "looked")
    if asked is not None and len(alone) and SUBJECT in supplied:
        who = take(supplied[SUBJECT], alone, pd.RangeIndex(len(alone)))
        rows, at = pairs(*match([who], [asked]))
        kept = table.frame(str(step.subjects)).kept
        found.append(Parents(str(step.subjects), alone[rows], kept[at], "subject"))
    return tuple(found)


@dataclass(frozen=True)
class _Given:
    """The records that a parameter is made from.

    `places` says for each source its alias ("" for the data set itself), the position of each
    input record in it, and which of the input records come from it.
    """

    column: Callable[[Ref], Column]
    origins: Origins
    places: tuple[tuple[str, Codes, Mask], ...]


def _input(table: Table, step: ParameterStep) -> _Given:
    """Columns of the records that a parameter is made from, and where they come from."""
    alias = step.sources[0]
    if alias in table.plan.sources:
        frame = table.frame(alias)
        base = _plain(alias, frame, frame.kept)
        view = View(_Around(table, base), 0, base.size)  # type: ignore[arg-type]
        mask = view.mask(step.where)
        at = np.arange(base.size) if mask is None else np.flatnonzero(mask)
        index = pd.RangeIndex(len(at))

        def raw(ref: Ref) -> Column:
            return _named(take(base.raw(ref.name), at, index), ref)

        everything = np.ones(len(at), dtype=bool)
        return _Given(raw, base.origins.take(at), ((alias, frame.kept[at], everything),))
    parts = [(number, _of_parameter(table, number, step)) for number in range(len(table.making))]
    parts = [(number, rows) for number, rows in parts if rows.any()]
    views = {n: View(table, n, table.making[n].size, early=True) for n, _ in parts}
    kept = {n: _where(views[n], step, rows) for n, rows in parts}

    def column(ref: Ref) -> Column:
        pieces = [
            take(views[n].column(ref), kept[n], pd.RangeIndex(len(kept[n]))) for n, _ in parts
        ]
        return _named(stack(pieces), ref)

    origins = Origins.stack([table.making[n].origins.take(kept[n]) for n, _ in parts])
    starts = np.cumsum([0, *(block.size for block in table.making)])
    own = [kept[n] + starts[n] for n, _ in parts]
    positions = np.concatenate(own) if own else np.zeros(0, dtype=np.int64)
    places = (("", positions, np.ones(len(positions), dtype=bool)),)
    return _Given(column, origins, places)


def _named(column: Column, ref: Ref) -> Column:
    column = column.copy(deep=False)
    column.name = ref.name
    return column


def _of_parameter(table: Table, number: int, step: ParameterStep) -> Mask:
    """Records of a block that belong to the parameters that a step is made from."""
    supplied = table.making[number].supplied
    if "PARAMCD" not in supplied:
        return np.zeros(table.making[number].size, dtype=bool)
    named = supplied["PARAMCD"]
    every = step.sources == (EACH,)
    rows = (named.notna() if every else named.isin(step.sources)).to_numpy(dtype=bool)
    if step.row.parcat1 is not None and "PARCAT1" in supplied:
        rows = rows & (supplied["PARCAT1"] == step.row.parcat1).fillna(False).to_numpy(dtype=bool)
    return rows


def _where(view: View, step: ParameterStep, rows: Mask) -> Codes:
    mask = view.mask(step.where)
    return np.flatnonzero(rows if mask is None else rows & mask)
