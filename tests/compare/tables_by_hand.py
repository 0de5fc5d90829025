"""Tables as a reader would see them, for the tests of the comparison."""

from __future__ import annotations

import pandas as pd

from cdisc_pom.compare import Criterion, Settings
from cdisc_pom.xpt import missing_value


def table(text, *, numbers=()):
    """A frame from lines with ``|`` between cells; columns in `numbers` are doubles.

    An empty cell is missing; ``.A`` and so on are special missing values in number columns.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = dict(zip(lines[0], zip(*lines[1:], strict=True) if lines[1:] else [], strict=False))
    frame = {}
    for name in lines[0]:
        cells = columns.get(name, ())
        if name in numbers:
            frame[name] = pd.Series([number(cell) for cell in cells], dtype="float64")
        else:
            frame[name] = pd.Series([cell or None for cell in cells], dtype="str")
    return pd.DataFrame(frame)


def number(cell):
    if not cell:
        return float("nan")
    if cell[0] == "." and not cell[1:].isdigit():
        return missing_value(cell)
    return float(cell)


def settings(*, keys=(), **limits):
    """Settings with a key and tolerances for all variables."""
    criteria = tuple(Criterion(kind, limit) for kind, limit in limits.items())
    return Settings(keys={"": tuple(keys)} if keys else {}, criteria=criteria)


def unequal(found):
    """Number of unequal values by variable, without those that have none."""
    return {each.variable: each.unequal for each in found.values if each.unequal}


def of(found, variable):
    """The outcome of a variable."""
    return next(each for each in found.values if each.variable == variable)


def pairs(found, variable):
    """Key, base and compare of the unequal values of a variable, as shown."""
    return [(*each.key, each.base, each.compare) for each in of(found, variable).first]
