"""Age: completed years, months, weeks or days between birth and a reference date."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import ImputationRule, day_numbers, impute_date
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ImputationName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.columns import Column

_WEEK = 7


class AgeArgs(Arguments):
    """Arguments of `age`."""

    birth: ColumnName
    reference: ColumnName
    unit: Literal["years", "months", "weeks", "days"] = "years"
    rule: ImputationName = ""


@algorithm(
    "age",
    arguments=AgeArgs,
    text="Completed {unit} from {birth} to {reference}; a partial birth date is filled by rule "
    "{rule} (without a rule the age is missing).",
    text_zh="自 {birth} 至 {reference} 的足岁（单位 {unit}）；不完整的出生日期按规则 {rule} 填补"
    "（未指定规则时为缺失）。",
)
def age(
    birth: Column,
    reference: Column,
    unit: str = "years",
    rule: ImputationRule | None = None,
) -> Outcome:
    """Age at a date: how many whole years (months, weeks, days) have passed since birth.

    A year is complete on the birthday. Who was born on 29 February completes a year on 1 March
    in other years, and a month whose day does not exist on the first of the next month.

    Args:
        birth: ISO 8601 text or dates; may be partial.
        reference: ISO 8601 text or dates, e.g. RFICDTC. A partial one gives no age.
        unit: `years`, `months`, `weeks` or `days`.
        rule: rule of Imputation for a partial birth date; without one its age is missing.

    Returns:
        Int64; a problem for a birth after the reference date.

    Source: SDTMIG 3.4, section 5.2 (DM: AGE, AGEU); SAS YRDIF with basis AGE.

    Example:
        >>> age(pd.Series(["1959-03-02"]), pd.Series(["2024-03-01"])).values.tolist()
        [64]
    """
    problems: tuple[Problem, ...] = ()
    if rule is not None and not pd.api.types.is_datetime64_any_dtype(birth.dtype):
        filled = impute_date(birth, rule)
        birth, problems = filled.values, filled.problems
    born, day = day_numbers(birth), day_numbers(reference)
    found = _passed(born, day, unit)
    early = found < 0
    if early.any():
        message = "the reference date is before birth ({value})"
        problems = (*problems, Problem(early, message, reference, rule="date"))
    lost = np.isnan(found) | early
    whole = np.where(lost, 0, found).astype(np.int64)
    return Outcome(pd.Series(pd.arrays.IntegerArray(whole, lost), index=birth.index), problems)


def _passed(start: np.ndarray, end: np.ndarray, unit: str) -> np.ndarray:
    """Whole units between days since 1970-01-01; NaN where either is missing."""
    if unit in ("days", "weeks"):
        return np.asarray(np.floor((end - start) / (_WEEK if unit == "weeks" else 1)))
    lost = np.isnan(start) | np.isnan(end)
    first, last = (_calendar(np.where(lost, 0, days)) for days in (start, end))
    months = last[0] - first[0] - (last[1] < first[1])
    passed = np.floor(months / 12) if unit == "years" else months.astype(float)
    return np.where(lost, np.nan, passed)


def _calendar(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Months since 1970-01 and day of the month."""
    dates = days.astype(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64)
