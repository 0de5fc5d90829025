"""The LB-like table of the XPORT benchmark: 25 columns, 549 bytes a record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cdisc_pom.xpt import Variable

#: name, bytes, number of distinct texts (0: one a record, -1: one a subject).
TEXTS = (
    ("STUDYID", 12, 1),
    ("DOMAIN", 2, 1),
    ("USUBJID", 20, -1),
    ("LBREFID", 16, 0),
    ("LBTESTCD", 8, 40),
    ("LBTEST", 40, 40),
    ("LBCAT", 20, 4),
    ("LBORRES", 20, 900),
    ("LBORRESU", 12, 14),
    ("LBSTRESC", 20, 900),
    ("LBSTRESU", 12, 14),
    ("LBNRIND", 8, 3),
    ("LBMETHOD", 40, 6),
    ("LBBLFL", 2, 1),
    ("VISIT", 30, 14),
    ("LBDTC", 19, 20_000),
    ("LBSPEC", 12, 3),
    ("LBCOM", 200, 60),
)
NUMBERS = ("LBSEQ", "LBSTRESN", "LBSTNRLO", "LBSTNRHI", "VISITNUM", "LBDY", "VISITDY")
VARIABLES = tuple(Variable(name, "text", length) for name, length, _ in TEXTS) + tuple(
    Variable(name, "number", 8) for name in NUMBERS
)
RECORD_BYTES = sum(each.length for each in VARIABLES)


def lab_table(rows: int, *, text: str = "str", first: int = 0) -> pd.DataFrame:
    """Records ``first`` to ``first + rows``, the same ones in every run.

    Args:
        rows: number of records.
        text: ``str`` or ``category``.
        first: number of the first record.
    """
    random = np.random.default_rng(20_240_301 + first)
    columns: dict[str, object] = {}
    for name, length, distinct in TEXTS:
        columns[name] = _texts(random, rows, first, length, distinct)
    columns["LBSEQ"] = (np.arange(first, first + rows) % 480 + 1).astype(np.float64)
    columns["LBSTRESN"] = np.round(random.gamma(4.0, 12.0, rows), 2)
    columns["LBSTNRLO"] = np.round(random.gamma(2.0, 4.0, rows), 1)
    columns["LBSTNRHI"] = np.round(random.gamma(9.0, 9.0, rows), 1)
    columns["VISITNUM"] = random.integers(1, 15, rows).astype(np.float64)
    day = random.integers(-28, 400, rows).astype(np.float64)
    columns["LBDY"] = np.where(random.random(rows) < 0.03, np.nan, day)
    columns["VISITDY"] = day
    frame = pd.DataFrame(columns)
    if text == "str":
        return frame.astype({name: "str" for name, _, _ in TEXTS})
    return frame


def lab_tables(rows: int, *, step: int, text: str = "str") -> Iterator[pd.DataFrame]:
    """The same table in frames of ``step`` records."""
    for first in range(0, rows, step):
        yield lab_table(min(step, rows - first), text=text, first=first)


def _texts(
    random: np.random.Generator, rows: int, first: int, length: int, distinct: int
) -> pd.Categorical:
    if distinct == 0:
        numbers = np.arange(first, first + rows)
        return pd.Categorical([f"REF{number:012d}" for number in numbers.tolist()])
    if distinct == -1:
        subject = np.arange(first, first + rows) // 480
        names = [f"POM-101-{number:06d}" for number in range(subject.min(), subject.max() + 1)]
        return pd.Categorical.from_codes(
            subject - subject.min(), categories=pd.Index(names, dtype="str")
        )
    names = [_word(number, length) for number in range(distinct)]
    codes = random.integers(0, distinct, rows)
    codes[random.random(rows) < 0.05] = -1
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))


def _word(number: int, length: int) -> str:
    """A text of its own for each number, a third to the whole of the length."""
    stem = f"{number:0{min(length, 5)}d}"[-length:] if length > 2 else "Y"
    size = max(len(stem), length // 3 + (number * 7919) % (length - length // 3 + 1))
    return (stem + "ABCDEFGHIJKLMNOPQRSTUVWXYZ " * 8)[:size].strip()
