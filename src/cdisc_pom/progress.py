"""What a long step tells while it goes on; the command line shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Steps with their seconds. Subclasses show them; this one only keeps the time."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, total: int = 0) -> Iterator[None]:
        """A step goes on; `total` is the number of `tick` calls to come, 0 when unknown."""
        self.started(name, total)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start
            self.ended(name)

    def started(self, name: str, total: int) -> None:
        """A step starts."""

    def tick(self, what: str) -> None:
        """One part of the step is done."""

    def ended(self, name: str) -> None:
        """A step ended."""
