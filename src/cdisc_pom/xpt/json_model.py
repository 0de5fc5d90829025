"""The schema of Dataset-JSON 1.1 as a typed model."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from cdisc_pom.xpt.dates import DateKind, date_kind
from cdisc_pom.xpt.model import Variable

DataType = Literal[
    "string",
    "integer",
    "decimal",
    "float",
    "double",
    "boolean",
    "datetime",
    "date",
    "time",
    "URI",
]
_MOMENT = (
    r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"([+-]([01]\d|2[0-3]):[0-5]\d|Z)?$"
)
Name = Annotated[str, Field(min_length=1)]
Moment = Annotated[str, Field(pattern=_MOMENT)]
_USUAL_FORMATS: dict[str, str] = {"date": "DATE9.", "datetime": "DATETIME20.", "time": "TIME8."}
_DATE_TYPES: dict[str, DateKind] = {"date": "date", "datetime": "datetime", "time": "time"}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ColumnJson(_Strict):
    """One variable; ``length`` counts characters."""

    itemOID: Name  # noqa: N815 - names of the standard
    name: Name
    label: str
    dataType: DataType  # noqa: N815
    targetDataType: Literal["integer", "decimal"] | None = None  # noqa: N815
    length: Annotated[int, Field(ge=1)] | None = None
    displayFormat: str | None = None  # noqa: N815
    keySequence: Annotated[int, Field(ge=1)] | None = None  # noqa: N815

    @classmethod
    def of(
        cls, variable: Variable, data_set: str, data_type: DataType | None, key: int | None
    ) -> Self:
        """The column of a variable; see ``write_dataset_json`` for the types."""
        is_text = variable.type == "text"
        kind = None if is_text else date_kind(variable.format)
        chosen: DataType = data_type or kind or ("string" if is_text else "double")
        target: Literal["integer", "decimal"] | None = None
        if not is_text and chosen in _DATE_TYPES:
            target = "integer"
        elif chosen == "decimal":
            target = "decimal"
        return cls(
            itemOID=f"IT.{data_set}.{variable.name}",
            name=variable.name,
            label=variable.label,
            dataType=chosen,
            targetDataType=target,
            length=variable.length if is_text else None,
            displayFormat=variable.format or None,
            keySequence=key,
        )

    @property
    def kind(self) -> DateKind | None:
        """What SAS number the texts of this column stand for, None when they stay as they are."""
        return _DATE_TYPES.get(self.dataType) if self.targetDataType == "integer" else None

    @property
    def is_number(self) -> bool:
        """True when the column is a number variable of an XPORT file."""
        return self.kind is not None or self.dataType in (
            "integer",
            "decimal",
            "float",
            "double",
            "boolean",
        )

    def variable(self, inferred: Variable) -> Variable:
        """The XPORT variable, with the type and length that the data have."""
        shown = self.displayFormat or _USUAL_FORMATS.get(self.kind or "", "")
        if not self.is_number:
            return Variable(self.name, "text", inferred.length, self.label, shown)
        return Variable(self.name, "number", 8, self.label, shown)


class SourceSystemJson(_Strict):
    """The system that the data come from."""

    name: str
    version: str


class DatasetJson(_Strict):
    """All top-level attributes but ``rows``, in the order of the standard.

    Source: CDISC Dataset-JSON 1.1, "Top-level metadata attributes" and JSON schema.
    """

    datasetJSONCreationDateTime: Moment  # noqa: N815
    datasetJSONVersion: Annotated[str, Field(pattern=r"^1\.1(\.(0|([1-9][0-9]*)))?$")]  # noqa: N815
    fileOID: Name | None = None  # noqa: N815
    dbLastModifiedDateTime: Moment | None = None  # noqa: N815
    originator: str | None = None
    sourceSystem: SourceSystemJson | None = None  # noqa: N815
    studyOID: Name | None = None  # noqa: N815
    metaDataVersionOID: Name | None = None  # noqa: N815
    metaDataRef: str | None = None  # noqa: N815
    itemGroupOID: Name  # noqa: N815
    records: Annotated[int, Field(ge=0)]
    name: Name
    label: str
    columns: list[ColumnJson]

    def dump(self) -> dict[str, Any]:
        """Attributes that are given, in the order of the standard."""
        return self.model_dump(exclude_none=True)
