"""A record and its neighbours: values before and after, values so far, ranks, parts of a course."""

import numpy as np
import pytest
from columns_by_hand import integers, marked, messages, numbers, plain, run, texts

ALL = np.ones(6, dtype=bool)
SUBJECT = texts("01", "01", "01", "02", "02", "02")
DAY = integers(1, 29, 57, 57, 1, 29)
DOSE = numbers(4, 3, 4, 1, 4, 2)


def test_the_value_before_and_the_value_after():
    before = run("previous", DOSE, (SUBJECT,), (DAY,), eligible=ALL)
    after = run("next", DOSE, (SUBJECT,), (DAY,), eligible=ALL)
    assert plain(before) == [None, 4, 3, 2, None, 4]
    assert plain(after) == [3, 4, None, None, 2, 1]


def test_text_and_dates_are_shifted_as_they_are():
    found = run("previous", SUBJECT, (SUBJECT,), (DAY,), eligible=ALL)
    assert plain(found) == [None, "01", "01", "02", None, "02"]


def test_records_outside_the_condition_are_passed_over():
    wanted = np.array([True, False, True, True, True, True])
    found = run("previous", DOSE, (SUBJECT,), (DAY,), eligible=wanted)
    assert plain(found) == [None, None, 4, 2, None, 4]


def test_records_that_tie_are_a_problem_for_both():
    found = run("previous", DOSE, (SUBJECT,), (integers(1, 1, 2, 1, 2, 3),), eligible=ALL)
    assert marked(found) == [0, 1]
    assert messages(found) == ["records tie in the order, so that none is the one before the other"]


def test_the_nadir_is_the_lowest_value_so_far():
    # Subject 02 by day: 4, 2, 1
    found = run("running", DOSE, (SUBJECT,), (DAY,), "minimum", eligible=ALL)
    assert plain(found) == [4, 3, 3, 1, 4, 2]


def test_the_nadir_before_a_record_leaves_the_record_out():
    found = run("running", DOSE, (SUBJECT,), (DAY,), "minimum", False, eligible=ALL)
    assert plain(found) == [None, 4, 3, 2, None, 4]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("maximum", [4, 4, 4, 4, 4, 4]), ("sum", [4, 7, 11, 7, 4, 6]), ("count", [1, 2, 3, 3, 1, 2])],
)
def test_other_running_statistics(statistic, expected):
    assert plain(run("running", DOSE, (SUBJECT,), (DAY,), statistic, eligible=ALL)) == expected


def test_records_of_one_day_see_the_same():
    day = integers(1, 1, 2, 1, 2, 2)
    both = run("running", DOSE, (SUBJECT,), (day,), "sum", eligible=ALL)
    assert plain(both) == [7, 7, 11, 1, 7, 7]
    before = run("running", DOSE, (SUBJECT,), (day,), "sum", False, eligible=ALL)
    assert plain(before) == [0, 0, 7, 0, 1, 1]


def test_missing_values_and_records_outside_the_condition_do_not_count():
    dose = numbers(4, None, 1, 1, 4, 2)
    wanted = np.array([True, True, False, True, True, True])
    found = run("running", dose, (SUBJECT,), (DAY,), "minimum", eligible=wanted)
    assert plain(found)[:3] == [4, 4, 4]


def test_rank_numbers_the_different_values():
    # Lines of therapy: two drugs of one start belong to one line.
    start = texts("2020-01", "2020-01", "2021-05", "2019", "2019", "2020")
    assert plain(run("rank", (start,), (SUBJECT,), eligible=ALL)) == [1, 1, 2, 1, 1, 2]


def test_rank_leaves_out_what_the_condition_does_not_select():
    wanted = np.array([True, False, True, True, True, True])
    found = run("rank", (DAY,), (SUBJECT,), eligible=wanted)
    assert plain(found) == [1, None, 2, 3, 1, 2]
    assert str(found.dtype) == "Int64"


RESPONSE = texts("SD", "PR", "PD", "PD", "PR", "PR")
PROGRESSED = np.array([False, False, True, True, False, False])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # admiral, derive_var_relative_flag: selection before/after, inclusive, flag_no_ref_groups
        ({"select": "before"}, "YYYYYY"),
        ({"select": "before", "inclusive": False}, "YY..YY"),
        ({"select": "after"}, "..YY.."),
        ({"select": "after", "inclusive": False}, "......"),
    ],
)
def test_what_lies_before_or_after_the_first_progression(options, expected):
    # Subject 02 by day: PR (1), PR (29), PD (57)
    found = run("relative_flag", (SUBJECT,), (DAY,), eligible=PROGRESSED, **options)
    assert plain(found) == ["Y" if flag == "Y" else None for flag in expected]


def test_the_last_record_of_the_condition_may_be_looked_at():
    hits = np.array([True, True, False, False, False, False])
    found = run("relative_flag", (SUBJECT,), (DAY,), "after", "last", False, eligible=hits)
    assert plain(found) == [None, None, "Y", "Y", "Y", "Y"]


def test_a_group_without_such_a_record_is_flagged_as_without_says():
    hits = np.array([False, True, False, False, False, False])
    none = run("relative_flag", (SUBJECT,), (DAY,), without="none", eligible=hits)
    assert plain(none) == ["Y", "Y", None, None, None, None]


def test_condition_says_yes_and_no():
    wanted = np.array([True, False, True, True, False, True])
    assert plain(run("condition", SUBJECT, "Y", "N", eligible=wanted)) == list("YNYYNY")
    assert plain(run("condition", SUBJECT, eligible=wanted))[:2] == ["Y", None]


def test_group_flag_marks_all_records_of_a_group():
    wanted = np.array([False, True, False, False, False, False])
    assert plain(run("group_flag", (SUBJECT,), eligible=wanted)) == ["Y"] * 3 + [None] * 3
    assert plain(run("group_flag", (SUBJECT,), "Y", "N", eligible=wanted)) == list("YYYNNN")


def test_nothing_comes_of_no_records():
    none, no = texts(), np.zeros(0, dtype=bool)
    assert plain(run("previous", numbers(), (none,), (none,), eligible=no)) == []
    assert plain(run("running", numbers(), (none,), (none,), "sum", eligible=no)) == []
    assert plain(run("rank", (none,), (none,), eligible=no)) == []
    assert plain(run("relative_flag", (none,), (none,), eligible=no)) == []
    assert plain(run("group_flag", (none,), eligible=no)) == []
