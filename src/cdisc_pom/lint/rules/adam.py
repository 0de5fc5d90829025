"""Parameters, Events, Imputation and Displays of an ADaM workbook."""

from __future__ import annotations

from collections.abc import Iterator

from cdisc_pom.errors import nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.expressions import ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DisplayRow, EventRow, ParameterRow

_TIME_TO_EVENT = "time_to_event"


@rule("ADAM.EVENTS", faults=r"Events has no row")
def parameter_without_events(context: Context) -> Iterator[Found]:
    """A time-to-event parameter has no rows in Events."""
    return context.found("ADAM.EVENTS")


@rule("ADAM.CENSOR")
def events_without_censoring(context: Context) -> Iterator[Found]:
    """A time-to-event parameter has events and no censoring, or censorings and no event.

    Without a censoring, subjects without the event have no record and drop out of the analysis.
    """
    for book in context.books:
        kinds: dict[tuple[str, str], dict[str, EventRow]] = {}
        for row in book.rows(EventRow):
            kinds.setdefault((row.dataset, row.paramcd), {}).setdefault(row.kind, row)
        for (_, code), found in kinds.items():
            if "CENSOR" not in found:
                text = f"{code} has events, but no censoring."
                hint = "Add a row CENSOR, such as the last date known alive."
                yield Found(found["EVENT"].cell("paramcd"), text, hint)
            elif "EVENT" not in found:
                text = f"{code} has censorings, but no event."
                yield Found(found["CENSOR"].cell("paramcd"), text, "Add a row EVENT.")


@rule("ADAM.CNSR", faults=r"(EVENT|CENSOR) has CNSR|describes nothing")
def event_contradicts_itself(context: Context) -> Iterator[Found]:
    """A row of Events has a CNSR that is not of its Kind, or no description.

    An event has CNSR 0 and an EVNTDESC, a censoring CNSR from 1 and a CNSDTDSC.
    """
    return context.found("ADAM.CNSR")


@rule("ADAM.ORPHAN", faults=r"unknown parameter of ")
def events_of_no_parameter(context: Context) -> Iterator[Found]:
    """Events has rows of a parameter that Parameters does not have, or that is none of time."""
    for book in context.books:
        known = {(row.dataset, row.paramcd): row for row in book.rows(ParameterRow)}
        told: set[tuple[str, str]] = set()
        for row in book.rows(EventRow):
            key = (row.dataset, row.paramcd)
            if key in told or row.dataset not in book.datasets:
                continue
            parameter = known.get(key)
            if parameter is None:
                told.add(key)
                codes = [code for name, code in known if name == row.dataset]
                near = nearest(row.paramcd, codes)
                hint = f"Did you mean '{near}'?" if near else "Add it to Parameters."
                yield Found(row.cell("paramcd"), f"unknown parameter '{row.paramcd}'.", hint)
            elif parameter.algorithm != _TIME_TO_EVENT:
                told.add(key)
                cell = parameter.cell("algorithm")
                text = f"{row.paramcd} is made by '{parameter.algorithm}', which takes no Events."
                yield Found(row.cell("paramcd"), text, f"{cell.ref} says so.", (cell,))


@rule("ADAM.PARAM")
def parameter_code_has_two_names(context: Context) -> Iterator[Found]:
    """A PARAMCD has two PARAM or two PARAMN, or a PARAMN or PARAM stands for two PARAMCD.

    PARAM, PARAMCD and PARAMN map one to one within a data set.
    """
    for book in context.books:
        for one, two in (("paramcd", "param"), ("paramcd", "paramn"), ("param", "paramcd"),
                         ("paramn", "paramcd")):  # fmt: skip
            first: dict[tuple[str, object], ParameterRow] = {}
            for row in book.rows(ParameterRow):
                key = getattr(row, one)
                if key is None or getattr(row, two) is None:
                    continue
                other = first.setdefault((row.dataset, key), row)
                if getattr(other, two) != getattr(row, two):
                    text = f"'{key}' has '{getattr(other, two)}' and '{getattr(row, two)}'."
                    yield Found(row.cell(two), text, "One to one.", (other.cell(two),))


@rule("ADAM.LONG")
def parameter_name_is_too_long(context: Context) -> Iterator[Found]:
    """A PARAM has more than 200 bytes: a value of a transport file has no room for more."""
    limit = 200
    for book in context.books:
        for row in book.rows(ParameterRow):
            for field in ("param", "param_zh"):
                text = getattr(row, field) or ""
                if len(text.encode(context.encoding, "replace")) > limit:
                    yield Found(row.cell(field), f"'{text[:40]}…' is longer than {limit} bytes.")


@rule("ADAM.LIST")
def parameter_is_no_term(context: Context) -> Iterator[Found]:
    """A PARAMCD, PARAM or PARCAT1 of Parameters is no term of the variable's code list."""
    fields = {"paramcd": "PARAMCD", "param": "PARAM", "parcat1": "PARCAT1"}
    for book in context.books:
        for row in book.rows(ParameterRow):
            known = context.variables.get(row.dataset, {})
            for field, name in fields.items():
                variable, value = known.get(name), getattr(row, field)
                codelist = book.codelists.get((variable.codelist or "") if variable else "")
                if value is not None and codelist is not None and value not in codelist.terms:
                    near = nearest(value, codelist.terms)
                    hint = f"Did you mean '{near}'?" if near else "Add it to Codelists."
                    yield Found(row.cell(field), f"'{value}' is no term of '{codelist.id}'.", hint)


@rule("ADAM.DISPLAY")
def display_names_what_is_not_there(context: Context) -> Iterator[Found]:
    """A display names a parameter, a variable or a statistic that is not there."""
    for book in context.books:
        codes: dict[str, list[str]] = {}
        for parameter in book.rows(ParameterRow):
            codes.setdefault(parameter.dataset, []).append(parameter.paramcd)
        for row in book.rows(DisplayRow):
            known = context.variables.get(row.dataset)
            if known is None:
                continue
            if row.parameter is not None and row.parameter not in codes.get(row.dataset, ()):
                yield _unknown(row, "parameter", f"parameter of {row.dataset}", row.parameter,
                               codes.get(row.dataset, []))  # fmt: skip
            for field in ("variable", "group", "population", "where"):
                yield from _columns(context, row, field, list(known))
            if context.statistics is not None and row.statistic not in context.statistics:
                names = sorted(context.statistics)
                yield _unknown(row, "statistic", "statistic", row.statistic, names)


def _columns(context: Context, row: DisplayRow, field: str, known: list[str]) -> Iterator[Found]:
    text = getattr(row, field)
    if text is None:
        return
    try:
        columns = parse_expression(text).columns
    except ExpressionError as error:
        yield Found(row.cell(field), str(error))
        return
    # A population is looked for in ADSL where the data set does not have it.
    more = list(context.variables.get("ADSL", {})) if field in ("population", "group") else []
    for column in columns:
        if column.name not in known and column.name not in more:
            kind = f"variable of {row.dataset}"
            yield _unknown(row, field, kind, column.name, [*known, *more])


def _unknown(row: DisplayRow, field: str, kind: str, name: str, known: list[str]) -> Found:
    near = nearest(name, known)
    hint = f"Did you mean '{near}'?" if near else ""
    return Found(row.cell(field), f"unknown {kind} '{name}'.", hint)
