"""Structure and attributes."""

import pandas as pd
import pytest
from tables_by_hand import table

from cdisc_pom.compare import Settings, compare_data_sets, compare_frames, data_set_of
from cdisc_pom.compare.settings import read_settings
from cdisc_pom.xpt import Variable

FRAME = table("USUBJID | AGE | RFSTDT\n01 | 63 | 19725\n02 | 64 | 19726", numbers=("AGE", "RFSTDT"))
VARIABLES = (
    Variable("USUBJID", "text", 11, label="Unique Subject Identifier"),
    Variable("AGE", "number", 8, label="Age", format="3."),
    Variable("RFSTDT", "number", 8, label="Start", format="DATE9.", informat="DATE9."),
)


def data_set(*changed, frame=FRAME, label="Demographics"):
    """The data set with other attributes for some variables."""
    new = {each.name: each for each in changed}
    variables = [new.get(each.name, each) for each in VARIABLES]
    return data_set_of(frame, name="DM", label=label, variables=variables)


def attributes(found):
    return [(each.variable, each.attribute, each.base, each.compare) for each in found.attributes]


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (Variable("AGE", "number", 8, "Age (years)", "3."), ("label", "Age", "Age (years)")),
        (Variable("AGE", "number", 4, "Age", "3."), ("length", "8", "4")),
        (Variable("AGE", "number", 8, "Age", "8.2"), ("format", "3.", "8.2")),
        (Variable("AGE", "number", 8, "Age", ""), ("format", "3.", "")),
        (Variable("AGE", "number", 8, "Age", "3.", "4."), ("informat", "", "4.")),
    ],
)
def test_each_attribute_is_compared(changed, difference):
    found = compare_data_sets(data_set(), data_set(changed))
    assert attributes(found) == [("AGE", *difference)]
    assert not found.equal
    attribute = difference[0]
    assert compare_data_sets(data_set(), data_set(changed), wanted("attributes")).equal
    assert compare_data_sets(data_set(), data_set(changed), wanted(attribute)).equal
    other = "label" if attribute != "label" else "length"
    assert not compare_data_sets(data_set(), data_set(changed), wanted(other)).equal


def wanted(*ignored):
    return read_settings(ignore=ignored)


def test_the_same_format_in_another_spelling_is_the_same():
    changed = Variable("RFSTDT", "number", 8, label="Start", format="date9", informat="DATE9.")
    assert compare_data_sets(data_set(), data_set(changed)).equal


def test_the_label_of_the_data_set_is_compared():
    found = compare_data_sets(data_set(), data_set(label="Subjects"))
    assert attributes(found) == [("", "label", "Demographics", "Subjects")]
    assert compare_data_sets(data_set(), data_set(label="Subjects"), wanted("label")).equal


def test_what_a_file_cannot_hold_is_not_compared():
    assert compare_data_sets(data_set(), data_set_of(FRAME)).equal


def test_variables_on_one_side_only_are_told():
    base, compare = FRAME.drop(columns="AGE"), FRAME.drop(columns="RFSTDT")
    found = compare_frames(base, compare)
    assert (found.only_base, found.only_compare) == (("RFSTDT",), ("AGE",))
    assert found.counts()["variables"] == 2
    assert not found.equal
    assert compare_frames(base, compare, wanted("variables")).equal


def test_another_order_of_variables_is_told():
    compare = FRAME[["USUBJID", "RFSTDT", "AGE"]]
    found = compare_frames(FRAME, compare)
    assert found.other_order
    assert not found.equal
    assert compare_frames(FRAME, compare, wanted("order")).equal


def test_a_variable_more_is_no_other_order():
    compare = FRAME.assign(SEX="F")[["SEX", "USUBJID", "AGE", "RFSTDT"]]
    assert not compare_frames(FRAME, compare).other_order


def test_a_variable_of_another_type_is_told_and_not_compared():
    compare = FRAME.assign(AGE=["63", "64"])
    found = compare_frames(FRAME, compare)
    (only,) = found.types
    assert (only.variable, only.base, only.compare) == ("AGE", "number", "text")
    assert [each.variable for each in found.values] == ["USUBJID", "RFSTDT"]
    assert not found.equal
    everything = wanted("attributes", "order", "variables", "records")
    assert not compare_frames(FRAME, compare, everything).equal


def test_names_are_matched_without_regard_to_case_and_that_is_told():
    compare = FRAME.rename(columns={"AGE": "age"})
    found = compare_frames(FRAME, compare)
    assert attributes(found) == [("AGE", "name", "AGE", "age")]
    assert found.unequal_values == 0
    assert compare_frames(FRAME, compare, wanted("attributes")).equal


def test_of_two_names_that_differ_in_case_the_exact_one_is_taken():
    both = pd.DataFrame({"a": [1.0], "A": [2.0]})
    assert compare_frames(both, both).equal
    found = compare_frames(both, pd.DataFrame({"A": [2.0]}))
    assert found.only_base == ("a",)


def test_a_name_that_stands_twice_is_refused():
    twice = pd.DataFrame([[1, 2]], columns=["A", "A"])
    with pytest.raises(Exception, match="the column name A stands twice"):
        compare_frames(twice, twice)


def test_records_on_one_side_only_can_be_ignored():
    assert not compare_frames(FRAME, FRAME.iloc[:1]).equal
    assert compare_frames(FRAME, FRAME.iloc[:1], wanted("records")).equal


def test_ignored_differences_are_still_counted():
    found = compare_frames(FRAME, FRAME.iloc[:1].drop(columns="AGE"), wanted("records"))
    assert found.counts() == {
        "attributes": 0, "order": 0, "variables": 1, "types": 0, "records": 0, "values": 0,
    }  # fmt: skip
    assert found.counts(ignored=True)["records"] == 1


def test_variables_can_be_chosen_and_left_out():
    compare = FRAME.assign(AGE=[1.0, 2.0], RFSTDT=[1.0, 2.0])

    def values(**options):
        found = compare_frames(FRAME, compare, Settings(**options))
        return [each.variable for each in found.values]

    assert values(only=frozenset(["AGE", "USUBJID"])) == ["USUBJID", "AGE"]
    assert values(exclude=frozenset(["AGE", "RFSTDT"])) == ["USUBJID"]
    keys = {"": ("USUBJID",)}
    assert values(only=frozenset(["AGE"]), keys=keys) == ["USUBJID", "AGE"]
    assert values(exclude=frozenset(["USUBJID"]), keys=keys) == ["USUBJID", "AGE", "RFSTDT"]


def test_a_tolerance_without_effect_is_told():
    found = compare_frames(FRAME, FRAME, read_settings(absolute=["USUBJID=1"]))
    assert str(found.warnings[0]) == "USUBJID is text: its tolerance has no effect."
    found = compare_frames(FRAME, FRAME, read_settings(absolute=["AGE=1"], keys=["AGE"]))
    assert str(found.warnings[0]) == "AGE is a key: it is matched exactly."
