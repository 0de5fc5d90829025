"""SQL scalar expressions: what may stand in a cell, what may not, and what it gives."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from cdisc_pom.columns import missing_like, text_column
from cdisc_pom.plan.evaluate import EvaluationError, Evaluator
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression


def refused(text):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "(SELECT max(AGE) FROM DM) > 1",
        "AGE IN (SELECT AGE FROM DM)",
        "EXISTS (SELECT 1)",
        "SELECT 1",
        "sum(AGE)",
        "count(*)",
        "max(AGE)",
        "first(AGE)",
        "AGE > avg(AGE)",
        "row_number() OVER (ORDER BY AGE)",
        "lag(AGE) OVER (PARTITION BY USUBJID ORDER BY AGE)",
        "now()",
        "current_timestamp",
        "current_date",
        "today()",
        "random() > 0.5",
        "uuid()",
        "read_csv('/etc/passwd')",
        "read_text('/etc/passwd')",
        "read_parquet('x.parquet')",
        "glob('*')",
        "getenv('HOME')",
        "current_setting('home_directory')",
        "getvariable('x')",
        "nextval('s')",
        "query('SELECT 1')",
        "DROP TABLE records",
        "UPDATE records SET AGE = 1",
        "COPY records TO 'x.csv'",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "PRAGMA version",
        "AGE AS X",
        "*",
        "COLUMNS('A.*')",
        "[1, 2, 3]",
        "unnest([1, 2])",
        "{'a': 1}",
        "list_transform([1], x -> x)",
        "a.b.c.d",
        "main.records.AGE > 1",
        "?",
        "$1",
    ],
)
def test_more_than_a_scalar_expression_is_refused_where_it_stands(text):
    assert refused(text).startswith(f"'{text}'")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("AGE >", "'AGE >' is not a SQL expression ("),
        ("AGE = 'A", "'AGE = 'A' is not a SQL expression ("),
        ("AGE > 1; AGE < 5", "'AGE > 1; AGE < 5' is not one SQL expression."),
        ("sum(AGE)", "'sum(AGE)': SUM(AGE) is more than a scalar expression."),
        ("getenv('HOME')", "'getenv('HOME')': the function getenv() may not be used here."),
        ("-- nothing", "'-- nothing' is not one SQL expression."),
    ],
)
def test_a_refusal_says_what_is_wrong(text, message):
    assert refused(text).startswith(message)


def test_columns_of_an_expression_are_named_once_with_their_source():
    found = parse_expression("DM.AGE > 1 AND AGE < 5 OR DM.AGE IS NULL")
    assert found.columns == (ColumnName("AGE", "DM"), ColumnName("AGE"))
    assert [str(name) for name in found.columns] == ["DM.AGE", "AGE"]


COLUMNS = {
    "X": text_column(["A", "B", None]),
    "Y": text_column(["B", None, None]),
    "N": pd.Series([1.0, 2.5, np.nan]),
    "I": pd.Series(pd.array([3, None, 5], dtype="Int64")),
    "D": pd.Series(pd.to_datetime(["2024-03-01", "2024-02-28", None]).astype("datetime64[s]")),
    "T": pd.Series(pd.to_datetime(["2024-03-01T08:30", None, None]).astype("datetime64[us]")),
    "E": missing_like("text", pd.RangeIndex(3)),
    "年龄": text_column(["5", "6", None]),
}


def value(text):
    expression = parse_expression(text)
    columns = {name: COLUMNS[name.name] for name in expression.columns}
    got = Evaluator().column(expression, columns, 3)
    return [None if pd.isna(v) else v for v in got.astype(object)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the table of docs/workbook.md: a missing value is NULL
        ("X = 'A'", [1, 0, None]),
        ("X <> 'A'", [0, 1, None]),
        ("NOT X = 'A'", [0, 1, None]),
        ("X IS NULL", [0, 0, 1]),
        ("X = 'A' OR Y = 'B'", [1, None, None]),
        ("coalesce(X, 'A')", ["A", "B", "A"]),
        ("greatest(N, I)", [3, 2.5, 5]),
        ("X || '-' || Y", ["A-B", None, None]),
        ("D - D", [0, 0, None]),
        # values
        ("CASE WHEN N < 2 THEN '<2' WHEN N >= 2 THEN '>=2' END", ["<2", ">=2", None]),
        ("N + I", [4, None, None]),
        ("I / 2", [1.5, None, 2.5]),
        ("D + 1", ["2024-03-02", "2024-02-29", None]),
        ("D - DATE '2024-02-01'", [29, 27, None]),
        ("year(D)", [2024, 2024, None]),
        ("left(X, 1)", ["A", "B", None]),
        ("TRY_CAST(年龄 AS INTEGER) + 1", [6, 7, None]),
        ("regexp_matches(X, '^A')", [1, 0, None]),
        ("X IN ('A', 'B')", [1, 1, None]),
        ("N BETWEEN 1 AND 2", [1, 0, None]),
        ("E IS NULL", [1, 1, 1]),
        ("'x'", ["x", "x", "x"]),
        ("1 + 1", [2, 2, 2]),
        ("NULL", [None, None, None]),
        ("T >= D", [1, None, None]),
    ],
)
def test_what_an_expression_gives(text, expected):
    got = [v.strftime("%Y-%m-%d") if isinstance(v, pd.Timestamp) else v for v in value(text)]
    assert got == expected


def test_an_expression_on_no_records_gives_no_values():
    expression = parse_expression("X || 'a'")
    got = Evaluator().column(expression, {ColumnName("X"): text_column([])}, 0)
    assert len(got) == 0


def test_a_condition_is_a_mask_and_missing_is_not_true():
    expression = parse_expression("X = 'A'")
    mask = Evaluator().mask(expression, {ColumnName("X"): COLUMNS["X"]}, 3)
    assert mask.tolist() == [True, False, False]


def test_a_text_is_no_condition():
    with pytest.raises(EvaluationError, match="'X' is not a condition"):
        Evaluator().mask(parse_expression("X"), {ColumnName("X"): COLUMNS["X"]}, 3)


@pytest.mark.parametrize(
    "text", ["CAST(X AS DOUBLE)", "CAST(X AS DATE)", "X + 1", "N > 'abc'", "left(D, 'a')"]
)
def test_an_expression_that_fails_on_the_data_says_why(text):
    with pytest.raises(EvaluationError) as caught:
        value(text)
    assert "\n" not in str(caught.value)


def test_the_order_of_records_is_kept():
    n = 300_000  # more than one batch of the engine
    numbers = pd.Series(np.arange(n, dtype=float))
    got = Evaluator().column(parse_expression("X + 1"), {ColumnName("X"): numbers}, n)
    assert (got.to_numpy() == np.arange(1, n + 1)).all()


@pytest.mark.parametrize("statement", ["COPY (SELECT 1) TO 'x.csv'", "SELECT * FROM read_csv('x')"])
def test_the_engine_itself_reaches_no_file(statement):
    with pytest.raises(duckdb.Error):
        Evaluator()._connection.execute(statement)
