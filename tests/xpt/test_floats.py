import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.xpt.floats import (
    ibm_to_ieee,
    ieee_to_ibm,
    is_too_big,
    is_too_small,
    loses_low_bits,
)

many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PUBLISHED = [  # value, IBM double in hex; worked by hand from sign, base 16 exponent and fraction
    (0.0, "0000000000000000"),
    (-0.0, "0000000000000000"),  # the sign of zero is not kept
    (1.0, "4110000000000000"),
    (-1.0, "C110000000000000"),
    (2.0, "4120000000000000"),
    (15.0, "41F0000000000000"),
    (16.0, "4210000000000000"),
    (0.5, "4080000000000000"),
    (0.0625, "4010000000000000"),
    (-118.625, "C276A00000000000"),
    (100.0, "4264000000000000"),
    (0.1, "401999999999999A"),
    (2.0**53, "4E20000000000000"),
    (16.0**-65, "0010000000000000"),  # the smallest
    (math.nextafter(16.0**63, 0), "7FFFFFFFFFFFFFF8"),  # the greatest double under 16**63
]


@pytest.mark.parametrize(("value", "word"), PUBLISHED)
def test_a_double_has_the_published_ibm_form(value, word):
    assert [f"{each:016X}" for each in ieee_to_ibm(np.array([value]))] == [word]


@pytest.mark.parametrize(("value", "word"), PUBLISHED)
def test_an_ibm_double_has_its_value(value, word):
    assert ibm_to_ieee(np.array([int(word, 16)], dtype=np.uint64)).tolist() == [value]


@many
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_in_range_comes_back_with_all_bits(value):
    array = np.array([value])
    if is_too_big(array)[0] or is_too_small(array)[0]:
        return
    back = ibm_to_ieee(ieee_to_ibm(array))
    assert back.view(np.uint64) == (array + 0.0).view(np.uint64)  # + 0.0: -0.0 is 0.0


@many
@given(st.integers(-(2**53), 2**53))
def test_every_integer_up_to_2_to_53_comes_back(value):
    assert ibm_to_ieee(ieee_to_ibm(np.array([float(value)])))[0] == value


@many
@given(st.integers(0, 2**64 - 1))
def test_any_64_bits_have_the_value_cut_to_53_bits(word):
    sign, exponent, fraction = word >> 63, word >> 56 & 127, word & (1 << 56) - 1
    if not fraction:
        return
    kept = fraction >> max(fraction.bit_length() - 53, 0) << max(fraction.bit_length() - 53, 0)
    exact = Fraction(kept) * Fraction(16) ** (exponent - 64 - 14) * (-1 if sign else 1)
    words = np.array([word], dtype=np.uint64)
    assert Fraction(float(ibm_to_ieee(words)[0])) == exact
    assert loses_low_bits(words)[0] == (kept != fraction)


@pytest.mark.parametrize(
    ("value", "too_big", "too_small"),
    [
        (float("inf"), True, False),
        (float("-inf"), True, False),
        (16.0**63, True, False),
        (-(16.0**63), True, False),
        (math.nextafter(16.0**63, 0), False, False),
        (16.0**-65, False, False),
        (math.nextafter(16.0**-65, 0), False, True),
        (5e-324, False, True),  # the smallest denormal double
        (0.0, False, False),
        (float("nan"), False, False),
    ],
)
def test_the_range_ends_at_16_to_63_and_16_to_minus_65(value, too_big, too_small):
    array = np.array([value])
    assert (is_too_big(array)[0], is_too_small(array)[0]) == (too_big, too_small)


@pytest.mark.parametrize("word", ["8000000000000000", "4000000000000000", "C100000000000000"])
def test_a_zero_fraction_is_zero_whatever_sign_and_exponent_say(word):
    value = ibm_to_ieee(np.array([int(word, 16)], dtype=np.uint64))
    assert value.view(np.uint64)[0] == 0
