"""Visits, unscheduled ones too, and the planned visits as a source."""

import pytest

VISITS = """
    SUBJECT,VISIT,DATE
    01-001,筛选期,2024-02-20
    01-001,C1D1,2024-03-01
    01-001,计划外1,2024-03-10
    01-001,C2D1,2024-03-29
    01-001,计划外2,2024-04-05
    01-001,计划外3,2024-04-05
    01-002,C1D1,2024-03-05
    01-002,计划外1,2024-03-05
"""


@pytest.fixture
def visits(domain):
    study = domain(
        "SV", "USUBJID, VISITNUM",
        """
        Dataset | Variable | Data Type
        SV      | USUBJID  | text
        SV      | VISITNUM | float
        SV      | VISIT    | text
        SV      | VISITDY  | integer
        SV      | SVSTDTC  | text
        """,
        "Dataset | Source | From\nSV | V | form:visits",
        """
        Dataset | Variable | Source | Algorithm | Inputs          | Arguments
        SV      | USUBJID  | V      | assign    | SUBJECT         |
        SV      | _VISIT   | V      | assign    | VISIT           |
        SV      | SVSTDTC  | V      | assign    | DATE            |
        SV      | VISITNUM |        | visit     | _VISIT, SVSTDTC | give=VISITNUM
        SV      | VISIT    |        | visit     | _VISIT, SVSTDTC | give=VISIT
        SV      | VISITDY  |        | visit     | _VISIT, SVSTDTC | give=VISITDY
        """,
    )  # fmt: skip
    study.sdtm.add(
        "Visits",
        """
        Visit as collected | n    | VISITNUM | VISIT           | VISIT (zh)  | VISITDY          | Unscheduled rule | Planned
        筛选期             |      | ##1      | SCREENING       | 筛选期      | ##-14            |                  | Yes
        C{n}D1             | 1-3  | n + 1    | CYCLE {n} DAY 1 | 周期{n}     | 28 * (n - 1) + 1 |                  | Yes
        计划外{n}          | 1-9  |          | UNSCHEDULED     |             |                  | after previous   | No
        随访               | 7    | 100 + n  | FOLLOW-UP {n}   |             |                  |                  | Yes
        """,
    )
    return study.form("visits", VISITS)


def test_visits_have_numbers_names_and_planned_days(visits):
    made = visits.make()
    assert made.values("SV", "USUBJID", "VISITNUM", "VISIT", "VISITDY", "SVSTDTC") == [
        ("01-001", 1.0, "SCREENING", -14, "2024-02-20"),
        ("01-001", 2.0, "CYCLE 1 DAY 1", 1, "2024-03-01"),
        ("01-001", 2.01, "UNSCHEDULED 2.01", None, "2024-03-10"),
        ("01-001", 3.0, "CYCLE 2 DAY 1", 29, "2024-03-29"),
        ("01-001", 3.01, "UNSCHEDULED 3.01", None, "2024-04-05"),
        ("01-001", 3.02, "UNSCHEDULED 3.02", None, "2024-04-05"),
        ("01-002", 2.0, "CYCLE 1 DAY 1", 1, "2024-03-05"),
        ("01-002", 2.01, "UNSCHEDULED 2.01", None, "2024-03-05"),
    ]
    assert made.told == []


def test_the_order_of_the_file_changes_no_visit(visits):
    before = visits.make().frame("SV")
    header, *records = VISITS.strip().splitlines()
    visits.form("visits", "\n".join([header, *reversed(records)]))
    assert visits.make().values("SV", *before.columns) == [
        tuple(None if value != value else value for value in row)  # noqa: PLR0124 - NaN
        for row in before.astype(object).where(before.notna(), None).itertuples(index=False)
    ]


def test_a_visit_that_is_in_no_row_is_told(visits):
    visits.form("visits", "SUBJECT,VISIT,DATE\n01-001,C4D1,2024-03-01\n01-001,计划外1,2024-02-01\n")
    errors = visits.make().errors
    assert (
        "sdtm.xlsx › Mapping!B9: SV.VISITNUM: Visits has no row for collected visit 'C4D1' "
        "(1 record; first: visits.csv:2) Did you mean 'C3D1'?"
    ) in errors
    assert (
        "sdtm.xlsx › Mapping!B9: SV.VISITNUM: unscheduled visit '计划外1' has no scheduled visit "
        "on or before its date (1 record; first: visits.csv:3)"
    ) in errors


def test_planned_visits_are_the_records_of_tv(visits):
    visits.sdtm.add("Datasets", "Dataset | Key Variables\nTV | VISITNUM")
    visits.sdtm.add(
        "Variables",
        "Dataset | Variable | Data Type\nTV | VISITNUM | float\nTV | VISIT | text\nTV | VISITDY | integer",
    )
    visits.sdtm.add("Sources", "Dataset | Source | From\nTV | P | sheet:Visits")
    made = visits.make()
    assert made.values("TV", "VISITNUM", "VISIT", "VISITDY") == [
        (1.0, "SCREENING", -14), (2.0, "CYCLE 1 DAY 1", 1), (3.0, "CYCLE 2 DAY 1", 29),
        (4.0, "CYCLE 3 DAY 1", 57), (107.0, "FOLLOW-UP 7", None),
    ]  # fmt: skip
    assert made.datasets["TV"].origins[1] == "sdtm.xlsx › Visits:3"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"n": "1 to 3"}, "B3: '1 to 3' is no range such as 2-26."),
        ({"VISITNUM": "m + 1"}, "C3: 'm + 1' cannot be worked out. It is a number, or arithmetic on n such as 10 + n."),
        ({"VISITNUM": "n +"}, "C3: 'n +' cannot be worked out. It is a number, or arithmetic on n such as 10 + n."),
        ({"VISITNUM": None}, "C3: 'VISITNUM' is empty. Give a number, or a rule in 'Unscheduled rule'."),
        ({"Visit as collected": "筛选期"}, "A3: '筛选期' stands twice in Visits."),
        ({"Unscheduled rule": "some day"}, "I3: 'Unscheduled rule': input should be 'after previous' (found 'some day')."),
    ],
)  # fmt: skip
def test_a_fault_of_a_visit_is_told_at_its_cell(visits, cells, told):
    visits.sdtm.change("Visits", 3, **{"Visit as collected": "C{n}D1", **cells})
    errors = visits.problems()
    assert any(error.startswith(f"sdtm.xlsx › Visits!{told}") for error in errors), errors
