"""Variables that came with their records: of a collected test, of a parameter's algorithm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cdisc_pom.columns import Codes, distinct
from cdisc_pom.plan.block import Block, Making, Parents
from cdisc_pom.plan.derive import FINDING_VARIABLES
from cdisc_pom.plan.methods import parameter_sentence
from cdisc_pom.plan.model import ComponentStep, EventStep, ParameterStep, Ref
from cdisc_pom.plan.parameters import EACH
from cdisc_pom.plan.table import Table
from cdisc_pom.spec.sheets import FindingRow, ParameterRow
from cdisc_pom.trace.columns import described, of_row, of_source, uses_of
from cdisc_pom.trace.model import Part, Role, Rule, Use

_PARAMETER_FIELDS = {
    "PARAMCD": "paramcd", "PARAM": "param", "PARAMN": "paramn", "PARCAT1": "parcat1",
}  # fmt: skip
_FINDING_FIELDS = {
    "TESTCD": "testcd", "TEST": "test", "CATEGORY": "category", "SUBCATEGORY": "subcategory",
    "SPECIMEN": "specimen", "METHOD": "method",
}  # fmt: skip


def supplied_parts(table: Table, variable: str, rows: Codes) -> Iterator[Part]:
    """The parts of a variable that came with records, at `rows` of the data set."""
    for number, block in enumerate(table.blocks):
        start, stop = table.bounds(number)
        mine = rows[(rows >= start) & (rows < stop)]
        if not len(mine) or variable not in block.supplied or block.making is None:
            continue
        if block.making.step is not None and not _of_row(variable, block.making):
            yield _of_algorithm(table, block, block.making.step, variable, (start, mine))
        else:
            yield from _of_rows(table, block.making, variable, (start, mine))


def _of_row(variable: str, making: Making) -> bool:
    """Whether a row of Parameters itself says the variable."""
    return variable in _PARAMETER_FIELDS and variable not in making.gave


def _of_rows(
    table: Table, making: Making, variable: str, at: tuple[int, Codes]
) -> Iterator[Part]:  # fmt: skip
    """A variable that stands in the row of Findings or Parameters that made the record."""
    start, rows = at
    known, which = making.rows, making.which[rows - start]
    if making.step is not None and making.step.row.paramcd == EACH:
        known, which = _of_each(table, rows)
    for number in np.unique(which).tolist():
        row, mine = known[number], rows[which == number]
        field = _field(row, variable, table.plan.name)
        cell, value = row.cell(field), getattr(row, field)
        words = f"{row.sheet}: {value}", f"{row.sheet}：{value}"
        yield Part(Rule(cell, row.sheet, *words, constant=True), mine, ())


def _of_each(table: Table, rows: Codes) -> tuple[tuple[ParameterRow, ...], Codes]:
    """Rows of Parameters by the PARAMCD of records that were made of each parameter."""
    first = {step.row.paramcd: step.row for step in reversed(table.plan.parameters)}
    places = {name: at for at, name in enumerate(first)}
    codes, values = distinct(table.column("PARAMCD"))
    known = np.array([places.get(str(value), -1) for value in values] + [-1], dtype=np.int64)
    return tuple(first.values()), known[codes[rows]]


def _field(row: FindingRow | ParameterRow, variable: str, dataset: str) -> str:
    if isinstance(row, ParameterRow):
        return _PARAMETER_FIELDS[variable]
    return _FINDING_FIELDS[FINDING_VARIABLES[variable.removeprefix(dataset)]]


def _of_algorithm(
    table: Table, block: Block, step: ParameterStep, variable: str, at: tuple[int, Codes]
) -> Part:
    """A variable of records that a parameter's algorithm made: given by it, or carried over."""
    start, rows = at
    making = block.making
    assert making is not None, "the block was made by a step"
    wanted = np.zeros(start + block.size, dtype=bool)
    wanted[rows] = True
    uses: list[Use] = []
    for parents in (*block.parents, *making.looked()):
        moved = Parents(
            parents.source, parents.rows + start, parents.positions, parents.part, parents.step
        )
        for use in _from(table, step, variable, moved, carried=variable not in making.gave):
            limited = use.limited(wanted).sorted()
            if len(limited.rows):
                uses.append(limited)
    rule = Rule(
        step.row.cell("algorithm"), step.algorithm.name,
        parameter_sentence(step, "en"), parameter_sentence(step, "zh"),
    )  # fmt: skip
    return Part(rule, rows, tuple(_merged(uses)))


def _from(
    table: Table, step: ParameterStep, variable: str, parents: Parents, *, carried: bool
) -> Iterator[Use]:
    """What a variable takes from records of one kind."""
    pairs = parents.rows, parents.positions
    if parents.part in ("event", "component"):
        if not carried and isinstance(parents.step, EventStep | ComponentStep):
            yield from _decided(table, parents.step, pairs, parents.part)
        return
    if parents.part == "subject":
        note = described(table.plan.sources[parents.source])
        yield from of_source(
            table, parents.source, "USUBJID", pairs, role="subject", note=note
        )  # fmt: skip
        return
    if carried and parents.part == "looked":
        return
    role: Role = "record" if parents.part == "record" else "looked"
    for ref in _read(step, variable, carried=carried):
        if parents.source:
            note = described(table.plan.sources[parents.source])
            yield from of_source(
                table, parents.source, ref.name, pairs, role=role, note=note
            )  # fmt: skip
        else:
            yield from uses_of(table, ref, pairs, role=role)


def _read(step: ParameterStep, variable: str, *, carried: bool) -> tuple[Ref, ...]:
    """Names that the algorithm reads for a variable: keys only for the keys themselves."""
    many = {name: ref if isinstance(ref, tuple) else (ref,) for name, ref in step.refs.items()}
    if carried:
        return tuple(ref for ref in many.get("carry", ()) if ref.name == variable)
    keys = [*many.get("by", ()), *many.get("subject", ())]
    own = tuple(ref for ref in keys if ref.name == variable)
    if own:
        return own
    found: dict[Ref, None] = {}
    for name, refs in many.items():
        if name not in ("carry", "by", "subject"):
            found.update(dict.fromkeys(refs))
    if step.where is not None:
        found.update(dict.fromkeys(step.where.refs.values()))
    return tuple(found)


def _decided(
    table: Table, row: EventStep | ComponentStep, pairs: tuple[Codes, Codes], role: Role
) -> Iterator[Use]:
    """What a row of Events or Response reads of the record that it took, and the row itself."""
    if isinstance(row, EventStep):
        text = f"{row.kind} {row.order}: {row.description}"
        conditions = [row.where]
    else:
        text = row.component
        conditions = [row.value, row.text, row.low, row.high, row.where]
    yield of_row(row.cell, text, pairs[0], role)
    names = {row.date.name: None}
    if isinstance(row, ComponentStep) and row.visit is not None:
        names[row.visit.name] = None
    for condition in conditions:
        if condition is not None:
            names.update(dict.fromkeys(ref.name for ref in condition.refs.values()))
    note = described(table.plan.sources[row.source])
    for name in names:
        yield from of_source(table, row.source, name, pairs, role=role, note=note)


def _merged(uses: list[Use]) -> Iterator[Use]:
    """Uses without pairs that stand in an earlier one with the same target."""
    known: dict[object, list[Codes]] = {}
    width = max((int(use.positions.max(initial=0)) for use in uses), default=0) + 1
    for use in uses:
        pairs = use.rows * width + use.positions
        earlier = known.setdefault(use.target, [])
        fresh = np.zeros(len(pairs), dtype=bool)
        fresh[np.unique(pairs, return_index=True)[1]] = True
        for others in earlier:
            fresh &= ~np.isin(pairs, others)
        earlier.append(pairs)
        if fresh.any():
            yield Use(use.role, use.rows[fresh], use.positions[fresh], use.target, use.note)
