"""A reader of bytes that nobody vouches for: errors with a place, never a crash."""

import os
import resource

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt import (
    Variable,
    XportError,
    XportFile,
    check_file,
    read_xport,
    write_xport,
)

many = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

FRAME = pd.DataFrame({"T": ["ab", "中", None, "x"], "N": [1.0, -2.5, None, 1e10]})


@pytest.fixture(params=[5, 8])
def good(request, tmp_path):
    path = tmp_path / "x.xpt"
    variables = [Variable("T", "text", 100, label="标签" * 6), Variable("N", "number", 8)]
    write_xport(path, FRAME, name="X", variables=variables, version=request.param)
    return path


def changed(path, offset, content):
    data = bytearray(path.read_bytes())
    data[offset : offset + len(content)] = content
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "byte 0: expected a library header record of 80 bytes, found the end of the file"),
        (b"PK\3\4" + b"x" * 400, "byte 0: expected 'HEADER RECORD*******LIBRARY' or LIBV8"),
        (b"**COMPRESSED** **COMPRESSED** " * 9, "found a file of PROC CPORT, another format"),
        (b"\0" * 400, "byte 0: expected"),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / "x.xpt"
    path.write_bytes(content)
    with pytest.raises(XportError) as caught:
        XportFile(path)
    assert message in str(caught.value)
    assert caught.value.offset == 0


@pytest.mark.parametrize(
    ("offset", "content", "at", "expected"),
    [
        (80, b"XXX", 80, "'SAS     SAS     SASLIB'"),
        (240, b"XXX", 240, "'HEADER RECORD*******MEMBER'"),
        (314, b"0999", 314, "'0140' or '0136', bytes a variable"),
        (400, b"XXX", 400, "'SAS     '"),
        (612, b"999999", 612, "a number of variables up to"),
        (612, b"00000x", 612, "a number of variables up to"),
        (612, b"-00001", 612, "a number of variables up to"),
        (560, b"XXX", 560, "'HEADER RECORD*******NAM"),
        (640, b"\0\3", 640, "type 1 (number) or 2 (text)"),
        (644, b"\0\0", 644, "a length of 1 to 32767"),
        (644, b"\xff\xff", 644, "a length of 1 to 32767"),
        (784, b"\0\x09", 784, "a length of 2 to 8"),
        (864, b"\0\0\0\7", 640, "variables side by side in the record"),
        (656, b"\xff\xff", 656, "a variable label in utf-8"),
    ],
)
def test_a_broken_header_is_named_with_offset_and_expectation(good, offset, content, at, expected):
    if XportFile(good).version == 8 and offset == 240:
        expected = expected.replace("MEMBER'", "MEMBV8'")
    if offset == 656 and XportFile(good).version == 8:
        pytest.skip("the long label of version 8 stands elsewhere")
    changed(good, offset, content)
    with pytest.raises(XportError) as caught:
        XportFile(good)
    assert caught.value.offset == at
    assert expected in caught.value.expected
    assert str(good) in str(caught.value)


def test_every_truncation_is_an_error_or_a_smaller_file(good):
    whole = good.read_bytes()
    records = XportFile(good).members[0].records
    for size in [*range(0, len(whole), 7), *range(0, len(whole), 80)]:
        good.write_bytes(whole[:size])
        try:
            file = XportFile(good)
        except XportError:
            continue
        assert size % 80 == 0
        assert sum(each.records for each in file.members) < records


def test_garbage_after_the_end_is_an_error(good):
    with good.open("ab") as file:
        file.write(b"garbage".ljust(80, b"!"))
    with pytest.raises(XportError) as caught:
        XportFile(good).read()
    assert "found" in str(caught.value) or caught.value.problems


def test_a_rest_that_is_no_whole_line_is_an_error(good):
    with good.open("ab") as file:
        file.write(b"x")
    with pytest.raises(XportError, match="records of 80 bytes to the end, found a rest of 1 bytes"):
        XportFile(good)


@pytest.mark.parametrize("told", [b"999999999999999", b"              5"])
def test_version_8_must_not_tell_more_records_than_there_are(tmp_path, told):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"T": ["a" * 80] * 4}), name="X", version=8)
    at = path.read_bytes().index(b"OBSV8") + 28
    changed(path, at, told)
    with pytest.raises(XportError, match=r"records of 80 bytes, found 320 bytes"):
        XportFile(path)


def test_a_number_of_records_that_is_not_told_is_counted(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"T": ["a" * 80] * 4}), name="X", version=8)
    changed(path, path.read_bytes().index(b"OBSV8") + 28, b"0" * 15)  # as older writers do
    assert len(read_xport(path)) == 4


def test_bytes_that_are_no_text_are_told_with_variable_and_record(tmp_path):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"A": ["ok", "发热", "发热"], "B": ["ok", "ok", "µ"]})
    write_xport(path, frame, name="AE", encoding="gb18030")
    with pytest.raises(XportError) as caught:
        read_xport(path)
    told = [(each.data_set, each.variable, each.row, each.count) for each in caught.value.problems]
    assert told == [("AE", "A", 1, 2), ("AE", "B", 2, 1)]
    assert r"AE.A: holds bytes that are no utf-8: '\xb7\xa2\xc8\xc8'. Record: row 2" in str(
        caught.value
    )
    assert "\ufffd" in read_xport(path, errors="replace")["A"].iloc[1]
    assert [each.rule for each in check_file(path)] == ["not_in_encoding"] * 2
    assert check_file(path, encoding="gb18030") == ()


def test_a_header_inside_the_data_is_no_second_member(tmp_path):
    path = tmp_path / "x.xpt"
    line = "HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!000000000000000001600000000140  "
    frame = pd.DataFrame({"X": ["a", line, "b"]})
    write_xport(path, frame, name="X", variables=[Variable("X", "text", 80)])
    assert read_xport(path)["X"].tolist() == ["a", line.rstrip(), "b"]


def test_a_count_of_variables_does_not_take_memory(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"X": [1.0]}), name="X", version=8)
    changed(path, path.read_bytes().index(b"NAMSTV8") + 32, b"999999")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(XportError):
        XportFile(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_a_file_that_shrinks_while_it_is_read_is_an_error(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, FRAME, name="X")
    file = XportFile(path)
    os.truncate(path, path.stat().st_size - 80)
    with pytest.raises(XportError, match="found the end of the file"):
        file.read()


def test_a_mainframe_number_of_56_bits_is_told_by_the_checker(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"N": [1.0, 2.0]}), name="X")
    data = path.read_bytes()
    path.write_bytes(data[:-72] + bytes.fromhex("41FFFFFFFFFFFFFF") + data[-64:])
    assert read_xport(path)["N"].tolist() == [1.0, 16 - 2.0**-49]  # the last 3 bits are cut
    assert [(each.rule, each.row, each.text) for each in check_file(path)] == [
        ("low_bits", 1, "41FFFFFFFFFFFFFF")
    ]


@many
@given(data=st.data())
def test_a_mutated_file_is_read_or_refused(good, data):
    path, original = good, good.with_suffix(".good")
    if not original.exists():
        original.write_bytes(good.read_bytes())
    content = bytearray(original.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        frame = read_xport(path)
    except (XportError, KeyError):
        return
    assert len(frame) * frame.shape[1] <= len(content)
