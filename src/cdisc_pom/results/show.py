"""The results of a study's last build: computed, compared and written beside it."""

from __future__ import annotations

from pathlib import Path

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.files import write_bytes
from cdisc_pom.project import Project
from cdisc_pom.results.displays import Language
from cdisc_pom.results.facts import read_facts
from cdisc_pom.results.outputs import render_files
from cdisc_pom.results.reproduction import Reproduction, reproduce_results
from cdisc_pom.spec.sheets import DisplayRow
from cdisc_pom.spec.study import read_study


def reproduce_study(
    project: Project, *, language: str | None = None, encoding: str | None = None
) -> tuple[Reproduction, Path, Language]:
    """Compute the displays of a study from the transport files of its last build.

    Args:
        project: the study's folders.
        language: of what is printed; the workbook's when None.
        encoding: of the transport files; the workbook's when None.

    Returns:
        The results, the folder that their pages and figures were written to, and the language.

    Raises:
        Problems: there is no build, no Displays sheet, or rows that cannot be answered.
    """
    study = read_study(project.specs)
    book = study.workbooks.get("adam")
    if book is None:
        raise Problems([SpecError(Line(str(project.specs / "adam.xlsx")), "workbook is missing.")])
    adam = project.build / "package/m5/datasets" / project.study / "analysis/adam/datasets"
    if not adam.is_dir():
        fault = SpecError(Line(str(adam)), "has no analysis data sets.", "Run: cdisc-pom build")
        raise Problems([fault])
    found = reproduce_results(
        book.rows(DisplayRow), adam, project.published, encoding=encoding or study.encoding
    )
    folder = project.build / "results"
    for name, data in render_files(found, read_facts(book)).items():
        write_bytes(folder / name, data)
    words: Language = "zh" if (language or book.attribute("Language")) == "zh" else "en"
    return found, folder, words
