"""Where clauses that stand in ValueLevel itself, as newer specifications have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cdisc_pom.errors import SpecError
from cdisc_pom.spec.cells import SheetCells, is_blank
from cdisc_pom.spec.clauses import (
    ClauseError,
    Condition,
    clause_id,
    join_values,
    looks_like_clause,
    parse_clause,
)
from cdisc_pom.spec.foreign_work import Work
from cdisc_pom.spec.sheets import WhereClauseRow


def read_where_clauses(work: Work) -> None:
    """Where clauses that stand in ValueLevel itself become rows of WhereClauses."""
    if not work.has("ValueLevel", "Dataset", "Where Clause"):
        return
    sheet = work.sheets["ValueLevel"]
    known = set(work.cells("WhereClauses", "ID"))
    at, of = (sheet.header.index(name) for name in ("Where Clause", "Dataset"))
    ids: dict[tuple[Condition, ...], str] = {}
    records, made = list(sheet.records), []
    for number, record in enumerate(records):
        text = str(record[at]).strip()
        if not text or text in known or not (looks_like_clause(text) or " " in text):
            continue
        try:
            conditions = parse_clause(text, str(record[of]).strip())
        except ClauseError as error:
            place = sheet.cell(work.workbook, number, "Where Clause")
            work.faults.append(SpecError(place, str(error)))
            continue
        if conditions not in ids:
            ids[conditions] = _new_id(conditions, str(record[of]).strip(), {*known, *ids.values()})
            made += [(sheet.rows[number], ids[conditions], each) for each in conditions]
        records[number] = (*record[:at], ids[conditions], *record[at + 1 :])
    work.sheets["ValueLevel"] = replace(sheet, records=tuple(records))
    if made:
        letters = sheet.letters["Where Clause"]
        work.sheets["WhereClauses"] = _with_clauses(work, made, sheet.place_name, letters)
        work.notes.append(f"{len(ids)} where clauses of ValueLevel read as rows of WhereClauses")


def _new_id(conditions: tuple[Condition, ...], dataset: str, taken: set[str]) -> str:
    plain = found = clause_id(conditions, dataset)
    number = 1
    while found in taken:
        number += 1
        found = f"{plain}.{number}"
    return found


def _with_clauses(
    work: Work, made: Sequence[tuple[int, str, Condition]], place: str, letters: str
) -> SheetCells:
    """The sheet WhereClauses with further rows, which stand in another sheet of the file."""
    sheet = work.sheets.get("WhereClauses")
    header = sheet.header if sheet is not None else tuple(WhereClauseRow.headers())
    records = tuple(
        tuple(_clause_cells(name, condition).get(column, "") for column in header)
        for _, name, condition in made
    )
    rows = tuple(row for row, _, _ in made)
    if sheet is not None:
        return replace(sheet, records=sheet.records + records, rows=sheet.rows + rows)
    columns = tuple(letters for _ in header)
    return SheetCells("WhereClauses", header, records, rows, file_name=place, columns=columns)


def _clause_cells(name: str, condition: Condition) -> dict[str, Any]:
    return {
        "ID": name, "Dataset": condition.dataset, "Variable": condition.variable,
        "Comparator": condition.comparator,
        "Value": join_values(condition.values, condition.comparator),
    }  # fmt: skip


def move_join_comments(work: Work) -> None:
    """The comment on a join belongs to the where clause."""
    if not work.has("ValueLevel", "Join Comment", "Where Clause"):
        return
    if not work.has("WhereClauses", "ID"):
        return
    values, clauses = work.sheets["ValueLevel"], work.sheets["WhereClauses"]
    clause, comment = (values.header.index(each) for each in ("Where Clause", "Join Comment"))
    comments = {r[clause]: r[comment] for r in values.records if not is_blank(r[comment])}
    header = clauses.header if "Comment" in clauses.header else (*clauses.header, "Comment")
    columns = clauses.columns + clauses.columns[-1:] if header != clauses.header else ()
    at, to = header.index("ID"), header.index("Comment")
    records = []
    for record in clauses.records:
        cells = [*record, *[""] * (len(header) - len(record))]
        if is_blank(cells[to]):
            cells[to] = comments.get(cells[at], "")
        records.append(tuple(cells))
    work.sheets["WhereClauses"] = replace(
        clauses, header=header, records=tuple(records), columns=columns or clauses.columns
    )
    emptied = tuple((*r[:comment], "", *r[comment + 1 :]) for r in values.records)
    header = tuple("" if each == "Join Comment" else each for each in values.header)
    work.sheets["ValueLevel"] = replace(values, header=header, records=emptied)
