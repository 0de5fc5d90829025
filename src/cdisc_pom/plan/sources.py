"""Rows of Sources: where records come from, what is joined to them, which duplicates stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cdisc_pom.algorithms.iso8601 import FormatError, format_patterns
from cdisc_pom.errors import Collector, Problems, SpecError
from cdisc_pom.plan.cells import NUMBER, read_split
from cdisc_pom.plan.elements import check_elements
from cdisc_pom.plan.model import CellSplit, Distinct, Ref, Source
from cdisc_pom.plan.names import Scope, column_name
from cdisc_pom.plan.relations import COLUMNS, compile_relations
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.arguments import split_inputs
from cdisc_pom.spec.sheets import SourceRow
from cdisc_pom.spec.tables import RelationRow
from cdisc_pom.spec.workbook import Workbook

# What the findings step adds to each record that it makes.
FINDING_COLUMNS = frozenset(
    {"COLUMN", "RESULT", "UNIT", "LOW", "HIGH", "TESTCD", "TEST", "CATEGORY", "SUBCATEGORY",
     "SPECIMEN", "METHOD", "STANDARD_UNIT", "FACTOR", "DIGITS"}
)  # fmt: skip
# What an `elements:` source adds to the subject's columns and the element's own.
ELEMENT_COLUMNS = frozenset({"START_DATE", "END_DATE"})
VISIT_COLUMNS = ("VISITNUM", "VISIT", "VISIT_ZH", "VISITDY", "STARTRULE", "ENDRULE")

_JOIN = re.compile(r"(left|many|(?:first|last)\s+by\s+(?P<order>.+))\s*", re.IGNORECASE)
_DISTINCT = re.compile(
    r"by\s+(?P<by>[^;]+?)"
    r"(?:\s+keep\s+(?P<keep>first|last)\s+(?P<order>.+?)(?:\s+as\s+(?P<layouts>.+?))?)?\s*",
    re.IGNORECASE,
)


def compile_sources(
    book: Workbook,
    dataset: str,
    scope: Scope,
    raw: RawFolder,
    known: Mapping[str, frozenset[str]],
) -> dict[str, Source]:
    """Sources of a data set by alias; faults go to the scope's collector."""
    found: dict[str, Source] = {}
    tested = {row.source for row in book.findings(dataset)}
    for row in book.sources(dataset):
        if row.source in found:
            scope.faults.add(row.cell("source"), f"source '{row.source}' stands twice.")
            continue
        source = _source(row, book, scope, raw, known)
        if source is not None:
            if row.source in tested:
                columns = source.columns | FINDING_COLUMNS
                source = _replace(source, columns=columns)
            found[row.source] = source
    scope.sources = found
    for row in book.sources(dataset):
        if row.source in found and found[row.source].kind != "records":
            on = _on(row, found[row.source], scope)
            found[row.source] = _replace(found[row.source], on=on)
    return found


def _replace(source: Source, **changes: object) -> Source:
    from dataclasses import replace  # noqa: PLC0415

    return replace(source, **changes)  # type: ignore[arg-type]


def _source(
    row: SourceRow,
    book: Workbook,
    scope: Scope,
    raw: RawFolder,
    known: Mapping[str, frozenset[str]],
) -> Source | None:
    origin, columns = _origin(row, book, raw, known, scope.faults)
    if origin is None:
        return None
    split = _split(row, columns, scope.faults)
    columns |= {NUMBER} if split is not None else set()
    kind, order = _join(row, columns, scope.faults)
    bare = Source(row.source, kind, origin, columns, row.cell("source"), order=order, split=split)  # type: ignore[arg-type]
    if origin[0] == "form" and ":" not in row.origin:
        bare = _replace(bare, given=row.origin)
    if origin[0] == "relations":
        bare = _replace(bare, relations=compile_relations(book, known, scope.faults))
    where = scope.source_condition(row.where, bare, row.cell("where"))
    distinct = _distinct(row, columns, scope.faults)
    return _replace(bare, where=where, distinct=distinct)


Origin = tuple[tuple[str, str] | None, frozenset[str]]


def _origin(
    row: SourceRow,
    book: Workbook,
    raw: RawFolder,
    known: Mapping[str, frozenset[str]],
    faults: Collector,
) -> Origin:
    """Kind and name of what `From` says, and its columns."""
    kind, colon, name = row.origin.partition(":")
    if not colon:
        return _dataset(row, raw, known, faults)
    readers: dict[str, Callable[[], Origin]] = {
        "form": lambda: _form(row, name.strip(), raw, faults),
        "sheet": lambda: _sheet(row, name.strip(), book, faults),
        "elements": lambda: _elements(row, name.strip(), book, known, faults),
    }
    if kind not in readers:
        faults.unknown("kind of source", kind, readers, place=row.cell("origin"))
        return None, frozenset()
    return readers[kind]()


def _dataset(
    row: SourceRow, raw: RawFolder, known: Mapping[str, frozenset[str]], faults: Collector
) -> Origin:
    """A data set that a workbook makes, or a published one in the raw folder."""
    if row.origin in known:
        return ("dataset", row.origin), known[row.origin]
    try:
        forms = raw.given(row.origin)
    except Problems as problems:
        faults.errors += [error for error in problems.errors if isinstance(error, SpecError)]
        return None, frozenset()
    if len(forms) == 1:
        return _form(row, forms[0], raw, faults)
    if forms:
        files = ", ".join(raw.files[form].name for form in forms)
        hint = "Say form: and the name of the file."
        faults.add(row.cell("origin"), f"'{row.origin}' may be several files: {files}.", hint)
    else:
        names = [*known, *raw.published()]
        faults.unknown("data set", row.origin, names, place=row.cell("origin"))
    return None, frozenset()


def _form(row: SourceRow, name: str, raw: RawFolder, faults: Collector) -> Origin:
    if name not in raw.files:
        faults.unknown("raw form", name, raw.files, place=row.cell("origin"))
        return None, frozenset()
    try:
        return ("form", name), frozenset(raw.header(name))
    except Problems as problems:
        faults.errors += [error for error in problems.errors if isinstance(error, SpecError)]
        return None, frozenset()


def _sheet(row: SourceRow, name: str, book: Workbook, faults: Collector) -> Origin:
    if name == "Visits":
        return ("sheet", name), frozenset(VISIT_COLUMNS)
    if name == RelationRow.sheet:
        return ("relations", name), frozenset(COLUMNS)
    if name not in book.contents:
        faults.unknown("sheet", name, book.contents, place=row.cell("origin"))
        return None, frozenset()
    return ("sheet", name), frozenset(book.contents[name].header)


def _elements(
    row: SourceRow,
    name: str,
    book: Workbook,
    known: Mapping[str, frozenset[str]],
    faults: Collector,
) -> Origin:
    if name not in book.contents or "DM" not in known:
        faults.unknown("sheet of elements", name, book.contents, place=row.cell("origin"))
        return None, frozenset()
    contents = book.contents[name]
    for place, column, message in check_elements(contents, known["DM"]):
        if column:
            faults.unknown("variable of DM", column, known["DM"], place=place)
        else:
            faults.add(place, message)
    return ("elements", name), frozenset({*contents.header, *known["DM"], *ELEMENT_COLUMNS})


def _join(
    row: SourceRow, columns: frozenset[str], faults: Collector
) -> tuple[str, tuple[str, ...]]:
    if row.join is None:
        return "records", ()
    match = _JOIN.fullmatch(row.join)
    if match is None:
        hint = "Say left, many, first by COLUMN or last by COLUMN."
        faults.add(row.cell("join"), f"'{row.join}' is no join.", hint)
        return "left", ()
    order = split_inputs(match["order"])
    _check(order, columns, row, "join", faults)
    return match[1].split()[0].lower(), order


def _distinct(row: SourceRow, columns: frozenset[str], faults: Collector) -> Distinct | None:
    if row.distinct is None:
        return None
    if row.distinct.casefold() in ("rows", "yes"):
        return Distinct((), None, ())
    match = _DISTINCT.fullmatch(row.distinct)
    if match is None:
        hint = "Say rows, or by COLUMN, COLUMN keep last COLUMN."
        faults.add(row.cell("distinct"), f"'{row.distinct}' is no rule for duplicates.", hint)
        return None
    by, order = split_inputs(match["by"]), split_inputs(match["order"])
    _check((*by, *order), columns, row, "distinct", faults)
    if match["keep"] is None:
        message = f"'{row.distinct}' does not say which record stays."
        faults.add(row.cell("distinct"), message, f"Say {row.distinct} keep last COLUMN.")
        return None
    layouts = match["layouts"] or ""
    for layout in layouts.split("|") if layouts else ():
        try:
            format_patterns(layout)
        except FormatError as error:
            faults.add(row.cell("distinct"), str(error))
            return None
    return Distinct(by, match["keep"].lower(), order, layouts)  # type: ignore[arg-type]


def _split(row: SourceRow, columns: frozenset[str], faults: Collector) -> CellSplit | None:
    if row.split is None:
        return None
    found = read_split(row.split)
    if found is None:
        hint = "Say COLUMN by MARK, such as DRUG by ;"
        faults.add(row.cell("split"), f"'{row.split}' splits no cell.", hint)
        return None
    _check((found.column,), columns, row, "split", faults)
    return found if found.column in columns else None


def _check(
    names: tuple[str, ...], columns: frozenset[str], row: SourceRow, field: str, faults: Collector
) -> None:
    for name in names:
        if name not in columns:
            faults.unknown(f"column of {row.source}", name, columns, place=row.cell(field))


def _on(row: SourceRow, source: Source, scope: Scope) -> tuple[tuple[Ref, str], ...]:
    """Pairs of a name of the record and a column of the source."""
    cell = row.cell("on")
    if row.on is None:
        hint = "Name the columns that both have, e.g. USUBJID, or RECORD=SOURCE."
        scope.faults.add(cell, "'On' is empty.", hint)
        return ()
    pairs = []
    for part in split_inputs(row.on):
        left, equals, right = (piece.strip() for piece in part.partition("="))
        right = right if equals else left
        if right not in source.columns:
            scope.faults.unknown(f"column of {row.source}", right, source.columns, place=cell)
        ref = _own(scope, left, row, cell)
        if ref is not None:
            pairs.append((ref, right))
    return tuple(pairs)


def _own(scope: Scope, left: str, row: SourceRow, cell: object) -> Ref | None:
    """The record's side of a key: never a column of the joined source itself."""
    others = {alias: s for alias, s in scope.sources.items() if alias != row.source}
    own = Scope(scope.dataset, scope.variables, others, scope.faults)
    return own.column(column_name(left), "", cell)  # type: ignore[arg-type]
