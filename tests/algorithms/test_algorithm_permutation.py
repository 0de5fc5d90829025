"""The order in which records come never changes what an algorithm gives for a record."""

import numpy as np
import pandas as pd
from columns_by_hand import link, numbers, plain, run, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.algorithms.registry import EventTable, algorithms
from cdisc_pom.algorithms.visits import Visit, VisitTable

SUBJECTS = st.sampled_from(["01", "02", "03"])
MAYBE_DATE = st.sampled_from(
    [None, "2024", "2024-03", "2024-03-01", "2024-03-01T08:00", "2024-03-02", "2024-04-01"]
)
DATE = st.sampled_from(["2024-03-01", "2024-03-02", "2024-04-01", "2024-04-15"])


@st.composite
def shuffled(draw, *fields, size=8):
    """Records, and positions that put them in another order."""
    records = draw(st.lists(st.tuples(*fields), max_size=size))
    return records, draw(st.permutations(range(len(records))))


def columns(records, width):
    return [texts(*(record[at] for record in records)) for at in range(width)]


def assert_same_for_each_record(give, records, order):
    """What a record gets does not depend on where it stands."""
    before, after = give(records), give([records[at] for at in order])
    assert [before[at] for at in order] == after


@settings(max_examples=60, deadline=None)
@given(shuffled(SUBJECTS, MAYBE_DATE, SUBJECTS))
def test_sequence(drawn):
    records, order = drawn
    unique = list(dict.fromkeys(records))  # records that tie are an error
    order = [at for at in order if at < len(unique)]

    def give(rows):
        subject, date, key = columns(rows, 3)
        return plain(run("sequence", (date, key), (subject,)))

    assert_same_for_each_record(give, unique, order)


@settings(max_examples=60, deadline=None)
@given(
    shuffled(SUBJECTS, DATE, st.integers(1, 99), st.booleans()), st.sampled_from(["first", "last"])
)
def test_extreme_flag(drawn, mode):
    records, order = drawn
    unique = list({record[:3]: record for record in records}.values())
    order = [at for at in order if at < len(unique)]

    def give(rows):
        subject, date = columns(rows, 2)
        counts = numbers(*(row[2] for row in rows))
        allowed = np.array([row[3] for row in rows], dtype=bool)
        return plain(run("extreme_flag", (subject,), (date, counts), mode, eligible=allowed))

    assert_same_for_each_record(give, unique, order)


@settings(max_examples=60, deadline=None)
@given(shuffled(SUBJECTS, MAYBE_DATE, st.integers(1, 99), st.booleans()))
def test_pain_13_baseline_flag(drawn):
    records, order = drawn
    unique = list({record[:3]: record for record in records}.values())
    order = [at for at in order if at < len(unique)]

    def give(rows):
        subject, date = columns(rows, 2)
        counts = numbers(*(row[2] for row in rows))
        allowed = np.array([row[3] for row in rows], dtype=bool)
        before = texts(*["2024-03-02"] * len(rows))
        same = texts(*["HGB"] * len(rows))
        got = run("baseline_flag", date, before, (same,), (counts,), subject, eligible=allowed)
        assert got.problems == ()
        return plain(got)

    assert_same_for_each_record(give, unique, order)


VISITS = VisitTable(
    {
        "c1": Visit(1, "CYCLE 1"),
        "c2": Visit(2, "CYCLE 2"),
        "u1": Visit(None, "UNSCHEDULED", None, unscheduled=True),
        "u2": Visit(None, "UNSCHEDULED", None, unscheduled=True),
    }
)


@settings(max_examples=60, deadline=None)
@given(shuffled(SUBJECTS, st.sampled_from(["C1", "C2", "U1", "U2", "u2 "]), MAYBE_DATE))
def test_visit(drawn):
    records, order = drawn

    def give(rows):
        subject, name, date = columns(rows, 3)
        names = plain(run("visit", name, date, (subject,), "VISIT", table=VISITS))
        return list(zip(names, plain(run("visit", name, date, (subject,), "VISITNUM", table=VISITS)),
                        strict=True))  # fmt: skip

    assert_same_for_each_record(give, records, order)


RELATED = st.tuples(st.integers(-1, 2), MAYBE_DATE, st.sampled_from([None, "a", "b", "c"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(RELATED, max_size=8), st.data())
def test_algorithms_of_related_records(related, data):
    order = data.draw(st.permutations(range(len(related))))
    moved = [related[at] for at in order]
    targets = [0, 1, 2, -1]

    def give(rows):
        date, value = (texts(*(row[at] for row in rows)) for at in (1, 2))
        bond = link(targets, [row[0] for row in rows])
        return [
            plain(run("first", value, (date,), link=bond)),
            plain(run("last", value, (date,), link=bond)),
            plain(run("count", (value, date), link=bond)),
            plain(run("exists", value, link=bond)),
        ]

    assert give(related) == give(moved)


ELEMENT = st.tuples(st.integers(0, 1), DATE, st.one_of(st.none(), DATE), st.sampled_from("ABC"))


@settings(max_examples=60, deadline=None)
@given(st.lists(ELEMENT, max_size=6), st.data())
def test_epoch(elements, data):
    # Elements of a subject that agree in both dates but not in their epoch contradict each other.
    elements = list({element[:3]: element for element in elements}.values())
    order = data.draw(st.permutations(range(len(elements))))

    def give(rows):
        start, end, value = (texts(*(row[at] for row in rows)) for at in (1, 2, 3))
        dates = texts("2024-03-01", "2024-03", "2024-04-10", None)
        bond = link([0, 0, 1, 1], [row[0] for row in rows])
        return plain(run("epoch", dates, value, start, end, link=bond))

    assert give(elements) == give([elements[at] for at in order])


EVENT = st.tuples(SUBJECTS, DATE, st.integers(1, 3), st.booleans(), st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENT, max_size=9), st.data())
def test_pain_18_time_to_event(events, data):
    order = data.draw(st.permutations(range(len(events))))
    subjects = data.draw(st.permutations(["01", "02", "03", "04"]))

    def give(rows, people):
        event = [row[2] == 1 for row in rows]  # a row of Events is an event or a censoring
        table = EventTable(
            {
                "USUBJID": texts(*(row[0] for row in rows)),
                "DATE": pd.Series(pd.to_datetime([row[1] for row in rows]).astype("datetime64[s]")),
                "ORDER": pd.Series([row[2] for row in rows], dtype=np.int64),
                "EVENT": pd.Series(event, dtype=bool),
                "EVNTDESC": texts(*(f"ROW {row[2]}" for row in rows)),
                "CNSDTDSC": texts(*(None for _ in rows)),
                "CNSR": pd.Series([int(not found) for found in event], dtype=np.int64),
                "SRCDOM": texts(*("ADRS" for _ in rows)),
                "SRCVAR": texts(*("ADT" for _ in rows)),
                "SRCSEQ": pd.Series(pd.array([row[4] for row in rows], dtype="Int64")),
            }
        )
        start = texts(*["2024-03-02"] * len(people))
        made = run("time_to_event", texts(*people), start, events=table)
        return sorted(map(str, zip(*map(plain, made.columns.values()), strict=True)))

    assert give(events, ["01", "02", "03", "04"]) == give([events[at] for at in order], subjects)


HIT = st.tuples(SUBJECTS, st.one_of(st.none(), DATE), st.sampled_from(["CR", "PR", "SD", None]))


@settings(max_examples=60, deadline=None)
@given(st.lists(HIT, max_size=8), st.data())
def test_first_occurrence(hits, data):
    order = data.draw(st.permutations(range(len(hits))))

    def give(rows):
        subject, date, value = columns(rows, 3)
        subject.name = "USUBJID"
        made = run("first_occurrence", value, date, (subject,), "PR|CR", texts("01", "02", "09"))
        shown = [*map(plain, made.columns.values())]
        taken = [None if at < 0 else rows[at] for at in made.rows]
        return sorted(map(str, zip(*shown, taken, strict=True)))

    assert give(hits) == give([hits[at] for at in order])


RESPONSE = st.sampled_from(["CR", "VGPR", "PR", "SD", "PD", "NE"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SUBJECTS, RESPONSE), min_size=1, max_size=8), st.data())
def test_confirmed_and_best_response(assessments, data):
    # One assessment a day: two of the same day are a fault of their own.
    records = [
        (subject, response, f"2024-{3 + at // 28:02}-{1 + at % 28:02}")
        for at, (subject, response) in enumerate(assessments)
    ]
    order = data.draw(st.permutations(range(len(records))))

    def give(rows):
        subject, response, date = columns(rows, 3)
        subject.name = "USUBJID"
        start = texts(*["2024-02-01"] * len(rows))
        made = run("confirmed_response", response, date, (subject,), start)
        confirmed = pd.DataFrame({name: plain(column) for name, column in made.columns.items()})
        flags = [made.columns[f"ANL0{n}FL"] for n in (1, 2, 3)]
        best = run(
            "best_response", made.columns["AVALC"], made.columns["ADT"],
            (made.columns["USUBJID"].rename("USUBJID"),), *flags,
        )  # fmt: skip
        bests = pd.DataFrame({name: plain(column) for name, column in best.columns.items()})
        names = ["USUBJID", "ADT", "AVALC"]
        return [f.sort_values(names).astype(object).fillna("").to_dict("records")
                for f in (confirmed, bests)]  # fmt: skip

    assert give(records) == give([records[at] for at in order])


def test_every_algorithm_that_looks_at_several_records_stands_above():
    together = {
        name
        for name, found in algorithms().items()
        if found.whole or found.related or found.shape == "records"
    }
    tested = {
        "sequence", "extreme_flag", "baseline_flag", "visit", "first", "last", "count", "exists",
        "epoch", "time_to_event", "first_occurrence", "confirmed_response", "best_response",
    }  # fmt: skip
    assert tested <= together
