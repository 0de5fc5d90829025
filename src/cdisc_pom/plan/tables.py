"""Tables of the workbook, and dictionary files beside it, as what algorithms look things up in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cdisc_pom.adam.formula import Formula
from cdisc_pom.adam.toxicity_table import VERSIONS, Grade, GradeTable, packaged_grades
from cdisc_pom.adam.windows import Window, WindowTable
from cdisc_pom.algorithms.conversions import contradictions, wrong_factor
from cdisc_pom.algorithms.iso8601 import complete_date
from cdisc_pom.algorithms.lookups import LookupTable
from cdisc_pom.algorithms.ranges import Range
from cdisc_pom.columns import Column
from cdisc_pom.errors import Cell, Collector, Problems, SpecError
from cdisc_pom.plan.evaluate import Evaluator
from cdisc_pom.raw.csv_file import read_csv
from cdisc_pom.spec.cells import read_cells
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DictionaryRow, FindingRow, UnitRow
from cdisc_pom.spec.tables import GradeRow, LookupRow, RangeRow, SupplementalRow, WindowRow
from cdisc_pom.spec.workbook import LOOKUP, Workbook

_KEYS = ("Key", "Key 2", "Key 3")
_VERSION = "VERSION"


def lookup_table(book: Workbook, name: str, cell: Cell, faults: Collector) -> LookupTable | None:
    """A table by name: rows of Lookups, or a sheet `Lookup NAME` with columns of its own."""
    sheet = book.contents.get(f"{LOOKUP}{name}")
    rows = [row for row in book.rows(LookupRow) if row.table == name]
    if sheet is not None and rows:
        text = f"table '{name}' stands in Lookups and in a sheet of its own."
        faults.add(cell, text, "Keep one of them.")
        return None
    if sheet is not None:
        columns = {
            header: tuple(record[at] if at < len(record) else None for record in sheet.records)
            for at, header in enumerate(sheet.header)
            if header
        }
        return LookupTable(name, columns)
    if not rows:
        known = {row.table for row in book.rows(LookupRow)}
        known |= {name.removeprefix(LOOKUP) for name in book.contents if name.startswith(LOOKUP)}
        faults.unknown("look-up table", name, known, place=cell)
        return None
    fields = {header: field for header, field in LookupRow.headers().items() if header != "Table"}
    cells = {header: tuple(_text(getattr(row, field)) for row in rows)
             for header, field in fields.items()}  # fmt: skip
    return LookupTable(name, cells, _KEYS)


def _text(value: str | float | None) -> str | None:
    return f"{value:g}" if isinstance(value, float) else value


def dictionary_table(
    book: Workbook, name: str, cell: Cell, faults: Collector
) -> LookupTable | None:
    """A coding dictionary: the file that its row of Dictionaries names, beside the workbook."""
    rows = {row.id: row for row in book.rows(DictionaryRow)}
    row = rows.get(name)
    if row is None:
        faults.unknown("dictionary", name, rows, place=cell)
        return None
    if row.file is None:
        hint = "Name the sponsor's CSV or XLSX file, beside the workbook or with its path."
        faults.add(row.cell("file"), f"dictionary '{name}' has no file to look in.", hint)
        return None
    try:
        columns = _read_dictionary(book.path.parent / row.file)
    except Problems as problems:
        faults.errors += [
            SpecError(row.cell("file"), f"{error.place}: {error.message}", error.hint)
            for error in problems.errors
            if isinstance(error, SpecError)
        ]
        return None
    versions = {item for item in columns.get(_VERSION, ()) if item is not None}
    if versions - {row.version}:
        found = ", ".join(sorted(versions))
        text = f"'{name}' is version {row.version or 'unknown'}, but its file holds {found}."
        faults.add(row.cell("version"), text)
        return None
    return LookupTable(f"{row.dictionary} {row.version or ''}".strip(), columns)


def _read_dictionary(path: Path) -> Mapping[str, tuple[str | None, ...]]:
    """Columns of a CSV or XLSX file as text.

    Raises:
        Problems: the file is missing, of another kind, or cannot be read.
    """
    if not path.is_file():
        raise Problems([SpecError(Cell(path.name), "file is missing.")])
    if path.suffix.lower() == ".csv":
        form = read_csv(path)
        return {name: _plain(column) for name, column in form.columns.items()}
    if path.suffix.lower() == ".xlsx":
        sheet = read_cells(path)[0]
        return {
            name: tuple(_cell(record[at]) if at < len(record) else None for record in sheet.records)
            for at, name in enumerate(sheet.header)
            if name
        }
    raise Problems([SpecError(Cell(path.name), "is neither CSV nor XLSX.")])


def _plain(column: Column) -> tuple[str | None, ...]:
    return tuple(column.astype(object).where(column.notna(), None))


def _cell(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def window_table(book: Workbook, name: str, cell: Cell, faults: Collector) -> WindowTable | None:
    """The windows of a rule; two that share a day are a fault."""
    rows = [row for row in book.rows(WindowRow) if row.id == name]
    if not rows:
        known = {row.id for row in book.rows(WindowRow)}
        faults.unknown("rule of Windows", name, known, place=cell)
        return None
    for number, row in enumerate(rows):
        if row.start is not None and row.end is not None and row.start > row.end:
            faults.add(row.cell("end"), f"window '{row.avisit}' ends before it starts.")
        for other in rows[:number]:
            if _overlap(row, other):
                text = f"windows '{other.avisit}' and '{row.avisit}' of {name} share days."
                faults.add(row.cell("start"), text)
    windows = [Window(row.avisit, row.avisitn, row.start, row.end, row.target) for row in rows]
    return WindowTable(name, tuple(windows))


def _overlap(one: WindowRow, other: WindowRow) -> bool:
    starts = [float("-inf") if row.start is None else row.start for row in (one, other)]
    ends = [float("inf") if row.end is None else row.end for row in (one, other)]
    return max(starts) <= min(ends)


def grade_table(book: Workbook, version: str, cell: Cell, faults: Collector) -> GradeTable | None:
    """The packaged grades of a version of CTCAE, with the rows of Grades in their places."""
    if version not in VERSIONS:
        faults.unknown("version of CTCAE", version, VERSIONS, place=cell)
        return None
    own = []
    for row in book.rows(GradeRow):
        cells = {
            header: "Yes" if value is True else "" if value in (None, False) else str(value)
            for header, field in GradeRow.headers().items()
            for value in [getattr(row, field)]
        }
        try:
            own.append(Grade.read(cells))
        except ValueError as error:
            faults.add(row.cell("limit"), f"{error}.")
    return packaged_grades(version).changed(own)


def range_table(book: Workbook, cell: Cell, faults: Collector) -> tuple[Range, ...] | None:
    """The reference ranges of the sheet Ranges."""
    rows = book.rows(RangeRow)
    if not rows:
        faults.add(cell, "the sheet Ranges has no rows.")
        return None
    found = []
    for row in rows:
        for field in ("valid_from", "valid_to"):
            text = getattr(row, field)
            if text is not None and complete_date(text) is None:
                faults.add(row.cell(field), f"'{text}' is no complete ISO 8601 date.")
        if row.low is not None and row.high is not None and row.low > row.high:
            faults.add(row.cell("high"), f"the upper limit {row.high:g} is under the lower one.")
        found.append(
            Range(row.testcd, row.low, row.high, row.laboratory or "", row.sex or "",
                  row.unit or "", row.age_from, row.age_to, row.valid_from or "",
                  row.valid_to or "")
        )  # fmt: skip
    return tuple(found)


def formula_of(text: str, evaluator: Evaluator, cell: Cell, faults: Collector) -> Formula | None:
    """An expression over parameters, checked, and how it is evaluated."""
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        faults.add(cell, str(error))
        return None
    for name in expression.columns:
        if name.source:
            faults.add(cell, f"'{name}' is no PARAMCD.")
            return None
    names = tuple(name.name for name in expression.columns)

    def evaluate(columns: Mapping[str, Column], n: int) -> Column:
        return evaluator.column(expression, {ColumnName(k): v for k, v in columns.items()}, n)

    return Formula(text, names, evaluate)


def check_supplemental(book: Workbook, faults: Collector) -> None:
    """Rows of Supplemental name qualifiers, or continuations of long texts (AETERM1)."""
    for row in book.rows(SupplementalRow):
        declared = {item.variable: item for item in book.variables(row.dataset)}
        stem = row.variable.rstrip("0123456789")
        own = declared.get(row.variable)
        if own is not None and not own.supplemental:
            hint = "Set its Role to Supplemental Qualifier in Variables, or delete the row."
            text = f"{row.dataset}.{row.variable} is no supplemental qualifier."
            faults.add(row.cell("variable"), text, hint)
        elif own is None and (stem == row.variable or stem not in declared):
            known = {name for name, item in declared.items() if item.supplemental}
            kind = f"supplemental qualifier of {row.dataset}"
            faults.unknown(kind, row.variable, known, place=row.cell("variable"))


def check_factors(book: Workbook, faults: Collector) -> None:
    """Conversion factors that contradict units, molar masses or each other."""
    units = book.rows(UnitRow)
    for row in units:
        said = wrong_factor(row.testcd, row.origin, row.to, row.factor)
        if said:
            faults.add(row.cell("factor"), said)
    pairs = [(row.testcd, row.origin, row.to, row.factor) for row in units]
    for number, said in contradictions(pairs).items():
        faults.add(units[number].cell("factor"), said)
    for test in book.rows(FindingRow):
        constant = test.unit is not None and not test.unit.startswith("=")
        if constant and test.factor is not None and test.standard_unit is not None:
            said = wrong_factor(test.testcd, str(test.unit), test.standard_unit, test.factor)
            if said:
                faults.add(test.cell("factor"), said)
