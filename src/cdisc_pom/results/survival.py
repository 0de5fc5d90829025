"""Kaplan-Meier estimates as SAS PROC LIFETEST gives them with CONFTYPE=LOGLOG.

Product limit, Greenwood's variance, pointwise limits by the log(-log) transformation, and
percentiles with the limits of Brookmeyer and Crowley, which come from inverting those pointwise
limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

TOLERANCE = 1e-9
"""Distance at which a survival probability counts as equal to the one asked for."""


@dataclass(frozen=True)
class KaplanMeier:
    """A survival curve: one entry for each distinct time, in order.

    `time` is in the unit of the data; `survival`, `lower` and `upper` hold from that time on.
    `standard_error` is Greenwood's. Where survival is 1 the limits are 1; where it is 0 the
    transformation has no value, so that error and limits are NaN. `censored` counts the subjects
    that left at that time without the event.
    """

    time: Floats
    at_risk: Integers
    events: Integers
    censored: Integers
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    confidence: float

    @property
    def subjects(self) -> int:
        """Number of subjects."""
        return int(self.at_risk[0]) if len(self.at_risk) else 0

    @property
    def total_events(self) -> int:
        """Number of events."""
        return int(self.events.sum())


@dataclass(frozen=True)
class SurvivalTime:
    """A percentile of the survival time with its confidence limits; NaN where not reached."""

    estimate: float
    lower: float
    upper: float


def kaplan_meier(
    time: npt.ArrayLike, event: npt.ArrayLike, *, confidence: float = 0.95
) -> KaplanMeier:
    """Product-limit estimate with log-log limits.

    A subject censored at a time is at risk for the events of that time.

    Args:
        time: time to event or censoring, one value a subject, 0 or more, any unit.
        event: true (or 1) where the event happened, false where the time is censored.
        confidence: pointwise coverage of the limits.

    Raises:
        ValueError: a time is missing or negative, or the two lengths differ.

    Source: SAS/STAT User's Guide, PROC LIFETEST, Breslow, Fleming-Harrington and Kaplan-Meier
    Methods, and Pointwise Confidence Limits in the OUTSURV= Data Set.
    """
    times = np.asarray(time, dtype=np.float64)
    happened = np.asarray(event, dtype=bool)
    if times.shape != happened.shape:
        raise ValueError(f"{times.size} times, but {happened.size} event flags")
    if np.isnan(times).any() or (times < 0).any():
        raise ValueError("a time is missing or negative")
    distinct, place = np.unique(times, return_inverse=True)
    leaving = np.bincount(place, minlength=len(distinct)).astype(np.int64)
    events = np.bincount(place[happened], minlength=len(distinct)).astype(np.int64)
    at_risk = len(times) - np.concatenate(([0], np.cumsum(leaving)[:-1])).astype(np.int64)
    survival: Floats = np.cumprod(1 - events / at_risk).astype(np.float64)
    error, lower, upper = _limits(survival, events, at_risk, confidence)
    return KaplanMeier(
        distinct, at_risk, events, leaving - events, survival, error, lower, upper, confidence
    )


def reverse_kaplan_meier(
    time: npt.ArrayLike, event: npt.ArrayLike, *, confidence: float = 0.95
) -> KaplanMeier:
    """Follow-up time: the estimate with event and censoring exchanged.

    Source: Schemper and Smith (1996), Controlled Clinical Trials 17:343-346.
    """
    return kaplan_meier(time, ~np.asarray(event, dtype=bool), confidence=confidence)


def survival_time(curve: KaplanMeier, share: float = 0.5) -> SurvivalTime:
    """The time by which a share of the subjects have had the event, with confidence limits.

    The estimate is the first time at which survival is under `1 - share`. When survival equals
    `1 - share` from one event time to the next (within 1e-9, `TOLERANCE`), it is the mean of the
    two; when no event follows, it cannot be estimated. The limits are the ends of the times whose
    pointwise interval holds `1 - share`: the lower one is the first time with its lower limit at or
    under it, the upper one the first time with its upper limit under it.

    Args:
        curve: a survival curve.
        share: 0.25, 0.5 and 0.75 for the quartiles.

    Source: SAS/STAT User's Guide, PROC LIFETEST, Kaplan-Meier Methods; Brookmeyer and Crowley
    (1982), Biometrics 38:29-41.
    """
    level = 1 - share
    happened = curve.events > 0
    time, survival = curve.time[happened], curve.survival[happened]
    estimate = _first(time, survival < level - TOLERANCE)
    equal = np.abs(survival - level) <= TOLERANCE
    if equal.any() and np.isfinite(estimate):
        estimate = (float(time[equal][0]) + estimate) / 2
    lower = _first(time, curve.lower[happened] <= level + TOLERANCE)
    upper = _first(time, curve.upper[happened] < level - TOLERANCE)
    return SurvivalTime(estimate, lower, upper)


def number_at_risk(curve: KaplanMeier, times: npt.ArrayLike) -> Integers:
    """Subjects whose event or censoring is at or after each of the times."""
    counts = np.append(curve.at_risk, 0)
    return counts[np.searchsorted(curve.time, np.asarray(times, dtype=np.float64))]


def _limits(
    survival: Floats, events: Integers, at_risk: Integers, confidence: float
) -> tuple[Floats, Floats, Floats]:
    from scipy.special import ndtri  # noqa: PLC0415 - heavy

    quantile = float(ndtri(0.5 + confidence / 2))
    left = at_risk - events
    terms = np.divide(events, at_risk * left, out=np.zeros(len(events)), where=left > 0)
    root = np.sqrt(np.cumsum(terms))
    inside = (survival > 0) & (survival < 1)
    error = np.where(survival > 0, survival * root, np.nan)
    logarithm = np.log(survival, out=np.full(len(survival), -1.0), where=inside)
    width = np.exp(quantile * root / -logarithm)
    outside = np.where(survival > 0, 1.0, np.nan)
    lower = np.where(inside, np.exp(logarithm * width), outside)
    upper = np.where(inside, np.exp(logarithm / width), outside)
    return error, lower, upper


def _first(time: Floats, reached: npt.NDArray[np.bool_]) -> float:
    return float(time[reached.argmax()]) if reached.any() else float("nan")
