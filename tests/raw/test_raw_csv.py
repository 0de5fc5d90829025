"""Raw forms: every cell is text, every record knows its line, every fault its line."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.errors import Problems
from cdisc_pom.raw.csv_file import read_csv, read_header
from cdisc_pom.raw.folder import RawFolder


def form(tmp_path, data, name="hematology.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def cells(path):
    read = read_csv(path)
    shown = {
        name: [None if pd.isna(v) else v for v in column] for name, column in read.columns.items()
    }
    return shown, read.lines.tolist()


def faults(path, read=read_csv):
    with pytest.raises(Problems) as caught:
        read(path)
    return [str(error) for error in caught.value.errors]


def test_cells_are_text_and_blank_cells_are_missing(tmp_path):
    path = form(tmp_path, 'SUBJECT,WBC,NOTE\n001,3.50," "\n002,,NA\n003,nan,"a, b"\n')
    assert cells(path) == (
        {
            "SUBJECT": ["001", "002", "003"],
            "WBC": ["3.50", None, "nan"],
            "NOTE": [None, "NA", "a, b"],  # words of other programs for missing are words here
        },
        [2, 3, 4],
    )


def test_what_programs_write_at_the_start_and_end_of_files_and_lines(tmp_path):
    shown = ({"A": ["1", "2"], "B": ["x", "y"]}, [2, 3])
    assert cells(form(tmp_path, b"\xef\xbb\xbfA,B\r\n1,x\r\n2,y\r\n")) == shown  # Excel
    assert cells(form(tmp_path, "A,B\n1,x\n2,y")) == shown
    assert cells(form(tmp_path, "A,B\r1,x\r2,y\r")) == shown


def test_records_know_the_line_on_which_they_start(tmp_path):
    path = form(tmp_path, 'A,B\n1,"two\nlines"\n\n2,y\n3,"three\n\nlines"\n4,z\n')
    shown, lines = cells(path)
    assert shown["A"] == ["1", "2", "3", "4"]
    assert shown["B"] == ["two\nlines", "y", "three\n\nlines", "z"]
    assert lines == [2, 5, 6, 9]


def test_a_header_may_have_quotes_blanks_and_line_breaks(tmp_path):
    path = form(tmp_path, '"SUBJECT", 访视 ,"Visit\nDate"\n001,C1,2024-03-01\n')
    shown, lines = cells(path)
    assert shown == {"SUBJECT": ["001"], "访视": ["C1"], "Visit\nDate": ["2024-03-01"]}
    assert lines == [3]


@pytest.mark.parametrize("data", ["A,B\n", "A,B", "A,B\r\n\r\n"])
def test_a_form_without_records_is_empty(tmp_path, data):
    read = read_csv(form(tmp_path, data))
    assert (len(read), list(read.columns)) == (0, ["A", "B"])
    assert all(isinstance(column.dtype, pd.CategoricalDtype) for column in read.columns.values())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", ["hematology.csv:1: has no header row."]),
        ("\n\n", ["hematology.csv:1: has no header row."]),
        ("A,,B\n", ["hematology.csv:1: column 2 has no name."]),
        (
            "A,B,A,B, \n1,2,3,4,5\n",
            [
                "hematology.csv:1: column 5 has no name.",
                "hematology.csv:1: column 'A' stands twice.",
                "hematology.csv:1: column 'B' stands twice.",
            ],
        ),
    ],
)
def test_faults_of_a_header_are_told_at_once(tmp_path, data, told):
    assert faults(form(tmp_path, data), read_header) == told
    assert faults(form(tmp_path, data)) == told


def test_rows_with_too_few_or_too_many_cells_are_told_at_their_lines(tmp_path):
    path = form(tmp_path, 'A,B\n1,"x\ny"\n2\n3,x,z\n4,x\n5,x,y,z\n')
    assert faults(path) == [
        "hematology.csv:4: has 1 cells, the header has 2.",
        "hematology.csv:5: has 3 cells, the header has 2.",
        "hematology.csv:7: has 4 cells, the header has 2.",
    ]


def test_pain_26_bytes_that_are_no_utf8_are_told_at_their_lines(tmp_path):
    data = "SUBJECT,SEX\n001,男\n002,女\n003,M\n".encode().replace(
        "男".encode(), "男".encode("gbk")
    )
    path = form(tmp_path, data + "004,男\n".encode("gbk"))
    assert faults(path) == [
        "hematology.csv:2: holds bytes that are no UTF-8 (c4 d0). Export the form as UTF-8.",
        "hematology.csv:5: holds bytes that are no UTF-8 (c4 d0). Export the form as UTF-8.",
    ]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_a_header_that_is_no_utf8_is_told_as_such(tmp_path, encoding):
    path = form(tmp_path, "受试者,性别\n001,男\n".encode(encoding))
    first = faults(path, read_header)[0]
    assert first.startswith("hematology.csv:1: holds bytes that are no UTF-8 (")
    assert faults(path)[0] == first


def test_a_quote_that_never_ends_is_told(tmp_path):
    # Without this the cell would swallow all records behind it.
    for data in ('A,B\n1,"x\n2,y\n3,z\n', 'A,B\n1,"x\n2,"y"\n', 'A,B\n1,"x\n2,"y\n3,z"\n'):
        told = faults(form(tmp_path, data))
        assert told[0] == "hematology.csv:2: a cell opens with a quote that nothing closes."


def test_a_quote_inside_a_cell_is_a_character(tmp_path):
    assert cells(form(tmp_path, 'A,B\n5" wide,"say ""ah"""\n'))[0] == {
        "A": ['5" wide'],
        "B": ['say "ah"'],
    }


def test_however_many_faults_there_are_the_rest_is_counted(tmp_path):
    path = form(tmp_path, "A,B\n" + "1\n" * 50)
    told = faults(path)
    assert told[0] == "hematology.csv:2: has 1 cells, the header has 2."
    assert told[-1] == "hematology.csv: 30 more lines are like that."
    assert len(told) == 21


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=8)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_any_text_is_read_as_it_was_written(tmp_path_factory, records):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in record) for record in records]
    path = form(tmp_path_factory.mktemp("raw"), "\n".join(['"A","B"', *lines]) + "\n")
    read = read_csv(path)
    got = list(zip(*(read.columns[name].astype(object) for name in "AB"), strict=True))
    assert [tuple(None if pd.isna(v) else v for v in row) for row in got] == [
        tuple(cell if cell.strip() else None for cell in record) for record in records
    ]
    assert read.lines.tolist() == list(range(2, len(records) + 2))


def test_forms_of_a_folder_have_the_names_of_their_files(tmp_path):
    form(tmp_path, "A\n1\n", "dm.csv")
    form(tmp_path, "A\n1\n", "AE.CSV")
    form(tmp_path, "x", "notes.txt")
    folder = RawFolder(tmp_path)
    assert sorted(folder.files) == ["AE", "dm"]
    assert folder.header("dm") == ("A",)
    assert folder.form("dm") is folder.form("dm"), "a form is read once"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Problems) as caught:
        RawFolder(tmp_path / "raw")
    assert str(caught.value) == f"{tmp_path / 'raw'}: raw data folder is missing."
