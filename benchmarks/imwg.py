"""Time of the myeloma response for many subjects: run `python benchmarks/imwg.py [subjects ...]`.

Each subject has a baseline and 24 cycles of serum and urine M-protein, free light chains and
immunofixation, and a marrow every sixth cycle. Printed are seconds for the response of each
visit and subject from results (`imwg_response`), the same with the records of each decision, the
confirmation of responses that are given with what ADRS takes from it, and two times to event of
ADTTE, one of them censored at two missed assessments. Where the time is linear, the seconds for a
thousand subjects stay.
"""

import sys
import time
from functools import partial

import numpy as np
import pandas as pd

from cdisc_pom.adam.confirmation import confirmed_response
from cdisc_pom.adam.confirmation_best import best_response, first_progression, first_response
from cdisc_pom.adam.imwg import imwg_response
from cdisc_pom.adam.time_to_event import time_to_event
from cdisc_pom.algorithms.registry import EventTable
from cdisc_pom.columns import from_codes

CYCLES = 24
NUMBERS = ("SMP", "UMP", "KAP", "LAM")
TEXTS = ("SIFE", "UIFE")


def subjects(count):
    """One row a subject."""
    names = np.char.add("POM-", np.char.zfill(np.arange(count).astype(str), 6))
    return pd.DataFrame({"USUBJID": pd.array(names, dtype="str"), "MMLIGHT": "KAPPA"})


def components(people, rng):
    """The results of all subjects, shuffled."""
    count = len(people)
    days = np.r_[-3, 29 + 28 * np.arange(CYCLES)]
    level = rng.uniform(0.2, 1.2, (count, len(days))).cumprod(axis=1)
    base = {"SMP": rng.uniform(0, 6, count), "UMP": rng.uniform(0, 2000, count)}
    base |= {"KAP": rng.uniform(5, 900, count), "LAM": np.full(count, 12.0)}
    parts = [part(count, days, name, (base[name][:, None] * level).round(3)) for name in NUMBERS]
    parts += [part(count, days, name, None, level < 0.05) for name in TEXTS]
    marrow = rng.integers(0, 60, (count, 5)).astype(float)
    parts.append(part(count, days[::6], "BMPC", marrow))
    rows = pd.concat(parts, ignore_index=True)
    for name in ("PARAMCD", "AVALC"):
        rows[name] = rows[name].astype("category")
    rows["USUBJID"] = pd.Categorical.from_codes(rows.pop("SUBJECT"), list(people["USUBJID"]))
    return rows.sample(frac=1, random_state=1).reset_index(drop=True)


def part(count, days, name, values, negative=None):
    """The results of one component."""
    texts = None if negative is None else np.where(negative, "NEGATIVE", "POSITIVE").ravel()
    return pd.DataFrame(
        {
            "SUBJECT": np.repeat(np.arange(count, dtype=np.int32), len(days)),
            "ADY": np.tile(days.astype(np.int32), count),
            "PARAMCD": name,
            "AVAL": np.nan if values is None else values.ravel(),
            "AVALC": pd.array([None] * count * len(days), dtype="str")
            if texts is None
            else pd.array(texts, dtype="str"),
        }
    )


def responses(people, rng):
    """Given responses of two evaluators, shuffled."""
    size = len(people) * CYCLES
    texts = pd.array(["SD", "PR", "VGPR", "CR", "PD", "NE"], dtype="str")
    one = pd.DataFrame(
        {
            "USUBJID": people["USUBJID"].repeat(CYCLES).reset_index(drop=True),
            "ADT": np.datetime64("2024-01-01", "s")
            + np.tile((28 * np.arange(1, CYCLES + 1)).astype("timedelta64[D]"), len(people)),
            "AVALC": texts.take(rng.choice(6, size, p=[0.3, 0.35, 0.2, 0.1, 0.03, 0.02])),
            "PDIFL": rng.random(size) < 0.3,
        }
    )
    return one.sample(frac=1, random_state=1).reset_index(drop=True)


def candidates(given):
    """Progressions as events, all assessments as censorings: the Events rows of two parameters."""
    found = pd.concat([given[given["AVALC"] == "PD"], given], ignore_index=True)
    index = pd.RangeIndex(len(found))
    event = np.arange(len(found)) < (given["AVALC"] == "PD").sum()
    subject = found["USUBJID"].astype("category")

    def words(codes, *texts):
        return from_codes(np.asarray(codes, dtype=np.int32), list(texts), index)

    return EventTable(
        {
            "USUBJID": subject,
            "DATE": found["ADT"],
            "ORDER": pd.Series(np.where(event, 1, 2)),
            "EVENT": pd.Series(event),
            "EVNTDESC": words(np.where(event, 0, -1), "PROGRESSIVE DISEASE"),
            "CNSDTDSC": words(np.where(event, -1, 0), "LAST ASSESSMENT"),
            "CNSR": pd.Series(np.where(event, 0, 1)),
            "SRCDOM": words(np.zeros(len(found)), "ADRS"),
            "SRCVAR": words(np.zeros(len(found)), "ADT"),
            "SRCSEQ": pd.Series(np.arange(len(found))).astype("Int64"),
        }
    )


def times(people, events):
    """Progression-free survival by two definitions."""
    subject = people["USUBJID"].astype("category")
    start = pd.Series(np.full(len(people), np.datetime64("2024-01-01", "s")))
    plain = time_to_event(subject, start, events=events)
    return plain, time_to_event(subject, start, events=events, gap_days=70, gap_orders=(2,))


def derive(rows, people, *, with_evidence):
    """The response of all visits and subjects."""
    return imwg_response(rows, people, day="ADY", with_evidence=with_evidence)


def confirm(given):
    """Confirmation and what ADRS takes from it."""
    derived = confirmed_response(given)
    return best_response(derived), first_response(derived), first_progression(derived)


def main(counts):
    print(f"{'subjects':>9} {'records':>11}  step          seconds  s/1000 subjects")
    for count in counts:
        rng = np.random.default_rng(1)
        people = subjects(count)
        rows, given = components(people, rng), responses(people, rng)
        events = candidates(given)
        steps = {
            "response": (len(rows), partial(derive, rows, people, with_evidence=False)),
            "+ evidence": (len(rows), partial(derive, rows, people, with_evidence=True)),
            "confirmation": (len(given), partial(confirm, given)),
            "times": (len(events.columns["DATE"]), partial(times, people, events)),
        }
        for name, (size, call) in steps.items():
            start = time.perf_counter()
            call()
            taken = time.perf_counter() - start
            each = taken / count * 1000
            print(f"{count:>9,} {size:>11,}  {name:<13} {taken:>7.1f}  {each:>15.3f}", flush=True)


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1:]] or [25_000, 50_000, 100_000])
