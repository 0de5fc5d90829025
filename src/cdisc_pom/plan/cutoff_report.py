"""What a data cut-off removed, for those who must account for it: JSON and a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Literal

from cdisc_pom.plan.cutoff import Kind, Removal

Language = Literal["en", "zh"]
_SHOWN = 200

_REASONS: Mapping[Language, Mapping[Kind, str]] = {
    "en": {
        "late": "{variable} after the cut-off: record removed",
        "undated": "undated, visit after the cut-off: record removed",
        "subject": "subject consented after the cut-off: record removed",
        "date": "{variable} after the cut-off: date left out, record stays",
    },
    "zh": {
        "late": "{variable} 晚于截止日：删除该记录",
        "undated": "无日期且访视晚于截止日：删除该记录",
        "subject": "受试者在截止日之后签署知情同意：删除该记录",
        "date": "{variable} 晚于截止日：仅清空该日期，保留记录",
    },
}
_TEXTS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "title": "Data cut-off {cutoff}", "dataset": "Data set", "before": "Records before",
        "removed": "Records removed", "stay": "Records that stay", "dates": "Dates left out",
        "subjects": "Subjects concerned", "reason": "Reason", "subject": "Subject",
        "date": "Date", "origin": "Origin", "more": "and {n} more; all of them in cutoff.json",
        "none": "Nothing lies after the cut-off.",
    },
    "zh": {
        "title": "数据截止日 {cutoff}", "dataset": "数据集", "before": "截止前记录数",
        "removed": "删除的记录数", "stay": "保留的记录数", "dates": "清空的日期数",
        "subjects": "涉及受试者数", "reason": "原因", "subject": "受试者", "date": "日期",
        "origin": "来源", "more": "另有 {n} 条；全部见 cutoff.json", "none": "截止日之后没有数据。",
    },
}  # fmt: skip


def cutoff_data(removed: Iterable[Removal], cutoff: str) -> dict[str, Any]:
    """Counts of each data set, and every record with its reason, as plain lists.

    Args:
        removed: what was removed.
        cutoff: the data cut-off.
    """
    found = sorted(removed, key=lambda each: (each.dataset, each.kind, each.variable))
    return {
        "cutoff": cutoff,
        "datasets": [
            _counts(name, [each for each in found if each.dataset == name])
            for name in dict.fromkeys(each.dataset for each in found)
        ],
        "removed": [_removal(each) for each in found],
    }


def _counts(name: str, mine: list[Removal]) -> dict[str, Any]:
    gone = sum(len(each.origins) for each in mine if each.kind != "date")
    before = max(each.size + (gone if each.kind == "date" else 0) for each in mine)
    return {
        "dataset": name,
        "records_before": before,
        "records_removed": gone,
        "records_after": before - gone,
        "dates_left_out": sum(len(each.origins) for each in mine if each.kind == "date"),
        "subjects": len({subject for each in mine for subject in each.subjects} - {""}),
    }


def _removal(each: Removal) -> dict[str, Any]:
    records = sorted(zip(each.subjects, each.dates, each.origins, strict=True))
    return {
        "dataset": each.dataset,
        "variable": each.variable,
        "reason": _REASONS["en"][each.kind].format(variable=each.variable),
        "reason_zh": _REASONS["zh"][each.kind].format(variable=each.variable),
        "count": len(records),
        "records": [
            {"subject": subject, "date": date, "origin": origin}
            for subject, date, origin in records
        ],
    }


def cutoff_json(removed: Iterable[Removal], cutoff: str) -> str:
    """The report as JSON, sorted, so that two builds give the same bytes."""
    return json.dumps(cutoff_data(removed, cutoff), ensure_ascii=False, indent=2) + "\n"


def cutoff_html(removed: Iterable[Removal], cutoff: str, language: Language) -> str:
    """The report as a page that needs no other file."""
    data, words = cutoff_data(removed, cutoff), _TEXTS[language]
    title = words["title"].format(cutoff=cutoff)
    parts = [f"<h1>{escape(title)}</h1>"]
    if not data["removed"]:
        parts.append(f"<p>{words['none']}</p>")
    else:
        heads = ("dataset", "before", "removed", "stay", "dates", "subjects")
        rows = [list(each.values()) for each in data["datasets"]]
        parts.append(_table([words[head] for head in heads], rows))
    for each in data["removed"]:
        reason = each["reason_zh" if language == "zh" else "reason"]
        parts.append(f"<h2>{escape(each['dataset'])}: {escape(reason)} ({each['count']})</h2>")
        rows = [list(record.values()) for record in each["records"][:_SHOWN]]
        parts.append(_table([words[head] for head in ("subject", "date", "origin")], rows))
        if each["count"] > _SHOWN:
            parts.append(f"<p>{words['more'].format(n=each['count'] - _SHOWN)}</p>")
    return _PAGE.format(
        language="zh-CN" if language == "zh" else "en", title=escape(title), body="\n".join(parts)
    )


def _table(heads: list[str], rows: list[list[Any]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = [
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    ]
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>\n" + "\n".join(lines) + "\n</tbody></table>"
    )


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 24px auto; max-width: 960px; padding: 0 16px;
  color: #1d2733; }}
table {{ border-collapse: collapse; margin: 8px 0 24px; }}
th, td {{ text-align: left; padding: 4px 12px; border-bottom: 1px solid #dfe5ec; }}
h1 {{ font-size: 24px; }} h2 {{ font-size: 17px; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
