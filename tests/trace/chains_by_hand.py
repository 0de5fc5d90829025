"""A small study whose chains can be followed by eye, and how a chain is written down in a test.

Subjects: 001 progresses on day 60, confirmed on day 88, and dies; 002 responds and is alive; 003
was never treated and has no assessment.
"""

from __future__ import annotations

import re
import textwrap

from cdisc_pom.trace.graph import NodeKey
from cdisc_pom.trace.session import Session, open_session
from cdisc_pom.trace.show import target_lines

FORMS = {
    "demo": """
        SITE,SUBJECT,SEX,ICDAT,BRTHDAT
        01,001,男,2024-02-20,1960-05
        01,002,女,2024-02-22,1955-01-31
        01,003,F,2024-03-01,1970-12-24
    """,
    "death": """
        SUBJECT,DTHDAT
        001,2024-06-30
    """,
    "dosing": """
        SUBJECT,DOSDAT,DOSE
        001,2024-03-28,4
        001,2024-03-01,4
        001,2024-03-29,0
        002,2024-03-05,4
    """,
    "lab": """
        SUBJECT,LABDAT,HGB,HGBU,ALB
        001,2024-02-28,9.8,g/dL,38
        001,2024-03-29,101,g/L,
        002,2024-03-01,11,g/dL,41
    """,
    "events": """
        SUBJECT,AENO,TERM,STDAT,REL,SAVED
        001,1,恶心,2024-03,可能有关,2024-04-01
        001,1,恶心呕吐,2024-03,可能有关,2024-04-02
        002,2,皮疹,2024-03-10,无关,2024-04-01
    """,
    "response": """
        SUBJECT,RSDAT,RESP,VISIT
        001,2024-03-29,PR,C2
        001,2024-04-30,PD,C3
        001,2024-05-28,PD,UNS
        002,2024-04-02,PR,C2
        002,2024-04-30,VGPR,C3
    """,
}


def fill(study):
    """The study with its forms and both workbooks."""
    for name, text in FORMS.items():
        study.form(name, text)
    _sdtm(study.sdtm)
    _adam(study.adam)
    return study


def _sdtm(book):
    book.add("Define", "Attribute | Value\nStudyName | MINI\nLanguage | en")
    book.add(
        "Datasets",
        """
        Dataset | Key Variables
        TE      | STUDYID, ETCD
        DM      | STUDYID, USUBJID
        SE      | STUDYID, USUBJID, SESTDTC
        EX      | STUDYID, USUBJID, EXSTDTC
        LB      | STUDYID, USUBJID, LBTESTCD, LBDTC
        AE      | STUDYID, USUBJID, AESPID
        RS      | STUDYID, USUBJID, RSDTC
        """,
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Assigned Value | Codelist | Role
        TE      | STUDYID  | text      | MINI           |          |
        TE      | ETCD     | text      |                |          |
        TE      | ELEMENT  | text      |                |          |
        DM      | STUDYID  | text      | MINI           |          |
        DM      | USUBJID  | text      |                |          |
        DM      | RFSTDTC  | text      |                |          |
        DM      | SEX      | text      |                | SEX      |
        DM      | RFICDTC  | text      |                |          |
        DM      | BRTHDTC  | text      |                |          |
        DM      | DTHDTC   | text      |                |          |
        DM      | DTHFL    | text      |                |          |
        SE      | STUDYID  | text      | MINI           |          |
        SE      | USUBJID  | text      |                |          |
        SE      | ETCD     | text      |                |          |
        SE      | SESTDTC  | text      |                |          |
        SE      | SEENDTC  | text      |                |          |
        EX      | STUDYID  | text      | MINI           |          |
        EX      | USUBJID  | text      |                |          |
        EX      | EXSEQ    | integer   |                |          |
        EX      | EXDOSE   | float     |                |          |
        EX      | EXSTDTC  | text      |                |          |
        LB      | STUDYID  | text      | MINI           |          |
        LB      | USUBJID  | text      |                |          |
        LB      | LBSEQ    | integer   |                |          |
        LB      | LBTESTCD | text      |                |          |
        LB      | LBTEST   | text      |                |          |
        LB      | LBORRES  | text      |                |          |
        LB      | LBORRESU | text      |                | UNIT     |
        LB      | LBSTRESN | float     |                |          |
        LB      | LBSTRESU | text      |                |          |
        LB      | LBLOBXFL | text      |                |          |
        LB      | LBDTC    | text      |                |          |
        LB      | EPOCH    | text      |                |          |
        AE      | STUDYID  | text      | MINI           |          |
        AE      | USUBJID  | text      |                |          |
        AE      | AESEQ    | integer   |                |          |
        AE      | AESPID   | text      |                |          |
        AE      | AETERM   | text      |                |          |
        AE      | AESTDTC  | text      |                |          |
        AE      | AEREL    | text      |                | REL      | Supplemental Qualifier
        RS      | STUDYID  | text      | MINI           |          |
        RS      | USUBJID  | text      |                |          |
        RS      | RSSEQ    | integer   |                |          |
        RS      | RSSTRESC | text      |                |          |
        RS      | VISITNUM | float     |                |          |
        RS      | RSDTC    | text      |                |          |
        """,
    )
    book.add(
        "Codelists",
        """
        ID   | Term        | Decoded Value | Decoded Value (zh)
        SEX  | M           | Male          | 男
        SEX  | F           | Female        | 女
        UNIT | g/L         |               |
        UNIT | g/dL        |               |
        REL  | POSSIBLE    |               |
        REL  | NOT RELATED |               |
        """,
    )
    book.add(
        "Terms", "Codelist | Collected | Term\nREL | 可能有关 | POSSIBLE\nREL | 无关 | NOT RELATED"
    )
    book.add("Units", "Testcd | From | To | Factor\nHGB | g/dL | g/L | ##10")
    book.add(
        "Visits",
        """
        Visit as collected | n | VISITNUM | VISIT       | Unscheduled rule
        C{n}               | 2-9 | n      | CYCLE {n}   |
        UNS                |   |          | UNSCHEDULED | after previous
        """,
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From         | Join | On      | Where                    | Distinct
        TE      | TE     | sheet:TE     |      |         |                          |
        DM      | DEMO   | form:demo    |      |         |                          |
        DM      | DTH    | form:death   | left | SUBJECT |                          |
        DM      | EX     | EX           | many | USUBJID |                          |
        SE      | EL     | elements:TE  |      |         |                          |
        EX      | DOS    | form:dosing  |      |         | CAST(DOSE AS DOUBLE) > 0 |
        LB      | LAB    | form:lab     |      |         |                          |
        LB      | DM     | DM           | left | USUBJID |                          |
        LB      | SE     | SE           | many | USUBJID |                          |
        AE      | AEF    | form:events  |      |         |                          | by SUBJECT, AENO keep last SAVED
        RS      | RES    | form:response |     |         |                          |
        """,
    )
    book.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm    | Inputs        | Arguments                | When
        DM      | USUBJID  | DEMO   | concat       | SITE, SUBJECT | separator=-              |
        DM      | RFSTDTC  | EX     | first        | EXSTDTC       | order=EXSTDTC            |
        DM      | SEX      | DEMO   | term         | SEX           |                          |
        DM      | RFICDTC  | DEMO   | datetime     | ICDAT         |                          |
        DM      | BRTHDTC  | DEMO   | datetime     | BRTHDAT       |                          |
        DM      | DTHDTC   | DTH    | datetime     | DTHDAT        |                          |
        DM      | DTHFL    |        | constant     |               | value=Y                  | DTHDTC IS NOT NULL
        SE      | USUBJID  | EL     | assign       | USUBJID       |                          |
        SE      | ETCD     | EL     | assign       | ETCD          |                          |
        SE      | SESTDTC  | EL     | assign       | START_DATE    |                          |
        SE      | SEENDTC  | EL     | assign       | END_DATE      |                          |
        EX      | USUBJID  | DOS    | sql          |               | '01-' \\|\\| SUBJECT     |
        EX      | EXSEQ    |        | sequence     |               | order=EXSTDTC            |
        EX      | EXDOSE   | DOS    | number       | DOSE          |                          |
        EX      | EXSTDTC  | DOS    | datetime     | DOSDAT        |                          |
        LB      | USUBJID  | *      | sql          |               | '01-' \\|\\| SUBJECT     |
        LB      | LBSEQ    |        | sequence     |               | order=LBTESTCD, LBDTC    |
        LB      | LBORRES  | *      | text         | RESULT        |                          |
        LB      | LBORRESU | *      | term         | UNIT          |                          |
        LB      | LBSTRESN | *      | convert_unit | LBORRES, LBORRESU |                      |
        LB      | LBSTRESU | *      | assign       | STANDARD_UNIT |                          |
        LB      | LBLOBXFL |        | baseline_flag | LBDTC        | before=DM.RFSTDTC; by=LBTESTCD | LBORRES IS NOT NULL
        LB      | LBDTC    | *      | datetime     | LABDAT        |                          |
        LB      | EPOCH    | SE     | epoch        | LBDTC         | value=ETCD               |
        AE      | USUBJID  | AEF    | sql          |               | '01-' \\|\\| SUBJECT     |
        AE      | AESEQ    |        | sequence     |               | order=AESPID             |
        AE      | AESPID   | AEF    | assign       | AENO          |                          |
        AE      | AETERM   | AEF    | text         | TERM          | overflow=AETERM; width=6 |
        AE      | AESTDTC  | AEF    | datetime     | STDAT         |                          |
        AE      | AEREL    | AEF    | term         | REL           |                          |
        RS      | USUBJID  | RES    | sql          |               | '01-' \\|\\| SUBJECT     |
        RS      | RSSEQ    |        | sequence     |               | order=RSDTC              |
        RS      | RSSTRESC | RES    | assign       | RESP          |                          |
        RS      | VISITNUM |        | visit        | _VISIT, RSDTC | give=VISITNUM            |
        RS      | _VISIT   | RES    | assign       | VISIT         |                          |
        RS      | RSDTC    | RES    | datetime     | RSDAT         |                          |
        """.replace("\\\\|\\\\|", "||").replace("\\|\\|", "||"),
    )
    book.add(
        "Findings",
        """
        Dataset | Source | Column | Testcd | Test       | Unit  | Standard Unit | Digits
        LB      | LAB    | HGB    | HGB    | Hemoglobin | =HGBU | g/L           | ##0
        LB      | LAB    | ALB    | ALB    | Albumin    | g/L   | g/L           | ##0
        """,
    )
    book.content(
        "TE",
        """
        ETCD | ELEMENT   | Start   | End
        SCRN | Screening | RFICDTC | RFSTDTC
        TRT  | Treatment | RFSTDTC | DTHDTC
        """,
    )


def _adam(book):
    book.add("Define", "Attribute | Value\nStudyName | MINI")
    book.add(
        "Datasets",
        """
        Dataset | Key Variables
        ADSL    | STUDYID, USUBJID
        ADAE    | STUDYID, USUBJID, AESEQ
        ADRS    | STUDYID, USUBJID, PARAMCD, ADT
        ADTTE   | STUDYID, USUBJID, PARAMCD
        """,
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Format | Predecessor
        ADSL    | STUDYID  | text      |        | DM.STUDYID
        ADSL    | USUBJID  | text      |        | DM.USUBJID
        ADSL    | SEX      | text      |        | DM.SEX
        ADSL    | SAFFL    | text      |        |
        ADSL    | NDOSE    | integer   |        |
        ADSL    | TRTSDT   | integer   | DATE9. |
        ADSL    | TRTEDT   | integer   | DATE9. |
        ADSL    | DTHDT    | integer   | DATE9. |
        ADSL    | LSTALVDT | integer   | DATE9. |
        ADSL    | HGBBL    | float     |        |
        ADSL    | NACTDT   | integer   | DATE9. |
        ADAE    | STUDYID  | text      |        | AE.STUDYID
        ADAE    | USUBJID  | text      |        | AE.USUBJID
        ADAE    | AESEQ    | integer   |        | AE.AESEQ
        ADAE    | ASTDT    | integer   | DATE9. |
        ADAE    | AEREL    | text      |        | AE.AEREL
        ADRS    | STUDYID  | text      |        | ADSL.STUDYID
        ADRS    | USUBJID  | text      |        |
        ADRS    | PARAMCD  | text      |        |
        ADRS    | PARAM    | text      |        |
        ADRS    | AVALC    | text      |        |
        ADRS    | ADT      | integer   | DATE9. |
        ADRS    | ANL01FL  | text      |        |
        ADRS    | ANL02FL  | text      |        |
        ADRS    | ANL03FL  | text      |        |
        ADRS    | UNCPDFL  | text      |        |
        ADRS    | SRCSEQ   | integer   |        |
        ADTTE   | STUDYID  | text      |        | ADSL.STUDYID
        ADTTE   | USUBJID  | text      |        |
        ADTTE   | PARAMCD  | text      |        |
        ADTTE   | PARAM    | text      |        |
        ADTTE   | AVAL     | float     |        |
        ADTTE   | CNSR     | integer   |        |
        ADTTE   | STARTDT  | integer   | DATE9. |
        ADTTE   | ADT      | integer   | DATE9. |
        ADTTE   | EVNTDESC | text      |        |
        ADTTE   | CNSDTDSC | text      |        |
        ADTTE   | SRCDOM   | text      |        |
        ADTTE   | SRCVAR   | text      |        |
        ADTTE   | SRCSEQ   | integer   |        |
        """,
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From | Join          | On      | Where
        ADSL    | DM     | DM   |               |         |
        ADSL    | EX     | EX   | many          | USUBJID |
        ADSL    | RS     | RS   | many          | USUBJID |
        ADSL    | HGB    | LB   | left          | USUBJID | LBTESTCD = 'HGB' AND LBLOBXFL = 'Y'
        ADAE    | AE     | AE   |               |         |
        ADAE    | ADSL   | ADSL | left          | USUBJID |
        ADRS    | RS     | RS   |               |         |
        ADRS    | ADSL   | ADSL | left          | USUBJID |
        ADRS    | ALL    | ADSL | many          | USUBJID |
        ADTTE   | ADSL   | ADSL | left          | USUBJID |
        ADTTE   | TRT    | ADSL | many          | USUBJID | SAFFL = 'Y'
        ADTTE   | PD     | ADRS | many          | USUBJID | PARAMCD = 'PD' AND AVALC = 'Y'
        ADTTE   | ASSESS | ADRS | many          | USUBJID | PARAMCD = 'OVR'
        """,
    )
    book.add(
        "Derivations",
        """
        Dataset | Variable | Source | Algorithm   | Inputs  | Arguments                       | When
        ADSL    | SAFFL    | EX     | exists      | EXDOSE  | yes=Y; no=N                     |
        ADSL    | NDOSE    | EX     | count       | EXSTDTC |                                 |
        ADSL    | TRTSDT   | EX     | first       | EXSTDTC | order=EXSTDTC                   |
        ADSL    | TRTEDT   | EX     | last        | EXSTDTC | order=EXSTDTC                   |
        ADSL    | DTHDT    |        | date        | DM.DTHDTC |                               |
        ADSL    | LSTALVDT | RS     | last        | RSDTC   |                                 |
        ADSL    | HGBBL    |        | assign      | HGB.LBSTRESN |                            |
        ADSL    | NACTDT   |        | sql         |         | CAST(NULL AS DATE)              |
        ADAE    | ASTDT    |        | impute_date | AESTDTC | rule=START; not_before=ADSL.TRTSDT |
        ADRS    | USUBJID  | RS     | assign      | USUBJID |                                 |
        ADRS    | AVALC    | RS     | assign      | RSSTRESC |                                |
        ADRS    | ADT      | RS     | date        | RSDTC   |                                 |
        ADRS    | SRCSEQ   | RS     | assign      | RSSEQ   |                                 |
        ADTTE   | AVAL     |        | sql         |         | ADT - STARTDT + 1               |
        """,
    )
    book.add("Imputation", "ID | Missing part | Take\nSTART | day | first\nSTART | month | first")
    book.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM          | Source | Where         | Algorithm          | Inputs          | Arguments
        ADRS    | OVR     | Response       | RS     |               | records            |                 |
        ADRS    | COVR    | Confirmed      | OVR    |               | confirmed_response | AVALC, ADT      | by=USUBJID; start=ADSL.TRTSDT; new_therapy=ADSL.NACTDT; death=ADSL.DTHDT; carry=SRCSEQ
        ADRS    | RSP     | Responder      | COVR   | ANL02FL = 'Y' | first_occurrence   | AVALC, ADT      | by=USUBJID; values=PR\\|VGPR; subjects=ALL; carry=SRCSEQ
        ADRS    | PD      | Progression    | COVR   |               | first_occurrence   | AVALC, ADT      | by=USUBJID; values=PD; subjects=ALL
        ADTTE   | PFS     | Survival       | TRT    |               | time_to_event      | USUBJID, TRTSDT |
        """.replace("\\\\|", "|").replace("\\|", "|"),
    )
    book.add(
        "Events",
        """
        Dataset | PARAMCD | Order | Kind   | Source | Date   | Where | EVNTDESC    | CNSDTDSC        | CNSR
        ADTTE   | PFS     | ##1   | EVENT  | PD     | ADT    |       | PROGRESSION |                 | ##0
        ADTTE   | PFS     | ##2   | EVENT  | TRT    | DTHDT  |       | DEATH       |                 | ##0
        ADTTE   | PFS     | ##3   | CENSOR | ASSESS | ADT    |       |             | LAST ASSESSMENT | ##1
        """,
    )
    book.add(
        "Displays",
        """
        Display | Order | Row label  | Statistic    | Dataset | Parameter | Variable | Population  | Where       | Published
        Table 1 | ##1   | Women      | n_percent    | ADSL    |           |          | SAFFL = 'Y' | SEX = 'F'   | t1.women
        Table 1 | ##2   | Doses      | median_range | ADSL    |           | NDOSE    | SAFFL = 'Y' |             |
        Table 2 | ##1   | Responders | n_percent    | ADRS    | RSP       |          | SAFFL = 'Y' | AVALC = 'Y' | t2.orr
        """,
    )


def opened(study, **options) -> Session:
    """The study compiled; nothing of it is made yet."""
    study.write()
    return open_session(
        str(study.specs), language=options.get("language"), cutoff=options.get("cutoff")
    )


def chain(session, dataset, where, variable, *, depth=None, words=False) -> str:
    """The chain of the one value that a condition selects, as it is printed.

    Rules stand by their cells alone unless their words are asked for.
    """
    (target,) = session.targets(dataset, where, variable)
    graph = session.walk_targets([target], depth)
    lines = target_lines(graph, session.labels, [target], session.language)
    text = "\n".join("  " * line.level + line.text for line in lines)
    return (
        text
        if words
        else re.sub(r"(←|↚) .*  \[(.*) › (.*)\]$", r"\1 [\3]", text, flags=re.MULTILINE)
    )


def is_chain(found, expected) -> bool:
    """Whether a chain reads as it is written in a test."""
    wanted = textwrap.dedent(expected).strip()
    assert found == wanted, f"\n{found}\n--- instead of\n{wanted}"
    return True


def leaves(session, dataset, variable, position) -> set[tuple[str, str, int]]:
    """Raw cells at the ends of a value's chain: form, column and position."""
    graph = session._walk.walk([NodeKey("value", dataset, variable, position)])
    return {
        (node.key.name, node.key.column, node.key.position)
        for node in graph.leaves()
        if node.key.kind == "raw"
    }
