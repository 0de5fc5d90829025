"""Rows that say the same thing twice, or two things of the same: the last would win in silence."""

from __future__ import annotations

from cdisc_pom.algorithms.values import fold
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.spec.sheets import CodelistRow, DatasetRow, EventRow, TermRow, VariableRow
from cdisc_pom.spec.workbook import Workbook


def check_twice(book: Workbook, faults: Collector) -> None:
    """Data sets, variables and terms that stand twice, collected words with two meanings."""
    seen: set[tuple[str, ...]] = set()

    def once(kind: str, name: tuple[str, ...], shown: str, cell: Cell) -> None:
        if (kind, *name) in seen:
            faults.add(cell, f"{kind} {shown} stands twice.")
        seen.add((kind, *name))

    for row in book.rows(DatasetRow):
        once("data set", (row.dataset,), f"'{row.dataset}'", row.cell("dataset"))
    for variable in book.rows(VariableRow):
        name = (variable.dataset, variable.variable)
        once("variable", name, f"'{'.'.join(name)}'", variable.cell("variable"))
    for term in book.rows(CodelistRow):
        once("term", (term.id, term.term), f"'{term.term}' of {term.id}", term.cell("term"))
    for event in book.rows(EventRow):
        place = (event.dataset, event.paramcd, str(event.order))
        once("Order", place, f"{event.order} of {event.paramcd}", event.cell("order"))
    _check_meanings(book, faults)


def _check_meanings(book: Workbook, faults: Collector) -> None:
    meanings: dict[tuple[str, str], TermRow] = {}
    for row in book.rows(TermRow):
        first = meanings.setdefault((row.codelist, fold(row.collected)), row)
        if first.term != row.term:
            faults.add(
                row.cell("collected"),
                f"'{row.collected}' of {row.codelist} means '{first.term}' in row "
                f"{first.place.row} and '{row.term}' here.",
            )
