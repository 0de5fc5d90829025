"""Chains of single values, written out by hand from the forms and rows of the small study."""

from chains_by_hand import chain, is_chain, opened


def test_a_wide_finding_leads_to_its_cell_its_unit_and_the_rows_that_convert_it(session):
    where = "USUBJID = '01-001' AND LBTESTCD = 'HGB' AND LBDTC = '2024-02-28'"
    assert is_chain(
        chain(session, "LB", where, "LBSTRESN"),
        """
        LB #2 (USUBJID=01-001, LBTESTCD=HGB, LBDTC=2024-02-28)  LBSTRESN = 98
          ← [Mapping!B21]
          LBORRES = 9.8
            ← [Mapping!B19]
            lab.csv:2  HGB='9.8'
          LBORRESU = g/dL
            ← [Mapping!B20]
            lab.csv:2  HGBU='g/dL'
            [sdtm.xlsx › Codelists!I5]  g/dL → g/dL   (looked up)
          [sdtm.xlsx › Findings!D2]  TESTCD = HGB
          [sdtm.xlsx › Findings!M2]  STANDARD_UNIT = g/L
          [sdtm.xlsx › Findings!N2]  FACTOR = (blank)
          [sdtm.xlsx › Findings!O2]  DIGITS = 0
          [sdtm.xlsx › Units!D2]  g/dL → g/L: × 10   (looked up)
        """,
    )


def test_a_constant_unit_and_a_test_code_come_from_the_row_of_findings(session):
    where = "USUBJID = '01-002' AND LBTESTCD = 'ALB'"
    assert is_chain(
        chain(session, "LB", where, "LBORRESU"),
        """
        LB #4 (USUBJID=01-002, LBTESTCD=ALB, LBDTC=2024-03-01)  LBORRESU = g/L
          ← [Mapping!B20]
          [sdtm.xlsx › Findings!J3]  UNIT = g/L
          [sdtm.xlsx › Codelists!I4]  g/L → g/L   (looked up)
        """,
    )
    assert is_chain(
        chain(session, "LB", where, "LBTEST"),
        """
        LB #4 (USUBJID=01-002, LBTESTCD=ALB, LBDTC=2024-03-01)  LBTEST = Albumin
          ← [Findings!E3]
        """,
    )


def test_a_term_leads_to_the_decode_or_the_row_of_terms_that_means_it(session):
    assert is_chain(
        chain(session, "DM", "USUBJID = '01-001'", "SEX"),
        """
        DM #1 (USUBJID=01-001)  SEX = M
          ← [Mapping!B4]
          demo.csv:2  SEX='男'
          [sdtm.xlsx › Codelists!L2]  男 → M   (looked up)
        """,
    )
    assert is_chain(
        chain(session, "DM", "USUBJID = '01-003'", "SEX"),
        """
        DM #3 (USUBJID=01-003)  SEX = F
          ← [Mapping!B4]
          demo.csv:4  SEX='F'
          [sdtm.xlsx › Codelists!I3]  F → F   (looked up)
        """,
    )
    assert is_chain(
        chain(session, "AE", "USUBJID = '01-001'", "AEREL"),
        """
        AE #1 (USUBJID=01-001, AESPID=1)  AEREL = POSSIBLE
          ← [Mapping!B31]
          events.csv:3  REL='可能有关'
          [sdtm.xlsx › Terms!B2]  可能有关 → POSSIBLE   (looked up)
        """,
    )


def test_a_joined_column_says_how_its_record_was_found_and_a_condition_what_held(session):
    assert is_chain(
        chain(session, "DM", "USUBJID = '01-001'", "DTHFL"),
        """
        DM #1 (USUBJID=01-001)  DTHFL = Y
          ← [Mapping!B8]
          DTHDTC = 2024-06-30   (condition)
            ← [Mapping!B7]
            death.csv:2  DTHDAT='2024-06-30'   (DTH: form:death ON SUBJECT)
        """,
    )


def test_first_and_last_lead_to_the_record_that_was_chosen(session):
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-001'", "TRTSDT"),
        """
        ADSL #1 (USUBJID=01-001)  TRTSDT = 2024-03-01
          ← [Derivations!B4]
          EX #1 (USUBJID=01-001, EXSTDTC=2024-03-01)  EXSTDTC = 2024-03-01   (related record: EX ON USUBJID)
            ← [Mapping!B16]
            dosing.csv:3  DOSDAT='2024-03-01'
        """,
    )
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-001'", "TRTEDT"),
        """
        ADSL #1 (USUBJID=01-001)  TRTEDT = 2024-03-28
          ← [Derivations!B5]
          EX #2 (USUBJID=01-001, EXSTDTC=2024-03-28)  EXSTDTC = 2024-03-28   (related record: EX ON USUBJID)
            ← [Mapping!B16]
            dosing.csv:2  DOSDAT='2024-03-28'
        """,
    )


def test_count_and_exists_lead_to_every_record_that_counts(session):
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-001'", "NDOSE"),
        """
        ADSL #1 (USUBJID=01-001)  NDOSE = 2
          ← [Derivations!B3]
          EX #2 (USUBJID=01-001, EXSTDTC=2024-03-28)  EXSTDTC = 2024-03-28   (related record: EX ON USUBJID)
            ← [Mapping!B16]
            dosing.csv:2  DOSDAT='2024-03-28'
          EX #1 (USUBJID=01-001, EXSTDTC=2024-03-01)  EXSTDTC = 2024-03-01   (related record: EX ON USUBJID)
            ← [Mapping!B16]
            dosing.csv:3  DOSDAT='2024-03-01'
        """,
    )


def test_absence_rests_on_the_keys_that_have_no_record(session):
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-003'", "SAFFL"),
        """
        ADSL #3 (USUBJID=01-003)  SAFFL = N
          ← [Derivations!B2]
          USUBJID = 01-003   (no record found for: EX ON USUBJID)
            ← [Variables!C3]
            DM #3 (USUBJID=01-003)  USUBJID = 01-003
              ← [Mapping!B2]
              demo.csv:4
                SITE='01'
                SUBJECT='003'
        """,
    )


def test_a_missing_value_names_the_rules_that_left_it_so_and_what_they_looked_at(session):
    assert is_chain(
        chain(session, "DM", "USUBJID = '01-002'", "DTHFL"),
        """
        DM #2 (USUBJID=01-002)  DTHFL = (missing)
          ↚ [Mapping!B8]
          DTHDTC = (missing)   (condition)
            ↚ [Mapping!B7]
            demo.csv:3  SUBJECT='002'   (no record found for: DTH: form:death ON SUBJECT)
        """,
    )
    assert is_chain(
        chain(session, "ADRS", "USUBJID = '01-003' AND PARAMCD = 'PD'", "SRCSEQ"),
        """
        ADRS #14 (USUBJID=01-003, PARAMCD=PD)  SRCSEQ = (missing)
          ↚ [Variables!C28]
        """,
    )
    blank = chain(session, "LB", "USUBJID = '01-001' AND LBTESTCD = 'HGB' AND LBDTC > '2024-03-01'",
                  "LBLOBXFL", depth=1)  # fmt: skip
    assert blank.splitlines()[1].strip() == "↚ [Mapping!B23]"


def test_a_joined_analysis_value_leads_on_to_the_laboratory(session):
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-002'", "HGBBL", depth=3),
        """
        ADSL #2 (USUBJID=01-002)  HGBBL = 110
          ← [Derivations!B8]
          LB #5 (USUBJID=01-002, LBTESTCD=HGB, LBDTC=2024-03-01)  LBSTRESN = 110   (HGB: LB WHERE LBTESTCD = 'HGB' AND LBLOBXFL = 'Y' ON USUBJID)
            ← [Mapping!B21]
            LBORRES = 11
              ← [Mapping!B19]
              lab.csv:4  HGB='11'
            LBORRESU = g/dL
              ← [Mapping!B20]
              lab.csv:4  HGBU='g/dL'
              [sdtm.xlsx › Codelists!I5]  g/dL → g/dL   (looked up)
            [sdtm.xlsx › Findings!D2]  TESTCD = HGB
            [sdtm.xlsx › Findings!M2]  STANDARD_UNIT = g/L
            [sdtm.xlsx › Findings!N2]  FACTOR = (blank)
            [sdtm.xlsx › Findings!O2]  DIGITS = 0
            [sdtm.xlsx › Units!D2]  g/dL → g/L: × 10   (looked up)
        """,
    )


def test_predecessors_and_assigned_values_stand_in_variables(session):
    assert is_chain(
        chain(session, "ADSL", "USUBJID = '01-001'", "STUDYID"),
        """
        ADSL #1 (USUBJID=01-001)  STUDYID = MINI
          ← [Variables!C2]
          DM #1 (USUBJID=01-001)  STUDYID = MINI
            ← [Variables!C5]
        """,
    )


def test_a_supplemental_record_is_the_variable_of_its_parent(session):
    found = chain(session, "SUPPAE", "QNAM = 'AEREL' AND USUBJID = '01-002'", None)
    assert is_chain(
        found,
        """
        SUPPAE #3 (USUBJID=01-002, IDVAR=AESEQ, IDVARVAL=1, QNAM=AEREL)  QVAL = NOT RELATED
          AE #2 (USUBJID=01-002, AESPID=2)  AEREL = NOT RELATED
            ← [Mapping!B31]
            events.csv:4  REL='无关'
            [sdtm.xlsx › Terms!B3]  无关 → NOT RELATED   (looked up)
        """,
    )
    rest = chain(session, "SUPPAE", "QNAM = 'AETERM1'", None)
    assert is_chain(
        rest,
        """
        SUPPAE #2 (USUBJID=01-001, IDVAR=AESEQ, IDVARVAL=1, QNAM=AETERM1)  QVAL = 呕吐
          AE #1 (USUBJID=01-001, AESPID=1)  AETERM1 = 呕吐
            ← [Mapping!B29]
            events.csv:3  TERM='恶心呕吐'
        """,
    )
    number = chain(session, "SUPPAE", "QNAM = 'AEREL' AND USUBJID = '01-002'", "IDVARVAL", depth=0)
    assert number.splitlines()[1].strip() == "AE #2 (USUBJID=01-002, AESPID=2)  AESEQ = 1"


def test_an_imputed_date_leads_to_what_was_collected_its_bound_and_the_rule(session):
    assert is_chain(
        chain(session, "ADAE", "USUBJID = '01-001'", "ASTDT"),
        """
        ADAE #1 (USUBJID=01-001, AESEQ=1)  ASTDT = 2024-03-01
          ← [Derivations!B10]
          AE #1 (USUBJID=01-001, AESPID=1)  AESTDTC = 2024-03
            ← [Mapping!B30]
            events.csv:3  STDAT='2024-03'
          ADSL #1 (USUBJID=01-001)  TRTSDT = 2024-03-01   (ADSL ON USUBJID)
            ← [Derivations!B4]
            EX #1 (USUBJID=01-001, EXSTDTC=2024-03-01)  EXSTDTC = 2024-03-01   (related record: EX ON USUBJID)
              ← [Mapping!B16]
              dosing.csv:3  DOSDAT='2024-03-01'
          [adam.xlsx › Imputation!C2]  START: day → first   (looked up)
        """,
    )
    assert "Imputation" not in chain(session, "ADAE", "USUBJID = '01-002'", "ASTDT")


def test_a_visit_leads_to_its_row_and_an_unscheduled_one_to_the_visit_before_it(session):
    assert is_chain(
        chain(session, "RS", "VISITNUM = 3.01", "VISITNUM", depth=1),
        """
        RS #3 (USUBJID=01-001, RSDTC=2024-05-28)  VISITNUM = 3.01
          ← [Mapping!B35]
          _VISIT = UNS
            … --depth ends here
          RSDTC = 2024-05-28
            … --depth ends here
          USUBJID = 01-001
            … --depth ends here
          RS #2 (USUBJID=01-001, RSDTC=2024-04-30)   (other record)
            _VISIT = C3
              … --depth ends here
            RSDTC = 2024-04-30
              … --depth ends here
          [sdtm.xlsx › Visits!A3]  UNS → UNSCHEDULED   (looked up)
        """,
    )
    planned = chain(session, "RS", "VISITNUM = 3 AND USUBJID = '01-002'", "VISITNUM", depth=1)
    assert "[sdtm.xlsx › Visits!A2]  C3 → CYCLE 3   (looked up)" in planned
    assert "other record" not in planned


def test_an_element_leads_to_its_expression_and_what_this_reads_of_the_subject(session):
    assert is_chain(
        chain(session, "SE", "USUBJID = '01-001' AND ETCD = 'TRT'", "SESTDTC"),
        """
        SE #2 (USUBJID=01-001, SESTDTC=2024-03-01)  SESTDTC = 2024-03-01
          ← [Mapping!B11]
          [sdtm.xlsx › TE!C3]  Start = RFSTDTC
          DM #1 (USUBJID=01-001)  RFSTDTC = 2024-03-01
            ← [Mapping!B3]
            EX #1 (USUBJID=01-001, EXSTDTC=2024-03-01)  EXSTDTC = 2024-03-01   (related record: EX ON USUBJID)
              ← [Mapping!B16]
              dosing.csv:3  DOSDAT='2024-03-01'
        """,
    )
    assert is_chain(
        chain(session, "SE", "USUBJID = '01-001' AND ETCD = 'TRT'", "ETCD"),
        """
        SE #2 (USUBJID=01-001, SESTDTC=2024-03-01)  ETCD = TRT
          ← [Mapping!B10]
          [sdtm.xlsx › TE!A3]  ETCD = TRT
        """,
    )


def test_a_content_sheet_is_an_end(session):
    assert is_chain(
        chain(session, "TE", "ETCD = 'SCRN'", "ELEMENT"),
        """
        TE #1 (ETCD=SCRN)  ELEMENT = Screening
          ← [Variables!C4]
          [sdtm.xlsx › TE!B2]  ELEMENT = Screening
        """,
    )


def test_an_epoch_leads_to_the_element_that_holds_the_date(session):
    found = chain(session, "LB", "USUBJID = '01-002' AND LBTESTCD = 'HGB'", "EPOCH", depth=1)
    assert is_chain(
        found,
        """
        LB #5 (USUBJID=01-002, LBTESTCD=HGB, LBDTC=2024-03-01)  EPOCH = SCRN
          ← [Mapping!B25]
          LBDTC = 2024-03-01
            … --depth ends here
          SE #3 (USUBJID=01-002, SESTDTC=2024-02-22)   (related record: SE ON USUBJID)
            ETCD = SCRN
              … --depth ends here
            SESTDTC = 2024-02-22
              … --depth ends here
            SEENDTC = 2024-03-05
              … --depth ends here
        """,
    )


def test_a_flag_says_with_how_many_records_its_record_was_compared(session):
    where = "USUBJID = '01-001' AND LBLOBXFL = 'Y' AND LBTESTCD = 'HGB'"
    lines = chain(session, "LB", where, "LBLOBXFL", depth=1).splitlines()
    assert lines[2].strip() == "put in order with 1 further records"


def test_rules_stand_in_words_of_the_language(session, small):
    assert "← Set to 'MINI'.  [sdtm.xlsx › Variables!C5]" in chain(
        session, "DM", "USUBJID = '01-001'", "STUDYID", words=True
    )
    chinese = opened(small, language="zh")
    assert "← 设为“MINI”。  [sdtm.xlsx › Variables!C5]" in chain(
        chinese, "DM", "USUBJID = '01-001'", "STUDYID", words=True
    )
    assert "受试者" in chain(chinese, "ADRS", "USUBJID = '01-003' AND PARAMCD = 'RSP'", "AVALC")


def test_a_record_shows_where_it_comes_from_and_each_of_its_values_one_step_far(session):
    assert is_chain(
        chain(session, "ADAE", "USUBJID = '01-002'", None),
        """
        ADAE #2 (USUBJID=01-002, AESEQ=1)
          AE #2 (USUBJID=01-002, AESPID=2)   (made from: AE)
            events.csv:4   (made from: AEF: form:events DISTINCT SUBJECT, AENO KEEP LAST SAVED)
          STUDYID = MINI
            ← [Variables!C13]
            AE #2 (USUBJID=01-002, AESPID=2)  STUDYID = MINI
              … --depth ends here
          USUBJID = 01-002
            ← [Variables!C14]
            AE #2 (USUBJID=01-002, AESPID=2)  USUBJID = 01-002
              … --depth ends here
          AESEQ = 1
            ← [Variables!C15]
            AE #2 (USUBJID=01-002, AESPID=2)  AESEQ = 1
              … --depth ends here
          ASTDT = 2024-03-10
            ← [Derivations!B10]
            AE #2 (USUBJID=01-002, AESPID=2)  AESTDTC = 2024-03-10
              … --depth ends here
            ADSL #2 (USUBJID=01-002)  TRTSDT = 2024-03-05   (ADSL ON USUBJID)
              … --depth ends here
          AEREL = NOT RELATED
            ← [Variables!C17]
            AE #2 (USUBJID=01-002, AESPID=2)  AEREL = NOT RELATED
              … --depth ends here
        """,
    )
