"""The reference study's published figures, reproduced from transport files.

The files are made in the test from the table of subjects' facts, without the pipeline.
"""

import json
from io import StringIO

import pytest
import reference_study
from rich.console import Console

from cdisc_pom.errors import Problems
from cdisc_pom.results.comparison import count_statuses
from cdisc_pom.results.report import (
    reason_of,
    results_json,
    results_lines,
    results_table,
    spans,
    summary,
)
from cdisc_pom.results.reproduction import reproduce_results

ROWS = reference_study.display_rows()


@pytest.fixture(scope="module")
def reproduction(adam_folder):
    return reproduce_results(ROWS, adam_folder, reference_study.PUBLISHED)


@pytest.fixture(scope="module")
def compared(reproduction):
    return {one.figure.id: one for one in reproduction.comparisons}


def test_every_published_figure_is_equal_or_says_why_not(reproduction):
    assert count_statuses(reproduction.comparisons) == {
        "equal": 59,
        "expected": 3,  # two ethnicities and NE, whose printed percentages contradict their counts
        "differs": 0,
        "not_checked": 1,  # the planned sample size
        "not_attainable": 0,
        "no_display_row": 0,
    }
    assert reproduction.ok


# The figures of the abstract and of Tables 1 and 2, typed from the paper.
@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ("disp.screened", "84"),
        ("disp.fas", "74"),
        ("t1.age.med", "61 (44–77)"),
        ("t1.dx", "3.4 (2.2–6.2)"),
        ("t1.lines", "3 (1–9)"),
        ("t1.ref.len", "55 (74.3)"),
        ("t1.cyto.high", "25 (33.8)"),
        ("t2.orr", "37.8 (26.8–49.9)"),
        ("t2.bor.CR", "3 (4.1)"),
        ("t2.bor.VGPR", "5 (6.8)"),
        ("t2.bor.PR", "20 (27.0)"),
        ("t2.bor.SD", "32 (43.2)"),
        ("t2.bor.PD", "5 (6.8)"),
        ("t2.bor.NE", "9 (12.2)"),
        ("t2.ttr", "1.84 (0.95–2.35)"),
        ("t2.dor", "8.8 (6.0–14.7)"),
        ("f3.pfs", "5.7 (3.7–8.8)"),
        ("f3.os", "24.3 (14.4–41.1)"),
        ("fu", "33.0 (31.1–34.8)"),
        ("f2.orr.lenref", "32.7 (20.7–46.7)"),
        ("ae.ge3", "66 (89.2)"),
    ],
)
def test_the_papers_main_figures_come_out(compared, figure, text):
    assert compared[figure].result.text == text


def test_follow_up_is_the_same_from_its_own_parameter_and_reversed_from_survival(
    adam_folder, compared
):
    reverse = reference_study.display_row(
        **{
            "Display": "T",
            "Order": 1,
            "Row label": "Follow-up",
            "Statistic": "reverse_km_median_ci",
            "Dataset": "ADTTE",
            "Parameter": "OS",
            "Variable": "AVALM",
            "Population": "FASFL = 'Y'",
            "Published": "fu",
        }
    )
    results = reproduce_results([reverse], adam_folder, reference_study.PUBLISHED).results
    assert results[0].values == compared["fu"].result.values


def test_a_record_of_a_figure_can_be_found_in_its_file(compared, adam):
    records = compared["f3.os"].result.records
    found = adam["ADTTE"].iloc[[number - 1 for number in records.observations]]
    assert found["PARAMCD"].eq("OS").all()
    assert found["USUBJID"].tolist() == list(records.subjects)
    assert len(found) == 74


def test_a_changed_data_set_is_seen_as_a_difference(tmp_path):
    frames = reference_study.frames()
    late = frames["ADTTE"]["PARAMCD"].eq("OS") & frames["ADTTE"]["AVAL"].gt(700)
    frames["ADTTE"].loc[late, "AVALM"] += 90 / 30.4375
    reference_study.write_files(tmp_path, frames)
    changed = reproduce_results(ROWS, tmp_path, reference_study.PUBLISHED)
    (wrong,) = [one for one in changed.comparisons if one.status == "differs"]
    assert wrong.figure.id == "f3.os"
    assert reason_of(wrong, "en") == (
        "median 27.3, published 24.3; upper limit 44.0, published 41.1"
    )
    assert reason_of(wrong, "zh") == ("中位数为27.3，发表值为24.3；置信上限为44.0，发表值为41.1")
    assert not changed.ok


def test_faults_of_rows_figures_and_files_are_told_together(tmp_path):
    rows = [
        reference_study.display_row(
            **(
                {
                    "Display": "T",
                    "Order": 1,
                    "Row label": "R",
                    "Statistic": "count",
                    "Dataset": "ADSL",
                    "Published": "disp.screend",
                }
            )
        )
    ]
    with pytest.raises(Problems) as problems:
        reproduce_results(rows, tmp_path, reference_study.PUBLISHED)
    unknown, missing = (str(error) for error in problems.value.errors)
    assert "unknown published figure 'disp.screend'. Did you mean 'disp.screened'?" in unknown
    assert "data set ADSL is not there" in missing


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_lists_every_figure_and_ends_with_the_summary(reproduction, language):
    console = Console(width=160, file=StringIO())
    console.print(results_table(reproduction, language))
    text = console.file.getvalue()
    for figure in reproduction.published.entries:
        assert figure.id in text
    for item in reproduction.published.inconsistencies:
        assert item.id in text
    assert text.rstrip().endswith(summary(reproduction, language))


def test_plain_lines_say_the_same_in_one_line_a_figure(reproduction):
    lines = results_lines(reproduction)
    assert len(lines) == 1 + 63 + 17 + 1
    assert (
        "t2.orr\tObjective response rate, % (95% CI)\t37.8(26.8-49.9)\t37.8 (26.8–49.9)\tequal"
        in lines
    )
    assert lines[-1] == (
        "63 published figures: 59 equal, 3 equal to what the counts give, 0 differ, "
        "1 not checked, 0 not attainable, 0 without a display row."
    )


def test_chinese_lines_have_chinese_labels(reproduction):
    lines = results_lines(reproduction, "zh")
    assert (
        "f3.os\t总生存期（月），中位数（95% CI）\t24.3(14.4-41.1)\t24.3 (14.4–41.1)\t一致" in lines
    )


def test_json_holds_unrounded_values_and_records(reproduction):
    data = json.loads(results_json(reproduction))
    assert data["ok"]
    assert data["summary"]["equal"] == 59
    assert len(data["figures"]) == 63
    assert len(data["inconsistencies"]) == 17
    (orr,) = [one for one in data["displays"] if one["published"] == "t2.orr"]
    assert orr["values"]["pct"] == pytest.approx(100 * 28 / 74)
    assert orr["records"]["dataset"] == "ADRS"
    assert orr["records"]["subjects"] == 28


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((), ""), ((3,), "3"), ((1, 2, 3, 7, 9, 10), "1-3, 7, 9-10")],
)
def test_observation_numbers_are_shortened(numbers, text):
    assert spans(numbers) == text
