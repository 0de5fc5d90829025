"""Writing transport files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Literal

import numpy.typing as npt
import pandas as pd

from cdisc_pom.xpt import text
from cdisc_pom.xpt.blocks import record_blocks
from cdisc_pom.xpt.check import check_columns, check_member
from cdisc_pom.xpt.columns import Column, Options, prepare_columns
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.files import Nowhere, replacing
from cdisc_pom.xpt.header import RECORD, library_header, member_header
from cdisc_pom.xpt.infer import infer_variables
from cdisc_pom.xpt.model import FIXED_STAMP, LIMITS, Member, Variable
from cdisc_pom.xpt.split import split_text

Path_ = str | os.PathLike[str]
Version = Literal[5, 8]


@dataclass(frozen=True)
class DataSet:
    """One data set of a file with several: metadata and records; see ``write_xport``."""

    name: str
    frame: pd.DataFrame | Iterable[pd.DataFrame]
    label: str = ""
    variables: Sequence[Variable] | None = None
    created: datetime | None = None
    modified: datetime | None = None
    member_type: str = ""


def write_xport(
    path: Path_,
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    name: str,
    label: str = "",
    variables: Sequence[Variable] | None = None,
    encoding: str = "utf-8",
    version: Version = 5,
    created: datetime | None = None,
    modified: datetime | None = None,
    member_type: str = "",
    keys: Sequence[str] = (),
    at_limit: Literal["error", "split"] = "error",
    tiny: Literal["error", "zero"] = "error",
    low_bits: Literal["error", "cut"] = "error",
    durable: bool = True,
) -> Member:
    """Write one data set as a transport file.

    The file appears under its name only when it is whole: it is written beside it, flushed to
    the disk and renamed. Every limit is checked for all variables before the first byte; with an
    iterable of frames, before the file gets its name.

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
        at_limit: texts over 200 bytes (32767 in version 8) are an ``error``, or are ``split`` at a
            character boundary into continuation variables, see ``split_text``.
        tiny: numbers under 16**-65 are an ``error`` or are written as ``zero``.
        low_bits: numbers that need more bits than a length under 8 has are an ``error`` or ``cut``.
        durable: wait until the disk has the bytes.

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
    if at_limit == "split":
        if not isinstance(frame, pd.DataFrame):
            message = f"{path}: an iterable of frames cannot be split; split the frames first."
            raise XportError(message, path=str(path))
        known = variables or infer_variables(frame, encoding=_codec(encoding, version, path))
        limit = LIMITS[version].text
        parts = split_text(frame, known, encoding=encoding, limit=limit, name_bytes=_names(version))
        frame, variables = parts.frame, parts.variables
    data_set = DataSet(name, frame, label, variables, created, modified, member_type)
    members = write_library(
        path,
        [data_set],
        encoding=encoding,
        version=version,
        created=created,
        modified=modified,
        keys=keys,
        tiny=tiny,
        low_bits=low_bits,
        durable=durable,
    )
    return members[0]


def write_library(
    path: Path_,
    data_sets: Iterable[DataSet],
    *,
    encoding: str = "utf-8",
    version: Version = 5,
    created: datetime | None = None,
    modified: datetime | None = None,
    keys: Sequence[str] = (),
    tiny: Literal["error", "zero"] = "error",
    low_bits: Literal["error", "cut"] = "error",
    durable: bool = True,
) -> tuple[Member, ...]:
    """Write several data sets into one transport file; see ``write_xport`` for the arguments.

    Agencies want one data set a file; other users of the format do not.

    Returns:
        The metadata as written, in file order.

    Raises:
        XportError: limits are broken, in any of the data sets.
    """
    codec = _codec(encoding, version, path)
    options = Options(tiny, low_bits, tuple(keys))
    with replacing(Path(path), durable=durable) as file:
        first = created or FIXED_STAMP
        file.write(library_header(version, first, modified or first))
        return _write_all(file, data_sets, _Format(str(path), codec, version, options))


def check_frame(
    frame: pd.DataFrame | Iterable[pd.DataFrame],
    *,
    name: str,
    label: str = "",
    variables: Sequence[Variable] | None = None,
    encoding: str = "utf-8",
    version: Version = 5,
    keys: Sequence[str] = (),
) -> tuple[Problem, ...]:
    """All limits that a data set breaks, without writing it; see ``write_xport``.

    Returns:
        The problems that ``write_xport`` would raise, none when it would write.

    Example:
        >>> frame = pd.DataFrame({"AETERM": ["头痛" * 40]})
        >>> [(each.rule, each.bytes, each.limit) for each in check_frame(frame, name="AE")]
        [('text_too_long', 240, 200)]
    """
    codec = _codec(encoding, version, name)
    how = _Format(name, codec, version, Options(keys=tuple(keys)))
    try:
        _write_all(Nowhere(), [DataSet(name, frame, label, variables)], how)
    except XportError as error:
        if not error.problems:
            raise
        return error.problems
    return ()


def _codec(encoding: str, version: int, path: Path_) -> str:
    if version not in LIMITS:
        raise XportError(f"{path}: version {version!r} is not 5 or 8.", path=str(path))
    try:
        return text.codec_name(encoding)
    except LookupError as error:
        raise XportError(f"{path}: encoding: {error}.", path=str(path)) from None


def _names(version: int) -> int:
    return LIMITS[version].name


@dataclass(frozen=True)
class _Format:
    """How all data sets of a file are written."""

    path: str
    codec: str
    version: int
    options: Options


def _write_all(file: IO[bytes], data_sets: Iterable[DataSet], how: _Format) -> tuple[Member, ...]:
    members, problems = [], []
    for data_set in data_sets:
        member, frames = _described(data_set, how)
        written, found = _MemberWriter(file, how, member).write(frames)
        members.append(written)
        problems += [replace(each, data_set=member.name) for each in found]
        if problems:
            file = Nowhere()
    if problems:
        raise XportError.of_problems(problems, path=how.path)
    return tuple(members)


def _described(data_set: DataSet, how: _Format) -> tuple[Member, Iterable[pd.DataFrame]]:
    variables, frame = data_set.variables, data_set.frame
    if variables is None:
        if not isinstance(frame, pd.DataFrame):
            message = f"{how.path}: an iterable of frames needs `variables`."
            raise XportError(message, path=how.path)
        inferred = infer_variables(frame, encoding=how.codec)
        # Not more than the format allows: so the check names the record that is too long.
        limit = LIMITS[how.version].text
        variables = [replace(each, length=min(each.length, limit)) for each in inferred]
    created = data_set.created or FIXED_STAMP
    member = Member(
        data_set.name,
        data_set.label,
        tuple(variables),
        created,
        data_set.modified or created,
        data_set.member_type,
    )
    return member, [frame] if isinstance(frame, pd.DataFrame) else frame


@dataclass(frozen=True)
class _MemberWriter:
    """Writes the header and the records of one data set."""

    file: IO[bytes]
    how: _Format
    member: Member

    def write(self, frames: Iterable[pd.DataFrame]) -> tuple[Member, list[Problem]]:
        version, member = self.how.version, self.member
        start, records = self.file.tell(), 0
        problems = check_member(member, encoding=self.how.codec, version=version)
        if not problems:
            self._write_header(0)
        tail = _BlankTail(member, version)
        for frame in frames:
            columns, found = self._prepare(frame, records)
            problems += found
            if not problems:
                self._write_records(columns, len(frame), tail)
            records += len(frame)
        problems = problems or tail.problems(records)
        if not problems:
            self.file.write(b" " * (-records * member.record_length % RECORD))
            if version == 8:  # noqa: PLR2004
                end = self.file.tell()
                self.file.seek(start)
                self._write_header(records)
                self.file.seek(end)
        return replace(member, records=records), problems

    def _write_header(self, records: int) -> None:
        codec, version = self.how.codec, self.how.version
        content = member_header(self.member, encoding=codec, version=version, records=records)
        self.file.write(content)

    def _prepare(self, frame: pd.DataFrame, first_row: int) -> tuple[list[Column], list[Problem]]:
        problems = check_columns(frame, self.member.variables, self.how.options.keys)
        if problems:
            return [], problems
        columns = prepare_columns(
            frame,
            self.member.variables,
            encoding=self.how.codec,
            options=self.how.options,
            first_row=first_row,
        )
        return columns, [each for column in columns for each in column.problems]

    def _write_records(self, columns: Sequence[Column], records: int, tail: _BlankTail) -> None:
        lengths = [each.length for each in self.member.variables]
        for content in record_blocks(columns, lengths, records):
            tail.see(content)
            if self.file.write(content.data) != content.size:
                raise OSError(f"{self.how.path}: the disk took only a part of a block")


class _BlankTail:
    """Watches for records that a reader could not tell from the padding of the last 80 bytes."""

    def __init__(self, member: Member, version: int) -> None:
        self._length = member.record_length
        self._last = b""
        self._matters = version == 5 and self._length < RECORD  # noqa: PLR2004

    def see(self, content: npt.NDArray[Any]) -> None:
        if self._matters:
            self._last = (self._last + content[-RECORD:].tobytes())[-RECORD:]

    def problems(self, records: int) -> list[Problem]:
        length = self._length
        if not self._matters or not records or not length:
            return []
        in_last = (records * length - 1) % RECORD + 1
        whole = self._last[len(self._last) - in_last :]
        blank = 0
        for start in range(in_last - length, -1, -length):
            if whole[start : start + length].strip(b" "):
                break
            blank += 1
        if not blank:
            return []
        message = (
            f"The last {blank} record{'s' * (blank != 1)} hold only missing texts in {length} "
            "bytes: a reader takes them for the padding of the file and drops them. Remove them, "
            "or write version 8."
        )
        return [Problem("blank_records_at_end", message, row=records - blank, count=blank)]
