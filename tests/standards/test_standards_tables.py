"""What the packed tables say, checked against the guides' own print by hand."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from cdisc_pom.standards import (
    Pin,
    Store,
    Terminology,
    standard_datasets,
    standard_variables,
    standard_versions,
    terms,
)
from cdisc_pom.standards.files import TERM_COLUMNS, VARIABLE_COLUMNS, write_table
from cdisc_pom.standards.tables import find_variable

NOWHERE = Store(Path("no-store"))
SDTM = [
    "DM",
    "CO",
    "SE",
    "SV",
    "CM",
    "EX",
    "EC",
    "PR",
    "AE",
    "CE",
    "DS",
    "DV",
    "MH",
    "DD",
    "FA",
    "GF",
    "IE",
    "LB",
    "PE",
    "QS",
    "RS",
    "SC",
    "SS",
    "TR",
    "TU",
    "VS",
    "EG",
    "TA",
    "TE",
    "TI",
    "TS",
    "TV",
    "SUPPQUAL",
    "RELREC",
]


def variable(standard, version, dataset, name):
    return find_variable(standard_variables(standard, version, dataset, store=NOWHERE), name)


def test_the_common_domains_are_there():
    assert set(standard_datasets("SDTMIG", "3.4", store=NOWHERE)) == set(SDTM)


@pytest.mark.parametrize(
    ("dataset", "name", "label", "kind", "role", "core"),
    [
        # SDTMIG 3.4, tables of sections 5 to 8
        ("DM", "RFICDTC", "Date/Time of Informed Consent", "Char", "Record Qualifier", "Exp"),
        ("DM", "ARMNRS", "Reason Arm and/or Actual Arm is Null", "Char", "Record Qualifier", "Exp"),
        ("AE", "AEDECOD", "Dictionary-Derived Term", "Char", "Synonym Qualifier", "Req"),
        ("LB", "LBSTRESN", "Numeric Result/Finding in Standard Units", "Num", "Result Qualifier",
         "Exp"),
        ("TA", "TATRANS", "Transition Rule", "Char", "Rule", "Exp"),
        ("SUPPQUAL", "QNAM", "Qualifier Variable Name", "Char", "Topic", "Req"),
    ],
)  # fmt: skip
def test_a_variable_of_sdtm_is_as_the_guide_has_it(dataset, name, label, kind, role, core):
    found = variable("SDTMIG", "3.4", dataset, name)
    assert (found.label, found.type, found.role, found.core) == (label, kind, role, core)


@pytest.mark.parametrize(
    ("structure", "name", "label", "chinese"),
    [
        ("ADSL", "TRT01P", "Planned Treatment for Period 01", "第01周期计划治疗"),
        ("ADSL", "AGEGR2N", "Pooled Age Group 2 (N)", "合并年龄组2数值编码"),
        ("ADSL", "TR02AG1", "Actual Pooled Treatment 1 for Period 02", "第02周期实际合并治疗1"),
        ("BDS", "ANL03FL", "Analysis Flag 03", "分析标志03"),
        ("BDS", "A1LO", "Analysis Range 1 Lower Limit", "分析范围1下限"),
        ("TTE", "CNSR", "Censor", "删失"),
        ("OCCDS", "CQ01NAM", "Customized Query 01 Name", "自定义查询01名称"),
        ("ADAE", "AETERM", "Reported Term for the Adverse Event", "不良事件报告术语"),
    ],
)
def test_numbers_of_an_adam_name_stand_in_its_labels(structure, name, label, chinese):
    found = variable("ADaMIG", "1.3", structure, name)
    assert (found.name, found.label, found.label_zh) == (name, label, chinese)


def test_an_exact_name_is_preferred_to_a_pattern():
    # STARTDT is a variable of its own, and would fit *DT and *TDT too.
    assert variable("ADaMIG", "1.3", "TTE", "STARTDT").label.startswith("Time-to-Event")
    assert variable("ADaMIG", "1.3", "BDS", "XYZDT").label == "{Date}"
    assert variable("ADaMIG", "1.3", "ADSL", "AGEGRP") is None


@pytest.mark.parametrize("standard", [("SDTMIG", "3.4"), ("ADaMIG", "1.3")])
def test_each_chinese_label_fits_into_a_transport_file(standard):
    for name in standard_datasets(*standard, store=NOWHERE):
        for found in standard_variables(*standard, name, store=NOWHERE):
            assert 0 < len(found.label_zh.encode()) <= 40, (name, found.name)
            assert not found.label_zh[0].isdigit()


def test_orders_rise_without_a_gap():
    for name in SDTM:
        orders = [v.order for v in standard_variables("SDTMIG", "3.4", name, store=NOWHERE)]
        assert orders == list(range(1, len(orders) + 1)), name


def test_terms_have_their_codes():
    assert {t.value: t.code for t in terms("NY", store=NOWHERE)} == {
        "N": "C49487", "NA": "C48660", "U": "C17998", "Y": "C49488",
    }  # fmt: skip
    assert terms("C66731", store=NOWHERE) == terms("SEX", store=NOWHERE)
    assert terms("NO SUCH LIST", store=NOWHERE) == ()


def test_a_list_says_whether_it_is_extensible_and_complete():
    terminology = Terminology(store=NOWHERE)
    sex, unit = terminology.codelist("C66731"), terminology.codelist("UNIT")
    assert (sex.extensible, sex.complete) == (False, True)
    assert (unit.extensible, unit.complete) == (True, False)
    assert unit.values["C67255"] == "10^9/L"
    assert not terminology.covers()


def test_each_code_list_of_a_variable_is_packed():
    terminology = Terminology(store=NOWHERE)
    for standard in (("SDTMIG", "3.4"), ("ADaMIG", "1.3")):
        for name in standard_datasets(*standard, store=NOWHERE):
            for found in standard_variables(*standard, name, store=NOWHERE):
                for code in found.codelists:
                    assert terminology.codelist(code) is not None, (name, found.name, code)


def test_a_version_that_is_not_at_hand_is_empty_and_not_an_error():
    assert standard_variables("SDTMIG", "3.1", "DM", store=NOWHERE) == ()
    assert Terminology([Pin("SDTM", "2001-01-01")], store=NOWHERE).missing == [
        Pin("SDTM", "2001-01-01")
    ]


def test_the_store_wins_over_the_packed_tables(tmp_path):
    store = Store(tmp_path)
    rows = [("DM", "1", "STUDYID", "Study", "", "Char", "Identifier", "Req", "", "")]
    write_table(store.path("ig", Pin("SDTMIG", "3.4")), ["mine"], VARIABLE_COLUMNS, rows)
    (found,) = standard_variables("SDTMIG", "3.4", "DM", store=store)
    assert (found.label, found.label_zh) == ("Study", "研究标识符")  # Chinese stays ours
    assert Pin("SDTMIG", "3.4") in standard_versions(store)
    heads = [("C1", "X", "X list", "Yes", "Yes", "", ""), ("C1", "", "", "", "", "A", "C2")]
    write_table(store.path("ct", Pin("SDTM", "2025-03-28")), [], TERM_COLUMNS, heads)
    terminology = Terminology([Pin("SDTM", "2025-03-28")], store=store)
    assert terminology.codelist("X").codes == {"A": "C2"}
    assert terminology.covers()
    assert terminology.codelist("C66731") is None


def test_the_store_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("CDISC_POM_STORE", str(tmp_path / "here"))
    assert Store.here().folder == tmp_path / "here"
    assert Store.here(tmp_path / "there").folder == tmp_path / "there"
    monkeypatch.delenv("CDISC_POM_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Store.here().folder.name == "standards"


@pytest.mark.parametrize("module", ["standards.files", "standards.tables", "standards.terminology",
                                    "lint.logic"])  # fmt: skip
def test_examples_run(module, monkeypatch, tmp_path):
    monkeypatch.setenv("CDISC_POM_STORE", str(tmp_path))
    found = doctest.testmod(importlib.import_module(f"cdisc_pom.{module}"))
    assert found.attempted
    assert not found.failed
