"""Whether the factors of a Units sheet agree with what units and molar masses say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cdisc_pom.algorithms.numbers import plain_text

# Factors are printed with three or four digits; what differs by more is another factor.
TOLERANCE = 0.005
_SHOWN = 5


@dataclass(frozen=True)
class Analyte:
    """What a test measures: molar mass in g/mol and charge of its ion."""

    name: str
    mass: float
    charge: int | None


@dataclass(frozen=True)
class Amount:
    """A unit as a multiple of a base unit of its kind: g/L is 1 of `mass/volume`."""

    scale: float
    kind: str


@cache
def molar_masses() -> Mapping[str, Analyte]:
    """Analytes by test code, from the packaged table.

    Source: standard atomic weights (IUPAC, abridged, 2021) summed over the formula; haemoglobin
    as monomer, 16114.5 g/mol.
    """
    file = resources.files("cdisc_pom.algorithms") / "data" / "molar_masses.csv"
    with file.open(encoding="utf-8") as handle:
        return {
            row["Testcd"]: Analyte(
                row["Analyte"], float(row["Molar mass"]), int(row["Charge"] or 0) or None
            )
            for row in csv.DictReader(handle)
        }


def wrong_factor(testcd: str | None, origin: str, to: str, factor: float) -> str:
    """A sentence when a conversion factor cannot be right, otherwise an empty text.

    Units of one kind (g/dL, g/L) must have the ratio of their sizes. Mass, amount of substance
    and equivalents are converted by the molar mass (and charge) of the test, where it is known.
    What is not known is not judged.

    Args:
        testcd: test code; None for any test.
        origin: unit that is converted.
        to: unit that it becomes.
        factor: what a value in `origin` is multiplied with.

    Source: SI Brochure (BIPM, 9th edition); molar masses as in the packaged table.

    Example:
        >>> wrong_factor("CREAT", "mg/dL", "umol/L", 88.4)
        ''
        >>> wrong_factor("CREAT", "mg/dL", "umol/L", 0.0113)
        'mg/dL to umol/L of CREAT is 88.402 (Creatinine, 113.12 g/mol), not 0.0113.'
    """
    left, right = read_unit(origin), read_unit(to)
    if left is None or right is None:
        return ""
    expected, why = _expected(testcd, left, right)
    if expected is None or abs(factor - expected) <= TOLERANCE * expected:
        return ""
    test = f" of {testcd}" if testcd and why else ""
    reason = f" ({why})" if why else ""
    shown = plain_text(float(f"{expected:.{_SHOWN}g}"))
    return f"{origin} to {to}{test} is {shown}{reason}, not {plain_text(factor)}."


def contradictions(
    rows: Iterable[tuple[str | None, str, str, float]],
) -> dict[int, str]:
    """Rows whose factor is not one over that of the row for the way back: number and sentence.

    Example:
        >>> contradictions([(None, "a", "b", 2.0), (None, "b", "a", 2.0)])
        {1: 'b to a is 2, but a to b is 2.'}
    """
    seen: dict[tuple[str | None, str, str], float] = {}
    found = {}
    for number, (testcd, origin, to, factor) in enumerate(rows):
        back = seen.get((testcd, to, origin))
        if back is not None and abs(factor * back - 1) > TOLERANCE:
            found[number] = (
                f"{origin} to {to} is {plain_text(factor)}, but {to} to {origin} is "
                f"{plain_text(back)}."
            )
        seen[testcd, origin, to] = factor
    return found


def _expected(testcd: str | None, left: Amount, right: Amount) -> tuple[float | None, str]:
    """The factor between two units, and what it rests on."""
    if left.kind == right.kind:
        return left.scale / right.scale, ""
    analyte = molar_masses().get(testcd or "")
    over = {kind.partition("/")[2] for kind in (left.kind, right.kind)}
    if analyte is None or len(over) > 1:
        return None, ""
    # Everything in moles: a gram is 1/M moles, an equivalent 1/z moles.
    moles = {"amount": 1.0, "mass": 1 / analyte.mass}
    why = f"{analyte.name}, {plain_text(analyte.mass)} g/mol"
    if analyte.charge is not None:
        moles["equivalents"] = 1 / analyte.charge
        if "equivalents" in (left.kind + right.kind):
            why += f", charge {analyte.charge}"
    ends = [moles.get(unit.kind.partition("/")[0]) for unit in (left, right)]
    if ends[0] is None or ends[1] is None:
        return None, ""
    return left.scale * ends[0] / (right.scale * ends[1]), why


_PREFIXES = {
    "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "c": 1e-2,
    "d": 1e-1, "": 1.0, "k": 1e3,
}  # fmt: skip
_ABOVE = {"g": "mass", "mol": "amount", "eq": "equivalents", "u": "activity", "iu": "activity",
          "kat": "activity"}  # fmt: skip
_SIZES = {"kat": 6e7}  # a katal is a mole a second, a unit a micromole a minute
_BELOW = {"l": ("volume", 1.0), "mm3": ("volume", 1e-6), "mm^3": ("volume", 1e-6),
          "day": ("time", 1.0), "24h": ("time", 1.0), "d": ("time", 1.0),
          "h": ("time", 1 / 24), "min": ("time", 1 / 1440)}  # fmt: skip
_COUNT = re.compile(r"(?:10\^(\d+))?")


@cache
def read_unit(text: str) -> Amount | None:
    """A unit as an amount of its kind, or None when it is not one that is known here.

    Example:
        >>> read_unit("mg/dL").kind, round(read_unit("mg/dL").scale, 12)
        ('mass/volume', 0.01)
    """
    top, slash, bottom = text.strip().partition("/")
    if not slash:
        return None
    above, below = _above(top), _below(bottom)
    if above is None or below is None:
        return None
    return Amount(above[1] / below[1], f"{above[0]}/{below[0]}")


def _above(text: str) -> tuple[str, float] | None:
    """What a numerator counts, and how much of it."""
    count = _COUNT.fullmatch(text)
    if count is not None:
        return "count", 10.0 ** int(count[1] or 0)
    for prefix, size in _PREFIXES.items():
        base = text[len(prefix) :].lower()
        if text.startswith(prefix) and base in _ABOVE:
            return _ABOVE[base], size * _SIZES.get(base, 1.0)
    return None


def _below(text: str) -> tuple[str, float] | None:
    if text.lower() in _BELOW:
        return _BELOW[text.lower()]
    for prefix, size in _PREFIXES.items():
        if text.startswith(prefix) and text[len(prefix) :].lower() == "l":
            return "volume", size
    return None
