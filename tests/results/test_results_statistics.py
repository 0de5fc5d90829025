import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from cdisc_pom.results.statistics import (
    exact_interval,
    month_range,
    percent,
    percentile,
    print_number,
    round_half_up,
)

finite = st.floats(-1e6, 1e6, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (2.345, 2, 2.35),  # held as 2.34499999999999997
        (1.005, 2, 1.01),  # held as 1.00499999999999989
        (-2.345, 2, -2.35),  # away from zero, not up
        (0.5, 0, 1.0),
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),  # half to even would give 2
        (-0.5, 0, -1.0),
        (12.15, 1, 12.2),
        (9 / 74 * 100, 1, 12.2),
        (2.3449999, 2, 2.34),  # under the half by more than the fuzz
        (0.1 + 0.2, 1, 0.3),
        (1e300, 2, 1e300),
        (4503599627370497.0, 2, 4503599627370497.0),  # 2**52 + 1 has no decimals to round
    ],
)
def test_half_is_rounded_away_from_zero_as_it_was_written(value, digits, expected):
    assert round_half_up(value, digits) == expected


def test_rounding_takes_arrays_and_keeps_missing_values():
    got = round_half_up(np.array([0.05, np.nan, -0.05, np.inf]), 1)
    np.testing.assert_array_equal(got, [0.1, np.nan, -0.1, np.inf])


@settings(deadline=None)
@given(finite, st.integers(0, 4))
def test_rounding_moves_by_no_more_than_half_a_unit_and_only_once(value, digits):
    once = round_half_up(value, digits)
    assert abs(once - value) <= 0.5 * 10.0**-digits + 1e-11 * abs(value)
    assert round_half_up(once, digits) == once


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9).filter(bool), st.integers(0, 4))
def test_a_number_that_was_written_with_these_decimals_prints_as_written(whole, digits):
    text = f"{whole / 10**digits:.{digits}f}"
    assert print_number(float(text), digits) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (12.0, 1, "12.0"),
        (2.345, 2, "2.35"),
        (-0.04, 1, "0.0"),  # no minus zero
        (float("nan"), 1, "NE"),
        (float("inf"), 1, "NE"),
        (74, 0, "74"),
    ],
)
def test_numbers_are_printed_with_their_decimals(value, digits, text):
    assert print_number(value, digits) == text


@pytest.mark.parametrize(
    ("events", "subjects", "lower", "upper"),
    [
        # R, help(binom.test), example of Conover (1971): binom.test(682, 682 + 243)
        (682, 925, 0.7076683, 0.7654066),
        # limits that have a closed form: 1 - 0.025 ** (1 / 10) and 0.025 ** (1 / 10)
        (0, 10, 0.0, 0.3084971),
        (10, 10, 0.6915029, 1.0),
        # the reference paper's response rate, 37.8 (26.8-49.9)
        (28, 74, 0.268, 0.499),
    ],
)
def test_exact_limits_of_a_proportion(events, subjects, lower, upper):
    digits = 3 if subjects == 74 else 7
    got = exact_interval(events, subjects)
    assert tuple(round(limit, digits) for limit in got) == (lower, upper)


@pytest.mark.parametrize("subjects", [1, 2, 13, 74])
def test_exact_limits_are_those_of_scipys_binomial_test(subjects):
    for events in range(subjects + 1):
        expected = binomtest(events, subjects).proportion_ci(0.9, method="exact")
        np.testing.assert_allclose(
            exact_interval(events, subjects, confidence=0.9),
            (expected.low, expected.high),
            rtol=1e-9,
            atol=1e-12,
        )


def test_a_proportion_of_nobody_has_no_limits():
    assert np.isnan(exact_interval(0, 0)).all()
    assert np.isnan(percent(0, 0))


def test_more_events_than_subjects_are_refused():
    with pytest.raises(ValueError, match="5 events of 4 subjects"):
        exact_interval(5, 4)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        # SAS 9.4 Functions and CALL Routines, PCTL: PCTL(25|50|75, 2, 4, 1, 3)
        ([2, 4, 1, 3], 0.25, 1.5),
        ([2, 4, 1, 3], 0.50, 2.5),
        ([2, 4, 1, 3], 0.75, 3.5),
        ([1, 2, 3, 4, 5], 0.25, 2),  # 5 x 0.25 = 1.25: the second value
        ([7], 0.5, 7),
        ([1, np.nan, 3], 0.5, 2),
        (list(range(1, 31)), 0.1, 3.5),  # 30 x 0.1 is 3.0000000000000004: still a whole number
        ([1, 2], 0.0, 1),
        ([1, 2], 1.0, 2),
    ],
)
def test_percentiles_follow_sas_definition_5(values, share, expected):
    assert percentile(np.array(values, dtype=float), share) == expected


@settings(deadline=None)
@given(st.lists(finite, min_size=1, max_size=60), st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.9]))
def test_percentiles_agree_with_numpys_averaged_inverted_distribution(values, share):
    array = np.array(values)
    expected = np.quantile(array, share, method="averaged_inverted_cdf")
    # numpy has no fuzz, so the two may differ where n * share is whole but not in binary
    if abs(len(array) * share - round(len(array) * share)) > 1e-9 or share in (0.25, 0.5, 0.75):
        assert percentile(array, share) == pytest.approx(expected)


def test_a_percentile_of_nothing_is_missing():
    assert np.isnan(percentile(np.array([np.nan]), 0.5))


def test_months_of_no_date_are_empty():
    assert month_range(pd.Series([], dtype="datetime64[s]")) == ("", "")
