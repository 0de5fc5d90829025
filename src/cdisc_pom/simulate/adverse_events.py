"""The adverse event form: verbatim words, coded terms, dates, causality and comments."""

from collections.abc import Iterator

from cdisc_pom.simulate.registry import Entry, generator
from cdisc_pom.simulate.story import Event, Story
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import partial

_FIELDS = (
    *("number", "verbatim", "llt_zh", "pt_zh", "pt_en", "soc_zh", "soc_en", "start", "end"),
    *("ongoing", "grade", "serious", "fatal", "threatening", "hospital", "disabling"),
    *("congenital", "important", "relation1", "relation2", "action1", "action2", "outcome"),
    *("treated", "comment"),
)
_MODERATE, _SUFFIXED = 2, 0.05
_TREATED = {1: 0.3, 2: 0.7, 3: 0.92, 4: 1.0, 5: 1.0}
_WHOLE = "%Y-%m-%d"


@generator("adverse_events", _FIELDS)
def adverse_events(story: Story) -> Iterator[Entry]:
    """One record an event."""
    stream = story.stream("adverse events")
    for event in story.events:
        record = _words(story, stream, event)
        record |= _dates(story, stream, event)
        record |= _seriousness(event)
        record |= _causality(story, stream, event)
        record["treated"] = _yes(stream.chance(_TREATED[event.grade]))
        record["comment"] = _comment(story, stream, event, record["verbatim"])
        yield Entry(record, max(event.end or event.start, event.start))


def _yes(value: bool) -> str:
    return "Y" if value else "N"


def _words(story: Story, stream: Stream, event: Event) -> dict[str, str]:
    settings = story.study.events
    verbatim = stream.choice(event.term["verbatims"].split("|"))
    suffixed, suffix = stream.chance(_SUFFIXED), stream.choice(settings.verbatim_suffix)
    long, pattern = stream.chance(settings.long_verbatim), stream.choice(settings.long_verbatims)
    if long:
        verbatim = pattern.format(term=verbatim)
    elif suffixed and event.grade <= _MODERATE:
        verbatim += suffix
    term = {key: event.term[key] for key in ("llt_zh", "pt_zh", "pt_en", "soc_zh", "soc_en")}
    return {"number": str(event.number), "verbatim": verbatim, "grade": str(event.grade)} | term


def _dates(story: Story, stream: Stream, event: Event) -> dict[str, str]:
    settings = story.study.events
    start_pattern = _drawn(stream, settings.start_patterns)
    end_pattern = _drawn(stream, settings.end_patterns)
    mild = event.grade <= _MODERATE and not event.serious and not _acted(event)
    if not (mild and _same_window(story, event)):
        start_pattern = _WHOLE
    if not mild:
        end_pattern = _WHOLE
    end = "" if event.end is None else partial(story.date_of(event.end), end_pattern)
    return {
        "start": partial(story.date_of(event.start), start_pattern),
        "end": end,
        "ongoing": _yes(event.end is None),
        "outcome": _outcome(stream, event),
    }


def _drawn(stream: Stream, patterns: dict[str, float]) -> str:
    rest = max(1 - sum(patterns.values()), 0)
    return stream.weighted({**patterns, _WHOLE: rest})


def _acted(event: Event) -> bool:
    return bool(set(event.actions.values()) - {"NONE", "NA"})


def _same_window(story: Story, event: Event) -> bool:
    """Whether the whole month of the start lies within treatment, so that the day is no matter."""
    begun = story.date_of(event.start)
    first, last = story.date_of(1), story.date_of(max(story.treatment_end, 1))
    month = (begun.year, begun.month)
    return (first.year, first.month) < month < (last.year, last.month)


def _outcome(stream: Stream, event: Event) -> str:
    improved = stream.chance(0.4)
    sequel = stream.chance(0.012)
    unknown = stream.chance(0.01)
    if event.fatal:
        return "FATAL"
    if event.worsened:
        return "NOT RECOVERED"
    if event.end is None:
        return "RECOVERING" if improved else "NOT RECOVERED"
    if sequel:
        return "SEQUELAE"
    return "UNKNOWN" if unknown and event.grade == 1 else "RECOVERED"


def _seriousness(event: Event) -> dict[str, str]:
    return {
        "serious": _yes(event.serious),
        "fatal": _yes(event.fatal),
        "threatening": _yes(event.threatening),
        "hospital": _yes(event.hospital),
        "disabling": "N",
        "congenital": "N",
        "important": "N",
    }


def _causality(story: Story, stream: Stream, event: Event) -> dict[str, str]:
    settings = story.study.events
    first, second = list(story.study.drugs)[:2]
    kind = event.term["relation"]
    relation1 = stream.weighted(settings.relations[kind])
    second_kind = "second_drug" if kind == "second" else "mid" if kind == "high" else kind
    relation2 = stream.weighted(settings.relations[second_kind])
    related = story.subject.row[settings.fatal_related_column]
    if event.fatal and related:
        pool = settings.relations["related" if related == "Y" else "unrelated"]
        relation1, relation2 = stream.weighted(pool), stream.weighted(pool)
    if event.start < 1:
        relation1 = relation2 = "NOT"
    if _acted(event):
        relation1 = "PROBABLE" if event.actions[first] not in ("NONE", "NA") else relation1
        relation2 = "PROBABLE" if event.actions[second] not in ("NONE", "NA") else relation2
    return {
        "relation1": relation1,
        "relation2": relation2,
        "action1": event.actions[first],
        "action2": event.actions[second],
    }


def _comment(story: Story, stream: Stream, event: Event, verbatim: str) -> str:
    settings = story.study.events
    wanted = stream.chance(settings.comment)
    long = stream.chance(0.3 if event.grade <= _MODERATE else 0.6)
    short_text = stream.choice(settings.comments.short)
    long_text = stream.choice(settings.comments.long)
    if not wanted:
        return ""
    if not long:
        return short_text
    return long_text.format(term=verbatim, grade=event.grade)
