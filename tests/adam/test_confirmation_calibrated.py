"""Confirmation gives the best response and the dates of all subjects of the study's design.

The design file lists, for each treated subject, the committee's response at every assessment,
how progression was shown and confirmed, and what must come out.
"""

from pathlib import Path

import pandas as pd
import pytest

from cdisc_pom.adam.confirmation import confirmed_response
from cdisc_pom.adam.confirmation_best import best_response, first_progression, first_response
from cdisc_pom.adam.confirmation_checks import check_responses

DESIGN = Path(__file__).parents[2] / "data" / "pom" / "design" / "subjects.csv"


@pytest.fixture(scope="module")
def subjects():
    design = pd.read_csv(DESIGN, dtype="str")
    return design[design["screenfail"] == "N"].reset_index(drop=True)


@pytest.fixture(scope="module")
def assessments(subjects):
    """One row an assessment, the confirming sample of a progression included."""
    parts = [
        exploded(subjects, "visit_days", "visit_resp"),
        exploded(subjects, "ne_visit_days").assign(AVALC="NE"),
    ]
    confirmed = subjects[
        subjects["pd_confirm_day"].notna() & (subjects["pd_confirm_day"] != "DEATH")
    ]
    sample = confirmed[["subjid", "pd_confirm_day"]].set_axis(["subjid", "day"], axis=1)
    parts.append(sample.assign(AVALC="PD", ONLYCNFL="Y"))
    rows = pd.concat(parts, ignore_index=True).merge(subjects, on="subjid", validate="many_to_one")
    is_pd = rows["AVALC"] == "PD"
    yes = pd.Series("Y", rows.index, dtype="str")
    return pd.DataFrame(
        {
            "USUBJID": rows["subjid"],
            "ADT": study_date(rows, "day"),
            "AVALC": rows["AVALC"].astype("str"),
            "ONLYCNFL": rows["ONLYCNFL"].astype("str"),
            "PDIFL": yes.where(is_pd & (rows["pd_basis"] == "IMAGING")),
            "DTHPDFL": yes.where(is_pd & (rows["pd_confirm_day"] == "DEATH")),
            "TRTSDT": pd.to_datetime(rows["startdt"]),
            "NACTDT": study_date(rows, "nact_day"),
            "DTHDT": study_date(rows, "death_day"),
        }
    )


def exploded(subjects, days, responses=None):
    """A row for each of the semicolon-separated values."""
    columns = {"day": subjects[days].str.split(";")}
    if responses:
        columns["AVALC"] = subjects[responses].str.split(";")
    rows = pd.DataFrame({"subjid": subjects["subjid"], **columns})
    return rows.dropna().explode(list(columns))


def study_date(rows, day):
    days = pd.to_numeric(rows[day])
    return pd.to_datetime(rows["startdt"]) + pd.to_timedelta(days - 1, "D")


def test_the_design_has_no_faults(assessments):
    assert check_responses(assessments).empty


def test_best_first_and_progression_of_all_subjects(subjects, assessments):
    derived = confirmed_response(assessments)
    everyone = subjects[["subjid"]].rename(columns={"subjid": "USUBJID"})
    best = best_response(derived, subjects=everyone)
    best = best.merge(first_response(derived), on="USUBJID", how="left")
    best = best.merge(first_progression(derived), on="USUBJID", how="left")
    got = pd.DataFrame(
        {
            "bor": best["BOR"],
            "first": days_of(best["RSPDT"], subjects),
            "pd": days_of(best["PDDT"], subjects),
        }
    )
    wanted = pd.DataFrame(
        {
            "bor": subjects["bor_irac"],
            "first": pd.to_numeric(subjects["first_resp_day"]),
            "pd": pd.to_numeric(subjects["pd_day"]),
        }
    )
    assert len(got) == 74
    pd.testing.assert_frame_equal(got, wanted, check_dtype=False)


def days_of(dates, subjects):
    return (dates - pd.to_datetime(subjects["startdt"])).dt.days + 1


def test_figures_of_the_study(assessments, subjects):
    # the figures that the design was calibrated to: 28 responders and 60 of 74 with control
    best = best_response(
        confirmed_response(assessments),
        subjects=subjects[["subjid"]].rename(columns={"subjid": "USUBJID"}),
    )["BOR"].value_counts()
    assert best[["CR", "VGPR", "PR"]].sum() == 28
    assert best[["CR", "VGPR", "PR", "SD"]].sum() == 60
    assert best["NE"] == 9
