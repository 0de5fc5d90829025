"""Analysis data sets read from transport files, as a reviewer reads them.

The results stand on the files that are submitted, read by a foreign reader (pyreadstat), not on
the frames that wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from cdisc_pom.columns import DATE, text_column
from cdisc_pom.errors import Collector, Line


def read_adam(
    folder: Path, names: Iterable[str], encoding: str = "utf-8"
) -> dict[str, pd.DataFrame]:
    """Read the data sets from `<folder>/<name in lower case>.xpt`.

    Args:
        folder: where the transport files lie.
        names: data set names, `ADSL`.
        encoding: of the text in the files.

    Returns:
        A frame for each name, in the order of the file: index 0 is its first record. Text is
        categorical with NaN for missing, numbers are float64, variables with a SAS date format
        `datetime64[s]`, with a datetime format `datetime64[us]`.

    Raises:
        Problems: files are missing or cannot be read, all of them at once.
    """
    collector = Collector()
    frames = {}
    for name in dict.fromkeys(names):
        path = folder / f"{name.lower()}.xpt"
        if not path.is_file():
            collector.add(Line(str(path)), f"data set {name} is not there.", _nearby(folder))
            continue
        try:
            frames[name] = _read(path, encoding)
        except ValueError as error:
            message = f"{name} cannot be read as a SAS transport file in {encoding} ({error})."
            collector.add(Line(str(path)), message)
    collector.stop()
    return frames


def _nearby(folder: Path) -> str:
    there = sorted(path.name for path in folder.glob("*.xpt")) if folder.is_dir() else []
    return f"The folder holds {', '.join(there)}." if there else "The folder holds no .xpt file."


def _read(path: Path, encoding: str) -> pd.DataFrame:
    import pyreadstat  # noqa: PLC0415 - heavy

    try:
        frame, meta = pyreadstat.read_xport(
            str(path), encoding=encoding, dates_as_pandas_datetime=True
        )
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    frame = frame.copy()
    for name, form in meta.original_variable_types.items():
        frame[name] = _typed(frame[name], form or "")
    return frame


def _typed(column: pd.Series, form: str) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        with_time = form.upper().startswith(("DATETIME", "E8601DT"))
        return column if with_time else column.astype(DATE)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    return text_column(column)
