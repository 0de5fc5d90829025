"""The tiny data sets that stand in a rule's YAML, as built standards that the rule runs on.

Each rule carries data that it passes and data that it fails, so that its text, its SQL and its
scope are tried together. A table is a list of rows, the first of them the variable names; a column
of numbers is numeric. A table `VARIABLES` sets what is known of variables.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from cdisc_pom.checks.catalogue import Catalogue, Rule, Table
from cdisc_pom.checks.runner import Outcome, run_rules
from cdisc_pom.errors import Finding
from cdisc_pom.spec.metadata import (
    BuiltDataset,
    BuiltStandard,
    DatasetMeta,
    Kind,
    VariableMeta,
)
from cdisc_pom.spec.workbook import Workbook

_CLASSES: Final = {
    "EVENTS": ("AE", "DS", "MH", "CE", "DV"),
    "INTERVENTIONS": ("EX", "CM", "EC", "PR", "SU"),
    "SPECIAL PURPOSE": ("DM", "SE", "SV", "CO", "SM"),
    "TRIAL DESIGN": ("TA", "TE", "TI", "TS", "TV", "TD", "TM"),
    "SUBJECT LEVEL ANALYSIS DATASET": ("ADSL",),
    "OCCURRENCE DATA STRUCTURE": ("ADAE", "ADCM"),
}


def try_rule(rule: Rule, which: Literal["pass", "fail"]) -> tuple[list[Outcome], list[Finding]]:
    """Run a rule on its own example data.

    Args:
        rule: a rule with `sql`.
        which: the data that it passes, or those that it fails.

    Returns:
        Its outcomes and findings.
    """
    standards = example_standards(rule.passes if which == "pass" else rule.fails)
    outcomes, findings = [], []
    for outcome, found in run_rules(standards, [rule]):
        outcomes.append(outcome)
        findings += found
    return outcomes, findings


def check_examples(catalogue: Catalogue, *, only: Collection[str] | None = None) -> list[str]:
    """What is wrong with the examples of a catalogue's SQL rules; nothing when all is well.

    Args:
        catalogue: the rules.
        only: ids of the rules to try; all when None.
    """
    wrong = []
    for rule in catalogue.sql_rules:
        if only is not None and rule.id not in only:
            continue
        outcomes, findings = try_rule(rule, "pass")
        if {outcome.status for outcome in outcomes} - {"not_applicable"} != {"passed"}:
            wrong.append(f"{rule.id}: does not pass its 'pass' data: {outcomes} {findings}")
        outcomes, findings = try_rule(rule, "fail")
        count = sum(finding.count for finding in findings)
        if count != rule.found or any(outcome.status == "errored" for outcome in outcomes):
            wrong.append(
                f"{rule.id}: finds {count} instead of {rule.found} in its 'fail' data: {outcomes}"
            )
    return wrong


def example_standards(tables: Mapping[str, Table]) -> list[BuiltStandard]:
    """Built standards that hold these tables; names that start with AD are ADaM data sets."""
    known = _rows(tables.get("VARIABLES", ()))
    built: dict[str, list[BuiltDataset]] = {"sdtm": [], "adam": []}
    for name, table in tables.items():
        if name != "VARIABLES":
            kind = "adam" if name.startswith("AD") else "sdtm"
            mine = {row["VARIABLE"]: row for row in known if row["DATASET"] == name}
            built[kind].append(_built(name, table, mine))
    return [
        BuiltStandard(Workbook(Path(f"{kind}.xlsx"), kind, {}), tuple(datasets))
        for kind, datasets in built.items()
        if datasets
    ]


def _rows(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:]]


def _built(name: str, table: Table, known: Mapping[str, Mapping[str, Any]]) -> BuiltDataset:
    names = [str(cell) for cell in table[0]]
    columns = dict(zip(names, zip(*table[1:], strict=True), strict=True)) if table[1:] else {}
    frame = pd.DataFrame(index=range(len(table) - 1))
    variables = []
    for variable in names:
        values = list(columns.get(variable, ()))
        row = known.get(variable, {})
        kind = row.get("KIND") or _kind(name, variable, values)
        frame[variable] = _column(values, kind)
        variables.append(_meta(variable, kind, row))
    only_meta = [row for variable, row in known.items() if variable not in names]
    variables += [_meta(row["VARIABLE"], row.get("KIND") or "text", row) for row in only_meta]
    classes = [each for each, members in _CLASSES.items() if name in members]
    dataset_class = (
        classes[0] if classes else "RELATIONSHIP" if name.startswith(("SUPP", "REL"))
        else "BASIC DATA STRUCTURE" if name.startswith("AD") else "FINDINGS"
    )  # fmt: skip
    return BuiltDataset(DatasetMeta(name, name, None, dataset_class, tuple(variables)), frame)


def _meta(name: str, kind: Kind, row: Mapping[str, Any]) -> VariableMeta:
    meta = VariableMeta(name, row.get("LABEL") or name, row.get("LABEL_ZH"), kind, kind, 8)
    changes = {
        field: row[column]
        for column, field in (("CORE", "core"), ("FORMAT", "format"), ("ROLE", "role"))
        if column in row
    }
    return dataclasses.replace(meta, **changes)


def _kind(dataset: str, name: str, values: list[Any]) -> Kind:
    if dataset.startswith("AD") and name.endswith(("DT", "DTM")):
        return "date" if name.endswith("DT") else "datetime"
    given = [value for value in values if value is not None]
    if not given or any(isinstance(value, str) for value in given):
        return "text"
    return "integer" if all(isinstance(value, int) for value in given) else "float"


def _column(values: list[Any], kind: Kind) -> pd.Series:
    if kind in ("date", "datetime"):
        dates = pd.to_datetime(pd.Series(values, dtype="str"), format="ISO8601")
        return dates.astype("datetime64[us]")
    if kind == "text":
        texts = [None if value is None else str(value) for value in values]
        return pd.Series(texts, dtype="str").astype("category")
    if kind == "integer":
        return pd.Series(pd.array(values, dtype="Int64"))
    return pd.Series(pd.array(values, dtype="Float64")).astype("float64")
