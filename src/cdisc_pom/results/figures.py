"""Figures of the displays: Kaplan-Meier curves and forest plots, as SVG and PNG.

Drawn by matplotlib without a screen. The same results give the same bytes: no dates in the files,
fixed ids, and one font that is shipped with the package, so that Chinese shows on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.statistics import Floats
from cdisc_pom.results.survival import KaplanMeier, number_at_risk, survival_time
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-subset.ttf"
COLOURS = ("#1f5a94", "#b5482a", "#3c7a3f", "#7b4b94", "#8a6d1d", "#4a5560")
_INK, _FAINT, _GRID = "#22303c", "#7c8894", "#e4e8ec"
_STEPS = (1, 2, 3, 6, 12, 24, 30, 60, 90, 180, 365)
_MOST_TICKS = 13
_DPI = 200

Drawer = Callable[[Sequence[Result], Sequence[Result], Language], "Figure"]
DRAWERS: dict[str, Drawer] = {}


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its file name without suffix, its title, and both formats."""

    name: str
    title: str
    svg: bytes
    png: bytes


def drawer(statistic: str) -> Callable[[Drawer], Drawer]:
    """Register the function that draws rows with this statistic.

    It gets the results of one row (one for each group), all results of the display, and the
    language; it returns a matplotlib figure.
    """

    def register(function: Drawer) -> Drawer:
        DRAWERS[statistic] = function
        return function

    return register


def draw_figures(results: Sequence[Result], language: Language) -> dict[str, tuple[Picture, ...]]:
    """Draw all figure rows.

    Args:
        results: of the displays, in order.
        language: of titles and labels.

    Returns:
        Pictures by display (its English title).
    """
    import matplotlib as mpl  # noqa: PLC0415 - heavy

    pictures: dict[str, tuple[Picture, ...]] = {}
    taken: set[str] = set()
    for number, (display, group) in enumerate(groupby(results, lambda r: r.row.display), start=1):
        members = list(group)
        drawn: list[Picture] = []
        rows = {id(member.row): member.row for member in members if member.statistic.drawn}
        for row in rows.values():
            own = [member for member in members if member.row is row]
            name = _file_name(display, number, taken)
            taken.add(name)
            with mpl.rc_context():
                mpl.rcdefaults()  # nothing of the user's own settings
                mpl.rc("svg", hashsalt=name, fonttype="path")
                mpl.rc("text", parse_math=False)  # a dollar sign in a label is a dollar sign
                figure = DRAWERS[row.statistic](own, members, language)
                svg, png = _save(figure, "svg"), _save(figure, "png")
            drawn.append(Picture(name, own[0].display(language), svg, png))
        if drawn:
            pictures[display] = tuple(drawn)
    return pictures


@drawer("km_curve")
def draw_survival(own: Sequence[Result], _: Sequence[Result], language: Language) -> Figure:
    """Kaplan-Meier curves with band, censoring ticks, median and number at risk."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    curves = [(result, result.curve) for result in own if result.curve is not None]
    risk_height, legend_height = 0.26 + 0.22 * len(curves), 0.12 + 0.22 * len(curves)
    height = 4.17 + risk_height + legend_height
    figure = Figure(figsize=(7.6, height), facecolor="white")
    left, width = 0.1, 0.87
    _draw_title(figure, own[0].display(language), height)
    axes = figure.add_axes((left, (risk_height + 0.62) / height, width, 3.05 / height))
    table = figure.add_axes((left, 0.1 / height, width, risk_height / height))
    end = max((float(curve.time[-1]) for _, curve in curves if len(curve.time)), default=1.0)
    ticks = _ticks(end)
    for (result, curve), colour in zip(curves, _colours(len(curves)), strict=True):
        _draw_curve(axes, curve, colour, _legend(result, curve, language))
    _dress_survival(axes, ticks, end, own[0].label(language).partition(":")[0], language)
    _draw_risk(table, axes, curves, ticks, language)
    return figure


def _draw_title(figure: Figure, title: str, height: float) -> None:
    """The title; its id lets a page that has a heading of its own hide it."""
    figure.text(0.012, 1 - 0.2 / height, title, va="top", gid="title", **_font(12, _INK))


def _draw_curve(axes: Axes, curve: KaplanMeier, colour: str, label: str) -> None:
    time = np.concatenate(([0.0], curve.time))
    survival = np.concatenate(([1.0], curve.survival))
    lower, upper = (_carried(np.concatenate(([1.0], side))) for side in (curve.lower, curve.upper))
    axes.fill_between(time, lower, upper, step="post", color=colour, alpha=0.13, linewidth=0)
    axes.step(time, survival, where="post", color=colour, linewidth=1.7, label=label)
    left = curve.censored > 0
    axes.plot(
        curve.time[left], curve.survival[left], linestyle="none", marker="|", markersize=7,
        markeredgewidth=1.1, color=colour,
    )  # fmt: skip
    median = survival_time(curve).estimate
    if np.isfinite(median):
        axes.plot([0, median, median], [0.5, 0.5, 0], color=_FAINT, linewidth=0.9, linestyle=":")


def _carried(limit: Floats) -> Floats:
    """The last limit that could be estimated, held to the end of the band."""
    known = limit[np.isfinite(limit)]
    return np.where(np.isfinite(limit), limit, known[-1])


def _dress_survival(
    axes: Axes, ticks: list[int], end: float, label: str, language: Language
) -> None:
    axes.set_xlim(0, max(end * 1.02, ticks[-1]))
    axes.set_ylim(0, 1.03)
    axes.set_xticks(ticks, [str(tick) for tick in ticks], **_font(9, _INK))
    levels = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_yticks(levels, [f"{level:.1f}" for level in levels], **_font(9, _INK))
    axes.set_xlabel(label, labelpad=5, **_font(10, _INK))
    axes.set_ylabel(word("event_free", language), labelpad=7, **_font(10, _INK))
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_FAINT)
    axes.tick_params(color=_FAINT, length=3)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.012, 1), frameon=False, prop=_properties(10),
        labelcolor=_INK, labelspacing=0.35, borderpad=0.2,
    )  # fmt: skip


def _draw_risk(
    table: Axes,
    axes: Axes,
    curves: Sequence[tuple[Result, KaplanMeier]],
    ticks: list[int],
    language: Language,
) -> None:
    rows = len(curves)
    table.set_xlim(axes.get_xlim())
    table.set_ylim(-rows, 1)
    table.axis("off")
    table.text(0, 0.45, word("at_risk", language), va="center", **_font(9, _FAINT))
    for place, ((result, curve), colour) in enumerate(zip(curves, _colours(rows), strict=True)):
        height = -place - 0.45
        for tick, left in zip(ticks, number_at_risk(curve, ticks).tolist(), strict=True):
            table.text(tick, height, str(left), ha="center", va="center", **_font(9, colour))
        if result.level != "":
            name = result.level_label(language)
            table.text(
                -0.02, height, name, ha="right", va="center",
                transform=table.get_yaxis_transform(), **_font(9, colour),
            )  # fmt: skip


def _legend(result: Result, curve: KaplanMeier, language: Language) -> str:
    counts = word("events", language).format(events=curve.total_events, n=curve.subjects)
    median = result.text.replace("(", f"({word('ci', language)} ")
    lead = "" if result.level == "" else f"{result.level_label(language)}: "
    median = f"{lead}{word('median', language)} {median}"
    return word("legend", language).format(median=median, counts=counts)


@drawer("forest_plot")
def draw_forest(own: Sequence[Result], display: Sequence[Result], language: Language) -> Figure:
    """Proportions with their exact limits, one line for each `exact_ci` row of the display."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    lines = [result for result in display if "ucl" in result.values and "pct" in result.values]
    height = 1.35 + 0.34 * max(1, len(lines))
    figure = Figure(figsize=(7.6, height), facecolor="white")
    _draw_title(figure, own[0].display(language), height)
    axes = figure.add_axes((0.4, 0.62 / height, 0.33, (height - 1.3) / height))
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    if lines:
        first = float(lines[0].values["pct"])
        axes.axvline(first, color=_FAINT, linewidth=0.9, linestyle=":")
    beside: dict[str, Any] = {"va": "center", "transform": axes.get_yaxis_transform()}
    axes.text(-0.06, -0.95, word("subjects", language), ha="right", **beside, **_font(9, _FAINT))
    axes.text(1.06, -0.95, f"% ({word('ci', language)})", **beside, **_font(9, _FAINT))
    for place, result in enumerate(lines):
        _draw_line(axes, place, result, language)
    levels = [0, 20, 40, 60, 80, 100]
    axes.set_xticks(levels, [str(level) for level in levels], **_font(9, _INK))
    axes.set_yticks([])
    axes.set_xlabel(own[0].label(language), labelpad=5, **_font(10, _INK))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_FAINT)
    axes.tick_params(color=_FAINT, length=3)
    return figure


def _draw_line(axes: Axes, place: int, result: Result, language: Language) -> None:
    low, share, high = (float(result.values[part]) for part in ("lcl", "pct", "ucl"))
    colour = COLOURS[0]
    axes.plot([low, high], [place, place], color=colour, linewidth=1.5, solid_capstyle="butt")
    axes.plot([share], [place], marker="s", markersize=6, color=colour)
    beside: dict[str, Any] = {"va": "center", "transform": axes.get_yaxis_transform()}
    axes.text(-1.18, place, result.label(language), **beside, **_font(9.5, _INK))
    counts = f"{result.numerator}/{result.denominator}"
    axes.text(-0.06, place, counts, ha="right", **beside, **_font(9.5, _INK))
    axes.text(1.06, place, result.text, **beside, **_font(9.5, _INK))


# Fonts, ticks, files ----------------------------------------------------------------------------


@cache
def _properties(size: float) -> Any:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - heavy

    return FontProperties(fname=str(FONT), size=size)


def _font(size: float, colour: str) -> dict[str, Any]:
    return {"fontproperties": _properties(size), "color": colour}


def _colours(number: int) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(number)]


def _ticks(end: float) -> list[int]:
    """Whole numbers from 0 to just before the end, at most thirteen, at steps people read."""
    step = next((step for step in _STEPS if end / step < _MOST_TICKS), None)
    if step is None:
        step = _STEPS[-1] * int(np.ceil(end / _STEPS[-1] / _MOST_TICKS))
    return list(range(0, int(end) + 1, step))


def _file_name(display: str, number: int, taken: set[str]) -> str:
    """The title in lower case with hyphens, numbered where another figure has that name."""
    words = re.sub(r"[^a-z0-9]+", "-", display.lower()).strip("-") or f"display-{number}"
    names = (words if again == 1 else f"{words}-{again}" for again in count(1))
    return next(name for name in names if name not in taken)


def _save(figure: Figure, kind: str) -> bytes:
    file = BytesIO()
    blank = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(file, format=kind, dpi=_DPI, metadata=blank)
    return file.getvalue()
