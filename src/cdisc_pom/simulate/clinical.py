"""Performance status, vital signs and the list of visits."""

from collections.abc import Iterator

from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, END, SCREENING, UNSCHEDULED, Story, Visit
from cdisc_pom.simulate.text import fixed

_EXAMINED = (SCREENING, CYCLE, END)


def is_first_dose(visit: Visit) -> bool:
    """Whether treatment starts at the visit."""
    return visit.kind == CYCLE and visit.number == 1


@generator("performance_status", ("date", "status"))
def performance_status(story: Story) -> Iterator[Entry]:
    """The status at each visit; the one before the first dose is the subject's own."""
    stream = story.stream("performance status")
    plan = story.study.vitals.performance_later
    base = int(story.subject.number("ecog"))
    for visit in story.of_kind(*_EXAMINED):
        status = base
        if not is_first_dose(visit) and story.subject.treated:
            status += stream.chance(plan.worse) - stream.chance(plan.better)
        if visit.kind == SCREENING and story.subject.treated:
            status = min(status, 2)
        record = {
            "date": story.date_of(visit.day).isoformat(),
            "status": str(min(max(status, 0), plan.highest)),
        }
        yield Entry(record, visit.day, visit.name)


@generator("vital_signs", ("date", "done", "reason", "height", "weight", "systolic", "diastolic",
                           "pulse", "temperature"))  # fmt: skip
def vital_signs(story: Story) -> Iterator[Entry]:
    """One record a visit; height at screening only, weight as fixed at the first dose."""
    plan = story.study.vitals
    stream = story.stream("vital signs")
    weight = story.subject.number("weight_kg")
    centre = {
        name: stream.normal(spread.mean, spread.deviation / 2, spread.low, spread.high)
        for name, spread in plan.measures.items()
    }
    for visit in story.of_kind(*_EXAMINED):
        drift = stream.normal(1, plan.weight_drift, 0.93, 1.07)
        if is_first_dose(visit):
            drift = 1.0
        absent, reason = stream.chance(plan.not_done.rate), stream.choice(plan.not_done.reasons)
        if absent and visit.kind != SCREENING and not is_first_dose(visit):
            yield Entry({"done": "N", "reason": reason}, visit.day, visit.name)
            continue
        record = {
            "date": story.date_of(visit.day).isoformat(),
            "done": "Y",
            "weight": fixed(weight * drift, 1),
        }
        if visit.kind == SCREENING:
            record["height"] = fixed(story.subject.number("height_cm"), plan.height_digits)
        for name, spread in plan.measures.items():
            value = stream.normal(centre[name], spread.deviation, spread.low, spread.high)
            record[name] = fixed(value, spread.digits)
        yield Entry(record, visit.day, visit.name)


@generator("visits", ("date", "planned", "done", "reason"))
def visits(story: Story) -> Iterator[Entry]:
    """One record a visit, also of those that did not take place."""
    for visit in story.visits:
        record = {
            "date": story.date_of(visit.day).isoformat() if visit.done else "",
            "planned": "N" if visit.kind == UNSCHEDULED else "Y",
            "done": "Y" if visit.done else "N",
            "reason": visit.reason,
        }
        yield Entry(record, visit.day, visit.name)
