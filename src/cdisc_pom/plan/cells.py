"""One cell that holds several values becomes several records."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from cdisc_pom.columns import Column, distinct, from_codes, take, text_column
from cdisc_pom.plan.frames import SourceFrame
from cdisc_pom.plan.model import CellSplit

# The number of a part within its cell.
NUMBER = "SPLITNO"
_RULE = re.compile(r"(?P<column>\S+)\s+by\s+(?P<marks>\S.*)", re.IGNORECASE)


def read_split(text: str) -> CellSplit | None:
    """A rule such as `RACE by ;` or `DRUG by ; | ,`, or None when it is none."""
    match = _RULE.fullmatch(text.strip())
    if match is None:
        return None
    marks = [mark.strip() for mark in match["marks"].split("|")]
    return CellSplit(match["column"], tuple(mark for mark in marks if mark) or ("|",))


def split_cells(frame: SourceFrame, split: CellSplit) -> SourceFrame:
    """A record for each value of a cell that holds several; other columns are repeated.

    An empty cell keeps its record. SPLITNO numbers the parts of a cell from 1.
    """
    codes, values = distinct(text_column(frame.column(split.column)))
    parts = [_parts(str(value), split.marks) for value in values]
    counts = np.array([*(len(part) for part in parts), 1], dtype=np.int64)[codes]
    whole = np.repeat(np.arange(frame.size), counts)
    index = pd.RangeIndex(len(whole))
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    numbers = np.arange(len(whole)) - starts
    offsets = np.cumsum([0, *(len(part) for part in parts)])
    filled = codes[whole] >= 0
    at = np.where(filled, offsets[codes[whole]] + numbers, -1)
    texts = [piece for part in parts for piece in part]
    made = {
        split.column: from_codes(at, texts, index),
        NUMBER: pd.Series(pd.arrays.IntegerArray(numbers + 1, ~filled), index=index),
    }

    def column(name: str) -> Column:
        return made[name] if name in made else take(frame.column(name), whole, index)

    return replace(
        frame, size=len(whole), get=column, origins=frame.origins.take(whole),
        cell=lambda record, name: frame.cell(int(whole[record]), name), whole=whole,
        subjects=None if frame.subjects is None else frame.subjects[whole],
    )  # fmt: skip


def _parts(text: str, marks: tuple[str, ...]) -> list[str]:
    """The values of a cell, without blanks at their ends and without empty ones."""
    pieces = re.split("|".join(re.escape(mark) for mark in marks), text)
    return [piece.strip() for piece in pieces if piece.strip()] or [text]
