"""Derivation methods for define: the workbook's own words, or those of the algorithms."""

from __future__ import annotations

from collections.abc import Mapping

from cdisc_pom.plan.model import DatasetPlan, ParameterStep, Plan, Step
from cdisc_pom.spec.metadata import Method
from cdisc_pom.spec.sheets import MethodRow, VariableRow
from cdisc_pom.spec.workbook import Workbook


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
        english = " ".join(_sentence(step, "text", "When {when}: ", "{source}: ") for step in steps)
        chinese = "".join(
            _sentence(step, "text_zh", "当 {when} 时：", "{source}：") for step in steps
        )
    else:
        made = _parameters(plan, row.variable)
        english = " ".join(
            f"{step.row.paramcd}: {_filled(step, step.algorithm.text)}" for step in made
        )
        chinese = "".join(
            f"{step.row.paramcd}：{_filled(step, step.algorithm.text_zh)}" for step in made
        )
    name = f"{plan.name}.{row.variable}"
    imputed = any(step.algorithm.name == "impute_date" for step in steps)
    return Method(identifier, name, "Imputation" if imputed else "Computation", english, chinese)


def _parameters(plan: DatasetPlan, variable: str) -> list[ParameterStep]:
    return [step for step in plan.parameters if variable in step.algorithm.gives]


class _Blank(dict[str, str]):
    """Texts by argument; one that was left out stands as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def _sentence(step: Step, field: str, when: str, source: str) -> str:
    text = str(getattr(step.algorithm, field)).format_map(_Blank(_texts(step)))
    alias = step.related or ("" if step.source in ("", "*") else step.source)
    start = source.format(source=alias) if alias else ""
    if step.when is not None:
        start += when.format(when=step.when.expression.text)
    return start + text


def _texts(step: Step) -> Mapping[str, str]:
    return dict(step.texts)


def _filled(step: ParameterStep, text: str) -> str:
    texts = {name: str(value) for name, value in step.arguments.items()}
    for name, refs in step.refs.items():
        many = refs if isinstance(refs, tuple) else (refs,)
        texts[name] = ", ".join(ref.name for ref in many)
    return text.format_map(_Blank(texts))
