"""Sources: where records come from, what is joined to them, which duplicates stay."""

import itertools

import pytest

from studies import permuted

VARIABLES = """
    Dataset | Variable | Data Type
    CM      | USUBJID  | text
    CM      | CMTRT    | text
    CM      | CMSTDTC  | text
    CM      | CMCAT    | text
"""
MEDICATION = """
    SUBJECT,TRT,START
    01-001,阿司匹林,2024-02-01
    01-002,布洛芬,2024-02-02
"""
PRIOR = """
    SUBJECT,REGIMEN,BEGIN
    02-001,VD,2019-05
    01-001,TD,2018
"""


def test_sources_stack_one_under_another_and_rows_serve_one_or_each_of_them(domain):
    study = domain(
        "CM", "USUBJID, CMSTDTC", VARIABLES,
        """
        Dataset | Source | From
        CM      | CONMED | form:medication
        CM      | PRIOR  | form:prior
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        CM      | USUBJID  | *      | concat    | SUBJECT |
        CM      | CMTRT    | CONMED | assign    | TRT     |
        CM      | CMTRT    | PRIOR  | assign    | REGIMEN |
        CM      | CMSTDTC  | CONMED | datetime  | START   |
        CM      | CMSTDTC  | PRIOR  | datetime  | BEGIN   |
        CM      | CMCAT    | PRIOR  | constant  |         | value=PRIOR
        """,
    )  # fmt: skip
    made = study.form("medication", MEDICATION).form("prior", PRIOR).make()
    assert made.values("CM", "USUBJID", "CMTRT", "CMSTDTC", "CMCAT") == [
        ("01-001", "TD", "2018", "PRIOR"),
        ("01-001", "阿司匹林", "2024-02-01", None),
        ("01-002", "布洛芬", "2024-02-02", None),
        ("02-001", "VD", "2019-05", "PRIOR"),
    ]
    assert made.datasets["CM"].origins == (
        "prior.csv:3", "medication.csv:2", "medication.csv:3", "prior.csv:2",
    )  # fmt: skip
    assert made.told == []


def test_a_form_may_be_the_source_of_several_domains_and_of_one_twice(domain):
    study = domain(
        "CM", "USUBJID, CMCAT", VARIABLES,
        """
        Dataset | Source | From          | Where
        CM      | A      | form:medication | TRT = '布洛芬'
        CM      | B      | form:medication |
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        CM      | USUBJID  | *      | assign    | SUBJECT |
        CM      | CMTRT    | *      | assign    | TRT     |
        CM      | CMSTDTC  | *      | assign    | START   |
        CM      | CMCAT    | A      | constant  |         | value=A
        CM      | CMCAT    | B      | constant  |         | value=B
        """,
    )  # fmt: skip
    made = study.form("medication", MEDICATION).make()
    assert made.values("CM", "USUBJID", "CMCAT") == [
        ("01-001", "B"), ("01-002", "A"), ("01-002", "B"),
    ]  # fmt: skip


VISIT_VARIABLES = """
    Dataset | Variable | Data Type
    SV      | USUBJID  | text
    SV      | SVSTDTC  | text
    SV      | SVUPDES  | text
"""
VISITS = """
    SUBJECT,DATE
    01-001,2024-03-01
    01-002,2024-03-02
    02-001,2024-03-03
    ,2024-03-04
"""
NOTES = """
    WHO,ROUND,NOTE
    01-001,2,second
    01-001,1,first
    02-001,1,only
    ,9,of nobody
    03-001,1,of a stranger
"""


def with_notes(domain, join, **more):
    """SV with a note joined to each visit."""
    cells = " | ".join(more.values())
    study = domain(
        "SV", "USUBJID, SVSTDTC", VISIT_VARIABLES,
        f"""
        Dataset | Source | From       | Join   | On          | {" | ".join(more)}
        SV      | V      | form:visits |        |             |
        SV      | NOTE   | form:notes | {join} | SUBJECT=WHO | {cells}
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs
        SV      | USUBJID  | V      | assign    | SUBJECT
        SV      | SVSTDTC  | V      | assign    | DATE
        SV      | SVUPDES  | V      | assign    | NOTE.NOTE
        """,
    )  # fmt: skip
    return study.form("visits", VISITS).form("notes", NOTES)


@pytest.mark.parametrize(
    ("join", "notes"),
    [("first by ROUND", ["first", None, "only"]), ("last by ROUND", ["second", None, "only"])],
)
def test_a_join_takes_the_first_or_last_of_several_records(domain, join, notes):
    made = with_notes(domain, join).make()
    found = dict(made.values("SV", "USUBJID", "SVUPDES"))
    assert [found[subject] for subject in ("01-001", "01-002", "02-001")] == notes
    assert made.told == []


def test_a_missing_key_matches_nothing_as_in_sql(domain):
    made = with_notes(domain, "first by ROUND").make()
    assert made.values("SV", "USUBJID", "SVUPDES")[0] == (None, None)


def test_pain_23_a_left_join_that_matches_several_records_is_told_with_them(domain):
    made = with_notes(domain, "left").make()
    assert made.errors == [
        (
            "sdtm.xlsx › Sources!B4: SV: several records of NOTE have the same WHO "
            "(2 records; first: notes.csv:2) "
            "Join it with first by or last by, narrow it with Where, or make it many."
        )
    ]


def test_several_matches_for_a_record_that_is_not_there_are_no_fault(domain):
    study = with_notes(domain, "left", Where="WHO <> '01-001'")
    study.form("notes", NOTES + "    03-001,2,again\n")
    assert study.make().errors == []


def test_a_where_narrows_a_joined_source(domain):
    made = with_notes(domain, "left", Where="ROUND = '1'").make()
    assert dict(made.values("SV", "USUBJID", "SVUPDES"))["01-001"] == "first"
    assert made.told == []


TIED = """
    WHO,ROUND,NOTE
    01-001,1,one
    01-001,1,another
    02-001,1,only
"""


@pytest.mark.parametrize("join", ["first by ROUND", "last by ROUND"])
def test_records_that_tie_for_a_join_are_told(domain, join):
    # Which of them is taken would depend on the order of the file.
    study = with_notes(domain, join)
    study.form("notes", TIED)
    (error,) = study.make().errors
    assert error == (
        f"sdtm.xlsx › Sources!B4: SV: records of NOTE tie for {join} with the same WHO "
        "(2 records; first: notes.csv:2) Name a further column that decides between them."
    )


def test_records_that_are_equal_throughout_do_not_tie(domain):
    study = with_notes(domain, "first by ROUND")
    study.form("notes", TIED.replace("another", "one"))
    made = study.make()
    assert (made.errors, dict(made.values("SV", "USUBJID", "SVUPDES"))["01-001"]) == ([], "one")


def test_a_record_without_an_order_is_taken_only_where_there_is_no_other(domain):
    study = with_notes(domain, "first by ROUND")
    study.form("notes", "WHO,ROUND,NOTE\n01-001,,unordered\n01-001,5,fifth\n02-001,,alone\n")
    found = dict(study.make().values("SV", "USUBJID", "SVUPDES"))
    assert (found["01-001"], found["02-001"]) == ("fifth", "alone")


def test_related_records_are_counted_and_looked_up(domain):
    study = domain(
        "SV", "USUBJID", VISIT_VARIABLES,
        """
        Dataset | Source | From        | Join | On
        SV      | D      | DM          |      |
        SV      | V      | form:visits | many | _SUBJECT=SUBJECT
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        SV      | USUBJID  | D      | assign    | USUBJID |
        SV      | _SUBJECT | D      | sql       |         | substr(USUBJID, 3)
        SV      | SVSTDTC  | V      | last      | DATE    |
        SV      | SVUPDES  | V      | exists    | DATE    | yes=SEEN; no=NEVER SEEN
        """,
    )  # fmt: skip
    study.form("visits", "SUBJECT,DATE\n01-001,2024-03-01\n01-001,2024-04-01\n,2024-05-01\n")
    assert study.make().values("SV", "USUBJID", "SVSTDTC", "SVUPDES") == [
        ("M-01-001", "2024-04-01", "SEEN"),
        ("M-01-002", None, "NEVER SEEN"),
        ("M-02-001", None, "NEVER SEEN"),
    ]


EVENTS = """
    SUBJECT,NO,TERM,SAVED
    01-001,1,头痛,2024-03-02
    01-001,1,头疼,2024-03-01
    01-001,2,恶心,2024-03-01
    01-002,1,头痛,2024-03-01
    01-002,1,头痛,2024-03-01
"""


def with_duplicates(domain, rule):
    study = domain(
        "CM", "USUBJID, CMCAT", VARIABLES,
        f"""
        Dataset | Source | From        | Distinct
        CM      | E      | form:events | {rule}
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs
        CM      | USUBJID  | E      | assign    | SUBJECT
        CM      | CMCAT    | E      | assign    | NO
        CM      | CMTRT    | E      | assign    | TERM
        CM      | CMSTDTC  | E      | assign    | SAVED
        """,
    )  # fmt: skip
    return study.form("events", EVENTS)


@pytest.mark.parametrize(
    ("rule", "terms", "told"),
    [
        ("", ["头痛", "头疼", "恶心", "头痛", "头痛"], []),
        (
            "rows",
            ["头痛", "头疼", "恶心", "头痛"],
            [
                "duplicate of another record in the whole record; the first stays (1 record; first: events.csv:6)"
            ],
        ),
        (
            "by SUBJECT, NO keep last SAVED",
            ["头痛", "恶心", "头痛"],
            [
                "duplicate of another record in SUBJECT, NO; last by SAVED stays (2 records; first: events.csv:3)"
            ],
        ),
        (
            "by SUBJECT, NO keep first SAVED",
            ["头疼", "恶心", "头痛"],
            [
                "duplicate of another record in SUBJECT, NO; first by SAVED stays (2 records; first: events.csv:2)"
            ],
        ),
    ],
)
def test_duplicates_are_resolved_by_a_stated_rule_and_what_goes_is_told(domain, rule, terms, told):
    made = with_duplicates(domain, rule).make()
    assert made.values("CM", "CMTRT") == terms
    assert made.told == [f"sdtm.xlsx › Sources!B3: CM: {text}" for text in told]
    assert {found.severity for found in made.findings} <= {"note"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("rows", "与另一条记录重复（整条记录）；保留第一条"),
        (
            "by SUBJECT, NO keep last SAVED",
            "与另一条记录重复（SUBJECT、NO）；保留按 SAVED 排序的最后一条",
        ),
    ],
)
def test_duplicates_are_told_in_chinese_too(domain, rule, told):
    (found,) = with_duplicates(domain, rule).make().findings
    assert found.message_zh == told


def test_duplicates_that_tie_are_told(domain):
    study = with_duplicates(domain, "by SUBJECT, NO keep last SAVED")
    study.form("events", EVENTS.replace("01-001,1,头疼,2024-03-01", "01-001,1,头疼,2024-03-02"))
    (error,) = study.make().errors
    assert error == (
        "sdtm.xlsx › Sources!B3: CM: duplicates in SUBJECT, NO tie for last by SAVED "
        "(2 records; first: events.csv:2) Name a further column that decides between them."
    )


AMERICAN = """
    SUBJECT,NO,TERM,SAVED
    01-001,1,头痛,12/30/2013 2:05 PM
    01-001,1,头疼,1/6/2014 9:00 AM
    01-002,1,恶心,1/6/2014 9:30 AM
    01-002,1,恶心感,1/6/2014 1:15 PM
"""


@pytest.mark.parametrize(
    ("form", "terms"),
    [
        # as text 12/30/2013 is greater than 1/6/2014, and 9:30 AM greater than 1:15 PM
        ("", ["头痛", "恶心"]),
        (" as M/d/yyyy h:mm a", ["头疼", "恶心感"]),
    ],
)
def test_what_is_later_is_asked_of_dates_where_the_rule_says_their_form(domain, form, terms):
    study = with_duplicates(domain, f"by SUBJECT, NO keep last SAVED{form}")
    assert study.form("events", AMERICAN).make().values("CM", "CMTRT") == terms


def test_a_date_that_decides_between_duplicates_must_be_one(domain):
    study = with_duplicates(domain, "by SUBJECT, NO keep last SAVED as M/d/yyyy h:mm a")
    study.form("events", AMERICAN.replace("1/6/2014 9:00 AM", "6-Jan"))
    (error,) = study.make().errors
    assert error == (
        "sdtm.xlsx › Sources!B3: CM: a value that decides between duplicates is no date of its "
        "form (1 record; first: events.csv:3)"
    )


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[1:4])
def test_the_order_of_a_file_changes_nothing(domain, order):
    study = with_notes(domain, "first by ROUND")
    before = study.make().values("SV", "USUBJID", "SVUPDES")
    study.form("notes", permuted(NOTES, [*order, 4, 3])).form(
        "visits", permuted(VISITS, [3, *order])
    )
    assert study.make().values("SV", "USUBJID", "SVUPDES") == before


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("From", "form:vists", "Sources!C3: unknown raw form 'vists'. Did you mean 'visits'?"),
        ("From", "sheet:TA", "Sources!C3: unknown sheet 'TA'."),
        ("From", "DMM", "Sources!C3: unknown data set 'DMM'. Did you mean 'DM'?"),
        ("From", "table:x", "Sources!C3: unknown kind of source 'table'. Known: elements, form, sheet."),
        ("Where", "DAT > '2024'", "Sources!F3: unknown column of V 'DAT'. Did you mean 'DATE'?"),
        ("Where", "DATE >", "Sources!F3: 'DATE >' is not a SQL expression ("),
        ("Where", "DM.SEX = 'M'", "Sources!F3: 'DM.SEX' is not of the source V."),
        ("Distinct", "yes please", "Sources!G3: 'yes please' is no rule for duplicates. Say rows, or by COLUMN, COLUMN keep last COLUMN."),
        ("Distinct", "by SUBJEC keep last DATE", "Sources!G3: unknown column of V 'SUBJEC'. Did you mean 'SUBJECT'?"),
        ("Distinct", "by SUBJECT keep last DATE as HH:mm a", "Sources!G3: 'HH:mm a' needs h and a together: hours of half a day, AM or PM."),
        ("Distinct", "by SUBJECT", "Sources!G3: 'by SUBJECT' does not say which record stays. Say by SUBJECT keep last COLUMN."),
    ],
)  # fmt: skip
def test_a_fault_of_a_source_is_told_at_its_cell(domain, column, cell, told):
    study = with_notes(domain, "left", Where="ROUND = '1'")
    study.sdtm.change("Sources", 3, **{column: cell})
    assert any(error.startswith(f"sdtm.xlsx › {told}") for error in study.problems())


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"Join": "inner"}, "Sources!D4: 'inner' is no join. Say left, many, first by COLUMN or last by COLUMN."),
        ({"Join": "first"}, "Sources!D4: 'first' is no join. Say left, many, first by COLUMN or last by COLUMN."),
        ({"Join": "first by RUND"}, "Sources!D4: unknown column of NOTE 'RUND'. Did you mean 'ROUND'?"),
        ({"On": None}, "Sources!E4: 'On' is empty. Name the columns that both have, e.g. USUBJID, or RECORD=SOURCE."),
        ({"On": "SUBJECT"}, "Sources!E4: unknown column of NOTE 'SUBJECT'."),
        ({"On": "SUBJ=WHO"}, "Sources!E4: unknown column 'SUBJ'."),
        ({"Source": "V"}, "Sources!B4: source 'V' stands twice."),
    ],
)  # fmt: skip
def test_a_fault_of_a_join_is_told_at_its_cell(domain, cells, told):
    study = with_notes(domain, "left", Where="ROUND = '1'")
    study.sdtm.change("Sources", 4, **cells)
    assert any(error.startswith(f"sdtm.xlsx › {told}") for error in study.problems())
