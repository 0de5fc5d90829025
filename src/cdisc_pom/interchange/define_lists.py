"""Code lists, methods, comments and documents of a define file, as rows."""

from __future__ import annotations

from collections.abc import Callable

from cdisc_pom.define.texts import ENCODING_COMMENT
from cdisc_pom.interchange.books import Row
from cdisc_pom.interchange.define_file import Element
from cdisc_pom.interchange.define_reading import Reading

_NCI = "nci:ExtCodeID"


def read_lists(reading: Reading, terminology_of: Callable[[Element, bool], str | None]) -> None:
    """Rows of Codelists and Dictionaries.

    Args:
        reading: the file.
        terminology_of: what stands in the column Terminology for a list with or without a code.
    """
    for node in reading.file.children(reading.version, "odm:CodeList"):
        external = reading.file.find(node, "odm:ExternalCodeList")
        if external is None:
            _code_list(reading, node, terminology_of)
        else:
            _dictionary(reading, node, external)


def read_texts(reading: Reading) -> None:
    """Rows of Methods, Comments and Documents."""
    file = reading.file
    for node in file.children(reading.version, "odm:MethodDef"):
        _method(reading, node)
    for node in file.children(reading.version, "def:CommentDef"):
        texts = file.texts(node, "odm:Description")
        if file.attribute(node, "OID") == ENCODING_COMMENT:
            continue  # our writer makes it
        document, pages = reading.document(node)
        name = reading.id_of("comment", str(file.attribute(node, "OID")))
        reading.add("Comments", {
            "ID": name, "Description": reading.needed(texts, node),
            "Description (zh)": texts.zh, "Document": document, "Pages": pages,
        })  # fmt: skip
    for node in file.children(reading.version, "def:SupplementalDoc/def:DocumentRef"):
        file.attribute(node, "leafID")
    for node in file.children(reading.version, "def:leaf"):
        title = reading.split(file.text(file.find(node, "def:title")))
        reading.add("Documents", {
            "ID": reading.document_id(file.attribute(node, "ID")),
            "Title": title.needed, "Title (zh)": title.zh,
            "Href": file.attribute(node, "xlink:href"),
        })  # fmt: skip


def _code_list(
    reading: Reading, node: Element, terminology_of: Callable[[Element, bool], str | None]
) -> None:
    file, code = reading.file, _nci_code(reading, node)
    # Our writer puts a list's Chinese name there, for its name is that of the terminology.
    described = file.texts(node, "odm:Description")
    name = file.attribute(node, "Name")
    if described.en not in (None, name):
        file.lose("CodeList/Description beside the name", node, str(described.en))
    shared: Row = {
        "ID": reading.id_of("code list", str(file.attribute(node, "OID"))),
        "Name": name, "Name (zh)": described.zh, "NCI Codelist Code": code,
        "Data Type": file.attribute(node, "DataType"),
        "Terminology": terminology_of(node, code is not None),
        "Comment": reading.referred("comment", file.attribute(node, "def:CommentOID")),
    }  # fmt: skip
    for path in ("odm:CodeListItem", "odm:EnumeratedItem"):
        for item in file.children(node, path):
            reading.add("Codelists", shared | _term(reading, item, coded=code is not None))


def _term(reading: Reading, item: Element, *, coded: bool) -> Row:
    file, code = reading.file, _nci_code(reading, item)
    decode = file.texts(item, "odm:Decode")
    order = file.number(item, "OrderNumber")
    file.agree(item, "def:ExtendedValue", "Yes" if coded and code is None else None)
    return {
        "Order": order, "Term": file.attribute(item, "CodedValue"),
        "NCI Term Code": code, "Decoded Value": decode.en, "Decoded Value (zh)": decode.zh,
    }  # fmt: skip


def _nci_code(reading: Reading, node: Element) -> str | None:
    """The NCI code of a list or term; aliases of other contexts stay unread."""
    alias = reading.file.find(node, f"odm:Alias[@Context='{_NCI}']")
    reading.file.attribute(alias, "Context")
    return reading.file.attribute(alias, "Name")


def _dictionary(reading: Reading, node: Element, external: Element) -> None:
    file = reading.file
    reading.add("Dictionaries", {
        "ID": reading.id_of("code list", str(file.attribute(node, "OID"))),
        "Name": file.attribute(node, "Name"), "Data Type": file.attribute(node, "DataType"),
        "Dictionary": file.attribute(external, "Dictionary"),
        "Version": file.attribute(external, "Version"),
    })  # fmt: skip


def _method(reading: Reading, node: Element) -> None:
    file = reading.file
    texts = file.texts(node, "odm:Description")
    expression = file.find(node, "odm:FormalExpression[1]")
    document, pages = reading.document(node)
    reading.add("Methods", {
        "ID": reading.id_of("method", str(file.attribute(node, "OID"))),
        "Name": file.attribute(node, "Name"), "Type": file.attribute(node, "Type"),
        "Description": reading.needed(texts, node), "Description (zh)": texts.zh,
        "Expression Context": file.attribute(expression, "Context"),
        "Expression Code": file.text(expression), "Document": document, "Pages": pages,
    })  # fmt: skip
