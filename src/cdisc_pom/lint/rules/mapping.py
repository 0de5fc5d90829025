"""Rows of Sources, Mapping and Derivations: arguments, types, who fills what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from cdisc_pom.errors import nearest
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.kinds import DATE_INPUTS, DATES, NUMBERS, literal_results
from cdisc_pom.lint.logic import implies
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.plan.model import DatasetPlan, Step
from cdisc_pom.spec.sheets import VariableRow

_SHOWN = 60


@rule("MAP.UNFILLED", faults=r"nothing fills |'.*' has no variables")
def nothing_fills_variable(context: Context) -> Iterator[Found]:
    """Nothing fills a variable.

    Add a row to Mapping (ADaM: Derivations), fill Assigned Value or Predecessor, or set Has No
    Data.
    """
    return context.found("MAP.UNFILLED")


@rule("MAP.RECORDS")
def nothing_makes_records(context: Context) -> Iterator[Found]:
    """A data set has no source that makes records.

    A source without Join makes records; an ADaM data set may have parameters instead.
    """
    for book, plan in context.plans():
        makes = any(row.join is None for row in book.sources(plan.name))
        told = makes or book.parameters(plan.name) or plan.row.has_no_data
        if not told and plan.variables:
            text = f"no source makes records of {plan.name}."
            hint = "Add a row without Join to Sources, or set Has No Data."
            yield Found(plan.row.cell("dataset"), text, hint)


@rule("MAP.SOURCE", faults=r".* (is no join|is no rule for duplicates|has many records for one)")
def source_cannot_be_read(context: Context) -> Iterator[Found]:
    """A Join or Distinct cell cannot be read, or a source with many records is used as one.

    Join: left, many, `first by COLUMN`, `last by COLUMN`. Distinct: rows, or `by A, B keep last C`.
    """
    return context.found("MAP.SOURCE")


@rule(
    "MAP.RELATED",
    faults=r"'.*' (needs a related source|takes no related|needs related records|gives no column)",
)
def algorithm_needs_other_records(context: Context) -> Iterator[Found]:
    """An algorithm that looks at related records has none, or one that does not is given some.

    `first`, `last`, `count`, `exists` and `epoch` take a source whose Join is many.
    """
    return context.found("MAP.RELATED")


@rule("MAP.INPUTS", faults=r"'.*' (takes \d+ inputs|needs [a-z_]+\.|needs an expression)")
def inputs_do_not_fit(context: Context) -> Iterator[Found]:
    """An algorithm is given too many inputs, or one that it needs is missing."""
    return context.found("MAP.INPUTS")


@rule(
    "MAP.ARGUMENT",
    faults=r"argument [a-z_]+ of '|'.*' is not of the form|argument '.*' stands twice",
)
def argument_does_not_fit(context: Context) -> Iterator[Found]:
    """An argument has a value that the algorithm does not take, or cannot be read.

    Arguments are `name=value; name=value`; a semicolon in a value is written with a backslash.
    """
    return context.found("MAP.ARGUMENT")


@rule("MAP.CYCLE", faults=r"variables need each other")
def variables_need_each_other(context: Context) -> Iterator[Found]:
    """Variables need each other in a circle."""
    return context.found("MAP.CYCLE")


@rule("MAP.OVERLAP")
def rows_overlap(context: Context) -> Iterator[Found]:
    """Two rows surely fill the same records of a variable.

    They have one Source (or one of them takes all sources), and the When of one holds wherever
    that of the other does. Make their When exclude each other.
    """
    for _, plan in context.plans():
        for steps in _by_variable(plan).values():
            for first, second in combinations(steps, 2):
                if _same_records(plan, first, second) and _covers(first, second):
                    if _copies(first, second):
                        continue  # TWICE.ROW says so
                    text = (
                        f"{first.cell.sheet}!{first.cell.ref} and this row fill the same records "
                        f"of {plan.name}.{first.variable}."
                    )
                    hint = "Make their When exclude each other."
                    yield Found(second.cell, text, hint, (first.cell,))


@rule("MAP.UNHEARD", severity="warning")
def assigned_value_is_unheard(context: Context) -> Iterator[Found]:
    """A variable has rows and an Assigned Value or a Predecessor that goes unheard.

    Rows win. In ADaM a Predecessor beside a row is documentation and stays.
    """
    for book, plan in context.plans():
        rows = {row.variable: row for row in book.mapping(plan.name)}
        for variable in plan.variables:
            if variable.variable in rows and variable.assigned_value is not None:
                text = f"{variable.variable} has an Assigned Value and a row that fills it."
                cell = rows[variable.variable].cell("variable")
                yield Found(
                    variable.cell("assigned_value"), text, f"Keep one; {cell.ref} wins.", (cell,)
                )


@rule("MAP.NODATA", severity="warning")
def variable_without_data_is_filled(context: Context) -> Iterator[Found]:
    """A variable has Has No Data and a row that fills it."""
    for book, plan in context.plans():
        filled = {row.variable for row in book.mapping(plan.name)}
        for variable in plan.variables:
            if variable.has_no_data and (variable.variable in filled or variable.assigned_value):
                text = f"{variable.variable} is said to have no data, but something fills it."
                yield Found(variable.cell("has_no_data"), text, "Clear Has No Data.")


@rule("MAP.TYPE")
def value_cannot_fit_type(context: Context) -> Iterator[Found]:
    """A row gives a kind of value that its variable cannot hold.

    Text into a number, a date into a number without a date format, a number into a date. Numbers
    and dates fit into text.
    """
    for _, plan in context.plans():
        rows = context.variables[plan.name]
        for step in plan.steps:
            variable = rows.get(step.variable)
            reason = _misfit(context, step, variable) if variable is not None else None
            if variable is not None and reason is not None:
                name = f"{plan.name}.{step.variable}"
                text = f"{name} is {_kind_words(variable)}, but {reason[0]}."
                yield Found(step.cell, text, reason[1])


@rule("MAP.CONSTANT")
def constant_does_not_fit(context: Context) -> Iterator[Found]:
    """A constant is no number where a number is wanted, no term of the code list, or too long."""
    for book, plan in context.plans():
        rows = context.variables[plan.name]
        for step in plan.steps:
            variable = rows.get(step.variable)
            value = step.arguments.get("value")
            if variable is None or step.algorithm.name != "constant" or not isinstance(value, str):
                continue
            codelist = book.codelists.get(variable.codelist or "")
            if variable.kind in NUMBERS and not _is_number(value, variable.kind):
                yield Found(step.cell, f"'{value}' is not {_kind_words(variable)}.")
            elif codelist is not None and value not in codelist.terms:
                near = nearest(value, codelist.terms)
                hint = f"Did you mean '{near}'?" if near else "Add it to Codelists."
                yield Found(step.cell, f"'{value}' is no term of '{codelist.id}'.", hint)
            elif (
                variable.length and len(value.encode(context.encoding, "replace")) > variable.length
            ):
                text = f"'{_short(value)}' is longer than the {variable.length} bytes of "
                yield Found(step.cell, f"{text}{step.variable}.", "Raise its Length.")


@rule("MAP.LITERAL")
def expression_gives_no_term(context: Context) -> Iterator[Found]:
    """An expression gives a text that is no term of the variable's code list.

    Checked for texts that stand in the expression as results: branches of CASE, COALESCE.
    """
    for book, plan in context.plans():
        rows = context.variables[plan.name]
        for step in plan.steps:
            variable = rows.get(step.variable)
            if step.expression is None or variable is None or variable.kind != "text":
                continue
            codelist = book.codelists.get(variable.codelist or "")
            if codelist is None:
                continue
            for literal in literal_results(step.expression.expression.tree):
                value = str(literal.this)
                if literal.is_string and value not in codelist.terms:
                    near = nearest(value, codelist.terms)
                    hint = f"Did you mean '{near}'?" if near else "Add it to Codelists."
                    text = f"'{_short(value)}' is no term of '{codelist.id}'."
                    yield Found(step.expression.cell, text, hint)


@rule("MAP.DATE")
def input_is_no_date(context: Context) -> Iterator[Found]:
    """An algorithm on dates is given a number."""
    for _, plan in context.plans():
        for step in plan.steps:
            for name in DATE_INPUTS.get(step.algorithm.name, ()):
                ref = step.refs.get(name)
                if ref is None or isinstance(ref, tuple):
                    continue
                if context.kind(plan.name, ref) in NUMBERS:
                    text = f"'{step.algorithm.name}' needs a date as {name}, but {ref} is a number."
                    hint = "Give a --DTC variable, or a number with a date format."
                    yield Found(step.cell, text, hint)


def _by_variable(plan: DatasetPlan) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for step in plan.steps:
        found.setdefault(step.variable, []).append(step)
    return {name: steps for name, steps in found.items() if len(steps) > 1}


def _same_records(plan: DatasetPlan, first: Step, second: Step) -> bool:
    """Whether the rows' sources share records; one joined or related source is all records."""
    sources = {first.source, second.source}
    if len(sources) == 1:
        return True
    return bool(sources & {"", "*"}) and bool(plan.record_sources())


def _copies(first: Step, second: Step) -> bool:
    """Whether the rows are the same, letter by letter."""
    same = (first.algorithm.name, first.source, first.texts) == (
        second.algorithm.name, second.source, second.texts,
    )  # fmt: skip
    return same and (first.when and first.when.expression.text) == (
        second.when and second.when.expression.text
    )


def _covers(first: Step, second: Step) -> bool:
    """Whether one row's condition holds wherever that of the other one does."""
    if first.when is None or second.when is None:
        return True
    one, two = first.when.expression.tree, second.when.expression.tree
    return first.when.expression.text == second.when.expression.text or (
        implies(one, two) or implies(two, one)
    )


def _misfit(context: Context, step: Step, variable: VariableRow) -> tuple[str, str] | None:
    kind, name = variable.kind, step.algorithm.name
    if kind == "text" or name == "constant":
        return None
    given = context.given(step)
    what = f"'{name}' gives"
    if kind in NUMBERS:
        if given in DATES:
            hint = "Give the variable a date format such as DATE9., or use study_day."
            return f"{what} a date", hint
        if given == "text" and not _numeric_text(context, step):
            return f"{what} text", "Make the variable text, or take another algorithm."
        if given == "boolean":
            return f"{what} true or false", "Use CASE WHEN … THEN 1 ELSE 0 END."
    elif given in NUMBERS and kind in DATES:
        return f"{what} a number", "Use date or impute_date, or drop the date format."
    elif given == "boolean":
        return f"{what} true or false", "Use CASE."
    return None


def _numeric_text(context: Context, step: Step) -> bool:
    """Whether a text may well be a number: terms that are numbers, parts that are not known."""
    if step.expression is not None:
        literals = literal_results(step.expression.expression.tree)
        return not any(
            item.is_string and not _is_number(str(item.this), "float") for item in literals
        )
    if step.algorithm.name == "term":
        table = step.arguments.get("codelist")
        return all(_is_number(term, "float") for term in getattr(table, "terms", {}).values())
    if step.algorithm.name in ("assign", "first", "last", "coalesce"):
        refs = step.refs.get("value") or step.refs.get("values") or ()
        return all(_numeric_list(context, step, ref) for ref in _many(refs))
    return step.algorithm.name == "number_text"


def _many(refs: object) -> tuple[object, ...]:
    return refs if isinstance(refs, tuple) else (refs,)


def _numeric_list(context: Context, step: Step, ref: object) -> bool:
    found = context.codelist(step.dataset, ref)  # type: ignore[arg-type]
    if found is None or found[1] not in found[0].codelists:
        return True
    return all(_is_number(term, "float") for term in found[0].codelists[found[1]].terms)


def _is_number(value: str, kind: str) -> bool:
    try:
        number = float(value)
    except ValueError:
        return False
    return kind != "integer" or number.is_integer()


def _kind_words(variable: VariableRow) -> str:
    words = {"integer": "a whole number", "float": "a number", "text": "text"}
    return words.get(variable.kind, f"a {variable.kind}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
