"""Analysis results data, read again by pyarrow and DuckDB."""

import re
from io import BytesIO

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
import reference_study

from cdisc_pom.results.ard import COLUMNS, render_ard
from cdisc_pom.results.reproduction import reproduce_results


@pytest.fixture(scope="module")
def parquet(study):
    return render_ard(study)


@pytest.fixture(scope="module")
def ard(parquet):
    return pq.read_table(BytesIO(parquet)).to_pandas()


def test_columns_have_types_and_a_meaning(parquet):
    schema = pq.read_schema(BytesIO(parquet))
    for field, (name, kind, meaning) in zip(schema, COLUMNS, strict=True):
        assert (field.name, field.metadata[b"description"].decode()) == (name, meaning)
        assert str(field.type) == {"float64": "double"}.get(kind, kind)


def test_the_page_lists_every_column():
    page = (reference_study.DESIGN.parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| `(\w+)` \| (string|int32|int64|float64) \| (.+) \|$", page, re.MULTILINE
    )
    assert listed == list(COLUMNS)


def test_one_row_a_statistic_with_its_value_and_unit(ard):
    orr = ard[ard["published_id"].eq("t2.orr")].set_index("statistic")
    assert list(orr.index) == ["n", "denom", "pct", "lcl", "ucl"]
    assert orr.loc["pct", "value"] == pytest.approx(100 * 28 / 74)
    assert orr["formatted"].tolist() == ["28", "74", "37.8", "26.8", "49.9"]
    assert orr["unit"].tolist() == ["subjects", "subjects", "%", "%", "%"]
    one = orr.loc["pct"]
    assert (one["numerator"], one["denominator"], one["status"]) == (28, 74, "equal")
    assert (one["dataset"], one["parameter"], one["population"]) == ("ADRS", "RSP", "FASFL = 'Y'")
    assert one["where"] == "AVALC = 'Y' AND PARCAT1 = 'IRAC'"


def test_numbers_have_the_unit_of_their_row(ard):
    survival = ard[ard["published_id"].eq("f3.os")].set_index("statistic")
    assert survival.loc[["n", "events", "median", "ucl"], "unit"].tolist() == [
        "subjects",
        "subjects",
        "months",
        "months",
    ]


def test_texts_stand_in_a_column_of_their_own(ard):
    window = ard[ard["published_id"].eq("enrol.window") & ard["statistic"].eq("first")].iloc[0]
    assert (window["value_text"], window["formatted"]) == ("2017-02", "2017-02")
    assert np.isnan(window["value"])


def test_a_curve_has_its_estimates_at_each_time(ard):
    curve = ard[ard["display"].str.startswith("Figure 3b") & ard["time"].notna()]
    at_risk = curve[curve["statistic"].eq("at_risk")].sort_values("time")
    assert at_risk["value"].iloc[0] == 74
    survival = curve[curve["statistic"].eq("survival")].sort_values("time")["value"]
    assert survival.is_monotonic_decreasing
    events = curve[curve["statistic"].eq("events")]["value"].sum()
    assert events == 43


def test_a_table_of_two_raters_has_a_row_a_cell(ard):
    cells = ard[ard["method"].eq("cross_table") & ard["statistic"].eq("count")]
    assert len(cells) == 3 * 8 * 8
    cells = cells[cells["row"].eq("Committee (rows) by investigator (columns)")]
    assert len(cells) == 8 * 8
    assert cells["value"].sum() == 74
    assert cells.query("level_1 == 'CR' and level_2 == 'CR'")["value"].tolist() == [3]


def test_a_value_that_cannot_be_estimated_is_null(adam_folder):
    row = reference_study.display_row(
        **{
            "Display": "T",
            "Order": 1,
            "Row label": "R",
            "Statistic": "median_range",
            "Dataset": "ADSL",
            "Variable": "AGE",
            "Where": "AGE > 200",
        }
    )
    found = reproduce_results([row], adam_folder, reference_study.PUBLISHED)
    table = pq.read_table(BytesIO(render_ard(found))).to_pylist()
    (median,) = [one for one in table if one["statistic"] == "median"]
    assert (median["value"], median["formatted"], median["status"]) == (None, "NE", None)


def test_a_foreign_reader_finds_the_published_figures(tmp_path, parquet):
    path = tmp_path / "ard.parquet"
    path.write_bytes(parquet)
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(DISTINCT published_id) FROM read_parquet(?) WHERE status = 'equal'",
            [str(path)],
        ).fetchone()
    assert found == (59,)
