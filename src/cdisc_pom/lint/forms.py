"""Messages as text for people and as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from cdisc_pom.errors import Cell, Line
from cdisc_pom.lint.model import Message
from cdisc_pom.lint.study import Linted


def to_text(linted: Linted) -> str:
    """A line a message, then a line of counts."""
    lines = [str(message) for message in linted.messages]
    counts = linted.counts
    shown = ", ".join(_counted(counts[kind], kind) for kind in ("error", "warning", "note"))
    lines.append(f"{shown}." + ("" if linted.data else " Raw forms were not looked at."))
    return "\n".join(lines) + "\n"


def to_json(linted: Linted) -> str:
    """All messages with their parts."""
    counts = linted.counts
    content = {
        "ok": linted.ok,
        "study": linted.study,
        "data": linted.data,
        "counts": {kind: counts[kind] for kind in ("error", "warning", "note")},
        "messages": [_plain(message) for message in linted.messages],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _plain(message: Message) -> dict[str, Any]:
    place = message.place
    where: dict[str, Any] = (
        {"file": place.file, "line": place.number}
        if isinstance(place, Line)
        else {"workbook": place.workbook, "sheet": place.sheet, "cell": place.ref}
    )
    return {
        "rule": message.rule, "severity": message.severity, **where, "message": message.text,
        "hint": message.hint, "others": [_cell(cell) for cell in message.others],
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, str]:
    return {"workbook": cell.workbook, "sheet": cell.sheet, "cell": cell.ref}


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind}{'' if count == 1 else 's'}"
