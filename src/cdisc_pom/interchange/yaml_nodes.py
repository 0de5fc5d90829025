"""YAML read with its lines, so that a fault is told where it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from cdisc_pom.errors import Line, Problems, SpecError

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_READERS: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"-?(0|[1-9][0-9]*)"), int),
    (re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), dt.date.fromisoformat),
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?"), dt.datetime.fromisoformat),
)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Node = yaml.nodes.Node


def read_nodes(path: Path) -> Node:
    """The tree of a YAML file.

    Raises:
        Problems: the file is missing, is no UTF-8 text or no YAML, at its line.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise Problems(
            [SpecError(Line(path.name), f"cannot be read: {error.strerror}.")]
        ) from error
    except UnicodeDecodeError as error:
        raise Problems([SpecError(Line(path.name), "is no UTF-8 text.")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        place = Line(path.name, mark.line + 1 if mark is not None else 0)
        raise Problems([SpecError(place, f"is no YAML: {said}.")]) from error
    if node is None:
        raise Problems([SpecError(Line(path.name), "is empty.")])
    return node


def line_of(path: Path, node: Node) -> Line:
    """Where a node begins."""
    return Line(path.name, node.start_mark.line + 1)


def cell_value(node: Node) -> Any:
    """The cell that a scalar means; text that is quoted is always text.

    Raises:
        ValueError: it is no scalar, or a tag does not fit it.
    """
    if not isinstance(node, yaml.nodes.ScalarNode):
        raise ValueError("is no single value")  # noqa: TRY004 - told to people as the others
    text: str = node.value
    if node.tag == "!time":
        return dt.time.fromisoformat(text)
    if node.tag == "!duration":
        return dt.timedelta(seconds=float(text))
    return text if node.style else _plain(text)


def _plain(text: str) -> Any:
    """What a text without quotes means: YAML 1.2's words and numbers, and dates."""
    if text in _WORDS:
        return _WORDS[text]
    for pattern, read in _READERS:
        if pattern.fullmatch(text):
            return read(text)
    return text
