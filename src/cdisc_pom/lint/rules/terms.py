"""Terms, Units, Visits, Findings: look-ups that contradict themselves or say nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from cdisc_pom.algorithms.values import fold
from cdisc_pom.errors import Collector, nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.sheets import FindingRow, TermRow, UnitRow, VisitRow

if TYPE_CHECKING:
    from cdisc_pom.plan.resources import PlannedVisit

_CLOSE = 1e-6


@rule("TERMS.REPEAT", severity="warning")
def word_needs_no_row(context: Context) -> Iterator[Found]:
    """A row of Terms says what the code list says already.

    A term, its decode and its Chinese decode need no row; words are compared without case.
    """
    for book in context.books:
        meant = {name: _meanings(context, name, book.kind) for name in book.codelists}
        for row in book.rows(TermRow):
            found = meant.get(row.codelist, {}).get(fold(row.collected))
            if found == {row.term}:
                text = f"'{row.collected}' means {row.term} without this row."
                yield Found(row.cell("collected"), text, "Take the row out.")


@rule("TERMS.AGAINST", severity="warning")
def word_against_code_list(context: Context) -> Iterator[Found]:
    """A row of Terms gives a term or decode of the code list another meaning."""
    for book in context.books:
        meant = {name: _meanings(context, name, book.kind) for name in book.codelists}
        for row in book.rows(TermRow):
            found = meant.get(row.codelist, {}).get(fold(row.collected))
            if found is not None and len(found) == 1 and found != {row.term}:
                other = next(iter(found))
                text = f"'{row.collected}' is {other} in the code list, but {row.term} here."
                yield Found(row.cell("term"), text, "Mend the one or the other.")


@rule("TERMS.DECODE", severity="warning")
def decode_means_two_terms(context: Context) -> Iterator[Found]:
    """Two terms of a code list that words are mapped to have one decode: it then means neither."""
    for book in context.books:
        mapped = {row.codelist for row in book.rows(TermRow)} | _mapped(context, book.kind)
        for name, codelist in book.codelists.items():
            if name not in mapped:
                continue
            for field in ("decode", "decode_zh"):
                first: dict[str, str] = {}
                for row in codelist.rows:
                    text = getattr(row, field)
                    other = first.setdefault(fold(text), row.term) if text else row.term
                    if other != row.term:
                        said = f"'{text}' is the decode of {other} too."
                        hint = "Collected words with it cannot be mapped; add rows to Terms."
                        yield Found(row.cell(field), said, hint)


@rule("TERMS.INVERSE", faults=r".* to .* is [-+.\de]+, but .* to .* is ")
def conversion_has_no_inverse(context: Context) -> Iterator[Found]:
    """A conversion and its reverse do not undo each other.

    The factors of A to B and of B to A of one test multiply to 1.
    """
    for book in context.books:
        factors = {(row.testcd, row.origin, row.to): row for row in book.rows(UnitRow)}
        for (test, origin, to), row in factors.items():
            back = factors.get((test, to, origin))
            if back is None or back.place.row > row.place.row:
                continue
            if abs(row.factor * back.factor - 1) > _CLOSE and origin != to:
                cell = back.cell("factor")
                text = (
                    f"{origin} to {to} is {row.factor:g}, but {to} to {origin} is "
                    f"{back.factor:g} ({cell.ref})."
                )
                hint = f"1 / {back.factor:g} is {1 / back.factor:g}."
                yield Found(row.cell("factor"), text, hint, (cell,))


@rule("TERMS.FACTOR")
def unit_has_no_factor(context: Context) -> Iterator[Found]:
    """A test has a constant unit and another standard unit, and no factor between them.

    Fill Factor of the row, or add the conversion to Units.
    """
    for book in context.books:
        known = {(row.testcd or "", row.origin, row.to) for row in book.rows(UnitRow)}
        for row in book.rows(FindingRow):
            unit, standard = row.unit, row.standard_unit
            if unit is None or unit.startswith("=") or standard is None or standard.startswith("="):
                continue
            given = {(row.testcd, unit, standard), ("", unit, standard)} & known
            if unit != standard and row.factor is None and not given:
                text = f"no factor leads from {unit} to {standard} for {row.testcd}."
                hint = "Fill Factor, or add the conversion to Units."
                yield Found(row.cell("factor"), text, hint)
            elif unit == standard and row.factor not in (None, 1):
                text = f"{unit} is the standard unit, but the factor is {row.factor:g}."
                yield Found(row.cell("factor"), text, "Clear it, or mend the unit.")


@rule("TERMS.LIMITS")
def limits_are_reversed(context: Context) -> Iterator[Found]:
    """A reference range's constant Low is above its High."""
    for book in context.books:
        for row in book.rows(FindingRow):
            low, high = _number(row.low), _number(row.high)
            if low is not None and high is not None and low > high:
                text = f"Low {low:g} is above High {high:g}."
                yield Found(row.cell("low"), text, "Exchange them.")


@rule("TERMS.TEST")
def test_code_has_two_names(context: Context) -> Iterator[Found]:
    """A test code of Findings has two names, or a name two codes, within a data set."""
    for book in context.books:
        names: dict[tuple[str, str], FindingRow] = {}
        codes: dict[tuple[str, str], FindingRow] = {}
        for row in book.rows(FindingRow):
            one = names.setdefault((row.dataset, row.testcd), row)
            if one.test != row.test:
                text = f"{row.testcd} is '{one.test}' at {one.cell('test').ref}, '{row.test}' here."
                yield Found(row.cell("test"), text, "One code, one name.", (one.cell("test"),))
                continue
            two = codes.setdefault((row.dataset, row.test), row)
            if two.testcd != row.testcd:
                text = (
                    f"'{row.test}' is {two.testcd} at {two.cell('testcd').ref}, {row.testcd} here."
                )
                yield Found(row.cell("testcd"), text, "One name, one code.", (two.cell("testcd"),))


@rule("TERMS.FINDING")
def test_is_no_term(context: Context) -> Iterator[Found]:
    """A test, category, specimen, method or unit of Findings is no term of its variable's list."""
    fields = {
        "testcd": "TESTCD", "test": "TEST", "category": "CAT", "subcategory": "SCAT",
        "specimen": "SPEC", "method": "METHOD", "standard_unit": "STRESU",
    }  # fmt: skip
    for book in context.books:
        for row in book.rows(FindingRow):
            known = context.variables.get(row.dataset, {})
            for field, suffix in fields.items():
                value = getattr(row, field)
                variable = known.get(f"{row.dataset[:2]}{suffix}")
                codelist = book.codelists.get((variable.codelist or "") if variable else "")
                if not value or codelist is None or value in codelist.terms:
                    continue
                if not value.startswith("="):
                    text = f"'{value}' is no term of '{codelist.id}'."
                    near = _did_you_mean(value, codelist.terms)
                    yield Found(row.cell(field), text, near or "Add it to Codelists.")


@rule("TERMS.VISIT", faults=r"'.*' stands twice in Visits|'.*' is no range|'.*' cannot be worked")
def visit_cannot_be_read(context: Context) -> Iterator[Found]:
    """A visit's range or number cannot be worked out, or a collected name stands twice in Visits.

    Ranges such as 2-26 in `n` stand for each of their numbers; two ranges must not overlap.
    """
    yield from context.found("TERMS.VISIT")
    for book in context.books:
        if book.rows(VisitRow) and not _uses_visits(context, book.kind):
            yield from _visit_faults(book.rows(VisitRow))


@rule("TERMS.VISITNUM")
def visit_number_stands_twice(context: Context) -> Iterator[Found]:
    """Two visits have one VISITNUM and different names, or one name and different numbers."""
    for rows in context.visits:
        numbers: dict[float, PlannedVisit] = {}
        for item in rows:
            if item.visit.visitnum is None:
                continue
            first = numbers.setdefault(item.visit.visitnum, item)
            if first.visit.visit != item.visit.visit:
                text = (
                    f"VISITNUM {item.visit.visitnum:g} is '{first.visit.visit}' at "
                    f"{first.row.cell('visitnum').ref}, '{item.visit.visit}' here."
                )
                hint = "One number, one visit."
                yield Found(item.row.cell("visitnum"), text, hint, (first.row.cell("visitnum"),))
                break


@rule("TERMS.WINDOW", severity="warning")
def visit_windows_overlap(context: Context) -> Iterator[Found]:
    """The windows of two planned visits overlap: a day would belong to both.

    `Window from` and `Window to` count days from VISITDY.
    """
    for visits in context.visits:
        planned = [visit for visit in visits if visit.visit.visitdy is not None]
        told: set[int] = set()
        for visit in visits:
            row = visit.row
            if _from(row) > _to(row) and row.place.row not in told:
                told.add(row.place.row)
                text = f"the window ends ({_to(row)}) before it starts ({_from(row)})."
                yield Found(row.cell("window_from"), text, "Exchange them.")
        ordered = sorted(planned, key=lambda visit: visit.visit.visitdy or 0)
        for first, second in pairwise(ordered):
            end, start = _day(first, _to(first.row)), _day(second, _from(second.row))
            if end >= start and second.row.place.row not in told:
                told.add(second.row.place.row)
                text = (
                    f"the window of '{second.visit.visit}' starts on day {start:g}, when that of "
                    f"'{first.visit.visit}' goes on (to day {end:g})."
                )
                cells = (first.row.cell("window_to"),)
                yield Found(second.row.cell("window_from"), text, "Part them.", cells)


def _did_you_mean(value: str, known: Iterable[str]) -> str:
    near = nearest(value, known)
    return f"Did you mean '{near}'?" if near else ""


def _meanings(context: Context, name: str, kind: str) -> dict[str, set[str]]:
    """What a code list's own terms and decodes mean, by folded word."""
    found: dict[str, set[str]] = {}
    for row in context.study.workbooks[kind].codelists[name].rows:
        for text in (row.decode, row.decode_zh):
            if text is not None:
                found.setdefault(fold(text), set()).add(row.term)
    for row in context.study.workbooks[kind].codelists[name].rows:
        found[fold(row.term)] = {row.term}
    return found


def _mapped(context: Context, kind: str) -> set[str]:
    return {
        str(getattr(step.arguments.get("codelist"), "codelist", ""))
        for book, plan in context.plans()
        if book.kind == kind
        for step in plan.steps
    }


def _uses_visits(context: Context, kind: str) -> bool:
    """Whether a row has made the compiler look at Visits already."""
    return any(
        step.algorithm.name == "visit"
        for book, plan in context.plans()
        if book.kind == kind
        for step in plan.steps
    )


def _visit_faults(rows: tuple[VisitRow, ...]) -> Iterator[Found]:
    from cdisc_pom.plan.resources import visit_table  # noqa: PLC0415

    faults = Collector()
    visit_table(rows, faults)
    yield from (Found(fault.place, fault.message, fault.hint) for fault in faults.errors)


def _number(value: str | float | None) -> float | None:
    try:
        return float(value) if value is not None else None
    except ValueError:
        return None


def _day(visit: PlannedVisit, shift: int) -> float:
    return (visit.visit.visitdy or 0) + shift


def _from(row: VisitRow) -> int:
    return row.window_from or 0


def _to(row: VisitRow) -> int:
    return row.window_to or 0
