"""docs/trace.md says what is printed: its example, its fields, its roles."""

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.trace import documents
from cdisc_pom.trace.model import Role
from cdisc_pom.trace.words import ROLES, WORDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "trace.md").read_text(encoding="utf-8")


def _bare(text):
    """Without what changes when rows are added to a workbook or a rule is worded anew."""
    text = re.sub(r"← .*\[(.*) › (\w+)!.*\]", r"← [\1 › \2]", text)
    return re.sub(r"#\d+", "#", re.sub(r"\[(.*) › (\w+)!\w+\]", r"[\1 › \2]", text))


def test_the_example_is_what_the_command_prints(monkeypatch):
    monkeypatch.chdir(ROOT)
    command, expected = re.search(
        r"```text\n\$ cdisc-pom (.*?)\n(.*?)```", PAGE, re.DOTALL
    ).groups()
    found = CliRunner().invoke(app, shlex.split(command))
    assert found.exit_code == 0, found.output
    assert _bare(found.stdout) == _bare(expected)


@pytest.mark.parametrize(
    "model",
    [
        found
        for found in vars(documents).values()
        if isinstance(found, type)
        and issubclass(found, documents.Item)
        and found is not documents.Item
    ],
    ids=lambda model: model.__name__,
)
def test_each_field_of_the_json_has_its_line(model):
    section = PAGE.partition(f"### {model.__name__}\n")[2].partition("\n#")[0]
    named = set(re.findall(r"`(\w+)`", "\n".join(
        line.split("|")[1] for line in section.splitlines() if line.startswith("|")
    )))  # fmt: skip
    assert named == {info.alias or name for name, info in model.model_fields.items()}


def test_every_role_has_words_and_a_line():
    roles = set(get_args(Role))
    assert set(ROLES["en"]) == set(ROLES["zh"]) == roles
    assert set(WORDS["en"]) == set(WORDS["zh"])
    assert all(f"`{role}`" in PAGE for role in roles)


def test_the_pages_name_the_command():
    assert "`cdisc-pom trace" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/trace.md" in (ROOT / "README.md").read_text(encoding="utf-8")
