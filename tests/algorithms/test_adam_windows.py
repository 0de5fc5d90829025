"""Analysis windows and the record that stands for each."""

import numpy as np
import pytest
from columns_by_hand import integers, marked, messages, numbers, plain, run, texts

from cdisc_pom.adam.windows import Window, WindowTable

# The windows of the example in ADaMIG 1.3, section 4.5.3 style: targets days 1, 8 and 15.
RULE = WindowTable(
    "STD",
    (
        Window("Baseline", 0, None, 1, 1),
        Window("Week 1", 1, 2, 11, 8),
        Window("Week 2", 2, 12, 18, 15),
        Window("Day 28", 28, 28, 28, 28),
        Window("Follow-up", 99, 40, None, None),
    ),
)
DAY = integers(-3, 1, 2, 11, 12, 28, 30, 500, None)


@pytest.mark.parametrize(
    ("give", "expected"),
    [
        (
            "AVISIT",
            [
                "Baseline",
                "Baseline",
                "Week 1",
                "Week 1",
                "Week 2",
                "Day 28",
                None,
                "Follow-up",
                None,
            ],
        ),
        ("AVISITN", [0, 0, 1, 1, 2, 28, None, 99, None]),
        ("AWRANGE", ["<=1", "<=1", "2 - 11", "2 - 11", "12 - 18", "28", None, ">=40", None]),
        ("AWLO", [None, None, 2, 2, 12, 28, None, 40, None]),
        ("AWHI", [1, 1, 11, 11, 18, 28, None, None, None]),
        ("AWTARGET", [1, 1, 8, 8, 15, 28, None, None, None]),
        # There is no day 0: from day -3 to day 1 three days pass.
        ("AWTDIFF", [3, 0, 6, 3, 3, 0, None, None, None]),
    ],
)
def test_a_day_gets_what_its_window_says(give, expected):
    assert plain(run("analysis_window", DAY, RULE, give)) == expected


def test_the_record_nearest_to_the_target_stands_for_its_window():
    day, target = integers(6, 9, 14, 17), integers(8, 8, 15, 15)
    subject, visit = texts(*["01"] * 4), integers(1, 1, 2, 2)
    found = run("window_flag", day, target, (subject, visit), eligible=np.ones(4, bool))
    assert plain(found) == [None, "Y", "Y", None]


def test_of_two_equally_near_records_the_later_one():
    day, target = integers(6, 10), integers(8, 8)
    found = run("window_flag", day, target, (texts("01", "01"),), eligible=np.ones(2, bool))
    assert plain(found) == [None, "Y"]


def test_around_the_first_day_no_day_0_counts():
    # To day 1 it is one day from day -1 and two from day 3.
    day, target = integers(-1, 3), integers(1, 1)
    found = run("window_flag", day, target, (texts("01", "01"),), eligible=np.ones(2, bool))
    assert plain(found) == ["Y", None]


def test_on_one_day_then_decides_or_it_is_a_problem():
    day, target = integers(8, 8), integers(8, 8)
    subject, wanted = (texts("01", "01"),), np.ones(2, bool)
    decided = run("window_flag", day, target, subject, (numbers(1, 2),), eligible=wanted)
    assert plain(decided) == [None, "Y"]
    assert not decided.problems
    tied = run("window_flag", day, target, subject, eligible=wanted)
    assert messages(tied) == ["two records of a window are equally near to its target"]
    assert len(marked(tied)) == 1


def test_records_outside_the_condition_or_without_a_window_take_no_part():
    day, target = integers(8, 9, 30, None), integers(8, 8, None, 8)
    wanted = np.array([False, True, True, True])
    found = run("window_flag", day, target, (texts(*["01"] * 4),), eligible=wanted)
    assert plain(found) == [None, "Y", None, None]
