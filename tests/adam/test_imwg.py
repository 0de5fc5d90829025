"""Courses of disease, each read off the criteria by hand.

A course is one line a day: study day, results, and the response of the visit behind the bar.
Day 1 is first dose, so the lines up to day 1 are the baseline. Units: SMP g/dL, UMP mg/24 h,
light chains mg/L, marrow %, plasmacytomas mm2, calcium mmol/L. The light chain is kappa.
"""

import numpy as np
import pandas as pd
import pytest

from cdisc_pom.adam.imwg import Criteria, imwg_response

COMPLETE = "SIFE=NEGATIVE UIFE=NEGATIVE"


def components(text, subject="01"):
    """The results of a course as a long table."""
    rows = []
    for line in text.strip().splitlines():
        day, *results = line.split("|")[0].split()
        for result in results:
            name, _, value = result.partition("=")
            number, _, remark = value.partition(":")
            is_number = number.replace(".", "").lstrip("-").isdigit()
            rows.append(
                {
                    "USUBJID": subject,
                    "ADY": int(day),
                    "PARAMCD": name,
                    "AVAL": float(number) if is_number else np.nan,
                    "AVALC": (remark or None) if is_number else number,
                }
            )
    return pd.DataFrame(rows).astype({"AVALC": "str", "ADY": "int64"})


def patients(subject="01", **events):
    return pd.DataFrame(
        {"USUBJID": [subject], "MMLIGHT": ["KAPPA"]} | {k: [v] for k, v in events.items()}
    )


def derive(text, criteria=None, **events):
    options = {} if criteria is None else {"criteria": criteria}
    return imwg_response(components(text), patients(**events), day="ADY", **options)


def responses(text, criteria=None, **events):
    return derive(text, criteria, **events).visits["AVALC"].tolist()


def expected(text):
    return [line.split("|")[1].split()[0] for line in text.strip().splitlines() if "|" in line]


SERUM = {
    "fall of exactly 50 %": """
        -3 SMP=3.0
        29 SMP=1.5 | PR
    """,
    "fall of 49.7 %": """
        -3 SMP=3.0
        29 SMP=1.51 | SD
    """,
    "fall of exactly 90 %": """
        -3 SMP=3.0
        29 SMP=0.3 | VGPR
    """,
    "fall of 89.7 %": """
        -3 SMP=3.0
        29 SMP=0.31 | PR
    """,
    "fall of 25 % is SD unless minimal response is used": """
        -3 SMP=4.0
        29 SMP=3.0 | SD
    """,
    "not detectable, immunofixation positive": """
        -3 SMP=3.0
        29 SMP=0 SIFE=POSITIVE UIFE=NEGATIVE BMPC=2 | VGPR
    """,
    "0.5 g/dL is measurable": """
        -3 SMP=0.5
        29 SMP=0.25 | PR
    """,
    "0.4 g/dL is not": """
        -3 SMP=0.4
        29 SMP=0.1 | NE
    """,
    "M-protein missing": """
        -3 SMP=3.0
        29 UMP=0 SIFE=NEGATIVE | NE
        57 SMP=1.4 | PR
    """,
}

COMPLETE_RESPONSE = {
    "immunofixation negative and a clean marrow": """
        -3 SMP=3.0 UMP=0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=3 | CR
    """,
    "no marrow at all": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE | VGPR
    """,
    "marrow of 5 %": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=5 | VGPR
    """,
    "marrow of 4.9 %": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=4.9 | CR
    """,
    "a clean marrow counts until another is not": """
        -3 SMP=3.0
        29 SMP=0.2 BMPC=2 | VGPR
        57 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE | CR
        85 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=8 | VGPR
        113 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE | VGPR
    """,
    "the marrow of baseline does not count": """
        -3 SMP=3.0 BMPC=4
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE | VGPR
    """,
    "serum immunofixation missing": """
        -3 SMP=3.0
        29 SMP=0 UIFE=NEGATIVE BMPC=2 | VGPR
    """,
    "urine immunofixation missing": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE BMPC=2 | VGPR
    """,
    "urine immunofixation positive": """
        -3 SMP=3.0
        29 SMP=0 UMP=0 SIFE=NEGATIVE UIFE=POSITIVE BMPC=2 | VGPR
    """,
    "negative immunofixation beside much M-protein": """
        -3 SMP=3.0
        29 SMP=1.2 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=2 | PR
    """,
    "normal ratio and no clonal cells": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT KAP=10 LAM=9 | sCR
    """,
    "ratio abnormal": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT KAP=20 LAM=9 | CR
    """,
    "ratio of exactly 1.65": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT KAP=16.5 LAM=10 | sCR
    """,
    "ratio given by the laboratory": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT FLCR=0.26 | sCR
    """,
    "no lambda at all: the ratio is infinite": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT KAP=5 LAM=0 | CR
    """,
    "ratio missing": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=ABSENT | CR
    """,
    "clonality not looked for": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 FLCR=1 | CR
    """,
    "clonal cells": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 BMCLON=PRESENT FLCR=1 | CR
    """,
    "absence of clonal cells is carried like the marrow": """
        -3 SMP=3.0
        29 SMP=0.1 BMPC=1 BMCLON=ABSENT | VGPR
        57 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE FLCR=1 | sCR
        85 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE FLCR=1 BMCLON=PRESENT | CR
    """,
    "relapse from complete response is not progression": """
        -3 SMP=3.0
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 | CR
        57 SMP=0.1 SIFE=POSITIVE UIFE=NEGATIVE | VGPR
    """,
}

URINE = {
    "under 100 mg": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=99 | VGPR
    """,
    "100 mg, a fall of more than 90 %": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=100 | PR
    """,
    "under 200 mg, a fall of 83 %": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=199 | PR
    """,
    "200 mg, a fall of 83 %": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=200 | SD
    """,
    "a fall of exactly 90 %, over 200 mg": """
        -3 SMP=0 UMP=3000
        29 SMP=0 UMP=300 | PR
    """,
    "210 to 190 mg follows the wording": """
        -3 SMP=0 UMP=210
        29 SMP=0 UMP=190 | PR
    """,
    "199 mg at baseline is not measurable": """
        -3 SMP=0 UMP=199
        29 SMP=0 UMP=10 | NE
    """,
    "urine missing": """
        -3 SMP=0 UMP=1200
        29 SMP=0 | NE
    """,
    "no fall and no rise": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=1300 | SD
    """,
    "complete response": """
        -3 SMP=0 UMP=1200
        29 SMP=0 UMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 | CR
    """,
}

SERUM_AND_URINE = {
    "the component that responds least": """
        -3 SMP=3.0 UMP=1200
        29 SMP=0.2 UMP=150 | PR
        57 SMP=0.2 UMP=600 | SD
        85 SMP=0.2 UMP=50  | VGPR
        113 SMP=1.0 UMP=50 | PD
    """,
    "urine missing where it is followed": """
        -3 SMP=3.0 UMP=1200
        29 SMP=0.2 | NE
    """,
    "progression by what is there": """
        -3 SMP=3.0 UMP=1200
        29 SMP=4.0 | PD
    """,
    "traces in the urine at baseline: VGPR needs less than 100 mg": """
        -3 SMP=3.0 UMP=60
        29 SMP=0.2 UMP=99  | VGPR
        57 SMP=0.2 UMP=110 | PR
        85 SMP=0.2         | PR
    """,
    "immunofixation once positive in urine has the same effect": """
        -3 SMP=3.0 UMP=0
        29 SMP=0.2 UMP=0 UIFE=POSITIVE | VGPR
        57 SMP=0.2 | PR
    """,
    "urine never positive is not asked for": """
        -3 SMP=3.0 UMP=0 UIFE=NEGATIVE
        29 SMP=0.2 | VGPR
    """,
    "urine not done at baseline is not asked for": """
        -3 SMP=3.0
        29 SMP=0.2 | VGPR
    """,
    "urine not followed is not needed for PR": """
        -3 SMP=3.0 UMP=60
        29 SMP=1.2 | PR
    """,
}

LIGHT_CHAINS = {
    "difference falls by exactly half": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=260 LAM=10 | PR
    """,
    "difference falls by less": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=261 LAM=10 | SD
    """,
    "difference falls by exactly 90 %": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=60 LAM=10 | VGPR
    """,
    "a normal ratio, immunofixation negative, a clean marrow": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=15 LAM=10 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 | CR
    """,
    "a normal ratio with a fall of 80 % and no marrow": """
        -3 SMP=0 UMP=0 KAP=150 LAM=50
        29 SMP=0 UMP=0 KAP=70 LAM=50 SIFE=NEGATIVE UIFE=NEGATIVE | PR
    """,
    "no minimal response by light chains": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=360 LAM=10 | SD
    """,
    "not followed where serum is": """
        -3 SMP=1.0 UMP=0 KAP=510 LAM=10
        29 SMP=0.4 UMP=0 KAP=900 LAM=10 | PR
    """,
    "involved chain under 100 mg/L": """
        -3 SMP=0 UMP=0 KAP=99 LAM=1
        29 SMP=0 UMP=0 KAP=20 LAM=1 | NE
    """,
    "ratio normal at baseline": """
        -3 SMP=0 UMP=0 KAP=150 LAM=100
        29 SMP=0 UMP=0 KAP=20 LAM=15 | NE
    """,
    "progression is more than 100 mg/L": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=60 LAM=10 | VGPR
        57 SMP=0 UMP=0 KAP=160 LAM=10 | PR
        85 SMP=0 UMP=0 KAP=161 LAM=10 | PD
    """,
    "25 % is asked too": """
        -3 SMP=0 UMP=0 KAP=1010 LAM=10
        29 SMP=0 UMP=0 KAP=1200 LAM=10 | SD
        57 SMP=0 UMP=0 KAP=1260 LAM=10 | PD
    """,
    "a difference under zero is a nadir": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=8 LAM=20 | VGPR
        57 SMP=0 UMP=0 KAP=98 LAM=10 | PR
        85 SMP=0 UMP=0 KAP=99 LAM=10 | PD
    """,
    "given as involved, uninvolved and difference": """
        -3 SMP=0 UMP=0 IFLC=510 UFLC=10 FLCR=51
        29 SMP=0 UMP=0 dFLC=250 | PR
    """,
    "one chain missing": """
        -3 SMP=0 UMP=0 KAP=510 LAM=10
        29 SMP=0 UMP=0 KAP=60 | NE
    """,
}

MARROW = {
    "fall by half from 30 % or more": """
        -3 SMP=0 UMP=0 BMPC=40
        29 SMP=0 UMP=0 BMPC=20 | PR
        57 SMP=0 UMP=0 BMPC=21 | SD
        85 SMP=0 UMP=0 | NE
    """,
    "under 30 % at baseline": """
        -3 SMP=0 UMP=0 BMPC=29
        29 SMP=0 UMP=0 BMPC=10 | NE
    """,
    "progression is 25 % and 10 points": """
        -3 SMP=0 UMP=0 BMPC=40
        29 SMP=0 UMP=0 BMPC=20 | PR
        57 SMP=0 UMP=0 BMPC=29 | SD
        85 SMP=0 UMP=0 BMPC=30 | PD
    """,
    "complete response": """
        -3 SMP=0 UMP=0 BMPC=40
        29 SMP=0 UMP=0 BMPC=4 SIFE=NEGATIVE UIFE=NEGATIVE | CR
    """,
    "not progression where serum is measurable": """
        -3 SMP=3.0 BMPC=40
        29 SMP=1.5 BMPC=80 | PR
    """,
    "higher of aspirate and biopsy": """
        -3 SMP=0 UMP=0 BMPC=35 BMPC=40
        29 SMP=0 UMP=0 BMPC=21 BMPC=10 | SD
    """,
}

PROGRESSION = {
    "25 % and 0.5 g/dL": """
        -3 SMP=2.0
        29 SMP=2.5 | PD
    """,
    "20 % and 0.4 g/dL": """
        -3 SMP=2.0
        29 SMP=2.4 | SD
    """,
    "0.5 g/dL but not 25 %": """
        -3 SMP=3.0
        29 SMP=3.5 | SD
    """,
    "25 % but not 0.5 g/dL": """
        -3 SMP=1.0
        29 SMP=1.4 | SD
    """,
    "1 g/dL is enough from 5 g/dL on": """
        -3 SMP=5.0
        29 SMP=6.0 | PD
    """,
    "but not from 4.9 g/dL": """
        -3 SMP=4.9
        29 SMP=5.9 | SD
    """,
    "from the lowest value, not from baseline": """
        -3 SMP=4.0
        29 SMP=1.2 | PR
        57 SMP=1.0 | PR
        85 SMP=1.5 | PD
    """,
    "the steady way down does not wait for another sample": """
        -3 SMP=4.0
        29 SMP=2.2 | SD
        57 SMP=1.8 | PR
        85 SMP=2.3 | PD
    """,
    "a lone dip is not a nadir": """
        -3 SMP=4.0
        29 SMP=3.9 | SD
        57 SMP=1.9 | PR
        85 SMP=3.9 | SD
    """,
    "nor is one low value that the next sample does not bear out": """
        -3 SMP=3.0
        29 SMP=1.0 | PR
        57 SMP=1.6 | SD
    """,
    "a neighbour within 25 % bears a low value out, 30 % does not": """
        -3 SMP=8.0
        29 SMP=4.0 | PR
        57 SMP=5.2 | SD
        85 SMP=4.2 | SD
        113 SMP=5.2 | SD
        141 SMP=5.25 | PD
    """,
    "zero is a nadir": """
        -3 SMP=3.0
        29 SMP=0.4 | PR
        57 SMP=0   | VGPR
        85 SMP=0.4 | PR
        113 SMP=0.5 | PD
    """,
    "serum that was not measurable": """
        -3 SMP=0 UMP=1200
        29 SMP=0.6 UMP=50 | PD
    """,
    "urine by 200 mg": """
        -3 SMP=3.0 UMP=50
        29 SMP=1.0 UMP=250 | PD
    """,
    "urine by 199 mg": """
        -3 SMP=3.0 UMP=50
        29 SMP=1.0 UMP=249 | PR
    """,
    "urine by 200 mg but not 25 %": """
        -3 SMP=0 UMP=1000
        29 SMP=0 UMP=1200 | SD
        57 SMP=0 UMP=1250 | PD
    """,
    "new bone lesion with stable M-protein": """
        -3 SMP=3.0
        29 SMP=1.4 BONE=STABLE | PR
        57 SMP=1.4 BONE=NEW | PD
    """,
    "definite growth of a bone lesion": """
        -3 SMP=3.0
        29 SMP=3.0 BONE=INCREASED | PD
    """,
    "bone lesion while M-protein is missing": """
        -3 SMP=3.0
        29 BONE=NEW | PD
    """,
    "progression without a baseline": """
        29 SMP=3.0 | NE
        57 SMP=3.2 | NE
        85 SMP=4.0 | PD
    """,
    "each visit is judged by the earlier ones only": """
        -3 SMP=3.0
        29 SMP=2.9 | SD
        57 SMP=1.0 | PR
        85 SMP=0.9 | PR
    """,
}

PLASMACYTOMA = {
    "new": """
        -3 SMP=3.0
        29 SMP=1.0 PLAS=100:NEW | PD
    """,
    "new, without a size": """
        -3 SMP=3.0
        29 SMP=1.0 PLAS=NEW | PD
    """,
    "a lesion grown by half": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=450:INCREASED | PD
    """,
    "sum 50 % above the lowest": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=200 | PR
        57 SMP=1.0 PLAS=299 | SD
        85 SMP=1.0 PLAS=300 | PD
    """,
    "back after it was gone": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=0 | PR
        57 SMP=1.0 PLAS=10 | PD
    """,
    "PR needs a fall of half": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=250 | SD
        57 SMP=1.0 PLAS=200 | PR
    """,
    "VGPR of 2011 needs no more": """
        -3 SMP=3.0 PLAS=400
        29 SMP=0.2 PLAS=200 | VGPR
    """,
    "CR needs it gone": """
        -3 SMP=3.0 PLAS=400
        29 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE BMPC=1 PLAS=10 | VGPR
        57 SMP=0 SIFE=NEGATIVE UIFE=NEGATIVE PLAS=0 | CR
    """,
    "the last imaging stands for 84 days": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=100 | PR
        57 SMP=1.0 | PR
        113 SMP=0.2 | VGPR
    """,
    "after 84 days no more than what was proven": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 PLAS=100 | PR
        114 SMP=0.2 | PR
        141 SMP=0.2 | PR
        169 SMP=0.2 PLAS=90 | VGPR
        281 SMP=0.2 | VGPR
        309 SMP=1.8 | PD
    """,
    "never imaged again": """
        -3 SMP=3.0 PLAS=400
        29 SMP=1.0 | SD
        113 SMP=1.0 | SD
    """,
    "not there at baseline": """
        -3 SMP=3.0 PLAS=0
        29 SMP=1.0 | PR
    """,
}

CALCIUM = {
    "above 2.875 mmol/L": """
        -3 SMP=3.0 CACORR=2.4
        29 SMP=1.0 CACORR=2.88 | PD
    """,
    "2.875 mmol/L": """
        -3 SMP=3.0
        29 SMP=1.0 CACORR=2.875 | PR
    """,
    "corrected for albumin": """
        -3 SMP=3.0
        29 SMP=1.0 CA=2.7 ALB=30 | PD
        57 SMP=1.0 CA=2.8 ALB=40 | PR
    """,
    "of another cause": """
        -3 SMP=3.0
        29 SMP=1.0 CACORR=3.1:OTHER | PR
    """,
    "it has to develop": """
        -3 SMP=3.0 CACORR=3.0
        29 SMP=1.0 CACORR=3.0 | PR
        57 SMP=1.0 CACORR=2.4 | PR
        85 SMP=1.0 CACORR=3.0 | PD
    """,
    "by itself between visits": """
        -3 SMP=3.0
        29 SMP=1.0 CACORR=2.4 | PR
        43 CACORR=3.1 | PD
    """,
}

BASELINE = {
    "the last result before first dose, and on its day": """
        -20 SMP=4.0
        -3 SMP=3.0
        1 SMP=2.8
        29 SMP=1.4 | PR
    """,
    "each component by itself": """
        -20 SMP=3.0 UMP=1200
        -3 SMP=2.0
        29 SMP=1.0 UMP=100 | PR
    """,
    "no baseline at all": """
        29 SMP=1.0 | NE
    """,
    "urine has one and serum has not": """
        -3 UMP=1000
        29 SMP=1.0 UMP=80 | VGPR
    """,
}

COURSES = {
    f"{group}: {name}": text
    for group, courses in {
        "serum": SERUM,
        "complete": COMPLETE_RESPONSE,
        "urine": URINE,
        "both": SERUM_AND_URINE,
        "light chains": LIGHT_CHAINS,
        "marrow": MARROW,
        "progression": PROGRESSION,
        "plasmacytoma": PLASMACYTOMA,
        "calcium": CALCIUM,
        "baseline": BASELINE,
    }.items()
    for name, text in courses.items()
}


@pytest.fixture(scope="module")
def derived():
    """All courses derived in one go, each as a patient of that name."""
    rows = [components(text, name) for name, text in COURSES.items()]
    people = pd.concat([patients(name) for name in COURSES], ignore_index=True)
    return imwg_response(pd.concat(rows, ignore_index=True), people, day="ADY").visits


@pytest.mark.parametrize("name", COURSES)
def test_course(name, derived):
    got = derived.loc[derived["USUBJID"] == name, "AVALC"]
    assert got.tolist() == expected(COURSES[name])


# Versions and options ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "response"), [("2006", "VGPR"), ("2011", "VGPR"), ("2016", "PR")]
)
def test_vgpr_of_2016_needs_a_fall_of_plasmacytomas_by_90_percent(version, response):
    course = "-3 SMP=3.0 PLAS=400\n29 SMP=0.2 PLAS=100"
    assert responses(course, Criteria.of(version)) == [response]
    assert responses(course.replace("PLAS=100", "PLAS=40"), Criteria.of(version)) == ["VGPR"]


@pytest.mark.parametrize(("version", "response"), [("2006", "PD"), ("2011", "PD"), ("2016", "PR")])
def test_hypercalcaemia_is_clinical_relapse_in_2016(version, response):
    course = "-3 SMP=3.0\n29 SMP=1.0 CACORR=3.0"
    assert responses(course, Criteria.of(version)) == [response]


def test_hypercalcaemia_may_have_to_be_stated_as_due_to_myeloma():
    stated = Criteria.of("2011", calcium_stated=True)
    assert responses("-3 SMP=3.0\n29 SMP=1.0 CACORR=3.0", stated) == ["PR"]
    assert responses("-3 SMP=3.0\n29 SMP=1.0 CACORR=3.0:MYELOMA", stated) == ["PD"]


@pytest.mark.parametrize(
    ("cells", "response"),
    [
        (200, "PD"),  # doubled, and 200
        (199, "PR"),  # doubled, but under 200
    ],
)
def test_circulating_plasma_cells_are_progression_in_2016(cells, response):
    course = f"-3 SMP=3.0 CPC=100\n29 SMP=1.0 CPC={cells}"
    assert responses(course, Criteria.of("2016")) == [response]
    assert responses(course, Criteria.of("2011")) == ["PR"]


def test_circulating_plasma_cells_must_rise_by_half():
    assert responses("-3 SMP=3.0 CPC=200\n29 SMP=1.0 CPC=299", Criteria.of("2016")) == ["PR"]
    assert responses("-3 SMP=3.0 CPC=200\n29 SMP=1.0 CPC=300", Criteria.of("2016")) == ["PD"]


def test_measurable_limits_are_arguments():
    course = "-3 SMP=0.8\n29 SMP=0.4"
    assert responses(course) == ["PR"]
    assert responses(course, Criteria.of("2011", serum_measurable=1.0)) == ["NE"]


def test_nadir_of_any_value_lets_a_lone_dip_count():
    course = PROGRESSION["a lone dip is not a nadir"]
    assert responses(course, Criteria.of("2011", nadir="any")) == ["SD", "PR", "PD"]


def test_both_nadirs_agree_on_a_course_without_lone_dips():
    course = "-3 SMP=4.0\n29 SMP=2.0\n57 SMP=1.7\n85 SMP=1.8\n113 SMP=2.4"
    for nadir in ("any", "confirmed"):
        assert responses(course, Criteria.of("2011", nadir=nadir)) == ["PR", "PR", "PR", "PD"]


MINIMAL = """
    -3 SMP=4.0 UMP=1000
    29 SMP=3.0 UMP=500 | MR
    57 SMP=3.0 UMP=501 | SD
    85 SMP=3.1 UMP=500 | SD
    113 SMP=2.0 UMP=500 | MR
    141 SMP=2.0 UMP=200 | MR
    169 SMP=3.0 UMP=150 | PD
"""  # 25 and 50 %; 49.9 %; 22.5 %; PR and MR; 80 % but not under 200 mg; 50 % over the nadir


def test_minimal_response_where_it_is_used():
    used = derive(MINIMAL, Criteria.of("2016", use_mr=True)).visits
    assert used["AVALC"].tolist() == expected(MINIMAL)
    not_used = derive(MINIMAL, Criteria.of("2016")).visits
    assert not_used["AVALC"].tolist() == ["SD", "SD", "SD", "SD", "SD", "PD"]
    flags = ["Y", None, None, "Y", "Y", None]
    for visits in (used, not_used):
        assert [None if pd.isna(flag) else flag for flag in visits["MRFL"]] == flags


@pytest.mark.parametrize(("percent", "response"), [(25, "MR"), (50, "SD")])
def test_fall_of_plasmacytomas_for_minimal_response_is_an_argument(percent, response):
    course = "-3 SMP=4.0 PLAS=400\n29 SMP=2.9 PLAS=300"
    criteria = Criteria.of("2016", use_mr=True, mr_plasmacytoma_fall=percent)
    assert responses(course, criteria) == [response]


def test_marrow_may_show_progression_of_everyone():
    course = MARROW["not progression where serum is measurable"]
    assert responses(course, Criteria.of("2011", marrow_progression="always")) == ["PD"]


def test_days_for_which_imaging_stands_are_an_argument():
    course = "-3 SMP=3.0 PLAS=400\n29 SMP=1.0 PLAS=100\n113 SMP=0.2"
    assert responses(course, Criteria.of("2011", plasmacytoma_days=83)) == ["PR", "PR"]


def test_limits_of_the_ratio_are_arguments_and_those_of_the_record_win():
    course = f"-3 SMP=3.0\n29 SMP=0 {COMPLETE} BMPC=1 BMCLON=ABSENT FLCR=2.5"
    assert responses(course) == ["CR"]
    renal = Criteria.of("2011", ratio_low=0.37, ratio_high=3.1)
    assert responses(course, renal) == ["sCR"]
    rows = components(course)
    rows["ANRHI"] = np.where(rows["PARAMCD"] == "FLCR", 2.4, np.nan)
    got = imwg_response(rows, patients(), day="ADY", criteria=renal)
    assert got.visits["AVALC"].tolist() == ["CR"]


def test_lambda_disease():
    course = components("-3 SMP=0 UMP=0 KAP=10 LAM=510\n29 SMP=0 UMP=0 KAP=10 LAM=260")
    everyone = patients().assign(MMLIGHT="LAMBDA")
    got = imwg_response(course, everyone, day="ADY")
    assert got.visits["AVALC"].tolist() == ["PR"]
    assert got.subjects[["FOLLOWED", "BDFLC", "BFLCR"]].values.tolist() == [["DFLC", 500, 10 / 510]]


@pytest.mark.parametrize("light_chain", [None, "absent"])
def test_an_unknown_light_chain_leaves_light_chains_out(light_chain):
    course = components("-3 SMP=0 UMP=0 KAP=510 LAM=10\n29 SMP=0 UMP=0 KAP=260 LAM=10")
    everyone = patients()
    if light_chain is None:
        everyone["MMLIGHT"] = pd.Series([None], dtype="str")
    else:
        everyone = everyone.drop(columns="MMLIGHT")
    got = imwg_response(course, everyone, day="ADY")
    assert got.visits["AVALC"].tolist() == ["NE"]
    assert "light chain" in got.findings["CHECK"].tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nadir": "lowest"}, "nadir 'lowest'"),
        ({"marrow_progression": "never"}, "marrow_progression 'never'"),
        ({"window": -1}, "window"),
        ({"targets": (1, 29)}, "targets"),
    ],
)
def test_criteria_refuse_values_that_no_rule_has(changes, message):
    with pytest.raises(ValueError, match=message):
        Criteria.of("2011", **changes)


def test_criteria_refuse_an_unknown_version():
    with pytest.raises(ValueError, match="version '2014' is not 2006, 2011 or 2016"):
        Criteria.of("2014")


# Visits ------------------------------------------------------------------------------------------


def visits(text, criteria=None, **arguments):
    options = arguments | ({"criteria": criteria} if criteria else {})
    got = imwg_response(components(text), patients(), day="ADY", **options).visits
    got["VISIT"] = got["VISIT"].astype("object").where(got["VISIT"].notna(), None)
    return got[["VISIT", "ADY", "SMP", "AVALC"]].values.tolist()


def test_the_window_is_seven_days_on_both_sides_of_the_target():
    assert visits("-3 SMP=3.0\n21 SMP=1.1\n22 SMP=1.2\n64 SMP=1.3\n65 SMP=1.4") == [
        [None, 21, 1.1, "PR"],
        [1, 22, 1.2, "PR"],
        [2, 64, 1.3, "PR"],
        [None, 65, 1.4, "PR"],
    ]


def test_the_nearest_to_the_target_counts_and_the_other_is_a_visit_of_its_own():
    assert visits("-3 SMP=3.0\n25 SMP=1.3\n30 SMP=1.2") == [
        [None, 25, 1.3, "PR"],
        [1, 30, 1.2, "PR"],
    ]


def test_of_two_equally_near_the_later_counts():
    assert visits("-3 SMP=3.0\n26 SMP=1.3\n32 SMP=1.2") == [
        [None, 26, 1.3, "PR"],
        [1, 32, 1.2, "PR"],
    ]


def test_progression_soon_after_a_visit_is_not_lost_in_its_window():
    assert visits("-3 SMP=3.0\n29 SMP=2.9\n35 SMP=3.8") == [
        [1, 29, 2.9, "SD"],
        [None, 35, 3.8, "PD"],
    ]


def test_neighbouring_days_outside_the_windows_are_one_visit():
    course = "-3 SMP=3.0 UMP=1200\n42 SMP=1.0\n45 UMP=100\n49 SMP=0.9"
    # urine of day 45 goes with serum of day 42; day 49 is four days later
    assert visits(course) == [[None, 45, 1.0, "PR"], [None, 49, 0.9, "NE"]]


def test_a_component_that_comes_twice_outside_the_windows_makes_two_visits():
    assert visits("-3 SMP=3.0\n42 SMP=2.9\n44 SMP=3.8") == [
        [None, 42, 2.9, "SD"],
        [None, 44, 3.8, "PD"],
    ]


def test_targets_and_window_are_arguments():
    weekly = Criteria.of("2011", targets=(8, 22), window=3)
    assert visits("-3 SMP=3.0\n10 SMP=1.0\n19 SMP=1.0\n29 SMP=1.0", weekly) == [
        [1, 10, 1.0, "PR"],
        [2, 19, 1.0, "PR"],
        [None, 29, 1.0, "PR"],
    ]
    three_weeks = Criteria.of("2011", cycle_days=21)
    assert visits("-3 SMP=3.0\n22 SMP=1.0\n43 SMP=1.0", three_weeks) == [
        [1, 22, 1.0, "PR"],
        [2, 43, 1.0, "PR"],
    ]


def test_visits_may_be_given_by_the_records():
    rows = components("-3 SMP=3.0 UMP=1200\n29 SMP=1.0\n41 UMP=100\n57 SMP=0.9 UMP=90")
    rows["VISITNUM"] = [1, 1, 2, 2, 3.1, 3.1]
    got = imwg_response(rows, patients(), day="ADY", visit="VISITNUM").visits
    # both results of visit 2 make one response, dated by the later
    assert got[["VISIT", "ADY", "AVALC"]].values.tolist() == [[2, 41, "PR"], [3.1, 57, "PR"]]
    assert "TARGET" not in got


def test_given_visits_may_have_a_target_day():
    rows = components("-3 SMP=3.0\n27 SMP=1.1\n30 SMP=1.0\n64 SMP=0.9\n99 SMP=0.8")
    rows["VISITNUM"] = [1, 2, 2, 3, 4]
    rows["VISITDY"] = [-7, 29, 29, 57, 85]
    got = imwg_response(rows, patients(), day="ADY", visit="VISITNUM", target="VISITDY").visits
    # day 30 is nearer to 29 than day 27; day 64 is 7 days from its target, day 99 is 14
    assert got["ADY"].tolist() == [27, 30, 64, 99]
    assert [None if pd.isna(name) else name for name in got["VISIT"]] == [None, 2, 3, None]


def test_a_response_is_dated_by_the_latest_component_that_it_needed():
    course = f"-3 SMP=3.0 UMP=1200\n27 SMP=0\n29 UMP=0 {COMPLETE}\n33 BMPC=2\n34 BONE=STABLE"
    got = derive(course).visits
    assert got[["ADY", "AVALC"]].values.tolist() == [[33, "CR"]]
    # without the marrow it is VGPR, for which serum and urine were needed
    got = derive(course.replace("BMPC=2", "BMPC=9")).visits
    assert got[["ADY", "AVALC"]].values.tolist() == [[29, "VGPR"]]


def test_progression_is_dated_by_the_earliest_component_that_shows_it():
    got = derive("-3 SMP=3.0 UMP=0\n27 UMP=0\n29 SMP=4.0\n33 BONE=NEW").visits
    assert got[["ADY", "AVALC", "RULE"]].values.tolist() == [[29, "PD", "PD-SMP; PD-BONE"]]


def test_calcium_alone_makes_no_visit():
    got = derive("-3 SMP=3.0\n15 CA=2.3 ALB=40\n29 SMP=1.0\n43 CACORR=2.5 CPC=10")
    assert got.visits["ADY"].tolist() == [29]
    assert got.evidence["VISITROW"].tolist() == [0, 0]


def test_dates_instead_of_study_days():
    rows = components("-3 SMP=3.0\n1 SMP=2.8\n29 SMP=1.4\n57 SMP=1.4")
    start = pd.Timestamp("2024-02-28")
    days = rows["ADY"] - (rows["ADY"] > 0)
    rows = rows.assign(ADT=start + pd.to_timedelta(days, "D")).drop(columns="ADY")
    everyone = pd.DataFrame(
        {"USUBJID": ["01"], "TRTSDT": [start], "NACTDT": [pd.Timestamp("2024-05-01")]}
    )
    got = imwg_response(rows, everyone)
    assert got.visits["ADT"].tolist() == [pd.Timestamp("2024-03-27"), pd.Timestamp("2024-04-24")]
    assert got.visits["ADY"].tolist() == [29, 57]
    assert got.subjects["RSPDT"].tolist() == [pd.Timestamp("2024-03-27")]
    assert got.subjects[["BSMP", "BOR", "CBOR"]].values.tolist() == [[2.8, "PR", "PR"]]


# Rules, records and flags ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "rule", "withheld"),
    [
        ("-3 SMP=3.0\n29 SMP=2.9", "SD-SMP", "PR-SMP"),
        ("-3 SMP=3.0 UMP=1200\n29 SMP=1.0 UMP=1000", "SD-SMP; SD-UMP", "PR-UMP"),
        ("-3 SMP=3.0 UMP=50\n29 SMP=0.1", "PR-SMP", "VGPR-UMP-100-MISSING"),
        (
            "-3 SMP=3.0\n29 SMP=0 SIFE=POSITIVE BMPC=6",
            "VGPR-SMP",
            "CR-SIFE; CR-UIFE-MISSING; CR-MARROW",
        ),
        (f"-3 SMP=3.0\n29 SMP=0 {COMPLETE}", "VGPR-SMP", "CR-MARROW-MISSING"),
        (
            f"-3 SMP=3.0\n29 SMP=0 {COMPLETE} BMPC=1 FLCR=2",
            "CR-SMP",
            "sCR-FLCR; sCR-BMCLON-MISSING",
        ),
        ("-3 SMP=3.0 PLAS=400\n29 SMP=1.0 PLAS=300", "SD-SMP", "PR-PLAS"),
        ("-3 SMP=3.0 PLAS=400\n169 SMP=1.0", "SD-SMP", "PR-IMAGING-MISSING"),
        ("-3 SMP=3.0 UMP=1200\n29 SMP=1.0", "NE-UMP", None),
        ("29 SMP=1.0", "NE-NO-BASELINE", None),
        ("-3 SMP=0.1 UMP=0\n29 SMP=0.1", "NE-NOT-MEASURABLE", None),
        ("-3 SMP=6.0\n29 SMP=7.0", "PD-SMP-HIGH", None),
        ("-3 SMP=3.0 UMP=0\n29 SMP=4.0 UMP=300 BONE=NEW", "PD-SMP; PD-UMP; PD-BONE", None),
    ],
)
def test_each_decision_names_its_rule_and_what_stands_before_the_next_level(course, rule, withheld):
    row = derive(course).visits.iloc[-1]
    assert row["RULE"] == rule
    assert (None if pd.isna(row["WITHHELD"]) else row["WITHHELD"]) == withheld


def seen(course, **events):
    """Evidence as text: visit, rule, role and the results with their days."""
    rows = components(course)
    got = imwg_response(rows, patients(**events), day="ADY").evidence
    told = rows.loc[got["RECORD"]].reset_index(drop=True)
    result = told["AVAL"].map("{:g}".format).where(told["AVAL"].notna(), told["AVALC"])
    return [
        f"{visit} {rule} {role} {name}={value} day {day}"
        for visit, rule, role, name, value, day in zip(
            got["VISITROW"],
            got["RULE"],
            got["ROLE"],
            told["PARAMCD"],
            result,
            told["ADY"],
            strict=True,
        )
    ]


def test_evidence_of_a_response_is_the_value_and_its_baseline():
    assert seen("-9 SMP=4.0\n-3 SMP=3.0 UMP=900\n29 SMP=1.4 UMP=60 BONE=STABLE") == [
        "0 PR-SMP CURRENT SMP=1.4 day 29",
        "0 PR-SMP BASELINE SMP=3 day -3",
        "0 PR-UMP CURRENT UMP=60 day 29",
        "0 PR-UMP BASELINE UMP=900 day -3",
    ]


def test_evidence_of_progression_is_the_value_and_its_nadir():
    assert seen("-3 SMP=4.0\n29 SMP=1.2\n57 SMP=1.0\n85 SMP=1.2\n113 SMP=1.5 BONE=NEW")[-3:] == [
        "3 PD-SMP CURRENT SMP=1.5 day 113",
        "3 PD-SMP NADIR SMP=1 day 57",
        "3 PD-BONE CURRENT BONE=NEW day 113",
    ]


def test_evidence_names_the_marrow_of_an_earlier_visit():
    got = seen(f"-3 SMP=3.0\n29 SMP=0.1 BMPC=2\n57 SMP=0 {COMPLETE}")
    assert sorted(got[2:]) == [
        "1 CR-BMPC CARRIED BMPC=2 day 29",
        "1 CR-SIFE CURRENT SIFE=NEGATIVE day 57",
        "1 CR-SMP BASELINE SMP=3 day -3",
        "1 CR-SMP CURRENT SMP=0 day 57",
        "1 CR-UIFE CURRENT UIFE=NEGATIVE day 57",
    ]


def test_evidence_of_a_derived_value_is_what_it_was_derived_from():
    days = {-3: 510, 29: 60, 57: 70, 85: 300}
    got = seen("\n".join(f"{day} SMP=0 UMP=0 KAP={kappa} LAM=10" for day, kappa in days.items()))
    assert [line for line in got if line[0] in "02"] == [
        "0 VGPR-DFLC CURRENT KAP=60 day 29",
        "0 VGPR-DFLC CURRENT LAM=10 day 29",
        "0 VGPR-DFLC BASELINE KAP=510 day -3",
        "0 VGPR-DFLC BASELINE LAM=10 day -3",
        "2 PD-DFLC CURRENT KAP=300 day 85",
        "2 PD-DFLC CURRENT LAM=10 day 85",
        "2 PD-DFLC NADIR KAP=60 day 29",
        "2 PD-DFLC NADIR LAM=10 day 29",
    ]


def test_evidence_can_be_left_out():
    got = imwg_response(
        components("-3 SMP=3.0\n29 SMP=1.0"), patients(), day="ADY", with_evidence=False
    )
    assert got.evidence.empty


def flags(course, criteria=None):
    row = derive(course, criteria).visits.iloc[-1]
    names = ["PDIFL", "PDOFL", "PDNCFL", "CRMARFL", "CRRELFL"]
    return [name for name in names if row[name] == "Y"]


@pytest.mark.parametrize(
    ("course", "told"),
    [
        ("-3 SMP=3.0\n29 SMP=4.0", ["PDOFL"]),
        ("-3 SMP=3.0\n29 SMP=3.0 BONE=NEW", ["PDIFL", "PDNCFL"]),
        ("-3 SMP=3.0\n29 SMP=3.0 PLAS=NEW", ["PDIFL", "PDNCFL"]),
        ("-3 SMP=3.0\n29 SMP=3.0 CACORR=3.0", ["PDOFL", "PDNCFL"]),  # as imaging, no second sample
        ("-3 SMP=0 UMP=0 BMPC=40\n29 SMP=0 UMP=0 BMPC=60", ["PDOFL", "PDNCFL"]),
        ("-3 SMP=3.0\n29 SMP=4.0 BONE=NEW", ["PDIFL", "PDOFL", "PDNCFL"]),
        (f"-3 SMP=3.0\n29 SMP=0 {COMPLETE}", ["CRMARFL"]),
        (f"-3 SMP=3.0\n29 SMP=0 {COMPLETE} BMPC=1\n57 SMP=0 SIFE=POSITIVE", ["CRRELFL"]),
        (f"-3 SMP=3.0\n29 SMP=0 {COMPLETE} BMPC=1\n57 SMP=0 {COMPLETE} BMPC=6", ["CRRELFL"]),
        ("-3 SMP=3.0\n29 SMP=1.0 SIFE=POSITIVE", []),
    ],
)
def test_flags_of_a_visit(course, told):
    assert flags(course) == told


def test_what_is_measurable_and_the_baseline_stand_on_the_subject():
    got = derive("-3 SMP=0.5 UMP=200 KAP=510 LAM=10 BMPC=35 PLAS=12\n29 SMP=0.2 UMP=50").subjects
    assert got.drop(columns=["RSPDY", "PDDY"]).iloc[0].to_dict() == {
        "USUBJID": "01",
        "MEASSFL": "Y",
        "MEASUFL": "Y",
        "MEASFFL": "Y",
        "FOLLOWED": "SMP; UMP",
        "BSMP": 0.5,
        "BUMP": 200.0,
        "BIFLC": 510.0,
        "BDFLC": 500.0,
        "BFLCR": 51.0,
        "BBMPC": 35.0,
        "BPLAS": 12.0,
        "BOR": "SD",  # plasmacytomas were not looked at again
        "CBOR": "SD",
    }


# From results to the subject ---------------------------------------------------------------------


def subject_of(course, **events):
    row = derive(course, **events).subjects.iloc[0]
    return [
        row["BOR"],
        row["CBOR"],
        *(None if pd.isna(row[d]) else row[d] for d in ("RSPDY", "PDDY")),
    ]


@pytest.mark.parametrize(
    ("course", "events", "told"),
    [
        # confirmed at the next visit
        ("-3 SMP=3.0\n29 SMP=1.4\n57 SMP=1.3", {}, ["PR", "PR", 29, None]),
        # complete response once only: the lower of the two
        (
            f"-3 SMP=3.0\n29 SMP=0 {COMPLETE} BMPC=1\n57 SMP=0.1 SIFE=POSITIVE UIFE=NEGATIVE",
            {},
            ["CR", "VGPR", 29, None],
        ),
        # PR, not evaluable, PR
        ("-3 SMP=3.0\n29 SMP=1.4\n57 UMP=0\n85 SMP=1.3", {}, ["PR", "PR", 29, None]),
        # progression by M-protein, confirmed by the next sample
        ("-3 SMP=3.0\n29 SMP=2.9\n57 SMP=3.8\n71 SMP=4.0", {}, ["SD", "SD", None, 57]),
        # not confirmed
        ("-3 SMP=3.0\n29 SMP=2.9\n57 SMP=3.8\n71 SMP=3.0", {}, ["SD", "SD", None, None]),
        # death from myeloma before the next assessment, the visit in between was missed
        ("-3 SMP=3.0\n29 SMP=4.0", {"DTHDY": 100, "DTHPDFL": "Y"}, ["PD", "PD", None, 29]),
        # the same after more than 84 days
        ("-3 SMP=3.0\n29 SMP=4.0", {"DTHDY": 114, "DTHPDFL": "Y"}, ["PD", "NE", None, None]),
        # death from something else
        ("-3 SMP=3.0\n29 SMP=4.0", {"DTHDY": 60}, ["PD", "NE", None, None]),
        # imaging and hypercalcaemia need no second
        ("-3 SMP=3.0\n29 SMP=3.0 BONE=NEW", {}, ["PD", "PD", None, 29]),
        ("-3 SMP=3.0\n29 SMP=3.0 CACORR=3.0", {}, ["PD", "PD", None, 29]),
        # new therapy before the confirmation
        ("-3 SMP=3.0\n29 SMP=1.4\n57 SMP=1.3", {"NACTDY": 40}, ["PR", "SD", None, None]),
        # new therapy before the first response
        (
            "-3 SMP=3.0\n29 SMP=2.9\n57 SMP=1.4\n85 SMP=1.4",
            {"NACTDY": 40},
            ["SD", "SD", None, None],
        ),
        # no visit at all
        ("-3 SMP=3.0", {}, ["NE", "NE", None, None]),
        # no baseline
        ("29 SMP=3.0\n57 SMP=3.0", {}, ["NE", "NE", None, None]),
    ],
)
def test_best_response_and_dates_of_a_subject(course, events, told):
    assert subject_of(course, **events) == told


def test_a_subject_without_records_has_a_row():
    got = imwg_response(
        components("-3 SMP=3.0\n29 SMP=1.0\n57 SMP=1.0", subject="02"),
        pd.DataFrame({"USUBJID": ["03", "02"]}),
        day="ADY",
    ).subjects
    assert got["USUBJID"].tolist() == ["03", "02"]
    assert got["CBOR"].tolist() == ["NE", "PR"]


def test_no_records_at_all_give_empty_visits():
    got = imwg_response(components("-3 SMP=3.0").iloc[:0], patients(), day="ADY")
    assert got.visits.empty
    assert got.evidence.empty
    assert got.subjects["CBOR"].tolist() == ["NE"]
