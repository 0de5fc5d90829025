"""Validation of built data sets against their schemas, as findings that name records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrorReason

from cdisc_pom.checks.catalogue import Catalogue, own_catalogue
from cdisc_pom.checks.promises import DTYPES, Promise, as_flags, dataset_promises
from cdisc_pom.checks.records import Records, Rows
from cdisc_pom.checks.schema import QUICK, detailed_schema, quick_schema
from cdisc_pom.checks.wording import finding_of
from cdisc_pom.errors import Finding
from cdisc_pom.spec.metadata import BuiltStandard, VariableMeta
from cdisc_pom.spec.workbook import Codelist

NO_ROWS: Final[Rows] = np.empty(0, dtype=np.intp)


class CheckCrash(RuntimeError):  # noqa: N818 - it is a fault of ours, not of the data
    """A check could not be run: a bug in cdisc_pom."""


@dataclass(frozen=True)
class Fault:
    """A broken promise: the rule, what it is about, and the records that break it.

    `rows` is empty where the fault is one of the whole variable or data set.
    """

    rule: str
    variable: str = ""
    rows: Rows = field(default_factory=lambda: NO_ROWS)
    facts: Mapping[str, str] = field(default_factory=dict)
    promise: Promise | None = None


def validate(
    standard: BuiltStandard, *, encoding: str = "utf-8", catalogue: Catalogue | None = None
) -> list[Finding]:
    """Check every data set of a standard against what its workbook says.

    Args:
        standard: the built data sets.
        encoding: codec of texts in the files, in whose bytes lengths are counted.
        catalogue: rule texts; the package's own when None.

    Returns:
        Findings by data set, one for each rule, variable and where clause that is broken, with
        the number of records and the first of them in the order of their keys. The order of the
        records in the frames does not change them.

    Raises:
        CheckCrash: a check itself failed.
    """
    rules = catalogue or own_catalogue()
    codelists = standard.workbook.codelists
    return [
        finding_of(fault, rules.by_id[fault.rule], records, codelists)
        for records in map(Records, standard.datasets)
        for fault in dataset_faults(records, codelists, encoding=encoding)
    ]


def dataset_faults(
    records: Records, codelists: Mapping[str, Codelist], *, encoding: str
) -> Iterator[Fault]:
    """All broken promises of a data set, those of its columns first."""
    meta, frame = records.meta, records.frame
    yield from _column_faults(records)
    promises = dataset_promises(meta, codelists, encoding=encoding)
    schema = quick_schema(meta, promises)
    wrong = [each for each in meta.variables if not _has_its_dtype(frame, each)]
    for variable in wrong:
        facts = {"dtype": str(frame[variable.name].dtype), "kind": variable.kind}
        yield Fault("WB-TYPE", variable.name, facts=facts | {"wanted": DTYPES[variable.kind]})
        # said once, and cheaply: pandera would render every value of the column
        schema = schema.update_column(variable.name, dtype=None)
    by_tag = {promise.tag: promise for promise in promises}
    failing = []
    for error in _schema_errors(schema, frame):
        if getattr(error.check, "name", None) == QUICK:
            failing.append(error.schema.name)
        else:
            yield from _fault(error, frame, by_tag)
    for error in _schema_errors(detailed_schema(promises, failing), frame[failing]):
        if error.check.name != "WB-TYPE":
            yield from _fault(error, frame, by_tag)


def _column_faults(records: Records) -> Iterator[Fault]:
    """Columns that are missing, too many or out of order; a data set without records."""
    declared = [variable.name for variable in records.meta.variables]
    present = records.columns
    for name in dict.fromkeys(each for each in present if present.count(each) > 1):
        yield Fault("WB-TWICE", name)
    for name in declared:
        if name not in present:
            yield Fault("WB-MISSING", name)
    for name in dict.fromkeys(present):
        if name not in declared:
            yield Fault("WB-EXTRA", name)
    shared = [name for name in dict.fromkeys(present) if name in declared]
    wanted = [name for name in declared if name in present]
    if shared != wanted:
        first = next(name for name, other in zip(shared, wanted, strict=True) if name != other)
        facts = {"wanted": ", ".join(wanted), "present": ", ".join(shared)}
        yield Fault("WB-ORDER", first, facts=facts)
    if not len(records.frame) and not records.meta.has_no_data:
        yield Fault("WB-EMPTY")


def _has_its_dtype(frame: pd.DataFrame, variable: VariableMeta) -> bool:
    if variable.name not in frame.columns:
        return True
    return str(frame[variable.name].dtype) == DTYPES[variable.kind]


def _schema_errors(schema: pa.DataFrameSchema, frame: pd.DataFrame) -> Sequence[Any]:
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return list(errors.schema_errors)
    return []


_OF_COLUMNS: Final = (
    SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME,
    SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
    SchemaErrorReason.COLUMN_NOT_ORDERED,
)


def _fault(
    error: Any, frame: pd.DataFrame, promises: Mapping[tuple[str, str, str], Promise]
) -> Iterator[Fault]:
    """The fault of one of pandera's errors; none of those that `_column_faults` tells."""
    if error.reason_code in _OF_COLUMNS:
        return
    if error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
        name = error.schema.name
        yield Fault("WB-REQUIRED", name, np.flatnonzero(frame[name].isna()))
        return
    if error.reason_code != SchemaErrorReason.DATAFRAME_CHECK:
        raise CheckCrash(f"{error.schema.name}: {error}")
    check = error.check
    promise = promises[(check.name, check.title, check.description)]
    failed = ~as_flags(error.check_output, len(frame))
    rows = np.flatnonzero(failed) if isinstance(error.check_output, pd.Series) else NO_ROWS
    yield Fault(promise.rule, promise.variable, rows, promise.facts, promise)
