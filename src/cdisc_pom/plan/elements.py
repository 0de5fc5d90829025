"""Subject elements: which planned elements a subject went through, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from cdisc_pom.columns import Column, constant_text, missing_like, stack, take
from cdisc_pom.errors import Cell
from cdisc_pom.plan.coerce import as_text
from cdisc_pom.plan.frames import SourceFrame
from cdisc_pom.spec.expressions import ColumnName, Expression, ExpressionError, parse_expression
from cdisc_pom.spec.workbook import Contents

Values = Callable[[Expression, Cell, Mapping[ColumnName, Column], int], Column | None]
"""Values of an expression, as `Run.values` gives them."""

START, END = "Start", "End"


def element_frame(
    contents: Contents,
    subjects: SourceFrame,
    values: Values,
) -> SourceFrame:
    """One record for each subject and each element that the subject started.

    The sheet's `Start` and `End` hold SQL expressions over DM: the element's dates as ISO 8601
    text. An element whose start is missing was not started.

    Args:
        contents: the sheet of elements (TE).
        subjects: DM.
        values: gives the values of an expression, as `Run.values` does.

    Returns:
        DM's and the sheet's columns, START_DATE and END_DATE.

    Source: SDTMIG 3.4, section 5.3 (SE) and 7.2.2 (TE).
    """
    at = {name: number for number, name in enumerate(contents.header)}
    parts: list[tuple[int, np.ndarray, Column, Column]] = []
    for number, record in enumerate(contents.records):
        dates = [
            _date(record[at[name]], contents.cell(number, name), subjects, values)
            for name in (START, END)
        ]
        started = np.flatnonzero(dates[0].notna().to_numpy())
        index = pd.RangeIndex(len(started))
        parts.append(
            (number, started, take(dates[0], started, index), take(dates[1], started, index))
        )
    rows = np.concatenate([started for _, started, _, _ in parts])
    which = np.concatenate([np.full(len(s), n) for n, s, _, _ in parts])
    index = pd.RangeIndex(len(rows))
    made = {
        "START_DATE": stack([start for _, _, start, _ in parts]),
        "END_DATE": stack([end for _, _, _, end in parts]),
    }

    def column(name: str) -> Column:
        if name in made:
            return made[name]
        if name in at:
            values = [record[at[name]] for record in contents.records]
            words = stack([constant_text(value, pd.RangeIndex(1)) for value in values])
            return take(words, which, index)
        return take(subjects.column(name), rows, index)

    def cell(record: int, name: str) -> Cell | None:
        name = {"START_DATE": START, "END_DATE": END}.get(name, name)
        return contents.cell(int(which[record]), name) if name in at else None

    origins = subjects.origins.take(rows)
    return SourceFrame(len(rows), column, origins, cell=cell, subjects=rows)


def check_elements(contents: Contents, known: frozenset[str]) -> list[tuple[Cell, str, str]]:
    """What is wrong with Start and End cells: cell, unknown column ("" for none), message."""
    found = []
    for name in (START, END):
        if name not in contents.header:
            found.append(
                (Cell(contents.workbook, contents.sheet), "", f"column '{name}' is missing.")
            )
            continue
        column = contents.header.index(name)
        for number, record in enumerate(contents.records):
            cell = contents.cell(number, name)
            text = record[column] if column < len(record) else None
            if text is None:
                continue
            try:
                expression = parse_expression(text)
            except ExpressionError as error:
                found.append((cell, "", str(error)))
                continue
            found += [
                (cell, item.name, "") for item in expression.columns if item.name not in known
            ]
    return found


def _date(
    text: str | None,
    cell: Cell,
    subjects: SourceFrame,
    values: Values,
) -> Column:
    index = pd.RangeIndex(subjects.size)
    if text is None:
        return missing_like("text", index)
    expression: Expression = parse_expression(text)
    columns = {name: subjects.column(name.name) for name in expression.columns}
    found = values(expression, cell, columns, subjects.size)
    return missing_like("text", index) if found is None else as_text(found)
