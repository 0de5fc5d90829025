"""Chains, uses and coverage printed: a tree on a terminal, indented lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from cdisc_pom.trace.coverage import Coverage
from cdisc_pom.trace.figures import Figure, Side, named
from cdisc_pom.trace.forward import Reached
from cdisc_pom.trace.graph import Graph, NodeKey
from cdisc_pom.trace.labels import Labels
from cdisc_pom.trace.targets import Target
from cdisc_pom.trace.tree import Branch, Tree
from cdisc_pom.trace.words import WORDS, Language

if TYPE_CHECKING:
    from cdisc_pom.trace.session import Onward

_STYLES = {
    "rule": "dim", "raw": "green", "line": "green", "workbook": "cyan", "record": "bold",
    "title": "bold", "value": "",
}  # fmt: skip


def print_branches(branches: Iterable[Branch]) -> None:
    """Print lines: as trees on a terminal, else indented by two blanks a level."""
    if not sys.stdout.isatty():
        for branch in branches:
            typer.echo("  " * branch.level + branch.text)
        return
    from rich.console import Console  # noqa: PLC0415 - only on a terminal
    from rich.text import Text  # noqa: PLC0415
    from rich.tree import Tree as RichTree  # noqa: PLC0415

    console, stack = Console(highlight=False), list[RichTree]()
    for branch in branches:
        shown = Text(branch.text.strip(), style=_STYLES.get(branch.kind, ""))
        if branch.level == 0:
            if stack:
                console.print(stack[0])
            stack = [RichTree(shown, guide_style="dim")]
        else:
            del stack[branch.level :]
            stack.append(stack[-1].add(shown))
    if stack:
        console.print(stack[0])


def target_lines(
    graph: Graph, labels: Labels, targets: Sequence[Target], language: Language
) -> Iterator[Branch]:
    """Chains of the records or values that were asked for."""
    tree = Tree(graph, labels, language)
    for target in targets:
        level = 0
        if target.title:
            yield Branch(0, target.title, "title")
            level = 1
        if target.variable is not None:
            key = NodeKey("value", target.dataset, target.variable, target.position)
            yield from tree.branches(key, level)
            continue
        record = NodeKey("record", target.dataset, "", target.position)
        yield from tree.branches(record, level)
        for key in graph.roots:
            if key.kind == "value" and (key.name, key.position) == (record.name, record.position):
                yield from tree.within(key, record, level + 1)


def figure_lines(
    graph: Graph, labels: Labels, figures: Sequence[Figure], shown: int | None, language: Language
) -> Iterator[Branch]:
    """Figures with the records that count and those of the population, and their chains."""
    words, tree = WORDS[language], Tree(graph, labels, language)
    for figure in figures:
        result = figure.result
        level = "" if result.level == "" else f": {result.level_label(language)}"
        name = f"{result.row.published}  " if result.row.published else ""
        yield Branch(0, f"{name}{named(result.row, language)}{level} = {result.text}", "title")
        said = f"← {result.row.statistic}: {result.statistic.title}"
        yield Branch(1, f"{said}  [{result.row.cell('label')}]", "rule")
        for word, side in (("counted", figure.counted), ("population", figure.population)):
            text = words[word].format(
                n=len(side.positions), dataset=side.dataset, subjects=side.subjects
            )
            condition = " AND ".join(_conditions(figure, word))
            yield Branch(1, f"{text}   ({condition})" if condition else text, "title")
            yield from _side_lines(tree, side, shown)
            if shown is not None and len(side.positions) > shown:
                rest = words["further"].format(n=len(side.positions) - shown)
                yield Branch(2, rest, "rule")


def _conditions(figure: Figure, word: str) -> Iterator[str]:
    """What selects the records of a side, as the row says it."""
    row = figure.result.row
    if word == "population":
        if row.population:
            yield row.population
        return
    if row.parameter:
        yield f"PARAMCD = '{row.parameter}'"
    if row.where:
        yield row.where


def _side_lines(tree: Tree, side: Side, shown: int | None) -> Iterator[Branch]:
    for at in side.positions[:shown]:
        record = NodeKey("record", side.dataset, "", at)
        yield Branch(2, tree.place(record), "record")
        for name in side.variables:
            yield from tree.within(NodeKey("value", side.dataset, name, at), record, 3)


def forward_lines(
    found: Onward, labels: Labels, shown: int | None, language: Language
) -> Iterator[Branch]:
    """Records that use the start, data set by data set, and the figures that hold them."""
    words = WORDS[language]
    for name in found.start:
        yield Branch(0, name, "title")
    for lost in found.left_out:
        text = words["left_out"].format(dataset=lost.dataset, source=lost.source)
        yield Branch(1, f"{text}  [{lost.cell}]", "rule")
    if not found.reached:
        yield Branch(1, words["unused"], "rule")
        return
    for item in found.reached:
        count = len(item.positions())
        text = words["one_record" if count == 1 else "records"].format(n=count)
        yield Branch(1, f"{item.standard.upper()} {item.dataset}: {text}", "title")
        yield from _reached_lines(item, labels, shown, language)
    yield from _holding_lines(found, language)


def _reached_lines(
    item: Reached, labels: Labels, shown: int | None, language: Language
) -> Iterator[Branch]:
    """Records of a data set, those with the same variables together."""
    words, tree = WORDS[language], Tree(Graph(), labels, language)
    groups: dict[tuple[bool, tuple[str, ...]], list[int]] = {}
    for at in sorted(item.positions(), key=lambda at: labels.number(item.dataset, at)):
        key = at in item.made, tuple(item.variables.get(at, ()))
        groups.setdefault(key, []).append(at)
    for (made, variables), positions in groups.items():
        start = words["made" if made else "uses"]
        text = f"{start}: {', '.join(variables)}" if variables else start
        yield Branch(2, text, "rule")
        for at in positions[:shown]:
            yield Branch(3, tree.place(NodeKey("record", item.dataset, "", at)), "record")
        if shown is not None and len(positions) > shown:
            yield Branch(3, words["further"].format(n=len(positions) - shown), "rule")


def _holding_lines(found: Onward, language: Language) -> Iterator[Branch]:
    words = WORDS[language]
    yield Branch(1, words["figures" if found.figures else "no_figures"], "title")
    for held in found.figures:
        if held.counted:
            row = held.figure.result.row
            name = f"{row.published}  " if row.published else ""
            value = f" = {held.figure.result.text}" if held.figure.result.text else ""
            text = f"{name}{named(row, language)}{value}"
            yield Branch(2, f"{text}   ({words['in_counted']}: {held.counted})", "value")
    among = [held.figure.result.row for held in found.figures if not held.counted]
    if among:
        names = ", ".join(row.published or named(row, language) for row in among)
        yield Branch(2, f"{words['in_population']}: {names}", "value")


def coverage_lines(found: Sequence[Coverage], language: Language) -> Iterator[Branch]:
    """Values and complete ones by data set, gaps, and the share."""
    words = WORDS[language]
    for item in found:
        shown = f"{item.dataset:<8} {item.complete:>9} / {item.values:<9} {item.share:>8.2%}"
        yield Branch(0, shown.rstrip(), "value")
    for gap in (gap for item in found for gap in item.gaps):
        text = words["gap"].format(
            dataset=gap.dataset, variable=gap.variable, n=gap.count, place=gap.place
        )
        yield Branch(0, text, "value")
    values, complete = (sum(getattr(item, name) for item in found) for name in (
        "values", "complete"))  # fmt: skip
    share = complete / values if values else 1.0
    text = words["share"].format(values=values, complete=complete, share=f"{share:.2%}")
    yield Branch(0, text, "title")
