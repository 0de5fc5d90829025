import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.results.statistics import percentile
from cdisc_pom.results.survival import (
    kaplan_meier,
    number_at_risk,
    reverse_kaplan_meier,
    survival_time,
)

# Freireich et al. (1963), Blood 21:699-716; Gehan (1965), Biometrika 52:203-223: weeks in
# remission under 6-mercaptopurine (12 of 21 censored) and under placebo (none censored).
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def at_events(curve):
    return {
        time: tuple(round(float(value), 4) for value in row)
        for time, *row, happened in zip(
            curve.time, curve.survival, curve.standard_error, curve.events, strict=True
        )
        if happened
    }


def test_the_remission_data_give_the_published_table():
    # Klein and Moeschberger (2003), Survival Analysis, table 4.1; SAS PROC LIFETEST prints the
    # same with one more digit.
    assert at_events(kaplan_meier(TREATED, RELAPSED)) == {
        6: (0.8571, 0.0764),
        7: (0.8067, 0.0869),
        10: (0.7529, 0.0963),
        13: (0.6902, 0.1068),
        16: (0.6275, 0.1141),
        22: (0.5378, 0.1282),
        23: (0.4482, 0.1346),
    }


@pytest.mark.parametrize(
    ("time", "event", "at", "expected"),
    [
        # Stata, sts list, whose limits are log-log too: Rodriguez, Princeton WWS 509, Gehan data
        (PLACEBO, [True] * 21, 1, (0.9048, 0.0641, 0.6700, 0.9753)),
        (PLACEBO, [True] * 21, 2, (0.8095, 0.0857, 0.5689, 0.9239)),
        (TREATED, RELAPSED, 6, (0.8571, 0.0764, 0.6197, 0.9516)),
        (TREATED, RELAPSED, 7, (0.8067, 0.0869, 0.5631, 0.9228)),
    ],
)
def test_pointwise_limits_are_log_log(time, event, at, expected):
    curve = kaplan_meier(time, event)
    place = curve.time.tolist().index(at)
    columns = (curve.survival, curve.standard_error, curve.lower, curve.upper)
    got = tuple(round(float(column[place]), 4) for column in columns)
    assert got == expected


def test_medians_of_the_remission_data():
    # 23 weeks, 13 to not reached; R: survfit(conf.type = "log-log")
    treated = survival_time(kaplan_meier(TREATED, RELAPSED))
    assert (treated.estimate, treated.lower) == (23, 13)
    assert np.isnan(treated.upper)
    # 8 weeks, 4 to 11
    placebo = survival_time(kaplan_meier(PLACEBO, [True] * 21))
    assert (placebo.estimate, placebo.lower, placebo.upper) == (8, 4, 11)


# The page "R vs SAS - Kaplan Meier" of CAMIS (PHUSE/PSI): 5 events, then 5 censored.
CAMIS = [54, 75, 77, 84, 87, 92, 103, 105, 112, 118]


def test_a_median_that_is_touched_but_not_crossed_is_missing_as_in_sas():
    curve = kaplan_meier(CAMIS, [True] * 5 + [False] * 5)
    assert curve.survival[-1] == pytest.approx(0.5)
    assert (round(curve.lower[-1], 3), round(curve.upper[-1], 3)) == (0.184, 0.753)
    assert np.isnan(survival_time(curve, 0.5).estimate)
    assert survival_time(curve, 0.25).estimate == 77


def test_a_level_that_is_met_exactly_averages_with_the_next_event_time():
    # SAS/STAT User's Guide, PROC LIFETEST: equal to 0.75 from t(j) to t(j+1) gives their mean
    curve = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert [survival_time(curve, share).estimate for share in (0.25, 0.5, 0.75)] == [1.5, 2.5, 3.5]


def test_censored_times_between_do_not_count_as_the_next_event_time():
    curve = kaplan_meier([1, 2, 3, 4, 5, 8], [True, True, True, False, False, True])
    assert curve.survival.tolist()[2] == pytest.approx(0.5)
    assert survival_time(curve).estimate == 5.5  # (3 + 8) / 2, not (3 + 4) / 2


def test_a_level_is_met_in_spite_of_binary_fractions():
    curve = kaplan_meier(range(1, 25), [True] * 24)
    assert curve.survival[11] != 0.5  # 23/24 x 22/23 x … x 12/13 is 0.5 only up to rounding
    assert survival_time(curve).estimate == 12.5


def test_where_survival_reaches_zero_the_transformation_has_no_value():
    curve = kaplan_meier(PLACEBO, [True] * 21)
    assert curve.survival[-1] == 0
    assert np.isnan([curve.standard_error[-1], curve.lower[-1], curve.upper[-1]]).all()


def test_the_upper_limit_is_missing_when_only_the_drop_to_zero_would_give_it():
    found = survival_time(kaplan_meier([1, 2, 3], [True] * 3))
    assert (found.estimate, found.lower) == (2, 1)
    assert np.isnan(found.upper)


def test_before_the_first_event_the_limits_are_one():
    curve = kaplan_meier([1, 2, 3], [False, True, False])
    assert (curve.survival[0], curve.lower[0], curve.upper[0]) == (1, 1, 1)
    assert curve.standard_error[0] == 0


def test_a_subject_censored_at_an_event_time_is_at_risk_for_it():
    curve = kaplan_meier([5, 5], [True, False])
    assert (curve.at_risk.tolist(), curve.survival.tolist()) == ([2], [0.5])
    assert (curve.events.tolist(), curve.censored.tolist()) == ([1], [1])


def test_without_events_nothing_is_reached():
    found = survival_time(kaplan_meier([3, 4], [False, False]))
    assert np.isnan([found.estimate, found.lower, found.upper]).all()


def test_without_subjects_nothing_is_reached():
    curve = kaplan_meier([], [])
    assert (curve.subjects, curve.total_events) == (0, 0)
    assert np.isnan(survival_time(curve).estimate)
    assert number_at_risk(curve, [0, 1]).tolist() == [0, 0]


def test_numbers_at_risk_are_counted_just_before_a_time():
    curve = kaplan_meier(PLACEBO, [True] * 21)
    assert number_at_risk(curve, [0, 5, 8.5, 23, 24]).tolist() == [21, 14, 8, 1, 0]


def test_follow_up_exchanges_events_and_censorings():
    reverse = reverse_kaplan_meier([2, 4, 6], [True, False, False])
    assert reverse.events.tolist() == [0, 1, 1]
    assert survival_time(reverse).estimate == 5  # equal to 0.5 from 4 to 6


@pytest.mark.parametrize(
    ("time", "event", "message"),
    [
        ([1, -1], [True, True], "negative"),
        ([1, np.nan], [True, True], "missing"),
        ([1, 2], [True], "2 times, but 1 event flags"),
    ],
)
def test_times_that_cannot_be_are_refused(time, event, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(time, event)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("subjects", [7, 40, 300])
def test_estimates_limits_and_percentiles_agree_with_statsmodels(seed, subjects):
    # an independent program, written after the same page of the SAS manual
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    random = np.random.default_rng(seed)
    time = random.integers(1, 60, subjects).astype(float)
    event = random.random(subjects) < 0.6
    event[time == time.max()] = False  # at survival 0 statsmodels takes logarithms of 0
    ours = kaplan_meier(time, event)
    theirs = survfunc.SurvfuncRight(time, event.astype(int))
    held = ours.events > 0
    np.testing.assert_allclose(ours.time[held], theirs.surv_times)
    np.testing.assert_allclose(ours.survival[held], theirs.surv_prob)
    np.testing.assert_allclose(ours.standard_error[held], theirs.surv_prob_se)
    np.testing.assert_array_equal(ours.at_risk[held], theirs.n_risk)
    for share in (0.25, 0.5, 0.75):
        if np.isclose(ours.survival, 1 - share).any():
            continue  # statsmodels does not average
        found = survival_time(ours, share)
        lower, upper = theirs.quantile_ci(share, method="cloglog")
        np.testing.assert_equal(found.estimate, theirs.quantile(share))
        np.testing.assert_equal(found.lower, lower)
        np.testing.assert_equal(found.upper, np.nan if np.isinf(upper) else upper)


subjects_strategy = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=50)


@given(subjects_strategy, st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_order_of_subjects_does_not_matter(subjects, random):
    shuffled = subjects[:]
    random.shuffle(shuffled)
    one = kaplan_meier(*zip(*subjects, strict=True))
    two = kaplan_meier(*zip(*shuffled, strict=True))
    np.testing.assert_array_equal(one.survival, two.survival)
    np.testing.assert_array_equal(one.lower, two.lower)


@given(subjects_strategy)
@settings(max_examples=60, deadline=None)
def test_a_curve_falls_and_lies_within_its_limits(subjects):
    curve = kaplan_meier(*zip(*subjects, strict=True))
    assert (np.diff(curve.survival) <= 0).all()
    known = ~np.isnan(curve.lower)
    assert (curve.lower[known] <= curve.survival[known] + 1e-12).all()
    assert (curve.survival[known] <= curve.upper[known] + 1e-12).all()
    assert curve.at_risk[0] == len(subjects)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=60))
@settings(max_examples=60, deadline=None)
def test_without_censoring_the_median_is_that_of_the_values(times):
    curve = kaplan_meier(times, [True] * len(times))
    expected = percentile(np.array(times, dtype=float), 0.5)
    assert survival_time(curve).estimate == pytest.approx(expected)
