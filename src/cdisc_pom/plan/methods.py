"""Derivation methods for define: the workbook's own words, or those of the algorithms."""

from __future__ import annotations

from typing import Literal

from cdisc_pom.algorithms.registry import Algorithm
from cdisc_pom.plan.model import DatasetPlan, ParameterStep, Plan, Step
from cdisc_pom.spec.metadata import Method
from cdisc_pom.spec.sheets import MethodRow, VariableRow
from cdisc_pom.spec.workbook import Workbook

Language = Literal["zh", "en"]


def method_id(row: VariableRow, plan: DatasetPlan, origin: str | None) -> str | None:
    """The method that a variable refers to; derived ones always have one."""
    if row.method is not None:
        return row.method
    named = next((step.method for step in plan.steps_of(row.variable) if step.method), None)
    if named is not None:
        return named
    derived = (origin or "").casefold() == "derived"
    made = plan.steps_of(row.variable) or _parameters(plan, row.variable)
    return f"MT.{plan.name}.{row.variable}" if derived and made else None


def methods_of(plan: Plan, book: Workbook) -> tuple[Method, ...]:
    """Rows of Methods, then one method for each derived variable without a row of its own."""
    own = tuple(
        Method(
            row.id, row.name, row.type, row.description, row.description_zh,
            row.expression_context, row.expression_code, row.document, row.pages,
        )
        for row in book.rows(MethodRow)
    )  # fmt: skip
    known = {method.id for method in own}
    made = []
    for name in book.datasets:
        dataset = plan.datasets[name]
        for row in dataset.variables:
            steps = dataset.steps_of(row.variable)
            origin = row.origin or next((step.algorithm.origin for step in steps), None)
            found = method_id(row, dataset, origin)
            if found is not None and found not in known and found.startswith("MT."):
                known.add(found)
                made.append(_method(found, row, dataset))
    return own + tuple(made)


def _method(identifier: str, row: VariableRow, plan: DatasetPlan) -> Method:
    steps = plan.steps_of(row.variable)
    if steps:
        english = " ".join(step_sentence(step, "en") for step in steps)
        chinese = "".join(step_sentence(step, "zh") for step in steps)
    else:
        made = _parameters(plan, row.variable)
        english = " ".join(parameter_sentence(step, "en") for step in made)
        chinese = "".join(parameter_sentence(step, "zh") for step in made)
    name = f"{plan.name}.{row.variable}"
    imputed = any(step.algorithm.name == "impute_date" for step in steps)
    return Method(identifier, name, "Imputation" if imputed else "Computation", english, chinese)


def _parameters(plan: DatasetPlan, variable: str) -> list[ParameterStep]:
    return [step for step in plan.parameters if variable in step.algorithm.gives]


_WORDS = {
    "en": {"when": "When {when}: ", "source": "{source}: "},
    "zh": {"when": "当 {when} 时：", "source": "{source}："},
}


class _Blank(dict[str, str]):
    """Texts by argument; one that was left out stands as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def step_sentence(step: Step, language: Language) -> str:
    """What a row of Mapping or Derivations does, in words."""
    words = _WORDS[language]
    alias = step.related or ("" if step.source in ("", "*") else step.source)
    start = words["source"].format(source=alias) if alias else ""
    if step.when is not None:
        start += words["when"].format(when=step.when.expression.text)
    return start + _template(step.algorithm, language).format_map(_Blank(step.texts))


def parameter_sentence(step: ParameterStep, language: Language) -> str:
    """What a row of Parameters does, in words, after its PARAMCD."""
    start = _WORDS[language]["source"].format(source=step.row.paramcd)
    return start + parameter_rule(step, language)


def parameter_rule(step: ParameterStep, language: Language) -> str:
    """What a row of Parameters does, in words."""
    texts = {name: str(value) for name, value in step.arguments.items()}
    for name, refs in step.refs.items():
        many = refs if isinstance(refs, tuple) else (refs,)
        texts[name] = ", ".join(ref.name for ref in many)
    return _template(step.algorithm, language).format_map(_Blank(texts))


def _template(algorithm: Algorithm, language: Language) -> str:
    return algorithm.text_zh if language == "zh" else algorithm.text
