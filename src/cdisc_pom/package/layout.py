"""Where things stand in module 5 of an electronic common technical document."""

from __future__ import annotations

import re

from cdisc_pom.errors import Cell, SpecError

MANIFEST = "manifest.json"
DEFINE = "define.xml"
_FOLDERS = {"sdtm": "tabulations/sdtm", "adam": "analysis/adam/datasets"}
_FOLDER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def standard_folder(study_id: str, kind: str) -> str:
    """Folder of a standard's data sets, from the package's root.

    Example:
        >>> standard_folder("abc", "adam")
        'm5/datasets/abc/analysis/adam/datasets'
    """
    return f"m5/datasets/{study_id}/{_FOLDERS[kind]}"


def xpt_name(dataset: str) -> str:
    """File name of a data set."""
    return f"{dataset.lower()}.xpt"


def study_faults(study_id: str) -> list[SpecError]:
    """A study id that cannot be a folder's name."""
    if _FOLDER_NAME.fullmatch(study_id):
        return []
    hint = "Use lower-case letters, digits, '-' and '_'."
    return [SpecError(Cell("package"), f"'{study_id}' cannot be the study's folder.", hint)]
