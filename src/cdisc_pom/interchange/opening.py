"""A specification opened from any form: Excel of ours or of Pinnacle 21, YAML, define.xml."""

from __future__ import annotations

from pathlib import Path

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.interchange.books import Book, standard_of
from cdisc_pom.interchange.mirror_read import INDEX, read_mirror

_KNOWN = ".xlsx, .yaml, .xml, or a folder with a YAML mirror"


def open_book(path: Path, *, kind: str | None = None) -> Book:
    """The sheets of a specification, under our names.

    Args:
        path: an Excel file, a YAML mirror (file or folder) or a define file.
        kind: `sdtm` or `adam`; None finds out.

    Raises:
        Problems: the file cannot be read, or is of no form that is known.
    """
    if path.is_dir():
        if (path / INDEX).is_file():
            return read_mirror(path)
        raise Problems([SpecError(Line(path.name), f"has no {INDEX}.", f"Known: {_KNOWN}.")])
    if path.suffix in (".yaml", ".yml"):
        return read_mirror(path)
    if path.suffix == ".xml":
        from cdisc_pom.interchange.define_read import read_define  # noqa: PLC0415

        return read_define(path, kind=kind)[0]
    return _excel(path, kind)


def _excel(path: Path, kind: str | None) -> Book:
    from cdisc_pom.spec.cells import read_cells  # noqa: PLC0415
    from cdisc_pom.spec.foreign import open_foreign  # noqa: PLC0415

    cells = read_cells(path)
    kind = kind or standard_of(cells)
    opened = open_foreign(path.name, cells, kind)
    return Book(path.name, kind, opened.sheets, opened.notes)
