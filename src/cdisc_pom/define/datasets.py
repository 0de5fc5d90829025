"""Data sets: `ItemGroupDef` with its class, keys and file."""

from __future__ import annotations

from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid, sas_name, yes_no, yes_only
from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import DatasetMeta, VariableMeta

_PURPOSES = {"sdtm": "Tabulation", "adam": "Analysis"}


def item_group_defs(draft: Draft) -> list[Element]:
    """One `ItemGroupDef` a data set, in the workbook's order."""
    return [_item_group_def(draft, built.meta) for built in draft.standard.datasets]


def variable_place(draft: Draft, meta: DatasetMeta, variable: VariableMeta, field: str) -> Cell:
    """The cell of the Variables sheet that says a thing about a variable."""
    row = draft.standard.workbook.variable(meta.name, variable.name)
    own = row.cell(field) if row is not None else None
    return draft.place(own, variable.cell, meta.cell, sheet="Variables")


def dataset_place(draft: Draft, meta: DatasetMeta, field: str) -> Cell:
    """The cell of the Datasets sheet that says a thing about a data set."""
    row = draft.standard.workbook.datasets.get(meta.name)
    own = row.cell(field) if row is not None else None
    return draft.place(own, meta.cell, sheet="Datasets")


def _item_group_def(draft: Draft, meta: DatasetMeta) -> Element:
    standard = draft.standards.of_dataset(meta)
    href = None if meta.has_no_data else draft.files.get(meta.name, f"{meta.name.lower()}.xpt")
    leaf = oid("XPT", meta.name) if href else None
    group = element(
        "ItemGroupDef",
        {
            "OID": oid("IG", meta.name),
            "Name": meta.name,
            "Repeating": yes_no(meta.repeating),
            "IsReferenceData": yes_no(meta.reference_data),
            "SASDatasetName": sas_name(meta.name),
            "Domain": _domain(meta) if draft.kind == "sdtm" else None,
            "Purpose": _PURPOSES[draft.kind],
            "def:Structure": draft.chosen(meta.structure, meta.structure_zh) or "",
            "def:ArchiveLocationID": leaf,
            "def:StandardOID": standard,
            "def:IsNonStandard": yes_only(standard is None),
            "def:HasNoData": yes_only(meta.has_no_data),
            "def:CommentOID": draft.comment_oid(
                meta.comment, dataset_place(draft, meta, "comment")
            ),
        },
    )
    group.extend(draft.texts("Description", meta.label, meta.label_zh))
    for order, variable in enumerate(meta.variables, start=1):
        group.append(_item_ref(draft, meta, variable, order))
    group.extend(_class(draft, meta))
    if href is not None:
        group.append(leaf_element(leaf, href, title=href.rsplit("/", 1)[-1]))
    return group


def leaf_element(leaf: str | None, href: str, *, title: str) -> Element:
    """A file that the define file points to."""
    made = element("def:leaf", {"ID": leaf, "xlink:href": href})
    name = element("def:title")
    name.text = title
    made.append(name)
    return made


def _domain(meta: DatasetMeta) -> str:
    """Two letters of the domain; supplemental qualifiers carry that of their parent."""
    if meta.name.startswith("SUPP"):
        return meta.name[4:6]
    has_domain = any(variable.name == "DOMAIN" for variable in meta.variables)
    return meta.name[:2] if has_domain else meta.name


def _item_ref(draft: Draft, meta: DatasetMeta, variable: VariableMeta, order: int) -> Element:
    key = variable.key
    if key is None and variable.name in meta.keys:
        key = meta.keys.index(variable.name) + 1
    method = draft.method_oid(variable.method, variable_place(draft, meta, variable, "method"))
    return element(
        "ItemRef",
        {
            "ItemOID": oid("IT", meta.name, variable.name),
            "OrderNumber": str(order),
            "Mandatory": yes_no(variable.mandatory),
            "KeySequence": str(key) if key is not None else None,
            "MethodOID": method,
            "Role": variable.role,
            "def:HasNoData": yes_only(variable.has_no_data),
        },
    )


def _class(draft: Draft, meta: DatasetMeta) -> list[Element]:
    place = dataset_place(draft, meta, "dataset_class")
    name = draft.word("class", "ItemGroupClass", meta.dataset_class, place)
    if name is None:
        return []
    made = element("def:Class", {"Name": name})
    if meta.subclass:
        place = dataset_place(draft, meta, "subclass")
        subclass = draft.word("subclass", "ItemGroupSubClass", meta.subclass, place)
        made.append(element("def:SubClass", {"Name": subclass, "ParentClass": name}))
    return [made]
