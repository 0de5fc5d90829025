"""Messages as SARIF 2.1.0: the form that code hosts show beside the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cdisc_pom import __version__
from cdisc_pom.errors import Cell, Place
from cdisc_pom.lint.model import Message
from cdisc_pom.lint.registry import FAMILIES, Rule, rules
from cdisc_pom.lint.study import Linted

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PAGE = "docs/lint.md"


def to_sarif(linted: Linted) -> str:
    """All messages as one SARIF run; files are named relative to the current folder."""
    registered = list(rules().values())
    places = {rule.id: at for at, rule in enumerate(registered)}
    content = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(registered)},
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(message, places[message.rule], linted.paths)
                    for message in linted.messages
                ],
            }
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _driver(registered: list[Rule]) -> dict[str, Any]:
    return {
        "name": "cdisc-pom lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule.id,
                "name": "".join(part.title() for part in rule.check.__name__.split("_")),
                "shortDescription": {"text": f"{rule.title}."},
                "fullDescription": {"text": rule.help or f"{rule.title}."},
                "help": {"text": f"{_PAGE}: {FAMILIES[rule.family]}"},
                "defaultConfiguration": {"level": rule.severity},
            }
            for rule in registered
        ],
    }


def _result(message: Message, index: int, paths: dict[str, Path]) -> dict[str, Any]:
    text = message.text + (f" {message.hint}" if message.hint else "")
    result: dict[str, Any] = {
        "ruleId": message.rule,
        "ruleIndex": index,
        "level": message.severity,
        "message": {"text": text},
        "locations": [_location(message.place, paths)],
        "partialFingerprints": {
            "place/v1": f"{message.rule}|{message.place}",
        },
    }
    if message.others:
        result["relatedLocations"] = [
            {"id": at, **_location(place, paths)} for at, place in enumerate(message.others)
        ]
    return result


def _location(place: Place, paths: dict[str, Path]) -> dict[str, Any]:
    """A cell has no line; it stands as a logical location, and its row as the line."""
    if not isinstance(place, Cell):
        region = {"startLine": place.number} if place.number else {}
        artifact = {"artifactLocation": {"uri": _uri(Path(place.file))}}
        return {"physicalLocation": artifact | ({"region": region} if region else {})}
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": _uri(paths.get(place.workbook, Path(place.workbook)))}
    }
    row = "".join(letter for letter in place.ref if letter.isdigit())
    if row and int(row) > 0:
        physical["region"] = {"startLine": int(row)}
    found: dict[str, Any] = {"physicalLocation": physical}
    if place.sheet:
        name = f"{place.sheet}!{place.ref}" if place.ref else place.sheet
        found["logicalLocations"] = [
            {"name": name, "fullyQualifiedName": str(place), "kind": "cell"}
        ]
    return found


def _uri(path: Path) -> str:
    """A relative path with slashes, or a file URI outside of the current folder."""
    full = path if path.is_absolute() else Path.cwd() / path
    if full.is_relative_to(Path.cwd()):
        from urllib.parse import quote  # noqa: PLC0415

        return quote(full.relative_to(Path.cwd()).as_posix())
    return full.as_uri()
