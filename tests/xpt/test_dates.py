import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from cdisc_pom.xpt import (
    Variable,
    XportError,
    XportFile,
    missing_value,
    read_xport,
    write_xport,
)
from cdisc_pom.xpt.dates import date_kind, from_sas_number, to_sas_number


@pytest.mark.parametrize(
    ("moment", "kind", "number"),
    [
        ("1960-01-01", "date", 0),
        ("1959-12-31", "date", -1),
        ("2024-03-01", "date", 23436),  # 64 years and 16 leap days: 64*365+16+60
        ("1582-10-15", "date", -137774),
        ("1960-01-01T00:00:01", "datetime", 1),
        ("1960-01-02T01:00:00", "datetime", 90000),
        ("1959-12-31T23:59:59.5", "datetime", -0.5),
    ],
)
def test_sas_counts_from_1960(moment, kind, number):
    for unit in ("s", "ms", "us"):
        value = np.array([moment], dtype=f"datetime64[{'ms' if unit == 's' else unit}]")
        assert to_sas_number(value, kind).tolist() == [number]
    assert from_sas_number(np.array([float(number)]), kind)[0] == np.datetime64(moment)


def test_a_time_counts_seconds():
    assert to_sas_number(np.array([30_600], dtype="timedelta64[s]"), "time").tolist() == [30_600]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("DATE9.", "date"),
        ("YYMMDD10.", "date"),
        ("E8601DA.", "date"),
        ("is8601da10.", "date"),
        ("DATETIME20.", "datetime"),
        ("E8601DT19.", "datetime"),
        ("TIME5.", "time"),
        ("TOD8.", "time"),
        ("BEST12.", None),
        ("8.2", None),
        ("", None),
    ],
)
def test_the_format_tells_what_a_number_counts(text, kind):
    assert date_kind(text) == kind


FRAME = pd.DataFrame(
    {
        "D": pd.to_datetime(["2024-03-01", None, "1899-12-31"]),
        "DT": pd.to_datetime(["2024-03-01T12:30:01", None, "1950-02-03T00:00:00"]),
        "T": pd.to_timedelta(["08:30:00", None, "23:59:59"]),
    }
)
VARIABLES = (
    Variable("D", "number", 8, format="YYMMDD10."),
    Variable("DT", "number", 8, format="DATETIME20."),
    Variable("T", "number", 8, format="TIME8."),
)


def test_dates_are_written_by_the_format_and_read_by_it(tmp_path):
    path = tmp_path / "d.xpt"
    write_xport(path, FRAME, name="D", variables=VARIABLES)
    back = read_xport(path, dates="format")
    assert [str(each) for each in back.dtypes] == [
        "datetime64[s]",
        "datetime64[us]",
        "timedelta64[us]",
    ]
    pd.testing.assert_frame_equal(back.astype(FRAME.dtypes), FRAME)
    assert read_xport(path)["D"].tolist()[::2] == [23436, -21915]
    foreign, _ = pyreadstat.read_xport(path)
    assert foreign["D"].tolist()[::2] == [dt.date(2024, 3, 1), dt.date(1899, 12, 31)]
    assert foreign["DT"].iloc[0] == pd.Timestamp(2024, 3, 1, 12, 30, 1)


def test_the_caller_may_say_what_a_number_is(tmp_path):
    path = tmp_path / "d.xpt"
    write_xport(path, pd.DataFrame({"N": [0.0, 1.0], "M": [0.0, 1.0]}), name="D")
    back = read_xport(path, dates={"N": "date"})
    assert back["N"].tolist() == [pd.Timestamp("1960-01-01"), pd.Timestamp("1960-01-02")]
    assert back["M"].tolist() == [0, 1]


def test_python_dates_in_an_object_column_are_dates(tmp_path):
    path = tmp_path / "d.xpt"
    write_xport(path, pd.DataFrame({"N": [dt.date(1960, 1, 2), None]}), name="D")
    assert XportFile(path).members[0].variables[0].format == "DATE9."
    assert read_xport(path)["N"].tolist()[0] == 1


def test_dates_without_a_format_are_inferred(tmp_path):
    path = tmp_path / "d.xpt"
    member = write_xport(path, FRAME, name="D")
    assert [each.format for each in member.variables] == ["DATE9.", "DATETIME20.", "TIME8."]


@pytest.mark.parametrize(
    ("column", "format_text", "rule"),
    [
        ("DT", "DATE9.", "time_of_day"),  # would lose 12:30:01
        ("D", "8.", "no_date_format"),
        ("D", "TIME8.", "no_date_format"),
        ("T", "DATE9.", "no_date_format"),
    ],
)
def test_a_format_that_does_not_fit_the_dates_is_an_error(tmp_path, column, format_text, rule):
    variable = Variable(column, "number", 8, format=format_text)
    with pytest.raises(XportError) as caught:
        write_xport(tmp_path / "d.xpt", FRAME[[column]], name="D", variables=[variable])
    assert [each.rule for each in caught.value.problems] == [rule]


@pytest.mark.parametrize("value", [0.5, 1e9, missing_value(".A")])
def test_a_number_that_is_no_date_is_an_error_not_another_date(tmp_path, value):
    path = tmp_path / "d.xpt"
    variable = Variable("N", "number", 8, format="DATE9.")
    write_xport(path, pd.DataFrame({"N": [1.0, value]}), name="D", variables=[variable])
    with pytest.raises(XportError, match="read the column as numbers") as caught:
        read_xport(path, dates="format")
    assert caught.value.problems[0].row == 1


@pytest.mark.parametrize("dtype", [None, "object"])
def test_a_time_zone_is_an_error(tmp_path, dtype):
    zoned = pd.to_datetime(["2024-01-01"]).tz_localize("Asia/Shanghai")
    zoned = pd.DataFrame({"D": pd.Series(zoned, dtype=dtype)})
    variable = Variable("D", "number", 8, format="DATETIME20.")
    with pytest.raises(XportError, match="is a number variable, but its column has dtype"):
        write_xport(tmp_path / "d.xpt", zoned, name="D", variables=[variable])
