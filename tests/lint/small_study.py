"""A study small enough to see through: DM, AE, VS, SV; ADSL, ADTTE. Lint finds nothing in it.

Variables that the guides ask for come from the standards' tables; those without a row have Has No
Data. A test changes one cell and looks where lint points.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from cdisc_pom.lint.study import Linted, LintOptions, lint_study
from cdisc_pom.spec.cells import column_letters
from cdisc_pom.spec.sheets import SHEETS
from cdisc_pom.spec.writer import write_workbook
from cdisc_pom.standards import Store, standard_datasets, standard_variables, terms

NO_STORE = Store(Path("no-store"))
STATISTICS = frozenset({"count", "n_percent", "km_median_ci"})
Row = dict[str, object]

RAW = {
    "demog": "SITE,SUBJECT,SEX,BIRTH,AGE,ICDAT,ARM,DTHDAT",
    "events": "SITE,SUBJECT,NO,TERM,DECOD,START,END,SERIOUS,GRADE",
    "vitals": "SITE,SUBJECT,VISIT,DATE,DONE,PULSE,TEMP,UNIT",
    "visits": "SITE,SUBJECT,VISIT,DATE",
    "dosing": "SITE,SUBJECT,START,END,DOSE",
}


@dataclass
class Draft:
    """Rows of a workbook by sheet, before they are written."""

    kind: str
    sheets: dict[str, list[Row]]
    contents: dict[str, tuple[list[str], list[list[str | None]]]] = field(default_factory=dict)

    def at(self, sheet: str, **where: object) -> Row:
        """The first row with these values; names are column headers, _ for a space."""
        wanted = {name.replace("_", " "): value for name, value in where.items()}
        return next(
            row
            for row in self.sheets[sheet]
            if all(row.get(name) == value for name, value in wanted.items())
        )

    def add(self, sheet: str, **row: object) -> None:
        """A row at the end of a sheet."""
        named = {name.replace("_", " "): value for name, value in row.items()}
        self.sheets.setdefault(sheet, []).append(named)

    def drop(self, sheet: str, **where: object) -> None:
        """Take a row out."""
        self.sheets[sheet].remove(self.at(sheet, **where))

    def cell(self, sheet: str, column: str, **where: object) -> str:
        """The address of a row's cell."""
        row = self.sheets[sheet].index(self.at(sheet, **where)) + 2
        headers = list(next(r for r in SHEETS[self.kind] if r.sheet == sheet).headers())
        return f"{sheet}!{column_letters(headers.index(column))}{row}"


@dataclass
class Study:
    """Both workbooks and the raw headers."""

    sdtm: Draft
    adam: Draft
    raw: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write specs and raw forms."""
        for draft in (self.sdtm, self.adam):
            path = folder / "specs" / "small" / f"{draft.kind}.xlsx"
            write_workbook(path, draft.kind, draft.sheets, draft.contents)
        raw = folder / "data" / "small" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, header in self.raw.items():
            (raw / f"{name}.csv").write_text(header + "\n", encoding="utf-8")

    def lint(self, folder: Path, **options: object) -> Linted:
        """Write the study and lint it."""
        self.write(folder)
        chosen = LintOptions(**{"store": NO_STORE, "statistics": STATISTICS, **options})
        return lint_study(folder / "specs" / "small", folder / "data" / "small" / "raw", chosen)


Change = Callable[[Study], None]


def small_study() -> Study:
    """A fresh copy."""
    return deepcopy(_STUDY)


def _define(standard: str, version: str, sets: str, dates: str) -> list[Row]:
    pairs = {
        "StudyName": "SMALL", "StudyDescription": "A small study", "ProtocolName": "SMALL-1",
        "StandardName": standard, "StandardVersion": version, "CT Publishing Set": sets,
        "CT Version": dates, "Language": "zh", "Agency": "nmpa", "Encoding": "utf-8",
    }  # fmt: skip
    return [{"Attribute": name, "Value": value} for name, value in pairs.items()]


def _dataset(name: str, keys: str, **more: object) -> Row:
    found = standard_datasets("SDTMIG", "3.4", store=NO_STORE)[name]
    return {
        "Dataset": name, "Label": found.label, "Label (zh)": found.label_zh,
        "Class": found.dataset_class, "Structure": found.structure, "Key Variables": keys,
        "Standard": "SDTMIG 3.4", "Repeating": "Yes", **more,
    }  # fmt: skip


def _variables(dataset: str, made: dict[str, dict[str, object]]) -> list[Row]:
    """Variables that the guide asks for and those that are made, in its order."""
    rows: list[Row] = []
    for variable in standard_variables("SDTMIG", "3.4", dataset, store=NO_STORE):
        name = variable.name
        if variable.core == "Perm" and name not in made:
            continue
        kind = "integer" if variable.type == "Num" else "text"
        if variable.values.startswith("ISO 8601"):
            kind = "durationDatetime" if "duration" in variable.values else "datetime"
        row: Row = {
            "Order": len(rows) + 1, "Dataset": dataset, "Variable": name, "Label": variable.label,
            "Label (zh)": variable.label_zh, "Data Type": kind, "Role": variable.role,
            "Core": variable.core, "Mandatory": "Yes" if variable.core == "Req" else "No",
            "Has No Data": "No" if name in made else "Yes",
        }  # fmt: skip
        rows.append(row | made.get(name, {}))
    return rows


def _codelist(name: str, title: str, code: str, wanted: list[tuple[str, str, str]]) -> list[Row]:
    codes = {term.value: term.code for term in terms(code, store=NO_STORE)}
    return [
        {
            "ID": name, "Name": title, "NCI Codelist Code": code, "Data Type": "text",
            "Terminology": "SDTM CT 2025-03-28", "Order": at, "Term": term,
            "NCI Term Code": codes[term], "Decoded Value": decode, "Decoded Value (zh)": chinese,
        }
        for at, (term, decode, chinese) in enumerate(wanted, start=1)
    ]  # fmt: skip


def _rows(text: str, *headers: str) -> list[Row]:
    """Rows written as a table with | between the cells; an empty cell is none."""
    found = []
    for line in text.strip().splitlines():
        cells = [cell.strip() or None for cell in line.split("|")]
        found.append({name: cell for name, cell in zip(headers, cells, strict=True) if cell})
    return found


_SOURCES = ("Dataset", "Source", "From", "Join", "On", "Where")
_MAPPING = ("Dataset", "Variable", "Source", "Algorithm", "Inputs", "Arguments", "When")
_CONSTANT: dict[str, object] = {"Assigned Value": "SMALL"}


def _sdtm() -> Draft:
    made = {
        "DM": {
            "STUDYID": _CONSTANT, "DOMAIN": {"Assigned Value": "DM"}, "USUBJID": {}, "SUBJID": {},
            "SITEID": {}, "RFSTDTC": {}, "RFXSTDTC": {}, "RFICDTC": {}, "DTHDTC": {},
            "DTHFL": {"Codelist": "NY"}, "BRTHDTC": {}, "AGE": {}, "AGEU": {"Codelist": "AGEU"},
            "SEX": {"Codelist": "SEX"}, "COUNTRY": {"Assigned Value": "CHN"},
            "ARM": {"Length": 40}, "ARMCD": {}, "DMDY": {"Data Type": "integer"}, "DMDTC": {},
        },
        "AE": {
            "STUDYID": _CONSTANT, "DOMAIN": {"Assigned Value": "AE"}, "USUBJID": {}, "AESEQ": {},
            "AESPID": {}, "AETERM": {"Length": 200}, "AEDECOD": {}, "AESER": {"Codelist": "NY"},
            "AETOXGR": {"Codelist": "GRADE"}, "AESTDTC": {}, "AEENDTC": {}, "AESTDY": {},
        },
        "SV": {
            "STUDYID": _CONSTANT, "DOMAIN": {"Assigned Value": "SV"}, "USUBJID": {},
            "VISITNUM": {"Data Type": "float"}, "VISIT": {}, "SVSTDTC": {}, "SVENDTC": {},
        },
        "VS": {
            "STUDYID": _CONSTANT, "DOMAIN": {"Assigned Value": "VS"}, "USUBJID": {}, "VSSEQ": {},
            "VSTESTCD": {"Codelist": "VSTESTCD"}, "VSTEST": {"Codelist": "VSTEST"},
            "VSORRES": {}, "VSORRESU": {"Codelist": "VSRESU"}, "VSSTRESC": {},
            "VSSTRESN": {"Data Type": "float"}, "VSSTRESU": {"Codelist": "VSRESU"},
            "VSLOBXFL": {"Codelist": "NY"}, "VISITNUM": {"Data Type": "float"}, "VISIT": {},
            "VSDTC": {},
        },
    }  # fmt: skip
    sheets: dict[str, list[Row]] = {
        "Define": _define("SDTMIG", "3.4", "SDTM", "2025-03-28"),
        "Datasets": [
            _dataset("DM", "STUDYID, USUBJID", Repeating="No"),
            _dataset("AE", "STUDYID, USUBJID, AESTDTC, AEDECOD, AESPID"),
            _dataset("SV", "STUDYID, USUBJID, VISITNUM"),
            _dataset("VS", "STUDYID, USUBJID, VSTESTCD, VSDTC, VISITNUM"),
        ],
        "Variables": [row for name, group in made.items() for row in _variables(name, group)],
    }
    sheets["Variables"].append({
        "Order": 99, "Dataset": "DM", "Variable": "ICVER", "Label": "Version of Consent Form",
        "Label (zh)": "知情同意书版本", "Data Type": "text", "Role": "Supplemental Qualifier",
        "Method": "MT.VERSION",
    })  # fmt: skip
    sheets["ValueLevel"] = [
        {"Order": 1, "Dataset": "VS", "Variable": "VSORRES", "Where Clause": "WC.TEMP",
         "Data Type": "float", "Length": 8, "Significant Digits": 1},
    ]  # fmt: skip
    sheets["WhereClauses"] = [
        {"ID": "WC.TEMP", "Dataset": "VS", "Variable": "VSTESTCD", "Comparator": "EQ",
         "Value": "TEMP"}
    ]  # fmt: skip
    sheets["Codelists"] = [
        *_codelist("NY", "No Yes Response", "C66742", [("N", "No", "否"), ("Y", "Yes", "是")]),
        *_codelist("SEX", "Sex", "C66731", [("F", "Female", "女"), ("M", "Male", "男")]),
        *_codelist("AGEU", "Age Unit", "C66781", [("YEARS", "Years", "岁")]),
        *_codelist("VSTESTCD", "Vital Signs Test Code", "C66741",
                   [("PULSE", "Pulse Rate", "脉搏"), ("TEMP", "Temperature", "体温")]),
        *_codelist("VSTEST", "Vital Signs Test Name", "C67153",
                   [("Pulse Rate", "Pulse Rate", "脉率"), ("Temperature", "Temperature", "温度")]),
        *_codelist("VSRESU", "Units for Vital Signs Results", "C66770",
                   [("beats/min", "Beats per minute", "次/分"), ("C", "Celsius", "摄氏度"),
                    ("F", "Fahrenheit", "华氏度")]),
        *({"ID": "GRADE", "Name": "CTCAE Grade", "Data Type": "text", "Terminology": "Sponsor",
           "Order": n, "Term": str(n), "Decoded Value": f"Grade {n}"} for n in (1, 2, 3)),
    ]  # fmt: skip
    sheets["Methods"] = [
        {"ID": "MT.VERSION", "Name": "Version", "Type": "Computation",
         "Description": "The version in force.", "Document": "D.SAP"},
        {"ID": "MT.TREATED", "Name": "Treated", "Type": "Computation",
         "Description": "First dose."},
    ]  # fmt: skip
    sheets["Comments"] = [{"ID": "COM.DM", "Description": "All screened subjects."}]
    sheets["Datasets"][0]["Comment"] = "COM.DM"
    sheets["Documents"] = [{"ID": "D.SAP", "Title": "Analysis plan", "Href": "sap.pdf"}]
    sheets["Dictionaries"] = [
        {"ID": "MedDRA", "Name": "MedDRA", "Data Type": "text", "Dictionary": "MedDRA",
         "Version": "26.1"}
    ]  # fmt: skip
    sheets["Sources"] = _rows(
        """
        DM | DEMOG | form:demog |      |         |
        DM | DOSE  | form:dosing | many | SUBJID=SUBJECT | CAST(DOSE AS DOUBLE) > 0
        AE | EVENT | form:events |     |         |
        AE | DM    | DM          | left | USUBJID |
        SV | VIS   | form:visits |      |         |
        VS | VITAL | form:vitals |      |         |
        VS | DM    | DM          | left | USUBJID |
        VS | SV    | SV          | left | USUBJID, _VISIT |
        """, *_SOURCES,
    )  # fmt: skip
    sheets["Mapping"] = _rows(
        """
        DM | USUBJID  | DEMOG | concat | SITE, SUBJECT | separator=- |
        DM | SUBJID   | DEMOG | assign | SUBJECT | |
        DM | SITEID   | DEMOG | assign | SITE | |
        DM | RFSTDTC  |       | assign | RFXSTDTC | |
        DM | RFXSTDTC | DOSE  | first | START | order=START |
        DM | RFICDTC  | DEMOG | datetime | ICDAT | |
        DM | DTHDTC   | DEMOG | datetime | DTHDAT | |
        DM | DTHFL    |       | constant | | value=Y | DTHDTC IS NOT NULL
        DM | BRTHDTC  | DEMOG | datetime | BIRTH | |
        DM | AGE      | DEMOG | number | AGE | |
        DM | AGEU     |       | constant | | value=YEARS | AGE IS NOT NULL
        DM | SEX      | DEMOG | term | SEX | |
        DM | ARM      |       | constant | | value=Active | RFXSTDTC IS NOT NULL
        DM | ARMCD    |       | constant | | value=ACT | RFXSTDTC IS NOT NULL
        DM | DMDTC    | DEMOG | datetime | ICDAT | |
        DM | DMDY     |       | study_day | DMDTC | reference=RFSTDTC |
        DM | ICVER    | DEMOG | text | ARM | |
        AE | USUBJID  | EVENT | concat | SITE, SUBJECT | separator=- |
        AE | AESEQ    |       | sequence | | order=Key Variables |
        AE | AESPID   | EVENT | assign | NO | |
        AE | AETERM   | EVENT | text | TERM | |
        AE | AEDECOD  | EVENT | text | DECOD | |
        AE | AESER    | EVENT | term | SERIOUS | |
        AE | AETOXGR  | EVENT | term | GRADE | |
        AE | AESTDTC  | EVENT | datetime | START | |
        AE | AEENDTC  | EVENT | datetime | END | | END <> '持续'
        AE | AESTDY   |       | study_day | AESTDTC | reference=DM.RFSTDTC |
        SV | USUBJID  | VIS   | concat | SITE, SUBJECT | separator=- |
        SV | _VISIT   | VIS   | assign | VISIT | |
        SV | _DATE    | VIS   | datetime | DATE | |
        SV | VISITNUM |       | visit | _VISIT, _DATE | give=VISITNUM |
        SV | VISIT    |       | visit | _VISIT, _DATE | give=VISIT |
        SV | SVSTDTC  |       | assign | _DATE | |
        SV | SVENDTC  |       | assign | _DATE | |
        VS | USUBJID  | VITAL | concat | SITE, SUBJECT | separator=- |
        VS | VSSEQ    |       | sequence | | order=Key Variables |
        VS | _VISIT   | VITAL | assign | VISIT | |
        VS | VSORRES  | *     | text | RESULT | |
        VS | VSORRESU | *     | assign | UNIT | | VSORRES IS NOT NULL
        VS | VSSTRESC | *     | standard_result | VSORRES, VSORRESU | |
        VS | VSSTRESN | *     | convert_unit | VSORRES, VSORRESU | |
        VS | VSSTRESU | *     | assign | STANDARD_UNIT | |
        VS | VSLOBXFL |       | baseline_flag | VSDTC | before=DM.RFXSTDTC; by=VSTESTCD |
        VS | VISITNUM |       | assign | SV.VISITNUM | |
        VS | VISIT    |       | assign | SV.VISIT | |
        VS | VSDTC    | *     | datetime | DATE | |
        """, *_MAPPING,
    )  # fmt: skip
    sheets["Mapping"][4]["Method"] = "MT.TREATED"
    sheets["Findings"] = [
        {"Dataset": "VS", "Source": "VITAL", "Column": "PULSE", "Testcd": "PULSE",
         "Test": "Pulse Rate", "Unit": "beats/min", "Standard Unit": "beats/min", "Low": 60.0,
         "High": 100.0, "Where": "DONE = 'Y'"},
        {"Dataset": "VS", "Source": "VITAL", "Column": "TEMP", "Testcd": "TEMP",
         "Test": "Temperature", "Unit": "F", "Standard Unit": "C"},
    ]  # fmt: skip
    sheets["Terms"] = [
        {"Codelist": "SEX", "Collected": "1", "Term": "M"},
        {"Codelist": "SEX", "Collected": "2", "Term": "F"},
        {"Codelist": "NY", "Collected": "严重", "Term": "Y"},
    ]
    sheets["Units"] = [
        {"Testcd": "TEMP", "From": "F", "To": "C", "Factor": 0.5},
        {"Testcd": "TEMP", "From": "C", "To": "F", "Factor": 2.0},
    ]
    sheets["Visits"] = [
        {"Visit as collected": "筛选", "VISITNUM": 1.0, "VISIT": "SCREENING", "VISITDY": -7.0,
         "Window from": -7, "Window to": 6},
        {"Visit as collected": "第{n}周", "n": "1-8", "VISITNUM": "n + 1", "VISIT": "WEEK {n}",
         "VISITDY": "7 * n", "Window from": -3, "Window to": 3},
    ]  # fmt: skip
    return Draft("sdtm", sheets)


def _adam_variable(dataset: str, order: int, name: str, label: str, chinese: str, kind: str,
                   **more: object) -> Row:  # fmt: skip
    return {
        "Order": order, "Dataset": dataset, "Variable": name, "Label": label, "Label (zh)": chinese,
        "Data Type": kind, "Mandatory": "No", **more,
    }  # fmt: skip


def _adam() -> Draft:
    subject = [
        ("STUDYID", "Study Identifier", "研究标识符", "text", {"Predecessor": "DM.STUDYID"}),
        ("USUBJID", "Unique Subject Identifier", "受试者唯一标识符", "text",
         {"Predecessor": "DM.USUBJID"}),
        ("SUBJID", "Subject Identifier for the Study", "受试者标识符", "text",
         {"Predecessor": "DM.SUBJID"}),
        ("SITEID", "Study Site Identifier", "研究中心标识符", "text", {"Predecessor": "DM.SITEID"}),
        ("AGE", "Age", "年龄", "integer", {"Predecessor": "DM.AGE"}),
        ("AGEU", "Age Units", "年龄单位", "text", {"Predecessor": "DM.AGEU", "Codelist": "AGEU"}),
        ("AGEGR1", "Pooled Age Group 1", "合并年龄组1", "text", {"Codelist": "AGEGR1"}),
        ("AGEGR1N", "Pooled Age Group 1 (N)", "合并年龄组1数值编码", "integer", {}),
        ("SEX", "Sex", "性别", "text", {"Predecessor": "DM.SEX", "Codelist": "SEX"}),
        ("RACE", "Race", "种族", "text", {"Has No Data": "No", "Codelist": "RACE"}),
        ("ARM", "Description of Planned Arm", "计划组别说明", "text", {"Predecessor": "DM.ARM"}),
        ("SAFFL", "Safety Population Flag", "安全性分析集标志", "text", {"Codelist": "NY"}),
        ("TRT01P", "Planned Treatment for Period 01", "第01周期计划治疗", "text", {}),
        ("TRTSDT", "Date of First Exposure to Treatment", "首次治疗暴露日期", "integer",
         {"Format": "DATE9."}),
        ("DTHDT", "Date of Death", "死亡日期", "integer", {"Format": "DATE9."}),
    ]  # fmt: skip
    event = [
        ("STUDYID", "Study Identifier", "研究标识符", "text", {"Predecessor": "ADSL.STUDYID"}),
        ("USUBJID", "Unique Subject Identifier", "受试者唯一标识符", "text", {}),
        ("PARAM", "Parameter", "参数", "text", {}),
        ("PARAMCD", "Parameter Code", "参数代码", "text", {"Codelist": "PARAMCD"}),
        ("AVAL", "Analysis Value", "分析值", "float", {}),
        ("STARTDT", "Time-to-Event Origin Date for Subject", "至事件时间起始日期", "integer",
         {"Format": "DATE9."}),
        ("ADT", "Analysis Date", "分析日期", "integer", {"Format": "DATE9."}),
        ("CNSR", "Censor", "删失", "integer", {}),
        ("EVNTDESC", "Event or Censoring Description", "事件或删失描述", "text", {}),
        ("CNSDTDSC", "Censor Date Description", "删失日期描述", "text", {}),
        ("SAFFL", "Safety Population Flag", "安全性分析集标志", "text", {"Codelist": "NY"}),
    ]  # fmt: skip
    sheets: dict[str, list[Row]] = {
        "Define": _define("ADaMIG", "1.3", "ADaM, SDTM", "2025-09-26, 2025-03-28"),
        "Datasets": [
            {"Dataset": "ADSL", "Label": "Subject-Level Analysis Dataset",
             "Label (zh)": "受试者水平分析数据集", "Class": "SUBJECT LEVEL ANALYSIS DATASET",
             "Structure": "One record per subject", "Key Variables": "STUDYID, USUBJID",
             "Standard": "ADaMIG 1.3", "Repeating": "No"},
            {"Dataset": "ADTTE", "Label": "Time-to-Event Analysis Dataset",
             "Label (zh)": "至事件时间分析数据集", "Class": "BASIC DATA STRUCTURE",
             "SubClass": "TIME-TO-EVENT", "Structure": "One record per subject per parameter",
             "Key Variables": "STUDYID, USUBJID, PARAMCD", "Standard": "ADaMIG 1.3"},
        ],
        "Variables": [
            _adam_variable(dataset, at, name, label, chinese, kind, **more)
            for dataset, rows in (("ADSL", subject), ("ADTTE", event))
            for at, (name, label, chinese, kind, more) in enumerate(rows, start=1)
        ],
        "Codelists": [
            *_codelist("NY", "No Yes Response", "C66742", [("N", "No", "否"), ("Y", "Yes", "是")]),
            *_codelist("SEX", "Sex", "C66731", [("F", "Female", "女"), ("M", "Male", "男")]),
            *_codelist("AGEU", "Age Unit", "C66781", [("YEARS", "Years", "岁")]),
            *_codelist("RACE", "Race", "C74457", [("ASIAN", "Asian", "亚洲人")]),
            *({"ID": "AGEGR1", "Name": "Age Group", "Data Type": "text", "Order": at, "Term": term,
               "Decoded Value": decode}
              for at, (term, decode) in enumerate((("<65", "Below 65"), (">=65", "From 65")), 1)),
            *({"ID": "PARAMCD", "Name": "Parameter Code", "Data Type": "text", "Order": at,
               "Term": term, "Decoded Value": decode}
              for at, (term, decode) in enumerate((("OS", "Survival"), ("TTD", "Time")), 1)),
        ],
    }  # fmt: skip
    sheets["Sources"] = _rows(
        """
        ADSL  | DM   | DM   |      |         |
        ADTTE | ADSL | ADSL | left | USUBJID |
        ADTTE | POP  | ADSL | many | USUBJID | SAFFL = 'Y'
        """, *_SOURCES,
    )  # fmt: skip
    sheets["Derivations"] = _rows(
        """
        ADSL  | AGEGR1  | | sql  | | CASE WHEN AGE < 65 THEN '<65' WHEN AGE >= 65 THEN '>=65' END |
        ADSL  | AGEGR1N | | sql  | | CASE AGEGR1 WHEN '<65' THEN 1 WHEN '>=65' THEN 2 END |
        ADSL  | RACE    | | constant | | value=ASIAN |
        ADSL  | SAFFL   | | sql  | | CASE WHEN TRTSDT IS NOT NULL THEN 'Y' ELSE 'N' END |
        ADSL  | TRT01P  | DM | assign | ARM | |
        ADSL  | TRTSDT  | DM | impute_date | RFXSTDTC | rule=FIRST |
        ADSL  | DTHDT   | DM | date | DTHDTC | |
        ADTTE | AVAL    | | sql  | | ADT - STARTDT + 1 |
        ADTTE | SAFFL   | | assign | ADSL.SAFFL | |
        """, *_MAPPING,
    )  # fmt: skip
    sheets["Parameters"] = [
        {"Dataset": "ADTTE", "PARAMCD": "OS", "PARAM": "Overall Survival", "PARAM (zh)": "总生存期",
         "PARAMN": 1, "Source": "POP", "Algorithm": "time_to_event", "Inputs": "USUBJID, TRTSDT"},
    ]  # fmt: skip
    sheets["Events"] = [
        {"Dataset": "ADTTE", "PARAMCD": "OS", "Order": 1, "Kind": "EVENT", "Source": "POP",
         "Date": "DTHDT", "EVNTDESC": "DEATH", "CNSR": 0},
        {"Dataset": "ADTTE", "PARAMCD": "OS", "Order": 2, "Kind": "CENSOR", "Source": "POP",
         "Date": "TRTSDT", "Where": "DTHDT IS NULL", "CNSDTDSC": "START", "CNSR": 1},
    ]  # fmt: skip
    sheets["Imputation"] = [
        {"ID": "FIRST", "Missing part": "day", "Take": "first"},
        {"ID": "FIRST", "Missing part": "month", "Take": "first"},
    ]
    sheets["Displays"] = [
        {"Display": "Table 1", "Order": 1, "Row label": "Women", "Statistic": "n_percent",
         "Dataset": "ADSL", "Population": "SAFFL = 'Y'", "Where": "SEX = 'F'"},
        {"Display": "Table 1", "Order": 2, "Row label": "Survival", "Statistic": "km_median_ci",
         "Dataset": "ADTTE", "Parameter": "OS", "Variable": "AVAL", "Population": "SAFFL = 'Y'"},
    ]  # fmt: skip
    return Draft("adam", sheets)


_STUDY = Study(_sdtm(), _adam(), dict(RAW))
