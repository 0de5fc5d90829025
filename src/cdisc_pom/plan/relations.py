"""RELREC from the Relations sheet: records of a subject with equal keys, related data sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Problem
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.columns import (
    Codes,
    Column,
    constant_text,
    from_codes,
    group_codes,
    stack,
    take,
    text_column,
)
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan.frames import Origins, SourceFrame, where_mask
from cdisc_pom.plan.model import RelationStep, Source
from cdisc_pom.plan.names import Scope
from cdisc_pom.spec.tables import RelationRow
from cdisc_pom.spec.workbook import Workbook

if TYPE_CHECKING:
    from cdisc_pom.plan.run import Run

COLUMNS = ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID")


def compile_relations(
    book: Workbook, known: Mapping[str, frozenset[str]], faults: Collector
) -> tuple[RelationStep, ...]:
    """Rows of Relations with their names resolved; faults are kept."""
    rows = book.rows(RelationRow)
    for name in dict.fromkeys(row.relation for row in rows):
        mine = [row for row in rows if row.relation == name]
        if len(mine) == 1:
            faults.add(mine[0].cell("relation"), f"relation '{name}' has one side only.")
        if len({row.reltype is None for row in mine}) > 1:
            text = f"relation '{name}' relates records in one row and data sets in another."
            faults.add(mine[0].cell("reltype"), text, "Fill RELTYPE in all of its rows or in none.")
    steps = [_relation(row, known, faults) for row in rows]
    return tuple(step for step in steps if step is not None)


def _relation(
    row: RelationRow, known: Mapping[str, frozenset[str]], faults: Collector
) -> RelationStep | None:
    if row.dataset not in known:
        return None  # told by the check of all sheets
    columns = known[row.dataset]
    own = Source(row.dataset, "many", ("dataset", row.dataset), columns, row.cell("dataset"))
    scope = Scope(row.dataset, columns, {}, faults)
    if row.idvar not in columns:
        kind = f"variable of {row.dataset}"
        faults.unknown(kind, row.idvar, columns, place=row.cell("idvar"))
        return None
    if (row.key is None) == (row.reltype is None):
        hint = "Key relates records, RELTYPE data sets: fill one of them."
        faults.add(row.cell("key"), "says not what is related.", hint)
        return None
    key = scope.source_condition(row.key, own, row.cell("key"))
    where = scope.source_condition(row.where, own, row.cell("where"))
    if (row.key is not None and key is None) or (row.where is not None and where is None):
        return None
    return RelationStep(row, key, where)


def relation_frame(
    steps: tuple[RelationStep, ...], run: Run, report: Callable[[Problem, Cell, Origins], None]
) -> SourceFrame:
    """The records of RELREC.

    A relation's records of one subject with one key become one record each, under a RELID that is
    the relation's name and the number of the key within the subject. A key without a partner
    makes none; one that the relation's first row does not know is told, since it points nowhere.

    Source: SDTMIG 3.4, section 8.2 (relating records) and 8.3 (relating data sets).
    """
    names = dict.fromkeys(step.row.relation for step in steps)
    parts = []
    for name in names:
        mine = tuple(step for step in steps if step.row.relation == name)
        related = _datasets if mine[0].key is None else _records
        parts.append(related(name, mine, run, report))
    columns = {c: stack([part[0][c] for part in parts]) for c in COLUMNS} if parts else {
        c: text_column([]) for c in COLUMNS
    }  # fmt: skip
    origins = Origins.stack([part[1] for part in parts])
    rows = [(step, at) for part in parts for step, at in part[2]]

    def cell(record: int, column: str) -> Cell:
        return rows[record][0].row.cell(_FIELDS.get(column, "dataset"))

    return SourceFrame(
        len(rows), lambda name: columns[name], origins, cell=cell, related=tuple(rows)
    )


# Where a variable of RELREC stands in the row of Relations.
_FIELDS = {"IDVAR": "idvar", "IDVARVAL": "idvar", "RELTYPE": "reltype", "RELID": "relation"}
# Columns, origins, and for each record its row of Relations and its position in the data set.
_Part = tuple[dict[str, Column], Origins, list[tuple[RelationStep, int]]]


def _datasets(name: str, steps: tuple[RelationStep, ...], run: Run, _: object) -> _Part:
    """One record a data set: related by a variable, not record by record."""
    index = pd.RangeIndex(len(steps))
    studies = []
    for step in steps:
        study = run.table(step.row.dataset).column("STUDYID").dropna()
        studies.append(str(study.iloc[0]) if len(study) else None)
    none = constant_text(None, index)
    columns = {
        "STUDYID": text_column(studies),
        "RDOMAIN": text_column([step.row.dataset for step in steps]),
        "USUBJID": none,
        "IDVAR": text_column([step.row.idvar for step in steps]),
        "IDVARVAL": none,
        "RELTYPE": text_column([step.row.reltype for step in steps]),
        "RELID": constant_text(name, index),
    }
    return columns, Origins.none(len(steps)), [(step, -1) for step in steps]


def _records(
    name: str, steps: tuple[RelationStep, ...], run: Run,
    report: Callable[[Problem, Cell, Origins], None],
) -> _Part:  # fmt: skip
    """One record for each record that has a partner with its key on another side."""
    sides = [_side(step, run) for step in steps]
    size = [len(keys) for keys, _, _, _ in sides]
    which = np.repeat(np.arange(len(sides)), size)
    keys = stack([keys for keys, _, _, _ in sides])
    subjects = stack([columns["USUBJID"] for _, columns, _, _ in sides])
    groups = group_codes([subjects, keys], len(which))
    count = int(groups.max(initial=-1)) + 1
    met = np.zeros((count, len(sides)), dtype=bool)
    met[groups, which] = True
    related = (met.sum(axis=1) > 1)[groups]
    _tell_lost(steps, which, ~met[:, 0][groups], keys, sides, report)
    at = np.flatnonzero(related)
    index = pd.RangeIndex(len(at))
    all_columns = {c: stack([columns[c] for _, columns, _, _ in sides]) for c in sides[0][1]}
    numbers = _numbers(subjects, groups, at)
    columns = {c: take(column, at, index) for c, column in all_columns.items()}
    columns["RDOMAIN"] = from_codes(which[at], [step.row.dataset for step in steps], index)
    columns["IDVAR"] = from_codes(which[at], [step.row.idvar for step in steps], index)
    columns["RELTYPE"] = constant_text(None, index)
    columns["RELID"] = from_codes(
        numbers, [f"{name}{n + 1}" for n in range(int(numbers.max(initial=-1)) + 1)], index
    )
    origins = Origins.stack([item for _, _, item, _ in sides]).take(at)
    kept = _once(columns)
    columns = {c: take(column, kept, pd.RangeIndex(len(kept))) for c, column in columns.items()}
    places = np.concatenate([found for _, _, _, found in sides])[at][kept]
    rows = [(steps[side], int(place)) for side, place in zip(which[at][kept], places, strict=True)]
    return columns, origins.take(kept), rows


# Keys, columns, origins and positions of the records of one side.
_Side = tuple[Column, dict[str, Column], Origins, Codes]


def _side(step: RelationStep, run: Run) -> _Side:
    table = run.table(step.row.dataset)
    origins = Origins.stack([block.origins for block in table.blocks])
    frame = SourceFrame(table.size, table.column, origins)
    assert step.key is not None, "record relations have a key"
    columns = {name: frame.column(ref.name) for name, ref in step.key.refs.items()}
    values = run.values(step.key.expression, step.key.cell, columns, table.size)
    nothing = constant_text(None, pd.RangeIndex(table.size))
    keys = nothing if values is None else text_of(values)
    kept = keys.notna().to_numpy()
    if step.where is not None:
        kept = kept & where_mask(frame, step.where, run.mask)
    at = np.flatnonzero(kept)
    index = pd.RangeIndex(len(at))
    wanted = {"STUDYID": "STUDYID", "USUBJID": "USUBJID", "IDVARVAL": step.row.idvar}
    found = {c: text_of(take(frame.column(name), at, index)) for c, name in wanted.items()}
    return take(keys, at, index), found, origins.take(at), at


def _numbers(subjects: Column, groups: Codes, at: Codes) -> Codes:
    """The number of each record's key among those of its subject, from 0."""
    people = group_codes([subjects], len(groups))[at]
    pairs = np.unique(np.stack([people, groups[at]], axis=1), axis=0)
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    starts = np.insert(pairs[1:, 0] != pairs[:-1, 0], 0, True)
    place = np.arange(len(pairs))
    ranks = place - np.maximum.accumulate(np.where(starts, place, 0))
    number = np.zeros(int(groups.max()) + 1, dtype=np.int64)
    number[pairs[:, 1]] = ranks
    return np.asarray(number[groups[at]], dtype=np.int64)


def _once(columns: Mapping[str, Column]) -> Codes:
    """Records without repeats: several records may share an IDVARVAL such as --GRPID."""
    names = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID")
    joint = group_codes([columns[name] for name in names], len(columns["RELID"]))
    return np.sort(np.unique(joint, return_index=True)[1]).astype(np.int64)


def _tell_lost(
    steps: tuple[RelationStep, ...], which: Codes, lost: np.ndarray, keys: Column,
    sides: list[_Side], report: Callable[[Problem, Cell, Origins], None],
) -> None:  # fmt: skip
    """Keys of further sides that the first side does not have."""
    first = steps[0].row.dataset
    for number, step in enumerate(steps[1:], start=1):
        mine = lost[which == number]
        if mine.any():
            values = take(keys, np.flatnonzero(which == number), pd.RangeIndex(len(mine)))
            message = f"no record of {first} has the key '{{value}}'"
            problem = Problem(mine, message, values, rule="relation", severity="warning")
            report(problem, step.row.cell("key"), sides[number][2])
