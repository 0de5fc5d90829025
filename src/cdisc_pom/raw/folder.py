"""The folder of a study's raw forms: one file a form, read when it is asked for.

A file may also be a published data set (SDTM or ADaM), found by its name in any case. Its
supplemental qualifiers, in a SUPP-- file beside it, are columns of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cdisc_pom.errors import Collector, Line, Problems, SpecError
from cdisc_pom.raw.csv_file import read_csv, read_header
from cdisc_pom.raw.excel_file import excel_header, read_excel
from cdisc_pom.raw.form import RawForm
from cdisc_pom.raw.qualifiers import COLUMNS, PREFIXES, merge_qualifiers, qualifier_names
from cdisc_pom.raw.typed_file import (
    parquet_header,
    read_parquet,
    read_sas,
    read_transport,
    sas_header,
    transport_header,
)

# A raw format is one reader here, registered by the ending of its files.
READERS: Mapping[str, Callable[[Path], RawForm]] = {
    ".csv": read_csv,
    ".parquet": read_parquet,
    ".sas7bdat": read_sas,
    ".xlsx": read_excel,
    ".xpt": read_transport,
}
HEADERS: Mapping[str, Callable[[Path], tuple[str, ...]]] = {
    ".csv": read_header,
    ".parquet": parquet_header,
    ".sas7bdat": sas_header,
    ".xlsx": excel_header,
    ".xpt": transport_header,
}


class RawFolder:
    """Forms of a folder by name (file name without its ending)."""

    def __init__(self, folder: Path) -> None:
        """Look at the folder; nothing is read yet.

        Raises:
            Problems: there is no such folder.
        """
        if not folder.is_dir():
            raise Problems([SpecError(Line(str(folder)), "raw data folder is missing.")])
        self.folder = folder
        self.files = {
            path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in READERS
        }
        self._headers: dict[str, tuple[str, ...]] = {}
        self._files: dict[str, RawForm] = {}
        self._forms: dict[str, RawForm] = {}

    def given(self, dataset: str) -> tuple[str, ...]:
        """Forms that hold a published data set: files of its name, in any case, with STUDYID."""
        named = [form for form in self.files if form.casefold() == dataset.casefold()]
        return tuple(form for form in named if "STUDYID" in self._own_header(form))

    def published(self) -> tuple[str, ...]:
        """Names of the published data sets in the folder."""
        return tuple(form.upper() for form in self.files if "STUDYID" in self._own_header(form))

    def header(self, form: str) -> tuple[str, ...]:
        """Column names of a form, its supplemental qualifiers included."""
        supplement = self._supplement(form)
        if supplement is None:
            return self._own_header(form)
        return (*self._own_header(form), *qualifier_names(self._plain(supplement)))

    def read(self, names: Iterable[str]) -> None:
        """Read forms.

        Raises:
            Problems: the faults of all of them.
        """
        faults = Collector()
        for name in names:
            try:
                self.form(name)
            except Problems as problems:
                faults.errors += [e for e in problems.errors if isinstance(e, SpecError)]
        faults.stop()

    def form(self, name: str) -> RawForm:
        """Records of a form, its supplemental qualifiers as columns; kept for the next who asks."""
        if name not in self._forms:
            supplement, found = self._supplement(name), self._plain(name)
            if supplement is not None:
                found = merge_qualifiers(found, self._plain(supplement))
            self._forms[name] = found
        return self._forms[name]

    def _supplement(self, form: str) -> str | None:
        """The form that holds the supplemental qualifiers of a form."""
        wanted = {f"{prefix}{form}".casefold() for prefix in PREFIXES}
        for name in self.files:
            if name.casefold() in wanted and set(self._own_header(name)) >= COLUMNS:
                return name if "USUBJID" in self._own_header(form) else None
        return None

    def _own_header(self, form: str) -> tuple[str, ...]:
        """Column names of the file alone."""
        if form not in self._headers:
            path = self.files[form]
            self._headers[form] = HEADERS[path.suffix.lower()](path)
        return self._headers[form]

    def _plain(self, name: str) -> RawForm:
        """Records of the file alone."""
        if name not in self._files:
            path = self.files[name]
            self._files[name] = READERS[path.suffix.lower()](path)
        return self._files[name]
