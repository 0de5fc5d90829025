"""Component records and subjects as arrays of numbers, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation_checks import Report, join_findings, whole
from cdisc_pom.adam.confirmation_columns import NEVER, is_flagged, ranks, to_days
from cdisc_pom.adam.imwg_criteria import CODES, NUMERIC, REMARKS, TEXTUAL, Bools, Floats, Ints

TEXTS: Final = tuple(
    dict.fromkeys(text for texts in (*TEXTUAL.values(), *REMARKS.values()) for text in texts)
)
"""All texts that a record may have."""

NUMBER: Final = np.array([code in NUMERIC for code in CODES])
"""Whether a component has a number."""

PLACE: Final = np.array(
    [
        [
            (TEXTUAL | REMARKS)[code].index(text)
            if text in (TEXTUAL | REMARKS).get(code, ())
            else -1
            for text in TEXTS
        ]
        for code in CODES
    ]
)
"""Place of a text in the list of a component; -1 where it is not in it."""

LIGHT_CHAINS: Final = ("KAPPA", "LAMBDA")

UNKNOWN: Final = -NEVER
"""The day of a first dose that is not known."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Names of the columns of components and subjects; see `imwg_response`."""

    subject: str
    component: str
    date: str
    day: str | None
    value: str
    text: str
    low: str
    high: str
    visit: str | None
    target: str | None
    start: str
    light_chain: str
    new_therapy: str
    death: str
    myeloma_death: str

    def time(self) -> str:
        """The column of components that says when."""
        return self.day or self.date


class Subjects(NamedTuple):
    """One entry a subject. Days count from first dose, which is 0."""

    name: pd.Series
    start: Ints
    is_kappa: Bools
    is_lambda: Bools
    new_therapy: Ints
    death: Ints
    myeloma_death: Bools


class Records(NamedTuple):
    """One entry a usable record. Days count from first dose, which is 0.

    `remark` is the place of the text beside a number, -1 without one; `label` orders records
    that are alike in all else; `slot` and `target` are the given visit, -1 and NaN without one.
    """

    row: Ints
    subject: Ints
    day: Ints
    code: Ints
    value: Floats
    remark: Ints
    low: Floats
    high: Floats
    label: Ints
    slot: Ints
    target: Floats


def read_subjects(subjects: pd.DataFrame, columns: Columns) -> tuple[Subjects | None, pd.DataFrame]:
    """Subjects as far as they can be read, and their faults; None if columns are at fault."""
    findings = join_findings(_subject_column_faults(subjects, columns))
    if len(findings):
        return None, findings
    findings = join_findings(_subject_faults(subjects, columns))
    chain = np.full(len(subjects), -1)
    if columns.light_chain in subjects:
        chain = ranks(subjects[columns.light_chain], LIGHT_CHAINS)
    start = np.zeros(len(subjects), np.int64)
    if not columns.day:
        known = subjects[columns.start].notna()
        start = np.where(known, to_days(subjects[columns.start]), UNKNOWN)
    read = Subjects(
        name=subjects[columns.subject].reset_index(drop=True),
        start=start,
        is_kappa=chain == 0,
        is_lambda=chain == 1,
        new_therapy=_event(subjects, columns.new_therapy, columns, start),
        death=_event(subjects, columns.death, columns, start),
        myeloma_death=is_flagged(subjects, columns.myeloma_death),
    )
    return read, findings


def _event(subjects: pd.DataFrame, column: str, columns: Columns, start: Ints) -> Ints:
    """Days from first dose to an event; NEVER without one."""
    if column not in subjects:
        return np.full(len(subjects), NEVER, np.int64)
    known = subjects[column].notna().to_numpy(copy=True)
    if columns.day:
        days = _from_study_day(subjects[column].to_numpy(np.float64, na_value=np.nan))
    else:
        known &= start != UNKNOWN
        days = to_days(subjects[column]) - np.where(known, start, 0)
    return np.where(known, days, NEVER)


def _from_study_day(day: Floats) -> Ints:
    """Days from first dose of study days, which have no 0."""
    known = np.where(np.isnan(day), 0, day).astype(np.int64)
    return np.where(known > 0, known - 1, known)


def _subject_column_faults(frame: pd.DataFrame, columns: Columns) -> Iterator[pd.DataFrame]:
    """Faults of the frame of subjects as a whole."""
    needed = [columns.subject] + ([] if columns.day else [columns.start])
    for name in needed:
        if name not in frame:
            yield whole("column", name, f"subjects has no column {name!r}.")
    dates = [columns.start] * (columns.day is None) + [columns.new_therapy, columns.death]
    for name in dates:
        if name in frame and frame[name].notna().any():
            kind = frame[name].dtype
            is_date = pd.api.types.is_datetime64_any_dtype(kind)
            if columns.day is None and not is_date:
                yield whole("date", name, f"{name} is {kind}, a datetime64 is expected.")
            if columns.day and not pd.api.types.is_numeric_dtype(kind):
                yield whole("day", name, f"{name} is {kind}, study days are expected.")


def _subject_faults(frame: pd.DataFrame, columns: Columns) -> Iterator[pd.DataFrame]:
    """Faults of subjects."""
    report = Report(frame, columns.subject)
    name = columns.subject
    yield report.error("missing", name, frame[name].isna(), f"{name} is missing.")
    again = frame[name].duplicated(keep=False) & frame[name].notna()
    yield report.error("subject", name, again, "the subject has several rows.")
    if columns.day is None:
        missing = frame[columns.start].isna()
        yield report.error("missing", columns.start, missing, f"{columns.start} is missing.")
    name = columns.light_chain
    if name in frame:
        unknown = frame[name].notna() & ~frame[name].isin(LIGHT_CHAINS)
        yield report.error("light chain", name, unknown, f"{name} '{{}}' is not KAPPA or LAMBDA.")
    name = columns.myeloma_death
    if name in frame:
        bad = frame[name].notna() & ~frame[name].isin(["Y", "N", True, False])
        yield report.error("flag", name, bad, f"{name} '{{}}' is not Y, N or missing.")
        if columns.death in frame:
            undated = is_flagged(frame, name) & frame[columns.death].isna()
            message = f"{name} says death from myeloma, {columns.death} is missing."
            yield report.error("death date", columns.death, undated, message)


def read_records(
    components: pd.DataFrame, subjects: Subjects | None, columns: Columns
) -> tuple[Records | None, pd.DataFrame]:
    """The usable records, and findings about the others; None if columns are at fault."""
    findings = join_findings(_column_faults(components, columns))
    if subjects is None or len(findings):
        return None, findings
    parsed = _Parsed.of(components, subjects, columns)
    findings = join_findings(_record_faults(components, parsed, columns))
    rows = np.flatnonzero(parsed.usable())
    label = np.empty(len(components), np.int64)
    label[components.index.argsort()] = np.arange(len(components))
    slot, target = _given_visits(components, columns)
    records = Records(
        row=rows,
        subject=parsed.subject[rows],
        day=parsed.day[rows],
        code=parsed.code[rows],
        value=parsed.value[rows],
        remark=parsed.remark[rows],
        low=_numbers(components, columns.low)[rows],
        high=_numbers(components, columns.high)[rows],
        label=label[rows],
        slot=slot[rows],
        target=target[rows],
    )
    return records, findings


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    """An optional column of numbers."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return frame[column].to_numpy(np.float64, na_value=np.nan)


def _given_visits(frame: pd.DataFrame, columns: Columns) -> tuple[Ints, Floats]:
    """The visit that each record names, as a number, and the target day of it."""
    slot = np.full(len(frame), -1, np.int64)
    if columns.visit is not None:
        slot = np.asarray(pd.factorize(frame[columns.visit], sort=True)[0], np.int64)
    target = _numbers(frame, columns.target or "")
    return slot, np.where(target > 0, target - 1, target)


class _Parsed(NamedTuple):
    """Every record of the input, with what could be read of it."""

    subject: Ints
    code: Ints
    day: Ints
    value: Floats
    remark: Ints
    known_time: Bools
    has_text: Bools
    good_text: Bools
    after_death: Bools

    @classmethod
    def of(cls, frame: pd.DataFrame, subjects: Subjects, columns: Columns) -> _Parsed:
        """Read all columns; -1 and NaN where there is nothing to read."""
        codes, names = pd.factorize(frame[columns.subject])
        single = subjects.name[~subjects.name.duplicated()]
        known = pd.Index(single).get_indexer(pd.Index(names))
        subject = np.append(np.append(single.index, -1)[known], -1)[codes].astype(np.int64)
        code = ranks(frame[columns.component], CODES)
        time = frame[columns.time()]
        known_time = time.notna().to_numpy()
        if columns.day:
            raw = time.to_numpy(np.float64, na_value=np.nan)
            known_time = known_time & (raw != 0) & (raw == np.floor(raw))
            day = np.where(known_time, _from_study_day(raw), 0)
        else:
            start = np.append(subjects.start, UNKNOWN)[subject]
            known_time = known_time & (start != UNKNOWN)
            day = np.where(known_time, to_days(time) - start, 0)
        text = (
            ranks(frame[columns.text], TEXTS) if columns.text in frame else np.full(len(frame), -1)
        )
        has_text = frame[columns.text].notna().to_numpy() if columns.text in frame else text >= 0
        remark = np.where((text >= 0) & (code >= 0), PLACE[code, text], -1)
        value = np.where(
            NUMBER[code], _numbers(frame, columns.value), np.where(remark >= 0, remark, np.nan)
        )
        death = np.append(subjects.death, NEVER)[subject]
        return cls(
            subject,
            code,
            day,
            value,
            remark,
            known_time,
            has_text,
            (remark >= 0) | ~has_text,
            day > death,
        )

    def has_number(self) -> Bools:
        """Whether there is a number where one is needed; a new or grown lesion may have none."""
        noted = (self.code == CODES.index("PLAS")) & (self.remark > 0) & (self.day > 0)
        given: Bools = ~np.isnan(self.value) | noted
        return given

    def in_range(self) -> Bools:
        """Whether the number is possible."""
        low = (self.value < 0) & (self.code != CODES.index("dFLC"))
        high = (self.value > 100) & (self.code == CODES.index("BMPC"))  # noqa: PLR2004
        impossible: Bools = low | high | np.isinf(self.value)
        return ~impossible

    def usable(self) -> Bools:
        """Whether the record can be used."""
        read = (self.subject >= 0) & (self.code >= 0) & self.known_time & self.good_text
        usable: Bools = read & self.has_number() & self.in_range() & ~self.after_death
        return usable


def _column_faults(frame: pd.DataFrame, columns: Columns) -> Iterator[pd.DataFrame]:
    """Faults of the frame of components as a whole."""
    given = [name for name in (columns.visit, columns.target) if name is not None]
    for name in (columns.subject, columns.component, columns.time(), columns.value, *given):
        if name not in frame:
            yield whole("column", name, f"components has no column {name!r}.")
    if not frame.index.is_unique:
        yield whole(
            "index", "", "index labels of components repeat, so records cannot be told apart."
        )
    name = columns.time()
    if name in frame:
        kind = frame[name].dtype
        if columns.day and not pd.api.types.is_numeric_dtype(kind):
            yield whole("day", name, f"{name} is {kind}, study days are expected.")
        if not columns.day and not pd.api.types.is_datetime64_any_dtype(kind):
            yield whole("date", name, f"{name} is {kind}, a datetime64 is expected.")
    for name in (columns.value, columns.low, columns.high, columns.target or ""):
        empty = name not in frame or frame[name].isna().all()
        if not empty and not pd.api.types.is_numeric_dtype(frame[name].dtype):
            yield whole("number", name, f"{name} is {frame[name].dtype}, numbers are expected.")


def _record_faults(
    frame: pd.DataFrame, parsed: _Parsed, columns: Columns
) -> Iterator[pd.DataFrame]:
    """Faults of records."""
    report = Report(frame, columns.subject)
    name = columns.subject
    missing = frame[name].isna()
    yield report.error("missing", name, missing, f"{name} is missing.")
    stranger = (parsed.subject < 0) & ~missing
    yield report.error("subject", name, stranger, "the subject is not among the subjects.")
    name, time = columns.component, columns.time()
    unknown = pd.Series(parsed.code < 0, frame.index)
    known = ", ".join(CODES)
    yield report.error("component", name, unknown, f"'{{}}' is not a component ({known}).")
    yield report.error("missing", time, frame[time].isna(), f"{time} is missing.")
    if columns.day:
        odd = frame[time].notna() & ~parsed.known_time
        yield report.error("day", time, odd, f"{time} {{}} is not a study day.")
    wrong = ~parsed.good_text & (parsed.code >= 0)
    for code, where in _by_component(parsed.code, wrong):
        listed = ", ".join((TEXTUAL | REMARKS).get(code, ("a number",)))
        yield report.error("text", columns.text, where, f"{code} '{{}}' is none of: {listed}.")
    yield from _value_faults(report, parsed, columns)
    message = f"{time} {{}} is after death."
    yield report.error("after death", time, parsed.after_death & (parsed.subject >= 0), message)


def _value_faults(report: Report, parsed: _Parsed, columns: Columns) -> Iterator[pd.DataFrame]:
    """Faults of results."""
    for code, where in _by_component(parsed.code, ~parsed.in_range() & (parsed.code >= 0)):
        yield report.error("range", columns.value, where, f"{code} cannot be {{}}.")
    empty = ~parsed.has_number() & parsed.good_text & (parsed.code >= 0)
    message = "the record has no result; it is as if it were absent."
    yield report.warning("empty", columns.component, empty, message)


def _by_component(code: Ints, where: Bools) -> Iterator[tuple[str, Bools]]:
    """The records that `where` marks, one component after the other."""
    for place in np.unique(code[where]):
        yield CODES[place], where & (code == place)


def duplicate_faults(
    components: pd.DataFrame, rows: Sequence[Ints], columns: Columns
) -> Iterator[pd.DataFrame]:
    """Faults of records of one component and day: `rows` are those that differ, those alike."""
    report = Report(components, columns.subject)
    differ, alike = np.zeros((2, len(components)), bool)
    differ[rows[0]] = True
    alike[rows[1]] = True
    message = "several results of {} on a day differ."
    yield report.error("same day", columns.component, differ, message)
    message = "several records of {} on a day say the same; one is used."
    yield report.warning("same day", columns.component, alike, message)
