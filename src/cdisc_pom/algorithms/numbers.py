"""Numbers: units, standard results, reference ranges, SAS rounding."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    Outcome,
    Problem,
    UnitsName,
    algorithm,
)
from cdisc_pom.algorithms.values import Thousands, read_number
from cdisc_pom.columns import (
    Column,
    constant_text,
    distinct,
    distinct_rows,
    from_codes,
    map_number,
    text_column,
)

_WHOLE = 1e15
# Numbers that differ by less, relative to their size, differ by binary rounding alone.
_FUZZ = 1e-10


def round_sas(value: float, digits: int) -> float:
    """Round half away from zero in decimal, as SAS ROUND does.

    A value counts as the number that its first 15 digits show, so that 2.675, which binary
    numbers hold as 2.67499…, gives 2.68. Numbers that have no digits left to round (1e15 and
    more) stay as they are.

    Source: SAS ROUND function (fuzzing of half-way cases).

    Example:
        >>> round_sas(2.675, 2), round_sas(-0.5, 0)
        (2.68, -1.0)
    """
    if np.isnan(value) or (abs(value) >= _WHOLE and digits >= 0):
        return value
    shown = Decimal(f"{value:.14e}")
    return float(shown.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def plain_text(value: float) -> str:
    """A number as text: no exponent, no trailing zeros.

    Example:
        >>> plain_text(12.0), plain_text(0.50)
        ('12', '0.5')
    """
    text = f"{Decimal(repr(float(value))):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class UnitTable:
    """Factors by test code ("" for any test), unit and standard unit.

    `added` holds, by the same keys, what is added after the factor: degrees Fahrenheit to Celsius.
    """

    factors: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    added: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def factor(
        self, testcd: str | None, unit: str | None, standard: str | None
    ) -> tuple[float, float] | None:
        """What a value in `unit` is multiplied with to stand in `standard`, and what is added."""
        if unit == standard or standard is None:
            return 1.0, 0.0
        if unit is None:
            return None
        for key in ((testcd or "", unit, standard), ("", unit, standard)):
            found = self.factors.get(key)
            if found is not None:
                return found, self.added.get(key, 0.0)
        return None


class ConvertArgs(Arguments):
    """Arguments of `convert_unit` and `standard_result`."""

    result: ColumnName
    unit: ColumnName
    testcd: ColumnName = "TESTCD"
    to: ColumnName = "STANDARD_UNIT"
    factor: ColumnName = "FACTOR"
    digits: ColumnName = "DIGITS"
    thousands: Thousands = ""
    table: UnitsName = "Units"


@dataclass(frozen=True)
class _Converted:
    codes: np.ndarray
    numbers: list[float]
    texts: list[str | None]
    lost: list[bool]


def _convert(columns: tuple[Column, ...], table: UnitTable, thousands: str) -> _Converted:
    """Standard number and text of each distinct (result, unit, test, standard unit …)."""
    codes, rows = distinct_rows(columns)
    numbers, texts, lost = [], [], []
    for result, unit, testcd, to, own, digits in rows:
        factor = (float(own), 0.0) if own is not None else table.factor(testcd, unit, to)
        sign, plain = _split_sign(result)
        number = read_number(plain, thousands) if plain is not None else None
        lost.append(number is not None and factor is None)
        if number is None or factor is None:
            numbers.append(np.nan)
            texts.append(result if number is None else None)
            continue
        value = number * factor[0] + factor[1]
        places = int(digits) if digits is not None and not pd.isna(digits) else None
        value = round_sas(value, 12 if places is None else places)
        numbers.append(np.nan if sign else value)
        texts.append(sign + plain_text(value))
    return _Converted(codes, numbers, texts, lost)


def _split_sign(result: str | None) -> tuple[str, str | None]:
    """A comparator in front of a number (`<5`), and the rest."""
    if result is None:
        return "", None
    plain = unicodedata.normalize("NFKC", result).strip()
    for sign in ("<=", ">=", "<", ">"):
        if plain.startswith(sign):
            return sign, plain[len(sign) :].strip()
    return "", plain


def _conversion(
    result: Column, unit: Column, testcd: Column, to: Column,
    factor: Column | None, digits: Column | None, table: UnitTable, thousands: str,
) -> tuple[_Converted, tuple[Problem, ...]]:  # fmt: skip
    none = constant_text(None, result.index)
    parts = (text_column(result), text_column(unit), text_column(testcd), text_column(to),
             none if factor is None else factor, none if digits is None else digits)  # fmt: skip
    found = _convert(parts, table, thousands)
    lost = np.array([*found.lost, False], dtype=bool)[found.codes]
    if not lost.any():
        return found, ()
    codes, rows = distinct_rows((text_column(testcd), text_column(unit), text_column(to)))
    shown = [f"{test}: {have or 'no unit'} to {want}" for test, have, want in rows]
    values = from_codes(codes, shown, result.index)
    hint = "Add a row to Units, or a Factor to the Findings row."
    problem = Problem(lost, "no factor for {value}", values, hint, "unit")
    return found, (problem,)


@algorithm(
    "convert_unit",
    arguments=ConvertArgs,
    text="Numeric {result} converted from {unit} to {to}.",
    text_zh="数值型 {result}，由 {unit} 换算为 {to}。",
)
def convert_unit(
    result: Column, unit: Column, testcd: Column, to: Column,
    factor: Column | None = None, digits: Column | None = None, thousands: str = "", *,
    table: UnitTable,
) -> Outcome:  # fmt: skip
    """A result as a number in the standard unit.

    Args:
        result: collected result as text.
        unit: unit of the result, a submission value.
        testcd: test code, for factors that hold for one test only.
        to: standard unit.
        factor: factor of the record's own row, which wins over the table.
        digits: decimals to round to (half away from zero).
        thousands: mark between groups of three digits, `,` for `1,250`.
        table: rows of the Units sheet.

    Returns:
        float64; missing for text results and for `<5`; a problem where a number has no factor.

    Source: SDTMIG 3.4, section 6.3 (standardized results), section 4.5.1.

    Example:
        >>> table = UnitTable({("HGB", "g/dL", "g/L"): 10.0})
        >>> column = lambda text: pd.Series([text])
        >>> convert_unit(column("9.8"), column("g/dL"), column("HGB"), column("g/L"),
        ...              table=table).values.tolist()
        [98.0]
    """
    found, problems = _conversion(result, unit, testcd, to, factor, digits, table, thousands)
    numbers = np.array([*found.numbers, np.nan])
    return Outcome(pd.Series(numbers[found.codes], index=result.index), problems)


@algorithm(
    "standard_result",
    arguments=ConvertArgs,
    text="{result} in the standard unit {to} as text.",
    text_zh="以标准单位 {to} 表示的 {result}（字符型）。",
)
def standard_result(
    result: Column, unit: Column, testcd: Column, to: Column,
    factor: Column | None = None, digits: Column | None = None, thousands: str = "", *,
    table: UnitTable,
) -> Outcome:  # fmt: skip
    """A result as text in the standard unit; `<5` keeps its comparator, text stays as it is.

    Args:
        result: collected result as text.
        unit: unit of the result, a submission value.
        testcd: test code, for factors that hold for one test only.
        to: standard unit.
        factor: factor of the record's own row, which wins over the table.
        digits: decimals to round to (half away from zero).
        thousands: mark between groups of three digits, `,` for `1,250`.
        table: rows of the Units sheet.

    Returns:
        Text; a number without a factor is missing (`convert_unit` reports it).

    Source: SDTMIG 3.4, section 6.3 (--STRESC).

    Example:
        >>> table = UnitTable({("", "g/dL", "g/L"): 10.0})
        >>> column = lambda text: pd.Series([text])
        >>> standard_result(column("<0.5"), column("g/dL"), column("ALB"), column("g/L"),
        ...                 table=table).values.tolist()
        ['<5']
    """
    found, _ = _conversion(result, unit, testcd, to, factor, digits, table, thousands)
    return Outcome(from_codes(found.codes, found.texts, result.index))


class RangeArgs(Arguments):
    """Arguments of `range_indicator`."""

    value: ColumnName
    low: ColumnName
    high: ColumnName


@algorithm(
    "range_indicator",
    arguments=RangeArgs,
    text="LOW below {low}, HIGH above {high}, otherwise NORMAL ({value}); numbers that differ by "
    "less than 1E-10 of their size are equal.",
    text_zh="{value} 低于 {low} 为 LOW，高于 {high} 为 HIGH，否则为 NORMAL；"
    "相对差小于 1E-10 的数视为相等。",
)
def range_indicator(value: Column, low: Column, high: Column) -> Column:
    """Where a number lies against its reference range.

    Args:
        value: numbers.
        low: lower limits, same unit; may be missing where the range is open.
        high: upper limits.

    Returns:
        `LOW`, `NORMAL`, `HIGH`; missing without a number or without any limit. A limit itself is
        normal, and so is what differs from it by binary rounding alone (1e-10 of its size).

    Source: CDISC terminology NRIND (C78736); SDTMIG 3.4, LB.

    Example:
        >>> low, high = pd.Series([4.0, 4.0]), pd.Series([8.0, 8.0])
        >>> range_indicator(pd.Series([9.0, 5.0]), low, high).tolist()
        ['HIGH', 'NORMAL']
    """
    number, below, above = (column.to_numpy(dtype=float) for column in (value, low, high))
    low_side = (number < below) & _differ(number, below)
    high_side = (number > above) & _differ(number, above)
    codes = np.where(low_side, 0, np.where(high_side, 2, 1))
    unknown = np.isnan(number) | (np.isnan(below) & np.isnan(above))
    return from_codes(np.where(unknown, -1, codes), ["LOW", "NORMAL", "HIGH"], value.index)


def _differ(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Whether numbers differ by more than binary rounding makes them differ."""
    size = np.maximum(np.abs(left), np.abs(right))
    return np.asarray(np.abs(left - right) > _FUZZ * size, dtype=bool)


class RoundArgs(Arguments):
    """Arguments of `round_sas`."""

    value: ColumnName
    digits: int = 0


@algorithm(
    "round_sas",
    arguments=RoundArgs,
    text="{value} rounded to {digits} decimals, half away from zero.",
    text_zh="{value} 四舍五入至 {digits} 位小数。",
)
def round_numbers(value: Column, digits: int = 0) -> Column:
    """Numbers rounded as SAS does, half away from zero.

    Args:
        value: numbers.
        digits: decimals.

    Returns:
        float64.

    Source: SAS ROUND function.

    Example:
        >>> round_numbers(pd.Series([0.125]), 2).tolist()
        [0.13]
    """
    codes, values = distinct(value)
    rounded = np.array([round_sas(float(item), digits) for item in values] + [np.nan])
    return pd.Series(rounded[codes], index=value.index)


class TextOfNumberArgs(Arguments):
    """Arguments of `number_text`."""

    value: ColumnName


@algorithm(
    "number_text",
    arguments=TextOfNumberArgs,
    text="{value} as text.",
    text_zh="{value} 的字符形式。",
)
def number_text(value: Column) -> Column:
    """A number as text without trailing zeros; text stays as it is.

    Args:
        value: numbers or text.

    Returns:
        Text.

    Source: SDTMIG 3.4, section 4.5.1 (--STRESC of a numeric result).

    Example:
        >>> number_text(pd.Series([3.0, 2.5])).tolist()
        ['3', '2.5']
    """
    if isinstance(value.dtype, pd.CategoricalDtype):
        return value
    codes, values = distinct(value)
    return from_codes(codes, [plain_text(float(item)) for item in values], value.index)


class NumericRangeArgs(Arguments):
    """Arguments of `numeric_or_missing`."""

    value: ColumnName


@algorithm(
    "numeric_or_missing",
    arguments=NumericRangeArgs,
    text="{value} as a number where it is one.",
    text_zh="{value} 为数值时取其数值。",
)
def numeric_or_missing(value: Column) -> Column:
    """The number of a text that is one; any other text gives a missing number.

    For --STRESN, where text results are expected and are no fault.

    Args:
        value: text.

    Returns:
        float64.

    Source: SDTMIG 3.4, section 4.5.1 (--STRESN).

    Example:
        >>> numeric_or_missing(pd.Series(["3.5", "POSITIVE"])).tolist()
        [3.5, nan]
    """
    if pd.api.types.is_numeric_dtype(value.dtype):
        return value.astype("float64")
    if pd.api.types.is_datetime64_any_dtype(value.dtype):
        raise TypeError("a date is no number.")
    return map_number(value, read_number)
