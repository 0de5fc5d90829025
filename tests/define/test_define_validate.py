from __future__ import annotations

import pytest

from cdisc_pom.define import validate_define


def faults_after(path, old, new, *, encoding="utf-8"):
    """Faults of the file after a piece of it was replaced, as `line: message`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(fault) for fault in validate_define(path, encoding=encoding)]


def line_of(path, piece):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(at for at, line in enumerate(lines, start=1) if piece in line)


# The element that a fault stands at, where it is not the line that was changed.
WHERE = {
    'OID="MT.MT.USUBJID" Name': 'Name="Subject identifier"',
    'KeySequence="3"': '<ItemGroupDef OID="IG.AE"',
    '<TranslatedText xml:lang="zh-CN">性别</TranslatedText>': '<ItemDef OID="IT.DM.SEX"',
}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # the schema
        ('Comparator="IN"', 'Comparator="INSIDE"', "'INSIDE' is not an element of the set"),
        ('<def:Class Name="EVENTS"/>', "", None),
        ('<def:Class Name="EVENTS"/>', '<def:Class Name="EVENT"/>', "'EVENT' is not an element of the set"),
        ('def:DefineVersion="2.1.0"', 'def:DefineVersion="2.0.0"', "'2.0.0' is not accepted by the pattern"),
        ('Repeating="No"', "", "The attribute 'Repeating' is required but missing"),
        # what it cannot say
        ('ItemOID="IT.DM.AGE"', 'ItemOID="IT.DM.AEG"', "ItemOID 'IT.DM.AEG': there is no such ItemDef."),
        ('MethodOID="MT.MT.AGE"', 'MethodOID="MT.X"', "MethodOID 'MT.X': there is no such MethodDef."),
        ('CodeListOID="CL.SEX"', 'CodeListOID="CL.X"', "CodeListOID 'CL.X': there is no such CodeList."),
        ('def:CommentOID="COM.AGE.COM"', 'def:CommentOID="COM.X"', "CommentOID 'COM.X': there is no such CommentDef."),
        ('def:StandardOID="STD.SDTMIG.3.4"', 'def:StandardOID="STD.X"', "StandardOID 'STD.X': there is no such Standard."),
        ('WhereClauseOID="WC.LB.HGB.BLOOD"', 'WhereClauseOID="WC.X"', "WhereClauseOID 'WC.X': there is no such WhereClauseDef."),
        ('def:ItemOID="IT.LB.LBSPEC"', 'def:ItemOID="IT.LB.X"', "ItemOID 'IT.LB.X': there is no such ItemDef."),
        ('def:ArchiveLocationID="XPT.DM"', 'def:ArchiveLocationID="XPT.X"', "ArchiveLocationID 'XPT.X': there is no such leaf."),
        ('def:DocumentRef leafID="LF.csdrg"', 'def:DocumentRef leafID="LF.x"', "leafID 'LF.x': there is no such leaf."),
        ('OID="MT.MT.USUBJID" Name', 'OID="MT.MT.AGE" Name', "OID 'MT.MT.AGE' stands 2 times."),
        ('DataType="text" Length="7"', 'DataType="text"', "ItemDef STUDYID is text without Length."),
        ('<TranslatedText xml:lang="zh-CN">性别</TranslatedText>', '<TranslatedText xml:lang="zh-CN">受试者生物学性别以及社会性别</TranslatedText>', "label '受试者生物学性别以及社会性别' needs 42 bytes in utf-8, 40 are allowed."),
        ('xml:lang="zh-CN">年龄<', 'xml:lang="zh-CN"> <', "the text is empty."),
        ('KeySequence="3"', 'KeySequence="4"', "ItemGroupDef AE: keys are numbered 1, 2, 4, not 1, 2, 3"),
        ('xlink:href="dm.xpt"', 'xlink:href="C:\\data\\dm.xpt"', "is no relative path with forward slashes."),
    ],
)  # fmt: skip
def test_a_seeded_fault_is_found_at_its_line(sdtm_define, old, new, message):
    found = faults_after(sdtm_define, old, new)
    if message is None:
        assert found == []
        return
    line = line_of(sdtm_define, WHERE.get(old, new or '<ItemGroupDef OID="IG.DM"'))
    assert any(each.startswith(f"define.xml:{line}: ") and message in each for each in found), found


def test_a_missing_description_is_found(sdtm_define):
    """Pain: a missing Description breaks readers."""
    text = sdtm_define.read_text(encoding="utf-8")
    start = text.index('<ItemDef OID="IT.DM.AGE"')
    first, last = text.index("<Description>", start), text.index("</Description>", start)
    sdtm_define.write_text(text[:first] + text[last + len("</Description>") :], encoding="utf-8")
    line = line_of(sdtm_define, '<ItemDef OID="IT.DM.AGE"')
    assert [str(fault) for fault in validate_define(sdtm_define)] == [
        f"define.xml:{line}: ItemDef AGE has no Description."
    ]


def test_a_where_clause_on_an_item_of_no_data_set_is_found(sdtm_define):
    found = faults_after(
        sdtm_define, 'def:ItemOID="IT.LB.LBSPEC"', 'def:ItemOID="IT.LB.LBORRES.LB.HGB.BLOOD"'
    )
    assert len(found) == 1
    assert "where clause 'WC.LB.HGB.BLOOD' asks for 'IT.LB.LBORRES.LB.HGB.BLOOD'" in found[0]


def test_a_definition_that_nothing_refers_to_is_found(sdtm_define):
    found = faults_after(sdtm_define, '<CodeListRef CodeListOID="CL.SEX"/>', "")
    assert len(found) == 1
    assert found[0].endswith("CodeList Sex ('CL.SEX') is not referred to.")


def test_elements_in_a_wrong_order_are_found(sdtm_define):
    """Pain: wrong element cardinality and order."""
    leaf = '<def:Class Name="SPECIAL PURPOSE"/>'
    found = faults_after(sdtm_define, leaf, f"{leaf}{leaf}<Description/>")
    assert any("This element is not expected" in fault for fault in found)


def test_labels_are_counted_in_the_encoding_of_the_files(sdtm_define):
    label = "受试者生物学性别以及社会性别"  # 14 characters: 42 bytes in UTF-8, 28 in GB18030
    assert faults_after(sdtm_define, ">性别<", f">{label}<", encoding="gb18030") == []


def test_a_file_that_is_no_xml_or_not_there_is_one_fault(tmp_path):
    (tmp_path / "define.xml").write_text("<ODM>", encoding="utf-8")
    (fault,) = validate_define(tmp_path / "define.xml")
    assert str(fault).startswith("define.xml:1: is no XML: ")
    (fault,) = validate_define(tmp_path / "none.xml")
    assert str(fault).startswith("none.xml: cannot be read: ")


def test_lines_beyond_65535_are_told_nearly(sdtm_define):
    text = sdtm_define.read_text(encoding="utf-8")
    head, tail = text.split("<Study ", 1)
    sdtm_define.write_text(f"{head}{chr(10) * 70_000}<Study {tail}", encoding="utf-8")
    found = faults_after(sdtm_define, 'ItemOID="IT.DM.AGE"', 'ItemOID="IT.DM.AEG"')
    line = line_of(sdtm_define, 'ItemOID="IT.DM.AEG"')
    (told,) = [int(each.split(":")[1]) for each in found if "no such ItemDef" in each]
    assert abs(told - line) <= 2  # the parser keeps 16 bits and then asks the neighbours
