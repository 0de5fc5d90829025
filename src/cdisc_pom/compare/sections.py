"""The outcome as headed tables of texts, the same for a terminal and for plain lines."""

from __future__ import annotations

from dataclasses import dataclass

from cdisc_pom.compare.results import (
    KINDS,
    Comparison,
    Duplicates,
    LibraryComparison,
    Side,
    Unmatched,
    VariableValues,
)
from cdisc_pom.compare.shown import amount_text

_NAMES = {
    "attributes": ("attribute", "attributes"),
    "order": ("other order of variables", "other orders of variables"),
    "variables": ("variable on one side only", "variables on one side only"),
    "types": ("variable of another type", "variables of another type"),
    "records": ("record on one side only", "records on one side only"),
    "values": ("unequal value", "unequal values"),
}


@dataclass(frozen=True)
class Section:
    """A table under a title.

    Attributes:
        title: what it tells.
        headings: of the columns; empty for a list of sentences.
        rows: cells, one row a fact.
        right: positions of columns with numbers.
        style: ``plain``, ``warning`` or ``values``.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    style: str = "plain"


def headline(found: Comparison) -> str:
    """The verdict on two data sets in one line."""
    counts = {kind: count for kind, count in found.counts().items() if count}
    told = ", ".join(counted(count, *_NAMES[kind]) for kind, count in counts.items())
    name = found.name or "Data sets"
    return f"{name}: different: {told}." if told else f"{name}: equal."


def library_headline(found: LibraryComparison) -> str:
    """The verdict on all data sets in one line."""
    if len(found.comparisons) == 1 and not library_sections(found):
        return headline(found.comparisons[0])
    different = sum(not each.equal for each in found.comparisons)
    parts = [
        counted(len(found.comparisons), "data set", "data sets") + " compared",
        f"{different} different",
    ]
    one_sided = len(found.only_base) + len(found.only_compare)
    if one_sided:
        parts.append(f"{one_sided} on one side only")
    if found.unreadable:
        parts.append(f"{len(found.unreadable)} could not be read")
    return f"{'Equal' if found.equal else 'Not equal'}: {', '.join(parts)}."


def counted(count: int, one: str, many: str) -> str:
    """A number with its word."""
    return f"{count:,} {one if count == 1 else many}"


def library_sections(found: LibraryComparison) -> list[Section]:
    """What concerns no single data set, and all data sets in one table when there are several."""
    sections = [
        _overview(found),
        _list("Only in base", found.only_base),
        _list("Only in compare", found.only_compare),
        _list("Could not be read", found.unreadable, style="warning"),
        _list("Warnings", tuple(map(str, found.warnings)), style="warning"),
    ]
    return [each for each in sections if each.rows]


def _overview(found: LibraryComparison) -> Section:
    rows = [
        (
            each.name,
            "equal" if each.equal else "different",
            f"{each.base.records:,}",
            f"{each.compare.records:,}",
            *(f"{count:,}" if count else "" for count in each.counts().values()),
            ", ".join(each.keys) or "by position",
        )
        for each in found.comparisons
    ]
    headings = ("Data set", "Outcome", "Base records", "Compare records")
    kinds = tuple(kind.capitalize() for kind in KINDS)
    return Section(
        "Data sets",
        (*headings, *kinds, "Key"),
        tuple(rows) if len(rows) > 1 else (),
        right=frozenset(range(2, len(headings) + len(kinds))),
    )


def told_comparisons(found: LibraryComparison) -> list[Comparison]:
    """Comparisons to tell in full: among several, those with something to tell."""
    if len(found.comparisons) == 1:
        return list(found.comparisons)
    return [
        each
        for each in found.comparisons
        if not each.equal or each.warnings or each.duplicates.keys
    ]


def comparison_facts(found: Comparison) -> list[tuple[str, str]]:
    """What was compared, how, and how many records there are."""
    key = (
        ", ".join(found.keys) + {"given": "", "found": " (found)", "position": ""}[found.key_origin]
    )
    equal = found.matched - found.records_unequal
    records = [f"{found.matched:,} matched", f"{equal:,} equal"]
    records += [f"{found.records_unequal:,} with unequal values"]
    records += [f"{found.records_only_base.count:,} only in base"]
    records += [f"{found.records_only_compare.count:,} only in compare"]
    ignored = sum(found.counts(ignored=True).values())
    facts = [
        ("base", _side(found.base)),
        ("compare", _side(found.compare)),
        ("key", key or "none: compared by position"),
        ("records", ", ".join(records)),
    ]
    if ignored:
        kinds = ", ".join(sorted(found.ignored))
        facts.append(("ignored", f"{counted(ignored, 'difference', 'differences')} ({kinds})"))
    return facts


def _side(side: Side) -> str:
    records = counted(side.records, "record", "records")
    size = f"{records}, {counted(side.variables, 'variable', 'variables')}"
    return "  ".join(each for each in (side.path, side.label or "", side.file_format, size) if each)


def comparison_sections(found: Comparison) -> list[Section]:
    """The tables of one comparison, without those that have nothing to tell."""
    variables = [(name, "base") for name in found.only_base]
    variables += [(name, "compare") for name in found.only_compare]
    order = ("The common variables stand in another order in compare.",) * found.other_order
    sections = [
        _list("Warnings", tuple(map(str, found.warnings)), style="warning"),
        Section(
            "Attributes",
            ("Variable", "Attribute", "Base", "Compare"),
            tuple(
                (each.variable or "(data set)", each.attribute, each.base, each.compare)
                for each in found.attributes
                if each.attribute not in found.ignored
            ),
        ),
        _list("Order of variables", () if "order" in found.ignored else order),
        Section(
            "Variables on one side only",
            ("Variable", "Only in"),
            () if "variables" in found.ignored else tuple(variables),
        ),
        Section(
            "Variables of another type, values not compared",
            ("Variable", "Base", "Compare", "First value that is no number"),
            tuple((each.variable, each.base, each.compare, each.value) for each in found.types),
        ),
        _duplicates(found.duplicates, found.keys),
    ]
    if "records" not in found.ignored:
        sections.append(_unmatched("base", found.records_only_base, found.keys))
        sections.append(_unmatched("compare", found.records_only_compare, found.keys))
    sections.append(_summary(found))
    sections += [_values(each, found.keys) for each in found.unequal_variables]
    return [each for each in sections if each.rows]


def _list(title: str, lines: tuple[str, ...], *, style: str = "plain") -> Section:
    return Section(title, (), tuple((line,) for line in lines), style=style)


def _unmatched(side: str, found: Unmatched, keys: tuple[str, ...]) -> Section:
    return Section(
        f"Records only in {side}: {_first_of(len(found.first), found.count)}",
        ("Row", *keys),
        tuple((str(each.row), *each.key) for each in found.first),
        right=frozenset([0]),
    )


def _first_of(shown: int, count: int) -> str:
    return f"{count:,}" if shown == count else f"the first {shown:,} of {count:,}"


def _duplicates(found: Duplicates, keys: tuple[str, ...]) -> Section:
    return Section(
        f"Keys that are not unique: {_first_of(len(found.first), found.keys)} "
        f"({found.base_records:,} records in base, {found.compare_records:,} in compare)",
        (*keys, "Base", "Compare", "Rows in base", "Rows in compare"),
        tuple(
            (
                *each.key,
                f"{each.base_count:,}",
                f"{each.compare_count:,}",
                _rows(each.base_rows, each.base_count),
                _rows(each.compare_rows, each.compare_count),
            )
            for each in found.first
        ),
        right=frozenset([len(keys), len(keys) + 1]),
        style="warning",
    )


def _rows(rows: tuple[int, ...], count: int) -> str:
    return ", ".join(map(str, rows)) + (" …" if count > len(rows) else "")


def _summary(found: Comparison) -> Section:
    """Variables with unequal values, and those that only a tolerance makes equal."""
    told = [each for each in found.values if each.unequal or each.accepted]
    return Section(
        f"Values: {len(found.unequal_variables):,} of {len(found.values):,} variables with unequal "
        "values",
        (
            "Variable",
            "Type",
            "Unequal",
            "Of",
            "One missing",
            "Tolerated",
            "Max difference",
            "Max relative",
        ),
        tuple(
            (
                each.variable,
                each.type,
                f"{each.unequal:,}",
                f"{each.compared:,}",
                f"{each.missing:,}",
                f"{each.accepted:,}",
                amount_text(each.max_difference),
                amount_text(each.max_relative),
            )
            for each in told
        ),
        right=frozenset(range(2, 8)),
    )


def _values(found: VariableValues, keys: tuple[str, ...]) -> Section:
    is_text = found.type == "text"
    headings = ("Base row", "Compare row", *keys, "Base", "Compare")
    return Section(
        f"{found.variable}: {_first_of(len(found.first), found.unequal)} unequal",
        headings if is_text else (*headings, "Difference", "Relative"),
        tuple(
            (str(each.base_row), str(each.compare_row), *each.key, each.base, each.compare)
            + (() if is_text else (amount_text(each.difference), amount_text(each.relative)))
            for each in found.first
        ),
        right=frozenset([0, 1]) | (frozenset() if is_text else _from(2 + len(keys))),
        style="values",
    )


def _from(first: int) -> frozenset[int]:
    """Base, compare, difference and relative of a number."""
    return frozenset(range(first, first + 4))
