"""A define file on its way to sheets: rows so far, and IDs that keep the OIDs of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from cdisc_pom.interchange.books import Row
from cdisc_pom.interchange.define_file import DefineFile, Element, Texts

# What our writer puts before an ID to make an OID of it.
PREFIXES = {
    "code list": "CL", "method": "MT", "comment": "COM", "document": "LF", "where clause": "WC",
}  # fmt: skip
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass
class Reading:
    """The file, its MetaDataVersion, and the rows that were made of it."""

    file: DefineFile
    version: Element
    sheets: dict[str, list[Row]] = field(default_factory=dict)
    _ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, sheet: str, row: Row) -> None:
        """A row behind those of a sheet; cells without a value are left out."""
        cells = {name: cell for name, cell in row.items() if cell is not None}
        self.sheets.setdefault(sheet, []).append(cells)

    @cached_property
    def items(self) -> dict[str, Element]:
        """`ItemDef` by OID."""
        return self._by_oid("odm:ItemDef")

    @cached_property
    def value_lists(self) -> dict[str, Element]:
        """`def:ValueListDef` by OID."""
        return self._by_oid("def:ValueListDef")

    @cached_property
    def clauses(self) -> dict[str, Element]:
        """`def:WhereClauseDef` by OID."""
        return self._by_oid("def:WhereClauseDef")

    @cached_property
    def crf(self) -> Element | None:
        """The leaf that is the annotated case report form."""
        path = "def:AnnotatedCRF/def:DocumentRef"
        stated = [node.get("leafID") for node in self.file.children(self.version, path)]
        for node in self.file.children(self.version, path):
            self.file.attribute(node, "leafID")
        leaves = {node.get("ID"): node for node in self._leaves}
        for more in stated[1:]:
            if more in leaves:
                self.file.lose("AnnotatedCRF of a second document", leaves[more], str(more))
        named = [name for name in leaves if _without(name, "LF").casefold() in ("acrf", "blankcrf")]
        return next((leaves[name] for name in [*stated, *named] if name in leaves), None)

    @cached_property
    def _leaves(self) -> list[Element]:
        return list(self.version.iterfind("def:leaf", self.file.spaces))

    def document_id(self, leaf_id: str | None) -> str | None:
        """ID of a document; that of the annotated case report form is `acrf` or `blankcrf`."""
        if leaf_id is None:
            return None
        name = self.id_of("document", leaf_id)
        is_crf = self.crf is not None and self.crf.get("ID") == leaf_id
        if is_crf and name.casefold() not in ("acrf", "blankcrf"):
            return "acrf"
        return name

    def id_of(self, kind: str, oid: str) -> str:
        """ID of what an OID names: without the prefix that our writer puts before it."""
        key = (kind, oid)
        if key not in self._ids:
            taken = {name for (other, _), name in self._ids.items() if other == kind}
            short = _without(oid, PREFIXES[kind])
            self._ids[key] = oid if short in taken else short
        return self._ids[key]

    def referred(self, kind: str, oid: str | None) -> str | None:
        """ID of what an attribute refers to, or None."""
        return self.id_of(kind, oid) if oid is not None else None

    def split(self, text: str | None) -> Texts:
        """A text that the file has in one language only."""
        if text is not None and _CHINESE.search(text):
            return Texts(zh=text)
        return Texts(en=text)

    def needed(self, texts: Texts, node: Element) -> str | None:
        """The English text of a column that must be filled, else the Chinese one, which is told."""
        if texts.en is None and texts.zh is not None:
            self.file.lose("texts only in Chinese, which stand in both columns", node, texts.zh)
        return texts.needed

    def pages(self, reference: Element) -> str | None:
        """Pages of a document reference in one cell: `12 13`, `12-15`, or named destinations."""
        page = self.file.find(reference, "def:PDFPageRef")
        if page is None:
            return None
        first, last = (self.file.attribute(page, name) for name in ("FirstPage", "LastPage"))
        listed = self.file.attribute(page, "PageRefs")
        kind = self.file.attribute(page, "Type")
        found = f"{first}-{last}" if first and last else (listed or first or last)
        numbers = re.fullmatch(r"[\d\s,;–-]*", found or "") is not None
        if found and numbers != (kind == "PhysicalRef"):
            self.file.lose(f"PDFPageRef/@Type {kind} with '{found}'", page)
        return found

    def document(self, node: Element) -> tuple[str | None, str | None]:
        """The first document that a node refers to, and its pages."""
        references = list(node.iterfind("def:DocumentRef", self.file.spaces))
        if not references:
            return None, None
        reference = self.file.find(node, "def:DocumentRef[1]")
        leaf = self.file.attribute(reference, "leafID")
        return self.document_id(leaf), self.pages(reference)

    def _by_oid(self, path: str) -> dict[str, Element]:
        found = list(self.version.iterfind(path, self.file.spaces))
        return {str(node.get("OID")): node for node in found}


def _without(oid: str, prefix: str) -> str:
    return oid.removeprefix(f"{prefix}.") or oid
