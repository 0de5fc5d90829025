"""The command `cdisc-pom program`. Logic lives beside it; libraries are imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cdisc_pom.options import Encoding, Language, RawForms, StudyName, plainly


class ProgramLanguage(StrEnum):
    """Languages that programs are printed in."""

    PYTHON = "python"


def program(
    dataset: Annotated[str, typer.Argument(help="A data set: DM, AE, ADSL.", show_default=False)],
    study: StudyName = None,
    *,
    lang: Annotated[
        ProgramLanguage, typer.Option(help="Language of the program.")
    ] = ProgramLanguage.PYTHON,
    language: Language = None,
    encoding: Encoding = None,
    raw: RawForms = None,
    out: Annotated[
        Path | None, typer.Option(help="File for the program.", show_default="the terminal")
    ] = None,
) -> None:
    """Print a data set as a program that runs without the workbook.

    The program calls the same algorithms with the same look-up tables and writes the same bytes as
    a build. It holds what the data set needs of other data sets, down to the raw forms.

    Example: cdisc-pom program DM --out dm.py && python dm.py data/STUDY/raw out
    """
    del lang  # there is one
    with plainly():
        from cdisc_pom.errors import Line, Problems  # noqa: PLC0415
        from cdisc_pom.files import write_text  # noqa: PLC0415
        from cdisc_pom.package.attributes import encoding_faults  # noqa: PLC0415
        from cdisc_pom.plan.opening import compile_project, study_language  # noqa: PLC0415
        from cdisc_pom.program.printer import print_program  # noqa: PLC0415
        from cdisc_pom.progress import Progress  # noqa: PLC0415
        from cdisc_pom.project import find_project  # noqa: PLC0415

        if encoding is not None and (faults := encoding_faults(encoding, Line("--encoding"))):
            raise Problems(faults)
        books, plan, forms = compile_project(find_project(study, raw=raw), Progress())
        chosen = language.value if language is not None else study_language(books)
        said = encoding or books.encoding
        text = print_program(books, plan, forms, dataset, language=chosen, encoding=said)
        if out is None:
            typer.echo(text, nl=False)
        else:
            write_text(out, text)
            typer.echo(f"{out}: {len(text.splitlines())} lines")
