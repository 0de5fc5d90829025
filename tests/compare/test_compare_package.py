"""The package: examples run, modules stay small, public names are there."""

import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest
import typer

import cdisc_pom.compare
from cdisc_pom.cli import app
from cdisc_pom.compare.settings import IGNORABLE

FOLDER = Path(cdisc_pom.compare.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
FLOOR = ("cdisc_pom.compare", "cdisc_pom.xpt", "cdisc_pom.errors", "cdisc_pom.files")


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module):
    result = doctest.testmod(importlib.import_module(f"cdisc_pom.compare.{module}"))
    assert result.failed == 0


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_are_short_and_stand_on_the_floor(module):
    text = (FOLDER / f"{module}.py").read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            assert node.end_lineno - node.lineno + 1 - len(docstring.splitlines()) <= 50, node.name
        if isinstance(node, ast.ImportFrom) and node.module.startswith("cdisc_pom"):
            assert node.module.startswith(FLOOR), node.module


def test_the_examples_of_the_page_run():
    page = Path(__file__).parents[2] / "docs" / "compare.md"
    assert doctest.testfile(str(page), module_relative=False) == (0, 8)


def test_the_page_tells_each_option_and_each_kind_of_difference():
    text = (Path(__file__).parents[2] / "docs" / "compare.md").read_text("utf-8")
    told = set(re.findall(r"(--[a-z-]+)", text))
    command = typer.main.get_command(app).commands["compare"]
    options = {name for each in command.params for name in each.opts if name.startswith("--")}
    assert {each for each in told if each in options} >= options - {
        "--quiet", "--encoding", "--compare-encoding", "--language",
    }  # fmt: skip
    assert all(f"`{each}`" in text or f"--ignore {each}" in text for each in IGNORABLE)


def test_all_public_names_are_there():
    for name in cdisc_pom.compare.__all__:
        assert getattr(cdisc_pom.compare, name).__doc__
    assert set(cdisc_pom.compare.__all__) <= set(dir(cdisc_pom.compare))
    with pytest.raises(AttributeError):
        _ = cdisc_pom.compare.no_such_name
