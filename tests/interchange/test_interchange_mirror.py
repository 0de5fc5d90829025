"""The YAML mirror: workbook → YAML → workbook → YAML, the same at each turn."""

import datetime as dt
import string

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interchange_books import SHIPPED, copied, shipped

from cdisc_pom.errors import Problems
from cdisc_pom.interchange.books import open_excel, write_book
from cdisc_pom.interchange.mirror import outdated, to_yaml, write_mirror
from cdisc_pom.interchange.mirror_read import read_mirror
from cdisc_pom.spec.reader import read_workbook
from cdisc_pom.spec.sheets import SHEETS
from cdisc_pom.spec.writer import write_sheets

LETTERS = st.sampled_from(string.ascii_letters + string.digits + " -_:#'\"=,;|剂量，é±\n")
TEXT = st.text(LETTERS, max_size=30)
DATES = st.dates(dt.date(1950, 1, 1), dt.date(2050, 1, 1))
CELL = st.one_of(
    st.just(""), TEXT, st.integers(-10, 10**6), st.floats(-1e6, 1e6), st.booleans(),
    DATES,
    st.builds(dt.datetime.combine, DATES, st.times().map(lambda t: t.replace(microsecond=0))),
)  # fmt: skip
NAME = st.text(st.sampled_from("ABCxyz 数据-_<>|%."), min_size=1, max_size=20).map(str.strip)


@st.composite
def workbooks(draw):
    """Sheets of the language in any order, with columns of ours and others, and free sheets."""
    kind = draw(st.sampled_from(sorted(SHEETS)))
    types = draw(st.lists(st.sampled_from(SHEETS[kind]), unique_by=lambda t: t.sheet, max_size=4))
    sheets = []
    for row_type in types:
        columns = draw(st.permutations(list(row_type.headers())))[: draw(st.integers(0, 8))]
        columns += draw(st.lists(st.sampled_from(["Reviewer", "", "Note", "ID"]), max_size=3))
        sheets.append((row_type.sheet, columns))
    known = {row_type.sheet.casefold() for row_type in SHEETS[kind]}
    free = draw(st.lists(NAME.filter(lambda n: n and n.casefold() not in known),
                         unique_by=str.casefold, max_size=2))  # fmt: skip
    sheets += [(name, draw(st.lists(CELL, max_size=4))) for name in free]
    return kind, [
        (name, first, draw(st.lists(st.lists(CELL, min_size=len(first), max_size=len(first)), max_size=5)))
        for name, first in sheets
    ]  # fmt: skip


@given(workbooks())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
def test_any_workbook_comes_back(tmp_path, generated):
    kind, sheets = generated
    if not sheets:
        return
    write_sheets(tmp_path / "a.xlsx", kind, sheets)
    first = open_excel(tmp_path / "a.xlsx", kind=kind)
    for target in (tmp_path / "mirror.yaml", tmp_path / "folder"):
        write_mirror(first, target)
        mirror = read_mirror(target)
        write_book(tmp_path / "b.xlsx", mirror)
        second = open_excel(tmp_path / "b.xlsx", kind=kind)
        assert to_yaml(second) == to_yaml(mirror) == to_yaml(first)
        assert [sheet.name for sheet in second.sheets] == [name for name, *_ in sheets]
        assert outdated(second, target) == []
        # A library that knows nothing of us reads the same cells.
        texts = target.glob("*.yaml") if target.is_dir() else [target]
        assert all(yaml.safe_load(path.read_text(encoding="utf-8")) for path in texts)


@pytest.mark.parametrize("kind", SHIPPED)
def test_the_shipped_workbooks_come_back_as_the_same_model(tmp_path, kind):
    book = open_excel(shipped(kind))
    write_mirror(book, tmp_path / "mirror.yaml")
    write_book(tmp_path / f"{kind}.xlsx", read_mirror(tmp_path / "mirror.yaml"))
    before, after = (
        read_workbook(path, kind) for path in (shipped(kind), tmp_path / f"{kind}.xlsx")
    )
    assert after.sheets == before.sheets
    assert after.contents == before.contents
    assert after.ignored == before.ignored
    assert to_yaml(open_excel(tmp_path / f"{kind}.xlsx")) == to_yaml(book)


@pytest.mark.parametrize("kind", SHIPPED)
def test_the_mirrors_that_stand_in_git_are_up_to_date(kind):
    path = shipped(kind)
    mirror = path.with_suffix(".yaml")
    hint = f"run: cdisc-pom spec to-yaml specs/pom/{path.name} specs/pom/{mirror.name}"
    assert outdated(open_excel(path), mirror) == [], hint


def test_a_mirror_reads_like_the_workbook(tmp_path):
    write_sheets(tmp_path / "sdtm.xlsx", "sdtm", [
        ("Datasets", ["Dataset", "Label", "Label (zh)", "Reviewer"],
         [["DM", "Demographics", "人口学", 3], ["", "", "", ""], ["AE", "Adverse Events", "", ""], ["", "", "", ""]]),
        ("DM", ["SEX", "SEX", ""], [["F", "x", "y"]]),
        ("Notes", ["Read me", ""], [["", ""], ["", dt.date(2026, 1, 31)]]),
    ])  # fmt: skip
    assert to_yaml(open_excel(tmp_path / "sdtm.xlsx")) == (
        "# A workbook as text, for review. `cdisc-pom spec to-yaml` writes it, `from-yaml` reads it.\n"
        """mirror: 1
standard: sdtm
sheets:
- name: Datasets
  columns:
  - Dataset
  - Label
  - Label (zh)
  - Reviewer
  rows:
  - Dataset: DM
    Label: Demographics
    Label (zh): 人口学
    Reviewer: 3
  - {}
  - Dataset: AE
    Label: Adverse Events
- name: DM
  columns:
  - key: SEX[A]
    header: SEX
  - key: SEX[B]
    header: SEX
  - key: '[C]'
    header: ''
  rows:
  - SEX[A]: F
    SEX[B]: x
    '[C]': 'y'
- name: Notes
  cells:
  - A: Read me
  - {}
  - B: 2026-01-31
"""
    )


def test_one_more_cell_is_one_more_line(tmp_path):
    path = copied(tmp_path, "sdtm")
    before = to_yaml(open_excel(path)).splitlines()
    opened = openpyxl.load_workbook(path)
    opened["Mapping"]["I5"] = "A new note"
    opened.save(path)
    after = to_yaml(open_excel(path)).splitlines()
    assert [line for line in after if line not in before] == ["    Note: A new note"]
    assert len(after) == len(before) + 1


def test_files_of_sheets_that_are_no_more_go_and_others_stay(tmp_path):
    sheets = [("Methods", ["ID"], [["A"]]), ("Comments", ["ID"], [["B"]]), ("workbook", ["x"], [])]
    write_sheets(tmp_path / "a.xlsx", "sdtm", sheets)
    folder = tmp_path / "mirror"
    written = write_mirror(open_excel(tmp_path / "a.xlsx"), folder)
    assert written == ["workbook.yaml", "Methods.yaml", "Comments.yaml", "%77orkbook.yaml"]
    (folder / "mine.yaml").write_text("x: 1\n", encoding="utf-8")
    write_sheets(tmp_path / "a.xlsx", "sdtm", sheets[:1])
    book = open_excel(tmp_path / "a.xlsx")
    assert sorted(path.name for path in outdated(book, folder)) == [
        "%77orkbook.yaml", "Comments.yaml", "workbook.yaml",
    ]  # fmt: skip
    write_mirror(book, folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "Methods.yaml", "mine.yaml", "workbook.yaml",
    ]  # fmt: skip
    assert outdated(book, folder) == []


def test_formulas_are_faults_in_sheets_of_the_language_and_told_elsewhere(tmp_path):
    write_sheets(tmp_path / "a.xlsx", "sdtm", [("Methods", ["ID"], [["A"]]), ("Notes", ["x"], [])])
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    opened["Notes"]["A2"] = "=1+1"
    opened.save(tmp_path / "a.xlsx")
    assert open_excel(tmp_path / "a.xlsx").notes == (
        "sheet Notes: formulas became values (first: A2)",
    )
    opened["Methods"]["A2"] = "=1+1"
    opened.save(tmp_path / "a.xlsx")
    with pytest.raises(Problems, match=r"a.xlsx › Methods!A2: holds a formula."):
        open_excel(tmp_path / "a.xlsx")


MIRROR = """mirror: 1
standard: sdtm
sheets:
- name: Methods
  columns:
  - ID
  - Name
  rows:
  - ID: A
    Name: First
"""


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("standard: sdtm", "standard: sdtn",
         ["m.yaml:2: unknown standard 'sdtn'. Did you mean 'sdtm'?"]),
        ("standard: sdtm\n", "", ["m.yaml:1: unknown standard ''. Known: adam, sdtm."]),
        ("    Name: First", "    Nam: First",
         ["m.yaml:10: column 'Nam' is not among the columns of Methods. Did you mean 'Name'?"]),
        ("    Name: First", "    Name: First\n    Name: Second", ["m.yaml:11: 'Name' stands twice."]),
        ("    Name: First", "    Name: [First]", ["m.yaml:10: cannot be a cell (is no single value)."]),
        ("    Name: First", "    Name: 2026-02-30",
         ["m.yaml:10: cannot be a cell (day is out of range for month)."]),
        ("    Name: First", '    Name: "a\\bb"',
         ["m.yaml:10: the text has the character U+0008. Remove it: Excel cannot hold it."]),
        ("  - Name\n", "  - ID\n", [
            "m.yaml:7: column 'ID' stands twice.",
            "m.yaml:10: column 'Name' is not among the columns of Methods. Known: ID.",
        ]),
        ("name: Methods", "name: 'Meth/ods'", [
            ("m.yaml:4: 'Meth/ods' cannot be the name of a sheet. Excel allows 31 characters, none "
            "of them of [ ] : * ? / \\."),
        ]),
        ("  rows:\n", "  lines:\n",
         ["m.yaml:8: unknown key 'lines'. Known: cells, columns, name, rows."]),
        ("  rows:\n  - ID: A\n    Name: First\n", "  rows: A\n", ["m.yaml:8: 'rows' is no list."]),
        ("mirror: 1", "mirror: [", ["m.yaml:3: is no YAML: "]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_mirror_is_told_at_its_line(tmp_path, old, new, faults):
    (tmp_path / "m.yaml").write_text(MIRROR.replace(old, new), encoding="utf-8")
    with pytest.raises(Problems) as caught:
        read_mirror(tmp_path / "m.yaml")
    found = [str(fault) for fault in caught.value.errors]
    assert [line[: len(wanted)] for line, wanted in zip(found, faults, strict=True)] == faults


def test_all_faults_of_a_mirror_are_told_at_once(tmp_path):
    text = MIRROR.replace("sdtm", "sdtn").replace("    Name:", "    Nam:")
    (tmp_path / "m.yaml").write_text(text + text[text.index("- name") :], encoding="utf-8")
    with pytest.raises(Problems) as caught:
        read_mirror(tmp_path / "m.yaml")
    assert [str(fault.place) for fault in caught.value.errors] == [
        "m.yaml:2", "m.yaml:10", "m.yaml:11", "m.yaml:17",
    ]  # fmt: skip


def test_a_mirror_that_is_not_there_or_misses_a_file_is_told(tmp_path):
    with pytest.raises(Problems, match=r"none\.yaml: cannot be read"):
        read_mirror(tmp_path / "none.yaml")
    write_sheets(tmp_path / "a.xlsx", "sdtm", [("Methods", ["ID"], [["A"]])])
    write_mirror(open_excel(tmp_path / "a.xlsx"), tmp_path / "folder")
    (tmp_path / "folder" / "Methods.yaml").unlink()
    with pytest.raises(Problems, match=r"Methods\.yaml is missing in the folder"):
        read_mirror(tmp_path / "folder")
