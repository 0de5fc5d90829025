"""Speed and memory of comparing two LB-like tables of 1,000,000 records and 25 variables.

python benchmarks/compare.py --rows 1000000 --runs 3

All tools compare the same two frames in one process, taking turns, so that a busy machine slows
all of them alike; the table shows medians and ratios. One record in a thousand has another result,
and the records of the second table stand in another order, except for pandas' own
``DataFrame.compare``, which knows no key and gets them in the same order, as ours in one row. The
last line is the whole command: two transport files read and compared in a process of its own.

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
TOOLS = ("ours", "ours, key looked for", "ours, same order", "pandas compare", "datacompy")


def main() -> int:
    """Run all tools and print the table."""
    options = _options()
    if options.cell:
        print(json.dumps(_peak(*options.cell)))
        return 0
    tools = [tool for tool in TOOLS if tool != "datacompy" or find_spec("datacompy")]
    base, compare = tables(options.rows)
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    processor: dict[str, list[float]] = {tool: [] for tool in tools}
    unequal: dict[str, int] = {}
    for run in range(options.runs):
        for tool in tools:
            call = prepared(tool, base, compare)
            start, used = time.perf_counter(), time.process_time()
            unequal[tool] = call()
            seconds[tool].append(time.perf_counter() - start)
            processor[tool].append(time.process_time() - used)
            print(f"run {run + 1}: {tool} {seconds[tool][-1]:.2f} s", file=sys.stderr)
    peaks = {tool: _spawn(tool, options.rows) for tool in tools}
    _print_table(options.rows, seconds, processor, unequal, peaks)
    _files(base, compare, options.rows)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare tools that compare data sets.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cell", nargs=2, help=argparse.SUPPRESS)
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
    if tool in ("pandas compare", "ours, same order"):
        base, compare = [frame.sort_values(KEYS, ignore_index=True) for frame in (base, compare)]
    if tool == "pandas compare":
        return lambda: int(base.compare(compare)[("LBSTRESN", "self")].notna().sum())
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


def _peak(tool: str, rows: str) -> float:
    """Megabytes at the peak of a call, over what the process held before it."""
    call = prepared(tool, *tables(int(rows)))
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    call()
    return _status("VmHWM") - before


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def _spawn(tool: str, rows: int) -> float:
    command = [sys.executable, __file__, "--cell", tool, str(rows)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return float(json.loads(done.stdout))


def _print_table(
    rows: int,
    seconds: dict[str, list[float]],
    processor: dict[str, list[float]],
    unequal: dict[str, int],
    peaks: dict[str, float],
) -> None:
    """Processor seconds count all threads: they say more on a machine that others use too."""
    ours = statistics.median(seconds["ours"])
    print(f"\n{rows:,} records x {len(data.VARIABLES)} variables\n")
    print("| tool | seconds | times ours | processor seconds | peak MB | unequal results found |")
    print("|---|---|---|---|---|---|")
    for tool, times in seconds.items():
        median = statistics.median(times)
        print(
            f"| {tool} | {median:.2f} | {median / ours:.1f} | "
            f"{statistics.median(processor[tool]):.2f} | {peaks[tool]:,.0f} | {unequal[tool]:,} |"
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
        files = [str(Path(folder) / f"{name}.xpt") for name in ("base", "compare")]
        command = [sys.executable, "-m", "cdisc_pom", "compare", "--quiet", *files]
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _WATCHED, *command], capture_output=True, check=True, text=True
        )
        taken = time.perf_counter() - start
        size = sum(Path(each).stat().st_size for each in files) / 1e6
    code, used, peak = done.stdout.split()
    print(
        f"\ncdisc-pom compare on two XPT files of {rows:,} records ({size:,.0f} MB): {taken:.2f} s "
        f"({float(used):.2f} processor seconds), peak {float(peak):,.0f} MB, exit code {code}"
    )


#: Runs a command from a small process: a large one would be counted in the peak of its child.
_WATCHED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


if __name__ == "__main__":
    sys.exit(main())
