"""Reference ranges from a table, and conversion factors against units and molar masses."""

import csv
import re
from importlib import resources

import pytest
from columns_by_hand import marked, messages, numbers, plain, run, texts

from cdisc_pom.algorithms.conversions import contradictions, molar_masses, read_unit, wrong_factor
from cdisc_pom.algorithms.ranges import Range

TABLE = (
    Range("HGB", 130, 175, sex="M"),
    Range("HGB", 115, 150, sex="F"),
    Range("HGB", 110, 140, sex="F", age_to=18),
    Range("HGB", 100, 170),
    Range("HGB", 13, 17.5, sex="M", unit="g/dL"),
    Range("HGB", 120, 160, sex="F", laboratory="CENTRAL", valid_from="2024-01-01"),
)


def limit(test, give="low", **columns):
    return run("reference_range", test, give, **columns, table=TABLE)


def test_the_row_that_names_most_wins():
    test = texts("HGB", "HGB", "HGB")
    found = limit(test, sex=texts("M", "F", None), age=numbers(40, 40, 40))
    assert plain(found) == [130, 115, 100]
    assert plain(limit(test, "high", sex=texts("M", "F", None))) == [175, 150, 170]


def test_an_age_at_the_upper_end_is_outside():
    found = limit(texts("HGB", "HGB"), sex=texts("F", "F"), age=numbers(17.99, 18))
    assert plain(found) == [110, 115]


def test_a_unit_chooses_its_own_row():
    test, sex = texts("HGB", "HGB"), texts("M", "M")
    assert plain(limit(test, sex=sex, unit=texts("g/dL", "g/L"))) == [13, 130]


def test_a_range_holds_from_its_date_on():
    test, sex, laboratory = texts("HGB", "HGB"), texts("F", "F"), texts("central", "CENTRAL")
    date = texts("2023-12-31", "2024-01-01")
    found = limit(test, sex=sex, laboratory=laboratory, date=date)
    assert plain(found) == [115, 120]


def test_without_a_row_the_limit_is_missing_or_a_problem():
    assert not limit(texts("ALT")).problems
    found = limit(texts("ALT", "HGB", None), unmatched="error")
    assert plain(found) == [None, 100, None]
    assert messages(found) == ["Ranges has no row for {value}"]
    assert marked(found) == [0]


def test_two_rows_that_fit_equally_well_are_a_problem():
    table = (Range("K", 3.5, 5.1, sex="M"), Range("K", 3.4, 5.0, laboratory="CENTRAL"))
    found = run(
        "reference_range", texts("K"), "low", sex=texts("M"), laboratory=texts("CENTRAL"),
        table=table,
    )  # fmt: skip
    assert messages(found) == ["two rows of Ranges fit {value} equally well"]


@pytest.mark.parametrize(
    ("test", "origin", "to", "factor"),
    [
        # Conventional → SI factors of the AMA Manual of Style, 11th edition, chapter 17.5
        ("CREAT", "mg/dL", "umol/L", 88.4),
        ("BILI", "mg/dL", "umol/L", 17.104),
        ("CA", "mg/dL", "mmol/L", 0.25),
        ("CHOL", "mg/dL", "mmol/L", 0.0259),
        ("TRIG", "mg/dL", "mmol/L", 0.0113),
        ("GLUC", "mg/dL", "mmol/L", 0.0555),
        ("URATE", "mg/dL", "umol/L", 59.48),
        ("UREAN", "mg/dL", "mmol/L", 0.357),
        ("PHOS", "mg/dL", "mmol/L", 0.323),
        ("MG", "mg/dL", "mmol/L", 0.4114),
        ("MG", "mEq/L", "mmol/L", 0.5),
        ("K", "mEq/L", "mmol/L", 1),
        ("IRON", "ug/dL", "umol/L", 0.179),
        ("CORTISOL", "ug/dL", "nmol/L", 27.59),
        ("TESTOS", "ng/dL", "nmol/L", 0.0347),
        ("T4", "ug/dL", "nmol/L", 12.87),
        ("VITB12", "pg/mL", "pmol/L", 0.738),
        ("VITB9", "ng/mL", "nmol/L", 2.266),
        ("V25HD3", "ng/mL", "nmol/L", 2.496),
        (None, "g/dL", "g/L", 10),
        (None, "10^3/uL", "10^9/L", 1),
        (None, "/uL", "10^9/L", 0.001),
        (None, "ukat/L", "U/L", 60),  # 1 kat = 1 mol/s, 1 U = 1 umol/min
        (None, "mg/24h", "g/day", 0.001),
    ],
)
def test_published_factors_agree_with_units_and_molar_masses(test, origin, to, factor):
    assert wrong_factor(test, origin, to, factor) == ""


@pytest.mark.parametrize(
    ("test", "origin", "to", "factor", "said"),
    [
        ("GLUC", "mg/dL", "mmol/L", 18.0,
         "mg/dL to mmol/L of GLUC is 0.055507 (Glucose, 180.156 g/mol), not 18."),
        ("CA", "mEq/L", "mmol/L", 1.0,
         "mEq/L to mmol/L of CA is 0.5 (Calcium, 40.078 g/mol, charge 2), not 1."),
        (None, "g/dL", "g/L", 0.1, "g/dL to g/L is 10, not 0.1."),
        ("ALT", "ukat/L", "U/L", 0.0167, "ukat/L to U/L is 60, not 0.0167."),
    ],
)  # fmt: skip
def test_a_factor_that_cannot_be_right_is_told_with_the_right_one(test, origin, to, factor, said):
    assert wrong_factor(test, origin, to, factor) == said


@pytest.mark.parametrize(
    ("test", "origin", "to"),
    [("B2MICG", "mg/L", "nmol/L"), (None, "mg/dL", "mmol/L"), (None, "score", "g/L"),
     ("CREAT", "mg/dL", "mmol/day"), ("K", "U/L", "mmol/L")],
)  # fmt: skip
def test_what_is_not_known_is_not_judged(test, origin, to):
    assert wrong_factor(test, origin, to, 123.0) == ""


def test_factors_for_both_ways_must_be_reciprocal():
    rows = [("X", "a", "b", 4.0), ("X", "b", "a", 0.25), ("X", "c", "d", 4.0), ("X", "d", "c", 4.0)]
    assert contradictions(rows) == {3: "d to c is 4, but c to d is 4."}


@pytest.mark.parametrize(
    ("unit", "kind", "scale"),
    [("mg/dL", "mass/volume", 0.01), ("umol/L", "amount/volume", 1e-6), ("mEq/L", "equivalents/volume", 1e-3),
     ("10^9/L", "count/volume", 1e9), ("/mm3", "count/volume", 1e6), ("mIU/mL", "activity/volume", 1.0),
     ("ug/min", "mass/time", 1.44e-3)],
)  # fmt: skip
def test_a_unit_is_read_as_an_amount_of_its_kind(unit, kind, scale):
    found = read_unit(unit)
    assert (found.kind, found.scale) == (kind, pytest.approx(scale))


ATOMS = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Na": 22.990, "Mg": 24.305,
         "P": 30.974, "Cl": 35.45, "K": 39.098, "Ca": 40.078, "Fe": 55.845, "Co": 58.933,
         "I": 126.904}  # fmt: skip


def test_molar_masses_are_the_sums_of_their_formulas():
    # Abridged standard atomic weights, IUPAC 2021.

    file = resources.files("cdisc_pom.algorithms") / "data" / "molar_masses.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert {row["Testcd"] for row in rows} == set(molar_masses())
    for row in rows:
        parts = re.findall(r"([A-Z][a-z]?)(\d*)", row["Formula"])
        if parts:
            total = sum(ATOMS[atom] * int(count or 1) for atom, count in parts)
            assert float(row["Molar mass"]) == pytest.approx(total, abs=0.02), row
