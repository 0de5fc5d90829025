"""The records of a file, byte by byte, against the published layout."""

import datetime as dt
import struct

import pandas as pd
import pytest

from cdisc_pom.xpt import DataSet, Variable, XportFile, write_library, write_xport

STAMP = dt.datetime(2026, 3, 1, 8, 5, 9)  # noqa: DTZ001
FRAME = pd.DataFrame({"USUBJID": ["01", "02"], "AGE": [64.0, 71.0]})
VARIABLES = (
    Variable("USUBJID", "text", 5, label="Unique Subject Identifier", format="$5."),
    Variable("AGE", "number", 8, label="Age", format="8.2", informat="BEST12."),
)


def records(path):
    content = path.read_bytes()
    assert len(content) % 80 == 0
    return [content[start : start + 80] for start in range(0, len(content), 80)]


def test_version_5_has_the_published_records(tmp_path):
    path = tmp_path / "dm.xpt"
    write_xport(
        path,
        FRAME,
        name="DM",
        label="Demographics",
        variables=VARIABLES,
        created=STAMP,
        modified=STAMP,
    )
    lines = records(path)
    stamp = b"01MAR26:08:05:09"
    assert lines[0] == b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert lines[1][:24] + lines[1][64:] == b"SAS     SAS     SASLIB  " + stamp
    assert lines[2] == stamp.ljust(80)
    assert lines[3] == (
        b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140  "
    )
    assert lines[4] == b"HEADER RECORD*******DSCRPTR HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert lines[5][:24] + lines[5][64:] == b"SAS     DM      SASDATA " + stamp
    assert lines[6] == stamp + b" " * 16 + b"Demographics".ljust(40) + b" " * 8
    assert lines[7] == (
        b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000000200000000000000000000  "
    )
    assert lines[12] == b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
    assert lines[13][:26] == b"01   \x42\x40\0\0\0\0\0\x0002   \x42\x47\0\0\0\0\0\0"
    assert lines[13][26:] == b" " * 54
    assert len(lines) == 14


def test_a_variable_is_described_in_140_bytes(tmp_path):
    path = tmp_path / "dm.xpt"
    write_xport(path, FRAME, name="DM", variables=VARIABLES)
    block = path.read_bytes()[640:920]
    layout = ">hhhh8s40s8shhh2s8shhi52s"
    text, number = struct.unpack(layout, block[:140]), struct.unpack(layout, block[140:])
    assert text[:5] == (2, 0, 5, 1, b"USUBJID ")
    assert text[5:9] == (b"Unique Subject Identifier".ljust(40), b"$       ", 5, 0)
    assert text[-2:] == (0, bytes(52))
    assert number[:5] == (1, 0, 8, 2, b"AGE     ")
    assert number[6:9] == (b"        ", 8, 2)  # format 8.2 has no name
    assert number[11:15] == (b"BEST    ", 12, 0, 5)  # informat, and the position after USUBJID


LONG = (
    Variable("UNIQUE_SUBJECT_IDENTIFIER", "text", 300, label="L" * 256),
    Variable("AGE", "number", 8, label="Age", format="VERYLONGFORMATNAME8.2"),
    Variable("WEIGHT", "number", 8, format="8.1"),
)


def test_version_8_tells_long_names_labels_formats_and_the_number_of_records(tmp_path):
    path = tmp_path / "dm.xpt"
    frame = pd.DataFrame({"UNIQUE_SUBJECT_IDENTIFIER": ["x" * 300], "AGE": [1.0], "WEIGHT": [2.0]})
    name = "A_DATA_SET_NAME_OF_32_CHARACTERS"
    write_xport(path, frame, name=name, variables=LONG, version=8, created=STAMP)
    lines = records(path)
    assert lines[0][20:28] == b"LIBV8   "
    assert lines[3][20:28] == b"MEMBV8  "
    assert lines[4][20:28] == b"DSCPTV8 "
    assert lines[5][:48] == b"SAS     " + name.encode() + b"SASDATA "
    assert lines[5][64:] == b"01MAR26:08:05:09"
    assert lines[7][20:28] == b"NAMSTV8 "
    assert lines[7][52:58] == b"000003"
    first = path.read_bytes()[640:780]
    assert first[8:16] == b"UNIQUE_S"
    assert first[16:56] == b"L" * 40
    assert first[88:120] == b"UNIQUE_SUBJECT_IDENTIFIER".ljust(32)
    assert struct.unpack(">h", first[120:122]) == (256,)
    labels = next(n for n, line in enumerate(lines) if line[20:28] == b"LABELV9 ")
    assert lines[labels][48:].strip() == b"2"
    start = 80 * (labels + 1)
    entry = path.read_bytes()[start:]
    assert entry[:10] == struct.pack(">5H", 1, 25, 256, 0, 0)
    assert entry[10 : 10 + 25 + 256] == b"UNIQUE_SUBJECT_IDENTIFIER" + b"L" * 256
    assert entry[291:301] == struct.pack(">5H", 2, 3, 3, 21, 0)
    assert entry[301:328] == b"AGEAgeVERYLONGFORMATNAME8.2"
    observations = next(line for line in lines if line[20:28] == b"OBSV8   ")
    assert observations[48:] == b"%15d" % 1 + b" " * 17
    assert XportFile(path).members[0].variables == LONG


def test_a_long_label_alone_is_told_in_the_shorter_form(tmp_path):
    path = tmp_path / "dm.xpt"
    variables = [Variable("A", "text", 1, label="中" * 20)]  # 60 bytes
    write_xport(path, pd.DataFrame({"A": ["x"]}), name="DM", variables=variables, version=8)
    assert b"HEADER RECORD*******LABELV8 HEADER RECORD!!!!!!!1" in path.read_bytes()
    assert (
        path.read_bytes()[640 + 16 : 640 + 56] == ("中" * 13).encode() + b" "
    )  # no half character
    assert XportFile(path).members[0].variables == tuple(variables)


def test_output_is_the_same_in_every_run(tmp_path):
    for name in ("one.xpt", "two.xpt"):
        write_xport(tmp_path / name, FRAME, name="DM")
    assert (tmp_path / "one.xpt").read_bytes() == (tmp_path / "two.xpt").read_bytes()
    assert XportFile(tmp_path / "one.xpt").created == dt.datetime(1960, 1, 1)  # noqa: DTZ001


@pytest.mark.parametrize("year", [1960, 1999, 2000, 2059])
def test_a_stamp_of_two_digits_is_read_as_1960_to_2059(tmp_path, year):
    path = tmp_path / "dm.xpt"
    created = dt.datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001
    write_xport(path, FRAME, name="DM", created=created, modified=STAMP)
    member = XportFile(path).members[0]
    assert (member.created, member.modified) == (created, STAMP)


@pytest.mark.parametrize("version", [5, 8])
def test_a_file_holds_several_data_sets(tmp_path, version):
    path = tmp_path / "all.xpt"
    other = pd.DataFrame({"TERM": ["头痛", None, "发热"]})
    members = write_library(
        path,
        [DataSet("DM", FRAME, "Demographics"), DataSet("AE", other), DataSet("EMPTY", other[:0])],
        version=version,
    )
    file = XportFile(path)
    assert [each.name for each in file.members] == ["DM", "AE", "EMPTY"]
    assert file.members == members
    assert [each.records for each in file.members] == [2, 3, 0]
    pd.testing.assert_frame_equal(file.read("dm", text="str"), FRAME.astype({"USUBJID": "str"}))
    assert file.read("AE")["TERM"].tolist()[::2] == ["头痛", "发热"]
    assert file.read("EMPTY").columns.tolist() == ["TERM"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DATE9.",
        "8.2",
        "8.",
        "$20.",
        "$CHAR8.",
        "BEST12.",
        "E8601DT19.",
        "YYMMDD10.",
        "DATE.",
        "F8.3",
    ],
)
def test_a_format_comes_back_as_it_was_given(tmp_path, text):
    path = tmp_path / "f.xpt"
    kind = "text" if text.startswith("$") else "number"
    values = ["x"] if kind == "text" else [1.0]
    variable = Variable("X", kind, 8, format=text, informat=text)
    write_xport(path, pd.DataFrame({"X": values}), name="F", variables=[variable])
    assert XportFile(path).members[0].variables == (variable,)
