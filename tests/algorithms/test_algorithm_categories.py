"""Classes of numbers, and comparison at limits."""

import numpy as np
import pytest
from columns_by_hand import messages, numbers, plain, run, texts
from pydantic import ValidationError

from cdisc_pom.algorithms.categories import CategoryArgs
from cdisc_pom.algorithms.comparison import above, at_least, at_most, below
from cdisc_pom.algorithms.lookups import LookupTable

AGES = numbers(17, 18, 64.99, 65, 80, None)


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        ("upper", ["<18", "18-64", "18-64", ">=65", ">=65", None]),
        ("lower", ["<18", "<18", "18-64", "18-64", ">=65", None]),
    ],
)
def test_a_value_at_a_cut_goes_to_the_class_that_border_says(border, expected):
    assert plain(run("category", AGES, "18|65", "<18|18-64|>=65", border)) == expected


def test_without_labels_classes_are_numbered_from_1():
    found = run("category", AGES, "18|65")
    assert plain(found) == [1, 2, 2, 3, 3, None]
    assert str(found.dtype) == "Int64"


def test_pain_22_a_value_that_is_the_cut_on_paper_is_at_the_cut():
    assert plain(run("category", numbers(0.1 + 0.2), "0.3", "low|high")) == ["high"]


@pytest.mark.parametrize(
    ("cuts", "labels", "said"),
    [
        ("65|18", "", "do not ascend"),
        ("18|18", "", "do not ascend"),
        ("18|old", "", "are no numbers"),
        ("18|65", "young|old", "2 cuts make 3 classes"),
    ],
)
def test_cuts_and_labels_are_checked_before_any_data(cuts, labels, said):
    with pytest.raises(ValidationError, match=said):
        CategoryArgs(value="AGE", cuts=cuts, labels=labels)


# Hypertension by the limits of two ages: a table that differs by a key.
PRESSURE = LookupTable(
    "BP",
    {
        "Key": ("SYSBP", "SYSBP", "DIABP", "DIABP", None),
        "From": (None, "140", None, "90", None),
        "To": ("140", None, "90", None, None),
        "Value": ("NORMAL", "HIGH", "NORMAL", "HIGH", "NOT GRADED"),
    },
    ("Key", "Key 2", "Key 3"),
)


def test_ranges_hold_from_their_lower_end_on_and_below_the_upper():
    tests = texts("SYSBP", "SYSBP", "DIABP", "DIABP")
    found = run("category_by_table", numbers(139.9, 140, 89, 90), (tests,), PRESSURE)
    assert plain(found) == ["NORMAL", "HIGH", "NORMAL", "HIGH"]


def test_a_row_without_a_key_serves_what_no_other_row_names():
    found = run("category_by_table", numbers(70), (texts("PULSE"),), PRESSURE)
    assert plain(found) == ["NOT GRADED"]


def test_a_number_in_no_range_or_in_two_is_a_problem():
    table = LookupTable("T", {"From": ("0", "5"), "To": ("6", "9"), "Value": ("a", "b")})
    found = run("category_by_table", numbers(5.5, 9, 1), (), table)
    assert messages(found) == [
        "'{value}' lies in no range of table 'T'",
        "'{value}' lies in two ranges of table 'T'",
    ]
    assert [p.rows.tolist() for p in found.problems] == [[False, True, False], [True, False, False]]


def test_equal_within_the_fuzz_is_neither_above_nor_below():
    value = np.array([0.1 + 0.2])
    assert at_least(value, 0.3).all()
    assert at_most(value, 0.3).all()
    assert not above(value, 0.3).any()
    assert not below(value, 0.3).any()


def test_a_difference_larger_than_the_fuzz_counts():
    # Relative 1e-9: of 0.3 that is 3e-10.
    assert above(np.array([0.3 + 4e-10]), 0.3).all()
    assert not above(np.array([0.3 + 2e-10]), 0.3).any()


def test_nothing_is_known_of_a_missing_value():
    nothing = np.array([np.nan])
    for holds in (above, below, at_least, at_most):
        assert not holds(nothing, 1.0).any()


def test_infinity_is_above_every_limit():
    assert above(np.array([np.inf]), 1e300).all()
    assert at_least(np.array([np.inf]), np.inf).all()
