"""Specifications that other tools made: their sheets and columns taken for ours.

Pinnacle 21's Excel specification has had several forms. What they differ in from ours stands in
`foreign_names`; positions stay, so that a fault is told at the cell of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cdisc_pom.errors import Cell, SpecError
from cdisc_pom.spec.cells import SheetCells, is_blank
from cdisc_pom.spec.foreign_clauses import move_join_comments, read_where_clauses
from cdisc_pom.spec.foreign_names import (
    ATTRIBUTES,
    COLUMN_NAMES,
    GUIDES,
    NON_STANDARD,
    ORIGINS,
    SHEET_NAMES,
    STANDARDS,
)
from cdisc_pom.spec.foreign_work import Work
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

_OF_A_TERM = ("Order", "Term", "NCI Term Code", "Decoded Value", "Decoded Value (zh)")


@dataclass(frozen=True)
class Opened:
    """Sheets in our words, what was done to them, and what could not be understood."""

    sheets: tuple[SheetCells, ...]
    notes: tuple[str, ...] = ()
    faults: tuple[SpecError, ...] = ()


def open_foreign(workbook: str, sheets: Sequence[SheetCells], kind: str) -> Opened:
    """Take the sheets and columns of a Pinnacle 21 specification for ours.

    Args:
        workbook: name of the file, for messages.
        sheets: its cells.
        kind: `sdtm` or `adam`.

    Returns:
        The sheets under our names, with our columns; a workbook of ours comes back as it is.
        `notes` lists what was understood otherwise than it stands there.
    """
    schema = {row.sheet: row for row in SHEETS[kind]}
    running = {row.sheet for row in SHEETS[kind] if row not in DESCRIBING}
    named = {sheet.name: sheet for sheet in sheets}
    work = Work(workbook, named, schema, foreign=not running & set(named))
    for step in _STEPS:
        step(work)
    return Opened(tuple(work.sheets.values()), tuple(work.notes), tuple(work.faults))


def _rename_sheets(work: Work) -> None:
    for ours, others in SHEET_NAMES.items():
        theirs = next((name for name in others if name in work.sheets), None)
        if ours in work.sheets or theirs is None:
            continue
        found = work.sheets[theirs]
        renamed = replace(found, name=ours, file_name=found.place_name)
        work.sheets = {
            (ours if name == theirs else name): (renamed if name == theirs else sheet)
            for name, sheet in work.sheets.items()
        }
        work.notes.append(f"sheet {theirs} read as {ours}")


def _rename_columns(work: Work) -> None:
    for name, columns in COLUMN_NAMES.items():
        sheet = work.sheets.get(name)
        if sheet is None:
            continue
        header = list(sheet.header)
        for ours, others in columns.items():
            theirs = next((other for other in others if other in header), None)
            if ours not in header and theirs is not None:
                header[header.index(theirs)] = ours
                work.notes.append(f"column {name}!{theirs} read as {ours}")
        work.sheets[name] = replace(sheet, header=tuple(header))


def _drop_legend(work: Work) -> None:
    """Pinnacle 21 explains its colours below the attributes."""
    names = [str(name).strip() for name in work.cells("Define", "Attribute")]
    if "Legend" in names:
        work.keep("Define", [n for n in range(len(names)) if n < names.index("Legend")])


def _rename_attributes(work: Work) -> None:
    work.change("Define", "Attribute", lambda name: ATTRIBUTES.get(str(name).strip(), name))


def _read_list_headings(work: Work) -> None:
    """A row that only names a code list says so for the rows with its terms."""
    if not work.foreign or not work.has("Codelists", "ID", "Term"):
        return
    sheet = work.sheets["Codelists"]
    of_term = [at for at, name in enumerate(sheet.header) if name in _OF_A_TERM]
    at = sheet.header.index("ID")
    headings: dict[Any, int] = {}
    for number, record in enumerate(sheet.records):
        if all(is_blank(record[each]) for each in of_term) and not is_blank(record[at]):
            headings.setdefault(record[at], number)
    terms = [number for number in range(len(sheet.records)) if number not in headings.values()]
    listed = {sheet.records[number][at] for number in terms}
    used = {name: number for name, number in headings.items() if name in listed}
    records = list(sheet.records)
    for number in terms:
        heading = used.get(records[number][at])
        if heading is not None:
            records[number] = tuple(
                records[heading][each] if is_blank(cell) and each not in of_term else cell
                for each, cell in enumerate(records[number])
            )
    work.sheets["Codelists"] = replace(sheet, records=tuple(records))
    work.keep("Codelists", [n for n in range(len(records)) if n not in used.values()])


def _read_standards(work: Work) -> None:
    """A sheet of standards: attributes of Define, and names where data sets refer to it."""
    sheet = work.sheets.get("Standards")
    if sheet is None or "Define" not in work.sheets:
        return
    names: dict[str, str] = {}
    added: list[tuple[str, str]] = []
    sets: list[str] = []
    versions: list[str] = []
    for record in sheet.records:
        row = {key: _first(sheet, record, headers) for key, headers in STANDARDS.items()}
        if row["type"].upper() == "CT" or row["set"]:
            sets.append(row["set"])
            versions.append(row["version"])
            names[row["id"]] = f"{row['set']} {row['version']}"
        elif row["name"]:
            added += [("StandardName", row["name"]), ("StandardVersion", row["version"])]
            names[row["id"]] = f"{row['name']} {row['version']}"
    if sets:
        added += [("CT Publishing Set", ", ".join(sets)), ("CT Version", ", ".join(versions))]
    _add_attributes(work, sheet, added)
    for name, column in (("Datasets", "Standard"), ("Codelists", "Terminology")):
        work.change(name, column, lambda value: names.get(str(value).strip(), value))
    del work.sheets["Standards"]


def _add_attributes(work: Work, source: SheetCells, added: Sequence[tuple[str, str]]) -> None:
    """Attributes that Define does not state yet."""
    sheet = work.sheets["Define"]
    if not {"Attribute", "Value"} <= set(sheet.header):
        return
    at, to = sheet.header.index("Attribute"), sheet.header.index("Value")
    stated = {record[at] for record in sheet.records if not is_blank(record[to])}
    records, rows = list(sheet.records), list(sheet.rows)
    for name, value in dict(reversed(added)).items():
        if name in stated or not value:
            continue
        record: list[Any] = [""] * len(sheet.header)
        record[at], record[to] = name, value
        records.append(tuple(record))
        rows.append(rows[-1] + 1 if rows else 2)
    work.sheets["Define"] = replace(sheet, records=tuple(records), rows=tuple(rows))
    work.notes.append(f"sheet {source.name} read as attributes of Define")


def _mark_non_standard(work: Work) -> None:
    """A column that says Yes for what follows no standard."""
    for name, column in (("Datasets", "Standard"), ("Codelists", "Terminology")):
        sheet = work.sheets.get(name)
        theirs = next((each for each in NON_STANDARD if sheet and each in sheet.header), None)
        if sheet is None or theirs is None:
            continue
        if column not in sheet.header:
            header = tuple(column if each == theirs else each for each in sheet.header)
            work.sheets[name] = replace(sheet, header=header)
            work.change(name, column, lambda value: "Non-standard" if _says_yes(value) else "")
            continue
        at, to = sheet.header.index(theirs), sheet.header.index(column)
        records = tuple(
            (*record[:to], "Non-standard", *record[to + 1 :]) if _says_yes(record[at]) else record
            for record in sheet.records
        )
        work.sheets[name] = replace(sheet, records=records)


def _plain_guides(work: Work) -> None:
    """`ADaM-IG v1.3` is `ADaMIG 1.3`."""
    if not work.foreign:
        return

    def plain(text: Any) -> Any:
        name, space, rest = str(text).partition(" ")
        return GUIDES.get(name, name) + space + re.sub(r"^[vV](?=\d)", "", rest)

    work.change("Datasets", "Standard", plain)
    if work.has("Define", "Attribute", "Value"):
        sheet = work.sheets["Define"]
        at = sheet.header.index("Value")
        named = zip(work.cells("Define", "Attribute"), sheet.records, strict=True)
        records = tuple(
            (*cells[:at], plain(cells[at]), *cells[at + 1 :]) if name == "StandardName" else cells
            for name, cells in named
        )
        work.sheets["Define"] = replace(sheet, records=records)


def _read_origins(work: Work) -> None:
    """`CRF` and `eDT` of Define-XML 2.0 are collected data, the latter from a vendor."""
    for name in ("Variables", "ValueLevel"):
        former = [cell for cell in work.cells(name, "Origin") if cell in ORIGINS]
        if not work.foreign or not former:
            continue
        sheet = work.sheets[name]
        header = sheet.header if "Source" in sheet.header else (*sheet.header, "Source")
        at, to = header.index("Origin"), header.index("Source")
        records = []
        for record in sheet.records:
            cells = [*record, *[""] * (len(header) - len(record))]
            origin, source = ORIGINS.get(cells[at], (cells[at], ""))
            cells[at], cells[to] = origin, cells[to] if not is_blank(cells[to]) else source
            records.append(tuple(cells))
        work.sheets[name] = replace(sheet, header=header, records=tuple(records))
        work.notes.append(f"column {name}!Origin: {len(former)} of CRF, eDT read as Collected")


def _take_as_text(work: Work) -> None:
    """Numbers and truth values where text is wanted, and words of another case.

    Only in a file that is no workbook of ours yet: there a number in a text column is a fault.
    """
    if not work.foreign:
        return
    for name, row_type in work.schema.items():
        for header, field_name in row_type.headers().items():
            if work.has(name, header) and not row_type.takes_number(field_name):
                words = {word.casefold(): word for word in row_type.choices(field_name)}
                _take_column(work, name, header, words)


def _take_column(work: Work, name: str, header: str, words: dict[str, str]) -> None:
    sheet = work.sheets[name]
    numbers = [
        row for row, cell in zip(sheet.rows, work.cells(name, header), strict=True)
        if isinstance(cell, (int, float)) and not isinstance(cell, bool)
    ]  # fmt: skip

    def change(cell: Any) -> Any:
        if isinstance(cell, bool):
            return "Yes" if cell else "No"
        if isinstance(cell, (int, float)):
            return str(int(cell)) if float(cell).is_integer() else repr(cell)
        return words.get(str(cell).strip().casefold(), cell) if isinstance(cell, str) else cell

    work.change(name, header, change)
    if numbers:
        first = Cell(work.workbook, sheet.place_name, f"{sheet.letters[header]}{numbers[0]}")
        count = f"{len(numbers)} number{'s' if len(numbers) > 1 else ''}"
        work.notes.append(f"column {name}!{header}: {count} read as text (first: {first.ref})")


_STEPS: tuple[Callable[[Work], None], ...] = (
    _rename_sheets,
    _rename_columns,
    _drop_legend,
    _rename_attributes,
    _read_list_headings,
    _read_standards,
    _mark_non_standard,
    _plain_guides,
    _read_origins,
    _take_as_text,
    read_where_clauses,
    move_join_comments,
)


def _first(sheet: SheetCells, record: Sequence[Any], headers: Sequence[str]) -> str:
    """Text of the first of the columns that is there."""
    column = next((name for name in headers if name in sheet.header), None)
    cell = record[sheet.header.index(column)] if column is not None else ""
    if isinstance(cell, float):
        return f"{cell:g}"
    return str(cell).strip()


def _says_yes(value: Any) -> bool:
    return value is True or str(value).strip().casefold() in ("yes", "y")
