"""Specifications of Pinnacle 21 written by hand, as its two forms have them."""

import re

from openpyxl import Workbook

CELL = re.compile(r"(?:^|(?<=\s))\|(?=\s|$)")

# Community 4 and Enterprise: where clauses in words, a legend below the attributes.
CURRENT = {
    "Define": """
Attribute | Value
StudyName | HAND
StudyDescription | A study by hand
ProtocolName | HAND-1
StandardName | SDTM-IG
StandardVersion | ##3.4
Language | en
 |
Legend | Highlighted cells are required for Define-XML 2.1 and can be ignored for prior versions.
 | Highlighted cells are used by ADaM only and can be left empty otherwise.
""",
    "Datasets": """
Dataset | Label | Class | SubClass | Structure | Key Variables | Standard | Has No Data | Repeating | Reference Data | Comment | Developer Notes
DM | Demographics | SPECIAL PURPOSE | | One record per subject | STUDYID, USUBJID | SDTM-IG v3.4 | | No | No | COM.DM | check AGE
LB | Laboratory Test Results | FINDINGS | | One record per test | STUDYID, USUBJID, LBTESTCD, LBSPEC | SDTM-IG 3.4 | No | Yes | No | |
""",
    "Variables": """
Order | Dataset | Variable | Label | Data Type | Length | Significant Digits | Format | Mandatory | Assigned Value | Codelist | Common | Origin | Source | Pages | Method | Predecessor | Role | Has No Data | Comment | Developer Notes
##1 | DM | STUDYID | Study Identifier | text | ##4 | | | Yes | HAND | | | Protocol | Sponsor | | | | Identifier | | |
##2 | DM | USUBJID | Unique Subject Identifier | text | ##11 | | | Yes | | | | Derived | Sponsor | | USUBJID | | Identifier | | |
##3 | DM | SEX | Sex | text | ##1 | | | No | | SEX | | Collected | Investigator | ##6 | | | Record Qualifier | | |
##1 | LB | STUDYID | Study Identifier | text | ##4 | | | Yes | | | | Predecessor | | | | DM.STUDYID | Identifier | | |
##2 | LB | USUBJID | Unique Subject Identifier | text | ##11 | | | Yes | | | | Predecessor | | | | DM.USUBJID | Identifier | | |
##3 | LB | LBTESTCD | Lab Test Short Name | text | ##8 | | | Yes | | LBTESTCD | | Assigned | Sponsor | | | | Topic | | |
##4 | LB | LBSPEC | Specimen Type | text | ##20 | | | No | | | | Collected | Vendor | | | | Record Qualifier | | |
##5 | LB | LBORRES | Result | text | ##12 | | | No | | | | | | | | | Result Qualifier | | |
##6 | LB | VISITNUM | Visit Number | integer | ##8 | | | No | | VISITNUM | | Assigned | Sponsor | | | | Timing | Yes | |
""",
    "ValueLevel": """
Order | Dataset | Variable | Where Clause | Label | Data Type | Length | Significant Digits | Format | Mandatory | Assigned Value | Codelist | Origin | Source | Pages | Method | Predecessor | Comment | Developer Notes
##1 | LB | LBORRES | LBTESTCD EQ "HGB" and LBSPEC IN ("BLOOD", "PLASMA, EDTA") | Haemoglobin | float | ##5 | ##1 | 5.1 | No | | | Collected | Vendor | 12-15 | | | COM.LAB | ask the laboratory
##2 | LB | LBORRES | LBTESTCD NOTIN ("HGB") | | text | ##12 | | | No | | | Collected | Vendor | | | | |
""",
    "Codelists": """
ID | Name | NCI Codelist Code | Data Type | Terminology | Comment | Order | Term | NCI Term Code | Decoded Value
SEX | Sex | C66731 | text | SDTM 2025-03-28 | | ##1 | F | C16576 | Female
SEX | Sex | C66731 | text | SDTM 2025-03-28 | | ##2 | M | C20197 | Male
LBTESTCD | Laboratory Test Code | C65047 | text | SDTM 2025-03-28 | COM.LAB | ##1 | HGB | C64848 | Hemoglobin
VISITNUM | Visit Number | | integer | | | ##1 | ##1 | | Screening
VISITNUM | Visit Number | | integer | | | ##2 | ##1.01 | | Unscheduled
""",
    "Dictionaries": """
ID | Name | Data Type | Dictionary | Version
MEDDRA | Adverse event dictionary | text | MedDRA | ##27.1
""",
    "Methods": """
ID | Name | Type | Description | Expression Context | Expression Code | Document | Pages
USUBJID | Subject identifier | Computation | Study, hyphen, subject. | SAS | catx('-', STUDYID, SUBJID) | SAP | ##3
""",
    "Comments": """
ID | Description | Document | Pages
COM.DM | One row a subject. | |
COM.LAB | Central laboratory. | SAP | 4 5
""",
    "Documents": """
ID | Title | Href
acrf | Annotated CRF | acrf.pdf
SAP | Statistical Analysis Plan | sap.pdf
""",
    "Analysis Displays": """
ID | Title | Document | Pages
Table 14 | Primary endpoint | SAP | ##7
""",
}
# Community 2 and 3: sheet Study, Description, Purpose, where clauses in a sheet of their own.
FORMER = {
    "Study": """
Attribute | Value
StudyName | HAND
StudyDescription | A study by hand
ProtocolName | HAND-1
StandardName | ADaM-IG
StandardVersion | 1.0
Language | en
""",
    "Datasets": """
Dataset | Description | Class | Structure | Purpose | Key Variables | Repeating | Reference Data | Comment
ADQS | Questionnaires | BASIC DATA STRUCTURE | One record per parameter | Analysis | USUBJID, PARAMCD, AVISIT | Yes | No | COM.QS
""",
    "Variables": """
Order | Dataset | Variable | Label | Data Type | Length | Significant Digits | Format | Mandatory | Codelist | Origin | Pages | Method | Predecessor | Role | Comment
##1 | ADQS | USUBJID | Unique Subject Identifier | text | ##11 | | | Yes | | Predecessor | | | ADSL.USUBJID | |
##2 | ADQS | PARAMCD | Parameter Code | text | ##8 | | | Yes | PARAMCD | Assigned | | | | |
##3 | ADQS | AVISIT | Analysis Visit | text | ##30 | | | Yes | | Assigned | | | | |
##4 | ADQS | AVAL | Analysis Value | float | ##8 | ##2 | 8.2 | No | | | | | | |
##5 | ADQS | QSTERM | Collected Term | text | ##40 | | | No | | CRF | 17 18 | | | |
##6 | ADQS | QSEXT | From the vendor | text | ##40 | | | No | | eDT | | | | | COM.QS
""",
    "ValueLevel": """
Order | Dataset | Variable | Where Clause | Description | Data Type | Length | Significant Digits | Format | Mandatory | Codelist | Origin | Pages | Method | Predecessor | Comment | Join Comment
##1 | ADQS | AVAL | ADQS.AVAL.DOSE.FU2 | Cumulative dose | float | ##8 | ##2 | 8.2 | No | | Derived | | DOSE | | COM.QS | COM.JOIN
##2 | ADQS | AVAL | ADQS.AVAL.OTHER | | integer | ##8 | | | No | | CRF | ##17 | | | |
""",
    "WhereClauses": """
ID | Dataset | Variable | Comparator | Value
ADQS.AVAL.DOSE.FU2 | ADQS | PARAMCD | EQ | CUMPLDOS
ADQS.AVAL.DOSE.FU2 | ADQS | AVISIT | EQ | POST TREATMENT FOLLOW-UP 2
ADQS.AVAL.OTHER | ADQS | PARAMCD | IN | ACTOT,ACITM01
""",
    "Codelists": """
ID | Name | NCI Codelist Code | Data Type | Order | Term | NCI Term Code | Decoded Value
PARAMCD | Parameter Code | | text | ##1 | CUMPLDOS | | Cumulative Dose
PARAMCD | Parameter Code | | text | ##2 | ACTOT | | Total
""",
    "Dictionaries": "ID | Name | Data Type | Dictionary | Version",
    "Methods": """
ID | Name | Type | Description | Expression Context | Expression Code | Document | Pages
DOSE | Cumulative dose | Computation | Sum of doses. | | | |
""",
    "Comments": """
ID | Description | Document | Pages
COM.QS | As in the plan. | |
COM.JOIN | Joined with ADSL by USUBJID. | |
""",
    "Documents": "ID | Title | Href",
}


def table(text):
    """Cells of a sheet; `##3` stands for the number 3, an empty cell for nothing."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [[number(cell.strip()) for cell in CELL.split(line)] for line in lines]
    width = len(rows[0])
    assert all(len(row) <= width for row in rows), rows
    return [row + [""] * (width - len(row)) for row in rows]


def number(cell):
    if not cell.startswith("##"):
        return cell
    value = float(cell[2:])
    return int(value) if value.is_integer() else value


def p21_file(path, sheets):
    """The Excel file of a specification."""
    book = Workbook()
    book.remove(book.active)
    for name, text in sheets.items():
        sheet = book.create_sheet(name)
        for row, cells in enumerate(table(text), start=1):
            for column, cell in enumerate(cells, start=1):
                if cell != "":
                    sheet.cell(row, column, cell)
    book.save(path)
    return path
