"""What an agency asks of a package: one YAML file an agency, no agency in the code."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from cdisc_pom.errors import Cell, Problems, SpecError


class Profile(BaseModel):
    """One agency's limits; lengths of labels and texts are bytes in the package's encoding."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label_language: Literal["zh", "en"]
    label_ascii: bool
    label_bytes: int
    label_first_digit: bool
    label_forbidden: str
    label_pairs: bool
    encodings: tuple[str, ...]
    dataset_name: str
    variable_name: str
    file_types: tuple[str, ...]
    file_name_length: int
    path_length: int
    path_from: Literal["root", "m5"]
    xpt_bytes: int
    required: dict[str, tuple[str, ...]]


def agencies() -> list[str]:
    """Agencies that have a profile."""
    folder = resources.files(__package__).joinpath("profiles")
    return sorted(file.name.removesuffix(".yaml") for file in folder.iterdir())


@cache
def read_profile(agency: str) -> Profile:
    """The profile of an agency.

    Raises:
        Problems: there is no such agency.
    """
    if agency not in agencies():
        place = Cell("package/profiles")
        raise Problems([SpecError.unknown("agency", agency, agencies(), place=place)])
    file = resources.files(__package__).joinpath("profiles", f"{agency}.yaml")
    return Profile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
