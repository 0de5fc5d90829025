"""Parts of dates and times, and numeric dates with time of analysis."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.dates import ImputationRule, impute_date
from cdisc_pom.algorithms.iso8601 import Parts, read_iso
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ImputationName,
    Outcome,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.columns import DATETIME, Column, distinct, map_number, map_text


class DatePartArgs(Arguments):
    """Arguments of `date_part`."""

    value: ColumnName
    part: Literal["year", "month", "day", "hour", "minute", "second"]


@algorithm(
    "date_part",
    arguments=DatePartArgs,
    text="{part} of {value}.",
    text_zh="{value} 的 {part} 部分。",
)
def date_part(value: Column, part: str) -> Column:
    """Year, month, day, hour, minute or second of a date, as far as it is known.

    Args:
        value: ISO 8601 text, or dates.
        part: `year`, `month`, `day`, `hour`, `minute` or `second`.

    Returns:
        Int64; missing where the part is not known.

    Source: SDTMIG 3.4, section 4.4.2 (date/time precision).

    Example:
        >>> date_part(pd.Series(["2017---15", "2017-03"]), "day").tolist()
        [15, <NA>]
    """

    def read(item: str) -> float | None:
        parts = read_iso(item)
        found = getattr(parts, part) if parts is not None else None
        return None if found is None else float(found)

    return map_number(text_of(value), read).astype("Int64")


class TimeArgs(Arguments):
    """Arguments of `time`."""

    value: ColumnName


@algorithm(
    "time",
    arguments=TimeArgs,
    text="Time part of {value} as a numeric time; missing without hour and minute.",
    text_zh="{value} 的时间部分（数值型）；缺少时或分时为缺失。",
)
def time(value: Column) -> Column:
    """Seconds since midnight of a date and time; a missing second counts as 0.

    Args:
        value: ISO 8601 text, or dates with time.

    Returns:
        float64, seconds, as SAS holds a time.

    Source: ADaMIG 1.3, section 3.1.2 (numeric time variables *TM).

    Example:
        >>> time(pd.Series(["2024-03-01T08:30", "2024-03-01"])).tolist()
        [30600.0, nan]
    """

    def seconds(item: str) -> float | None:
        parts = read_iso(item)
        if parts is None or parts.hour is None or parts.minute is None:
            return None
        return float(parts.hour * 3600 + parts.minute * 60 + (parts.second or 0))

    return map_number(text_of(value), seconds)


class ImputeDatetimeArgs(Arguments):
    """Arguments of `impute_datetime`."""

    value: ColumnName
    rule: ImputationName
    clock: Literal["first", "last"] = "first"
    not_before: ColumnName = ""
    not_after: ColumnName = ""


@algorithm(
    "impute_datetime",
    arguments=ImputeDatetimeArgs,
    text="{value} as a numeric date and time; missing date parts by rule {rule}, missing time "
    "parts by the {clock} possible ones, not before {not_before}, not after {not_after}, where "
    "the known parts allow it.",
    text_zh="{value} 的数值型日期时间；缺失的日期部分按规则 {rule} 填补，缺失的时间部分取可能的"
    "最早（first）或最晚（last）值（{clock}），在已知部分允许时不早于 {not_before}、"
    "不晚于 {not_after}。",
)
def impute_datetime(
    value: Column,
    rule: ImputationRule,
    clock: str = "first",
    not_before: Column | None = None,
    not_after: Column | None = None,
) -> Outcome:
    """A numeric date and time from a partial one, filled by a rule and bounded by others.

    Date parts are filled as `impute_date` does. Of the time, `first` takes 00 and `last` 23 or 59
    for what is missing. A bound moves the result only within what the known parts allow: to the
    very bound where it lies on a possible moment.

    Args:
        value: ISO 8601 text.
        rule: what to take for a missing day or month.
        clock: `first` or `last`, for missing hours, minutes and seconds.
        not_before: dates with time; an earlier result is moved to it where possible.
        not_after: dates with time; a later result is moved to it where possible.

    Returns:
        datetime64[us]; a problem where the rule does not say what to do with the missing part.

    Source: ADaMIG 1.3, section 3.1.3; admiral, derive_vars_dtm.

    Example:
        >>> rule = ImputationRule("START", {"day": "first", "month": "first"})
        >>> found = impute_datetime(pd.Series(["2024-03-05T08", "2024-03"]), rule).values
        >>> found.dt.strftime("%Y-%m-%dT%H:%M:%S").tolist()
        ['2024-03-05T08:00:00', '2024-03-01T00:00:00']
    """
    texts = text_of(value)
    days = impute_date(texts, rule, not_before, not_after)
    codes, items = distinct(texts)
    parts = [read_iso(item) or Parts() for item in items]
    low, high = (
        np.array([*(_seconds(part, late=late) for part in parts), 0], dtype=np.int64)[codes]
        for late in (False, True)
    )
    stamps = days.values.to_numpy().astype(DATETIME)
    earliest, latest = (
        stamps + (part * 1_000_000).astype("timedelta64[us]") for part in (low, high)
    )
    result = latest if clock == "last" else earliest
    for bound, after in ((not_before, True), (not_after, False)):
        if bound is not None:
            limit = bound.to_numpy().astype(DATETIME)
            wrong = limit > result if after else limit < result
            result = np.where(wrong & (limit >= earliest) & (limit <= latest), limit, result)
    return Outcome(pd.Series(result, index=value.index), days.problems)


def _seconds(parts: Parts, *, late: bool) -> int:
    """The earliest or the latest second of a day that known parts of a time may mean."""
    known = (parts.hour, parts.minute, parts.second)
    filled = [
        (most if late else 0) if part is None else part
        for part, most in zip(known, (23, 59, 59), strict=True)
    ]
    return filled[0] * 3600 + filled[1] * 60 + filled[2]


class TimeFlagArgs(Arguments):
    """Arguments of `time_imputation_flag`."""

    value: ColumnName


@algorithm(
    "time_imputation_flag",
    arguments=TimeFlagArgs,
    text="H when hour, minute and second of {value} were imputed, M when minute and second were, "
    "S when the second was.",
    text_zh="{value} 的时、分、秒均被填补时为 H，分和秒被填补时为 M，仅秒被填补时为 S。",
)
def time_imputation_flag(value: Column) -> Column:
    """The highest part of a time that had to be filled.

    Args:
        value: ISO 8601 text.

    Returns:
        `H`, `M`, `S` or missing (nothing to fill, or no date at all).

    Source: ADaMIG 1.3, section 3.1.3 (*TMF).

    Example:
        >>> times = pd.Series(["2024-03-01", "2024-03-01T08", "2024-03-01T08:30", None])
        >>> time_imputation_flag(times).tolist()
        ['H', 'M', 'S', nan]
    """

    def flag(item: str) -> str | None:
        parts = read_iso(item)
        if parts is None:
            return None
        known = (("H", parts.hour), ("M", parts.minute), ("S", parts.second))
        return next((letter for letter, part in known if part is None), None)

    return map_text(value, flag)
