"""What a value uses, as arrays: which records of which column stand behind which values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from cdisc_pom.columns import Codes, Mask
from cdisc_pom.errors import Cell

# Why something is used: an input of the rule; a column of its When; a key that has no partner in
# a joined or related source; a related record that was chosen or that counts; another record of
# the data set; the record that a new one was made from, the event or component that decided, a
# further record that was looked at, the subject that asked for it; a row that something was
# looked up in; the row of the workbook that made a record.
Role = Literal[
    "input", "condition", "key", "related", "peer", "record", "event", "component", "looked",
    "subject", "lookup", "row",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A variable of a data set, or a column of a raw form; no column stands for its records."""

    kind: Literal["dataset", "form"]
    name: str
    column: str = ""


@dataclass(frozen=True)
class Written:
    """A cell of a workbook, what stands in it, and the name of the column that it gives."""

    cell: Cell
    text: str
    name: str = ""


@dataclass(frozen=True)
class Use:
    """Values at `rows` use `target` at `positions`: pairs, in the order of the rows.

    Positions in cells of a workbook number the tuple. `note` says how the record was found.
    """

    role: Role
    rows: Codes
    positions: Codes
    target: Place | tuple[Written, ...]
    note: str = ""

    def sorted(self) -> Use:
        """Pairs in the order of the rows."""
        if len(self.rows) < 2 or bool((self.rows[1:] >= self.rows[:-1]).all()):  # noqa: PLR2004
            return self
        order = np.argsort(self.rows, kind="stable")
        return replace(self, rows=self.rows[order], positions=self.positions[order])

    def limited(self, wanted: Mask) -> Use:
        """The pairs of wanted rows."""
        kept = wanted[self.rows]
        return replace(self, rows=self.rows[kept], positions=self.positions[kept])

    def of(self, row: int) -> Codes:
        """Positions that one row uses."""
        start, stop = np.searchsorted(self.rows, [row, row + 1])
        return self.positions[start:stop]


@dataclass(frozen=True)
class Rule:
    """What filled a value: the cell of the workbook, the algorithm and its words.

    A `constant` rule takes no data. An `untold` one looks at several records of the data set and
    does not say at which.
    """

    cell: Cell
    name: str
    text: str
    text_zh: str
    constant: bool = False
    untold: bool = False


@dataclass(frozen=True)
class Part:
    """Values of a variable that one rule filled: at which records, and what they use.

    `compared` counts for each of the rows the further records that it was put in order with.
    """

    rule: Rule
    rows: Codes
    uses: tuple[Use, ...]
    compared: Codes | None = None

    def limited(self, wanted: Mask) -> Part:
        """The part for wanted rows."""
        kept = wanted[self.rows]
        compared = None if self.compared is None else self.compared[kept]
        return Part(
            self.rule, self.rows[kept], tuple(use.limited(wanted) for use in self.uses), compared
        )

    def compared_at(self, row: int) -> int:
        """How many further records a row was put in order with."""
        if self.compared is None:
            return 0
        return int(self.compared[np.searchsorted(self.rows, row)])
