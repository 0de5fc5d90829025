"""Writing a define file: the public function, and the order of the file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from lxml import etree

from cdisc_pom.define.arm import (
    analysis_clauses,
    analysis_comments,
    analysis_result_displays,
)
from cdisc_pom.define.chinese import check_chinese
from cdisc_pom.define.datasets import item_group_defs
from cdisc_pom.define.draft import Draft, Language, Step
from cdisc_pom.define.items import item_defs
from cdisc_pom.define.names import Element, element, oid
from cdisc_pom.define.stylesheet import STYLESHEET
from cdisc_pom.define.terms import code_lists
from cdisc_pom.define.texts import (
    ENCODING_COMMENT,
    annotated_crf,
    check_characters,
    comment_defs,
    leaves,
    method_defs,
    supplemental_doc,
)
from cdisc_pom.define.values import value_list_defs, where_clause_defs
from cdisc_pom.files import write_bytes
from cdisc_pom.spec.metadata import BuiltStandard

FIXED_CREATED = datetime(1960, 1, 1)  # noqa: DTZ001 - the format's clock of SAS files, no zone

# Children of MetaDataVersion in the order of the schema, after def:Standards, which is made last:
# data sets and code lists may add standards.
_CHILDREN: tuple[Step, ...] = (
    annotated_crf,
    supplemental_doc,
    value_list_defs,
    where_clause_defs,
    analysis_clauses,
    item_group_defs,
    item_defs,
    code_lists,
    method_defs,
    comment_defs,
    analysis_comments,
    leaves,
    analysis_result_displays,
)


def write_define(
    path: str | os.PathLike[str],
    standard: BuiltStandard,
    *,
    language: Language,
    encoding: str,
    created: datetime | None = None,
    originator: str = "",
    files: Mapping[str, str] | None = None,
) -> None:
    """Write the Define-XML 2.1 file of one standard.

    The file appears under its name only when it is whole. Nothing of it depends on the clock.

    Args:
        path: the file; its folder must exist.
        standard: the data sets as built, with their workbook.
        language: whose texts stand first; both languages are written.
        encoding: codec of the transport files, which a comment of the file states.
        created: stamp of the file; None takes `Created` of the Define sheet, else 1960-01-01.
        originator: organisation; "" takes `Originator` of the Define sheet.
        files: path of a data set's file from here; None is its lower-case name.

    Raises:
        Problems: unknown code lists, methods, comments, documents, classes, origins or standards,
            missing study attributes, where clauses that refer to nothing, and in Chinese each
            text that has no Chinese; all at once, each at its cell.

    Source: CDISC Define-XML 2.1.
    """
    draft = Draft(standard, language, encoding, files or {})
    check_characters(draft)
    draft.faults.stop()
    children = [made for step in _CHILDREN for made in step(draft)]
    if language == "zh":
        check_chinese(draft)
    version = _metadata_version(draft)
    version.extend(draft.standards.elements())
    version.extend(children)
    root = _odm(draft, version, created, originator)
    draft.faults.stop()
    write_bytes(Path(path), _serialized(root))


def _metadata_version(draft: Draft) -> Element:
    guide = draft.standards.guide
    study = draft.standard.workbook.attribute("StudyName")
    words = {
        "zh": (f"{study} {guide.name} {guide.version} 数据说明文件", "数据集、变量与代码表的定义"),
        "en": (
            f"{study} {guide.name} {guide.version} data definition",
            "Definition of data sets, variables and code lists",
        ),
    }
    name, description = words[draft.language]
    return element(
        "MetaDataVersion",
        {
            "OID": oid("MDV", study, guide.name, guide.version),
            "Name": name,
            "Description": description,
            "def:DefineVersion": "2.1.0",
            "def:CommentOID": ENCODING_COMMENT,
        },
    )


def _odm(draft: Draft, version: Element, created: datetime | None, originator: str) -> Element:
    workbook = draft.standard.workbook
    study_name = workbook.attribute("StudyName")
    root = element(
        "ODM",
        {
            "FileType": "Snapshot",
            "FileOID": oid("DEFINE", study_name, draft.kind),
            "ODMVersion": "1.3.2",
            "CreationDateTime": _created(draft, created),
            "Originator": originator or workbook.attribute("Originator") or None,
            "SourceSystem": "cdisc_pom",
            "def:Context": "Submission",
        },
    )
    study = element("Study", {"OID": oid("STDY", study_name)})
    study.append(_global_variables(draft))
    study.append(version)
    root.append(study)
    return root


def _created(draft: Draft, created: datetime | None) -> str:
    stated = draft.standard.workbook.attributes.get("Created")
    if created is None and stated is not None and stated.value:
        try:
            created = datetime.fromisoformat(stated.value)
        except ValueError:
            message = f"'{stated.value}' is no date and time."
            draft.faults.add(stated.cell("value"), message, "Write it as 2026-01-31T12:00:00.")
    return (created or FIXED_CREATED).isoformat(timespec="seconds")


def _global_variables(draft: Draft) -> Element:
    """Study name, description and protocol, which the schema asks for."""
    made = element("GlobalVariables")
    rows = draft.standard.workbook.attributes
    for name in ("StudyName", "StudyDescription", "ProtocolName"):
        row = rows.get(name)
        text = draft.chosen(row.value, row.value_zh) if row is not None else None
        if not text:
            place = draft.place(row.cell("value") if row is not None else None, sheet="Define")
            draft.faults.add(place, f"attribute '{name}' is missing.", "Define-XML asks for it.")
        child = element(name)
        child.text = text or ""
        made.append(child)
    return made


def _serialized(root: Element) -> bytes:
    etree.indent(root)
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<?xml-stylesheet type="text/xsl" href="{STYLESHEET}"?>\n'
    )
    written: bytes = etree.tostring(root, encoding="UTF-8")
    return head.encode() + written + b"\n"
