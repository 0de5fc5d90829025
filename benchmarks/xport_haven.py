"""Our files read by R's haven and the other way round, bit by bit; needs Rscript with haven.

python benchmarks/xport_haven.py

Numbers are compared as hexadecimal doubles, special missing values by their letter, texts, labels
and formats as they are. Prints what was compared and exits with 1 at the first difference.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from cdisc_pom.xpt import (
    Variable,
    XportFile,
    missing_value,
    read_xport,
    special_missing,
    write_xport,
)

READ = r"""
suppressMessages(library(haven))
args <- commandArgs(trailingOnly = TRUE)
frame <- read_xpt(args[1])
quoted <- function(x) encodeString(enc2utf8(as.character(x)), quote = '"')
shown <- function(x) {
  if (is.character(x)) return(paste0("[", paste(quoted(x), collapse = ","), "]"))
  tag <- na_tag(as.double(x))
  values <- ifelse(is.na(x), ifelse(is.na(tag), ".", paste0(".", toupper(tag))),
                   sprintf("%a", as.double(x)))
  paste0("[", paste(quoted(values), collapse = ","), "]")
}
text <- function(x) if (is.null(x)) "" else x
one <- function(name) {
  x <- frame[[name]]
  sprintf('{"name": %s, "label": %s, "format": %s, "values": %s}', quoted(name),
          quoted(text(attr(x, "label"))), quoted(text(attr(x, "format.sas"))), shown(x))
}
columns <- vapply(names(frame), one, "")
cat(sprintf('{"label": %s, "columns": [%s]}', quoted(text(attr(frame, "label"))),
            paste(columns, collapse = ",")))
"""
COPY = r"""
suppressMessages(library(haven))
args <- commandArgs(trailingOnly = TRUE)
frame <- read_xpt(args[1])
for (name in names(frame)) {  # haven refuses to write the tags that it has read
  if (is.double(frame[[name]])) frame[[name]][is.na(frame[[name]])] <- NA_real_
}
write_xpt(frame, args[2], version = as.integer(args[3]), name = "LB", label = "labs")
"""


def main() -> int:
    """Compare and print."""
    if shutil.which("Rscript") is None:
        print("Rscript is not installed: nothing was compared")
        return 0
    values = numbers()
    frame = pd.DataFrame(
        {
            "N": values,
            "S": [0.5, -2.0, 256.0] * (len(values) // 3) + [1.0] * (len(values) % 3),
            "T": [("头痛±", "é", None, "x y")[n % 4] for n in range(len(values))],
        }
    )
    variables = [
        Variable("N", "number", 8, label="数值", format="BEST12."),
        Variable("S", "number", 3, label="short"),
        Variable("T", "text", 20, label="Text ±"),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for version in (5, 8):
            path, copy = folder / "ours.xpt", folder / "haven.xpt"
            write_xport(path, frame, name="LB", label="标签", variables=variables, version=version)
            theirs = json.loads(rscript(folder, READ, str(path)))
            compare(theirs, frame, variables)
            rscript(folder, COPY, str(path), str(copy), str(version))
            back = read_xport(copy, text="str")
            kept = frame["N"].abs() < 2.0**249  # from there on haven writes its greatest number
            same(exact(back["N"][kept]), exact(frame["N"][kept]))
            same(back["T"].fillna("").tolist(), frame["T"].fillna("").tolist())
            labels = [each.label for each in XportFile(copy).members[0].variables]
            same(labels, [each.label for each in variables])
            print(f"version {version}: {len(frame):,} records, haven = ours in both directions")
    return 0


def numbers() -> np.ndarray:
    """Borders of the format, integers, decimals, random bits, and missing values."""
    random = np.random.default_rng(1)
    bits = random.integers(0, 2**64, 20_000, dtype=np.uint64).view(np.float64)
    with np.errstate(invalid="ignore"):
        bits = bits[(np.abs(bits) < 16.0**63) & (np.abs(bits) >= 16.0**-65)]
    borders = [0.0, 1.0, -1.0, 2.0**53, -(2.0**53), 16.0**-65, np.nextafter(16.0**63, 0)]
    decimals = np.round(random.normal(0, 1_000, 5_000), 3)
    codes = [missing_value(f".{letter}") for letter in "ABCXYZ"] + [missing_value(".")]
    return np.concatenate([borders, bits, decimals, np.array(codes)])


def exact(values: pd.Series) -> list[str]:
    """Hexadecimal doubles, and the letter of what is missing."""
    codes = special_missing(values)
    shown = [value.hex() for value in values.tolist()]
    return [
        code if isinstance(code, str) else text for code, text in zip(codes, shown, strict=True)
    ]


def compare(theirs: dict, frame: pd.DataFrame, variables: list[Variable]) -> None:
    """What haven has seen in our file."""
    same(theirs["label"], "标签")
    for column, variable in zip(theirs["columns"], variables, strict=True):
        same((column["name"], column["label"]), (variable.name, variable.label))
        if variable.type == "number":
            seen = [
                value if value.startswith(".") else float.fromhex(value).hex()
                for value in column["values"]
            ]
            same(seen, exact(frame[variable.name]))
        else:
            same(column["values"], frame[variable.name].fillna("").tolist())


def same(left: object, right: object) -> None:
    """Stop at a difference."""
    if left == right:
        return
    if isinstance(left, list) and isinstance(right, list):
        row = next(n for n, pair in enumerate(zip(left, right, strict=True)) if pair[0] != pair[1])
        left, right = left[row], right[row]
    print(f"haven: {left!r}, ours: {right!r}")
    sys.exit(1)


def rscript(folder: Path, program: str, *arguments: str) -> str:
    """Run a program of R."""
    path = folder / "program.R"
    path.write_text(program)
    done = subprocess.run(
        ["Rscript", str(path), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
