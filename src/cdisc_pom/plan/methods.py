"""Derivation methods for define: the workbook's own words, or those of the algorithms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from cdisc_pom.algorithms.registry import Algorithm
from cdisc_pom.plan.model import DatasetPlan, ParameterStep, Plan, Source, Step
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
    english, chinese = (variable_rule(row.variable, plan, language) for language in ("en", "zh"))
    name = f"{plan.name}.{row.variable}"
    imputed = any(step.algorithm.name == "impute_date" for step in steps)
    return Method(identifier, name, "Imputation" if imputed else "Computation", english, chinese)


def variable_rule(variable: str, plan: DatasetPlan, language: Language) -> str:
    """How a variable is made; the rows' own variables in it (_NAME) are told behind it."""
    text = _rows(variable, plan, language)
    told = {variable}
    waiting = _OWN.findall(text)
    while waiting:
        own = waiting.pop(0)
        if own not in told and plan.steps_of(own):
            told.add(own)
            rule = _rows(own, plan, language)
            waiting += _OWN.findall(rule)
            text = _joined([text, f"{own}{_WORDS[language]['is']}{rule}"], language)
    return text


def _rows(variable: str, plan: DatasetPlan, language: Language) -> str:
    steps = plan.steps_of(variable)
    if steps:
        return _joined((step_sentence(step, language, plan) for step in steps), language)
    made = _parameters(plan, variable)
    return _joined((parameter_sentence(step, language) for step in made), language)


def _joined(sentences: Iterable[str], language: Language) -> str:
    """Sentences in a row; an expression has no full stop of its own."""
    mark, blank = _WORDS[language]["stop"], _WORDS[language]["blank"]
    *former, last = sentences
    ended = [text if text.endswith((".", "。", "；")) else f"{text}{mark}" for text in former]
    return blank.join([*ended, last])


def _parameters(plan: DatasetPlan, variable: str) -> list[ParameterStep]:
    return [step for step in plan.parameters if variable in step.algorithm.gives]


_WORDS = {
    "en": {
        "when": "When {when}: ",
        "source": "{source}: ",
        "where": "{source} where {where}",
        "form": "form {name}",
        "is": ": ",
        "stop": ";",
        "blank": " ",
    },
    "zh": {
        "when": "当 {when} 时：",
        "source": "{source}：",
        "where": "{source}（条件 {where}）",
        "form": "表单 {name}",
        "is": "：",
        "stop": "；",
        "blank": "",
    },
}
# Variables of a workbook's rows that stand in no data set.
_OWN = re.compile(r"\b_[A-Z][A-Z0-9_]*\b")


class _Blank(dict[str, str]):
    """Texts by argument; one that was left out stands as nothing.

    `{order|value}` is the order, and the value where no order was given.
    """

    def __missing__(self, key: str) -> str:
        return next((self[name] for name in key.split("|") if self.get(name)), "")


def step_sentence(step: Step, language: Language, plan: DatasetPlan | None = None) -> str:
    """What a row of Mapping or Derivations does, in words.

    With the plan of its data set a source is told by what it is, not by its name.
    """
    words = _WORDS[language]
    alias = step.related or ("" if step.source in ("", "*") else step.source)
    if plan is not None and alias in plan.sources:
        alias = source_words(plan.sources[alias], language)
    start = words["source"].format(source=alias) if alias else ""
    if step.when is not None:
        start += words["when"].format(when=step.when.expression.text)
    return start + _template(step.algorithm, language).format_map(_Blank(step.texts))


def source_words(source: Source, language: Language) -> str:
    """The data set or form that a source is, and its condition."""
    words = _WORDS[language]
    kind, name = source.origin
    shown = words["form"].format(name=name) if kind == "form" and not source.given else name
    if source.where is None:
        return shown
    return words["where"].format(source=shown, where=source.where.expression.text)


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
