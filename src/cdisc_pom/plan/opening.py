"""A study on disk, opened: its workbooks read and compiled, its raw forms found."""

from __future__ import annotations

from typing import Literal

from cdisc_pom.plan.compiler import compile_study
from cdisc_pom.plan.model import Plan
from cdisc_pom.plan.order import making_order
from cdisc_pom.progress import Progress
from cdisc_pom.project import Project
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.study import Study, read_study

Language = Literal["zh", "en"]


def compile_project(project: Project, progress: Progress) -> tuple[Study, Plan, RawFolder]:
    """Workbooks read and compiled; nothing but headers of raw files is read.

    Raises:
        Problems: every fault of every workbook.
    """
    with progress.step("Read workbooks"):
        study = read_study(project.specs)
    with progress.step("Compile plan"):
        raw = RawFolder(project.raw)
        plan = compile_study(study, raw)
        making_order(plan)
    return study, plan, raw


def study_language(study: Study) -> Language:
    """The language that the workbook asks for; English when it asks for none."""
    first = next(iter(study.workbooks.values()))
    return "zh" if first.attribute("Language", "en").casefold().startswith("zh") else "en"
