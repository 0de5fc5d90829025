"""The raw records agree with each other and with the calendar."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from raw_export import (
    RAW,
    TO_STANDARD,
    as_date,
    by_subject,
    chemistry_value,
    compact_date,
    latest,
    read,
    standard,
    study_day,
    subjects,
    treated,
)

SUBJECTS, TREATED = subjects(), treated()
FORMS = sorted(path.name for path in RAW.glob("*.csv"))
DATES = {
    "demographics.csv": ["DMDAT"],
    "consent.csv": ["ICDAT"],
    "eligibility.csv": ["IEDAT", "ENRDAT"],
    "disease_history.csv": ["DXDAT", "CYTODAT"],
    "prior_therapy.csv": ["PTSTDAT", "PTENDAT", "PTPDDAT"],
    "prior_procedure.csv": ["PRSTDAT"],
    "medical_history.csv": ["MHSTDAT"],
    "ecog.csv": ["ECOGDAT"],
    "vitals.csv": ["VSDAT"],
    "exposure.csv": ["EXSTDAT", "EXENDAT"],
    "dose_change.csv": ["DCDAT"],
    "hematology.csv": ["LBDAT"],
    "chemistry.csv": ["LBDAT"],
    "myeloma_markers.csv": ["MKDAT"],
    "marrow.csv": ["BMDAT"],
    "imaging.csv": ["IMDAT"],
    "response_inv.csv": ["RSDAT"],
    "response_irac.csv": ["RSDAT"],
    "adverse_events.csv": ["AESTDAT", "AEENDAT"],
    "concomitant.csv": ["CMSTDAT", "CMENDAT"],
    "subsequent_therapy.csv": ["STSTDAT", "STENDAT"],
    "disposition.csv": ["DSDAT"],
    "death.csv": ["DTHDAT"],
    "survival_followup.csv": ["SFDAT"],
    "visits.csv": ["VISDAT"],
    "deviations.csv": ["DVDAT"],
}
SEVERE = {"NEUT": 1.0, "WBC": 2.0, "PLAT": 50, "HGB": 80}
FLAGS = {"NEUT": "g34_neut", "WBC": "g34_leuk", "PLAT": "g34_plt", "HGB": "g34_anaemia"}
TERMS = {
    "NEUT": "Neutrophil count decreased",
    "WBC": "White blood cell count decreased",
    "PLAT": "Platelet count decreased",
    "HGB": "Anaemia",
}


def whole(text):
    """A whole date, or None."""
    try:
        return compact_date(text) if text.isdigit() and len(text) == 8 else date.fromisoformat(text)
    except ValueError:
        return None


def test_every_form_of_the_dictionary_is_there():
    assert set(DATES) == set(FORMS)


def test_nothing_happens_after_the_last_contact_and_something_happens_on_it():
    seen = {}
    for form, columns in DATES.items():
        for row in read(form):
            for column in columns:
                day = whole(row[column])
                if day is not None:
                    seen.setdefault(row["SUBJECT"], set()).add(day)
    for key, row in TREATED.items():
        assert max(seen[key]) == as_date(row["last_contact_dt"])
        assert max(seen[key]) <= date(2020, 12, 31)
    for key in set(SUBJECTS) - set(TREATED):
        consent = as_date(SUBJECTS[key]["consentdt"])
        assert max(seen[key]) <= consent + timedelta(days=21)


def test_partial_dates_may_lie_on_or_before_the_last_contact():
    for form, columns in DATES.items():
        for row in read(form):
            for column in columns:
                text = row[column]
                if text and whole(text) is None and row["SUBJECT"] in TREATED:
                    year = int(text[:4])
                    assert date(year, 1, 1) <= as_date(TREATED[row["SUBJECT"]]["last_contact_dt"])


def test_each_record_is_saved_after_its_event_and_in_order_of_subject():
    for form, columns in DATES.items():
        rows = read(form)
        assert [row["SUBJECT"] for row in rows] == sorted(row["SUBJECT"] for row in rows)
        for row in rows:
            saved = datetime.fromisoformat(row["SAVETS"])
            assert saved.date() <= date(2020, 12, 31)
            for column in columns:
                day = whole(row[column])
                if day is not None:
                    assert saved.date() >= day
    for rows in (by_subject(read("hematology.csv")), by_subject(read("visits.csv"))):
        for own in rows.values():
            assert [r["SAVETS"] for r in own] == sorted(r["SAVETS"] for r in own)


def test_every_visit_that_a_form_uses_is_listed_once_with_its_date():
    listed = {}
    for row in read("visits.csv"):
        assert (row["SUBJECT"], row["VISIT"]) not in listed
        listed[row["SUBJECT"], row["VISIT"]] = row
    same_day = {
        "ecog.csv": "ECOGDAT",
        "vitals.csv": "VSDAT",
        "myeloma_markers.csv": "MKDAT",
        "marrow.csv": "BMDAT",
        "imaging.csv": "IMDAT",
        "response_inv.csv": "RSDAT",
        "response_irac.csv": "RSDAT",
        "survival_followup.csv": "SFDAT",
    }
    for form in FORMS:
        for row in read(form):
            if not row["VISIT"] or form == "visits.csv":
                continue
            visit = listed[row["SUBJECT"], row["VISIT"]]
            if form in same_day and row[same_day[form]]:
                assert row[same_day[form]] == visit["VISDAT"]
            if form in ("hematology.csv", "chemistry.csv") and row["LBDAT"]:
                gap = as_date(visit["VISDAT"]) - whole(row["LBDAT"])
                assert 0 <= gap.days <= 2
    dates = [(key, row["VISDAT"]) for (key, _), row in listed.items() if row["VISDAT"]]
    assert len(dates) == len(set(dates))


def test_visits_are_named_by_the_rule():
    for key, rows in by_subject(read("visits.csv")).items():
        names = [row["VISIT"] for row in rows]
        assert names.count("治疗结束") <= 1
        if key in TREATED:
            died = TREATED[key]["eot_reason"] == "DEATH"
            assert died or "治疗结束" in names
            cycles = sum(name.endswith("周期第1天") for name in names)
            assert cycles == int(TREATED[key]["cycles"])
        for prefix in ("疗效随访", "计划外访视", "生存随访"):
            dated = [
                (row["VISDAT"], int(row["VISIT"].removeprefix(prefix)))
                for row in rows
                if row["VISIT"].startswith(prefix)
            ]
            assert [number for _, number in sorted(dated)] == list(range(1, len(dated) + 1))


def test_survival_calls_come_every_three_months():
    for key, rows in by_subject(read("survival_followup.csv")).items():
        days = sorted(as_date(row["SFDAT"]) for row in rows)
        assert all((b - a).days <= 120 for a, b in pairwise(days))
        assert days[-1].isoformat() == TREATED[key]["last_contact_dt"]
        dead = max(rows, key=lambda row: row["SFDAT"])["SFSTAT"] == "死亡"
        assert dead == (TREATED[key]["death"] == "1")
        therapy = TREATED[key]["nact_day"]
        for row in rows:
            begun = bool(therapy) and study_day(TREATED[key], row["SFDAT"]) >= int(therapy)
            assert row["SFNEWTX"] == ("是" if begun else "否")


def test_therapy_after_the_study_starts_on_the_calibrated_day():
    rows = by_subject(read("subsequent_therapy.csv"))
    assert set(rows) == {key for key, row in TREATED.items() if row["nact_day"]}
    for key, own in rows.items():
        first = min(row["STSTDAT"] for row in own)
        assert study_day(TREATED[key], first) == int(TREATED[key]["nact_day"])


@pytest.mark.parametrize("code", SEVERE)
def test_severe_counts_stand_exactly_where_the_event_does(code):
    counts = latest(read("hematology.csv"), "SUBJECT", "VISIT")
    events = latest(read("adverse_events.csv"), "SUBJECT", "AENO")
    low = {}
    for row in counts:
        value = standard(row, code)
        if value is not None and value < SEVERE[code] and row["SUBJECT"] in TREATED:
            low.setdefault(row["SUBJECT"], []).append(as_date(row["LBDAT"]))
    assert set(low) == {key for key, row in TREATED.items() if row[FLAGS[code]] == "Y"}
    for event in events:
        if event["AEPT_EN"] != TERMS[code] or event["AEGRADE"] not in "34":
            continue
        start = as_date(event["AESTDAT"])
        assert any(abs((day - start).days) <= 3 for day in low[event["SUBJECT"]])
    for key, days in low.items():
        spans = [
            (e["AESTDAT"], e["AEENDAT"] or "9999-12-31")
            for e in events
            if e["SUBJECT"] == key and e["AEPT_EN"] == TERMS[code] and e["AEGRADE"] in "345"
        ]
        for day in days:
            assert any(start <= day.isoformat() <= end for start, end in spans)


def test_counts_are_the_sum_of_their_parts():
    for row in latest(read("hematology.csv"), "SUBJECT", "VISIT"):
        if row["LBPERF"] == "是":
            total, neut, lym = (standard(row, code) for code in ("WBC", "NEUT", "LYM"))
            assert total >= neut + lym - 0.011
            assert lym >= 0.5


def test_no_two_samples_of_a_subject_fall_on_one_day():
    for form in ("hematology.csv", "chemistry.csv"):
        days = {}
        for row in read(form):
            if row["LBDAT"]:
                days.setdefault((row["SUBJECT"], row["LBDAT"]), set()).add(row["VISIT"])
        assert all(len(visits) == 1 for visits in days.values())


def test_the_corrected_record_of_two_is_saved_later_and_differs():
    rows = read("hematology.csv")
    twice = {}
    for row in rows:
        twice.setdefault((row["SUBJECT"], row["VISIT"]), []).append(row)
    pairs = [group for group in twice.values() if len(group) > 1]
    assert len(pairs) >= 20
    for first, second in pairs:
        assert first["SAVETS"] < second["SAVETS"]
        assert first["LBDAT"] == second["LBDAT"]
        assert sum(first[name] != second[name] for name in first) == 2
    critical = [
        one
        for one, two in pairs
        for code, limit in SEVERE.items()
        if one[code]
        and one["SUBJECT"] in TREATED
        and (standard(one, code) < limit) != (standard(two, code) < limit)
    ]
    assert critical  # the first typing would add or take away a severe count


def test_the_treated_are_eligible_and_the_failures_are_not():
    counts = latest(read("hematology.csv"), "SUBJECT", "VISIT")
    before = {}
    for row in sorted(counts, key=lambda row: row["LBDAT"] or "9"):
        start = TREATED.get(row["SUBJECT"], {}).get("startdt", "2099")
        if row["LBDAT"] and row["LBDAT"] <= start:
            before.setdefault(row["SUBJECT"], []).append(row)
    for key in TREATED:
        assert min(standard(row, "NEUT") for row in before[key]) >= 1.0
        assert min(standard(row, "PLAT") for row in before[key]) >= 50
        assert min(standard(row, "HGB") for row in before[key]) >= 80
    reason = {row["sfreason"]: key for key, row in SUBJECTS.items() if row["sfreason"]}
    assert standard(before[reason["ANC < 1.0 X 10^9/L"]][0], "NEUT") < 1.0
    assert standard(before[reason["PLATELETS < 50 X 10^9/L"]][0], "PLAT") < 50
    ecog = {row["SUBJECT"]: int(row["ECOG"]) for row in read("ecog.csv")}
    assert ecog[reason["ECOG > 2"]] > 2
    prior = by_subject(read("prior_therapy.csv"))
    drugs = {row["PTDECOD"] for row in prior[reason["NO PRIOR LENALIDOMIDE"]]}
    assert "LENALIDOMIDE" not in drugs
    last = prior[reason["PROGRESSION > 60 DAYS AFTER LAST THERAPY"]][-1]
    assert (as_date(last["PTPDDAT"]) - as_date(last["PTENDAT"])).days > 60
    markers = {row["SUBJECT"]: row for row in latest(read("myeloma_markers.csv"), "SUBJECT")}
    row = markers[reason["NO MEASURABLE DISEASE"]]
    assert standard(row, "SPEP") < 5
    assert standard(row, "UPEP") < 200
    assert max(standard(row, "KAPPA"), standard(row, "LAMBDA")) < 100
    creatinine = [
        chemistry_value(r)
        for r in read("chemistry.csv")
        if r["SUBJECT"] == reason["CRCL < 30 ML/MIN"] and r["ITEM"] == "肌酐"
    ]
    assert creatinine[0] > 2.5
    failed = [row for row in read("eligibility.csv") if row["IEYN"] == "否"]
    assert len(failed) == 10
    assert all(row["SFREAS"] for row in failed)


def test_laboratory_units_are_all_known():
    seen = {unit for row in read("chemistry.csv") for unit in [(row["ITEM"], row["UNIT"])]}
    for item, text in seen:
        if item in TO_STANDARD:
            assert text.lower().replace("μ", "u").replace("µ", "u") in TO_STANDARD[item]
    labs = {row["LAB"] for form in ("hematology.csv", "chemistry.csv") for row in read(form)}
    assert labs - {""} == {"本院检验科", "中心实验室"}


def test_habits_of_a_real_export_are_there():
    text = {form: (RAW / form).read_text(encoding="utf-8") for form in FORMS}
    lines = text["adverse_events.csv"].splitlines()
    assert len(lines) - len(set(lines)) >= 8
    events = read("adverse_events.csv")
    assert max(len(row["AECOMM"].encode()) for row in events) > 200
    lengths = [len(row["AETERM"].encode()) for row in events]
    assert max(lengths) <= 200
    assert sum(100 <= length <= 190 for length in lengths) >= 5
    assert sum("UK" in row["AESTDAT"] for row in events) >= 5
    assert "ｇ" in text["hematology.csv"] + text["chemistry.csv"] + text["myeloma_markers.csv"]
    assert sum(row["RESULT"].startswith("<") for row in read("chemistry.csv")) >= 10
    assert 12 <= len(latest(events, "SUBJECT", "AENO")) / len(TREATED) <= 20
    size = sum(len(value.encode()) for value in text.values())
    assert 2.5e6 <= size <= 6e6


def test_the_forms_have_the_columns_of_the_dictionary_in_its_order():
    text = (RAW.parent / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(\w+\.csv)` \| (.+) \|$", text, re.MULTILINE)
    assert {name for name, _ in table} == set(FORMS)
    for name, columns in table:
        listed = re.sub(r"\([^()]*\)", "", columns)
        listed = re.sub(r"value, unit, low, high as `WBC, WBCU, WBCLO, WBCHI`", "", listed)
        listed = listed.split("one row")[0]
        wanted = re.findall(r"\b[A-Z][A-Z0-9_]+\b", listed)
        with (RAW / name).open(encoding="utf-8") as file:
            header = file.readline().strip().split(",")
        assert header[:4] == ["PROJECT", "SITE", "SUBJECT", "VISIT"]
        assert header[-1] == "SAVETS"
        assert [column for column in header if column in wanted] == wanted
        extra = set(header[4:-1]) - set(wanted)
        if name == "hematology.csv":
            extra = {column for column in extra if not re.match("WBC|NEUT|LYM|HGB|PLAT", column)}
        assert not extra
