"""Value level metadata: rows of the workbook, and what generated data sets imply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdisc_pom.spec.clauses import Condition, split_values
from cdisc_pom.spec.metadata import ValueMeta, VariableMeta
from cdisc_pom.spec.sheets import DatasetRow, ValueLevelRow, VariableRow, WhereClauseRow

if TYPE_CHECKING:
    from cdisc_pom.plan.table import Table
    from cdisc_pom.sdtm.supplemental import Qualifier
    from cdisc_pom.spec.workbook import Workbook

_NUMBER_BYTES = 8


def where_conditions(book: Workbook, clause: str) -> tuple[Condition, ...]:
    """The conditions of a where clause, which hold together."""
    return tuple(
        Condition(
            row.dataset, row.variable, row.comparator, split_values(row.value, row.comparator)
        )
        for row in book.rows(WhereClauseRow)
        if row.id == clause
    )


def value_level(book: Workbook, dataset: str, table: Table) -> tuple[ValueMeta, ...]:
    """Value level rows of a data set, in their order."""
    del table
    rows = [row for row in book.rows(ValueLevelRow) if row.dataset == dataset]
    comments = {row.id: row.comment for row in reversed(book.rows(WhereClauseRow)) if row.comment}
    return tuple(
        ValueMeta(
            row.variable, row.where_clause, where_conditions(book, row.where_clause), _meta(row),
            comments.get(row.where_clause),
        )
        for row in sorted(rows, key=lambda row: row.order)
    )  # fmt: skip


def _meta(row: ValueLevelRow) -> VariableMeta:
    kind = row.data_type if row.data_type in ("integer", "float") else "text"
    return VariableMeta(
        name=row.variable, label=row.label or "", label_zh=row.label_zh, data_type=row.data_type,
        kind=kind,
        length=row.length or _NUMBER_BYTES, significant_digits=row.significant_digits,
        format=row.format, mandatory=row.mandatory, codelist=row.codelist, origin=row.origin,
        source=row.source, pages=row.pages, method=row.method, predecessor=row.predecessor,
        comment=row.comment, cell=row.cell("variable"),
    )  # fmt: skip


def supplemental_values(
    table: Table,
    book: Workbook,
    name: str,
    qualifiers: list[tuple[Qualifier, VariableRow | None]],
) -> tuple[ValueMeta, ...]:
    """What QVAL is for each QNAM of a SUPP-- data set."""
    del book
    found = []
    for qualifier, declared in qualifiers:
        row = declared or _rest(table.plan.row)
        texts = qualifier.values.cat.categories.tolist()
        length = max((len(text.encode("utf-8")) for text in texts), default=1)
        meta = VariableMeta(
            name="QVAL", label=row.label or qualifier.label,
            label_zh=row.label_zh or qualifier.label, data_type=row.data_type, kind="text",
            length=length, codelist=row.codelist, origin=row.origin or "Collected",
            source=row.source or "Investigator", method=row.method, pages=row.pages,
            cell=declared.cell("variable") if declared else table.plan.row.cell("dataset"),
        )  # fmt: skip
        condition = Condition(name, "QNAM", "EQ", (qualifier.name,))
        found.append(ValueMeta("QVAL", f"{name}.QNAM.{qualifier.name}", (condition,), meta))
    return tuple(found)


def _rest(parent: DatasetRow) -> VariableRow:
    """What stands for a variable that the overflow of a long text made."""
    return VariableRow(
        place=parent.place, order=1, dataset=parent.dataset, variable="QVAL", label="",
        data_type="text",
    )  # fmt: skip
