"""Statistics by name: what a row of the Displays sheet may ask for.

A statistic is one function of a `Selection`, registered under the name that the sheet uses. That
is the extension point: a study's own statistic is a function with `@statistic` in a module that is
imported before the displays are evaluated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from cdisc_pom.results.statistics import print_number
from cdisc_pom.results.survival import KaplanMeier

Value = int | float | str
Need = Literal["number", "date", "one_record"]


@dataclass(frozen=True)
class Selection:
    """What a display row selects.

    Attributes:
        subjects: USUBJID of the population, the denominator; each once.
        records: the data set's records that count, of these subjects only. The index is the
            record's place in the file, from 0.
        values: the analysed variable, on the index of `records`; None when the row names none.
    """

    subjects: pd.Index
    records: pd.DataFrame
    values: pd.Series | None = None

    @property
    def denominator(self) -> int:
        """Number of subjects in the population."""
        return len(self.subjects)

    @property
    def numerator(self) -> int:
        """Number of different subjects among the records."""
        return int(self.records["USUBJID"].nunique())


@dataclass(frozen=True)
class Outcome:
    """What a statistic found: values by part, unrounded, and the curve of a time to event."""

    values: dict[str, Value]
    curve: KaplanMeier | None = None


@dataclass(frozen=True)
class Statistic:
    """A registered statistic.

    Attributes:
        compute: the function.
        text: how its parts are printed, `{median} ({min}–{max})`.
        decimals: parts that a format gives decimals to, in the order of the format.
        needs: `number`, `date`: the row must name a variable of that kind; `one_record`: at most
            one record a subject.
        columns: variables that the data set must have.
        drawn: whether the row is a figure.
    """

    name: str
    compute: Callable[[Selection], Outcome]
    text: str
    decimals: tuple[str, ...] = ()
    needs: frozenset[Need] = field(default_factory=frozenset)
    columns: tuple[str, ...] = ()
    drawn: bool = False

    @property
    def title(self) -> str:
        """First line of the function's docstring."""
        return (self.compute.__doc__ or "").strip().partition("\n")[0]

    def print_values(self, values: dict[str, Value], digits: tuple[int, ...]) -> str:
        """The printed text of the values.

        Args:
            values: as the statistic gave them.
            digits: decimals of each part of `decimals`; the last one serves the rest. Without
                any, one decimal.
        """
        given = digits or (1,)
        places = {
            part: given[min(index, len(given) - 1)] for index, part in enumerate(self.decimals)
        }
        shown = {name: _show(value, places.get(name, 0)) for name, value in values.items()}
        text = self.text.format(**shown)
        # a dash before a minus sign reads badly
        return text.replace("–-", ", -")


STATISTICS: dict[str, Statistic] = {}


def statistic(
    name: str,
    *,
    text: str,
    decimals: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
    columns: tuple[str, ...] = (),
    drawn: bool = False,
) -> Callable[[Callable[[Selection], Outcome]], Callable[[Selection], Outcome]]:
    """Register a function as the statistic of this name; `Statistic` tells the arguments.

    Raises:
        ValueError: the name is taken.
    """

    def register(function: Callable[[Selection], Outcome]) -> Callable[[Selection], Outcome]:
        if name in STATISTICS:
            raise ValueError(f"statistic '{name}' is registered twice")
        STATISTICS[name] = Statistic(
            name, function, text, decimals, frozenset(needs), columns, drawn
        )
        return function

    return register


def _show(value: Value, digits: int) -> str:
    return value if isinstance(value, str) else print_number(value, digits)
