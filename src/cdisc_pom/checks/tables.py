"""Built data sets as tables of a locked-down DuckDB, with what is known about them.

Each data set is a view under its name, with `_ROW`, the position of the record. Beside them stand
`DATASETS`, `VARIABLES` (metadata of both standards), `IG` (variables that the SDTMIG asks for),
`SEQUENCES` (--SEQ of all domains) and `POINTED` (what SUPP--, CO and RELREC may point at). For the
data set under check, `DATA`, `DATA_VARIABLES` and `DATA_SET` are its records and its metadata.
"""

# ruff: noqa: S608 - names in SQL are quoted by _quoted and _literal

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from cdisc_pom.checks.records import Records
from cdisc_pom.checks.values import as_texts
from cdisc_pom.spec.expressions import quoted_name as _quoted
from cdisc_pom.spec.expressions import quoted_text as _literal
from cdisc_pom.spec.metadata import DatasetMeta, VariableMeta
from cdisc_pom.standards import standard_datasets, standard_variables

Connection = duckdb.DuckDBPyConnection

# as_date: the day of an ISO 8601 text; missing when the day is not known.
# study_day: SDTMIG 3.4, section 4.4.4: day 1 is the reference date, there is no day 0.
# is_later: as far as both are known; texts with unknown parts inside are not compared.
# is_measured: a number or a limit such as `<0.1`, also in full-width characters.
# is_near: equal but for the last bits of a double.
MACROS: Final = r"""
CREATE MACRO as_date(x) AS CASE WHEN length(x) >= 10 THEN TRY_CAST(left(x, 10) AS DATE) END;
CREATE MACRO study_day(x, reference) AS as_date(x) - as_date(reference)
  + CASE WHEN as_date(x) >= as_date(reference) THEN 1 ELSE 0 END;
CREATE MACRO starts_with_date(x) AS regexp_matches(x, '^\d{4}(-\d{2}(-\d{2}(T.*)?)?)?$');
CREATE MACRO is_later(x, y) AS starts_with_date(x) AND starts_with_date(y)
  AND left(x, least(length(x), length(y))) > left(y, least(length(x), length(y)));
CREATE MACRO is_number(x) AS regexp_full_match(x, '[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?');
CREATE MACRO as_number(x) AS CASE WHEN is_number(x) THEN TRY_CAST(x AS DOUBLE) END;
CREATE MACRO is_measured(x) AS regexp_full_match(
  x, '\s*[<>＜＞≤≥]?[=＝]?\s*[-+]?[0-9０-９]*[.．]?[0-9０-９]+[.．]?([eE][-+]?\d+)?\s*');
CREATE MACRO is_near(x, y) AS abs(x - y) <= 1e-9 * greatest(abs(x), abs(y), 1.0);
CREATE MACRO as_text(x) AS regexp_replace(CAST(x AS VARCHAR), '\.0$', '');
"""

COPIED: Final = 200_000
"""Up to how many records a data set is copied into DuckDB."""

_ARROW: Final[dict[str, pa.DataType]] = {
    "integer": pa.int64(),
    "float": pa.float64(),
    "time": pa.float64(),
    "date": pa.timestamp("us"),
    "datetime": pa.timestamp("us"),
}


def open_tables(
    sets: Mapping[str, Sequence[Records]],
    *,
    encoding: str,
    optional: Mapping[str, Iterable[str]],
) -> Connection:
    """A connection that holds these data sets and can reach nothing else.

    Args:
        sets: the data sets of each standard (`sdtm`, `adam`).
        encoding: codec in whose bytes labels are counted.
        optional: variables by data set that are there as missing values where they are not.

    Returns:
        A DuckDB connection without files, network, extensions or Python variables; its
        configuration can no longer be changed.
    """
    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET python_enable_replacements=false")
    connection.execute(MACROS)
    every = [records for records_of in sets.values() for records in records_of]
    if all(len(records.frame) <= COPIED for records in every):
        connection.execute("SET threads=1")  # a thousand small questions: no thread pays
    for records in every:
        _add_dataset(connection, records, optional.get(records.meta.name, ()))
    for name, table in _metadata(sets, encoding).items():
        _create(connection, name, table)
    connection.execute(f"CREATE VIEW SEQUENCES AS {_sequences(every)}")
    connection.execute(f"CREATE VIEW POINTED AS {_pointed(every)}")
    connection.execute("SET lock_configuration=true")
    return connection


def open_dataset(connection: Connection, name: str) -> None:
    """Make a data set the one under check."""
    of_it = f"WHERE DATASET = {_literal(name)}"
    for view, query in (
        ("DATA", f"SELECT * FROM {_quoted(name)}"),
        ("DATA_VARIABLES", f"SELECT * FROM VARIABLES {of_it}"),
        ("DATA_SET", f"SELECT * FROM DATASETS {of_it}"),
    ):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {query}")


def domain_of(meta: DatasetMeta) -> str:
    """The domain prefix of a data set: `LB` for LB and LBCH, none for SUPP-- and ADaM."""
    if meta.name.startswith(("SUPP", "REL", "AD")) or len(meta.name) > _LONGEST_SPLIT:
        return ""
    return meta.name[:2]


_LONGEST_SPLIT: Final = 4


def _add_dataset(connection: Connection, records: Records, optional: Iterable[str]) -> None:
    frame = records.frame
    kinds = {variable.name: variable for variable in records.meta.variables}
    arrays = {"_ROW": pa.array(np.arange(len(frame), dtype=np.int64))}
    shown = ["_ROW"]
    for name in frame.columns:
        variable = kinds.get(name)
        arrays[name] = _array(frame[name], variable)
        date = variable is not None and variable.kind == "date"
        typed = date and pa.types.is_timestamp(arrays[name].type)
        shown.append(
            f"CAST({_quoted(name)} AS DATE) AS {_quoted(name)}" if typed else _quoted(name)
        )
    shown += [
        f"CAST(NULL AS VARCHAR) AS {_quoted(name)}" for name in sorted(set(optional) - set(arrays))
    ]
    table = f"{records.meta.name}__RECORDS"
    connection.register(table, pa.table(arrays))
    # a table answers many small questions faster, a view does not copy many records
    kind = "TABLE" if len(frame) <= COPIED else "VIEW"
    connection.execute(
        f"CREATE {kind} {_quoted(records.meta.name)} AS SELECT {', '.join(shown)} "
        f"FROM {_quoted(table)}"
    )


def _array(column: pd.Series, variable: VariableMeta | None) -> pa.Array:
    """A column for DuckDB, by its kind; one that has not the type of its kind becomes text."""
    texts = as_texts(column)
    if texts is not None:
        if not len(texts.distinct):
            return pa.nulls(len(column), pa.large_string())
        codes = pa.array(texts.codes, mask=texts.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, texts.distinct)
    wanted = _ARROW.get(variable.kind) if variable is not None else None
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    dated = pd.api.types.is_datetime64_dtype(column.dtype)
    if dated:
        return pa.array(column.astype("datetime64[us]"), from_pandas=True)
    if numeric:
        floats = pd.api.types.is_float_dtype(column.dtype) or wanted == pa.float64()
        return pa.array(column, type=pa.float64() if floats else pa.int64(), from_pandas=True)
    return pa.array(
        [None if pd.isna(value) else str(value) for value in column], type=pa.large_string()
    )


def _create(connection: Connection, name: str, table: pa.Table) -> None:
    connection.register(f"{name}__SOURCE", table)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}__SOURCE")


def _metadata(sets: Mapping[str, Sequence[Records]], encoding: str) -> dict[str, pa.Table]:
    datasets: list[dict[str, Any]] = []
    variables: list[dict[str, Any]] = []
    for standard, records_of in sets.items():
        for records in records_of:
            datasets.append(_dataset_row(standard, records, encoding))
            variables += _variable_rows(standard, records.meta, encoding)
    return {
        "DATASETS": pa.Table.from_pylist(datasets, _schema(DATASET_COLUMNS)),
        "VARIABLES": pa.Table.from_pylist(variables, _schema(VARIABLE_COLUMNS)),
        "IG": _ig_table(),
    }


DATASET_COLUMNS: Final = {
    "STANDARD": str, "DATASET": str, "DOMAIN": str, "CLASS": str, "SUBCLASS": str, "LABEL": str,
    "LABEL_BYTES": int, "RECORDS": int,
}  # fmt: skip
VARIABLE_COLUMNS: Final = {
    "STANDARD": str, "DATASET": str, "DOMAIN": str, "VARIABLE": str, "POSITION": int,
    "LABEL": str, "LABEL_ZH": str, "LABEL_BYTES": int, "LABEL_ZH_BYTES": int, "TYPE": str,
    "KIND": str, "DATA_TYPE": str, "FORMAT": str, "CORE": str, "ROLE": str,
}  # fmt: skip
IG_COLUMNS: Final = {"DOMAIN": str, "VARIABLE": str, "CORE": str}


def _schema(columns: Mapping[str, type]) -> pa.Schema:
    types = {str: pa.string(), int: pa.int64()}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _dataset_row(standard: str, records: Records, encoding: str) -> dict[str, Any]:
    meta = records.meta
    return {
        "STANDARD": standard,
        "DATASET": meta.name,
        "DOMAIN": domain_of(meta),
        "CLASS": meta.dataset_class.upper(),
        "SUBCLASS": (meta.subclass or "").upper(),
        "LABEL": meta.label,
        "LABEL_BYTES": _bytes(meta.label, encoding),
        "RECORDS": len(records.frame),
    }


def _variable_rows(standard: str, meta: DatasetMeta, encoding: str) -> Iterator[dict[str, Any]]:
    for position, variable in enumerate(meta.variables, start=1):
        yield {
            "STANDARD": standard,
            "DATASET": meta.name,
            "DOMAIN": domain_of(meta),
            "VARIABLE": variable.name,
            "POSITION": position,
            "LABEL": variable.label,
            "LABEL_ZH": variable.label_zh,
            "LABEL_BYTES": _bytes(variable.label, encoding),
            "LABEL_ZH_BYTES": _bytes(variable.label_zh or "", encoding),
            "TYPE": "Char" if variable.kind == "text" else "Num",
            "KIND": variable.kind,
            "DATA_TYPE": variable.data_type,
            "FORMAT": variable.format,
            "CORE": variable.core,
            "ROLE": variable.role,
        }


def _bytes(text: str, encoding: str) -> int:
    return len(text.encode(encoding, errors="replace"))


@cache
def _ig_table() -> pa.Table:
    rows = [
        {"DOMAIN": domain, "VARIABLE": variable.name, "CORE": variable.core}
        for domain in standard_datasets("SDTMIG", "3.4")
        for variable in standard_variables("SDTMIG", "3.4", domain)
        if variable.core in ("Req", "Exp")
    ]
    return pa.Table.from_pylist(rows, _schema(IG_COLUMNS))


def _sequences(every: Iterable[Records]) -> str:
    parts = []
    for records in every:
        domain = domain_of(records.meta)
        if domain and {"USUBJID", f"{domain}SEQ"} <= set(records.frame.columns):
            parts.append(
                f"SELECT {_literal(records.meta.name)} AS DATASET, {_literal(domain)} AS DOMAIN, "
                f"_ROW, USUBJID, {_quoted(domain + 'SEQ')} AS SEQ "
                f"FROM {_quoted(records.meta.name)}"
            )
    return _union(parts, "'' AS DATASET, '' AS DOMAIN, 0 AS _ROW, '' AS USUBJID, 0 AS SEQ")


def _pointed(every: Sequence[Records]) -> str:
    """The values of all variables that an IDVAR names, as text."""
    named: set[str] = set()
    for records in every:
        if "IDVAR" in records.frame.columns:
            named |= {str(value) for value in records.frame["IDVAR"].dropna().unique()}
    parts = []
    for records in every:
        domain = domain_of(records.meta)
        columns = set(records.frame.columns)
        if domain and "USUBJID" in columns:
            parts += [
                (
                    f"SELECT {_literal(domain)} AS DOMAIN, USUBJID, {_literal(name)} AS IDVAR, "
                    f"as_text({_quoted(name)}) AS IDVARVAL FROM {_quoted(records.meta.name)}"
                )
                for name in sorted(named & columns)
            ]
    return _union(parts, "'' AS DOMAIN, '' AS USUBJID, '' AS IDVAR, '' AS IDVARVAL")


def _union(parts: Sequence[str], columns: str) -> str:
    return " UNION ALL ".join(parts) if parts else f"SELECT {columns} WHERE false"
