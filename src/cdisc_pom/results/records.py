"""The analysis records behind each number: keys and values, for the pages and for programs.

`records.json` lists for each result the first records that count, with their number in the file,
their keys and the variables that the row looks at. `records.js` is the same for a page that is
opened from the disk, where a browser reads no JSON file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cdisc_pom.results.agreement import CrossTable
from cdisc_pom.results.arguments import sql_arguments
from cdisc_pom.results.displays import Result
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.reproduction import Reproduction
from cdisc_pom.spec.expressions import parse_expression

MOST_SHOWN = 100
VARIABLE = "RECORDS"


def record_lists(
    reproduction: Reproduction, facts: Facts, *, most: int = MOST_SHOWN
) -> list[dict[str, Any]]:
    """The records of each result.

    Args:
        reproduction: the results, with the data sets that they come from.
        facts: the keys of the data sets.
        most: records listed for a result; `records` always tells how many there are.

    Returns:
        One entry a result, in their order: data set, numbers of records and subjects, names of
        the columns, and the first records. `OBS` is the record's number in the file, from 1.
    """
    return [_listed(result, reproduction, facts, most) for result in reproduction.results]


def render_records(lists: list[dict[str, Any]]) -> dict[str, bytes]:
    """`records.json`, and `records.js` for pages that are opened from the disk."""
    text = json.dumps(lists, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {
        "records.json": (text + "\n").encode(),
        "records.js": f"const {VARIABLE} = {text};\n".encode(),
    }


def _listed(result: Result, reproduction: Reproduction, facts: Facts, most: int) -> dict[str, Any]:
    frame = reproduction.frames.get(result.records.dataset, pd.DataFrame())
    columns = [name for name in _columns(result, facts) if name in frame.columns]
    observations = result.records.observations
    made = {
        "display": result.row.display,
        "label": result.label("en"),
        "label_zh": result.label("zh"),
        "text": result.text,
        "dataset": result.records.dataset,
        "records": len(observations),
        "subjects": len(result.records.subjects),
        "columns": ["OBS", *columns],
        "rows": _rows(frame, columns, observations[:most]),
    }
    if result.table is not None and columns:
        made["cells"] = list(_cells(result, result.table, frame, columns))
    return made


def _cells(
    result: Result, table: CrossTable, frame: pd.DataFrame, columns: list[str]
) -> Iterator[dict[str, Any]]:
    """The records of each cell of a table of two raters."""
    numbers = np.array(result.records.observations, dtype=np.int64)
    subjects = frame["USUBJID"].astype("object").to_numpy()[numbers - 1]
    places: dict[tuple[int, int], list[str]] = {}
    for subject, row, column in table.pairs:
        places.setdefault((row, column), []).append(subject)
    for (row, column), members in sorted(places.items()):
        chosen = numbers[np.isin(subjects, members)].tolist()
        yield {
            "cell": [table.levels[row], table.levels[column]],
            "records": len(chosen),
            "subjects": len(members),
            "rows": _rows(frame, columns, chosen),
        }


def _rows(frame: pd.DataFrame, columns: list[str], observations: Sequence[int]) -> list[list[Any]]:
    if not columns:
        return []
    chosen = frame.iloc[[number - 1 for number in observations]][columns]
    values = [[_plain(value) for value in chosen[name].tolist()] for name in columns]
    return [list(row) for row in zip(observations, *values, strict=True)]


def _columns(result: Result, facts: Facts) -> list[str]:
    """Keys first, then what the row looks at."""
    row = result.row
    keys = facts.keys.get(row.dataset, ("USUBJID",))
    parameter = ["PARAMCD"] if row.parameter else []
    return list(dict.fromkeys([*keys, "USUBJID", *parameter, *_looked_at(result)]))


def _looked_at(result: Result) -> Iterator[str]:
    row, arguments = result.row, result.arguments
    texts = [row.where, row.variable]
    if arguments is not None:
        texts += [getattr(arguments, name) for name in sql_arguments(type(arguments))]
    for text in texts:
        if text:
            yield from (column.name for column in parse_expression(text).columns)
    yield from result.statistic.columns


def _plain(value: Any) -> str | int | float | None:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        whole = value == value.normalize()
        return value.strftime("%Y-%m-%d" if whole else "%Y-%m-%dT%H:%M:%S")
    if isinstance(value, float | np.floating):
        return int(value) if float(value).is_integer() else float(value)
    return value if isinstance(value, int) else str(value)
