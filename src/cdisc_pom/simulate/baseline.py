"""Who the subject is: demographics, consent, eligibility, disease and its earlier therapy."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from cdisc_pom.simulate.model import StudyDesign
from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import SCREENING, Story
from cdisc_pom.simulate.text import partial

_TESTED_BEFORE = (1, 30)


def consent_date(story: Story) -> date:
    """The day of consent."""
    return date.fromisoformat(story.subject.row["consentdt"])


def diagnosis_date(story: Story) -> date:
    """The day of the first diagnosis."""
    return story.first_date - timedelta(days=int(story.subject.number("dx_days_before_start")))


@generator("demographics", ("date", "birth", "age", "sex", "race", "ethnic"))
def demographics(story: Story) -> Iterator[Entry]:
    """One record a subject; the age is that at consent."""
    stream = story.stream("demographics")
    plan = story.study.demography
    consent = consent_date(story)
    age = int(story.subject.number("age"))
    born = _years_before(consent, age) - timedelta(days=stream.integer(5, 350))
    record = {
        "date": consent.isoformat(),
        "birth": partial(born, stream.weighted(plan.birth_patterns)),
        "age": str(age),
        "sex": story.subject.row["sex"],
        "race": plan.race,
        "ethnic": stream.choice(plan.ethnic[story.subject.row["ethnic"]]),
    }
    visit = story.of_kind(SCREENING)[0]
    yield Entry(record, visit.day, visit.name)


def _years_before(day: date, years: int) -> date:
    last = calendar.monthrange(day.year - years, day.month)[1]
    return date(day.year - years, day.month, min(day.day, last))


@generator("consent", ("date", "time", "version"))
def consent(story: Story) -> Iterator[Entry]:
    """One record a subject, with the version of the form in use that day."""
    stream = story.stream("consent")
    day = consent_date(story)
    versions = story.study.demography.consent_version
    version = next(name for name, row in versions.items() if day <= row.until)
    time = f"{stream.integer(8, 16):02}:{stream.integer(0, 11) * 5:02}"
    visit = story.of_kind(SCREENING)[0]
    yield Entry({"date": day.isoformat(), "time": time, "version": version}, visit.day, visit.name)


@generator("eligibility", ("date", "eligible", "criterion", "criterion_text", "enrolled",
                           "failure"))  # fmt: skip
def eligibility(story: Story) -> Iterator[Entry]:
    """One record a subject: enrolled, or the criterion that was not met."""
    visit = story.of_kind(SCREENING)[0]
    stream = story.stream("eligibility")
    if story.subject.treated:
        day = min(visit.day + stream.integer(1, 3), -1)
        enrolled = story.date_of(day).isoformat()
        record = {"date": enrolled, "eligible": "Y", "enrolled": enrolled}
        yield Entry(record, day, visit.name)
        return
    row = next(
        row
        for row in story.design.tables["screening"]
        if row["reason"] == story.subject.row["sfreason"]
    )
    day = min(visit.day + stream.integer(1, 3), -1)
    record = {
        "date": story.date_of(day).isoformat(),
        "eligible": "N",
        "criterion": row["criterion"],
        "criterion_text": row["criterion_text"],
        "failure": row["text"],
    }
    yield Entry(record, day, visit.name)


def _history_fields(study: StudyDesign) -> Iterator[str]:
    yield from ("diagnosed", "heavy", "light", "measurable", "iss", "riss", "tested")
    yield from study.cytogenetics.tests


@generator("disease_history", _history_fields)
def disease_history(story: Story) -> Iterator[Entry]:
    """One record a subject: diagnosis, type, stage at entry and cytogenetics."""
    stream = story.stream("disease history")
    plan = story.study.cytogenetics
    row = story.subject.row
    visit = story.of_kind(SCREENING)[0]
    tested = story.date_of(visit.day) - timedelta(days=stream.integer(*_TESTED_BEFORE))
    record = {
        "diagnosed": diagnosis_date(story).isoformat(),
        "heavy": row["mm_heavy"],
        "light": row["mm_light"],
        "measurable": row["measurable"],
        "iss": row["iss"],
        "riss": row["riss"],
        "tested": tested.isoformat(),
    }
    found = row[plan.column].split("+")
    normal = not any(test in found for test in plan.tests)
    for test in plan.tests:
        extra = stream.chance(plan.extra.get(test, 0)) and not normal
        absent = stream.chance(plan.not_done.get(test, 0))
        positive = test in found or extra
        record[test] = "POSITIVE" if positive else "NOT DONE" if absent else "NEGATIVE"
    yield Entry(record, visit.day, visit.name)
