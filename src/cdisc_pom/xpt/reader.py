"""Reading transport files."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from cdisc_pom.xpt import text as text_module
from cdisc_pom.xpt.dates import DateKind, date_kind
from cdisc_pom.xpt.decode import ErrorMode, NumberColumn, TextColumn, TextMode
from cdisc_pom.xpt.errors import Problem, XportError
from cdisc_pom.xpt.model import Member
from cdisc_pom.xpt.parse import Layout, parse_library
from cdisc_pom.xpt.text import Records


class Collector(Protocol):
    """Takes the bytes of one variable run by run."""

    def add(self, start: int, content: Records) -> None:
        """Take the bytes of the records from ``start`` on."""


Dates = Literal["number", "format"] | Mapping[str, DateKind]

_READ_BYTES = 1 << 20
_RUN_BYTES = 32 << 20
_PARALLEL_ROWS = 10_000
_WORKERS = 4


def read_xport(
    path: str | os.PathLike[str],
    *,
    encoding: str = "utf-8",
    member: str | None = None,
    columns: Sequence[str] | None = None,
    start: int = 0,
    rows: int | None = None,
    text: TextMode = "auto",
    dates: Dates = "number",
    errors: ErrorMode = "strict",
) -> pd.DataFrame:
    """Read one data set of a transport file, version 5 or 8.

    Args:
        path: the file.
        encoding: codec of texts, names and labels; the file does not tell it.
        member: name of the data set; None when the file has one only.
        columns: variables wanted, in this order; None is all.
        start: first record wanted, from 0.
        rows: number of records wanted; None is all.
        text: ``auto`` gives categorical columns where at most half of the values are distinct and
            ``str`` elsewhere; ``category`` or ``str`` give one kind only. Blank is missing (NaN).
        dates: ``number`` leaves SAS numbers as they are; ``format`` turns variables with a date,
            datetime or time format into pandas dates; a mapping says so by variable.
        errors: ``replace`` shows bytes that are not of the encoding as U+FFFD.

    Returns:
        One row a record, in file order, with a fresh index. Numbers are float64; special missing
        values are NaN that ``special_missing`` tells apart.

    Raises:
        XportError: the file is broken, or a text is not of the encoding.
        KeyError: no such member or variable.

    Source: SAS TS-140; docs/xport.md.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from cdisc_pom.xpt import write_xport
        >>> path = Path(tempfile.mkdtemp()) / "dm.xpt"
        >>> _ = write_xport(path, pd.DataFrame({"USUBJID": ["001", "002"]}), name="DM")
        >>> read_xport(path)["USUBJID"].tolist()
        ['001', '002']
    """
    return XportFile(path, encoding=encoding).read(
        member, columns=columns, start=start, rows=rows, text=text, dates=dates, errors=errors
    )


class XportFile:
    """A transport file: its metadata at once, its records when asked for.

    No handle stays open between calls.

    Attributes:
        path: the file.
        encoding: codec of texts, names and labels.
        version: 5 or 8.
        created: stamp of the library, None when unreadable.
        modified: as created.
        members: data sets in file order, with their number of records.
        layouts: the same with the places of their records.
    """

    def __init__(self, path: str | os.PathLike[str], *, encoding: str = "utf-8") -> None:
        self.path = os.fspath(path)
        try:
            self.encoding = text_module.codec_name(encoding)
        except LookupError as error:
            raise XportError(f"{self.path}: encoding: {error}.", path=self.path) from None
        library = parse_library(path, encoding=self.encoding)
        self.version: int = library.version
        self.created: datetime | None = library.created
        self.modified: datetime | None = library.modified
        self.layouts: tuple[Layout, ...] = library.layouts
        self.members: tuple[Member, ...] = tuple(each.member for each in library.layouts)

    def read(
        self,
        member: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        start: int = 0,
        rows: int | None = None,
        text: TextMode = "auto",
        dates: Dates = "number",
        errors: ErrorMode = "strict",
    ) -> pd.DataFrame:
        """Read one data set or a slice of it; see ``read_xport``."""
        layout = self._layout(member)
        total = layout.member.records or 0
        first = min(max(start, 0), total)
        count = total - first if rows is None else min(max(rows, 0), total - first)
        wanted = self._wanted(layout, columns)
        collectors = [
            NumberColumn(each, np.empty(count, dtype=np.float64))
            if each.type == "number"
            else TextColumn(each, text)
            for each in (layout.member.variables[position] for position in wanted)
        ]
        collect(self.path, layout, wanted, collectors, first=first, count=count)
        kinds = self._kinds(layout, wanted, dates)
        finished = [
            each.finish(kind)
            if isinstance(each, NumberColumn)
            else each.finish(self.encoding, errors)
            for each, kind in zip(collectors, kinds, strict=True)
        ]
        problems = [problem for _, found in finished for problem in found]
        if problems:
            raise self._unreadable(problems, first, layout.member.name)
        names = [layout.member.variables[position].name for position in wanted]
        frame = pd.DataFrame(dict(enumerate(values for values, _ in finished)), copy=False)
        frame.columns = pd.Index(names, dtype="str")
        return frame if names else pd.DataFrame(index=pd.RangeIndex(count))

    def chunks(
        self,
        member: str | None = None,
        *,
        rows: int = 100_000,
        columns: Sequence[str] | None = None,
        text: TextMode = "auto",
        dates: Dates = "number",
        errors: ErrorMode = "strict",
    ) -> Iterator[pd.DataFrame]:
        """Read one data set in frames of ``rows`` records; the index goes on from frame to frame.

        A data set without records gives one empty frame.
        """
        if rows < 1:
            raise ValueError(f"rows is {rows}, but a chunk has at least one record.")
        total = self._layout(member).member.records or 0
        for start in range(0, max(total, 1), rows):
            frame = self.read(
                member,
                columns=columns,
                start=start,
                rows=rows,
                text=text,
                dates=dates,
                errors=errors,
            )
            frame.index = pd.RangeIndex(start, start + len(frame))
            yield frame

    def _layout(self, member: str | None) -> Layout:
        names = [each.name for each in self.members]
        if member is None:
            if len(names) != 1:
                raise XportError(
                    f"{self.path}: holds {len(names)} data sets, say which: {', '.join(names)}.",
                    path=self.path,
                )
            return self.layouts[0]
        for layout in self.layouts:
            if layout.member.name.upper() == member.upper():
                return layout
        raise KeyError(f"{self.path} has no data set {member}; it has {', '.join(names) or 'none'}")

    def _wanted(self, layout: Layout, columns: Sequence[str] | None) -> list[int]:
        names = [each.name for each in layout.member.variables]
        if columns is None:
            return list(range(len(names)))
        unknown = [each for each in columns if each not in names]
        if unknown:
            raise KeyError(f"{layout.member.name} has no variable {', '.join(unknown)}")
        return [names.index(each) for each in columns]

    def _kinds(self, layout: Layout, wanted: Sequence[int], dates: Dates) -> list[DateKind | None]:
        variables = [layout.member.variables[position] for position in wanted]
        if dates == "number":
            return [None] * len(variables)
        if isinstance(dates, Mapping):
            return [dates.get(each.name) for each in variables]
        return [_kind_of(each.format) if each.type == "number" else None for each in variables]

    def _unreadable(self, problems: Sequence[Problem], first: int, name: str) -> XportError:
        moved = tuple(
            replace(each, row=(each.row or 0) + first, data_set=name) for each in problems
        )
        lines = "\n  ".join(map(str, moved))
        return XportError(
            f"{self.path}: cannot be read.\n  {lines}", problems=moved, path=self.path
        )


def collect(
    path: str,
    layout: Layout,
    wanted: Sequence[int],
    collectors: Sequence[Collector],
    *,
    first: int,
    count: int,
) -> None:
    """Read records in small blocks and hand their columns over in longer runs.

    Columns of long runs are handed over in threads: numpy and Arrow work without the interpreter.

    Args:
        path: the file.
        layout: where its records are.
        wanted: positions of the variables wanted.
        collectors: one for each of them.
        first: first record wanted.
        count: number of records wanted.

    Raises:
        XportError: the file ends early.
    """
    length = layout.member.record_length
    if not count or not wanted:
        return
    record = _record_type(layout, wanted)
    step = max(1, _READ_BYTES // length)
    run = min(max(step, _RUN_BYTES // length), count)
    block = np.empty(min(step, run), dtype=record)
    fields = [f"f{position}" for position in range(len(wanted))]
    workers = min(_WORKERS, os.cpu_count() or 1) if run >= _PARALLEL_ROWS else 1
    with (
        open(path, "rb", buffering=0) as file,  # noqa: PTH123 - unbuffered
        ThreadPoolExecutor(workers) as pool,
    ):
        hand_over = map if workers == 1 else pool.map
        file.seek(layout.start + first * length)
        for start in range(0, count, run):
            stop = min(start + run, count)
            stage = [np.empty(stop - start, dtype=record[field]) for field in fields]
            for done in range(0, stop - start, step):
                part = block[: min(step, stop - start - done)]
                content = part.view(np.uint8)
                if file.readinto(content.data) != content.size:
                    offset = layout.start + (first + start + done) * length
                    raise XportError.at(
                        offset, f"{content.size} bytes", "the end of the file", path=path
                    )
                for column, field in zip(stage, fields, strict=True):
                    column[done : done + part.size] = part[field]
            adders = [partial(each.add, start) for each in collectors]
            deque(hand_over(_call, adders, stage), maxlen=0)


def _call(add: Callable[[Records], None], column: Records) -> None:
    add(column)


def _record_type(layout: Layout, wanted: Sequence[int]) -> np.dtype[np.void]:
    variables = layout.member.variables
    return np.dtype(
        {
            "names": [f"f{number}" for number in range(len(wanted))],
            "formats": [f"V{variables[position].length}" for position in wanted],
            "offsets": [layout.positions[position] for position in wanted],
            "itemsize": layout.member.record_length,
        }
    )


def _kind_of(format_text: str) -> DateKind | None:
    try:
        return date_kind(format_text)
    except ValueError:
        return None
