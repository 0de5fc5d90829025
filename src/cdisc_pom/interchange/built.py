"""A workbook as if its data sets had been built, without any data: what define.xml asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from cdisc_pom.interchange.books import Book
from cdisc_pom.interchange.supplemental import expand_supplemental
from cdisc_pom.spec.clauses import Condition, split_values
from cdisc_pom.spec.metadata import (
    BuiltDataset,
    BuiltStandard,
    DatasetMeta,
    Method,
    ValueMeta,
    VariableMeta,
)
from cdisc_pom.spec.reader import typed_workbook
from cdisc_pom.spec.sheets import DatasetRow, MethodRow, ValueLevelRow, VariableRow, WhereClauseRow
from cdisc_pom.spec.workbook import Workbook

_NUMBER, _TEXT = 8, 200  # bytes where a workbook states no length


def built_without_data(book: Book) -> BuiltStandard:
    """The data sets of a workbook with no records.

    Lengths are those that the workbook states; a text without one counts as 200 bytes. Derived
    variables without a row in Methods have no method: its words come from compiling.

    Raises:
        Problems: cells that do not fit their columns.
    """
    expanded = expand_supplemental(book)
    describing = [sheet for sheet in expanded.sheets if sheet.name in expanded.schema]
    workbook = typed_workbook(Path(book.name), book.kind, describing)
    datasets = tuple(
        BuiltDataset(_dataset(workbook, row), pd.DataFrame()) for row in workbook.rows(DatasetRow)
    )
    methods = tuple(
        Method(
            row.id, row.name, row.type, row.description, row.description_zh,
            row.expression_context, row.expression_code, row.document, row.pages,
        )
        for row in workbook.rows(MethodRow)
    )  # fmt: skip
    return BuiltStandard(workbook, datasets, methods)


def _dataset(workbook: Workbook, row: DatasetRow) -> DatasetMeta:
    variables = tuple(_variable(each, row) for each in workbook.variables(row.dataset))
    return DatasetMeta(
        name=row.dataset, label=row.label, label_zh=row.label_zh,
        dataset_class=row.dataset_class, variables=variables, keys=row.keys,
        subclass=row.subclass, structure=row.structure, structure_zh=row.structure_zh,
        standard=row.standard, repeating=row.repeating, reference_data=row.reference_data,
        has_no_data=row.has_no_data, comment=row.comment,
        values=_values(workbook, row.dataset), cell=row.cell("dataset"),
    )  # fmt: skip


def _variable(row: VariableRow, dataset: DatasetRow) -> VariableMeta:
    key = dataset.keys.index(row.variable) + 1 if row.variable in dataset.keys else None
    return replace(_item(row), role=row.role, core=row.core, has_no_data=row.has_no_data, key=key)


def _item(row: VariableRow | ValueLevelRow) -> VariableMeta:
    numeric = row.data_type in ("integer", "float")
    return VariableMeta(
        name=row.variable, label=row.label or "", label_zh=row.label_zh, data_type=row.data_type,
        kind="float" if numeric else "text", length=row.length or (_NUMBER if numeric else _TEXT),
        significant_digits=row.significant_digits, format=row.format, mandatory=row.mandatory,
        codelist=row.codelist, origin=row.origin, source=row.source, pages=row.pages,
        method=row.method, predecessor=row.predecessor, comment=row.comment,
        max_length=row.length, cell=row.cell("variable"),
    )  # fmt: skip


def _values(workbook: Workbook, dataset: str) -> tuple[ValueMeta, ...]:
    clauses: dict[str, list[WhereClauseRow]] = {}
    for row in workbook.rows(WhereClauseRow):
        clauses.setdefault(row.id, []).append(row)
    rows = [row for row in workbook.rows(ValueLevelRow) if row.dataset == dataset]
    return tuple(
        ValueMeta(
            row.variable,
            row.where_clause,
            tuple(map(_condition, clauses.get(row.where_clause, []))),
            _item(row),
            next(
                (each.comment for each in clauses.get(row.where_clause, []) if each.comment), None
            ),
        )
        for row in sorted(rows, key=lambda row: row.order)
    )


def _condition(row: WhereClauseRow) -> Condition:
    values = split_values(row.value, row.comparator)
    return Condition(row.dataset, row.variable, row.comparator, values)
