"""Small studies that a test writes itself: rows of workbooks as tables, raw forms as CSV.

A table is text with `|` between its cells, as a reader would see it in Excel. What a test does
not care for (labels, orders, classes) is filled in here.
"""

from __future__ import annotations

import re
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
from openpyxl.utils import get_column_letter

from cdisc_pom.errors import Finding, Problems
from cdisc_pom.plan.compiler import compile_study
from cdisc_pom.plan.finish import finish_standard
from cdisc_pom.plan.order import making_order
from cdisc_pom.plan.run import Run
from cdisc_pom.project import Project
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard
from cdisc_pom.spec.sheets import SHEETS
from cdisc_pom.spec.study import read_study
from cdisc_pom.spec.writer import write_workbook

Row = dict[str, str | float | None]
_CELL = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")
_CLASSES = {
    "DM": "SPECIAL PURPOSE", "CO": "SPECIAL PURPOSE", "SE": "SPECIAL PURPOSE",
    "SV": "SPECIAL PURPOSE", "TA": "TRIAL DESIGN", "TE": "TRIAL DESIGN", "TI": "TRIAL DESIGN",
    "TS": "TRIAL DESIGN", "TV": "TRIAL DESIGN", "LB": "FINDINGS", "VS": "FINDINGS",
    "RS": "FINDINGS", "EX": "INTERVENTIONS", "CM": "INTERVENTIONS",
    "ADSL": "SUBJECT LEVEL ANALYSIS DATASET", "ADAE": "OCCURRENCE DATA STRUCTURE",
}  # fmt: skip


def table(text: str) -> list[list[str]]:
    """Cells of a table, line by line; the first line is the header."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return [[cell.strip() for cell in _CELL.split(line)] for line in lines]


def rows(text: str) -> list[Row]:
    """A table as rows by header; an empty cell is missing. `##3` stands for the number 3."""
    header, *records = table(text)
    assert all(len(record) <= len(header) for record in records), text
    return [
        {name: _cell(cell) for name, cell in zip(header, record, strict=False)}
        for record in records
    ]


def _cell(text: str) -> str | float | None:
    if text.startswith("##"):
        return float(text[2:])
    return text or None


@dataclass
class Book:
    """A workbook in the making."""

    kind: str
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    contents: dict[str, tuple[list[str], list[list[str | None]]]] = field(default_factory=dict)

    def add(self, sheet: str, text: str) -> Book:
        """Rows behind those of a sheet."""
        known = {name for row in SHEETS[self.kind] if row.sheet == sheet for name in row.headers()}
        added = [{k: v for k, v in row.items() if k} for row in rows(text)]
        assert known, sheet
        assert not (unknown := set(added[0]) - known), unknown
        self.sheets.setdefault(sheet, []).extend(added)
        return self

    def content(self, sheet: str, text: str) -> Book:
        """A sheet with a data set's contents."""
        header, *records = table(text)
        padded = [record + [""] * (len(header) - len(record)) for record in records]
        self.contents[sheet] = header, [[cell or None for cell in record] for record in padded]
        return self

    def change(self, sheet: str, row: int, **cells: str | float | None) -> Book:
        """Other cells in a row; rows count as Excel does, the header is row 1."""
        found = self.sheets[sheet][row - 2]
        found.update({name.replace("_", " "): value for name, value in cells.items()})
        return self

    def filled(self) -> dict[str, list[Row]]:
        """The sheets with what a test did not say."""
        sheets = {name: [dict(row) for row in found] for name, found in self.sheets.items()}
        for row in sheets.get("Datasets", ()):
            name = str(row["Dataset"])
            default = "EVENTS" if self.kind == "sdtm" else "BASIC DATA STRUCTURE"
            row.setdefault("Label", f"{name} Label")
            row.setdefault("Class", _CLASSES.get(name, default))
        for at, row in enumerate(sheets.get("Variables", ()), start=1):
            row.setdefault("Order", at)
            row.setdefault("Label", f"{row['Variable']} Label")
            row["Data Type"] = row.get("Data Type") or "text"
        for row in sheets.get("Codelists", ()):
            row.setdefault("Name", row["ID"])
        return sheets


@dataclass
class Made:
    """Data sets of a small study, what was found, and how it reads."""

    standards: Mapping[str, BuiltStandard]
    findings: tuple[Finding, ...]
    faults: tuple[str, ...]

    @property
    def datasets(self) -> dict[str, BuiltDataset]:
        return {b.meta.name: b for s in self.standards.values() for b in s.datasets}

    def frame(self, name: str) -> pd.DataFrame:
        return self.datasets[name].frame

    def values(self, name: str, *variables: str) -> list[Any]:
        """Values of one variable, or tuples of several; missing is None."""
        frame = self.frame(name)
        columns = [plain(frame[variable]) for variable in variables]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))

    @property
    def told(self) -> list[str]:
        """Findings in words."""
        return [str(finding) for finding in self.findings]

    @property
    def errors(self) -> list[str]:
        return [str(found) for found in self.findings if found.severity == "error"]


def plain(column: pd.Series) -> list[Any]:
    """Values of a column as plain Python: missing is None, dates are ISO text."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        stamps = column.astype(object)
        return [None if pd.isna(s) else s.isoformat().removesuffix("T00:00:00") for s in stamps]
    return [None if pd.isna(value) else value for value in column.astype(object)]


@dataclass
class SmallStudy:
    """A study in a folder of its own."""

    root: Path
    name: str = "mini"

    def __post_init__(self) -> None:
        self.sdtm = Book("sdtm")
        self.adam = Book("adam")
        self.forms: dict[str, str | bytes] = {}

    @property
    def specs(self) -> Path:
        return self.root / "specs" / self.name

    @property
    def raw(self) -> Path:
        return self.root / "data" / self.name / "raw"

    @property
    def build(self) -> Path:
        return self.root / "build" / self.name

    @property
    def project(self) -> Project:
        return Project(self.name, self.specs, self.raw, self.raw.parent / "design", self.build)

    def form(self, name: str, text: str | bytes) -> SmallStudy:
        """A raw form; the text is CSV."""
        if isinstance(text, str):
            text = textwrap.dedent(text).strip() + "\n"
            text = "\n".join(line.strip() for line in text.splitlines()) + "\n"
        self.forms[name] = text
        return self

    def write(self, *, styled: bool = True) -> SmallStudy:
        """Workbooks and forms on disk."""
        write_book = write_workbook if styled else plain_workbook
        for book in (self.sdtm, self.adam):
            if book.sheets:
                path = self.specs / f"{book.kind}.xlsx"
                write_book(path, book.kind, book.filled(), book.contents)
        self.raw.mkdir(parents=True, exist_ok=True)
        for name, text in self.forms.items():
            data = text if isinstance(text, bytes) else text.encode("utf-8")
            (self.raw / f"{name}.csv").write_bytes(data)
        return self

    def make(self, *, language: str = "en") -> Made:
        """All data sets, in memory, not checked by rules.

        Raises:
            Problems: faults of workbooks or raw files.
        """
        self.write(styled=False)
        study, raw = read_study(self.specs), RawFolder(self.raw)
        plan = compile_study(study, raw)
        making_order(plan)
        run = Run(study, plan, raw)
        standards = {
            kind: finish_standard(run, kind, language=language, encoding="utf-8")
            for kind in study.workbooks
        }
        return Made(standards, tuple(run.findings), tuple(str(fault) for fault in run.faults))

    def problems(self) -> list[str]:
        """Faults that stop the study, in words."""
        try:
            self.make()
        except Problems as problems:
            return [str(error) for error in problems.errors]
        return []


def plain_workbook(
    path: Path,
    kind: str,
    sheets: Mapping[str, Sequence[Row]],
    contents: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str | None]]]],
) -> None:
    """The cells of `write_workbook` in the same places, without its styles: ten times as fast."""
    grids: dict[str, list[Sequence[str | float | None]]] = {}
    for row_type in SHEETS[kind]:
        if sheets.get(row_type.sheet) or not row_type.optional:
            header = list(row_type.headers())
            records = [[row.get(name) for name in header] for row in sheets.get(row_type.sheet, ())]
            grids[row_type.sheet] = [header, *records]
    grids |= {name: [header, *records] for name, (header, records) in contents.items()}
    numbered = list(enumerate(grids.items(), start=1))
    book = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_TYPES}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}">'
                         f'<Relationship Id="r1" Type="{_TYPES}/officeDocument" '
                         'Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
        archive.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_TYPES}">'
                         f"<sheets>{book}</sheets></workbook>")  # fmt: skip
        archive.writestr("xl/_rels/workbook.xml.rels",
                         f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>')  # fmt: skip
        for n, (_, grid) in numbered:
            archive.writestr(f"xl/worksheets/sheet{n}.xml", _sheet_xml(grid))


_OPEN = "http://schemas.openxmlformats.org"
_MAIN = f"{_OPEN}/spreadsheetml/2006/main"
_TYPES = f"{_OPEN}/officeDocument/2006/relationships"
_PACKAGE = f"{_OPEN}/package/2006/relationships"
_CONTENT_TYPES = (
    f'<Types xmlns="{_OPEN}/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def _sheet_xml(grid: Sequence[Sequence[str | float | None]]) -> str:
    lines = []
    for row, record in enumerate(grid, start=1):
        cells = []
        for column, value in enumerate(record, start=1):
            at = f"{get_column_letter(column)}{row}"
            if isinstance(value, str):
                text = f'<t xml:space="preserve">{escape(value)}</t>'
                cells.append(f'<c r="{at}" t="inlineStr"><is>{text}</is></c>')
            elif value is not None:
                cells.append(f'<c r="{at}"><v>{value!r}</v></c>')
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def permuted(text: str, order: Sequence[int]) -> str:
    """A CSV text with its records in another order."""
    header, *records = textwrap.dedent(text).strip().splitlines()
    return "\n".join([header, *(records[at] for at in order)]) + "\n"
