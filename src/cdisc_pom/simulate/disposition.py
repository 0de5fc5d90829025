"""Ends of treatment and study, death, survival follow-up, deviations."""

from collections.abc import Iterator

from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, END, SCREENING, SURVIVAL, Story

_FAILED, _TREATMENT, _STUDY = "SCREEN FAILURE", "END OF TREATMENT", "END OF STUDY"
_DEAD, _ALIVE = "DEATH", "ALIVE"


def _died(story: Story) -> bool:
    return story.subject.row[story.study.endings.death_column] == "1"


@generator("disposition", ("event", "date", "reason", "comment"))
def disposition(story: Story) -> Iterator[Entry]:
    """Screening failure, or end of treatment and end of study."""
    stream = story.stream("disposition")
    words = story.study.words["end_reason"]
    if not story.subject.treated:
        row = next(
            row
            for row in story.design.tables["screening"]
            if row["reason"] == story.subject.row["sfreason"]
        )
        day = min(story.of_kind(SCREENING)[0].day + stream.integer(2, 4), -1)
        record = {"event": _FAILED, "date": story.date_of(day).isoformat(), "reason": row["text"]}
        yield Entry(record, day)
        return
    reason = story.subject.row[story.study.endings.reason_column]
    day = _decided(story)
    yield Entry(
        {
            "event": _TREATMENT,
            "date": story.date_of(day).isoformat(),
            "reason": words[reason],
            "comment": stream.choice(story.study.endings.comments[reason]),
        },
        day,
    )
    yield Entry(
        {
            "event": _STUDY,
            "date": story.date_of(story.last_day).isoformat(),
            "reason": words[_DEAD if _died(story) else _ALIVE],
        },
        story.last_day,
    )


def _decided(story: Story) -> int:
    """The day on which the end of treatment was decided."""
    reason = story.subject.row[story.study.endings.reason_column]
    if reason == _DEAD:
        return story.last_day
    ends = [visit.day for visit in story.of_kind(END)]
    return max(min(ends, default=story.treatment_end), story.treatment_end)


@generator("death", ("date", "cause", "related", "comment"))
def death(story: Story) -> Iterator[Entry]:
    """One record a death."""
    if not story.subject.treated or not _died(story):
        return
    stream = story.stream("death")
    record = {
        "date": story.date_of(story.last_day).isoformat(),
        "cause": story.subject.row[story.study.endings.death_cause_column],
        "related": story.subject.row[story.study.events.fatal_related_column],
        "comment": stream.choice(story.study.endings.death_comments),
    }
    yield Entry(record, story.last_day)


@generator("survival", ("date", "status", "mode", "new_therapy"))
def survival(story: Story) -> Iterator[Entry]:
    """One record a call; the last one is the last contact or the death."""
    stream = story.stream("survival")
    column = story.study.subsequent.column
    started = story.subject.day(column) if story.subject.treated else None
    for visit in story.of_kind(SURVIVAL):
        called = stream.chance(story.study.visits.survival.telephone)
        dead = _died(story) and visit.day == story.last_day
        record = {
            "date": story.date_of(visit.day).isoformat(),
            "status": "DEAD" if dead else "ALIVE",
            "mode": "TELEPHONE" if called or dead else "CLINIC",
            "new_therapy": "Y" if started is not None and started <= visit.day else "N",
        }
        yield Entry(record, visit.day, visit.name)


@generator("deviations", ("number", "term", "category", "date"))
def deviations(story: Story) -> Iterator[Entry]:
    """Major deviations of the flagged subjects, minor ones of some."""
    if not story.subject.treated:
        return
    stream = story.stream("deviations")
    rules = story.study.deviation_rules
    wanted = ["MAJOR"] * story.subject.flag(rules.flag)
    wanted += ["MINOR"] * (stream.chance(rules.minor) + stream.chance(rules.minor / 3))
    days = sorted(stream.choice(story.of_kind(CYCLE)).day for _ in wanted)
    for number, (category, day) in enumerate(zip(wanted, days, strict=True), 1):
        rows = [row for row in story.design.tables["deviations"] if row["category"] == category]
        weights = {place: float(row["weight"]) for place, row in enumerate(rows)}
        record = {
            "number": str(number),
            "term": rows[stream.weighted(weights)]["term"],
            "category": category,
            "date": story.date_of(day).isoformat(),
        }
        yield Entry(record, day)
