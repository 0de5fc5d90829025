"""SQL scalar expressions evaluated on columns, by a DuckDB that can reach nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cdisc_pom.columns import DATE, DATETIME, Column, Mask, text_column
from cdisc_pom.spec.expressions import ColumnName, Expression

# DuckDB's name of a result type → the type of our column.
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "UINTEGER")


class EvaluationError(ValueError):
    """An expression that fails on the data, such as a text that is cast to a number."""


@cache  # opening takes longer than most expressions; nothing stays in it between two of them
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection, one thread, no files, no network, no extensions; locked so."""
    connection = duckdb.connect(
        config={
            "enable_external_access": "false",
            "python_enable_replacements": "false",
            "threads": "1",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


class Evaluator:
    """Evaluates expressions on columns."""

    def __init__(self) -> None:
        """Take the connection of this process."""
        self._connection = _connection()

    def column(
        self, expression: Expression, columns: Mapping[ColumnName, Column], n: int
    ) -> Column:
        """The expression's value for each of `n` records.

        A missing value is NULL: a comparison with it is neither true nor false, and the result is
        missing unless the expression handles it (IS NULL, COALESCE).

        Raises:
            EvaluationError: the expression fails on a value.
        """
        names = {name: f"c{at}" for at, name in enumerate(expression.columns)}
        arrays: dict[str, pa.Array] = {"i": pa.nulls(n)}  # so that a constant has n values too
        for name, short in names.items():
            arrays[short] = arrow(columns[name])
        sql = expression.render(names)
        self._connection.register("records", pa.table(arrays))
        try:
            # One thread keeps the order of the records.
            result = self._connection.execute(f"SELECT {sql} AS value FROM records")  # noqa: S608 - the expression was parsed and restricted
            kind = str(result.description[0][1])
            values = np.ma.asanyarray(result.fetchnumpy()["value"])
        except duckdb.Error as error:
            raise EvaluationError(str(error).splitlines()[0]) from error
        finally:
            self._connection.unregister("records")
        return _typed(values, kind)

    def mask(self, expression: Expression, columns: Mapping[ColumnName, Column], n: int) -> Mask:
        """Where a condition is true; missing is not true."""
        values = self.column(expression, columns, n)
        if isinstance(values.dtype, pd.CategoricalDtype) and values.notna().any():
            raise EvaluationError(f"'{expression.text}' is not a condition.")
        if isinstance(values.dtype, pd.CategoricalDtype):
            return np.zeros(n, dtype=bool)
        return np.asarray(values.fillna(0).to_numpy(dtype=float) != 0, dtype=bool)


def arrow(column: Column) -> pa.Array:
    """A column as Arrow: text dictionary-coded, NaN as NULL, dates as DATE."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int32)
        words = pa.array(column.cat.categories.tolist(), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)
    if column.dtype == DATE:
        return pa.array(column.to_numpy().astype("datetime64[D]"))
    if column.dtype == DATETIME:
        return pa.array(column.to_numpy())
    if pd.api.types.is_float_dtype(column.dtype):
        values: npt.NDArray[Any] = column.to_numpy(dtype=float, na_value=np.nan)
        return pa.array(values, mask=np.isnan(values))
    if pd.api.types.is_integer_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return pa.array(column, from_pandas=True)
    return arrow(text_column(column))


def _typed(values: Any, kind: str) -> Column:
    kind = kind.upper()
    lost = np.ma.getmaskarray(values)
    data = np.ma.getdata(values)
    if kind == "BOOLEAN" or kind in _INTEGERS:
        whole = np.where(lost, 0, data).astype(np.int64)
        return pd.Series(pd.arrays.IntegerArray(whole, lost.copy()))
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        stamps = data.astype(DATE if kind == "DATE" else DATETIME)
        stamps[lost] = np.datetime64("NaT")
        return pd.Series(stamps)
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return pd.Series(np.where(lost, np.nan, data).astype(float))
    words = pd.Series(data.astype(object))
    return text_column(words.where(~lost, None))
