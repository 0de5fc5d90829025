"""Analysis results metadata: display rows in define.xml, judged by two processors of the schema."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from defineutils.validate import DefineSchemaValidator
from lxml import etree
from sample_standard import sheet_rows

from cdisc_pom.define import render_define, validate_define, write_define
from cdisc_pom.define.arm_rows import conditions_in_words
from cdisc_pom.define.conditions import Compound, Unsaid, conjuncts, read_clause
from cdisc_pom.define.names import schema_file
from cdisc_pom.errors import Problems
from cdisc_pom.spec.clauses import Condition
from cdisc_pom.spec.metadata import BuiltDataset, DatasetMeta, VariableMeta
from cdisc_pom.spec.sheets import DisplayRow, DocumentRow

SPACES = {
    "o": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "arm": "http://www.cdisc.org/ns/arm/v1.0",
}
STATED = {"Reason": "Specified in SAP", "Purpose": "PRIMARY OUTCOME MEASURE"}
PLAIN = {
    "Display": "Table 1. Subjects",
    "Display (zh)": "表1 受试者",
    "Order": 1,
    "Row label": "Women",
    "Row label (zh)": "女性",
    "Statistic": "n_percent",
    "Dataset": "ADSL",
}


def variable(name, *, data_type="text"):
    kind = "text" if data_type == "text" else "float"
    return VariableMeta(name, name, name, data_type, kind, 8, origin="Derived", method="MT.SAF")


ADRS = BuiltDataset(
    DatasetMeta(
        "ADRS",
        "Response",
        "疗效",
        "BASIC DATA STRUCTURE",
        tuple(
            variable(name, data_type="float" if name == "AVAL" else "text")
            for name in ("STUDYID", "USUBJID", "PARCAT1", "PARAMCD", "AVALC", "AVAL")
        ),
        keys=("STUDYID", "USUBJID", "PARAMCD"),
        structure="One record per subject and parameter",
        structure_zh="每位受试者每个参数一条记录",
    ),
    pd.DataFrame(),
)


@pytest.fixture
def study(adam):
    """The sample's ADSL, and an ADRS."""
    return replace(adam, datasets=(*adam.datasets, ADRS))


def with_displays(standard, *rows, **sheets):
    book = standard.workbook
    displays = sheet_rows(DisplayRow, "adam.xlsx", [PLAIN | row for row in rows])
    return replace(
        standard,
        workbook=replace(book, sheets={**book.sheets, "Displays": displays, **sheets}),
    )


def written(tmp_path, standard, *, language="en"):
    path = tmp_path / "define.xml"
    write_define(path, standard, language=language, encoding="utf-8")
    return path


def found(path, xpath):
    return etree.parse(path).xpath(xpath, namespaces=SPACES)


def faults(tmp_path, standard, *, language="en"):
    with pytest.raises(Problems) as caught:
        written(tmp_path, standard, language=language)
    return [str(error) for error in caught.value.errors]


RESPONSE = {
    "Row label": "Response, % (95% CI)",
    "Row label (zh)": "缓解率，%（95% CI）",
    "Statistic": "exact_ci",
    "Dataset": "ADRS",
    "Parameter": "RSP",
    "Population": "SAFFL = 'Y'",
    "Where": "AVALC = 'Y' AND PARCAT1 IN ('IRAC', 'INV')",
    "Format": "1",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_is_valid_for_the_schema_a_second_reader_and_our_checks(tmp_path, study, language):
    path = written(
        tmp_path, with_displays(study, STATED, RESPONSE | {"Order": 2}), language=language
    )
    assert validate_define(path) == []
    assert "is valid" in DefineSchemaValidator(path, schema_file()).validate_define_file()


def test_displays_without_reason_and_purpose_are_not_described(tmp_path, study):
    path = written(tmp_path, with_displays(study, {}))
    assert found(path, "//arm:*") == []
    assert b"arm/v1.0" not in path.read_bytes()


def test_a_display_has_its_titles_and_a_result_for_each_row(tmp_path, study):
    path = written(tmp_path, with_displays(study, STATED, RESPONSE | {"Order": 2}))
    (display,) = found(path, "//arm:ResultDisplay")
    assert dict(display.attrib) == {"OID": "RD.1", "Name": "Table 1"}
    assert display.xpath("o:Description/o:TranslatedText/text()", namespaces=SPACES) == [
        "Table 1. Subjects",
        "表1 受试者",
    ]
    results = display.xpath("arm:AnalysisResult", namespaces=SPACES)
    assert [dict(result.attrib) for result in results] == [
        {
            "OID": "AR.1.1",
            "AnalysisReason": "SPECIFIED IN SAP",
            "AnalysisPurpose": "PRIMARY OUTCOME MEASURE",
        },
        {
            "OID": "AR.1.2",
            "ParameterOID": "IT.ADRS.PARAMCD",
            "AnalysisReason": "SPECIFIED IN SAP",
            "AnalysisPurpose": "PRIMARY OUTCOME MEASURE",
        },
    ]


def test_a_row_may_state_a_purpose_of_its_own(tmp_path, study):
    own = {"Order": 2, "Purpose": "SECONDARY OUTCOME MEASURE"}
    path = written(tmp_path, with_displays(study, STATED, RESPONSE | own))
    assert found(path, "//arm:AnalysisResult/@AnalysisPurpose") == [
        "PRIMARY OUTCOME MEASURE",
        "SECONDARY OUTCOME MEASURE",
    ]


def test_conditions_become_where_clauses_of_both_data_sets(tmp_path, study):
    path = written(tmp_path, with_displays(study, STATED | RESPONSE))
    datasets = found(path, "//arm:AnalysisDataset")
    assert [dataset.get("ItemGroupOID") for dataset in datasets] == ["IG.ADRS", "IG.ADSL"]
    clauses = found(path, "//arm:AnalysisDataset/def:WhereClauseRef/@WhereClauseOID")
    checks = {
        clause: [
            (
                check.get("Comparator"),
                check.get(f"{{{SPACES['def']}}}ItemOID"),
                check.xpath("o:CheckValue/text()", namespaces=SPACES),
            )
            for check in found(path, f"//def:WhereClauseDef[@OID='{clause}']/o:RangeCheck")
        ]
        for clause in clauses
    }
    assert list(checks.values()) == [
        [
            ("EQ", "IT.ADRS.PARAMCD", ["RSP"]),
            ("EQ", "IT.ADRS.AVALC", ["Y"]),
            ("IN", "IT.ADRS.PARCAT1", ["IRAC", "INV"]),
        ],
        [("EQ", "IT.ADSL.SAFFL", ["Y"])],
    ]
    assert found(path, "//arm:AnalysisDatasets/@def:CommentOID") == ["COM.ARM-JOIN"]


def test_without_a_variable_the_condition_on_subjects_is_what_is_counted(tmp_path, study):
    """Women among the treated: the treated are selected, SEX is analysed."""
    women = {"Population": "SAFFL = 'Y'", "Where": "SEX = 'F'"}
    path = written(tmp_path, with_displays(study, STATED | women))
    assert found(path, "//def:WhereClauseDef/o:RangeCheck/@def:ItemOID") == ["IT.ADSL.SAFFL"]
    assert found(path, "//arm:AnalysisVariable/@ItemOID") == ["IT.ADSL.SEX"]


def test_with_a_variable_the_condition_on_subjects_selects_them(tmp_path, study):
    mean = {"Variable": "BMI", "Population": "SAFFL = 'Y'", "Where": "SEX = 'F'"}
    path = written(tmp_path, with_displays(study, STATED | mean))
    assert found(path, "//def:WhereClauseDef/o:RangeCheck/@def:ItemOID") == [
        "IT.ADSL.SAFFL",
        "IT.ADSL.SEX",
    ]
    assert found(path, "//arm:AnalysisVariable/@ItemOID") == ["IT.ADSL.BMI"]


def test_the_same_selection_is_one_where_clause(tmp_path, study):
    path = written(
        tmp_path,
        with_displays(study, STATED | RESPONSE, RESPONSE | {"Order": 2, "Statistic": "count"}),
    )
    assert len(found(path, "//def:WhereClauseDef")) == 2
    assert len(found(path, "//def:WhereClauseRef")) == 4


def test_selections_whose_names_would_be_alike_are_told_apart(tmp_path, study):
    rows = [
        STATED | RESPONSE | {"Order": at, "Where": f"AVALC = '{value}'"}
        for at, value in enumerate(("完全缓解", "部分缓解"), start=1)
    ]
    path = written(tmp_path, with_displays(study, *rows))
    names = found(path, "//def:WhereClauseDef[contains(@OID, 'ADRS')]/@OID")
    assert len(set(names)) == 2
    assert validate_define(path) == []


def test_what_no_where_clause_can_say_stands_in_the_documentation_and_is_listed(tmp_path, study):
    row = STATED | RESPONSE | {"Where": "AVALC = 'Y' AND lower(PARCAT1) = 'irac'"}
    standard = with_displays(study, row)
    path = written(tmp_path, standard)
    assert found(path, "//def:WhereClauseDef[1]/o:RangeCheck/@def:ItemOID") == [
        "IT.ADRS.PARAMCD",
        "IT.ADRS.AVALC",
    ]
    english, chinese = found(path, "//arm:Documentation/o:Description/o:TranslatedText/text()")
    assert "No where clause can say: ADRS: LOWER(PARCAT1) = 'irac'." in english
    assert "条件子句无法表达：ADRS: LOWER(PARCAT1) = 'irac'。" in chinese
    listed = conditions_in_words(standard.workbook.rows(DisplayRow))
    assert [(str(cell), text) for cell, text in listed] == [
        ("adam.xlsx › Displays!Where2", "ADRS: LOWER(PARCAT1) = 'irac'")
    ]


def test_documentation_tells_subjects_records_statistic_and_footnote(tmp_path, study):
    row = (
        STATED | RESPONSE | {"Footnote": "Confirmed.", "Footnote (zh)": "经确认。", "Group": "SEX"}
    )
    path = written(tmp_path, with_displays(study, row))
    assert found(path, "//arm:Documentation/o:Description/o:TranslatedText/text()") == [
        (
            "Subjects: ADSL where SAFFL = 'Y'. Records that count: ADRS where PARAMCD = 'RSP' AND "
            "(AVALC = 'Y' AND PARCAT1 IN ('IRAC', 'INV')). Statistic: exact_ci for each SEX. Confirmed."
        ),
        (
            "受试者：ADSL，条件SAFFL = 'Y'。计入的记录：ADRS，条件PARAMCD = 'RSP' AND (AVALC = 'Y' AND "
            "PARCAT1 IN ('IRAC', 'INV'))。统计量：exact_ci，按SEX分组。经确认。"
        ),
    ]


def test_the_programming_code_is_the_row(tmp_path, study):
    path = written(tmp_path, with_displays(study, STATED | RESPONSE))
    assert found(path, "//arm:Code/text()") == [
        (
            "statistic: exact_ci\ndataset: ADRS\nparameter: RSP\n"
            "where: AVALC = 'Y' AND PARCAT1 IN ('IRAC', 'INV')\npopulation: SAFFL = 'Y'\nformat: 1"
        )
    ]


def test_a_document_of_the_row_is_referred_to(tmp_path, study):
    documents = sheet_rows(
        DocumentRow, "adam.xlsx", [{"ID": "sap", "Title": "SAP", "Href": "sap.pdf"}]
    )
    row = STATED | {"Document": "sap", "Pages": "12"}
    path = written(tmp_path, with_displays(study, row, Documents=documents))
    assert found(path, "//arm:Documentation/def:DocumentRef/@leafID") == ["LF.sap"]
    assert found(path, "//arm:Documentation//def:PDFPageRef/@PageRefs") == ["12"]
    assert validate_define(path) == []


def test_faults_are_told_at_their_cells(tmp_path, study):
    rows = [
        STATED | RESPONSE | {"Order": 1, "Where": "AVALX = 'Y'"},
        RESPONSE | {"Order": 2, "Dataset": "ADRZ"},
        RESPONSE | {"Order": 3, "Where": "AVALC ="},
        RESPONSE | {"Order": 4, "Document": "sapp"},
        {"Display": "Other", "Purpose": "PRIMARY OUTCOME MEASURE"},
    ]
    got = faults(tmp_path, with_displays(study, *rows))
    unreadable = [text for text in got if "Where4: 'AVALC ='" in text]
    assert len(unreadable) == 1
    assert set(got) - set(unreadable) == {
        "adam.xlsx › Displays!Where2: unknown variable of ADRS 'AVALX'. Did you mean 'AVAL'?",
        "adam.xlsx › Displays!Dataset3: unknown data set 'ADRZ'. Did you mean 'ADRS'?",
        "adam.xlsx › Displays!Document5: unknown document 'sapp'.",
        "adam.xlsx › Displays!Reason6: display 'Other' states no Reason. Define-XML asks for both.",
    }


def test_a_chinese_file_asks_for_chinese_titles(tmp_path, study):
    row = STATED | {"Display (zh)": None, "Row label (zh)": None}
    assert faults(tmp_path, with_displays(study, row), language="zh") == [
        (
            "adam.xlsx › Displays!Display (zh)2: display 'Table 1. Subjects' has no Chinese text for "
            "'Table 1. Subjects'. Fill this cell."
        ),
        "adam.xlsx › Displays!Row label (zh)2: display row 1 has no Chinese text for 'Women'. Fill this cell.",
    ]


def test_a_broken_reference_to_a_variable_is_seen(tmp_path, study):
    path = written(tmp_path, with_displays(study, STATED | RESPONSE))
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('AnalysisVariable ItemOID="IT.ADRS.AVALC"', 'AnalysisVariable ItemOID="IT.X"'),
        encoding="utf-8",
    )
    assert [error.message for error in validate_define(path)] == [
        "ItemOID 'IT.X': there is no such ItemDef."
    ]


def test_the_page_shows_displays_and_their_data(tmp_path, study):
    path = written(tmp_path, with_displays(study, STATED | RESPONSE), language="zh")
    render_define(path, tmp_path / "define.html", language="zh")
    page = (tmp_path / "define.html").read_text(encoding="utf-8")
    for text in ("表1 受试者", "分析结果元数据", "SPECIFIED IN SAP", "statistic: exact_ci"):
        assert text in page
    assert "unresolved" not in page.split("<body")[1]


# SQL as clauses, by hand.
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SEX = 'F'", [("SEX", "EQ", ("F",))]),
        ("'F' = SEX", [("SEX", "EQ", ("F",))]),
        ("SEX <> 'F'", [("SEX", "NE", ("F",))]),
        ("AGE >= 65 AND AGE < 75.5", [("AGE", "GE", ("65",)), ("AGE", "LT", ("75.5",))]),
        ("65 <= AGE", [("AGE", "GE", ("65",))]),
        ("AGE > -1", [("AGE", "GT", ("-1",))]),
        ("GRADE IN (3, 4)", [("GRADE", "IN", ("3", "4"))]),
        ("GRADE IN (3)", [("GRADE", "EQ", ("3",))]),
        ("GRADE NOT IN (3, 4)", [("GRADE", "NOTIN", ("3", "4"))]),
        ("NOT (SEX = 'F')", [("SEX", "NE", ("F",))]),
        ("SEX = 'F' OR SEX = 'U'", [("SEX", "IN", ("F", "U"))]),
        ("AGE BETWEEN 18 AND 75", [("AGE", "GE", ("18",)), ("AGE", "LE", ("75",))]),
        ("(SEX = 'F') AND (A = 'x' AND B = 'y')", [
            ("SEX", "EQ", ("F",)), ("A", "EQ", ("x",)), ("B", "EQ", ("y",)),
        ]),
    ],
)  # fmt: skip
def test_simple_sql_is_a_list_of_conditions(sql, expected):
    conditions, rest = conjuncts(read_clause(sql, "ADSL"))
    assert conditions == [Condition("ADSL", *one) for one in expected]
    assert rest == []


@pytest.mark.parametrize(
    ("sql", "rest"),
    [
        ("DTHDT IS NULL", ["DTHDT IS NULL"]),
        ("DTHDT IS NOT NULL", ["DTHDT IS NOT NULL"]),
        ("SEX = 'F' OR AGE > 65", ["SEX = 'F' OR AGE > 65"]),
        ("AGE > BASE", ["AGE > BASE"]),
        ("AGE / 2 > 30", ["AGE / 2 > 30"]),
        ("upper(SEX) = 'F'", ["UPPER(SEX) = 'F'"]),
        ("NOT (SEX = 'F' AND AGE > 65)", ["NOT (SEX = 'F' AND AGE > 65)"]),
    ],
)
def test_other_sql_stays_a_text(sql, rest):
    assert conjuncts(read_clause(sql, "ADSL")) == ([], rest)


def test_logic_is_kept_for_standards_that_have_it():
    clause = read_clause("SEX = 'F' OR (AGE > 65 AND NOT (A = 'x' OR B IS NULL))", "ADSL")
    assert isinstance(clause, Compound)
    assert clause.operator == "OR"
    women, old = clause.parts
    assert women == Condition("ADSL", "SEX", "EQ", ("F",))
    assert [type(part) for part in old.parts] == [Condition, Compound]
    assert old.parts[1].operator == "NOT"
    assert old.parts[1].parts[0].parts[1] == Condition("ADSL", "B", "EQ", ())
    assert read_clause("AGE > BASE", "ADSL") == Unsaid("AGE > BASE")
