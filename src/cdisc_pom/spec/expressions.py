"""SQL scalar expressions of a workbook: parsed before any data is read.

Only what is listed here can be written: columns, literals, logic, comparison, arithmetic and
deterministic functions of text, numbers and dates. Anything that reads files, the clock, a random
number, other rows or other tables is refused where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import Dialect, exp
from sqlglot.errors import ParseError, TokenError

# Looked up once: a name is resolved anew by every call that gets it.
DIALECT = Dialect.get_or_raise("duckdb")

_NODES: tuple[type[exp.Expr], ...] = (
    # names and values
    exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Tuple,
    exp.Cast, exp.TryCast, exp.DataType, exp.Interval, exp.Var,
    # logic
    exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Case, exp.If, exp.Coalesce,
    exp.Nullif, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Escape,
    # numbers
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Abs, exp.Round,
    exp.Floor, exp.Ceil, exp.Sqrt, exp.Ln, exp.Log, exp.Exp, exp.Pow, exp.Sign, exp.Greatest,
    exp.Least,
    # text
    exp.Concat, exp.ConcatWs, exp.DPipe, exp.Upper, exp.Lower, exp.Trim,
    exp.Substring, exp.Length, exp.Left, exp.Right, exp.StrPosition, exp.RegexpLike,
    exp.RegexpExtract, exp.RegexpReplace, exp.StartsWith, exp.EndsWith, exp.Contains,
    exp.SplitPart, exp.Pad, exp.Replace,
    # dates
    exp.DateDiff, exp.DateAdd, exp.DateSub, exp.Year, exp.Month, exp.Day, exp.TsOrDsToDate,
    exp.Date, exp.Extract, exp.DateTrunc,
)  # fmt: skip
_FUNCTIONS = frozenset(
    {"replace", "regexp_full_match", "regexp_matches", "lpad", "rpad", "strip_accents", "trunc"}
)


class ExpressionError(ValueError):
    """An expression that cannot be read or may not stand in a workbook."""


@dataclass(frozen=True)
class ColumnName:
    """A column in an expression: `AGE`, or `DM.AGE` with its source."""

    name: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.source}.{self.name}" if self.source else self.name


@dataclass(frozen=True)
class Expression:
    """A checked scalar expression."""

    text: str
    tree: exp.Expr
    columns: tuple[ColumnName, ...]

    def render(self, names: Mapping[ColumnName, str]) -> str:
        """The expression as DuckDB SQL, each column under the name that `names` gives it."""

        def replace(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Column):
                return exp.column(names[_column_name(node)], quoted=True)
            return node

        return self.tree.copy().transform(replace).sql(dialect=DIALECT)


def quoted_name(name: str) -> str:
    """A column's name in an expression, whatever it is written with."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text in an expression."""
    return "'" + text.replace("'", "''") + "'"


@lru_cache(maxsize=10_000)  # the same condition stands in many rows; trees are never changed
def parse_expression(text: str) -> Expression:
    """Parse one SQL scalar expression.

    Args:
        text: the cell, e.g. `EXDOSE > 0 AND EXTRT IS NOT NULL`.

    Raises:
        ExpressionError: it cannot be parsed, or holds more than a scalar expression.
    """
    try:
        trees = [tree for tree in DIALECT.parse(text) if tree is not None]
    except (ParseError, TokenError) as error:
        raise ExpressionError(f"'{text}' is not a SQL expression ({_reason(error)}).") from error
    if len(trees) != 1:
        raise ExpressionError(f"'{text}' is not one SQL expression.")
    columns: dict[ColumnName, None] = {}
    for node in trees[0].walk():
        _refuse(node, text)
        if isinstance(node, exp.Column):
            columns[_column_name(node)] = None
    return Expression(text, trees[0], tuple(columns))


def _reason(error: ParseError | TokenError) -> str:
    if isinstance(error, ParseError) and error.errors:
        found = error.errors[0]
        return f"{found['description']} near '{found['highlight']}'"
    return str(error).splitlines()[0].rstrip(".")


def _column_name(node: exp.Column) -> ColumnName:
    return ColumnName(node.name, node.table)


def _refuse(node: exp.Expr, text: str) -> None:
    if isinstance(node, exp.Anonymous):
        if node.name.lower() not in _FUNCTIONS:
            raise ExpressionError(f"'{text}': the function {node.name}() may not be used here.")
    elif isinstance(node, exp.Column) and (node.args.get("db") or node.args.get("catalog")):
        raise ExpressionError(f"'{text}': {node.sql()} is neither COLUMN nor SOURCE.COLUMN.")
    elif not isinstance(node, _NODES):
        what = node.sql(dialect=DIALECT)
        raise ExpressionError(f"'{text}': {what} is more than a scalar expression.")
