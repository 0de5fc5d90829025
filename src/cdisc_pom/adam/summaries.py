"""Parameters that summarise records: aggregates, and the first, last, lowest or highest record."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.adam.parameters import group_keys
from cdisc_pom.algorithms.around import group_statistic
from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.groups import order_records
from cdisc_pom.algorithms.registry import (
    ColumnName,
    ColumnNames,
    ParameterArguments,
    Problem,
    Records,
    SubjectsName,
    algorithm,
)
from cdisc_pom.columns import Column, constant_text


class AggregateArgs(ParameterArguments):
    """Arguments of `aggregate`."""

    value: ColumnName
    by: ColumnNames
    statistic: Literal["sum", "mean", "median", "minimum", "maximum", "count"]
    date: ColumnName = ""
    empty: float | None = None
    dtype: str = ""
    subjects: SubjectsName = ""


@algorithm(
    "aggregate",
    arguments=AggregateArgs,
    shape="records",
    gives=("AVAL", "ADT", "DTYPE"),
    text="{statistic} of {value} within {by}.",
    text_zh="在 {by} 内 {value} 的 {statistic}。",
)
def aggregate(
    value: Column,
    by: tuple[Column, ...],
    statistic: str,
    date: Column | None = None,
    empty: float | None = None,
    dtype: str = "",
    subjects: Column | None = None,
) -> Records:
    """One record a group with the sum, mean, median, minimum, maximum or count of a value.

    For a total dose, a number of cycles, the worst value after baseline, a mean of two readings.
    The Where of the row selects the records. `first` and `last` values are records: see
    `extreme_record`.

    Args:
        value: numbers; missing ones do not count.
        by: USUBJID and what further the records are summed by (AVISIT, PARCAT1 …).
        statistic: `sum`, `mean`, `median`, `minimum`, `maximum` or `count`.
        date: their dates; ADT is the latest of those that counted, for minimum and maximum the
            first on which the value was reached. `carry=` takes from the record of that date; so
            it needs `date`.
        empty: value for a group of `subjects` without a record; without it such a group gets no
            record, except that a count is 0.
        dtype: DTYPE of the new records, e.g. AVERAGE.
        subjects: every subject who gets a record.

    Returns:
        The `by` variables, AVAL, ADT with `date`, DTYPE with `dtype`.

    Source: admiral, derive_summary_records and derive_param_exposure.

    Example:
        >>> made = aggregate(pd.Series([4.0, 3.0]), (pd.Series(["01", "01"], name="USUBJID"),),
        ...                  "sum")
        >>> made.columns["AVAL"].tolist()
        [7.0]
    """
    numbers = numbers_of(value)
    groups, keys = group_keys(by, subjects)
    mine = groups[: len(numbers)]
    size = int(groups.max(initial=-1)) + 1
    kept = np.flatnonzero(~np.isnan(numbers))
    totals = group_statistic(numbers[kept], mine[kept], size, statistic)
    if empty is not None:
        totals[np.bincount(mine[kept], minlength=size) == 0] = empty
    made = np.flatnonzero(~np.isnan(totals))
    rows = np.full(len(made), -1, dtype=np.int64)
    if date is not None:
        rows = _decisive(numbers, mine, kept, date, statistic, size)[made]
    index = pd.RangeIndex(len(made))
    columns = {name: column.iloc[made].reset_index(drop=True) for name, column in keys.items()}
    columns["AVAL"] = pd.Series(totals[made], index=index)
    if date is not None:
        columns["ADT"] = dates_from_days(np.append(day_numbers(date), np.nan)[rows], index)
    if dtype:
        columns["DTYPE"] = constant_text(dtype, index)
    places = np.full(size, -1, dtype=np.int64)
    places[made] = np.arange(len(made))
    return Records(rows, columns, looked=_pairs(places[mine[kept]], kept))


def _decisive(
    numbers: np.ndarray,
    groups: np.ndarray,
    kept: np.ndarray,
    date: Column,
    statistic: str,
    size: int,
) -> np.ndarray:
    """The record that gives a group its date: the extreme one, or the latest of all."""
    days = np.nan_to_num(day_numbers(date), nan=np.inf)
    if statistic in ("minimum", "maximum"):
        ranks = numbers if statistic == "minimum" else -numbers
        keys = (days[kept], ranks[kept], groups[kept])
    else:
        days = np.where(np.isinf(days), -np.inf, days)
        keys = (numbers[kept], -days[kept], groups[kept])
    order = kept[np.lexsort(keys)][::-1]
    found = np.full(size, -1, dtype=np.int64)
    found[groups[order]] = order  # the last assignment, the first in order, stays
    return found


def _pairs(rows: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """New records and the records that made them, without those of groups that got none."""
    there = rows >= 0
    return rows[there], positions[there]


class ExtremeRecordArgs(ParameterArguments):
    """Arguments of `extreme_record`."""

    order: ColumnNames
    by: ColumnNames
    mode: Literal["first", "last"] = "first"
    dtype: str = ""


@algorithm(
    "extreme_record",
    arguments=ExtremeRecordArgs,
    shape="records",
    gives=("DTYPE",),
    text="The {mode} record within {by}, in the order of {order}.",
    text_zh="在 {by} 内按 {order} 排序的 {mode}（first 首条/last 末条）记录。",
)
def extreme_record(
    order: tuple[Column, ...],
    by: tuple[Column, ...],
    mode: str = "first",
    dtype: str = "",
) -> Records:
    """One record a group: a copy of its first or last record in an order.

    For a last value on treatment, a first response, a worst grade (order by the grade, then by the
    date). `carry=` names what is copied, such as AVAL, AVALC, ADT. Records with a missing value in
    the order take no part.

    Args:
        order: columns that put the records of a group in a total order.
        by: USUBJID and what further has one record.
        mode: `first` or `last`.
        dtype: DTYPE of the new records.

    Returns:
        The `by` variables, and DTYPE with `dtype`; a problem where two records tie.

    Source: admiral, derive_extreme_records and derive_extreme_event.

    Example:
        >>> made = extreme_record((pd.Series(["2024-03-08", "2024-03-01"]),),
        ...                       (pd.Series(["01", "01"], name="USUBJID"),))
        >>> made.rows.tolist()
        [1]
    """
    length = len(by[0])
    kept = np.ones(length, dtype=bool)
    for column in order:
        kept &= column.notna().to_numpy()
    found = order_records(by, order, kept)
    chosen = found.ends() if mode == "last" else found.starts
    rows = found.positions[chosen]
    index = pd.RangeIndex(len(rows))
    columns = {str(column.name): column.iloc[rows].reset_index(drop=True) for column in by}
    if dtype:
        columns["DTYPE"] = constant_text(dtype, index)
    # The record beside the chosen one must not equal it.
    rivals = found.same & chosen if mode == "last" else found.same & _behind(chosen)
    if not rivals.any():
        return Records(rows, columns)
    lost = np.zeros(length, dtype=bool)
    lost[found.positions[rivals]] = True
    message = "two records tie for the {value} one"
    hint = "Name a further variable that decides between them in order=."
    shown = constant_text(mode, by[0].index)
    return Records(rows, columns, (Problem(lost, message, shown, hint, "tie"),))


def _behind(chosen: np.ndarray) -> np.ndarray:
    """The records right behind the chosen ones."""
    return np.insert(chosen[:-1], 0, False) if len(chosen) else chosen
