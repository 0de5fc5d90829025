"""A specification of another tool while it is taken for ours: sheets that change step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cdisc_pom.errors import SpecError
from cdisc_pom.spec.cells import SheetCells, is_blank
from cdisc_pom.spec.rows import SheetRow


@dataclass
class Work:
    """The sheets, and what was done.

    `foreign` says that the file has no running sheet: it is no workbook of ours yet.
    """

    workbook: str
    sheets: dict[str, SheetCells]
    schema: dict[str, type[SheetRow]]
    foreign: bool
    notes: list[str] = field(default_factory=list)
    faults: list[SpecError] = field(default_factory=list)

    def has(self, name: str, *columns: str) -> bool:
        """Whether a sheet is there, with these columns."""
        return name in self.sheets and set(columns) <= set(self.sheets[name].header)

    def keep(self, name: str, kept: Sequence[int]) -> None:
        """Only some records of a sheet."""
        sheet = self.sheets[name]
        self.sheets[name] = replace(
            sheet,
            records=tuple(sheet.records[number] for number in kept),
            rows=tuple(sheet.rows[number] for number in kept),
        )

    def change(self, name: str, column: str, change: Callable[[Any], Any]) -> None:
        """Other cells in a column; blank ones stay."""
        if not self.has(name, column):
            return
        sheet = self.sheets[name]
        at = sheet.header.index(column)
        records = tuple(
            record
            if is_blank(record[at])
            else (*record[:at], change(record[at]), *record[at + 1 :])
            for record in sheet.records
        )
        self.sheets[name] = replace(sheet, records=records)

    def cells(self, name: str, column: str) -> tuple[Any, ...]:
        """The cells of a column; none where it is missing."""
        if not self.has(name, column):
            return ()
        sheet = self.sheets[name]
        at = sheet.header.index(column)
        return tuple(record[at] for record in sheet.records)
