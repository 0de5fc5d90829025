"""Parameters that are a formula of other parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.categories import numbers_of
from cdisc_pom.algorithms.registry import (
    ColumnName,
    ColumnNames,
    FormulaText,
    ParameterArguments,
    Problem,
    Records,
    algorithm,
)
from cdisc_pom.columns import Column, constant_text, group_codes, take


@dataclass(frozen=True)
class Formula:
    """A checked expression over parameters: its text, its names, and what evaluates it."""

    text: str
    names: tuple[str, ...]
    evaluate: Callable[[Mapping[str, Column], int], Column]

    def __str__(self) -> str:
        return self.text


class FormulaArgs(ParameterArguments):
    """Arguments of `formula`."""

    expression: FormulaText
    by: ColumnNames
    value: ColumnName = "AVAL"
    parameter: ColumnName = "PARAMCD"
    subject: ColumnName = "USUBJID"
    constants: str = ""
    dtype: str = ""


@algorithm(
    "formula",
    arguments=FormulaArgs,
    shape="records",
    gives=("AVAL", "DTYPE"),
    text="{expression}, each the {value} of its {parameter} within {by} (of the subject alone: "
    "{constants}).",
    text_zh="{expression}，其中各名称为在 {by} 内对应 {parameter} 的 {value}"
    "（仅按受试者取值：{constants}）。",
)
def formula(
    expression: Formula,
    by: tuple[Column, ...],
    value: Column,
    parameter: Column,
    subject: Column,
    constants: str = "",
    dtype: str = "",
) -> Records:
    """One record a group, whose value is an expression over parameters of the same group.

    `IFLC - UFLC` by USUBJID and ADT, `WEIGHT / (HEIGHT / 100) ** 2`, `ADOSE / PDOSE * 100`. The
    row's Source lists the parameters; the expression uses their PARAMCD. A record is made where
    the expression has a value; one that needs a parameter which the group does not have, or that
    divides by 0, makes none.

    Args:
        expression: SQL expression over PARAMCDs.
        by: USUBJID and what the parameters share (ADT, AVISIT …).
        value: the parameters' values.
        parameter: which parameter a record belongs to.
        subject: the subject, for `constants`.
        constants: parameters that are measured once and hold for all groups of the subject, such
            as a height; comma between them.
        dtype: DTYPE of the new records.

    Returns:
        The `by` variables and AVAL, DTYPE with `dtype`; a problem where a group has two values of
        one parameter. The variables of `carry` come from the first parameter of the expression.

    Source: admiral, derive_param_computed (keep_nas = FALSE, constant_parameters).

    Example:
        >>> difference = Formula("A - B", ("A", "B"), lambda found, n: found["A"] - found["B"])
        >>> made = formula(difference, (pd.Series(["01", "01"], name="USUBJID"),),
        ...                pd.Series([9.0, 2.0]), pd.Series(["A", "B"]), pd.Series(["01", "01"]))
        >>> made.columns["AVAL"].tolist()
        [7.0]
    """
    numbers, length = numbers_of(value), len(value)
    fixed = {name.strip() for name in constants.split(",")} - {""}
    groups, people = group_codes(by, length), group_codes((subject,), length)
    size = int(groups.max(initial=-1)) + 1
    owners = np.full(size, -1, dtype=np.int64)
    owners[groups] = people
    operands: dict[str, np.ndarray] = {}
    doubled = np.zeros(length, dtype=bool)
    for name in expression.names:
        mine = (parameter == name).fillna(False).to_numpy(dtype=bool) & ~np.isnan(numbers)
        at = np.flatnonzero(mine)
        places = people if name in fixed else groups
        found = np.full(max(size, int(places.max(initial=-1)) + 1), -1, dtype=np.int64)
        found[places[at[::-1]]] = at[::-1]  # the first record stays
        doubled[at] |= np.bincount(places[at], minlength=len(found))[places[at]] > 1
        operands[name] = found[owners] if name in fixed else found[:size]
    index = pd.RangeIndex(size)
    columns = {
        name: pd.Series(np.append(numbers, np.nan)[at], index=index)
        for name, at in operands.items()
    }
    results = numbers_of(expression.evaluate(columns, size))
    results = np.where(np.isfinite(results), results, np.nan)
    varying = [name for name in expression.names if name not in fixed] or list(expression.names)
    some = np.logical_or.reduce([operands[name] >= 0 for name in varying])
    made = np.flatnonzero(~np.isnan(results) & some)
    return _records(by, groups, made, results, operands, varying, doubled, parameter, dtype)


def _records(
    by: tuple[Column, ...], groups: np.ndarray, made: np.ndarray, results: np.ndarray,
    operands: dict[str, np.ndarray], varying: list[str], doubled: np.ndarray, parameter: Column,
    dtype: str,
) -> Records:  # fmt: skip
    """The new records; those of groups with two values of a parameter are a problem."""
    index = pd.RangeIndex(len(made))
    rows = operands[varying[0]][made]
    for name in varying[1:]:
        rows = np.where(rows < 0, operands[name][made], rows)
    firsts = np.full(int(groups.max(initial=-1)) + 1, -1, dtype=np.int64)
    firsts[groups[::-1]] = np.arange(len(groups))[::-1]
    columns = {str(c.name): take(c, firsts[made], index) for c in by}
    columns["AVAL"] = pd.Series(results[made], index=index)
    if dtype:
        columns["DTYPE"] = constant_text(dtype, index)
    pairs = [(np.arange(len(made)), at[made]) for at in operands.values()]
    used = tuple(np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    there = used[1] >= 0
    problems: tuple[Problem, ...] = ()
    if doubled.any():
        message = "a group of the formula has several values of {value}"
        hint = "Name what tells them apart in by=, or keep one of them by Where."
        problems = (Problem(doubled, message, parameter, hint, "formula"),)
    return Records(rows, columns, problems, looked=(used[0][there], used[1][there]))
