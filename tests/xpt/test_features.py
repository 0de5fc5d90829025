"""What the peers do with the same files: the cells of docs/xport_features.md."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import xport

from cdisc_pom.xpt import (
    DataSet,
    Variable,
    XportError,
    XportFile,
    missing_value,
    read_xport,
    special_missing,
    write_library,
    write_xport,
)

FRAME = pd.DataFrame(
    {"N": [0.0, 1.5, missing_value(".A")], "D": [0.0, 23436.0, np.nan], "T": ["中", "a", "bcd"]}
)
VARIABLES = [
    Variable("N", "number", 8, label="数", format="8.2", informat="8.2"),
    Variable("D", "number", 8, format="DATE9."),
    Variable("T", "text", 3, label="标"),
]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "lb.xpt"
    write_xport(path, FRAME, name="LB", label="标签", variables=VARIABLES)
    return path


@pytest.fixture
def file8(tmp_path):
    path = tmp_path / "lb8.xpt"
    write_xport(path, FRAME, name="LB", label="标签", variables=VARIABLES, version=8)
    return path


def read_with_xport(path):
    with path.open("rb") as stream:
        return list(xport.Reader(stream))


def first_number(path):
    return read_xport(path).iloc[0, 0]


# Version 8


def test_pyreadstat_reads_version_8(file8):
    assert pyreadstat.read_xport(file8)[0]["T"].tolist() == ["中", "a", "bcd"]


def test_xport_does_not_read_version_8(file8):
    with pytest.raises(xport.ParseError, match="LIBV8"):
        read_with_xport(file8)


def test_pandas_does_not_read_version_8(file8):
    with pytest.raises(ValueError, match="not an XPORT file"):
        pd.read_sas(file8, format="xport")


# Metadata


def test_pyreadstat_reads_labels_and_formats(file):
    _, meta = pyreadstat.read_xport(file)
    assert meta.column_names_to_labels["T"] == "标"
    assert meta.original_variable_types["N"] == "8.2"


def test_xport_reads_neither_labels_nor_formats(file):
    with file.open("rb") as stream:
        reader = xport.Reader(stream)
        assert reader.fields == ("N", "D", "T")
        assert not hasattr(reader, "labels")


def test_pandas_gives_no_labels_and_no_formats(file):
    frame = pd.read_sas(file, encoding="utf-8")
    assert frame.attrs == {}


def test_ours_reads_labels_formats_and_informats(file):
    assert XportFile(file).members[0].variables == tuple(VARIABLES)


# Lengths, stamps, limits


def test_pyreadstat_cuts_a_label_in_the_middle_of_a_character(tmp_path):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"A": ["x"]})
    pyreadstat.write_xport(frame, path, column_labels=["字" * 20], file_format_version=5)
    with pytest.raises(UnicodeDecodeError):
        pyreadstat.read_xport(path)
    with pytest.raises(XportError, match="expected a variable label in utf-8"):
        XportFile(path)


def test_pyreadstat_writes_texts_over_200_bytes_as_version_5(tmp_path):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["字" * 100]}), path, file_format_version=5)
    assert XportFile(path).members[0].variables[0].length == 300


def test_pyreadstat_takes_the_length_from_the_data(tmp_path):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["abc"]}), path, file_format_version=5)
    assert XportFile(path).members[0].variables[0].length == 3


def test_pyreadstat_stamps_the_clock(tmp_path):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"A": ["abc"]}), path, file_format_version=5)
    assert XportFile(path).created.year > 2020


# Encodings


@pytest.fixture
def chinese(tmp_path):
    path = tmp_path / "gb.xpt"
    frame = pd.DataFrame({"A": ["发热", "咳嗽"]})
    variables = [Variable("A", "text", 4, label="术语")]
    write_xport(path, frame, name="AE", variables=variables, encoding="gb18030")
    return path


def test_pyreadstat_reads_gb18030_when_told(chinese):
    assert pyreadstat.read_xport(chinese, encoding="gb18030")[0]["A"].tolist() == ["发热", "咳嗽"]
    with pytest.raises(UnicodeDecodeError):
        pyreadstat.read_xport(chinese)


def test_pyreadstat_writes_utf_8_only(tmp_path):
    path = tmp_path / "x.xpt"
    with pytest.raises(TypeError):
        pyreadstat.write_xport(pd.DataFrame({"A": ["发热"]}), path, encoding="gb18030")


def test_xport_reads_latin_1_only(file):
    assert read_with_xport(file)[0][2] == "中".encode().decode("latin-1")


def test_pandas_reads_texts_in_gb18030_when_told(chinese):
    assert pd.read_sas(chinese, encoding="gb18030")["A"].tolist() == ["发热", "咳嗽"]


def test_pandas_cannot_read_a_data_set_label_in_gb18030(tmp_path):
    path = tmp_path / "gb.xpt"
    write_xport(path, pd.DataFrame({"A": ["a"]}), name="AE", label="事件", encoding="gb18030")
    with pytest.raises(UnicodeDecodeError):
        pd.read_sas(path, format="xport", encoding="gb18030")


# Numbers


def test_pandas_reads_0_as_5_4e_minus_79(file):
    assert pd.read_sas(file, encoding="utf-8")["N"].iloc[0] == pytest.approx(5.397605e-79)
    assert first_number(file) == 0


@pytest.mark.parametrize("value", [1e80, float("inf"), 2.0**250])
def test_pyreadstat_writes_another_number_for_what_is_too_big(tmp_path, value):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"N": [value]}), path, file_format_version=5)
    assert first_number(path) == np.nextafter(16.0**63, 0)


def test_pyreadstat_writes_0_for_what_is_too_small(tmp_path):
    path = tmp_path / "x.xpt"
    pyreadstat.write_xport(pd.DataFrame({"N": [1e-90]}), path, file_format_version=5)
    assert first_number(path) == 0


def test_ours_writes_2_to_250_exactly(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"N": [2.0**250]}), name="X")
    assert pyreadstat.read_xport(path)[0]["N"].tolist() == [2.0**250]


# Missing values


def test_pyreadstat_reads_special_missing_values_as_one(file):
    assert np.isnan(pyreadstat.read_xport(file)[0]["N"].iloc[2])


def test_xport_reads_special_missing_values_as_one(file):
    assert np.isnan(read_with_xport(file)[2][0])


def test_pandas_reads_special_missing_values_as_one(file):
    assert np.isnan(pd.read_sas(file, encoding="utf-8")["N"].iloc[2])


def test_ours_tells_special_missing_values_apart(file):
    assert special_missing(read_xport(file)["N"]).iloc[2] == ".A"


# Dates


def test_pyreadstat_reads_dates_by_the_format(file):
    assert str(pyreadstat.read_xport(file)[0]["D"].iloc[1]) == "2024-03-01"


def test_xport_reads_dates_as_numbers(file):
    assert read_with_xport(file)[1][1] == 23436


def test_pandas_reads_dates_as_numbers(file):
    assert pd.read_sas(file, encoding="utf-8")["D"].iloc[1] == 23436


# Several data sets


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.xpt"
    write_library(path, [DataSet("A", FRAME), DataSet("B", FRAME)])
    return path


def test_pyreadstat_reads_the_headers_of_a_second_data_set_as_records(two):
    assert len(pyreadstat.read_xport(two, disable_datetime_conversion=True)[0]) > 6


def test_xport_refuses_a_second_data_set(two):
    with pytest.raises(NotImplementedError, match="multiple members"):
        read_with_xport(two)


def test_pandas_reads_the_headers_of_a_second_data_set_as_records(two):
    assert len(pd.read_sas(two, format="xport", encoding=None)) > 6


def test_ours_reads_each_of_several_data_sets(two):
    assert [len(XportFile(two).read(name)) for name in "AB"] == [3, 3]


# Blank records


@pytest.fixture
def blank(tmp_path):
    path = tmp_path / "blank.xpt"
    frame = pd.DataFrame({"T": ["a", "b", None, None]})
    write_xport(path, frame, name="X", variables=[Variable("T", "text", 100)])
    return path


def test_pyreadstat_drops_blank_records_at_the_end(blank):
    assert len(pyreadstat.read_xport(blank)[0]) == 2


def test_xport_refuses_blank_records_at_the_end(blank):
    with pytest.raises(xport.ParseError, match="end-of-file padding"):
        read_with_xport(blank)


def test_pandas_drops_a_last_record_whose_text_is_blank(tmp_path):
    path = tmp_path / "x.xpt"
    variables = [Variable("N", "number", 8), Variable("T", "text", 20)]
    frame = pd.DataFrame({"N": [1.0, 2.0], "T": ["a", None]})
    write_xport(path, frame, name="X", variables=variables)
    assert len(pd.read_sas(path, format="xport", encoding="utf-8")) == 1
    assert len(read_xport(path)) == 2


def test_ours_keeps_blank_records_of_80_bytes_and_more(blank):
    assert len(read_xport(blank)) == 4


# Parts of a file


def test_pyreadstat_reads_slices_and_columns(file):
    frame, _ = pyreadstat.read_xport(file, row_offset=1, row_limit=1, usecols=["T"])
    assert frame["T"].tolist() == ["a"]


def test_pandas_reads_in_chunks(file):
    with pd.read_sas(file, chunksize=2, encoding="utf-8") as chunks:
        assert [len(each) for each in chunks] == [2, 1]


def test_xport_reads_record_by_record(file):
    with file.open("rb") as stream:
        assert next(iter(xport.Reader(stream)))[1] == 0


# Broken files


def test_pyreadstat_reads_a_cut_file_without_a_word(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"T": ["a" * 150] * 10}), name="X")
    path.write_bytes(path.read_bytes()[: -80 * 3])
    assert len(pyreadstat.read_xport(path)[0]) == 8
    with pytest.raises(XportError, match="blanks after 8 whole records"):
        read_xport(path)
