"""A pandera schema for each data set, made from the workbook's metadata alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandera.pandas as pa

from cdisc_pom.checks.promises import DTYPES, Promise, dataset_promises, is_required
from cdisc_pom.spec.metadata import DatasetMeta, VariableMeta
from cdisc_pom.spec.workbook import Codelist


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
        variable.name: _column(
            variable,
            [each for each in kept if each.variable == variable.name and not each.of_frame],
        )
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
