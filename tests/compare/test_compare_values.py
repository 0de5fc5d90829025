"""Single values: what is equal, what is not, and how far apart they are."""

import numpy as np
import pandas as pd
import pytest
from tables_by_hand import of, pairs, settings, table, unequal

from cdisc_pom.compare import (
    Criterion,
    Settings,
    compare_data_sets,
    compare_frames,
    data_set_of,
)
from cdisc_pom.xpt import Variable, missing_value


def one(base, compare, wanted=None):
    """Two columns of numbers compared, record by record."""
    frames = (
        pd.DataFrame({"ID": [f"{n:03d}" for n in range(len(values))], "X": values})
        for values in (base, compare)
    )
    return compare_frames(*frames, wanted)


def is_equal(x, y, wanted=None):
    return one([x], [y], wanted).equal


@pytest.mark.parametrize(
    ("x", "y", "equal"),
    [
        (1.0, 1.0, True),
        (0.0, -0.0, True),
        (0.1 + 0.2, 0.3, False),  # 0.30000000000000004
        (np.nan, np.nan, True),
        (np.nan, 0.0, False),
        (missing_value(".A"), missing_value(".A"), True),
        (missing_value(".A"), missing_value(".B"), False),
        (missing_value(".A"), np.nan, False),
        (missing_value("._"), np.nan, False),
        (np.inf, np.inf, True),
        (np.inf, 1e308, False),
    ],
)
def test_without_a_tolerance_numbers_are_equal_when_they_are_the_same(x, y, equal):
    assert is_equal(x, y) is equal
    assert is_equal(y, x) is equal


@pytest.mark.parametrize(
    ("kind", "limit", "x", "y", "equal"),
    [
        ("absolute", 0.5, 10.0, 10.5, True),  # the limit itself is equal
        ("absolute", 0.5, 10.0, 10.50000001, False),
        ("absolute", 0.5, 10.5, 10.0, True),
        ("absolute", 0.0, 1.0, 1.0, True),
        ("absolute", 0.1, 1.0, 1.1, False),  # 1.1 - 1.0 is 0.10000000000000009
        ("absolute", 1e-8, 1.0, 1.0 + 1e-9, True),
        ("relative", 0.5, 3.0, 5.0, True),  # 2 / 4
        ("relative", 0.5, 5.0, 3.0, True),
        ("relative", 0.4999, 3.0, 5.0, False),
        ("relative", 1.0, 0.0, 1e-300, False),  # 0 and another number: always 2
        ("relative", 2.0, 0.0, 1e-300, True),
        ("relative", 0.5, -3.0, -5.0, True),
        ("relative", 0.5, 1e308, 1.5e308, True),  # 0.4: their sum is no double
        ("relative", 0.3, 1e308, 1.5e308, False),
        ("percent", 25.0, 4.0, 5.0, True),  # 1 of 4
        ("percent", 24.9, 4.0, 5.0, False),
        ("percent", 20.0, 5.0, 4.0, True),  # 1 of 5: base is the measure
        ("percent", 1e9, 0.0, 1.0, False),
        ("percent", 25.0, -4.0, -5.0, True),
    ],
)
def test_a_tolerance_holds_up_to_its_limit(kind, limit, x, y, equal):
    assert is_equal(x, y, settings(**{kind: limit})) is equal


@pytest.mark.parametrize("kind", ["absolute", "relative", "percent"])
def test_a_tolerance_makes_no_missing_value_equal(kind):
    wanted = settings(**{kind: 1e300})
    assert not is_equal(np.nan, 1.0, wanted)
    assert not is_equal(1.0, missing_value(".A"), wanted)
    assert not is_equal(missing_value(".A"), missing_value(".B"), wanted)
    assert not is_equal(np.inf, 1.0, wanted)
    assert not is_equal(-np.inf, np.inf, wanted)


def test_with_several_tolerances_one_that_holds_is_enough():
    wanted = settings(absolute=0.001, relative=0.01)
    assert is_equal(0.0, 0.0005, wanted)  # absolute
    assert is_equal(1000.0, 1009.0, wanted)  # relative
    assert not is_equal(1.0, 1.1, wanted)


def test_a_variable_may_have_a_tolerance_of_its_own():
    base = table("USUBJID | AVAL | ADY\n01 | 1.0 | 10\n02 | 2.0 | 20", numbers=("AVAL", "ADY"))
    compare = table("USUBJID | AVAL | ADY\n01 | 1.5 | 11\n02 | 2.0 | 20", numbers=("AVAL", "ADY"))
    wanted = Settings(
        criteria=(Criterion("absolute", 0.5),),
        criteria_by_variable={"ADY": (Criterion("relative", 0.01),)},
    )
    assert unequal(compare_frames(base, compare, wanted)) == {"ADY": 1}


def test_differences_are_told_with_their_greatest():
    """Differences by hand: 0.5 of 10 (mean 10.25), 3 of 1 (mean 2.5), none, one missing."""
    found = one([10.0, 1.0, 7.0, np.nan], [10.5, 4.0, 7.0, 1.0])
    values = of(found, "X")
    assert (values.compared, values.unequal, values.missing) == (4, 3, 1)
    assert values.max_difference == 3.0
    assert values.max_relative == 3 / 2.5
    assert [(each.difference, each.relative) for each in values.first] == [
        (0.5, 0.5 / 10.25),
        (3.0, 1.2),
        (None, None),
    ]


def test_what_a_tolerance_accepts_is_counted_and_measured():
    found = one([1.0, 2.0, 3.0], [1.0, 2.25, 3.0], settings(absolute=0.5))
    values = of(found, "X")
    assert found.equal
    assert (values.unequal, values.accepted, values.max_difference) == (0, 1, 0.25)


def test_a_difference_has_a_sign():
    assert of(one([5.0], [3.0]), "X").first[0].difference == -2.0


def test_without_two_numbers_there_is_no_greatest_difference():
    values = of(one([np.nan, 1.0], [1.0, np.nan]), "X")
    assert (values.max_difference, values.max_relative, values.missing) == (None, None, 2)


@pytest.mark.parametrize(
    ("x", "y", "equal"),
    [
        ("Fever", "Fever", True),
        ("Fever", "Fever  ", True),  # trailing blanks are padding
        ("Fever", " Fever", False),
        ("Fever", "fever", False),
        ("", None, True),
        ("   ", None, True),
        ("头痛", "头痛 ", True),
        ("头痛", "头疼", False),
        ("a b", "a\u00a0b", False),
        ("a", "a\u00a0", False),  # a no-break space is no padding
    ],
)
@pytest.mark.parametrize("kind", ["str", "category", "object"])
def test_text_is_equal_but_for_trailing_blanks(x, y, equal, kind):
    frames = [
        pd.DataFrame({"USUBJID": ["1", "2"], "X": pd.Series([text, "same"], dtype=kind)})
        for text in (x, y)
    ]
    assert compare_frames(*frames).equal is equal


def test_a_categorical_column_equals_the_same_text_in_any_coding():
    base = pd.DataFrame({"X": pd.Categorical(["a", "b", None], categories=["b", "a", "unused"])})
    compare = pd.DataFrame({"X": pd.Series(["a", "b ", None], dtype="str")})
    assert compare_frames(base, compare).equal
    assert compare_frames(compare, base).equal


def test_invisible_characters_are_shown():
    base = table("USUBJID | X\n01 | a b")
    compare = base.assign(X=["\ta\u00a0b"])
    assert pairs(compare_frames(base, compare), "X") == [("01", "a b", "\\ta\\u00a0b")]
    assert pairs(compare_frames(base, base.assign(X=["  a b"])), "X") == [
        ("01", "a b", "\\u0020\\u0020a b")
    ]


def test_missing_values_are_shown_as_sas_prints_them():
    base = table("USUBJID | X | Y\n01 | .A | a\n02 | 1 | b", numbers=("X",))
    compare = table("USUBJID | X | Y\n01 | | a\n02 | .Z |", numbers=("X",))
    found = compare_frames(base, compare)
    assert pairs(found, "X") == [("01", ".A", "."), ("02", "1", ".Z")]
    assert pairs(found, "Y") == [("02", "b", "(blank)")]
    first = of(found, "X").first
    assert [(each.base_value, each.compare_value) for each in first] == [(".A", None), (1.0, ".Z")]


def test_numbers_are_shown_with_all_their_digits():
    found = one([0.1, 1e20, 3.0], [0.1 + 2**-55, 1e21, 4.0])
    assert pairs(found, "X")[1:] == [("001", "1e+20", "1e+21"), ("002", "3", "4")]
    assert pairs(found, "X")[0][1:] == ("0.1", repr(0.1 + 2**-55))


def test_dates_are_compared_and_shown_as_dates():
    dates = {"DT": pd.to_datetime(["2024-02-29", "2024-03-01", None]), "ID": ["1", "2", "3"]}
    base = pd.DataFrame(dates)
    compare = base.assign(DT=pd.to_datetime(["2024-02-29", "2024-03-03", "2024-01-01"]))
    found = compare_frames(base, compare)
    values = of(found, "DT")
    assert values.type == "date"
    assert pairs(found, "DT") == [("2", "2024-03-01", "2024-03-03"), ("3", ".", "2024-01-01")]
    assert values.max_difference == 2.0  # days


def test_a_date_equals_the_same_day_with_a_time_of_midnight():
    base = pd.DataFrame({"DT": pd.to_datetime(["2024-03-01", "2024-03-02"])})
    compare = pd.DataFrame({"DT": pd.to_datetime(["2024-03-01 00:00", "2024-03-02 00:01"])})
    found = compare_frames(base, compare)
    assert pairs(found, "DT") == [("2024-03-02T00:00:00", "2024-03-02T00:01:00")]
    assert of(found, "DT").first[0].difference == 60.0  # seconds


def test_integers_that_are_no_doubles_are_refused():
    frame = pd.DataFrame({"X": [2**53 + 1]})
    with pytest.raises(Exception, match=r"X holds integers of 2\*\*53 or more"):
        compare_frames(frame, frame)


def test_a_column_of_several_kinds_is_refused():
    frame = pd.DataFrame({"X": pd.Series(["a", 1], dtype=object)})
    with pytest.raises(Exception, match="X holds values that are neither text nor numbers"):
        compare_frames(frame, frame)


def test_an_all_missing_column_fits_any_type():
    base = pd.DataFrame({"X": pd.Series([None, None], dtype=object)})
    assert compare_frames(base, pd.DataFrame({"X": [np.nan, np.nan]})).equal
    assert compare_frames(base, pd.DataFrame({"X": pd.Series([None, ""], dtype="str")})).equal
    assert unequal(compare_frames(base, pd.DataFrame({"X": [np.nan, 1.0]}))) == {"X": 1}


def test_empty_data_sets_are_equal():
    base = table("USUBJID | X", numbers=("X",))
    assert compare_frames(base, base).equal
    assert compare_frames(pd.DataFrame(), pd.DataFrame()).equal


def test_only_as_many_values_are_shown_as_wanted():
    found = one([1.0] * 5, [2.0] * 5, Settings(shown=2))
    values = of(found, "X")
    assert (values.unequal, len(values.first)) == (5, 2)
    assert [each.base_row for each in values.first] == [1, 2]


def test_categories_may_be_numbers():
    base = pd.DataFrame({"X": pd.Categorical([1.0, 2.0, None])})
    assert compare_frames(base, pd.DataFrame({"X": [1.0, 2.0, np.nan]})).equal


def test_times_are_compared_in_seconds():
    base = pd.DataFrame({"X": pd.to_timedelta(["00:01:00", "10:00:00", None])})
    compare = pd.DataFrame({"X": pd.to_timedelta(["00:01:30", "10:00:00", None])})
    values = of(compare_frames(base, compare), "X")
    assert (values.type, values.max_difference) == ("time", 30.0)
    assert (values.first[0].base, values.first[0].compare) == ("00:01:00", "00:01:30")


def test_a_part_that_no_date_shows_is_shown_as_a_number():
    variables = [Variable("DT", "number", 8, format="DATETIME20.")]
    sides = [
        data_set_of(pd.DataFrame({"DT": [value]}), variables=variables)
        for value in (1.0e9, 1.0e9 + 2**-23)
    ]
    (first,) = of(compare_data_sets(*sides), "DT").first
    assert (first.base, first.compare) == ("1991-09-09T01:46:40", "1000000000.0000001")
