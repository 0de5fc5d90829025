"""The published counts, computed straight from the raw files with plain csv code."""

import statistics
from datetime import date, timedelta

import pytest
import yaml
from raw_export import (
    DESIGN,
    as_date,
    by_subject,
    chemistry_value,
    compact_date,
    latest,
    read,
    subjects,
    treated,
)

SUBJECTS, TREATED = subjects(), treated()
PUBLISHED = {
    entry["id"]: entry
    for entry in yaml.safe_load((DESIGN / "published.yaml").read_text(encoding="utf-8"))["entries"]
}
RELATED = {"肯定有关", "很可能有关", "可能有关"}
FIRST_DRUG = "泊马度胺胶囊"
TERMS = {
    "g34_neut": "Neutrophil count decreased",
    "g34_leuk": "White blood cell count decreased",
    "g34_plt": "Platelet count decreased",
    "g34_anaemia": "Anaemia",
    "g34_lunginf": "Lung infection",
}
FIGURES = {
    "g34_neut": "ae.g34.neut",
    "g34_leuk": "ae.g34.leuk",
    "g34_plt": "ae.g34.plt",
    "g34_anaemia": "ae.g34.anem",
    "g34_lunginf": "ae.g34.lung",
}


def printed(figure):
    return PUBLISHED[figure]["n"] if "n" in PUBLISHED[figure] else PUBLISHED[figure]["values"]["n"]


def flagged(column):
    return {key for key, row in TREATED.items() if row[column] == "Y"}


@pytest.fixture(scope="module")
def doses():
    rows = [row for row in read("exposure.csv") if float(row["EXDOSE"]) > 0]
    return by_subject(rows)


@pytest.fixture(scope="module")
def span(doses):
    """First and last dose by subject."""
    return {
        key: (min(as_date(r["EXSTDAT"]) for r in rows), max(as_date(r["EXENDAT"]) for r in rows))
        for key, rows in doses.items()
    }


@pytest.fixture(scope="module")
def events(span):
    """Treatment-emergent events, each once; a partial start lies within treatment."""
    rows = latest(read("adverse_events.csv"), "SUBJECT", "AENO")
    found = []
    for row in rows:
        first, last = span[row["SUBJECT"]]
        start = row["AESTDAT"]
        whole = start.replace("UK", "15")
        begun = as_date(whole)
        if first <= begun <= last + timedelta(days=30):
            found.append(row)
    return found


def test_eighty_four_are_screened_and_seventy_four_treated(doses):
    assert len({row["SUBJECT"] for row in read("demographics.csv")}) == printed("disp.screened")
    assert len(doses) == printed("disp.fas")
    failed = [row for row in read("disposition.csv") if row["DSEVENT"] == "筛选失败"]
    assert len(failed) == printed("disp.sf")
    assert set(doses) == set(TREATED)


def test_treatment_starts_and_ends_on_the_calibrated_days(doses, span):
    for key, row in TREATED.items():
        start = as_date(row["startdt"])
        last = start + timedelta(days=int(row["last_dose_day"]) - 1)
        assert span[key] == (start, last)
        assert len({r["CYCLE"] for r in doses[key]}) == int(row["cycles"])
    starts = [first for first, _ in span.values()]
    assert (min(starts).strftime("%Y-%m"), max(starts).strftime("%Y-%m")) == ("2017-02", "2019-02")
    cycles = [len({r["CYCLE"] for r in rows}) for rows in doses.values()]
    assert (statistics.median(cycles), min(cycles), max(cycles)) == (7, 1, 24)


def test_demographics_are_the_published_ones():
    rows = [row for row in read("demographics.csv") if row["SUBJECT"] in TREATED]
    ages = [int(row["AGE"]) for row in rows]
    assert (statistics.median(ages), min(ages), max(ages)) == (61, 44, 77)
    assert sum(age >= 65 for age in ages) == printed("t1.age65")
    assert sum(row["SEX"] == "男" for row in rows) == printed("t1.sex.m")
    assert sum(row["SEX"] == "女" for row in rows) == printed("t1.sex.f")
    assert sum(row["ETHNIC"] == "汉族" for row in rows) == printed("t1.eth.han")
    for row in read("demographics.csv"):
        year = int(row["BRTHDAT"][:4])
        assert 0 <= as_date(row["DMDAT"]).year - year - int(row["AGE"]) <= 1


def test_performance_status_at_the_last_visit_before_the_first_dose_is_the_published_one():
    two = 0
    for key, rows in by_subject(read("ecog.csv")).items():
        if key in TREATED:
            start = TREATED[key]["startdt"]
            last = max((r for r in rows if r["ECOGDAT"] <= start), key=lambda r: r["ECOGDAT"])
            assert last["ECOG"] == TREATED[key]["ecog"]
            two += last["ECOG"] == "2"
    assert two == printed("t1.ecog2")


def baseline_chemistry():
    """Last value of each test on or before the first dose, by subject."""
    values = {}
    wanted = ("肌酐", "白蛋白", "β2微球蛋白", "乳酸脱氢酶")
    rows = [row for row in read("chemistry.csv") if row["ITEM"] in wanted]
    for row in sorted(rows, key=lambda row: row["LBDAT"]):
        key = row["SUBJECT"]
        if key in TREATED and compact_date(row["LBDAT"]) <= as_date(TREATED[key]["startdt"]):
            values.setdefault(key, {})[row["ITEM"]] = chemistry_value(row)
    return values


def high_risk(row):
    return "阳性" in (row["DEL17P"], row["T414"], row["T1416"])


def test_stages_come_out_of_the_laboratory_values_and_the_cytogenetics():
    stages = {"I": 0, "II": 0, "III": 0}
    values = baseline_chemistry()
    rows = [row for row in read("disease_history.csv") if row["SUBJECT"] in TREATED]
    for row in rows:
        found = values[row["SUBJECT"]]
        b2m, albumin, ldh = found["β2微球蛋白"], found["白蛋白"], found["乳酸脱氢酶"]
        iss = "III" if b2m >= 5.5 else "I" if b2m < 3.5 and albumin >= 35 else "II"
        bad = high_risk(row) or ldh > 250
        riss = "I" if iss == "I" and not bad else "III" if iss == "III" and bad else "II"
        assert (iss, riss) == (row["ISS"], row["RISS"])
        stages[riss] += 1
    assert stages == {stage: printed(f"t1.riss.{stage}") for stage in ("I", "II", "III")}
    assert sum(map(high_risk, rows)) == printed("t1.cyto.high")


def test_creatinine_clearance_gives_the_published_renal_insufficiency():
    values = baseline_chemistry()
    people = {row["SUBJECT"]: row for row in read("demographics.csv")}
    weights = {}
    for row in sorted(read("vitals.csv"), key=lambda row: row["VSDAT"]):
        key = row["SUBJECT"]
        if row["WEIGHT"] and key in TREATED and row["VSDAT"] <= TREATED[key]["startdt"]:
            weights[key] = float(row["WEIGHT"])
    impaired = 0
    for key, row in TREATED.items():
        factor = 0.85 if people[key]["SEX"] == "女" else 1
        clearance = (140 - int(people[key]["AGE"])) * weights[key] * factor
        clearance /= 72 * values[key]["肌酐"]
        assert clearance == pytest.approx(float(row["crcl"]), abs=0.2)
        assert clearance >= 30
        assert (clearance < 60) == (row["renal"] == "Y")
        impaired += clearance < 60
    assert impaired == printed("t1.renal")


def test_time_since_diagnosis_is_the_published_one():
    years = sorted(
        (as_date(TREATED[row["SUBJECT"]]["startdt"]) - as_date(row["DXDAT"])).days / 365.25
        for row in read("disease_history.csv")
        if row["SUBJECT"] in TREATED
    )
    # SAS definition 5 for n = 74: the 19th and the 56th value, the mean of the 37th and 38th
    assert round(years[18], 1) == 2.2
    assert round((years[36] + years[37]) / 2, 1) == 3.4
    assert round(years[55], 1) == 6.2


def test_earlier_therapy_is_the_published_one():
    rows = by_subject(read("prior_therapy.csv"))
    counts, refractory = [], {"LENALIDOMIDE": set(), "BORTEZOMIB": set()}
    for key in TREATED:
        lines = {int(row["LINENO"]) for row in rows[key]}
        counts.append(len(lines))
        assert {"LENALIDOMIDE", "BORTEZOMIB"} <= {row["PTDECOD"] for row in rows[key]}
        last = [row for row in rows[key] if int(row["LINENO"]) == max(lines)]
        end = max(as_date(row["PTENDAT"]) for row in last)
        progressed = as_date(last[0]["PTPDDAT"])
        consent = date.fromisoformat(TREATED[key]["consentdt"])
        assert 0 <= (progressed - end).days <= 60
        assert as_date(last[0]["PTSTDAT"]) < end
        assert progressed < consent
        for row in last:
            soon = (progressed - as_date(row["PTENDAT"])).days <= 60
            if row["PTDECOD"] in refractory and soon:
                refractory[row["PTDECOD"]].add(key)
    assert (statistics.median(counts), min(counts), max(counts)) == (3, 1, 9)
    assert refractory["LENALIDOMIDE"] == flagged("lenref")
    assert refractory["BORTEZOMIB"] == flagged("bortref")
    assert len(refractory["LENALIDOMIDE"]) == printed("t1.ref.len")
    assert len(refractory["BORTEZOMIB"]) == printed("t1.ref.bort")
    both = refractory["LENALIDOMIDE"] & refractory["BORTEZOMIB"]
    assert len(both) == printed("t1.ref.both")


def test_transplantations_are_the_published_ones():
    rows = [row for row in read("prior_procedure.csv") if row["PRTRT"] == "自体造血干细胞移植"]
    assert {row["SUBJECT"] for row in rows} & set(TREATED) == flagged("asct")
    assert len(flagged("asct")) == printed("t1.asct")


def test_severe_and_serious_events_are_the_published_ones(events):
    severe = {row["SUBJECT"] for row in events if int(row["AEGRADE"]) >= 3}
    serious = {row["SUBJECT"] for row in events if row["AESER"] == "是"}
    assert severe == flagged("any_ge3")
    assert len(severe) == printed("ae.ge3")
    assert serious == flagged("sae")
    assert len(serious) == printed("ae.sae")


@pytest.mark.parametrize("flag", TERMS)
def test_grade_three_and_four_of_each_term_are_the_published_ones(events, flag):
    found = {
        row["SUBJECT"] for row in events if row["AEPT_EN"] == TERMS[flag] and row["AEGRADE"] in "34"
    }
    assert found == flagged(flag)
    assert len(found) == printed(FIGURES[flag])


def test_other_severe_events_stand_where_nothing_else_is_severe(events):
    for key in flagged("g34_other_only"):
        severe = [r for r in events if r["SUBJECT"] == key and r["AEGRADE"] in "34"]
        assert severe
        assert not {row["AEPT_EN"] for row in severe} & set(TERMS.values())


def test_deaths_on_study_are_the_published_ones(events, span):
    fatal = [row for row in events if row["AESDTH"] == "是"]
    assert {row["SUBJECT"] for row in fatal} == flagged("onstudy_death")
    assert len(fatal) == printed("ae.death")
    related = [row for row in fatal if {row["AEREL1"], row["AEREL2"]} & RELATED]
    assert {row["SUBJECT"] for row in related} == flagged("death_related")
    assert len(related) == printed("ae.death.rel")
    causes = {row["SUBJECT"]: row for row in read("death.csv")}
    for row in fatal:
        assert row["AEGRADE"] == "5"
        assert row["AEOUT"] == "死亡"
        assert row["AEENDAT"] == causes[row["SUBJECT"]]["DTHDAT"]
        assert row["AEPT_ZH"] in causes[row["SUBJECT"]]["DTHCAUS"]
        if row["AEPT_EN"] == "Lung infection":
            before = [
                r
                for r in events
                if r["SUBJECT"] == row["SUBJECT"]
                and r["AEPT_EN"] == "Lung infection"
                and r["AEGRADE"] in "34"
            ]
            assert any(r["AESTDAT"] < row["AESTDAT"] for r in before)
    late = {
        key for key, row in causes.items() if (as_date(row["DTHDAT"]) - span[key][1]).days <= 30
    }
    assert late == flagged("onstudy_death")


def test_there_is_no_venous_thromboembolism():
    words = ("血栓", "栓塞", "thromb", "embol")
    for row in read("adverse_events.csv"):
        terms = (row["AEPT_ZH"], row["AEPT_EN"], row["AETERM"], row["AELLT_ZH"])
        assert not any(word in term.lower() for term in terms for word in words)


def test_prophylaxis_of_thrombosis_is_the_published_one(span):
    found = set()
    for row in read("concomitant.csv"):
        if row["CMCLAS"] == "ANTITHROMBOTIC AGENTS" and row["CMPURP"] == "预防":
            first, last = span[row["SUBJECT"]]
            assert first <= as_date(row["CMSTDAT"]) <= last
            found.add(row["SUBJECT"])
    assert found == flagged("antithromb")
    assert len(found) == printed("cm.antithr")


@pytest.mark.parametrize(
    ("flag", "figure", "action", "change"),
    [
        ("dose_red", "ex.red", "减量", "减量"),
        ("dose_int", "ex.int", "暂停用药", "暂停"),
        ("ae_disc", "ex.disc", "永久停药", "永久停药"),
    ],
)
def test_dose_changes_for_events_are_the_published_ones(flag, figure, action, change):
    wanted = flagged(flag)
    events = latest(read("adverse_events.csv"), "SUBJECT", "AENO")
    by_event = {row["SUBJECT"] for row in events if row["AEACN1"] == action}
    changes = [
        row
        for row in read("dose_change.csv")
        if (row["DCTRT"], row["DCACT"], row["DCREAS"]) == (FIRST_DRUG, change, "不良事件")
    ]
    assert by_event == wanted
    assert {row["SUBJECT"] for row in changes} == wanted
    assert len(wanted) == printed(figure)
    actions = {(row["SUBJECT"], row["AENO"]): row for row in events}
    for row in changes:
        event = actions[row["SUBJECT"], row["DCAENO"]]
        assert event["AEACN1"] == action
        assert event["AESTDAT"] <= row["DCDAT"]
    if flag != "ae_disc":
        rows = {
            row["SUBJECT"]
            for row in read("exposure.csv")
            if (row["EXTRT"], row["EXADJ"], row["EXADJRS"]) == (FIRST_DRUG, change, "不良事件")
        }
        assert rows == wanted


def test_doses_agree_with_the_changes_of_dose():
    changes = by_subject(read("dose_change.csv"))
    for key, rows in by_subject(read("exposure.csv")).items():
        for drug in {row["EXTRT"] for row in rows}:
            ours = sorted((r for r in rows if r["EXTRT"] == drug), key=lambda r: r["EXSTDAT"])
            level = max(float(row["EXDOSE"]) for row in ours)
            assert float(ours[0]["EXDOSE"]) == level
            for row in ours:
                assert row["EXSTDAT"] <= row["EXENDAT"]
                if float(row["EXDOSE"]) and float(row["EXDOSE"]) < level:
                    level = float(row["EXDOSE"])
                    cut = [c for c in changes[key] if c["DCACT"] == "减量" and c["DCTRT"] == drug]
                    assert row["EXSTDAT"] in {c["DCDAT"] for c in cut}
                    assert row["EXADJ"] == "减量"
            ends = [row["EXENDAT"] for row in ours]
            starts = [row["EXSTDAT"] for row in ours]
            assert all(one < two for one, two in zip(ends, starts[1:], strict=False))


def test_endings_are_the_published_ones():
    rows = read("disposition.csv")
    ends = [row for row in rows if row["DSEVENT"] == "治疗结束"]
    assert {row["SUBJECT"] for row in ends if row["DSREAS"] == "不良事件"} == flagged("ae_disc")
    assert len(ends) == 74
    assert not [row for row in rows if "失访" in row["DSREAS"]]
    deaths = {row["SUBJECT"]: row["DTHDAT"] for row in read("death.csv")}
    for key, row in TREATED.items():
        assert (key in deaths) == (row["death"] == "1")
        if key in deaths:
            assert deaths[key] == row["last_contact_dt"]
