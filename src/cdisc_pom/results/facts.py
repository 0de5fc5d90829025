"""What the workbook says beside the display rows: title, keys, labels and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cdisc_pom.results.displays import Language
from cdisc_pom.results.planning import SUBJECTS
from cdisc_pom.results.words import word
from cdisc_pom.spec.clauses import Condition
from cdisc_pom.spec.expressions import ExpressionError
from cdisc_pom.spec.sheets import DocumentRow, VariableRow
from cdisc_pom.spec.workbook import Workbook

# Words at the end of a flag's label that its population's name does not have.
_FLAG = {"en": " Flag", "zh": "标志"}


@dataclass(frozen=True)
class Facts:
    """Facts of a study that reports of its results tell.

    Attributes:
        title: name of the study.
        description: what the study is, by language.
        keys: key variables by data set.
        labels: labels (English, Chinese) by data set and variable.
        documents: title and address by the document's id.
    """

    title: str = ""
    description: Mapping[Language, str] = field(default_factory=dict)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], tuple[str, str | None]] = field(default_factory=dict)
    documents: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def population(self, condition: str | None, language: Language) -> str:
        """The name of the subjects that a condition selects: flags by their labels, else SQL.

        Example:
            >>> facts = Facts(labels={("ADSL", "SAFFL"): ("Safety Population Flag", None)})
            >>> facts.population("SAFFL = 'Y'", "en"), facts.population("AGE > 65", "en")
            ('Safety Population', 'AGE > 65')
        """
        if condition is None:
            return word("all_subjects", language)
        names = self._flags(condition, language)
        return word("joiner", language).join(names) if names else condition

    def _flags(self, condition: str, language: Language) -> list[str]:
        from cdisc_pom.define.conditions import conjuncts, read_clause  # noqa: PLC0415 - heavy

        try:
            conditions, rest = conjuncts(read_clause(condition, SUBJECTS))
        except ExpressionError:
            return []
        names = [self._flag(each, language) for each in conditions]
        held = [name for name in names if name]
        return held if not rest and len(held) == len(names) else []

    def _flag(self, condition: Condition, language: Language) -> str:
        english, chinese = self.labels.get((SUBJECTS, condition.variable), ("", None))
        label = (chinese if language == "zh" else None) or english
        raised = condition.comparator == "EQ" and condition.values == ("Y",)
        is_flag = condition.variable.endswith("FL") and label.endswith(_FLAG[language])
        return label.removesuffix(_FLAG[language]) if raised and is_flag else ""


def read_facts(workbook: Workbook) -> Facts:
    """The facts of an ADaM workbook."""
    description = workbook.attributes.get("StudyDescription")
    texts: dict[Language, str] = {}
    if description is not None:
        texts["en"] = description.value or ""
        texts["zh"] = description.value_zh or texts["en"]
    return Facts(
        title=workbook.attribute("StudyName"),
        description=texts,
        keys={name: row.keys for name, row in workbook.datasets.items()},
        labels={
            (row.dataset, row.variable): (row.label, row.label_zh)
            for row in workbook.rows(VariableRow)
        },
        documents={row.id: (row.title, row.href) for row in workbook.rows(DocumentRow)},
    )
