"""Controlled terminology as NCI publishes it, brought into the local store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.standards.files import TERM_COLUMNS, write_table
from cdisc_pom.standards.grid import Table, find_table, read_sheets, read_text
from cdisc_pom.standards.store import Pin, Store

_COLUMNS = {
    "code": ("Code", "NCI Code", "Term Code", "Concept Code"),
    "codelist": ("Codelist Code", "NCI Codelist Code"),
    "extensible": ("Codelist Extensible (Yes/No)", "Codelist Extensible", "Extensible"),
    "name": ("Codelist Name",),
    "value": ("CDISC Submission Value", "Submission Value", "Term"),
    "standard": ("Standard and Date",),
}
_NEEDED = ("code", "codelist", "name", "value")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PACKAGES = (
    "SDTM", "ADaM", "SEND", "CDASH", "Define-XML", "Protocol", "QRS", "QS-FT", "COA", "DDF", "MRCT",
    "Glossary",
)  # fmt: skip

Row = tuple[str, str, str, str, str, str, str]


def import_terminology(
    path: Path, store: Store, *, package: str | None = None, version: str | None = None
) -> tuple[Pin, int, int]:
    """Read a terminology file and keep it.

    Args:
        path: NCI's tab-delimited text, Excel or ODM-XML file.
        store: where it is kept.
        package: `SDTM`, `ADaM` …; found in the file or its name by default.
        version: its date; found in the file or its name by default.

    Returns:
        What was imported, the number of code lists and of terms.

    Raises:
        Problems: the file is not in one of these forms, or does not say what it is.
    """
    hints = [path.name]
    if path.name.lower().endswith((".xml", ".xml.gz", ".xml.xz", ".xml.zip")):
        rows = list(_odm_rows(path, hints))
    else:
        rows = list(_table_rows(path, hints))
    pin = _pin(path, hints, package, version)
    lists = sum(1 for row in rows if row[2])
    comments = [f"{pin.name} controlled terminology {pin.version}, imported from {path.name}."]
    write_table(store.path("ct", pin), comments, TERM_COLUMNS, rows)
    return pin, lists, len(rows) - lists


def _table_rows(path: Path, hints: list[str]) -> Iterator[Row]:
    tables = find_table(read_sheets(path), _COLUMNS, _NEEDED)
    if not tables:
        hint = f"It needs the columns {', '.join(_COLUMNS[name][0] for name in _NEEDED)}."
        raise Problems([SpecError(Line(str(path)), "is no terminology table.", hint)])
    faults = []
    for table in tables:
        hints.append(table.name)
        lists = _lists(table)
        for number, record in table.records():
            if not record["code"]:
                continue
            if record["standard"] and len(hints) < 4:  # noqa: PLR2004 - a few say it already
                hints.append(record["standard"])
            if not record["codelist"]:
                yield _head(record)
            elif record["codelist"] in lists:
                yield (record["codelist"], "", "", "", "", record["value"], record["code"])
            else:
                text = f"term {record['value']} is of the unknown code list {record['codelist']}."
                faults.append(SpecError(Line(path.name, number), text))
    if faults:
        raise Problems(faults)


def _lists(table: Table) -> set[str]:
    return {record["code"] for _, record in table.records() if not record["codelist"]}


def _head(record: dict[str, str]) -> Row:
    extensible = "No" if record["extensible"].casefold() in ("no", "n", "false") else "Yes"
    return (record["code"], record["value"], record["name"], extensible, "Yes", "", "")


def _odm_rows(path: Path, hints: list[str]) -> Iterator[Row]:
    from lxml import etree  # noqa: PLC0415 - only this form needs it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(read_text(path).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        fault = SpecError(Line(str(path)), f"is no well-formed XML ({error}).")
        raise Problems([fault]) from error
    for node in root.iter("{*}Study", "{*}MetaDataVersion", "{*}StudyName"):
        hints += [*map(str, node.attrib.values()), node.text or ""]
    hints += [str(root.get(name, "")) for name in ("SourceSystemVersion", "Description")]
    found = False
    for node in root.iter("{*}CodeList"):
        code = _extension(node, "ExtCodeID")
        if not code:
            continue
        found = True
        short = node.findtext("{*}CDISCSubmissionValue") or node.get("OID", "").rpartition(".")[2]
        extensible = "No" if _extension(node, "CodeListExtensible").casefold() == "no" else "Yes"
        yield (code, short, node.get("Name", ""), extensible, "Yes", "", "")
        for item in node.iter("{*}EnumeratedItem", "{*}CodeListItem"):
            value = item.get("CodedValue", "")
            yield (code, "", "", "", "", value, _extension(item, "ExtCodeID"))
    if not found:
        fault = SpecError(Line(str(path)), "holds no code list with an NCI code (ExtCodeID).")
        raise Problems([fault])


def _extension(node: object, name: str) -> str:
    """An attribute of NCI's ODM extension, whatever its namespace."""
    attributes = node.attrib.items()  # type: ignore[attr-defined]
    return next((str(v) for key, v in attributes if key.rpartition("}")[2] == name), "")


def _pin(path: Path, hints: list[str], package: str | None, version: str | None) -> Pin:
    text = " ".join(hints)
    date = version or next(iter(_DATE.findall(text)), None)
    folded = text.casefold()
    name = package or next((p for p in _PACKAGES if p.casefold() in folded), None)
    faults = []
    if name is None:
        hint = "Say it: --package SDTM."
        faults.append(SpecError(Line(str(path)), "does not say which package it is.", hint))
    if date is None:
        hint = "Say its date: --version 2025-03-28."
        faults.append(SpecError(Line(str(path)), "does not say of which date it is.", hint))
    if name is None or date is None:
        raise Problems(faults)
    return Pin(name, date)
