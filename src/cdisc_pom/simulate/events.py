"""Plans the adverse events of a subject so that the flags of the subjects' table hold exactly."""

from dataclasses import dataclass

from cdisc_pom.simulate.background import add_background
from cdisc_pom.simulate.design import Row
from cdisc_pom.simulate.story import UNSCHEDULED, Event, Story, Visit
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.timeline import free_day

REDUCED, PAUSED, STOPPED = "REDUCED", "PAUSED", "STOPPED"
_FATAL_GRADE, _SEVERE_GRADES, _MILD_GRADES = 5, (3, 4), (1, 2)
_EARLIEST, _RECOVERY, _APART, _TRIES = 3, 5, 4, 40


@dataclass(frozen=True)
class Need:
    """An event that must start on a day because a dose changes for it."""

    action: str
    drug: str
    day: int


def plan_events(story: Story, needs: list[Need]) -> None:
    """Add all adverse events, and the unscheduled visits at which they are found."""
    stream = story.stream("events")
    _add_fatal(story, stream)
    for need in needs:
        _add_needed(story, stream, need)
    for group, flag in story.study.events.groups.items():
        if story.subject.flag(flag):
            _add_severe(story, stream, group)
    for group, rate in story.study.events.group_mild.items():
        if stream.chance(rate):
            _add_mild(story, stream, group)
    add_background(story)
    _set_actions(story)
    _set_serious(story, stream)
    story.events.sort(key=lambda event: (event.start, event.grade, event.term["key"]))
    for number, event in enumerate(story.events, 1):
        event.number = number


def term_of(story: Story, key: str) -> Row:
    """The row of the terms' table with a key."""
    return next(row for row in story.design.tables["events"] if row["key"] == key)


def group_term(story: Story, group: str) -> Row:
    """The row of the terms' table of a group."""
    return next(row for row in story.design.tables["events"] if row["group"] == group)


def lasting(term: Row, stream: Stream) -> int:
    """How many days an event of a term lasts."""
    low, _, high = term["duration"].partition("-")
    return stream.integer(int(low), int(high))


def ending(story: Story, day: int) -> int | None:
    """The last day of an event, or None when it goes on when collection stops."""
    return day if day < story.observed_end else None


def _add_fatal(story: Story, stream: Stream) -> None:
    settings = story.study.events
    if not story.subject.flag(settings.fatal_flag):
        return
    death = story.last_day
    key = settings.fatal_terms[story.subject.row[settings.fatal_cause_column]]
    start = max(death - stream.integer(2, 4), 2)
    predecessor = settings.fatal_predecessors.get(key)
    if predecessor:
        term = term_of(story, predecessor)
        first = max(start - stream.integer(4, 8), 2)
        if term["analyte"]:
            first = _draw(story, first).sample
        grade = stream.integer(*_SEVERE_GRADES)
        story.events.append(
            Event(term, grade, first, start, serious=True, hospital=True, worsened=True)
        )
    story.events.append(
        Event(
            term_of(story, key), _FATAL_GRADE, start, death, serious=True, hospital=True, fatal=True
        )
    )


def _add_needed(story: Story, stream: Stream, need: Need) -> None:
    settings = story.study.events
    first_drug = next(iter(story.study.drugs))
    if need.drug != first_drug:
        term, grade = term_of(story, stream.choice(settings.second_terms)), 2
        _append(story, stream, term, grade, need.day).actions[need.drug] = need.action
        return
    order = {
        PAUSED: settings.paused_groups,
        REDUCED: settings.reduced_groups,
        STOPPED: settings.stop_groups,
    }[need.action]
    for group in order:
        if not story.subject.flag(settings.groups[group]):
            continue
        term = group_term(story, group)
        day = _draw(story, need.day).sample if term["analyte"] else need.day
        grade = _severe_grade(story, stream, group, day)
        if _clear(story, group, day):
            _answer(story, _append(story, stream, term, grade, day), need)
            return
    used = {event.term["key"] for event in story.events}
    keys = [key for key in settings.action_terms if key not in used] or settings.action_terms
    grade = 3 if story.subject.flag(settings.other_severe_flag) else 2
    term = term_of(story, stream.choice(keys))
    _answer(story, _append(story, stream, term, grade, need.day), need)


def _answer(story: Story, event: Event, need: Need) -> None:
    """Note the action for the event; an end of treatment holds for all drugs."""
    for drug in story.study.drugs if need.action == STOPPED else (need.drug,):
        event.actions[drug] = need.action


def _add_severe(story: Story, stream: Stream, group: str) -> None:
    settings = story.study.events
    held = [e for e in story.events if e.group == group and e.grade in _SEVERE_GRADES]
    extra = sum(stream.chance(settings.group_repeat[group]) for _ in story.cycles)
    wanted = max(1 - len(held), 0) + min(extra, 3)
    for _ in range(wanted):
        _place_severe(story, stream, group)
    if not any(e.group == group and e.grade in _SEVERE_GRADES for e in story.events):
        message = f"Subject {story.subject.id}: no room for a severe event of the group {group}."
        raise ValueError(message)


def _place_severe(story: Story, stream: Stream, group: str) -> None:
    term = group_term(story, group)
    limit = min(story.treatment_end + 10, story.observed_end - 1)
    if story.subject.flag(story.study.events.fatal_flag):
        limit = min(limit, story.last_day - 2)
    for trial in range(_TRIES):
        cycle = stream.choice(story.cycles)
        day = min(cycle.first + stream.integer(6, 20), limit)
        if trial > _TRIES // 2:
            day = stream.integer(min(_EARLIEST, limit), limit)
        if term["analyte"]:
            day = _sample_near(story, stream, day, limit)
        if _clear(story, group, day):
            _append(story, stream, term, _severe_grade(story, stream, group, day), day)
            return


def _sample_near(story: Story, stream: Stream, day: int, limit: int) -> int:
    """A sampling day at which a low count is seen: one that is planned, or an extra one."""
    seen = {e.start for e in story.events if e.term["analyte"] and e.grade in _SEVERE_GRADES}
    planned = [v.sample for v in _blood(story) if _EARLIEST <= v.sample <= limit]
    shared = [sample for sample in planned if sample in seen]
    if shared and stream.chance(0.45):
        return stream.choice(shared)
    if planned and stream.chance(0.4):
        return min(planned, key=lambda sample: abs(sample - day))
    return _draw(story, day).sample


def _add_mild(story: Story, stream: Stream, group: str) -> None:
    term = group_term(story, group)
    grade = stream.integer(*_MILD_GRADES)
    if not term["analyte"]:
        if story.treatment_end > _APART + _EARLIEST:
            day = stream.integer(_EARLIEST, story.treatment_end)
            if _clear(story, group, day):
                _append(story, stream, term, 2, day)
        return
    planned = [v.sample for v in _blood(story) if _EARLIEST <= v.sample < story.observed_end]
    free = [sample for sample in planned if _clear(story, group, sample)]
    if free:
        _append(story, stream, term, grade, stream.choice(free))


def _append(story: Story, stream: Stream, term: Row, grade: int, day: int) -> Event:
    length = lasting(term, stream)
    end = ending(story, day + length)
    if term["analyte"] and term["group"]:
        end = _recovery(story, term["group"], day, day + length)
    event = Event(term, grade, day, end)
    story.events.append(event)
    return event


def _recovery(story: Story, group: str, start: int, wish: int) -> int | None:
    """The sampling day at which the count has recovered."""
    others = [e.start for e in story.events if e.group == group and e.start > start]
    bound = min(others, default=story.observed_end + 1)
    later = [
        v.sample for v in _blood(story) if start + _RECOVERY <= v.sample < min(bound, wish + 14)
    ]
    if later:
        return min(later)
    limit = min(bound, story.observed_end) - 1
    day = free_day(story, start + _RECOVERY, limit, wish)
    if day is None or _death_near(story, day):
        return bound if others else None
    return _draw(story, day).sample


def _death_near(story: Story, day: int) -> bool:
    return story.subject.row["death"] == "1" and day >= story.last_day - 1


def _blood(story: Story) -> list[Visit]:
    return [visit for visit in story.visits if visit.blood]


def _draw(story: Story, day: int) -> Visit:
    """The visit at which blood is taken on a day; where there is none, one is added."""
    near = [visit for visit in _blood(story) if abs(visit.sample - day) <= 1 and visit.sample > 1]
    if near:
        return near[0]
    spot = free_day(story, max(day - 3, 2), min(day + 3, story.observed_end), day)
    if spot is None:
        return min(_blood(story), key=lambda visit: abs(visit.sample - day))
    visit = Visit(UNSCHEDULED, spot, sample=spot)
    story.visits.append(visit)
    story.visits.sort(key=lambda known: known.day)
    return visit


def _clear(story: Story, group: str, day: int) -> bool:
    """Whether no event of the group is near a day."""
    return not any(
        event.group == group
        and event.start - _APART - _RECOVERY <= day
        and (event.end is None or day <= event.end + _APART)
        for event in story.events
    )


def _severe_grade(story: Story, stream: Stream, group: str, day: int) -> int:
    """Grade 3 or 4; a total count is not lower than the parts it is made of allow."""
    third, fourth = _SEVERE_GRADES
    low = stream.chance(story.study.events.group_fourth[group])
    counts = story.study.laboratory.counts
    if group_term(story, group)["analyte"] == counts.total:
        low = low and any(
            event.term["analyte"] in counts.parts and event.grade == fourth and event.covers(day)
            for event in story.events
        )
    return fourth if low else third


def _set_actions(story: Story) -> None:
    for event in story.events:
        for drug in story.study.drugs:
            applies = 1 <= event.start <= story.treatment_end and not event.fatal
            event.actions.setdefault(drug, "NONE" if applies else "NA")


def _set_serious(story: Story, stream: Stream) -> None:
    settings = story.study.events
    if not story.subject.flag(settings.serious_flag):
        return
    candidates = [e for e in story.events if e.start > 0 and not e.serious]
    for event in candidates:
        likely = event.group in settings.serious_groups and event.grade in _SEVERE_GRADES
        rate = 0.92 if likely else 0.12 if event.grade in _SEVERE_GRADES else 0.005
        if stream.chance(rate):
            event.serious = event.hospital = True
    if not any(event.serious for event in story.events):
        worst = max(candidates, key=lambda e: (e.group in settings.serious_groups, e.grade))
        worst.serious = worst.hospital = True
    for event in story.events:
        event.threatening = event.serious and event.grade > _SEVERE_GRADES[0]
