"""The course of a marker gives the responses it was asked for, whatever the sequence."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imwg_by_hand import light_chain_level, nadir, progressed, serum_level, urine_level

from cdisc_pom.simulate.model_parts import Marker
from cdisc_pom.simulate.stream import Stream
from cdisc_pom.simulate.trajectory import course

UNIT = {"local": {"spellings": {"g/L": 1}, "digits": 1}}
STABLE = {"share": (0.52, 1.12)}
SERUM = Marker(
    digits=1,
    units=UNIT,
    rise=5,
    levels={
        "SD": STABLE,
        "PR": {"share": (0.115, 0.485)},
        "VGPR": {"share": (0.012, 0.096)},
        "CR": {"value": (0, 0)},
    },
    absent=(0, 2),
)
URINE = SERUM.model_copy(
    update={
        "digits": 0,
        "rise": 200,
        "levels": SERUM.levels
        | {
            name: SERUM.levels["CR"].model_copy(update={"value": value})
            for name, value in {"PR": (106, 190), "VGPR": (12, 70)}.items()
        },
    }
)
FREE = SERUM.model_copy(update={"rise": 100})
KINDS = {
    "SMP": (SERUM, 10, st.integers(60, 900), lambda v, b: serum_level(v, b, "POS")),
    "UMP": (URINE, 1, st.integers(420, 4000), urine_level),
    "DFLC": (FREE, 10, st.integers(1500, 20000), light_chain_level),
}
RUNS = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 2))


def sequence(runs):
    stable, partial, very_good, progressions = runs
    return ["SD"] * stable + ["PR"] * partial + ["VGPR"] * very_good + ["PD"] * progressions


@pytest.mark.parametrize("code", KINDS)
@given(data=st.data(), runs=RUNS, seed=st.integers(0, 10**6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_course_gives_its_responses_with_both_kinds_of_nadir(code, data, runs, seed):
    marker, scale, bases, level = KINDS[code]
    base = data.draw(bases)
    wanted = sequence(runs)
    values = [v / scale for v in course(wanted, base, marker, Stream(seed))]
    history = [{code: value} for value in values]
    for option in ("any", "confirmed"):
        for place, value in enumerate(values):
            lowest = nadir(code, base / scale, history, place, option)
            found = "PD" if progressed(code, value, lowest) else level(value, base / scale)
            assert found == wanted[place], SimpleNamespace(values=values, base=base, place=place)


@given(runs=RUNS, seed=st.integers(0, 10**6), base=st.integers(60, 900))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_marker_that_does_not_follow_stays_when_another_one_progresses(runs, seed, base):
    wanted = sequence(runs)
    values = [v / 10 for v in course(wanted, base, SERUM, Stream(seed), follows=False)]
    history = [{"SMP": value} for value in values]
    for place, value in enumerate(values):
        assert not progressed("SMP", value, nadir("SMP", base / 10, history, place, "any"))
