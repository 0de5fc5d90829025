"""Records looked at together: sequence numbers, baseline flags, extreme flags."""

import numpy as np
import pytest
from columns_by_hand import integers, marked, messages, numbers, plain, run, texts


def everyone(n):
    return np.ones(n, dtype=bool)


def test_sequence_counts_within_a_subject_in_the_order_of_the_keys():
    # SDTMIG 3.4, section 4.1.3
    got = run(
        "sequence",
        (texts("2024-03-02", "2024-03-01", "2024-03-01", None),),
        (texts("01", "01", "02", "01"),),
    )
    assert plain(got) == [3, 2, 1, 1]  # a missing date comes first, as in SAS
    assert str(got.values.dtype) == "Int64"
    assert got.problems == ()


def test_sequence_orders_numbers_by_value_and_text_by_code_points():
    ids = (texts("1", "1", "1"),)
    assert plain(run("sequence", (integers(10, 9, 2),), ids)) == [3, 2, 1]
    assert plain(run("sequence", (texts("10", "9", "2"),), ids)) == [1, 3, 2]


def test_pain_23_records_that_are_equal_in_every_key_are_told():
    got = run("sequence", (texts("a", "a", "b"),), (texts("01", "01", "01"),))
    assert marked(got) == [1]
    assert messages(got) == ["records are equal in every variable that orders them"]
    assert sorted(plain(got)) == [1, 2, 3]


def test_sequence_of_no_records_is_empty():
    got = run("sequence", (texts(),), (texts(),))
    assert (plain(got), got.problems) == ([], ())


REFERENCE = "2024-03-01T10:00"


@pytest.mark.parametrize(
    ("before", "date", "flag"),
    [
        ("2024-03-01", "2024-02-20", "Y"),
        ("2024-03-01", "2024-03-01", "Y"),  # the day of treatment counts as before it
        ("2024-03-01", "2024-03-02", None),
        (REFERENCE, "2024-03-01T09:59", "Y"),
        (REFERENCE, "2024-03-01T10:00", "Y"),
        (REFERENCE, "2024-03-01T10:01", None),  # with times on both sides the time decides
        (REFERENCE, "2024-03-01", "Y"),  # no time on one side: the day decides
        ("2024-03-01", "2024-03-01T23:00", "Y"),
        ("2024-03-01", "2024-02", None),  # partial dates never count
        ("2024-03", "2024-02-20", None),
        (None, "2024-02-20", None),
        ("2024-03-01", None, None),
    ],
)
def test_baseline_is_not_after_the_first_treatment(before, date, flag):
    # SDTMIG 3.4, section 4.5.9
    got = run(
        "baseline_flag", texts(date), texts(before), (texts("HGB"),), (), texts("01"),
        eligible=everyone(1),
    )  # fmt: skip
    assert (plain(got), got.problems) == ([flag], ())


def test_baseline_is_the_last_eligible_record_of_a_subject_and_test():
    #            subject, test, date, done
    records = [
        ("01", "HGB", "2024-02-10", True),
        ("01", "HGB", "2024-02-20", True),  # Y
        ("01", "HGB", "2024-02-28", False),  # not done
        ("01", "WBC", "2024-02-10", True),  # Y
        ("02", "HGB", "2024-02-20", True),  # Y
        ("02", "HGB", "2024-03-20", True),
    ]
    subject, test, date = (texts(*values) for values in list(zip(*records, strict=True))[:3])
    got = run(
        "baseline_flag", date, texts(*["2024-03-01"] * 6), (test,), (), subject,
        eligible=np.array([record[3] for record in records]),
    )  # fmt: skip
    assert plain(got) == [None, "Y", None, "Y", "Y", None]
    assert got.problems == ()


def test_pain_13_two_records_of_the_same_time_are_told_unless_a_further_variable_decides():
    arguments = (
        texts("2024-02-20", "2024-02-20"), texts("2024-03-01", "2024-03-01"),
        (texts("HGB", "HGB"),),
    )  # fmt: skip
    tied = run("baseline_flag", *arguments, (), texts("01", "01"), eligible=everyone(2))
    assert messages(tied) == ["two records tie for the flag"]
    assert plain(tied).count("Y") == 1, "the flag is unique in any case"
    hint = "Name a further variable that decides between them (then= or order=)."
    assert tied.problems[0].hint == hint
    decided = run(
        "baseline_flag", *arguments, (numbers(2, 1),), texts("01", "01"), eligible=everyone(2)
    )
    assert (plain(decided), decided.problems) == (["Y", None], ())


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("first", ["Y", None, None, "Y"]), ("last", [None, None, "Y", "Y"])],
)
def test_an_extreme_record_is_flagged_in_each_group(mode, expected):
    # admiral, derive_var_extreme_flag
    got = run(
        "extreme_flag", (texts("01", "01", "01", "02"),), (integers(1, 2, 3, 9),), mode,
        eligible=everyone(4),
    )  # fmt: skip
    assert (plain(got), got.problems) == (expected, ())


def test_an_extreme_flag_looks_at_eligible_records_only():
    got = run(
        "extreme_flag", (texts("01", "01", "02"),), (integers(1, 2, 1),),
        eligible=np.array([False, True, False]),
    )  # fmt: skip
    assert plain(got) == [None, "Y", None]


@pytest.mark.parametrize("mode", ["first", "last"])
def test_records_that_tie_for_an_extreme_flag_are_told(mode):
    tied = run(
        "extreme_flag", (texts("01", "01", "01"),), (integers(1, 1, 1),), mode, eligible=everyone(3)
    )
    assert messages(tied) == ["two records tie for the flag"]
    order = (integers(1, 2, 2), integers(3, 1, 2))
    free = run("extreme_flag", (texts("01", "01", "01"),), order, mode, eligible=everyone(3))
    assert free.problems == ()


def test_a_tie_that_does_not_touch_the_flag_is_none():
    order = (integers(1, 2, 2),)
    got = run("extreme_flag", (texts("01", "01", "01"),), order, "first", eligible=everyone(3))
    assert (plain(got), got.problems) == (["Y", None, None], ())


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="mode 'worst' is neither first nor last"):
        run("extreme_flag", (texts("1"),), (integers(1),), "worst", eligible=everyone(1))
