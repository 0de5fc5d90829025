"""Published files in the forms in which people get them, brought into the local store."""

from __future__ import annotations

import lzma

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from cdisc_pom.cli import app
from cdisc_pom.errors import Problems
from cdisc_pom.standards import Pin, Store, Terminology, standard_variables
from cdisc_pom.standards.ct_import import import_terminology
from cdisc_pom.standards.ig_import import import_guide

run = CliRunner()

HEADER = (
    "Code", "Codelist Code", "Codelist Extensible (Yes/No)", "Codelist Name",
    "CDISC Submission Value", "CDISC Synonym(s)", "CDISC Definition", "NCI Preferred Term",
)  # fmt: skip
ROWS = (
    ("C66742", "", "No", "No Yes Response", "NY", "No Yes Response", "A list.", "CDISC No Yes"),
    ("C49487", "C66742", "", "No Yes Response", "N", "No", 'The "non-affirmative".', "No"),
    ("C49488", "C66742", "", "No Yes Response", "Y", "Yes", "The affirmative.", "Yes"),
    ("C71620", "", "Yes", "Unit", "UNIT", "Unit", "Units, all.", "CDISC Unit"),
    ("C67255", "C71620", "", "Unit", "10^9/L", "Giga per Liter", "A unit.", "Billion per Liter"),
)
ODM = """<?xml version="1.0" encoding="UTF-8"?>
<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:nciodm="http://ncicb.nci.nih.gov/xml/odm/EVS/CDISC"
     FileType="Snapshot" FileOID="CDISC_CT.SDTM.2025-03-28" SourceSystem="NCI Thesaurus"
     SourceSystemVersion="25.01e">
 <Study OID="CDISC_CT.SDTM.2025-03-28">
  <GlobalVariables><StudyName>CDISC SDTM Controlled Terminology</StudyName></GlobalVariables>
  <MetaDataVersion OID="CDISC_CT_MetaDataVersion.SDTM.2025-03-28" Name="CDISC SDTM Controlled Terminology">
   <CodeList OID="CL.C66742.NY" Name="No Yes Response" DataType="text"
             nciodm:ExtCodeID="C66742" nciodm:CodeListExtensible="No">
    <EnumeratedItem CodedValue="N" nciodm:ExtCodeID="C49487">
     <nciodm:CDISCSynonym>No</nciodm:CDISCSynonym>
    </EnumeratedItem>
    <EnumeratedItem CodedValue="Y" nciodm:ExtCodeID="C49488"/>
    <nciodm:CDISCSubmissionValue>NY</nciodm:CDISCSubmissionValue>
   </CodeList>
   <CodeList OID="CL.C71620.UNIT" Name="Unit" DataType="text"
             nciodm:ExtCodeID="C71620" nciodm:CodeListExtensible="Yes">
    <EnumeratedItem CodedValue="10^9/L" nciodm:ExtCodeID="C67255"/>
    <nciodm:CDISCSubmissionValue>UNIT</nciodm:CDISCSubmissionValue>
   </CodeList>
  </MetaDataVersion>
 </Study>
</ODM>
"""


def _text(folder):
    path = folder / "SDTM Terminology 2025-03-28.txt"
    lines = ["\t".join(HEADER), *("\t".join(row) for row in ROWS)]
    path.write_text("\n".join(lines).replace('"', '""') + "\n", encoding="utf-8")
    return path


def _packed(folder):
    path = _text(folder)
    target = folder / "SDTM Terminology 2025-03-28.txt.xz"
    target.write_bytes(lzma.compress(path.read_bytes()))
    return target


def _excel(folder):
    path = folder / "SDTM Terminology.xlsx"
    book = Workbook()
    book.active.title = "ReadMe"
    book.active.append(["What this file is about"])
    sheet = book.create_sheet("SDTM Terminology 2025-03-28")
    for row in (HEADER, *ROWS):
        sheet.append(row)
    book.save(path)
    return path


def _odm(folder):
    path = folder / "SDTM Terminology.odm.xml"
    path.write_text(ODM, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", [_text, _packed, _excel, _odm])
def test_terminology_is_read_in_each_published_form(form, tmp_path):
    store = Store(tmp_path / "store")
    pin, lists, count = import_terminology(form(tmp_path), store)
    assert (pin, lists, count) == (Pin("SDTM", "2025-03-28"), 2, 3)
    terminology = Terminology([pin], store=store)
    ny, unit = terminology.codelist("NY"), terminology.codelist("C71620")
    assert ny.codes == {"N": "C49487", "Y": "C49488"}
    assert (ny.extensible, unit.extensible) == (False, True)
    assert (ny.name, unit.short_name) == ("No Yes Response", "UNIT")
    assert terminology.covers()


def test_a_file_that_does_not_say_what_it_is_asks_for_it(tmp_path):
    path = _text(tmp_path).rename(tmp_path / "terms.txt")
    with pytest.raises(Problems) as problems:
        import_terminology(path, Store(tmp_path))
    text = str(problems.value)
    assert "does not say which package it is. Say it: --package SDTM." in text
    assert "--version 2025-03-28" in text
    pin, _, _ = import_terminology(
        path, Store(tmp_path), package="SDTM", version="2025-03-28"
    )  # fmt: skip
    assert pin == Pin("SDTM", "2025-03-28")


def test_a_file_that_is_no_terminology_is_refused(tmp_path):
    path = tmp_path / "SDTM 2025-03-28.txt"
    path.write_text("a\tb\n1\t2\n", encoding="utf-8")
    with pytest.raises(Problems, match=r"is no terminology table\. It needs the columns Code"):
        import_terminology(path, Store(tmp_path))
    broken = tmp_path / "SDTM 2025-03-28.xml"
    broken.write_text("<ODM>", encoding="utf-8")
    with pytest.raises(Problems, match="is no well-formed XML"):
        import_terminology(broken, Store(tmp_path))


def test_an_entity_of_an_xml_file_is_not_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("S3CRET", encoding="utf-8")
    path = tmp_path / "SDTM 2025-03-28.xml"
    entity = f'<!DOCTYPE ODM [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    path.write_text(ODM.replace("?>\n", f"?>{entity}\n", 1).replace(">No<", ">&x;<"), "utf-8")
    store = Store(tmp_path / "store")
    pin, _, _ = import_terminology(path, store)
    assert "S3CRET" not in store.path("ct", pin).read_text(encoding="utf-8")


SDTM_EXPORT = """Version,Variable Order,Class,Dataset Name,Variable Name,Variable Label,Type,CDISC CT Codelist Code(s),Codelist Submission Values,Described Value Domain(s),Value List,Role,CDISC Notes,Core
SDTMIG v3.3,1,Special-Purpose,DM,STUDYID,Study Identifier,Char,,,,,Identifier,Unique identifier for a study.,Req
SDTMIG v3.3,2,Special-Purpose,DM,SEX,Sex,Char,C66731,SEX,,,Record Qualifier,Sex of the subject.,Req
SDTMIG v3.3,1,Events,DS,DSDECOD,Standardized Disposition Term,Char,C66727; C114118,NCOMPLT; PROTMLST,,,Synonym Qualifier,"A, b",Req
SDTMIG v3.3,2,Events,DS,DSDTC,Date/Time of Collection,Char,,,ISO 8601,,Timing,,Perm
"""
ADAM_EXPORT = """Version,Data Structure Name,Dataset Name,Variable Set,Variable Name,Variable Label,Type,CDISC CT Codelist Code(s),Codelist Submission Values,Described Value Domain(s),Value List Value(s),Core,CDISC Notes
ADaMIG v1.2,Subject-Level Analysis Dataset,ADSL,Identifier,STUDYID,Study Identifier,Char,,,,,Req,x
ADaMIG v1.2,Basic Data Structure,,Timing,ADT,Analysis Date,Num,,,,,Cond,x
ADaMIG v1.2,Basic Data Structure,,Time-to-Event,CNSR,Censor,Num,,,,,Cond,x
"""


def test_sdtm_variables_are_read_as_the_library_exports_them(tmp_path):
    path = tmp_path / "SDTMIG_v3.3.csv"
    path.write_text(SDTM_EXPORT, encoding="utf-8")
    store = Store(tmp_path / "store")
    assert import_guide(path, store) == (Pin("SDTMIG", "3.3"), 2, 4)
    found = standard_variables("SDTMIG", "3.3", "DS", store=store)
    assert [(v.name, v.order, v.role, v.core) for v in found] == [
        ("DSDECOD", 1, "Synonym Qualifier", "Req"),
        ("DSDTC", 2, "Timing", "Perm"),
    ]
    assert found[0].codelists == ("C66727", "C114118")
    assert found[1].values == "ISO 8601"


def test_adam_variables_go_to_their_structures(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(ADAM_EXPORT, encoding="utf-8")
    store = Store(tmp_path / "store")
    pin, _, _ = import_guide(path, store)
    assert pin == Pin("ADaMIG", "1.2")
    names = {
        structure: [v.name for v in standard_variables("ADaMIG", "1.2", structure, store=store)]
        for structure in ("ADSL", "BDS", "TTE")
    }
    assert names == {"ADSL": ["STUDYID"], "BDS": ["ADT"], "TTE": ["CNSR"]}


def test_a_type_that_is_none_is_told_with_its_line(tmp_path):
    path = tmp_path / "SDTMIG_v3.3.csv"
    path.write_text(SDTM_EXPORT.replace("Sex,Char", "Sex,Text?"), encoding="utf-8")
    with pytest.raises(Problems, match=r"SDTMIG_v3\.3\.csv:3: type of SEX is 'Text\?', not Char"):
        import_guide(path, Store(tmp_path))


def test_the_commands_import_and_list(tmp_path):
    store = ["--store", str(tmp_path / "store")]
    done = run.invoke(app, ["ct", "import", str(_text(tmp_path)), *store])
    assert done.exit_code == 0
    assert done.output.startswith("SDTM 2025-03-28: 2 code lists, 3 terms in ")
    assert "SDTM 2025-03-28: " in run.invoke(app, ["ct", "list", *store]).output
    path = tmp_path / "SDTMIG_v3.3.csv"
    path.write_text(SDTM_EXPORT, encoding="utf-8")
    assert run.invoke(app, ["ig", "import", str(path), *store]).exit_code == 0
    assert "SDTMIG 3.3: " in run.invoke(app, ["ig", "list", *store]).output
    missing = run.invoke(app, ["ig", "import", str(tmp_path / "none.csv"), *store])
    assert missing.exit_code == 1
    assert "file is missing" in missing.output
