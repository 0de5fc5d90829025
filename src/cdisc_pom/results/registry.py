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

from cdisc_pom.results.agreement import CrossTable
from cdisc_pom.results.arguments import Arguments
from cdisc_pom.results.statistics import Floats, print_number
from cdisc_pom.results.survival import KaplanMeier

Value = int | float | str
Need = Literal["number", "date", "value", "one_record"]


@dataclass(frozen=True)
class Selection:
    """What a display row selects.

    Attributes:
        subjects: USUBJID of the population, the denominator; each once.
        records: the data set's records that count, of these subjects only. The index is the
            record's place in the file, from 0.
        values: the analysed variable, on the index of `records`; None when the row names none.
        arguments: of the statistic, in its own model; None when it takes none.
        columns: values of the arguments that are expressions, on the index of `records`.
    """

    subjects: pd.Index
    records: pd.DataFrame
    values: pd.Series | None = None
    arguments: Arguments | None = None
    columns: dict[str, pd.Series] = field(default_factory=dict)

    @property
    def denominator(self) -> int:
        """Number of subjects in the population."""
        return len(self.subjects)

    @property
    def numerator(self) -> int:
        """Number of different subjects among the records."""
        return int(self.records["USUBJID"].nunique())


class DataFault(Exception):  # noqa: N818 - the data are at fault, not the program
    """Data that contradict what a statistic asks of them; told as a finding.

    `subjects` are those concerned, one entry a record.
    """

    def __init__(self, message: str, subjects: pd.Series | pd.Index) -> None:
        """Keep the message and the subjects."""
        self.subjects = subjects
        super().__init__(message)


@dataclass(frozen=True)
class Points:
    """Values of single subjects, as a figure draws them: one entry a record.

    `categories` is empty when the row has none; a missing category is None.
    """

    subjects: tuple[str, ...]
    values: Floats
    categories: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a statistic found.

    Attributes:
        values: by part, unrounded.
        curve: of a time to event.
        points: of single subjects, for figures.
        table: of two raters.
        used: index of the records that count; None when all selected ones do.
    """

    values: dict[str, Value]
    curve: KaplanMeier | None = None
    points: Points | None = None
    table: CrossTable | None = None
    used: pd.Index | None = None


@dataclass(frozen=True)
class Statistic:
    """A registered statistic.

    Attributes:
        compute: the function.
        text: how its parts are printed, `{median} ({min}–{max})`.
        decimals: parts that a format gives decimals to, in the order of the format.
        needs: `number`, `date`, `value`: the row must name a variable of that kind, or of any;
            `one_record`: at most one record a subject.
        columns: variables that the data set must have.
        drawn: whether the row is a figure.
        arguments: model of the arguments that a row may give; None when there are none.
        method: name of the sentence in reports that tells how it is computed.
        part: whether the row is a part of its display's figure and no row of a table.
    """

    name: str
    compute: Callable[[Selection], Outcome]
    text: str
    decimals: tuple[str, ...] = ()
    needs: frozenset[Need] = field(default_factory=frozenset)
    columns: tuple[str, ...] = ()
    drawn: bool = False
    arguments: type[Arguments] | None = None
    method: str = ""
    part: bool = False

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
        places = self.places(digits)
        shown = {name: print_value(value, places.get(name, 0)) for name, value in values.items()}
        text = self.text.format(**shown)
        # a dash before a minus sign reads badly
        return text.replace("–-", ", -")

    def places(self, digits: tuple[int, ...]) -> dict[str, int]:
        """Decimals of each part that has any."""
        given = digits or (1,)
        return {part: given[min(index, len(given) - 1)] for index, part in enumerate(self.decimals)}


STATISTICS: dict[str, Statistic] = {}


def statistic(
    name: str,
    *,
    text: str,
    decimals: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
    columns: tuple[str, ...] = (),
    drawn: bool = False,
    arguments: type[Arguments] | None = None,
    method: str = "",
    part: bool = False,
) -> Callable[[Callable[[Selection], Outcome]], Callable[[Selection], Outcome]]:
    """Register a function as the statistic of this name; `Statistic` tells the arguments.

    Raises:
        ValueError: the name is taken.
    """

    def register(function: Callable[[Selection], Outcome]) -> Callable[[Selection], Outcome]:
        if name in STATISTICS:
            raise ValueError(f"statistic '{name}' is registered twice")
        STATISTICS[name] = Statistic(
            name, function, text, decimals, frozenset(needs), columns, drawn, arguments,
            method, part,
        )  # fmt: skip
        return function

    return register


def print_value(value: Value, digits: int) -> str:
    """A value as it is printed: text as it is, numbers rounded."""
    return value if isinstance(value, str) else print_number(value, digits)
