"""Collected tests: columns of a wide form, or the tests that a long form names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.forms import FormOf
from cdisc_pom.initialise.survey import RawColumn, RawTable
from cdisc_pom.initialise.words import TestWords, squash, test_words, variable_words
from cdisc_pom.spec.expressions import quoted_name, quoted_text
from cdisc_pom.spec.writer import Cells
from cdisc_pom.standards import StandardVariable

_RESULTS = ("ORRES", "RESULT", "VALUE", "结果")
_UNITS = ("U", "UNIT", "UNITS", "ORRESU", "单位")
_LOWS = ("LO", "LOW", "LLN", "NRLO", "ORNRLO", "下限")
_HIGHS = ("HI", "HIGH", "ULN", "NRHI", "ORNRHI", "上限")


@dataclass(frozen=True)
class Tests:
    """Rows of Findings of a form, and what they use."""

    rows: tuple[Cells, ...]
    columns: frozenset[str]
    units: tuple[str, ...]
    codes: Mapping[str, str]
    limits: bool


@dataclass(frozen=True)
class _Known:
    """The tests of a domain: code by word, names, usual units and categories."""

    codes: Mapping[str, str]
    names: Mapping[str, str]
    words: Mapping[str, TestWords]

    def code(self, text: str, domain: str) -> str | None:
        """The code that a column's name or a collected test means."""
        plain = squash(text)
        for ending in ("", *_RESULTS):
            stem = plain.removesuffix(ending) if ending else plain
            for name in (stem, stem.removesuffix(domain), stem.removeprefix(domain)):
                if name in self.codes:
                    return self.codes[name]
        return None


def find_tests(
    form: FormOf, source: str, variables: Mapping[str, StandardVariable], lists: Lists
) -> Tests | None:
    """The tests of a form; None when no test is recognised.

    Args:
        form: the form and its domain.
        source: the form's alias in Sources.
        variables: the domain's variables by name.
        lists: code lists at hand.
    """
    known = _known(form.domain, variables, lists)
    result = _part(form.table, f"{form.domain}ORRES", "--ORRES", form.domain)
    test = _part(form.table, f"{form.domain}TEST", "@TEST", form.domain)
    if test is None:
        test = _part(form.table, f"{form.domain}TESTCD", "@TESTCD", form.domain)
    if test is not None and result is not None and _is_test(form, test, known):
        return _long(form, source, known, test, result)
    return _wide(form, source, known)


def _known(domain: str, variables: Mapping[str, StandardVariable], lists: Lists) -> _Known:
    """Codes and names of the terminology, and the project's words; words of ours win."""
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    short, long = (variables.get(f"{domain}{end}") for end in ("TESTCD", "TEST"))
    coded = lists.codelist(short) if short is not None else None
    named = lists.codelist(long) if long is not None else None
    if coded is not None:
        for term in coded.terms:
            codes[squash(term.value)] = term.value
            name = named.values.get(term.code) if named is not None else None
            if name:
                names[term.value] = name
                codes.setdefault(squash(name), term.value)
    own = {item.testcd: item for item in test_words() if item.domain == domain}
    for item in own.values():
        codes |= dict.fromkeys(item.words, item.testcd)
    return _Known(codes, names, own)


def _part(table: RawTable, name: str, part: str, domain: str) -> RawColumn | None:
    """The column with a part of a result: test, result, unit, limits."""
    words = {name, *variable_words()[part]}
    words |= {f"{domain}{word}" for word in words}
    return next((column for key, column in table.columns.items() if squash(key) in words), None)


def _is_test(form: FormOf, column: RawColumn, known: _Known) -> bool:
    """Whether a column names tests: at least one of its values is one."""
    return any(known.code(value, form.domain) for value in column.values)


def _long(
    form: FormOf, source: str, known: _Known, test: RawColumn, result: RawColumn
) -> Tests:  # fmt: skip
    """One row a test; a test that is not known has an empty Testcd, for people to fill."""
    domain = form.domain
    unit = _part(form.table, f"{domain}ORRESU", "--ORRESU", domain)
    low = _part(form.table, f"{domain}ORNRLO", "--ORNRLO", domain)
    high = _part(form.table, f"{domain}ORNRHI", "--ORNRHI", domain)
    rows: list[Cells] = []
    codes: dict[str, str] = {}
    for value in test.values:
        code = known.code(value, domain)
        if code is not None:
            codes[code] = known.names.get(code, "")
        note = "by values: test as collected" if code else "guess: which test is this?"
        rows.append(
            _row(form, source, result.name, code, known, note)
            | {
                "Unit": _named(unit), "Low": _named(low), "High": _named(high),
                "Where": f"{_named_in_sql(test.name)} = {quoted_text(value)}",
            }
        )  # fmt: skip
    used = {column.name for column in (test, result, unit, low, high) if column is not None}
    units = unit.values if unit is not None else ()
    return Tests(tuple(rows), frozenset(used), units, codes, low is not None)


def _wide(form: FormOf, source: str, known: _Known) -> Tests | None:
    """One row a column whose name is that of a test."""
    columns = {squash(name): name for name in form.table.columns}
    rows: list[Cells] = []
    used: set[str] = set()
    codes: dict[str, str] = {}
    units: dict[str, None] = {}
    limits = False
    for plain, name in columns.items():
        code = known.code(name, form.domain)
        if code is None or name in used or code in codes or name in form.table.parts.values():
            continue
        codes[code] = known.names.get(code, "")
        unit, low, high = (_beside(plain, ends, columns) for ends in (_UNITS, _LOWS, _HIGHS))
        note = f"by name {name}"
        row = _row(form, source, name, code, known, note)
        if unit is not None:
            row["Unit"] = f"={unit}"
            units |= dict.fromkeys(form.table.columns[unit].values)
        elif row["Standard Unit"]:
            row["Unit"] = row["Standard Unit"]
            units[str(row["Unit"])] = None
            row["Note"] = f"guess: {note}; the form has no unit, {row['Unit']} is usual"
        if low is not None and high is not None:
            row |= {"Low": f"={low}", "High": f"={high}"}
            limits = True
        rows.append(row)
        used |= {column for column in (name, unit, low, high) if column is not None}
    return Tests(tuple(rows), frozenset(used), tuple(units), codes, limits) if rows else None


def _row(
    form: FormOf, source: str, column: str, code: str | None, known: _Known, note: str
) -> dict[str, str | float | None]:
    words = known.words.get(code or "")
    category = form.category or (words.category if words is not None else "")
    return {
        "Dataset": form.domain, "Source": source, "Column": column, "Testcd": code,
        "Test": known.names.get(code or "") or None, "Category": category or None,
        "Specimen": form.specimen or _SPECIMENS.get(category),
        "Standard Unit": (words.unit or None) if words is not None else None, "Note": note,
    }  # fmt: skip


_SPECIMENS = {"HEMATOLOGY": "BLOOD", "CHEMISTRY": "SERUM", "COAGULATION": "PLASMA"}


def _beside(plain: str, endings: tuple[str, ...], columns: Mapping[str, str]) -> str | None:
    """The column that belongs to a test's column: WBC, WBCU; SYSBP_ORRES, SYSBP_ORRESU."""
    stems = [plain, *(plain.removesuffix(end) for end in _RESULTS if plain.endswith(end))]
    names = (columns.get(f"{stem}{ending}") for stem in stems for ending in endings)
    return next((name for name in names if name is not None), None)


def _named(column: RawColumn | None) -> str | None:
    return f"={column.name}" if column is not None else None


def _named_in_sql(name: str) -> str:
    """A column's name in an expression; in quotes when it is no plain word."""
    return name if name.isidentifier() else quoted_name(name)
