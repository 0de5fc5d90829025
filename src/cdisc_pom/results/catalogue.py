"""The statistics that come with the package.

Importing this module registers them and those of its neighbours. Parts have the names of the
published-figures file: `n`, `denom`, `pct`, `lcl`, `ucl`, `median`, `min`, `max`, `q1`, `q3`,
`mean`, `sd`, `first`, `last`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cdisc_pom.results import (  # noqa: F401 - register the other statistics
    catalogue_agreement,
    catalogue_figures,
)
from cdisc_pom.results.registry import Outcome, Selection, Value, statistic
from cdisc_pom.results.statistics import Floats, exact_interval, month_range, percent, percentile
from cdisc_pom.results.survival import (
    KaplanMeier,
    kaplan_meier,
    reverse_kaplan_meier,
    survival_time,
)


@statistic("count", text="{n}")
def count(selection: Selection) -> Outcome:
    """Number of subjects with a record."""
    return Outcome(_counts(selection))


@statistic("n_percent", text="{n} ({pct})", decimals=("pct",), method="share")
def n_percent(selection: Selection) -> Outcome:
    """Number of subjects with a record, and their share of the population in percent."""
    return Outcome(_shares(selection))


@statistic("exact_ci", text="{pct} ({lcl}–{ucl})", decimals=("pct", "lcl", "ucl"), method="exact")
def exact_ci(selection: Selection) -> Outcome:
    """Share of the population in percent with its exact (Clopper-Pearson) 95% limits."""
    lower, upper = exact_interval(selection.numerator, selection.denominator)
    return Outcome(_shares(selection) | {"lcl": 100 * lower, "ucl": 100 * upper})


@statistic(
    "median_range",
    text="{median} ({min}–{max})",
    decimals=("median", "min", "max"),
    needs=("number", "one_record"),
    method="percentiles",
)
def median_range(selection: Selection) -> Outcome:
    """Median, smallest and largest value of the variable."""
    held = _held(selection)
    low, high = (float(held.min()), float(held.max())) if len(held) else (np.nan, np.nan)
    return Outcome(
        _number(selection, held) | {"median": percentile(held, 0.5), "min": low, "max": high}
    )


@statistic(
    "median_quartiles",
    text="{median} ({q1}–{q3})",
    decimals=("median", "q1", "q3"),
    needs=("number", "one_record"),
    method="percentiles",
)
def median_quartiles(selection: Selection) -> Outcome:
    """Median with first and third quartile of the variable (SAS QNTLDEF=5)."""
    held = _held(selection)
    shares = {"median": 0.5, "q1": 0.25, "q3": 0.75}
    return Outcome(
        _number(selection, held) | {part: percentile(held, share) for part, share in shares.items()}
    )


@statistic(
    "mean_sd",
    text="{mean} ({sd})",
    decimals=("mean", "sd"),
    needs=("number", "one_record"),
)
def mean_sd(selection: Selection) -> Outcome:
    """Mean and standard deviation (divisor n - 1) of the variable."""
    held = _held(selection)
    mean = float(held.mean()) if len(held) else np.nan
    deviation = float(held.std(ddof=1)) if len(held) > 1 else np.nan
    return Outcome(_number(selection, held) | {"mean": mean, "sd": deviation})


@statistic("month_range", text="{first} – {last}", needs=("date",))
def month_range_of_dates(selection: Selection) -> Outcome:
    """First and last month of a date."""
    assert selection.values is not None
    first, last = month_range(selection.values)
    return Outcome(_counts(selection) | {"first": first, "last": last})


@statistic(
    "km_median_ci",
    text="{median} ({lcl}–{ucl})",
    decimals=("median", "lcl", "ucl"),
    needs=("number", "one_record"),
    columns=("CNSR",),
    method="km",
)
def km_median_ci(selection: Selection) -> Outcome:
    """Median time to event with 95% limits: Kaplan-Meier, log-log; CNSR 0 is the event."""
    return _median(selection, kaplan_meier(_held(selection), _events(selection)))


@statistic(
    "reverse_km_median_ci",
    text="{median} ({lcl}–{ucl})",
    decimals=("median", "lcl", "ucl"),
    needs=("number", "one_record"),
    columns=("CNSR",),
    method="km",
)
def reverse_km_median_ci(selection: Selection) -> Outcome:
    """Median follow-up with 95% limits: Kaplan-Meier with event and censoring exchanged."""
    return _median(selection, reverse_kaplan_meier(_held(selection), _events(selection)))


@statistic(
    "km_curve",
    text="{median} ({lcl}–{ucl})",
    decimals=("median", "lcl", "ucl"),
    needs=("number", "one_record"),
    columns=("CNSR",),
    method="km",
    drawn=True,
)
def km_curve(selection: Selection) -> Outcome:
    """Figure: Kaplan-Meier curve of a time to event with its 95% band; a curve for each group."""
    return km_median_ci(selection)


@statistic("forest_plot", text="", drawn=True, method="exact")
def forest_plot(selection: Selection) -> Outcome:  # noqa: ARG001 - it draws the display's other rows
    """Figure: the shares and exact limits of all `exact_ci` rows of the same display."""
    return Outcome({})


def _counts(selection: Selection) -> dict[str, Value]:
    return {"n": selection.numerator, "denom": selection.denominator}


def _shares(selection: Selection) -> dict[str, Value]:
    return _counts(selection) | {"pct": percent(selection.numerator, selection.denominator)}


def _number(selection: Selection, held: Floats) -> dict[str, Value]:
    return {"n": len(held), "denom": selection.denominator}


def _held(selection: Selection) -> Floats:
    assert selection.values is not None
    return selection.values.dropna().to_numpy(dtype=np.float64)


def _events(selection: Selection) -> npt.NDArray[np.bool_]:
    assert selection.values is not None
    happened = selection.records.loc[selection.values.notna(), "CNSR"].eq(0)
    return happened.to_numpy(dtype=np.bool_)


def _median(selection: Selection, curve: KaplanMeier) -> Outcome:
    found = survival_time(curve)
    values: dict[str, Value] = {
        "n": curve.subjects,
        "denom": selection.denominator,
        "events": curve.total_events,
        "median": found.estimate,
        "lcl": found.lower,
        "ucl": found.upper,
    }
    return Outcome(values, curve)
