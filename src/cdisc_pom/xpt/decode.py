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
from cdisc_pom.xpt.text import Records, byte_lengths, is_ascii

TextMode = Literal["auto", "category", "str"]
ErrorMode = Literal["strict", "replace"]
_TEXT = pd.StringDtype(na_value=np.nan)


@dataclass
class NumberColumn:
    """Collects one number variable."""

    variable: Variable
    values: npt.NDArray[np.float64]

    def add(self, start: int, content: Records) -> None:
        """Take the bytes of some records."""
        length = self.variable.length
        if length == 8:  # noqa: PLR2004 - a whole double
            words = content.view(">u8").astype(np.uint64)
        else:
            whole = np.zeros((content.size, 8), dtype=np.uint8)
            whole[:, :length] = content.view(np.uint8).reshape(-1, length)
            words = whole.view(">u8").reshape(-1).astype(np.uint64)
        self.values[start : start + content.size] = floats.ibm_to_ieee(words)

    def finish(
        self, kind: dates.DateKind | None
    ) -> tuple[pd.api.extensions.ExtensionArray | npt.NDArray[np.generic], list[Problem]]:
        """The column, and why it is none when it is none."""
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


@dataclass
class TextColumn:
    """Collects one text variable, dictionary-coded run by run."""

    variable: Variable
    parts: list[pa.DictionaryArray]

    def add(self, start: int, content: Records) -> None:  # noqa: ARG002 - runs come in order
        """Take the bytes of some records."""
        width = self.variable.length
        data = pa.py_buffer(np.ascontiguousarray(content).view(np.uint8))
        fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), content.size, [None, data])
        coded = fixed.dictionary_encode()
        self.parts.append(
            pa.DictionaryArray.from_arrays(coded.indices, _without_padding(coded.dictionary, width))
        )

    def finish(self, encoding: str, mode: TextMode, errors: ErrorMode) -> tuple[Any, list[Problem]]:
        """The column, and why it is none when it is none."""
        kind = pa.dictionary(pa.int32(), pa.large_string())
        whole = pa.chunked_array(self.parts, type=kind).unify_dictionaries()
        texts = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], pa.large_string())
        codes = [chunk.indices.to_numpy() for chunk in whole.chunks]
        rows = np.concatenate(codes) if codes else np.empty(0, dtype=np.int32)
        texts, bad = _decoded(texts, encoding, errors)
        if bad:
            return np.empty(0), [_bad_text(self.variable, rows, bad, encoding)]
        if mode == "str" or (mode == "auto" and len(texts) * 2 > max(rows.size, 1)):
            return _as_text(texts.take(pa.array(rows))), []
        return _categorical(texts, rows), []


def _without_padding(values: pa.FixedSizeBinaryArray, width: int) -> pa.LargeStringArray:
    """Distinct values without trailing blanks, still undecoded; all blank is null."""
    offsets = np.arange(0, (len(values) + 1) * width, width, dtype=np.int64)
    buffers = [None, pa.py_buffer(offsets), values.buffers()[1]]
    texts = pa.LargeStringArray.from_buffers(len(values), *buffers[1:])
    texts = pc.ascii_rtrim(texts, characters=" ")
    is_blank = byte_lengths(texts) == 0
    if is_blank.any():
        texts = pc.if_else(pa.array(~is_blank), texts, pa.scalar(None, pa.large_string()))
    return texts


def _decoded(
    texts: pa.LargeStringArray, encoding: str, errors: ErrorMode
) -> tuple[pa.LargeStringArray, dict[int, bytes]]:
    """Distinct texts from their bytes; positions and bytes of those that are broken."""
    if is_ascii(texts):
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
    variable: Variable, rows: npt.NDArray[np.int32], bad: dict[int, bytes], encoding: str
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


def _categorical(texts: pa.LargeStringArray, rows: npt.NDArray[np.int32]) -> pd.Categorical:
    """Categories in the order of their text, whatever the order of the records."""
    order = pc.sort_indices(texts).to_numpy()
    known = len(texts) - texts.null_count
    new_codes = np.empty(len(texts), dtype=_code_type(known))
    new_codes[order] = np.arange(len(texts))
    if texts.null_count:
        new_codes[order[known:]] = -1
    categories = pd.Index(_as_text(texts.take(order[:known])))
    dtype = pd.CategoricalDtype(categories)
    return pd.Categorical.from_codes(new_codes[rows], dtype=dtype, validate=False)


def _as_text(texts: pa.LargeStringArray) -> Any:
    """A ``str`` array of pandas around an Arrow array, not copied."""
    return _TEXT.__from_arrow__(texts)  # type: ignore[attr-defined]


def _code_type(count: int) -> type[np.signedinteger]:
    for kind in (np.int8, np.int16):
        if count <= np.iinfo(kind).max:
            return kind
    return np.int32
