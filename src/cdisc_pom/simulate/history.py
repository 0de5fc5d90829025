"""Medical history and concomitant medication."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cdisc_pom.simulate.baseline import consent_date, diagnosis_date
from cdisc_pom.simulate.design import Row
from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import SCREENING, Event, Story
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import partial

_DAYS_PER_YEAR = 365.25
_ADDED_LATER = 8
_WHOLE = "%Y-%m-%d"


@dataclass(frozen=True)
class Condition:
    """A condition of the medical history."""

    term: Row
    start: date
    ongoing: bool


def conditions(story: Story) -> list[Condition]:
    """The subject's medical history."""
    stream = story.stream("conditions")
    rows = {row["key"]: row for row in story.design.tables["history"]}
    weights = {key: float(row["weight"]) for key, row in rows.items()}
    found = [
        rows[row["field"]]
        for row in story.design.tables["screening"]
        if row["form"] == "medical_history" and row["reason"] == story.subject.row["sfreason"]
    ]
    for _ in range(stream.integer(*story.study.history.per_subject)):
        key = stream.weighted(weights)
        weights.pop(key)
        if rows[key] not in found:
            found.append(rows[key])
    return [_condition(story, stream, row) for row in found]


def _condition(story: Story, stream: Stream, row: Row) -> Condition:
    low, _, high = row["years"].partition("-")
    days = int(stream.real(float(low), float(high)) * _DAYS_PER_YEAR) + 20
    if row["before_disease"] == "Y":
        start = diagnosis_date(story) - timedelta(days=days)
    else:
        span = (consent_date(story) - diagnosis_date(story)).days
        start = consent_date(story) - timedelta(days=min(days, max(span - 5, 10)))
    return Condition(row, start, stream.chance(float(row["ongoing"])))


@generator("medical_history", ("number", "verbatim", "pt_zh", "pt_en", "soc_zh", "soc_en",
                               "start", "ongoing"))  # fmt: skip
def medical_history(story: Story) -> Iterator[Entry]:
    """One record a condition; the start is often known in part."""
    stream = story.stream("medical history")
    visit = story.of_kind(SCREENING)[0]
    for number, condition in enumerate(conditions(story), 1):
        term = condition.term
        record = {
            "number": str(number),
            "verbatim": stream.choice(term["verbatims"].split("|")),
            "start": partial(condition.start, stream.weighted(story.study.history.start_patterns)),
            "ongoing": "Y" if condition.ongoing else "N",
        } | {key: term[key] for key in ("pt_zh", "pt_en", "soc_zh", "soc_en")}
        yield Entry(record, visit.day, visit.name)


@dataclass(frozen=True)
class Medication:
    """A medication with its purpose and days."""

    key: str
    purpose: str
    indication: str
    start: date
    end: date | None
    saved: int
    before: bool = False


@generator("medications", ("number", "verbatim", "name_zh", "name_en", "drug_class", "purpose",
                           "indication", "dose", "unit", "frequency", "route", "start", "end",
                           "ongoing"))  # fmt: skip
def medications(story: Story) -> Iterator[Entry]:
    """One record a medication: for conditions, supportive, prophylactic, for events."""
    stream = story.stream("medications")
    found = _for_conditions(story, stream)
    if story.subject.treated:
        found += [*_supportive(story, stream), *_for_events(story, stream)]
    for number, given in enumerate(sorted(found, key=lambda m: (m.start, m.key)), 1):
        rows = [row for row in story.design.tables["medications"] if row["key"] == given.key]
        row = stream.choice(rows)
        pattern = _WHOLE
        if given.before:
            pattern = stream.weighted(story.study.medications.before_patterns)
        record = {
            "number": str(number),
            "verbatim": stream.choice(row["verbatims"].split("|")),
            "purpose": given.purpose,
            "indication": given.indication,
            "start": partial(given.start, pattern),
            "end": given.end.isoformat() if given.end else "",
            "ongoing": "N" if given.end else "Y",
        } | {
            key: row[key]
            for key in ("name_zh", "name_en", "drug_class", "dose", "unit", "frequency", "route")
        }
        yield Entry(record, given.saved)


def _for_conditions(story: Story, stream: Stream) -> list[Medication]:
    visit = story.of_kind(SCREENING)[0]
    found = []
    for condition in conditions(story):
        key = condition.term["medication"]
        wanted = stream.chance(story.study.medications.history_rate)
        if not key or not condition.ongoing or not wanted:
            continue
        if (
            key == "antiplatelet"
            and story.subject.row[story.study.medications.prophylaxis_flag] == "Y"
        ):
            continue
        name = condition.term["pt_zh"]
        found.append(
            Medication(key, "TREATMENT", name, condition.start, None, visit.day, before=True)
        )
    return found


def _supportive(story: Story, stream: Stream) -> Iterator[Medication]:
    plan = story.study.medications
    end = min(story.treatment_end + stream.integer(0, _ADDED_LATER), story.observed_end)
    if story.subject.flag(plan.prophylaxis_flag):
        start = stream.integer(1, 3) if story.treatment_end > _ADDED_LATER else 1
        last = min(story.treatment_end, story.observed_end)
        yield Medication(
            plan.prophylaxis_key,
            "PROPHYLAXIS",
            plan.prophylaxis_indication,
            story.date_of(start),
            story.date_of(last),
            last,
        )
    for key, supportive in plan.supportive.items():
        given, start = stream.chance(supportive.rate), stream.integer(1, 6)
        if given and start < end:
            yield Medication(
                key,
                supportive.purpose,
                supportive.indication,
                story.date_of(start),
                story.date_of(end),
                end,
            )


def _for_events(story: Story, stream: Stream) -> Iterator[Medication]:
    for event in story.events:
        rate = story.study.medications.event_rate if event.grade <= 1 + 1 else 1.0
        given = stream.chance(rate if event.grade > 1 else rate / 2)
        if given and event.term["medication"]:
            yield _for_event(story, stream, event)


def _for_event(story: Story, stream: Stream, event: Event) -> Medication:
    last = event.end if event.end is not None else story.observed_end
    start = min(event.start + stream.integer(0, 1), last)
    if start == 0:
        start = -1
    end = None if event.end is None else max(start, last - stream.integer(0, 2))
    if end == 0:
        end = 1
    return Medication(
        event.term["medication"],
        "TREATMENT",
        event.term["pt_zh"],
        story.date_of(start),
        None if end is None else story.date_of(end),
        end if end is not None else start,
    )
