"""Text columns in the bytes of the chosen encoding.

Everything is done on Arrow buffers: lengths are differences of offsets, padding is one kernel
call a block. Bytes that are not UTF-8 are held in a text array all the same; only kernels that
look at bytes are used on it.
"""

from __future__ import annotations

import codecs
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Records = npt.NDArray[np.void]

_BLOCK = 65_536
_ASCII = bytes(range(128))
_NO_BYTES = np.empty(0, dtype=np.uint8)
_NO_LENGTHS = np.empty(0, dtype=np.int64)

#: A chunked array of ``large_string``; chunks are never joined as a whole, which would be a copy.
Texts: TypeAlias = pa.ChunkedArray


@dataclass(frozen=True)
class EncodedText:
    """One text column as bytes: plain, or as codes into a table of distinct texts.

    Attributes:
        texts: one byte string a record, or the distinct ones when ``codes`` is given; missing is
            empty.
        codes: position in ``texts`` of each record, -1 where missing; None for a plain column.
        unfit: positions in ``texts`` that the encoding has no bytes for (held as empty).
    """

    texts: Texts
    codes: npt.NDArray[Any] | None
    unfit: tuple[int, ...]

    def used(self, positions: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Those of ``positions`` that a record holds: a category may be there unused."""
        if self.codes is None or not positions.size:
            return positions
        held = np.zeros(len(self.texts) + 1, dtype=np.bool_)
        held[self.codes] = True
        return positions[held[positions]]

    def row_of(self, position: int) -> int:
        """The first record that holds text number ``position``."""
        if self.codes is None:
            return position
        return int(np.flatnonzero(self.codes == position)[0])

    def count_of(self, positions: npt.NDArray[np.intp]) -> int:
        """How many records hold one of these texts."""
        return int(positions.size if self.codes is None else np.isin(self.codes, positions).sum())

    def blocks(self, width: int) -> Callable[[int, int], Records]:
        """A function of (start, stop) that gives these records, padded with blanks to ``width``."""
        codes = self.codes
        if codes is None:
            return lambda start, stop: padded(self.texts.slice(start, stop - start), width)
        # A text that no record holds may be longer than the variable.
        fits = pc.less_equal(pc.binary_length(self.texts), width)
        held = pc.if_else(fits, self.texts, pa.scalar(b"", self.texts.type))
        table = np.concatenate([padded(held, width), blank_records(1, width)])
        return lambda start, stop: table.take(codes[start:stop], mode="wrap")


def codec_name(encoding: str) -> str:
    """The Python codec of an encoding that can stand in a transport file.

    Args:
        encoding: any name of it, e.g. ``UTF-8``, ``GB18030``, ``latin-1``, ``us-ascii``.

    Returns:
        One spelling of the name.

    Raises:
        LookupError: unknown, or one that does not hold ASCII as ASCII (UTF-16, EBCDIC ...).

    Example:
        >>> codec_name("UTF8"), codec_name("us-ascii")
        ('utf-8', 'ascii')
    """
    codec = codecs.lookup(encoding)
    holds_ascii = False
    with contextlib.suppress(UnicodeError, TypeError, ValueError):
        holds_ascii = codec.encode(_ASCII.decode("ascii"))[0] == _ASCII
    if not holds_ascii:
        raise LookupError(f"{encoding} does not hold ASCII characters as ASCII bytes")
    return codec.name


def encode_column(values: pd.Series[str], encoding: str, *, room: int = 0) -> EncodedText:
    """Encode one text column.

    Args:
        values: ``str``, categorical of ``str``, or object with ``str`` and missing values.
        encoding: a name as ``codec_name`` gives it.
        room: bytes that a text may have; blanks at the end of texts are only removed when one is
            longer, because padding puts them there anyway.

    Returns:
        Its bytes, none longer than ``room`` because of trailing blanks.

    Raises:
        UnicodeError, pa.ArrowException: an object column holds something that is no text.
    """
    codes = None
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = values.cat.codes.to_numpy()
        texts = as_arrow(values.cat.categories)
    else:
        texts = as_arrow(values)
    texts, unfit = transcode(without_nulls(texts), encoding)
    if byte_lengths(texts).max(initial=0) > room:
        texts = trimmed(texts)
    return EncodedText(texts, codes, unfit)


def as_arrow(values: pd.Series[str] | pd.Index[str]) -> Texts:
    """Text as Arrow chunks; no copy where pandas holds it so already."""
    if isinstance(values.dtype, pd.StringDtype):
        array = pa.array(values.array)
    else:
        array = pa.array(values.to_numpy(dtype=object), type=pa.large_string(), from_pandas=True)
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return pa.chunked_array([each.cast(pa.large_string()) for each in chunks], pa.large_string())


def _by_chunk(texts: Texts, change: Callable[[pa.LargeStringArray], pa.LargeStringArray]) -> Texts:
    return pa.chunked_array([change(each) for each in texts.chunks], pa.large_string())


def without_nulls(texts: Texts) -> Texts:
    """Missing as empty text; no copy in the usual case that a missing slot holds no bytes."""
    return _by_chunk(texts, _without_nulls) if texts.null_count else texts


def _without_nulls(chunk: pa.LargeStringArray) -> pa.LargeStringArray:
    lengths = np.diff(buffers(chunk)[1])
    if lengths[chunk.is_null().to_numpy(zero_copy_only=False)].any():
        return chunk.fill_null("")
    _, offsets, data = chunk.buffers()
    return pa.LargeStringArray.from_buffers(len(chunk), offsets, data, None, 0, chunk.offset)


def transcode(texts: Texts, encoding: str) -> tuple[Texts, tuple[int, ...]]:
    """Change the bytes from UTF-8 to another encoding.

    Each distinct text of a block is encoded once. Texts without bytes in the encoding become
    empty and their positions are given.
    """
    if encoding == "utf-8" or is_ascii(texts):
        return texts, ()
    parts: list[pa.LargeStringArray] = []
    unfit: list[int] = []
    for start in range(0, len(texts), _BLOCK):
        block = _joined(texts.slice(start, _BLOCK)).dictionary_encode()
        encoded, bad = _encode_distinct(block.dictionary.to_pylist(), encoding)
        coded = pa.array(encoded, type=pa.large_binary()).take(block.indices)
        parts.append(coded.view(pa.large_string()))
        if bad:
            codes = block.indices.to_numpy(zero_copy_only=False)
            unfit.extend((start + np.flatnonzero(np.isin(codes, bad))).tolist())
    return pa.chunked_array(parts, pa.large_string()), tuple(unfit)


def _joined(texts: Texts) -> pa.LargeStringArray:
    """One array of a few records; a copy only where they lie in two chunks."""
    return texts.chunk(0) if texts.num_chunks == 1 else texts.combine_chunks()


def _encode_distinct(texts: list[str], encoding: str) -> tuple[list[bytes], list[int]]:
    encoded, bad = [], []
    for position, text in enumerate(texts):
        try:
            encoded.append(text.encode(encoding))
        except UnicodeEncodeError:
            encoded.append(b"")
            bad.append(position)
    return encoded, bad


def trimmed(texts: Texts) -> Texts:
    """Without trailing blanks, which the format does not keep."""
    return pc.ascii_rtrim(texts, characters=" ")


def is_ascii(texts: Texts) -> bool:
    """True when no byte is over 127."""
    return all(each.max(initial=0) < 128 for each in _used_bytes(texts))  # noqa: PLR2004


def has_nul(texts: Texts) -> bool:
    """True when a zero byte stands in a text."""
    return not all(each.all() for each in _used_bytes(texts))


def _used_bytes(texts: Texts) -> Iterator[npt.NDArray[np.uint8]]:
    for chunk in texts.chunks:
        data, offsets = buffers(chunk)
        yield data[offsets[0] : offsets[-1]]


def byte_lengths(texts: Texts) -> npt.NDArray[np.int64]:
    """Bytes of each text."""
    return np.concatenate([np.diff(buffers(each)[1]) for each in texts.chunks] or [_NO_LENGTHS])


def padded(texts: Texts, width: int) -> Records:
    """Each text in ``width`` bytes, filled up with blanks.

    No text may be missing or longer than ``width``: that is seen to before.
    """
    if not len(texts):
        return blank_records(0, width)
    data, offsets = buffers(pc.ascii_rpad(_joined(texts), width=width, padding=" "))
    return data[offsets[0] : offsets[-1]].view(f"V{width}")


def blank_records(count: int, width: int) -> Records:
    """``count`` all-blank values."""
    return np.full(count * width, ord(" "), dtype=np.uint8).view(f"V{width}")


def buffers(texts: pa.LargeStringArray) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes and the offsets (one more than texts) of an Arrow text array."""
    _, offsets, data = texts.buffers()
    if offsets is None or not offsets.size:
        positions = np.zeros(1, dtype=np.int64)
    else:
        positions = np.frombuffer(offsets, np.int64, len(texts) + 1, texts.offset * 8)
    content = np.frombuffer(data, np.uint8) if data is not None and data.size else _NO_BYTES
    return content, positions
