"""Columns: the same result as record by record, on the same index, in the same order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.columns import (
    combine,
    constant_text,
    distinct,
    distinct_rows,
    first_of_groups,
    from_codes,
    group_codes,
    map_number,
    map_text,
    missing_like,
    sort_codes,
    sort_positions,
    stack,
    take,
    text_column,
)

TEXTS = st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "b", "é", "中", "Z"])), max_size=8)


def plain(column):
    return [None if pd.isna(value) else value for value in column.astype(object)]


@given(TEXTS)
def test_text_is_held_once_and_empty_text_is_missing(values):
    column = text_column(values)
    assert plain(column) == [value or None for value in values]
    assert isinstance(column.dtype, pd.CategoricalDtype)
    assert "" not in column.cat.categories
    assert column.cat.categories.is_unique


def test_text_of_numbers_and_missing_values():
    assert plain(text_column([1, None, 2.5, np.nan, pd.NA])) == ["1", None, "2.5", None, None]


def test_a_text_column_is_taken_as_it_is():
    column = text_column(["a"])
    assert text_column(column) is column


def test_every_function_keeps_the_index():
    index = pd.Index([7, 3])
    column = pd.Series(["a", "b"], index=index)
    for made in (
        text_column(column),
        map_text(column, str.upper),
        map_number(column, lambda _: 1.0),
        combine([column, column], "".join),
        constant_text("x", index),
        missing_like("float", index),
    ):
        assert made.index.tolist() == [7, 3]


def test_texts_that_repeat_in_a_list_of_categories_become_one():
    column = from_codes(np.array([0, 1, 2, 3, -1]), ["a", "b", "a", None], None)
    assert plain(column) == ["a", "b", "a", None, None]
    assert column.cat.categories.tolist() == ["a", "b"]


@given(TEXTS)
def test_distinct_values_are_those_that_occur(values):
    column = take(
        text_column(["unused", *values]), np.arange(1, len(values) + 1), pd.RangeIndex(len(values))
    )
    codes, found = distinct(column)
    assert set(found) == {value for value in values if value}
    assert [None if code < 0 else found[code] for code in codes] == [v or None for v in values]


def test_mapping_is_done_once_for_each_distinct_text_and_never_for_missing_ones():
    seen = []

    def upper(text):
        seen.append(text)
        return None if text == "b" else text.upper()

    assert plain(map_text(text_column(["a", "b", None, "a", "b"]), upper)) == [
        "A",
        None,
        None,
        "A",
        None,
    ]
    assert seen == ["a", "b"]


def test_combine_gets_one_value_a_column_and_none_for_a_missing_one():
    got = combine(
        [text_column(["a", None, "a"]), pd.Series([1.0, np.nan, 1.0])],
        lambda row: None if row[0] is None else f"{row[0]}{row[1]}",
    )
    assert plain(got) == ["a1.0", None, "a1.0"]


@given(TEXTS, st.data())
def test_distinct_rows_give_each_record_its_own_values(values, data):
    others = [data.draw(st.sampled_from([None, "x", "y"])) for _ in values]
    codes, found = distinct_rows([text_column(values), text_column(others)])
    wanted = [(a or None, b) for a, b in zip(values, others, strict=True)]
    assert [found[code] for code in codes] == wanted
    assert len(found) == len(set(wanted))


@given(TEXTS)
def test_text_sorts_by_code_points_with_missing_first_as_in_sas(values):
    column = text_column(values)
    order = sort_positions([column], len(values))
    wanted = sorted(values, key=lambda value: value or "")
    assert plain(take(column, order, pd.RangeIndex(len(values)))) == [v or None for v in wanted]


def test_numbers_and_dates_sort_by_value_with_missing_first():
    assert sort_codes(pd.Series([10.0, np.nan, 9.0])).tolist() == [1, -1, 0]
    assert sort_codes(pd.Series(pd.array([10, None, 9], dtype="Int64"))).tolist() == [1, -1, 0]
    assert sort_codes(pd.Series(pd.to_datetime(["2024-01-02", None, "2023-01-01"]))).tolist() == [
        1,
        -1,
        0,
    ]


def test_equal_records_keep_their_order():
    keys = [text_column(["b", "a", "b", "a"])]
    assert sort_positions(keys, 4).tolist() == [1, 3, 0, 2]
    assert sort_positions([], 3).tolist() == [0, 1, 2]


def test_groups_follow_the_sorted_values_and_missing_ones_are_a_group_of_their_own():
    groups = group_codes([text_column(["b", None, "a", None, "b"])])
    assert groups.tolist() == [2, 0, 1, 0, 2]
    assert group_codes([], 3).tolist() == [0, 0, 0]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=4))
def test_stacked_columns_stand_one_under_another(parts):
    got = stack([text_column(part) for part in parts])
    assert plain(got) == [value or None for part in parts for value in part]
    assert got.index.tolist() == list(range(len(got)))


def test_numbers_stack_with_their_type():
    parts = [missing_like("integer", pd.RangeIndex(1)), pd.Series(pd.array([2], dtype="Int64"))]
    assert str(stack(parts).dtype) == "Int64"
    assert plain(stack(parts)) == [None, 2]


@pytest.mark.parametrize("kind", ["text", "integer", "float", "time", "date", "datetime"])
def test_a_missing_column_of_every_kind_has_its_type_and_no_value(kind):
    column = missing_like(kind, pd.RangeIndex(2))
    types = {
        "text": "category", "integer": "Int64", "float": "float64", "time": "float64",
        "date": "datetime64[s]", "datetime": "datetime64[us]",
    }  # fmt: skip
    assert str(column.dtype) == types[kind]
    assert column.isna().all()
    empty = missing_like(kind, pd.RangeIndex(0))
    assert (str(empty.dtype), len(empty)) == (types[kind], 0)


@pytest.mark.parametrize("kind", ["text", "integer", "float", "date", "datetime"])
def test_taking_nothing_gives_a_missing_value_of_the_same_type(kind):
    column = missing_like(kind, pd.RangeIndex(0))
    got = take(column, np.array([-1, -1]), pd.RangeIndex(2))
    assert got.dtype == column.dtype
    assert got.isna().all()


def test_the_first_wanted_record_of_each_group():
    groups = np.array([0, 0, 1, 1, 2])
    wanted = np.array([False, True, True, True, False])
    assert first_of_groups(groups, wanted) == {0: 1, 1: 2}
