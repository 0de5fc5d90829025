"""Rows of Mapping and Derivations compiled into steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from cdisc_pom.algorithms.registry import Algorithm, Arguments
from cdisc_pom.errors import Cell, Collector
from cdisc_pom.plan.model import DatasetPlan, Ref, Step
from cdisc_pom.plan.names import JOINED, Scope, column_name
from cdisc_pom.plan.resources import Resources
from cdisc_pom.spec.arguments import split_arguments, split_inputs
from cdisc_pom.spec.sheets import DatasetRow, MappingRow, VariableRow
from cdisc_pom.spec.workbook import Workbook

KEYS = "Key Variables"
SQL = "sql"
# Variables that the findings step and the Parameters sheet fill by themselves.
FINDING_VARIABLES = {
    "TESTCD": "TESTCD", "TEST": "TEST", "CAT": "CATEGORY", "SCAT": "SUBCATEGORY",
    "SPEC": "SPECIMEN", "METHOD": "METHOD",
}  # fmt: skip
PARAMETER_VARIABLES = ("PARAMCD", "PARAM", "PARAMN", "PARCAT1")


class StepCompiler:
    """Compiles the rows of one data set."""

    def __init__(
        self,
        book: Workbook,
        dataset: DatasetRow,
        scope: Scope,
        registry: Mapping[str, Algorithm],
        resources: Resources,
    ) -> None:
        """Hold what every row needs."""
        self.book = book
        self.dataset = dataset
        self.scope = scope
        self.registry = registry
        self.resources = resources
        self.faults: Collector = scope.faults

    def rows(self) -> tuple[Step, ...]:
        """Steps of the sheet's rows, then those that Variables imply."""
        steps = [self._step(row) for row in self.book.mapping(self.dataset.dataset)]
        done = [step for step in steps if step is not None]
        filled = {row.variable for row in self.book.mapping(self.dataset.dataset)}
        for variable in self.book.variables(self.dataset.dataset):
            if variable.variable not in filled:
                step = self._implied(variable)
                if step is not None:
                    done.append(step)
        return tuple(done)

    def _step(self, row: MappingRow) -> Step | None:
        if row.variable not in self.scope.variables:
            kind = f"variable of {self.dataset.dataset}"
            self.faults.unknown(
                kind, row.variable, self.scope.variables, place=row.cell("variable")
            )
        algorithm = self.registry.get(row.algorithm)
        if algorithm is None:
            known = self.registry
            self.faults.unknown("algorithm", row.algorithm, known, place=row.cell("algorithm"))
            return None
        if algorithm.shape == "records":
            hint = "It makes records of a parameter: use it in Parameters."
            self.faults.add(row.cell("algorithm"), f"'{row.algorithm}' gives no column.", hint)
            return None
        source, related = self._source(row, algorithm)
        if source is None:
            return None
        if row.algorithm == SQL:
            return self._expression(row, algorithm, source)
        filled = self._raw_arguments(row, algorithm)
        if filled is None:
            return None
        raw, from_inputs = filled
        variable = self.book.variable(self.dataset.dataset, row.variable)
        default = variable.codelist if variable is not None else None
        bound = bind(
            algorithm, raw, from_inputs=from_inputs, scope=self.scope, source=source,
            related=related, cells=(row.cell("inputs"), row.cell("arguments")),
            resources=self.resources, codelist=default,
        )  # fmt: skip
        when = self.scope.condition(row.when, source, row.cell("when"))
        if bound is None or (row.when is not None and when is None):
            return None
        values, refs, texts = bound
        return Step(
            self.dataset.dataset, row.variable, self._step_source(source), algorithm, values, refs,
            row.cell("variable"), when, related, texts, row.method,
        )  # fmt: skip

    def _expression(self, row: MappingRow, algorithm: Algorithm, source: str) -> Step | None:
        """A row whose Arguments cell is a SQL expression."""
        cell = row.cell("arguments")
        if row.arguments is None:
            self.faults.add(cell, "'sql' needs an expression in Arguments.")
            return None
        if row.inputs is not None:
            hint = "Its Arguments cell is the expression."
            self.faults.add(row.cell("inputs"), "'sql' takes no Inputs.", hint)
            return None
        expression = self.scope.condition(row.arguments, source, cell)
        when = self.scope.condition(row.when, source, row.cell("when"))
        if expression is None or (row.when is not None and when is None):
            return None
        return Step(
            self.dataset.dataset, row.variable, self._step_source(source), algorithm, {}, {},
            row.cell("variable"), when, None, {"value": row.arguments}, row.method, expression,
        )  # fmt: skip

    def _step_source(self, source: str) -> str:
        """Only record sources limit a row to their records."""
        found = self.scope.sources.get(source)
        return "" if found is not None and found.kind in JOINED else source

    def _source(self, row: MappingRow, algorithm: Algorithm) -> tuple[str | None, str | None]:
        """The row's own source and its related source."""
        cell = row.cell("source")
        name = row.source or ""
        if name in ("", "*"):
            if algorithm.related:
                many = [s.alias for s in self.scope.sources.values() if s.kind == "many"]
                hint = f"Sources with Join many here: {', '.join(many) or 'none'}."
                self.faults.add(cell, f"'{algorithm.name}' needs a related source.", hint)
                return None, None
            return name, None
        found = self.scope.sources.get(name)
        if found is None:
            self.faults.unknown("source", name, self.scope.sources, place=cell)
            return None, None
        if found.kind == "many":
            if not algorithm.related:
                hint = "Use first, last, count or exists, or join it with left."
                text = f"'{algorithm.name}' takes no related records (source {name} is many)."
                self.faults.add(cell, text, hint)
                return None, None
            return "", name
        if algorithm.related:
            text = f"'{algorithm.name}' needs related records, but {name} has Join {found.kind}."
            self.faults.add(cell, text, "Set its Join to many.")
            return None, None
        return name, None

    def _raw_arguments(self, row: MappingRow, algorithm: Algorithm) -> Filled | None:
        try:
            named = split_arguments(row.arguments)
        except ValueError as error:
            self.faults.add(row.cell("arguments"), str(error))
            return None
        named = {
            name: self._keys(row.variable) if value == KEYS else value
            for name, value in named.items()
        }
        return fill_inputs(
            algorithm, split_inputs(row.inputs), named, row.cell("inputs"), self.faults
        )

    def _keys(self, variable: str) -> str:
        return ", ".join(key for key in self.dataset.keys if key != variable)

    def _implied(self, variable: VariableRow) -> Step | None:
        """A step for a variable that has no row: assigned value, predecessor, content sheet."""
        if variable.assigned_value is not None:
            return self._simple(variable, "constant", {"value": variable.assigned_value})
        records = self.scope.records()
        if variable.predecessor is not None:
            name = column_name(variable.predecessor)
            own = [s.alias for s in records if s.dataset == name.source]
            if name.source not in self.scope.sources and own:
                name = column_name(f"{own[0]}.{name.name}")
            cell = variable.cell("predecessor")
            source = name.source if name.source in {s.alias for s in records} else ""
            ref = self.scope.column(name, source, cell)
            if ref is None:
                return None
            return self._simple(variable, "assign", {}, {"value": ref}, source)
        same = [s for s in records if s.origin[0] in ("sheet", "elements", "relations")]
        if len(same) == 1 and variable.variable in same[0].columns:
            ref = Ref("source", variable.variable, same[0].alias)
            return self._simple(variable, "assign", {}, {"value": ref}, same[0].alias)
        return None

    def _simple(
        self,
        variable: VariableRow,
        name: str,
        arguments: dict[str, Any],
        refs: Mapping[str, Ref | tuple[Ref, ...]] | None = None,
        source: str = "",
    ) -> Step:
        refs = refs or {"records": Ref("target", "*")}
        texts = {**{k: str(v) for k, v in refs.items()}, **arguments}
        if variable.predecessor is not None:
            texts["value"] = variable.predecessor
        return Step(
            variable.dataset, variable.variable, source, self.registry[name], arguments, refs,
            variable.cell("variable"), None, None, texts,
        )  # fmt: skip

    def check(self, plan: DatasetPlan) -> None:
        """Whether every variable is filled, and SUPP-- can find its parent."""
        self.check_filled(plan)
        if plan.standard == "sdtm":
            self.check_parent(plan)

    def check_parent(self, plan: DatasetPlan) -> None:
        """SUPP-- finds its parent by subject and sequence number."""
        names = {variable.variable for variable in plan.variables}
        stems = {str(step.arguments.get("overflow") or "") for step in plan.steps} - {""}
        rests = [stem for stem in stems if f"{stem}1" not in names]
        if not rests and not any(variable.supplemental for variable in plan.variables):
            return
        wanted = ["STUDYID", "USUBJID", *([] if plan.name == "DM" else [f"{plan.name}SEQ"])]
        absent = [name for name in wanted if name not in names]
        if absent:
            text = f"{plan.name} has supplemental qualifiers, but no variable {', '.join(absent)}."
            hint = f"SUPP{plan.name} refers to its records by {', '.join(wanted)}."
            self.faults.add(self.dataset.cell("dataset"), text, hint)

    def check_filled(self, plan: DatasetPlan) -> None:
        """Every declared variable needs something that fills it."""
        filled = {step.variable for step in plan.steps}
        made = {row.variable for row in self.book.mapping(plan.name)}
        if plan.findings:
            filled |= {f"{plan.name}{suffix}" for suffix in FINDING_VARIABLES}
        if plan.parameters:
            filled |= set(PARAMETER_VARIABLES)
            for parameter in plan.parameters:
                filled |= set(parameter.algorithm.gives)
                carried = parameter.refs.get("carry", ())
                filled |= {ref.name for ref in carried}  # type: ignore[union-attr]
        for variable in plan.variables:
            name = variable.variable
            if name in filled or name in made or variable.has_no_data:
                continue
            if variable.predecessor is not None:  # told where it is wrong
                continue
            if _continues(name, plan):
                continue
            sheet = "Mapping" if plan.standard == "sdtm" else "Derivations"
            hint = f"Add a row to {sheet}, fill Assigned Value or Predecessor, or set Has No Data."
            self.faults.add(variable.cell("variable"), f"nothing fills {plan.name}.{name}.", hint)


def _continues(name: str, plan: DatasetPlan) -> bool:
    """Whether the variable takes what does not fit into another (COVAL1 after COVAL)."""
    stems = {str(step.arguments.get("overflow") or "") for step in plan.steps} - {""}
    return any(name.startswith(stem) and name[len(stem) :].isdigit() for stem in stems)


Filled = tuple[dict[str, str], frozenset[str]]


def fill_inputs(
    algorithm: Algorithm,
    inputs: tuple[str, ...],
    named: dict[str, str],
    cell: Cell,
    faults: Collector,
) -> Filled | None:
    """Inputs given to the algorithm's column arguments in order, beside the named ones.

    Returns all arguments, and the names of those that Inputs filled.
    """
    places = [name for name in algorithm.inputs if name not in named]
    markers = algorithm.markers()
    filled = dict(named)
    rest = list(inputs)
    for place in places:
        if not rest:
            break
        if markers[place].role in ("columns", "relateds"):
            filled[place] = ", ".join(rest)
            rest = []
        else:
            filled[place] = rest.pop(0)
    if rest:
        takes = ", ".join(algorithm.inputs) or "none"
        faults.add(
            cell, f"'{algorithm.name}' takes {len(inputs) - len(rest)} inputs, not {len(inputs)}.",
            f"Its inputs: {takes}.",
        )  # fmt: skip
        return None
    return filled, frozenset(filled) - frozenset(named)


# Resources that are gathered when the records are made.
_LATER = ("events", "components", "subjects")
Bound = tuple[dict[str, Any], dict[str, Ref | tuple[Ref, ...]], dict[str, str]]


def bind(
    algorithm: Algorithm,
    raw: dict[str, str],
    *,
    from_inputs: frozenset[str],
    scope: Scope,
    source: str,
    related: str | None,
    cells: tuple[Cell, Cell],
    resources: Resources,
    codelist: str | None = None,
) -> Bound | None:
    """Arguments checked against the algorithm's model, names resolved.

    Returns plain values and resources, resolved columns, and the texts for method templates; None
    when something was wrong (the faults are kept).
    """
    given = _with_codelist(algorithm, raw, codelist)
    model = _validated(algorithm, given, cells, scope.faults)
    if model is None:
        return None
    values: dict[str, Any] = {}
    refs: dict[str, Ref | tuple[Ref, ...]] = {}
    texts: dict[str, str] = {}
    good = True
    for name in algorithm.arguments.model_fields:
        value = getattr(model, name)
        marker = algorithm.marker(name)
        cell = cells[0] if name in from_inputs else cells[1]
        texts[name] = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if marker is None:
            values[name] = value
        elif marker.role != "resource" and not value and name in algorithm.needed:
            scope.faults.add(cell, f"'{algorithm.name}' needs {name}.")
            good = False
        elif marker.role == "resource":
            if marker.resource in _LATER:
                values[name] = value
            elif value or marker.resource == "codelist":  # other tables may be left out
                values[name] = resources.get(marker.resource, value, cell)
                good &= values[name] is not None
        else:
            resolved = _refs(value, marker.role, scope, source, related, cell)
            good &= resolved is not None
            if resolved is not None and resolved != Ref("target", ""):
                refs[name] = resolved
    good = good and _agree(model, values, cells[1], scope.faults)
    return (values, refs, texts) if good else None


def _with_codelist(
    algorithm: Algorithm, raw: dict[str, str], codelist: str | None
) -> dict[str, str]:
    """The arguments with the variable's code list where a row names none."""
    given = dict(raw)
    for name, found in algorithm.markers().items():
        if found.resource == "codelist" and not given.get(name) and codelist:
            given[name] = codelist
    return given


def _agree(model: Arguments, values: dict[str, Any], cell: Cell, faults: Collector) -> bool:
    """Whether the arguments fit each other and their tables; what does not is kept."""
    wrong = list(model.faults(values))
    for name, text in wrong:
        faults.add(cell, f"{name}: {text}")
    return not wrong


def _refs(
    value: Any, role: str, scope: Scope, source: str, related: str | None, cell: Cell
) -> Ref | tuple[Ref, ...] | None:
    def one(text: str) -> Ref | None:
        name = column_name(text)
        if role.startswith("related") and related is not None:
            return scope.related(name, related, cell)
        return scope.column(name, source, cell)

    if isinstance(value, tuple):
        found = [one(text) for text in value]
        return None if any(ref is None for ref in found) else tuple(ref for ref in found if ref)
    if value == "":
        return Ref("target", "")
    return one(value)


def _validated(
    algorithm: Algorithm, given: dict[str, str], cells: tuple[Cell, Cell], faults: Collector
) -> Arguments | None:
    try:
        return algorithm.arguments.model_validate(given)
    except ValidationError as error:
        known = list(algorithm.arguments.model_fields)
        for detail in error.errors():
            name = str(detail["loc"][0])
            if detail["type"] == "extra_forbidden":
                faults.unknown(f"argument of {algorithm.name}", name, known, place=cells[1])
            elif detail["type"] == "missing":
                cell = cells[0] if name in algorithm.inputs else cells[1]
                faults.add(cell, f"'{algorithm.name}' needs {name}.")
            else:
                said = str(detail["msg"]).removeprefix("Value error, ")
                text = f"argument {name} of '{algorithm.name}': {said[0].lower()}{said[1:]}"
                faults.add(cells[1], f"{text} (found '{detail['input']}').")
        return None
