"""Doubles of IBM System/360 and of IEEE 754, converted as whole columns by integer operations.

An IBM double is a sign bit, 7 bits of exponent (base 16, excess 64) and 56 bits of fraction
without a hidden bit. Every IEEE double between 16**-65 and 16**63 has an exact IBM double.
Missing values are a first byte ``.``, ``_`` or ``A``-``Z`` and seven zero bytes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cdisc_pom.xpt.missing import MISSING_CODES, TAG, TAG_MASK

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

#: Smallest and first too big magnitude of a (normalised) IBM double.
SMALLEST = 16.0**-65
TOO_BIG = 16.0**63

_U = np.uint64
_SIGN = _U(1 << 63)
_IEEE_FRACTION = _U((1 << 52) - 1)
_HIDDEN_BIT = _U(1 << 52)
_IBM_FRACTION = _U((1 << 56) - 1)
_IS_CODE = np.zeros(256, dtype=np.bool_)
_IS_CODE[list(MISSING_CODES)] = True
# Index: the top three bits of a 56 bit fraction. Value: the bits that a double has room for.
_KEPT_BITS = np.array([~((1 << drop) - 1) & (1 << 64) - 1 for drop in (0, 1, 2, 2, 3, 3, 3, 3)], _U)
_SCALE = 2.0 ** (4.0 * (np.arange(128) - 64) - 56)


def ieee_to_ibm(values: Floats) -> Words:
    """IBM doubles of IEEE doubles.

    Args:
        values: doubles that are in range (see ``is_too_big``, ``is_too_small``), or NaN. A NaN
            is ``.`` unless it is tagged (see ``cdisc_pom.xpt.missing``). -0.0 becomes 0.

    Returns:
        One 64 bit word a value, in the byte order of the machine; exact.

    Source: SAS TS-140, "Numeric data fields".

    Example:
        >>> [hex(word) for word in ieee_to_ibm(np.array([1.0, -118.625]))]
        ['0x4110000000000000', '0xc276a00000000000']
    """
    bits = values.view(_U)
    exponent = (bits >> _U(52)) & _U(0x7FF)
    exponent += _U(1)
    words = (bits & _IEEE_FRACTION) | _HIDDEN_BIT
    words <<= exponent & _U(3)
    exponent >>= _U(2)
    exponent -= _U(191)
    exponent <<= _U(56)
    words |= exponent
    words |= bits & _SIGN
    words[values == 0] = 0
    is_missing = np.isnan(values)
    if is_missing.any():
        words[is_missing] = _missing_words(bits[is_missing])
    return words


def _missing_words(bits: Words) -> Words:
    codes = bits & _U(0xFF)
    tagged = ((bits & TAG_MASK) == TAG) & _IS_CODE[codes]
    return np.where(tagged, codes, _U(ord("."))) << _U(56)


def ibm_to_ieee(words: Words) -> Floats:
    """IEEE doubles of IBM doubles.

    Args:
        words: 64 bit words in the byte order of the machine.

    Returns:
        Doubles; missing values are NaN, tagged unless ``.``. A fraction of more than 53 bits
        loses its low bits (see ``loses_low_bits``), as SAS and ReadStat do it. A zero fraction
        is 0 whatever sign and exponent say.

    Example:
        >>> ibm_to_ieee(np.array([0x4110000000000000, 0xC276A00000000000], dtype=np.uint64))
        array([   1.   , -118.625])
    """
    fraction = words & _IBM_FRACTION
    is_zero = fraction == 0
    fraction &= _KEPT_BITS[fraction >> _U(53)]
    values = fraction.astype(np.float64)
    values *= _SCALE[(words >> _U(56)) & _U(0x7F)]
    bits = values.view(_U)
    bits |= words & _SIGN
    if is_zero.any():
        top = words[is_zero] >> _U(56)
        tagged = np.where(top == ord("."), _U(0), TAG & TAG_MASK | top)
        plain = _U(np.float64("nan").view(_U))
        bits[is_zero] = np.where(_IS_CODE[top], plain | tagged, _U(0))
    return values


def loses_low_bits(words: Words) -> Flags:
    """True where an IBM double has more bits than an IEEE double has room for."""
    fraction = words & _IBM_FRACTION
    flags: Flags = (fraction & ~_KEPT_BITS[fraction >> _U(53)]) != 0
    return flags


def is_too_big(values: Floats) -> Flags:
    """True where a double is over the range of IBM doubles (from 16**63, and infinite)."""
    flags: Flags = np.abs(values) >= TOO_BIG
    return flags


def is_too_small(values: Floats) -> Flags:
    """True where a double is not 0 but under the range of IBM doubles (under 16**-65)."""
    flags: Flags = (np.abs(values) < SMALLEST) & (values != 0)
    return flags
