"""Records as findings name them: by their key variables, their value and where they come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from cdisc_pom.errors import Cell, Example
from cdisc_pom.spec.metadata import BuiltDataset

EXAMPLES: Final = 5
"""How many records a finding shows."""

_STUDY: Final = ("STUDYID", "DOMAIN")
Rows = npt.NDArray[np.intp]


class Records:
    """The records of a built data set.

    Records have an order of their own, that of their key values, so that a finding shows the same
    records whatever the order in which they were made.
    """

    def __init__(self, built: BuiltDataset) -> None:
        if built.origins and len(built.origins) != len(built.frame):
            raise ValueError(
                f"{built.meta.name} has {len(built.frame)} records, "
                f"but {len(built.origins)} origins."
            )
        self.meta = built.meta
        self.columns = tuple(str(name) for name in built.frame.columns)
        once = ~built.frame.columns.duplicated()
        self.frame = built.frame.loc[:, once].reset_index(drop=True)
        self._origins = built.origins

    @cached_property
    def identifiers(self) -> tuple[str, ...]:
        """The variables that name a record: keys without the study, and --SEQ."""
        present = set(self.frame.columns)
        keys = [key for key in self.meta.keys if key in present]
        chosen = [key for key in keys if key not in _STUDY] or keys
        if not chosen:
            chosen = [name for name in ("USUBJID", "PARAMCD", "QNAM") if name in present]
        sequence = f"{self.meta.name[:2]}SEQ"
        if sequence in present and sequence not in chosen:
            chosen.append(sequence)
        return tuple(chosen)

    def examples(self, rows: Rows, tell: Callable[[int], str]) -> tuple[Example, ...]:
        """The first few of these records in the order of their keys.

        Args:
            rows: positions of the records.
            tell: gives the text to show for the record at a position.
        """
        if not len(rows):
            return ()
        ranks = self._ranks[rows]
        last = min(EXAMPLES, len(rows)) - 1
        few = np.flatnonzero(ranks <= np.partition(ranks, last)[last])
        found = sorted(
            (int(ranks[at]), Example(self.key(row), tell(row), self.origin(row)))
            for at, row in ((at, int(rows[at])) for at in few)
        )
        return tuple(example for _, example in found[:EXAMPLES])

    def key(self, row: int) -> str:
        """Key variables of a record: `USUBJID=01-001, AESEQ=3`."""
        return ", ".join(f"{name}={show(self.frame[name].iloc[row])}" for name in self.identifiers)

    def origin(self, row: int) -> str:
        """The raw record that a record comes from, or an empty text."""
        return self._origins[row] if self._origins else ""

    def value(self, variable: str) -> Callable[[int], str]:
        """What `examples` tells of a record: the value of a variable."""
        column = self.frame[variable]
        return lambda row: show(column.iloc[row])

    def counts(self, variable: str, rows: Rows) -> list[tuple[str, int]]:
        """The values of a variable in these records, the most frequent first."""
        codes, distinct = pd.factorize(self.frame[variable].take(rows))
        numbers = np.bincount(codes[codes >= 0], minlength=len(distinct))
        found = [
            (show(value), int(number)) for value, number in zip(distinct, numbers, strict=True)
        ]
        return sorted(found, key=lambda item: (-item[1], item[0]))

    def cell(self, variable: str) -> Cell | None:
        """The workbook cell of a variable, or of the data set."""
        for each in self.meta.variables:
            if each.name == variable:
                return each.cell or self.meta.cell
        return self.meta.cell

    @cached_property
    def _ranks(self) -> npt.NDArray[np.int64]:
        """Place of each record in the order of the key values; equal keys have equal places."""
        count = len(self.frame)
        if not self.identifiers or not count:
            return np.zeros(count, dtype=np.int64)
        columns = [_order_codes(self.frame[name]) for name in self.identifiers]
        order = np.lexsort(columns[::-1])
        changes = np.zeros(count, dtype=np.bool_)
        for column in columns:
            ordered = column[order]
            changes[1:] |= ordered[1:] != ordered[:-1]
        ranks = np.empty(count, dtype=np.int64)
        ranks[order] = np.cumsum(changes)
        return ranks


def _order_codes(column: pd.Series) -> npt.NDArray[Any]:
    """Numbers that sort as the values do; missing first."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=-np.inf)
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column.to_numpy().astype(np.int64)
    codes, distinct = pd.factorize(column)
    texts = [str(value) for value in distinct]
    places = np.full(len(texts) + 1, -1, dtype=np.int64)
    places[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return places[codes]


def show(value: Any) -> str:
    """A value as people write it: dates in ISO 8601, numbers without a needless fraction.

    Example:
        >>> show(5.0), show(pd.Timestamp("2020-02-03")), show(pd.NA)
        ('5', '2020-02-03', '')
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, (float, np.floating)):
        if np.isnan(value):
            return ""
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)
