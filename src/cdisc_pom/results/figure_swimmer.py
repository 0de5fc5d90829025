"""Swimmer plots: a bar for each subject, with states on it and marks of events.

The row `swimmer_plot` gives the bars, `swimmer_state` the states that begin at a time and hold
until the next one, `swimmer_mark` the events. Longest bars stand on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cdisc_pom.results.canvas import (
    FAINT,
    GRID,
    INK,
    WIDTH,
    counted,
    draw_title,
    drawer,
    dress_axes,
    font,
    month_ticks,
    new_figure,
    ordered_colours,
    properties,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.registry import Points
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Marker of matplotlib and colour by the name that the workbook uses.
MARKS = {
    "arrow": (">", INK), "cross": ("x", INK), "triangle": ("^", "#9c2f21"), "circle": ("o", INK),
    "diamond": ("D", "#1f5a94"), "square": ("s", INK), "star": ("*", "#8a6d1d"),
}  # fmt: skip
_BAR, _STATE = "#d3dce5", 0.44
_ROW, _TOP, _BOTTOM, _LEGEND = 0.13, 0.55, 0.62, 0.2
_MOST_NAMED = 120
_SHORTEST = 0.004
"""Share of the axis that a state takes at least, so that it can be seen."""


@drawer("swimmer_plot")
def draw_swimmer(own: Sequence[Result], display: Sequence[Result], language: Language) -> Figure:
    """A bar a subject with the display's states and marks."""
    bars = _lengths(own)
    states = [one for one in display if one.statistic.name == "swimmer_state"]
    marks = [one for one in display if one.statistic.name == "swimmer_mark"]
    rows = {subject: at for at, subject in enumerate(sorted(bars, key=lambda s: (-bars[s], s)))}
    lines = _legend_lines(states, marks)
    height = _TOP + _LEGEND * lines + _ROW * max(len(rows), 4) + _BOTTOM
    figure = new_figure(height)
    draw_title(figure, own[0].display(language), height)
    left = 0.13 if len(rows) <= _MOST_NAMED else 0.06
    tall = (height - _TOP - _LEGEND * lines - _BOTTOM) / height
    axes = figure.add_axes((left, _BOTTOM / height, 0.97 - left, tall))
    end = _end(bars, [*states, *marks])
    _draw_bars(axes, bars, rows, marks)
    handles = [_patch(_BAR, own[0].section(language) or word("treatment", language))]
    for state in states:
        handles += _draw_states(axes, state, bars, rows, end)
    handles += [_draw_marks(axes, mark, rows, language) for mark in marks]
    _dress(axes, rows, end, own[0].row_label(language))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left - 0.012, 1 - 0.45 / height),
        frameon=False, prop=properties(8.5), labelcolor=INK, ncols=_columns(states, marks),
        borderpad=0, columnspacing=1.4, handlelength=1.4, labelspacing=0.3,
    )  # fmt: skip
    return figure


def _lengths(own: Sequence[Result]) -> dict[str, float]:
    found: dict[str, float] = {}
    for result in own:
        if result.points is not None:
            found |= dict(zip(result.points.subjects, result.points.values.tolist(), strict=True))
    return found


def _points(result: Result) -> Points:
    assert result.points is not None
    return result.points


def _end(bars: dict[str, float], others: list[Result]) -> float:
    times = [*bars.values()]
    times += [time for other in others for time in _points(other).values.tolist()]
    return max(times, default=1.0)


def _draw_bars(
    axes: Axes, bars: dict[str, float], rows: dict[str, int], marks: list[Result]
) -> None:
    lasts = dict(bars)
    for mark in marks:
        points = _points(mark)
        for subject, time in zip(points.subjects, points.values.tolist(), strict=True):
            if subject in lasts:
                lasts[subject] = max(lasts[subject], time)
    ends = [lasts[subject] for subject in rows]
    axes.hlines(list(rows.values()), 0, ends, color=FAINT, linewidth=0.6, zorder=1)
    spans = [(row, 0.0, bars[subject]) for subject, row in rows.items()]
    _draw_spans(axes, spans, height=0.8, colour=_BAR, zorder=2)


def _draw_spans(
    axes: Axes, spans: list[tuple[int, float, float]], *, height: float, colour: str, zorder: int
) -> None:
    """Flat boxes, each a row with a start and an end; one artist, for there may be thousands."""
    from matplotlib.collections import PolyCollection  # noqa: PLC0415 - heavy

    half = height / 2
    boxes = [
        [(start, row - half), (end, row - half), (end, row + half), (start, row + half)]
        for row, start, end in spans
    ]
    axes.add_collection(
        PolyCollection(boxes, facecolors=colour, linewidths=0, zorder=zorder), autolim=False
    )


def _draw_states(
    axes: Axes, state: Result, bars: dict[str, float], rows: dict[str, int], end: float
) -> list[Any]:
    points = _points(state)
    levels = _levels(state)
    colours = ordered_colours(getattr(state.arguments, "levels", ()) or levels)
    for level in levels:
        spans = _spans(points, level, bars, shortest=end * _SHORTEST)
        placed = [(rows[subject], first, last) for subject, first, last in spans]
        _draw_spans(axes, placed, height=_STATE, colour=colours[level], zorder=3)
    return [_patch(colours[level], level) for level in levels]


def _levels(state: Result) -> list[str]:
    """Levels that occur, in the order of the row's argument."""
    found = {category for category in _points(state).categories if category is not None}
    given = getattr(state.arguments, "levels", ()) or sorted(found)
    return [level for level in given if level in found]


def _spans(
    points: Points, level: str, bars: dict[str, float], *, shortest: float
) -> list[tuple[str, float, float]]:
    """Subject, start and end of each time in this state."""
    courses: dict[str, list[tuple[float, str | None]]] = {}
    columns = zip(points.subjects, points.values.tolist(), points.categories, strict=True)
    for subject, time, category in columns:
        if subject in bars:
            courses.setdefault(subject, []).append((time, category))
    spans = []
    for subject, course in courses.items():
        course.sort(key=lambda each: each[0])
        ends = [time for time, _ in course[1:]] + [max(bars[subject], course[-1][0])]
        for (start, category), end in zip(course, ends, strict=True):
            if category == level:
                spans.append((subject, start, max(end, start + shortest)))
    return spans


def _draw_marks(axes: Axes, mark: Result, rows: dict[str, int], language: Language) -> Any:
    shape, colour = MARKS[getattr(mark.arguments, "marker", "circle")]
    points = _points(mark)
    pairs = [
        (time, rows[subject])
        for subject, time in zip(points.subjects, points.values.tolist(), strict=True)
        if subject in rows
    ]
    (line,) = axes.plot(
        [time for time, _ in pairs], [row for _, row in pairs], linestyle="none", marker=shape,
        markersize=4.2, markeredgewidth=1.0, color=colour, clip_on=False, zorder=4,
        label=counted(mark, language),
    )  # fmt: skip
    return line


def _dress(axes: Axes, rows: dict[str, int], end: float, label: str) -> None:
    ticks = month_ticks(end)
    axes.set_xlim(0, max(end * 1.02, ticks[-1]))
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.set_xticks(ticks, [str(tick) for tick in ticks], **font(9, INK))
    named = len(rows) <= _MOST_NAMED
    axes.set_yticks(list(rows.values()) if named else [], list(rows) if named else [])
    for text in axes.get_yticklabels():
        text.set_fontproperties(properties(5.6))
        text.set_color(FAINT)
    axes.set_xlabel(label, labelpad=5, **font(10, INK))
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    dress_axes(axes)
    axes.tick_params(axis="y", length=0)


def _patch(colour: str, label: str) -> Any:
    from matplotlib.patches import Patch  # noqa: PLC0415 - heavy

    return Patch(color=colour, label=label, linewidth=0)


def _columns(states: list[Result], marks: list[Result]) -> int:
    entries = 1 + sum(len(_levels(state)) for state in states) + len(marks)
    return min(entries, int(WIDTH * 0.66))


def _legend_lines(states: list[Result], marks: list[Result]) -> int:
    entries = 1 + sum(len(_levels(state)) for state in states) + len(marks)
    return -(-entries // _columns(states, marks))
