"""What a command asks for: records by condition, variables, raw lines; unknown names are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cdisc_pom.columns import Codes, Column, Mask, sort_positions, take
from cdisc_pom.errors import Line, Problems, SpecError, did_you_mean
from cdisc_pom.plan.evaluate import EvaluationError
from cdisc_pom.plan.finish import file_order, qualifiers_of
from cdisc_pom.plan.run import Run
from cdisc_pom.sdtm.supplemental import KEYS, split_supplemental
from cdisc_pom.spec.expressions import ExpressionError, parse_expression
from cdisc_pom.spec.tables import SupplementalRow
from cdisc_pom.trace.forward import variables_of
from cdisc_pom.trace.labels import Labels

SUPP = "SUPP"
_QVAL = "QVAL"


@dataclass(frozen=True)
class Target:
    """A record that was asked for, and one of its variables unless all were.

    A record of SUPP-- stands for a variable of its parent; `title` names it then.
    """

    dataset: str
    position: int
    variable: str | None = None
    title: str = ""


def find_targets(
    labels: Labels, dataset: str, where: str | None, variable: str | None, *, language: str
) -> list[Target]:
    """Records of a data set that a condition selects, in the order of the file.

    Raises:
        Problems: there is no such data set or variable, or the condition cannot be answered.
    """
    run = labels.run
    if dataset.startswith(SUPP) and dataset not in run.plan.datasets:
        return _qualifiers(run, dataset, where, variable, language)
    if dataset not in run.plan.datasets:
        raise _unknown("data set", dataset, _data_sets(run), "DATASET")
    table, known = run.table(dataset), variables_of(run.plan, dataset)
    if variable is not None and variable not in known and variable not in _rests(run, dataset):
        shown = [name for name in known if not name.startswith("_")]
        raise _unknown(f"variable of {dataset}", variable, shown, "--variable")
    mask = _mask(run, where, known, table.size, table.column)
    order = labels.order(dataset)
    return [Target(dataset, at, variable) for at in order[mask[order]].tolist()]


def find_line(run: Run, text: str) -> tuple[str, int]:
    """Form and position of the raw record of `FILE:LINE`.

    Raises:
        Problems: there is no such file or line.
    """
    file, colon, number = text.rpartition(":")
    if not colon or not number.isdigit():
        raise _problem("--raw", f"'{text}' is not FILE:LINE.", "Example: demographics.csv:3.")
    forms = {path.name: name for name, path in run.raw.files.items()}
    form = forms.get(file) or (file if file in run.raw.files else None)
    if form is None:
        raise _unknown("raw file", file, forms, "--raw")
    lines, line = run.raw.form(form).lines, int(number)
    position = int(np.searchsorted(lines, line, side="right")) - 1
    last = _last_line(run, form)
    if line < 1 or line > last:
        raise _problem("--raw", f"{file} has no line {line}.", f"Its last line is {last}.")
    if position < 0:
        raise _problem("--raw", f"line {line} of {file} holds the names of the columns.")
    return form, position


def _last_line(run: Run, form: str) -> int:
    with run.raw.files[form].open("rb") as handle:
        return sum(1 for _ in handle)


def _qualifiers(
    run: Run, dataset: str, where: str | None, variable: str | None, language: str
) -> list[Target]:
    """Records of SUPP--: values of variables of the parent."""
    domain = dataset.removeprefix(SUPP)
    if domain not in run.plan.datasets:
        raise _unknown("data set", dataset, _data_sets(run), "DATASET")
    frame, positions = _supplemental(run, domain, language)
    if frame is None:
        text = f"{domain} has no supplemental qualifiers."
        raise _problem("DATASET", f"unknown data set '{dataset}'.", text)
    if variable is not None and variable not in frame.columns:
        raise _unknown(f"variable of {dataset}", variable, frame.columns, "--variable")
    mask = _mask(run, where, list(frame.columns), len(frame), frame.__getitem__)
    book = run.study.workbook(domain)
    names = {row.qnam: row.variable for row in book.rows(SupplementalRow)
             if row.dataset == domain and row.qnam}  # fmt: skip
    found = []
    for at in np.flatnonzero(mask).tolist():
        record = frame.iloc[at]
        shown = ", ".join(
            f"{name}={record[name]}" for name in KEYS[2:] if not pd.isna(record[name])
        )
        asked = variable or _QVAL
        title = f"{dataset} #{at + 1} ({shown})  {asked} = {record[asked]}"
        name = str(record["QNAM"])
        parent = {_QVAL: names.get(name, name), "IDVARVAL": f"{domain}SEQ"}.get(asked, asked)
        own = parent if parent in variables_of(run.plan, domain) else names.get(name, name)
        found.append(Target(domain, int(positions[at]), own, title))
    return found


def _supplemental(run: Run, domain: str, language: str) -> tuple[pd.DataFrame | None, Codes]:
    """The records of SUPP-- in the order of the file, and the position of each one's parent."""
    table, book = run.table(domain), run.study.workbook(domain)
    for name in variables_of(run.plan, domain):
        table.column(name)  # the rests of long texts are known when the texts are made
    order = file_order(table)
    qualifiers = qualifiers_of(table, book, order, language)
    if not qualifiers:
        return None, order
    index = pd.RangeIndex(table.size)

    def sorted_column(name: str) -> Column | None:
        if name not in variables_of(run.plan, domain):
            return None
        return take(table.column(name), order, index)

    study, subject = sorted_column("STUDYID"), sorted_column("USUBJID")
    assert study is not None, "SUPP-- needs STUDYID"
    assert subject is not None, "SUPP-- needs USUBJID"
    frame, parents = split_supplemental(
        domain, study, subject, sorted_column(f"{domain}SEQ"), [item for item, _ in qualifiers]
    )
    at = sort_positions([frame[key] for key in KEYS], len(frame))
    whole = pd.RangeIndex(len(frame))
    shown = pd.DataFrame({name: take(frame[name], at, whole) for name in frame.columns})
    return shown, order[parents[at]]


def _mask(
    run: Run, where: str | None, known: Sequence[str], size: int, column: Callable[[str], Column]
) -> Mask:
    """Records for which the condition is true; all without one."""
    if where is None:
        return np.ones(size, dtype=bool)
    try:
        expression = parse_expression(where)
    except ExpressionError as error:
        raise _problem("--where", str(error)) from error
    for name in expression.columns:
        if name.name not in known or name.source:
            raise _unknown("column", str(name), known, "--where")
    try:
        columns = {name: column(name.name) for name in expression.columns}
        return run.evaluator.mask(expression, columns, size)
    except EvaluationError as error:
        raise _problem("--where", f"'{where}' fails: {error}") from error


def _rests(run: Run, dataset: str) -> list[str]:
    """Variables that take the rests of long texts; they are known when the texts are made."""
    table = run.table(dataset)
    for step in table.plan.steps:
        if step.arguments.get("overflow"):
            table.column(step.variable)
    return sorted(table.overflow)


def _data_sets(run: Run) -> list[str]:
    supplemental = [
        f"{SUPP}{name}"
        for name, plan in run.plan.datasets.items()
        if any(row.supplemental for row in plan.variables)
    ]
    return [*run.plan.datasets, *supplemental]


def _unknown(kind: str, name: str, known: Iterable[str], place: str) -> Problems:
    return _problem(place, f"unknown {kind} '{name}'.", did_you_mean(name, known))


def _problem(place: str, message: str, hint: str = "") -> Problems:
    return Problems([SpecError(Line(place), message, hint)])
