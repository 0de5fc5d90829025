"""Forms without records, subjects without records, columns without values."""

import pytest

VARIABLES = """
    Dataset | Variable | Data Type | Format
    AE      | STUDYID  | text      |
    AE      | USUBJID  | text      |
    AE      | AESEQ    | integer   |
    AE      | AETERM   | text      |
    AE      | AEGRADE  | float     |
    AE      | AESTDTC  | text      |
    AE      | AESTDT   | integer   | DATE9.
    AE      | AESTTM   | integer   | TIME8.
    AE      | AESTDTM  | integer   | DATETIME20.
    AE      | AESTDY   | integer   |
    AE      | AEFIRST  | text      |
    AE      | AESEX    | text      |
"""
MAPPING = """
    Dataset | Variable | Source | Algorithm    | Inputs      | Arguments                     | When
    AE      | STUDYID  |        | constant     |             | value=MINI                    |
    AE      | USUBJID  | E      | assign       | ID          |                               |
    AE      | AESEQ    |        | sequence     |             | order=Key Variables           |
    AE      | AETERM   | E      | text         | TERM        | overflow=AETERM               |
    AE      | AEGRADE  | E      | number       | GRADE       |                               |
    AE      | AESTDTC  | E      | datetime     | DATE, TIME  |                               |
    AE      | AESTDT   |        | date         | AESTDTC     |                               |
    AE      | AESTTM   | E      | assign       | TIME        |                               |
    AE      | AESTDTM  |        | assign       | AESTDTC     |                               | length(AESTDTC) > 10
    AE      | AESTDY   |        | study_day    | AESTDTC     | reference=DM.RFICDTC          |
    AE      | AEFIRST  |        | extreme_flag | USUBJID     | order=AESTDTC, AETERM         | AETERM IS NOT NULL
    AE      | AESEX    |        | assign       | DM.SEX      |                               |
"""
HEADER = "ID,TERM,GRADE,DATE,TIME\n"
TYPES = {
    "STUDYID": "category", "USUBJID": "category", "AESEQ": "Int64", "AETERM": "category",
    "AEGRADE": "float64", "AESTDTC": "category", "AESTDT": "datetime64[us]", "AESTTM": "float64",
    "AESTDTM": "datetime64[us]", "AESTDY": "Int64", "AEFIRST": "category", "AESEX": "category",
}  # fmt: skip


@pytest.fixture
def events(domain):
    return domain(
        "AE", "STUDYID, USUBJID, AESTDTC, AETERM", VARIABLES,
        "Dataset | Source | From | Join | On\nAE | E | form:events | |\nAE | DM | DM | left | USUBJID",
        MAPPING,
    )  # fmt: skip


def types(made, name):
    return made.frame(name).dtypes.astype(str).to_dict()


def test_a_form_without_records_makes_an_empty_data_set_with_the_same_types(events):
    made = events.form("events", HEADER).make()
    assert (len(made.frame("AE")), types(made, "AE"), made.told) == (0, TYPES, [])
    full = events.form("events", HEADER + "M-01-001,头痛,2,2024-03-01,08:30\n").make()
    assert (len(full.frame("AE")), types(full, "AE"), full.told) == (1, TYPES, [])


def test_columns_without_any_value_keep_their_types(events):
    made = events.form("events", HEADER + "M-01-001,头痛,,,\nM-09-009,恶心,,,\n").make()
    assert types(made, "AE") == TYPES
    assert (
        made.values("AE", "AEGRADE", "AESTDTC", "AESTDT", "AESTDTM", "AESTDY") == [(None,) * 5] * 2
    )
    assert made.told == []


def test_a_subject_of_no_other_form_has_what_is_missing(events):
    made = events.form("events", HEADER + "M-09-009,恶心,1,2024-03-01,\n").make()
    assert made.values("AE", "USUBJID", "AESTDY", "AESEX") == [("M-09-009", None, None)]


def test_no_subjects_at_all_make_empty_data_sets(events):
    events.form("demographics", "SITE,SUBJECT,SEX,ICDAT\n").form("events", HEADER)
    made = events.make()
    assert [len(made.frame(name)) for name in ("DM", "AE")] == [0, 0]
    assert made.told == []


def test_a_where_that_keeps_nothing_makes_an_empty_data_set(events):
    events.sdtm.change("Sources", 3, Where="ID = 'nobody'")
    made = events.form("events", HEADER + "M-01-001,头痛,2,2024-03-01,08:30\n").make()
    assert (len(made.frame("AE")), types(made, "AE"), made.told) == (0, TYPES, [])


def test_an_empty_form_joined_brings_missing_values(events):
    events.sdtm.add(
        "Sources",
        "Dataset | Source | From | Join | On\nAE | X | form:extra | left | USUBJID=ID\nAE | Y | form:extra | many | USUBJID=ID\nAE | Z | form:extra | last by DAY | USUBJID=ID",
    )
    events.sdtm.add(
        "Variables",
        "Dataset | Variable | Data Type\nAE | A | text\nAE | B | integer\nAE | C | text\nAE | D | text",
    )
    events.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        AE      | A        |        | assign    | X.DAY   |
        AE      | B        | Y      | count     | DAY     |
        AE      | C        | Y      | last      | DAY     |
        AE      | D        |        | assign    | Z.DAY   |
        """,
    )
    events.form("extra", "ID,DAY\n").form("events", HEADER + "M-01-001,头痛,2,2024-03-01,08:30\n")
    assert events.make().values("AE", "A", "B", "C", "D") == [(None, 0, None, None)]


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 2, 0]])
def test_the_order_of_every_form_changes_no_value(events, order):
    """Keys order the records; --SEQ, flags and joins do not depend on the files."""
    lines = [
        "M-01-001,头痛,2,2024-03-01,08:30",
        "M-01-001,恶心,1,2024-03-01,",
        "M-02-001,头痛,,2024-03,",
    ]
    before = events.form("events", HEADER + "\n".join(lines) + "\n").make()
    shown = before.values("AE", *TYPES), before.values("DM", "USUBJID", "SEX", "RFICDTC")
    head, *people = events.forms["demographics"].strip().splitlines()
    events.form("events", HEADER + "\n".join(lines[at] for at in order) + "\n")
    events.form("demographics", "\n".join([head, *(people[at] for at in order)]))
    after = events.make()
    assert (after.values("AE", *TYPES), after.values("DM", "USUBJID", "SEX", "RFICDTC")) == shown


def test_pain_23_records_that_are_equal_in_every_key_are_told(events):
    line = "M-01-001,头痛,2,2024-03-01,08:30\n"
    made = events.form("events", HEADER + line + "M-01-001,头痛,3,2024-03-01,08:30\n").make()
    assert (
        "sdtm.xlsx › Mapping!B8: AE.AESEQ: records are equal in every variable that orders them "
        "(1 record; first: events.csv:3) "
        "Add a variable to the order (Key Variables) or resolve the duplicates in Sources."
    ) in made.errors
