"""The outcome as JSON for programs, and as plain text for logs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len

from cdisc_pom.compare.results import Comparison, LibraryComparison
from cdisc_pom.compare.sections import (
    Section,
    comparison_facts,
    comparison_sections,
    headline,
    library_headline,
    library_sections,
    told_comparisons,
)


def to_json(found: LibraryComparison) -> str:
    """The whole outcome as JSON.

    Missing values are null; special missing values ``.A`` and so on and infinite numbers are text.

    Args:
        found: the outcome.

    Returns:
        JSON text with a final newline.
    """
    content = as_data(found)
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_data(found: LibraryComparison) -> dict[str, Any]:
    """What the JSON holds, as plain lists and dictionaries."""
    return {
        "base": found.base,
        "compare": found.compare,
        "equal": found.equal,
        "exit_code": found.exit_code,
        "only_base": list(found.only_base),
        "only_compare": list(found.only_compare),
        "unreadable": list(found.unreadable),
        "warnings": [asdict(each) for each in found.warnings],
        "data_sets": [_comparison(each) for each in found.comparisons],
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    content = asdict(found)
    content["ignored"] = sorted(found.ignored)
    content["values"] = [_plain(each) for each in content["values"]]
    return {
        "name": found.name,
        "equal": found.equal,
        "differences": found.counts(),
        "ignored_differences": found.counts(ignored=True),
        **content,
    }


def _plain(content: Any) -> Any:
    """JSON has no infinite numbers."""
    if isinstance(content, dict):
        return {name: _plain(each) for name, each in content.items()}
    if isinstance(content, (list, tuple)):
        return [_plain(each) for each in content]
    if isinstance(content, float) and content - content != 0:
        return repr(content)
    return content


def to_text(found: LibraryComparison) -> str:
    """The outcome as plain lines, wide tables not cut.

    Args:
        found: the outcome.

    Returns:
        Text with a final newline.
    """
    sections = library_sections(found)
    blocks = [_table(each) for each in sections]
    blocks += [_block(each) for each in told_comparisons(found)]
    # Of two equal files the verdict already stands at the head, with little below it.
    if sections or not found.equal:
        blocks.append(library_headline(found))
    return "\n\n".join(blocks) + "\n"


def _block(found: Comparison) -> str:
    facts = comparison_facts(found)
    width = max(len(name) for name, _ in facts)
    lines = [headline(found), *(f"  {name:<{width}}  {text}" for name, text in facts)]
    return "\n\n".join(["\n".join(lines), *map(_table, comparison_sections(found))])


def _table(section: Section) -> str:
    if not section.headings:
        return "\n".join([section.title, *(f"  {row[0]}" for row in section.rows)])
    rows = [section.headings, *section.rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = (
            _padded(cell, width, right=number in section.right)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append(f"  {'  '.join(cells)}".rstrip())
    return "\n".join([section.title, *lines])


def _padded(cell: str, width: int, *, right: bool) -> str:
    """Chinese characters take two places."""
    room = " " * (width - cell_len(cell))
    return room + cell if right else cell + room
