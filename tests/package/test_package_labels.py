from __future__ import annotations

import pytest
from sample_standard import changed_variable

from cdisc_pom.package import agencies, read_profile, write_package
from cdisc_pom.package.labels import unpaired_characters


def findings_of(tmp_path, standard, *, agency="nmpa", language="zh", **options):
    package = write_package(
        tmp_path / "package", "tiny", [standard], language=language, agency=agency, **options
    )
    return [
        (each.rule, each.severity, each.place, each.message)
        for each in package.findings
        if each.rule != "PKG.DOCUMENT"
    ]


@pytest.mark.parametrize(
    ("label", "rule", "message"),
    [
        ("3级以上不良事件", "DIGIT", "starts with a digit"),
        ("年龄(岁", "PAIR", "has unpaired ("),
        ("年龄\uff08岁", "PAIR", "has unpaired \uff08"),
        ("年龄\uff08岁)", "PAIR", "has unpaired )\uff08"),
        ("年龄“岁", "PAIR", "has unpaired “"),
        ('年龄"岁', "PAIR", 'has unpaired "'),
        ("年龄<65岁>", "CHARACTER", "has the characters <>"),
    ],
)
def test_nmpa_does_not_accept_a_label(tmp_path, sdtm, label, rule, message):
    found = findings_of(tmp_path, changed_variable(sdtm, "DM", "AGE", label_zh=label))
    assert found == [
        (
            f"PKG.LABEL.{rule}",
            "error",
            "sdtm.xlsx › Variables!Label (zh)6",
            f"label '{label}' {message} (nmpa).",
        )
    ]


@pytest.mark.parametrize(
    "label", ["年龄(岁)", "年龄\uff08岁\uff09", "“基线”年龄", "G3级年龄", "年龄/岁"]
)
def test_nmpa_accepts_a_label(tmp_path, sdtm, label):
    assert findings_of(tmp_path, changed_variable(sdtm, "DM", "AGE", label_zh=label)) == []


def test_fda_wants_ascii_in_english_and_all_required_files(tmp_path, sdtm):
    broken = changed_variable(sdtm, "DM", "AGE", label="Age (≥ 18 years)")
    folder = "m5/datasets/tiny/tabulations/sdtm"
    assert findings_of(tmp_path, broken, agency="fda", language="en") == [
        (
            "PKG.LABEL.ASCII",
            "error",
            "sdtm.xlsx › Variables!Label6",
            "label 'Age (≥ 18 years)' is not in ASCII (fda).",
        ),
        ("PKG.ENCODING", "warning", "", "texts are in utf-8, fda expects ascii."),
        ("PKG.REQUIRED", "warning", folder, f"fda expects ts.xpt in {folder}."),
    ]


def test_a_package_in_another_language_than_the_agencys_is_told(tmp_path, sdtm):
    found = findings_of(tmp_path, sdtm, language="en")
    assert found == [("PKG.LANGUAGE", "warning", "", "labels are in 'en', nmpa expects 'zh'.")]


@pytest.mark.parametrize(
    ("text", "unpaired"),
    [
        ("Subject's age", ""),
        ("'quoted'", ""),
        ("'open", "'"),
        ("a (b [c)]", ")("),  # crossed
        ("《研究》【一】「二」", ""),
        ("", ""),
    ],
)
def test_quotes_and_brackets_need_a_partner(text, unpaired):
    assert set(unpaired_characters(text)) == set(unpaired)


def test_each_agency_has_a_profile():
    assert agencies() == ["fda", "nmpa", "pmda"]
    assert {read_profile(name).name for name in agencies()} == {"fda", "nmpa", "pmda"}
    assert {read_profile(name).label_bytes for name in agencies()} == {40}
