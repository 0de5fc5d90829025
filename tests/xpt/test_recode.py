import pandas as pd
import pyreadstat
import pytest

from cdisc_pom.xpt import (
    DataSet,
    Variable,
    XportError,
    XportFile,
    missing_value,
    read_xport,
    recode_xport,
    special_missing,
    write_library,
    write_xport,
)

FRAME = pd.DataFrame({"TERM": ["头痛", "发热伴咳嗽", None], "N": [1.5, missing_value(".C"), -0.1]})
VARIABLES = [
    Variable("TERM", "text", 60, label="术语", format="$60.", informat="$60."),
    Variable("N", "number", 8, label="数", format="8.2"),
]


@pytest.mark.parametrize("version", [5, 8])
def test_utf8_becomes_gb18030_and_comes_back(tmp_path, version):
    one, two, three = (tmp_path / f"{number}.xpt" for number in "123")
    write_xport(one, FRAME, name="AE", label="事件", variables=VARIABLES, version=version)
    recode_xport(one, two, source_encoding="utf-8", target_encoding="gb18030")
    member = XportFile(two, encoding="gb18030").members[0]
    assert [(each.length, each.label) for each in member.variables] == [(10, "术语"), (8, "数")]
    assert pyreadstat.read_xport(two, encoding="gb18030")[0]["TERM"].tolist()[1] == "发热伴咳嗽"
    recode_xport(two, three, source_encoding="gb18030", target_encoding="utf-8")
    back = read_xport(three, text="str")
    pd.testing.assert_frame_equal(back, FRAME.astype({"TERM": "str"}))
    assert special_missing(back["N"])[1] == ".C"
    assert XportFile(three).members[0].variables[0].length == 15  # of the longest value


def test_all_data_sets_of_a_file_are_recoded(tmp_path):
    one, two = tmp_path / "1.xpt", tmp_path / "2.xpt"
    write_library(one, [DataSet("A", FRAME), DataSet("B", FRAME[:0])])
    recode_xport(one, two, source_encoding="utf-8", target_encoding="gbk")
    file = XportFile(two, encoding="gbk")
    assert [(each.name, each.records) for each in file.members] == [("A", 3), ("B", 0)]


def test_a_file_may_take_the_place_of_its_source(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, FRAME, name="AE")
    recode_xport(path, path, source_encoding="utf-8", target_encoding="gb18030")
    assert read_xport(path, encoding="gb18030")["TERM"].tolist()[0] == "头痛"


def test_what_the_target_cannot_hold_is_an_error_and_nothing_is_written(tmp_path):
    one, two = tmp_path / "1.xpt", tmp_path / "2.xpt"
    write_xport(one, pd.DataFrame({"X": ["中" * 100, "5 µg"]}), name="X", encoding="gb18030")
    with pytest.raises(XportError, match="needs 300 bytes in utf-8"):
        recode_xport(one, two, source_encoding="gb18030", target_encoding="utf-8")
    with pytest.raises(XportError, match="gb2312 has no bytes for 'µ'"):
        recode_xport(one, two, source_encoding="gb18030", target_encoding="gb2312")
    assert not two.exists()
