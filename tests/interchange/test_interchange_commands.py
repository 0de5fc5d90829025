"""`cdisc-pom spec …`: what is printed, what is written, and the exit codes."""

import json

import openpyxl
import pytest
from define_by_hand import define_21
from interchange_books import copied, shipped
from p21_by_hand import CURRENT, FORMER, p21_file
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.spec.reader import read_workbook


@pytest.fixture
def run():
    def invoke(*words):
        return CliRunner().invoke(app, ["spec", *map(str, words)])

    return invoke


def test_from_p21_writes_a_workbook_and_tells_what_it_understood(tmp_path, run):
    p21_file(tmp_path / "theirs.xlsx", CURRENT)
    done = run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "sdtm.xlsx")
    assert done.exit_code == 0, done.output
    assert "2 data sets, 9 variables, 2 values, 3 code lists" in done.stdout
    assert "2 where clauses of ValueLevel read as rows of WhereClauses" in done.stdout
    read = read_workbook(tmp_path / "sdtm.xlsx", "sdtm")
    assert read.runs
    assert list(read.datasets) == ["DM", "LB"]
    assert openpyxl.load_workbook(tmp_path / "sdtm.xlsx")["Mapping"]["A1"].value == "Dataset"


def test_from_p21_takes_the_standard_from_the_file_or_as_told(tmp_path, run):
    p21_file(tmp_path / "theirs.xlsx", FORMER)
    run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "a.xlsx")
    assert "Derivations" in openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "b.xlsx", "--standard", "sdtm")
    assert "Mapping" in openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames


def test_from_p21_lists_cells_to_mend_with_exit_code_1(tmp_path, run):
    sheets = dict(CURRENT)
    sheets["Datasets"] = sheets["Datasets"].replace("STUDYID, USUBJID |", "|", 1)
    p21_file(tmp_path / "theirs.xlsx", sheets)
    done = run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "sdtm.xlsx")
    assert done.exit_code == 1
    assert done.stderr == "sdtm.xlsx › Datasets!H2: 'Key Variables' is empty.\n1 problem.\n"
    assert (tmp_path / "sdtm.xlsx").exists()


def test_a_workbook_that_is_there_is_not_replaced_unasked(tmp_path, run):
    p21_file(tmp_path / "theirs.xlsx", CURRENT)
    (tmp_path / "sdtm.xlsx").write_bytes(b"mine")
    done = run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "sdtm.xlsx")
    assert done.exit_code == 1
    assert "sdtm.xlsx: is there already. Give --force" in done.stderr
    assert (tmp_path / "sdtm.xlsx").read_bytes() == b"mine"
    assert (
        run("from-p21", tmp_path / "theirs.xlsx", tmp_path / "sdtm.xlsx", "--force").exit_code == 0
    )


def test_to_p21_writes_both_forms(tmp_path, run):
    for form, first in (("current", "Define"), ("former", "Study")):
        done = run("to-p21", shipped("adam"), tmp_path / f"{form}.xlsx", "--form", form)
        assert done.exit_code == 0
        assert "Not kept:\n  rows of Sources: " in done.stdout
        assert openpyxl.load_workbook(tmp_path / f"{form}.xlsx").sheetnames[0] == first


def test_from_define_lists_what_is_not_kept_with_its_line(tmp_path, run):
    text = define_21(
        ('CodedValue="HGB" OrderNumber="1"', 'CodedValue="HGB" OrderNumber="1" Rank="1"')
    )
    (tmp_path / "define.xml").write_text(text, encoding="utf-8")
    done = run("from-define", tmp_path / "define.xml", tmp_path / "sdtm.xlsx")
    assert done.exit_code == 0, done.output
    assert "Not kept:\n  CodeListItem/@Rank: 1 (first: define.xml:" in done.stdout
    done = run("from-define", tmp_path / "define.xml", tmp_path / "b.xlsx", "--json")
    content = json.loads(done.stdout)
    assert content["ok"] is True
    assert content["rows"]["Datasets"] == 4
    assert [loss["what"] for loss in content["lost"]] == ["CodeListItem/@Rank"]


def test_define_comes_back_through_the_commands(tmp_path, run):
    (tmp_path / "define.xml").write_text(define_21(), encoding="utf-8")
    run("from-define", tmp_path / "define.xml", tmp_path / "sdtm.xlsx")
    done = run("to-define", tmp_path / "sdtm.xlsx", tmp_path / "again.xml")
    assert done.exit_code == 0, done.output
    done = run("diff", tmp_path / "define.xml", tmp_path / "again.xml")
    assert (done.exit_code, done.stdout) == (0, "Nothing differs.\n")


def test_the_mirror_is_written_checked_and_read(tmp_path, run):
    path = copied(tmp_path, "sdtm")
    for target in (tmp_path / "mirror.yaml", tmp_path / "mirror"):
        assert run("to-yaml", path, target, "--check").exit_code == 1
        assert run("to-yaml", path, target).exit_code == 0
        done = run("to-yaml", path, target, "--check")
        assert (done.exit_code, done.stdout) == (0, f"{target}: up to date\n")
        done = run("from-yaml", target, tmp_path / "again.xlsx")
        assert done.exit_code == 0
        assert run("diff", path, tmp_path / "again.xlsx").exit_code == 0
    opened = openpyxl.load_workbook(path)
    opened["Terms"]["C2"] = "CHANGED"
    opened.save(path)
    done = run("to-yaml", path, tmp_path / "mirror", "--check")
    assert done.exit_code == 1
    assert "Terms.yaml: is not what sdtm_copy.xlsx says. Run: cdisc-pom spec to-yaml" in done.stderr
    assert "1 problem." in done.stderr


def test_diff_prints_writes_and_ends_with_1(tmp_path, run):
    path = copied(tmp_path, "sdtm")
    opened = openpyxl.load_workbook(path)
    opened["Terms"]["C2"] = "CHANGED"
    opened.save(path)
    done = run(
        "diff", shipped("sdtm"), path, "--html", tmp_path / "d.html", "--xlsx", tmp_path / "d.xlsx"
    )
    assert done.exit_code == 1
    assert done.stdout.startswith("Terms: 1 changed\n  ~ ")
    assert "CHANGED" in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(tmp_path / "d.xlsx").sheetnames == ["Changes", "Terms"]
    done = run("diff", shipped("sdtm"), path, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["sheets"][0]["counts"] == {"changed": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "none.xlsx", "none.xlsx"), "none.xlsx: workbook is missing in"),
        (("to-yaml", "none.xlsx", "m.yaml"), "none.xlsx: workbook is missing in"),
        (("from-yaml", "none.yaml", "a.xlsx"), "none.yaml: cannot be read: No such file"),
        (("from-define", "none.xml", "a.xlsx"), "none.xml: cannot be read"),
        (("diff", ".", "."), "has no workbook.yaml. Known: .xlsx, .yaml, .xml, or a folder"),
    ],
)
def test_faults_are_told_in_plain_words(tmp_path, monkeypatch, run, words, said):
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output
