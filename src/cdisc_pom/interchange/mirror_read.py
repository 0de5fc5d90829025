"""Reading the YAML mirror of a workbook: all faults at once, each at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from cdisc_pom.errors import Collector, did_you_mean
from cdisc_pom.interchange.books import Book, sheet_of
from cdisc_pom.interchange.yaml_nodes import Node, cell_value, line_of, read_nodes
from cdisc_pom.spec.cells import SheetCells
from cdisc_pom.spec.sheets import SHEETS

INDEX = "workbook.yaml"
VERSION = 1
_LONGEST_NAME, _LONGEST_TEXT = 31, 32767  # what Excel allows
_NOT_IN_EXCEL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LETTERS = re.compile(r"[A-Z]{1,3}")


def read_mirror(path: Path) -> Book:
    """The workbook that a mirror holds.

    Args:
        path: the file, or the folder.

    Raises:
        Problems: a file is missing or no YAML, or what stands in it is no mirror of a workbook.
    """
    reader = _Reader()
    main = path / INDEX if path.is_dir() else path
    top = reader.mapping(main, read_nodes(main), ("mirror", "standard", "sheets"))
    kind = reader.word(main, top.get("standard"), "standard", tuple(SHEETS))
    sheets = []
    for node in reader.items(main, top.get("sheets"), "sheets"):
        sheet = reader.listed(path, main, node) if path.is_dir() else reader.sheet(main, node)
        if sheet is not None:
            sheets.append(sheet)
    reader.faults.stop()
    return Book(path.name, kind, tuple(sheets))


def listed_files(folder: Path) -> list[str]:
    """Files that the index of a folder names; none where there is no index that can be read."""
    try:
        content = yaml.safe_load((folder / INDEX).read_text(encoding="utf-8"))
        return [str(sheet["file"]) for sheet in content["sheets"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError):
        return []


@dataclass
class _Reader:
    faults: Collector = field(default_factory=Collector)
    names: set[str] = field(default_factory=set)

    def mapping(self, path: Path, node: Node, known: tuple[str, ...]) -> dict[str, Node]:
        """Values by key; keys that are unknown or stand twice are faults."""
        found: dict[str, Node] = {}
        for key, value in self.pairs(path, node):
            if key.value not in known:
                self.faults.unknown("key", key.value, known, place=line_of(path, key))
            else:
                found[key.value] = value
        return found

    def pairs(self, path: Path, node: Node) -> Iterator[tuple[Node, Node]]:
        """Keys and values of a mapping; a key that stands twice is a fault."""
        if not isinstance(node, yaml.nodes.MappingNode):
            self.faults.add(line_of(path, node), "is no mapping of keys to values.")
            return
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                self.faults.add(line_of(path, key), f"'{key.value}' stands twice.")
                continue
            seen.add(key.value)
            yield key, value

    def items(self, path: Path, node: Node | None, what: str) -> list[Node]:
        """The nodes of a list; a missing list is empty."""
        if node is None:
            return []
        if not isinstance(node, yaml.nodes.SequenceNode):
            self.faults.add(line_of(path, node), f"'{what}' is no list.")
            return []
        return list(node.value)

    def word(self, path: Path, node: Node | None, what: str, known: tuple[str, ...]) -> str:
        found = str(node.value) if node is not None else ""
        if found not in known:
            place = line_of(path, node) if node is not None else line_of(path, read_nodes(path))
            self.faults.unknown(what, found, known, place=place)
        return found

    def listed(self, folder: Path, main: Path, node: Node) -> SheetCells | None:
        """A sheet of a folder: the index names its file."""
        entry = self.mapping(main, node, ("name", "file"))
        if "file" not in entry:
            self.faults.add(line_of(main, node), "'file' is missing.")
            return None
        file = folder / Path(str(entry["file"].value)).name
        if not file.is_file():
            self.faults.add(line_of(main, node), f"{file.name} is missing in the folder.")
            return None
        return self.sheet(file, read_nodes(file))

    def sheet(self, path: Path, node: Node) -> SheetCells | None:
        """A sheet, as columns and rows or as cells by letter."""
        entry = self.mapping(path, node, ("name", "columns", "rows", "cells"))
        name = str(entry["name"].value) if "name" in entry else ""
        self.check_name(path, node, name)
        if "cells" in entry:
            return self.by_letters(path, name, self.items(path, entry["cells"], "cells"))
        headers: dict[str, str] = {}
        for column in self.items(path, entry.get("columns"), "columns"):
            name_of, header = self.column(path, column)
            if name_of in headers:
                self.faults.add(line_of(path, column), f"column '{name_of}' stands twice.")
            headers[name_of] = header
        places = {column: at for at, column in enumerate(headers)}
        records = []
        for row in self.items(path, entry.get("rows"), "rows"):
            cells: list[Any] = [""] * len(places)
            for key, value in self.pairs(path, row):
                if key.value in places:
                    cells[places[key.value]] = self.cell(path, value)
                else:
                    hint = did_you_mean(key.value, places)
                    message = f"column '{key.value}' is not among the columns of {name}."
                    self.faults.add(line_of(path, key), message, hint)
            records.append(cells)
        return sheet_of(name, list(headers.values()), records)

    def column(self, path: Path, node: Node) -> tuple[str, str]:
        """Key and header of a column."""
        if isinstance(node, yaml.nodes.MappingNode):
            entry = self.mapping(path, node, ("key", "header"))
            key, header = (str(entry[part].value) if part in entry else "" for part in
                           ("key", "header"))  # fmt: skip
            return key, header
        return str(node.value), str(node.value)

    def by_letters(self, path: Path, name: str, nodes: list[Node]) -> SheetCells:
        """A sheet that is no table: each cell under the letters of its column."""
        records: list[list[Any]] = []
        for row in nodes:
            cells: list[Any] = []
            for key, value in self.pairs(path, row):
                if _LETTERS.fullmatch(key.value) is None:
                    message = f"'{key.value}' are no letters of a column."
                    self.faults.add(line_of(path, key), message)
                    continue
                at = _position(key.value)
                cells += [""] * (at + 1 - len(cells))
                cells[at] = self.cell(path, value)
            records.append(cells)
        return sheet_of(name, records[0] if records else [], records[1:])

    def check_name(self, path: Path, node: Node, name: str) -> None:
        if not 1 <= len(name) <= _LONGEST_NAME or re.search(r"[\[\]:*?/\\]", name):
            message = f"'{name}' cannot be the name of a sheet."
            hint = "Excel allows 31 characters, none of them of [ ] : * ? / \\."
            self.faults.add(line_of(path, node), message, hint)
        if name.casefold() in self.names:
            self.faults.add(line_of(path, node), f"sheet '{name}' stands twice.")
        self.names.add(name.casefold())

    def cell(self, path: Path, node: Node) -> Any:
        try:
            value = cell_value(node)
        except ValueError as error:
            self.faults.add(line_of(path, node), f"cannot be a cell ({error}).")
            return None
        if isinstance(value, str):
            odd = _NOT_IN_EXCEL.search(value)
            if odd is not None:
                message = f"the text has the character U+{ord(odd[0]):04X}."
                self.faults.add(line_of(path, node), message, "Remove it: Excel cannot hold it.")
            if len(value) > _LONGEST_TEXT:
                message = f"the text has {len(value)} characters; a cell of Excel holds 32767."
                self.faults.add(line_of(path, node), message)
        return "" if value is None else value


def _position(letters: str) -> int:
    """Position of a column from 0, by its letters; `column_letters` the other way."""
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1
