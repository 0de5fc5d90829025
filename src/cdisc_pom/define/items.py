"""Variables and values: `ItemDef` with type, length, origin and references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pandas as pd

from cdisc_pom.define.datasets import variable_place
from cdisc_pom.define.draft import Draft
from cdisc_pom.define.names import Element, element, oid, sas_name
from cdisc_pom.define.texts import ANNOTATED, document_ref
from cdisc_pom.define.values import value_list_oid, value_oid, value_place
from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import BuiltDataset, DatasetMeta, VariableMeta

# Origins of Define-XML 2.0, which many workbooks still hold, in the words of 2.1.
_OLD_ORIGINS = {"crf": "Collected", "edt": "Collected"}
_WITH_LENGTH = ("text", "integer", "float")
_MOST_DIGITS = 15


def item_defs(draft: Draft) -> list[Element]:
    """`ItemDef` of all variables, then those of value lists."""
    datasets = draft.standard.datasets
    variables = [made for built in datasets for made in _variables(draft, built)]
    return variables + [made for built in datasets for made in _values(draft, built.meta)]


def _variables(draft: Draft, built: BuiltDataset) -> Iterator[Element]:
    meta = built.meta
    with_values = {value.variable for value in meta.values}
    for variable in meta.variables:
        column = built.frame[variable.name] if variable.name in built.frame.columns else None
        place = partial(variable_place, draft, meta, variable)
        made = _item_def(draft, variable, oid("IT", meta.name, variable.name), column, place)
        if variable.name in with_values:
            target = value_list_oid(meta.name, variable.name)
            made.append(element("def:ValueListRef", {"ValueListOID": target}))
        yield made


def _values(draft: Draft, meta: DatasetMeta) -> Iterator[Element]:
    for value in meta.values:
        place = partial(value_place, draft, meta.name, value)
        yield _item_def(draft, value.meta, value_oid(meta.name, value), None, place)


def _item_def(
    draft: Draft,
    variable: VariableMeta,
    item_oid: str,
    column: pd.Series | None,
    place: Callable[[str], Cell],
) -> Element:
    has_length = variable.data_type in _WITH_LENGTH
    digits = _significant_digits(variable, column) if variable.data_type == "float" else None
    made = element(
        "ItemDef",
        {
            "OID": item_oid,
            "Name": variable.name,
            "DataType": variable.data_type,
            "Length": str(variable.length) if has_length else None,
            "SignificantDigits": str(digits) if digits is not None else None,
            "SASFieldName": sas_name(variable.name),
            "def:DisplayFormat": variable.format,
            "def:CommentOID": draft.comment_oid(variable.comment, place("comment")),
        },
    )
    made.extend(draft.texts("Description", variable.label, variable.label_zh))
    codelist = draft.codelist_oid(variable.codelist, place("codelist"))
    if codelist is not None:
        made.append(element("CodeListRef", {"CodeListOID": codelist}))
    made.extend(_origin(draft, variable, place))
    return made


def _significant_digits(variable: VariableMeta, column: pd.Series | None) -> int | None:
    """What the workbook says, else what the format says, else what the values show."""
    if variable.significant_digits is not None:
        return variable.significant_digits
    decimals = re.fullmatch(r"[A-Za-z]*\d+\.(\d+)", variable.format or "")
    if decimals is not None:
        return int(decimals[1])
    if column is None or not pd.api.types.is_float_dtype(column.dtype):
        return None
    values = column.dropna().to_numpy(dtype="float64")
    return next(
        (
            digits
            for digits in range(_MOST_DIGITS)
            if np.array_equal(np.round(values, digits), values)
        ),
        _MOST_DIGITS,
    )


def _origin(draft: Draft, variable: VariableMeta, place: Callable[[str], Cell]) -> list[Element]:
    if not variable.origin:
        return []
    word = _OLD_ORIGINS.get(variable.origin.strip().casefold(), variable.origin)
    kind = draft.word("origin", "OriginType", word, place("origin"))
    source = (
        draft.word("origin source", "OriginSource", variable.source, place("source"))
        if variable.source
        else None
    )
    if kind is None:
        return []
    made = element("def:Origin", {"Type": kind, "Source": source})
    if kind == "Predecessor":
        made.extend(draft.texts("Description", variable.predecessor, None))
    if variable.pages:
        annotated = [name for name in draft.documents if name.casefold() in ANNOTATED]
        if annotated:
            made.append(document_ref(oid("LF", annotated[0]), variable.pages))
        else:
            hint = "Give the annotated case report form a row with ID 'acrf'."
            message = "pages are stated, but Documents has no annotated case report form."
            draft.faults.add(place("pages"), message, hint)
    return [made]
