"""Statistics of figures: what the rows of a flow chart, swimmer or waterfall plot stand for.

One row of such a display is the figure itself (`flow_chart`, `swimmer_plot`, `waterfall_plot`);
its other rows give the parts that are drawn. Each part counts its subjects, so that it may stand
in a table, too.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from cdisc_pom.results.arguments import Arguments, Numbers, Sql, Words
from cdisc_pom.results.registry import DataFault, Outcome, Points, Selection, Value, statistic

Marker = Literal["arrow", "cross", "triangle", "circle", "diamond", "square", "star"]


class CategoryArguments(Arguments):
    """Levels of a category in order; without them as they sort."""

    levels: Words = ()


class StateArguments(CategoryArguments):
    """The category that holds from a record's time on."""

    category: Sql


class MarkArguments(Arguments):
    """The shape that marks an event."""

    marker: Marker = "circle"


class WaterfallArguments(Arguments):
    """Heights of reference lines, and the height at which bars are cut."""

    lines: Numbers = ()
    cap: float | None = None


@statistic("flow_chart", text="", drawn=True)
def flow_chart(selection: Selection) -> Outcome:  # noqa: ARG001 - it draws the display's other rows
    """Figure: a flow chart of subjects, of the `flow_…` rows of the same display."""
    return Outcome({})


@statistic("flow_box", text="{n}", part=True)
def flow_box(selection: Selection) -> Outcome:
    """A box of the flow chart; boxes with the same Order stand side by side."""
    return Outcome(_counts(selection))


@statistic("flow_exit", text="{n}", part=True)
def flow_exit(selection: Selection) -> Outcome:
    """A box at the side of the flow chart: subjects who leave after the box above."""
    return Outcome(_counts(selection))


@statistic("flow_reason", text="{n}", part=True)
def flow_reason(selection: Selection) -> Outcome:
    """A line inside the box above it: a part of its subjects."""
    return Outcome(_counts(selection))


@statistic("swimmer_plot", text="{n}", needs=("number", "one_record"), drawn=True)
def swimmer_plot(selection: Selection) -> Outcome:
    """Figure: a bar for each subject, as long as the variable, with the `swimmer_…` rows on it."""
    return _points(selection)


@statistic("swimmer_state", text="{n}", needs=("number",), arguments=StateArguments, part=True)
def swimmer_state(selection: Selection) -> Outcome:
    """A state on a subject's bar from the variable's time on, until the next one begins."""
    assert isinstance(selection.arguments, StateArguments)
    return _points(selection, selection.columns["category"], selection.arguments.levels)


@statistic("swimmer_mark", text="{n}", needs=("number",), arguments=MarkArguments, part=True)
def swimmer_mark(selection: Selection) -> Outcome:
    """A mark on a subject's bar at the variable's time."""
    return _points(selection)


@statistic(
    "waterfall_plot",
    text="{n}",
    needs=("number", "one_record"),
    drawn=True,
    arguments=WaterfallArguments,
)
def waterfall_plot(selection: Selection) -> Outcome:
    """Figure: a bar for each subject, as high as the variable, in descending order."""
    return _points(selection)


@statistic(
    "subject_category",
    text="{n}",
    needs=("value", "one_record"),
    arguments=CategoryArguments,
    part=True,
)
def subject_category(selection: Selection) -> Outcome:
    """The category that gives a subject's bar its colour."""
    assert selection.values is not None
    assert isinstance(selection.arguments, CategoryArguments)
    held = selection.values.dropna()
    levels = selection.arguments.levels
    texts = as_texts(held, levels, selection.records["USUBJID"])
    subjects = selection.records.loc[held.index, "USUBJID"]
    points = Points(tuple(subjects), np.full(len(held), np.nan), tuple(texts))
    return Outcome(_counted(selection, subjects), points=points, used=held.index)


def as_texts(values: pd.Series, levels: tuple[str, ...], subjects: pd.Series) -> list[str | None]:
    """Values as text, missing ones None.

    Raises:
        DataFault: a value is none of the levels, where there are any.
    """
    texts = [_text(value) for value in values.tolist()]
    bad = [bool(levels) and text is not None and text not in levels for text in texts]
    if any(bad):
        found = sorted({text or "" for text, wrong in zip(texts, bad, strict=True) if wrong})
        message = f"{', '.join(map(repr, found))}: none of the levels {', '.join(levels)}."
        raise DataFault(message, subjects.loc[values.index][bad])
    return texts


def _text(value: object) -> str | None:
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)


def _points(
    selection: Selection, category: pd.Series | None = None, levels: tuple[str, ...] = ()
) -> Outcome:
    assert selection.values is not None
    held = selection.values.dropna()
    subjects = selection.records.loc[held.index, "USUBJID"]
    texts: tuple[str | None, ...] = ()
    if category is not None:
        texts = tuple(as_texts(category.loc[held.index], levels, selection.records["USUBJID"]))
    points = Points(tuple(subjects), held.to_numpy(dtype=np.float64), texts)
    return Outcome(_counted(selection, subjects), points=points, used=held.index)


def _counted(selection: Selection, subjects: pd.Series) -> dict[str, Value]:
    return {"n": int(subjects.nunique()), "denom": selection.denominator}


def _counts(selection: Selection) -> dict[str, Value]:
    return {"n": selection.numerator, "denom": selection.denominator}
