"""The page of rules is made of the rules' docstrings."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdisc_pom.lint.manual import lint_page
from cdisc_pom.lint.registry import FAMILIES, rule, rules

ROOT = Path(__file__).parents[2]


def test_the_page_in_docs_is_the_one_that_the_rules_make():
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    assert page == lint_page(), "python -m cdisc_pom.lint.manual docs"


def test_each_rule_has_a_title_and_a_family():
    for identifier, found in rules().items():
        assert found.title, identifier
        assert found.title != identifier
        assert found.family in FAMILIES


def test_a_rule_is_registered_once_and_in_a_family():
    with pytest.raises(ValueError, match="registered twice"):
        rule("MAP.TYPE")(lambda _: ())
    with pytest.raises(ValueError, match="of no family"):
        rule("COOKING.SALT")(lambda _: ())
