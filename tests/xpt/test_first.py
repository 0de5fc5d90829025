import numpy as np
import pandas as pd
import pyreadstat
import pytest

from cdisc_pom.xpt import Variable, XportError, XportFile, read_xport, write_xport

LAB = pd.DataFrame(
    {
        "USUBJID": ["POM-001", "POM-002", None],
        "LBTEST": pd.Categorical(["血红蛋白", "血小板", None]),
        "LBSTRESN": [1.5, float("nan"), -2e10],
    }
)
VARIABLES = (
    Variable("USUBJID", "text", 20, label="受试者唯一标识符"),
    Variable("LBTEST", "text", 40, label="检验名称"),
    Variable("LBSTRESN", "number", 8, label="标准单位数值结果", format="8.2"),
)


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_foreign_reader_sees_the_same_texts_numbers_and_labels(tmp_path, encoding, version):
    path = tmp_path / "lb.xpt"
    write_xport(
        path,
        LAB,
        name="LB",
        label="实验室检查",
        variables=VARIABLES,
        encoding=encoding,
        version=version,
    )
    frame, meta = pyreadstat.read_xport(path, encoding=encoding)
    assert frame["LBTEST"].tolist() == ["血红蛋白", "血小板", ""]
    np.testing.assert_array_equal(frame["LBSTRESN"], LAB["LBSTRESN"])
    assert meta.column_labels == [each.label for each in VARIABLES]
    assert meta.file_label == "实验室检查"


@pytest.mark.parametrize("version", [5, 8])
def test_a_data_set_comes_back_as_it_was_written(tmp_path, version):
    path = tmp_path / "lb.xpt"
    written = write_xport(path, LAB, name="LB", label="x", variables=VARIABLES, version=version)
    pd.testing.assert_frame_equal(
        read_xport(path, text="str"), LAB.astype({"USUBJID": "str", "LBTEST": "str"})
    )
    assert XportFile(path).members == (written,)


def test_all_broken_limits_are_told_before_a_byte_is_written(tmp_path):
    path = tmp_path / "lb.xpt"
    short = (
        Variable("USUBJID", "text", 6),
        Variable("LBTEST", "text", 10, label="字" * 14),
        Variable("LBSTRESN", "number", 3),
    )
    with pytest.raises(XportError) as caught:
        write_xport(path, LAB, name="LB", variables=short, keys=["USUBJID"])
    rules = [(each.variable, each.rule, each.row, each.bytes) for each in caught.value.problems]
    assert rules == [
        ("LBTEST", "label_too_long", None, 42),
        ("USUBJID", "text_too_long", 0, 7),
        ("LBTEST", "text_too_long", 0, 12),
        ("LBSTRESN", "low_bits", 2, None),
    ]
    assert not list(tmp_path.iterdir())
