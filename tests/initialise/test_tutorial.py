"""docs/tutorial.md, followed word by word: its files, commands, outputs and edited cells."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tiny import edit, rows
from typer.testing import CliRunner

from cdisc_pom.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (\d)\. [^\n]*\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def sessions(part):
    """Commands of a part of the page with the lines that they print."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", PARTS[part], re.DOTALL):
        for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *printed = session.splitlines()
            found.append((command, printed))
    return found


def table(part, header):
    """Rows of the table that starts with a header."""
    lines = PARTS[part].split(header)[1].splitlines()[1:]
    body = lines[: lines.index("")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]


def follow(part):
    """Run the commands of a part; each prints what the page shows (`…` stands for any lines)."""
    for command, printed in sessions(part):
        name, *arguments = shlex.split(command)
        assert name == "cdisc-pom"
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1"})
        said = [line.rstrip() for line in result.output.splitlines()]
        pattern = "\n".join(".*" if line == "…" else re.escape(line) for line in printed)
        assert re.fullmatch(pattern, "\n".join(said), re.DOTALL), result.output


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which the page was followed up to the build."""
    root = tmp_path_factory.mktemp("tutorial")
    files = re.findall(r"^`(\S+\.csv)`\n\n```csv\n(.*?)```", PARTS["1"], re.MULTILINE | re.DOTALL)
    assert len(files) == 3
    for name, content in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        follow("2")
        yield root


def test_the_page_does_what_it_shows(followed):
    book = followed / "specs" / "first" / "sdtm.xlsx"
    proposed = {(row["Dataset"], row["Variable"]): row for row in rows(book, "Mapping")}
    shown = table("3", "| Dataset | Variable | Source | Algorithm | Inputs | Arguments | Note |\n")
    assert len(shown) == 6
    for cells in shown:
        row = proposed[cells[0], cells[1]]
        names = ("Source", "Algorithm", "Inputs", "Arguments", "Note")
        assert [row.get(name, "") for name in names] == cells[2:]
    follow("4")
    keys = {"Define": "Attribute", "Terms": "Collected"}
    for sheet, where, column, value in table("5", "| sheet | row | column | type |\n"):
        if sheet in keys:
            edit(book, sheet, {keys[sheet]: where}, column, value)
            continue
        dataset, _, variables = where.partition(" ")
        for variable in variables.split(", "):
            edit(book, sheet, {"Dataset": dataset, "Variable": variable}, column, value)
    follow("5")
    follow("6")
    for name in ("define/sdtm.html", "checks/report.html"):
        assert (followed / "build" / "first" / name).is_file()
