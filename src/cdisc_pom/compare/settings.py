"""How two data sets are compared, and the texts of the command's options read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from cdisc_pom.compare.errors import WrongOption
from cdisc_pom.errors import did_you_mean

CriterionKind = Literal["absolute", "relative", "percent"]
Ignorable = Literal[
    "attributes", "name", "label", "length", "format", "informat", "order", "variables", "records"
]

#: Differences that do not show in the values, ignored together as ``attributes``.
ATTRIBUTES: tuple[Ignorable, ...] = ("name", "label", "length", "format", "informat")
IGNORABLE: tuple[Ignorable, ...] = get_args(Ignorable)


@dataclass(frozen=True)
class Criterion:
    """How far two numbers x (base) and y (compare) may be apart and still be judged equal.

    Attributes:
        kind: ``absolute``: the distance of x and y; ``relative``: the distance over the mean of
            both absolute values; ``percent``: 100 times the distance over the absolute value of x.
        limit: judged unequal when that measure is greater than it. Every record is judged by
            itself: one far value is never hidden by many near ones.

    Source: SAS 9.4 Procedures Guide, COMPARE procedure, "The equality criterion".
    """

    kind: CriterionKind
    limit: float


@dataclass(frozen=True)
class Settings:
    """What the user wants of a comparison.

    Attributes:
        keys: variables that tell a record, by data set name in capitals; ``""`` stands for all
            other data sets. None given: a likely key is looked for.
        criteria: for all number variables; equal when any holds. Empty: exactly equal.
        criteria_by_variable: the same for single variables (capitals), in place of ``criteria``.
        only: variables to compare (capitals), besides keys; empty is all.
        exclude: variables to leave out (capitals).
        ignore: kinds of differences that do not make data sets different.
        shown: how many differing records are shown for each variable.
    """

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    criteria_by_variable: Mapping[str, tuple[Criterion, ...]] = field(default_factory=dict)
    only: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    ignore: frozenset[Ignorable] = frozenset()
    shown: int = 20

    def criteria_of(self, variable: str) -> tuple[Criterion, ...]:
        """The criteria that hold for a variable."""
        return self.criteria_by_variable.get(variable.upper(), self.criteria)

    def keys_of(self, data_set: str) -> tuple[str, ...]:
        """The key that was given for a data set, empty when none was."""
        return self.keys.get(data_set.upper(), self.keys.get("", ()))


_OPTIONS: dict[CriterionKind, str] = {
    "absolute": "--tolerance",
    "relative": "--relative",
    "percent": "--percent",
}


def named_variables(settings: Settings) -> Iterable[tuple[str, str]]:
    """Each variable that an option names, with the option: a misspelt one must not pass unseen."""
    for variable, criteria in settings.criteria_by_variable.items():
        yield from ((_OPTIONS[each.kind], variable) for each in criteria)
    yield from (("--variables", each) for each in sorted(settings.only))
    yield from (("--exclude", each) for each in sorted(settings.exclude))


def read_settings(
    *,
    keys: Sequence[str] = (),
    absolute: Sequence[str] = (),
    relative: Sequence[str] = (),
    percent: Sequence[str] = (),
    only: Sequence[str] = (),
    exclude: Sequence[str] = (),
    ignore: Sequence[str] = (),
    shown: int = 20,
) -> Settings:
    """Settings from the texts of a command line.

    Args:
        keys: ``USUBJID,AESEQ`` for all data sets, ``AE=USUBJID,AESEQ`` for one.
        absolute: ``1e-8`` for all variables, ``AVAL=1e-8`` for one.
        relative: as ``absolute``.
        percent: as ``absolute``.
        only: names of variables, separated by commas.
        exclude: as ``only``.
        ignore: kinds of differences, separated by commas.
        shown: see ``Settings``.

    Raises:
        WrongOption: a text that is none of these.

    Example:
        >>> read_settings(absolute=["1e-8"], relative=["ADY=0.01"]).criteria_of("ADY")
        (Criterion(kind='relative', limit=0.01),)
    """
    everywhere: list[Criterion] = []
    by_variable: dict[str, tuple[Criterion, ...]] = {}
    given: tuple[tuple[str, CriterionKind, Sequence[str]], ...] = (
        ("--tolerance", "absolute", absolute),
        ("--relative", "relative", relative),
        ("--percent", "percent", percent),
    )
    for option, kind, texts in given:
        for variable, limit in _limits(option, texts):
            criterion = Criterion(kind, limit)
            if not variable:
                everywhere.append(criterion)
            else:
                by_variable[variable] = (*by_variable.get(variable, ()), criterion)
    return Settings(
        keys=_keys(keys),
        criteria=tuple(everywhere),
        criteria_by_variable=by_variable,
        only=frozenset(each.upper() for each in _names(only)),
        exclude=frozenset(each.upper() for each in _names(exclude)),
        ignore=_ignored(_names(ignore)),
        shown=shown,
    )


def _limits(option: str, texts: Sequence[str]) -> Iterable[tuple[str, float]]:
    for text in texts:
        name, equals, number = text.rpartition("=")
        try:
            limit = float(number)
        except ValueError:
            limit = math.nan
        if not (limit >= 0 and math.isfinite(limit)) or (equals and not name.strip()):
            raise WrongOption(
                option, f"'{text}' is no limit: a number from 0 on, as 1e-8, or AVAL=1e-8."
            )
        yield name.strip().upper(), limit


def _keys(texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    keys: dict[str, tuple[str, ...]] = {}
    for text in texts:
        data_set, _, names = text.rpartition("=")
        variables = tuple(dict.fromkeys(_names([names])))
        if not variables:
            raise WrongOption("--keys", f"'{text}' names no variable; as USUBJID,AESEQ.")
        keys[data_set.strip().upper()] = variables
    return keys


def _names(texts: Sequence[str]) -> list[str]:
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _ignored(names: Sequence[str]) -> frozenset[Ignorable]:
    kinds: set[Ignorable] = set()
    for name in names:
        found = next((each for each in IGNORABLE if each == name.lower()), None)
        if found is None:
            hint = did_you_mean(name, IGNORABLE) or f"Known: {', '.join(IGNORABLE)}."
            raise WrongOption("--ignore", f"'{name}' is no kind of difference. {hint}")
        kinds.update(ATTRIBUTES if found == "attributes" else (found,))
    return frozenset(kinds)
