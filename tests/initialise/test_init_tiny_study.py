"""A study made of CSV files, `cdisc-pom init` and edited cells alone builds: nothing in Python.

Expected values are worked out by hand from the forms in `tiny.py`: ages from birth to consent,
study days from the first dose (day 1), the last vital sign on or before it.
"""

from __future__ import annotations

import openpyxl
import pyreadstat
import pytest
from tiny import edit, fill, rows, write_forms
from typer.testing import CliRunner

from cdisc_pom.cli import app

DATASETS = "DM,EX,AE,VS,ADSL,ADAE,ADVS"


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The study after `init`, nothing edited."""
    root = tmp_path_factory.mktemp("started")
    write_forms(root / "data" / "tiny" / "raw")
    result = run("init", root, "--domains", DATASETS, "--language", "en", "--agency", "fda")
    assert result.exit_code == 0, result.output
    return root


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The study built: its transport files by name."""
    root = tmp_path_factory.mktemp("built")
    write_forms(root / "data" / "tiny" / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        run("init", ".", "--domains", DATASETS, "--language", "en", "--agency", "fda")
        fill(root / "specs" / "tiny")
        linted = run("lint")
        assert linted.output == "0 errors, 0 warnings, 0 notes.\n"
        result = run("build")
    assert result.exit_code == 0, result.output
    files = (root / "build" / "tiny" / "package").rglob("*.xpt")
    return {path.stem: pyreadstat.read_xport(path)[0] for path in files}


def columns(frame, *names):
    return [tuple(record) for record in frame[list(names)].itertuples(index=False)]


def test_demographics(built):
    assert columns(built["dm"], "USUBJID", "RFSTDTC", "RFENDTC", "AGE", "SEX", "RACE", "COUNTRY") == [
        ("TINY-01-001", "2024-03-01", "2024-03-21", 63.0, "M", "ASIAN", "CHN"),
        ("TINY-01-002", "2024-03-04", "2024-03-24", 52.0, "F", "ASIAN", "CHN"),
        ("TINY-02-003", "2024-03-11", "2024-03-31", 69.0, "M", "WHITE", "CHN"),
    ]  # fmt: skip


def test_adverse_events(built):
    got = columns(
        built["ae"], "USUBJID", "AESEQ", "AETERM", "AESEV", "AESER", "AEACN", "AEOUT", "AESTDTC",
    )  # fmt: skip
    assert got == [
        ("TINY-01-001", 1.0, "headache", "MILD", "N", "DOSE NOT CHANGED", "RECOVERED/RESOLVED", "2024-03-05"),
        ("TINY-01-001", 2.0, "nausea", "MODERATE", "N", "DOSE NOT CHANGED", "NOT RECOVERED/NOT RESOLVED", "2024-02-28"),
        ("TINY-02-003", 1.0, "fever", "SEVERE", "Y", "DRUG INTERRUPTED", "RECOVERED/RESOLVED", "2024-03-12"),
    ]  # fmt: skip
    # 5 March is day 5 after 1 March; 28 February lies two days before it: -2 (2024 has a 29th)
    assert built["ae"]["AESTDY"].tolist() == [5.0, -2.0, 2.0]


def test_exposure_in_terms_of_the_code_lists(built):
    assert columns(built["ex"], "EXDOSE", "EXDOSU", "EXDOSFRM", "EXDOSFRQ", "EXROUTE") == [
        (4.0, "mg", "CAPSULE", "QD", "ORAL"),
        (4.0, "mg", "CAPSULE", "QD", "ORAL"),
        (2.0, "mg", "CAPSULE", "QD", "ORAL"),
    ]


def test_vital_signs_become_records(built):
    names = ("USUBJID", "VSTESTCD", "VSSTRESN", "VSSTRESU", "VISITNUM", "VISIT", "VSDY")
    frame = built["vs"]
    assert columns(frame, *names) == [
        ("TINY-01-001", "SYSBP", 128.0, "mmHg", 1.0, "Screening", -5.0),
        ("TINY-01-001", "SYSBP", 131.0, "mmHg", 2.0, "Week 1", 8.0),
        ("TINY-01-001", "WEIGHT", 70.5, "kg", 1.0, "Screening", -5.0),
        ("TINY-01-001", "WEIGHT", 70.1, "kg", 2.0, "Week 1", 8.0),
        ("TINY-01-002", "SYSBP", 117.0, "mmHg", 1.0, "Screening", -7.0),
        ("TINY-01-002", "WEIGHT", 58.0, "kg", 1.0, "Screening", -7.0),
        ("TINY-02-003", "SYSBP", 142.0, "mmHg", 2.0, "Week 1", 8.0),
        ("TINY-02-003", "WEIGHT", 81.2, "kg", 2.0, "Week 1", 8.0),
    ]
    # the last value on or before the first dose: both of screening, none for subject 003
    assert frame["VSLOBXFL"].tolist() == ["Y", "", "Y", "", "Y", "Y", "", ""]


def test_analysis_data_sets(built):
    assert built["adsl"]["SAFFL"].tolist() == ["Y", "Y", "Y"]
    assert built["adsl"]["TRT01A"].unique().tolist() == ["Study Drug"]
    # nausea began before the first dose and has no end: not treatment-emergent
    assert columns(built["adae"], "AETERM", "ASTDY", "TRTEMFL") == [
        ("headache", 5.0, "Y"), ("nausea", -2.0, ""), ("fever", 2.0, "Y"),
    ]  # fmt: skip
    assert columns(built["advs"], "PARAM", "AVAL")[0] == ("Systolic Blood Pressure (mmHg)", 128.0)


def test_a_build_right_after_init_says_what_is_missing(started, monkeypatch):
    monkeypatch.chdir(started)
    result = run("build")
    assert result.exit_code == 1
    said = [line for line in result.output.splitlines() if "nothing fills" in line]
    assert [line.partition("nothing fills ")[2].partition(". ")[0] for line in said] == [
        "DM.RFPENDTC", "DM.DTHDTC", "DM.DTHFL", "DM.ARMCD", "DM.ARM", "DM.ACTARMCD", "DM.ACTARM",
        "DM.ARMNRS", "DM.ACTARMUD", "DM.COUNTRY", "AE.AELLT", "AE.AELLTCD", "AE.AEPTCD",
        "AE.AEHLT", "AE.AEHLTCD", "AE.AEHLGT", "AE.AEHLGTCD", "AE.AEBDSYCD", "AE.AESOCCD",
    ]  # fmt: skip
    at = [row["Variable"] for row in rows(started / "specs/tiny/sdtm.xlsx", "Variables")]
    country = f"sdtm.xlsx › Variables!C{at.index('COUNTRY') + 2}: nothing fills DM.COUNTRY."
    assert any(line.startswith(country) for line in said)
    assert "Traceback" not in result.output


def test_the_study_remembers_agency_and_encoding(started):
    attributes = {
        row["Attribute"]: row.get("Value")
        for row in rows(started / "specs/tiny/sdtm.xlsx", "Define")
    }
    assert attributes == {
        "StudyName": "TINY", "StudyDescription": None, "ProtocolName": "TINY",
        "StandardName": "SDTMIG", "StandardVersion": "3.4", "CT Publishing Set": "SDTM",
        "CT Version": "2025-03-28", "Language": "en", "Agency": "fda", "Encoding": "ascii",
    }  # fmt: skip


def test_every_proposal_says_why_and_how_sure(started):
    notes = {
        (row["Dataset"], row["Variable"]): row["Note"]
        for row in rows(started / "specs/tiny/sdtm.xlsx", "Mapping")
    }
    assert notes["DM", "SEX"] == "by name Sex and values"
    assert notes["AE", "AESTDTC"] == "likely: by name Start Date"
    assert notes["DM", "RFSTDTC"] == "guess: reference period is the exposure to treatment"
    tests = {row["Testcd"]: row for row in rows(started / "specs/tiny/sdtm.xlsx", "Findings")}
    assert tests["WEIGHT"]["Note"] == "guess: by name Weight; the form has no unit, kg is usual"
    assert tests["SYSBP"]["Unit"] == "=SYSBP Unit"


def test_permitted_variables_wait_in_a_sheet_of_their_own(started):
    path = started / "specs/tiny/sdtm.xlsx"
    waiting = {(row["Dataset"], row["Variable"]) for row in rows(path, "Permissible")}
    taken = {(row["Dataset"], row["Variable"]) for row in rows(path, "Variables")}
    assert ("AE", "AEPATT") in waiting
    assert waiting.isdisjoint(taken)


def test_raw_columns_are_listed_with_what_they_are_proposed_for(started):
    listed = {
        (row["Form"], row["Column"]): row
        for row in rows(started / "specs/tiny/sdtm.xlsx", "Raw columns")
    }
    assert listed["adverse_events", "Outcome"]["Proposed for"] == "AE.AEOUT"
    assert listed["vital_signs", "Weight"]["Proposed for"] == "VS tests"
    assert listed["demographics", "Sex"]["Examples"] == "Male, Female"


def drop_down(sheet, header):
    """The rule of a column's first cell."""
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == header)
    found = [
        rule.formula1 for rule in sheet.data_validations.dataValidation if f"{letter}2" in rule
    ]
    return found[0] if found else None


def test_excel_shows_drop_downs_and_keeps_headers_in_sight(started):
    book = openpyxl.load_workbook(started / "specs/tiny/sdtm.xlsx")
    assert {sheet.title: sheet.freeze_panes for sheet in book if sheet.title != "Lists"} == dict.fromkeys(
        (name for name in book.sheetnames if name != "Lists"), "A2"
    )  # fmt: skip
    assert book["Lists"].sheet_state == "hidden"
    assert drop_down(book["Variables"], "Mandatory") == '"Yes,No"'
    place = drop_down(book["Mapping"], "Algorithm")
    column = place.partition("!$")[2][0]
    words = {cell.value for cell in book["Lists"][column]}
    assert {"term", "datetime", "study_day"} <= words
    for header in ("Dataset", "Variable", "Source"):
        assert drop_down(book["Mapping"], header), header
    assert drop_down(book["Terms"], "Term")


def test_unknown_words_and_tests_wait_for_people(tmp_path, monkeypatch):
    forms = {
        "demographics": "Study,Site,Subject,Sex\nT,01,001,Male\nT,01,002,Female\nT,01,003,Lady",
        "lab": "Study,Site,Subject,Date,Test,Result,Unit\nT,01,001,2024-03-01,ALT,31,U/L\nT,01,001,2024-03-01,Zork,1,U/L",
    }
    write_forms(tmp_path / "data" / "t" / "raw", forms)
    monkeypatch.chdir(tmp_path)
    assert run("init", ".", "--domains", "DM,LB", "--language", "en").exit_code == 0
    path = tmp_path / "specs" / "t" / "sdtm.xlsx"
    result = run("build")
    assert result.exit_code == 1
    assert "sdtm.xlsx › Terms!C2: 'Term' is empty." in result.output
    assert "sdtm.xlsx › Findings!D3: 'Testcd' is empty." in result.output
    edit(path, "Terms", {"Collected": "Lady"}, "Term", "F")
    edit(path, "Findings", {"Where": "Test = 'Zork'"}, "Testcd", "ZORK")
    edit(path, "Findings", {"Where": "Test = 'Zork'"}, "Test", "Zork")
    result = run("build")
    assert "is empty" not in result.output
    assert "nothing fills DM.RACE" in result.output
