"""What a conversion could not keep: told, never silent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdisc_pom.errors import Place


@dataclass(frozen=True)
class Loss:
    """A thing of one kind that the other form has no place for, with the first one's place."""

    what: str
    count: int
    place: Place | None = None
    example: str = ""

    def __str__(self) -> str:
        text = f"{self.what}: {self.count}"
        first = " ".join(part for part in (str(self.place or ""), _short(self.example)) if part)
        return f"{text} (first: {first})" if first else text


def grouped(found: Iterable[tuple[str, Place | None, str]]) -> tuple[Loss, ...]:
    """One loss for each kind, in the order of their first: kind, place, example."""
    kinds: dict[str, list[tuple[Place | None, str]]] = {}
    for what, place, example in found:
        kinds.setdefault(what, []).append((place, example))
    return tuple(Loss(what, len(all_), *all_[0]) for what, all_ in kinds.items())


def loss_lines(losses: Sequence[Loss], heading: str) -> list[str]:
    """The list that a command prints; nothing where nothing was lost."""
    if not losses:
        return []
    return [f"{heading}:", *(f"  {loss}" for loss in losses)]


def _short(text: str) -> str:
    most = 60
    plain = " ".join(text.split())
    return f"'{plain[:most]}…'" if len(plain) > most else (f"'{plain}'" if plain else "")
