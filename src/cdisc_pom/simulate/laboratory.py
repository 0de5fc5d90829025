"""Blood counts and chemistry at two laboratories with their own units."""

from collections.abc import Iterator

from cdisc_pom.simulate.model import StudyDesign
from cdisc_pom.simulate.model_parts import Analyte, Unit
from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import CYCLE, SCREENING, Story, Visit
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import compact, fixed, plain

_SEVERE = 3
_PANEL_FIELDS = ("value", "unit", "low", "high")


def choose_lab(story: Story, day: int) -> str:
    """The laboratory that gets the samples of a day."""
    labs = story.study.laboratory.labs
    return story.stream(f"laboratory {day}").weighted(
        {key: lab.weight for key, lab in labs.items()}
    )


def in_unit(value: float, unit: Unit) -> str:
    """A standard value as the laboratory prints it."""
    return fixed(value * unit.factor, unit.digits)


def spelling(unit: Unit, stream: Stream) -> str:
    """How the unit is spelled this time."""
    return stream.weighted(unit.spellings)


def sampling_time(stream: Stream) -> str:
    """A morning hour."""
    return f"{stream.integer(6, 10):02}:{stream.integer(0, 11) * 5:02}"


class Levels:
    """The values of one analyte of a subject over time, in the standard unit."""

    def __init__(self, story: Story, code: str, stream: Stream) -> None:
        self.story, self.code, self.stream = story, code, stream
        self.analyte: Analyte = story.study.laboratory.analytes[code]
        self.base = self._baseline()

    def _baseline(self) -> float:
        start = self.analyte.start
        drawn = self.stream.normal(start.mean, start.deviation, start.low, start.high)
        given = self.analyte.baseline
        if given is None or not self.story.subject.row[given.column]:
            return drawn
        return self.story.subject.number(given.column) * given.factor

    def at(self, visit: Visit) -> float:
        """The value of the sample of a visit."""
        later = self.analyte.later
        noise = self.stream.normal(1, later.deviation, 0.5, 1.6)
        if visit.kind == SCREENING:
            return self._screening(noise)
        if visit.kind == CYCLE and visit.number == 1:
            return self.base
        grade = self.grade(visit.sample)
        if grade:
            low, high = self.analyte.grades[min(grade, len(self.analyte.grades)) - 1]
            return self.stream.real(low, high)
        return min(later.high, max(later.low, self.base * later.ratio * noise))

    def _screening(self, noise: float) -> float:
        failed = [
            float(row["value"])
            for row in self.story.design.tables["screening"]
            if row["reason"] == self.story.subject.row["sfreason"] and row["field"] == self.code
        ]
        if failed:
            return failed[0]
        start = self.analyte.start
        value = self.base * (1 + (noise - 1) / 3)
        return value if self.analyte.baseline else min(start.high, max(start.low, value))

    def grade(self, day: int) -> int:
        """The worst grade of an event that the value has to show on a day."""
        if not self.analyte.grades:
            return 0
        events = [e for e in self.story.events if e.term["analyte"] == self.code]
        return max((event.grade for event in events if event.covers(day)), default=0)


def _count_fields(study: StudyDesign) -> Iterator[str]:
    yield from ("date", "time", "lab", "done", "reason")
    for code, analyte in study.laboratory.analytes.items():
        if analyte.panel == "hematology":
            yield from (f"{code}.{part}" for part in _PANEL_FIELDS)


@generator("blood_counts", _count_fields)
def blood_counts(story: Story) -> Iterator[Entry]:
    """One record a sample with all counts side by side."""
    stream = story.stream("blood counts")
    analytes = story.study.laboratory.analytes
    levels = {
        code: Levels(story, code, story.stream(f"counts {code}"))
        for code, analyte in analytes.items()
        if analyte.panel == "hematology"
    }
    marks = {day for e in story.events if e.term["analyte"] in levels for day in (e.start, e.end)}
    missing = story.study.laboratory.not_done
    for visit in story.visits:
        if not visit.blood:
            continue
        values = {code: level.at(visit) for code, level in levels.items()}
        _set_total(story, stream, levels, values, visit)
        lab = choose_lab(story, visit.sample)
        absent, reason = stream.chance(missing.rate), stream.choice(missing.reasons)
        time = sampling_time(stream)
        if absent and visit.kind == CYCLE and visit.number > 1 and visit.sample not in marks:
            yield Entry({"done": "N", "reason": reason}, visit.day, visit.name)
            continue
        record = {
            "date": story.date_of(visit.sample).isoformat(),
            "time": time,
            "lab": story.study.laboratory.labs[lab].name,
            "done": "Y",
        }
        for code, value in values.items():
            record |= _cells(story, stream, code, value, lab)
        yield Entry(record, visit.day, visit.name)


def _set_total(
    story: Story, stream: Stream, levels: dict[str, Levels], values: dict[str, float], visit: Visit
) -> None:
    """Make the total count the sum of its parts, within the grade that it has to show."""
    counts = story.study.laboratory.counts
    total, first, second = counts.total, counts.parts[0], counts.parts[1]
    level = levels[total]
    other = stream.real(*counts.other)
    if visit.kind == SCREENING or not level.grade(visit.sample):
        gap = level.analyte.later.low - values[first] - other
        values[second] = max(values[second], gap)
        values[total] = values[first] + values[second] + other
        return
    smallest = levels[second].analyte.later.low
    room = counts.other[0] + smallest
    grade = levels[first].grade(visit.sample)
    floor = levels[first].analyte.later.low
    if grade >= _SEVERE:
        floor = levels[first].analyte.grades[grade - 1][0]
    values[first] = max(min(values[first], values[total] - room), floor)
    values[second] = max(smallest, values[total] - values[first] - other)
    values[total] = max(values[total], values[first] + smallest + counts.other[0])


def _cells(story: Story, stream: Stream, code: str, value: float, lab: str) -> dict[str, str]:
    analyte = story.study.laboratory.analytes[code]
    unit = analyte.units[lab]
    low, high = analyte.range[_sex(story)]
    return {
        f"{code}.value": in_unit(value, unit),
        f"{code}.unit": spelling(unit, stream),
        f"{code}.low": plain(float(in_unit(low, unit))),
        f"{code}.high": plain(float(in_unit(high, unit))),
    }


def _sex(story: Story) -> str:
    return story.subject.row["sex"]


@generator("chemistry", ("date", "time", "lab", "item", "result", "unit", "low", "high",
                         "direction"))  # fmt: skip
def chemistry(story: Story) -> Iterator[Entry]:
    """One record a test."""
    stream = story.stream("chemistry")
    analytes = story.study.laboratory.analytes
    levels = {
        code: Levels(story, code, story.stream(f"chemistry {code}"))
        for code, analyte in analytes.items()
        if analyte.panel == "chemistry"
    }
    for visit in story.visits:
        if not visit.blood:
            continue
        lab = choose_lab(story, visit.sample)
        time = sampling_time(stream)
        for code, level in levels.items():
            value = level.at(visit)
            if visit.kind == CYCLE and (visit.number - 1) % level.analyte.every:
                continue
            record = {
                "date": compact(story.date_of(visit.sample)),
                "time": time,
                "lab": story.study.laboratory.labs[lab].name,
                "item": level.analyte.name,
            }
            yield Entry(record | _result(story, stream, code, value, lab), visit.day, visit.name)


def _result(story: Story, stream: Stream, code: str, value: float, lab: str) -> dict[str, str]:
    cells = _cells(story, stream, code, value, lab)
    unit = story.study.laboratory.analytes[code].units[lab]
    result = cells[f"{code}.value"]
    low, high = cells[f"{code}.low"], cells[f"{code}.high"]
    direction = "NORMAL"
    if float(result) < float(low):
        direction = "LOW"
    elif float(result) > float(high):
        direction = "HIGH"
    if float(result) < unit.below:
        result = f"<{plain(unit.below)}"
    return {
        "result": result,
        "unit": cells[f"{code}.unit"],
        "low": low,
        "high": high,
        "direction": direction,
    }
