"""Which standards the data follow: the implementation guide and the controlled terminology.

They come from the Define sheet (`StandardName`, `StandardVersion`, `CT Publishing Set`,
`CT Version`) and from the columns Standard (Datasets) and Terminology (Codelists), where a row
follows another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cdisc_pom.define.names import Element, allowed, element, oid
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.spec.metadata import DatasetMeta
from cdisc_pom.spec.workbook import Codelist, Workbook

# What a workbook follows when it says nothing.
_GUIDES = {"sdtm": ("SDTMIG", "3.4"), "adam": ("ADaMIG", "1.3")}
_SETS = {"sdtm": "SDTM", "adam": "ADaM"}
_TERMINOLOGY = "CDISC/NCI"
_SPONSOR = {"non-standard", "nonstandard", "non standard", "sponsor", "no", "n"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Standard:
    """One standard: a guide, or a set of published terminology."""

    name: str
    version: str
    publishing_set: str | None = None

    @property
    def oid(self) -> str:
        """OID of the standard."""
        return oid("STD", self.publishing_set or self.name, self.version)


@dataclass
class Standards:
    """All standards of a file: those of the Define sheet, and further ones that rows follow."""

    workbook: Workbook
    faults: Collector
    guide: Standard
    terminologies: list[Standard]
    further: list[Standard] = field(default_factory=list)

    def elements(self) -> list[Element]:
        """`def:Standards`, guides before terminology."""
        holder = element("def:Standards")
        stated = [self.guide, *self.terminologies, *self.further]
        for standard in sorted(stated, key=lambda each: each.publishing_set is not None):
            holder.append(
                element(
                    "def:Standard",
                    {
                        "OID": standard.oid,
                        "Name": standard.name,
                        "Type": "CT" if standard.publishing_set else "IG",
                        "PublishingSet": standard.publishing_set,
                        "Version": standard.version,
                        "Status": "Final",
                    },
                )
            )
        return [holder]

    def of_dataset(self, meta: DatasetMeta) -> str | None:
        """OID of the guide that a data set follows; None when it follows none."""
        text = (meta.standard or "").strip()
        if text.casefold() in _SPONSOR:
            return None
        if not text:
            return self.guide.oid
        found = _guide(text, self.guide.version)
        if found is None:
            row = self.workbook.datasets.get(meta.name)
            place = row.cell("standard") if row is not None else meta.cell
            place = place or Cell(self.workbook.name, "Datasets")
            names = [*allowed("StandardName"), "Non-standard"]
            self.faults.unknown("standard", text, names, place=place)
            return None
        return self._added(found).oid

    def of_codelist(self, codelist: Codelist) -> str | None:
        """OID of the terminology that a code list is taken from; None for a sponsor's list."""
        row = codelist.rows[0]
        text, coded = (row.terminology or "").strip(), bool(row.nci_codelist_code)
        cell = row.cell("terminology")
        if text.casefold() in _SPONSOR:
            return None
        if not text:
            if coded and not self.terminologies:
                message = (
                    f"code list '{codelist.id}' has an NCI code, but no terminology is stated."
                )
                hint = "State 'CT Version' in the Define sheet, as 2025-03-28, or the column here."
                self.faults.add(cell, message, hint)
            return self.terminologies[0].oid if coded and self.terminologies else None
        found = self._terminology(text)
        if found is not None:
            return found.oid
        if coded:
            known = [f"{each.publishing_set} {each.version}" for each in self.terminologies]
            self.faults.unknown("terminology", text, known, place=cell)
        return None

    def _terminology(self, text: str) -> Standard | None:
        """`SDTM`, `SDTM 2025-03-28`, `CDISC/NCI SDTM 2025-03-28`."""
        words = re.split(r"[\s/,;]+", text.casefold())
        name = next((n for n in allowed("StandardPublishingSet") if n.casefold() in words), None)
        date = _DATE.search(text)
        if name is not None and date is not None:
            return self._added(Standard(_TERMINOLOGY, date[0], name))
        return next((each for each in self.terminologies if each.publishing_set == name), None)

    def _added(self, standard: Standard) -> Standard:
        if standard not in [self.guide, *self.terminologies, *self.further]:
            self.further.append(standard)
        return standard


def _guide(text: str, version: str) -> Standard | None:
    """`SDTMIG 3.4`, `SDTM-IG 3.4`, `ADaM-OCCDSIG 1.1`; the version may be missing."""
    first, _, rest = text.partition(" ")
    names = {_plain(name): name for name in allowed("StandardName")}
    name = names.get(_plain(first))
    return Standard(name, rest.strip() or version) if name else None


def _plain(name: str) -> str:
    return name.replace("-", "").replace(" ", "").casefold()


def read_standards(workbook: Workbook, faults: Collector) -> Standards:
    """Standards that the Define sheet states; what is wrong with them goes to `faults`."""
    name, version = _GUIDES[workbook.kind]
    stated = workbook.attribute("StandardName", name)
    guide = _guide(stated, workbook.attribute("StandardVersion", version))
    if guide is None:
        place = workbook.attributes["StandardName"].cell("value")
        faults.unknown("standard", stated, allowed("StandardName"), place=place)
        guide = Standard(name, version)
    return Standards(workbook, faults, guide, _terminologies(workbook, faults))


def _terminologies(workbook: Workbook, faults: Collector) -> list[Standard]:
    versions = _listed(workbook.attribute("CT Version"))
    names = _listed(workbook.attribute("CT Publishing Set")) or [_SETS[workbook.kind]]
    if not versions:
        return []
    if len(versions) != len(names):
        message = f"{len(names)} publishing sets of terminology, but {len(versions)} versions."
        hint = "'CT Publishing Set' and 'CT Version' list as many, in the same order."
        faults.add(workbook.attributes["CT Version"].cell("value"), message, hint)
    words = {word.casefold(): word for word in allowed("StandardPublishingSet")}
    found = []
    for publishing_set, version in zip(names, versions, strict=False):
        if publishing_set.casefold() not in words:
            place = workbook.attributes["CT Publishing Set"].cell("value")
            faults.unknown("publishing set", publishing_set, words.values(), place=place)
            continue
        found.append(Standard(_TERMINOLOGY, version, words[publishing_set.casefold()]))
    return found


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
