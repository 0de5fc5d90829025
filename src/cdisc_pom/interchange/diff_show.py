"""A comparison of two specifications as lines, as a page, and for programs."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from cdisc_pom.interchange.diff import KINDS, BookDiff, CellChange, RowChange, SheetDiff

_MARKS = {"added": "+", "removed": "-", "changed": "~", "renamed": "→", "moved": "↕"}
_STYLES = {
    "added": "green", "removed": "red", "changed": "yellow", "renamed": "cyan", "moved": "dim",
}  # fmt: skip
_LONG = 60
_WORDS = re.compile(r"\s+|[A-Za-z0-9_.]+|[^\sA-Za-z0-9_.]")
_ALIKE = 0.5  # texts that share less are shown one after the other


def diff_lines(diff: BookDiff, *, limit: int) -> Iterator[tuple[str, str]]:
    """Lines for a terminal, each with its style.

    Args:
        diff: the comparison.
        limit: rows of a sheet to show; 0 shows all.
    """
    for sheet in diff.sheets:
        if sheet.equal:
            continue
        counts = ", ".join(f"{count} {kind}" for kind, count in sheet.counts.items())
        yield "bold", f"{sheet.name}: {'; '.join(part for part in (counts, *notes(sheet)) if part)}"
        changes = sheet.changes
        shown = changes[:limit] if limit else changes
        for change in shown:
            yield _STYLES[change.kind], f"  {_MARKS[change.kind]} {_title(change)}"
            for cell in change.cells:
                yield "", f"      {cell.column}: {_short(cell.before)} → {_short(cell.after)}"
        if len(shown) < len(changes):
            yield "dim", f"  … and {len(changes) - len(shown)} more"
    total = sum(len(sheet.changes) for sheet in diff.sheets)
    yield "bold", "Nothing differs." if diff.equal else f"{total} rows differ."


def notes(sheet: SheetDiff) -> list[str]:
    """What is said of a sheet as a whole."""
    found = []
    if sheet.only:
        found.append("sheet added" if sheet.only == "after" else "sheet removed")
    if sheet.added_columns:
        found.append(f"columns added: {', '.join(sheet.added_columns)}")
    if sheet.removed_columns:
        found.append(f"columns removed: {', '.join(sheet.removed_columns)}")
    if sheet.reordered_columns:
        found.append("columns in another order")
    return found


def diff_json(diff: BookDiff) -> str:
    """The comparison for programs."""
    content = {
        "equal": diff.equal,
        "before": diff.before,
        "after": diff.after,
        "sheets": [_sheet(sheet) for sheet in diff.sheets if not sheet.equal],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"


def diff_html(diff: BookDiff) -> str:
    """The comparison as one page without scripts."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to load

    environment = Environment(
        loader=PackageLoader("cdisc_pom.interchange"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("diff.html.j2")
    page: str = template.render(diff=diff, kinds=KINDS, notes=notes, pieces=pieces, layout=layout)
    return page + "\n"


def pieces(cell: CellChange) -> list[tuple[str, str]]:
    """A changed text in pieces: `=` what stayed, `-` what went, `+` what came."""
    before, after = _text(cell.before), _text(cell.after)
    if layout(cell) != "inline":
        return [(mark, text) for mark, text in (("-", before), ("+", after)) if text]
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, i, to_i, j, to_j in matcher.get_opcodes():
        went, came = "".join(old[i:to_i]), "".join(new[j:to_j])
        if kind == "equal":
            found.append(("=", went))
        else:
            found += [(mark, text) for mark, text in (("-", went), ("+", came)) if text]
    return found


def layout(cell: CellChange) -> Literal["inline", "side by side", "stacked"]:
    """How a change reads best: within the text, old beside new, or one below the other."""
    before, after = _text(cell.before), _text(cell.after)
    if len(before) + len(after) < _LONG and "\n" not in before + after:
        return "side by side"
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    alike = difflib.SequenceMatcher(None, old, new, autojunk=False).ratio() > _ALIKE
    return "inline" if alike else "stacked"


def _sheet(sheet: SheetDiff) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "only": sheet.only,
        "keys": sheet.keys,
        "added_columns": sheet.added_columns,
        "removed_columns": sheet.removed_columns,
        "reordered_columns": sheet.reordered_columns,
        "counts": sheet.counts,
        "rows": [_row(change, sheet.keys) for change in sheet.changes],
    }


def _row(change: RowChange, keys: tuple[str, ...]) -> dict[str, Any]:
    return {
        "change": change.kind,
        "moved": change.moved,
        "key": dict(zip(keys, change.key, strict=True)),
        "former": dict(zip(keys, change.former, strict=True)) if change.former else None,
        "before_at": str(change.before_at) if change.before_at else None,
        "after_at": str(change.after_at) if change.after_at else None,
        "cells": [
            {"column": cell.column, "before": cell.before, "after": cell.after}
            for cell in change.cells
        ],
        "row": change.after or change.before,
    }


def _title(change: RowChange) -> str:
    key = ".".join(part for part in change.key if part)
    if not key:
        row = change.after or change.before or {}
        key = " | ".join(_short(value) for value in list(row.values())[:3])
    if change.former:
        key = f"{'.'.join(part for part in change.former if part)} → {key}"
    moves = " (moved)" if change.moved and change.kind != "moved" else ""
    place = change.after_at or change.before_at
    return f"{key}{moves}  {place.sheet}!{place.ref}" if place is not None else f"{key}{moves}"


def _short(value: Any) -> str:
    text = " ".join(_text(value).split())
    if not text:
        return "(empty)"
    return f"{text[:_LONG]}…" if len(text) > _LONG else text


def _text(value: Any) -> str:
    return "" if value is None else str(value)
