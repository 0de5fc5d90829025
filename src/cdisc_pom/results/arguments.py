"""Arguments of a statistic: `name=value; name=value` of a display row, typed by a model.

A statistic that takes arguments registers a model of them; what a row says is checked against it
before any data is read. A field of type `Sql` holds an expression on the row's data set, which is
evaluated for each record.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from cdisc_pom.errors import did_you_mean
from cdisc_pom.spec.arguments import split_arguments


class Arguments(BaseModel):
    """Base of all models; an argument that it does not name is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _Expression:
    """Marks a field as SQL."""


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split("|") if part.strip())
    return value


Sql = Annotated[str, _Expression()]
"""An SQL expression on the row's data set."""
Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Texts, with `|` between them."""
Numbers = Annotated[tuple[float, ...], BeforeValidator(_listed)]
"""Numbers, with `|` between them."""


def read_arguments(
    model: type[Arguments], cell: str | None
) -> tuple[Arguments | None, list[tuple[str, str]]]:
    """The arguments of a cell, or what is wrong with them.

    Args:
        model: what the statistic takes.
        cell: the text of the cell.

    Returns:
        The arguments (None when something is wrong) and faults as message and hint.
    """
    try:
        given = split_arguments(cell)
    except ValueError as error:
        return None, [(str(error), "")]
    try:
        return model.model_validate(given), []
    except ValidationError as error:
        return None, [_worded(model, dict(fault)) for fault in error.errors()]


def sql_arguments(model: type[Arguments]) -> tuple[str, ...]:
    """Names of the arguments that are expressions."""
    return tuple(
        name
        for name, info in model.model_fields.items()
        if any(isinstance(each, _Expression) for each in info.metadata)
    )


def _worded(model: type[Arguments], fault: dict[str, Any]) -> tuple[str, str]:
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        return f"unknown argument '{name}'.", did_you_mean(name, model.model_fields)
    if fault["type"] == "missing":
        return f"argument '{name}' is missing.", ""
    return f"argument '{name}': {fault['msg']}.", ""
