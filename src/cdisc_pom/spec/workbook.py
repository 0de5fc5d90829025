"""A workbook in memory: its rows by sheet, and the questions that every step asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from cdisc_pom.errors import Cell
from cdisc_pom.spec.rows import RowPlace, SheetRow
from cdisc_pom.spec.sheets import (
    CodelistRow,
    DatasetRow,
    DefineRow,
    FindingRow,
    MappingRow,
    ParameterRow,
    SourceRow,
    TermRow,
    VariableRow,
)

Row = TypeVar("Row", bound=SheetRow)
# A sheet whose name starts so holds a look-up table with columns of its own.
LOOKUP = "Lookup "
# The sheet with the words of long drop-downs: nothing of the study stands in it.
LISTS = "Lists"
# Sheets for people alone: variables that the guide permits, and what stands in the raw columns.
LIBRARY, RAW_COLUMNS = "Permissible", "Raw columns"


@dataclass(frozen=True)
class Codelist:
    """A code list: its terms in order and the collected values that mean them."""

    id: str
    rows: tuple[CodelistRow, ...]
    collected: tuple[TermRow, ...] = ()

    @property
    def name(self) -> str:
        """Name of the list."""
        return self.rows[0].name

    @cached_property
    def terms(self) -> dict[str, CodelistRow]:
        """Rows by submission value."""
        return {row.term: row for row in self.rows}


@dataclass(frozen=True)
class Contents:
    """A sheet that holds a data set's records: one column a variable."""

    workbook: str
    sheet: str
    header: tuple[str, ...]
    records: tuple[tuple[str | None, ...], ...]
    rows: tuple[int, ...]
    letters: dict[str, str]

    def cell(self, record: int, column: str) -> Cell:
        """The cell of a record's column."""
        return RowPlace(
            workbook=self.workbook, sheet=self.sheet, row=self.rows[record], letters=self.letters
        ).cell(column)


@dataclass(frozen=True)
class Workbook:
    """All rows of one standard's workbook.

    `kind` is `sdtm` or `adam`; `ignored` lists sheets and columns that the language does not know,
    `notes` what was read otherwise than it stands in the file (a Pinnacle 21 specification).
    """

    path: Path
    kind: str
    sheets: dict[str, tuple[SheetRow, ...]]
    contents: dict[str, Contents] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """File name, as messages show it."""
        return self.path.name

    @property
    def runs(self) -> bool:
        """Whether it has running sheets; without them it is a specification only."""
        return SourceRow.sheet in self.sheets

    def rows(self, kind: type[Row]) -> tuple[Row, ...]:
        """Rows of a sheet, in order; a sheet holds rows of its one type."""
        return cast("tuple[Row, ...]", self.sheets.get(kind.sheet, ()))

    def _select(self, kind: type[Row], dataset: str) -> Iterator[Row]:
        return (row for row in self.rows(kind) if getattr(row, "dataset", None) == dataset)

    @cached_property
    def attributes(self) -> dict[str, DefineRow]:
        """Rows of Define by attribute."""
        return {row.attribute: row for row in self.rows(DefineRow)}

    def attribute(self, name: str, default: str = "") -> str:
        """Value of a Define attribute."""
        row = self.attributes.get(name)
        return row.value if row is not None and row.value is not None else default

    @cached_property
    def datasets(self) -> dict[str, DatasetRow]:
        """Rows of Datasets by name."""
        return {row.dataset: row for row in self.rows(DatasetRow)}

    @cached_property
    def _variables(self) -> dict[str, tuple[VariableRow, ...]]:
        grouped: dict[str, list[VariableRow]] = {}
        for row in self.rows(VariableRow):
            grouped.setdefault(row.dataset, []).append(row)
        return {
            name: tuple(sorted(rows, key=lambda row: row.order)) for name, rows in grouped.items()
        }

    def variables(self, dataset: str) -> tuple[VariableRow, ...]:
        """Variables of a data set in their order, supplemental ones included."""
        return self._variables.get(dataset, ())

    def variable(self, dataset: str, name: str) -> VariableRow | None:
        """One variable of a data set, or None."""
        return self._variables_by_name.get((dataset, name))

    @cached_property
    def _variables_by_name(self) -> dict[tuple[str, str], VariableRow]:
        found: dict[tuple[str, str], VariableRow] = {}
        for dataset, rows in self._variables.items():
            for row in rows:
                found.setdefault((dataset, row.variable), row)  # of one name the first counts
        return found

    @cached_property
    def codelists(self) -> dict[str, Codelist]:
        """Code lists by id, with the collected values of the Terms sheet."""
        rows: dict[str, list[CodelistRow]] = {}
        for row in self.rows(CodelistRow):
            rows.setdefault(row.id, []).append(row)
        terms: dict[str, list[TermRow]] = {}
        for term in self.rows(TermRow):
            terms.setdefault(term.codelist, []).append(term)
        return {
            name: Codelist(name, tuple(group), tuple(terms.get(name, ())))
            for name, group in rows.items()
        }

    def sources(self, dataset: str) -> tuple[SourceRow, ...]:
        """Sources of a data set."""
        return tuple(self._select(SourceRow, dataset))

    def mapping(self, dataset: str) -> tuple[MappingRow, ...]:
        """Mapping (SDTM) or derivation (ADaM) rows of a data set."""
        return self._mapping.get(dataset, ())

    @cached_property
    def _mapping(self) -> dict[str, tuple[MappingRow, ...]]:
        grouped: dict[str, list[MappingRow]] = {}
        for sheet in ("Mapping", "Derivations"):
            for row in self.sheets.get(sheet, ()):
                if isinstance(row, MappingRow):
                    grouped.setdefault(row.dataset, []).append(row)
        return {name: tuple(rows) for name, rows in grouped.items()}

    def findings(self, dataset: str) -> tuple[FindingRow, ...]:
        """Collected tests of a data set."""
        return tuple(self._select(FindingRow, dataset))

    def parameters(self, dataset: str) -> tuple[ParameterRow, ...]:
        """Parameters of a data set."""
        return tuple(self._select(ParameterRow, dataset))
