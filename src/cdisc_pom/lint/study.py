"""A study linted: workbooks read and compiled with all faults kept, then every rule asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cdisc_pom.errors import Cell, Line, Problems, SpecError
from cdisc_pom.lint.context import Context
from cdisc_pom.lint.headers import AnyRaw
from cdisc_pom.lint.model import Message, reading_order
from cdisc_pom.lint.registry import Rule, rules
from cdisc_pom.package.attributes import is_encoding
from cdisc_pom.package.profile import Profile, agencies, read_profile
from cdisc_pom.plan.compiler import scan_study
from cdisc_pom.plan.model import Plan
from cdisc_pom.plan.order import making_order
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.reader import scan_workbook
from cdisc_pom.spec.study import DEFAULT_AGENCY, DEFAULT_ENCODING, STANDARDS, Study
from cdisc_pom.spec.workbook import Workbook
from cdisc_pom.standards import Store

OTHER = "SPEC.OTHER"
# With a sheet or a column missing nothing else of the workbook can be judged.
_BLOCKING = frozenset({"BOOK.FILE", "BOOK.SHEET", "BOOK.COLUMN"})


@dataclass(frozen=True)
class LintOptions:
    """What the lint may be told.

    `data` says whether headers of raw forms are looked at; without them every form and column
    counts as known. `statistics` are the names that Displays may use. Without an agency or an
    encoding those of the workbooks hold.
    """

    agency: str | None = None
    encoding: str | None = None
    data: bool = True
    store: Store | None = None
    statistics: frozenset[str] | None = None
    only: str | None = None


@dataclass(frozen=True)
class Linted:
    """What the lint found, in reading order."""

    study: str
    paths: dict[str, Path]
    messages: tuple[Message, ...]
    data: bool = True
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """Messages by severity."""
        return Counter(message.severity for message in self.messages)

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.counts["error"]


def lint_study(specs: Path, raw: Path | None = None, options: LintOptions | None = None) -> Linted:
    """Check the workbooks of a study; nothing but headers of raw files is read.

    Args:
        specs: folder with `sdtm.xlsx`, `adam.xlsx` or both.
        raw: folder of raw forms; None, or a folder that is not there, goes without.
        options: agency, encoding, whether raw headers are read, the store of standards.

    Returns:
        All faults of all workbooks, each at its cell.

    Raises:
        Problems: the agency is unknown.
    """
    chosen = options or LintOptions()
    clock = _Clock()
    registered = rules()
    study, faults = _read(specs)
    profile, encoding = _agency(study, chosen)
    clock.lap("read")
    folder, raw_faults = _raw(raw if chosen.data else None)
    faults += raw_faults
    blocked = _blocked(faults, registered.values())
    plan = Plan({}, (), {})
    if study.workbooks and not blocked:
        plan, compiled = _compiled(study, folder)
        faults += (
            compiled if folder else [f for f in compiled if "in several sources" not in f.message]
        )
    clock.lap("compile")
    context = Context(
        study, plan, _classified(faults, registered.values()), profile, encoding,
        chosen.store or Store.here(), folder is not None, chosen.statistics,
        _touched(study, faults),
    )  # fmt: skip
    messages = _ask(context, registered.values(), only_faults=blocked)
    clock.lap("rules")
    paths = {book.name: book.path for book in study.workbooks.values()}
    if chosen.only is not None:
        messages = [m for m in messages if _workbook(m) in (chosen.only, "")]
    return Linted(study.name, paths, tuple(messages), folder is not None, clock.seconds)


def _agency(study: Study, chosen: LintOptions) -> tuple[Profile, str]:
    """Whose rules hold, and the encoding; what a workbook says wrongly is told by a rule."""
    agency = chosen.agency or (study.agency if study.agency in agencies() else DEFAULT_AGENCY)
    said = study.encoding if is_encoding(study.encoding) else DEFAULT_ENCODING
    return read_profile(agency), chosen.encoding or said


class _Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = now - self._last
        self._last = now


def _read(specs: Path) -> tuple[Study, list[SpecError]]:
    faults: list[SpecError] = []
    books: dict[str, Workbook] = {}
    there = [kind for kind in STANDARDS if (specs / f"{kind}.xlsx").is_file()]
    for kind in there or STANDARDS[:1]:
        try:
            book, found = scan_workbook(specs / f"{kind}.xlsx", kind)
        except Problems as problems:
            faults += [error for error in problems.errors if isinstance(error, SpecError)]
            continue
        books[kind] = book
        faults += found
    return Study(specs.resolve().name, specs, books), faults


def _raw(folder: Path | None) -> tuple[RawFolder | None, list[SpecError]]:
    if folder is None or not folder.is_dir():
        return None, []
    return RawFolder(folder), []


def _compiled(study: Study, folder: RawFolder | None) -> tuple[Plan, list[SpecError]]:
    """The plan of what is right, with all faults, cycles included."""
    running = {kind: book for kind, book in study.workbooks.items() if book.runs}
    if not running:
        return Plan({}, (), {}), []
    part = Study(study.name, study.folder, running)
    plan, collector = scan_study(part, folder or AnyRaw(part))
    faults = list(dict.fromkeys(collector.errors))
    try:
        making_order(plan)
    except Problems as problems:
        faults += [error for error in problems.errors if isinstance(error, SpecError)]
    return plan, faults


def _blocked(faults: list[SpecError], registered: Iterable[Rule]) -> bool:
    patterns = [rule.faults for rule in registered if rule.id in _BLOCKING and rule.faults]
    return any(pattern.match(fault.message) for fault in faults for pattern in patterns)


def _classified(faults: list[SpecError], registered: Iterable[Rule]) -> dict[str, list[SpecError]]:
    """Faults by the rule whose pattern they match first; one fault a cell and message."""
    patterns = [(rule.id, rule.faults) for rule in registered if rule.faults is not None]
    found: dict[str, list[SpecError]] = {}
    read = {fault.place for fault in faults if fault.message.startswith(("holds ", "'"))}
    for fault in dict.fromkeys(faults):
        empty = fault.place in read and fault.message.startswith("unknown ")
        if empty and fault.message.endswith("''."):
            continue  # the cell is empty or faulty, which is told already
        matched = next((name for name, p in patterns if p.match(fault.message)), OTHER)
        found.setdefault(matched, []).append(fault)
    return found


def _touched(study: Study, faults: list[SpecError]) -> frozenset[str]:
    """Data sets with a fault in the rows that make them."""
    rows = {
        (book.name, row.place.sheet, str(row.place.row)): str(getattr(row, "dataset", ""))
        for book in study.workbooks.values()
        for group in book.sheets.values()
        for row in group
    } if faults else {}  # fmt: skip
    found = set()
    for fault in faults:
        if isinstance(fault.place, Cell):
            number = fault.place.ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            found.add(rows.get((fault.place.workbook, fault.place.sheet, number), ""))
    return frozenset(found)


def _ask(context: Context, registered: Iterable[Rule], *, only_faults: bool) -> list[Message]:
    books = {name: at for at, name in enumerate(["sdtm.xlsx", "adam.xlsx"])}
    sheets: dict[str, int] = {}
    for book in context.books:
        for name in (*book.sheets, *book.contents):
            sheets.setdefault(name, len(sheets))
    found = {
        Message(rule.id, rule.severity, item.place, item.text, item.hint, item.others): None
        for rule in registered
        if rule.faults is not None or not only_faults
        for item in rule.check(context)
    }
    return sorted(found, key=lambda message: reading_order(message, books, sheets))


def _workbook(message: Message) -> str:
    return "" if isinstance(message.place, Line) else message.place.workbook
