"""The outcome as tables on a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

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

_STYLES = {"plain": "bold", "warning": "bold yellow", "values": "bold red"}
#: Where values stand in a table of unequal values.
_VALUES = ("Base", "Compare")
#: Columns that give way on a narrow terminal.
_FOLDED = (*_VALUES, "Key", "Rows in base", "Rows in compare")
_NARROWEST = 8


def print_tables(found: LibraryComparison, console: Console | None = None) -> None:
    """Show the outcome, the verdict last.

    Args:
        found: the outcome.
        console: None is the terminal.
    """
    screen = console or Console()
    for section in library_sections(found):
        _print_section(section, screen)
    for comparison in told_comparisons(found):
        _print_comparison(comparison, screen)
    style = "bold green" if found.equal else "bold red"
    screen.print(Text(library_headline(found), style), soft_wrap=True)


def _print_comparison(found: Comparison, screen: Console) -> None:
    style = "bold green" if found.equal else "bold red"
    screen.print(Text(headline(found), style), soft_wrap=True)
    facts = Table.grid(padding=(0, 2))
    for name, text in comparison_facts(found):
        facts.add_row(Text(name, "dim"), Text(text))
    screen.print(facts)
    screen.print()
    for section in comparison_sections(found):
        _print_section(section, screen)


def _print_section(section: Section, screen: Console) -> None:
    screen.print(Text(section.title, _STYLES[section.style]), soft_wrap=True)
    if not section.headings:
        for row in section.rows:
            screen.print(Text(f"  {row[0]}"), soft_wrap=True)
        screen.print()
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, collapse_padding=True, header_style="dim")
    for number, heading in enumerate(section.headings):
        marked = section.style == "values" and heading in _VALUES
        table.add_column(
            heading.replace(" ", "\n") if number in section.right else heading,
            justify="right" if number in section.right else "left",
            overflow="fold",
            no_wrap=heading not in _FOLDED,
            min_width=_NARROWEST if heading in _FOLDED else None,
            style="red" if marked else "",
        )
    for cells in section.rows:
        table.add_row(*(Text(cell) for cell in cells))
    screen.print(table)
    screen.print()
