"""The small grammars inside cells: `A, B` in Inputs, `name=value; name=value` in Arguments."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"(?<!\\);")
# Quotes that keep blanks; a value in quotes without blanks at its ends is meant with its quotes.
_QUOTED = re.compile(r'"(?:\s[^"]*|[^"]*\s)"')


def split_inputs(cell: str | None) -> tuple[str, ...]:
    """Names in an Inputs or Key Variables cell, in order.

    Example:
        >>> split_inputs("LBDAT, LBTIM")
        ('LBDAT', 'LBTIM')
    """
    return tuple(part.strip() for part in (cell or "").split(",") if part.strip())


def split_arguments(cell: str | None) -> dict[str, str]:
    r"""Named values in an Arguments cell.

    `\;` stands for a semicolon in a value; double quotes keep the blanks at a value's ends.

    Raises:
        ValueError: a part has no `=` or a name stands twice.

    Example:
        >>> split_arguments("date=yyyy-MM-dd|yyyyMMdd; time=HH:mm")
        {'date': 'yyyy-MM-dd|yyyyMMdd', 'time': 'HH:mm'}
        >>> split_arguments('separator=" "')
        {'separator': ' '}
    """
    found: dict[str, str] = {}
    for part in _SEPARATOR.split(cell or ""):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or not name:
            raise ValueError(f"'{part.strip()}' is not of the form name=value.")
        if name in found:
            raise ValueError(f"argument '{name}' stands twice.")
        value = value.strip()
        if _QUOTED.fullmatch(value):
            value = value[1:-1]
        found[name] = value.replace("\\;", ";")
    return found
