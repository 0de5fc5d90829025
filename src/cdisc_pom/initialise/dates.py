"""Which formats the dates and times of a column have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdisc_pom.algorithms.iso8601 import Parts, read_parts

_DATES = (
    "yyyy-MM-dd", "yyyyMMdd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d",
    "yyyy年M月d日", "dd-MMM-yyyy", "dd MMM yyyy", "ddMMMyyyy", "d MMM yyyy", "d-MMM-yyyy",
    "dd/MMM/yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "dd-MM-yyyy", "MM-dd-yyyy",
    "d/M/yyyy", "M/d/yyyy",
)  # fmt: skip
_CLOCKS = ("HH:mm", "HH:mm:ss", "HHmm", "H:mm", "H:mm:ss")
# Formats that read the same text as another day: which one is meant must be said by people.
_DOUBTFUL = (
    {"dd/MM/yyyy", "MM/dd/yyyy"}, {"dd-MM-yyyy", "MM-dd-yyyy"}, {"d/M/yyyy", "M/d/yyyy"},
)  # fmt: skip
PLAIN = "yyyy-MM-dd"
_ENOUGH = 0.9  # of the distinct values
_FEW = 60  # values by which a format is chosen


@dataclass(frozen=True)
class Layout:
    """Formats of a column.

    `whole` says that every value is a complete date, `clock` that times stand beside dates,
    `doubtful` that another format reads the same values as other days (03/04/2024).
    """

    formats: tuple[str, ...]
    whole: bool
    clock: bool
    doubtful: bool = False

    @property
    def data_type(self) -> str:
        """The Data Type of Define-XML that such values have."""
        if self.clock:
            return "datetime" if self.whole else "partialDatetime"
        return "date" if self.whole else "partialDate"

    def argument(self, name: str, default: str) -> str:
        """The argument of `datetime`, empty where its default is right."""
        formats = "|".join(self.formats)
        return "" if formats in ("", default) else f"{name}={formats}"


def date_layout(values: Sequence[str]) -> Layout | None:
    """Formats of dates, with or without a time; None when most values are no dates.

    Example:
        >>> date_layout(["2017-02-18", "2017年3月1日"]).formats
        ('yyyy-MM-dd', 'yyyy年M月d日')
    """
    both = tuple(f"{day}{gap}{clock}" for day in _DATES[:8] for gap in (" ", "T")
                 for clock in ("HH:mm:ss", "HH:mm"))  # fmt: skip
    return _layout(values, (*_DATES, *both))


def clock_layout(values: Sequence[str]) -> Layout | None:
    """Formats of times of day; None when most values are no times."""
    return _layout(values, _CLOCKS)


def _layout(values: Sequence[str], known: tuple[str, ...]) -> Layout | None:
    """The formats that read the values, each chosen by what the ones before it leave unread."""
    left, doubtful = list(values), False
    chosen: list[str] = []
    found: list[Parts] = []
    while left:
        few = left[:_FEW]
        counts = {layout: len(_read(few, layout)) for layout in known}
        best = max(known, key=lambda layout: (counts[layout], -known.index(layout)))
        if not counts[best]:
            break
        read = _read(left, best)
        doubtful |= any(best in pair and _alike(left, read, pair - {best}) for pair in _DOUBTFUL)
        chosen.append(best)
        found += read.values()
        left = [value for value in left if value not in read]
    if not values or 1 - len(left) / len(values) < _ENOUGH:
        return None
    clock = any(item.hour is not None for item in found)
    whole = all(None not in (item.year, item.month, item.day) for item in found)
    return Layout(tuple(chosen), whole, clock, doubtful)


def _alike(values: Sequence[str], read: dict[str, Parts], others: set[str]) -> bool:
    """Whether another format reads all that this one reads."""
    return any(read.keys() == _read(values, other).keys() for other in others)


def _read(values: Sequence[str], layout: str) -> dict[str, Parts]:
    found = {value: read_parts(value, (layout,)) for value in values}
    return {value: item for value, item in found.items() if item is not None}
