"""Structure and attributes of two data sets, without their data."""

from __future__ import annotations

from dataclasses import dataclass

from cdisc_pom.compare.results import AttributeDifference
from cdisc_pom.compare.settings import Ignorable
from cdisc_pom.compare.sources import DataSet, VariableInfo

Common = tuple[VariableInfo, VariableInfo]


@dataclass(frozen=True)
class Structure:
    """Variables of both data sets.

    Attributes:
        common: variables that both have, in the order of base.
        only_base: names that compare does not have.
        only_compare: names that base does not have.
        other_order: the common variables stand in another order in compare.
        attributes: attributes that are not the same.
    """

    common: tuple[Common, ...]
    only_base: tuple[str, ...]
    only_compare: tuple[str, ...]
    other_order: bool
    attributes: tuple[AttributeDifference, ...]


def compare_structure(
    base: DataSet, compare: DataSet, only: frozenset[str], exclude: frozenset[str]
) -> Structure:
    """Match variables by name, as SAS does without regard to case, and compare what is told.

    An attribute that one file has no place for (CSV tells none, Parquet no lengths) is not
    compared.

    Args:
        base: the first data set.
        compare: the second.
        only: variables wanted (capitals), empty is all.
        exclude: variables not wanted (capitals).
    """
    sides = _wanted(base, only, exclude), _wanted(compare, only, exclude)
    partner = _partners(*sides)
    common = tuple((each, partner[each.name]) for each in sides[0] if each.name in partner)
    found = {each.name for each in partner.values()}
    in_compare = [each.name for each in sides[1] if each.name in found]
    return Structure(
        common=common,
        only_base=tuple(each.name for each in sides[0] if each.name not in partner),
        only_compare=tuple(each.name for each in sides[1] if each.name not in found),
        other_order=in_compare != [other.name for _, other in common],
        attributes=(*_data_set_label(base, compare), *_of_variables(common)),
    )


def _wanted(
    data: DataSet, only: frozenset[str], exclude: frozenset[str]
) -> tuple[VariableInfo, ...]:
    return tuple(
        each
        for each in data.variables
        if (not only or each.name.upper() in only) and each.name.upper() not in exclude
    )


def _partners(
    base: tuple[VariableInfo, ...], compare: tuple[VariableInfo, ...]
) -> dict[str, VariableInfo]:
    """The variable of compare for a name of base: the same name, else the same in capitals."""
    exact = {each.name: each for each in compare}
    partners = {each.name: exact[each.name] for each in base if each.name in exact}
    left: dict[str, list[VariableInfo]] = {}
    for each in compare:
        if each.name not in partners:
            left.setdefault(each.name.upper(), []).append(each)
    for each in base:
        found = left.get(each.name.upper(), [])
        if each.name not in partners and found:
            partners[each.name] = found.pop(0)
    return partners


def _data_set_label(base: DataSet, compare: DataSet) -> tuple[AttributeDifference, ...]:
    if base.label is None or compare.label is None or base.label == compare.label:
        return ()
    return (AttributeDifference("", "label", base.label, compare.label),)


def _of_variables(common: tuple[Common, ...]) -> tuple[AttributeDifference, ...]:
    found = []
    for base, compare in common:
        told: tuple[tuple[Ignorable, object, object], ...] = (
            ("name", base.name, compare.name),
            ("label", base.label, compare.label),
            ("length", base.length, compare.length),
            ("length", base.characters, compare.characters),
            ("format", base.format, compare.format),
            ("informat", base.informat, compare.informat),
        )
        found += [
            AttributeDifference(base.name, attribute, str(one), str(other))
            for attribute, one, other in told
            if one is not None and other is not None and one != other
        ]
    return tuple(found)
