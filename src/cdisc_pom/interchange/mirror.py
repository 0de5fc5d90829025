"""The YAML mirror of a workbook, for review in git: the same cells, one a line.

A mirror is one file, or a folder with a file for each sheet. Kept are the sheets in their order,
the columns in theirs, every cell with its type, and blank records between others. The look of the
workbook (widths, colours, comments) is not kept; the writer gives it its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cdisc_pom.files import write_text
from cdisc_pom.interchange.books import Book
from cdisc_pom.interchange.mirror_read import INDEX, VERSION, listed_files
from cdisc_pom.interchange.yaml_text import mapping_lines, plain_number, scalar
from cdisc_pom.spec.cells import SheetCells, column_letters, is_blank

_HEAD = (
    "# A workbook as text, for review. `cdisc-pom spec to-yaml` writes it, `from-yaml` reads it."
)
_ODD_IN_FILE_NAMES = re.compile(r'[<>|"%]|^\.|[. ]$')


def write_mirror(book: Book, target: Path) -> list[str]:
    """Write the mirror; of a folder, files of sheets that are no more are removed.

    Args:
        book: the workbook.
        target: a file (`.yaml` or `.yml`), or a folder.

    Returns:
        Names of the files.
    """
    files = mirror_files(book, target)
    for path in stale_files(files, target):
        path.unlink()
    for path, text in files.items():
        write_text(path, text)
    return [path.name for path in files]


def outdated(book: Book, target: Path) -> list[Path]:
    """Files of the mirror that are not what `write_mirror` would write now."""
    files = mirror_files(book, target)
    stale = stale_files(files, target)
    return [path for path, text in files.items() if _differs(path, text)] + stale


def mirror_files(book: Book, target: Path) -> dict[Path, str]:
    """Text of each file of the mirror."""
    if target.suffix in (".yaml", ".yml"):
        return {target: to_yaml(book)}
    names = {sheet.name: _file_name(sheet.name) for sheet in book.sheets}
    listed = [
        line for name, file in names.items()
        for line in mapping_lines([("name", name), ("file", file)], 2, "- ")
    ]  # fmt: skip
    index = [_HEAD, *_top(book), "sheets:", *listed] if listed else [_HEAD, *_top(book)]
    files = {target / INDEX: _joined(index)}
    for sheet in book.sheets:
        lines = [_HEAD, *_sheet_lines(book, sheet, "")]
        files[target / names[sheet.name]] = _joined(lines)
    return files


def stale_files(files: dict[Path, str], target: Path) -> list[Path]:
    """Files that the former mirror of a folder had and this one has not."""
    if target.suffix in (".yaml", ".yml"):
        return []
    former = [target / name for name in listed_files(target)]
    return [path for path in former if path not in files and path.is_file()]


def to_yaml(book: Book) -> str:
    """The whole mirror as one text."""
    lines = [_HEAD, *_top(book)]
    if book.sheets:
        lines.append("sheets:")
    for sheet in book.sheets:
        lines += _sheet_lines(book, sheet, "- ")
    return _joined(lines)


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


def _file_name(sheet: str) -> str:
    """A name that every file system takes; two sheets never share one."""
    name = _ODD_IN_FILE_NAMES.sub(lambda found: f"%{ord(found[0]):02x}", sheet)
    if f"{name}.yaml".casefold() == INDEX:
        name = f"%{ord(name[0]):02x}{name[1:]}"
    return f"{name}.yaml"


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _top(book: Book) -> Iterator[str]:
    yield from mapping_lines([("mirror", VERSION), ("standard", book.kind)], 0, "")


def _sheet_lines(book: Book, sheet: SheetCells, first: str) -> Iterator[str]:
    """A sheet as a mapping; `first` stands before its first key."""
    lead = " " * len(first)
    yield from mapping_lines([("name", sheet.name)], len(first), first)
    if not book.is_table(sheet):
        records = _trimmed([sheet.first, *sheet.records])
        keys = [column_letters(at) for at in range(max(map(len, records), default=0))]
        yield from _records(f"{lead}cells:", lead, keys, records)
        return
    records = _trimmed(sheet.records)
    width = max([_filled(sheet.header), *(_filled(record) for record in records)])
    header = [*sheet.header, *[""] * width][:width]
    keys = _keys(header)
    yield f"{lead}columns:{'' if header else ' []'}"
    for key, name in zip(keys, header, strict=True):
        if key == name:
            yield f"{lead}- {scalar(name)}"
        else:
            pairs = [("key", key), ("header", name)]
            yield from mapping_lines(pairs, len(lead) + 2, "- ")
    yield from _records(f"{lead}rows:", lead, keys, records)


def _records(
    title: str, lead: str, keys: Sequence[str], records: Sequence[Sequence[Any]]
) -> Iterator[str]:
    yield title if records else f"{title} []"
    for record in records:
        pairs = [
            (key, plain_number(cell))
            for key, cell in zip(keys, record, strict=False)
            if not is_blank(cell)
        ]
        if pairs:
            yield from mapping_lines(pairs, len(lead) + 2, "- ")
        else:
            yield f"{lead}- {{}}"


def _trimmed(records: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Records without blank ones at the end."""
    found = list(records)
    while found and not _filled(found[-1]):
        found.pop()
    return found


def _filled(cells: Sequence[Any]) -> int:
    """Cells up to the last that is filled."""
    return max((at for at, cell in enumerate(cells, start=1) if not is_blank(cell)), default=0)


def _keys(header: Sequence[str]) -> list[str]:
    """A key for each column: its header, with its letters where it has none or shares it."""
    keys: list[str] = []
    for at, name in enumerate(header):
        key = name
        if not name or header.count(name) > 1:
            key = f"{name}[{column_letters(at)}]"
            while key in header or key in keys:
                key += "'"
        keys.append(key)
    return keys
