"""Visits: what a collected visit name is called, and where an unscheduled visit stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.numbers import plain_text, round_sas
from cdisc_pom.algorithms.registry import (
    Arguments,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    Used,
    VisitsName,
    algorithm,
)
from cdisc_pom.algorithms.values import fold
from cdisc_pom.columns import (
    Column,
    distinct,
    from_codes,
    group_codes,
    sort_codes,
    text_column,
)
from cdisc_pom.errors import did_you_mean


@dataclass(frozen=True)
class Visit:
    """A visit: number, name and planned day; unscheduled ones have no number of their own."""

    visitnum: float | None
    visit: str
    visitdy: float | None = None
    unscheduled: bool = False


@dataclass(frozen=True)
class VisitTable:
    """Visits by folded collected name."""

    visits: Mapping[str, Visit] = field(default_factory=dict)
    shown: tuple[str, ...] = ()


class VisitArgs(Arguments):
    """Arguments of `visit`."""

    name: ColumnName
    date: ColumnName
    by: ColumnNames = ("USUBJID",)
    give: str = "VISITNUM"
    apart: ColumnNames = ()
    table: VisitsName = "Visits"


def _used_visit(
    name: Column,
    date: Column,
    by: tuple[Column, ...],
    give: str,
    apart: tuple[Column, ...] = (),
    *,
    table: VisitTable,
) -> Used:
    """An unscheduled visit is numbered after a scheduled one: the last on or before its date."""
    del give
    codes, values = distinct(text_column(name))
    found = [table.visits.get(fold(item)) for item in values]
    names = _name_codes(codes, values, name.index, apart)
    numbers, unscheduled = _own_numbers(found, codes)
    order, groups, base = _bases(numbers, unscheduled, names, date, by)
    rises = (base == np.where(unscheduled, np.nan, numbers)[order]) & ~np.isnan(base)
    at = pd.Series(np.where(rises, np.arange(len(order)), -1))
    last = at.groupby(groups).cummax().to_numpy()
    chosen = np.full(len(order), -1, dtype=np.int64)
    chosen[order] = np.where(unscheduled[order] & (last >= 0), order[last], -1)
    return Used(chosen=chosen)


@algorithm(
    "visit",
    arguments=VisitArgs,
    whole=True,
    used=_used_visit,
    origin="Assigned",
    text="{give} of the collected visit {name}; an unscheduled visit is numbered after the last "
    "scheduled one on or before its {date}, in steps of 0.01.",
    text_zh="由采集的访视 {name} 得到 {give}；"
    "计划外访视按 {date} 排在其前最后一次计划访视之后，步长 0.01。",
)
def visit(
    name: Column,
    date: Column,
    by: tuple[Column, ...],
    give: str,
    apart: tuple[Column, ...] = (),
    *,
    table: VisitTable,
) -> Outcome:
    """Number, name or planned day of a visit.

    Args:
        name: visit as collected.
        date: ISO 8601 text of the visit; places unscheduled visits.
        by: columns that make a subject.
        give: `VISITNUM`, `VISIT` or `VISITDY`.
        apart: columns that tell unscheduled visits of one name apart, such as their date, for
            forms that call every one of them the same.
        table: rows of the Visits sheet.

    Returns:
        float64 for VISITNUM and VISITDY, text for VISIT; a name that is not in the table is a
        problem, and so is an unscheduled visit with no scheduled one before it.

    Raises:
        ValueError: `give` is none of the three.

    Source: SDTMIG 3.4, section 4.4.5 (VISITNUM of unscheduled visits).

    Example:
        >>> free = Visit(None, "UNSCHEDULED", None, True)
        >>> table = VisitTable({"c1": Visit(1, "CYCLE 1"), "uns": free})
        >>> visit(pd.Series(["C1", "UNS"]), pd.Series(["2024-03-01", "2024-03-04"]),
        ...       (pd.Series(["01", "01"]),), "VISIT", table=table).values.tolist()
        ['CYCLE 1', 'UNSCHEDULED 1.01']
    """
    if give not in ("VISITNUM", "VISIT", "VISITDY"):
        raise ValueError(f"give '{give}' is none of VISITNUM, VISIT, VISITDY.")
    codes, values = distinct(text_column(name))
    found = [table.visits.get(fold(item)) for item in values]
    problems = list(_unknown(found, codes, name, table))
    if give == "VISITDY":
        days = [np.nan if item is None or item.visitdy is None else item.visitdy for item in found]
        return Outcome(pd.Series(np.array([*days, np.nan])[codes], name.index), tuple(problems))
    names = _name_codes(codes, values, name.index, apart)
    numbers, lost = _numbers(found, codes, names, date, by)
    if lost.any():
        message = "unscheduled visit '{value}' has no scheduled visit on or before its date"
        problems.append(Problem(lost, message, name, rule="visit"))
    if give == "VISITNUM":
        return Outcome(pd.Series(numbers, index=name.index), tuple(problems))
    shown = _names(found, codes, numbers)
    return Outcome(text_column(pd.Series(shown, index=name.index)), tuple(problems))


def _name_codes(
    codes: np.ndarray, values: list[str], index: pd.Index, apart: tuple[Column, ...]
) -> np.ndarray:
    """Numbers of the visits' names in their order, and within a name by what tells them apart."""
    names = sort_codes(from_codes(codes, [fold(item) for item in values], index))
    if not apart or not len(names):
        return names
    parts = np.column_stack([names, *(sort_codes(column) for column in apart)])
    return np.unique(parts, axis=0, return_inverse=True)[1].reshape(-1)


def _unknown(
    found: list[Visit | None], codes: np.ndarray, name: Column, table: VisitTable
) -> list[Problem]:
    lost = np.array([item is None for item in found] + [False], dtype=bool)[codes]
    if not lost.any():
        return []
    message = "Visits has no row for collected visit '{value}'"
    return [Problem(lost, message, name, lambda item: did_you_mean(item, table.shown), "visit")]


def _numbers(
    found: list[Visit | None],
    codes: np.ndarray,
    names: np.ndarray,
    date: Column,
    by: tuple[Column, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """VISITNUM of each record, and the unscheduled records that cannot be placed.

    Records of one unscheduled visit (same subject and name) share its number.
    """
    numbers, unscheduled = _own_numbers(found, codes)
    if not unscheduled.any():
        return numbers, unscheduled
    order, groups, base = _bases(numbers, unscheduled, names, date, by)
    ranks = pd.DataFrame({"group": groups, "base": base, "name": names[order]})
    asked = ranks[unscheduled[order]].drop_duplicates()
    asked["rank"] = asked.groupby(["group", "base"], dropna=False).cumcount() + 1
    merged = ranks.merge(asked, how="left", on=["group", "base", "name"], validate="m:1")
    placed = np.array([round_sas(n, 2) for n in (merged["base"] + merged["rank"] / 100)])
    result = numbers.copy()
    result[order] = np.where(unscheduled[order], placed, numbers[order])
    return result, unscheduled & np.isnan(result)


def _own_numbers(found: list[Visit | None], codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The number that each record's visit has of its own, and which visits are unscheduled."""
    own = [np.nan if item is None or item.visitnum is None else item.visitnum for item in found]
    free = [item is not None and item.unscheduled for item in found]
    return np.array([*own, np.nan])[codes], np.array([*free, False], dtype=bool)[codes]


def _bases(
    numbers: np.ndarray,
    unscheduled: np.ndarray,
    names: np.ndarray,
    date: Column,
    by: tuple[Column, ...],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Order of the records, their subjects in it, and the greatest scheduled number so far.

    Scheduled visits stand before unscheduled ones of the same day; one without a date is before
    none.
    """
    groups, days = group_codes(by, len(numbers)), sort_codes(date)
    order = np.lexsort([names, unscheduled, days, groups])
    placeless = unscheduled | (days < 0)
    base = pd.Series(np.where(placeless[order], np.nan, numbers[order]))
    reached = base.groupby(groups[order]).cummax().groupby(groups[order]).ffill()
    return order, groups[order], reached.to_numpy()


def _names(found: list[Visit | None], codes: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    names = np.array([None if item is None else item.visit for item in found] + [None], object)
    free = np.array([item is not None and item.unscheduled for item in found] + [False], bool)
    shown: np.ndarray = names[codes]
    at = np.flatnonzero(free[codes] & ~np.isnan(numbers))
    shown[at] = [f"{shown[i]} {plain_text(numbers[i])}" for i in at]
    return shown
