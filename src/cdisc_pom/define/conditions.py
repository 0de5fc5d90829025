"""SQL conditions of a workbook as where clauses: what metadata can say of them, and the rest.

Define-XML and the Analysis Results Standard know conditions of one variable (`SEX EQ M`, `GRADE IN
(3, 4)`); the latter also joins them by AND, OR and NOT. A condition with a function, arithmetic or
two variables stays a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from cdisc_pom.spec.clauses import Condition
from cdisc_pom.spec.expressions import parse_expression

Operator = Literal["AND", "OR", "NOT"]


@dataclass(frozen=True)
class Compound:
    """Clauses joined by AND or OR, or one that is negated; `text` is the SQL."""

    operator: Operator
    parts: tuple[Clause, ...]
    text: str


@dataclass(frozen=True)
class Unsaid:
    """A condition that metadata cannot say, as SQL."""

    text: str


Clause = Condition | Compound | Unsaid
"""A condition without values asks whether the variable is missing (EQ) or not (NE)."""

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "EQ", exp.NEQ: "NE", exp.LT: "LT", exp.LTE: "LE", exp.GT: "GT", exp.GTE: "GE",
}  # fmt: skip
_TURNED = {"EQ": "EQ", "NE": "NE", "LT": "GT", "LE": "GE", "GT": "LT", "GE": "LE"}
_DENIED = {
    "EQ": "NE", "NE": "EQ", "LT": "GE", "LE": "GT", "GT": "LE", "GE": "LT",
    "IN": "NOTIN", "NOTIN": "IN",
}  # fmt: skip


def read_clause(sql: str, dataset: str) -> Clause:
    """A SQL condition as a clause.

    Args:
        sql: the condition, as a cell of the workbook has it.
        dataset: data set of its variables.

    Raises:
        ExpressionError: the text is no SQL expression.

    Example:
        >>> read_clause("SEX = 'M'", "ADSL")
        Condition(dataset='ADSL', variable='SEX', comparator='EQ', values=('M',))
    """
    return _clause(parse_expression(sql).tree, dataset)


def conjuncts(clause: Clause) -> tuple[list[Condition], list[str]]:
    """What Define-XML can say of a clause: conditions that all hold; and the rest as SQL.

    Example:
        >>> both = read_clause("GRADE >= 3 AND lower(TERM) = 'rash'", "ADAE")
        >>> conditions, rest = conjuncts(both)
        >>> [condition.variable for condition in conditions], rest
        (['GRADE'], ["LOWER(TERM) = 'rash'"])
    """
    if isinstance(clause, Compound) and clause.operator == "AND":
        found = [conjuncts(part) for part in clause.parts]
        return [c for conditions, _ in found for c in conditions], [
            t for _, ts in found for t in ts
        ]
    if isinstance(clause, Condition) and clause.values:
        return [clause], []
    return [], [_text(clause)]


def _text(clause: Clause) -> str:
    if isinstance(clause, Condition):
        # only conditions without values are left to words
        return f"{clause.variable} IS {'NOT ' if clause.comparator == 'NE' else ''}NULL"
    return clause.text


def _clause(tree: exp.Expr, dataset: str) -> Clause:
    if isinstance(tree, exp.Paren):
        return _clause(tree.this, dataset)
    if isinstance(tree, exp.And | exp.Or):
        return _joined("AND" if isinstance(tree, exp.And) else "OR", tree, dataset)
    if isinstance(tree, exp.Not):
        return _denied(_clause(tree.this, dataset), _sql(tree))
    found = _comparison(tree, dataset) or _membership(tree, dataset) or _missing(tree, dataset)
    return found or _between(tree, dataset) or Unsaid(_sql(tree))


def _joined(operator: Operator, tree: exp.Expr, dataset: str) -> Clause:
    parts: list[Clause] = []
    for side in (tree.args["this"], tree.args["expression"]):
        part = _clause(side, dataset)
        same = isinstance(part, Compound) and part.operator == operator
        parts += part.parts if isinstance(part, Compound) and same else [part]
    return (_merged(parts) if operator == "OR" else None) or Compound(
        operator, tuple(parts), _sql(tree)
    )


def _merged(parts: list[Clause]) -> Condition | None:
    """`X = 'a' OR X = 'b'` is `X IN ('a', 'b')`."""
    conditions = [
        part
        for part in parts
        if isinstance(part, Condition) and part.comparator in ("EQ", "IN") and part.values
    ]
    names = {(condition.dataset, condition.variable) for condition in conditions}
    if len(conditions) < len(parts) or len(names) != 1:
        return None
    values = tuple(dict.fromkeys(v for condition in conditions for v in condition.values))
    (name,) = names
    return Condition(*name, "IN" if len(values) > 1 else "EQ", values)


def _denied(clause: Clause, text: str) -> Clause:
    if isinstance(clause, Condition):
        return Condition(clause.dataset, clause.variable, _DENIED[clause.comparator], clause.values)
    if isinstance(clause, Unsaid):
        return Unsaid(text)
    return Compound("NOT", (clause,), text)


def _comparison(tree: exp.Expr, dataset: str) -> Condition | None:
    comparator = _COMPARISONS.get(type(tree))
    if comparator is None:
        return None
    left, right = tree.args["this"], tree.args["expression"]
    if _value(left) is not None:
        left, right, comparator = right, left, _TURNED[comparator]
    name, value = _variable(left), _value(right)
    if name is None or value is None:
        return None
    return Condition(dataset, name, comparator, (value,))


def _membership(tree: exp.Expr, dataset: str) -> Condition | None:
    if not isinstance(tree, exp.In):
        return None
    name, values = _variable(tree.this), [_value(each) for each in tree.expressions]
    held = tuple(value for value in values if value is not None)
    if name is None or not held or len(held) < len(values):
        return None
    return Condition(dataset, name, "IN" if len(held) > 1 else "EQ", held)


def _missing(tree: exp.Expr, dataset: str) -> Condition | None:
    if not isinstance(tree, exp.Is) or not isinstance(tree.expression, exp.Null):
        return None
    name = _variable(tree.this)
    return None if name is None else Condition(dataset, name, "EQ", ())


def _between(tree: exp.Expr, dataset: str) -> Compound | None:
    if not isinstance(tree, exp.Between):
        return None
    name, low, high = _variable(tree.this), _value(tree.args["low"]), _value(tree.args["high"])
    if name is None or low is None or high is None:
        return None
    ends = (Condition(dataset, name, "GE", (low,)), Condition(dataset, name, "LE", (high,)))
    return Compound("AND", ends, _sql(tree))


def _sql(tree: exp.Expr) -> str:
    return tree.sql(dialect="duckdb")


def _variable(tree: exp.Expr) -> str | None:
    return tree.name if isinstance(tree, exp.Column) else None


def _value(tree: exp.Expr) -> str | None:
    if isinstance(tree, exp.Neg):
        inner = _value(tree.this)
        return None if inner is None else f"-{inner}"
    return str(tree.this) if isinstance(tree, exp.Literal) else None
