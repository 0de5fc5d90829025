"""Seconds to open and to compile the reference study, and to find that its build still stands.

    python benchmarks/compiling.py [RUNS]

Opening and compiling run in one process, beside the naive read of the same workbooks: openpyxl,
each cell of each sheet. Every run parses all expressions anew; imports are not counted. The
unchanged build is the command as it is typed, Python's start and imports included.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from cdisc_pom.plan.compiler import compile_study
from cdisc_pom.plan.order import making_order
from cdisc_pom.raw.folder import RawFolder
from cdisc_pom.spec.expressions import parse_expression
from cdisc_pom.spec.study import Study, read_study

ROOT = Path(__file__).parents[1]
SPECS, RAW = ROOT / "specs" / "pom", ROOT / "data" / "pom" / "raw"


def compiled(study: Study) -> None:
    parse_expression.cache_clear()
    making_order(compile_study(study, RawFolder(RAW)))


def naive() -> None:
    for path in sorted(SPECS.glob("*.xlsx")):
        for sheet in load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    _ = cell.value


def command(*words: str) -> Callable[[], Any]:
    line = [sys.executable, "-m", "cdisc_pom", *words]
    return lambda: subprocess.run(line, cwd=ROOT, capture_output=True, check=True)


def main(runs: int = 7) -> None:
    study = read_study(SPECS)
    compiled(study)
    command("build", "--quiet")()
    steps: dict[str, Callable[[], Any]] = {
        "naive openpyxl read": naive,
        "open the workbooks": lambda: read_study(SPECS),
        "compile the plan": lambda: compiled(study),
        "build, nothing changed": command("build"),
        "cdisc-pom --help": command("--help"),
    }
    for name, step in steps.items():
        taken, worked = [], []
        for _ in range(runs):
            start, cpu = time.perf_counter(), time.process_time()
            step()
            taken.append(time.perf_counter() - start)
            worked.append(time.process_time() - cpu)
        own = f"  ({statistics.median(worked):.3f} s of processor)" if worked[0] > 0.01 else ""
        print(f"{name:24} {statistics.median(taken):6.3f} s{own}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
