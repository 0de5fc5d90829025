"""Seeded mistakes: each is one change of the small study, found by its rule at its cell.

Most are one wrong cell; the message is expected at that cell. The small study itself, and the
workbooks that we ship, give no error and no warning.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from small_study import Draft, Study, small_study

from cdisc_pom.lint.registry import rules
from cdisc_pom.lint.study import LintOptions, lint_study
from cdisc_pom.standards import Pin, Store
from cdisc_pom.standards.files import TERM_COLUMNS, write_table

ROOT = Path(__file__).parents[2]

# Columns that name a row of a sheet in the tables below.
KEYS = {
    "Mapping": ("Dataset", "Variable"), "Derivations": ("Dataset", "Variable"),
    "Variables": ("Dataset", "Variable"), "Datasets": ("Dataset",), "Define": ("Attribute",),
    "Codelists": ("ID", "Term"), "Terms": ("Codelist", "Collected"),
    "Sources": ("Dataset", "Source"), "Findings": ("Dataset", "Testcd"), "Units": ("From", "To"),
    "Visits": ("VISIT",), "Parameters": ("PARAMCD",), "Events": ("PARAMCD", "Kind"),
    "Displays": ("Row label",), "Methods": ("ID",), "Comments": ("ID",), "Documents": ("ID",),
    "ValueLevel": ("Variable",), "WhereClauses": ("ID",), "Imputation": ("ID",),
}  # fmt: skip

# rule | workbook | sheet | row | column | what is written into the cell (None: cleared)
CELLS = [
    # --- names that lead nowhere
    ("NAME.DATASET", "sdtm", "Sources", "AE/DM", "From", "DMM"),
    ("NAME.DATASET", "adam", "Displays", "Women", "Dataset", "ADLS"),
    ("NAME.VARIABLE", "sdtm", "Mapping", "AE/AEDECOD", "Variable", "AEDECD"),
    ("NAME.VARIABLE", "sdtm", "Datasets", "VS", "Key Variables", "STUDYID, USUBJID, VSTESTC"),
    ("NAME.VARIABLE", "sdtm", "WhereClauses", "WC.TEMP", "Variable", "VSTESTCDD"),
    ("NAME.COLUMN", "sdtm", "Mapping", "DM/SITEID", "Inputs", "SITTE"),
    ("NAME.COLUMN", "sdtm", "Mapping", "DM/DTHFL", "When", "DTHDT IS NOT NULL"),
    ("NAME.COLUMN", "sdtm", "Findings", "VS/TEMP", "Column", "TEMPP"),
    ("NAME.COLUMN", "adam", "Events", "OS/EVENT", "Date", "DTHDTT"),
    ("NAME.SOURCE", "sdtm", "Mapping", "DM/AGE", "Source", "DEMO"),
    ("NAME.SOURCE", "sdtm", "Sources", "DM/DEMOG", "From", "file:demog"),
    ("NAME.FORM", "sdtm", "Sources", "AE/EVENT", "From", "form:event"),
    ("NAME.SHEET", "sdtm", "Sources", "AE/EVENT", "From", "sheet:TA"),
    ("NAME.ALGORITHM", "sdtm", "Mapping", "AE/AESTDY", "Algorithm", "study_dy"),
    ("NAME.ALGORITHM", "adam", "Parameters", "OS", "Algorithm", "time_to_evnt"),
    ("NAME.ARGUMENT", "sdtm", "Mapping", "DM/USUBJID", "Arguments", "seperator=-"),
    ("NAME.CODELIST", "sdtm", "Variables", "DM/SEX", "Codelist", "SEXX"),
    ("NAME.CODELIST", "sdtm", "ValueLevel", "VSORRES", "Codelist", "NYY"),
    ("NAME.TERM", "sdtm", "Terms", "SEX/1", "Term", "MALE"),
    ("NAME.IMPUTATION", "adam", "Derivations", "ADSL/TRTSDT", "Arguments", "rule=FRIST"),
    ("NAME.METHOD", "sdtm", "Variables", "DM/ICVER", "Method", "MT.VERSOIN"),
    ("NAME.METHOD", "sdtm", "Mapping", "DM/SEX", "Method", "MT.SEX"),
    ("NAME.COMMENT", "sdtm", "Datasets", "DM", "Comment", "COM.MD"),
    ("NAME.DOCUMENT", "sdtm", "Methods", "MT.VERSION", "Document", "D.SPA"),
    ("NAME.WHERE", "sdtm", "ValueLevel", "VSORRES", "Where Clause", "WC.TMP"),
    # --- rows that give variables their values
    ("MAP.SOURCE", "sdtm", "Sources", "AE/DM", "Join", "inner"),
    ("MAP.SOURCE", "sdtm", "Sources", "VS/VITAL", "Distinct", "the newest"),
    ("MAP.RELATED", "sdtm", "Mapping", "DM/RFXSTDTC", "Source", None),
    ("MAP.RELATED", "sdtm", "Mapping", "DM/SITEID", "Source", "DOSE"),
    ("MAP.INPUTS", "sdtm", "Mapping", "DM/SEX", "Inputs", "SEX, AGE"),
    ("MAP.INPUTS", "sdtm", "Mapping", "DM/SITEID", "Inputs", None),
    ("MAP.ARGUMENT", "sdtm", "Mapping", "DM/DTHFL", "Arguments", "Y"),
    ("MAP.ARGUMENT", "sdtm", "Mapping", "AE/AETERM", "Arguments", "width=wide"),
    ("MAP.NODATA", "sdtm", "Variables", "AE/AEDECOD", "Has No Data", "Yes"),
    ("MAP.UNHEARD", "sdtm", "Variables", "DM/AGEU", "Assigned Value", "YEARS"),
    # --- expressions
    ("EXPR.SYNTAX", "sdtm", "Mapping", "DM/ARM", "When", "RFXSTDTC IS NOT"),
    ("EXPR.SYNTAX", "sdtm", "Mapping", "AE/AEENDTC", "When", "END <> ‘持续’ AND ("),
    ("EXPR.UNSAFE", "sdtm", "Mapping", "DM/ARM", "When", "RFXSTDTC > now()"),
    ("EXPR.UNSAFE", "sdtm", "Findings", "VS/PULSE", "Where", "DONE IN (SELECT 1)"),
    ("EXPR.UNSAFE", "adam", "Derivations", "ADTTE/AVAL", "Arguments", "sum(ADT)"),
    ("EXPR.NEVER", "sdtm", "Mapping", "DM/ARM", "When", "SEX = 'F' AND SEX = 'M'"),
    ("EXPR.NEVER", "sdtm", "Mapping", "DM/AGEU", "When", "AGE > 5 AND AGE < 3"),
    ("EXPR.NEVER", "sdtm", "Mapping", "DM/DTHFL", "When", "DTHDTC = NULL"),
    ("EXPR.NEVER", "sdtm", "Sources", "DM/DOSE", "Where", "DOSE = '1' AND DOSE IS NULL"),
    ("EXPR.ALWAYS", "sdtm", "Mapping", "DM/ARM", "When", "1 = 1"),
    ("EXPR.ALWAYS", "sdtm", "Mapping", "DM/ARM", "When", "AGE IS NULL OR AGE IS NOT NULL"),
    ("EXPR.BRANCH", "adam", "Derivations", "ADSL/AGEGR1", "Arguments",
     "CASE WHEN AGE < 65 THEN '<65' WHEN AGE < 60 THEN '>=65' END"),
    ("EXPR.TERM", "sdtm", "Mapping", "DM/ARM", "When", "SEX = 'Female'"),
    ("EXPR.TERM", "adam", "Displays", "Women", "Where", "SEX = 'W'"),
    ("EXPR.TERM", "adam", "Derivations", "ADSL/AGEGR1N", "Arguments",
     "CASE AGEGR1 WHEN '< 65' THEN 1 WHEN '>=65' THEN 2 END"),
    ("EXPR.TYPE", "sdtm", "Mapping", "DM/AGEU", "When", "AGE = 'old'"),
    ("EXPR.TYPE", "adam", "Events", "OS/CENSOR", "Where", "DTHDT = 'unknown'"),
    ("EXPR.TEXT", "sdtm", "Mapping", "AE/AEENDTC", "When", "AETOXGR >= 3"),
    ("EXPR.CONDITION", "sdtm", "Mapping", "DM/ARM", "When", "upper(RFXSTDTC)"),
    # --- study, data sets, variables, value level
    ("DEFINE.ATTRIBUTE", "sdtm", "Define", "StudyDescription", "Value", None),
    ("DEFINE.STANDARD", "sdtm", "Define", "StandardName", "Value", "SDTM"),
    ("DEFINE.STANDARD", "sdtm", "Datasets", "AE", "Standard", "SDTMIG 3.3"),
    ("DEFINE.LANGUAGE", "sdtm", "Define", "Language", "Value", "cn"),
    ("DEFINE.AGENCY", "sdtm", "Define", "Agency", "Value", "fdaa"),
    ("DEFINE.AGENCY", "sdtm", "Define", "Encoding", "Value", "utf-9"),
    ("DEFINE.LANGUAGE", "adam", "Define", "CT Version", "Value", "2025-09-26, 2025-03-28, 2024"),
    ("DEFINE.LENGTH", "sdtm", "Variables", "AE/AETERM", "Length", 400),
    ("DEFINE.DIGITS", "sdtm", "Variables", "DM/AGE", "Significant Digits", 2),
    ("DEFINE.FORMAT", "adam", "Variables", "ADSL/DTHDT", "Format", None),
    ("DEFINE.ORIGIN", "sdtm", "Variables", "DM/SEX", "Origin", "CRF"),
    ("DEFINE.ORIGIN", "sdtm", "Variables", "DM/SEX", "Source", "Doctor"),
    ("DEFINE.PREDECESSOR", "adam", "Variables", "ADSL/AGE", "Origin", "Derived"),
    ("DEFINE.COPIED", "adam", "Variables", "ADSL/TRT01P", "Predecessor", "DM.ARMM"),
    ("DEFINE.KEYS", "sdtm", "Datasets", "DM", "Key Variables", "STUDYID, USUBJID, ICVER"),
    ("DEFINE.KEYS", "sdtm", "Datasets", "DM", "Key Variables", "STUDYID, USUBJID, USUBJID"),
    ("DEFINE.SUPPLEMENTAL", "adam", "Variables", "ADSL/TRT01P", "Role", "Supplemental Qualifier"),
    ("DEFINE.CLAUSE", "sdtm", "WhereClauses", "WC.TEMP", "Value", "TEMPERATURE"),
    # --- implementation guides
    ("IG.VERSION", "sdtm", "Define", "StandardVersion", "Value", "3.5"),
    ("IG.CLASS", "sdtm", "Datasets", "AE", "Class", "EVENT"),
    ("IG.CLASS", "sdtm", "Datasets", "VS", "Class", "EVENTS"),
    ("IG.DATASETLABEL", "sdtm", "Datasets", "AE", "Label", "Adverse Event"),
    ("IG.ORDER", "sdtm", "Variables", "DM/ARMCD", "Order", 2),
    ("IG.ROLE", "sdtm", "Variables", "DM/SEX", "Role", "Topic"),
    ("IG.CORE", "sdtm", "Variables", "DM/RACE", "Core", "Req"),
    ("IG.MANDATORY", "sdtm", "Variables", "DM/SEX", "Mandatory", "No"),
    ("IG.NODATA", "sdtm", "Variables", "DM/SEX", "Has No Data", "Yes"),
    ("IG.TYPE", "sdtm", "Variables", "DM/AGE", "Data Type", "text"),
    ("IG.TYPE", "adam", "Variables", "ADTTE/CNSR", "Data Type", "text"),
    ("IG.ISO", "sdtm", "Variables", "DM/DTHDTC", "Data Type", "text"),
    ("IG.LABEL", "sdtm", "Variables", "DM/SEX", "Label", "Gender"),
    ("IG.LABEL", "adam", "Variables", "ADSL/AGEGR1", "Label", "Age Group"),
    ("IG.COPY", "adam", "Variables", "ADTTE/SAFFL", "Label", "Safety Flag"),
    ("IG.CODELIST", "sdtm", "Variables", "AE/AESER", "Codelist", None),
    ("IG.CODELIST", "sdtm", "Variables", "DM/DTHFL", "Codelist", "AGEU"),
    ("IG.DOMAIN", "sdtm", "Variables", "AE/DOMAIN", "Assigned Value", "EA"),
    ("IG.KEYS", "sdtm", "Datasets", "AE", "Key Variables", "STUDYID, AESTDTC, AEDECOD"),
    ("IG.SHORTNAME", "sdtm", "Findings", "VS/PULSE", "Testcd", "PULSE RATE"),
    # --- labels
    ("LABEL.BYTES", "sdtm", "Variables", "DM/ICVER", "Label", "Version of the Informed Consent Form Used"),
    ("LABEL.BYTES", "sdtm", "Variables", "DM/ICVER", "Label (zh)", "受试者签署的知情同意书的版本号"),
    ("LABEL.MISSING", "sdtm", "Variables", "DM/SEX", "Label (zh)", None),
    ("LABEL.DIGIT", "sdtm", "Variables", "DM/ICVER", "Label (zh)", "2期知情同意书"),
    ("LABEL.CHARACTER", "sdtm", "Variables", "DM/ICVER", "Label (zh)", "版本<新>"),
    ("LABEL.CHARACTER", "sdtm", "Variables", "DM/ICVER", "Label", "Version – Consent"),
    ("LABEL.PAIR", "sdtm", "Variables", "DM/ICVER", "Label (zh)", "知情同意书（版本"),
    ("LABEL.TWICE", "sdtm", "Variables", "DM/ICVER", "Label", "Sex"),
    # --- controlled terminology
    ("CT.VERSION", "sdtm", "Define", "CT Version", "Value", "2020-06-26"),
    ("CT.DATE", "sdtm", "Codelists", "SEX/F", "Terminology", "SDTM CT 2023-12-15"),
    ("CT.CODELIST", "sdtm", "Codelists", "AGEU/YEARS", "NCI Codelist Code", "66781"),
    ("CT.UNCHECKED", "sdtm", "Codelists", "AGEU/YEARS", "NCI Codelist Code", "C99999"),
    ("CT.NAME", "sdtm", "Codelists", "AGEU/YEARS", "Name", "Unit of Age"),
    ("CT.TERM", "sdtm", "Codelists", "SEX/F", "Term", "FEMALE"),
    ("CT.CASE", "sdtm", "Codelists", "VSRESU/C", "Term", "c"),
    ("CT.CODE", "sdtm", "Codelists", "SEX/F", "NCI Term Code", "C20197"),
    ("CT.CODE", "sdtm", "Codelists", "VSTESTCD/PULSE", "NCI Term Code", "C1"),
    ("CT.MISSING", "sdtm", "Codelists", "SEX/F", "NCI Term Code", None),
    ("CT.PAIR", "sdtm", "Codelists", "VSTESTCD/PULSE", "Decoded Value", "Heart Rate"),
    ("CT.MIXED", "sdtm", "Codelists", "SEX/M", "Name", "Gender"),
    ("CT.NUMBER", "adam", "Codelists", "AGEGR1/<65", "Data Type", "integer"),
    # --- terms, units, visits, tests
    ("TERMS.REPEAT", "sdtm", "Terms", "SEX/1", "Collected", "male"),
    ("TERMS.AGAINST", "sdtm", "Terms", "SEX/1", "Collected", "Female"),
    ("TERMS.DECODE", "sdtm", "Codelists", "SEX/M", "Decoded Value (zh)", "女"),
    ("TERMS.CONFLICT", "sdtm", "Terms", "SEX/2", "Collected", "１"),
    ("TERMS.INVERSE", "sdtm", "Units", "C/F", "Factor", 3.0),
    ("TERMS.LIMITS", "sdtm", "Findings", "VS/PULSE", "Low", 160.0),
    ("TERMS.TEST", "sdtm", "Findings", "VS/TEMP", "Test", "Pulse Rate"),
    ("TERMS.FINDING", "sdtm", "Findings", "VS/TEMP", "Test", "Body Temperature"),
    ("TERMS.FACTOR", "sdtm", "Findings", "VS/PULSE", "Factor", 2.0),
    ("TERMS.VISIT", "sdtm", "Visits", "WEEK {n}", "n", "from 1 to 8"),
    ("TERMS.VISIT", "sdtm", "Visits", "WEEK {n}", "VISITDY", "seven"),
    ("TERMS.VISITNUM", "sdtm", "Visits", "WEEK {n}", "VISITNUM", "n"),
    ("TERMS.WINDOW", "sdtm", "Visits", "WEEK {n}", "Window from", -4),
    # --- parameters, events, displays
    ("ADAM.ORPHAN", "adam", "Events", "OS/EVENT", "PARAMCD", "OSS"),
    ("ADAM.CNSR", "adam", "Events", "OS/CENSOR", "CNSR", 0),
    ("ADAM.CNSR", "adam", "Events", "OS/EVENT", "EVNTDESC", None),
    ("ADAM.LONG", "adam", "Parameters", "OS", "PARAM (zh)", "总生存期" * 20),
    ("ADAM.LIST", "adam", "Parameters", "OS", "PARAMCD", "SURVIVAL"),
    ("ADAM.DISPLAY", "adam", "Displays", "Survival", "Parameter", "PFS"),
    ("ADAM.DISPLAY", "adam", "Displays", "Survival", "Variable", "AVALL"),
    ("ADAM.DISPLAY", "adam", "Displays", "Women", "Statistic", "n_prcent"),
    ("ADAM.DISPLAY", "adam", "Displays", "Women", "Population", "SAFEFL = 'Y'"),
    # --- cells
    ("BOOK.VALUE", "sdtm", "Variables", "DM/SEX", "Data Type", "character"),
    ("BOOK.VALUE", "sdtm", "Variables", "DM/SEX", "Mandatory", "perhaps"),
    ("BOOK.EMPTY", "sdtm", "Variables", "DM/SEX", "Label", None),
    ("BOOK.NUMBER", "sdtm", "Terms", "SEX/1", "Collected", 1.0),
    ("BOOK.CHARACTER", "sdtm", "Terms", "SEX/1", "Codelist", "SEX\u200b"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "book", "sheet", "row", "column", "value"),
    CELLS,
    ids=[f"{row[0]}-{row[2]}-{row[4]}-{at}" for at, row in enumerate(CELLS)],
)
def test_a_wrong_cell_is_found_where_it_is(tmp_path, rule, book, sheet, row, column, value):
    study = small_study()
    draft: Draft = getattr(study, book)
    where = dict(zip(KEYS[sheet], row.split("/"), strict=True))
    place = f"{book}.xlsx › {draft.cell(sheet, column, **where)}"
    draft.at(sheet, **where)[column] = value
    found = {(message.rule, str(message.place)) for message in study.lint(tmp_path).messages}
    assert (rule, _row_or_cell(place, rule, found)) in found


def _row_or_cell(place: str, rule: str, found: set[tuple[str, str]]) -> str:
    """The cell; what is told of a whole row of Mapping stands at its variable."""
    told = {where for name, where in found if name == rule}
    sheet, _, ref = place.rpartition("!")
    number = "".join(letter for letter in ref if letter.isdigit())
    return place if place in told else f"{sheet}!{_TOLD.get(rule, '?')}{number}"


# Rules that speak of a row say it at one cell of the row, whichever cell is wrong.
_TOLD = {
    "TERMS.FACTOR": "N", "TERMS.AGAINST": "C", "TERMS.TEST": "D", "CT.NUMBER": "I",
}  # fmt: skip


def _overlap(study: Study) -> None:
    study.sdtm.add("Mapping", Dataset="DM", Variable="DTHFL", Algorithm="constant",
                   Arguments="value=N", When="DTHDTC IS NOT NULL AND AGE > 5")  # fmt: skip


def _twice(study: Study) -> None:
    study.sdtm.sheets["Mapping"].append(dict(study.sdtm.at("Mapping", Variable="SEX")))


def _cycle(study: Study) -> None:
    study.sdtm.at("Mapping", Dataset="DM", Variable="RFSTDTC")["Inputs"] = "DMDTC"
    study.sdtm.at("Mapping", Dataset="DM", Variable="DMDTC").update(
        {"Algorithm": "assign", "Inputs": "RFSTDTC", "Source": None}
    )


def _other_cycle(study: Study) -> None:
    study.sdtm.at("Mapping", Dataset="AE", Variable="AESPID").update(
        {"Algorithm": "assign", "Inputs": "AE.AESPID", "Source": None}
    )


def _step(study: Study, **row: object) -> None:
    mapping = study.sdtm.at("Mapping", Dataset="DM", Variable=row.pop("Variable"))
    mapping.update({"Source": None, "Inputs": None, "Arguments": None, "When": None} | row)


def _several(study: Study) -> None:
    study.sdtm.add("Sources", Dataset="VS", Source="DM2", From="DM", Join="left", On="USUBJID")
    study.sdtm.at("Mapping", Dataset="VS", Variable="VISIT")["Inputs"] = "RFXSTDTC"


def _custom(study: Study) -> None:
    study.sdtm.at("Datasets", Dataset="AE")["Dataset"] = "XX"


def _parameter_twice(study: Study) -> None:
    study.adam.sheets["Parameters"].append(dict(study.adam.sheets["Parameters"][0]))


def _second_name(study: Study) -> None:
    study.adam.add("Parameters", Dataset="ADTTE", PARAMCD="TTD", PARAM="Overall Survival",
                   PARAMN=2, Source="POP", Algorithm="records")  # fmt: skip


def _long_term(study: Study) -> None:
    study.sdtm.at("Variables", Dataset="DM", Variable="AGEU")["Length"] = 3


def _component(study: Study) -> None:
    study.adam.add("Response", Dataset="ADTTE", Component="SPEPP", Source="POP", Value="1",
                   Date="TRTSDT")  # fmt: skip
    study.adam.at("Parameters", PARAMCD="OS").update(
        {"Algorithm": "response_imwg", "Inputs": "USUBJID, TRTSDT"}
    )


# rule | change | where it must be found
CHANGES = [
    ("MAP.OVERLAP", _overlap, "sdtm.xlsx › Mapping!B48"),
    ("MAP.CYCLE", _cycle, None),
    ("MAP.CYCLE", _other_cycle, "sdtm.xlsx › Mapping!B21"),
    ("MAP.UNFILLED", lambda s: s.sdtm.drop("Mapping", Dataset="DM", Variable="SEX"), "sdtm.xlsx › Variables!C18"),
    ("MAP.RECORDS", lambda s: s.adam.sheets["Sources"].pop(0), None),
    ("MAP.TYPE", lambda s: _step(s, Variable="AGE", Algorithm="text", Source="DEMOG", Inputs="AGE"), "sdtm.xlsx › Mapping!B11"),
    ("MAP.TYPE", lambda s: _step(s, Variable="AGE", Algorithm="sql", Arguments="CASE WHEN SEX = 'F' THEN 'old' ELSE 'young' END"), "sdtm.xlsx › Mapping!B11"),
    ("MAP.TYPE", lambda s: _step(s, Variable="AGE", Algorithm="date", Inputs="BRTHDTC"), "sdtm.xlsx › Mapping!B11"),
    ("MAP.TYPE", lambda s: _step(s, Variable="DMDY", Algorithm="term", Source="DEMOG", Inputs="SEX", Arguments="codelist=SEX"), "sdtm.xlsx › Mapping!B17"),
    ("MAP.TYPE", lambda s: s.adam.at("Derivations", Variable="DTHDT").update({"Algorithm": "study_day", "Inputs": "DTHDTC, RFSTDTC"}), "adam.xlsx › Derivations!B8"),
    ("MAP.CONSTANT", lambda s: _step(s, Variable="AGE", Algorithm="constant", Arguments="value=old"), "sdtm.xlsx › Mapping!B11"),
    ("MAP.CONSTANT", lambda s: _step(s, Variable="DTHFL", Algorithm="constant", Arguments="value=YES"), "sdtm.xlsx › Mapping!B9"),
    ("MAP.CONSTANT", lambda s: _step(s, Variable="ARM", Algorithm="constant", Arguments=f"value={'x' * 41}"), "sdtm.xlsx › Mapping!B14"),
    ("MAP.LITERAL", lambda s: s.adam.at("Derivations", Variable="AGEGR1").update({"Arguments": "CASE WHEN AGE < 65 THEN '< 65' ELSE '>=65' END"}), "adam.xlsx › Derivations!F2"),
    ("MAP.DATE", lambda s: s.sdtm.at("Mapping", Variable="AESTDY").update({"Inputs": "AESEQ"}), "sdtm.xlsx › Mapping!B28"),
    ("NAME.SEVERAL", _several, "sdtm.xlsx › Mapping!E46"),
    ("NAME.TABLE", lambda s: s.adam.at("Derivations", Variable="RACE").update({"Algorithm": "lookup", "Inputs": "SEX", "Arguments": "table=RACES"}), "adam.xlsx › Derivations!F4"),
    ("UNUSED.TABLE", lambda s: s.adam.add("Lookups", Table="RACES", Key="F", Value="ASIAN"), "adam.xlsx › Lookups!A2"),
    ("TERMS.TABLE", lambda s: s.adam.add("Windows", ID="W", AVISIT="WEEK 1", AVISITN=1.0, From=9, To=1) or s.adam.at("Derivations", Variable="AGEGR1N").update({"Algorithm": "analysis_window", "Inputs": "AGE", "Arguments": "rule=W; give=AVISITN"}), "adam.xlsx › Windows!F2"),
    ("TERMS.RELATION", lambda s: s.sdtm.add("Splits", Dataset="VS", Split="XX", Where="VSTESTCD = 'TEMP'"), "sdtm.xlsx › Splits!B2"),
    ("TERMS.MASS", lambda s: s.sdtm.add("Units", From="g/dL", To="g/L", Factor=100.0), "sdtm.xlsx › Units!D4"),
    ("TERMS.QUALIFIER", lambda s: s.sdtm.add("Supplemental", Dataset="DM", Variable="SEX", QNAM="SEXX"), "sdtm.xlsx › Supplemental!B2"),
    ("NAME.COMPONENT", _component, "adam.xlsx › Response!B2"),
    ("TWICE.ROW", _twice, "sdtm.xlsx › Mapping!B48"),
    ("TWICE.DATASET", lambda s: s.sdtm.sheets["Datasets"].append(dict(s.sdtm.sheets["Datasets"][0])), "sdtm.xlsx › Datasets!A6"),
    ("TWICE.VARIABLE", lambda s: s.sdtm.sheets["Variables"].append(dict(s.sdtm.at("Variables", Variable="SEX"), Order=98)), None),
    ("TWICE.ORDER", lambda s: s.sdtm.at("Variables", Variable="SITEID").update({"Order": 4}), None),
    ("TWICE.ID", lambda s: s.sdtm.sheets["Methods"].append(dict(s.sdtm.sheets["Methods"][0])), "sdtm.xlsx › Methods!A4"),
    ("TWICE.TERM", lambda s: s.sdtm.sheets["Codelists"].append(dict(s.sdtm.at("Codelists", ID="SEX"))), None),
    ("TWICE.VALUE", lambda s: s.sdtm.sheets["ValueLevel"].append(dict(s.sdtm.sheets["ValueLevel"][0])), "sdtm.xlsx › ValueLevel!D3"),
    ("TWICE.SOURCE", lambda s: s.sdtm.add("Sources", Dataset="AE", Source="EVENT", From="form:events"), "sdtm.xlsx › Sources!B10"),
    ("TWICE.FINDING", lambda s: s.sdtm.sheets["Findings"].append(dict(s.sdtm.sheets["Findings"][0])), "sdtm.xlsx › Findings!D4"),
    ("TWICE.COLLECTED", lambda s: s.sdtm.add("Terms", Codelist="SEX", Collected="１", Term="M"), "sdtm.xlsx › Terms!B5"),
    ("TWICE.PARAMETER", _parameter_twice, "adam.xlsx › Parameters!B3"),
    ("TWICE.EVENT", lambda s: s.adam.at("Events", Kind="CENSOR").update({"Order": 1}), "adam.xlsx › Events!C3"),
    ("TWICE.DISPLAY", lambda s: s.adam.at("Displays", Order=2).update({"Order": 1}), "adam.xlsx › Displays!C3"),
    ("TWICE.UNIT", lambda s: s.sdtm.sheets["Units"].append(dict(s.sdtm.sheets["Units"][0])), "sdtm.xlsx › Units!B4"),
    ("UNUSED.CODELIST", lambda s: s.sdtm.add("Codelists", ID="X", Name="X", Data_Type="text", Term="A"), None),
    ("UNUSED.METHOD", lambda s: s.sdtm.add("Methods", ID="MT.X", Name="X", Description="X"), "sdtm.xlsx › Methods!A4"),
    ("UNUSED.COMMENT", lambda s: s.sdtm.add("Comments", ID="C.X", Description="X"), "sdtm.xlsx › Comments!A3"),
    ("UNUSED.DOCUMENT", lambda s: s.sdtm.add("Documents", ID="D.X", Title="X", Href="x.pdf"), "sdtm.xlsx › Documents!A3"),
    ("UNUSED.WHERE", lambda s: s.sdtm.add("WhereClauses", ID="WC.X", Dataset="VS", Variable="VSTESTCD", Comparator="EQ", Value="TEMP"), "sdtm.xlsx › WhereClauses!A3"),
    ("UNUSED.SOURCE", lambda s: s.sdtm.add("Sources", Dataset="AE", Source="SV", From="SV", Join="many", On="USUBJID"), "sdtm.xlsx › Sources!B10"),
    ("UNUSED.WORK", lambda s: s.sdtm.add("Mapping", Dataset="AE", Variable="_X", Algorithm="assign", Inputs="AETERM"), "sdtm.xlsx › Mapping!B48"),
    ("UNUSED.IMPUTATION", lambda s: s.adam.add("Imputation", ID="LAST", Missing_part="day", Take="last"), "adam.xlsx › Imputation!A4"),
    ("UNUSED.TERMS", lambda s: s.sdtm.add("Terms", Codelist="AGEU", Collected="y", Term="YEARS"), "sdtm.xlsx › Terms!A5"),
    ("DEFINE.DATASETNAME", lambda s: s.sdtm.add("Datasets", Dataset="AE-2", Label="X", Class="EVENTS", Key_Variables="STUDYID"), "sdtm.xlsx › Datasets!A6"),
    ("DEFINE.VARIABLENAME", lambda s: s.sdtm.at("Variables", Variable="ICVER").update({"Variable": "ICVERSION"}), None),
    ("DEFINE.VALUE", lambda s: s.sdtm.at("Variables", Dataset="VS", Variable="VSORRES").update({"Length": 4}), "sdtm.xlsx › ValueLevel!H2"),
    ("IG.DATASET", _custom, "sdtm.xlsx › Datasets!A3"),
    ("IG.REQUIRED", lambda s: (s.sdtm.drop("Variables", Dataset="DM", Variable="SITEID"), s.sdtm.drop("Mapping", Dataset="DM", Variable="SITEID")), "sdtm.xlsx › Datasets!A2"),
    ("IG.REQUIRED", lambda s: (s.adam.drop("Variables", Dataset="ADTTE", Variable="PARAM")), "adam.xlsx › Datasets!A3"),
    ("IG.EXPECTED", lambda s: s.sdtm.drop("Variables", Dataset="DM", Variable="RACE"), "sdtm.xlsx › Datasets!A2"),
    ("IG.UNKNOWN", lambda s: s.sdtm.at("Variables", Variable="ICVER").update({"Role": "Record Qualifier"}), None),
    ("IG.PREFIX", lambda s: s.sdtm.at("Variables", Dataset="AE", Variable="AETERM").update({"Variable": "VSTERM"}), None),
    ("IG.PAIR", lambda s: s.adam.drop("Variables", Dataset="ADSL", Variable="AGEGR1"), None),
    ("IG.ADSL", lambda s: s.adam.drop("Datasets", Dataset="ADSL"), "adam.xlsx › Datasets"),
    ("CT.EXTENDED", lambda s: s.sdtm.add("Codelists", ID="VSRESU", Name="Units for Vital Signs Results", NCI_Codelist_Code="C66770", Data_Type="text", Term="bpm"), None),
    ("CT.LENGTH", _long_term, None),
    ("ADAM.EVENTS", lambda s: s.adam.sheets["Events"].clear(), "adam.xlsx › Parameters!B2"),
    ("ADAM.CENSOR", lambda s: s.adam.drop("Events", Kind="CENSOR"), "adam.xlsx › Events!B2"),
    ("ADAM.CENSOR", lambda s: s.adam.drop("Events", Kind="EVENT"), "adam.xlsx › Events!B2"),
    ("ADAM.PARAM", _second_name, "adam.xlsx › Parameters!B3"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "change", "place"), CHANGES, ids=[f"{row[0]}-{at}" for at, row in enumerate(CHANGES)]
)
def test_a_mistake_of_several_cells_is_found(tmp_path, rule, change, place):
    study = small_study()
    change(study)
    found = [m for m in study.lint(tmp_path).messages if m.rule == rule]
    assert found
    assert place is None or place in {str(m.place) for m in found}


def _edit(folder: Path, change) -> None:
    path = folder / "specs" / "small" / "sdtm.xlsx"
    book = load_workbook(path)
    change(book)
    book.save(path)


# What only Excel does: rule | change of the file | where it must be found
FILES = [
    ("BOOK.FORMULA", lambda b: b["Terms"].__setitem__("B2", "=1+1"), "sdtm.xlsx › Terms!B2"),
    ("BOOK.NUMBER", lambda b: b["Mapping"].__setitem__("A3", 1), "sdtm.xlsx › Mapping!A3"),
    ("BOOK.COLUMN", lambda b: b["Mapping"].__setitem__("D1", "Algoritm"), "sdtm.xlsx › Mapping"),
    ("BOOK.SHEET", lambda b: b.remove(b["Codelists"]), "sdtm.xlsx"),
    ("BOOK.IGNORED", lambda b: b.create_sheet("Codelist"), "sdtm.xlsx › Codelist"),
    ("BOOK.IGNORED", lambda b: b["Variables"].__setitem__("X1", "Rol"), "sdtm.xlsx › Variables"),
    ("DEFINE.ATTRIBUTE", lambda b: b["Define"].delete_rows(2), "sdtm.xlsx › Define"),
    (
        "BOOK.RUNS",
        lambda b: [
            b.remove(b[n]) for n in ("Sources", "Mapping", "Findings", "Terms", "Units", "Visits")
        ],
        "sdtm.xlsx",
    ),
]


@pytest.mark.parametrize(("rule", "change", "place"), FILES, ids=[row[0] for row in FILES])
def test_what_excel_does_to_a_file_is_found(tmp_path, rule, change, place):
    study = small_study()
    study.write(tmp_path)
    _edit(tmp_path, change)
    linted = lint_study(tmp_path / "specs" / "small", tmp_path / "data" / "small" / "raw")
    assert (rule, place) in {(m.rule, str(m.place)) for m in linted.messages}


def test_a_workbook_that_is_none_is_found(tmp_path):
    (tmp_path / "sdtm.xlsx").write_text("no workbook", encoding="utf-8")
    linted = lint_study(tmp_path)
    assert [(m.rule, str(m.place)) for m in linted.messages] == [("BOOK.FILE", "sdtm.xlsx")]


def test_labels_are_measured_in_the_encoding_of_the_files(tmp_path):
    study = small_study()
    study.sdtm.at("Variables", Variable="ICVER")["Label (zh)"] = (
        "受试者签署的知情同意书版本"  # 39 bytes
    )
    assert study.lint(tmp_path).ok
    study.sdtm.at("Variables", Variable="ICVER")["Label (zh)"] = "知情同意书®版本"
    found = study.lint(tmp_path, encoding="gb2312").messages
    assert [(m.rule, str(m.place)) for m in found] == [
        (
            "LABEL.ENCODING",
            f"sdtm.xlsx › {study.sdtm.cell('Variables', 'Label (zh)', Variable='ICVER')}",
        )
    ]


def test_no_agency_but_the_nmpa_asks_for_chinese_labels(tmp_path):
    study = small_study()
    for row in study.sdtm.sheets["Variables"]:
        row["Label (zh)"] = None
    assert not study.lint(tmp_path, agency="fda").messages


def test_with_the_whole_terminology_an_unknown_code_list_is_an_error(tmp_path):
    store = Store(tmp_path / "store")
    rows = [("C66742", "NY", "No Yes Response", "No", "Yes", "", "")]
    write_table(store.path("ct", Pin("SDTM", "2025-03-28")), [], TERM_COLUMNS, rows)
    found = small_study().lint(tmp_path, store=store).messages
    assert ("CT.CODELIST", "sdtm.xlsx › Codelists!D4") in {(m.rule, str(m.place)) for m in found}
    assert ("CT.TERM", "sdtm.xlsx › Codelists!I2") in {(m.rule, str(m.place)) for m in found}


def test_the_small_study_is_clean(tmp_path):
    assert small_study().lint(tmp_path).messages == ()


def test_the_small_study_is_clean_without_its_raw_forms(tmp_path):
    assert small_study().lint(tmp_path, data=False).messages == ()


@pytest.mark.parametrize("study", sorted(p.name for p in (ROOT / "specs").iterdir() if p.is_dir()))
@pytest.mark.parametrize("data", [True, False])
def test_no_error_and_no_warning_on_the_shipped_workbooks(study, data):
    options = LintOptions(data=data, store=Store(ROOT / "no-store"))
    linted = lint_study(ROOT / "specs" / study, ROOT / "data" / study / "raw", options)
    assert [str(m) for m in linted.messages if m.severity != "note"] == []


def test_each_rule_has_a_seeded_mistake():
    seeded = {row[0] for row in (*CELLS, *CHANGES, *FILES)}
    elsewhere = {"BOOK.FILE", "LABEL.ENCODING", "SPEC.OTHER"}
    assert set(rules()) - seeded - elsewhere == set()


def test_there_are_more_than_sixty_seeded_mistakes():
    assert len(CELLS) + len(CHANGES) + len(FILES) > 60
