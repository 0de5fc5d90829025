"""The page on interchange says what the code does."""

import re

from define_by_hand import LOST
from interchange_books import ROOT

from cdisc_pom.interchange.commands import app
from cdisc_pom.interchange.manual import filled

PAGE = (ROOT / "docs" / "interchange.md").read_text(encoding="utf-8")


def test_generated_tables_are_up_to_date():
    assert filled(PAGE) == PAGE, "run: python -m cdisc_pom.interchange.manual docs/interchange.md"


def test_each_command_is_on_the_page():
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert names == set(re.findall(r"\| `cdisc-pom spec ([a-z0-9-]+) ", PAGE))


def test_each_loss_that_is_tested_is_on_the_page():
    table = PAGE[PAGE.index("| not kept |") : PAGE.index("Version 2.0 states")]
    for *_, loss in LOST:
        part = re.findall(r"[A-Za-z]+", loss.partition(":")[0])
        if "KeySequence" not in part:
            assert part[-1] in table or part[0] in table or "languages" in table, loss
