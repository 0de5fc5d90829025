"""Confirmation of given responses: courses worked out by hand from the criteria.

A course is one line an assessment: study day, response, further columns. Beside it stand the
response that is confirmed there and the one that is carried forward; `.` is missing.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from cdisc_pom.adam.confirmation import RESULTS, confirmed_response
from cdisc_pom.adam.confirmation_best import best_response, first_progression, first_response
from cdisc_pom.adam.confirmation_checks import ResponseError, check_confirmation, check_responses

START = pd.Timestamp("2024-01-01")


def on(day):
    """Date of a study day; day 1 is START."""
    return START + pd.Timedelta(days=day - 1)


def frame(text, subject="01", **dates):
    """A course as a frame. Flags stand after the response, dates of the subject in `dates`."""
    rows = []
    for line in text.strip().splitlines():
        day, response, *flags = line.split("|")[0].split()
        rows.append({"USUBJID": subject, "ADT": on(int(day)), "AVALC": response})
        rows[-1] |= dict.fromkeys(flags, "Y")
    made = pd.DataFrame(rows)
    for name, day in dates.items():
        made[name] = on(day) if day else pd.Series(pd.NaT, made.index, dtype="datetime64[s]")
    return made


def expected(text, column):
    """The values beside a course: 0 for confirmed, 1 for carried forward."""
    cells = [line.split("|")[1].split()[column] for line in text.strip().splitlines()]
    return [None if cell == "." else cell for cell in cells]


def plain(values):
    """Values with None for missing."""
    return [None if pd.isna(value) else value for value in values]


COURSES = {
    "same twice": (
        # the first is confirmed by the second; the last has none after it: SD, PR carried
        """
        29 PR | PR PR
        57 PR | SD PR
        """,
        {},
    ),
    "one response only": (
        # nothing confirms it, so it is stable disease
        "29 PR | SD SD",
        {},
    ),
    "better follows": (
        # PR is confirmed by VGPR, VGPR by nothing
        """
        29 PR   | PR PR
        57 VGPR | SD PR
        """,
        {},
    ),
    "CR then PR is PR": (
        # the lower of the two is what both samples show
        """
        29 CR | PR PR
        57 PR | SD PR
        """,
        {},
    ),
    "complete response once only": (
        # nothing was seen after it, so not even a partial response is confirmed
        """
        29 SD | SD SD
        57 CR | SD SD
        """,
        {},
    ),
    "PR then SD is SD": (
        """
        29 PR | SD SD
        57 SD | SD SD
        """,
        {},
    ),
    "PR SD PR is never confirmed": (
        # consecutive means consecutive: the SD between may not be left out
        """
        29 PR | SD SD
        57 SD | SD SD
        85 PR | SD SD
        """,
        {},
    ),
    "PR then NE then PR": (
        # NE is passed over; at NE the confirmed PR goes on
        """
        29 PR | PR PR
        57 NE | NE PR
        85 PR | SD PR
        """,
        {},
    ),
    "NE first": (
        """
        29 NE | NE NE
        57 SD | SD SD
        """,
        {},
    ),
    "only NE": ("18 NE | NE NE", {}),
    "response falls but is held": (
        # confirmed VGPR stays until progression, although later visits show PR and SD
        """
        29 VGPR | VGPR VGPR
        57 VGPR | PR   VGPR
        85 PR   | SD   VGPR
        113 SD  | SD   VGPR
        """,
        {},
    ),
    "sCR steps": (
        """
        29 sCR | CR   CR
        57 CR  | VGPR CR
        85 VGPR| VGPR CR
        113 sCR| sCR  sCR
        141 sCR| SD   sCR
        """,
        {},
    ),
    "PR then PD": (
        # a response whose next assessment is progression is not confirmed
        """
        29 PR        | SD SD
        57 PD PDIFL  | PD PD
        """,
        {},
    ),
    "biochemical progression twice": (
        # PD at the first of the two dates; after confirmed progression nothing counts
        """
        29 SD | SD SD
        57 PD | PD PD
        79 PD | .  .
        """,
        {},
    ),
    "biochemical progression, NE, progression": (
        """
        57 PD | PD PD
        71 NE | .  .
        85 PD | .  .
        """,
        {},
    ),
    "biochemical progression once": (
        # no second sample: not confirmed, hence NE
        """
        29 SD | SD SD
        57 PD | NE SD
        """,
        {},
    ),
    "imaging needs no second": (
        """
        29 SD       | SD SD
        57 PD PDIFL | PD PD
        """,
        {},
    ),
    "hypercalcaemia needs no second": ("29 PD PDNCFL | PD PD", {}),
    "progression by other than imaging does": (
        # PDOFL marks a laboratory progression: it needs confirmation
        """
        29 SD       | SD SD
        57 PD PDOFL | NE SD
        """,
        {},
    ),
    "laboratory progression confirmed by imaging": (
        # PD then PD: the first date counts
        """
        57 PD       | PD PD
        85 PD PDIFL | .  .
        """,
        {},
    ),
    "unconfirmed progression between responses": (
        # PR, PD not confirmed, PR: the PD is passed over like NE
        """
        29 PR | PR PR
        57 PD | NE PR
        85 PR | SD PR
        """,
        {},
    ),
    "CR, unconfirmed progression, PR": (
        """
        29 CR | PR PR
        57 PD | NE PR
        85 PR | SD PR
        """,
        {},
    ),
    "PR, unconfirmed progression, nothing": (
        """
        29 PR | SD SD
        57 PD | NE SD
        """,
        {},
    ),
    "two unconfirmed progressions apart": (
        """
        29 PD  | NE NE
        57 SD  | SD SD
        85 PD  | NE SD
        113 SD | SD SD
        """,
        {},
    ),
    "new therapy before confirmation": (
        # the second PR is after new therapy, so it cannot confirm the first
        """
        29 PR | SD SD
        57 PR | SD SD
        """,
        {"NACTDT": 40},
    ),
    "confirmation on the day of new therapy": (
        """
        29 PR | PR PR
        57 PR | SD PR
        """,
        {"NACTDT": 57},
    ),
    "response only after new therapy": (
        # neither is a response to the study treatment, so nothing is carried
        """
        57 PR | SD NE
        85 PR | SD NE
        """,
        {"NACTDT": 40},
    ),
    "progression after new therapy": (
        # assessments after new therapy may show and confirm progression
        """
        29 SD | SD SD
        57 PD | PD PD
        79 PD | .  .
        """,
        {"NACTDT": 40},
    ),
    "progression confirmed after new therapy": (
        """
        57 PD | PD PD
        79 PD | .  .
        """,
        {"NACTDT": 60},
    ),
    "death from myeloma confirms": ("29 PD DTHPDFL | PD PD", {"DTHDT": 52}),
    "death from myeloma after 84 days confirms": ("29 PD DTHPDFL | PD PD", {"DTHDT": 113}),
    "death from myeloma after 85 days does not": ("29 PD DTHPDFL | NE NE", {"DTHDT": 114}),
    "other death does not confirm": ("29 PD | NE NE", {"DTHDT": 52}),
    "death after a better assessment does not confirm": (
        # death must come before the next evaluable assessment
        """
        29 PD DTHPDFL | NE NE
        43 SD         | SD SD
        """,
        {"DTHDT": 60},
    ),
    "death after NE confirms": (
        """
        29 PD DTHPDFL | PD PD
        43 NE         | .  .
        """,
        {"DTHDT": 60},
    ),
    "sponsor's flag without a date": ("29 PD DTHPDFL | PD PD", {}),
    "MR is read as SD": (
        """
        29 MR | SD SD
        57 MR | SD SD
        """,
        {},
    ),
    "before first dose": (
        # day -5 is not an assessment of the treatment and cannot be carried
        """
        -5 PR | .  .
        29 PR | SD SD
        """,
        {"TRTSDT": 1},
    ),
    "on the day of first dose": (
        """
        1 PR  | PR PR
        29 PR | SD PR
        """,
        {"TRTSDT": 1},
    ),
    "two on a day, the worst": (
        # PR and SD on day 29: SD stands for the day
        """
        29 PR | .  .
        29 SD | SD SD
        57 PR | SD SD
        """,
        {},
    ),
    "two on a day, NE is not the worst": (
        """
        29 NE | .  .
        29 PR | PR PR
        57 PR | SD PR
        """,
        {},
    ),
    "a day does not confirm itself": (
        # two PR of one date are one sample
        """
        29 PR      | SD SD
        29 VGPR    | .  .
        """,
        {},
    ),
    "progression with and without imaging on a day": (
        """
        29 PD       | .  .
        29 PD PDIFL | PD PD
        """,
        {},
    ),
    "a record that only confirms": (
        # the sample of day 79 confirms, but is no assessment of its own
        """
        57 PD          | PD PD
        79 PD ONLYCNFL | .  .
        """,
        {},
    ),
    "a record that only confirms a response": (
        """
        57 PR            | PR PR
        79 VGPR ONLYCNFL | .  .
        """,
        {},
    ),
    "a record that only confirms has another date": (
        """
        57 PD          | NE NE
        57 PD ONLYCNFL | .  .
        """,
        {},
    ),
}


@pytest.mark.parametrize("name", COURSES)
def test_course(name):
    text, dates = COURSES[name]
    got = confirmed_response(frame(text, **dates))
    assert plain(got["CONFRESP"]) == expected(text, 0)
    assert plain(got["CARRRESP"]) == expected(text, 1)


def options(text, **arguments):
    got = confirmed_response(frame(text), **arguments)
    assert plain(got["CONFRESP"]) == expected(text, 0)
    assert plain(got["CARRRESP"]) == expected(text, 1)


def test_without_skipping_ne_the_very_next_assessment_must_confirm():
    options(
        """
        29 PR | SD SD
        57 NE | NE SD
        85 PR | SD SD
        """,
        skip_ne=False,
    )


def test_without_skipping_ne_progression_needs_the_very_next_assessment():
    options(
        """
        29 PD | NE NE
        57 NE | NE NE
        85 PD | NE NE
        """,
        skip_ne=False,
    )


def test_without_skipping_ne_an_unconfirmed_progression_is_not_skipped_either():
    options(
        """
        29 PR | SD SD
        57 PD | NE SD
        85 PR | SD SD
        """,
        skip_ne=False,
    )


def test_an_unconfirmed_response_may_be_ne_instead_of_sd():
    options(
        """
        29 PR   | PR PR
        57 VGPR | NE PR
        """,
        unconfirmed_to_sd=False,
    )


def test_progression_may_count_at_once():
    options(
        """
        29 PD | PD PD
        57 PR | .  .
        """,
        progression_needs_confirmation=False,
    )


def test_mr_used_is_a_response_that_needs_confirmation():
    options(
        """
        29 MR  | MR MR
        57 PR  | MR MR
        85 MR  | MR MR
        113 MR | SD MR
        """,
        use_mr=True,
    )


@pytest.mark.parametrize(("limit", "response"), [(22, "NE"), (23, "PD")])
def test_the_limit_of_days_to_death_is_an_argument(limit, response):
    course = frame("29 PD DTHPDFL", DTHDT=52)  # 23 days
    assert confirmed_response(course, death_days=limit)["CONFRESP"].tolist() == [response]


def test_dates_and_flags_tell_how_the_response_came_about():
    text = """
    29 SD        | .
    57 PR        | .
    85 NE        | .
    113 VGPR     | .
    120 PD       | .
    141 VGPR     | .
    169 PD       | .
    183 PD       | .
    """
    got = confirmed_response(frame(text, NACTDT=175))
    # 57 is confirmed on 113 (85 is NE), 113 on 141 (120 is not confirmed), 169 on 183
    assert plain(got["CONFDT"]) == [
        *(None, on(113), None, on(141)),
        *(None, None, on(183), None),
    ]
    # SD from 29, PR from 57, VGPR from 113, PD on 169
    days = [29, 57, 57, 113, 113, 113, 169]
    assert plain(got["RESPDT"]) == [*(on(day) for day in days), None]
    assert plain(got["UNCPDFL"]) == [None] * 4 + ["Y"] + [None] * 3
    assert plain(got["PDFSTFL"]) == [None] * 6 + ["Y"] + [None]
    assert plain(got["ANL01FL"]) == ["Y"] * 8
    assert plain(got["ANL02FL"]) == ["Y"] * 7 + [None]
    assert plain(got["ANL03FL"]) == ["Y"] * 7 + [None]


def test_death_is_the_confirming_date_of_a_progression():
    got = confirmed_response(frame("29 PD DTHPDFL", DTHDT=52))
    assert got["CONFDT"].tolist() == [on(52)]


def test_evaluators_are_series_of_their_own():
    both = pd.concat(
        [
            frame("29 PR\n57 PR").assign(RSEVAL="INVESTIGATOR"),
            frame("29 SD\n43 PR").assign(RSEVAL="INDEPENDENT ASSESSOR"),
        ],
        ignore_index=True,
    )
    got = confirmed_response(both, by=["RSEVAL"])
    # the committee's PR of day 43 has nothing after it, and does not stand between the PRs
    assert got["CONFRESP"].tolist() == ["PR", "SD", "SD", "SD"]
    best = best_response(got, by=["RSEVAL"])
    assert best.values.tolist() == [
        ["01", "INDEPENDENT ASSESSOR", "SD", on(29)],
        ["01", "INVESTIGATOR", "PR", on(29)],
    ]


def test_a_missing_evaluator_is_a_series_and_not_lost():
    course = frame("29 PR\n57 PR").assign(RSEVAL=pd.Series([np.nan, np.nan], dtype="str"))
    assert confirmed_response(course, by=["RSEVAL"])["CONFRESP"].tolist() == ["PR", "SD"]


def test_dates_of_the_subject_may_stand_on_some_records_only():
    course = frame("29 PR\n57 PR").assign(NACTDT=[pd.NaT, on(40)])
    assert confirmed_response(course)["CONFRESP"].tolist() == ["SD", "SD"]


def test_optional_columns_that_are_all_missing_may_be_of_any_type():
    course = frame("29 PR\n57 PR\n85 PD").assign(NACTDT=None, DTHDT=None, PDIFL=None, TRTSDT=None)
    assert confirmed_response(course)["CONFRESP"].tolist() == ["PR", "SD", "NE"]
    assert check_responses(course).empty


def test_rows_keep_their_order_and_index_and_columns():
    course = frame("57 PR\n29 PR\n85 SD").set_index(pd.Index([7, 3, 5]))
    got = confirmed_response(course)
    assert_frame_equal(got[course.columns], course)
    assert list(got.columns) == [*course.columns, *RESULTS]
    assert plain(got["CONFRESP"]) == ["SD", "PR", "SD"]


def test_an_empty_frame_gives_an_empty_frame():
    got = confirmed_response(frame("29 PR").iloc[:0])
    assert got.empty
    assert list(got.columns) == ["USUBJID", "ADT", "AVALC", *RESULTS]
    assert best_response(got).empty
    assert first_response(got).empty


def test_names_of_columns_are_arguments():
    course = frame("29 PR\n57 PR", CMSTDT=40).rename(
        columns={"USUBJID": "SUBJECT", "ADT": "RSDT", "AVALC": "RSSTRESC"}
    )
    got = confirmed_response(
        course, subject="SUBJECT", date="RSDT", response="RSSTRESC", new_therapy="CMSTDT"
    )
    assert got["CONFRESP"].tolist() == ["SD", "SD"]


def test_order_decides_between_records_that_are_alike():
    course = frame("29 PR\n29 PR\n57 PR").assign(RSSEQ=[2, 1, 3])
    got = confirmed_response(course, order=["RSSEQ"])
    assert plain(got["ANL01FL"]) == [None, "Y", "Y"]


COLLECTED = """
01 INVESTIGATOR 2024-02-12 PD   PDOFL DTHPDFL
02 INVESTIGATOR 2023-08-31 sCR  -
02 INVESTIGATOR 2023-10-09 sCR  -
02 INVESTIGATOR 2023-11-20 CR   -
03 INVESTIGATOR 2024-02-11 PD   PDOFL
04 INVESTIGATOR 2023-12-11 sCR  -
04 INVESTIGATOR 2024-01-22 PR   -
04 INVESTIGATOR 2024-03-04 CR   -
05 INVESTIGATOR 2023-10-08 PD   PDIFL
05 INVESTIGATOR 2023-11-05 CR   -
06 INVESTIGATOR 2023-11-19 MR   -
06 INVESTIGATOR 2023-12-31 MR   -
06 INVESTIGATOR 2024-02-11 PD   PDOFL
06 INVESTIGATOR 2024-03-18 PR   -
07 INVESTIGATOR 2024-03-06 PR   -
07 INVESTIGATOR 2024-04-17 PR   -
07 INVESTIGATOR 2024-05-29 PD   PDOFL
07 INVESTIGATOR 2024-07-12 PD   PDOFL
"""


def test_responses_as_other_sponsors_collect_them_with_supplemental_flags():
    lines = [line.split() for line in COLLECTED.strip().splitlines()]
    rs = pd.DataFrame(
        [line[:4] for line in lines], columns=["USUBJID", "RSEVAL", "RSDTC", "RSSTRESC"]
    )
    rs["ADT"] = pd.to_datetime(rs["RSDTC"])
    for flag in ("PDIFL", "PDOFL", "DTHPDFL"):
        rs[flag] = ["Y" if flag in line else None for line in lines]
    rs["NACTDT"] = pd.to_datetime(rs["USUBJID"].map({"07": "2024-05-30"}))
    got = confirmed_response(rs, by=["RSEVAL"], response="RSSTRESC", use_mr=True)
    best = best_response(got, by=["RSEVAL"], use_mr=True)
    assert dict(zip(best["USUBJID"], best["BOR"], strict=True)) == {
        "01": "PD",  # by laboratory, death from it stated
        "02": "sCR",  # confirmed by the second
        "03": "NE",  # by laboratory, nothing after it
        "04": "PR",  # sCR and PR give PR, PR and CR give PR
        "05": "PD",  # by imaging, what comes after it does not count
        "06": "MR",  # the progression was not confirmed
        "07": "PR",  # progression counts, also confirmed after new therapy
    }
    progressed = first_progression(got, by=["RSEVAL"])
    assert progressed["USUBJID"].tolist() == ["01", "05", "07"]
    assert got.loc[got["UNCPDFL"] == "Y", "USUBJID"].tolist() == ["03", "06"]


# Best response, first response, progression ------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "unconfirmed", "confirmed"),
    [
        ("29 SD\n57 PR\n85 PR", ("PR", 57), ("PR", 57)),
        ("29 SD\n57 CR\n85 PR", ("CR", 57), ("PR", 57)),
        ("29 PR", ("PR", 29), ("SD", 29)),
        ("29 PD\n57 PD", ("PD", 29), ("PD", 29)),
        ("29 PD", ("PD", 29), ("NE", 29)),  # not confirmed: no evaluable assessment
        ("29 NE\n43 NE", ("NE", 29), ("NE", 29)),
        ("29 NE\n57 SD", ("SD", 57), ("SD", 57)),
        ("29 SD\n57 PD\n85 PD\n113 CR\n141 CR", ("SD", 29), ("SD", 29)),  # after progression
        ("29 MR\n57 MR", ("SD", 29), ("SD", 29)),
    ],
)
def test_best_response(course, unconfirmed, confirmed):
    got = confirmed_response(frame(course))
    for column, (response, day) in {"AVALC": unconfirmed, "CARRRESP": confirmed}.items():
        best = best_response(got, response=column)
        assert best.values.tolist() == [["01", response, on(day)]]


def test_a_response_after_new_therapy_is_not_the_best():
    got = confirmed_response(frame("29 SD\n57 PR\n85 PR", NACTDT=40))
    assert best_response(got, response="AVALC")["BOR"].tolist() == ["SD"]
    assert best_response(got)["BOR"].tolist() == ["SD"]
    assert first_response(got).empty


def test_progression_after_new_therapy_is_the_best_when_nothing_came_before():
    got = confirmed_response(frame("57 PD\n76 PD", NACTDT=29))
    assert best_response(got)["BOR"].tolist() == ["PD"]
    assert first_progression(got)["PDDT"].tolist() == [on(57)]


def test_a_subject_without_records_is_ne():
    got = confirmed_response(frame("29 PR\n57 PR"))
    everyone = pd.DataFrame({"USUBJID": ["02", "01"]})
    best = best_response(got, subjects=everyone)
    assert best["USUBJID"].tolist() == ["02", "01"]
    assert best["BOR"].tolist() == ["NE", "PR"]
    assert plain(best["BORDT"]) == [None, on(29)]


def test_first_response_is_the_first_date_of_the_two():
    got = confirmed_response(frame("29 SD\n57 PR\n85 VGPR\n113 VGPR"))
    assert first_response(got).values.tolist() == [["01", on(57)]]
    assert first_response(got, at_least="VGPR").values.tolist() == [["01", on(85)]]
    assert first_response(got, at_least="CR").empty


def test_mr_used_is_a_best_response():
    got = confirmed_response(frame("29 MR\n57 MR"), use_mr=True)
    assert best_response(got, use_mr=True)["BOR"].tolist() == ["MR"]
    assert first_response(got, at_least="MR")["RSPDT"].tolist() == [on(29)]


# Threads of users of other tools -----------------------------------------------------------------


def test_admiralonco_245_records_that_are_no_response_stay_in_the_sequence():
    # their template kept only CR and PR, so that PR, SD, PR looked like PR, PR
    got = confirmed_response(frame("29 PR\n57 SD\n85 PR"))
    assert best_response(got)["BOR"].tolist() == ["SD"]


def test_admiralonco_93_progression_counts_however_early():
    got = confirmed_response(frame("8 PD PDIFL"))
    assert best_response(got).values.tolist() == [["01", "PD", on(8)]]


def test_admiralonco_87_cr_then_pr_is_a_confirmed_pr():
    got = confirmed_response(frame("29 CR\n57 PR"))
    assert best_response(got).values.tolist() == [["01", "PR", on(29)]]


def test_admiralonco_244_a_response_just_before_progression_is_not_confirmed_by_it():
    got = confirmed_response(frame("29 PR\n43 PD PDIFL"))
    assert best_response(got)["BOR"].tolist() == ["SD"]
    assert first_progression(got)["PDDT"].tolist() == [on(43)]


def test_admiral_2569_input_order_does_not_matter_for_records_of_a_day():
    course = frame("29 PR\n29 PD\n57 PD")
    forward = confirmed_response(course)
    backward = confirmed_response(course.iloc[::-1]).sort_index()
    assert_frame_equal(forward, backward)


# Bad input ---------------------------------------------------------------------------------------


def test_all_faults_are_told_at_once():
    course = pd.concat(
        [
            frame("29 pr\n57 PDu", subject="01"),
            frame("29 PR", subject="02").assign(AVALC=np.nan),
            frame("29 PR", subject="03").assign(ADT=pd.NaT),
            frame("29 PD", subject="04").assign(PDIFL="yes"),
            frame("29 SD\n57 SD", subject="05", DTHDT=40),
            frame("29 PD DTHPDFL", subject="06"),
            frame("29 SD\n57 SD", subject="07").assign(NACTDT=[on(30), on(31)]),
        ],
        ignore_index=True,
    )
    with pytest.raises(ResponseError) as caught:
        confirmed_response(course)
    assert set(caught.value.messages) == {
        "subject 01, record 0: AVALC 'pr' is not a response (NE, SD, MR, PR, VGPR, CR, sCR, PD).",
        "subject 01, record 1: AVALC 'PDu' is not a response (NE, SD, MR, PR, VGPR, CR, sCR, PD).",
        "subject 02, record 2: AVALC is missing.",
        "subject 03, record 3: ADT is missing.",
        "subject 04, record 4: PDIFL 'yes' is not Y, N or missing.",
        "subject 05, record 6: ADT 2024-02-26 is after DTHDT.",
        "subject 06, record 7: DTHPDFL says death from myeloma, DTHDT is missing.",
        "subject 07, record 8: NACTDT 2024-01-30 is not the date on other records of the subject.",
        "subject 07, record 9: NACTDT 2024-01-31 is not the date on other records of the subject.",
    }
    assert str(caught.value).startswith("9 faults in the input:\n  subject 0")
    errors = check_responses(course)
    assert (errors["SEVERITY"] == "error").sum() == 9


def test_a_missing_subject_is_a_fault_and_not_lost():
    course = frame("29 PR\n57 PR").assign(USUBJID=["01", np.nan])
    with pytest.raises(ResponseError, match="record 1: USUBJID is missing"):
        confirmed_response(course)


def test_columns_that_cannot_be_used_are_faults():
    course = frame("29 PR").assign(ADT="2024-01-29", CARRRESP="PR")
    with pytest.raises(ResponseError) as caught:
        confirmed_response(course, by=["RSEVAL"], start="RFSTDT", order=["RSSEQ"])
    assert caught.value.messages == (
        "there is no column 'RSEVAL' (has USUBJID, ADT, AVALC, CARRRESP).",
        "there is no column 'RFSTDT' (has USUBJID, ADT, AVALC, CARRRESP).",
        "there is no column 'RSSEQ' (has USUBJID, ADT, AVALC, CARRRESP).",
        "the column 'CARRRESP' is a result; rename the one given.",
        "ADT is str, a datetime64 is expected.",
    )


def test_index_labels_must_tell_records_apart():
    course = frame("29 PR\n57 PR").set_index(pd.Index([1, 1]))
    with pytest.raises(ResponseError, match="index labels repeat"):
        confirmed_response(course)


def test_a_long_list_of_faults_is_shortened_in_the_text_only():
    course = frame("\n".join(f"{day} XX" for day in range(1, 31)))
    with pytest.raises(ResponseError, match=r"\.\.\. and 10 more") as caught:
        confirmed_response(course)
    assert len(caught.value.messages) == 30


def test_warnings_say_how_the_rules_go_on():
    course = frame("-3 PR\n29 PR PDIFL\n29 SD\n57 SD", TRTSDT=1, NACTDT=60, DTHDT=58)
    found = check_responses(course)
    assert (found["SEVERITY"] == "warning").all()
    assert found[["CHECK", "RECORD"]].values.tolist() == [
        ["same day", 1],
        ["same day", 2],
        ["before first dose", 0],
        ["flag", 1],
        *(["after death", record] for record in range(4)),
    ]
    assert found["MESSAGE"].tolist()[0] == (
        "one of several assessments on 2024-01-29; the worst counts."
    )


def test_nothing_found_is_an_empty_list():
    assert check_responses(frame("29 PR\n57 PR")).empty


def test_a_late_confirmation_is_a_warning_and_still_counts():
    got = confirmed_response(frame("29 PR\n114 PR\n198 PR"))  # 85 and 84 days
    assert got["CONFRESP"].tolist() == ["PR", "PR", "SD"]
    found = check_confirmation(got)
    assert found["RECORD"].tolist() == [0]
    assert found["MESSAGE"].tolist() == ["confirmed on 2024-04-23, more than 84 days later."]


@pytest.mark.parametrize("at_least", ["NE", "PD", "good"])
def test_first_response_refuses_what_is_no_response(at_least):
    got = confirmed_response(frame("29 PR"))
    with pytest.raises(ResponseError, match="at_least"):
        first_response(got, at_least=at_least)


def test_summaries_refuse_frames_that_were_not_derived():
    with pytest.raises(ResponseError, match="there is no column 'PDFSTFL'"):
        first_progression(frame("29 PR"))


# Properties --------------------------------------------------------------------------------------

ASSESSMENTS = st.lists(
    st.tuples(
        st.sampled_from(["01", "02", "03"]),
        st.integers(-10, 60),
        st.sampled_from(["sCR", "CR", "VGPR", "PR", "MR", "SD", "PD", "NE"]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=25,
)
OPTIONS = st.fixed_dictionaries(
    {
        "skip_ne": st.booleans(),
        "unconfirmed_to_sd": st.booleans(),
        "progression_needs_confirmation": st.booleans(),
        "use_mr": st.booleans(),
    }
)


def random_frame(rows):
    made = pd.DataFrame(rows, columns=["USUBJID", "DAY", "AVALC", "PDIFL", "DTHPDFL"])
    made = made.astype({"USUBJID": "str", "AVALC": "str", "PDIFL": "bool", "DTHPDFL": "bool"})
    made["ADT"] = pd.to_datetime(START) + pd.to_timedelta(made["DAY"].astype("int64") - 1, "D")
    made["TRTSDT"] = START
    made["DTHDT"] = on(100)
    made["NACTDT"] = made["USUBJID"].map({"01": on(30), "02": pd.NaT, "03": on(1)})
    return made.astype({"NACTDT": "datetime64[s]"})


@given(rows=ASSESSMENTS, options=OPTIONS, data=st.data())
@settings(max_examples=30, deadline=None)
def test_row_order_never_changes_a_result(rows, options, data):
    course = random_frame(rows)
    shuffled = course.loc[data.draw(st.permutations(list(course.index)))]
    got = confirmed_response(course, **options)
    assert_frame_equal(confirmed_response(shuffled, **options).sort_index(), got)


@given(rows=ASSESSMENTS, options=OPTIONS)
@settings(max_examples=25, deadline=None)
def test_subjects_are_independent(rows, options):
    course = random_frame(rows)
    whole = confirmed_response(course, **options)
    for subject in course["USUBJID"].unique():
        alone = confirmed_response(course[course["USUBJID"] == subject], **options)
        assert_frame_equal(alone, whole[whole["USUBJID"] == subject])


def by_hand(course):
    """The table of the criteria for one subject, one record after the other."""
    order = ["NE", "SD", "MR", "PR", "VGPR", "CR", "sCR", "PD"]
    records = [dict(row, AVALC=row["AVALC"].replace("MR", "SD")) for row in course]
    assessed = [row for row in records if row["AVALC"] != "NE"]
    for place, row in enumerate(assessed):
        after = assessed[place + 1 : place + 2]
        wait = (row["DTHDT"] - row["ADT"]).days
        row["CONFRESP"] = row["AVALC"]
        if row["AVALC"] == "PD" and not (
            row["PDIFL"]
            or (after and after[0]["AVALC"] == "PD")
            or (not after and row["DTHPDFL"] and wait <= 84)
        ):
            row["CONFRESP"] = "NE"
    kept = [row for row in assessed if row["CONFRESP"] != "NE"]
    for row, after in zip(kept, [*kept, None][1:], strict=True):
        if row["AVALC"] in {"PR", "VGPR", "CR", "sCR"}:
            counts = after and after["AVALC"] != "PD" and not after["ADT"] > after["NACTDT"]
            both = [row["AVALC"], after["AVALC"]] if counts else ["SD"]
            row["CONFRESP"] = min(both, key=order.index)
    carried, answer = "NE", []
    for row in records:
        response = row.get("CONFRESP", "NE")
        if carried == "PD":
            answer.append((None, None))
            continue
        if response == "PD" or not row["ADT"] > row["NACTDT"]:
            carried = max(carried, response, key=order.index)
        answer.append((response, carried))
    return answer


@given(rows=ASSESSMENTS)
@settings(max_examples=60, deadline=None)
def test_vectorised_rules_agree_with_the_table_read_record_by_record(rows):
    course = random_frame(rows)
    course = course[course["DAY"] >= 1].drop_duplicates(["USUBJID", "ADT"])
    course = course.sort_values(["USUBJID", "ADT"]).reset_index(drop=True)
    got = confirmed_response(course)
    answer = []
    for _, records in course.groupby("USUBJID"):
        answer += by_hand(records.to_dict("records"))
    assert list(zip(plain(got["CONFRESP"]), plain(got["CARRRESP"]), strict=True)) == answer
