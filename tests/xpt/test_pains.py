"""Public complaints about other tools; each test is named after its thread."""

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.xpt import Variable, XportError, XportFile, read_xport, write_xport


def test_xportr_91_bytes_not_characters_are_counted(tmp_path):
    """github.com/atorus-research/xportr/issues/91"""
    frame = pd.DataFrame({"X": ["37 ± 0.5 °C"]})  # 11 characters, 13 bytes
    with pytest.raises(XportError, match="has length 11, but the longest value needs 13 bytes"):
        write_xport(tmp_path / "x.xpt", frame, name="X", variables=[Variable("X", "text", 11)])


def test_xportr_296_smart_quotes_are_not_cut(tmp_path):
    """github.com/atorus-research/xportr/issues/296"""
    frame = pd.DataFrame({"X": ["“severe” – ≥ grade 3"]})
    write_xport(tmp_path / "x.xpt", frame, name="X")
    assert read_xport(tmp_path / "x.xpt")["X"].tolist() == ["“severe” – ≥ grade 3"]


def test_selik_57_metadata_of_more_than_60_rows_stay(tmp_path):
    """github.com/selik/xport/issues/57"""
    frame = pd.DataFrame({"X": np.arange(1_000.0)})
    variable = Variable("X", "number", 8, label="Value", format="8.1")
    write_xport(tmp_path / "x.xpt", frame, name="X", label="Set", variables=[variable])
    member = XportFile(tmp_path / "x.xpt").members[0]
    assert (member.label, member.variables, member.records) == ("Set", (variable,), 1_000)


def test_readstat_172_formats_and_informats_are_not_lost(tmp_path):
    """github.com/WizardMac/ReadStat/issues/172, github.com/Roche/pyreadstat/issues/287"""
    variables = (
        Variable("D", "number", 8, label="Date", format="YYMMDD10.", informat="ANYDTDTE20."),
        Variable("T", "text", 4, label="Text", format="$CHAR4.", informat="$4."),
    )
    frame = pd.DataFrame({"D": [1.0], "T": ["a"]})
    write_xport(tmp_path / "x.xpt", frame, name="X", variables=variables)
    assert XportFile(tmp_path / "x.xpt").members[0].variables == variables


def test_readstat_316_version_8_tells_its_number_of_records(tmp_path):
    """github.com/WizardMac/ReadStat/issues/316"""
    frame = pd.DataFrame({"X": np.arange(12.0)})
    write_xport(tmp_path / "x.xpt", frame, name="X", version=8)
    assert b"OBSV8   HEADER RECORD!!!!!!!             12 " in (tmp_path / "x.xpt").read_bytes()


def test_xportr_202_chinese_labels_are_allowed(tmp_path):
    """github.com/atorus-research/xportr/issues/202"""
    label = "受试者唯一标识符（全角括号）"[:13]
    variables = [Variable("USUBJID", "text", 3, label=label)]
    write_xport(
        tmp_path / "x.xpt", pd.DataFrame({"USUBJID": ["001"]}), name="DM", variables=variables
    )
    assert XportFile(tmp_path / "x.xpt").members[0].variables[0].label == label


@pytest.mark.parametrize("character", ["±", "μ", "µ", "（", "镕", "𠮷", "㎡", "·", "–"])
def test_haven_751_rare_characters_come_back_in_gb18030_and_utf8(tmp_path, character):
    """github.com/tidyverse/haven/issues/751, github.com/selik/xport/issues/72"""
    for encoding in ("utf-8", "gb18030"):
        frame = pd.DataFrame({"X": [f"a{character}b", "c"]})
        write_xport(tmp_path / "x.xpt", frame, name="X", encoding=encoding)
        back = read_xport(tmp_path / "x.xpt", encoding=encoding)
        assert back["X"].tolist() == frame["X"].tolist()


def test_haven_784_the_long_label_section_can_be_read(tmp_path):
    """github.com/tidyverse/haven/issues/784"""
    variables = tuple(Variable(f"V{n}", "number", 8, label="L" * (38 + n)) for n in range(1, 6))
    frame = pd.DataFrame({each.name: [1.0] for each in variables})
    write_xport(tmp_path / "x.xpt", frame, name="X", variables=variables, version=8)
    assert XportFile(tmp_path / "x.xpt").members[0].variables == variables
