"""What a define file in Chinese must have in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from cdisc_pom.define.arm import missing_chinese
from cdisc_pom.define.datasets import dataset_place, variable_place
from cdisc_pom.define.draft import Draft
from cdisc_pom.define.values import value_place
from cdisc_pom.errors import Cell
from cdisc_pom.spec.sheets import MethodRow

Missing = tuple[Cell, str, str]


def check_chinese(draft: Draft) -> None:
    """Keep a fault for each text that a reader of the Chinese file would find in English.

    Labels, structures, displays, methods and comments that are referred to must be Chinese;
    decodes may stay as the terminology has them, for it has no official Chinese edition.

    Source: NMPA, guideline on clinical trial data submission (2020-07), what must be in Chinese.
    """
    for place, what, text in _missing(draft):
        draft.faults.add(place, f"{what} has no Chinese text for '{text}'.", "Fill this cell.")


def _missing(draft: Draft) -> Iterator[Missing]:
    for built in draft.standard.datasets:
        meta = built.meta
        if not meta.label_zh:
            yield dataset_place(draft, meta, "label_zh"), f"data set {meta.name}", meta.label
        if meta.structure and not meta.structure_zh:
            place = dataset_place(draft, meta, "structure_zh")
            yield place, f"structure of {meta.name}", meta.structure
        for variable in meta.variables:
            if not variable.label_zh:
                place = variable_place(draft, meta, variable, "label_zh")
                yield place, f"{meta.name}.{variable.name}", variable.label
        for value in meta.values:
            if value.meta.label and not value.meta.label_zh:
                place = value_place(draft, meta.name, value, "label_zh")
                what = f"{meta.name}.{value.variable} where {value.where_id}"
                yield place, what, value.meta.label
    yield from _missing_texts(draft)
    yield from missing_chinese(draft)


def _missing_texts(draft: Draft) -> Iterator[Missing]:
    rows = {row.id: row for row in draft.standard.workbook.rows(MethodRow)}
    for name in draft.used("method"):
        method = draft.methods[name]
        if not method.text_zh:
            row = rows.get(name)
            place = draft.place(row.cell("description_zh") if row else None, sheet="Methods")
            yield place, f"method {name}", method.text
    for name in draft.used("comment"):
        comment = draft.comments[name]
        if not comment.description_zh:
            place = comment.cell("description_zh")
            yield place, f"comment {name}", comment.description
