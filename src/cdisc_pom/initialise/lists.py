"""Drop-downs of a new workbook: names of algorithms, sources, variables, code lists."""

from __future__ import annotations

from collections.abc import Sequence

from cdisc_pom.algorithms.registry import algorithms
from cdisc_pom.initialise.sdtm import Draft
from cdisc_pom.initialise.survey import Survey
from cdisc_pom.spec.lists import Lists
from cdisc_pom.spec.writer import Cells


def drop_downs(draft: Draft, survey: Survey | None, rules: str) -> Lists:
    """Words by sheet and column.

    Args:
        draft: the workbook's rows.
        survey: raw forms, for the sheet Sources; None for a workbook without them.
        rules: the sheet with the rows that give values: `Mapping` or `Derivations`.
    """
    sheets = draft.sheets
    datasets = _column(sheets["Datasets"], "Dataset")
    variables = _column([*sheets["Variables"], *draft.permissible], "Variable")
    codelists = _column([*sheets["Codelists"], *sheets["Dictionaries"]], "ID")
    sources = _column(sheets["Sources"], "Source")
    forms = [f"form:{name}" for name in survey.forms] if survey is not None else []
    columns = sorted({c for table in survey.forms.values() for c in table.columns}) \
        if survey is not None else []  # fmt: skip
    terms = _column(sheets["Codelists"], "Term")
    found: dict[tuple[str, str], Sequence[str]] = {
        ("Variables", "Dataset"): datasets,
        ("Variables", "Codelist"): codelists,
        ("Variables", "Origin"): _ORIGINS,
        ("Variables", "Role"): _column([*sheets["Variables"], *draft.permissible], "Role"),
        ("Variables", "Core"): ("Req", "Exp", "Perm") if rules == "Mapping" else
        ("Req", "Cond", "Perm"),
        ("Sources", "Dataset"): datasets,
        ("Sources", "From"): [*forms, *datasets],
        ("Sources", "Join"): ("left", "many", "first by ", "last by "),
        (rules, "Dataset"): datasets,
        (rules, "Variable"): variables,
        (rules, "Source"): ["*", *sources],
        (rules, "Algorithm"): sorted(algorithms()),
        ("Findings", "Dataset"): datasets,
        ("Findings", "Source"): sources,
        ("Findings", "Column"): columns,
        ("Terms", "Codelist"): codelists,
        ("Terms", "Term"): terms,
        ("Terms", "Language"): ("zh", "en"),
    }  # fmt: skip
    return found


_ORIGINS = ("Collected", "Derived", "Assigned", "Protocol", "Predecessor", "Not Available")


def _column(rows: Sequence[Cells], header: str) -> list[str]:
    return list(dict.fromkeys(str(row[header]) for row in rows if row.get(header)))
