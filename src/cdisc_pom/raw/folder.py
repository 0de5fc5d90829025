"""The folder of a study's raw forms: one file a form, read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cdisc_pom.errors import Collector, Line, Problems, SpecError
from cdisc_pom.raw.csv_file import read_csv, read_header
from cdisc_pom.raw.excel_file import excel_header, read_excel
from cdisc_pom.raw.form import RawForm
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
        self._forms: dict[str, RawForm] = {}

    def header(self, form: str) -> tuple[str, ...]:
        """Column names of a form."""
        if form not in self._headers:
            path = self.files[form]
            self._headers[form] = HEADERS[path.suffix.lower()](path)
        return self._headers[form]

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
        """Records of a form; kept, since several data sets may use them."""
        if name not in self._forms:
            path = self.files[name]
            self._forms[name] = READERS[path.suffix.lower()](path)
        return self._forms[name]
