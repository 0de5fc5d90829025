"""A data set of a compiled study, printed as a Python program that runs without the workbook."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cdisc_pom.errors import Cell, Collector, Problems, SpecError
from cdisc_pom.plan.finish import finish_standard, length_group
from cdisc_pom.plan.model import DatasetPlan, Plan, Ref, Source, Step
from cdisc_pom.plan.names import JOINED, Scope, column_name
from cdisc_pom.plan.run import Run
from cdisc_pom.plan.splits import split_rows
from cdisc_pom.program.literals import Literals, text, wrapped
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.metadata import BuiltStandard
from cdisc_pom.spec.rows import SheetRow
from cdisc_pom.spec.sheets import (
    CodelistRow,
    DictionaryRow,
    EventRow,
    FindingRow,
    ImputationRow,
    MappingRow,
    ParameterRow,
    ResponseRow,
    SourceRow,
    TermRow,
    UnitRow,
    VariableRow,
    VisitRow,
)
from cdisc_pom.spec.study import Study
from cdisc_pom.spec.tables import (
    GradeRow,
    LookupRow,
    RangeRow,
    RelationRow,
    SupplementalRow,
    WindowRow,
)
from cdisc_pom.spec.workbook import LOOKUP, Workbook

_INDENT = "    "
# Sheets that an algorithm of a parameter looks something up in.
_TABLES: dict[str, tuple[type[SheetRow], ...]] = {
    "codelist": (CodelistRow, TermRow), "units": (UnitRow,), "visits": (VisitRow,),
    "imputation": (ImputationRow,), "lookup": (LookupRow,), "dictionary": (DictionaryRow,),
    "ranges": (RangeRow,), "windows": (WindowRow,), "grades": (GradeRow,),
}  # fmt: skip


def print_program(
    study: Study, plan: Plan, raw: RawFolder, name: str, *, language: str, encoding: str
) -> str:
    """The program of a data set.

    The study is made once: what the data set needed of other data sets is what the program makes
    of them, and lengths of text variables are those of the whole study.

    Args:
        study: the workbooks.
        plan: the compiled plan.
        raw: the raw forms.
        name: the data set.
        language: of labels.
        encoding: of the transport files.

    Returns:
        Python source. Running it with a folder of raw forms and a folder for the files writes the
        same bytes as a build.

    Raises:
        Problems: there is no such data set, or its domain is split in several files.
    """
    faults = Collector()
    if name not in plan.datasets:
        faults.unknown("data set", name, plan.datasets, place=Cell("the study"))
        faults.stop()
    book = study.workbook(name)
    if split_rows(book, name):
        hint = "Print another data set, or take the row out of Splits for the time."
        row = book.datasets[name].cell("dataset")
        raise Problems([SpecError(row, f"{name} is split in several files.", hint)])
    run = Run(study, plan, raw)
    from cdisc_pom.plan.finish import finish_dataset  # noqa: PLC0415 - one step of the standard

    tuple(finish_dataset(run.table(name), book, language=language))
    needed = _needed(run, plan)
    built = finish_standard(run, book.kind, language=language, encoding=encoding)
    if run.faults:
        raise Problems(run.faults)
    printer = _Printer(study, plan, run, needed, name, Literals())
    return printer.text(language, encoding, _lengths(built, name))


@dataclass(frozen=True)
class _Need:
    """What a program makes of a data set: variables and sources."""

    variables: frozenset[str]
    sources: frozenset[str]


def _needed(run: Run, plan: Plan) -> dict[str, _Need]:
    """What a run made, by data set, in the workbooks' order."""
    found = {}
    for name in plan.order:
        if not run.made(name):
            continue
        variables, sources = run.table(name).asked()
        for parameter in plan.datasets[name].parameters:
            variables |= {ref.name for ref in parameter.all_refs() if ref.where == "target"}
        records = {source.alias for source in plan.datasets[name].record_sources()}
        found[name] = _Need(frozenset(variables), frozenset(sources | records))
    return found


def _lengths(built: BuiltStandard, name: str) -> dict[str, int]:
    return {
        length_group(item.meta.name, variable.name): variable.length
        for item in built.datasets
        if item.meta.name in (name, f"SUPP{name}")
        for variable in item.meta.variables
        if variable.kind == "text"
    }


@dataclass
class _Printer:
    """Prints one program."""

    study: Study
    plan: Plan
    run: Run
    needed: dict[str, _Need]
    name: str
    literals: Literals
    tables: set[tuple[str, str]] = field(default_factory=set)

    def text(self, language: str, encoding: str, lengths: dict[str, int]) -> str:
        self.literals.imported("cdisc_pom.program", "Program")
        sections = [line for name in self.needed for line in self._dataset(name, language)]
        shared = [line for standard in self.study.workbooks for line in self._shared(standard)]
        options = [f"language={text(language)}", f"encoding={text(encoding)}"]
        options.append(f"lengths={self.literals.value(lengths, _INDENT)}")
        lines = [self._heading(), *self._imports(), "", ""]
        lines += [wrapped("study = Program(", options, ")"), ""]
        if self.literals.constants:
            lines += ["# --- Look-up tables", ""]
            for name, source in self.literals.constants.items():
                lines.append(f"{name} = {source}")
            lines.append("")
        lines += [*shared, *sections, "", 'if __name__ == "__main__":']
        lines.append(f"{_INDENT}study.main({text(self.name)})")
        return "\n".join(lines) + "\n"

    def _heading(self) -> str:
        row = self.plan.datasets[self.name].row
        book = self.study.workbook(self.name)
        label = f"{row.label} ({row.label_zh})" if row.label_zh else row.label
        file = self.name.lower()
        more = "" if not any(v.supplemental for v in book.variables(self.name)) else (
            f" and supp{file}.xpt"
        )  # fmt: skip
        return (
            f'"""{self.name}: {label}. Printed by cdisc-pom program from {book.name}.\n\n'
            f"    python {file}.py RAW_FOLDER OUT_FOLDER\n\n"
            f"writes {file}.xpt{more} from the raw forms, without a workbook. A fill gives a "
            f"variable\nits values; `cell` is the cell of the workbook that says so.\n"
            '"""\n'
        )

    def _imports(self) -> list[str]:
        lines = []
        for module, names in sorted(self.literals.imports.items()):
            line = f"from {module} import {', '.join(sorted(names))}"
            if len(line) > 99:  # noqa: PLR2004 - the width of a line
                line = wrapped(f"from {module} import (", sorted(names), ")")
            lines.append(line)
        return lines

    def _shared(self, standard: str) -> Iterator[str]:
        """Tables and sheets of a standard that its data sets use."""
        book = self.study.workbooks[standard]
        for kind in sorted(sheet for found, sheet in self.tables if found == standard):
            rows = book.sheets.get(kind, ())
            contents = book.contents.get(kind)
            if contents is not None:
                head = [text(standard), text(kind), self.literals.value(contents.header)]
                records = [self.literals.value(record, _INDENT) for record in contents.records]
                yield _lines("study.sheet(", [*head, *records], ")")
            elif rows:
                shown = [self._row(row, ()) for row in rows]
                yield _lines(f"study.rows({text(standard)}, {text(kind)}, [", shown, "])")
            yield ""

    def _row(self, row: SheetRow, without: Sequence[str]) -> str:
        cells = row.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
        shown = {key: value for key, value in cells.items() if key not in without}
        shown = {key: ", ".join(v) if isinstance(v, tuple) else v for key, v in shown.items()}
        return self.literals.value(shown, _INDENT)

    def _dataset(self, name: str, language: str) -> Iterator[str]:
        plan, book, need = self.plan.datasets[name], self.study.workbook(name), self.needed[name]
        row, mine = plan.row, name == self.name
        label = (row.label_zh if language == "zh" else None) or row.label
        about = "" if mine else f", as far as {self.name} needs it"
        yield f"# --- {name}: {row.label}{about}"
        yield ""
        it = name.lower()
        arguments = [text(name), *([text(label)] if mine else [])]
        arguments += [f"standard={text(book.kind)}"] if book.kind != "sdtm" else []
        if mine:
            arguments.append(f"keys={text(', '.join(row.keys))}")
        yield wrapped(f"{it} = study.dataset(", arguments, ")")
        for source in plan.sources.values():
            if source.alias in need.sources:
                yield self._source(it, source, book)
        yield from self._tables_of(it, plan, book)
        for variable in book.variables(name):
            if variable.variable in need.variables:
                yield self._variable(it, variable, language, mine=mine)
        for step in plan.steps:
            if step.variable in need.variables:
                yield self._fill(it, step, plan, book)
        yield ""

    def _source(self, it: str, source: Source, book: Workbook) -> str:
        row = next(r for r in book.rows(SourceRow) if r.cell("source") == source.cell)
        kind, name = source.origin
        if kind in ("sheet", "elements"):
            self.tables.add((book.kind, name))
        if kind == "relations":
            self.tables.add((book.kind, RelationRow.sheet))
        named = {"join": row.join, "on": row.on, "where": row.where, "distinct": row.distinct,
                 "split": row.split}  # fmt: skip
        items = [text(row.source), text(row.origin)]
        items += [f"{key}={text(value)}" for key, value in named.items() if value is not None]
        return wrapped(f"{it}.source(", items, ")")

    def _tables_of(self, it: str, plan: DatasetPlan, book: Workbook) -> Iterator[str]:
        """Tests, parameters, events and components."""
        for kind in (FindingRow, ParameterRow, EventRow, ResponseRow, SupplementalRow):
            rows = [row for row in book.rows(kind) if row.dataset == plan.name]  # type: ignore[attr-defined]
            if rows:
                shown = [self._row(row, ("Dataset", "Note")) for row in rows]
                yield _lines(f"{it}.rows({text(kind.sheet)}, [", shown, "])")
        for step in plan.parameters:
            for marker in step.algorithm.markers().values():
                for sheet in _TABLES.get(marker.resource, ()):
                    self.tables.add((book.kind, sheet.sheet))
                if marker.resource == "lookup":
                    own = [name for name in book.contents if name.startswith(LOOKUP)]
                    self.tables |= {(book.kind, name) for name in own}

    def _variable(self, it: str, row: VariableRow, language: str, *, mine: bool) -> str:
        items = [text(row.variable)]
        label = ((row.label_zh if language == "zh" else None) or row.label) if mine else ""
        number = row.kind != "text"
        if label or number:
            items.append(text(label))
        if number:
            items.append(text(row.data_type))
        if row.format is not None and (mine or number):
            items.append(f"format={text(row.format)}")
        if row.supplemental and mine:
            items += ["supplemental=True", *([f"origin={text(row.origin)}"] if row.origin else [])]
        return wrapped(f"{it}.variable(", items, ")")

    # --- fills ---------------------------------------------------------------------------------

    def _fill(self, it: str, step: Step, plan: DatasetPlan, book: Workbook) -> str:
        row = next((r for r in book.mapping(plan.name) if r.cell("variable") == step.cell), None)
        source = self._source_of(step, row, plan)
        scope = Scope(plan.name, frozenset(self.needed[plan.name].variables), plan.sources,
                      Collector())  # fmt: skip
        items = [text(step.variable), f"lambda rows: {self._call(step, scope, source)}"]
        items += [f"source={text(source)}"] if source else []
        items += [f"when={text(step.when.expression.text)}"] if step.when is not None else []
        items += ["whole=True"] if _whole(step) else []
        overflow = step.arguments.get("overflow")
        items += [f"overflow={text(str(overflow))}"] if overflow else []
        items.append(f"cell={text(f'{step.cell.sheet}!{step.cell.ref}')}")
        return wrapped(f"{it}.fill(", items, ")")

    @staticmethod
    def _source_of(step: Step, row: MappingRow | None, plan: DatasetPlan) -> str:
        """The source whose names come first: of the row, unless it is related records."""
        if step.source or row is None or row.source is None:
            return step.source
        found = plan.sources.get(row.source)
        return row.source if found is not None and found.kind in JOINED else ""

    def _call(self, step: Step, scope: Scope, source: str) -> str:
        if step.expression is not None:
            return f"rows.sql({text(step.expression.expression.text)})"
        function = step.algorithm.function
        name = self.literals.imported(function.__module__, function.__name__)
        items: list[str] = []
        gap = False
        for parameter in inspect.signature(function).parameters.values():
            shown = self._argument(parameter, step, scope, source)
            # Columns in order need no names; everything else says what it is.
            column = isinstance(step.refs.get(parameter.name), Ref) or not items
            gap |= not column or shown is None or parameter.kind is parameter.KEYWORD_ONLY
            if shown is not None:
                items.append(f"{parameter.name}={shown}" if gap else shown)
        return wrapped(f"{name}(", items, ")", _INDENT)

    def _argument(
        self, parameter: inspect.Parameter, step: Step, scope: Scope, source: str
    ) -> str | None:
        """An argument as source; None where the function's default says the same."""
        if parameter.name == "link" and step.related is not None:
            return f"rows.link({text(step.related)})"
        if parameter.name == "eligible":
            return "rows.eligible"
        if parameter.name in step.refs:
            refs = step.refs[parameter.name]
            if not isinstance(refs, tuple):
                return self._column(refs, scope, source)
            columns = [self._column(ref, scope, source) for ref in refs]
            return wrapped("(", columns, ",)" if len(columns) == 1 else ")")
        if parameter.name not in step.arguments:
            return None
        value: Any = step.arguments[parameter.name]
        same = parameter.default is not inspect.Parameter.empty and value == parameter.default
        return None if same else self.literals.value(value, _INDENT)

    @staticmethod
    def _column(ref: Ref, scope: Scope, source: str) -> str:
        if ref == Ref("target", "*"):
            return "rows.records"
        if ref.where != "related" and scope.column(column_name(ref.name), source, Cell("")) == ref:
            return f"rows[{text(ref.name)}]"
        home = scope.dataset if ref.where == "target" else ref.source
        return f"rows[{text(f'{home}.{ref.name}')}]"


def _whole(step: Step) -> bool:
    return "eligible" in inspect.signature(step.algorithm.function).parameters


def _lines(opening: str, items: Sequence[str], closing: str) -> str:
    """One item a line: a table."""
    body = "".join(f"{_INDENT}{item},\n" for item in items)
    return f"{opening}\n{body}{closing}"
