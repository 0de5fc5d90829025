"""A study opened to be traced: compiled, made as far as it is asked for, walked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.plan.compiler import compile_study
from cdisc_pom.plan.order import making_order
from cdisc_pom.plan.run import Run
from cdisc_pom.project import find_project
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.study import read_study
from cdisc_pom.trace.figures import Figure, Holding, find_figures, holding
from cdisc_pom.trace.forward import (
    LeftOut,
    Reached,
    Start,
    collected,
    forward,
    left_out,
    raw_start,
    record_start,
    variables_of,
)
from cdisc_pom.trace.graph import Graph, NodeKey, Walk
from cdisc_pom.trace.labels import Labels
from cdisc_pom.trace.model import Place
from cdisc_pom.trace.targets import Target, find_line, find_targets
from cdisc_pom.trace.tree import Tree
from cdisc_pom.trace.uses import Uses
from cdisc_pom.trace.words import Language


@dataclass(frozen=True)
class Onward:
    """What uses some records: further records and figures; and the sources that leave it out."""

    start: tuple[str, ...]
    reached: tuple[Reached, ...]
    figures: tuple[Holding, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class Session:
    """A run that is traced, in a language."""

    run: Run
    language: Language
    few: int = 3

    def __post_init__(self) -> None:
        """Nothing is made yet."""
        self.uses = Uses(self.run)
        self.labels = Labels(self.run)
        self._walk = Walk(self.uses, self.labels)

    def targets(self, dataset: str, where: str | None, variable: str | None) -> list[Target]:
        """Records that a condition selects, and a variable of theirs.

        Raises:
            Problems: a name is unknown, or the condition selects nothing.
        """
        found = find_targets(self.labels, dataset, where, variable, language=self.language)
        if not found:
            text = f"no record of {dataset} fulfils {where}." if where else "it has no records."
            raise Problems([SpecError(Line("--where" if where else dataset), text)])
        return found

    def walk_targets(self, targets: Sequence[Target], depth: int | None) -> Graph:
        """Chains of targets; of a whole record its origin, and each value one step far."""
        values = [
            NodeKey("value", target.dataset, target.variable, target.position)
            for target in targets
            if target.variable is not None
        ]
        if values:
            return self._walk.walk(values, depth)
        records = [NodeKey("record", target.dataset, "", target.position) for target in targets]
        graph = self._walk.walk(records)
        for target in targets:
            wanted = [
                NodeKey("value", target.dataset, name, target.position)
                for name in variables_of(self.run.plan, target.dataset)
                if not name.startswith("_")
                and self.labels.value(target.dataset, name, target.position) is not None
            ]
            graph.add(self._walk.walk(wanted, 1 if depth is None else depth))
        return graph

    def figures(self, name: str) -> tuple[Figure, ...]:
        """Figures of a display row."""
        return find_figures(self.labels, name)

    def walk_figures(
        self, figures: Sequence[Figure], shown: int | None, depth: int | None
    ) -> Graph:  # fmt: skip
        """Chains of the values that figures look at, of the first records of each side."""
        return self._walk.walk(
            [
                NodeKey("value", side.dataset, name, at)
                for figure in figures
                for side in (figure.counted, figure.population)
                for at in side.positions[:shown]
                for name in side.variables
            ],
            depth,
        )

    def raw_forward(self, text: str) -> Onward:
        """What uses a raw record."""
        form, position = find_line(self.run, text)
        file, line = self.labels.line(form, position)
        start = raw_start(self.run, form, np.array([position]))
        return self._reach((f"{file}:{line}",), start, left_out(self.run, form, position))

    def record_forward(self, dataset: str, where: str | None) -> Onward:
        """What uses records of a data set."""
        targets = self.targets(dataset, where, None)
        tree = Tree(Graph(), self.labels, self.language)
        names = tuple(
            target.title or tree.place(NodeKey("record", target.dataset, "", target.position))
            for target in targets
        )
        if targets[0].variable is not None:  # records of SUPP-- are single values of their parent
            starts: list[Start] = [
                (Place("dataset", target.dataset, target.variable), np.array([target.position]))
                for target in targets
                if target.variable is not None
            ]
            return self._reach(names, starts)
        positions = np.array([target.position for target in targets], dtype=np.int64)
        return self._reach(names, record_start(self.run, dataset, positions))

    def _reach(
        self, names: tuple[str, ...], start: list[Start], lost: tuple[LeftOut, ...] = ()
    ) -> Onward:
        reached = collected(self.run, forward(self.run, self.uses, start))
        return Onward(names, reached, holding(self.labels, reached), lost)


def open_session(study: str | None, *, language: str | None, cutoff: str | None) -> Session:
    """Compile a study; nothing of it is made yet.

    Raises:
        Problems: faults of its workbooks, or no such study.
    """
    if cutoff is not None:
        try:
            cutoff = dt.date.fromisoformat(cutoff).isoformat()
        except ValueError:
            fault = SpecError(Line("--cutoff"), f"'{cutoff}' is no date such as 2020-12-31.")
            raise Problems([fault]) from None
    project = find_project(study)
    found, raw = read_study(project.specs), RawFolder(project.raw)
    plan = compile_study(found, raw)
    making_order(plan)
    first = next(iter(found.workbooks.values()))
    words = language or first.attribute("Language", "en")
    chinese = words.casefold().startswith("zh")
    run = Run(found, plan, raw, cutoff=cutoff, remember=True)
    return Session(run, "zh" if chinese else "en")
