"""ADLB by a workbook: windows, baseline, grades, shifts, computed and carried parameters."""

import pytest

LB = """
    SUBJECT,DAY,TEST,VALUE,UNIT,LOW,HIGH
    01,-3,HGB,130,g/L,120,160
    01,1,HGB,118,g/L,120,160
    01,8,HGB,95,g/L,120,160
    01,9,HGB,99,g/L,120,160
    01,22,HGB,75,g/L,120,160
    01,1,ALB,30,g/L,35,50
    01,1,CA,2.0,mmol/L,2.1,2.6
    01,8,CA,1.9,mmol/L,2.1,2.6
    02,1,HGB,150,g/L,120,160
    02,8,HGB,151,g/L,120,160
"""


@pytest.fixture
def adlb(domain):
    domain(
        "LB", "USUBJID, LBTESTCD, LBDY",
        """
        Dataset | Variable | Data Type
        LB      | USUBJID  | text
        LB      | LBTESTCD | text
        LB      | LBDY     | integer
        LB      | LBSTRESN | float
        LB      | LBSTRESU | text
        LB      | LBSTNRLO | float
        LB      | LBSTNRHI | float
        """,
        "Dataset | Source | From\nLB | L | form:lab",
        """
        Dataset | Variable | Source | Algorithm | Inputs
        LB      | USUBJID  | L      | assign    | SUBJECT
        LB      | LBTESTCD | L      | assign    | TEST
        LB      | LBDY     | L      | assign    | DAY
        LB      | LBSTRESN | L      | number    | VALUE
        LB      | LBSTRESU | L      | assign    | UNIT
        LB      | LBSTNRLO | L      | number    | LOW
        LB      | LBSTNRHI | L      | number    | HIGH
        """,
    )  # fmt: skip
    study = domain(
        "ADLB", "USUBJID, PARAMCD, ADY, DTYPE",
        """
        Dataset | Variable | Data Type | Has No Data
        ADLB    | USUBJID  | text
        ADLB    | PARAMCD  | text
        ADLB    | PARAM    | text
        ADLB    | PARAMN   | integer
        ADLB    | ADY      | integer
        ADLB    | AVISIT   | text
        ADLB    | AVISITN  | integer
        ADLB    | AWTARGET | integer
        ADLB    | AVAL     | float
        ADLB    | ANRLO    | float
        ADLB    | ANRHI    | float
        ADLB    | ANRIND   | text
        ADLB    | ABLFL    | text
        ADLB    | BASE     | float
        ADLB    | BNRIND   | text
        ADLB    | CHG      | float
        ADLB    | PCHG     | float
        ADLB    | SHIFT1   | text
        ADLB    | ATOXGRL  | text
        ADLB    | BTOXGRL  | text
        ADLB    | SHIFT2   | text
        ADLB    | ANL01FL  | text
        ADLB    | WORSTFL  | text
        ADLB    | DTYPE    | text      | Yes
        """,
        "Dataset | Source | From\nADLB | LB | LB",
        """
        Dataset | Variable | Source | Algorithm       | Inputs               | Arguments | When
        ADLB    | USUBJID  | LB     | assign          | USUBJID              | |
        ADLB    | ADY      | LB     | assign          | LBDY                 | |
        ADLB    | AVAL     | LB     | assign          | LBSTRESN             | |
        ADLB    | _UNIT    | LB     | assign          | LBSTRESU             | |
        ADLB    | ANRLO    | LB     | assign          | LBSTNRLO             | |
        ADLB    | ANRHI    | LB     | assign          | LBSTNRHI             | |
        ADLB    | AVISIT   | LB     | analysis_window | ADY                  | rule=STD; give=AVISIT |
        ADLB    | AVISITN  | LB     | analysis_window | ADY                  | rule=STD; give=AVISITN |
        ADLB    | AWTARGET |        | analysis_window | ADY                  | rule=STD; give=AWTARGET |
        ADLB    | ANRIND   |        | range_indicator | AVAL, ANRLO, ANRHI   | |
        ADLB    | ABLFL    |        | extreme_flag    |                      | by=USUBJID, PARAMCD; order=ADY; mode=last | `ADY <= 1 AND DTYPE IS NULL`
        ADLB    | BASE     |        | baseline        | AVAL                 | by=USUBJID, PARAMCD |
        ADLB    | BNRIND   |        | baseline        | ANRIND               | by=USUBJID, PARAMCD |
        ADLB    | CHG      |        | change          | AVAL, BASE           | | `ADY > 1`
        ADLB    | PCHG     |        | percent_change  | AVAL, BASE           | | `ADY > 1`
        ADLB    | SHIFT1   |        | shift           | BNRIND, ANRIND       | | `ADY > 1`
        ADLB    | ATOXGRL  |        | toxicity_grade  | AVAL, PARAMCD, _UNIT | direction=LOW; version=5.0 |
        ADLB    | BTOXGRL  |        | baseline        | ATOXGRL              | by=USUBJID, PARAMCD |
        ADLB    | SHIFT2   |        | shift           | BTOXGRL, ATOXGRL     | | `ADY > 1`
        ADLB    | ANL01FL  |        | window_flag     | ADY                  | by=USUBJID, PARAMCD, AVISITN | `DTYPE IS NULL`
        ADLB    | WORSTFL  |        | worst_flag      | AVAL                 | by=USUBJID, PARAMCD; order=ADY; worst=low | `ADY > 1 AND DTYPE IS NULL`
        """.replace("`", ""),
        kind="adam",
    )  # fmt: skip
    study.adam.add("Codelists", "ID | Term\nNY | Y")
    study.adam.add(
        "Windows",
        """
        ID  | AVISIT   | AVISITN | From | To   | Target
        STD | Baseline | ##0     |      | ##1  | ##1
        STD | Week 1   | ##1     | ##2  | ##14 | ##8
        STD | Week 3   | ##3     | ##15 | ##28 | ##22
        """,
    )
    study.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM                         | PARAMN | Source | Where            | Algorithm | Inputs | Arguments
        ADLB    | HGB     | Hemoglobin (g/L)              | ##1    | LB     | LBTESTCD = 'HGB' | records   |        |
        ADLB    | ALB     | Albumin (g/L)                 | ##2    | LB     | LBTESTCD = 'ALB' | records   |        |
        ADLB    | CA      | Calcium (mmol/L)              | ##3    | LB     | LBTESTCD = 'CA'  | records   |        |
        """,
    )
    return study.form("lab", LB)


def of(made, paramcd, *variables):
    names = ("PARAMCD", *variables)
    return [row[1:] for row in made.values("ADLB", *names) if row[0] == paramcd]


def test_windows_baseline_change_shift_and_grade(adlb):
    made = adlb.make()
    assert made.faults == ()
    rows = of(
        made, "HGB", "USUBJID", "ADY", "AVISIT", "ABLFL", "BASE", "CHG", "PCHG", "ANRIND", "SHIFT1"
    )
    assert rows == [
        ("01", -3, "Baseline", None, 118, None, None, "NORMAL", None),
        ("01", 1, "Baseline", "Y", 118, None, None, "LOW", None),
        ("01", 8, "Week 1", None, 118, -23, pytest.approx(-23 / 118 * 100), "LOW", "LOW to LOW"),
        ("01", 9, "Week 1", None, 118, -19, pytest.approx(-19 / 118 * 100), "LOW", "LOW to LOW"),
        ("01", 22, "Week 3", None, 118, -43, pytest.approx(-43 / 118 * 100), "LOW", "LOW to LOW"),
        ("02", 1, "Baseline", "Y", 150, None, None, "NORMAL", None),
        (
            "02",
            8,
            "Week 1",
            None,
            150,
            1,
            pytest.approx(1 / 150 * 100),
            "NORMAL",
            "NORMAL to NORMAL",
        ),
    ]
    # CTCAE 5.0, anemia: <LLN 1; <100 g/L 2; <80 g/L 3
    grades = of(made, "HGB", "USUBJID", "ADY", "ATOXGRL", "BTOXGRL", "SHIFT2", "ANL01FL", "WORSTFL")
    assert grades == [
        ("01", -3, "0", "1", None, None, None),
        ("01", 1, "1", "1", None, "Y", None),
        ("01", 8, "2", "1", "1 to 2", "Y", None),
        ("01", 9, "2", "1", "1 to 2", None, None),
        ("01", 22, "3", "1", "1 to 3", "Y", "Y"),
        ("02", 1, "0", "0", None, "Y", None),
        ("02", 8, "0", "0", "0 to 0", "Y", "Y"),
    ]  # fmt: skip


def test_a_parameter_is_computed_from_others(adlb):
    # Calcium corrected for albumin: CA + 0.02 x (40 - ALB), SI units
    adlb.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM                      | Source  | Algorithm | Inputs | Arguments
        ADLB    | CACR    | Corrected Calcium (mmol/L) | CA, ALB | formula   |        | expression=CA + 0.02 * (40 - ALB); by=USUBJID, ADY; carry=_UNIT, ANRLO, ANRHI, AVISIT, AVISITN
        """,
    )
    made = adlb.make()
    assert made.faults == ()
    # Day 8 has no albumin. 2.0 + 0.02 x 10 = 2.2: above the lower limit, grade 0.
    assert of(made, "CACR", "USUBJID", "ADY", "AVAL", "ANRLO", "ATOXGRL", "AVISIT") == [
        ("01", 1, pytest.approx(2.2), 2.1, "0", "Baseline"),
    ]  # fmt: skip


def test_values_are_carried_to_windows_without_one_for_each_parameter(adlb):
    adlb.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM | Source | Algorithm | Inputs | Arguments
        ADLB    | *       | *     | *      | locf      | AVAL   | by=USUBJID, PARAMCD; order=ADY; rule=STD; start=1; carry=AVAL, _UNIT, ADY
        """,
    )
    made = adlb.make()
    assert made.faults == ()
    carried = [
        row[1:]
        for row in made.values(
            "ADLB", "DTYPE", "USUBJID", "PARAMCD", "PARAM", "PARAMN", "AVISIT", "AVAL", "CHG"
        )
        if row[0]
    ]
    assert carried == [
        ("01", "CA", "Calcium (mmol/L)", 3, "Week 3", 1.9, pytest.approx(-0.1)),
        ("02", "HGB", "Hemoglobin (g/L)", 1, "Week 3", 151, 1),
    ]


def test_expected_visits_get_records_for_the_parameters_that_source_names(adlb):
    adlb.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM | Source  | Algorithm        | Inputs  | Arguments
        ADLB    | *       | *     | HGB, CA | expected_records | AVISITN | by=USUBJID, PARAMCD; rule=STD; dtype=PHANTOM
        """,
    )
    made = adlb.make()
    phantom = [
        row[1:]
        for row in made.values("ADLB", "DTYPE", "USUBJID", "PARAMCD", "AVISIT", "AVAL")
        if row[0]
    ]
    assert phantom == [
        ("01", "CA", "Week 3", None), ("02", "HGB", "Week 3", None),
    ]  # fmt: skip


def test_a_summary_and_an_extreme_record_are_parameters_of_their_own(adlb):
    adlb.adam.add(
        "Parameters",
        """
        Dataset | PARAMCD | PARAM               | Source | Where   | Algorithm      | Inputs | Arguments
        ADLB    | HGBMIN  | Lowest Hemoglobin   | HGB    | ADY > 1 | extreme_record |        | order=AVAL, ADY; by=USUBJID; dtype=MINIMUM; carry=AVAL, ADY, AVISIT, AVISITN, _UNIT
        ADLB    | HGBMEAN | Mean Hemoglobin     | HGB    | ADY > 1 | aggregate      | AVAL   | by=USUBJID; statistic=mean; dtype=AVERAGE
        """,
    )
    made = adlb.make()
    assert made.faults == ()
    assert of(made, "HGBMIN", "USUBJID", "AVAL", "ADY", "AVISIT", "DTYPE") == [
        ("01", 75, 22, "Week 3", "MINIMUM"), ("02", 151, 8, "Week 1", "MINIMUM"),
    ]  # fmt: skip
    assert of(made, "HGBMEAN", "USUBJID", "AVAL", "DTYPE") == [
        ("01", pytest.approx((95 + 99 + 75) / 3), "AVERAGE"), ("02", 151, "AVERAGE"),
    ]  # fmt: skip


def test_grades_of_the_study_replace_those_of_the_criteria(adlb):
    adlb.adam.add(
        "Grades",
        """
        Test | Direction | Unit | Grade | Limit
        HGB  | LOW       |      | ##1   | < 0.9 x LLN
        HGB  | LOW       | g/L  | ##4   | < 80
        """,
    )
    # 0.9 x 120 = 108
    assert [row[1] for row in of(adlb.make(), "HGB", "ADY", "ATOXGRL")] == [
        "0",
        "0",
        "1",
        "1",
        "4",
        "0",
        "0",
    ]


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        ("< 3 x UNL", "Grades!H2: '< 3 x UNL' is no limit such as '< 80', '> 3 x ULN' or '> ULN + 20'."),
    ],
)  # fmt: skip
def test_a_fault_of_a_grade_is_told_at_its_cell(adlb, limit, fault):
    adlb.adam.add("Grades", f"Test | Direction | Grade | Limit\nHGB | LOW | ##1 | {limit}")
    assert adlb.problems() == [f"adam.xlsx › {fault}"]


def test_windows_that_share_a_day_are_a_fault(adlb):
    adlb.adam.change("Windows", 3, To=15.0)
    assert adlb.problems() == [
        "adam.xlsx › Windows!E4: windows 'Week 1' and 'Week 3' of STD share days."
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("CACR | x | CA, ALB | formula | expression=CA + ALBU; by=USUBJID, ADY", "unknown parameter of Source 'ALBU'. Did you mean 'ALB'?"),
        ("CACR | x | CA, ALB | formula | expression=CA +; by=USUBJID", "'CA +' is not a SQL expression"),
        ("* | * | HGB | aggregate | value=AVAL; by=USUBJID; statistic=mean", "'aggregate' cannot make records of each parameter without PARAMCD in by. Add PARAMCD to by=, or name one parameter."),
        ("X | x | HBG | aggregate | value=AVAL; by=USUBJID; statistic=mean", "unknown source or parameter 'HBG'. Did you mean 'HGB'?"),
        ("X | x | HGB | aggregate | value=AVAL; by=USUBJID; statistic=average", "argument statistic of 'aggregate': "),
        ("X | x | HGB | locf | value=AVAL; by=USUBJID; order=ADY; rule=STT", "unknown rule of Windows 'STT'. Did you mean 'STD'?"),
    ],
)  # fmt: skip
def test_a_fault_of_a_parameter_is_told_at_its_cell(adlb, row, fault):
    adlb.adam.add(
        "Parameters", f"Dataset | PARAMCD | PARAM | Source | Algorithm | Arguments\nADLB | {row}"
    )
    told = [text for text in adlb.problems() if fault in text]
    assert told
    assert told[0].startswith("adam.xlsx › Parameters!")


def test_a_formula_that_fails_on_the_data_is_a_fault_and_stops_nothing(adlb):
    adlb.adam.add(
        "Parameters",
        "Dataset | PARAMCD | PARAM | Source | Algorithm | Arguments\n"
        "ADLB | LOGN | Log | HGB | formula | expression=CAST(concat('x', HGB) AS INTEGER); by=USUBJID, ADY",
    )
    made = adlb.make()
    assert len(made.faults) == 1
    assert made.faults[0].startswith("adam.xlsx › Parameters!")
    assert "formula: " in made.faults[0]


def test_a_version_that_is_not_packaged_is_a_fault(adlb):
    row = next(
        at
        for at, r in enumerate(adlb.adam.sheets["Derivations"], 2)
        if r["Algorithm"] == "toxicity_grade"
    )
    adlb.adam.change("Derivations", row, Arguments="direction=LOW; version=3.0")
    assert adlb.problems() == [
        f"adam.xlsx › Derivations!F{row}: unknown version of CTCAE '3.0'. Did you mean '5.0'?"
    ]
