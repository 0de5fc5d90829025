"""A tiny study: four forms as an EDC exports them, and the cells that people fill."""

from __future__ import annotations

import textwrap
from pathlib import Path

import openpyxl

FORMS = {
    "demographics": """
        Study,Site,Subject,Visit,Birth Date,Sex,Race,Consent Date
        TINY,01,001,Screening,1960-05-02,Male,Asian,2024-02-20
        TINY,01,002,Screening,1971-11-30,Female,Asian,2024-02-22
        TINY,02,003,Screening,1955-01-30,Male,White,2024-03-01
    """,
    "exposure": """
        Study,Site,Subject,Drug Name,Start Date,End Date,Dose,Dose Unit,Dose Form,Frequency,Route
        TINY,01,001,STUDY DRUG,2024-03-01,2024-03-21,4,mg,Capsule,once daily,Oral
        TINY,01,002,STUDY DRUG,2024-03-04,2024-03-24,4,mg,Capsule,once daily,Oral
        TINY,02,003,STUDY DRUG,2024-03-11,2024-03-31,2,mg,Capsule,once daily,PO
    """,
    "adverse_events": """
        Study,Site,Subject,Event No,Adverse Event,Preferred Term,System Organ Class,Start Date,End Date,Severity,Serious,Hospitalization,Action Taken,Outcome,Relationship
        TINY,01,001,1,headache,Headache,Nervous system disorders,05-MAR-2024,06-MAR-2024,Mild,No,No,None,Recovered,Related
        TINY,01,001,2,nausea,Nausea,Gastrointestinal disorders,28-FEB-2024,,Moderate,No,No,None,Ongoing,Not related
        TINY,02,003,1,fever,Pyrexia,General disorders,12-MAR-2024,15-MAR-2024,Severe,Yes,Yes,Interrupted,Recovered,Related
    """,
    "vital_signs": """
        Study,Site,Subject,Visit,Date,SYSBP,SYSBP Unit,Weight
        TINY,01,001,Screening,2024-02-25,128,mmHg,70.5
        TINY,01,001,Week 1,2024-03-08,131,mm Hg,70.1
        TINY,01,002,Screening,2024-02-26,117,mmHg,58
        TINY,02,003,Week 1,2024-03-18,142,mmHg,81.2
    """,
}
# What stays open after `init` and is filled by hand: sheet, row, column, value.
CONSTANTS = {
    "COUNTRY": "CHN", "ARM": "Study Drug", "ARMCD": "DRUG", "ACTARM": "Study Drug",
    "ACTARMCD": "DRUG",
}  # fmt: skip
EMPTY = {
    "DM": ("RFPENDTC", "DTHDTC", "DTHFL", "ARMNRS", "ACTARMUD"),
    "AE": ("AELLT", "AELLTCD", "AEPTCD", "AEHLT", "AEHLTCD", "AEHLGT", "AEHLGTCD", "AEBDSYCD", "AESOCCD"),
}  # fmt: skip


def write_forms(folder: Path, forms: dict[str, str] = FORMS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in forms.items():
        content = textwrap.dedent(text).strip() + "\n"
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def rows(path: Path, sheet: str) -> list[dict[str, object]]:
    """Rows of a sheet by header, the empty cells left out."""
    header, *records = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [
        {name: cell for name, cell in zip(header, record, strict=False) if cell is not None}
        for record in records
    ]


def edit(path: Path, sheet: str, where: dict[str, str], column: str, value: str) -> None:
    """Type a value into a cell, as people do in Excel."""
    book = openpyxl.load_workbook(path)
    cells = book[sheet]
    header = [cell.value for cell in cells[1]]
    for row in cells.iter_rows(min_row=2):
        found = {name: cell.value for name, cell in zip(header, row, strict=False)}
        if all(found[name] == wanted for name, wanted in where.items()):
            row[header.index(column)].value = value
            book.save(path)
            return
    raise AssertionError(f"no row {where} in {sheet}")


def fill(folder: Path) -> None:
    """Fill what `init` left open."""
    for name in ("sdtm", "adam"):
        if (folder / f"{name}.xlsx").exists():
            where = {"Attribute": "StudyDescription"}
            edit(folder / f"{name}.xlsx", "Define", where, "Value", "A tiny study")
    sdtm = folder / "sdtm.xlsx"
    for variable, value in CONSTANTS.items():
        where = {"Dataset": "DM", "Variable": variable}
        edit(sdtm, "Variables", where, "Assigned Value", value)
    for dataset, variables in EMPTY.items():
        for variable in variables:
            where = {"Dataset": dataset, "Variable": variable}
            edit(sdtm, "Variables", where, "Has No Data", "Yes")
