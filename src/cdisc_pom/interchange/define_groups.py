"""Data sets, variables and value level of a define file, as rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cdisc_pom.define.names import sas_name
from cdisc_pom.interchange.books import Row
from cdisc_pom.interchange.define_file import Element
from cdisc_pom.interchange.define_reading import Reading
from cdisc_pom.spec.clauses import Condition, join_values
from cdisc_pom.spec.foreign_names import ORIGINS

_PURPOSES = {"sdtm": "Tabulation", "adam": "Analysis"}
_WITH_LENGTH = ("text", "integer", "float")


@dataclass
class Groups:
    """Reads item groups; clauses that were made are kept by what they say."""

    reading: Reading
    kind: str
    standard_of: Callable[[Element], str | None]
    _homes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _clauses: dict[str, tuple[Condition, ...]] = field(default_factory=dict)

    def read(self) -> None:
        """Rows of Datasets, Variables, ValueLevel and WhereClauses."""
        file = self.reading.file
        groups = file.children(self.reading.version, "odm:ItemGroupDef")
        for group in groups:
            for reference in group.iterfind("odm:ItemRef", file.spaces):
                home = (str(group.get("Name")), self._name(reference))
                self._homes.setdefault(str(reference.get("ItemOID")), []).append(home)
        for group in groups:
            self._dataset(group)

    def _name(self, reference: Element) -> str:
        item = self.reading.items.get(str(reference.get("ItemOID")))
        return str(item.get("Name")) if item is not None else str(reference.get("ItemOID"))

    def _dataset(self, group: Element) -> None:
        file, name = self.reading.file, str(self.reading.file.attribute(group, "Name"))
        label = file.texts(group, "odm:Description")
        structure = self.reading.split(file.attribute(group, "def:Structure"))
        references = file.children(group, "odm:ItemRef")
        keyed = [
            (sequence, self._name(reference))
            for reference in references
            if (sequence := file.number(reference, "KeySequence")) is not None
        ]
        row: Row = {
            "Dataset": name,
            "Label": self.reading.needed(label, group), "Label (zh)": label.zh,
            **self._class(group),
            "Structure": structure.en, "Structure (zh)": structure.zh,
            "Key Variables": ", ".join(variable for _, variable in sorted(keyed)) or None,
            "Standard": self.standard_of(group),
            "Has No Data": file.attribute(group, "def:HasNoData"),
            "Repeating": file.attribute(group, "Repeating"),
            "Reference Data": file.attribute(group, "IsReferenceData") or "No",
            "Comment": self.reading.referred("comment", file.attribute(group, "def:CommentOID")),
        }  # fmt: skip
        self.reading.add("Datasets", row)
        self._agree(group, name)
        for position, reference in enumerate(references, start=1):
            self._variable(name, reference, position)

    def _class(self, group: Element) -> Row:
        file = self.reading.file
        stated = file.find(group, "def:Class")
        if stated is None:
            return {"Class": file.attribute(group, "def:Class")}
        subclass = file.find(stated, "def:SubClass[1]")
        name = file.attribute(stated, "Name")
        if subclass is not None:
            file.agree(subclass, "ParentClass", name)
        return {"Class": name, "SubClass": file.attribute(subclass, "Name")}

    def _agree(self, group: Element, name: str) -> None:
        """What follows from the name, as our writer makes it."""
        file, leaf = self.reading.file, self.reading.file.find(group, "def:leaf")
        file.attribute(group, "OID")
        file.agree(group, "SASDatasetName", sas_name(name))
        file.agree(group, "Purpose", _PURPOSES[self.kind])
        file.agree(group, "Domain", _domain(name, group, self))
        file.attribute(group, "def:ArchiveLocationID")
        if leaf is not None:
            file.attribute(leaf, "ID")
            file.agree(leaf, "xlink:href", f"{name.lower()}.xpt")
            title = file.find(leaf, "def:title")
            if title is not None and (title.text or "").strip() == f"{name.lower()}.xpt":
                file.text(title)

    def has_variable(self, group: Element, variable: str) -> bool:
        """Whether a data set has a variable."""
        spaces = self.reading.file.spaces
        return any(self._name(each) == variable for each in group.iterfind("odm:ItemRef", spaces))

    def _variable(self, dataset: str, reference: Element, position: int) -> None:
        file = self.reading.file
        item = self.reading.items.get(str(file.attribute(reference, "ItemOID")))
        name = self._name(reference)
        order = file.number(reference, "OrderNumber")
        row: Row = {
            "Order": order or position, "Dataset": dataset, "Variable": name,
        }  # fmt: skip
        row |= self._reference_cells(reference)
        row["Role"] = file.attribute(reference, "Role")
        row["Has No Data"] = file.attribute(reference, "def:HasNoData")
        if item is None:
            file.lose("ItemRef to an ItemDef that is not there", reference, name)
            self.reading.add("Variables", row)
            return
        row |= self._item_cells(item, name, labelled=True)
        self.reading.add("Variables", row)
        values = file.find(item, "def:ValueListRef")
        if values is not None:
            self._value_list(dataset, name, str(file.attribute(values, "ValueListOID")), values)

    def _reference_cells(self, reference: Element) -> Row:
        file = self.reading.file
        method = file.attribute(reference, "MethodOID")
        return {
            "Mandatory": file.attribute(reference, "Mandatory"),
            "Method": self.reading.referred("method", method),
        }

    def _item_cells(self, item: Element, name: str, *, labelled: bool) -> Row:
        """Cells that a variable and a value have alike."""
        file = self.reading.file
        file.children(self.reading.version, f"odm:ItemDef[@OID='{item.get('OID')}']")
        file.attribute(item, "OID")
        file.agree(item, "Name", name)
        file.agree(item, "SASFieldName", sas_name(name))
        kind = file.attribute(item, "DataType")
        label = file.texts(item, "odm:Description")
        listed = file.find(item, "odm:CodeListRef")
        codelist = file.attribute(listed, "CodeListOID")
        return {
            "Label": self.reading.needed(label, item) if labelled else label.en,
            "Label (zh)": label.zh,
            "Data Type": kind,
            "Length": self._number(item, "Length", when=kind in _WITH_LENGTH),
            "Significant Digits": self._number(item, "SignificantDigits", when=kind == "float"),
            "Format": file.attribute(item, "def:DisplayFormat"),
            "Codelist": self.reading.referred("code list", codelist),
            "Comment": self.reading.referred("comment", file.attribute(item, "def:CommentOID")),
            **self._origin_cells(item),
        }

    def _number(self, item: Element, name: str, *, when: bool) -> int | None:
        """A number where our writer writes one; elsewhere it stays unread and is told."""
        return self.reading.file.number(item, name) if when else None

    def _origin_cells(self, item: Element) -> Row:
        file = self.reading.file
        origin = file.find(item, "def:Origin[1]")
        if origin is None:
            return {}
        kind = file.attribute(origin, "Type")
        word, source = ORIGINS.get(kind or "", (kind, ""))
        cells: Row = {"Origin": word, "Source": file.attribute(origin, "Source") or source or None}
        if kind == "Predecessor":
            cells["Predecessor"] = file.texts(origin, "odm:Description").needed
        references = list(origin.iterfind("def:DocumentRef", file.spaces))
        crf = self.reading.crf.get("ID") if self.reading.crf is not None else None
        paged = references and references[0].find("def:PDFPageRef", file.spaces) is not None
        if paged and references[0].get("leafID") == crf:
            _, cells["Pages"] = self.reading.document(origin)
        return cells

    def _value_list(self, dataset: str, variable: str, oid: str, reference: Element) -> None:
        file, holder = self.reading.file, self.reading.value_lists.get(oid)
        if holder is None:
            file.lose("ValueListRef to a list that is not there", reference, oid)
            return
        file.children(self.reading.version, f"def:ValueListDef[@OID='{oid}']")
        file.attribute(holder, "OID")
        for position, each in enumerate(file.children(holder, "odm:ItemRef"), start=1):
            order = file.number(each, "OrderNumber")
            item = self.reading.items.get(str(file.attribute(each, "ItemOID")))
            if item is None:
                file.lose("ItemRef to an ItemDef that is not there", each, oid)
                continue
            cells = self._reference_cells(each) | self._item_cells(item, variable, labelled=False)
            for clause in file.children(each, "def:WhereClauseRef") or [None]:
                where = file.attribute(clause, "WhereClauseOID")
                row: Row = {
                    "Order": order or position, "Dataset": dataset,
                    "Variable": variable, "Where Clause": self._clause(dataset, where, each),
                }  # fmt: skip
                self.reading.add("ValueLevel", row | cells)

    def _clause(self, dataset: str, oid: str | None, reference: Element) -> str | None:
        """ID of a where clause, whose rows are added when it comes first."""
        file = self.reading.file
        node = self.reading.clauses.get(oid or "")
        if oid is None or node is None:
            file.lose("values without a where clause", reference, oid or "")
            return None
        file.children(self.reading.version, f"def:WhereClauseDef[@OID='{oid}']")
        file.attribute(node, "OID")
        comment = self.reading.referred("comment", file.attribute(node, "def:CommentOID"))
        conditions = tuple(
            self._condition(dataset, check) for check in file.children(node, "odm:RangeCheck")
        )
        name = self.reading.id_of("where clause", oid)
        if self._clauses.get(name, conditions) != conditions:
            name = f"{name}.{dataset}"
        if name not in self._clauses:
            self._clauses[name] = conditions
            for each in conditions:
                value = join_values(each.values, each.comparator)
                self.reading.add("WhereClauses", {
                    "ID": name, "Dataset": each.dataset, "Variable": each.variable,
                    "Comparator": each.comparator, "Value": value, "Comment": comment,
                })  # fmt: skip
        return name

    def _condition(self, dataset: str, check: Element) -> Condition:
        file = self.reading.file
        oid = str(file.attribute(check, "def:ItemOID"))
        file.agree(check, "SoftHard", "Soft")
        homes = self._homes.get(oid, [])
        if not homes:
            file.lose("RangeCheck on an item of no data set", check, oid)
        own = next((home for home in homes if home[0] == dataset), None)
        at, variable = own or next(iter(homes), (dataset, oid))
        values = [file.text(value) or "" for value in file.children(check, "odm:CheckValue")]
        return Condition(at, variable, str(file.attribute(check, "Comparator")), tuple(values))


def _domain(name: str, group: Element, groups: Groups) -> str | None:
    """The domain that our writer states for a data set."""
    if groups.kind != "sdtm":
        return None
    if name.startswith("SUPP"):
        return name[4:6]
    return name[:2] if groups.has_variable(group, "DOMAIN") else name
