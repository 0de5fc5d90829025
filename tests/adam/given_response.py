"""Studies whose raw folder holds published SDTM data sets; an ADaM workbook alone makes ADRS.

`given_study` has responses that are given: RS with supplemental flags, no laboratory values, as a
sponsor collects them. `measured_study` has laboratory values and derives the response.
"""

from __future__ import annotations

from pathlib import Path

from studies import SmallStudy

DERIVED = (
    "by=USUBJID, PARCAT1; start=ADSL.TRTSDT; new_therapy=ADSL.NACTDT; "
    "no_confirmation=_IMAGING; myeloma_death=_DIEDOF; carry=SRCSEQ"
)


def given_study(root: Path, *options: str) -> SmallStudy:
    """The study, not written yet; `options` are further arguments of `confirmed_response`."""
    study = SmallStudy(root, "given")
    book = study.adam
    book.add(
        "Define",
        """
        Attribute         | Value
        StudyName         | GIVEN
        StudyDescription  | Responses as another sponsor collected them
        ProtocolName      | GIVEN-01
        StandardName      | ADaMIG
        StandardVersion   | 1.3
        CT Publishing Set | ADaM
        CT Version        | 2025-03-28
        Language          | en
        """,
    )
    book.add(
        "Datasets",
        """
        Dataset | Label                  | Class                          | Structure                       | Key Variables                  | Standard
        ADSL    | Subject-Level Analysis | SUBJECT LEVEL ANALYSIS DATASET | One record per subject          | STUDYID, USUBJID               | ADaMIG 1.3
        ADRS    | Response Analysis      | BASIC DATA STRUCTURE           | One record per parameter, visit | STUDYID, USUBJID, PARAMCD, ADT | ADaMIG 1.3
        """,
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Label                       | Data Type | Format | Predecessor  | Assigned Value | Core
        ADSL    | STUDYID  | Study Identifier            | text      |        | DM.STUDYID   |                | Req
        ADSL    | USUBJID  | Unique Subject Identifier   | text      |        | DM.USUBJID   |                | Req
        ADSL    | SUBJID   | Subject Identifier          | text      |        | DM.SUBJID    |                | Req
        ADSL    | SITEID   | Study Site Identifier       | text      |        | DM.SITEID    |                | Req
        ADSL    | AGE      | Age                         | integer   |        | DM.AGE       |                | Req
        ADSL    | AGEU     | Age Units                   | text      |        | DM.AGEU      |                | Req
        ADSL    | SEX      | Sex                         | text      |        | DM.SEX       |                | Req
        ADSL    | RACE     | Race                        | text      |        | DM.RACE      |                | Req
        ADSL    | ARM      | Description of Planned Arm  | text      |        | DM.ARM       |                | Req
        ADSL    | TRT01P   | Planned Treatment, Period 1 | text      |        | DM.ARM       |                | Req
        ADSL    | TRTSDT   | Date of First Exposure      | integer   | DATE9. |              |                | Req
        ADSL    | NACTDT   | Date of New Therapy         | integer   | DATE9. |              |                | Cond
        ADSL    | DTHDT    | Date of Death               | integer   | DATE9. |              |                | Cond
        ADSL    | LSTALVDT | Date Last Known Alive       | integer   | DATE9. |              |                | Cond
        ADSL    | SAFFL    | Safety Population Flag      | text      |        |              | Y              | Cond
        ADRS    | STUDYID  | Study Identifier            | text      |        | ADSL.STUDYID |                | Req
        ADRS    | USUBJID  | Unique Subject Identifier   | text      |        |              |                | Req
        ADRS    | TRTP     | Planned Treatment           | text      |        | ADSL.TRT01P  |                | Cond
        ADRS    | PARAM    | Parameter                   | text      |        |              |                | Req
        ADRS    | PARAMCD  | Parameter Code              | text      |        |              |                | Req
        ADRS    | PARCAT1  | Parameter Category 1        | text      |        |              |                | Perm
        ADRS    | ADT      | Analysis Date               | integer   | DATE9. |              |                | Cond
        ADRS    | AVALC    | Analysis Value (C)          | text      |        |              |                | Cond
        ADRS    | ANL01FL  | Analysis Flag 01            | text      |        |              |                | Cond
        ADRS    | ANL02FL  | Analysis Flag 02            | text      |        |              |                | Cond
        ADRS    | ANL03FL  | Analysis Flag 03            | text      |        |              |                | Cond
        ADRS    | UNCPDFL  | Unconfirmed PD Flag         | text      |        |              |                | Cond
        ADRS    | SRCSEQ   | Source Sequence Number      | integer   |        |              |                | Cond
        """,
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From | Join | On      | Where
        ADSL    | DM     | DM   |      |         |
        ADSL    | RS     | RS   | many | USUBJID |
        ADRS    | RS     | RS   |      |         | RSTESTCD = 'OVRLRESP'
        ADRS    | ADSL   | ADSL | left | USUBJID |
        ADRS    | ALL    | ADSL | many | USUBJID |
        """,
    )
    book.add("Imputation", "ID | Missing part | Take\nLAST | day | last")
    book.add(
        "Derivations",
        """
        Dataset | Variable | Source | Algorithm   | Inputs   | Arguments
        ADSL    | TRTSDT   |        | date        | RFXSTDTC |
        ADSL    | _NACT    | RS     | first       | NACTDT   |
        ADSL    | NACTDT   |        | date        | _NACT    |
        ADSL    | DTHDT    |        | date        | DTHDTC   |
        ADSL    | _SEEN    | RS     | last        | RSDTC    |
        ADSL    | LSTALVDT |        | date        | _SEEN    |
        ADRS    | USUBJID  | RS     | assign      | USUBJID  |
        ADRS    | ADT      | RS     | impute_date | RSDTC    | rule=LAST
        ADRS    | AVALC    | RS     | assign      | RSSTRESC |
        ADRS    | _IMAGING | RS     | assign      | PDIFL    |
        ADRS    | _DIEDOF  | RS     | assign      | DTHPDFL  |
        ADRS    | SRCSEQ   | RS     | assign      | RSSEQ    |
        """,
    )
    more = "; ".join((DERIVED, *options))
    use_mr = "; use_mr=true" if "use_mr=true" in options else ""
    book.add(
        "Parameters",
        f"""
        Dataset | PARAMCD | PARAM                           | PARCAT1      | Source | Where | Algorithm          | Inputs     | Arguments
        ADRS    | OVR     | Overall Response                | INVESTIGATOR | RS     |       | records            |            |
        ADRS    | COVR    | Confirmed Overall Response      |              | OVR    |       | confirmed_response | AVALC, ADT | {more}
        ADRS    | CBOR    | Confirmed Best Overall Response |              | COVR   |       | best_response      | AVALC, ADT | by=USUBJID, PARCAT1; subjects=ALL{use_mr}
        ADRS    | PD      | Progressive Disease             |              | COVR   |       | first_occurrence   | AVALC, ADT | by=USUBJID, PARCAT1; values=PD; subjects=ALL
        """,
    )
    return study


DM = "STUDYID,DOMAIN,USUBJID,SUBJID,SITEID,AGE,AGEU,SEX,RACE,ARM,RFXSTDTC,DTHDTC"
RS = "STUDYID,DOMAIN,USUBJID,RSSEQ,RSTESTCD,RSTEST,RSCAT,RSORRES,RSSTRESC,RSEVAL,RSDTC"
SUPPRS = "STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL,QORIG"
LB = "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBSTRESN,LBSTRESU,LBDTC"


def subject_line(subject: str, death: str = "", start: str = "2024-01-01") -> str:
    """A line of DM."""
    return f"G,DM,{subject},{subject},1,60,YEARS,F,ASIAN,Drug,{start},{death}"


def response_line(subject: str, number: int, response: str, day: str) -> str:
    """A line of RS."""
    test = "OVRLRESP,Overall Response,IMWG"
    return f"G,RS,{subject},{number},{test},{response},{response},INVESTIGATOR,{day}"


def write_lines(folder: Path, **files: list[str]) -> None:
    """CSV files of these lines."""
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def measured_study(root: Path) -> SmallStudy:
    """DM and LB: serum M-protein in g/L, from which the response of each visit is derived."""
    study = given_study(root)
    book = study.adam
    book.sheets["Sources"] = []
    book.sheets["Derivations"] = []
    book.sheets["Parameters"] = []
    gone = {"NACTDT", "LSTALVDT", "ANL01FL", "ANL02FL", "ANL03FL", "UNCPDFL", "SRCSEQ"}
    book.sheets["Variables"] = [r for r in book.sheets["Variables"] if r["Variable"] not in gone]
    book.add(
        "Sources",
        """
        Dataset | Source | From | Join | On      | Where
        ADSL    | DM     | DM   |      |         |
        ADRS    | ADSL   | ADSL | left | USUBJID |
        ADRS    | ALL    | ADSL | many | USUBJID |
        ADRS    | LB     | LB   | many | USUBJID |
        """,
    )
    book.add(
        "Derivations",
        """
        Dataset | Variable | Algorithm | Inputs
        ADSL    | TRTSDT   | date      | RFXSTDTC
        ADSL    | DTHDT    | date      | DTHDTC
        """,
    )
    book.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM            | PARCAT1   | Source | Algorithm     | Inputs          | Arguments
        ADRS    | OVR     | Overall Response | ALGORITHM | ALL    | response_imwg | USUBJID, TRTSDT | death=DTHDT
        """,
    )
    book.add(
        "Response",
        """
        Dataset | Component | Source | Where               | Value                                                 | Unit                                                   | Date
        ADRS    | SMP       | LB     | LBTESTCD = 'MCPROT' | CAST(LBSTRESN AS DOUBLE) / CASE LBSTRESU WHEN 'g/L' THEN 10 ELSE 1 END | CASE LBSTRESU WHEN 'g/L' THEN 'g/dL' ELSE LBSTRESU END | LBDTC
        """,
    )
    return study
