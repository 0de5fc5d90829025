"""A data set to be compared: what is known of it, and its columns when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from cdisc_pom.compare.columns import Column, Numbers, column_of
from cdisc_pom.compare.errors import UnreadableFile
from cdisc_pom.compare.results import Side
from cdisc_pom.xpt.model import Variable, parse_format

SourceType = Literal["text", "number", "date", "datetime", "time", ""]
ReadColumns = Callable[[Sequence[str]], dict[str, Column]]


@dataclass(frozen=True)
class VariableInfo:
    """What a file tells of a variable; None where it has no place to tell it.

    Attributes:
        name: as the file spells it.
        type: ``text`` or ``number``, a real date or time (Parquet), or "" when the file does not
            tell (CSV).
        label: its label.
        length: bytes in the record.
        characters: length in characters (Dataset-JSON).
        format: display format, as ``DATE9.``.
        informat: input format.
    """

    name: str
    type: SourceType
    label: str | None = None
    length: int | None = None
    characters: int | None = None
    format: str | None = None
    informat: str | None = None

    @classmethod
    def of(cls, variable: Variable) -> VariableInfo:
        """What a transport file tells."""
        return cls(
            variable.name,
            variable.type,
            label=variable.label,
            length=variable.length,
            format=plain_format(variable.format),
            informat=plain_format(variable.informat),
        )

    @property
    def bytes(self) -> int:
        """About the memory that a value takes while it is compared."""
        return 8 if self.type in ("number", "date", "datetime", "time") else self.length or 32


@dataclass(frozen=True)
class DataSet:
    """One data set: metadata at once, columns on demand.

    Attributes:
        name: of the data set.
        label: of the data set, None when its file cannot hold one.
        path: the file, "" for a frame.
        file_format: as people call it, e.g. ``XPT``.
        records: number of records.
        variables: in the order of the file.
        keys: key variables that the file itself tells.
        read_columns: gives the columns of some names; see ``read``.
    """

    name: str
    label: str | None
    path: str
    file_format: str
    records: int
    variables: tuple[VariableInfo, ...]
    read_columns: ReadColumns
    keys: tuple[str, ...] = ()

    def read(self, names: Sequence[str]) -> dict[str, Column]:
        """Columns by name.

        Raises:
            UnreadableFile: the records are broken.
        """
        return self.read_columns(names) if names else {}

    @property
    def side(self) -> Side:
        """The data set without its data."""
        return Side(
            path=self.path,
            name=self.name,
            label=self.label,
            file_format=self.file_format,
            records=self.records,
            variables=len(self.variables),
        )


def data_set_of(
    frame: pd.DataFrame,
    *,
    name: str = "",
    label: str | None = None,
    variables: Sequence[Variable] | None = None,
    path: str = "",
    file_format: str = "frame",
) -> DataSet:
    """A data set from a frame.

    Args:
        frame: text, number, date and time columns.
        name: of the data set.
        label: of the data set.
        variables: types, lengths, labels and formats; None when they are not known, then they are
            not compared.
        path: the file that the frame comes from.
        file_format: as people call it.

    Raises:
        UnreadableFile: a column name stands twice, or a column holds what no data set can hold.
    """
    names = [str(each) for each in frame.columns]
    place = path or name or "the data set"
    check_names(names, place)
    columns: dict[str, Column] = {}
    for position, column in enumerate(names):
        try:
            columns[column] = column_of(frame.iloc[:, position])
        except ValueError as error:
            raise UnreadableFile(place, f"{column} {error}.") from None
    if variables is None:
        known = tuple(VariableInfo(each, type_of(columns[each])) for each in names)
    else:
        known = tuple(VariableInfo.of(each) for each in variables)
    return DataSet(
        name=name,
        label=label,
        path=path,
        file_format=file_format,
        records=len(frame),
        variables=known,
        read_columns=lambda wanted: {each: columns[each] for each in wanted},
    )


def check_names(names: Sequence[str], path: str) -> None:
    """A column name stands once."""
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        raise UnreadableFile(path, f"the column name {', '.join(twice)} stands twice.")


def type_of(column: Column) -> SourceType:
    """The type that a column itself tells."""
    if isinstance(column, Numbers):
        return column.calendar or "number"
    return "" if column.free else "text"


def plain_format(text: Any) -> str:
    """A format in one spelling: ``date9`` is ``DATE9.``; one that is none stays as it is."""
    written = str(text or "").strip()
    try:
        return str(parse_format(written))
    except ValueError:
        return written
