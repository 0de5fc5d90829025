"""What a display row asks for, checked against the statistics and data sets that there are.

No record is looked at here but the list of parameters: a row with a fault is told before a number
is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cdisc_pom.errors import Collector, did_you_mean
from cdisc_pom.results import catalogue  # noqa: F401 - registers the statistics
from cdisc_pom.results.arguments import Arguments, read_arguments, sql_arguments
from cdisc_pom.results.registry import STATISTICS, Statistic
from cdisc_pom.spec.expressions import Expression, ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DisplayRow

Frames = Mapping[str, pd.DataFrame]

SUBJECTS = "ADSL"
_MOST_DIGITS = 9
# Columns with an expression, and whether it is one on the subjects.
_EXPRESSIONS = (("population", True), ("group", True), ("where", False), ("variable", False))


@dataclass(frozen=True)
class Plan:
    """A row that can be evaluated.

    `expressions` are by column (`population`, `group`, `where`, `variable`), those of arguments
    by `arguments.` and the argument's name.
    """

    row: DisplayRow
    statistic: Statistic
    digits: tuple[int, ...]
    expressions: dict[str, Expression]
    arguments: Arguments | None = None


def plan_rows(rows: Sequence[DisplayRow], frames: Frames, collector: Collector) -> list[Plan]:
    """Plans of the rows, displays in the order of their first row and rows in their Order.

    Args:
        rows: rows of the Displays sheet.
        frames: analysis data sets by name.
        collector: gets the faults; a row with one has no plan.
    """
    return [plan for row in _ordered(rows) if (plan := _plan(row, frames, collector))]


def data_sets_of(rows: Sequence[DisplayRow]) -> tuple[str, ...]:
    """Names of the data sets that the rows need, ADSL first."""
    return tuple(dict.fromkeys([SUBJECTS, *(row.dataset for row in rows)]))


def _ordered(rows: Sequence[DisplayRow]) -> list[DisplayRow]:
    place: dict[str, int] = {}
    for row in rows:
        place.setdefault(row.display, len(place))
    return sorted(rows, key=lambda row: (place[row.display], row.order))


def _plan(row: DisplayRow, frames: Frames, collector: Collector) -> Plan | None:
    known = len(collector.errors)
    statistic = STATISTICS.get(row.statistic)
    if statistic is None:
        collector.unknown("statistic", row.statistic, STATISTICS, place=row.cell("statistic"))
    if row.dataset not in frames:
        collector.unknown("data set", row.dataset, frames, place=row.cell("dataset"))
    expressions = _expressions(row, frames, collector)
    _check_parameter(row, frames, collector)
    digits = _digits(row, collector)
    arguments = None
    if statistic is not None:
        _check_needs(row, statistic, frames, collector)
        arguments = _arguments(row, statistic, collector)
        expressions |= _argument_expressions(row, arguments, frames, collector)
        if len(digits) > max(1, len(statistic.decimals)):
            message = f"{len(digits)} numbers of decimals for {len(statistic.decimals)} parts."
            collector.add(row.cell("format"), message)
    if row.group and row.published:
        message = "a row with groups gives several results, none of which is the published one."
        collector.add(row.cell("published"), message, "Write the group as Population.")
    if statistic is None or len(collector.errors) > known:
        return None
    return Plan(row, statistic, digits, expressions, arguments)


def _expressions(row: DisplayRow, frames: Frames, collector: Collector) -> dict[str, Expression]:
    found = {}
    for field, of_subjects in _EXPRESSIONS:
        text, dataset = getattr(row, field), SUBJECTS if of_subjects else row.dataset
        if text is None or dataset not in frames:
            continue
        expression = _expression(row, field, text, (dataset, frames[dataset]), collector)
        if expression is not None:
            found[field] = expression
    return found


def _expression(
    row: DisplayRow,
    field: str,
    text: str,
    dataset: tuple[str, pd.DataFrame],
    collector: Collector,
) -> Expression | None:
    name, frame = dataset
    cell = row.cell(field)
    try:
        expression = parse_expression(text)
    except ExpressionError as error:
        collector.add(cell, str(error))
        return None
    bad = False
    for column in expression.columns:
        if column.source not in ("", name):
            collector.add(cell, f"{column} is not of {name}.", f"Only columns of {name} go here.")
            bad = True
        elif column.name not in frame.columns:
            hint = did_you_mean(column.name, frame.columns)
            collector.add(cell, f"column '{column.name}' is not in {name}.", hint)
            bad = True
    return None if bad else expression


def _arguments(row: DisplayRow, statistic: Statistic, collector: Collector) -> Arguments | None:
    if statistic.arguments is None:
        if row.arguments:
            collector.add(row.cell("arguments"), f"{row.statistic} takes no arguments.")
        return None
    found, faults = read_arguments(statistic.arguments, row.arguments)
    for message, hint in faults:
        collector.add(row.cell("arguments"), f"{row.statistic}: {message}", hint)
    return found


def _argument_expressions(
    row: DisplayRow, arguments: Arguments | None, frames: Frames, collector: Collector
) -> dict[str, Expression]:
    if arguments is None or row.dataset not in frames:
        return {}
    dataset = (row.dataset, frames[row.dataset])
    found = {}
    for name in sql_arguments(type(arguments)):
        text = getattr(arguments, name)
        expression = _expression(row, "arguments", text, dataset, collector) if text else None
        if expression is not None:
            found[f"arguments.{name}"] = expression
    return found


def _check_parameter(row: DisplayRow, frames: Frames, collector: Collector) -> None:
    frame = frames.get(row.dataset)
    if frame is None or row.parameter is None:
        return
    if "PARAMCD" not in frame.columns:
        collector.add(row.cell("parameter"), f"{row.dataset} has no PARAMCD.")
    elif not frame["PARAMCD"].eq(row.parameter).any():
        known = frame["PARAMCD"].dropna().unique()
        hint = did_you_mean(row.parameter, known)
        message = f"{row.dataset} has no record with PARAMCD '{row.parameter}'."
        collector.add(row.cell("parameter"), message, hint)


def _check_needs(
    row: DisplayRow, statistic: Statistic, frames: Frames, collector: Collector
) -> None:
    if statistic.needs & {"number", "date", "value"} and row.variable is None:
        collector.add(row.cell("variable"), f"{row.statistic} needs a variable.")
    frame = frames.get(row.dataset)
    for column in ("USUBJID", *statistic.columns):
        if frame is not None and column not in frame.columns:
            message = f"{row.statistic} needs {column}, which {row.dataset} does not have."
            collector.add(row.cell("dataset"), message)


def _digits(row: DisplayRow, collector: Collector) -> tuple[int, ...]:
    parts = [part.strip() for part in (row.format or "").split(",") if part.strip()]
    if all(part.isdecimal() and int(part) <= _MOST_DIGITS for part in parts):
        return tuple(int(part) for part in parts)
    message = f"'{row.format}' is not a list of decimals, such as '1' or '1, 2, 2'."
    collector.add(row.cell("format"), message)
    return ()
