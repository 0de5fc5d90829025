"""The rows of the Displays sheet, evaluated on the analysis data sets.

    population ─► subjects (ADSL) ──┐
    parameter, where ─► records ────┴► selection ─► statistic ─► values and printed text

All faults of the rows are found before a number is computed; a row that the data contradict (two
records of a subject where one is asked for) is a finding with its subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from cdisc_pom.errors import Collector, Finding, Problems
from cdisc_pom.results.agreement import CrossTable
from cdisc_pom.results.arguments import Arguments
from cdisc_pom.results.evaluate import (
    EvaluationError,
    Evaluator,
    derive_values,
    select_records,
)
from cdisc_pom.results.planning import SUBJECTS, Frames, Plan, data_sets_of, plan_rows
from cdisc_pom.results.registry import DataFault, Points, Selection, Statistic, Value
from cdisc_pom.results.survival import KaplanMeier
from cdisc_pom.spec.sheets import DisplayRow

__all__ = ["Language", "Records", "Result", "data_sets_of", "evaluate_displays"]

Language = Literal["en", "zh"]

_MISSING = {"en": "Missing", "zh": "缺失"}
_ARGUMENT = "arguments."


@dataclass(frozen=True)
class Records:
    """The analysis records behind a figure: their numbers in the file, from 1, and subjects."""

    dataset: str
    observations: tuple[int, ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What a display row, or one group of it, came to.

    `values` are unrounded, NaN where a value cannot be estimated; `text` is what is printed.
    `records` are those that count, `population` the subjects that they are counted among (ADSL).
    `level` is the group's value, empty without groups, None for subjects without one.
    `digits` are the decimals of the row's format.
    """

    row: DisplayRow
    statistic: Statistic
    values: dict[str, Value]
    text: str
    records: Records
    level: str | None = ""
    curve: KaplanMeier | None = None
    population: Records = Records(SUBJECTS, (), ())
    points: Points | None = None
    table: CrossTable | None = None
    digits: tuple[int, ...] = ()
    arguments: Arguments | None = None

    def label(self, language: Language) -> str:
        """Row label, with the group."""
        label = self.row_label(language)
        return label if self.level == "" else f"{label}: {self.level_label(language)}"

    def row_label(self, language: Language) -> str:
        """Row label without the group."""
        twin = self.row.label_zh if language == "zh" else None
        return twin or self.row.label

    def level_label(self, language: Language) -> str:
        """The group's value, or the word for a missing one."""
        return _MISSING[language] if self.level is None else self.level

    def display(self, language: Language) -> str:
        """Title of the display."""
        twin = self.row.display_zh if language == "zh" else None
        return twin or self.row.display

    def section(self, language: Language) -> str:
        """Heading of the rows that this one belongs to; empty without one."""
        twin = self.row.section_zh if language == "zh" else None
        return twin or self.row.section or ""

    @property
    def numerator(self) -> int | None:
        """Subjects that count; None for a row without numbers of its own."""
        found = self.values.get("n")
        return int(found) if isinstance(found, int | float) else None

    @property
    def denominator(self) -> int | None:
        """Subjects of the population."""
        found = self.values.get("denom")
        return int(found) if isinstance(found, int | float) else None

    @property
    def counts(self) -> str:
        """Subjects that count of the population; for a time to event, events of subjects."""
        if "events" in self.values:
            return f"{int(self.values['events'])}/{self.numerator}"
        return f"{self.numerator}/{self.denominator}"


def evaluate_displays(rows: Sequence[DisplayRow], frames: Frames) -> tuple[Result, ...]:
    """Evaluate display rows.

    Args:
        rows: rows of the Displays sheet.
        frames: analysis data sets by name, ADSL among them.

    Returns:
        A result for each row, or for each group of a row, displays in the order of their first
        row and rows in their Order.

    Raises:
        Problems: faults of rows or data, all of them.
    """
    collector = Collector()
    plans = plan_rows(rows, frames, collector)
    data = _Data(frames, Evaluator())
    findings = _strangers(rows, frames)
    results: list[Result] = []
    for plan in plans:
        try:
            for level, members, selection in _selections(plan, data):
                fault = _data_faults(plan, selection)
                findings += fault
                if not fault:
                    results.append(_result(plan, level, members, selection))
        except DataFault as fault_of_data:
            subjects = fault_of_data.subjects
            findings.append(_finding(plan, plan.row.dataset, str(fault_of_data), subjects))
        except _CellError as error:
            collector.add(plan.row.cell(error.field), str(error))
    if collector.errors or findings:
        raise Problems([*dict.fromkeys(collector.errors), *dict.fromkeys(findings)])
    return tuple(results)


# Selecting subjects and records ---------------------------------------------------------------


@dataclass(frozen=True)
class _Data:
    frames: Frames
    evaluator: Evaluator
    populations: dict[str | None, pd.DataFrame] = field(default_factory=dict)


class _CellError(Exception):
    """A fault that belongs to a field of the row."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def _selections(plan: Plan, data: _Data) -> Iterator[tuple[str | None, pd.DataFrame, Selection]]:
    subjects = _subjects(plan, data)
    records = _records(plan, data)
    values = _evaluated(plan, "variable", records, data)
    if values is not None:
        _check_kind(plan, values)
    columns = {
        name.removeprefix(_ARGUMENT): found
        for name in plan.expressions
        if name.startswith(_ARGUMENT)
        and (found := _evaluated(plan, name, records, data)) is not None
    }
    for level, members in _levels(plan, subjects, data):
        inside = records["USUBJID"].isin(members["USUBJID"])
        held = None if values is None else values[inside]
        own = {name: column[inside] for name, column in columns.items()}
        subject = pd.Index(members["USUBJID"])
        yield level, members, Selection(subject, records[inside], held, plan.arguments, own)


def _subjects(plan: Plan, data: _Data) -> pd.DataFrame:
    text = plan.row.population
    if text not in data.populations:
        adsl = data.frames[SUBJECTS]
        inside = _evaluated(plan, "population", adsl, data)
        data.populations[text] = adsl if inside is None else adsl[inside]
    return data.populations[text]


def _records(plan: Plan, data: _Data) -> pd.DataFrame:
    frame = data.frames[plan.row.dataset]
    if plan.row.parameter is not None:
        frame = frame[frame["PARAMCD"].eq(plan.row.parameter)]
    chosen = _evaluated(plan, "where", frame, data)
    return frame if chosen is None else frame[chosen]


def _evaluated(plan: Plan, name: str, frame: pd.DataFrame, data: _Data) -> pd.Series | None:
    expression = plan.expressions.get(name)
    if expression is None:
        return None
    work = select_records if name in ("population", "where") else derive_values
    try:
        return work(frame, expression, data.evaluator)
    except EvaluationError as error:
        field = name.partition(".")[0]
        raise _CellError(field, f"'{expression.text}' fails on the data: {error}") from error


def _levels(
    plan: Plan, subjects: pd.DataFrame, data: _Data
) -> Iterator[tuple[str | None, pd.DataFrame]]:
    groups = _evaluated(plan, "group", subjects, data)
    if groups is None:
        yield "", subjects
        return
    for level in sorted(groups.dropna().unique().tolist()):
        shown = f"{level:g}" if isinstance(level, float) else str(level)
        yield shown, subjects[groups.eq(level)]
    if groups.isna().any():
        yield None, subjects[groups.isna()]


def _check_kind(plan: Plan, values: pd.Series) -> None:
    if values.empty:
        return
    kind = values.dtype
    name, text = plan.row.statistic, plan.row.variable
    if "number" in plan.statistic.needs and not pd.api.types.is_numeric_dtype(kind):
        raise _CellError("variable", f"{name} needs numbers, but {text} gives {kind}.")
    if "date" in plan.statistic.needs and not pd.api.types.is_datetime64_any_dtype(kind):
        raise _CellError("variable", f"{name} needs dates, but {text} gives {kind}.")


# Faults of the data, and the result ------------------------------------------------------------


def _data_faults(plan: Plan, selection: Selection) -> list[Finding]:
    faults = []
    records = selection.records
    subject = records["USUBJID"]
    if selection.subjects.has_duplicates:
        repeated = selection.subjects[selection.subjects.duplicated()]
        faults.append(_finding(plan, SUBJECTS, "USUBJID stands more than once.", repeated))
    if "one_record" in plan.statistic.needs and subject.duplicated().any():
        message = f"{plan.row.statistic} takes one record a subject, some have more."
        faults.append(_finding(plan, plan.row.dataset, message, subject[subject.duplicated()]))
    if "CNSR" in plan.statistic.columns and selection.values is not None:
        time = selection.values
        bad = time.isna() | (time < 0) | records["CNSR"].isna()
        if bad.any():
            message = f"{plan.row.variable} or CNSR is missing, or the time is negative."
            faults.append(_finding(plan, plan.row.dataset, message, subject[bad]))
    return faults


def _strangers(rows: Sequence[DisplayRow], frames: Frames) -> list[Finding]:
    faults = []
    for name in data_sets_of(rows)[1:]:
        if name not in frames or "USUBJID" not in frames[name].columns:
            continue
        subject = frames[name]["USUBJID"]
        unknown = subject[~subject.isin(frames[SUBJECTS]["USUBJID"])]
        if len(unknown):
            message = f"subject is not in {SUBJECTS}, so that no display counts it."
            key = f"USUBJID {unknown.array[0]}"
            faults.append(Finding("display", "error", name, message, key=key, count=len(unknown)))
    return faults


def _finding(plan: Plan, dataset: str, message: str, subjects: pd.Series | pd.Index) -> Finding:
    field = "population" if dataset == SUBJECTS else "where"
    return Finding(
        rule="display",
        severity="error",
        dataset=dataset,
        message=message,
        key=f"USUBJID {subjects.array[0]}" if len(subjects) else "",
        count=len(subjects),
        place=str(plan.row.cell(field)),
        hint=f"Display row '{plan.row.label}'.",
    )


def _result(plan: Plan, level: str | None, members: pd.DataFrame, selection: Selection) -> Result:
    outcome = plan.statistic.compute(selection)
    text = plan.statistic.print_values(outcome.values, plan.digits)
    used = selection.records if outcome.used is None else selection.records.loc[outcome.used]
    records = _those(plan.row.dataset, used)
    population = _those(SUBJECTS, members)
    return Result(
        plan.row, plan.statistic, outcome.values, text, records, level, outcome.curve, population,
        outcome.points, outcome.table, plan.digits, plan.arguments,
    )  # fmt: skip


def _those(dataset: str, frame: pd.DataFrame) -> Records:
    subjects = tuple(dict.fromkeys(frame["USUBJID"].tolist()))
    return Records(dataset, tuple((frame.index.to_numpy() + 1).tolist()), subjects)
