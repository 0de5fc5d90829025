"""The columns that confirmation reads and writes, as arrays of numbers.

Days are counted since 1970, responses by their place in `RESPONSES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.api.types import is_datetime64_any_dtype

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER: Final = 2**62
"""The day of an event that did not happen."""

RESPONSES: Final = ("NE", "SD", "MR", "PR", "VGPR", "CR", "sCR", "PD")
"""Responses in the order in which a confirmed one is carried forward."""

RANK: Final = {response: rank for rank, response in enumerate(RESPONSES)}


@dataclass(frozen=True, kw_only=True)
class ResponseColumns:
    """Names of the columns of a frame of responses; see `confirmed_response`."""

    subject: str = "USUBJID"
    by: tuple[str, ...] = ()
    date: str = "ADT"
    response: str = "AVALC"
    no_confirmation: tuple[str, ...] = ("PDIFL", "PDNCFL")
    only_confirms: str = "ONLYCNFL"
    start: str = "TRTSDT"
    new_therapy: str = "NACTDT"
    death: str = "DTHDT"
    myeloma_death: str = "DTHPDFL"
    order: tuple[str, ...] = ()

    def required(self) -> tuple[str, ...]:
        """Columns that must be there: a name that is not the default one was asked for."""
        usual = ResponseColumns()
        asked = [
            name
            for name in self.flags() + self.dates()
            if name not in usual.flags() + usual.dates()
        ]
        if self.no_confirmation != usual.no_confirmation:
            asked.extend(self.no_confirmation)
        return (self.subject, *self.by, self.date, self.response, *asked, *self.order)

    def flags(self) -> tuple[str, ...]:
        """Optional flags beside those of `no_confirmation`."""
        return (self.only_confirms, self.myeloma_death)

    def dates(self) -> tuple[str, ...]:
        """Optional dates, one value a subject."""
        return (self.start, self.new_therapy, self.death)


class Keys(NamedTuple):
    """Numbers of the subject and of the series of each record."""

    subject: Ints
    series: Ints

    @classmethod
    def of(cls, frame: pd.DataFrame, columns: ResponseColumns) -> Self:
        """Number the subjects and series of a frame; a missing `by` is a value of its own."""
        subject = np.asarray(pd.factorize(frame[columns.subject])[0], np.int64)
        if not columns.by:
            return cls(subject, subject)
        parts = [pd.Series(subject), *(frame[name].reset_index(drop=True) for name in columns.by)]
        series = parts[0].groupby(parts, sort=False, dropna=False).ngroup()
        return cls(subject, np.asarray(series, np.int64))

    def event_days(self, frame: pd.DataFrame, column: str, *, missing: int) -> Ints:
        """Days of an optional date of the subject, which may stand on some records only."""
        if column not in frame:
            return np.full(len(frame), missing, np.int64)
        known = frame[column].notna().to_numpy()
        days = np.full(self.subject.max(initial=-1) + 1, missing, np.int64)
        days[self.subject[known]] = to_days(frame[column][known])
        return days[self.subject]


def is_flagged(frame: pd.DataFrame, column: str) -> Bools:
    """Where an optional flag is `Y` or true."""
    if column not in frame:
        return np.zeros(len(frame), bool)
    return frame[column].isin(["Y", True]).to_numpy(bool)


def holds_dates(frame: pd.DataFrame, column: str) -> bool:
    """Whether an optional column is there as dates; one that is all missing may be of any type."""
    return column in frame and is_datetime64_any_dtype(frame[column])


def ranks(texts: pd.Series, order: Sequence[str]) -> Ints:
    """The place of each text in `order`; -1 for what is not in it."""
    codes, values = pd.factorize(texts)
    places = {value: place for place, value in enumerate(order)}
    return np.array([*(places.get(value, -1) for value in values), -1], np.int64)[codes]


def to_days(dates: pd.Series) -> Ints:
    """Days since 1970 of dates; what a missing one gives must not be used."""
    return dates.to_numpy("datetime64[D]").astype(np.int64)


class Scatter(NamedTuple):
    """Puts values of the days back to the rows of the input; the others stay missing."""

    size: int
    row: Ints

    def responses(self, rank: Ints, where: Bools) -> ExtensionArray:
        """Response text from ranks."""
        codes = np.full(self.size, -1, np.int64)
        codes[self.row] = np.where(where, rank, -1)
        return texts_of(codes, RESPONSES)

    def dates(self, day: Ints, where: Bools) -> npt.NDArray[np.datetime64]:
        """Dates from days since 1970."""
        dates = np.full(self.size, np.datetime64("NaT"), "datetime64[s]")
        dates[self.row[where]] = day[where].astype("datetime64[D]")
        return dates

    def flags(self, where: Bools) -> ExtensionArray:
        """`Y` or missing."""
        flagged = np.zeros(self.size, bool)
        flagged[self.row] = where
        return flags_of(flagged)


def flags_of(flagged: Bools) -> ExtensionArray:
    """`Y` or missing."""
    return texts_of(np.where(flagged, 0, -1), ("Y",))


def texts_of(places: Ints, values: Sequence[str]) -> ExtensionArray:
    """The text at each place of `values`; -1 is missing."""
    texts = pd.array([*values, None], dtype="str")
    return texts.take(places)
