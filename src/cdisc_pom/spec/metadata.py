"""What is known of a data set once it is built: the one hand-over to checks, export and define.

The plan makes these from the workbook and from what the data showed (lengths, generated SUPP--
data sets, method texts of algorithms); whoever writes a file about the data reads only these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from cdisc_pom.errors import Cell
from cdisc_pom.spec.clauses import Condition as Condition  # noqa: PLC0414 - found here too
from cdisc_pom.spec.workbook import Workbook

Kind = Literal["text", "integer", "float", "date", "time", "datetime"]


@dataclass(frozen=True)
class VariableMeta:
    """A variable as it stands in its file.

    `length` is bytes in the XPORT file (text: the longest value; numbers: 8). `kind` tells how
    the frame holds it: text as `category`, integer as `Int64`, float as `float64`, date, time and
    datetime as `datetime64[us]` (time as seconds in `float64`). `codelist` and `method` are ids;
    `key` is the place among the key variables, from 1. `cell` is where the workbook says it.
    """

    name: str
    label: str
    label_zh: str | None
    data_type: str
    kind: Kind
    length: int
    significant_digits: int | None = None
    format: str | None = None
    mandatory: bool = False
    codelist: str | None = None
    origin: str | None = None
    source: str | None = None
    pages: str | None = None
    method: str | None = None
    predecessor: str | None = None
    role: str | None = None
    core: str | None = None
    comment: str | None = None
    has_no_data: bool = False
    key: int | None = None
    max_length: int | None = None
    cell: Cell | None = None


@dataclass(frozen=True)
class ValueMeta:
    """What a variable is where a clause holds (value level metadata)."""

    variable: str
    where_id: str
    conditions: tuple[Condition, ...]
    meta: VariableMeta
    where_comment: str | None = None


@dataclass(frozen=True)
class DatasetMeta:
    """A data set as it stands in its file."""

    name: str
    label: str
    label_zh: str | None
    dataset_class: str
    variables: tuple[VariableMeta, ...]
    keys: tuple[str, ...] = ()
    subclass: str | None = None
    structure: str | None = None
    structure_zh: str | None = None
    standard: str | None = None
    repeating: bool = True
    reference_data: bool = False
    has_no_data: bool = False
    comment: str | None = None
    values: tuple[ValueMeta, ...] = ()
    cell: Cell | None = None


@dataclass(frozen=True)
class Method:
    """A derivation method as Define-XML shows it."""

    id: str
    name: str
    type: str
    text: str
    text_zh: str | None = None
    expression_context: str | None = None
    expression_code: str | None = None
    document: str | None = None
    pages: str | None = None


@dataclass(frozen=True)
class BuiltDataset:
    """A data set's metadata and its records, sorted by its keys.

    `origins` says, one text a record, which raw record it comes from (`adverse_events.csv:45`),
    or "" where it comes from several.
    """

    meta: DatasetMeta
    frame: pd.DataFrame
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuiltStandard:
    """All data sets of one standard, in the workbook's order, with the methods they refer to."""

    workbook: Workbook
    datasets: tuple[BuiltDataset, ...]
    methods: tuple[Method, ...] = field(default=())

    def dataset(self, name: str) -> BuiltDataset:
        """A data set by name.

        Raises:
            KeyError: there is none of this name.
        """
        for built in self.datasets:
            if built.meta.name == name:
                return built
        raise KeyError(name)
