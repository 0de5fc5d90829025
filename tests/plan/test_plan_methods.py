"""Methods of derived variables in words, as define and the guide show them."""

import pytest

EVENTS = """
    SUBJECT,TERM,START,END
    01-001,头痛,2024-03-01,2024-03-05
    01-002,恶心,2024-03-02,
"""


@pytest.fixture
def methods(domain):
    """Text and Chinese text of each derived variable of a data set."""
    study = domain(
        "CM",
        "USUBJID",
        """
        Dataset | Variable | Origin
        CM      | USUBJID  | Derived
        CM      | CMTRT    | Collected
        CM      | CMSTDTC  | Derived
        CM      | CMENDTC  | Derived
        """,
        """
        Dataset | Source | From        | Where               | Join | On
        CM      | E      | form:events | TERM <> '皮疹'      |      |
        CM      | ENDS   | form:events | END IS NOT NULL     | many | _SUBJ = SUBJECT
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs
        CM      | USUBJID  | E      | assign    | SUBJECT
        CM      | _SUBJ    | E      | assign    | SUBJECT
        CM      | CMTRT    | E      | assign    | TERM
        CM      | CMSTDTC  | E      | assign    | START
        CM      | _LAST    | ENDS   | last      | END
        CM      | _LATEST  |        | sql       |
        CM      | CMENDTC  |        | sql       |
        """,
    )
    study.sdtm.sheets["Mapping"][-2]["Arguments"] = "coalesce(_LAST, '2024')"
    study.sdtm.sheets["Mapping"][-1]["Arguments"] = "greatest(_LATEST, _LATEST)"
    made = study.form("events", EVENTS).make()
    found = {method.id: method for method in made.standards["sdtm"].methods}
    return lambda name: (found[f"MT.CM.{name}"].text, found[f"MT.CM.{name}"].text_zh)


def test_a_source_is_told_by_what_it_is(methods):
    assert methods("CMSTDTC") == (
        "form events where TERM <> '皮疹': Equal to START.",
        "表单 events（条件 TERM <> '皮疹'）：取自 START。",
    )


def test_variables_that_stand_in_no_data_set_are_told_once_behind_what_uses_them(methods):
    english, chinese = methods("CMENDTC")
    assert english == (
        "greatest(_LATEST, _LATEST); _LATEST: coalesce(_LAST, '2024'); "
        "_LAST: form events where END IS NOT NULL: Last END by END."
    )
    assert chinese == (
        "greatest(_LATEST, _LATEST)；_LATEST：coalesce(_LAST, '2024')；"
        "_LAST：表单 events（条件 END IS NOT NULL）：按 END 排序的末个 END。"
    )
