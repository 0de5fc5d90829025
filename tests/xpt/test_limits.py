import pickle

import pandas as pd
import pytest

from cdisc_pom.xpt import (
    DataSet,
    Problem,
    Variable,
    XportError,
    check_frame,
    read_xport,
    write_library,
    write_xport,
)

AE = pd.DataFrame(
    {
        "USUBJID": ["POM-001-001", "POM-001-014"],
        "AETERM": ["头痛", "上呼吸道感染" * 12],  # 216 bytes in utf-8, 144 in gb18030
    }
)


def found(**options):
    frame = options.pop("frame", pd.DataFrame({"X": ["a"]}))
    return [
        (each.variable, each.rule, each.bytes, each.limit)
        for each in check_frame(frame, **{"name": "AE", **options})
    ]


def test_the_message_gives_variable_record_bytes_and_text(tmp_path):
    with pytest.raises(XportError) as caught:
        write_xport(tmp_path / "ae.xpt", AE, name="AE", keys=["USUBJID"])
    assert str(caught.value) == (
        f"{tmp_path / 'ae.xpt'}: 1 problem, nothing was written.\n"
        "  AE.AETERM: has length 200, but the longest value needs 216 bytes in utf-8: "
        f"'{'上呼吸道感染' * 12}'. Record: row 2 (USUBJID=POM-001-014)."
    )
    assert caught.value.problems == (
        Problem(
            rule="text_too_long",
            message=caught.value.problems[0].message,
            variable="AETERM",
            row=1,
            keys={"USUBJID": "POM-001-014"},
            bytes=216,
            limit=200,
            text="上呼吸道感染" * 12,
            count=1,
            data_set="AE",
        ),
    )
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_counted_in_the_chosen_encoding(tmp_path):
    path = tmp_path / "ae.xpt"
    member = write_xport(path, AE, name="AE", encoding="gb18030")
    assert member.variables[1].length == 144
    assert read_xport(path, encoding="gb18030")["AETERM"].tolist() == AE["AETERM"].tolist()


@pytest.mark.parametrize(
    ("version", "label", "encoding", "problem"),
    [
        (5, "字" * 13, "utf-8", None),  # 39 bytes
        (5, "字" * 14, "utf-8", ("X", "label_too_long", 42, 40)),
        (5, "字" * 20, "gb18030", None),  # 40 bytes
        (5, "字" * 21, "gb18030", ("X", "label_too_long", 42, 40)),
        (5, "a" * 40, "us-ascii", None),
        (5, "a" * 41, "us-ascii", ("X", "label_too_long", 41, 40)),
        (8, "字" * 85, "utf-8", None),  # 255 bytes
        (8, "字" * 86, "utf-8", ("X", "label_too_long", 258, 256)),
        (5, "±", "ascii", ("X", "not_in_encoding", None, None)),
        (5, "±", "latin-1", None),
    ],
)
def test_labels_have_40_or_256_bytes(version, label, encoding, problem):
    variables = [Variable("X", "text", 1, label=label)]
    got = found(variables=variables, version=version, encoding=encoding)
    assert got == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("version", "name", "rules"),
    [
        (5, "AETERM", []),
        (5, "AETERM12", []),
        (5, "AETERM123", ["name_too_long"]),
        (5, "1AETERM", ["name"]),
        (5, "AE TERM", ["name"]),
        (5, "名称", ["name"]),
        (5, "", ["name"]),
        (8, "A" * 32, []),
        (8, "A" * 33, ["name_too_long"]),
        (8, "名" * 10, []),
        (8, "名" * 11, ["name_too_long"]),
        (8, "AE\nTERM", ["name"]),
    ],
)
def test_names_have_8_or_32_bytes_and_the_letters_of_sas(version, name, rules):
    frame = pd.DataFrame({name: ["a"]})
    got = [rule for _, rule, _, _ in found(frame=frame, version=version)]
    assert got == rules


@pytest.mark.parametrize(
    ("version", "count", "encoding", "rules"),
    [
        (5, 200, "utf-8", []),
        (5, 201, "utf-8", ["text_too_long"]),
        (8, 32_767, "utf-8", []),
        (8, 32_768, "utf-8", ["text_too_long"]),
    ],
)
def test_texts_have_200_or_32767_bytes(version, count, encoding, rules):
    frame = pd.DataFrame({"X": ["a" * count]})
    assert [
        rule for _, rule, _, _ in found(frame=frame, version=version, encoding=encoding)
    ] == rules


@pytest.mark.parametrize(
    ("variable", "rules"),
    [
        (Variable("X", "number", 1), ["length"]),
        (Variable("X", "number", 9), ["length"]),
        (Variable("X", "text", 0), ["length"]),
        (Variable("X", "number", 8, format="DATE 9"), ["format"]),
        (Variable("X", "number", 8, format="$8."), ["format"]),
        (Variable("X", "number", 8, informat="VERYLONGFORMAT8."), ["format"]),
        (Variable("X", "number", 8, label="\0"), ["nul_character"]),
    ],
)
def test_lengths_and_formats_are_checked(variable, rules):
    frame = pd.DataFrame({"X": [None]})
    assert [rule for _, rule, _, _ in found(frame=frame, variables=[variable])] == rules


def test_columns_and_variables_must_be_the_same_set():
    frame = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["A", "B", "B"])
    got = found(frame=frame, variables=[Variable("B", "number", 8), Variable("C", "number", 8)])
    assert [each[:2] for each in got] == [
        ("A", "unknown_column"),
        ("C", "missing_column"),
        ("B", "duplicate_column"),
    ]


def test_two_variables_may_not_differ_in_case_only():
    assert [each[:2] for each in found(frame=pd.DataFrame({"a": [1], "A": [2]}))] == [
        ("A", "duplicate_name")
    ]


@pytest.mark.parametrize("dtype", ["str", "category", "object"])
def test_a_character_that_the_encoding_lacks_is_named_with_its_record(dtype):
    frame = pd.DataFrame({"X": ["5 mg", "5 µg", "6 µg"]}).astype(dtype)
    problem = check_frame(frame, name="AE", encoding="gb2312")[0]
    assert (problem.rule, problem.row, problem.text, problem.count) == (
        "not_in_encoding",
        1,
        "5 µg",
        2,
    )
    assert "gb2312 has no bytes for 'µ' in '5 µg'" in str(problem)


def test_a_category_that_no_record_has_is_not_checked(tmp_path):
    values = pd.Series(["a", "b" * 300], dtype="category")[:1]
    member = write_xport(tmp_path / "x.xpt", pd.DataFrame({"X": values}), name="X")
    assert member.variables[0].length == 1


def test_numbers_and_texts_may_not_be_mixed():
    frame = pd.DataFrame({"X": [1, "a"], "Y": [1, 2], "Z": ["1", "2"]})
    variables = [
        Variable("X", "text", 8),
        Variable("Y", "text", 8),
        Variable("Z", "number", 8),
    ]
    assert [each[:2] for each in found(frame=frame, variables=variables)] == [
        ("X", "wrong_type"),
        ("Y", "wrong_type"),
        ("Z", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("value", "length", "rules"),
    [
        (float("inf"), 8, ["number_too_big"]),
        (7.3e75, 8, ["number_too_big"]),
        (1e-80, 8, ["number_too_small"]),
        (0.1, 8, []),
        (0.1, 7, ["low_bits"]),
        (0.5, 2, []),
        (8192.0, 3, []),  # what SAS documents as the greatest whole number of length 3
        (65537.0, 3, ["low_bits"]),
        (None, 3, []),
    ],
)
def test_a_number_that_does_not_fit_is_told(value, length, rules):
    frame = pd.DataFrame({"X": [value]}, dtype="float64")
    got = found(frame=frame, variables=[Variable("X", "number", length)])
    assert [rule for _, rule, _, _ in got] == rules


def test_the_caller_may_have_small_numbers_as_zero_and_low_bits_cut(tmp_path):
    path = tmp_path / "x.xpt"
    frame = pd.DataFrame({"X": [1e-80, 1.0], "Y": [0.1, -0.1]})
    variables = [Variable("X", "number", 8), Variable("Y", "number", 3)]
    write_xport(path, frame, name="X", variables=variables, tiny="zero", low_bits="cut")
    back = read_xport(path)
    assert back["X"].tolist() == [0, 1]
    assert back["Y"].tolist() == [0x1999 / 2**16, -0x1999 / 2**16]


@pytest.mark.parametrize(
    ("value", "rules"),
    [(2**53, []), (2**53 + 1, ["low_bits"]), (-(2**62), []), (2**63 - 1, ["low_bits"])],
)
@pytest.mark.parametrize("dtype", ["int64", "Int64"])
def test_an_integer_beyond_2_to_53_must_be_a_double(value, rules, dtype):
    frame = pd.DataFrame({"X": pd.array([1, value], dtype=dtype)})
    assert [rule for _, rule, _, _ in found(frame=frame)] == rules


def test_a_zero_byte_in_a_text_is_told():
    assert [each[:2] for each in found(frame=pd.DataFrame({"X": ["a", "b\0c"]}))] == [
        ("X", "nul_character")
    ]


def test_problems_of_all_data_sets_are_told_at_once(tmp_path):
    sets = [DataSet("A", pd.DataFrame({"X": ["a" * 201]})), DataSet("B", pd.DataFrame({"1": [1]}))]
    with pytest.raises(XportError) as caught:
        write_library(tmp_path / "x.xpt", sets)
    assert [(each.data_set, each.rule) for each in caught.value.problems] == [
        ("A", "text_too_long"),
        ("B", "name"),
    ]


def test_problems_of_all_frames_of_an_iterator_are_told_at_once(tmp_path):
    frames = (pd.DataFrame({"X": [text]}) for text in ["a", "bbb", "c", "dddd"])
    with pytest.raises(XportError) as caught:
        write_xport(tmp_path / "x.xpt", frames, name="X", variables=[Variable("X", "text", 2)])
    assert [(each.row, each.bytes) for each in caught.value.problems] == [(1, 3), (3, 4)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-16", "no-such", "cp037", "hz"])
def test_an_encoding_that_is_no_ascii_superset_is_refused(tmp_path, encoding):
    with pytest.raises(XportError, match="encoding"):
        write_xport(tmp_path / "x.xpt", AE, name="AE", encoding=encoding)


def test_a_failed_write_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "x.xpt"
    path.write_bytes(b"old")
    with pytest.raises(XportError):
        write_xport(path, AE, name="AE")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.xpt"]


def test_an_error_travels_between_processes():
    error = XportError.of_problems(check_frame(AE, name="AE"), path="x.xpt")
    back = pickle.loads(pickle.dumps(error))
    assert (str(back), back.problems, back.path) == (str(error), error.problems, "x.xpt")
