"""What holds for all data sets."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdisc_pom.compare import Criterion, Settings, compare_frames
from cdisc_pom.xpt import missing_value, special_missing

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NUMBERS = st.one_of(
    st.floats(allow_nan=False, width=64),
    st.sampled_from([0.0, -0.0, 1.0, float("nan"), missing_value(".A"), missing_value(".Z")]),
)
TEXTS = st.one_of(
    st.none(), st.sampled_from(["", "a", "a ", " a", "头痛", "B"]), st.text(max_size=4)
)
KEYS = st.sampled_from(["01", "02", "03", None])


@st.composite
def tables(draw, *, unique=False):
    """A key (unique or not), a second one, numbers and text."""
    count = draw(st.integers(0, 8))
    columns = {
        "K1": pd.Series(
            [f"{n:02d}" for n in range(count)]
            if unique
            else draw(st.lists(KEYS, min_size=count, max_size=count)),
            dtype="str",
        ),
        "K2": np.array(draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)), float),
        "N": np.array(draw(st.lists(NUMBERS, min_size=count, max_size=count)), float),
        "T": pd.Series(draw(st.lists(TEXTS, min_size=count, max_size=count)), dtype="str"),
    }
    frame = pd.DataFrame(columns)
    return frame.astype({"T": "category"}) if draw(st.booleans()) else frame


GIVEN = Settings(keys={"": ("K1", "K2")})
BY_POSITION = Settings()
NEAR = Settings(keys={"": ("K1", "K2")}, criteria=(Criterion("relative", 0.1),))


def outcome(found):
    """All counts, without positions of records."""
    counts = [
        (each.variable, each.unequal, each.missing, each.accepted, each.max_difference)
        for each in found.values
    ]
    sides = found.records_only_base.count, found.records_only_compare.count
    return counts, sides, found.matched, found.records_unequal, found.duplicates.keys


@quick
@given(tables())
def test_a_data_set_equals_itself(frame):
    for wanted in (GIVEN, BY_POSITION, NEAR):
        found = compare_frames(frame, frame.copy(), wanted)
        assert found.equal
        assert found.matched == len(frame)


@quick
@given(tables(), st.randoms(use_true_random=False))
def test_with_a_key_the_order_of_the_records_changes_nothing(frame, random):
    rows = list(range(len(frame)))
    random.shuffle(rows)
    assert compare_frames(frame, frame.iloc[rows], GIVEN).equal


@quick
@given(tables(), tables(), st.randoms(use_true_random=False))
def test_the_order_of_either_side_changes_no_count(base, compare, random):
    rows = list(range(len(base)))
    random.shuffle(rows)
    found = compare_frames(base, compare, GIVEN)
    assert outcome(compare_frames(base.iloc[rows], compare, GIVEN)) == outcome(found)


@quick
@given(tables(), tables())
def test_counts_are_the_same_from_both_sides(base, compare):
    for wanted in (GIVEN, BY_POSITION, NEAR):
        there = outcome(compare_frames(base, compare, wanted))
        back = outcome(compare_frames(compare, base, wanted))
        assert (there[0], there[2:]) == (back[0], back[2:])
        assert there[1] == back[1][::-1]


@quick
@given(tables(), tables())
def test_each_record_is_matched_or_told(base, compare):
    found = compare_frames(base, compare, GIVEN)
    assert found.matched + found.records_only_base.count == len(base)
    assert found.matched + found.records_only_compare.count == len(compare)


@quick
@given(tables(unique=True), st.integers(0, 7), st.floats(1, 1e6))
def test_one_changed_value_is_the_one_that_is_found(frame, row, amount):
    if not 0 <= row < len(frame) or not np.isfinite(frame["N"].iloc[row]):
        return
    changed = frame["N"].to_numpy(copy=True)
    changed[row] = -changed[row] + amount
    found = compare_frames(frame, frame.assign(N=changed), Settings(keys={"": ("K1",)}))
    values = next(each for each in found.values if each.variable == "N")
    expected = int(changed[row] != frame["N"].iloc[row])
    assert [each.base_row for each in values.first] == [row + 1] * expected


def slowly(base, compare):
    """Unequal pairs of numbers, record by record: the definition itself."""

    def told(value):
        return repr(np.float64(value).view(np.uint64)) if np.isnan(value) else value + 0.0

    return sum(told(x) != told(y) for x, y in zip(base, compare, strict=True))


@quick
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=30))
def test_numbers_are_compared_as_their_definition_says(numbers):
    base, compare = (np.array([each[at] for each in numbers], float) for at in (0, 1))
    for values in (base, compare):  # any plain NaN is the ordinary missing value
        plain = np.isnan(values) & ((values.view(np.uint64) >> np.uint64(8)) != 0x7FF85341530000)
        values[plain] = np.nan
    found = compare_frames(pd.DataFrame({"N": base}), pd.DataFrame({"N": compare}))
    assert found.unequal_values == slowly(base, compare)


@st.composite
def shuffled_changes(draw):
    """A table with unique keys, and one with some of its records, changed and in another order."""
    base = draw(tables(unique=True))
    compare = base.assign(
        N=np.array(draw(st.lists(NUMBERS, min_size=len(base), max_size=len(base))), float),
        T=pd.Series(draw(st.lists(TEXTS, min_size=len(base), max_size=len(base))), dtype="str"),
    )
    rows = draw(st.lists(st.integers(0, max(len(base) - 1, 0)), unique=True, max_size=len(base)))
    return base, compare.iloc[rows if len(base) else []]


def code(value):
    """What a value is compared by, the slow way."""
    if isinstance(value, float):
        missing = special_missing(pd.Series([value]))[0]
        return missing if isinstance(missing, str) else value + 0.0
    return (value or "").rstrip(" ")


@quick
@given(shuffled_changes())
def test_records_are_compared_as_a_dictionary_of_them_would_say(frames):
    sides = []
    for frame in frames:
        plain = frame.astype({"T": object}).where(frame["T"].notna(), None)
        texts = plain["T"].tolist()
        numbers = [float(each) for each in frame["N"].to_numpy()]
        sides.append(dict(zip(frame["K1"], zip(numbers, texts, strict=True), strict=True)))
    common = sides[0].keys() & sides[1].keys()
    found = compare_frames(*frames, Settings(keys={"": ("K1",)}))
    assert found.matched == len(common)
    for at, name in enumerate("NT"):
        expected = sum(code(sides[0][key][at]) != code(sides[1][key][at]) for key in common)
        assert next(each.unequal for each in found.values if each.variable == name) == expected
