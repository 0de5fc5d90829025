"""Reports of a check: JSON for machines, one HTML page for people, lines for the terminal.

All are texts made from the findings alone: no clock, no machine, no order of records in them, so
that two builds give the same bytes. Writing them to files is the caller's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cdisc_pom import __version__
from cdisc_pom.checks.runner import SEVERITIES, STATUSES, Checked, Outcome, finding_order
from cdisc_pom.errors import Finding
from cdisc_pom.spec.metadata import BuiltStandard
from cdisc_pom.spec.sheets import CodelistRow

if TYPE_CHECKING:
    from rich.console import Console

Language = Literal["en", "zh"]


def fingerprint(finding: Finding) -> str:
    """A short name of a finding that stays the same from build to build while the fault stays.

    The number of records and the place in the workbook do not change it.
    """
    parts = (finding.rule, finding.dataset, finding.variable, finding.key, finding.value)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def to_json(checked: Checked) -> str:
    """The whole result as JSON: inputs, counts, findings and rules, each list sorted.

    Args:
        checked: the result of `check_standards`.

    Returns:
        JSON text in UTF-8 with a final newline.
    """
    return json.dumps(as_data(checked), ensure_ascii=False, indent=2) + "\n"


def as_data(checked: Checked) -> dict[str, Any]:
    """What the JSON report holds, as plain lists and dictionaries."""
    return {
        "tool": {"name": "cdisc_pom", "version": __version__},
        "encoding": checked.encoding,
        "standards": [_standard(standard, checked) for standard in checked.standards],
        "summary": _summary(checked),
        "findings": [_finding(each) for each in sorted(checked.findings, key=finding_order)],
        "rules": _rules(checked),
    }


def _standard(standard: BuiltStandard, checked: Checked) -> dict[str, Any]:
    book = standard.workbook
    terminology = {row.terminology for row in book.rows(CodelistRow) if row.terminology}
    found = Counter((each.dataset, each.severity) for each in checked.findings)
    return {
        "kind": book.kind,
        "workbook": book.name,
        "attributes": {name: row.value or "" for name, row in sorted(book.attributes.items())},
        "terminology": sorted(terminology),
        "datasets": [
            {
                "name": built.meta.name,
                "label": built.meta.label,
                "label_zh": built.meta.label_zh or "",
                "records": len(built.frame),
                "variables": len(built.frame.columns),
                "findings": {each: found[(built.meta.name, each)] for each in SEVERITIES},
            }
            for built in standard.datasets
        ],
    }


def _summary(checked: Checked) -> dict[str, Any]:
    severities = Counter(finding.severity for finding in checked.findings)
    records: Counter[str] = Counter()
    for finding in checked.findings:
        records[finding.severity] += finding.count
    statuses = Counter(checked.status(rule.id) for rule in checked.rules)
    return {
        "exit_code": checked.exit_code,
        "findings": {each: severities[each] for each in SEVERITIES},
        "records": {each: records[each] for each in SEVERITIES},
        "rules": {each: statuses[each] for each in STATUSES},
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint(finding),
        "rule": finding.rule,
        "severity": finding.severity,
        "dataset": finding.dataset,
        "variable": finding.variable,
        "message": finding.message,
        "message_zh": finding.message_zh,
        "hint": finding.hint,
        "hint_zh": finding.hint_zh,
        "count": finding.count,
        "key": finding.key,
        "value": finding.value,
        "origin": finding.origin,
        "place": finding.place,
        "examples": [
            {"key": each.key, "value": each.value, "origin": each.origin}
            for each in finding.examples
        ],
    }


def _rules(checked: Checked) -> list[dict[str, Any]]:
    by_rule: dict[str, list[Outcome]] = {}
    for outcome in checked.outcomes:
        by_rule.setdefault(outcome.rule, []).append(outcome)
    return [
        {
            "id": rule.id,
            "layer": "sql" if rule.sql else "schema",
            "standard": rule.standard,
            "severity": rule.severity,
            "status": checked.status(rule.id),
            "text": rule.text.en,
            "text_zh": rule.text.zh,
            "source": rule.cited,
            "outcomes": [
                {
                    "dataset": each.dataset,
                    "status": each.status,
                    "reason": each.reason,
                    "reason_zh": each.reason_zh,
                }
                for each in by_rule.get(rule.id, ())
            ],
        }
        for rule in sorted(checked.rules, key=lambda each: each.id)
    ]


@dataclass(frozen=True)
class Titles:
    """What the page is called, beside the study's name from the workbook."""

    en: str = "Validation report"
    zh: str = "数据核查报告"


def to_html(checked: Checked, *, language: Language = "en", titles: Titles | None = None) -> str:
    """The result as one page that needs no other file and no network.

    Args:
        checked: the result of `check_standards`.
        language: the language that the page opens in; a button switches to the other.
        titles: the page's title in both languages.

    Returns:
        HTML text. Everything that comes from data or workbooks is escaped.
    """
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415 - only where a page is made

    environment = Environment(
        loader=PackageLoader("cdisc_pom.checks", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    data = as_data(checked)
    data["rules"].sort(key=_rule_order)
    texts = {rule["id"]: rule for rule in data["rules"]}
    return environment.get_template("report.html.j2").render(
        language=language,
        titles=titles or Titles(),
        study=_study(data["standards"]),
        datasets=sorted({finding.dataset for finding in checked.findings}),
        rule_texts=texts,
        severities=SEVERITIES,
        statuses=STATUSES,
        **data,
    )


def _rule_order(rule: dict[str, Any]) -> tuple[int, list[tuple[int, str]]]:
    """Errored and failed rules first, then by id, numbers in it as numbers."""
    parts = re.findall(r"\d+|\D+", rule["id"])
    numbered = [(int(part) if part.isdigit() else -1, part) for part in parts]
    return STATUSES.index(rule["status"]), numbered


def _study(standards: Sequence[dict[str, Any]]) -> str:
    names = ("StudyName", "Study Name", "StudyOID", "StudyID")
    for standard in standards:
        for name in names:
            if standard["attributes"].get(name):
                return str(standard["attributes"][name])
    return ""


def print_report(checked: Checked, console: Console, *, language: Language = "en") -> None:
    """Show the findings on a terminal, errors first, and the counts below.

    Args:
        checked: the result of `check_standards`.
        console: a rich console; on one that is no terminal, plain lines come out.
        language: `en` or `zh`.
    """
    from rich.text import Text  # noqa: PLC0415 - only where a terminal is written

    styles = {"error": "bold red", "warning": "yellow", "note": "cyan"}
    for finding in checked.findings:
        line = Text()
        line.append(f"{finding.severity:<8}", styles[finding.severity])
        line.append(f"{finding.rule:<12} ", "dim")
        line.append(_line(finding, language))
        console.print(line, soft_wrap=True)
    for outcome in checked.outcomes:
        if outcome.status == "errored":
            line = Text("errored ", "bold red")
            line.append(f"{outcome.rule:<12} ", "dim")
            line.append(f"{outcome.dataset}: {outcome.reason}")
            console.print(line, soft_wrap=True)
    console.print(Text(summary_line(checked, language=language), "bold"), soft_wrap=True)


def _line(finding: Finding, language: Language) -> str:
    if language == "en" or not finding.message_zh:
        return str(finding)
    where = finding.dataset + (f".{finding.variable}" if finding.variable else "")
    first = "，".join(part for part in (finding.origin, finding.key) if part)
    text = f"{finding.place}: " if finding.place else ""
    text += f"{where}：{finding.message_zh}"
    if first:
        text += f"（{finding.count} 条记录；首条：{first}）"
    return text + finding.hint_zh


def summary_line(checked: Checked, *, language: Language = "en") -> str:
    """The counts in one line, such as `2 errors; 160 rules passed, 3 failed, 50 not applicable`."""
    summary = _summary(checked)
    found, rules = summary["findings"], summary["rules"]
    if language == "zh":
        return (
            f"错误 {found['error']}，警告 {found['warning']}，提示 {found['note']}；规则：通过 "
            f"{rules['passed']}，未通过 {rules['failed']}，不适用 {rules['not_applicable']}，"
            f"运行出错 {rules['errored']}。"
        )
    parts = [_plural(found[each], each) for each in SEVERITIES if found[each] or each == "error"]
    ended = [f"{rules['passed']} rules passed", f"{rules['failed']} failed"]
    ended += [f"{rules['not_applicable']} not applicable"]
    ended += [f"{rules['errored']} errored"] if rules["errored"] else []
    return f"{', '.join(parts)}; {', '.join(ended)}."


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
