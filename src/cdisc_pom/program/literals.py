"""Values as Python source: look-up tables become constants of the printed program."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any

from cdisc_pom.adam.toxicity_table import GradeTable, packaged_grades
from cdisc_pom.algorithms.values import TermTable

WIDTH = 99
_STEP = "    "


def wrapped(opening: str, items: Iterable[str], closing: str, indent: str = "") -> str:
    """`opening`, the items with commas between, `closing`: on one line where it fits."""
    parts = list(items)
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(indent) + len(line) <= WIDTH and "\n" not in line:
        return line
    inner = indent + _STEP
    lines, current = [], ""
    for part in parts:
        joined = f"{current} {part}," if current else f"{part},"
        if current and ("\n" in part or "\n" in current or len(inner) + len(joined) > WIDTH):
            lines.append(current)
            joined = f"{part},"
        current = joined
    lines.append(current)
    body = "".join(f"{inner}{line}\n" for line in lines)
    return f"{opening}\n{body}{indent}{closing}"


def text(value: str) -> str:
    """A text as a literal in double quotes, unless it holds some."""
    if '"' in value and "'" not in value:
        return repr(value)
    shown = repr(value)
    inner = shown[1:-1].replace("\\'", "'")
    if shown[0] == "'":
        inner = inner.replace('"', '\\"')
    return f'"{inner}"'


@dataclass
class Literals:
    """Literals of one program: the names that it imports and the constants that it needs."""

    imports: dict[str, set[str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    _named: list[tuple[Any, str]] = field(default_factory=list)

    def imported(self, module: str, name: str) -> str:
        """A name that the program imports."""
        self.imports.setdefault(module, set()).add(name)
        return name

    def value(self, value: Any, indent: str = "") -> str:
        """A value as source; a table becomes a constant and is named."""
        if is_dataclass(value) and not isinstance(value, type):
            return self._constant(value)
        return self._plain(value, indent)

    def _plain(self, value: Any, indent: str) -> str:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, Mapping):
            items = [f"{self._plain(k, indent)}: {self._nested(v, indent + _STEP)}"
                     for k, v in value.items()]  # fmt: skip
            return wrapped("{", items, "}", indent)
        if isinstance(value, (tuple, list)):
            items = [self._nested(item, indent + _STEP) for item in value]
            closing = ",)" if len(items) == 1 else ")"
            return wrapped("(", items, closing, indent)
        return repr(value)

    def _nested(self, value: Any, indent: str) -> str:
        if is_dataclass(value) and not isinstance(value, type):
            return self._object(value, indent)
        return self._plain(value, indent)

    def _constant(self, value: Any) -> str:
        for known, name in self._named:
            if known is value or known == value:
                return name
        name = self._name(value)
        self.constants[name] = self._object(value, "")
        self._named.append((value, name))
        return name

    def _name(self, value: Any) -> str:
        stem = next((str(getattr(value, f)) for f in ("codelist", "id", "name", "version")
                     if getattr(value, f, "")), "")  # fmt: skip
        kind = type(value).__name__.removesuffix("Table").removesuffix("Rule")
        words = re.sub(r"[^0-9A-Za-z]+", "_", f"{kind}_{stem}").strip("_").upper()
        name = words if words.isidentifier() and not keyword.iskeyword(words) else f"TABLE_{words}"
        taken = sum(known == name or known.startswith(f"{name}_") for known in self.constants)
        return f"{name}_{taken + 1}" if name in self.constants else name

    def _object(self, value: Any, indent: str) -> str:
        kind = type(value)
        if isinstance(value, GradeTable) and value == packaged_grades(value.version):
            function = self.imported("cdisc_pom.adam.toxicity_table", "packaged_grades")
            return f"{function}({text(value.version)})"
        name = self.imported(kind.__module__, kind.__name__)
        if isinstance(value, TermTable) and value == TermTable.of(value.codelist, value.shown):
            meanings = self._plain(value.shown, indent)
            return f"{name}.of({text(value.codelist)}, {meanings})"
        items = []
        for item in fields(value):
            mine = getattr(value, item.name)
            if not item.init or not item.repr or _is_default(item, mine):
                continue
            items.append(f"{item.name}={self._nested(mine, indent + _STEP)}")
        return wrapped(f"{name}(", items, ")", indent)


def _is_default(item: Any, value: Any) -> bool:
    if item.default is not MISSING:
        return bool(value == item.default)
    return item.default_factory is not MISSING and bool(value == item.default_factory())
