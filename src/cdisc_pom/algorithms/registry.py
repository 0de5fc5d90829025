"""The registry of algorithms: what a workbook may name in its Algorithm columns.

An algorithm is a pure function on columns. Its argument model says which of its arguments are
columns, which are columns of a related source, which come from sheets of the workbook, and which
are plain values; the compiler checks a row against that model before any data is read.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar, get_args

import numpy as np
import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict

from cdisc_pom.columns import Mask

Role = Literal["column", "columns", "related", "relateds", "resource"]


@dataclass(frozen=True)
class Marker:
    """What the text of an argument stands for."""

    role: Role
    resource: str = ""


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


# Arguments of these types hold names; the function gets what the names stand for.
ColumnName = Annotated[str, Marker("column")]
ColumnNames = Annotated[tuple[str, ...], BeforeValidator(_names), Marker("columns")]
RelatedName = Annotated[str, Marker("related")]
RelatedNames = Annotated[tuple[str, ...], BeforeValidator(_names), Marker("relateds")]
CodelistName = Annotated[str, Marker("resource", "codelist")]
UnitsName = Annotated[str, Marker("resource", "units")]
VisitsName = Annotated[str, Marker("resource", "visits")]
ImputationName = Annotated[str, Marker("resource", "imputation")]
EventsName = Annotated[str, Marker("resource", "events")]
ComponentsName = Annotated[str, Marker("resource", "components")]
SubjectsName = Annotated[str, Marker("resource", "subjects")]
LookupName = Annotated[str, Marker("resource", "lookup")]
DictionaryName = Annotated[str, Marker("resource", "dictionary")]
RangesName = Annotated[str, Marker("resource", "ranges")]
WindowsName = Annotated[str, Marker("resource", "windows")]
GradesName = Annotated[str, Marker("resource", "grades")]
FormulaText = Annotated[str, Marker("resource", "formula")]


class Arguments(BaseModel):
    """Base of every argument model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def faults(self, tables: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """What is wrong with the arguments together: argument and sentence, for each fault.

        `tables` holds the plain values and look-up tables by argument.
        """
        del tables
        return iter(())


class ParameterArguments(Arguments):
    """Base of the argument models of algorithms that make records of a parameter.

    `carry` names variables that a new record takes over from the record that it is made from.
    """

    carry: ColumnNames = ()


@dataclass(frozen=True)
class Problem:
    """Records that an algorithm cannot serve.

    `rows` marks them, among the records given, or among the events or components when `gathered`;
    `values` holds what stood there. Message and hint may name `{value}`; a
    hint may be a function of the value.
    """

    rows: Mask
    message: str
    values: pd.Series | None = None
    hint: str | Callable[[str], str] = ""
    rule: str = "derivation"
    severity: Literal["error", "warning"] = "error"
    gathered: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an algorithm gives back: values on the index it was given, problems, further columns."""

    values: pd.Series
    problems: tuple[Problem, ...] = ()
    more: Mapping[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Records:
    """New records of a parameter.

    `rows` is the position of the record that each was made from (-1 for none); `columns` holds
    the variables that the algorithm fills. `used` pairs positions of new records with the
    positions of further records that made them: of the events or components given. `looked`
    pairs them with further records of its input, such as the one that confirmed a response.
    """

    rows: np.ndarray
    columns: Mapping[str, pd.Series]
    problems: tuple[Problem, ...] = ()
    used: tuple[np.ndarray, np.ndarray] | None = None
    looked: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True)
class Used:
    """Which further records gave the values of an algorithm, for those who trace them.

    The records are the related ones, or without a related source those of the data set. `chosen`
    is the position of the record that each value was taken from (-1: of none), `counted` marks
    the records of a group that count, and `compared` numbers the groups within which records were
    only put in order.
    """

    chosen: np.ndarray | None = None
    counted: Mask | None = None
    compared: np.ndarray | None = None


@dataclass(frozen=True)
class EventTable:
    """Dates of events and censorings.

    Columns: USUBJID, DATE (datetime64[s]), ORDER, EVENT (bool), EVNTDESC, CNSDTDSC, CNSR, SRCDOM,
    SRCVAR, SRCSEQ, all on one index.
    """

    columns: Mapping[str, pd.Series]


@dataclass(frozen=True)
class ComponentTable:
    """Components of a response, one row a record that is one.

    Columns: USUBJID, COMPONENT, DATE (datetime64[s]), VALUE, TEXT, LOW, HIGH, VISIT, all on one
    index.
    """

    columns: Mapping[str, pd.Series]


@dataclass(frozen=True)
class Link:
    """How records find their related records.

    `targets` numbers the group of each record and `groups` the group of each related record (-1
    without a partner); both count the same `size` groups.
    """

    index: pd.Index
    targets: np.ndarray
    groups: np.ndarray
    size: int


Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Algorithm:
    """A registered algorithm.

    `shape` is `value` (a column for the records that are there) or `records` (new records for a
    parameter). `whole` algorithms look at all records of the data set at once. `origin` is the
    Define-XML origin that it gives; `text` and `text_zh` are method texts with `{argument}` places.
    `used` takes what the function takes and tells which further records gave its values.
    """

    name: str
    function: Callable[..., Any]
    arguments: type[Arguments]
    shape: Literal["value", "records"]
    whole: bool
    origin: str
    text: str
    text_zh: str
    gives: tuple[str, ...] = ()
    used: Callable[..., Used] | None = None

    def markers(self) -> Mapping[str, Marker]:
        """Marker of each argument that holds names."""
        return self._markers

    def marker(self, argument: str) -> Marker | None:
        """What an argument's text stands for; None for a plain value."""
        return self._markers.get(argument)

    @cached_property
    def _markers(self) -> dict[str, Marker]:
        """Asked for each row of a workbook, so looked up once."""
        found: dict[str, Marker] = {}
        for name, info in self.arguments.model_fields.items():
            places: list[Any] = [*info.metadata]
            for part in get_args(info.annotation):
                places += getattr(part, "__metadata__", ())
            marker = next((place for place in places if isinstance(place, Marker)), None)
            if marker is not None:
                found[name] = marker
        return found

    @cached_property
    def needed(self) -> frozenset[str]:
        """Arguments that must be named: those that the function cannot do without."""
        parameters = inspect.signature(self.function).parameters
        bare = {name for name, p in parameters.items() if p.default is inspect.Parameter.empty}
        return frozenset(
            name
            for name, info in self.arguments.model_fields.items()
            if info.is_required() or (name in bare and not isinstance(info.default, tuple))
        )

    @cached_property
    def inputs(self) -> list[str]:
        """Arguments that the Inputs cell fills, in order."""
        return [
            name
            for name, marker in self.markers().items()
            if marker.role != "resource" and name != "carry"
        ]

    @cached_property
    def related(self) -> bool:
        """Whether it looks at a related source."""
        return any(m.role in ("related", "relateds") for m in self.markers().values())


_ALGORITHMS: dict[str, Algorithm] = {}


def algorithm(
    name: str,
    *,
    arguments: type[Arguments],
    text: str,
    text_zh: str,
    shape: Literal["value", "records"] = "value",
    whole: bool = False,
    origin: str = "Derived",
    gives: tuple[str, ...] = (),
    used: Callable[..., Used] | None = None,
) -> Callable[[Function], Function]:
    """Register a function as an algorithm under a name of the field.

    Raises:
        ValueError: the name is taken.
    """

    def register(function: Function) -> Function:
        if name in _ALGORITHMS:
            raise ValueError(f"algorithm '{name}' is registered twice")
        _ALGORITHMS[name] = Algorithm(
            name, function, arguments, shape, whole, origin, text, text_zh, gives, used
        )
        return function

    return register


def algorithms() -> Mapping[str, Algorithm]:
    """All registered algorithms by name; the modules that hold them are imported once."""
    for folder in ("cdisc_pom.algorithms", "cdisc_pom.sdtm", "cdisc_pom.adam"):
        package = importlib.import_module(folder)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{folder}.{module.name}")
    return dict(sorted(_ALGORITHMS.items()))
