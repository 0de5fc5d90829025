"""Which record of base belongs to which record of compare."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cdisc_pom.compare.columns import Codes, Rows
from cdisc_pom.compare.pairs import combine_codes
from cdisc_pom.compare.values import Matched

#: Gives a number for each of some records of base and of compare, the same for equal records.
TieBreak = Callable[[Rows, Rows], tuple[Codes, Codes]]


@dataclass(frozen=True)
class Matching:
    """The outcome of matching.

    Attributes:
        matched: pairs of records.
        only_base: positions in base without a partner.
        only_compare: positions in compare without a partner.
        repeated: numbers of the keys that several records of a side have.
    """

    matched: Matched
    only_base: Rows
    only_compare: Rows
    repeated: Codes


def match_by_position(base: int, compare: int) -> Matching:
    """The first with the first, the second with the second; the longer side has some left."""
    count = min(base, compare)
    rest = np.arange(count, max(base, compare))
    none = np.empty(0, dtype=np.int64)
    whole = None if base == compare else np.arange(count)
    left = (rest, none) if base > compare else (none, rest)
    return Matching(Matched(whole, whole, count), *left, none)


def match_by_key(base: Codes, compare: Codes, tie_break: TieBreak) -> Matching:
    """Records with the same key.

    Where a key is not unique, records that are the same in all variables are paired first, then
    the others in the order of their values, so that the order of the records never matters.

    Args:
        base: number of each record's key, dense.
        compare: the same, with the same numbers for the same keys.
        tie_break: tells records with the same key apart.
    """
    keys = int(max(base.max(initial=-1), compare.max(initial=-1))) + 1
    base_count = np.bincount(base, minlength=keys)
    compare_count = np.bincount(compare, minlength=keys)
    is_repeated = (base_count > 1) | (compare_count > 1)
    pairs = _unique_pairs(base, compare, is_repeated, keys)
    if is_repeated.any():
        rows = np.flatnonzero(is_repeated[base]), np.flatnonzero(is_repeated[compare])
        codes = base[rows[0]], compare[rows[1]]
        found = _repeated_pairs(codes, tie_break(*rows))
        more = rows[0][found[0]], rows[1][found[1]]
        pairs = np.concatenate([pairs[0], more[0]]), np.concatenate([pairs[1], more[1]])
        order = np.argsort(pairs[0], kind="stable")
        pairs = pairs[0][order], pairs[1][order]
    return _matching(pairs, len(base), len(compare), np.flatnonzero(is_repeated))


def _unique_pairs(
    base: Codes, compare: Codes, is_repeated: npt.NDArray[np.bool_], keys: int
) -> tuple[Rows, Rows]:
    place = np.full(keys, -1, dtype=np.int64)
    place[compare] = np.arange(len(compare))
    place[is_repeated] = -1
    found = place[base]
    rows = np.flatnonzero(found >= 0)
    return rows, found[rows]


def _repeated_pairs(keys: tuple[Codes, Codes], records: tuple[Codes, Codes]) -> tuple[Rows, Rows]:
    """Pairs among records whose key is not unique."""
    whole = _joined(keys, records)
    same = _pairs_by_occurrence(*whole)
    rest = (
        np.setdiff1d(np.arange(len(keys[0])), same[0]),
        np.setdiff1d(np.arange(len(keys[1])), same[1]),
    )
    ordered = tuple(
        left[np.lexsort((record[left], key[left]))]
        for left, key, record in zip(rest, keys, records, strict=True)
    )
    others = _pairs_by_occurrence(keys[0][ordered[0]], keys[1][ordered[1]])
    return (
        np.concatenate([same[0], ordered[0][others[0]]]),
        np.concatenate([same[1], ordered[1][others[1]]]),
    )


def _joined(one: tuple[Codes, Codes], other: tuple[Codes, Codes]) -> tuple[Codes, Codes]:
    joint = combine_codes(np.concatenate(one), np.concatenate(other))
    return joint[: len(one[0])], joint[len(one[0]) :]


def _pairs_by_occurrence(base: Codes, compare: Codes) -> tuple[Rows, Rows]:
    """The first record of a code with the first of the same code, the second with the second."""
    joint = _joined((base, compare), (_occurrences(base), _occurrences(compare)))
    place = np.full(int(np.concatenate(joint).max(initial=-1)) + 1, -1, dtype=np.int64)
    place[joint[1]] = np.arange(len(compare))
    found = place[joint[0]]
    rows = np.flatnonzero(found >= 0)
    return rows, found[rows]


def _occurrences(codes: Codes) -> Codes:
    """How many records with the same code stand before each one."""
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(codes)]
    starts = np.flatnonzero(is_first)
    lengths = np.diff(np.append(starts, len(codes)))
    counts = np.empty(len(codes), dtype=np.int64)
    counts[order] = np.arange(len(codes)) - np.repeat(starts, lengths)
    return counts


def _matching(pairs: tuple[Rows, Rows], base: int, compare: int, repeated: Codes) -> Matching:
    is_left = np.ones(base, dtype=np.bool_), np.ones(compare, dtype=np.bool_)
    for left, rows in zip(is_left, pairs, strict=True):
        left[rows] = False
    count = len(pairs[0])
    whole = count == base == compare and bool((pairs[1] == np.arange(compare)).all())
    matched = Matched(None, None, count) if whole else Matched(*pairs, count)
    return Matching(matched, np.flatnonzero(is_left[0]), np.flatnonzero(is_left[1]), repeated)
