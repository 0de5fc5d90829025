"""Therapy of the disease before and after the study."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cdisc_pom.simulate.baseline import consent_date, diagnosis_date
from cdisc_pom.simulate.design import Row
from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import SCREENING, Story
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import partial

_WHOLE = "%Y-%m-%d"


@dataclass(frozen=True)
class Line:
    """A line of therapy."""

    regimen: Row
    start: date
    end: date
    progressed: date

    @property
    def agents(self) -> list[str]:
        """Keys of the regimen's agents."""
        return self.regimen["agents"].split()


@generator("prior_therapy", ("line", "regimen", "agent", "generic", "start", "end", "response",
                             "progressed"))  # fmt: skip
def prior_therapy(story: Story) -> Iterator[Entry]:
    """One record a drug and line; the dates of the last line are whole."""
    stream = story.stream("prior therapy")
    plan = story.study.prior
    lines = _lines(story, stream)
    visit = story.of_kind(SCREENING)[0]
    agents = {row["key"]: row for row in story.design.tables["agents"]}
    for number, line in enumerate(lines, 1):
        last = number == len(lines)
        pattern = _WHOLE if last else stream.weighted(plan.start_patterns)
        response = stream.weighted(plan.responses["first" if number == 1 else "later"])
        for key in line.agents:
            end = _agent_end(story, stream, line, key, last=last)
            record = {
                "line": str(number),
                "regimen": line.regimen["name"],
                "agent": agents[key]["name"],
                "generic": agents[key]["generic"],
                "start": partial(line.start, pattern),
                "end": partial(end, pattern),
                "response": response,
                "progressed": partial(line.progressed, pattern),
            }
            yield Entry(record, visit.day, visit.name)


def _lines(story: Story, stream: Stream) -> list[Line]:
    plan = story.study.prior
    regimens = _regimens(story, stream)
    progressed = consent_date(story) - timedelta(days=stream.integer(*plan.last_gap))
    gap = stream.integer(*plan.progression)
    gap = int(_failed_by(story, "gap") or gap)
    last_end = progressed - timedelta(days=gap)
    start = diagnosis_date(story) + timedelta(days=stream.integer(4, 18))
    shares = [stream.real(0.7, 1.3) for _ in regimens]
    total = (last_end - start).days
    lines = []
    for place, regimen in enumerate(regimens):
        length = int(total * shares[place] / sum(shares))
        if place == len(regimens) - 1:
            lines.append(Line(regimen, start, last_end, progressed))
            break
        end = start + timedelta(days=int(length * stream.real(0.55, 0.8)))
        following = start + timedelta(days=length)
        known = end + timedelta(days=int((following - end).days * stream.real(0.3, 0.8)))
        lines.append(Line(regimen, start, end, known))
        start = following
    return lines


def _failed_by(story: Story, field: str) -> str:
    """The value that made the subject fail screening, for a field of this form."""
    for row in story.design.tables["screening"]:
        if row["reason"] == story.subject.row["sfreason"] and row["field"] == field:
            return row["value"]
    return ""


def _regimens(story: Story, stream: Stream) -> list[Row]:
    plan = story.study.prior
    count = int(story.subject.number("prior_lines"))
    without = _failed_by(story, "without")
    rows = [
        row
        for row in story.design.tables["regimens"]
        if row["use"] == "prior" and without not in row["agents"].split()
    ]
    required = {key for key in plan.required if key != without}
    refractory = {key for key in required if story.subject.flag(plan.refractory[key])}
    last_needs = required if count == 1 else refractory
    last = _draw(stream, [r for r in rows if required & set(r["agents"].split()) == last_needs])
    earlier = [_draw(stream, rows) for _ in range(count - 1)]
    covered = {key for row in (*earlier, last) for key in row["agents"].split()}
    missing = required - covered
    if missing and earlier:
        kept = [
            r for r in rows if required - set(last["agents"].split()) <= set(r["agents"].split())
        ]
        earlier[stream.integer(0, count - 2)] = _draw(stream, kept)
    return [*earlier, last]


def _draw(stream: Stream, rows: list[Row]) -> Row:
    place = stream.weighted({place: float(row["weight"]) for place, row in enumerate(rows)})
    return rows[place]


def _agent_end(story: Story, stream: Stream, line: Line, key: str, *, last: bool) -> date:
    """The last dose of an agent: with the line, or well before when it is not the failing one."""
    plan = story.study.prior
    column = plan.refractory.get(key)
    early = stream.integer(plan.apart, plan.apart * 2)
    if not last or column is None or not story.subject.treated or story.subject.flag(column):
        return line.end
    return max(line.progressed - timedelta(days=early), line.start + timedelta(days=28))


@generator("prior_procedure", ("procedure", "date"))
def prior_procedure(story: Story) -> Iterator[Entry]:
    """Transplantation where the subject's flag says so, and other procedures."""
    stream = story.stream("prior procedures")
    plan = story.study.prior
    visit = story.of_kind(SCREENING)[0]
    diagnosed = diagnosis_date(story)
    span = (consent_date(story) - diagnosed).days
    found = []
    if story.subject.row[plan.transplant_flag] == "Y":
        day = diagnosed + timedelta(days=min(stream.integer(150, 320), span // 2))
        found.append((day, plan.transplant))
    for procedure, rate in plan.other_procedures.items():
        place = stream.real(0.1, 0.9)
        if stream.chance(rate):
            found.append((diagnosed + timedelta(days=int(span * place)), procedure))
    for day, procedure in sorted(found):
        pattern = stream.weighted(plan.start_patterns)
        yield Entry({"procedure": procedure, "date": partial(day, pattern)}, visit.day, visit.name)


@generator("subsequent_therapy", ("number", "regimen", "agent", "generic", "start", "end"))
def subsequent_therapy(story: Story) -> Iterator[Entry]:
    """Therapy after the study; the first begins on the day that the design fixes."""
    plan = story.study.subsequent
    stream = story.stream("subsequent therapy")
    if not story.subject.treated or story.subject.day(plan.column) is None:
        return
    start = story.subject.day(plan.column) or 1
    rows = [row for row in story.design.tables["regimens"] if row["use"] == "later"]
    agents = {row["key"]: row for row in story.design.tables["agents"]}
    for number in (1, 2):
        regimen = _draw(stream, rows)
        end = start + stream.integer(*plan.duration)
        second = stream.chance(plan.second_rate)
        ended = end < story.last_day
        for key in regimen["agents"].split():
            record = {
                "number": str(number),
                "regimen": regimen["name"],
                "agent": agents[key]["name"],
                "generic": agents[key]["generic"],
                "start": story.date_of(start).isoformat(),
                "end": story.date_of(end).isoformat() if ended else "",
            }
            yield Entry(record, end if ended else start)
        start = end + 20
        if not second or start >= story.last_day:
            return
