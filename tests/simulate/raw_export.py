"""Reads the raw export as a careful programmer would: plain csv, latest save wins, one unit."""

import csv
import unicodedata
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "data" / "pom" / "design"
RAW = ROOT / "data" / "pom" / "raw"

TO_STANDARD = {  # by unit in lower case: factor to g/L, mg/24 h, mg/L, 10^9/L, umol/L ...
    "SPEP": {"g/l": 1, "g/dl": 10},
    "UPEP": {"mg/24h": 1, "g/24h": 1000},
    "KAPPA": {"mg/l": 1, "mg/dl": 10},
    "LAMBDA": {"mg/l": 1, "mg/dl": 10},
    "HGB": {"g/l": 1, "g/dl": 10},
    "肌酐": {"umol/l": 1 / 88.4, "mg/dl": 1},
    "白蛋白": {"g/l": 1, "g/dl": 10},
    "β2微球蛋白": {"mg/l": 1, "ug/ml": 1},
    "乳酸脱氢酶": {"u/l": 1, "iu/l": 1},
    "钙": {"mmol/l": 1, "mg/dl": 1 / 4.008},
}
COUNT_UNITS = {"×10^9/l", "10^9/l", "x10^9/l", "10^3/ul", "k/ul"}


def clean(text):
    """Half-width, without blanks at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def read(name, folder=RAW):
    """All rows of a form, as they stand."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [{key: clean(value) for key, value in row.items()} for row in csv.DictReader(file)]


def latest(rows, *keys):
    """One row a key: the one that was saved last."""
    kept = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in kept or row["SAVETS"] > kept[key]["SAVETS"]:
            kept[key] = row
    return list(kept.values())


def by_subject(rows):
    found = {}
    for row in rows:
        found.setdefault(row["SUBJECT"], []).append(row)
    return found


def unit(text):
    """A unit in lower case with one spelling of micro."""
    return text.lower().replace("μ", "u").replace("µ", "u")


def standard(row, code):
    """A value in the standard unit, None when there is none."""
    if not row[code]:
        return None
    if code in TO_STANDARD:
        return float(row[code]) * TO_STANDARD[code][unit(row[f"{code}U"])]
    assert unit(row[f"{code}U"]) in COUNT_UNITS, row[f"{code}U"]
    return float(row[code])


def chemistry_value(row):
    """A chemistry result in the standard unit (creatinine in mg/dL)."""
    return float(row["RESULT"].lstrip("<")) * TO_STANDARD[row["ITEM"]][unit(row["UNIT"])]


def as_date(text):
    return date.fromisoformat(text)


def compact_date(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def subjects():
    """The calibrated facts by subject."""
    with (DESIGN / "subjects.csv").open(encoding="utf-8", newline="") as file:
        return {row["subjid"]: row for row in csv.DictReader(file)}


def treated():
    return {key: row for key, row in subjects().items() if row["screenfail"] == "N"}


def study_day(subject, text):
    """Study day of an ISO date."""
    gap = (as_date(text) - as_date(subject["startdt"])).days
    return gap + 1 if gap >= 0 else gap


def days(subject, column):
    return [int(part) for part in subject[column].split(";") if part]
