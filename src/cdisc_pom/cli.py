"""The commands. Logic lives in the steps; heavy libraries are imported where they are used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cdisc_pom import __version__
from cdisc_pom.compare.commands import compare
from cdisc_pom.guide.commands import guide
from cdisc_pom.initialise.commands import init
from cdisc_pom.interchange.commands import app as spec_app
from cdisc_pom.lint.commands import lint
from cdisc_pom.options import (
    Agency,
    Encoding,
    LabelLanguage,
    Language,
    RawForms,
    StudyName,
    stop,
    told,
)
from cdisc_pom.program.commands import program
from cdisc_pom.standards.commands import ct_app, ig_app
from cdisc_pom.trace.commands import trace
from cdisc_pom.xpt.commands import app as xpt_app

if TYPE_CHECKING:
    from cdisc_pom.errors import Problems
    from cdisc_pom.pipeline import Options
    from cdisc_pom.progress import Progress

app = typer.Typer(
    name="cdisc-pom",
    help="Excel mapping specifications in, submission-ready SDTM and ADaM out.\n\n"
    "A study is a folder specs/STUDY with sdtm.xlsx (and adam.xlsx) and its raw forms in "
    "data/STUDY/raw. Start with: cdisc-pom build\n\n"
    "Exit codes: 0 done, nothing wrong; 1 something is wrong with workbooks, data or results "
    "(everything is listed); 2 the command was not understood.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(init)
app.command()(lint)
app.add_typer(ct_app, name="ct", help="Controlled terminology: import it, list what is there.")
app.add_typer(ig_app, name="ig", help="Implementation guides: import them, list what is there.")
app.add_typer(spec_app, name="spec", help="Specifications in other forms, and differences.")
app.add_typer(xpt_app, name="xpt", help="Look into, convert and recode SAS transport files.")


Out = Annotated[
    Path | None, typer.Option(help="Folder for the raw forms.", show_default="data/STUDY/raw")
]
Seed = Annotated[
    int | None, typer.Option(help="Seed of all random values.", show_default="the design's")
]
Cutoff = Annotated[
    str | None,
    typer.Option(help="Data cut-off, a date such as 2020-12-31: what lies after it is left out."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")]
Json = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


@app.command()
def build(
    study: StudyName = None,
    *,
    language: Language = None,
    encoding: Encoding = None,
    agency: Agency = None,
    raw: RawForms = None,
    cutoff: Cutoff = None,
    again: Annotated[bool, typer.Option("--again", help="Build though nothing changed.")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Turn a study's raw records into a submission package in build/STUDY.

    Workbooks are compiled, SDTM and ADaM data sets are made and checked, then written as SAS
    transport files with Define-XML in the folders of eCTD module 5. A former build stays whole
    when anything is wrong, and is kept when workbooks, raw files, options and this program are
    those that it was made with.

    Example: cdisc-pom build --language en
    """
    with _plainly(as_json=as_json):
        from cdisc_pom.project import find_project
        from cdisc_pom.rebuild import fingerprint, remember, remembered

        project = find_project(study, raw=raw)
        said = {"language": language and language.value, "encoding": encoding, "agency": agency,
                "cutoff": cutoff}  # fmt: skip
        mark = fingerprint(project, said)
        former = None if again else remembered(project, mark)
        if former is not None:
            _unchanged(former, quiet=quiet, as_json=as_json)
            return
        from cdisc_pom.console import outcome_facts, outcome_text
        from cdisc_pom.pipeline import build_study

        options = _options(language, encoding, agency, cutoff)
        with _progress(quiet=quiet or as_json) as progress:
            built = build_study(project, options, progress)
        remember(project, mark, outcome_text(built), outcome_facts(built))
        _outcome(built, progress.seconds, quiet=quiet, as_json=as_json)


@app.command()
def validate(
    study: StudyName = None,
    *,
    encoding: Encoding = None,
    raw: RawForms = None,
    cutoff: Cutoff = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Make the data sets and check them; write the reports, but no package.

    Schemas come from the workbook (types, lengths, terms, keys), rules from the catalogue. The
    reports are build/STUDY-findings/report.html and report.json. Exit code 1 on an error.
    """
    with _plainly(as_json=as_json):
        from cdisc_pom.pipeline import validate_study
        from cdisc_pom.project import find_project

        with _progress(quiet=quiet or as_json) as progress:
            options = _options(None, encoding, None, cutoff)
            built = validate_study(find_project(study, raw=raw), options, progress)
        _outcome(built, progress.seconds, quiet=quiet, as_json=as_json)


@app.command()
def results(
    study: StudyName = None,
    *,
    language: Language = None,
    encoding: Encoding = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Print published against reproduced figures, and draw the study's figures.

    Everything is computed from the transport files of the last build. build/STUDY/results gets
    pages, study reports (DOCX, RTF) and figures (SVG, PNG) in English and Chinese, the records
    behind each number (JSON), analysis results data (parquet) and an ARS 1.0 reporting event.
    Exit code 1 when a figure differs.
    """
    with _plainly(as_json=as_json):
        from cdisc_pom.project import find_project
        from cdisc_pom.results.report import results_json
        from cdisc_pom.results.show import reproduce_study

        project = find_project(study)
        chosen = language.value if language is not None else None
        found, folder, words = reproduce_study(project, language=chosen, encoding=encoding)
        if as_json:
            typer.echo(results_json(found), nl=False)
        elif not quiet:
            _print_results(found, words)
            typer.echo(f"Tables and figures: {folder}")
        if not found.ok:
            raise typer.Exit(1)


@app.command()
def simulate(
    study: StudyName = None,
    *,
    out: Out = None,
    seed: Seed = None,
    quiet: Quiet = False,
) -> None:
    """Write the synthetic raw export of a study from its design in data/STUDY/design.

    The same design and seed give the same bytes on every machine.
    """
    with _plainly():
        from cdisc_pom.project import find_project
        from cdisc_pom.simulate import DesignError, simulate_study

        project = find_project(study)
        with _progress(quiet=quiet) as progress, progress.step("Write raw forms"):
            try:
                files = simulate_study(
                    project.design, out or project.raw, seed=seed,
                    progress=lambda name, *_: progress.tick(name),
                )  # fmt: skip
            except DesignError as error:
                stop([str(problem) for problem in error.problems])
        if not quiet:
            typer.echo(f"{len(files)} forms in {out or project.raw}")


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A SAS transport file (.xpt).")],
    *,
    rows: Annotated[int, typer.Option(help="Records to print.")] = 3,
    encoding: Annotated[str, typer.Option(help="Text encoding of the file.")] = "utf-8",
    as_json: Json = False,
) -> None:
    """Show what is in a transport file: variables with their attributes, and the first records."""
    with _plainly(as_json=as_json):
        from cdisc_pom.show import show_file

        show_file(file, rows=rows, encoding=encoding, as_json=as_json)


app.command()(compare)
app.command()(trace)
app.command()(program)
app.command()(guide)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"cdisc-pom {__version__}")
        raise typer.Exit


@app.callback()
def _callback(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line."""
    app()


def _options(
    language: LabelLanguage | None, encoding: str | None, agency: str | None, cutoff: str | None
) -> Options:
    import datetime as dt

    from cdisc_pom.errors import Line, nearest
    from cdisc_pom.package import agencies
    from cdisc_pom.package.attributes import encoding_faults
    from cdisc_pom.pipeline import Options

    if encoding is not None and (faults := encoding_faults(encoding, Line("--encoding"))):
        stop([str(fault) for fault in faults])
    if agency is not None and agency not in agencies():
        near = nearest(agency, agencies())
        hint = f"Did you mean '{near}'?" if near else f"Known: {', '.join(agencies())}."
        stop([f"--agency: unknown agency '{agency}'. {hint}"])
    if cutoff is not None:
        try:
            cutoff = dt.date.fromisoformat(cutoff).isoformat()
        except ValueError:
            stop([f"--cutoff: '{cutoff}' is no date such as 2020-12-31."])
    return Options(language.value if language is not None else None, encoding, agency, cutoff)


@contextmanager
def _plainly(*, as_json: bool = False) -> Iterator[None]:
    """Faults are told in plain words, all at once, with exit code 1 and no traceback."""
    from cdisc_pom.errors import Problems
    from cdisc_pom.xpt import XportError

    try:
        yield
    except Problems as problems:
        if as_json:
            _print_problems(problems)
        stop([str(error) for error in problems.errors], report=problems.report)
    except XportError as error:
        stop([str(error)])
    except OSError as error:
        stop([told(error)])


def _print_problems(problems: Problems) -> None:
    import dataclasses
    import json

    def plain(error: Any) -> dict[str, Any]:
        found = dataclasses.asdict(error)
        return found | {"place": str(getattr(error, "place", "")), "text": str(error)}

    found = {"ok": False, "errors": [plain(error) for error in problems.errors]}
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress]:
    """A bar on a terminal, plain lines elsewhere, nothing when quiet."""
    from cdisc_pom.console import BarProgress, LineProgress
    from cdisc_pom.progress import Progress

    if quiet:
        yield Progress()
    elif sys.stderr.isatty():
        with BarProgress() as bar:
            yield bar
    else:
        yield LineProgress()


def _outcome(built: Any, seconds: dict[str, float], *, quiet: bool, as_json: bool) -> None:
    from cdisc_pom.console import outcome_facts, outcome_json, outcome_text

    if as_json:
        typer.echo(outcome_json(outcome_facts(built), seconds), nl=False)
    elif not quiet:
        typer.echo(outcome_text(built))
    if any(finding.severity == "error" for finding in built.findings):
        for finding in built.findings:
            if finding.severity == "error":
                typer.echo(str(finding), err=True)
        raise typer.Exit(1)


def _unchanged(former: dict[str, Any], *, quiet: bool, as_json: bool) -> None:
    from cdisc_pom.console import outcome_json

    if as_json:
        typer.echo(outcome_json(former["outcome"], {}), nl=False)
    elif not quiet:
        typer.echo(former["text"])
        typer.echo("Nothing has changed since this build; --again builds it anew.")


def _print_results(found: Any, words: Any) -> None:
    from cdisc_pom.results.report import results_lines, results_table

    printer: Callable[[str], None] = typer.echo
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(results_table(found, words))
        return
    for line in results_lines(found, words):
        printer(line)


if __name__ == "__main__":
    main()
