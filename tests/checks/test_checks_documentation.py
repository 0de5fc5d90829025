import doctest
import re
from pathlib import Path

import pytest

from cdisc_pom.checks import iso8601, records, schema
from cdisc_pom.checks.catalogue import Rule, own_catalogue
from cdisc_pom.checks.documentation import END, START, rules_page
from cdisc_pom.checks.tables import MACROS

PATH = Path(__file__).parents[2] / "docs" / "checks.md"
PAGE = PATH.read_text(encoding="utf-8")


def test_the_list_of_rules_is_that_of_the_catalogue():
    listed = PAGE.split(START)[1].split(END)[0]
    assert listed == "\n" + rules_page(own_catalogue())


def test_the_rule_on_the_page_works(tmp_path, monkeypatch):
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1]
    (tmp_path / "sponsor.yaml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    failed, tried = doctest.testfile(str(PATH), module_relative=False)
    assert tried > 4
    assert failed == 0


def test_the_page_explains_every_field_and_function():
    fields = {info.alias or name for name, info in Rule.model_fields.items()} - {"message"}
    functions = set(re.findall(r"CREATE MACRO (\w+)", MACROS)) - {"starts_with_date", "as_text"}
    for name in [*fields, "found", "variants"]:
        assert f"`{name}`" in PAGE
    for name in functions:
        assert f"`{name}(" in PAGE


@pytest.mark.parametrize("module", [iso8601, records, schema])
def test_examples_of_the_functions_run(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert result.failed == 0
