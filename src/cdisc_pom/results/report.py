"""The comparison with published figures for the terminal, as plain lines and as JSON.

Nothing is printed and no file is written here: the command line does both.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from cdisc_pom.results.comparison import Comparison, count_statuses
from cdisc_pom.results.displays import Language, Records, Result
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.results.words import part_word, status_word, word

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_COLOURS = {
    "equal": "green",
    "expected": "green",
    "differs": "bold red",
    "not_checked": "dim",
    "not_attainable": "yellow",
    "no_display_row": "yellow",
}


def results_table(reproduction: Reproduction, language: Language = "en") -> RenderableType:
    """The comparison as a table for rich: every published figure, then what does not fit."""
    from rich.console import Group  # noqa: PLC0415 - light start
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    parts: list[RenderableType] = [_figures_table(reproduction, language)]
    if reproduction.published.inconsistencies:
        parts.append(Padding(_inconsistencies_table(reproduction, language), (1, 0, 0, 0)))
    style = "bold" if reproduction.ok else "bold red"
    return Group(*parts, Padding(Text(summary(reproduction, language), style=style), (1, 0)))


def results_lines(reproduction: Reproduction, language: Language = "en") -> list[str]:
    """The comparison as lines with tabs, for logs and pipes; the summary is the last one."""
    lines = ["\t".join(word(key, language) for key in _HEADERS)]
    lines += ["\t".join(_cells(comparison, language)) for comparison in reproduction.comparisons]
    lines += [
        f"{item.id}\t{item.said('text', language)}\t{item.said('decision', language)}"
        for item in reproduction.published.inconsistencies
    ]
    return [*lines, summary(reproduction, language)]


def results_json(reproduction: Reproduction) -> str:
    """Everything as JSON with labels in both languages; values unrounded, null if not estimable."""
    data = {
        "source": reproduction.published.source,
        "summary": count_statuses(reproduction.comparisons),
        "ok": reproduction.ok,
        "figures": [_comparison(comparison) for comparison in reproduction.comparisons],
        "displays": [_result(result) for result in reproduction.results],
        "inconsistencies": [item.model_dump() for item in reproduction.published.inconsistencies],
        "conditions_in_words": _conditions_in_words(reproduction),
    }
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _conditions_in_words(reproduction: Reproduction) -> list[dict[str, str]]:
    """Conditions that the analysis results metadata of define.xml have as text only."""
    from cdisc_pom.define.arm_rows import conditions_in_words  # noqa: PLC0415 - heavy

    rows = {id(result.row): result.row for result in reproduction.results}
    found = conditions_in_words(list(rows.values()))
    return [{"cell": str(cell), "condition": text} for cell, text in found]


def summary(reproduction: Reproduction, language: Language = "en") -> str:
    """One sentence with the number of figures by status."""
    counts = count_statuses(reproduction.comparisons)
    numbers = {str(status): count for status, count in counts.items()}
    return word("summary", language).format(total=sum(counts.values()), **numbers)


def label_of(comparison: Comparison, language: Language) -> str:
    """The display row's label, or the published one where no row covers the figure."""
    if comparison.result is not None:
        return comparison.result.label(language)
    return comparison.figure.said("label", language)


def reason_of(comparison: Comparison, language: Language) -> str:
    """Why a figure is not plainly equal: the numbers that differ, or what the file says."""
    figure = comparison.figure
    if comparison.status == "equal":
        return ""
    origin, note = (figure.said(name, language) for name in ("derived_from", "note"))
    if comparison.status == "no_display_row":
        return origin
    if comparison.status == "expected":
        return note or origin
    if comparison.status != "differs":
        return word("separator", language).join(text for text in (origin, note) if text)
    absent = word("absent", language)
    return word("separator", language).join(
        word("difference", language).format(
            part=part_word(part.name, language),
            reproduced=part.reproduced or absent,
            published=part.published,
        )
        for part in comparison.parts
        if not part.equal
    )


def status_of(comparison: Comparison, language: Language) -> str:
    """The status in words, with its reason."""
    words, reason = status_word(comparison.status, language), reason_of(comparison, language)
    colon = "：" if language == "zh" else ": "
    return words + colon + reason if reason else words


_HEADERS = ("id", "figure", "published", "reproduced", "status")


def _cells(comparison: Comparison, language: Language) -> tuple[str, ...]:
    return (
        comparison.figure.id,
        label_of(comparison, language),
        comparison.figure.text,
        reproduced_text(comparison),
        status_of(comparison, language),
    )


def reproduced_text(comparison: Comparison) -> str:
    """What was reproduced, with the count where the print has it and the row's text does not."""
    result = comparison.result
    if result is None:
        return "–"
    if comparison.figure.stat == "n_pct" and "ucl" in result.values:
        return f"{result.numerator}: {result.text}"
    return result.text


def _figures_table(reproduction: Reproduction, language: Language) -> Table:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=word("published_against_reproduced", language), title_justify="left")
    for key in _HEADERS:
        table.add_column(word(key, language), overflow="fold", no_wrap=key == "id")
    for comparison in reproduction.comparisons:
        *cells, status = _cells(comparison, language)
        style = _COLOURS[comparison.status]
        table.add_row(*(Text(cell) for cell in cells), Text(status, style=style))
    return table


def _inconsistencies_table(reproduction: Reproduction, language: Language) -> Table:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=word("inconsistencies", language), title_justify="left")
    for key in ("id", "inconsistency", "decision"):
        table.add_column(word(key, language), overflow="fold", no_wrap=key == "id")
    for item in reproduction.published.inconsistencies:
        texts = (item.said("text", language), item.said("decision", language))
        table.add_row(Text(item.id), *(Text(text) for text in texts))
    return table


def _comparison(comparison: Comparison) -> dict[str, Any]:
    figure, result = comparison.figure, comparison.result
    return {
        "id": figure.id,
        "section": figure.section,
        "label": label_of(comparison, "en"),
        "label_zh": label_of(comparison, "zh"),
        "published": figure.text,
        "reproduced": None if result is None else reproduced_text(comparison),
        "status": comparison.status,
        "reason": reason_of(comparison, "en"),
        "reason_zh": reason_of(comparison, "zh"),
        "note": figure.said("note", "en"),
        "note_zh": figure.said("note", "zh"),
        "parts": [
            {
                "name": part.name,
                "published": part.published,
                "reproduced": part.reproduced,
                "equal": part.equal,
            }
            for part in comparison.parts
        ],
    }


def _result(result: Result) -> dict[str, Any]:
    row = result.row
    return {
        "display": row.display,
        "display_zh": row.display_zh,
        "order": row.order,
        "label": result.label("en"),
        "label_zh": result.label("zh"),
        "statistic": row.statistic,
        "dataset": row.dataset,
        "parameter": row.parameter,
        "variable": row.variable,
        "population": row.population,
        "where": row.where,
        "group": row.group,
        "level": result.level,
        "published": row.published,
        "values": {name: _plain(value) for name, value in result.values.items()},
        "text": result.text,
        "records": _records(result.records),
    }


def _plain(value: float | str) -> float | str | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _records(records: Records) -> dict[str, Any]:
    return {
        "dataset": records.dataset,
        "observations": spans(records.observations),
        "subjects": len(records.subjects),
    }


def spans(numbers: tuple[int, ...]) -> str:
    """Ascending numbers in short: `1-3, 7`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in found)
