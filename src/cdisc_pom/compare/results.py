"""The outcome of a comparison, as plain parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cdisc_pom.compare.settings import Ignorable

KeyOrigin = Literal["given", "found", "position"]
Kind = Literal["attributes", "order", "variables", "types", "records", "values"]

#: Kinds of differences, in the order in which they are told.
KINDS: tuple[Kind, ...] = ("attributes", "order", "variables", "types", "records", "values")


@dataclass(frozen=True)
class Warned:
    """What a reader should know before trusting the outcome, in both languages of the page."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en


@dataclass(frozen=True)
class Side:
    """One of the two data sets: where it is and how large.

    Attributes:
        path: the file, "" for a frame.
        name: of the data set.
        label: of the data set, None when its file cannot hold one.
        file_format: e.g. ``XPT``.
        records: number of records.
        variables: number of variables.
    """

    path: str
    name: str
    label: str | None
    file_format: str
    records: int
    variables: int


@dataclass(frozen=True)
class AttributeDifference:
    """One attribute that is not the same; ``variable`` is "" for the data set itself."""

    variable: str
    attribute: Ignorable
    base: str
    compare: str


@dataclass(frozen=True)
class TypeDifference:
    """A variable that has another type on the other side, so that values are not compared.

    Attributes:
        variable: its name.
        base: ``text`` or ``number``.
        compare: the same.
        value: the first value that is no number, where a file does not tell types (CSV).
    """

    variable: str
    base: str
    compare: str
    value: str = ""


@dataclass(frozen=True)
class Record:
    """A record: its position in its data set (from 1) and its key, one text a variable."""

    row: int
    key: tuple[str, ...]


@dataclass(frozen=True)
class Unmatched:
    """Records that the other side does not have: how many, and the first of them."""

    count: int = 0
    first: tuple[Record, ...] = ()


@dataclass(frozen=True)
class DuplicateKey:
    """A key that several records have.

    Attributes:
        key: its values.
        base_rows: positions of its records in base (from 1), the first few.
        compare_rows: the same in compare.
        base_count: number of its records in base.
        compare_count: the same in compare.
    """

    key: tuple[str, ...]
    base_rows: tuple[int, ...]
    compare_rows: tuple[int, ...]
    base_count: int
    compare_count: int


@dataclass(frozen=True)
class Duplicates:
    """Keys that several records of a side have, and the first of them.

    Attributes:
        keys: number of such keys.
        base_records: records of base that have such a key.
        compare_records: the same in compare.
        first: the first keys, in the order of base.
    """

    keys: int = 0
    base_records: int = 0
    compare_records: int = 0
    first: tuple[DuplicateKey, ...] = ()


@dataclass(frozen=True)
class UnequalValue:
    """One pair of values that are judged unequal.

    Attributes:
        base_row: position of the record in base, from 1.
        compare_row: the same in compare.
        key: values of the key variables.
        base: the value, as text for people.
        compare: the same.
        base_value: the value for programs: number, text, None when missing, ``.A`` and so on.
        compare_value: the same.
        difference: compare minus base, None when one is missing or text.
        relative: absolute difference over the mean of both absolute values, None likewise.
    """

    base_row: int
    compare_row: int
    key: tuple[str, ...]
    base: str
    compare: str
    base_value: float | str | None
    compare_value: float | str | None
    difference: float | None = None
    relative: float | None = None


@dataclass(frozen=True)
class VariableValues:
    """How the values of one variable compare.

    Attributes:
        variable: its name.
        label: its label, "" when none is known.
        type: ``text``, ``number``, ``date``, ``datetime`` or ``time``.
        compared: pairs of values.
        unequal: pairs judged unequal.
        missing: those of them that are missing on one side only, or missing in another way.
        accepted: pairs that are not the same number but within the tolerance.
        max_difference: greatest absolute difference of all pairs of numbers; None for text.
        max_relative: greatest relative difference of all pairs of numbers; None for text.
        first: the first unequal pairs, in the order of base.
    """

    variable: str
    label: str
    type: str
    compared: int
    unequal: int
    missing: int
    accepted: int
    max_difference: float | None
    max_relative: float | None
    first: tuple[UnequalValue, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two data sets compared.

    Attributes:
        base: the first.
        compare: the second.
        keys: variables that tell a record; empty when compared by position.
        key_origin: ``given`` by the user, ``found``, or compared by ``position``.
        attributes: attributes that are not the same.
        other_order: the common variables stand in another order.
        only_base: variables that compare does not have.
        only_compare: variables that base does not have.
        types: variables of another type.
        matched: pairs of records.
        records_only_base: records of base without a partner.
        records_only_compare: records of compare without a partner.
        duplicates: keys that are not unique; told, but no difference by themselves.
        records_unequal: pairs of records with a value that is judged unequal.
        values: one for each compared variable, in the order of base.
        ignored: kinds of differences that do not count.
        warnings: what a reader should know before trusting the outcome.
    """

    base: Side
    compare: Side
    keys: tuple[str, ...]
    key_origin: KeyOrigin
    attributes: tuple[AttributeDifference, ...]
    other_order: bool
    only_base: tuple[str, ...]
    only_compare: tuple[str, ...]
    types: tuple[TypeDifference, ...]
    matched: int
    records_only_base: Unmatched
    records_only_compare: Unmatched
    duplicates: Duplicates
    records_unequal: int
    values: tuple[VariableValues, ...]
    ignored: frozenset[Ignorable] = frozenset()
    warnings: tuple[Warned, ...] = ()

    @property
    def name(self) -> str:
        """The data set's name, as base has it."""
        return self.base.name

    @property
    def unequal_variables(self) -> tuple[VariableValues, ...]:
        """Variables with unequal values."""
        return tuple(each for each in self.values if each.unequal)

    @property
    def unequal_values(self) -> int:
        """Pairs of values judged unequal, over all variables."""
        return sum(each.unequal for each in self.values)

    def counts(self, *, ignored: bool = False) -> dict[Kind, int]:
        """How many differences of each kind count, or how many are ignored."""
        attributes = sum((each.attribute in self.ignored) == ignored for each in self.attributes)
        one_sided = len(self.only_base) + len(self.only_compare)
        records = self.records_only_base.count + self.records_only_compare.count
        return {
            "attributes": attributes,
            "order": self.other_order * (("order" in self.ignored) == ignored),
            "variables": one_sided * (("variables" in self.ignored) == ignored),
            "types": len(self.types) * (not ignored),
            "records": records * (("records" in self.ignored) == ignored),
            "values": self.unequal_values * (not ignored),
        }

    @property
    def equal(self) -> bool:
        """True when no difference counts."""
        return not any(self.counts().values())


@dataclass(frozen=True)
class LibraryComparison:
    """Two files or folders compared, data set by data set.

    Attributes:
        base: path of the first.
        compare: path of the second.
        comparisons: one for each data set that both have, by name.
        only_base: names of data sets that compare does not have.
        only_compare: names of data sets that base does not have.
        unreadable: files that could not be compared, each with its reason.
        warnings: what concerns no single data set.
    """

    base: str
    compare: str
    comparisons: tuple[Comparison, ...]
    only_base: tuple[str, ...] = ()
    only_compare: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def equal(self) -> bool:
        """True when all was compared and no difference counts."""
        one_sided = self.only_base or self.only_compare or self.unreadable
        return not one_sided and all(each.equal for each in self.comparisons)

    @property
    def exit_code(self) -> int:
        """0 equal, 1 different, 3 when a file could not be read."""
        if self.unreadable:
            return 3
        return 0 if self.equal else 1
