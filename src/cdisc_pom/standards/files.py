"""The one file form of all standards' tables: CSV in UTF-8 with comment lines at the top."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from cdisc_pom.files import write_text

Rows = list[dict[str, str]]

VARIABLE_COLUMNS = (
    "Dataset", "Order", "Variable", "Label", "Label (zh)", "Type", "Role", "Core", "Codelist",
    "Values",
)  # fmt: skip
DATASET_COLUMNS = ("Dataset", "Class", "Label", "Label (zh)", "Structure", "Structure (zh)")
TERM_COLUMNS = ("Codelist", "Short Name", "Name", "Extensible", "Complete", "Term", "Code")


def packed_names() -> list[str]:
    """Names of the packed tables."""
    folder = resources.files(__package__).joinpath("data")
    return sorted(file.name for file in folder.iterdir() if file.name.endswith(".csv"))


def read_packed(name: str) -> Rows:
    """Rows of a packed table."""
    file = resources.files(__package__).joinpath("data", name)
    return parse(file.read_text(encoding="utf-8"))


def read_table(path: Path) -> Rows:
    """Rows of a table in the local store."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Rows:
    r"""Rows by column; lines that start with # before the header are comments.

    Example:
        >>> parse("# where from\nTerm,Code\nY,C49488\n")
        [{'Term': 'Y', 'Code': 'C49488'}]
    """
    lines = text.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return list(csv.DictReader(lines[start:]))


def write_table(
    path: Path, comments: Iterable[str], columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a table of the store."""
    stream = io.StringIO()
    for comment in comments:
        stream.write(f"# {comment}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_text(path, stream.getvalue())
