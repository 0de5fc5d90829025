"""The parts of a design that say how a study runs: forms, visits, drugs, laboratory, markers."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Part(BaseModel):
    """A part of a design; a key that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _with_catalogue(value: object) -> object:
    if isinstance(value, str):
        field, _, words = value.partition("@")
        return {"field": field.strip(), "words": words.strip()}
    return value


class Column(Part):
    """A column of a form: the generator's field and the word list that translates it."""

    field: str
    words: str = ""


AnyColumn = Annotated[Column, BeforeValidator(_with_catalogue)]
Limits = tuple[float, float]
Days = tuple[int, int]


class Form(Part):
    """A form of the export."""

    generator: str
    columns: dict[str, AnyColumn]


class VisitName(Part):
    """A kind of visit that needs nothing but a name."""

    name: str


class PlacedVisit(VisitName):
    """A visit some days after another point in time; a share of them does not take place."""

    first: int
    last: int
    skipped: float = 0.0


class MidcycleVisit(VisitName):
    """The visit within the first cycle."""

    day: int
    window: int
    skipped: float


class SurvivalVisit(VisitName):
    """The calls after the last assessment."""

    every: int
    jitter: int
    telephone: float


class Visits(Part):
    """The schedule and the names of its visits."""

    cycle_days: int
    grid_window: int
    end_window: int
    screening: PlacedVisit
    cycle: VisitName
    midcycle: MidcycleVisit
    end: PlacedVisit
    followup: VisitName
    safety: PlacedVisit
    survival: SurvivalVisit
    unscheduled: VisitName
    skipped_reasons: list[str]


class DosingDays(Part):
    """The days of a cycle, counted from its first, on which a drug is taken."""

    first: int
    last: int
    step: int


class Drug(Part):
    """A study drug."""

    name: str
    levels: list[float]
    level_column: str = ""
    unit: str
    frequency: str
    route: str
    form: str
    days: DosingDays


class Dosing(Part):
    """How doses are changed. Flags name columns of the subjects' table."""

    reduced_flag: str
    paused_flag: str
    stopped_flag: str
    paused_other: float
    second_reduced: float
    pause_days: Days
    stop_reasons: dict[str, str]


class Saving(Part):
    """When records are saved after the event."""

    first_hour: int
    last_hour: int
    delay_days: Days


class Habit(Part):
    """A share of a form's records that gets a habit of a real export."""

    rate: float
    columns: list[str] = []


class Habits(Part):
    """Habits of a real export, by form."""

    retyped: dict[str, Habit] = {}
    repeated: dict[str, Habit] = {}
    full_width: dict[str, Habit] = {}
    trailing_blank: dict[str, Habit] = {}


class Unit(Part):
    """A unit at a laboratory: its spellings with weights, factor from the standard, digits."""

    spellings: dict[str, float]
    digits: int
    factor: float = 1.0
    below: float = 0.0


class Spread(Part):
    """A normal distribution between limits."""

    mean: float
    deviation: float
    low: float
    high: float
    digits: int = 2


class Course(Part):
    """Later values as a ratio to the baseline."""

    ratio: float
    deviation: float
    low: float
    high: float


class Baseline(Part):
    """The subjects' column that fixes the baseline, and its factor to the standard unit."""

    column: str
    factor: float


class Analyte(Part):
    """A laboratory test."""

    panel: str
    name: str
    units: dict[str, Unit]
    range: dict[str, Limits]
    baseline: Baseline | None = None
    start: Spread
    later: Course
    grades: list[Limits] = []
    every: int = 1


class Lab(Part):
    """A laboratory and its share of the samples."""

    name: str
    weight: float


class NotDone(Part):
    """How often something is not done, and the reasons given."""

    rate: float
    reasons: list[str]


class Counts(Part):
    """A total count that is the sum of its parts and the rest."""

    total: str
    parts: list[str]
    other: Limits


class Laboratory(Part):
    """Laboratories and tests."""

    labs: dict[str, Lab]
    not_done: NotDone
    sampling_days_before: int
    analytes: dict[str, Analyte]
    counts: Counts


class Level(Part):
    """Where a marker lies at a response: share of the baseline, or fixed values."""

    share: Limits | None = None
    value: Limits | None = None


class Marker(Part):
    """A myeloma protein that is followed."""

    digits: int
    units: dict[str, Unit]
    rise: float
    levels: dict[str, Level]
    absent: Limits


class Immunoglobulins(Part):
    """Total immunoglobulins."""

    units: dict[str, Unit]
    normal: dict[str, Limits]


class Marrow(Part):
    """Plasma cells of the marrow."""

    methods: dict[str, float]
    start: Days
    complete: Limits
    later: float
    share: dict[str, Limits]
    floor: float


class Imaging(Part):
    """Imaging of bone and soft tissue."""

    methods: dict[str, float]
    every: int
    every_plasmacytoma: int
    progression: dict[str, float]
    new_size: Days


class Reviewers(Part):
    """Who assesses the response."""

    reviewers: list[str]
    discordant: float


class Markers(Part):
    """Everything that the response is made of."""

    not_done_reasons: list[str]
    unusable_reasons: list[str]
    components: dict[str, Marker]
    uninvolved: Limits
    residual_ratio: Limits
    ratio_digits: int
    urine_absent: float
    urine_not_done: float
    immunoglobulins: Immunoglobulins
    type_names: dict[str, str]
    light_only: list[str]
    marrow: Marrow
    imaging: Imaging
    responder: Reviewers
