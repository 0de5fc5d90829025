"""Labels as they stand in the transport files: one language, few bytes, an agency's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cdisc_pom.define import Language
from cdisc_pom.errors import Cell, Finding, SpecError
from cdisc_pom.package.profile import Profile
from cdisc_pom.spec.metadata import BuiltStandard, DatasetMeta, VariableMeta
from cdisc_pom.spec.rows import SheetRow

_PAIRS = {
    "(": ")", "[": "]", "{": "}", "\uff08": "\uff09", "\uff3b": "\uff3d", "\uff5b": "\uff5d",
    "【": "】", "〔": "〕", "《": "》", "〈": "〉", "「": "」", "『": "』", "“": "”", "‘": "’",
}  # fmt: skip
_SELF_PAIRED = "\"'\uff02\uff07"
_MARKS = frozenset({*_PAIRS, *_PAIRS.values(), *_SELF_PAIRED})
_RULE = "PKG.LABEL"


@dataclass(frozen=True)
class Label:
    """A label in one language and the cell that says it; variable is "" for a data set."""

    dataset: str
    variable: str
    text: str
    place: Cell


def chosen_labels(standard: BuiltStandard, language: Language) -> Iterator[Label]:
    """All labels of a language that are there: data sets, variables, supplemental qualifiers."""
    book = standard.workbook
    field = "label_zh" if language == "zh" else "label"
    for built in standard.datasets:
        meta = built.meta
        place = _place(book.datasets.get(meta.name), field, meta.cell, book.name, "Datasets")
        yield Label(meta.name, "", chosen_label(meta, language), place)
        for variable in meta.variables:
            row = book.variable(meta.name, variable.name)
            place = _place(row, field, variable.cell or meta.cell, book.name, "Variables")
            yield Label(meta.name, variable.name, chosen_label(variable, language), place)
        yield from _qualifier_labels(meta, language, book.name)


def chosen_label(meta: DatasetMeta | VariableMeta, language: Language) -> str:
    """The label of a data set or a variable in a language, "" where it has none."""
    return (meta.label_zh if language == "zh" else meta.label) or ""


def _qualifier_labels(meta: DatasetMeta, language: Language, workbook: str) -> Iterator[Label]:
    """QLABEL is a label too, though it stands in the data."""
    if meta.name.startswith("SUPP"):
        for value in meta.values:
            place = value.meta.cell or meta.cell or Cell(workbook, "Variables")
            yield Label(meta.name, value.meta.name, chosen_label(value.meta, language), place)


def _place(row: SheetRow | None, field: str, other: Cell | None, workbook: str, sheet: str) -> Cell:
    return row.cell(field) if row is not None else other or Cell(workbook, sheet)


def label_faults(
    labels: Iterable[Label], profile: Profile, *, encoding: str
) -> Iterator[SpecError]:
    """Labels that cannot be written: too many bytes, or characters the encoding has not."""
    for label in labels:
        name = _name(label)
        try:
            size = len(label.text.encode(encoding))
        except UnicodeEncodeError as error:
            missing = label.text[error.start : error.end]
            message = f"label of {name}: {encoding} has no bytes for '{missing}'."
            yield SpecError(label.place, message, "Write it in other words.")
            continue
        if size > profile.label_bytes:
            message = (
                f"label of {name} '{label.text}' has {len(label.text)} characters and needs {size} "
                f"bytes in {encoding}, {profile.label_bytes} are allowed."
            )
            hint = f"Shorten it by {size - profile.label_bytes} bytes."
            yield SpecError(label.place, message, hint)


def label_findings(labels: Iterable[Label], profile: Profile) -> Iterator[Finding]:
    """Labels that an agency does not accept.

    Source: NMPA, guideline on clinical trial data submission (2020-07); FDA, technical
    conformance guide.
    """
    for label in labels:
        for rule, message, message_zh in _broken_rules(label.text, profile):
            yield Finding(
                rule=f"{_RULE}.{rule}",
                severity="error",
                dataset=label.dataset,
                variable=label.variable,
                value=label.text,
                message=f"label '{label.text}' {message} ({profile.name}).",
                message_zh=f"标签“{label.text}”{message_zh}({profile.name})。",
                place=str(label.place),
            )


def _broken_rules(text: str, profile: Profile) -> Iterator[tuple[str, str, str]]:
    if not profile.label_first_digit and text[:1].isdigit():
        yield "DIGIT", "starts with a digit", "以数字开头"
    forbidden = "".join(sorted({each for each in text if each in profile.label_forbidden}))
    if forbidden:
        yield "CHARACTER", f"has the characters {forbidden}", f"含有字符{forbidden}"
    unpaired = unpaired_characters(text) if profile.label_pairs else ""
    if unpaired:
        yield "PAIR", f"has unpaired {unpaired}", f"含有不成对的{unpaired}"
    if profile.label_ascii and not text.isascii():
        yield "ASCII", "is not in ASCII", "含有非ASCII字符"


def unpaired_characters(text: str) -> str:
    """Quotes and brackets, half and full width, that have no partner.

    Example:
        >>> unpaired_characters("Dose (mg"), unpaired_characters("Subject's age")
        ('(', '')
    """
    if _MARKS.isdisjoint(text):  # most labels
        return ""
    closing = {close: start for start, close in _PAIRS.items()}
    opened: list[str] = []
    unpaired = []
    for character in _without_apostrophes(text):
        if character in _PAIRS:
            opened.append(character)
        elif character in closing:
            if opened and opened[-1] == closing[character]:
                opened.pop()
            else:
                unpaired.append(character)
    odd = [each for each in _SELF_PAIRED if _without_apostrophes(text).count(each) % 2]
    return "".join(dict.fromkeys([*unpaired, *opened, *odd]))


def _without_apostrophes(text: str) -> str:
    """The text without marks inside a word, which quote nothing: `subject's`."""
    return "".join(
        character
        for at, character in enumerate(text)
        if not (
            character in "'’"
            and text[max(at - 1, 0) : at].isalpha()
            and text[at + 1 : at + 2].isalpha()
        )
    )


def _name(label: Label) -> str:
    return f"{label.dataset}.{label.variable}" if label.variable else label.dataset
