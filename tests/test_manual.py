"""The generated pages of docs are those that the code gives."""

from pathlib import Path

import pytest

from cdisc_pom.manual import algorithm_page, parameter_page, sheet_page

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("algorithms.md", algorithm_page),
        ("sheets.md", sheet_page),
        ("parameters.md", lambda: parameter_page(DOCS.parent)),
    ],
)
def test_generated_page_is_up_to_date(name, make):
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == make(), "run: python -m cdisc_pom.manual docs"
