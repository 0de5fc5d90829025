"""Code lists beside controlled terminology: terms, NCI codes, extensibility."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cdisc_pom.errors import Cell, nearest
from cdisc_pom.lint.context import Context, pins
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.spec.sheets import CodelistRow
from cdisc_pom.spec.workbook import Codelist, Workbook
from cdisc_pom.standards import StandardCodelist

_CODE = re.compile(r"C\d{3,7}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@rule("CT.VERSION", severity="note")
def terminology_is_not_at_hand(context: Context) -> Iterator[Found]:
    """The terminology that Define names is not at hand, or Define names none.

    Import it once with `cdisc-pom ct import`; the packed one covers the common code lists only.
    """
    for kind, book in context.study.workbooks.items():
        row = book.attributes.get("CT Version")
        place = row.cell("value") if row is not None else Cell(book.name, "Define")
        if not pins(book):
            hint = "Fill CT Publishing Set (SDTM) and CT Version (2025-03-28)."
            yield Found(place, "Define names no terminology.", hint)
        for pin in context.terminologies[kind].missing:
            yield Found(place, f"{pin} CT is not at hand.", "Import it: cdisc-pom ct import FILE.")


@rule("CT.DATE", severity="warning")
def terminology_is_of_another_date(context: Context) -> Iterator[Found]:
    """A code list names a terminology of another date than Define does."""
    for _, book, codelist in _lists(context):
        dates = {pin.version for pin in pins(book)}
        row = codelist.rows[0]
        found = _DATE.search(row.terminology or "")
        if found is not None and dates and found[0] not in dates:
            text = f"'{row.terminology}' is not of {', '.join(sorted(dates))}, which Define says."
            yield Found(row.cell("terminology"), text, "Say one date in both.")


@rule("CT.CODELIST")
def codelist_code_is_unknown(context: Context) -> Iterator[Found]:
    """A code list has an NCI code that is none, or that the terminology has not.

    With the packed terminology alone only the form of the code is checked.
    """
    for kind, _, codelist in _lists(context):
        row = codelist.rows[0]
        code = row.nci_codelist_code
        if code is None:
            continue
        terminology = context.terminologies[kind]
        if not _CODE.fullmatch(code):
            yield Found(
                row.cell("nci_codelist_code"), f"'{code}' is no NCI code.", "Such as C66742."
            )
        elif terminology.covers() and terminology.codelist(code) is None:
            near = nearest(code, terminology.known())
            hint = f"Did you mean '{near}'?" if near else ""
            text = f"{code} is no code list of the terminology."
            yield Found(row.cell("nci_codelist_code"), text, hint)


@rule("CT.UNCHECKED", severity="note")
def codelist_is_not_checked(context: Context) -> Iterator[Found]:
    """A code list is not in the packed terminology, or only in part; its terms are not checked.

    Import the published terminology with `cdisc-pom ct import` to check it.
    """
    for kind, _, codelist in _lists(context):
        row = codelist.rows[0]
        code = row.nci_codelist_code
        if code is None or not _CODE.fullmatch(code) or context.terminologies[kind].covers():
            continue
        found = context.terminologies[kind].codelist(code)
        unknown = [r for r in codelist.rows if found is not None and r.term not in found.codes]
        hint = "Import the whole: cdisc-pom ct import FILE."
        if found is None:
            text = f"{code} is not in the packed terminology; its terms are not checked."
            yield Found(row.cell("nci_codelist_code"), text, hint)
        elif not found.complete and unknown:
            names = ", ".join(r.term for r in unknown[:5]) + (" …" if len(unknown) > 5 else "")  # noqa: PLR2004
            text = f"{code} is packed in part; not checked: {names}."
            yield Found(row.cell("nci_codelist_code"), text, hint)


@rule("CT.NAME", severity="note")
def codelist_name_is_not_ncis(context: Context) -> Iterator[Found]:
    """A code list has another name than in the terminology."""
    for row, found in _standard(context):
        first = row.rows[0]
        if found.name.casefold() != first.name.casefold() and row.id == found.short_name:
            text = f"{found.code} is called '{found.name}', here '{first.name}'."
            yield Found(first.cell("name"), text, "Take its name, if that was not on purpose.")


@rule("CT.TERM")
def term_is_not_of_the_list(context: Context) -> Iterator[Found]:
    """A term is not in a code list that may not be extended.

    Choose one of its terms.
    """
    for codelist, found in _standard(context):
        if found.extensible or not found.complete:
            continue
        for row in codelist.rows:
            if row.term not in found.codes:
                near = nearest(row.term, found.codes)
                known = ", ".join(found.codes)
                hint = f"Did you mean '{near}'?" if near else f"Its terms: {known}."
                text = f"'{row.term}' is no term of {found.code}, which is not extensible."
                yield Found(row.cell("term"), text, hint)


@rule("CT.CASE")
def term_is_written_otherwise(context: Context) -> Iterator[Found]:
    """A term of an extensible list differs from one of its terms by case or spaces only.

    Submission values are written exactly as the terminology has them.
    """
    for codelist, found in _standard(context):
        if not found.extensible:
            continue
        folded = {_folded(value): value for value in found.codes}
        for row in codelist.rows:
            right = folded.get(_folded(row.term))
            if right is not None and row.term not in found.codes:
                text = f"'{row.term}' is written '{right}' in {found.code}."
                yield Found(row.cell("term"), text, f"Write '{right}'.")


@rule("CT.CODE")
def term_has_another_code(context: Context) -> Iterator[Found]:
    """A term has an NCI code that is another term's, or none of its list."""
    for codelist, found in _standard(context):
        for row in codelist.rows:
            given, right = row.nci_term_code, found.codes.get(row.term)
            if given is None or given == right:
                continue
            if right is not None:
                text = f"the code of '{row.term}' is {right}, not {given}."
                yield Found(row.cell("nci_term_code"), text, f"Write {right}.")
            elif given in found.values:
                text = f"{given} is the code of '{found.values[given]}', not of '{row.term}'."
                hint = f"Write '{found.values[given]}', or clear the code."
                yield Found(row.cell("nci_term_code"), text, hint)
            elif found.complete:
                text = f"{given} is no code of {found.code} ({found.name})."
                yield Found(row.cell("nci_term_code"), text, "A term of one's own has no code.")


@rule("CT.MISSING", severity="warning")
def term_has_no_code(context: Context) -> Iterator[Found]:
    """A term of the terminology stands without its NCI code."""
    for codelist, found in _standard(context):
        for row in codelist.rows:
            right = found.codes.get(row.term)
            if right is not None and row.nci_term_code is None:
                text = f"'{row.term}' has no NCI code."
                yield Found(row.cell("nci_term_code"), text, f"Write {right}.")


@rule("CT.EXTENDED", severity="note")
def list_is_extended(context: Context) -> Iterator[Found]:
    """An extensible code list is extended by a term of one's own.

    That is allowed; the reviewer's guide lists such terms.
    """
    for codelist, found in _standard(context):
        if not found.extensible or not found.complete:
            continue
        folded = {_folded(value) for value in found.codes}
        for row in codelist.rows:
            own = row.nci_term_code is None and row.term not in found.codes
            if own and _folded(row.term) not in folded:
                near = nearest(row.term, found.codes)
                hint = f"Nearest term: '{near}'." if near else ""
                yield Found(row.cell("term"), f"'{row.term}' extends {found.code}.", hint)


@rule("CT.PAIR")
def code_and_name_do_not_agree(context: Context) -> Iterator[Found]:
    """The decode of a test code is not the name that the terminology gives it.

    --TESTCD and --TEST lists share their NCI codes: HGB is Hemoglobin, nothing else.
    """
    for kind, book in context.study.workbooks.items():
        terminology = context.terminologies[kind]
        for name, codelist in book.codelists.items():
            if not name.endswith("CD"):
                continue
            pair = book.codelists.get(name.removesuffix("CD"))
            code = pair.rows[0].nci_codelist_code if pair is not None else None
            names = terminology.codelist(code) if code is not None else None
            if names is None:
                continue
            for row in codelist.rows:
                right = names.values.get(row.nci_term_code or "")
                if right is not None and row.decode not in (None, right):
                    text = f"{row.term} ({row.nci_term_code}) is '{right}', not '{row.decode}'."
                    yield Found(row.cell("decode"), text, f"Write '{right}'.")


@rule("CT.MIXED")
def list_has_two_heads(context: Context) -> Iterator[Found]:
    """The rows of a code list do not agree on its name, code or type."""
    for book in context.books:
        for codelist in book.codelists.values():
            first = codelist.rows[0]
            for row in codelist.rows[1:]:
                for field in ("name", "nci_codelist_code", "data_type", "terminology"):
                    one, two = getattr(first, field), getattr(row, field)
                    if two is not None and one != two:
                        text = f"'{two}' differs from '{one}' in the first row of '{row.id}'."
                        yield Found(row.cell(field), text, "Say it once.", (first.cell(field),))


@rule("CT.NUMBER")
def term_is_no_number(context: Context) -> Iterator[Found]:
    """A code list of numbers has a term that is none."""
    for book in context.books:
        for row in book.rows(CodelistRow):
            if row.data_type == "text":
                continue
            try:
                float(row.term)
            except ValueError:
                text = f"'{row.term}' is no number, but '{row.id}' is {row.data_type}."
                yield Found(row.cell("term"), text, "Make the list text, or mend the term.")


@rule("CT.LENGTH", severity="warning")
def term_is_longer_than_variable(context: Context) -> Iterator[Found]:
    """A term is longer than the Length of a variable that uses its list."""
    for book in context.books:
        for rows in context.variables.values():
            for variable in rows.values():
                codelist = book.codelists.get(variable.codelist or "")
                if codelist is None or not variable.length or variable.kind != "text":
                    continue
                if context.datasets.get(variable.dataset) is not book:
                    continue
                longest = max((row.term for row in codelist.rows), key=_size)
                if _size(longest) > variable.length:
                    text = (
                        f"{variable.variable} has {variable.length} bytes, "
                        f"'{longest}' of '{codelist.id}' needs {_size(longest)}."
                    )
                    yield Found(variable.cell("length"), text, "Raise the Length.")


def _size(text: str) -> int:
    return len(text.encode())


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def _lists(context: Context) -> Iterator[tuple[str, Workbook, Codelist]]:
    for kind, book in context.study.workbooks.items():
        yield from ((kind, book, codelist) for codelist in book.codelists.values())


def _standard(context: Context) -> Iterator[tuple[Codelist, StandardCodelist]]:
    """Code lists with an NCI code that the terminology has."""
    for kind, _, codelist in _lists(context):
        code = codelist.rows[0].nci_codelist_code
        found = context.terminologies[kind].codelist(code) if code is not None else None
        if found is not None:
            yield codelist, found
