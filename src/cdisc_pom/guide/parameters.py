"""The parameters of a study in Markdown: rule, source and censoring of each, from the workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cdisc_pom.guide.words import WORDS, Language
from cdisc_pom.plan.derive import PARAMETER_VARIABLES
from cdisc_pom.plan.methods import parameter_rule, variable_rule
from cdisc_pom.plan.model import (
    ComponentStep,
    Condition,
    DatasetPlan,
    EventStep,
    ParameterStep,
    Plan,
    Source,
)
from cdisc_pom.spec.sheets import DisplayRow, ParameterRow, VariableRow
from cdisc_pom.spec.study import Study
from cdisc_pom.spec.workbook import Workbook

ADAM = "adam"
_RULE = "|---|---|---|---|---|---|"


def parameter_guide(study: Study, plan: Plan, *, language: Language) -> str:
    """Every parameter of the analysis data sets: its records, rule, events and components.

    Args:
        study: the workbooks.
        plan: the compiled plan.
        language: of all words but those of the workbook's expressions.

    Returns:
        Markdown. Without an ADaM workbook, or one with parameters, it holds the heading alone.

    Source: ADaMIG 1.3, section 3.3.4 (PARAM and its derivation); FDA and NMPA reviewer's guides
    ask for the rules of parameters in words.
    """
    book = study.workbooks.get(ADAM)
    words = WORDS[language]
    title = book.attribute("ProtocolName", study.name) if book is not None else study.name
    name = book.name if book is not None else ""
    lines = [f"# {words['title'].format(study=title)}", "", words["intro"].format(book=name)]
    sets = [plan.datasets[n] for n in book.datasets if plan.datasets[n].parameters] if book else []
    if book is not None and sets:
        lines += ["", words["contents"], "|---|---|---|"]
        lines += [_content(item, language) for item in sets]
        for item in sets:
            lines += _Section(item, book, language).lines()
    return "\n".join(lines) + "\n"


def _content(item: DatasetPlan, language: Language) -> str:
    row = item.row
    label = (row.label_zh if language == "zh" else None) or row.label
    structure = (row.structure_zh if language == "zh" else None) or row.structure or ""
    codes = {step.row.paramcd for step in item.parameters}
    return f"| {row.dataset}: {_escaped(label)} | {len(codes)} | {_escaped(structure)} |"


class _Section:
    """One data set of the guide."""

    def __init__(self, plan: DatasetPlan, book: Workbook, language: Language) -> None:
        self.plan = plan
        self.book = book
        self.language: Language = language
        self.words = WORDS[language]

    def lines(self) -> Iterator[str]:
        row = self.plan.row
        label = (row.label_zh if self.language == "zh" else None) or row.label
        yield from ("", f"## {row.dataset}: {label}")
        for step in self.plan.parameters:
            yield from self._parameter(step)
        yield from ("", f"### {self.words['variables_title'].format(name=row.dataset)}", "")
        yield from (self.words["variables"], "|---|---|---|")
        for variable in self.plan.variables:
            yield self._variable(variable)

    def _parameter(self, step: ParameterStep) -> Iterator[str]:
        row = step.row
        name = (row.param_zh if self.language == "zh" else None) or row.param
        category = f", {row.parcat1}" if row.parcat1 else ""
        yield from ("", f"### {row.paramcd}{category}: {name}", "")
        yield self.words["records"].format(source=self._input(step))
        yield ""
        yield self.words["rule"].format(rule=parameter_rule(step, self.language))
        if row.arguments:
            yield from ("", self.words["arguments"].format(arguments=row.arguments))
        if row.note:
            yield from ("", self.words["note"].format(note=row.note.rstrip(".")))
        if step.events:
            yield from (
                "",
                self.words["ends"],
                "",
                self.words["events"],
                "|---|---|---|---|---|---|",
            )
            yield from (self._event(event) for event in step.events)
        if step.components:
            yield from ("", self.words["components"], _RULE)
            yield from (self._component(part) for part in step.components)
        shown = sorted(set(self._displays(step)))
        if shown:
            yield from ("", self.words["shown"].format(displays="; ".join(shown)))

    def _input(self, step: ParameterStep) -> str:
        """What the records are made from: a source, or parameters above."""
        first = step.sources[0]
        if first in self.plan.sources:
            source = self._source(self.plan.sources[first])
            joiner = " AND " if "`" in source else ""
        else:
            source, joiner = self.words["parameters"].format(names=", ".join(step.sources)), ""
        if step.where is None:
            return source
        if joiner:
            return f"{source[:-1]}{joiner}{_code(step.where)}`"
        return self.words["where"].format(source=source, where=_code(step.where))

    def _source(self, source: Source) -> str:
        kind, name = source.origin
        shown = f"form {name}" if kind == "form" else name
        if source.where is None:
            return shown
        return self.words["where"].format(source=shown, where=_code(source.where))

    def _event(self, event: EventStep) -> str:
        kind = self.words["event" if event.kind == "EVENT" else "censor"]
        cells = [event.order, kind, self._from(event), event.date.name, event.description,
                 event.cnsr]  # fmt: skip
        return _row(cells)

    def _from(self, step: EventStep | ComponentStep) -> str:
        source = self.plan.sources[step.source]
        text = self._source(source)
        if step.where is None:
            return text
        if source.where is not None:
            return f"{text[:-1]} AND {_code(step.where)}`"
        return self.words["where"].format(source=text, where=_code(step.where))

    def _component(self, part: ComponentStep) -> str:
        limits = " – ".join(_code(item) for item in (part.low, part.high) if item is not None)
        cells = [part.component, self._from(part), _quoted(part.value), _quoted(part.text),
                 f"`{limits}`" if limits else "", part.date.name]  # fmt: skip
        return _row(cells)

    def _displays(self, step: ParameterStep) -> Iterator[str]:
        for row in self.book.rows(DisplayRow):
            if row.dataset != self.plan.name or row.parameter != step.row.paramcd:
                continue
            if step.row.parcat1 and "PARCAT1" in (row.where or "") and (
                f"'{step.row.parcat1}'" not in (row.where or "")
            ):  # fmt: skip
                continue
            yield (row.display_zh if self.language == "zh" else None) or row.display

    def _variable(self, variable: VariableRow) -> str:
        label = (variable.label_zh if self.language == "zh" else None) or variable.label
        steps = self.plan.steps_of(variable.variable)
        if variable.predecessor is not None:
            how = variable.predecessor
        elif steps:
            how = variable_rule(variable.variable, self.plan, self.language)
        elif variable.variable in PARAMETER_VARIABLES:
            how = ParameterRow.sheet
        else:
            how = self._given(variable.variable)
        return _row([variable.variable, label, how])

    def _given(self, variable: str) -> str:
        """The parameters whose algorithms fill a variable."""
        made = [s.row.paramcd for s in self.plan.parameters if variable in s.algorithm.gives]
        names = ", ".join(dict.fromkeys(made))
        return self.words["parameters"].format(names=names) if names else ""


def _code(condition: Condition) -> str:
    return condition.expression.text


def _quoted(condition: Condition | None) -> str:
    return f"`{_code(condition)}`" if condition is not None else ""


def _row(cells: Sequence[object] | Iterable[object]) -> str:
    return f"| {' | '.join(_escaped(str(cell)) for cell in cells)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
