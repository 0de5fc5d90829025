"""Published against reproduced, figure by figure.

Every figure of the published-figures file is in the outcome, compared or with the reason why not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cdisc_pom.errors import Collector
from cdisc_pom.results.displays import Result
from cdisc_pom.results.published import PublishedFigure, PublishedFile
from cdisc_pom.results.registry import Value
from cdisc_pom.results.statistics import print_number
from cdisc_pom.spec.sheets import DisplayRow

Status = Literal["equal", "expected", "differs", "not_checked", "not_attainable", "no_display_row"]
STATUSES: tuple[Status, ...] = (
    "equal", "expected", "differs", "not_checked", "not_attainable", "no_display_row",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One number of a figure: as published, and reproduced to the same decimals.

    `reproduced` is None when the display row does not give this part.
    """

    name: str
    published: str
    reproduced: str | None

    @property
    def equal(self) -> bool:
        """Whether both print the same."""
        return self.published == self.reproduced


@dataclass(frozen=True)
class Comparison:
    """A published figure, what was reproduced of it, and how they stand.

    `expected` is a figure that equals what the counts give while the print contradicts itself.
    """

    figure: PublishedFigure
    status: Status
    parts: tuple[Part, ...] = ()
    result: Result | None = None


def compare_published(
    results: Sequence[Result], published: PublishedFile
) -> tuple[Comparison, ...]:
    """Compare results with published figures.

    A number is rounded half away from zero to the decimals of the print and has to show the same.

    Args:
        results: of the display rows; those without an id of a published figure play no part.
        published: the figures.

    Returns:
        One comparison for each published figure, in the order of the file.
    """
    by_id = {result.row.published: result for result in results if result.row.published}
    return tuple(_compare(figure, by_id.get(figure.id)) for figure in published.entries)


def check_published(
    rows: Sequence[DisplayRow], published: PublishedFile, collector: Collector
) -> None:
    """Collect display rows whose published id is unknown or stands in another row too."""
    known = [figure.id for figure in published.entries]
    taken: dict[str, DisplayRow] = {}
    for row in rows:
        if row.published is None:
            continue
        cell = row.cell("published")
        if row.published not in known:
            collector.unknown("published figure", row.published, known, place=cell)
        elif row.published in taken:
            other = taken[row.published].cell("published")
            collector.add(cell, f"'{row.published}' is also the figure of {other}.")
        else:
            taken[row.published] = row


def count_statuses(comparisons: Sequence[Comparison]) -> dict[Status, int]:
    """How many figures have each status, all statuses named."""
    counts = Counter(comparison.status for comparison in comparisons)
    return {status: counts[status] for status in STATUSES}


def _compare(figure: PublishedFigure, result: Result | None) -> Comparison:
    parts: tuple[Part, ...] = ()
    if result is not None:
        parts = tuple(
            Part(name, expected, _printed(result.values.get(name), expected))
            for name, expected in figure.expected().items()
        )
    if figure.excluded is not None:
        return Comparison(figure, figure.excluded, parts, result)
    if result is None:
        return Comparison(figure, "no_display_row")
    if not all(part.equal for part in parts):
        return Comparison(figure, "differs", parts, result)
    return Comparison(figure, "expected" if figure.corrected else "equal", parts, result)


def _printed(value: Value | None, expected: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return print_number(value, len(expected.partition(".")[2]))
