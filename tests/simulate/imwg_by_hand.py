"""The response criteria by plain loops over one subject's raw rows (imwg.md sections 1, 2, 9).

Written against the text of the criteria only; nothing of the package is used.
"""

from raw_export import as_date, chemistry_value, compact_date, standard

FUZZ = 1e-9
ORDER = {"SD": 1, "PR": 2, "VGPR": 3, "CR": 4, "sCR": 5}


def at_least(value, limit):
    return value >= limit - FUZZ * max(abs(limit), 1)


def at_most(value, limit):
    return value <= limit + FUZZ * max(abs(limit), 1)


def components(marker_rows, light):
    """Component values of each sample, in order of date."""
    found = []
    for row in marker_rows:
        if row["MKPERF"] != "是":
            continue
        kappa, lam = standard(row, "KAPPA"), standard(row, "LAMBDA")
        involved, other = (kappa, lam) if light == "κ" else (lam, kappa)
        both = kappa is not None and lam is not None
        found.append(
            {
                "date": as_date(row["MKDAT"]),
                "SMP": standard(row, "SPEP"),
                "UMP": standard(row, "UPEP"),
                "IFLC": involved,
                "DFLC": round(involved - other, 6) if both else None,
                "RATIO": kappa / lam if both else None,
                "SIFE": {"阳性": "POS", "阴性": "NEG"}.get(row["SIFE"]),
                "UIFE": {"阳性": "POS", "阴性": "NEG"}.get(row["UIFE"]),
            }
        )
    return sorted(found, key=lambda sample: sample["date"])


def baseline(samples, start):
    """Last non-missing value on or before the first dose, by component."""
    values = {}
    for sample in samples:
        if sample["date"] <= start:
            values |= {key: value for key, value in sample.items() if value is not None}
    return values


RISE = {"SMP": 5.0, "UMP": 200.0, "DFLC": 100.0}


def nadir(code, base, history, place, option):
    """Lowest value before a place; only confirmed ones, or any."""
    values = [base] + [sample[code] for sample in history if sample[code] is not None]
    before = [base] + [s[code] for s in history[:place] if s[code] is not None]
    if option == "any":
        return min(before)
    kept = [base]
    for index in range(1, len(before)):
        value = values[index]
        near = values[index - 1 : index] + values[index + 1 : index + 2]
        if any(abs(v - value) <= max(0.25 * value, RISE[code]) + FUZZ for v in near):
            kept.append(value)
    return min(kept)


def progressed(code, value, lowest):
    rise = value - lowest
    if code == "SMP" and lowest >= 50 and at_least(rise, 10):
        return True
    return at_least(value, 1.25 * lowest) and at_least(rise, RISE[code])


def serum_level(value, base, sife):
    fall = (base - value) / base
    if at_least(fall, 0.9) or (value == 0 and sife == "POS"):
        return "VGPR"
    return "PR" if at_least(fall, 0.5) else "SD"


def urine_level(value, base):
    if value < 100:
        return "VGPR"
    fall = (base - value) / base
    return "PR" if at_least(fall, 0.9) or value < 200 else "SD"


def light_chain_level(value, base):
    fall = (base - value) / base
    if at_least(fall, 0.9):
        return "VGPR"
    return "PR" if at_least(fall, 0.5) else "SD"


def plasmacytoma_level(size, base):
    fall = (base - size) / base
    if at_least(fall, 0.9):
        return "VGPR"
    return "PR" if at_least(fall, 0.5) else "SD"


def responses(start, light, forms, option):
    """Response of each sample after the first dose: {date: (response, bases of PD)}.

    ``forms`` holds the subject's rows of the markers, marrow, imaging and calcium.
    """
    samples = components(forms["markers"], light)
    base = baseline(samples, start)
    history = [sample for sample in samples if sample["date"] > start]
    measured = {"SMP": base["SMP"] >= 5, "UMP": base.get("UMP", 0) >= 200}
    alone = not any(measured.values())
    abnormal = not 0.26 <= base["RATIO"] <= 1.65
    measured["DFLC"] = alone and base["IFLC"] >= 100 and abnormal
    assert any(measured.values()), "no measurable disease"
    images = sorted(forms["imaging"], key=lambda row: row["IMDAT"])
    urine_ever = base.get("UMP", 0) > 0
    given = {}
    for place, sample in enumerate(history):
        urine_ever = urine_ever or bool(sample["UMP"])
        seen = [row for row in images if as_date(row["IMDAT"]) <= sample["date"]]
        bases = pd_bases(place, history, base, measured, option=option)
        if image_progression(seen, sample["date"]):
            bases.add("影像学")
        if hypercalcaemia(forms["calcium"], sample["date"]):
            bases.add("CALCIUM")
        if bases:
            given[sample["date"]] = ("PD", bases)
            continue
        marrow = [r for r in forms["marrow"] if start < as_date(r["BMDAT"]) <= sample["date"]]
        level = best_level(sample, base, measured, seen, marrow=marrow, urine_ever=urine_ever)
        given[sample["date"]] = (level, bases)
    return given


def pd_bases(place, history, base, measured, *, option):
    bases, sample = set(), history[place]
    for code, name in (("SMP", "血清M蛋白"), ("UMP", "尿M蛋白"), ("DFLC", "血清游离轻链")):
        if code == "DFLC" and not measured["DFLC"]:
            continue
        if sample[code] is None or code not in base:
            continue
        if progressed(code, sample[code], nadir(code, base[code], history, place, option)):
            bases.add(name)
    return bases


def image_progression(seen, day):
    now = [row for row in seen if as_date(row["IMDAT"]) == day]
    if not now:
        return False
    row = now[-1]
    if row["NEWLES"] == "是" or row["BONE"] in ("新发", "进展"):
        return True
    sizes = [float(r["PLASSPD"] or 0) for r in seen if as_date(r["IMDAT"]) < day]
    size = float(row["PLASSPD"] or 0)
    return size > 0 and at_least(size, 1.5 * min(sizes))


def hypercalcaemia(calcium_rows, day):
    """Corrected calcium of the day, or of the two days before, above 2.875 mmol/L."""
    by_day = {}
    for row in calcium_rows:
        by_day.setdefault(compact_date(row["LBDAT"]), {})[row["ITEM"]] = chemistry_value(row)
    for when, values in by_day.items():
        near = 0 <= (day - when).days <= 7 and {"钙", "白蛋白"} <= set(values)
        if near and values["钙"] + 0.02 * (40 - values["白蛋白"]) > 2.875:
            return True
    return False


def best_level(sample, base, measured, seen, *, marrow, urine_ever):
    if any(measured[code] and sample[code] is None for code in measured):
        return "NE"
    levels = []
    if measured["SMP"]:
        levels.append(serum_level(sample["SMP"], base["SMP"], sample["SIFE"]))
    if measured["UMP"]:
        levels.append(urine_level(sample["UMP"], base["UMP"]))
    if measured["DFLC"]:
        levels.append(light_chain_level(sample["DFLC"], base["DFLC"]))
    initial = float(seen[0]["PLASSPD"] or 0)
    size = float(seen[-1]["PLASSPD"] or 0)
    if initial:
        fresh = (sample["date"] - as_date(seen[-1]["IMDAT"])).days <= 84
        assert fresh, "plasmacytoma not imaged for twelve weeks"
        levels.append(plasmacytoma_level(size, initial))
    level = min(levels, key=ORDER.get)
    if level != "VGPR":
        return level
    if complete(sample, measured, marrow, size):
        normal = 0.26 <= sample["RATIO"] <= 1.65
        return "sCR" if normal and marrow[-1]["BMCLON"] == "不存在" else "CR"
    shown = sample["UMP"] is not None and not (urine_ever and sample["UMP"] >= 100)
    return "VGPR" if shown else "PR"


def complete(sample, measured, marrow, size):
    """Both immunofixations negative, a marrow below 5 %, no plasmacytoma, ratio where followed."""
    negative = sample["SIFE"] == "NEG" and sample["UIFE"] == "NEG"
    clean = bool(marrow) and float(marrow[-1]["BMPC"]) < 5
    normal = not measured["DFLC"] or 0.26 <= sample["RATIO"] <= 1.65
    return negative and clean and normal and size == 0


def confirmed(visits, death=None, new_therapy=None, by_imaging=False):
    """Best confirmed response of [(day, response)], with days of first response and of PD."""
    usable = [(d, r) for d, r in visits if r != "NE"]
    best, first, progression = "NE", None, None
    for place, (day, response) in enumerate(usable):
        if new_therapy is not None and day > new_therapy and response != "PD":
            continue
        following = usable[place + 1] if place + 1 < len(usable) else None
        if response == "PD":
            dead = death is not None and following is None and death - day <= 84
            if by_imaging or dead or (following and following[1] == "PD"):
                progression = day
                break
            continue
        value = "SD"
        if ORDER[response] >= 2 and following and following[1] != "PD":
            within = new_therapy is None or following[0] <= new_therapy
            if within:
                value = min(response, following[1], key=ORDER.get)
        if ORDER.get(value, 0) > ORDER.get(best, 0):
            best = value
        if ORDER[value] >= 2 and first is None:
            first = day
    if progression is not None and best == "NE":
        best = "PD"
    return best, first, progression
