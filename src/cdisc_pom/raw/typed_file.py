"""Raw files whose columns have types: SAS transport and data files, parquet.

Numbers stay numbers, texts become text, dates of SAS variables stay SAS numbers unless the file
itself types them as dates. A record's line is its number in the file, from 1.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cdisc_pom.columns import DATETIME, Column, text_column
from cdisc_pom.errors import Line, Problems, SpecError
from cdisc_pom.raw.form import RawForm
from cdisc_pom.xpt import XportError, XportFile, read_xport


def read_transport(path: Path) -> RawForm:
    """Read a SAS transport file with one data set.

    Raises:
        Problems: the file is no transport file or holds several data sets.
    """
    try:
        return _form(path, read_xport(path, text="category"))
    except XportError as error:
        raise Problems([SpecError(Line(path.name), str(error))]) from error


def transport_header(path: Path) -> tuple[str, ...]:
    """Variables of a SAS transport file."""
    try:
        member = XportFile(path).members[0]
    except (XportError, IndexError) as error:
        raise Problems([SpecError(Line(path.name), f"is no transport file ({error}).")]) from error
    return tuple(variable.name for variable in member.variables)


def read_sas(path: Path) -> RawForm:
    """Read a SAS data file (.sas7bdat).

    Raises:
        Problems: the file is no SAS data file.
    """
    return _form(path, _sas(path, headers_only=False))


def sas_header(path: Path) -> tuple[str, ...]:
    """Variables of a SAS data file."""
    return tuple(str(name) for name in _sas(path, headers_only=True).columns)


def _sas(path: Path, *, headers_only: bool) -> pd.DataFrame:
    import pyreadstat  # noqa: PLC0415 - only where such a file is there

    try:
        frame, _ = pyreadstat.read_sas7bdat(str(path), metadataonly=headers_only)
    except pyreadstat.ReadstatError as error:
        raise Problems([SpecError(Line(path.name), f"is no SAS file ({error}).")]) from error
    return frame


def read_parquet(path: Path) -> RawForm:
    """Read a parquet file.

    Raises:
        Problems: the file is no parquet file.
    """
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise Problems([SpecError(Line(path.name), f"is no parquet file ({error}).")]) from error
    return _form(path, table.to_pandas())


def parquet_header(path: Path) -> tuple[str, ...]:
    """Columns of a parquet file."""
    try:
        return tuple(pq.read_schema(path).names)
    except pa.ArrowInvalid as error:
        raise Problems([SpecError(Line(path.name), f"is no parquet file ({error}).")]) from error


def _form(path: Path, frame: pd.DataFrame) -> RawForm:
    index = pd.RangeIndex(len(frame))
    columns = {str(name): _column(frame[name].set_axis(index)) for name in frame.columns}
    return RawForm(path.name, columns, np.arange(1, len(frame) + 1, dtype=np.int64))


def _column(values: pd.Series) -> Column:
    """Numbers as they are, dates as datetimes, everything else as text."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pd.Series(values.to_numpy().astype(DATETIME), index=values.index)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=values.index)
    first = values.dropna()
    if len(first) and hasattr(first.iloc[0], "isoformat"):
        return pd.Series(pd.to_datetime(values).to_numpy().astype(DATETIME), index=values.index)
    return text_column(values)
