"""Parameters: records taken over from a source, and yes/no parameters made from others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import dates_from_days, day_numbers
from cdisc_pom.algorithms.registry import (
    ColumnName,
    ColumnNames,
    ParameterArguments,
    Records,
    SubjectsName,
    algorithm,
)
from cdisc_pom.columns import Column, from_codes, group_codes, map_number, stack, take


class RecordsArgs(ParameterArguments):
    """`records` has no arguments."""


@algorithm(
    "records",
    arguments=RecordsArgs,
    shape="records",
    text="Each record of the source.",
    text_zh="来源中的每条记录。",
)
def records() -> Records:
    """Each record of a source becomes a record of the parameter; Derivations fill it.

    The Where of the row selects the records. This is how collected results come into a basic
    data structure.

    Returns:
        Nothing here: the plan takes the records over with their columns.

    Source: ADaMIG 1.3, section 4.2 (BDS: analysis records from SDTM records).

    Example:
        >>> len(records().rows)
        0
    """
    return Records(np.zeros(0, dtype=np.int64), {})


class FirstOccurrenceArgs(ParameterArguments):
    """Arguments of `first_occurrence`."""

    value: ColumnName
    date: ColumnName
    by: ColumnNames
    values: str
    subjects: SubjectsName = ""


@algorithm(
    "first_occurrence",
    arguments=FirstOccurrenceArgs,
    shape="records",
    gives=("AVALC", "ADT"),
    text="Y with the first {date} on which {value} is one of {values}, otherwise N.",
    text_zh="{value} 首次为 {values} 之一时取 Y 及其 {date}，否则为 N。",
)
def first_occurrence(
    value: Column,
    date: Column,
    by: tuple[Column, ...],
    values: str,
    subjects: Column | None = None,
) -> Records:
    """Whether and when a value first occurred, one record a subject.

    Args:
        value: text of the records looked at.
        date: their dates.
        by: USUBJID and what further a record belongs to (PARCAT1).
        values: the values that count, separated by `|`; on one date the one that stands first
            wins.
        subjects: every subject who gets a record even when none of theirs is looked at; the
            further `by` values are those that occur.

    Returns:
        AVALC `Y` or `N`, ADT the first date (missing for `N`), and the `by` variables.

    Source: admiral, derive_extreme_event; ADaM 1.3 response parameters.

    Example:
        >>> dates = pd.Series(["2024-03-01", "2024-04-01"])
        >>> made = first_occurrence(pd.Series(["SD", "PR"]), dates,
        ...                         (pd.Series(["01", "01"], name="USUBJID"),), "CR|PR")
        >>> made.columns["AVALC"].tolist(), made.columns["ADT"].dt.month.tolist()
        (['Y'], [4])
    """
    wanted = values.split("|")
    hits = value.isin(wanted).to_numpy(dtype=bool) & date.notna().to_numpy()
    ranks = map_number(value, dict(zip(wanted, range(len(wanted)), strict=True)).get).to_numpy()
    days = np.where(hits, day_numbers(date), np.inf)
    groups, keys = group_keys(by, subjects)
    mine = groups[: len(value)]
    order = np.lexsort([ranks, days, mine])
    starts = np.insert(mine[order][1:] != mine[order][:-1], 0, True)[: len(order)]
    firsts = order[starts]
    count = int(groups.max(initial=-1)) + 1
    rows = np.full(count, -1, dtype=np.int64)
    rows[mine[firsts]] = firsts
    hit = np.zeros(count, dtype=bool)
    hit[mine[firsts]] = np.isfinite(days[firsts])
    rows = np.where(hit, rows, -1)
    index = pd.RangeIndex(count)
    found = np.append(np.where(np.isinf(days), np.nan, days), np.nan)[rows]
    columns = {
        **keys,
        "AVALC": from_codes(np.where(hit, 0, 1), ["Y", "N"], index),
        "ADT": dates_from_days(found, index),
    }
    return Records(rows, columns)


def group_keys(
    by: tuple[Column, ...], subjects: Column | None
) -> tuple[np.ndarray, dict[str, Column]]:
    """Group of each record (subjects' own rows behind them) and the keys of each group."""
    names = [str(column.name) for column in by]
    columns = list(by)
    if subjects is not None:
        columns = [
            stack([have, more]) for have, more in zip(by, subject_grid(by, subjects), strict=True)
        ]
    groups = group_codes(columns)
    _, firsts = np.unique(groups, return_index=True)
    index = pd.RangeIndex(len(firsts))
    keys = {name: take(column, firsts, index) for name, column in zip(names, columns, strict=True)}
    return groups, keys


def subject_grid(by: tuple[Column, ...], subjects: Column) -> list[Column]:
    """Every subject with every combination of the further keys that occurs."""
    rest = by[1:]
    if not rest:
        return [subjects.reset_index(drop=True)]
    _, firsts = np.unique(group_codes(rest), return_index=True)
    n, m = len(subjects), len(firsts)
    index = pd.RangeIndex(n * m)
    grid = [take(subjects, np.repeat(np.arange(n), m), index)]
    return grid + [take(column, np.tile(firsts, n), index) for column in rest]
