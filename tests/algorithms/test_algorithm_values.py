"""Values taken over, joined, mapped to terms, split and read as numbers."""

import pandas as pd
import pytest
from columns_by_hand import dates, integers, marked, messages, numbers, plain, run, texts
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.algorithms.values import TermTable, fold, read_number, split_text

SEX = TermTable("SEX", {"男": "M", "女": "F", "male": "M"}, {"男": "M", "女": "F", "Male": "M"})


def test_assign_gives_the_column_as_it_is():
    column = texts("A", None, "B")
    pd.testing.assert_series_equal(run("assign", column), column)


def test_constant_stands_in_each_record_on_the_index_of_the_records():
    got = run("constant", pd.Series([1, 2, 3], index=[7, 8, 9]), "AE")
    assert plain(got) == ["AE", "AE", "AE"]
    assert got.index.tolist() == [7, 8, 9]


@pytest.mark.parametrize(
    ("parts", "separator", "expected"),
    [
        (("POM", "03", "001"), "-", "POM-03-001"),  # SDTMIG 3.4, section 4.2.3: unique over sites
        (("POM", None, "001"), "-", "POM-001"),  # a missing part takes its separator with it
        ((None, None, None), "-", None),
        (("A", "B", "C"), "", "ABC"),
        (("减量", "不良事件", None), "：", "减量：不良事件"),
    ],
)
def test_concat_joins_what_is_there(parts, separator, expected):
    assert plain(run("concat", tuple(texts(part) for part in parts), separator)) == [expected]


def test_concat_of_numbers_has_no_decimals_where_there_are_none():
    got = run("concat", (texts("LINE", "LINE"), integers(2, None)), " ")
    assert plain(got) == ["LINE 2", "LINE"]


@pytest.mark.parametrize(
    ("collected", "term"),
    [
        ("男", "M"),
        (" 男 ", "M"),
        ("MALE", "M"),  # no case
        ("Ｍａｌｅ", "M"),  # full-width letters: NFKC, Unicode Standard Annex 15
        ("女\u3000", "F"),  # an ideographic blank is a blank
        (None, None),  # nothing collected is no fault
    ],
)
def test_term_compares_after_trimming_and_nfkc_without_case(collected, term):
    got = run("term", texts(collected), SEX)
    assert (plain(got), got.problems) == ([term], ())


def test_pain_15_an_unmapped_term_stays_missing_and_is_told_with_the_nearest_one():
    got = run("term", texts("男", "男性", "n/a", None, "男性"), SEX)
    assert plain(got) == ["M", None, None, None, None]
    assert marked(got) == [1, 2, 4]
    problem = got.problems[0]
    assert problem.message == "'SEX' has no row for collected value '{value}'"
    assert problem.severity == "error"
    assert problem.hint("男性") == "Did you mean '男'?"


def test_a_term_that_is_near_nothing_is_told_where_to_be_added():
    many = {str(n): "X" for n in range(100, 120)}
    problem = run("term", texts("不详"), TermTable("SEX", many, many)).problems[0]
    assert problem.hint("不详") == "Add a row for it to Terms under SEX."


def test_fold_is_the_same_when_it_is_done_twice():
    for text in ("ＩｇＧ  型", " Straße ", "㎎/ｄＬ", "ﬁn"):
        assert fold(fold(text)) == fold(text)


def test_text_loses_blanks_at_its_ends_only():
    got = run("text", texts("  a  b ", "   ", None, "\u3000发热\u3000"))
    assert plain(got) == ["a  b", None, None, "发热"]


def test_text_that_is_too_long_goes_on_in_further_variables():
    # SDTMIG 3.4, section 4.5.3: the first 200 characters stay, the rest goes to SUPP--.
    long = "发" * 67 + "热" * 67  # 134 characters of 3 bytes
    got = run("text", texts("短", long), overflow="AETERM")
    assert plain(got) == ["短", "发" * 66]
    assert plain(got.more["AETERM1"]) == [None, "发" + "热" * 65]
    assert plain(got.more["AETERM2"]) == [None, "热热"]
    assert set(got.more) == {"AETERM1", "AETERM2"}


def test_text_without_overflow_is_never_cut():
    long = "x" * 500
    got = run("text", texts(long))
    assert (plain(got), dict(got.more)) == ([long], {})


def test_a_text_is_split_after_a_blank_or_mark_in_its_last_quarter():
    #                     1         2
    #            12345678901234567890
    assert split_text("nausea and vomiting, fever", 20) == ["nausea and vomiting,", " fever"]
    assert split_text("恶心呕，吐", 12) == ["恶心呕，", "吐"]
    assert split_text("abcdefgh", 4) == ["abcd", "efgh"]


@given(st.text(min_size=1), st.integers(min_value=4, max_value=60))
def test_the_parts_of_a_split_text_fit_and_give_it_again(text, width):
    parts = split_text(text, width)
    assert "".join(parts) == text
    assert all(0 < len(part.encode()) <= width for part in parts)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4.0),
        ("-0.50", -0.5),
        ("+3", 3.0),
        (" 12.5 ", 12.5),
        ("２．５", 2.5),  # full-width digits and point
        ("1e3", 1000.0),
        ("<5", None),
        ("1,234", None),  # a comma may be a decimal sign: never guessed
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),  # beyond what a number can hold
        ("", None),
        (".", None),
        ("12.5 mg", None),
        ("未做", None),
    ],
)
def test_a_number_is_a_plain_decimal_number_or_none(text, number):
    assert read_number(text) == number


def test_number_tells_of_texts_that_are_none_and_leaves_them_missing():
    got = run("number", texts("4", "未查", None, "5.0"))
    assert plain(got) == [4.0, None, None, 5.0]
    assert (marked(got), messages(got)) == ([1], ["'{value}' is not a number"])


def test_number_takes_numbers_as_they_are():
    assert plain(run("number", integers(1, None))) == [1.0, None]


def test_numeric_or_missing_takes_other_texts_for_no_fault():
    # SDTMIG 3.4, section 4.5.1: --STRESN holds numeric results, it is empty for text results.
    assert plain(run("numeric_or_missing", texts("3.5", "POSITIVE", None))) == [3.5, None, None]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((texts("a", None, None), texts("b", "c", None)), ["a", "c", None]),
        ((numbers(1, None, None), numbers(2, 3, None)), [1, 3, None]),
        ((integers(1, None, None), integers(2, 3, None)), [1, 3, None]),
        ((integers(1, None, None), numbers(2.5, 3.5, None)), [1, 3.5, None]),
        (
            (dates("2024-01-01", None, None), dates("2023-01-01", "2024-02-01", None)),
            ["2024-01-01", "2024-02-01", None],
        ),
    ],
    ids=["text", "float", "integer", "mixed", "date"],
)
def test_coalesce_gives_the_first_value_that_is_not_missing(columns, expected):
    assert plain(run("coalesce", columns)) == expected


def test_sql_gives_what_the_expression_gave():
    assert plain(run("sql", integers(1, None))) == [1, None]
