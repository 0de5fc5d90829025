"""Confirmed and best response as rows of the workbook call them.

The rules themselves are tested in test_confirmation.py; here stands what the algorithms take and
give. IMWG: a response counts when the next assessment is at least as good; progression counts at
the first of its two dates.
"""

import numpy as np
import pandas as pd
import pytest
from analysis_by_hand import dates, plain, shown, texts

from cdisc_pom.adam.response import best_response, confirmed_response, response_imwg
from cdisc_pom.algorithms.registry import ComponentTable

DAYS = ["2024-01-29", "2024-02-26", "2024-03-25", "2024-04-22", "2024-05-20"]


def confirmed(*responses, subjects=None, days=None, **more):
    count = len(responses)
    by = (texts(*(subjects or ["01"] * count), name="USUBJID"),)
    given = dates(*(days or DAYS[:count]))
    return confirmed_response(texts(*responses), given, by, dates(*["2024-01-01"] * count), **more)


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        (["PR", "PR"], ["PR", "PR"]),
        (["SD", "PR", "PR"], ["SD", "PR", "PR"]),
        (["PR", "SD"], ["SD", "SD"]),  # not confirmed: stable
        (["PR", "NE", "PR"], ["PR", "PR", "PR"]),  # NE is skipped and carries what was
        (["PR", "VGPR"], ["PR", "PR"]),  # VGPR is not confirmed yet
        (["VGPR", "PR"], ["PR", "PR"]),  # the better one is confirmed as the lesser
    ],
)
def test_a_response_is_confirmed_by_the_next_evaluable_assessment(responses, expected):
    made = confirmed(*responses)
    assert [value for (value,) in shown(made, "AVALC")] == expected


def test_a_confirmed_progression_ends_the_series():
    made = confirmed("PR", "PR", "PD", "PD")
    assert shown(made, "ADT", "AVALC", "ANL03FL")[:3] == [
        (DAYS[0], "PR", "Y"), (DAYS[1], "PR", "Y"), (DAYS[2], "PD", "Y"),
    ]  # fmt: skip


def test_records_behind_new_therapy_are_flagged_out():
    made = confirmed("PR", "PR", "PR", "PR", new_therapy=dates(*["2024-03-01"] * 4))
    assert [flag for (flag,) in shown(made, "ANL02FL")] == ["Y", "Y", None, None]


def test_a_new_record_knows_the_record_that_it_was_made_from():
    made = confirmed("PR", "PR", "SD", "SD", subjects=["02", "02", "01", "01"],
                     days=[DAYS[1], DAYS[0], DAYS[0], DAYS[1]])  # fmt: skip
    found = shown(made, "USUBJID", "ADT")
    given = [("02", DAYS[1]), ("02", DAYS[0]), ("01", DAYS[0]), ("01", DAYS[1])]
    assert [given[at] for at in made.rows] == found


def test_responses_that_are_no_code_are_told_all_at_once_at_their_records():
    made = confirmed("PR", "partial", "缓解")
    assert len(made.rows) == 0, "nothing is derived from what cannot be read"
    (problem,) = made.problems
    assert problem.message.startswith("AVALC '{value}' is not a response")
    assert np.flatnonzero(problem.rows).tolist() == [1, 2]
    assert plain(problem.values) == [None, "partial", "缓解"]
    assert {problem.severity for problem in made.problems} == {"error"}


def best(*responses, flags=None, subjects=None, everyone=None):
    count = len(responses)
    yes = texts(*["Y"] * count)
    first, therapy, progression = flags or (yes, yes, yes)
    return best_response(
        texts(*responses), dates(*DAYS[:count]), (texts(*(subjects or ["01"] * count), name="USUBJID"),),
        first, therapy, progression, subjects=None if everyone is None else texts(*everyone),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        (["SD", "PR", "PR"], ("PR", DAYS[1])),
        (["PR", "VGPR", "PR"], ("VGPR", DAYS[1])),
        (["SD", "SD"], ("SD", DAYS[0])),
        (["PD"], ("PD", DAYS[0])),
        (["NE", "SD"], ("SD", DAYS[1])),
        (["sCR", "CR"], ("sCR", DAYS[0])),
    ],
)
def test_the_best_response_and_the_first_date_on_which_it_was_reached(responses, expected):
    assert shown(best(*responses), "AVALC", "ADT") == [expected]


def test_a_subject_without_a_response_is_not_evaluable():
    made = best("PR", everyone=["01", "02"])
    assert sorted(shown(made, "USUBJID", "AVALC", "ADT")) == [
        ("01", "PR", DAYS[0]), ("02", "NE", None),
    ]  # fmt: skip
    assert sorted(made.rows.tolist()) == [-1, 0]


def test_records_that_are_flagged_out_do_not_count():
    yes, half = texts("Y", "Y", "Y"), texts("Y", "Y", None)
    assert shown(best("SD", "PR", "VGPR", flags=(yes, half, yes)), "AVALC") == [("PR",)]


def test_nobody_gives_no_best_response():
    made = best()
    assert (len(made.rows), shown(made, "USUBJID")) == (0, [])
    assert isinstance(made.rows, np.ndarray)


# Response of a visit from laboratory and imaging --------------------------------------------------

#          subject, component, date, number, text; first dose of all is 2024-01-01
RESULTS = [
    ("01", "SMP", "2023-12-28", 3.0, None),
    ("01", "SMP", "2024-01-29", 1.5, None),  # a fall of exactly a half
    ("01", "SMP", "2024-02-26", 1.4, None),
    ("01", "BONE", "2024-02-26", None, "NEW"),
    ("02", "UMP", "2023-12-28", 1000.0, None),
    ("02", "UMP", "2024-01-29", 400.0, None),  # 60 %: minimal response where it is used
]


def of_results(*rows, subjects=("01", "02"), visits=True, **options):
    subject, component, day, number, word = zip(*rows, strict=True)
    none = pd.Series([np.nan] * len(rows))
    table = ComponentTable(
        {
            "USUBJID": texts(*subject), "COMPONENT": texts(*component), "DATE": dates(*day),
            "VALUE": pd.Series(number, dtype=float), "TEXT": texts(*word), "LOW": none,
            "HIGH": none, "VISIT": texts(*(day if visits else [None] * len(rows))),
        }
    )  # fmt: skip
    start = dates(*["2024-01-01"] * len(subjects))
    return response_imwg(texts(*subjects), start, components=table, **options)


def test_the_response_of_a_visit_comes_from_its_components_and_names_its_rule():
    made = of_results(*RESULTS)
    assert shown(made, "USUBJID", "ADT", "AVALC", "RSPRULE", "PDIFL", "PDNCFL") == [
        ("01", "2024-01-29", "PR", "PR-SMP", None, None),
        ("01", "2024-02-26", "PD", "PD-BONE", "Y", "Y"),
        ("02", "2024-01-29", "SD", "SD-UMP", None, None),
    ]
    assert shown(made, "AVISIT")[0] == ("2024-01-29",)


def test_choices_of_the_criteria_are_arguments():
    assert shown(of_results(*RESULTS, use_mr=True), "AVALC") == [("PR",), ("PD",), ("MR",)]
    assert shown(of_results(*RESULTS, serum_measurable=3.5), "AVALC")[0] == ("NE",)
    assert shown(of_results(*RESULTS, urine_measurable=1500), "AVALC")[2] == ("NE",)


def test_subjects_that_are_not_asked_for_have_no_response():
    assert shown(of_results(*RESULTS, subjects=("02",)), "USUBJID") == [("02",)]


def test_what_a_response_was_made_of_is_known():
    made = of_results(*RESULTS)
    visits, records = made.used
    assert {at for visit, at in zip(visits, records, strict=True) if visit == 0} == {0, 1}
    assert 3 in {at for visit, at in zip(visits, records, strict=True) if visit == 1}


def test_a_subject_without_baseline_is_told_at_the_subject_and_a_text_at_its_record():
    made = of_results(*RESULTS[:4], *RESULTS[5:])
    (told,) = [p for p in made.problems if "nothing is followed" in p.message]
    assert (np.flatnonzero(told.rows).tolist(), told.gathered, told.severity) == (
        [1], False, "warning",
    )  # fmt: skip
    broken = of_results(*RESULTS, ("01", "SIFE", "2024-03-25", None, "neg"))
    assert len(broken.rows) == 0
    (told,) = [p for p in broken.problems if p.severity == "error"]
    assert (np.flatnonzero(told.rows).tolist(), told.gathered) == ([6], True)
    assert told.message == "SIFE '{value}' is none of: NEGATIVE, POSITIVE"
    assert plain(told.values)[6] == "neg"
