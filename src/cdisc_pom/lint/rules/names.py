"""Names that lead nowhere: data sets, variables, columns, sources, code lists, methods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cdisc_pom.errors import SpecError
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.clauses import looks_like_clause
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import (
    CodelistRow,
    CommentRow,
    DatasetRow,
    DictionaryRow,
    DocumentRow,
    MappingRow,
    MethodRow,
    ValueLevelRow,
    VariableRow,
    WhereClauseRow,
)
from cdisc_pom.spec.workbook import Workbook


@rule("NAME.DATASET", faults=r"unknown data set '")
def unknown_dataset(context: Context) -> Iterator[Found]:
    """A data set is named that is not in Datasets.

    A new data set needs a row in Datasets and its variables in Variables.
    """
    return context.found("NAME.DATASET")


@rule("NAME.VARIABLE", faults=r"unknown (key )?variable")
def unknown_variable(context: Context) -> Iterator[Found]:
    """A variable is named that is not in Variables.

    A variable that is only made and used in between starts with an underscore (`_DATE`) and needs
    no row there.
    """
    yield from context.found("NAME.VARIABLE")
    for book in context.books:
        rows: tuple[ValueLevelRow | WhereClauseRow, ...] = (
            *book.rows(ValueLevelRow), *book.rows(WhereClauseRow),
        )  # fmt: skip
        for row in rows:
            known = context.variables.get(row.dataset)
            if known is not None and row.variable not in known:
                yield _unknown(row, "variable", f"variable of {row.dataset}", known)


@rule("NAME.COLUMN", faults=r"unknown column|'.*' is not of the (related )?source")
def unknown_column(context: Context) -> Iterator[Found]:
    """A column is named that neither the row's source nor the data set has.

    Names are looked for in the row's own source, among the variables, in joined sources.
    """
    return context.found("NAME.COLUMN")


@rule("NAME.SEVERAL", faults=r"'.*' stands in several sources")
def column_stands_in_several_sources(context: Context) -> Iterator[Found]:
    """A column has several homes.

    Write SOURCE.COLUMN.
    """
    return context.found("NAME.SEVERAL")


@rule("NAME.SOURCE", faults=r"unknown (source|kind of source)")
def unknown_source(context: Context) -> Iterator[Found]:
    """A source is named that the data set has not.

    Sources go by the alias in the sheet Sources; `*` stands for each of them.
    """
    return context.found("NAME.SOURCE")


@rule("NAME.FORM", faults=r"unknown raw form '")
def unknown_form(context: Context) -> Iterator[Found]:
    """A raw form is named that is not in the raw folder.

    `form:adverse_events` is the file `adverse_events.csv`.
    """
    return context.found("NAME.FORM")


@rule("NAME.SHEET", faults=r"unknown sheet")
def unknown_sheet(context: Context) -> Iterator[Found]:
    """A source is made of a sheet that is not there.

    A sheet with contents has the name of its data set: TA, TE, TI, TS, TV.
    """
    return context.found("NAME.SHEET")


@rule("NAME.ALGORITHM", faults=r"unknown (parameter )?algorithm '")
def unknown_algorithm(context: Context) -> Iterator[Found]:
    """An algorithm is named that is none.

    `docs/algorithms.md` lists them all.
    """
    return context.found("NAME.ALGORITHM")


@rule("NAME.ARGUMENT", faults=r"unknown argument of ")
def unknown_argument(context: Context) -> Iterator[Found]:
    """An algorithm is given an argument that it does not take."""
    return context.found("NAME.ARGUMENT")


@rule("NAME.CODELIST", faults=r"unknown code list '")
def unknown_codelist(context: Context) -> Iterator[Found]:
    """A code list is named that is neither in Codelists nor in Dictionaries."""
    yield from context.found("NAME.CODELIST")
    for book in context.books:
        known = [*book.codelists, *(row.id for row in book.rows(DictionaryRow))]
        rows: tuple[SheetRow, ...] = book.rows(ValueLevelRow)
        if not book.runs:  # otherwise the compiler has said it
            rows = (*book.rows(VariableRow), *rows)
        yield from _unknown_in(rows, "codelist", "code list", known)


@rule("NAME.TERM", faults=r"unknown term of ")
def unknown_term(context: Context) -> Iterator[Found]:
    """A row of Terms leads to a term that its code list has not."""
    return context.found("NAME.TERM")


@rule("NAME.IMPUTATION", faults=r"unknown imputation rule '")
def unknown_imputation(context: Context) -> Iterator[Found]:
    """An imputation rule is named that is not in Imputation."""
    return context.found("NAME.IMPUTATION")


@rule("NAME.COMPONENT", faults=r"unknown component|a component has neither|Response has no row")
def unknown_component(context: Context) -> Iterator[Found]:
    """A row of Response names a component that the response criteria do not know, or nothing."""
    return context.found("NAME.COMPONENT")


@rule("NAME.METHOD")
def unknown_method(context: Context) -> Iterator[Found]:
    """A method is named that is not in Methods.

    Leave the cell empty to have the method text of the algorithm.
    """
    for book in context.books:
        known = [row.id for row in book.rows(MethodRow)]
        rows = (*book.rows(VariableRow), *book.rows(ValueLevelRow), *_mapping(book))
        yield from _unknown_in(rows, "method", "method", known)


@rule("NAME.COMMENT")
def unknown_comment(context: Context) -> Iterator[Found]:
    """A comment is named that is not in Comments."""
    for book in context.books:
        known = [row.id for row in book.rows(CommentRow)]
        kinds = (DatasetRow, VariableRow, ValueLevelRow, WhereClauseRow, CodelistRow)
        rows = tuple(row for kind in kinds for row in book.rows(kind))
        yield from _unknown_in(rows, "comment", "comment", known)


@rule("NAME.DOCUMENT")
def unknown_document(context: Context) -> Iterator[Found]:
    """A document is named that is not in Documents."""
    for book in context.books:
        known = [row.id for row in book.rows(DocumentRow)]
        rows = (*book.rows(MethodRow), *book.rows(CommentRow))
        yield from _unknown_in(rows, "document", "document", known)


@rule("NAME.WHERE")
def unknown_where_clause(context: Context) -> Iterator[Found]:
    """A where clause is named that is not in WhereClauses.

    The cell may also hold the clause itself: `LBTESTCD EQ "HGB"`.
    """
    for book in context.books:
        known = {row.id for row in book.rows(WhereClauseRow)}
        for row in book.rows(ValueLevelRow):
            if row.where_clause not in known and not looks_like_clause(row.where_clause):
                yield _unknown(row, "where_clause", "where clause", known)


def _mapping(book: Workbook) -> tuple[MappingRow, ...]:
    return tuple(row for name in book.datasets for row in book.mapping(name))


def _unknown_in(
    rows: Iterable[SheetRow], field: str, kind: str, known: Iterable[str]
) -> Iterator[Found]:
    names = set(known)
    for row in rows:
        value = getattr(row, field)
        if value is not None and value not in names:
            yield _unknown(row, field, kind, names)


def _unknown(row: SheetRow, field: str, kind: str, known: Iterable[str]) -> Found:
    fault = SpecError.unknown(kind, getattr(row, field), known, place=row.cell(field))
    return Found(fault.place, fault.message, fault.hint)
