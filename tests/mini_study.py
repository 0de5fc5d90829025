"""A study of two subjects that builds without an error: DM, EX, AE and SUPPAE."""

from __future__ import annotations

from pathlib import Path

from studies import SmallStudy

DEMOGRAPHICS = """
    SITE,SUBJECT,SEX,AGE,ICDAT
    01,001,男,61,2024-02-20
    01,002,女,58,2024-02-22
"""
EXPOSURE = """
    SITE,SUBJECT,START,END,DOSE
    01,001,2024-03-01,2024-03-21,4
    01,001,2024-03-29,2024-04-18,4
    01,002,2024-03-02,2024-03-22,2
"""
EVENTS = """
    SITE,SUBJECT,NO,TERM,START,CAUSE
    01,001,1,头痛,2024-03-05,很可能有关
    01,001,2,恶心,2024-03,无关
    01,002,1,发热,2024-03-09,无关
"""


def mini_study(root: Path) -> SmallStudy:
    """The study, not written yet."""
    study = SmallStudy(root)
    book = study.sdtm
    book.add(
        "Define",
        """
        Attribute         | Value
        StudyName         | MINI
        StudyDescription  | A study of two subjects
        ProtocolName      | MINI-01
        StandardName      | SDTMIG
        StandardVersion   | 3.4
        CT Publishing Set | SDTM
        CT Version        | 2025-03-28
        Language          | zh
        """,
    )
    book.add(
        "Datasets",
        """
        Dataset | Label          | Label (zh) | Class           | Structure                      | Structure (zh)         | Key Variables                      | Standard
        DM      | Demographics   | 人口学     | SPECIAL PURPOSE | One record per subject         | 每位受试者一条记录     | STUDYID, USUBJID                   | SDTMIG 3.4
        EX      | Exposure       | 暴露       | INTERVENTIONS   | One record per dosing interval | 每个用药区间一条记录   | STUDYID, USUBJID, EXTRT, EXSTDTC   | SDTMIG 3.4
        AE      | Adverse Events | 不良事件   | EVENTS          | One record per event           | 每个不良事件一条记录   | STUDYID, USUBJID, AEDECOD, AESTDTC | SDTMIG 3.4
        """,
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Label                              | Label (zh)       | Data Type | Length | Assigned Value | Codelist | Role                   | Core | Origin
        DM      | STUDYID  | Study Identifier                   | 研究标识符       | text      | ##20   | MINI           |          | Identifier             | Req  | Protocol
        DM      | DOMAIN   | Domain Abbreviation                | 域缩写           | text      | ##2    | DM             |          | Identifier             | Req  | Assigned
        DM      | USUBJID  | Unique Subject Identifier          | 受试者唯一标识符 | text      | ##20   |                |          | Identifier             | Req  | Derived
        DM      | SUBJID   | Subject Identifier for the Study   | 受试者标识符     | text      | ##20   |                |          | Topic                  | Req  | Collected
        DM      | RFSTDTC  | Subject Reference Start Date/Time  | 参照开始日期     | datetime  |        |                |          | Record Qualifier       | Exp  | Derived
        DM      | RFENDTC  | Subject Reference End Date/Time    | 参照结束日期     | datetime  |        |                |          | Record Qualifier       | Exp  | Derived
        DM      | RFXSTDTC | Date/Time of First Study Treatment | 首次用药日期     | datetime  |        |                |          | Record Qualifier       | Exp  | Derived
        DM      | RFXENDTC | Date/Time of Last Study Treatment  | 末次用药日期     | datetime  |        |                |          | Record Qualifier       | Exp  | Derived
        DM      | RFICDTC  | Date/Time of Informed Consent      | 知情同意日期     | datetime  |        |                |          | Record Qualifier       | Exp  | Collected
        DM      | SITEID   | Study Site Identifier              | 研究中心标识符   | text      | ##10   |                |          | Record Qualifier       | Req  | Collected
        DM      | AGE      | Age                                | 年龄             | integer   |        |                |          | Record Qualifier       | Exp  | Collected
        DM      | AGEU     | Age Units                          | 年龄单位         | text      | ##5    | YEARS          |          | Variable Qualifier     | Exp  | Assigned
        DM      | SEX      | Sex                                | 性别             | text      | ##1    |                | SEX      | Record Qualifier       | Req  | Collected
        DM      | ARMCD    | Planned Arm Code                   | 计划分组代码     | text      | ##20   | A              |          | Record Qualifier       | Exp  | Assigned
        DM      | ARM      | Description of Planned Arm         | 计划分组         | text      | ##40   | Arm A          |          | Synonym Qualifier      | Exp  | Assigned
        DM      | ACTARMCD | Actual Arm Code                    | 实际分组代码     | text      | ##20   | A              |          | Record Qualifier       | Exp  | Assigned
        DM      | ACTARM   | Description of Actual Arm          | 实际分组         | text      | ##40   | Arm A          |          | Synonym Qualifier      | Exp  | Assigned
        DM      | COUNTRY  | Country                            | 国家             | text      | ##3    | CHN            |          | Record Qualifier       | Req  | Assigned
        EX      | STUDYID  | Study Identifier                   | 研究标识符       | text      | ##20   | MINI           |          | Identifier             | Req  | Protocol
        EX      | DOMAIN   | Domain Abbreviation                | 域缩写           | text      | ##2    | EX             |          | Identifier             | Req  | Assigned
        EX      | USUBJID  | Unique Subject Identifier          | 受试者唯一标识符 | text      | ##20   |                |          | Identifier             | Req  | Derived
        EX      | EXSEQ    | Sequence Number                    | 序号             | integer   |        |                |          | Identifier             | Req  | Derived
        EX      | EXTRT    | Name of Treatment                  | 治疗名称         | text      | ##40   | STUDY DRUG     |          | Topic                  | Req  | Assigned
        EX      | EXDOSE   | Dose                               | 剂量             | float     |        |                |          | Record Qualifier       | Exp  | Collected
        EX      | EXDOSU   | Dose Units                         | 剂量单位         | text      | ##10   | mg             |          | Variable Qualifier     | Exp  | Assigned
        EX      | EXDOSFRM | Dose Form                          | 剂型             | text      | ##20   | CAPSULE        |          | Variable Qualifier     | Exp  | Assigned
        EX      | EXSTDTC  | Start Date/Time of Treatment       | 开始日期         | datetime  |        |                |          | Timing                 | Exp  | Collected
        EX      | EXENDTC  | End Date/Time of Treatment         | 结束日期         | datetime  |        |                |          | Timing                 | Exp  | Collected
        EX      | EXSTDY   | Study Day of Start of Treatment    | 开始研究日       | integer   |        |                |          | Timing                 | Perm | Derived
        EX      | EXENDY   | Study Day of End of Treatment      | 结束研究日       | integer   |        |                |          | Timing                 | Perm | Derived
        AE      | STUDYID  | Study Identifier                   | 研究标识符       | text      | ##20   | MINI           |          | Identifier             | Req  | Protocol
        AE      | DOMAIN   | Domain Abbreviation                | 域缩写           | text      | ##2    | AE             |          | Identifier             | Req  | Assigned
        AE      | USUBJID  | Unique Subject Identifier          | 受试者唯一标识符 | text      | ##20   |                |          | Identifier             | Req  | Derived
        AE      | AESEQ    | Sequence Number                    | 序号             | integer   |        |                |          | Identifier             | Req  | Derived
        AE      | AESPID   | Sponsor-Defined Identifier         | 申办方编号       | text      | ##10   |                |          | Identifier             | Perm | Collected
        AE      | AETERM   | Reported Term                      | 事件名称         | text      | ##200  |                |          | Topic                  | Req  | Collected
        AE      | AEDECOD  | Dictionary-Derived Term            | 首选语           | text      | ##200  |                |          | Synonym Qualifier      | Req  | Assigned
        AE      | AESTDTC  | Start Date/Time of Adverse Event   | 开始日期         | datetime  |        |                |          | Timing                 | Exp  | Collected
        AE      | AESTDY   | Study Day of Start of Event        | 开始研究日       | integer   |        |                |          | Timing                 | Perm | Derived
        AE      | AECAUSE  | Causality as Collected             | 因果关系         | text      | ##40   |                | CAUSE    | Supplemental Qualifier |      | Collected
        """,
    )
    book.add(
        "Codelists",
        """
        ID    | Name      | NCI Codelist Code | Data Type | Terminology        | Order | Term    | NCI Term Code | Decoded Value | Decoded Value (zh)
        SEX   | Sex       | C66731            | text      | SDTM CT 2025-03-28 | ##1   | F       | C16576        | Female        | 女
        SEX   | Sex       | C66731            | text      | SDTM CT 2025-03-28 | ##2   | M       | C20197        | Male          | 男
        CAUSE | Causality |                   | text      |                    | ##1   | RELATED |               | Related       | 有关
        CAUSE | Causality |                   | text      |                    | ##2   | NONE    |               | Not related   | 无关
        """,
    )
    book.add(
        "Terms",
        "Codelist | Collected | Term\nCAUSE | 很可能有关 | RELATED\nCAUSE | 可能有关 | RELATED",
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From              | Join | On
        DM      | DEMO   | form:demographics |      |
        DM      | EX     | EX                | many | USUBJID
        EX      | EXPO   | form:exposure     |      |
        EX      | DM     | DM                | left | USUBJID
        AE      | AEF    | form:events       |      |
        AE      | DM     | DM                | left | USUBJID
        """,
    )
    book.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs                | Arguments
        DM      | USUBJID  | DEMO   | concat    | _MINI, SITE, SUBJECT  | separator=-
        DM      | _MINI    | DEMO   | constant  |                       | value=MINI
        DM      | SUBJID   | DEMO   | assign    | SUBJECT               |
        DM      | RFSTDTC  |        | assign    | RFXSTDTC              |
        DM      | RFENDTC  |        | assign    | RFXENDTC              |
        DM      | RFXSTDTC | EX     | first     | EXSTDTC               |
        DM      | RFXENDTC | EX     | last      | EXENDTC               |
        DM      | RFICDTC  | DEMO   | datetime  | ICDAT                 |
        DM      | SITEID   | DEMO   | assign    | SITE                  |
        DM      | AGE      | DEMO   | number    | AGE                   |
        DM      | SEX      | DEMO   | term      | SEX                   |
        EX      | USUBJID  | EXPO   | concat    | _MINI, SITE, SUBJECT  | separator=-
        EX      | _MINI    | EXPO   | constant  |                       | value=MINI
        EX      | EXSEQ    |        | sequence  |                       | order=Key Variables
        EX      | EXDOSE   | EXPO   | number    | DOSE                  |
        EX      | EXSTDTC  | EXPO   | datetime  | START                 |
        EX      | EXENDTC  | EXPO   | datetime  | END                   |
        EX      | EXSTDY   |        | study_day | EXSTDTC               | reference=DM.RFSTDTC
        EX      | EXENDY   |        | study_day | EXENDTC               | reference=DM.RFSTDTC
        AE      | USUBJID  | AEF    | concat    | _MINI, SITE, SUBJECT  | separator=-
        AE      | _MINI    | AEF    | constant  |                       | value=MINI
        AE      | AESEQ    |        | sequence  |                       | order=Key Variables
        AE      | AESPID   | AEF    | assign    | NO                    |
        AE      | AETERM   | AEF    | text      | TERM                  | overflow=AETERM
        AE      | AEDECOD  | AEF    | text      | TERM                  |
        AE      | AESTDTC  | AEF    | datetime  | START                 |
        AE      | AESTDY   |        | study_day | AESTDTC               | reference=DM.RFSTDTC
        AE      | AECAUSE  | AEF    | term      | CAUSE                 |
        """,
    )
    return (
        study.form("demographics", DEMOGRAPHICS).form("exposure", EXPOSURE).form("events", EVENTS)
    )
