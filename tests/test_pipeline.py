"""The build in order: what is written when, and what stays when something is wrong."""

import json
from dataclasses import replace

import pytest

from cdisc_pom import pipeline
from cdisc_pom.checks.runner import Checked, Outcome
from cdisc_pom.errors import Finding, Problems
from cdisc_pom.pipeline import Built, Options, build_study, stop_on_errors
from cdisc_pom.plan.opening import study_language
from cdisc_pom.progress import Progress
from cdisc_pom.spec.study import read_study


@pytest.fixture
def small(mini):
    return mini.write()


@pytest.fixture
def unchecked(small, monkeypatch):
    """The study without the checks, which take most of the time."""
    monkeypatch.setattr(pipeline, "check_datasets", lambda *_: nothing_checked())
    return small


def test_a_build_goes_through_its_steps_and_tells_of_them(small):
    progress = Progress()
    built = build_study(small.project, Options(), progress)
    assert list(progress.seconds)[:4] == [
        "Read workbooks", "Compile plan", "Read raw forms", "Make SDTM data sets",
    ]  # fmt: skip
    assert list(progress.seconds)[-1] == "Render define"
    assert [dataset.meta.name for dataset in built.standards[0].datasets] == [
        "DM", "EX", "AE", "SUPPAE",
    ]  # fmt: skip
    assert all(finding.severity != "error" for finding in built.findings)


def test_the_manifest_of_a_build_lists_data_sets_and_files(unchecked):
    small = unchecked
    build_study(small.project, Options(), Progress())
    manifest = json.loads((small.build / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["datasets"] == {
        "sdtm": {
            "DM": {"records": 2, "variables": 18}, "EX": {"records": 3, "variables": 12},
            "AE": {"records": 3, "variables": 9}, "SUPPAE": {"records": 3, "variables": 10},
        }
    }  # fmt: skip
    assert "package/m5/datasets/mini/tabulations/sdtm/ae.xpt" in manifest["files"]
    assert str(small.root) not in json.dumps(manifest)


@pytest.mark.parametrize("step", ["write_package", "render_define", "write_reports", "_manifest"])
def test_a_failure_at_any_later_step_leaves_the_former_build_whole(unchecked, monkeypatch, step):
    small = unchecked
    build_study(small.project, Options(), Progress())
    before = {path: path.read_bytes() for path in small.build.rglob("*") if path.is_file()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline, step, full)
    with pytest.raises(OSError, match="No space left"):
        build_study(small.project, Options(), Progress())
    assert {path: path.read_bytes() for path in small.build.rglob("*") if path.is_file()} == before
    assert {path.name for path in small.build.parent.iterdir()} == {"mini", ".mini.lock"}


def test_what_a_killed_build_left_is_cleared_away(unchecked):
    small = unchecked
    left = small.build.with_name(".mini.new")
    (left / "package").mkdir(parents=True)
    (left / "package" / "half").touch()
    build_study(small.project, Options(), Progress())
    assert not left.exists()
    assert not (small.build / "package" / "half").exists()


def test_findings_of_severity_error_stop_a_build_and_leave_their_reports_beside_it(small):
    built = Built(small.project, (), (Finding("x", "error", "AE", "is wrong."),), nothing_checked())
    with pytest.raises(Problems) as caught:
        stop_on_errors(built, "en")
    assert [str(error) for error in caught.value.errors] == ["AE: is wrong."]
    folder = small.build.with_name("mini-findings")
    assert caught.value.report == str(folder / "report.html")
    assert {path.name for path in folder.iterdir()} == {"report.html", "report.json"}


def test_warnings_and_notes_stop_nothing(small):
    notes = tuple(Finding("x", severity, "AE", "is odd.") for severity in ("warning", "note"))
    stop_on_errors(Built(small.project, (), notes, nothing_checked()), "en")


def test_a_rule_that_could_not_be_run_stops_a_build(small):
    outcome = Outcome("CG0001", "AE", "errored", "Binder Error: no such column")
    checked = replace(nothing_checked(), outcomes=(outcome,))
    with pytest.raises(Problems, match="CG0001: could not be run on AE"):
        stop_on_errors(Built(small.project, (), (), checked), "en")


def nothing_checked():
    return Checked((), (), (), ())


@pytest.mark.parametrize(
    ("said", "language"), [("zh", "zh"), ("zh-CN", "zh"), ("en", "en"), (None, "en")]
)
def test_the_language_of_a_study_is_what_its_workbook_says(small, said, language):
    small.sdtm.change("Define", 9, Value=said)
    small.write()
    assert study_language(read_study(small.specs)) == language
