"""The published figures, computed here from the transport files with other libraries.

Fu et al., BMC Cancer 2022;22:722. Confidence limits: Clopper-Pearson (SciPy); Kaplan-Meier with
Greenwood's variance and log-log limits (statsmodels), as SAS LIFETEST with CONFTYPE=LOGLOG.
"""

import json
import os
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.duration.survfunc import SurvfuncRight
from variants import STUDY

DAYS = 30.4375  # of a month


def half_up(value, digits):
    """As the paper prints: a half goes up."""
    shown = Decimal(f"{value:.10f}")
    return float(shown.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def adsl(xpt):
    return xpt("ADSL")


@pytest.fixture(scope="module")
def fas(adsl):
    return adsl[adsl["FASFL"] == "Y"].set_index("USUBJID")


@pytest.fixture(scope="module")
def responders(xpt):
    """Subjects with a confirmed response of PR or better by the independent committee."""
    adrs = xpt("ADRS")
    mine = adrs[(adrs["PARAMCD"] == "RSP") & (adrs["PARCAT1"] == "IRAC")]
    return mine.set_index("USUBJID")["AVALC"]


@pytest.fixture(scope="module")
def times(xpt):
    def of(parameter):
        adtte = xpt("ADTTE")
        mine = adtte[adtte["PARAMCD"] == parameter]
        days = [
            (end - start).days + 1 for start, end in zip(mine["STARTDT"], mine["ADT"], strict=True)
        ]
        assert days == mine["AVAL"].astype(int).tolist()
        return np.array(days) / DAYS, (mine["CNSR"] == 0).to_numpy()

    return of


def test_population_counts(adsl):
    assert len(adsl) == 84
    assert (adsl["FASFL"] == "Y").sum() == 74
    assert (adsl["SAFFL"] == "Y").sum() == 74
    assert (adsl["SCRFFL"] == "Y").sum() == 10
    assert adsl["USUBJID"].is_unique


def test_screening_failures_are_those_of_dm(adsl, xpt):
    dm = xpt("DM")
    failed = set(dm.loc[dm["ARMNRS"] == "SCREEN FAILURE", "USUBJID"])
    assert failed == set(adsl.loc[adsl["SCRFFL"] == "Y", "USUBJID"])


def test_baseline_characteristics(fas):
    assert (fas["AGE"].median(), fas["AGE"].min(), fas["AGE"].max()) == (61, 44, 77)
    assert (fas["AGE"] >= 65).sum() == 28
    assert fas["SEX"].value_counts().to_dict() == {"M": 44, "F": 30}
    assert (fas["RENALFL"] == "Y").sum() == 23
    assert (fas["LENREFFL"] == "Y").sum() == 55


def test_response_rate_with_its_exact_limits(fas, responders):
    n = (responders.reindex(fas.index) == "Y").sum()
    limits = binomtest(int(n), len(fas)).proportion_ci(0.95, method="exact")
    shown = [half_up(100 * value, 1) for value in (n / len(fas), limits.low, limits.high)]
    assert (n, shown) == (28, [37.8, 26.8, 49.9])


def test_best_response_counts(fas, xpt):
    adrs = xpt("ADRS")
    best = adrs[(adrs["PARAMCD"] == "CBOR") & (adrs["PARCAT1"] == "IRAC")].set_index("USUBJID")
    assert best.index.is_unique
    assert best.loc[fas.index, "AVALC"].value_counts().to_dict() == {
        "SD": 32, "PR": 20, "NE": 9, "VGPR": 5, "PD": 5, "CR": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "value", "n", "percent"),
    [
        ("LENREFFL", "Y", 18, 32.7),
        ("CYTORSK", "HIGH", 9, 36.0),
        ("CYTORSK", "STANDARD", 19, 38.8),
        ("RENALFL", "Y", 8, 34.8),
        ("RENALFL", "N", 20, 39.2),
    ],
)
def test_response_rates_of_subgroups(fas, responders, variable, value, n, percent):
    group = fas.index[fas[variable] == value]
    found = (responders.reindex(group) == "Y").sum()
    assert (found, half_up(100 * found / len(group), 1)) == (n, percent)


@pytest.mark.parametrize(
    ("parameter", "printed"),
    [
        ("PFS", (5.7, 3.7, 8.8)),
        ("OS", (24.3, 14.4, 41.1)),
        ("DOR", (8.8, 6.0, 14.7)),
        ("FUP", (33.0, 31.1, 34.8)),  # follow-up: reversed Kaplan-Meier
    ],
)
def test_kaplan_meier_medians_with_their_limits(times, parameter, printed):
    months, event = times(parameter)
    curve = SurvfuncRight(months, event)
    with np.errstate(divide="ignore", invalid="ignore"):  # log-log of a survival of 1 and 0
        low, high = curve.quantile_ci(0.5, alpha=0.05, method="cloglog")
    assert tuple(half_up(value, 1) for value in (curve.quantile(0.5), low, high)) == printed


def test_follow_up_is_survival_with_event_and_censoring_exchanged(times):
    os_days, death = times("OS")
    fup_days, alive = times("FUP")
    np.testing.assert_allclose(np.sort(os_days), np.sort(fup_days))
    assert alive.sum() == (~death).sum()


def test_time_to_response_of_responders(times):
    months, event = times("TRSP")
    found = np.sort(months[event])
    assert len(found) == 28
    # SAS QNTLDEF=5: the mean of the neighbours where n * p is a whole number
    quartiles = np.quantile(found, [0.5, 0.25, 0.75], method="averaged_inverted_cdf")
    assert [half_up(value, 2) for value in quartiles] == [1.84, 0.95, 2.35]


def test_the_results_command_finds_no_difference(build):
    done = subprocess.run(
        [sys.executable, "-m", "cdisc_pom", "results", STUDY, "--json"],
        cwd=build.parents[1], env=os.environ, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["ok"] is True
