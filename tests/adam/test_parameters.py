"""Parameters made of other records: the first occurrence of a value."""

import pytest
from analysis_by_hand import dates, shown, texts

from cdisc_pom.adam.parameters import first_occurrence, records, subject_grid
from cdisc_pom.algorithms.registry import algorithms

#           subject, reader, date, response
ASSESSMENTS = [
    ("01", "IRAC", "2024-05-01", "PR"),
    ("01", "IRAC", "2024-04-01", "PR"),
    ("01", "IRAC", "2024-03-01", "SD"),
    ("01", "INV", "2024-04-01", "SD"),
    ("02", "IRAC", None, "PR"),
    ("02", "IRAC", "2024-06-01", "CR"),
    ("03", "INV", "2024-06-01", "PD"),
]


def found(rows, values="CR|PR", *, readers=True, subjects=None):
    subject, reader, date, response = zip(*rows, strict=True)
    by = (texts(*subject, name="USUBJID"), texts(*reader, name="PARCAT1"))
    made = first_occurrence(
        texts(*response), dates(*date), by if readers else by[:1], values,
        None if subjects is None else texts(*subjects),
    )  # fmt: skip
    names = ("USUBJID", "PARCAT1", "AVALC", "ADT") if readers else ("USUBJID", "AVALC", "ADT")
    return made, shown(made, *names)


def test_a_value_occurred_first_on_its_earliest_date():
    made, rows = found(ASSESSMENTS)
    assert sorted(rows) == [
        ("01", "INV", "N", None),
        ("01", "IRAC", "Y", "2024-04-01"),
        ("02", "IRAC", "Y", "2024-06-01"),  # without a date it cannot be the first
        ("03", "INV", "N", None),
    ]
    taken = {row[:2]: int(at) for row, at in zip(rows, made.rows, strict=True)}
    assert taken == {("01", "IRAC"): 1, ("01", "INV"): -1, ("02", "IRAC"): 5, ("03", "INV"): -1}


def test_every_subject_gets_a_record_of_each_reader_that_occurs():
    _, rows = found(ASSESSMENTS, subjects=["01", "02", "03", "04"])
    assert len(rows) == 8
    assert ("04", "IRAC", "N", None) in rows
    assert ("04", "INV", "N", None) in rows


def test_without_further_keys_there_is_one_record_a_subject():
    _, rows = found(ASSESSMENTS, readers=False, subjects=["04"])
    assert sorted(rows) == [
        ("01", "Y", "2024-04-01"), ("02", "Y", "2024-06-01"), ("03", "N", None), ("04", "N", None),
    ]  # fmt: skip


def test_of_values_on_one_date_the_one_named_first_is_taken():
    rows = [("01", "IRAC", "2024-04-01", "PR"), ("01", "IRAC", "2024-04-01", "CR")]
    for order in (rows, rows[::-1]):
        made, _ = found(order, "CR|PR")
        assert order[made.rows[0]][3] == "CR"


def test_a_value_counts_only_when_it_is_equal_to_one_that_is_named():
    _, rows = found([("01", "IRAC", "2024-04-01", "sCR"), ("02", "IRAC", "2024-04-01", None)])
    assert {row[2] for row in rows} == {"N"}


def test_nobody_gives_no_records():
    made = first_occurrence(texts(), dates(), (texts(name="USUBJID"),), "PR")
    assert len(made.rows) == 0


def test_the_grid_has_every_subject_with_every_further_key():
    by = (texts("01", "02", name="USUBJID"), texts("A", "B", name="PARCAT1"))
    subject, reader = subject_grid(by, texts("01", "03"))
    assert sorted(zip(subject, reader, strict=True)) == [
        ("01", "A"), ("01", "B"), ("03", "A"), ("03", "B"),
    ]  # fmt: skip


def test_records_are_taken_over_by_the_plan():
    assert len(records().rows) == 0


@pytest.mark.parametrize(
    "name", ["records", "first_occurrence", "time_to_event", "best_response", "confirmed_response"]
)
def test_records_of_parameters_may_carry_variables_of_what_they_are_made_from(name):
    found = algorithms()[name]
    assert found.shape == "records"
    assert "carry" in found.arguments.model_fields
    assert "carry" not in found.inputs
