"""Mapping rows: which value a variable gets, in which records, and what is told."""

import random

import pytest

FORMS = {
    "a": "SUBJECT,VALUE,KIND\n01,1,X\n02,2,Y\n03,,X\n",
    "b": "SUBJECT,VALUE,OTHER\n04,4,P\n05,5,Q\n",
}


@pytest.fixture
def mapped(domain):
    """XX of two forms with the Mapping rows that a test gives."""

    def add(mapping, variables="", keys="USUBJID", **sources):
        study = domain(
            "XX", keys,
            f"""
            Dataset | Variable | Data Type | Format | Codelist
            XX      | USUBJID  | text      |        |
            XX      | XXCAT    | text      |        |
            XX      | XXDOSE   | float     |        |
            XX      | XXN      | integer   |        |
            {variables}
            """,
            """
            Dataset | Source | From   | Join | On
            XX      | A      | form:a |      |
            XX      | B      | form:b |      |
            """ + sources.get("more", ""),
            mapping,
        )  # fmt: skip
        for name, text in FORMS.items():
            study.form(name, sources.get(name, text))
        return study

    return add


BASE = """
    Dataset | Variable | Source | Algorithm | Inputs  | Arguments | When
    XX      | USUBJID  | *      | assign    | SUBJECT |           |
"""
REST = """
    XX      | XXCAT    |        | constant  |         | value=Z   | 1 = 0
    XX      | XXDOSE   | *      | number    | VALUE   |           |
    XX      | XXN      |        | sql       |         | XXDOSE    |
"""


def test_rows_stand_in_any_order_and_may_use_each_other(mapped):
    lines = """
        XX | XXN    |   | sql      |       | XXDOSE * 10               |
        XX | XXCAT  | * | constant |       | value=BIG                 | XXN >= 40
        XX | XXDOSE | * | sql      |       | CAST(VALUE AS DOUBLE) + 0 |
        XX | XXCAT  | A | assign   | KIND  |                           | XXN < 40
    """.strip().splitlines()
    shown = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        study = mapped(BASE + "\n".join(lines))
        shown.append(study.make().values("XX", "USUBJID", "XXCAT", "XXDOSE", "XXN"))
        for sheet in ("Datasets", "Variables", "Sources", "Mapping"):
            book = study.sdtm
            book.sheets[sheet] = [row for row in book.sheets[sheet] if row["Dataset"] != "XX"]
    assert shown[0] == [
        ("01", "X", 1.0, 10), ("02", "Y", 2.0, 20), ("03", None, None, None),
        ("04", "BIG", 4.0, 40), ("05", "BIG", 5.0, 50),
    ]  # fmt: skip
    assert shown[1:] == shown[:1] * 2


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        # a row's own source, each source, all records
        ("XX | XXCAT | A | constant | | value=A |", ["A", "A", "A", None, None]),
        ("XX | XXCAT | * | assign | SUBJECT | |", ["01", "02", "03", "04", "05"]),
        ("XX | XXCAT |   | assign | USUBJID | |", ["01", "02", "03", "04", "05"]),
        ("XX | XXCAT |   | assign | SUBJECT | |", ["01", "02", "03", "04", "05"]),
        # When: a missing value is NULL, a comparison with it does not hold
        ("XX | XXCAT | A | constant | | value=A | KIND <> 'Y'", ["A", None, "A", None, None]),
        ("XX | XXCAT | * | constant | | value=A | VALUE <> '1'", [None, "A", None, "A", "A"]),
        ("XX | XXCAT | * | constant | | value=A | NOT VALUE = '1'", [None, "A", None, "A", "A"]),
        ("XX | XXCAT | * | constant | | value=A | VALUE IS NULL", [None, None, "A", None, None]),
        # a semicolon in a value
        (r"XX | XXCAT | A | constant | | value=a\; b |", ["a; b", "a; b", "a; b", None, None]),
    ],
)
def test_source_and_when_choose_the_records(mapped, rows, values):
    made = mapped(BASE + rows + REST.replace("1 = 0", "USUBJID = ''")).make()
    assert made.values("XX", "XXCAT") == values
    assert made.told == []


def test_pain_14_two_rows_that_fill_the_same_record_are_told_with_both_cells(mapped):
    made = mapped(
        BASE
        + "XX | XXCAT | A | assign | KIND | |\n XX | XXCAT | * | constant | | value=Q | VALUE = '2'"
        + REST
    ).make()
    assert made.errors == [
        (
            "sdtm.xlsx › Mapping!B8: XX.XXCAT: two rows fill it (Mapping!B7 and B8) "
            "(1 record; first: a.csv:3) Make their When exclude each other."
        )
    ]


def test_two_rows_may_serve_the_same_records_where_one_gives_nothing(mapped):
    made = mapped(
        BASE
        + "XX | XXCAT | A | assign | KIND | | SUBJECT = '01'\n XX | XXCAT | B | assign | OTHER | |"
        + REST
    ).make()
    assert made.values("XX", "XXCAT") == ["X", None, None, "P", "Q"]
    assert made.errors == []


def test_work_variables_are_made_and_used_and_never_written(mapped):
    made = mapped(
        BASE + "XX | _KIND | A | assign | KIND | |\n XX | XXCAT | | sql | | '>' || _KIND |" + REST
    ).make()
    assert made.values("XX", "XXCAT") == [">X", ">Y", ">X", None, None]
    assert list(made.frame("XX").columns) == ["USUBJID", "XXCAT", "XXDOSE", "XXN"]


def test_a_column_of_one_source_is_missing_in_the_records_of_another(mapped):
    made = mapped(BASE + "XX | XXCAT | | assign | A.KIND | |" + REST).make()
    assert made.values("XX", "XXCAT") == ["X", "Y", "X", None, None]


def test_a_name_is_looked_for_in_the_own_source_first_then_among_variables(mapped):
    # XXCAT is a column of form a here, and a variable.
    study = mapped(
        BASE
        + "XX | XXCAT | * | constant | | value=variable |\n XX | _OWN | A | assign | XXCAT | |\n"
        "XX | _VAR | | assign | XXCAT | |\n XX | XXTEXT | | sql | | _OWN || ',' || _VAR |"
        + REST.replace(
            "XX      | XXCAT    |        | constant  |         | value=Z   | 1 = 0\n", ""
        ),
        "XX | XXTEXT | text | |",
        a="SUBJECT,VALUE,KIND,XXCAT\n01,1,X,column\n",
    )
    assert study.make().values("XX", "XXTEXT")[0] == "column,variable"


def test_an_assigned_value_stands_in_each_record_and_a_predecessor_is_taken_over(subjects):
    subjects.sdtm.add("Datasets", "Dataset | Key Variables\nEX | USUBJID")
    subjects.sdtm.add(
        "Variables",
        """
        Dataset | Variable | Assigned Value | Predecessor
        EX      | DOMAIN   | EX             |
        EX      | USUBJID  |                |
        EX      | EXTRT    | DRUG           |
        EX      | EXREFID  |                | DM.SEX
        """,
    )
    subjects.sdtm.add(
        "Sources",
        "Dataset | Source | From | Join | On\nEX | E | form:exposure | |\nEX | DM | DM | left | USUBJID",
    )
    subjects.sdtm.add(
        "Mapping",
        "Dataset | Variable | Source | Algorithm | Inputs\nEX | USUBJID | E | assign | ID",
    )
    subjects.form("exposure", "ID\nM-01-001\nM-02-001\nX\n")
    assert subjects.make().values("EX", "DOMAIN", "USUBJID", "EXTRT", "EXREFID") == [
        ("EX", "M-01-001", "DRUG", "M"), ("EX", "M-02-001", "DRUG", "F"), ("EX", "X", "DRUG", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "texts", "values", "told"),
    [
        ("integer", ["1", "2.0", "", "4", "5"], [1, 2, None, 4, 5], []),
        ("integer", ["1", "2.5", "", "4", "5"], [1, None, None, 4, 5], ["'2.5' is not a whole number"]),
        ("float", ["1", "x", "", "1e2", "５"], [1.0, None, None, 100.0, 5.0], ["'x' is not a number"]),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_type_is_told_and_stays_missing(
    mapped, kind, texts, values, told
):
    made = mapped(
        BASE + "XX | XXX | * | assign | VALUE | |" + REST.replace("number    | VALUE", "number    | SUBJECT"),
        f"XX | XXX | {kind} | |",
        a="SUBJECT,VALUE,KIND\n" + "".join(f"0{n},{t},\n" for n, t in enumerate(texts[:3], 1)),
        b="SUBJECT,VALUE,OTHER\n" + "".join(f"0{n},{t},\n" for n, t in enumerate(texts[3:], 4)),
    ).make()  # fmt: skip
    assert made.values("XX", "XXX") == values
    assert made.errors == [
        f"sdtm.xlsx › Mapping!B7: XX.XXX: {t} (1 record; first: a.csv:3)" for t in told
    ]


@pytest.mark.parametrize(
    ("display", "texts", "values", "told"),
    [
        ("DATE9.", ["2024-03-01", "2024-03-02T08:30"], ["2024-03-01", "2024-03-02"], []),
        ("DATE9.", ["2024-03", "2024-03-02"], [None, "2024-03-02"], ["'2024-03' is not a complete date"]),
        ("DATETIME20.", ["2024-03-01T08:30", "2024-03-01T08:30:15"], ["2024-03-01T08:30:00", "2024-03-01T08:30:15"], []),
        ("DATETIME20.", ["2024-03-01", "2024-03-01T08:30"], [None, "2024-03-01T08:30:00"], ["'2024-03-01' is not a complete date and time"]),
        ("TIME8.", ["08:30", "08:30:15"], [30600.0, 30615.0], []),
        ("TIME8.", ["8h", "25:00"], [None, None], ["'25:00' is not a time of day", "'8h' is not a time of day"]),
    ],
)  # fmt: skip
def test_dates_and_times_are_held_as_their_format_says(mapped, display, texts, values, told):
    made = mapped(
        BASE + "XX | XXDT | A | assign | VALUE | |" + REST.replace("number    | VALUE", "number    | SUBJECT"),
        f"XX | XXDT | integer | {display} |",
        a="SUBJECT,VALUE,KIND\n" + "".join(f"0{n},{t},\n" for n, t in enumerate(texts, 1)), b="SUBJECT,VALUE\n",
    ).make()  # fmt: skip
    assert made.values("XX", "XXDT") == values
    assert sorted(error.split(": ")[2].split(" (")[0] for error in made.errors) == told


def test_numbers_in_text_variables_have_no_trailing_zeros(mapped):
    made = mapped(
        BASE + "XX | XXCAT | | sql | | XXDOSE / 2 |" + REST.replace("1 = 0", "XXN < 0")
    ).make()
    assert made.values("XX", "XXCAT") == ["0.5", "1", None, "2", "2.5"]


def test_an_expression_that_fails_on_the_data_is_a_fault_of_its_cell(mapped):
    made = mapped(
        BASE
        + "XX | XXCAT | A | sql | | CAST(KIND AS DOUBLE) |"
        + REST.replace("1 = 0", "CAST(USUBJID AS DATE) > '2024-01-01'")
    ).make()
    assert len(made.faults) == 2
    assert made.faults[0].startswith("sdtm.xlsx › Mapping!B7: sql: Conversion Error: ")
    assert made.faults[1].startswith(
        "sdtm.xlsx › Mapping!G8: 'CAST(USUBJID AS DATE) > '2024-01-01'' fails: Conversion Error: "
    )


def test_an_argument_that_fails_on_the_data_is_a_fault_of_its_cell(mapped):
    made = mapped(
        BASE
        + "XX | XXCAT | A | datetime | KIND | date=dd/dd |\n XX | XXN | A | duration | KIND, KIND | unit=moons |"
        + REST.replace("XX      | XXN      |        | sql       |         | XXDOSE    |", "")
    ).make()
    assert made.faults == (
        "sdtm.xlsx › Mapping!B7: datetime: 'dd/dd' names a part twice.",
        "sdtm.xlsx › Mapping!B8: duration: unit 'moons' is none of days, weeks, months, years.",
    )


@pytest.mark.parametrize(
    "row",
    [
        "XX | XXN | | round_sas | _DATE | digits=0 |",
        "XX | XXCAT | | number_text | _DATE | |",
        "XX | XXN | | number | _DATE | |",
        "XX | XXN | | numeric_or_missing | _DATE | |",
        "XX | XXN | | range_indicator | XXCAT, XXDOSE, XXDOSE | |",
        "XX | XXN | | range_indicator | _DATE, XXDOSE, XXDOSE | |",
        "XX | XXCAT | | coalesce | _DATE, XXDOSE | |",
        "XX | XXCAT | | coalesce | XXDOSE, XXCAT1 | |",
        "XX | XXN | | convert_unit | _DATE, XXCAT | testcd=XXCAT; to=XXCAT; factor=XXCAT; digits=XXCAT |",
    ],
)
def test_a_column_of_a_type_that_does_not_fit_is_told_and_never_ends_in_a_traceback(mapped, row):
    made = mapped(
        BASE + "XX | _DATE | | date | _TEXT | |\n XX | _TEXT | | constant | | value=2024-03-01 |\n"
        + "XX | XXCAT1 | * | constant | | value=a |\n"
        + row + "\n XX | XXDOSE | * | number | VALUE | |"
        + ("\n XX | XXCAT | | constant | | value=Z |" if "XX | XXCAT | " not in row else "")
        + ("\n XX | XXN | | constant | | value=1 |" if "XX | XXN | " not in row else ""),
        "XX | XXCAT1 | text | |",
    ).make()  # fmt: skip
    assert made.faults or made.errors


def test_every_distinct_fault_is_told_however_many_there_are(mapped):
    many = "".join(f"{n:02},x{n},X\n" for n in range(10, 60))
    made = mapped(BASE + REST, a="SUBJECT,VALUE,KIND\n" + many).make()
    told = [error for error in made.errors if "is not a number" in error]
    assert len(told) == 50


FAULTS = [
    ("XX | XXCAX | A | assign | KIND | |", "B7: unknown variable of XX 'XXCAX'. Did you mean 'XXCAT'?"),
    ("XX | XXCAT | C | assign | KIND | |", "C7: unknown source 'C'. Known: A, B."),
    ("XX | XXCAT | A | asign | KIND | |", "D7: unknown algorithm 'asign'. Did you mean 'assign'?"),
    ("XX | XXCAT | A | assign | KIN | |", "E7: unknown column 'KIN'. Did you mean 'KIND'?"),
    ("XX | XXCAT | * | assign | KIND | |", "E7: unknown column 'KIND'."),
    ("XX | XXCAT | | assign | KIND | |", "E7: unknown column 'KIND'."),
    ("XX | XXCAT | | assign | B.KIND | |", "E7: unknown column of B 'KIND'. Known: OTHER, SUBJECT, VALUE."),
    ("XX | XXCAT | B | assign | A.KIND | |", "E7: 'A.KIND' is not of the row's source B. A record comes from one source: leave Source empty, or say A."),
    ("XX | XXN | A | study_day | KIND | reference=RFSTDT |", "F7: unknown column 'RFSTDT'."),
    ("XX | XXCAT | A | assign | DM.SEX | |", "E7: unknown source 'DM'. Known: A, B, XX."),
    ("XX | XXCAT | A | assign | XX.XXDOS | |", "E7: unknown variable of XX 'XXDOS'. Did you mean 'XXDOSE'?"),
    ("XX | XXCAT | A | assign | KIND, VALUE | |", "E7: 'assign' takes 1 inputs, not 2. Its inputs: value."),
    ("XX | XXCAT | A | assign | | |", "E7: 'assign' needs value."),
    ("XX | XXCAT | A | assign | KIND | separator=- |", "F7: unknown argument of assign 'separator'. Known: value."),
    ("XX | XXCAT | A | concat | KIND | seperator=- |", "F7: unknown argument of concat 'seperator'. Did you mean 'separator'?"),
    ("XX | XXCAT | A | concat | KIND | - |", "F7: '-' is not of the form name=value."),
    ("XX | XXCAT | A | concat | KIND | separator=-; separator=+ |", "F7: argument 'separator' stands twice."),
    ("XX | XXCAT | A | text | KIND | width=wide |", "F7: argument width of 'text': input should be a valid integer, unable to parse string as an integer (found 'wide')."),
    ("XX | XXN | A | duration | KIND, KIND | add_one=maybe |", "F7: argument add_one of 'duration': input should be a valid boolean, unable to interpret input (found 'maybe')."),
    ("XX | XXN | A | study_day | KIND | reference= |", "F7: 'study_day' needs reference."),
    ("XX | XXN | A | sequence | | order=; by=USUBJID |", "F7: 'sequence' needs order."),
    ("XX | XXCAT | A | constant | | |", "F7: 'constant' needs value."),
    ("XX | XXCAT | A | term | KIND | |", "F7: names no code list. Fill Codelist of the variable, or say codelist=… in Arguments."),
    ("XX | XXCAT | A | term | KIND | codelist=SEXX |", "F7: unknown code list 'SEXX'. Did you mean 'SEX'?"),
    ("XX | XXCAT | A | impute_date | KIND | rule=START |", "F7: unknown imputation rule 'START'."),
    ("XX | XXCAT | A | first | KIND | |", "C7: 'first' needs related records, but A has Join records. Set its Join to many."),
    ("XX | XXCAT | | count | KIND | |", "C7: 'count' needs a related source. Sources with Join many here: none."),
    ("XX | XXCAT | A | records | | |", "D7: 'records' gives no column. It makes records of a parameter: use it in Parameters."),
    ("XX | XXCAT | A | sql | | |", "F7: 'sql' needs an expression in Arguments."),
    ("XX | XXCAT | A | sql | KIND | KIND |", "E7: 'sql' takes no Inputs. Its Arguments cell is the expression."),
    ("XX | XXCAT | A | sql | | KIN || 'x' |", "F7: unknown column 'KIN'. Did you mean 'KIND'?"),
    ("XX | XXCAT | A | sql | | sum(VALUE) |", "F7: 'sum(VALUE)': SUM(VALUE) is more than a scalar expression."),
    ("XX | XXCAT | A | sql | | (SELECT 1) |", "F7: '(SELECT 1)': "),
    ("XX | XXCAT | A | sql | | now() |", "F7: 'now()': "),
    ("XX | XXCAT | A | sql | | read_csv('x') |", "F7: 'read_csv('x')': "),
    ("XX | XXCAT | A | assign | KIND | | KIND = ", "G7: 'KIND =' is not a SQL expression ("),
    ("XX | XXCAT | A | assign | KIND | | KID = 'X'", "G7: unknown column 'KID'. Did you mean 'KIND'?"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "told"), FAULTS)
def test_a_fault_of_a_row_is_told_at_its_cell(mapped, row, told):
    rest = (
        REST
        if "| XXCA" in row
        else REST.replace("XX      | XXN      |        | sql       |         | XXDOSE    |", "")
    )
    rest = rest.replace("1 = 0", "USUBJID = ''")
    errors = mapped(BASE + row + rest).problems()
    assert any(error.startswith(f"sdtm.xlsx › Mapping!{told}") for error in errors), errors
    assert len(errors) == 1, errors


def test_pain_1_all_faults_are_told_at_once(mapped):
    rows = [row for row, _ in FAULTS]
    errors = mapped(BASE + "\n".join(rows) + REST).problems()
    for at, (_, told) in enumerate(FAULTS):
        letter, _, rest = told.partition("7: ")
        assert any(
            error.startswith(f"sdtm.xlsx › Mapping!{letter}{at + 7}: {rest}") for error in errors
        )


def test_a_variable_that_nothing_fills_is_told(mapped):
    assert mapped(BASE + REST, "XX | XXX | text | |\n XX | XXY | text | |").problems() == [
        f"sdtm.xlsx › Variables!{cell}: nothing fills XX.{name}. "
        "Add a row to Mapping, fill Assigned Value or Predecessor, or set Has No Data."
        for cell, name in (("C10", "XXX"), ("C11", "XXY"))
    ]


def test_a_variable_that_has_no_data_needs_no_row(mapped):
    study = mapped(BASE + REST)
    study.sdtm.add("Variables", "Dataset | Variable | Has No Data\nXX | XXX | Yes")
    made = study.make()
    assert made.values("XX", "XXX") == [None] * 5


def test_names_that_are_in_no_list_are_told_wherever_they_stand(mapped):
    study = mapped(BASE + REST)
    study.sdtm.add("Variables", "Dataset | Variable | Codelist\nXX | XXA | SXE\nYY | YYA | SEX")
    study.sdtm.add(
        "Mapping",
        "Dataset | Variable | Algorithm | Arguments\nXX | XXA | constant | value=M\nYX | A | constant | value=1",
    )
    study.sdtm.add("Terms", "Codelist | Collected | Term\nSEX | 男性 | MALE\nSEXX | x | M")
    study.sdtm.change("Datasets", 3, **{"Key Variables": "USUBJID, XXDOS"})
    assert study.problems() == [
        "sdtm.xlsx › Datasets!H3: unknown key variable 'XXDOS'. Did you mean 'XXDOSE'?",
        "sdtm.xlsx › Variables!B11: unknown data set 'YY'. Known: DM, XX.",
        "sdtm.xlsx › Mapping!A11: unknown data set 'YX'. Known: DM, XX.",
        "sdtm.xlsx › Variables!L10: unknown code list 'SXE'. Did you mean 'SEX'?",
        "sdtm.xlsx › Terms!C2: unknown term of SEX 'MALE'. Known: F, M.",
        "sdtm.xlsx › Terms!A3: unknown code list 'SEXX'. Did you mean 'SEX'?",
    ]


def test_what_stands_twice_is_told(mapped):
    study = mapped(BASE + REST)
    study.sdtm.add("Datasets", "Dataset | Key Variables\nXX | USUBJID")
    study.sdtm.add("Variables", "Dataset | Variable\nXX | XXCAT")
    study.sdtm.add("Codelists", "ID | Term\nSEX | M")
    study.sdtm.add(
        "Terms", "Codelist | Collected | Term\nSEX | 男士 | M\nSEX | 男士 | F\nSEX | 男士 | M"
    )
    assert study.problems() == [
        "sdtm.xlsx › Datasets!A4: data set 'XX' stands twice.",
        "sdtm.xlsx › Variables!C10: variable 'XX.XXCAT' stands twice.",
        "sdtm.xlsx › Codelists!I4: term 'M' of SEX stands twice.",
        "sdtm.xlsx › Terms!B3: '男士' of SEX means 'M' in row 2 and 'F' here.",
    ]


def test_terms_win_over_decodes_and_a_doubtful_decode_means_nothing(subjects):
    subjects.sdtm.add(
        "Codelists", "ID | Term | Decoded Value\nSEX | U | Unknown\nSEX | X | Unknown"
    )
    subjects.sdtm.add("Terms", "Codelist | Collected | Term\nSEX | 男 | U")
    made = subjects.make()
    assert made.values("DM", "SEX") == ["U", "F", "F"]
    subjects.form("demographics", "SITE,SUBJECT,SEX,ICDAT\n01,001,Unknown,2024\n")
    assert len(subjects.make().errors) == 1
