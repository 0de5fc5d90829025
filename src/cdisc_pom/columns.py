"""Columns and how to work on them once per distinct value.

Text is held as a categorical column whose categories are the distinct texts: a term is mapped, a
date is read, a unit is converted once for each distinct value, not once a record. Missing text is
NaN, never "". Every function here keeps the index and the order of what it is given.

A column has one of these types while data sets are made: text `category`, integers `Int64`,
numbers `float64`, dates `datetime64[s]`, dates with time `datetime64[us]`. The unit tells a date
from a date with time; `conform` gives both the type that is written.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Column = pd.Series

DATE = np.dtype("datetime64[s]")
DATETIME = np.dtype("datetime64[us]")


def text_column(values: Iterable[Any] | pd.Series, index: pd.Index | None = None) -> Column:
    """Text as a categorical column; None, NaN and "" are missing."""
    if isinstance(values, pd.Series):
        if isinstance(values.dtype, pd.CategoricalDtype):
            return values
        index = values.index if index is None else index
    found = pd.Series(values if isinstance(values, pd.Series) else list(values), dtype=object)
    items = found.where(found.notna(), None).to_numpy()
    codes, texts = pd.factorize(items)
    return from_codes(codes.astype(np.int64), [str(text) for text in texts], index)


def constant_text(value: str | None, index: pd.Index) -> Column:
    """The same text in each record (or missing in each)."""
    codes = np.full(len(index), -1 if value is None else 0, dtype=np.int64)
    return from_codes(codes, [] if value is None else [value], index)


def from_codes(codes: Codes, values: Sequence[str | None], index: pd.Index | None) -> Column:
    """A text column from positions in a list of texts that may repeat or be missing."""
    places: dict[str, int] = {}
    moves = np.full(len(values) + 1, -1, dtype=np.int64)
    for at, value in enumerate(values):
        if value is not None and value != "":
            moves[at] = places.setdefault(value, len(places))
    categories = pd.Index(list(places), dtype="str")
    data = pd.Categorical.from_codes(moves[codes], categories=categories)
    return pd.Series(data, index=index)


def distinct(column: Column) -> tuple[Codes, list[Any]]:
    """Positions (-1 where missing) and the distinct values that really occur.

    Categories that no record has are left out, so that what is said of them is not said of data.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)
        categories = column.cat.categories.tolist()
        used = np.bincount(codes[codes >= 0], minlength=len(categories)) > 0
        if used.all():
            return codes, categories
        moves = np.append(np.cumsum(used) - 1, -1)
        return moves[codes], [value for value, kept in zip(categories, used, strict=True) if kept]
    found, values = pd.factorize(column)
    return found.astype(np.int64), list(values)


def map_text(column: Column, function: Callable[[str], str | None]) -> Column:
    """A text column with `function` applied to each distinct text."""
    codes, values = distinct(text_column(column))
    return from_codes(codes, [function(value) for value in values], column.index)


def map_number(column: Column, function: Callable[[str], float | None]) -> Column:
    """A float column with `function` applied to each distinct text; None is missing."""
    codes, values = distinct(text_column(column))
    numbers = [function(value) for value in values]
    table = np.array([np.nan if n is None else n for n in numbers] + [np.nan], dtype=float)
    return pd.Series(table[codes], index=column.index)


def combine(columns: Sequence[Column], function: Callable[[tuple[Any, ...]], str | None]) -> Column:
    """A text column made from each distinct combination of several columns.

    `function` gets one value a column, None where missing.
    """
    codes, combinations = distinct_rows(columns)
    return from_codes(codes, [function(row) for row in combinations], columns[0].index)


def distinct_rows(columns: Sequence[Column]) -> tuple[Codes, list[tuple[Any, ...]]]:
    """Positions of each record in the list of distinct combinations, and that list."""
    parts = [distinct(column) for column in columns]
    joint = np.zeros(len(columns[0]), dtype=np.int64)
    for codes, values in parts:
        joint = joint * (len(values) + 1) + (codes + 1)
        joint = np.unique(joint, return_inverse=True)[1].reshape(-1).astype(np.int64)
    _, firsts = np.unique(joint, return_index=True)
    rows = [
        tuple(values[codes[at]] if codes[at] >= 0 else None for codes, values in parts)
        for at in firsts
    ]
    return joint, rows


def group_codes(columns: Sequence[Column], length: int | None = None) -> Codes:
    """A number for each record that is the same where all columns are the same.

    Missing values form a group of their own. Numbers follow the sorted order of the values.
    """
    if not columns:
        return np.zeros(length or 0, dtype=np.int64)
    joint = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        ranks = sort_codes(column)
        width = int(ranks.max(initial=-1)) + 2
        joint = joint * width + (ranks + 1)
        joint = np.unique(joint, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return joint


def sort_codes(column: Column) -> Codes:
    """Ranks that sort like SAS does: missing first (-1), text by code points, numbers by value."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = np.array(column.cat.categories.tolist(), dtype=object)
        order = np.argsort(categories, kind="stable")
        ranks = np.empty(len(categories) + 1, dtype=np.int64)
        ranks[order] = np.arange(len(categories))
        ranks[-1] = -1
        return ranks[column.cat.codes.to_numpy().astype(np.int64)]
    if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
        return sort_codes(text_column(column))
    codes, _ = pd.factorize(column, sort=True)
    return codes.astype(np.int64)


def sort_positions(columns: Sequence[Column], length: int) -> Codes:
    """Positions that sort the records by the columns; equal records keep their order."""
    if not columns:
        return np.arange(length)
    keys = [sort_codes(column) for column in reversed(columns)]
    return np.lexsort(keys).astype(np.int64)


def stack(columns: Sequence[Column]) -> Column:
    """Columns one under another, as one column on a fresh index."""
    kept = [column for column in columns if len(column)]
    if not kept:
        return columns[0].reset_index(drop=True) if columns else text_column([])
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in kept):
        places: dict[str, int] = {}
        parts = []
        for column in kept:
            codes, values = distinct(column)
            moves = np.array(
                [places.setdefault(value, len(places)) for value in values] + [-1], dtype=np.int64
            )
            parts.append(moves[codes])
        return from_codes(np.concatenate(parts), list(places), None)
    return pd.concat(kept, ignore_index=True)


def take(column: Column, positions: Codes, index: pd.Index) -> Column:
    """Values at positions; missing where a position is -1."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = np.append(column.cat.codes.to_numpy().astype(np.int64), -1)
        data = pd.Categorical.from_codes(codes[positions], categories=column.cat.categories)
        return pd.Series(data, index=index)
    taken = column.array.take(positions, allow_fill=True)
    return pd.Series(taken, index=index)


def missing_like(kind: str, index: pd.Index) -> Column:
    """An all-missing column of a kind (`text`, `integer`, `float`, `date`, `datetime`, `time`)."""
    if kind == "text":
        return constant_text(None, index)
    if kind == "integer":
        return pd.Series(pd.array([pd.NA] * len(index), dtype="Int64"), index=index)
    if kind in ("date", "datetime"):
        unit = DATE if kind == "date" else DATETIME
        return pd.Series(np.full(len(index), "NaT", dtype=unit), index=index)
    return pd.Series(np.full(len(index), np.nan), index=index)


def first_of_groups(groups: Codes, wanted: Mask) -> dict[Hashable, int]:
    """Position of the first wanted record of each group."""
    positions = np.flatnonzero(wanted)
    found, firsts = np.unique(groups[positions], return_index=True)
    return dict(zip(found.tolist(), positions[firsts].tolist(), strict=True))
