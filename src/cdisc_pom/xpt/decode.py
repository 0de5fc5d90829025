"""Records into columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cdisc_pom.xpt import dates, floats
from cdisc_pom.xpt.errors import Problem
from cdisc_pom.xpt.missing import missing_codes
from cdisc_pom.xpt.model import Variable
from cdisc_pom.xpt.text import Records, buffers, is_ascii

TextMode = Literal["auto", "category", "str"]
ErrorMode = Literal["strict", "replace"]
#: No writer makes these: they are the padding of a file. Keyed by the length of the number.
_BLANK_WORDS = {n: np.uint64(int.from_bytes(b" " * n + bytes(8 - n), "big")) for n in range(2, 9)}
_TEXT = pd.StringDtype(na_value=np.nan)


def as_words(content: Records, length: int) -> npt.NDArray[np.uint64]:
    """IBM doubles of 2 to 8 bytes as 64 bit words; missing low bytes are zero."""
    if length == 8:  # noqa: PLR2004 - a whole double
        return content.view(">u8").astype(np.uint64)
    whole = np.zeros((content.size, 8), dtype=np.uint8)
    whole[:, :length] = content.view(np.uint8).reshape(-1, length)
    return whole.view(">u8").reshape(-1).astype(np.uint64)


@dataclass
class NumberColumn:
    """Collects one number variable."""

    variable: Variable
    values: npt.NDArray[np.float64]
    blank: int = -1

    def add(self, start: int, content: Records) -> None:
        """Take the bytes of some records."""
        words = as_words(content, self.variable.length)
        is_blank = words == _BLANK_WORDS[self.variable.length]
        if self.blank < 0 and is_blank.any():
            self.blank = start + int(is_blank.argmax())
        self.values[start : start + content.size] = floats.ibm_to_ieee(words)

    def finish(self, kind: dates.DateKind | None) -> tuple[Any, list[Problem]]:
        """The column, and why it is none when it is none."""
        if self.blank >= 0:
            message = "blank bytes where a number should stand: no data, or other data after it."
            return None, [Problem("no_number", message, self.variable.name, self.blank)]
        if kind is None:
            return self.values, []
        codes = missing_codes(self.values)
        unfit = ~dates.fits_pandas(self.values, kind) | ((codes != 0) & (codes != ord(".")))
        if unfit.any():
            row = int(unfit.argmax())
            value = f".{chr(codes[row])}" if codes[row] else repr(float(self.values[row]))
            message = f"{value} is no {kind} that pandas can hold; read the column as numbers."
            problem = Problem(
                "no_date",
                message,
                variable=self.variable.name,
                row=row,
                text=value,
                count=int(unfit.sum()),
            )
            return self.values, [problem]
        return dates.from_sas_number(self.values, kind), []


class TextColumn:
    """Collects one text variable run by run.

    The first run decides how: texts that repeat are held as codes into their distinct texts,
    others as they are.
    """

    def __init__(self, variable: Variable, mode: TextMode) -> None:
        self.variable = variable
        self._mode = mode
        self._coded: bool | None = True if mode == "category" else None
        self._parts: list[pa.Array] = []

    def add(self, start: int, content: Records) -> None:  # noqa: ARG002 - runs come in order
        """Take the bytes of some records."""
        width = self.variable.length
        if self._coded is not False:
            data = pa.py_buffer(content.view(np.uint8))
            kind = pa.binary(width)
            fixed = pa.FixedSizeBinaryArray.from_buffers(kind, content.size, [None, data])
            coded = fixed.dictionary_encode()
            if self._coded is None:
                self._coded = len(coded.dictionary) * 2 <= content.size
            if self._coded:
                texts = _without_padding(coded.dictionary.buffers()[1], width)
                self._parts.append(pa.DictionaryArray.from_arrays(coded.indices, texts))
                return
        self._parts.append(_without_padding(pa.py_buffer(content.view(np.uint8)), width))

    def finish(self, encoding: str, errors: ErrorMode) -> tuple[Any, list[Problem]]:
        """The column, and why it is none when it is none; what was collected is given up."""
        parts, self._parts = self._parts, []
        if not self._coded:
            texts = pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())
            parts.clear()
            texts, bad = _decoded(texts, encoding, errors)
            if bad:
                rows = np.arange(len(texts))
                return None, [_bad_text(self.variable, rows, bad, encoding)]
            return _as_text(_without_empty(texts)), []
        if not parts:
            return _categorical(pa.array([], pa.large_string()), np.empty(0, dtype=np.int32)), []
        whole = pa.chunked_array(parts).unify_dictionaries()
        rows = np.concatenate([chunk.indices.to_numpy() for chunk in whole.chunks])
        texts, bad = _decoded(whole.chunk(0).dictionary, encoding, errors)
        if bad:
            return None, [_bad_text(self.variable, rows, bad, encoding)]
        if self._mode == "str":
            return _as_text(_without_empty(texts).take(pa.array(rows))), []
        return _categorical(_without_empty(texts), rows), []


def _without_padding(data: pa.Buffer, width: int) -> pa.LargeStringArray:
    """Texts of ``width`` bytes without trailing blanks, not decoded yet; all blank is empty."""
    count = data.size // width
    offsets = pa.py_buffer(np.arange(0, (count + 1) * width, width, dtype=np.int64))
    texts = pa.LargeStringArray.from_buffers(count, offsets, data)
    return pc.ascii_rtrim(texts, characters=" ")


def _without_empty(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Empty texts as null: in pandas they are missing."""
    is_empty = np.diff(buffers(texts)[1]) == 0
    if not is_empty.any():
        return texts
    return pc.if_else(pa.array(is_empty), pa.scalar(None, pa.large_string()), texts)


def _decoded(
    texts: pa.LargeStringArray, encoding: str, errors: ErrorMode
) -> tuple[pa.LargeStringArray, dict[int, bytes]]:
    """Distinct texts from their bytes; positions and bytes of those that are broken."""
    if is_ascii(pa.chunked_array([texts])):
        return texts, {}
    if encoding == "utf-8":
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:
            pass
        else:
            return texts, {}
    decoded: list[str | None] = []
    bad: dict[int, bytes] = {}
    for position, content in enumerate(texts.view(pa.large_binary()).to_pylist()):
        try:
            decoded.append(None if content is None else content.decode(encoding, errors))
        except UnicodeDecodeError:
            bad[position] = content
            decoded.append(None)
    return pa.array(decoded, type=pa.large_string()), bad


def _bad_text(
    variable: Variable, rows: npt.NDArray[Any], bad: dict[int, bytes], encoding: str
) -> Problem:
    is_bad = np.isin(rows, list(bad))
    row = int(is_bad.argmax())
    content = bad[int(rows[row])]
    shown = content.decode("ascii", "backslashreplace")
    message = f"holds bytes that are no {encoding}: '{shown}'."
    return Problem(
        "not_in_encoding",
        message,
        variable=variable.name,
        row=row,
        bytes=len(content),
        text=shown,
        count=int(is_bad.sum()),
    )


def _categorical(texts: pa.LargeStringArray, rows: npt.NDArray[Any]) -> pd.Categorical:
    """Categories in the order of their text, whatever the order of the records."""
    order = pc.sort_indices(texts).to_numpy()
    known = len(texts) - texts.null_count
    new_codes = np.full(len(texts), -1, dtype=_code_type(known))
    new_codes[order[:known]] = np.arange(known)
    categories = pd.Index(_as_text(texts.take(order[:known])))
    dtype = pd.CategoricalDtype(categories)
    return pd.Categorical.from_codes(new_codes.take(rows), dtype=dtype, validate=False)


def _as_text(texts: pa.LargeStringArray) -> Any:
    """A ``str`` array of pandas around an Arrow array, not copied."""
    return _TEXT.__from_arrow__(texts)  # type: ignore[attr-defined]


def _code_type(count: int) -> type[np.signedinteger]:
    for kind in (np.int8, np.int16):
        if count <= np.iinfo(kind).max:
            return kind
    return np.int32
