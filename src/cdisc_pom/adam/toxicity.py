"""Toxicity grades of laboratory values by CTCAE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.adam.toxicity_table import Grade, GradeTable
from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    GradesName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.columns import Column, Mask, combine, distinct, text_column


class ToxicityArgs(Arguments):
    """Arguments of `toxicity_grade`."""

    value: ColumnName
    test: ColumnName
    unit: ColumnName
    low: ColumnName = "ANRLO"
    high: ColumnName = "ANRHI"
    base: ColumnName = ""
    base_indicator: ColumnName = ""
    clinical: ColumnName = ""
    direction: Literal["HIGH", "LOW", "BOTH"]
    assume: Literal["worst", "none"] = "worst"
    version: GradesName


@dataclass(frozen=True)
class _Records:
    """The records of one test: values, references, and what is known of baseline and patient."""

    values: np.ndarray
    references: dict[str, np.ndarray]
    abnormal: Mask
    clinical: Mask
    units: list[str | None]
    unit_codes: np.ndarray


@algorithm(
    "toxicity_grade",
    arguments=ToxicityArgs,
    text="CTCAE {version} grade of {value} ({direction}) from {low}, {high} and {base}; 0 when no "
    "limit is passed; where a grade asks for signs that are not recorded, the {assume} is assumed.",
    text_zh="按 CTCAE {version} 由 {value}、{low}、{high}、{base} 得到的分级"
    "（方向 {direction}）；未超过任何界值为 0；需临床信息而未记录者按 {assume}"
    "（worst 最差/none 不计）处理。",
)
def toxicity_grade(
    value: Column,
    test: Column,
    unit: Column,
    low: Column,
    high: Column,
    base: Column | None = None,
    base_indicator: Column | None = None,
    clinical: Column | None = None,
    *,
    direction: str,
    assume: str = "worst",
    version: GradeTable,
) -> Outcome:
    """Grade of a laboratory value by CTCAE, from packaged limits that a study may change.

    A record has the highest grade of which a limit is passed. It has grade 0 when it passes none
    and every limit of the lowest grade could be looked at; otherwise, and for a test without
    criteria, the grade is missing. Values equal to a limit on paper are equal here.

    Args:
        value: numbers (AVAL).
        test: test codes of CDISC terminology (PARAMCD or LBTESTCD); calcium is graded as CACR
            (corrected) or CAION.
        unit: unit of the value; limits are packaged in SI and conventional units.
        low: lower limit of normal.
        high: upper limit of normal.
        base: baseline value, for limits that are multiples of it.
        base_indicator: baseline against its range (BNRIND); without it `base` is compared with
            the record's own limits. A missing baseline counts as normal.
        clinical: `Y` where signs, fasting or anticoagulation hold that a limit asks for.
        direction: `HIGH`, `LOW`, or `BOTH`: then a grade of LOW is negative.
        assume: without a `clinical` column, whether the `worst` or `none` of those holds.
        version: `4.0` or `5.0`; rows of the sheet Grades replace those of their test and
            direction.

    Returns:
        Int64, 0 to 4; a problem for a value whose unit no limit is written in.

    Source: NCI CTCAE 4.0 and 5.0; admiral, derive_var_atoxgr_dir and derive_var_atoxgr.

    Example:
        >>> from cdisc_pom.adam.toxicity_table import packaged_grades
        >>> column = lambda *items: pd.Series(list(items))
        >>> toxicity_grade(column(95.0, 75.0, 130.0), column(*["HGB"] * 3), column(*["g/L"] * 3),
        ...                column(*[120.0] * 3), column(*[160.0] * 3), direction="LOW",
        ...                version=packaged_grades("5.0")).values.tolist()
        [2, 3, 0]
    """
    columns = {"LLN": low, "ULN": high, "BASE": base}
    references = {
        name: np.full(len(value), np.nan) if column is None else numbers_of(column)
        for name, column in columns.items()
    }
    numbers = numbers_of(value)
    given = np.full(len(value), assume == "worst") if clinical is None else np.asarray(
        (clinical == "Y").fillna(False), dtype=bool
    )  # fmt: skip
    units, unit_codes = _units(unit)
    codes, tests = distinct(text_column(test))
    lost = np.zeros(len(value), dtype=bool)
    found = np.full(len(value), np.nan)
    for side in ("LOW", "HIGH") if direction == "BOTH" else (direction,):
        abnormal = _abnormal(references, base_indicator, side)
        for at, name in enumerate(tests):
            mine = np.flatnonzero((codes == at) & ~np.isnan(numbers))
            rows = version.of(str(name), side)
            if not rows or not len(mine):
                continue
            records = _Records(
                numbers[mine], {key: item[mine] for key, item in references.items()},
                abnormal[mine], given[mine], units, unit_codes[mine],
            )  # fmt: skip
            grades, foreign = _grades(records, rows)
            lost[mine] |= foreign
            if direction == "BOTH" and side == "HIGH" and version.of(str(name), "LOW"):
                grades = _joined(found[mine], grades)
            found[mine] = -grades if direction == "BOTH" and side == "LOW" else grades
    missing = np.isnan(found)
    whole = np.where(missing, 0, found).astype(np.int64)
    made = pd.Series(pd.arrays.IntegerArray(whole, missing), index=value.index)
    return Outcome(made, _unit_problem(lost, test, unit, version))


def _units(unit: Column) -> tuple[list[str | None], np.ndarray]:
    codes, values = distinct(text_column(unit))
    return [*values, None], codes


def _abnormal(references: dict[str, np.ndarray], indicator: Column | None, direction: str) -> Mask:
    """Whether the baseline is abnormal in the direction; a missing one is taken as normal."""
    if indicator is not None:
        codes, values = distinct(text_column(indicator))
        hits = [str(item).upper().startswith(direction) for item in values]
        return np.asarray(np.array([*hits, False], dtype=bool)[codes], dtype=bool)
    base = references["BASE"]
    return np.asarray(
        base > references["ULN"] if direction == "HIGH" else base < references["LLN"], dtype=bool
    )


def _grades(records: _Records, rows: tuple[Grade, ...]) -> tuple[np.ndarray, Mask]:
    """Grade of each record of a test, and where its unit is one that no limit is written in."""
    n = len(records.values)
    written = frozenset[str]().union(*(row.units for row in rows))
    known = np.array([item in written or not written for item in records.units], dtype=bool)
    foreign = ~known[records.unit_codes]
    best, unclear = np.zeros(n), np.zeros(n, dtype=bool)
    lowest = min(row.grade for row in rows)
    for row in rows:
        applies = ~foreign
        if row.units:
            mine = np.array([item in row.units for item in records.units], dtype=bool)
            applies = applies & mine[records.unit_codes]
        if row.baseline:
            applies = applies & (records.abnormal == (row.baseline == "abnormal"))
        if row.clinical:
            applies = applies & records.clinical
        holds, unknown = row.limit.holds(records.values, records.references)
        if row.also is not None:
            second, hidden = row.also.holds(records.values, records.references)
            holds, unknown = holds & second, unknown | hidden
        best = np.where(applies & holds, np.maximum(best, row.grade), best)
        if row.grade == lowest:
            unclear |= applies & unknown
    return np.where(foreign | ((best == 0) & unclear), np.nan, best), foreign


def _joined(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """One number for both directions: 0 needs that both are 0, a grade wins over what is unknown.

    `low` is negative where it grades; a value is never graded in both directions.
    """
    graded = np.where(high > 0, high, np.where(low < 0, low, np.nan))
    return np.where(np.isnan(graded), high + low, graded)


def _unit_problem(
    lost: Mask, test: Column, unit: Column, version: GradeTable
) -> tuple[Problem, ...]:
    if not lost.any():
        return ()
    values = combine(
        [text_column(test), text_column(unit)],
        lambda row: f"{row[0]} in {row[1] or 'no unit'}",
    )
    message = f"CTCAE {version.version} has no limit for {{value}}"
    hint = "Convert it to a unit of the criteria, or add rows to Grades."
    return (Problem(lost, message, values, hint, "unit"),)
