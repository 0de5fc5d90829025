"""The value of a workbook's SQL expression for each record of an analysis data set.

The work is done by the evaluator that the pipeline uses, `cdisc_pom.plan.evaluate`; here frames
become the columns that it takes, and its answers come back on the frame's index.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cdisc_pom.plan.evaluate import EvaluationError, Evaluator
from cdisc_pom.spec.expressions import ColumnName, Expression

__all__ = ["EvaluationError", "Evaluator", "derive_values", "select_records"]


def select_records(frame: pd.DataFrame, expression: Expression, evaluator: Evaluator) -> pd.Series:
    """Whether the condition is true for each record; a missing answer counts as not true.

    Returns:
        bool, on the index of the frame.

    Raises:
        EvaluationError: the expression is not a condition, or fails on a value.
    """
    found = evaluator.mask(expression, _columns(frame, expression), len(frame))
    return pd.Series(found, index=frame.index)


def derive_values(frame: pd.DataFrame, expression: Expression, evaluator: Evaluator) -> pd.Series:
    """The value of the expression for each record, numbers as float64.

    Returns:
        text as category, numbers as float64, dates as datetimes, on the index of the frame.

    Raises:
        EvaluationError: the expression fails on a value.
    """
    found = evaluator.column(expression, _columns(frame, expression), len(frame))
    values = pd.Series(found.array, index=frame.index)
    return values.astype("float64") if pd.api.types.is_numeric_dtype(values.dtype) else values


def _columns(frame: pd.DataFrame, expression: Expression) -> Mapping[ColumnName, pd.Series]:
    return {column: frame[column.name] for column in expression.columns}
