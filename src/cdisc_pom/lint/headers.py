"""Raw forms that are not there: lint without data takes every form and column for known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.study import Study

_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_]*")  # no work variable

_DOMAIN = re.compile(r"(SUPP|SQ)?(?!AD)[A-Z]{2}([A-Z0-9]{2})?|RELREC|RELSUB|RELSPEC")


class AnyRaw(RawFolder):
    """Stands for a raw folder whose forms have every column that the workbooks name."""

    def __init__(self, study: Study) -> None:
        """Collect the words of all cells: one of them is each column's name."""
        cells: set[str] = set()
        for book in study.workbooks.values():
            for rows in book.sheets.values():
                for row in rows:
                    cells.update(value for value in row.__dict__.values() if type(value) is str)
        self.folder = Path()
        self._alone = "sdtm" not in study.workbooks
        self.files = _Everything()  # type: ignore[assignment]
        self._header = tuple(sorted({word for cell in cells for word in _NAME.findall(cell)}))

    def given(self, dataset: str) -> tuple[str, ...]:
        """A domain or a part of one, where no workbook makes SDTM; other names are not known."""
        return (dataset,) if self._alone and _DOMAIN.fullmatch(dataset) else ()

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
