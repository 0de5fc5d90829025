"""A study on disk: its workbooks and its raw forms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cdisc_pom.errors import Cell, Collector, Problems, SpecError
from cdisc_pom.spec.reader import read_workbook
from cdisc_pom.spec.workbook import Workbook

STANDARDS = ("sdtm", "adam")
DEFAULT_AGENCY, DEFAULT_ENCODING = "nmpa", "utf-8"


@dataclass(frozen=True)
class Study:
    """The workbooks of a study, by standard."""

    name: str
    folder: Path
    workbooks: dict[str, Workbook]

    def workbook(self, dataset: str) -> Workbook:
        """The workbook that describes a data set."""
        return next(book for book in self.workbooks.values() if dataset in book.datasets)

    def attribute(self, name: str) -> tuple[str, Cell] | None:
        """Value of an attribute and its cell, from the first workbook whose Define has it."""
        for book in self.workbooks.values():
            row = book.attributes.get(name)
            if row is not None and row.value is not None:
                return row.value.strip(), row.cell("value")
        return None

    @property
    def agency(self) -> str:
        """The agency that the study is for: the attribute Agency, nmpa without one."""
        found = self.attribute("Agency")
        return found[0].casefold() if found is not None else DEFAULT_AGENCY

    @property
    def encoding(self) -> str:
        """The encoding of transport files: the attribute Encoding, utf-8 without one."""
        found = self.attribute("Encoding")
        return found[0] if found is not None else DEFAULT_ENCODING


def read_study(folder: Path) -> Study:
    """Read `sdtm.xlsx` and `adam.xlsx` of a study's folder.

    A study may have SDTM alone, or ADaM alone when its raw data are SDTM data sets.

    Raises:
        Problems: all faults of all workbooks.
    """
    faults = Collector()
    books = {}
    for standard in STANDARDS:
        path = folder / f"{standard}.xlsx"
        if not path.exists() and any((folder / f"{s}.xlsx").exists() for s in STANDARDS):
            continue
        try:
            books[standard] = read_workbook(path, standard)
        except Problems as problems:
            faults.errors += [e for e in problems.errors if isinstance(e, SpecError)]
            continue
        if not books[standard].runs:
            hint = "Add Sources and Mapping (ADaM: Derivations); docs/workbook.md shows them."
            faults.add(Cell(path.name), "has no sheet that says where records come from.", hint)
    faults.stop()
    return Study(folder.name, folder, books)
