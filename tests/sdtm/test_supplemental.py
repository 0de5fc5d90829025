"""Supplemental qualifiers: out to SUPP--, and merged back again."""

import pandas as pd
import pytest

from cdisc_pom.columns import text_column
from cdisc_pom.sdtm.supplemental import Qualifier, split_supplemental
from studies import SmallStudy, plain

EVENTS = """
    ID,NO,TERM,CAUSE,GRADE,COMMENT
    S-01,1,头痛,药物,2,很可能
    S-01,2,恶心,,1,
    S-02,1,头痛,,,无法评估
"""


@pytest.fixture
def events(tmp_path):
    study = SmallStudy(tmp_path)
    study.sdtm.add("Define", "Attribute | Value\nStudyName | MINI")
    study.sdtm.add("Datasets", "Dataset | Key Variables\nAE | USUBJID, AESPID")
    study.sdtm.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Assigned Value | Label    | Label (zh) | Origin    | Role
        AE      | STUDYID  | text      | MINI           | Study    | 研究       |           | Identifier
        AE      | USUBJID  | text      |                | Subject  | 受试者     |           | Identifier
        AE      | AESEQ    | integer   |                | Sequence | 序号       |           | Identifier
        AE      | AESPID   | text      |                | Number   | 编号       |           | Identifier
        AE      | AETERM   | text      |                | Term     | 事件名称   |           | Topic
        AE      | AECAUSE  | text      |                | Cause    | 原因       | Collected | Supplemental Qualifier
        AE      | AEGRADE  | integer   |                | Grade    |            | Derived   | Supplemental Qualifier
        AE      | AENEVER  | text      |                | Never    |            | Assigned  | Supplemental Qualifier
        """,
    )
    study.sdtm.add("Codelists", "ID | Term\nX | Y")
    study.sdtm.add("Sources", "Dataset | Source | From\nAE | E | form:events")
    study.sdtm.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs | Arguments             | When
        AE      | USUBJID  | E      | assign    | ID     |                       |
        AE      | AESEQ    |        | sequence  |        | order=Key Variables   |
        AE      | AESPID   | E      | assign    | NO     |                       |
        AE      | AETERM   | E      | text      | TERM   | overflow=AETERM       |
        AE      | AECAUSE  | E      | assign    | CAUSE  |                       |
        AE      | AEGRADE  | E      | number    | GRADE  |                       |
        AE      | AENEVER  | E      | assign    | ID     |                       | ID = ''
        """,
    )
    return study.form("events", EVENTS)


def test_qualifiers_go_to_supp_and_the_parent_keeps_the_rest(events):
    # SDTMIG 3.4, section 8.4: no record where there is no value
    made = events.make(language="zh")
    assert list(made.datasets) == ["AE", "SUPPAE"]
    assert list(made.frame("AE").columns) == ["STUDYID", "USUBJID", "AESEQ", "AESPID", "AETERM"]
    names = [
        "STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG",
        "QEVAL",
    ]  # fmt: skip
    assert list(made.frame("SUPPAE").columns) == names
    assert made.values("SUPPAE", *names) == [
        ("MINI", "AE", "S-01", "AESEQ", "1", "AECAUSE", "原因", "药物", "CRF", None),
        ("MINI", "AE", "S-01", "AESEQ", "1", "AEGRADE", "Grade", "2", "DERIVED", None),
        ("MINI", "AE", "S-01", "AESEQ", "2", "AEGRADE", "Grade", "1", "DERIVED", None),
    ]
    assert made.told == []


def test_labels_of_qualifiers_are_in_the_language_of_the_files(events):
    assert events.make(language="en").values("SUPPAE", "QLABEL")[0] == "Cause"


def test_a_qualifier_record_comes_from_the_line_of_its_parent(events):
    made = events.make()
    assert made.datasets["SUPPAE"].origins == ("events.csv:2", "events.csv:2", "events.csv:3")


def test_supp_describes_what_qval_is_for_each_name(events):
    meta = events.make().datasets["SUPPAE"].meta
    assert meta.keys == ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")
    where = [(v.conditions[0].values, v.meta.data_type, v.meta.label) for v in meta.values]
    assert where == [
        (("AECAUSE",), "text", "Cause"), (("AEGRADE",), "integer", "Grade"),
        (("AENEVER",), "text", "Never"),
    ]  # fmt: skip


LONG_ZH = "受试者" * 60  # 180 characters, 540 bytes
LONG_EN = "patient reported a headache that lasted for several days " * 6  # 342 characters


@pytest.mark.parametrize(("text", "between"), [(LONG_ZH, ""), (LONG_EN.strip(), " ")])
def test_pain_17_text_that_is_too_long_goes_on_in_supp_and_is_put_together_again(
    events, text, between
):
    events.form("events", f"ID,NO,TERM,CAUSE,GRADE\nS-01,1,{text},,\nS-01,2,恶心,,\n")
    made = events.make()
    (first, short) = made.values("AE", "AETERM")
    assert short == "恶心"
    rest = made.values("SUPPAE", "QNAM", "QVAL")
    assert [name for name, _ in rest] == [f"AETERM{n}" for n in range(1, len(rest) + 1)]
    parts = [first, *(value for _, value in rest)]
    assert all(len(part.encode()) <= 200 for part in parts)
    # A transport file does not keep blanks at the end of a text.
    assert between.join(part.rstrip() for part in parts) == text
    assert made.values("SUPPAE", "QLABEL")[0] == "Term 1"
    assert set(made.values("SUPPAE", "IDVARVAL")) == {"1"}


def merged_back(parent, supp):
    """SUPP-- put back to its parent, as SDTMIG section 8.4 says."""
    wide = supp.pivot_table(
        index=["USUBJID", "IDVARVAL"], columns="QNAM", values="QVAL", aggfunc="first", observed=True
    ).reset_index()
    wide["AESEQ"] = wide.pop("IDVARVAL").astype(int)
    plain_parent = parent.astype({"USUBJID": object, "AESEQ": int})
    return plain_parent.merge(wide.astype({"USUBJID": object}), how="left", on=["USUBJID", "AESEQ"])


def test_pain_17_what_went_to_supp_comes_back_to_its_own_record(events):
    made = events.make()
    back = merged_back(made.frame("AE"), made.frame("SUPPAE"))
    shown = list(
        zip(
            *(plain(back[name]) for name in ("USUBJID", "AESPID", "AECAUSE", "AEGRADE")),
            strict=True,
        )
    )
    assert shown == [
        ("S-01", "1", "药物", "2"), ("S-01", "2", None, "1"), ("S-02", "1", None, None),
    ]  # fmt: skip


def test_pain_17_idvarval_is_the_whole_number_as_text():
    # metatools PR 34: a sequence that was held as 1.0 never finds its parent.
    records, parents = split_supplemental(
        "AE", text_column(["M"] * 3), text_column(["1", "1", "2"]),
        pd.Series(pd.array([1, 12, 1], dtype="Int64")),
        [Qualifier("AEX", "X", "CRF", text_column(["a", None, "c"]))],
    )  # fmt: skip
    assert plain(records["IDVARVAL"]) == ["1", "1"]
    assert parents.tolist() == [0, 2]


def test_demographics_have_one_record_a_subject_and_need_no_idvar():
    records, _ = split_supplemental(
        "DM", text_column(["M", "M"]), text_column(["1", "2"]), None,
        [Qualifier("ETHN", "Ethnic", "CRF", text_column(["汉族", None]), "INVESTIGATOR")],
    )  # fmt: skip
    assert plain(records["IDVAR"]) == [None]
    assert plain(records["IDVARVAL"]) == [None]
    assert plain(records["QEVAL"]) == ["INVESTIGATOR"]


def test_a_domain_without_any_qualifier_value_has_an_empty_supp(events):
    events.form("events", "ID,NO,TERM,CAUSE,GRADE\nS-01,1,头痛,,\n")
    assert len(events.make().frame("SUPPAE")) == 0


@pytest.mark.parametrize("variable", ["STUDYID", "USUBJID", "AESEQ"])
def test_a_parent_that_supp_could_not_refer_to_is_told(events, variable):
    book = events.sdtm
    book.sheets["Variables"] = [r for r in book.sheets["Variables"] if r["Variable"] != variable]
    book.sheets["Mapping"] = [r for r in book.sheets["Mapping"] if r["Variable"] != variable]
    book.change("Datasets", 2, **{"Key Variables": "AESPID"})
    book.change("Mapping", 2 if variable == "AESEQ" else 3, Arguments=None)
    if variable != "AESEQ":
        book.sheets["Mapping"] = [r for r in book.sheets["Mapping"] if r["Variable"] != "AESEQ"]
        book.sheets["Variables"] = [r for r in book.sheets["Variables"] if r["Variable"] != "AESEQ"]
    told = "sdtm.xlsx › Datasets!A2: AE has supplemental qualifiers, but no variable "
    assert any(error.startswith(told) and f"{variable}" in error for error in events.problems())


def test_the_name_of_the_overflow_leaves_room_for_its_number(events):
    events.sdtm.change("Mapping", 5, Arguments="overflow=AETERMLONG")
    assert events.problems() == [
        (
            "sdtm.xlsx › Mapping!F5: argument overflow of 'text': string should have at most 7 "
            "characters (found 'AETERMLONG')."
        )
    ]


def test_a_width_that_no_character_fits_into_is_told(events):
    events.sdtm.change("Mapping", 5, Arguments="overflow=AETERM; width=2")
    assert events.problems() == [
        (
            "sdtm.xlsx › Mapping!F5: argument width of 'text': input should be greater than or equal "
            "to 4 (found '2')."
        )
    ]
