"""Visits, scheduled and unscheduled."""

import pytest
from columns_by_hand import marked, messages, plain, run, texts

from cdisc_pom.algorithms.visits import Visit, VisitTable

TABLE = VisitTable(
    {
        "筛选期": Visit(1, "SCREENING", -14),
        "c1d1": Visit(2, "CYCLE 1 DAY 1", 1),
        "c2d1": Visit(3, "CYCLE 2 DAY 1", 29),
        "计划外1": Visit(None, "UNSCHEDULED", None, unscheduled=True),
        "计划外2": Visit(None, "UNSCHEDULED", None, unscheduled=True),
    },
    ("筛选期", "C1D1", "C2D1", "计划外1", "计划外2"),
)


def visits(records, give="VISITNUM"):
    subject, name, date = (texts(*values) for values in zip(*records, strict=True))
    return run("visit", name, date, (subject,), give, table=TABLE)


def test_a_scheduled_visit_has_its_number_name_and_day():
    records = [("01", "筛选期", "2024-02-20"), ("01", "Ｃ1D1 ", "2024-03-01"), ("01", None, None)]
    assert plain(visits(records)) == [1, 2, None]
    assert plain(visits(records, "VISIT")) == ["SCREENING", "CYCLE 1 DAY 1", None]
    assert plain(visits(records, "VISITDY")) == [-14, 1, None]


def test_unscheduled_visits_are_numbered_behind_the_scheduled_one_before_them():
    # SDTMIG 3.4, section 4.4.5
    records = [
        ("01", "计划外1", "2024-03-10"),  # 2.01: after C1D1
        ("01", "C2D1", "2024-03-29"),
        ("01", "C1D1", "2024-03-01"),
        ("01", "计划外2", "2024-03-20"),  # 2.02
        ("02", "C1D1", "2024-03-05"),
        ("02", "计划外1", "2024-03-05"),  # 2.01: the same day as C1D1 counts as behind it
    ]
    assert plain(visits(records)) == [2.01, 3, 2, 2.02, 2, 2.01]
    assert plain(visits(records, "VISIT"))[0] == "UNSCHEDULED 2.01"
    assert plain(visits(records, "VISITDY"))[0] is None


def test_unscheduled_visits_of_one_day_are_numbered_by_name_in_any_order_of_records():
    one = ("01", "计划外1", "2024-03-10")
    two = ("01", "计划外2", "2024-03-10")
    start = ("01", "C1D1", "2024-03-01")
    assert plain(visits([start, one, two])) == [2, 2.01, 2.02]
    assert plain(visits([start, two, one])) == [2, 2.02, 2.01]


def test_records_of_one_unscheduled_visit_share_its_number():
    records = [
        ("01", "C1D1", "2024-03-01"),
        ("01", "计划外1", "2024-03-10"),
        ("01", "计划外1", "2024-03-11"),
    ]
    assert plain(visits(records)) == [2, 2.01, 2.01]


def test_unscheduled_visits_of_one_name_are_told_apart_by_their_dates():
    # a form that calls each of them the same; two records of 10 March are one visit
    records = [
        ("01", "C1D1", "2024-03-01"),
        ("01", "计划外1", "2024-03-20"),
        ("01", "计划外1", "2024-03-10"),
        ("01", "计划外1", "2024-03-10"),
        ("01", "C2D1", "2024-03-29"),
        ("01", "计划外1", "2024-04-02"),
    ]
    subject, name, date = (texts(*values) for values in zip(*records, strict=True))
    got = run("visit", name, date, (subject,), "VISITNUM", (date,), table=TABLE)
    assert plain(got) == [2, 2.02, 2.01, 2.01, 3, 3.01]
    got = run("visit", name, date, (subject,), "VISIT", (date,), table=TABLE)
    assert plain(got)[1] == "UNSCHEDULED 2.02"
    assert (
        plain(run("visit", *[texts()] * 2, (texts(),), "VISITNUM", (texts(),), table=TABLE)) == []
    )


def test_a_scheduled_visit_without_a_date_is_not_before_an_unscheduled_one():
    records = [
        ("01", "C1D1", "2024-03-01"),
        ("01", "C2D1", None),
        ("01", "计划外1", "2024-03-10"),
    ]
    assert plain(visits(records)) == [2, 3, 2.01]


@pytest.mark.parametrize("date", ["2024-02-19", None])
def test_an_unscheduled_visit_that_cannot_be_placed_is_told(date):
    got = visits([("01", "筛选期", "2024-02-20"), ("01", "计划外1", date)])
    assert plain(got) == [1, None]
    assert marked(got) == [1]
    assert messages(got) == [
        "unscheduled visit '{value}' has no scheduled visit on or before its date"
    ]


def test_a_visit_that_is_in_no_row_is_told_with_the_nearest_one():
    got = visits([("01", "C3D1", "2024-02-20")])
    (problem,) = got.problems
    assert (plain(got), problem.message) == (
        [None],
        "Visits has no row for collected visit '{value}'",
    )
    assert problem.hint("C3D1") == "Did you mean 'C2D1'?"


def test_visit_gives_one_of_three_things():
    with pytest.raises(ValueError, match="give 'VISITN' is none of VISITNUM, VISIT, VISITDY"):
        visits([("01", "筛选期", "2024-02-20")], "VISITN")


def test_no_visits_give_no_numbers():
    assert plain(run("visit", texts(), texts(), (texts(),), "VISITNUM", table=TABLE)) == []
    assert plain(run("visit", texts(), texts(), (texts(),), "VISIT", table=TABLE)) == []
