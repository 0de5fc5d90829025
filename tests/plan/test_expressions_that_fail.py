"""An expression that fails on a value is a fault at its cell, wherever it stands."""

import pytest


def test_a_where_of_a_source(subjects):
    subjects.sdtm.change("Sources", 2, Where="CAST(SEX AS INTEGER) > 1")
    (fault,) = subjects.make().faults
    assert fault.startswith("sdtm.xlsx › Sources!F2: 'CAST(SEX AS INTEGER) > 1' fails: ")
    assert "男" in fault


@pytest.fixture
def response(subjects):
    """M-protein of one subject, collected as text."""
    subjects.form("lb", "STUDYID,USUBJID,DATE,RESULT\nM,M-01-001,2024-02-20,many\n")
    subjects.adam.add("Define", "Attribute | Value\nStudyName | MINI")
    subjects.adam.add("Datasets", "Dataset | Key Variables\nADRS | USUBJID, PARAMCD")
    subjects.adam.add(
        "Variables",
        "Dataset | Variable\nADRS | USUBJID\nADRS | PARAMCD\nADRS | AVALC",
    )
    subjects.adam.add(
        "Sources",
        """
        Dataset | Source | From    | Join | On
        ADRS    | DM     | DM      | many | USUBJID
        ADRS    | LB     | form:lb | many | USUBJID
        """,
    )
    subjects.adam.add(
        "Parameters",
        "Dataset | PARAMCD | PARAM | Source | Algorithm | Inputs\n"
        "ADRS | OVR | Response | DM | response_imwg | USUBJID, RFICDTC",
    )
    subjects.adam.add(
        "Response",
        "Dataset | Component | Source | Where | Value | Date\n"
        "ADRS | SMP | LB | RESULT IS NOT NULL | RESULT | DATE",
    )
    return subjects


@pytest.mark.parametrize(
    ("column", "expression", "says"),
    [
        ("Where", "CAST(RESULT AS INTEGER) > 1", "'CAST(RESULT AS INTEGER) > 1' fails: "),
        ("Value", "RESULT / 10", "'RESULT / 10' fails: "),
        ("Value", "RESULT", "'RESULT' gives text, not a number."),
        ("Text", "upper(CAST(RESULT AS INTEGER))", "' fails: "),
    ],
)
def test_a_component_of_a_response(response, column, expression, says):
    response.adam.change("Response", 2, **{column: expression})
    faults = [fault for fault in response.make().faults if says in fault]
    assert len(faults) == 1
    assert faults[0].startswith("adam.xlsx › Response!")
