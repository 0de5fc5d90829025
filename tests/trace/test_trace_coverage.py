"""Every value has a complete chain; what breaks a chain is found."""

from dataclasses import replace

import numpy as np
import pytest
from chains_by_hand import fill, opened

from cdisc_pom.algorithms.registry import algorithms
from cdisc_pom.trace.coverage import completeness, measure
from cdisc_pom.trace.graph import NodeKey
from cdisc_pom.trace.session import open_session
from cdisc_pom.trace.uses import Uses
from studies import SmallStudy


@pytest.fixture(scope="module")
def reference():
    """The reference study; everything of it is made and measured."""
    session = open_session("pom", language="en", cutoff=None)
    session.found = measure(session.run, session.uses)
    return session


def test_every_value_of_the_reference_study_has_a_complete_chain(reference):
    assert [gap for item in reference.found for gap in item.gaps] == []
    assert all(item.complete == item.values for item in reference.found)
    assert {item.dataset for item in reference.found} == set(reference.run.plan.datasets)


def test_the_coverage_counts_each_value_that_is_not_missing_once(reference):
    for item in reference.found:
        table = reference.run.table(item.dataset)
        names = {row.variable for row in table.plan.variables} | set(table.overflow)
        counted = sum(
            int(reference.labels.column(item.dataset, name).notna().sum()) for name in names
        )
        assert item.values == counted, item.dataset


def test_a_walk_of_one_value_of_each_rule_and_block_ends_as_the_coverage_says(reference):
    """The share is worked out on arrays; here each kind of value is walked node by node."""
    run, uses = reference.run, reference.uses
    walked = 0
    for dataset in run.plan.datasets:
        table = run.table(dataset)
        bounds = [table.bounds(at) for at in range(len(table.blocks))]
        for row in table.plan.variables:
            for part in uses.parts(dataset, row.variable):
                for start, stop in bounds:
                    mine = part.rows[(part.rows >= start) & (part.rows < stop)]
                    if not len(mine):
                        continue
                    key = NodeKey("value", dataset, row.variable, int(mine[0]))
                    graph = reference._walk.walk([key])
                    assert graph.complete, key
                    rules = [node.rule for node in graph.nodes.values() if node.rule]
                    assert list(graph.leaves()) or any(rule.constant for rule in rules), key
                    walked += 1
    assert walked == sum(item.classes for item in reference.found)


def test_every_record_of_the_reference_study_leads_to_a_raw_line_or_a_row_of_the_workbook(
    reference,
):
    for dataset in reference.run.plan.datasets:
        size = reference.run.table(dataset).size
        for position in range(0, size, max(size // 20, 1)):
            graph = reference._walk.walk([NodeKey("record", dataset, "", position)])
            assert list(graph.leaves()), (dataset, position)


def test_the_small_study_is_complete_too(session):
    assert completeness(session.run, session.uses) == 1.0


def test_algorithms_that_look_at_several_records_tell_at_which():
    silent = [
        name
        for name, found in algorithms().items()
        if (found.whole or found.related) and found.shape == "value" and found.used is None
    ]
    assert silent == []


def _measured(study, change):
    """Coverage of the small study after something of its plan or uses was changed."""
    session = opened(study)
    uses = change(session) or session.uses
    found = {item.dataset: item for item in measure(session.run, uses)}
    return session, found


@pytest.fixture
def fresh(tmp_path):
    """The small study, to be broken."""
    return fill(SmallStudy(tmp_path))


def test_an_algorithm_that_does_not_tell_what_it_used_breaks_its_chains(fresh):
    def silence(session):
        plan = session.run.plan.datasets["LB"]
        steps = tuple(
            replace(step, algorithm=replace(step.algorithm, used=None))
            if step.variable == "LBLOBXFL"
            else step
            for step in plan.steps
        )
        session.run.plan.datasets["LB"] = replace(plan, steps=steps)

    _, found = _measured(fresh, silence)
    assert [(gap.variable, gap.count) for gap in found["LB"].gaps] == [("LBLOBXFL", 4)]
    # the baseline value of ADSL is found by the flag, it does not use it as a value
    assert found["ADSL"].gaps == ()


def test_a_record_without_an_origin_breaks_the_chains_of_all_of_its_values(fresh):
    def orphan(session):
        block = session.run.table("RS").blocks[0]
        (parents,) = block.parents
        block.parents = (replace(parents, rows=parents.rows[1:], positions=parents.positions[1:]),)

    _, found = _measured(fresh, orphan)
    lost = {gap.variable for gap in found["RS"].gaps}
    assert lost == {"STUDYID", "USUBJID", "RSSEQ", "RSSTRESC", "VISITNUM", "RSDTC"}
    assert all(gap.first == 0 for gap in found["RS"].gaps)
    # and what was made from it
    assert "AVALC" in {gap.variable for gap in found["ADRS"].gaps}
    assert found["LB"].gaps == ()


def test_a_value_whose_input_is_lost_is_incomplete_and_so_is_all_that_uses_it(fresh):
    class Forgetful(Uses):
        def _parts(self, dataset, variable):
            parts = super()._parts(dataset, variable)
            if (dataset, variable) == ("EX", "EXSTDTC"):
                return tuple(replace(part, uses=()) for part in parts)
            return parts

    _, found = _measured(fresh, lambda session: Forgetful(session.run))
    assert {gap.variable for gap in found["EX"].gaps} == {"EXSEQ", "EXSTDTC"}
    assert {gap.variable for gap in found["DM"].gaps} == {"RFSTDTC"}
    assert {"TRTSDT", "TRTEDT", "NDOSE"} <= {gap.variable for gap in found["ADSL"].gaps}
    assert {gap.variable for gap in found["ADTTE"].gaps} >= {"STARTDT", "AVAL"}
    assert found["AE"].gaps == ()


def test_a_default_is_incomplete_when_it_is_not_known_why_its_input_is_missing(fresh):
    class Forgetful(Uses):
        def _absent(self, dataset, variable):
            return (
                ()
                if (dataset, variable) == ("DM", "DTHDTC")
                else super()._absent(dataset, variable)
            )

    _, found = _measured(fresh, lambda session: Forgetful(session.run))
    # 002 is alive: that no death confirms or ends anything of theirs is part of their response
    assert {gap.variable for gap in found["ADRS"].gaps} >= {"AVALC", "ADT", "ANL01FL"}
    assert found["DM"].gaps == found["LB"].gaps == ()


def test_the_measure_names_the_cell_the_count_and_the_first_record_of_a_gap(fresh):
    class Forgetful(Uses):
        def _parts(self, dataset, variable):
            parts = super()._parts(dataset, variable)
            return () if (dataset, variable) == ("DM", "SEX") else parts

    session, found = _measured(fresh, lambda session: Forgetful(session.run))
    (gap,) = found["DM"].gaps
    assert (gap.variable, gap.place, gap.count, gap.first) == ("SEX", "", 3, 0)
    assert found["DM"].share == pytest.approx(1 - 3 / found["DM"].values)
    assert np.isclose(completeness(session.run, Forgetful(session.run)), _share(found))


def _share(found):
    values = sum(item.values for item in found.values())
    return sum(item.complete for item in found.values()) / values
