"""The forms of Pinnacle 21's Excel specification: sheets, columns, words.

`former` is that of Community 2 and 3 (Define-XML 2.0): sheet Study, `Description`, where clauses
in a sheet of their own. `current` is that of Community 4 and Enterprise (Define-XML 2.1): sheet
Define, `Label`, where clauses in words. A column is written `theirs=ours` where the names differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdisc_pom.spec import foreign_names

_ITEM = "Data Type, Length, Significant Digits, Format, Mandatory"


@dataclass(frozen=True)
class Form:
    """Columns by sheet, in their order; each with the column of ours that it holds."""

    name: str
    sheets: Mapping[str, Mapping[str, str]]
    define: str
    clauses_in_words: bool


def _columns(text: str) -> dict[str, str]:
    pairs = [part.strip().partition("=") for part in text.split(",")]
    return {theirs: ours or theirs for theirs, _, ours in pairs}


def _form(name: str, define: str, sheets: Mapping[str, str], *, clauses_in_words: bool) -> Form:
    made = {sheet: _columns(text) for sheet, text in sheets.items()}
    return Form(name, made, define, clauses_in_words)


_TEXTS = {
    "Dictionaries": "ID, Name, Data Type, Dictionary, Version",
    "Methods": (
        "ID, Name, Type, Description, Expression Context, Expression Code, Document, Pages"
    ),
    "Comments": "ID, Description, Document, Pages",
    "Documents": "ID, Title, Href",
}

CURRENT = _form(
    "current",
    "Define",
    {
        "Define": "Attribute, Value",
        "Datasets": (
            "Dataset, Label, Class, SubClass, Structure, Key Variables, Standard, Has No Data,"
            "Repeating, Reference Data, Comment, Developer Notes"
        ),
        "Variables": (
            f"Order, Dataset, Variable, Label, {_ITEM}, Assigned Value, Codelist, Common, Origin,"
            "Source, Pages, Method, Predecessor, Role, Has No Data, Comment, Developer Notes"
        ),
        "ValueLevel": (
            f"Order, Dataset, Variable, Where Clause, Label, {_ITEM}, Assigned Value, Codelist,"
            "Origin, Source, Pages, Method, Predecessor, Comment, Developer Notes"
        ),
        "Codelists": (
            "ID, Name, NCI Codelist Code, Data Type, Terminology, Comment, Order, Term,"
            "NCI Term Code, Decoded Value"
        ),
        **_TEXTS,
    },
    clauses_in_words=True,
)
FORMER = _form(
    "former",
    "Study",
    {
        "Define": "Attribute, Value",
        "Datasets": (
            "Dataset, Description=Label, Class, Structure, Purpose, Key Variables, Repeating,"
            "Reference Data, Comment"
        ),
        "Variables": (
            f"Order, Dataset, Variable, Label, {_ITEM}, Codelist, Origin, Pages, Method,"
            "Predecessor, Role, Comment"
        ),
        "ValueLevel": (
            f"Order, Dataset, Variable, Where Clause, Description=Label, {_ITEM}, Codelist, Origin,"
            "Pages, Method, Predecessor, Comment, Join Comment"
        ),
        "WhereClauses": "ID, Dataset, Variable, Comparator, Value",
        "Codelists": "ID, Name, NCI Codelist Code, Data Type, Order, Term, NCI Term Code,"
        "Decoded Value",
        **_TEXTS,
    },
    clauses_in_words=False,
)
FORMS = {form.name: form for form in (CURRENT, FORMER)}
PURPOSES = {"sdtm": "Tabulation", "adam": "Analysis"}
# Implementation guides as Pinnacle 21 spells them.
GUIDES = {ours: theirs for theirs, ours in foreign_names.GUIDES.items()}
