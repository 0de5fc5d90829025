from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from defineutils.validate import DefineSchemaValidator
from lxml import etree
from sample_standard import changed_dataset, changed_variable

from cdisc_pom.define import validate_define, write_define
from cdisc_pom.errors import Cell, Problems
from cdisc_pom.spec.metadata import Condition
from cdisc_pom.spec.sheets import CodelistRow, DefineRow, DocumentRow

SPACES = {
    "o": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "xlink": "http://www.w3.org/1999/xlink",
}


def found(path, xpath):
    return etree.parse(path).xpath(xpath, namespaces=SPACES)


def written(tmp_path, standard, *, language="zh", encoding="utf-8", **options):
    path = tmp_path / "define.xml"
    write_define(path, standard, language=language, encoding=encoding, **options)
    return path


def problems_of(tmp_path, standard, *, language="zh"):
    with pytest.raises(Problems) as caught:
        written(tmp_path, standard, language=language)
    return [str(error) for error in caught.value.errors]


def with_rows(standard, kind, change):
    """The same data with the rows of one sheet changed."""
    book = standard.workbook
    rows = tuple(changed for row in book.rows(kind) if (changed := change(row)) is not None)
    return replace(standard, workbook=replace(book, sheets={**book.sheets, kind.sheet: rows}))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["sdtm", "adam"])
def test_a_file_is_valid_for_two_schema_processors_and_our_checks(
    request, tmp_path, kind, language
):
    path = written(tmp_path, request.getfixturevalue(kind), language=language)
    assert validate_define(path) == []
    assert "is valid" in DefineSchemaValidator(path).validate_define_file()


@pytest.mark.parametrize(
    ("language", "label", "decode", "structure"),
    [
        (
            "zh",
            ["受试者参照开始日期", "Subject Reference Start Date"],
            ["女", "Female"],
            "每位受试者一条记录",
        ),
        (
            "en",
            ["Subject Reference Start Date", "受试者参照开始日期"],
            ["Female", "女"],
            "One record per subject",
        ),
    ],
)
def test_texts_stand_in_both_languages_that_of_the_file_first(
    tmp_path, sdtm, language, label, decode, structure
):
    path = written(tmp_path, sdtm, language=language)
    item = "//o:ItemDef[@OID='IT.DM.RFSTDTC']/o:Description/o:TranslatedText"
    term = "//o:CodeList[@OID='CL.SEX']/o:CodeListItem[@CodedValue='F']/o:Decode/o:TranslatedText"
    order = ["zh-CN", "en"] if language == "zh" else ["en", "zh-CN"]
    assert found(path, f"{item}/text()") == label
    assert found(path, f"{item}/@xml:lang") == order
    assert found(path, f"{term}/text()") == decode
    assert found(path, "//o:ItemGroupDef[@Name='DM']/@def:Structure") == [structure]


def test_study_attributes_come_from_the_define_sheet(sdtm_define):
    assert found(sdtm_define, "//o:GlobalVariables/*/text()") == [
        "TINY-01",
        "一项很小的研究",
        "TINY-01",
    ]
    assert found(sdtm_define, "/o:ODM/@Originator") == ["Tiny Sponsor"]
    assert found(sdtm_define, "/o:ODM/@def:Context") == ["Submission"]


def test_standards_are_the_guide_and_each_terminology_that_is_stated(adam_define):
    names = found(adam_define, "//def:Standard/@OID")
    assert names == ["STD.ADaMIG.1.3", "STD.ADaM.2025-09-26", "STD.SDTM.2025-03-28"]
    assert found(adam_define, "//o:ItemGroupDef/@def:StandardOID") == ["STD.ADaMIG.1.3"]
    # The list says SDTM; a list that says nothing follows the first terminology of the sheet.
    assert found(adam_define, "//o:CodeList[@OID='CL.NY']/@def:StandardOID") == [
        "STD.SDTM.2025-03-28"
    ]
    assert found(adam_define, "//o:CodeList[@OID='CL.SEX']/@def:StandardOID") == [
        "STD.ADaM.2025-09-26"
    ]


def test_a_data_set_may_follow_another_guide_or_none(tmp_path, adam):
    other = changed_dataset(adam, "ADSL", lambda meta: replace(meta, standard="ADaM-OCCDSIG 1.1"))
    assert found(written(tmp_path, other), "//o:ItemGroupDef/@def:StandardOID") == [
        "STD.ADaM-OCCDSIG.1.1"
    ]
    assert found(tmp_path / "define.xml", "//def:Standard[@Type='IG']/@Name") == [
        "ADaMIG",
        "ADaM-OCCDSIG",
    ]
    own = changed_dataset(adam, "ADSL", lambda meta: replace(meta, standard="Non-standard"))
    assert found(written(tmp_path, own), "//o:ItemGroupDef/@def:IsNonStandard") == ["Yes"]


def test_keys_order_and_mandatory_stand_at_the_item_reference(sdtm_define):
    references = found(sdtm_define, "//o:ItemGroupDef[@Name='AE']/o:ItemRef")
    assert [(r.get("ItemOID"), r.get("KeySequence"), r.get("Mandatory")) for r in references] == [
        ("IT.AE.STUDYID", "1", "Yes"),
        ("IT.AE.USUBJID", "2", "Yes"),
        ("IT.AE.AETERM", None, "Yes"),
        ("IT.AE.AEDECOD", "3", "Yes"),
        ("IT.AE.AESEV", None, "No"),
    ]


@pytest.mark.parametrize(
    ("item", "data_type", "length", "digits", "display_format"),
    [
        ("IT.ADSL.USUBJID", "text", "11", None, None),
        ("IT.ADSL.TRTSDT", "integer", "8", None, "DATE9."),
        ("IT.ADSL.BMI", "float", "8", "1", "8.1"),  # digits from the format
    ],
)
def test_types_lengths_digits_and_formats(
    adam_define, item, data_type, length, digits, display_format
):
    (node,) = found(adam_define, f"//o:ItemDef[@OID='{item}']")
    assert node.get("DataType") == data_type
    assert node.get("Length") == length
    assert node.get("SignificantDigits") == digits
    assert node.get(f"{{{SPACES['def']}}}DisplayFormat") == display_format


def test_digits_that_nobody_states_are_those_of_the_values(sdtm_define):
    assert found(sdtm_define, "//o:ItemDef[@OID='IT.LB.LBSTRESN']/@SignificantDigits") == ["2"]


def test_a_date_has_no_length(sdtm_define):
    assert found(sdtm_define, "//o:ItemDef[@OID='IT.DM.RFSTDTC']/@Length") == []


def test_origins_have_type_source_pages_and_predecessor(tmp_path, sdtm, adam):
    path = written(tmp_path, sdtm)
    origin = "//o:ItemDef[@OID='IT.AE.AETERM']/def:Origin"
    assert found(path, f"{origin}/@Type") == ["Collected"]
    assert found(path, f"{origin}/@Source") == ["Investigator"]
    assert found(path, f"{origin}/def:DocumentRef/@leafID") == ["LF.acrf"]
    assert found(path, f"{origin}//def:PDFPageRef/@PageRefs") == ["12 13"]
    path = written(tmp_path, adam)
    predecessor = "//o:ItemDef[@OID='IT.ADSL.SEX']/def:Origin"
    assert found(path, f"{predecessor}/@Type") == ["Predecessor"]
    assert found(path, f"{predecessor}//o:TranslatedText/text()") == ["DM.SEX"]


def test_an_origin_in_the_words_of_version_2_0_is_written_in_those_of_2_1(tmp_path, sdtm):
    path = written(tmp_path, changed_variable(sdtm, "AE", "AETERM", origin="CRF"))
    assert found(path, "//o:ItemDef[@OID='IT.AE.AETERM']/def:Origin/@Type") == ["Collected"]


def test_a_composite_where_clause_stays_whole(sdtm_define):
    """Pain 3: composite where clauses split or lost."""
    clause = found(sdtm_define, "//def:WhereClauseDef[@OID='WC.LB.HGB.BLOOD']/o:RangeCheck")
    conditions = [
        (
            check.get(f"{{{SPACES['def']}}}ItemOID"),
            check.get("Comparator"),
            [value.text for value in check],
        )
        for check in clause
    ]
    assert conditions == [
        ("IT.LB.LBTESTCD", "EQ", ["HGB"]),
        ("IT.LB.LBSPEC", "IN", ["BLOOD", "SERUM"]),
    ]
    assert found(sdtm_define, "//def:WhereClauseDef[@OID='WC.LB.HGB.BLOOD']/@def:CommentOID") == [
        "COM.LB.COM"
    ]


def test_supplemental_qualifiers_are_values_of_qval(sdtm_define):
    reference = "//def:ValueListDef[@OID='VL.SUPPAE.QVAL']/o:ItemRef"
    assert found(sdtm_define, f"{reference}/@ItemOID") == ["IT.SUPPAE.QVAL.SUPPAE.AETRTEM"]
    item = "//o:ItemDef[@OID='IT.SUPPAE.QVAL.SUPPAE.AETRTEM']"
    assert found(sdtm_define, f"{item}/@Name") == ["AETRTEM"]
    assert found(sdtm_define, f"{item}//o:TranslatedText/text()") == [
        "治疗期间出现标志",
        "Treatment Emergent Flag",
    ]
    assert found(sdtm_define, "//o:ItemGroupDef[@Name='SUPPAE']/@Domain") == ["AE"]


@pytest.mark.parametrize(
    ("codelist", "kind", "terms", "extended"),
    [
        ("CL.SEX", "CodeListItem", ["F", "M"], []),
        ("CL.LBTESTCD", "EnumeratedItem", ["HGB", "NEWTEST"], ["NEWTEST"]),
        ("CL.QNAM", "CodeListItem", ["AETRTEM"], []),  # a sponsor's list extends nothing
    ],
)
def test_code_lists_are_decoded_or_enumerated_and_mark_extended_terms(
    sdtm_define, codelist, kind, terms, extended
):
    items = f"//o:CodeList[@OID='{codelist}']/o:{kind}"
    assert found(sdtm_define, f"{items}/@CodedValue") == terms
    assert found(sdtm_define, f"{items}[@def:ExtendedValue='Yes']/@CodedValue") == extended


def test_code_lists_carry_codes_of_list_and_terms_and_a_chinese_name(sdtm_define):
    codes = "//o:CodeList[@OID='CL.SEX']{}/o:Alias[@Context='nci:ExtCodeID']/@Name"
    assert found(sdtm_define, codes.format("")) == ["C66731"]
    assert found(sdtm_define, codes.format("/o:CodeListItem")) == ["C16576", "C20197"]
    assert found(sdtm_define, "//o:CodeList[@OID='CL.SEX']/@Name") == ["Sex"]
    description = "//o:CodeList[@OID='CL.SEX']/o:Description/o:TranslatedText/text()"
    assert found(sdtm_define, description) == ["性别", "Sex"]


def test_a_term_without_english_decode_is_its_own(sdtm_define):
    decodes = found(sdtm_define, "//o:CodeList[@OID='CL.AESEV']//o:TranslatedText/text()")
    assert decodes[2:] == ["轻度", "MILD", "中度", "MODERATE"]


def test_a_dictionary_is_an_external_code_list(sdtm_define):
    external = "//o:CodeList[@OID='CL.MEDDRA']/o:ExternalCodeList"
    assert found(sdtm_define, f"{external}/@Dictionary") == ["MedDRA"]
    assert found(sdtm_define, f"{external}/@Version") == ["27.1"]
    assert found(sdtm_define, "//o:ItemDef[@OID='IT.AE.AEDECOD']/o:CodeListRef/@CodeListOID") == [
        "CL.MEDDRA"
    ]


def test_only_what_is_referred_to_is_written(sdtm_define):
    text = sdtm_define.read_text(encoding="utf-8")
    assert "UNUSED" not in text
    assert found(sdtm_define, "//o:MethodDef/@OID") == ["MT.MT.AGE", "MT.MT.USUBJID"]


def test_a_comment_names_the_encoding_of_the_transport_files(tmp_path, sdtm):
    """Pain 10: an XPORT file has no field for its encoding."""
    path = written(tmp_path, sdtm, encoding="gb18030")
    (name,) = found(path, "//o:MetaDataVersion/@def:CommentOID")
    texts = found(path, f"//def:CommentDef[@OID='{name}']//o:TranslatedText/text()")
    assert "采用GB18030编码" in texts[0]
    assert "encoded in GB18030" in texts[1]


def test_documents_are_the_annotated_crf_or_supplemental(sdtm_define):
    assert found(sdtm_define, "//def:AnnotatedCRF/def:DocumentRef/@leafID") == ["LF.acrf"]
    assert found(sdtm_define, "//def:SupplementalDoc/def:DocumentRef/@leafID") == ["LF.csdrg"]
    assert found(sdtm_define, "//o:MetaDataVersion/def:leaf/def:title/text()") == [
        "注释病例报告表",
        "数据审阅说明",
    ]
    pages = found(sdtm_define, "//def:CommentDef[@OID='COM.LB.COM']//def:PDFPageRef")
    assert (pages[0].get("FirstPage"), pages[0].get("LastPage")) == ("3", "4")


def test_a_data_set_points_to_its_file_and_one_without_data_to_none(tmp_path, sdtm):
    empty = changed_dataset(sdtm, "AE", lambda meta: replace(meta, has_no_data=True))
    path = written(tmp_path, empty, files={"DM": "split/dm.xpt"})
    assert found(path, "//o:ItemGroupDef[@Name='DM']/def:leaf/@xlink:href") == ["split/dm.xpt"]
    assert found(path, "//o:ItemGroupDef[@Name='LB']/def:leaf/@xlink:href") == ["lb.xpt"]
    assert found(path, "//o:ItemGroupDef[@Name='AE']/def:leaf") == []
    assert found(path, "//o:ItemGroupDef[@Name='AE']/@def:HasNoData") == ["Yes"]
    assert validate_define(path) == []


def test_line_breaks_of_a_method_stay(sdtm_define):
    texts = found(sdtm_define, "//o:MethodDef[@OID='MT.MT.AGE']//o:TranslatedText/text()")
    assert texts[1] == "Whole years from birth to informed consent.\nNo rounding."


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (None, "1960-01-01T00:00:00"),
        (datetime.fromisoformat("2026-01-31T12:30"), "2026-01-31T12:30:00"),
    ],
)
def test_the_stamp_is_fixed_unless_it_is_given(tmp_path, sdtm, created, expected):
    assert found(written(tmp_path, sdtm, created=created), "/o:ODM/@CreationDateTime") == [expected]


def test_all_unknown_names_are_told_at_once_at_their_cells(tmp_path, sdtm):
    broken = changed_variable(sdtm, "DM", "SEX", codelist="SEXX")
    broken = changed_variable(broken, "DM", "AGE", method="MT.AG", comment="AGE.CO")
    broken = changed_variable(broken, "AE", "AETERM", origin="Colected")
    broken = changed_dataset(broken, "LB", lambda meta: replace(meta, dataset_class="FINDING"))
    assert problems_of(tmp_path, broken) == [
        "sdtm.xlsx › Variables!Method6: unknown method 'MT.AG'. Did you mean 'MT.AGE'?",
        "sdtm.xlsx › Datasets!Class5: unknown class 'FINDING'. Did you mean 'FINDINGS'?",
        "sdtm.xlsx › Variables!Codelist5: unknown code list 'SEXX'. Did you mean 'SEX'?",
        "sdtm.xlsx › Variables!Comment6: unknown comment 'AGE.CO'. Did you mean 'AGE.COM'?",
        "sdtm.xlsx › Variables!Origin10: unknown origin 'Colected'. Did you mean 'Collected'?",
    ]


def test_in_chinese_each_text_without_chinese_is_told(tmp_path, sdtm):
    broken = changed_variable(sdtm, "DM", "SEX", label_zh=None)
    broken = changed_variable(broken, "DM", "AGE", label_zh="")
    broken = changed_dataset(broken, "AE", lambda meta: replace(meta, structure_zh=None))
    methods = tuple(replace(m, text_zh=None) if m.id == "MT.AGE" else m for m in sdtm.methods)
    broken = replace(broken, methods=methods)
    assert problems_of(tmp_path, broken) == [
        "sdtm.xlsx › Variables!Label (zh)5: DM.SEX has no Chinese text for 'Sex'. Fill this cell.",
        "sdtm.xlsx › Variables!Label (zh)6: DM.AGE has no Chinese text for 'Age'. Fill this cell.",
        (
            "sdtm.xlsx › Datasets!Structure (zh)3: structure of AE has no Chinese text for "
            "'One record per adverse event per subject'. Fill this cell."
        ),
        (
            "sdtm.xlsx › Methods!Description (zh)3: method MT.AGE has no Chinese text for "
            "'Whole years from birth to informed consent.\nNo rounding.'. Fill this cell."
        ),
    ]
    written(tmp_path, broken, language="en")


def test_a_where_clause_on_what_is_not_there_is_told(tmp_path, sdtm):
    def change(meta):
        (value,) = meta.values
        gone = Condition("LB", "LBSPC", "EQ", ("BLOOD",))
        return replace(meta, values=(replace(value, conditions=(value.conditions[0], gone)),))

    assert problems_of(tmp_path, changed_dataset(sdtm, "LB", change)) == [
        "sdtm.xlsx › WhereClauses!Variable3: unknown variable of LB 'LBSPC'. Did you mean 'LBSPEC'?"
    ]


def test_missing_study_attributes_are_told(tmp_path, sdtm):
    broken = with_rows(
        sdtm, DefineRow, lambda row: None if row.attribute.startswith("Study") else row
    )
    assert problems_of(tmp_path, broken) == [
        "sdtm.xlsx › Define: attribute 'StudyName' is missing. Define-XML asks for it.",
        "sdtm.xlsx › Define: attribute 'StudyDescription' is missing. Define-XML asks for it.",
    ]


def test_a_coded_list_needs_a_terminology(tmp_path, sdtm):
    broken = with_rows(sdtm, DefineRow, lambda row: None if row.attribute.startswith("CT") else row)
    assert problems_of(tmp_path, broken) == [
        f"sdtm.xlsx › Codelists!Terminology{row}: code list '{name}' has an NCI code, but no terminology is "
        "stated. State 'CT Version' in the Define sheet, as 2025-03-28, or the column here."
        for name, row in (("SEX", 2), ("LBTESTCD", 6))
    ]


def test_sets_and_versions_of_terminology_are_listed_in_pairs(tmp_path, adam):
    broken = with_rows(
        adam,
        DefineRow,
        lambda row: (
            row.model_copy(update={"value": "2025-09-26"}) if row.attribute == "CT Version" else row
        ),
    )
    assert problems_of(tmp_path, broken)[0] == (
        "adam.xlsx › Define!Value8: 2 publishing sets of terminology, but 1 versions. "
        "'CT Publishing Set' and 'CT Version' list as many, in the same order."
    )


def test_pages_need_an_annotated_crf(tmp_path, sdtm):
    broken = with_rows(sdtm, DocumentRow, lambda row: None if row.id == "acrf" else row)
    assert problems_of(tmp_path, broken) == [
        f"sdtm.xlsx › Variables!Pages{row}: pages are stated, but Documents has no annotated case report "
        "form. Give the annotated case report form a row with ID 'acrf'."
        for row in (5, 10, 12)
    ]


def test_a_term_that_stands_twice_is_told(tmp_path, sdtm):
    broken = with_rows(
        sdtm,
        CodelistRow,
        lambda row: row.model_copy(update={"term": "F"}) if row.term == "M" else row,
    )
    assert problems_of(tmp_path, broken) == [
        f"sdtm.xlsx › Codelists!Term{row}: term 'F' stands 2 times in 'SEX'. Keep one of the rows."
        for row in (2, 3)
    ]


def test_a_character_that_xml_cannot_hold_is_told(tmp_path, sdtm):
    broken = with_rows(
        sdtm,
        CodelistRow,
        lambda row: row.model_copy(update={"decode": "Fe\x07male"}) if row.term == "F" else row,
    )
    assert problems_of(tmp_path, broken) == [
        "sdtm.xlsx › Codelists!Decoded Value2: the text has the control character U+0007. Remove it: XML cannot hold it."
    ]


def test_a_failed_write_leaves_the_former_file(tmp_path, sdtm):
    path = written(tmp_path, sdtm)
    before = path.read_bytes()
    problems_of(tmp_path, changed_variable(sdtm, "DM", "SEX", codelist="NONE"))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["define.xml"]


def test_a_place_without_row_falls_back_to_what_the_plan_said(tmp_path, sdtm):
    def change(meta):
        value = replace(
            meta.values[0].meta, method="NONE", cell=Cell("sdtm.xlsx", "Variables", "A99")
        )
        return replace(meta, values=(replace(meta.values[0], meta=value),))

    (problem,) = problems_of(tmp_path, changed_dataset(sdtm, "SUPPAE", change))
    assert problem.startswith("sdtm.xlsx › Variables!A99: unknown method 'NONE'.")


@pytest.mark.parametrize(
    "setting",
    [
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "PYTHONHASHSEED": "77", "LC_ALL": "C"},
    ],
)
def test_the_same_bytes_in_another_zone_hash_seed_and_locale(tmp_path, sdtm, setting):
    first = written(tmp_path, sdtm).read_bytes()
    other = tmp_path / "other.xml"
    code = (
        "import sys; from sample_standard import sample_sdtm; from cdisc_pom.define import write_define; "
        "write_define(sys.argv[1], sample_sdtm(), language='zh', encoding='utf-8')"
    )
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, **setting, "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", code, str(other)], check=True, env=environment)
    assert other.read_bytes() == first
