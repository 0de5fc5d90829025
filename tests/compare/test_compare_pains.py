"""Public complaints about other tools; each test is named after its thread."""

import pandas as pd
from tables_by_hand import of, settings, unequal

from cdisc_pom.compare import Criterion, Settings, compare_files, compare_frames
from cdisc_pom.xpt import write_xport


def frames(base, compare):
    subjects = [f"{n:04d}" for n in range(len(base))]
    return [pd.DataFrame({"USUBJID": subjects, "AVAL": values}) for values in (base, compare)]


def test_waldo_188_one_far_value_is_not_hidden_by_many_near_ones():
    """github.com/r-lib/waldo/issues/188: a tolerance on the mean difference."""
    base, compare = frames([100.0] * 1000, [100.0] * 999 + [101.0])
    found = compare_frames(base, compare, settings(relative=0.001))
    assert unequal(found) == {"AVAL": 1}
    assert of(found, "AVAL").first[0].key == ("0999",)


def test_diffdf_82_a_relative_tolerance_judges_each_record():
    """github.com/gowerc/diffdf/issues/82"""
    base, compare = frames([1e9, 1e-9], [1e9 + 1, 2e-9])
    assert unequal(compare_frames(base, compare, settings(relative=1e-8))) == {"AVAL": 1}
    assert of(compare_frames(base, compare, settings(relative=1e-8)), "AVAL").first[0].base_row == 2
    # Absolute, it is the other record.
    assert of(compare_frames(base, compare, settings(absolute=0.1)), "AVAL").first[0].base_row == 1


def test_arsenal_167_and_datacompy_159_each_variable_has_its_tolerance():
    """github.com/mayoverse/arsenal/issues/167, github.com/capitalone/datacompy/issues/159"""
    base = pd.DataFrame({"USUBJID": ["1"], "AGE": [63.0], "DOSE": [54.0]})
    compare = pd.DataFrame({"USUBJID": ["1"], "AGE": [64.0], "DOSE": [55.0]})
    wanted = Settings(criteria_by_variable={"AGE": (Criterion("absolute", 1.0),)})
    assert unequal(compare_frames(base, compare, wanted)) == {"DOSE": 1}


def test_datacompy_35_missing_keys_are_no_group_of_their_own():
    """github.com/capitalone/datacompy/issues/35"""
    base = pd.DataFrame({"A": [1.0, 2, 2, 3, 3, 4, 5, 5], "B": ["A"] + [None] * 7})
    compare = pd.DataFrame({"A": [1.0, 2, 3, 4, 5], "B": ["A"] + [None] * 4})
    found = compare_frames(base, compare, settings(keys=["A", "B"]))
    assert found.matched == 5
    assert found.records_only_base.count == 3
    assert found.records_only_compare.count == 0


def test_datacompy_221_repeated_keys_are_paired_by_their_records():
    """github.com/capitalone/datacompy/issues/221"""
    base = pd.DataFrame({"A": [0.0], "B": [1.0]})
    compare = pd.DataFrame({"A": [0.0, 0.0], "B": [0.0, 1.0]})
    found = compare_frames(base, compare, settings(keys=["A"]))
    assert (found.matched, found.records_unequal) == (1, 0)
    assert found.records_only_compare.first[0].row == 1


def test_datacompy_192_a_dash_among_numbers_is_told_and_does_not_undo_the_tolerance(tmp_path):
    """github.com/capitalone/datacompy/issues/192"""
    base, compare = tmp_path / "a.csv", tmp_path / "b.xpt"
    base.write_text("USUBJID,T\n1,1.0000001\n2,-\n")
    write_xport(compare, pd.DataFrame({"USUBJID": ["1", "2"], "T": [1.0, None]}), name="B")
    (found,) = compare_files(base, compare, settings(absolute=1e-6)).comparisons
    assert [(each.variable, each.value) for each in found.types] == [("T", "-")]
