"""Supplemental qualifiers of a published data set, brought back to the records they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cdisc_pom.columns import (
    Codes,
    Column,
    Mask,
    distinct,
    from_codes,
    group_codes,
    map_number,
    map_text,
    stack,
    text_column,
)
from cdisc_pom.errors import Collector, Finding, Line
from cdisc_pom.raw.form import RawForm

# SUPPAE beside AE, SQAPFA beside APFA.
PREFIXES = ("supp", "sq")
COLUMNS = frozenset({"USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"})


def qualifier_names(supplement: RawForm) -> tuple[str, ...]:
    """Names of the qualifiers, in the order in which they occur."""
    return tuple(distinct(_text(supplement, "QNAM"))[1])


def merge_qualifiers(parent: RawForm, supplement: RawForm) -> RawForm:
    """The parent with one text column more for each qualifier.

    A qualifier belongs to the records of its subject whose variable IDVAR has the value IDVARVAL;
    with an empty IDVAR to all records of the subject.

    Args:
        parent: records of a data set.
        supplement: its SUPP-- data set.

    Returns:
        The parent's columns and, behind them, the qualifiers. What belongs to no record is told
        in `told`.

    Raises:
        Problems: a qualifier is called like a variable of the parent, IDVAR names none of its
            variables, or a record has two values of one qualifier.

    Source: SDTMIG 3.4, section 8.4 (relating non-standard variables values to a parent domain).
    """
    faults = Collector()
    names, kinds = _text(supplement, "QNAM"), _text(supplement, "IDVAR")
    added: dict[str, Column] = {}
    for name in qualifier_names(supplement):
        if name in parent.columns:
            message = f"qualifier '{name}' is a variable of {parent.file} already."
            faults.add(_place(supplement, np.flatnonzero(_is(names, name))), message)
        added[name] = from_codes(np.full(len(parent), -1), [], None)
    lost = np.zeros(len(supplement), dtype=bool)
    for rows, variable in _by_variable(kinds):
        if variable and variable not in parent.columns:
            kind = f"variable of {parent.file}"
            faults.unknown(kind, variable, parent.columns, place=_place(supplement, rows))
            continue
        own, theirs = _keys(parent, supplement, rows, variable)
        known = np.isin(theirs, own)
        lost[rows[~known]] = True
        rows, theirs = rows[known], theirs[known]  # noqa: PLW2901 - what belongs to a record
        for name in distinct(_taken(names, rows))[1]:
            mine = _is(names, name)[rows]
            found, twice = _values(added[name], supplement, rows[mine], theirs[mine], own)
            added[name] = found
            if len(twice):
                message = f"a record has two values of qualifier '{name}'."
                faults.add(_place(supplement, twice), message)
    faults.stop()
    told = (*parent.told, _orphans(supplement, lost, parent.file)) if lost.any() else parent.told
    return replace(parent, columns=parent.columns | added, told=told)


def _text(form: RawForm, name: str) -> Column:
    return map_text(text_column(form.columns[name]), str.strip)


def _taken(column: Column, positions: Codes) -> Column:
    return column.iloc[positions].reset_index(drop=True)


def _is(column: Column, value: str) -> Mask:
    return np.asarray(column == value, dtype=bool)


def _place(form: RawForm, positions: Codes) -> Line:
    return Line(form.file, int(form.lines[positions[0]]))


def _by_variable(kinds: Column) -> Iterator[tuple[Codes, str]]:
    """Records of each identifying variable; "" for those that belong to the subject."""
    codes, values = distinct(kinds)
    for at in np.unique(codes):
        yield np.flatnonzero(codes == at), "" if at < 0 else values[at]


def _keys(parent: RawForm, supplement: RawForm, rows: Codes, variable: str) -> tuple[Codes, Codes]:
    """Numbers of the parent's records and of the qualifiers' that are equal where keys are.

    A qualifier without a key has -1, so that it belongs to no record.
    """
    keys = [stack([_text(parent, "USUBJID"), _taken(_text(supplement, "USUBJID"), rows)])]
    if variable:
        wanted, own = _taken(_text(supplement, "IDVARVAL"), rows), parent.columns[variable]
        if own.dtype.kind == "f":
            keys.append(stack([own, map_number(wanted, _number)]))
        else:
            keys.append(stack([_text(parent, variable), wanted]))
    codes, size = group_codes(keys), len(parent)
    for key in keys:
        codes[size:][key.isna().to_numpy()[size:]] = -1
    return codes[:size], codes[size:]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _values(
    before: Column, supplement: RawForm, rows: Codes, groups: Codes, own: Codes
) -> tuple[Column, Codes]:
    """A qualifier's values with those of some rows; and the rows that say another value."""
    both = stack([before, _taken(_text(supplement, "QVAL"), rows)])
    codes, values = distinct(both)
    had, given = codes[: len(before)], codes[len(before) :]
    found = np.full(int(own.max(initial=-1)) + 1, -1, dtype=np.int64)
    found[groups] = given
    clash = (had >= 0) & (found[own] >= 0) & (had != found[own])
    twice = (found[groups] != given) | np.isin(groups, own[clash])
    column = from_codes(np.where(had >= 0, had, found[own]), values, None)
    return column, rows[twice]


def _orphans(supplement: RawForm, lost: Mask, parent: str) -> Finding:
    return Finding(
        rule="supplemental", severity="warning", dataset=supplement.file.partition(".")[0].upper(),
        message=f"a qualifier belongs to no record of {parent}", count=int(lost.sum()),
        origin=str(_place(supplement, np.flatnonzero(lost))),
        hint="Compare USUBJID, IDVAR and IDVARVAL with the records.",
    )  # fmt: skip
