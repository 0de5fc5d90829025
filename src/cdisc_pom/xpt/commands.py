"""Commands for transport files: ``cdisc-pom xpt ...``. No logic of the format is here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from cdisc_pom.xpt import Member, XportFile

app = typer.Typer(no_args_is_help=True, help="Look into, convert and recode SAS transport files.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A transport file.")]
Encoding = Annotated[
    str, typer.Option("--encoding", "-e", help="Encoding of the file; it does not tell it.")
]
MemberName = Annotated[
    str | None, typer.Option("--member", "-m", help="Data set, when the file has several.")
]
Columns = Annotated[
    str | None, typer.Option("--columns", "-c", help="Variables, separated by commas.")
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")]
Dates = Annotated[bool, typer.Option("--dates", help="Dates by format instead of SAS numbers.")]


@app.command()
def info(
    file: File,
    encoding: Encoding = "utf-8",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show data sets and variables: names, types, lengths, labels, formats."""
    with _plain_errors():
        from cdisc_pom.xpt import XportFile  # noqa: PLC0415 - `--help` stays light

        opened = XportFile(file, encoding=encoding)
    if as_json:
        typer.echo(json.dumps(_described(opened), ensure_ascii=False, indent=2))
        return
    for member in opened.members:
        _print_member(member, opened)


def _described(opened: XportFile) -> dict[str, Any]:
    from dataclasses import asdict  # noqa: PLC0415

    members = [
        asdict(each)
        | {"created": str(each.created), "modified": str(each.modified)}
        | {"records": each.records}
        for each in opened.members
    ]
    return {"version": opened.version, "encoding": opened.encoding, "members": members}


def _print_member(member: Member, opened: XportFile) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    title = f"{member.name}  {member.label}".strip()
    caption = (
        f"version {opened.version}, {opened.encoding}, {member.records:,} records of "
        f"{member.record_length} bytes, created {member.created}, modified {member.modified}"
    )
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left")
    for heading in ("#", "Variable", "Type", "Length", "Format", "Informat", "Label"):
        table.add_column(heading)
    for number, each in enumerate(member.variables, start=1):
        cells = (each.name, each.type, str(each.length), each.format, each.informat, each.label)
        table.add_row(str(number), *cells)
    Console().print(table)


@app.command()
def head(
    file: File,
    encoding: Encoding = "utf-8",
    member: MemberName = None,
    columns: Columns = None,
    rows: Annotated[int, typer.Option("--rows", "-n", min=1, help="How many records.")] = 10,
    *,
    dates: Annotated[bool, typer.Option(help="Dates by format, or SAS numbers.")] = True,
) -> None:
    """Show the first records."""
    with _plain_errors():
        import pandas as pd  # noqa: PLC0415

        from cdisc_pom.xpt import read_xport  # noqa: PLC0415

        frame = read_xport(
            file,
            encoding=encoding,
            member=member,
            columns=_split(columns),
            rows=rows,
            text="str",
            dates="format" if dates else "number",
        )
    with pd.option_context("display.max_columns", None, "display.width", 200):
        typer.echo(frame.to_string(index=False, na_rep=""))


@app.command("to-csv")
def to_csv(
    file: File,
    encoding: Encoding = "utf-8",
    member: MemberName = None,
    columns: Columns = None,
    out: Out = None,
    *,
    dates: Dates = False,
) -> None:
    """Write the records as CSV in UTF-8; special missing values are ``.A`` and so on."""
    from cdisc_pom.xpt.convert import write_csv  # noqa: PLC0415

    with _plain_errors():
        target = out or file.with_suffix(".csv")
        records = write_csv(
            file,
            target,
            encoding=encoding,
            member=member,
            columns=_split(columns),
            dates="format" if dates else "number",
        )
    typer.echo(f"{target}: {records:,} records")


@app.command("to-parquet")
def to_parquet(
    file: File,
    encoding: Encoding = "utf-8",
    member: MemberName = None,
    columns: Columns = None,
    out: Out = None,
    *,
    dates: Dates = False,
) -> None:
    """Write the records as Parquet, labels and formats as metadata of its columns."""
    from cdisc_pom.xpt.convert import write_parquet  # noqa: PLC0415

    with _plain_errors():
        target = out or file.with_suffix(".parquet")
        records = write_parquet(
            file,
            target,
            encoding=encoding,
            member=member,
            columns=_split(columns),
            dates="format" if dates else "number",
        )
    typer.echo(f"{target}: {records:,} records")


@app.command("to-json")
def to_json(
    file: File, encoding: Encoding = "utf-8", member: MemberName = None, out: Out = None
) -> None:
    """Write the records as Dataset-JSON 1.1; ``.ndjson`` in ``--out`` chooses the line form."""
    from cdisc_pom.xpt.convert import xport_to_json  # noqa: PLC0415

    with _plain_errors():
        target = out or file.with_suffix(".json")
        records = xport_to_json(file, target, encoding=encoding, member=member)
    typer.echo(f"{target}: {records:,} records")


@app.command("from-csv")
def from_csv(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8.")],
    out: Out = None,
    name: Annotated[str, typer.Option(help="Data set name; the file's name when left out.")] = "",
    label: Annotated[str, typer.Option(help="Data set label.")] = "",
    encoding: Annotated[str, typer.Option("--encoding", "-e", help="Of the new file.")] = "utf-8",
    version: Annotated[int, typer.Option(help="5 or 8.")] = 5,
    number: Annotated[
        str | None, typer.Option(help="Number variables, separated by commas; others are text.")
    ] = None,
    like: Annotated[
        Path | None, typer.Option(exists=True, help="A transport file with the same variables.")
    ] = None,
    like_encoding: Annotated[str, typer.Option(help="Encoding of that file.")] = "utf-8",
) -> None:
    """Write a transport file from a CSV file; nothing is guessed, ``001`` stays text."""
    from cdisc_pom.xpt.convert import csv_to_xport  # noqa: PLC0415

    with _plain_errors():
        target = out or file.with_suffix(".xpt")
        member = csv_to_xport(
            file,
            target,
            name=name or file.stem,
            label=label,
            encoding=encoding,
            version=version,
            numbers=_split(number) or [],
            like=like,
            like_encoding=like_encoding,
        )
    typer.echo(f"{target}: {member.records:,} records")


@app.command()
def check(file: File, encoding: Encoding = "utf-8") -> None:
    """Tell limits that are broken, bytes that are no text, and numbers that lose bits."""
    from cdisc_pom.xpt import check_file  # noqa: PLC0415

    with _plain_errors():
        problems = check_file(file, encoding=encoding)
    for problem in problems:
        typer.echo(str(problem))
    typer.echo(f"{file}: {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command()
def recode(
    path: Annotated[Path, typer.Argument(exists=True, help="A transport file or a folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File or folder to write.")],
    to: Annotated[str, typer.Option("--to", help="Encoding wanted.")],
    encoding: Annotated[
        str, typer.Option("--from", "-e", help="Encoding of what is there.")
    ] = "utf-8",
) -> None:
    """Change the encoding, lengths recomputed; a folder is gone through with its subfolders."""
    from rich.progress import Progress  # noqa: PLC0415

    from cdisc_pom.xpt import XportError, recode_xport  # noqa: PLC0415

    inside = (each for each in path.rglob("*") if each.suffix.lower() == ".xpt")
    files = sorted(inside) if path.is_dir() else [path]
    failed = 0
    with Progress(disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("recode", total=sum(each.stat().st_size for each in files))
        for file in files:
            target = out / file.relative_to(path) if path.is_dir() else out
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                recode_xport(file, target, source_encoding=encoding, target_encoding=to)
            except XportError as error:
                failed += 1
                typer.echo(str(error), err=True)
            progress.advance(task, file.stat().st_size)
    typer.echo(f"{len(files) - failed} of {len(files)} files written in {to}")
    if failed:
        raise typer.Exit(1)


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [each.strip() for each in names.split(",") if each.strip()]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """A message and exit code 1 instead of a traceback."""
    from cdisc_pom.xpt import XportError  # noqa: PLC0415

    try:
        yield
    except (XportError, KeyError, OSError) as error:
        typer.echo(error.args[0] if isinstance(error, KeyError) else str(error), err=True)
        raise typer.Exit(1) from None
