"""Bad input through the command line: told all at once, at its place; the former build stays."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys

import openpyxl
import pytest

FORMER = {
    "package/m5/datasets/mini/tabulations/sdtm/dm.xpt": b"former transport file",
    "checks/report.html": b"<html>former</html>",
}


@pytest.fixture
def broken(mini, run):
    """Runs a build that must fail; gives what it complained of, line by line."""

    def build(*options, written=True):
        if written:
            mini.write()
        for name, data in FORMER.items():
            path = mini.build / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        result = run("build", "--quiet", *options, expect=1)
        found = {
            str(path.relative_to(mini.build)): path.read_bytes()
            for path in mini.build.rglob("*") if path.is_file()
        }  # fmt: skip
        assert found == FORMER, "the former build stays byte for byte"
        leftovers = {path.name for path in mini.build.parent.iterdir()}
        assert leftovers <= {"mini", "mini-findings", ".mini.lock", ".mini.built.json"}
        assert "Traceback" not in result.output
        assert result.stdout == ""
        *lines, last = result.stderr.splitlines()
        if last.startswith("Report: "):
            assert (mini.build.with_name("mini-findings") / "report.html").is_file()
            *lines, last = lines
        assert last == f"{len(lines)} problem{'s' if len(lines) != 1 else ''}."
        return lines

    return build


def excel(study, *edits, book="sdtm"):
    """Cells changed in Excel: (sheet, cell, value)."""
    study.write()
    path = study.specs / f"{book}.xlsx"
    opened = openpyxl.load_workbook(path)
    for sheet, cell, value in edits:
        opened[sheet][cell] = value
    opened.save(path)


# --- workbooks -----------------------------------------------------------------------------


def test_a_missing_workbook(mini, broken):
    mini.write()
    (mini.specs / "sdtm.xlsx").rename(mini.specs / "sdtm v2.xlsx")
    lines = broken(written=False)
    assert lines[0] == (
        f"sdtm.xlsx: workbook is missing in {mini.specs}. Did you mean 'sdtm v2.xlsx'?"
    )
    assert lines[1:] == [line for line in lines if line.startswith("adam.xlsx: ")]


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"<html>login</html>", b""])
def test_a_workbook_that_is_no_workbook(mini, broken, data):
    mini.write()
    (mini.specs / "sdtm.xlsx").write_bytes(data)
    (line,) = broken(written=False)
    assert line.startswith("sdtm.xlsx: is not a readable Excel workbook (")
    assert line.endswith(" Open it in Excel and save it as .xlsx again.")


def test_a_missing_sheet_and_a_missing_column(mini, broken):
    mini.write()
    path = mini.specs / "sdtm.xlsx"
    opened = openpyxl.load_workbook(path)
    opened["Mapping"].title = "Mappings"
    opened["Sources"]["C1"] = "Form"
    opened.save(path)
    assert broken(written=False) == [
        "sdtm.xlsx › Sources: column 'From' is missing. Did you mean 'Form'?",
        "sdtm.xlsx: sheet 'Mapping' is missing. Did you mean 'Mappings'?",
    ]


def test_a_number_a_date_and_a_formula_in_text_cells(mini, broken):
    excel(
        mini, ("Mapping", "E2", 5), ("Mapping", "E3", "=1+1"), ("Codelists", "I2", 1.5),
        ("Sources", "F2", dt.date(2024, 3, 1)),
    )  # fmt: skip
    as_text = "Format the cell as text and type the value again."
    assert sorted(line for line in broken(written=False) if "is empty" not in line) == sorted(
        [
            f"sdtm.xlsx › Codelists!I2: holds a number (1.5), not text. {as_text}",
            f"sdtm.xlsx › Mapping!E2: holds a number (5), not text. {as_text}",
            (
                "sdtm.xlsx › Mapping!E3: holds a formula. "
                "Paste the value in its place: a specification says what it means."
            ),
            f"sdtm.xlsx › Sources!F2: holds a date (2024-03-01), not text. {as_text}",
        ]
    )


def test_names_that_lead_nowhere_are_told_all_at_once_with_the_nearest_ones(mini, broken):
    mini.sdtm.change("Mapping", 4, Algorithm="asign")
    mini.sdtm.change("Mapping", 9, Inputs="ICDATE")
    mini.sdtm.change("Mapping", 11, Arguments="separator=-")
    mini.sdtm.change("Mapping", 12, Arguments="codelist=SEXX")
    mini.sdtm.change("Mapping", 13, Source="EXP")
    mini.sdtm.change("Mapping", 16, Variable="EXDOSES")
    mini.sdtm.change("Mapping", 19, Arguments="reference=DM.RFSTDT")
    mini.sdtm.change("Mapping", 25, Arguments="overflow=AETERM; width=wide")
    mini.sdtm.change("Sources", 7, From="DMM")
    mini.sdtm.change("Variables", 14, Codelist="SXE")
    mini.sdtm.change("Terms", 3, Term="RELATE")
    mini.sdtm.change("Datasets", 4, **{"Key Variables": "STUDYID, USUBJIDD"})
    expected = {
        "sdtm.xlsx › Mapping!D4: unknown algorithm 'asign'. Did you mean 'assign'?",
        "sdtm.xlsx › Mapping!E9: unknown column 'ICDATE'. Did you mean 'ICDAT'?",
        "sdtm.xlsx › Mapping!F11: unknown argument of number 'separator'. Known: thousands, value.",
        "sdtm.xlsx › Mapping!F12: unknown code list 'SEXX'. Did you mean 'SEX'?",
        "sdtm.xlsx › Mapping!C13: unknown source 'EXP'. Did you mean 'EXPO'?",
        "sdtm.xlsx › Mapping!B16: unknown variable of EX 'EXDOSES'. Did you mean 'EXDOSE'?",
        "sdtm.xlsx › Mapping!F19: unknown column of DM 'RFSTDT'. Did you mean 'RFSTDTC'?",
        (
            "sdtm.xlsx › Mapping!F25: argument width of 'text': input should be a valid integer, "
            "unable to parse string as an integer (found 'wide')."
        ),
        "sdtm.xlsx › Sources!C7: unknown data set 'DMM'. Did you mean 'DM'?",
        "sdtm.xlsx › Variables!L14: unknown code list 'SXE'. Did you mean 'SEX'?",
        "sdtm.xlsx › Terms!C3: unknown term of CAUSE 'RELATE'. Did you mean 'RELATED'?",
        "sdtm.xlsx › Datasets!H4: unknown key variable 'USUBJIDD'. Did you mean 'USUBJID'?",
    }
    assert expected <= set(broken())


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("(SELECT max(EXDOSE) FROM EX) > 1", "is more than a scalar expression."),
        ("read_csv('/etc/passwd') IS NULL", "is more than a scalar expression."),
        ("now() > RFICDTC", "the function now() may not be used here."),
        ("count(AGE) > 1", "is more than a scalar expression."),
        ("getenv('HOME') = 'x'", "the function getenv() may not be used here."),
        ("AGE > ", "is not a SQL expression ("),
        ("AGE > 1; DROP TABLE x", "is not one SQL expression."),
        ("AGEE > 1", "unknown column 'AGEE'. Did you mean 'AGE'?"),
    ],
)
def test_sql_that_is_no_scalar_expression(mini, broken, expression, told):
    mini.sdtm.change("Mapping", 4, When=expression)
    (line,) = broken()
    assert line.startswith("sdtm.xlsx › Mapping!G4: ")
    assert told in line


def test_variables_that_need_each_other(mini, broken):
    mini.sdtm.change("Mapping", 5, Inputs="RFENDTC").change("Mapping", 6, Inputs="RFSTDTC")
    (line,) = broken()
    place, _, text = line.partition(": ")
    assert place in ("sdtm.xlsx › Mapping!B5", "sdtm.xlsx › Mapping!B6")
    assert text.startswith("variables need each other: DM.RF")
    assert "DM.RFSTDTC → DM.RFENDTC" in text
    assert text.endswith("Break the circle: one of them must come from something else.")


# --- raw files -----------------------------------------------------------------------------


def test_a_raw_folder_that_is_not_there(mini, broken):
    mini.write()
    mini.raw.rename(mini.raw.with_name("roh"))
    assert broken(written=False) == [f"{mini.raw}: raw data folder is missing."]


def test_a_raw_file_that_is_not_there(mini, broken):
    mini.sdtm.change("Sources", 6, From="form:event")
    assert "sdtm.xlsx › Sources!C6: unknown raw form 'event'. Did you mean 'events'?" in broken()


def test_raw_files_that_are_no_utf8_ragged_or_have_a_header_twice_are_told_together(mini, broken):
    mini.form("demographics", "SITE,SUBJECT,SEX,AGE,ICDAT\n01,001,男,61,2024\n".encode("gbk"))
    mini.form("exposure", "SITE,SUBJECT,START,END,DOSE\n01,001,2024-03-01\n01,002,a,b,c,d\n")
    assert broken() == [
        "demographics.csv:2: holds bytes that are no UTF-8 (c4 d0 2c 36). Export the form as UTF-8.",
        "exposure.csv:2: has 3 cells, the header has 5.",
        "exposure.csv:3: has 6 cells, the header has 5.",
    ]


def test_a_raw_header_that_stands_twice(mini, broken):
    mini.form("events", "SITE,SUBJECT,NO,TERM,START,TERM,\n")
    lines = broken()
    assert "events.csv:1: column 'TERM' stands twice." in lines
    assert "events.csv:1: column 7 has no name." in lines


# --- values --------------------------------------------------------------------------------


def test_values_that_cannot_be_read_are_told_with_count_and_first_record(mini, broken):
    mini.form(
        "demographics",
        """
        SITE,SUBJECT,SEX,AGE,ICDAT
        01,001,男性,六十一,2024-02-30
        01,002,女性,58,2024-02-22
        """,
    )
    mini.form(
        "events",
        """
        SITE,SUBJECT,NO,TERM,START,CAUSE
        01,001,1,头痛,05/03/2024,很有可能有关
        01,001,2,恶心,2024-03,很有可能有关
        """,
    )
    lines = broken()
    assert [line for line in lines if "Mapping!" in line] == [
        (
            "sdtm.xlsx › Mapping!B9: DM.RFICDTC: '2024-02-30' is not a date of the form yyyy-MM-dd "
            "(1 record; first: demographics.csv:2, USUBJID=MINI-01-001)"
        ),
        (
            "sdtm.xlsx › Mapping!B11: DM.AGE: '六十一' is not a number "
            "(1 record; first: demographics.csv:2, USUBJID=MINI-01-001)"
        ),
        (
            "sdtm.xlsx › Mapping!B12: DM.SEX: 'SEX' has no row for collected value '男性' "
            "(1 record; first: demographics.csv:2, USUBJID=MINI-01-001) Did you mean '男'?"
        ),
        (
            "sdtm.xlsx › Mapping!B12: DM.SEX: 'SEX' has no row for collected value '女性' "
            "(1 record; first: demographics.csv:3, USUBJID=MINI-01-002) Did you mean '女'?"
        ),
        (
            "sdtm.xlsx › Mapping!B27: AE.AESTDTC: '05/03/2024' is not a date of the form yyyy-MM-dd "
            "(1 record; first: events.csv:2, USUBJID=MINI-01-001)"
        ),
        (
            "sdtm.xlsx › Mapping!B29: AE.AECAUSE: 'CAUSE' has no row for collected value '很有可能有关' "
            "(2 records; first: events.csv:2, USUBJID=MINI-01-001) Did you mean '很可能有关'?"
        ),
    ]
    report = (mini.build.with_name("mini-findings") / "report.json").read_text(encoding="utf-8")
    assert "很有可能有关" in report


def test_a_key_that_stands_twice(mini, broken):
    mini.form(
        "events",
        """
        SITE,SUBJECT,NO,TERM,START,CAUSE
        01,001,1,头痛,2024-03-05,无关
        01,001,2,头痛,2024-03-05,无关
        """,
    )
    lines = broken()
    assert (
        "sdtm.xlsx › Mapping!B23: AE.AESEQ: records are equal in every variable that orders them "
        "(1 record; first: events.csv:3, USUBJID=MINI-01-001) "
        "Add a variable to the order (Key Variables) or resolve the duplicates in Sources."
    ) in lines
    assert any("AE" in line and "key" in line.lower() and "events.csv" in line for line in lines)


def test_a_left_join_that_matches_twice(mini, broken):
    mini.sdtm.change("Mapping", 2, Inputs="_MINI, SITE")
    lines = broken()
    assert (
        "sdtm.xlsx › Sources!B5: EX: several records of DM have the same USUBJID "
        "(2 records; first: demographics.csv:2, USUBJID=MINI-01) "
        "Join it with first by or last by, narrow it with Where, or make it many."
    ) not in lines, "EX looks for other subjects now"
    mini.sdtm.change("Mapping", 13, Inputs="_MINI, SITE").change(
        "Mapping", 21, Inputs="_MINI, SITE"
    )
    assert (
        "sdtm.xlsx › Sources!B5: EX: several records of DM have the same USUBJID "
        "(2 records; first: demographics.csv:2, USUBJID=MINI-01) "
        "Join it with first by or last by, narrow it with Where, or make it many."
    ) in broken()


def test_two_rows_that_fill_one_record(mini, broken):
    mini.sdtm.add(
        "Mapping",
        "Dataset | Variable | Source | Algorithm | Inputs | When\nAE | AESPID | AEF | assign | TERM | NO = '2'",
    )
    assert (
        "sdtm.xlsx › Mapping!B30: AE.AESPID: two rows fill it (Mapping!B24 and B30) "
        "(1 record; first: events.csv:3, USUBJID=MINI-01-001) Make their When exclude each other."
    ) in broken()


def test_an_expression_that_fails_on_the_data(mini, broken):
    mini.sdtm.change("Mapping", 4, When="CAST(SEX AS INTEGER) > 1")
    lines = broken()
    assert any(
        line.startswith(
            "sdtm.xlsx › Mapping!G4: 'CAST(SEX AS INTEGER) > 1' fails: Conversion Error: "
        )
        for line in lines
    )


def test_a_text_of_more_than_200_bytes_without_overflow(mini, broken):
    mini.form("events", f"SITE,SUBJECT,NO,TERM,START,CAUSE\n01,001,1,{'痛' * 67},2024-03-05,无关\n")
    mini.sdtm.change("Mapping", 25, Arguments=None)
    lines = broken()
    for cell, name in (("C37", "AETERM"), ("C38", "AEDECOD")):
        assert any(
            line.startswith(f"sdtm.xlsx › Variables!{cell}: AE.{name}: has length 200, but the "
                            "longest value needs 201 bytes in utf-8.")
            for line in lines
        ), lines  # fmt: skip


def test_pain_4_a_label_of_more_than_40_bytes(mini, broken):
    mini.sdtm.change("Variables", 2, **{"Label (zh)": "研究标识符" * 3})
    assert (
        "sdtm.xlsx › Variables!C2: DM.STUDYID: breaks CG0311: A label has at most 40 bytes in the "
        "encoding of the files."
    ) in broken()


@pytest.mark.parametrize(
    ("options", "characters"),
    [(("--encoding", "us-ascii"), "头痛"), (("--encoding", "gb18030"), "")],
)
def test_pain_27_a_character_that_the_encoding_lacks(mini, run, broken, options, characters):
    if not characters:  # GB 18030 has every character of Unicode
        mini.write()
        run("build", "--quiet", *options, expect=0)
        return
    lines = broken(*options, "--language", "en")
    assert any(
        "AE.AETERM: holds characters that us-ascii has no bytes for: " in line and "痛" in line
        for line in lines
    ), lines


# --- the command itself --------------------------------------------------------------------


def test_an_unknown_study(mini, run):
    mini.write()
    result = run("build", "mni", expect=1)
    assert result.stderr.splitlines() == [
        f"{mini.root / 'specs' / 'mni'}: study folder is missing. Did you mean 'mini'?",
        "1 problem.",
    ]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--encoding", "utf8x", "--encoding: unknown encoding 'utf8x'. Examples: utf-8, gb18030, us-ascii."),
        ("--encoding", "rot13", "--encoding: unknown encoding 'rot13'. Examples: utf-8, gb18030, us-ascii."),
        ("--encoding", "base64", "--encoding: unknown encoding 'base64'. Examples: utf-8, gb18030, us-ascii."),
        ("--agency", "nmp", "--agency: unknown agency 'nmp'. Did you mean 'nmpa'?"),
        ("--agency", "ema", "--agency: unknown agency 'ema'."),
    ],
)  # fmt: skip
def test_an_option_that_is_not_known(mini, run, option, value, told):
    mini.write()
    lines = run("build", option, value, expect=1).stderr.splitlines()
    assert lines[0].startswith(told)
    assert lines[-1] == "1 problem."


def test_a_command_that_is_not_understood_ends_with_2(mini, run):
    for arguments in (["buidl"], ["build", "--lang", "zh"], ["build", "--language", "de"]):
        assert run(*arguments).exit_code == 2


def test_two_builds_at_once(mini, run):
    fcntl = pytest.importorskip("fcntl")
    mini.write()
    mini.build.parent.mkdir(parents=True)
    lock = mini.build.with_name(".mini.lock")
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for command in ("build", "validate"):
            assert run(command, expect=1).stderr.splitlines() == [
                f"{lock}: another build of this study is running. Wait for it, or stop it.",
                "1 problem.",
            ]
    assert run("validate", "--quiet").exit_code == 0


def test_a_build_that_is_interrupted_leaves_the_former_one_and_no_lock(mini, run, monkeypatch):
    mini.write()
    run("build", "--quiet", expect=0)
    before = digest(mini.build)

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cdisc_pom.pipeline.render_define", interrupted)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - what the runner makes of it
            run("build", "--again", expect=0)
    assert digest(mini.build) == before
    assert {path.name for path in mini.build.parent.iterdir()} == {
        "mini",
        ".mini.lock",
        ".mini.built.json",
    }
    run("build", "--quiet", expect=0)
    assert digest(mini.build) == before


def digest(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_faults_as_json(mini, run):
    mini.sdtm.change("Mapping", 4, Algorithm="asign")
    mini.write()
    result = run("build", "--json", expect=1)
    found = json.loads(result.stdout)
    assert found["ok"] is False
    assert found["errors"][0]["place"] == "sdtm.xlsx › Mapping!D4"
    assert found["errors"][0]["text"] == (
        "sdtm.xlsx › Mapping!D4: unknown algorithm 'asign'. Did you mean 'assign'?"
    )


def test_the_installed_command_ends_without_a_traceback_too(mini):
    mini.sdtm.change("Mapping", 4, Algorithm="asign")
    mini.write()
    done = subprocess.run(  # noqa: PLW1510 - the exit code is looked at
        [sys.executable, "-m", "cdisc_pom", "build"], cwd=mini.root, capture_output=True, text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        "sdtm.xlsx › Mapping!D4: unknown algorithm 'asign'. Did you mean 'assign'?", "1 problem.",
    ]  # fmt: skip
    assert "Traceback" not in done.stderr
