"""What is found does not depend on the order of records, nor on records that are right."""

import numpy as np
import pytest
from checks_by_hand import AE_VARIABLES, cells, dataset, shuffled, standard, variable
from hypothesis import given, settings
from hypothesis import strategies as st

from cdisc_pom.checks.report import to_json
from cdisc_pom.checks.runner import check_standards
from cdisc_pom.checks.validate import validate

RECORD = st.tuples(
    st.just("TINY"),
    st.sampled_from(["S1", "S2", ""]),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["头痛", "Fever", ".", "", "x" * 30]),
    st.sampled_from(["Y", "N", "U", ""]),
    st.sampled_from(["FATAL", "RECOVERED/RESOLVED", "OTHER"]),
    st.sampled_from(["2020-03-01", "2020-02-60", "2020-02", "UN", ""]),
    st.sampled_from(["1", "0", "-1", ""]),
)
HEADER = " | ".join(each.name for each in AE_VARIABLES)


def events(records):
    table = "\n".join([HEADER, *(" | ".join(record) for record in records)])
    return dataset("AE", AE_VARIABLES, table, keys=("STUDYID", "USUBJID", "AESEQ"))


@settings(max_examples=20, deadline=None)
@given(st.lists(RECORD, max_size=12), st.randoms())
def test_the_order_of_records_never_changes_the_findings(records, random):
    built = events(records)
    order = list(range(len(records)))
    random.shuffle(order)
    assert validate(standard(shuffled(built, order))) == validate(standard(built))


@settings(max_examples=20, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=8))
def test_counts_are_those_of_a_plain_loop(records):
    """A second reading of some rules, record by record, on the table itself."""
    got = {(f.rule, f.variable): f.count for f in validate(standard(events(records)))}
    rows = cells("\n".join(" | ".join(record) for record in records))
    plain = {
        ("WB-TERM", "AESER"): sum(row[4] not in ("Y", "N", None) for row in rows),
        ("WB-TERM", "AEOUT"): sum(row[5] == "OTHER" for row in rows),
        ("WB-DATE", "AESTDTC"): sum(row[6] in ("2020-02-60", "UN") for row in rows),
        ("FB1502", "AETERM"): sum(row[3] == "." for row in rows),
        ("WB-LENGTH", "AETERM"): sum(row[3] == "x" * 30 for row in rows),
        ("WB-REQUIRED", "AETERM"): sum(row[3] is None for row in rows),
        ("WB-REQUIRED", "USUBJID"): sum(row[1] is None for row in rows),
        ("WB-KEY", ""): sum(
            [(other[1], other[2]) for other in rows].count((row[1], row[2])) > 1 for row in rows
        ),
    }
    assert got == {rule: count for rule, count in plain.items() if count}


DM_VARIABLES = (
    variable("STUDYID"),
    variable("USUBJID"),
    variable("RFSTDTC", "partialDatetime"),
    variable("DTHFL", codelist="NY"),
)
DM_RECORDS = """
STUDYID | USUBJID | RFSTDTC    | DTHFL
TINY    | S1      | 2020-03-01 | Y
TINY    | S2      | 2020-03-01 |
TINY    | S3      |            | N
"""


@pytest.fixture(scope="module")
def both():
    def made(order_dm, order_ae):
        subjects = dataset("DM", DM_VARIABLES, DM_RECORDS, keys=("USUBJID",),
                           dataset_class="SPECIAL PURPOSE")  # fmt: skip
        records = [
            ("TINY", "S2", "1", "头痛", "N", "FATAL", "2020-03-01", "0"),
            ("TINY", "S2", "2", "头痛", "N", "FATAL", "2020-03-02", "0"),
            ("TINY", "S1", "1", "Fever", "N", "FATAL", "2020-03-02", "2"),
            ("TINY", "S9", "1", "Fever", "N", "", "2020-03-02", "2"),
        ]
        return standard(shuffled(subjects, order_dm), shuffled(events(records), order_ae))

    return made


def test_rules_find_the_same_in_any_order_and_write_the_same_bytes(both):
    first = to_json(check_standards([both([0, 1, 2], [0, 1, 2, 3])]))
    for seed in range(4):
        random = np.random.default_rng(seed)
        order_dm, order_ae = random.permutation(3).tolist(), random.permutation(4).tolist()
        assert to_json(check_standards([both(order_dm, order_ae)])) == first


def test_rules_across_data_sets_name_record_and_evidence(both):
    checked = check_standards([both([0, 1, 2], [0, 1, 2, 3])])
    found = {(f.rule, f.dataset, f.variable): f for f in checked.findings}
    fatal = found["CG0134", "AE", "AEOUT"]
    assert (fatal.count, fatal.key, fatal.value) == (
        2, "USUBJID=S2, AESEQ=1", "AEOUT=FATAL, DTHFL=",
    )  # fmt: skip
    assert fatal.origin == "ae.csv:2"
    assert fatal.place == "sdtm.xlsx › Variables!G7"
    days = found["CG0220", "AE", "AESTDY"]
    assert [each.value for each in days.examples] == [
        "AESTDY=0, AESTDTC=2020-03-01, RFSTDTC=2020-03-01",
        "AESTDY=0, AESTDTC=2020-03-02, RFSTDTC=2020-03-01",
    ]
    assert found["CG0029", "AE", "USUBJID"].value == "S9"
    assert found["CG0131", "DM", "DTHFL"].value == "N"
