"""Kaplan-Meier figures: curves with band, censoring ticks, median and number at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cdisc_pom.results.canvas import (
    FAINT,
    GRID,
    INK,
    colours,
    draw_title,
    drawer,
    dress_axes,
    font,
    month_ticks,
    new_figure,
    properties,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.statistics import Floats
from cdisc_pom.results.survival import KaplanMeier, number_at_risk, survival_time
from cdisc_pom.results.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@drawer("km_curve")
def draw_survival(own: Sequence[Result], _: Sequence[Result], language: Language) -> Figure:
    """Kaplan-Meier curves with band, censoring ticks, median and number at risk."""
    curves = [(result, result.curve) for result in own if result.curve is not None]
    risk_height, legend_height = 0.26 + 0.22 * len(curves), 0.12 + 0.22 * len(curves)
    height = 4.17 + risk_height + legend_height
    figure = new_figure(height)
    left, width = 0.1, 0.87
    draw_title(figure, own[0].display(language), height)
    axes = figure.add_axes((left, (risk_height + 0.62) / height, width, 3.05 / height))
    table = figure.add_axes((left, 0.1 / height, width, risk_height / height))
    end = max((float(curve.time[-1]) for _, curve in curves if len(curve.time)), default=1.0)
    ticks = month_ticks(end)
    for (result, curve), colour in zip(curves, colours(len(curves)), strict=True):
        _draw_curve(axes, curve, colour, _legend(result, curve, language))
    _dress_survival(axes, ticks, end, own[0].row_label(language), language)
    _draw_risk(table, axes, curves, ticks, language)
    return figure


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
        axes.plot([0, median, median], [0.5, 0.5, 0], color=FAINT, linewidth=0.9, linestyle=":")


def _carried(limit: Floats) -> Floats:
    """The last limit that could be estimated, held to the end of the band."""
    known = limit[np.isfinite(limit)]
    return np.where(np.isfinite(limit), limit, known[-1])


def _dress_survival(
    axes: Axes, ticks: list[int], end: float, label: str, language: Language
) -> None:
    axes.set_xlim(0, max(end * 1.02, ticks[-1]))
    axes.set_ylim(0, 1.03)
    axes.set_xticks(ticks, [str(tick) for tick in ticks], **font(9, INK))
    levels = [0, 0.2, 0.4, 0.6, 0.8, 1]
    axes.set_yticks(levels, [f"{level:.1f}" for level in levels], **font(9, INK))
    axes.set_xlabel(label, labelpad=5, **font(10, INK))
    axes.set_ylabel(word("event_free", language), labelpad=7, **font(10, INK))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    dress_axes(axes)
    axes.legend(
        loc="lower left", bbox_to_anchor=(-0.012, 1), frameon=False, prop=properties(10),
        labelcolor=INK, labelspacing=0.35, borderpad=0.2,
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
    table.text(0, 0.45, word("at_risk", language), va="center", **font(9, FAINT))
    for place, ((result, curve), colour) in enumerate(zip(curves, colours(rows), strict=True)):
        height = -place - 0.45
        for tick, left in zip(ticks, number_at_risk(curve, ticks).tolist(), strict=True):
            table.text(tick, height, str(left), ha="center", va="center", **font(9, colour))
        if result.level != "":
            name = result.level_label(language)
            table.text(
                -0.02, height, name, ha="right", va="center",
                transform=table.get_yaxis_transform(), **font(9, colour),
            )  # fmt: skip


def _legend(result: Result, curve: KaplanMeier, language: Language) -> str:
    counts = word("events", language).format(events=curve.total_events, n=curve.subjects)
    median = result.text.replace("(", f"({word('ci', language)} ")
    lead = "" if result.level == "" else f"{result.level_label(language)}: "
    median = f"{lead}{word('median', language)} {median}"
    return word("legend", language).format(median=median, counts=counts)
