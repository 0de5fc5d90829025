"""The same data set in each file format."""

import datetime as dt
import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables_by_hand import pairs, table, unequal

from cdisc_pom.compare import UnreadableFile, compare_files
from cdisc_pom.compare.readers import open_file
from cdisc_pom.xpt import Variable, write_dataset_json, write_library, write_xport
from cdisc_pom.xpt.convert import write_csv, write_parquet, xport_to_json
from cdisc_pom.xpt.writer import DataSet

SAS7BDAT = Path(__file__).parent / "data" / "adsl.sas7bdat.gz"

#: The records of data/adsl.sas7bdat.gz, which R's haven wrote (2.5.1) from this program:
#: d <- data.frame(USUBJID=c("01-001","01-002","01-003"), AGE=c(63, 71.5, NA), DOSE=c(54,
#: tagged_na("N"), tagged_na("B")), TRTSDT=as.Date(c("2014-01-02","2014-02-03",NA)),
#: TXT=c("头痛","a","")); labels for USUBJID, AGE, TRTSDT; format.sas DATE9 for TRTSDT.
RECORDS = """
USUBJID | AGE  | DOSE | TRTSDT | TXT
01-001  | 63   | 54   | 19725  | 头痛
01-002  | 71.5 | .N   | 19757  | a
01-003  |      | .B   |        |
"""
NUMBERS = ("AGE", "DOSE", "TRTSDT")
VARIABLES = (
    Variable("USUBJID", "text", 6, label="Unique Subject Identifier"),
    Variable("AGE", "number", 8, label="Age"),
    Variable("DOSE", "number", 8),
    Variable("TRTSDT", "number", 8, label="Start", format="DATE9."),
    Variable("TXT", "text", 6),
)


@pytest.fixture
def xpt(tmp_path):
    path = tmp_path / "adsl.xpt"
    write_xport(path, table(RECORDS, numbers=NUMBERS), name="ADSL", variables=VARIABLES)
    return path


@pytest.fixture
def plain(tmp_path):
    """The same without special missing values, which some formats have no place for."""
    path = tmp_path / "plain.xpt"
    frame = table(RECORDS.replace(".N", "  ").replace(".B", "  "), numbers=NUMBERS)
    write_xport(path, frame, name="ADSL", label="Subjects", variables=VARIABLES)
    return path


@pytest.fixture
def sas7bdat(tmp_path):
    path = tmp_path / "adsl.sas7bdat"
    path.write_bytes(gzip.decompress(SAS7BDAT.read_bytes()))
    return path


def the_only(base, compare, **options):
    found = compare_files(base, compare, **options)
    (only,) = found.comparisons
    return only


def both_ways_equal(base, compare):
    return the_only(base, compare).equal and the_only(compare, base).equal


def test_xpt_and_sas7bdat_with_all_attributes(xpt, sas7bdat):
    found = the_only(xpt, sas7bdat)
    assert found.equal, found
    assert found.compare.file_format == "SAS7BDAT"
    assert (found.compare.records, found.compare.variables) == (3, 5)


def test_attributes_of_a_sas7bdat_are_compared(tmp_path, sas7bdat):
    path = tmp_path / "adsl.xpt"
    variables = [*VARIABLES[:3], Variable("TRTSDT", "number", 8, "Begin", "YYMMDD10.", "DATE9.")]
    frame = table(RECORDS, numbers=NUMBERS)
    write_xport(path, frame, name="ADSL", variables=[*variables, VARIABLES[4]])
    told = [
        (each.attribute, each.base, each.compare) for each in the_only(path, sas7bdat).attributes
    ]
    assert told == [
        ("label", "Begin", "Start"),
        ("format", "YYMMDD10.", "DATE9."),
        ("informat", "DATE9.", ""),
    ]


def test_special_missing_values_of_a_sas7bdat_are_told_apart(plain, sas7bdat):
    assert pairs(the_only(plain, sas7bdat), "DOSE") == [
        ("01-002", ".", ".N"),
        ("01-003", ".", ".B"),
    ]


def test_xpt_and_the_parquet_made_of_it(xpt, tmp_path):
    path = tmp_path / "adsl.parquet"
    write_parquet(xpt, path)
    assert both_ways_equal(xpt, path)


def test_xpt_and_the_parquet_with_dates_made_of_it(xpt, tmp_path):
    path = tmp_path / "adsl.parquet"
    write_parquet(xpt, path, dates="format")
    assert both_ways_equal(xpt, path)


def test_xpt_and_the_csv_made_of_it(xpt, tmp_path):
    path = tmp_path / "adsl.csv"
    write_csv(xpt, path)
    assert both_ways_equal(xpt, path)
    write_csv(xpt, path, dates="format")
    assert "2014-01-02" in path.read_text("utf-8")
    assert both_ways_equal(xpt, path)


@pytest.mark.parametrize("suffix", ["json", "ndjson"])
def test_xpt_and_the_dataset_json_made_of_it(plain, tmp_path, suffix):
    path = tmp_path / f"adsl.{suffix}"
    xport_to_json(plain, path)
    assert both_ways_equal(plain, path)


def test_parquet_types_that_a_data_set_has_none_of_its_own_for(tmp_path):
    values = {
        "ID": pa.array([1, 2], pa.int8()),
        "FLAG": pa.array([True, None]),
        "PRICE": pa.array([1, None], pa.decimal128(5, 2)),
        "DAY": pa.array([dt.date(2014, 1, 2), None]),
        "AT": pa.array([dt.datetime.fromisoformat("2014-01-02T03:04"), None], pa.timestamp("ns")),
        "TIME": pa.array([dt.time(0, 1), None], pa.time32("s")),
        "TIME64": pa.array([dt.time(0, 1), None], pa.time64("us")),
        "TAKEN": pa.array([dt.timedelta(seconds=90), None]),
        "CODE": pa.array(["a", None]).dictionary_encode(),
        "LEVEL": pa.array([1.5, None]).dictionary_encode(),
        "NONE": pa.nulls(2),
        "TEXT": pa.array(["x ", ""], pa.string_view()),
        "SMALL": pa.array([0.5, None], pa.float32()),
    }
    path, other = tmp_path / "x.parquet", tmp_path / "x.csv"
    pq.write_table(pa.table(values), path)
    other.write_text(
        "ID,FLAG,PRICE,DAY,AT,TIME,TIME64,TAKEN,CODE,LEVEL,NONE,TEXT,SMALL\n"
        "1,1,1.00,2014-01-02,2014-01-02T03:04,00:01:00,60,90,a,1.5,,x,0.5\n2,,,,,,,,,,,,\n"
    )
    assert both_ways_equal(path, other)


def test_a_parquet_column_that_no_data_set_can_hold_is_an_error(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"A": [1], "B": [[1, 2]]}), path)
    with pytest.raises(UnreadableFile, match=r"x.parquet: B has the type list<.*>, which has no"):
        compare_files(path, path)
    pq.write_table(pa.table({"A": [2**53 + 1]}), path)
    with pytest.raises(UnreadableFile, match=r"x.parquet: A Integer value .* not in range"):
        compare_files(path, path)


def test_a_label_in_the_metadata_of_a_parquet_is_compared(tmp_path):
    field = pa.field("AGE", pa.float64(), metadata={"label": "Age in Years"})
    schema = pa.schema([field], metadata={"label": "Demographics"})
    path, other = tmp_path / "dm.parquet", tmp_path / "dm.xpt"
    pq.write_table(pa.table([[63.0]], schema=schema), path)
    write_xport(other, pd.DataFrame({"AGE": [63.0]}), name="DM", label="Demography")
    told = [(each.variable, each.base, each.compare) for each in the_only(path, other).attributes]
    assert told == [("", "Demographics", "Demography"), ("AGE", "Age in Years", "")]


def test_lengths_of_two_dataset_json_files_count_characters(tmp_path):
    paths = [tmp_path / f"{name}.json" for name in "ab"]
    frame = pd.DataFrame({"A": ["头痛"]})
    for path, length in zip(paths, (6, 8), strict=True):
        write_dataset_json(path, frame, name="X", variables=[Variable("A", "text", length)])
    told = [(each.attribute, each.base, each.compare) for each in the_only(*paths).attributes]
    assert told == [("length", "6", "8")]


def test_the_key_of_a_dataset_json_is_taken(tmp_path):
    path = tmp_path / "x.json"
    frame = pd.DataFrame({"NAME": ["a", "a"], "PART": ["1", "2"], "X": [1.0, 1.0]})
    write_dataset_json(path, frame, name="X", keys=["NAME", "PART"])
    assert the_only(path, path).keys == ("NAME", "PART")


class TestCsv:
    """A CSV tells no types."""

    @pytest.fixture
    def compare(self, tmp_path):
        def run(base, other):
            paths = tmp_path / "a.csv", tmp_path / "b.csv"
            for path, text in zip(paths, (base, other), strict=True):
                path.write_text(text, "utf-8")
            return the_only(*paths)

        return run

    def test_numbers_of_two_files_are_compared_as_numbers(self, compare):
        assert compare("USUBJID,X\n01,1\n02,\n", "USUBJID,X\n01,1.0\n02,\n").equal

    def test_codes_with_leading_zeros_are_text(self, compare):
        assert unequal(compare("USUBJID,X\na,001\n", "USUBJID,X\na,1\n")) == {"X": 1}

    def test_one_text_among_numbers_makes_text(self, compare):
        assert unequal(compare("ID,X\na,1\nb,2\n", "ID,X\na,1.0\nb,NE\n")) == {"X": 2}

    def test_na_is_a_text_and_not_missing(self, compare):
        assert pairs(compare("ID,X\na,NA\n", "ID,X\na,\n"), "X") == [("a", "NA", "(blank)")]

    def test_quoted_line_breaks_and_commas_are_part_of_a_text(self, compare):
        assert compare('ID,X\na,"1,\n2"\n', 'ID,"X"\na,"1,\n2"\n').equal

    def test_special_missing_values_are_read(self, compare):
        assert pairs(compare("ID,X\na,.A\nb,1\n", "ID,X\na,.B\nb,1\n"), "X") == [("a", ".A", ".B")]

    def test_a_byte_order_mark_is_no_part_of_a_name(self, compare):
        assert compare("\ufeffID,X\na,1\n", "ID,X\na,1\n").equal

    def test_a_file_without_a_header_or_with_short_lines_is_an_error(self, compare):
        with pytest.raises(UnreadableFile, match=r"b\.csv: has no header line"):
            compare("ID\n1\n", "")
        with pytest.raises(UnreadableFile, match=r"b\.csv: .*Expected 2 columns, got 1"):
            compare("ID\n1\n", "ID,X\n1\n")
        with pytest.raises(UnreadableFile, match=r"the column name ID stands twice"):
            compare("ID\n1\n", "ID,ID\n1,2\n")

    def test_a_file_without_records_is_compared(self, compare):
        assert compare("ID,X\n", "ID,X\n").equal
        assert compare("ID,X\n", "ID,X\n1,2\n").records_only_compare.count == 1


def test_a_csv_value_that_does_not_fit_the_type_of_the_other_side_is_told(xpt, tmp_path):
    path = tmp_path / "adsl.csv"
    write_csv(xpt, path)
    path.write_text(path.read_text("utf-8").replace("71.5", "<72"), "utf-8")
    (only,) = the_only(xpt, path).types
    assert (only.variable, only.base, only.compare, only.value) == ("AGE", "number", "text", "<72")


def test_a_partial_date_is_not_completed(xpt, tmp_path):
    path = tmp_path / "adsl.csv"
    write_csv(xpt, path, dates="format")
    path.write_text(path.read_text("utf-8").replace("2014-01-02", "2014-01"), "utf-8")
    assert the_only(path, xpt).types[0].value == "2014-01"


def test_files_in_two_encodings_are_compared(tmp_path):
    paths = [tmp_path / f"{name}.xpt" for name in ("utf-8", "gb18030")]
    frame = pd.DataFrame({"TERM": ["头痛", "㐂 ± μ"]})
    variables = [Variable("TERM", "text", 20, label="术语")]
    for path in paths:
        write_xport(path, frame, name="AE", label="事件", variables=variables, encoding=path.stem)
    assert the_only(*paths, encoding="utf-8", compare_encoding="gb18030").equal
    with pytest.raises(UnreadableFile, match=r"gb18030.xpt: "):
        compare_files(*paths)


def test_data_sets_of_a_library_are_compared_by_name(tmp_path):
    paths = [tmp_path / "a.xpt", tmp_path / "b.xpt"]
    sets = {name: pd.DataFrame({"X": [float(len(name))]}) for name in ("AE", "DM1", "SUPP")}
    for path, names in zip(paths, (("AE", "DM1"), ("DM1", "SUPP")), strict=True):
        write_library(path, [DataSet(name, sets[name]) for name in names])
    found = compare_files(*paths)
    assert [each.name for each in found.comparisons] == ["DM1"]
    assert (found.only_base, found.only_compare) == (("AE",), ("SUPP",))


def test_a_file_goes_by_its_name_and_not_by_what_it_calls_its_data_set(tmp_path, xpt):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "adsl2.xpt").write_bytes(xpt.read_bytes())
        (tmp_path / folder / "adsl.xpt").write_bytes(xpt.read_bytes())
    found = compare_files(tmp_path / "a", tmp_path / "b")
    assert [each.name for each in found.comparisons] == ["ADSL", "ADSL2"]


@pytest.mark.parametrize("suffix", ["xpt", "sas7bdat", "parquet", "json", "ndjson"])
def test_a_broken_file_is_one_error_that_names_it(tmp_path, xpt, suffix):
    path = tmp_path / f"broken.{suffix}"
    path.write_bytes(b"no such thing" * 100)
    with pytest.raises(UnreadableFile) as raised:
        compare_files(xpt, path)
    text = str(raised.value)
    assert text.startswith(f"{path}: ")
    assert text.count(str(path)) == 1
    assert text.endswith(".")


def test_a_file_of_another_kind_or_none_is_an_error(tmp_path, xpt):
    other = tmp_path / "x.txt"
    other.write_text("x")
    with pytest.raises(UnreadableFile, match=r"unknown kind of file; known: .xpt, .sas7bdat, "):
        compare_files(xpt, other)
    with pytest.raises(UnreadableFile, match=r"none.xpt: no such file"):
        compare_files(tmp_path / "none.xpt", xpt)


def test_bytes_that_are_not_of_the_encoding_are_an_error(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("TERM\n发热\n".encode("gb18030"))
    with pytest.raises(UnreadableFile, match=r"x\.csv"):
        compare_files(path, path)
    assert compare_files(path, path, encoding="gb18030").equal


def test_columns_are_read_when_they_are_asked_for(xpt):
    (opened,) = open_file(xpt).values()
    data = opened()
    assert list(data.read(["TXT", "AGE"])) == ["TXT", "AGE"]
    assert data.read([]) == {}


def test_records_are_compared_in_groups_of_columns(xpt, monkeypatch):
    monkeypatch.setattr("cdisc_pom.compare.datasets._BUDGET", 1)
    assert the_only(xpt, xpt).equal
    assert [each.variable for each in the_only(xpt, xpt).values] == [v.name for v in VARIABLES]


def test_manifest_like_json_is_no_data_set(tmp_path):
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps({"files": []}))
        write_dataset_json(folder / "dm.json", pd.DataFrame({"X": [1.0]}), name="DM")
    found = compare_files(tmp_path / "a", tmp_path / "b")
    assert found.equal
    assert [each.name for each in found.comparisons] == ["DM"]


MIDNIGHT = 19725 * 86400  # 2014-01-02 in seconds since 1960


@pytest.mark.parametrize(
    ("number", "format_text", "kind", "real"),
    [
        (19725.0, "DATE9.", pa.timestamp("us"), dt.datetime.fromisoformat("2014-01-02")),
        (MIDNIGHT, "DATETIME20.", pa.date32(), dt.date(2014, 1, 2)),
        (
            MIDNIGHT + 60.0,
            "E8601DT.",
            pa.timestamp("ms"),
            dt.datetime.fromisoformat("2014-01-02T00:01"),
        ),
        (60.0, "TIME5.", pa.time32("ms"), dt.time(0, 1)),
        (19725.0, "", pa.date32(), dt.date(2014, 1, 2)),
    ],
)
def test_real_dates_equal_sas_numbers_of_the_same_moment(tmp_path, number, format_text, kind, real):
    paths = tmp_path / "x.xpt", tmp_path / "x.parquet"
    frame = pd.DataFrame({"DT": [number, None]})
    write_xport(
        paths[0], frame, name="X", variables=[Variable("DT", "number", 8, format=format_text)]
    )
    pq.write_table(pa.table({"DT": pa.array([real, None], kind)}), paths[1])
    assert both_ways_equal(*paths)


def test_two_sas_numbers_are_compared_as_they_are_whatever_their_formats(tmp_path):
    paths = tmp_path / "a.xpt", tmp_path / "b.xpt"
    frame = pd.DataFrame({"USUBJID": ["1"], "DT": [19725.0]})
    for path, format_text in zip(paths, ("DATE9.", "$ODD FORMAT"), strict=True):
        variables = [Variable("USUBJID", "text", 1), Variable("DT", "number", 8)]
        if format_text == "DATE9.":
            variables[1] = Variable("DT", "number", 8, format=format_text)
        write_xport(path, frame, name="X", variables=variables)
    found = the_only(*paths)
    assert unequal(found) == {}
    assert [each.attribute for each in found.attributes] == ["format"]


def test_a_time_of_a_csv_is_read_where_the_other_side_has_times(tmp_path):
    paths = tmp_path / "x.xpt", tmp_path / "x.csv"
    variables = [Variable("TM", "number", 8, format="TIME8.")]
    write_xport(paths[0], pd.DataFrame({"TM": [60.0]}), name="X", variables=variables)
    paths[1].write_text("TM\n00:01:00\n")
    assert both_ways_equal(*paths)


def test_a_transport_file_without_a_data_set_is_an_error(tmp_path):
    path = tmp_path / "x.xpt"
    write_library(path, [])
    with pytest.raises(UnreadableFile, match="holds no data set"):
        compare_files(path, path)
