"""Variable tables that users export from the CDISC Library, brought into the local store."""

from __future__ import annotations

import re
from pathlib import Path

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.standards.files import VARIABLE_COLUMNS, write_table
from cdisc_pom.standards.grid import Table, find_table, read_sheets
from cdisc_pom.standards.store import Pin, Store

_COLUMNS = {
    "version": ("Version", "Standard Version"),
    "order": ("Variable Order", "Seq. for Order", "Order", "Ordinal"),
    "dataset": ("Dataset Name", "Dataset", "Domain"),
    "structure": ("Data Structure Name", "Structure", "Class"),
    "set": ("Variable Set", "Set", "Variable Grouping"),
    "variable": ("Variable Name", "Variable"),
    "label": ("Variable Label", "Label"),
    "type": ("Type", "Data Type", "Simple Datatype"),
    "role": ("Role",),
    "core": ("Core",),
    "codes": ("CDISC CT Codelist Code(s)", "Codelist Code", "Codelist Code(s)"),
    "values": ("Described Value Domain(s)", "Value Domain", "Described Value Domain"),
}
_NEEDED = ("variable", "label", "type", "core")
_CODE = re.compile(r"C\d+")
_NAME = re.compile(r"(SDTMIG|SENDIG|ADaMIG|ADaM|SDTM)[^0-9]{0,3}(\d+[.-]\d+)?", re.IGNORECASE)
_NAMES = {
    "sdtmig": "SDTMIG", "sdtm": "SDTMIG", "adamig": "ADaMIG", "adam": "ADaMIG", "sendig": "SENDIG",
}  # fmt: skip
# Structures of ADaM by the words in their names, the narrower first.
_STRUCTURES = (
    ("time-to-event", "TTE"), ("subject", "ADSL"), ("adsl", "ADSL"), ("occurrence", "OCCDS"),
    ("occds", "OCCDS"), ("basic data", "BDS"), ("bds", "BDS"), ("tte", "TTE"),
)  # fmt: skip
_TYPES = {"char": "Char", "num": "Num", "numeric": "Num", "character": "Char", "text": "Char"}


def import_guide(
    path: Path, store: Store, *, standard: str | None = None, version: str | None = None
) -> tuple[Pin, int, int]:
    """Read a variable table of an implementation guide and keep it.

    Args:
        path: CSV or Excel, as the CDISC Library exports it.
        store: where it is kept.
        standard: `SDTMIG` or `ADaMIG`; found in the file or its name by default.
        version: such as `3.4`; found in the file or its name by default.

    Returns:
        What was imported, the number of data sets and of variables.

    Raises:
        Problems: the file has not these columns, holds a type that is none, or does not say
            which guide it is.
    """
    tables = find_table(read_sheets(path), _COLUMNS, _NEEDED)
    tables = [t for t in tables if max(t.columns["dataset"], t.columns["structure"]) >= 0]
    if not tables:
        hint = f"It needs the columns {', '.join(_COLUMNS[name][0] for name in _NEEDED)}."
        raise Problems([SpecError(Line(str(path)), "is no table of variables.", hint)])
    pin = _pin(path, tables, standard, version)
    rows = _rows(path, tables, adam=pin.name == "ADaMIG")
    comments = [f"Variables of {pin}, imported from {path.name}."]
    write_table(store.path("ig", pin), comments, VARIABLE_COLUMNS, rows)
    return pin, len({row[0] for row in rows}), len(rows)


def _rows(path: Path, tables: list[Table], *, adam: bool) -> list[tuple[str, ...]]:
    faults: list[SpecError] = []
    rows: list[tuple[str, ...]] = []
    counts: dict[str, int] = {}
    for table in tables:
        for number, record in table.records():
            if not record["variable"]:
                continue
            kind = _TYPES.get(record["type"].casefold())
            if kind is None:
                text = f"type of {record['variable']} is '{record['type']}', not Char or Num."
                faults.append(SpecError(Line(path.name, number), text))
                continue
            dataset = _dataset(record, adam=adam)
            counts[dataset] = counts.get(dataset, 0) + 1
            order = record["order"] if record["order"].isdigit() else str(counts[dataset])
            rows.append((
                dataset, order, record["variable"], _clean(record["label"]), "", kind,
                record["role"] or record["set"], record["core"],
                " ".join(_CODE.findall(record["codes"])), _clean(record["values"]),
            ))  # fmt: skip
    if faults:
        raise Problems(faults)
    return rows


def _dataset(record: dict[str, str], *, adam: bool) -> str:
    if not adam:
        return record["dataset"]
    words = " ".join((record["set"], record["dataset"], record["structure"])).casefold()
    return next((name for word, name in _STRUCTURES if word in words), record["dataset"])


def _clean(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())


def _pin(path: Path, tables: list[Table], standard: str | None, version: str | None) -> Pin:
    texts = [path.name]
    for table in tables:
        first = next((record for _, record in table.records()), {})
        texts += [table.name, first.get("version", "")]
    text = " ".join(texts)
    match = _NAME.search(text)
    name = standard or (_NAMES[match[1].casefold()] if match else None)
    number = version or next(
        (m[2].replace("-", ".") for m in _NAME.finditer(text) if m[2]),
        next(iter(re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", text)), None),
    )
    if name is not None and number is not None:
        return Pin(name, number)
    hint = "Say it: --standard SDTMIG --version 3.4."
    raise Problems([SpecError(Line(str(path)), "does not say which guide it is.", hint)])
