"""Seconds of each step of the reference study's build, cold, all outputs.

Each run is a process of its own, so that imports count. Prints the median of the runs and why a
step takes more than a second.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WHY = {
    "Make SDTM data sets": "24 domains by 388 mapping rows; the fixed cost of a row is about 4 ms "
    "(pandas columns, SQL conditions)",
    "Make ADAM data sets": "7 data sets by 184 derivations and 58 parameters; ADLB has 24,549 "
    "records, graded, with baselines and shifts",
    "Check": "pandera runs a schema over 40 data sets, then some 740 SQL rules run on them",
    "Write package": "40 transport files, two define.xml with XSD validation, hashes of all files",
}


def main(runs: int = 5) -> None:
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-m", "cdisc_pom", "build", "--json", "--again"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        total = time.perf_counter() - start
        for step, seconds in json.loads(done.stdout)["seconds"].items():
            found.setdefault(step, []).append(seconds)
        found.setdefault("whole process", []).append(total)
    for step, seconds in found.items():
        middle = statistics.median(seconds)
        note = WHY.get(step, "") if middle > 1 else ""
        print(f"{step:22} {middle:6.2f} s  {note}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
