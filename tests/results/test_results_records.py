"""The records behind each number: on the page, and as JSON."""

import json

import pandas as pd
import pytest
import reference_study
from lxml import html

from cdisc_pom.results.records import record_lists, render_records


@pytest.fixture(scope="module")
def lists(study):
    return record_lists(study, reference_study.facts())


def of_label(lists, label):
    return next(one for one in lists if one["label"] == label)


def test_a_result_lists_its_records_by_keys_and_values(lists, adam):
    found = of_label(lists, "Objective response rate, % (95% CI)")
    assert (found["dataset"], found["records"], found["subjects"]) == ("ADRS", 28, 28)
    assert found["columns"] == ["OBS", "USUBJID", "PARCAT1", "PARAMCD", "ADY", "AVALC"]
    assert len(found["rows"]) == 28
    for observation, subject, rater, parameter, _, value in found["rows"]:
        record = adam["ADRS"].iloc[observation - 1]
        assert (record["USUBJID"], rater, parameter, value) == (subject, "IRAC", "RSP", "Y")


def test_each_result_has_its_list_in_order(lists, study):
    assert [one["label"] for one in lists] == [r.label("en") for r in study.results]
    for one, result in zip(lists, study.results, strict=True):
        assert one["records"] == len(result.records.observations)


def test_a_time_to_event_shows_its_censoring(lists):
    found = of_label(lists, "Overall survival, months, median (95% CI)")
    assert found["columns"] == ["OBS", "USUBJID", "PARAMCD", "AVALM", "CNSR"]


def test_long_lists_are_cut_and_say_how_many_there_are(study):
    short = record_lists(study, reference_study.facts(), most=5)
    found = of_label(short, "Assessed for response")
    assert len(found["rows"]) == 5
    assert found["records"] > 400


def test_numbers_and_dates_are_plain(lists):
    found = of_label(lists, "First and last month of enrolment")
    assert found["columns"] == ["OBS", "USUBJID", "TRTSDT"]
    assert found["rows"][0][0] == 1
    assert pd.Timestamp(found["rows"][0][2]).strftime("%Y-%m-%d") == found["rows"][0][2]
    age = of_label(lists, "Age, years, median (range)")
    assert all(isinstance(row[-1], int) for row in age["rows"])


def test_a_cell_of_a_table_of_two_raters_lists_both_ratings(lists):
    found = of_label(lists, "Committee (rows) by investigator (columns)")
    (cell,) = [one for one in found["cells"] if one["cell"] == ["VGPR", "CR"]]
    assert (cell["subjects"], cell["records"]) == (1, 2)
    rated = {row[found["columns"].index("PARCAT1")]: row[-1] for row in cell["rows"]}
    assert rated == {"IRAC": "VGPR", "INVESTIGATOR": "CR"}
    assert sum(one["subjects"] for one in found["cells"]) == 74


def test_the_script_beside_the_page_is_the_json(lists):
    files = render_records(lists)
    script = files["records.js"].decode()
    assert script.startswith("const RECORDS = [")
    assert json.loads(script.removeprefix("const RECORDS = ").rstrip(";\n")) == json.loads(
        files["records.json"]
    )


def test_every_number_of_the_page_opens_its_own_list(study, files, lists):
    page = html.fromstring(files["results.en.html"].decode())
    buttons = page.findall(".//button[@data-record]")
    shown = {int(button.get("data-record")): button.text for button in buttons}
    tabled = [at for at, r in enumerate(study.results) if not r.statistic.drawn]
    assert sorted(shown) == tabled
    for at, text in shown.items():
        if not lists[at].get("cells"):
            assert text == lists[at]["text"]


def test_markup_in_a_value_stays_a_text(study):
    script = render_records([{"label": "</script><b>", "rows": []}])["records.js"].decode()
    # a file of its own: nothing in it can end an element of the page
    assert json.loads(script.removeprefix("const RECORDS = ").rstrip(";\n"))[0]["label"] == (
        "</script><b>"
    )
