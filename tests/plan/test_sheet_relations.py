"""Relations, Supplemental, Splits, split cells and comments in small studies."""

import pytest
from lxml import etree

from cdisc_pom.package import write_package

RELREC = """
    Dataset | Variable
    RELREC  | STUDYID
    RELREC  | RDOMAIN
    RELREC  | USUBJID
    RELREC  | IDVAR
    RELREC  | IDVARVAL
    RELREC  | RELTYPE
    RELREC  | RELID
"""
NAMES = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELTYPE", "RELID")


@pytest.fixture
def treated(domain):
    """Adverse events with their numbers, and medications that name the event they treat."""
    domain(
        "AE", "USUBJID, AESPID",
        "Dataset | Variable | Data Type | Assigned Value\nAE | STUDYID | text | MINI\nAE | USUBJID | text |\n"
        "AE | AESEQ | integer |\nAE | AESPID | text |",
        "Dataset | Source | From\nAE | A | form:ae",
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        AE      | USUBJID  | A      | assign    | SUBJECT |
        AE      | AESPID   | A      | assign    | NUMBER  |
        AE      | AESEQ    |        | sequence  |         | order=AESPID
        """,
    )  # fmt: skip
    study = domain(
        "CM", "USUBJID, CMTRT, CMSPID",
        "Dataset | Variable | Data Type | Assigned Value\nCM | STUDYID | text | MINI\nCM | USUBJID | text |\n"
        "CM | CMSEQ | integer |\nCM | CMTRT | text |\nCM | CMSPID | text |",
        "Dataset | Source | From | Split\nCM | C | form:cm | DRUGS by ;|；",
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        CM      | USUBJID  | C      | assign    | SUBJECT |
        CM      | CMTRT    | C      | assign    | DRUGS   |
        CM      | CMSPID   | C      | number_text | SPLITNO |
        CM      | _FOR     | C      | assign    | EVENT   |
        CM      | CMSEQ    |        | sequence  |         | order=CMTRT, CMSPID
        """,
    )  # fmt: skip
    study.sdtm.add(
        "Datasets",
        "Dataset | Key Variables\nRELREC | STUDYID, RDOMAIN, USUBJID, IDVAR, IDVARVAL, RELID",
    )
    study.sdtm.add("Variables", RELREC)
    study.sdtm.add("Sources", "Dataset | Source | From\nRELREC | R | sheet:Relations")
    study.sdtm.add(
        "Relations",
        """
        Relation | Dataset | IDVAR | Key    | Where
        AECM     | AE      | AESEQ | AESPID |
        AECM     | CM      | CMSEQ | _FOR   | CMTRT <> 'PLACEBO'
        """,
    )
    study.form("ae", "SUBJECT,NUMBER\n1,11\n1,12\n1,13\n2,11\n")
    return study.form(
        "cm",
        "SUBJECT,DRUGS,EVENT\n1,ASPIRIN; PARACETAMOL；,12\n1,PLACEBO,13\n1,ZINC,\n2,ASPIRIN,11\n2,IRON,99\n",
    )


def test_a_cell_with_several_values_becomes_several_records(treated):
    made = treated.make()
    assert made.values("CM", "USUBJID", "CMTRT", "CMSPID") == [
        ("1", "ASPIRIN", "1"),
        ("1", "PARACETAMOL", "2"),
        ("1", "PLACEBO", "1"),
        ("1", "ZINC", "1"),
        ("2", "ASPIRIN", "1"),
        ("2", "IRON", "1"),
    ]
    # Both records of the first cell come from its line.
    assert made.datasets["CM"].origins[:3] == ("cm.csv:2", "cm.csv:2", "cm.csv:3")


def test_an_empty_cell_keeps_its_record(treated):
    treated.form("cm", "SUBJECT,DRUGS,EVENT\n1,,12\n")
    assert treated.make().values("CM", "CMTRT", "CMSPID") == [(None, None)]


def test_records_with_equal_keys_are_related(treated):
    # SDTMIG 3.4, section 8.2: one record a related record, one RELID a relationship in a subject
    made = treated.make()
    assert made.values("RELREC", *NAMES) == [
        ("AE", "1", "AESEQ", "2", None, "AECM1"),
        ("AE", "2", "AESEQ", "1", None, "AECM1"),
        ("CM", "1", "CMSEQ", "1", None, "AECM1"),
        ("CM", "1", "CMSEQ", "2", None, "AECM1"),
        ("CM", "2", "CMSEQ", "1", None, "AECM1"),
    ]
    assert made.values("RELREC", "STUDYID") == ["MINI"] * 5


def test_a_key_that_points_nowhere_is_told(treated):
    made = treated.make()
    assert made.told == [
        (
            "sdtm.xlsx › Relations!D3: RELREC.RELID: no record of AE has the key '99' "
            "(1 record; first: cm.csv:6)"
        )
    ]


def test_each_key_of_a_subject_has_a_number_of_its_own(treated):
    treated.form("cm", "SUBJECT,DRUGS,EVENT\n1,ASPIRIN,13\n1,ZINC,11\n")
    assert treated.make().values("RELREC", "RDOMAIN", "IDVARVAL", "RELID") == [
        ("AE", "1", "AECM1"), ("AE", "3", "AECM2"), ("CM", "1", "AECM2"), ("CM", "2", "AECM1"),
    ]  # fmt: skip


def test_the_order_of_records_changes_no_relation(treated):
    before = treated.make().values("RELREC", *NAMES)
    treated.form("ae", "SUBJECT,NUMBER\n2,11\n1,13\n1,12\n1,11\n")
    treated.form(
        "cm",
        "SUBJECT,DRUGS,EVENT\n2,IRON,99\n2,ASPIRIN,11\n1,ZINC,\n1,PLACEBO,13\n1,ASPIRIN; PARACETAMOL；,12\n",
    )
    assert treated.make().values("RELREC", *NAMES) == before


def test_whole_data_sets_are_related_by_a_variable(treated):
    # SDTMIG 3.4, section 8.3: no USUBJID and IDVARVAL, RELTYPE ONE and MANY
    treated.sdtm.sheets["Relations"] = []
    treated.sdtm.add(
        "Relations",
        """
        Relation | Dataset | IDVAR  | RELTYPE
        LINK     | AE      | AESPID | ONE
        LINK     | CM      | CMSPID | MANY
        """,
    )
    assert treated.make().values("RELREC", *NAMES) == [
        ("AE", None, "AESPID", None, "ONE", "LINK"),
        ("CM", None, "CMSPID", None, "MANY", "LINK"),
    ]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"IDVAR": "AESQE"}, "Relations!C2: unknown variable of AE 'AESQE'. Did you mean 'AESEQ'?"),
        ({"Key": "AESPDI"}, "Relations!D2: unknown column of AE 'AESPDI'. Did you mean 'AESPID'?"),
        ({"Key": None}, "Relations!D2: says not what is related. Key relates records, RELTYPE data sets: fill one of them."),
        ({"Relation": "AEMC"}, "Relations!A2: relation 'AEMC' has one side only."),
        ({"Dataset": "AA"}, "Relations!B2: unknown data set 'AA'. Known: AE, CM, DM, RELREC."),
    ],
)  # fmt: skip
def test_a_fault_of_a_relation_is_told_at_its_cell(treated, cells, fault):
    treated.sdtm.change("Relations", 2, **cells)
    assert f"sdtm.xlsx › {fault}" in treated.problems()


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("DRUGS", "'DRUGS' splits no cell. Say COLUMN by MARK, such as DRUG by ;"),
        ("DRUG by ;", "unknown column of C 'DRUG'. Did you mean 'DRUGS'?"),
    ],
)
def test_a_fault_of_a_split_cell_is_told(treated, rule, fault):
    row = next(
        at for at, row in enumerate(treated.sdtm.sheets["Sources"], 2) if row["Source"] == "C"
    )
    treated.sdtm.change("Sources", row, Split=rule)
    assert f"sdtm.xlsx › Sources!H{row}: {fault}" in treated.problems()


@pytest.fixture
def questionnaires(domain):
    study = domain(
        "QS", "USUBJID, QSTESTCD",
        """
        Dataset | Variable | Data Type | Assigned Value | Role                   | Origin
        QS      | STUDYID  | text      | MINI           |                        |
        QS      | DOMAIN   | text      | QS             |                        |
        QS      | USUBJID  | text      |                |                        |
        QS      | QSSEQ    | integer   |                |                        |
        QS      | QSTESTCD | text      |                |                        |
        QS      | QSCAT    | text      |                |                        |
        QS      | QSREASN  | text      |                | Supplemental Qualifier | Collected
        """,
        "Dataset | Source | From\nQS | Q | form:qs",
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        QS      | USUBJID  | Q      | assign    | SUBJECT |
        QS      | QSTESTCD | Q      | assign    | ITEM    |
        QS      | QSCAT    | Q      | assign    | FORM    |
        QS      | QSREASN  | Q      | assign    | REASON  |
        QS      | QSSEQ    |        | sequence  |         | order=QSTESTCD
        """,
    )  # fmt: skip
    return study.form(
        "qs",
        "SUBJECT,ITEM,FORM,REASON\n1,PHQ1,PHQ-9,tired\n1,SF1,SF36,\n1,SF2,SF36,asleep\n2,PHQ1,PHQ-9,\n",
    )


SPLITS = """
    Dataset | Split | Label         | Where
    QS      | QSPH  | PHQ-9         | QSCAT = 'PHQ-9'
    QS      | QSSF  | SF-36 Answers | QSCAT = 'SF36'
"""


def test_a_domain_is_written_in_parts(questionnaires):
    # SDTMIG 3.4, section 4.1.7: DOMAIN stays, --SEQ is unique over the parts, SUPP-- follows
    questionnaires.sdtm.add("Splits", SPLITS)
    made = questionnaires.make()
    assert [name for name in made.datasets if name != "DM"] == [
        "QSPH",
        "SUPPQSPH",
        "QSSF",
        "SUPPQSSF",
    ]
    assert made.values("QSPH", "DOMAIN", "USUBJID", "QSSEQ", "QSTESTCD") == [
        ("QS", "1", 1, "PHQ1"), ("QS", "2", 1, "PHQ1"),
    ]  # fmt: skip
    assert made.values("QSSF", "USUBJID", "QSSEQ", "QSTESTCD") == [("1", 2, "SF1"), ("1", 3, "SF2")]
    assert made.values("SUPPQSPH", "RDOMAIN", "IDVARVAL", "QVAL") == [("QS", "1", "tired")]
    assert made.values("SUPPQSSF", "RDOMAIN", "IDVARVAL", "QVAL") == [("QS", "3", "asleep")]
    assert made.datasets["QSSF"].meta.label == "SF-36 Answers"
    assert made.datasets["QSSF"].origins == ("qs.csv:3", "qs.csv:4")
    assert made.told == []


def test_records_in_no_part_or_in_two_are_errors(questionnaires):
    questionnaires.sdtm.add("Splits", SPLITS.replace("'SF36'", "'SF36' OR USUBJID = '2'"))
    questionnaires.form("qs", "SUBJECT,ITEM,FORM,REASON\n1,X,OTHER,\n2,PHQ1,PHQ-9,\n")
    assert questionnaires.make().errors == [
        (
            "sdtm.xlsx › Splits!E2: QS: records belong to no part of QS (1 record; first: qs.csv:2) "
            "Make the Where of Splits hold for each record once."
        ),
        (
            "sdtm.xlsx › Splits!E2: QS: records belong to several parts of QS (1 record; first: "
            "qs.csv:3) Make the Where of Splits hold for each record once."
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("QSPH", "PHQ", "Splits!B2: 'PHQ' is no part of QS. It is the domain and one or two characters more, such as QSPH."),
        ("QSCAT = 'PHQ-9'", "QSCTA = 'PHQ-9'", "Splits!E2: unknown variable of QS 'QSCTA'. Did you mean 'QSCAT'?"),
    ],
)  # fmt: skip
def test_a_fault_of_a_split_is_told_at_its_cell(questionnaires, old, new, fault):
    questionnaires.sdtm.add("Splits", SPLITS.replace(old, new))
    assert questionnaires.problems() == [f"sdtm.xlsx › {fault}"]


SUPPLEMENTAL = """
    Dataset | Variable | QNAM    | QLABEL              | QLABEL (zh) | QORIG | QEVAL
    QS      | QSREASN  | QSWHYND | Reason Not Answered | 未答原因    | eDT   | INVESTIGATOR
"""


@pytest.mark.parametrize(("language", "label"), [("en", "Reason Not Answered"), ("zh", "未答原因")])
def test_a_qualifier_is_called_as_supplemental_says(questionnaires, language, label):
    questionnaires.sdtm.add("Supplemental", SUPPLEMENTAL)
    made = questionnaires.make(language=language)
    assert made.values("SUPPQS", "QNAM", "QLABEL", "QORIG", "QEVAL", "QVAL") == [
        ("QSWHYND", label, "eDT", "INVESTIGATOR", "tired"),
        ("QSWHYND", label, "eDT", "INVESTIGATOR", "asleep"),
    ]
    value = made.datasets["SUPPQS"].meta.values[0]
    assert value.conditions[0].values == ("QSWHYND",)
    assert (value.meta.label, value.meta.label_zh) == ("Reason Not Answered", "未答原因")


def test_an_empty_cell_of_supplemental_keeps_what_is_generated(questionnaires):
    questionnaires.sdtm.add(
        "Supplemental", "Dataset | Variable | QEVAL\nQS | QSREASN | INVESTIGATOR"
    )
    made = questionnaires.make()
    assert made.values("SUPPQS", "QNAM", "QLABEL", "QORIG", "QEVAL")[0] == (
        "QSREASN", "QSREASN Label", "CRF", "INVESTIGATOR",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "fault"),
    [
        ("QSREASON", "unknown supplemental qualifier of QS 'QSREASON'. Did you mean 'QSREASN'?"),
        ("QSCAT", "QS.QSCAT is no supplemental qualifier. Set its Role to Supplemental Qualifier in Variables, or delete the row."),
    ],
)  # fmt: skip
def test_a_row_of_supplemental_names_a_qualifier(questionnaires, variable, fault):
    questionnaires.sdtm.add("Supplemental", f"Dataset | Variable | QNAM\nQS | {variable} | QSX")
    assert questionnaires.problems() == [f"sdtm.xlsx › Supplemental!B2: {fault}"]


def test_comments_are_plain_rows_of_co(domain):
    # SDTMIG 3.4, section 5.1: a comment on a record names its domain, --SEQ and subject; one on a
    # visit has neither. Text over 200 bytes goes on in COVAL1.
    study = domain(
        "CO", "USUBJID, COSEQ",
        """
        Dataset | Variable | Data Type | Assigned Value
        CO      | STUDYID  | text      | MINI
        CO      | DOMAIN   | text      | CO
        CO      | RDOMAIN  | text      |
        CO      | USUBJID  | text      |
        CO      | COSEQ    | integer   |
        CO      | IDVAR    | text      |
        CO      | IDVARVAL | text      |
        CO      | COVAL    | text      |
        CO      | COVAL1   | text      |
        """,
        """
        Dataset | Source | From          | Where
        CO      | AEC    | form:ae       | NOTE IS NOT NULL
        CO      | GEN    | form:comments |
        """,
        """
        Dataset | Variable | Source | Algorithm | Inputs  | Arguments
        CO      | USUBJID  | *      | assign    | SUBJECT |
        CO      | RDOMAIN  | AEC    | constant  |         | value=AE
        CO      | IDVAR    | AEC    | constant  |         | value=AESPID
        CO      | IDVARVAL | AEC    | assign    | NUMBER  |
        CO      | COVAL    | *      | text      | NOTE    | overflow=COVAL
        CO      | COSEQ    |        | sequence  |         | order=COVAL, IDVARVAL
        """,
    )  # fmt: skip
    study.form("ae", "SUBJECT,NUMBER,NOTE\n1,12,seen again\n1,13,\n")
    study.form("comments", f"SUBJECT,NOTE\n1,{'x' * 250}\n")
    assert study.make().values(
        "CO", "RDOMAIN", "IDVAR", "IDVARVAL", "COSEQ", "COVAL", "COVAL1"
    ) == [
        ("AE", "AESPID", "12", 1, "seen again", None),
        (None, None, None, 2, "x" * 200, "x" * 50),
    ]


def test_the_parts_are_files_that_define_describes(questionnaires, tmp_path):
    questionnaires.sdtm.add("Splits", SPLITS)
    questionnaires.sdtm.add(
        "Define",
        """
        Attribute         | Value
        StandardName      | SDTMIG
        StandardVersion   | 3.4
        CT Publishing Set | SDTM
        CT Version        | 2025-03-28
        StudyDescription  | Questionnaires
        ProtocolName      | MINI
        """,
    )
    for row in questionnaires.sdtm.sheets["Datasets"]:
        row["Class"] = "FINDINGS" if row["Dataset"] == "QS" else "SPECIAL PURPOSE"
        row["Structure"] = "One record per answer"
    made = questionnaires.make()
    standards = tuple(made.standards.values())
    package = write_package(tmp_path / "package", "mini", standards, language="en")
    assert not [finding for finding in package.findings if finding.severity == "error"]
    define = package.defines["sdtm"]
    assert {path.name for path in define.parent.glob("qs*.xpt")} == {"qsph.xpt", "qssf.xpt"}
    groups = etree.parse(define).iterfind(".//{*}ItemGroupDef")
    domains = {group.get("Name"): group.get("Domain") for group in groups}
    assert domains == {"DM": "DM", "QSPH": "QS", "SUPPQSPH": "QS", "QSSF": "QS", "SUPPQSSF": "QS"}


def test_a_key_that_fails_on_a_value_is_told_at_its_cell(treated):
    treated.sdtm.change("Relations", 3, Key="CAST(CMTRT AS DOUBLE)")
    (fault,) = treated.make().faults
    assert fault.startswith("sdtm.xlsx › Relations!")
    assert "'CAST(CMTRT AS DOUBLE)' fails: " in fault
