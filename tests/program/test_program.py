"""Printed programs write the bytes of a build, without a workbook."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.errors import Problems
from cdisc_pom.package.transport import write_transports
from cdisc_pom.pipeline import Options, build_study, make_datasets, settle
from cdisc_pom.plan.opening import compile_project
from cdisc_pom.program import Program
from cdisc_pom.program.printer import print_program
from cdisc_pom.progress import Progress
from cdisc_pom.project import find_project

ROOT = Path(__file__).parents[2]


def written(package, name):
    """Bytes of a transport file of a package."""
    return next(package.rglob(name)).read_bytes()


def run(program, raw, out):
    """Run a printed program as a user does."""
    return subprocess.run(
        [sys.executable, str(program), str(raw), str(out)],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Data sets of the reference study as transport files."""
    project = find_project(root=ROOT)
    study, plan, raw = compile_project(project, Progress())
    settings = settle(study, Options(language="zh"))
    _, standards = make_datasets(study, plan, raw, settings, Progress())
    folder = tmp_path_factory.mktemp("reference")
    for standard in standards:
        assert not write_transports(folder, standard, language="zh", encoding="utf-8", created=None)
    return project, folder


def test_the_printed_program_of_a_domain_writes_the_same_bytes(reference, tmp_path, monkeypatch):
    project, folder = reference
    monkeypatch.chdir(ROOT)
    printed = CliRunner().invoke(app, ["program", "DM", "--lang", "python"])
    assert printed.exit_code == 0, printed.output
    program = tmp_path / "dm.py"
    program.write_text(printed.stdout, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = run(program, project.raw, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["dm.xpt", "suppdm.xpt"]
    for name in ("dm.xpt", "suppdm.xpt"):
        assert (tmp_path / "out" / name).read_bytes() == written(folder, name)
    # It reads like a program: names of the field, no workbook.
    assert "study_day(" in printed.stdout
    assert "read_workbook" not in printed.stdout


@pytest.mark.parametrize("name", ["SE", "AE", "ADTTE"])
def test_other_data_sets_too(reference, tmp_path, name):
    project, folder = reference
    study, plan, raw = compile_project(project, Progress())
    text = print_program(study, plan, raw, name, language="zh", encoding="utf-8")
    program = tmp_path / f"{name.lower()}.py"
    program.write_text(text, encoding="utf-8")
    done = run(program, project.raw, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    made = list((tmp_path / "out").iterdir())
    assert made
    for path in made:
        assert path.read_bytes() == written(folder, path.name)


def test_an_unknown_data_set_is_told_with_the_nearest_name(mini):
    mini.write()
    outcome = CliRunner().invoke(app, ["program", "DMM"])
    assert outcome.exit_code == 1
    assert "unknown data set 'DMM'" in outcome.stderr
    assert "Traceback" not in outcome.output


def test_the_program_of_a_small_study(mini):
    mini.write()
    built = build_study(find_project(), Options(), Progress())
    outcome = CliRunner().invoke(app, ["program", "AE", "--out", "ae.py"])
    assert outcome.exit_code == 0, outcome.output
    done = run(Path("ae.py"), find_project().raw, Path("out"))
    assert done.returncode == 0, done.stderr
    assert Path("out/ae.xpt").read_bytes() == written(built.package.root, "ae.xpt")


def test_a_program_without_its_folders_says_how_it_is_called(tmp_path):
    program = tmp_path / "x.py"
    program.write_text("from cdisc_pom.program import Program\nProgram().main()\n")
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "usage: python x.py RAW_FOLDER OUT_FOLDER"


@pytest.fixture
def sites(tmp_path):
    """A folder with one raw form."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "demographics.csv").write_text("SUBJECT,SEX\n001,F\n002,M\n", encoding="utf-8")
    return raw


def by_hand(name="SEX"):
    study = Program(name="by_hand.py")
    dm = study.dataset("DM", "Demographics", keys="USUBJID")
    dm.source("DEMO", "form:demographics")
    dm.variable("USUBJID", "Unique Subject Identifier")
    dm.variable("SEX", "Sex")
    dm.fill("USUBJID", lambda rows: rows["SUBJECT"], source="DEMO")
    dm.fill("SEX", lambda rows: rows[name], source="DEMO", when="SUBJECT <> '002'")
    return study


def test_a_program_may_be_written_by_hand(sites):
    (dm,) = by_hand().make(sites)
    assert dm.frame.astype(object).where(dm.frame.notna(), None).to_numpy().tolist() == [
        ["001", "F"],
        ["002", None],
    ]


def test_a_name_that_is_not_there_is_told_with_the_nearest(sites):
    with pytest.raises(Problems, match=r"unknown column 'SEXX'. Did you mean 'SEX'"):
        by_hand("SEXX").make(sites)


def test_a_fill_of_no_data_set_is_told(sites):
    study = by_hand()
    study.dataset("DM", "x", keys="USUBJID").fill("SEX", lambda rows: rows["SEX"])
    study.fillings[-1] = type(study.fillings[-1])(
        "XX", "SEX", lambda rows: rows["SEX"], "", None, False, "", study.fillings[-1].cell
    )
    with pytest.raises(Problems, match="no data set 'XX'"):
        study.make(sites)
