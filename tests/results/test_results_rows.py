"""The study's rows for the Displays sheet, as the workbook will hold them."""

import csv
import json

import pytest
import reference_study

from cdisc_pom.define.arm_rows import conditions_in_words, read_analyses
from cdisc_pom.errors import Collector
from cdisc_pom.results.comparison import count_statuses
from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.spec.sheets import DisplayRow

ROWS = reference_study.display_rows(reference_study.MORE)


def records(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_has_the_columns_of_the_sheet():
    header = reference_study.MORE.read_text(encoding="utf-8").splitlines()[0]
    assert header.split(",") == list(DisplayRow.headers())


def test_the_rows_that_were_there_stay_as_they_are():
    before = records(reference_study.DRAFT)
    columns = list(before[0])
    after = [{name: one[name] for name in columns} for one in records(reference_study.MORE)]
    assert [one for one in after if one in before] == before


def test_all_published_figures_are_still_reproduced(study):
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
    rows = [row for row in ROWS if row.display.startswith("Figure 1")]
    found = {result.label("en"): result.numerator for result in evaluate_displays(rows, adam)}
    assert found[label] == count


def test_the_reasons_for_stopping_add_up(adam):
    rows = [row for row in ROWS if row.display.startswith("Figure 1")]
    results = evaluate_displays(rows, adam)
    reasons = [r.numerator for r in results if r.statistic.name == "flow_reason"]
    (stopped,) = [r.numerator for r in results if r.label("en") == "Stopped treatment"]
    assert sum(reasons) == stopped


def test_the_main_displays_state_reason_and_purpose():
    faults = Collector()
    displays = read_analyses(ROWS, faults)
    assert faults.errors == []
    assert [display[0].row.display.partition(".")[0] for display in displays] == [
        "Table 2",
        "Figure 2",
        "Figure 3a",
        "Figure 3b",
        "Table 3",
        "Table 4",
    ]
    purposes = {
        analysis.row.label: analysis.purpose for display in displays for analysis in display
    }
    primary = [label for label, purpose in purposes.items() if purpose.startswith("PRIMARY")]
    assert primary == ["Objective response rate, % (95% CI)"]


def test_one_condition_of_the_study_needs_words():
    (found,) = conditions_in_words(ROWS)
    assert found[1].startswith("ADAE: REGEXP_MATCHES(LOWER(AEPTEN)")


def test_the_results_list_conditions_that_define_has_as_text(files):
    (found,) = json.loads(files["results.json"])["conditions_in_words"]
    assert found["condition"].startswith("ADAE: REGEXP_MATCHES(")
    assert found["cell"].startswith("adam.xlsx › Displays!K")
