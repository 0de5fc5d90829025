"""The course of a myeloma marker that gives a wanted sequence of responses.

Values are whole numbers of printed steps, so that every limit is judged on the printed value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cdisc_pom.simulate.model_parts import Marker
from cdisc_pom.simulate.stream import Stream

STABLE, PARTIAL, VERY_GOOD, COMPLETE, PROGRESSION = "SD", "PR", "VGPR", "CR", "PD"
_RISE, _CREEP = 1.25, 1.16
_FIRST_STABLE = (0.86, 1.08)
_STABLE_STEP = (0.95, 1.05)
_STABLE_FLOOR = 0.62
_NEAR_PARTIAL = (0.55, 0.68)
_ENTRY = (0.6, 0.95)
_FALLING, _CREEPING, _SETTLING = (0.9, 1.0), (1.0, 1.06), 3
_PROGRESS = (1.06, 1.4)
_HELD = (0.97, 1.04)


@dataclass(frozen=True)
class Band:
    """The lowest and highest value, in steps, at a response."""

    low: int
    high: int


def course(
    responses: Sequence[str], base: int, marker: Marker, stream: Stream, *, follows: bool = True
) -> list[int]:
    """Values, in steps, for a sequence of evaluable responses.

    Args:
        responses: The responses in order of time; a sequence never worsens except to PD.
        base: The baseline in steps.
        marker: Levels and the absolute rise that progression asks.
        stream: Random values.
        follows: Whether the marker itself shows progression; otherwise it stays.
    """
    values: list[int] = []
    for place, response in enumerate(responses):
        lowest = min((base, *values))
        before = values[-1] if values else base
        if response == PROGRESSION:
            if follows:
                supported = _supported_nadir(values, base, marker)
                values.append(_progressed(supported, before, marker, stream))
            else:
                values.append(_held(before, lowest, stream))
            continue
        ahead = _ahead(responses, place)
        band = _band(response, base, marker)
        wish = _wish(response, before, band, ahead, stream, base=base)
        top = max(int(lowest * _CREEP), min(lowest, band.high))
        values.append(max(band.low, min(wish, band.high, max(top, band.low))))
    return values


def _ahead(responses: Sequence[str], place: int) -> tuple[str, int]:
    """The next other response and in how many assessments it comes."""
    here = responses[place]
    for distance, response in enumerate(responses[place:]):
        if response != here:
            return response, distance
    return "", len(responses) - place


def _band(response: str, base: int, marker: Marker) -> Band:
    level = marker.levels[response]
    if level.value is not None:
        scale = 10**marker.digits
        return Band(round(level.value[0] * scale), round(level.value[1] * scale))
    low, high = level.share or (0.0, 1.0)
    return Band(-int(-low * base // 1), max(int(high * base), 1))


def _wish(
    response: str, before: int, band: Band, ahead: tuple[str, int], stream: Stream, *, base: int
) -> int:
    """Where the marker would go, before its limits are looked at."""
    following, distance = ahead
    better = following not in ("", PROGRESSION)
    if response == COMPLETE:
        return band.high
    if response == STABLE:
        goal = base * stream.real(*_NEAR_PARTIAL)
        if better:
            return round(before + (goal - before) / distance)
        return _stays(before, stream, base=base)
    if before > band.high:
        return round(band.low + (band.high - band.low) * stream.real(*_ENTRY))
    if better:
        return round(before + (band.low - before) / (distance + 1))
    settled = following == "" or distance > _SETTLING
    return round(before * stream.real(*(_FALLING if settled else _CREEPING)))


def _stays(before: int, stream: Stream, *, base: int) -> int:
    """Stable disease without a response to come: near the baseline, then near the last value."""
    if before == base:
        return round(base * stream.real(*_FIRST_STABLE))
    return max(round(before * stream.real(*_STABLE_STEP)), round(base * _STABLE_FLOOR))


def _supported_nadir(values: Sequence[int], base: int, marker: Marker) -> int:
    """The lowest value that a neighbour supports, so that a lone dip does not count."""
    rise = marker.rise * 10**marker.digits
    known = [base, *values]
    supported = [base]
    for place, value in enumerate(values, 1):
        near = (*known[place - 1 : place], *known[place + 1 : place + 2])
        if any(abs(other - value) <= max(value * (_RISE - 1), rise) for other in near):
            supported.append(value)
    return min(supported)


def _progressed(lowest: int, before: int, marker: Marker, stream: Stream) -> int:
    least = max(lowest * _RISE, lowest + marker.rise * 10**marker.digits)
    return max(int(least * stream.real(*_PROGRESS)) + 1, before)


def _held(before: int, lowest: int, stream: Stream) -> int:
    return max(min(round(before * stream.real(*_HELD)), int(lowest * _CREEP)), 0)
