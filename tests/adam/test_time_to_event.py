"""Time to event: which date ends a subject's time, and what is said of it."""

import pytest
from analysis_by_hand import dates, events, plain, shown, texts

from cdisc_pom.adam.time_to_event import time_to_event

START = "2024-03-01"
# Rows of Events: 1 progression, 2 death, 3 last assessment, 4 no assessment.
PD, DEATH, LAST, NONE = (
    (1, "EVENT", "PD"),
    (2, "EVENT", "DEATH"),
    (3, "CENSOR", "LAST"),
    (4, "CENSOR", "NONE"),
)


def candidate(subject, date, row, number=None):
    return (subject, date, *row, number)


def end(*candidates, start=START, **options):
    """Date, CNSR and words of one subject's end."""
    made = time_to_event(texts("01"), dates(start), events=events(*candidates), **options)
    names = ("ADT", "CNSR", "EVNTDESC", "CNSDTDSC")
    return shown(made, *names)[0]


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        # one of each kind
        ([("2024-05-01", PD)], ("2024-05-01", 0, "PD", None)),
        ([("2024-05-01", LAST)], ("2024-05-01", 3, None, "LAST")),
        # the earliest event wins, whatever its Order
        ([("2024-05-01", PD), ("2024-04-01", DEATH)], ("2024-04-01", 0, "DEATH", None)),
        ([("2024-05-01", PD), ("2024-04-01", PD)], ("2024-04-01", 0, "PD", None)),
        # an event wins over every censoring, earlier or later
        ([("2024-05-01", PD), ("2024-04-01", LAST)], ("2024-05-01", 0, "PD", None)),
        ([("2024-05-01", PD), ("2024-06-01", LAST)], ("2024-05-01", 0, "PD", None)),
        # with no event the latest censoring
        ([("2024-05-01", LAST), ("2024-06-01", LAST)], ("2024-06-01", 3, None, "LAST")),
        ([(START, NONE), ("2024-06-01", LAST)], ("2024-06-01", 3, None, "LAST")),
        # ties go to the smaller Order
        ([("2024-05-01", DEATH), ("2024-05-01", PD)], ("2024-05-01", 0, "PD", None)),
        ([(START, NONE), (START, LAST)], (START, 3, None, "LAST")),
        # a date before the start counts as the start
        ([("2024-02-01", PD)], (START, 0, "PD", None)),
        ([("2024-02-01", LAST)], (START, 3, None, "LAST")),
    ],
)
def test_pain_19_truth_table(candidates, expected):
    rows = [candidate("01", date, row) for date, row in candidates]
    assert end(*rows) == expected
    assert end(*reversed(rows)) == expected


def test_dates_and_rows_that_tie_go_to_the_smaller_sequence_number():
    made = time_to_event(
        texts("01"), dates(START),
        events=events(candidate("01", "2024-05-01", PD, 7), candidate("01", "2024-05-01", PD, 2)),
    )  # fmt: skip
    assert shown(made, "SRCDOM", "SRCVAR", "SRCSEQ") == [("ADRS", "ADT", 2)]


def test_a_record_says_where_its_date_comes_from():
    made = time_to_event(
        texts("01", "02"), dates(START, START),
        events=events(candidate("02", "2024-06-01", DEATH), candidate("01", "2024-05-01", PD, 3)),
    )  # fmt: skip
    assert shown(made, "USUBJID", "STARTDT", "SRCDOM", "SRCVAR", "SRCSEQ") == [
        ("01", START, "ADRS", "ADT", 3), ("02", START, "ADSL", "DTHDT", None),
    ]  # fmt: skip
    assert [list(positions) for positions in made.used] == [[0, 1], [1, 0]]


def test_subjects_are_independent_and_stand_in_their_order():
    table = events(candidate("01", "2024-05-01", PD), candidate("02", "2024-04-01", LAST))
    both = time_to_event(texts("02", "01"), dates(START, START), events=table)
    alone = time_to_event(texts("01"), dates(START), events=table)
    names = ("USUBJID", "ADT", "CNSR")
    assert shown(both, *names) == [("02", "2024-04-01", 3), ("01", "2024-05-01", 0)]
    assert shown(alone, *names) == shown(both, *names)[1:]


def test_a_subject_without_any_date_is_told_and_has_a_record():
    made = time_to_event(
        texts("01", "02"), dates(START, START), events=events(candidate("01", "2024-05-01", PD))
    )
    assert shown(made, "USUBJID", "ADT", "CNSR") == [("01", "2024-05-01", 0), ("02", None, None)]
    (problem,) = made.problems
    assert problem.message == "subject '{value}' has neither an event nor a censoring date"
    assert plain(problem.values[problem.rows]) == ["02"]


def test_a_subject_without_a_start_keeps_the_date():
    assert end(candidate("01", "2024-05-01", PD), start=None) == ("2024-05-01", 0, "PD", None)


def test_no_subjects_give_no_records():
    made = time_to_event(texts(), dates(), events=events(candidate("01", "2024-05-01", PD)))
    assert (len(made.rows), shown(made, "USUBJID")) == (0, [])


GAP = {"gap_days": 70, "gap_orders": (3,), "gap_cnsr": 4, "gap_description": "MISSED"}


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        # progression within 70 days of the last assessment before it
        ([("2024-04-01", LAST), ("2024-06-10", PD)], ("2024-06-10", 0, "PD", None)),
        # on day 71: censored at that assessment
        ([("2024-04-01", LAST), ("2024-06-11", PD)], ("2024-04-01", 4, None, "MISSED")),
        # the last assessment before the event counts, a later one does not help
        (
            [("2024-04-01", LAST), ("2024-07-01", PD), ("2024-07-02", LAST)],
            ("2024-04-01", 4, None, "MISSED"),
        ),
        # without any assessment the start stands for it
        ([(START, NONE), ("2024-05-01", DEATH)], ("2024-05-01", 0, "DEATH", None)),
        ([(START, NONE), ("2024-08-01", DEATH)], (START, 4, None, "MISSED")),
        # no event: a gap changes nothing
        ([("2024-04-01", LAST), ("2024-08-01", LAST)], ("2024-08-01", 3, None, "LAST")),
        # a death after a progression that counts
        (
            [("2024-04-01", LAST), ("2024-05-01", PD), ("2024-12-01", DEATH)],
            ("2024-05-01", 0, "PD", None),
        ),
    ],
)
def test_an_event_after_missed_assessments_is_censored_at_the_last_one(candidates, expected):
    # FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs (2018), appendix 3
    rows = [candidate("01", date, row) for date, row in candidates]
    assert end(*rows, **GAP) == expected
    assert end(*reversed(rows), **GAP) == expected
