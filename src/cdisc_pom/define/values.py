"""Value level: `def:ValueListDef` and the where clauses that its items hold under."""

from __future__ import annotations

from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid, yes_no, yes_only
from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import Condition, DatasetMeta, ValueMeta
from cdisc_pom.spec.sheets import ValueLevelRow, WhereClauseRow

_MANY = ("IN", "NOTIN")


def value_list_oid(dataset: str, variable: str) -> str:
    """OID of a variable's value list."""
    return oid("VL", dataset, variable)


def value_oid(dataset: str, value: ValueMeta) -> str:
    """OID of a value's `ItemDef`."""
    return oid("IT", dataset, value.variable, value.where_id)


def value_place(draft: Draft, dataset: str, value: ValueMeta, field: str) -> Cell:
    """The cell of the ValueLevel sheet that says a thing about a value."""
    named = (dataset, value.variable, value.where_id)
    for row in draft.standard.workbook.rows(ValueLevelRow):
        if (row.dataset, row.variable, row.where_clause) == named:
            return row.cell(field)
    return draft.place(value.meta.cell, sheet="ValueLevel")


def value_list_defs(draft: Draft) -> list[Element]:
    """One `def:ValueListDef` a variable that has values, in the order of the variables."""
    made = []
    for built in draft.standard.datasets:
        meta = built.meta
        known = {variable.name for variable in meta.variables}
        for value in meta.values:
            if value.variable not in known:
                place = value_place(draft, meta.name, value, "variable")
                draft.faults.unknown(f"variable of {meta.name}", value.variable, known, place=place)
        for variable in meta.variables:
            values = [value for value in meta.values if value.variable == variable.name]
            if values:
                made.append(_value_list_def(draft, meta, variable.name, values))
    return made


def _value_list_def(
    draft: Draft, meta: DatasetMeta, variable: str, values: list[ValueMeta]
) -> Element:
    made = element("def:ValueListDef", {"OID": value_list_oid(meta.name, variable)})
    for order, value in enumerate(values, start=1):
        place = value_place(draft, meta.name, value, "method")
        reference = element(
            "ItemRef",
            {
                "ItemOID": value_oid(meta.name, value),
                "OrderNumber": str(order),
                "Mandatory": yes_no(value.meta.mandatory),
                "MethodOID": draft.method_oid(value.meta.method, place),
                "def:HasNoData": yes_only(value.meta.has_no_data),
            },
        )
        target = {"WhereClauseOID": oid("WC", value.where_id)}
        reference.append(element("def:WhereClauseRef", target))
        made.append(reference)
    return made


def where_clause_defs(draft: Draft) -> list[Element]:
    """Each where clause once, with all its conditions."""
    clauses: dict[str, ValueMeta] = {}
    for built in draft.standard.datasets:
        for value in built.meta.values:
            first = clauses.setdefault(value.where_id, value)
            if first.conditions != value.conditions:
                place = value_place(draft, built.meta.name, value, "where_clause")
                message = f"where clause '{value.where_id}' has other conditions than before."
                draft.faults.add(place, message, "Give each clause an ID of its own.")
    return [_where_clause_def(draft, value) for value in clauses.values()]


def _where_clause_def(draft: Draft, value: ValueMeta) -> Element:
    rows = [row for row in draft.standard.workbook.rows(WhereClauseRow) if row.id == value.where_id]
    place = draft.place(*(row.cell("comment") for row in rows[:1]), sheet="WhereClauses")
    made = element(
        "def:WhereClauseDef",
        {
            "OID": oid("WC", value.where_id),
            "def:CommentOID": draft.comment_oid(value.where_comment, place),
        },
    )
    if not value.conditions:
        draft.faults.add(place, f"where clause '{value.where_id}' has no condition.")
    for at, condition in enumerate(value.conditions):
        cell = rows[at].cell("variable") if at < len(rows) else value.meta.cell
        made.append(range_check(draft, condition, draft.place(cell, sheet="WhereClauses")))
    return made


def range_check(draft: Draft, condition: Condition, place: Cell) -> Element:
    """`RangeCheck` of a condition; what it refers to must be there."""
    metas = {built.meta.name: built.meta for built in draft.standard.datasets}
    if condition.dataset not in metas:
        draft.faults.unknown("data set", condition.dataset, metas, place=place)
    else:
        known = [variable.name for variable in metas[condition.dataset].variables]
        if condition.variable not in known:
            what = f"variable of {condition.dataset}"
            draft.faults.unknown(what, condition.variable, known, place=place)
    if not condition.values or (len(condition.values) > 1 and condition.comparator not in _MANY):
        message = f"{condition.comparator} with {len(condition.values)} values."
        draft.faults.add(place, message, "IN and NOTIN take several values, the others one.")
    made = element(
        "RangeCheck",
        {
            "Comparator": condition.comparator,
            "SoftHard": "Soft",
            "def:ItemOID": oid("IT", condition.dataset, condition.variable),
        },
    )
    for value in condition.values:
        check = element("CheckValue")
        check.text = value
        made.append(check)
    return made
