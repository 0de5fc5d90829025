"""Baseline, change from it, ratios and shifts."""

import numpy as np
import pytest
from columns_by_hand import dates, integers, marked, messages, numbers, plain, run, texts

from cdisc_pom.columns import text_column

ALL = np.ones(5, dtype=bool)
SUBJECT = texts("01", "01", "01", "02", "02")
PARAM = texts("HGB", "HGB", "PLAT", "HGB", "HGB")


def flag(*values):
    column = text_column(list(values))
    column.name = "ABLFL"
    return column


def test_the_flagged_record_gives_its_value_to_its_group():
    # ADaMIG 1.3, section 3.3.4: BASE is AVAL of the record with ABLFL = Y, by subject and PARAMCD
    flags = flag(None, "Y", "Y", None, None)
    found = run("baseline", numbers(90, 95, 200, 80, 70), (SUBJECT, PARAM), flags, eligible=ALL)
    assert plain(found) == [95, 95, 200, None, None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (texts("LOW", "NORMAL", "HIGH", "LOW", "LOW"), ["NORMAL", "NORMAL", "HIGH", None, None]),
        (integers(1, 0, 2, 1, 1), [0, 0, 2, None, None]),
        (dates("2024-03-01", "2024-03-02", "2024-03-03", None, None),
         ["2024-03-02", "2024-03-02", "2024-03-03", None, None]),
    ],
)  # fmt: skip
def test_text_integers_and_dates_have_a_baseline_too(value, expected):
    flags = flag(None, "Y", "Y", None, None)
    assert plain(run("baseline", value, (SUBJECT, PARAM), flags, eligible=ALL)) == expected


def test_a_condition_limits_who_gets_the_value_not_where_it_comes_from():
    flags = flag(None, "Y", None, None, None)
    wanted = np.array([True, False, True, True, True])
    found = run("baseline", numbers(90, 95, 1, 1, 1), (SUBJECT, PARAM), flags, eligible=wanted)
    assert plain(found)[:2] == [95, None]


def test_pain_13_two_baselines_of_a_group_are_a_problem():
    flags = flag("Y", "Y", "Y", None, None)
    found = run("baseline", numbers(90, 95, 1, 1, 1), (SUBJECT, PARAM), flags, eligible=ALL)
    assert messages(found) == ["several records of a group have ABLFL = Y"]
    assert marked(found) == [0, 1]


@pytest.mark.parametrize(
    ("value", "base", "change", "percent", "ratio"),
    [
        # CHG = AVAL - BASE; PCHG = (AVAL - BASE) / |BASE| x 100; R2BASE = AVAL / BASE
        (80, 100, -20, -20, 0.8),
        (150, 100, 50, 50, 1.5),
        (-5, -10, 5, 50, 0.5),  # a rise from a negative baseline is positive
        (5, 0, 5, None, None),
        (None, 100, None, None, None),
        (80, None, None, None, None),
    ],
)
def test_change_percent_change_and_ratio(value, base, change, percent, ratio):
    columns = numbers(value), numbers(base)
    assert plain(run("change", *columns)) == [change]
    assert plain(run("percent_change", *columns)) == [percent]
    assert plain(run("ratio", *columns)) == [ratio]


def test_a_ratio_to_a_limit_names_its_divisor():
    assert plain(run("ratio", numbers(120, 120), numbers(40, 0))) == [3, None]


@pytest.mark.parametrize(
    ("base", "value", "expected"),
    [
        # admiral, derive_var_shift: "LOW to LOW", "NULL to HIGH"
        ("NORMAL", "HIGH", "NORMAL to HIGH"),
        ("LOW", "LOW", "LOW to LOW"),
        (None, "HIGH", "NULL to HIGH"),
        ("LOW", None, "LOW to NULL"),
        (None, None, None),
    ],
)
def test_a_shift_names_both_categories(base, value, expected):
    assert plain(run("shift", texts(base), texts(value))) == [expected]


def test_grades_are_shifted_as_whole_numbers_and_words_may_be_chosen():
    found = run("shift", integers(1, None), integers(3, 2), "->", "MISSING")
    assert plain(found) == ["1 -> 3", "MISSING -> 2"]
