"""A define file that knows what was read of it, so that the rest can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.interchange.losses import Loss, grouped

ODM = "http://www.cdisc.org/ns/odm/v1.3"
ARM = "http://www.cdisc.org/ns/arm/v1.0"
XLINK = "http://www.w3.org/1999/xlink"
_DEFINE = "http://www.cdisc.org/ns/def/v{}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_VERSIONS = ("2.1", "2.0")
_CHINESE = re.compile("[\u4e00-\u9fff]")

# An lxml element; lxml has no types of its own.
Element = Any


@dataclass(frozen=True)
class Texts:
    """A text in the two languages of a workbook."""

    en: str | None = None
    zh: str | None = None

    @property
    def needed(self) -> str | None:
        """The English text, or the Chinese one where there is no other."""
        return self.en or self.zh


@dataclass
class DefineFile:
    """A parsed define file; reading a part marks it.

    `extra` are losses that reading found itself: kind, element and example.
    """

    name: str
    root: Element
    version: str
    extra: list[tuple[str, Element, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._nodes = list(self.root.iter())  # kept, so that an element stays the same object
        self._seen: set[Element] = {self.root}
        self._read: set[tuple[Element, str]] = set()

    @cached_property
    def spaces(self) -> dict[str, str]:
        """Namespaces by prefix."""
        return {"odm": ODM, "def": _DEFINE.format(self.version), "arm": ARM, "xlink": XLINK}

    def find(self, node: Element, path: str) -> Element | None:
        """The first child of a kind, marked; `def:Class` or `odm:ItemRef`."""
        return next(iter(self.children(node, path)), None)

    def children(self, node: Element, path: str) -> list[Element]:
        """Children of a kind, marked."""
        found = list(node.iterfind(path, self.spaces))
        for child in found:
            while child is not node and child not in self._seen:
                self._seen.add(child)
                child = child.getparent()  # noqa: PLW2901 - the way up to the node
        return found

    def attribute(self, node: Element | None, name: str) -> str | None:
        """An attribute, marked; blank is none."""
        if node is None:
            return None
        key = self.key(name)
        self._read.add((node, key))
        value = node.get(key)
        return value.strip() or None if value is not None else None

    def number(self, node: Element, name: str) -> int | None:
        """A whole number; anything else is told as not kept."""
        value = self.attribute(node, name)
        if value is not None and not value.isdecimal():
            self.lose(f"{_local(node)}/@{_plain(self.key(name))} that is no number", node, value)
            return None
        return int(value) if value is not None else None

    def agree(self, node: Element, name: str, wanted: str | None) -> None:
        """Mark an attribute where it says what the writer would say anyway."""
        key = self.key(name)
        if node.get(key) == wanted:
            self._read.add((node, key))

    def key(self, name: str) -> str:
        """Name of an attribute with its namespace."""
        prefix, _, local = name.rpartition(":")
        return f"{{{self.spaces[prefix]}}}{local}" if prefix else local

    def text(self, node: Element | None) -> str | None:
        """An element's own text, marked."""
        if node is None:
            return None
        self._read.add((node, ""))
        return (node.text or "").strip() or None

    def texts(self, node: Element, path: str) -> Texts:
        """The translated texts of a child: `odm:Description`, `odm:Decode`."""
        found: dict[str, str] = {}
        for text in self.children(node, f"{path}/odm:TranslatedText"):
            language = (text.get(_LANG) or "").casefold()
            self._read.add((text, _LANG))
            words = (text.text or "").strip()
            if not language:
                language = "zh" if _CHINESE.search(words) else "en"
            language = language.partition("-")[0]
            if language in ("en", "zh") and language not in found and words:
                found[language] = words
                self._read.add((text, ""))
        return Texts(found.get("en"), found.get("zh"))

    def lose(self, what: str, node: Element, example: str = "") -> None:
        """Keep a loss that no unread part shows."""
        self.extra.append((what, node, example))

    def line(self, node: Element) -> Line:
        """Where an element stands."""
        return Line(self.name, node.sourceline or 0)

    def losses(self) -> tuple[Loss, ...]:
        """What nobody read, by kind, such as `CodeListItem/@Rank`."""
        found = [(what, self.line(node), example) for what, node, example in self.extra]
        return grouped([*found, *self._unread()])

    def _unread(self) -> Iterator[tuple[str, Line, str]]:
        for node in self._nodes:
            if not isinstance(node.tag, str):
                continue
            parent = node.getparent()
            if node not in self._seen:
                if parent is None or parent in self._seen:
                    yield f"{_local(parent)}/{_local(node)}", self.line(node), _example(node)
                continue
            for key, value in node.attrib.items():
                if (node, key) not in self._read and not key.startswith("{http://www.w3.org/2001"):
                    yield f"{_local(node)}/@{_plain(key)}", self.line(node), value
            words = (node.text or "").strip()
            if words and (node, "") not in self._read:
                language = node.get(_LANG)
                kind = f" in language '{language}'" if language else ""
                yield f"{_local(parent)}/{_local(node)}{kind}", self.line(node), words


def open_define(path: Path) -> DefineFile:
    """Parse a define file of version 2.0 or 2.1.

    Raises:
        Problems: it cannot be read, is no XML, or is no define file of these versions.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.parse(str(path), parser).getroot()
    except OSError as error:
        raise Problems([SpecError(Line(path.name), f"cannot be read: {error}.")]) from error
    except etree.XMLSyntaxError as error:
        fault = SpecError(Line(path.name, error.lineno or 0), f"is no XML: {error.msg}.")
        raise Problems([fault]) from error
    for version in _VERSIONS:
        spaces = {"odm": ODM, "def": _DEFINE.format(version)}
        stated = root.find("odm:Study/odm:MetaDataVersion[@def:DefineVersion]", spaces)
        if stated is not None:
            return DefineFile(path.name, root, version)
    message = "is no define file of version 2.0 or 2.1."
    hint = "Its MetaDataVersion must state def:DefineVersion."
    raise Problems([SpecError(Line(path.name, root.sourceline or 0), message, hint)])


def _local(node: Element | None) -> str:
    return _plain(node.tag) if node is not None else ""


def _plain(name: str) -> str:
    return str(name).rpartition("}")[2]


def _example(node: Element) -> str:
    shown = [node.get(key) for key in ("Name", "OID", "Context", "ID", "leafID")]
    return next((value for value in shown if value), (node.text or "").strip())
