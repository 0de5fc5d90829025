"""What a rule says: a place, a sentence on the fault, a sentence on the mend."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cdisc_pom.errors import Cell, Line, Place, Severity

_REF = re.compile(r"([A-Z]*)(\d*)")


@dataclass(frozen=True)
class Found:
    """What a rule function yields; the rule gives it its id and severity.

    `others` are further cells that the fault is about, such as the row that it clashes with.
    """

    place: Place
    text: str
    hint: str = ""
    others: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Message:
    """One fault of a workbook, at its cell."""

    rule: str
    severity: Severity
    place: Place
    text: str
    hint: str = ""
    others: tuple[Cell, ...] = ()

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.severity} {self.rule}: {self.text}{hint}"


def reading_order(
    message: Message, books: dict[str, int], sheets: dict[str, int]
) -> tuple[object, ...]:
    """The order in which a person goes through workbooks: book, sheet, row, column, rule."""
    place = message.place
    if isinstance(place, Line):
        return (len(books), 0, place.number, 0, "", place.file, message.rule, message.text)
    match = _REF.fullmatch(place.ref)
    letters, row = (match[1], int(match[2] or 0)) if match else (place.ref, 0)
    return (
        books.get(place.workbook, len(books)), sheets.get(place.sheet, len(sheets)), row,
        len(letters), letters, place.sheet, message.rule, message.text,
    )  # fmt: skip
