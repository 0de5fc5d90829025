"""The reporting event of the Analysis Results Standard, judged by the standard's model."""

import copy
import json

import ars_model
import pandas as pd
import pytest
import reference_study
from reference_study import display_row

from cdisc_pom.results.ars import render_ars, reporting_event
from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.facts import Facts

FILES = {"Table 2. Response by independent review": ["report.en.rtf", "report.en.docx"]}


@pytest.fixture(scope="module")
def results(study):
    return study.results


@pytest.fixture(scope="module")
def event(results):
    return reporting_event(results, reference_study.facts(), "en", FILES)


ADSL = pd.DataFrame(
    {
        "USUBJID": list("1234"),
        "SEX": ["F", "M", None, "F"],
        "AGE": [50.0, 60.0, 70.0, 80.0],
        "SAFFL": ["Y", "Y", "Y", "N"],
    }
)


def event_of(*rows):
    plain = {
        "Display": "Table 1. Age",
        "Order": 1,
        "Row label": "R",
        "Statistic": "n_percent",
        "Dataset": "ADSL",
    }
    made = [display_row(**(plain | cells)) for cells in rows]
    return reporting_event(evaluate_displays(made, {"ADSL": ADSL}), Facts(title="X"), "en", {})


def by_name(items, name):
    (found,) = [one for one in items if one["name"] == name]
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_event_is_of_the_model(results, language):
    text = render_ars(results, reference_study.facts(), language, FILES)
    event = json.loads(text)
    assert ars_model.faults(event) == []
    assert ars_model.broken_rules(event) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda e: e.pop("name"), "$: ReportingEvent lacks name"),
        (lambda e: e.update(listOfPlannedAnalyses={}), "$: ReportingEvent has no slot listOf"),
        (lambda e: e["analyses"][0].pop("reason"), "$.analyses[0]: Analysis lacks reason"),
        (lambda e: e["analyses"][0].update(reason={"controlledTerm": "WHY NOT"}), "is none of"),
        (lambda e: e["methods"][0]["operations"][0].update(order="1"), "'1' is no int"),
        (lambda e: e["analysisSets"][0].update(level=True), "True is no int"),
        (lambda e: e["outputs"][0].update(displays={}), "is no list"),
    ],
)
def test_the_check_sees_what_is_not_of_the_model(event, change, fault):
    broken = copy.deepcopy(event)
    change(broken)
    assert any(fault in one for one in ars_model.faults(broken))


def test_the_check_sees_references_that_lead_nowhere(event):
    broken = copy.deepcopy(event)
    broken["analyses"][0]["methodId"] = "Method_none"
    assert "methodId Method_none is not defined" in ars_model.broken_rules(broken)


def test_a_row_is_an_analysis_and_a_display_an_output(event):
    rows = [row for row in reference_study.display_rows() if row.statistic not in
            ("flow_chart", "forest_plot")]  # fmt: skip
    assert len(event["analyses"]) == len(rows)
    assert [output["name"] for output in event["outputs"]] == list(
        dict.fromkeys(row.display for row in reference_study.display_rows())
    )


def test_the_objective_response_of_the_paper(event):
    analysis = event["analyses"][
        [a["name"] for a in event["analyses"]].index("Objective response rate, % (95% CI)")
    ]
    assert analysis["reason"] == {"controlledTerm": "SPECIFIED IN PROTOCOL"}
    assert analysis["purpose"] == {"controlledTerm": "PRIMARY OUTCOME MEASURE"}
    assert (analysis["dataset"], analysis["methodId"]) == ("ADRS", "Method_exact_ci")
    shown = {one["operationId"].rpartition("_")[2]: one for one in analysis["results"]}
    assert {name: one["formattedValue"] for name, one in shown.items()} == {
        "n": "28",
        "denom": "74",
        "pct": "37.8",
        "lcl": "26.8",
        "ucl": "49.9",
    }
    assert float(shown["pct"]["rawValue"]) == pytest.approx(100 * 28 / 74)
    (subjects,) = [s for s in event["analysisSets"] if s["id"] == analysis["analysisSetId"]]
    assert subjects["name"] == "Full Analysis Set Population"
    assert subjects["condition"] == {
        "dataset": "ADSL",
        "variable": "FASFL",
        "comparator": "EQ",
        "value": ["Y"],
    }
    (subset,) = [s for s in event["dataSubsets"] if s["id"] == analysis["dataSubsetId"]]
    parts = subset["compoundExpression"]
    assert parts["logicalOperator"] == "AND"
    assert [one["condition"]["variable"] for one in parts["whereClauses"]] == [
        "PARAMCD",
        "AVALC",
        "PARCAT1",
    ]


def test_a_percentage_refers_to_its_numerator_and_denominator(event):
    method = by_name(event["methods"], "n_percent")
    (pct,) = [op for op in method["operations"] if op["name"] == "pct"]
    roles = {
        relation["operationId"]: relation["referencedOperationRole"]["controlledTerm"]
        for relation in pct["referencedOperationRelationships"]
    }
    assert roles == {
        "Operation_n_percent_n": "NUMERATOR",
        "Operation_n_percent_denom": "DENOMINATOR",
    }
    assert pct["resultPattern"] == "XX.X"


def test_groups_are_a_grouping_with_a_result_each():
    event = event_of({"Where": "AGE >= 60", "Group": "SEX"})
    assert event["analysisGroupings"] == [
        {
            "id": "Grouping_01",
            "name": "SEX",
            "dataDriven": True,
            "groupingDataset": "ADSL",
            "groupingVariable": "SEX",
        }
    ]
    (analysis,) = event["analyses"]
    counts = {
        one["resultGroups"][0]["groupValue"]: one["rawValue"]
        for one in analysis["results"]
        if one["operationId"].endswith("_n")
    }
    assert counts == {"F": "1", "M": "1", "": "1"}
    assert ars_model.faults(event) == ars_model.broken_rules(event) == []


def test_all_subjects_are_those_with_an_identifier():
    event = event_of({"Statistic": "count"})
    assert event["analysisSets"] == [
        {
            "id": "AnalysisSet_01",
            "name": "All subjects",
            "level": 1,
            "order": 1,
            "condition": {"dataset": "ADSL", "variable": "USUBJID", "comparator": "NE"},
        }
    ]
    assert "dataSubsetId" not in event["analyses"][0]


def test_logic_of_any_depth_is_a_compound_expression():
    event = event_of({"Where": "SEX IS NULL OR (AGE > 65 AND NOT (SEX = 'F' AND AGE < 75))"})
    (subset,) = event["dataSubsets"]
    outer = subset["compoundExpression"]
    assert outer["logicalOperator"] == "OR"
    missing, inner = outer["whereClauses"]
    assert missing["condition"] == {"dataset": "ADSL", "variable": "SEX", "comparator": "EQ"}
    assert [part["level"] for part in inner["compoundExpression"]["whereClauses"]] == [3, 3]
    assert ars_model.faults(event) == ars_model.broken_rules(event) == []


def test_what_the_model_cannot_say_is_described():
    event = event_of({"Where": "AGE / 10 > 6"})
    (subset,) = event["dataSubsets"]
    assert subset["description"] == "AGE / 10 > 6"
    assert "condition" not in subset
    assert ars_model.faults(event) == []


def test_what_cannot_be_estimated_has_no_raw_value():
    event = event_of({"Statistic": "median_range", "Variable": "AGE", "Where": "AGE > 100"})
    median = event["analyses"][0]["results"][2]
    assert median == {"operationId": "Operation_median_range_median", "formattedValue": "NE"}


def test_reasons_that_are_not_stated_are_a_term_of_the_sponsor():
    event = event_of({})
    (analysis,) = event["analyses"]
    assert analysis["reason"] == {"sponsorTermId": "AnalysisReason_1"}
    values = {
        extension["enumeration"]: [term["submissionValue"] for term in extension["sponsorTerms"]]
        for extension in event["terminologyExtensions"]
    }
    assert values == {"AnalysisReasonEnum": ["NOT STATED"], "AnalysisPurposeEnum": ["NOT STATED"]}


def test_files_have_the_standards_types_or_the_sponsors(event):
    (output,) = [o for o in event["outputs"] if o["name"].startswith("Table 2")]
    rtf, docx = output["fileSpecifications"]
    assert rtf["fileType"] == {"controlledTerm": "rtf"}
    assert "sponsorTermId" in docx["fileType"]
    assert rtf["location"] == "report.en.rtf"


def test_a_table_of_two_raters_has_a_result_a_cell(event):
    name = "Committee (rows) by investigator (columns)"
    analysis = by_name(event["analyses"], name)
    assert len(analysis["orderedGroupings"]) == 2
    cells = {
        tuple(group["groupValue"] for group in one["resultGroups"]): int(one["rawValue"])
        for one in analysis["results"]
    }
    assert sum(cells.values()) == 74
    assert cells["CR", "CR"] == 3


def test_the_list_of_contents_names_every_analysis_once(event):
    listed = [
        item["analysisId"]
        for output in event["mainListOfContents"]["contentsList"]["listItems"]
        for item in output.get("sublist", {"listItems": []})["listItems"]
    ]
    assert listed == [analysis["id"] for analysis in event["analyses"]]
