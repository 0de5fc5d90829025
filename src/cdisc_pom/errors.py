"""Places, faults of a specification and findings about data.

A fault of a workbook is a `SpecError` and stands at a cell. A fault of the data is a `Finding`
and stands at a record. Both are collected and told all at once: `Problems` is the one exception
that leaves a step.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, order=True)
class Cell:
    """A place in a workbook: `sdtm.xlsx › Mapping!E14`, or a whole sheet when `ref` is empty."""

    workbook: str
    sheet: str = ""
    ref: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return self.workbook
        return f"{self.workbook} › {self.sheet}" + (f"!{self.ref}" if self.ref else "")


@dataclass(frozen=True, order=True)
class Line:
    """A place in a text file: `adverse_events.csv:45`, or a whole file when `number` is 0."""

    file: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" if self.number else self.file


Place = Cell | Line


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, or None when none is near."""
    choices = sorted(set(known))
    exact = [choice for choice in choices if choice.casefold() == name.casefold()]
    if exact:
        return exact[0]
    found = difflib.get_close_matches(name, choices, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence with the nearest name, or an empty text."""
    choices = sorted(set(known))
    near = nearest(name, choices)
    if near is not None:
        return f"Did you mean '{near}'?"
    few = 8
    if choices and len(choices) <= few:
        return f"Known: {', '.join(choices)}."
    return ""


@dataclass(frozen=True)
class SpecError:
    """One fault of a specification or of a file: where, what, and how to mend it."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.hint}" if self.hint else "")

    @classmethod
    def unknown(cls, kind: str, name: str, known: Iterable[str], *, place: Place) -> Self:
        """A name that is not in the list of known names."""
        return cls(place, f"unknown {kind} '{name}'.", did_you_mean(name, known))


@dataclass(frozen=True, order=True)
class Example:
    """A record that shows a finding: its key variables, its value and where it was collected."""

    key: str = ""
    value: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Finding:
    """One fault of the data, with the record that shows it.

    `count` says how many records share it; `key`, `value` and `origin` belong to the first of
    them, and `examples` holds the first few.
    """

    rule: str
    severity: Severity
    dataset: str
    message: str
    variable: str = ""
    key: str = ""
    value: str = ""
    origin: str = ""
    count: int = 1
    place: str = ""
    message_zh: str = ""
    hint: str = ""
    hint_zh: str = ""
    examples: tuple[Example, ...] = ()

    def __str__(self) -> str:
        where = self.dataset + (f".{self.variable}" if self.variable else "")
        text = f"{self.place}: " if self.place else ""
        text += f"{where}: {self.message}"
        records = f"{self.count} record{'s' if self.count != 1 else ''}"
        first = ", ".join(part for part in (self.origin, self.key) if part)
        if first:
            text += f" ({records}; first: {first})"
        return text + (f" {self.hint}" if self.hint else "")


class Problems(Exception):  # noqa: N818 - it carries many errors, it is not one
    """All faults of a step, told at once."""

    def __init__(self, errors: Sequence[SpecError | Finding], *, report: str = "") -> None:
        """Keep the faults, and where a report of them was written."""
        self.errors = tuple(errors)
        self.report = report
        super().__init__("\n".join(str(error) for error in self.errors))


@dataclass
class Collector:
    """Gathers faults while a step goes on, so that it stops once, with all of them."""

    errors: list[SpecError] = field(default_factory=list)

    def add(self, place: Place, message: str, hint: str = "") -> None:
        """Keep a fault."""
        self.errors.append(SpecError(place, message, hint))

    def unknown(self, kind: str, name: str, known: Iterable[str], *, place: Place) -> None:
        """Keep an unknown name with the nearest known one."""
        self.errors.append(SpecError.unknown(kind, name, known, place=place))

    def stop(self) -> None:
        """Raise `Problems` when a fault was kept, each fault once."""
        if self.errors:
            raise Problems(list(dict.fromkeys(self.errors)))
