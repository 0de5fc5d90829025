"""From a raw line or a record to all values and records that use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from cdisc_pom.columns import Codes, Mask
from cdisc_pom.errors import Cell
from cdisc_pom.plan.model import Plan
from cdisc_pom.plan.run import Run
from cdisc_pom.trace.columns import described, whole
from cdisc_pom.trace.model import Part, Place, Use
from cdisc_pom.trace.uses import Uses

# A set of records of a column, or with an empty column of a data set or form.
Start = tuple[Place, Codes]


@dataclass
class Reached:
    """Records of a data set that use something: made from it, or values that do, by variable."""

    dataset: str
    standard: str
    made: set[int] = field(default_factory=set)
    variables: dict[int, list[str]] = field(default_factory=dict)

    def positions(self) -> list[int]:
        """All of its records, in order."""
        return sorted(self.made | set(self.variables))


def raw_start(run: Run, form: str, positions: Codes) -> list[Start]:
    """Records of a raw form with all of their columns."""
    columns = run.raw.header(form)
    return [(Place("form", form, name), positions) for name in ("", *columns)]


def record_start(run: Run, dataset: str, positions: Codes) -> list[Start]:
    """Records of a data set with all of their variables."""
    names = made_variables(run, dataset)
    return [(Place("dataset", dataset, name), positions) for name in ("", *names)]


def forward(run: Run, uses: Uses, start: Iterable[Start]) -> dict[Place, Mask]:
    """Everything that uses the start, as records of each variable (and of each data set).

    What is reached is exactly what a walk from it would lead back to the start.
    """
    users = _users(run, uses)
    reached: dict[Place, Mask] = {}
    waiting: list[Start] = list(start)
    while waiting:
        place, positions = waiting.pop()
        for user, use in users.get(place, ()):
            hit = np.unique(use.rows[np.isin(use.positions, positions)])
            known = reached.setdefault(user, np.zeros(run.table(user.name).size, dtype=bool))
            fresh = hit[~known[hit]]
            if len(fresh):
                known[fresh] = True
                waiting.append((user, fresh))
    return {place: mask for place, mask in reached.items() if mask.any()}


def collected(run: Run, reached: dict[Place, Mask]) -> tuple[Reached, ...]:
    """What was reached, by data set and record.

    Work variables and values that are missing are passed through, not told.
    """
    found = []
    for name, plan in run.plan.datasets.items():
        item = Reached(name, plan.standard)
        records = reached.get(Place("dataset", name))
        if records is not None:
            item.made.update(np.flatnonzero(records).tolist())
        for variable in made_variables(run, name):
            mask = reached.get(Place("dataset", name, variable))
            if mask is not None and not variable.startswith("_"):
                for at in np.flatnonzero(mask & _there(run, name, variable)).tolist():
                    item.variables.setdefault(at, []).append(variable)
        if item.made or item.variables:
            found.append(item)
    return tuple(found)


def _there(run: Run, dataset: str, variable: str) -> Mask:
    table = run.table(dataset)
    column = table.column(variable)
    return np.asarray(table.overflow.get(variable, column).notna().to_numpy(), dtype=bool)


@dataclass(frozen=True)
class LeftOut:
    """A source of a data set that does not take a raw record: by its Where or Distinct."""

    dataset: str
    source: str
    cell: Cell


def left_out(run: Run, form: str, position: int) -> tuple[LeftOut, ...]:
    """Sources that read a raw form and leave one of its records out."""
    found = []
    for name, plan in run.plan.datasets.items():
        for source in plan.sources.values():
            if source.origin == ("form", form):
                frame = run.table(name).frame(source.alias)
                if position not in whole(frame, frame.kept):
                    found.append(LeftOut(name, described(source), source.cell))
    return tuple(found)


def variables_of(plan: Plan, dataset: str) -> tuple[str, ...]:
    """Variables of a data set: declared ones, then work variables."""
    found = plan.datasets[dataset]
    names = [row.variable for row in found.variables]
    return tuple(dict.fromkeys([*names, *(step.variable for step in found.steps)]))


def made_variables(run: Run, dataset: str) -> tuple[str, ...]:
    """Variables of a data set, then the rests of long texts, which all others may make."""
    table, names = run.table(dataset), variables_of(run.plan, dataset)
    for name in names:
        table.column(name)
    return tuple(dict.fromkeys([*names, *sorted(table.overflow)]))


def _users(run: Run, uses: Uses) -> dict[Place, list[tuple[Place, Use]]]:
    """For each column who uses it."""
    found: dict[Place, list[tuple[Place, Use]]] = {}
    for user, use in _all(run, uses):
        if isinstance(use.target, Place):
            found.setdefault(use.target, []).append((user, use))
    return found


def _all(run: Run, uses: Uses) -> Iterator[tuple[Place, Use]]:
    for name in run.plan.datasets:
        for use in uses.records(name):
            yield Place("dataset", name), use
        for variable in made_variables(run, name):
            for part in (*uses.parts(name, variable), *_absent(run, uses, name, variable)):
                for use in part.uses:
                    yield Place("dataset", name, variable), use


def _absent(run: Run, uses: Uses, dataset: str, variable: str) -> tuple[Part, ...]:
    """Why values are missing; rests of long texts are never read by anything."""
    rest = variable in run.table(dataset).overflow
    return () if rest else uses.absent(dataset, variable)
