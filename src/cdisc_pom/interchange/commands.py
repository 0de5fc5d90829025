"""Commands for specifications: ``cdisc-pom spec ...``. What they do is in the modules beside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.options import LabelLanguage, plainly, stop

if TYPE_CHECKING:
    from cdisc_pom.interchange.books import Book
    from cdisc_pom.interchange.diff import BookDiff
    from cdisc_pom.interchange.losses import Loss

app = typer.Typer(
    no_args_is_help=True,
    help="Specifications in other forms: Pinnacle 21, define.xml, YAML; and what differs in two.",
)


class Standard(StrEnum):
    """Standards that a workbook describes."""

    SDTM = "sdtm"
    ADAM = "adam"


class Form(StrEnum):
    """Forms of Pinnacle 21's specification."""

    CURRENT = "current"
    FORMER = "former"


_ENGLISH = LabelLanguage.EN
Excel = Annotated[Path, typer.Argument(help="An Excel file (.xlsx).")]
AnyForm = Annotated[
    Path,
    typer.Argument(help="An Excel file, a YAML mirror (file or folder) or a define file (.xml)."),
]
OutExcel = Annotated[Path, typer.Argument(help="The Excel file to write.")]
StandardOption = Annotated[
    Standard | None, typer.Option("--standard", help="sdtm or adam.", show_default="as it says")
]
Fold = Annotated[
    bool,
    typer.Option(
        "--fold-supplemental",
        help="SUPP-- data sets become variables with the role Supplemental Qualifier.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]
Json = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


@app.command("from-p21")
def from_p21(
    file: Excel, out: OutExcel, *, standard: StandardOption = None, fold: Fold = False,
    force: Force = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Open a Pinnacle 21 specification, of any form, as a workbook.

    The workbook gets all columns of ours and empty running sheets. What was read otherwise than
    it stands there is listed; cells that must still be mended are listed with exit code 1.

    Example: cdisc-pom spec from-p21 define_spec.xlsx sdtm.xlsx
    """
    with plainly():
        from cdisc_pom.interchange.p21 import open_p21  # noqa: PLC0415

        _refuse(out, force=force)
        opened = open_p21(file, kind=_word(standard))
        book, losses = _folded(opened.book, fold=fold)
        _write(out, book)
        _told(out, book, losses, opened.faults, as_json=as_json)


@app.command("to-p21")
def to_p21(
    file: AnyForm, out: OutExcel, *, form: Annotated[Form, typer.Option()] = Form.CURRENT,
    language: Annotated[LabelLanguage, typer.Option(help="Whose texts to write.")] = _ENGLISH,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Write a Pinnacle 21 specification: `current` for Define-XML 2.1, `former` for 2.0.

    Variables with the role Supplemental Qualifier become SUPP-- data sets with value level. What
    has no place there is listed.

    Example: cdisc-pom spec to-p21 sdtm.xlsx define_spec.xlsx --form former
    """
    with plainly():
        from cdisc_pom.interchange.opening import open_book  # noqa: PLC0415
        from cdisc_pom.interchange.p21 import to_p21 as written  # noqa: PLC0415
        from cdisc_pom.interchange.p21_forms import FORMS  # noqa: PLC0415
        from cdisc_pom.spec.writer import write_sheets  # noqa: PLC0415

        book = open_book(file)
        tables, losses = written(book, FORMS[form.value], language=language.value)
        write_sheets(out, book.kind, tables)
        _told(out, book, losses, (), as_json=as_json)


@app.command("from-define")
def from_define(
    file: Annotated[Path, typer.Argument(help="A define file of version 2.0 or 2.1.")],
    out: OutExcel, *, standard: StandardOption = None, fold: Fold = False, force: Force = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Open a define.xml as a workbook; each part that has no cell is listed with its line.

    Example: cdisc-pom spec from-define define.xml sdtm.xlsx
    """
    with plainly():
        from cdisc_pom.interchange.define_read import read_define  # noqa: PLC0415

        _refuse(out, force=force)
        read, lost = read_define(file, kind=_word(standard))
        book, losses = _folded(read, fold=fold)
        _write(out, book)
        _told(out, book, (*lost, *losses), (), as_json=as_json)


@app.command("to-define")
def to_define(
    file: AnyForm,
    out: Annotated[Path, typer.Argument(help="The define file to write.")],
    *,
    language: Annotated[LabelLanguage, typer.Option(help="Whose texts stand first.")] = _ENGLISH,
    encoding: Annotated[str, typer.Option(help="Encoding of the transport files.")] = "utf-8",
) -> None:
    """Write the define.xml of a workbook alone, before there are any data.

    Lengths are those of the workbook; `cdisc-pom build` writes those of the data, and the methods
    of algorithms.
    """
    with plainly():
        from cdisc_pom.define import write_define  # noqa: PLC0415
        from cdisc_pom.interchange.built import built_without_data  # noqa: PLC0415
        from cdisc_pom.interchange.opening import open_book  # noqa: PLC0415

        book = open_book(file)
        built = built_without_data(book)
        write_define(out, built, language=language.value, encoding=encoding)
        typer.echo(f"{out}: {_counts_text(book)}")


@app.command("to-yaml")
def to_yaml(
    file: Excel,
    target: Annotated[Path, typer.Argument(help="A .yaml file, or a folder: a file a sheet.")],
    *,
    standard: StandardOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when the mirror is out of date.")
    ] = False,
) -> None:
    """Write the YAML mirror of a workbook, for review in git.

    Example, for continuous checks: cdisc-pom spec to-yaml sdtm.xlsx sdtm.yaml --check
    """
    with plainly():
        from cdisc_pom.interchange.books import open_excel  # noqa: PLC0415
        from cdisc_pom.interchange.mirror import outdated, write_mirror  # noqa: PLC0415

        book = open_excel(file, kind=_word(standard))
        if check:
            hint = f"Run: cdisc-pom spec to-yaml {file} {target}"
            old = [
                f"{p.name}: is not what {file.name} says. {hint}" for p in outdated(book, target)
            ]
            if old:
                stop(old)
            typer.echo(f"{target}: up to date")
            return
        written = write_mirror(book, target)
        count = f"{len(written)} file{'s' if len(written) != 1 else ''}"
        for line in (f"{target}: {count}", *book.notes):
            typer.echo(line)


@app.command("from-yaml")
def from_yaml(
    source: Annotated[Path, typer.Argument(help="The mirror: a .yaml file or a folder.")],
    out: OutExcel,
) -> None:
    """Make the workbook of a YAML mirror."""
    with plainly():
        from cdisc_pom.interchange.mirror_read import read_mirror  # noqa: PLC0415

        book = read_mirror(source)
        _write(out, book)
        typer.echo(f"{out}: {_counts_text(book)}")


@app.command()
def diff(
    before: AnyForm, after: AnyForm, *,
    html: Annotated[Path | None, typer.Option(help="A page to write.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="A workbook with coloured cells.")] = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="Rows of a sheet to print; 0 prints all.")] = 20,
) -> None:  # fmt: skip
    """Show what differs between two specifications: rows added, removed, changed, by key.

    Exit code 0 when they are equal, 1 when anything differs.

    Example: cdisc-pom spec diff old/sdtm.xlsx sdtm.xlsx --html changes.html
    """
    with plainly():
        from cdisc_pom.interchange.diff import compare_books  # noqa: PLC0415
        from cdisc_pom.interchange.opening import open_book  # noqa: PLC0415

        found = compare_books(open_book(before), open_book(after))
        _write_diff(found, html, xlsx)
        _print_diff(found, limit, as_json=as_json)
    if not found.equal:
        raise typer.Exit(1)


def _write_diff(found: BookDiff, html: Path | None, xlsx: Path | None) -> None:
    if html is not None:
        from cdisc_pom.files import write_text  # noqa: PLC0415
        from cdisc_pom.interchange.diff_show import diff_html  # noqa: PLC0415

        write_text(html, diff_html(found))
    if xlsx is not None:
        from cdisc_pom.interchange.diff_excel import write_diff  # noqa: PLC0415

        write_diff(xlsx, found)


def _print_diff(found: BookDiff, limit: int, *, as_json: bool) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from cdisc_pom.interchange.diff_show import diff_json, diff_lines  # noqa: PLC0415

    if as_json:
        typer.echo(diff_json(found), nl=False)
        return
    console = Console(highlight=False, soft_wrap=True)
    for style, line in diff_lines(found, limit=limit):
        console.print(Text(line, style=style))


def _folded(book: Book, *, fold: bool) -> tuple[Book, tuple[Loss, ...]]:
    if not fold:
        return book, ()
    from cdisc_pom.interchange.supplemental import fold_supplemental  # noqa: PLC0415

    return fold_supplemental(book)


def _write(out: Path, book: Book) -> None:
    from cdisc_pom.interchange.books import write_book  # noqa: PLC0415

    write_book(out, book)


def _told(
    out: Path, book: Book, losses: Sequence[Loss], faults: Sequence[SpecError], *, as_json: bool
) -> None:
    """Print what was written, what was not kept, and what must be mended in the new file."""
    from cdisc_pom.interchange.losses import loss_lines  # noqa: PLC0415

    left = [str(fault) for fault in (*faults, *_cells_to_mend(out, book))]
    if as_json:
        content = {
            "ok": not left, "file": str(out), "standard": book.kind, "rows": _counts(book),
            "notes": list(book.notes), "lost": [_plain(loss) for loss in losses], "errors": left,
        }  # fmt: skip
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        lines = [f"{out}: {_counts_text(book)}", *(f"  {note}" for note in book.notes)]
        for line in lines + loss_lines(losses, "Not kept"):
            typer.echo(line)
    if left:
        stop(left)


def _cells_to_mend(out: Path, book: Book) -> Sequence[SpecError]:
    """What the reader will say of the new workbook."""
    from cdisc_pom.spec.reader import typed_workbook  # noqa: PLC0415

    try:
        typed_workbook(Path(out.name), book.kind, book.sheets)
    except Problems as problems:
        return [fault for fault in problems.errors if isinstance(fault, SpecError)]
    return []


def _plain(loss: Loss) -> dict[str, object]:
    place = str(loss.place) if loss.place is not None else ""
    return {"what": loss.what, "count": loss.count, "first": place, "example": loss.example}


def _counts(book: Book) -> dict[str, int]:
    return {sheet.name: len(book.rows(sheet.name)) for sheet in book.sheets}


def _counts_text(book: Book) -> str:
    lists = len({row.get("ID") for row in book.rows("Codelists")})
    return (
        f"{len(book.rows('Datasets'))} data sets, {len(book.rows('Variables'))} variables, "
        f"{len(book.rows('ValueLevel'))} values, {lists} code lists"
    )


def _word(standard: Standard | None) -> str | None:
    return standard.value if standard is not None else None


def _refuse(out: Path, *, force: bool) -> None:
    if out.exists() and not force:
        hint = "Give --force to replace it, with what its running sheets hold."
        raise Problems([SpecError(Line(out.name), "is there already.", hint)])
