"""Parts of an ARS reporting event that several analyses share: each is listed once, under an id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cdisc_pom.define.conditions import Clause, Compound, Unsaid, read_clause
from cdisc_pom.results.displays import Language, Result
from cdisc_pom.results.facts import Facts
from cdisc_pom.results.planning import SUBJECTS
from cdisc_pom.results.registry import Statistic
from cdisc_pom.results.words import part_word
from cdisc_pom.spec.clauses import Condition
from cdisc_pom.spec.expressions import parse_expression

Json = dict[str, Any]

_REASONS = (
    "SPECIFIED IN PROTOCOL", "SPECIFIED IN SAP", "DATA DRIVEN", "REQUESTED BY REGULATORY AGENCY",
)  # fmt: skip
_PURPOSES = (
    "PRIMARY OUTCOME MEASURE", "SECONDARY OUTCOME MEASURE", "EXPLORATORY OUTCOME MEASURE",
)  # fmt: skip
_FILE_TYPES = ("pdf", "rtf", "txt")
_NOT_STATED = "NOT STATED"
# Parts that are a quotient of two others.
_QUOTIENTS = {"pct": (("n", "NUMERATOR"), ("denom", "DENOMINATOR"))}


@dataclass
class Parts:
    """What the analyses refer to, gathered while they are written."""

    facts: Facts
    language: Language
    sets: dict[str | None, Json] = field(default_factory=dict)
    subsets: dict[tuple[str, str | None, str | None], Json] = field(default_factory=dict)
    groupings: dict[tuple[str, str], Json] = field(default_factory=dict)
    methods: dict[str, Json] = field(default_factory=dict)
    terms: dict[str, dict[str, Json]] = field(default_factory=dict)

    def analysis_set(self, condition: str | None) -> str:
        """Id of the subjects that a condition selects."""
        if condition not in self.sets:
            number = len(self.sets) + 1
            name = self.facts.population(condition, self.language)
            # all subjects: those whose identifier is not missing
            every = Condition(SUBJECTS, "USUBJID", "NE", ())
            clause = read_clause(condition, SUBJECTS) if condition else every
            made = {"id": f"AnalysisSet_{number:02d}", "name": name}
            self.sets[condition] = made | _selection(clause, condition, number)
        return str(self.sets[condition]["id"])

    def data_subset(self, result: Result) -> str | None:
        """Id of the records that a row selects; None when it takes all of the data set."""
        row = result.row
        if row.parameter is None and row.where is None:
            return None
        key = (row.dataset, row.parameter, row.where)
        if key not in self.subsets:
            number = len(self.subsets) + 1
            texts = [f"PARAMCD = '{row.parameter}'"] if row.parameter else []
            texts += [f"({row.where})" if texts else row.where] if row.where else []
            text = " AND ".join(texts)
            made = {"id": f"DataSubset_{number:03d}", "name": f"{row.dataset}: {text}"}
            clause = read_clause(text, row.dataset)
            self.subsets[key] = made | _selection(clause, text, number)
        return str(self.subsets[key]["id"])

    def grouping(self, dataset: str, expression: str, name: str = "") -> str:
        """Id of a grouping by the values of an expression."""
        key = (dataset, name or expression)
        if key not in self.groupings:
            made: Json = {
                "id": f"Grouping_{len(self.groupings) + 1:02d}",
                "name": name or expression,
                "dataDriven": True,
                "groupingDataset": dataset,
            }
            variable = only_variable(expression)
            if variable:
                made["groupingVariable"] = variable
            else:
                made["description"] = expression
            self.groupings[key] = made
        return str(self.groupings[key]["id"])

    def method(self, result: Result, parts: list[str]) -> str:
        """Id of a statistic, which has an operation for each of its parts."""
        statistic = result.statistic
        if statistic.name not in self.methods:
            operations = [
                self._operation(statistic, part, order) for order, part in enumerate(parts, start=1)
            ]
            made: Json = {
                "id": f"Method_{statistic.name}",
                "name": statistic.name,
                "description": statistic.title,
                "operations": operations,
            }
            self.methods[statistic.name] = made
        return str(self.methods[statistic.name]["id"])

    def _operation(self, statistic: Statistic, part: str, order: int) -> Json:
        places = statistic.places(()).get(part, 0)
        made: Json = {
            "id": operation_id(statistic, part),
            "name": part,
            "label": part_word(part, self.language),
            "order": order,
            "resultPattern": "XX" + ("." + "X" * places if places else ""),
        }
        relations = [
            {
                "id": relation_id(statistic, part, other),
                "referencedOperationRole": {"controlledTerm": role},
                "operationId": operation_id(statistic, other),
            }
            for other, role in _QUOTIENTS.get(part, ())
        ]
        if relations:
            made["referencedOperationRelationships"] = relations
        return made

    def reason(self, text: str | None) -> Json:
        """Why an analysis is made, as a term of the standard or of the sponsor."""
        return self._term("AnalysisReasonEnum", text or _NOT_STATED, _REASONS)

    def purpose(self, text: str | None) -> Json:
        """What an analysis is for, as a term of the standard or of the sponsor."""
        return self._term("AnalysisPurposeEnum", text or _NOT_STATED, _PURPOSES)

    def file_type(self, suffix: str) -> Json:
        """The type of a file, as a term of the standard or of the sponsor."""
        return self._term("OutputFileTypeEnum", suffix, _FILE_TYPES)

    def _term(self, enumeration: str, text: str, words: tuple[str, ...]) -> Json:
        known = next((each for each in words if each.casefold() == text.strip().casefold()), None)
        if known is not None:
            return {"controlledTerm": known}
        terms = self.terms.setdefault(enumeration, {})
        if text not in terms:
            name = f"{enumeration.removesuffix('Enum')}_{len(terms) + 1}"
            terms[text] = {"id": name, "submissionValue": text}
        return {"sponsorTermId": terms[text]["id"]}

    def extensions(self) -> list[Json]:
        """Terms of the sponsor that the event uses."""
        return [
            {
                "id": f"Terms_{enumeration}",
                "enumeration": enumeration,
                "sponsorTerms": list(terms.values()),
            }
            for enumeration, terms in self.terms.items()
        ]


def operation_id(statistic: Statistic, part: str) -> str:
    """Id of a part of a statistic."""
    return f"Operation_{statistic.name}_{part}"


def relation_id(statistic: Statistic, part: str, other: str) -> str:
    """Id of the use that one part makes of another."""
    return f"Relation_{statistic.name}_{part}_{other}"


def relations_of(statistic: Statistic, parts: list[str]) -> list[str]:
    """Ids of the uses among the parts of a statistic."""
    return [
        relation_id(statistic, part, other)
        for part in parts
        for other, _ in _QUOTIENTS.get(part, ())
    ]


def only_variable(expression: str | None) -> str | None:
    """The variable that an expression consists of; None when there is more to it."""
    if not expression:
        return None
    found = parse_expression(expression)
    plain = len(found.columns) == 1 and expression.strip().isidentifier()
    return found.columns[0].name if plain else None


def _selection(clause: Clause, text: str | None, order: int) -> Json:
    made = _where(clause, 1, order)
    if made is None:
        return {"level": 1, "order": order, "description": text}
    return made


def _where(clause: Clause, level: int, order: int) -> Json | None:
    """A where clause of the model; None when the model cannot say it."""
    place: Json = {"level": level, "order": order}
    if isinstance(clause, Unsaid):
        return None
    if isinstance(clause, Compound):
        parts = [_where(part, level + 1, at) for at, part in enumerate(clause.parts, start=1)]
        if None in parts:
            return None
        return place | {
            "compoundExpression": {"logicalOperator": clause.operator, "whereClauses": parts}
        }
    condition: Json = {
        "dataset": clause.dataset,
        "variable": clause.variable,
        "comparator": clause.comparator,
    }
    if clause.values:  # without a value the condition asks whether one is missing
        condition["value"] = list(clause.values)
    return place | {"condition": condition}
