"""Commands for published standards: import them into the local store, list what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

ct_app = typer.Typer(no_args_is_help=True)
ig_app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The published file.")]
Folder = Annotated[
    Path | None,
    typer.Option("--store", help="Folder of the store.", show_default="$CDISC_POM_STORE, or "
                 "the user's data folder"),
]  # fmt: skip
Version = Annotated[str | None, typer.Option(help="Its version.", show_default="as the file says")]


@ct_app.command("import")
def import_ct(
    file: File,
    *,
    package: Annotated[
        str | None, typer.Option(help="SDTM, ADaM …", show_default="as the file says")
    ] = None,
    version: Version = None,
    store: Folder = None,
) -> None:
    """Import CDISC controlled terminology as NCI publishes it: text, Excel or ODM-XML.

    A workbook pins it in Define: CT Publishing Set SDTM, CT Version 2025-03-28.

    Example: cdisc-pom ct import "SDTM Terminology.txt" --version 2025-03-28
    """
    from cdisc_pom.errors import Problems  # noqa: PLC0415
    from cdisc_pom.standards.ct_import import import_terminology  # noqa: PLC0415
    from cdisc_pom.standards.store import Store  # noqa: PLC0415

    place = Store.here(store)
    try:
        pin, lists, terms = import_terminology(file, place, package=package, version=version)
    except Problems as problems:
        _stop(problems)
    typer.echo(f"{pin}: {lists} code lists, {terms} terms in {place.path('ct', pin)}")


@ct_app.command("list")
def list_ct(*, store: Folder = None) -> None:
    """List the terminology that is at hand."""
    from cdisc_pom.standards.store import Store  # noqa: PLC0415
    from cdisc_pom.standards.terminology import packed_pins  # noqa: PLC0415

    place = Store.here(store)
    for pin in packed_pins():
        typer.echo(f"{pin}: packed, the code lists of common domains")
    for pin in place.pins("ct"):
        typer.echo(f"{pin}: {place.path('ct', pin)}")


@ig_app.command("import")
def import_ig(
    file: File,
    *,
    standard: Annotated[
        str | None, typer.Option(help="SDTMIG or ADaMIG.", show_default="as the file says")
    ] = None,
    version: Version = None,
    store: Folder = None,
) -> None:
    """Import an implementation guide's variables as the CDISC Library exports them (CSV, Excel).

    A workbook pins it in Define: StandardName SDTMIG, StandardVersion 3.4.

    Example: cdisc-pom ig import SDTMIG_v3.4.csv
    """
    from cdisc_pom.errors import Problems  # noqa: PLC0415
    from cdisc_pom.standards.ig_import import import_guide  # noqa: PLC0415
    from cdisc_pom.standards.store import Store  # noqa: PLC0415

    place = Store.here(store)
    try:
        pin, datasets, variables = import_guide(file, place, standard=standard, version=version)
    except Problems as problems:
        _stop(problems)
    typer.echo(f"{pin}: {datasets} data sets, {variables} variables in {place.path('ig', pin)}")


@ig_app.command("list")
def list_ig(*, store: Folder = None) -> None:
    """List the implementation guides that are at hand."""
    from cdisc_pom.standards.store import Store  # noqa: PLC0415
    from cdisc_pom.standards.tables import standard_versions  # noqa: PLC0415

    place = Store.here(store)
    stored = place.pins("ig")
    for pin in standard_versions(place):
        where = str(place.path("ig", pin)) if pin in stored else "packed, common domains"
        typer.echo(f"{pin}: {where}")


def _stop(problems: Exception) -> NoReturn:
    typer.echo(str(problems), err=True)
    raise typer.Exit(1)
