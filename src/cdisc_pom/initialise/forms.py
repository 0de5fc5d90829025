"""Which domain a raw form belongs to: by its name, or by its columns."""

from __future__ import annotations

from dataclasses import dataclass

from cdisc_pom.initialise.survey import RawTable, Survey
from cdisc_pom.initialise.words import FormWords, form_words, parts, squash

_ENOUGH_COLUMNS = 3


@dataclass(frozen=True)
class FormOf:
    """A form, the domain that its records go to, and why."""

    table: RawTable
    domain: str
    sure: bool
    reason: str
    category: str = ""
    specimen: str = ""


def forms_of(survey: Survey) -> dict[str, FormOf]:
    """The forms whose domain is recognised, by form."""
    found = {name: _by_name(table) or _by_columns(table) for name, table in survey.forms.items()}
    return {name: item for name, item in found.items() if item is not None}


def _by_name(table: RawTable) -> FormOf | None:
    """The form's whole name, without a number or a word such as `form` beside it."""
    names = [part for part in parts(table.name) if not part.isdigit() and part not in _FILLERS]
    whole = squash("".join(names))
    for words in form_words():
        if whole in words.words:
            return _form_of(table, words, sure=True, reason=f"by the form's name {table.name}")
    for words in form_words():
        if any(part in words.words for part in names if len(part) > 2):  # noqa: PLR2004
            return _form_of(table, words, sure=False, reason=f"by the form's name {table.name}")
    return None


_FILLERS = frozenset({"FORM", "CRF", "DATA", "RAW", "EXPORT", "表", "数据"})


def _by_columns(table: RawTable) -> FormOf | None:
    """Columns that start with a domain's code: AETERM, AESTDAT, AESER."""
    names = [squash(name) for name in table.columns]
    best: tuple[int, FormWords] | None = None
    for words in form_words():
        if words.category:
            continue
        count = sum(name.startswith(words.domain) and len(name) > len(words.domain) + 1
                    for name in names)  # fmt: skip
        if count >= _ENOUGH_COLUMNS and (best is None or count > best[0]):
            best = count, words
    if best is None:
        return None
    reason = f"by {best[0]} columns that start with {best[1].domain}"
    return _form_of(table, best[1], sure=False, reason=reason)


def _form_of(table: RawTable, words: FormWords, *, sure: bool, reason: str) -> FormOf:
    return FormOf(table, words.domain, sure, reason, words.category, words.specimen)
