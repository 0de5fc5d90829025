"""A small study by hand: DM, AE, SUPPAE, LB and ADSL, with Chinese labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from cdisc_pom.spec.metadata import (
    BuiltDataset,
    BuiltStandard,
    Condition,
    DatasetMeta,
    Method,
    ValueMeta,
    VariableMeta,
)
from cdisc_pom.spec.rows import RowPlace
from cdisc_pom.spec.sheets import (
    CodelistRow,
    CommentRow,
    DatasetRow,
    DefineRow,
    DictionaryRow,
    DocumentRow,
    MethodRow,
    SheetRow,
    ValueLevelRow,
    VariableRow,
    WhereClauseRow,
)
from cdisc_pom.spec.workbook import Workbook

DEFINE = """
StudyName         | TINY-01                              |
StudyDescription  | A tiny study of nothing              | 一项很小的研究
ProtocolName      | TINY-01                              |
StandardName      | SDTMIG                               |
StandardVersion   | 3.4                                  |
CT Publishing Set | SDTM                                 |
CT Version        | 2025-03-28                           |
Originator        | Tiny Sponsor                         |
"""
DEFINE_ADAM = """
StudyName         | TINY-01                              |
StudyDescription  | A tiny study of nothing              | 一项很小的研究
ProtocolName      | TINY-01                              |
StandardName      | ADaMIG                               |
StandardVersion   | 1.3                                  |
CT Publishing Set | ADaM, SDTM                           |
CT Version        | 2025-09-26, 2025-03-28               |
"""

# name, label, Chinese label, class, keys, structure, Chinese structure
DATASETS = """
DM     | Demographics                     | 人口学       | SPECIAL PURPOSE | STUDYID USUBJID         | One record per subject                   | 每位受试者一条记录
AE     | Adverse Events                   | 不良事件     | EVENTS          | STUDYID USUBJID AEDECOD | One record per adverse event per subject | 每位受试者每次不良事件一条记录
SUPPAE | Supplemental Qualifiers for AE   | AE补充修饰语 | RELATIONSHIP    | STUDYID USUBJID QNAM    | One record per IDVAR, QNAM and value     | 每个标识变量、限定变量与取值一条记录
LB     | Laboratory Test Results          | 实验室检查   | FINDINGS        | STUDYID USUBJID LBTESTCD LBSPEC LBDTC | One record per test per time point | 每位受试者每项检查每个时间点一条记录
"""
DATASETS_ADAM = """
ADSL | Subject-Level Analysis | 受试者水平分析 | SUBJECT LEVEL ANALYSIS DATASET | STUDYID USUBJID | One record per subject | 每位受试者一条记录
"""

# data set, variable, label, Chinese label, type, length, format, mandatory, codelist, origin,
# source, pages, method, predecessor, role, comment
VARIABLES = """
DM | STUDYID  | Study Identifier                | 研究标识符       | text    | 7  |    | Yes |       | Protocol  | Sponsor      |     |            | | Identifier        |
DM | USUBJID  | Unique Subject Identifier       | 受试者唯一标识符 | text    | 11 |    | Yes |       | Derived   | Sponsor      |     | MT.USUBJID | | Identifier        |
DM | DOMAIN   | Domain Abbreviation             | 域缩写           | text    | 2  |    | Yes |       | Assigned  | Sponsor      |     |            | | Identifier        |
DM | SEX      | Sex                             | 性别             | text    | 1  |    | Yes | SEX   | Collected | Investigator | 5   |            | | Record Qualifier  |
DM | AGE      | Age                             | 年龄             | integer | 8  |    | No  |       | Derived   | Sponsor      |     | MT.AGE     | | Record Qualifier  | AGE.COM
DM | RFSTDTC  | Subject Reference Start Date    | 受试者参照开始日期 | datetime | 10 |  | No  |       | Derived   | Sponsor      |     | MT.USUBJID | | Record Qualifier  |
AE | STUDYID  | Study Identifier                | 研究标识符       | text    | 7  |    | Yes |       | Protocol  | Sponsor      |     |            | | Identifier        |
AE | USUBJID  | Unique Subject Identifier       | 受试者唯一标识符 | text    | 11 |    | Yes |       | Derived   | Sponsor      |     | MT.USUBJID | | Identifier        |
AE | AETERM   | Reported Term                   | 报告术语         | text    | 24 |    | Yes |       | Collected | Investigator | 12 13 |          | | Topic             |
AE | AEDECOD  | Dictionary-Derived Term         | 词典编码术语     | text    | 12 |    | Yes | MEDDRA | Assigned | Sponsor      |     |            | | Synonym Qualifier |
AE | AESEV    | Severity/Intensity              | 严重程度         | text    | 8  |    | No  | AESEV | Collected | Investigator | 12  |            | | Record Qualifier  |
SUPPAE | STUDYID | Study Identifier             | 研究标识符       | text    | 7  |    | Yes |       | Protocol  | Sponsor      |     |            | | Identifier        |
SUPPAE | USUBJID | Unique Subject Identifier    | 受试者唯一标识符 | text    | 11 |    | Yes |       | Derived   | Sponsor      |     | MT.USUBJID | | Identifier        |
SUPPAE | QNAM    | Qualifier Variable Name      | 限定变量名称     | text    | 8  |    | Yes | QNAM  | Assigned  | Sponsor      |     |            | | Topic             |
SUPPAE | QLABEL  | Qualifier Variable Label     | 限定变量标签     | text    | 24 |    | Yes |       | Assigned  | Sponsor      |     |            | | Synonym Qualifier |
SUPPAE | QVAL    | Data Value                   | 数据值           | text    | 24 |    | Yes |       |           |              |     |            | | Result Qualifier  |
LB | STUDYID  | Study Identifier                | 研究标识符       | text    | 7  |    | Yes |       | Protocol  | Sponsor      |     |            | | Identifier        |
LB | USUBJID  | Unique Subject Identifier       | 受试者唯一标识符 | text    | 11 |    | Yes |       | Derived   | Sponsor      |     | MT.USUBJID | | Identifier        |
LB | LBTESTCD | Lab Test Short Name             | 检查项目简称     | text    | 8  |    | Yes | LBTESTCD | Assigned | Sponsor    |     |            | | Topic             |
LB | LBSPEC   | Specimen Type                   | 标本类型         | text    | 5  |    | No  |       | Assigned  | Sponsor      |     |            | | Record Qualifier  |
LB | LBORRES  | Result in Original Units        | 原始单位结果     | text    | 6  |    | No  |       |           |              |     |            | | Result Qualifier  |
LB | LBSTRESN | Numeric Result in Std Units     | 标准单位数值结果 | float   | 8  |    | No  |       | Derived   | Sponsor      |     | MT.AGE     | | Result Qualifier  |
LB | LBDTC    | Date/Time of Collection         | 采集日期时间     | datetime | 19 |   | No  |       | Collected | Vendor       |     |            | | Timing            |
"""
VARIABLES_ADAM = """
ADSL | STUDYID | Study Identifier          | 研究标识符       | text    | 7  |       | Yes |     | Predecessor |         | |        | DM.STUDYID |  |
ADSL | USUBJID | Unique Subject Identifier | 受试者唯一标识符 | text    | 11 |       | Yes |     | Predecessor |         | |        | DM.USUBJID |  |
ADSL | SEX     | Sex                       | 性别             | text    | 1  |       | No  | SEX | Predecessor |         | |        | DM.SEX     |  |
ADSL | SAFFL   | Safety Population Flag    | 安全性分析集标志 | text    | 1  |       | No  | NY  | Derived     | Sponsor | | MT.SAF |            |  |
ADSL | TRTSDT  | Date of First Exposure    | 首次用药日期     | integer | 8  | DATE9. | No |     | Derived     | Sponsor | | MT.SAF |            |  |
ADSL | BMI     | Body Mass Index           | 体重指数         | float   | 8  | 8.1   | No  |     | Derived     | Sponsor | | MT.SAF |            |  |
"""
# id, name, Chinese name, NCI code, terminology, term, NCI term code, decode, Chinese decode
CODELISTS = """
SEX      | Sex                            | 性别     | C66731 |                 | F       | C16576 | Female      | 女
SEX      | Sex                            | 性别     | C66731 |                 | M       | C20197 | Male        | 男
AESEV    | Severity/Intensity Scale for Adverse Events | 严重程度 | C66769 | SDTM 2025-03-28 | MILD | C41338 |  | 轻度
AESEV    | Severity/Intensity Scale for Adverse Events | 严重程度 | C66769 | SDTM 2025-03-28 | MODERATE | C41339 |  | 中度
LBTESTCD | Laboratory Test Code           |          | C65047 |                 | HGB     | C64848 |             |
LBTESTCD | Laboratory Test Code           |          | C65047 |                 | NEWTEST |        |             |
QNAM     | Qualifier names of AE          |          |        |                 | AETRTEM |        | Treatment-emergent | 治疗期间出现
UNUSED   | Nobody refers to it            |          |        |                 | X       |        |             |
NY       | No Yes Response                | 否是     | C66742 | SDTM            | N       | C49487 | No          | 否
NY       | No Yes Response                | 否是     | C66742 | SDTM            | Y       | C49488 | Yes         | 是
"""
METHODS = """
MT.USUBJID | Subject identifier | Computation | Study and subject identifier, joined by a hyphen. | 研究标识符与受试者编号以连字符连接。
MT.AGE     | Age                | Computation | Whole years from birth to informed consent.\\nNo rounding. | 出生至知情同意的整年数，不取整。
MT.SAF     | Safety population  | Computation | Y where a subject took a dose.                    | 至少用药一次的受试者为Y。
MT.UNUSED  | Nobody             | Computation | Not referred to.                                  | 无引用。
"""


def cells(table: str) -> list[list[str]]:
    """The cells of a table."""
    lines = [line for line in table.strip("\n").splitlines() if line.strip()]
    return [[cell.strip().replace("\\n", "\n") for cell in line.split("|")] for line in lines]


def sheet_rows(kind: type[SheetRow], workbook: str, records: list[dict]) -> tuple[SheetRow, ...]:
    """Rows of a sheet, each at its place: the first record stands in row 2."""
    # The header stands for the column's letter: an expected cell reads `Variables!Method6`.
    letters = {header: header for header in kind.headers()}
    made = []
    for at, record in enumerate(records, start=2):
        place = RowPlace(workbook=workbook, sheet=kind.sheet, row=at, letters=letters)
        filled = {name: value for name, value in record.items() if value not in ("", None)}
        made.append(kind(place=place, **filled))
    return tuple(made)


def _variables(table: str) -> list[dict]:
    names = [
        "dataset",
        "variable",
        "label",
        "label_zh",
        "data_type",
        "length",
        "format",
        "mandatory",
        "codelist",
        "origin",
        "source",
        "pages",
        "method",
        "predecessor",
        "role",
        "comment",
    ]
    records = []
    for at, row in enumerate(cells(table), start=1):
        record = dict(zip(names, row, strict=False))
        record["length"] = int(record["length"])
        records.append({"order": at, **record})
    return records


def _datasets(table: str) -> list[dict]:
    names = ["dataset", "label", "label_zh", "dataset_class", "keys", "structure", "structure_zh"]
    return [dict(zip(names, row, strict=False)) for row in cells(table)]


def _kind(row: VariableRow) -> str:
    return row.kind


def _dataset_meta(row: DatasetRow, variables: list[VariableRow]) -> DatasetMeta:
    return DatasetMeta(
        name=row.dataset,
        label=row.label,
        label_zh=row.label_zh,
        dataset_class=row.dataset_class,
        structure=row.structure,
        structure_zh=row.structure_zh,
        keys=row.keys,
        repeating=row.dataset not in ("DM", "ADSL"),
        cell=row.cell("dataset"),
        variables=tuple(
            VariableMeta(
                name=each.variable,
                label=each.label,
                label_zh=each.label_zh,
                data_type=each.data_type,
                kind=_kind(each),
                length=each.length or 8,
                format=each.format,
                mandatory=each.mandatory,
                codelist=each.codelist,
                origin=each.origin,
                source=each.source,
                pages=each.pages,
                method=each.method,
                predecessor=each.predecessor,
                role=each.role,
                comment=each.comment,
                key=row.keys.index(each.variable) + 1 if each.variable in row.keys else None,
                cell=each.cell("variable"),
            )
            for each in variables
        ),
    )


def _category(values: list[str | None]) -> pd.Series:
    return pd.Series(values, dtype="str").astype("category")


FRAMES = {
    "DM": {
        "STUDYID": _category(["TINY-01", "TINY-01"]),
        "USUBJID": _category(["TINY-01-001", "TINY-01-002"]),
        "DOMAIN": _category(["DM", "DM"]),
        "SEX": _category(["F", "M"]),
        "AGE": pd.Series([64, None], dtype="Int64"),
        "RFSTDTC": _category(["2024-03-01", None]),
    },
    "AE": {
        "STUDYID": _category(["TINY-01"]),
        "USUBJID": _category(["TINY-01-001"]),
        "AETERM": _category(["中性粒细胞减少"]),
        "AEDECOD": _category(["中性粒细"]),
        "AESEV": _category(["MODERATE"]),
    },
    "SUPPAE": {
        "STUDYID": _category(["TINY-01"]),
        "USUBJID": _category(["TINY-01-001"]),
        "QNAM": _category(["AETRTEM"]),
        "QLABEL": _category(["治疗期间出现"]),
        "QVAL": _category(["Y"]),
    },
    "LB": {
        "STUDYID": _category(["TINY-01", "TINY-01"]),
        "USUBJID": _category(["TINY-01-001", "TINY-01-001"]),
        "LBTESTCD": _category(["HGB", "HGB"]),
        "LBSPEC": _category(["BLOOD", "URINE"]),
        "LBORRES": _category(["101.25", "98"]),
        "LBSTRESN": pd.Series([101.25, 98.0]),
        "LBDTC": _category(["2024-03-01", "2024-03-02"]),
    },
    "ADSL": {
        "STUDYID": _category(["TINY-01", "TINY-01"]),
        "USUBJID": _category(["TINY-01-001", "TINY-01-002"]),
        "SEX": _category(["F", "M"]),
        "SAFFL": _category(["Y", "N"]),
        "TRTSDT": pd.Series(pd.to_datetime(["2024-03-01", None])).astype("datetime64[us]"),
        "BMI": pd.Series([22.5, None], dtype="float64"),
    },
}


def _built(
    workbook: Workbook, values: dict[str, tuple[ValueMeta, ...]], methods: tuple[Method, ...]
) -> BuiltStandard:
    datasets = []
    for name, row in workbook.datasets.items():
        meta = replace(
            _dataset_meta(row, list(workbook.variables(name))), values=values.get(name, ())
        )
        frame = pd.DataFrame(FRAMES[name])
        datasets.append(BuiltDataset(meta, frame, tuple(f"raw.csv:{n + 2}" for n in frame.index)))
    return BuiltStandard(workbook, tuple(datasets), methods)


def _methods() -> tuple[Method, ...]:
    return tuple(Method(*row) for row in cells(METHODS))


def _describing(workbook: str, define: str, datasets: str, variables: str) -> dict:
    codelists = "id name name_zh nci_codelist_code terminology term nci_term_code decode decode_zh"
    methods = ["id", "name", "type", "description", "description_zh"]
    tables = {
        DefineRow: [
            dict(zip(("attribute", "value", "value_zh"), r, strict=True)) for r in cells(define)
        ],
        DatasetRow: _datasets(datasets),
        VariableRow: _variables(variables),
        CodelistRow: [dict(zip(codelists.split(), row, strict=True)) for row in cells(CODELISTS)],
        MethodRow: [dict(zip(methods, row, strict=True)) for row in cells(METHODS)],
    }
    return {kind.sheet: sheet_rows(kind, workbook, rows) for kind, rows in tables.items()}


def _supplemental_values() -> dict[str, tuple[ValueMeta, ...]]:
    supplemental = VariableMeta(
        name="AETRTEM",
        label="Treatment Emergent Flag",
        label_zh="治疗期间出现标志",
        data_type="text",
        kind="text",
        length=1,
        origin="Derived",
        source="Sponsor",
        method="MT.AGE",
        mandatory=True,
    )
    result = VariableMeta(
        name="LBORRES",
        label="Haemoglobin in Blood",
        label_zh="血红蛋白",
        data_type="float",
        kind="text",
        length=6,
        significant_digits=2,
        origin="Collected",
        source="Vendor",
        comment="LB.COM",
    )
    name = Condition("SUPPAE", "QNAM", "EQ", ("AETRTEM",))
    blood = (
        Condition("LB", "LBTESTCD", "EQ", ("HGB",)),
        Condition("LB", "LBSPEC", "IN", ("BLOOD", "SERUM")),
    )
    return {
        "SUPPAE": (ValueMeta("QVAL", "SUPPAE.AETRTEM", (name,), supplemental),),
        "LB": (ValueMeta("LBORRES", "LB.HGB.BLOOD", blood, result, "LB.COM"),),
    }


def sample_sdtm() -> BuiltStandard:
    """The tabulation data."""
    name = "sdtm.xlsx"
    sheets = _describing(name, DEFINE, DATASETS, VARIABLES)
    more = {
        DictionaryRow: [
            {
                "id": "MEDDRA",
                "name": "Adverse event dictionary",
                "dictionary": "MedDRA",
                "version": "27.1",
            }
        ],
        CommentRow: [
            {
                "id": "AGE.COM",
                "description": "Age at consent.",
                "description_zh": "知情同意时年龄。",
            },
            {
                "id": "LB.COM",
                "description": "Central laboratory only.",
                "description_zh": "仅中心实验室。",
                "document": "csdrg",
                "pages": "3-4",
            },
            {"id": "UNUSED.COM", "description": "Nobody refers to it."},
        ],
        DocumentRow: [
            {
                "id": "acrf",
                "title": "Annotated CRF",
                "title_zh": "注释病例报告表",
                "href": "acrf.pdf",
            },
            {
                "id": "csdrg",
                "title": "Reviewer's Guide",
                "title_zh": "数据审阅说明",
                "href": "csdrg.pdf",
            },
        ],
        ValueLevelRow: [
            {
                "order": 1,
                "dataset": "LB",
                "variable": "LBORRES",
                "where_clause": "LB.HGB.BLOOD",
                "label": "Haemoglobin in Blood",
                "label_zh": "血红蛋白",
                "data_type": "float",
            }
        ],
        WhereClauseRow: [
            {
                "id": "LB.HGB.BLOOD",
                "dataset": "LB",
                "variable": "LBTESTCD",
                "comparator": "EQ",
                "value": "HGB",
                "comment": "LB.COM",
            },
            {
                "id": "LB.HGB.BLOOD",
                "dataset": "LB",
                "variable": "LBSPEC",
                "comparator": "IN",
                "value": "BLOOD, SERUM",
                "comment": "LB.COM",
            },
        ],
    }
    sheets |= {kind.sheet: sheet_rows(kind, name, rows) for kind, rows in more.items()}
    workbook = Workbook(Path(name), "sdtm", sheets)
    return _built(workbook, _supplemental_values(), _methods())


def sample_adam() -> BuiltStandard:
    """The analysis data."""
    name = "adam.xlsx"
    sheets = _describing(name, DEFINE_ADAM, DATASETS_ADAM, VARIABLES_ADAM)
    return _built(Workbook(Path(name), "adam", sheets), {}, _methods())


def changed_variable(
    standard: BuiltStandard, dataset: str, variable: str, **changes
) -> BuiltStandard:
    """The same data with one variable's metadata changed."""

    def change(meta: DatasetMeta) -> DatasetMeta:
        made = tuple(
            replace(each, **changes) if each.name == variable else each for each in meta.variables
        )
        return replace(meta, variables=made)

    return changed_dataset(standard, dataset, change)


def changed_dataset(standard: BuiltStandard, dataset: str, change) -> BuiltStandard:
    """The same data with one data set's metadata changed."""
    return replace(
        standard,
        datasets=tuple(
            replace(built, meta=change(built.meta)) if built.meta.name == dataset else built
            for built in standard.datasets
        ),
    )
