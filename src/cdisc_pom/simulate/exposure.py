"""Exposure to the study drugs and changes of dose."""

from collections.abc import Iterator

from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, Story
from cdisc_pom.simulate.text import plain


@generator("exposure", ("cycle", "drug", "start", "end", "dose", "unit", "frequency", "route",
                        "form", "adjustment", "reason"))  # fmt: skip
def exposure(story: Story) -> Iterator[Entry]:
    """One record a drug, cycle and interval of constant dose."""
    names = {visit.number: visit.name for visit in story.of_kind(CYCLE)}
    for dose in sorted(story.doses, key=lambda dose: (dose.cycle, dose.drug, dose.first)):
        drug = story.study.drugs[dose.drug]
        record = {
            "cycle": str(dose.cycle),
            "drug": drug.name,
            "start": story.date_of(dose.first).isoformat(),
            "end": story.date_of(dose.last).isoformat(),
            "dose": plain(float(dose.dose)),
            "unit": drug.unit,
            "frequency": drug.frequency,
            "route": drug.route,
            "form": drug.form,
            "adjustment": dose.adjustment,
            "reason": dose.reason,
        }
        yield Entry(record, dose.last, names[dose.cycle])


@generator("dose_changes", ("drug", "date", "before", "after", "action", "reason", "event"))
def dose_changes(story: Story) -> Iterator[Entry]:
    """One record a change of dose."""
    for change in story.changes:
        record = {
            "drug": story.study.drugs[change.drug].name,
            "date": story.date_of(change.day).isoformat(),
            "before": plain(float(change.before)),
            "after": plain(float(change.after)),
            "action": change.action,
            "reason": change.reason,
            "event": str(change.event.number) if change.event else "",
        }
        yield Entry(record, change.day)
