"""Speed and memory of XPORT codecs on an LB-like table (25 columns, 549 bytes a record).

python benchmarks/xport.py --rows 100000 1000000 10000000 --runs 5

Each cell runs in a process of its own; codecs take turns within a run, so that a busy machine
slows all of them alike; the table shows medians. Peers that are not installed are left out.
Files are written into memory (``--folder``), those of 10,000,000 records onto the disk
(``--disk``), in chunks.

The times are those of the call alone: input in memory, imports done. CPU seconds, of all threads,
hardly depend on what else the machine does. Memory is the peak of the
process over what it held before the call.
"""

# ruff: noqa: PLC0415 - a cell imports what it measures, and nothing else

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CHUNK = 100_000
LARGE = 10_000_000
#: codec, operation, largest number of records that is run.
CELLS = (
    ("cp", "copy", LARGE),
    ("ours, categorical", "write", 1_000_000),
    ("ours, str", "write", 1_000_000),
    ("ours, chunks", "write", LARGE),
    ("haven", "write", 1_000_000),
    ("pyreadstat", "write", 1_000_000),
    ("ours, auto", "read", 1_000_000),
    ("ours, str", "read", 1_000_000),
    ("ours, chunks", "read", LARGE),
    ("haven", "read", 1_000_000),
    ("pyreadstat", "read", 1_000_000),
    ("pandas.read_sas", "read", 1_000_000),
    ("xport 2.0.2", "read", 100_000),
)
R_PROGRAM = r"""
suppressMessages(library(haven))
args <- commandArgs(trailingOnly = TRUE)
peak <- function(name) {
  line <- grep(name, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
if (args[1] == "write") frame <- read_xpt(args[2])
invisible(gc())
cat("5", file = "/proc/self/clear_refs")
before <- peak("^VmRSS")
start <- Sys.time()
begin <- sum(proc.time()[1:2])
if (args[1] == "write") write_xpt(frame, args[3], version = 5, name = "LB") else
  frame <- read_xpt(args[2])
seconds <- as.numeric(difftime(Sys.time(), start, units = "secs"))
cpu <- sum(proc.time()[1:2]) - begin
text <- '{"seconds": %f, "cpu": %f, "peak": %f}'
cat(sprintf(text, seconds, cpu, peak("^VmHWM") - before))
"""


def main() -> int:
    """Run all cells and print the table."""
    options = _options()
    if options.cell:
        print(json.dumps(_cell(*options.cell)))
        return 0
    results: dict[tuple[str, str, int], list[dict[str, float]]] = {}
    for rows in options.rows:
        parent = options.disk if rows >= LARGE else options.folder
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            _prepare(Path(folder), rows)
            for run in range(1 if rows >= LARGE else options.runs):
                for codec, operation, largest in CELLS:
                    if rows <= largest and _installed(codec):
                        found = _spawn(codec, operation, rows, Path(folder))
                        results.setdefault((codec, operation, rows), []).append(found)
                        print(
                            f"run {run + 1}: {codec} {operation} {rows:,} {found}", file=sys.stderr
                        )
    text = table(results)
    print(text)
    if options.into:
        _insert(options.into, text)
    return 0


def _options() -> argparse.Namespace:
    memory = Path("/dev/shm")
    parser = argparse.ArgumentParser(description="Compare XPORT codecs.")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", default=str(memory) if memory.is_dir() else None)
    parser.add_argument("--disk", default=None)
    parser.add_argument("--into", type=Path, help="a page whose table is replaced")
    parser.add_argument("--cell", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


def _installed(codec: str) -> bool:
    if codec == "haven":
        return shutil.which("Rscript") is not None
    if codec in ("pyreadstat", "xport 2.0.2"):
        try:
            return bool(version(codec.split(maxsplit=1)[0]))
        except PackageNotFoundError:
            return False
    return True


def _prepare(folder: Path, rows: int) -> None:
    """The inputs of all cells: frames as Arrow files and the transport file itself."""
    import pyarrow as pa
    import xport_data as data
    from pyarrow import feather

    from cdisc_pom.xpt import write_xport

    step = min(rows, CHUNK)
    part = data.lab_table(step, text="category")
    feather.write_feather(pa.Table.from_pandas(part), folder / "part.arrow", "uncompressed")
    if rows < LARGE:
        whole = data.lab_table(rows, text="category")
        feather.write_feather(
            pa.Table.from_pandas(whole), folder / "category.arrow", "uncompressed"
        )
        texts = whole.astype({name: "str" for name, _, _ in data.TEXTS})
        feather.write_feather(pa.Table.from_pandas(texts), folder / "str.arrow", "uncompressed")
        frames = iter([whole])
    else:
        frames = (part for _ in range(0, rows, step))
    write_xport(folder / "in.xpt", frames, name="LB", variables=data.VARIABLES)


def _spawn(codec: str, operation: str, rows: int, folder: Path) -> dict[str, float]:
    if codec == "haven":
        program = folder / "haven.R"
        program.write_text(R_PROGRAM)
        command = ["Rscript", str(program), operation, str(folder / "in.xpt"), str(folder / "out")]
    else:
        command = [sys.executable, __file__, "--cell", codec, operation, str(rows), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (folder / "out").unlink(missing_ok=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _cell(codec: str, operation: str, rows: str, folder: str) -> dict[str, float]:
    call = _call(codec, operation, int(rows), Path(folder))
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    start, begin = time.perf_counter(), time.process_time()
    kept = call()
    seconds, cpu = time.perf_counter() - start, time.process_time() - begin
    peak = _status("VmHWM") - before
    del kept
    return {"seconds": seconds, "cpu": cpu, "peak": peak}


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def _call(codec: str, operation: str, rows: int, folder: Path) -> Callable[[], object]:
    """The call that is measured, with its input ready."""
    source, target = folder / "in.xpt", folder / "out"
    if operation == "copy":
        return lambda: shutil.copyfile(source, target)
    return _writer(codec, rows, folder, target) if operation == "write" else _reader(codec, source)


def _writer(codec: str, rows: int, folder: Path, target: Path) -> Callable[[], object]:
    import pandas as pd
    import xport_data as data

    if codec == "pyreadstat":
        import pyreadstat

        frame = pd.read_feather(folder / "str.arrow")
        return lambda: pyreadstat.write_xport(frame, target, table_name="LB", file_format_version=5)
    from cdisc_pom.xpt.writer import write_xport

    if codec == "ours, chunks":
        part = pd.read_feather(folder / "part.arrow")
        count = rows // len(part)
        frames = (part for _ in range(count))
        return lambda: write_xport(target, frames, name="LB", variables=data.VARIABLES)
    name = "category" if codec == "ours, categorical" else "str"
    frame = pd.read_feather(folder / f"{name}.arrow")
    return lambda: write_xport(target, frame, name="LB", variables=data.VARIABLES)


def _reader(codec: str, source: Path) -> Callable[[], object]:
    if codec == "pyreadstat":
        import pyreadstat

        return lambda: pyreadstat.read_xport(source)
    if codec == "pandas.read_sas":
        import pandas as pd

        return lambda: pd.read_sas(source, format="xport", encoding="utf-8")
    if codec == "xport 2.0.2":
        sys.path.remove(str(Path(__file__).parent))  # this file has the peer's name
        import xport

        def read() -> object:
            with source.open("rb") as file:
                return list(xport.Reader(file))

        return read
    from cdisc_pom.xpt.reader import XportFile, read_xport

    if codec == "ours, chunks":
        return lambda: sum(len(each) for each in XportFile(source).chunks(rows=CHUNK))
    return lambda: read_xport(source, text="str" if codec == "ours, str" else "auto")


def table(results: dict[tuple[str, str, int], list[dict[str, float]]]) -> str:
    """The comparison as Markdown, medians of all runs."""
    import xport_data as data

    lines = [
        f"{_machine()}.",
        f"Medians of {max(map(len, results.values()))} runs, 1 run of 10,000,000 records.",
        "",
        "| records | operation | codec | s | CPU s | MB/s | memory, MB | × ours | CPU × | × cp |",
        "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    middle = {
        key: {
            name: statistics.median(run[name] for run in runs)
            for name in ("seconds", "cpu", "peak")
        }
        for key, runs in results.items()
    }
    for (codec, operation, rows), found in sorted(middle.items(), key=_order):
        size = rows * data.RECORD_BYTES / 1e6
        best = {"write": "ours, categorical", "read": "ours, auto"}.get(operation, "cp")
        ours = middle.get((best, operation, rows)) or middle.get(("ours, chunks", operation, rows))
        copy = middle[("cp", "copy", rows)]["seconds"]
        ratios = " | "
        if ours and operation != "copy":
            ratios = " | ".join(f"{found[each] / ours[each]:.1f}" for each in ("seconds", "cpu"))
        lines.append(
            f"| {rows:,} | {operation} | {codec} | {found['seconds']:.2f} | {found['cpu']:.2f} | "
            f"{size / found['seconds']:,.0f} | {found['peak']:,.0f} | {ratios} | "
            f"{found['seconds'] / copy:.1f} |"
        )
    return "\n".join(lines)


def _order(item: tuple[tuple[str, str, int], object]) -> tuple[int, int]:
    codec, operation, rows = item[0]
    return rows, next(n for n, cell in enumerate(CELLS) if cell[:2] == (codec, operation))


def _machine() -> str:
    parts = [f"{platform.machine()} {platform.system()}", f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in ("numpy", "pandas", "pyarrow", "pyreadstat")]
    if shutil.which("Rscript"):
        program = 'cat(as.character(getRversion()), as.character(packageVersion("haven")))'
        found = subprocess.run(
            ["Rscript", "-e", program], check=True, capture_output=True, text=True
        )
        release, haven = found.stdout.split()
        parts.append(f"R {release} with haven {haven}")
    return ", ".join(parts)


def _insert(page: Path, text: str) -> None:
    start, end = "<!-- benchmark -->", "<!-- end benchmark -->"
    before, rest = page.read_text("utf-8").split(start)
    page.write_text(f"{before}{start}\n{text}\n{end}{rest.split(end)[1]}", "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
