"""The outcome as tables on a terminal."""

from __future__ import annotations

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
    screen.rule(Text(headline(found), "green" if found.equal else "red"), align="left")
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
    table = Table(show_edge=False, pad_edge=False, header_style="dim")
    for number, heading in enumerate(section.headings):
        marked = section.style == "values" and heading in _VALUES
        table.add_column(
            heading,
            justify="right" if number in section.right else "left",
            overflow="fold",
            style="red" if marked else "",
        )
    for cells in section.rows:
        table.add_row(*(Text(cell) for cell in cells))
    screen.print(table)
    screen.print()
