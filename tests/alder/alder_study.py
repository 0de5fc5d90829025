"""Where ALDER-201 lies."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
STUDY = "alder"
SDTM = f"build/{STUDY}/package/m5/datasets/{STUDY}/tabulations/sdtm"
