"""What a name in a rule stands for: a raw column, a variable, a joined column, a cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cdisc_pom.columns import Codes
from cdisc_pom.errors import Cell
from cdisc_pom.plan.block import Block
from cdisc_pom.plan.blocks import TEST_NUMBERS, TEST_TEXTS
from cdisc_pom.plan.cells import NUMBER
from cdisc_pom.plan.coerce import as_text
from cdisc_pom.plan.elements import END, START
from cdisc_pom.plan.frames import SourceFrame
from cdisc_pom.plan.model import Ref, RelationStep, Source
from cdisc_pom.plan.table import Table, View
from cdisc_pom.spec.expressions import parse_expression
from cdisc_pom.spec.sheets import FindingRow
from cdisc_pom.trace.model import Place, Role, Use, Written

Pairs = tuple[Codes, Codes]


def uses_of(
    table: Table, ref: Ref, pairs: Pairs, *, role: Role = "input", view: View | None = None
) -> Iterator[Use]:
    """What a name leads to, for values at `rows` that read it at records `at` of the data set.

    Args:
        table: the data set.
        ref: the name.
        pairs: positions of the values, and of the records at which the name is read.
        role: why it is read.
        view: the records that the step worked on; joins that it made are taken from there.
    """
    if ref.where == "target":
        if ref.name != "*":
            yield Use(role, *pairs, Place("dataset", table.plan.name, ref.name))
        return
    for number, mine in _blocks(table, pairs[1]):
        rows, at = pairs[0][mine], pairs[1][mine]
        start = table.bounds(number)[0]
        if ref.where == "joined":
            seen = view or View(table, number, table.blocks[number].size)
            offset = 0 if seen.block is None else start
            partners = table.joined(ref.source, seen)[at - offset]
            yield from _joined(table, ref, (rows, at), partners, role)
        elif ref.where == "source":
            yield from _own(table, table.blocks[number], ref.name, (rows, at - start), role)


def of_source(
    table: Table, alias: str, column: str, pairs: Pairs, *, role: Role, note: str = ""
) -> Iterator[Use]:
    """A column of a source: of a raw form, a data set, a sheet with contents, elements."""
    source, frame = table.plan.sources[alias], table.frame(alias)
    kind, name = source.origin
    if kind in ("form", "dataset"):
        if source.split is not None and column == NUMBER:
            column = source.split.column
        place = Place("form" if kind == "form" else "dataset", name, column)
        yield Use(role, pairs[0], whole(frame, pairs[1]), place, note)
    elif kind == "elements":
        yield from _of_elements(table, frame, name, column, pairs, role, note)
    elif kind == "relations":
        yield from _of_relations(frame, column, pairs, role, note)
    else:
        yield _written(frame, column, pairs, role, note)


def whole(frame: SourceFrame, positions: Codes) -> Codes:
    """Positions of the records that parts of split cells come from."""
    return positions if frame.whole is None else frame.whole[positions]


def unmatched(table: Table, source: Source, pairs: Pairs) -> Iterator[Use]:
    """Keys of records for which a source has none: absence rests on them."""
    note = described(source)
    for ref, _ in source.on:
        for use in uses_of(table, ref, pairs, role="key"):
            yield Use("key", use.rows, use.positions, use.target, note)


def own_positions(block: Block) -> Codes:
    """Position of each record of a block in its own source, or -1."""
    found = np.full(block.size, -1, dtype=np.int64)
    for parents in block.parents:
        if parents.part == "record" and parents.source == block.alias:
            found[parents.rows] = parents.positions
    return found


def described(source: Source) -> str:
    """A source as its row of Sources says it: `EX1: EX WHERE EXTRT = 'A' ON USUBJID`."""
    kind, name = source.origin
    text = source.alias if source.alias == name else f"{source.alias}: {name}"
    if kind != "dataset":
        text = f"{source.alias}: {kind}:{name}"
    if source.where is not None:
        text += f" WHERE {source.where.expression.text}"
    if source.on:
        keys = (
            ref.name if ref.name == right else f"{ref.name}={right}" for ref, right in source.on
        )
        text += f" ON {', '.join(keys)}"
    if source.distinct is not None:
        text += f" DISTINCT {', '.join(source.distinct.by)}".rstrip()
        if source.distinct.keep is not None:
            text += f" KEEP {source.distinct.keep.upper()} {', '.join(source.distinct.order)}"
            text += f" AS {source.distinct.layouts}" if source.distinct.layouts else ""
    if source.kind in ("first", "last"):
        text += f" {source.kind.upper()} BY {', '.join(source.order)}"
    return text


def _blocks(table: Table, at: Codes) -> Iterator[tuple[int, Codes]]:
    """Which of some records lie in which block."""
    bounds = np.cumsum([0, *(block.size for block in table.blocks)])
    numbers = np.searchsorted(bounds, at, side="right") - 1
    for number in np.unique(numbers):
        yield int(number), np.flatnonzero(numbers == number)


def _joined(
    table: Table, ref: Ref, pairs: Pairs, partners: Codes, role: Role
) -> Iterator[Use]:  # fmt: skip
    source, (rows, at) = table.plan.sources[ref.source], pairs
    found = partners >= 0
    if found.any():
        there = rows[found], partners[found]
        yield from of_source(table, ref.source, ref.name, there, role=role, note=described(source))
    if not found.all():
        yield from unmatched(table, source, (rows[~found], at[~found]))


def _own(
    table: Table, block: Block, column: str, pairs: Pairs, role: Role
) -> Iterator[Use]:  # fmt: skip
    """A column of the records' own source; positions count within the block."""
    if not block.alias:
        return
    rows, at = pairs
    positions = own_positions(block)[at]
    making = block.making
    if making is None or not making.rows or not isinstance(making.rows[0], FindingRow):
        yield from of_source(table, block.alias, column, (rows, positions), role=role)
        return
    which = making.which[at]
    for number in np.unique(which):
        row, mine = making.rows[int(number)], which == number
        there = rows[mine], positions[mine]
        yield from _of_test(table, block.alias, row, column, there, role)


def _of_test(
    table: Table, alias: str, row: FindingRow, column: str, pairs: Pairs, role: Role
) -> Iterator[Use]:
    """A column of a collected test: of the raw form, or the cell of Findings that says it."""
    field = {"RESULT": "column", "UNIT": "unit", "LOW": "low", "HIGH": "high"}.get(column)
    said = None if field is None else getattr(row, field)
    if column == "RESULT":
        yield from of_source(table, alias, row.column, pairs, role=role)
    elif isinstance(said, str) and said.startswith("="):
        yield from of_source(table, alias, said[1:], pairs, role=role)
    elif field is not None or column in TEST_TEXTS or column in TEST_NUMBERS:
        field = field or TEST_TEXTS.get(column) or TEST_NUMBERS[column]
        yield of_row(row.cell(field), getattr(row, field), pairs[0], role, column)
    else:
        yield from of_source(table, alias, column, pairs, role=role)


def of_row(cell: Cell, value: object, rows: Codes, role: Role, name: str = "") -> Use:
    """One cell of the workbook for all rows."""
    text = "" if value is None else str(value)
    return Use(role, rows, np.zeros(len(rows), dtype=np.int64), (Written(cell, text, name),))


def _written(frame: SourceFrame, column: str, pairs: Pairs, role: Role, note: str) -> Use:
    """Cells of a sheet with contents."""
    wanted, numbers = np.unique(pairs[1], return_inverse=True)
    texts = as_text(frame.column(column)).astype(object).tolist()
    cells = []
    for at in wanted.tolist():
        cell = frame.cell(at, column)
        assert cell is not None, f"{column} of a sheet has a cell"
        cells.append(Written(cell, texts[at] if isinstance(texts[at], str) else "", column))
    return Use(role, pairs[0], numbers.reshape(-1).astype(np.int64), tuple(cells), note)


def _of_elements(
    table: Table, frame: SourceFrame, sheet: str, column: str, pairs: Pairs, role: Role, note: str
) -> Iterator[Use]:
    """A column of subject elements: of the sheet, of DM, or a date that an expression gives."""
    assert frame.subjects is not None, "elements have subjects"
    if not len(pairs[0]) or frame.cell(int(pairs[1][0]), column) is None:
        yield Use(role, pairs[0], frame.subjects[pairs[1]], Place("dataset", "DM", column), note)
        return
    if column not in ("START_DATE", "END_DATE"):
        yield _written(frame, column, pairs, role, note)
        return
    header = START if column == "START_DATE" else END
    contents = table.run.study.workbooks[table.plan.standard].contents[sheet]
    number = {contents.cell(at, header): at for at in range(len(contents.records))}
    element = np.array([number[frame.cell(at, header)] for at in pairs[1].tolist()])  # type: ignore[index]
    for at in np.unique(element).tolist():
        mine = element == at
        rows, text = pairs[0][mine], contents.records[at][contents.header.index(header)]
        yield of_row(contents.cell(at, header), text, rows, role, header)
        for name in parse_expression(text or "NULL").columns:
            subjects = frame.subjects[pairs[1][mine]]
            yield Use(role, rows, subjects, Place("dataset", "DM", name.name), note)


def _of_relations(
    frame: SourceFrame, column: str, pairs: Pairs, role: Role, note: str
) -> Iterator[Use]:
    """A column of RELREC: of the record that it points at, or the row of Relations."""
    for step, mine, positions in relation_sides(frame, pairs[1]):
        rows, data = pairs[0][mine], step.row.dataset
        if column not in ("STUDYID", "USUBJID", "IDVARVAL") or positions[0] < 0:
            field = {"IDVAR": "idvar", "RELTYPE": "reltype", "RELID": "relation"}.get(column)
            field = field or "dataset"
            yield of_row(step.row.cell(field), getattr(step.row, field), rows, role, column)
        if positions[0] < 0 or column in ("RDOMAIN", "IDVAR", "RELTYPE"):
            continue
        names = {"IDVARVAL": [step.row.idvar], "RELID": []}.get(column, [column])
        if column == "RELID" and step.key is not None:
            names = [ref.name for ref in step.key.refs.values()]
        for name in names:
            yield Use(role, rows, positions, Place("dataset", data, name), note)


def relation_sides(
    frame: SourceFrame, at: Codes
) -> Iterator[tuple[RelationStep, Codes, Codes]]:  # fmt: skip
    """Records of RELREC by their row of Relations: which of them, and where they point."""
    steps = {id(step): step for step, _ in frame.related}
    which = np.array([id(frame.related[one][0]) for one in at.tolist()], dtype=np.int64)
    positions = np.array([frame.related[one][1] for one in at.tolist()], dtype=np.int64)
    for key, step in steps.items():
        mine = np.flatnonzero(which == key)
        if len(mine):
            yield step, mine, positions[mine]
