import dataclasses

import pytest
from checks_by_hand import adverse_events, dataset, standard, variable

from cdisc_pom.checks.catalogue import Catalogue, Rule, own_catalogue
from cdisc_pom.checks.examples import example_standards
from cdisc_pom.checks.runner import Outcome, applies_to, check_standards, run_rules
from cdisc_pom.spec.metadata import DatasetMeta

TEXT = {"en": "All is well.", "zh": "一切正常。"}


def rule(sql, **more):
    more = {"severity": "error", "datasets": ("AE",), "source": "us", **more}
    return Rule.model_validate({"id": "OWN-1", "text": TEXT, "sql": sql, **more})


AE = {"AE": (("USUBJID", "AESEQ", "AESER"), ("S1", 1, "Y"), ("S1", 2, "N"), ("S2", 1, None))}


def run(one, tables=AE):
    results = list(run_rules(example_standards(tables), [one]))
    return [outcome for outcome, _ in results], [each for _, found in results for each in found]


def test_a_rule_without_violations_passes():
    outcomes, findings = run(rule("SELECT _ROW FROM DATA WHERE AESER = 'X'"))
    assert outcomes == [Outcome("OWN-1", "AE", "passed")]
    assert findings == []


def test_a_rule_with_violations_fails_and_names_the_records():
    outcomes, [finding] = run(rule("SELECT _ROW, AESER FROM DATA WHERE AESER = 'N'"))
    assert outcomes == [Outcome("OWN-1", "AE", "failed")]
    assert (finding.dataset, finding.variable, finding.count) == ("AE", "AESER", 1)
    assert (finding.key, finding.value) == ("USUBJID=S1, AESEQ=2", "N")
    assert finding.message == "breaks OWN-1: All is well."
    assert finding.message_zh == "违反 OWN-1：一切正常。"


@pytest.mark.parametrize(
    ("needs", "reason"),
    [
        (["AEOUT"], "without AEOUT"),
        (["--OUT", "AESER"], "without AEOUT"),
        (["DM.DTHFL"], "without DM.DTHFL"),
    ],
)
def test_a_rule_whose_needs_are_absent_is_not_applicable(needs, reason):
    outcomes, findings = run(rule("SELECT _ROW FROM DATA", needs=needs))
    assert outcomes == [
        Outcome("OWN-1", "AE", "not_applicable", reason, reason.replace("without", "缺少"))
    ]
    assert findings == []


def test_a_rule_for_a_data_set_that_is_not_there_is_not_applicable():
    outcomes, _ = run(rule("SELECT _ROW FROM DATA", datasets=("LB",)))
    assert [(o.status, o.reason) for o in outcomes] == [
        ("not_applicable", "no data set for it (LB)")
    ]
    outcomes, _ = run(rule("SELECT _ROW FROM DATA", standard="adam"))
    assert [(o.dataset, o.reason_zh) for o in outcomes] == [("", "没有该标准的数据")]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT _ROW FROM DATA WHERE NOSUCH = 1",
        "SELECT _ROW FROM NOSUCH",
        "SELEKT",
        "SELECT 1; SELECT 2",
        "CREATE TABLE X AS SELECT 1",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('*')",
        "ATTACH 'x.duckdb'",
        "COPY DATA TO 'x.csv'",
        "SET threads = 2",
        "SELECT * FROM every",  # a variable of the program
        "SELECT CAST(AESER AS INTEGER) FROM DATA",
    ],
)
def test_a_rule_that_cannot_be_run_is_errored_and_fails_the_run(sql):
    outcomes, findings = run(rule(sql))
    assert [(each.status, bool(each.reason)) for each in outcomes] == [("errored", True)]
    assert findings == []
    standards = example_standards({"AE": (("USUBJID",), ("S1",))})
    checked = check_standards(standards, catalogue=Catalogue((*schema_rules(), rule("SELEKT"))))
    assert checked.exit_code == 1
    assert checked.status("OWN-1") == "errored"


def schema_rules():
    return own_catalogue().schema_rules


def test_the_prefix_of_the_domain_takes_the_place_of_two_hyphens():
    one = rule("SELECT _ROW, --SER FROM DATA WHERE --SER = 'Y'", variable="--SER",
               text={"en": "--SER is so.", "zh": "--SER 如此。"}, datasets=("all",),
               needs=["--SER"])  # fmt: skip
    _, [finding] = run(one)
    assert (finding.variable, finding.message) == ("AESER", "breaks OWN-1: AESER is so.")


def test_optional_variables_are_missing_values_where_they_are_absent():
    sql = (
        "SELECT d._ROW FROM DATA d LEFT JOIN DM USING (USUBJID) WHERE AEX IS NULL AND DM.Y IS NULL"
    )
    tables = {**AE, "DM": (("USUBJID",), ("S1",))}
    _, [finding] = run(rule(sql, optional=["AEX", "DM.Y"]), tables)
    assert finding.count == 3


def test_a_rule_may_run_for_each_variable_of_a_pattern():
    tables = {"ADSL": (("USUBJID", "SAFFL", "ITTFL"), ("S1", "Y", "X"), ("S2", "Z", "Y"))}
    one = rule("SELECT _ROW, @VAR, '@STEM' AS STEM FROM DATA WHERE @VAR <> 'Y'",
               for_each="(.+)FL", variable="@VAR", datasets=("adsl",), standard="adam")  # fmt: skip
    outcomes, findings = run(one, tables)
    assert outcomes == [Outcome("OWN-1", "ADSL", "failed")]
    assert [(f.variable, f.value) for f in findings] == [
        ("SAFFL", "SAFFL=Z, STEM=SAF"), ("ITTFL", "ITTFL=X, STEM=ITT"),
    ]  # fmt: skip
    outcomes, _ = run(one, {"ADSL": (("USUBJID",), ("S1",))})
    assert [(o.status, o.reason) for o in outcomes] == [
        ("not_applicable", "no variable like (.+)FL")
    ]


def test_variables_and_data_sets_may_be_found_instead_of_records():
    _, findings = run(rule("SELECT VARIABLE, POSITION FROM DATA_VARIABLES WHERE POSITION > 1"))
    assert [(f.variable, f.value, f.key) for f in findings] == [
        ("AESEQ", "2", ""), ("AESER", "3", ""),
    ]  # fmt: skip
    _, [finding] = run(rule("SELECT RECORDS FROM DATA_SET"))
    assert (finding.dataset, finding.variable, finding.value) == ("AE", "", "3")
    once = rule("SELECT DATASET, RECORDS FROM DATASETS", once=True, standard="sdtm")
    _, [finding] = run(once)
    assert (finding.dataset, finding.value) == ("AE", "3")


@pytest.mark.parametrize(
    ("datasets", "name", "dataset_class", "expected"),
    [
        (("all",), "AE", "EVENTS", True),
        (("all", "-AE"), "AE", "EVENTS", False),
        (("AE",), "AE", "", True),
        (("events",), "AE", "Events", True),
        (("general",), "LB", "FINDINGS", True),
        (("general",), "DM", "SPECIAL PURPOSE", False),
        (("supp",), "SUPPAE", "RELATIONSHIP", True),
        (("supp",), "RELREC", "RELATIONSHIP", False),
        (("adsl",), "ADSL", "SUBJECT LEVEL ANALYSIS DATASET", True),
        (("bds",), "ADTTE", "BASIC DATA STRUCTURE", True),
        (("tte",), "ADTTE", "BASIC DATA STRUCTURE", True),
        (("tte",), "ADRS", "BASIC DATA STRUCTURE", False),
        (("trial",), "TA", "TRIAL DESIGN", True),
    ],
)
def test_a_rule_names_the_data_sets_that_it_is_for(datasets, name, dataset_class, expected):
    meta = DatasetMeta(name, name, None, dataset_class, ())
    assert applies_to(rule("SELECT 1", datasets=datasets), meta) is expected


def test_warnings_do_not_fail_the_run_and_errors_do():
    wrong = adverse_events()
    warning = dataclasses.replace(wrong, meta=dataclasses.replace(wrong.meta, keys=()))
    only = Catalogue((*schema_rules(), rule("SELECT _ROW FROM DATA", severity="warning")))
    assert check_standards([standard(warning)], catalogue=only).exit_code == 0
    only = Catalogue((*schema_rules(), rule("SELECT _ROW FROM DATA", severity="error")))
    assert check_standards([standard(warning)], catalogue=only).exit_code == 1


def test_errors_come_first_then_data_set_and_variable():
    checked = check_standards([standard(adverse_events())])
    order = [(f.severity, f.dataset, f.variable) for f in checked.findings]
    assert order == sorted(order)
    assert {severity for severity, _, _ in order} == {"error", "warning"}


def test_rules_see_data_sets_of_the_other_standard():
    dm = dataset("DM", (variable("USUBJID"), variable("AGE", "integer")), "USUBJID | AGE\nS1 | 60",
                 dataset_class="SPECIAL PURPOSE")  # fmt: skip
    adsl = dataset("ADSL", (variable("USUBJID"), variable("AGE", "float")), "USUBJID | AGE\nS1 | 61",
                   dataset_class="SUBJECT LEVEL ANALYSIS DATASET")  # fmt: skip
    both = check_standards([standard(dm), standard(adsl, kind="adam")])
    assert [(f.key, f.value) for f in both.findings if f.rule == "ADaM-204"] == [
        ("USUBJID=S1", "AGE=61, DM_AGE=60")
    ]
    alone = check_standards([standard(adsl, kind="adam")])
    assert alone.status("ADaM-204") == "not_applicable"
    assert alone.status("CG0001") == "not_applicable"


@pytest.mark.parametrize("records", ["", "\n| | | "])
def test_empty_data_sets_and_columns_without_values_are_checked(records):
    """No rule of the package fails on them, so none is errored."""
    variables = [variable(name) for name in ("USUBJID", "AESTDTC", "AEENDTC", "EPOCH")]
    ae = dataset("AE", variables, "USUBJID | AESTDTC | AEENDTC | EPOCH" + records)
    flags = [variable(name) for name in ("USUBJID", "SAFFL")]
    dates = [variable("TRTSDT", "integer", "date"), variable("TRTEDT", "integer", "date")]
    adsl = dataset("ADSL", flags + dates, "USUBJID | SAFFL | TRTSDT | TRTEDT" + records,
                   dataset_class="SUBJECT LEVEL ANALYSIS DATASET")  # fmt: skip
    checked = check_standards([standard(ae), standard(adsl, kind="adam")])
    assert [each for each in checked.outcomes if each.status == "errored"] == []


def test_no_rule_is_errored_on_any_example_of_another():
    """All example data sets together, as far as names do not clash, meet all rules."""
    tables = {}
    for each in own_catalogue().sql_rules:
        tables |= {name: table for name, table in each.fails.items() if name not in tables}
    tables.pop("VARIABLES", None)
    results = run_rules(example_standards(tables), own_catalogue().sql_rules)
    assert [outcome for outcome, _ in results if outcome.status == "errored"] == []
