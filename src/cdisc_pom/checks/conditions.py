"""Records for which a where clause of value level metadata holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cdisc_pom.spec.metadata import Condition

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
}


def select_where(frame: pd.DataFrame, conditions: Sequence[Condition]) -> pd.Series | None:
    """Whether all conditions hold, one bool a record; a missing value meets no condition.

    Returns:
        None when a condition asks for a variable that the frame does not have.
    """
    selected = pd.Series(True, index=frame.index)
    for condition in conditions:
        if condition.variable not in frame.columns:
            return None
        selected &= _holds(frame[condition.variable], condition)
    return selected


def _holds(column: pd.Series, condition: Condition) -> pd.Series:
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    wanted: list[Any] = [float(value) if numeric else value for value in condition.values]
    if condition.comparator in ("EQ", "IN"):
        return column.isin(wanted)
    if condition.comparator in ("NE", "NOTIN"):
        return column.notna() & ~column.isin(wanted)
    compare, limit = _COMPARE[condition.comparator], wanted[0]
    codes, distinct = pd.factorize(column)
    flags = [compare(value, limit) for value in distinct]
    return pd.Series(np.array([*flags, False], dtype=np.bool_)[codes], index=column.index)
