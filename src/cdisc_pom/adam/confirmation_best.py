"""What the responses of the visits say about a subject: the best, the first, the progression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import (
    RANK,
    RESPONSES,
    ResponseError,
    is_flagged,
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
    text = responses[response]
    if not use_mr:
        text = text.mask(text == "MR", "SD")
    rank = text.map({value: place for place, value in enumerate(BEST)})
    counts = is_flagged(responses, "ANL01FL") & is_flagged(responses, "ANL03FL") & rank.notna()
    counts &= is_flagged(responses, "ANL02FL") | (text == "PD").to_numpy()
    found = responses.loc[counts, [*keys, date]].assign(BOR=-rank[counts].astype("int64"))
    best = found.sort_values([*keys, "BOR", date], kind="stable").drop_duplicates(keys)
    best["BOR"] = pd.Series(np.array(BEST)[-best["BOR"].to_numpy()], best.index, dtype="str")
    best = best.rename(columns={date: "BORDT"})[[*keys, "BOR", "BORDT"]]
    best = _for_all(best, keys, responses if subjects is None else subjects, subjects is not None)
    best["BOR"] = best["BOR"].fillna("NE").astype("str")
    return best


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
    rank = responses[response].map(RANK)
    counts = (rank >= RANK[at_least]) & (rank < RANK["PD"])
    for flag in ("ANL01FL", "ANL02FL", "ANL03FL"):
        counts &= is_flagged(responses, flag)
    return _first(responses[counts], keys, date, "RSPDT")


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
    return _first(responses[is_flagged(responses, "PDFSTFL")], keys, date, "PDDT")


def _first(records: pd.DataFrame, keys: list[str], date: str, name: str) -> pd.DataFrame:
    """The earliest date of each key."""
    ordered = records[[*keys, date]].sort_values([*keys, date], kind="stable")
    first = ordered.drop_duplicates(keys).rename(columns={date: name})
    return first.reset_index(drop=True)


def _for_all(
    best: pd.DataFrame, keys: list[str], wanted: pd.DataFrame, as_given: bool
) -> pd.DataFrame:
    """A row for each key of `wanted`, in its order if it was given, else in that of the keys."""
    rows = wanted[keys].reset_index(drop=True)
    if as_given and rows.duplicated().any():
        repeated = rows[rows.duplicated()].iloc[0].tolist()
        raise ResponseError.of([f"subjects has {repeated} more than once."])
    if not as_given:
        rows = rows.drop_duplicates().sort_values(keys, kind="stable").reset_index(drop=True)
    return rows.merge(best, on=keys, how="left", validate="one_to_one")


def _need(frame: pd.DataFrame, names: list[str]) -> None:
    """Refuse a frame without these columns."""
    absent = [name for name in names if name not in frame]
    if absent:
        raise ResponseError.of(f"there is no column {name!r}." for name in absent)
