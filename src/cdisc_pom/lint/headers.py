"""Raw forms that are not there: lint without data takes every form and column for known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.study import Study

_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_]*")  # no work variable


class AnyRaw(RawFolder):
    """Stands for a raw folder whose forms have every column that the workbooks name."""

    def __init__(self, study: Study) -> None:
        """Collect the words of all cells: one of them is each column's name."""
        words: set[str] = set()
        for book in study.workbooks.values():
            for rows in book.sheets.values():
                for row in rows:
                    for name, value in row:
                        if isinstance(value, str) and name != "place":
                            words.update(_NAME.findall(value))
        self.folder = Path()
        self.files = _Everything()  # type: ignore[assignment]
        self._header = tuple(sorted(words))

    def header(self, form: str) -> tuple[str, ...]:
        """Every word."""
        del form
        return self._header


class _Everything(Mapping[str, Path]):
    """A mapping that has each name."""

    def __getitem__(self, name: str) -> Path:
        return Path(name)

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
