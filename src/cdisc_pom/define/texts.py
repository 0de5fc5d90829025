"""Methods, comments and documents, and what a text must be before it can be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid
from cdisc_pom.errors import Cell
from cdisc_pom.spec.sheets import DESCRIBING, CommentRow, MethodRow

ENCODING_COMMENT = oid("COM", "XPT-ENCODING")
# Ids of Documents that mean the annotated case report form.
ANNOTATED = ("acrf", "blankcrf")
_NAMES_OF_ENCODINGS = {
    "utf8": "UTF-8", "gb18030": "GB18030", "gb2312": "EUC-CN (GB2312)",
    "euccn": "EUC-CN (GB2312)", "ascii": "US-ASCII", "usascii": "US-ASCII",
}  # fmt: skip
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def method_defs(draft: Draft) -> list[Element]:
    """`MethodDef` of each method that a variable or a value refers to."""
    made = []
    rows = {row.id: row for row in draft.standard.workbook.rows(MethodRow)}
    for name in draft.used("method"):
        method = draft.methods[name]
        row = rows.get(name)
        place = draft.place(row.cell("document") if row else None, sheet="Methods")
        definition = element(
            "MethodDef", {"OID": oid("MT", name), "Name": method.name, "Type": method.type}
        )
        definition.extend(draft.texts("Description", method.text, method.text_zh))
        if method.expression_code:
            context = {"Context": method.expression_context or "SQL"}
            expression = element("FormalExpression", context)
            expression.text = method.expression_code
            definition.append(expression)
        leaf = draft.document_id(method.document, place)
        if leaf is not None:
            definition.append(document_ref(leaf, method.pages))
        made.append(definition)
    return made


def comment_defs(draft: Draft) -> list[Element]:
    """The comment on the encoding, and each comment that something refers to."""
    return [_encoding_comment(draft)] + [
        _comment_def(draft, draft.comments[name]) for name in draft.used("comment")
    ]


def _encoding_comment(draft: Draft) -> Element:
    """An XPORT file does not say how its text is encoded, so the define file does."""
    name = encoding_name(draft.encoding)
    en = (
        f"Text in the SAS transport files (XPORT version 5) is encoded in {name}. "
        "Lengths of text variables are bytes in this encoding."
    )
    zh = f"SAS传输文件(XPORT第5版)中的文本采用{name}编码，文本变量的长度为该编码下的字节数。"
    made = element("def:CommentDef", {"OID": ENCODING_COMMENT})
    made.extend(draft.texts("Description", en, zh))
    return made


def encoding_name(encoding: str) -> str:
    """The name of an encoding as reviewers know it."""
    plain = re.sub(r"[-_ ]", "", encoding).casefold()
    return _NAMES_OF_ENCODINGS.get(plain, encoding.upper())


def _comment_def(draft: Draft, row: CommentRow) -> Element:
    made = element("def:CommentDef", {"OID": oid("COM", row.id)})
    made.extend(draft.texts("Description", row.description, row.description_zh))
    leaf = draft.document_id(row.document, row.cell("document"))
    if leaf is not None:
        made.append(document_ref(leaf, row.pages))
    return made


def document_ref(leaf: str, pages: str | None) -> Element:
    """A reference to a document, with pages: `12 13`, `12-15`, or named destinations."""
    reference = element("def:DocumentRef", {"leafID": leaf})
    words = re.split(r"[\s,;]+", (pages or "").strip())
    span = re.fullmatch(r"(\d+)\s*[-–]\s*(\d+)", (pages or "").strip())
    if span is not None:
        where = {"Type": "PhysicalRef", "FirstPage": span[1], "LastPage": span[2]}
    elif all(word.isdecimal() for word in words):
        where = {"Type": "PhysicalRef", "PageRefs": " ".join(words)}
    else:
        where = {"Type": "NamedDestination", "PageRefs": " ".join(words)}
    if pages and pages.strip():
        reference.append(element("def:PDFPageRef", where))
    return reference


def annotated_crf(draft: Draft) -> list[Element]:
    """`def:AnnotatedCRF`: the documents with the ID acrf or blankcrf."""
    return _container("def:AnnotatedCRF", [name for name in draft.documents if _is_crf(name)])


def supplemental_doc(draft: Draft) -> list[Element]:
    """`def:SupplementalDoc`: all other documents."""
    names = [name for name in draft.documents if not _is_crf(name)]
    return _container("def:SupplementalDoc", names)


def _is_crf(name: str) -> bool:
    return name.casefold() in ANNOTATED


def _container(tag: str, names: list[str]) -> list[Element]:
    if not names:
        return []
    made = element(tag)
    made.extend(document_ref(oid("LF", name), None) for name in names)
    return [made]


def leaves(draft: Draft) -> list[Element]:
    """`def:leaf` of each document."""
    made = []
    for row in draft.documents.values():
        leaf = element("def:leaf", {"ID": oid("LF", row.id), "xlink:href": row.href})
        title = element("def:title")
        title.text = draft.chosen(row.title, row.title_zh)
        leaf.append(title)
        made.append(leaf)
    return made


def check_characters(draft: Draft) -> None:
    """Keep a fault for each text with a character that XML cannot hold."""
    for place, text in _all_texts(draft):
        found = _NOT_XML.search(text)
        if found is not None:
            message = f"the text has the control character U+{ord(found[0]):04X}."
            draft.faults.add(place(), message, "Remove it: XML cannot hold it.")


def _all_texts(draft: Draft) -> Iterator[tuple[Callable[[], Cell], str]]:
    """Each text that may come into the file, and a function that tells where it stands."""
    for kind in DESCRIBING:
        for row in draft.standard.workbook.rows(kind):
            for field in kind.model_fields:
                value = getattr(row, field)
                if isinstance(value, str):
                    yield partial(row.cell, field), value
    for method in draft.standard.methods:
        for text in (method.text, method.text_zh, method.expression_code):
            yield partial(draft.place, sheet="Methods"), text or ""
