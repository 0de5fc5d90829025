"""Forest plots: proportions with their exact limits, one line a row of the display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cdisc_pom.results.canvas import (
    COLOURS,
    FAINT,
    INK,
    draw_title,
    drawer,
    dress_axes,
    font,
    new_figure,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@drawer("forest_plot")
def draw_forest(own: Sequence[Result], display: Sequence[Result], language: Language) -> Figure:
    """Proportions with their exact limits, one line for each `exact_ci` row of the display."""
    lines = [result for result in display if "ucl" in result.values and "pct" in result.values]
    height = 1.35 + 0.34 * max(1, len(lines))
    figure = new_figure(height)
    draw_title(figure, own[0].display(language), height)
    axes = figure.add_axes((0.4, 0.62 / height, 0.33, (height - 1.3) / height))
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    if lines:
        first = float(lines[0].values["pct"])
        axes.axvline(first, color=FAINT, linewidth=0.9, linestyle=":")
    beside: dict[str, Any] = {"va": "center", "transform": axes.get_yaxis_transform()}
    axes.text(-0.06, -0.95, word("subjects", language), ha="right", **beside, **font(9, FAINT))
    axes.text(1.06, -0.95, f"% ({word('ci', language)})", **beside, **font(9, FAINT))
    for place, result in enumerate(lines):
        _draw_line(axes, place, result, language)
    levels = [0, 20, 40, 60, 80, 100]
    axes.set_xticks(levels, [str(level) for level in levels], **font(9, INK))
    axes.set_yticks([])
    axes.set_xlabel(own[0].label(language), labelpad=5, **font(10, INK))
    dress_axes(axes, sides=("bottom",))
    return figure


def _draw_line(axes: Axes, place: int, result: Result, language: Language) -> None:
    low, share, high = (float(result.values[part]) for part in ("lcl", "pct", "ucl"))
    colour = COLOURS[0]
    axes.plot([low, high], [place, place], color=colour, linewidth=1.5, solid_capstyle="butt")
    axes.plot([share], [place], marker="s", markersize=6, color=colour)
    beside: dict[str, Any] = {"va": "center", "transform": axes.get_yaxis_transform()}
    axes.text(-1.18, place, result.label(language), **beside, **font(9.5, INK))
    counts = f"{result.numerator}/{result.denominator}"
    axes.text(-0.06, place, counts, ha="right", **beside, **font(9.5, INK))
    axes.text(1.06, place, result.text, **beside, **font(9.5, INK))
