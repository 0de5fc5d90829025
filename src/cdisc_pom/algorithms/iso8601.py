"""Reading collected dates and times into ISO 8601 with every kind of missing part."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

# How people write that they do not know a part.
UNKNOWN = ("UNK", "UN", "UK", "NK", "XX", "XXXX", "不详", "未知", "不明")

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}
_UNKNOWN = "|".join(sorted(UNKNOWN, key=len, reverse=True))
_TOKENS = {
    "yyyy": rf"(?P<year>\d{{4}}|{_UNKNOWN})",
    "MMM": rf"(?P<name>[A-Z]{{3}}|{_UNKNOWN})",
    "MM": rf"(?P<month>\d{{2}}|{_UNKNOWN})",
    "M": rf"(?P<month>\d{{1,2}}|{_UNKNOWN})",
    "dd": rf"(?P<day>\d{{2}}|{_UNKNOWN})",
    "d": rf"(?P<day>\d{{1,2}}|{_UNKNOWN})",
    "HH": rf"(?P<hour>\d{{2}}|{_UNKNOWN})",
    "H": rf"(?P<hour>\d{{1,2}}|{_UNKNOWN})",
    "hh": rf"(?P<hour>\d{{2}}|{_UNKNOWN})",
    "h": rf"(?P<hour>\d{{1,2}}|{_UNKNOWN})",
    "a": r"(?P<half>[AP])\.?M\.?",
    "mm": rf"(?P<minute>\d{{2}}|{_UNKNOWN})",
    "ss": rf"(?P<second>\d{{2}}|{_UNKNOWN})",
}
_SPLIT = re.compile("(" + "|".join(sorted(_TOKENS, key=len, reverse=True)) + ")")
# The same dates come in many data sets; so many distinct ones are read once.
_KEPT = 1 << 16
_LAST_MONTH, _LAST_HOUR, _LAST_MINUTE = 12, 23, 59
_HALF_DAY = 12


@dataclass(frozen=True)
class Parts:
    """The known parts of a date or time."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None


class FormatError(ValueError):
    """A date or time format that has no part in it, or one twice."""


@cache
def format_patterns(layout: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of a format such as `yyyy-MM-dd` and of its beginnings (`yyyy-MM`, `yyyy`).

    Raises:
        FormatError: it names no part, or one twice, or hours of half a day without the half.
    """
    pieces = [piece for piece in _SPLIT.split(layout) if piece]
    ends = [at for at, piece in enumerate(pieces, start=1) if piece in _TOKENS]
    if all(pieces[end - 1] == "a" for end in ends):
        raise FormatError(f"'{layout}' names none of {', '.join(_TOKENS)}.")
    parts = [piece[0] for piece in pieces if piece in _TOKENS]
    halves = ("h" in parts) + ("a" in parts)
    if len(set(parts)) < len(parts) or {"h", "H"} <= set(parts):
        raise FormatError(f"'{layout}' names a part twice.")
    if halves == 1:
        raise FormatError(f"'{layout}' needs h and a together: hours of half a day, AM or PM.")
    patterns = []
    for end in reversed(ends):
        # What follows the last part of a shorter beginning may stand or not: 2016年8月, 2016年8
        tail = pieces[end] if end < len(pieces) and pieces[end] not in _TOKENS else ""
        body = "".join(_TOKENS.get(piece) or re.escape(piece) for piece in pieces[:end])
        body += f"(?:{re.escape(tail)})?" if tail else ""
        patterns.append(re.compile(body, re.IGNORECASE))
    # What is cut off must be the least known part: 26-Dec is no date, and 9:15 without its half
    # of the day no time.
    may_stop_early = pieces[0] in ("yyyy", "HH", "H") and not halves
    return tuple(patterns) if may_stop_early else tuple(patterns[:1])


def read_parts(text: str, layouts: tuple[str, ...]) -> Parts | None:
    """Known parts of a collected date or time, or None when it fits no format.

    A date that the calendar does not have (2020-02-60, 2021-02-29) fits no format.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    for layout in layouts:
        for pattern in format_patterns(layout):
            match = pattern.fullmatch(plain)
            if match is not None:
                parts = _parts(match.groupdict())
                if parts is not None and _possible(parts):
                    return parts
    return None


def _parts(found: dict[str, str | None]) -> Parts | None:
    numbers: dict[str, int | None] = {}
    half = found.pop("half", None)
    for name, item in found.items():
        if item is None or item.upper() in UNKNOWN:
            numbers["month" if name == "name" else name] = None
        elif name == "name":
            if item.upper() not in _MONTHS:
                return None
            numbers["month"] = _MONTHS[item.upper()]
        else:
            numbers[name] = int(item)
    hour = numbers.get("hour")
    if half is not None and hour is not None:
        if not 1 <= hour <= _HALF_DAY:
            return None
        # 12 AM is midnight, 12 PM noon.
        numbers["hour"] = hour % _HALF_DAY + (_HALF_DAY if half == "P" else 0)
    return Parts(**numbers)


def _possible(parts: Parts) -> bool:
    if parts.month is not None and not 1 <= parts.month <= _LAST_MONTH:
        return False
    if parts.day is not None:
        # With an unknown year February may have 29 days, with an unknown month any has 31.
        year = parts.year if parts.year is not None else 2000
        last = calendar.monthrange(year, parts.month)[1] if parts.month is not None else 31
        if not 1 <= parts.day <= last:
            return False
    if parts.hour is not None and parts.hour > _LAST_HOUR:
        return False
    return all(item is None or item <= _LAST_MINUTE for item in (parts.minute, parts.second))


def iso_text(date: Parts, time: Parts | None = None) -> str | None:
    """ISO 8601 text of the known parts; unknown ones inside are `-`, at the end left out.

    Source: SDTMIG 3.4, section 4.4.2 (date/time precision).

    Example:
        >>> iso_text(Parts(2017, None, 15)), iso_text(Parts(2017, 3)), iso_text(Parts(None, 3, 15))
        ('2017---15', '2017-03', '--03-15')
    """
    time = time or Parts()
    known = (date.year, date.month, date.day, time.hour, time.minute, time.second)
    if all(part is None for part in known):
        return None
    last = max(at for at, part in enumerate(known) if part is not None)
    widths, marks = (4, 2, 2, 2, 2, 2), ("", "-", "-", "T", ":", ":")
    text = ""
    for at in range(last + 1):
        part = known[at]
        text += marks[at] + ("-" if part is None else str(part).zfill(widths[at]))
    return text


_ISO = re.compile(
    r"(?P<year>\d{4}|-)(?:-(?P<month>\d{2}|-)(?:-(?P<day>\d{2}|-)"
    r"(?:T(?P<hour>\d{2}|-)(?::(?P<minute>\d{2}|-)(?::(?P<second>\d{2}))?)?)?)?)?"
)


@lru_cache(maxsize=_KEPT)
def read_iso(text: str) -> Parts | None:
    """Parts of an ISO 8601 date or date and time, or None when it is not valid.

    Example:
        >>> read_iso("2017---15")
        Parts(year=2017, month=None, day=15, hour=None, minute=None, second=None)
    """
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    found = {
        name: None if item in (None, "-") else int(item) for name, item in match.groupdict().items()
    }
    parts = Parts(**found)
    return parts if _possible(parts) else None


@lru_cache(maxsize=_KEPT)
def complete_date(text: str) -> str | None:
    """The date of an ISO 8601 text when year, month and day are all there.

    Example:
        >>> complete_date("2024-03-01T08:30"), complete_date("2024-03")
        ('2024-03-01', None)
    """
    parts = read_iso(text)
    if parts is None or None in (parts.year, parts.month, parts.day):
        return None
    return text[:10]


@lru_cache(maxsize=_KEPT)
def date_bounds(text: str) -> tuple[str, str] | None:
    """The earliest and the latest date that a partial ISO 8601 date may mean.

    Example:
        >>> date_bounds("2024-02"), date_bounds("2024")
        (('2024-02-01', '2024-02-29'), ('2024-01-01', '2024-12-31'))
    """
    parts = read_iso(text)
    if parts is None or parts.year is None:
        return None
    first = (parts.month or 1, parts.day or 1)
    month = parts.month or _LAST_MONTH
    last = (month, parts.day or calendar.monthrange(parts.year, month)[1])
    return (
        f"{parts.year:04d}-{first[0]:02d}-{first[1]:02d}",
        f"{parts.year:04d}-{last[0]:02d}-{last[1]:02d}",
    )
