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
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"{member.name}  {member.label}", title_justify="left")
    for name in ("Variable", "Type", "Length", "Format", "Label"):
        table.add_column(name, overflow="fold")
    for variable in member.variables:
        table.add_row(
            variable.name, variable.type, str(variable.length), variable.format, variable.label
        )
    console.print(table)
    records = Table(title=f"first {len(frame)} records", title_justify="left")
    for name in frame.columns:
        records.add_column(str(name), overflow="ellipsis", no_wrap=True)
    shown = frame.astype(object).where(frame.notna(), "")
    for values in zip(*(shown[name] for name in shown.columns), strict=True):
        records.add_row(*(_cell(value) for value in values))
    console.print(records)


def _cell(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d") if value == value.normalize() else value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
