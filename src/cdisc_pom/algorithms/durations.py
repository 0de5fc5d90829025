"""Durations and intervals as ISO 8601 text, and back to numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import field_validator

from cdisc_pom.algorithms.iso8601 import read_iso
from cdisc_pom.algorithms.numbers import plain_text
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.algorithms.values import fold, read_number
from cdisc_pom.columns import Column, combine, constant_text, distinct, text_column
from cdisc_pom.errors import did_you_mean

# Designator of a unit: in the date part, or behind T in the time part.
_DATE_PART = {"years": "Y", "months": "M", "weeks": "W", "days": "D"}
_TIME_PART = {"hours": "H", "minutes": "M", "seconds": "S"}
_WORDS = {
    "years": ("years", "year", "yr", "y", "年"),
    "months": ("months", "month", "mo", "月", "个月"),
    "weeks": ("weeks", "week", "wk", "w", "周"),
    "days": ("days", "day", "d", "日", "天"),
    "hours": ("hours", "hour", "hr", "h", "小时"),
    "minutes": ("minutes", "minute", "min", "分钟", "分"),
    "seconds": ("seconds", "second", "sec", "s", "秒"),
}
UNITS: Mapping[str, str] = {word: unit for unit, words in _WORDS.items() for word in words}


class DurationTextArgs(Arguments):
    """Arguments of `duration_text`."""

    amount: ColumnName
    unit: ColumnName = ""
    of: str = ""

    @field_validator("of")
    @classmethod
    def _of(cls, text: str) -> str:
        if text and fold(text) not in UNITS:
            raise ValueError(f"'{text}' is no unit of time. {did_you_mean(text, UNITS)}".strip())
        return text


@algorithm(
    "duration_text",
    arguments=DurationTextArgs,
    text="{amount} {unit}{of} as an ISO 8601 duration.",
    text_zh="{amount} {unit}{of}，采用 ISO 8601 时段格式。",
    origin="Collected",
)
def duration_text(amount: Column, unit: Column | None = None, of: str = "") -> Outcome:
    """A collected duration in ISO 8601: `P3D`, `P2W`, `PT45M`, `P0.5D`.

    Args:
        amount: collected number.
        unit: collected unit (days, HOURS, min, 天 …); compared without case.
        of: the unit of all records, when no column holds it.

    Returns:
        ISO 8601 text; a problem for an amount that is no number from 0 on, or whose unit is
        missing or unknown.

    Source: SDTMIG 3.4, section 4.4.3 (durations); ISO 8601-1, 5.5.2.

    Example:
        >>> duration_text(pd.Series(["3", "45"]), pd.Series(["DAYS", "min"])).values.tolist()
        ['P3D', 'PT45M']
    """
    amounts = text_of(amount)
    units = constant_text(of or None, amount.index) if unit is None else text_column(unit)
    made = combine([amounts, units], lambda row: _one(row[0], row[1]))
    lost = amounts.notna().to_numpy() & made.isna().to_numpy()
    if not lost.any():
        return Outcome(made)
    shown = combine([amounts, units], lambda row: f"{row[0]} {row[1] or 'without unit'}")
    message = "'{value}' is no duration"
    return Outcome(made, (Problem(lost, message, shown, rule="duration"),))


def _one(amount: str | None, unit: str | None) -> str | None:
    number = read_number(amount) if amount is not None else None
    known = UNITS.get(fold(unit)) if unit is not None else None
    if number is None or number < 0 or known is None:
        return None
    return iso_duration({known: number})


def iso_duration(parts: Mapping[str, float]) -> str:
    """ISO 8601 duration of parts by unit.

    Example:
        >>> iso_duration({"years": 1, "days": 10, "hours": 2.5})
        'P1Y10DT2.5H'
    """
    date = "".join(
        f"{plain_text(parts[unit])}{mark}" for unit, mark in _DATE_PART.items() if unit in parts
    )
    time = "".join(
        f"{plain_text(parts[unit])}{mark}" for unit, mark in _TIME_PART.items() if unit in parts
    )
    return f"P{date}" + (f"T{time}" if time else "")


class DurationPartsArgs(Arguments):
    """Arguments of `duration_parts`."""

    years: ColumnName = ""
    months: ColumnName = ""
    weeks: ColumnName = ""
    days: ColumnName = ""
    hours: ColumnName = ""
    minutes: ColumnName = ""
    seconds: ColumnName = ""


@algorithm(
    "duration_parts",
    arguments=DurationPartsArgs,
    text="ISO 8601 duration of the collected years, months, weeks, days, hours, minutes and "
    "seconds ({years} {months} {weeks} {days} {hours} {minutes} {seconds}).",
    text_zh="由采集的年、月、周、日、时、分、秒"
    "（{years} {months} {weeks} {days} {hours} {minutes} {seconds}）组成的 ISO 8601 时段。",
    origin="Collected",
)
def duration_parts(**parts: Column) -> Outcome:
    """A duration that was collected in several fields: 1 year 3 months becomes `P1Y3M`.

    Args:
        parts: columns of numbers by unit (years=, months=, weeks=, days=, hours=, minutes=,
            seconds=); a missing part is left out.

    Returns:
        ISO 8601 text; a problem where a part is no number from 0 on.

    Raises:
        ValueError: no column is named.

    Source: ISO 8601-1, 5.5.2; SDTMIG 3.4, section 4.4.3.

    Example:
        >>> duration_parts(years=pd.Series(["1"]), months=pd.Series(["3"])).values.tolist()
        ['P1Y3M']
    """
    if not parts:
        raise ValueError("say which columns hold the parts, e.g. days=CMDURD")
    columns = [text_of(column) for column in parts.values()]

    def join(row: tuple[str | None, ...]) -> str | None:
        found = {u: read_number(item) for u, item in zip(parts, row, strict=True) if item}
        if not found or any(number is None or number < 0 for number in found.values()):
            return None
        return iso_duration({u: number for u, number in found.items() if number is not None})

    made = combine(columns, join)
    some = np.logical_or.reduce([column.notna().to_numpy() for column in columns])
    lost = some & made.isna().to_numpy()
    if not lost.any():
        return Outcome(made)
    shown = combine(columns, lambda row: " ".join(item or "." for item in row))
    return Outcome(made, (Problem(lost, "'{value}' is no duration", shown, rule="duration"),))


class IntervalArgs(Arguments):
    """Arguments of `interval_text`."""

    start: ColumnName
    end: ColumnName


@algorithm(
    "interval_text",
    arguments=IntervalArgs,
    text="ISO 8601 interval from {start} to {end}.",
    text_zh="自 {start} 至 {end} 的 ISO 8601 区间。",
    origin="Collected",
)
def interval_text(start: Column, end: Column) -> Outcome:
    """An interval in ISO 8601, when a date or time is only known to lie in it.

    Args:
        start: ISO 8601 date or date and time; or a duration, then the interval ends with `end`.
        end: the same; or a duration, then the interval begins with `start`.

    Returns:
        `start/end`; missing where either is; a problem where the end is before the start.

    Source: SDTMIG 3.4, section 4.4.6 (use of the interval format for intervals of uncertainty).

    Example:
        >>> interval_text(pd.Series(["2024-03-01"]), pd.Series(["2024-03-05"])).values.tolist()
        ['2024-03-01/2024-03-05']
    """

    def join(row: tuple[str | None, ...]) -> str | None:
        return None if None in row else f"{row[0]}/{row[1]}"

    made = combine([text_of(start), text_of(end)], join)
    codes, values = distinct(made)
    bad = [not _in_order(*item.split("/")) for item in values]
    lost = np.array([*bad, False], dtype=bool)[codes]
    if not lost.any():
        return Outcome(made)
    message = "'{value}' is no interval: a bound is not ISO 8601, or the end is before the start"
    return Outcome(made.where(~lost), (Problem(lost, message, made, rule="date"),))


def _in_order(start: str, end: str) -> bool:
    spans = [read_duration(part) is not None for part in (start, end)]
    if any(spans):
        dates = [part for part, span in zip((start, end), spans, strict=True) if not span]
        return len(dates) == 1 and read_iso(dates[0]) is not None
    if read_iso(start) is None or read_iso(end) is None:
        return False
    shared = min(len(start), len(end))
    return start[:shared] <= end[:shared]


_DURATION = re.compile(
    r"(?P<sign>-)?P(?=.)(?:(?P<years>[\d.]+)Y)?(?:(?P<months>[\d.]+)M)?(?:(?P<weeks>[\d.]+)W)?"
    r"(?:(?P<days>[\d.]+)D)?"
    r"(?:T(?=.)(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)


def read_duration(text: str) -> dict[str, float] | None:
    """Parts of an ISO 8601 duration by unit, or None when it is none.

    A minus in front (`-PT15M`), which SDTM writes for a planned time before its reference
    (--ELTM), makes every part negative.

    Example:
        >>> read_duration("P1Y3MT2H"), read_duration("2024-03-01")
        ({'years': 1.0, 'months': 3.0, 'hours': 2.0}, None)
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    sign = -1 if parts.pop("sign") else 1
    found = {unit: read_number(item) for unit, item in parts.items() if item}
    if None in found.values():
        return None
    return {unit: sign * number for unit, number in found.items() if number is not None}


# Length of a unit: days for what counts in days, by the same means as `duration` has.
_DAYS = {
    "years": Decimal("365.25"),
    "months": Decimal("30.4375"),
    "weeks": Decimal(7),
    "days": Decimal(1),
    "hours": Decimal(1) / 24,
    "minutes": Decimal(1) / 1440,
    "seconds": Decimal(1) / 86400,
}


class DurationNumberArgs(Arguments):
    """Arguments of `duration_number`."""

    value: ColumnName
    unit: Literal["years", "months", "weeks", "days", "hours", "minutes", "seconds"] = "days"


@algorithm(
    "duration_number",
    arguments=DurationNumberArgs,
    text="{value} in {unit} (a year is 365.25, a month 30.4375 days).",
    text_zh="{value} 折算为 {unit}（一年 365.25 天，一月 30.4375 天）。",
)
def duration_number(value: Column, unit: str = "days") -> Outcome:
    """The length of an ISO 8601 duration as a number.

    Args:
        value: ISO 8601 durations.
        unit: `years`, `months`, `weeks`, `days`, `hours`, `minutes` or `seconds`.

    Returns:
        float64; a problem for a text that is no duration.

    Source: ISO 8601-1, 5.5.2; a year is 365.25 and a month 30.4375 days, as in `duration`.

    Example:
        >>> duration_number(pd.Series(["PT36H", "P2W"])).values.tolist()
        [1.5, 14.0]
    """
    codes, values = distinct(text_column(value))
    found = [read_duration(item) for item in values]
    lengths = [
        np.nan
        if parts is None
        else float(sum(Decimal(str(n)) * _DAYS[part] for part, n in parts.items()) / _DAYS[unit])
        for parts in found
    ]
    result = pd.Series(np.array([*lengths, np.nan])[codes], index=value.index)
    lost = np.array([*(parts is None for parts in found), False], dtype=bool)[codes]
    if not lost.any():
        return Outcome(result)
    message = "'{value}' is no ISO 8601 duration"
    return Outcome(result, (Problem(lost, message, value, rule="duration"),))
