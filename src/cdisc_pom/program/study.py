"""What a printed program runs on: sources, records and variables said in Python.

The program says what a workbook says, but calls the algorithms itself, with their look-up tables
written out. It runs on the machine that runs a workbook: variables are made when they are needed,
so the order of the statements does not matter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from cdisc_pom.algorithms.registry import Algorithm, Arguments, Link, Outcome, algorithms
from cdisc_pom.columns import Codes, Column, Mask, missing_like
from cdisc_pom.errors import Cell, Collector, Problems, SpecError
from cdisc_pom.plan.compiler import PlanCompiler, RowCompiler
from cdisc_pom.plan.evaluate import EvaluationError
from cdisc_pom.plan.finish import finish_dataset, length_group
from cdisc_pom.plan.model import Condition, DatasetPlan, Plan, Ref, Step
from cdisc_pom.plan.names import JOINED, Scope, column_name
from cdisc_pom.plan.run import Run
from cdisc_pom.plan.table import Piece, Table, View
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard
from cdisc_pom.spec.rows import RowPlace, SheetRow
from cdisc_pom.spec.sheets import SHEETS
from cdisc_pom.spec.study import Study
from cdisc_pom.spec.workbook import Contents, Workbook

Fill = Callable[["Rows"], Any]


@dataclass(frozen=True)
class _Filling:
    """One `fill` of a program."""

    dataset: str
    variable: str
    function: Fill
    source: str
    when: str | None
    whole: bool
    overflow: str
    cell: Cell


@dataclass
class Program:
    """The data sets of a program.

    `language` and `encoding` are those of the transport files; `lengths` holds the lengths of text
    variables in bytes, by variable or `SUPPXX.QVAL`: in a study a variable has one length wherever
    it stands, so that no data set alone tells it.
    """

    language: Literal["zh", "en"] = "en"
    encoding: str = "utf-8"
    lengths: Mapping[str, int] = field(default_factory=dict)
    name: str = field(default_factory=lambda: Path(sys.argv[0]).name or "program")
    books: dict[str, dict[str, list[SheetRow]]] = field(default_factory=dict)
    contents: dict[str, dict[str, Contents]] = field(default_factory=dict)
    fillings: list[_Filling] = field(default_factory=list)

    def dataset(
        self, name: str, label: str = "", *, standard: str = "sdtm", keys: str = ""
    ) -> DataSet:
        """A data set; `keys` are the variables that its records are sorted by in its file."""
        row = {"Dataset": name, "Label": label, "Label (zh)": label, "Class": ""}
        row["Key Variables"] = keys
        self.rows(standard, "Datasets", [row])
        return DataSet(self, name, standard)

    def rows(self, standard: str, sheet: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of a table such as Visits, with the columns of the sheet of that name."""
        kind = next(found for found in SHEETS[standard] if found.sheet == sheet)
        book = self.books.setdefault(standard, {})
        kept = book.setdefault(sheet, [])
        for row in rows:
            place = RowPlace(workbook=self.name, sheet=sheet, row=len(kept) + 1)
            kept.append(kind.model_validate({"place": place, **row}))

    def sheet(
        self, standard: str, name: str, header: Sequence[str], *records: Sequence[Any]
    ) -> None:
        """The records of a trial design data set, or of a look-up table."""
        rows = tuple(range(1, len(records) + 1))
        cells = tuple(tuple(record) for record in records)
        made = Contents(self.name, name, tuple(header), cells, rows, {})
        self.contents.setdefault(standard, {})[name] = made

    def make(self, raw: Path, *names: str) -> list[BuiltDataset]:
        """Data sets of the program, each with its SUPP-- data set behind it.

        Args:
            raw: folder of the raw forms.
            names: the data sets; none stands for all.

        Raises:
            Problems: what is wrong with the program or with the raw records.
        """
        books = {
            kind: Workbook(Path(self.name), kind, {s: tuple(rows) for s, rows in sheets.items()},
                           self.contents.get(kind, {}))
            for kind, sheets in sorted(self.books.items(), key=lambda item: item[0] != "sdtm")
        }  # fmt: skip
        study = Study("", Path(), books)
        forms = RawFolder(raw)
        run = _Run(study, _plan(self, study, forms), forms)
        made = []
        for name in names or [name for book in books.values() for name in book.datasets]:
            book = study.workbook(name)
            found = finish_dataset(run.table(name), book, language=self.language)
            made += [self._measured(built) for built in found]
        errors = [found for found in run.findings if found.severity == "error"]
        if run.faults or errors:
            raise Problems([*run.faults, *errors])
        return made

    def _measured(self, built: BuiltDataset) -> BuiltDataset:
        """A data set with the lengths of the program."""
        variables = [
            replace(v, length=self.lengths.get(length_group(built.meta.name, v.name), v.length))
            if v.kind == "text" else v
            for v in built.meta.variables
        ]  # fmt: skip
        return replace(built, meta=replace(built.meta, variables=tuple(variables)))

    def write(self, raw: Path, out: Path, *names: str) -> list[Path]:
        """Data sets made and written as transport files.

        Raises:
            Problems: as `make`; texts that do not fit their length.
        """
        from cdisc_pom.package.transport import write_transports  # noqa: PLC0415 - only to write

        built = self.make(raw, *names)
        out.mkdir(parents=True, exist_ok=True)
        standard = BuiltStandard(Workbook(Path(self.name), "sdtm", {}), tuple(built), ())
        faults = write_transports(
            out, standard, language=self.language, encoding=self.encoding, created=None
        )
        if faults:
            raise Problems(faults)
        return [out / f"{item.meta.name.lower()}.xpt" for item in built]

    def main(self, *names: str) -> None:
        """Run as a command: the folder of raw forms in, a folder of transport files out."""
        if len(sys.argv) != 3:  # noqa: PLR2004 - the program and its two folders
            sys.exit(f"usage: python {self.name} RAW_FOLDER OUT_FOLDER")
        try:
            for path in self.write(Path(sys.argv[1]), Path(sys.argv[2]), *names):
                print(path)  # noqa: T201 - a command's answer
        except Problems as problems:
            sys.exit(str(problems))


@dataclass(frozen=True)
class DataSet:
    """A data set of a program."""

    program: Program
    name: str
    standard: str

    def source(
        self, name: str, origin: str, *, join: str | None = None, on: str | None = None,
        where: str | None = None, distinct: str | None = None, split: str | None = None,
    ) -> None:  # fmt: skip
        """Where records come from, or what is joined to them (a row of Sources)."""
        row = {"Source": name, "From": origin, "Join": join, "On": on, "Where": where,
               "Distinct": distinct, "Split": split}  # fmt: skip
        self.rows("Sources", [row])

    def variable(
        self, name: str, label: str = "", data_type: str = "text", *, format: str | None = None,  # noqa: A002
        supplemental: bool = False, origin: str | None = None,
    ) -> None:  # fmt: skip
        """A variable, in the order in which it stands in the file."""
        kept = self.program.books[self.standard].setdefault("Variables", [])
        role = "Supplemental Qualifier" if supplemental else None
        row = {"Order": len(kept) + 1, "Variable": name, "Label": label, "Label (zh)": label,
               "Data Type": data_type, "Format": format, "Role": role,
               "Origin": origin}  # fmt: skip
        self.rows("Variables", [row])

    def rows(self, sheet: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows of Findings, Parameters, Events, Response … of this data set."""
        self.program.rows(self.standard, sheet, [{"Dataset": self.name, **row} for row in rows])

    def fill(
        self, variable: str, function: Fill, *, source: str = "", when: str | None = None,
        whole: bool = False, overflow: str = "", cell: str = "",
    ) -> None:  # fmt: skip
        """What gives a variable its values.

        Args:
            variable: the variable; one that starts with `_` is made and not written.
            function: takes the rows and gives their values.
            source: the source whose records are served; `*` for each of them, "" for all at once.
            when: SQL condition; only records for which it holds are served.
            whole: whether the function sees all records and `rows.eligible` says which are served.
            overflow: stem of the variables that take what does not fit.
            cell: the workbook's cell that this was printed from.
        """
        sheet, _, ref = cell.rpartition("!")
        place = Cell(sheet or self.program.name, "", "")
        place = Cell(self.program.name, sheet or self.name, ref or variable)
        self.program.fillings.append(
            _Filling(self.name, variable, function, source, when, whole, overflow, place)
        )


@dataclass(frozen=True)
class Rows:
    """The records that a fill serves. A column goes by the name that a workbook would use."""

    table: _Table
    view: View
    scope: Scope
    source: str
    cell: Cell
    chosen: Codes
    eligible: Mask

    def __getitem__(self, name: str) -> Column:
        """A column: of the own source, a variable, of a joined source, or `SOURCE.COLUMN`."""
        found = column_name(name)
        many = self.scope.sources.get(found.source)
        if many is not None and many.kind == "many":
            ref = self.scope.related(found, found.source, self.cell)
        else:
            ref = self.scope.column(found, self.source, self.cell)
        self.scope.faults.stop()
        assert ref is not None  # what is None was told
        return self.table.argument(self.view, ref, self.chosen)

    @property
    def records(self) -> Column:
        """A column without meaning, for values that are the same in each record."""
        return self.table.argument(self.view, Ref("target", "*"), self.chosen)

    def link(self, alias: str) -> Link:
        """How the records find their related records of a source with join many."""
        return self.table.linked(alias, self.view, self.chosen)

    def sql(self, text: str) -> Column:
        """The value of a SQL scalar expression."""
        condition = self.scope.condition(text, self.source, self.cell)
        self.scope.faults.stop()
        assert condition is not None  # what is None was told
        return self.table.evaluated(condition, self.view, self.chosen)


@dataclass(frozen=True)
class _ProgramStep(Step):
    """A step whose values a function of the program gives."""

    filling: _Filling | None = None
    scope: Scope | None = None


class _Table(Table):
    """A data set whose steps are functions of a program."""

    def argument(self, view: View, ref: Ref, chosen: Codes) -> Column:
        return self._argument(view, ref, chosen, pd.RangeIndex(len(chosen)))

    def linked(self, alias: str, view: View, chosen: Codes) -> Link:
        return self._link(alias, view, chosen, pd.RangeIndex(len(chosen)))

    def evaluated(self, condition: Condition, view: View, chosen: Codes) -> Column:
        return self._evaluated(condition, view, chosen, pd.RangeIndex(len(chosen)))

    def _run_step(self, step: Step, view: View, free: Mask | None = None) -> Piece:
        assert isinstance(step, _ProgramStep) and step.filling is not None  # noqa: PT018 - one thing
        assert step.scope is not None
        mask = view.mask(step.when)
        if free is not None and not free.all():
            mask = free if mask is None else mask & free
        eligible = np.ones(view.size, dtype=bool) if mask is None else mask
        whole = step.filling.whole or mask is None
        chosen = np.arange(view.size) if whole else np.flatnonzero(eligible)
        rows = Rows(self, view, step.scope, step.filling.source, step.cell, chosen, eligible)
        try:
            given = step.filling.function(rows)
        except (ValueError, TypeError, EvaluationError) as error:
            self.run.fault(step.cell, str(error))
            given = missing_like(self.kinds.get(step.variable, "text"), pd.RangeIndex(len(chosen)))
        outcome = given if isinstance(given, Outcome) else Outcome(given)
        self._tell(step, outcome.problems, view, chosen)
        for name, values in outcome.more.items():
            self._keep_overflow(name, values, view, chosen)
        return Piece(step, chosen, outcome.values, view)


class _Run(Run):
    """A run of a program."""

    def table(self, name: str) -> Table:
        if name not in self._tables:
            self._tables[name] = _Table(self, self.plan.datasets[name])
        return self._tables[name]


class _Fillings(RowCompiler):
    """The fills of a data set in the place of its rows of Mapping."""

    def __init__(self, program: Program, dataset: str, scope: Scope) -> None:
        self.fillings = [f for f in program.fillings if f.dataset == dataset]
        self.scope = scope

    def rows(self) -> tuple[Step, ...]:
        return tuple(self._step(filling) for filling in self.fillings)

    def _step(self, filling: _Filling) -> Step:
        whole = filling.whole
        named = Algorithm("program", filling.function, Arguments, "value", whole, "", "", "")
        arguments = {"overflow": filling.overflow} if filling.overflow else {}
        when = self.scope.condition(filling.when, filling.source, filling.cell)
        joined = filling.source in self.scope.sources and (
            self.scope.sources[filling.source].kind in JOINED
        )
        # Only a source that makes records limits a fill to its records.
        source = "" if joined else filling.source
        return _ProgramStep(
            filling.dataset, filling.variable, source, named, arguments, {}, filling.cell, when,
            filling=filling, scope=self.scope,
        )  # fmt: skip

    def check(self, plan: DatasetPlan) -> None:
        """A program may leave variables out that only other data sets need."""


class _Compiler(PlanCompiler):
    """Compiles a program's data sets."""

    def __init__(self, program: Program, study: Study, raw: RawFolder, faults: Collector) -> None:
        known = {
            row.dataset: frozenset(_variables(program, book, row.dataset))
            for book in study.workbooks.values()
            for row in book.datasets.values()
        }
        super().__init__(study, raw, known, algorithms(), faults)
        self.program = program

    def row_compiler(self, book: Workbook, dataset: str, scope: Scope) -> RowCompiler:
        del book
        return _Fillings(self.program, dataset, scope)


def _variables(program: Program, book: Workbook, dataset: str) -> list[str]:
    declared = [row.variable for row in book.variables(dataset)]
    return declared + [f.variable for f in program.fillings if f.dataset == dataset]


def _plan(program: Program, study: Study, raw: RawFolder) -> Plan:
    faults = Collector()
    compiler = _Compiler(program, study, raw, faults)
    plans = {
        name: compiler.dataset(book, name)
        for book in study.workbooks.values()
        for name in book.datasets
    }
    unknown = sorted({f.dataset for f in program.fillings} - set(plans))
    faults.errors += [SpecError(Cell(program.name), f"no data set '{name}'.") for name in unknown]
    faults.stop()
    return Plan(plans, tuple(plans))
