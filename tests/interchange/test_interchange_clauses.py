"""Where clauses as text and as cells: what is written is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.spec.clauses import (
    COMPARATORS,
    MANY,
    ClauseError,
    Condition,
    clause_id,
    format_clause,
    join_values,
    looks_like_clause,
    parse_clause,
    split_values,
)

NAMES = st.from_regex(r"[A-Z][A-Z0-9]{0,7}", fullmatch=True)
VALUES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
CONDITIONS = st.one_of(
    st.builds(Condition, NAMES, NAMES, st.sampled_from(MANY), st.lists(VALUES, min_size=1, max_size=4).map(tuple)),
    st.builds(Condition, NAMES, NAMES, st.sampled_from([c for c in COMPARATORS if c not in MANY]), st.tuples(VALUES)),
)  # fmt: skip


@given(st.lists(CONDITIONS, min_size=1, max_size=4).map(tuple), NAMES)
def test_a_clause_in_words_is_read_back(conditions, dataset):
    text = format_clause(conditions, dataset)
    assert looks_like_clause(text)
    assert parse_clause(text, dataset) == conditions


@given(st.lists(VALUES, max_size=4).map(tuple))
def test_values_of_a_cell_are_read_back(values):
    assert split_values(join_values(values, "IN"), "IN") == values


@given(VALUES)
def test_a_single_value_is_read_back(value):
    assert split_values(join_values((value,), "EQ"), "EQ") == (value,)


def dm(*parts):
    return tuple(Condition(*part) for part in parts)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ('LBTESTCD EQ "HGB"', dm(("LB", "LBTESTCD", "EQ", ("HGB",)))),
        (
            'PARAMCD EQ "CUMPLDOS" and AVISIT EQ "POST TREATMENT FOLLOW-UP 2"',
            dm(("LB", "PARAMCD", "EQ", ("CUMPLDOS",)),
               ("LB", "AVISIT", "EQ", ("POST TREATMENT FOLLOW-UP 2",))),
        ),
        (
            "ADLB.PARAMCD in (ALT, AST) AND AGE>=18",
            dm(("ADLB", "PARAMCD", "IN", ("ALT", "AST")), ("LB", "AGE", "GE", ("18",))),
        ),
        ("X not in ('it''s')", dm(("LB", "X", "NOTIN", ("it's",)))),
        ("AVISIT = POST TREATMENT 2", dm(("LB", "AVISIT", "EQ", ("POST TREATMENT 2",)))),
        ('Y ^= ""', dm(("LB", "Y", "NE", ("",)))),
    ],
)  # fmt: skip
def test_clauses_are_read_as_people_write_them(text, conditions):
    assert parse_clause(text, "LB") == conditions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A EQ 1 or B EQ 2", "'or' cannot stand in a where clause"),
        ("A", "one of EQ, NE, IN, NOTIN, LT, LE, GT, GE is missing at the end"),
        ("A EQ", "a value is missing at the end"),
        ("A IN (1, ", "a value is missing at the end"),
        ("A IN (1", "',' or ')' is missing at the end"),
        ('A EQ "1" B EQ 2', "'and' is missing before 'B'"),
        ("", "a variable is missing at the end"),
    ],
)
def test_what_is_no_clause_is_told(text, said):
    with pytest.raises(ClauseError, match=said.replace("(", r"\(").replace(")", r"\)")):
        parse_clause(text, "LB")


def test_a_cell_keeps_commas_in_quotes():
    assert split_values('BLOOD, "PLASMA, EDTA"', "IN") == ("BLOOD", "PLASMA, EDTA")
    assert split_values("OTHER, SPECIFY", "EQ") == ("OTHER, SPECIFY",)
    assert split_values(None, "EQ") == ()


def test_an_id_says_what_the_clause_says():
    conditions = parse_clause(
        'LBTESTCD EQ "HGB" and LBSPEC IN (BLOOD, SERUM) and DM.SEX NE F', "LB"
    )
    assert clause_id(conditions, "LB") == "LB.LBTESTCD.HGB.LBSPEC.BLOOD-SERUM.DM.SEX.NE.F"
