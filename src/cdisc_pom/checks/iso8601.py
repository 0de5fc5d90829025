"""ISO 8601 text as SDTM uses it: complete, partial, with unknown parts, durations and intervals.

A date is right when it exists: `2020-02-60` has the shape of a date and is none. Shapes, months,
days of a month and times of day are in one regular expression, so that a million texts are judged
by Arrow at once; only 29 February is looked at text by text.

Source: SDTMIG 3.4, section 4.4.1 to 4.4.3; Define-XML 2.1, section 4.3.1 (data types).
"""

from __future__ import annotations

import calendar
import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_MONTHS: Final = r"(0[1-9]|1[0-2])"
_DAY: Final = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|[12][0-9]))"
)
_HOUR: Final = r"([01][0-9]|2[0-3])"
_SIXTY: Final = r"[0-5][0-9]"
_ZONE: Final = r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
_SECOND: Final = rf"{_SIXTY}([.,][0-9]+)?"

_DATE: Final = rf"[0-9]{{4}}-{_DAY}"
_TIME: Final = rf"{_HOUR}:{_SIXTY}(:{_SECOND})?{_ZONE}"
_PART_TIME: Final = rf"{_HOUR}(:{_SIXTY}(:{_SECOND})?)?{_ZONE}"
_PART_DATE: Final = rf"[0-9]{{4}}(-{_MONTHS})?|{_DATE}"
_PART_DATETIME: Final = rf"{_PART_DATE}|{_DATE}T{_PART_TIME}"

# A hyphen stands for an unknown part when a smaller part is known: `2003---15`, `--12-15`,
# `-----T07:15`. Unknown parts at the end are left out, never written as hyphens.
_ANY_DAY: Final = r"(0[1-9]|[12][0-9]|3[01])"
_YEAR: Final = r"(-|[0-9]{4})"
_HOLED_DATE: Final = rf"{_YEAR}-(--{_ANY_DAY}|{_DAY})"
_HOLED_BEFORE_TIME: Final = rf"{_YEAR}-(--(-|{_ANY_DAY})|{_MONTHS}--|{_DAY})"
_HOLED_TIME: Final = rf"((-|{_HOUR}):(-|{_SIXTY}):{_SECOND}|(-|{_HOUR}):{_SIXTY}|{_HOUR}){_ZONE}"
_HOLED: Final = rf"{_HOLED_DATE}|{_HOLED_BEFORE_TIME}T{_HOLED_TIME}|{_PART_DATETIME}"

_NUMBER: Final = r"[0-9]+([.,][0-9]+)?"
_DURATION: Final = (
    rf"[+-]?P({_NUMBER}W|({_NUMBER}Y)?({_NUMBER}M)?({_NUMBER}D)?"
    rf"(T({_NUMBER}H)?({_NUMBER}M)?({_NUMBER}S)?)?)"
)
_INTERVAL: Final = rf"({_HOLED})/({_HOLED})|({_HOLED})/({_DURATION})|({_DURATION})/({_HOLED})"

PATTERNS: Final[dict[str, str]] = {
    "date": _DATE,
    "time": _TIME,
    "datetime": rf"{_DATE}T{_TIME}",
    "partialDate": _PART_DATE,
    "partialTime": _PART_TIME,
    "partialDatetime": _PART_DATETIME,
    "incompleteDatetime": _HOLED,
    "durationDatetime": _DURATION,
    "intervalDatetime": _INTERVAL,
}
"""What a text of each Define-XML data type looks like when it is whole."""

_WIDEST: Final[dict[str, str]] = {
    "date": "incompleteDatetime",
    "datetime": "incompleteDatetime",
    "partialDate": "incompleteDatetime",
    "partialDatetime": "incompleteDatetime",
    "time": "partialTime",
}
_LEAP_DAY: Final = re.compile(r"([0-9]{4})-02-29")


def is_exact(texts: pa.Array, data_type: str) -> npt.NDArray[np.bool_]:
    """Whether each text is a whole value of the data type; a missing text is.

    Args:
        texts: distinct texts.
        data_type: one of `PATTERNS`.

    Example:
        >>> is_exact(pa.array(["2020-02-29", "2020-02-60", "2019-02-29", "2020-02"]), "date")
        array([ True, False, False, False])
    """
    matched = pc.match_substring_regex(texts, f"^({PATTERNS[data_type]})$")
    right: npt.NDArray[np.bool_] = pc.fill_null(matched, True).to_numpy(zero_copy_only=False).copy()
    if data_type in ("durationDatetime", "intervalDatetime"):
        right &= ~_found(texts, r"P(/|$)|T(/|$)")
    for at in np.flatnonzero(_found(texts, "-02-29")):
        years = _LEAP_DAY.findall(texts[int(at)].as_py())
        right[at] &= all(calendar.isleap(int(year)) for year in years)
    return right


def is_valid(texts: pa.Array, data_type: str) -> npt.NDArray[np.bool_]:
    """Whether each text is a date or time that exists, of whatever precision; a missing text is.

    Args:
        texts: distinct texts.
        data_type: one of `PATTERNS`; tells dates from times, durations and intervals.

    Example:
        >>> is_valid(pa.array(["2020-02-60", "2020-02", "2003---15", "UNK"]), "date")
        array([False,  True,  True, False])
    """
    return is_exact(texts, _WIDEST.get(data_type, data_type))


def _found(texts: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    found = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    flags: npt.NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags
