"""`cdisc-pom init` on the reference study's raw forms: Chinese words, names of an EDC.

The expected rows were written by hand from the headers of `data/pom/raw` and what each column
holds; they are no output of the program.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import rows
from typer.testing import CliRunner

from cdisc_pom.cli import app

RAW = Path(__file__).parents[2] / "data" / "pom" / "raw"
DOMAINS = "DM,SV,CM,EX,PR,AE,DS,DV,MH,LB,VS"

# variable: form, algorithm, columns, arguments
EXPECTED = {
    "DM.SUBJID": ("demographics", "assign", "SUBJECT", None),
    "DM.SITEID": ("demographics", "assign", "SITE", None),
    "DM.BRTHDTC": ("demographics", "datetime", "BRTHDAT", None),
    "DM.AGE": ("demographics", "number", "AGE", None),
    "DM.SEX": ("demographics", "term", "SEX", None),
    "DM.RACE": ("demographics", "term", "RACE", None),
    "DM.DMDTC": ("demographics", "datetime", "DMDAT", None),
    "DM.RFICDTC": ("consent", "datetime", "ICDAT, ICTIM", None),
    "DM.DTHDTC": ("death", "datetime", "DTHDAT", None),
    "SV.SVSTDTC": ("visits", "datetime", "VISDAT", None),
    "CM.CMSPID": ("concomitant", "assign", "CMNO", None),
    "CM.CMTRT": ("concomitant", "text", "CMTRT", None),
    "CM.CMDECOD": ("concomitant", "text", "CMDECOD_ZH", None),
    "CM.CMINDC": ("concomitant", "text", "CMINDC", None),
    "CM.CMCLAS": ("concomitant", "text", "CMCLAS", None),
    "CM.CMDOSE": ("concomitant", "number", "CMDOSE", None),
    "CM.CMDOSU": ("concomitant", "term", "CMDOSU", None),
    "CM.CMDOSFRQ": ("concomitant", "term", "CMFREQ", None),
    "CM.CMROUTE": ("concomitant", "term", "CMROUTE", None),
    "CM.CMSTDTC": ("concomitant", "datetime", "CMSTDAT", None),
    "CM.CMENDTC": ("concomitant", "datetime", "CMENDAT", None),
    "EX.EXTRT": ("exposure", "text", "EXTRT", None),
    "EX.EXDOSE": ("exposure", "number", "EXDOSE", None),
    "EX.EXDOSU": ("exposure", "term", "EXDOSU", None),
    "EX.EXDOSFRM": ("exposure", "term", "EXFORM", None),
    "EX.EXDOSFRQ": ("exposure", "term", "EXFREQ", None),
    "EX.EXROUTE": ("exposure", "term", "EXROUTE", None),
    "EX.EXSTDTC": ("exposure", "datetime", "EXSTDAT", None),
    "EX.EXENDTC": ("exposure", "datetime", "EXENDAT", None),
    "PR.PRTRT": ("prior_procedure", "text", "PRTRT", None),
    "PR.PRSTDTC": ("prior_procedure", "datetime", "PRSTDAT", "date=yyyy-MM-dd|yyyy年M月d日"),
    "AE.AESPID": ("adverse_events", "assign", "AENO", None),
    "AE.AETERM": ("adverse_events", "text", "AETERM", None),
    "AE.AELLT": ("adverse_events", "text", "AELLT_ZH", None),
    "AE.AEDECOD": ("adverse_events", "text", "AEPT_ZH", None),
    "AE.AESOC": ("adverse_events", "text", "AESOC_ZH", None),
    "AE.AESER": ("adverse_events", "term", "AESER", None),
    "AE.AESDTH": ("adverse_events", "term", "AESDTH", None),
    "AE.AESLIFE": ("adverse_events", "term", "AESLIFE", None),
    "AE.AESHOSP": ("adverse_events", "term", "AESHOSP", None),
    "AE.AESDISAB": ("adverse_events", "term", "AESDISAB", None),
    "AE.AESCONG": ("adverse_events", "term", "AESCONG", None),
    "AE.AESMIE": ("adverse_events", "term", "AESMIE", None),
    "AE.AEOUT": ("adverse_events", "term", "AEOUT", None),
    "AE.AECONTRT": ("adverse_events", "term", "AECONTRT", None),
    "AE.AETOXGR": ("adverse_events", "text", "AEGRADE", None),
    "AE.AESTDTC": ("adverse_events", "datetime", "AESTDAT", None),
    "AE.AEENDTC": ("adverse_events", "datetime", "AEENDAT", None),
    "DS.DSTERM": ("disposition", "text", "DSREAS", None),
    "DS.DSDECOD": ("disposition", "term", "DSREAS", None),
    "DS.DSSTDTC": ("disposition", "datetime", "DSDAT", None),
    "DV.DVTERM": ("deviations", "text", "DVTERM", None),
    "DV.DVSTDTC": ("deviations", "datetime", "DVDAT", None),
    "MH.MHTERM": ("medical_history", "text", "MHTERM", None),
    "MH.MHDECOD": ("medical_history", "text", "MHPT_ZH", None),
    "MH.MHBODSYS": ("medical_history", "text", "MHSOC_ZH", None),
    "MH.MHSTDTC": ("medical_history", "datetime", "MHSTDAT", "date=yyyy-MM-dd|yyyy年M月d日"),
    "VS.VSDTC": ("vitals", "datetime", "VSDAT", None),
}  # fmt: skip
# test code: form, column, unit, lower limit, condition
TESTS = {
    "WBC": ("hematology", "WBC", "=WBCU", "=WBCLO", None),
    "NEUT": ("hematology", "NEUT", "=NEUTU", "=NEUTLO", None),
    "LYM": ("hematology", "LYM", "=LYMU", "=LYMLO", None),
    "HGB": ("hematology", "HGB", "=HGBU", "=HGBLO", None),
    "PLAT": ("hematology", "PLAT", "=PLATU", "=PLATLO", None),
    "CREAT": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '肌酐'"),
    "ALB": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '白蛋白'"),
    "LDH": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '乳酸脱氢酶'"),
    "CA": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '钙'"),
    "BILI": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '总胆红素'"),
    "ALT": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '丙氨酸氨基转移酶'"),
    "AST": ("chemistry", "RESULT", "=UNIT", "=LO", "ITEM = '天门冬氨酸氨基转移酶'"),
    "HEIGHT": ("vitals", "HEIGHT", "cm", None, None),
    "WEIGHT": ("vitals", "WEIGHT", "kg", None, None),
    "SYSBP": ("vitals", "SYSBP", "mmHg", None, None),
    "PULSE": ("vitals", "PULSE", "beats/min", None, None),
    "TEMP": ("vitals", "TEMP", "C", None, None),
}  # fmt: skip
MEANT = {
    ("OUT", "痊愈伴后遗症"): "RECOVERED/RESOLVED WITH SEQUELAE",
    ("ROUTE", "静脉输注"): "INTRAVENOUS DRIP",
    ("UNIT", "×10^9/L"): "10^9/L",
    ("UNIT", "10^3/μL"): "10^9/L",
    ("UNIT", "μmol/L"): "umol/L",
    ("UNIT", "治疗量"): None,  # no unit: a therapeutic dose
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("started")
    arguments = ["init", str(root), "--raw", str(RAW), "--domains", DOMAINS]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return root / "specs" / "pom" / "sdtm.xlsx"


@pytest.fixture(scope="module")
def forms(book):
    """Form by data set and alias."""
    return {
        (row["Dataset"], row["Source"]): row["From"].removeprefix("form:")
        for row in rows(book, "Sources")
    }


@pytest.fixture(scope="module")
def proposed(book, forms):
    found = {}
    for row in rows(book, "Mapping"):
        form = forms.get((row["Dataset"], row.get("Source")))
        cells = (form, row["Algorithm"], row.get("Inputs"), row.get("Arguments"))
        found.setdefault(f"{row['Dataset']}.{row['Variable']}", []).append(cells)
    return found


@pytest.mark.parametrize("variable", EXPECTED)
def test_a_column_is_recognised(proposed, variable):
    assert proposed[variable] == [EXPECTED[variable]]


def test_the_dates_of_each_laboratory_form_have_their_own_format(proposed):
    assert proposed["LB.LBDTC"] == [
        ("chemistry", "datetime", "LBDAT, LBTIM", "date=yyyyMMdd"),
        ("hematology", "datetime", "LBDAT, LBTIM", None),
    ]


@pytest.mark.parametrize("test", TESTS)
def test_a_collected_test_is_recognised(book, forms, test):
    row = next(row for row in rows(book, "Findings") if row.get("Testcd") == test)
    form = forms[row["Dataset"], row["Source"]]
    assert (form, row["Column"], row.get("Unit"), row.get("Low"), row.get("Where")) == TESTS[test]


def test_a_test_that_is_not_known_stays_open(book):
    row = next(row for row in rows(book, "Findings") if row.get("Where") == "ITEM = 'β2微球蛋白'")
    assert "Testcd" not in row
    assert row["Note"] == "guess: which test is this?"


@pytest.mark.parametrize(("codelist", "word"), MEANT)
def test_a_collected_word_is_understood_or_left_open(book, codelist, word):
    found = {(row["Codelist"], row["Collected"]): row.get("Term") for row in rows(book, "Terms")}
    assert found[codelist, word] == MEANT[codelist, word]


def test_what_is_not_there_is_not_invented(proposed):
    # two columns each for causality and action taken, none for the arm, no country
    for variable in ("AE.AEREL", "AE.AEACN", "DM.ARM", "DM.COUNTRY", "DM.RFPENDTC", "AE.AEPTCD"):
        assert variable not in proposed
    # 汉族 is an ethnic group of China, no term of ETHNIC
    assert "DM.ETHNIC" not in proposed


def test_forms_that_only_resemble_a_domain_are_left_to_people(forms, book):
    assert not {"dose_change", "disease_history", "prior_therapy"} & set(forms.values())
    readme = (book.parent / "README.md").read_text(encoding="utf-8")
    assert "| dose_change | 181 | nothing yet; perhaps EX |" in readme


def test_visits_are_numbered_in_the_order_of_their_dates(book):
    found = [(row.get("VISITNUM"), row["Visit as collected"]) for row in rows(book, "Visits")]
    assert found[:4] == [
        (1, "筛选期"), (2, "第1周期第1天"), (3, "第1周期第15天"), (4, "第2周期第1天"),
    ]  # fmt: skip
    places = {name: number for number, name in found}
    assert places["治疗结束"] > max(places[f"第{n}周期第1天"] for n in range(1, 25))
    assert places["计划外访视1"] is None


def test_labels_types_and_roles_are_the_guides(book):
    row = next(row for row in rows(book, "Variables") if row["Variable"] == "AESTDTC")
    assert {name: row[name] for name in ("Label", "Label (zh)", "Data Type", "Role", "Core")} == {
        "Label": "Start Date/Time of Adverse Event", "Label (zh)": "不良事件开始日期时间",
        "Data Type": "partialDate", "Role": "Timing", "Core": "Exp",
    }  # fmt: skip
    codelist = {row["Variable"]: row.get("Codelist") for row in rows(book, "Variables")}
    assert (codelist["SEX"], codelist["AEOUT"], codelist["AEDECOD"]) == ("SEX", "OUT", "MedDRA")


def test_lint_and_build_say_what_is_missing_at_a_cell(book, monkeypatch):
    monkeypatch.chdir(book.parents[2])
    linted = CliRunner().invoke(app, ["lint"])
    assert linted.exit_code == 1
    assert "error MAP.UNFILLED: nothing fills DM.COUNTRY." in linted.output
    lines = [line for line in linted.output.splitlines() if "error" in line][:-1]
    assert all(line.startswith("sdtm.xlsx › ") for line in lines)
    built = CliRunner().invoke(app, ["build"])
    assert built.exit_code == 1
    assert "'Term' is empty." in built.output
    assert isinstance(built.exception, SystemExit)


def test_init_writes_the_same_bytes_again(book, tmp_path):
    arguments = ["init", str(tmp_path), "--raw", str(RAW), "--domains", DOMAINS]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert (tmp_path / "specs" / "pom" / "sdtm.xlsx").read_bytes() == book.read_bytes()
