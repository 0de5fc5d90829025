"""Numbers compared at limits: what differs only by how binary numbers are held is equal.

0.1 + 0.2 is not 0.3 in binary; a value that equals a limit on paper must equal it here. Every
algorithm that compares a value with a limit does it by these functions.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

# Relative difference up to which two numbers are equal.
FUZZ: Final = 1e-9

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def at_least(value: Floats, limit: Floats | float) -> Bools:
    """Whether a value reaches a limit; a missing one does not.

    Example:
        >>> at_least(np.array([0.1 + 0.2, 0.3]), 0.3).tolist()
        [True, True]
    """
    return np.asarray(value >= limit - _fuzz(value, limit), dtype=bool)


def at_most(value: Floats, limit: Floats | float) -> Bools:
    """Whether a value is at or under a limit."""
    return np.asarray(value <= limit + _fuzz(value, limit), dtype=bool)


def above(value: Floats, limit: Floats | float) -> Bools:
    """Whether a value is more than a limit.

    Example:
        >>> above(np.array([0.1 + 0.2]), 0.3).tolist()
        [False]
    """
    return np.asarray(value > limit + _fuzz(value, limit), dtype=bool)


def below(value: Floats, limit: Floats | float) -> Bools:
    """Whether a value is less than a limit."""
    return np.asarray(value < limit - _fuzz(value, limit), dtype=bool)


def _fuzz(value: Floats, limit: Floats | float) -> Floats:
    size = np.maximum(np.abs(value), np.abs(limit))
    return FUZZ * np.where(np.isinf(size), 0.0, size)
