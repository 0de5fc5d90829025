"""Doses of the study drugs by cycle, with pauses, reductions and the end of treatment."""

from dataclasses import replace

from cdisc_pom.simulate.events import PAUSED, REDUCED, STOPPED, Need
from cdisc_pom.simulate.model_parts import Drug
from cdisc_pom.simulate.story import Cycle, Dose, DoseChange, Event, Story
from cdisc_pom.simulate.stream import Stream

_RESUMED, _NONE, _ADVERSE, _OTHER = "RESUMED", "NONE", "AE", "OTHER"


def plan_needs(story: Story) -> list[Need]:
    """The events that the dose changes of the subjects' table call for."""
    plan = story.study.dosing
    stream = story.stream("dose changes")
    first, *others = story.study.drugs
    subject = story.subject
    needs = []
    cycles = story.cycles
    paused = stream.integer(0, max(len(cycles) - 2, 0))
    if subject.flag(plan.paused_flag):
        needs.append(Need(PAUSED, first, cycles[paused].first + stream.integer(5, 13)))
    if subject.flag(plan.reduced_flag):
        choices = [index for index in range(max(len(cycles) - 1, 1)) if index != paused]
        index = stream.choice(choices or [paused])
        needs.append(Need(REDUCED, first, cycles[index].first + stream.integer(15, 22)))
    if subject.flag(plan.stopped_flag):
        day = max(story.treatment_end - stream.integer(0, 6), 2)
        needs.append(Need(STOPPED, first, day))
    for drug in others:
        if len(cycles) > 2 and stream.chance(plan.second_reduced):  # noqa: PLR2004
            index = stream.integer(0, len(cycles) - 2)
            needs.append(Need(REDUCED, drug, cycles[index].first + stream.integer(3, 20)))
    return needs


def plan_doses(story: Story) -> None:
    """Add the intervals of constant dose of each drug, and the changes of dose."""
    stream = story.stream("doses")
    for key, drug in story.study.drugs.items():
        _dose_drug(story, stream, key, drug)
    _stop(story)
    story.changes.sort(key=lambda change: (change.day, change.drug))


def _dose_drug(story: Story, stream: Stream, key: str, drug: Drug) -> None:
    levels = _levels(story, drug)
    level = 0
    events = [e for e in story.events if e.actions.get(key) in (REDUCED, PAUSED)]
    pending: list[Event] = []
    resumed = False
    other = _other_pause(story, stream, key)
    for cycle in story.cycles:
        reduced = [e for e in pending if e.actions[key] == REDUCED]
        if reduced:
            story.changes.append(
                DoseChange(
                    key,
                    cycle.first,
                    levels[level],
                    levels[level + 1],
                    REDUCED,
                    _ADVERSE,
                    reduced[0],
                )
            )
            level += 1
        last = _last_day(story, drug, cycle)
        row = Dose(key, cycle.number, cycle.first, last, levels[level])
        if reduced:
            row = replace(row, adjustment=REDUCED, reason=_ADVERSE)
        elif resumed:
            row = replace(row, adjustment=_RESUMED)
        within = [e for e in events if cycle.first <= e.start <= cycle.last]
        paused = [e for e in within if e.actions[key] == PAUSED]
        pending = [e for e in within if e.actions[key] == REDUCED]
        resumed = False
        if paused:
            resumed = _pause(story, stream, row, paused[0].start, paused[0])
        elif other is not None and cycle.number == other:
            resumed = _pause(story, stream, row, cycle.first + stream.integer(5, 12), None)
        else:
            story.doses.append(row)


def _levels(story: Story, drug: Drug) -> list[float]:
    if not drug.level_column:
        return drug.levels
    return [level for level in drug.levels if level <= story.subject.number(drug.level_column)]


def _last_day(story: Story, drug: Drug, cycle: Cycle) -> int:
    """The last day of a cycle on which the drug is taken."""
    limit = min(cycle.first + drug.days.last, story.treatment_end, cycle.last)
    steps = (limit - cycle.first - drug.days.first) // drug.days.step
    return cycle.first + drug.days.first + steps * drug.days.step


def _other_pause(story: Story, stream: Stream, key: str) -> int | None:
    """The cycle of a pause for another reason, in subjects without one for an event."""
    plan = story.study.dosing
    first = next(iter(story.study.drugs))
    wanted = stream.chance(plan.paused_other)
    flagged = story.subject.flag(plan.paused_flag) or story.subject.flag(plan.reduced_flag)
    if key != first or flagged or not wanted or len(story.cycles) < 3:  # noqa: PLR2004
        return None
    return story.cycles[stream.integer(0, len(story.cycles) - 2)].number


def _pause(story: Story, stream: Stream, row: Dose, day: int, event: Event | None) -> bool:
    """Split a cycle's dosing by a pause; whether dosing resumes only in the next cycle."""
    reason = _ADVERSE if event else _OTHER
    day = min(max(day, row.first + 1), row.last)
    back = day + stream.integer(*story.study.dosing.pause_days)
    story.changes.append(DoseChange(row.drug, day, row.dose, 0, PAUSED, reason, event))
    story.doses.append(replace(row, last=day - 1))
    pause = Dose(row.drug, row.cycle, day, min(back - 1, row.last), 0, PAUSED, reason)
    story.doses.append(pause)
    if back > row.last:
        return True
    story.doses.append(Dose(row.drug, row.cycle, back, row.last, row.dose, _RESUMED))
    return False


def _stop(story: Story) -> None:
    plan = story.study.dosing
    reason = plan.stop_reasons.get(story.subject.row[story.study.endings.reason_column])
    if reason is None:
        return
    day = story.treatment_end
    for key in story.study.drugs:
        stopping = [e for e in story.events if e.actions.get(key) == STOPPED]
        event = stopping[0] if stopping else None
        story.changes.append(
            DoseChange(key, day, story.dose_on(key, day), 0, STOPPED, reason, event)
        )
