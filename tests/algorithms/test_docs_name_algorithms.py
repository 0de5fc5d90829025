"""The page for those who come from other tools names what there is."""

import re
from pathlib import Path

from cdisc_pom.algorithms.registry import algorithms

PAGE = Path(__file__).parents[2] / "docs" / "oak_admiral.md"
# Words of the language that stand in the table beside algorithms.
WORDS = {"greatest"}


def test_the_page_for_users_of_other_tools_names_algorithms_that_exist():
    rows = [
        line.split("|")[2]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    named = {word for row in rows for word in re.findall(r"`([a-z_]+)`", row)}
    assert len(rows) > 40
    assert named - WORDS <= set(algorithms())


def test_every_algorithm_of_other_standards_has_its_counterpart_there():
    text = PAGE.read_text(encoding="utf-8")
    # What neither sdtm.oak nor admiral has, or what is plain there.
    own = {
        "assign", "coalesce", "concat", "convert_unit", "standard_result", "number_text",
        "numeric_or_missing", "round_sas", "visit", "records", "dictionary", "duration_text",
        "duration_parts", "duration_number", "interval_text", "confirmed_response",
        "best_response", "response_imwg", "exists", "text", "number", "term",
    }  # fmt: skip
    missing = {name for name in set(algorithms()) - own if f"`{name}`" not in text}
    assert missing == set()
