"""The order of records changes no result: the algorithms that test_algorithm_permutation leaves out.

Each test gives the same records in two orders and compares what each record gets.
"""

import numpy as np
from columns_by_hand import link, numbers, plain, run, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.adam.formula import Formula
from cdisc_pom.adam.windows import Window, WindowTable
from cdisc_pom.algorithms.registry import algorithms

# What is tested here; the list of all stands in test_algorithm_permutation.
TESTED = {
    "previous", "next", "running", "rank", "relative_flag", "group_flag", "baseline",
    "window_flag", "worst_flag", "last_before", "first_after", "summary", "aggregate",
    "extreme_record", "expected_records", "locf", "wocf", "formula",
}  # fmt: skip

SUBJECTS = st.sampled_from(["01", "02"])
DAY = st.integers(1, 6)
VALUE = st.one_of(st.none(), st.sampled_from([-1.5, 0.0, 0.1, 0.2, 3.0, 1e9]))
RECORDS = st.lists(st.tuples(SUBJECTS, DAY, VALUE, st.booleans()), max_size=8)
WEEKS = WindowTable("STD", tuple(Window(f"Week {n}", n, None, None, None) for n in range(1, 5)))
EXAMPLES = settings(max_examples=80, deadline=None)


def unique(records, *places):
    """Records that differ in what orders them: others tie, which is a problem of its own."""
    return list({tuple(record[at] for at in places): record for record in records}.values())


def parts(records):
    subject = texts(*(row[0] for row in records), name="USUBJID")
    day = numbers(*(row[1] for row in records))
    value = numbers(*(row[2] for row in records))
    return subject, day, value, np.array([row[3] for row in records], dtype=bool)


def same_for_each_record(give, records, data):
    order = data.draw(st.permutations(range(len(records))))
    before, after = give(records), give([records[at] for at in order])
    assert [before[at] for at in order] == after


@EXAMPLES
@given(RECORDS, st.data())
def test_values_of_neighbours(records, data):
    def give(rows):
        subject, day, value, wanted = parts(rows)
        found = [
            run(name, value, (subject,), (day,), eligible=wanted) for name in ("previous", "next")
        ]
        assert not any(item.problems for item in found)
        return list(zip(*map(plain, found), strict=True))

    same_for_each_record(give, unique(records, 0, 1), data)


@EXAMPLES
@given(RECORDS, st.booleans(), st.data())
def test_values_so_far_and_ranks_may_tie(records, current, data):
    def give(rows):
        subject, day, value, wanted = parts(rows)
        # Sums of binary numbers depend on their order in the last digit.
        found = [
            plain(run("running", value, (subject,), (day,), name, current, eligible=wanted))
            for name in ("minimum", "maximum", "count")
        ]
        found += [plain(run("rank", (day,), (subject,), eligible=wanted))]
        found += [plain(run("group_flag", (subject,), eligible=wanted))]
        for select in ("before", "after"):
            found.append(plain(run("relative_flag", (subject,), (day,), select, eligible=wanted)))
        return list(zip(*found, strict=True))

    same_for_each_record(give, records, data)


@EXAMPLES
@given(RECORDS, st.data())
def test_flags_and_baselines(records, data):
    records = unique(records, 0, 1)
    flagged = {record[0]: at for at, record in enumerate(records) if record[3]}

    def give(rows):
        subject, day, value, wanted = parts(rows)
        chosen = {records[at] for at in flagged.values()}
        flags = texts(*("Y" if row in chosen else None for row in rows), name="ABLFL")
        target = numbers(*([3.0] * len(rows)))
        return list(
            zip(
                plain(run("worst_flag", value, (subject,), (day,), eligible=wanted)),
                plain(run("window_flag", day, target, (subject,), eligible=wanted)),
                plain(run("baseline", value, (subject,), flags, eligible=wanted)),
                strict=True,
            )
        )

    same_for_each_record(give, records, data)


RELATED = st.tuples(st.integers(-1, 1), st.integers(1, 5), VALUE)


@EXAMPLES
@given(st.lists(RELATED, max_size=8), st.data())
def test_related_records_by_date_and_what_they_amount_to(related, data):
    order = data.draw(st.permutations(range(len(related))))

    def give(rows):
        on = texts(*(f"2024-03-0{row[1]}" for row in rows))
        value = numbers(*(row[2] for row in rows))
        bond = link([0, 1, -1, 0], [row[0] for row in rows])
        date = texts("2024-03-03", "2024-03-03", "2024-03-03", "2024-03-05")
        found = [
            plain(run(name, date, value, on, link=bond)) for name in ("last_before", "first_after")
        ]
        found += [
            plain(run("summary", value, name, link=bond))
            for name in ("sum", "mean", "median", "minimum", "maximum", "count")
        ]
        return found

    assert give(related) == give([related[at] for at in order])


@EXAMPLES
@given(RECORDS, st.data())
def test_records_that_are_made_of_others(records, data):
    records = unique(records, 0, 1)
    order = data.draw(st.permutations(range(len(records))))

    def give(rows):
        subject, day, value, _ = parts(rows)
        date = texts(*(f"2024-03-0{row[1]}" for row in rows))
        made = [run("aggregate", value, (subject,), name, date, subjects=texts("01", "02", "03"))
                for name in ("sum", "mean", "median", "minimum", "maximum", "count")]  # fmt: skip
        made += [run("extreme_record", (day,), (subject,), mode) for mode in ("first", "last")]
        made += [run("expected_records", day, (subject,), WEEKS)]
        made += [run(name, value, day, (subject,), (day,), WEEKS) for name in ("locf", "wocf")]
        return [shown(item, rows) for item in made]

    assert give(records) == give([records[at] for at in order])


@EXAMPLES
@given(RECORDS, st.data())
def test_formulas(records, data):
    records = unique(records, 0, 1, 3)
    order = data.draw(st.permutations(range(len(records))))
    less = Formula("A - B", ("A", "B"), lambda columns, _: columns["A"] - columns["B"])

    def give(rows):
        subject, day, value, first = parts(rows)
        day.name = "ADY"
        parameter = texts(*("A" if one else "B" for one in first))
        return shown(run("formula", less, (subject, day), value, parameter, subject), rows)

    assert give(records) == give([records[at] for at in order])


def shown(made, rows):
    """What was made and of which record, in an order of its own."""
    of = [None if at < 0 else rows[at] for at in made.rows]
    columns = [plain(column) for column in made.columns.values()]
    return sorted(map(str, zip(*columns, of, strict=True)))


def test_every_algorithm_that_looks_at_several_records_is_tested_in_two_orders():
    together = {
        name
        for name, found in algorithms().items()
        if found.whole or found.related or found.shape == "records"
    }
    elsewhere = {  # test_algorithm_permutation; response_imwg in tests/adam/test_imwg_properties
        "sequence", "extreme_flag", "baseline_flag", "visit", "first", "last", "count", "exists",
        "epoch", "time_to_event", "first_occurrence", "confirmed_response", "best_response",
        "response_imwg",
    }  # fmt: skip
    assert together - TESTED - elsewhere == {"records"}  # takes records over one by one
