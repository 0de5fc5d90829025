"""Dates as people write them, read into ISO 8601."""

import datetime as dt

import pytest
from columns_by_hand import marked, messages, plain, run, texts
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.algorithms.iso8601 import (
    UNKNOWN,
    FormatError,
    Parts,
    complete_date,
    date_bounds,
    format_patterns,
    iso_text,
    read_iso,
    read_parts,
)

FORMATS = "yyyy-MM-dd|yyyyMMdd|yyyy年M月d日|dd-MMM-yyyy|d/M/yyyy"


def iso(text, layout=FORMATS):
    parts = read_parts(text, tuple(layout.split("|")))
    return None if parts is None else iso_text(parts)


@pytest.mark.parametrize(
    ("collected", "expected"),
    [
        # complete
        ("2024-03-01", "2024-03-01"),
        ("20240301", "2024-03-01"),
        ("2024年3月1日", "2024-03-01"),
        ("26-Dec-2013", "2013-12-26"),
        ("26-DEC-2013", "2013-12-26"),
        ("1/3/2024", "2024-03-01"),
        ("２０２４-０３-０１", "2024-03-01"),  # full-width digits
        ("２０２４年３月１日", "2024-03-01"),
        (" 2024-03-01 ", "2024-03-01"),
        ("2024-02-29", "2024-02-29"),  # a leap year
        # SDTMIG 3.4, section 4.4.2: right parts missing are left out
        ("2016-08", "2016-08"),
        ("2016年8月", "2016-08"),
        ("2016年", "2016"),
        ("2016", "2016"),
        ("2017-02-UN", "2017-02"),
        ("2017-02-UK", "2017-02"),
        ("2017-UNK-UNK", "2017"),
        ("2017-未知-未知", "2017"),
        ("2017年不详月不详日", "2017"),
        ("UN-UNK-2013", "2013"),
        ("UN-Dec-2013", "2013-12"),
        # a part missing inside is a hyphen
        ("2017-UN-15", "2017---15"),
        ("UNK-03-15", "--03-15"),
        ("26-UNK-2013", "2013---26"),
        # nothing is known
        ("UNK-UN-UN", None),
        ("UNK", None),
        ("未知", None),
    ],
)
def test_what_is_known_of_a_date_is_kept(collected, expected):
    assert read_parts(collected, tuple(FORMATS.split("|"))) is not None, "it is readable"
    assert iso(collected) == expected


@pytest.mark.parametrize(
    ("collected", "hour", "minute"),
    [
        ("9:15 AM", 9, 15),
        ("9:15 pm", 21, 15),
        ("09:15 p.m.", 21, 15),
        ("12:00 AM", 0, 0),  # midnight begins the day
        ("12:30 PM", 12, 30),  # noon
        ("11:59 PM", 23, 59),
        ("UN:30 PM", None, 30),
        ("9:UN AM", 9, None),
    ],
)
def test_hours_of_half_a_day_are_told_apart_by_am_and_pm(collected, hour, minute):
    assert read_parts(collected, ("h:mm a",)) == Parts(hour=hour, minute=minute)


@pytest.mark.parametrize("collected", ["9:15", "9", "13:00 PM", "0:15 AM", "9:60 AM", "AM"])
def test_a_time_without_its_half_of_the_day_is_none(collected):
    assert read_parts(collected, ("h:mm a",)) is None


def test_date_and_time_of_half_a_day_in_one_format():
    found = read_parts("12/26/2013 2:05 PM", ("MM/dd/yyyy h:mm a",))
    assert found == Parts(2013, 12, 26, 14, 5)


@pytest.mark.parametrize("layout", ["h:mm", "HH:mm a", "H:mm a"])
def test_hours_of_half_a_day_stand_with_their_half(layout):
    with pytest.raises(FormatError, match="needs h and a together: hours of half a day, AM or PM"):
        format_patterns(layout)


@pytest.mark.parametrize(
    "collected",
    [
        "2020-02-60",  # pharmaverse/sdtm.oak issue 102
        "2021-02-29",  # no leap year
        "1900-02-29",  # a century is none
        "2020-13-01",
        "2020-00-10",
        "2020-04-31",
        "31-Jun-2020",
        "26-Dez-2013",
        "2020/03/01",
        "20-03-01",
        "3月1日",
        "明天",
        "2020-03-01 ?",
        "2020-3-1",  # MM and dd are two digits; M and d take one
    ],
)
def test_pain_11_what_the_calendar_does_not_have_is_no_date(collected):
    assert read_parts(collected, ("yyyy-MM-dd", "yyyyMMdd", "yyyy年M月d日", "dd-MMM-yyyy")) is None


@pytest.mark.parametrize("word", UNKNOWN)
def test_pain_12_each_way_to_write_unknown_is_read_in_every_case(word):
    for text in (word, word.lower(), f" {word} "):
        assert iso(f"2017-02-{text.strip()}", "yyyy-MM-dd") == "2017-02"
        assert iso(f"2017年2月{text.strip()}日", "yyyy年M月d日") == "2017-02"
        assert iso(f"{text.strip()}-Feb-2017", "dd-MMM-yyyy") == "2017-02"


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_is_read_from_every_format(day):
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
        day.month - 1
    ]
    written = [
        (f"{day:%Y-%m-%d}", "yyyy-MM-dd"),
        (f"{day:%Y%m%d}", "yyyyMMdd"),
        (f"{day.year}年{day.month}月{day.day}日", "yyyy年M月d日"),
        (f"{day.day:02}-{month}-{day.year}", "dd-MMM-yyyy"),
        (f"{day.day}/{day.month}/{day.year}", "d/M/yyyy"),
    ]
    assert {iso(text, layout) for text, layout in written} == {day.isoformat()}


known = st.one_of(st.none(), st.integers(1, 12))
PARTIAL = st.builds(
    Parts,
    year=st.one_of(st.none(), st.integers(1000, 9999)),
    month=known,
    day=st.one_of(st.none(), st.integers(1, 28)),
)


@given(PARTIAL, known, st.one_of(st.none(), st.integers(0, 59)), st.one_of(st.none(), st.just(7)))
def test_parts_written_as_iso_8601_are_read_again(date, hour, minute, second):
    text = iso_text(date, Parts(hour=hour, minute=minute, second=second))
    if text is None:
        assert {date.year, date.month, date.day, hour, minute, second} == {None}
    else:
        assert read_iso(text) == Parts(date.year, date.month, date.day, hour, minute, second)


@given(PARTIAL)
def test_a_partial_date_lies_between_its_bounds(date):
    text = iso_text(date)
    bounds = date_bounds(text) if text else None
    if date.year is None:
        assert bounds is None
    elif bounds is not None:
        first, last = (dt.date.fromisoformat(bound) for bound in bounds)
        assert first <= last
        for bound in (first, last):
            assert date.month in (None, bound.month)
            assert date.day in (None, bound.day)
        assert (first == last) == (complete_date(text) is not None)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-02", ("2023-02-01", "2023-02-28")),
        ("2024---15", ("2024-01-15", "2024-12-15")),
        ("2024-02-29T08:30", ("2024-02-29", "2024-02-29")),
        ("--03-15", None),
        ("2023-02-29", None),
        ("x", None),
    ],
)
def test_bounds_of_what_a_date_may_mean(text, bounds):
    assert date_bounds(text) == bounds


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2017---15", True),
        ("--03-15", True),
        ("2017-03-01T-:30", True),
        ("2017-03-01T08:30:15", True),
        ("2017-3-1", False),
        ("2017-02-29", False),
        ("2017-03-01T24:00", False),
        ("2017-03-01 08:30", False),
        ("20170301", False),
        ("", False),
    ],
)
def test_iso_8601_is_what_the_guide_allows(text, valid):
    assert (read_iso(text) is not None) is valid


def test_datetime_of_a_column_tells_what_it_cannot_read_and_leaves_it_missing():
    got = run("datetime", texts("2017-02-18", "2017-02-30", None, "18.2.2017"))
    assert plain(got) == ["2017-02-18", None, None, None]
    assert marked(got) == [1, 3]
    assert messages(got) == ["'{value}' is not a date of the form yyyy-MM-dd"]


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2017-02-18", "09:05", "2017-02-18T09:05"),
        ("2017-02-18", None, "2017-02-18"),
        ("2017-02-18", "UN", "2017-02-18"),
        ("2017-02-18", "UN:30", "2017-02-18T-:30"),  # SDTMIG 3.4, section 4.4.2
        ("2017-02-18", "09", "2017-02-18T09"),
        ("2017-02-18", "00:00", "2017-02-18T00:00"),
        ("2017-02", "09:05", "2017-02"),  # a time without its day says nothing
        (None, "09:05", None),
    ],
)
def test_a_time_of_day_joins_a_complete_date(day, clock, expected):
    got = run("datetime", texts(day), texts(clock))
    assert (plain(got), got.problems) == ([expected], ())


@pytest.mark.parametrize("clock", ["24:00", "9:05", "09:60", "上午"])
def test_a_time_that_the_day_does_not_have_is_told(clock):
    got = run("datetime", texts("2017-02-18"), texts(clock))
    assert plain(got) == ["2017-02-18"]
    assert messages(got) == ["'{value}' is not a time of the form HH:mm"]


@pytest.mark.parametrize(
    ("collected", "layout", "expected"),
    [
        ("2017-02-18 09:05", "yyyy-MM-dd HH:mm", "2017-02-18T09:05"),
        ("2017-02-18T09:05:30", "yyyy-MM-ddTHH:mm:ss", "2017-02-18T09:05:30"),
        ("2017/2/18 9:05", "yyyy/M/d H:mm", "2017-02-18T09:05"),
        ("2017-02-18", "yyyy-MM-dd HH:mm", "2017-02-18"),
        ("2017-02", "yyyy-MM-dd HH:mm", "2017-02"),
    ],
)
def test_a_format_may_hold_date_and_time_and_loses_neither(collected, layout, expected):
    assert plain(run("datetime", texts(collected), date=layout)) == [expected]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("auto", "'auto' names none of"),
        ("dd/dd/yyyy", "'dd/dd/yyyy' names a part twice."),
        ("yyyy-MMM-M", "'yyyy-MMM-M' names a part twice."),
    ],
)
def test_a_format_that_means_nothing_is_refused(layout, message):
    with pytest.raises(FormatError) as caught:
        format_patterns(layout)
    assert str(caught.value).startswith(message)
