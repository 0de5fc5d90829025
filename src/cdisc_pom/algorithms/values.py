"""Values: taken over, constant, joined, mapped to terms, read as numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import AfterValidator, Field

from cdisc_pom.algorithms.registry import (
    Arguments,
    CodelistName,
    ColumnName,
    ColumnNames,
    Outcome,
    Problem,
    algorithm,
)
from cdisc_pom.columns import (
    Column,
    combine,
    constant_text,
    distinct,
    from_codes,
    map_text,
    text_column,
)
from cdisc_pom.errors import did_you_mean


def fold(text: str) -> str:
    """Collected text in the form in which it is compared: NFKC, trimmed, blanks as one, no case.

    Full-width letters and digits become plain ones (Unicode Standard Annex 15).

    Example:
        >>> fold(" ＩｇＧ  型 ")
        'igg 型'
    """
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class TermTable:
    """What collected values of a code list mean: submission value by folded collected text."""

    codelist: str
    terms: Mapping[str, str]
    shown: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, codelist: str, meanings: Mapping[str, str]) -> TermTable:
        """A table of collected texts as they are written, with the term that each means."""
        return cls(codelist, {fold(text): term for text, term in meanings.items()}, meanings)


class AssignArgs(Arguments):
    """Arguments of `assign`."""

    value: ColumnName


@algorithm(
    "assign",
    arguments=AssignArgs,
    text="Equal to {value}.",
    text_zh="取自 {value}。",
    origin="Collected",
)
def assign(value: Column) -> Column:
    """The value as it is.

    Args:
        value: any column.

    Returns:
        The same column.

    Source: SDTMIG 3.4, section 4.1 (values are carried over as collected).

    Example:
        >>> assign(pd.Series(["A", "B"])).tolist()
        ['A', 'B']
    """
    return value


class ConstantArgs(Arguments):
    """Arguments of `constant`."""

    records: ColumnName = "*"
    value: str


@algorithm(
    "constant",
    arguments=ConstantArgs,
    text="Set to '{value}'.",
    text_zh="设为“{value}”。",
    origin="Assigned",
)
def constant(records: Column, value: str) -> Column:
    """The same value in each record.

    Args:
        records: any column; gives the index.
        value: the text.

    Returns:
        Text, the same in each record.

    Source: SDTMIG 3.4, section 4.1 (assigned values).

    Example:
        >>> constant(pd.Series([1, 2]), "AE").tolist()
        ['AE', 'AE']
    """
    return constant_text(value, records.index)


class ConcatArgs(Arguments):
    """Arguments of `concat`."""

    parts: ColumnNames
    separator: str = ""


@algorithm(
    "concat",
    arguments=ConcatArgs,
    text="{parts} joined with '{separator}'.",
    text_zh="以“{separator}”连接 {parts}。",
)
def concat(parts: tuple[Column, ...], separator: str = "") -> Column:
    """Texts joined with a separator; missing parts are left out, with their separator.

    Args:
        parts: text columns on one index.
        separator: what stands between.

    Returns:
        Text; missing where every part is missing.

    Source: SDTMIG 3.4, section 4.2.3 (unique subject identifier).

    Example:
        >>> concat((pd.Series(["P", "P"]), pd.Series(["01", None])), "-").tolist()
        ['P-01', 'P']
    """

    def join(values: tuple[str | None, ...]) -> str | None:
        kept = [str(value) for value in values if value is not None]
        return separator.join(kept) if kept else None

    return combine([text_column(part) for part in parts], join)


class TermArgs(Arguments):
    """Arguments of `term`."""

    value: ColumnName
    codelist: CodelistName = ""


@algorithm(
    "term",
    arguments=TermArgs,
    text="{value} mapped to the code list {codelist}.",
    text_zh="将 {value} 映射到代码表 {codelist}。",
    origin="Assigned",
)
def term(value: Column, codelist: TermTable) -> Outcome:
    """The submission value that a collected value means.

    Collected text is compared after trimming and NFKC; what is not in the table is a problem and
    stays missing, it is never passed through.

    Args:
        value: text as collected.
        codelist: the Terms rows of the code list, and its own submission values.

    Returns:
        Submission values; problems for values without a row.

    Source: SDTMIG 3.4, section 4.3 (controlled terminology).

    Example:
        >>> table = TermTable("SEX", {"男": "M"}, {"男": "M"})
        >>> term(pd.Series(["男", " 男 "]), table).values.tolist()
        ['M', 'M']
    """
    codes, values = distinct(text_column(value))
    found = [codelist.terms.get(fold(text)) for text in values]
    mapped = from_codes(codes, found, value.index)
    lost = np.array([item is None for item in found] + [False], dtype=bool)[codes]
    if not lost.any():
        return Outcome(mapped)

    def hint(text: str) -> str:
        near = did_you_mean(text, codelist.shown)
        return near or f"Add a row for it to Terms under {codelist.codelist}."

    message = f"'{codelist.codelist}' has no row for collected value '{{value}}'"
    return Outcome(mapped, (Problem(lost, message, value, hint, "term"),))


class TextArgs(Arguments):
    """Arguments of `text`."""

    value: ColumnName
    overflow: str = Field("", max_length=7)
    width: int = Field(200, ge=4)  # the bytes of the longest character
    normalize: bool = False


@algorithm(
    "text",
    arguments=TextArgs,
    text="Text of {value}; what exceeds {width} bytes goes on in {overflow}.",
    text_zh="{value} 的文本；超过 {width} 字节的部分续于 {overflow}。",
    origin="Collected",
)
def text(value: Column, overflow: str = "", width: int = 200, normalize: bool = False) -> Outcome:
    """Collected text without blanks at its ends; long text goes on in further variables.

    Text longer than `width` bytes (UTF-8) is split at a character boundary, after a blank or a
    punctuation mark where one is near. The rest goes to variables named after `overflow` with 1,
    2 … behind; without `overflow` it is left whole and the length check reports it.

    Args:
        value: text as collected.
        overflow: stem of the names of the further variables, at most seven characters.
        width: bytes that fit.
        normalize: whether full-width letters and digits become plain ones (NFKC), for results
            that are numbers typed in Chinese input mode.

    Returns:
        The first part; the further parts stand in `more`.

    Source: SDTMIG 3.4, section 4.5.3 (text strings that exceed the maximum length).

    Example:
        >>> text(pd.Series(["很长的文本"]), "AETERM", 9).more["AETERM1"].tolist()
        ['文本']
    """

    def clean(item: str) -> str | None:
        plain = unicodedata.normalize("NFKC", item) if normalize else item
        return plain.strip() or None

    trimmed = map_text(value, clean)
    codes, values = distinct(trimmed)
    if not overflow:
        return Outcome(trimmed)
    parts = [split_text(item, width) for item in values]
    count = max((len(part) for part in parts), default=1)
    pieces = [
        from_codes(codes, [part[at] if at < len(part) else None for part in parts], value.index)
        for at in range(max(count, 1))
    ]
    return Outcome(
        pieces[0], more={f"{overflow}{at}": piece for at, piece in enumerate(pieces) if at}
    )


_BREAKS = frozenset(" ,.;:，。；：、！？)）")


def split_text(item: str, width: int, encoding: str = "utf-8") -> list[str]:
    """Parts of at most `width` bytes that give the text again when they are put together.

    A part never ends inside a character; it ends after a blank or punctuation mark when one lies
    in its last quarter.

    Example:
        >>> split_text("一二三四", 6)
        ['一二', '三四']
    """
    parts = []
    while len(item.encode(encoding)) > width:
        used, end = 0, 0
        for end, character in enumerate(item):  # noqa: B007 - the position is wanted
            used += len(character.encode(encoding))
            if used > width:
                break
        window = range(end, max(end - max(end // 4, 1), 0), -1)
        cut = next((at for at in window if item[at - 1] in _BREAKS and at < len(item)), end)
        parts.append(item[:cut])
        item = item[cut:]
    return [*parts, item]


def _mark(text: str) -> str:
    if len(text) > 1 or text.isalnum() or (text and text in "+-.<>="):
        raise ValueError("a mark between thousands is one character that no number holds.")
    return text


Thousands = Annotated[str, AfterValidator(_mark)]


@cache
def _grouped(mark: str) -> re.Pattern[str]:
    """A number whose digits stand in groups of three."""
    return re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:\.\d+)?")


class NumberArgs(Arguments):
    """Arguments of `number`."""

    value: ColumnName
    thousands: Thousands = ""


@algorithm(
    "number",
    arguments=NumberArgs,
    text="{value} as a number.",
    text_zh="{value} 的数值。",
    origin="Collected",
)
def number(value: Column, thousands: str = "") -> Outcome:
    """A collected text read as a decimal number.

    Args:
        value: text such as `12.5`, full-width digits included.
        thousands: mark between groups of three digits, `,` for `1,250`.

    Returns:
        float64; text that is no number is missing and a problem.

    Source: SDTMIG 3.4, section 4.1.5 (character and numeric variables).

    Example:
        >>> number(pd.Series(["4", "２．５"])).values.tolist()
        [4.0, 2.5]
    """
    if pd.api.types.is_numeric_dtype(value.dtype):
        return Outcome(value.astype("float64"))
    codes, values = distinct(text_column(value))
    numbers = [read_number(item, thousands) for item in values]
    table = np.array([np.nan if n is None else n for n in numbers] + [np.nan])
    lost = np.array([n is None for n in numbers] + [False], dtype=bool)[codes]
    result = pd.Series(table[codes], index=value.index)
    if not lost.any():
        return Outcome(result)
    return Outcome(result, (Problem(lost, "'{value}' is not a number", value),))


def read_number(item: str, thousands: str = "") -> float | None:
    """A plain decimal number, or None.

    A mark between thousands counts only where groups of three digits stand behind it.

    Example:
        >>> read_number("１２.5"), read_number("<5"), read_number("nan")
        (12.5, None, None)
        >>> read_number("1,250.5", ","), read_number("1,25", ",")
        (1250.5, None)
    """
    plain = unicodedata.normalize("NFKC", item).strip()
    if thousands and _grouped(thousands).fullmatch(plain):
        plain = plain.replace(thousands, "")
    if not plain or not set(plain) <= set("0123456789+-.eE"):
        return None
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


class CoalesceArgs(Arguments):
    """Arguments of `coalesce`."""

    values: ColumnNames


@algorithm(
    "coalesce",
    arguments=CoalesceArgs,
    text="The first of {values} that is not missing.",
    text_zh="{values} 中首个非缺失值。",
)
def coalesce(values: tuple[Column, ...]) -> Column:
    """The first value that is not missing.

    Args:
        values: columns of one kind on one index, the preferred one first.

    Returns:
        The first non-missing value of each record.

    Raises:
        ValueError: columns of several kinds (text, number, date).

    Source: SQL COALESCE; admiral derives merged values in the same order.

    Example:
        >>> coalesce((pd.Series(["a", None]), pd.Series(["b", "c"]))).tolist()
        ['a', 'c']
    """
    kinds = list(dict.fromkeys(_kind(column) for column in values))
    if len(kinds) > 1:
        raise ValueError(f"its columns are of several kinds ({', '.join(kinds)}).")
    if kinds == ["text"]:
        return combine(
            [text_column(part) for part in values],
            lambda row: next((item for item in row if item is not None), None),
        )
    mixed = kinds == ["number"] and len({column.dtype for column in values}) > 1
    result, *others = [c.astype("float64") for c in values] if mixed else values
    for other in others:
        result = result.where(result.notna(), other)
    return result


def _kind(column: Column) -> str:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return "number"
    return "date" if pd.api.types.is_datetime64_any_dtype(column.dtype) else "text"


class SqlArgs(Arguments):
    """Arguments of `sql`: its Arguments cell is the expression itself."""

    value: ColumnName


@algorithm(
    "sql",
    arguments=SqlArgs,
    text="{value}",
    text_zh="{value}",
)
def sql(value: Column) -> Column:
    """The value of a SQL scalar expression over the record's columns.

    The expression stands in Arguments. A missing value is NULL; a comparison with NULL is not
    true. Only columns, literals and deterministic scalar functions may stand in it.

    Args:
        value: what the expression gave (the plan evaluates it).

    Returns:
        The same column.

    Source: ISO/IEC 9075 (SQL) value expressions; evaluated by DuckDB.

    Example:
        >>> sql(pd.Series([1, 2])).tolist()
        [1, 2]
    """
    return value
