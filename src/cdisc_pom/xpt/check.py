"""Limits of names, labels, lengths and formats, checked for all variables at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from cdisc_pom.xpt.errors import Problem
from cdisc_pom.xpt.model import LIMITS, Limits, Member, Variable, parse_format

_SAS_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER_LENGTHS = range(2, 9)


def check_member(member: Member, *, encoding: str, version: int) -> list[Problem]:
    """Broken limits of the metadata of one data set.

    Args:
        member: name, label and variables; ``records`` is not looked at.
        encoding: codec in which names and labels are counted.
        version: 5 or 8.

    Returns:
        All problems, those of the data set first, then by variable.
    """
    limits = LIMITS[version]
    problems = [
        *_check_name(member.name, "data set", limits, encoding, version),
        *_check_bytes("label_too_long", member.label, limits.data_set_label, encoding, "label"),
        *_check_bytes("type_too_long", member.type, 8, encoding, "data set type"),
    ]
    if len(member.variables) > limits.variables:
        message = f"{len(member.variables)} variables; the format has room for {limits.variables}."
        problems.append(Problem("too_many_variables", message))
    for name, count in Counter(each.name.upper() for each in member.variables).items():
        if count > 1:
            message = f"stands {count} times among the variables (upper and lower case are one)."
            problems.append(Problem("duplicate_name", message, variable=name))
    for variable in member.variables:
        problems.extend(_check_variable(variable, limits, encoding, version))
    return problems


def check_columns(
    frame: pd.DataFrame, variables: Sequence[Variable], keys: Sequence[str] = ()
) -> list[Problem]:
    """Columns without a variable, variables without a column, keys that are no column."""
    known = {each.name for each in variables}
    problems = [
        Problem("unknown_column", "is a column of the frame, but no variable.", variable=str(name))
        for name in frame.columns
        if name not in known
    ]
    problems += [
        Problem("missing_column", "is a variable, but no column of the frame.", variable=each.name)
        for each in variables
        if each.name not in frame.columns
    ]
    problems += [
        Problem("missing_key", "is a key of messages, but no column.", variable=key)
        for key in keys
        if key not in frame.columns
    ]
    if not frame.columns.is_unique:
        for name in frame.columns[frame.columns.duplicated()].unique():
            message = "is the name of several columns of the frame."
            problems.append(Problem("duplicate_column", message, variable=str(name)))
    return problems


def _check_variable(
    variable: Variable, limits: Limits, encoding: str, version: int
) -> Iterable[Problem]:
    name = variable.name
    yield from _check_name(name, "variable", limits, encoding, version)
    yield from _check_bytes(
        "label_too_long", variable.label, limits.label, encoding, "label", variable=name
    )
    if variable.type not in ("text", "number"):
        yield Problem("type", f"has type '{variable.type}', not text or number.", variable=name)
    allowed = range(1, limits.text + 1) if variable.type == "text" else _NUMBER_LENGTHS
    if variable.length not in allowed:
        message = (
            f"has length {variable.length}; a {variable.type} of version {version} has "
            f"{allowed.start} to {allowed.stop - 1} bytes."
        )
        yield Problem(
            "length", message, variable=name, bytes=variable.length, limit=allowed.stop - 1
        )
    for role in ("format", "informat"):
        yield from _check_format(getattr(variable, role), role, variable, limits)


def _check_name(
    name: str, what: str, limits: Limits, encoding: str, version: int
) -> Iterable[Problem]:
    variable = name if what == "variable" else ""
    rule = "a letter or '_' first, then letters, digits and '_'"
    if version == 5 and not _SAS_NAME.fullmatch(name):  # noqa: PLR2004
        yield Problem("name", f"'{name}' is no {what} name: {rule}.", variable=variable, text=name)
    elif not name or not name.isprintable() or name != name.strip():
        yield Problem("name", f"'{name}' is no {what} name.", variable=variable, text=name)
    what = "name" if variable else "data set name"
    yield from _check_bytes("name_too_long", name, limits.name, encoding, what, variable=variable)


def _check_bytes(
    rule: str, text: str, limit: int, encoding: str, what: str, *, variable: str = ""
) -> Iterable[Problem]:
    try:
        needed = len(text.encode(encoding))
    except UnicodeEncodeError as error:
        message = f"{what} '{text}': {encoding} has no bytes for '{text[error.start : error.end]}'."
        yield Problem("not_in_encoding", message, variable=variable, text=text)
        return
    if "\0" in text:
        yield Problem("nul_character", f"{what} holds a zero byte.", variable=variable, text=text)
    if needed > limit:
        message = f"{what} '{text}' needs {needed} bytes in {encoding}, {limit} are allowed."
        yield Problem(rule, message, variable=variable, bytes=needed, limit=limit, text=text)


def _check_format(text: str, role: str, variable: Variable, limits: Limits) -> Iterable[Problem]:
    try:
        parts = parse_format(text)
    except ValueError as error:
        yield Problem("format", f"{role}: {error}", variable=variable.name, text=text)
        return
    if len(parts.name) > limits.format_name:
        message = f"{role} name '{parts.name}' is longer than {limits.format_name} bytes."
        yield Problem("format", message, variable=variable.name, text=text)
    if parts.name.startswith("$") and variable.type == "number":
        message = f"is a number, but its {role} '{text}' is one of text."
        yield Problem("format", message, variable=variable.name, text=text)
