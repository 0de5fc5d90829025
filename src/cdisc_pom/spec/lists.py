"""Drop-downs whose words do not fit into a cell's rule: they stand in a hidden sheet.

Excel keeps a list of up to 255 characters in the rule of a cell. Longer ones (names of
algorithms, code lists) stand in the sheet `Lists`, which belongs to Excel alone: reading a
workbook passes over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook as Book
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cdisc_pom.spec.workbook import LISTS

# Words of a drop-down by sheet and column header; other words may be typed too.
Lists = Mapping[tuple[str, str], Sequence[str]]

_ROOM = 500  # rows that people may add
# Marks of proposals in a Note, and the colour of the rows that ask for a look.
_MARKS = (("guess", "FFE699"), ("likely", "FFF9E5"))


def add_lists(book: Book, lists: Lists) -> None:
    """Give columns drop-downs from a hidden sheet; a word that is not in the list may be typed."""
    used = {key: tuple(found) for key, found in lists.items() if found and _at(book, key)}
    words = sorted(set(used.values()))
    if not words:
        return
    hidden = book.create_sheet(LISTS)
    hidden.sheet_state = "hidden"
    places: dict[tuple[str, ...], str] = {}
    for column, choices in enumerate(words, start=1):
        letter = get_column_letter(column)
        for row, word in enumerate(choices, start=1):
            cell = hidden.cell(row, column, word)
            cell.number_format, cell.data_type = "@", "s"
        places[choices] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(choices)}"
    for (name, header), choices in used.items():
        sheet = book[name]
        rule = DataValidation("list", formula1=places[choices], allow_blank=True)
        rule.showErrorMessage = False
        sheet.add_data_validation(rule)
        letter = get_column_letter(_at(book, (name, header)))
        rule.add(f"{letter}2:{letter}{sheet.max_row + _ROOM}")


def mark_proposals(sheet: Worksheet, header: Sequence[str], note: str = "Note") -> None:
    """Colour the rows whose Note says that they are a guess, or likely only."""
    if note not in header:
        return
    letter = get_column_letter(list(header).index(note) + 1)
    area = f"A2:{get_column_letter(len(header))}{sheet.max_row + _ROOM}"
    for word, colour in _MARKS:
        fill = PatternFill("solid", start_color=colour, end_color=colour)
        formula = f'LEFT(${letter}2,{len(word)})="{word}"'
        sheet.conditional_formatting.add(area, FormulaRule(formula=[formula], fill=fill))


def _at(book: Book, key: tuple[str, str]) -> int:
    """Number of a column by its sheet and header, 0 when there is none."""
    name, header = key
    if name not in book.sheetnames:
        return 0
    names = [cell.value for cell in book[name][1]]
    return names.index(header) + 1 if header in names else 0
