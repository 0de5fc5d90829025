"""A Pinnacle 21 specification with running sheets added by hand builds as it is."""

import openpyxl

FORMER = {
    "Datasets": {"Label": "Description"},
    "ValueLevel": {"Label": "Description"},
}


def as_they_have_it(path):
    """The workbook with the sheet and column names of the former form."""
    opened = openpyxl.load_workbook(path)
    opened["Define"].title = "Study"
    for sheet, names in FORMER.items():
        for cell in opened[sheet][1]:
            cell.value = names.get(cell.value, cell.value)
    values = opened["ValueLevel"]
    header = [cell.value for cell in values[1]]
    values.cell(2, header.index("Where Clause") + 1).value = 'VSTESTCD EQ "WEIGHT"'
    opened.save(path)


def test_it_builds_the_same_data_sets(study):
    study.sdtm.add("Define", "Attribute | Value\nStudyName | MINI")
    study.sdtm.add("Datasets", "Dataset | Key Variables\nVS | USUBJID, VSTESTCD")
    study.sdtm.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Length
        VS      | USUBJID  | text      | ##20
        VS      | VSTESTCD | text      | ##8
        VS      | VSORRES  | text      | ##8
        """,
    )
    study.sdtm.add("ValueLevel", """
        Order | Dataset | Variable | Where Clause | Data Type
        ##1   | VS      | VSORRES  | W            | text
        """)  # fmt: skip
    study.sdtm.add("WhereClauses", """
        ID | Dataset | Variable | Comparator | Value
        W  | VS      | VSTESTCD | EQ         | WEIGHT
        """)  # fmt: skip
    study.sdtm.add("Codelists", "ID | Term\nNY | Y")
    study.sdtm.add("Sources", "Dataset | Source | From\nVS | VITAL | form:vitals")
    study.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        VS      | USUBJID  | VITAL  | assign    | SUBJECT
        VS      | VSTESTCD | VITAL  | assign    | TEST
        VS      | VSORRES  | VITAL  | assign    | RESULT
        """,
    )
    study.form("vitals", "SUBJECT,TEST,RESULT\n001,WEIGHT,70\n001,HEIGHT,180")
    ours = study.make()
    assert ours.values("VS", "VSORRES") == ["180", "70"]
    as_they_have_it(study.specs / "sdtm.xlsx")
    study.write = lambda **_: study  # the file stays as it is now
    theirs = study.make()
    assert theirs.values("VS", "USUBJID", "VSTESTCD", "VSORRES") == [
        ("001", "HEIGHT", "180"), ("001", "WEIGHT", "70"),
    ]  # fmt: skip
    meta = theirs.datasets["VS"].meta
    assert meta.label == ours.datasets["VS"].meta.label
    assert [value.conditions for value in meta.values] == [
        value.conditions for value in ours.datasets["VS"].meta.values
    ]
