"""odmlib is another reader of define files, written by others: it must see the same facts."""

from __future__ import annotations

import pytest
from odmlib.define_loader import XMLDefineLoader
from odmlib.loader import ODMLoader
from sample_standard import sample_sdtm


@pytest.fixture
def metadata(sdtm_define):
    loader = ODMLoader(XMLDefineLoader(model_package="define_2_1"))
    loader.open_odm_document(str(sdtm_define))
    return loader.MetaDataVersion()


def by_oid(elements):
    return {each.OID: each for each in elements}


def test_it_sees_the_data_sets_with_class_keys_and_file(metadata):
    seen = [
        (
            group.Name,
            group.Class.Name,
            [ref.ItemOID.rsplit(".", 1)[1] for ref in group.ItemRef if ref.KeySequence],
            group.leaf.href,
            group.Repeating,
        )
        for group in metadata.ItemGroupDef
    ]
    assert seen == [
        ("DM", "SPECIAL PURPOSE", ["STUDYID", "USUBJID"], "dm.xpt", "No"),
        ("AE", "EVENTS", ["STUDYID", "USUBJID", "AEDECOD"], "ae.xpt", "Yes"),
        ("SUPPAE", "RELATIONSHIP", ["STUDYID", "USUBJID", "QNAM"], "suppae.xpt", "Yes"),
        ("LB", "FINDINGS", ["STUDYID", "USUBJID", "LBTESTCD", "LBSPEC", "LBDTC"], "lb.xpt", "Yes"),
    ]


def test_it_sees_each_variable_as_it_was_built(metadata):
    items = by_oid(metadata.ItemDef)
    for built in sample_sdtm().datasets:
        for variable in built.meta.variables:
            item = items[f"IT.{built.meta.name}.{variable.name}"]
            texts = {text.lang: text._content for text in item.Description.TranslatedText}
            assert texts == {"zh-CN": variable.label_zh, "en": variable.label}
            assert item.DataType == variable.data_type
            if variable.data_type == "text":
                assert int(item.Length) == variable.length


def test_it_sees_the_composite_where_clause(metadata):
    clause = by_oid(metadata.WhereClauseDef)["WC.LB.HGB.BLOOD"]
    seen = [
        (check.ItemOID, check.Comparator, [v._content for v in check.CheckValue])
        for check in clause.RangeCheck
    ]
    assert seen == [
        ("IT.LB.LBTESTCD", "EQ", ["HGB"]),
        ("IT.LB.LBSPEC", "IN", ["BLOOD", "SERUM"]),
    ]


def test_it_sees_code_lists_methods_and_comments(metadata):
    lists = by_oid(metadata.CodeList)
    assert [item.CodedValue for item in lists["CL.SEX"].CodeListItem] == ["F", "M"]
    assert lists["CL.SEX"].Alias[0].Name == "C66731"
    assert lists["CL.MEDDRA"].ExternalCodeList.Dictionary == "MedDRA"
    methods = by_oid(metadata.MethodDef)
    assert methods["MT.MT.AGE"].Description.TranslatedText[0]._content.startswith("出生至")
    comments = by_oid(metadata.CommentDef)
    assert set(comments) == {"COM.XPT-ENCODING", "COM.AGE.COM", "COM.LB.COM"}
