"""The command `cdisc-pom lint`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdisc_pom.options import Agency, Encoding

if TYPE_CHECKING:
    from cdisc_pom.lint.study import Linted, LintOptions


class Form(StrEnum):
    """Forms of the outcome."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def lint(
    study: Annotated[
        str | None,
        typer.Argument(
            help="Name of the study, the folder of its workbooks, or one workbook.",
            show_default="the default study",
        ),
    ] = None,
    *,
    form: Annotated[Form, typer.Option("--format", help="text, json or sarif.")] = Form.TEXT,
    annotated: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write a copy of the workbook with comments on its cells."),
    ] = None,
    data: Annotated[
        bool, typer.Option("--data/--no-data", help="Look at the headers of the raw forms.")
    ] = True,
    agency: Agency = None,
    encoding: Encoding = None,
    store: Annotated[
        Path | None,
        typer.Option(
            help="Folder of imported standards.",
            show_default="$CDISC_POM_STORE, or the user's data folder",
        ),
    ] = None,
) -> None:
    """Check a study's workbooks before any data is read: names, types, standards, expressions.

    Every message stands at its cell, with the mend. What the published guides and terminology say
    beyond the packed tables is checked once they are imported (cdisc-pom ig, cdisc-pom ct).

    Exit code 1 when there is an error.

    Example: cdisc-pom lint --annotate checked.xlsx
    """  # fmt: skip
    from cdisc_pom.errors import Problems  # noqa: PLC0415

    try:
        options = _options(agency, encoding, store, data=data)
        linted = _linted(study, options)
    except Problems as problems:
        typer.echo(str(problems), err=True)
        raise typer.Exit(1) from None
    typer.echo(_shown(linted, form), nl=False)
    if annotated is not None:
        from cdisc_pom.lint.annotate import annotate  # noqa: PLC0415

        for path in annotate(linted, annotated):
            typer.echo(f"Comments: {path}", err=True)
    if not linted.ok:
        raise typer.Exit(1)


def _options(
    agency: str | None, encoding: str | None, store: Path | None, *, data: bool
) -> LintOptions:
    from cdisc_pom.errors import Line, Problems  # noqa: PLC0415
    from cdisc_pom.lint.study import LintOptions  # noqa: PLC0415
    from cdisc_pom.package.attributes import encoding_faults  # noqa: PLC0415
    from cdisc_pom.results import catalogue  # noqa: PLC0415 - registers the statistics
    from cdisc_pom.results.registry import STATISTICS  # noqa: PLC0415
    from cdisc_pom.standards import Store  # noqa: PLC0415

    del catalogue
    if encoding is not None and (faults := encoding_faults(encoding, Line("--encoding"))):
        raise Problems(faults)
    return LintOptions(agency, encoding, data, Store.here(store), frozenset(STATISTICS))


def _linted(study: str | None, options: LintOptions) -> Linted:
    from dataclasses import replace  # noqa: PLC0415

    from cdisc_pom.lint.study import lint_study  # noqa: PLC0415
    from cdisc_pom.project import find_project  # noqa: PLC0415

    named = Path(study) if study is not None else None
    if named is not None and named.is_file():
        raw = named.resolve().parent.parent.parent / "data" / named.resolve().parent.name / "raw"
        return lint_study(named.parent, raw, replace(options, only=named.name))
    project = find_project(study)
    return lint_study(project.specs, project.raw, options)


def _shown(linted: Linted, form: Form) -> str:
    from cdisc_pom.lint.forms import to_json, to_text  # noqa: PLC0415
    from cdisc_pom.lint.sarif import to_sarif  # noqa: PLC0415

    return {Form.TEXT: to_text, Form.JSON: to_json, Form.SARIF: to_sarif}[form](linted)
