"""What several commands take, and how they tell faults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer


class LabelLanguage(StrEnum):
    """Languages of labels and words."""

    ZH = "zh"
    EN = "en"


StudyName = Annotated[
    str | None,
    typer.Argument(
        help="Name of the study, or the folder of its workbooks.", show_default="the default study"
    ),
]
Language = Annotated[
    LabelLanguage | None,
    typer.Option(help="Language of labels.", show_default="as the workbook says"),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        help="Text encoding of the transport files.", show_default="as the workbook says, or utf-8"
    ),
]
Agency = Annotated[
    str | None,
    typer.Option(
        help="Agency whose rules hold: nmpa, fda or pmda.",
        show_default="as the workbook says, or nmpa",
    ),
]
RawForms = Annotated[
    Path | None,
    typer.Option("--raw", help="Folder of the raw forms.", show_default="data/STUDY/raw"),
]


@contextmanager
def plainly() -> Iterator[None]:
    """Faults are told in plain words, all at once, with exit code 1 and no traceback."""
    from cdisc_pom.errors import Problems  # noqa: PLC0415 - a command that only helps is light

    try:
        yield
    except Problems as problems:
        stop([str(error) for error in problems.errors])
    except OSError as error:
        stop([told(error)])


def told(error: OSError) -> str:
    """A fault of the system, by the file that it is about."""
    named = error.filename is not None and error.strerror is not None
    return f"{error.filename}: {error.strerror}." if named else str(error)


def stop(lines: Sequence[str], *, report: str = "") -> NoReturn:
    """Print faults and how many they are, and end with exit code 1."""
    for line in lines:
        typer.echo(line, err=True)
    typer.echo(f"{len(lines)} problem{'s' if len(lines) != 1 else ''}.", err=True)
    if report:
        typer.echo(f"Report: {report}", err=True)
    raise typer.Exit(1)
