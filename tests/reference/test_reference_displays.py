"""The displays of the reference study: all there, each number with its records, in every form.

`cdisc-pom results` runs on a build; what it writes is read with other libraries and beside the
transport files, the workbook and the file of published figures themselves.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
import yaml
from lxml import etree
from statsmodels.stats.inter_rater import cohens_kappa, to_table
from variants import ADAM, ROOT, STUDY

sys.path.insert(0, str(Path(__file__).parents[1] / "results"))

import ars_model  # of the tests of results

DISPLAYS = {
    "Disposition": "受试者分布",
    "Figure 1. Flow of subjects": "图1 受试者流程",
    "Table 1. Baseline characteristics": "表1 基线特征",
    "Table 2. Response by independent review": "表2 独立评审的疗效",
    "Figure 2. Objective response in subgroups": "图2 亚组的客观缓解率",
    "Figure 3a. Progression-free survival": "图3a 无进展生存期",
    "Figure 3b. Overall survival": "图3b 总生存期",
    "Follow-up and exposure": "随访与暴露",
    "Table 3. Safety": "表3 安全性",
    "Table 4. Concordance of evaluators": "表4 评估者之间的一致性",
    "Figure 4. Course of each subject": "图4 各受试者的病程",
    "Figure 5. Best change of the measurable component": "图5 可测量指标的最佳变化",
}
RATERS = {"committee": "IRAC", "investigator": "INVESTIGATOR", "algorithm": "ALGORITHM"}
LEVELS = ["CR", "VGPR", "PR", "SD", "PD", "NE"]


@pytest.fixture(scope="module")
def results(build, tmp_path_factory):
    """The results folder, made in a copy of the study so that the build stays as it is."""
    folder = tmp_path_factory.mktemp("displays") / "study"
    shutil.copytree(build.parents[1], folder)
    subprocess.run(
        [sys.executable, "-m", "cdisc_pom", "results", STUDY, "--quiet"],
        cwd=folder, env=os.environ, check=True,
    )  # fmt: skip
    return folder / "build" / STUDY / "results"


@pytest.fixture(scope="module")
def found(results):
    return json.loads((results / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def published():
    path = ROOT / "data" / STUDY / "design" / "published.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sheet():
    """Rows of the Displays sheet as Excel's own reader has them."""
    book = openpyxl.load_workbook(ROOT / "specs" / STUDY / "adam.xlsx", read_only=True)
    header, *rows = book["Displays"].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows if any(row)]


@pytest.fixture(scope="module")
def ard(results):
    return pd.read_parquet(results / "ard.parquet")


def test_every_published_figure_is_listed_and_equal_or_says_why_not(found, published):
    figures = {one["id"]: one for one in found["figures"]}
    assert list(figures) == [entry["id"] for entry in published["entries"]]
    assert Counter(one["status"] for one in figures.values()) == {
        "equal": 59, "expected": 3, "not_checked": 1,
    }  # fmt: skip
    others = [name for name, one in figures.items() if one["status"] != "equal"]
    # two ethnicities and NE contradict their own counts; the sample size is no result
    assert others == ["t1.eth.han", "t1.eth.oth", "t2.bor.NE", "design.n"]
    assert all(figures[name]["reason"] and figures[name]["reason_zh"] for name in others)


def test_all_displays_are_there_in_both_languages_and_in_order(found):
    titles = {one["display"]: one["display_zh"] for one in found["displays"]}
    assert titles == DISPLAYS
    assert list(titles) == list(DISPLAYS)


def test_each_display_has_its_files(results):
    names = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
    drawn = sum(title.startswith("Figure") for title in DISPLAYS)
    for language in ("en", "zh"):
        for kind in ("docx", "rtf"):
            assert f"report.{language}.{kind}" in names
        for kind in ("svg", "png"):
            assert sum(name.endswith(f".{language}.{kind}") for name in names) == drawn
        text = (results / f"results.{language}.html").read_text(encoding="utf-8")
        titles = DISPLAYS.values() if language == "zh" else DISPLAYS
        assert all(f"<h2>{title}</h2>" in text for title in titles)
    assert {"ard.parquet", "ars.en.json", "ars.zh.json", "records.json"} <= names


def test_records_behind_each_number_are_those_of_the_transport_file(results, found, xpt):
    lists = json.loads((results / "records.json").read_text(encoding="utf-8"))
    assert [one["label"] for one in lists] == [one["label"] for one in found["displays"]]
    for one, display in zip(lists, found["displays"], strict=True):
        assert one["records"] >= len(one["rows"]) == min(one["records"], 100), one["label"]
        assert one["subjects"] == display["records"]["subjects"]
        frame = xpt(one["dataset"])
        keys = [name for name in ("USUBJID", "PARAMCD", "PARCAT1") if name in one["columns"]]
        assert one["columns"][0] == "OBS"
        assert "USUBJID" in keys
        shown = pd.DataFrame(one["rows"], columns=one["columns"])
        there = frame.iloc[(shown["OBS"] - 1).tolist()]
        for name in keys:
            # a missing text is null in JSON and blank in a transport file
            assert shown[name].fillna("").tolist() == there[name].tolist(), (one["label"], name)


def test_define_describes_every_row_of_every_display(build, sheet):
    tree = etree.parse(build / ADAM / "define.xml")
    described = {
        display.find("{*}Description/{*}TranslatedText[@xml:lang='en']", {
            "xml": "http://www.w3.org/XML/1998/namespace"
        }).text: len(display.findall("{*}AnalysisResult"))
        for display in tree.iterfind(".//{*}ResultDisplay")
    }  # fmt: skip
    assert described == Counter(row["Display"] for row in sheet)
    assert list(described) == list(DISPLAYS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_reporting_event_is_of_the_model_and_names_every_display(results, sheet, language):
    event = json.loads((results / f"ars.{language}.json").read_text(encoding="utf-8"))
    assert ars_model.faults(event) == []
    assert ars_model.broken_rules(event) == []
    titles = DISPLAYS.values() if language == "zh" else DISPLAYS
    assert [output["name"] for output in event["outputs"]] == list(titles)
    without_numbers = {"flow_chart", "forest_plot"}  # drawn from the other rows of their display
    rows = [row for row in sheet if row["Statistic"] not in without_numbers]
    assert len(event["analyses"]) == len(rows)


def test_analysis_results_data_hold_every_row_with_a_number(results, sheet):
    path = str(results / "ard.parquet")
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT display, row FROM read_parquet(?)", [path]
        ).fetchall()
    assert set(rows) == {
        (row["Display"], row["Row label"])
        for row in sheet
        if row["Statistic"] not in ("flow_chart", "forest_plot")
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [("committee", "investigator"), ("committee", "algorithm"), ("investigator", "algorithm")],
)
def test_the_three_sources_agree_as_another_library_computes_it(ard, xpt, first, second):
    """Cohen's kappa and its limits by statsmodels, from the confirmed best responses."""
    label = f"Kappa of best response (95% CI): {first} and {second}"
    ours = ard[ard["row"].eq(label)].set_index("statistic")["value"]
    adrs = xpt("ADRS")
    best = adrs[adrs["PARAMCD"].eq("CBOR")].set_index(["PARCAT1", "USUBJID"])["AVALC"]
    codes = best.map({level: place for place, level in enumerate(LEVELS)})
    ratings = pd.DataFrame({1: codes[RATERS[first]], 2: codes[RATERS[second]]})
    theirs = cohens_kappa(to_table(ratings.to_numpy(), len(LEVELS))[0])
    assert ours["n"] == 74
    assert ours["kappa"] == pytest.approx(theirs.kappa, abs=1e-12)
    assert ours["lcl"] == pytest.approx(theirs.kappa_low, abs=1e-9)
    assert ours["ucl"] == pytest.approx(min(theirs.kappa_upp, 1), abs=1e-9)


def test_the_algorithm_agrees_with_the_committee_in_every_best_response(ard):
    rows = ard["row"].eq("Same best response, n/N (%): committee and algorithm")
    same = ard[rows].set_index("statistic")["value"]
    assert (same["n"], same["denom"]) == (74, 74)


def test_the_waterfall_shows_the_lowest_change_of_the_measurable_component(xpt):
    adlb, adsl = xpt("ADLB"), xpt("ADSL").set_index("USUBJID")
    component = {"SERUM": "MCPROT", "URINE": "MPROTEXR", "FLC": "DFLC"}
    subject = adsl.loc[adlb["USUBJID"]]
    mine = adlb["PARAMCD"].to_numpy() == subject["MEASTYPE"].map(component).to_numpy()
    until = subject["NACTDT"].to_numpy()
    before = [pd.isna(end) or day <= end for day, end in zip(adlb["ADT"], until, strict=True)]
    lowest = adlb[mine & before & adlb["PCHG"].notna()].groupby("USUBJID")["PCHG"].min()
    flagged = adlb[adlb["ANL04FL"].eq("Y")].set_index("USUBJID")["PCHG"]
    assert len(flagged) == 65  # as many as are evaluable
    pd.testing.assert_series_equal(flagged.sort_index(), lowest.sort_index())


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R here")
@pytest.mark.parametrize("parameter", ["PFS", "OS", "DOR", "FUP"])
def test_medians_and_limits_are_those_of_survival_in_r(ard, xpt, parameter):
    adtte = xpt("ADTTE")
    records = adtte[adtte["PARAMCD"].eq(parameter)]
    program = """
        suppressMessages(library(survival))
        rows <- read.csv(file("stdin"))
        fit <- survfit(Surv(AVALM, CNSR == 0) ~ 1, data = rows, conf.type = "log-log")
        q <- quantile(fit, 0.5)
        cat(format(c(q$quantile, q$lower, q$upper), digits = 15))
    """
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", program], input=records[["AVALM", "CNSR"]].to_csv(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = ard[ard["parameter"].eq(parameter) & ard["method"].eq("km_median_ci")]
    ours = ours.set_index("statistic")["value"][["median", "lcl", "ucl"]]
    assert ours.tolist() == pytest.approx([float(text) for text in done.stdout.split()], rel=1e-12)
