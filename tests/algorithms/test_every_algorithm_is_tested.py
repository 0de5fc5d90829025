"""Each registered algorithm is called by a test that says what must come out.

A test stands for an algorithm when it names it (as text given to `run`, or as the function that it
imported), itself or through helpers of its module, and asserts something. Tests of order, of
permutation and of documentation look at all algorithms alike and do not count.
"""

import ast
from pathlib import Path

import pytest

from cdisc_pom.algorithms.registry import algorithms

HERE = Path(__file__).parent
FOLDERS = (HERE, HERE.parent / "adam")
ALIKE = {
    "test_algorithm_order.py", "test_algorithm_permutation.py", "test_algorithm_docs.py",
    "test_docs_name_algorithms.py", Path(__file__).name,
}  # fmt: skip


def names_in(node):
    """Texts and names that stand in a piece of a module."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.add(part.value)
        elif isinstance(part, ast.Name):
            found.add(part.id)
    return found


def asserts(node):
    """Whether a part of a test can fail by what came out."""
    if isinstance(node, ast.Call):
        called = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        return called.startswith("assert_")
    return isinstance(node, ast.Assert)


def read_tests(path):
    """Name of each test of a module that asserts, and all that it names, helpers included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    pieces = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            pieces[node.targets[0].id] = node
    named = {name: names_in(node) for name, node in pieces.items()}
    for name, node in pieces.items():
        if name.startswith("test_") and any(asserts(part) for part in ast.walk(node)):
            told, seen, waiting = set(), set(), {name}
            while waiting:
                piece = waiting.pop()
                seen.add(piece)
                told |= named[piece]
                waiting |= (named[piece] & set(pieces)) - seen
            yield name, told | {imported[each] for each in told & set(imported)}


def promises():
    """Every test by the names that it stands for."""
    found = {}
    for folder in FOLDERS:
        for path in sorted(folder.glob("test_*.py")):
            if path.name not in ALIKE:
                for test, names in read_tests(path):
                    for name in names:
                        found.setdefault(name, []).append(f"{path.name}::{test}")
    return found


PROMISES = promises()


@pytest.mark.parametrize("name", list(algorithms()))
def test_an_algorithm_is_called_by_a_test_with_expected_values(name):
    function = algorithms()[name].function
    direct = f"{function.__module__}.{function.__name__}"
    assert PROMISES.get(name) or PROMISES.get(direct), f"no test of tests/algorithms names {name}"


def test_a_name_that_no_test_has_is_found_out():
    assert "cdisc_pom.algorithms.values.no_such_algorithm" not in PROMISES
    assert any(test.startswith("test_algorithm_ages.py") for test in PROMISES["age"])
