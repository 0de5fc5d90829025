"""Units, standard results, reference ranges and SAS rounding."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from columns_by_hand import integers, marked, messages, numbers, plain, run, texts
from hypothesis import given
from hypothesis import strategies as st

from cdisc_pom.algorithms.numbers import UnitTable, plain_text, round_sas
from cdisc_pom.algorithms.registry import algorithms

UNITS = UnitTable(
    {
        ("", "g/dL", "g/L"): 10.0,
        ("CREAT", "mg/dL", "umol/L"): 88.42,
        ("", "mg/dL", "umol/L"): 1.0,
        ("", "IU/L", "U/L"): 1.0,
    }
)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        # SAS: ROUND(x, 0.01), ROUND(x, 1) …; halves go away from zero
        (2.675, 2, 2.68),  # held as 2.67499999999999982
        (1.005, 2, 1.01),  # held as 1.00499999999999989
        (0.285 * 100, 0, 29.0),  # held as 28.499999999999996
        (0.5, 0, 1.0),  # R and Python round this to 0
        (1.5, 0, 2.0),
        (2.5, 0, 3.0),
        (-0.5, 0, -1.0),
        (-2.675, 2, -2.68),
        (0.49999, 0, 0.0),
        (1234.5, -2, 1200.0),
        (1250.0, -2, 1300.0),
        (0.1 + 0.2, 12, 0.3),
        (0.0, 2, 0.0),
        (1e20, 12, 1e20),  # more digits than a decimal context holds by default
        (123456789012345680.0, 12, 123456789012345680.0),
    ],
)
def test_pain_22_halves_are_rounded_away_from_zero_as_sas_does(value, digits, expected):
    assert round_sas(value, digits) == expected


@given(st.integers(-(10**9), 10**9), st.integers(0, 5))
def test_rounding_is_that_of_decimal_numbers(thousandths, digits):
    exact = Decimal(thousandths).scaleb(-3)
    wanted = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert round_sas(thousandths / 1000, digits) == float(wanted)


def test_round_sas_of_a_column_keeps_missing_values():
    assert plain(run("round_sas", numbers(0.125, None, -2.5), 2)) == [0.13, None, -2.5]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12.0, "12"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (1e-7, "0.0000001"),
        (1e21, "1000000000000000000000"),
        (100.0, "100"),
        (0.1, "0.1"),
    ],
)
def test_a_number_as_text_has_no_exponent_and_no_trailing_zero(number, text):
    assert plain_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_the_number_again(number):
    assert float(plain_text(number)) == number
    assert "e" not in plain_text(number).lower()


def test_number_text_leaves_text_as_it_is():
    assert plain(run("number_text", texts("2.0", None))) == ["2.0", None]
    assert plain(run("number_text", integers(3, None))) == ["3", None]


def converted(result, unit, test, standard, *, factor=None, digits=None, what="convert_unit"):
    got = run(
        what, texts(result), texts(unit), texts(test), texts(standard),
        None if factor is None else numbers(factor), None if digits is None else numbers(digits),
        table=UNITS,
    )  # fmt: skip
    return plain(got)[0], list(messages(got))


@pytest.mark.parametrize(
    ("result", "unit", "test", "standard", "number", "text"),
    [
        ("9.8", "g/dL", "HGB", "g/L", 98.0, "98"),
        ("98", "g/L", "HGB", "g/L", 98.0, "98"),  # the unit is the standard unit
        ("1.1", "mg/dL", "CREAT", "umol/L", 97.262, "97.262"),  # the test's own factor wins
        ("1.1", "mg/dL", "URATE", "umol/L", 1.1, "1.1"),
        ("0.1", "g/dL", "ALB", "g/L", 1.0, "1"),
        ("0.07", "g/dL", "ALB", "g/L", 0.7, "0.7"),  # 0.07 * 10 is 0.7000000000000001 in binary
        ("<0.5", "g/dL", "ALB", "g/L", None, "<5"),
        (">=6", "g/dL", "ALB", "g/L", None, ">=60"),
        ("＜０.５", "g/dL", "ALB", "g/L", None, "<5"),  # full-width
        ("阴性", None, "MCPROT", None, None, "阴性"),
        ("5.5", None, "PH", None, 5.5, "5.5"),  # no standard unit: the number as it is
        (None, "g/dL", "ALB", "g/L", None, None),
    ],
)
def test_a_result_in_the_standard_unit(result, unit, test, standard, number, text):
    # SDTMIG 3.4, section 6.3 and 4.5.1: --STRESN and --STRESC
    assert converted(result, unit, test, standard) == (number, [])
    assert converted(result, unit, test, standard, what="standard_result") == (text, [])


def test_a_factor_of_the_row_wins_and_digits_round_half_away_from_zero():
    assert converted("1", "mg/dL", "CREAT", "umol/L", factor=2.0)[0] == 2.0
    assert converted("0.25", "g/dL", "ALB", "g/L", digits=0) == (3.0, [])
    assert converted("1.1", "mg/dL", "CREAT", "umol/L", digits=1)[0] == 97.3


@pytest.mark.parametrize(
    ("unit", "told"), [("mmol/L", "no factor for {value}"), (None, "no factor for {value}")]
)
def test_a_number_without_a_factor_is_told_once_and_stays_missing(unit, told):
    assert converted("5", unit, "HGB", "g/L") == (None, [told])
    assert converted("5", unit, "HGB", "g/L", what="standard_result") == (None, [])


def test_what_has_no_factor_is_named_by_test_and_units():
    got = run(
        "convert_unit", texts("5", "6"), texts("mmol/L", None), texts("HGB", "HGB"),
        texts("g/L", "g/L"), table=UNITS,
    )  # fmt: skip
    (problem,) = got.problems
    assert plain(problem.values) == ["HGB: mmol/L to g/L", "HGB: no unit to g/L"]
    assert marked(got) == [0, 1]


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (9.0, 4.0, 8.0, "HIGH"),
        (3.9, 4.0, 8.0, "LOW"),
        (5.0, 4.0, 8.0, "NORMAL"),
        (4.0, 4.0, 8.0, "NORMAL"),  # a limit is normal
        (8.0, 4.0, 8.0, "NORMAL"),
        (9.0, None, 8.0, "HIGH"),  # an open range
        (1.0, None, 8.0, "NORMAL"),
        (9.0, 4.0, None, "NORMAL"),
        (5.0, None, None, None),
        (None, 4.0, 8.0, None),
        # pain 22: what differs by rounding alone is equal (admiral issue 1872)
        (0.1 + 0.2, 0.1, 0.3, "NORMAL"),
        (0.7, 0.1 * 7, 1.0, "NORMAL"),
        (0.3000001, 0.1, 0.3, "HIGH"),
        (0.0, 0.0, 0.0, "NORMAL"),
        (-1.0, 0.0, 1.0, "LOW"),
    ],
)
def test_pain_22_a_number_against_its_reference_range(value, low, high, expected):
    got = run("range_indicator", numbers(value), numbers(low), numbers(high))
    assert plain(got) == [expected]


def test_a_reference_range_may_be_of_integers():
    got = run("range_indicator", integers(9, None), integers(4, 4), integers(8, None))
    assert plain(got) == ["HIGH", None]


@pytest.mark.parametrize(
    ("collected", "number"),
    [
        ("1,250", 1250),
        ("12,345,678.5", 12345678.5),
        ("-1,000", -1000),
        ("125", 125),  # no group of three is needed
        ("1,25", None),  # a decimal comma is no mark between thousands
        ("1,2500", None),
        ("1250,", None),
        (",250", None),
    ],
)
def test_a_mark_between_thousands_is_read_where_it_is_named(collected, number):
    assert plain(run("number", texts(collected), ",")) == [number]
    got = run("number", texts(collected))
    assert plain(got) == ([number] if "," not in collected else [None])
    assert marked(got) == ([0] if "," in collected else [])


@pytest.mark.parametrize("mark", ["1", "k", ".", "-", "<", ",,"])
def test_a_mark_between_thousands_is_one_that_no_number_holds(mark):
    arguments = algorithms()["number"].arguments
    with pytest.raises(ValueError, match="one character that no number holds"):
        arguments.model_validate({"value": "X", "thousands": mark})
    assert arguments.model_validate({"value": "X", "thousands": ","}).thousands == ","


def test_results_with_thousands_are_converted_and_keep_their_comparator():
    column = [texts("1,250", ">1,000", "1,25"), texts(*["g/dL"] * 3), texts(*["X"] * 3),
              texts(*["g/L"] * 3)]  # fmt: skip
    assert plain(run("convert_unit", *column, thousands=",", table=UNITS)) == [12500, None, None]
    got = run("standard_result", *column, thousands=",", table=UNITS)
    assert plain(got) == ["12500", ">10000", "1,25"]


def test_a_conversion_may_add_after_its_factor():
    # 98.6 F is 37 C; freezing and boiling water; -40 is the same on both scales
    table = UnitTable({("TEMP", "F", "C"): 5 / 9}, {("TEMP", "F", "C"): -160 / 9})
    units = [texts(*["F"] * 5), texts(*["TEMP"] * 5), texts(*["C"] * 5)]
    found = texts("98.6", "32", "212", "-40", "<95")
    assert plain(run("convert_unit", found, *units, table=table)) == [37, 0, 100, -40, None]
    got = run("standard_result", found, *units, table=table)
    assert plain(got) == ["37", "0", "100", "-40", "<35"]
