"""The reference study end to end: what a build holds, and that it is the same each time."""

import datetime as dt
import json
import pickle

import pandas as pd
import pyreadstat
import pytest
from lxml import etree
from variants import ADAM, ROOT, SDTM

from cdisc_pom.define import validate_define

DOMAINS = """
    DM EX AE LB RS DS CM MH SV SE TA TE TI TS TV SUPPDM SUPPAE ADSL ADRS ADTTE ADAE
""".split()  # noqa: SIM905 - named in the issue, one line


@pytest.fixture(scope="session")
def inside(variants):
    """The data sets as they are made, before they are written (from permuted raw records)."""
    made = variants.build("permuted").parents[1] / "datasets.zh.pickle"
    with made.open("rb") as file:
        return pickle.load(file)


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def differing(one, two):
    return [name for name in sorted({*one, *two}) if one.get(name) != two.get(name)]


@pytest.mark.parametrize(("kind", "folder"), [("sdtm", SDTM), ("adam", ADAM)])
def test_the_define_files_that_were_reviewed_are_those_of_the_build(build, kind, folder):
    reviewed = (ROOT / "define" / f"pom-{kind}.xml").read_bytes()
    assert (build / folder / "define.xml").read_bytes() == reviewed, "see define/README.md"


@pytest.mark.parametrize("name", DOMAINS)
def test_a_data_set_is_there_and_a_foreign_reader_reads_it(xpt, name):
    frame, meta = xpt(name, meta=True)
    assert len(frame) > 0
    assert meta.table_name == name
    assert frame.columns.is_unique


def written(column, kind):
    """Values of a column as the transport file should give them back."""
    if kind == "text":
        return column.astype(object).where(column.notna(), "").tolist()
    if kind == "date":
        return [None if pd.isna(v) else v.date() for v in column]
    if kind == "datetime":
        return [None if pd.isna(v) else v.to_pydatetime() for v in column]
    if kind == "time":
        return [
            None if pd.isna(v) else dt.time(int(v) // 3600, int(v) // 60 % 60, int(v) % 60)
            for v in column
        ]
    return [None if pd.isna(v) else float(v) for v in column]


def test_a_foreign_reader_sees_the_same_values_labels_formats_and_lengths(xpt, inside):
    for name, built in inside.items():
        frame, meta = xpt(name, meta=True)
        assert frame.columns.tolist() == [variable.name for variable in built.meta.variables], name
        assert meta.file_label == (built.meta.label_zh or built.meta.label), name
        for variable in built.meta.variables:
            place = f"{name}.{variable.name}"
            label = variable.label_zh or variable.label
            assert meta.column_names_to_labels[variable.name] == label, place
            assert len(label.encode()) <= 40, place
            assert meta.variable_storage_width[variable.name] == variable.length, place
            shown = meta.original_variable_types[variable.name]
            if variable.kind not in ("text", "integer", "float"):
                assert shown.startswith(str(variable.format).rstrip("0123456789.")), place
            assert (meta.readstat_variable_types[variable.name] == "string") == (
                variable.kind == "text"
            ), place
            got = frame[variable.name]
            if variable.kind == "text":
                assert got.tolist() == written(built.frame[variable.name], "text"), place
            else:
                values = [None if pd.isna(v) else v for v in got.astype(object)]
                assert values == written(built.frame[variable.name], variable.kind), place


@pytest.mark.parametrize("folder", [SDTM, ADAM])
def test_define_is_valid_and_names_every_file(build, folder):
    path = build / folder / "define.xml"
    assert validate_define(path) == []
    tree = etree.parse(path)
    leaves = {
        node.get("{http://www.w3.org/1999/xlink}href") for node in tree.iterfind(".//{*}ItemGroupDef/{*}leaf")
    }  # fmt: skip
    assert leaves == {file.name for file in (build / folder).glob("*.xpt")}
    assert (build / folder / "define2-1.xsl").is_file()


def test_file_names_are_lower_case_and_the_manifest_lists_each_file(build):
    package = build / "package"
    found = files(package)
    assert all(name == name.lower() for name in found)
    manifest = json.loads(found.pop("manifest.json"))
    listed = json.dumps(manifest)
    assert all(name.split("/")[-1] in listed for name in found)
    assert str(build) not in listed


def test_reports_tell_of_no_error(build):
    report = json.loads((build / "checks" / "report.json").read_text(encoding="utf-8"))
    assert [found for found in report["findings"] if found["severity"] == "error"] == []
    assert (build / "checks" / "report.html").stat().st_size > 10_000


def test_no_file_of_a_build_knows_where_it_was_built(build):
    for name, data in files(build).items():
        assert str(build.parent).encode() not in data, name
        assert str(ROOT).encode() not in data, name


def test_a_build_elsewhere_has_the_same_bytes(variants, build):
    """Another time zone, another locale, another seed of hashes."""
    again = variants.build("elsewhere")
    assert differing(files(build), files(again)) == []


def test_pain_18_the_order_of_raw_records_changes_no_file(variants, build):
    """Records of every raw form in another order: the same transport files and define.xml."""
    permuted = files(variants.build("permuted") / "package")
    assert differing(files(build / "package"), permuted) == []


@pytest.fixture(scope="session")
def english(variants):
    return variants.build("permuted").with_name("en")


def test_english_files_have_english_labels_and_the_same_values(xpt, inside, english):
    for name, built in inside.items():
        folder = ADAM if name.startswith("AD") else SDTM
        frame, meta = pyreadstat.read_xport(english / folder / f"{name.lower()}.xpt")
        zh = xpt(name)
        assert meta.file_label == built.meta.label
        labels = {variable.name: variable.label for variable in built.meta.variables}
        assert meta.column_names_to_labels == labels
        same = [column for column in zh if column != "QLABEL"]
        pd.testing.assert_frame_equal(frame[same], zh[same])
        if "QLABEL" in frame:
            assert all(label.isascii() for label in frame["QLABEL"])


@pytest.fixture(scope="session")
def changed(variants):
    build = variants.build("changed")

    def read(name):
        folder = ADAM if name.startswith("AD") else SDTM
        return pyreadstat.read_xport(build / folder / f"{name.lower()}.xpt")

    return read


def define_text(build, folder):
    return (build / folder / "define.xml").read_text(encoding="utf-8")


def test_a_changed_label_changes_file_and_define(changed, variants, xpt):
    label = "事件名称（已改）"
    frame, meta = changed("AE")
    assert meta.column_names_to_labels["AETERM"] == label
    assert frame["AETERM"].tolist() == xpt("AE")["AETERM"].tolist()
    assert label in define_text(variants.build("changed"), SDTM)


def test_a_changed_term_changes_file_and_define(changed, variants, xpt, build):
    frame, _ = changed("DM")
    assert frame["SEX"].tolist() == xpt("DM")["SEX"].replace("F", "FEMALE").tolist()
    term = 'CodedValue="FEMALE"'
    assert term in define_text(variants.build("changed"), SDTM)
    assert term not in define_text(build, SDTM)
    assert set(changed("ADSL")[0]["SEX"]) == {"M", "FEMALE"}, "ADaM takes it over"


def test_a_changed_derivation_changes_file_and_define(changed, variants, xpt, build):
    frame, _ = changed("ADSL")
    expected = ["<70" if age < 70 else ">=70" for age in frame["AGE"]]
    assert frame["AGEGR1"].tolist() == expected
    text = "CASE WHEN AGE &lt; 70 THEN '&lt;70' ELSE '&gt;=70' END"
    assert text in define_text(variants.build("changed"), ADAM)
    assert text not in define_text(build, ADAM)
    assert set(changed("DM")[0]["COUNTRY"]) == {"SGP"}
