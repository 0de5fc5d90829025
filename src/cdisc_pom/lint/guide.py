"""The implementation guide beside a workbook: what it says of a data set and of a variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cdisc_pom.standards import (
    StandardDataset,
    StandardVariable,
    Store,
    standard_datasets,
    standard_variables,
)
from cdisc_pom.standards.tables import find_variable

if TYPE_CHECKING:
    from cdisc_pom.lint.context import Context
    from cdisc_pom.spec.sheets import DatasetRow, VariableRow
    from cdisc_pom.spec.workbook import Workbook

_STRUCTURES = {
    "SUBJECT LEVEL ANALYSIS DATASET": ("ADSL",),
    "BASIC DATA STRUCTURE": ("BDS",),
    "OCCURRENCE DATA STRUCTURE": ("OCCDS",),
}
_SUBCLASSES = {"TIME-TO-EVENT": "TTE", "ADVERSE EVENT": "ADAE"}
_PREFIXED = ("SUPP", "SQ")


@dataclass
class Guide:
    """SDTMIG or ADaMIG as a workbook pins it; `known` tells whether it is at hand."""

    standard: str
    version: str
    book: Workbook
    store: Store
    _found: dict[tuple[str, str], StandardVariable | None] = field(default_factory=dict)
    _tabled: dict[str, tuple[StandardVariable, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Workbook, store: Store) -> Guide:
        """The guide that the Define sheet names."""
        name = book.attribute("StandardName").strip()
        standard = {"SDTM-IG": "SDTMIG", "ADAM-IG": "ADaMIG"}.get(name.upper(), name)
        return cls(standard, book.attribute("StandardVersion").strip(), book, store)

    @cached_property
    def datasets(self) -> dict[str, StandardDataset]:
        """Data sets or structures of the guide."""
        return standard_datasets(self.standard, self.version, store=self.store)

    @property
    def known(self) -> bool:
        """Whether its tables are at hand."""
        return bool(self.datasets)

    @property
    def tabulation(self) -> bool:
        """Whether it is the guide of SDTM."""
        return self.book.kind == "sdtm"

    def domain(self, dataset: str) -> str:
        """The domain that a data set is, or is a part of: LBCH is a part of LB.

        What the guide does not know is taken for a domain of its own.
        """
        if dataset in self.datasets:
            return dataset
        if dataset.startswith(_PREFIXED):
            return "SUPPQUAL"
        own = next(
            (v.assigned_value for v in self.book.variables(dataset) if v.variable == "DOMAIN"), None
        )
        start = dataset[:2]
        return own if own in self.datasets else start if start in self.datasets else dataset

    def tables(self, row: DatasetRow) -> tuple[str, ...]:
        """Names of the guide's tables that a data set goes by."""
        if self.tabulation:
            domain = self.domain(row.dataset)
            return (domain,) if domain in self.datasets else ()
        found = _STRUCTURES.get(row.dataset_class.strip().upper(), ())
        extra = _SUBCLASSES.get((row.subclass or "").strip().upper())
        return (*found, extra) if extra else found

    def variables(self, row: DatasetRow) -> tuple[StandardVariable, ...]:
        """Variables of a data set's tables; a subclass says the last word."""
        if row.dataset not in self._tabled:
            found: dict[str, StandardVariable] = {}
            for table in self.tables(row):
                variables = standard_variables(self.standard, self.version, table, store=self.store)
                found |= {variable.name: variable for variable in variables}
            self._tabled[row.dataset] = tuple(found.values())
        return self._tabled[row.dataset]

    def variable(self, row: DatasetRow, name: str) -> StandardVariable | None:
        """What the guide says of a variable of a data set; None when it does not know it."""
        key = (row.dataset, name)
        if key not in self._found:
            self._found[key] = find_variable(self.variables(row), name)
        return self._found[key]

    def general(self, row: DatasetRow, name: str) -> StandardVariable | None:
        """What the guide says of a variable in other data sets of the class.

        --STRTPT is in CM and not in DS, but may stand there; its label is then free.
        """
        if not self.tabulation:
            return find_variable(self._subject_level, name)
        prefix = self.domain(row.dataset)[:2]
        bare = f"--{name[2:]}" if name.startswith(prefix) else name
        by_class = self._suffixes.get(self._class(row), {})
        return by_class.get(bare) or self._suffixes.get("", {}).get(bare)

    def _class(self, row: DatasetRow) -> str:
        return row.dataset_class.strip().upper().replace("-", " ")

    @cached_property
    def _subject_level(self) -> tuple[StandardVariable, ...]:
        return standard_variables(self.standard, self.version, "ADSL", store=self.store)

    @cached_property
    def _suffixes(self) -> dict[str, dict[str, StandardVariable]]:
        """Variables by class and name without prefix; identifiers and timing under "" too."""
        found: dict[str, dict[str, StandardVariable]] = {"": {}}
        for name, dataset in self.datasets.items():
            kind = dataset.dataset_class
            kinds = ["FINDINGS", kind] if kind == "FINDINGS ABOUT" else [kind]
            for variable in standard_variables(self.standard, self.version, name, store=self.store):
                prefixed = variable.name.startswith(name) and len(name) == 2  # noqa: PLR2004
                bare = f"--{variable.name[2:]}" if prefixed else variable.name
                for each in kinds:
                    found.setdefault(each, {}).setdefault(bare, variable)
                if variable.role in ("Identifier", "Timing"):
                    found[""].setdefault(bare, variable)
        return found


def guided_datasets(context: Context) -> Iterator[tuple[Workbook, Guide, DatasetRow]]:
    """Data sets of the workbooks whose guide is at hand."""
    for kind, book in context.study.workbooks.items():
        guide = context.guides[kind]
        if guide.known:
            yield from ((book, guide, row) for row in book.datasets.values())


def guided_variables(
    context: Context,
) -> Iterator[tuple[Workbook, Guide, DatasetRow, VariableRow]]:
    """Variables of the workbooks whose guide is at hand."""
    for book, guide, row in guided_datasets(context):
        for variable in book.variables(row.dataset):
            yield book, guide, row, variable
