"""What the schema of Define-XML cannot say, as small checks of a parsed file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from cdisc_pom.define.names import ARM, DEF, ODM, XLINK, Element
from cdisc_pom.errors import Line, SpecError

_SPACES = {"odm": ODM, "def": DEF, "arm": ARM}
_LABEL_BYTES = 40
_LENGTH_TYPES = ("text", "integer", "float")

# Who refers (path, attribute), to what element, by which of its attributes.
_REFERENCES = (
    ("odm:ItemRef", "ItemOID", "odm:ItemDef", "OID"),
    ("odm:ItemRef", "MethodOID", "odm:MethodDef", "OID"),
    ("odm:CodeListRef", "CodeListOID", "odm:CodeList", "OID"),
    ("odm:RangeCheck", f"{{{DEF}}}ItemOID", "odm:ItemDef", "OID"),
    ("def:ValueListRef", "ValueListOID", "def:ValueListDef", "OID"),
    ("def:WhereClauseRef", "WhereClauseOID", "def:WhereClauseDef", "OID"),
    ("*", f"{{{DEF}}}CommentOID", "def:CommentDef", "OID"),
    ("*", f"{{{DEF}}}StandardOID", "def:Standard", "OID"),
    ("odm:ItemGroupDef", f"{{{DEF}}}ArchiveLocationID", "def:leaf", "ID"),
    ("def:DocumentRef", "leafID", "def:leaf", "ID"),
    ("arm:AnalysisResult", "ParameterOID", "odm:ItemDef", "OID"),
    ("arm:AnalysisDataset", "ItemGroupOID", "odm:ItemGroupDef", "OID"),
    ("arm:AnalysisVariable", "ItemOID", "odm:ItemDef", "OID"),
)
# Definitions that stand there for a reference only.
_DEFINITIONS = (
    "odm:ItemDef", "odm:CodeList", "odm:MethodDef", "def:CommentDef", "def:WhereClauseDef",
    "def:ValueListDef",
)  # fmt: skip


@dataclass(frozen=True)
class DefineFile:
    """A parsed file, and the encoding of the transport files beside it."""

    name: str
    root: Element
    encoding: str

    def find(self, path: str) -> list[Element]:
        """All elements of a kind."""
        return list(self.root.iterfind(f".//{path}", _SPACES))

    def fault(self, node: Element, message: str, hint: str = "") -> SpecError:
        """A fault at an element's line."""
        return SpecError(Line(self.name, node.sourceline or 0), message, hint)

    @cached_property
    def dataset_items(self) -> dict[str, Element]:
        """`ItemRef` of variables by item: those in a data set, not in a value list."""
        return {node.get("ItemOID"): node for node in self.find("odm:ItemGroupDef/odm:ItemRef")}

    @cached_property
    def supplemental_items(self) -> set[str]:
        """Items of the value lists of QVAL: they are variables, so they need a label."""
        lists = {
            reference.get("ValueListOID")
            for item in self.find("odm:ItemDef[@Name='QVAL']")
            for reference in item.iterfind("def:ValueListRef", _SPACES)
        }
        return {
            node.get("ItemOID")
            for holder in self.find("def:ValueListDef")
            if holder.get("OID") in lists
            for node in holder.iterfind("odm:ItemRef", _SPACES)
        }


Check = Callable[[DefineFile], Iterator[SpecError]]


def _name(node: Element) -> str:
    local = str(node.tag).rpartition("}")[2]
    own = node.get("Name") or node.get("OID") or ""
    return f"{local} {own}".strip()


def dangling_references(file: DefineFile) -> Iterator[SpecError]:
    """References to what is not in the file."""
    for path, attribute, target, key in _REFERENCES:
        known = {node.get(key) for node in file.find(target)}
        for node in file.find(path):
            wanted = node.get(attribute)
            if wanted is not None and wanted not in known:
                what = target.rpartition(":")[2]
                label = attribute.rpartition("}")[2]
                yield file.fault(node, f"{label} '{wanted}': there is no such {what}.")


def duplicate_oids(file: DefineFile) -> Iterator[SpecError]:
    """OIDs that stand for two things."""
    definitions = [node for node in file.root.iter() if node.get("OID") is not None]
    counts = Counter(node.get("OID") for node in definitions)
    seen = set()
    for node in definitions:
        name = node.get("OID")
        if name in seen:
            yield file.fault(node, f"OID '{name}' stands {counts[name]} times.")
        seen.add(name)


def unused_definitions(file: DefineFile) -> Iterator[SpecError]:
    """Definitions that nothing refers to; a where clause's items must be variables."""
    for target in _DEFINITIONS:
        used = {
            node.get(attribute)
            for path, attribute, wanted, _ in _REFERENCES
            # A where clause that names an item does not make it a variable of a data set.
            if wanted == target and path != "odm:RangeCheck"
            for node in file.find(path)
        }
        for node in file.find(target):
            if node.get("OID") not in used:
                yield file.fault(node, f"{_name(node)} ('{node.get('OID')}') is not referred to.")


def where_clauses(file: DefineFile) -> Iterator[SpecError]:
    """Conditions on items that are no variable of any data set."""
    items = {node.get("OID") for node in file.find("odm:ItemDef")}
    for check in file.find("odm:RangeCheck"):
        item = check.get(f"{{{DEF}}}ItemOID")
        if item in items and item not in file.dataset_items:
            clause = check.getparent().get("OID")
            message = f"where clause '{clause}' asks for '{item}', which is in no data set."
            yield file.fault(check, message)


def descriptions(file: DefineFile) -> Iterator[SpecError]:
    """Data sets, variables and methods without a description, and empty texts."""
    needed = [
        *file.find("odm:ItemGroupDef"),
        *file.find("odm:MethodDef"),
        *(node for node in file.find("odm:ItemDef") if _is_labelled(file, node)),
    ]
    for node in needed:
        if node.find("odm:Description/odm:TranslatedText", _SPACES) is None:
            yield file.fault(node, f"{_name(node)} has no Description.")
    for text in file.find("odm:TranslatedText"):
        if not (text.text or "").strip():
            yield file.fault(text, "the text is empty.")


def _is_labelled(file: DefineFile, node: Element) -> bool:
    return node.get("OID") in file.dataset_items or node.get("OID") in file.supplemental_items


def lengths(file: DefineFile) -> Iterator[SpecError]:
    """Texts and numbers without a length; other types have none."""
    for node in file.find("odm:ItemDef"):
        needs = node.get("DataType") in _LENGTH_TYPES
        if needs and node.get("Length") is None:
            yield file.fault(node, f"{_name(node)} is {node.get('DataType')} without Length.")


def labels(file: DefineFile) -> Iterator[SpecError]:
    """Labels that do not fit in a transport file: the first text is the one that stands there."""
    labelled = [node for node in file.find("odm:ItemDef") if _is_labelled(file, node)]
    for node in [*file.find("odm:ItemGroupDef"), *labelled]:
        text = node.findtext("odm:Description/odm:TranslatedText", "", _SPACES)
        try:
            size = len(text.encode(file.encoding))
        except UnicodeEncodeError:
            yield file.fault(node, f"{file.encoding} has no bytes for the label '{text}'.")
            continue
        if size > _LABEL_BYTES:
            message = f"{_name(node)}: label '{text}' needs {size} bytes in {file.encoding}"
            yield file.fault(node, f"{message}, {_LABEL_BYTES} are allowed.")


def keys(file: DefineFile) -> Iterator[SpecError]:
    """Keys of a data set that are not numbered 1, 2, 3 and so on."""
    for group in file.find("odm:ItemGroupDef"):
        stated = [node.get("KeySequence") for node in group.iterfind("odm:ItemRef", _SPACES)]
        numbers = sorted(int(each) for each in stated if each and each.isdecimal())
        if numbers != list(range(1, len(numbers) + 1)):
            listed = ", ".join(map(str, numbers))
            yield file.fault(group, f"{_name(group)}: keys are numbered {listed}, not 1, 2, 3 ….")


def addresses(file: DefineFile) -> Iterator[SpecError]:
    """Paths that are absolute or written with backslashes."""
    for leaf in file.find("def:leaf"):
        href = leaf.get(f"{{{XLINK}}}href") or ""
        if href.startswith(("http:", "https:")):
            continue
        if "\\" in href or href.startswith("/") or ":" in href.split("/")[0]:
            message = f"'{href}' is no relative path with forward slashes."
            yield file.fault(leaf, message)


CHECKS: tuple[Check, ...] = (
    duplicate_oids,
    dangling_references,
    unused_definitions,
    where_clauses,
    descriptions,
    lengths,
    labels,
    keys,
    addresses,
)
