"""Records that algorithms make: aggregates, extremes, expected and carried ones, formulas."""

import pytest
from columns_by_hand import dates, integers, numbers, plain, run, texts

from cdisc_pom.adam.formula import Formula
from cdisc_pom.adam.windows import Window, WindowTable
from cdisc_pom.plan.evaluate import Evaluator
from cdisc_pom.spec.expressions import ColumnName, parse_expression

SUBJECT = texts("01", "01", "01", "02", name="USUBJID")
DOSE = numbers(4, 3, 4, 20)
DATE = dates("2024-03-01", "2024-03-29", "2024-04-26", "2024-03-02")


def shown(made, *names):
    return list(zip(*(plain(made.columns[name]) for name in names), strict=True))


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        # 4 + 3 + 4 = 11; 11 / 3; the middle of 3, 4, 4
        ("sum", [11, 20]),
        ("mean", [pytest.approx(11 / 3), 20]),
        ("median", [4, 20]),
        ("minimum", [3, 20]),
        ("maximum", [4, 20]),
        ("count", [3, 1]),
    ],
)
def test_an_aggregate_is_one_record_a_group(statistic, expected):
    # admiral, derive_summary_records
    made = run("aggregate", DOSE, (SUBJECT,), statistic)
    assert shown(made, "USUBJID", "AVAL") == list(zip(["01", "02"], expected, strict=True))


@pytest.mark.parametrize(
    ("statistic", "expected", "record"),
    [
        ("sum", "2024-04-26", 2),  # the last of those that counted
        ("maximum", "2024-03-01", 0),  # the first on which it was reached
        ("minimum", "2024-03-29", 1),
    ],
)
def test_the_date_of_an_aggregate(statistic, expected, record):
    made = run("aggregate", DOSE, (SUBJECT,), statistic, DATE)
    assert plain(made.columns["ADT"])[0] == expected
    assert made.rows[0] == record


def test_missing_values_do_not_count_and_a_group_without_any_has_no_record():
    made = run("aggregate", numbers(4, None, None, None), (SUBJECT,), "mean")
    assert shown(made, "USUBJID", "AVAL") == [("01", 4)]


def test_every_subject_may_get_a_record():
    subjects = texts("01", "02", "03")
    counts = run("aggregate", DOSE, (SUBJECT,), "count", subjects=subjects)
    assert shown(counts, "USUBJID", "AVAL") == [("01", 3), ("02", 1), ("03", 0)]
    sums = run("aggregate", DOSE, (SUBJECT,), "sum", empty=0, subjects=subjects)
    assert shown(sums, "USUBJID", "AVAL") == [("01", 11), ("02", 20), ("03", 0)]
    bare = run("aggregate", DOSE, (SUBJECT,), "sum", subjects=subjects)
    assert shown(bare, "USUBJID") == [("01",), ("02",)]


def test_an_aggregate_tells_which_records_it_looked_at():
    made = run("aggregate", DOSE, (SUBJECT,), "sum", DATE, dtype="SUM")
    rows, positions = made.looked
    assert sorted(zip(rows.tolist(), positions.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 3),
    ]
    assert plain(made.columns["DTYPE"]) == ["SUM", "SUM"]


def test_the_first_and_the_last_record_of_a_group():
    # admiral, derive_extreme_records
    first = run("extreme_record", (DATE,), (SUBJECT,))
    last = run("extreme_record", (DATE,), (SUBJECT,), "last", "LOV")
    assert first.rows.tolist() == [0, 3]
    assert last.rows.tolist() == [2, 3]
    assert plain(last.columns["DTYPE"]) == ["LOV", "LOV"]


def test_the_highest_value_and_of_equal_ones_the_earliest():
    # Ascending by minus the value, then by date: two keys make the order total.
    order = (numbers(-4, -3, -4, -20), DATE)
    assert run("extreme_record", order, (SUBJECT,)).rows.tolist() == [0, 3]


def test_records_that_tie_are_a_problem_at_the_record():
    day = integers(1, 1, 2, 1)
    made = run("extreme_record", (day,), (SUBJECT,))
    assert [p.message for p in made.problems] == ["two records tie for the {value} one"]
    assert int(made.problems[0].rows.sum()) == 1
    assert not run("extreme_record", (day,), (SUBJECT,), "last").problems
    assert run("extreme_record", (integers(1, 2, 2, 1),), (SUBJECT,), "last").problems


def test_a_missing_order_takes_no_part():
    made = run("extreme_record", (dates("2024-03-01", None, "2024-02-01", None),), (SUBJECT,))
    assert made.rows.tolist() == [2]


WEEKS = WindowTable("STD", tuple(Window(f"Week {n}", n, None, None, None) for n in (0, 1, 2, 3)))
WHO = texts("01", "01", "02", name="USUBJID")


def test_expected_visits_without_a_record_get_one():
    # admiral, derive_expected_records
    made = run("expected_records", integers(0, 2, 1), (WHO,), WEEKS, dtype="PHANTOM")
    assert shown(made, "USUBJID", "AVISIT", "AVISITN", "DTYPE") == [
        ("01", "Week 1", 1, "PHANTOM"), ("01", "Week 3", 3, "PHANTOM"),
        ("02", "Week 0", 0, "PHANTOM"), ("02", "Week 2", 2, "PHANTOM"),
        ("02", "Week 3", 3, "PHANTOM"),
    ]  # fmt: skip
    assert set(made.rows.tolist()) == {-1}


def test_subjects_without_a_record_are_expected_too():
    made = run("expected_records", integers(0, 2, 1), (WHO,), WEEKS, subjects=texts("03"))
    assert [row for row in shown(made, "USUBJID", "AVISITN") if row[0] == "03"] == [
        ("03", 0), ("03", 1), ("03", 2), ("03", 3),
    ]  # fmt: skip


def test_the_last_value_is_carried_forward():
    # admiral, derive_locf_records: weeks 1 and 3 of subject 01 have none
    value, visit, day = numbers(9, 8, 7), integers(0, 2, 1), integers(1, 15, 8)
    made = run("locf", value, visit, (WHO,), (day,), WEEKS)
    assert shown(made, "USUBJID", "AVISIT", "DTYPE") == [
        ("01", "Week 1", "LOCF"), ("01", "Week 3", "LOCF"),
        ("02", "Week 2", "LOCF"), ("02", "Week 3", "LOCF"),
    ]  # fmt: skip
    assert made.rows.tolist() == [0, 1, 2, 2]


def test_a_record_with_a_missing_value_is_none():
    value, visit, day = numbers(9, None, 7), integers(0, 2, 1), integers(1, 15, 8)
    made = run("locf", value, visit, (WHO,), (day,), WEEKS)
    assert [row for row in shown(made, "USUBJID", "AVISITN") if row[0] == "01"] == [
        ("01", 1), ("01", 2), ("01", 3),
    ]  # fmt: skip
    assert made.rows.tolist()[:3] == [0, 0, 0]


def test_baseline_may_be_kept_out_of_what_is_carried():
    value, visit, day = numbers(9, 8, 7), integers(0, 2, 1), integers(1, 15, 8)
    made = run("locf", value, visit, (WHO,), (day,), WEEKS, start=1)
    assert shown(made, "USUBJID", "AVISITN") == [("01", 3), ("02", 2), ("02", 3)]


def test_the_later_record_of_a_visit_is_carried():
    who = texts("01", "01", name="USUBJID")
    made = run("locf", numbers(9, 8), integers(1, 1), (who,), (integers(8, 9),), WEEKS)
    assert made.rows.tolist() == [1, 1]


@pytest.mark.parametrize(("worst", "expected"), [("high", [0, 0]), ("low", [1, 1])])
def test_the_worst_value_is_carried_forward(worst, expected):
    who = texts("01", "01", name="USUBJID")
    made = run("wocf", numbers(9, 4), integers(0, 1), (who,), (integers(1, 8),), WEEKS, worst=worst)
    assert shown(made, "AVISITN", "DTYPE") == [(2, "WOCF"), (3, "WOCF")]
    assert made.rows.tolist() == expected


def formula(text):
    expression, evaluator = parse_expression(text), Evaluator()

    def evaluate(columns, n):
        return evaluator.column(expression, {ColumnName(k): v for k, v in columns.items()}, n)

    return Formula(text, tuple(name.name for name in expression.columns), evaluate)


def computed(text, values, by=None, **options):
    """`values` are rows of subject, parameter, value and day."""
    subject = texts(*(row[0] for row in values), name="USUBJID")
    day = integers(*(row[3] for row in values))
    day.name = "ADY"
    return run(
        "formula", formula(text), (subject, day) if by is None else (subject,),
        numbers(*(row[2] for row in values)), texts(*(row[1] for row in values)), subject,
        **options,
    )  # fmt: skip


def test_a_formula_of_parameters_of_one_subject_and_day():
    values = [
        ("01", "IFLC", 300, 1),
        ("01", "UFLC", 12, 1),
        ("01", "IFLC", 250, 29),
        ("02", "UFLC", 9, 1),
    ]
    made = computed("IFLC - UFLC", values)
    # Day 29 has no UFLC and subject 02 no IFLC: no record.
    assert shown(made, "USUBJID", "ADY", "AVAL") == [("01", 1, 288)]
    assert made.rows.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        # Mean arterial pressure, admiral compute_map: (2 x DIABP + SYSBP) / 3; 51 and 121 → 74.33
        ("(2 * DIABP + SYSBP) / 3", {"DIABP": 51, "SYSBP": 121}, 74.3333333),
        # QT corrected by Bazett, QT / sqrt(RR in s): 350 / 0.23778141 = 1471.940
        ("QT / sqrt(RR / 1000)", {"QT": 350, "RR": 56.54}, 1471.940118),
        # by Fridericia, QT over the cube root of RR in s
        ("QT / power(RR / 1000, 1.0 / 3)", {"QT": 350, "RR": 56.54}, 350 / 0.05654 ** (1 / 3)),
        # Body surface by Mosteller, admiral compute_bsa: 170 cm, 75 kg → 1.881932
        ("sqrt(HEIGHT * WEIGHT / 3600)", {"HEIGHT": 170, "WEIGHT": 75}, 1.881932),
        # Body mass index, admiral compute_bmi: 170 cm, 75 kg → 25.95156
        ("WEIGHT / power(HEIGHT / 100, 2)", {"HEIGHT": 170, "WEIGHT": 75}, 25.95156),
        # Dose intensity, admiral derive_param_doseint: 100 x administered / planned
        ("TNDOSE / TSNDOSE * 100", {"TNDOSE": 59, "TSNDOSE": 118}, 50),
    ],
)
def test_known_formulas(text, values, expected):
    rows = [("01", name, value, 1) for name, value in values.items()]
    assert plain(computed(text, rows).columns["AVAL"]) == [pytest.approx(expected, rel=1e-6)]


def test_a_constant_holds_for_all_days_of_its_subject():
    # admiral, derive_param_computed with constant_parameters: height is measured once
    values = [("01", "HEIGHT", 170, 1), ("01", "WEIGHT", 75, 1), ("01", "WEIGHT", 80, 29),
              ("02", "WEIGHT", 60, 1)]  # fmt: skip
    made = computed("WEIGHT / power(HEIGHT / 100, 2)", values, constants="HEIGHT")
    assert shown(made, "USUBJID", "ADY") == [("01", 1), ("01", 29)]
    assert plain(made.columns["AVAL"]) == [pytest.approx(25.95156), pytest.approx(27.68166)]
    assert made.rows.tolist() == [1, 2]  # what is carried comes from the weight


def test_division_by_zero_makes_no_record():
    values = [("01", "A", 5, 1), ("01", "B", 0, 1)]
    assert plain(computed("A / B", values).columns["AVAL"]) == []


def test_two_values_of_a_parameter_in_a_group_are_a_problem():
    values = [("01", "A", 5, 1), ("01", "A", 6, 1), ("01", "B", 2, 1)]
    made = computed("A / B", values)
    assert [p.message for p in made.problems] == [
        "a group of the formula has several values of {value}"
    ]
    assert made.problems[0].rows.tolist() == [True, True, False]


def test_an_expression_may_say_what_a_missing_parameter_means():
    values = [("01", "A", 5, 1), ("02", "B", 2, 1)]
    made = computed("coalesce(A, 0) + coalesce(B, 0)", values)
    assert shown(made, "USUBJID", "AVAL") == [("01", 5), ("02", 2)]


def test_a_formula_tells_which_records_it_looked_at():
    values = [("01", "A", 5, 1), ("01", "B", 2, 1)]
    rows, positions = computed("A / B", values).looked
    assert (rows.tolist(), sorted(positions.tolist())) == ([0, 0], [0, 1])


def test_nothing_comes_of_no_records():
    none = texts(name="USUBJID")
    assert len(run("aggregate", numbers(), (none,), "sum").rows) == 0
    assert len(run("extreme_record", (none,), (none,)).rows) == 0
    assert len(run("expected_records", numbers(), (none,), WEEKS).rows) == 0
    assert len(run("locf", numbers(), numbers(), (none,), (none,), WEEKS).rows) == 0
    assert len(run("formula", formula("A"), (none,), numbers(), texts(), none).rows) == 0
