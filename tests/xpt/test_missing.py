import string

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.xpt import (
    Variable,
    missing_value,
    read_xport,
    set_missing,
    special_missing,
    write_xport,
)

ALL = [".", "._", *(f".{letter}" for letter in string.ascii_uppercase)]


def test_all_28_missing_values_come_back(tmp_path):
    values = pd.Series([missing_value(code) for code in ALL])
    path = tmp_path / "m.xpt"
    write_xport(path, pd.DataFrame({"X": values}), name="M")
    assert special_missing(read_xport(path)["X"]).tolist() == ALL


@pytest.mark.parametrize(("code", "first"), [(".", 0x2E), ("._", 0x5F), (".A", 0x41), (".Z", 0x5A)])
@pytest.mark.parametrize("length", [3, 8])
def test_a_missing_value_is_its_character_and_zeros(tmp_path, code, first, length):
    path = tmp_path / "m.xpt"
    frame = pd.DataFrame({"X": [missing_value(code)]})
    write_xport(path, frame, name="M", variables=[Variable("X", "number", length)])
    record = path.read_bytes()[-80:][:length]
    assert record == bytes([first]) + bytes(length - 1)


def test_all_of_them_are_missing_in_pandas():
    assert pd.Series([missing_value(code) for code in ALL]).isna().all()


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.copy(),
        lambda frame: frame.sort_values("k", ascending=False).sort_values("k"),
        lambda frame: frame[frame["k"] > 0],
        lambda frame: pd.concat([frame.iloc[:1], frame.iloc[1:]]),
        lambda frame: frame.merge(pd.DataFrame({"k": [1, 2, 3]}), on="k"),
        lambda frame: frame.take([0, 1, 2]),
    ],
    ids=["copy", "sort", "select", "concat", "merge", "take"],
)
def test_the_mark_outlives_what_moves_records(change):
    frame = pd.DataFrame({"k": [1, 2, 3], "v": [missing_value(".A"), 2.0, missing_value("._")]})
    assert special_missing(change(frame)["v"]).tolist() == [".A", np.nan, "._"]


def test_a_nan_of_any_other_origin_is_the_ordinary_missing_value():
    with np.errstate(invalid="ignore"):
        other = np.array([np.nan, np.inf - np.inf, -np.nan])
    assert special_missing(pd.Series(other)).tolist() == [".", ".", "."]


def test_set_missing_changes_only_the_records_meant():
    doses = set_missing(pd.Series([1.0, 2.0, np.nan]), [False, True, False], ".N")
    assert special_missing(doses).tolist() == [np.nan, ".N", "."]


@pytest.mark.parametrize("code", ["", "A", ".a", ".AA", "..", ".1", ".中"])
def test_other_texts_are_no_missing_value(code):
    with pytest.raises(ValueError, match="is no missing value"):
        missing_value(code)
