"""The values of one variable compared, record by record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cdisc_pom.compare.columns import Doubles, Rows
from cdisc_pom.compare.pairs import NumberPair, Pair, unequal_texts, values_at
from cdisc_pom.compare.results import UnequalValue, VariableValues
from cdisc_pom.compare.settings import Criterion
from cdisc_pom.compare.shown import number_text, plain_value, text_text
from cdisc_pom.xpt.dates import DateKind
from cdisc_pom.xpt.missing import missing_codes

Keys = Callable[[Rows], list[tuple[str, ...]]]


@dataclass(frozen=True)
class Matched:
    """Which record of base belongs to which of compare.

    Attributes:
        base: positions in base, rising; None when all records stand at the same position.
        compare: positions in compare, one for each of ``base``.
        count: number of pairs.
    """

    base: Rows | None
    compare: Rows | None
    count: int

    def base_rows(self, pairs: Rows) -> Rows:
        """Positions in base of some pairs."""
        return pairs if self.base is None else self.base[pairs]

    def compare_rows(self, pairs: Rows) -> Rows:
        """Positions in compare of some pairs."""
        return pairs if self.compare is None else self.compare[pairs]


def compare_values(
    pair: Pair,
    matched: Matched,
    criteria: Sequence[Criterion],
    *,
    variable: str,
    label: str,
    keys: Keys,
    shown: int,
) -> tuple[VariableValues, Rows]:
    """Compare one variable.

    Args:
        pair: its columns.
        matched: which records belong together.
        criteria: two numbers are judged equal when any holds.
        variable: its name.
        label: its label.
        keys: texts of the key of some records of base.
        shown: how many unequal pairs to show.

    Returns:
        The outcome, and the positions of the unequal pairs among the matched ones.
    """
    if isinstance(pair, NumberPair):
        judged = _judge_numbers(pair, matched, criteria)
    else:
        unequal = unequal_texts(pair, matched.base, matched.compare)
        judged = _Judged(unequal, _one_sided_texts(pair, matched, unequal))
    first = _first(pair, matched, judged.unequal[:shown], keys)
    kind = (pair.kind or "number") if isinstance(pair, NumberPair) else "text"
    result = VariableValues(
        variable=variable,
        label=label,
        type=kind,
        compared=matched.count,
        unequal=len(judged.unequal),
        missing=judged.missing,
        accepted=judged.accepted,
        max_difference=judged.max_difference,
        max_relative=judged.max_relative,
        first=first,
    )
    return result, judged.unequal


@dataclass(frozen=True)
class _Judged:
    unequal: Rows
    missing: int
    accepted: int = 0
    max_difference: float | None = None
    max_relative: float | None = None


def _judge_numbers(pair: NumberPair, matched: Matched, criteria: Sequence[Criterion]) -> _Judged:
    """Only pairs that are not the same double are looked at closely: mostly there are few."""
    base = pair.base if matched.base is None else pair.base[matched.base]
    compare = pair.compare if matched.compare is None else pair.compare[matched.compare]
    rest = np.flatnonzero(base != compare)
    x, y = base[rest], compare[rest]
    x_missing, y_missing = np.isnan(x), np.isnan(y)
    known = ~(x_missing | y_missing)
    unequal = x_missing != y_missing
    both = x_missing & y_missing
    unequal[both] = missing_codes(x[both]) != missing_codes(y[both])
    missing = int(unequal.sum())
    difference, relative = differences(x[known], y[known])
    unequal[known] = ~_within(x[known], difference, relative, criteria)
    some = bool(rest.size < matched.count or known.any())
    return _Judged(
        rest[unequal],
        missing,
        accepted=int(known.sum() - (unequal & known).sum()),
        max_difference=float(difference.max(initial=0.0)) if some else None,
        max_relative=float(relative.max(initial=0.0)) if some else None,
    )


def differences(x: Doubles, y: Doubles) -> tuple[Doubles, Doubles]:
    """Absolute and relative differences of numbers that are not missing.

    The relative difference is over the mean of both absolute values, so that it is the same from
    both sides; one of 0 and another number is 2.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        difference = np.abs(y - x)
        # Halved first: the sum of two large numbers would be infinite.
        relative = difference / (np.abs(x) / 2 + np.abs(y) / 2)
    relative[difference == 0] = 0.0
    # One side infinite: the quotient is no number, but they are as far apart as can be.
    relative[np.isnan(relative)] = np.inf
    return difference, relative


def _within(
    x: Doubles, difference: Doubles, relative: Doubles, criteria: Sequence[Criterion]
) -> npt.NDArray[np.bool_]:
    within = np.zeros(x.shape, dtype=np.bool_)
    for criterion in criteria:
        if criterion.kind == "absolute":
            measure = difference
        elif criterion.kind == "relative":
            measure = relative
        else:
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                measure = difference / np.abs(x) * 100
        within |= measure <= criterion.limit
    return within


def _one_sided_texts(pair: Pair, matched: Matched, unequal: Rows) -> int:
    assert not isinstance(pair, NumberPair)
    sides = (
        (pair.base, matched.base_rows(unequal)),
        (pair.compare, matched.compare_rows(unequal)),
    )
    return sum(each.take(rows).missing_count for each, rows in sides)


def _first(pair: Pair, matched: Matched, pairs: Rows, keys: Keys) -> tuple[UnequalValue, ...]:
    if not pairs.size:
        return ()
    base_rows, compare_rows = matched.base_rows(pairs), matched.compare_rows(pairs)
    rows = zip(
        base_rows.tolist(),
        compare_rows.tolist(),
        keys(base_rows),
        values_at(pair, "base", base_rows),
        values_at(pair, "compare", compare_rows),
        strict=True,
    )
    kind = pair.kind if isinstance(pair, NumberPair) else None
    return tuple(
        _unequal(base_row + 1, compare_row + 1, key, x, y, kind)
        for base_row, compare_row, key, x, y in rows
    )


def _unequal(
    base_row: int,
    compare_row: int,
    key: tuple[str, ...],
    x: float | str | None,
    y: float | str | None,
    kind: DateKind | None,
) -> UnequalValue:
    difference = relative = None
    if isinstance(x, float) and isinstance(y, float):
        shown = number_text(x, kind), number_text(y, kind)
        if not np.isnan(x) and not np.isnan(y):
            gap, over = differences(np.array([x]), np.array([y]))
            difference = float(np.copysign(gap[0], y - x))
            relative = float(over[0])
    else:
        assert not isinstance(x, float)
        assert not isinstance(y, float)
        shown = text_text(x), text_text(y)
    return UnequalValue(
        base_row=base_row,
        compare_row=compare_row,
        key=key,
        base=shown[0],
        compare=shown[1],
        base_value=plain_value(x),
        compare_value=plain_value(y),
        difference=difference,
        relative=relative,
    )
