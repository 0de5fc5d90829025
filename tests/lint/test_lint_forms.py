"""Forms of the outcome: text, JSON, SARIF, comments in a copy; the command and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif
from small_study import small_study
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.lint.annotate import annotate
from cdisc_pom.lint.forms import to_json, to_text
from cdisc_pom.lint.registry import rules
from cdisc_pom.lint.sarif import to_sarif

run = CliRunner()


@pytest.fixture
def wrong(tmp_path):
    """The small study with three mistakes, written to a folder."""
    study = small_study()
    study.sdtm.at("Mapping", Variable="AESTDY")["Algorithm"] = "study_dy"
    study.sdtm.at("Variables", Variable="ICVER")["Label"] = "Sex"
    study.adam.at("Displays", Order=2)["Parameter"] = "PFS"
    return study.lint(tmp_path)


def test_text_says_place_rule_fault_and_mend(wrong):
    assert to_text(wrong).splitlines() == [
        (
            "sdtm.xlsx › Variables!D78: warning LABEL.TWICE: 'Sex' is the label of SEX too. "
            "A label tells a variable from the others."
        ),
        (
            "sdtm.xlsx › Mapping!D28: error NAME.ALGORITHM: unknown algorithm 'study_dy'. "
            "Did you mean 'study_day'?"
        ),
        "adam.xlsx › Displays!H3: error ADAM.DISPLAY: unknown parameter of ADTTE 'PFS'.",
        "2 errors, 1 warning, 0 notes.",
    ]


def test_json_holds_the_parts(wrong):
    found = json.loads(to_json(wrong))
    assert found["ok"] is False
    assert found["counts"] == {"error": 2, "warning": 1, "note": 0}
    assert found["messages"][1] == {
        "rule": "NAME.ALGORITHM", "severity": "error", "workbook": "sdtm.xlsx",
        "sheet": "Mapping", "cell": "D28", "message": "unknown algorithm 'study_dy'.",
        "hint": "Did you mean 'study_day'?", "others": [],
    }  # fmt: skip


def test_sarif_is_valid_against_its_schema(wrong):
    found = Sarif.model_validate(json.loads(to_sarif(wrong)))
    driver = found.runs[0].tool.driver
    assert [rule.id for rule in driver.rules] == list(rules())
    for result in found.runs[0].results:
        assert driver.rules[result.ruleIndex].id == result.ruleId


def test_sarif_names_files_relative_to_the_folder(wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = json.loads(to_sarif(wrong))["runs"][0]["results"]
    place = results[1]["locations"][0]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "specs/small/sdtm.xlsx"},
        "region": {"startLine": 28},
    }
    assert place["logicalLocations"][0]["name"] == "Mapping!D28"
    assert results[0]["relatedLocations"][0]["logicalLocations"][0]["name"] == "Variables!D18"


def _cells(path):
    """Everything of a workbook but its comments."""
    book = load_workbook(path)
    return {
        sheet.title: (
            [
                [(cell.value, cell.data_type, cell.number_format, cell.font.b, cell.fill.fgColor.rgb)
                 for cell in row]
                for row in sheet.iter_rows()
            ],
            sheet.freeze_panes, sheet.auto_filter.ref,
            {name: size.width for name, size in sheet.column_dimensions.items()},
            [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation],
        )
        for sheet in book
    }  # fmt: skip


def test_a_copy_has_comments_on_the_cells_and_nothing_else_changed(wrong, tmp_path):
    written = annotate(wrong, tmp_path / "checked.xlsx")
    assert [path.name for path in written] == ["checked.sdtm.xlsx", "checked.adam.xlsx"]
    book = load_workbook(written[0])
    told = {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }
    assert told == {
        "Variables!D78": (
            "warning LABEL.TWICE: 'Sex' is the label of SEX too. "
            "A label tells a variable from the others."
        ),
        "Mapping!D28": (
            "error NAME.ALGORITHM: unknown algorithm 'study_dy'. Did you mean 'study_day'?"
        ),
    }
    assert _cells(written[0]) == _cells(wrong.paths["sdtm.xlsx"])
    assert annotate(wrong, tmp_path / "again.xlsx")[0].read_bytes() == written[0].read_bytes()


def test_a_comment_that_is_there_stays(wrong, tmp_path):
    path = wrong.paths["sdtm.xlsx"]
    book = load_workbook(path)
    book["Mapping"]["D28"].comment = Comment("ask the statistician", "me")
    book.save(path)
    written = annotate(wrong, tmp_path / "checked.xlsx")
    text = load_workbook(written[0])["Mapping"]["D28"].comment.text
    assert text.startswith("ask the statistician\nerror NAME.ALGORITHM")


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    study = small_study()
    study.sdtm.at("Findings", Testcd="TEMP")["Unit"] = "=UNIT"
    study.sdtm.at("Mapping", Variable="AESTDY")["Algorithm"] = "study_dy"
    (written,) = annotate(study.lint(tmp_path), tmp_path / "checked.xlsx")
    cell = load_workbook(written)["Findings"]["J3"]
    assert (cell.value, cell.data_type) == ("=UNIT", "s")


def test_messages_stand_in_reading_order_each_time(tmp_path):
    study = small_study()
    for at, row in enumerate(study.sdtm.sheets["Mapping"]):
        row["Algorithm"] = f"wrong_{at}"
    study.adam.at("Displays", Order=2)["Parameter"] = "PFS"
    first, second = study.lint(tmp_path).messages, study.lint(tmp_path).messages
    assert first == second
    rows = [
        int(m.place.ref[1:])
        for m in first
        if m.rule == "NAME.ALGORITHM" and m.place.workbook == "sdtm.xlsx"
    ]
    assert rows == list(range(2, 2 + len(study.sdtm.sheets["Mapping"])))
    assert [m.place.workbook for m in first] == sorted(
        (m.place.workbook for m in first), reverse=True
    )


def test_every_circle_is_told(tmp_path):
    study = small_study()
    for name, other in (("RFSTDTC", "DMDTC"), ("DMDTC", "RFSTDTC"), ("DTHDTC", "BRTHDTC"),
                        ("BRTHDTC", "DTHDTC")):  # fmt: skip
        row = study.sdtm.at("Mapping", Dataset="DM", Variable=name)
        row.update({"Source": None, "Algorithm": "assign", "Inputs": other})
    told = [m.text for m in study.lint(tmp_path).messages if m.rule == "MAP.CYCLE"]
    assert len(told) == 2
    assert all(name in "".join(told) for name in ("RFSTDTC", "DMDTC", "DTHDTC", "BRTHDTC"))


def test_one_fault_is_told_once_and_not_through_what_it_breaks(tmp_path):
    study = small_study()
    study.sdtm.at("Variables", Dataset="DM", Variable="SEX")["Data Type"] = "character"
    assert [m.rule for m in study.lint(tmp_path).messages] == ["BOOK.VALUE"]


def test_the_command_ends_with_1_on_errors_and_0_without(tmp_path):
    study = small_study()
    study.write(tmp_path)
    specs = str(tmp_path / "specs" / "small")
    good = run.invoke(app, ["lint", specs])
    assert (good.exit_code, good.output) == (0, "0 errors, 0 warnings, 0 notes.\n")
    study.sdtm.at("Mapping", Variable="AESTDY")["Algorithm"] = "study_dy"
    study.write(tmp_path)
    bad = run.invoke(app, ["lint", specs, "--format", "json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["counts"]["error"] == 1


def test_the_command_takes_one_workbook(tmp_path):
    study = small_study()
    study.sdtm.at("Mapping", Variable="AESTDY")["Algorithm"] = "study_dy"
    study.write(tmp_path)
    only = run.invoke(app, ["lint", str(tmp_path / "specs" / "small" / "adam.xlsx")])
    assert (only.exit_code, only.output) == (0, "0 errors, 0 warnings, 0 notes.\n")


def test_the_command_writes_comments(tmp_path):
    study = small_study()
    study.sdtm.at("Mapping", Variable="AESTDY")["Algorithm"] = "study_dy"
    study.write(tmp_path)
    out = tmp_path / "checked.xlsx"
    done = run.invoke(app, ["lint", str(tmp_path / "specs" / "small"), "--annotate", str(out)])
    assert done.exit_code == 1
    assert "study_day" in load_workbook(out)["Mapping"]["D28"].comment.text


def test_an_unknown_agency_or_encoding_is_told(tmp_path):
    small_study().write(tmp_path)
    specs = str(tmp_path / "specs" / "small")
    agency = run.invoke(app, ["lint", specs, "--agency", "nmpaa"])
    assert agency.exit_code == 1
    assert "Did you mean 'nmpa'?" in agency.output
    encoding = run.invoke(app, ["lint", specs, "--encoding", "utf-9"])
    assert encoding.exit_code == 1
    assert "unknown encoding 'utf-9'" in encoding.output


def test_help_loads_no_data_frames():
    code = "import sys, cdisc_pom.cli; print([m for m in ('pandas', 'openpyxl', 'sqlglot') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
