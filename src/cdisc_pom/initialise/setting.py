"""What a new study is told: names, versions, agency, data sets; all of it checked at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cdisc_pom.errors import Collector, Line, SpecError
from cdisc_pom.package.profile import agencies, read_profile
from cdisc_pom.standards import Pin, Store, standard_datasets, standard_versions
from cdisc_pom.standards.terminology import packed_pins

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_MADE_BY_ROLE = "SUPPQUAL"
_ANALYSIS = {
    "SPECIAL PURPOSE": "", "EVENTS": "OCCDS", "INTERVENTIONS": "OCCDS", "FINDINGS": "BDS",
    "FINDINGS ABOUT": "BDS",
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """A new study, checked."""

    study: str
    study_id: str
    raw: Path
    agency: str
    language: Literal["zh", "en"]
    sdtmig: str
    adamig: str
    sdtm_ct: str
    adam_ct: str
    domains: tuple[str, ...]
    analysis: tuple[str, ...]


def known_versions(standard: str, store: Store) -> list[str]:
    """Versions of a guide that are at hand."""
    return [pin.version for pin in standard_versions(store) if pin.name == standard]


def known_terminology(package: str, store: Store) -> list[str]:
    """Versions of a terminology package that are at hand, packed or imported."""
    pins = {*packed_pins(), *store.pins("ct")}
    return sorted(pin.version for pin in pins if pin.name == package)


def known_domains(sdtmig: str, store: Store) -> list[str]:
    """Domains that a workbook may be started with; SUPP-- follows from the Role of variables."""
    return [name for name in standard_datasets("SDTMIG", sdtmig, store=store)
            if name != _MADE_BY_ROLE]  # fmt: skip


def structure_of(dataset: str, sdtmig: str, adamig: str, store: Store) -> str | None:
    """The ADaM structure of an analysis data set by its name: ADSL, ADAE, OCCDS, BDS, TTE."""
    known = standard_datasets("ADaMIG", adamig, store=store)
    if dataset == "ADTTE":
        return "TTE"
    if dataset in known and dataset.startswith("AD"):
        return dataset
    source = standard_datasets("SDTMIG", sdtmig, store=store).get(dataset.removeprefix("AD"))
    if not dataset.startswith("AD") or source is None:
        return None
    return _ANALYSIS.get(source.dataset_class) or None


def check_names(names: Iterable[str], sdtmig: str, adamig: str, store: Store) -> Collector:
    """Faults of the data sets that are asked for, each with the nearest name."""
    faults = Collector()
    domains = known_domains(sdtmig, store)
    for name in names:
        if name in domains or structure_of(name, sdtmig, adamig, store) is not None:
            continue
        known = [*domains, "ADSL", "ADTTE", *(f"AD{d}" for d in domains
                 if structure_of(f"AD{d}", sdtmig, adamig, store))]  # fmt: skip
        faults.unknown("domain", name, known, place=Line("--domains"))
    return faults


def check_setting(setting: Setting, store: Store) -> Collector:
    """Faults of all that a new study is told."""
    asked = (*setting.domains, *setting.analysis)
    faults = Collector()
    chosen: Sequence[tuple[str, str, str, list[str]]] = (
        ("--agency", "agency", setting.agency, agencies()),
        ("--sdtmig", "version of SDTMIG", setting.sdtmig, known_versions("SDTMIG", store)),
        ("--adamig", "version of ADaMIG", setting.adamig, known_versions("ADaMIG", store)),
        ("--ct", "version of SDTM terminology", setting.sdtm_ct, known_terminology("SDTM", store)),
    )
    for flag, kind, value, known in chosen:
        if value not in known:
            faults.unknown(kind, value, known, place=Line(flag))
    if _NAME.fullmatch(setting.study) is None:
        hint = "Letters, digits, _ and - name its folders."
        faults.errors.append(SpecError(Line("--study"), f"'{setting.study}' is no name.", hint))
    faults.errors += check_names(asked, setting.sdtmig, setting.adamig, store).errors
    if not asked:
        faults.add(Line("--domains"), "no domain is named and none is recognised.")
    return faults


def default_language(agency: str) -> Literal["zh", "en"]:
    """The language of labels that an agency asks for."""
    return read_profile(agency).label_language if agency in agencies() else "en"


def newest(pins: list[str]) -> str:
    """The newest of some versions, empty without one."""
    return max(pins, default="")


def pins_of(setting: Setting) -> tuple[Pin, ...]:
    """Terminology packages that the study pins."""
    return Pin("SDTM", setting.sdtm_ct), Pin("ADaM", setting.adam_ct)
