import numpy as np
import pandas as pd
import pytest
from reference_study import display_row

from cdisc_pom.errors import Problems
from cdisc_pom.results.displays import data_sets_of, evaluate_displays
from cdisc_pom.results.registry import STATISTICS, Outcome, statistic

ADSL = pd.DataFrame(
    {
        "USUBJID": ["1", "2", "3", "4", "5"],
        "FASFL": ["Y", "Y", "Y", "Y", "N"],
        "SEX": ["M", "F", "M", None, "F"],
        "AGE": [50.0, 60.0, 70.0, 65.5, 20.0],
        "TRTSDT": pd.to_datetime(["2017-03-31", "2018-01-01", "2017-02-28", None, "2011-01-01"]),
    }
)
ADAE = pd.DataFrame(
    {
        "USUBJID": ["1", "1", "2", "3", "5"],
        "AEDECOD": ["Anaemia", "Anaemia", "Rash", "Anaemia", "Anaemia"],
        "ATOXGRN": [3.0, 4.0, 1.0, np.nan, 3.0],
    }
)
ADTTE = pd.DataFrame(
    {
        "USUBJID": ["1", "2", "3", "4", "1"],
        "PARAMCD": ["OS", "OS", "OS", "OS", "PFS"],
        "AVAL": [30.4375, 60.875, 91.3125, 121.75, 10.0],
        "CNSR": [0.0, 0.0, 1.0, 0.0, 0.0],
    }
)
FRAMES = {"ADSL": ADSL, "ADAE": ADAE, "ADTTE": ADTTE}
FAS = "FASFL = 'Y'"


def row(statistic_name, dataset="ADSL", **cells):
    plain = {"Display": "Table 1", "Order": 1, "Row label": "Row"}
    return display_row(**(plain | {"Statistic": statistic_name, "Dataset": dataset} | cells))


def one(*args, **cells):
    (result,) = evaluate_displays([row(*args, **cells)], FRAMES)
    return result


def faults(*rows, frames=FRAMES):
    with pytest.raises(Problems) as problems:
        evaluate_displays(rows, frames)
    return [str(error) for error in problems.value.errors]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"Statistic": "count"}, "5"),
        ({"Statistic": "count", "Population": FAS}, "4"),
        ({"Statistic": "count", "Where": "SEX = 'M'", "Population": FAS}, "2"),
        ({"Statistic": "n_percent", "Where": "SEX = 'F'", "Population": FAS}, "1 (25.0)"),
        ({"Statistic": "n_percent", "Where": "SEX = 'F'", "Format": "0"}, "2 (40)"),
        ({"Statistic": "n_percent", "Where": "SEX IS NULL", "Population": FAS}, "1 (25.0)"),
        ({"Statistic": "n_percent", "Where": "SEX = 'X'", "Population": "SEX = 'X'"}, "0 (NE)"),
        # 2 of 4: exact limits 6.76 and 93.24 %
        (
            {"Statistic": "exact_ci", "Where": "SEX = 'M'", "Population": FAS},
            "50.0 (6.8–93.2)",
        ),
        ({"Statistic": "median_range", "Variable": "AGE", "Population": FAS}, "62.8 (50.0–70.0)"),
        (
            {"Statistic": "median_range", "Variable": "AGE", "Population": FAS, "Format": "1, 0"},
            "62.8 (50–70)",
        ),
        (
            {"Statistic": "median_range", "Variable": "AGE - 60", "Population": FAS},
            "2.8 (-10.0–10.0)",
        ),
        (
            {"Statistic": "median_range", "Variable": "20 - AGE", "Population": FAS},
            "-42.8 (-50.0, -30.0)",  # a dash before a minus would not be read
        ),
        (
            {"Statistic": "median_quartiles", "Variable": "AGE", "Population": FAS, "Format": "2"},
            "62.75 (55.00–67.75)",
        ),
        ({"Statistic": "mean_sd", "Variable": "AGE", "Population": "SEX = 'M'"}, "60.0 (14.1)"),
        (
            {"Statistic": "month_range", "Variable": "TRTSDT", "Population": FAS},
            "2017-02 – 2018-01",
        ),
    ],
)
def test_a_row_on_subjects_prints_its_statistic(cells, text):
    assert one(cells.pop("Statistic"), **cells).text == text


def test_records_are_counted_once_a_subject_and_only_in_the_population():
    result = one("n_percent", "ADAE", Where="AEDECOD = 'Anaemia'", Population=FAS)
    assert result.text == "2 (50.0)"
    assert result.values == {"n": 2, "denom": 4, "pct": 50.0}
    assert (result.numerator, result.denominator) == (2, 4)


def test_a_result_knows_the_records_that_made_it():
    result = one("n_percent", "ADAE", Where="AEDECOD = 'Anaemia'", Population=FAS)
    assert result.records.dataset == "ADAE"
    assert result.records.observations == (1, 2, 4)  # numbers in the file, from 1
    assert result.records.subjects == ("1", "3")


def test_a_comparison_with_a_missing_value_selects_nothing():
    assert one("count", "ADAE", Where="ATOXGRN >= 3").text == "2"  # subjects 1 and 5
    assert one("count", "ADAE", Where="NOT (ATOXGRN >= 3)").text == "1"  # subject 2, not 3


def test_times_to_event_are_read_from_one_parameter_in_the_unit_of_the_expression():
    result = one(
        "km_median_ci",
        "ADTTE",
        Parameter="OS",
        Variable="AVAL / 30.4375",
        Population=FAS,
        Format="1",
    )
    # survival 0.75, 0.5, 0.5, 0 at 1, 2, 3, 4 months: 0.5 from 2 until the next event at 4
    assert result.values["median"] == 3
    assert (result.values["events"], result.values["n"]) == (3, 4)
    assert result.text == "3.0 (1.0–NE)"
    assert result.curve.time.tolist() == [1, 2, 3, 4]


def test_follow_up_is_the_reverse_estimate():
    result = one(
        "reverse_km_median_ci", "ADTTE", Parameter="OS", Variable="AVAL / 30.4375", Format="0"
    )
    assert result.values["events"] == 1  # subject 3 at 3 months, one of two still followed
    assert result.text == "NE (3–NE)"  # half is reached, never crossed


def test_groups_give_a_result_each_with_the_missing_one_last():
    results = evaluate_displays(
        [row("n_percent", Where="AGE >= 60", Population=FAS, Group="SEX")], FRAMES
    )
    assert [(r.label("en"), r.text) for r in results] == [
        ("Row: F", "1 (100.0)"),
        ("Row: M", "1 (50.0)"),
        ("Row: Missing", "1 (100.0)"),
    ]
    assert results[-1].label("zh") == "Row: 缺失"


def test_labels_fall_back_to_english():
    result = one("count", **{"Row label (zh)": "行", "Display (zh)": "表1"})
    assert (result.label("zh"), result.display("zh")) == ("行", "表1")
    assert (result.label("en"), result.display("en")) == ("Row", "Table 1")
    assert one("count").display("zh") == "Table 1"


def test_displays_keep_their_order_and_rows_follow_theirs():
    rows = [
        row("count", **{"Display": "B", "Order": 2, "Row label": "b2"}),
        row("count", **{"Display": "A", "Order": 1, "Row label": "a1"}),
        row("count", **{"Display": "B", "Order": 1, "Row label": "b1"}),
    ]
    assert [r.row.label for r in evaluate_displays(rows, FRAMES)] == ["b1", "b2", "a1"]
    assert data_sets_of([row("count", "ADAE"), row("count")]) == ("ADSL", "ADAE")


def test_the_order_of_records_does_not_matter():
    rows = [
        row("n_percent", "ADAE", Where="ATOXGRN >= 3", Population=FAS),
        row("km_median_ci", "ADTTE", Parameter="OS", Variable="AVAL"),
        row("median_quartiles", Variable="AGE"),
    ]
    mixed = {
        name: frame.sample(frac=1, random_state=3, ignore_index=True)
        for name, frame in FRAMES.items()
    }
    for before, after in zip(
        evaluate_displays(rows, FRAMES), evaluate_displays(rows, mixed), strict=True
    ):
        np.testing.assert_equal(after.values, before.values)


def test_all_faults_of_rows_are_told_at_once_at_their_cells():
    got = faults(
        row("n_percnt"),
        row("count", "ADEA"),
        row("count", Where="SXE = 'M'"),
        row("count", Where="SEX ="),
        row("count", Population="EXISTS (SELECT 1)"),
        row("count", Where="ADSL.SEX = 'M' AND ADAE.AESEQ = 1"),
        row("count", "ADTTE", Parameter="OSS"),
        row("count", Parameter="OS"),
        row("median_range"),
        row("km_median_ci", "ADSL", Variable="AGE"),
        row("n_percent", Format="one"),
        row("n_percent", Format="1, 2"),
        row("count", Group="SEX", Published="t1.sex"),
    )
    unreadable = got.pop(3)
    assert unreadable.startswith("adam.xlsx › Displays!K2: 'SEX =' is not a SQL expression (")
    assert got == [
        "adam.xlsx › Displays!F2: unknown statistic 'n_percnt'. Did you mean 'n_percent'?",
        "adam.xlsx › Displays!G2: unknown data set 'ADEA'. Did you mean 'ADAE'?",
        "adam.xlsx › Displays!K2: column 'SXE' is not in ADSL. Did you mean 'SEX'?",
        "adam.xlsx › Displays!J2: 'EXISTS (SELECT 1)': EXISTS(SELECT 1) is more than a scalar expression.",
        "adam.xlsx › Displays!K2: ADAE.AESEQ is not of ADSL. Only columns of ADSL go here.",
        "adam.xlsx › Displays!H2: ADTTE has no record with PARAMCD 'OSS'. Did you mean 'OS'?",
        "adam.xlsx › Displays!H2: ADSL has no PARAMCD.",
        "adam.xlsx › Displays!I2: median_range needs a variable.",
        "adam.xlsx › Displays!G2: km_median_ci needs CNSR, which ADSL does not have.",
        "adam.xlsx › Displays!M2: 'one' is not a list of decimals, such as '1' or '1, 2, 2'.",
        "adam.xlsx › Displays!M2: 2 numbers of decimals for 1 parts.",
        "adam.xlsx › Displays!N2: a row with groups gives several results, none of which is the published one. Write the group as Population.",
    ]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (
            {"Statistic": "median_range", "Variable": "SEX"},
            "Displays!I2: median_range needs numbers, but SEX gives category.",
        ),
        (
            {"Statistic": "month_range", "Variable": "AGE"},
            "Displays!I2: month_range needs dates, but AGE gives float64.",
        ),
        (
            {"Statistic": "count", "Where": "SEX"},
            "Displays!K2: 'SEX' fails on the data: 'SEX' is not a condition.",
        ),
    ],
)
def test_values_that_do_not_fit_are_told_at_the_cell(cells, fault):
    (message,) = faults(row(cells.pop("Statistic"), **cells))
    assert message == f"adam.xlsx › {fault}"


def test_an_expression_that_fails_on_a_value_is_told_at_the_cell():
    (message,) = faults(row("count", Where="CAST(SEX AS INTEGER) > 0"))
    assert message.startswith(
        "adam.xlsx › Displays!K2: 'CAST(SEX AS INTEGER) > 0' fails on the data: Conversion Error"
    )


def test_two_records_of_a_subject_are_a_finding_where_one_is_asked_for():
    assert faults(row("median_range", "ADAE", Variable="ATOXGRN")) == [
        "adam.xlsx › Displays!K2: ADAE: median_range takes one record a subject, some have more. (1 record; first: USUBJID 1) Display row 'Row'."
    ]


def test_a_time_to_event_that_is_missing_or_negative_is_a_finding():
    broken = ADTTE.assign(AVAL=[1.0, -2.0, np.nan, 4.0, 5.0])
    assert faults(
        row("km_median_ci", "ADTTE", Parameter="OS", Variable="AVAL"),
        frames=FRAMES | {"ADTTE": broken},
    ) == [
        "adam.xlsx › Displays!K2: ADTTE: AVAL or CNSR is missing, or the time is negative. (2 records; first: USUBJID 2) Display row 'Row'."
    ]


def test_a_subject_twice_in_adsl_is_a_finding():
    twice = pd.concat([ADSL, ADSL.head(1)], ignore_index=True)
    assert faults(row("count"), frames=FRAMES | {"ADSL": twice}) == [
        "adam.xlsx › Displays!J2: ADSL: USUBJID stands more than once. (1 record; first: USUBJID 1) Display row 'Row'."
    ]


def test_a_subject_that_is_not_in_adsl_is_a_finding():
    stranger = ADAE.assign(USUBJID=["1", "1", "2", "9", "9"])
    assert faults(row("count", "ADAE"), frames=FRAMES | {"ADAE": stranger}) == [
        "ADAE: subject is not in ADSL, so that no display counts it. (2 records; first: USUBJID 9)"
    ]


def test_an_empty_selection_has_no_median():
    result = one("median_range", Variable="AGE", Where="SEX = 'X'")
    assert result.text == "NE (NE–NE)"
    assert result.records.observations == ()


def test_a_statistic_of_the_study_is_one_function():
    try:

        @statistic("oldest", text="{oldest} years", decimals=("oldest",), needs=("number",))
        def oldest(selection):
            """Largest value."""
            return Outcome({"oldest": float(selection.values.max())})

        result = one("oldest", Variable="AGE", Population=FAS, Format="0")
        assert (result.text, result.numerator) == ("70 years", None)
        assert STATISTICS["oldest"].title == "Largest value."
        with pytest.raises(ValueError, match="'oldest' is registered twice"):
            statistic("oldest", text="")(oldest)
    finally:
        STATISTICS.pop("oldest", None)
