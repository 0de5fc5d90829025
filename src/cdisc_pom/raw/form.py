"""What every reader of raw data gives: columns on one index, and where each record stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cdisc_pom.columns import Column


@dataclass(frozen=True)
class RawForm:
    """Records of a form: columns on one index, and the line (or number) of each record."""

    file: str
    columns: dict[str, Column]
    lines: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.lines)
