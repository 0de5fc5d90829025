"""Values as a person reads them."""

from __future__ import annotations

import math
import unicodedata

import numpy as np

from cdisc_pom.xpt.dates import DAY, DateKind, fits_pandas, from_sas_number
from cdisc_pom.xpt.missing import missing_codes

_EXACT = 1e15


def number_text(value: float, kind: DateKind | None) -> str:
    """A number with all its digits, a date in ISO 8601, a missing value as SAS prints it.

    Example:
        >>> number_text(63.0, None), number_text(0.1, None), number_text(19725.0, "date")
        ('63', '0.1', '2014-01-02')
    """
    if math.isnan(value):
        return _missing(value)
    number = np.array([value])
    if kind == "time" and 0 <= value < DAY and value == int(value):
        return str(from_sas_number(number, "datetime")[0])[11:19]
    if kind in ("date", "datetime") and fits_pandas(number, kind)[0]:
        moment = from_sas_number(number, kind)[0]
        if kind == "date":
            return str(moment)[:10]
        if value == int(value):
            return str(moment.astype("datetime64[s]"))
        # Parts under a microsecond have no place in the text: then the number is shown.
        if value * 1e6 == round(value * 1e6):
            return str(moment)
    if abs(value) < _EXACT and value == int(value):
        return str(int(value))
    return repr(float(value))


def _missing(value: float) -> str:
    code = int(missing_codes(np.array([value]))[0])
    return "." if code == ord(".") else f".{chr(code)}"


def text_text(value: str | None) -> str:
    r"""A text with its invisible characters made visible; missing is ``(blank)``.

    Example:
        >>> text_text(" a\u00a0b"), text_text(None)
        ('\\u0020a\\u00a0b', '(blank)')
    """
    if value is None:
        return "(blank)"
    leading = len(value) - len(value.lstrip(" "))
    return "\\u0020" * leading + "".join(map(_visible, value[leading:]))


def _visible(character: str) -> str:
    if character == " " or unicodedata.category(character)[0] not in "CZ":
        return character
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(character)
    return known.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")  # noqa: PLR2004


def plain_value(value: float | str | None) -> float | str | None:
    """A value for programs: special missing and infinite numbers as text, missing as None."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        shown = _missing(value)
        return None if shown == "." else shown
    return float(value) if math.isfinite(value) else repr(float(value))


def amount_text(value: float | None) -> str:
    """A difference with six digits, "" when there is none."""
    return "" if value is None else f"{value:.6g}"
