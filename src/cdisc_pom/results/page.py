"""The results as web pages: one a language, with figures inside, beside JSON and picture files.

The pages need no network. Their text falls back to the shipped font, so that Chinese shows on a
machine that has no Chinese font.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from cdisc_pom.results.comparison import Comparison, count_statuses
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.figures import FONT, Picture, draw_figures
from cdisc_pom.results.report import reason_of, results_json, spans, status_of, summary
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.results.words import status_word, word

Pictures = Mapping[str, Sequence[Picture]]

_METHODS = ("rounding", "exact", "percentiles", "km", "records")


def render_files(
    reproduction: Reproduction, *, title: str = "", languages: Sequence[Language] = ("en", "zh")
) -> dict[str, bytes]:
    """Contents of the results folder by file name.

    Args:
        reproduction: the results.
        title: name of the study, shown over the pages.
        languages: of pages and figures.

    Returns:
        `results.json`; for each language `results.<language>.html` and
        `figures/<name>.<language>.svg` and `.png`; the font that the pages fall back to. The same
        results give the same bytes.
    """
    files = {"results.json": results_json(reproduction).encode()}
    for language in languages:
        pictures = draw_figures(reproduction.results, language)
        others = [other for other in languages if other != language]
        page = render_page(reproduction, pictures, language, title=title, others=others)
        files[f"results.{language}.html"] = page.encode()
        for picture in (one for group in pictures.values() for one in group):
            files[f"figures/{picture.name}.{language}.svg"] = picture.svg
            files[f"figures/{picture.name}.{language}.png"] = picture.png
    files[FONT.name] = FONT.read_bytes()
    return files


def render_page(
    reproduction: Reproduction,
    pictures: Pictures,
    language: Language,
    *,
    title: str = "",
    others: Sequence[Language] = (),
) -> str:
    """The page of one language.

    Args:
        reproduction: the results.
        pictures: drawn figures by display.
        language: of the page.
        title: name of the study.
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
    counts = count_statuses(reproduction.comparisons)
    return environment.get_template("results.html.j2").render(
        language=language,
        title=title,
        others=others,
        font=FONT.name,
        source=reproduction.published.source,
        summary=summary(reproduction, language),
        tiles=[(status, count, status_word(status, language)) for status, count in counts.items()],
        displays=_displays(reproduction, pictures, language),
        uncovered=[
            _uncovered(one, language) for one in reproduction.comparisons if one.result is None
        ],
        inconsistencies=reproduction.published.inconsistencies,
        methods=[word(f"method_{name}", language) for name in _METHODS],
        word=lambda key: word(key, language),
    )


def _displays(
    reproduction: Reproduction, pictures: Pictures, language: Language
) -> list[dict[str, Any]]:
    compared = {
        one.result.row.published: one for one in reproduction.comparisons if one.result is not None
    }
    displays = []
    for number, (name, group) in enumerate(
        groupby(reproduction.results, key=lambda result: result.row.display), start=1
    ):
        results = list(group)
        rows = [
            _row(result, compared.get(result.row.published), language)
            for result in results
            if not result.statistic.drawn
        ]
        displays.append(
            {
                "anchor": f"display-{number}",
                "title": results[0].display(language),
                "rows": rows,
                "pictures": [
                    {"title": one.title, "svg": _inline(one.svg, f"d{number}p{place}-")}
                    for place, one in enumerate(pictures.get(name, ()), start=1)
                ],
            }
        )
    return displays


def _row(result: Result, comparison: Comparison | None, language: Language) -> dict[str, Any]:
    over, under = result.numerator, result.denominator
    if "events" in result.values:
        over, under = int(result.values["events"]), result.numerator
    records = result.records
    return {
        "label": result.label(language),
        "counts": f"{over}/{under}",
        "text": result.text,
        "published": comparison.figure.text if comparison else "",
        "id": comparison.figure.id if comparison else "",
        "status": comparison.status if comparison else "",
        "words": status_word(comparison.status, language) if comparison else "",
        "reason": reason_of(comparison, language) if comparison else "",
        "note": comparison.figure.note if comparison and comparison.status == "equal" else "",
        "records": word("records", language).format(
            dataset=records.dataset,
            number=len(records.observations),
            observations=spans(records.observations) or "–",
        ),
    }


def _uncovered(comparison: Comparison, language: Language) -> dict[str, str]:
    return {
        "id": comparison.figure.id,
        "label": comparison.figure.label,
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
