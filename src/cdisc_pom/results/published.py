"""The published-figures file: what a paper or report prints, with what is known about it.

A YAML file with `source`, `conventions`, `entries` and `inconsistencies`; docs/results.md shows
each key. All faults of the file are told at once, each at its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cdisc_pom.errors import Collector, Line, Problems, SpecError

Scalar = int | float | str

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHARE = "n_pct"


class _Bilingual(BaseModel):
    """Texts in English, and in Chinese where the file has them under the same key with `_zh`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def said(self, name: str, language: str) -> str:
        """A text in the language, in English where there is no Chinese one."""
        translated = getattr(self, f"{name}_zh") if language == "zh" else ""
        return str(translated or getattr(self, name))


class Inconsistency(_Bilingual):
    """Something in the source that does not fit, and what was decided."""

    id: str
    text: str
    decision: str
    text_zh: str = ""
    decision_zh: str = ""


class PublishedFigure(_Bilingual):
    """One published figure.

    `n_pct` figures have `n`, `denom` and `printed_pct`, all others `printed` and `values` by part.
    `expected_pct` is what the counts give where the print is wrong. A `tolerance` that begins with
    `not checked` or `not attainable` takes the figure out of the comparison; the reasons are
    `derived_from` and `note`.
    """

    id: str
    section: str
    label: str
    population: str = ""
    stat: str
    tolerance: str = "exact"
    derived_from: str = ""
    note: str = ""
    label_zh: str = ""
    derived_from_zh: str = ""
    note_zh: str = ""
    printed: str | None = None
    values: dict[str, Scalar] = Field(default_factory=dict)
    n: int | None = Field(None, ge=0)
    denom: int | None = Field(None, ge=1)
    printed_pct: str | None = Field(None, pattern=r"^\d+(\.\d+)?$")
    computed_pct: str | None = None
    expected_pct: str | None = Field(None, pattern=r"^\d+(\.\d+)?$")
    pct_check: Literal["agrees", "DIFFERS"] | None = None
    n_is: str | None = None
    km: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> PublishedFigure:
        needed = ("n", "denom", "printed_pct") if self.stat == _SHARE else ("printed", "values")
        absent = [name for name in needed if getattr(self, name) in (None, {})]
        if absent:
            raise ValueError(f"a figure with stat {self.stat} needs {', '.join(absent)}")
        return self

    @property
    def excluded(self) -> Literal["not_checked", "not_attainable"] | None:
        """Why the figure is not compared, None when it is."""
        words = self.tolerance.casefold()
        if words.startswith("not checked"):
            return "not_checked"
        return "not_attainable" if words.startswith("not attainable") else None

    @property
    def text(self) -> str:
        """The figure as it is printed."""
        if self.stat == _SHARE:
            return f"{self.n} ({self.printed_pct})"
        return self.printed or ""

    @property
    def corrected(self) -> bool:
        """Whether the print contradicts its own counts."""
        return self.expected_pct is not None and self.expected_pct != self.printed_pct

    def expected(self) -> dict[str, str]:
        """Each part as text with the printed number of decimals."""
        if self.stat == _SHARE:
            share = self.expected_pct or self.printed_pct or ""
            return {"n": str(self.n), "denom": str(self.denom), "pct": share}
        tokens = _NUMBER.findall(self.printed or "")
        return {part: _as_printed(value, tokens) for part, value in self.values.items()}


class PublishedFile(_Bilingual):
    """All published figures of a study."""

    source: str
    source_zh: str = ""
    conventions: dict[str, str] = Field(default_factory=dict)
    entries: tuple[PublishedFigure, ...]
    inconsistencies: tuple[Inconsistency, ...] = ()


def read_published(path: Path) -> PublishedFile:
    """Read a published-figures file.

    Raises:
        Problems: the file is missing, is not YAML, lacks keys, has unknown ones or an id twice;
            all faults at once, each at its line.
    """
    node = _compose(path)
    data = _construct(node)
    collector = Collector()
    try:
        published = PublishedFile.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            location = fault["loc"]
            message = f"{'.'.join(map(str, location))}: {fault['msg']}."
            collector.add(Line(path.name, _line(node, location)), message)
    for name, key, line in _repeated(node):
        collector.add(Line(path.name, line), f"{name} has the id '{key}' a second time.")
    collector.stop()
    return published


def _compose(path: Path) -> yaml.Node:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        fault = SpecError(Line(str(path)), "the file of published figures is not there.")
        raise Problems([fault]) from error
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Line(path.name, mark.line + 1 if mark else 0)
        raise Problems([SpecError(place, f"not YAML: {error.problem}.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise Problems([SpecError(Line(path.name), "holds no keys (source, entries …).")])
    return node


def _construct(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    return loader.construct_document(node)


def _line(node: yaml.Node, location: tuple[int | str, ...]) -> int:
    """Line of the deepest part of the location that is in the file."""
    for step in location:
        below = _child(node, step)
        if below is None:
            break
        node = below
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        below: yaml.Node = node.value[step]
        return below
    return None


def _repeated(node: yaml.Node) -> Iterator[tuple[str, str, int]]:
    for name in ("entries", "inconsistencies"):
        items = _child(node, name)
        seen: set[str] = set()
        for item in items.value if isinstance(items, yaml.SequenceNode) else []:
            key = _child(item, "id")
            if key is None:
                continue
            if key.value in seen:
                yield name, key.value, int(key.start_mark.line) + 1
            seen.add(key.value)


def _as_printed(value: Scalar, tokens: list[str]) -> str:
    """The value with the decimals it is printed with: YAML itself drops trailing zeros."""
    if isinstance(value, str):
        return value
    own = str(value)
    try:
        return next(token for token in tokens if Decimal(token) == Decimal(own))
    except (StopIteration, InvalidOperation):
        return own
