"""Records: matched by key or position, without a partner, with a key that is not unique."""

import pandas as pd
import pytest
from tables_by_hand import of, pairs, settings, table, unequal

from cdisc_pom.compare import WrongOption, compare_frames

BASE = """
USUBJID | AESEQ | AETERM   | AESTDY
001     | 1     | Fever    | 3
001     | 2     | Headache | 5
002     | 1     | Fever    | 1
"""
NUMBERS = ("AESEQ", "AESTDY")


def base():
    return table(BASE, numbers=NUMBERS)


def rows(unmatched):
    return [(each.row, *each.key) for each in unmatched.first]


def test_records_are_matched_by_key_whatever_their_order():
    compare = table(
        """
        USUBJID | AESEQ | AETERM   | AESTDY
        002     | 1     | Fever    | 1
        001     | 2     | Migraine | 5
        001     | 1     | Fever    | 4
        """,
        numbers=NUMBERS,
    )
    found = compare_frames(base(), compare, settings(keys=["USUBJID", "AESEQ"]))
    assert (found.matched, found.records_unequal) == (3, 2)
    assert unequal(found) == {"AETERM": 1, "AESTDY": 1}
    first = of(found, "AETERM").first[0]
    assert (first.base_row, first.compare_row, first.key) == (2, 2, ("001", "2"))
    assert (first.base, first.compare) == ("Headache", "Migraine")
    assert of(found, "AESTDY").first[0].compare_row == 3


def test_records_on_one_side_only_are_told_with_their_keys():
    compare = table(
        """
        USUBJID | AESEQ | AETERM   | AESTDY
        001     | 1     | Fever    | 3
        002     | 1     | Fever    | 1
        002     | 2     | Rash     | 2
        003     | 1     | Rash     | 2
        """,
        numbers=NUMBERS,
    )
    found = compare_frames(base(), compare)
    assert found.matched == 2
    assert rows(found.records_only_base) == [(2, "001", "2")]
    assert rows(found.records_only_compare) == [(3, "002", "2"), (4, "003", "1")]
    assert found.counts()["records"] == 3
    assert not found.equal
    assert unequal(found) == {}


def test_a_missing_key_is_a_value_like_others():
    one = table("ID | X\n | 1\n1 | 2\n.A | 3", numbers=("ID", "X"))
    other = table("ID | X\n1 | 2\n.A | 3\n | 5", numbers=("ID", "X"))
    found = compare_frames(one, other, settings(keys=["ID"]))
    assert found.matched == 3
    assert pairs(found, "X") == [(".", "1", "5")]


def test_minus_zero_and_zero_are_one_key():
    one = pd.DataFrame({"ID": [0.0, 1.0], "X": ["a", "b"]})
    other = pd.DataFrame({"ID": [-0.0, 1.0], "X": ["a", "b"]})
    assert compare_frames(one, other, settings(keys=["ID"])).equal


def test_keys_are_matched_without_their_trailing_blanks():
    compare = base().assign(USUBJID=["001 ", "001", "002"])
    assert compare_frames(base(), compare, settings(keys=["USUBJID", "AESEQ"])).equal


def test_repeated_keys_are_told_with_their_records_and_paired():
    """The same record is paired first, so that one record more is all that differs."""
    one = table("ID | X | Y\n1 | a | 1\n1 | b | 2\n2 | c | 3", numbers=("Y",))
    other = table("ID | X | Y\n1 | b | 2\n2 | c | 3\n1 | new | 9\n1 | a | 1", numbers=("Y",))
    found = compare_frames(one, other, settings(keys=["ID"]))
    repeated = found.duplicates
    assert (repeated.keys, repeated.base_records, repeated.compare_records) == (1, 2, 3)
    assert repeated.first[0].key == ("1",)
    assert repeated.first[0].base_rows == (1, 2)
    assert repeated.first[0].compare_rows == (1, 3, 4)
    assert found.matched == 3
    assert rows(found.records_only_compare) == [(3, "1")]
    assert unequal(found) == {}


def test_repeated_keys_alone_are_no_difference():
    one = table("ID | X\n1 | a\n1 | b\n1 | b")
    found = compare_frames(one, one.iloc[[2, 0, 1]], settings(keys=["ID"]))
    assert found.equal
    assert found.duplicates.keys == 1


def test_changed_records_of_a_repeated_key_are_paired_in_the_order_of_their_values():
    one = table("ID | X\n1 | b\n1 | a\n1 | same", numbers=())
    other = table("ID | X\n1 | b2\n1 | same\n1 | a2")
    found = compare_frames(one, other, settings(keys=["ID"]))
    assert found.matched == 3
    assert pairs(found, "X") == [("1", "b", "b2"), ("1", "a", "a2")]


def test_a_repeated_key_on_one_side_only_is_told():
    one = table("ID | X\n1 | a")
    other = table("ID | X\n1 | a\n2 | b\n2 | b")
    found = compare_frames(one, other, settings(keys=["ID"]))
    assert found.duplicates.first[0].key == ("2",)
    assert (found.duplicates.first[0].base_count, found.duplicates.first[0].compare_count) == (0, 2)
    assert found.records_only_compare.count == 2


def test_without_a_key_records_are_compared_by_position_and_that_is_told():
    one = table("X | Y\na | 1\na | 2\na | 3", numbers=("Y",))
    other = table("X | Y\na | 1\na | 5", numbers=("Y",))
    found = compare_frames(one, other)
    assert (found.keys, found.key_origin, found.matched) == ((), "position", 2)
    assert "Compared by position" in str(found.warnings[0])
    assert rows(found.records_only_base) == [(3,)]
    assert pairs(found, "Y") == [("2", "5")]


def test_by_position_the_longer_side_has_records_left():
    one = table("X\na")
    found = compare_frames(one, table("X\na\nb"))
    assert (found.records_only_base.count, found.records_only_compare.count) == (0, 1)


def test_a_key_that_is_not_there_is_an_error_with_the_nearest_name():
    with pytest.raises(WrongOption) as raised:
        compare_frames(base(), base(), settings(keys=["USUBJ"]))
    assert str(raised.value) == (
        "--keys: the data set has no variable 'USUBJ'. Did you mean 'USUBJID'?"
    )


def test_a_key_of_different_types_is_an_error():
    other = base().assign(AESEQ=["1", "2", "1"])
    with pytest.raises(WrongOption, match="AESEQ is number in base and text in compare"):
        compare_frames(base(), other, settings(keys=["USUBJID", "AESEQ"]))


def test_names_of_keys_may_be_written_in_any_case():
    found = compare_frames(base(), base(), settings(keys=["usubjid", "aeseq"]))
    assert found.keys == ("USUBJID", "AESEQ")


def test_many_records_in_another_order_match_completely():
    count = 20_000
    one = pd.DataFrame(
        {
            "USUBJID": [f"S{n // 100:05d}" for n in range(count)],
            "LBSEQ": [float(n % 100) for n in range(count)],
            "LBSTRESN": [n / 8 for n in range(count)],
            "LBORRES": [f"text {n}" for n in range(count)],
        }
    )
    other = one.sample(frac=1, random_state=3)
    assert compare_frames(one, other).equal
    changed = other.assign(LBSTRESN=other["LBSTRESN"].where(other["LBSEQ"] != 7, -1))
    found = compare_frames(one, changed)
    assert unequal(found) == {"LBSTRESN": 200}
    assert of(found, "LBSTRESN").first[0].key == ("S00000", "7")
