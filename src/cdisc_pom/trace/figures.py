"""Figures of displays: the analysis records that made them, and the figures that hold records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cdisc_pom.columns import Column, take
from cdisc_pom.errors import Line, Problems, SpecError, did_you_mean
from cdisc_pom.plan.run import Run
from cdisc_pom.results.arguments import read_arguments, sql_arguments
from cdisc_pom.results.displays import Result, data_sets_of, evaluate_displays
from cdisc_pom.results.planning import SUBJECTS
from cdisc_pom.results.registry import STATISTICS
from cdisc_pom.spec.expressions import ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DisplayRow
from cdisc_pom.trace.forward import Reached, variables_of
from cdisc_pom.trace.labels import Labels

_ALWAYS = ("USUBJID", "PARAMCD")


@dataclass(frozen=True)
class Side:
    """Records of a figure: those that count, or its population; and the variables it looks at."""

    dataset: str
    positions: tuple[int, ...]
    variables: tuple[str, ...]
    subjects: int


@dataclass(frozen=True)
class Figure:
    """A figure with its records."""

    result: Result
    counted: Side
    population: Side


@dataclass(frozen=True)
class Holding:
    """A figure that holds records: how many of them it counts, how many are in its population."""

    figure: Figure
    counted: int
    population: int


def find_figures(labels: Labels, name: str) -> tuple[Figure, ...]:
    """The figures of a display row, one for each of its groups.

    Args:
        labels: of the run.
        name: id of the published figure, label of the row, or `display › label`.

    Raises:
        Problems: no row is called so, or several are; or a row cannot be evaluated.
    """
    rows = display_rows(labels.run)
    row = _row(rows, name)
    return tuple(_figure(labels, result) for result in _evaluated(labels, [row]))


def holding(labels: Labels, reached: Sequence[Reached]) -> tuple[Holding, ...]:
    """Figures that hold reached records and look at what was reached of them."""
    rows = display_rows(labels.run)
    if not rows:
        return ()
    found = []
    by_name = {item.dataset: item for item in reached}
    for result in _evaluated(labels, rows):
        figure = _figure(labels, result)
        counts = [_held(side, by_name) for side in (figure.counted, figure.population)]
        if any(counts):
            found.append(Holding(figure, *counts))
    return tuple(found)


def display_rows(run: Run) -> tuple[DisplayRow, ...]:
    """Rows of the Displays sheet."""
    book = run.study.workbooks.get("adam")
    return () if book is None else book.rows(DisplayRow)


def named(row: DisplayRow, language: str = "en") -> str:
    """A row by its display and label."""
    display = (row.display_zh if language == "zh" else None) or row.display
    label = (row.label_zh if language == "zh" else None) or row.label
    return f"{display} › {label}"


def _row(rows: Sequence[DisplayRow], name: str) -> DisplayRow:
    wanted = _plain(name)
    found = [row for row in rows if name == row.published or wanted in _names(row)]
    if len(found) == 1:
        return found[0]
    if found:
        text = f"'{name}' is the label of {len(found)} rows."
        hint = f"Say which: {'; '.join(named(row) for row in found)}."
        raise Problems([SpecError(Line("--figure"), text, hint)])
    known = [row.published for row in rows if row.published]
    known += [text for row in rows for text in (named(row), row.label)]
    text = f"unknown figure '{name}'."
    raise Problems([SpecError(Line("--figure"), text, did_you_mean(name, known))])


def _names(row: DisplayRow) -> set[str]:
    return {_plain(text) for language in ("en", "zh") for text in (
        named(row, language), named(row, language).partition(" › ")[2]
    )}  # fmt: skip


def _plain(text: str) -> str:
    """A name without regard to case, blanks and the mark between display and label."""
    return " ".join(re.sub(r"\s+[›>/|]\s+", " › ", text).split()).casefold()


def _figure(labels: Labels, result: Result) -> Figure:
    counted, population = _looked_at(result.row, labels.run)
    sides = []
    for records, names in ((result.records, counted), (result.population, population)):
        order = labels.order(records.dataset)
        positions = tuple(int(order[number - 1]) for number in records.observations)
        sides.append(Side(records.dataset, positions, names, len(records.subjects)))
    return Figure(result, *sides)


def _held(side: Side, reached: Mapping[str, Reached]) -> int:
    """Records of a side that were made from the start or use it in a variable that is looked at."""
    found = reached.get(side.dataset)
    if found is None:
        return 0
    return sum(
        at in found.made or bool(set(found.variables.get(at, ())) & set(side.variables))
        for at in side.positions
    )


def _evaluated(labels: Labels, rows: Sequence[DisplayRow]) -> tuple[Result, ...]:
    frames = {}
    for name in data_sets_of(rows):
        if name not in labels.run.plan.datasets:
            continue  # told by the evaluation, at its cell
        wanted: dict[str, None] = dict.fromkeys(_ALWAYS)
        for row in rows:
            counted, population = _looked_at(row, labels.run)
            wanted.update(dict.fromkeys(counted if row.dataset == name else ()))
            wanted.update(dict.fromkeys(population if name == SUBJECTS else ()))
        frames[name] = _frame(labels, name, tuple(wanted))
    return evaluate_displays(rows, frames)


def _looked_at(row: DisplayRow, run: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Variables that a row looks at in its records, and in the subjects of its population."""
    statistic = STATISTICS.get(row.statistic)
    texts = [row.where, row.variable, *_arguments(row)]
    counted = dict.fromkeys(name for text in texts for name in _columns(text))
    counted.update(dict.fromkeys(statistic.columns if statistic is not None else ()))
    if row.parameter is not None:
        counted["PARAMCD"] = None
    population = dict.fromkeys(
        name for text in (row.population, row.group) for name in _columns(text)
    )
    return (
        tuple(name for name in counted if _known(run, row.dataset, name)),
        tuple(name for name in population if _known(run, SUBJECTS, name)),
    )


def _arguments(row: DisplayRow) -> Iterator[str | None]:
    statistic = STATISTICS.get(row.statistic)
    if statistic is None or statistic.arguments is None or row.arguments is None:
        return
    found, _ = read_arguments(statistic.arguments, row.arguments)
    if found is not None:
        for name in sql_arguments(type(found)):
            yield getattr(found, name)


def _columns(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    try:
        return tuple(name.name for name in parse_expression(text).columns)
    except ExpressionError:
        return ()  # told by the evaluation, at its cell


def _known(run: Run, dataset: str, variable: str) -> bool:
    found = run.plan.datasets.get(dataset)
    return found is not None and variable in variables_of(run.plan, dataset)


def _frame(labels: Labels, dataset: str, variables: tuple[str, ...]) -> pd.DataFrame:
    """The variables that are looked at, records in the order of the file."""
    table, order = labels.run.table(dataset), labels.order(dataset)
    index = pd.RangeIndex(table.size)
    return pd.DataFrame(
        {
            name: _typed(take(table.column(name), order, index))
            for name in variables
            if _known(labels.run, dataset, name)
        },
        index=index,
    )


def _typed(column: Column) -> Column:
    """Numbers as they are read from the file."""
    return column.astype("float64") if pd.api.types.is_numeric_dtype(column.dtype) else column
