import dataclasses

import numpy as np
import pandas as pd
import pytest
from checks_by_hand import (
    AE_RECORDS,
    AE_VARIABLES,
    adverse_events,
    dataset,
    standard,
    variable,
    workbook,
)

from cdisc_pom.checks import validate as validation
from cdisc_pom.checks.validate import CheckCrash, validate
from cdisc_pom.errors import Example
from cdisc_pom.spec.metadata import BuiltDataset, Condition, ValueMeta


def findings(*datasets, **options):
    return validate(standard(*datasets), **options)


def found(*datasets, **options):
    """Rule, variable, count, key, value and origin of each finding."""
    return {
        (each.rule, each.variable, each.count, each.key, each.value, each.origin)
        for each in findings(*datasets, **options)
    }


def ae(**changes):
    """The right records, with some texts replaced."""
    table = AE_RECORDS
    for old, new in changes.pop("replace", {}).items():
        assert old in table
        table = table.replace(old, new)
    return adverse_events(table, **changes)


def test_right_records_have_no_findings():
    assert findings(adverse_events()) == []


@pytest.mark.parametrize(
    ("replace", "expected"),
    [
        ({"| Fever ": "|       "},
         ("WB-REQUIRED", "AETERM", 1, "USUBJID=01-001, AESEQ=2", "", "ae.csv:3")),
        ({"| Y     |": "| yes   |"},
         ("WB-TERM", "AESER", 1, "USUBJID=01-002, AESEQ=1", "yes", "ae.csv:4")),
        ({"2020-04-02": "2020-04-31"},
         ("WB-DATE", "AESTDTC", 1, "USUBJID=01-002, AESEQ=1", "2020-04-31", "ae.csv:4")),
        ({"肺炎  ": "肺炎肺炎肺炎肺炎"},
         ("WB-LENGTH", "AETERM", 1, "USUBJID=01-002, AESEQ=1", "肺炎肺炎肺炎肺炎", "ae.csv:4")),
        ({"| Fever ": "| .     "},
         ("FB1502", "AETERM", 1, "USUBJID=01-001, AESEQ=2", ".", "ae.csv:3")),
        ({"01-001  | 2 ": "01-001  | 1 "},
         ("WB-KEY", "", 2, "USUBJID=01-001, AESEQ=1", "", "ae.csv:2")),
    ],
)  # fmt: skip
def test_a_seeded_fault_is_found_with_its_record_and_value(replace, expected):
    assert found(ae(replace=replace)) == {expected}


def test_a_finding_tells_workbook_cell_and_message_in_both_languages():
    [finding] = findings(ae(replace={"肺炎  ": "肺炎肺炎肺炎肺炎"}))
    assert finding.place == "sdtm.xlsx › Variables!G5"
    assert finding.message == "has length 20, but the longest value needs 24 bytes in utf-8."
    assert finding.message_zh == "长度为 20，但最长的值在 utf-8 中需要 24 字节。"
    assert str(finding) == (
        "sdtm.xlsx › Variables!G5: AE.AETERM: has length 20, but the longest value needs 24 bytes "
        "in utf-8. (1 record; first: ae.csv:4, USUBJID=01-002, AESEQ=1) Split the text to SUPP-- "
        "or shorten it at the source; nothing is cut."
    )


def test_length_counts_bytes_of_the_encoding():
    built = ae(replace={"肺炎  ": "肺炎肺炎肺炎肺炎"})
    assert found(built, encoding="gb18030") == set()
    assert {each.rule for each in findings(built, encoding="utf-8")} == {"WB-LENGTH"}


def test_text_over_200_bytes_is_too_long_whatever_the_workbook_says():
    wide = [dataclasses.replace(each, max_length=None) for each in AE_VARIABLES]
    built = ae(replace={"Fever ": "很" * 67}, variables=tuple(wide))
    [finding] = findings(built)
    assert finding.message == "has length 200, but the longest value needs 201 bytes in utf-8."


def test_a_character_that_the_encoding_lacks_is_named():
    [finding] = findings(ae(replace={"Fever ": "±2 µg"}), encoding="gb2312")
    assert finding.rule == "WB-ENCODING"
    assert finding.message == "holds characters that gb2312 has no bytes for: µ"
    assert (finding.key, finding.value) == ("USUBJID=01-001, AESEQ=2", "±2 µg")


def test_a_wrong_term_is_told_with_its_count_and_the_nearest_one():
    table = AE_RECORDS.replace("| FATAL   ", "| FATALY  ")
    [finding] = findings(adverse_events(table))
    assert finding.message == "has values that are not in code list OUT: 'FATALY' (1)."
    assert finding.message_zh == "有不在代码表 OUT 中的值：“FATALY”（1 条）。"
    assert finding.hint.startswith("Did you mean 'FATAL'?")
    assert finding.hint_zh.startswith("是否应为“FATAL”？")


def test_numeric_terms_are_compared_as_numbers():
    variables = (variable("SEXN", "float", codelist="SEXN"),)
    built = dataset("ADSL", variables, "SEXN\n1\n2\n3")
    [finding] = findings(built)
    assert (finding.rule, finding.value, finding.count) == ("WB-TERM", "3", 1)


LB = (
    variable("USUBJID"),
    variable("LBSEQ", "integer"),
    variable("LBTESTCD", codelist="LBTESTCD"),
    variable("LBTEST"),
    variable("LBORRES"),
)


def test_code_and_decode_must_go_together():
    table = """
    USUBJID | LBSEQ | LBTESTCD | LBTEST     | LBORRES
    S1      | 1     | HGB      | Hemoglobin | 5
    S1      | 2     | HGB      | Leukocytes | 5
    S1      | 3     | WBC      |            | 5
    """
    assert found(dataset("LB", LB, table)) == {
        ("WB-PAIR", "LBTEST", 1, "USUBJID=S1, LBSEQ=2", "LBTESTCD=HGB, LBTEST=Leukocytes",
         "lb.csv:3"),
    }  # fmt: skip


def test_without_decodes_code_and_text_stand_one_to_one():
    plain = tuple(dataclasses.replace(each, codelist=None) for each in LB)
    table = """
    USUBJID | LBSEQ | LBTESTCD | LBTEST | LBORRES
    S1      | 1     | A        | Test A | 5
    S1      | 2     | A        | Test B | 5
    S1      | 3     | C        | Test C | 5
    """
    [finding] = findings(dataset("LB", plain, table))
    assert (finding.rule, finding.count) == ("WB-PAIR", 2)


def test_a_numeric_code_may_stand_for_a_submission_value():
    variables = (variable("SEX", codelist="SEX"), variable("SEXN", "integer", codelist="SEXN"))
    built = dataset("ADSL", variables, "SEX | SEXN\nM | 1\nF | 2\nF | 1")
    [finding] = findings(built)
    assert (finding.rule, finding.value) == ("WB-PAIR", "SEXN=1, SEX=F")


def lb_with_value_level(table, **meta):
    meta = variable("LBORRES", **{"data_type": "text", "row": 12, **meta})
    value = ValueMeta(
        "LBORRES", "WC.HGB", (Condition("LB", "LBTESTCD", "EQ", ("HGB",)),), meta
    )  # fmt: skip
    return dataset("LB", LB, table, values=(value,))


@pytest.mark.parametrize(
    ("meta", "wrong", "rule"),
    [
        ({"codelist": "NY"}, "X", "WB-TERM"),
        ({"data_type": "float", "kind": "text"}, "x.5", "WB-VALUETYPE"),
        ({"data_type": "integer", "kind": "text"}, "4.5", "WB-VALUETYPE"),
        ({"max_length": 3}, "Y234", "WB-LENGTH"),
        ({"mandatory": True}, "", "WB-REQUIRED"),
        ({"data_type": "date", "kind": "text"}, "2020-02-60", "WB-DATE"),
    ],
)
def test_value_level_metadata_is_asked_where_its_clause_holds(meta, wrong, rule):
    table = f"""
    USUBJID | LBSEQ | LBTESTCD | LBTEST     | LBORRES
    S1      | 1     | HGB      | Hemoglobin | {wrong}
    S1      | 2     | WBC      | Leukocytes | {wrong}
    """
    wrong_ones = findings(lb_with_value_level(table, **meta))
    assert [(each.rule, each.count, each.key) for each in wrong_ones] == [
        (rule, 1, "USUBJID=S1, LBSEQ=1")
    ]
    assert wrong_ones[0].message.endswith("(where WC.HGB)")
    assert wrong_ones[0].place == "sdtm.xlsx › Variables!G12"


def frame_of(built, change):
    frame = built.frame.copy()
    change(frame)
    return BuiltDataset(built.meta, frame, built.origins)


def test_columns_that_are_missing_too_many_or_out_of_order():
    right = adverse_events()
    missing = BuiltDataset(right.meta, right.frame.drop(columns="AEOUT"), right.origins)
    assert [(f.rule, f.variable) for f in findings(missing)] == [("WB-MISSING", "AEOUT")]
    extra = frame_of(right, lambda frame: frame.insert(8, "NEW", 1))
    assert [(f.rule, f.variable) for f in findings(extra)] == [("WB-EXTRA", "NEW")]
    turned = BuiltDataset(right.meta, right.frame[right.frame.columns[::-1]], right.origins)
    [finding] = findings(turned)
    assert (finding.rule, finding.variable) == ("WB-ORDER", "AESTDY")
    twice = pd.concat([right.frame, right.frame[["AETERM"]]], axis=1)
    assert [(f.rule, f.variable) for f in findings(BuiltDataset(right.meta, twice))] == [
        ("WB-TWICE", "AETERM")
    ]


@pytest.mark.parametrize(
    ("name", "dtype", "message"),
    [
        ("AETERM", "str", "is text, so its column must be category, but it is str."),
        ("AESEQ", "float64", "is integer, so its column must be Int64, but it is float64."),
        ("AESTDTC", "object", "is text, so its column must be category, but it is object."),
    ],
)
def test_a_wrong_dtype_is_told_once(name, dtype, message):
    right = adverse_events()
    built = BuiltDataset(right.meta, right.frame.astype({name: dtype}), right.origins)
    assert [(f.rule, f.variable, f.message) for f in findings(built)] == [
        ("WB-TYPE", name, message)
    ]


def test_integers_are_whole_even_when_the_column_is_a_float():
    right = adverse_events()
    built = frame_of(right, lambda frame: frame.insert(7, "X", [1.0, 2.5, 3.0]))
    frame = built.frame.drop(columns="AESTDY").rename(columns={"X": "AESTDY"})
    assert {f.rule for f in findings(BuiltDataset(right.meta, frame, right.origins))} == {
        "WB-TYPE", "WB-WHOLE",
    }  # fmt: skip


def test_dates_have_no_time_of_day_times_lie_in_the_day_and_numbers_are_finite():
    variables = (
        variable("ADT", "integer", "date"),
        variable("ATM", "integer", "time"),
        variable("AVAL", "float"),
    )
    table = "ADT | ATM | AVAL\n2020-01-01 | 0 | 1\n2020-01-01T08:00 | 86400 | inf\n | |"
    got = found(dataset("ADLB", variables, table))
    assert {(rule, name, value) for rule, name, _, _, value, _ in got} == {
        ("WB-CLOCK", "ADT", "2020-01-01T08:00:00"),
        ("WB-CLOCK", "ATM", "86400"),
        ("WB-FINITE", "AVAL", "inf"),
    }


def test_blank_text_is_no_missing_value():
    right = adverse_events()
    blank = pd.Series(["头痛", "", " 肺炎"], dtype="str").astype("category")
    got = findings(frame_of(right, lambda frame: frame.isetitem(3, blank)))
    assert [(f.rule, f.key, f.value, f.severity) for f in got] == [
        ("WB-BLANK", "USUBJID=01-001, AESEQ=2", "", "error"),
        ("FB1501", "USUBJID=01-002, AESEQ=1", " 肺炎", "warning"),
    ]


def test_a_category_that_no_record_has_is_no_finding():
    right = adverse_events()
    unused = right.frame["AESER"].cat.add_categories(["MAYBE", ""])
    assert findings(frame_of(right, lambda frame: frame.isetitem(4, unused))) == []


SUPP_NAMES = (
    "STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL",
)  # fmt: skip
SUPP = [variable(name) for name in SUPP_NAMES]
SUPP_RECORD = """
STUDYID | RDOMAIN | USUBJID | IDVAR | IDVARVAL | QNAM | QLABEL | QVAL | QORIG | QEVAL
TINY    | AE      | S1      | AESEQ | 1        | X    | Label  | Y    | CRF   |
"""


def test_supplemental_qualifiers_have_their_ten_variables():
    assert findings(dataset("SUPPAE", SUPP, SUPP_RECORD)) == []
    short = SUPP_RECORD.replace(" | QEVAL", "").replace(" |\n", "\n")
    assert [f.rule for f in findings(dataset("SUPPAE", SUPP[:-1], short))] == ["WB-SUPP"]


def test_rdomain_is_the_domain_of_the_name():
    [finding] = findings(dataset("SUPPLB", SUPP, SUPP_RECORD))
    assert (finding.rule, finding.variable, finding.value) == ("WB-RDOMAIN", "RDOMAIN", "AE")
    split = SUPP_RECORD.replace("| AE ", "| LB ")
    assert findings(dataset("SUPPLBCH", SUPP, split)) == []


def test_a_data_set_without_records_is_a_warning_unless_the_workbook_says_so():
    header = AE_RECORDS.strip().splitlines()[0]
    [finding] = findings(adverse_events(header))
    assert (finding.rule, finding.severity) == ("WB-EMPTY", "warning")
    assert findings(adverse_events(header, has_no_data=True)) == []


def test_a_variable_without_data_has_none():
    empty = tuple(
        dataclasses.replace(each, has_no_data=each.name == "AEOUT") for each in AE_VARIABLES
    )
    [finding] = findings(adverse_events(variables=empty))
    assert (finding.rule, finding.variable, finding.count) == ("WB-NODATA", "AEOUT", 2)


def test_a_column_without_any_value_passes():
    table = AE_RECORDS.replace("RECOVERED/RESOLVED", "").replace("FATAL", "")
    assert findings(adverse_events(table)) == []


def many(count):
    numbers = np.arange(count)
    frame = pd.DataFrame(
        {
            "USUBJID": pd.Categorical.from_codes(numbers % 10, [f"S{at:03d}" for at in range(10)]),
            "LBSEQ": pd.array(numbers // 10 + 1, dtype="Int64"),
            "LBTESTCD": pd.Series(["XXX"] * count, dtype="str").astype("category"),
            "LBTEST": pd.Series(["Test"] * count, dtype="str").astype("category"),
            "LBORRES": pd.Series([None] * count, dtype="str").astype("category"),
        }
    )
    meta = dataset("LB", LB, "USUBJID").meta
    return BuiltDataset(meta, frame, tuple(f"lb.csv:{at}" for at in numbers))


def test_ten_thousand_failures_of_one_kind_are_one_finding_with_the_first_records():
    [finding] = findings(many(10_000))
    assert finding.count == 10_000
    assert finding.message == "has values that are not in code list LBTESTCD: 'XXX' (10000)."
    assert finding.examples == tuple(
        Example(f"USUBJID=S000, LBSEQ={at}", "XXX", f"lb.csv:{(at - 1) * 10}") for at in range(1, 6)
    )


def test_a_check_that_fails_itself_is_no_finding_but_an_error(monkeypatch):
    original = validation.dataset_promises

    def promises(*arguments, **named):
        right = original(*arguments, **named)

        def test(_):
            raise KeyError("a bug")

        return (dataclasses.replace(right[0], holds=test), *right[1:])

    monkeypatch.setattr(validation, "dataset_promises", promises)
    with pytest.raises(CheckCrash, match="a bug"):
        findings(adverse_events())


def test_origins_must_belong_to_the_records():
    right = adverse_events()
    with pytest.raises(ValueError, match="AE has 3 records, but 2 origins"):
        findings(BuiltDataset(right.meta, right.frame, right.origins[:2]))


def test_a_workbook_without_code_lists_checks_no_terms():
    built = adverse_events(AE_RECORDS.replace("| FATAL", "| DEAD"))
    plain = dataclasses.replace(workbook(), sheets={})
    assert validate(dataclasses.replace(standard(built), workbook=plain)) == []
