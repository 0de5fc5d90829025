"""A domain written as several files: QS as QSPH, QSSF …; which record goes to which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from cdisc_pom.columns import Mask, take
from cdisc_pom.errors import Collector
from cdisc_pom.plan.frames import Origins, match
from cdisc_pom.plan.run import Run
from cdisc_pom.spec.expressions import ColumnName, ExpressionError, parse_expression
from cdisc_pom.spec.metadata import BuiltDataset, Condition, DatasetMeta, ValueMeta
from cdisc_pom.spec.tables import SplitRow
from cdisc_pom.spec.workbook import Workbook

SUPP = "SUPP"


def split_rows(book: Workbook, dataset: str) -> tuple[SplitRow, ...]:
    """Rows of Splits of a data set."""
    return tuple(row for row in book.rows(SplitRow) if row.dataset == dataset)


def check_splits(book: Workbook, faults: Collector) -> None:
    """Names and conditions of Splits."""
    for row in book.rows(SplitRow):
        if row.dataset not in book.datasets:
            continue  # told by the check of all sheets
        if not row.split.startswith(row.dataset) or row.split == row.dataset:
            hint = "It is the domain and one or two characters more, such as QSPH."
            faults.add(row.cell("split"), f"'{row.split}' is no part of {row.dataset}.", hint)
        known = {item.variable for item in book.variables(row.dataset) if not item.supplemental}
        try:
            names = [name.name for name in parse_expression(row.where).columns]
        except ExpressionError as error:
            faults.add(row.cell("where"), str(error))
            continue
        for name in names:
            if name not in known:
                kind = f"variable of {row.dataset}"
                faults.unknown(kind, name, known, place=row.cell("where"))


def split_domain(
    built: Iterable[BuiltDataset], rows: tuple[SplitRow, ...], run: Run, origins: Origins
) -> Iterator[BuiltDataset]:
    """The parts of a domain in place of the whole one, each SUPP-- behind its part.

    Each record must belong to one part: one that belongs to none or to two is an error. Sequence
    numbers stay as they are, so that they are unique over all parts.

    Args:
        built: the domain and, where it has one, its SUPP--.
        rows: its rows of Splits.
        run: evaluates the conditions and takes findings.
        origins: where the domain's records come from.

    Source: SDTMIG 3.4, section 4.1.7 (splitting domains).
    """
    parent, *others = built
    masks = [_mask(parent.frame, row, run) for row in rows]
    counts = np.sum(masks, axis=0) if masks else np.zeros(len(parent.frame))
    _tell(parent, rows, counts, run, origins)
    for row, mask in zip(rows, masks, strict=True):
        name = row.split
        yield _part(parent, mask, name, row)
        for supp in others:
            mine = _supplemental_mask(parent.frame, mask, supp.frame)
            if mine.any():
                yield _part(supp, mine, f"{SUPP}{name}", None)


def _mask(frame: pd.DataFrame, row: SplitRow, run: Run) -> Mask:
    expression = parse_expression(row.where)
    columns = {ColumnName(name.name, name.source): frame[name.name] for name in expression.columns}
    return run.mask(expression, row.cell("where"), columns, len(frame))


def _part(built: BuiltDataset, mask: Mask, name: str, row: SplitRow | None) -> BuiltDataset:
    at = np.flatnonzero(mask)
    index = pd.RangeIndex(len(at))
    frame = pd.DataFrame({c: take(built.frame[c], at, index) for c in built.frame}, index=index)
    values = tuple(_values(built.meta, name, frame))
    meta = replace(built.meta, name=name, values=values)
    if row is not None:
        meta = replace(meta, label=row.label, label_zh=row.label_zh, cell=row.cell("split"))
    return BuiltDataset(meta, frame, tuple(built.origins[i] for i in at) if built.origins else ())


def _values(meta: DatasetMeta, name: str, frame: pd.DataFrame) -> Iterator[ValueMeta]:
    """Value level rows of a part: those whose conditions a record of it fulfils."""
    for item in meta.values:
        holds = np.ones(len(frame), dtype=bool)
        for condition in item.conditions:
            holds &= _holds(condition, meta.name, frame)
        if holds.any():
            moved = tuple(
                replace(each, dataset=name) if each.dataset == meta.name else each
                for each in item.conditions
            )
            yield replace(item, where_id=f"{item.where_id}.{name}", conditions=moved)


def _holds(condition: Condition, dataset: str, frame: pd.DataFrame) -> Mask:
    """Where a condition on equality holds; others are not judged here."""
    known = condition.dataset == dataset and condition.variable in frame
    if not known or condition.comparator not in ("EQ", "IN"):
        return np.ones(len(frame), dtype=bool)
    return frame[condition.variable].isin(condition.values).to_numpy(dtype=bool)


def _supplemental_mask(parent: pd.DataFrame, mask: Mask, supp: pd.DataFrame) -> Mask:
    """Qualifiers of the records of a part, found by subject and sequence number."""
    sequence = next((str(name) for name in supp["IDVAR"].dropna().unique()), "USUBJID")
    numbers = parent[sequence]
    at = np.flatnonzero(mask)
    index = pd.RangeIndex(len(at))
    values = numbers.astype("Int64").astype("str") if sequence != "USUBJID" else numbers
    keys = [take(parent["USUBJID"], at, index), take(values, at, index)]
    others = supp["IDVARVAL"] if sequence != "USUBJID" else supp["USUBJID"]
    mine, theirs, _ = match([supp["USUBJID"], others.astype("str")], keys)
    return np.isin(mine, theirs[theirs >= 0])


def _tell(
    parent: BuiltDataset, rows: tuple[SplitRow, ...], counts: np.ndarray, run: Run,
    origins: Origins,
) -> None:  # fmt: skip
    """Records in no part and in several, at the first row of Splits."""
    for wrong, what in ((counts == 0, "no part"), (counts > 1, "several parts")):
        if wrong.any():
            run.report(
                wrong, f"records belong to {what} of {parent.meta.name}",
                dataset=parent.meta.name, origins=origins, cell=rows[0].cell("where"),
                rule="split", hint="Make the Where of Splits hold for each record once.",
            )  # fmt: skip
