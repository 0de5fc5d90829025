"""The local store: published tables that a user imported, by name and version.

It is a folder of CSV files: `ct/SDTM-2025-03-28.csv`, `ig/SDTMIG-3.4.csv`. A study pins what it
uses by the versions in its workbooks' Define sheets, so that two studies with different versions
live beside each other.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["ct", "ig"]

VARIABLE = "CDISC_POM_STORE"


@dataclass(frozen=True, order=True)
class Pin:
    """A published table by name and version: (`SDTM`, `2025-03-28`), (`SDTMIG`, `3.4`)."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True)
class Store:
    """The folder of imported tables."""

    folder: Path

    @classmethod
    def here(cls, folder: Path | None = None) -> Store:
        """The store in `folder`, in $CDISC_POM_STORE, or in the user's data folder."""
        named = os.environ.get(VARIABLE)
        return cls(folder or (Path(named) if named else _user_folder()))

    def path(self, kind: Kind, pin: Pin) -> Path:
        """Where a table lies, or would lie."""
        return self.folder / kind / f"{pin.name}-{pin.version}.csv"

    def has(self, kind: Kind, pin: Pin) -> bool:
        """Whether a table was imported."""
        return self.path(kind, pin).is_file()

    def pins(self, kind: Kind) -> list[Pin]:
        """Tables that were imported."""
        folder = self.folder / kind
        if not folder.is_dir():
            return []
        names = [path.stem.partition("-") for path in folder.glob("*-*.csv")]
        return sorted(Pin(name, version) for name, _, version in names)


def _user_folder() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
    return base / "cdisc-pom" / "standards"
