"""Which row of one sheet is which row of another."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cdisc_pom.interchange.books import Row

Pair = tuple[int, int]
_SAME_ROW = 0.5  # share of what a row says that must agree where its key does not
_RARE = 30  # rows that may share a cell which still tells something
_PLACE = "Order"  # says where a row stands, not what it is


def match_rows(
    before: Sequence[Row], after: Sequence[Row], keys: Sequence[str]
) -> tuple[list[Pair], set[Pair]]:
    """Pairs of rows, by key and then by what they say.

    Args:
        before: rows of one sheet, with cells that can be compared.
        after: rows of the other.
        keys: columns that tell rows apart; without any, rows are matched by all they say.

    Returns:
        Pairs of positions in order of `before`, and those of them whose key was renamed: the key
        differs, but most of what the two rows say agrees.
    """
    pairs = _by_key(before, after, keys) if keys else _equal(before, after)
    left = _rest(len(before), {i for i, _ in pairs})
    right = _rest(len(after), {j for _, j in pairs})
    renamed = list(_by_likeness(before, after, left, right, keys))
    return sorted(pairs + renamed), set(renamed) if keys else set()


def moved(pairs: Sequence[Pair]) -> set[Pair]:
    """Pairs that stand in another order: all but a longest run that kept its order."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for number, (_, position) in enumerate(pairs):
        place = bisect_left(tails, position)
        before.append(at[place - 1] if place else -1)
        if place == len(tails):
            tails.append(position)
            at.append(number)
        else:
            tails[place] = position
            at[place] = number
    kept, number = set(), at[-1] if at else -1
    while number >= 0:
        kept.add(pairs[number])
        number = before[number]
    return set(pairs) - kept


def key_of(row: Row, keys: Sequence[str]) -> tuple[str, ...]:
    """The key of a row as text."""
    return tuple(str(row.get(column, "")) for column in keys)


def _rest(count: int, used: set[int]) -> list[int]:
    return [position for position in range(count) if position not in used]


def _equal(before: Sequence[Row], after: Sequence[Row]) -> list[Pair]:
    """Rows that are equal throughout, the first with the first."""
    places = defaultdict(list)
    for position, row in enumerate(after):
        places[_frozen(row)].append(position)
    found = []
    for position, row in enumerate(before):
        there = places.get(_frozen(row))
        if there:
            found.append((position, there.pop(0)))
    return found


def _by_key(before: Sequence[Row], after: Sequence[Row], keys: Sequence[str]) -> list[Pair]:
    """Rows with the same key; where several share it, equal ones first, then the most alike."""
    groups: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for side, rows in enumerate((before, after)):
        for position, row in enumerate(rows):
            groups.setdefault(key_of(row, keys), ([], []))[side].append(position)
    found: list[Pair] = []
    for left, right in groups.values():
        if len(left) == len(right) == 1:
            found.append((left[0], right[0]))
            continue
        equal = _equal([before[i] for i in left], [after[j] for j in right])
        equal = [(left[i], right[j]) for i, j in equal]
        used = {i for i, _ in equal}, {j for _, j in equal}
        scored = [
            (-_agreement(before[i], after[j]), i, j)
            for i in left if i not in used[0]
            for j in right if j not in used[1]
        ]  # fmt: skip
        found += equal + _best(scored)
    return found


def _agreement(one: Row, other: Row) -> float:
    columns = one.keys() | other.keys()
    return len([c for c in columns if one.get(c) == other.get(c)]) / max(len(columns), 1)


def _best(scored: Sequence[tuple[float, int, int]]) -> list[Pair]:
    """Pairs by their score, each row once."""
    found: list[Pair] = []
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in sorted(scored):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            found.append((i, j))
    return found


def _by_likeness(
    before: Sequence[Row], after: Sequence[Row], left: Sequence[int], right: Sequence[int],
    keys: Sequence[str],
) -> list[Pair]:  # fmt: skip
    """Rows left over that say mostly the same; what many rows say counts little."""
    counts = Counter(cell for rows in (before, after) for row in rows for cell in row.items())
    total = len(before) + len(after)
    weights = {cell: math.log(1 + total / count) for cell, count in counts.items()}
    candidates = _candidates(before, after, left, right, counts)
    scored = []
    for i, j in candidates:
        likeness = _likeness(before[i], after[j], weights, keys)
        if likeness > _SAME_ROW:
            scored.append((-likeness, i, j))
    return _best(scored)


def _candidates(
    before: Sequence[Row], after: Sequence[Row], left: Sequence[int], right: Sequence[int],
    counts: Counter[tuple[str, Any]],
) -> Iterator[Pair]:  # fmt: skip
    """Pairs that share a cell which few rows have."""
    places = defaultdict(list)
    for j in right:
        for cell in after[j].items():
            if counts[cell] <= _RARE:
                places[cell].append(j)
    for i in left:
        yield from ((i, j) for j in dict.fromkeys(
            j for cell in before[i].items() for j in places.get(cell, ())
        ))  # fmt: skip


def _likeness(
    one: Row, other: Row, weights: Mapping[tuple[str, Any], float], keys: Sequence[str]
) -> float:
    """Share of what two rows say that agrees; a key that differs is not asked."""
    agreed = said = 0.0
    for column in one.keys() | other.keys():
        cells = [(column, row[column]) for row in (one, other) if column in row]
        same = len(cells) > 1 and cells[0] == cells[1]
        if column == _PLACE or (not same and column in keys):
            continue
        weight = max(weights[cell] for cell in cells)
        said += weight
        agreed += weight if same else 0
    return agreed / said if said else 0.0


def _frozen(row: Row) -> frozenset[tuple[str, Any]]:
    return frozenset(row.items())
