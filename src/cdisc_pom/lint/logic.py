"""Whether a condition can hold at all, by trying every kind of value that its columns can have.

A column matters to a condition only through the literals that it is compared with: each literal,
each gap between two of them, and NULL stand for all values. What the solver does not understand
(functions, two columns) may be true, false or NULL as it likes, so what is proved is proved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

from sqlglot import exp
from sqlglot.optimizer.simplify import simplify

Truth = bool | None
Values = Mapping[str, "int | bool | None"]
Test = Callable[[Values], Truth]

_LIMIT = 3000  # combinations that are tried before the solver says nothing
_ORDER: dict[type[exp.Expr], Callable[[int, int], bool]] = {
    exp.EQ: int.__eq__, exp.NEQ: int.__ne__, exp.GT: int.__gt__, exp.GTE: int.__ge__,
    exp.LT: int.__lt__, exp.LTE: int.__le__,
}  # fmt: skip
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE,
}  # fmt: skip
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}(T[\d:]+)?")


@dataclass(frozen=True)
class Outcome:
    """What a condition can come to."""

    can_hold: bool
    can_fail: bool


def outcome(tree: exp.Expr, text: str) -> Outcome | None:
    """Whether a condition can be true and whether it can be anything else; None when unknown.

    Args:
        tree: the parsed condition.
        text: what it was parsed from; equal texts are solved once.

    Example:
        >>> import sqlglot
        >>> text = "SEX = 'M' AND SEX = 'F'"
        >>> outcome(sqlglot.parse_one(text), text)
        Outcome(can_hold=False, can_fail=True)
    """
    if not _doubtful(text):
        return Outcome(can_hold=True, can_fail=True)
    if text not in _SOLVED:
        _SOLVED[text] = _solve(tree)
    return _SOLVED[text]


def implies(first: exp.Expr, second: exp.Expr) -> bool:
    """Whether the second condition surely holds wherever the first one does."""
    shared = {node.name for node in first.find_all(exp.Column)}
    if not any(node.name in shared for node in second.find_all(exp.Column)):
        return False
    solver = _Solver()
    one, two = solver.compiled(first), solver.compiled(second)
    found = _tried(solver, lambda values: one(values) is True and two(values) is not True)
    return found is not None and not found.can_hold


_SOLVED: dict[str, Outcome | None] = {}
_TEXTS = re.compile(r"'(?:[^']|'')*'")
_NAMES = re.compile(r"[^\W\d]\w*")
_KEYWORDS = frozenset({"AND", "OR", "NOT", "IN", "IS", "LIKE", "AS", "IS_NULL", "NULL"})
_SUSPECT = re.compile(
    r"\b(?:TRUE|FALSE|BETWEEN)\b|(?<!\bIS )(?<!\bNOT )\bNULL\b|(?:^|[(=<>]|AND|OR|NOT)\s*[\d§]",
    re.IGNORECASE,
)


def _doubtful(text: str) -> bool:
    """Whether a condition could be constant: a column stands twice, or a literal stands first."""
    bare = _TEXTS.sub("§", text)
    names = [name for name in _NAMES.findall(bare) if name.upper() not in _KEYWORDS]
    if len(names) != len(set(names)) or not names:
        return True
    without = re.sub(r"[=<>]\s*[\d§]", "", re.sub(r"\(\s*[\d§]", "", bare))
    return _SUSPECT.search(without) is not None


def _solve(tree: exp.Expr) -> Outcome | None:
    solver = _Solver()
    return _tried(solver, solver.compiled(tree))


def _tried(solver: _Solver, test: Test) -> Outcome | None:
    choices = solver.choices()
    count = 1
    for samples in choices.values():
        count *= len(samples)
    if count > _LIMIT:
        return None
    holds = fails = False
    for values in product(*choices.values()):
        if test(dict(zip(choices, values, strict=True))) is True:
            holds = True
        else:
            fails = True
        if holds and fails:
            break
    return Outcome(holds, fails)


@dataclass
class _Solver:
    """Turns a tree into a test on sample values."""

    literals: dict[str, dict[str | float, None]] = field(default_factory=dict)
    ordered: set[str] = field(default_factory=set)
    free: dict[str, None] = field(default_factory=dict)
    _ranks: dict[str, dict[str | float, int]] = field(default_factory=dict)

    def choices(self) -> dict[str, list[int | bool | None]]:
        """Sample values of each column (ranks among its literals), truth of each free part."""
        found: dict[str, list[int | bool | None]] = {}
        for name, literals in self.literals.items():
            ordered = sorted(literals, key=lambda item: (isinstance(item, str), item))
            self._ranks[name] = {item: 2 * at + 1 for at, item in enumerate(ordered)}
            gaps = name in self.ordered
            ranks = range(2 * len(ordered) + 1) if gaps else [0, *self._ranks[name].values()]
            found[name] = [None, *ranks]
        for text in self.free:
            found[text] = [True, False, None]
        return found

    def compiled(self, node: exp.Expr) -> Test:
        """The test of a node."""
        if isinstance(node, exp.Paren):
            return self.compiled(node.this)
        if isinstance(node, exp.Boolean):
            value = bool(node.this)
            return lambda _: value
        if isinstance(node, exp.Null):
            return lambda _: None
        if isinstance(node, exp.Not):
            return _negated(self.compiled(node.this))
        if isinstance(node, (exp.And, exp.Or)):
            parts = [self.compiled(part) for part in (node.left, node.right)]
            return _both(*parts) if isinstance(node, exp.And) else _either(*parts)
        return self._leaf(node)

    def _leaf(self, node: exp.Expr) -> Test:
        if isinstance(node, exp.Is):
            return self._is(node)
        if type(node) in _ORDER:
            return self._comparison(node)
        if isinstance(node, exp.In) and not node.args.get("query"):
            tests = [
                self._comparison(exp.EQ(this=node.this, expression=item))
                for item in node.expressions
            ]
            return _any(tests)
        if isinstance(node, exp.Between):
            low = exp.GTE(this=node.this, expression=node.args["low"])
            high = exp.LTE(this=node.this, expression=node.args["high"])
            return _both(self._comparison(low), self._comparison(high))
        return self._any_truth(node)

    def _is(self, node: exp.Is) -> Test:
        column, value = node.this, node.expression
        if isinstance(column, exp.Column) and isinstance(value, exp.Null):
            name = column.sql()
            self.literals.setdefault(name, {})
            return lambda values: values[name] is None
        return self._any_truth(node)

    def _comparison(self, node: exp.Expr) -> Test:
        left, right, kind = _bare(node.this), _bare(node.expression), type(node)
        if isinstance(right, exp.Column) and not isinstance(left, exp.Column):
            left, right, kind = right, left, _TURNED.get(kind, kind)
        if isinstance(left, exp.Null) or isinstance(right, exp.Null):
            return lambda _: None
        literal = _value(right)
        if isinstance(left, exp.Column) and literal is not None:
            return self._of_column(left.sql(), kind, literal, node)
        if not node.find(exp.Column):
            folded = simplify(node.copy())
            if isinstance(folded, exp.Boolean):
                value = bool(folded.this)
                return lambda _: value
        if kind is exp.NEQ:
            return _negated(self._any_truth(exp.EQ(this=left, expression=right)))
        return self._any_truth(node)

    def _of_column(
        self, name: str, kind: type[exp.Expr], literal: str | float, node: exp.Expr
    ) -> Test:
        known = self.literals.setdefault(name, {})
        mixed = any(isinstance(item, str) != isinstance(literal, str) for item in known)
        ranked = kind not in (exp.EQ, exp.NEQ)
        # Text in an order may be numbers or dates behind a text; only full dates sort alike.
        if mixed or (ranked and isinstance(literal, str) and not _DATE.fullmatch(literal)):
            return self._any_truth(node)
        known[literal] = None
        if ranked:
            self.ordered.add(name)
        compare = _ORDER[kind]

        def test(values: Values) -> Truth:
            value = values[name]
            return None if value is None else compare(int(value), self._ranks[name][literal])

        return test

    def _any_truth(self, node: exp.Expr) -> Test:
        text = f"? {node.sql()}"
        self.free[text] = None
        return lambda values: values[text]  # type: ignore[return-value]


def _bare(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _value(node: exp.Expr) -> str | float | None:
    """A literal's value; a text cast to a date is that text."""
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else float(node.this)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return -float(node.this.this)
    if isinstance(node, (exp.Cast, exp.TsOrDsToDate)) and isinstance(node.this, exp.Literal):
        text = str(node.this.this)
        return text if node.this.is_string and _DATE.fullmatch(text) else None
    return None


def _negated(test: Test) -> Test:
    def negated(values: Values) -> Truth:
        value = test(values)
        return None if value is None else not value

    return negated


def _both(first: Test, second: Test) -> Test:
    def both(values: Values) -> Truth:
        one, two = first(values), second(values)
        if one is False or two is False:
            return False
        return None if one is None or two is None else True

    return both


def _either(first: Test, second: Test) -> Test:
    return _negated(_both(_negated(first), _negated(second)))


def _any(tests: list[Test]) -> Test:
    def some(values: Values) -> Truth:
        found = [test(values) for test in tests]
        return True if True in found else None if None in found else False

    return some
