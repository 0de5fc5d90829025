"""Where clauses: conditions that hold together, and the two ways in which people write them.

`LBTESTCD EQ "HGB" and LBSPEC IN ("BLOOD", "SERUM")` is one text; the sheet WhereClauses has a row
for each condition, with the values of IN in one cell: `BLOOD, SERUM`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MANY = ("IN", "NOTIN")
COMPARATORS = ("EQ", "NE", "IN", "NOTIN", "LT", "LE", "GT", "GE")
_SYMBOLS = {
    "=": "EQ", "==": "EQ", "!=": "NE", "^=": "NE", "~=": "NE", "<>": "NE",
    "<": "LT", "<=": "LE", ">": "GT", ">=": "GE",
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<quoted>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<mark>[(),])|(?P<symbol>[<>=!^~]+)"""
    r"""|(?P<word>[^\s(),"'<>=!^~]+)|(?P<bad>\S)"""
)
_NAME = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_]*)\.)?([A-Za-z_][A-Za-z0-9_]*)")


class ClauseError(ValueError):
    """A text that is no where clause."""


@dataclass(frozen=True)
class Condition:
    """One condition of a where clause: `LBTESTCD EQ HGB`."""

    dataset: str
    variable: str
    comparator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int

    def says(self, word: str) -> bool:
        return self.kind != "quoted" and self.text.upper() == word


def looks_like_clause(text: str) -> bool:
    """Whether a cell holds a where clause itself and not the ID of one."""
    tokens = _tokens(text)
    return len(tokens) > 1 and (_comparator(tokens, 1)[0] is not None)


def parse_clause(text: str, dataset: str) -> tuple[Condition, ...]:
    """The conditions of a where clause written as text.

    Args:
        text: conditions joined by `and`; values may stand in quotes.
        dataset: data set of variables that are written without one.

    Raises:
        ClauseError: it cannot be read, or holds more than conditions joined by `and`.

    Example:
        >>> parse_clause('LBTESTCD EQ "HGB"', "LB")
        (Condition(dataset='LB', variable='LBTESTCD', comparator='EQ', values=('HGB',)),)
    """
    tokens = _tokens(text)
    found: list[Condition] = []
    at = 0
    while True:
        condition, at = _condition(text, tokens, at, dataset)
        found.append(condition)
        if at == len(tokens):
            return tuple(found)
        if not tokens[at].says("AND"):
            raise ClauseError(_expected(text, tokens, at, "'and'"))
        at += 1


def format_clause(conditions: Sequence[Condition], dataset: str) -> str:
    """A where clause as text, which `parse_clause` reads back.

    Example:
        >>> parts = (Condition("LB", "LBTESTCD", "IN", ("HGB", "HCT")),)
        >>> format_clause(parts, "LB")
        'LBTESTCD IN ("HGB", "HCT")'
    """
    return " and ".join(_shown(condition, dataset) for condition in conditions)


def split_values(text: str | None, comparator: str) -> tuple[str, ...]:
    """The values of a cell; a value with a comma stands in double quotes.

    Example:
        >>> split_values('BLOOD, "PLASMA, EDTA"', "IN")
        ('BLOOD', 'PLASMA, EDTA')
    """
    if text is None:
        return ()
    if comparator not in MANY:
        return (_unquoted(text) if _is_quoted(text) else text,)
    parts = re.findall(r'\s*("(?:[^"]|"")*"(?=\s*(?:,|$))|[^,]*)\s*(?:,|$)', text)
    values = [part.strip() for part in parts]
    return tuple(_unquoted(value) if _is_quoted(value) else value for value in values if value)


def join_values(values: Sequence[str], comparator: str) -> str | None:
    """One cell for the values, which `split_values` reads back."""
    many = comparator in MANY
    if not values:
        return None
    return ", ".join(_quoted(v) if _needs_quotes(v, many=many) else v for v in values)


def clause_id(conditions: Iterable[Condition], dataset: str) -> str:
    """An ID that says what the clause says: `LB.LBTESTCD.HGB`."""
    parts = [dataset]
    for condition in conditions:
        if condition.dataset != dataset:
            parts.append(condition.dataset)
        parts.append(condition.variable)
        if condition.comparator not in ("EQ", "IN"):
            parts.append(condition.comparator)
        parts.append("-".join(condition.values) or "MISSING")
    return re.sub(r"[^0-9A-Za-z._<>=+-]+", "_", ".".join(parts))


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found.lastgroup or "", found[0], found.start(), found.end())
        for found in _TOKEN.finditer(text)
    ]


def _condition(text: str, tokens: list[_Token], at: int, dataset: str) -> tuple[Condition, int]:
    name = _NAME.fullmatch(tokens[at].text) if at < len(tokens) else None
    if name is None:
        raise ClauseError(_expected(text, tokens, at, "a variable"))
    comparator, after = _comparator(tokens, at + 1)
    if comparator is None:
        raise ClauseError(_expected(text, tokens, at + 1, f"one of {', '.join(COMPARATORS)}"))
    if after < len(tokens) and tokens[after].text == "(":
        values, after = _listed(text, tokens, after + 1)
    else:
        value, after = _value(text, tokens, after)
        values = (value,)
    return Condition(name[1] or dataset, name[2], comparator, values), after


def _comparator(tokens: list[_Token], at: int) -> tuple[str | None, int]:
    if at >= len(tokens):
        return None, at
    token = tokens[at]
    if token.says("NOT") and at + 1 < len(tokens) and tokens[at + 1].says("IN"):
        return "NOTIN", at + 2
    word = token.text.upper() if token.kind == "word" else _SYMBOLS.get(token.text, "")
    return (word, at + 1) if word in COMPARATORS else (None, at)


def _listed(text: str, tokens: list[_Token], at: int) -> tuple[tuple[str, ...], int]:
    values: list[str] = []
    while True:
        value, at = _value(text, tokens, at)
        values.append(value)
        if at < len(tokens) and tokens[at].text == ")":
            return tuple(values), at + 1
        if at >= len(tokens) or tokens[at].text != ",":
            raise ClauseError(_expected(text, tokens, at, "',' or ')'"))
        at += 1


def _value(text: str, tokens: list[_Token], at: int) -> tuple[str, int]:
    """A quoted value, or the words up to the next `and`, comma or bracket."""
    if at < len(tokens) and tokens[at].kind == "quoted":
        return _unquoted(tokens[at].text), at + 1
    end = at
    while end < len(tokens) and tokens[end].kind in ("word", "symbol"):
        if tokens[end].says("AND"):
            break
        if tokens[end].says("OR"):
            message = "'or' cannot stand in a where clause: give each alternative a row of its own."
            raise ClauseError(f"'{text}': {message}")
        end += 1
    if end == at:
        raise ClauseError(_expected(text, tokens, at, "a value"))
    return text[tokens[at].start : tokens[end - 1].end], end


def _expected(text: str, tokens: list[_Token], at: int, what: str) -> str:
    where = f"before '{tokens[at].text}'" if at < len(tokens) else "at the end"
    return f"'{text}' is no where clause: {what} is missing {where}."


def _shown(condition: Condition, dataset: str) -> str:
    prefix = f"{condition.dataset}." if condition.dataset != dataset else ""
    values = ", ".join(_quoted(value) for value in condition.values)
    if condition.comparator in MANY or len(condition.values) != 1:
        values = f"({values})"
    return f"{prefix}{condition.variable} {condition.comparator} {values}"


def _needs_quotes(value: str, *, many: bool) -> bool:
    return not value or value != value.strip() or value[0] == '"' or (many and "," in value)


def _is_quoted(text: str) -> bool:
    return re.fullmatch(r'"(?:[^"]|"")*"', text) is not None


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[0] * 2, text[0])
