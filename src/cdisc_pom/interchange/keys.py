"""What tells the rows of a sheet apart: by these columns two workbooks are compared."""

from __future__ import annotations

import re

from cdisc_pom.interchange.books import Book

# Several rows may share a key (the rows of Mapping that fill one variable); they are matched by
# what they say otherwise.
KEYS: dict[str, tuple[str, ...]] = {
    "Define": ("Attribute",),
    "Datasets": ("Dataset",),
    "Variables": ("Dataset", "Variable"),
    "ValueLevel": ("Dataset", "Variable", "Where Clause"),
    "WhereClauses": ("ID", "Variable"),
    "Codelists": ("ID", "Term"),
    "Dictionaries": ("ID",),
    "Methods": ("ID",),
    "Comments": ("ID",),
    "Documents": ("ID",),
    "Sources": ("Dataset", "Source"),
    "Mapping": ("Dataset", "Variable"),
    "Derivations": ("Dataset", "Variable"),
    "Findings": ("Dataset", "Source", "Column", "Testcd"),
    "Terms": ("Codelist", "Collected"),
    "Units": ("Testcd", "From", "To"),
    "Visits": ("Visit as collected",),
    "Parameters": ("Dataset", "PARAMCD"),
    "Events": ("Dataset", "PARAMCD", "Kind"),
    "Response": ("Dataset", "Component"),
    "Imputation": ("ID", "Missing part"),
    "Lookups": ("Table", "Key", "Key 2", "Key 3", "From"),
    "Ranges": ("Testcd", "Laboratory", "Sex", "Age from", "Valid from"),
    "Relations": ("Relation", "Dataset"),
    "Supplemental": ("Dataset", "Variable"),
    "Splits": ("Dataset", "Split"),
    "Windows": ("ID", "AVISIT"),
    "Grades": ("Test", "Direction", "Grade", "Baseline"),
    "Displays": ("Display", "Row label", "Statistic"),
}


def keys_of(book: Book, sheet: str) -> tuple[str, ...]:
    """Key columns of a sheet; none where rows can only be told apart by all they say."""
    if sheet in KEYS:
        return KEYS[sheet]
    if sheet in book.schema:
        # A sheet that is newer than the table: the columns that must be filled.
        return tuple(book.schema[sheet].required_headers())
    stated = str(book.datasets.get(sheet, {}).get("Key Variables", ""))
    there = book.named[sheet].header if sheet in book.named else ()
    return tuple(name for name in re.split(r"[\s,]+", stated) if name and name in there)
