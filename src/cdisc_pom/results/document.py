"""Displays as a study report shows them: titles, tables, figures and notes, in one language.

This is what the Word and RTF files are written from; it knows neither format. A display with a
figure shows the figure; the numbers of its rows stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Literal

from cdisc_pom.results.agreement import CrossTable
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.figures import Picture
from cdisc_pom.results.words import word, words_known

Pictures = Mapping[str, Sequence[Picture]]

# Height of a figure's own title, in dots of its PNG: a document has headings instead.
_TITLE_DOTS = 84
_WIDEST, _WIDE, _NARROW = 0.68, 0.58, 0.16


@dataclass(frozen=True)
class Line:
    """A line of a table: a heading over rows, a row, or a row under another one."""

    cells: tuple[str, ...]
    kind: Literal["heading", "row", "sub"] = "row"


@dataclass(frozen=True)
class Grid:
    """A table: header, lines, and widths of its columns as shares of the page's."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    widths: tuple[float, ...]
    caption: str = ""


@dataclass(frozen=True)
class Image:
    """A figure without its title, as PNG, with its size in dots and words for who cannot see."""

    png: bytes
    width: int
    height: int
    words: str


@dataclass(frozen=True)
class Block:
    """A display: its title, its tables or figures, and the notes under them."""

    title: str
    grids: tuple[Grid, ...]
    images: tuple[Image, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """All displays of a study in one language."""

    language: Language
    title: str
    subtitle: str
    blocks: tuple[Block, ...]


def compose_document(
    results: Sequence[Result], pictures: Pictures, facts: Facts, language: Language
) -> Document:
    """The report of the displays.

    Args:
        results: of the display rows, in order.
        pictures: drawn figures by display (its English title).
        facts: what the workbook says of the study.
        language: of the report.
    """
    blocks = []
    for name, group in groupby(results, key=lambda result: result.row.display):
        members = list(group)
        images = tuple(_image(picture) for picture in pictures.get(name, ()))
        grids = () if images else tuple(_grids(members, facts, language))
        notes = notes_of(members, facts, language)
        blocks.append(Block(members[0].display(language), grids, images, notes))
    title = " · ".join(part for part in (facts.title, word("report_title", language)) if part)
    return Document(language, title, facts.description.get(language, ""), tuple(blocks))


def notes_of(results: Sequence[Result], facts: Facts, language: Language) -> tuple[str, ...]:
    """What stands under a display: populations, how numbers are made, footnotes, data sets."""
    names = dict.fromkeys(result.row.dataset for result in results)
    notes = [*_populations(results, facts, language), *_methods(results, language)]
    for result in results:
        twin = result.row.footnote_zh if language == "zh" else None
        note = twin or result.row.footnote
        if note:
            notes.append(note)
    listed = word("joiner", language).join(names)
    notes.append(word("data_sets", language).format(names=listed))
    return tuple(dict.fromkeys(notes))


def present_levels(table: CrossTable) -> list[int]:
    """Places of the levels that one of the raters used."""
    rows, columns = table.counts.sum(axis=1), table.counts.sum(axis=0)
    return [at for at in range(len(table.levels)) if rows[at] or columns[at]]


def _populations(results: Sequence[Result], facts: Facts, language: Language) -> Iterator[str]:
    for _, group in groupby(results, key=lambda result: id(result.row)):
        members = list(group)
        condition = members[0].row.population
        name = facts.population(condition, language)
        # groups share the population among them
        size = sum(len(member.population.subjects) for member in members)
        if condition is None:
            yield word("population_all", language).format(name=name, n=size)
        elif name == condition:
            yield f"ADSL: {condition}, N = {size}."
        else:
            yield word("population", language).format(name=name, condition=condition, n=size)


def _methods(results: Sequence[Result], language: Language) -> Iterator[str]:
    tables = [result for result in results if not result.statistic.drawn]
    if len({result.row.population for result in tables}) > 1 and not _drawn(results):
        yield word("counted", language)
    for name in dict.fromkeys(result.statistic.method for result in results):
        if name and words_known(f"method_{name}"):
            yield word(f"method_{name}", language)
    if any(result.curve is not None and result.statistic.drawn for result in results):
        yield word("method_band", language)
    if any("NE" in result.text for result in results):
        yield word("method_ne", language)


def _drawn(results: Sequence[Result]) -> bool:
    return any(result.statistic.drawn for result in results)


def _grids(results: Sequence[Result], facts: Facts, language: Language) -> Iterator[Grid]:
    for result in results:
        if result.table is not None:
            yield _cross_grid(result, result.table, language)
    rows = [r for r in results if r.table is None and not r.statistic.part]
    if rows:
        yield _value_grid(rows, facts, language)


def _cross_grid(result: Result, table: CrossTable, language: Language) -> Grid:
    places, total = present_levels(table), word("total", language)
    header = (f"{table.first} \\ {table.second}", *(table.levels[at] for at in places), total)
    lines = []
    for row in places:
        counts = [int(table.counts[row, column]) for column in places]
        lines.append(Line((table.levels[row], *map(str, [*counts, sum(counts)]))))
    sums = [int(table.counts[:, column].sum()) for column in places]
    lines.append(Line((total, *map(str, [*sums, sum(sums)]))))
    rest = 0.75 / (len(places) + 1)
    widths = (0.25, *([rest] * (len(places) + 1)))
    return Grid(header, tuple(lines), widths, caption=result.label(language))


def _value_grid(results: list[Result], facts: Facts, language: Language) -> Grid:
    alike = len({result.row.population for result in results}) == 1 and all(
        result.level == "" for result in results
    )
    first = word("characteristic", language)
    if alike:
        name = facts.population(results[0].row.population, language)
        size = len(results[0].population.subjects)
        header: tuple[str, ...] = (first, word("number", language).format(name=name, n=size))
        widths: tuple[float, ...] = (_WIDEST, 1 - _WIDEST)
    else:
        header = (first, word("subjects", language), word("value", language))
        widths = (_WIDE, _NARROW, 1 - _WIDE - _NARROW)
    lines: list[Line] = []
    section, row = "", None
    for result in results:
        blank = ("",) * (len(header) - 1)
        if result.section(language) != section:
            section = result.section(language)
            lines.append(Line((section, *blank), "heading"))
        if result.level != "" and result.row is not row:
            lines.append(Line((result.row_label(language), *blank)))
        row = result.row
        label = result.row_label(language) if result.level == "" else result.level_label(language)
        cells = (result.text,) if alike else (result.counts, result.text)
        under = section != "" or result.level != ""
        lines.append(Line((label, *cells), "sub" if under else "row"))
    return Grid(header, tuple(lines), widths)


def _image(picture: Picture) -> Image:
    from PIL import Image as Picturing  # noqa: PLC0415 - heavy

    with Picturing.open(BytesIO(picture.png)) as full:
        cut = full.convert("RGB").crop((0, _TITLE_DOTS, full.width, full.height))
    file = BytesIO()
    cut.save(file, "PNG", optimize=False)
    return Image(file.getvalue(), cut.width, cut.height, picture.title)
