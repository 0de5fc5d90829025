"""The outcome as one web page that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Literal

from cdisc_pom.compare.report import as_data
from cdisc_pom.compare.results import KINDS, LibraryComparison
from cdisc_pom.compare.sections import told_comparisons
from cdisc_pom.compare.shown import amount_text

Language = Literal["en", "zh"]


def to_html(found: LibraryComparison, *, language: str = "en") -> str:
    """The outcome as a page.

    Args:
        found: the outcome.
        language: ``en`` or ``zh``, in which the page opens; a button switches to the other.

    Returns:
        HTML text. Everything that comes from data is escaped. The same outcome gives the same
        text.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - heavy

    environment = Environment(
        loader=PackageLoader("cdisc_pom.compare", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    data = as_data(found)
    told = told_comparisons(found)
    for number, each in enumerate(data["data_sets"]):
        each["number"] = number + 1
        each["told"] = found.comparisons[number] in told
        each["by_record"] = _by_record(each)
        for variable in each["values"]:
            for value in variable["first"]:
                _mark(value, is_text=variable["type"] == "text")
    return environment.get_template("compare.html.j2").render(
        language=language,
        kinds=KINDS,
        amount=amount_text,
        **data,
    )


def _by_record(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first differing records, each with all its unequal variables.

    A variable that differs in one of the first n differing records has fewer than n differences
    before it, so that these records are complete in the first n of each variable.
    """
    cut = [len(each["first"]) for each in data["values"] if len(each["first"]) < each["unequal"]]
    pairs = sorted(
        (
            (value["base_row"], number, variable["variable"], value)
            for number, variable in enumerate(data["values"])
            for value in variable["first"]
        ),
        key=lambda each: each[:2],
    )
    records = [
        {"row": row, "values": [(each[2], each[3]) for each in group]}
        for row, group in groupby(pairs, key=lambda each: each[0])
    ]
    return records[: min(cut, default=None)]


def _mark(value: dict[str, Any], *, is_text: bool) -> None:
    """Cut both values into what they share at the start, what differs, what they share at the end.

    Numbers and missing values differ as a whole.
    """
    one, other = value["base"], value["compare"]
    whole = not is_text or value["base_value"] is None or value["compare_value"] is None
    start = 0 if whole else _shared(one, other)
    end = 0 if whole else _shared(one[start:][::-1], other[start:][::-1])
    for side, text in (("base", one), ("compare", other)):
        stop = len(text) - end
        value[f"{side}_parts"] = (text[:start], text[start:stop], text[stop:])


def _shared(one: str, other: str) -> int:
    """How many characters both texts have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
