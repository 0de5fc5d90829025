"""Columns as a test writes them, and results as it reads them."""

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Link, Outcome, algorithms
from cdisc_pom.columns import text_column


def texts(*values, name=None):
    """A text column; None is missing."""
    column = text_column(list(values))
    column.name = name
    return column


def numbers(*values):
    return pd.Series([np.nan if value is None else value for value in values], dtype=float)


def integers(*values):
    return pd.Series(pd.array(list(values), dtype="Int64"))


def dates(*values):
    return pd.Series(pd.to_datetime(list(values)).astype("datetime64[s]"))


def plain(result):
    """Values of a result as plain Python; missing is None, dates are ISO text."""
    column = result.values if isinstance(result, Outcome) else result
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return [None if pd.isna(v) else v.strftime("%Y-%m-%d") for v in column]
    return [None if pd.isna(v) else v for v in column.astype(object)]


def marked(result):
    """Positions of the records that a result complains of."""
    rows = [set(np.flatnonzero(problem.rows).tolist()) for problem in result.problems]
    return sorted(set().union(*rows)) if rows else []


def messages(result):
    return [problem.message for problem in result.problems]


def run(name, *arguments, **more):
    """A registered algorithm, run."""
    return algorithms()[name].function(*arguments, **more)


def link(targets, groups):
    """Records and related records that belong together where their numbers are equal."""
    size = max([-1, *targets, *groups]) + 1
    own = np.array([size if target < 0 else target for target in targets], dtype=np.int64)
    return Link(pd.RangeIndex(len(targets)), own, np.array(groups, dtype=np.int64), size)
