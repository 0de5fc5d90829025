"""Pinnacle 21's Excel specification: opened as a workbook of ours, and written from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cdisc_pom.errors import Cell, Place, SpecError
from cdisc_pom.interchange.books import Book, Row, rows_of, sheet_of, standard_of
from cdisc_pom.interchange.losses import Loss, grouped
from cdisc_pom.interchange.p21_forms import GUIDES, PURPOSES, Form
from cdisc_pom.interchange.supplemental import expand_supplemental
from cdisc_pom.spec.cells import SheetCells, is_blank, read_cells
from cdisc_pom.spec.clauses import Condition, format_clause, split_values
from cdisc_pom.spec.foreign import open_foreign
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

_ZH = " (zh)"


@dataclass(frozen=True)
class Opened:
    """A specification as a workbook of ours, and what could not be understood of it."""

    book: Book
    faults: tuple[SpecError, ...]


def open_p21(path: Path, *, kind: str | None = None) -> Opened:
    """Open a Pinnacle 21 specification of any form.

    Args:
        path: the .xlsx file.
        kind: `sdtm` or `adam`; None takes it from the file.

    Returns:
        The workbook with all columns of ours, further columns and sheets as they are, and empty
        running sheets. Its notes say what was read otherwise than it stands there.

    Raises:
        Problems: the file is no workbook.
    """
    cells = read_cells(path)
    kind = kind or standard_of(cells)
    opened = open_foreign(path.name, cells, kind)
    named = {sheet.name: sheet for sheet in opened.sheets}
    sheets = []
    for row_type in SHEETS[kind]:
        there = named.pop(row_type.sheet, None)
        if there is not None:
            sheets.append(_ours(there, list(row_type.headers()), kind))
        elif not row_type.optional or row_type in DESCRIBING:
            sheets.append(sheet_of(row_type.sheet, list(row_type.headers()), []))
    book = Book(path.name, kind, (*sheets, *named.values()), opened.notes)
    return Opened(book, opened.faults)


def to_p21(
    book: Book, form: Form, *, language: str = "en"
) -> tuple[list[tuple[str, list[str], list[list[Any]]]], tuple[Loss, ...]]:
    """The sheets of a Pinnacle 21 specification.

    Args:
        book: the workbook.
        form: `CURRENT` or `FORMER`.
        language: `en` or `zh`; whose texts stand in the columns, which hold one language.

    Returns:
        Name, header and records of each sheet, and what of the workbook has no place there.
        Sheets and columns that are not of the language go along as they are.
    """
    writer = _Writer(expand_supplemental(book), book, form, language)
    tables = [writer.table(name) for name in form.sheets]
    tables += [
        (sheet.name, list(sheet.header), [list(record) for record in sheet.records])
        for sheet in book.sheets if not book.is_table(sheet)
    ]  # fmt: skip
    return tables, grouped(writer.losses())


def _ours(sheet: SheetCells, known: list[str], kind: str) -> SheetCells:
    """A sheet with all columns of ours, then further ones that are filled."""
    filled = {
        name for at, name in enumerate(sheet.header)
        if name and not all(is_blank(record[at]) for record in sheet.records)
    }  # fmt: skip
    rows = rows_of(sheet)
    if sheet.name == "Datasets" and {row.get("Purpose") for row in rows} <= {PURPOSES[kind], None}:
        filled -= {"Purpose"}  # follows from the standard
    header = [*known, *(name for name in sheet.header if name in filled and name not in known)]
    return sheet_of(sheet.name, header, [[row.get(name, "") for name in header] for row in rows])


@dataclass
class _Writer:
    """`book` has SUPP-- data sets as others have them, `given` is the workbook as it was."""

    book: Book
    given: Book
    form: Form
    language: str

    def table(self, name: str) -> tuple[str, list[str], list[list[Any]]]:
        """A sheet in their form."""
        columns = dict(self.form.sheets[name])
        rows = [self._row(name, row) for row in self.book.rows(name)]
        columns |= {column: column for column in self._further(name)}
        if name == "ValueLevel" and not any("Join Comment" in row for row in rows):
            columns.pop("Join Comment", None)
        records = [[row.get(ours, "") for ours in columns.values()] for row in rows]
        title = self.form.define if name == "Define" else name
        return title, list(columns), records

    def losses(self) -> Iterator[tuple[str, Place | None, str]]:
        """What has no place: sheets that run or hold contents, and columns."""
        for sheet in self.given.sheets:
            told = sheet.name in self.form.sheets or sheet.name == "WhereClauses"
            if self.given.is_table(sheet) and not told:
                place = Cell(self.given.name, sheet.name)
                yield from ((f"rows of {sheet.name}", place, "") for _ in rows_of(sheet))
        for name in {**self.form.sheets, "WhereClauses": {}}:
            if name in self.given.named:
                yield from self._lost_cells(self.given.named[name])

    def _lost_cells(self, sheet: SheetCells) -> Iterator[tuple[str, Place | None, str]]:
        held = set(self.form.sheets.get(sheet.name, {}).values()) | set(self._further(sheet.name))
        if sheet.name == "WhereClauses":
            # In words the conditions stand in ValueLevel; a former comment in Join Comment.
            held |= {"ID", "Dataset", "Variable", "Comparator", "Value"}
            held |= set() if self.form.clauses_in_words else {"Comment"}
        if self.language == "zh":
            held |= {column + _ZH for column in held}
        for number, record in enumerate(sheet.records):
            row = dict(zip(sheet.header, record, strict=False))
            for column, cell in row.items():
                if is_blank(cell) or column in held or cell in ("No", False):
                    continue
                if not self._kept_by_origin(column, row):
                    what = f"column {sheet.name}!{column}"
                    yield what, sheet.cell(self.given.name, number, column), str(cell)

    def _kept_by_origin(self, column: str, row: Row) -> bool:
        """The former origin eDT says what the source Vendor says."""
        vendor = row.get("Source") == "Vendor" and row.get("Origin") in ("Collected", "eDT")
        return column == "Source" and vendor

    def _further(self, name: str) -> list[str]:
        """Columns that are not of the language."""
        sheet = self.book.named.get(name)
        known = self.book.schema[name].headers() if name in self.book.schema else {}
        return [column for column in (sheet.header if sheet else ()) if column not in {"", *known}]

    def _row(self, name: str, row: Row) -> Row:
        made = dict(row)
        if self.language == "zh":
            made |= {column.removesuffix(_ZH): cell for column, cell in row.items()
                     if column.endswith(_ZH)}  # fmt: skip
        change = _CHANGES.get(name)
        return change(self, made) if change is not None else made

    def define(self, row: Row) -> Row:
        """The guide as Pinnacle 21 spells it."""
        value = row.get("Value", "")
        return row | ({"Value": GUIDES.get(value, value)} if row["Attribute"] == "StandardName"
                      else {})  # fmt: skip

    def dataset(self, row: Row) -> Row:
        """A data set says which guide it follows, or what it is for."""
        guide = " ".join(self._attribute(each) for each in ("StandardName", "StandardVersion"))
        name, space, version = str(row.get("Standard", guide.strip())).partition(" ")
        standard = GUIDES.get(name, name) + space + version
        return row | {"Purpose": PURPOSES[self.book.kind], "Standard": standard}

    def item(self, row: Row) -> Row:
        """An origin in the words of the form."""
        origin, source = str(row.get("Origin", "")), row.get("Source", "")
        if self.form.clauses_in_words:
            words = {"crf": "Collected", "edt": "Collected"}
            source = source or ("Vendor" if origin.casefold() == "edt" else "")
        else:
            words = {"collected": "eDT" if source == "Vendor" else "CRF"}
        return row | {"Origin": words.get(origin.casefold(), origin), "Source": source}

    def value(self, row: Row) -> Row:
        """A where clause in words, or the comment that belongs to it."""
        row, name = self.item(row), str(row.get("Where Clause", ""))
        conditions = self._clauses.get(name, ())
        if self.form.clauses_in_words and conditions:
            text = format_clause(conditions, str(row.get("Dataset", "")))
            return row | {"Where Clause": text}
        comment = self._clause_comments.get(name)
        return row | ({"Join Comment": comment} if comment else {})

    def term(self, row: Row) -> Row:
        """A list with a code says which terminology it is from."""
        sets, versions = (self._attribute(n) for n in ("CT Publishing Set", "CT Version"))
        first = " ".join(each.partition(",")[0].strip() for each in (sets, versions))
        coded = bool(row.get("NCI Codelist Code")) and bool(versions)
        return ({"Terminology": first.strip()} if coded else {}) | row

    def _attribute(self, name: str) -> str:
        rows = self.book.rows("Define")
        value = next((str(r.get("Value", "")) for r in rows if r.get("Attribute") == name), "")
        return GUIDES.get(value, value)

    @cached_property
    def _clauses(self) -> Mapping[str, Sequence[Condition]]:
        found: dict[str, list[Condition]] = {}
        for row in self.book.rows("WhereClauses"):
            comparator = str(row.get("Comparator", ""))
            values = split_values(str(row["Value"]) if "Value" in row else None, comparator)
            condition = Condition(
                str(row.get("Dataset", "")), str(row.get("Variable", "")), comparator, values
            )
            found.setdefault(str(row.get("ID", "")), []).append(condition)
        return found

    @cached_property
    def _clause_comments(self) -> Mapping[str, str]:
        rows = self.book.rows("WhereClauses")
        return {str(row.get("ID")): str(row["Comment"]) for row in rows if "Comment" in row}


_CHANGES = {
    "Define": _Writer.define,
    "Datasets": _Writer.dataset,
    "Variables": _Writer.item,
    "ValueLevel": _Writer.value,
    "Codelists": _Writer.term,
}
