"""Flow charts of subjects: boxes with counts, top to bottom, those who leave at the side.

flow_box     the next box below; those with the same Order stand side by side
flow_exit    a box right of the line between two boxes
flow_reason  a line inside the box before it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from cdisc_pom.results.canvas import (
    FAINT,
    INK,
    WIDTH,
    counted,
    draw_title,
    drawer,
    font,
    new_figure,
    wrapped,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches.
_LINE, _PAD, _GAP, _TOP = 0.19, 0.11, 0.3, 0.62
_MAIN, _SIDE = (0.35, 3.6), (4.2, 7.4)
_BETWEEN = 0.14
_LETTERS = 14
"""Latin letters in an inch."""


@dataclass(frozen=True)
class _Box:
    lines: tuple[str, ...]
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    reasons: tuple[Result, ...] = ()

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE * len(self.lines)

    @property
    def bottom(self) -> float:
        return self.top - self.height

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass
class _Level:
    """Results of one step down: boxes side by side, or one exit."""

    kind: str
    order: int
    results: list[Result]
    reasons: list[list[Result]] = field(default_factory=list)


@drawer("flow_chart")
def draw_flow(own: Sequence[Result], display: Sequence[Result], language: Language) -> Figure:
    """Boxes with the counts of the display's `flow_…` rows, and arrows between them."""
    levels = _levels(display)
    rows = [(level.kind, _boxes(level, language)) for level in levels]
    heights = [max(box.height for box in boxes) for _, boxes in rows]
    height = _TOP + sum(heights) + _GAP * max(len(heights) - 1, 0) + 0.25
    figure = new_figure(height)
    draw_title(figure, own[0].display(language), height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.axis("off")
    top, placed = height - _TOP, []
    for (kind, boxes), tall in zip(rows, heights, strict=True):
        placed.append((kind, [replace(box, top=top) for box in boxes]))
        top -= tall + _GAP
    _draw_arrows(axes, placed)
    for kind, boxes in placed:
        for box in boxes:
            _draw_box(axes, box, centred=kind == "flow_box")
    return figure


def _levels(display: Sequence[Result]) -> list[_Level]:
    levels: list[_Level] = []
    for result in display:
        name = result.statistic.name
        if name == "flow_reason" and levels:
            levels[-1].reasons[-1].append(result)
        elif name == "flow_box" and levels and _beside(levels[-1], result):
            levels[-1].results.append(result)
            levels[-1].reasons.append([])
        elif name in ("flow_box", "flow_exit"):
            levels.append(_Level(name, result.row.order, [result], [[]]))
    return levels


def _beside(level: _Level, result: Result) -> bool:
    return level.kind == "flow_box" and level.order == result.row.order


def _boxes(level: _Level, language: Language) -> list[_Box]:
    alone = len(level.results) == 1
    left, right = _SIDE if level.kind == "flow_exit" else _MAIN if alone else (_MAIN[0], _SIDE[1])
    wide = (right - left + _BETWEEN) / len(level.results) - _BETWEEN
    boxes = []
    for at, (result, reasons) in enumerate(zip(level.results, level.reasons, strict=True)):
        letters = int((wide - 2 * _PAD) * _LETTERS)
        lines = _text(result, language, letters, together=level.kind == "flow_exit")
        for reason in reasons:
            first, *rest = _text(reason, language, letters - 3, together=True)
            lines += [f"•  {first}", *(f"    {line}" for line in rest)]
        start = left + at * (wide + _BETWEEN)
        boxes.append(_Box(tuple(lines), start, start + wide))
    return boxes


def _text(result: Result, language: Language, letters: int, *, together: bool) -> list[str]:
    if together:
        return wrapped(counted(result, language), letters)
    count = word("n_of", language).format(n=result.numerator)
    return [*wrapped(result.label(language), letters), count]


def _draw_arrows(axes: Axes, placed: list[tuple[str, list[_Box]]]) -> None:
    mains = [boxes for kind, boxes in placed if kind == "flow_box"]
    for above, below in pairwise(mains):
        # several boxes share one line across, half-way over those below
        line = below[0].top + _GAP / 2
        for box in above:
            _line(axes, (box.middle, box.bottom), (box.middle, line))
        centres = [box.middle for box in (*above, *below)]
        _line(axes, (min(centres), line), (max(centres), line))
        for box in below:
            _arrow(axes, (box.middle, line), (box.middle, box.top))
    trunk = 0.0
    for kind, boxes in placed:
        if kind == "flow_box":
            trunk = boxes[0].middle
        else:
            level = boxes[0].top - boxes[0].height / 2
            _arrow(axes, (trunk, level), (boxes[0].left, level))
    if placed and placed[-1][0] == "flow_exit" and mains:
        # nobody goes on: the line ends where the last ones leave
        last = placed[-1][1][0]
        _line(axes, (trunk, mains[-1][0].bottom), (trunk, last.top - last.height / 2))


def _line(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.plot([start[0], end[0]], [start[1], end[1]], color=FAINT, linewidth=1, zorder=1)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>", "color": FAINT, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=end, xytext=start, arrowprops=style, zorder=1)


def _draw_box(axes: Axes, box: _Box, *, centred: bool) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415 - heavy

    corner = (box.left, box.bottom)
    axes.add_patch(
        Rectangle(
            corner, box.right - box.left, box.height,
            facecolor="#f4f7f9", edgecolor=FAINT, linewidth=0.9, zorder=2,
        )
    )  # fmt: skip
    across = box.middle if centred else box.left + _PAD
    for at, line in enumerate(box.lines):
        axes.text(
            across, box.top - _PAD - _LINE * (at + 0.5), line, va="center",
            ha="center" if centred else "left", zorder=3, **font(9.5, INK),
        )  # fmt: skip
