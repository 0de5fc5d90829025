"""define.xml → workbook → define.xml: what both can hold stays, what is lost is told."""

import os
from pathlib import Path

import pytest
from define_by_hand import DEFINE_20, LOST, define_21
from define_facts import define_facts
from interchange_books import SHIPPED, copied

from cdisc_pom.define import validate_define, write_define
from cdisc_pom.errors import Problems
from cdisc_pom.interchange.books import open_excel, write_book
from cdisc_pom.interchange.built import built_without_data
from cdisc_pom.interchange.define_read import read_define
from cdisc_pom.interchange.supplemental import expand_supplemental, fold_supplemental
from cdisc_pom.spec.reader import read_workbook


def opened(tmp_path, text, name="define.xml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path, *read_define(path)


def through_excel(tmp_path, book):
    """The workbook written and read again, as a user has it."""
    write_book(tmp_path / f"{book.kind}.xlsx", book)
    return open_excel(tmp_path / f"{book.kind}.xlsx")


def written(tmp_path, book, *, language="en"):
    path = tmp_path / "again.xml"
    write_define(path, built_without_data(book), language=language, encoding="utf-8")
    return path


def told(losses):
    return [str(loss) for loss in losses]


def test_all_that_a_workbook_holds_comes_back_element_by_element(tmp_path):
    path, book, losses = opened(tmp_path, define_21())
    again = written(tmp_path, through_excel(tmp_path, book))
    assert validate_define(again) == []
    assert told(losses) == []
    assert define_facts(path) - define_facts(again) == set()


def test_a_second_round_gives_the_same_bytes(tmp_path):
    _, book, _ = opened(tmp_path, define_21())
    first = written(tmp_path, book).read_bytes()
    second, losses = read_define(tmp_path / "again.xml")
    assert told(losses) == []
    assert written(tmp_path, second).read_bytes() == first


@pytest.mark.parametrize(("old", "new", "loss"), LOST, ids=[loss for *_, loss in LOST])
def test_what_no_cell_holds_is_told_with_its_line_and_nothing_else_is_lost(
    tmp_path, old, new, loss
):
    whole = define_facts(opened(tmp_path, define_21(), "whole.xml")[0])
    path, book, losses = opened(tmp_path, define_21((old, new)))
    lines = told(losses)
    assert loss in [line.partition(" (first")[0] for line in lines]
    # A change may show in more parts that are not kept: another system names its file itself.
    assert len(lines) == (4 if "SourceSystem" in loss else 1)
    number = next(n for n, line in enumerate(path.read_text().splitlines(), 1) if new[:60] in line)
    first = next(line for line in lines if line.startswith(loss))
    assert f"define.xml:{number}" in first
    missing = define_facts(path) - define_facts(written(tmp_path, book))
    assert missing <= define_facts(path) - whole


def test_a_cell_stands_where_the_standard_has_its_element(tmp_path):
    _, book, _ = opened(tmp_path, define_21())
    rows = {row["Variable"]: row for row in book.rows("Variables") if row["Dataset"] == "DM"}
    assert rows["COUNTRY"] == {
        "Order": 4, "Dataset": "DM", "Variable": "COUNTRY", "Label": "Country", "Data Type": "text",
        "Length": 3, "Mandatory": "No", "Codelist": "ISO3166", "Origin": "Collected",
        "Source": "Investigator", "Pages": "6 9", "Role": "Record Qualifier", "Has No Data": "Yes",
    }  # fmt: skip
    datasets = {row["Dataset"]: row for row in book.rows("Datasets")}
    assert datasets["LB"]["Key Variables"] == "LBTESTCD, USUBJID"
    assert datasets["DI"]["Standard"] == "SDTMIG-MD 1.1"
    assert datasets["XX"]["Standard"] == "Non-standard"
    assert datasets["LB"]["SubClass"] == "TIME-TO-EVENT"
    attributes = {row["Attribute"]: row["Value"] for row in book.rows("Define")}
    assert attributes["CT Publishing Set"] == "SDTM, DEFINE-XML"
    assert attributes["CT Version"] == "2025-03-28, 2024-09-27"
    assert (attributes["Originator"], attributes["Language"]) == ("A sponsor", "en")


def test_pain_3_a_composite_where_clause_stays_whole(tmp_path):
    _, book, _ = opened(tmp_path, define_21())
    rows = [row for row in book.rows("WhereClauses") if row["ID"] == "LB.HGB"]
    assert [(r["Dataset"], r["Variable"], r["Comparator"], r["Value"], r["Comment"]) for r in rows] == [
        ("LB", "LBTESTCD", "EQ", "HGB", "JOIN"),
        ("LB", "LBSPEC", "IN", 'BLOOD, "PLASMA, EDTA"', "JOIN"),
        ("DM", "COUNTRY", "NE", "CHN", "JOIN"),
    ]  # fmt: skip
    values = {row["Where Clause"]: row for row in book.rows("ValueLevel")}
    assert values["LB.HGB"]["Pages"] == "12-15"
    assert values["LB.OTHER"]["Pages"] == "Lab_Other"
    assert values["LB.HGB"]["Label (zh)"] == "血红蛋白"


def test_code_lists_have_terms_and_decodes_of_both_languages(tmp_path):
    _, book, _ = opened(tmp_path, define_21())
    rows = [row for row in book.rows("Codelists") if row["ID"] == "LBTESTCD"]
    assert rows[0] == {
        "ID": "LBTESTCD", "Name": "Laboratory Test Code", "Name (zh)": "检验项目代码",
        "NCI Codelist Code": "C65047", "Data Type": "text", "Order": 1, "Term": "HGB",
        "NCI Term Code": "C64848", "Decoded Value": "Hemoglobin", "Decoded Value (zh)": "血红蛋白",
    }  # fmt: skip
    own = [row for row in book.rows("Codelists") if row["ID"] == "OWN"]
    assert [(row["Term"], "Decoded Value" in row) for row in own] == [
        ("BLOOD", False), ("PLASMA, EDTA", False),
    ]  # fmt: skip
    assert book.rows("Dictionaries") == [
        {"ID": "ISO3166", "Name": "Countries", "Data Type": "text", "Dictionary": "ISO3166"}
    ]


def test_version_2_0_opens_in_the_words_of_2_1(tmp_path):
    path, book, losses = opened(tmp_path, DEFINE_20)
    assert told(losses) == []
    origins = {r["Variable"]: (r.get("Origin"), r.get("Source")) for r in book.rows("Variables")}
    assert origins["AETERM"] == ("Collected", None)  # CRF
    assert origins["AEDTC"] == ("Collected", "Vendor")  # eDT
    # An item that two data sets share is a variable of each.
    assert [row["Dataset"] for row in book.rows("Variables") if row["Variable"] == "STUDYID"] == [
        "AE", "SUPPAE",
    ]  # fmt: skip
    stated = [*book.rows("Define"), {"Attribute": "CT Version", "Value": "2011-12-09"}]
    again = written(tmp_path, book.with_rows({"Define": stated}))
    assert validate_define(again) == []
    lost = set(define_facts(path) - define_facts(again))
    assert lost == set()


def test_version_2_0_states_no_terminology_so_the_writer_asks_for_it_at_the_cell(tmp_path):
    _, book, _ = opened(tmp_path, DEFINE_20)
    with pytest.raises(Problems) as caught:
        written(tmp_path, book)
    assert str(caught.value).startswith(
        "define.xml › Codelists!F2: code list 'NY' has an NCI code, but no terminology is stated."
    )


def test_supplemental_data_sets_can_become_variables_and_come_back(tmp_path):
    _, book, _ = opened(tmp_path, DEFINE_20)
    folded, losses = fold_supplemental(book)
    assert [row["Dataset"] for row in folded.rows("Datasets")] == ["AE"]
    row = next(row for row in folded.rows("Variables") if row["Variable"] == "AETRTEM")
    assert row == {
        "Order": 4, "Dataset": "AE", "Variable": "AETRTEM", "Role": "Supplemental Qualifier",
        "Label": "Treatment Emergent Flag", "Data Type": "text", "Length": 1, "Mandatory": "No",
        "Codelist": "NY", "Origin": "Derived",
    }  # fmt: skip
    assert folded.rows("ValueLevel") == folded.rows("WhereClauses") == []
    kinds = {loss.what for loss in losses}
    assert "Datasets/Structure of SUPP-- data sets, made anew" in kinds
    again = expand_supplemental(folded)
    before = {**book.rows("ValueLevel")[0], "Where Clause": "SUPPAE.QNAM.AETRTEM"}
    assert again.rows("ValueLevel") == [before]


def test_the_sheet_supplemental_names_qualifiers(tmp_path):
    _, book, _ = opened(tmp_path, DEFINE_20)
    folded, _ = fold_supplemental(book)
    names = [{"Dataset": "AE", "Variable": "AETRTEM", "QNAM": "TRTEM", "QLABEL": "Emergent"}]
    again = expand_supplemental(folded.with_rows({"Supplemental": names}))
    value = again.rows("ValueLevel")[0]
    assert (value["Where Clause"], value["Label"]) == ("SUPPAE.QNAM.TRTEM", "Emergent")
    assert again.rows("WhereClauses")[0]["Value"] == "TRTEM"


def test_a_text_only_in_chinese_fills_both_columns_and_is_told(tmp_path):
    change = ('xml:lang="en">Own data<', 'xml:lang="zh-CN">自有数据<')
    _, book, losses = opened(tmp_path, define_21(change))
    row = next(row for row in book.rows("Datasets") if row["Dataset"] == "XX")
    assert (row["Label"], row["Label (zh)"]) == ("自有数据", "自有数据")
    assert [loss.what for loss in losses] == ["texts only in Chinese, which stand in both columns"]


@pytest.mark.parametrize("kind", SHIPPED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_shipped_workbooks_come_back_from_their_define_file_byte_by_byte(
    tmp_path, kind, language
):
    book = open_excel(copied(tmp_path, kind)).with_rows({"Displays": []})  # no analysis results
    first = written(tmp_path, book, language=language).read_bytes()
    again, losses = read_define(tmp_path / "again.xml")
    assert told(losses) == []
    assert written(tmp_path, again, language=language).read_bytes() == first
    folded, lost = fold_supplemental(again)
    assert told(lost) == []
    assert written(tmp_path, folded, language=language).read_bytes() == first


def test_the_workbook_of_a_define_file_can_be_read(tmp_path):
    _, book, _ = opened(tmp_path, define_21())
    write_book(tmp_path / "sdtm.xlsx", book)
    read = read_workbook(tmp_path / "sdtm.xlsx", "sdtm")
    assert list(read.datasets) == ["DM", "LB", "DI", "XX"]
    assert read.sources("DM") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<ODM", "define.xml:1: is no XML: "),
        ("<html/>", "define.xml:1: is no define file of version 2.0 or 2.1."),
        (define_21(("def/v2.1", "def/v1.0")), "define.xml:5: is no define file of version 2.0"),
    ],
)
def test_what_is_no_define_file_is_told(tmp_path, text, fault):
    with pytest.raises(Problems) as caught:
        opened(tmp_path, text)
    assert str(caught.value).startswith(fault)


def test_a_define_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Problems, match=r"define\.xml: cannot be read"):
        read_define(tmp_path / "define.xml")


def test_references_to_nothing_are_told(tmp_path):
    _, book, losses = opened(tmp_path, define_21(
        ('<ItemDef OID="IT.XX.USUBJID"', '<ItemDef OID="IT.XX.OTHER"'),
        ('<def:WhereClauseDef OID="WC.LB.OTHER">', '<def:WhereClauseDef OID="WC.LB.NONE">'),
        ('<def:ValueListRef ValueListOID="VL.LB.LBORRES"/>', '<def:ValueListRef ValueListOID="VL.LB.LBORRES"/>'),
    ))  # fmt: skip
    found = told(losses)
    assert any(line.startswith("ItemRef to an ItemDef that is not there: 1") for line in found)
    assert any(line.startswith("values without a where clause: 1") for line in found)
    assert any(line.startswith("MetaDataVersion/ItemDef: 1") for line in found)
    assert len(book.rows("ValueLevel")) == 2


FOLDER = os.environ.get("CDISC_POM_DEFINES", "")
PUBLIC = sorted(Path(FOLDER).glob("*.xml")) if FOLDER else []


@pytest.mark.skipif(not PUBLIC, reason="CDISC_POM_DEFINES names no folder with define files")
@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.name)
def test_public_define_files_lose_only_what_is_told(tmp_path, path):
    """CDISC's examples are in the source archive of odmlib (tests/data), not in its wheel."""
    book, losses = read_define(path)
    attributes = {row["Attribute"] for row in book.rows("Define")}
    if "CT Version" not in attributes:
        stated = [*book.rows("Define"), {"Attribute": "CT Version", "Value": "2011-12-09"}]
        book = book.with_rows({"Define": stated})
    lost = define_facts(path) - define_facts(written(tmp_path, through_excel(tmp_path, book)))
    words = {loss.what for loss in losses}
    unexplained = [fact for fact in lost if not explained(fact, words)]
    assert unexplained == []


def explained(fact, words):
    """Whether a fact that is lost is one of those that are told."""
    said = {str(part) for part in fact}
    kinds = {
        "SourceSystem": "ODM/@SourceSystem", "Context": "ODM/@Context",
        "SourceSystemVersion": "ODM/@SourceSystemVersion", "Name": "ItemDef/@Name",
        "SASFieldName": "ItemDef/@SASFieldName", "SASFormatName": "CodeList/@SASFormatName",
        "Rank": "/@Rank", "Role": "ItemRef/@Role", "Domain": "ItemGroupDef/@Domain",
        "Alias": "/Alias", "href": "/@href", "IsNonStandard": "CodeList/@IsNonStandard",
        "expression": "MethodDef/FormalExpression", "Status": "Standard/@Status",
        "file title": "leaf/title", "SignificantDigits": "ItemDef/@SignificantDigits",
    }  # fmt: skip
    if any(name in said and any(end in word for word in words) for name, end in kinds.items()):
        return True
    if fact[0] == "standard" and "comment" in said:
        return "Standard/@CommentOID" in words
    if "code list" in said and "comment" in said:
        return "CodeList/@CommentOID" in words
    if "comment" in said and {"document", "page"} & said:
        return "CommentDef/DocumentRef" in words
    if "origin" in said and "Description" in said:
        return "Origin/Description" in words
    if "code list" in said and "standard" in said:
        return "CodeList/@StandardOID" in words
    return False
