"""What a source gives: columns by name, records that stay, and where each record came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.algorithms.dates import datetime
from cdisc_pom.columns import Codes, Column, Mask, distinct, group_codes, stack, take
from cdisc_pom.errors import Cell
from cdisc_pom.plan.model import Condition, Distinct, RelationStep, Source
from cdisc_pom.spec.expressions import ColumnName, Expression

Holds = Callable[[Expression, Cell, Mapping[ColumnName, Column], int], Mask]
"""Where a condition is true, as `Run.mask` says it."""


class Report(Protocol):
    """Takes findings about records: which ones, what is wrong, how to mend it."""

    def __call__(  # noqa: D102
        self, rows: Mask, message: str, *, origins: Origins, cell: Cell, rule: str,
        severity: str = "error", hint: str = "", variable: str = "", values: Column | None = None,
        hints: Callable[[str], str] | None = None, message_zh: str = "",
    ) -> None: ...  # fmt: skip


@dataclass(frozen=True)
class Origins:
    """File and line of each record; file -1 where a record comes from none or several."""

    files: tuple[str, ...]
    codes: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]

    @classmethod
    def of_file(cls, file: str, lines: npt.NDArray[np.int64]) -> Origins:
        """All records of one file."""
        return cls((file,), np.zeros(len(lines), dtype=np.int64), lines)

    @classmethod
    def none(cls, n: int) -> Origins:
        """Records without a file."""
        return cls((), np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64))

    def take(self, positions: Codes) -> Origins:
        """Origins at positions; -1 gives none."""
        codes = np.append(self.codes, -1)[positions]
        return Origins(self.files, codes, np.append(self.lines, 0)[positions])

    @classmethod
    def stack(cls, parts: Sequence[Origins]) -> Origins:
        """Origins one under another."""
        files = tuple(dict.fromkeys(file for part in parts for file in part.files))
        at = {file: number for number, file in enumerate(files)}
        codes = [
            np.array([*(at[file] for file in part.files), -1], dtype=np.int64)[part.codes]
            for part in parts
        ]
        if not parts:
            return cls.none(0)
        return cls(files, np.concatenate(codes), np.concatenate([p.lines for p in parts]))

    def text(self, position: int) -> str:
        """`adverse_events.csv:45`, or an empty text."""
        code = int(self.codes[position])
        return "" if code < 0 else f"{self.files[code]}:{int(self.lines[position])}"

    def texts(self) -> tuple[str, ...]:
        """The text of each record."""
        names = np.array([*self.files, ""], dtype=object)[self.codes]
        lines = self.lines.astype(str).astype(object)
        shown = names + ":" + lines
        return tuple(np.where(self.codes < 0, "", shown).tolist())


@dataclass
class SourceFrame:
    """A source's columns, made when they are asked for.

    `cell` is the workbook's cell of a record's column, None where it comes from somewhere else;
    `subjects` is the subject (of DM) that each record of an `elements:` source belongs to. `whole`
    is the record that each part of a split cell comes from, and `related` for RELREC the row of
    Relations of each record and the position in its data set (-1: the whole data set).
    """

    size: int
    get: Callable[[str], Column]
    origins: Origins
    kept: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    cell: Callable[[int, str], Cell | None] = lambda _record, _column: None
    subjects: Codes | None = None
    whole: Codes | None = None
    related: tuple[tuple[RelationStep, int], ...] = ()

    def column(self, name: str) -> Column:
        """A column of all records, those that are filtered out included."""
        return self.get(name)


def apply_rules(frame: SourceFrame, source: Source, holds: Holds, report: Report) -> SourceFrame:
    """The frame with the records that Where and Distinct leave in `kept`."""
    kept = np.arange(frame.size)
    if source.where is not None:
        kept = np.flatnonzero(where_mask(frame, source.where, holds))
    if source.distinct is not None:
        kept = _resolve(frame, source, kept, report)
    return replace(frame, kept=kept)


def where_mask(frame: SourceFrame, where: Condition, holds: Holds) -> Mask:
    """Records of a source for which its Where is true."""
    columns = {name: frame.column(ref.name) for name, ref in where.refs.items()}
    return holds(where.expression, where.cell, columns, frame.size)


def _resolve(frame: SourceFrame, source: Source, kept: Codes, report: Report) -> Codes:
    """Records that stay of each set of duplicates; what goes is told as a note."""
    rule = source.distinct
    if rule is None:
        return kept
    by = rule.by or tuple(sorted(source.columns))
    index = pd.RangeIndex(len(kept))
    groups = group_codes([take(frame.column(name), kept, index) for name in by], len(kept))
    order = [take(frame.column(name), kept, index) for name in rule.order]
    if rule.layouts:
        order = [_dated(column, rule.layouts, frame, source, kept, report) for column in order]
    ranks = order_ranks(order, len(kept), last=rule.keep == "last")
    gone = np.ones(len(kept), dtype=bool)
    gone[least_of_groups(groups, ranks)] = False
    tied = ties(frame, source, kept, groups, ranks)
    if rule.keep is not None and tied.any():
        how = f"{rule.keep} by {', '.join(rule.order)}"
        report(
            tied, f"duplicates in {', '.join(rule.by)} tie for {how}",
            origins=frame.origins, cell=source.cell, rule="tie", hint=TIE,
        )  # fmt: skip
    if gone.any():
        dropped = np.zeros(frame.size, dtype=bool)
        dropped[kept[gone]] = True
        how = "the whole record" if not rule.by else ", ".join(rule.by)
        stays = f"{rule.keep} by {', '.join(rule.order)}" if rule.keep else "the first"
        report(
            dropped, f"duplicate of another record in {how}; {stays} stays",
            origins=frame.origins, cell=source.cell, rule="duplicate", severity="note",
            message_zh=_duplicate_zh(rule),
        )  # fmt: skip
    return np.sort(kept[~gone])


def _duplicate_zh(rule: Distinct) -> str:
    how = "、".join(rule.by) if rule.by else "整条记录"
    last = {"first": "第一条", "last": "最后一条"}
    stays = f"按 {'、'.join(rule.order)} 排序的{last[rule.keep]}" if rule.keep else "第一条"
    return f"与另一条记录重复（{how}）；保留{stays}"


def _dated(
    column: Column, layouts: str, frame: SourceFrame, source: Source, kept: Codes, report: Report
) -> Column:
    """Dates of a form as ISO 8601 text, which sorts as time goes; 12/30/2013 does not."""
    outcome = datetime(column, date=layouts)
    for problem in outcome.problems:
        lost = np.zeros(frame.size, dtype=bool)
        lost[kept[problem.rows]] = True
        message = "a value that decides between duplicates is no date of its form"
        report(lost, message, origins=frame.origins, cell=source.cell, rule="date")
    return outcome.values


TIE = "Name a further column that decides between them."


def order_ranks(order: Sequence[Column], n: int, *, last: bool) -> Codes:
    """Ranks of records by columns: the least is taken first, what lacks an order comes behind."""
    if not order:
        return np.zeros(n, dtype=np.int64)
    ranks = group_codes(order, n) * (-1 if last else 1)
    for column in order:
        ranks[column.isna().to_numpy()] = n
    return ranks


def least_of_groups(groups: Codes, ranks: Codes) -> Codes:
    """Position of the record with the least rank of each group; of equal ones the first."""
    order: Codes = np.lexsort([ranks, groups]).astype(np.int64)
    starts: Mask = np.insert(groups[order][1:] != groups[order][:-1], 0, True)[: len(order)]
    return order[starts]


def ties(frame: SourceFrame, source: Source, kept: Codes, groups: Codes, ranks: Codes) -> Mask:
    """Records of a source that share the least rank of their group: which one is taken is open.

    Records of a form or a sheet that are equal throughout do not tie: either may be taken.
    """
    firsts = least_of_groups(groups, ranks)
    first = np.zeros(int(groups.max(initial=-1)) + 2, dtype=np.int64)
    first[groups[firsts]] = firsts
    leaders = first[groups]
    rivals = (groups >= 0) & (ranks == ranks[leaders]) & (leaders != np.arange(len(groups)))
    if rivals.any() and source.origin[0] in ("form", "sheet"):
        index = pd.RangeIndex(len(kept))
        whole = group_codes([take(frame.column(n), kept, index) for n in sorted(source.columns)])
        rivals &= whole != whole[leaders]
    found = np.zeros(frame.size, dtype=bool)
    found[kept[rivals]] = True
    found[kept[leaders[rivals]]] = True
    return found


def match(left: Sequence[Column], right: Sequence[Column]) -> tuple[Codes, Codes, int]:
    """Group numbers of records and of related records on one scale; -1 where a key is missing.

    Missing keys never match, as in SQL.
    """
    n, m = len(left[0]), len(right[0])
    joint = np.zeros(n + m, dtype=np.int64)
    lost = np.zeros(n + m, dtype=bool)
    for mine, theirs in zip(left, right, strict=True):
        codes, values = distinct(stack([mine.reset_index(drop=True), theirs]))
        lost |= codes < 0
        joint = joint * (len(values) + 1) + codes + 1
        joint = np.unique(joint, return_inverse=True)[1].reshape(-1).astype(np.int64)
    size = int(joint.max(initial=-1)) + 1
    joint[lost] = -1
    return joint[:n], joint[n:], size


def pairs(targets: Codes, groups: Codes, size: int) -> tuple[Codes, Codes]:
    """Every pair of a record and a related record of its group, records in order."""
    order = np.argsort(groups, kind="stable")
    order = order[groups[order] >= 0]
    counts = np.bincount(groups[order], minlength=size + 1)
    starts = np.cumsum(counts) - counts
    asked = np.flatnonzero(targets >= 0)
    many = counts[targets[asked]]
    rows = np.repeat(asked, many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, order[starts[targets[rows]] + within]
