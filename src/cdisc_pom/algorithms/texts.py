"""Any column as text: the form in which values are compared with what stands in a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.numbers import plain_text
from cdisc_pom.columns import DATE, DATETIME, Column, distinct, from_codes, text_column


def text_of(values: Column) -> Column:
    """Numbers without trailing zeros, dates in ISO 8601, text as it is.

    Example:
        >>> text_of(pd.Series([3.0, 2.5])).tolist()
        ['3', '2.5']
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        width = len("yyyy-mm-dd") if values.dtype == DATE else len("yyyy-mm-ddThh:mm:ss")
        stamps = values.to_numpy().astype(DATETIME)
        shown = np.datetime_as_string(stamps, unit="s")
        items = [item[:width] if item != "NaT" else None for item in shown]
        return text_column(pd.Series(items, index=values.index, dtype=object))
    if pd.api.types.is_numeric_dtype(values.dtype):
        codes, found = distinct(values)
        return from_codes(codes, [plain_text(float(item)) for item in found], values.index)
    return text_column(values)
