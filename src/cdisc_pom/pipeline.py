"""The build, in order: this module reads like the table of contents."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cdisc_pom.checks.report import to_html, to_json
from cdisc_pom.checks.runner import Checked, check_standards
from cdisc_pom.define import render_define
from cdisc_pom.errors import Finding, Line, Problems, SpecError
from cdisc_pom.files import write_text
from cdisc_pom.package import Package, write_package
from cdisc_pom.package.attributes import attribute_faults
from cdisc_pom.plan.cutoff_report import cutoff_html, cutoff_json
from cdisc_pom.plan.finish import finish_standard
from cdisc_pom.plan.model import Plan
from cdisc_pom.plan.opening import Language, compile_project, study_language
from cdisc_pom.plan.run import Run
from cdisc_pom.plan.whose import name_subjects
from cdisc_pom.progress import Progress
from cdisc_pom.project import Project
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.metadata import BuiltStandard
from cdisc_pom.spec.study import Study

REPORTS = "checks"


@dataclass(frozen=True)
class Options:
    """What a build may be told; what it is not told is as the workbook says."""

    language: Language | None = None
    encoding: str | None = None
    agency: str | None = None
    cutoff: str | None = None


@dataclass(frozen=True)
class Settings:
    """What holds for a build."""

    language: Language
    encoding: str
    agency: str
    cutoff: str | None


@dataclass(frozen=True)
class Built:
    """What a build made and found."""

    project: Project
    standards: tuple[BuiltStandard, ...]
    notes: tuple[Finding, ...]
    checked: Checked
    package: Package | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, from the first step to the last."""
        packed = self.package.findings if self.package is not None else ()
        return (*self.notes, *self.checked.findings, *packed)


def build_study(project: Project, options: Options, progress: Progress) -> Built:
    """Raw records and workbooks in, a submission package out.

    Everything is written to a folder beside the former build and renamed into its place at the
    end; when anything is wrong the former build stays whole.

    Args:
        project: the study's folders.
        options: language, encoding and agency.
        progress: is told of the steps.

    Returns:
        Data sets, findings and the package.

    Raises:
        Problems: faults of workbooks or raw files, or findings of severity error. The reports of
            a build that failed on findings are in `build/<study>-findings/`.
    """
    with _alone(project.build):
        study, plan, raw = compile_project(project, progress)
        settings = settle(study, options)
        run, standards = make_datasets(study, plan, raw, settings, progress)
        checked = check_datasets(standards, settings, progress)
        built = Built(project, standards, tuple(run.findings), checked)
        stop_on_errors(built, settings.language)
        with _new_folder(project.build) as folder:
            package = export(built, folder, settings, progress)
            built = Built(project, standards, built.notes, checked, package)
            write_reports(built, folder / REPORTS, settings.language)
            write_removed(run, folder / REPORTS, settings.language)
            write_text(folder / "manifest.json", _manifest(built, folder))
        return replace(built, package=package.moved(project.build / package.root.name))


def validate_study(project: Project, options: Options, progress: Progress) -> Built:
    """Make all data sets in memory, check them and write the reports; no package.

    Raises:
        Problems: faults of workbooks or raw files.
    """
    with _alone(project.build):
        study, plan, raw = compile_project(project, progress)
        settings = settle(study, options)
        run, standards = make_datasets(study, plan, raw, settings, progress)
        checked = check_datasets(standards, settings, progress)
        built = Built(project, standards, tuple(run.findings), checked)
        write_reports(built, findings_folder(project), settings.language)
        write_removed(run, findings_folder(project), settings.language)
        return built


def settle(study: Study, options: Options) -> Settings:
    """What a build is told and, where it is told nothing, what the workbook says.

    Raises:
        Problems: the workbook names an agency or an encoding that nobody knows.
    """
    faults = attribute_faults(study)
    if faults:
        raise Problems(faults)
    return Settings(
        options.language or study_language(study),
        options.encoding or study.encoding,
        options.agency or study.agency,
        options.cutoff,
    )


def make_datasets(
    study: Study, plan: Plan, raw: RawFolder, settings: Settings, progress: Progress
) -> tuple[Run, tuple[BuiltStandard, ...]]:
    """All data sets of all standards, in memory.

    Raises:
        Problems: faults of raw files; a workbook's row that fails on the data.
    """
    with progress.step("Read raw forms"):
        raw.read(plan.forms())
    run = Run(study, plan, raw, cutoff=settings.cutoff)
    standards = []
    for kind, book in study.workbooks.items():
        with progress.step(f"Make {kind.upper()} data sets", len(book.datasets)):
            standards.append(
                finish_standard(
                    run,
                    kind,
                    language=settings.language,
                    encoding=settings.encoding,
                    tick=progress.tick,
                )
            )
    if run.faults:
        raise Problems(run.faults)
    run.findings[:] = name_subjects(run.findings, standards, raw)
    return run, tuple(standards)


def check_datasets(
    standards: tuple[BuiltStandard, ...], settings: Settings, progress: Progress
) -> Checked:
    """Schemas from the workbooks, then the rule catalogue."""
    with progress.step("Check"):
        return check_standards(standards, encoding=settings.encoding)


def stop_on_errors(built: Built, language: Language) -> None:
    """Stop a build that has findings of severity error, and leave their reports beside it.

    Raises:
        Problems: the errors.
    """
    errors: list[SpecError | Finding] = [
        finding for finding in built.findings if finding.severity == "error"
    ]
    errors += [
        SpecError(Line(outcome.rule), f"could not be run on {outcome.dataset} ({outcome.reason}).")
        for outcome in built.checked.outcomes
        if outcome.status == "errored"
    ]
    if errors:
        folder = findings_folder(built.project)
        write_reports(built, folder, language)
        raise Problems(errors, report=str(folder / "report.html"))


def export(built: Built, folder: Path, settings: Settings, progress: Progress) -> Package:
    """Transport files, define.xml and their folder; define as pages for people beside it."""
    with progress.step("Write package"):
        package = write_package(
            folder / "package", built.project.study, built.standards,
            language=settings.language, encoding=settings.encoding, agency=settings.agency,
        )  # fmt: skip
    (folder / "define").mkdir()
    with progress.step("Render define"):
        for kind, path in package.defines.items():
            render_define(path, folder / "define" / f"{kind}.html", language=settings.language)
    return package


def write_reports(built: Built, folder: Path, language: Language) -> None:
    """Findings as JSON and as a page."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = replace(built.checked, findings=built.findings)
    write_text(folder / "report.json", to_json(everything))
    write_text(folder / "report.html", to_html(everything, language=language))


def write_removed(run: Run, folder: Path, language: Language) -> None:
    """What the data cut-off removed, as JSON and as a page; nothing without one."""
    if run.cutoff is not None:
        removed = run.removed.values()
        write_text(folder / "cutoff.json", cutoff_json(removed, run.cutoff))
        write_text(folder / "cutoff.html", cutoff_html(removed, run.cutoff, language))


def findings_folder(project: Project) -> Path:
    """Where reports go that belong to no finished build."""
    return project.build.with_name(f"{project.build.name}-findings")


def _manifest(built: Built, folder: Path) -> str:
    """What the build holds: data sets with records and variables, and the inputs it was made of."""
    datasets = {
        kind.workbook.kind: {
            item.meta.name: {"records": len(item.frame), "variables": len(item.meta.variables)}
            for item in kind.datasets
        }
        for kind in built.standards
    }
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    content: Mapping[str, object] = {
        "study": built.project.study, "datasets": datasets, "files": files,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder that takes the place of `target` when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    former = target.with_name(f".{target.name}.old")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    try:
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    fresh.rename(target)
    shutil.rmtree(former, ignore_errors=True)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Keep a second build of the same study out while this one goes on."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = target.with_name(f".{target.name}.lock")
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if not _locked(handle):
            hint = "Wait for it, or stop it."
            fault = SpecError(Line(str(lock)), "another build of this study is running.", hint)
            raise Problems([fault])
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
