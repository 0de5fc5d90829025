"""Any frame that is written comes back the same."""

import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt import (
    Variable,
    XportFile,
    missing_value,
    read_xport,
    write_xport,
)

many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

CODES = [".", "._", *(f".{letter}" for letter in string.ascii_uppercase)]
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda value: value == 0 or 16.0**-65 <= abs(value) < 16.0**63
    ),
    st.integers(-(2**53), 2**53).map(float),
    st.sampled_from(CODES).map(missing_value),
)
# Every border: 1, 2, 3 and 4 bytes in utf-8 and in gb18030.
CHARACTERS = st.sampled_from("aZ09 ~±éμ中头；〇𠮷😀\u2028ㄅ")


@st.composite
def frames(draw):
    rows = draw(st.integers(0, 12))
    columns = {}
    for number in range(draw(st.integers(1, 5))):
        if draw(st.booleans()):
            values = draw(st.lists(NUMBERS, min_size=rows, max_size=rows))
            columns[f"N{number}"] = pd.Series(values, dtype="float64")
        else:
            text = st.one_of(st.none(), st.text(CHARACTERS, max_size=20))
            values = draw(st.lists(text, min_size=rows, max_size=rows))
            dtype = draw(st.sampled_from(["str", "category", "object"]))
            columns[f"T{number}"] = pd.Series(values, dtype="str").astype(dtype)
    return pd.DataFrame(columns)


def expected(frame):
    """What the format keeps: no trailing blanks, empty is missing, -0.0 is 0."""
    kept = {}
    for name, values in frame.items():
        if name.startswith("N"):
            kept[name] = values.where(values != 0, 0.0)
        else:
            text = values.astype("str").str.rstrip(" ")
            kept[name] = text.where(text != "")
    return pd.DataFrame(kept)


@many
@given(frames(), st.sampled_from([5, 8]), st.sampled_from(["utf-8", "gb18030"]))
def test_a_frame_comes_back(tmp_path, frame, version, encoding):
    path = tmp_path / "x.xpt"
    if version == 5 and not any(name.startswith("N") for name in frame):
        kept = expected(frame)
        assume(not len(kept) or kept.iloc[-1].notna().any())  # see test_blank_records
    write_xport(path, frame, name="X", version=version, encoding=encoding, durable=False)
    back = read_xport(path, encoding=encoding, text="str")
    pd.testing.assert_frame_equal(back, expected(frame).astype(back.dtypes))
    for name in frame:
        if name.startswith("N"):
            bits = frame[name].to_numpy().copy()
            bits[bits == 0] = 0.0  # the sign of zero is not kept
            np.testing.assert_array_equal(
                back[name].to_numpy().view(np.uint64), bits.view(np.uint64)
            )


@many
@given(st.lists(NUMBERS, min_size=1), st.integers(2, 8))
def test_short_numbers_keep_the_bits_that_fit(tmp_path, values, length):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"X": pd.Series(values, dtype="float64")})
    variables = [Variable("X", "number", length)]
    write_xport(path, frame, name="X", variables=variables, low_bits="cut", durable=False)
    once = read_xport(path)
    write_xport(path, once, name="X", variables=variables, durable=False)  # nothing more is lost
    pd.testing.assert_frame_equal(read_xport(path), once)


@many
@given(st.text(CHARACTERS, max_size=30), st.sampled_from(["utf-8", "gb18030"]))
@example("中" * 66, "utf-8")
@example("中" * 100, "gb18030")
@example("𠮷" * 50, "utf-8")
@example("𠮷" * 50, "gb18030")
def test_a_text_comes_back_in_the_length_it_needs(tmp_path, text, encoding):
    assume(text.strip(" "))
    path = tmp_path / "x.xpt"
    member = write_xport(
        path, pd.DataFrame({"X": [text]}), name="X", encoding=encoding, durable=False
    )
    kept = text.rstrip(" ")
    assert member.variables[0].length == len(kept.encode(encoding))
    assert read_xport(path, encoding=encoding)["X"].tolist() == [kept]


@pytest.mark.parametrize("version", [5, 8])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_empty_and_tiny_frames_come_back(tmp_path, version, rows):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"T": pd.Series(["a", "b"][:rows], dtype="str"), "N": [1.0, 2.0][:rows]})
    frame = frame.astype({"N": "float64"})
    member = write_xport(path, frame, name="X", version=version)
    assert (member.records, XportFile(path).members[0].records) == (rows, rows)
    pd.testing.assert_frame_equal(read_xport(path, text="str"), frame)
    coded = read_xport(path, text="category")
    assert isinstance(coded["T"].dtype, pd.CategoricalDtype)
    pd.testing.assert_frame_equal(coded.astype({"T": "str"}), frame)


@pytest.mark.parametrize("dtype", ["object", "category"])
def test_an_all_missing_column_is_text_or_number_as_described(tmp_path, dtype):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"T": [None, None], "N": [None, np.nan]}, dtype=dtype)
    variables = [Variable("T", "text", 10), Variable("N", "number", 8)]
    write_xport(path, frame, name="X", variables=variables)
    back = read_xport(path, text="str")
    assert back.dtypes.astype(str).tolist() == ["str", "float64"]
    assert back.isna().all(axis=None)


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "boolean", "bool", "Float64"])
def test_all_number_dtypes_are_written(tmp_path, dtype):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"X": pd.array([1, 0], dtype=dtype)}), name="X")
    assert read_xport(path)["X"].tolist() == [1.0, 0.0]


def test_a_category_of_numbers_is_a_number(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"X": pd.Categorical([2, 1, None])}), name="X")
    assert read_xport(path)["X"].tolist()[:2] == [2.0, 1.0]


def test_9999_variables_of_version_8_come_back(tmp_path):
    path = tmp_path / "x.xpt"
    names = [f"VARIABLE_WITH_A_LONG_NAME_{number:05d}" for number in range(9_999)]
    frame = pd.DataFrame(np.arange(2 * 9_999, dtype="float64").reshape(2, -1), columns=names)
    write_xport(path, frame, name="WIDE", version=8)
    pd.testing.assert_frame_equal(read_xport(path), frame.rename_axis(columns=None))


def test_texts_of_every_length_up_to_200_come_back(tmp_path):
    path = tmp_path / "x.xpt"
    texts = ["中" * (count // 3) + "a" * (count % 3) for count in range(1, 201)]
    write_xport(path, pd.DataFrame({"X": texts}), name="X")
    assert read_xport(path)["X"].tolist() == texts


@pytest.mark.parametrize("text", ["auto", "category", "str"])
def test_all_text_modes_give_the_same_values(tmp_path, text):
    path = tmp_path / "x.xpt"
    values = ["b", "a", None, "b"] * 500
    unique = [f"U{number}" for number in range(2_000)]
    frame = pd.DataFrame({"R": values, "U": unique}).astype("str")
    write_xport(path, frame, name="X")
    back = read_xport(path, text=text)
    kinds = {"auto": ["category", "str"], "category": ["category"] * 2, "str": ["str"] * 2}[text]
    assert back.dtypes.astype(str).tolist() == kinds
    pd.testing.assert_frame_equal(back.astype("str"), frame)
    if text != "str":
        assert back["R"].cat.categories.tolist() == ["a", "b"]  # in order, whatever the records


def test_frames_from_an_iterator_are_written_and_read_in_chunks(tmp_path):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"T": [f"中{n % 7}" for n in range(1_000)], "N": np.arange(1_000.0)})
    frame = frame.astype({"T": "str"})
    variables = [Variable("T", "text", 4), Variable("N", "number", 8)]
    parts = (frame.iloc[start : start + 300] for start in range(0, 1_000, 300))
    member = write_xport(path, parts, name="X", variables=variables, version=8)
    assert member.records == 1_000
    chunks = list(XportFile(path).chunks(rows=128, text="str"))
    assert [len(each) for each in chunks] == [128] * 7 + [104]
    pd.testing.assert_frame_equal(pd.concat(chunks), frame, check_index_type=False)


@pytest.mark.parametrize(
    ("start", "rows", "positions"),
    [(0, None, range(10)), (3, 4, range(3, 7)), (8, 9, range(8, 10)), (10, 1, []), (99, None, [])],
)
def test_slices_of_records_and_columns_are_read(tmp_path, start, rows, positions):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"A": np.arange(10.0), "B": list("abcdefghij"), "C": np.arange(10.0) * 2})
    write_xport(path, frame, name="X")
    back = read_xport(path, columns=["C", "B"], start=start, rows=rows, text="str")
    assert back.columns.tolist() == ["C", "B"]
    assert back["C"].tolist() == [2.0 * each for each in positions]
    assert back["B"].tolist() == ["abcdefghij"[each] for each in positions]


def test_unknown_members_and_columns_are_told(tmp_path):
    path = tmp_path / "x.xpt"
    write_xport(path, pd.DataFrame({"A": [1.0]}), name="X")
    with pytest.raises(KeyError, match="X has no variable Z"):
        read_xport(path, columns=["Z"])
    with pytest.raises(KeyError, match="has no data set Y; it has X"):
        read_xport(path, member="Y")


def test_large_blocks_meet_at_the_right_records(tmp_path):
    """More records than one block of the writer and one run of the reader."""
    path = tmp_path / "x.xpt"
    rows = 170_000
    frame = pd.DataFrame(
        {
            "T": pd.Categorical.from_codes(np.arange(rows) % 5 - 1, list("abcd")),
            "U": pd.Series(np.arange(rows)).astype("str"),
            "N": np.arange(rows, dtype="float64") / 7,
        }
    )
    variables = [Variable("T", "text", 150), Variable("U", "text", 50), Variable("N", "number", 8)]
    write_xport(path, frame, name="X", variables=variables, durable=False)
    pd.testing.assert_frame_equal(read_xport(path), frame)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_columns_in_several_chunks_are_written(tmp_path, encoding):
    path = tmp_path / "x.xpt"
    parts = [pd.DataFrame({"T": [text, None]}, dtype="str") for text in ("中文", "a", "é ", "文")]
    frame = pd.concat(parts, ignore_index=True)
    assert pd.api.types.is_string_dtype(frame["T"].dtype)
    write_xport(path, frame.iloc[1:-1], name="X", encoding=encoding)
    back = read_xport(path, encoding=encoding)["T"]
    assert back.dropna().tolist() == ["a", "é", "文"]
    assert back.index[back.notna()].tolist() == [1, 3, 5]
