"""The pages about XPORT are true: examples run, names exist, the reference is of today."""

import doctest
import re
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import cdisc_pom.xpt
from cdisc_pom.xpt.reference import BEGIN, END, SECTIONS, reference

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "xport.md"
FEATURES = ROOT / "docs" / "xport_features.md"


def test_the_examples_of_the_page_run():
    names = {name: getattr(cdisc_pom.xpt, name) for name in cdisc_pom.xpt.__all__}
    globs = {**names, "pd": pd, "np": np, "Path": Path, "tempfile": tempfile}
    text = PAGE.read_text("utf-8").split(BEGIN)[0]
    example = doctest.DocTestParser().get_doctest(text, globs, "xport.md", str(PAGE), 0)
    assert len(example.examples) > 10
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_reference_is_made_from_the_docstrings_of_today():
    text = PAGE.read_text("utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == reference()


def test_the_reference_has_all_public_names():
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(
        cdisc_pom.xpt.__all__
    )


def test_each_cell_of_the_feature_table_names_a_test_or_script_that_is_there():
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests/xpt").glob("test_*.py"))
    cells = 0
    for line in FEATURES.read_text("utf-8").splitlines():
        if not line.startswith("| ") or line.startswith("| feature"):
            continue
        for cell in line.strip("| ").split(" | ")[1:]:
            for name in re.findall(r"`(test_\w+)`", cell):
                assert f"def {name}(" in tests, name
            for name in re.findall(r"`(\w+\.py)`", cell):
                assert (ROOT / "benchmarks" / name).is_file(), name
            assert cell == "–" or "`" in cell or cell[-2:] in (" P", " X", " D", " H"), cell
            cells += 1
    assert cells == 5 * 22
