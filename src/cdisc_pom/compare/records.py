"""Records told by their keys: those without a partner, and those whose key is not unique."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cdisc_pom.compare.columns import Codes, Rows
from cdisc_pom.compare.pairs import NumberPair, Pair, values_at
from cdisc_pom.compare.results import DuplicateKey, Duplicates, Record, Unmatched
from cdisc_pom.compare.shown import number_text, text_text

#: How many records of a key that is not unique are told.
_ROWS = 5


@dataclass(frozen=True)
class KeyTexts:
    """The key of a record as texts, one a variable."""

    pairs: tuple[Pair, ...]

    def of_base(self, rows: Rows) -> list[tuple[str, ...]]:
        """Keys of some records of base."""
        return self._of("base", rows)

    def of_compare(self, rows: Rows) -> list[tuple[str, ...]]:
        """Keys of some records of compare."""
        return self._of("compare", rows)

    def _of(self, side: Literal["base", "compare"], rows: Rows) -> list[tuple[str, ...]]:
        if not self.pairs:
            return [()] * len(rows)
        columns = []
        for pair in self.pairs:
            values = values_at(pair, side, rows)
            if isinstance(pair, NumberPair):
                columns.append([number_text(value, pair.kind) for value in values])
            else:
                columns.append([text_text(value) for value in values])
        return list(zip(*columns, strict=True))


def unmatched(rows: Rows, keys: Callable[[Rows], list[tuple[str, ...]]], shown: int) -> Unmatched:
    """Records without a partner."""
    first = rows[:shown]
    told = zip(first.tolist(), keys(first), strict=True)
    return Unmatched(len(rows), tuple(Record(row + 1, key) for row, key in told))


def duplicates(
    codes: tuple[Codes, Codes] | None, repeated: Codes, texts: KeyTexts, shown: int
) -> Duplicates:
    """Keys that several records of a side have.

    Args:
        codes: number of each record's key; None when compared by position.
        repeated: numbers of those keys.
        texts: the keys as texts.
        shown: how many keys to tell.
    """
    if codes is None or not repeated.size:
        return Duplicates()
    is_repeated = np.zeros(int(max(each.max(initial=-1) for each in codes)) + 1, dtype=np.bool_)
    is_repeated[repeated] = True
    rows = [np.flatnonzero(is_repeated[each]) for each in codes]
    counts = [np.bincount(each, minlength=len(is_repeated)) for each in codes]
    several = [int(count[count > 1].sum()) for count in counts]
    base_codes, places = np.unique(codes[0][rows[0]], return_index=True)
    in_base = base_codes[np.argsort(places)]
    rest = np.setdiff1d(repeated, in_base)
    first = [
        _duplicate(int(code), codes, counts, texts)
        for code in np.concatenate([in_base, rest])[:shown]
    ]
    return Duplicates(len(repeated), several[0], several[1], tuple(first))


def _duplicate(
    code: int, codes: tuple[Codes, Codes], counts: list[Codes], texts: KeyTexts
) -> DuplicateKey:
    base, compare = (np.flatnonzero(each == code) for each in codes)
    key = texts.of_base(base[:1]) or texts.of_compare(compare[:1])
    return DuplicateKey(
        key=key[0],
        base_rows=tuple((base[:_ROWS] + 1).tolist()),
        compare_rows=tuple((compare[:_ROWS] + 1).tolist()),
        base_count=int(counts[0][code]),
        compare_count=int(counts[1][code]),
    )
