"""Data sets as transport files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cdisc_pom.define import Language
from cdisc_pom.errors import Cell, SpecError
from cdisc_pom.package.labels import chosen_label
from cdisc_pom.package.layout import xpt_name
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard, VariableMeta
from cdisc_pom.xpt import Problem, Variable, XportError, write_xport
from cdisc_pom.xpt.model import VariableType

# Labels are checked before, with the cell that says them.
_SAID_BEFORE = "label_too_long"


def write_transports(
    folder: Path,
    standard: BuiltStandard,
    *,
    language: Language,
    encoding: str,
    created: datetime | None,
) -> list[SpecError]:
    """Write each data set that has data; what cannot be written is told, with its record.

    Args:
        folder: where the files go.
        standard: the data sets.
        language: whose labels stand in the files.
        encoding: codec of texts and labels.
        created: stamp of the files; None is the codec's fixed one.

    Returns:
        Faults of all data sets; a data set with a fault has no file.
    """
    faults = []
    for built in standard.datasets:
        if not built.meta.has_no_data:
            path = folder / xpt_name(built.meta.name)
            faults += _write(path, standard, built, language, encoding, created)
    return faults


def _write(
    path: Path,
    standard: BuiltStandard,
    built: BuiltDataset,
    language: Language,
    encoding: str,
    created: datetime | None,
) -> list[SpecError]:
    meta = built.meta
    labels = {each.name: chosen_label(each, language) for each in meta.variables}
    try:
        write_xport(
            path,
            built.frame,
            name=meta.name,
            label=chosen_label(meta, language),
            variables=[_variable(each, labels[each.name]) for each in meta.variables],
            encoding=encoding,
            created=created,
            keys=[key for key in meta.keys if key in built.frame.columns],
        )
    except XportError as error:
        unsaid = [each for each in error.problems if not _is_label(each, labels)]
        if not error.problems:
            return [SpecError(_place(standard, built, ""), str(error))]
        return [_fault(standard, built, problem) for problem in unsaid]
    return []


def _variable(meta: VariableMeta, label: str) -> Variable:
    kind: VariableType = "text" if meta.kind == "text" else "number"
    return Variable(meta.name, kind, meta.length, label=label, format=meta.format or "")


def _is_label(problem: Problem, labels: dict[str, str]) -> bool:
    return problem.rule == _SAID_BEFORE or (
        problem.rule == "not_in_encoding"
        and problem.row is None
        and problem.text == labels.get(problem.variable, problem.text)
    )


def _fault(standard: BuiltStandard, built: BuiltDataset, problem: Problem) -> SpecError:
    name = f"{built.meta.name}.{problem.variable}" if problem.variable else built.meta.name
    message = f"{name}: {problem.message}"
    if problem.row is not None:
        origin = built.origins[problem.row] if problem.row < len(built.origins) else ""
        keys = " ".join(f"{key}={value}" for key, value in problem.keys.items())
        record = ", ".join(part for part in (origin, keys) if part) or f"row {problem.row + 1}"
        more = f", and {problem.count - 1} more" if problem.count > 1 else ""
        message += f" Record: {record}{more}."
    hints = {"text_too_long": "Raise the length, or shorten the text at its source."}
    return SpecError(
        _place(standard, built, problem.variable), message, hints.get(problem.rule, "")
    )


def _place(standard: BuiltStandard, built: BuiltDataset, variable: str) -> Cell:
    book = standard.workbook
    row = book.variable(built.meta.name, variable)
    if row is not None:
        return row.cell("length")
    meta = next((each for each in built.meta.variables if each.name == variable), None)
    own = meta.cell if meta is not None else None
    return own or built.meta.cell or Cell(book.name, "Datasets")
