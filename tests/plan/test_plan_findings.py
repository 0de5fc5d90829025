"""Collected tests become records: wide and long forms, units, limits, terms, not done."""

import pytest

VARIABLES = """
    Dataset | Variable | Data Type | Codelist
    LB      | USUBJID  | text      |
    LB      | LBTESTCD | text      |
    LB      | LBTEST   | text      |
    LB      | LBCAT    | text      |
    LB      | LBSPEC   | text      |
    LB      | LBORRES  | text      |
    LB      | LBORRESU | text      | UNIT
    LB      | LBSTRESC | text      |
    LB      | LBSTRESN | float     |
    LB      | LBSTRESU | text      |
    LB      | LBSTNRLO | float     |
    LB      | LBSTNRHI | float     |
    LB      | LBNRIND  | text      |
    LB      | LBDTC    | text      |
"""
MAPPING = """
    Dataset | Variable | Source | Algorithm       | Inputs                       | Arguments
    LB      | USUBJID  | *      | assign          | SUBJECT                      |
    LB      | LBORRES  | *      | text            | RESULT                       |
    LB      | LBORRESU | *      | term            | UNIT                         |
    LB      | LBSTRESC | *      | standard_result | LBORRES, LBORRESU            |
    LB      | LBSTRESN | *      | convert_unit    | LBORRES, LBORRESU            |
    LB      | LBSTRESU | *      | assign          | STANDARD_UNIT                |
    LB      | LBSTNRLO | *      | convert_unit    | LOW, LBORRESU                |
    LB      | LBSTNRHI | *      | convert_unit    | HIGH, LBORRESU               |
    LB      | LBNRIND  |        | range_indicator | LBSTRESN, LBSTNRLO, LBSTNRHI |
    LB      | LBDTC    | *      | assign          | DATE                         |
"""
WIDE = """
    SUBJECT,DATE,HGB,HGBU,HGBLO,HGBHI,WBC
    01-001,2024-03-01,9.8,g/dL,13,17.5,3.5
    01-001,2024-03-08,104,G/L,130,175,
    01-002,2024-03-01,,g/L,130,175,<0.5
"""
LONG = """
    SUBJECT,DATE,ITEM,VALUE,UNIT,LO,HI
    01-001,2024-03-01,肌酐,1.1,mg/dL,0.6,1.3
    01-001,2024-03-01,白蛋白,37.6,g/L,40,55
    01-002,2024-03-01,尿蛋白,阴性,,,
    01-002,2024-03-01,其他,1,x,,
"""


@pytest.fixture
def laboratory(domain):
    def add(findings, sources, variables=VARIABLES, mapping=MAPPING):
        study = domain("LB", "USUBJID, LBTESTCD, LBDTC", variables, sources, mapping)
        study.sdtm.add("Findings", findings)
        study.sdtm.add(
            "Codelists",
            """
            ID   | Term
            UNIT | g/dL
            UNIT | g/L
            UNIT | mg/dL
            UNIT | umol/L
            UNIT | 10^9/L
            """,
        )
        study.sdtm.add(
            "Units",
            """
            Testcd | From  | To     | Factor
                   | g/dL  | g/L    | ##10
            CREAT  | mg/dL | umol/L | ##88.42
            """,
        )
        return study.form("hematology", WIDE).form("chemistry", LONG)

    return add


HEMATOLOGY = """
    Dataset | Source | Column | Testcd | Test       | Category   | Specimen | Unit   | Low    | High   | Standard Unit | Digits | Where
    LB      | HEM    | HGB    | HGB    | Hemoglobin | HEMATOLOGY | BLOOD    | =HGBU  | =HGBLO | =HGBHI | g/L           | ##0    |
    LB      | HEM    | WBC    | WBC    | Leukocytes | HEMATOLOGY | BLOOD    | 10^9/L | 3.5    | 9.5    | 10^9/L        |        |
"""


def test_a_wide_form_gives_a_record_for_each_test_that_has_a_result(laboratory):
    made = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology").make()
    assert made.values("LB", "USUBJID", "LBTESTCD", "LBTEST", "LBCAT", "LBSPEC", "LBORRES") == [
        ("01-001", "HGB", "Hemoglobin", "HEMATOLOGY", "BLOOD", "9.8"),
        ("01-001", "HGB", "Hemoglobin", "HEMATOLOGY", "BLOOD", "104"),
        ("01-001", "WBC", "Leukocytes", "HEMATOLOGY", "BLOOD", "3.5"),
        ("01-002", "WBC", "Leukocytes", "HEMATOLOGY", "BLOOD", "<0.5"),
    ]
    assert made.values("LB", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBNRIND") == [
        ("98", 98.0, "g/L", 130.0, 175.0, "LOW"),
        ("104", 104.0, "g/L", 130.0, 175.0, "LOW"),
        ("3.5", 3.5, "10^9/L", 3.5, 9.5, "NORMAL"),
        ("<0.5", None, "10^9/L", 3.5, 9.5, None),
    ]  # fmt: skip
    assert made.datasets["LB"].origins == (
        "hematology.csv:2", "hematology.csv:3", "hematology.csv:2", "hematology.csv:4",
    )  # fmt: skip
    assert made.told == []


CHEMISTRY = """
    Dataset | Source | Column | Testcd | Test       | Unit  | Low | High | Standard Unit | Digits | Where
    LB      | CHEM   | VALUE  | CREAT  | Creatinine | =UNIT | =LO | =HI  | umol/L        | ##1    | ITEM = '肌酐'
    LB      | CHEM   | VALUE  | ALB    | Albumin    | =UNIT | =LO | =HI  | g/L           |        | ITEM = '白蛋白'
    LB      | CHEM   | VALUE  | PROT   | Protein    | =UNIT |     |      |               |        | ITEM = '尿蛋白'
"""


def test_a_long_form_gives_a_record_for_each_row_that_its_where_picks(laboratory):
    made = laboratory(CHEMISTRY, "Dataset | Source | From\nLB | CHEM | form:chemistry").make()
    assert made.values("LB", "USUBJID", "LBTESTCD", "LBORRES", "LBSTRESC", "LBSTRESN", "LBSTRESU") == [
        ("01-001", "ALB", "37.6", "37.6", 37.6, "g/L"),
        ("01-001", "CREAT", "1.1", "97.3", 97.3, "umol/L"),  # 1.1 * 88.42 = 97.262
        ("01-002", "PROT", "阴性", "阴性", None, None),
    ]  # fmt: skip
    assert made.values("LB", "LBNRIND") == ["LOW", "NORMAL", None]
    assert made.told == []


def test_wide_and_long_forms_stack(laboratory):
    made = laboratory(
        HEMATOLOGY + CHEMISTRY.split("Where\n")[1].replace("| =UNIT |", "| | | =UNIT |").replace(
            "| PROT   | Protein    | | | =UNIT |     |      |               |        |",
            "| PROT   | Protein    | | | =UNIT |     |      |               |        |",
        ),
        "Dataset | Source | From\nLB | HEM | form:hematology\nLB | CHEM | form:chemistry",
    ).make()  # fmt: skip
    assert made.values("LB", "LBTESTCD") == ["ALB", "CREAT", "HGB", "HGB", "WBC", "PROT", "WBC"]


def test_a_unit_without_a_factor_is_told_with_test_and_units(laboratory):
    study = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology")
    study.form("hematology", "SUBJECT,DATE,HGB,HGBU,HGBLO,HGBHI,WBC\n01-001,2024,98,mg/dL,1,2,\n")
    hint = "Add a row to Units, or a Factor to the Findings row."
    assert study.make().errors[0] == (
        "sdtm.xlsx › Mapping!B10: LB.LBSTRESN: no factor for HGB: mg/dL to g/L "
        f"(1 record; first: hematology.csv:2) {hint}"
    )


def test_pain_15_a_unit_that_is_in_no_list_is_told_with_its_count(laboratory):
    study = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology")
    study.form(
        "hematology",
        "SUBJECT,DATE,HGB,HGBU,HGBLO,HGBHI,WBC\n01,2024,98,g/dl,1,2,\n01,2025,98,克/升,1,2,\n"
        "02,2025,97,克/升,1,2,\n",
    )
    (error,) = [error for error in study.make().errors if "LBORRESU" in error]
    assert error == (
        "sdtm.xlsx › Mapping!B8: LB.LBORRESU: 'UNIT' has no row for collected value '克/升' "
        "(2 records; first: hematology.csv:3) Known: 10^9/L, g/L, g/dL, mg/dL, umol/L."
    )


def test_a_factor_of_a_row_needs_no_table(laboratory):
    study = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology")
    study.sdtm.change("Findings", 2, Factor=2.0)
    assert study.make().values("LB", "LBSTRESN")[:2] == [20.0, 208.0]  # 19.6 rounds to 20


def test_variables_of_the_step_may_be_filled_by_rows_instead(laboratory):
    study = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology")
    study.sdtm.add(
        "Mapping",
        "Dataset | Variable | Source | Algorithm | Arguments\nLB | LBCAT | * | sql | lower(CATEGORY)",
    )
    assert set(study.make().values("LB", "LBCAT")) == {"hematology"}


def test_a_form_without_records_gives_none(laboratory):
    study = laboratory(HEMATOLOGY, "Dataset | Source | From\nLB | HEM | form:hematology")
    study.form("hematology", "SUBJECT,DATE,HGB,HGBU,HGBLO,HGBHI,WBC\n")
    made = study.make()
    assert len(made.frame("LB")) == 0
    types = made.frame("LB").dtypes.astype(str)
    assert (types["LBTESTCD"], types["LBSTRESN"]) == ("category", "float64")
    assert made.told == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Source": "HEMA"}, "B2: unknown source 'HEMA'. Did you mean 'HEM'?"),
        ({"Column": "HB"}, "C2: unknown column 'HB'. Did you mean 'HGB'?"),
        ({"Unit": "=HGBUN"}, "J2: unknown column 'HGBUN'. Did you mean 'HGBU'?"),
        ({"Low": "=LO"}, "K2: unknown column 'LO'."),
        ({"Where": "ITEM = 'x'"}, "P2: unknown column of HEM 'ITEM'."),
        ({"Where": "RESULT = 'x'"}, "P2: unknown column of HEM 'RESULT'."),  # made by the step
        ({"Where": "LBTESTCD = 'x'"}, "P2: unknown column of HEM 'LBTESTCD'."),
        ({"Where": "DM.SEX = 'M'"}, "P2: 'DM.SEX' is not of the source HEM."),
    ],
)
def test_a_fault_of_a_test_is_told_at_its_cell(laboratory, cells, told):
    study = laboratory(
        HEMATOLOGY,
        "Dataset | Source | From | Join | On\nLB | HEM | form:hematology | |\nLB | DM | DM | left | USUBJID",
    )
    study.sdtm.change("Findings", 2, **cells)
    errors = study.problems()
    assert any(error.startswith(f"sdtm.xlsx › Findings!{told}") for error in errors), errors
