"""Related records by date, and what they amount to."""

import pandas as pd
import pytest
from columns_by_hand import integers, link, numbers, plain, run, texts

# Doses of subject 0 (days 1, 8, 15) and subject 1 (day 3), in no order.
DOSE = numbers(3, 4, 2, 20, 9)
DAY = texts("2024-03-08", "2024-03-01", "2024-03-15", "2024-03-03", None)
OWNER = [0, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("event", "subject", "before", "after"),
    [
        ("2024-02-29", 0, None, 4),
        ("2024-03-01", 0, 4, 4),  # the same day counts
        ("2024-03-07", 0, 4, 3),
        ("2024-03-08T10:00", 0, 3, 3),  # the time is not compared
        ("2024-03-20", 0, 2, None),
        ("2024-03-20", 1, 20, None),
        ("2024-03", 0, None, None),  # partial
        (None, 0, None, None),
        ("2024-03-20", -1, None, None),  # no related records
    ],
)
def test_the_last_dose_before_and_the_first_after_an_event(event, subject, before, after):
    # admiral, derive_vars_joined: last dose on or before the start of an adverse event
    bond = link([subject], OWNER)
    assert plain(run("last_before", texts(event), DOSE, DAY, link=bond)) == [before]
    assert plain(run("first_after", texts(event), DOSE, DAY, link=bond)) == [after]


def test_the_same_day_may_be_left_out():
    bond = link([0, 0], OWNER)
    date = texts("2024-03-08", "2024-03-08")
    assert plain(run("last_before", date, DOSE, DAY, same=False, link=bond)) == [4, 4]
    assert plain(run("first_after", date, DOSE, DAY, same=False, link=bond)) == [2, 2]


def test_times_are_compared_where_asked():
    doses = numbers(1, 2)
    times = texts("2024-03-08T08:00", "2024-03-08T20:00")
    bond = link([0], [0, 0])
    event = texts("2024-03-08T12:00")
    assert plain(run("last_before", event, doses, times, times=True, link=bond)) == [1]
    assert plain(run("first_after", event, doses, times, times=True, link=bond)) == [2]
    stamps = pd.Series(pd.to_datetime(["2024-03-08T12:00"]).astype("datetime64[us]"))
    assert plain(run("last_before", stamps, doses, times, times=True, link=bond)) == [1]


def test_then_decides_between_records_of_one_day():
    doses, number = numbers(1, 2, 3), integers(2, 3, 1)
    day = texts("2024-03-01", "2024-03-01", "2024-03-01")
    bond = link([0], [0, 0, 0])
    event = texts("2024-03-01")
    assert plain(run("last_before", event, doses, day, (number,), link=bond)) == [2]
    assert plain(run("first_after", event, doses, day, (number,), link=bond)) == [3]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("sum", [18, 20, None]), ("mean", [4.5, 20, None]), ("median", [3.5, 20, None]),
     ("minimum", [2, 20, None]), ("maximum", [9, 20, None]), ("count", [4, 1, 0])],
)  # fmt: skip
def test_what_the_related_records_amount_to(statistic, expected):
    # Subject 0 has 3, 4, 2, 9: sum 18, mean 4.5, median (3 + 4) / 2.
    bond = link([0, 1, -1], OWNER)
    assert plain(run("summary", DOSE, statistic, link=bond)) == expected


def test_missing_values_do_not_count():
    bond = link([0], [0, 0])
    assert plain(run("summary", numbers(4, None), "mean", link=bond)) == [4]
    assert plain(run("summary", numbers(None, None), "sum", link=bond)) == [None]
    assert plain(run("summary", numbers(None, None), "count", link=bond)) == [0]
