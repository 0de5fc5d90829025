import re

import numpy as np
import pandas as pd
import pytest
from reference_study import DESIGN, display_row

from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.published import read_published
from cdisc_pom.results.registry import STATISTICS
from cdisc_pom.spec.sheets import DisplayRow

PAGE = (DESIGN.parents[2] / "docs" / "results.md").read_text(encoding="utf-8")


def test_the_page_lists_every_statistic():
    shipped = {
        name
        for name, one in STATISTICS.items()
        if one.compute.__module__.startswith("cdisc_pom.results.catalogue")
    }
    page = PAGE[PAGE.index("## Statistics") : PAGE.index("## How the numbers")]
    listed = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert listed == shipped


def test_the_page_lists_every_column_of_the_sheet():
    text = PAGE[PAGE.index("## The Displays sheet") : PAGE.index("## Statistics")]
    cells = re.findall(r"^\| ([^|]+) \|", text, flags=re.MULTILINE)
    listed = [name.strip() for cell in cells for name in cell.split(",")]
    assert [name for name in listed if name not in ("column", "---")] == list(DisplayRow.headers())


def test_the_page_lists_every_file(files):
    text = PAGE[PAGE.index("## What comes out") : PAGE.index("### Analysis results data")]
    listed = {name for cell in re.findall(r"^\| (`.+?`) \|", text, flags=re.MULTILINE)
              for name in re.findall(r"`([^`]+)`", cell)}  # fmt: skip
    assert listed == {name for name in files if "/" not in name} | {"figures/*.svg", "*.png"}


def test_the_published_file_on_the_page_can_be_read(tmp_path):
    path = tmp_path / "published.yaml"
    path.write_text(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1], encoding="utf-8")
    published = read_published(path)
    assert [one.id for one in published.entries] == ["t1.male", "t1.ne", "f3.pfs", "design.n"]
    assert published.entries[3].excluded == "not_checked"


def test_the_statistic_on_the_page_works():
    code = next(
        block
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
        if "@statistic" in block
    )
    try:
        exec(code, {})
        adsl = pd.DataFrame({"USUBJID": ["1", "2", "3"], "X": [1.0, 100.0, np.nan]})
        row = display_row(
            **{
                "Display": "T",
                "Order": 1,
                "Row label": "R",
                "Statistic": "geometric_mean",
                "Dataset": "ADSL",
                "Variable": "X",
            }
        )
        (result,) = evaluate_displays([row], {"ADSL": adsl})
        assert result.text == "10.0 (n=2)"
        assert result.values["gmean"] == pytest.approx(10)
    finally:
        STATISTICS.pop("geometric_mean", None)
