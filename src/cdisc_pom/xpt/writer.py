"""Writing transport files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import numpy as np
import pandas as pd

from cdisc_pom.xpt import text
from cdisc_pom.xpt.check import check_columns, check_member
from cdisc_pom.xpt.columns import Column, Options, prepare_columns
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.header import RECORD, library_header, member_header
from cdisc_pom.xpt.infer import infer_variables
from cdisc_pom.xpt.model import FIXED_STAMP, LIMITS, Member, Variable

_BLOCK_BYTES = 4 << 20


def write_xport(
    path: str | os.PathLike[str],
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    name: str,
    label: str = "",
    variables: Sequence[Variable] | None = None,
    encoding: str = "utf-8",
    version: Literal[5, 8] = 5,
    created: datetime | None = None,
    modified: datetime | None = None,
    member_type: str = "",
    keys: Sequence[str] = (),
    tiny: Literal["error", "zero"] = "error",
    low_bits: Literal["error", "cut"] = "error",
) -> Member:
    """Write one data set as a transport file.

    The file appears under its name only when it is whole: it is written beside it, flushed to
    the disk and renamed. Every limit is checked for all variables before the first byte.

    Args:
        path: the file; its folder must exist.
        frame: records in the order in which they shall stand, or an iterable of frames with the
            same columns, written as they come (then ``variables`` is needed).
        name: data set name.
        label: data set label, up to 40 bytes.
        variables: what the record looks like, in order; None takes them from the frame.
        encoding: codec of texts, names and labels; limits are counted in its bytes.
        version: 5, or 8 for long names, labels and texts.
        created: stamp in the header; None is 1960-01-01, so that output is reproducible.
        modified: as created; None is the same as ``created``.
        member_type: the data set type of SAS.
        keys: columns whose values tell a record in messages.
        tiny: numbers under 16**-65 are an ``error`` or are written as ``zero``.
        low_bits: numbers that need more bits than a length under 8 has are an ``error`` or ``cut``.

    Returns:
        The metadata as written, with the number of records.

    Raises:
        XportError: a limit is broken; ``problems`` holds all of them, nothing is written.

    Source: SAS TS-140; docs/xport.md.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "dm.xpt"
        >>> dm = pd.DataFrame({"USUBJID": ["001", "002"], "AGE": [64, 71]})
        >>> write_xport(path, dm, name="DM").records
        2
    """
    codec = _checked_codec(encoding, version, path)
    frames = [frame] if isinstance(frame, pd.DataFrame) else frame
    if variables is None:
        if not isinstance(frame, pd.DataFrame):
            raise XportError(f"{path}: an iterable of frames needs `variables`.", path=str(path))
        variables = _at_limit(infer_variables(frame, encoding=codec), LIMITS[version].text)
    first = created or FIXED_STAMP
    member = Member(name, label, tuple(variables), first, modified or first, member_type)
    options = Options(tiny, low_bits, tuple(keys))
    with _replacing(Path(path)) as file:
        file.write(library_header(version, member.created, member.modified))
        return _MemberWriter(file, str(path), codec, version, options).write(member, frames)


def _at_limit(variables: Sequence[Variable], limit: int) -> tuple[Variable, ...]:
    """Lengths that the format allows, so that the check names the record that is too long."""
    return tuple(replace(each, length=min(each.length, limit)) for each in variables)


def _checked_codec(encoding: str, version: int, path: str | os.PathLike[str]) -> str:
    if version not in LIMITS:
        raise XportError(f"{path}: version {version!r} is not 5 or 8.", path=str(path))
    try:
        return text.codec_name(encoding)
    except LookupError as error:
        raise XportError(f"{path}: encoding: {error}.", path=str(path)) from None


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when the block ends without an error."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b", buffering=0) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(_usual_mode())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@dataclass(frozen=True)
class _MemberWriter:
    """Writes the header and the records of one data set."""

    file: IO[bytes]
    path: str
    codec: str
    version: int
    options: Options

    def write(self, member: Member, frames: Iterable[pd.DataFrame]) -> Member:
        start, records = self.file.tell(), 0
        problems = check_member(member, encoding=self.codec, version=self.version)
        if not problems:
            self._write_header(member, records)
        tail = _BlankTail(member, self.version)
        for frame in frames:
            columns, found = self._prepare(member, frame, records)
            problems += found
            if not problems:
                _write_records(self.file, columns, len(frame), member, tail)
            records += len(frame)
        if problems or (problems := tail.problems(records)):
            raise XportError.of_problems(problems, path=self.path)
        self.file.write(b" " * (-records * member.record_length % RECORD))
        if self.version == 8:  # noqa: PLR2004
            self.file.seek(start)
            self._write_header(member, records)
            self.file.seek(0, os.SEEK_END)
        return replace(member, records=records)

    def _write_header(self, member: Member, records: int) -> None:
        self.file.write(
            member_header(member, encoding=self.codec, version=self.version, records=records)
        )

    def _prepare(
        self, member: Member, frame: pd.DataFrame, first_row: int
    ) -> tuple[list[Column], list[Problem]]:
        problems = check_columns(frame, member.variables)
        if problems:
            return [], problems
        columns = prepare_columns(
            frame,
            member.variables,
            encoding=self.codec,
            options=self.options,
            first_row=first_row,
        )
        return columns, [each for column in columns for each in column.problems]


def _write_records(
    file: IO[bytes], columns: Sequence[Column], records: int, member: Member, tail: _BlankTail
) -> None:
    length = member.record_length
    layout = np.dtype([(f"f{i}", f"V{v.length}") for i, v in enumerate(member.variables)])
    step = max(1, _BLOCK_BYTES // length)
    buffer = np.empty(min(step, records), dtype=layout)
    for start in range(0, records, step):
        stop = min(start + step, records)
        block = buffer[: stop - start]
        for field, column in zip(layout.names or (), columns, strict=True):
            block[field] = column.blocks(start, stop)
        content = block.view(np.uint8)
        tail.see(content)
        file.write(content.data)


class _BlankTail:
    """Watches for records that a reader could not tell from the padding of the last 80 bytes."""

    def __init__(self, member: Member, version: int) -> None:
        self._length = member.record_length
        self._last = b""
        self._matters = version == 5 and self._length < RECORD  # noqa: PLR2004

    def see(self, content: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> None:
        if self._matters:
            self._last = (self._last + content[-RECORD:].tobytes())[-RECORD:]

    def problems(self, records: int) -> list[Problem]:
        if not self._matters or not records:
            return []
        in_last = (records * self._length - 1) % RECORD + 1
        whole = self._last[len(self._last) - in_last :]
        starts = range(in_last - self._length, -1, -self._length)
        blank = 0
        for start in starts:
            if whole[start : start + self._length].strip(b" "):
                break
            blank += 1
        if not blank:
            return []
        message = (
            f"The last {blank} record{'s' * (blank != 1)} hold only missing texts in "
            f"{self._length} bytes: a reader takes them for the padding of the file and drops "
            "them. Remove them, or write version 8."
        )
        return [Problem("blank_records_at_end", message, row=records - blank, count=blank)]
