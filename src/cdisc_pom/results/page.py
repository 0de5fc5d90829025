"""The results as web pages: one a language, with figures inside and records a click away.

The pages need no network. Their text falls back to the shipped font, so that Chinese shows on a
machine that has no Chinese font; the records behind a number come from `records.js` beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from cdisc_pom.results.canvas import FONT
from cdisc_pom.results.comparison import Comparison, count_statuses
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.document import notes_of, present_levels
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.figures import Picture
from cdisc_pom.results.records import VARIABLE
from cdisc_pom.results.report import reason_of, status_of, summary
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.results.words import status_word, word

Pictures = Mapping[str, Sequence[Picture]]

_METHODS = ("rounding", "exact", "percentiles", "km", "records")


def render_page(
    reproduction: Reproduction,
    pictures: Pictures,
    language: Language,
    *,
    facts: Facts | None = None,
    others: Sequence[Language] = (),
) -> str:
    """The page of one language.

    Args:
        reproduction: the results.
        pictures: drawn figures by display.
        language: of the page.
        facts: what the workbook says of the study.
        others: languages that have a page beside this one, to link to.
    """
    import jinja2  # noqa: PLC0415 - heavy

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("cdisc_pom.results"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    facts = facts or Facts()
    counts = count_statuses(reproduction.comparisons)
    return environment.get_template("results.html.j2").render(
        language=language,
        title=facts.title,
        others=others,
        font=FONT.name,
        variable=VARIABLE,
        source=reproduction.published.said("source", language),
        summary=summary(reproduction, language),
        tiles=[(status, count, status_word(status, language)) for status, count in counts.items()],
        displays=_displays(reproduction, pictures, facts, language),
        uncovered=[
            _uncovered(one, language) for one in reproduction.comparisons if one.result is None
        ],
        inconsistencies=reproduction.published.inconsistencies,
        methods=[word(f"method_{name}", language) for name in _METHODS],
        word=lambda key: word(key, language),
    )


def _displays(
    reproduction: Reproduction, pictures: Pictures, facts: Facts, language: Language
) -> list[dict[str, Any]]:
    compared = {
        one.result.row.published: one for one in reproduction.comparisons if one.result is not None
    }
    numbered = list(enumerate(reproduction.results))
    displays = []
    for number, (name, group) in enumerate(
        groupby(numbered, key=lambda pair: pair[1].row.display), start=1
    ):
        results = list(group)
        listed = [(at, one) for at, one in results if not one.statistic.drawn]
        rows = [
            _row(at, one, compared.get(one.row.published), language)
            for at, one in listed
            if one.table is None
        ]
        displays.append(
            {
                "anchor": f"display-{number}",
                "title": results[0][1].display(language),
                "rows": _with_sections(rows),
                "compared": any(row["status"] for row in rows),
                "tables": [_table(at, one, language) for at, one in listed if one.table],
                "notes": notes_of([one for _, one in results], facts, language),
                "pictures": [
                    {"title": one.title, "svg": _inline(one.svg, f"d{number}p{place}-")}
                    for place, one in enumerate(pictures.get(name, ()), start=1)
                ],
            }
        )
    return displays


def _with_sections(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that know whether a heading stands over them."""
    before = ""
    for row in rows:
        row["heading"] = row["section"] if row["section"] != before else ""
        before = row["section"]
    return rows


def _row(
    at: int, result: Result, comparison: Comparison | None, language: Language
) -> dict[str, Any]:
    return {
        "record": at,
        "label": result.label(language),
        "section": result.section(language),
        "counts": result.counts,
        "text": result.text,
        "published": comparison.figure.text if comparison else "",
        "id": comparison.figure.id if comparison else "",
        "status": comparison.status if comparison else "",
        "words": status_word(comparison.status, language) if comparison else "",
        "reason": reason_of(comparison, language) if comparison else "",
        "note": _note(comparison, language),
    }


def _note(comparison: Comparison | None, language: Language) -> str:
    """What the file says of a figure that is equal; else it stands in the reason."""
    if comparison is None or comparison.status != "equal":
        return ""
    return comparison.figure.said("note", language)


def _table(at: int, result: Result, language: Language) -> dict[str, Any]:
    """A table of two raters; a cell with subjects names its records."""
    table = result.table
    assert table is not None
    places = present_levels(table)
    levels = [table.levels[place] for place in places]
    counts = [[int(table.counts[row, column]) for column in places] for row in places]
    return {
        "record": at,
        "label": result.label(language),
        "first": table.first,
        "second": table.second,
        "levels": levels,
        "rows": [
            {"level": level, "counts": line, "total": sum(line)}
            for level, line in zip(levels, counts, strict=True)
        ],
        "totals": [sum(column) for column in zip(*counts, strict=True)],
        "total": table.subjects,
    }


def _uncovered(comparison: Comparison, language: Language) -> dict[str, str]:
    return {
        "id": comparison.figure.id,
        "label": comparison.figure.said("label", language),
        "published": comparison.figure.text,
        "status": comparison.status,
        "words": status_of(comparison, language),
    }


def _inline(svg: bytes, prefix: str) -> Any:
    """The picture as an element of the page, its ids made its own."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    text = svg.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r'href="#', f'href="#{prefix}', text)
    text = text.replace("url(#", f"url(#{prefix}")
    return Markup(text)  # noqa: S704 - drawn by us, its texts are outlines
