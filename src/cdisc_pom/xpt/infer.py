"""Variables made from a frame, when the caller gives none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cdisc_pom.xpt import dates, text
from cdisc_pom.xpt.columns import content_of
from cdisc_pom.xpt.model import Variable


def infer_variables(frame: pd.DataFrame, *, encoding: str = "utf-8") -> tuple[Variable, ...]:
    """One variable a column: type by content, text length by the longest value.

    Args:
        frame: text, number, boolean, date and time columns; an all-missing object column is text.
        encoding: codec in which lengths are counted.

    Returns:
        Variables in column order, without labels. Text has at least 1 byte, numbers have 8; dates
        get ``DATE9.`` when no time of day is there and ``DATETIME20.`` otherwise, times ``TIME8.``.

    Example:
        >>> [(v.name, v.length) for v in infer_variables(pd.DataFrame({"A": ["中", "a"]}))]
        [('A', 3)]
    """
    codec = text.codec_name(encoding)
    return tuple(_infer(str(name), frame.iloc[:, i], codec) for i, name in enumerate(frame.columns))


def _infer(name: str, values: pd.Series, codec: str) -> Variable:
    content = content_of(values)
    if content == "number":
        return Variable(name, "number", 8)
    if content == "date":
        ticks = pd.to_datetime(values).to_numpy()
        whole = ticks.dtype.kind == "M" and _are_whole_days(ticks)
        return Variable(name, "number", 8, format="DATE9." if whole else "DATETIME20.")
    if content == "time":
        return Variable(name, "number", 8, format="TIME8.")
    length = _longest(values, codec) if content == "text" else 1
    return Variable(name, "text", max(length, 1))


def _are_whole_days(ticks: npt.NDArray[np.datetime64]) -> bool:
    days = dates.to_sas_number(ticks, "date")
    return bool((np.isnan(days) | (days == np.floor(days))).all())


def _longest(values: pd.Series, codec: str) -> int:
    try:
        encoded = text.encode_column(values, codec)
    except (UnicodeError, pa.ArrowException):
        return 1
    lengths = text.byte_lengths(encoded.texts)
    used = encoded.used(np.arange(lengths.size))
    return int(lengths[used].max()) if used.size else 1
