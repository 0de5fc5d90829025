"""Controlled terminology: code lists and terms with their NCI codes, packed or imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from cdisc_pom.standards.files import Rows, packed_names, read_packed, read_table
from cdisc_pom.standards.store import Pin, Store

_SUFFIX = "-ct-"


@dataclass(frozen=True)
class Term:
    """A submission value and its NCI code."""

    value: str
    code: str


@dataclass(frozen=True)
class StandardCodelist:
    """A code list. A list that is not `complete` holds only the terms that studies use most."""

    code: str
    short_name: str
    name: str
    extensible: bool
    complete: bool
    terms: tuple[Term, ...]
    package: Pin

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """NCI codes by submission value."""
        return {term.value: term.code for term in self.terms}

    @cached_property
    def values(self) -> Mapping[str, str]:
        """Submission values by NCI code."""
        return {term.code: term.value for term in self.terms}


@dataclass(frozen=True)
class Package:
    """One terminology package of one version; an imported one is whole."""

    pin: Pin
    whole: bool
    rows: Mapping[str, list[dict[str, str]]]
    heads: Mapping[str, dict[str, str]]
    codes: Mapping[str, str]

    def codelist(self, name: str) -> StandardCodelist | None:
        """A code list by its NCI code or its short name."""
        code = self.codes.get(name, name)
        head = self.heads.get(code)
        if head is None:
            return None
        terms = tuple(Term(row["Term"], row["Code"]) for row in self.rows.get(code, ()))
        return StandardCodelist(
            code, head["Short Name"], head["Name"], head["Extensible"] == "Yes",
            head["Complete"] != "No", terms, self.pin,
        )  # fmt: skip


class Terminology:
    """The packages that a study pins; a package that was not imported is read as it is packed."""

    def __init__(self, pins: Iterable[Pin] = (), *, store: Store | None = None) -> None:
        """Find the packages.

        Args:
            pins: packages by name and version; none means what is packed.
            store: the local store; the user's by default.
        """
        store = store or Store.here()
        self.pins = tuple(pins)
        self.missing: list[Pin] = []
        self.packages: list[Package] = []
        packed = {pin.name: pin for pin in packed_pins()}
        for pin in self.pins or packed.values():
            if store.has("ct", pin):
                path = store.path("ct", pin)
                self.packages.append(_stored(str(path), path.stat().st_mtime_ns, pin))
            elif pin in packed.values():
                self.packages.append(_packed(pin))
            else:
                self.missing.append(pin)
        self._found: dict[str, StandardCodelist | None] = {}

    def codelist(self, name: str) -> StandardCodelist | None:
        """A code list by its NCI code (`C66742`) or its short name (`NY`)."""
        if name not in self._found:
            lists = (package.codelist(name) for package in self.packages)
            self._found[name] = next((found for found in lists if found is not None), None)
        return self._found[name]

    def covers(self) -> bool:
        """Whether all pinned packages are whole, so that an unknown code list is wrong."""
        return all(package.whole for package in self.packages) and not self.missing

    def known(self) -> list[str]:
        """NCI codes of all code lists at hand."""
        return sorted({code for package in self.packages for code in package.heads})


def terms(codelist: str, *, store: Store | None = None) -> tuple[Term, ...]:
    """Terms of a code list of the packed versions; empty when it is not known.

    Example:
        >>> [term.value for term in terms("NY")]
        ['N', 'NA', 'U', 'Y']
    """
    found = Terminology(store=store).codelist(codelist)
    return found.terms if found is not None else ()


def packed_pins() -> list[Pin]:
    """Terminology packages that come with the program."""
    return sorted(_pin(name) for name in packed_names() if _SUFFIX in name)


_NAMES = {"sdtm": "SDTM", "adam": "ADaM"}


def _pin(name: str) -> Pin:
    package, _, version = name.removesuffix(".csv").partition(_SUFFIX)
    return Pin(_NAMES.get(package, package), version)


@cache
def _packed(pin: Pin) -> Package:
    rows = read_packed(f"{pin.name.lower()}{_SUFFIX}{pin.version}.csv")
    return _package(pin, rows, whole=False)


@cache
def _stored(path: str, stamp: int, pin: Pin) -> Package:
    del stamp  # a file that was imported again is read again
    return _package(pin, read_table(Path(path)), whole=True)


def _package(pin: Pin, table: Rows, *, whole: bool) -> Package:
    heads: dict[str, dict[str, str]] = {}
    rows: dict[str, list[dict[str, str]]] = {}
    for row in table:
        if row["Name"]:
            heads[row["Codelist"]] = row
        else:
            rows.setdefault(row["Codelist"], []).append(row)
    codes = {head["Short Name"]: code for code, head in heads.items()}
    return Package(pin, whole, rows, heads, codes)
