"""Blank records at the end of a file, the ambiguity of version 5."""

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.xpt import Variable, XportError, XportFile, read_xport, write_xport


def texts(values, length):
    return pd.DataFrame({"X": values}, dtype="str"), [Variable("X", "text", length)]


@pytest.mark.parametrize(
    ("length", "values", "lost"),
    [
        (20, ["a", None], 1),  # 40 bytes: the blank record looks like padding
        (20, ["a", "b", "c", None], 1),  # 80 bytes: fills the record, yet a reader drops it
        (20, ["a", "b", None, None], 2),
        (20, ["a", "b", "c", "d", None], 1),
        (20, ["a", None, "c"], 0),  # not at the end
        (20, [None], 1),
        (80, ["a", None], 0),  # from 80 bytes on nothing is ambiguous
        (100, ["a", None, None], 0),
        (79, ["a", None], 0),  # 158 bytes: one record cannot fill two lines of 80
        (30, ["a", "b", "c", None, None], 2),  # 150 bytes: both begin in the last 80
    ],
)
def test_blank_records_that_a_reader_would_drop_are_an_error(tmp_path, length, values, lost):
    path = tmp_path / "x.xpt"
    frame, variables = texts(values, length)
    if lost:
        with pytest.raises(XportError) as caught:
            write_xport(path, frame, name="X", variables=variables)
        problem = caught.value.problems[0]
        assert (problem.rule, problem.row, problem.count) == (
            "blank_records_at_end",
            len(values) - lost,
            lost,
        )
    else:
        write_xport(path, frame, name="X", variables=variables)
        pd.testing.assert_frame_equal(read_xport(path, text="str"), frame)


def test_version_8_tells_the_number_of_records_so_blank_ones_stay(tmp_path):
    path = tmp_path / "x.xpt"
    frame, variables = texts(["a", None, None], 20)
    write_xport(path, frame, name="X", variables=variables, version=8)
    pd.testing.assert_frame_equal(read_xport(path, text="str"), frame)


@pytest.mark.parametrize("more", [b"", b" " * 80, b" " * 800])
def test_padding_after_the_data_is_no_record(tmp_path, more):
    """A number is never blank, so blank records of a data set with numbers are padding."""
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"N": [1.0, np.nan], "T": ["a", None]}), name="X")
    path.write_bytes(path.read_bytes() + more)
    assert XportFile(path).members[0].records == 2


def test_padding_in_the_middle_is_an_error(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"N": [1.0, np.nan], "T": ["a", None]}), name="X")
    path.write_bytes(path.read_bytes() + b"\0" * 80)
    with pytest.raises(XportError, match=r"X.N: blank bytes where a number should stand.*row 3"):
        read_xport(path)


def test_a_missing_number_keeps_its_record(tmp_path):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"T": [None, None], "N": [np.nan, np.nan]})
    write_xport(path, frame, name="X")
    assert len(read_xport(path)) == 2


@pytest.mark.parametrize("length", [1, 2, 3, 7, 40, 79, 80, 81])
@pytest.mark.parametrize("rows", range(1, 12))
def test_the_number_of_records_is_right_for_every_rest(tmp_path, length, rows):
    path = tmp_path / "x.xpt"
    frame, variables = texts(["x"] * rows, length)
    write_xport(path, frame, name="X", variables=variables, durable=False)
    assert len(read_xport(path)) == rows
