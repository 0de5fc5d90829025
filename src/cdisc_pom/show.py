"""A transport file shown: its variables with their attributes, and its first records."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import typer

from cdisc_pom.xpt import Member, XportFile, read_xport


def show_file(file: Path, *, rows: int, encoding: str, as_json: bool) -> None:
    """Print each data set of a transport file.

    Raises:
        XportError: the file is no transport file.
    """
    for member in XportFile(file, encoding=encoding).members:
        frame = read_xport(
            file, encoding=encoding, member=member.name, rows=rows, text="str", dates="format"
        )
        if as_json:
            typer.echo(json.dumps(_plain(member, frame), ensure_ascii=False, indent=2))
        else:
            _print(member, frame)


def _plain(member: Member, frame: pd.DataFrame) -> dict[str, object]:
    records = json.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False))
    return {
        "name": member.name,
        "label": member.label,
        "variables": [
            {
                "name": v.name,
                "type": v.type,
                "length": v.length,
                "label": v.label,
                "format": v.format,
            }
            for v in member.variables
        ],
        "records": records,
    }


def _print(member: Member, frame: pd.DataFrame) -> None:
    """One table: a row a variable, its attributes, then its value in each of the first records."""
    from rich.console import Console
    from rich.table import Table

    title = f"{member.name}  {member.label}  ({len(member.variables)} variables)"
    table = Table(title=title, title_justify="left")
    for name in ("Variable", "Type", "Length", "Format", "Label"):
        table.add_column(name, no_wrap=name == "Variable", overflow="fold")
    for number in range(1, len(frame) + 1):
        table.add_column(f"record {number}", overflow="fold", style="cyan")
    shown = frame.astype(object).where(frame.notna(), "")
    for variable in member.variables:
        table.add_row(
            variable.name,
            variable.type,
            str(variable.length),
            variable.format,
            variable.label,
            *(_cell(value) for value in shown[variable.name].tolist()),
        )
    Console().print(table)


def _cell(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d") if value == value.normalize() else value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
