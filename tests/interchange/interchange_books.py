"""Workbooks that tests of this folder share."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("sdtm", "adam")


def shipped(kind):
    """A workbook of the reference study."""
    return ROOT / "specs" / "pom" / f"{kind}.xlsx"


def copied(tmp_path, kind):
    """A copy of it."""
    return Path(shutil.copy(shipped(kind), tmp_path / f"{kind}_copy.xlsx"))
