"""Columns of a frame as encoders: each gives the bytes of a run of records.

An encoder is made from the whole column and checks it whole, so that all broken limits are known
before the first byte is written; bytes are made block by block, so that memory stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from cdisc_pom.xpt import dates, floats, text
from cdisc_pom.xpt.errors import Problem
from cdisc_pom.xpt.model import Variable, VariableType
from cdisc_pom.xpt.text import EncodedText, Records

BlockMaker = Callable[[int, int], Records]
Numbers = Callable[[int, int], npt.NDArray[np.float64]]
Content = Literal["text", "number", "date", "time", "empty", "mixed"]

_CHECK_BLOCK = 65_536
_CONTENTS: dict[str, Content] = {
    "string": "text",
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "number",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
    "timedelta": "time",
    "timedelta64": "time",
    "empty": "empty",
}


@dataclass(frozen=True)
class Column:
    """One column, ready to be written.

    Attributes:
        blocks: gives the bytes of records start to stop.
        problems: broken limits; when there are any, ``blocks`` must not be called.
    """

    blocks: BlockMaker
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Options:
    """What the caller wants at the borders of numbers.

    Attributes:
        tiny: doubles under 16**-65 are an ``error`` or become ``zero``.
        low_bits: doubles with more bits than the length has room for are an ``error`` or ``cut``.
        keys: columns that tell a record in messages.
    """

    tiny: Literal["error", "zero"] = "error"
    low_bits: Literal["error", "cut"] = "error"
    keys: tuple[str, ...] = ()


def prepare_columns(
    frame: pd.DataFrame,
    variables: Sequence[Variable],
    *,
    encoding: str,
    options: Options,
    first_row: int = 0,
) -> list[Column]:
    """Encoders of all variables.

    Args:
        frame: has a column for each variable.
        variables: in the order of the record.
        encoding: codec of texts, as ``codec_name`` gives it.
        options: what to do with numbers that do not fit, and the key variables of messages.
        first_row: position of the first record of this frame in the whole data set.

    Returns:
        One encoder a variable, with its problems.
    """
    tell = _Teller(frame, options.keys, first_row)
    return [
        prepare_text(frame[each.name], each, encoding=encoding, tell=tell)
        if each.type == "text"
        else prepare_number(frame[each.name], each, options=options, tell=tell)
        for each in variables
    ]


class _Teller:
    """Makes problems that name the record."""

    def __init__(self, frame: pd.DataFrame, keys: Iterable[str], first_row: int) -> None:
        self._frame = frame
        self._keys = tuple(keys)
        self._first_row = first_row

    def __call__(self, rule: str, message: str, row: int, **parts: object) -> Problem:
        keys: Mapping[str, object] = {key: self._frame[key].iloc[row] for key in self._keys}
        return Problem(rule, message, row=self._first_row + row, keys=keys, **parts)  # type: ignore[arg-type]


def content_of(values: pd.Series) -> Content:
    """What a column holds, whatever its dtype."""
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = values.cat.categories
        return content_of(categories.to_series()) if len(categories) else "empty"
    if isinstance(dtype, pd.StringDtype):
        return "text"
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_numeric_dtype(dtype):
        return "mixed" if pd.api.types.is_complex_dtype(dtype) else "number"
    if isinstance(dtype, pd.DatetimeTZDtype):
        return "mixed"
    return _CONTENTS.get(pd.api.types.infer_dtype(values, skipna=True), "mixed")


def _wrong_content(values: pd.Series, variable: Variable, wanted: VariableType) -> Problem:
    hint = " (a time zone cannot be kept)" if isinstance(values.dtype, pd.DatetimeTZDtype) else ""
    message = (
        f"is a {wanted} variable, but its column has dtype {values.dtype} "
        f"with {content_of(values)} content{hint}."
    )
    return Problem("wrong_type", message, variable=variable.name)


def prepare_text(values: pd.Series, variable: Variable, *, encoding: str, tell: _Teller) -> Column:
    """Encoder of a text variable."""
    content = content_of(values)
    if content not in ("text", "empty"):
        return _unwritable(_wrong_content(values, variable, "text"))
    if content == "empty":
        values = pd.Series(np.nan, index=values.index, dtype="str")
    try:
        encoded = text.encode_column(values, encoding, room=variable.length)
    except (UnicodeError, pa.ArrowException):
        return _unwritable(_wrong_content(values, variable, "text"))
    problems = [
        *_unfit_texts(values, encoded, variable, encoding, tell),
        *_nul_texts(values, encoded, variable, tell),
        *_long_texts(values, encoded, variable, encoding, tell),
    ]
    if problems or variable.length < 1:
        return Column(_no_blocks, tuple(problems))
    return Column(encoded.blocks(variable.length), ())


def _unwritable(problem: Problem) -> Column:
    return Column(_no_blocks, (problem,))


def _no_blocks(start: int, stop: int) -> Records:
    raise AssertionError(f"records {start}-{stop} of a column with problems")


def _unfit_texts(
    values: pd.Series, encoded: EncodedText, variable: Variable, encoding: str, tell: _Teller
) -> Iterable[Problem]:
    positions = encoded.used(np.array(encoded.unfit, dtype=np.intp))
    if positions.size:
        row = encoded.row_of(int(positions[0]))
        value = str(values.iloc[row])
        characters = "".join(dict.fromkeys(c for c in value if not _fits(c, encoding)))
        yield tell(
            "not_in_encoding",
            f"{encoding} has no bytes for '{characters}' in '{value}'.",
            row,
            variable=variable.name,
            text=value,
            count=encoded.count_of(positions),
        )


def _fits(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _nul_texts(
    values: pd.Series, encoded: EncodedText, variable: Variable, tell: _Teller
) -> Iterable[Problem]:
    if text.has_nul(encoded.texts):
        found = [
            i
            for i, value in enumerate(encoded.texts.cast(pa.large_binary()).to_pylist())
            if value is not None and b"\0" in value
        ]
        positions = encoded.used(np.array(found, dtype=np.intp))
        if positions.size:
            row = encoded.row_of(int(positions[0]))
            yield tell(
                "nul_character",
                "holds a zero byte, at which readers stop.",
                row,
                variable=variable.name,
                text=str(values.iloc[row]),
                count=encoded.count_of(positions),
            )


def _long_texts(
    values: pd.Series, encoded: EncodedText, variable: Variable, encoding: str, tell: _Teller
) -> Iterable[Problem]:
    lengths = text.byte_lengths(encoded.texts)
    positions = encoded.used(np.flatnonzero(lengths > variable.length))
    if positions.size:
        longest = int(positions[lengths[positions].argmax()])
        row, needed = encoded.row_of(longest), int(lengths[longest])
        value = str(values.iloc[row])
        yield tell(
            "text_too_long",
            f"has length {variable.length}, but the longest value needs {needed} bytes in "
            f"{encoding}: '{value}'.",
            row,
            variable=variable.name,
            bytes=needed,
            limit=variable.length,
            text=value,
            count=encoded.count_of(positions),
        )


def prepare_number(
    values: pd.Series, variable: Variable, *, options: Options, tell: _Teller
) -> Column:
    """Encoder of a number variable."""
    content = content_of(values)
    if content in ("text", "mixed"):
        return _unwritable(_wrong_content(values, variable, "number"))
    numbers, problems = _numbers_of(values, content, variable, tell)
    if not problems and numbers is not _no_numbers:
        problems = list(_number_problems(numbers, len(values), variable, options, tell))
    length = variable.length

    def blocks(start: int, stop: int) -> Records:
        block = numbers(start, stop)
        if options.tiny == "zero":
            block = np.where(floats.is_too_small(block), 0.0, block)
        words = floats.ieee_to_ibm(block).astype(">u8").view(np.uint8).reshape(-1, 8)
        return np.ascontiguousarray(words[:, :length]).view(f"V{length}").reshape(-1)

    return Column(blocks if not problems else _no_blocks, tuple(problems))


def _numbers_of(
    values: pd.Series, content: Content, variable: Variable, tell: _Teller
) -> tuple[Numbers, list[Problem]]:
    if content == "empty":
        return lambda start, stop: np.full(stop - start, np.nan), []
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("float64" if content == "number" else values.cat.categories.dtype)
    if content in ("date", "time"):
        return _dates_of(values, content, variable, tell)
    if values.dtype == object:
        values = pd.Series(pd.array(values.tolist()), index=values.index)
        if values.dtype == object:
            values = values.astype("float64")
    problems = list(_big_integers(values, variable, tell))
    if isinstance(values.dtype, np.dtype):
        whole = values.to_numpy()
        return lambda start, stop: np.ascontiguousarray(whole[start:stop], np.float64), problems

    def numbers(start: int, stop: int) -> npt.NDArray[np.float64]:
        block = values.iloc[start:stop].to_numpy(dtype=np.float64, na_value=np.nan)
        return np.ascontiguousarray(block)

    return numbers, problems


def _big_integers(values: pd.Series, variable: Variable, tell: _Teller) -> Iterable[Problem]:
    if not pd.api.types.is_integer_dtype(values.dtype) or not len(values):
        return
    known = values.dropna()
    if known.empty or max(abs(int(known.min())), abs(int(known.max()))) <= 2**53:
        return
    whole = [0 if value is pd.NA else int(value) for value in values.tolist()]
    rows = [row for row, value in enumerate(whole) if int(float(value)) != value]
    if rows:
        yield tell(
            "low_bits",
            f"{whole[rows[0]]} has more digits than a double holds.",
            rows[0],
            variable=variable.name,
            text=str(whole[rows[0]]),
            count=len(rows),
        )


def _dates_of(
    values: pd.Series, content: Content, variable: Variable, tell: _Teller
) -> tuple[Numbers, list[Problem]]:
    try:
        kind = dates.date_kind(variable.format)
    except ValueError:
        return _no_numbers, []
    if (kind in ("date", "datetime")) != (content == "date") or kind is None:
        wanted = "a date or datetime" if content == "date" else "a time"
        message = (
            f"holds {content}s, but its format '{variable.format}' is not that of {wanted}; "
            f"give a format as {'DATE9. or DATETIME20.' if content == 'date' else 'TIME8.'}"
        )
        return _no_numbers, [Problem("no_date_format", message, variable=variable.name)]
    ticks = _ticks_of(values, content)
    if ticks.dtype.kind not in "mM":
        return _no_numbers, [_wrong_content(values, variable, "number")]
    numbers = dates.to_sas_number(ticks, kind)
    problems = []
    if kind == "date":
        rows = np.flatnonzero((numbers != np.floor(numbers)) & ~np.isnan(numbers))
        if rows.size:
            row = int(rows[0])
            message = f"has format {variable.format}, but '{values.iloc[row]}' has a time of day."
            problems.append(
                tell(
                    "time_of_day",
                    message,
                    row,
                    variable=variable.name,
                    text=str(values.iloc[row]),
                    count=int(rows.size),
                )
            )
    return lambda start, stop: numbers[start:stop], problems


def _no_numbers(start: int, stop: int) -> npt.NDArray[np.float64]:
    raise AssertionError(f"records {start}-{stop} of a column with problems")


def _ticks_of(
    values: pd.Series, content: Content
) -> npt.NDArray[np.datetime64] | npt.NDArray[np.timedelta64]:
    if values.dtype == object:
        values = pd.to_datetime(values) if content == "date" else pd.to_timedelta(values)
    ticks: npt.NDArray[np.datetime64] = values.to_numpy()
    return ticks


def _number_problems(
    numbers: Numbers, count: int, variable: Variable, options: Options, tell: _Teller
) -> Iterable[Problem]:
    """All rules over one column, block by block: first record and number of records."""
    found: dict[str, tuple[int, float, int]] = {}
    for start in range(0, count, _CHECK_BLOCK):
        block = numbers(start, min(start + _CHECK_BLOCK, count))
        for rule, flags in _number_flags(block, variable.length, options):
            rows = np.flatnonzero(flags)
            if rows.size:
                row, value, before = found.get(
                    rule, (start + int(rows[0]), float(block[rows[0]]), 0)
                )
                found[rule] = (row, value, before + int(rows.size))
    for rule, (row, value, records) in found.items():
        message = _NUMBER_MESSAGES[rule].format(value=value, length=variable.length)
        yield tell(rule, message, row, variable=variable.name, text=repr(value), count=records)


_NUMBER_MESSAGES = {
    "number_too_big": "{value!r} is over the range of the format, which ends under 16**63.",
    "number_too_small": "{value!r} is not 0, but under the range of the format, 16**-65.",
    "low_bits": "{value!r} does not fit in {length} bytes without losing low bits.",
}


def _number_flags(
    block: npt.NDArray[np.float64], length: int, options: Options
) -> Iterable[tuple[str, npt.NDArray[np.bool_]]]:
    too_big, too_small = floats.is_too_big(block), floats.is_too_small(block)
    yield "number_too_big", too_big
    if options.tiny == "error":
        yield "number_too_small", too_small
    if length < 8 and options.low_bits == "error":  # noqa: PLR2004 - a whole double
        fits = ~(too_big | too_small | np.isnan(block))
        words = floats.ieee_to_ibm(np.where(fits, block, 0.0))
        yield "low_bits", (words << np.uint64(8 * max(length, 0))) != 0
