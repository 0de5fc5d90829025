"""Two definitions of progression-free survival: the paper's, and censoring as the FDA asks.

The rows of Parameters, Events and Sources are those of the reference workbook; subjects and
responses are written here. Expected dates are read off the two definitions by hand:

- paper: from start to progression or death of any cause, whatever came before;
- FDA (Clinical Trial Endpoints for the Approval of Cancer Drugs, 2018): censored at the last
  adequate assessment before new therapy, or before two missed assessments (more than 70 days).

Day 1 is 2024-01-01; assessments are due each 28 days.
"""

from pathlib import Path

import pytest

from cdisc_pom.spec.sheets import EventRow, SourceRow
from cdisc_pom.spec.study import read_study
from studies import SmallStudy

REFERENCE = Path(__file__).parents[2] / "specs" / "pom"
DEFINITIONS = ("PFS", "PFSFDA")
MISSED = "TWO OR MORE MISSED ASSESSMENTS"
THERAPY = "NEW ANTI-MYELOMA THERAPY"
LAST, ADEQUATE = "LAST DISEASE ASSESSMENT", "LAST ADEQUATE ASSESSMENT"
NONE, NOT_EVALUABLE = (
    "NO POST-BASELINE ASSESSMENT", "NO EVALUABLE POST-BASELINE ASSESSMENT",
)  # fmt: skip

# Course: (assessments, death, new therapy), then (date, CNSR, words) by each definition.
COURSES = {
    "progression at the second visit": (
        {"2024-01-29": "SD", "2024-02-26": "PD"}, None, None,
        ("2024-02-26", 0, "PROGRESSIVE DISEASE"), ("2024-02-26", 0, "PROGRESSIVE DISEASE"),
    ),
    "alive without progression": (
        {"2024-01-29": "SD", "2024-02-26": "PR"}, None, None,
        ("2024-02-26", 1, LAST), ("2024-02-26", 1, ADEQUATE),
    ),
    "new therapy, then progression": (
        {"2024-01-29": "SD", "2024-02-26": "PD"}, None, "2024-02-10",
        ("2024-02-26", 0, "PROGRESSIVE DISEASE"), ("2024-01-29", 3, THERAPY),
    ),
    "new therapy on the day of progression": (
        {"2024-01-29": "SD", "2024-02-26": "PD"}, None, "2024-02-26",
        ("2024-02-26", 0, "PROGRESSIVE DISEASE"), ("2024-02-26", 0, "PROGRESSIVE DISEASE"),
    ),
    "new therapy, then death": (
        {"2024-01-29": "SD", "2024-02-26": "SD"}, "2024-03-20", "2024-03-01",
        ("2024-03-20", 0, "DEATH"), ("2024-02-26", 3, THERAPY),
    ),
    "new therapy, assessed on": (
        {"2024-01-29": "SD", "2024-02-26": "SD", "2024-03-25": "SD"}, None, "2024-03-01",
        ("2024-03-25", 1, LAST), ("2024-02-26", 3, THERAPY),
    ),
    "death after missed visits": (
        {"2024-01-29": "SD"}, "2024-06-01", None,
        ("2024-06-01", 0, "DEATH"), ("2024-01-29", 4, MISSED),
    ),
    "progression after missed visits": (
        {"2024-01-29": "PR", "2024-05-20": "PD"}, None, None,
        ("2024-05-20", 0, "PROGRESSIVE DISEASE"), ("2024-01-29", 4, MISSED),
    ),
    "progression after 70 days": (
        {"2024-01-29": "PR", "2024-04-08": "PD"}, None, None,
        ("2024-04-08", 0, "PROGRESSIVE DISEASE"), ("2024-04-08", 0, "PROGRESSIVE DISEASE"),
    ),
    "progression after 71 days": (
        {"2024-01-29": "PR", "2024-04-09": "PD"}, None, None,
        ("2024-04-09", 0, "PROGRESSIVE DISEASE"), ("2024-01-29", 4, MISSED),
    ),
    "an assessment that cannot be evaluated fills no gap": (
        {"2024-01-29": "PR", "2024-03-25": "NE", "2024-05-20": "PD"}, None, None,
        ("2024-05-20", 0, "PROGRESSIVE DISEASE"), ("2024-01-29", 4, MISSED),
    ),
    "death before any assessment, day 56": (
        {}, "2024-02-25", None, ("2024-02-25", 0, "DEATH"), ("2024-02-25", 0, "DEATH"),
    ),
    "death before any assessment, day 57": (
        {}, "2024-02-26", None, ("2024-02-26", 0, "DEATH"), ("2024-01-01", 2, NONE),
    ),
    "no assessment": ({}, None, None, ("2024-01-01", 2, NONE), ("2024-01-01", 2, NONE)),
    "nothing evaluable": (
        {"2024-01-24": "NE"}, None, None,
        ("2024-01-24", 2, NOT_EVALUABLE), ("2024-01-01", 2, NONE),
    ),
}  # fmt: skip


def reference_rows(book):
    """Parameters, Events and Sources of both definitions, as the reference workbook has them."""
    events = [row for row in book.rows(EventRow) if row.paramcd in DEFINITIONS]
    named = {row.source for row in events} | {"FAS", "ADSL"}
    return {
        "Parameters": [r for r in book.parameters("ADTTE") if r.paramcd in DEFINITIONS],
        "Events": events,
        "Sources": [
            row for row in book.rows(SourceRow) if row.dataset == "ADTTE" and row.source in named
        ],
    }


@pytest.fixture(scope="module")
def times(tmp_path_factory):
    """(course, definition) → (date, CNSR, words)."""
    study = SmallStudy(tmp_path_factory.mktemp("pfs"))
    people, responses = ["USUBJID,DEATH,THERAPY,EVALFL"], ["USUBJID,PARAMCD,DATE,RESPONSE"]
    for name, (visits, death, therapy, *_) in COURSES.items():
        evaluable = "Y" if set(visits.values()) - {"NE"} else "N"
        people.append(f'"{name}",{death or ""},{therapy or ""},{evaluable}')
        responses += [f'"{name}",OVR,{day},{value}' for day, value in visits.items()]
        responses += [f'"{name}",PD,{d},Y' for d, value in visits.items() if value == "PD"]
    study.form("people", "\n".join(people)).form("responses", "\n".join(responses))
    book = study.adam
    book.add("Define", "Attribute | Value\nStudyName | PFS")
    book.add(
        "Datasets",
        "Dataset | Key Variables\nADSL | USUBJID\nADRS | USUBJID, PARAMCD, ADT\n"
        "ADTTE | USUBJID, PARAMCD",
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Format | Assigned Value | Predecessor
        ADSL    | USUBJID  | text      |        |                |
        ADSL    | TRTSDT   | integer   | DATE9. |                |
        ADSL    | DTHDT    | integer   | DATE9. |                |
        ADSL    | NACTDT   | integer   | DATE9. |                |
        ADSL    | EVALFL   | text      |        |                |
        ADSL    | FASFL    | text      |        | Y              |
        ADRS    | USUBJID  | text      |        |                |
        ADRS    | PARAMCD  | text      |        |                |
        ADRS    | PARCAT1  | text      |        | IRAC           |
        ADRS    | ADT      | integer   | DATE9. |                |
        ADRS    | AVALC    | text      |        |                |
        ADRS    | NACTDT   | integer   | DATE9. |                | ADSL.NACTDT
        ADRS    | EVALFL   | text      |        |                | ADSL.EVALFL
        ADTTE   | USUBJID  | text      |        |                |
        ADTTE   | PARAMCD  | text      |        |                |
        ADTTE   | ADT      | integer   | DATE9. |                |
        ADTTE   | CNSR     | integer   |        |                |
        ADTTE   | EVNTDESC | text      |        |                |
        ADTTE   | CNSDTDSC | text      |        |                |
        """,
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From           | Join | On
        ADSL    | P      | form:people    |      |
        ADRS    | R      | form:responses |      |
        ADRS    | ADSL   | ADSL           | left | USUBJID
        """,
    )
    book.add(
        "Derivations",
        """
        Dataset | Variable | Source | Algorithm | Inputs   | Arguments
        ADSL    | USUBJID  | P      | assign    | USUBJID  |
        ADSL    | _START   | P      | constant  |          | value=2024-01-01
        ADSL    | TRTSDT   |        | date      | _START   |
        ADSL    | DTHDT    | P      | date      | DEATH    |
        ADSL    | NACTDT   | P      | date      | THERAPY  |
        ADSL    | EVALFL   | P      | assign    | EVALFL   |
        ADRS    | USUBJID  | R      | assign    | USUBJID  |
        ADRS    | PARAMCD  | R      | assign    | PARAMCD  |
        ADRS    | ADT      | R      | date      | DATE     |
        ADRS    | AVALC    | R      | assign    | RESPONSE |
        """,
    )
    for sheet, rows in reference_rows(read_study(REFERENCE).workbooks["adam"]).items():
        book.sheets.setdefault(sheet, []).extend(row.model_dump(by_alias=True) for row in rows)
    made = study.make()
    assert made.errors == []
    found = made.values("ADTTE", "USUBJID", "PARAMCD", "ADT", "CNSR", "EVNTDESC", "CNSDTDSC")
    return {(who, what): (day, cnsr, event or why) for who, what, day, cnsr, event, why in found}


@pytest.mark.parametrize("name", COURSES)
def test_a_course_by_both_definitions(name, times):
    *_, paper, fda = COURSES[name]
    assert times[name, "PFS"] == paper
    assert times[name, "PFSFDA"] == fda


def test_both_definitions_are_parameters_of_the_reference_workbook():
    rows = reference_rows(read_study(REFERENCE).workbooks["adam"])
    assert [row.paramcd for row in rows["Parameters"]] == list(DEFINITIONS)
