import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt import (
    Variable,
    XportError,
    join_text,
    read_xport,
    split_text,
    split_to_supplement,
    write_xport,
)

many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

LONG = "受试者在第一次给药后出现轻度头痛，" * 8  # 17 characters, 51 bytes in utf-8; 408 in all
AE = pd.DataFrame(
    {"USUBJID": ["001", "002", "003"], "AETERM": ["头痛", LONG, None], "AESEQ": [1.0, 1.0, 1.0]}
)
VARIABLES = (
    Variable("USUBJID", "text", 3),
    Variable("AETERM", "text", 408, label="不良事件术语"),
    Variable("AESEQ", "number", 8),
)


def pieces(text, limit, encoding="utf-8"):
    variable = Variable("CO", "text", len(text.encode(encoding)))
    frame = pd.DataFrame({"CO": [text]})
    split = split_text(frame, [variable], limit=limit, encoding=encoding)
    return split.frame.loc[0].tolist()


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abcdef", 6, ["abcdef"]),
        ("abcdef", 4, ["abcd", "ef"]),
        ("aaa bbb ccc", 8, ["aaa bbb", " ccc"]),  # the blank goes along, the pieces join
        ("aaa, bbb", 5, ["aaa,", " bbb"]),
        ("头痛发热", 6, ["头痛", "发热"]),
        ("头痛发热", 7, ["头痛", "发热"]),  # never inside a character
        ("头痛发热", 8, ["头痛", "发热"]),
        ("轻度头痛，发热", 18, ["轻度头痛，", "发热"]),  # after the comma
        ("e\u0301e\u0301", 4, ["e\u0301", "e\u0301"]),  # an accent stays with its letter
        ("a" * 9, 4, ["aaaa", "aaaa", "a"]),
    ],
)
def test_a_text_is_cut_at_the_last_good_place(text, limit, expected):
    assert pieces(text, limit) == expected


def test_the_same_text_needs_fewer_pieces_in_gb18030():
    assert [len(pieces(LONG, 200, each)) for each in ("utf-8", "gb18030")] == [3, 2]


def test_continuation_variables_follow_their_first_one():
    split = split_text(AE, VARIABLES)
    assert split.frame.columns.tolist() == ["USUBJID", "AETERM", "AETERM1", "AETERM2", "AESEQ"]
    assert [(each.name, each.label) for each in split.variables[1:4]] == [
        ("AETERM", "不良事件术语"),
        ("AETERM1", "不良事件术语"),
        ("AETERM2", "不良事件术语"),
    ]
    assert dict(split.continued) == {"AETERM": ("AETERM1", "AETERM2")}
    assert split.frame["AETERM1"].notna().tolist() == [False, True, False]
    pd.testing.assert_frame_equal(join_text(split.frame, split.continued), AE)


def test_a_name_of_8_bytes_gives_its_last_letter_for_the_number():
    frame = pd.DataFrame({"AEACNOTH": ["a" * 201]})
    split = split_text(frame, [Variable("AEACNOTH", "text", 201)])
    assert split.frame.columns.tolist() == ["AEACNOTH", "AEACNOT1"]


def test_a_taken_name_is_an_error():
    frame = AE.assign(AETERM1="x")
    with pytest.raises(XportError, match="needs a continuation variable AETERM1"):
        split_text(frame, [*VARIABLES, Variable("AETERM1", "text", 1)])


def test_a_column_without_a_variable_is_told():
    with pytest.raises(XportError, match="MORE: is a column of the frame, but no variable"):
        split_text(AE.assign(MORE=1), VARIABLES)


def test_blanks_that_fill_a_piece_are_an_error():
    with pytest.raises(XportError, match="more than 10 bytes of blanks in a row"):
        pieces("a" + " " * 30 + "b", 10)


def test_what_is_over_the_limit_is_handed_over_as_supplementary_rows():
    first, rows = split_to_supplement(AE, VARIABLES)
    assert first.columns.tolist() == AE.columns.tolist()
    assert rows[["row", "QNAM", "QLABEL"]].to_numpy().tolist() == [
        [1, "AETERM1", "不良事件术语"],
        [1, "AETERM2", "不良事件术语"],
    ]
    assert first["AETERM"].iloc[1] + "".join(rows["QVAL"]) == LONG


def test_the_writer_splits_when_it_is_told_to(tmp_path):
    path = tmp_path / "ae.xpt"
    with pytest.raises(XportError, match="needs 408 bytes"):
        write_xport(path, AE, name="AE")
    member = write_xport(path, AE, name="AE", at_limit="split")
    assert [each.name for each in member.variables][1:4] == ["AETERM", "AETERM1", "AETERM2"]
    back = read_xport(path, text="str")
    pd.testing.assert_frame_equal(join_text(back, {"AETERM": ("AETERM1", "AETERM2")}), AE)


@many
@given(
    st.text(st.sampled_from("ab 中，é\u0301😀"), min_size=1, max_size=60),
    st.integers(12, 40),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_pieces_fit_and_join_to_the_text(text, limit, encoding):
    try:
        got = pieces(text, limit, encoding)
    except XportError:
        assert " " * 2 in text or "\u0301" * 2 in text
        return
    assert "".join(got).rstrip(" ") == text.rstrip(" ")
    assert all(len(each.rstrip(" ").encode(encoding)) <= limit for each in got)
    assert not any(each.endswith(" ") for each in got[:-1])
