"""Bad input to the myeloma response: all faults at once, each with subject and record."""

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.adam.confirmation_checks import ResponseError
from cdisc_pom.adam.imwg import check_components, imwg_response

EVERYONE = pd.DataFrame({"USUBJID": ["01", "02"], "MMLIGHT": ["KAPPA", "LAMBDA"]})


def table(*rows):
    """Subject, study day, component, number, text."""
    made = pd.DataFrame(rows, columns=["USUBJID", "ADY", "PARAMCD", "AVAL", "AVALC"])
    types = {"USUBJID": "str", "PARAMCD": "str", "AVALC": "str", "AVAL": "float64"}
    return made.astype(types)


def faults(components, subjects=EVERYONE, **names):
    with pytest.raises(ResponseError) as caught:
        imwg_response(components, subjects, **({"day": "ADY"} | names))
    return list(caught.value.messages)


def warnings(components, subjects=EVERYONE):
    found = imwg_response(components, subjects, day="ADY").findings
    assert (found["SEVERITY"] == "warning").all()
    return found[["CHECK", "USUBJID", "RECORD"]].values.tolist()


WRONG = table(
    ("01", -3, "SMP", 3.0, None),
    ("01", 29, "SPEP", 1.0, None),
    ("01", 29, "SIFE", None, "neg"),
    ("01", 57, "SMP", None, "trace"),
    ("01", 57, "UMP", -1.0, None),
    ("01", 57, "BMPC", 101.0, None),
    ("01", 57, "PLAS", 100.0, "BIGGER"),
    ("01", 0, "SMP", 1.0, None),
    ("01", None, "SMP", 1.0, None),
    ("03", 29, "SMP", 1.0, None),
    (None, 29, "SMP", 1.0, None),
    ("02", 29, "SMP", 1.0, None),
    ("02", 29, "SMP", 1.1, None),
    ("02", 90, "SMP", 1.0, None),
    ("01", 85, "KAP", np.inf, None),
)


def test_all_faults_of_both_tables_are_told_at_once():
    subjects = pd.DataFrame(
        {
            "USUBJID": ["01", "02", "04", "04", None, "05"],
            "MMLIGHT": ["Kappa", "LAMBDA", None, None, None, None],
            "DTHDY": [np.nan, 80, np.nan, np.nan, np.nan, np.nan],
            "DTHPDFL": [None, None, None, None, "?", "Y"],
        }
    )
    codes = "SMP, UMP, KAP, LAM, IFLC, UFLC, dFLC, FLCR, BMPC, PLAS, CACORR, CA, ALB, CPC, "
    codes += "SIFE, UIFE, BMCLON, BONE"
    assert set(faults(WRONG, subjects)) == {
        "record 4: USUBJID is missing.",
        "subject 04, record 2: the subject has several rows.",
        "subject 04, record 3: the subject has several rows.",
        "subject 01, record 0: MMLIGHT 'Kappa' is not KAPPA or LAMBDA.",
        "record 4: DTHPDFL '?' is not Y, N or missing.",
        "subject 05, record 5: DTHPDFL says death from myeloma, DTHDY is missing.",
        "record 10: USUBJID is missing.",
        "subject 03, record 9: the subject is not among the subjects.",
        f"subject 01, record 1: 'SPEP' is not a component ({codes}).",
        "subject 01, record 8: ADY is missing.",
        "subject 01, record 7: ADY 0.0 is not a study day.",
        "subject 01, record 2: SIFE 'neg' is none of: NEGATIVE, POSITIVE.",
        "subject 01, record 3: SMP 'trace' is none of: a number.",
        "subject 01, record 6: PLAS 'BIGGER' is none of: STABLE, INCREASED, NEW.",
        "subject 01, record 4: UMP cannot be -1.0.",
        "subject 01, record 5: BMPC cannot be 101.0.",
        "subject 01, record 14: KAP cannot be inf.",
        "subject 02, record 11: several results of SMP on a day differ.",
        "subject 02, record 12: several results of SMP on a day differ.",
        "subject 02, record 13: ADY 90.0 is after death.",
    }


def test_the_list_can_be_had_without_raising():
    found = check_components(WRONG, EVERYONE, day="ADY")
    assert (found["SEVERITY"] == "error").sum() == 13
    assert set(found["CHECK"]) == {
        *("missing", "subject", "component", "day", "text", "range", "same day"),
    }


def test_nothing_wrong_is_an_empty_list():
    rows = table(
        ("01", -3, "SMP", 3.0, None), ("01", -3, "UMP", 0.0, None), ("01", 29, "SMP", 1.0, None)
    )
    assert check_components(rows, EVERYONE, day="ADY").empty


def test_columns_that_cannot_be_used_are_faults():
    rows = table(("01", 29, "SMP", 1.0, None)).drop(columns="PARAMCD").assign(AVAL="1.0")
    subjects = pd.DataFrame({"SUBJID": ["01"], "DTHDY": ["80"]})
    assert faults(rows, subjects, visit="VISITNUM") == [
        "subjects has no column 'USUBJID'.",
        "DTHDY is str, study days are expected.",
        "components has no column 'PARAMCD'.",
        "components has no column 'VISITNUM'.",
        "AVAL is str, numbers are expected.",
    ]


def test_dates_and_study_days_are_not_mixed_up():
    rows = table(("01", 29, "SMP", 1.0, None)).rename(columns={"ADY": "ADT"})
    subjects = EVERYONE.assign(TRTSDT=pd.Timestamp("2024-01-01"), DTHDT="2024-03-01")
    assert faults(rows, subjects, day=None) == [
        "DTHDT is str, a datetime64 is expected.",
        "ADT is int64, a datetime64 is expected.",
    ]
    rows = rows.assign(ADY=pd.Timestamp("2024-01-29"))
    assert faults(rows) == ["ADY is datetime64[us], study days are expected."]


def test_a_first_dose_that_is_missing_is_a_fault():
    rows = table(("01", 29, "SMP", 1.0, None)).assign(ADT=pd.Timestamp("2024-01-29"))
    subjects = EVERYONE.assign(TRTSDT=[pd.NaT, pd.Timestamp("2024-01-01")], NACTDT=pd.NaT)
    subjects["NACTDT"] = subjects["NACTDT"].astype("datetime64[s]")
    assert faults(rows, subjects, day=None) == ["subject 01, record 0: TRTSDT is missing."]


def test_optional_columns_that_are_all_missing_may_be_of_any_type():
    rows = table(("01", 29, "BONE", None, "NEW")).assign(AVAL=None, ANRLO=None, ANRHI=None)
    subjects = EVERYONE.assign(DTHDY=None, NACTDY=None, MMLIGHT=None, DTHPDFL=None)
    got = imwg_response(rows, subjects, day="ADY")
    assert got.visits["AVALC"].tolist() == ["PD"]
    dated = rows.assign(ADT=pd.Timestamp("2024-01-29"))
    subjects = subjects.assign(TRTSDT=pd.Timestamp("2024-01-01"), DTHDT=None, NACTDT=None)
    assert imwg_response(dated, subjects).visits["AVALC"].tolist() == ["PD"]


def test_index_labels_must_tell_records_apart():
    rows = table(("01", -3, "SMP", 3.0, None), ("01", 29, "SMP", 1.0, None))
    rows.index = [5, 5]
    assert faults(rows) == ["index labels of components repeat, so records cannot be told apart."]


def test_admiral_2405_a_repeated_result_is_used_once_and_told_with_its_records():
    rows = table(
        ("01", -3, "SMP", 3.0, None),
        ("01", -3, "UMP", 0.0, None),
        ("01", 29, "SMP", 1.0, None),
        ("01", 29, "SMP", 1.0, None),
    )
    assert warnings(rows) == [["same day", "01", 2], ["same day", "01", 3]]
    got = imwg_response(rows, EVERYONE, day="ADY")
    assert got.visits["AVALC"].tolist() == ["PR"]
    assert got.evidence["RECORD"].tolist() == [2, 0]


def test_results_of_a_day_that_differ_are_a_fault_also_at_baseline():
    rows = table(("01", -3, "SMP", 3.0, None), ("01", -3, "SMP", 3.1, None))
    assert len(faults(rows)) == 2


def test_marrow_of_a_day_may_differ():
    rows = table(
        ("01", -3, "SMP", 3.0, None),
        ("01", -3, "UMP", 0.0, None),
        ("01", -3, "BMPC", 20.0, None),
        ("01", -3, "BMPC", 35.0, None),
    )
    assert warnings(rows) == []
    assert imwg_response(rows, EVERYONE, day="ADY").subjects["BBMPC"].tolist()[0] == 35


def test_a_record_without_a_result_is_as_if_it_were_absent():
    rows = table(
        ("01", -3, "SMP", 3.0, None),
        ("01", -3, "UMP", 0.0, None),
        ("01", 29, "SMP", None, None),
        ("01", 29, "SIFE", None, None),
        ("01", 30, "SMP", 1.4, None),
    )
    assert warnings(rows) == [["empty", "01", 2], ["empty", "01", 3]]
    assert imwg_response(rows, EVERYONE, day="ADY").visits["AVALC"].tolist() == ["PR"]


def test_a_missing_baseline_is_told():
    rows = table(
        ("01", 29, "SMP", 3.0, None), ("02", -3, "UMP", 900.0, None), ("02", 29, "UMP", 90.0, None)
    )
    assert warnings(rows) == [["no baseline", "01", 0], ["no baseline", "02", 1]]


def test_nothing_measurable_is_told():
    rows = table(
        ("01", -3, "SMP", 0.2, None), ("01", -3, "UMP", 20.0, None), ("01", 29, "SMP", 0.1, None)
    )
    assert warnings(rows) == [["not measurable", "01", 0]]


def test_light_chains_that_do_not_fit_the_disease_are_told():
    rows = table(
        *(("01", -3, code, 0.0, None) for code in ("SMP", "UMP")),
        ("01", -3, "KAP", 10.0, None),
        ("01", -3, "LAM", 510.0, None),
        ("01", 29, "LAM", 20.0, None),
    )
    # kappa disease, but lambda is high: the involved chain is under 100 mg/L and not followed
    assert ["not measurable", "01", 0] in warnings(rows)
    high = rows.assign(AVAL=rows["AVAL"].mask(rows["PARAMCD"] == "KAP", 120.0))
    assert ["light chain", "01", 0] in warnings(high)


def test_negative_immunofixation_beside_measurable_m_protein_is_told():
    rows = table(
        ("01", -3, "SMP", 3.0, None),
        ("01", -3, "UMP", 0.0, None),
        ("01", 29, "SMP", 1.2, None),
        ("01", 29, "SIFE", None, "NEGATIVE"),
    )
    assert warnings(rows) == [["immunofixation", "01", 3]]
    assert imwg_response(rows, EVERYONE, day="ADY").visits["AVALC"].tolist() == ["PR"]


def test_assessments_before_first_dose_are_baseline_and_no_visits():
    rows = table(
        ("01", -30, "SMP", 4.0, None),
        ("01", -3, "SMP", 3.0, None),
        ("01", -3, "UMP", 0.0, None),
        ("01", 1, "SMP", 2.9, None),
    )
    got = imwg_response(rows, EVERYONE, day="ADY")
    assert got.visits.empty
    assert got.subjects["BSMP"].tolist()[0] == 2.9
