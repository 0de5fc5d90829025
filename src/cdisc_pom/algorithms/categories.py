"""Categories: classes of a number by cut points, or by a table of ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import ValidationInfo, field_validator

from cdisc_pom.algorithms.comparison import above, at_least
from cdisc_pom.algorithms.lookups import LookupTable, default_keys
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    LookupName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.algorithms.values import fold, read_number
from cdisc_pom.columns import Column, distinct_rows, from_codes

Floats = np.ndarray


def numbers_of(column: Column) -> Floats:
    """A numeric column as floats; missing is NaN."""
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan), dtype=float)


def split_cuts(text: str) -> tuple[float, ...]:
    """Cut points in ascending order.

    Raises:
        ValueError: a part is no number, or they do not ascend.

    Example:
        >>> split_cuts("18|65")
        (18.0, 65.0)
    """
    found = [read_number(part) for part in text.split("|")]
    if None in found:
        raise ValueError(f"'{text}' are no numbers with | between them")
    cuts = [float(number) for number in found if number is not None]
    if sorted(set(cuts)) != cuts:
        raise ValueError(f"'{text}' do not ascend")
    return tuple(cuts)


class CategoryArgs(Arguments):
    """Arguments of `category`."""

    value: ColumnName
    cuts: str
    labels: str = ""
    border: Literal["upper", "lower"] = "upper"

    @field_validator("cuts")
    @classmethod
    def _cuts(cls, text: str) -> str:
        split_cuts(text)
        return text

    @field_validator("labels")
    @classmethod
    def _labels(cls, text: str, info: ValidationInfo) -> str:
        cuts = info.data.get("cuts")
        if text and cuts is not None and len(text.split("|")) != len(cuts.split("|")) + 1:
            raise ValueError(f"{len(cuts.split('|'))} cuts make {len(cuts.split('|')) + 1} classes")
        return text


@algorithm(
    "category",
    arguments=CategoryArgs,
    text="Classes of {value} cut at {cuts}: {labels} (a value at a cut is in the {border} class).",
    text_zh="{value} 以 {cuts} 为界分组：{labels}（等于界值者归入 {border} 组；upper 为上组）。",
)
def category(value: Column, cuts: str, labels: str = "", border: str = "upper") -> Column:
    """The class of a number between cut points.

    Args:
        value: numbers.
        cuts: cut points in ascending order, `|` between them.
        labels: one label more than cuts, `|` between them; without labels the result is the number
            of the class, from 1.
        border: the class of a value that equals a cut: `upper` (`<65`, `>=65`) or `lower` (`<=65`,
            `>65`).

    Returns:
        Text, or Int64 without labels; missing where the number is.

    Source: ADaMIG 1.3, section 3.2 (AGEGRy, AVALCATy); admiral, derive_vars_cat.

    Example:
        >>> ages = pd.Series([64.0, 65.0, None])
        >>> category(ages, "65", "<65|>=65").tolist(), category(ages, "65").tolist()
        (['<65', '>=65', nan], [1, 2, <NA>])
    """
    numbers = numbers_of(value)
    reached = at_least if border == "upper" else above
    classes = np.zeros(len(numbers), dtype=np.int64)
    for cut in split_cuts(cuts):
        classes += reached(numbers, cut)
    lost = np.isnan(numbers)
    if labels:
        return from_codes(np.where(lost, -1, classes), labels.split("|"), value.index)
    return pd.Series(pd.arrays.IntegerArray(classes + 1, lost), index=value.index)


class CategoryTableArgs(Arguments):
    """Arguments of `category_by_table`."""

    value: ColumnName
    keys: ColumnNames = ()
    table: LookupName
    give: str = "Value"

    def faults(self, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Columns that a table of ranges needs."""
        table: LookupTable = tables["table"]
        for name in (*default_keys(table, self.keys), "From", "To", self.give):
            if name not in table.columns:
                yield "table", f"table '{table.name}' has no column '{name}'."


@algorithm(
    "category_by_table",
    arguments=CategoryTableArgs,
    text="{give} of table {table} for the range in which {value} lies ({keys}).",
    text_zh="查表 {table}：由 {value} 所在区间（{keys}）得到 {give}。",
)
def category_by_table(
    value: Column, keys: tuple[Column, ...], table: LookupTable, give: str = "Value"
) -> Outcome:
    """The class of a number by a table of ranges, which may differ by parameter or sex.

    A range holds the numbers from `From` on and below `To`; an empty bound is open. A row with an
    empty key holds for every value of that key for which no row names it.

    Args:
        value: numbers.
        keys: columns that choose among the rows of the table, such as PARAMCD; may be none.
        table: rows of Lookups with From and To, or a sheet `Lookup NAME` with such columns.
        give: column that holds the class.

    Returns:
        Text; a problem for a number in no range of its key, and for one in two.

    Source: admiral, derive_vars_cat (definition by variable and condition).

    Example:
        >>> table = LookupTable("AGEGR", {"From": [None, "65"], "To": ["65", None],
        ...                               "Value": ["<65", ">=65"]})
        >>> category_by_table(pd.Series([64.9, 65.0]), (), table).values.tolist()
        ['<65', '>=65']
    """
    numbers = numbers_of(value)
    by = default_keys(table, [str(key.name) for key in keys])
    codes, rows = distinct_rows([text_of(key) for key in keys]) if keys else (
        np.zeros(len(numbers), dtype=np.int64), [()]
    )  # fmt: skip
    chosen = np.full(len(numbers), -1, dtype=np.int64)
    twice = np.zeros(len(numbers), dtype=bool)
    for at, row in enumerate(rows):
        mine = codes == at
        for number in _rows_of(table, by, row):
            hit = mine & _within(numbers, table, number)
            twice |= hit & (chosen >= 0)
            chosen[hit] = number
    result = from_codes(chosen, list(table.columns[give]), value.index)
    problems = []
    lost = ~np.isnan(numbers) & (chosen < 0)
    for where, what in ((lost, "no range"), (twice, "two ranges")):
        if where.any():
            message = f"'{{value}}' lies in {what} of table '{table.name}'"
            problems.append(Problem(where, message, value, rule="lookup"))
    return Outcome(result, tuple(problems))


def _rows_of(table: LookupTable, by: list[str], row: tuple[Any, ...]) -> list[int]:
    """Rows of the table that hold for a combination of keys: those that name most of it."""
    found: dict[int, list[int]] = {}
    for number in range(len(next(iter(table.columns.values()), ()))):
        cells = [table.columns[name][number] for name in by]
        pairs = list(zip(cells, row, strict=True))
        if all(cell is None or fold(cell) == fold(str(item)) for cell, item in pairs):
            found.setdefault(sum(cell is not None for cell in cells), []).append(number)
    return found[max(found)] if found else []


def _within(numbers: Floats, table: LookupTable, row: int) -> np.ndarray:
    low, high = (read_number(table.columns[name][row] or "") for name in ("From", "To"))
    inside: np.ndarray = ~np.isnan(numbers)
    if low is not None:
        inside &= at_least(numbers, low)
    if high is not None:
        inside &= ~at_least(numbers, high)
    return inside
