"""Look-ups in related records."""

import pytest
from columns_by_hand import dates, integers, link, plain, run, texts

# Three subjects 0, 1, 2; related records of 0 and 1 and one of nobody (-1).
LINK = link(targets=[0, 1, 2, 0], groups=[0, 0, 0, 1, -1])


@pytest.mark.parametrize(
    ("name", "expected"), [("first", ["b", "d", None, "b"]), ("last", ["a", "d", None, "a"])]
)
def test_the_first_and_last_related_value_by_an_order(name, expected):
    # admiral, derive_vars_merged(order = , mode = )
    value = texts("a", "b", None, "d", "e")
    order = (dates("2024-03-03", "2024-03-01", "2024-02-01", "2024-03-01", "2024-01-01"),)
    assert plain(run(name, value, order, link=LINK)) == expected


def test_a_related_record_without_an_order_never_wins():
    value, order = texts("a", "b", "c", "d", "e"), (texts(None, "2", None, None, "1"),)
    assert plain(run("first", value, order, link=LINK)) == ["b", None, None, "b"]


def test_the_value_orders_itself_where_no_order_is_named():
    value = integers(10, 9, None, 2, 1)
    assert plain(run("first", value, link=LINK)) == [9, 2, None, 9]
    assert plain(run("last", value, link=LINK)) == [10, 2, None, 10]


def test_records_that_tie_in_the_order_are_told_apart_by_their_value():
    order = (texts("1", "1", "1", "1", "1"),)
    assert plain(run("first", texts("b", "a", "c", "d", "e"), order, link=LINK))[0] == "a"
    assert plain(run("first", texts("c", "b", "a", "d", "e"), order, link=LINK))[0] == "a"


def test_count_counts_distinct_combinations_without_missing_parts():
    # admiral, derive_var_merged_summary with n_distinct
    cycle, dose = texts("1", "1", "2", "1", "9"), texts("4", "4", None, None, "4")
    assert plain(run("count", (cycle,), link=LINK)) == [2, 1, 0, 2]
    assert plain(run("count", (cycle, dose), link=LINK)) == [1, 0, 0, 1]


def test_exists_says_yes_no_or_nothing():
    # admiral, derive_var_merged_exist_flag
    value = texts(None, "x", None, None, "x")
    assert plain(run("exists", value, no="N", link=LINK)) == ["Y", "N", "N", "Y"]
    assert plain(run("exists", value, link=LINK)) == ["Y", None, None, "Y"]


def test_nothing_is_related_where_there_are_no_related_records():
    empty = link(targets=[-1, -1], groups=[])
    assert plain(run("first", texts(), link=empty)) == [None, None]
    assert plain(run("count", (texts(),), link=empty)) == [0, 0]
    assert plain(run("exists", texts(), no="N", link=empty)) == ["N", "N"]
    assert plain(
        run("epoch", texts("2024-01-01", None), texts(), texts(), texts(), link=empty)
    ) == [
        None,
        None,
    ]


#            screening until first dose, treatment until the last dose, follow-up open
EPOCHS = texts("SCREENING", "TREATMENT", "FOLLOW-UP")
STARTS = texts("2024-02-20", "2024-03-01", "2024-06-02")
ENDS = texts("2024-03-01", "2024-06-01", None)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-02-19", None),  # before the first element
        ("2024-02-20", "SCREENING"),
        ("2024-02-29", "SCREENING"),
        ("2024-03-01", "TREATMENT"),  # a boundary belongs to the later element
        ("2024-03-01T00:10", "TREATMENT"),
        ("2024-06-01", "TREATMENT"),
        ("2024-06-02", "FOLLOW-UP"),
        ("2030-01-01", "FOLLOW-UP"),  # no end: all that follows
        ("2024-04", "TREATMENT"),  # each day of April lies in it
        ("2024-02", None),  # February began before screening
        ("2024-06", None),  # the first of June lies in another element
        ("2025", "FOLLOW-UP"),
        ("2024---15", None),
        (None, None),
    ],
)
def test_the_epoch_of_a_date(date, expected):
    # SDTMIG 3.4, section 5.3
    got = run("epoch", texts(date), EPOCHS, STARTS, ENDS, link=link([0], [0, 0, 0]))
    assert plain(got) == [expected]


def test_a_date_behind_the_last_end_or_in_a_gap_has_no_epoch():
    starts, ends = texts("2024-02-20", "2024-04-01"), texts("2024-03-01", "2024-05-01")
    dates_ = texts("2024-03-15", "2024-05-02", "2024-05-01")
    values = texts("SCREENING", "TREATMENT")
    got = run("epoch", dates_, values, starts, ends, link=link([0, 0, 0], [0, 0]))
    assert plain(got) == [None, None, "TREATMENT"]


def test_of_two_elements_that_start_on_the_same_day_the_later_one_holds_it():
    # A subject who is dosed on the day of consent: screening takes no time.
    for order in ([0, 1], [1, 0]):
        values = [["SCREENING", "TREATMENT"][at] for at in order]
        ends = [["2024-03-01", "2024-06-01"][at] for at in order]
        got = run(
            "epoch", texts("2024-03-01", "2024-03-02"), texts(*values),
            texts("2024-03-01", "2024-03-01"), texts(*ends), link=link([0, 0], [0, 0]),
        )  # fmt: skip
        assert plain(got) == ["TREATMENT", "TREATMENT"]


def test_each_subject_has_elements_of_its_own():
    got = run(
        "epoch", texts("2024-03-05", "2024-03-05", "2024-03-05"),
        texts("SCREENING", "TREATMENT"), texts("2024-03-01", "2024-03-01"), texts(None, None),
        link=link([0, 1, 2], [1, 0]),
    )  # fmt: skip
    assert plain(got) == ["TREATMENT", "SCREENING", None]
