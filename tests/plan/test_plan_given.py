"""Studies whose sources are published data sets: ADaM from SDTM that lies in the raw folder."""

import pytest

from cdisc_pom.lint.study import LintOptions, lint_study

DM = """
    STUDYID,DOMAIN,USUBJID,SEX,RFSTDTC
    S,DM,01,F,2024-03-01
    S,DM,02,M,2024-03-04
"""
SUPPDM = """
    STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL,QORIG,QEVAL
    S,DM,01,,,ITT,Intent to Treat,Y,DERIVED,SPONSOR
"""
AE = """
    STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AESTDTC
    S,AE,02,1,RASH,2024-03-09
    S,AE,02,2,FALL,2024-03-20
"""


@pytest.fixture
def published(study):
    """An ADaM workbook alone over DM, SUPPDM and AE."""
    study.form("dm", DM).form("suppdm", SUPPDM).form("ae", AE)
    study.adam.add("Define", "Attribute | Value\nStudyName | S")
    study.adam.add("Datasets", "Dataset | Key Variables\nADSL | USUBJID\nADAE | USUBJID, AESEQ")
    study.adam.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Format | Predecessor
        ADSL    | USUBJID  | text      |        | DM.USUBJID
        ADSL    | SEX      | text      |        | DM.SEX
        ADSL    | TRTSDT   | integer   | DATE9. |
        ADSL    | ITTFL    | text      |        |
        ADAE    | USUBJID  | text      |        | AE.USUBJID
        ADAE    | AESEQ    | integer   |        | AE.AESEQ
        ADAE    | ITTFL    | text      |        | ADSL.ITTFL
        """,
    )
    study.adam.add(
        "Sources",
        """
        Dataset | Source | From | Join | On
        ADSL    | DM     | DM   |      |
        ADAE    | EVENTS | AE   |      |
        ADAE    | ADSL   | ADSL | left | USUBJID
        """,
    )
    study.adam.add(
        "Derivations",
        """
        Dataset | Variable | Algorithm | Inputs  | Arguments
        ADSL    | TRTSDT   | date      | RFSTDTC |
        ADSL    | ITTFL    | sql       |         | coalesce(ITT, 'N')
        """,
    )
    return study


def test_from_may_name_a_published_data_set_with_its_qualifiers(published):
    made = published.make()
    assert made.values("ADSL", "USUBJID", "SEX", "TRTSDT", "ITTFL") == [
        ("01", "F", "2024-03-01", "Y"),
        ("02", "M", "2024-03-04", "N"),
    ]
    assert made.datasets["ADSL"].origins == ("dm.csv:2", "dm.csv:3")
    assert made.told == []


def test_a_predecessor_names_the_data_set_even_where_the_source_has_another_name(published):
    made = published.make()
    assert made.values("ADAE", "USUBJID", "AESEQ", "ITTFL") == [("02", 1, "N"), ("02", 2, "N")]


def test_a_time_that_ends_in_a_published_data_set_says_its_name(published):
    published.adam.add("Datasets", "Dataset | Key Variables\nADTTE | USUBJID, PARAMCD")
    published.adam.add(
        "Variables",
        "Dataset | Variable | Data Type\nADTTE | USUBJID | text\nADTTE | PARAMCD | text\n"
        "ADTTE | SRCDOM | text\nADTTE | SRCVAR | text\nADTTE | SRCSEQ | integer",
    )
    published.adam.add(
        "Sources",
        "Dataset | Source | From | Join | On\nADTTE | SUBJECTS | ADSL | many | USUBJID\n"
        "ADTTE | EVENTS | AE | many | USUBJID",
    )
    published.adam.add(
        "Parameters",
        "Dataset | PARAMCD | PARAM | Source | Algorithm | Inputs\n"
        "ADTTE | TTAE | Time to AE | SUBJECTS | time_to_event | USUBJID, TRTSDT",
    )
    published.adam.add(
        "Events",
        """
        Dataset | PARAMCD | Order | Kind   | Source   | Date    | EVNTDESC | CNSDTDSC | CNSR
        ADTTE   | TTAE    | ##1   | EVENT  | EVENTS   | AESTDTC | AE       |          | ##0
        ADTTE   | TTAE    | ##2   | CENSOR | SUBJECTS | TRTSDT  |          | START    | ##1
        """,
    )
    assert published.make().values("ADTTE", "USUBJID", "SRCDOM", "SRCVAR", "SRCSEQ") == [
        ("01", "ADSL", "TRTSDT", None),
        ("02", "AE", "AESTDTC", 1),
    ]


def test_a_qualifier_of_no_record_is_told_once(published):
    published.form("suppdm", SUPPDM + "    S,DM,09,,,ITT,Intent to Treat,Y,DERIVED,SPONSOR\n")
    (told,) = published.make().told
    assert told.startswith("SUPPDM: a qualifier belongs to no record of dm.csv (1 record;")


def test_a_qualifier_that_is_not_there_is_told_at_its_cell(published):
    published.adam.change("Derivations", 3, Arguments="coalesce(ITTT, 'N')")
    assert published.problems() == [
        "adam.xlsx › Derivations!F3: unknown column 'ITTT'. Did you mean 'ITT'?"
    ]


def test_a_data_set_that_nothing_makes_and_no_file_holds_is_told(published):
    published.adam.change("Sources", 3, From="AEE")
    first = published.problems()[0]
    assert first == "adam.xlsx › Sources!C3: unknown data set 'AEE'. Did you mean 'AE'?"


def test_a_data_set_in_two_files_is_told(published):
    published.form("Dm", DM)
    assert published.problems()[0] == (
        "adam.xlsx › Sources!C2: 'DM' may be several files: Dm.csv, dm.csv. "
        "Say form: and the name of the file."
    )


def test_a_data_set_that_a_workbook_makes_wins_over_a_file(subjects):
    subjects.form("DM", DM)
    subjects.adam.add("Define", "Attribute | Value\nStudyName | MINI")
    subjects.adam.add("Datasets", "Dataset | Key Variables\nADSL | USUBJID")
    subjects.adam.add("Variables", "Dataset | Variable | Predecessor\nADSL | USUBJID | DM.USUBJID")
    subjects.adam.add("Sources", "Dataset | Source | From\nADSL | DM | DM")
    made = subjects.make()
    assert made.values("ADSL", "USUBJID") == ["M-01-001", "M-01-002", "M-02-001"]


@pytest.mark.parametrize(
    ("origin", "told"),
    [("AE", False), ("QSCO", False), ("SUPPAE", False), ("RELREC", False), ("ADLS", True)],
)
def test_without_raw_data_lint_takes_domains_for_given_and_nothing_else(published, origin, told):
    published.adam.change("Sources", 3, From=origin)
    published.write()
    messages = lint_study(published.specs, None, LintOptions(data=False)).messages
    found = [m.text for m in messages if m.text.startswith("unknown data set")]
    assert bool(found) == told, messages
