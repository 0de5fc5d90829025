"""What can be wrong with the records that confirmation works on.

Faults stop the derivation, all told at once in a `ResponseError`; `check_responses` lists them
together with the warnings, for which the rules say how to go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Self

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_columns import (
    RESPONSES,
    Bools,
    ResponseColumns,
    holds_dates,
    is_flagged,
    to_days,
)

FINDINGS: Final = ("CHECK", "SEVERITY", "USUBJID", "RECORD", "VARIABLE", "VALUE", "MESSAGE")
"""Columns of a findings frame. RECORD is the index label of the record."""

NOTHING: Final = pd.DataFrame(columns=list(FINDINGS), dtype="object")
"""No findings; to be copied before it is handed out."""

Where = pd.Series | Bools
Severity = Literal["error", "warning"]


class ResponseError(ValueError):
    """The input breaks rules without which a response cannot be derived.

    Attributes:
        messages: one sentence a fault, with subject and record.
        findings: the faults, and what else was found, as of `check_responses`.
    """

    messages: tuple[str, ...]
    findings: pd.DataFrame

    @classmethod
    def of(cls, messages: Iterable[str]) -> Self:
        """The error for these faults; its text shows the first twenty."""
        told = tuple(messages)
        lines = "\n".join(f"  {message}" for message in told[:20])
        more = f"\n  ... and {len(told) - 20} more" if len(told) > 20 else ""  # noqa: PLR2004
        plural = "" if len(told) == 1 else "s"
        error = cls(f"{len(told)} fault{plural} in the input:\n{lines}{more}")
        error.messages = told
        error.findings = NOTHING.copy()
        return error


def check_responses(
    responses: pd.DataFrame,
    *,
    by: Sequence[str] = (),
    subject: str = "USUBJID",
    date: str = "ADT",
    response: str = "AVALC",
    no_confirmation: Sequence[str] = ("PDIFL", "PDNCFL"),
    only_confirms: str = "ONLYCNFL",
    start: str = "TRTSDT",
    new_therapy: str = "NACTDT",
    death: str = "DTHDT",
    myeloma_death: str = "DTHPDFL",
) -> pd.DataFrame:
    """List what is wrong or doubtful in records of response.

    Arguments are those of `confirmed_response`.

    Errors (the derivation refuses them): a column or an index that cannot be used; subject, date
    or response missing; a response or a flag outside its list; dates of first dose, new therapy
    or death that differ within a subject; an assessment after death; death from myeloma with no
    date. Warnings (the rules go on): several assessments on a day, of which the worst counts;
    an assessment before first dose, which does not count; a flag of progression on a record
    that is not PD, which has no effect; new therapy after death.

    Returns:
        One row a finding: CHECK, SEVERITY, USUBJID, RECORD (index label), VARIABLE, VALUE,
        MESSAGE. Empty when nothing was found.

    Example:
        >>> visits = pd.DataFrame(
        ...     {"USUBJID": ["01"], "ADT": pd.to_datetime(["2024-01-29"]), "AVALC": ["cr"]}
        ... )
        >>> check_responses(visits)["MESSAGE"].tolist()
        ["AVALC 'cr' is not a response (NE, SD, MR, PR, VGPR, CR, sCR, PD)."]
    """
    columns = ResponseColumns(
        subject=subject,
        by=tuple(by),
        date=date,
        response=response,
        no_confirmation=tuple(no_confirmation),
        only_confirms=only_confirms,
        start=start,
        new_therapy=new_therapy,
        death=death,
        myeloma_death=myeloma_death,
    )
    faults = find_faults(responses, columns)
    if (faults["RECORD"].isna() & (faults["SEVERITY"] == "error")).any():
        return faults  # without its columns nothing more can be said
    return join_findings([faults, *_warnings(responses, columns)])


def check_confirmation(
    responses: pd.DataFrame, *, subject: str = "USUBJID", date: str = "ADT", days: int = 84
) -> pd.DataFrame:
    """Warn of responses that were confirmed by an assessment more than `days` later.

    Args:
        responses: what `confirmed_response` returned.
        subject: subject identifier.
        date: date of the assessment.
        days: the most days between the two that pass without a warning.

    Returns:
        Findings as of `check_responses`; the responses stay as they are.
    """
    late = (responses["CONFDT"] - responses[date].dt.normalize()).dt.days > days
    message = f"confirmed on {{}}, more than {days} days later."
    return join_findings([Report(responses, subject).warning("late", "CONFDT", late, message)])


def find_faults(
    frame: pd.DataFrame, columns: ResponseColumns, *, results: Sequence[str] = ()
) -> pd.DataFrame:
    """The errors of `check_responses`; `results` are columns that must not be there yet."""
    faults = join_findings(_column_faults(frame, columns, results))
    return faults if len(faults) else join_findings(_record_faults(frame, columns))


def raise_faults(findings: pd.DataFrame) -> None:
    """Raise the errors among the findings, all at once."""
    faults = findings[findings["SEVERITY"] == "error"]
    if len(faults):
        parts = zip(faults["USUBJID"], faults["RECORD"], faults["MESSAGE"], strict=True)
        error = ResponseError.of(_sentence(*part) for part in parts)
        error.findings = findings
        raise error


def _sentence(subject: object, record: object, message: str) -> str:
    """A finding as one sentence with its place."""
    places = [f"subject {subject}"] if isinstance(subject, str) else []
    places += [] if record is None else [f"record {record!r}"]
    return ", ".join(places) + ": " + message if places else message


def _column_faults(
    frame: pd.DataFrame, columns: ResponseColumns, results: Sequence[str]
) -> Iterator[pd.DataFrame]:
    """Faults of the frame as a whole."""
    for name in dict.fromkeys(columns.required()):
        if name not in frame:
            known = ", ".join(map(str, frame.columns))
            yield whole("column", name, f"there is no column {name!r} (has {known}).")
    for name in results:
        if name in frame:
            yield whole("column", name, f"the column {name!r} is a result; rename the one given.")
    if not frame.index.is_unique:
        yield whole("index", "", "index labels repeat, so records cannot be told apart.")
    for name in (columns.date, *columns.dates()):
        empty = name in columns.dates() and name in frame and frame[name].isna().all()
        if name in frame and not empty and not holds_dates(frame, name):
            yield whole("date", name, f"{name} is {frame[name].dtype}, a datetime64 is expected.")


def _record_faults(frame: pd.DataFrame, columns: ResponseColumns) -> Iterator[pd.DataFrame]:
    """Faults of records."""
    report = Report(frame, columns.subject)
    for name in (columns.subject, columns.date, columns.response):
        yield report.error("missing", name, frame[name].isna(), f"{name} is missing.")
    name, listed = columns.response, ", ".join(RESPONSES)
    unknown = frame[name].notna() & ~frame[name].isin(RESPONSES)
    yield report.error("response", name, unknown, f"{name} '{{}}' is not a response ({listed}).")
    for name in (*columns.no_confirmation, *columns.flags()):
        if name in frame:
            bad = frame[name].notna() & ~frame[name].isin(["Y", "N", True, False])
            yield report.error("flag", name, bad, f"{name} '{{}}' is not Y, N or missing.")
    for name in columns.dates():
        if holds_dates(frame, name):
            known = frame[[columns.subject, name]].dropna()
            days = pd.Series(to_days(known[name])).groupby(known[columns.subject].to_numpy())
            differs = pd.Series(False, frame.index)
            differs[known.index] = (days.transform("min") != days.transform("max")).to_numpy()
            message = f"{name} {{}} is not the date on other records of the subject."
            yield report.error("subject", name, differs, message)
    if holds_dates(frame, columns.death):
        late = frame[columns.date].dt.normalize() > frame[columns.death].dt.normalize()
        message = f"{columns.date} {{}} is after {columns.death}."
        yield report.error("after death", columns.date, late, message)
    if columns.death in frame:
        undated = is_flagged(frame, columns.myeloma_death) & frame[columns.death].isna()
        message = f"{columns.myeloma_death} says death from myeloma, {columns.death} is missing."
        yield report.error("death date", columns.death, undated, message)


def _warnings(frame: pd.DataFrame, columns: ResponseColumns) -> Iterator[pd.DataFrame]:
    """Records that the rules treat in a way that the reader should know."""
    report = Report(frame, columns.subject)
    day = frame[columns.date].dt.normalize()
    own = pd.Series(~is_flagged(frame, columns.only_confirms), frame.index)
    series = [frame[columns.subject], *(frame[name] for name in columns.by), day]
    several = own & (own.groupby(series, dropna=False).transform("sum") > 1)
    message = "one of several assessments on {}; the worst counts."
    yield report.warning("same day", columns.date, several, message)
    if holds_dates(frame, columns.start):
        early = day < frame[columns.start].dt.normalize()
        message = f"{columns.date} {{}} is before first dose; it does not count."
        yield report.warning("before first dose", columns.date, early, message)
    for name in columns.no_confirmation:
        if name in frame:
            idle = is_flagged(frame, name) & (frame[columns.response] != "PD")
            message = f"{name} on a record that is not PD has no effect."
            yield report.warning("flag", name, idle, message)
    if holds_dates(frame, columns.death) and holds_dates(frame, columns.new_therapy):
        late = frame[columns.new_therapy] > frame[columns.death]
        message = f"{columns.new_therapy} {{}} is after {columns.death}."
        yield report.warning("after death", columns.new_therapy, late, message)


@dataclass(frozen=True)
class Report:
    """Makes findings about records of one frame."""

    frame: pd.DataFrame
    subject: str

    def error(self, check: str, variable: str, where: Where, message: str) -> pd.DataFrame:
        """An error for each record that `where` marks; `{}` in the message is its value."""
        return self._findings("error", check, variable, where, message)

    def warning(self, check: str, variable: str, where: Where, message: str) -> pd.DataFrame:
        """A warning, in the same way."""
        return self._findings("warning", check, variable, where, message)

    def _findings(
        self,
        severity: Severity,
        check: str,
        variable: str,
        where: Where,
        message: str,
    ) -> pd.DataFrame:
        marked = np.asarray(where, bool)
        if not marked.any():
            return NOTHING
        found = self.frame[marked]
        value = found[variable]
        if pd.api.types.is_datetime64_any_dtype(value):
            value = value.dt.strftime("%Y-%m-%d")
        told = value.astype("str")
        before, brace, after = message.partition("{}")
        return pd.DataFrame(
            {
                "CHECK": check,
                "SEVERITY": severity,
                "USUBJID": found[self.subject].astype("str"),
                "RECORD": found.index,
                "VARIABLE": variable,
                "VALUE": told,
                "MESSAGE": before + told.fillna("") + after if brace else message,
            }
        )


def whole(check: str, variable: str, message: str) -> pd.DataFrame:
    """An error of the frame, not of one record."""
    row = (check, "error", None, None, variable, None, message)
    return pd.DataFrame([row], columns=list(FINDINGS))


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Findings under each other; an empty frame with the columns when there are none."""
    filled = [part.astype("object") for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else NOTHING.copy()
