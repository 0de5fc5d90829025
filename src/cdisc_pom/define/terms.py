"""Code lists and dictionaries."""

from __future__ import annotations

from collections import Counter

from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid, yes_only
from cdisc_pom.spec.sheets import CodelistRow, DictionaryRow
from cdisc_pom.spec.workbook import Codelist

_NCI = "nci:ExtCodeID"


def code_lists(draft: Draft) -> list[Element]:
    """`CodeList` of each list or dictionary that a variable or a value refers to."""
    known = draft.standard.workbook.codelists
    return [
        _code_list(draft, known[name]) if name in known else _dictionary(draft.dictionaries[name])
        for name in draft.used("code list")
    ]


def _code_list(draft: Draft, codelist: Codelist) -> Element:
    first = codelist.rows[0]
    standard = draft.standards.of_codelist(codelist)
    made = element(
        "CodeList",
        {
            "OID": oid("CL", codelist.id),
            "Name": codelist.name,
            "DataType": first.data_type,
            "def:StandardOID": standard,
            "def:IsNonStandard": yes_only(standard is None),
            "def:CommentOID": draft.comment_oid(first.comment, first.cell("comment")),
        },
    )
    # The name of a list is that of the terminology; its Chinese name stands in the description.
    if first.name_zh:
        made.extend(draft.texts("Description", codelist.name, first.name_zh))
    decoded = any(row.decode or row.decode_zh for row in codelist.rows)
    for order, row in enumerate(_in_order(codelist.rows), start=1):
        made.append(_term(draft, row, order, decoded=decoded, coded=bool(first.nci_codelist_code)))
    if first.nci_codelist_code:
        made.append(element("Alias", {"Context": _NCI, "Name": first.nci_codelist_code}))
    _check_terms(draft, codelist)
    return made


def _in_order(rows: tuple[CodelistRow, ...]) -> list[CodelistRow]:
    """Rows by their Order; rows without one follow in the order of the sheet."""
    return sorted(rows, key=lambda row: (row.order is None, row.order or 0))


def _term(draft: Draft, row: CodelistRow, order: int, *, decoded: bool, coded: bool) -> Element:
    made = element(
        "CodeListItem" if decoded else "EnumeratedItem",
        {
            "CodedValue": row.term,
            "OrderNumber": str(order),
            "def:ExtendedValue": yes_only(coded and not row.nci_term_code),
        },
    )
    if decoded:
        # A list is decoded as a whole; a term without an English decode is its own.
        made.extend(draft.texts("Decode", row.decode or row.term, row.decode_zh))
    if row.nci_term_code:
        made.append(element("Alias", {"Context": _NCI, "Name": row.nci_term_code}))
    return made


def _check_terms(draft: Draft, codelist: Codelist) -> None:
    counts = Counter(row.term for row in codelist.rows)
    for row in codelist.rows:
        if counts[row.term] > 1:
            message = f"term '{row.term}' stands {counts[row.term]} times in '{codelist.id}'."
            draft.faults.add(row.cell("term"), message, "Keep one of the rows.")


def _dictionary(row: DictionaryRow) -> Element:
    data_type = row.data_type if row.data_type in ("text", "integer", "float") else "text"
    made = element("CodeList", {"OID": oid("CL", row.id), "Name": row.name, "DataType": data_type})
    source = {"Dictionary": row.dictionary, "Version": row.version}
    made.append(element("ExternalCodeList", source))
    return made
