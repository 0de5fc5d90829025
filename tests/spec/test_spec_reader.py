"""Workbooks read: cells as they are, every fault at its cell, all of them at once."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from cdisc_pom.errors import Problems
from cdisc_pom.spec.reader import read_workbook
from cdisc_pom.spec.sheets import (
    CodelistRow,
    DatasetRow,
    MappingRow,
    TermRow,
    UnitRow,
    VariableRow,
    VisitRow,
)
from cdisc_pom.spec.study import read_study
from cdisc_pom.spec.writer import write_workbook
from studies import Book, plain_workbook


def book():
    """A workbook without a fault."""
    made = Book("sdtm")
    made.add("Define", "Attribute | Value\nStudyName | MINI")
    made.add("Datasets", "Dataset | Key Variables\nDM | STUDYID, USUBJID\nTA | STUDYID TAETORD")
    made.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Length | Mandatory | Codelist | Role
        DM      | USUBJID  | text      | ##20   | Yes       |          | Identifier
        DM      | SEX      | text      |        | no        | SEX      | Record Qualifier
        DM      | ETHN     | text      |        |           |          | Supplemental Qualifier
        """,
    )
    made.add("Codelists", "ID | Term | Decoded Value (zh)\nSEX | M | 男\nSEX | F | 女")
    made.add("Sources", "Dataset | Source | From\nDM | DEMO | form:demographics")
    made.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs | Arguments
        DM      | USUBJID  | DEMO   | assign    | SUBJ   |
        DM      | SEX      | DEMO   | term      | SEX    |
        """,
    )
    made.add("Terms", "Codelist | Collected | Term\nSEX | 男性 | M")
    made.add("Units", "From | To | Factor\ng/dL | g/L | ##10")
    made.add("Visits", "Visit as collected | VISITNUM | VISIT\n筛选期 | ##1 | SCREENING")
    made.content("TA", "ARMCD | TAETORD\nA | 1\nA | 2")
    return made


def written(tmp_path, made, name="sdtm.xlsx"):
    path = tmp_path / name
    write_workbook(path, made.kind, made.filled(), made.contents)
    return path


def edited(path, edit):
    """The workbook with some cells changed by hand, as in Excel."""
    opened = openpyxl.load_workbook(path)
    edit(opened)
    opened.save(path)
    return path


def faults(path, kind="sdtm"):
    with pytest.raises(Problems) as caught:
        read_workbook(path, kind)
    return [str(error) for error in caught.value.errors]


def test_what_is_written_is_read_again(tmp_path):
    read = read_workbook(written(tmp_path, book()), "sdtm")
    assert read.attribute("StudyName") == "MINI"
    assert read.attribute("Language", "en") == "en"
    assert read.datasets["DM"].keys == ("STUDYID", "USUBJID")
    assert read.datasets["TA"].keys == ("STUDYID", "TAETORD")
    usubjid, sex, ethnic = read.variables("DM")
    assert (usubjid.length, usubjid.mandatory, sex.mandatory) == (20, True, False)
    assert [row.supplemental for row in (usubjid, sex, ethnic)] == [False, False, True]
    assert list(read.codelists["SEX"].terms) == ["M", "F"]
    assert [row.collected for row in read.codelists["SEX"].collected] == ["男性"]
    assert [row.algorithm for row in read.mapping("DM")] == ["assign", "term"]
    assert read.rows(UnitRow)[0].factor == 10
    assert read.rows(VisitRow)[0].visitnum == 1
    assert read.contents["TA"].records == (("A", "1"), ("A", "2"))
    assert read.ignored == ()


def test_a_workbook_without_styles_holds_the_same_cells(tmp_path):
    made = book()
    plain_workbook(tmp_path / "plain.xlsx", made.kind, made.filled(), made.contents)
    styled, plain = (
        {
            sheet.title: [[cell.value for cell in row] for row in sheet]
            for sheet in openpyxl.load_workbook(path)
        }
        for path in (written(tmp_path, made), tmp_path / "plain.xlsx")
    )
    assert plain == styled


def test_a_row_knows_its_cells(tmp_path):
    read = read_workbook(written(tmp_path, book()), "sdtm")
    row = read.rows(MappingRow)[1]
    assert str(row.cell("algorithm")) == "sdtm.xlsx › Mapping!D3"
    assert str(row.cell("variable")) == "sdtm.xlsx › Mapping!B3"
    assert str(read.contents["TA"].cell(1, "TAETORD")) == "sdtm.xlsx › TA!B3"


def test_pain_2_sheets_and_columns_that_are_not_of_the_language_are_listed_and_ignored(tmp_path):
    def edit(opened):
        opened.create_sheet("README", 0)["A1"] = "Datasets"
        opened.create_sheet("Notes")["A1"] = 5
        opened["Mapping"]["K1"] = "Reviewer"
        opened["Mapping"]["K2"] = 3.5

    read = read_workbook(edited(written(tmp_path, book()), edit), "sdtm")
    assert read.ignored == ("column Mapping!Reviewer", "sheet README", "sheet Notes")
    assert len(read.mapping("DM")) == 2


def test_columns_stand_in_any_order_and_blank_rows_are_nothing(tmp_path):
    def edit(opened):
        sheet = opened["Terms"]
        for row, cells in enumerate(
            [("Term", "Codelist", "Collected"), (), ("M", "SEX", "男性"), (" ",)], 1
        ):
            for column in range(1, 6):
                sheet.cell(row, column).value = cells[column - 1] if column <= len(cells) else None

    read = read_workbook(edited(written(tmp_path, book()), edit), "sdtm")
    (term,) = read.rows(TermRow)
    assert (term.codelist, term.collected, term.term) == ("SEX", "男性", "M")
    assert str(term.cell("collected")) == "sdtm.xlsx › Terms!C3"


def test_pain_1_a_missing_sheet_and_a_missing_column_are_told_with_the_nearest_one(tmp_path):
    def edit(opened):
        opened["Mapping"].title = "Mappings"
        opened["Sources"]["C1"] = "Form"
        opened["Variables"]["A1"] = None

    assert faults(edited(written(tmp_path, book()), edit)) == [
        "sdtm.xlsx › Variables: column 'Order' is missing.",
        "sdtm.xlsx › Sources: column 'From' is missing. Did you mean 'Form'?",
        "sdtm.xlsx: sheet 'Mapping' is missing. Did you mean 'Mappings'?",
    ]


def test_pain_1_every_fault_of_every_sheet_is_told_at_once(tmp_path):
    made = book()
    made.change("Variables", 2, **{"Data Type": "char", "Mandatory": "maybe", "Length": 0})
    made.change("Codelists", 2, Term=None)
    made.change("Mapping", 3, Algorithm=None)
    made.change("Datasets", 2, Label=None, **{"Key Variables": None})
    found = faults(written(tmp_path, made))
    assert [fault.partition(": ")[0] for fault in found] == [
        "sdtm.xlsx › Datasets!B2", "sdtm.xlsx › Datasets!H2", "sdtm.xlsx › Variables!F2",
        "sdtm.xlsx › Variables!G2", "sdtm.xlsx › Variables!J2", "sdtm.xlsx › Codelists!I2",
        "sdtm.xlsx › Mapping!D3",
    ]  # fmt: skip
    assert found[0] == "sdtm.xlsx › Datasets!B2: 'Label' is empty."
    assert found[2].startswith("sdtm.xlsx › Variables!F2: 'Data Type': input should be 'text', ")
    assert found[2].endswith("(found 'char').")
    assert found[3] == (
        "sdtm.xlsx › Variables!G2: 'Length': input should be greater than or equal to 1 (found '0')."
    )
    assert found[4] == (
        "sdtm.xlsx › Variables!J2: 'Mandatory': 'maybe' is neither Yes nor No (found 'maybe')."
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, "holds a number (1), not text."),
        (1.5, "holds a number (1.5), not text."),
        (dt.datetime(2024, 3, 1), "holds a date (2024-03-01), not text."),  # noqa: DTZ001
        (dt.date(2024, 3, 1), "holds a date (2024-03-01), not text."),
        (dt.time(8, 30), "holds a date (08:30:00), not text."),
        (True, "holds a truth value (TRUE), not text."),
    ],
)
def test_pain_excel_a_cell_that_is_no_text_is_a_fault_in_a_text_column(tmp_path, value, told):
    def edit(opened):
        opened["Codelists"]["I2"] = value

    hint = "Format the cell as text and type the value again."
    path = edited(written(tmp_path, book()), edit)
    assert faults(path) == [f"sdtm.xlsx › Codelists!I2: {told} {hint}"]


def test_pain_excel_leading_zeros_and_trailing_ones_stay(tmp_path):
    made = book()
    made.change("Codelists", 2, Term="001").change("Codelists", 3, Term="2.00")
    read = read_workbook(written(tmp_path, made), "sdtm")
    assert [row.term for row in read.rows(CodelistRow)] == ["001", "2.00"]


def test_a_number_may_be_written_as_text_where_a_number_is_wanted(tmp_path):
    def edit(opened):
        opened["Units"]["D2"] = "0.5"
        opened["Variables"]["A2"] = " 1 "

    read = read_workbook(edited(written(tmp_path, book()), edit), "sdtm")
    assert read.rows(UnitRow)[0].factor == 0.5
    assert read.rows(VariableRow)[0].order == 1


def test_pain_excel_a_formula_is_a_fault_wherever_it_stands(tmp_path):
    def edit(opened):
        opened["Mapping"]["E2"] = '="SU"&"BJ"'
        opened["Units"]["D2"] = "=5*2"
        opened["TA"]["A2"] = '="A"'
        opened.create_sheet("Notes")["A1"] = "=1+1"  # not of the language: no fault

    hint = "Paste the value in its place: a specification says what it means."
    found = faults(edited(written(tmp_path, book()), edit))
    for cell in ("Mapping!E2", "Units!D2", "TA!A2"):
        assert f"sdtm.xlsx › {cell}: holds a formula. {hint}" in found
    assert not [fault for fault in found if "Notes" in fault]


def test_a_text_that_starts_with_an_equals_sign_is_no_formula(tmp_path):
    made = book()
    made.add(
        "Findings",
        """
        Dataset | Source | Column | Testcd | Test       | Unit
        LB      | HEM    | HGB    | HGB    | Hemoglobin | =HGBU
        """,
    )
    read = read_workbook(written(tmp_path, made), "sdtm")
    assert read.findings("LB")[0].unit == "=HGBU"


def test_a_column_that_stands_twice_is_a_fault(tmp_path):
    def edit(opened):
        opened["Terms"]["D1"] = "Collected"
        opened["TA"]["C1"] = "ARMCD"

    found = faults(edited(written(tmp_path, book()), edit))
    assert "sdtm.xlsx › Terms: column 'Collected' stands twice." in found
    assert "sdtm.xlsx › TA: column 'ARMCD' stands twice." in found


def test_a_workbook_that_is_not_there_is_told_with_the_nearest_file(tmp_path):
    written(tmp_path, book(), "sdtm_v2.xlsx")
    (fault,) = faults(tmp_path / "sdtm.xlsx")
    assert fault == (f"sdtm.xlsx: workbook is missing in {tmp_path}. Did you mean 'sdtm_v2.xlsx'?")


@pytest.mark.parametrize(
    "data",
    [b"", b"not a zip", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600],
    ids=["empty", "text", "broken zip", "old .xls"],
)
def test_a_file_that_is_no_workbook_is_told(tmp_path, data):
    (tmp_path / "sdtm.xlsx").write_bytes(data)
    (fault,) = faults(tmp_path / "sdtm.xlsx")
    assert fault.startswith("sdtm.xlsx: is not a readable Excel workbook (")
    assert fault.endswith("Open it in Excel and save it as .xlsx again.")


def changed_archive(path, change):
    """The workbook's archive with its members changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                target.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: data[:200] if name.endswith("sheet3.xml") else data,
        lambda name, data: None if name.endswith("sheet3.xml") else data,
        lambda name, data: b"<x" if name == "xl/_rels/workbook.xml.rels" else data,
    ],
    ids=["half a sheet", "no sheet", "broken relations"],
)
def test_a_workbook_with_a_broken_part_is_told(tmp_path, change):
    path = changed_archive(written(tmp_path, book()), change)
    found = faults(path)
    assert found[0].startswith("sdtm.xlsx: is not a readable Excel workbook (")


def test_faults_of_both_workbooks_of_a_study_are_told_at_once(tmp_path):
    made = book()
    made.change("Mapping", 2, Algorithm=None)
    written(tmp_path, made)
    (tmp_path / "adam.xlsx").write_bytes(b"x")
    with pytest.raises(Problems) as caught:
        read_study(tmp_path)
    places = [str(error.place) for error in caught.value.errors]
    assert places == ["sdtm.xlsx › Mapping!D2", "adam.xlsx"]


def test_a_study_may_have_sdtm_alone(tmp_path):
    written(tmp_path, book())
    assert list(read_study(tmp_path).workbooks) == ["sdtm"]


def test_dates_of_a_variable_are_held_as_its_format_says():
    def kind(data_type, display):
        row = {"place": {"workbook": "", "sheet": "", "row": 1}, "Order": 1, "Dataset": "A",
               "Variable": "B", "Label": "C", "Data Type": data_type, "Format": display}  # fmt: skip
        return VariableRow.model_validate(row).kind

    assert kind("integer", "DATE9.") == "date"
    assert kind("integer", "yymmdd10.") == "date"
    assert kind("integer", "DATETIME20.") == "datetime"
    assert kind("integer", "E8601DT19.") == "datetime"
    assert kind("integer", "TIME8.") == "time"
    assert kind("integer", None) == "integer"
    assert kind("float", "8.2") == "float"
    assert kind("datetime", None) == "text"  # ISO 8601 text of SDTM


def test_names_of_keys_stand_between_commas_or_blanks():
    row = {"place": {"workbook": "", "sheet": "", "row": 1}, "Dataset": "A", "Label": "B",
           "Class": "EVENTS", "Key Variables": "STUDYID, USUBJID AESEQ"}  # fmt: skip
    assert DatasetRow.model_validate(row).keys == ("STUDYID", "USUBJID", "AESEQ")


def test_pain_excel_a_workbook_is_written_with_the_same_bytes_each_time(tmp_path):
    first, second = written(tmp_path, book(), "a.xlsx"), written(tmp_path, book(), "b.xlsx")
    assert first.read_bytes() == second.read_bytes()


def test_a_written_workbook_opens_in_a_foreign_reader_with_text_cells_and_choices(tmp_path):
    opened = openpyxl.load_workbook(written(tmp_path, book()))
    sheet = opened["Variables"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert {sheet.cell(2, column).number_format for column in (2, 3, 4)} == {"@"}
    choices = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert '"Yes,No"' in choices
    assert not opened.vba_archive
