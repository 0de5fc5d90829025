"""Builds of the reference study in processes of their own, each started once, two at a time.

Run as a script it makes one variant: `python variants.py NAME FOLDER`.
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl

from cdisc_pom.package import write_package
from cdisc_pom.plan.finish import finish_standard
from cdisc_pom.plan.opening import compile_project
from cdisc_pom.plan.run import Run
from cdisc_pom.progress import Progress
from cdisc_pom.project import find_project

ROOT = Path(__file__).parents[2]
STUDY = "pom"
SDTM = f"package/m5/datasets/{STUDY}/tabulations/sdtm"
ADAM = f"package/m5/datasets/{STUDY}/analysis/adam/datasets"

# name of a variant → what its process finds in its environment
ENVIRONMENTS = {
    "plain": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
    "elsewhere": {"TZ": "Asia/Shanghai", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4711"},
    "permuted": {},
    "changed": {},
}


def project(folder: Path) -> Path:
    """A folder with the study's workbooks and data, to be changed."""
    shutil.copytree(ROOT / "specs" / STUDY, folder / "specs" / STUDY)
    for name in ("raw", "design"):
        shutil.copytree(ROOT / "data" / STUDY / name, folder / "data" / STUDY / name)
    return folder


def permute(raw: Path, seed: int) -> None:
    """Put the records of every form into another order."""
    shuffle = random.Random(seed).shuffle
    for path in sorted(raw.glob("*.csv")):
        header, *records = path.read_text(encoding="utf-8").splitlines(keepends=True)
        assert not any('"' in record and record.count('"') % 2 for record in records), path
        shuffle(records)
        path.write_text("".join([header, *records]), encoding="utf-8")


CHANGES = {
    # a label, a term, a derivation: (workbook, sheet, row by these cells, cell, value)
    "sdtm": [
        ("Variables", {"Dataset": "AE", "Variable": "AETERM"}, "Label (zh)", "事件名称（已改）"),
        ("Codelists", {"ID": "SEX", "Term": "F"}, "Term", "FEMALE"),
        ("Mapping", {"Dataset": "DM", "Variable": "COUNTRY"}, "Arguments", "value=SGP"),
    ],
    "adam": [
        ("Derivations", {"Dataset": "ADSL", "Variable": "AGEGR1"}, "Arguments",
         "CASE WHEN AGE < 70 THEN '<70' ELSE '>=70' END"),
    ],
}  # fmt: skip


def change(specs: Path) -> None:
    """Edit cells as a person does in Excel."""
    for kind, edits in CHANGES.items():
        path = specs / f"{kind}.xlsx"
        book = openpyxl.load_workbook(path)
        for sheet, where, header, value in edits:
            cells = {str(cell.value): cell.column for cell in book[sheet][1]}
            rows = [
                row for row in range(2, book[sheet].max_row + 1)
                if all(book[sheet].cell(row, cells[name]).value == wanted for name, wanted in where.items())
            ]  # fmt: skip
            assert len(rows) == 1, (sheet, where, rows)
            book[sheet].cell(rows[0], cells[header]).value = value
        book.save(path)


def make(folder: Path, languages: tuple[str, ...]) -> None:
    """Data sets and package without the checks, in several languages."""
    study, plan, raw = compile_project(find_project(STUDY, root=folder), Progress())
    run = Run(study, plan, raw)
    for language in languages:
        standards = tuple(
            finish_standard(run, kind, language=language, encoding="utf-8")
            for kind in study.workbooks
        )
        assert not run.faults, run.faults
        out = folder / "build" / (STUDY if language == "zh" else language) / "package"
        write_package(
            out, STUDY, standards, language=language, encoding="utf-8", agency=study.agency
        )
        made = {built.meta.name: built for kind in standards for built in kind.datasets}
        with (folder / f"datasets.{language}.pickle").open("wb") as file:
            pickle.dump(made, file)


class Variants:
    """Processes that were started, and the folders that they build in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting = list(ENVIRONMENTS)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.done: set[str] = set()
        for _ in range(2):
            self._start()

    def _start(self) -> None:
        if not self.waiting:
            return
        name = self.waiting.pop(0)
        (self.folder / name).mkdir()
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, __file__, name, str(self.folder / name)],
                env={**os.environ, **ENVIRONMENTS[name]}, stdout=log, stderr=log,
            )  # fmt: skip

    def build(self, name: str) -> Path:
        """The build folder of a variant; waits until it is there."""
        while name not in self.done:
            first = next(iter(self.running))
            code = self.running.pop(first).wait(timeout=600)
            log = (self.folder / f"{first}.log").read_text(encoding="utf-8", errors="replace")
            assert code == 0, f"{first} ended with {code}:\n{log}"
            self.done.add(first)
            self._start()
        return self.folder / name / "build" / STUDY

    def close(self) -> None:
        """End what is still going on."""
        for process in self.running.values():
            process.kill()
            process.wait()


def main(name: str, folder: Path) -> int:
    """Make one variant."""
    project(folder)
    if name == "permuted":
        permute(folder / "data" / STUDY / "raw", 20201231)
        make(folder, ("zh", "en"))
    elif name == "changed":
        change(folder / "specs" / STUDY)
        make(folder, ("zh",))
    else:
        command = [sys.executable, "-m", "cdisc_pom", "build", STUDY]
        return subprocess.run(command, cwd=folder, check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
