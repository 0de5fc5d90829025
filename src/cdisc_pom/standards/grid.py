"""Published tables as rows of text: delimited text, Excel workbooks, compressed or not."""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gzip import decompress as gunzip
from pathlib import Path

from cdisc_pom.errors import Line, Problems, SpecError

Grid = list[list[str]]

_EXCEL = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
_SEARCHED = 30  # rows in which the header is looked for


@dataclass(frozen=True)
class Sheet:
    """A table under its name: the sheet of a workbook, or the file's own name."""

    name: str
    rows: Grid


@dataclass(frozen=True)
class Table:
    """Rows under the columns that were asked for; line numbers count from 1."""

    name: str
    columns: Mapping[str, int]
    rows: Grid
    first: int

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and values by column; a column that is not there is empty."""
        for number, row in enumerate(self.rows, start=self.first):
            yield (
                number,
                {
                    name: row[at].strip() if 0 <= at < len(row) else ""
                    for name, at in self.columns.items()
                },
            )


def read_sheets(path: Path) -> list[Sheet]:
    """All tables of a file.

    Raises:
        Problems: the file is missing or cannot be read.
    """
    if not path.is_file():
        raise Problems([SpecError(Line(str(path)), "file is missing.")])
    if _suffix(path) in _EXCEL:
        return _workbook(path)
    text = read_text(path)
    head = text[:4096].splitlines()[0] if text.strip() else ""
    delimiter = max("\t,;", key=head.count)
    return [Sheet(path.name, list(csv.reader(io.StringIO(text), delimiter=delimiter)))]


def read_text(path: Path) -> str:
    """A text file; .xz and .gz are unpacked, a .zip with one file too."""
    try:
        data = path.read_bytes()
        if path.suffix == ".xz":
            data = lzma.decompress(data)
        elif path.suffix == ".gz":
            data = gunzip(data)
        elif path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
    except (OSError, lzma.LZMAError, zipfile.BadZipFile, EOFError, IndexError) as error:
        fault = SpecError(Line(str(path)), f"cannot be unpacked ({error}).")
        raise Problems([fault]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def find_table(
    sheets: Sequence[Sheet], wanted: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> list[Table]:
    """Sheets that have the columns, found by their headers.

    Args:
        sheets: all tables of a file.
        wanted: spellings of each column's header, compared without case and signs.
        needed: columns that must be there.
    """
    found = []
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:_SEARCHED]):
            places = {_folded(cell): place for place, cell in reversed(list(enumerate(row)))}
            columns = {
                name: next((places[_folded(s)] for s in spellings if _folded(s) in places), -1)
                for name, spellings in wanted.items()
            }
            if all(columns[name] >= 0 for name in needed):
                found.append(Table(sheet.name, columns, sheet.rows[at + 1 :], at + 2))
                break
    return found


def _suffix(path: Path) -> str:
    inner = path.with_suffix("") if path.suffix in (".xz", ".gz", ".zip") else path
    return inner.suffix.lower()


def _workbook(path: Path) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_path(str(path))
        return [
            Sheet(name, [[_text(cell) for cell in row] for row in table])
            for name in book.sheet_names
            for table in [book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        ]
    except (CalamineError, OSError) as error:
        fault = SpecError(Line(str(path)), f"is not a readable workbook ({error}).")
        raise Problems([fault]) from error


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
