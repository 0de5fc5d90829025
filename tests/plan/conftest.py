"""A study with subjects, that tests of one feature add to."""

import pytest

DEMOGRAPHICS = """
    SITE,SUBJECT,SEX,ICDAT,SAVETS
    01,001,男,2024-02-20,2024-02-21T08:00
    01,002,女,2024-02-22,2024-02-23T08:00
    02,001,F,2024-03-01,2024-03-02T08:00
"""


@pytest.fixture
def subjects(study):
    """DM of three subjects: M-01-001, M-01-002, M-02-001."""
    study.form("demographics", DEMOGRAPHICS)
    study.sdtm.add("Define", "Attribute | Value\nStudyName | MINI")
    study.sdtm.add("Datasets", "Dataset | Key Variables\nDM | STUDYID, USUBJID")
    study.sdtm.add(
        "Variables",
        """
        Dataset | Variable | Assigned Value | Codelist
        DM      | STUDYID  | MINI           |
        DM      | USUBJID  |                |
        DM      | SEX      |                | SEX
        DM      | RFICDTC  |                |
        """,
    )
    study.sdtm.add(
        "Codelists",
        """
        ID  | Term | Decoded Value | Decoded Value (zh)
        SEX | M    | Male          | 男
        SEX | F    | Female        | 女
        """,
    )
    study.sdtm.add("Sources", "Dataset | Source | From\nDM | DEMO | form:demographics")
    study.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs           | Arguments
        DM      | USUBJID  | DEMO   | concat    | _M, SITE, SUBJECT | separator=-
        DM      | _M       | DEMO   | constant  |                  | value=M
        DM      | SEX      | DEMO   | term      | SEX              |
        DM      | RFICDTC  | DEMO   | datetime  | ICDAT            |
        """,
    )
    return study


@pytest.fixture
def domain(subjects):
    """Adds a domain with its variables, sources and rows in one call."""

    def add(name, keys, variables, sources, mapping, *, kind="sdtm"):
        book = getattr(subjects, kind)
        if kind == "adam" and "Define" not in book.sheets:
            book.add("Define", "Attribute | Value\nStudyName | MINI")
        sheet = "Mapping" if kind == "sdtm" else "Derivations"
        book.add("Datasets", f"Dataset | Key Variables\n{name} | {keys}")
        book.add("Variables", variables)
        book.add("Sources", sources)
        book.add(sheet, mapping)
        return subjects

    return add
