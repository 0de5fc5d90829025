"""What differs between two specifications: rows added, removed, changed, renamed, moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cdisc_pom.errors import Cell
from cdisc_pom.interchange.books import Book, Row
from cdisc_pom.interchange.diff_match import Pair, key_of, match_rows, moved
from cdisc_pom.interchange.keys import keys_of
from cdisc_pom.interchange.yaml_text import plain_number
from cdisc_pom.spec.cells import column_letters, is_blank

Kind = Literal["added", "removed", "changed", "renamed", "moved"]
KINDS: tuple[Kind, ...] = ("added", "removed", "changed", "renamed", "moved")


@dataclass(frozen=True)
class CellChange:
    """A cell that says something else; None where it was or is empty."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RowChange:
    """A row that differs, with its place in both files.

    `key` is that of the row as it is now, `former` what it was where it was renamed. A row that
    moved and says something else is `changed` with `moved` set.
    """

    kind: Kind
    key: tuple[str, ...]
    cells: tuple[CellChange, ...] = ()
    former: tuple[str, ...] | None = None
    moved: bool = False
    before: Row | None = None
    after: Row | None = None
    before_at: Cell | None = None
    after_at: Cell | None = None


@dataclass(frozen=True)
class SheetDiff:
    """A sheet of both workbooks.

    `lines` are all rows in the order of the later sheet, removed ones where they stood: the row
    and its change, None where nothing changed.
    """

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    added_columns: tuple[str, ...]
    removed_columns: tuple[str, ...]
    reordered_columns: bool
    only: Literal["", "before", "after"]
    lines: tuple[tuple[Row, RowChange | None], ...]

    @property
    def changes(self) -> list[RowChange]:
        """Rows that differ."""
        return [change for _, change in self.lines if change is not None]

    @property
    def counts(self) -> dict[str, int]:
        """Rows that differ, by kind."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        columns = self.added_columns or self.removed_columns or self.reordered_columns
        return not (self.changes or columns or self.only)


@dataclass(frozen=True)
class BookDiff:
    """Two workbooks compared, sheet by sheet in the order of the later one."""

    before: str
    after: str
    sheets: tuple[SheetDiff, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return all(sheet.equal for sheet in self.sheets)


def compare_books(before: Book, after: Book) -> BookDiff:
    """What differs between two workbooks.

    Rows are matched by the key of their sheet (`keys.KEYS`), so their order does not matter for
    that; rows that stand in another order are told apart as `moved`. A number and the text that
    shows it are the same where the language reads a number.
    """
    names = list(after.named) + [name for name in before.named if name not in after.named]
    return BookDiff(
        before.name, after.name, tuple(_compare_sheets(before, after, name) for name in names)
    )


def _compare_sheets(before: Book, after: Book, name: str) -> SheetDiff:
    keys = keys_of(after if name in after.named else before, name)
    one, other = (_side(book, name, _is_table(before, after, name)) for book in (before, after))
    common = [[column for column in side.columns if column in against.columns]
              for side, against in ((one, other), (other, one))]  # fmt: skip
    added = [column for column in other.columns if column not in one.columns]
    removed = [column for column in one.columns if column not in other.columns]
    only: Literal["", "before", "after"] = ""
    if name not in after.named or name not in before.named:
        only, added, removed = "before" if name in before.named else "after", [], []
    return SheetDiff(
        name=name,
        keys=keys,
        columns=tuple(dict.fromkeys([*other.columns, *one.columns])),
        added_columns=tuple(added),
        removed_columns=tuple(removed),
        reordered_columns=common[0] != common[1],
        only=only,
        lines=tuple(_lines(one, other, keys)),
    )


@dataclass(frozen=True)
class _Side:
    columns: list[str]
    rows: list[Row]
    places: list[Cell]


def _is_table(before: Book, after: Book, name: str) -> bool:
    return any(name in book.named and book.is_table(book.named[name]) for book in (before, after))


def _side(book: Book, name: str, is_table: bool) -> _Side:
    """Columns, rows and places of a sheet; without a header columns go by their letters."""
    sheet = book.named.get(name)
    if sheet is None:
        return _Side([], [], [])
    records, numbers, header = sheet.records, sheet.rows, list(sheet.header)
    if not is_table:
        records, numbers, header = (sheet.first, *records), (1, *numbers), [""] * len(header)
    columns = [column or f"[{column_letters(at)}]" for at, column in enumerate(header)]
    rows, places = [], []
    for number, record in zip(numbers, records, strict=True):
        row = {
            column: _comparable(book, name, column, cell)
            for column, cell in zip(columns, record, strict=False)
            if not is_blank(cell)
        }
        if row:
            rows.append(row)
            places.append(Cell(book.name, sheet.place_name, str(number)))
    used = {column for row in rows for column in row}
    named = [c for c, stated in zip(columns, header, strict=True) if stated or c in used]
    return _Side(named, rows, places)


def _comparable(book: Book, name: str, column: str, cell: Any) -> Any:
    """A cell as the language reads it: text without spaces around, numbers as numbers."""
    if isinstance(cell, str):
        cell = cell.strip()
    cell = plain_number(cell)
    row_type = book.schema.get(name)
    field = row_type.headers().get(column) if row_type is not None else None
    if row_type is not None and field is not None and row_type.takes_number(field):
        try:
            return plain_number(float(cell))
        except (TypeError, ValueError):
            return cell
    if row_type is None and name in book.datasets:
        return str(cell)  # contents are text
    return cell


def _lines(one: _Side, other: _Side, keys: Sequence[str]) -> Iterator[tuple[Row, RowChange | None]]:
    """Rows of the later sheet with their change, and removed rows where they stood."""
    pairs, renamed = match_rows(one.rows, other.rows, keys)
    displaced = moved(pairs)
    partner = {j: i for i, j in pairs}
    gone = _gone(len(one.rows), pairs)
    for j in range(-1, len(other.rows)):
        if j >= 0:
            i = partner.get(j)
            if i is None:
                row, at = other.rows[j], other.places[j]
                yield row, RowChange("added", key_of(row, keys), after=row, after_at=at)
            else:
                how = ((i, j) in renamed, (i, j) in displaced)
                yield other.rows[j], _change(one, other, (i, j), keys, how)
        for i in gone.get(j, ()):
            row, at = one.rows[i], one.places[i]
            yield row, RowChange("removed", key_of(row, keys), before=row, before_at=at)


def _gone(count: int, pairs: Sequence[Pair]) -> dict[int, list[int]]:
    """Removed rows by the later row that they stand behind; -1 is the start."""
    partner = dict(pairs)
    found: dict[int, list[int]] = {}
    behind = -1
    for i in range(count):
        if i in partner:
            behind = partner[i]
        else:
            found.setdefault(behind, []).append(i)
    return found


def _change(
    one: _Side, other: _Side, pair: Pair, keys: Sequence[str], how: tuple[bool, bool]
) -> RowChange | None:
    (i, j), (renamed, displaced) = pair, how
    before, after = one.rows[i], other.rows[j]
    cells = tuple(
        CellChange(column, before.get(column), after.get(column))
        for column in dict.fromkeys([*after, *before])
        if before.get(column) != after.get(column)
    )
    if not cells and not displaced:
        return None
    kind: Kind = "renamed" if renamed else "changed" if cells else "moved"
    return RowChange(
        kind, key_of(after, keys), cells, key_of(before, keys) if renamed else None, displaced,
        before, after, one.places[i], other.places[j],
    )  # fmt: skip
