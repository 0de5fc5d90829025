"""ADaM from workbooks: predecessors, imputation, parameters, time to event."""

import itertools

import pytest

ADSL = """
    Dataset | Variable | Data Type | Format | Predecessor
    ADSL    | STUDYID  | text      |        | DM.STUDYID
    ADSL    | USUBJID  | text      |        | DM.USUBJID
    ADSL    | SEX      | text      |        | DM.SEX
    ADSL    | FASFL    | text      |        |
    ADSL    | TRTSDT   | integer   | DATE9. |
    ADSL    | DTHDT    | integer   | DATE9. |
    ADSL    | LSTALVDT | integer   | DATE9. |
"""
EX = "ID,DATE\nM-01-001,2024-03-01\nM-01-001,2024-04-01\nM-02-001,2024-03-05\n"


@pytest.fixture
def adsl(subjects, domain):
    """ADSL of the three subjects: dosed or not, dead or last seen on some day."""
    domain(
        "EX", "USUBJID, EXSTDTC",
        "Dataset | Variable\nEX | USUBJID\nEX | EXSTDTC",
        "Dataset | Source | From\nEX | E | form:ex",
        "Dataset | Variable | Source | Algorithm | Inputs\nEX | USUBJID | E | assign | ID\nEX | EXSTDTC | E | assign | DATE",
    )  # fmt: skip
    subjects.sdtm.add(
        "Variables", "Dataset | Variable\nDM | DTHDTC\nDM | _SEEN".replace("\nDM | _SEEN", "")
    )
    subjects.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        DM      | DTHDTC   | DEMO   | datetime  | DEATH
        DM      | _SEEN    | DEMO   | datetime  | SEEN
        """,
    )
    subjects.form("ex", EX)
    subjects.form(
        "demographics",
        """
        SITE,SUBJECT,SEX,ICDAT,DEATH,SEEN
        01,001,男,2024-02-20,2024-08-01,2024-07-15
        01,002,女,2024-02-22,,2024-02-25
        02,001,F,2024-03-01,,2024-09-09
        """,
    )
    domain(
        "ADSL", "STUDYID, USUBJID", ADSL,
        """
        Dataset | Source | From | Join | On
        ADSL    | DM     | DM   |      |
        ADSL    | EX     | EX   | many | USUBJID
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs    | Arguments
        ADSL    | FASFL    | EX     | exists    | EXSTDTC   | no=N
        ADSL    | TRTSDT   | EX     | first     | EXSTDTC   |
        ADSL    | DTHDT    |        | date      | DM.DTHDTC |
        ADSL    | LSTALVDT |        | date      | DM._SEEN  |
        """,
        kind="adam",
    )  # fmt: skip
    subjects.adam.add("Codelists", "ID | Term\nNY | Y")
    return subjects


def test_a_predecessor_takes_a_value_over_from_its_source(adsl):
    made = adsl.make()
    assert made.values("ADSL", "USUBJID", "SEX", "FASFL", "TRTSDT", "DTHDT", "LSTALVDT") == [
        ("M-01-001", "M", "Y", "2024-03-01", "2024-08-01", "2024-07-15"),
        ("M-01-002", "F", "N", None, None, "2024-02-25"),
        ("M-02-001", "F", "Y", "2024-03-05", None, "2024-09-09"),
    ]
    assert str(made.frame("ADSL")["TRTSDT"].dtype) == "datetime64[us]"
    assert made.told == []


def test_a_predecessor_that_is_not_there_is_told(adsl):
    adsl.adam.change("Variables", 4, Predecessor="DM.SEXX")
    assert adsl.problems() == [
        "adam.xlsx › Variables!R4: unknown column of DM 'SEXX'. Did you mean 'SEX'?"
    ]


def test_partial_dates_are_imputed_by_rules_within_bounds(adsl, domain):
    domain(
        "ADAE", "USUBJID, AESTDTC",
        """
        Dataset | Variable | Data Type | Format
        ADAE    | USUBJID  | text      |
        ADAE    | AESTDTC  | text      |
        ADAE    | ASTDT    | integer   | DATE9.
        ADAE    | ASTDTF   | text      |
        ADAE    | AENDT    | integer   | DATE9.
        """,
        """
        Dataset | Source | From | Join | On
        ADAE    | AE     | AE   |      |
        ADAE    | ADSL   | ADSL | left | USUBJID
        """,
        """
        Dataset | Variable | Source | Algorithm       | Inputs  | Arguments
        ADAE    | USUBJID  | AE     | assign          | USUBJID |
        ADAE    | AESTDTC  | AE     | assign          | AESTDTC |
        ADAE    | ASTDT    |        | impute_date     | AESTDTC | rule=START; not_before=ADSL.TRTSDT
        ADAE    | ASTDTF   |        | imputation_flag | AESTDTC |
        ADAE    | AENDT    |        | impute_date     | AESTDTC | rule=END; not_after=ADSL.LSTALVDT
        """,
        kind="adam",
    )  # fmt: skip
    domain(
        "AE", "USUBJID, AESTDTC", "Dataset | Variable\nAE | USUBJID\nAE | AESTDTC",
        "Dataset | Source | From\nAE | A | form:ae",
        "Dataset | Variable | Source | Algorithm | Inputs | Arguments\nAE | USUBJID | A | assign | ID |\nAE | AESTDTC | A | datetime | DATE | date=yyyy-MM-dd",
    )  # fmt: skip
    adsl.adam.add(
        "Imputation",
        """
        ID    | Missing part | Take
        START | day          | first
        START | month        | first
        END   | day          | last
        END   | month        | last
        """,
    )
    adsl.form(
        "ae",
        "ID,DATE\nM-01-001,2024-03\nM-01-001,2024-02\nM-01-001,2024\nM-01-002,2024\nM-02-001,2024-09\n",
    )
    assert adsl.make().values("ADAE", "USUBJID", "AESTDTC", "ASTDT", "ASTDTF", "AENDT") == [
        ("M-01-001", "2024", "2024-03-01", "M", "2024-07-15"),
        ("M-01-001", "2024-02", "2024-02-01", "D", "2024-02-29"),  # before treatment: it stays
        ("M-01-001", "2024-03", "2024-03-01", "D", "2024-03-31"),
        ("M-01-002", "2024", "2024-01-01", "M", "2024-02-25"),
        ("M-02-001", "2024-09", "2024-09-01", "D", "2024-09-09"),
    ]


RESPONSES = """
    ID,DATE,RESP,WHO
    M-01-001,2024-04-01,PR,A
    M-01-001,2024-05-01,PR,A
    M-01-001,2024-06-01,PD,A
    M-01-001,2024-04-02,SD,B
    M-02-001,2024-04-05,SD,A
    M-02-001,2024-05-05,PD,A
"""


@pytest.fixture
def adrs(adsl, domain):
    """Responses of two readers; the best of each subject and reader, the first PD."""
    domain(
        "RS", "USUBJID, RSEVAL, RSDTC", "Dataset | Variable | Data Type\nRS | USUBJID | text\nRS | RSSEQ | integer\nRS | RSEVAL | text\nRS | RSDTC | text\nRS | RSSTRESC | text",
        "Dataset | Source | From\nRS | R | form:rs",
        """
        Dataset | Variable | Source | Algorithm | Inputs | Arguments
        RS      | USUBJID  | R      | assign    | ID     |
        RS      | RSSEQ    |        | sequence  |        | order=Key Variables
        RS      | RSEVAL   | R      | assign    | WHO    |
        RS      | RSDTC    | R      | assign    | DATE   |
        RS      | RSSTRESC | R      | assign    | RESP   |
        """,
    )  # fmt: skip
    adsl.form("rs", RESPONSES)
    domain(
        "ADRS", "USUBJID, PARAMCD, PARCAT1, ADT",
        """
        Dataset | Variable | Data Type | Format
        ADRS    | USUBJID  | text      |
        ADRS    | PARAMCD  | text      |
        ADRS    | PARAM    | text      |
        ADRS    | PARAMN   | integer   |
        ADRS    | PARCAT1  | text      |
        ADRS    | ADT      | integer   | DATE9.
        ADRS    | ADY      | integer   |
        ADRS    | AVALC    | text      |
        ADRS    | SRCSEQ   | integer   |
        """,
        """
        Dataset | Source | From | Join | On      | Where
        ADRS    | RS     | RS   |      |         |
        ADRS    | ADSL   | ADSL | left | USUBJID |
        ADRS    | FAS    | ADSL | many | USUBJID | FASFL = 'Y'
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs | Arguments
        ADRS    | USUBJID  | RS     | assign    | USUBJID |
        ADRS    | ADT      | RS     | date      | RSDTC  |
        ADRS    | ADY      |        | study_day | ADT    | reference=ADSL.TRTSDT
        ADRS    | AVALC    | RS     | assign    | RSSTRESC |
        ADRS    | SRCSEQ   | RS     | assign    | RSSEQ  |
        """,
        kind="adam",
    )  # fmt: skip
    adsl.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM            | PARAMN | PARCAT1 | Source | Where        | Algorithm        | Inputs     | Arguments
        ADRS    | OVR     | Overall Response | ##1    | A       | RS     | RSEVAL = 'A' | records          |            |
        ADRS    | OVR     | Overall Response | ##1    | B       | RS     | RSEVAL = 'B' | records          |            |
        ADRS    | RSP     | Response         | ##2    |         | OVR    |              | first_occurrence | AVALC, ADT | by=USUBJID, PARCAT1; values=CR|PR; subjects=FAS; carry=SRCSEQ
        ADRS    | EARLY   | Early Response   | ##3    | A       | OVR    | ADT - ADSL.TRTSDT < 40 | first_occurrence | AVALC, ADT | by=USUBJID, PARCAT1; values=CR|PR
        """,
    )
    return adsl


def test_parameters_take_records_over_and_make_new_ones_from_them(adrs):
    made = adrs.make()
    assert made.values(
        "ADRS", "USUBJID", "PARAMCD", "PARCAT1", "ADT", "ADY", "AVALC", "SRCSEQ"
    ) == [
        ("M-01-001", "EARLY", "A", "2024-04-01", 32, "Y", None),
        ("M-01-001", "OVR", "A", "2024-04-01", 32, "PR", 1),
        ("M-01-001", "OVR", "A", "2024-05-01", 62, "PR", 2),
        ("M-01-001", "OVR", "A", "2024-06-01", 93, "PD", 3),
        ("M-01-001", "OVR", "B", "2024-04-02", 33, "SD", 4),
        ("M-01-001", "RSP", "A", "2024-04-01", 32, "Y", 1),
        ("M-01-001", "RSP", "B", None, None, "N", None),
        ("M-02-001", "EARLY", "A", None, None, "N", None),
        ("M-02-001", "OVR", "A", "2024-04-05", 32, "SD", 1),
        ("M-02-001", "OVR", "A", "2024-05-05", 62, "PD", 2),
        ("M-02-001", "RSP", "A", None, None, "N", None),
        ("M-02-001", "RSP", "B", None, None, "N", None),  # every subject with every reader
    ]
    assert dict(made.values("ADRS", "PARAMCD", "PARAMN")) == {"OVR": 1, "RSP": 2, "EARLY": 3}
    assert dict(made.values("ADRS", "PARAMCD", "PARAM"))["RSP"] == "Response"
    assert made.told == []


def test_a_parameter_and_the_data_set_that_it_needs_may_feed_each_other_but_not_in_a_circle(adrs):
    """ADSL may take a value from ADRS while ADRS takes its study days from ADSL."""
    adrs.adam.add("Variables", "Dataset | Variable | Data Type\nADSL | RESPFL | text")
    adrs.adam.add(
        "Sources",
        "Dataset | Source | From | Join | On | Where\nADSL | RSP | ADRS | many | USUBJID | PARAMCD = 'EARLY'",
    )
    adrs.adam.add(
        "Derivations",
        "Dataset | Variable | Source | Algorithm | Inputs\nADSL | RESPFL | RSP | first | AVALC",
    )
    assert adrs.make().values("ADSL", "RESPFL") == ["Y", None, "N"]
    # Now the treatment start, which EARLY is made with, comes from ADRS: a circle.
    adrs.adam.add(
        "Derivations",
        "Dataset | Variable | Source | Algorithm | Inputs | When\nADSL | TRTSDT | RSP | first | ADT | FASFL = 'X'",
    )
    (fault,) = adrs.problems()
    assert "variables need each other: " in fault
    assert "ADSL.TRTSDT" in fault
    assert fault.endswith("Break the circle: one of them must come from something else.")


def test_variables_that_need_each_other_are_told_with_their_chain(adsl):
    adsl.adam.add("Variables", "Dataset | Variable\nADSL | A\nADSL | B\nADSL | C")
    adsl.adam.add(
        "Derivations",
        "Dataset | Variable | Algorithm | Arguments\nADSL | A | sql | B\nADSL | B | sql | C\nADSL | C | sql | A",
    )
    (fault,) = adsl.problems()
    place, _, text = fault.partition(": ")
    assert place in {f"adam.xlsx › Derivations!B{row}" for row in (6, 7, 8)}
    chains = [
        "variables need each other: " + " → ".join(f"ADSL.{name}" for name in chain)
        for chain in ("ABCA", "BCAB", "CABC")
    ]
    assert any(text.startswith(chain) for chain in chains)


@pytest.mark.parametrize(
    ("row", "cells", "told"),
    [
        (2, {"Algorithm": "record"}, "I2: unknown parameter algorithm 'record'. Did you mean 'records'?"),
        (2, {"Algorithm": "assign"}, "I2: unknown parameter algorithm 'assign'."),
        (2, {"Source": "RSS"}, "G2: unknown source or parameter 'RSS'. Did you mean 'RS'?"),
        (2, {"Where": "RSEVA = 'A'"}, "H2: unknown column 'RSEVA'. Did you mean 'RSEVAL'?"),
        (2, {"Where": "AVALC = 'PR'"}, "H2: unknown column 'AVALC'."),  # not made yet
        (2, {"Where": "ADSL.SEX = 'M'"}, "H2: unknown source 'ADSL'."),
        (4, {"Where": "RSEVAL = 'A'"}, "H4: unknown column 'RSEVAL'."),
        (4, {"Inputs": "AVALC"}, "K4: 'first_occurrence' needs date."),
        (4, {"Arguments": "by=USUBJID"}, "K4: 'first_occurrence' needs values."),
        (4, {"Arguments": "by=USUBJID; values=PR; subjects=FSA"}, "K4: unknown source 'FSA'. Did you mean 'FAS'?"),
        (4, {"Arguments": "by=USUBJI; values=PR"}, "K4: unknown column 'USUBJI'. Did you mean 'USUBJID'?"),
        (4, {"Arguments": "by USUBJID"}, "K4: 'by USUBJID' is not of the form name=value."),
    ],
)  # fmt: skip
def test_a_fault_of_a_parameter_is_told_at_its_cell(adrs, row, cells, told):
    adrs.adam.change("Parameters", row, **cells)
    errors = adrs.problems()
    where, _, text = told.partition(": ")
    assert any(
        error.startswith(f"adam.xlsx › Parameters!{where}: {text}")
        or ("needs" in text and error.startswith("adam.xlsx › Parameters!") and text in error)
        for error in errors
    ), errors


TTE = """
    Dataset | PARAMCD | Order | Kind   | Source | Date     | Where | EVNTDESC | CNSDTDSC   | CNSR
    ADTTE   | PFS     | ##1   | EVENT  | PD     | ADT      |       | PD       |            | ##0
    ADTTE   | PFS     | ##2   | EVENT  | FAS    | DTHDT    |       | DEATH    |            | ##0
    ADTTE   | PFS     | ##3   | CENSOR | ASSESS | ADT      |       |          | LAST VISIT | ##1
    ADTTE   | PFS     | ##4   | CENSOR | FAS    | TRTSDT   |       |          | NO VISIT   | ##2
"""


@pytest.fixture
def adtte(adrs, domain):
    domain(
        "ADTTE", "USUBJID, PARAMCD",
        """
        Dataset | Variable | Data Type | Format
        ADTTE   | USUBJID  | text      |
        ADTTE   | PARAMCD  | text      |
        ADTTE   | STARTDT  | integer   | DATE9.
        ADTTE   | ADT      | integer   | DATE9.
        ADTTE   | AVAL     | integer   |
        ADTTE   | CNSR     | integer   |
        ADTTE   | EVNTDESC | text      |
        ADTTE   | CNSDTDSC | text      |
        ADTTE   | SRCDOM   | text      |
        ADTTE   | SRCVAR   | text      |
        ADTTE   | SRCSEQ   | integer   |
        """,
        """
        Dataset | Source | From | Join | On      | Where
        ADTTE   | FAS    | ADSL | many | USUBJID | FASFL = 'Y'
        ADTTE   | PD     | RS2  | many | USUBJID | RSSTRESC = 'PD'
        ADTTE   | ASSESS | RS2  | many | USUBJID | RSSTRESC <> 'PD'
        """.replace("RS2", "ADRS").replace("RSSTRESC", "PARAMCD = 'OVR' AND AVALC"),
        "Dataset | Variable | Algorithm | Arguments\nADTTE | AVAL | sql | ADT - STARTDT + 1",
        kind="adam",
    )  # fmt: skip
    adrs.adam.add(
        "Parameters",
        "Dataset | PARAMCD | PARAM | Source | Algorithm | Inputs\nADTTE | PFS | PFS | FAS | time_to_event | USUBJID, TRTSDT",
    )
    adrs.adam.add("Events", TTE)
    return adrs


def ends(study):
    return study.make().values(
        "ADTTE",
        "USUBJID",
        "ADT",
        "AVAL",
        "CNSR",
        "EVNTDESC",
        "CNSDTDSC",
        "SRCDOM",
        "SRCVAR",
        "SRCSEQ",
    )


def test_pain_19_time_ends_at_the_earliest_event_or_else_at_the_latest_censoring(adtte):
    assert ends(adtte) == [
        ("M-01-001", "2024-06-01", 93, 0, "PD", None, "ADRS", "ADT", None),
        ("M-02-001", "2024-05-05", 62, 0, "PD", None, "ADRS", "ADT", None),
    ]


@pytest.mark.parametrize(
    ("responses", "death", "expected"),
    [
        # assessments of M-01-001 (treated from 2024-03-01), death, what ends the time
        (["2024-04-01 PD"], None, ("2024-04-01", 0, "PD", None)),
        (["2024-04-01 PD"], "2024-03-20", ("2024-03-20", 0, "DEATH", None)),
        (["2024-04-01 PD"], "2024-04-01", ("2024-04-01", 0, "PD", None)),  # a tie: smaller Order
        (["2024-04-01 PD", "2024-05-01 PD"], None, ("2024-04-01", 0, "PD", None)),
        (["2024-04-01 SD", "2024-05-01 SD"], None, ("2024-05-01", 1, None, "LAST VISIT")),
        (["2024-04-01 SD"], "2024-06-01", ("2024-06-01", 0, "DEATH", None)),
        ([], None, ("2024-03-01", 2, None, "NO VISIT")),
        ([], "2024-03-15", ("2024-03-15", 0, "DEATH", None)),
        (["2024-03-01 SD"], None, ("2024-03-01", 1, None, "LAST VISIT")),  # a tie: smaller Order
        (["2024-02-01 PD"], None, ("2024-03-01", 0, "PD", None)),  # before the start: the start
    ],
)
def test_pain_19_truth_table_of_events_and_censorings(adtte, responses, death, expected):
    lines = [f"M-01-001,{day},{resp},A" for day, resp in (r.split() for r in responses)]
    adtte.form("rs", "ID,DATE,RESP,WHO\n" + "\n".join(lines) + "\n")
    adtte.form(
        "demographics",
        f"SITE,SUBJECT,SEX,ICDAT,DEATH,SEEN\n01,001,男,2024-02-20,{death or ''},2024-07-15\n",
    )
    ((_, date, _, *rest, _, _, _),) = ends(adtte)
    assert (date, *rest) == expected


@pytest.mark.parametrize("order", list(itertools.permutations(range(6)))[7::120])
def test_pain_18_the_order_of_records_and_of_rows_of_events_changes_nothing(adtte, order):
    before = ends(adtte)
    header, *records = [line.strip() for line in RESPONSES.strip().splitlines()]
    adtte.form("rs", "\n".join([header, *(records[at] for at in order)]) + "\n")
    adtte.adam.sheets["Events"].reverse()
    assert ends(adtte) == before


def test_an_event_with_an_incomplete_date_is_told_and_never_ends_a_time(adtte):
    # As text in the source: the day of the progression is not known.
    adtte.adam.change("Variables", 14, **{"Data Type": "text", "Format": None})
    adtte.adam.change("Derivations", 7, Algorithm="assign", Inputs="RSDTC")
    adtte.adam.sheets["Parameters"] = [
        row for row in adtte.adam.sheets["Parameters"] if row["PARAMCD"] in ("OVR", "PFS")
    ]
    adtte.form("rs", "ID,DATE,RESP,WHO\nM-01-001,2024-04-01,SD,A\nM-01-001,2024-06,PD,A\n")
    made = adtte.make()
    assert any(
        error == "adam.xlsx › Events!F2: ADTTE: '2024-06' is not a complete date "
        "(1 record; first: rs.csv:3) Use impute_date for partial dates."
        for error in made.errors
    ), made.errors


def test_a_subject_with_no_date_at_all_is_told(adtte):
    adtte.adam.sheets["Events"] = adtte.adam.sheets["Events"][:2]
    adtte.form("rs", "ID,DATE,RESP,WHO\n")
    made = adtte.make()
    assert made.errors == [
        (
            "adam.xlsx › Parameters!I6: ADTTE.PFS: subject 'M-02-001' has neither an event nor a "
            "censoring date (1 record; first: demographics.csv:4) "
            "Add a censoring row that every subject has to Events."
        )
    ]


@pytest.mark.parametrize("date", ["LAST VISIT", None])
def test_a_censoring_may_say_what_warrants_it_and_what_its_date_is(adtte, date):
    adtte.form("rs", "ID,DATE,RESP,WHO\nM-01-001,2024-04-01,SD,A\n")
    adtte.form(
        "demographics", "SITE,SUBJECT,SEX,ICDAT,DEATH,SEEN\n01,001,男,2024-02-20,,2024-07-15\n"
    )
    adtte.adam.change("Events", 4, EVNTDESC="STUDY END", CNSDTDSC=date)
    assert ends(adtte)[0][3:6] == (1, "STUDY END", date)


def test_a_subject_without_a_start_keeps_the_date_of_the_event(adtte):
    adtte.adam.change("Sources", 6, Where=None)  # not treated subjects too
    adtte.adam.sheets["Sources"] = [
        {**row, "Where": None} if row["Dataset"] == "ADTTE" and row["Source"] == "FAS" else row
        for row in adtte.adam.sheets["Sources"]
    ]
    adtte.adam.sheets["Events"][3]["Date"] = "LSTALVDT"
    found = {row[0]: row for row in ends(adtte)}
    assert found["M-01-002"][1:6] == ("2024-02-25", None, 2, None, "NO VISIT")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Source": "PDD"}, "E2: unknown source 'PDD'. Did you mean 'PD'?"),
        ({"Date": "ADTM"}, "F2: unknown column of PD 'ADTM'. Did you mean 'ADT'?"),
        ({"Where": "AVAL > 1"}, "G2: unknown column of PD 'AVAL'. Did you mean 'AVALC'?"),
        ({"CNSR": 1.0}, "J2: EVENT has CNSR 1. An event has CNSR 0, a censoring a number from 1."),
        ({"EVNTDESC": None}, "H2: describes nothing. EVENT needs a text here."),
        ({"Kind": "CENSOR"}, "J2: CENSOR has CNSR 0. An event has CNSR 0, a censoring a number from 1."),
        ({"PARAMCD": "PSF"}, "B2: unknown parameter of ADTTE 'PSF'. Did you mean 'PFS'?"),
        ({"Order": 2.0}, "C3: Order 2 of PFS stands twice."),
    ],
)  # fmt: skip
def test_a_fault_of_an_event_is_told_at_its_cell(adtte, cells, told):
    adtte.adam.change("Events", 2, **cells)
    errors = adtte.problems()
    assert any(error.startswith(f"adam.xlsx › Events!{told}") for error in errors), errors


def test_a_time_without_events_is_told(adtte):
    adtte.adam.sheets["Events"] = []
    assert adtte.problems() == ["adam.xlsx › Parameters!B6: Events has no row for PFS."]


def test_a_rule_of_imputation_that_is_not_there_is_told(adsl):
    adsl.adam.add("Imputation", "ID | Missing part | Take\nSTART | day | first")
    adsl.adam.change("Derivations", 4, Algorithm="impute_date", Arguments="rule=STRAT")
    assert adsl.problems() == [
        "adam.xlsx › Derivations!F4: unknown imputation rule 'STRAT'. Did you mean 'START'?"
    ]
