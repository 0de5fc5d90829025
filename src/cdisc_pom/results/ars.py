"""The displays as a reporting event of the CDISC Analysis Results Standard (ARS) 1.0, in JSON.

An analysis is a row of the Displays sheet, with its results; an output is a display. Populations,
selections of records, groupings and statistics become analysis sets, data subsets, groupings and
methods. A selection that the model cannot say has its SQL as description.

Source: CDISC Analysis Results Standard v1.0, logical model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import numpy as np

from cdisc_pom.results.ars_parts import (
    Json,
    Parts,
    only_variable,
    operation_id,
    relations_of,
)
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.document import notes_of
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.planning import SUBJECTS
from cdisc_pom.results.registry import Value, print_value
from cdisc_pom.results.words import word
from cdisc_pom.spec.sheets import DisplayRow

Files = Mapping[str, Sequence[str]]

_CONTEXT = "cdisc_pom, sheet Displays (conditions in SQL)"
_STATEMENTS = (
    "statistic", "arguments", "dataset", "parameter", "variable", "where", "population", "group",
    "format",
)  # fmt: skip


def reporting_event(
    results: Sequence[Result], facts: Facts, language: Language, files: Files
) -> Json:
    """The displays as a reporting event.

    Args:
        results: of the display rows, in order.
        facts: what the workbook says of the study.
        language: of names and texts.
        files: names of the files that show a display, by its English title.

    Returns:
        What the JSON file holds.
    """
    parts = Parts(facts, language)
    displays = [
        list(members) for _, members in groupby(results, key=lambda result: result.row.display)
    ]
    analyses: list[Json] = []
    outputs, contents = [], []
    for number, members in enumerate(displays, start=1):
        own = list(_analyses(members, number, parts))
        analyses += own
        output = _output(members, number, parts, files)
        outputs.append(output)
        contents.append(_listed(output, own, number))
    name = " · ".join(each for each in (facts.title, word("results", language)) if each)
    return {
        "id": f"ReportingEvent_{facts.title or 'study'}",
        "name": name,
        "description": facts.description.get(language, ""),
        "version": 1,
        "mainListOfContents": {
            "name": word("contents", language),
            "label": "LOPA",
            "contentsList": {"listItems": contents},
        },
        "referenceDocuments": [
            {"id": key, "name": title, "location": href}
            for key, (title, href) in facts.documents.items()
        ],
        "terminologyExtensions": parts.extensions(),
        "analysisSets": list(parts.sets.values()),
        "dataSubsets": list(parts.subsets.values()),
        "analysisGroupings": list(parts.groupings.values()),
        "methods": list(parts.methods.values()),
        "analyses": analyses,
        "outputs": outputs,
    }


def render_ars(results: Sequence[Result], facts: Facts, language: Language, files: Files) -> bytes:
    """The reporting event as JSON text."""
    event = reporting_event(results, facts, language, files)
    return (json.dumps(event, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _analyses(members: Sequence[Result], number: int, parts: Parts) -> Iterator[Json]:
    """One analysis a row that has numbers; a figure that only draws other rows has none."""
    rows = {id(member.row): member.row for member in members if member.values}
    stated = _stated(members)
    for at, row in enumerate(rows.values(), start=1):
        own = [member for member in members if member.row is row]
        yield _analysis(own, f"Analysis_{number:02d}_{at:02d}", stated, parts)


def _stated(members: Sequence[Result]) -> tuple[str | None, str | None]:
    """Reason and purpose of the display: those of its first row that states them."""
    reason = next((member.row.reason for member in members if member.row.reason), None)
    purpose = next((member.row.purpose for member in members if member.row.purpose), None)
    return reason, purpose


def _analysis(
    own: Sequence[Result], name: str, stated: tuple[str | None, str | None], parts: Parts
) -> Json:
    first, row = own[0], own[0].row
    operations = list(first.values) if first.table is None else ["count"]
    made: Json = {
        "id": name,
        "name": first.row_label(parts.language),
        "version": 1,
        "reason": parts.reason(row.reason or stated[0]),
        "purpose": parts.purpose(row.purpose or stated[1]),
        "dataset": row.dataset,
        "analysisSetId": parts.analysis_set(row.population),
        "methodId": parts.method(first, operations),
    }
    variable = only_variable(row.variable) if row.variable else "USUBJID"
    subset = parts.data_subset(first)
    groupings = _groupings(first, parts)
    optional: Json = {
        "variable": variable,
        "dataSubsetId": subset,
        "orderedGroupings": [
            {"order": order, "groupingId": grouping, "resultsByGroup": True}
            for order, grouping in enumerate(groupings, start=1)
        ],
        "referencedAnalysisOperations": [
            {"referencedOperationRelationshipId": relation, "analysisId": name}
            for relation in relations_of(first.statistic, operations)
        ],
        "documentRefs": _documents(row, parts.facts),
    }
    made |= {key: value for key, value in optional.items() if value}
    made["programmingCode"] = {"context": _CONTEXT, "code": _code(row)}
    made["results"] = [one for result in own for one in _results(result, groupings)]
    return made


def _groupings(result: Result, parts: Parts) -> list[str]:
    row = result.row
    found = [parts.grouping(SUBJECTS, row.group)] if row.group else []
    if result.table is not None and row.variable:
        raters = (result.table.first, result.table.second)
        found += [
            parts.grouping(row.dataset, row.variable, f"{row.parameter or row.variable}: {rater}")
            for rater in raters
        ]
    return found


def _results(result: Result, groupings: Sequence[str]) -> Iterator[Json]:
    places = result.statistic.places(result.digits)
    level = []
    if result.level != "":
        level.append({"groupingId": groupings[0], "groupValue": result.level or ""})
    if result.table is None:
        for part, value in result.values.items():
            yield _one(result, part, value, places.get(part, 0)) | _groups(level)
        return
    raters = groupings[-2:]
    for at, first in enumerate(result.table.levels):
        for by, second in enumerate(result.table.levels):
            pair = [
                {"groupingId": rater, "groupValue": rated}
                for rater, rated in zip(raters, (first, second), strict=True)
            ]
            yield _one(result, "count", int(result.table.counts[at, by]), 0) | _groups(level + pair)


def _one(result: Result, part: str, value: Value, digits: int) -> Json:
    made: Json = {"operationId": operation_id(result.statistic, part)}
    if isinstance(value, str) or np.isfinite(value):
        made["rawValue"] = str(value)
    return made | {"formattedValue": print_value(value, digits)}


def _groups(groups: list[Json]) -> Json:
    return {"resultGroups": groups} if groups else {}


def _documents(row: DisplayRow, facts: Facts) -> list[Json]:
    return [{"referenceDocumentId": row.document}] if row.document in facts.documents else []


def _code(row: DisplayRow) -> str:
    lines = [(name, getattr(row, name)) for name in _STATEMENTS]
    return "\n".join(f"{name}: {value}" for name, value in lines if value)


def _output(members: Sequence[Result], number: int, parts: Parts, files: Files) -> Json:
    title = members[0].display(parts.language)
    sections = [("Title", [title]), ("Footnote", notes_of(members, parts.facts, parts.language))]
    display: Json = {
        "id": f"Display_{number:02d}",
        "name": title,
        "version": 1,
        "displayTitle": title,
        "displaySections": [
            {
                "sectionType": kind,
                "orderedSubSections": [
                    {
                        "order": order,
                        "subSection": {
                            "id": f"Display_{number:02d}_{kind}_{order}",
                            "text": text,
                        },
                    }
                    for order, text in enumerate(texts, start=1)
                ],
            }
            for kind, texts in sections
        ],
    }
    shown = [
        {"name": name, "fileType": parts.file_type(name.rpartition(".")[2]), "location": name}
        for name in files.get(members[0].row.display, ())
    ]
    return {
        "id": f"Output_{number:02d}",
        "name": title,
        "version": 1,
        "fileSpecifications": shown,
        "displays": [{"order": 1, "display": display}],
    }


def _listed(output: Json, analyses: Sequence[Json], number: int) -> Json:
    made: Json = {
        "name": output["name"],
        "level": 1,
        "order": number,
        "outputId": output["id"],
    }
    items = [
        {"name": one["name"], "level": 2, "order": order, "analysisId": one["id"]}
        for order, one in enumerate(analyses, start=1)
    ]
    return made | ({"sublist": {"listItems": items}} if items else {})
