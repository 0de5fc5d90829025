"""ADEX and ADCM by a workbook: dose intensity, reductions, interruptions, cycles, prophylaxis."""

import pytest

# Planned: 4 mg a day on days 1 to 21 of each cycle of 28 days: 84 mg a cycle.
EX = """
    SUBJECT,CYCLE,START,END,DOSE
    01,1,2024-01-01,2024-01-21,4
    01,2,2024-01-29,2024-02-10,4
    01,2,2024-02-14,2024-02-18,3
    01,3,2024-03-04,2024-03-24,2
    02,1,2024-01-05,2024-01-25,4
"""


@pytest.fixture
def exposure(domain):
    domain(
        "EX", "USUBJID, EXSTDTC",
        """
        Dataset | Variable | Data Type
        EX      | USUBJID  | text
        EX      | EXSTDTC  | text
        EX      | EXENDTC  | text
        EX      | EXDOSE   | float
        EX      | VISITNUM | integer
        """,
        "Dataset | Source | From\nEX | E | form:ex",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        EX      | USUBJID  | E      | assign    | SUBJECT
        EX      | EXSTDTC  | E      | assign    | START
        EX      | EXENDTC  | E      | assign    | END
        EX      | EXDOSE   | E      | number    | DOSE
        EX      | VISITNUM | E      | assign    | CYCLE
        """,
    )  # fmt: skip
    study = domain(
        "ADEX", "USUBJID, PARAMCD, ASTDT",
        """
        Dataset | Variable | Data Type | Format | Has No Data
        ADEX    | USUBJID  | text      |        |
        ADEX    | PARAMCD  | text      |        |
        ADEX    | PARAM    | text      |        |
        ADEX    | ASTDT    | integer   | DATE9. |
        ADEX    | AENDT    | integer   | DATE9. |
        ADEX    | ACYCLE   | integer   |        |
        ADEX    | AVAL     | float     |        |
        ADEX    | AVALCAT1 | text      |        |
        """,
        "Dataset | Source | From\nADEX | EX | EX",
        """
        Dataset | Variable | Source | Algorithm   | Inputs           | Arguments | When
        ADEX    | USUBJID  | EX     | assign      | USUBJID          | |
        ADEX    | ASTDT    | EX     | date        | EXSTDTC          | |
        ADEX    | AENDT    | EX     | date        | EXENDTC          | |
        ADEX    | ACYCLE   | EX     | assign      | VISITNUM         | |
        ADEX    | AVAL     | EX     | sql         |                  | EXDOSE * (AENDT - ASTDT + 1) |
        ADEX    | _DOSE    | EX     | assign      | EXDOSE           | |
        ADEX    | _BEFORE  |        | previous    | _DOSE            | by=USUBJID; order=ASTDT | PARAMCD = 'DOSE'
        ADEX    | _ENDED   |        | previous    | AENDT            | by=USUBJID, ACYCLE; order=ASTDT | PARAMCD = 'DOSE'
        ADEX    | AVALCAT1 |        | condition   |                  | yes=REDUCED | _DOSE < _BEFORE
        """,
        kind="adam",
    )  # fmt: skip
    study.adam.add("Codelists", "ID | Term\nNY | Y")
    study.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM                        | Source         | Where           | Algorithm | Inputs | Arguments
        ADEX    | DOSE    | Dose of the Record (mg)      | EX             |                 | records   |        |
        ADEX    | TDOSE   | Total Dose (mg)              | DOSE           |                 | aggregate | AVAL   | by=USUBJID; statistic=sum
        ADEX    | NCYCLE  | Number of Cycles             | DOSE           |                 | aggregate | ACYCLE | by=USUBJID; statistic=maximum
        ADEX    | PDOSE   | Planned Dose (mg)            | NCYCLE         |                 | formula   |        | expression=NCYCLE * 84; by=USUBJID
        ADEX    | DOSEINT | Relative Dose Intensity (%)  | TDOSE, PDOSE   |                 | formula   |        | expression=TDOSE / PDOSE * 100; by=USUBJID
        ADEX    | NREDUC  | Number of Dose Reductions    | DOSE           | _DOSE < _BEFORE | aggregate | _DOSE  | by=USUBJID; statistic=count; subjects=DM
        ADEX    | NINTER  | Number of Interruptions      | DOSE           | ASTDT - _ENDED > 1 | aggregate | _DOSE | by=USUBJID; statistic=count; subjects=DM
        """,
    )
    study.adam.add(
        "Sources", "Dataset | Source | From | Join | On\nADEX | DM | DM | many | USUBJID"
    )
    study.form(
        "demographics", "SITE,SUBJECT,SEX,ICDAT\n01,001,男,2024-01-01\n01,002,女,2024-01-01\n"
    )
    return study.form(
        "ex", EX.replace("\n    01,", "\n    M-01-001,").replace("\n    02,", "\n    M-01-002,")
    )


def of(made, paramcd):
    rows = made.values("ADEX", "PARAMCD", "USUBJID", "AVAL")
    return {subject: value for code, subject, value in rows if code == paramcd}


@pytest.mark.parametrize(
    ("paramcd", "expected"),
    [
        # Subject 1: 21 x 4 + 13 x 4 + 5 x 3 + 21 x 2 = 84 + 52 + 15 + 42 = 193 of 3 x 84 = 252
        ("TDOSE", {"M-01-001": 193, "M-01-002": 84}),
        ("NCYCLE", {"M-01-001": 3, "M-01-002": 1}),
        ("PDOSE", {"M-01-001": 252, "M-01-002": 84}),
        ("DOSEINT", {"M-01-001": pytest.approx(193 / 252 * 100), "M-01-002": 100}),
    ],
)
def test_dose_cycles_and_intensity(exposure, paramcd, expected):
    made = exposure.make()
    assert made.faults == ()
    assert of(made, paramcd) == expected


def test_reductions_are_doses_below_the_one_before(exposure):
    made = exposure.make()
    rows = made.values("ADEX", "PARAMCD", "USUBJID", "ASTDT", "AVALCAT1")
    assert [row[1:3] for row in rows if row[3] == "REDUCED"] == [
        ("M-01-001", "2024-02-14"), ("M-01-001", "2024-03-04"),
    ]  # fmt: skip


def test_reductions_and_interruptions_are_counted(exposure):
    # From 4 to 3 to 2 mg: two reductions. From 10 to 14 February no dose: one interruption.
    made = exposure.make()
    assert of(made, "NREDUC") == {"M-01-001": 2, "M-01-002": 0}
    assert of(made, "NINTER") == {"M-01-001": 1, "M-01-002": 0}


@pytest.fixture
def medications(domain):
    domain(
        "CM", "USUBJID, CMTRT",
        """
        Dataset | Variable | Data Type
        CM      | USUBJID  | text
        CM      | CMTRT    | text
        CM      | CMSTDTC  | text
        CM      | CMENDTC  | text
        """,
        "Dataset | Source | From\nCM | C | form:cm",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        CM      | USUBJID  | C      | assign    | SUBJECT
        CM      | CMTRT    | C      | assign    | DRUG
        CM      | CMSTDTC  | C      | assign    | START
        CM      | CMENDTC  | C      | assign    | END
        """,
    )  # fmt: skip
    study = domain(
        "ADCM", "USUBJID, CMTRT",
        """
        Dataset | Variable | Data Type | Format
        ADCM    | USUBJID  | text      |
        ADCM    | CMTRT    | text      |
        ADCM    | TRTSDT   | integer   | DATE9.
        ADCM    | TRTEDT   | integer   | DATE9.
        ADCM    | ASTDT    | integer   | DATE9.
        ADCM    | AENDT    | integer   | DATE9.
        ADCM    | CQ01NAM  | text      |
        ADCM    | PREFL    | text      |
        ADCM    | ONTRTFL  | text      |
        ADCM    | PROPHFL  | text      |
        """,
        "Dataset | Source | From\nADCM | CM | CM",
        """
        Dataset | Variable | Source | Algorithm    | Inputs         | Arguments | When
        ADCM    | USUBJID  | CM     | assign       | USUBJID        | |
        ADCM    | CMTRT    | CM     | assign       | CMTRT          | |
        ADCM    | _SDTC    | CM     | constant     |                | value=2024-03-01 |
        ADCM    | _EDTC    | CM     | constant     |                | value=2024-06-01 |
        ADCM    | TRTSDT   |        | date         | _SDTC          | |
        ADCM    | TRTEDT   |        | date         | _EDTC          | |
        ADCM    | ASTDT    |        | impute_date  | CMSTDTC        | rule=START |
        ADCM    | AENDT    |        | date         | CMENDTC        | |
        ADCM    | CQ01NAM  |        | lookup       | CMTRT          | table=PROPHYLAXIS; unmatched=missing |
        ADCM    | PREFL    |        | condition    |                | | ASTDT < TRTSDT
        ADCM    | ONTRTFL  |        | on_treatment | ASTDT, AENDT   | treatment_end=TRTEDT; window=28; span=true |
        ADCM    | PROPHFL  |        | group_flag   |                | by=USUBJID | CQ01NAM IS NOT NULL AND ONTRTFL = 'Y'
        """,
        kind="adam",
    )  # fmt: skip
    study.adam.add("Codelists", "ID | Term\nNY | Y")
    study.adam.add(
        "Imputation",
        "ID | Missing part | Take\nSTART | day | first\nSTART | month | first",
    )
    study.adam.add(
        "Lookups",
        """
        Table       | Key        | Value
        PROPHYLAXIS | ASPIRIN    | THROMBOPROPHYLAXIS
        PROPHYLAXIS | ACICLOVIR  | ANTIVIRAL PROPHYLAXIS
        """,
    )
    return study.form(
        "cm",
        "SUBJECT,DRUG,START,END\n1,Aspirin,2024-02,\n1,ZINC,2024-01-01,2024-02-01\n2,ACICLOVIR,2024-08-01,\n",
    )


def test_prophylaxis_under_treatment(medications):
    made = medications.make()
    assert made.values("ADCM", "CMTRT", "CQ01NAM", "PREFL", "ONTRTFL", "PROPHFL") == [
        ("Aspirin", "THROMBOPROPHYLAXIS", "Y", "Y", "Y"),  # began before, lasts into treatment
        ("ZINC", None, "Y", None, "Y"),  # the subject has prophylaxis
        ("ACICLOVIR", "ANTIVIRAL PROPHYLAXIS", None, None, None),  # after 1 June + 28 days
    ]
    assert made.told == []
