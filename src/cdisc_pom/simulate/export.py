"""Turns records into the files of an export: words, habits, save times, bytes."""

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from cdisc_pom.simulate.design import DesignError
from cdisc_pom.simulate.model_parts import Habit
from cdisc_pom.simulate.registry import GENERATORS, Entry
from cdisc_pom.simulate.story import Story
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.text import full_width

Change = Callable[[str], str]

_CORRECTED_AFTER = (1, 5)
_QUIET_DAYS = 20


@dataclass
class Line:
    """A line of a form before it is written: cells by column and its save time."""

    cells: dict[str, str]
    saved: datetime
    place: tuple[str, int] = ("", 0)


def form_lines(story: Story, form: str) -> list[dict[str, str]]:
    """All lines of a form for one subject, in order of entry."""
    settings = story.study.forms[form]
    stream = story.stream(f"{form} saving")
    entries = GENERATORS[settings.generator].fill(story)
    lines = [
        Line(_cells(story, form, entry), _saved(story, stream, entry), (entry.visit, entry.day))
        for entry in entries
    ]
    _spread(lines, stream)
    lines = _with_habits(story, form, lines)
    lines.sort(key=lambda line: line.saved)
    return [_finished(story, line) for line in lines]


def write_form(path: Path, columns: Iterable[str], lines: Iterable[dict[str, str]]) -> None:
    """Write a CSV file whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.getvalue().encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _cells(story: Story, form: str, entry: Entry) -> dict[str, str]:
    common = {
        "project": story.study.project,
        "site": story.subject.row["site"],
        "subject": story.subject.id,
        "visit": entry.visit,
    }
    cells = {name: common[column.field] for name, column in story.study.front.items()}
    for name, column in story.study.forms[form].columns.items():
        value = entry.values.get(column.field, "")
        cells[name] = _word(story, f"forms.{form}.columns.{name}", column.words, value)
    return cells


def _word(story: Story, place: str, words: str, value: str) -> str:
    if not words or not value:
        return value
    known = story.study.words[words]
    if value not in known:
        raise DesignError([f"{place}: the word list {words!r} has no word for {value!r}."])
    return known[value]


def _saved(story: Story, stream: Stream, entry: Entry) -> datetime:
    plan = story.study.saving
    day = story.date_of(entry.day)
    later = day + timedelta(days=stream.integer(*plan.delay_days))
    hour = stream.integer(plan.first_hour, plan.last_hour - 1)
    clock = time(hour, stream.integer(0, 59), stream.integer(0, 59))
    if later >= story.study.cutoff:
        later, clock = max(day, story.study.cutoff), clock.replace(hour=plan.last_hour)
    if later == day and hour < plan.first_hour + 4:
        clock = clock.replace(hour=hour + 4)
    return datetime.combine(later, clock)  # the clock of the site


def _spread(lines: list[Line], stream: Stream) -> None:
    """Lines of one visit and day are typed one after the other."""
    previous: Line | None = None
    for line in lines:
        step = timedelta(seconds=stream.integer(7, 95))
        if previous is not None and line.place[0] and line.place == previous.place:
            line.saved = previous.saved + step
        previous = line


def _with_habits(story: Story, form: str, lines: list[Line]) -> list[Line]:
    habits = story.study.habits
    stream = story.stream(f"{form} habits")
    kept: list[Line] = []
    for line in lines:
        _decorate(line, stream, habits.full_width.get(form), full_width)
        _decorate(line, stream, habits.trailing_blank.get(form), _trailing)
        retyped = habits.retyped.get(form)
        if retyped and stream.chance(retyped.rate) and _quiet(story, line):
            wrong = _mistyped(line, stream, retyped.columns)
            if wrong is not None:
                kept.append(wrong)
                hours = timedelta(days=stream.integer(*_CORRECTED_AFTER))
                line.saved += hours
        kept.append(line)
        repeated = habits.repeated.get(form)
        if repeated and stream.chance(repeated.rate):
            kept.append(Line(dict(line.cells), line.saved))
    return kept


def _quiet(story: Story, line: Line) -> bool:
    return line.saved.date() + timedelta(days=_QUIET_DAYS) < story.study.cutoff


def _decorate(line: Line, stream: Stream, habit: Habit | None, change: Change) -> None:
    if habit is None:
        return
    for column in habit.columns:
        if stream.chance(habit.rate) and line.cells[column]:
            line.cells[column] = change(line.cells[column])


def _trailing(text: str) -> str:
    return text + "  "


def _mistyped(line: Line, stream: Stream, columns: list[str]) -> Line | None:
    """The line as it was first typed, with a wrong number."""
    filled = [name for name in columns if _is_number(line.cells[name])]
    if not filled:
        return None
    column = stream.choice(filled)
    value = line.cells[column]
    digits = value.replace(".", "")
    swapped = digits[1::-1] + digits[2:]
    wrong = _as_before(value, swapped)
    if float(wrong) == float(value):
        wrong = _as_before(value, digits[:-1] + str((int(digits[-1]) + 5) % 10))
        wrong = wrong if "." not in value else value.replace(".", "")
    if float(wrong) == float(value):
        wrong = value + "0" if "." not in value else value.split(".")[0] + "1" + value[-2:]
    return Line({**line.cells, column: wrong}, line.saved)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit()


def _as_before(value: str, digits: str) -> str:
    point = value.find(".")
    return digits if point < 0 else digits[:point] + "." + digits[point:]


def _finished(story: Story, line: Line) -> dict[str, str]:
    saved = {name: line.saved.isoformat() for name in story.study.back}
    return line.cells | saved
