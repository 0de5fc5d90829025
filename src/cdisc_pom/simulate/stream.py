"""Reproducible random numbers: one stream a subject and purpose, the same on every machine."""

import hashlib
import random
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")

_TAIL = 1e-6


class Stream:
    """A stream of random values that depends on its name alone.

    Only ``random.Random.random`` is used, whose values Python fixes for a given seed; everything
    else is arithmetic on them.

    Example:
        >>> Stream(7, "001", "vitals").integer(1, 6) == Stream(7, "001", "vitals").integer(1, 6)
        True
    """

    def __init__(self, *name: object) -> None:
        digest = hashlib.sha256("|".join(str(part) for part in name).encode("utf-8")).digest()
        self._next = random.Random(int.from_bytes(digest, "big")).random  # noqa: S311

    def real(self, low: float = 0.0, high: float = 1.0) -> float:
        """Uniform between two limits."""
        return low + (high - low) * self._next()

    def integer(self, low: int, high: int) -> int:
        """Uniform whole number, both limits included."""
        return low + int(self._next() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._next() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, each as likely."""
        return items[int(self._next() * len(items))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One of the keys, by weight."""
        mark = self._next() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return next(reversed(list(weights)))

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in random order."""
        keyed = [(self._next(), place) for place in range(len(items))]
        return [items[place] for _, place in sorted(keyed)]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Some items without repetition, in random order."""
        return self.shuffled(items)[:count]

    def normal(self, mean: float, deviation: float, low: float, high: float) -> float:
        """Normal value held between two limits."""
        probability = _TAIL + (1 - 2 * _TAIL) * self._next()
        return min(high, max(low, mean + deviation * NormalDist().inv_cdf(probability)))
