"""Statistics beside those of R: survival, base and its binom.test.

    python benchmarks/results_r.py                  # made-up data sets
    python benchmarks/results_r.py build/pom/package/m5/datasets/pom/analysis/adam/datasets

Needs Rscript with the package survival. Each line tells how many numbers were compared and the
largest difference; the exit code is 1 when one is over the tolerance.

Where SAS and R differ by definition, R is asked for SAS's: percentiles of type 2, and log-log
limits. Two differences stay and are left out: a median where survival is one half to the end of the
data (SAS has none, R a number), and limits before the first event (SAS has 1, R none).
"""

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from cdisc_pom.results.adam_files import read_adam
from cdisc_pom.results.agreement import cohen_kappa
from cdisc_pom.results.statistics import exact_interval, percentile
from cdisc_pom.results.survival import kaplan_meier, survival_time

TOLERANCE = 1e-6
SAMPLES = 200
SCRIPT = r"""
suppressMessages(library(survival))
for (line in readLines(file("stdin"))) {
  parts <- strsplit(line, ";")[[1]]
  numbers <- lapply(strsplit(parts[-1], ","), as.numeric)
  if (parts[1] == "km") {
    fit <- survfit(Surv(numbers[[1]], numbers[[2]]) ~ 1, conf.type = "log-log", error = "greenwood")
    q <- quantile(fit, 0.5)
    cat("km", sep = "")
    cat(";", paste(c(q$quantile, q$lower, q$upper), collapse = ","), sep = "")
    for (part in list(fit$time, fit$n.risk, fit$n.event, fit$surv, fit$std.err * fit$surv,
                      fit$lower, fit$upper))
      cat(";", paste(format(part, digits = 15, trim = TRUE), collapse = ","), sep = "")
    cat("\n")
  } else if (parts[1] == "exact") {
    test <- binom.test(numbers[[1]][1], numbers[[1]][2])
    cat("exact;", paste(format(test$conf.int, digits = 15), collapse = ","), "\n", sep = "")
  } else if (parts[1] == "quantile") {
    q <- quantile(numbers[[1]], c(0.25, 0.5, 0.75), type = 2, names = FALSE)
    cat("quantile;", paste(format(q, digits = 15), collapse = ","), "\n", sep = "")
  } else if (parts[1] == "kappa") {
    x <- matrix(numbers[[1]], nrow = sqrt(length(numbers[[1]])), byrow = TRUE)
    n <- sum(x); k <- nrow(x); p <- x / n
    for (power in c(0, 1, 2)) {
      apart <- abs(outer(1:k, 1:k, "-")) / (k - 1)
      w <- if (power == 0) diag(k) else 1 - apart ^ power
      po <- sum(w * p); pe <- sum(w * outer(rowSums(p), colSums(p)))
      kappa <- (po - pe) / (1 - pe)
      row <- w %*% colSums(p); column <- t(w) %*% rowSums(p)
      inner <- sum(p * (w - outer(c(row), c(column), "+") * (1 - kappa)) ^ 2)
      se <- sqrt((inner - (kappa - pe * (1 - kappa)) ^ 2) / n) / (1 - pe)
      cat(if (power == 0) "kappa" else "", ";", format(kappa, digits = 15), ",",
          format(se, digits = 15), sep = "")
    }
    cat("\n")
  }
}
"""


def main(folder=None):
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed.")
    random = np.random.default_rng(7)
    tasks = [*survival_tasks(random), *other_tasks(random)]
    if folder is not None:
        tasks += study_tasks(Path(folder))
    answers = ask([line for _, line, _ in tasks])
    worst = {}
    for (name, _, ours), answer in zip(tasks, answers, strict=True):
        theirs = [number for part in answer for number in part]
        worst.setdefault(name, []).append(difference(ours, theirs))
    bad = False
    for name, differences in worst.items():
        largest, numbers = max(d for d, _ in differences), sum(n for _, n in differences)
        bad |= largest > TOLERANCE
        print(
            f"{name:34} {len(differences):5} sets {numbers:8} numbers, differing by {largest:.1e}"
        )
    sys.exit(1 if bad else 0)


def survival_tasks(random):
    for number in range(SAMPLES):
        size = int(random.integers(1, 120))
        time = random.exponential(20, size)
        if number % 2:
            time = np.ceil(time)  # ties
        event = random.random(size) < random.uniform(0.1, 1)
        yield survival_task("Kaplan-Meier, made up", time, event)


def survival_task(name, time, event):
    curve = kaplan_meier(time, event)
    median = survival_time(curve)
    head = [median.estimate, median.lower, median.upper]
    half = np.isclose(curve.survival, 0.5, atol=1e-9)
    if half.any() and not np.isfinite(median.estimate):
        head[0] = None  # SAS and R differ by definition
    before = curve.survival == 1
    lower, upper = (np.where(before, None, side) for side in (curve.lower, curve.upper))
    columns = [curve.time, curve.at_risk, curve.events, curve.survival, curve.standard_error,
               lower, upper]  # fmt: skip
    ours = [*head, *(each for column in columns for each in column.tolist())]
    return name, f"km;{joined(time)};{joined(event.astype(int))}", ours


def other_tasks(random):
    for _ in range(SAMPLES):
        subjects = int(random.integers(1, 300))
        events = int(random.integers(0, subjects + 1))
        yield "Clopper-Pearson", f"exact;{events},{subjects}", exact_interval(events, subjects)
        values = np.round(random.normal(50, 10, int(random.integers(1, 60))), 1)
        ours = [percentile(values, share) for share in (0.25, 0.5, 0.75)]
        yield "quartiles (SAS 5, R type 2)", f"quantile;{joined(values)}", ours
        levels = int(random.integers(2, 6))
        counts = random.integers(1, 30, (levels, levels))
        kappas = [cohen_kappa(counts, weights=weights) for weights in (None, "linear", "quadratic")]
        ours = [part for one in kappas for part in (one.estimate, one.standard_error)]
        yield "kappa, plain and weighted", f"kappa;{joined(counts.ravel())}", ours


def study_tasks(folder):
    frame = read_adam(folder, ["ADTTE"])["ADTTE"]
    for parameter, records in frame.groupby("PARAMCD", observed=True):
        time, event = records["AVAL"].to_numpy(), records["CNSR"].eq(0).to_numpy()
        yield survival_task(f"Kaplan-Meier, {parameter}", time, event)


def joined(numbers):
    return ",".join(repr(float(number)) for number in numbers)


def ask(lines):
    found = subprocess.run(
        ["Rscript", "--vanilla", "-e", SCRIPT],
        input="\n".join(lines) + "\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode:
        sys.exit(found.stderr)
    answers = csv.reader(io.StringIO(found.stdout), delimiter=";")
    return [[[number(text) for text in part.split(",")] for part in row[1:]] for row in answers]


def number(text):
    return float("nan") if text.strip() in ("NA", "NaN") else float(text)


def difference(ours, theirs):
    """Largest difference, relative where numbers are large, and how many were compared."""
    pairs = [(mine, other) for mine, other in zip(ours, theirs, strict=True) if mine is not None]
    largest = 0.0
    for mine, other in pairs:
        if np.isnan(mine) and np.isnan(other):
            continue
        apart = abs(mine - other) / max(1.0, abs(other))
        largest = max(largest, np.inf if np.isnan(apart) else apart)
    return largest, len(pairs)


if __name__ == "__main__":
    main(*sys.argv[1:2])
