"""The command `cdisc-pom guide`. Logic lives beside it; libraries are imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cdisc_pom.options import LabelLanguage, RawForms, StudyName, plainly


def guide(
    study: StudyName = None,
    *,
    language: Annotated[
        LabelLanguage | None,
        typer.Option(help="Language of the guide.", show_default="as the workbook says"),
    ] = None,
    raw: RawForms = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the guide.", show_default="the terminal")
    ] = None,
) -> None:
    """Write the parameters of the analysis data sets in words: rule, source, censoring.

    Markdown for a reviewer's guide, made from the workbooks alone; no data are read.

    Example: cdisc-pom guide --language en --out parameters.md
    """
    with plainly():
        from cdisc_pom.files import write_text  # noqa: PLC0415
        from cdisc_pom.guide.parameters import parameter_guide  # noqa: PLC0415
        from cdisc_pom.plan.opening import compile_project, study_language  # noqa: PLC0415
        from cdisc_pom.progress import Progress  # noqa: PLC0415
        from cdisc_pom.project import find_project  # noqa: PLC0415

        books, plan, _ = compile_project(find_project(study, raw=raw), Progress())
        chosen = language.value if language is not None else study_language(books)
        text = parameter_guide(books, plan, language=chosen)
        if out is None:
            typer.echo(text, nl=False)
        else:
            write_text(out, text)
            typer.echo(str(out))
