import numpy as np
import pandas as pd
import pyreadstat
import pytest
from reference_study import write_files

from cdisc_pom.errors import Problems
from cdisc_pom.results.adam_files import read_adam

ADSL = pd.DataFrame(
    {
        "USUBJID": ["001", "002"],
        "AGE": [61.0, np.nan],
        "SEX": ["男", None],
        "TRTSDT": pd.to_datetime(["2017-02-27", None]),
    }
)


def faults(*args):
    with pytest.raises(Problems) as problems:
        read_adam(*args)
    return [str(error) for error in problems.value.errors]


def test_files_are_read_as_they_were_written(tmp_path):
    write_files(tmp_path, {"ADSL": ADSL})
    frame = read_adam(tmp_path, ["ADSL"])["ADSL"]
    assert frame["USUBJID"].tolist() == ["001", "002"]
    assert frame["AGE"].tolist()[0] == 61
    assert frame["SEX"].tolist()[0] == "男"
    assert frame.loc[1, ["AGE", "SEX", "TRTSDT"]].isna().all()  # "" in the file is missing
    assert str(frame["TRTSDT"].dtype) == "datetime64[s]"
    assert frame["TRTSDT"][0] == pd.Timestamp("2017-02-27")


def test_dates_with_time_keep_it(tmp_path):
    start = (pd.Timestamp("2017-02-27T08:30") - pd.Timestamp("1960-01-01")).total_seconds()
    pyreadstat.write_xport(
        pd.DataFrame({"USUBJID": ["1"], "TRTSDTM": [start]}),
        str(tmp_path / "adsl.xpt"),
        file_format_version=5,
        variable_format={"TRTSDTM": "DATETIME20."},
    )
    frame = read_adam(tmp_path, ["ADSL"])["ADSL"]
    assert str(frame["TRTSDTM"].dtype) == "datetime64[us]"
    assert frame["TRTSDTM"][0] == pd.Timestamp("2017-02-27T08:30")


def test_all_files_that_cannot_be_read_are_told_at_once(tmp_path):
    write_files(tmp_path, {"ADSL": ADSL})
    (tmp_path / "adae.xpt").write_text("not a transport file " * 20, encoding="ascii")
    assert faults(tmp_path, ["ADSL", "ADAE", "ADRS"], "ascii") == [
        f"{tmp_path / 'adsl.xpt'}: ADSL cannot be read as a SAS transport file in ascii (Unable to convert string to the requested encoding (invalid byte sequence)).",
        f"{tmp_path / 'adae.xpt'}: ADAE cannot be read as a SAS transport file in ascii (Invalid file, or file has unsupported features).",
        f"{tmp_path / 'adrs.xpt'}: data set ADRS is not there. The folder holds adae.xpt, adsl.xpt.",
    ]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    place = tmp_path / "nowhere"
    assert faults(place, ["ADSL"]) == [
        f"{place / 'adsl.xpt'}: data set ADSL is not there. The folder holds no .xpt file."
    ]
