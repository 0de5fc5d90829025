"""Pinnacle 21's specifications → ours → theirs: no cell is lost that both can hold."""

import openpyxl
import pytest
from interchange_books import SHIPPED, copied
from p21_by_hand import CURRENT as CURRENT_SHEETS
from p21_by_hand import FORMER as FORMER_SHEETS
from p21_by_hand import p21_file, table

from cdisc_pom.errors import Problems
from cdisc_pom.interchange.books import open_excel, write_book
from cdisc_pom.interchange.p21 import open_p21, to_p21
from cdisc_pom.interchange.p21_forms import CURRENT, FORMER
from cdisc_pom.interchange.yaml_text import plain_number
from cdisc_pom.sdtm.supplemental import VARIABLES
from cdisc_pom.spec.reader import read_workbook
from cdisc_pom.spec.sheets import CodelistRow, DefineRow, ValueLevelRow, WhereClauseRow
from cdisc_pom.spec.study import read_study
from cdisc_pom.spec.writer import write_sheets


def theirs(sheets):
    """Rows of a specification by sheet, as text by column."""
    return {name: rows(*table(text)) for name, text in sheets.items()}


def rows(header, *records):
    cells = [[str(plain_number(cell)) for cell in record] for record in records]
    return [{c: cell for c, cell in zip(header, record, strict=True) if cell} for record in cells]


def there_and_back(tmp_path, sheets, form):
    """Their file opened, written as our workbook, read, and written as theirs again."""
    opened = open_p21(p21_file(tmp_path / "theirs.xlsx", sheets))
    assert opened.faults == ()
    write_book(tmp_path / "ours.xlsx", opened.book)
    tables, losses = to_p21(open_excel(tmp_path / "ours.xlsx"), form)
    return {name: rows(header, *records) for name, header, records in tables}, losses


def test_the_current_form_comes_back_cell_by_cell(tmp_path):
    back, losses = there_and_back(tmp_path, CURRENT_SHEETS, CURRENT)
    wanted = theirs(CURRENT_SHEETS)
    wanted["Define"] = wanted["Define"][:6]  # the legend explains colours
    wanted["Datasets"][0]["Standard"] = "SDTM-IG 3.4"  # v3.4 means the same
    assert back == wanted
    assert losses == ()


def test_the_former_form_comes_back_cell_by_cell(tmp_path):
    back, losses = there_and_back(tmp_path, FORMER_SHEETS, FORMER)
    wanted = theirs(FORMER_SHEETS)
    wanted["WhereClauses"][2]["Value"] = "ACTOT,ACITM01"
    assert back == wanted
    assert losses == ()


def test_the_former_form_becomes_the_current_one(tmp_path):
    opened = open_p21(p21_file(tmp_path / "theirs.xlsx", FORMER_SHEETS))
    tables, losses = to_p21(opened.book, CURRENT)
    back = {name: rows(header, *records) for name, header, records in tables}
    assert [row["Where Clause"] for row in back["ValueLevel"]] == [
        'PARAMCD EQ "CUMPLDOS" and AVISIT EQ "POST TREATMENT FOLLOW-UP 2"',
        'PARAMCD IN ("ACTOT", "ACITM01")',
    ]
    origins = [(row.get("Origin"), row.get("Source")) for row in back["Variables"]]
    assert origins[4:] == [("Collected", None), ("Collected", "Vendor")]
    assert back["Datasets"][0]["Standard"] == "ADaM-IG 1.0"
    # The current form has no place for the comment on a join.
    assert [str(loss) for loss in losses] == [
        "column WhereClauses!Comment: 2 (first: theirs.xlsx › WhereClauses!F2 'COM.JOIN')"
    ]


def test_the_current_form_becomes_the_former_one_and_tells_what_that_has_no_column_for(tmp_path):
    opened = open_p21(p21_file(tmp_path / "theirs.xlsx", CURRENT_SHEETS))
    tables, losses = to_p21(opened.book, FORMER)
    names = [name for name, *_ in tables]
    assert names[:5] == ["Study", "Datasets", "Variables", "ValueLevel", "WhereClauses"]
    back = {name: rows(header, *records) for name, header, records in tables}
    assert [row["Purpose"] for row in back["Datasets"]] == ["Tabulation", "Tabulation"]
    origins = {(r["Dataset"], r["Variable"]): r.get("Origin") for r in back["Variables"]}
    assert origins["DM", "SEX"] == "CRF"
    assert origins["LB", "LBSPEC"] == "eDT"
    told = {loss.what: loss.count for loss in losses}
    assert told == {
        "column Datasets!Standard": 2,
        "column Datasets!Developer Notes": 1,
        "column Variables!Assigned Value": 1,
        "column Variables!Source": 5,  # Vendor is kept by eDT
        "column Variables!Has No Data": 1,
        "column ValueLevel!Developer Notes": 1,
        "column Codelists!Terminology": 3,
        "column Codelists!Comment": 1,
    }


def test_pain_3_a_composite_where_clause_stays_whole(tmp_path):
    book = open_p21(p21_file(tmp_path / "theirs.xlsx", CURRENT_SHEETS)).book
    clause = book.rows("ValueLevel")[0]["Where Clause"]
    found = [row for row in book.rows("WhereClauses") if row["ID"] == clause]
    assert [(row["Variable"], row["Comparator"], row["Value"]) for row in found] == [
        ("LBTESTCD", "EQ", "HGB"),
        ("LBSPEC", "IN", 'BLOOD, "PLASMA, EDTA"'),
    ]


def test_what_was_read_otherwise_than_it_stands_there_is_told(tmp_path):
    book = open_p21(p21_file(tmp_path / "theirs.xlsx", CURRENT_SHEETS)).book
    assert book.notes == (
        "column Define!Value: 1 number read as text (first: B6)",
        "column Variables!Pages: 1 number read as text (first: O4)",
        "column Codelists!Term: 2 numbers read as text (first: H5)",
        "column Dictionaries!Version: 1 number read as text (first: E2)",
        "column Methods!Pages: 1 number read as text (first: H2)",
        "2 where clauses of ValueLevel read as rows of WhereClauses",
    )


@pytest.mark.parametrize(("sheets", "kind"), [(CURRENT_SHEETS, "sdtm"), (FORMER_SHEETS, "adam")])
def test_the_reader_opens_their_files_directly(tmp_path, sheets, kind):
    read = read_workbook(p21_file(tmp_path / f"{kind}.xlsx", sheets), kind)
    assert not read.runs
    assert len(read.rows(ValueLevelRow)) == 2
    assert len(read.rows(WhereClauseRow)) == 3
    assert read.attribute("StudyName") == "HAND"


def test_a_row_of_their_file_knows_its_cells(tmp_path):
    read = read_workbook(p21_file(tmp_path / "sdtm.xlsx", CURRENT_SHEETS), "sdtm")
    clause = read.rows(WhereClauseRow)[0]
    assert str(clause.cell("value")) == "sdtm.xlsx › ValueLevel!D2"
    former = read_workbook(p21_file(tmp_path / "adam.xlsx", FORMER_SHEETS), "adam")
    assert str(former.rows(DefineRow)[1].cell("value")) == "adam.xlsx › Study!B3"
    assert str(former.rows(ValueLevelRow)[0].cell("label")) == "adam.xlsx › ValueLevel!E2"


def running(path):
    """Their file with the sheets that run added by hand."""
    opened = openpyxl.load_workbook(path)
    for name, cells in {
        "Sources": [["Dataset", "Source", "From"], ["DM", "DEMO", "form:demo"]],
        "Mapping": [["Dataset", "Variable", "Algorithm"]],
    }.items():
        sheet = opened.create_sheet(name)
        for row in cells:
            sheet.append(row)
    opened.save(path)
    return path


def test_pain_excel_with_running_sheets_a_number_in_a_text_column_is_a_fault_again(tmp_path):
    path = running(p21_file(tmp_path / "sdtm.xlsx", CURRENT_SHEETS))
    with pytest.raises(Problems) as caught:
        read_workbook(path, "sdtm")
    places = [str(fault.place) for fault in caught.value.errors]
    assert places == [
        f"sdtm.xlsx › {cell}"
        for cell in ("Define!B6", "Variables!O4", "Codelists!H5", "Codelists!H6",
                     "Dictionaries!E2", "Methods!H2")
    ]  # fmt: skip


def test_a_study_needs_running_sheets_and_is_told_once(tmp_path):
    p21_file(tmp_path / "sdtm.xlsx", CURRENT_SHEETS)
    with pytest.raises(Problems) as caught:
        read_study(tmp_path)
    assert str(caught.value).startswith(
        "sdtm.xlsx: has no sheet that says where records come from. Add Sources and Mapping"
    )


def test_a_where_clause_that_cannot_be_read_is_told_at_its_cell(tmp_path):
    sheets = dict(CURRENT_SHEETS)
    sheets["ValueLevel"] = sheets["ValueLevel"].replace(
        'LBTESTCD NOTIN ("HGB")', "LBORRES is not missing"
    )
    opened = open_p21(p21_file(tmp_path / "theirs.xlsx", sheets))
    assert [str(fault) for fault in opened.faults] == [
        (
            "theirs.xlsx › ValueLevel!D3: 'LBORRES is not missing' is no where clause: one of EQ, NE, "
            "IN, NOTIN, LT, LE, GT, GE is missing before 'is'."
        )
    ]
    assert opened.book.rows("ValueLevel")[1]["Where Clause"] == "LBORRES is not missing"


def test_merged_cells_and_rows_that_only_name_a_list_hold_for_the_rows_below(tmp_path):
    path = p21_file(tmp_path / "sdtm.xlsx", CURRENT_SHEETS)
    opened = openpyxl.load_workbook(path)
    sheet = opened["Codelists"]
    for row in range(2, 8):
        for column in range(1, 11):
            sheet.cell(row, column).value = None
    heading = ["SEX", "Sex", "C66731", "text", "SDTM 2025-03-28"]
    for column, value in enumerate(heading, start=1):
        sheet.cell(2, column, value)
    for row, (term, code) in enumerate([("F", "C16576"), ("M", "C20197")], start=3):
        sheet.cell(row, 8, term)
        sheet.cell(row, 9, code)
    sheet.merge_cells("A2:A4")
    opened["Variables"]["K9"] = opened["Variables"]["K7"] = None
    opened.save(path)
    found = read_workbook(path, "sdtm").rows(CodelistRow)
    assert [
        (row.id, row.name, row.term, row.nci_codelist_code, row.place.row) for row in found
    ] == [
        ("SEX", "Sex", "F", "C66731", 3),
        ("SEX", "Sex", "M", "C66731", 4),
    ]


def test_names_of_origin_columns_standards_and_non_standard_are_understood(tmp_path):
    sheets = dict(CURRENT_SHEETS)
    sheets["Define"] = "Attribute | Value\nStudy Name | HAND\nProtocol Name | HAND-1"
    sheets["Variables"] = (
        sheets["Variables"]
        .replace("Origin | Source", "Origin Type | Origin Source")
        .replace("Data Type", "Type")
    )
    sheets["Standards"] = """
OID | Name | Type | Publishing Set | Version | Status
STD.1 | SDTMIG | IG | | 3.4 | Final
STD.2 | SDTMIG-MD | IG | | 1.1 | Final
STD.3 | CDISC/NCI | CT | SDTM | 2025-03-28 | Final
"""
    sheets["Datasets"] = """
Dataset | Label | Class | Structure | Key Variables | Standard | Non-Standard | Repeating | Reference Data
DM | Demographics | SPECIAL PURPOSE | One record per subject | STUDYID | STD.1 | | No | No
LB | Laboratory | FINDINGS | One record per test | STUDYID | | Yes | Yes | No
"""
    sheets["Codelists"] = (
        sheets["Codelists"]
        .replace("Terminology", "Is Non Standard")
        .replace("SDTM 2025-03-28", "No")
        .replace("| integer | |", "| integer | Yes |")
    )
    read = read_workbook(p21_file(tmp_path / "sdtm.xlsx", sheets), "sdtm")
    assert read.attribute("StudyName") == "HAND"
    assert (read.attribute("StandardName"), read.attribute("StandardVersion")) == ("SDTMIG", "3.4")
    assert read.attribute("CT Publishing Set") == "SDTM"
    assert read.attribute("CT Version") == "2025-03-28"
    assert [row.standard for row in read.datasets.values()] == ["SDTMIG 3.4", "Non-standard"]
    sex = read.variable("DM", "SEX")
    assert (sex.origin, sex.source, sex.data_type) == ("Collected", "Investigator", "text")
    assert {row.id: row.terminology for row in read.rows(CodelistRow)} == {
        "SEX": None, "LBTESTCD": None, "VISITNUM": "Non-standard",
    }  # fmt: skip


def test_sheets_and_columns_that_nobody_knows_go_along(tmp_path):
    sheets = dict(CURRENT_SHEETS)
    sheets["Comments"] = (
        sheets["Comments"]
        .replace("Pages", "Pages | Reviewer")
        .replace("COM.DM | One row a subject. | |", "COM.DM | One row a subject. | | | Mei")
    )
    sheets["Notes"] = "Free text | \nsome words | ##5"
    back, _ = there_and_back(tmp_path, sheets, CURRENT)
    assert back["Comments"][0]["Reviewer"] == "Mei"
    assert back["Analysis Displays"] == theirs(CURRENT_SHEETS)["Analysis Displays"]
    assert list(back)[-2:] == ["Analysis Displays", "Notes"]


@pytest.mark.parametrize("kind", SHIPPED)
@pytest.mark.parametrize("form", [CURRENT, FORMER], ids=["current", "former"])
def test_the_shipped_workbooks_written_for_them_come_back_the_same(tmp_path, kind, form):
    book = open_excel(copied(tmp_path, kind))
    tables, losses = to_p21(book, form)
    write_sheets(tmp_path / "theirs.xlsx", kind, tables)
    again = open_p21(tmp_path / "theirs.xlsx")
    assert again.faults == ()
    assert again.book.kind == kind
    assert to_p21(again.book, form)[0] == tables
    told = {loss.what for loss in losses}
    assert "rows of Sources" in told
    assert "column Variables!Label (zh)" in told


def test_chinese_texts_can_be_written_instead(tmp_path):
    book = open_excel(copied(tmp_path, "sdtm"))
    tables, losses = to_p21(book, CURRENT, language="zh")
    labels = {record[0]: record[1] for name, _, records in tables for record in records
              if name == "Datasets"}  # fmt: skip
    assert labels["DM"] == "人口学"
    assert not [loss.what for loss in losses if loss.what.endswith("(zh)")]


def test_supplemental_variables_are_data_sets_with_them(tmp_path):
    book = open_excel(copied(tmp_path, "sdtm"))
    tables = {name: rows(header, *records) for name, header, records in to_p21(book, CURRENT)[0]}
    ours = [r for r in book.rows("Variables") if str(r.get("Role", "")).startswith("Supplemental")]
    assert ours
    values = [row for row in tables["ValueLevel"] if row["Variable"] == "QVAL"]
    assert len(values) == len(ours)
    assert not [r for r in tables["Variables"] if r.get("Role", "").startswith("Supplemental Q")]
    suppdm = [row["Variable"] for row in tables["Variables"] if row["Dataset"] == "SUPPDM"]
    assert suppdm == [name for name, *_ in VARIABLES]
