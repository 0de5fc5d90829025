"""What the commands do and print when nothing is wrong."""

import json
import os
import subprocess
import sys

import pyreadstat
import pytest

from cdisc_pom import __version__


@pytest.fixture
def built(mini, run):
    mini.write()
    run("build", "--quiet", expect=0)
    return mini


def xpt(study, name, standard="sdtm"):
    folder = study.build / f"package/m5/datasets/{study.name}/tabulations/{standard}"
    return pyreadstat.read_xport(folder / f"{name}.xpt")


def test_a_build_is_a_package_with_define_pages_and_reports(mini, run):
    mini.write()
    result = run("build", expect=0)
    files = {str(path.relative_to(mini.build)) for path in mini.build.rglob("*") if path.is_file()}
    sdtm = "package/m5/datasets/mini/tabulations/sdtm"
    assert files == {
        "manifest.json", "checks/report.html", "checks/report.json", "define/sdtm.html",
        "package/manifest.json", f"{sdtm}/define.xml", f"{sdtm}/define2-1.xsl", f"{sdtm}/dm.xpt",
        f"{sdtm}/ex.xpt", f"{sdtm}/ae.xpt", f"{sdtm}/suppae.xpt",
    }  # fmt: skip
    lines = result.stdout.splitlines()
    assert lines[0] == "SDTM: DM 2, EX 3, AE 3, SUPPAE 3"
    assert lines[-3].startswith("Findings: 0 errors, ")
    assert lines[-2:] == [
        f"Package: {mini.build / 'package'}", f"Report: {mini.build / 'checks' / 'report.html'}",
    ]  # fmt: skip
    steps = [line.partition(":")[0] for line in result.stderr.splitlines()]
    assert steps[:4] == ["Read workbooks", "Compile plan", "Read raw forms", "Make SDTM data sets"]


def test_a_foreign_reader_sees_the_values_that_the_workbook_gives(built):
    frame, meta = xpt(built, "ae")
    records = sorted(zip(frame["USUBJID"], frame["AESEQ"], frame["AETERM"], frame["AESTDTC"],
                         frame["AESTDY"].fillna(-9), strict=True))  # fmt: skip
    assert records == [
        ("MINI-01-001", 1, "头痛", "2024-03-05", 5),
        ("MINI-01-001", 2, "恶心", "2024-03", -9),  # a partial date has no study day
        ("MINI-01-002", 1, "发热", "2024-03-09", 8),
    ]
    assert meta.column_names_to_labels["AETERM"] == "事件名称"
    supp, _ = xpt(built, "suppae")
    assert supp[["IDVAR", "IDVARVAL", "QNAM", "QVAL"]].values.tolist()[0] == [
        "AESEQ", "1", "AECAUSE", "RELATED",
    ]  # fmt: skip


def test_labels_are_in_the_language_that_is_asked_for(built, run):
    run("build", "--quiet", "--language", "en", expect=0)
    _, meta = xpt(built, "ae")
    assert meta.column_names_to_labels["AETERM"] == "Reported Term"
    assert meta.table_name == "AE"


def test_the_outcome_as_json(mini, run):
    mini.write()
    result = run("build", "--json", expect=0)
    found = json.loads(result.stdout)
    assert (found["ok"], found["study"]) == (True, "mini")
    assert found["datasets"] == {"sdtm": {"DM": 2, "EX": 3, "AE": 3, "SUPPAE": 3}}
    assert found["findings"]["error"] == 0
    assert result.stderr == ""


def test_quiet_says_nothing_when_nothing_is_wrong(mini, run):
    mini.write()
    result = run("build", "--quiet", expect=0)
    assert result.output == ""


def test_validate_writes_reports_and_no_package(mini, run):
    mini.write()
    result = run("validate", expect=0)
    assert not mini.build.exists()
    findings = mini.build.with_name("mini-findings")
    assert {path.name for path in findings.iterdir()} == {"report.html", "report.json"}
    assert result.stdout.splitlines()[-1] == f"Report: {findings / 'report.html'}"


def test_validate_ends_with_1_on_an_error_and_tells_it(mini, run):
    mini.form("events", "SITE,SUBJECT,NO,TERM,START,CAUSE\n01,001,1,头痛,2024-03-05,不知道\n")
    mini.write()
    result = run("validate", "--quiet", expect=1)
    assert "'CAUSE' has no row for collected value '不知道'" in result.stderr


def test_two_builds_are_byte_identical(built, run):
    def bytes_of():
        return {path.name: path.read_bytes() for path in built.build.rglob("*") if path.is_file()}

    before = bytes_of()
    run("build", "--quiet", expect=0)
    assert bytes_of() == before


def test_show_prints_what_is_in_a_transport_file(built, run):
    path = built.build / "package/m5/datasets/mini/tabulations/sdtm/ae.xpt"
    shown = run("show", str(path), expect=0).output
    for text in ("AETERM", "事件名称", "头痛"):
        assert text in shown
    found = json.loads(run("show", str(path), "--json", expect=0).stdout)
    assert found["name"] == "AE"
    assert found["records"][0]["USUBJID"] == "MINI-01-001"


@pytest.mark.parametrize("data", [None, b"", b"no transport file"])
def test_show_of_what_is_no_transport_file_ends_with_1(mini, run, data):
    path = mini.root / "x.xpt"
    if data is not None:
        path.write_bytes(data)
    result = run("show", str(path), expect=1)
    assert "x.xpt" in result.stderr
    assert result.stderr.splitlines()[-1] == "1 problem."


def test_results_without_a_build_are_told(mini, run):
    mini.write()
    result = run("results", expect=1)
    assert result.stderr.splitlines()[-1].endswith((" problem.", " problems."))


def test_the_version(run):
    assert run("--version", expect=0).stdout == f"cdisc-pom {__version__}\n"


@pytest.mark.parametrize("command", ["build", "validate", "results", "simulate", "show"])
def test_help_teaches_each_command(run, command):
    shown = run(command, "--help", expect=0).output
    assert "Usage: " in shown
    assert len(shown.splitlines()) > 10


def test_help_starts_without_heavy_libraries():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from cdisc_pom.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'pandas', 'numpy', 'duckdb', 'matplotlib', 'openpyxl', 'pyarrow', 'scipy', 'pandera', 'lxml'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "[]\n"


def test_a_file_that_is_not_there_is_told_by_its_name(run, tmp_path):
    missing = tmp_path / "nofile.xpt"
    result = run("show", str(missing), expect=1)
    assert result.stderr.splitlines() == [f"{missing}: No such file or directory.", "1 problem."]
