"""Parts of dates, and numeric dates with time."""

import pandas as pd
import pytest
from columns_by_hand import dates, plain, run, texts

from cdisc_pom.algorithms.dates import ImputationRule

FIRST = ImputationRule("START", {"day": "first", "month": "first"})
LAST = ImputationRule("END", {"day": "last", "month": "last"})


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("year", [2017, 2017, None, 2017]),
        ("month", [None, 3, 3, 3]),
        ("day", [15, None, 15, 1]),
        ("hour", [None, None, None, 8]),
        ("minute", [None, None, None, 30]),
        ("second", [None, None, None, None]),
    ],
)
def test_a_part_is_given_as_far_as_it_is_known(part, expected):
    values = texts("2017---15", "2017-03", "--03-15", "2017-03-01T08:30")
    assert plain(run("date_part", values, part)) == expected


def test_parts_of_numeric_dates():
    assert plain(run("date_part", dates("2017-03-01", None), "month")) == [3, None]


def test_time_is_seconds_since_midnight():
    # 8 h 30 min = 8 * 3600 + 30 * 60 = 30600
    values = texts("2024-03-01T08:30", "2024-03-01T08:30:15", "2024-03-01T08", "2024-03-01", None)
    assert plain(run("time", values)) == [30600, 30615, None, None, None]


def stamps(found):
    return [None if pd.isna(v) else v.strftime("%Y-%m-%dT%H:%M:%S") for v in found.values]


@pytest.mark.parametrize(
    ("value", "rule", "clock", "expected"),
    [
        # admiral, derive_vars_dtm: time_imputation first (00:00:00) and last (23:59:59)
        ("2019-07-18T15:25:40", FIRST, "first", "2019-07-18T15:25:40"),
        ("2019-07-18T15:25", FIRST, "first", "2019-07-18T15:25:00"),
        ("2019-07-18T15", FIRST, "last", "2019-07-18T15:59:59"),
        ("2019-07-18", FIRST, "first", "2019-07-18T00:00:00"),
        ("2019-07-18", FIRST, "last", "2019-07-18T23:59:59"),
        ("2019-02", FIRST, "first", "2019-02-01T00:00:00"),
        ("2019-02", LAST, "last", "2019-02-28T23:59:59"),
        ("2019", LAST, "last", "2019-12-31T23:59:59"),
        (None, FIRST, "first", None),
    ],
)
def test_missing_parts_are_filled(value, rule, clock, expected):
    assert stamps(run("impute_datetime", texts(value), rule, clock)) == [expected]


def moment(text):
    return pd.Series(pd.to_datetime([text]).astype("datetime64[us]"))


@pytest.mark.parametrize(
    ("value", "bound", "expected"),
    [
        ("2024-03", "2024-03-10T08:30", "2024-03-10T08:30:00"),  # moved to the bound
        ("2024-03-10", "2024-03-10T08:30", "2024-03-10T08:30:00"),
        ("2024-03-10T07", "2024-03-10T08:30", "2024-03-10T07:00:00"),  # known hour wins
        ("2024-03-09", "2024-03-10T08:30", "2024-03-09T00:00:00"),  # known day wins
        ("2024-02", "2024-03-10T08:30", "2024-02-01T00:00:00"),  # known month wins
    ],
)
def test_pain_21_a_bound_moves_only_what_is_not_known(value, bound, expected):
    found = run("impute_datetime", texts(value), FIRST, "first", not_before=moment(bound))
    assert stamps(found) == [expected]


def test_an_upper_bound_holds_back_an_end():
    found = run(
        "impute_datetime", texts("2024-03"), LAST, "last", not_after=moment("2024-03-20T10:00")
    )
    assert stamps(found) == ["2024-03-20T10:00:00"]


def test_a_rule_that_does_not_say_how_is_a_problem():
    found = run("impute_datetime", texts("2024"), ImputationRule("DAY", {"day": "first"}))
    assert stamps(found) == [None]
    assert [p.message for p in found.problems] == ["rule 'DAY' does not say how to fill '{value}'"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # ADaMIG 1.3, section 3.1.3: H, M, S by the highest part of the time that was imputed
        ("2019-07-18T15:25:40", None),
        ("2019-07-18T15:25", "S"),
        ("2019-07-18T15", "M"),
        ("2019-07-18", "H"),
        ("2019-07", "H"),
        (None, None),
    ],
)
def test_the_flag_names_the_highest_time_part_that_was_filled(value, expected):
    assert plain(run("time_imputation_flag", texts(value))) == [expected]
