"""The key that is looked for when none is given."""

import pytest
from tables_by_hand import table

from cdisc_pom.compare import compare_frames

QUALIFIERS = """
RDOMAIN | USUBJID | IDVAR | IDVARVAL | QNAM
AE      | 01      | AESEQ | 1        | A
AE      | 01      | AESEQ | 1        | B
AE      | 01      | AESEQ | 2        | A
"""


def key_of(text, *, numbers=(), other=None):
    base = table(text, numbers=numbers)
    found = compare_frames(base, base if other is None else table(other, numbers=numbers))
    assert (found.key_origin == "found") is bool(found.keys)
    return found.keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("STUDYID | USUBJID | AGE\nS | 01 | 3\nS | 02 | 3", ("USUBJID",)),
        ("USUBJID | AESEQ | X\n01 | 1 | a\n01 | 2 | a\n02 | 1 | a", ("USUBJID", "AESEQ")),
        ("USUBJID | ASEQ | X\n01 | 1 | a\n01 | 2 | a", ("USUBJID", "ASEQ")),
        (  # LBSEQ repeats over the derived parameter
            "USUBJID | PARAMCD | LBSEQ\n01 | A | 1\n01 | B | 1\n01 | B | 2",
            ("USUBJID", "PARAMCD", "LBSEQ"),
        ),
        (
            QUALIFIERS,
            ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
        ),
        ("DOMAIN | ETCD | X\nTE | A | 1\nTE | B | 1", ("ETCD",)),
        ("ARMCD | TAETORD | X\nA | 1 | x\nA | 2 | x\nB | 1 | x", ("ARMCD", "TAETORD")),
        ("TSPARMCD | TSSEQ | TSVAL\nA | 1 | x\nA | 2 | x\nB | 1 | x", ("TSPARMCD", "TSSEQ")),
        (  # a BDS data set without --SEQ
            "USUBJID | PARAMCD | AVISIT | AVAL\n01 | A | W1 | 1\n01 | A | W2 | 1\n01 | B | W1 | 1",
            ("USUBJID", "PARAMCD", "AVISIT"),
        ),
        (  # PARAMCD is idle: visits alone tell records apart
            "USUBJID | PARAMCD | AVISIT | AVAL\n01 | A | W1 | 1\n01 | A | W2 | 1\n02 | A | W1 | 1",
            ("USUBJID", "AVISIT"),
        ),
        (
            "USUBJID | CMTRT | CMSTDTC\n01 | A | 2024\n01 | A | 2023\n01 | B | 2024",
            ("USUBJID", "CMTRT", "CMSTDTC"),
        ),
        ("SITEID | SUBJID | X\n1 | 1 | a\n1 | 2 | a\n2 | 1 | a", ("SITEID", "SUBJID")),
        ("NAME | X\na | 1\nb | 2", ()),  # nothing that looks like a key
        ("USUBJID | X\n01 | a\n01 | b", ()),  # no unique one
    ],
)
def test_the_first_likely_key_that_makes_records_unique_is_taken(text, key):
    assert key_of(text) == key


def test_a_key_must_be_unique_on_both_sides_unless_one_has_repeated_records():
    base = "USUBJID | AESEQ | X\n01 | 1 | a\n01 | 2 | b\n02 | 1 | c"
    other = base + "\n02 | 1 | c"
    assert key_of(base, other=other) == ("USUBJID", "AESEQ")
    assert key_of(other, other=base) == ("USUBJID", "AESEQ")
    found = compare_frames(table(base), table(other))
    assert found.duplicates.keys == 1
    assert found.records_only_compare.count == 1


def test_a_variable_of_another_type_makes_no_key():
    base = table("USUBJID | AESEQ | AETERM\n01 | 1 | a\n01 | 2 | b", numbers=("AESEQ",))
    other = table("USUBJID | AESEQ | AETERM\n01 | 1 | a\n01 | 2 | b")
    assert compare_frames(base, other).keys == ("USUBJID", "AETERM")


def test_a_variable_on_one_side_only_makes_no_key():
    base = table("USUBJID | AESEQ | AETERM\n01 | 1 | a\n01 | 2 | b")
    assert compare_frames(base, base.drop(columns="AESEQ")).keys == ("USUBJID", "AETERM")


def test_the_key_is_the_same_from_both_sides():
    base = table("USUBJID | AESEQ | AETERM\n01 | 1 | a\n01 | 2 | b\n02 | 1 | c")
    other = table("USUBJID | AESEQ | AETERM\n01 | 1 | a\n01 | 1 | b\n02 | 1 | c")
    assert compare_frames(base, other).keys == compare_frames(other, base).keys
