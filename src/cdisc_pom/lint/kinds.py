"""What kind of value a name, an expression or an algorithm gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from sqlglot import exp

from cdisc_pom.plan.model import Ref, Step

# `raw` is text of a raw form that may be anything; `` is unknown.
Kind = Literal["text", "integer", "float", "date", "datetime", "time", "boolean", "raw", ""]

NUMBERS = frozenset({"integer", "float"})
DATES = frozenset({"date", "datetime"})

# What the algorithms give whatever they are given; others follow their input, or are not known.
GIVES: dict[str, Kind] = {
    "term": "text", "text": "text", "concat": "text", "datetime": "text", "epoch": "text",
    "number_text": "text", "range_indicator": "text", "baseline_flag": "text",
    "extreme_flag": "text", "relative_flag": "text", "window_flag": "text", "worst_flag": "text",
    "imputation_flag": "text", "time_imputation_flag": "text", "duration_text": "text",
    "interval_text": "text", "shift": "text", "on_treatment": "text", "treatment_emergent": "text",
    "number": "float", "sequence": "integer", "rank": "integer", "study_day": "integer",
    "duration": "float", "duration_number": "float", "convert_unit": "float", "change": "float",
    "percent_change": "float", "ratio": "float", "numeric_or_missing": "float",
    "round_sas": "float", "count": "integer", "date": "date", "impute_date": "date",
    "impute_datetime": "datetime",
}  # fmt: skip
FOLLOWS = {
    "assign": "value", "first": "value", "last": "value", "first_after": "value",
    "last_before": "value", "previous": "value", "next": "value", "baseline": "value",
    "coalesce": "values",
}  # fmt: skip
# Inputs that must be dates: a number there has no day.
DATE_INPUTS = {
    "study_day": ("date", "reference"), "duration": ("start", "end"), "date": ("value",),
    "baseline_flag": ("date", "before"), "epoch": ("date",), "impute_date": ("value",),
    "imputation_flag": ("value",), "age": ("birth", "reference"),
    "interval_text": ("start", "end"), "treatment_emergent": ("start", "treatment_start"),
    "on_treatment": ("start", "treatment_start"),
}  # fmt: skip

_TEXTS = (
    exp.Concat, exp.ConcatWs, exp.DPipe, exp.Upper, exp.Lower, exp.Trim, exp.Substring, exp.Left,
    exp.Right, exp.RegexpExtract, exp.RegexpReplace, exp.SplitPart, exp.Pad, exp.Replace,
)  # fmt: skip
_TRUTHS = (
    exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.EQ, exp.NEQ, exp.GT, exp.GTE,
    exp.LT, exp.LTE, exp.Like, exp.ILike, exp.Boolean, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.RegexpLike, exp.StartsWith, exp.EndsWith, exp.Contains,
)  # fmt: skip
_FLOATS = (exp.Div, exp.Sqrt, exp.Ln, exp.Log, exp.Exp, exp.Pow, exp.Round)
_INTEGERS = (
    exp.Length, exp.StrPosition, exp.Year, exp.Month, exp.Day, exp.Extract, exp.DateDiff, exp.Floor,
    exp.Ceil, exp.Sign, exp.IntDiv,
)  # fmt: skip
_CASTS: dict[str, Kind] = {
    "VARCHAR": "text", "TEXT": "text", "CHAR": "text", "DOUBLE": "float", "FLOAT": "float",
    "DECIMAL": "float", "INT": "integer", "BIGINT": "integer", "SMALLINT": "integer",
    "DATE": "date", "TIMESTAMP": "datetime", "BOOLEAN": "boolean",
}  # fmt: skip

ColumnKind = Callable[[exp.Column], Kind]


def expression_kind(node: exp.Expr, column: ColumnKind) -> Kind:
    """The kind of an expression's value; "" when it is not known or mixed."""
    if isinstance(node, exp.Paren):
        return expression_kind(node.this, column)
    if isinstance(node, exp.Column):
        return column(node)
    if isinstance(node, exp.Literal):
        return "text" if node.is_string else "integer" if node.is_int else "float"
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return _CASTS.get(node.to.this.name if node.to else "", "")
    if isinstance(node, exp.TsOrDsToDate):
        return "date"
    fixed: tuple[tuple[tuple[type[exp.Expr], ...], Kind], ...] = (
        (_TRUTHS, "boolean"), (_TEXTS, "text"), (_FLOATS, "float"), (_INTEGERS, "integer"),
    )  # fmt: skip
    for kinds, kind in fixed:
        if isinstance(node, kinds):
            return kind
    return _of_parts(node, column)


def _of_parts(node: exp.Expr, column: ColumnKind) -> Kind:
    if isinstance(node, exp.Neg):
        return expression_kind(node.this, column)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Mod)):
        return _arithmetic(node, column)
    parts = result_parts(node)
    kinds = {expression_kind(part, column) for part in parts}
    if kinds == {"integer", "float"}:
        return "float"
    return kinds.pop() if len(kinds) == 1 else ""


def result_parts(node: exp.Expr) -> list[exp.Expr]:
    """The expressions one of which is the result: branches of CASE, arguments of COALESCE."""
    if isinstance(node, exp.Paren):
        return result_parts(node.this)
    found: list[exp.Expr] = []
    if isinstance(node, exp.Case):
        found = [branch.args["true"] for branch in node.args.get("ifs", ())]
        found += [node.args["default"]] if node.args.get("default") is not None else []
    elif isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        found = [node.this, *node.expressions]
    elif isinstance(node, exp.Nullif):
        found = [node.this]
    return [part for part in found if not isinstance(part, exp.Null)]


def literal_results(node: exp.Expr) -> list[exp.Literal]:
    """Texts and numbers that an expression may come to as they stand in it."""
    if isinstance(node, exp.Paren):
        return literal_results(node.this)
    if isinstance(node, exp.Literal):
        return [node]
    return [item for part in result_parts(node) for item in literal_results(part)]


def _arithmetic(node: exp.Binary, column: ColumnKind) -> Kind:
    left, right = (expression_kind(part, column) for part in (node.left, node.right))
    if isinstance(node, exp.Sub) and left == "date" and right == "date":
        return "integer"
    if left in DATES or right in DATES:
        return left if left in DATES else right
    if left in NUMBERS and right in NUMBERS:
        return "integer" if (left, right) == ("integer", "integer") else "float"
    return "float" if "float" in (left, right) else ""


def step_kind(step: Step, ref_kind: Callable[[Ref], Kind], column: ColumnKind) -> Kind:
    """The kind of value that a row gives."""
    name = step.algorithm.name
    if step.expression is not None:
        return expression_kind(step.expression.expression.tree, column)
    if name == "visit":
        return "text" if step.arguments.get("give") == "VISIT" else "float"
    if name in FOLLOWS:
        refs = step.refs.get(FOLLOWS[name], ())
        kinds = {ref_kind(ref) for ref in (refs if isinstance(refs, tuple) else (refs,))}
        return kinds.pop() if len(kinds) == 1 else ""
    return GIVES.get(name, "")
