"""Supplemental qualifiers: rows of Variables with us, SUPP-- data sets with everybody else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cdisc_pom.errors import Cell, Place
from cdisc_pom.interchange.books import Book, Row
from cdisc_pom.interchange.losses import Loss, grouped
from cdisc_pom.sdtm.supplemental import KEYS, VARIABLES

_ROLE = "Supplemental Qualifier"
# Cells that a variable and a value of QVAL have alike.
_SHARED = (
    "Label", "Label (zh)", "Data Type", "Length", "Significant Digits", "Format", "Mandatory",
    "Assigned Value", "Codelist", "Origin", "Source", "Pages", "Method", "Predecessor", "Comment",
    "Developer Notes",
)  # fmt: skip
# Cells of generated variables that follow from the data or the place.
_BY_DATA = ("Order", "Length")


def expand_supplemental(book: Book) -> Book:
    """SUPP-- data sets instead of variables with the role of a supplemental qualifier."""
    variables = book.rows("Variables")
    moved = [row for row in variables if _is_supplemental(row)]
    if not moved:
        return book
    kept = [row for row in variables if not _is_supplemental(row)]
    datasets: list[Row] = []
    values, clauses = list(book.rows("ValueLevel")), list(book.rows("WhereClauses"))
    for dataset in book.rows("Datasets"):
        datasets.append(dataset)
        rows = [row for row in moved if row.get("Dataset") == dataset.get("Dataset")]
        if rows:
            name = f"SUPP{dataset['Dataset']}"
            if name not in book.datasets:
                datasets.append(_dataset_row(dataset, name))
                kept += _variable_rows(name)
            rows = [_named(row, book.rows("Supplemental")) for row in rows]
            values += _value_rows(name, rows, len(_of(values, name)))
            clauses += [_clause_row(name, str(row["Variable"])) for row in rows]
    return book.with_rows({
        "Datasets": datasets, "Variables": kept, "ValueLevel": values, "WhereClauses": clauses,
    })  # fmt: skip


def fold_supplemental(book: Book) -> tuple[Book, tuple[Loss, ...]]:
    """Variables with the role of a supplemental qualifier instead of SUPP-- data sets.

    Only a data set whose values are all told apart by QNAM alone is folded.

    Returns:
        The workbook, and what the SUPP-- data sets said otherwise than ours will.
    """
    names = [name for name in book.datasets if _parent(name) in book.datasets]
    folded = {name: rows for name in names if (rows := _qualifiers(book, name))}
    if not folded:
        return book, ()
    variables = [row for row in book.rows("Variables") if row.get("Dataset") not in folded]
    for name, rows in folded.items():
        parent = _parent(name)
        last = max((_number(row.get("Order")) for row in _of(variables, parent)), default=0)
        variables += [
            {"Order": last + at, "Dataset": parent, "Variable": qualifier, "Role": _ROLE}
            | {column: row[column] for column in _SHARED if column in row}
            for at, (qualifier, row) in enumerate(rows, start=1)
        ]
    values = [row for row in book.rows("ValueLevel") if row.get("Dataset") not in folded]
    used = {row.get("Where Clause") for row in values}
    made = book.with_rows({
        "Datasets": [r for r in book.rows("Datasets") if r.get("Dataset") not in folded],
        "Variables": variables,
        "ValueLevel": values,
        "WhereClauses": [
            row for row in book.rows("WhereClauses")
            if row.get("ID") in used or row.get("Dataset") not in folded
        ],
    })  # fmt: skip
    return made, grouped(_said_otherwise(book, expand_supplemental(made), list(folded)))


def _is_supplemental(row: Row) -> bool:
    return str(row.get("Role", "")).casefold().startswith("supplemental")


def _named(row: Row, names: Sequence[Row]) -> Row:
    """A qualifier as the sheet Supplemental calls it."""
    pair = (row.get("Dataset"), row.get("Variable"))
    own = next((each for each in names if (each.get("Dataset"), each.get("Variable")) == pair), {})
    columns = {"QNAM": "Variable", "QLABEL": "Label", "QLABEL (zh)": "Label (zh)"}
    return row | {column: own[name] for name, column in columns.items() if name in own}


def _parent(name: str) -> str:
    return name[4:] if name.startswith("SUPP") else ""


def _of(rows: Sequence[Row], dataset: str) -> list[Row]:
    return [row for row in rows if row.get("Dataset") == dataset]


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() or isinstance(value, (int, float)) else 0


def _dataset_row(parent: Row, name: str) -> Row:
    row = {
        "Dataset": name,
        "Label": f"Supplemental Qualifiers for {parent['Dataset']}",
        "Label (zh)": f"{parent['Dataset']} 的补充限定变量",
        "Class": "RELATIONSHIP",
        "Structure": "One record per supplemental qualifier per related parent domain record",
        "Structure (zh)": "每条相关父域记录的每个补充限定变量一条记录",
        "Key Variables": ", ".join(KEYS),
        "Standard": parent.get("Standard"),
        "Repeating": "Yes",
        "Reference Data": "No",
    }
    return {column: cell for column, cell in row.items() if cell is not None}


def _variable_rows(name: str) -> Iterator[Row]:
    for order, (variable, label, label_zh, role, core) in enumerate(VARIABLES, start=1):
        value = variable == "QVAL"
        yield {
            "Order": order, "Dataset": name, "Variable": variable, "Label": label,
            "Label (zh)": label_zh, "Data Type": "text",
            "Mandatory": "Yes" if core == "Req" else "No",
            "Origin": "Collected" if value else "Assigned",
            "Source": "Investigator" if value else "Sponsor", "Role": role, "Core": core,
        }  # fmt: skip


def _value_rows(name: str, rows: Sequence[Row], before: int) -> Iterator[Row]:
    for order, row in enumerate(rows, start=before + 1):
        yield {
            "Order": order, "Dataset": name, "Variable": "QVAL",
            "Where Clause": f"{name}.QNAM.{row['Variable']}",
        } | {column: row[column] for column in _SHARED if column in row}  # fmt: skip


def _clause_row(name: str, variable: str) -> Row:
    return {
        "ID": f"{name}.QNAM.{variable}", "Dataset": name, "Variable": "QNAM", "Comparator": "EQ",
        "Value": variable,
    }  # fmt: skip


def _qualifiers(book: Book, name: str) -> list[tuple[str, Row]]:
    """Values of QVAL by QNAM; none where another clause stands among them."""
    clauses: dict[str, list[Row]] = {}
    for row in book.rows("WhereClauses"):
        clauses.setdefault(str(row.get("ID")), []).append(row)
    found = []
    for row in _of(book.rows("ValueLevel"), name):
        conditions = clauses.get(str(row.get("Where Clause")), [])
        if row.get("Variable") != "QVAL" or len(conditions) != 1:
            return []
        if conditions[0].get("Variable") != "QNAM" or conditions[0].get("Comparator") != "EQ":
            return []
        found.append((str(conditions[0].get("Value")), row))
    return found


def _said_otherwise(
    book: Book, again: Book, names: Sequence[str]
) -> Iterator[tuple[str, Place | None, str]]:
    """Cells of SUPP-- data sets and their variables that will be made anew with other words."""
    for sheet, key in (("Datasets", ("Dataset",)), ("Variables", ("Dataset", "Variable"))):
        made = {tuple(row.get(part) for part in key): row for row in again.rows(sheet)}
        for row in book.rows(sheet):
            if row.get("Dataset") not in names:
                continue
            other = made.get(tuple(row.get(part) for part in key), {})
            for column, cell in row.items():
                if column not in _BY_DATA and str(other.get(column, "")) != str(cell):
                    what = f"{sheet}/{column} of SUPP-- data sets, made anew"
                    yield what, Cell(book.name, sheet), f"{row.get('Dataset')} {cell}"
