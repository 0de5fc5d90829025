"""What the responses of the visits say about a subject: the best, the first, the progression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import ResponseError
from cdisc_pom.adam.confirmation_columns import (
    RANK,
    RESPONSES,
    Ints,
    is_flagged,
    ranks,
    texts_of,
    to_days,
)

BEST: Final = ("NE", "PD", "SD", "MR", "PR", "VGPR", "CR", "sCR")
"""Responses from the worst to the best one that a subject can have."""


def best_response(
    responses: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    subject: str = "USUBJID",
    date: str = "ADT",
    response: str = "CARRRESP",
    use_mr: bool = False,
    subjects: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the best response of each subject.

    The order is sCR, CR, VGPR, PR, MR, SD, PD, NE. Records count that stand for their day
    (ANL01FL), up to new therapy (ANL02FL) and up to confirmed progression (ANL03FL);
    a progression after new therapy counts, since nothing else could follow it.

    Args:
        responses: what `confirmed_response` returned.
        by: columns that make a series with the subject, for example the evaluator.
        subject: subject identifier.
        date: date of the assessment.
        response: CARRRESP for the confirmed best, the column of collected responses for the
            unconfirmed best.
        use_mr: as given to `confirmed_response`; when false an MR is read as SD.
        subjects: all subjects (with their `by` columns) that shall have a row. One without
            a record gets NE and no date.

    Returns:
        One row a subject and `by`: BOR, and BORDT, the first date on which it was reached. In
        the order of `subjects` if given, else in that of the keys.

    Raises:
        ResponseError: columns are missing, or `subjects` repeats a key.

    Source: IMWG; a best response of SD needs one such assessment, with no minimum time.
    """
    keys = [subject, *by]
    _need(responses, [*keys, date, response, "ANL01FL", "ANL02FL", "ANL03FL"])
    order = BEST if use_mr else tuple("SD" if value == "MR" else value for value in BEST)
    rank = ranks(responses[response], BEST)
    level = np.array([order.index(value) for value in order] + [-1])[rank]
    counts = is_flagged(responses, "ANL01FL") & is_flagged(responses, "ANL03FL") & (rank >= 0)
    counts &= is_flagged(responses, "ANL02FL") | (level == order.index("PD"))
    best, levels = _first(responses, [*keys, date], np.where(counts, -level, 1))
    best = best.rename(columns={date: "BORDT"}).assign(BOR=texts_of(-levels, BEST))
    best = best[[*keys, "BOR", "BORDT"]]
    return best if subjects is None else _for_all(best, keys, subjects)


def first_response(
    responses: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    subject: str = "USUBJID",
    date: str = "ADT",
    response: str = "CARRRESP",
    at_least: str = "PR",
) -> pd.DataFrame:
    """Find the first date of a response, by default of PR or better.

    Args:
        responses: what `confirmed_response` returned.
        by: as for `best_response`.
        subject: subject identifier.
        date: date of the assessment.
        response: CARRRESP for confirmed responses, else the column of collected ones.
        at_least: the lowest response that counts.

    Returns:
        One row a subject and `by` that responded, in the order of the keys: RSPDT. A confirmed
        response has the date of the first of its two assessments.

    Raises:
        ResponseError: columns are missing, or `at_least` is no response.
    """
    keys = [subject, *by]
    _need(responses, [*keys, date, response, "ANL01FL", "ANL02FL", "ANL03FL"])
    if at_least not in RESPONSES or at_least in {"NE", "PD"}:
        raise ResponseError.of([f"at_least {at_least!r} is not SD, MR, PR, VGPR, CR or sCR."])
    rank = ranks(responses[response], RESPONSES)
    counts = (rank >= RANK[at_least]) & (rank < RANK["PD"])
    for flag in ("ANL01FL", "ANL02FL", "ANL03FL"):
        counts &= is_flagged(responses, flag)
    first, _ = _first(responses, [*keys, date], np.where(counts, 0, 1))
    return first.rename(columns={date: "RSPDT"})


def first_progression(
    responses: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    subject: str = "USUBJID",
    date: str = "ADT",
) -> pd.DataFrame:
    """Find the date of confirmed progression.

    Args:
        responses: what `confirmed_response` returned.
        by: as for `best_response`.
        subject: subject identifier.
        date: date of the assessment.

    Returns:
        One row a subject and `by` with progression, in the order of the keys: PDDT, the first
        of the two dates when a second one confirmed it.

    Raises:
        ResponseError: columns are missing.
    """
    keys = [subject, *by]
    _need(responses, [*keys, date, "PDFSTFL"])
    level = np.where(is_flagged(responses, "PDFSTFL"), 0, 1)
    first, _ = _first(responses, [*keys, date], level)
    return first.rename(columns={date: "PDDT"})


def _first(frame: pd.DataFrame, columns: list[str], level: Ints) -> tuple[pd.DataFrame, Ints]:
    """Of each key the record with the lowest level, then the earliest date, ordered by key.

    The last of `columns` is the date, the others are the key. Records of level 1 are none.
    """
    rows = np.flatnonzero(level < 1)
    keys = frame[columns[:-1]].iloc[rows]
    series = keys.groupby(columns[:-1], dropna=False).ngroup().to_numpy()
    order = np.lexsort((to_days(frame[columns[-1]])[rows], level[rows], series))
    first = np.ones(len(rows), bool)
    first[1:] = np.diff(series[order]) != 0
    rows = rows[order[first]]
    return frame[columns].iloc[rows].reset_index(drop=True), level[rows]


def _for_all(best: pd.DataFrame, keys: list[str], wanted: pd.DataFrame) -> pd.DataFrame:
    """A row for each key of `wanted`, in its order; NE where there is no record."""
    rows = wanted[keys].reset_index(drop=True)
    if rows.duplicated().any():
        repeated = rows[rows.duplicated()].iloc[0].tolist()
        raise ResponseError.of([f"subjects has {repeated} more than once."])
    whole = rows.merge(best, on=keys, how="left", validate="one_to_one")
    whole["BOR"] = whole["BOR"].fillna("NE")
    return whole


def _need(frame: pd.DataFrame, names: list[str]) -> None:
    """Refuse a frame without these columns."""
    absent = [name for name in names if name not in frame]
    if absent:
        raise ResponseError.of(f"there is no column {name!r}." for name in absent)
