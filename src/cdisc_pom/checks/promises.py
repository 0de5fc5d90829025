"""What the workbook promises about a data set, as tests that pandera runs.

A promise is one rule of the catalogue on one variable (or on the records of a data set), with the
facts that its message tells. They are made from metadata alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from cdisc_pom.checks import iso8601, values
from cdisc_pom.checks.conditions import select_where
from cdisc_pom.checks.pairs import CodePair, code_pairs, pair_holds
from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import DatasetMeta, Kind, ValueMeta, VariableMeta
from cdisc_pom.spec.workbook import Codelist

DTYPES: Final[dict[Kind, str]] = {
    "text": "category",
    "integer": "Int64",
    "float": "float64",
    "date": "datetime64[us]",
    "datetime": "datetime64[us]",
    "time": "float64",
}
"""The dtype of each kind of variable."""

LIMIT: Final = 200
"""Bytes of a text that an XPORT v5 file holds."""

SUPP: Final = (
    "STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG",
    "QEVAL",
)  # fmt: skip
"""Variables of a supplemental qualifiers data set, in order."""


@dataclass(frozen=True)
class Promise:
    """One test and what its finding tells.

    `holds` gets the column, or the whole frame when `of_frame`; it returns one bool a record, or
    one bool for the whole. `where` names the where clause of value level metadata.
    """

    rule: str
    variable: str
    holds: Callable[[Any], Any]
    of_frame: bool = False
    where: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    cell: Cell | None = None

    @property
    def tag(self) -> tuple[str, str, str]:
        """What tells this promise from the others of its data set."""
        return self.rule, self.variable, self.where or self.facts.get("code", "")


def is_required(variable: VariableMeta) -> bool:
    """Whether each record must have a value."""
    return variable.mandatory or (variable.core or "").casefold() == "req"


def dataset_promises(
    meta: DatasetMeta, codelists: Mapping[str, Codelist], *, encoding: str
) -> tuple[Promise, ...]:
    """All promises about a data set, variable by variable and then about its records.

    Args:
        meta: the data set.
        codelists: code lists by id; a list that is not there is not checked.
        encoding: codec of texts in the file.
    """
    found: list[Promise] = []
    for variable in meta.variables:
        found += _column_promises(variable, codelists, encoding)
    for value in meta.values:
        found += _value_promises(value, codelists, encoding)
    found += [_pair(pair, meta) for pair in code_pairs(meta, codelists)]
    found += _key(meta)
    found += _supplemental(meta)
    return tuple(found)


def _column_promises(
    variable: VariableMeta, codelists: Mapping[str, Codelist], encoding: str
) -> Iterator[Promise]:
    yield from _promises_of_kind(variable, encoding)
    yield from _content_promises(variable, codelists, encoding)
    if variable.has_no_data:
        yield Promise("WB-NODATA", variable.name, values.is_missing, cell=variable.cell)


def _promises_of_kind(variable: VariableMeta, encoding: str) -> Iterator[Promise]:
    name, cell = variable.name, variable.cell
    if variable.kind == "text":
        yield Promise("WB-BLANK", name, values.is_not_blank, cell=cell)
        yield Promise("FB1501", name, values.has_no_leading_blank, cell=cell)
        yield Promise("FB1502", name, values.is_not_lone_dot, cell=cell)
        facts = {"encoding": encoding}
        yield Promise("WB-ENCODING", name, values.has_bytes(encoding), facts=facts, cell=cell)
        return
    # pandera's own dtype does not look at the unit of a datetime
    if variable.kind in ("date", "datetime"):
        dtype = DTYPES[variable.kind]
        facts = {"dtype": dtype, "kind": variable.kind}
        yield Promise("WB-TYPE", name, values.has_dtype(dtype), facts=facts, cell=cell)
    if variable.kind == "date":
        yield Promise("WB-CLOCK", name, values.is_midnight, cell=cell)
    if variable.kind == "time":
        yield Promise("WB-CLOCK", name, values.is_time_of_day, cell=cell)
    if variable.kind == "integer":
        yield Promise("WB-WHOLE", name, values.is_whole, cell=cell)
    if variable.kind in ("float", "time"):
        yield Promise("WB-FINITE", name, values.is_finite, cell=cell)


def _content_promises(
    variable: VariableMeta, codelists: Mapping[str, Codelist], encoding: str
) -> Iterator[Promise]:
    """Length, date format and terms: asked of a variable and of a value level alike."""
    name, cell = variable.name, variable.cell
    if variable.kind == "text":
        limit = min(variable.max_length or LIMIT, LIMIT)
        facts = {"limit": str(limit), "encoding": encoding}
        test = values.fits_in(limit, encoding)
        yield Promise("WB-LENGTH", name, test, facts=facts, cell=cell)
        if variable.data_type in iso8601.PATTERNS:
            facts = {"data_type": variable.data_type}
            test = values.is_iso8601(variable.data_type)
            yield Promise("WB-DATE", name, test, facts=facts, cell=cell)
            test = values.is_whole_iso8601(variable.data_type)
            yield Promise("WB-PRECISION", name, test, facts=facts, cell=cell)
    codelist = codelists.get(variable.codelist or "")
    if codelist is not None:
        facts = {"codelist": codelist.id}
        test = values.is_one_of(codelist.terms, numeric=variable.kind != "text")
        yield Promise("WB-TERM", name, test, facts=facts, cell=cell)


def _value_promises(
    value: ValueMeta, codelists: Mapping[str, Codelist], encoding: str
) -> Iterator[Promise]:
    """Promises that hold for the records of a where clause."""
    promises = list(_content_promises(value.meta, codelists, encoding))
    name, cell = value.variable, value.meta.cell
    if is_required(value.meta):
        promises.append(Promise("WB-REQUIRED", name, values.is_present, cell=cell))
    if value.meta.data_type in ("integer", "float"):
        test = values.is_number_text(value.meta.data_type)
        facts = {"data_type": value.meta.data_type}
        promises.append(Promise("WB-VALUETYPE", name, test, facts=facts, cell=cell))
    for promise in promises:
        yield Promise(
            promise.rule,
            name,
            _where(value, promise.holds),
            of_frame=True,
            where=value.where_id,
            facts=promise.facts,
            cell=cell,
        )


def _where(
    value: ValueMeta, holds: Callable[[pd.Series], pd.Series]
) -> Callable[[pd.DataFrame], pd.Series]:
    def test(frame: pd.DataFrame) -> pd.Series:
        selected = select_where(frame, value.conditions)
        if selected is None or value.variable not in frame.columns:
            return pd.Series(True, index=frame.index)
        return holds(frame[value.variable]) | ~selected

    return test


def _pair(pair: CodePair, meta: DatasetMeta) -> Promise:
    facts = {"partner": pair.text, "codelist": pair.codelist}
    cell = next(each.cell for each in meta.variables if each.name == pair.code)
    return Promise(
        "WB-PAIR", pair.text, pair_holds(pair), of_frame=True, facts=facts | {"code": pair.code},
        cell=cell,
    )  # fmt: skip


def _key(meta: DatasetMeta) -> Iterator[Promise]:
    if not meta.keys:
        return

    def is_unique(frame: pd.DataFrame) -> pd.Series:
        if not set(meta.keys) <= set(frame.columns):
            return pd.Series(True, index=frame.index)
        return ~frame.duplicated(list(meta.keys), keep=False)

    facts = {"keys": ", ".join(meta.keys)}
    yield Promise("WB-KEY", "", is_unique, of_frame=True, facts=facts, cell=meta.cell)


def _supplemental(meta: DatasetMeta) -> Iterable[Promise]:
    if not meta.name.startswith("SUPP"):
        return ()
    names = tuple(variable.name for variable in meta.variables)
    facts = {"expected": ", ".join(SUPP)}

    def has_structure(_: pd.DataFrame) -> bool:
        return names == SUPP

    def names_its_parent(frame: pd.DataFrame) -> pd.Series:
        if "RDOMAIN" not in frame.columns:
            return pd.Series(True, index=frame.index)
        distinct = {str(each) for each in frame["RDOMAIN"].dropna().unique()}
        right = [each for each in distinct if meta.name.startswith(f"SUPP{each}")]
        return frame["RDOMAIN"].isna() | frame["RDOMAIN"].isin(right)

    return (
        Promise("WB-SUPP", "", has_structure, of_frame=True, facts=facts, cell=meta.cell),
        Promise("WB-RDOMAIN", "RDOMAIN", names_its_parent, of_frame=True, cell=meta.cell),
    )


def as_flags(output: Any, count: int) -> values.Flags:
    """What a promise returned, as one bool a record."""
    if isinstance(output, pd.Series):
        return output.to_numpy(dtype=np.bool_, na_value=True)
    return np.full(count, bool(output), dtype=np.bool_)
