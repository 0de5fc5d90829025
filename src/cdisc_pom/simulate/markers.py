"""Myeloma proteins at baseline and at each assessment, so that the criteria give the response."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cdisc_pom.simulate.laboratory import choose_lab, in_unit, spelling
from cdisc_pom.simulate.model import StudyDesign
from cdisc_pom.simulate.model_parts import Marker, Unit
from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, SCREENING, Story, Visit
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import fixed
from cdisc_pom.simulate.trajectory import COMPLETE, PARTIAL, STABLE, VERY_GOOD, course

SERUM, URINE, FREE = "serum", "urine", "free"
_MAIN = {"SERUM": SERUM, "URINE": URINE, "FLC": FREE}
_IMAGING, _NOT_EVALUABLE = "IMAGING", "NE"
_SCREENING_SPREAD, _SCREENING_ONLY, _FIXATION_SKIPPED = 0.06, 0.05, 0.14


@dataclass
class Sample:
    """The proteins of one day, in printed steps; a missing one is None."""

    visit: Visit
    response: str
    serum: int | None = None
    urine: int | None = None
    free: int | None = None
    uninvolved: int | None = None
    done: bool = True
    reason: str = ""


@dataclass
class Courses:
    """Baseline and values of the evaluable assessments, by component, in steps."""

    base: dict[str, int] = field(default_factory=dict)
    values: dict[str, list[int]] = field(default_factory=dict)


def plan_samples(story: Story) -> list[Sample]:
    """All samples for myeloma proteins of a subject, in order of time."""
    stream = story.stream("markers")
    courses = _plan_courses(story, stream)
    uninvolved = round(stream.real(*story.study.markers.uninvolved) * 10)
    samples = _baseline(story, stream, courses, uninvolved)
    place = 0
    for assessment in story.assessments:
        sample = Sample(assessment.visit, assessment.response)
        sample.uninvolved = round(uninvolved * stream.real(0.85, 1.15))
        if assessment.response == _NOT_EVALUABLE:
            _spoil(story, stream, sample, courses)
        else:
            sample.serum = courses.values[SERUM][place]
            sample.urine = courses.values[URINE][place]
            sample.free = courses.values[FREE][place] + sample.uninvolved
            _settle(story, stream, sample)
            place += 1
        samples.append(sample)
    samples += _missed(story, stream)
    samples.sort(key=lambda sample: sample.visit.day)
    return samples


def _plan_courses(story: Story, stream: Stream) -> Courses:
    settings = story.study.markers.components
    responses = [a.response for a in story.assessments if a.response != _NOT_EVALUABLE]
    main = _MAIN.get(story.subject.row["measurable"])
    courses = Courses()
    for name, marker in settings.items():
        if name == main:
            base = round(story.subject.number("mbase") * 10**marker.digits)
            if name == FREE:
                base -= round(sum(story.study.markers.uninvolved) / 2 * 10**marker.digits)
            follows = story.subject.row["pd_basis"] != _IMAGING
            values = course(responses, base, marker, stream, follows=follows)
        elif name == FREE:
            base = round(stream.real(*marker.absent) * 10**marker.digits)
            values = course(responses, base, marker, stream)
        elif name in story.traits:
            base = round(float(story.traits[name]) * 10**marker.digits)
            values = course(responses, base, marker, stream, follows=False)
        else:
            base, values = _absent(story, stream, name, responses)
        courses.base[name], courses.values[name] = base, values
    return courses


def _absent(story: Story, stream: Stream, name: str, responses: list[str]) -> tuple[int, list[int]]:
    """A component below the limit of measurability: small, and smaller as the disease responds."""
    marker = story.study.markers.components[name]
    share = story.study.markers.urine_absent if name == URINE else 0.4
    zero = stream.chance(share)
    base = 0 if zero else round(stream.real(*marker.absent) * 10**marker.digits)
    factors = {STABLE: 1.0, PARTIAL: 0.6, VERY_GOOD: 0.3, COMPLETE: 0.0}
    kept = [factors.get(response, 0.6) for response in responses]
    noise = [stream.real(0.9, 1.1) for _ in responses]
    return base, [int(base * k * n) for k, n in zip(kept, noise, strict=True)]


def _baseline(story: Story, stream: Stream, courses: Courses, uninvolved: int) -> list[Sample]:
    if not story.subject.treated:
        values = dict(courses.base)
        if any(
            row["form"] == "markers" and row["reason"] == story.subject.row["sfreason"]
            for row in story.design.tables["screening"]
        ):
            values = {SERUM: values[SERUM] // 10, URINE: values[URINE] // 10, FREE: 60}
        return [_base_sample(story.of_kind(SCREENING)[0], values, uninvolved)]
    only = stream.chance(_SCREENING_ONLY)
    spread = stream.real(1 - _SCREENING_SPREAD, 1 + _SCREENING_SPREAD)
    varied = {name: round(base * spread) for name, base in courses.base.items()}
    first = story.of_kind(SCREENING)[0]
    start = next(visit for visit in story.of_kind(CYCLE) if visit.number == 1)
    exact = _main_exact(story, courses, uninvolved)
    if only:
        missing = Sample(start, "", done=False)
        missing.reason = stream.choice(story.study.markers.not_done_reasons)
        return [_base_sample(first, exact, uninvolved), missing]
    return [_base_sample(first, varied, uninvolved), _base_sample(start, exact, uninvolved)]


def _main_exact(story: Story, courses: Courses, uninvolved: int) -> dict[str, int]:
    """The baseline values; where free light chains are followed the involved one is as fixed."""
    values = dict(courses.base)
    if story.subject.row["measurable"] == "FLC":
        values[FREE] = round(story.subject.number("mbase") * 10) - uninvolved
    return values


def _base_sample(visit: Visit, values: dict[str, int], uninvolved: int) -> Sample:
    return Sample(visit, "", values[SERUM], values[URINE], values[FREE] + uninvolved, uninvolved)


def _spoil(story: Story, stream: Stream, sample: Sample, courses: Courses) -> None:
    """Take away what the assessment needs."""
    settings = story.study.markers
    if stream.chance(0.5):
        sample.done = False
        sample.reason = stream.choice(settings.not_done_reasons)
        return
    main = _MAIN[story.subject.row["measurable"]]
    sample.reason = stream.choice(settings.unusable_reasons)
    sample.serum, sample.urine = courses.base[SERUM], courses.base[URINE]
    sample.free = courses.base[FREE] + (sample.uninvolved or 0)
    setattr(sample, main, None)
    if main == FREE:
        sample.uninvolved = None


def _settle(story: Story, stream: Stream, sample: Sample) -> None:
    """Residual clone at complete response; urine that nobody needed and nobody collected."""
    settings = story.study.markers
    followed = story.subject.row["measurable"] == "URINE" or URINE in story.traits
    skipped = stream.chance(settings.urine_not_done)
    ratio = stream.real(*settings.residual_ratio)
    if sample.response == COMPLETE:
        sample.free = round((sample.uninvolved or 0) * ratio)
    elif sample.response != VERY_GOOD and skipped and not followed:
        sample.urine = None


def _missed(story: Story, stream: Stream) -> list[Sample]:
    """Cycle visits between assessments at which nothing was collected."""
    evaluable = [a.day for a in story.assessments]
    last = max(evaluable, default=0)
    progressed = story.subject.day("pd_day") or last
    seen = {id(a.visit) for a in story.assessments}
    samples = []
    for visit in story.of_kind(CYCLE):
        if visit.number > 1 and visit.day < min(last, progressed) and id(visit) not in seen:
            reason = stream.choice(story.study.markers.not_done_reasons)
            samples.append(Sample(visit, "", done=False, reason=reason))
    return samples


def _marker_fields(study: StudyDesign) -> Iterator[str]:
    yield from ("date", "lab", "done", "reason", "ratio", "serum_fixation", "serum_type")
    yield from ("urine_fixation", "urine_type")
    names = (SERUM, URINE, "kappa", "lambda", *study.markers.immunoglobulins.normal)
    for name in names:
        yield from (f"{name}.value", f"{name}.unit")


@generator("markers", _marker_fields)
def markers(story: Story) -> Iterator[Entry]:
    """One record a sample."""
    stream = story.stream("marker records")
    for sample in plan_samples(story):
        if not sample.done:
            yield Entry({"done": "N", "reason": sample.reason}, sample.visit.day, sample.visit.name)
            continue
        lab = choose_lab(story, sample.visit.day)
        record = {
            "date": story.date_of(sample.visit.day).isoformat(),
            "lab": story.study.laboratory.labs[lab].name,
            "done": "Y",
            "reason": sample.reason,
        }
        record |= _protein_cells(story, stream, sample, lab)
        record |= _fixation(story, stream, sample)
        record |= _immunoglobulins(story, stream, sample, lab)
        yield Entry(record, sample.visit.day, sample.visit.name)


def _protein_cells(story: Story, stream: Stream, sample: Sample, lab: str) -> dict[str, str]:
    components = story.study.markers.components
    kappa = story.subject.row["mm_light"] == "KAPPA"
    pair = (sample.free, sample.uninvolved) if kappa else (sample.uninvolved, sample.free)
    values = {SERUM: sample.serum, URINE: sample.urine, "kappa": pair[0], "lambda": pair[1]}
    cells: dict[str, str] = {}
    for name, steps in values.items():
        marker = components.get(name, components[FREE])
        if steps is not None:
            cells |= _cell(name, steps, marker, marker.units[lab], stream)
    if pair[0] is not None and pair[1] is not None:
        cells["ratio"] = fixed(pair[0] / pair[1], story.study.markers.ratio_digits)
    return cells


def _cell(name: str, steps: int, marker: Marker, unit: Unit, stream: Stream) -> dict[str, str]:
    value = steps / 10**marker.digits
    return {f"{name}.value": in_unit(value, unit), f"{name}.unit": spelling(unit, stream)}


def _fixation(story: Story, stream: Stream, sample: Sample) -> dict[str, str]:
    heavy, light = story.subject.row["mm_heavy"], story.subject.row["mm_light"]
    names, words = story.study.markers.type_names, story.study.words
    only = heavy in story.study.markers.light_only
    pattern = names["light"] if only else names["heavy"]
    full = pattern.format(heavy=words["heavy"][heavy], light=words["light"][light])
    part = names["light"].format(light=words["light"][light])
    skipped = [stream.chance(_FIXATION_SKIPPED) for _ in range(2)]
    if sample.response in ("", VERY_GOOD, COMPLETE):
        skipped = [False, False]
    serum = "NEGATIVE" if sample.response == COMPLETE else "POSITIVE"
    urine = "POSITIVE" if sample.urine else "NEGATIVE"
    cells = {
        "serum_fixation": "NOT DONE" if skipped[0] or sample.serum is None else serum,
        "urine_fixation": "NOT DONE" if skipped[1] or sample.urine is None else urine,
    }
    if cells["serum_fixation"] == "POSITIVE":
        cells["serum_type"] = full
    if cells["urine_fixation"] == "POSITIVE":
        cells["urine_type"] = part
    return cells


def _immunoglobulins(story: Story, stream: Stream, sample: Sample, lab: str) -> dict[str, str]:
    settings = story.study.markers.immunoglobulins
    unit = settings.units[lab]
    cells = {}
    for name, limits in settings.normal.items():
        value = stream.real(*limits)
        if name == story.subject.row["mm_heavy"]:
            value += (sample.serum or 0) / 10
        cells[f"{name}.value"] = in_unit(value, unit)
        cells[f"{name}.unit"] = spelling(unit, stream)
    return cells
