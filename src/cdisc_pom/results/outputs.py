"""The files of the results folder: pages, reports, figures, and data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdisc_pom.results.ard import render_ard
from cdisc_pom.results.ars import render_ars
from cdisc_pom.results.canvas import FONT
from cdisc_pom.results.displays import Language
from cdisc_pom.results.document import compose_document
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.figures import Picture, draw_figures
from cdisc_pom.results.page import render_page
from cdisc_pom.results.records import record_lists, render_records
from cdisc_pom.results.report import results_json
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.results.rtf_file import render_rtf
from cdisc_pom.results.word_file import render_word

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def render_files(
    reproduction: Reproduction,
    facts: Facts | None = None,
    *,
    languages: Sequence[Language] = LANGUAGES,
) -> dict[str, bytes]:
    """Contents of the results folder by file name.

    Args:
        reproduction: the results.
        facts: what the workbook says of the study.
        languages: of pages, reports and figures.

    Returns:
        `results.json`, `records.json` and `.js`, `ard.parquet`; for each language
        `results.<language>.html`, `report.<language>.docx` and `.rtf`, `ars.<language>.json`, and
        `figures/<name>.<language>.svg` and `.png`; the font that the pages fall back to. The same
        results give the same bytes.
    """
    facts = facts or Facts()
    lists = record_lists(reproduction, facts)
    files = {"results.json": results_json(reproduction).encode()} | render_records(lists)
    files["ard.parquet"] = render_ard(reproduction)
    for language in languages:
        files |= _of_language(reproduction, facts, language, languages)
    files[FONT.name] = FONT.read_bytes()
    return files


def _of_language(
    reproduction: Reproduction, facts: Facts, language: Language, languages: Sequence[Language]
) -> dict[str, bytes]:
    results = reproduction.results
    pictures = draw_figures(results, language)
    others = [other for other in languages if other != language]
    page = render_page(reproduction, pictures, language, facts=facts, others=others)
    document = compose_document(results, pictures, facts, language)
    files = {
        f"results.{language}.html": page.encode(),
        f"report.{language}.docx": render_word(document),
        f"report.{language}.rtf": render_rtf(document),
    }
    for picture in (one for group in pictures.values() for one in group):
        files[f"figures/{picture.name}.{language}.svg"] = picture.svg
        files[f"figures/{picture.name}.{language}.png"] = picture.png
    shown = _shown_in(reproduction, pictures, language)
    files[f"ars.{language}.json"] = render_ars(results, facts, language, shown)
    return files


def _shown_in(
    reproduction: Reproduction, pictures: Mapping[str, Sequence[Picture]], language: Language
) -> dict[str, list[str]]:
    """Files that show each display."""
    found = {}
    for display in dict.fromkeys(result.row.display for result in reproduction.results):
        names = [f"report.{language}.{kind}" for kind in ("rtf", "docx")]
        for picture in pictures.get(display, ()):
            names += [f"figures/{picture.name}.{language}.{kind}" for kind in ("svg", "png")]
        found[display] = [*names, f"results.{language}.html"]
    return found
