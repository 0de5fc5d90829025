"""Rows of the Displays sheet as analysis results metadata: which data, under which conditions.

A display is described when a row of it states Reason and Purpose; its other rows take those of
the first one that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cdisc_pom.define.conditions import conjuncts, read_clause
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.spec.clauses import Condition
from cdisc_pom.spec.expressions import ExpressionError, parse_expression
from cdisc_pom.spec.sheets import DisplayRow

SUBJECTS = "ADSL"
_PARAMETER = "PARAMCD"
_REASONS = (
    "SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY",
)  # fmt: skip
_PURPOSES = (
    "PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Selected:
    """Records of a data set that an analysis uses, and the variables that it looks at."""

    dataset: str
    conditions: tuple[Condition, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Analysis:
    """An analysis result: a display row with its data.

    `in_words` are conditions that no where clause can say, as `DATASET: SQL`.
    """

    row: DisplayRow
    reason: str
    purpose: str
    data: tuple[Selected, ...]
    in_words: tuple[str, ...]


def read_analyses(rows: Sequence[DisplayRow], faults: Collector) -> list[list[Analysis]]:
    """Analyses by display, displays in the order of their first row and rows in their Order.

    Args:
        rows: rows of the Displays sheet.
        faults: gets what is wrong, each at its cell.
    """
    place: dict[str, int] = {}
    for row in rows:
        place.setdefault(row.display, len(place))
    ordered = sorted(rows, key=lambda row: (place[row.display], row.order))
    displays = []
    for _, group in groupby(ordered, key=lambda row: row.display):
        members = list(group)
        reason = next((row.reason for row in members if row.reason), None)
        purpose = next((row.purpose for row in members if row.purpose), None)
        if reason and purpose:
            displays.append([_analysis(row, reason, purpose, faults) for row in members])
        elif reason or purpose:
            lacking = "purpose" if reason else "reason"
            message = f"display '{members[0].display}' states no {lacking.capitalize()}."
            faults.add(members[0].cell(lacking), message, "Define-XML asks for both.")
    return displays


def conditions_in_words(rows: Sequence[DisplayRow]) -> list[tuple[Cell, str]]:
    """Conditions of described displays that stand in documentation texts only, with their rows."""
    found = []
    for display in read_analyses(rows, Collector()):
        for analysis in display:
            found += [(analysis.row.cell("where"), text) for text in analysis.in_words]
    return found


def _analysis(row: DisplayRow, reason: str, purpose: str, faults: Collector) -> Analysis:
    population, lost = _conditions(row, "population", SUBJECTS, faults)
    chosen, rest = _conditions(row, "where", row.dataset, faults)
    if row.parameter is not None:
        chosen = [Condition(row.dataset, _PARAMETER, "EQ", (row.parameter,)), *chosen]
    variables = _variables(row, faults)
    if row.dataset == SUBJECTS:
        # without a variable, Where says who counts among these subjects, not who they are
        conditions = [*population, *chosen] if row.variable else population
        data = [Selected(SUBJECTS, tuple(conditions), variables)]
        rest = rest if row.variable else []
    else:
        data = [Selected(row.dataset, tuple(chosen), variables)]
        if population or lost:
            data.append(Selected(SUBJECTS, tuple(population), ()))
    words = [f"{SUBJECTS}: {text}" for text in lost] + [f"{row.dataset}: {text}" for text in rest]
    return Analysis(
        row,
        _known(row.reason or reason, _REASONS),
        _known(row.purpose or purpose, _PURPOSES),
        tuple(data),
        tuple(words),
    )


def _known(text: str, words: tuple[str, ...]) -> str:
    """The terminology's spelling; a word that it has not stays, for it may be extended."""
    return next((word for word in words if word.casefold() == text.strip().casefold()), text)


def _conditions(
    row: DisplayRow, field: str, dataset: str, faults: Collector
) -> tuple[list[Condition], list[str]]:
    text = getattr(row, field)
    if text is None:
        return [], []
    try:
        return conjuncts(read_clause(text, dataset))
    except ExpressionError as error:
        faults.add(row.cell(field), str(error))
        return [], []


def _variables(row: DisplayRow, faults: Collector) -> tuple[str, ...]:
    """What is analysed: columns of Variable and of arguments, else those of Where."""
    names: dict[str, None] = {}
    for field in ("variable",) if row.variable else ("where",):
        text = getattr(row, field)
        try:
            found = parse_expression(text).columns if text else ()
        except ExpressionError as error:
            faults.add(row.cell(field), str(error))
            found = ()
        names |= {column.name: None for column in found if column.name != _PARAMETER}
    return tuple(names)


def argument_names(row: DisplayRow) -> Iterator[str]:
    """Words of the arguments that may be variables."""
    yield from dict.fromkeys(_NAME.findall(row.arguments or ""))
