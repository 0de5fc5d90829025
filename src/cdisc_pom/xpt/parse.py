"""Header records of a transport file, parsed from bytes that nobody vouches for.

Every count is checked against the size of the file before it is used, so that no file can make
the reader take more memory than it has bytes.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

import numpy as np

from cdisc_pom.xpt.errors import XportError
from cdisc_pom.xpt.header import MONTHS, NAMES, NAMESTR_HEAD, NAMESTR_TAIL, RECORD
from cdisc_pom.xpt.model import Format, Member, Variable

_SCAN_BYTES = 13_107 * RECORD
_PIVOT = 60


@dataclass(frozen=True)
class Layout:
    """Where the records of one member are.

    Attributes:
        member: its metadata, with the number of records.
        positions: first byte of each variable in a record.
        start: offset of the first record in the file.
    """

    member: Member
    positions: tuple[int, ...]
    start: int


@dataclass(frozen=True)
class Library:
    """A whole file: version, stamps and members."""

    version: int
    created: datetime | None
    modified: datetime | None
    layouts: tuple[Layout, ...]


def parse_library(path: str | os.PathLike[str], *, encoding: str) -> Library:
    """Read all headers of a file.

    Args:
        path: the file.
        encoding: codec of names and labels, as ``codec_name`` gives it.

    Returns:
        The members in file order.

    Raises:
        XportError: the file is no transport file; offset and expectation are named.
        OSError: the file cannot be read.
    """
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - unbuffered
        source = _Source(file, os.fspath(path))
        return _Parser(source, encoding).library()


class _Source:
    """The bytes of a file, with errors that say where."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.file = file
        self.path = path
        self.size = os.fstat(file.fileno()).st_size

    def read(self, offset: int, count: int, expected: str) -> bytes:
        if offset + count > self.size:
            raise self.error(offset, expected, f"the end of the file at byte {self.size}")
        self.file.seek(offset)
        content = self.file.read(count)
        if len(content) != count:
            raise self.error(offset, expected, f"only {len(content)} of {count} bytes")
        return content

    def error(self, offset: int, expected: str, found: str) -> XportError:
        return XportError.at(offset, expected, found, path=self.path)


class _Parser:
    """Goes through the headers from the first to the last byte."""

    def __init__(self, source: _Source, encoding: str) -> None:
        self._source = source
        self._encoding = encoding
        self._version = 5

    def library(self) -> Library:
        source = self._source
        first = source.read(0, RECORD, "a library header record of 80 bytes")
        if first.startswith(b"**COMPRESSED**"):
            raise source.error(0, "an XPORT file", "a file of PROC CPORT, another format")
        titles = {_title(NAMES[version][0]): version for version in NAMES}
        if first[:48] not in titles:
            raise source.error(0, "'HEADER RECORD*******LIBRARY' or LIBV8", _shown(first[:28]))
        self._version = titles[first[:48]]
        second = source.read(RECORD, RECORD, "the library's first stamp record")
        if not second.startswith(b"SAS     SAS     SASLIB"):
            raise source.error(RECORD, "'SAS     SAS     SASLIB'", _shown(second[:22]))
        third = source.read(2 * RECORD, RECORD, "the library's second stamp record")
        if source.size % RECORD:
            whole = source.size // RECORD * RECORD
            raise source.error(
                whole, "records of 80 bytes to the end", f"a rest of {source.size - whole} bytes"
            )
        return Library(
            self._version, parse_stamp(second[64:]), parse_stamp(third[:16]), tuple(self._layouts())
        )

    def _layouts(self) -> Iterator[Layout]:
        offset = 3 * RECORD
        if offset == self._source.size:
            return
        starts = [*self._member_starts(offset), self._source.size]
        if starts[0] != offset:
            title = NAMES[self._version][1].decode("ascii").strip()
            found = self._source.read(offset, 28, f"a {title} header")
            raise self._source.error(offset, f"'HEADER RECORD*******{title}'", _shown(found))
        for start, end in itertools.pairwise(starts):
            yield self._layout(start, end)

    def _member_starts(self, offset: int) -> list[int]:
        """Offsets of all member headers; each must have its descriptor header after it."""
        member, descriptor = (_title(name) for name in NAMES[self._version][1:3])
        word = np.frombuffer(member[:8], dtype=np.uint64)[0]
        file, size, starts = self._source.file, self._source.size, []
        buffer = bytearray(min(_SCAN_BYTES, size))
        words = np.ndarray((len(buffer) // RECORD,), np.uint64, buffer, strides=(RECORD,))
        file.seek(offset)
        while count := file.readinto(buffer):  # type: ignore[attr-defined]
            candidates = np.flatnonzero(words[: count // RECORD] == word) * RECORD
            starts += [offset + int(each) for each in candidates]
            offset += count
        return [
            start
            for start in starts
            if start + 2 * RECORD <= size
            and self._source.read(start, 48, "") == member
            and self._source.read(start + RECORD, 48, "") == descriptor
        ]

    def _layout(self, start: int, end: int) -> Layout:
        source, names = self._source, NAMES[self._version]
        header = source.read(start, RECORD, "a member header")
        size = _number(header[74:78])
        if size not in (136, 140):
            raise source.error(
                start + 74, "'0140' or '0136', bytes a variable", _shown(header[74:78])
            )
        bare = self._descriptor(start + 2 * RECORD)
        offset = start + 4 * RECORD
        header = self._titled(offset, names[3])
        count = _number(header[52:58])
        if count is None or count * size > end - offset - RECORD:
            room = (end - offset - RECORD) // size
            raise source.error(
                offset + 52, f"a number of variables up to {room}", _shown(header[52:58])
            )
        offset += RECORD
        block = source.read(offset, count * size, f"{count} descriptions of variables")
        variables, positions = self._variables(block, size, offset)
        offset += -(-len(block) // RECORD) * RECORD
        if self._version == 8:  # noqa: PLR2004
            variables, offset = self._long_labels(variables, offset, end)
        header = self._titled(offset, names[4])
        member = replace(bare, variables=tuple(variables))
        told = _number(header[48:63].lstrip()) if self._version == 8 else None  # noqa: PLR2004
        records = self._records(member, offset + RECORD, end, told or None)
        return Layout(replace(member, records=records), tuple(positions), offset + RECORD)

    def _titled(self, offset: int, name: bytes) -> bytes:
        title = name.decode("ascii").strip()
        record = self._source.read(offset, RECORD, f"a {title} header")
        if record[:48] != _title(name):
            raise self._source.error(offset, f"'HEADER RECORD*******{title}'", _shown(record[:28]))
        return record

    def _descriptor(self, offset: int) -> Member:
        record = self._source.read(offset, 2 * RECORD, "the description of a data set")
        if not record.startswith(b"SAS     "):
            raise self._source.error(offset, "'SAS     '", _shown(record[:8]))
        width = 8 if self._version == 5 else 32  # noqa: PLR2004
        return Member(
            name=self._text(record[8 : 8 + width], offset + 8, "data set name"),
            label=self._text(record[112:152], offset + 112, "data set label"),
            variables=(),
            created=parse_stamp(record[64:80]),
            modified=parse_stamp(record[80:96]),
            type=self._text(record[152:160], offset + 152, "data set type"),
        )

    def _text(self, content: bytes, offset: int, what: str) -> str:
        content = content.rstrip(b" \0")
        try:
            return content.decode(self._encoding)
        except UnicodeDecodeError as error:
            expected = f"a {what} in {self._encoding}"
            raise self._source.error(offset + error.start, expected, _shown(content)) from None

    def _variables(self, block: bytes, size: int, offset: int) -> tuple[list[Variable], list[int]]:
        variables, positions = [], []
        for start in range(0, len(block), size):
            variable, position = self._variable(block[start : start + size], offset + start)
            variables.append(variable)
            positions.append(position)
        return variables, self._checked_positions(variables, positions, offset)

    def _variable(self, block: bytes, offset: int) -> tuple[Variable, int]:
        kind, _, length, _, name, label, *rest = NAMESTR_HEAD.unpack(block[: NAMESTR_HEAD.size])
        shown, width, decimals, _, read, read_width, read_decimals, position = rest
        if kind not in (1, 2):
            raise self._source.error(offset, "type 1 (number) or 2 (text)", str(kind))
        allowed = range(2, 9) if kind == 1 else range(1, 32_768)
        if length not in allowed:
            expected = f"a length of {allowed.start} to {allowed.stop - 1}"
            raise self._source.error(offset + 4, expected, str(length))
        if self._version == 8 and len(block) == 140:  # noqa: PLR2004
            name = NAMESTR_TAIL[8].unpack(block[NAMESTR_HEAD.size :])[0].strip(b"\0 ") or name
        variable = Variable(
            name=self._text(name, offset + 8, "variable name"),
            type="number" if kind == 1 else "text",
            length=length,
            label=self._text(label, offset + 16, "variable label"),
            format=self._format(shown, width, decimals, kind, offset + 56),
            informat=self._format(read, read_width, read_decimals, kind, offset + 72),
        )
        return variable, position

    def _format(self, name: bytes, width: int, decimals: int, kind: int, offset: int) -> str:
        text = self._text(name, offset, "format name")
        if text and kind == 2 and not text.startswith("$"):  # noqa: PLR2004
            text = f"${text}"
        return str(Format(text, max(width, 0), max(decimals, 0)))

    def _checked_positions(
        self, variables: list[Variable], positions: list[int], offset: int
    ) -> list[int]:
        """Positions as told when they tile the record, by order when they are not told."""
        in_order = list(itertools.accumulate((each.length for each in variables[:-1]), initial=0))
        if positions == in_order or not any(positions):
            return in_order
        end = 0
        for start, variable in sorted(zip(positions, variables, strict=True), key=lambda p: p[0]):
            if start != end:
                expected = f"variables side by side in the record, one at byte {end}"
                raise self._source.error(offset, expected, f"{variable.name} at byte {start}")
            end = start + variable.length
        return positions

    def _long_labels(
        self, variables: list[Variable], offset: int, end: int
    ) -> tuple[list[Variable], int]:
        """The section of version 8 for long labels and formats, where there is one."""
        record = self._source.read(offset, RECORD, "a LABELV8, LABELV9 or OBSV8 header")
        sizes = {_title(b"LABELV8 "): 6, _title(b"LABELV9 "): 10}
        if record[:48] not in sizes:
            return variables, offset
        head = sizes[record[:48]]
        count = _number(record[48:60].strip())
        if count is None or count > len(variables):
            expected = f"a number of labels up to {len(variables)}"
            raise self._source.error(offset + 48, expected, _shown(record[48:60]))
        start = offset = offset + RECORD
        variables = list(variables)
        for _ in range(count):
            sizes_here = self._source.read(offset, head, "the sizes of a label")
            number, *lengths = np.frombuffer(sizes_here, dtype=">u2").tolist()
            if not 1 <= number <= len(variables):
                expected = f"a variable number up to {len(variables)}"
                raise self._source.error(offset, expected, str(number))
            if offset + head + sum(lengths) > end:
                raise self._source.error(offset + 2, "sizes within the file", str(lengths))
            offset += head
            texts = []
            for length, what in zip(lengths, ("name", "label", "format", "informat"), strict=False):
                content = self._source.read(offset, length, f"a {what}")
                texts.append(self._text(content, offset, what))
                offset += length
            variables[number - 1] = _relabelled(variables[number - 1], texts)
        return variables, start + -(-(offset - start) // RECORD) * RECORD

    def _records(self, member: Member, start: int, end: int, told: int | None) -> int:
        """How many records stand between two offsets; the rest must be padding."""
        length, room = member.record_length, end - start
        if not length:
            count = 0
        elif told is not None:
            count = told
            if count * length > room:
                expected = f"{told} records of {length} bytes"
                raise self._source.error(
                    start, expected, f"{room} bytes to the end of the data set"
                )
        else:
            count = self._without_padding(member, start, room)
        rest = start + count * length
        padding = self._source.read(rest, min(end - rest, length + RECORD), "padding")
        if padding.strip(b" \0"):
            used = len(padding) - len(padding.lstrip(b" \0"))
            expected = f"blanks after {count} whole records of {length} bytes"
            raise self._source.error(rest + used, expected, _shown(padding[used : used + 16]))
        return count

    def _without_padding(self, member: Member, start: int, room: int) -> int:
        """Number of records without the blank ones that are only padding.

        A record with a number is never all blank. A record of texts may be, so such ones are
        taken for padding only within the last 79 bytes, where nothing can tell them apart.
        """
        length = member.record_length
        has_number = any(each.type == "number" for each in member.variables)
        most = room // length
        fewest = 0 if has_number or not room else min((room - RECORD) // length + 1, most)
        used = self._last_not_blank(start, start + room) - start + 1
        return max(fewest, min(most, -(-used // length)))

    def _last_not_blank(self, start: int, end: int) -> int:
        """Offset of the last byte between two offsets that is no blank, ``start - 1`` if none."""
        while end > start:
            begin = max(start, end - _SCAN_BYTES)
            used = len(self._source.read(begin, end - begin, "records").rstrip(b" "))
            if used:
                return begin + used - 1
            end = begin
        return start - 1


def parse_stamp(content: bytes) -> datetime | None:
    """A moment from ``ddMMMyy:hh:mm:ss``, None when it is blank or no moment.

    The year has two digits: 60 to 99 are 1960 to 1999, 00 to 59 are 2000 to 2059.
    """
    text = content.decode("ascii", "replace").upper()
    try:
        month = MONTHS.index(text[2:5]) + 1
        year = int(text[5:7])
        year += 1900 if year >= _PIVOT else 2000
        day, hour, minute, second = (int(text[at : at + 2]) for at in (0, 8, 11, 14))
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - no time zone
    except ValueError:
        return None


def _title(name: bytes) -> bytes:
    return b"HEADER RECORD*******" + name + b"HEADER RECORD!!!!!!!"


def _number(digits: bytes) -> int | None:
    return int(digits) if digits.isdigit() else None


def _shown(content: bytes) -> str:
    return f"'{content.decode('ascii', 'backslashreplace')}'" if content else "nothing"


def _relabelled(variable: Variable, texts: list[str]) -> Variable:
    _, label, *formats = texts
    changed = replace(variable, label=label or variable.label)
    if formats:
        shown, read = formats
        changed = replace(
            changed, format=shown or variable.format, informat=read or variable.informat
        )
    return changed
