"""Generators by name: each fills one form of a subject."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdisc_pom.simulate.model import StudyDesign

if TYPE_CHECKING:
    from cdisc_pom.simulate.story import Story


@dataclass
class Entry:
    """One record of a form, in the generator's fields.

    Attributes:
        values: Coded or typed values by field.
        day: Study day after which the record is saved.
        visit: Visit name, empty in a log form.
    """

    values: dict[str, str]
    day: int
    visit: str = ""


Fields = Callable[[StudyDesign], Iterable[str]]
Fill = Callable[["Story"], Iterable[Entry]]


@dataclass(frozen=True)
class Generator:
    """A registered generator: the fields it gives and the function that fills them."""

    name: str
    fields: Fields
    fill: Fill


GENERATORS: dict[str, Generator] = {}


def generator(name: str, fields: tuple[str, ...] | Fields) -> Callable[[Fill], Fill]:
    """Register a generator of a form; a second one of the same name is refused."""

    def register(fill: Fill) -> Fill:
        if name in GENERATORS:
            message = f"The generator {name!r} is registered twice."
            raise ValueError(message)
        given = fields if callable(fields) else _constant(fields)
        GENERATORS[name] = Generator(name, given, fill)
        return fill

    return register


def _constant(fields: tuple[str, ...]) -> Fields:
    def given(_: StudyDesign) -> Iterator[str]:
        return iter(fields)

    return given
