import ast
import doctest
import importlib
from pathlib import Path

import pytest

import cdisc_pom.xpt

FOLDER = Path(cdisc_pom.xpt.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", ["__init__", *MODULES])
def test_a_module_imports_nothing_else_of_the_project(module):
    tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module]
        else:
            continue
        for name in names:
            assert not name.startswith("cdisc_pom") or name.startswith("cdisc_pom.xpt"), name


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module):
    result = doctest.testmod(importlib.import_module(f"cdisc_pom.xpt.{module}"))
    assert result.failed == 0


def test_all_public_names_are_there():
    for name in cdisc_pom.xpt.__all__:
        assert getattr(cdisc_pom.xpt, name).__doc__
    with pytest.raises(AttributeError):
        _ = cdisc_pom.xpt.no_such_name


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_are_short(module):
    text = (FOLDER / f"{module}.py").read_text("utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno + 1
            docstring = ast.get_docstring(node, clean=False) or ""
            assert lines - len(docstring.splitlines()) <= 50, node.name
