"""Dates: read into ISO 8601, counted as study days, imputed for analysis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.algorithms.iso8601 import (
    Parts,
    complete_date,
    date_bounds,
    iso_text,
    read_iso,
    read_parts,
)
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ImputationName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.columns import (
    DATE,
    Column,
    distinct,
    distinct_rows,
    from_codes,
    map_number,
    map_text,
    text_column,
)

_EPOCH = dt.date(1970, 1, 1)


def day_numbers(column: Column) -> npt.NDArray[np.float64]:
    """Days since 1970-01-01 of ISO texts or dates; NaN where missing or incomplete."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.to_numpy().astype("datetime64[D]")
        return np.where(np.isnat(days), np.nan, days.astype(np.int64).astype(float))
    return map_number(column, _day_number).to_numpy()


def _day_number(item: str) -> float | None:
    date = complete_date(item)
    return None if date is None else float((dt.date.fromisoformat(date) - _EPOCH).days)


def dates_from_days(days: npt.NDArray[np.float64], index: pd.Index) -> Column:
    """Dates (datetime64[s]) from days since 1970-01-01; NaN gives a missing date."""
    lost = np.isnan(days)
    whole = np.where(lost, 0, days).astype(np.int64).astype("datetime64[D]")
    stamps = whole.astype(DATE)
    stamps[lost] = np.datetime64("NaT")
    return pd.Series(stamps, index=index)


class DatetimeArgs(Arguments):
    """Arguments of `datetime`."""

    day: ColumnName
    clock: ColumnName = ""
    date: str = "yyyy-MM-dd"
    time: str = "HH:mm"


@algorithm(
    "datetime",
    arguments=DatetimeArgs,
    text="{day} {clock} in ISO 8601 format.",
    text_zh="{day} {clock}，采用 ISO 8601 格式。",
    origin="Collected",
)
def datetime(
    day: Column, clock: Column | None = None, date: str = "yyyy-MM-dd", time: str = "HH:mm"
) -> Outcome:
    """Collected date (and time) in ISO 8601, with what is known of it.

    A format names its parts as `yyyy`, `MM` or `M` or `MMM`, `dd` or `d`, `HH`, `mm`, `ss`;
    `h` or `hh` with `a` is an hour of half a day with AM or PM (`h:mm a`). Several formats stand
    with `|` between them. A date may stop early (`2017-03` for `yyyy-MM-dd`) and a part may be
    written as unknown (UN, UNK, NK, 未知 …). A column that holds date and time takes one format
    for both (`yyyy-MM-dd HH:mm`).

    Args:
        day: collected date.
        clock: collected time of day, optional; used only with a complete date.
        date: formats of the date.
        time: formats of the time.

    Returns:
        ISO 8601 text; a date or time that fits no format is missing and a problem.

    Source: SDTMIG 3.4, section 4.4 (dates and times).

    Example:
        >>> days = pd.Series(["2017-02-UK", "2016年8月", "20170301"])
        >>> datetime(days, date="yyyy-MM-dd|yyyy年M月d日|yyyyMMdd").values.tolist()
        ['2017-02', '2016-08', '2017-03-01']
    """
    layouts = tuple(date.split("|"))
    problems = []
    codes, dates, lost = _read_column(day, layouts)
    if lost.any():
        message = "'{value}' is not a date of the form " + " or ".join(layouts)
        problems.append(Problem(lost, message, day, rule="date"))
    if clock is None:
        texts = [_joined(parts, None) for parts in dates]
        return Outcome(from_codes(codes, texts, day.index), tuple(problems))
    layouts = tuple(time.split("|"))
    time_codes, times, lost = _read_column(clock, layouts)
    if lost.any():
        message = "'{value}' is not a time of the form " + " or ".join(layouts)
        problems.append(Problem(lost, message, clock, rule="date"))
    pairs = (
        pd.Series(codes, index=day.index).replace(-1, pd.NA),
        pd.Series(time_codes, index=day.index).replace(-1, pd.NA),
    )
    joint, rows = distinct_rows(pairs)
    texts = [_joined(_at(dates, at), _at(times, clock_at)) for at, clock_at in rows]
    return Outcome(from_codes(joint, texts, day.index), tuple(problems))


def _read_column(
    column: Column, layouts: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], list[Parts | None], npt.NDArray[np.bool_]]:
    codes, values = distinct(text_column(column))
    parts = [read_parts(item, layouts) for item in values]
    lost = np.array([item is None for item in parts] + [False], dtype=bool)[codes]
    return codes, parts, lost


def _at(parts: list[Parts | None], position: object) -> Parts | None:
    return None if position is None else parts[int(position)]  # type: ignore[call-overload]


def _joined(date: Parts | None, time: Parts | None) -> str | None:
    if date is None:
        return None
    whole = None not in (date.year, date.month, date.day)
    return iso_text(date, (time or date) if whole else None)


class StudyDayArgs(Arguments):
    """Arguments of `study_day`."""

    date: ColumnName
    reference: ColumnName = "RFSTDTC"


@algorithm(
    "study_day",
    arguments=StudyDayArgs,
    text="{date} minus {reference} in days, plus 1 when {date} is on or after {reference}; "
    "missing when either date is incomplete.",
    text_zh="{date} 减去 {reference} 的天数，{date} 不早于 {reference} 时加 1；"
    "任一日期不完整时为缺失。",
)
def study_day(date: Column, reference: Column) -> Column:
    """Study day of a date relative to the subject's reference start date.

    Day 1 is the reference date, the day before it is day -1; there is no day 0.

    Args:
        date: ISO 8601 text or dates, one a record. A partial date gives a missing day.
        reference: the same on the same index, normally RFSTDTC.

    Returns:
        Int64, days, same index and order.

    Source: SDTMIG 3.4, section 4.4.4.

    Example:
        >>> dates = pd.Series(["2024-03-01", "2024-02-29", "2024-03"])
        >>> study_day(dates, pd.Series(["2024-03-01"] * 3)).tolist()
        [1, -1, <NA>]
    """
    days = day_numbers(date) - day_numbers(reference)
    days = np.where(days >= 0, days + 1, days)
    return pd.Series(days, index=date.index).astype("Int64")


class DateArgs(Arguments):
    """Arguments of `date`."""

    value: ColumnName


@algorithm(
    "date",
    arguments=DateArgs,
    text="Date part of {value} as a numeric date; missing when the date is incomplete.",
    text_zh="{value} 的日期部分（数值型）；日期不完整时为缺失。",
)
def date(value: Column) -> Column:
    """The calendar date of an ISO 8601 text; a partial date gives a missing one.

    Args:
        value: ISO 8601 text.

    Returns:
        datetime64[s] at midnight.

    Source: ADaMIG 1.3, section 3.1.2 (numeric date variables).

    Example:
        >>> date(pd.Series(["2024-03-01T08:30"])).dt.strftime("%d%b%Y").tolist()
        ['01Mar2024']
    """
    return dates_from_days(day_numbers(value), value.index)


@dataclass(frozen=True)
class ImputationRule:
    """What is taken for a missing part: `first`, `middle` or `last` by `day`, `month`, `date`."""

    id: str
    take: Mapping[str, str]


class ImputeArgs(Arguments):
    """Arguments of `impute_date`."""

    value: ColumnName
    rule: ImputationName
    not_before: ColumnName = ""
    not_after: ColumnName = ""


@algorithm(
    "impute_date",
    arguments=ImputeArgs,
    text="Date part of {value}; missing parts are filled by rule {rule}, "
    "not before {not_before}, not after {not_after}, where the known parts allow it.",
    text_zh="{value} 的日期部分；缺失部分按规则 {rule} 填补，"
    "在已知部分允许时不早于 {not_before}、不晚于 {not_after}。",
)
def impute_date(
    value: Column,
    rule: ImputationRule,
    not_before: Column | None = None,
    not_after: Column | None = None,
) -> Outcome:
    """A numeric date from a partial one, filled by a rule and bounded by other dates.

    The known parts always win: a bound moves the date only within the days that the partial date
    may mean, so an imputed start never leaves its month to meet a treatment start.

    Args:
        value: ISO 8601 text.
        rule: what to take for a missing day or month (rows of the Imputation sheet).
        not_before: dates; a filled date earlier than it is moved to it where possible.
        not_after: dates; a filled date later than it is moved to it where possible.

    Returns:
        datetime64[s]; a problem where the rule does not say what to do with the missing part.

    Source: ADaMIG 1.3, section 3.1.3 (imputed dates and their flags).

    Example:
        >>> rule = ImputationRule("START", {"day": "first", "month": "first"})
        >>> start = pd.Series(pd.to_datetime(["2024-03-10"]))
        >>> impute_date(pd.Series(["2024-03"]), rule, start).values.dt.day.tolist()
        [10]
    """
    codes, values = distinct(text_column(value))
    filled = [_fill(item, rule) for item in values]
    table = np.array(
        [(np.nan,) * 3 if item is None else item for item in filled] + [(np.nan,) * 3], dtype=float
    )[codes]
    days, low, high = table[:, 0], table[:, 1], table[:, 2]
    if not_before is not None:
        bound = day_numbers(not_before)
        days = np.where((bound > days) & (bound >= low) & (bound <= high), bound, days)
    if not_after is not None:
        bound = day_numbers(not_after)
        days = np.where((bound < days) & (bound >= low) & (bound <= high), bound, days)
    lost = np.isnan(days) & value.notna().to_numpy()
    result = dates_from_days(days, value.index)
    if not lost.any():
        return Outcome(result)
    message = f"rule '{rule.id}' does not say how to fill '{{value}}'"
    hint = "Add a row for the missing part to Imputation."
    return Outcome(result, (Problem(lost, message, value, hint, "imputation"),))


def _fill(item: str, rule: ImputationRule) -> tuple[float, float, float] | None:
    """Filled date and the bounds of what the text may mean, in days since 1970-01-01."""
    parts, bounds = read_iso(item), date_bounds(item)
    if parts is None or bounds is None:
        return None
    first, last = (dt.date.fromisoformat(bound) for bound in bounds)
    low, high = (float((day - _EPOCH).days) for day in (first, last))
    part = "" if low == high else ("month" if parts.month is None else "day")
    take = rule.take.get(part) if part else "first"
    if take == "middle":
        day = (parts.day or 30) if part == "month" else 15
        middle = dt.date(first.year, 6 if part == "month" else first.month, min(day, 30))
        filled = float((middle - _EPOCH).days)
    elif take in ("first", "last"):
        filled = low if take == "first" else high
    else:
        return None
    # A known day without its month leaves no room between: a bound may not change the day.
    return (filled, filled, filled) if parts.day is not None else (filled, low, high)


class FlagArgs(Arguments):
    """Arguments of `imputation_flag`."""

    value: ColumnName


@algorithm(
    "imputation_flag",
    arguments=FlagArgs,
    text="D when the day of {value} was imputed, M when month and day were, Y when all were.",
    text_zh="{value} 的日被填补时为 D，月和日被填补时为 M，年月日均被填补时为 Y。",
)
def imputation_flag(value: Column) -> Column:
    """The highest part of a date that had to be filled.

    Args:
        value: ISO 8601 text.

    Returns:
        `D`, `M`, `Y` or missing (nothing to fill, or no date at all).

    Source: ADaMIG 1.3, table 3.1.3 (*DTF).

    Example:
        >>> imputation_flag(pd.Series(["2024-03", "2024", "2024-03-01"])).tolist()
        ['D', 'M', nan]
    """

    def flag(item: str) -> str | None:
        parts = read_iso(item)
        if parts is None:
            return None
        if parts.year is None:
            return "Y"
        if parts.month is None:
            return "M"
        return "D" if parts.day is None else None

    return map_text(value, flag)


class DurationArgs(Arguments):
    """Arguments of `duration`."""

    start: ColumnName
    end: ColumnName
    unit: str = "days"
    add_one: bool = True


_UNITS = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}


@algorithm(
    "duration",
    arguments=DurationArgs,
    text="{end} minus {start} in {unit} (both days counted: {add_one}).",
    text_zh="{end} 减去 {start}，单位 {unit}（首尾两日均计：{add_one}）。",
)
def duration(start: Column, end: Column, unit: str = "days", add_one: bool = True) -> Column:
    """Time between two dates.

    Args:
        start: ISO 8601 text or dates.
        end: the same on the same index.
        unit: `days`, `weeks` (7), `months` (30.4375) or `years` (365.25 days).
        add_one: whether the first day counts.

    Returns:
        float64, unrounded; missing when either date is incomplete.

    Raises:
        ValueError: the unit is unknown.

    Source: admiral, compute_duration (trunc_out = FALSE); months as in ADaM time-to-event examples.

    Example:
        >>> day = pd.Series(["2024-03-01"])
        >>> duration(day, pd.Series(["2024-03-02"])).tolist()
        [2.0]
    """
    if unit not in _UNITS:
        raise ValueError(f"unit '{unit}' is none of {', '.join(_UNITS)}.")
    days = day_numbers(end) - day_numbers(start) + (1 if add_one else 0)
    return pd.Series(days / _UNITS[unit], index=start.index)
