"""Properties: the solver never claims what data refute; no cell makes lint fail."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from small_study import small_study

from cdisc_pom.lint.logic import implies, outcome
from cdisc_pom.lint.registry import rules
from cdisc_pom.spec.sheets import SHEETS


def tree(text):
    return sqlglot.parse_one(text, dialect="duckdb")


@pytest.mark.parametrize(
    ("text", "can_hold", "can_fail"),
    [
        ("A = 'x' AND A = 'y'", False, True),
        ("A = 'x' AND A <> 'x'", False, True),
        ("A = 'x' OR A <> 'x'", True, True),  # neither, where A is missing
        ("A IS NULL OR A IS NOT NULL", True, False),
        ("A = NULL", False, True),
        ("A IS NULL AND A = 'x'", False, True),
        ("A IN ('x', 'y') AND A NOT IN ('x', 'y', 'z')", False, True),
        ("N > 5 AND N < 3", False, True),
        ("N > 3 AND N < 5", True, True),
        ("N >= 3 AND N <= 3", True, True),
        ("N BETWEEN 5 AND 4", False, True),
        ("D >= '2020-01-01' AND D < '2019-01-01'", False, True),
        ("1 = 1", True, False),
        ("1 = 2", False, True),
        ("'a' = 'a' AND A = 'x'", True, True),
        ("A LIKE 'x%' AND NOT A LIKE 'x%'", False, True),
        ("A = B AND A <> B", False, True),
        ("A = 'x' AND B = 'y'", True, True),
        ("NOT (A = 'x' OR A IS NULL) AND A = 'x'", False, True),
        ("length(A) > 3 OR upper(B) = 'X'", True, True),
    ],
)
def test_what_a_condition_can_come_to(text, can_hold, can_fail):
    found = outcome(tree(text), text)
    assert (found.can_hold, found.can_fail) == (can_hold, can_fail)


@pytest.mark.parametrize(
    ("first", "second", "surely"),
    [
        ("A = 'x' AND B = 1", "A = 'x'", True),
        ("A = 'x'", "A = 'x' AND B = 1", False),
        ("A = 'x'", "A IN ('x', 'y')", True),
        ("A = 'x'", "A IS NOT NULL", True),
        ("A IS NULL", "A = 'x'", False),
        ("N > 5", "N > 3", True),
        ("N > 3", "N > 5", False),
        ("A = 'x'", "B = 'x'", False),
        ("A = 'x'", "A <> 'x'", False),
    ],
)
def test_when_one_condition_holds_wherever_another_does(first, second, surely):
    assert implies(tree(first), tree(second)) is surely


_LEAVES = st.sampled_from(
    ["A = 'x'", "A <> 'x'", "A = 'y'", "A IS NULL", "A IN ('x', 'z')", "N > 1", "N <= 1", "N = 2",
     "N BETWEEN 1 AND 2", "N IS NOT NULL", "A = B", "B = 'x'", "A = NULL", "TRUE"]
)  # fmt: skip
_CONDITIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} AND {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} OR {p[1]})"),
        inner.map(lambda text: f"(NOT {text})"),
    ),
    max_leaves=6,
)


def _holds(text):
    """Whether a condition is true and whether it is anything else, over all small records."""
    query = f"""
        SELECT coalesce({text}, false) FROM
        (VALUES ('x'), ('y'), ('z'), ('w'), (NULL)) a(A),
        (VALUES ('x'), ('q'), (NULL)) b(B),
        (VALUES (0), (1), (2), (3), (NULL)) n(N)
    """
    values = {row[0] for row in duckdb.sql(query).fetchall()}
    return True in values, False in values


@settings(deadline=None, max_examples=150)
@given(_CONDITIONS)
def test_what_data_can_do_is_never_denied(text):
    found = outcome(tree(text), text)
    if found is not None:
        holds, fails = _holds(text)
        assert found.can_hold or not holds
        assert found.can_fail or not fails


@settings(deadline=None, max_examples=100)
@given(_CONDITIONS, _CONDITIONS)
def test_an_implication_is_never_broken_by_data(first, second):
    if implies(tree(first), tree(second)):
        both = f"({first}) AND NOT coalesce({second}, false)"
        assert _holds(both)[0] is False


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.integers(-5, 5),
    st.sampled_from(
        ["DM", "AE.AESEQ", "*", "=1+1", "(", "' OR 1=1", "x=", "by=;", "1e400", "sheet:TA", "records",
         "elements:TE", "by X keep last", "first by NOPE", "Key Variables", "response_imwg", "n + 1"]
    ),
)  # fmt: skip


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_whatever_stands_in_a_cell_lint_ends_with_messages(tmp_path_factory, data):
    study = small_study()
    for _ in range(3):
        draft = data.draw(st.sampled_from([study.sdtm, study.adam]))
        sheet = data.draw(st.sampled_from(sorted(draft.sheets)))
        row = data.draw(st.sampled_from(draft.sheets[sheet]))
        kind = next(kind for kind in SHEETS[draft.kind] if kind.sheet == sheet)
        value = data.draw(_CELLS)
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        row[data.draw(st.sampled_from(list(kind.headers())))] = value
    for message in study.lint(tmp_path_factory.mktemp("fuzz")).messages:
        assert message.rule in rules()
        assert message.text
