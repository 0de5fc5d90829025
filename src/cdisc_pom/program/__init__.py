"""Data sets as programs: what `cdisc-pom program` prints, and what a printed program runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdisc_pom.program.study import DataSet, Program, Rows

__all__ = ["DataSet", "Program", "Rows"]


def __getattr__(name: str) -> Any:
    """The names, imported when they are first used: the command line lists commands without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cdisc_pom.program import study  # noqa: PLC0415

    return getattr(study, name)
