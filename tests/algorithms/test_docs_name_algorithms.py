"""The pages for those who come from other tools name what there is."""

import re
from pathlib import Path

import pytest

from cdisc_pom.algorithms.registry import algorithms

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("from_sdtm_oak.md", "from_admiral.md", "from_sas_macros.md")
# Words of the language that stand in the tables beside algorithms.
WORDS = {"greatest", "left", "many"}


def text_of(*names):
    return "\n".join((DOCS / name).read_text(encoding="utf-8") for name in names)


@pytest.mark.parametrize(("page", "least"), list(zip(PAGES, (10, 35, 30), strict=True)))
def test_a_page_for_users_of_another_tool_names_algorithms_that_exist(page, least):
    rows = [
        line.split("|")[2]
        for line in text_of(page).splitlines()
        if line.startswith("| ") and line.count("|") == 3
    ]
    named = {word for row in rows for word in re.findall(r"`([a-z_]+)`", row)}
    assert len(rows) > least
    assert named - WORDS <= set(algorithms())


def test_every_algorithm_of_other_standards_has_its_counterpart_there():
    text = text_of(*PAGES[:2])
    # What neither sdtm.oak nor admiral has, or what is plain there.
    own = {
        "assign", "coalesce", "concat", "convert_unit", "standard_result", "number_text",
        "numeric_or_missing", "round_sas", "visit", "records", "dictionary", "duration_text",
        "duration_parts", "duration_number", "interval_text", "confirmed_response",
        "best_response", "response_imwg", "exists", "text", "number", "term",
    }  # fmt: skip
    missing = {name for name in set(algorithms()) - own if f"`{name}`" not in text}
    assert missing == set()
