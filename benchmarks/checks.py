"""Seconds to check a large LB: run `python benchmarks/checks.py [records]`, 1,000,000 by default.

The data set has 26 variables, five code lists, ISO 8601 dates and value level metadata. Printed are
the seconds of the schemas (all right, then with a fault in every record of six variables) and of
all SQL rules together with DM.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from cdisc_pom.checks.catalogue import own_catalogue
from cdisc_pom.checks.runner import run_rules
from cdisc_pom.checks.validate import validate
from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import (
    BuiltDataset,
    BuiltStandard,
    Condition,
    DatasetMeta,
    ValueMeta,
    VariableMeta,
)
from cdisc_pom.spec.rows import RowPlace
from cdisc_pom.spec.sheets import CodelistRow
from cdisc_pom.spec.workbook import Workbook

TESTS = 40
PER_SUBJECT = 500
TEXTS = {
    "STUDYID": ["BIG"],
    "DOMAIN": ["LB"],
    "LBCAT": ["CHEMISTRY", "HEMATOLOGY"],
    "LBORRESU": ["g/L", "mg/dL"],
    "LBSTRESU": ["g/L"],
    "LBNRIND": ["NORMAL", "LOW", "HIGH"],
    "LBSPEC": ["SERUM", "URINE"],
    "LBMETHOD": [None, "SPECTROPHOTOMETRY"],
    "LBNAM": ["中心实验室", "Local Lab"],
    "EPOCH": ["SCREENING", "TREATMENT"],
}
ORDER = (
    "STUDYID", "DOMAIN", "USUBJID", "LBSEQ", "LBTESTCD", "LBTEST", "LBCAT", "LBORRES", "LBORRESU",
    "LBORNRLO", "LBORNRHI", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBNRIND",
    "LBSPEC", "LBMETHOD", "LBNAM", "LBLOBXFL", "VISITNUM", "VISIT", "EPOCH", "LBDTC", "LBDY",
)  # fmt: skip
NUMBERS = {"LBSEQ": "integer", "LBDY": "integer"} | dict.fromkeys(
    ("LBSTRESN", "LBSTNRLO", "LBSTNRHI", "VISITNUM"), "float"
)
LISTS = {"LBTESTCD": "T", "LBCAT": "CAT", "LBSPEC": "SPEC", "LBNRIND": "IND", "LBLOBXFL": "NY"}


def codes(positions: np.ndarray, texts: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(positions, pd.Index(texts, dtype="str"))


def laboratory(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    number = np.arange(count)
    subject, within = number // PER_SUBJECT, number % PER_SUBJECT
    visit, test = within // TESTS, within % TESTS
    columns: dict[str, object] = {
        "USUBJID": codes(subject, [f"BIG-{at:06d}" for at in range(subject[-1] + 1)]),
        "LBSEQ": pd.array(within + 1, dtype="Int64"),
        "LBTESTCD": codes(test, [f"TEST{at:02d}" for at in range(TESTS)]),
        "LBTEST": codes(test, [f"Test number {at}" for at in range(TESTS)]),
        "LBORNRLO": codes(np.zeros(count, int), ["0"]),
        "LBORNRHI": codes(np.zeros(count, int), ["300"]),
        "LBSTNRLO": np.zeros(count),
        "LBSTNRHI": np.full(count, 300.0),
        "LBLOBXFL": codes(np.where(visit == 0, 0, -1), ["Y"]),
        "VISITNUM": visit.astype(float),
        "VISIT": codes(visit, [f"VISIT {at}" for at in range(visit.max() + 1)]),
        "LBDY": pd.array(visit * 28 + 1, dtype="Int64"),
    }
    values = rng.integers(10, 2000, count)
    texts = [f"{at / 10:g}" for at in range(2000)]
    columns["LBORRES"] = columns["LBSTRESC"] = codes(values, texts)
    columns["LBSTRESN"] = values / 10
    days = np.datetime64("2020-01-01") + np.arange(0, 28 * (visit.max() + 1), 28)
    clock = rng.integers(0, 1440, count)
    moments = [f"{day}T{at // 60:02d}:{at % 60:02d}" for day in days for at in range(1440)]
    columns["LBDTC"] = codes(visit * 1440 + clock, moments)
    for name, choices in TEXTS.items():
        drawn = rng.integers(0, len(choices), count)
        kept = [text for text in choices if text is not None]
        columns[name] = codes(drawn - (len(choices) - len(kept)), kept)
    return pd.DataFrame(columns)[list(ORDER)]


def metadata() -> DatasetMeta:
    variables = tuple(
        VariableMeta(
            name, name, None, data_type(name), NUMBERS.get(name, "text"), 8,
            core="Req" if at < 6 else None, codelist=LISTS.get(name), max_length=40,
            cell=Cell("sdtm.xlsx", "Variables", f"G{at + 2}"),
        )
        for at, name in enumerate(ORDER)
    )  # fmt: skip
    one = VariableMeta("LBORRES", "x", None, "float", "text", 8, mandatory=True)
    clauses = [Condition("LB", "LBTESTCD", "EQ", (f"TEST{at:02d}",)) for at in range(3)]
    values = tuple(
        ValueMeta("LBORRES", f"WC.{at}", (clause,), one) for at, clause in enumerate(clauses)
    )
    keys = ("STUDYID", "USUBJID", "LBTESTCD", "VISITNUM")
    return DatasetMeta("LB", "Laboratory", None, "FINDINGS", variables, keys, values=values)


def data_type(name: str) -> str:
    return "datetime" if name == "LBDTC" else NUMBERS.get(name, "text")


def subjects(laboratory_frame: pd.DataFrame) -> BuiltDataset:
    names = laboratory_frame["USUBJID"].cat.categories
    frame = pd.DataFrame({"STUDYID": "BIG", "USUBJID": names, "RFSTDTC": "2020-01-01"})
    frame = frame.astype("str").astype("category")
    variables = tuple(VariableMeta(name, name, None, "text", "text", 8) for name in frame.columns)
    meta = DatasetMeta("DM", "DM", None, "SPECIAL PURPOSE", variables, ("USUBJID",))
    return BuiltDataset(meta, frame)


def workbook() -> Workbook:
    place = RowPlace(workbook="sdtm.xlsx", sheet="Codelists", row=2)
    terms = [("T", f"TEST{at:02d}", f"Test number {at}") for at in range(TESTS)]
    terms += [("NY", "Y", None), ("NY", "N", None)]
    terms += [("CAT", text, None) for text in TEXTS["LBCAT"]]
    terms += [("SPEC", text, None) for text in TEXTS["LBSPEC"]]
    terms += [("IND", text, None) for text in TEXTS["LBNRIND"]]
    rows = tuple(
        CodelistRow(place=place, id=name, name=name, term=term, decode=decode)
        for name, term, decode in terms
    )
    return Workbook(Path("sdtm.xlsx"), "sdtm", {"Codelists": rows})


def spoil(frame: pd.DataFrame) -> pd.DataFrame:
    """A fault in every record of six variables."""
    wrong = frame.copy()
    count = len(frame)
    for name, text in (
        ("LBCAT", "未知"), ("LBSPEC", "."), ("LBNAM", " " + "很长的名称" * 20),
        ("LBDTC", "2020-02-60"), ("LBTEST", "Another test"), ("LBORRES", "阳性"),
    ):  # fmt: skip
        wrong[name] = codes(np.zeros(count, int), [text])
    return wrong


def timed(what: str, count: int, call) -> None:
    start = time.perf_counter()
    found = call()
    seconds = time.perf_counter() - start
    print(f"{what:38} {seconds:7.2f} s   {len(found)} findings in {count:,} records")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    frame = laboratory(count)
    origins = tuple(f"lab.csv:{at}" for at in range(2, count + 2))
    book, meta = workbook(), metadata()
    right = BuiltStandard(book, (BuiltDataset(meta, frame, origins), subjects(frame)))
    wrong = BuiltStandard(book, (BuiltDataset(meta, spoil(frame), origins), subjects(frame)))
    rules = own_catalogue().sql_rules
    validate(BuiltStandard(book, ()))  # imports
    timed("schemas, all records right", count, lambda: validate(right))
    timed("schemas, every record wrong", count, lambda: validate(wrong))

    def all_rules(standard: BuiltStandard) -> list[object]:
        return [each for _, found in run_rules([standard], rules) for each in found]

    timed(f"{len(rules)} SQL rules, all records right", count, lambda: all_rules(right))
    timed(f"{len(rules)} SQL rules, every record wrong", count, lambda: all_rules(wrong))


if __name__ == "__main__":
    main()
