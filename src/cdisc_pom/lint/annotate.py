"""Messages written back into a copy of the workbook, as comments on the cells."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from cdisc_pom.errors import Cell
from cdisc_pom.files import stable_zip, write_bytes
from cdisc_pom.lint.model import Message
from cdisc_pom.lint.study import Linted

AUTHOR = "cdisc-pom lint"
_PROPERTIES = "docProps/core.xml"
_CELL = re.compile(r"[A-Z]+\d+")
_ROW = re.compile(r"\d+")
_WIDTH, _LINE, _LETTERS = 360, 18, 52  # points of a comment, letters in a line of it


def annotate(linted: Linted, out: Path) -> list[Path]:
    """Write copies of the workbooks with a comment at each cell that has a message.

    Nothing else is changed. A message on a whole sheet or column goes to the sheet's first cell;
    a comment that is there already stays in front.

    Args:
        linted: what was found.
        out: the file; where both workbooks have messages, their names are added to it.

    Returns:
        The files that were written.
    """
    books = {
        name: [m for m in linted.messages if isinstance(m.place, Cell) and m.place.workbook == name]
        for name in linted.paths
    }
    wanted = {name: found for name, found in books.items() if found} or dict(
        list(books.items())[:1]
    )
    written = []
    for name, messages in wanted.items():
        path = out if len(wanted) == 1 else out.with_name(f"{out.stem}.{name}")
        _copy(linted.paths[name], path, messages)
        written.append(path)
    return written


def _copy(source: Path, target: Path, messages: Iterable[Message]) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only for this
    from openpyxl.comments import Comment  # noqa: PLC0415

    book = load_workbook(source, rich_text=True)
    texts: dict[tuple[str, str], list[str]] = {}
    for message in messages:
        assert isinstance(message.place, Cell)
        key = _address(message.place, book.sheetnames)
        hint = f" {message.hint}" if message.hint else ""
        text = f"{message.severity} {message.rule}: {message.text}{hint}"
        texts.setdefault(key, []).append(text)
    for (sheet, ref), lines in texts.items():
        cell = book[sheet][ref]
        before = [cell.comment.text] if cell.comment is not None else []
        text = "\n".join([*before, *lines])
        height = _LINE * (sum(len(line) // _LETTERS + 1 for line in text.splitlines()) + 1)
        cell.comment = Comment(text, AUTHOR, height=height, width=_WIDTH)
    stream = io.BytesIO()
    book.save(stream)
    write_bytes(target, stable_zip(_with_stamp_of(source, stream.getvalue())))


def _with_stamp_of(source: Path, data: bytes) -> bytes:
    """A saved workbook with the properties of its source: saving stamps the clock into them."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(source) as original,
        zipfile.ZipFile(io.BytesIO(data)) as saved,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in saved.namelist():
            kept = name == _PROPERTIES and name in original.namelist()
            target.writestr(name, (original if kept else saved).read(name))
    return result.getvalue()


def _address(place: Cell, sheets: list[str]) -> tuple[str, str]:
    """The sheet and cell that show a place; what has none shows at the first cell."""
    if place.sheet not in sheets:
        return sheets[0], "A1"
    if _CELL.fullmatch(place.ref):
        return place.sheet, place.ref
    return place.sheet, f"A{place.ref}" if _ROW.fullmatch(place.ref) else "A1"
