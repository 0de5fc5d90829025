"""define.xml opened as a specification: each fact in its cell, and a list of what has none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cdisc_pom.define.texts import ENCODING_COMMENT
from cdisc_pom.interchange.books import Book, sheet_of
from cdisc_pom.interchange.define_file import DefineFile, Element, open_define
from cdisc_pom.interchange.define_groups import Groups
from cdisc_pom.interchange.define_lists import read_lists, read_texts
from cdisc_pom.interchange.define_reading import Reading
from cdisc_pom.interchange.losses import Loss
from cdisc_pom.spec.sheets import DESCRIBING, SHEETS

_TERMINOLOGY = "CDISC/NCI"
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Standard:
    """A standard that the file states."""

    name: str
    version: str
    publishing_set: str | None
    node: Element

    @property
    def shown(self) -> str:
        """As the columns Standard and Terminology name it."""
        return f"{self.publishing_set or self.name} {self.version}"


def read_define(path: Path, *, kind: str | None = None) -> tuple[Book, tuple[Loss, ...]]:
    """The specification that a define file is.

    Args:
        path: a file of Define-XML 2.0 or 2.1.
        kind: `sdtm` or `adam`; None takes it from the standard that the file states.

    Returns:
        The workbook, with empty running sheets, and what of the file is not in it.

    Raises:
        Problems: it is no define file.
    """
    file = open_define(path)
    version = file.find(file.root, "odm:Study/odm:MetaDataVersion")
    reading = Reading(file, version)
    standards = _standards(reading)
    guides = [each for each in standards.values() if each.publishing_set is None]
    sets = [each for each in standards.values() if each.publishing_set is not None]
    kind = kind or ("adam" if guides and "adam" in guides[0].name.casefold() else "sdtm")
    _define_sheet(reading, guides[:1], sets)
    Groups(reading, kind, _dataset_standard(reading, standards, guides[:1])).read()
    read_lists(reading, _terminology(reading, standards, sets[:1]))
    read_texts(reading)
    used = {row.get("Standard") for row in reading.sheets.get("Datasets", ())}
    for guide in guides[1:]:
        if guide.shown not in used:
            file.lose("Standard that no data set follows", guide.node, guide.shown)
    return _book(reading, path.name, kind), file.losses()


def _book(reading: Reading, name: str, kind: str) -> Book:
    sheets = []
    for row_type in SHEETS[kind]:
        rows = reading.sheets.get(row_type.sheet, [])
        if rows or not row_type.optional or row_type in DESCRIBING:
            header = list(row_type.headers())
            records = [[row.get(column) for column in header] for row in rows]
            sheets.append(sheet_of(row_type.sheet, header, records))
    return Book(name, kind, tuple(sheets))


def _standards(reading: Reading) -> dict[str, Standard]:
    """Standards by OID; a file of version 2.0 states one, in attributes."""
    file, found = reading.file, {}
    name = file.attribute(reading.version, "def:StandardName")
    number = file.attribute(reading.version, "def:StandardVersion")
    if name is not None:
        found[""] = Standard(name, number or "", None, reading.version)
    for node in file.children(reading.version, "def:Standards/def:Standard"):
        for attribute, usual in (("Status", "Final"), ("Name", _TERMINOLOGY)):
            file.agree(node, attribute, usual)
        kind, publishing_set = (file.attribute(node, each) for each in ("Type", "PublishingSet"))
        version = file.attribute(node, "Version") or ""
        stated = str(node.get("Name") if kind == "CT" else file.attribute(node, "Name"))
        publishing_set = publishing_set or (stated if kind == "CT" else None)
        found[str(file.attribute(node, "OID"))] = Standard(stated, version, publishing_set, node)
    return found


def _define_sheet(reading: Reading, guides: list[Standard], sets: list[Standard]) -> None:
    file, study = reading.file, reading.version.getparent()
    names = ("StudyName", "StudyDescription", "ProtocolName")
    cells = {}
    for name in names:
        node = file.find(study, f"odm:GlobalVariables/odm:{name}")
        cells[name] = file.text(node)
    if guides:
        cells |= {"StandardName": guides[0].name, "StandardVersion": guides[0].version}
    if sets:
        cells["CT Publishing Set"] = ", ".join(str(each.publishing_set) for each in sets)
        cells["CT Version"] = ", ".join(each.version for each in sets)
    cells["Language"] = _language(reading)
    cells["Originator"] = file.attribute(file.root, "Originator")
    cells["Created"] = file.attribute(file.root, "CreationDateTime")
    for attribute, value in cells.items():
        if value is not None:
            reading.add("Define", {"Attribute": attribute, "Value": value})
    _agree(file, study, reading.version)


def _agree(file: DefineFile, study: Element, version: Element) -> None:
    """What our writer says in its own way or always."""
    for name, usual in (("FileType", "Snapshot"), ("ODMVersion", "1.3.2"),
                        ("def:Context", "Submission"), ("SourceSystem", "cdisc_pom")):  # fmt: skip
        file.agree(file.root, name, usual)
    file.attribute(file.root, "FileOID")
    file.attribute(study, "OID")
    for name in ("OID", "def:DefineVersion"):
        file.attribute(version, name)
    file.agree(version, "def:CommentOID", ENCODING_COMMENT)
    if file.root.get("SourceSystem") == "cdisc_pom":  # made of the study's name and the standard
        file.attribute(version, "Name")
        file.attribute(version, "Description")


def _language(reading: Reading) -> str:
    """`zh` where the first text of the file is Chinese."""
    first = next(reading.version.iterfind(".//odm:TranslatedText", reading.file.spaces), None)
    return "zh" if first is not None and _CHINESE.search(first.text or "") else "en"


def _dataset_standard(
    reading: Reading, standards: dict[str, Standard], guides: list[Standard]
) -> Callable[[Element], str | None]:
    def of(group: Element) -> str | None:
        if reading.file.attribute(group, "def:IsNonStandard") == "Yes":
            return "Non-standard"
        found = standards.get(reading.file.attribute(group, "def:StandardOID") or "")
        return None if found is None or found in guides else found.shown

    return of


def _terminology(
    reading: Reading, standards: dict[str, Standard], first: list[Standard]
) -> Callable[[Element, bool], str | None]:
    def of(node: Element, coded: bool) -> str | None:
        if reading.file.attribute(node, "def:IsNonStandard") == "Yes":
            return "Non-standard" if coded else None
        found = standards.get(reading.file.attribute(node, "def:StandardOID") or "-")
        return None if found is None or (coded and found in first) else found.shown

    return of
