import pyarrow as pa
import pytest

from cdisc_pom.checks.iso8601 import PATTERNS, is_exact, is_valid


@pytest.mark.parametrize(
    ("text", "valid", "complete"),
    [
        ("2020-02-29", True, True),
        ("2020-02-60", False, False),
        ("2019-02-29", False, False),  # no leap year
        ("1900-02-29", False, False),  # nor this century
        ("2000-02-29", True, True),
        ("2020-04-31", False, False),
        ("2020-13-01", False, False),
        ("2020-02", True, False),
        ("2020", True, False),
        ("2020-02-29T08:30", True, False),
        ("2020/02/29", False, False),
        ("UNK", False, False),
        ("2020-2-9", False, False),
        ("２０２０-02-01", False, False),  # full-width digits
        (None, True, True),
    ],
)
def test_a_date_must_exist_and_a_complete_one_has_its_day(text, valid, complete):
    texts = pa.array([text], pa.string())
    assert is_valid(texts, "date").tolist() == [valid]
    assert is_exact(texts, "date").tolist() == [complete]


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2003-12-15T13:14:17", True),
        ("2003-12-15T13:14:17.5", True),
        ("2003-12-15T13:14+08:00", True),
        ("2003-12-15T13", True),
        ("2003-12-15T24:00", False),
        ("2003-12-15T13:60", False),
        ("2003-12-15T", False),
        ("2003-12T13:14", False),  # the day is unknown: a hyphen must stand for it
        ("2003-12--T13:14", True),
        ("2003---15", True),
        ("--12-15", True),
        ("-----T07:15", True),
        ("2003-12-15T-:15", True),
        ("2003-02-30", False),
        ("--02-30", False),
        ("2003--", False),
    ],
)
def test_unknown_parts_are_hyphens_only_before_known_ones(text, valid):
    assert is_valid(pa.array([text]), "incompleteDatetime").tolist() == [valid]


@pytest.mark.parametrize(
    ("data_type", "right", "wrong"),
    [
        ("time", "08:30", "25:00"),
        ("partialTime", "08", "8"),
        ("datetime", "2020-01-01T08:30", "2020-01-01T8:30"),
        ("partialDate", "2020-01", "2020-1"),
        ("partialDatetime", "2020-01-01T08", "2020-01T08"),
        ("durationDatetime", "P1Y2M3DT4H5M6S", "P"),
        ("durationDatetime", "-P2W", "P2W3D"),
        ("durationDatetime", "PT10M", "PT"),
        ("durationDatetime", "P1.5D", "P1,D"),
        ("intervalDatetime", "2020-01-01/2020-01-05", "2020-01-01"),
        ("intervalDatetime", "2020-01-01/P5D", "2020-01-01/P"),
        ("intervalDatetime", "P5D/2020-01-01", "P5D/P1D"),
        ("intervalDatetime", "2020-02-29/P1D", "2019-02-29/P1D"),
    ],
)
def test_each_data_type_has_its_own_shape(data_type, right, wrong):
    assert is_exact(pa.array([right, wrong]), data_type).tolist() == [True, False]


def test_no_text_gives_no_result():
    for data_type in PATTERNS:
        assert is_exact(pa.array([], pa.string()), data_type).tolist() == []
