"""Variables and data sets of the implementation guides, packed or imported."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal

from cdisc_pom.standards.files import Rows, packed_names, read_packed, read_table
from cdisc_pom.standards.store import Pin, Store

# What lower-case letters of an ADaM name stand for.
_PLACES = {"xx": r"\d\d", "zz": r"\d\d", "y": r"[1-9]\d?", "w": r"[1-9]", "p": r"[1-9]"}
_PLACE = re.compile("xx|zz|[ywp]")
_WORD = re.compile(r"\b(xx|zz|[ywp])\b")


@dataclass(frozen=True)
class StandardVariable:
    """A variable of an implementation guide.

    `codelists` are NCI codes; `values` names another value domain (`ISO 8601 duration`, `MedDRA`).
    A name may be a pattern: `TRTxxP`, `AGEGRy`, `--SEQ`, `*DT`.
    """

    dataset: str
    order: int
    name: str
    label: str
    label_zh: str
    type: Literal["Char", "Num"]
    role: str
    core: str
    codelists: tuple[str, ...] = ()
    values: str = ""

    @property
    def is_pattern(self) -> bool:
        """Whether the name stands for several variables."""
        return not self.name.isupper() or self.name[0] in "*-"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        text = re.escape(self.name).replace(r"\*", ".+").replace(r"\-\-", "[A-Z][A-Z0-9]")
        return re.compile(_PLACE.sub(lambda place: f"({_PLACES[place[0]]})", text))

    def matches(self, name: str) -> bool:
        """Whether a variable of this name is meant."""
        return self._pattern.fullmatch(name) is not None if self.is_pattern else self.name == name

    def named(self, name: str) -> StandardVariable:
        """The variable under its own name, the numbers of the name filled into its labels.

        Raises:
            ValueError: the name does not match.
        """
        if not self.is_pattern:
            return self
        match = self._pattern.fullmatch(name)
        if match is None:
            raise ValueError(f"{name} is no {self.name}")
        numbers: dict[str, str] = dict(zip(_PLACE.findall(self.name), match.groups(), strict=True))

        def fill(place: re.Match[str]) -> str:
            return numbers.get(str(place[0]), str(place[0]))

        # Of a copied variable (--TERM) the guide says a type and no label: it keeps its own.
        label = "" if self.name.startswith("--") else _WORD.sub(fill, self.label)
        return StandardVariable(
            self.dataset, self.order, name, label,
            _PLACE.sub(fill, self.label_zh), self.type, self.role, self.core, self.codelists,
            self.values,
        )  # fmt: skip


@dataclass(frozen=True)
class StandardDataset:
    """A data set (SDTM) or a structure (ADaM) of an implementation guide."""

    name: str
    dataset_class: str
    label: str
    label_zh: str
    structure: str
    structure_zh: str


def standard_versions(store: Store | None = None) -> list[Pin]:
    """Implementation guides at hand: packed ones and those of the store."""
    packed = [_pin(name) for name in packed_names() if name.endswith("-variables.csv")]
    return sorted({*packed, *(store or Store.here()).pins("ig")})


def standard_datasets(
    standard: str, version: str, *, store: Store | None = None
) -> dict[str, StandardDataset]:
    """Data sets or structures of a guide by name; empty when the guide is not at hand."""
    packed = _packed_datasets(standard, version)
    known = _known(standard, version, store or Store.here())
    return packed | {
        name: StandardDataset(name, "", "", "", "", "") for name in known if name not in packed
    }


def standard_variables(
    standard: str, version: str, dataset: str, *, store: Store | None = None
) -> tuple[StandardVariable, ...]:
    """Variables of a data set in the guide's order; empty when it is not known.

    Args:
        standard: `SDTMIG` or `ADaMIG`.
        version: such as `3.4`.
        dataset: a domain (`DM`, `SUPPQUAL`), or a structure (`ADSL`, `BDS`, `OCCDS`, `TTE`, and
            `ADAE` for OCCDS of the subclass ADVERSE EVENT).
        store: the local store; the user's by default.

    Example:
        >>> [variable.name for variable in standard_variables("SDTMIG", "3.4", "RELREC")][:3]
        ['STUDYID', 'RDOMAIN', 'USUBJID']
    """
    return _known(standard, version, store or Store.here()).get(dataset, ())


def find_variable(variables: Iterable[StandardVariable], name: str) -> StandardVariable | None:
    """The variable that a name means, with its numbers filled in; an exact name wins.

    Example:
        >>> found = find_variable(standard_variables("ADaMIG", "1.3", "ADSL"), "TRT01P")
        >>> found.label
        'Planned Treatment for Period 01'
    """
    fitting = [variable for variable in variables if variable.matches(name)]
    if not fitting:
        return None
    return min(fitting, key=_vagueness).named(name)


def _vagueness(variable: StandardVariable) -> tuple[bool, bool, int]:
    """How little of a name is said: an exact name, then one with most letters of its own."""
    letters = sum(letter.isupper() or letter.isdigit() for letter in variable.name)
    return variable.is_pattern, variable.name.startswith("*"), -letters


Known = dict[str, tuple[StandardVariable, ...]]


def _known(standard: str, version: str, store: Store) -> Known:
    pin = Pin(standard, version)
    packed = _packed_variables(standard, version)
    if not store.has("ig", pin):
        return packed
    path = store.path("ig", pin)
    return _stored_variables(str(path), path.stat().st_mtime_ns, standard, version)


@cache
def _packed_variables(standard: str, version: str) -> Known:
    name = f"{standard.lower()}-{version}-variables.csv"
    return _by_dataset(read_packed(name), {}) if name in packed_names() else {}


@cache
def _stored_variables(path: str, stamp: int, standard: str, version: str) -> Known:
    """An imported guide; Chinese labels come from the packed tables."""
    from pathlib import Path  # noqa: PLC0415 - a path as text can be cached

    del stamp
    packed = _packed_variables(standard, version)
    chinese = {(v.dataset, v.name): v.label_zh for group in packed.values() for v in group}
    return packed | _by_dataset(read_table(Path(path)), chinese)


@cache
def _packed_datasets(standard: str, version: str) -> dict[str, StandardDataset]:
    name = f"{standard.lower()}-{version}-datasets.csv"
    if name not in packed_names():
        return {}
    return {
        row["Dataset"]: StandardDataset(
            row["Dataset"], row["Class"], row["Label"], row["Label (zh)"], row["Structure"],
            row["Structure (zh)"],
        )
        for row in read_packed(name)
    }  # fmt: skip


def _by_dataset(rows: Rows, chinese: dict[tuple[str, str], str]) -> Known:
    found: dict[str, list[StandardVariable]] = {}
    for row in rows:
        key = (row["Dataset"], row["Variable"])
        variable = StandardVariable(
            row["Dataset"], int(row["Order"]), row["Variable"], row["Label"],
            row.get("Label (zh)") or chinese.get(key, ""),
            "Num" if row["Type"] == "Num" else "Char", row["Role"], row["Core"],
            tuple(row["Codelist"].split()), row.get("Values") or "",
        )  # fmt: skip
        found.setdefault(row["Dataset"], []).append(variable)
        if row.get("AE core"):
            found.setdefault("ADAE", []).append(_adverse_event(variable, row["AE core"]))
    return {name: tuple(sorted(group, key=lambda v: v.order)) for name, group in found.items()}


def _adverse_event(variable: StandardVariable, core: str) -> StandardVariable:
    """A variable of OCCDS in the subclass ADVERSE EVENT; what it copies keeps the label of AE."""
    name = variable.name.replace("--", "AE")
    labels = {v.name: v for v in _packed_variables("SDTMIG", "3.4").get("AE", ())}
    origin = labels.get(name, variable)
    return replace(
        variable, dataset="ADAE", name=name, core=core, label=origin.label,
        label_zh=origin.label_zh,
    )  # fmt: skip


_NAMES = {"sdtmig": "SDTMIG", "adamig": "ADaMIG"}


def _pin(name: str) -> Pin:
    standard, _, rest = name.partition("-")
    return Pin(_NAMES.get(standard, standard.upper()), rest.removesuffix("-variables.csv"))
