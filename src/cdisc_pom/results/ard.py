"""Analysis results data: one row a statistic, as a parquet file.

What stands in the columns is told by `COLUMNS`; the file carries the same words as metadata of its
fields, and docs/results.md lists them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from cdisc_pom.results.displays import Result
from cdisc_pom.results.registry import Value, print_value
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.results.words import part_word

if TYPE_CHECKING:
    import pyarrow as pa

# Name, type and meaning of each column.
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("display", "string", "title of the table or figure"),
    ("display_zh", "string", "its Chinese title"),
    ("display_order", "int32", "place of the display, from 1"),
    ("section", "string", "heading that the row stands under"),
    ("row_order", "int32", "Order of the row in its display"),
    ("row", "string", "row label"),
    ("row_zh", "string", "Chinese row label"),
    ("group", "string", "SQL on ADSL that makes the groups; null without groups"),
    ("group_level", "string", "value of the group; null without groups, and for subjects without"),
    ("method", "string", "name of the statistic in the Displays sheet"),
    ("statistic", "string", "part of the statistic: n, pct, lcl, median …"),
    ("statistic_label", "string", "the part in words"),
    ("time", "float64", "time of an estimate of a survival curve; null for other statistics"),
    ("level_1", "string", "level of the first rater in a table of two raters"),
    ("level_2", "string", "level of the second rater"),
    ("value", "float64", "the number, unrounded; null where it cannot be estimated or is text"),
    ("value_text", "string", "the value where it is text, such as a month"),
    ("formatted", "string", "as it is printed"),
    ("unit", "string", "%, subjects, or the row's Unit"),
    ("numerator", "int64", "subjects that count"),
    ("denominator", "int64", "subjects of the population"),
    ("dataset", "string", "analysis data set"),
    ("parameter", "string", "PARAMCD"),
    ("variable", "string", "analysed variable or expression"),
    ("where", "string", "SQL condition on the data set"),
    ("population", "string", "SQL condition on ADSL; null means all subjects"),
    ("published_id", "string", "published figure that the row is compared with"),
    ("status", "string", "how the figure stands: equal, expected, differs, not_checked …"),
)
_COUNTS = ("n", "denom", "events", "unpaired", "count", "at_risk", "censored")
_SHARES = ("pct", "lcl", "ucl")


def ard_rows(reproduction: Reproduction) -> list[dict[str, Any]]:
    """The rows, as dictionaries with the names of `COLUMNS`."""
    statuses = {one.figure.id: str(one.status) for one in reproduction.comparisons}
    rows = []
    displays = groupby(reproduction.results, key=lambda result: result.row.display)
    for number, (_, results) in enumerate(displays, start=1):
        for result in results:
            common = _common(result, number, statuses)
            rows += [common | own for own in _statistics(result)]
    return rows


def render_ard(reproduction: Reproduction) -> bytes:
    """The rows as a parquet file; the same results give the same bytes."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = pa.Table.from_pylist(ard_rows(reproduction), schema=ard_schema())
    file = BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def ard_schema() -> pa.Schema:
    """Types of the columns, each with its meaning."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    types = {
        "string": pa.string(), "int32": pa.int32(), "int64": pa.int64(), "float64": pa.float64(),
    }  # fmt: skip
    return pa.schema(
        [
            pa.field(name, types[kind], metadata={"description": meaning})
            for name, kind, meaning in COLUMNS
        ]
    )


def _common(result: Result, number: int, statuses: dict[str, str]) -> dict[str, Any]:
    row = result.row
    return {
        "display": row.display,
        "display_zh": row.display_zh,
        "display_order": number,
        "section": row.section,
        "row_order": row.order,
        "row": row.label,
        "row_zh": row.label_zh,
        "group": row.group,
        "group_level": result.level or None,
        "method": row.statistic,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "dataset": row.dataset,
        "parameter": row.parameter,
        "variable": row.variable,
        "where": row.where,
        "population": row.population,
        "published_id": row.published,
        "status": statuses.get(row.published or ""),
    }


def _statistics(result: Result) -> Iterator[dict[str, Any]]:
    places = result.statistic.places(result.digits)
    for part, value in result.values.items():
        formatted = print_value(value, places.get(part, 0 if part in _COUNTS else 4))
        yield _cell(result, part, value) | {"formatted": formatted}
    if result.curve is not None and result.statistic.drawn:
        yield from _curve(result)
    if result.table is not None:
        for at, first in enumerate(result.table.levels):
            for by, second in enumerate(result.table.levels):
                count = int(result.table.counts[at, by])
                levels = {"level_1": first, "level_2": second, "formatted": str(count)}
                yield _cell(result, "count", count) | levels


def _curve(result: Result) -> Iterator[dict[str, Any]]:
    curve = result.curve
    assert curve is not None
    columns = {
        "at_risk": curve.at_risk, "events": curve.events, "censored": curve.censored,
        "survival": curve.survival, "survival_lcl": curve.lower, "survival_ucl": curve.upper,
    }  # fmt: skip
    for at, time in enumerate(curve.time.tolist()):
        for part, column in columns.items():
            value = column[at].item()
            formatted = print_value(value, 0 if part in _COUNTS else 4)
            yield _cell(result, part, value) | {"time": time, "formatted": formatted}


def _cell(result: Result, part: str, value: Value) -> dict[str, Any]:
    number = isinstance(value, int | float) and bool(np.isfinite(value))
    return {
        "statistic": part,
        "statistic_label": part_word(part, "en"),
        "value": float(value) if number else None,
        "value_text": value if isinstance(value, str) else None,
        "unit": _unit(result, part),
    }


def _unit(result: Result, part: str) -> str | None:
    if part in _COUNTS:
        return "subjects"
    if part in _SHARES and "pct" in result.values:
        return "%"
    return result.row.unit if part in result.statistic.decimals else None
