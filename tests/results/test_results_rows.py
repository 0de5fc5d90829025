"""The study's rows of the Displays sheet, as the workbook holds them."""

import json
import subprocess
import sys

import pytest
import reference_study

from cdisc_pom.define.arm_rows import conditions_in_words, read_analyses
from cdisc_pom.errors import Collector
from cdisc_pom.results.comparison import count_statuses
from cdisc_pom.results.displays import evaluate_displays

ROWS = reference_study.display_rows()


def test_the_catalogue_by_itself_knows_every_statistic_of_the_sheet():
    program = (
        "from cdisc_pom.results import catalogue\n"
        "from cdisc_pom.results.registry import STATISTICS\n"
        "print(*STATISTICS)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert {row.statistic for row in ROWS} <= set(done.stdout.split())


def test_all_published_figures_are_reproduced(study):
    counts = count_statuses(study.comparisons)
    assert (counts["equal"], counts["expected"], counts["not_checked"]) == (59, 3, 1)
    assert study.ok


def test_every_text_is_in_both_languages():
    for row in ROWS:
        for field in ("display", "label", "section", "footnote"):
            english, chinese = getattr(row, field), getattr(row, f"{field}_zh")
            assert bool(english) == bool(chinese), (row.display, row.order, field)


@pytest.mark.parametrize(
    ("label", "count"),
    [
        ("Screened", 84),
        ("Screen failures", 10),
        ("Treated: full analysis set", 74),
        ("Stopped treatment", 69),
        ("Progressive disease", 50),
        ("Adverse event", 7),  # published: 7 stopped for an adverse event
        ("Death", 5),
        ("Physician decision", 4),
        ("Withdrawal by subject", 3),
        ("Completed treatment", 5),
        ("Evaluable for response", 65),
    ],
)
def test_the_flow_chart_counts_as_the_subjects_table_does(adam, label, count):
    rows = reference_study.rows_of("Figure 1")
    found = {result.label("en"): result.numerator for result in evaluate_displays(rows, adam)}
    assert found[label] == count


def test_the_reasons_for_stopping_add_up(adam):
    results = evaluate_displays(reference_study.rows_of("Figure 1"), adam)
    reasons = [r.numerator for r in results if r.statistic.name == "flow_reason"]
    (stopped,) = [r.numerator for r in results if r.label("en") == "Stopped treatment"]
    assert sum(reasons) == stopped


def test_every_display_states_reason_and_purpose():
    faults = Collector()
    displays = read_analyses(ROWS, faults)
    assert faults.errors == []
    assert [display[0].row.display.partition(".")[0] for display in displays] == [
        "Disposition",
        "Figure 1",
        "Table 1",
        "Table 2",
        "Figure 2",
        "Figure 3a",
        "Figure 3b",
        "Follow-up and exposure",
        "Table 3",
        "Table 4",
        "Figure 4",
        "Figure 5",
    ]
    analyses = [analysis for display in displays for analysis in display]
    primary = [one.row.label for one in analyses if one.purpose.startswith("PRIMARY")]
    assert primary == ["Objective response rate, % (95% CI)"]


def test_one_condition_of_the_study_needs_words():
    (found,) = conditions_in_words(ROWS)
    assert found[1].startswith("ADAE: REGEXP_MATCHES(LOWER(AEPTEN)")


def test_the_results_list_conditions_that_define_has_as_text(files):
    (found,) = json.loads(files["results.json"])["conditions_in_words"]
    assert found["condition"].startswith("ADAE: REGEXP_MATCHES(")
    assert found["cell"].startswith("adam.xlsx › Displays!K")
