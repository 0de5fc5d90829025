"""A pandera schema for each data set, made from the workbook's metadata alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd
import pandera.pandas as pa

from cdisc_pom.checks.promises import DTYPES, Promise, dataset_promises, is_required
from cdisc_pom.checks.values import Passes, hold_all
from cdisc_pom.spec.metadata import DatasetMeta, VariableMeta
from cdisc_pom.spec.workbook import Codelist

QUICK: Final = "all that is promised"


def dataset_schema(
    meta: DatasetMeta, codelists: Mapping[str, Codelist], *, encoding: str = "utf-8"
) -> pa.DataFrameSchema:
    """The schema of a data set.

    It asks for the columns in their order and nothing else, each with its dtype and, where it is
    mandatory or required, without missing values; for lengths in bytes of the encoding, terms,
    dates, code and text that belong together, and unique keys. Each check has the id of its rule
    as `name`, the variable as `title` and the where clause as `description`.

    Args:
        meta: the data set as its file has it.
        codelists: code lists by id.
        encoding: codec of the file's texts.

    Returns:
        A schema; use it with `validate(frame, lazy=True)`. It never changes the frame.

    Example:
        >>> from cdisc_pom.spec.metadata import VariableMeta
        >>> sex = VariableMeta("SEX", "Sex", None, "text", "text", 1, mandatory=True)
        >>> schema = dataset_schema(DatasetMeta("DM", "", None, "", (sex,)), {})
        >>> schema.columns["SEX"].nullable
        False
    """
    return schema_of(meta, dataset_promises(meta, codelists, encoding=encoding))


def schema_of(meta: DatasetMeta, promises: Iterable[Promise]) -> pa.DataFrameSchema:
    """The schema that runs these promises."""
    kept = tuple(promises)
    columns = {
        variable.name: _column(variable, _of_column(kept, variable.name))
        for variable in meta.variables
    }
    return pa.DataFrameSchema(
        columns,
        checks=[_check(each) for each in kept if each.of_frame],
        strict=True,
        ordered=True,
        name=meta.name,
        title=meta.label,
    )


def quick_schema(meta: DatasetMeta, promises: Iterable[Promise]) -> pa.DataFrameSchema:
    """A schema that asks each column once, whether all that is promised of it holds.

    Most columns are right; only those that are not need to be asked promise by promise. The one
    check of a column has the name of `QUICK`.
    """
    kept = tuple(promises)
    schema = schema_of(meta, [each for each in kept if each.of_frame])
    for variable in meta.variables:
        tests = [each.holds for each in _of_column(kept, variable.name) if each.rule != "WB-TYPE"]
        schema.columns[variable.name].checks = [
            pa.Check(partial(_hold_all, tests), name=QUICK, ignore_na=False, n_failure_cases=1)
        ]
    return schema


def detailed_schema(promises: Iterable[Promise], names: Iterable[str]) -> pa.DataFrameSchema:
    """A schema of some columns that asks promise by promise, and for nothing else."""
    kept = tuple(promises)
    columns = {
        name: pa.Column(checks=[_check(each) for each in _of_column(kept, name)], nullable=True)
        for name in names
    }
    return pa.DataFrameSchema(columns)


def _of_column(promises: Iterable[Promise], name: str) -> list[Promise]:
    return [each for each in promises if each.variable == name and not each.of_frame]


def _hold_all(tests: Sequence[Passes], column: pd.Series) -> pd.Series:
    return hold_all(tests, column)


def _column(variable: VariableMeta, promises: Iterable[Promise]) -> pa.Column:
    return pa.Column(
        DTYPES[variable.kind],
        checks=[_check(each) for each in promises],
        nullable=not is_required(variable),
        title=variable.label,
    )


def _check(promise: Promise) -> pa.Check:
    # One failure case is enough for pandera's text: findings are made from the whole result, and
    # rendering a million cases takes minutes.
    name, title, description = promise.tag
    return pa.Check(
        promise.holds,
        name=name,
        title=title,
        description=description,
        ignore_na=False,
        n_failure_cases=1,
    )
