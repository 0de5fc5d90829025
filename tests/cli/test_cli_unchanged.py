"""A build is kept while nothing that it is made of has changed, and only then."""

import json
import os
import shutil

import pytest

from cdisc_pom.project import Project
from cdisc_pom.rebuild import fingerprint, remember, remembered

KEPT = "Nothing has changed since this build; --again builds it anew."
SAID = {"language": None, "encoding": "utf-8", "agency": "nmpa", "cutoff": None}


def stamps(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_an_unchanged_study_keeps_its_build_and_says_the_same(mini, run):
    mini.write()
    first = run("build", expect=0)
    before = stamps(mini.build)
    again = run("build", expect=0)
    assert again.stdout == f"{first.stdout}{KEPT}\n"
    assert again.stderr == ""
    found = json.loads(run("build", "--json", expect=0).stdout)
    assert found["ok"] is True
    assert found["datasets"] == {"sdtm": {"DM": 2, "EX": 3, "AE": 3, "SUPPAE": 3}}
    assert run("build", "--quiet", expect=0).stdout == ""
    assert stamps(mini.build) == before
    assert KEPT not in run("build", "--again", expect=0).stdout
    assert min(stamps(mini.build).values()) > max(before.values())


def test_a_changed_workbook_that_is_wrong_is_told_each_time(mini, run):
    mini.write()
    run("build", "--quiet", expect=0)
    mini.sdtm.sheets["Mapping"][0]["Algorithm"] = "no_such"
    mini.write()
    for _ in range(2):
        assert "no_such" in run("build", expect=1).stderr


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A study of two files and a build of two, remembered."""
    monkeypatch.setattr("cdisc_pom.rebuild._PACKAGE", tmp_path / "design")
    study = Project("s", *(tmp_path / part for part in ("specs", "raw", "design", "build/s")))
    for path in ("specs/sdtm.xlsx", "raw/dm.csv", "build/s/a.xpt", "build/s/define/sdtm.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"first")
    study.design.mkdir()
    remember(study, fingerprint(study, SAID), "done", {"ok": True})
    return study


def stands(study, **options):
    return remembered(study, fingerprint(study, SAID | options))


def test_what_was_said_is_given_back(built):
    assert stands(built) == {"text": "done", "outcome": {"ok": True}}


@pytest.mark.parametrize("path", ["specs/sdtm.xlsx", "raw/dm.csv"])
def test_another_byte_of_an_input_counts(built, path):
    file = built.specs.parent / path
    before = file.stat()
    file.write_bytes(b"other")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert stands(built) is None


def test_the_time_of_an_input_does_not_count(built):
    os.utime(built.raw / "dm.csv", ns=(1, 1))
    assert stands(built) is not None


@pytest.mark.parametrize("path", ["specs/terms.csv", "raw/more.csv"])
def test_a_further_input_counts(built, path):
    (built.specs.parent / path).write_bytes(b"")
    assert stands(built) is None


@pytest.mark.parametrize("name", ["a.xpt", "define/sdtm.html"])
def test_an_output_removed_changed_or_written_again_counts(built, name):
    path = built.build / name
    kept = path.stat()
    path.write_bytes(b"longer text")
    assert stands(built) is None
    path.write_bytes(b"first")
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns + 1))
    assert stands(built) is None
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert stands(built) is not None
    path.unlink()
    assert stands(built) is None


def test_what_others_put_beside_the_outputs_does_not_count(built):
    (built.build / "results").mkdir()
    (built.build / "results" / "table.html").write_bytes(b"")
    assert stands(built) is not None


@pytest.mark.parametrize(
    "option", [{"language": "en"}, {"encoding": "gb18030"}, {"agency": "fda"}, {"cutoff": "2019"}]
)
def test_other_options_count(built, option):
    assert stands(built, **option) is None


def test_another_version_of_a_library_counts(built, monkeypatch):
    monkeypatch.setattr("cdisc_pom.rebuild.metadata.version", lambda _: "0")
    assert stands(built) is None


def test_another_version_of_the_program_counts(built, monkeypatch, tmp_path):
    monkeypatch.setattr("cdisc_pom.rebuild._PACKAGE", tmp_path / "raw")
    assert stands(built) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"fingerprint": 1}'])
def test_a_record_that_cannot_be_read_counts_as_none(built, text):
    built.build.with_name(".s.built.json").write_text(text, encoding="utf-8")
    assert stands(built) is None


def test_a_build_that_is_gone_does_not_stand(built):
    shutil.rmtree(built.build)
    assert stands(built) is None
