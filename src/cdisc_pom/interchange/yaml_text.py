"""Cells as YAML text that reads well in a diff: one line a cell, long text folded.

Written by hand and not by a library, so that the text is the same with each version of one. It is
YAML 1.1 and 1.2 at once: whatever either would take for something else than text is quoted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

WIDTH = 100
_WORDS = {"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "="}
_NUMBERISH = re.compile(
    r"[-+.]?[0-9][0-9_.,:eExXoOa-fA-FtTzZ+\- ]*|[-+]?\.(inf|nan)", re.IGNORECASE
)
_PLAIN_START = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]")
_NOT_PLAIN = re.compile(r": |:$| #|^-(?= |$)")
# What YAML keeps unescaped on one line.
_PRINTABLE = re.compile(
    "[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
_BREAK = re.compile(r"(?<=[^ \t]) (?=[^ \t])")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def mapping_lines(pairs: Sequence[tuple[str, Any]], indent: int, first: str) -> Iterator[str]:
    """Lines of a mapping, one pair a line.

    Args:
        pairs: keys and cells; text, numbers, truth values, dates and times.
        indent: spaces before a key.
        first: what stands in these spaces on the first line, such as `- `.
    """
    lead = first.rjust(indent)
    for key, value in pairs:
        yield from _pair(f"{lead}{scalar(key)}:", value, indent)
        lead = " " * indent


def scalar(value: Any) -> str:
    """A cell on one line.

    Example:
        >>> scalar("Yes"), scalar("001"), scalar("剂量"), scalar(12)
        ("'Yes'", "'001'", '剂量', '12')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"!time '{value.isoformat()}'"
    if isinstance(value, dt.timedelta):
        return f"!duration '{value.total_seconds()!r}'"
    return _text(str(value))


def plain_number(value: Any) -> Any:
    """A number as people type it: Excel has no other 1 than 1.0."""
    most = 1e15
    if isinstance(value, float) and value.is_integer() and abs(value) < most:
        return int(value)
    return value


def _pair(lead: str, value: Any, indent: int) -> Iterator[str]:
    if isinstance(value, str) and "\n" in value and _fits_literal(value):
        yield from _literal(lead, value, indent + 2)
        return
    line = f"{lead} {scalar(value)}"
    if isinstance(value, str) and _width(line) > WIDTH and _fits_folded(value):
        folded = list(_folded(value, WIDTH - indent - 2))
        if len(folded) > 1:
            yield f"{lead} >-"
            yield from (" " * (indent + 2) + part for part in folded)
            return
    yield line


def _number(value: float) -> str:
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{e}{exponent}"


def _text(text: str) -> str:
    if _PRINTABLE.fullmatch(text) is None:
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if (
        text.casefold() in _WORDS
        or _PLAIN_START.match(text) is None
        or _NOT_PLAIN.search(text)
        or text != text.strip()
        or _NUMBERISH.fullmatch(text)
    ):
        return "'" + text.replace("'", "''") + "'"
    return text


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _PRINTABLE.fullmatch(character):
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _fits_literal(text: str) -> bool:
    lines = text.split("\n")
    return (
        lines[0] != ""
        and not lines[0].startswith((" ", "\t"))
        and not text.endswith("\n")
        and all(_PRINTABLE.fullmatch(line) and line == line.rstrip() for line in lines)
    )


def _literal(lead: str, text: str, indent: int) -> Iterator[str]:
    yield f"{lead} |-"
    for line in text.split("\n"):
        yield " " * indent + line if line else ""


def _fits_folded(text: str) -> bool:
    return _PRINTABLE.fullmatch(text) is not None and text == text.strip()


def _folded(text: str, width: int) -> Iterator[str]:
    """Pieces that a folded block joins by single spaces again."""
    line = ""
    for word in _BREAK.split(text):
        if line and _width(line) + 1 + _width(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _width(text: str) -> int:
    """Columns on a screen; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)  # noqa: PLR2004
