"""Records for expected visits: empty ones, and ones with a value carried to them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.adam.parameters import group_keys
from cdisc_pom.adam.windows import WindowTable
from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.registry import (
    ColumnName,
    ColumnNames,
    ParameterArguments,
    Records,
    SubjectsName,
    WindowsName,
    algorithm,
)
from cdisc_pom.columns import Column, constant_text, from_codes, sort_codes


class ExpectedArgs(ParameterArguments):
    """Arguments of `expected_records`."""

    visit: ColumnName = "AVISITN"
    by: ColumnNames
    rule: WindowsName
    dtype: str = ""
    subjects: SubjectsName = ""


@algorithm(
    "expected_records",
    arguments=ExpectedArgs,
    shape="records",
    gives=("AVISIT", "AVISITN", "DTYPE"),
    text="A record for each visit of rule {rule} that has none within {by}.",
    text_zh="对规则 {rule} 中在 {by} 内无记录的每个访视增加一条记录。",
)
def expected_records(
    visit: Column,
    by: tuple[Column, ...],
    rule: WindowTable,
    dtype: str = "",
    subjects: Column | None = None,
) -> Records:
    """A record without a value for each expected visit that a group has no record of.

    Args:
        visit: AVISITN of the records that are there.
        by: USUBJID and what further has a record a visit (PARAMCD …).
        rule: windows whose visits are expected.
        dtype: DTYPE of the new records, e.g. PHANTOM.
        subjects: every subject of whom the visits are expected, also those without a record.

    Returns:
        The `by` variables, AVISIT, AVISITN, and DTYPE with `dtype`.

    Source: admiral, derive_expected_records.

    Example:
        >>> from cdisc_pom.adam.windows import Window
        >>> rule = WindowTable("STD", (Window("Week 1", 1, 2, 11, 8),
        ...                            Window("Week 2", 2, 12, 18, 15)))
        >>> made = expected_records(pd.Series([1]), (pd.Series(["01"], name="USUBJID"),), rule)
        >>> made.columns["AVISIT"].tolist()
        ['Week 2']
    """
    groups, keys = group_keys(by, subjects)
    size = int(groups.max(initial=-1)) + 1
    there, _ = _first_at(numbers_of(visit), groups[: len(visit)], size, rule)
    group, slot = np.nonzero(there < 0)
    columns = _visits(keys, group, slot, rule, dtype)
    return Records(np.full(len(group), -1, dtype=np.int64), columns)


class CarriedArgs(ParameterArguments):
    """Arguments of `locf` and `wocf`."""

    value: ColumnName
    visit: ColumnName = "AVISITN"
    by: ColumnNames
    order: ColumnNames
    rule: WindowsName
    dtype: str = "LOCF"
    start: float | None = None


@algorithm(
    "locf",
    arguments=CarriedArgs,
    shape="records",
    gives=("AVISIT", "AVISITN", "DTYPE"),
    text="For each visit of rule {rule} without a {value} within {by}, the last earlier record by "
    "{visit}, {order} that has one.",
    text_zh="对规则 {rule} 中在 {by} 内无 {value} 的每个访视，取其前按 {visit}、{order} 排序的"
    "最后一条有值记录。",
)
def locf(
    value: Column,
    visit: Column,
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    rule: WindowTable,
    dtype: str = "LOCF",
    start: float | None = None,
) -> Records:
    """Last observation carried forward to expected visits that have none.

    A visit before the first value of a group stays without a record. `carry=` names what is copied
    from the record that is carried (AVAL, AVALC, ADT …).

    Args:
        value: a record with a missing value counts as none.
        visit: AVISITN of the records; records without one are not carried.
        by: USUBJID and what further has a record a visit.
        order: columns that order the records of one visit; the last one is carried.
        rule: windows whose visits are expected.
        dtype: DTYPE of the new records.
        start: first AVISITN whose value may be carried, to keep baseline out.

    Returns:
        The `by` variables, AVISIT, AVISITN and DTYPE.

    Source: ADaMIG 1.3, section 4.4 (DTYPE = LOCF); admiral, derive_locf_records.

    Example:
        >>> from cdisc_pom.adam.windows import Window
        >>> rule = WindowTable("STD", (Window("Week 1", 1, 2, 11, 8),
        ...                            Window("Week 2", 2, 12, 18, 15)))
        >>> made = locf(pd.Series([9.0]), pd.Series([1]), (pd.Series(["01"], name="USUBJID"),),
        ...             (pd.Series([8]),), rule)
        >>> made.columns["AVISIT"].tolist(), made.rows.tolist()
        (['Week 2'], [0])
    """
    return _carried(value, visit, by, order, rule, dtype, start)


class WorstArgs(CarriedArgs):
    """Arguments of `wocf`."""

    dtype: str = "WOCF"
    worst: Literal["high", "low"] = "high"


@algorithm(
    "wocf",
    arguments=WorstArgs,
    shape="records",
    gives=("AVISIT", "AVISITN", "DTYPE"),
    text="For each visit of rule {rule} without a {value} within {by}, the earlier record with the "
    "worst (the {worst}est) one; of several the last by {visit}, {order}.",
    text_zh="对规则 {rule} 中在 {by} 内无 {value} 的每个访视，取其前 {value} 最差"
    "（{worst}：high 取最高，low 取最低）的记录；有多条时取按 {visit}、{order} 排序的末条。",
)
def wocf(
    value: Column,
    visit: Column,
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    rule: WindowTable,
    dtype: str = "WOCF",
    start: float | None = None,
    worst: str = "high",
) -> Records:
    """Worst observation carried forward to expected visits that have none.

    Args:
        value: numbers, or text that sorts; a record with a missing value counts as none.
        visit: AVISITN of the records.
        by: USUBJID and what further has a record a visit.
        order: columns that order the records of one visit.
        rule: windows whose visits are expected.
        dtype: DTYPE of the new records.
        start: first AVISITN whose value may be carried, to keep baseline out.
        worst: `high` or `low`.

    Returns:
        The `by` variables, AVISIT, AVISITN and DTYPE.

    Source: ADaMIG 1.3, section 4.4 (DTYPE = WOCF).

    Example:
        >>> from cdisc_pom.adam.windows import Window
        >>> rule = WindowTable("STD", tuple(Window(f"Week {n}", n, n, n, n) for n in (1, 2, 3)))
        >>> subjects = (pd.Series(["01", "01"], name="USUBJID"),)
        >>> made = wocf(pd.Series([3.0, 1.0]), pd.Series([1, 2]), subjects,
        ...             (pd.Series([1, 2]),), rule)
        >>> made.columns["AVISIT"].tolist(), made.rows.tolist()
        (['Week 3'], [0])
    """
    return _carried(value, visit, by, order, rule, dtype, start, worst=worst)


def _carried(
    value: Column,
    visit: Column,
    by: tuple[Column, ...],
    order: tuple[Column, ...],
    rule: WindowTable,
    dtype: str,
    start: float | None,
    worst: str = "",
) -> Records:
    groups, keys = group_keys(by, None)
    size = int(groups.max(initial=-1)) + 1
    visits = numbers_of(visit)
    kept = value.notna().to_numpy() & ~np.isnan(visits)
    there, slots = _first_at(np.where(kept, visits, np.nan), groups, size, rule)
    usable = kept if start is None else kept & (visits >= start)
    source = _best(usable, groups, visits, value, order, size, slots, worst)
    group, slot = np.nonzero((there < 0) & (source >= 0))
    columns = _visits(keys, group, slot, rule, dtype)
    return Records(source[group, slot], columns)


def _slots(rule: WindowTable) -> np.ndarray:
    """AVISITN of the expected visits, in ascending order."""
    return np.array(sorted({window.avisitn for window in rule.windows}), dtype=float)


def _first_at(
    visits: np.ndarray, groups: np.ndarray, size: int, rule: WindowTable
) -> tuple[np.ndarray, np.ndarray]:
    """For each group and expected visit a record of it, or -1; and the visits' numbers."""
    slots = _slots(rule)
    at = np.searchsorted(slots, visits)
    hit = np.flatnonzero(np.isin(visits, slots))
    there = np.full((size, len(slots)), -1, dtype=np.int64)
    there[groups[hit], at[hit]] = hit
    return there, slots


def _best(
    usable: np.ndarray, groups: np.ndarray, visits: np.ndarray, value: Column,
    order: tuple[Column, ...], size: int, slots: np.ndarray, worst: str,
) -> np.ndarray:  # fmt: skip
    """For each group and expected visit the record that is carried to it, or -1."""
    best = np.full((size, len(slots)), -1, dtype=np.int64)
    ranks = sort_codes(value) if worst != "low" else -sort_codes(value)
    keys = [sort_codes(column) for column in order]
    at = np.flatnonzero(usable)
    order_of = at[np.lexsort([ranks[at], *(key[at] for key in reversed(keys)), visits[at]])]
    if worst:
        order_of = order_of[np.argsort(ranks[order_of], kind="stable")]
    for slot, number in enumerate(slots):
        earlier = order_of[visits[order_of] < number]
        best[groups[earlier], slot] = earlier  # the last assignment stays
    return best


def _visits(
    keys: dict[str, Column], group: np.ndarray, slot: np.ndarray, rule: WindowTable, dtype: str
) -> dict[str, Column]:
    """The variables of new records for groups and visits."""
    index = pd.RangeIndex(len(group))
    slots = _slots(rule)
    names = {window.avisitn: window.avisit for window in rule.windows}
    columns = {name: column.iloc[group].reset_index(drop=True) for name, column in keys.items()}
    columns["AVISIT"] = from_codes(slot, [names[number] for number in slots], index)
    columns["AVISITN"] = pd.Series(slots[slot], index=index)
    if dtype:
        columns["DTYPE"] = constant_text(dtype, index)
    return columns
