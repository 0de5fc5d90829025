"""Agreement of two raters, against published examples and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from reference_study import display_row
from statsmodels.stats.inter_rater import cohens_kappa

from cdisc_pom.errors import Problems
from cdisc_pom.results.agreement import cohen_kappa, cross_table
from cdisc_pom.results.displays import evaluate_displays

# SAS/STAT User's Guide, PROC FREQ, Getting Started, Agreement Study: two dermatologists rate a skin
# condition as terrible, poor, marginal or clear. The guide prints kappa 0.3449, ASE 0.0724 and the
# limits 0.2030 and 0.4868.
SKIN = [[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]
# Agresti, Categorical Data Analysis: how often 91 couples find sex fun, husband by wife. R's
# vcd::Kappa prints 0.1293 (ASE 0.0686), and 0.2374 (ASE 0.0783) with linear weights.
FUN = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
# Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, chapter 18: 100 diagnoses
# as psychotic, neurotic or organic; kappa 0.68.
DIAGNOSES = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


def test_kappa_of_the_guides_example():
    found = cohen_kappa(SKIN)
    assert round(found.estimate, 4) == 0.3449
    assert round(found.standard_error, 4) == 0.0724
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.2030, 0.4868)


@pytest.mark.parametrize(
    ("weights", "kappa", "error"), [(None, 0.1293, 0.0686), ("linear", 0.2374, 0.0783)]
)
def test_kappa_with_and_without_weights_as_r_prints_it(weights, kappa, error):
    found = cohen_kappa(FUN, weights=weights)
    assert round(found.estimate, 4) == kappa
    assert round(found.standard_error, 4) == error


def test_kappa_of_the_textbooks_diagnoses():
    assert round(cohen_kappa(DIAGNOSES).estimate, 2) == 0.68


def test_two_levels_by_hand():
    # 35 of 50 agree; by chance (25 * 30 + 25 * 20) / 50² = 0.5
    assert cohen_kappa([[20, 5], [10, 15]]).estimate == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_weights_of_two_levels_change_nothing():
    plain = cohen_kappa([[20, 5], [10, 15]])
    for weights in ("linear", "quadratic"):
        found = cohen_kappa([[20, 5], [10, 15]], weights=weights)
        assert found.estimate == pytest.approx(plain.estimate)
        assert found.standard_error == pytest.approx(plain.standard_error)


def test_full_agreement_is_one_and_its_limits_end_there():
    found = cohen_kappa(np.diag([4, 7, 2]))
    assert (found.estimate, found.standard_error, found.upper) == (1, 0, 1)


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[9, 0], [0, 0]]])
def test_nobody_or_one_level_only_has_no_kappa(counts):
    assert np.isnan(cohen_kappa(counts).estimate)


def test_a_table_that_is_not_square_is_refused():
    with pytest.raises(ValueError, match="not square"):
        cohen_kappa([[1, 2, 3], [4, 5, 6]])


@given(
    arrays(np.int64, st.integers(2, 5).map(lambda k: (k, k)), elements=st.integers(1, 40)),
    st.sampled_from([None, "linear", "quadratic"]),
)
def test_any_table_agrees_with_statsmodels(counts, weights):
    found, other = cohen_kappa(counts, weights=weights), cohens_kappa(counts, wt=weights)
    assert found.estimate == pytest.approx(other.kappa, abs=1e-9)
    assert found.standard_error == pytest.approx(other.std_kappa, abs=1e-6)


def test_pairs_are_counted_by_both_levels():
    assert cross_table(["a", "b", "b"], ["a", "a", "b"], ["a", "b", "c"]).tolist() == [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
    ]


# As rows of a display ---------------------------------------------------------------------------

ADSL = pd.DataFrame({"USUBJID": list("123456"), "FASFL": ["Y"] * 5 + ["N"]})
ADRS = pd.DataFrame(
    [
        ("1", "IRAC", "PR"), ("1", "INV", "PR"),
        ("2", "IRAC", "PR"), ("2", "INV", "SD"),
        ("3", "IRAC", "SD"), ("3", "INV", "SD"),
        ("4", "IRAC", "PD"), ("4", "INV", "PD"),
        ("5", "IRAC", "PD"),  # rated once
        ("6", "IRAC", "PR"), ("6", "INV", "PD"),  # not in the population
        ("1", "OTHER", "PD"),
    ],
    columns=["USUBJID", "PARCAT1", "AVALC"],
).assign(PARAMCD="CBOR")  # fmt: skip
FRAMES = {"ADSL": ADSL, "ADRS": ADRS}
PAIR = "first=IRAC; second=INV; levels=PR|SD|PD"


def row(statistic, arguments=PAIR, **cells):
    plain = {
        "Display": "T",
        "Order": 1,
        "Row label": "R",
        "Dataset": "ADRS",
        "Parameter": "CBOR",
        "Variable": "AVALC",
        "Population": "FASFL = 'Y'",
        "Arguments": arguments,
    }
    return display_row(**(plain | {"Statistic": statistic} | cells))


def one(*args, **cells):
    (result,) = evaluate_displays([row(*args, **cells)], FRAMES)
    return result


def faults(*rows, frames=FRAMES):
    with pytest.raises(Problems) as problems:
        evaluate_displays(rows, frames)
    return [str(error) for error in problems.value.errors]


def test_agreement_counts_equal_ratings_of_those_whom_both_rated():
    assert one("agreement").text == "3/4 (75.0)"


def test_kappa_of_a_row():
    # 3 of 4 agree; by chance (2*1 + 1*2 + 1*1) / 16
    result = one("kappa", Format="3")
    assert result.values["kappa"] == pytest.approx((0.75 - 5 / 16) / (1 - 5 / 16))
    assert result.text.startswith("0.636 (")
    assert (result.numerator, result.denominator) == (4, 5)


def test_weights_are_linear_unless_the_row_says_quadratic():
    linear = one("weighted_kappa").values["kappa"]
    quadratic = one("weighted_kappa", PAIR + "; weights=quadratic").values["kappa"]
    table = [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert linear == pytest.approx(cohens_kappa(np.array(table), wt="linear").kappa)
    assert quadratic == pytest.approx(cohens_kappa(np.array(table), wt="quadratic").kappa)


def test_the_cross_table_has_the_first_rater_in_rows():
    table = one("cross_table").table
    assert table.levels == ("PR", "SD", "PD")
    assert table.counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert (table.subjects, table.agreeing, table.unpaired) == (4, 3, 1)
    assert table.pairs == (("1", 0, 0), ("2", 0, 1), ("3", 1, 1), ("4", 2, 2))


def test_the_records_are_those_of_the_two_raters():
    assert one("kappa").records.observations == (1, 2, 3, 4, 5, 6, 7, 8, 9)


def test_without_levels_they_are_those_that_occur():
    assert one("cross_table", "first=IRAC; second=INV").table.levels == ("PD", "PR", "SD")


def test_raters_may_be_told_apart_by_any_expression():
    swapped = one("agreement", "first=A; second=B; by=CASE PARCAT1 WHEN 'IRAC' THEN 'A' ELSE 'B' END",
                  Where="PARCAT1 <> 'OTHER'")  # fmt: skip
    assert swapped.text == "3/4 (75.0)"


def test_faults_of_arguments_are_told_at_the_cell():
    rows = [
        row("kappa", None),
        row("kappa", "first=IRAC; second=INV; level=PR"),
        row("weighted_kappa", PAIR + "; weights=cubic"),
        row("kappa", "first=IRAC; second"),
        row("kappa", PAIR + "; by=PARCAT2"),
        row("count", PAIR, Variable=None),
    ]
    assert faults(*rows) == [
        "adam.xlsx › Displays!Q2: kappa: argument 'first' is missing.",
        "adam.xlsx › Displays!Q2: kappa: argument 'second' is missing.",
        "adam.xlsx › Displays!Q2: kappa: unknown argument 'level'. Did you mean 'levels'?",
        "adam.xlsx › Displays!Q2: weighted_kappa: argument 'weights': Input should be 'linear' or 'quadratic'.",
        "adam.xlsx › Displays!Q2: kappa: 'second' is not of the form name=value.",
        "adam.xlsx › Displays!Q2: column 'PARCAT2' is not in ADRS. Did you mean 'PARCAT1'?",
        "adam.xlsx › Displays!Q2: count takes no arguments.",
    ]


def test_a_rater_without_records_is_a_finding():
    (message,) = faults(row("kappa", "first=IRAC; second=ALGORITHM"))
    assert message == (
        "adam.xlsx › Displays!K2: ADRS: PARCAT1 'ALGORITHM' has no record here, so that nobody is "
        "compared. Display row 'R'."
    )


def test_two_ratings_of_a_subject_by_one_rater_are_a_finding():
    twice = pd.concat([ADRS, ADRS.head(1)], ignore_index=True)
    (message,) = faults(row("kappa"), frames=FRAMES | {"ADRS": twice})
    assert message == (
        "adam.xlsx › Displays!K2: ADRS: a rater has more than one rating of a subject. "
        "(1 record; first: USUBJID 1) Display row 'R'."
    )


def test_a_rating_that_is_no_level_is_a_finding():
    (message,) = faults(row("kappa", "first=IRAC; second=INV; levels=PR|SD"))
    assert message == (
        "adam.xlsx › Displays!K2: ADRS: 'PD': none of the levels PR, SD. "
        "(3 records; first: USUBJID 4) Display row 'R'."
    )


def test_the_order_of_records_does_not_matter():
    mixed = ADRS.sample(frac=1, random_state=2, ignore_index=True)
    (after,) = evaluate_displays([row("kappa")], FRAMES | {"ADRS": mixed})
    assert after.values == one("kappa").values
