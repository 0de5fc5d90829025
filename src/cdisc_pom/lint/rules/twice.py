"""What stands twice: one of the rows is too many, or they contradict each other.

The compiler refuses some of it too. Its messages are these rules' and not told a second time; so
a specification that no sheet runs is checked like one that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from cdisc_pom.algorithms.values import fold
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import (
    CodelistRow,
    CommentRow,
    DatasetRow,
    DefineRow,
    DisplayRow,
    DocumentRow,
    EventRow,
    FindingRow,
    ImputationRow,
    MethodRow,
    ParameterRow,
    TermRow,
    UnitRow,
    ValueLevelRow,
    VariableRow,
)

Key = Callable[[SheetRow], Hashable]


@rule("TWICE.DATASET", faults=r"data set '.*' stands twice")
def dataset_stands_twice(context: Context) -> Iterator[Found]:
    """A data set has two rows in Datasets, or stands in both workbooks."""
    rows = [row for book in context.books for row in book.rows(DatasetRow)]
    for row, first in _twice(rows, lambda row: _get(row, "dataset")):
        text = f"data set '{_get(row, 'dataset')}' stands at {first.cell('dataset')} already."
        yield Found(row.cell("dataset"), text, "", (first.cell("dataset"),))


@rule("TWICE.VARIABLE", faults=r"variable '.*' stands twice")
def variable_stands_twice(context: Context) -> Iterator[Found]:
    """A variable has two rows in Variables."""
    for book in context.books:
        yield from _told(book.rows(VariableRow), ("dataset", "variable"), "variable")


@rule("TWICE.ORDER", severity="warning")
def order_stands_twice(context: Context) -> Iterator[Found]:
    """Two variables of a data set have one number in Order.

    Their order in the file is then the order of their rows, by chance.
    """
    for book in context.books:
        rows = book.rows(VariableRow)
        for row, first in _twice(rows, lambda row: (_get(row, "dataset"), _get(row, "order"))):
            text = (
                f"{_get(row, 'variable')} has the order {_get(row, 'order')} "
                f"of {_get(first, 'variable')}."
            )
            yield Found(row.cell("order"), text, "Number them anew.", (first.cell("order"),))


@rule("TWICE.ID")
def id_stands_twice(context: Context) -> Iterator[Found]:
    """An ID of Methods, Comments, Documents or an attribute of Define stands twice."""
    for book in context.books:
        for kind in (MethodRow, CommentRow, DocumentRow):
            yield from _told(book.rows(kind), ("id",), "id")
        yield from _told(book.rows(DefineRow), ("attribute",), "attribute")
        yield from _told(book.rows(ImputationRow), ("id", "missing"), "id")


@rule("TWICE.TERM", faults=r"term '.*' of .* stands twice")
def term_stands_twice(context: Context) -> Iterator[Found]:
    """A term stands twice in its code list."""
    for book in context.books:
        yield from _told(book.rows(CodelistRow), ("id", "term"), "term")


@rule("TWICE.VALUE")
def value_level_stands_twice(context: Context) -> Iterator[Found]:
    """Two value level rows of a variable have one where clause."""
    for book in context.books:
        yield from _told(
            book.rows(ValueLevelRow), ("dataset", "variable", "where_clause"), "where_clause"
        )


@rule("TWICE.SOURCE", faults=r"source '.*' stands twice")
def source_stands_twice(context: Context) -> Iterator[Found]:
    """A data set has two sources of one alias."""
    return context.found("TWICE.SOURCE")


@rule("TWICE.ROW")
def row_stands_twice(context: Context) -> Iterator[Found]:
    """A row of Mapping or Derivations is a copy of another one.

    Both would fill the same records, which is refused when the data set is made.
    """
    fields = ("dataset", "variable", "source", "algorithm", "inputs", "arguments", "when")
    for book in context.books:
        rows = [row for name in book.datasets for row in book.mapping(name)]
        for row, first in _twice(rows, lambda row: tuple(_get(row, name) for name in fields)):
            text = f"is the same row as {first.cell('variable').ref}."
            yield Found(row.cell("variable"), text, "Take one out.", (first.cell("variable"),))


@rule("TWICE.FINDING")
def finding_stands_twice(context: Context) -> Iterator[Found]:
    """A collected test has two equal rows in Findings: each result would become two records."""
    fields = ("dataset", "source", "column", "testcd", "category", "specimen", "method", "where")
    for book in context.books:
        yield from _told(book.rows(FindingRow), fields, "testcd")


@rule("TWICE.COLLECTED", severity="warning")
def collected_word_stands_twice(context: Context) -> Iterator[Found]:
    """A collected word of a code list stands twice in Terms, with one meaning.

    Words are compared after trimming, without case, full-width forms taken as their normal ones.
    """
    for row, first in _words(context):
        if row.term == first.term:
            text = f"'{row.collected}' stands twice (first at {first.cell('collected').ref})."
            yield Found(row.cell("collected"), text, "Keep one row.", (first.cell("collected"),))


@rule("TERMS.CONFLICT", faults=r"'.*' of .* means '.*' in row")
def collected_word_means_two_terms(context: Context) -> Iterator[Found]:
    """A collected word of a code list means two terms in Terms."""
    for row, first in _words(context):
        if row.term != first.term:
            at = first.cell("collected")
            text = f"'{row.collected}' means {first.term} at {at.ref} and {row.term} here."
            yield Found(row.cell("collected"), text, "Keep one row.", (at,))


@rule("TWICE.PARAMETER")
def parameter_stands_twice(context: Context) -> Iterator[Found]:
    """A parameter has two rows that take the same records in Parameters.

    A parameter may have several rows for several categories, sources, conditions or algorithms.
    """
    fields = ("dataset", "paramcd", "parcat1", "source", "where", "algorithm")
    for book in context.books:
        yield from _told(book.rows(ParameterRow), fields, "paramcd")


@rule("TWICE.EVENT", faults=r"Order \d+ of .* stands twice")
def event_order_stands_twice(context: Context) -> Iterator[Found]:
    """Two rows of Events of a parameter have one Order: ties could not be decided."""
    for book in context.books:
        yield from _told(book.rows(EventRow), ("dataset", "paramcd", "order"), "order")


@rule("TWICE.DISPLAY", severity="warning")
def display_row_stands_twice(context: Context) -> Iterator[Found]:
    """Two rows of a display have one Order.

    Boxes of a flow chart may: they stand side by side.
    """
    for book in context.books:
        rows = [row for row in book.rows(DisplayRow) if row.statistic != "flow_box"]
        yield from _told(rows, ("display", "order"), "order")


@rule("TWICE.UNIT")
def unit_stands_twice(context: Context) -> Iterator[Found]:
    """A conversion of a test stands twice in Units."""
    for book in context.books:
        yield from _told(book.rows(UnitRow), ("testcd", "origin", "to"), "origin")


def _words(context: Context) -> Iterator[tuple[TermRow, TermRow]]:
    """Rows of Terms whose word stood before in its code list, with the row that had it first."""
    for book in context.books:
        first: dict[tuple[str, str], TermRow] = {}
        for row in book.rows(TermRow):
            other = first.setdefault((row.codelist, fold(row.collected)), row)
            if other is not row:
                yield row, other


def _get(row: SheetRow, name: str) -> Hashable:
    value: Hashable = getattr(row, name)
    return value


def _twice(rows: Iterable[SheetRow], key: Key) -> Iterator[tuple[SheetRow, SheetRow]]:
    """Rows whose key stood before, with the row that had it first."""
    first: dict[Hashable, SheetRow] = {}
    for row in rows:
        other = first.setdefault(key(row), row)
        if other is not row:
            yield row, other


def _told(rows: Iterable[SheetRow], fields: tuple[str, ...], field: str) -> Iterator[Found]:
    for row, first in _twice(rows, lambda row: tuple(_get(row, name) for name in fields)):
        text = f"'{_get(row, field)}' stands twice (first at {first.cell(field).ref})."
        yield Found(row.cell(field), text, "Keep one row.", (first.cell(field),))
