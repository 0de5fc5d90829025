"""How values are typed: printed digits, dates and their incomplete forms, full-width characters."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_FIRST_ASCII, _LAST_ASCII, _FULL_WIDTH_SHIFT = 0x21, 0x7E, 0xFEE0


def fixed(value: float | Decimal, digits: int) -> str:
    """A number with the given digits after the point, rounded half away from zero.

    Example:
        >>> fixed(2.675, 2), fixed(41.0, 0)
        ('2.68', '41')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def plain(value: float | Decimal) -> str:
    """A number without trailing zeros.

    Example:
        >>> plain(4.0), plain(2.5)
        ('4', '2.5')
    """
    text = format(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def compact(day: date) -> str:
    """A date as eight digits."""
    return day.strftime("%Y%m%d")


def partial(day: date, pattern: str) -> str:
    """A date of which only a part is known, by a pattern of strftime codes.

    Example:
        >>> partial(date(2016, 8, 9), "%Y-%m-UK")
        '2016-08-UK'
    """
    parts = {"%Y": f"{day.year:04}", "%m": f"{day.month:02}", "%n": str(day.month)}
    parts["%d"] = f"{day.day:02}"
    for code, value in parts.items():
        pattern = pattern.replace(code, value)
    return pattern


def full_width(text: str) -> str:
    """Letters, digits and signs in their full-width forms.

    Example:
        >>> full_width("g/L")
        'ｇ／Ｌ'
    """
    return "".join(
        chr(ord(sign) + _FULL_WIDTH_SHIFT) if _FIRST_ASCII <= ord(sign) <= _LAST_ASCII else sign
        for sign in text
    )
