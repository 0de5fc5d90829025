"""The house as DEVELOPERS.md draws it: who may import whom."""

import ast
import re
from pathlib import Path

import pytest

import cdisc_pom

SOURCE = Path(cdisc_pom.__file__).parent
DEVELOPERS = Path(__file__).parents[1] / "DEVELOPERS.md"
STUDY_WORDS = re.compile(r"pomalidomide|dexameth|rrmm", re.IGNORECASE)


def table():
    """Rooms by name and what they may import, as the table says."""
    text = DEVELOPERS.read_text(encoding="utf-8").partition("## The house")[2].partition("\n## ")[0]
    rooms = {}
    for line in re.findall(r"^\| `.*\|$", text, re.MULTILINE):
        place, _, allowed = (cell.strip() for cell in line.strip("|").split("|"))
        for name in re.findall(r"`(\w+)(?:/|\.py)`", place):
            rooms[name] = allowed
    floor = re.search(r"^(`.*?) are the floor", text, re.MULTILINE).group(1)
    return rooms, set(re.findall(r"`(\w+)\.py`", floor))


ROOMS, FLOOR = table()


def imports(path):
    """Modules of ours that a file imports when it runs, `if TYPE_CHECKING` left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("cdisc_pom.")
        ):
            yield node.module.removeprefix("cdisc_pom.")
        elif isinstance(node, ast.ImportFrom) and node.module == "cdisc_pom":
            yield from (name.name for name in node.names if not name.name.startswith("__"))
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
            yield from (n.removeprefix("cdisc_pom.") for n in names if n.startswith("cdisc_pom."))


def files(room):
    path = SOURCE / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


def present():
    rooms = {path.name.removesuffix(".py") for path in SOURCE.iterdir() if path.suffix == ".py"}
    rooms |= {path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()}
    return rooms - {"__init__", "__main__"}


def test_every_room_stands_in_the_table():
    assert present() <= {*ROOMS, *FLOOR}


@pytest.mark.parametrize("room", sorted(present() - FLOOR))
def test_a_room_imports_what_the_table_allows(room):
    allowed = ROOMS[room]
    if allowed == "everything":
        return
    names = [] if allowed == "nothing of ours" else [n.strip() for n in allowed.split(",")]
    floor = set() if allowed == "nothing of ours" else FLOOR
    names = [name for name in names if name != "the floor"]
    wrong = [
        f"{path.relative_to(SOURCE)} imports {module}"
        for path in files(room)
        for module in imports(path)
        if module.split(".")[0] not in {room, *floor}
        and not any(f"{module}.".startswith(f"{name}.") for name in names)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(FLOOR))
def test_the_floor_stands_on_itself(room):
    assert {module.split(".")[0] for module in imports(SOURCE / f"{room}.py")} <= FLOOR


def test_the_tool_does_not_know_the_study():
    found = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in (".py", ".yaml", ".j2", ".csv", ".xsl", ".toml", ".md")
        and "example" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if STUDY_WORDS.search(line)
    ]
    assert found == []


def test_no_two_modules_of_the_tests_share_a_name():
    names = [
        path.name for path in Path(__file__).parent.rglob("*.py") if path.name != "conftest.py"
    ]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []
