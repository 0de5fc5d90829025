"""Files that appear whole or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when the block ends without an error.

    Args:
        path: where the file shall stand; its folder must exist.
        durable: wait until the disk has the bytes.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b", buffering=0) as file:
            yield file
            if durable:
                os.fsync(file.fileno())
        Path(temporary).chmod(_usual_mode())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


class Nowhere(io.BytesIO):
    """Takes bytes and keeps none: for a check without a file."""

    def write(self, content: Any) -> int:
        """Count and forget."""
        return len(content)
