"""Reference ranges that stand in a table: by test, laboratory, sex, age and date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.comparison import at_least
from cdisc_pom.algorithms.dates import day_numbers
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    Outcome,
    Problem,
    RangesName,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.algorithms.values import fold
from cdisc_pom.columns import Column, Mask, distinct, text_column


@dataclass(frozen=True)
class Range:
    """A reference range and for whom it holds; what is None or empty holds for all."""

    test: str
    low: float | None
    high: float | None
    laboratory: str = ""
    sex: str = ""
    unit: str = ""
    age_from: float | None = None
    age_to: float | None = None
    valid_from: str = ""
    valid_to: str = ""

    @property
    def detail(self) -> int:
        """How much the row asks for: a row that asks for more wins."""
        texts = (self.laboratory, self.sex, self.unit, self.valid_from or self.valid_to)
        aged = self.age_from is not None or self.age_to is not None
        return sum(bool(text) for text in texts) + aged


RangeTable = Sequence[Range]


class RangeTableArgs(Arguments):
    """Arguments of `reference_range`."""

    test: ColumnName
    give: Literal["low", "high"]
    sex: ColumnName = ""
    age: ColumnName = ""
    laboratory: ColumnName = ""
    unit: ColumnName = ""
    date: ColumnName = ""
    unmatched: Literal["error", "missing"] = "missing"
    table: RangesName = "Ranges"


@algorithm(
    "reference_range",
    arguments=RangeTableArgs,
    text="{give} limit of the reference range of {test} in the sheet Ranges ({sex} {age} "
    "{laboratory} {unit} {date}).",
    text_zh="Ranges 表中 {test} 参考值范围的 {give}（low 下限/high 上限）"
    "（{sex} {age} {laboratory} {unit} {date}）。",
    origin="Assigned",
)
def reference_range(
    test: Column,
    give: str,
    sex: Column | None = None,
    age: Column | None = None,
    laboratory: Column | None = None,
    unit: Column | None = None,
    date: Column | None = None,
    unmatched: str = "missing",
    *,
    table: RangeTable,
) -> Outcome:
    """The lower or upper limit of normal from the Ranges sheet, where a form has none.

    A row holds for the records that fit all that it names; an empty cell fits every record. Of
    several rows the one that names most wins. Ages count from `Age from` on and below `Age to`,
    dates from `Valid from` up to and with `Valid to`.

    Args:
        test: test code.
        give: `low` or `high`.
        sex: sex of the subject.
        age: age in years.
        laboratory: laboratory that measured.
        unit: unit of the result.
        date: date of the specimen.
        unmatched: `missing` or `error`, for a record with no row.
        table: rows of the Ranges sheet.

    Returns:
        float64; a problem for records that two rows fit equally well.

    Source: SDTMIG 3.4, section 6.3.5 (LB: --ORNRLO, --ORNRHI).

    Example:
        >>> table = [Range("HGB", 130, 175, sex="M"), Range("HGB", 115, 150, sex="F")]
        >>> reference_range(pd.Series(["HGB"] * 2), "low", pd.Series(["F", "M"]),
        ...                 table=table).values.tolist()
        [115.0, 130.0]
    """
    n = len(test)
    given = {"test": test, "sex": sex, "laboratory": laboratory, "unit": unit}
    words = {name: _words(text_of(col)) for name, col in given.items() if col is not None}
    ages = np.full(n, np.nan) if age is None else numbers_of(age)
    days = np.full(n, np.nan) if date is None else day_numbers(date)
    chosen, detail = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    twice = np.zeros(n, dtype=bool)
    for number, row in enumerate(table):
        fits = _aged(ages, row) & _dated(days, row)
        for name in given:
            wanted = getattr(row, name)
            if wanted:
                fits &= words[name](wanted) if name in words else False
        better = fits & (row.detail > detail)
        twice = (twice & ~better) | (fits & (row.detail == detail))
        chosen[better], detail[better] = number, row.detail
    limits = [row.low if give == "low" else row.high for row in table]
    known = np.array([np.nan if item is None else item for item in limits] + [np.nan], dtype=float)
    problems = _problems(test, chosen, twice, unmatched)
    return Outcome(pd.Series(known[chosen], index=test.index), problems)


def _words(column: Column) -> Callable[[str], Mask]:
    """Where a column holds a text, compared as collected terms are."""
    codes, values = distinct(column)
    folded = [fold(str(value)) for value in values]

    def holds(wanted: str) -> Mask:
        hits = np.array([item == fold(wanted) for item in folded] + [False], dtype=bool)
        return np.asarray(hits[codes], dtype=bool)

    return holds


def _aged(ages: np.ndarray, row: Range) -> Mask:
    fits = np.ones(len(ages), dtype=bool)
    if row.age_from is not None:
        fits &= at_least(ages, row.age_from)
    if row.age_to is not None:
        fits &= ~np.isnan(ages) & ~at_least(ages, row.age_to)
    return fits


def _dated(days: np.ndarray, row: Range) -> Mask:
    fits = np.ones(len(days), dtype=bool)
    for text, first in ((row.valid_from, True), (row.valid_to, False)):
        if text:
            bound = day_numbers(text_column([text]))[0]
            fits &= days >= bound if first else days <= bound
    return fits


def _problems(test: Column, chosen: np.ndarray, twice: Mask, unmatched: str) -> tuple[Problem, ...]:
    found = []
    if twice.any():
        message = "two rows of Ranges fit {value} equally well"
        found.append(Problem(twice, message, test, "Make one of them name more.", "range"))
    lost = (chosen < 0) & test.notna().to_numpy()
    if unmatched == "error" and lost.any():
        found.append(Problem(lost, "Ranges has no row for {value}", test, rule="range"))
    return tuple(found)
