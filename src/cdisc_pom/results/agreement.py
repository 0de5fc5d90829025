"""Agreement of two raters: the square table of their ratings and Cohen's kappa with its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Weights = Literal["linear", "quadratic"]


@dataclass(frozen=True)
class CrossTable:
    """Subjects by the ratings that two raters gave them.

    `counts[i, j]` are the subjects that the first rater put into level i and the second one into
    level j, of the same levels. `unpaired` counts subjects whom only one of the two rated;
    `pairs` names each subject whom both rated, with the places of the two levels.
    """

    first: str
    second: str
    levels: tuple[str, ...]
    counts: Integers
    unpaired: int = 0
    pairs: tuple[tuple[str, int, int], ...] = ()

    @property
    def subjects(self) -> int:
        """Subjects whom both rated."""
        return int(self.counts.sum())

    @property
    def agreeing(self) -> int:
        """Subjects with the same rating from both."""
        return int(np.trace(self.counts))


@dataclass(frozen=True)
class Kappa:
    """Kappa with its asymptotic standard error and limits; NaN where it has no value."""

    estimate: float
    standard_error: float
    lower: float
    upper: float


def cross_table(first: Sequence[str], second: Sequence[str], levels: Sequence[str]) -> Integers:
    """Count pairs of ratings in a square table.

    Args:
        first: ratings of the first rater, one a subject.
        second: ratings of the second rater, of the same subjects in the same order.
        levels: what can be rated, in order; each rating is one of them.

    Example:
        >>> cross_table(["a", "b", "b"], ["a", "a", "b"], ["a", "b"]).tolist()
        [[1, 0], [1, 1]]
    """
    place = {level: at for at, level in enumerate(levels)}
    counts = np.zeros((len(levels), len(levels)), dtype=np.int64)
    for one, other in zip(first, second, strict=True):
        counts[place[one], place[other]] += 1
    return counts


def cohen_kappa(
    counts: npt.ArrayLike, *, weights: Weights | None = None, confidence: float = 0.95
) -> Kappa:
    """Cohen's kappa of a square table, weighted or not, with asymptotic limits.

    Kappa is (Po - Pe) / (1 - Pe), with Po the observed and Pe the expected share of (weighted)
    agreement. Linear weights (Cicchetti-Allison) are 1 - |i - j| / (k - 1), quadratic ones
    (Fleiss-Cohen) 1 - (i - j)² / (k - 1)². The variance is that of Fleiss, Cohen and Everitt, as
    SAS PROC FREQ (AGREE) takes it for its limits.

    Args:
        counts: subjects by the ratings of the two raters, levels in order.
        weights: None counts equal ratings only.
        confidence: coverage of the limits.

    Returns:
        Kappa with limits that end at 1. NaN throughout when there are no subjects or chance alone
        would agree fully.

    Raises:
        ValueError: the table is not square.

    Source: Cohen (1960), Educational and Psychological Measurement 20:37-46; Fleiss, Cohen and
    Everitt (1969), Psychological Bulletin 72:323-327; SAS/STAT User's Guide, PROC FREQ.

    Example:
        >>> round(cohen_kappa([[20, 5], [10, 15]]).estimate, 3)
        0.4
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:  # noqa: PLR2004 - rows and columns
        raise ValueError(f"a table of shape {table.shape} is not square")
    total = table.sum()
    nothing = Kappa(np.nan, np.nan, np.nan, np.nan)
    if not total:
        return nothing
    share = table / total
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    scale = _scale(len(table), weights)
    observed, expected = float((scale * share).sum()), float(rows @ scale @ columns)
    if np.isclose(expected, 1, rtol=0, atol=1e-12):
        return nothing
    kappa = (observed - expected) / (1 - expected)
    # mean weight of each rating: of a row over the columns' shares, of a column over the rows'
    by_row, by_column = scale @ columns, rows @ scale
    spread = scale - (by_row[:, None] + by_column[None, :]) * (1 - kappa)
    inner = float((share * spread**2).sum()) - (kappa - expected * (1 - kappa)) ** 2
    error = float(np.sqrt(max(inner, 0.0) / total)) / (1 - expected)
    return Kappa(kappa, error, *_limits(kappa, error, confidence))


def _scale(levels: int, weights: Weights | None) -> Floats:
    if weights is None or levels == 1:
        return np.eye(levels)
    apart = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))) / (levels - 1)
    return 1 - (apart if weights == "linear" else apart**2)


def _limits(kappa: float, error: float, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtri  # noqa: PLC0415 - heavy

    reach = float(ndtri(0.5 + confidence / 2)) * error
    return kappa - reach, min(kappa + reach, 1.0)
