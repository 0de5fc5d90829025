"""Which further records gave a value: related ones, and others of the same data set."""

from __future__ import annotations

import numpy as np

from cdisc_pom.algorithms.registry import Link, Used
from cdisc_pom.columns import Codes
from cdisc_pom.plan.frames import pairs
from cdisc_pom.plan.model import Step
from cdisc_pom.plan.table import Piece


def related_pairs(piece: Piece, step: Step, local: Codes) -> tuple[Codes, Codes]:
    """Pairs of a value (its number in `local`) and a related record that it comes from.

    An algorithm that does not tell what it used is taken to use every record of the group.
    """
    link: Link = piece.arguments["link"]
    used = told(piece, step)
    if used is not None and used.chosen is not None:
        chosen = np.asarray(used.chosen, dtype=np.int64)[local]
        return np.flatnonzero(chosen >= 0), chosen[chosen >= 0]
    groups = link.groups
    if used is not None and used.counted is not None:
        groups = np.where(used.counted, groups, -1)
    return pairs(link.targets[local], groups, link.size)


def peers(piece: Piece, step: Step, local: Codes) -> tuple[Codes, Codes]:
    """Pairs of a value and the other record that it was taken from (its number in the piece)."""
    used = told(piece, step)
    if step.related is not None or used is None or used.chosen is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    chosen = np.asarray(used.chosen, dtype=np.int64)[local]
    other = (chosen >= 0) & (chosen != local)
    return np.flatnonzero(other), chosen[other]


def compared(piece: Piece, step: Step) -> Codes | None:
    """How many further records each record of the piece was put in order with."""
    used = told(piece, step)
    if used is None or used.compared is None:
        return None
    groups = np.asarray(used.compared, dtype=np.int64)
    counts = np.bincount(groups[groups >= 0], minlength=1)
    return np.where(groups >= 0, counts[np.maximum(groups, 0)] - 1, 0)


def told(piece: Piece, step: Step) -> Used | None:
    """What the algorithm tells of the records that it used."""
    if step.algorithm.used is None:
        return None
    arguments = {name: value for name, value in piece.arguments.items() if name != "carry"}
    return step.algorithm.used(**arguments)
