import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt import (
    DatasetJsonFile,
    Variable,
    XportError,
    missing_value,
    read_dataset_json,
    write_dataset_json,
    write_xport,
)

many = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ADSL = pd.DataFrame(
    {
        "USUBJID": ["001", "002", None],
        "SITE": ["北京±", "", "上海"],
        "AGE": [64, 71, None],
        "BMI": [22.5, None, 1e-5],
        "TRTSDT": pd.to_datetime(["2024-03-01", None, "1959-12-31"]),
        "TRTSDTM": pd.to_datetime(["2024-03-01T12:30:00", None, "1960-01-01T00:00:00"]),
        "TRTSTM": pd.to_timedelta(["08:30:00", None, "23:59:59"]),
    }
)
EXPECTED_ROWS = [
    ["001", "北京±", 64, 22.5, "2024-03-01", "2024-03-01T12:30:00", "08:30:00"],
    ["002", "", 71, None, None, None, None],
    [None, "上海", None, 1e-05, "1959-12-31", "1960-01-01T00:00:00", "23:59:59"],
]


def test_a_json_file_has_the_attributes_in_the_order_of_the_standard(tmp_path):
    path = tmp_path / "adsl.json"
    write_dataset_json(
        path, ADSL, name="ADSL", label="受试者", keys=["USUBJID"], attributes={"studyOID": "POM"}
    )
    content = json.loads(path.read_text("utf-8"))
    assert list(content) == [
        "datasetJSONCreationDateTime",
        "datasetJSONVersion",
        "studyOID",
        "itemGroupOID",
        "records",
        "name",
        "label",
        "columns",
        "rows",
    ]
    assert content["datasetJSONCreationDateTime"] == "1960-01-01T00:00:00"
    assert (content["records"], content["itemGroupOID"]) == (3, "IG.ADSL")
    assert content["columns"][0] == {
        "itemOID": "IT.ADSL.USUBJID",
        "name": "USUBJID",
        "label": "",
        "dataType": "string",
        "length": 3,
        "keySequence": 1,
    }
    assert content["columns"][4] == {
        "itemOID": "IT.ADSL.TRTSDT",
        "name": "TRTSDT",
        "label": "",
        "dataType": "date",
        "targetDataType": "integer",
        "displayFormat": "DATE9.",
    }
    assert [each["dataType"] for each in content["columns"]] == [
        "string",
        "string",
        "integer",
        "double",
        "date",
        "datetime",
        "time",
    ]
    assert content["rows"] == EXPECTED_ROWS


def test_the_line_form_has_the_same_content(tmp_path):
    path = tmp_path / "adsl.ndjson"
    write_dataset_json(path, ADSL, name="ADSL", label="受试者")
    first, *rows = path.read_text("utf-8").splitlines()
    assert json.loads(first)["records"] == 3
    assert [json.loads(row) for row in rows] == EXPECTED_ROWS


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_a_frame_and_its_variables_come_back(tmp_path, suffix):
    path = tmp_path / f"adsl.{suffix}"
    variables = [
        Variable("USUBJID", "text", 20, label="Unique Subject Identifier"),
        Variable("AGE", "number", 8, label="Age", format="8."),
        Variable("TRTSDT", "number", 8, label="Date of First Exposure", format="E8601DA."),
    ]
    frame = ADSL[["USUBJID", "AGE", "TRTSDT"]]
    write_dataset_json(path, frame, name="ADSL", label="Subjects", variables=variables)
    file = DatasetJsonFile(path)
    back = file.read()
    assert back["USUBJID"].tolist()[:2] == ["001", "002"]
    assert back["AGE"].tolist()[:2] == [64, 71]
    assert back["TRTSDT"].tolist()[::2] == [23436, -1]
    member = file.describe(back)
    assert (member.name, member.label) == ("ADSL", "Subjects")
    assert [
        (each.name, each.type, each.length, each.label, each.format) for each in member.variables
    ] == [
        ("USUBJID", "text", 3, "Unique Subject Identifier", ""),
        ("AGE", "number", 8, "Age", "8."),
        ("TRTSDT", "number", 8, "Date of First Exposure", "E8601DA."),
    ]
    write_xport(tmp_path / "adsl.xpt", back, name=member.name, variables=member.variables)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_frames_from_an_iterator_are_written_and_read_in_chunks(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    frame = pd.DataFrame({"N": range(25_000), "T": "中"}).astype({"N": "float64", "T": "str"})
    parts = (frame[start : start + 11_000] for start in range(0, 25_000, 11_000))
    variables = [Variable("N", "number", 8), Variable("T", "text", 3)]
    written = write_dataset_json(path, parts, name="X", variables=variables)
    assert written.records == 25_000
    chunks = list(DatasetJsonFile(path).chunks(rows=10_000))
    assert [len(each) for each in chunks] == [10_000, 10_000, 5_000]
    pd.testing.assert_frame_equal(pd.concat(chunks), frame, check_index_type=False)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_an_empty_data_set_comes_back(tmp_path, suffix):
    path = tmp_path / f"x.{suffix}"
    write_dataset_json(path, ADSL[:0], name="X")
    back = read_dataset_json(path)
    assert (back.columns.tolist(), len(back)) == (ADSL.columns.tolist(), 0)


def test_decimals_are_texts_that_bring_the_double_back(tmp_path):
    path = tmp_path / "x.json"
    frame = pd.DataFrame({"N": [0.1, 1 / 3, 1e-20]})
    write_dataset_json(path, frame, name="X", data_types={"N": "decimal"})
    column = json.loads(path.read_text())["columns"][0]
    assert (column["dataType"], column["targetDataType"]) == ("decimal", "decimal")
    assert read_dataset_json(path)["N"].tolist() == [0.1, 1 / 3, 1e-20]


@many
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_doubles_come_back_with_all_bits(tmp_path, values):
    path = tmp_path / "x.ndjson"
    variables = [Variable("N", "number", 8)]
    frame = pd.DataFrame({"N": values})
    write_dataset_json(path, frame, name="X", variables=variables, data_types={"N": "double"})
    assert read_dataset_json(path)["N"].tolist() == values


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("inf"), "inf has no place in Dataset-JSON as double"),
        (missing_value(".A"), ".A has no place in Dataset-JSON as double"),
    ],
)
def test_what_json_cannot_hold_is_an_error(tmp_path, value, message):
    path = tmp_path / "x.json"
    with pytest.raises(XportError, match=message):
        write_dataset_json(path, pd.DataFrame({"N": [1.5, value]}), name="X")
    assert not path.exists()


def test_a_fraction_of_a_day_is_no_date(tmp_path):
    variables = [Variable("N", "number", 8, format="DATE9.")]
    with pytest.raises(XportError, match=r"1.5 has no place in Dataset-JSON as date.*row 1"):
        write_dataset_json(
            tmp_path / "x.json", pd.DataFrame({"N": [1.5]}), name="X", variables=variables
        )


GOOD = {
    "datasetJSONCreationDateTime": "2024-03-01T08:00:00Z",
    "datasetJSONVersion": "1.1.0",
    "itemGroupOID": "IG.X",
    "records": 1,
    "name": "X",
    "label": "x",
    "columns": [{"itemOID": "IT.N", "name": "N", "label": "n", "dataType": "integer"}],
    "rows": [[1]],
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"records": 2}, "expected 2 records, found 1"),
        ({"rows": [[1, 2]]}, "row 1: expected a row of 1 values"),
        ({"rows": [{"N": 1}]}, "row 1: expected a row of 1 values"),
        ({"rows": [["a"]]}, "N: expected integer, found 'a'. Record: row 1."),
        ({"rows": [[True]]}, "N: expected integer, found True. Record: row 1."),
        ({"rows": [[1.5]]}, "N: expected integer, found 1.5. Record: row 1."),
        ({"rows": 5}, "expected an array of rows"),
        ({"datasetJSONVersion": "1.0"}, "datasetJSONVersion: String should match pattern"),
        (
            {"datasetJSONCreationDateTime": "2024"},
            "datasetJSONCreationDateTime: String should match",
        ),
        ({"records": -1}, "records: Input should be greater than or equal to 0"),
        ({"more": 1}, "more: Extra inputs are not permitted"),
        ({"label": None}, "label: Input should be a valid string"),
        ({"columns": [{"name": "N"}]}, "columns.0.itemOID: Field required"),
        ({"columns": GOOD["columns"] * 2}, "a column name stands twice"),
        (
            {"columns": [GOOD["columns"][0] | {"dataType": "text"}]},
            "columns.0.dataType: Input should be",
        ),
    ],
)
def test_a_file_that_breaks_the_schema_is_refused(tmp_path, change, message):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(GOOD | change))
    with pytest.raises(XportError) as caught:
        read_dataset_json(path)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": NaN}', "[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(XportError):
        read_dataset_json(path)


def test_bytes_that_are_no_utf_8_are_refused(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_bytes(json.dumps(GOOD | {"label": "发"}, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(XportError, match="line 1: no JSON"):
        read_dataset_json(path)


def test_a_format_that_is_none_is_told(tmp_path):
    variables = [Variable("N", "number", 8, format="DATE 9")]
    with pytest.raises(XportError, match="'DATE 9' is no SAS format"):
        write_dataset_json(
            tmp_path / "x.json", pd.DataFrame({"N": [1.0]}), name="X", variables=variables
        )


def test_the_example_of_the_standard_is_read(tmp_path):
    """Date, decimal and integer columns as in the specification's own examples."""
    path = tmp_path / "adsl.json"
    columns = [
        {"itemOID": "IT.ADAE.TRTSDT", "name": "TRTSDT", "label": "Date of First Exposure",
         "dataType": "date", "targetDataType": "integer", "displayFormat": "E8601DA."},
        {"itemOID": "IT.AE.AESTDTC", "name": "AESTDTC", "label": "Start", "dataType": "date"},
        {"itemOID": "IT.ADSL.HEIGHTBL", "name": "HEIGHTBL", "label": "Height (cm)",
         "dataType": "decimal", "targetDataType": "decimal", "length": 5},
    ]  # fmt: skip
    rows = [["2014-01-02", "2012-12", "162.9"], [None, None, None]]
    path.write_text(json.dumps(GOOD | {"records": 2, "columns": columns, "rows": rows}))
    back = read_dataset_json(path)
    assert back["TRTSDT"].tolist()[0] == 19725  # 2014-01-02
    assert back["AESTDTC"].tolist()[0] == "2012-12"
    assert back["HEIGHTBL"].tolist()[0] == 162.9
