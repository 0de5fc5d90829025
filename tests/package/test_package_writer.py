from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from lxml import etree
from sample_standard import changed_dataset, changed_variable

from cdisc_pom.define import validate_define
from cdisc_pom.errors import Cell, Problems
from cdisc_pom.package import read_profile, write_package, writer

SDTM = "m5/datasets/tiny/tabulations/sdtm"
ADAM = "m5/datasets/tiny/analysis/adam/datasets"


def packed(root, *standards, language="zh", **options):
    return write_package(root, "tiny", standards, language=language, **options)


def problems_of(root, *standards, **options):
    with pytest.raises(Problems) as caught:
        packed(root, *standards, **options)
    return [str(error) for error in caught.value.errors]


def contents(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_the_folder_is_that_of_module_5_with_the_manifest_outside(tmp_path, sdtm, adam):
    package = packed(tmp_path / "package", sdtm, adam)
    assert sorted(contents(package.root)) == [
        f"{ADAM}/adsl.xpt",
        f"{ADAM}/define.xml",
        f"{ADAM}/define2-1.xsl",
        f"{SDTM}/ae.xpt",
        f"{SDTM}/define.xml",
        f"{SDTM}/define2-1.xsl",
        f"{SDTM}/dm.xpt",
        f"{SDTM}/lb.xpt",
        f"{SDTM}/suppae.xpt",
        "manifest.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["package"]
    assert package.defines["adam"] == package.root / ADAM / "define.xml"


def test_define_files_are_valid_and_their_links_lead_to_files(tmp_path, sdtm, adam):
    package = packed(tmp_path / "package", sdtm, adam)
    for define in package.defines.values():
        assert validate_define(define) == []
        leaves = etree.parse(define).findall(".//{*}ItemGroupDef/{*}leaf")
        hrefs = [leaf.get("{http://www.w3.org/1999/xlink}href") for leaf in leaves]
        assert hrefs
        assert all((define.parent / href).is_file() for href in hrefs)


@pytest.mark.parametrize(
    ("language", "data_set", "variable"),
    [
        ("zh", "人口学", "受试者参照开始日期"),
        ("en", "Demographics", "Subject Reference Start Date"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_foreign_reader_sees_labels_of_the_language_in_the_encoding(
    tmp_path, sdtm, language, data_set, variable, encoding
):
    packed(tmp_path / "package", sdtm, language=language, encoding=encoding)
    path = tmp_path / "package" / SDTM / "dm.xpt"
    frame, meta = pyreadstat.read_xport(path, encoding=encoding)
    assert meta.file_label == data_set
    assert meta.column_names_to_labels["RFSTDTC"] == variable
    assert meta.table_name == "DM"
    assert frame["USUBJID"].tolist() == ["TINY-01-001", "TINY-01-002"]
    assert frame["AGE"].fillna(-1).tolist() == [64, -1]


def test_a_foreign_reader_sees_values_formats_and_lengths(tmp_path, adam, sdtm):
    packed(tmp_path / "package", sdtm, adam)
    path = tmp_path / "package" / ADAM / "adsl.xpt"
    frame, meta = pyreadstat.read_xport(path)
    assert str(frame["TRTSDT"][0]) == "2024-03-01"
    assert meta.original_variable_types["TRTSDT"] == "DATE9"
    assert meta.variable_storage_width["USUBJID"] == 11
    np.testing.assert_array_equal(frame["BMI"], [22.5, np.nan])
    frame, _ = pyreadstat.read_xport(tmp_path / "package" / SDTM / "ae.xpt")
    assert frame["AETERM"].tolist() == ["中性粒细胞减少"]


def test_the_manifest_lists_each_file_with_size_and_checksums_and_no_clock(tmp_path, sdtm, adam):
    package = packed(tmp_path / "package", sdtm, adam, encoding="gb18030")
    manifest = json.loads((package.root / "manifest.json").read_text(encoding="utf-8"))
    files = manifest.pop("files")
    assert manifest == {"study": "tiny", "agency": "nmpa", "language": "zh", "encoding": "gb18030"}
    held = contents(package.root)
    held.pop("manifest.json")
    assert [file["path"] for file in files] == sorted(held)
    for file in files:
        content = held[file["path"]]
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        assert file["md5"] == hashlib.md5(content).hexdigest()


def test_labels_over_40_bytes_are_told_all_at_once_at_their_cells(tmp_path, sdtm, adam):
    """Pain 4: lengths are bytes, and nothing is cut."""
    long = "首次给药前最后一次非缺失测量值的日期"  # 18 characters, 54 bytes in UTF-8, 36 in GB18030
    broken = changed_variable(sdtm, "DM", "RFSTDTC", label_zh=long)
    broken = changed_dataset(broken, "AE", lambda meta: replace(meta, label_zh=long))
    other = changed_variable(adam, "ADSL", "TRTSDT", label_zh=long)
    assert problems_of(tmp_path / "package", broken, other) == [
        f"{place}: label of {name} '{long}' has 18 characters and needs 54 bytes in utf-8, 40 are "
        "allowed. Shorten it by 14 bytes."
        for place, name in (
            ("sdtm.xlsx › Variables!Label (zh)7", "DM.RFSTDTC"),
            ("sdtm.xlsx › Datasets!Label (zh)3", "AE"),
            ("adam.xlsx › Variables!Label (zh)6", "ADSL.TRTSDT"),
        )
    ]
    assert list(tmp_path.iterdir()) == []
    packed(tmp_path / "package", broken, other, encoding="gb18030")


def test_labels_without_chinese_are_told_all_at_once(tmp_path, sdtm):
    broken = changed_variable(sdtm, "DM", "SEX", label_zh=None)
    broken = changed_variable(broken, "LB", "LBSPEC", label_zh=None)
    assert problems_of(tmp_path / "package", broken) == [
        "sdtm.xlsx › Variables!Label (zh)5: DM.SEX has no Chinese text for 'Sex'. Fill this cell.",
        (
            "sdtm.xlsx › Variables!Label (zh)21: LB.LBSPEC has no Chinese text for 'Specimen Type'. "
            "Fill this cell."
        ),
    ]
    packed(tmp_path / "package", broken, language="en")


def test_a_supplemental_label_over_40_bytes_is_told(tmp_path, sdtm):
    def change(meta):
        (value,) = meta.values
        label = "治疗期间出现或者加重的不良事件标志"
        cell = Cell("sdtm.xlsx", "Variables", "E99")
        return replace(
            meta, values=(replace(value, meta=replace(value.meta, label_zh=label, cell=cell)),)
        )

    found = problems_of(tmp_path / "package", changed_dataset(sdtm, "SUPPAE", change))
    assert [each.split(" '")[0] for each in found] == [
        "sdtm.xlsx › Variables!E99: label of SUPPAE.AETRTEM"
    ]


def test_a_label_that_the_encoding_cannot_hold_is_told_once(tmp_path, sdtm):
    broken = changed_variable(sdtm, "DM", "SEX", label_zh="性别㎡")
    assert problems_of(tmp_path / "package", broken, encoding="gb2312") == [
        (
            "sdtm.xlsx › Variables!Label (zh)5: label of DM.SEX: gb2312 has no bytes for '㎡'. "
            "Write it in other words."
        )
    ]


def test_a_text_that_does_not_fit_names_cell_value_bytes_and_record(tmp_path, sdtm):
    broken = changed_variable(sdtm, "AE", "AETERM", length=20)
    assert problems_of(tmp_path / "package", broken) == [
        (
            "sdtm.xlsx › Variables!Length10: AE.AETERM: has length 20, but the longest value needs 21 "
            "bytes in utf-8: '中性粒细胞减少'. Record: raw.csv:2, STUDYID=TINY-01 USUBJID=TINY-01-001 "
            "AEDECOD=中性粒细. Raise the length, or shorten the text at its source."
        )
    ]


def test_faults_of_labels_define_and_texts_are_told_together(tmp_path, sdtm):
    broken = changed_variable(sdtm, "AE", "AETERM", length=20)
    broken = changed_variable(broken, "DM", "SEX", codelist="SEXX")
    broken = changed_variable(broken, "DM", "AGE", label_zh="首次给药前最后一次非缺失测量值的日期")
    found = problems_of(tmp_path / "package", broken)
    assert len(found) == 3
    assert any("needs 54 bytes" in each for each in found)
    assert any("unknown code list 'SEXX'" in each for each in found)
    assert any("longest value needs 21 bytes" in each for each in found)


def test_a_failed_package_leaves_the_former_one_whole(tmp_path, sdtm, adam):
    package = packed(tmp_path / "package", sdtm, adam)
    before = contents(package.root)
    problems_of(package.root, changed_variable(sdtm, "DM", "SEX", label_zh=None), adam)
    assert contents(package.root) == before
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_a_package_replaces_the_former_one_as_a_whole(tmp_path, sdtm, adam):
    packed(tmp_path / "package", sdtm, adam)
    package = packed(tmp_path / "package", sdtm)
    assert not (package.root / ADAM).exists()
    assert [path.name for path in tmp_path.iterdir()] == ["package"]


def test_a_folder_that_is_no_package_is_not_replaced(tmp_path, sdtm):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    (problem,) = problems_of(tmp_path / "mine", sdtm)
    assert "holds files, but no manifest.json: it is no package." in problem
    assert (tmp_path / "mine" / "thesis.txt").is_file()


def test_documents_are_packed_and_those_that_define_names_are_missed(tmp_path, sdtm):
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.7")
    documents = {f"{SDTM}/csdrg.pdf": tmp_path / "guide.pdf"}
    package = packed(tmp_path / "package", sdtm, documents=documents)
    assert (package.root / SDTM / "csdrg.pdf").read_bytes() == b"%PDF-1.7"
    assert [str(each) for each in package.findings] == [
        "sdtm.xlsx › Documents!Href2: package: define.xml points to acrf.pdf, which is not in the package."
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{SDTM}/notes.csv", "nmpa does not accept .csv."),
        (f"{SDTM}/x.sas.txt", "'x.sas.txt' is no file name for module 5."),
        (f"{SDTM}/Guide.pdf", "'Guide.pdf' is no file name for module 5."),
        (f"{SDTM}/{'a' * 61}.pdf", "the name has 65 characters, 64 are allowed."),
        (f"{SDTM}/{'b' * 55}/{'b' * 55}/{'c' * 50}.pdf", "characters, 180 are allowed."),
        ("m1/x.pdf", "'m1/x.pdf' is no free path in module 5."),
        ("m5/../x.pdf", "'m5/../x.pdf' is no free path in module 5."),
        (f"{SDTM}/dm.xpt", f"'{SDTM}/dm.xpt' is no free path in module 5."),
    ],
)
def test_a_file_that_an_agency_does_not_accept_is_told(tmp_path, sdtm, path, message):
    (tmp_path / "file").write_bytes(b"x")
    found = problems_of(tmp_path / "package", sdtm, documents={path: tmp_path / "file"})
    assert len(found) == 1
    assert message in found[0]


def test_a_document_that_is_not_there_is_told(tmp_path, sdtm):
    (problem,) = problems_of(
        tmp_path / "package", sdtm, documents={f"{SDTM}/x.pdf": tmp_path / "none.pdf"}
    )
    assert problem.endswith("none.pdf: there is no such file.")


def test_a_transport_file_over_the_limit_is_a_finding(tmp_path, sdtm, monkeypatch):
    small = read_profile("nmpa").model_copy(update={"xpt_bytes": 1_600})
    monkeypatch.setattr(writer, "read_profile", lambda agency: small)
    found = [
        each for each in packed(tmp_path / "package", sdtm).findings if each.rule == "PKG.SIZE"
    ]
    assert [each.message for each in found] == [
        f"{SDTM}/dm.xpt has 1680 bytes, over 1600.",
        f"{SDTM}/lb.xpt has 1920 bytes, over 1600.",
    ]


def test_a_transport_file_that_define_does_not_describe_is_a_finding(tmp_path, sdtm):
    (tmp_path / "old.xpt").write_bytes(b"x")
    package = packed(tmp_path / "package", sdtm, documents={f"{SDTM}/zz.xpt": tmp_path / "old.xpt"})
    assert [each.message for each in package.findings if each.rule == "PKG.STRAY"] == [
        f"{SDTM}/zz.xpt is not described by define.xml."
    ]


def test_two_data_sets_of_one_name_are_told(tmp_path, sdtm, adam):
    """Rule 5.20 of the eCTD validation standard."""
    twin = changed_dataset(adam, "ADSL", lambda meta: replace(meta, name="DM"))
    found = problems_of(tmp_path / "package", sdtm, twin)
    assert [each for each in found if "stands 2 times in this study" in each] == [
        (
            "sdtm.xlsx › Datasets!Dataset2: data set DM stands 2 times in this study. "
            "Give each a name of its own."
        ),
        (
            "adam.xlsx › Datasets!Dataset2: data set DM stands 2 times in this study. "
            "Give each a name of its own."
        ),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"encoding": "utf-88"}, "unknown encoding 'utf-88'."),
        ({"agency": "nmpaa"}, "unknown agency 'nmpaa'. Did you mean 'nmpa'?"),
    ],
)
def test_unknown_settings_are_told(tmp_path, sdtm, options, message):
    (problem,) = problems_of(tmp_path / "package", sdtm, **options)
    assert message in problem


def test_a_study_id_that_is_no_folder_name_is_told(tmp_path, sdtm):
    with pytest.raises(Problems, match="'Tiny Study' cannot be the study's folder"):
        write_package(tmp_path / "package", "Tiny Study", [sdtm], language="zh")


def test_one_standard_twice_is_told(tmp_path, sdtm):
    (problem,) = problems_of(tmp_path / "package", sdtm, sdtm)
    assert problem == "sdtm.xlsx: is the second workbook of kind 'sdtm'."


def test_a_data_set_without_data_has_no_file(tmp_path, sdtm):
    empty = changed_dataset(sdtm, "AE", lambda meta: replace(meta, has_no_data=True))
    package = packed(tmp_path / "package", empty)
    assert not (package.root / SDTM / "ae.xpt").exists()


def test_an_empty_data_set_is_written(tmp_path, sdtm):
    empty = replace(
        sdtm,
        datasets=tuple(
            replace(built, frame=built.frame.iloc[:0], origins=()) for built in sdtm.datasets
        ),
    )
    packed(tmp_path / "package", empty)
    frame, meta = pyreadstat.read_xport(tmp_path / "package" / SDTM / "dm.xpt")
    assert len(frame) == 0
    assert meta.column_names[:2] == ["STUDYID", "USUBJID"]


def test_a_column_that_no_variable_describes_is_told(tmp_path, sdtm):
    more = replace(
        sdtm,
        datasets=tuple(
            replace(built, frame=built.frame.assign(EXTRA=pd.Series([1, 2])))
            if built.meta.name == "DM"
            else built
            for built in sdtm.datasets
        ),
    )
    (problem,) = problems_of(tmp_path / "package", more)
    assert "DM.EXTRA: is a column of the frame, but no variable." in problem


@pytest.mark.parametrize(
    "setting",
    [
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "PYTHONHASHSEED": "77", "LC_ALL": "C"},
    ],
)
def test_the_same_bytes_in_another_zone_hash_seed_and_locale(tmp_path, sdtm, adam, setting):
    packed(tmp_path / "first", sdtm, adam)
    code = (
        "import sys; from sample_standard import sample_adam, sample_sdtm; "
        "from cdisc_pom.package import write_package; "
        "write_package(sys.argv[1], 'tiny', [sample_sdtm(), sample_adam()], language='zh')"
    )
    environment = {**os.environ, **setting, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(tmp_path / "second")]
    subprocess.run(command, check=True, env=environment)
    assert contents(tmp_path / "first") == contents(Path(tmp_path / "second"))
