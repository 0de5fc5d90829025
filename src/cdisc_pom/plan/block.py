"""A block of a data set: records of one origin, with what made them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cdisc_pom.columns import Codes, Column
from cdisc_pom.plan.frames import Origins
from cdisc_pom.plan.model import ComponentStep, EventStep, ParameterStep
from cdisc_pom.spec.sheets import FindingRow, ParameterRow

# What a record was to the one that was made: what it was made from, the event or component that
# decided, a further one that was looked at, the subject that asked for it.
Part = Literal["record", "event", "component", "looked", "subject"]


@dataclass(frozen=True)
class Parents:
    """Records that records were made from: `positions` of `source` made `rows` of the block.

    `source` is an alias of the data set's sources, or "" for records of the data set itself;
    `step` is the row of Events or Response that they belong to.
    """

    source: str
    rows: Codes
    positions: Codes
    part: Part = "record"
    step: EventStep | ComponentStep | None = None


@dataclass(frozen=True)
class Making:
    """Rows of the workbook that made the records of a block.

    `which` numbers the row of each record. Records that an algorithm made have its `step`, the
    names of the variables that it `gave`, and on demand the records that it `looked` at.
    """

    rows: tuple[FindingRow, ...] | tuple[ParameterRow, ...]
    which: Codes
    step: ParameterStep | None = None
    gave: frozenset[str] = frozenset()
    looked: Callable[[], tuple[Parents, ...]] = tuple


@dataclass
class Block:
    """Records of one source (`alias`), or of a derived parameter (no alias).

    `raw` gives the source's columns; `supplied` holds variables that came with the records.
    """

    alias: str
    size: int
    raw: Callable[[str], Column]
    origins: Origins
    supplied: dict[str, Column] = field(default_factory=dict)
    early: dict[str, Column] = field(default_factory=dict)
    parents: tuple[Parents, ...] = ()
    making: Making | None = None
