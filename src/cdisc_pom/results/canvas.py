"""What all figures share: the registry of drawers, the font, colours, titles and ticks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-subset.ttf"
WIDTH = 7.6
"""Width of every figure in inches."""
COLOURS = ("#1f5a94", "#b5482a", "#3c7a3f", "#7b4b94", "#8a6d1d", "#4a5560")
INK, FAINT, GRID = "#22303c", "#7c8894", "#e4e8ec"
# From the best level of an ordered category to the worst; the last level of all is grey.
_ORDERED = ("#0b3d2e", "#1b6b47", "#4a9d6b", "#98c9a3", "#d5dfa8", "#e3bb5e", "#b5482a")
_LAST = "#aeb7bf"
_STEPS = (1, 2, 3, 6, 12, 24, 30, 60, 90, 180, 365)
_MOST_TICKS = 13

Drawer = Callable[[Sequence[Result], Sequence[Result], Language], "Figure"]
DRAWERS: dict[str, Drawer] = {}


def drawer(statistic: str) -> Callable[[Drawer], Drawer]:
    """Register the function that draws rows with this statistic.

    It gets the results of one row (one for each group), all results of the display, and the
    language; it returns a matplotlib figure.
    """

    def register(function: Drawer) -> Drawer:
        DRAWERS[statistic] = function
        return function

    return register


def new_figure(height: float) -> Figure:
    """A white figure of the usual width."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    return Figure(figsize=(WIDTH, height), facecolor="white")


def draw_title(figure: Figure, title: str, height: float) -> None:
    """The title; its id lets a page that has a heading of its own hide it."""
    figure.text(0.012, 1 - 0.2 / height, title, va="top", gid="title", **font(12, INK))


def dress_axes(axes: Axes, *, sides: Sequence[str] = ("left", "bottom")) -> None:
    """Thin lines at these sides only."""
    hidden = [side for side in ("top", "right", "left", "bottom") if side not in sides]
    axes.spines[hidden].set_visible(False)
    axes.spines[list(sides)].set_color(FAINT)
    axes.tick_params(color=FAINT, length=3)
    axes.set_axisbelow(True)


@cache
def properties(size: float) -> Any:
    """The shipped font in a size."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - heavy

    return FontProperties(fname=str(FONT), size=size)


def font(size: float, colour: str) -> dict[str, Any]:
    """Keywords of a text: the shipped font in a size and colour."""
    return {"fontproperties": properties(size), "color": colour}


def colours(number: int) -> list[str]:
    """Colours of groups that have no order."""
    return [COLOURS[place % len(COLOURS)] for place in range(number)]


def ordered_colours(levels: Sequence[str]) -> dict[str, str]:
    """Colours of levels from best to worst: green to red, the last one of several grey.

    Example:
        >>> list(ordered_colours(["CR", "PD", "NE"]).values())
        ['#0b3d2e', '#b5482a', '#aeb7bf']
    """
    if len(levels) <= 1:
        return dict.fromkeys(levels, _ORDERED[1])
    steps = max(len(levels) - 2, 1)
    places = [int((len(_ORDERED) - 1) * at / steps + 0.5) for at in range(len(levels) - 1)]
    shades = [_ORDERED[min(place, len(_ORDERED) - 1)] for place in places]
    return dict(zip(levels, [*shades, _LAST], strict=True))


def counted(result: Result, language: Language) -> str:
    """The label with its number of subjects, `Death (n = 5)`."""
    space = "" if language == "zh" else " "
    return result.label(language) + space + word("n_of", language).format(n=result.numerator)


def month_ticks(end: float) -> list[int]:
    """Whole numbers from 0 to just before the end, at most thirteen, at steps people read."""
    step = next((step for step in _STEPS if end / step < _MOST_TICKS), None)
    if step is None:
        step = _STEPS[-1] * int(np.ceil(end / _STEPS[-1] / _MOST_TICKS))
    return list(range(0, int(end) + 1, step))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` Latin letters; a Chinese character takes two.

    Example:
        >>> wrapped("Patients screened", 10), wrapped("筛选受试者", 6)
        (['Patients', 'screened'], ['筛选受', '试者'])
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and _width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Parts between which a line may end: after a space, and round each Chinese character."""
    pieces = [""]
    for character in text:
        wide = _width(character) > 1
        if wide or (pieces[-1] and (pieces[-1][-1] == " " or _width(pieces[-1][-1]) > 1)):
            pieces.append("")
        pieces[-1] += character
    return [piece for piece in pieces if piece]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
