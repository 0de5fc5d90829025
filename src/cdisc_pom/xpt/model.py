"""Metadata of a transport file: variables, members, limits and formats."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

VariableType = Literal["text", "number"]

#: Created and modified stamp when the caller gives none: output stays reproducible.
FIXED_STAMP = datetime(1960, 1, 1)  # noqa: DTZ001 - the format has no time zone


@dataclass(frozen=True)
class Variable:
    """One variable of a data set.

    Attributes:
        name: up to 8 bytes (v5) or 32 bytes (v8).
        type: ``text`` or ``number``.
        length: bytes in the record, text 1-200 (v5) or 1-32767 (v8), number 2-8.
        label: up to 40 bytes (v5) or 256 bytes (v8).
        format: SAS display format with width and decimals, e.g. ``DATE9.`` or ``8.2``.
        informat: SAS input format, same form.

    Example:
        >>> Variable("AGE", "number", 8, label="Age", format="8.")
        Variable(name='AGE', type='number', length=8, label='Age', format='8.', informat='')
    """

    name: str
    type: VariableType
    length: int
    label: str = ""
    format: str = ""
    informat: str = ""


@dataclass(frozen=True)
class Member:
    """One data set of a transport file, without its data.

    Attributes:
        name: data set name, up to 8 bytes (v5) or 32 bytes (v8).
        label: data set label, up to 40 bytes.
        variables: in the order of the record.
        created: stamp in the member's header, whole seconds; None when unreadable.
        modified: as created.
        type: the data set type of SAS, nearly always "".
        records: number of records, None before data are known.
    """

    name: str
    label: str
    variables: tuple[Variable, ...]
    created: datetime | None = FIXED_STAMP
    modified: datetime | None = FIXED_STAMP
    type: str = ""
    records: int | None = field(default=None, compare=False)

    @property
    def record_length(self) -> int:
        """Bytes of one record."""
        return sum(variable.length for variable in self.variables)


@dataclass(frozen=True)
class Limits:
    """Limits of one version of the format, in bytes (``variables``: a count)."""

    name: int
    label: int
    text: int
    variables: int = 9_999
    data_set_label: int = 40
    format_name: int = 8


#: Keyed by version. Source: SAS TS-140, and the layout for version 8 and 9 data sets.
LIMITS = {
    5: Limits(name=8, label=40, text=200),
    8: Limits(name=32, label=256, text=32_767, variables=999_999, format_name=32),
}


@dataclass(frozen=True)
class Format:
    """A SAS format in its parts: name without width, width, decimals (0: not given)."""

    name: str = ""
    width: int = 0
    decimals: int = 0

    def __str__(self) -> str:
        """The text that a SAS program would hold, "" for no format."""
        if not (self.name or self.width or self.decimals):
            return ""
        return f"{self.name}{self.width or ''}.{self.decimals or ''}"


_FORMAT = re.compile(r"(\$?(?:[A-Za-z_](?:[A-Za-z0-9_]*[A-Za-z_])?)?)([0-9]*)(?:\.([0-9]*))?")


def parse_format(text: str) -> Format:
    """Read the text of a SAS format.

    Args:
        text: e.g. ``DATE9.``, ``8.2``, ``$20.``, ``$CHAR8.``; the last dot may be missing.

    Returns:
        Its parts; the empty format for "".

    Raises:
        ValueError: the text is no format.

    Example:
        >>> parse_format("YYMMDD10."), str(parse_format("8.2"))
        (Format(name='YYMMDD', width=10, decimals=0), '8.2')
    """
    match = _FORMAT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no SAS format: name, width, dot and decimals, as DATE9.")
    name, width, decimals = match.groups()
    parts = Format(name.upper(), int(width or 0), int(decimals or 0))
    if max(parts.width, parts.decimals) > 32_767:  # noqa: PLR2004 - a signed 16 bit field
        raise ValueError(f"'{text}' is no SAS format: the width is over 32767.")
    return parts
