"""What a workbook says of its package: the attributes Agency and Encoding of its sheet Define."""

from __future__ import annotations

from cdisc_pom.errors import Place, SpecError
from cdisc_pom.package.profile import agencies
from cdisc_pom.spec.study import Study


def attribute_faults(study: Study) -> list[SpecError]:
    """An agency without a profile, an encoding that nobody knows; each at its cell."""
    faults: list[SpecError] = []
    agency, encoding = study.attribute("Agency"), study.attribute("Encoding")
    if agency is not None and study.agency not in agencies():
        faults.append(SpecError.unknown("agency", agency[0], agencies(), place=agency[1]))
    if encoding is not None:
        faults += encoding_faults(*encoding)
    return faults


def encoding_faults(name: str, place: Place) -> list[SpecError]:
    """The fault of an encoding that nobody knows, at its place."""
    if is_encoding(name):
        return []
    return [SpecError(place, f"unknown encoding '{name}'.", "Examples: utf-8, gb18030, us-ascii.")]


def is_encoding(name: str) -> bool:
    """Whether a name is an encoding of text (base64 is none)."""
    try:
        "".encode(name)
    except LookupError:
        return False
    return True
