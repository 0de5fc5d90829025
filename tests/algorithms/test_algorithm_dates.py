"""Study days, numeric dates, imputation and durations."""

import pytest
from columns_by_hand import dates, marked, messages, plain, run, texts
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.algorithms.dates import ImputationRule

FIRST = ImputationRule("START", {"day": "first", "month": "first"})
LAST = ImputationRule("END", {"day": "last", "month": "last"})
MIDDLE = ImputationRule("MID", {"day": "middle", "month": "middle"})
DAY_ONLY = ImputationRule("DAY", {"day": "first"})


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-03-01", 1),
        ("2024-02-29", -1),  # no day 0
        ("2024-03-02", 2),
        ("2023-03-01", -366),  # the leap day of 2024 lies between
        ("2024-03-01T08:30", 1),  # the time is ignored
        ("2024-03", None),  # partial: no day
        ("--03-01", None),
        (None, None),
    ],
)
def test_study_day_counts_from_the_reference_date(date, expected):
    # SDTMIG 3.4, section 4.4.4
    got = run("study_day", texts(date), texts("2024-03-01T10:00"))
    assert plain(got) == [expected]
    assert str(got.dtype) == "Int64"


def test_study_day_takes_numeric_dates_too():
    assert plain(
        run("study_day", dates("2024-03-05", None), dates("2024-03-01", "2024-03-01"))
    ) == [
        5,
        None,
    ]


def test_study_day_without_a_reference_is_missing():
    assert plain(run("study_day", texts("2024-03-01"), texts(None))) == [None]


def test_date_is_the_calendar_date_of_a_complete_text():
    got = run("date", texts("2024-03-01T08:30", "2024-03-01", "2024-03", None))
    assert plain(got) == ["2024-03-01", "2024-03-01", None, None]


@pytest.mark.parametrize(
    ("value", "rule", "expected"),
    [
        # admiral, impute_dtc_dt: date_imputation first, last, mid
        ("2019-07-18", FIRST, "2019-07-18"),
        ("2019-02", FIRST, "2019-02-01"),
        ("2019", FIRST, "2019-01-01"),
        ("2019-02", LAST, "2019-02-28"),
        ("2020-02", LAST, "2020-02-29"),
        ("2019", LAST, "2019-12-31"),
        ("2019-02", MIDDLE, "2019-02-15"),
        ("2019", MIDDLE, "2019-06-30"),
        # the known parts always win (admiral: preserve = TRUE)
        ("2019---07", FIRST, "2019-01-07"),
        ("2019---07", LAST, "2019-12-07"),
        ("2019---07", MIDDLE, "2019-06-07"),
        ("2019---31", MIDDLE, "2019-06-30"),  # June has no 31st
        (None, FIRST, None),
    ],
)
def test_a_missing_part_is_filled_by_the_rule(value, rule, expected):
    got = run("impute_date", texts(value), rule)
    assert (plain(got), got.problems) == ([expected], ())


@pytest.mark.parametrize(
    ("value", "not_before", "expected"),
    [
        ("2024-03", "2024-03-10", "2024-03-10"),  # moved to the treatment start
        ("2024-03", "2024-04-02", "2024-03-01"),  # never out of its month
        ("2024", "2024-04-02", "2024-04-02"),
        ("2023", "2024-04-02", "2023-01-01"),
        ("2024-03-05", "2024-03-10", "2024-03-05"),  # a complete date is never moved
        ("2024-03", None, "2024-03-01"),
    ],
)
def test_pain_21_a_start_is_not_before_a_bound_where_its_known_parts_allow_it(
    value, not_before, expected
):
    # admiral, min_dates of derive_vars_dt
    got = run("impute_date", texts(value), FIRST, dates(not_before))
    assert plain(got) == [expected]


@pytest.mark.parametrize(
    ("value", "not_after", "expected"),
    [
        ("2024-03", "2024-03-20", "2024-03-20"),
        ("2024-03", "2024-02-20", "2024-03-31"),
        ("2024", "2024-04-02", "2024-04-02"),
        ("2024-03", "2024-05-01", "2024-03-31"),
    ],
)
def test_pain_21_an_end_is_not_after_a_bound_where_its_known_parts_allow_it(
    value, not_after, expected
):
    # admiral, max_dates of derive_vars_dt
    got = run("impute_date", texts(value), LAST, None, texts(not_after))
    assert plain(got) == [expected]


def test_a_part_that_the_rule_does_not_name_is_told():
    got = run("impute_date", texts("2024-03", "2024", "--03-15"), DAY_ONLY)
    assert plain(got) == ["2024-03-01", None, None]
    assert marked(got) == [1, 2]
    assert messages(got) == ["rule 'DAY' does not say how to fill '{value}'"]


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("2024-03-01", None),  # ADaMIG 1.3, table 3.1.3.1 (*DTF)
        ("2024-03", "D"),
        ("2024", "M"),
        ("2024---15", "M"),  # month imputed, day known
        ("--03-15", "Y"),
        ("2024-03-01T08:30", None),
        (None, None),
    ],
)
def test_pain_21_the_imputation_flag_tells_the_highest_part_that_was_filled(value, flag):
    assert plain(run("imputation_flag", texts(value))) == [flag]


@given(
    st.sampled_from(["2024", "2024-02", "2024---15", "2024-02-11"]),
    st.sampled_from([FIRST, LAST, MIDDLE]),
    st.dates().map(str),
    st.dates().map(str),
)
def test_an_imputed_date_never_contradicts_what_is_known(value, rule, low, high):
    (got,) = plain(run("impute_date", texts(value), rule, texts(low), texts(high)))
    year, month, day = ([*value.split("-", 2), "", ""])[:3]
    assert got.startswith(year)
    assert month in ("", "-", got[5:7]) or value == "2024---15"
    assert not day.strip("-") or got.endswith(day.strip("-"))


@pytest.mark.parametrize(
    ("unit", "add_one", "expected"),
    [
        ("days", True, 31.0),  # admiral, compute_duration: add_one = TRUE by default
        ("days", False, 30.0),
        ("weeks", False, 30 / 7),
        ("months", True, 31 / 30.4375),
        ("years", False, 30 / 365.25),
    ],
)
def test_duration_from_the_first_to_the_thirty_first(unit, add_one, expected):
    got = run("duration", texts("2024-03-01"), texts("2024-03-31T08:00"), unit, add_one)
    assert plain(got) == [pytest.approx(expected, rel=1e-15)]


def test_duration_with_an_incomplete_date_is_missing():
    assert plain(run("duration", texts("2024-03", None), texts("2024-03-31", "2024-03-31"))) == [
        None,
        None,
    ]


def test_a_duration_may_be_negative():
    assert plain(run("duration", texts("2024-03-02"), texts("2024-03-01"), "days", False)) == [-1]


def test_an_unknown_unit_of_duration_is_refused():
    with pytest.raises(ValueError, match="unit 'fortnights' is none of days, weeks, months, years"):
        run("duration", texts("2024-03-01"), texts("2024-03-02"), "fortnights")
