"""The limits of the myeloma response criteria, their versions, and how values meet a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

from cdisc_pom.algorithms.comparison import at_least, at_most

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NUMERIC: Final = {
    "SMP": "serum M-protein, g/dL",
    "UMP": "urine M-protein, mg/24 h",
    "KAP": "serum free kappa, mg/L",
    "LAM": "serum free lambda, mg/L",
    "IFLC": "involved free light chain, mg/L",
    "UFLC": "uninvolved free light chain, mg/L",
    "dFLC": "involved minus uninvolved free light chain, mg/L",
    "FLCR": "free light chain ratio kappa/lambda",
    "BMPC": "plasma cells in bone marrow, %",
    "PLAS": "plasmacytomas, sum of the products of diameters, mm2",
    "CACORR": "calcium corrected for albumin, mmol/L",
    "CA": "calcium, mmol/L",
    "ALB": "albumin, g/L",
    "CPC": "circulating plasma cells, cells/uL",
}
"""Components with a number, and their units."""

UNITS: Final = {
    "SMP": ("g/dL",),
    "UMP": ("mg/24 h", "mg/24h", "mg/day", "mg/d"),
    **dict.fromkeys(("KAP", "LAM", "IFLC", "UFLC", "dFLC"), ("mg/L", "ug/mL")),
    "FLCR": ("", "RATIO", "1"),
    "BMPC": ("%",),
    "PLAS": ("mm2", "mm^2"),
    **dict.fromkeys(("CACORR", "CA"), ("mmol/L",)),
    "ALB": ("g/L",),
    "CPC": ("cells/uL", "/uL", "10^6/L"),
    **dict.fromkeys(("SIFE", "UIFE", "BMCLON", "BONE"), ("",)),
}
"""Spellings of the unit of each component."""

TEXTUAL: Final = {
    "SIFE": ("NEGATIVE", "POSITIVE"),
    "UIFE": ("NEGATIVE", "POSITIVE"),
    "BMCLON": ("ABSENT", "PRESENT"),
    "BONE": ("STABLE", "INCREASED", "NEW"),
}
"""Components with a text. Below, a text stands as its place in this list."""

REMARKS: Final = {
    "PLAS": ("STABLE", "INCREASED", "NEW"),
    "CACORR": ("MYELOMA", "OTHER"),
    "CA": ("MYELOMA", "OTHER"),
}
"""What a text beside the number may say: a lesion grown or new; the cause of the calcium."""

CODES: Final = (*NUMERIC, *TEXTUAL)

SUPPORTING: Final = ("CA", "ALB", "CACORR", "CPC")
"""Components that alone do not make a visit, unless they show progression."""


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """Limits and choices; `Criteria.of` gives those of a published version.

    Attributes:
        version: 2006 (Durie), 2011 (Rajkumar) or 2016 (Kumar).
        serum_measurable: least serum M-protein at baseline that is followed, g/dL.
        urine_measurable: least urine M-protein at baseline that is followed, mg/24 h.
        flc_measurable: least involved free light chain at baseline, mg/L; the ratio must be
            abnormal too. Followed only where neither serum nor urine is measurable.
        marrow_measurable: least marrow plasma cells at baseline that are followed where nothing
            else is measurable, %.
        ratio_low: lower limit of a normal free light chain ratio, itself normal.
        ratio_high: upper limit, itself normal. Limits on the record win.
        nadir: `confirmed`: a value counts when a neighbouring one is within 25 % of it or
            within the amount that progression asks; `any`: every value counts.
        marrow_progression: `sole`: only where serum, urine and free light chains are all not
            measurable; `always`: for everyone.
        vgpr_plasmacytoma_fall: fall of plasmacytomas for VGPR, %.
        mr_plasmacytoma_fall: fall of plasmacytomas for MR, %.
        plasmacytoma_days: days for which the last imaging stands for a visit without one.
        calcium_limit: corrected calcium above it is hypercalcaemia, mmol/L.
        calcium_progression: hypercalcaemia that develops is progression.
        calcium_stated: it counts only where the record says MYELOMA; otherwise wherever it
            does not say OTHER.
        circulating_progression: circulating plasma cells can show progression.
        use_mr: minimal response is a category; otherwise it is SD with a flag.
        window: most days between a record and the target day of its visit.
        cycle_days: days between the target days, the first being `cycle_days + 1`.
        targets: target days instead, as study days.
        gap: records outside the windows, at most so many days apart, make one visit.
    """

    version: str = "2011"
    serum_measurable: float = 0.5
    urine_measurable: float = 200.0
    flc_measurable: float = 100.0
    marrow_measurable: float = 30.0
    ratio_low: float = 0.26
    ratio_high: float = 1.65
    nadir: Literal["confirmed", "any"] = "confirmed"
    marrow_progression: Literal["sole", "always"] = "sole"
    vgpr_plasmacytoma_fall: float = 50.0
    mr_plasmacytoma_fall: float = 25.0
    plasmacytoma_days: int = 84
    calcium_limit: float = 2.875
    calcium_progression: bool = True
    calcium_stated: bool = False
    circulating_progression: bool = False
    use_mr: bool = False
    window: int = 7
    cycle_days: int = 28
    targets: tuple[int, ...] = ()
    gap: int = 3

    @classmethod
    def of(cls, version: Literal["2006", "2011", "2016"], **changes: object) -> Self:
        """The criteria of a version, with changes.

        2016 asks for a 90 % fall of plasmacytomas for VGPR, takes hypercalcaemia for clinical
        relapse and not for progression, and knows progression by circulating plasma cells.

        Raises:
            ValueError: the version or a value is unknown.

        Example:
            >>> Criteria.of("2016", serum_measurable=1.0).calcium_progression
            False
        """
        if version in {"2006", "2011"}:
            base = cls(version=version)
        elif version == "2016":
            base = cls(
                version=version,
                vgpr_plasmacytoma_fall=90.0,
                calcium_progression=False,
                circulating_progression=True,
            )
        else:
            raise ValueError(f"version {version!r} is not 2006, 2011 or 2016.")
        return replace(base, **changes)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        """Refuse values that no rule has."""
        if self.nadir not in {"confirmed", "any"}:
            raise ValueError(f"nadir {self.nadir!r} is not confirmed or any.")
        if self.marrow_progression not in {"sole", "always"}:
            raise ValueError(
                f"marrow_progression {self.marrow_progression!r} is not sole or always."
            )
        if self.window < 0 or self.cycle_days < 1 or self.gap < 0:
            raise ValueError("window, cycle_days and gap count days.")
        if any(day < 2 for day in self.targets):  # noqa: PLR2004
            raise ValueError("targets are study days after the first dose, from day 2 on.")


def fallen(value: Floats, base: Floats, percent: float) -> Bools:
    """Whether a value fell from baseline by at least so many percent."""
    return at_most(value, base * (1 - percent / 100))


def risen(value: Floats, nadir: Floats, percent: float) -> Bools:
    """Whether a value rose from its nadir by at least so many percent; from 0 any rise does."""
    return (nadir <= 0) | at_least(value, nadir * (1 + percent / 100))
