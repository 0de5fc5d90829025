"""Tables of docs/interchange.md that follow from the code.

`python -m cdisc_pom.interchange.manual docs/interchange.md` writes them between their marks; a
test holds the page equal to the code.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from cdisc_pom.files import write_text
from cdisc_pom.interchange.keys import KEYS
from cdisc_pom.interchange.p21_forms import CURRENT, FORMER, Form
from cdisc_pom.spec.foreign_names import ATTRIBUTES, COLUMN_NAMES, NON_STANDARD, SHEET_NAMES
from cdisc_pom.spec.sheets import DESCRIBING

_MARK = re.compile(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", re.DOTALL)


def filled(page: str) -> str:
    """The page with each table as the code gives it."""

    def replace(found: re.Match[str]) -> str:
        lines = "\n".join(TABLES[found[1]]())
        return f"<!-- {found[1]} -->\n{lines}\n<!-- /{found[1]} -->"

    return _MARK.sub(replace, page)


def _columns() -> Iterator[str]:
    """Columns of ours by the forms of Pinnacle 21 that have them."""
    yield from _head(["sheet", "in both forms", "in the current one only", "in neither"])
    for row_type in DESCRIBING:
        groups: dict[str, list[str]] = {"both": [], "current": [], "neither": []}
        for column in row_type.headers():
            current, former = (_theirs(f, row_type.sheet, column) for f in (CURRENT, FORMER))
            named = f"{column} (former: {former})" if former not in ("", column) else column
            group = "both" if current and former else "current" if current else "neither"
            groups[group].append(named)
        title = row_type.sheet
        if title == CURRENT.define:
            title = f"{title} (former: {FORMER.define})"
        yield _row([title, *(", ".join(columns) for columns in groups.values())])


def _theirs(form: Form, sheet: str, column: str) -> str:
    """Their name of a column; conditions of where clauses stand in words in the current form."""
    if sheet == "WhereClauses":
        if column == "Comment":
            return "" if form.clauses_in_words else "Join Comment in ValueLevel"
        return column
    return next((theirs for theirs, ours in form.sheets[sheet].items() if ours == column), "")


def _aliases() -> Iterator[str]:
    """Other names that are understood on opening."""
    yield from _head(["where", "ours", "also understood"])
    for name, names in SHEET_NAMES.items():
        yield _row(["sheet", name, ", ".join(names)])
    for sheet, columns in COLUMN_NAMES.items():
        for name, names in columns.items():
            yield _row([sheet, name, ", ".join(names)])
    for theirs, ours in ATTRIBUTES.items():
        yield _row(["attributes of Define", ours, theirs])
    yield _row(["Datasets, Codelists", "Non-standard in Standard, Terminology",
                f"Yes in {', '.join(NON_STANDARD)}"])  # fmt: skip


def _keys() -> Iterator[str]:
    """Columns by which rows of two workbooks are matched."""
    yield from _head(["sheet", "key"])
    for sheet, columns in KEYS.items():
        yield _row([sheet, ", ".join(columns)])


TABLES = {"columns": _columns, "aliases": _aliases, "keys": _keys}


def _head(names: Sequence[str]) -> Iterator[str]:
    yield _row(names)
    yield "|" + "---|" * len(names)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_text(target, filled(target.read_text(encoding="utf-8")))
