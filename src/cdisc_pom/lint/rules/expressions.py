"""Expressions: what cannot be read, can never hold, or compares what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from sqlglot import exp

from cdisc_pom.errors import nearest
from cdisc_pom.lint.context import Context, Placed
from cdisc_pom.lint.kinds import DATES, NUMBERS, Kind, expression_kind
from cdisc_pom.lint.logic import implies, outcome
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.plan.model import Ref
from cdisc_pom.spec.expressions import ColumnName, parse_expression

_QUOTES = "‘’“”′＇＂"
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_SHOWN = 80


@rule("EXPR.SYNTAX", faults=r"'(?s:.*)' is not (a|one) SQL expression")
def expression_cannot_be_read(context: Context) -> Iterator[Found]:
    """An expression is not SQL.

    Text stands in single straight quotes, names stand bare: `AESER = 'Y' AND AETOXGR >= 3`.
    """
    for item in context.found("EXPR.SYNTAX"):
        odd = next((mark for mark in item.text if mark in _QUOTES), None)
        hint = f"Write ' in the place of {odd}." if odd else item.hint
        yield Found(item.place, item.text, hint)


@rule(
    "EXPR.UNSAFE",
    faults=r"'(?s:.*)': (the function|.* is (neither COLUMN|more than a scalar))",
)
def expression_is_unsafe(context: Context) -> Iterator[Found]:
    """An expression does more than work out a value from its record.

    No subquery, no aggregate, no file, no clock, no random number: the same record gives the same
    value each time.
    """
    return context.found("EXPR.UNSAFE")


@rule("EXPR.NEVER")
def condition_never_holds(context: Context) -> Iterator[Found]:
    """A condition can never hold, whatever the data are.

    One column is asked to have two values at once, a number to be above and below itself, a
    missing value to be equal to something (`X = NULL`; say `X IS NULL`).
    """
    for placed in _conditions(context):
        found = outcome(placed.condition.expression.tree, placed.text)
        if found is not None and not found.can_hold:
            null = _null_comparison(placed.condition.expression.tree)
            hint = f"Say {null}." if null else ""
            yield Found(placed.condition.cell, f"'{_short(placed.text)}' can never hold.", hint)


@rule("EXPR.ALWAYS", severity="warning")
def condition_always_holds(context: Context) -> Iterator[Found]:
    """A condition always holds, whatever the data are.

    Leave the cell empty, if that is what was meant.
    """
    for placed in _conditions(context):
        found = outcome(placed.condition.expression.tree, placed.text)
        if found is not None and not found.can_fail:
            text = f"'{_short(placed.text)}' always holds."
            yield Found(placed.condition.cell, text, "Leave the cell empty, or name what is meant.")


@rule("EXPR.BRANCH", severity="warning")
def branch_is_never_reached(context: Context) -> Iterator[Found]:
    """A branch of CASE is never reached.

    It cannot hold, or the branches before it take all of its records.
    """
    for placed in context.conditions:
        if "CASE" not in placed.text.upper():
            continue
        for case in placed.condition.expression.tree.find_all(exp.Case):
            for branch in _unreached(case):
                text = f"the branch WHEN {_short(branch.sql(dialect='duckdb'))} is never reached."
                yield Found(placed.condition.cell, text, "Change its condition or the order.")


@rule("EXPR.TERM")
def comparison_with_no_term(context: Context) -> Iterator[Found]:
    """A variable is compared with a text that is no term of its code list.

    Such a comparison is never true; often the term has another spelling, or the decode was
    written.
    """
    for placed in context.conditions:
        if "'" not in placed.text:
            continue
        for column, value in _compared_texts(placed.condition.expression.text):
            ref = _ref(placed, column)
            found = context.codelist(placed.dataset, ref) if ref is not None else None
            if found is None or found[1] not in found[0].codelists:
                continue
            codelist = found[0].codelists[found[1]]
            if value in codelist.terms:
                continue
            decoded = next((row.term for row in codelist.rows if row.decode == value), None)
            near = decoded or nearest(value, codelist.terms)
            hint = f"Did you mean '{near}'?" if near else ""
            text = f"'{value}' is no term of '{codelist.id}', the code list of {column.name}."
            yield Found(placed.condition.cell, text, hint)


@rule("EXPR.TYPE")
def comparison_of_different_kinds(context: Context) -> Iterator[Found]:
    """A number is compared with a text that is none, or a date with a text that is no date.

    The comparison would stop the build at the first record.
    """
    for placed in context.conditions:
        if "'" not in placed.text:
            continue
        for column, value in _compared_texts(placed.condition.expression.text):
            ref = _ref(placed, column)
            kind = context.kind(placed.dataset, ref) if ref is not None else ""
            what = "a number" if kind in NUMBERS else "a date" if kind in DATES else None
            good = _is_number(value) if kind in NUMBERS else _is_date(value)
            if what is not None and not good:
                text = f"{column.name} is {what}, but '{value}' is not."
                yield Found(placed.condition.cell, text, "Compare it with a value of its kind.")


@rule("EXPR.TEXT", severity="warning")
def text_is_compared_with_number(context: Context) -> Iterator[Found]:
    """A text variable is compared with a bare number.

    The text is made a number then, which stops the build at the first record where it is none.
    Write '3' for the text, or CAST(X AS DOUBLE) where it is a number.
    """
    for placed in context.conditions:
        for node in placed.condition.expression.tree.find_all(*_COMPARISONS):
            for column, other in ((node.this, node.expression), (node.expression, node.this)):
                number = isinstance(other, exp.Literal) and not other.is_string
                if not isinstance(column, exp.Column) or not number:
                    continue
                ref = _ref(placed, column)
                if ref is not None and context.kind(placed.dataset, ref) == "text":
                    text = f"{column.name} is text, but is compared with the number {other.sql()}."
                    hint = f"Write '{other.sql()}', or CAST({column.name} AS DOUBLE)."
                    yield Found(placed.condition.cell, text, hint)


@rule("EXPR.CONDITION")
def condition_is_no_condition(context: Context) -> Iterator[Found]:
    """A When or Where cell holds a text or a date, not a condition."""
    for placed in _conditions(context):
        tree = placed.condition.expression.tree
        if isinstance(tree, (exp.And, exp.Or, exp.Not, *_COMPARISONS)):
            continue
        kind = expression_kind(tree, partial(_column_kind, context, placed))
        if kind == "text" or kind in DATES:
            text = f"'{_short(placed.text)}' is no condition."
            yield Found(placed.condition.cell, text, "Say what it is compared with.")


def _conditions(context: Context) -> Iterator[Placed]:
    return (placed for placed in context.conditions if placed.use != "value")


def _ref(placed: Placed, column: exp.Column) -> Ref | None:
    return placed.condition.refs.get(ColumnName(column.name, column.table))


def _column_kind(context: Context, placed: Placed, column: exp.Column) -> Kind:
    ref = _ref(placed, column)
    return context.kind(placed.dataset, ref) if ref is not None else ""


@lru_cache(maxsize=10_000)  # several rules ask the same of the same condition
def _compared_texts(text: str) -> tuple[tuple[exp.Column, str], ...]:
    """Columns and the texts that they are compared with for being equal."""
    return tuple(_compared(parse_expression(text).tree))


def _compared(tree: exp.Expr) -> Iterator[tuple[exp.Column, str]]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, exp.Case):
        if isinstance(node, exp.In):
            yield from _pairs(node.this, node.expressions)
        elif isinstance(node, exp.Case):
            if node.this is not None:
                yield from _pairs(node.this, [branch.this for branch in node.args["ifs"]])
        else:
            yield from _pairs(node.this, [node.expression])
            yield from _pairs(node.expression, [node.this])


def _pairs(column: exp.Expr, values: list[exp.Expr]) -> Iterator[tuple[exp.Column, str]]:
    if isinstance(column, exp.Column):
        for value in values:
            if isinstance(value, exp.Literal) and value.is_string:
                yield column, str(value.this)


def _null_comparison(tree: exp.Expr) -> str:
    for node in tree.find_all(exp.EQ, exp.NEQ):
        if isinstance(node.expression, exp.Null):
            middle = "IS" if isinstance(node, exp.EQ) else "IS NOT"
            return f"{node.this.sql(dialect='duckdb')} {middle} NULL"
    return ""


def _unreached(case: exp.Case) -> Iterator[exp.Expr]:
    """Conditions of branches that no record comes to."""
    before: list[exp.Expr] = []
    for branch in case.args["ifs"]:
        condition = branch.this
        if case.this is not None:
            condition = exp.EQ(this=case.this.copy(), expression=branch.this.copy())
        found = outcome(condition, condition.sql(dialect="duckdb"))
        never = found is not None and not found.can_hold
        if never or any(condition == other or implies(condition, other) for other in before):
            yield branch.this
        before.append(condition)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    from datetime import datetime  # noqa: PLC0415 - only for comparisons of dates

    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
