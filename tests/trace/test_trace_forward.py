"""Forward is the inverse of backward; sources that leave a line out say so."""

import datetime as dt

import numpy as np
import pytest
from chains_by_hand import FORMS, fill, opened
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cdisc_pom.trace.forward import collected, forward, made_variables, raw_start, record_start
from cdisc_pom.trace.graph import NodeKey
from cdisc_pom.trace.model import Place
from studies import SmallStudy


def _values(session):
    """Every value that there is."""
    for dataset in session.run.plan.datasets:
        for variable in made_variables(session.run, dataset):
            column = session.labels.column(dataset, variable)
            for position in np.flatnonzero(column.notna().to_numpy()).tolist():
                yield NodeKey("value", dataset, variable, position)


def _backward(session):
    """For each value the raw records at the ends of its chain."""
    found = {}
    for key in _values(session):
        graph = session._walk.walk([key])
        found[key] = {
            (node.key.name, node.key.position) for node in graph.leaves() if node.key.kind == "raw"
        }
    return found


def _forward(session, form, position):
    """Values that use a raw record."""
    start = raw_start(session.run, form, np.array([position]))
    return {
        NodeKey("value", place.name, place.column, at)
        for place, mask in forward(session.run, session.uses, start).items()
        if place.column
        for at in np.flatnonzero(mask).tolist()
        if session.labels.value(place.name, place.column, at) is not None
    }


def _is_inverse(session):
    backward = _backward(session)
    for form in session.run.raw.files:
        for position in range(len(session.run.raw.form(form))):
            used = {key for key, ends in backward.items() if (form, position) in ends}
            assert _forward(session, form, position) == used, (form, position)


def test_a_value_uses_a_raw_line_where_its_chain_ends_there(session):
    _is_inverse(session)


def test_records_that_a_raw_line_made_are_those_whose_origin_it_is(session):
    run, found = session.run, {}
    for dataset in run.plan.datasets:
        for position in range(run.table(dataset).size):
            graph = session._walk.walk([NodeKey("record", dataset, "", position)])
            for node in graph.leaves():
                if node.key.kind == "line":
                    found.setdefault((node.key.name, node.key.position), set()).add(
                        (dataset, position)
                    )
    for form in run.raw.files:
        for position in range(len(run.raw.form(form))):
            reached = forward(run, session.uses, raw_start(run, form, np.array([position])))
            made = {(item.dataset, at) for item in collected(run, reached) for at in item.made}
            assert made == found.get((form, position), set())


@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a study takes minutes
)  # fmt: skip
@given(data=st.data())
def test_forward_is_the_inverse_of_backward_whatever_was_collected(data, tmp_path_factory):
    study = fill(SmallStudy(tmp_path_factory.mktemp("inverse")))
    subjects = st.sampled_from(["001", "002", "003"])
    days = st.dates(min_value=dt.date(2024, 3, 1), max_value=dt.date(2024, 6, 1)).map(str)
    responses = st.sampled_from(["PR", "VGPR", "SD", "PD", "NE"])
    doses = data.draw(st.lists(st.tuples(subjects, days), unique=True, max_size=5))
    visits = data.draw(st.lists(st.tuples(subjects, days, responses), max_size=6,
                                unique_by=lambda item: item[:2]))  # fmt: skip
    study.form("dosing", "\n".join(["SUBJECT,DOSDAT,DOSE", *(f"{s},{d},4" for s, d in doses)]))
    lines = [f"{s},{d},{r},C2" for s, d, r in visits]
    study.form("response", "\n".join(["SUBJECT,RSDAT,RESP,VISIT", *lines]))
    _is_inverse(opened(study))


def test_what_uses_a_record_is_what_leads_back_to_it(session):
    run = session.run
    at = int(np.flatnonzero((run.table("LB").column("LBTESTCD") == "HGB").to_numpy())[0])
    reached = forward(run, session.uses, record_start(run, "LB", np.array([at])))
    hit = reached[Place("dataset", "ADSL", "HGBBL")]
    assert hit.tolist() == [True, False, False]
    graph = session._walk.walk([session._walk.value("ADSL", "HGBBL", 0)])
    assert NodeKey("value", "LB", "LBSTRESN", at) in graph.nodes


@pytest.mark.parametrize(
    ("line", "lost", "used"),
    [
        # the dose of 0 mg and the first of two equal adverse events
        ("dosing.csv:4", ["EX"], []),
        ("events.csv:2", ["AE"], []),
        ("events.csv:3", [], ["AE", "ADAE"]),
        ("lab.csv:4", [], ["LB", "ADSL"]),
        ("death.csv:2", [], ["DM", "SE", "LB", "ADSL", "ADRS", "ADTTE"]),
    ],
)
def test_a_raw_line_names_the_data_sets_that_use_it_and_those_that_leave_it_out(
    session, line, lost, used
):
    found = session.raw_forward(line)
    assert [item.dataset for item in found.left_out] == lost
    assert [item.dataset for item in found.reached] == used


def test_every_raw_line_that_no_source_leaves_out_is_used(session):
    for form, text in FORMS.items():
        for number in range(2, len(text.strip().splitlines()) + 1):
            found = session.raw_forward(f"{form}.csv:{number}")
            assert bool(found.reached) != bool(found.left_out)


def test_figures_hold_the_records_that_a_line_reaches(session):
    found = session.raw_forward("response.csv:5")
    held = {item.figure.result.row.label: (item.counted, item.population) for item in found.figures}
    # PR of 2 April makes subject 002 a responder; the two other rows do not look at it
    assert held == {"Responders": (1, 0)}


def test_a_supplemental_record_is_followed_from_its_value_alone(session):
    found = session.record_forward("SUPPAE", "QNAM = 'AEREL' AND USUBJID = '01-002'")
    assert [(item.dataset, item.variables) for item in found.reached] == [("ADAE", {1: ["AEREL"]})]
