"""Figures of the displays as SVG and PNG, drawn by matplotlib without a screen.

The same results give the same bytes: no dates in the files, fixed ids, and one font that is shipped
with the package, so that Chinese shows on every machine. How a statistic is drawn stands in a
module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import count, groupby
from typing import TYPE_CHECKING

from cdisc_pom.results import (  # noqa: F401 - register the drawers
    figure_flow,
    figure_forest,
    figure_survival,
    figure_swimmer,
    figure_waterfall,
)
from cdisc_pom.results.canvas import DRAWERS, FONT, drawer
from cdisc_pom.results.displays import Language, Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["DRAWERS", "FONT", "Picture", "draw_figures", "drawer"]

_DPI = 200


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its file name without suffix, its title, and both formats."""

    name: str
    title: str
    svg: bytes
    png: bytes


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
