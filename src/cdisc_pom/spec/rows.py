"""What a row of a sheet is: a frozen model that remembers its place.

A field's alias is the sheet's column header. `str` fields take text only, so that a number in a
code column ("001" that Excel made 1) is a fault with its address and never a guess.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from cdisc_pom.errors import Cell


class RowPlace(BaseModel):
    """Where a row stands: workbook, sheet, row number and the letters of its columns."""

    model_config = ConfigDict(frozen=True)

    workbook: str
    sheet: str
    row: int
    letters: dict[str, str] = Field(default_factory=dict)

    def cell(self, header: str) -> Cell:
        """The cell under `header`, or the whole row when the sheet has no such column."""
        letter = self.letters.get(header)
        return Cell(self.workbook, self.sheet, f"{letter}{self.row}" if letter else str(self.row))


class SheetRow(BaseModel):
    """One row of a sheet."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    sheet: ClassVar[str] = ""
    optional: ClassVar[bool] = False

    place: RowPlace = Field(exclude=True, repr=False)

    @classmethod
    @cache  # asked for each row of a sheet
    def headers(cls) -> dict[str, str]:
        """Field name by column header."""
        return {
            info.alias or name: name for name, info in cls.model_fields.items() if name != "place"
        }

    @classmethod
    def required_headers(cls) -> list[str]:
        """Column headers that must be there."""
        return [
            info.alias or name
            for name, info in cls.model_fields.items()
            if name != "place" and info.is_required()
        ]

    @classmethod
    def takes_number(cls, field: str) -> bool:
        """Whether a number may stand in the field's cells."""
        return _holds_number(cls.model_fields[field].annotation)

    @classmethod
    def choices(cls, field: str) -> list[str]:
        """The words that a field's cells may hold; empty where any text may stand."""
        info = cls.model_fields[field]
        if info.metadata and info.metadata[0] in getattr(YesNo, "__metadata__", ()):
            return ["Yes", "No"]
        annotation = info.annotation
        return list(get_args(annotation)) if get_origin(annotation) is Literal else []

    def cell(self, field: str) -> Cell:
        """The cell that a field was read from."""
        return self.place.cell(self._columns().get(field, field))

    @classmethod
    @cache
    def _columns(cls) -> dict[str, str]:
        """Column header by field name."""
        return {name: header for header, name in cls.headers().items()}


def _holds_number(annotation: Any) -> bool:
    if annotation in (int, float):
        return True
    if get_origin(annotation) is None:
        return False
    return any(_holds_number(part) for part in get_args(annotation))


def _yes_no(value: Any) -> Any:
    words = {"yes": True, "y": True, "no": False, "n": False}
    if isinstance(value, str):
        if value.casefold() not in words:
            raise ValueError(f"'{value}' is neither Yes nor No")
        return words[value.casefold()]
    return value


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part for part in value.replace(",", " ").split() if part)
    return value


YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
