"""How faults and findings read."""

import pytest

from cdisc_pom.errors import (
    Cell,
    Collector,
    Finding,
    Line,
    Problems,
    SpecError,
    did_you_mean,
    nearest,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Cell("sdtm.xlsx", "Mapping", "E14"), "sdtm.xlsx › Mapping!E14"),
        (Cell("sdtm.xlsx", "Mapping"), "sdtm.xlsx › Mapping"),
        (Cell("sdtm.xlsx"), "sdtm.xlsx"),
        (Line("adverse_events.csv", 45), "adverse_events.csv:45"),
        (Line("adverse_events.csv"), "adverse_events.csv"),
    ],
)
def test_a_place_reads_as_people_find_it(place, text):
    assert str(place) == text


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("study_dy", ["study_day", "date", "duration"], "Did you mean 'study_day'?"),
        ("usubjid", ["USUBJID", "SUBJID"], "Did you mean 'USUBJID'?"),
        ("男性", ["男", "女"], "Did you mean '男'?"),
        ("xyz", ["left", "many"], "Known: left, many."),
        ("xyz", [f"V{n}" for n in range(20)], ""),
        ("xyz", [], ""),
    ],
)
def test_the_nearest_known_name_is_told(name, known, expected):
    assert did_you_mean(name, known) == expected
    assert did_you_mean(name, reversed(known)) == expected


def test_no_name_is_near_to_something_else():
    assert nearest("AESTDTC", ["LBORRES"]) is None


def test_a_fault_says_where_what_and_how_to_mend_it():
    fault = SpecError.unknown(
        "algorithm", "study_dy", ["study_day"], place=Cell("sdtm.xlsx", "Mapping", "D158")
    )
    assert str(fault) == (
        "sdtm.xlsx › Mapping!D158: unknown algorithm 'study_dy'. Did you mean 'study_day'?"
    )


def test_a_finding_says_data_set_variable_count_and_first_record():
    finding = Finding(
        "term", "error", "AE", "'OUT' has no row for collected value '治愈'", variable="AEOUT",
        origin="adverse_events.csv:45", count=3, place="sdtm.xlsx › Mapping!B97",
        hint="Did you mean '痊愈'?",
    )  # fmt: skip
    assert str(finding) == (
        "sdtm.xlsx › Mapping!B97: AE.AEOUT: 'OUT' has no row for collected value '治愈' "
        "(3 records; first: adverse_events.csv:45) Did you mean '痊愈'?"
    )


def test_a_finding_about_a_data_set_names_no_record():
    assert str(Finding("x", "note", "AE", "has no records.")) == "AE: has no records."


def test_all_faults_leave_together_each_once():
    faults = Collector()
    faults.stop()
    faults.add(Cell("a.xlsx"), "is wrong.", "Mend it.")
    faults.unknown("sheet", "Mappin", ["Mapping"], place=Cell("a.xlsx"))
    faults.add(Cell("a.xlsx"), "is wrong.", "Mend it.")
    with pytest.raises(Problems) as caught:
        faults.stop()
    assert str(caught.value) == (
        "a.xlsx: is wrong. Mend it.\na.xlsx: unknown sheet 'Mappin'. Did you mean 'Mapping'?"
    )
