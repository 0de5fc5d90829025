import pandas as pd
import pandera.pandas as pa
import pytest
from checks_by_hand import AE_RECORDS, AE_VARIABLES, adverse_events, variable, workbook

from cdisc_pom.checks.schema import dataset_schema
from cdisc_pom.spec.metadata import DatasetMeta


@pytest.fixture
def schema():
    return dataset_schema(adverse_events().meta, workbook().codelists, encoding="utf-8")


def broken(schema, frame):
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema.validate(frame, lazy=True)
    return {(error.schema.name, getattr(error.check, "name", error.check))
            for error in caught.value.schema_errors}  # fmt: skip


def test_right_records_pass_unchanged(schema):
    frame = adverse_events().frame
    pd.testing.assert_frame_equal(schema.validate(frame, lazy=True), frame)


def test_the_schema_has_the_columns_in_their_order(schema):
    assert list(schema.columns) == [each.name for each in AE_VARIABLES]
    assert schema.ordered
    assert schema.strict


def test_required_variables_are_not_nullable(schema):
    nullable = {name: column.nullable for name, column in schema.columns.items()}
    assert nullable == {
        "STUDYID": False, "USUBJID": False, "AESEQ": False, "AETERM": False,
        "AESER": True, "AEOUT": True, "AESTDTC": True, "AESTDY": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("text", "category"),
        ("integer", "Int64"),
        ("float", "float64"),
        ("date", "datetime64[us]"),
        ("datetime", "datetime64[us]"),
        ("time", "float64"),
    ],
)
@pytest.mark.parametrize("records", [0, 3])
def test_empty_frames_and_missing_columns_have_the_dtype_of_their_kind(kind, dtype, records):
    each = variable("X", "float" if kind != "text" else "text", kind)
    schema = dataset_schema(DatasetMeta("AE", "AE", None, "", (each,), keys=("X",)), {})
    schema.checks = []  # three records without a value are not unique
    schema.validate(pd.DataFrame({"X": pd.Series([None] * records, dtype=dtype)}), lazy=True)


@pytest.mark.parametrize("wrong", ["datetime64[ns]", "datetime64[s]", "float64", "str"])
def test_a_date_has_microseconds_and_no_other_unit(wrong):
    each = variable("ADT", "integer", "date")
    schema = dataset_schema(DatasetMeta("ADAE", "x", None, "", (each,)), {})
    frame = pd.DataFrame({"ADT": pd.Series([None], dtype=wrong)})
    assert ("ADT", "WB-TYPE") in broken(schema, frame)


def test_all_faults_are_told_at_once(schema):
    frame = adverse_events(
        AE_RECORDS.replace("头痛  ", "头痛头痛头痛头痛").replace("2020-02 ", "2020-02-60").replace(
            "| FATAL", "| DEAD")
    ).frame  # fmt: skip
    assert broken(schema, frame) == {
        ("AETERM", "WB-LENGTH"), ("AESTDTC", "WB-DATE"), ("AEOUT", "WB-TERM"),
    }  # fmt: skip


def test_columns_must_be_there_in_order_and_no_others(schema):
    frame = adverse_events().frame
    frame["EXTRA"] = "x"
    assert ("AE", "column_in_schema") in broken(schema, frame)
    assert ("AE", "column_in_dataframe") in broken(schema, frame.drop(columns="AETERM"))
    assert ("AE", "column_ordered") in broken(schema, frame[frame.columns[::-1]])


def test_a_schema_of_a_data_set_without_records_takes_an_empty_frame(schema):
    frame = adverse_events(AE_RECORDS.splitlines()[1]).frame
    assert len(schema.validate(frame, lazy=True)) == 0
