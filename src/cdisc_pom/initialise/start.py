"""Starting a study: workbooks, README and, where the raw forms lie elsewhere, the settings."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cdisc_pom.errors import Line, SpecError
from cdisc_pom.files import write_text
from cdisc_pom.initialise.adam import draft_adam
from cdisc_pom.initialise.lists import drop_downs
from cdisc_pom.initialise.readme import readme
from cdisc_pom.initialise.sdtm import Draft, draft_sdtm
from cdisc_pom.initialise.setting import Setting, check_setting
from cdisc_pom.initialise.survey import Survey
from cdisc_pom.project import SETTINGS
from cdisc_pom.spec.sheets import VariableRow
from cdisc_pom.spec.workbook import LIBRARY, RAW_COLUMNS
from cdisc_pom.spec.writer import Cells, write_workbook
from cdisc_pom.standards import Store

_SHOWN, _LONGEST = 5, 40


@dataclass(frozen=True)
class Started:
    """What was written, and how much of it is there and is not."""

    files: tuple[Path, ...]
    variables: int
    filled: int
    doubtful: int
    open_variables: tuple[str, ...]


def start_study(
    root: Path, setting: Setting, survey: Survey, store: Store, *, force: bool = False
) -> Started:
    """Write the workbooks of a new study.

    Args:
        root: the project's folder.
        setting: what the study is told.
        survey: its raw forms.
        store: imported standards.
        force: whether workbooks that are there may be written over.

    Raises:
        Problems: something is wrong with the setting, or a workbook is there already.
    """
    faults = check_setting(setting, store)
    folder = root / "specs" / setting.study
    names = ["sdtm.xlsx"] * bool(setting.domains) + ["adam.xlsx"] * bool(setting.analysis)
    for name in (*names, "README.md"):
        if (folder / name).exists() and not force:
            hint = "Say --force to write it anew; what was edited is lost then."
            faults.errors.append(SpecError(Line(str(folder / name)), "is there already.", hint))
    faults.stop()
    drafts = {"sdtm": draft_sdtm(setting, survey, store)}
    if setting.analysis:
        drafts["adam"] = draft_adam(setting, drafts["sdtm"], store)
    if not setting.domains:
        del drafts["sdtm"]
    for kind, draft in drafts.items():
        _write(folder / f"{kind}.xlsx", kind, draft, survey if kind == "sdtm" else None)
    started = _started(drafts, [folder / name for name in names])
    write_text(folder / "README.md", readme(setting, survey, drafts, started.open_variables))
    written = [*started.files, folder / "README.md", *_settings(root, setting)]
    return replace(started, files=tuple(written))


def _write(path: Path, kind: str, draft: Draft, survey: Survey | None) -> None:
    contents: dict[str, tuple[Sequence[str], Sequence[Sequence[str | None]]]] = {}
    contents |= draft.contents
    if draft.permissible:
        header = list(VariableRow.headers())
        contents[LIBRARY] = header, [[_text(row.get(name)) for name in header]
                                     for row in draft.permissible]  # fmt: skip
    if survey is not None:
        contents[RAW_COLUMNS] = _raw_columns(survey, draft)
    rules = "Mapping" if kind == "sdtm" else "Derivations"
    write_workbook(
        path, kind, draft.sheets, contents, lists=drop_downs(draft, survey, rules)
    )  # fmt: skip


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)


def _raw_columns(survey: Survey, draft: Draft) -> tuple[list[str], list[list[str | None]]]:
    """Every raw column with what stands in it, and what it is proposed for."""
    header = ["Form", "Column", "Records", "Filled", "Distinct", "Examples", "Proposed for"]
    rows: list[list[str | None]] = []
    for name, table in survey.forms.items():
        for column in table.columns.values():
            used = list(draft.used.get(name, {}).get(column.name, []))
            if column.name in table.parts.values() and name not in draft.open_forms:
                used = used or ["identifies the record"]
            shown = ", ".join(value.strip()[:_LONGEST] for value in column.values[:_SHOWN])
            counts = [table.records, column.filled, len(column.values)]
            rows.append([name, column.name, *map(str, counts), shown or None,
                         ", ".join(used) or None])  # fmt: skip
    return header, rows


def _started(drafts: Mapping[str, Draft], files: Sequence[Path]) -> Started:
    variables: list[Cells] = [row for d in drafts.values() for row in d.sheets["Variables"]]
    rows: list[Cells] = [
        row
        for draft in drafts.values()
        for sheet in ("Mapping", "Derivations", "Findings", "Sources")
        for row in draft.sheets.get(sheet, ())
    ]
    doubtful = sum(str(row.get("Note")).startswith(("guess", "likely")) for row in rows)
    empty = tuple(f"{row['Dataset']}.{row['Variable']}" for row in variables
                  if not row.get("Origin"))  # fmt: skip
    return Started(tuple(files), len(variables), len(variables) - len(empty), doubtful, empty)


def _settings(root: Path, setting: Setting) -> list[Path]:
    """The settings name the raw folder where it is not `data/STUDY/raw`."""
    path, usual = root / SETTINGS, root / "data" / setting.study / "raw"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = [] if text else [f'study = "{setting.study}"']
    if setting.raw.resolve() != usual.resolve():
        place = Path(os.path.relpath(setting.raw.resolve(), root.resolve())).as_posix()
        lines += [f"[raw.{setting.study}]", f"folder = {json.dumps(place, ensure_ascii=False)}"]
        if f"[raw.{setting.study}]" in text:
            return [_replaced(path, text, setting.study, place)]
    if not lines:
        return []
    write_text(path, text + ("\n" if text and not text.endswith("\n") else "") + "\n".join(lines)
               + "\n")  # fmt: skip
    return [path]


def _replaced(path: Path, text: str, study: str, place: str) -> Path:
    """The settings with another raw folder of a study that has one already."""
    head, mark, tail = text.partition(f"[raw.{study}]\n")
    rest = tail.partition("\n")[2]
    write_text(path, f"{head}{mark}folder = {json.dumps(place, ensure_ascii=False)}\n{rest}")
    return path
