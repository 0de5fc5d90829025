"""The parts of a design that say who the subjects are and what befalls them, and the whole."""

from datetime import date

from pydantic import Field

from cdisc_pom.simulate.model_parts import (
    AnyColumn,
    Days,
    Dosing,
    Drug,
    Form,
    Habits,
    Laboratory,
    Limits,
    Markers,
    NotDone,
    Part,
    Saving,
    Spread,
    Visits,
)


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
