"""What stops a comparison before there is an outcome."""

from __future__ import annotations

from collections.abc import Iterable

from cdisc_pom.errors import did_you_mean


class CompareError(Exception):
    """A comparison that cannot be made."""


class UnreadableFile(CompareError):  # noqa: N818 - the name says what it is
    """A file that is not there, of an unknown kind, or broken.

    Attributes:
        path: the file.
        reason: what is wrong with it.
    """

    def __init__(self, path: str, reason: str) -> None:
        reason = reason.strip().removeprefix(f"{path}: ")
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class WrongOption(CompareError):  # noqa: N818 - the name says what it is
    """An option that cannot be understood or does not fit the data.

    Attributes:
        option: e.g. ``--keys``.
        reason: what is wrong with it.
    """

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(option, reason)
        self.option = option
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.option}: {self.reason}"

    @classmethod
    def unknown_variable(
        cls, option: str, name: str, known: Iterable[str], *, place: str
    ) -> WrongOption:
        """A variable that a data set does not have, with the nearest name that it has."""
        return cls(option, f"{place} has no variable '{name}'. {did_you_mean(name, known)}".strip())
