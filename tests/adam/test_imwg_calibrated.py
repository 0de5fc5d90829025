"""Laboratory values made to the responses of the study's design give back its figures.

Each subject has a serum M-protein of 3 g/dL at baseline and, at each assessment, a value that
shows the committee's response; progression is 1 g/dL over the value before, or a new bone
lesion. So the windows, nadirs, confirmation and dates are tried on the days of real visits.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.adam.imwg import Criteria, imwg_response

DESIGN = Path(__file__).parents[2] / "data" / "pom" / "design" / "subjects.csv"

LEVELS = {"SD": 2.9, "PR": 1.2, "VGPR": 0.2, "CR": 0.0}


@pytest.fixture(scope="module")
def design():
    rows = pd.read_csv(DESIGN, dtype="str")
    return rows[rows["screenfail"] == "N"].reset_index(drop=True)


def assessments(design):
    """Subject, day, response of each assessment, the confirming sample of progression too."""
    listed = design[["subjid", "visit_days", "visit_resp"]].dropna()
    listed = listed.set_axis(["USUBJID", "ADY", "RESP"], axis=1)
    listed = listed.assign(ADY=listed["ADY"].str.split(";"), RESP=listed["RESP"].str.split(";"))
    sample = design[["subjid", "pd_confirm_day"]].set_axis(["USUBJID", "ADY"], axis=1).dropna()
    sample = sample[sample["ADY"] != "DEATH"].assign(RESP="PD")
    rows = pd.concat([listed.explode(["ADY", "RESP"]), sample], ignore_index=True)
    rows["ADY"] = rows["ADY"].astype("int64")
    return rows.sort_values(["USUBJID", "ADY"], ignore_index=True)


def components(design):
    rows = assessments(design)
    value = rows["RESP"].map(LEVELS)
    before = value.groupby(rows["USUBJID"]).ffill().fillna(3.0)
    by_imaging = rows["USUBJID"].map(design.set_index("subjid")["pd_basis"]) == "IMAGING"
    is_pd = rows["RESP"] == "PD"
    value = value.fillna(before + np.where(by_imaging, 0.0, 1.0))
    parts = [
        rows[["USUBJID", "ADY"]].assign(PARAMCD="SMP", AVAL=value),
        rows.loc[is_pd & by_imaging, ["USUBJID", "ADY"]].assign(PARAMCD="BONE", AVALC="NEW"),
        pd.DataFrame({"USUBJID": design["subjid"], "ADY": -5, "PARAMCD": "SMP", "AVAL": 3.0}),
    ]
    complete = rows.loc[rows["RESP"] == "CR", ["USUBJID", "ADY"]]
    parts += [complete.assign(PARAMCD=code, AVALC="NEGATIVE") for code in ("SIFE", "UIFE")]
    parts.append(complete.assign(PARAMCD="BMPC", AVAL=2.0))
    not_evaluable = (
        design[["subjid", "ne_visit_days"]].dropna().set_axis(["USUBJID", "ADY"], axis=1)
    )
    parts.append(not_evaluable.astype({"ADY": "int64"}).assign(PARAMCD="UMP", AVAL=0.0))
    made = pd.concat(parts, ignore_index=True)
    return made.astype({"USUBJID": "str", "AVALC": "str", "PARAMCD": "str"})


def subjects(design):
    cause = pd.Series("Y", design.index, dtype="str").where(design["pd_confirm_day"] == "DEATH")
    return pd.DataFrame(
        {
            "USUBJID": design["subjid"],
            "NACTDY": pd.to_numeric(design["nact_day"]),
            "DTHDY": pd.to_numeric(design["death_day"]),
            "DTHPDFL": cause,
        }
    )


@pytest.mark.parametrize("nadir", ["confirmed", "any"])
def test_values_made_to_the_design_give_its_best_response_and_dates(design, nadir):
    criteria = Criteria.of("2011", nadir=nadir)
    got = imwg_response(components(design), subjects(design), day="ADY", criteria=criteria)
    wanted = pd.DataFrame(
        {
            "CBOR": design["bor_irac"],
            "RSPDY": pd.to_numeric(design["first_resp_day"]),
            "PDDY": pd.to_numeric(design["pd_day"]),
        }
    )
    found = got.subjects[["CBOR", "RSPDY", "PDDY"]].astype({"RSPDY": "float64", "PDDY": "float64"})
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_each_assessment_of_the_design_is_a_visit_with_its_response(design):
    got = imwg_response(components(design), subjects(design), day="ADY").visits
    wanted = assessments(design)
    evaluable = got[got["AVALC"] != "NE"].set_index("USUBJID")[["ADY", "AVALC"]]
    wanted = wanted.set_index("USUBJID").set_axis(["ADY", "AVALC"], axis=1)
    # Of subject 033 the results of days 307 and 315 are in one window (target 309): the bone
    # lesion of day 315 goes with the nearer serum of day 307, the serum of day 315 stands alone.
    assert evaluable.loc["033"].values.tolist()[-3:] == [[279, "PR"], [315, "PD"], [315, "PR"]]
    assert wanted.loc["033"].values.tolist()[-3:] == [[279, "PR"], [307, "PR"], [315, "PD"]]
    pd.testing.assert_frame_equal(evaluable.drop("033"), wanted.drop("033"))
