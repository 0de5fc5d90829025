"""Chains through the further sheets: split cells, RELREC, look-ups, windows, summaries."""

import pytest
from chains_by_hand import chain, is_chain, opened

from cdisc_pom.trace.coverage import completeness


@pytest.fixture
def treated(study):
    """A form whose cells hold several drugs, and the event that they treat."""
    study.form("ae", "SUBJECT,NUMBER\n1,11\n1,12\n")
    study.form("cm", "SUBJECT,DRUGS,EVENT\n1,ASPIRIN; ZINC,12\n1,IRON,\n")
    book = study.sdtm
    book.add("Define", "Attribute | Value\nStudyName | MINI")
    book.add(
        "Datasets",
        """
        Dataset | Key Variables
        AE      | USUBJID, AESEQ
        CM      | USUBJID, CMSEQ
        RELREC  | RDOMAIN, USUBJID, IDVAR, IDVARVAL
        """,
    )
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Assigned Value
        AE      | STUDYID  | text      | MINI
        AE      | USUBJID  | text      |
        AE      | AESEQ    | integer   |
        CM      | STUDYID  | text      | MINI
        CM      | USUBJID  | text      |
        CM      | CMSEQ    | integer   |
        CM      | CMTRT    | text      |
        CM      | CMCLAS   | text      |
        CM      | CMSPID   | text      |
        RELREC  | STUDYID  | text      |
        RELREC  | RDOMAIN  | text      |
        RELREC  | USUBJID  | text      |
        RELREC  | IDVAR    | text      |
        RELREC  | IDVARVAL | text      |
        RELREC  | RELTYPE  | text      |
        RELREC  | RELID    | text      |
        """,
    )
    book.add(
        "Sources",
        """
        Dataset | Source | From            | Split
        AE      | A      | form:ae         |
        CM      | C      | form:cm         | DRUGS by ;
        RELREC  | R      | sheet:Relations |
        """,
    )
    book.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm   | Inputs  | Arguments
        AE      | USUBJID  | A      | assign      | SUBJECT |
        AE      | AESEQ    | A      | number      | NUMBER  |
        CM      | USUBJID  | C      | assign      | SUBJECT |
        CM      | CMSEQ    |        | sequence    |         | order=CMTRT
        CM      | CMTRT    | C      | assign      | DRUGS   |
        CM      | CMCLAS   |        | lookup      | CMTRT   | table=CLASS; unmatched=missing
        CM      | CMSPID   | C      | number_text | SPLITNO |
        CM      | _FOR     | C      | assign      | EVENT   |
        """,
    )
    book.add("Lookups", "Table | Key | Value\nCLASS | IRON | MINERAL\nCLASS | zinc | MINERAL")
    book.add(
        "Relations",
        """
        Relation | Dataset | IDVAR | Key
        TREATS   | AE      | AESEQ | AESEQ
        TREATS   | CM      | CMSEQ | _FOR
        """,
    )
    return opened(study)


def test_a_part_of_a_split_cell_leads_to_the_whole_cell(treated):
    assert is_chain(
        chain(treated, "CM", "CMSEQ = 3", "CMTRT"),
        """
        CM #3 (USUBJID=1, CMSEQ=3)  CMTRT = ZINC
          ← [Mapping!B6]
          cm.csv:2  DRUGS='ASPIRIN; ZINC'
        """,
    )
    assert "cm.csv:2  DRUGS='ASPIRIN; ZINC'" in chain(treated, "CM", "CMSEQ = 3", "CMSPID")
    reached = treated.raw_forward("cm.csv:2").reached
    assert [(item.dataset, len(item.positions())) for item in reached] == [("CM", 2), ("RELREC", 2)]


def test_a_look_up_leads_to_its_row(treated):
    assert is_chain(
        chain(treated, "CM", "CMSEQ = 3", "CMCLAS", depth=1),
        """
        CM #3 (USUBJID=1, CMSEQ=3)  CMCLAS = MINERAL
          ← [Mapping!B7]
          CMTRT = ZINC
            … --depth ends here
          [sdtm.xlsx › Lookups!G3]  zinc → MINERAL   (looked up)
        """,
    )


def test_a_relation_leads_to_the_record_it_points_at_and_its_row(treated):
    assert is_chain(
        chain(treated, "RELREC", "IDVARVAL = '3'", "IDVARVAL", depth=2),
        """
        RELREC #3 (RDOMAIN=CM, USUBJID=1, IDVAR=CMSEQ, IDVARVAL=3)  IDVARVAL = 3
          ← [Variables!C15]
          CM #3 (USUBJID=1, CMSEQ=3)  CMSEQ = 3
            ← [Mapping!B5]
              put in order with 2 further records
            CMTRT = ZINC
              … --depth ends here
            USUBJID = 1
              … --depth ends here
        """,
    )
    found = chain(treated, "RELREC", "IDVARVAL = '3'", "RELID", depth=1)
    assert "[sdtm.xlsx › Relations!A3]  RELID = TREATS" in found
    assert "CM #3 (USUBJID=1, CMSEQ=3)  _FOR = 12" in found
    assert completeness(treated.run, treated.uses) == 1.0


@pytest.fixture
def laboratory(study):
    """A laboratory with windows, baseline, a mean, a formula and a value carried forward."""
    study.form("lab", "ID,DAY,HGB,ALB\n01,1,120,40\n01,8,100,35\n01,9,104,30\n02,2,130,41\n")
    book = study.sdtm
    book.add("Define", "Attribute | Value\nStudyName | MINI")
    book.add("Datasets", "Dataset | Key Variables\nLB | USUBJID, LBTESTCD, LBDY")
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type
        LB      | USUBJID  | text
        LB      | LBTESTCD | text
        LB      | LBTEST   | text
        LB      | LBSTRESN | float
        LB      | LBDY     | integer
        """,
    )
    book.add("Sources", "Dataset | Source | From\nLB | LAB | form:lab")
    book.add(
        "Mapping",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        LB      | USUBJID  | LAB    | assign    | ID
        LB      | LBSTRESN | *      | number    | RESULT
        LB      | LBDY     | LAB    | number    | DAY
        """,
    )
    book.add(
        "Findings",
        """
        Dataset | Source | Column | Testcd | Test
        LB      | LAB    | HGB    | HGB    | Hemoglobin
        LB      | LAB    | ALB    | ALB    | Albumin
        """,
    )
    book = study.adam
    book.add("Define", "Attribute | Value\nStudyName | MINI")
    book.add("Datasets", "Dataset | Key Variables\nADLB | USUBJID, PARAMCD, ADY, DTYPE")
    book.add(
        "Variables",
        """
        Dataset | Variable | Data Type | Has No Data
        ADLB    | USUBJID  | text      |
        ADLB    | PARAMCD  | text      |
        ADLB    | PARAM    | text      |
        ADLB    | ADY      | integer   |
        ADLB    | AVISIT   | text      |
        ADLB    | AVISITN  | float     |
        ADLB    | AVAL     | float     |
        ADLB    | BASE     | float     |
        ADLB    | ABLFL    | text      |
        ADLB    | DTYPE    | text      | Yes
        """,
    )
    book.add("Sources", "Dataset | Source | From\nADLB | LB | LB")
    book.add(
        "Windows",
        """
        ID  | AVISIT   | AVISITN | From | To   | Target
        STD | Baseline | ##0     |      | ##1  | ##1
        STD | Week 1   | ##1     | ##2  | ##14 | ##8
        STD | Week 3   | ##3     | ##15 | ##28 | ##22
        """,
    )
    book.add(
        "Derivations",
        """
        Dataset | Variable | Source | Algorithm       | Inputs   | Arguments                     | When
        ADLB    | USUBJID  | LB     | assign          | USUBJID  |                               |
        ADLB    | ADY      | LB     | assign          | LBDY     |                               |
        ADLB    | AVAL     | LB     | assign          | LBSTRESN |                               |
        ADLB    | AVISIT   | LB     | analysis_window | ADY      | rule=STD; give=AVISIT         |
        ADLB    | AVISITN  | LB     | analysis_window | ADY      | rule=STD; give=AVISITN        |
        ADLB    | ABLFL    |        | extreme_flag    |          | by=USUBJID, PARAMCD; order=ADY; mode=last | ADY <= 1 AND DTYPE IS NULL
        ADLB    | BASE     |        | baseline        | AVAL     | by=USUBJID, PARAMCD           |
        """,
    )
    book.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM      | Source   | Where            | Algorithm | Inputs | Arguments
        ADLB    | HGB     | Hemoglobin | LB       | LBTESTCD = 'HGB' | records   |        |
        ADLB    | ALB     | Albumin    | LB       | LBTESTCD = 'ALB' | records   |        |
        ADLB    | RATIO   | Ratio      | HGB, ALB |                  | formula   |        | expression=HGB / ALB; by=USUBJID, ADY
        ADLB    | MEAN    | Mean       | HGB      | ADY > 1          | aggregate | AVAL   | by=USUBJID; statistic=mean
        ADLB    | *       | *          | HGB, ALB |                  | locf      | AVAL   | by=USUBJID, PARAMCD; order=ADY; rule=STD; start=1; carry=AVAL
        """,
    )
    return opened(study)


def test_a_window_leads_to_its_row(laboratory):
    where = "USUBJID = '01' AND PARAMCD = 'HGB' AND ADY = 8"
    assert is_chain(
        chain(laboratory, "ADLB", where, "AVISIT"),
        """
        ADLB #7 (USUBJID=01, PARAMCD=HGB, ADY=8)  AVISIT = Week 1
          ← [Derivations!B5]
          ADY = 8
            ← [Derivations!B3]
            LB #5 (USUBJID=01, LBTESTCD=HGB, LBDY=8)  LBDY = 8
              ← [Mapping!B4]
              lab.csv:3  DAY='8'
          [adam.xlsx › Windows!B3]  Week 1: 2 – 14   (looked up)
        """,
    )


def test_a_baseline_is_the_value_of_the_flagged_record(laboratory):
    where = "USUBJID = '01' AND PARAMCD = 'HGB' AND ADY = 8"
    assert is_chain(
        chain(laboratory, "ADLB", where, "BASE", depth=1),
        """
        ADLB #7 (USUBJID=01, PARAMCD=HGB, ADY=8)  BASE = 120
          ← [Derivations!B8]
          USUBJID = 01
            … --depth ends here
          PARAMCD = HGB
            … --depth ends here
          ABLFL = (missing)
            … --depth ends here
          ADLB #6 (USUBJID=01, PARAMCD=HGB, ADY=1)   (other record)
            AVAL = 120
              … --depth ends here
            ABLFL = Y
              … --depth ends here
        """,
    )
    # the record's own value is not part of its baseline
    whole = chain(laboratory, "ADLB", where, "BASE")
    assert "lab.csv:2  HGB='120'" in whole
    assert "HGB='100'" not in whole


def test_a_mean_rests_on_the_records_that_counted(laboratory):
    found = chain(laboratory, "ADLB", "USUBJID = '01' AND PARAMCD = 'MEAN'", "AVAL", depth=1)
    assert is_chain(
        found,
        """
        ADLB #9 (USUBJID=01, PARAMCD=MEAN)  AVAL = 102
          ← [Parameters!I5]
          ADLB #7 (USUBJID=01, PARAMCD=HGB, ADY=8)   (looked at)
            AVAL = 100
              … --depth ends here
            ADY = 8
              … --depth ends here
          ADLB #8 (USUBJID=01, PARAMCD=HGB, ADY=9)   (looked at)
            AVAL = 104
              … --depth ends here
            ADY = 9
              … --depth ends here
        """,
    )


def test_a_formula_rests_on_the_parameters_that_it_names(laboratory):
    where = "USUBJID = '02' AND PARAMCD = 'RATIO'"
    found = chain(laboratory, "ADLB", where, "AVAL", depth=1)
    assert "PARAMCD=HGB, ADY=2" in found
    assert "PARAMCD=ALB, ADY=2" in found
    assert "AVAL = 130" in found
    assert "AVAL = 41" in found


def test_a_value_carried_forward_names_its_record_and_keeps_its_parameter(laboratory):
    where = "USUBJID = '01' AND PARAMCD = 'HGB' AND DTYPE = 'LOCF'"
    assert is_chain(
        chain(laboratory, "ADLB", where, "AVAL", depth=1),
        """
        ADLB #5 (USUBJID=01, PARAMCD=HGB, DTYPE=LOCF)  AVAL = 104
          ← [Parameters!I6]
          ADLB #8 (USUBJID=01, PARAMCD=HGB, ADY=9)  AVAL = 104   (made from)
            … --depth ends here
        """,
    )
    assert "← [Parameters!C2]" in chain(laboratory, "ADLB", where, "PARAM")
    assert "PARAMCD = HGB   (made from)" in chain(laboratory, "ADLB", where, "PARAMCD")


def test_all_of_it_is_complete(laboratory):
    assert completeness(laboratory.run, laboratory.uses) == 1.0
