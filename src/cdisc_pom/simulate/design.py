"""Reads a design folder and reports all its mistakes at once."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from cdisc_pom.simulate.model import StudyDesign
from cdisc_pom.simulate.model_parts import Form
from cdisc_pom.simulate.registry import GENERATORS
from cdisc_pom.simulate.subjects import check_subjects

MAIN_FILE = "design.yaml"
COMMON_FIELDS = ("project", "site", "subject", "visit", "saved")
TABLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "traits": ("subjid", "trait", "value"),
    "events": (
        *("key", "group", "weight", "grades", "analyte", "direction", "pt_zh", "pt_en", "llt_zh"),
        *("soc_zh", "soc_en", "relation", "other_severe", "action", "medication", "duration"),
        "verbatims",
    ),
    "history": (
        *("key", "weight", "pt_zh", "pt_en", "soc_zh", "soc_en", "ongoing", "before_disease"),
        *("years", "medication", "verbatims"),
    ),
    "medications": (
        *("key", "name_zh", "name_en", "drug_class", "dose", "unit", "frequency", "route"),
        "verbatims",
    ),
    "agents": ("key", "name", "generic"),
    "regimens": ("name", "agents", "weight", "use"),
    "screening": ("reason", "criterion", "text", "criterion_text", "form", "field", "value"),
    "deviations": ("category", "weight", "term"),
}
SUBJECT_COLUMNS = (
    *("subjid", "site", "screenfail", "sfreason", "consentdt", "startdt", "sex", "age", "ethnic"),
    *("weight_kg", "height_cm", "ecog", "mm_heavy", "mm_light", "measurable", "mbase"),
    *("dx_days_before_start", "prior_lines", "iss", "riss", "bor_irac", "bor_inv", "pd_day"),
    *("pd_basis", "pd_confirm_day", "death", "death_day", "last_contact_dt", "cycles"),
    *("last_cycle_start_day", "last_dose_day", "ne_visit_days", "visit_days", "visit_resp"),
)
Row = dict[str, str]


class DesignError(ValueError):
    """A design that cannot be used, with all its problems.

    Attributes:
        problems: One sentence a problem, each with its place.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(("The design has mistakes:", *self.problems)))


@dataclass(frozen=True)
class Design:
    """A design that was read and checked: its parts, its tables and its subjects."""

    study: StudyDesign
    tables: Mapping[str, tuple[Row, ...]]
    subjects: tuple[Row, ...]


def read_design(folder: Path) -> Design:
    """Read a design folder.

    Raises:
        DesignError: a file or column is missing, or a name or value is not understood; it holds
            every problem found.
    """
    problems: list[str] = []
    content = _read_settings(folder, problems)
    if not content:
        raise DesignError(problems)
    study = _check_settings(content, problems)
    tables = _read_tables(folder, content.get("tables"), problems)
    name = str(content.get("subjects", ""))
    rows = _read_table(folder, name, _subject_columns(study), problems)
    if study is not None:
        problems += _check_forms(study)
        problems += _check_rows(study, name, rows, tables)
    if problems or study is None:
        raise DesignError(problems)
    return Design(study, tables, rows)


def _check_rows(
    study: StudyDesign, name: str, rows: tuple[Row, ...], tables: dict[str, tuple[Row, ...]]
) -> list[str]:
    columns = _subject_columns(study)
    if any(column not in row for row in rows for column in columns):
        return []
    events, dosing = study.events, study.dosing
    flags = (
        *(dosing.reduced_flag, dosing.paused_flag, dosing.stopped_flag, events.any_severe_flag),
        *(events.serious_flag, events.other_severe_flag, events.fatal_flag),
        *(*events.groups.values(), *study.prior.refractory.values(), study.prior.transplant_flag),
        *(study.medications.prophylaxis_flag, study.deviation_rules.flag),
    )
    reasons = {row.get("reason", ""): "" for row in tables.get("screening", ())}
    return list(check_subjects(name, rows, flags=flags, reasons=reasons))


def _read_settings(folder: Path, problems: list[str]) -> dict[str, Any]:
    content = _read_yaml(folder / MAIN_FILE, problems)
    for name in content.pop("include", None) or []:
        part = _read_yaml(folder / str(name), problems)
        problems += [
            f"{name}: {key} stands in another file too." for key in sorted(set(part) & set(content))
        ]
        content |= part
    return content


def _read_yaml(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{path.name}: the file is missing.")
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: not readable as YAML: {' '.join(str(error).split())}")
        return {}
    if not isinstance(content, dict):
        problems.append(f"{path.name}: a mapping of names to settings was expected.")
        return {}
    return content


def _check_settings(content: dict[str, Any], problems: list[str]) -> StudyDesign | None:
    try:
        return StudyDesign.model_validate(content)
    except ValidationError as error:
        for fault in error.errors():
            place = ".".join(str(part) for part in fault["loc"])
            problems.append(f"{place}: {_wording(fault)}")
        return None


def _wording(fault: Mapping[str, Any]) -> str:
    kinds = {"missing": "the key is missing.", "extra_forbidden": "the key is not known."}
    return kinds.get(str(fault["type"]), f"{fault['msg']} (found {fault['input']!r}).")


def _read_tables(folder: Path, names: object, problems: list[str]) -> dict[str, tuple[Row, ...]]:
    given = names if isinstance(names, dict) else {}
    tables = {}
    for key, columns in TABLE_COLUMNS.items():
        if key not in given:
            problems.append(f"tables: {key} is missing.")
            continue
        tables[key] = _read_table(folder, str(given[key]), columns, problems)
    problems += [
        f"tables: {key} is not known.{_nearest(str(key), TABLE_COLUMNS)}"
        for key in given
        if key not in TABLE_COLUMNS
    ]
    return tables


def _read_table(
    folder: Path, name: str, columns: Iterable[str], problems: list[str]
) -> tuple[Row, ...]:
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        problems.append(f"{name or '(no name)'}: the file is missing.")
        return ()
    reader = csv.DictReader(text.splitlines())
    header = list(reader.fieldnames or ())
    problems += [
        f"{name}: the column {column} is missing.{_nearest(column, header)}"
        for column in columns
        if column not in header
    ]
    rows = list(reader)
    problems += [
        f"{name}:{line}: {len(header)} cells were expected."
        for line, row in enumerate(rows, 2)
        if None in row or None in row.values()
    ]
    return tuple(rows)


def _subject_columns(study: StudyDesign | None) -> tuple[str, ...]:
    if study is None:
        return SUBJECT_COLUMNS
    dosing, events = study.dosing, study.events
    named = [
        *(dosing.reduced_flag, dosing.paused_flag, dosing.stopped_flag),
        *(drug.level_column for drug in study.drugs.values() if drug.level_column),
        *(test.baseline.column for test in study.laboratory.analytes.values() if test.baseline),
        *(events.any_severe_flag, events.serious_flag, events.other_severe_flag),
        *(events.fatal_flag, events.fatal_related_column, events.fatal_cause_column),
        *events.groups.values(),
        *(study.cytogenetics.column, study.medications.prophylaxis_flag, study.subsequent.column),
        *(study.endings.reason_column, study.endings.death_column),
        *(study.endings.death_cause_column, study.deviation_rules.flag),
        *(*study.prior.refractory.values(), study.prior.transplant_flag),
    ]
    return tuple(dict.fromkeys((*SUBJECT_COLUMNS, *named)))


def _check_forms(study: StudyDesign) -> list[str]:
    problems = []
    for name, form in study.forms.items():
        if form.generator not in GENERATORS:
            near = _nearest(form.generator, GENERATORS)
            problems.append(f"forms.{name}.generator: {form.generator!r} is not known.{near}")
            continue
        problems += _check_columns(study, name, form)
    for place, columns in (("front", study.front), ("back", study.back)):
        problems += [
            f"{place}.{column}: the field {target.field!r} is not known."
            for column, target in columns.items()
            if target.field not in COMMON_FIELDS
        ]
    return problems + _check_habits(study)


def _check_columns(study: StudyDesign, name: str, form: Form) -> list[str]:
    problems = []
    fields = tuple(GENERATORS[form.generator].fields(study))
    for column, target in form.columns.items():
        place = f"forms.{name}.columns.{column}"
        if target.field not in fields:
            near = _nearest(target.field, fields)
            problems.append(f"{place}: {form.generator} has no field {target.field!r}.{near}")
        if target.words and target.words not in study.words:
            near = _nearest(target.words, study.words)
            problems.append(f"{place}: the word list {target.words!r} is not known.{near}")
    return problems


def _check_habits(study: StudyDesign) -> list[str]:
    problems = []
    habits = study.habits
    groups = {
        "retyped": habits.retyped,
        "repeated": habits.repeated,
        "full_width": habits.full_width,
        "trailing_blank": habits.trailing_blank,
    }
    for group, forms in groups.items():
        for name, habit in forms.items():
            if name not in study.forms:
                near = _nearest(name, study.forms)
                problems.append(f"habits.{group}.{name}: there is no such form.{near}")
                continue
            problems += [
                f"habits.{group}.{name}: the form has no column {column}."
                for column in habit.columns
                if column not in study.forms[name].columns
            ]
    return problems


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
