"""Built data sets by hand: a literal table and a line for each variable make a standard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from cdisc_pom.errors import Cell
from cdisc_pom.spec.metadata import BuiltDataset, BuiltStandard, DatasetMeta, VariableMeta
from cdisc_pom.spec.rows import RowPlace
from cdisc_pom.spec.sheets import CodelistRow, DefineRow
from cdisc_pom.spec.workbook import Workbook

CODELISTS = """
NY       | N                 | No
NY       | Y                 | Yes
SEX      | F                 | Female
SEX      | M                 | Male
LBTESTCD | HGB               | Hemoglobin
LBTESTCD | WBC               | Leukocytes
OUT      | FATAL             |
OUT      | RECOVERED/RESOLVED |
SEXN     | 1                 | Male
SEXN     | 2                 | Female
"""


def cells(table):
    """Rows of a table of `a | b` lines; an empty cell is None."""
    return [
        [cell.strip().replace("_", " ") if cell.strip() else None for cell in line.split("|")]
        for line in table.strip().splitlines()
    ]


def codelist_rows(table=CODELISTS, workbook="sdtm.xlsx"):
    return tuple(
        CodelistRow(
            place=RowPlace(workbook=workbook, sheet="Codelists", row=number),
            id=row[0], name=row[0], order=number, term=row[1], decode=row[2],
        )
        for number, row in enumerate(cells(table), start=2)
    )  # fmt: skip


def workbook(kind="sdtm", study="TINY"):
    name = f"{kind}.xlsx"
    place = RowPlace(workbook=name, sheet="Define", row=2)
    define = (DefineRow(place=place, attribute="StudyName", value=study),)
    sheets = {"Codelists": codelist_rows(workbook=name), "Define": define}
    return Workbook(Path(name), kind, sheets)


def variable(name, data_type="text", kind=None, *, row=2, book="sdtm.xlsx", **more):
    if kind is None:
        kind = data_type if data_type in ("integer", "float") else "text"
    cell = Cell(book, "Variables", f"G{row}")
    return VariableMeta(name, f"Label of {name}", None, data_type, kind, 8, cell=cell, **more)


def column(values, kind):
    """Values as the pipeline holds them."""
    if kind == "text":
        return pd.Series(values, dtype="str").astype("category")
    if kind == "integer":
        return pd.Series(pd.array([None if v is None else int(v) for v in values], dtype="Int64"))
    if kind in ("date", "datetime"):
        dates = pd.to_datetime(pd.Series(values, dtype="str"), format="ISO8601")
        return dates.astype("datetime64[us]")
    return pd.Series([np.nan if v is None else float(v) for v in values], dtype="float64")


def dataset(
    name, variables, table, *, keys=(), dataset_class="EVENTS", values=(), file=None, **more
):
    """A built data set; its first table line names the columns."""
    header, *rows = cells(table)
    kinds = {each.name: each.kind for each in variables}
    columns = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    frame = pd.DataFrame(
        {each: column(list(columns.get(each, ())), kinds.get(each, "text")) for each in header}
    )
    meta = DatasetMeta(
        name, f"Label of {name}", f"{name} 的标签", dataset_class, tuple(variables),
        keys=tuple(keys), values=tuple(values), cell=Cell("sdtm.xlsx", "Datasets", "A2"), **more,
    )  # fmt: skip
    file = file or f"{name.lower()}.csv"
    return BuiltDataset(meta, frame, tuple(f"{file}:{at + 2}" for at in range(len(rows))))


def standard(*datasets, kind="sdtm"):
    return BuiltStandard(workbook(kind), datasets)


def shuffled(built, order):
    """The same data set with its records in another order."""
    frame = built.frame.iloc[order].reset_index(drop=True)
    return BuiltDataset(built.meta, frame, tuple(built.origins[at] for at in order))


AE_VARIABLES = (
    variable("STUDYID", mandatory=True, row=2),
    variable("USUBJID", mandatory=True, row=3),
    variable("AESEQ", "integer", mandatory=True, row=4),
    variable("AETERM", max_length=20, core="Req", row=5),
    variable("AESER", codelist="NY", row=6),
    variable("AEOUT", codelist="OUT", row=7),
    variable("AESTDTC", "partialDatetime", row=8),
    variable("AESTDY", "integer", row=9),
)
AE_RECORDS = """
STUDYID | USUBJID | AESEQ | AETERM | AESER | AEOUT              | AESTDTC    | AESTDY
TINY    | 01-001  | 1     | 头痛   | N     | RECOVERED/RESOLVED | 2020-03-01 | 1
TINY    | 01-001  | 2     | Fever  | N     |                    | 2020-02    |
TINY    | 01-002  | 1     | 肺炎   | Y     | FATAL              | 2020-04-02 | 3
"""


def adverse_events(table=AE_RECORDS, variables=AE_VARIABLES, **more):
    return dataset("AE", variables, table, keys=("STUDYID", "USUBJID", "AESEQ"), **more)
