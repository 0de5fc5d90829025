"""From a matched column to a row of Mapping: algorithm, arguments, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cdisc_pom.algorithms.values import fold
from cdisc_pom.initialise.codelists import Lists
from cdisc_pom.initialise.dates import PLAIN, clock_layout, date_layout
from cdisc_pom.initialise.match import Match, Sureness, match_columns
from cdisc_pom.initialise.survey import RawColumn, RawTable, share
from cdisc_pom.initialise.words import squash, variable_words
from cdisc_pom.standards import StandardVariable

_BYTES = 200
_SHOWN = 4
_FEW = 2  # values without a known word with which a column is still proposed
# Code lists whose words tell by themselves what a column holds.
_TELLING = frozenset(
    {"SEX", "RACE", "ETHNIC", "AESEV", "OUT", "ACN", "FREQ", "ROUTE", "FRM", "POSITION"}
)
_IDENTIFIERS = frozenset({"SUBJID", "SITEID", "INVID"})
_CLOCKS = {"STDTC": "@STTIM", "ENDTC": "@ENTIM", "DTC": "@TIM"}


@dataclass(frozen=True)
class Proposal:
    """A row of Mapping, and what Variables says of the variable that it fills."""

    variable: str
    algorithm: str
    source: str = ""
    inputs: str = ""
    arguments: str = ""
    when: str = ""
    sureness: Sureness = ""
    reason: str = ""
    origin: str = "Derived"
    data_type: str = ""
    columns: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """The Note: how sure, and why."""
        return f"{self.sureness}: {self.reason}" if self.sureness else self.reason

    def doubted(self, reason: str, sureness: Sureness = "guess") -> Proposal:
        """The proposal with a doubt more."""
        return replace(self, sureness=sureness, reason=f"{self.reason}; {reason}")


@dataclass(frozen=True)
class Proposed:
    """Proposals of a form, and what looked right by its name and is not by its values."""

    proposals: tuple[Proposal, ...]
    refused: tuple[str, ...]


def propose(
    table: RawTable,
    domain: str,
    variables: Sequence[StandardVariable],
    *,
    source: str,
    lists: Lists,
    language: str,
    taken: frozenset[str] = frozenset(),
    max_rank: int = 3,
) -> Proposed:
    """Rows for the variables that a form's columns are recognised as.

    Args:
        table: the form.
        domain: the domain's code.
        variables: variables that still need a value.
        source: the alias of the form in Sources.
        lists: code lists, which learn the words that they are used for.
        language: `zh` or `en`.
        taken: columns that serve something else.
        max_rank: how vague a match may be, see `Match`.
    """
    known = {variable.name: variable for variable in variables}
    matches = match_columns(table, domain, variables, language=language, taken=taken)
    found: list[Proposal] = []
    refused: list[str] = []
    for name, match in matches.items():
        if match.rank > max_rank:
            continue
        made = _proposal(table, domain, known[name], match, source, lists)
        if made is None:
            values = ", ".join(table.columns[match.column].values[:_SHOWN])
            refused.append(f"{name} is not taken from {match.column}: {values}")
        else:
            found.append(made)
    used = {column for made in found for column in made.columns} | taken
    done = {made.variable for made in found}
    if max_rank == 3:  # noqa: PLR2004 - every match is welcome
        rest = [variable for variable in variables if variable.name not in done]
        found += _by_values(table, rest, source, lists, used)
    return Proposed(tuple(found), tuple(refused))


def _proposal(
    table: RawTable, domain: str, variable: StandardVariable, match: Match, source: str,
    lists: Lists,
) -> Proposal | None:  # fmt: skip
    """The row for a matched column, or None when its values do not fit the variable."""
    column = table.columns[match.column]
    base = Proposal(
        variable.name, "assign", source, match.column, sureness=match.sureness,
        reason=match.reason, origin="Collected", columns=(match.column,),
    )  # fmt: skip
    if not column.filled:
        base = base.doubted("the column is empty", "likely")
    if variable.values.startswith("ISO 8601 datetime"):
        return _date(table, domain, variable, column, base)
    if "duration" in variable.values:
        return None
    if variable.type == "Num":
        fits = column.mostly_numeric or not column.filled
        return replace(base, algorithm="number") if fits else None
    if lists.known(variable):
        return _coded(variable, column, base, lists)
    if variable.name in _IDENTIFIERS or variable.role == "Identifier":
        return base
    longest = max((len(value.encode()) for value in column.values), default=0)
    rest = f"overflow={variable.name[:7]}" if longest > _BYTES else ""
    return replace(base, algorithm="text", arguments=rest)


def _date(
    table: RawTable, domain: str, variable: StandardVariable, column: RawColumn, base: Proposal
) -> Proposal | None:
    layout = date_layout(column.values)
    if layout is None:
        empty = replace(base, algorithm="datetime", data_type="partialDatetime")
        return None if column.filled else empty
    clock = None if layout.clock else _clock(table, domain, variable.name, base.inputs)
    times = clock_layout(table.columns[clock].values) if clock is not None else None
    arguments = [layout.argument("date", PLAIN)]
    made = replace(base, algorithm="datetime", data_type=layout.data_type)
    if clock is not None and times is not None:
        arguments.append(times.argument("time", "HH:mm"))
        complete = table.columns[clock].filled == column.filled and layout.whole
        kind = "datetime" if complete else "partialDatetime"
        made = replace(
            made, inputs=f"{base.inputs}, {clock}", data_type=kind,
            columns=(*base.columns, clock), reason=f"{base.reason}, {clock}",
        )  # fmt: skip
    made = replace(made, arguments="; ".join(part for part in arguments if part))
    if layout.doubtful:
        return made.doubted("day and month may stand the other way round")
    return made


def _clock(table: RawTable, domain: str, variable: str, column: str) -> str | None:
    """The column with the time of day that belongs to a date."""
    end = next((end for end in _CLOCKS if variable.endswith(end)), None)
    part = _CLOCKS.get(end or "", "")
    words = variable_words().get(part, frozenset())
    stem = squash(column)
    twins = {stem.removesuffix(day) + clock for day, clock in _TWINS if stem.endswith(day)}
    wanted = twins | words | {f"{domain}{word}" for word in words}
    return next((name for name in table.columns if squash(name) in wanted), None)


_TWINS = (("DAT", "TIM"), ("DATE", "TIME"), ("DT", "TM"), ("日期", "时间"))


def _coded(
    variable: StandardVariable, column: RawColumn, base: Proposal, lists: Lists
) -> Proposal | None:
    words = lists.meanings(variable)
    fits = share(column, words)
    if not fits and len(column.values) > _FEW:
        return None
    lists.use(variable, column.values)
    unknown = [value for value in column.values if fold(value) not in words]
    made = replace(base, algorithm="term")
    if unknown:
        shown = ", ".join(unknown[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        return made.doubted(f"no term is known for {shown}")
    return replace(made, reason=f"{base.reason} and values") if column.filled else made


def _by_values(
    table: RawTable, variables: Sequence[StandardVariable], source: str, lists: Lists,
    used: set[str] | frozenset[str],
) -> list[Proposal]:  # fmt: skip
    """Columns whose words are those of one code list only, such as 男 and 女."""
    system = variable_words()["@SYSTEM"]
    free = [
        column
        for name, column in table.columns.items()
        if name not in used and squash(name) not in system and len(column.values) > 1
    ]
    found = []
    for variable in variables:
        if lists.short_name(variable) not in _TELLING:
            continue
        words = lists.meanings(variable)
        fitting = [column for column in free if share(column, words) == 1]
        if len(fitting) == 1:
            column = fitting[0]
            lists.use(variable, column.values)
            shown = ", ".join(column.values[:_SHOWN])
            found.append(
                Proposal(variable.name, "term", source, column.name, sureness="guess",
                         reason=f"by values {shown}", origin="Collected", columns=(column.name,))
            )  # fmt: skip
    return found
