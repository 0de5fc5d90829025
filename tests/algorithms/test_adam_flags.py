"""On treatment, treatment-emergent, worst: cases from admiral's documentation."""

import numpy as np
import pandas as pd
import pytest
from columns_by_hand import dates, marked, messages, numbers, plain, run, texts

JAN1, MAR1 = "2020-01-01", "2020-03-01"


@pytest.mark.parametrize(
    ("date", "window", "expected"),
    [
        # admiral, derive_var_ontrtfl, examples 1 and 2
        ("2020-02-24", 0, "Y"),
        ("2020-01-01", 0, "Y"),
        ("2019-12-31", 0, None),
        ("2020-07-01", 60, None),
        ("2020-04-30", 60, "Y"),
        ("2020-03-15", 60, "Y"),
        (None, 0, "Y"),  # no date: to be safe
    ],
)
def test_an_assessment_on_treatment(date, window, expected):
    found = run(
        "on_treatment", dates(date), dates(JAN1), treatment_end=dates(MAR1), window=window
    )  # fmt: skip
    assert plain(found) == [expected]


@pytest.mark.parametrize(
    ("start", "end", "span", "expected"),
    [
        # admiral, derive_var_ontrtfl, examples 4 and 5 (span_period)
        ("2020-02-15", "2020-12-01", True, "Y"),
        ("2019-04-30", "2020-03-15", True, "Y"),
        ("2019-04-30", None, True, "Y"),
        ("2019-04-30", "2020-03-15", False, None),
        (None, "2019-12-31", True, None),  # ended before treatment
        (None, None, False, "Y"),
    ],
)
def test_a_medication_on_treatment(start, end, span, expected):
    found = run(
        "on_treatment", dates(start), dates(JAN1), dates(end), dates(MAR1), span=span
    )  # fmt: skip
    assert plain(found) == [expected]


def test_without_treatment_nothing_is_on_treatment():
    assert plain(run("on_treatment", dates("2020-02-01"), dates(None))) == [None]


def test_without_an_end_of_treatment_all_that_follows_counts():
    for end in (None, dates(None)):
        found = run("on_treatment", dates("2024-01-01"), dates(JAN1), treatment_end=end)
        assert plain(found) == ["Y"]


# admiral, derive_var_trtemfl: the data and the results of its documented example; treatment from
# 2022-01-01T01:01 to 2022-04-30T23:59, window 10 days.
EVENTS = [
    # start, end, initial grade, worst grade, TRTEMFL (start only), TRTEM2FL (window, worsening)
    ("2021-12-13T20:15", "2021-12-15T12:45", "1", "1", None, None),
    ("2021-12-14T20:15", "2021-12-14T22:00", "1", "3", None, None),
    ("2021-12-30T20:00", "2022-01-14T11:00", "1", "3", None, "Y"),
    ("2021-12-31T20:15", "2022-01-01T01:23", "1", "1", None, None),
    ("2022-01-01T12:00", "2022-01-02T23:25", "3", "4", "Y", "Y"),
    ("2022-05-10T11:00", "2022-05-10T13:05", "2", "2", "Y", "Y"),
    ("2022-05-11T11:00", "2022-05-11T13:05", "2", "2", "Y", None),
    (None, None, "3", "4", "Y", "Y"),
    ("2021-12-30T09:00", None, "3", "4", None, "Y"),
    ("2021-12-30T11:00", None, "3", "3", None, None),
    (None, "2022-01-04T09:00", "3", "4", "Y", "Y"),
    (None, "2021-12-24T19:00", "3", "4", None, None),
    (None, "2022-06-04T09:00", "3", "4", "Y", "Y"),
]


def moments(*values):
    return pd.Series(pd.to_datetime(list(values)).astype("datetime64[us]"))


@pytest.mark.parametrize(("start", "end", "initial", "worst", "plainly", "fully"), EVENTS)
def test_an_event_that_begins_or_worsens_under_treatment(
    start, end, initial, worst, plainly, fully
):
    given = moments(start), moments(end), moments("2022-01-01T01:01")
    assert plain(run("treatment_emergent", *given)) == [plainly]
    found = run(
        "treatment_emergent", *given, moments("2022-04-30T23:59"), 10, texts(initial), texts(worst)
    )  # fmt: skip
    assert plain(found) == [fully]


def test_without_treatment_nothing_is_emergent():
    found = run("treatment_emergent", dates("2021-12-06"), dates(None), dates(None))
    assert plain(found) == [None]


def test_a_day_is_not_before_a_moment_of_the_same_day():
    # A start without a time on the day of the first dose counts as after it.
    found = run("treatment_emergent", dates("2022-01-01"), dates(None), moments("2022-01-01T08:30"))
    assert plain(found) == ["Y"]


def test_a_missing_grade_counts_as_worsening():
    found = run(
        "treatment_emergent", dates("2021-12-30"), dates(None), dates("2022-01-01"),
        initial=texts(None), worst=texts("2"),
    )  # fmt: skip
    assert plain(found) == ["Y"]


def test_a_window_needs_an_end_and_grades_come_together():
    given = dates("2022-01-02"), dates(None), dates("2022-01-01")
    with pytest.raises(ValueError, match="a window needs treatment_end"):
        run("treatment_emergent", *given, window=10)
    with pytest.raises(ValueError, match="initial and worst are given together"):
        run("treatment_emergent", *given, initial=texts("1"))


def test_the_worst_record_is_the_highest_and_of_equal_ones_the_first():
    grade, day = numbers(2, 3, 3, 1), numbers(1, 9, 5, 20)
    subject, all_of = (texts(*["01"] * 4),), np.ones(4, bool)
    assert plain(run("worst_flag", grade, subject, (day,), eligible=all_of)) == [
        None, None, "Y", None,
    ]  # fmt: skip
    assert plain(run("worst_flag", grade, subject, (day,), "low", eligible=all_of)) == [
        None, None, None, "Y",
    ]  # fmt: skip


def test_grades_as_text_and_records_without_a_grade():
    grade, day = texts("2", None, "3"), numbers(1, 2, 3)
    wanted = np.array([True, True, False])
    found = run("worst_flag", grade, (texts(*["01"] * 3),), (day,), eligible=wanted)
    assert plain(found) == ["Y", None, None]


def test_two_worst_records_that_tie_are_a_problem():
    found = run(
        "worst_flag", numbers(3, 3), (texts("01", "01"),), (numbers(5, 5),),
        eligible=np.ones(2, bool),
    )  # fmt: skip
    assert messages(found) == ["two records tie for the worst value"]
    assert len(marked(found)) == 1
