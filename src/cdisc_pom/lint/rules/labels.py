"""Labels: bytes, characters and language that an agency accepts."""

from __future__ import annotations

from collections.abc import Iterator

from cdisc_pom.lint.context import Context
from cdisc_pom.lint.model import Found
from cdisc_pom.lint.registry import rule
from cdisc_pom.package.labels import unpaired_characters
from cdisc_pom.spec.sheets import DatasetRow, VariableRow
from cdisc_pom.spec.workbook import Workbook

_ENGLISH_BYTES = 40


@rule("LABEL.BYTES")
def label_is_too_long(context: Context) -> Iterator[Found]:
    """A label needs more bytes than a transport file has for it.

    40 bytes: 40 English letters, 13 Chinese characters in UTF-8, 20 in GB 18030.
    """
    for row, field, text, chinese in _labels(context):
        encoding = context.encoding if chinese else "utf-8"
        limit = context.profile.label_bytes if chinese else _ENGLISH_BYTES
        size = len(text.encode(encoding, "replace"))
        if size > limit:
            message = f"'{text}' needs {size} bytes in {encoding}, {limit} are allowed."
            yield Found(row.cell(field), message, f"Shorten it by {size - limit} bytes.")


@rule("LABEL.ENCODING")
def label_cannot_be_encoded(context: Context) -> Iterator[Found]:
    """A label holds a character that the encoding of the transport files has not."""
    for row, field, text, chinese in _labels(context):
        if not chinese:
            continue
        try:
            text.encode(context.encoding)
        except UnicodeEncodeError as error:
            odd = text[error.start : error.end]
            message = f"'{text}': {context.encoding} has no bytes for '{odd}'."
            yield Found(row.cell(field), message, "Write it in other words.")


@rule("LABEL.MISSING", severity="warning")
def label_is_missing(context: Context) -> Iterator[Found]:
    """A data set or variable has no Chinese label where the agency asks for one.

    The NMPA wants labels of data sets and variables in Chinese.
    """
    if context.profile.label_language != "zh":
        return
    for book in context.books:
        for row in _labelled(book):
            if row.label_zh is None:
                name = row.dataset if isinstance(row, DatasetRow) else row.variable
                text = f"{name} has no Chinese label ({context.profile.name} asks for one)."
                yield Found(row.cell("label_zh"), text, "Fill Label (zh).")


@rule("LABEL.DIGIT")
def label_starts_with_a_digit(context: Context) -> Iterator[Found]:
    """A label starts with a digit, which the agency does not accept."""
    if context.profile.label_first_digit:
        return
    for row, field, text, chinese in _labels(context):
        if chinese and text[:1].isdigit():
            yield Found(row.cell(field), f"'{text}' starts with a digit.", "Start with a word.")


@rule("LABEL.CHARACTER")
def label_has_forbidden_characters(context: Context) -> Iterator[Found]:
    """A label holds characters that the agency does not accept."""
    for row, field, text, chinese in _labels(context):
        odd = "".join(sorted({each for each in text if each in context.profile.label_forbidden}))
        if chinese and odd:
            yield Found(row.cell(field), f"'{text}' has the characters {odd}.", "Use words.")
        if not chinese and not text.isascii():
            odd = "".join(sorted({each for each in text if not each.isascii()}))
            message = f"'{text}' is not in ASCII ({odd})."
            yield Found(row.cell(field), message, "English labels hold ASCII characters only.")


@rule("LABEL.PAIR", severity="warning")
def label_has_unpaired_marks(context: Context) -> Iterator[Found]:
    """A label has a quote or bracket, half or full width, without its partner."""
    if not context.profile.label_pairs:
        return
    for row, field, text, _ in _labels(context):
        odd = unpaired_characters(text)
        if odd:
            yield Found(row.cell(field), f"'{text}' has unpaired {odd}.", "Close it, or drop it.")


@rule("LABEL.TWICE", severity="warning")
def label_stands_twice(context: Context) -> Iterator[Found]:
    """Two variables of a data set have one label."""
    for book in context.books:
        for field in ("label", "label_zh"):
            for name in book.datasets:
                first: dict[str, VariableRow] = {}
                for row in book.variables(name):
                    text = getattr(row, field)
                    other = first.setdefault(text, row) if text else row
                    if other is not row:
                        message = f"'{text}' is the label of {other.variable} too."
                        hint = "A label tells a variable from the others."
                        yield Found(row.cell(field), message, hint, (other.cell(field),))


def _labelled(book: Workbook) -> Iterator[DatasetRow | VariableRow]:
    yield from book.rows(DatasetRow)
    yield from book.rows(VariableRow)


def _labels(context: Context) -> Iterator[tuple[DatasetRow | VariableRow, str, str, bool]]:
    """Row, field, text and whether it is Chinese, of every label that is there."""
    for book in context.books:
        for row in _labelled(book):
            if row.label:
                yield row, "label", row.label, False
            if row.label_zh is not None and context.profile.label_language == "zh":
                yield row, "label_zh", row.label_zh, True
