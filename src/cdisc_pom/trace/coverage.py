"""The share of values whose chain ends completely in raw cells or cells of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from cdisc_pom.columns import Codes, Mask
from cdisc_pom.plan.run import Run
from cdisc_pom.trace.model import Part, Place, Use
from cdisc_pom.trace.uses import Uses

# Roles of records that say where a record came from.
_MADE_FROM = frozenset({"record", "event", "component", "looked", "subject"})


@dataclass(frozen=True)
class Gap:
    """Values of one variable and rule whose chain has an end: how many, and the first of them."""

    dataset: str
    variable: str
    place: str
    count: int
    first: int


@dataclass(frozen=True)
class Coverage:
    """Non-missing values of a data set, those with a complete chain, and what is missing.

    `classes` counts the combinations of variable, rule and block that were looked at.
    """

    dataset: str
    standard: str
    values: int
    complete: int
    classes: int
    gaps: tuple[Gap, ...] = ()

    @property
    def share(self) -> float:
        """Share of complete values; 1 for a data set without any."""
        return self.complete / self.values if self.values else 1.0


def completeness(run: Run, uses: Uses | None = None) -> float:
    """Share of the non-missing values of all data sets whose chain is complete."""
    found = measure(run, uses)
    values = sum(item.values for item in found)
    return sum(item.complete for item in found) / values if values else 1.0


def measure(run: Run, uses: Uses | None = None) -> tuple[Coverage, ...]:
    """Every value of every variable of every data set, none sampled.

    A value is complete when its record is made from raw records or rows of the workbook, when a
    cell of the workbook filled it, and when everything that it uses is complete itself: of what
    is missing, all that the rules looked at which left it missing. A value that uses nothing is
    complete only where its rule takes no data.
    """
    chains = _Chains(run, uses or Uses(run))
    return tuple(_of_dataset(chains, name) for name in run.plan.datasets)


def _of_dataset(chains: _Chains, name: str) -> Coverage:
    table = chains.run.table(name)
    values = complete = classes = 0
    gaps: list[Gap] = []
    recorded = np.concatenate(
        [chains.record(name, at) for at in range(len(table.blocks))] or [np.zeros(0, bool)]
    )
    for variable in chains.variables(name):
        good = chains.value(name, variable) & recorded
        for part in chains.uses.parts(name, variable):
            classes += len(np.unique(chains.blocks(name)[part.rows]))
            values += len(part.rows)
            complete += int(good[part.rows].sum())
            lost = part.rows[~good[part.rows]]
            if len(lost):
                gaps.append(Gap(name, variable, str(part.rule.cell), len(lost), int(lost[0])))
        orphans = chains.uses.numbers(name, variable) < 0
        orphans &= chains.column_there(name, variable)
        values += int(orphans.sum())
        if orphans.any():
            first = int(np.flatnonzero(orphans)[0])
            gaps.append(Gap(name, variable, "", int(orphans.sum()), first))
    return Coverage(name, table.plan.standard, values, complete, classes, tuple(gaps))


class _Chains:
    """Which values and records are complete, block by block, each worked out once."""

    def __init__(self, run: Run, uses: Uses) -> None:
        self.run = run
        self.uses = uses
        self.blocks = cache(self._blocks)
        self.column_there = cache(self._column_there)
        self._values: dict[tuple[str, str, int], Mask] = {}
        self._lost: dict[tuple[str, str, int], Mask] = {}
        self._recorded: dict[tuple[str, int], Mask] = {}

    def variables(self, dataset: str) -> Iterator[str]:
        """Declared variables, then the rests of long texts."""
        table = self.run.table(dataset)
        names = [row.variable for row in table.plan.variables]
        yield from names
        for name in names:
            table.column(name)
        yield from sorted(set(table.overflow) - set(names))

    def value(self, dataset: str, variable: str) -> Mask:
        """Complete values of a variable; False where it is missing."""
        count = len(self.run.table(dataset).blocks)
        parts = [self._value(dataset, variable, block) for block in range(count)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)

    def record(self, dataset: str, block: int) -> Mask:
        """Complete records of a block."""
        key = dataset, block
        if key not in self._recorded:
            start, stop = self.run.table(dataset).bounds(block)
            found = self._recorded[key] = np.zeros(stop - start, dtype=bool)
            for use in self.uses.records(dataset):
                if use.role in _MADE_FROM or (use.role == "row" and not self._many(dataset)):
                    mine = _within(use, start, stop)
                    good = self._targets(mine, records=True)
                    found[mine.rows[good] - start] = True
        return self._recorded[key]

    def _many(self, dataset: str) -> bool:
        """Whether rows of the workbook select or shape records that come from somewhere else."""
        plan = self.run.plan.datasets[dataset]
        return bool(plan.findings or plan.parameters)

    def _value(self, dataset: str, variable: str, block: int) -> Mask:
        key = dataset, variable, block
        if key not in self._values:
            start, stop = self.run.table(dataset).bounds(block)
            # A value that needs itself finds itself incomplete.
            self._values[key] = np.zeros(stop - start, dtype=bool)
            found = np.zeros(stop - start, dtype=bool)
            for part in self.uses.parts(dataset, variable):
                self._fill(part, found, start, stop)
            self._values[key] = found
        return self._values[key]

    def _missing(self, dataset: str, variable: str, block: int) -> Mask:
        """Missing values of which it is known why: every rule that could fill them is complete."""
        key = dataset, variable, block
        if key not in self._lost:
            start, stop = self.run.table(dataset).bounds(block)
            self._lost[key] = np.zeros(stop - start, dtype=bool)
            found, told = (np.full(stop - start, fill) for fill in (True, False))
            for part in self.uses.absent(dataset, variable):
                mine = np.zeros(stop - start, dtype=bool)
                self._fill(part, mine, start, stop)
                rows = part.rows[(part.rows >= start) & (part.rows < stop)] - start
                told[rows] = True
                found[rows] &= mine[rows]
            self._lost[key] = found & told
        return self._lost[key]

    def _fill(self, part: Part, found: Mask, start: int, stop: int) -> None:
        mine = part.rows[(part.rows >= start) & (part.rows < stop)] - start
        if not len(mine) or part.rule.untold:
            return
        good = np.zeros(stop - start, dtype=bool)
        used = np.full(stop - start, part.rule.constant)
        good[mine] = True
        for use in part.uses:
            within = _within(use, start, stop)
            used[within.rows - start] = True
            good[within.rows[~self._targets(within)] - start] = False
        found[mine] = (good & used)[mine]

    def _targets(self, use: Use, *, records: bool = False) -> Mask:
        """Whether each pair's target is complete."""
        if isinstance(use.target, tuple):
            return np.ones(len(use.rows), dtype=bool)
        if use.target.kind == "form":
            form = self.run.raw.form(use.target.name)
            return np.asarray(form.lines[use.positions] > 0, dtype=bool)
        return self._of_place(use.target, use.positions, records=records)

    def _of_place(self, place: Place, positions: Codes, *, records: bool) -> Mask:
        good = np.zeros(len(positions), dtype=bool)
        numbers = self.blocks(place.name)[positions]
        for block in np.unique(numbers).tolist():
            mine = np.flatnonzero(numbers == block)
            at = positions[mine] - self.run.table(place.name).bounds(block)[0]
            if records:
                good[mine] = self.record(place.name, block)[at]
                continue
            there = self.column_there(place.name, place.column)[positions[mine]]
            if there.any():
                good[mine[there]] = self._value(place.name, place.column, block)[at[there]]
            if not there.all():
                good[mine[~there]] = self._missing(place.name, place.column, block)[at[~there]]
        return good

    def _blocks(self, dataset: str) -> Codes:
        """Number of the block of each record."""
        sizes = [block.size for block in self.run.table(dataset).blocks]
        return np.repeat(np.arange(len(sizes)), sizes)

    def _column_there(self, dataset: str, variable: str) -> Mask:
        table = self.run.table(dataset)
        column = table.overflow[variable] if variable in table.overflow else table.column(variable)
        return np.asarray(column.notna().to_numpy(), dtype=bool)


def _within(use: Use, start: int, stop: int) -> Use:
    """The pairs whose rows lie in a range."""
    first, last = np.searchsorted(use.rows, [start, stop])
    part = slice(int(first), int(last))
    return Use(use.role, use.rows[part], use.positions[part], use.target, use.note)
