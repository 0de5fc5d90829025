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
    DataSet,
    Variable,
    XportFile,
    missing_value,
    read_xport,
    special_missing,
    write_library,
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
FACTS = r"""
suppressMessages(library(haven))
setwd(commandArgs(trailingOnly = TRUE)[1])
fact <- function(name, value) {
  cat(name, ": ", paste(format(value, digits = 17), collapse = " "), "\n", sep = "")
}
failed <- function(code) tryCatch({code; "no error"}, error = function(e) "an error")
fact("class of a DATE9. variable", class(read_xpt("dates.xpt")$D))
fact("records of two data sets of 3 records", nrow(read_xpt("two.xpt")))
fact("records of 4, the last 2 blank, 100 bytes", nrow(read_xpt("blank.xpt")))
fact("records of 10 in a file cut after 8", nrow(read_xpt("cut.xpt")))
fact("first text of a GB18030 file equal", identical(read_xpt("gb.xpt")$A[1], "\u53d1\u70ed"))
tagged <- data.frame(N = tagged_na("a"))
fact("writing .A", failed(write_xpt(tagged, "out.xpt", version = 5)))
write_xpt(data.frame(N = c(1e80, 2^250, 1e-90)), "out.xpt", version = 5)
fact("1e80, 2^250, 1e-90 after writing and reading", read_xpt("out.xpt")$N)
wide <- data.frame(A = "abc")
attr(wide$A, "width") <- 20L
write_xpt(wide, "width.xpt", version = 5)
label <- data.frame(A = "x")
attr(label$A, "label") <- strrep("\u5b57", 20)
fact("writing a label of 60 bytes", failed(write_xpt(label, "label.xpt", version = 5)))
long <- data.frame(A = strrep("\u5b57", 100))
fact("writing a text of 300 bytes", failed(write_xpt(long, "long.xpt", version = 5)))
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
        print(facts(folder))
    return 0


def facts(folder: Path) -> str:
    """What haven does at the borders, for the feature table."""
    dates = [Variable("D", "number", 8, format="DATE9.")]
    write_xport(folder / "dates.xpt", pd.DataFrame({"D": [1.0]}), name="X", variables=dates)
    part = pd.DataFrame({"N": [1.0, 2.0, 3.0]})
    write_library(folder / "two.xpt", [DataSet("A", part), DataSet("B", part)])
    text = [Variable("T", "text", 100)]
    blank = pd.DataFrame({"T": ["a", "b", None, None]})
    write_xport(folder / "blank.xpt", blank, name="X", variables=text)
    write_xport(folder / "cut.xpt", pd.DataFrame({"T": ["a" * 150] * 10}), name="X")
    (folder / "cut.xpt").write_bytes((folder / "cut.xpt").read_bytes()[: -80 * 3])
    write_xport(folder / "gb.xpt", pd.DataFrame({"A": ["发热"]}), name="X", encoding="gb18030")
    lines = [rscript(folder, FACTS, str(folder)).rstrip()]
    width = XportFile(folder / "width.xpt").members[0].variables[0].length
    lines.append(f"length of a text of 3 bytes with width 20: {width}")
    lines.append(f"stamp of the clock: {XportFile(folder / 'width.xpt').created.year > 2020}")
    long = XportFile(folder / "long.xpt").members[0].variables[0].length
    lines.append(f"length of a text of 300 bytes in version 5: {long}")
    label = (folder / "label.xpt").read_bytes()[656:696].rstrip()
    lines.append(f"bytes kept of a label of 60 bytes: {len(label)}")
    return "\n".join(lines)


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
