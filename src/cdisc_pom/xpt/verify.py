"""What a transport file holds that its version, its encoding or a double does not allow."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np

from cdisc_pom.xpt import floats
from cdisc_pom.xpt.check import check_member
from cdisc_pom.xpt.decode import TextColumn, as_words
from cdisc_pom.xpt.errors import Problem
from cdisc_pom.xpt.model import Variable
from cdisc_pom.xpt.parse import Layout
from cdisc_pom.xpt.reader import XportFile, collect
from cdisc_pom.xpt.text import Records

_RUN = 200_000


def check_file(path: str | os.PathLike[str], *, encoding: str = "utf-8") -> tuple[Problem, ...]:
    """Check a file that someone wrote; memory does not grow with the file.

    Args:
        path: the file.
        encoding: codec of texts, names and labels.

    Returns:
        Limits of the version that names, labels, lengths and formats break; texts with bytes that
        are not of the encoding; numbers with more bits than a double has room for (``low_bits``:
        reading loses the last ones). By data set and variable.

    Raises:
        XportError: the file is so broken that it cannot be read.
    """
    file = XportFile(path, encoding=encoding)
    problems: list[Problem] = []
    for layout in file.layouts:
        member = layout.member
        found = check_member(member, encoding=file.encoding, version=file.version)
        found += check_records(file, layout)
        problems += [replace(each, data_set=member.name) for each in found]
    return tuple(problems)


def check_records(file: XportFile, layout: Layout) -> list[Problem]:
    """Problems of texts and numbers of one data set, one a variable and rule."""
    variables = layout.member.variables
    found: dict[str, Problem] = {}
    total = layout.member.records or 0
    for start in range(0, total, _RUN):
        count = min(_RUN, total - start)
        collectors = [
            _LowBits(each) if each.type == "number" else TextColumn(each, "auto")
            for each in variables
        ]
        everything = range(len(variables))
        collect(file.path, layout, everything, collectors, first=start, count=count)
        for collector in collectors:
            for problem in _problems_of(collector, file.encoding):
                moved = replace(problem, row=(problem.row or 0) + start)
                before = found.get(problem.variable)
                found[problem.variable] = (
                    replace(before, count=before.count + problem.count) if before else moved
                )
    return [found[each.name] for each in variables if each.name in found]


def _problems_of(collector: _LowBits | TextColumn, encoding: str) -> list[Problem]:
    if isinstance(collector, _LowBits):
        return collector.problems()
    return collector.finish(encoding, "strict")[1]


@dataclass
class _LowBits:
    """Finds numbers of more than 53 bits."""

    variable: Variable
    row: int = -1
    word: int = 0
    count: int = 0

    def add(self, start: int, content: Records) -> None:
        words = as_words(content, self.variable.length)
        rows = np.flatnonzero(floats.loses_low_bits(words))
        if rows.size and not self.count:
            self.row, self.word = start + int(rows[0]), int(words[rows[0]])
        self.count += int(rows.size)

    def problems(self) -> list[Problem]:
        if not self.count:
            return []
        message = f"IBM double {self.word:016X} has more bits than an IEEE double; reading cuts."
        return [
            Problem(
                "low_bits",
                message,
                variable=self.variable.name,
                row=self.row,
                text=f"{self.word:016X}",
                count=self.count,
            )
        ]
