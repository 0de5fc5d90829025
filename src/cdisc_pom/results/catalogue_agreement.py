"""Statistics of two raters of the same subjects: agreement, kappa, and the table of both.

The records of a row hold the ratings of several raters, told apart by an expression (`by`), one
record a subject and rater. Subjects whom only one of the two rated are left out and counted.
"""

from __future__ import annotations

import pandas as pd

from cdisc_pom.results.agreement import CrossTable, Kappa, Weights, cohen_kappa, cross_table
from cdisc_pom.results.arguments import Arguments, Sql, Words
from cdisc_pom.results.catalogue_figures import as_texts
from cdisc_pom.results.registry import DataFault, Outcome, Selection, Value, statistic
from cdisc_pom.results.statistics import percent


class RaterArguments(Arguments):
    """The two raters, the expression that tells them apart, and the levels in order."""

    first: str
    second: str
    by: Sql = "PARCAT1"
    levels: Words = ()


class WeightedArguments(RaterArguments):
    """The raters, and how much ratings may differ: `linear` or `quadratic` weights."""

    weights: Weights = "linear"


@statistic(
    "agreement",
    text="{n}/{denom} ({pct})",
    decimals=("pct",),
    needs=("value",),
    arguments=RaterArguments,
)
def agreement(selection: Selection) -> Outcome:
    """Subjects with the same rating from both raters, of those whom both rated, and in percent."""
    table, used = _table(selection)
    values: dict[str, Value] = {
        "n": table.agreeing,
        "denom": table.subjects,
        "pct": percent(table.agreeing, table.subjects),
    }
    return Outcome(values, used=used)


@statistic(
    "kappa",
    text="{kappa} ({lcl}–{ucl})",
    decimals=("kappa", "lcl", "ucl"),
    needs=("value",),
    arguments=RaterArguments,
    method="kappa",
)
def kappa(selection: Selection) -> Outcome:
    """Cohen's kappa of two raters with its asymptotic 95% limits."""
    table, used = _table(selection)
    return _kappa(selection, table, cohen_kappa(table.counts), used)


@statistic(
    "weighted_kappa",
    text="{kappa} ({lcl}–{ucl})",
    decimals=("kappa", "lcl", "ucl"),
    needs=("value",),
    arguments=WeightedArguments,
    method="kappa",
)
def weighted_kappa(selection: Selection) -> Outcome:
    """Weighted kappa of two raters with its asymptotic 95% limits; the levels have an order."""
    assert isinstance(selection.arguments, WeightedArguments)
    table, used = _table(selection)
    found = cohen_kappa(table.counts, weights=selection.arguments.weights)
    return _kappa(selection, table, found, used)


@statistic("cross_table", text="{n}", needs=("value",), arguments=RaterArguments)
def cross_table_of_raters(selection: Selection) -> Outcome:
    """Table: subjects by the ratings of two raters, the first one's in rows."""
    table, used = _table(selection)
    values: dict[str, Value] = {
        "n": table.subjects,
        "denom": selection.denominator,
        "unpaired": table.unpaired,
    }
    return Outcome(values, table=table, used=used)


def _kappa(selection: Selection, table: CrossTable, found: Kappa, used: pd.Index) -> Outcome:
    values: dict[str, Value] = {
        "n": table.subjects,
        "denom": selection.denominator,
        "kappa": found.estimate,
        "se": found.standard_error,
        "lcl": found.lower,
        "ucl": found.upper,
    }
    return Outcome(values, used=used)


def _table(selection: Selection) -> tuple[CrossTable, pd.Index]:
    arguments = selection.arguments
    assert isinstance(arguments, RaterArguments)
    assert selection.values is not None
    subject, rater = selection.records["USUBJID"], selection.columns["by"].astype("object")
    pair = (arguments.first, arguments.second)
    for name in pair:
        if not rater.eq(name).any():
            message = f"{arguments.by} '{name}' has no record here, so that nobody is compared."
            raise DataFault(message, subject.iloc[:0])
    used = selection.values.index[rater.isin(pair) & selection.values.notna()]
    ratings = pd.DataFrame(
        {
            "subject": subject.loc[used].astype("object"),
            "rater": rater.loc[used],
            "rating": as_texts(selection.values.loc[used], arguments.levels, subject),
        }
    )
    again = ratings.duplicated(["subject", "rater"])
    if again.any():
        message = "a rater has more than one rating of a subject."
        raise DataFault(message, ratings.loc[again, "subject"])
    first, second = (ratings[ratings["rater"].eq(name)].set_index("subject") for name in pair)
    wide = pd.DataFrame({"first": first["rating"], "second": second["rating"]})
    both = wide.dropna()
    levels = arguments.levels or tuple(sorted(ratings["rating"].unique()))
    counts = cross_table(both["first"].tolist(), both["second"].tolist(), levels)
    place = {level: at for at, level in enumerate(levels)}
    pairs = tuple(
        (str(name), place[one], place[other])
        for name, one, other in zip(both.index, both["first"], both["second"], strict=True)
    )
    return CrossTable(*pair, levels, counts, len(wide) - len(both), pairs), used
