"""A define file while it is written: what it stands on, what it refers to, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from cdisc_pom.define.names import XML, Element, allowed, element, oid
from cdisc_pom.define.standards import Standards, read_standards
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.spec.metadata import BuiltStandard, Method
from cdisc_pom.spec.sheets import (
    CodelistRow,
    CommentRow,
    DatasetRow,
    DictionaryRow,
    DocumentRow,
    MethodRow,
    VariableRow,
)

Language = Literal["zh", "en"]
Referred = Literal["code list", "method", "comment", "document"]
_PREFIXES: dict[Referred, str] = {
    "code list": "CL", "method": "MT", "comment": "COM", "document": "LF",
}  # fmt: skip
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


@dataclass
class Draft:
    """One define file in the making.

    A reference is resolved by a method; it keeps the id as used, so that only what is referred
    to is written, and it keeps an unknown id as a fault.
    """

    standard: BuiltStandard
    language: Language
    encoding: str
    files: Mapping[str, str]
    faults: Collector = field(default_factory=Collector)
    _used: dict[Referred, dict[str, None]] = field(default_factory=dict)

    @cached_property
    def standards(self) -> Standards:
        """Standards that the data follow."""
        return read_standards(self.standard.workbook, self.faults)

    @property
    def kind(self) -> str:
        """`sdtm` or `adam`."""
        return self.standard.workbook.kind

    def place(self, *cells: Cell | None, sheet: str = "") -> Cell:
        """The first cell that is known, else the sheet."""
        known = next((cell for cell in cells if cell is not None), None)
        return known or Cell(self.standard.workbook.name, sheet)

    @cached_property
    def methods(self) -> dict[str, Method]:
        """Methods by id."""
        return {method.id: method for method in self.standard.methods}

    @cached_property
    def comments(self) -> dict[str, CommentRow]:
        """Comments by id."""
        return {row.id: row for row in self.standard.workbook.rows(CommentRow)}

    @cached_property
    def documents(self) -> dict[str, DocumentRow]:
        """Documents by id."""
        return {row.id: row for row in self.standard.workbook.rows(DocumentRow)}

    @cached_property
    def dictionaries(self) -> dict[str, DictionaryRow]:
        """Dictionaries by id."""
        return {row.id: row for row in self.standard.workbook.rows(DictionaryRow)}

    def codelist_oid(self, name: str | None, place: Cell) -> str | None:
        """OID of a code list or dictionary."""
        known = {*self.standard.workbook.codelists, *self.dictionaries}
        return self._refer("code list", name, known, place)

    def method_oid(self, name: str | None, place: Cell) -> str | None:
        """OID of a method."""
        return self._refer("method", name, self.methods, place)

    def comment_oid(self, name: str | None, place: Cell) -> str | None:
        """OID of a comment."""
        return self._refer("comment", name, self.comments, place)

    def document_id(self, name: str | None, place: Cell) -> str | None:
        """Id of a document's leaf."""
        return self._refer("document", name, self.documents, place)

    def used(self, what: Referred) -> list[str]:
        """Ids that were referred to, in the order of their first use."""
        return list(self._used.get(what, ()))

    def _refer(
        self, what: Referred, name: str | None, known: Collection[str], place: Cell
    ) -> str | None:
        if not name:
            return None
        if name not in known:
            self.faults.unknown(what, name, known, place=place)
            return None
        self._used.setdefault(what, {})[name] = None
        return oid(_PREFIXES[what], name)

    def word(self, what: str, type_name: str, value: str, place: Cell) -> str | None:
        """The schema's spelling of a word, whatever its case; a word that it has not is a fault."""
        words = {word.casefold(): word for word in allowed(type_name)}
        found = words.get(value.strip().casefold())
        if found is None:
            self.faults.unknown(what, value, words.values(), place=place)
        return found

    @cached_property
    def bilingual(self) -> bool:
        """Whether Chinese may stand here: the file is Chinese, or its workbook has Chinese too.

        An English workbook gets no Chinese sentence of the tool's own.
        """
        book = self.standard.workbook
        chinese = [row.label_zh for row in book.rows(DatasetRow)]
        chinese += [row.label_zh for row in book.rows(VariableRow)]
        chinese += [row.decode_zh for row in book.rows(CodelistRow)]
        chinese += [row.description_zh for row in book.rows(MethodRow)]
        return self.language == "zh" or any(chinese)

    def texts(self, name: str, en: str | None, zh: str | None) -> list[Element]:
        """An element with its texts, that of the file's language first; none without a text."""
        if not self.bilingual:
            zh = None
        order: list[tuple[Language, str | None]] = [("zh", zh), ("en", en)]
        if self.language == "en":
            order.reverse()
        holder = element(name)
        for language, text in order:
            if text:
                translated = element("TranslatedText")
                translated.set(f"{{{XML}}}lang", TAGS[language])
                translated.text = text
                holder.append(translated)
        return [holder] if len(holder) else []

    def chosen(self, en: str | None, zh: str | None) -> str | None:
        """One text for an attribute, which has no place for two."""
        return (zh or en) if self.language == "zh" else (en or zh)


Step = Callable[[Draft], list[Element]]
