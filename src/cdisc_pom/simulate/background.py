"""Adverse events beside the groups that the subjects' table fixes."""

from cdisc_pom.simulate.design import Row
from cdisc_pom.simulate.story import SCREENING, Event, Story
from cdisc_pom.simulate.stream import Stream

_SEVERE, _MODERATE = 3, 2


def add_background(story: Story) -> None:
    """Add events drawn from the terms' weights, as many as the time on treatment lets expect."""
    settings = story.study.events
    plan = settings.background
    stream = story.stream("background events")
    if story.treatment_end <= plan.short_days:
        count = stream.integer(*plan.short)
    else:
        count = stream.integer(*plan.base) + int(plan.per_cycle * len(story.cycles))
    count = min(count, plan.maximum)
    weights = {
        row["key"]: float(row["weight"])
        for row in story.design.tables["events"]
        if float(row["weight"]) > 0
    }
    terms = {row["key"]: row for row in story.design.tables["events"]}
    if story.subject.flag(settings.other_severe_flag):
        _add_other_severe(story, stream)
    for _ in range(count):
        key = stream.weighted(weights)
        weights[key] /= 2
        _add_one(story, stream, terms[key])


def _add_other_severe(story: Story, stream: Stream) -> None:
    if any(e.grade == _SEVERE and not e.group for e in story.events):
        return
    rows = [row for row in story.design.tables["events"] if row["other_severe"] == "Y"]
    term = stream.choice([row for row in rows if not row["analyte"]])
    latest = max(min(story.treatment_end, story.last_day - 2), 2)
    _append(story, stream, term, _SEVERE, stream.integer(2, latest))


def _add_one(story: Story, stream: Stream, term: Row) -> None:
    settings = story.study.events
    shares = [float(part) for part in term["grades"].split("/")]
    grade = stream.weighted(dict(enumerate(shares, 1)))
    allowed = story.subject.flag(settings.any_severe_flag) and term["other_severe"] == "Y"
    if grade >= _SEVERE and not (allowed and stream.chance(settings.severe_background)):
        grade = _MODERATE
    if stream.chance(settings.background.before_dose):
        screening = story.of_kind(SCREENING)[0].day
        story.events.append(_before_dose(story, stream, term, screening))
        return
    latest = max(min(story.treatment_end + 20, story.observed_end - 1), 1)
    _append(story, stream, term, grade, stream.integer(1, latest))


def _before_dose(story: Story, stream: Stream, term: Row, screening: int) -> Event:
    start = min(screening + stream.integer(0, 3), -1)
    end = start + stream.integer(2, 25)
    if end >= 0:
        end += 1
    return Event(term, 1, start, end if end < story.observed_end else None)


def _append(story: Story, stream: Stream, term: Row, grade: int, day: int) -> None:
    low, _, high = term["duration"].partition("-")
    end = day + stream.integer(int(low), int(high))
    same = [e for e in story.events if e.term["key"] == term["key"]]
    if any(e.start <= end and (e.end is None or day <= e.end) for e in same):
        return
    story.events.append(Event(term, grade, day, end if end < story.observed_end else None))
