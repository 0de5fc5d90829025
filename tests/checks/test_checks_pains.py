"""Regressions named after public threads of other tools' users."""

import dataclasses

import pytest
from checks_by_hand import AE_RECORDS, AE_VARIABLES, adverse_events, dataset, standard, variable

from cdisc_pom.checks.catalogue import Catalogue, own_catalogue
from cdisc_pom.checks.examples import example_standards
from cdisc_pom.checks.runner import check_standards, run_rules
from cdisc_pom.checks.validate import validate
from cdisc_pom.errors import Example


def rule(name):
    return own_catalogue().by_id[name]


def run(name, tables):
    found = [each for _, found in run_rules(example_standards(tables), [rule(name)])
             for each in found]  # fmt: skip
    return [(each.count, each.key, each.value) for each in found]


def test_metacore_108_a_fault_has_workbook_sheet_cell_value_and_hint_all_at_once():
    table = AE_RECORDS.replace("| FATAL", "| FATEL").replace("2020-04-02", "2020-04-32")
    date, term = sorted(validate(standard(adverse_events(table))), key=lambda each: each.rule)
    assert (date.place, date.value) == ("sdtm.xlsx › Variables!G8", "2020-04-32")
    assert (term.place, term.value) == ("sdtm.xlsx › Variables!G7", "FATEL")
    assert term.hint.startswith("Did you mean 'FATAL'?")


def test_xportr_91_length_counts_bytes_and_names_row_and_value():
    variables = tuple(
        dataclasses.replace(each, max_length=5) if each.name == "AETERM" else each
        for each in AE_VARIABLES
    )
    table = AE_RECORDS.replace("头痛", "a").replace("Fever ", "±2±3± ").replace("肺炎", "b")
    [finding] = validate(standard(adverse_events(table, variables=variables)))
    assert finding.message == "has length 5, but the longest value needs 8 bytes in utf-8."
    assert (finding.key, finding.value) == ("USUBJID=01-001, AESEQ=2", "±2±3±")


def test_sdtm_oak_102_the_60th_of_february_is_no_date():
    [finding] = validate(standard(adverse_events(AE_RECORDS.replace("2020-03-01", "2020-02-60"))))
    assert (finding.rule, finding.value) == ("WB-DATE", "2020-02-60")


@pytest.mark.parametrize("unknown", ["UN-UNK-2020", "UNK", "2020-UK-01", "2020-00-00"])
def test_sdtm_oak_10_unknown_parts_in_any_spelling_are_no_iso_8601(unknown):
    table = AE_RECORDS.replace("2020-03-01", unknown)
    assert [each.value for each in validate(standard(adverse_events(table)))] == [unknown]


def test_sdtm_oak_125_two_baseline_flags_on_one_date():
    header = ("USUBJID", "LBTESTCD", "LBDTC", "LBLOBXFL")
    one = ("S1", "HGB", "2020-01-01", "Y")
    assert run("FB2604", {"LB": (header, one)}) == []
    assert run("FB2604", {"LB": (header, one, one)}) == [
        (2, "USUBJID=S1", "LBTESTCD=HGB, LBDTC=2020-01-01")
    ]


def test_sdtm_oak_ct_map_an_unmapped_term_is_an_error_with_its_count():
    table = AE_RECORDS.replace("RECOVERED/RESOLVED", "未做").replace("FATAL", "未做")
    [finding] = validate(standard(adverse_events(table)))
    assert (finding.severity, finding.count) == ("error", 2)
    assert "'未做' (2)" in finding.message


def test_metatools_pr_34_idvarval_of_a_number_is_written_without_a_fraction():
    supp = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")
    tables = {"AE": (("USUBJID", "AESEQ"), ("S1", 1))}
    assert run("CG0371", {**tables, "SUPPAE": (supp, ("AE", "S1", "AESEQ", "1"))}) == []
    assert run("CG0371", {**tables, "SUPPAE": (supp, ("AE", "S1", "AESEQ", "1.0"))}) == [
        (1, "USUBJID=S1", "IDVAR=AESEQ, IDVARVAL=1.0")
    ]


def test_sdtm_oak_142_a_qnam_may_repeat_with_another_idvar():
    header = ("USUBJID", "RDOMAIN", "IDVAR", "IDVARVAL", "QNAM")
    one, other = ("S1", "LB", "LBSEQ", "1", "X"), ("S1", "LB", "VISITNUM", "1", "X")
    assert run("CG0411", {"SUPPLB": (header, one, other)}) == []
    assert run("CG0411", {"SUPPLB": (header, one, one)}) != []


def test_metatools_63_orphans_are_told_one_by_one_and_stop_nothing():
    supp = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")
    tables = {
        "AE": (("USUBJID", "AESEQ"), ("S1", 1)),
        "SUPPAE": (supp, ("AE", "S1", "AESEQ", "1"), ("AE", "S1", "AESEQ", "7"),
                   ("AE", "S9", "AESEQ", "1")),
    }  # fmt: skip
    [(count, _, value)] = run("CG0371", tables)
    assert (count, value) == (2, "IDVAR=AESEQ, IDVARVAL=7")


def test_admiral_3178_numbers_are_equal_but_for_the_last_bits():
    header = ("USUBJID", "LBSEQ", "LBSTRESC", "LBSTRESN")
    assert run("FB3101", {"LB": (header, ("S1", 1, "0.3", 0.1 + 0.2))}) == []
    assert len(run("FB3101", {"LB": (header, ("S1", 1, "0.3", 0.3001))})) == 1
    header = ("USUBJID", "AVAL", "BASE", "CHG")
    assert run("ADaM-223", {"ADLB": (header, ("S1", 0.3, 0.1, 0.2))}) == []


def test_admiral_2405_duplicates_are_told_with_keys_records_and_cell():
    table = AE_RECORDS.replace("01-001  | 2 ", "01-001  | 1 ")
    [finding] = validate(standard(adverse_events(table)))
    assert finding.message == "has 1 sets of records with the same STUDYID, USUBJID, AESEQ."
    assert finding.place == "sdtm.xlsx › Datasets!A2"
    assert finding.examples == (
        Example("USUBJID=01-001, AESEQ=1", "", "ae.csv:2"),
        Example("USUBJID=01-001, AESEQ=1", "", "ae.csv:3"),
    )


def test_core_545_parts_of_a_split_domain_share_their_sequence():
    header = ("USUBJID", "LBSEQ")
    split = {"LBCH": (header, ("S1", 1)), "LBHE": (header, ("S1", 2))}
    assert run("CG0028", split) == []
    supp = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL")
    assert run("CG0371", {**split, "SUPPLB": (supp, ("LB", "S1", "LBSEQ", "2"))}) == []


def test_core_513_counts_are_full_and_results_are_the_same_twice():
    rows = tuple(("S1", number, "X") for number in range(1, 2001))
    tables = {"AE": (("USUBJID", "AESEQ", "AESER"), *rows)}
    standards = example_standards(tables)
    catalogue = Catalogue((*own_catalogue().schema_rules, rule("CG0042")))
    first = check_standards(standards, catalogue=catalogue)
    assert check_standards(standards, catalogue=catalogue).findings == first.findings


def test_core_936_a_character_without_bytes_is_a_finding_and_the_rest_is_checked():
    table = AE_RECORDS.replace("Fever ", "2µg   ").replace("| FATAL", "| DEAD")
    found = validate(standard(adverse_events(table)), encoding="gb2312")
    assert [(each.rule, each.variable, each.key) for each in found] == [
        ("WB-ENCODING", "AETERM", "USUBJID=01-001, AESEQ=2"),
        ("WB-TERM", "AEOUT", "USUBJID=01-002, AESEQ=1"),
    ]


def test_core_408_adsl_age_that_is_not_that_of_dm_is_found():
    tables = {
        "DM": (("USUBJID", "AGE"), ("S1", 60)),
        "ADSL": (("USUBJID", "AGE"), ("S1", 61)),
    }
    assert run("ADaM-204", tables) == [(1, "USUBJID=S1", "AGE=61, DM_AGE=60")]


def test_core_361_a_rule_that_crashes_is_not_passed():
    wrong = rule("CG0006").model_copy(update={"sql": "SELECT r._ROW FROM DATA r WHERE r.NOSUCH"})
    tables = {
        "DM": (("USUBJID", "RFSTDTC"), ("S1", "2020-01-01")),
        "AE": (("USUBJID", "AEDTC", "AEDY"), ("S1", "2020-01-01", 1)),
    }
    outcomes = [outcome for outcome, _ in run_rules(example_standards(tables), [wrong])]
    assert [(each.status, "NOSUCH" in each.reason) for each in outcomes] == [("errored", True)]


def test_pyxform_838_terms_keep_their_zeros():
    built = dataset("DM", (variable("SITEID", codelist="SEXN"),), "SITEID\n01\n1")
    [finding] = validate(standard(built))
    assert (finding.value, finding.count) == ("01", 1)


def test_sdtmchecks_310_the_message_is_the_text_of_the_rule():
    one = rule("FB4002")
    for _, found in run_rules(example_standards(one.fails), [one]):
        assert [each.message for each in found] == [f"breaks FB4002: {one.text.en}"]
