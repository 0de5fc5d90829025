"""Trial design as content sheets; subject elements and epochs follow from it."""

import pytest

TE = """
    ETCD | ELEMENT   | EPOCH     | TAETORD | Start                                     | End
    SCRN | Screening | SCREENING | 1       | RFICDTC                                   | coalesce(RFXSTDTC, RFPENDTC)
    TRT  | Treatment | TREATMENT | 2       | RFXSTDTC                                  | RFXENDTC
    FUP  | Follow-up | FOLLOW-UP | 3       | CASE WHEN RFXENDTC < RFPENDTC THEN CAST(CAST(RFXENDTC AS DATE) + 1 AS VARCHAR) END | RFPENDTC
"""
DEMOGRAPHICS = """
    SITE,SUBJECT,SEX,ICDAT,FIRST,LAST,OUT
    01,001,男,2024-02-20,2024-03-01,2024-06-01,2024-09-01
    01,002,女,2024-02-22,,,2024-02-25
    02,001,F,2024-03-01,2024-03-01,2024-04-01,2024-04-01
"""


@pytest.fixture
def elements(domain):
    study = domain(
        "SE", "USUBJID, TAETORD",
        """
        Dataset | Variable | Data Type
        SE      | USUBJID  | text
        SE      | ETCD     | text
        SE      | EPOCH    | text
        SE      | TAETORD  | integer
        SE      | SESTDTC  | text
        SE      | SEENDTC  | text
        """,
        "Dataset | Source | From\nSE | EL | elements:TE",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        SE      | SESTDTC  | EL     | assign    | START_DATE
        SE      | SEENDTC  | EL     | assign    | END_DATE
        """,
    )  # fmt: skip
    study.sdtm.add("Datasets", "Dataset | Key Variables\nTE | ETCD")
    study.sdtm.add("Variables", "Dataset | Variable\nTE | ETCD\nTE | ELEMENT")
    study.sdtm.add("Sources", "Dataset | Source | From\nTE | TE | sheet:TE")
    study.sdtm.content("TE", TE)
    study.sdtm.add("Variables", "Dataset | Variable\nDM | RFXSTDTC\nDM | RFXENDTC\nDM | RFPENDTC")
    study.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        DM      | RFXSTDTC | DEMO   | datetime  | FIRST
        DM      | RFXENDTC | DEMO   | datetime  | LAST
        DM      | RFPENDTC | DEMO   | datetime  | OUT
        """,
    )
    return study.form("demographics", DEMOGRAPHICS)


def test_a_content_sheet_is_a_data_set(elements):
    made = elements.make()
    assert made.values("TE", "ETCD", "ELEMENT") == [
        ("FUP", "Follow-up"), ("SCRN", "Screening"), ("TRT", "Treatment"),
    ]  # fmt: skip
    assert made.datasets["TE"].origins[0] == "sdtm.xlsx › TE:4"


def test_subjects_went_through_the_elements_that_they_started(elements):
    made = elements.make()
    assert made.values("SE", "USUBJID", "ETCD", "EPOCH", "TAETORD", "SESTDTC", "SEENDTC") == [
        ("M-01-001", "SCRN", "SCREENING", 1, "2024-02-20", "2024-03-01"),
        ("M-01-001", "TRT", "TREATMENT", 2, "2024-03-01", "2024-06-01"),
        ("M-01-001", "FUP", "FOLLOW-UP", 3, "2024-06-02", "2024-09-01"),
        ("M-01-002", "SCRN", "SCREENING", 1, "2024-02-22", "2024-02-25"),  # never treated
        ("M-02-001", "SCRN", "SCREENING", 1, "2024-03-01", "2024-03-01"),  # treated on that day
        ("M-02-001", "TRT", "TREATMENT", 2, "2024-03-01", "2024-04-01"),
    ]
    assert made.told == []


def test_epochs_of_another_domain_follow_from_the_elements(domain, elements):
    domain(
        "AE", "USUBJID, AESTDTC",
        """
        Dataset | Variable
        AE      | USUBJID
        AE      | AESTDTC
        AE      | EPOCH
        """,
        "Dataset | Source | From | Join | On\nAE | A | form:ae | |\nAE | SE | SE | many | USUBJID",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        AE      | USUBJID  | A      | assign    | SUBJECT
        AE      | AESTDTC  | A      | datetime  | DATE
        AE      | EPOCH    | SE     | epoch     | AESTDTC
        """,
    )  # fmt: skip
    elements.form(
        "ae",
        """
        SUBJECT,DATE
        M-01-001,2024-02-29
        M-01-001,2024-03-01
        M-01-001,2024-04
        M-01-001,2024-05-UN
        M-01-001,2024-06
        M-01-002,2024-02-25
        M-02-001,2024-03-01
        M-02-001,2024-05-01
        M-99-001,2024-03-01
        """,
    )
    assert elements.make().values("AE", "USUBJID", "AESTDTC", "EPOCH") == [
        ("M-01-001", "2024-02-29", "SCREENING"),
        ("M-01-001", "2024-03-01", "TREATMENT"),
        ("M-01-001", "2024-04", "TREATMENT"),
        ("M-01-001", "2024-05", "TREATMENT"),
        ("M-01-001", "2024-06", None),  # the first of June, or later?
        ("M-01-002", "2024-02-25", "SCREENING"),
        ("M-02-001", "2024-03-01", "TREATMENT"),
        ("M-02-001", "2024-05-01", None),  # out of the study
        ("M-99-001", "2024-03-01", None),  # no such subject
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("Start", "Begin"), "TE: column 'Start' is missing."),
        (("RFXSTDTC                ", "RFXSTDT"), "TE!E3: unknown variable of DM 'RFXSTDT'. Did you mean 'RFXSTDTC'?"),
        (("RFPENDTC\n", "RFPENDTC +\n"), "TE!F4: 'RFPENDTC +' is not a SQL expression ("),
        (("RFXENDTC\n", "max(RFXENDTC)\n"), "TE!F3: 'max(RFXENDTC)': MAX(RFXENDTC) is more than a scalar expression."),
    ],
)  # fmt: skip
def test_a_fault_of_an_element_is_told_at_its_cell(elements, change, told):
    elements.sdtm.content("TE", TE.replace(*change, 1))
    errors = elements.problems()
    assert any(error.startswith(f"sdtm.xlsx › {told}") for error in errors), errors


def test_an_element_whose_date_fails_on_the_data_is_told(elements):
    elements.sdtm.content("TE", TE.replace("RFXENDTC\n", "CAST(SEX AS DATE)\n"))
    assert any(
        fault.startswith("sdtm.xlsx › TE!F3: 'CAST(SEX AS DATE)' fails: Conversion Error: ")
        for fault in elements.make().faults
    )
