"""The grade limits of CTCAE as a table: packaged for versions 4.0 and 5.0, changed by a study.

A row gives one limit of one grade: `> 3 x ULN`, `< 80` in g/L, `<= 0.75 x BASE`. A record has the
highest grade of which a row holds. The packaged table is `data/ctcae.csv`; the columns of the
workbook's Grades sheet are the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from cdisc_pom.algorithms import comparison
from cdisc_pom.algorithms.values import read_number

VERSIONS = ("4.0", "5.0")
Direction = Literal["HIGH", "LOW"]
_HOLDS = {
    "<": comparison.below,
    "<=": comparison.at_most,
    ">": comparison.above,
    ">=": comparison.at_least,
}
_NUMBER = r"\d+(?:\.\d+)?"
_LIMIT = re.compile(
    rf"(?P<sign><=|>=|<|>)\s*(?:(?P<plain>{_NUMBER})|"
    rf"(?:(?P<times>{_NUMBER})\s*[x×]\s*)?(?P<of>ULN|LLN|BASE)(?:\s*\+\s*(?P<plus>{_NUMBER}))?)"
)


@dataclass(frozen=True)
class Limit:
    """A limit: `sign` and `times` × a reference (ULN, LLN, BASE or none) + `plus`."""

    sign: str
    of: str
    times: float
    plus: float

    @classmethod
    def read(cls, text: str) -> Limit:
        """A limit from its cell.

        Raises:
            ValueError: the text is none.

        Example:
            >>> Limit.read("> 3 x ULN")
            Limit(sign='>', of='ULN', times=3.0, plus=0.0)
        """
        match = _LIMIT.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"'{text}' is no limit such as '< 80', '> 3 x ULN' or '> ULN + 20'")
        plain, times, plus = (read_number(match[name] or "") for name in ("plain", "times", "plus"))
        return cls(
            match["sign"],
            match["of"] or "",
            1.0 if times is None else times,
            plain if plain is not None else (plus or 0.0),
        )

    def holds(
        self, values: np.ndarray, references: Mapping[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where the limit is passed, and where its reference is missing."""
        if not self.of:
            return _HOLDS[self.sign](values, self.plus), np.zeros(len(values), dtype=bool)
        limit = references[self.of] * self.times + self.plus
        return _HOLDS[self.sign](values, limit), np.isnan(limit)


@dataclass(frozen=True)
class Grade:
    """One limit of one grade of a test.

    `units` are those that an absolute limit is written in (empty: whatever the unit); `baseline`
    is `normal`, `abnormal` or empty; `clinical` rows need what no laboratory value tells
    (symptoms, fasting, anticoagulation); `also` is a second limit that must hold too.
    """

    test: str
    term: str
    direction: Direction
    grade: int
    limit: Limit
    units: frozenset[str] = frozenset()
    baseline: str = ""
    clinical: bool = False
    also: Limit | None = None

    @classmethod
    def read(cls, cells: Mapping[str, str]) -> Grade:
        """A row from its cells.

        Raises:
            ValueError: a limit that cannot be read, a direction or baseline that is none.
        """
        direction = cells["Direction"].upper()
        if direction not in ("HIGH", "LOW"):
            raise ValueError(f"direction '{cells['Direction']}' is neither HIGH nor LOW")
        also = cells.get("And") or ""
        return cls(
            test=cells["Test"], term=cells.get("Term") or "", direction=direction,  # type: ignore[arg-type]
            grade=int(cells["Grade"]), limit=Limit.read(cells["Limit"]),
            units=frozenset(part.strip() for part in (cells.get("Unit") or "").split("|")) - {""},
            baseline=(cells.get("Baseline") or "").lower(),
            clinical=(cells.get("Clinical") or "").casefold() in ("yes", "y"),
            also=Limit.read(also) if also else None,
        )  # fmt: skip


@dataclass(frozen=True)
class GradeTable:
    """The grades of a version, with what a study changed."""

    version: str
    rows: tuple[Grade, ...]

    def of(self, test: str, direction: str) -> tuple[Grade, ...]:
        """Rows of a test in a direction."""
        return tuple(r for r in self.rows if (r.test, r.direction) == (test, direction))

    def changed(self, rows: Iterable[Grade]) -> GradeTable:
        """The table with a study's rows in the place of those of their test and direction."""
        own = tuple(rows)
        named = {(row.test, row.direction) for row in own}
        kept = tuple(row for row in self.rows if (row.test, row.direction) not in named)
        return GradeTable(self.version, kept + own)


@cache
def packaged_grades(version: str) -> GradeTable:
    """The packaged limits of a version of CTCAE.

    Raises:
        ValueError: there is no such version.

    Source: National Cancer Institute, Common Terminology Criteria for Adverse Events, version
        4.0 (2009, 4.03 of 2010) and version 5.0 (2017); laboratory terms.

    Example:
        >>> [row.limit.times for row in packaged_grades("5.0").of("CK", "HIGH")]
        [1.0, 2.5, 5.0, 10.0]
    """
    if version not in VERSIONS:
        raise ValueError(f"CTCAE {version} is not packaged; {' and '.join(VERSIONS)} are")
    file = resources.files("cdisc_pom.adam") / "data" / "ctcae.csv"
    with file.open(encoding="utf-8") as handle:
        rows = [row for row in csv.DictReader(handle) if version in row["Version"].split("|")]
    return GradeTable(version, tuple(Grade.read(row) for row in rows))
