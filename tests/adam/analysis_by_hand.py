"""Columns and results of parameters, as a test writes and reads them."""

import pandas as pd

from cdisc_pom.algorithms.registry import EventTable
from cdisc_pom.columns import text_column


def texts(*values, name=None):
    column = text_column(list(values))
    column.name = name
    return column


def dates(*values):
    return pd.Series(pd.to_datetime(list(values)).astype("datetime64[s]"))


def plain(column):
    """Values as plain Python; missing is None, dates are ISO text."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return [None if pd.isna(v) else v.strftime("%Y-%m-%d") for v in column]
    return [None if pd.isna(v) else v for v in column.astype(object)]


def shown(made, *names):
    """New records, one tuple each."""
    return list(zip(*(plain(made.columns[name]) for name in names), strict=True))


def events(*rows):
    """Candidates: (subject, date, row of Events, EVENT or CENSOR, words, sequence number)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    subject, date, order, kind, words, number = columns
    event = [found == "EVENT" for found in kind]
    return EventTable(
        {
            "USUBJID": texts(*subject),
            "DATE": dates(*date),
            "ORDER": pd.Series(order, dtype="int64"),
            "EVENT": pd.Series(event, dtype=bool),
            "EVNTDESC": texts(*(w if e else None for w, e in zip(words, event, strict=True))),
            "CNSDTDSC": texts(*(None if e else w for w, e in zip(words, event, strict=True))),
            "CNSR": pd.Series(
                [0 if e else o for e, o in zip(event, order, strict=True)], dtype="int64"
            ),
            "SRCDOM": texts(*("ADRS" if n else "ADSL" for n in number)),
            "SRCVAR": texts(*("ADT" if n else "DTHDT" for n in number)),
            "SRCSEQ": pd.Series(pd.array(list(number), dtype="Int64")),
        }
    )
