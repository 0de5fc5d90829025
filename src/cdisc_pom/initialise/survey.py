"""What the raw forms look like: their columns with the values that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cdisc_pom.algorithms.values import fold
from cdisc_pom.columns import Column, distinct, text_column
from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.initialise.words import squash, variable_words
from cdisc_pom.raw.folder import READERS, RawFolder

# Parts that variables are made of, and the only ones that every record of a form has.
STUDY, SITE, SUBJECT, VISIT = "@STUDY", "@SITE", "@SUBJECT", "@VISIT"


@dataclass(frozen=True)
class RawColumn:
    """A column of a form: its records and the distinct values, in the order of their first."""

    name: str
    data: Column

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Distinct values as text, in the order in which they first stand."""
        return tuple(str(value) for value in text_column(self.data).dropna().unique())

    @cached_property
    def filled(self) -> int:
        """Records with a value."""
        return int(self.data.notna().sum())

    @cached_property
    def numbers(self) -> float:
        """Share of the distinct values that are numbers, 0 without a value."""
        numbers = pd.to_numeric(pd.Series(self.values, dtype=object), errors="coerce")
        return float(numbers.notna().mean()) if self.values else 0.0

    @property
    def numeric(self) -> bool:
        """Whether every value is a number."""
        return self.numbers == 1

    @property
    def mostly_numeric(self) -> bool:
        """Whether at least half of the distinct values are numbers (`<5` and 未做 stand too)."""
        return self.numbers >= 1 / 2


@dataclass(frozen=True)
class RawTable:
    """A form with its columns by name."""

    name: str
    file: str
    records: int
    columns: Mapping[str, RawColumn]

    @cached_property
    def parts(self) -> Mapping[str, str]:
        """Columns that hold study, site, subject, visit, by part; the first that fits."""
        found: dict[str, str] = {}
        for part in (STUDY, SITE, SUBJECT, VISIT):
            words = variable_words()[part]
            named = [name for name in self.columns if squash(name) in words]
            if part == STUDY:  # a column of many values is an item, not the study
                named = [name for name in named if len(self.columns[name].values) == 1]
            if named:
                found[part] = named[0]
        return found

    def one_a_subject(self) -> bool:
        """Whether no subject has two records."""
        keys = [self.parts[part] for part in (SITE, SUBJECT) if part in self.parts]
        if SUBJECT not in self.parts or not self.records:
            return False
        frame = pd.DataFrame({key: text_column(self.columns[key].data) for key in keys})
        return not bool(frame.duplicated().any())


@dataclass(frozen=True)
class Survey:
    """All forms of a raw folder by name."""

    folder: Path
    forms: Mapping[str, RawTable]

    @property
    def study(self) -> str | None:
        """The one study that all forms name."""
        found = {
            table.columns[table.parts[STUDY]].values[0]
            for table in self.forms.values()
            if STUDY in table.parts
        }
        return found.pop() if len(found) == 1 else None


def survey_folder(folder: Path) -> Survey:
    """Read every form of a raw folder.

    Raises:
        Problems: there is no such folder, it holds no form, or a form cannot be read.
    """
    raw = RawFolder(folder)
    if not raw.files:
        hint = f"Put the export of the EDC there: {', '.join(READERS)}."
        raise Problems([SpecError(Line(str(folder)), "holds no raw form.", hint)])
    raw.read(raw.files)
    return Survey(folder, {name: _table(raw, name) for name in raw.files})


def _table(raw: RawFolder, name: str) -> RawTable:
    form = raw.form(name)
    columns = {column: RawColumn(column, data) for column, data in form.columns.items()}
    return RawTable(name, form.file, len(form), columns)


def share(column: RawColumn, words: Mapping[str, str]) -> float:
    """How many of the records with a value have one that is among folded words, 0 to 1."""
    codes, values = distinct(text_column(column.data))
    known = [at for at, value in enumerate(values) if fold(str(value)) in words]
    return float(pd.Series(codes[codes >= 0]).isin(known).mean()) if column.filled else 0.0
