"""The rules run: schemas first, then the SQL rules over all data sets together.

A rule ends `passed`, `failed`, `not_applicable` or `errored` on each data set that it is for. An
errored rule fails the run: it has checked nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import duckdb
import numpy as np

from cdisc_pom.checks.catalogue import Bilingual, Catalogue, Rule, own_catalogue
from cdisc_pom.checks.records import Records, show
from cdisc_pom.checks.tables import Connection, domain_of, open_dataset, open_tables
from cdisc_pom.checks.validate import validate
from cdisc_pom.errors import Finding
from cdisc_pom.spec.metadata import BuiltStandard, DatasetMeta

Status = Literal["errored", "failed", "passed", "not_applicable"]
STATUSES: Final[tuple[Status, ...]] = ("errored", "failed", "passed", "not_applicable")
SEVERITIES: Final = ("error", "warning", "note")


@dataclass(frozen=True)
class Outcome:
    """How a rule ended on a data set: `reason` says what is absent or what went wrong."""

    rule: str
    dataset: str
    status: Status
    reason: str = ""
    reason_zh: str = ""


@dataclass(frozen=True)
class Checked:
    """All that a run found: rules, how each ended where, and the findings, sorted."""

    standards: tuple[BuiltStandard, ...]
    rules: tuple[Rule, ...]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    encoding: str = "utf-8"

    @property
    def exit_code(self) -> int:
        """1 when a finding is an error or a rule errored, else 0."""
        wrong = any(finding.severity == "error" for finding in self.findings)
        return int(wrong or any(outcome.status == "errored" for outcome in self.outcomes))

    def status(self, rule: str) -> Status:
        """How a rule ended, its worst data set first."""
        found = {outcome.status for outcome in self.outcomes if outcome.rule == rule}
        return next((status for status in STATUSES if status in found), "not_applicable")


def check_standards(
    standards: Sequence[BuiltStandard],
    *,
    encoding: str = "utf-8",
    catalogue: Catalogue | None = None,
) -> Checked:
    """Check built data sets against their workbooks and against the rule catalogue.

    Args:
        standards: SDTM, ADaM or both; with both, rules across them are run too.
        encoding: codec of texts in the files.
        catalogue: the package's own rules when None.

    Returns:
        Outcomes and findings; neither depends on the order of records.

    Raises:
        CheckCrash: a schema check itself failed.
    """
    chosen = catalogue or own_catalogue()
    findings: list[Finding] = []
    outcomes: list[Outcome] = []
    for standard in standards:
        found = validate(standard, encoding=encoding, catalogue=chosen)
        findings += found
        outcomes += _schema_outcomes(standard, chosen, found)
    for outcome, found in run_rules(standards, chosen.sql_rules, encoding=encoding):
        outcomes.append(outcome)
        findings += found
    return Checked(
        tuple(standards),
        chosen.rules,
        tuple(sorted(outcomes, key=lambda each: (each.rule, each.dataset, each.status))),
        tuple(sorted(findings, key=finding_order)),
        encoding,
    )


def run_rules(
    standards: Sequence[BuiltStandard], rules: Sequence[Rule], *, encoding: str = "utf-8"
) -> Iterator[tuple[Outcome, list[Finding]]]:
    """Run SQL rules, data set by data set; each outcome comes with its findings."""
    sets = {
        standard.workbook.kind: [Records(built) for built in standard.datasets]
        for standard in standards
    }
    every = {records.meta.name: records for each in sets.values() for records in each}
    optional = _optional(rules, every)
    connection = open_tables(sets, encoding=encoding, optional=optional)
    ran: set[str] = set()
    for kind, records_of in sets.items():
        of_standard = [rule for rule in rules if rule.standard in ("any", kind)]
        for rule in (each for each in of_standard if each.once):
            ran.add(rule.id)
            yield _run(connection, rule.sql, rule, None, every)
        for records in records_of:
            open_dataset(connection, records.meta.name)
            for rule in of_standard:
                if not rule.once and applies_to(rule, records.meta):
                    ran.add(rule.id)
                    yield from _run_on(connection, rule, records, every)
    for rule in rules:
        if rule.id not in ran:
            yield _without_data(rule, sets), []
    connection.close()


def _without_data(rule: Rule, standards: Collection[str]) -> Outcome:
    if rule.standard not in (*standards, "any"):
        return _not_applicable(rule, "", "no data of this standard", "没有该标准的数据")
    wanted = ", ".join(rule.datasets)
    return _not_applicable(
        rule, "", f"no data set for it ({wanted})", f"没有适用的数据集（{wanted}）"
    )


def _not_applicable(rule: Rule, dataset: str, reason: str, reason_zh: str) -> Outcome:
    return Outcome(rule.id, dataset, "not_applicable", reason, reason_zh)


_CLASSES: Final = {
    "events": ("EVENTS",),
    "interventions": ("INTERVENTIONS",),
    "findings": ("FINDINGS", "FINDINGS ABOUT"),
    "general": ("EVENTS", "INTERVENTIONS", "FINDINGS", "FINDINGS ABOUT"),
    "special": ("SPECIAL PURPOSE",),
    "trial": ("TRIAL DESIGN",),
    "adsl": ("SUBJECT LEVEL ANALYSIS DATASET", "ADSL"),
    "bds": ("BASIC DATA STRUCTURE", "BDS"),
    "occds": ("OCCURRENCE DATA STRUCTURE", "OCCDS"),
}


def applies_to(rule: Rule, meta: DatasetMeta) -> bool:
    """Whether a rule is for a data set.

    `datasets` of a rule may hold a name (`AE`), `all`, `supp` (SUPP--), `tte` (time to event), or
    a class: `events`, `interventions`, `findings`, `general` (these three), `special`, `trial`,
    `adsl`, `bds`, `occds`; with a minus before it, it is left out (`-DM`).
    """
    if any(_is(word[1:], meta) for word in rule.datasets if word.startswith("-")):
        return False
    return any(_is(word, meta) for word in rule.datasets if not word.startswith("-"))


def _is(word: str, meta: DatasetMeta) -> bool:
    if word in ("all", meta.name):
        return True
    if word == "supp":
        return meta.name.startswith("SUPP")
    if word == "tte":
        return (meta.subclass or "").upper() == "TIME-TO-EVENT" or meta.name == "ADTTE"
    return meta.dataset_class.upper() in _CLASSES.get(word, ())


def _optional(rules: Iterable[Rule], every: Mapping[str, Records]) -> dict[str, set[str]]:
    """Optional variables of all rules by data set, so that each view is made once."""
    wanted: dict[str, set[str]] = {name: set() for name in every}
    for rule in rules:
        for name in rule.optional:
            dataset, _, variable = name.rpartition(".")
            if dataset:
                wanted.get(dataset, set()).add(variable)
                continue
            for records in every.values():
                if applies_to(rule, records.meta):
                    wanted[records.meta.name].add(_with_prefix(name, records.meta))
    return wanted


def _with_prefix(text: str, meta: DatasetMeta) -> str:
    return re.sub(r"--(?=[A-Z])", domain_of(meta), text)


def _run_on(
    connection: Connection, rule: Rule, records: Records, every: Mapping[str, Records]
) -> Iterator[tuple[Outcome, list[Finding]]]:
    """Run a rule on a data set: once, or once for each variable that it names by a pattern."""
    name = records.meta.name
    names = [(name, "")] if not rule.for_each else list(_variables(rule, records))
    if not names:
        like = rule.for_each
        yield _not_applicable(rule, name, f"no variable like {like}", f"没有形如 {like} 的变量"), []
        return
    results = []
    for variable, stem in names:
        fill = _filler(records.meta, variable, stem)
        absent = [fill(need) for need in rule.needs if not _is_there(fill(need), records, every)]
        if absent:
            needed = ", ".join(absent)
            outcome = _not_applicable(rule, name, f"without {needed}", f"缺少 {needed}")
            results.append((outcome, list[Finding]()))
            continue
        text = Bilingual(en=fill(rule.text.en), zh=fill(rule.text.zh))
        subject = rule.model_copy(update={"variable": fill(rule.variable), "text": text})
        results.append(_run(connection, fill(rule.sql), subject, records, every))
    yield (
        _worst([outcome for outcome, _ in results]),
        [one for _, found in results for one in found],
    )


def _variables(rule: Rule, records: Records) -> Iterator[tuple[str, str]]:
    for name in records.frame.columns:
        match = re.fullmatch(rule.for_each, name)
        if match:
            yield name, match.group(1) if match.groups() else ""


def _filler(meta: DatasetMeta, variable: str, stem: str) -> Callable[[str], str]:
    def fill(text: str) -> str:
        return _with_prefix(text, meta).replace("@VAR", variable).replace("@STEM", stem)

    return fill


def _is_there(need: str, records: Records, every: Mapping[str, Records]) -> bool:
    dataset, _, variable = need.rpartition(".")
    owner = every.get(dataset) if dataset else records
    if owner is None or variable not in owner.frame.columns:
        return False
    # A variable that define.xml declares as Has No Data is there for its place alone.
    empty = {each.name for each in owner.meta.variables if each.has_no_data}
    return variable not in empty


def _worst(outcomes: Sequence[Outcome]) -> Outcome:
    return min(outcomes, key=lambda each: STATUSES.index(each.status))


def _run(
    connection: Connection,
    sql: str,
    rule: Rule,
    records: Records | None,
    every: Mapping[str, Records],
) -> tuple[Outcome, list[Finding]]:
    name = records.meta.name if records is not None else ""
    try:
        result = _select(connection, sql)
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        return Outcome(rule.id, name, "errored", reason), []
    findings = list(_findings(result, rule, records, every))
    return Outcome(rule.id, name, "failed" if findings else "passed"), findings


@dataclass(frozen=True)
class _Result:
    """What a rule selected."""

    names: tuple[str, ...]
    rows: list[tuple[object, ...]]

    def without(self, row: tuple[object, ...], *names: str) -> dict[str, object]:
        """A row by name, some columns left out."""
        return {k: v for k, v in zip(self.names, row, strict=True) if k not in names}


def _select(connection: Connection, sql: str) -> _Result:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise duckdb.InvalidInputException("a rule is one SELECT statement")
    connection.execute(statements[0])
    names = tuple(str(column[0]) for column in connection.description or ())
    return _Result(names, connection.fetchall())


def _findings(
    result: _Result, rule: Rule, records: Records | None, every: Mapping[str, Records]
) -> Iterator[Finding]:
    """Findings of a rule's result: about records (`_ROW`), variables, or a whole data set."""
    if not result.rows:
        return
    if "_ROW" in result.names and records is not None:
        yield _record_finding(result, rule, records)
        return
    for row in result.rows:
        named = result.without(row)
        dataset = str(named.pop("DATASET", None) or (records.meta.name if records else ""))
        variable = str(named.pop("VARIABLE", None) or rule.variable)
        owner = every.get(dataset)
        cell = owner.cell(variable) if owner else None
        yield _finding(rule, dataset, variable, place=str(cell or ""), value=_evidence(named))


def _record_finding(result: _Result, rule: Rule, records: Records) -> Finding:
    at = result.names.index("_ROW")
    positions = np.array([row[at] for row in result.rows], dtype=np.int64)
    rows = np.unique(positions)

    def tell(row: int) -> str:
        shown = (result.rows[each] for each in np.flatnonzero(positions == row))
        return min(_evidence(result.without(each, "_ROW")) for each in shown)

    examples = records.examples(rows, tell)
    names = [name for name in result.names if name != "_ROW"]
    variable = rule.variable or (names[0] if names else "")
    return _finding(
        rule,
        records.meta.name,
        variable,
        place=str(records.cell(variable) or ""),
        key=examples[0].key,
        value=examples[0].value,
        origin=examples[0].origin,
        count=len(rows),
        examples=examples,
    )


def _evidence(row: Mapping[str, object]) -> str:
    """What a rule selected beside the record: one value alone, several with their names."""
    if len(row) == 1:
        return show(next(iter(row.values())))
    return ", ".join(f"{name}={show(value)}" for name, value in row.items())


def _finding(rule: Rule, dataset: str, variable: str, **parts: object) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        dataset=dataset,
        message=f"breaks {rule.id}: {rule.text.en}",
        message_zh=f"违反 {rule.id}：{rule.text.zh}",
        hint=rule.hint.en if rule.hint else "",
        hint_zh=rule.hint.zh if rule.hint else "",
        variable=variable,
        **parts,  # type: ignore[arg-type]
    )


def _schema_outcomes(
    standard: BuiltStandard, catalogue: Catalogue, findings: Iterable[Finding]
) -> Iterator[Outcome]:
    failed = {(finding.rule, finding.dataset) for finding in findings}
    for built in standard.datasets:
        for rule in catalogue.schema_rules:
            broken = (rule.id, built.meta.name) in failed
            yield Outcome(rule.id, built.meta.name, "failed" if broken else "passed")


def finding_order(finding: Finding) -> tuple[object, ...]:
    """The place of a finding in a report: errors first, then by data set and variable."""
    return (
        SEVERITIES.index(finding.severity),
        finding.dataset,
        finding.variable,
        finding.rule,
        finding.message,
        finding.key,
        finding.value,
        finding.origin,
    )
