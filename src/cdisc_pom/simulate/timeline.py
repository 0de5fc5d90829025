"""Cycles, visits and assessments of a subject, from the days that the design fixes."""

from datetime import date, timedelta

from cdisc_pom.simulate.design import Design, Row
from cdisc_pom.simulate.story import (
    CYCLE,
    END,
    FOLLOWUP,
    MIDCYCLE,
    SAFETY,
    SCREENING,
    SURVIVAL,
    UNSCHEDULED,
    Assessment,
    Cycle,
    Story,
    Subject,
    Visit,
)

_NOT_EVALUABLE, _PROGRESSION = "NE", "PD"


def begin_story(design: Design, row: Row) -> Story:
    """A story with its cycles, visits and assessments, before events and doses."""
    subject = Subject(row)
    consent = date.fromisoformat(row["consentdt"])
    if not subject.treated:
        story = Story(design, subject, consent + timedelta(days=10), -1, -1)
        _add_screening(story)
        _plan_samples(story)
        return story
    first = date.fromisoformat(row["startdt"])
    last_contact = (date.fromisoformat(row["last_contact_dt"]) - first).days + 1
    story = Story(design, subject, first, last_contact, subject.day("last_dose_day") or 1)
    _add_screening(story)
    _add_cycles(story)
    _add_midcycle(story)
    _add_assessments(story)
    _add_end(story)
    _add_safety(story)
    _add_survival(story)
    _plan_samples(story)
    return story


def name_visits(story: Story) -> None:
    """Give each visit its name; follow-up and unscheduled visits are counted in order of time."""
    plan = story.study.visits
    story.visits.sort(key=lambda visit: visit.day)
    names = {
        SCREENING: plan.screening.name,
        CYCLE: plan.cycle.name,
        MIDCYCLE: plan.midcycle.name,
        END: plan.end.name,
        FOLLOWUP: plan.followup.name,
        SAFETY: plan.safety.name,
        SURVIVAL: plan.survival.name,
        UNSCHEDULED: plan.unscheduled.name,
    }
    counted = dict.fromkeys((FOLLOWUP, SURVIVAL, UNSCHEDULED), 0)
    for visit in story.visits:
        if visit.kind in counted:
            counted[visit.kind] += 1
            visit.number = counted[visit.kind]
        visit.name = names[visit.kind].format(n=visit.number)


def free_day(story: Story, first: int, last: int, wish: int) -> int | None:
    """The day nearest to a wish, within limits, that has no visit."""
    taken = {visit.day for visit in story.visits}
    days = [day for day in range(max(first, 1), min(last, story.last_day) + 1) if day not in taken]
    return min(days, key=lambda day: (abs(day - wish), day), default=None)


def _add_screening(story: Story) -> None:
    plan = story.study.visits.screening
    stream = story.stream("screening visit")
    consent = story.day_of(date.fromisoformat(story.subject.row["consentdt"]))
    story.visits.append(Visit(SCREENING, min(consent + stream.integer(plan.first, plan.last), -2)))


def _add_cycles(story: Story) -> None:
    plan = story.study.visits
    subject = story.subject
    count, last_start = subject.day("cycles") or 1, subject.day("last_cycle_start_day") or 1
    known = [*subject.days("visit_days"), *subject.days("ne_visit_days")]
    starts = [1]
    while len(starts) < count:
        target = starts[-1] + plan.cycle_days
        near = [day for day in known if abs(day - target) <= plan.grid_window]
        starts.append(min(near, key=lambda day: abs(day - target), default=target))
    starts[-1] = last_start
    for number, start in enumerate(starts, 1):
        end = starts[number] - 1 if number < count else story.treatment_end
        story.cycles.append(Cycle(number, start, end))
        story.visits.append(Visit(CYCLE, start, number))


def _add_midcycle(story: Story) -> None:
    plan = story.study.visits.midcycle
    stream = story.stream("midcycle visit")
    day = plan.day + stream.integer(-plan.window, plan.window)
    skipped, reason = stream.chance(plan.skipped), stream.choice(story.study.visits.skipped_reasons)
    near = [
        known
        for known in story.subject.days("ne_visit_days")
        if abs(known - plan.day) <= story.study.visits.grid_window and known < story.treatment_end
    ]
    if near:
        story.visits.append(Visit(MIDCYCLE, near[0], 1))
    elif day < story.treatment_end and day < story.last_day:
        story.visits.append(Visit(MIDCYCLE, day, 1, done=not skipped, reason=reason * skipped))


def _add_assessments(story: Story) -> None:
    subject = story.subject
    found = list(
        zip(
            subject.days("visit_days"),
            [text for text in subject.row["visit_resp"].split(";") if text],
            strict=True,
        )
    )
    found += [(day, _NOT_EVALUABLE) for day in subject.days("ne_visit_days")]
    confirm = subject.day("pd_confirm_day")
    if confirm is not None:
        found.append((confirm, _PROGRESSION))
    previous = 1
    for day, response in sorted(found):
        visit = _assessment_visit(story, day, previous)
        story.assessments.append(Assessment(day, response, visit, confirming=day == confirm))
        previous = day


def _assessment_visit(story: Story, day: int, previous: int) -> Visit:
    plan = story.study.visits
    here = next((visit for visit in story.visits if visit.day == day), None)
    if here is not None:
        return here
    ended = story.of_kind(END)
    after = day - story.treatment_end
    last_cycle_end = story.cycles[-1].first + plan.cycle_days
    if not ended and (0 <= after <= plan.end_window or day >= last_cycle_end):
        visit = Visit(END, day)
    elif _on_grid(story, day, previous):
        visit = Visit(FOLLOWUP, day)
    else:
        visit = Visit(UNSCHEDULED, day)
    story.visits.append(visit)
    return visit


def _on_grid(story: Story, day: int, previous: int) -> bool:
    plan = story.study.visits
    if not story.of_kind(END):
        return False
    offsets = ((day - 1) % plan.cycle_days, (day - previous) % plan.cycle_days)
    window = plan.grid_window
    return any(offset <= window or plan.cycle_days - offset <= window for offset in offsets)


def _dead(story: Story) -> bool:
    return story.subject.row["death"] == "1"


def _alive_until(story: Story) -> int:
    """The last day on which the subject can come to a visit."""
    return story.last_day - 1 if _dead(story) else story.last_day


def _add_end(story: Story) -> None:
    plan = story.study.visits.end
    if story.of_kind(END):
        return
    wish = story.treatment_end + story.stream("end visit").integer(plan.first, plan.last)
    last = min(story.treatment_end + story.study.visits.end_window, _alive_until(story))
    day = free_day(story, story.treatment_end + 1, last, wish)
    if day is not None and not story.subject.flag(story.study.events.fatal_flag):
        story.visits.append(Visit(END, day))


def _add_safety(story: Story) -> None:
    plan = story.study.visits.safety
    stream = story.stream("safety visit")
    wish = story.treatment_end + stream.integer(plan.first, plan.last)
    skipped, reason = stream.chance(plan.skipped), stream.choice(story.study.visits.skipped_reasons)
    if wish <= _alive_until(story) and not story.subject.flag(story.study.events.fatal_flag):
        day = free_day(story, wish - 2, wish + 2, wish)
        if day is not None:
            visit = Visit(SAFETY, day, done=not skipped, reason=reason * skipped)
            story.visits.append(visit)


def _add_survival(story: Story) -> None:
    plan = story.study.visits.survival
    stream = story.stream("survival visits")
    begin = max(visit.day for visit in story.visits)
    begin = max(begin, story.treatment_end)
    if story.last_day <= begin:
        return
    day = begin + plan.every + stream.integer(-plan.jitter, plan.jitter)
    while day <= story.last_day - plan.every // 3:
        story.visits.append(Visit(SURVIVAL, day, blood=False))
        day += plan.every + stream.integer(-plan.jitter, plan.jitter)
    story.visits.append(Visit(SURVIVAL, story.last_day, blood=False))


def _plan_samples(story: Story) -> None:
    """Blood is taken on the day of the visit or shortly before, never before the last visit."""
    story.visits.sort(key=lambda visit: visit.day)
    stream = story.stream("sampling days")
    before = story.study.laboratory.sampling_days_before
    previous = story.day_of(date.fromisoformat(story.subject.row["consentdt"])) - 1
    for visit in story.visits:
        early = stream.integer(0, before)
        if visit.kind in (SURVIVAL, FOLLOWUP) or not visit.done or visit.day > story.observed_end:
            visit.blood = False
        visit.sample = max(visit.day - early, previous + 1)
        if visit.sample <= 0 < visit.day:
            visit.sample = min(visit.sample - 1, -1) if visit.sample > previous + 1 else visit.day
        previous = visit.day
