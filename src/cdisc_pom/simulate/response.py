"""Marrow, imaging and the responses that committee and investigator record."""

from collections.abc import Iterator

from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, SCREENING, Assessment, Story
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import fixed

_ORDER = ("NE", "SD", "PR", "VGPR", "CR")
_COMPLETE, _PROGRESSION, _NOT_EVALUABLE, _IMAGING = "CR", "PD", "NE", "IMAGING"
_SETTLED = 2


@generator("marrow", ("date", "method", "cells", "clonal"))
def marrow(story: Story) -> Iterator[Entry]:
    """The marrow at screening, at the first complete response and now and then between."""
    settings = story.study.markers.marrow
    stream = story.stream("marrow")
    base = stream.integer(*settings.start)
    visit = story.of_kind(SCREENING)[0]
    yield _marrow_entry(story, stream, visit.day, visit.name, float(base))
    before = ""
    for assessment in story.assessments:
        first = assessment.response != before
        before = assessment.response
        wanted = stream.chance(settings.later)
        if assessment.confirming or not first or assessment.response == _NOT_EVALUABLE:
            continue
        day, name = assessment.day, assessment.visit.name
        if assessment.response == _COMPLETE:
            yield _marrow_entry(story, stream, day, name, stream.real(*settings.complete))
        elif wanted:
            share = stream.real(*settings.share[assessment.response])
            yield _marrow_entry(story, stream, day, name, max(base * share, settings.floor))


def _marrow_entry(story: Story, stream: Stream, day: int, name: str, cells: float) -> Entry:
    method = stream.weighted(story.study.markers.marrow.methods)
    record = {
        "date": story.date_of(day).isoformat(),
        "method": method,
        "cells": fixed(min(cells, 95.0), 1),
        "clonal": "PRESENT",
    }
    return Entry(record, day, name)


@generator("imaging", ("date", "method", "plasmacytoma", "size", "new_lesion", "bone"))
def imaging(story: Story) -> Iterator[Entry]:
    """Imaging at screening, at intervals, whenever a plasmacytoma responds, at progression."""
    settings = story.study.markers.imaging
    stream = story.stream("imaging")
    method = stream.weighted(settings.methods)
    base = float(story.traits.get("plasmacytoma", 0))
    interval = settings.every_plasmacytoma if base else settings.every
    size, shown, passed = base, "", 0
    first = story.of_kind(SCREENING)[0]
    yield _image(story, first.day, first.name, method, size)
    for assessment in story.assessments:
        if assessment.response == _NOT_EVALUABLE or assessment.confirming:
            continue
        passed += 1
        seen = _by_imaging(story, assessment)
        responded = bool(base) and assessment.response not in (shown, _PROGRESSION)
        if not (seen or responded or passed == interval):
            continue
        if base and not seen:
            size = _shrunk(assessment.response, base, size, stream, settled=not responded)
        entry = _image(story, assessment.day, assessment.visit.name, method, size)
        if seen:
            entry.values |= _progressed(story, stream, size)
        shown, passed = assessment.response, 0
        yield entry


def _by_imaging(story: Story, assessment: Assessment) -> bool:
    return assessment.response == _PROGRESSION and story.subject.row["pd_basis"] == _IMAGING


def _image(story: Story, day: int, name: str, method: str, size: float) -> Entry:
    record = {
        "date": story.date_of(day).isoformat(),
        "method": method,
        "plasmacytoma": "Y" if size else "N",
        "size": fixed(size, 0) if size else "",
        "new_lesion": "N",
        "bone": "STABLE",
    }
    return Entry(record, day, name)


def _shrunk(response: str, base: float, size: float, stream: Stream, *, settled: bool) -> float:
    """The size of a plasmacytoma: smaller with each response, about the same within one."""
    limits = {"SD": (0.7, 0.98), "PR": (0.24, 0.42), "VGPR": (0.03, 0.08), "CR": (0.0, 0.0)}
    near = size * stream.real(0.94, 1.03)
    if settled or response not in limits:
        return float(round(near))
    low, high = limits[response]
    return float(round(min(size, base * stream.real(low, high))))


def _progressed(story: Story, stream: Stream, size: float) -> dict[str, str]:
    """The finding that makes the progression."""
    settings = story.study.markers.imaging
    if size:
        return {"size": fixed(size * stream.real(1.7, 2.6), 0)}
    finding = story.traits.get("progression") or stream.weighted(settings.progression)
    if finding == "BONE_INCREASED":
        return {"bone": "INCREASED"}
    if finding == "BONE_NEW":
        return {"bone": "NEW"}
    new = stream.integer(*settings.new_size)
    return {"plasmacytoma": "Y", "size": str(new), "new_lesion": "Y"}


@generator("committee_response", ("date", "response", "basis", "reason", "reviewer"))
def committee_response(story: Story) -> Iterator[Entry]:
    """One record an assessment, as the design fixes it."""
    stream = story.stream("committee")
    reviewer = stream.choice(story.study.markers.responder.reviewers)
    for assessment in story.assessments:
        record = _assessed(story, assessment, assessment.response, stream)
        yield Entry(record | {"reviewer": reviewer}, assessment.day, assessment.visit.name)


@generator("investigator_response", ("done", "date", "response", "basis", "reason"))
def investigator_response(story: Story) -> Iterator[Entry]:
    """The investigator's assessments, nearly the same; cycle visits without one are said."""
    stream = story.stream("investigator")
    given = _investigator(story, stream)
    for assessment, response in zip(story.assessments, given, strict=True):
        record = _assessed(story, assessment, response, stream)
        yield Entry(record | {"done": "Y"}, assessment.day, assessment.visit.name)
    last = max((a.day for a in story.assessments), default=0)
    end = min(last, story.subject.day("pd_day") or last)
    seen = {id(a.visit) for a in story.assessments}
    for visit in story.of_kind(CYCLE):
        if visit.number > 1 and visit.day < end and id(visit) not in seen:
            reason = stream.choice(story.study.responses.missed)
            yield Entry({"done": "N", "reason": reason}, visit.day, visit.name)


def _assessed(
    story: Story, assessment: Assessment, response: str, stream: Stream
) -> dict[str, str]:
    record = {"date": story.date_of(assessment.day).isoformat(), "response": response}
    reason = stream.choice(story.study.responses.not_evaluable)
    if response == _PROGRESSION:
        record["basis"] = story.subject.row["pd_basis"]
    elif response == _NOT_EVALUABLE:
        record["reason"] = reason
    return record


def _investigator(story: Story, stream: Stream) -> list[str]:
    given = [a.response for a in story.assessments]
    ours, theirs = story.subject.row["bor_irac"], story.subject.row["bor_inv"]
    if ours == theirs:
        return _disturb(given, stream, story.study.markers.responder.discordant)
    if _ORDER.index(theirs) < _ORDER.index(ours):
        return [theirs if response == ours else response for response in given]
    places = [place for place, response in enumerate(given) if response == ours][-3:-1]
    return [theirs if place in places else response for place, response in enumerate(given)]


def _disturb(given: list[str], stream: Stream, rate: float) -> list[str]:
    """Now and then one level lower within a settled response, which leaves the best one alone."""
    changed = list(given)
    for place, response in enumerate(given):
        settled = given[max(place - _SETTLED, 0) : place + 2] == [response] * (_SETTLED + 2)
        quiet = changed[place - 1 : place] == [response]
        if stream.chance(rate) and settled and quiet and response in _ORDER[2:]:
            changed[place] = _ORDER[_ORDER.index(response) - 1]
    return changed
