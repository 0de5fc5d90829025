"""What the READMEs claim: commands, data sets, pages."""

import re
from pathlib import Path

import pytest
import typer

from cdisc_pom.cli import app
from cdisc_pom.spec.study import read_study

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh.md"]
PAGES = [ROOT / name for name in READMES] + sorted((ROOT / "docs").glob("*.md"))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def commands():
    group = typer.main.get_command(app)
    return sorted(name for name, command in group.commands.items() if not command.hidden)


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_readme(name, command):
    assert re.search(rf"`(cdisc-pom )?{command}\b", text_of(name))


@pytest.mark.parametrize("name", READMES)
def test_no_command_of_the_readme_is_missing(name):
    told = re.findall(r"`cdisc-pom (\w+)", text_of(name))
    assert set(told) <= set(commands())


@pytest.mark.parametrize("name", READMES)
def test_the_data_sets_are_those_of_the_workbooks(name):
    books = read_study(ROOT / "specs" / "pom").workbooks
    domains = [name for name in books["sdtm"].datasets if not name.startswith("SUPP")]
    rows = [row for row in text_of(name).splitlines() if "package/m5/" in row]
    assert re.search(r"\b(\d+)", rows[0].split("|")[2]).group(1) == str(len(domains))
    told = re.findall(r"\bAD[A-Z]+\b", rows[1].split("|")[2])
    assert sorted(told) == sorted(books["adam"].datasets)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES[2:], ids=lambda page: page.name)
def test_every_page_of_the_manual_is_linked(page):
    others = [text.read_text(encoding="utf-8") for text in PAGES if text != page]
    assert any(page.name in text for text in others)


@pytest.mark.parametrize("name", READMES)
def test_the_cells_of_the_pilot_study_are_those_of_its_page(name):
    page = text_of("docs/pilot.md").partition("<!-- scripts/pilot_table.py: whole -->")[2]
    counts = re.search(r"^\| all \|.*$", page, re.MULTILINE).group(0).split("|")
    compared, equal = (counts[column].strip() for column in (6, 7))
    assert compared in text_of(name)
    assert equal in text_of(name)
