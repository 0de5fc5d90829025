"""Cells as YAML: any cell comes back, for us and for a library that knows nothing of us."""

import datetime as dt

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.interchange.yaml_nodes import cell_value
from cdisc_pom.interchange.yaml_text import mapping_lines, plain_number, scalar

WORDS = [
    "Yes", "no", "NULL", "~", "y", "1e5", "0x1F", "1:30", "2024-01-31", "=", ".5", "5.", ".inf",
    "<<", "---", "...", "- a", "a: b", "a #b", "'q'", '"q"', "word " * 60, "%", "@x", "`x`", "001",
]  # fmt: skip
MARKS = st.sampled_from("ab :#-?'\"|>!&*%@`{}[],\n\t\r.0123456789eExo_~=<剂量")
ANY = st.characters(blacklist_categories=["Cs"])
TEXTS = st.one_of(
    st.text(st.one_of(MARKS, ANY), max_size=60),
    st.from_regex(r"[-+]?[0-9_.:exo]{1,12}", fullmatch=True),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(["a", "bb  b", "c:", "#d", "剂量"]), min_size=30, max_size=60).map(
        " ".join
    ),
)
CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False).map(plain_number),
    st.booleans(),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
)


@given(st.dictionaries(TEXTS, CELLS, min_size=1, max_size=4))
def test_any_row_comes_back_with_its_types(row):
    text = "rows:\n" + "\n".join(mapping_lines(list(row.items()), 2, "- ")) + "\n"
    assert yaml.safe_load(text)["rows"] == [row]
    node = yaml.compose(text, Loader=yaml.SafeLoader).value[0][1].value[0]
    ours = {key.value: cell_value(value) for key, value in node.value}
    assert ours == row
    assert [type(value) for value in ours.values()] == [type(value) for value in row.values()]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("AETERM", "AETERM"),
        ("受试者", "受试者"),
        ("Yes", "'Yes'"),
        ("001", "'001'"),
        ("2.00", "'2.00'"),
        ("2026-01-31", "'2026-01-31'"),
        ("a: b", "'a: b'"),
        ("it's", "it's"),
        ("=HGBU", "=HGBU"),
        ("tab\there", '"tab\\there"'),
        (1, "1"),
        (1.5, "1.5"),
        (1e300, "1.0e+300"),
        (True, "true"),
        (dt.date(2026, 1, 31), "2026-01-31"),
    ],
)
def test_a_cell_is_quoted_only_where_yaml_would_take_it_for_something_else(cell, shown):
    assert scalar(cell) == shown
    assert yaml.safe_load(scalar(cell)) == cell


def test_long_text_is_folded_and_lines_stay_lines():
    words = " ".join(["derivation"] * 20)
    lines = list(
        mapping_lines([("Order", 1), ("Text", words), ("Code", "data x;\n  y = 1;\nrun;")], 2, "- ")
    )
    assert lines[:2] == ["- Order: 1", "  Text: >-"]
    assert all(len(line) <= 100 for line in lines)
    assert lines[-4:] == ["  Code: |-", "    data x;", "      y = 1;", "    run;"]


def test_times_and_durations_keep_their_kind():
    row = {"at": dt.time(8, 30), "for": dt.timedelta(hours=30)}
    text = "\n".join(mapping_lines(list(row.items()), 0, "")) + "\n"
    assert text == "at: !time '08:30:00'\nfor: !duration '108000.0'\n"
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert {key.value: cell_value(value) for key, value in node.value} == row


@pytest.mark.parametrize(
    ("text", "cell"),
    [("Yes", "Yes"), ("010", "010"), ("1_000", "1_000"), ("1:30", "1:30"), ("~", None), ("", None)],
)
def test_what_people_type_without_quotes_is_not_guessed_at(text, cell):
    node = yaml.compose(f"x: {text}\n", Loader=yaml.SafeLoader)
    assert cell_value(node.value[0][1]) == cell
