"""What a workbook says of its package: the attributes Agency and Encoding of its sheet Define."""

from __future__ import annotations

from cdisc_pom.errors import SpecError
from cdisc_pom.package.profile import agencies
from cdisc_pom.spec.study import Study


def attribute_faults(study: Study) -> list[SpecError]:
    """An agency without a profile, an encoding that nobody knows; each at its cell."""
    faults: list[SpecError] = []
    agency, encoding = study.attribute("Agency"), study.attribute("Encoding")
    if agency is not None and study.agency not in agencies():
        faults.append(SpecError.unknown("agency", agency[0], agencies(), place=agency[1]))
    if encoding is not None and not is_encoding(study.encoding):
        hint = "Examples: utf-8, gb18030, us-ascii."
        faults.append(SpecError(encoding[1], f"unknown encoding '{encoding[0]}'.", hint))
    return faults


def is_encoding(name: str) -> bool:
    """Whether a name is an encoding of text (base64 is none)."""
    try:
        "".encode(name)
    except LookupError:
        return False
    return True
