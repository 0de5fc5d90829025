"""What nothing uses: it misleads whoever reads the specification, and often shows a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.plan.model import DatasetPlan
from cdisc_pom.spec.arguments import split_arguments
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import (
    CodelistRow,
    CommentRow,
    DatasetRow,
    DocumentRow,
    ImputationRow,
    MappingRow,
    MethodRow,
    TermRow,
    ValueLevelRow,
    VariableRow,
    WhereClauseRow,
)
from cdisc_pom.spec.workbook import Workbook


@rule("UNUSED.CODELIST", severity="warning")
def unused_codelist(context: Context) -> Iterator[Found]:
    """No variable and no row uses a code list.

    Name it in Codelist of a variable or of a value level row, or take it out.
    """
    for book in context.books:
        used: set[str | None] = {row.codelist for row in book.rows(VariableRow)}
        used |= {row.codelist for row in book.rows(ValueLevelRow)}
        used |= _argument(book, "codelist")
        for name, codelist in book.codelists.items():
            if name not in used:
                yield Found(codelist.rows[0].cell("id"), f"nothing uses the code list '{name}'.")


@rule("UNUSED.METHOD", severity="warning")
def unused_method(context: Context) -> Iterator[Found]:
    """No variable and no row uses a method."""
    for book in context.books:
        used = _used(book, (VariableRow, ValueLevelRow), "method")
        used |= {row.method for row in _mapping(book)}
        yield from _unused(book.rows(MethodRow), "method", used)


@rule("UNUSED.COMMENT", severity="warning")
def unused_comment(context: Context) -> Iterator[Found]:
    """Nothing refers to a comment."""
    kinds = (DatasetRow, VariableRow, ValueLevelRow, WhereClauseRow, CodelistRow)
    for book in context.books:
        used = _used(book, kinds, "comment")
        yield from _unused(book.rows(CommentRow), "comment", used)


@rule("UNUSED.DOCUMENT", severity="note")
def unused_document(context: Context) -> Iterator[Found]:
    """No method and no comment refers to a document.

    The annotated CRF and the reviewer's guides stand for themselves, so this is only a note.
    """
    for book in context.books:
        used = _used(book, (MethodRow, CommentRow), "document")
        yield from _unused(book.rows(DocumentRow), "document", used)


@rule("UNUSED.WHERE", severity="warning")
def unused_where_clause(context: Context) -> Iterator[Found]:
    """No value level row uses a where clause."""
    for book in context.books:
        used = {row.where_clause for row in book.rows(ValueLevelRow)}
        seen: set[str] = set()
        for row in book.rows(WhereClauseRow):
            if row.id not in used and row.id not in seen:
                seen.add(row.id)
                yield Found(row.cell("id"), f"nothing uses the where clause '{row.id}'.")


@rule("UNUSED.SOURCE", severity="warning")
def unused_source(context: Context) -> Iterator[Found]:
    """A joined or related source is never looked at.

    A source without Join makes records and is always used.
    """
    for _, plan in context.plans():
        if not context.clean(plan.name):
            continue
        used = {ref.source for ref in context.refs[plan.name]} | _sources_of_parameters(plan)
        for source in plan.sources.values():
            if source.kind != "records" and source.alias not in used:
                text = f"nothing uses the source '{source.alias}' of {plan.name}."
                yield Found(source.cell, text, "Take the row out, or use its columns.")


@rule("UNUSED.WORK", severity="warning")
def unused_work_variable(context: Context) -> Iterator[Found]:
    """A work variable is made and never used.

    Names that start with an underscore are not written; so what makes them is lost work.
    """
    used = {
        (context.home(name, ref) or "", ref.name) for name, refs in context.refs.items()
        for ref in refs
    }  # fmt: skip
    used |= {
        (source.origin[1], column)
        for _, plan in context.plans()
        for source in plan.sources.values()
        for column in (*(name for _, name in source.on), *source.order)
    }
    if context.touched:
        return
    for _, plan in context.plans():
        told: set[str] = set()
        for step in plan.steps:
            name = step.variable
            if name.startswith("_") and (plan.name, name) not in used and name not in told:
                told.add(name)
                yield Found(step.cell, f"nothing uses the work variable {plan.name}.{name}.")


@rule("UNUSED.IMPUTATION", severity="warning")
def unused_imputation(context: Context) -> Iterator[Found]:
    """No row uses an imputation rule."""
    for book in context.books:
        used = _argument(book, "rule")
        told: set[str] = set()
        for row in book.rows(ImputationRow):
            if row.id not in used and row.id not in told:
                told.add(row.id)
                yield Found(row.cell("id"), f"nothing uses the imputation rule '{row.id}'.")


@rule("UNUSED.TERMS", severity="warning")
def unused_terms(context: Context) -> Iterator[Found]:
    """Terms holds collected words of a code list that no row maps to.

    Words are looked up by the algorithm `term` alone.
    """
    for book in context.books:
        mapped = {
            str(getattr(step.arguments.get("codelist"), "codelist", ""))
            for other, plan in context.plans()
            if other is book
            for step in plan.steps
        }
        told: set[str] = set()
        for row in book.rows(TermRow):
            known = row.codelist in book.codelists and row.codelist not in told
            if known and row.codelist not in mapped and not context.touched:
                told.add(row.codelist)
                text = f"no row maps collected words to '{row.codelist}'."
                yield Found(row.cell("codelist"), text, "Use the algorithm term for it.")


def _used(book: Workbook, kinds: tuple[type[SheetRow], ...], field: str) -> set[str | None]:
    return {getattr(row, field) for kind in kinds for row in book.rows(kind)}


def _mapping(book: Workbook) -> tuple[MappingRow, ...]:
    return tuple(row for name in book.datasets for row in book.mapping(name))


def _argument(book: Workbook, name: str) -> set[str | None]:
    """Values that rows give to an argument of a name."""
    found: set[str | None] = set()
    for row in _mapping(book):
        if row.arguments is not None and f"{name}=" in row.arguments.replace(" ", ""):
            try:
                found.add(split_arguments(row.arguments).get(name))
            except ValueError:
                continue
    return found


def _unused(rows: Iterable[SheetRow], kind: str, used: set[str | None]) -> Iterator[Found]:
    for row in rows:
        name = str(getattr(row, "id", ""))
        if name not in used:
            yield Found(row.cell("id"), f"nothing uses the {kind} '{name}'.")


def _sources_of_parameters(plan: DatasetPlan) -> set[str]:
    found: set[str] = set()
    for parameter in plan.parameters:
        found.update(parameter.sources)
        found.update(parameter.looked_at())
        if parameter.subjects is not None:
            found.add(parameter.subjects)
    return found
