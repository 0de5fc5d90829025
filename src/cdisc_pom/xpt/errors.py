"""What can go wrong with a transport file, kept as plain parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Problem:
    """One broken limit of one variable (or of the data set as a whole).

    Attributes:
        rule: short name of the limit, e.g. ``text_too_long`` or ``label_too_long``.
        message: what is wrong and what was expected, one sentence.
        variable: the variable, "" when the data set itself is meant.
        row: position of the record in the frame (0 is the first), None for metadata.
        keys: values of the key variables of that record.
        bytes: bytes that are needed, in the chosen encoding.
        limit: bytes that are allowed.
        text: the text that does not fit, or the number as text.
        count: how many records break the limit.
        data_set: the data set of the variable.
    """

    rule: str
    message: str
    variable: str = ""
    row: int | None = None
    keys: Mapping[str, object] = field(default_factory=dict)
    bytes: int | None = None
    limit: int | None = None
    text: str | None = None
    count: int = 1
    data_set: str = ""

    def __str__(self) -> str:
        """One line: data set and variable, what, and the record."""
        names = [name for name in (self.data_set, self.variable) if name]
        place = f"{'.'.join(names)}: " if names else ""
        return f"{place}{self.message}{self._record()}"

    def _record(self) -> str:
        if self.row is None:
            return ""
        keys = " ".join(f"{key}={value}" for key, value in self.keys.items())
        where = f" Record: row {self.row + 1}" + (f" ({keys})" if keys else "")
        more = f", and {self.count - 1} more" if self.count > 1 else ""
        return f"{where}{more}."


class XportError(ValueError):
    """A file that is no transport file, or data that a transport file cannot hold.

    Attributes:
        problems: all broken limits, when data were to be written.
        path: the file, "" when none is known.
        offset: byte position of the fault, when a file was read.
        expected: what should stand there.
    """

    def __init__(
        self,
        message: str,
        *,
        problems: tuple[Problem, ...] = (),
        path: str = "",
        offset: int | None = None,
        expected: str = "",
    ) -> None:
        super().__init__(message)
        self.problems = problems
        self.path = path
        self.offset = offset
        self.expected = expected

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between worker processes with all its parts."""
        parts = (str(self), self.problems, self.path, self.offset, self.expected)
        return (_rebuild, parts)

    @classmethod
    def of_problems(cls, problems: Iterable[Problem], *, path: str) -> Self:
        """All broken limits of one data set, found before a byte was written."""
        found = tuple(problems)
        head = f"{path}: {len(found)} problem{'s' * (len(found) != 1)}, nothing was written."
        return cls("\n  ".join([head, *map(str, found)]), problems=found, path=path)

    @classmethod
    def at(cls, offset: int, expected: str, found: str, *, path: str) -> Self:
        """A byte of a file that is not what the format asks for."""
        message = f"{path}: byte {offset}: expected {expected}, found {found}."
        return cls(message, path=path, offset=offset, expected=expected)


def _rebuild(
    message: str, problems: tuple[Problem, ...], path: str, offset: int | None, expected: str
) -> XportError:
    return XportError(message, problems=problems, path=path, offset=offset, expected=expected)
