"""A subject's story: what happened, before any form is filled."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from cdisc_pom.simulate.design import Design, Row
from cdisc_pom.simulate.model import StudyDesign
from cdisc_pom.simulate.stream import Stream

SCREENING, CYCLE, MIDCYCLE, END = "screening", "cycle", "midcycle", "end"
FOLLOWUP, SAFETY, SURVIVAL, UNSCHEDULED = "followup", "safety", "survival", "unscheduled"


@dataclass(frozen=True)
class Subject:
    """A row of the subjects' table."""

    row: Row

    @property
    def id(self) -> str:
        """The subject's number."""
        return self.row["subjid"]

    @property
    def treated(self) -> bool:
        """Whether the subject passed screening."""
        return self.row["screenfail"] != "Y"

    def flag(self, column: str) -> bool:
        """Whether a flag is set."""
        return self.row[column] == "Y"

    def number(self, column: str) -> float:
        """A number."""
        return float(self.row[column])

    def day(self, column: str) -> int | None:
        """A study day, or None when the cell is empty or holds a word."""
        text = self.row[column]
        return int(text) if text.isdigit() else None

    def days(self, column: str) -> list[int]:
        """Study days, separated by semicolons."""
        return [int(part) for part in self.row[column].split(";") if part]


@dataclass
class Visit:
    """A visit of the subject; the name is given when all visits are known.

    Blood counts are taken when ``blood`` is set, on the day ``sample``.
    """

    kind: str
    day: int
    number: int = 0
    done: bool = True
    reason: str = ""
    name: str = ""
    blood: bool = True
    sample: int = 0


@dataclass(frozen=True)
class Cycle:
    """A treatment cycle: its number, first day and last possible day."""

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Assessment:
    """A response assessment as the committee saw it."""

    day: int
    response: str
    visit: Visit
    confirming: bool = False


@dataclass
class Event:
    """An adverse event."""

    term: Row
    grade: int
    start: int
    end: int | None
    actions: dict[str, str] = field(default_factory=dict)
    serious: bool = False
    hospital: bool = False
    fatal: bool = False
    threatening: bool = False
    worsened: bool = False
    number: int = 0

    @property
    def group(self) -> str:
        """The group of terms whose severe grades the subjects' table fixes."""
        return self.term["group"]

    def covers(self, day: int) -> bool:
        """Whether the event goes on at a day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Dose:
    """An interval of constant dose."""

    drug: str
    cycle: int
    first: int
    last: int
    dose: float
    adjustment: str = "NONE"
    reason: str = ""


@dataclass(frozen=True)
class DoseChange:
    """A change of dose with its reason."""

    drug: str
    day: int
    before: float
    after: float
    action: str
    reason: str
    event: Event | None = None


@dataclass
class Story:
    """Everything that happened to one subject."""

    design: Design
    subject: Subject
    first_date: date
    last_day: int
    treatment_end: int
    visits: list[Visit] = field(default_factory=list)
    cycles: list[Cycle] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    doses: list[Dose] = field(default_factory=list)
    changes: list[DoseChange] = field(default_factory=list)

    @property
    def study(self) -> StudyDesign:
        """The settings of the design."""
        return self.design.study

    @property
    def traits(self) -> dict[str, str]:
        """What the traits' table says of the subject."""
        rows = self.design.tables["traits"]
        return {row["trait"]: row["value"] for row in rows if row["subjid"] == self.subject.id}

    @property
    def observed_end(self) -> int:
        """The last day on which events are collected."""
        return min(self.last_day, self.treatment_end + self.study.events.follow_days)

    def stream(self, purpose: str) -> Stream:
        """The subject's stream of random values for a purpose."""
        return Stream(self.study.seed, self.subject.id, purpose)

    def date_of(self, day: int) -> date:
        """The date of a study day; day 1 is the first dose, day -1 the day before it."""
        return self.first_date + timedelta(days=day - 1 if day > 0 else day)

    def day_of(self, when: date) -> int:
        """The study day of a date."""
        gap = (when - self.first_date).days
        return gap + 1 if gap >= 0 else gap

    def of_kind(self, *kinds: str) -> list[Visit]:
        """The visits of some kinds, in order of time."""
        return [visit for visit in self.visits if visit.kind in kinds]

    def dose_on(self, drug: str, day: int) -> float:
        """The dose level of a drug in force on a day."""
        rows = [dose for dose in self.doses if dose.drug == drug and dose.first <= day]
        return rows[-1].dose if rows else 0.0
