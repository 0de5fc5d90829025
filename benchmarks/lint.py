"""Open and lint a workbook of 5,000 mapping rows, beside the naive read of the same file.

    python benchmarks/lint.py [ROWS]

The workbook is generated: every domain of the packed SDTMIG with several sources each, a fifth of
the rows with a condition of their own. Naive is openpyxl's load_workbook and a walk over all cells.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from openpyxl import load_workbook

from cdisc_pom.lint.study import LintOptions, lint_study
from cdisc_pom.spec.writer import write_workbook
from cdisc_pom.standards import Store, standard_datasets, standard_variables

GUIDE = ("SDTMIG", "3.4")
STORE = Store(Path("no-store"))


def workbook(path: Path, rows: int) -> int:
    """Write the workbook; returns how many rows Mapping has."""
    names = [n for n in standard_datasets(*GUIDE, store=STORE) if n not in ("SUPPQUAL", "RELREC")]
    groups = {name: standard_variables(*GUIDE, name, store=STORE) for name in names}
    total = sum(len(group) for group in groups.values())
    sources = max(rows // total + 1, 1)
    found = standard_datasets(*GUIDE, store=STORE)
    sheets = {
        "Define": [
            {"Attribute": a, "Value": v}
            for a, v in {
                "StudyName": "BIG", "StudyDescription": "Big", "ProtocolName": "BIG",
                "StandardName": "SDTMIG", "StandardVersion": "3.4", "CT Publishing Set": "SDTM",
                "CT Version": "2025-03-28", "Language": "zh",
            }.items()
        ],
        "Datasets": [
            {"Dataset": name, "Label": found[name].label, "Label (zh)": found[name].label_zh,
             "Class": found[name].dataset_class, "Structure": found[name].structure,
             "Key Variables": "STUDYID", "Standard": "SDTMIG 3.4"}
            for name in names
        ],
        "Variables": [
            {"Order": v.order, "Dataset": name, "Variable": v.name, "Label": v.label,
             "Label (zh)": v.label_zh, "Data Type": "float" if v.type == "Num" else "text",
             "Role": v.role, "Core": v.core, "Mandatory": "Yes" if v.core == "Req" else "No"}
            for name, group in groups.items()
            for v in group
        ],
        "Codelists": [{"ID": "NY", "Name": "No Yes Response", "NCI Codelist Code": "C66742",
                       "Data Type": "text", "Term": "Y", "NCI Term Code": "C49488"}],
        "Sources": [
            {"Dataset": name, "Source": f"S{at}", "From": f"form:{name.lower()}{at}"}
            for name in names
            for at in range(sources)
        ],
    }  # fmt: skip
    counter = count()
    mapping = [
        {"Dataset": name, "Variable": v.name, "Source": f"S{at}",
         "Algorithm": "number" if v.type == "Num" else "text", "Inputs": f"C{place}",
         **({"When": f"VISIT = 'V{n}' AND RESULT IS NOT NULL"}
            if (n := next(counter)) % 5 == 0 else {})}
        for name, group in groups.items()
        for place, v in enumerate(group)
        for at in range(sources)
    ][:rows]  # fmt: skip
    write_workbook(path, "sdtm", {**sheets, "Mapping": mapping})
    return len(mapping)


def naive(path: Path) -> int:
    """What a first script does: openpyxl, each cell of each sheet."""
    book = load_workbook(path)
    return sum(1 for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def main(rows: int) -> None:
    """Print seconds, the best of three."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sdtm.xlsx"
        written = workbook(path, rows)
        lint_study(Path(folder), None, LintOptions(store=STORE))  # imports are not measured
        runs = []
        for _ in range(3):
            start, cpu = time.perf_counter(), time.process_time()
            linted = lint_study(Path(folder), None, LintOptions(store=STORE))
            runs.append((time.perf_counter() - start, time.process_time() - cpu, linted))
        start, cpu = time.perf_counter(), time.process_time()
        cells = naive(path)
        slow, slow_cpu = time.perf_counter() - start, time.process_time() - cpu
    best, best_cpu, linted = min(runs, key=lambda run: run[0])
    parts = ", ".join(f"{name} {value:.2f}" for name, value in linted.seconds.items())
    print(f"{written} mapping rows, {cells} cells, {len(linted.messages)} messages")
    print(f"open and lint        {best:6.2f} s  ({best_cpu:.2f} s of processor; {parts})")
    print(f"naive openpyxl read  {slow:6.2f} s  ({slow_cpu:.2f} s of processor)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
