"""Lookups, sheets called `Lookup NAME`, dictionary files, Ranges and Units in small studies."""

import pytest
from openpyxl import Workbook

AE_VARIABLES = """
    Dataset | Variable | Data Type
    AE      | USUBJID  | text
    AE      | AETERM   | text
    AE      | AELLTCD  | text
    AE      | AEDECOD  | text
    AE      | AEBODSYS | text
    AE      | AESEV    | text
"""
AE_FORM = """
    SUBJECT,TERM,CODE,SEV
    01-001,vomiting,10047700,2
    01-001,贫血,10002272,３
    01-002,nausea,,1
"""
# In the shape of a MedDRA file; terms and codes are made up.
DICTIONARY = """LLT_CODE,LLT_NAME,PT_NAME,SOC_NAME,PRIMARY_SOC_FG,VERSION
10047700,Vomiting,Term one,Class A,Y,99.9
10047700,Vomiting,Term one,Class B,N,99.9
10002272,Anaemia,Term two,Class C,Y,99.9
"""


@pytest.fixture
def events(domain):
    study = domain(
        "AE", "USUBJID, AETERM", AE_VARIABLES,
        "Dataset | Source | From\nAE | A | form:ae",
        """
        Dataset | Variable | Source | Algorithm  | Inputs  | Arguments
        AE      | USUBJID  | A      | assign     | SUBJECT |
        AE      | AETERM   | A      | assign     | TERM    |
        AE      | AELLTCD  | A      | assign     | CODE    |
        AE      | AEDECOD  |        | dictionary | AELLTCD | dictionary=MEDDRA; by=LLT_CODE; give=PT_NAME
        AE      | AEBODSYS |        | dictionary | AELLTCD | dictionary=MEDDRA; by=LLT_CODE; give=SOC_NAME; only=PRIMARY_SOC_FG=Y
        AE      | AESEV    | A      | lookup     | SEV     | table=SEVERITY
        """,
    )  # fmt: skip
    study.sdtm.add(
        "Lookups",
        """
        Table    | Key | Value
        SEVERITY | 1   | MILD
        SEVERITY | 2   | MODERATE
        SEVERITY | 3   | SEVERE
        """,
    )
    study.sdtm.add(
        "Dictionaries",
        """
        ID     | Name                            | Dictionary | Version | File
        MEDDRA | Adverse Event Dictionary        | MedDRA     | 99.9    | meddra.csv
        """,
    )
    study.form("ae", AE_FORM)
    study.specs.mkdir(parents=True, exist_ok=True)
    (study.specs / "meddra.csv").write_text(DICTIONARY, encoding="utf-8")
    return study


def test_values_are_looked_up_in_the_sheet_and_in_the_sponsors_dictionary(events):
    made = events.make()
    assert made.values("AE", "AETERM", "AEDECOD", "AEBODSYS", "AESEV") == [
        ("vomiting", "Term one", "Class A", "MODERATE"),
        ("贫血", "Term two", "Class C", "SEVERE"),  # the full-width 3 is a 3
        ("nausea", None, None, "MILD"),
    ]
    assert made.told == []


def test_a_code_without_a_row_is_told_with_its_count_and_first_record(events):
    events.form("ae", AE_FORM.replace("10002272", "10002270"))
    made = events.make()
    assert (
        "sdtm.xlsx › Mapping!B9: AE.AEDECOD: table 'MedDRA 99.9' has no row for '10002270' "
        "(1 record; first: ae.csv:3) Nearest: '10002272'."
    ) in made.told


def test_a_dictionary_may_be_an_excel_file(events):
    book = Workbook()
    for line in DICTIONARY.strip().splitlines():
        cells = line.split(",")
        book.active.append([int(cell) if cell.isdigit() else cell for cell in cells])
    book.save(events.specs / "meddra.xlsx")
    events.sdtm.change("Dictionaries", 2, File="meddra.xlsx")
    assert events.make().values("AE", "AEDECOD") == ["Term one", "Term two", None]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"File": None}, "Dictionaries!F2: dictionary 'MEDDRA' has no file to look in. Name the sponsor's CSV or XLSX file, beside the workbook or with its path."),
        ({"File": "meddra99.csv"}, "Dictionaries!F2: meddra99.csv: file is missing."),
        ({"Version": "27.1"}, "Dictionaries!E2: 'MEDDRA' is version 27.1, but its file holds 99.9."),
        ({"ID": "MEDRA"}, "Mapping!F9: unknown dictionary 'MEDDRA'. Did you mean 'MEDRA'?"),
    ],
)  # fmt: skip
def test_a_fault_of_a_dictionary_is_told_at_its_cell(events, cells, fault):
    events.sdtm.change("Dictionaries", 2, **cells)
    assert f"sdtm.xlsx › {fault}" in events.problems()


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ("table=SEVERTIY", "Mapping!F11: unknown look-up table 'SEVERTIY'. Did you mean 'SEVERITY'?"),
        ("table=SEVERITY; give=Valeu", "Mapping!F11: give: table 'SEVERITY' has no column 'Valeu'. Did you mean 'Value'?"),
        ("give=Value", "Mapping!F11: 'lookup' needs table."),
    ],
)  # fmt: skip
def test_a_fault_of_a_look_up_is_told_at_its_cell(events, arguments, fault):
    events.sdtm.change("Mapping", 11, Arguments=arguments)
    assert f"sdtm.xlsx › {fault}" in events.problems()


def test_a_table_may_be_a_sheet_of_its_own(events):
    events.sdtm.sheets["Lookups"] = []
    events.sdtm.content(
        "Lookup SEVERITY", "SEV | Word | Rank\n1 | MILD | 1\n2 | MODERATE | 2\n3 | SEVERE | 3"
    )
    events.sdtm.change("Mapping", 11, Arguments="table=SEVERITY; give=Word")
    assert events.make().values("AE", "AESEV") == ["MODERATE", "SEVERE", "MILD"]


def test_a_table_in_two_places_is_a_fault(events):
    events.sdtm.content("Lookup SEVERITY", "SEV | Value\n1 | MILD")
    assert events.problems() == [
        (
            "sdtm.xlsx › Mapping!F11: table 'SEVERITY' stands in Lookups and in a sheet of its own. "
            "Keep one of them."
        )
    ]


def test_two_values_for_one_key_are_a_fault_at_the_row_that_looks(events):
    events.sdtm.add("Lookups", "Table | Key | Value\nSEVERITY | ３ | WORST")
    made = events.make()
    assert made.faults == (
        "sdtm.xlsx › Mapping!B11: lookup: table 'SEVERITY' has two values of Value for '３'.",
    )


@pytest.fixture
def laboratory(domain):
    study = domain(
        "LB", "USUBJID, LBTESTCD",
        """
        Dataset | Variable | Data Type
        LB      | USUBJID  | text
        LB      | LBTESTCD | text
        LB      | LBORNRLO | text
        LB      | LBSTRESN | float
        LB      | LBSTNRLO | float
        LB      | LBSTNRHI | float
        """,
        "Dataset | Source | From | Join | On\nLB | L | form:lab | |\nLB | DM | DM | left | USUBJID",
        """
        Dataset | Variable | Source | Algorithm          | Inputs           | Arguments
        LB      | USUBJID  | L      | assign             | SUBJECT          |
        LB      | LBTESTCD | L      | assign             | TEST             |
        LB      | LBSTRESN | L      | number             | VALUE            |
        LB      | LBSTNRLO |        | reference_range    | LBTESTCD, DM.SEX | give=low
        LB      | LBSTNRHI |        | reference_range    | LBTESTCD, DM.SEX | give=high
        LB      | LBORNRLO |        | category_by_table  | LBSTRESN, LBTESTCD | table=CLASSES
        """,
    )  # fmt: skip
    study.sdtm.add(
        "Ranges",
        """
        Testcd | Sex | Low  | High
        HGB    | M   | ##130 | ##175
        HGB    | F   | ##115 | ##150
        WBC    |     | ##4   | ##10
        """,
    )
    study.sdtm.add(
        "Lookups",
        """
        Table   | Key | From  | To    | Value
        CLASSES | HGB |       | ##100 | SEVERE
        CLASSES | HGB | ##100 |       | OTHER
        CLASSES | WBC |       |       | ANY
        """,
    )
    return study.form(
        "lab", "SUBJECT,TEST,VALUE\nM-01-001,HGB,99.9\nM-01-002,HGB,100\nM-01-002,WBC,5\n"
    )


def test_reference_ranges_and_classes_come_from_their_sheets(laboratory):
    made = laboratory.make()
    assert made.values("LB", "LBTESTCD", "LBSTNRLO", "LBSTNRHI", "LBORNRLO") == [
        ("HGB", 130, 175, "SEVERE"),
        ("HGB", 115, 150, "OTHER"),
        ("WBC", 4, 10, "ANY"),
    ]


def test_a_range_whose_limits_cross_is_a_fault(laboratory):
    laboratory.sdtm.change("Ranges", 2, Low=200.0)
    assert laboratory.problems() == [
        "sdtm.xlsx › Ranges!H2: the upper limit 175 is under the lower one."
    ]


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        ("GLUC | mg/dL | mmol/L | ##18", "Units!D2: mg/dL to mmol/L of GLUC is 0.055507 (Glucose, 180.156 g/mol), not 18."),
        (" | g/L | g/dL | ##10", "Units!D2: g/L to g/dL is 0.1, not 10."),
    ],
)  # fmt: skip
def test_a_factor_that_cannot_be_right_is_a_fault(laboratory, unit, fault):
    laboratory.sdtm.add("Units", f"Testcd | From | To | Factor\n{unit}")
    assert laboratory.problems() == [f"sdtm.xlsx › {fault}"]
