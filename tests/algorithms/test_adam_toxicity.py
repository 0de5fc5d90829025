"""CTCAE grades: values at and around each limit, read from the criteria by hand.

A course is written `value:grade`; `-` stands for no grade. Limits of normal stand in the second
column as `low-high`, the baseline behind `base`.
"""

import csv
from importlib import resources

import pytest
from columns_by_hand import marked, messages, numbers, plain, run, texts

from cdisc_pom.adam.toxicity_table import Grade, Limit, packaged_grades


def grade(version, test, unit, direction, values, low=None, high=None, base=None, **more):
    n = len(values)
    return run(
        "toxicity_grade", numbers(*values), texts(*[test] * n), texts(*[unit] * n),
        numbers(*[low] * n), numbers(*[high] * n), numbers(*[base] * n), direction=direction,
        version=packaged_grades(version), **more,
    )  # fmt: skip


def check(version, test, unit, direction, limits, course, base=None, **more):
    low, _, high = limits.partition("-")
    steps = [step.split(":") for step in course.split()]
    found = grade(
        version, test, unit, direction, [float(value) for value, _ in steps],
        float(low) if low else None, float(high) if high else None, base, **more,
    )  # fmt: skip
    expected = [None if wanted == "-" else int(wanted) for _, wanted in steps]
    assert plain(found) == expected, (version, test)


# The same in both versions: limits that are fixed, or multiples of a limit of normal.
BOTH = [
    # Anemia: <LLN - 100; <100 - 80; <80 g/L
    ("HGB", "g/L", "LOW", "120-160", "130:0 120:0 119.9:1 100:1 99.9:2 80:2 79.9:3 40:3"),
    ("HGB", "g/dL", "LOW", "12-16", "12:0 11.9:1 10:1 9.9:2 8:2 7.9:3"),
    ("HGB", "mmol/L", "LOW", "7.4-10", "7.4:0 7.3:1 6.2:1 6.1:2 4.9:2 4.8:3"),
    # White blood cell decreased: <LLN - 3.0; <3.0 - 2.0; <2.0 - 1.0; <1.0 x 10e9/L
    ("WBC", "10^9/L", "LOW", "4-10", "4:0 3.9:1 3:1 2.9:2 2:2 1.9:3 1:3 0.9:4"),
    ("WBC", "/uL", "LOW", "4000-10000", "4000:0 3999:1 3000:1 2999:2 1999:3 999:4"),
    # Leukocytosis: grade 3 >100,000/mm3
    ("WBC", "10^9/L", "HIGH", "4-10", "50:0 100:0 100.1:3"),
    # Neutrophil count decreased: 1.5, 1.0, 0.5
    ("NEUT", "10^9/L", "LOW", "2-7", "2:0 1.9:1 1.5:1 1.4:2 1:2 0.9:3 0.5:3 0.4:4 0:4"),
    ("NEUT", "10^3/uL", "LOW", "2-7", "1.9:1 1.4:2 0.9:3 0.4:4"),
    # Lymphocyte count decreased: 0.8, 0.5, 0.2; increased: >4 - 20, >20
    ("LYM", "10^9/L", "LOW", "1-4", "1:0 0.9:1 0.8:1 0.7:2 0.5:2 0.4:3 0.2:3 0.1:4"),
    ("LYM", "10^9/L", "HIGH", "1-4", "4:0 4.1:2 20:2 20.1:3"),
    # Platelet count decreased: 75, 50, 25
    ("PLAT", "10^9/L", "LOW", "100-300", "100:0 99:1 75:1 74:2 50:2 49:3 25:3 24:4"),
    # CD4 lymphocytes decreased: 0.5, 0.2, 0.05
    ("CD4", "10^9/L", "LOW", "0.6-1.5", "0.6:0 0.55:1 0.5:1 0.4:2 0.2:2 0.1:3 0.05:3 0.04:4"),
    # APTT prolonged: >ULN - 1.5; >1.5 - 2.5; >2.5 x ULN
    ("APTT", "s", "HIGH", "25-40", "40:0 41:1 60:1 61:2 100:2 101:3"),
    # CPK increased: 2.5, 5, 10 x ULN
    ("CK", "U/L", "HIGH", "20-200", "200:0 201:1 500:1 501:2 1000:2 1001:3 2000:3 2001:4"),
    # Cholesterol high: 7.75, 10.34, 12.92 mmol/L; 300, 400, 500 mg/dL
    ("CHOL", "mmol/L", "HIGH", "3-5.2", "5.2:0 5.3:1 7.75:1 7.76:2 10.34:2 10.35:3 12.92:3 12.93:4"),
    ("CHOL", "mg/dL", "HIGH", "120-200", "200:0 201:1 300:1 301:2 401:3 501:4"),
    # Haptoglobin decreased: <LLN
    ("HAPTOG", "g/L", "LOW", "0.3-2", "0.3:0 0.2:1"),
    # Acidosis: pH <normal, but >=7.3; <7.3. Alkalosis: >normal, but <=7.5; >7.5
    ("PH", None, "LOW", "7.35-7.45", "7.35:0 7.34:1 7.3:1 7.29:3"),
    ("PH", None, "HIGH", "7.35-7.45", "7.45:0 7.46:1 7.5:1 7.51:3"),
    # Hypercalcemia and hypocalcemia, corrected calcium and ionized
    ("CACR", "mmol/L", "HIGH", "2.1-2.6", "2.6:0 2.7:1 2.9:1 3:2 3.1:2 3.2:3 3.4:3 3.5:4"),
    ("CACR", "mg/dL", "HIGH", "8.4-10.4", "10.4:0 10.5:1 11.5:1 11.6:2 12.6:3 13.6:4"),
    ("CACR", "mmol/L", "LOW", "2.1-2.6", "2.1:0 2.05:1 2:1 1.9:2 1.75:2 1.7:3 1.5:3 1.4:4"),
    ("CACR", "mg/dL", "LOW", "8.4-10.4", "8.4:0 8.3:1 7.9:2 6.9:3 5.9:4"),
    ("CAION", "mmol/L", "HIGH", "1.1-1.3", "1.3:0 1.4:1 1.5:1 1.55:2 1.7:3 1.9:4"),
    ("CAION", "mmol/L", "LOW", "1.1-1.3", "1.1:0 1.05:1 1:1 0.95:2 0.85:3 0.75:4"),
    # Hypoglycemia: 3.0, 2.2, 1.7 mmol/L; 55, 40, 30 mg/dL
    ("GLUC", "mmol/L", "LOW", "3.9-6.1", "3.9:0 3.8:1 3:1 2.9:2 2.2:2 2.1:3 1.7:3 1.6:4"),
    ("GLUC", "mg/dL", "LOW", "70-110", "70:0 69:1 54:2 39:3 29:4"),
    # Hyperkalemia: 5.5, 6.0, 7.0; hypokalemia: <LLN - 3.0 (symptomatic: 2), 3.0 - 2.5, <2.5
    ("K", "mmol/L", "HIGH", "3.5-5.1", "5.1:0 5.2:1 5.5:1 5.6:2 6:2 6.1:3 7:3 7.1:4"),
    ("K", "mEq/L", "LOW", "3.5-5.1", "3.5:0 3.4:2 3:2 2.9:3 2.5:3 2.4:4"),
    # Hypermagnesemia: 1.23, 3.30 mmol/L (no grade 2); hypomagnesemia: 0.5, 0.4, 0.3
    ("MG", "mmol/L", "HIGH", "0.7-1.1", "1.1:0 1.2:1 1.23:1 1.24:3 3.3:3 3.31:4"),
    ("MG", "mg/dL", "HIGH", "1.7-2.6", "2.6:0 2.7:1 3.1:3 8.1:4"),
    ("MG", "mmol/L", "LOW", "0.7-1.1", "0.7:0 0.6:1 0.5:1 0.45:2 0.35:3 0.29:4"),
    # Hypernatremia: 150, 155, 160
    ("SODIUM", "mmol/L", "HIGH", "135-145", "145:0 146:1 150:1 151:2 155:2 156:3 160:3 161:4"),
    # Hypertriglyceridemia: 150 mg/dL - 300; >300 - 500; >500 - 1000; >1000 (no ULN in it)
    ("TRIG", "mg/dL", "HIGH", "-", "149:0 150:1 300:1 301:2 500:2 501:3 1000:3 1001:4"),
    ("TRIG", "mmol/L", "HIGH", "-", "1.7:0 1.71:1 3.43:2 5.71:3 11.41:4"),
    # Hypoalbuminemia: 30, 20 g/L
    ("ALB", "g/L", "LOW", "35-50", "35:0 34:1 30:1 29:2 20:2 19:3"),
    ("ALB", "g/dL", "LOW", "3.5-5", "3.4:1 2.9:2 1.9:3"),
    # Chronic kidney disease: <LLN - 60; 59 - 30; 29 - 15; <15
    ("GFRE", "mL/min/1.73 m2", "LOW", "90-", "90:0 89:1 60:1 59:2 30:2 29:3 15:3 14:4"),
]  # fmt: skip


@pytest.mark.parametrize("version", ["4.0", "5.0"])
@pytest.mark.parametrize(("test", "unit", "direction", "limits", "course"), BOTH)
def test_what_both_versions_share(version, test, unit, direction, limits, course):
    check(version, test, unit, direction, limits, course)


ENZYMES = [
    # multiples of ULN for grades 1 to 4
    ("ALT", "U/L", "10-40", "40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4"),
    ("AST", "U/L", "10-40", "40:0 41:1 120:1 121:2 200:2 201:3 800:3 801:4"),
    ("ALP", "U/L", "40-100", "100:0 101:1 250:1 251:2 500:2 501:3 2000:3 2001:4"),
    ("GGT", "U/L", "10-60", "60:0 61:1 150:1 151:2 300:2 301:3 1200:3 1201:4"),
    ("BILI", "umol/L", "5-20", "20:0 21:1 30:1 31:2 60:2 61:3 200:3 201:4"),
]


@pytest.mark.parametrize("version", ["4.0", "5.0"])
@pytest.mark.parametrize(("test", "unit", "limits", "course"), ENZYMES)
def test_liver_values_with_a_normal_baseline(version, test, unit, limits, course):
    normal = float(limits.partition("-")[2])
    check(version, test, unit, "HIGH", limits, course, base=normal)
    check(version, test, unit, "HIGH", limits, course)  # a missing baseline counts as normal


@pytest.mark.parametrize(
    ("test", "unit", "limits", "base", "course"),
    [
        # 5.0, baseline abnormal: 1.5 - 3.0; >3 - 5; >5 - 20; >20 x baseline
        ("ALT", "U/L", "10-40", 100, "149:0 150:1 300:1 301:2 500:2 501:3 2000:3 2001:4"),
        ("AST", "U/L", "10-40", 100, "149:0 150:1 300:1 301:2 500:2 501:3 2000:3 2001:4"),
        # 2.0 - 2.5; >2.5 - 5; >5 - 20; >20 x baseline
        ("ALP", "U/L", "40-100", 200, "399:0 400:1 500:1 501:2 1000:2 1001:3 4000:3 4001:4"),
        ("GGT", "U/L", "10-60", 100, "199:0 200:1 250:1 251:2 500:2 501:3 2000:3 2001:4"),
        # >1.0 - 1.5; >1.5 - 3; >3 - 10; >10 x baseline
        ("BILI", "umol/L", "5-20", 40, "40:0 41:1 60:1 61:2 120:2 121:3 400:3 401:4"),
    ],
)
def test_version_5_grades_liver_values_against_an_abnormal_baseline(
    test, unit, limits, base, course
):
    check("5.0", test, unit, "HIGH", limits, course, base=base)


def test_version_4_does_not_look_at_the_baseline_of_liver_values():
    check("4.0", "ALT", "U/L", "HIGH", "10-40", "41:1 121:2 201:3 801:4", base=100)


def test_the_baseline_indicator_decides_where_it_is_given():
    for word, course in (("HIGH", "149:0 150:1"), ("NORMAL", "41:1 149:2")):
        more = {"base_indicator": texts(word, word)}
        check("5.0", "ALT", "U/L", "HIGH", "10-40", course, base=100, **more)


def test_creatinine():
    # 4.0: >1 - 1.5 x baseline; >ULN - 1.5 x ULN. 5.0: >ULN - 1.5 x ULN. Then alike:
    # >1.5 - 3.0 x baseline; >1.5 - 3.0 x ULN; >3.0 x baseline; >3.0 - 6.0 x ULN; >6.0 x ULN
    limits, base = "45-100", 60
    check(
        "4.0",
        "CREAT",
        "umol/L",
        "HIGH",
        limits,
        "60:0 61:1 90:1 91:2 180:2 181:3 600:3 601:4",
        base,
    )
    check(
        "5.0",
        "CREAT",
        "umol/L",
        "HIGH",
        limits,
        "60:0 61:0 90:0 91:2 180:2 181:3 600:3 601:4",
        base,
    )
    check("5.0", "CREAT", "umol/L", "HIGH", limits, "100:0 101:1 150:1 151:2 300:2 301:3 601:4")
    check("4.0", "CREAT", "umol/L", "HIGH", limits, "100:- 101:1")  # grade 0 needs the baseline


def test_hemoglobin_increased():
    # 4.0: >0 - 2 g/dL above ULN, or above baseline if that is above ULN; 5.0: above ULN only
    course = "160:0 161:1 180:1 181:2 200:2 201:3"
    check("4.0", "HGB", "g/L", "HIGH", "120-160", course, base=150)
    check("5.0", "HGB", "g/L", "HIGH", "120-160", course, base=170)
    check("4.0", "HGB", "g/L", "HIGH", "120-160", "170:0 171:1 190:1 191:2 210:2 211:3", base=170)
    check("5.0", "HGB", "g/dL", "HIGH", "12-16", "16:0 16.1:1 18:1 18.1:2 20:2 20.1:3")


def test_fibrinogen_decreased():
    # <1.0 - 0.75; <0.75 - 0.5; <0.5 - 0.25; <0.25 x LLN; a decrease from baseline by 25, 50, 75%;
    # absolute value <50 mg/dL. 5.0: a decrease counts if the value is abnormal.
    course = "1.9:1 1.5:1 1.4:2 1:2 0.9:3 0.5:3 0.49:4"
    check("4.0", "FIBRINO", "g/L", "LOW", "2-4", f"2:0 {course}", base=1.5)
    check("5.0", "FIBRINO", "g/L", "LOW", "2-4", f"2:0 {course}")
    check("4.0", "FIBRINO", "g/L", "LOW", "2-4", "4:0 3.9:1 3:2 2:3 1:4", base=4)
    check("5.0", "FIBRINO", "g/L", "LOW", "2-4", "3:0 2:0 1.9:3 1:4", base=4)
    check("5.0", "FIBRINO", "mg/dL", "LOW", "150-400", "150:0 49:4")


def test_inr_increased_on_anticoagulation_and_without():
    # 4.0: x ULN; 5.0: >1.2, >1.5, >2.5; both: x baseline if on anticoagulation
    given = {"base": 2.0, "clinical": texts(*["Y"] * 4)}
    check("4.0", "INR", None, "HIGH", "0.9-1.1", "2:2 2.1:2 3.1:3 5.1:3", **given)
    check("5.0", "INR", None, "HIGH", "0.9-1.1", "1.2:0 1.3:1 1.6:2 2.6:3", base=2.0, assume="none")
    check("5.0", "INR", None, "HIGH", "0.9-1.1", "1:0 1.1:1 1.3:1 1.6:2", base=1.0)
    check("4.0", "INR", None, "HIGH", "0.9-1.1", "1.1:0 1.2:1 1.65:1 1.66:2 2.75:2 2.76:3",
          assume="none")  # fmt: skip


@pytest.mark.parametrize("test", ["AMYLASE", "LIPASET"])
def test_amylase_and_lipase_of_version_5_ask_for_symptoms(test):
    check("4.0", test, "U/L", "HIGH", "10-100", "100:0 101:1 151:2 201:3 501:4")
    with_symptoms = {"clinical": texts(*["Y"] * 6)}
    without = {"clinical": texts(*["N"] * 6)}
    check(
        "5.0", test, "U/L", "HIGH", "10-100", "100:0 101:1 151:2 201:3 500:3 501:4", **with_symptoms
    )
    check("5.0", test, "U/L", "HIGH", "10-100", "100:0 101:1 151:2 201:2 500:2 501:3", **without)
    check("5.0", test, "U/L", "HIGH", "10-100", "201:3 501:4")  # the worst is assumed
    check("5.0", test, "U/L", "HIGH", "10-100", "201:2 501:3", assume="none")


def test_hyponatremia():
    # 4.0: <LLN - 130; <130 - 120; <120. 5.0: <LLN - 130; 125-129 asymptomatic; 125-129 symptomatic
    # or 120-124; <120
    check("4.0", "SODIUM", "mmol/L", "LOW", "135-145", "135:0 134:1 130:1 129:3 120:3 119:4")
    check("5.0", "SODIUM", "mmol/L", "LOW", "135-145", "134:1 130:1 129:3 125:3 124:3 119:4")
    check("5.0", "SODIUM", "mmol/L", "LOW", "135-145", "134:1 129:2 125:2 124:3 120:3 119:4",
          assume="none")  # fmt: skip


def test_hyperglycemia_is_graded_by_version_4_only():
    # >ULN - 8.9; >8.9 - 13.9 (fasting); >13.9 - 27.8; >27.8 mmol/L
    check(
        "4.0",
        "GLUC",
        "mmol/L",
        "HIGH",
        "3.9-6.1",
        "6.1:0 6.2:1 8.9:1 9:2 13.9:2 14:3 27.8:3 27.9:4",
    )
    not_fasting = {"clinical": texts(*["N"] * 4)}
    check("4.0", "GLUC", "mmol/L", "HIGH", "3.9-6.1", "9:0 13.9:0 14:3 28:4", **not_fasting)
    check("5.0", "GLUC", "mmol/L", "HIGH", "3.9-6.1", "6:- 28:-")


def test_hypokalemia_without_symptoms_is_grade_1():
    check("5.0", "K", "mmol/L", "LOW", "3.5-5.1", "3.4:1 3:1 2.9:3", assume="none")


def test_hyperuricemia():
    # 4.0: >ULN - 10 mg/dL (0.59 mmol/L), grade 3 with consequences; >10 mg/dL grade 4. 5.0: >ULN
    check("4.0", "URATE", "umol/L", "HIGH", "200-420", "420:0 421:1 590:1 591:4", assume="none")
    check("4.0", "URATE", "mg/dL", "HIGH", "3-7", "7:0 7.1:3 10.1:4")
    check("5.0", "URATE", "umol/L", "HIGH", "200-420", "420:0 591:1", assume="none")


def test_what_one_version_alone_grades():
    check(
        "4.0",
        "PHOS",
        "mmol/L",
        "LOW",
        "0.9-1.5",
        "0.9:0 0.85:1 0.8:1 0.7:2 0.6:2 0.5:3 0.3:3 0.2:4",
    )
    check("5.0", "PHOS", "mmol/L", "LOW", "0.9-1.5", "0.2:-")
    check("5.0", "LDH", "U/L", "HIGH", "100-250", "250:0 251:1 5000:1")
    check("4.0", "LDH", "U/L", "HIGH", "100-250", "251:-")
    check("5.0", "BICARB", "mmol/L", "LOW", "22-29", "22:0 21:1")


def test_both_directions_in_one_number():
    check("5.0", "K", "mmol/L", "BOTH", "3.5-5.1", "4:0 5.6:2 2.9:-3")
    # Without an upper limit nothing is known of hyperkalemia below its fixed limits.
    check("5.0", "K", "mmol/L", "BOTH", "3.5-", "4:- 5.6:2 2.9:-3")
    check("5.0", "CK", "U/L", "BOTH", "20-200", "200:0 501:2")  # CK has no criteria for low values


def test_a_missing_limit_of_normal_leaves_grade_0_open_and_nothing_else():
    check("5.0", "NEUT", "10^9/L", "LOW", "-", "3:- 1.6:- 1.4:2 0.4:4")


def test_without_a_value_or_criteria_there_is_no_grade():
    found = run(
        "toxicity_grade", numbers(None, 5, 5), texts("HGB", "XYZ", None), texts(*["g/L"] * 3),
        numbers(*[120] * 3), numbers(*[160] * 3), direction="LOW", version=packaged_grades("5.0"),
    )  # fmt: skip
    assert plain(found) == [None, None, None]
    assert not found.problems


def test_a_unit_that_no_limit_is_written_in_is_a_problem():
    found = run(
        "toxicity_grade", numbers(9, 90), texts("HGB", "HGB"), texts("mg/L", "g/L"),
        numbers(12, 120), numbers(16, 160), direction="LOW", version=packaged_grades("5.0"),
    )  # fmt: skip
    assert plain(found) == [None, 2]
    assert messages(found) == ["CTCAE 5.0 has no limit for {value}"]
    assert marked(found) == [0]
    assert plain(found.problems[0].values)[0] == "HGB in mg/L"


def test_pain_22_a_multiple_that_is_the_limit_on_paper_is_not_above_it():
    # 3 x 0.1 is 0.30000000000000004 in binary.
    check("5.0", "ALT", "U/L", "HIGH", "0-0.1", "0.3:1 0.31:2")


def test_a_study_replaces_the_rows_of_a_test_and_direction():
    own = [
        Grade("PLAT", "Platelets", "LOW", 1, Limit.read("< LLN")),
        Grade("PLAT", "Platelets", "LOW", 4, Limit.read("< 20"), frozenset({"10^9/L"})),
    ]
    table = packaged_grades("5.0").changed(own)
    found = run(
        "toxicity_grade", numbers(60, 19), texts("PLAT", "PLAT"), texts("10^9/L", "10^9/L"),
        numbers(100, 100), numbers(300, 300), direction="LOW", version=table,
    )  # fmt: skip
    assert plain(found) == [1, 4]
    assert table.of("NEUT", "LOW") == packaged_grades("5.0").of("NEUT", "LOW")


@pytest.mark.parametrize("text", ["80", "< x", "> 3 * ULN", "> 3 x UNL", "=< 3", "> ULN - 2"])
def test_a_limit_that_cannot_be_read_is_told(text):
    with pytest.raises(ValueError, match="is no limit such as"):
        Limit.read(text)


def test_the_packaged_table_is_well_formed():
    file = resources.files("cdisc_pom.adam") / "data" / "ctcae.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert {row["Version"] for row in rows} == {"4.0", "5.0", "4.0|5.0"}
    assert {row["Baseline"] for row in rows} == {"", "normal", "abnormal"}
    for version in ("4.0", "5.0"):
        found = packaged_grades(version).rows
        assert len(set(found)) == len(found)
        tested = {(row.test, row.direction) for row in found}
        assert len(tested) == 42
    with pytest.raises(ValueError, match=r"CTCAE 3\.0 is not packaged; 4\.0 and 5\.0 are"):
        packaged_grades("3.0")
