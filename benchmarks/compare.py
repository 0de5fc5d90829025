"""Speed and memory of comparing two LB-like tables of 1,000,000 records and 25 variables.

python benchmarks/compare.py --rows 1000000 --runs 3

All tools compare the same two frames in one process, taking turns, so that a busy machine slows
all of them alike; the table shows medians and ratios. One record in a thousand has another result,
and the records of the second table stand in another order, except for pandas' own
``DataFrame.compare``, which knows no key and gets them in the same order. The last lines are the
whole command: two transport files read and compared in a process of its own.

Memory is the peak of a process of its own over what it held before the call. Peers that are not
installed are left out: `pip install datacompy` (it asks for an older pandas; with `--no-deps` and
`ordered-set` it runs).
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import xport_data as data

KEYS = ["USUBJID", "LBSEQ"]
TOOLS = ("ours", "ours, key looked for", "pandas compare", "datacompy")


def main() -> int:
    """Run all tools and print the table."""
    options = _options()
    if options.cell:
        print(json.dumps(_peak(*options.cell)))
        return 0
    tools = [tool for tool in TOOLS if tool != "datacompy" or find_spec("datacompy")]
    base, compare = tables(options.rows)
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    unequal: dict[str, int] = {}
    for run in range(options.runs):
        for tool in tools:
            call = prepared(tool, base, compare)
            start = time.perf_counter()
            unequal[tool] = call()
            seconds[tool].append(time.perf_counter() - start)
            print(f"run {run + 1}: {tool} {seconds[tool][-1]:.2f} s", file=sys.stderr)
    peaks = {tool: _spawn("frames", tool, options.rows) for tool in tools}
    _print_table(options.rows, seconds, unequal, peaks)
    _files(base, compare, options.rows)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare tools that compare data sets.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cell", nargs=3, help=argparse.SUPPRESS)
    return parser.parse_args()


def tables(rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables that differ in one result of a thousand and in the order of records."""
    base = data.lab_table(rows)
    compare = base.copy()
    random = np.random.default_rng(7)
    changed = random.choice(rows, rows // 1000, replace=False)
    results = compare["LBSTRESN"].to_numpy(copy=True)
    results[changed] += 0.5
    compare["LBSTRESN"] = results
    return base, compare.iloc[random.permutation(rows)].reset_index(drop=True)


def prepared(tool: str, base: pd.DataFrame, compare: pd.DataFrame) -> Callable[[], int]:
    """A call that compares and gives the number of unequal results; what it needs is ready."""
    if tool == "pandas compare":
        ordered = [frame.sort_values(KEYS, ignore_index=True) for frame in (base, compare)]
        return lambda: int(ordered[0].compare(ordered[1])[("LBSTRESN", "self")].notna().sum())
    if tool == "datacompy":
        import datacompy  # noqa: PLC0415 - a peer that may not be there

        # It puts the names of the frames that it is given into lower case.
        base, compare = base.copy(deep=False), compare.copy(deep=False)

        def call() -> int:
            found = datacompy.PandasCompare(base, compare, join_columns=KEYS)
            return int(
                next(
                    each["unequal_cnt"]
                    for each in found.column_stats
                    if each["column"] == "lbstresn"
                )
            )

        return call
    from cdisc_pom.compare import Settings, compare_frames  # noqa: PLC0415 - after its imports

    settings = Settings() if "looked" in tool else Settings(keys={"": tuple(KEYS)})
    return lambda: compare_frames(base, compare, settings).unequal_values


def _peak(kind: str, tool: str, rows: str) -> float:
    """Megabytes at the peak of a call, over what the process held before it."""
    if kind == "frames":
        call: Callable[[], object] = prepared(tool, *tables(int(rows)))
    else:
        from cdisc_pom.compare import compare_files  # noqa: PLC0415

        folder = Path(tool)
        call = lambda: compare_files(folder / "base.xpt", folder / "compare.xpt")  # noqa: E731
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    start = time.perf_counter()
    call()
    return _status("VmHWM") - before if kind == "frames" else time.perf_counter() - start


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def _spawn(kind: str, tool: str, rows: int) -> float:
    command = [sys.executable, __file__, "--cell", kind, tool, str(rows)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return float(json.loads(done.stdout))


def _print_table(
    rows: int, seconds: dict[str, list[float]], unequal: dict[str, int], peaks: dict[str, float]
) -> None:
    ours = statistics.median(seconds["ours"])
    print(f"\n{rows:,} records x {len(data.VARIABLES)} variables\n")
    print("| tool | seconds | times ours | peak MB | unequal results found |")
    print("|---|---|---|---|---|")
    for tool, times in seconds.items():
        median = statistics.median(times)
        print(
            f"| {tool} | {median:.2f} | {median / ours:.1f} | {peaks[tool]:,.0f} | "
            f"{unequal[tool]:,} |"
        )


def _files(base: pd.DataFrame, compare: pd.DataFrame, rows: int) -> None:
    """The command itself on two transport files."""
    from cdisc_pom.xpt import write_xport  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        for name, frame in (("base", base), ("compare", compare)):
            path = Path(folder) / f"{name}.xpt"
            write_xport(
                path, frame[[v.name for v in data.VARIABLES]], name="LB", variables=data.VARIABLES
            )
        program = [sys.executable, "-m", "cdisc_pom", "compare", "--quiet"]
        files = [str(Path(folder) / f"{name}.xpt") for name in ("base", "compare")]
        start = time.perf_counter()
        watched = (
            "import resource, subprocess, sys; c = subprocess.run(sys.argv[1:]).returncode; "
            "print(c, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
        )
        done = subprocess.run(
            [sys.executable, "-c", watched, *program, *files],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        code, peak = done.stdout.split()
        size = sum(Path(each).stat().st_size for each in files) / 1e6
        print(
            f"\ncdisc-pom compare on two XPT files of {rows:,} records ({size:,.0f} MB): "
            f"{time.perf_counter() - start:.2f} s, peak {float(peak):,.0f} MB, exit code {code}"
        )


if __name__ == "__main__":
    sys.exit(main())
