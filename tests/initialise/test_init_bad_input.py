"""`cdisc-pom init` told something wrong: one plain line each, exit code 1, nothing written."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time

import openpyxl
import pytest
from tiny import FORMS, edit, rows, write_forms
from typer.testing import CliRunner

from cdisc_pom.cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["init", *map(str, arguments)])


@pytest.fixture
def root(tmp_path):
    write_forms(tmp_path / "data" / "tiny" / "raw")
    return tmp_path


def complaints(result):
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    return result.output.splitlines()


def test_a_raw_folder_that_is_not_there(tmp_path):
    assert complaints(run(tmp_path, "--raw", tmp_path / "export")) == [
        f"{tmp_path}/export: raw data folder is missing.", "1 problem.",
    ]  # fmt: skip


def test_a_raw_folder_without_a_form(tmp_path):
    (tmp_path / "export").mkdir()
    said = complaints(run(tmp_path, "--raw", tmp_path / "export"))
    assert said[0].startswith(f"{tmp_path}/export: holds no raw form.")


def test_a_domain_that_the_guide_does_not_have(root):
    assert complaints(run(root, "--domains", "DM,AEE,ADSLL")) == [
        "--domains: unknown domain 'AEE'. Did you mean 'AE'?",
        "--domains: unknown domain 'ADSLL'. Did you mean 'ADSL'?",
        "2 problems.",
    ]
    assert not (root / "specs").exists()


def test_everything_that_is_wrong_is_told_at_once(root):
    wrong = ("--domains", "XX", "--agency", "nmpo", "--sdtmig", "3.9", "--study", "a/b")
    said = complaints(run(root, "--raw", root / "data/tiny/raw", *wrong))
    assert [line.partition(":")[0] for line in said[:-1]] == [
        "--agency", "--sdtmig", "--study", "--domains",
    ]  # fmt: skip
    assert said[0] == "--agency: unknown agency 'nmpo'. Did you mean 'nmpa'?"


def test_a_workbook_that_is_there_is_not_written_over(root):
    assert run(root, "--domains", "DM").exit_code == 0
    path = root / "specs" / "tiny" / "sdtm.xlsx"
    edit(path, "Variables", {"Variable": "COUNTRY"}, "Assigned Value", "CHN")
    before = path.read_bytes()
    said = complaints(run(root, "--domains", "DM,AE"))
    assert said[0].startswith(f"{path}: is there already. Say --force")
    assert path.read_bytes() == before
    assert run(root, "--domains", "DM,AE", "--force").exit_code == 0
    assert {row["Dataset"] for row in rows(path, "Datasets")} == {"DM", "AE"}


def test_a_form_that_cannot_be_read(root):
    (root / "data/tiny/raw/bad.csv").write_text("A,B\n1,2,3\n", encoding="utf-8")
    assert complaints(run(root))[0] == "bad.csv:2: has 3 cells, the header has 2."


def test_without_domains_those_of_the_forms_are_taken(root):
    assert run(root).exit_code == 0
    path = root / "specs" / "tiny" / "sdtm.xlsx"
    assert [row["Dataset"] for row in rows(path, "Datasets")] == ["DM", "EX", "AE", "VS"]


def test_raw_forms_elsewhere_are_remembered(tmp_path, monkeypatch):
    export = write_forms(tmp_path / "export")
    monkeypatch.chdir(tmp_path)
    assert run("work", "--raw", export, "--domains", "DM").exit_code == 0
    assert (tmp_path / "work" / "cdisc-pom.toml").read_text(encoding="utf-8") == (
        'study = "tiny"\n[raw.tiny]\nfolder = "../export"\n'
    )
    monkeypatch.chdir(tmp_path / "work")
    result = CliRunner().invoke(app, ["build"])
    assert "raw data folder is missing" not in result.output
    assert "nothing fills DM.COUNTRY" in result.output


def test_settings_of_other_studies_stay(tmp_path):
    settings = tmp_path / "cdisc-pom.toml"
    settings.write_text('study = "other"\n', encoding="utf-8")
    export = write_forms(tmp_path / "export")
    assert run(tmp_path, "--raw", export, "--domains", "DM").exit_code == 0
    moved = write_forms(tmp_path / "moved")
    assert run(tmp_path, "--raw", moved, "--domains", "DM", "--force").exit_code == 0
    assert settings.read_text(encoding="utf-8") == (
        'study = "other"\n[raw.tiny]\nfolder = "moved"\n'
    )


def test_a_domain_without_a_form_is_described_and_waits_for_its_source(root, monkeypatch):
    assert run(root, "--domains", "DM,QS").exit_code == 0
    monkeypatch.chdir(root)
    result = CliRunner().invoke(app, ["lint"])
    assert result.exit_code == 1
    assert "nothing fills QS.QSTESTCD" in result.output


def test_columns_of_unknown_names_are_guessed_by_their_values(tmp_path):
    forms = {"dm": "PROJECT,SITE,SUBJECT,XB,LX\nS,01,001,男,甲\nS,01,002,女,乙"}
    write_forms(tmp_path / "data" / "s" / "raw", forms)
    assert run(tmp_path, "--domains", "DM").exit_code == 0
    found = {row["Variable"]: row for row in rows(tmp_path / "specs/s/sdtm.xlsx", "Mapping")}
    assert found["SEX"]["Inputs"] == "XB"
    assert found["SEX"]["Note"] == "guess: by values 男, 女"
    assert not any(row.get("Inputs") == "LX" for row in found.values())


def test_dates_that_may_be_read_two_ways_are_a_guess(tmp_path):
    forms = {
        "demographics": "Study,Site,Subject\nT,01,001",
        "adverse_events": "Study,Site,Subject,AETERM,AESTDAT,AEENDAT\n"
        "T,01,001,fever,03/04/2024,05/04/2024\nT,01,001,rash,07/05/2024,25/05/2024",
    }
    write_forms(tmp_path / "data" / "t" / "raw", forms)
    assert run(tmp_path, "--domains", "DM,AE").exit_code == 0
    found = {row["Variable"]: row for row in rows(tmp_path / "specs/t/sdtm.xlsx", "Mapping")}
    assert found["AESTDTC"]["Arguments"] == "date=dd/MM/yyyy"
    assert found["AESTDTC"]["Note"].startswith("guess: by name AESTDAT; day and month")
    assert found["AEENDTC"]["Note"] == "by name AEENDAT"  # 25 can be no month


def test_values_that_do_not_fit_refuse_a_name(tmp_path):
    forms = {
        "demographics": "Study,Site,Subject,Sex,Age\nT,01,001,red,old\nT,01,002,green,young\nT,01,003,blue,old"
    }
    write_forms(tmp_path / "data" / "t" / "raw", forms)
    assert run(tmp_path, "--domains", "DM").exit_code == 0
    found = {row["Variable"] for row in rows(tmp_path / "specs/t/sdtm.xlsx", "Mapping")}
    assert not found & {"SEX", "AGE"}
    readme = (tmp_path / "specs/t/README.md").read_text(encoding="utf-8")
    assert "- DM: SEX is not taken from Sex: red, green, blue" in readme


def test_on_a_terminal_it_asks_for_what_no_option_says(tmp_path):
    write_forms(tmp_path / "export", {"demographics": FORMS["demographics"]})
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "cdisc_pom", "init", str(tmp_path), "--raw", "export"]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, cwd=tmp_path, close_fds=True
    ) as process:
        os.close(follower)
        answers = {"Name of the study": "first", "Agency": "pmda", "Data sets": "DM"}
        said, end = "", time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([leader], [], [], 1)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                said += os.read(leader, 4096).decode()
            except OSError:  # the other end is closed
                break
            if said.endswith("]: "):
                question = said.rpartition("\n")[2]
                answer = next((a for q, a in answers.items() if question.startswith(q)), "")
                os.write(leader, f"{answer}\n".encode())
        os.close(leader)
    assert process.returncode == 0, said
    assert "Version of SDTMIG [3.4]" in said
    book = openpyxl.load_workbook(tmp_path / "specs" / "first" / "sdtm.xlsx")
    define = {row[0].value: row[1].value for row in book["Define"].iter_rows(min_row=2)}
    assert (define["Agency"], define["Language"]) == ("pmda", "en")
    assert [cell.value for cell in book["Datasets"]["A"]] == ["Dataset", "DM"]
