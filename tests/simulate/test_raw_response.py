"""The markers in the raw files give the committee's response by the criteria."""

from datetime import timedelta

import pytest
from imwg_by_hand import baseline, components, confirmed, responses
from raw_export import as_date, by_subject, days, latest, read, study_day, treated

TREATED = treated()
WORDS = {
    "完全缓解": "CR",
    "非常好的部分缓解": "VGPR",
    "部分缓解": "PR",
    "疾病稳定": "SD",
    "疾病进展": "PD",
    "无法评估": "NE",
}
BASIS = {"SERUM": "血清M蛋白", "URINE": "尿M蛋白", "FLC": "血清游离轻链", "IMAGING": "影像学"}


@pytest.fixture(scope="module")
def forms():
    markers = latest(read("myeloma_markers.csv"), "SUBJECT", "VISIT")
    calcium = [row for row in read("chemistry.csv") if row["ITEM"] in ("钙", "白蛋白")]
    return {
        "markers": by_subject(markers),
        "marrow": by_subject(read("marrow.csv")),
        "imaging": by_subject(read("imaging.csv")),
        "calcium": by_subject(calcium),
        "history": {row["SUBJECT"]: row for row in read("disease_history.csv")},
        "irac": by_subject(read("response_irac.csv")),
        "inv": by_subject(read("response_inv.csv")),
    }


def derived(forms, key, option):
    subject = TREATED[key]
    own = {name: forms[name][key] for name in ("markers", "marrow", "imaging", "calcium")}
    light = forms["history"][key]["LIGHT"]
    given = responses(as_date(subject["startdt"]), light, own, option)
    return {study_day(subject, day.isoformat()): value for day, value in given.items()}


@pytest.mark.parametrize("option", ["confirmed", "any"])
@pytest.mark.parametrize("key", TREATED)
def test_the_criteria_give_the_calibrated_response_at_each_visit(forms, key, option):
    subject = TREATED[key]
    given = derived(forms, key, option)
    expected = dict(
        zip(days(subject, "visit_days"), subject["visit_resp"].split(";"), strict=False)
    )
    if subject["pd_confirm_day"].isdigit():
        expected[int(subject["pd_confirm_day"])] = "PD"
    not_evaluable = set(days(subject, "ne_visit_days"))
    assert {d: r for d, (r, _) in given.items() if d not in not_evaluable} == expected
    assert all(given[d][0] == "NE" for d in not_evaluable & set(given))


@pytest.mark.parametrize("option", ["confirmed", "any"])
@pytest.mark.parametrize("key", [k for k, row in TREATED.items() if row["pd_basis"]])
def test_progression_rests_on_the_calibrated_component_alone(forms, key, option):
    subject = TREATED[key]
    given = derived(forms, key, option)
    assert given[int(subject["pd_day"])][1] == {BASIS[subject["pd_basis"]]}


@pytest.mark.parametrize("key", TREATED)
def test_stable_visits_neither_halve_nor_rise_a_quarter(forms, key):
    subject = TREATED[key]
    code = {"SERUM": "SMP", "URINE": "UMP", "FLC": "DFLC"}[subject["measurable"]]
    start = as_date(subject["startdt"])
    samples = components(forms["markers"][key], forms["history"][key]["LIGHT"])
    base = baseline(samples, start)[code]
    by_day = {s["date"]: s[code] for s in samples if s["date"] > start}
    lowest = base
    for day, response in zip(
        days(subject, "visit_days"), subject["visit_resp"].split(";"), strict=False
    ):
        value = by_day[start + timedelta(days=day - 1)]
        if response == "SD":
            assert value > 0.5 * base
            assert value < 1.25 * lowest
        lowest = min(lowest, value)


@pytest.mark.parametrize("key", TREATED)
def test_the_baseline_is_the_calibrated_one(forms, key):
    subject = TREATED[key]
    samples = components(forms["markers"][key], forms["history"][key]["LIGHT"])
    base = baseline(samples, as_date(subject["startdt"]))
    code = {"SERUM": "SMP", "URINE": "UMP", "FLC": "IFLC"}[subject["measurable"]]
    assert base[code] == pytest.approx(float(subject["mbase"]), abs=0.05)


@pytest.mark.parametrize("key", TREATED)
def test_the_committee_records_the_calibrated_response(forms, key):
    subject = TREATED[key]
    rows = {study_day(subject, row["RSDAT"]): row for row in forms["irac"][key]}
    expected = dict(
        zip(days(subject, "visit_days"), subject["visit_resp"].split(";"), strict=False)
    )
    if subject["pd_confirm_day"].isdigit():
        expected[int(subject["pd_confirm_day"])] = "PD"
    expected |= dict.fromkeys(days(subject, "ne_visit_days"), "NE")
    assert {day: WORDS[row["RSRESP"]] for day, row in rows.items()} == expected
    for row in rows.values():
        assert row["RSPDBAS"] == (BASIS[subject["pd_basis"]] if row["RSRESP"] == "疾病进展" else "")
        assert bool(row["RSREAS"]) == (row["RSRESP"] == "无法评估")


def summary(subject, rows):
    visits = sorted(
        (study_day(subject, r["RSDAT"]), WORDS[r["RSRESP"]]) for r in rows if r["RSDAT"]
    )
    death = int(subject["death_day"]) if subject["death_day"] else None
    therapy = int(subject["nact_day"]) if subject["nact_day"] else None
    return confirmed(visits, death, therapy, subject["pd_basis"] == "IMAGING")


@pytest.mark.parametrize("key", TREATED)
def test_confirmation_gives_the_best_response_of_committee_and_investigator(forms, key):
    subject = TREATED[key]
    best, first, progression = summary(subject, forms["irac"][key])
    assert best == subject["bor_irac"]
    assert str(first or "") == subject["first_resp_day"]
    assert str(progression or "") == subject["pd_day"]
    assert summary(subject, forms["inv"][key])[0] == subject["bor_inv"]


def test_investigator_and_committee_differ_now_and_then(forms):
    irac = {
        (r["SUBJECT"], r["VISIT"]): r["RSRESP"] for rows in forms["irac"].values() for r in rows
    }
    pairs = [
        (irac[row["SUBJECT"], row["VISIT"]], row["RSRESP"])
        for rows in forms["inv"].values()
        for row in rows
        if row["RSPERF"] == "是"
    ]
    differing = sum(one != other for one, other in pairs)
    assert 8 <= differing <= len(pairs) / 10


def test_a_wrong_resolution_of_typed_twice_markers_would_show(forms):
    rows = read("myeloma_markers.csv")
    assert len(rows) - len(latest(rows, "SUBJECT", "VISIT")) >= 20
    first = {}
    for row in rows:
        first.setdefault((row["SUBJECT"], row["VISIT"]), row)
    wrong = {**forms, "markers": by_subject(first.values())}
    differing = [key for key in TREATED if derived(wrong, key, "any") != derived(forms, key, "any")]
    assert len(differing) >= 3


def test_a_plasmacytoma_is_not_imaged_at_each_assessment(forms):
    rows = forms["imaging"]["059"]
    assert 5 <= len(rows) < len(days(TREATED["059"], "visit_days"))
