"""SAS dates, times and datetimes: numbers counted from 1960-01-01, told apart by the format."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from cdisc_pom.xpt.model import parse_format

DateKind = Literal["date", "datetime", "time"]

EPOCH = np.datetime64("1960-01-01", "s")
DAY = 86_400

_NAMES: dict[DateKind, str] = {
    "date": """
    DATE DAY DDMMYY DDMMYYB DDMMYYC DDMMYYD DDMMYYN DDMMYYP DDMMYYS DOWNAME JULDAY JULIAN MMDDYY
    MMDDYYB MMDDYYC MMDDYYD MMDDYYN MMDDYYP MMDDYYS MMYY MMYYC MMYYD MMYYN MMYYP MMYYS MONNAME
    MONTH MONYY NLDATE NLDATEL NLDATEM NLDATEMD NLDATEMN NLDATES NLDATEW NLDATEWN NLDATEYM
    NLDATEYQ NLDATEYR NLDATEYW PDJULG PDJULI QTR QTRR WEEKDATE WEEKDATX WEEKDAY WEEKU WEEKV WEEKW
    WORDDATE WORDDATX YEAR YYMM YYMMC YYMMD YYMMN YYMMP YYMMS YYMMDD YYMMDDB YYMMDDC YYMMDDD
    YYMMDDN YYMMDDP YYMMDDS YYMON YYQ YYQC YYQD YYQN YYQP YYQS YYQR YYQRC YYQRD YYQRN YYQRP YYQRS
    YYQZ YYWEEKU YYWEEKV YYWEEKW B8601DA E8601DA IS8601DA ND8601DA HDATE HEBDATE MINGUO NENGO
""",
    "datetime": """
    DATETIME DATEAMPM DTDATE DTMONYY DTWKDATX DTYEAR DTYYQC MDYAMPM NLDATM NLDATMAP NLDATMDT
    NLDATML NLDATMM NLDATMMD NLDATMMN NLDATMS NLDATMTM NLDATMTZ NLDATMW NLDATMWN NLDATMYM NLDATMYQ
    NLDATMYR NLDATMYW NLDATMZ B8601DN B8601DT B8601DX B8601DZ B8601LX E8601DN E8601DT E8601DX
    E8601DZ E8601LX IS8601DN IS8601DT IS8601DZ
""",
    "time": """
    TIME TIMEAMPM TOD HHMM HOUR MMSS NLTIMAP NLTIME NLTIMMAP B8601LZ B8601TM B8601TX B8601TZ
    E8601LZ E8601TM E8601TX E8601TZ IS8601LZ IS8601TM IS8601TZ
""",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}


def date_kind(format_text: str) -> DateKind | None:
    """What a SAS format says about its numbers.

    Args:
        format_text: e.g. ``DATE9.``, ``E8601DT19.``, ``8.2``.

    Returns:
        ``date`` (days), ``datetime`` or ``time`` (seconds), or None for other formats.

    Raises:
        ValueError: the text is no format.

    Source: SAS 9.4 Formats and Informats, "Formats by category: date and time".

    Example:
        >>> date_kind("YYMMDD10."), date_kind("TIME8."), date_kind("BEST12.")
        ('date', 'time', None)
    """
    return _KINDS.get(parse_format(format_text).name)


def to_sas_number(
    values: npt.NDArray[np.datetime64] | npt.NDArray[np.timedelta64], kind: DateKind
) -> npt.NDArray[np.float64]:
    """SAS numbers of pandas dates.

    Args:
        values: ``datetime64`` for a date or datetime, ``timedelta64`` for a time; any unit.
        kind: what number is wanted.

    Returns:
        Days (``date``) or seconds since 1960-01-01, seconds of the day for a ``time``; NaN where
        missing. A time of day on a ``date`` comes out as a fraction of a day, see
        ``has_time_of_day``.
    """
    unit, _ = np.datetime_data(values.dtype)
    per_second = _TICKS[unit]
    ticks = values.view(np.int64)
    seconds, rest = np.divmod(ticks, per_second)
    is_missing = np.isnat(values)
    if kind != "time":
        seconds = seconds - int(EPOCH.astype(np.int64))
    numbers = seconds.astype(np.float64)
    if rest[~is_missing].any():
        numbers += rest / per_second
    if kind == "date":
        numbers /= DAY
    numbers[is_missing] = np.nan
    return numbers


_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def from_sas_number(
    numbers: npt.NDArray[np.float64], kind: DateKind
) -> npt.NDArray[np.datetime64] | npt.NDArray[np.timedelta64]:
    """Pandas dates of SAS numbers.

    Args:
        numbers: days or seconds, NaN where missing; see ``fits_pandas`` for what is allowed.
        kind: what the numbers count.

    Returns:
        ``datetime64[s]`` for a date, ``datetime64[us]`` for a datetime, ``timedelta64[us]`` for
        a time. Seconds are given to the nearest microsecond.
    """
    is_missing = np.isnan(numbers)
    known = np.where(is_missing, 0.0, numbers)
    if kind == "date":
        days = EPOCH + known.astype(np.int64) * DAY
        days[is_missing] = np.datetime64("NaT")
        return days
    ticks = np.rint(known * 1e6).astype(np.int64).astype("timedelta64[us]")
    times = ticks if kind == "time" else EPOCH.astype("datetime64[us]") + ticks
    times[is_missing] = np.timedelta64("NaT") if kind == "time" else np.datetime64("NaT")
    return times


def fits_pandas(numbers: npt.NDArray[np.float64], kind: DateKind) -> npt.NDArray[np.bool_]:
    """True where a number has a pandas date: a whole day, and no year beyond 9999 or before 1."""
    low, high = (-715_875, 2_936_549) if kind == "date" else (-715_875 * DAY, 2_936_550 * DAY - 1)
    fits = (numbers >= low) & (numbers <= high)
    if kind == "date":
        fits &= numbers == np.floor(numbers)
    return fits | np.isnan(numbers)
