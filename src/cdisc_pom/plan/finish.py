"""A made data set brought to its final form: order, types, SUPP--, metadata, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd

from cdisc_pom.columns import DATE, DATETIME, Codes, Column, distinct, sort_positions, take
from cdisc_pom.plan.coerce import as_text
from cdisc_pom.plan.frames import Origins
from cdisc_pom.plan.methods import method_id, methods_of
from cdisc_pom.plan.run import Run
from cdisc_pom.plan.splits import split_domain, split_rows
from cdisc_pom.plan.table import Table
from cdisc_pom.plan.values import value_level
from cdisc_pom.sdtm.supplemental import KEYS, VARIABLES, Qualifier, split_supplemental
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard, DatasetMeta, VariableMeta
from cdisc_pom.spec.sheets import VariableRow
from cdisc_pom.spec.tables import SupplementalRow
from cdisc_pom.spec.workbook import Workbook

NUMBER_BYTES = 8


def finish_standard(
    run: Run,
    standard: str,
    *,
    language: str,
    encoding: str,
    tick: Callable[[str], None] = lambda _: None,
) -> BuiltStandard:
    """All data sets of a standard, sorted, typed and described.

    Args:
        run: the run that makes the data sets.
        standard: `sdtm` or `adam`.
        language: `zh` or `en`; the language of QLABEL.
        encoding: of the XPORT files; lengths count its bytes.
        tick: is told of each data set that is done.

    Returns:
        Data sets in the workbook's order, each SUPP-- behind its parent, a domain that is split in
        its parts.
    """
    book = run.study.workbooks[standard]
    built: list[BuiltDataset] = []
    for name in book.datasets:
        table, rows = run.table(name), split_rows(book, name)
        whole = finish_dataset(table, book, language=language)
        built += split_domain(whole, rows, run, sorted_origins(table)) if rows else whole
        tick(name)
    return BuiltStandard(book, tuple(_with_lengths(built, encoding)), methods_of(run.plan, book))


def finish_dataset(table: Table, book: Workbook, *, language: str) -> Iterator[BuiltDataset]:
    """A data set and, where it has supplemental qualifiers, its SUPP-- data set."""
    rows = [row for row in book.variables(table.plan.name) if not row.supplemental]
    index = pd.RangeIndex(table.size)
    columns = {row.variable: table.column(row.variable) for row in rows}
    rows = [row for row in rows if not _unused_continuation(row, table, columns)]
    order = file_order(table)
    frame = pd.DataFrame(
        {row.variable: _typed(take(columns[row.variable], order, index)) for row in rows},
        index=index,
    )
    origins = sorted_origins(table)
    meta = _dataset_meta(table, book, rows)
    yield BuiltDataset(meta, frame, origins.texts())
    supplemental = qualifiers_of(table, book, order, language)
    if supplemental:
        yield _supplemental(table, book, frame, origins, supplemental)


def file_order(table: Table) -> Codes:
    """Positions of the records in the order in which they are written: sorted by the keys."""
    return sort_positions([table.column(key) for key in table.plan.row.keys], table.size)


def _unused_continuation(row: VariableRow, table: Table, columns: dict[str, Column]) -> bool:
    """A continuation variable (COVAL1 …) that no text needed is left out."""
    stems = {step.arguments.get("overflow") for step in table.plan.steps} - {None, ""}
    named = any(
        row.variable.startswith(str(stem)) and row.variable[len(str(stem)) :].isdigit()
        for stem in stems
    )
    return named and not columns[row.variable].notna().any()


def sorted_origins(table: Table) -> Origins:
    """Where the records come from, in the order in which they are written."""
    return Origins.stack([block.origins for block in table.blocks]).take(file_order(table))


def _typed(column: Column) -> Column:
    """The type that is written: dates and datetimes as datetime64[us]."""
    if column.dtype == DATE:
        return pd.Series(column.to_numpy().astype(DATETIME), index=column.index)
    return column


def _dataset_meta(table: Table, book: Workbook, rows: list[VariableRow]) -> DatasetMeta:
    row = table.plan.row
    variables = tuple(_variable_meta(item, table, row.keys) for item in rows)
    return DatasetMeta(
        name=row.dataset, label=row.label, label_zh=row.label_zh,
        dataset_class=row.dataset_class, variables=variables, keys=row.keys,
        subclass=row.subclass, structure=row.structure, structure_zh=row.structure_zh,
        standard=row.standard, repeating=row.repeating, reference_data=row.reference_data,
        has_no_data=row.has_no_data, comment=row.comment,
        values=value_level(book, row.dataset, table), cell=row.cell("dataset"),
    )  # fmt: skip


def _variable_meta(row: VariableRow, table: Table, keys: tuple[str, ...]) -> VariableMeta:
    steps = table.plan.steps_of(row.variable)
    origin = row.origin or next((step.algorithm.origin for step in steps), None)
    return VariableMeta(
        name=row.variable, label=row.label, label_zh=row.label_zh, data_type=row.data_type,
        kind=row.kind, length=NUMBER_BYTES, significant_digits=row.significant_digits,
        format=row.format, mandatory=row.mandatory, codelist=row.codelist, origin=origin,
        source=row.source, pages=row.pages, method=method_id(row, table.plan, origin),
        predecessor=row.predecessor, role=row.role, core=row.core, comment=row.comment,
        has_no_data=row.has_no_data,
        key=keys.index(row.variable) + 1 if row.variable in keys else None,
        max_length=row.length, cell=row.cell("variable"),
    )  # fmt: skip


_ORIGINS = {"collected": "CRF", "derived": "DERIVED", "assigned": "ASSIGNED", "predecessor": "CRF"}


def qualifiers_of(
    table: Table, book: Workbook, order: Codes, language: str
) -> list[tuple[Qualifier, VariableRow | None]]:
    """Supplemental variables of Variables, and the rests of texts that did not fit."""
    index, plan_name = pd.RangeIndex(table.size), table.plan.name
    found: list[tuple[Qualifier, VariableRow | None]] = []
    declared = {row.variable: row for row in book.variables(table.plan.name)}
    for row in declared.values():
        if row.supplemental:
            label = (row.label_zh if language == "zh" else None) or row.label
            values = take(as_text(table.column(row.variable)), order, index)
            origin = _ORIGINS.get((row.origin or "collected").casefold(), "CRF")
            found.append((Qualifier(row.variable, label, origin, values), row))
    for name in sorted(table.overflow):
        if name not in declared:
            parent = declared.get(name.rstrip("0123456789"))
            number = name[len(name.rstrip("0123456789")) :]
            label = "" if parent is None else (
                (parent.label_zh if language == "zh" else None) or parent.label
            )  # fmt: skip
            values = take(table.overflow[name], order, index)
            found.append((Qualifier(name, f"{label} {number}".strip(), "CRF", values), None))
    named = {row.variable: row for row in book.rows(SupplementalRow) if row.dataset == plan_name}
    found = [_renamed(*item, named.get(item[0].name), language) for item in found]
    return [item for item in found if item[0].values.notna().any() or item[1] is not None]


def _renamed(
    qualifier: Qualifier, row: VariableRow | None, own: SupplementalRow | None, language: str
) -> tuple[Qualifier, VariableRow | None]:
    """A qualifier with what a row of Supplemental says in place of what is generated."""
    if own is None:
        return qualifier, row
    label = (own.qlabel_zh if language == "zh" else None) or own.qlabel or qualifier.label
    changed = replace(
        qualifier, name=own.qnam or qualifier.name, label=label,
        origin=own.qorig or qualifier.origin, evaluator=own.qeval or qualifier.evaluator,
    )  # fmt: skip
    if row is None or (own.qlabel is None and own.qlabel_zh is None):
        return changed, row
    labels = {"label": own.qlabel or row.label, "label_zh": own.qlabel_zh or row.label_zh}
    return changed, row.model_copy(update=labels)


def _supplemental(
    table: Table,
    book: Workbook,
    frame: pd.DataFrame,
    origins: Origins,
    qualifiers: list[tuple[Qualifier, VariableRow | None]],
) -> BuiltDataset:
    domain = table.plan.name
    sequence = f"{domain}SEQ"
    records, parents = split_supplemental(
        domain, frame["STUDYID"], frame["USUBJID"],
        frame.get(sequence), [item for item, _ in qualifiers],
    )  # fmt: skip
    order = sort_positions([records[key] for key in KEYS], len(records))
    index = pd.RangeIndex(len(records))
    ordered = pd.DataFrame({name: take(records[name], order, index) for name in records})
    meta = _supplemental_meta(table, book, qualifiers)
    return BuiltDataset(meta, ordered, origins.take(parents[order]).texts())


def _supplemental_meta(
    table: Table, book: Workbook, qualifiers: list[tuple[Qualifier, VariableRow | None]]
) -> DatasetMeta:
    from cdisc_pom.plan.values import supplemental_values  # noqa: PLC0415

    parent, name = table.plan.row, f"SUPP{table.plan.name}"
    variables = tuple(
        VariableMeta(
            name=item, label=label, label_zh=zh, data_type="text", kind="text",
            length=1, mandatory=core == "Req", origin="Collected" if item == "QVAL" else "Assigned",
            source="Investigator" if item == "QVAL" else "Sponsor", role=role, core=core,
            key=KEYS.index(item) + 1 if item in KEYS else None, cell=parent.cell("dataset"),
        )
        for item, label, zh, role, core in VARIABLES
    )  # fmt: skip
    return DatasetMeta(
        name=name, label=f"Supplemental Qualifiers for {table.plan.name}",
        label_zh=f"{table.plan.name} 的补充限定变量", dataset_class="RELATIONSHIP",
        variables=variables, keys=KEYS, standard=parent.standard,
        structure="One record per supplemental qualifier per related parent domain record",
        structure_zh="每条相关父域记录的每个补充限定变量一条记录",
        values=supplemental_values(table, book, name, qualifiers), cell=parent.cell("dataset"),
    )  # fmt: skip


def _with_lengths(built: list[BuiltDataset], encoding: str) -> Iterator[BuiltDataset]:
    """Text lengths as bytes of the longest value, the same wherever a variable stands.

    SUPP-- data sets keep their own lengths. Source: CDE data submission guideline (2020), section
    on variable length; FDA Study Data Technical Conformance Guide, section 3.3.2.
    """
    widths: dict[str, int] = {}
    for item in built:
        for variable in item.meta.variables:
            if variable.kind == "text":
                name = length_group(item.meta.name, variable.name)
                longest = _longest(item.frame[variable.name], encoding)
                widths[name] = max(widths.get(name, 1), longest)
    for item in built:
        variables = tuple(
            replace(variable, length=widths[length_group(item.meta.name, variable.name)])
            if variable.kind == "text"
            else variable
            for variable in item.meta.variables
        )
        yield replace(item, meta=replace(item.meta, variables=variables))


def length_group(dataset: str, variable: str) -> str:
    """What shares a length: a variable of that name anywhere, but for SUPP-- its own."""
    own = dataset.startswith("SUPP") and variable.startswith("Q")
    return f"{dataset}.{variable}" if own else variable


def _longest(column: Column, encoding: str) -> int:
    _, values = distinct(column)
    # A character that the encoding lacks counts one byte here; the checks tell of it.
    return max((len(str(value).encode(encoding, "replace")) for value in values), default=1)
