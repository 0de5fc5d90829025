"""Two specifications compared: what is told is what was changed, and nothing else."""

import json
import random
import re

import openpyxl
import pytest
from interchange_books import SHIPPED, copied, shipped

from cdisc_pom.interchange.books import Book, open_excel, sheet_of
from cdisc_pom.interchange.diff import compare_books
from cdisc_pom.interchange.diff_excel import write_diff
from cdisc_pom.interchange.diff_show import diff_html, diff_json, diff_lines, layout, pieces
from cdisc_pom.interchange.keys import KEYS
from cdisc_pom.interchange.mirror import write_mirror
from cdisc_pom.interchange.opening import open_book
from cdisc_pom.spec.sheets import SHEETS

VARIABLES = """
Order | Dataset | Variable | Label                | Data Type | Length
1     | DM      | USUBJID  | Subject              | text      | 20
2     | DM      | SEX      | Sex                  | text      | 1
3     | DM      | RACE     | Race of the subject  | text      | 40
1     | AE      | AETERM   | Reported Term        | text      | 200
2     | AE      | AESEV    | Severity             | text      | 8
"""


def book(name="a.xlsx", kind="sdtm", **sheets):
    """A workbook of small tables."""
    made = []
    for sheet, text in sheets.items():
        lines = [line.split("|") for line in text.strip("\n").splitlines() if line.strip()]
        first, *records = [[cell.strip() for cell in line] for line in lines]
        made.append(sheet_of(sheet, first, records))
    return Book(name, kind, tuple(made))


def changes(before, after):
    """Changes of the one sheet, in short."""
    (sheet,) = compare_books(before, after).sheets
    return [
        (change.kind, ".".join(change.key), [(c.column, c.before, c.after) for c in change.cells])
        for change in sheet.changes
    ]


def test_equal_workbooks_differ_in_nothing():
    found = compare_books(book(Variables=VARIABLES), book("b.xlsx", Variables=VARIABLES))
    assert found.equal
    assert [line for _, line in diff_lines(found, limit=0)] == ["Nothing differs."]


def test_rows_are_matched_by_key():
    after = VARIABLES.replace("Sex     ", "Gender  ").replace(
        "2     | AE      | AESEV    | Severity             | text      | 8\n", ""
    )
    after += "3     | AE      | AEOUT    | Outcome              | text      | 40\n"
    assert changes(book(Variables=VARIABLES), book(Variables=after)) == [
        ("changed", "DM.SEX", [("Label", "Sex", "Gender")]),
        ("removed", "AE.AESEV", []),
        ("added", "AE.AEOUT", []),
    ]


def test_a_key_that_was_renamed_is_told_where_most_cells_agree():
    after = VARIABLES.replace("RACE ", "RACEN")
    assert changes(book(Variables=VARIABLES), book(Variables=after)) == [
        ("renamed", "DM.RACEN", [("Variable", "RACE", "RACEN")])
    ]
    # What many rows say (DM, text) and the same place make two rows no pair.
    after = VARIABLES.replace(
        "RACE     | Race of the subject  | text      | 40",
        "ETHNIC   | Ethnicity            | text      | 60",
    )
    assert [kind for kind, *_ in changes(book(Variables=VARIABLES), book(Variables=after))] == [
        "removed", "added",
    ]  # fmt: skip


def test_a_number_and_the_text_that_shows_it_are_the_same_where_a_number_is_read():
    numbers = book(Variables=VARIABLES)
    header, *_ = [numbers.sheets[0].first]
    records = [
        [int(cell) if cell.isdigit() else cell for cell in record]
        for record in numbers.sheets[0].records
    ]
    assert compare_books(
        numbers, Book("b", "sdtm", (sheet_of("Variables", header, records),))
    ).equal


def test_rows_in_another_order_are_moved_not_changed():
    lines = VARIABLES.strip().splitlines()
    after = "\n".join([lines[0], *lines[2:4], lines[1], *lines[4:]])
    assert changes(book(Variables=VARIABLES), book(Variables=after)) == [
        ("moved", "DM.USUBJID", [])
    ]


MAPPING = """
Dataset | Variable | Source | Algorithm | Inputs | When
DM      | SEX      | A      | term      | SEX    |
DM      | SEX      | B      | term      | GENDER |
DM      | ARM      |        | constant  |        | X IS NULL
DM      | ARM      |        | constant  |        | X IS NOT NULL
"""


def test_rows_that_share_a_key_are_matched_by_what_they_say_otherwise():
    after = MAPPING.replace("GENDER", "SEXCD ").replace("X IS NOT NULL", "X > 1")
    assert changes(book(Mapping=MAPPING), book(Mapping=after)) == [
        ("changed", "DM.SEX", [("Inputs", "GENDER", "SEXCD")]),
        ("changed", "DM.ARM", [("When", "X IS NOT NULL", "X > 1")]),
    ]
    without = "\n".join(line for line in MAPPING.splitlines() if "| A " not in line)
    assert [change[:2] for change in changes(book(Mapping=MAPPING), book(Mapping=without))] == [
        ("removed", "DM.SEX")
    ]


def test_sheets_and_columns_that_come_go_or_move_are_told():
    before = book(Methods="ID | Name | Note\nA | First | x", Terms="Codelist | Collected\nNY | ja")
    after = book(Methods="Name | ID | Type\nFirst | A |", Comments="ID\nC")
    found = {sheet.name: sheet for sheet in compare_books(before, after).sheets}
    methods = found["Methods"]
    assert (methods.added_columns, methods.removed_columns) == (("Type",), ("Note",))
    assert methods.reordered_columns
    assert [c.cells[0].column for c in methods.changes] == ["Note"]
    assert (found["Terms"].only, found["Comments"].only) == ("before", "after")
    assert not compare_books(before, after).equal


def test_contents_are_matched_by_the_keys_of_their_data_set_and_notes_by_what_they_say():
    keys = "Dataset | Key Variables\nTA | ARMCD, TAETORD"
    before = book(
        Datasets=keys,
        TA="ARMCD | TAETORD | ETCD\nA | 1 | SCR\nA | 2 | TRT",
        Notes="one|a|b\n\ntwo|c|d",
    )
    after = book(
        Datasets=keys,
        TA="ARMCD | TAETORD | ETCD\nA | 2 | FUP\nA | 1 | SCR",
        Notes="one|a|b\ntwo|c|e",
    )
    found = {sheet.name: sheet for sheet in compare_books(before, after).sheets}
    assert [(c.kind, c.key, c.moved) for c in found["TA"].changes] == [
        ("changed", ("A", "2"), False), ("moved", ("A", "1"), True),
    ]  # fmt: skip
    assert found["Datasets"].equal
    assert [change.kind for change in found["Notes"].changes] == ["changed"]


@pytest.mark.parametrize("kind", SHIPPED)
def test_a_workbook_equals_its_mirror_and_its_shuffled_self_but_for_the_order(tmp_path, kind):
    before = open_book(shipped(kind))
    write_mirror(open_excel(shipped(kind)), tmp_path / "mirror.yaml")
    assert compare_books(before, open_book(tmp_path / "mirror.yaml")).equal
    order = random.Random(7)
    shuffled = []
    for sheet in before.sheets:
        records = list(sheet.records)
        order.shuffle(records)
        shuffled.append(sheet_of(sheet.name, sheet.first, records))
    found = compare_books(before, Book("b", kind, tuple(shuffled)))
    assert {change.kind for sheet in found.sheets for change in sheet.changes} <= {"moved"}


def test_seeded_changes_of_a_shipped_workbook_are_told_and_nothing_else(tmp_path):
    path = copied(tmp_path, "sdtm")
    opened = openpyxl.load_workbook(path)
    opened["Variables"]["D10"] = "Another label"
    opened["Mapping"].delete_rows(40)
    opened["Terms"].append(["UNIT", "自创", "g/L"])
    opened["Codelists"]["I12"] = "NEWTERM"
    opened.save(path)
    found = compare_books(open_book(shipped("sdtm")), open_book(path))
    told = {sheet.name: sheet.counts for sheet in found.sheets if not sheet.equal}
    assert told == {
        "Variables": {"changed": 1}, "Mapping": {"removed": 1}, "Terms": {"added": 1},
        "Codelists": {"renamed": 1},
    }  # fmt: skip


def different():
    before = book(
        Variables=VARIABLES,
        Methods="ID | Description\nM1 | Days from first dose to the event plus one, counted in whole days",
    )
    after = book(
        "b.xlsx",
        Variables=VARIABLES.replace("Sex     ", "<b>性别</b>").replace("RACE ", "RACEN"),
        Methods="ID | Description\nM1 | Days from first dose to the first event plus one, counted in whole days",
    )  # fmt: skip
    return compare_books(before, after)


def test_the_terminal_shows_old_and_new():
    assert [line for _, line in diff_lines(different(), limit=0)] == [
        "Variables: 1 changed, 1 renamed",
        "  ~ DM.SEX  Variables!3",
        "      Label: Sex → <b>性别</b>",
        "  → DM.RACE → DM.RACEN  Variables!4",
        "      Variable: RACE → RACEN",
        "Methods: 1 changed",
        "  ~ M1  Methods!2",
        (
            "      Description: Days from first dose to the event plus one, counted in whole… → "
            "Days from first dose to the first event plus one, counted in…"
        ),
        "3 rows differ.",
    ]
    shown = [line for _, line in diff_lines(different(), limit=1)]
    assert "  … and 1 more" in shown


def test_the_page_shows_words_that_came_and_went_and_escapes_them():
    page = diff_html(different())
    assert "&lt;b&gt;性别&lt;/b&gt;" in page
    assert "<b>性别" not in page
    assert re.search(r"to the ?<ins>(first | first)</ins> ?event", page)
    assert "<script" not in page
    assert re.search(r'class="former">.*RACE', page)


def test_long_texts_are_shown_within_each_other_when_they_are_alike():
    cell = different().sheets[1].changes[0].cells[0]
    assert layout(cell) == "inline"
    assert "".join(text for mark, text in pieces(cell) if mark != "+") == cell.before
    assert "".join(text for mark, text in pieces(cell) if mark != "-") == cell.after


def test_json_holds_the_whole():
    content = json.loads(diff_json(different()))
    assert content["equal"] is False
    (sex, race) = content["sheets"][0]["rows"]
    assert sex["cells"] == [{"column": "Label", "before": "Sex", "after": "<b>性别</b>"}]
    assert race["former"] == {"Dataset": "DM", "Variable": "RACE"}
    assert race["after_at"] == "b.xlsx › Variables!4"


def test_the_workbook_has_colours_and_former_values(tmp_path):
    removed = VARIABLES.replace(
        "1     | AE      | AETERM   | Reported Term        | text      | 200\n", ""
    )
    before = book(Variables=VARIABLES)
    after = book(
        "b.xlsx",
        Variables=removed.replace("Sex     ", "Gender  ")
        + "9 | AE | AENEW | New thing | text | 1\n",
    )
    write_diff(tmp_path / "d.xlsx", compare_books(before, after))
    again = tmp_path / "again.xlsx"
    write_diff(again, compare_books(before, after))
    assert again.read_bytes() == (tmp_path / "d.xlsx").read_bytes()
    opened = openpyxl.load_workbook(tmp_path / "d.xlsx")
    assert [[cell.value for cell in row] for row in opened["Changes"].iter_rows()] == [
        ["a.xlsx → b.xlsx", "added", "removed", "changed", "renamed", "moved", "Columns"],
        ["Variables", 1, 1, 1, None, None, None],
    ]
    sheet = opened["Variables"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        None, "changed", None, "removed", None, "added",
    ]  # fmt: skip
    colours = {
        cell.coordinate: cell.fill.fgColor.rgb[2:]
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fill_type
    }
    assert colours["E3"] == "FFEB9C"
    assert sheet["E3"].comment.text == "was: Sex"
    assert {colours[f"{letter}5"] for letter in "ABCDEFG"} == {"FFC7CE"}
    assert {colours[f"{letter}7"] for letter in "ABCDEFG"} == {"C6EFCE"}
    assert "D3" not in colours


def test_each_key_column_is_a_column_of_its_sheet():
    for row_types in SHEETS.values():
        for row_type in row_types:
            assert set(KEYS.get(row_type.sheet, ())) <= set(row_type.headers())
