"""Chains of records that algorithms make: response, occurrence, time to event."""

from chains_by_hand import chain, is_chain


def test_a_record_of_a_parameter_is_a_record_of_its_source(session):
    assert is_chain(
        chain(session, "ADRS", "USUBJID = '01-002' AND PARAMCD = 'OVR' AND AVALC = 'PR'", "AVALC"),
        """
        ADRS #10 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-02)  AVALC = PR
          ← [Derivations!B12]
          RS #4 (USUBJID=01-002, RSDTC=2024-04-02)  RSSTRESC = PR
            ← [Mapping!B34]
            response.csv:5  RESP='PR'
        """,
    )
    assert is_chain(
        chain(session, "ADRS", "USUBJID = '01-002' AND PARAMCD = 'OVR' AND AVALC = 'PR'", "PARAM"),
        """
        ADRS #10 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-02)  PARAM = Response
          ← [Parameters!C2]
        """,
    )


def test_a_confirmed_response_names_the_assessment_that_confirmed_it(session):
    where = "USUBJID = '01-002' AND PARAMCD = 'COVR' AND ADT = DATE '2024-04-02'"
    assert is_chain(
        chain(session, "ADRS", where, "AVALC", depth=1),
        """
        ADRS #8 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-02)  AVALC = PR
          ← [Parameters!I3]
          ADRS #10 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-02)   (made from)
            AVALC = PR
              … --depth ends here
            ADT = 2024-04-02
              … --depth ends here
          ADSL #2 (USUBJID=01-002)   (made from: ADSL ON USUBJID)
            TRTSDT = 2024-03-05
              … --depth ends here
            NACTDT = (missing)
              … --depth ends here
            DTHDT = (missing)
              … --depth ends here
          ADRS #11 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-30)   (looked at)
            AVALC = VGPR
              … --depth ends here
            ADT = 2024-04-30
              … --depth ends here
        """,
    )


def test_a_response_carried_forward_names_the_record_that_reached_it(session):
    where = "USUBJID = '01-002' AND PARAMCD = 'COVR' AND ADT = DATE '2024-04-30'"
    found = chain(session, "ADRS", where, "AVALC", depth=1)
    # the VGPR is not confirmed: PR of 2 April is carried forward, and it was confirmed by itself
    assert found.splitlines()[0].endswith("AVALC = PR")
    assert "ADRS #10 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-02)   (looked at)" in found


def test_a_variable_that_is_carried_over_comes_from_the_record_alone(session):
    where = "USUBJID = '01-002' AND PARAMCD = 'RSP'"
    assert is_chain(
        chain(session, "ADRS", where, "SRCSEQ", depth=2),
        """
        ADRS #13 (USUBJID=01-002, PARAMCD=RSP, ADT=2024-04-02)  SRCSEQ = 1
          ← [Parameters!I4]
          ADRS #8 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-02)  SRCSEQ = 1   (made from)
            ← [Parameters!I3]
            ADRS #10 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-02)  SRCSEQ = 1   (made from)
              … --depth ends here
        """,
    )


def test_an_occurrence_is_the_record_on_which_it_first_occurred(session):
    found = chain(session, "ADRS", "USUBJID = '01-002' AND PARAMCD = 'RSP'", "AVALC", depth=1)
    assert is_chain(
        found,
        """
        ADRS #13 (USUBJID=01-002, PARAMCD=RSP, ADT=2024-04-02)  AVALC = Y
          ← [Parameters!I4]
          ADRS #8 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-02)   (made from)
            AVALC = PR
              … --depth ends here
            ADT = 2024-04-02
              … --depth ends here
            ANL02FL = Y
              … --depth ends here
        """,
    )


def test_no_occurrence_rests_on_all_records_that_were_looked_at(session):
    found = chain(session, "ADRS", "USUBJID = '01-002' AND PARAMCD = 'PD'", "AVALC", depth=1)
    assert is_chain(
        found,
        """
        ADRS #12 (USUBJID=01-002, PARAMCD=PD)  AVALC = N
          ← [Parameters!I5]
          ADRS #8 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-02)   (looked at)
            AVALC = PR
              … --depth ends here
            ADT = 2024-04-02
              … --depth ends here
          ADRS #9 (USUBJID=01-002, PARAMCD=COVR, ADT=2024-04-30)   (looked at)
            AVALC = PR
              … --depth ends here
            ADT = 2024-04-30
              … --depth ends here
          ADSL #2 (USUBJID=01-002)  USUBJID = 01-002   (subject: ALL: ADSL ON USUBJID)
            … --depth ends here
        """,
    )


def test_a_subject_without_any_record_rests_on_the_subject(session):
    assert is_chain(
        chain(session, "ADRS", "USUBJID = '01-003' AND PARAMCD = 'RSP'", "AVALC"),
        """
        ADRS #15 (USUBJID=01-003, PARAMCD=RSP)  AVALC = N
          ← [Parameters!I4]
          ADSL #3 (USUBJID=01-003)  USUBJID = 01-003   (subject: ALL: ADSL ON USUBJID)
            ← [Variables!C3]
            DM #3 (USUBJID=01-003)  USUBJID = 01-003
              ← [Mapping!B2]
              demo.csv:4
                SITE='01'
                SUBJECT='003'
        """,
    )


def test_time_to_event_names_the_row_of_events_that_won_and_its_record(session):
    assert is_chain(
        chain(session, "ADTTE", "USUBJID = '01-002'", "ADT"),
        """
        ADTTE #2 (USUBJID=01-002, PARAMCD=PFS)  ADT = 2024-04-30
          ← [Parameters!I6]
          ADSL #2 (USUBJID=01-002)  TRTSDT = 2024-03-05   (made from: TRT: ADSL WHERE SAFFL = 'Y' ON USUBJID)
            ← [Derivations!B4]
            EX #3 (USUBJID=01-002, EXSTDTC=2024-03-05)  EXSTDTC = 2024-03-05   (related record: EX ON USUBJID)
              ← [Mapping!B16]
              dosing.csv:5  DOSDAT='2024-03-05'
          [adam.xlsx › Events!F4]  CENSOR 3: LAST ASSESSMENT   (event taken)
          ADRS #11 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-30)  ADT = 2024-04-30   (event taken: ASSESS: ADRS WHERE PARAMCD = 'OVR' ON USUBJID)
            ← [Derivations!B13]
            RS #5 (USUBJID=01-002, RSDTC=2024-04-30)  RSDTC = 2024-04-30
              ← [Mapping!B37]
              response.csv:6  RSDAT='2024-04-30'
        """,
    )
    progression = chain(session, "ADTTE", "USUBJID = '01-001'", "CNSR", depth=1)
    assert "[adam.xlsx › Events!F2]  EVENT 1: PROGRESSION   (event taken)" in progression
    assert "ADRS #6 (USUBJID=01-001, PARAMCD=PD, ADT=2024-04-30)" in progression


def test_what_several_chains_share_is_written_once(session):
    found = chain(session, "ADTTE", "USUBJID = '01-001'", "AVAL")
    assert found.count("dosing.csv:3  DOSDAT='2024-03-01'") == 1
    assert found.count("(shown above)") > 3


def test_the_records_of_a_parameter_lead_to_what_they_were_made_of(session):
    found = chain(session, "ADTTE", "USUBJID = '01-002'", None, depth=0)
    record = found[: found.index("\n  STUDYID")]
    assert is_chain(
        record,
        """
        ADTTE #2 (USUBJID=01-002, PARAMCD=PFS)
          ADSL #2 (USUBJID=01-002)   (made from: TRT: ADSL WHERE SAFFL = 'Y' ON USUBJID)
            DM #2 (USUBJID=01-002)   (made from: DM)
              demo.csv:3   (made from: DEMO: form:demo)
          ADRS #11 (USUBJID=01-002, PARAMCD=OVR, ADT=2024-04-30)   (event taken: ASSESS: ADRS WHERE PARAMCD = 'OVR' ON USUBJID)
            RS #5 (USUBJID=01-002, RSDTC=2024-04-30)   (made from: RS)
              response.csv:6   (made from: RES: form:response)
            [adam.xlsx › Parameters!2]  OVR   (row of the workbook)
          [adam.xlsx › Parameters!6]  PFS   (row of the workbook)
        """,
    )
