"""Records of prepared columns as runs of bytes, a few megabytes at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from cdisc_pom.xpt.columns import Column

Bytes = npt.NDArray[np.uint8]

_BLOCK_BYTES = 4 << 20
_WORKERS = 2


def record_blocks(
    columns: Sequence[Column], lengths: Sequence[int], records: int
) -> Iterator[Bytes]:
    """The bytes of all records in order.

    Blocks are made in threads, while the one before is used: numpy and Arrow work without the
    interpreter.

    Args:
        columns: prepared columns without problems.
        lengths: bytes of each of them in the record.
        records: number of records.

    Yields:
        Bytes of whole records; the array is used again, so take what is needed at once.
    """
    if not lengths:
        return
    layout = np.dtype([(f"f{number}", f"V{length}") for number, length in enumerate(lengths)])
    step = max(1, _BLOCK_BYTES // layout.itemsize)
    workers = min(_WORKERS, os.cpu_count() or 1)
    if records <= step or workers == 1:
        buffer = np.empty(min(step, records), dtype=layout)
        for start in range(0, records, step):
            yield _filled(buffer[: min(step, records - start)], columns, start)
        return
    free = [np.empty(step, dtype=layout) for _ in range(workers + 1)]
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[npt.NDArray[np.void], Future[Bytes]]] = deque()
        for start in range(0, records, step):
            buffer = free.pop()
            block = buffer[: min(step, records - start)]
            waiting.append((buffer, pool.submit(_filled, block, columns, start)))
            if not free:
                yield from _next(waiting, free)
        while waiting:
            yield from _next(waiting, free)


def _next(
    waiting: deque[tuple[npt.NDArray[np.void], Future[Bytes]]], free: list[npt.NDArray[np.void]]
) -> Iterator[Bytes]:
    buffer, future = waiting.popleft()
    yield future.result()
    free.append(buffer)


def _filled(block: npt.NDArray[np.void], columns: Sequence[Column], start: int) -> Bytes:
    stop = start + block.size
    for field, column in zip(block.dtype.names or (), columns, strict=True):
        block[field] = column.blocks(start, stop)
    return block.view(np.uint8)
