"""Ages in completed units of time."""

import pytest
from columns_by_hand import dates, marked, plain, run, texts

from cdisc_pom.algorithms.dates import ImputationRule

FIRST = ImputationRule("BIRTH", {"day": "first", "month": "first"})
MIDDLE = ImputationRule("BIRTH", {"day": "middle", "month": "middle"})


@pytest.mark.parametrize(
    ("birth", "reference", "expected"),
    [
        ("1959-03-02", "2024-03-01", 64),  # the day before the birthday
        ("1959-03-02", "2024-03-02", 65),  # the birthday
        ("2000-02-29", "2023-02-28", 22),  # no 29 February in 2023: complete on 1 March
        ("2000-02-29", "2023-03-01", 23),
        ("2000-02-29", "2024-02-29", 24),
        ("2024-03-01", "2024-03-01", 0),
        ("1959-03", "2024-03-01", None),  # partial, no rule
        ("1959-03-02", "2024-03", None),
        (None, "2024-03-01", None),
    ],
)
def test_years_are_complete_on_the_birthday(birth, reference, expected):
    # By counting birthdays on a calendar; SAS YRDIF with basis AGE gives the same whole years.
    found = run("age", texts(birth), texts(reference))
    assert plain(found) == [expected]
    assert str(found.values.dtype) == "Int64"


@pytest.mark.parametrize(
    ("unit", "expected"), [("days", 366), ("weeks", 52), ("months", 12), ("years", 1)]
)
def test_other_units_count_what_is_complete(unit, expected):
    # 2024 is a leap year: 366 days, 52 weeks and 2 days.
    assert plain(run("age", texts("2024-01-01"), texts("2025-01-01"), unit)) == [expected]


def test_a_month_is_complete_on_the_day_of_the_month():
    # 31 January to 29 February is no month, to 1 March it is one.
    born = texts("2024-01-31", "2024-01-31")
    assert plain(run("age", born, texts("2024-02-29", "2024-03-01"), "months")) == [0, 1]


@pytest.mark.parametrize(
    ("birth", "rule", "expected"),
    [
        ("1959", FIRST, 65),  # 1959-01-01
        ("1959", MIDDLE, 64),  # 1959-06-30
        ("1959-03", FIRST, 65),  # 1959-03-01
        ("1959-03", MIDDLE, 64),  # 1959-03-15
    ],
)
def test_a_rule_fills_a_partial_birth_date(birth, rule, expected):
    assert plain(run("age", texts(birth), texts("2024-03-01"), rule=rule)) == [expected]


def test_dates_are_taken_too():
    assert plain(run("age", dates("1959-03-02"), dates("2024-03-02"))) == [65]


def test_a_birth_after_the_reference_is_a_problem_and_no_age():
    found = run("age", texts("2024-03-02", "1959-01-01"), texts("2024-03-01", "2024-03-01"))
    assert plain(found) == [None, 65]
    assert marked(found) == [0]
