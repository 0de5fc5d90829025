"""The command ``cdisc-pom compare``. No logic of the comparison is here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cdisc_pom.compare.results import LibraryComparison


class Language(StrEnum):
    """Languages of the page."""

    EN = "en"
    ZH = "zh"


Base = Annotated[
    Path,
    typer.Argument(
        metavar="BASE", help="XPT, SAS7BDAT, Parquet, CSV or Dataset-JSON, or a folder of these."
    ),
]
Compare = Annotated[
    Path, typer.Argument(metavar="COMPARE", help="What is compared with it, in any of the formats.")
]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--tolerance", "-t", metavar="[VAR=]X", help="Greatest absolute difference; may repeat."
    ),
]
Relative = Annotated[
    list[str] | None,
    typer.Option(metavar="[VAR=]X", help="Greatest difference over the mean of both; may repeat."),
]
Percent = Annotated[
    list[str] | None,
    typer.Option(metavar="[VAR=]X", help="Greatest difference in percent of base; may repeat."),
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--keys",
        "-k",
        metavar="[DATASET=]VARS",
        help="Variables that tell a record, separated by commas; may repeat.",
        show_default="a likely key is looked for",
    ),
]
Names = Annotated[
    list[str] | None, typer.Option(metavar="VARS", help="Compare these only, besides keys.")
]
Exclude = Annotated[list[str] | None, typer.Option(metavar="VARS", help="Leave these out.")]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KINDS",
        help="Differences that do not count: attributes (or name, label, length, format, "
        "informat), order, variables, records.",
    ),
]
Shown = Annotated[
    int, typer.Option("--rows", "-n", min=0, help="Differing records shown for each variable.")
]
Encoding = Annotated[
    str, typer.Option("--encoding", "-e", help="Encoding of transport and CSV files.")
]
CompareEncoding = Annotated[
    str | None,
    typer.Option(help="The same of COMPARE.", show_default="as --encoding"),
]
Html = Annotated[Path | None, typer.Option(help="Write one page that needs no other file.")]
PageLanguage = Annotated[Language, typer.Option(help="Language in which the page opens.")]


def compare(
    base: Base,
    compare: Compare,
    *,
    keys: Keys = None,
    tolerance: Limits = None,
    relative: Relative = None,
    percent: Percent = None,
    variables: Names = None,
    exclude: Exclude = None,
    ignore: Ignore = None,
    rows: Shown = 20,
    encoding: Encoding = "utf-8",
    compare_encoding: CompareEncoding = None,
    html: Html = None,
    language: PageLanguage = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
) -> None:
    """Compare two data sets, or all of two folders: attributes, records, values.

    Records are matched by key. Numbers are equal when they are exactly equal or
    within a tolerance, each record by itself; with several tolerances for a
    variable, one that holds is enough.

    Exit codes: 0 equal; 1 different; 2 the command was not understood, or it
    names variables that the data do not have; 3 a file could not be read (in
    folders, the others are compared).

    Example: cdisc-pom compare prod/adlb.xpt qc/adlb.xpt -t AVAL=1e-8
    """
    with _plain_errors():
        from cdisc_pom.compare.libraries import compare_files  # noqa: PLC0415 - light --help
        from cdisc_pom.compare.settings import read_settings  # noqa: PLC0415

        settings = read_settings(
            keys=keys or (),
            absolute=tolerance or (),
            relative=relative or (),
            percent=percent or (),
            only=variables or (),
            exclude=exclude or (),
            ignore=ignore or (),
            shown=rows,
        )
        with _progress(silent=quiet or as_json) as progress:
            found = compare_files(
                base,
                compare,
                settings,
                encoding=encoding,
                compare_encoding=compare_encoding,
                progress=progress,
            )
        if html is not None:
            _write_page(found, html, language)
    _print(found, as_json=as_json, quiet=quiet)
    if found.exit_code:
        raise typer.Exit(found.exit_code)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """One clear line instead of a traceback; exit code 2 for options, 3 for files."""
    from cdisc_pom.compare.errors import UnreadableFile, WrongOption  # noqa: PLC0415

    try:
        yield
    except WrongOption as error:
        raise typer.BadParameter(error.reason, param_hint=error.option) from None
    except UnreadableFile as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from None


@contextmanager
def _progress(*, silent: bool) -> Iterator[Callable[[str], None] | None]:
    """The name of the data set that is compared, on a terminal only."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status("") as status:
        yield status.update


def _write_page(found: LibraryComparison, path: Path, language: Language) -> None:
    from cdisc_pom.compare.errors import UnreadableFile  # noqa: PLC0415
    from cdisc_pom.compare.page import to_html  # noqa: PLC0415
    from cdisc_pom.files import write_text  # noqa: PLC0415

    try:
        write_text(path, to_html(found, language=language.value))
    except OSError as error:
        raise UnreadableFile(str(path), f"cannot be written: {error.strerror}.") from None


def _print(found: LibraryComparison, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        from cdisc_pom.compare.report import to_json  # noqa: PLC0415

        typer.echo(to_json(found), nl=False)
    elif quiet:
        for line in found.unreadable:
            typer.echo(line, err=True)
    elif sys.stdout.isatty():
        from cdisc_pom.compare.terminal import print_tables  # noqa: PLC0415

        print_tables(found)
    else:
        from cdisc_pom.compare.report import to_text  # noqa: PLC0415

        typer.echo(to_text(found), nl=False)
