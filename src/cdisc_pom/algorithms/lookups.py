"""Look-ups: values that stand beside a key in a table of the workbook or in a dictionary file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnNames,
    DictionaryName,
    LookupName,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.algorithms.texts import text_of
from cdisc_pom.algorithms.values import fold
from cdisc_pom.columns import Column, distinct_rows, from_codes
from cdisc_pom.errors import did_you_mean, nearest

Key = tuple[str, ...]


@dataclass(frozen=True)
class LookupTable:
    """A table: what it is called and its columns of text.

    `keys` names the columns that are compared with the inputs when a row says nothing else; an
    empty one stands for the columns that are called as the inputs are.
    """

    name: str
    columns: Mapping[str, Sequence[str | None]]
    keys: tuple[str, ...] = ()
    _made: dict[tuple[str, ...], dict[Key, str | None]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def index(
        self, by: Sequence[str], give: str, only: Mapping[str, str] | None = None
    ) -> Mapping[Key, str | None]:
        """Value of a column by the folded values of others; rows with a missing key are left out.

        Raises:
            ValueError: two rows have the same key and different values.
        """
        conditions = dict(only or {})
        key = (*by, "=", give, *(part for item in conditions.items() for part in item))
        if key not in self._made:
            self._made[key] = self._index(by, give, conditions)
        return self._made[key]

    def _index(
        self, by: Sequence[str], give: str, only: Mapping[str, str]
    ) -> dict[Key, str | None]:
        found: dict[Key, str | None] = {}
        tests = [(self.columns[name], fold(value)) for name, value in only.items()]
        parts = [self.columns[name] for name in by]
        for at, value in enumerate(self.columns[give]):
            if any(fold(column[at] or "") != wanted for column, wanted in tests):
                continue
            cells = [column[at] for column in parts]
            if None in cells:
                continue
            row = tuple(fold(str(cell)) for cell in cells)
            if found.setdefault(row, value) != value:
                shown = " / ".join(str(cell) for cell in cells)
                raise ValueError(f"table '{self.name}' has two values of {give} for '{shown}'.")
        return found


class LookupArgs(Arguments):
    """Arguments of `lookup`."""

    keys: ColumnNames
    table: LookupName
    give: str = "Value"
    by: str = ""
    unmatched: Literal["error", "missing"] = "error"
    otherwise: str = ""

    def faults(self, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Columns that the table does not have, keys that do not pair with the inputs."""
        yield from _table_faults(tables["table"], self.keys, self.by, self.give)


def _table_faults(
    table: LookupTable, names: Sequence[str], by: str, give: str
) -> Iterator[tuple[str, str]]:
    for argument, text in (("by", by), ("give", give)):
        for name in _split(text):
            if name not in table.columns:
                near = did_you_mean(name, table.columns)
                yield argument, f"table '{table.name}' has no column '{name}'. {near}".strip()
    chosen = _split(by) or default_keys(table, names)
    if len(chosen) != len(names):
        yield "by", f"{len(names)} inputs, but {len(chosen)} key columns of '{table.name}' in by=."


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def default_keys(table: LookupTable, names: Sequence[str]) -> list[str]:
    """Key columns of a table for inputs of these names, when a row does not say by=."""
    if table.keys:
        return list(table.keys[: len(names)])
    names = [name.rpartition(".")[2] for name in names]
    return [name for name in names if name in table.columns]


@algorithm(
    "lookup",
    arguments=LookupArgs,
    text="{give} of table {table} for {keys}.",
    text_zh="查表 {table}：由 {keys} 得到 {give}。",
    origin="Assigned",
)
def lookup(
    keys: tuple[Column, ...],
    table: LookupTable,
    give: str = "Value",
    by: str = "",
    unmatched: str = "error",
    otherwise: str = "",
) -> Outcome:
    """The value that stands beside a key in a table of the workbook.

    A table is a set of rows of the Lookups sheet, or a sheet of its own called `Lookup NAME` with
    columns of any names. Keys are compared as collected terms are: trimmed, without case,
    full-width forms as plain ones. A record with a missing key gets no value.

    Args:
        keys: one to three columns, in the order of the table's key columns.
        table: name of the table.
        give: column that holds the value.
        by: key columns of the table; in Lookups `Key`, `Key 2`, `Key 3`, in a sheet of its own
            the columns that are called as the inputs are.
        unmatched: `error` or `missing`, for a key without a row.
        otherwise: value for a key without a row; it is then no error.

    Returns:
        Text; a problem for keys without a row.

    Raises:
        ValueError: two rows of the table have the same key and different values.

    Source: admiral, derive_vars_merged_lookup and derive_vars_query.

    Example:
        >>> import pandas as pd
        >>> table = LookupTable("SOC", {"Key": ["Nausea"], "Value": ["GI"]}, ("Key",))
        >>> lookup((pd.Series(["nausea ", None]),), table).values.tolist()
        ['GI', nan]
    """
    wanted = _split(by) or default_keys(table, [str(key.name) for key in keys])
    found = table.index(wanted, give)
    return _looked_up(keys, found, table, unmatched=unmatched, otherwise=otherwise)


def _looked_up(
    keys: tuple[Column, ...],
    found: Mapping[Key, str | None],
    table: LookupTable,
    *,
    unmatched: str,
    otherwise: str = "",
) -> Outcome:
    codes, rows = distinct_rows([text_of(key) for key in keys])
    values: list[str | None] = []
    lost: list[bool] = []
    for row in rows:
        known = None not in row
        key = tuple(fold(str(item)) for item in row)
        values.append(found.get(key, otherwise or None) if known else None)
        lost.append(known and not otherwise and key not in found)
    result = from_codes(codes, values, keys[0].index)
    missing = np.array([*lost, False], dtype=bool)[codes]
    if unmatched == "missing" or not missing.any():
        return Outcome(result)
    shown = [" / ".join("" if item is None else str(item) for item in row) for row in rows]
    known_keys = [" / ".join(key) for key in found]

    def hint(item: str) -> str:
        near = nearest(fold(item), known_keys)
        return f"Nearest: '{near}'." if near else f"Add a row for it to {table.name}."

    message = f"table '{table.name}' has no row for '{{value}}'"
    shown_column = from_codes(codes, shown, keys[0].index)
    return Outcome(result, (Problem(missing, message, shown_column, hint, "lookup"),))


class DictionaryArgs(Arguments):
    """Arguments of `dictionary`."""

    keys: ColumnNames
    dictionary: DictionaryName
    give: str
    by: str
    only: str = ""
    unmatched: Literal["error", "missing"] = "error"

    def faults(self, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Columns that the dictionary does not have."""
        table: LookupTable = tables["dictionary"]
        yield from _table_faults(table, self.keys, self.by, self.give)
        for name in _conditions(self.only):
            if name not in table.columns:
                near = did_you_mean(name, table.columns)
                yield "only", f"'{table.name}' has no column '{name}'. {near}".strip()


def _conditions(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


@algorithm(
    "dictionary",
    arguments=DictionaryArgs,
    text="{give} of {dictionary} for {keys}.",
    text_zh="在 {dictionary} 中由 {keys} 查得 {give}。",
    origin="Assigned",
)
def dictionary(
    keys: tuple[Column, ...],
    dictionary: LookupTable,
    give: str,
    by: str,
    only: str = "",
    unmatched: str = "error",
) -> Outcome:
    """A term or code of a coding dictionary, such as MedDRA or WHODrug, for a code or a term.

    The dictionary is a CSV or XLSX file of the sponsor, one row a term, that the row of
    Dictionaries names under File; nothing of a dictionary is shipped. Its version stands in
    define.xml, and where the file has a column `VERSION` all of it must be that version.

    Args:
        keys: code or term as coded.
        dictionary: ID of the dictionary in Dictionaries.
        give: column of the file that holds the value, e.g. `SOC_NAME`.
        by: column or columns of the file that are compared with the inputs, e.g. `LLT_CODE`.
        only: rows of the file that count, e.g. `PRIMARY_SOC_FG=Y` where a term has several.
        unmatched: `error` or `missing`, for a code without a row.

    Returns:
        Text; a problem for codes without a row.

    Raises:
        ValueError: the file has two different values for a key; `only` may tell them apart.

    Source: SDTMIG 3.4, section 6.2.1 (AE: MedDRA levels); MedDRA distribution file format.

    Example:
        >>> import pandas as pd
        >>> terms = LookupTable("MEDDRA", {"PT": ["T1", "T1"], "SOC": ["A", "B"],
        ...                                "PRIMARY": ["Y", "N"]})
        >>> dictionary((pd.Series(["t1"]),), terms, "SOC", "PT", "PRIMARY=Y").values.tolist()
        ['A']
    """
    found = dictionary.index(_split(by), give, _conditions(only))
    return _looked_up(keys, found, dictionary, unmatched=unmatched)
