"""Random values that are the same everywhere, and values as they are typed."""

from datetime import date

import pytest

from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import fixed, full_width, partial, plain


def test_a_stream_depends_on_its_name_alone():
    one, two = Stream(7, "001", "vitals"), Stream(7, "001", "vitals")
    assert [one.real() for _ in range(5)] == [two.real() for _ in range(5)]
    assert Stream(7, "001", "vitals").real() != Stream(7, "001", "ecog").real()
    assert Stream(7, "001", "vitals").real() != Stream(8, "001", "vitals").real()


def test_the_first_value_of_a_known_stream():
    # random.Random of the SHA-256 of "7|001|vitals" as a whole number, worked out by hand
    import hashlib  # noqa: PLC0415
    import random  # noqa: PLC0415

    seed = int(hashlib.sha256(b"7|001|vitals").hexdigest(), 16)
    assert Stream(7, "001", "vitals").real() == random.Random(seed).random()


def test_whole_numbers_reach_both_limits():
    stream = Stream("integers")
    assert {stream.integer(2, 4) for _ in range(200)} == {2, 3, 4}


def test_weights_are_followed():
    stream = Stream("weights")
    drawn = [stream.weighted({"a": 3, "b": 1, "c": 0}) for _ in range(2000)]
    assert 0.7 < drawn.count("a") / 2000 < 0.8
    assert "c" not in drawn


def test_a_sample_has_no_repetition():
    stream = Stream("sample")
    assert sorted(stream.shuffled(range(9))) == list(range(9))
    assert len(set(stream.sample(range(9), 4))) == 4


def test_normal_values_keep_their_limits_and_centre():
    stream = Stream("normal")
    drawn = [stream.normal(10, 2, 6, 14) for _ in range(3000)]
    assert 6 <= min(drawn) < max(drawn) <= 14
    assert 9.8 < sum(drawn) / 3000 < 10.2


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(2.675, 2, "2.68"), (0.05, 1, "0.1"), (41.0, 0, "41"), (-0.5, 0, "-1"), (1e-7, 3, "0.000")],
)
def test_numbers_are_rounded_half_away_from_zero(value, digits, text):
    assert fixed(value, digits) == text


def test_plain_numbers_have_no_trailing_zeros():
    assert [plain(value) for value in (4.0, 2.50, 100.0, 0.3)] == ["4", "2.5", "100", "0.3"]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y-%m-%d", "2016-08-09"),
        ("%Y-%m-UK", "2016-08-UK"),
        ("%Y-UK-UK", "2016-UK-UK"),
        ("%Y年%n月", "2016年8月"),
        ("%Y", "2016"),
    ],
)
def test_a_date_of_which_a_part_is_known(pattern, text):
    assert partial(date(2016, 8, 9), pattern) == text


def test_full_width_leaves_other_signs_alone():
    assert full_width("5 mg/L, 贫血") == "５ ｍｇ／Ｌ， 贫血"
