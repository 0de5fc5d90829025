"""Seconds of each step from analysis files to the results page.

    python benchmarks/results.py             # the reference study's displays, 84 subjects
    python benchmarks/results.py 100000      # as many made-up subjects

The data are made here; statistics and figures do the same work as on a study's own.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from cdisc_pom.results.adam_files import read_adam
from cdisc_pom.results.displays import evaluate_displays
from cdisc_pom.results.figures import draw_figures
from cdisc_pom.results.survival import kaplan_meier, survival_time
from cdisc_pom.spec.rows import RowPlace
from cdisc_pom.spec.sheets import DisplayRow

PARAMETERS = ("PFS", "OS", "DOR", "TRSP")
PLACE = RowPlace(workbook="adam.xlsx", sheet="Displays", row=2)


def main(subjects):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), subjects)
        frames = timed("read transport files", lambda: read_adam(Path(folder), ["ADSL", "ADTTE"]))
        results = timed(f"evaluate {len(rows())} rows", lambda: evaluate_displays(rows(), frames))
        timed("evaluate them again", lambda: evaluate_displays(rows(), frames))
        timed("draw the figures", lambda: draw_figures(results, "zh"))
    overall = frames["ADTTE"].query("PARAMCD == 'OS'")
    times, events = overall["AVAL"].to_numpy(), overall["CNSR"].to_numpy() == 0
    timed("one Kaplan-Meier median", lambda: survival_time(kaplan_meier(times, events)))


def rows():
    plain = {"place": PLACE, "display": "Table", "label": "Row", "population": "FASFL = 'Y'"}
    counts = [
        DisplayRow(**plain, order=n, statistic="n_percent", dataset="ADSL", where=f"AGE >= {age}")
        for n, age in enumerate(range(40, 80))
    ]
    medians = [
        DisplayRow(
            **plain,
            order=100 + n,
            statistic=name,
            dataset="ADTTE",
            parameter=parameter,
            variable="AVAL / 30.4375",
        )
        for n, parameter in enumerate(PARAMETERS)
        for name in ("km_median_ci", "median_quartiles")
    ]
    curve = DisplayRow(
        **(plain | {"display": "Figure"}),
        order=200,
        statistic="km_curve",
        dataset="ADTTE",
        parameter="OS",
        variable="AVAL / 30.4375",
        group="SEX",
    )
    return [*counts, *medians, curve]


def write(folder, subjects):
    random = np.random.default_rng(1)
    names = pd.Series(range(subjects)).astype(str).str.zfill(7)
    adsl = pd.DataFrame(
        {
            "USUBJID": names,
            "FASFL": "Y",
            "AGE": random.integers(18, 90, subjects).astype(float),
            "SEX": random.choice(["M", "F"], subjects),
        }
    )
    adtte = pd.concat(
        [
            pd.DataFrame(
                {
                    "USUBJID": names,
                    "PARAMCD": parameter,
                    "AVAL": np.ceil(random.exponential(500, subjects)),
                    "CNSR": random.integers(0, 2, subjects).astype(float),
                }
            )
            for parameter in PARAMETERS
        ],
        ignore_index=True,
    )
    for name, frame in (("adsl", adsl), ("adtte", adtte)):
        pyreadstat.write_xport(frame, str(folder / f"{name}.xpt"), file_format_version=5)


def timed(step, work):
    start = time.perf_counter()
    result = work()
    print(f"{step:28} {time.perf_counter() - start:8.3f} s")
    return result


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 84)
