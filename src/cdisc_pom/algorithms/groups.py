"""Records in the order of a group: the helper of algorithms that look at their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cdisc_pom.columns import Codes, Column, Mask, group_codes, sort_codes


@dataclass(frozen=True)
class Ordered:
    """Records sorted by group and order.

    `positions` are those of the records, `groups` their groups, `starts` marks the first record
    of each group, `same` the records that equal the one before them in group and order.
    """

    positions: Codes
    groups: Codes
    starts: Mask
    same: Mask

    def ends(self) -> Mask:
        """The last record of each group."""
        return np.append(self.starts[1:], True) if len(self.starts) else self.starts

    def ties(self, length: int) -> Mask:
        """Records, in their own order, that equal another one in group and order."""
        tied = np.zeros(length, dtype=bool)
        if len(self.same):
            tied[self.positions] = self.same | np.append(self.same[1:], False)
        return tied


def order_records(
    by: Sequence[Column], order: Sequence[Column], kept: Mask | None = None, length: int = 0
) -> Ordered:
    """Records sorted within their groups; missing values of the order come first, as in SAS.

    Args:
        by: columns that make a group; none for all records.
        order: columns that order the records of a group.
        kept: records that take part; all when left out.
        length: number of records, when there is neither `by` nor `order`.
    """
    n = len((*by, *order)[0]) if by or order else length
    groups = group_codes(list(by), n)
    keys = [sort_codes(column) for column in order]
    at = np.arange(n) if kept is None else np.flatnonzero(kept)
    ranks = [key[at] for key in keys]
    positions = at[np.lexsort([*reversed(ranks), groups[at]])] if len(at) else at
    found = groups[positions]
    starts = changed(found)
    same = ~starts
    for key in keys:
        same &= ~changed(key[positions])
    return Ordered(positions.astype(np.int64), found, starts, same)


def changed(values: Codes) -> Mask:
    """Where a sorted value differs from the one before it; the first one always does."""
    return np.insert(values[1:] != values[:-1], 0, True) if len(values) else np.zeros(0, bool)


def group_starts(starts: Mask) -> Codes:
    """For each sorted record the place of its group's first record."""
    at = np.arange(len(starts))
    return np.maximum.accumulate(np.where(starts, at, 0)) if len(starts) else at
