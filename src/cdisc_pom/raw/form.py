"""What every reader of raw data gives: columns on one index, and where each record stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cdisc_pom.columns import Column
from cdisc_pom.errors import Finding


@dataclass(frozen=True)
class RawForm:
    """Records of a form: columns on one index, and the line (or number) of each record.

    `told` is what was found when the file was read and does not stop a build.
    """

    file: str
    columns: dict[str, Column]
    lines: npt.NDArray[np.int64]
    told: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)
