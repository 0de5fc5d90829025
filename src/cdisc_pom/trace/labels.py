"""How records and values are named: keys, number in the file, value as text."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from cdisc_pom.columns import Codes, Column
from cdisc_pom.plan.coerce import as_text
from cdisc_pom.plan.finish import file_order
from cdisc_pom.plan.run import Run

_STUDY = "STUDYID"


class Labels:
    """Names of the records and values of a run."""

    def __init__(self, run: Run) -> None:
        """Nothing is named yet."""
        self.run = run
        self.order = cache(self._order)
        self._numbers = cache(self._file_numbers)

    def column(self, dataset: str, variable: str) -> Column:
        """A variable over all records, rests of long texts included."""
        table = self.run.table(dataset)
        found = table.column(variable)
        return table.overflow.get(variable, found)

    def value(self, dataset: str, variable: str, position: int) -> str | None:
        """A value as text, None where it is missing."""
        return _text(self.column(dataset, variable), position)

    def raw(self, form: str, column: str, position: int) -> str | None:
        """A collected value as it stands in the file, None where the cell is blank."""
        return _text(self.run.raw.form(form).columns[column], position)

    def line(self, form: str, position: int) -> tuple[str, int]:
        """File and line of a raw record."""
        found = self.run.raw.form(form)
        return found.file, int(found.lines[position])

    def key(self, dataset: str, position: int) -> dict[str, str]:
        """Key variables of a record that are not missing; the study is left out."""
        keys = self.run.plan.datasets[dataset].row.keys
        found = {name: self.value(dataset, name, position) for name in keys if name != _STUDY}
        return {name: text for name, text in found.items() if text is not None}

    def number(self, dataset: str, position: int) -> int:
        """Number of a record in the file that is written, from 1."""
        return int(self._numbers(dataset)[position])

    def _order(self, dataset: str) -> Codes:
        return file_order(self.run.table(dataset))

    def _file_numbers(self, dataset: str) -> Codes:
        order = self.order(dataset)
        numbers = np.empty(len(order), dtype=np.int64)
        numbers[order] = np.arange(1, len(order) + 1)
        return numbers


def _text(column: Column, position: int) -> str | None:
    found = as_text(column.iloc[[position]]).iloc[0]
    return None if pd.isna(found) else str(found)
