"""The typed shape of a design: what its YAML files may say."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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


class ConsentVersion(Part):
    """A version of the consent form and the last day it was used."""

    until: date


class Demography(Part):
    """Who the subjects are."""

    race: str
    ethnic: dict[str, list[str]]
    birth_patterns: dict[str, float]
    consent_version: dict[str, ConsentVersion]


class Cytogenetics(Part):
    """Tests of chromosomes; the subjects' column says which are positive."""

    tests: list[str]
    column: str
    extra: dict[str, float]
    not_done: dict[str, float]


class FailureDefaults(Part):
    """Facts of subjects that failed screening, of whom the table says little."""

    sex_column: str
    heavy: dict[str, float]
    light: dict[str, float]
    weight_kg: Limits
    height_cm: Limits
    ecog: Days
    prior_lines: Days
    years: Limits
    iss: dict[str, float]


class History(Part):
    """Medical history."""

    per_subject: Days
    start_patterns: dict[str, float]


class Prior(Part):
    """Earlier therapy of the disease."""

    required: list[str]
    refractory: dict[str, str]
    last_gap: Days
    progression: Days
    apart: int
    start_patterns: dict[str, float]
    responses: dict[str, dict[str, float]]
    transplant_flag: str
    transplant: str
    other_procedures: dict[str, float]


class Performance(Part):
    """How the performance status moves."""

    worse: float
    better: float
    highest: int


class Vitals(Part):
    """Vital signs."""

    not_done: NotDone
    height_digits: int
    measures: dict[str, Spread]
    weight_drift: float
    performance_later: Performance


class Background(Part):
    """How many events a subject has."""

    base: Days
    per_cycle: float
    maximum: int
    short: Days
    short_days: int
    before_dose: float


class Comments(Part):
    """What is written about an event."""

    short: list[str]
    long: list[str]


class Events(Part):
    """Adverse events. Groups and flags name columns of the subjects' table."""

    any_severe_flag: str
    serious_flag: str
    other_severe_flag: str
    fatal_flag: str
    fatal_related_column: str
    fatal_cause_column: str
    groups: dict[str, str]
    follow_days: int
    background: Background
    group_mild: dict[str, float]
    group_repeat: dict[str, float]
    group_fourth: dict[str, float]
    serious_groups: list[str]
    paused_groups: list[str]
    reduced_groups: list[str]
    action_terms: list[str]
    stop_groups: list[str]
    second_terms: list[str]
    severe_background: float
    fatal_terms: dict[str, str]
    fatal_predecessors: dict[str, str]
    relations: dict[str, dict[str, float]]
    start_patterns: dict[str, float]
    end_patterns: dict[str, float]
    long_verbatim: float
    comment: float
    verbatim_suffix: list[str]
    long_verbatims: list[str]
    comments: Comments


class Supportive(Part):
    """A supportive medication and how often it is given."""

    rate: float
    purpose: str
    indication: str


class Medications(Part):
    """Concomitant medication."""

    prophylaxis_flag: str
    prophylaxis_key: str
    prophylaxis_indication: str
    supportive: dict[str, Supportive]
    event_rate: float
    history_rate: float
    before_patterns: dict[str, float]


class Subsequent(Part):
    """Therapy after the study."""

    column: str
    second_rate: float
    duration: Days


class Endings(Part):
    """Ends of treatment, study and life."""

    reason_column: str
    comments: dict[str, list[str]]
    death_comments: list[str]
    death_column: str
    death_cause_column: str


class Responses(Part):
    """Reasons that assessors give."""

    not_evaluable: list[str]
    missed: list[str]


class DeviationRules(Part):
    """Who deviates from the protocol."""

    flag: str
    minor: float


class StudyDesign(Part):
    """A whole design."""

    project: str
    seed: int
    cutoff: date
    subjects: str
    tables: dict[str, str]
    visits: Visits
    drugs: dict[str, Drug] = Field(min_length=1)
    dosing: Dosing
    saving: Saving
    habits: Habits = Habits()
    words: dict[str, dict[str, str]]
    front: dict[str, AnyColumn]
    back: dict[str, AnyColumn]
    forms: dict[str, Form]
    laboratory: Laboratory
    markers: Markers
    demography: Demography
    cytogenetics: Cytogenetics
    failure_defaults: FailureDefaults
    history: History
    prior: Prior
    vitals: Vitals
    events: Events
    medications: Medications
    subsequent: Subsequent
    endings: Endings
    responses: Responses
    deviation_rules: DeviationRules
