"""Waterfall plots: a bar for each subject, highest first, coloured by a category.

The row `waterfall_plot` gives the bars; a row `subject_category` of the same display, if there is
one, gives the colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cdisc_pom.results.canvas import (
    COLOURS,
    FAINT,
    GRID,
    INK,
    draw_title,
    drawer,
    dress_axes,
    font,
    new_figure,
    ordered_colours,
    properties,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEIGHT = 4.6
_ABOVE = 2.5
"""Points between a bar that is cut and its number."""
_NO_CATEGORY = "#c4ccd4"


@drawer("waterfall_plot")
def draw_waterfall(own: Sequence[Result], display: Sequence[Result], language: Language) -> Figure:
    """Bars in descending order with reference lines; a bar over the cap is cut and numbered."""
    figure = new_figure(_HEIGHT)
    draw_title(figure, own[0].display(language), _HEIGHT)
    axes = figure.add_axes((0.1, 0.1, 0.84, 0.7))
    bars = sorted(_heights(own).items(), key=lambda bar: (-bar[1], bar[0]))
    category = next((one for one in display if one.statistic.name == "subject_category"), None)
    colour_of, legend = _colours(category, [subject for subject, _ in bars])
    cap = getattr(own[0].arguments, "cap", None)
    shown = [height if cap is None else min(height, cap) for _, height in bars]
    painted = [colour_of.get(subject, _NO_CATEGORY) for subject, _ in bars]
    if bars:
        axes.bar(range(len(bars)), shown, width=0.86, color=painted, linewidth=0, zorder=2)
    for at, (_, height) in enumerate(bars):
        if cap is not None and height > cap:
            axes.annotate(
                f"{height:.0f}", (at, cap), xytext=(0, _ABOVE), textcoords="offset points",
                ha="center", va="bottom", rotation=90, **font(6, INK),
            )  # fmt: skip
    _dress(axes, own[0], len(bars), shown, language)
    if legend:
        figure.legend(
            handles=legend, loc="upper left", bbox_to_anchor=(0.088, 0.9), frameon=False,
            prop=properties(9), labelcolor=INK, ncols=len(legend), columnspacing=1.3,
            handlelength=1.2, borderpad=0,
        )  # fmt: skip
    return figure


def _heights(own: Sequence[Result]) -> dict[str, float]:
    found: dict[str, float] = {}
    for result in own:
        if result.points is not None:
            found |= dict(zip(result.points.subjects, result.points.values.tolist(), strict=True))
    return found


def _colours(category: Result | None, subjects: list[str]) -> tuple[dict[str, str], list[Any]]:
    """Colour of each subject, and the legend with the number of bars of each level."""
    if category is None or category.points is None:
        return dict.fromkeys(subjects, COLOURS[0]), []
    from matplotlib.patches import Patch  # noqa: PLC0415 - heavy

    levels = dict(zip(category.points.subjects, category.points.categories, strict=True))
    counts: dict[str, int] = {}
    for subject in subjects:
        level = levels.get(subject)
        if level is not None:
            counts[level] = counts.get(level, 0) + 1
    known = getattr(category.arguments, "levels", ()) or tuple(sorted(counts))
    order = [level for level in known if level in counts]
    shades = ordered_colours(known)
    legend = [Patch(color=shades[level], label=f"{level} ({counts[level]})") for level in order]
    return {s: shades[level] for s in subjects if (level := levels.get(s)) in shades}, legend


def _dress(axes: Axes, own: Result, bars: int, shown: list[float], language: Language) -> None:
    low, high = min([0.0, *shown]), max([0.0, *shown])
    room = (high - low or 1.0) * 0.08
    axes.set_ylim(low - room, high + room)
    axes.set_xlim(-1, max(bars, 1))
    axes.set_xticks([])
    for tick in axes.get_yticklabels():
        tick.set_fontproperties(properties(9))
        tick.set_color(INK)
    axes.axhline(0, color=INK, linewidth=0.8, zorder=3)
    for line in getattr(own.arguments, "lines", ()):
        axes.axhline(line, color=FAINT, linewidth=0.9, linestyle="--", zorder=1)
        beside = axes.get_yaxis_transform()
        axes.text(1.008, line, _signed(line), va="center", transform=beside, **font(8.5, FAINT))
    axes.set_ylabel(own.row_label(language), labelpad=6, **font(10, INK))
    axes.set_xlabel(word("bars", language).format(n=bars), labelpad=8, **font(9.5, INK))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    dress_axes(axes, sides=("left",))


def _signed(value: float) -> str:
    """A number with the minus sign of the axis."""
    return f"{value:g}".replace("-", "−")
