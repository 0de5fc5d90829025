"""ISO 8601 durations and intervals."""

import pytest
from columns_by_hand import marked, messages, numbers, plain, run, texts
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.algorithms.durations import iso_duration, read_duration


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        # SDTMIG 3.4, section 4.4.3: P2Y, P10W, P3M14D, P6M17DT3H, PT42M18S, PT0.5H, P5D
        ("2", "YEARS", "P2Y"),
        ("10", "weeks", "P10W"),
        ("5", "D", "P5D"),
        ("0.5", "h", "PT0.5H"),
        ("42", "min", "PT42M"),
        ("3", "月", "P3M"),
        ("3", "天", "P3D"),
        ("0", "days", "P0D"),
    ],
)
def test_an_amount_with_its_unit(amount, unit, expected):
    assert plain(run("duration_text", texts(amount), texts(unit))) == [expected]


def test_numbers_and_a_fixed_unit():
    assert plain(run("duration_text", numbers(3, 1.5, None), of="days")) == ["P3D", "P1.5D", None]


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [("three", "days", "three days"), ("3", "moons", "3 moons"), ("-1", "days", "-1 days"),
     ("3", None, "3 without unit")],
)  # fmt: skip
def test_what_is_no_duration_is_a_problem(amount, unit, shown):
    found = run("duration_text", texts(amount), texts(unit))
    assert plain(found) == [None]
    assert marked(found) == [0]
    assert plain(found.problems[0].values) == [shown]


def test_parts_from_several_fields():
    # SDTMIG 3.4, section 4.4.3: P3M14D, P6M17DT3H, PT42M18S
    found = run(
        "duration_parts",
        months=texts("3", "6", None, None), days=texts("14", "17", None, None),
        hours=texts(None, "3", None, None), minutes=texts(None, None, "42", None),
        seconds=texts(None, None, "18", None),
    )  # fmt: skip
    assert plain(found) == ["P3M14D", "P6M17DT3H", "PT42M18S", None]
    assert not found.problems


def test_a_part_that_is_no_number_is_a_problem():
    found = run("duration_parts", years=texts("1", "?"), months=texts("3", "3"))
    assert plain(found) == ["P1Y3M", None]
    assert marked(found) == [1]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # SDTMIG 3.4, section 4.4.6: intervals of uncertainty
        ("2003-12-15T10:00", "2003-12-15T10:30", "2003-12-15T10:00/2003-12-15T10:30"),
        ("2003-01-01", "2003-02-15", "2003-01-01/2003-02-15"),
        ("2003", "2003-06", "2003/2003-06"),
        ("2003-12-15", "P3D", "2003-12-15/P3D"),
        ("P3D", "2003-12-15", "P3D/2003-12-15"),
        ("2003-12-15", None, None),
    ],
)
def test_an_interval_joins_its_bounds(start, end, expected):
    found = run("interval_text", texts(start), texts(end))
    assert plain(found) == [expected]
    assert not found.problems


@pytest.mark.parametrize(
    ("start", "end"),
    [("2003-02-15", "2003-01-01"), ("2003-13-01", "2003-12-15"), ("P3D", "P4D"), ("x", "2003")],
)
def test_what_is_no_interval_is_a_problem(start, end):
    found = run("interval_text", texts(start), texts(end))
    assert plain(found) == [None]
    assert marked(found) == [0]


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("PT36H", "days", 1.5),
        ("P2W", "days", 14.0),
        ("P1Y", "days", 365.25),
        ("P1M", "days", 30.4375),
        ("P1Y", "months", 12.0),
        ("P1DT12H", "hours", 36.0),
        ("PT90M", "hours", 1.5),
        ("PT0.5H", "minutes", 30.0),
        ("-PT15M", "minutes", -15.0),  # planned time before its reference (--ELTM)
    ],
)
def test_the_length_of_a_duration(text, unit, expected):
    assert plain(run("duration_number", texts(text), unit)) == [pytest.approx(expected, rel=1e-15)]


@pytest.mark.parametrize("text", ["P", "PT", "3D", "P3", "P1D2Y", "2024-03-01", "P1H"])
def test_a_text_that_is_no_duration_is_a_problem(text):
    found = run("duration_number", texts(text))
    assert plain(found) == [None]
    assert messages(found) == ["'{value}' is no ISO 8601 duration"]


PARTS = st.dictionaries(
    st.sampled_from(["years", "months", "weeks", "days", "hours", "minutes", "seconds"]),
    st.integers(0, 999) | st.sampled_from([0.5, 1.25]),
    min_size=1,
)


@given(PARTS)
def test_a_duration_is_read_as_it_was_written(parts):
    assert read_duration(iso_duration(parts)) == parts
